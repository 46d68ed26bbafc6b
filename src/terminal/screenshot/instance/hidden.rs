//! Every lesson on the real kernel: while a prediction is open, nothing that would give it away is drawn.

use std::collections::{BTreeMap, BTreeSet};
use std::process::{Command, Stdio};

use serde::{Deserialize, Serialize};

use crate::call::Line;
use crate::event::{Contents, EventKind, InterestList, Observation, Queue};
use crate::lesson::hides::{Fact, Hidden};
use crate::lesson::{LessonStep, Question, Task};
use crate::notation::parse_line;
use crate::socket::TcpState;
use crate::terminal::screenshot::instance::*;

/// The sizes of the screens.
const SIZES: [(u16, u16); 3] = [(80, 24), (120, 40), (200, 60)];
/// So many lessons are gone through at the same time, since they wait more than they calculate.
const GROUPS: usize = 4;
/// What begins the line in which a process says what it found.
const FOUND: &str = "found: ";

/// Signals are sent to the process, which the other tests share: what it predicts does not happen here.
const WITH_SIGNALS: &str = "signal-driven";

/// What was found in some lessons.
#[derive(Default, Serialize, Deserialize)]
struct Findings {
    /// Where something is drawn that is to be hidden.
    faults: Vec<String>,
    /// How many predictions were open.
    questions: usize,
    /// The facts that would have been visible, as a change of them changes a screen without the prediction.
    visible: BTreeMap<String, usize>,
}

impl Findings {
    fn add(&mut self, other: Self) {
        self.faults.extend(other.faults);
        self.questions += other.questions;
        for (word, count) in other.visible {
            *self.visible.entry(word).or_default() += count;
        }
    }
}

/// The lessons are gone through in processes of their own: a child that a lesson makes by fork(2) has copies of all
/// descriptors of its process, and keeps the connections of another lesson open after close(2).
#[test]
fn no_open_prediction_is_given_away() {
    let lessons = crate::lesson::course::LESSONS;
    if let Some(first) = std::env::var(GROUP).ok().and_then(|text| text.parse().ok()) {
        let own = lessons.iter().skip(first).step_by(GROUPS);
        let ids = own.map(|file| file.id);
        let ids: Vec<&str> = ids.filter(|id| *id != WITH_SIGNALS).collect();
        let found = serde_json::to_string(&of_lessons(&ids)).expect("it has a form");
        return println!("\n{FOUND}{found}");
    }
    let own = std::env::current_exe().expect("this program");
    let name = "terminal::screenshot::instance::hidden::no_open_prediction_is_given_away";
    let started: Vec<_> = (0..GROUPS)
        .map(|group| {
            let mut command = Command::new(&own);
            let command = command.args([name, "--exact", "--nocapture"]);
            let command = command.stdout(Stdio::piped()).stderr(Stdio::piped());
            command
                .env(GROUP, group.to_string())
                .spawn()
                .expect("it starts")
        })
        .collect();
    let mut all = Findings::default();
    for one in started {
        let output = one.wait_with_output().expect("it ends");
        let said = String::from_utf8_lossy(&output.stdout);
        let complained = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{said}{complained}");
        let found = said.lines().find_map(|line| line.strip_prefix(FOUND));
        let found = found.unwrap_or_else(|| panic!("{name} is not its name: {said}"));
        all.add(serde_json::from_str(found).expect("it is what was found"));
    }
    assert!(all.faults.is_empty(), "{}", all.faults.join("\n"));
    assert!(all.questions >= 100, "{} predictions", all.questions);
    let seen: BTreeSet<&str> = all.visible.keys().map(String::as_str).collect();
    for fact in ["ready", "unread", "pending", "state", "address"] {
        assert!(seen.contains(fact), "{fact} is hidden somewhere: {seen:?}");
    }
}

/// Set in a process that goes through a group of lessons: its number.
const GROUP: &str = "SOCKPLAY_GROUP";

/// Set in the process that has a private network.
const INSIDE: &str = "SOCKPLAY_PRIVATE_NETWORK";

/// A process cannot enter a network namespace once it has threads, so this test runs again in one that unshare(1) makes.
#[test]
fn nor_is_one_of_a_lesson_that_needs_a_private_network() {
    let name = "nor_is_one_of_a_lesson_that_needs_a_private_network";
    if std::env::var_os(INSIDE).is_some() {
        let ids: Vec<&str> = crate::lesson::course::LESSONS
            .iter()
            .map(|file| file.id)
            .collect();
        let found = of_lessons(&ids);
        assert!(found.faults.is_empty(), "{}", found.faults.join("\n"));
        assert!(found.questions >= 10, "{} predictions", found.questions);
        return;
    }
    let inside = |words: &[&str]| {
        let mut command = Command::new("unshare");
        command.args(["--user", "--map-root-user", "--net", "sh", "-c"]);
        // The MTU that a lesson sets.
        command.args(["ip link set lo up mtu 1500 && exec \"$@\"", "sh"]);
        command.args(words).env(INSIDE, "1").output()
    };
    match inside(&["true"]) {
        Ok(output) if output.status.success() => {}
        other => return println!("skipped: no private network: {other:?}"),
    }
    let own = std::env::current_exe().expect("this program");
    let own = own.to_str().expect("a path that is text");
    let name = format!("terminal::screenshot::instance::hidden::{name}");
    let output = inside(&[own, &name, "--exact", "--nocapture"]).expect("a run");
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{said}");
    assert!(said.contains("1 passed"), "{name} is not its name: {said}");
}

fn of_lessons(ids: &[&str]) -> Findings {
    let mut findings = Findings::default();
    for id in ids {
        Walk::start(id).through(&mut findings);
    }
    findings
}

/// A lesson that is gone through.
struct Walk<'a> {
    id: &'a str,
    instance: Instance,
}

impl<'a> Walk<'a> {
    fn start(id: &'a str) -> Self {
        let appearance = Appearance::builtin("dark");
        let instance = Instance::start(SIZES[0], appearance, never());
        let mut instance = instance.expect("an engine");
        instance.open_lesson(id.to_owned());
        Self { id, instance }
    }

    /// Does every step, and looks at each open prediction.
    fn through(&mut self, findings: &mut Findings) {
        let study = |walk: &Self| walk.instance.app.learn.study.clone();
        let lesson = study(self).expect("the lesson is open").lesson;
        let is_inside = std::env::var_os(INSIDE).is_some();
        if lesson.traces.is_some() || lesson.needs.is_some() != is_inside {
            return;
        }
        for (page, own) in lesson.pages.iter().enumerate() {
            for lesson_step in &own.steps {
                match lesson_step {
                    LessonStep::Prose(_) | LessonStep::Closing(_) => {}
                    LessonStep::Play(step) => self.run(step.line.clone(), None),
                    LessonStep::Predict(question) => {
                        self.instance.settle().expect("it settles");
                        self.look(question, findings);
                        self.answer(question);
                    }
                    LessonStep::Task(task) => self.solve(task),
                }
            }
            let study = self.instance.app.learn.study.as_mut().expect("a lesson");
            if page + 1 < study.lesson.pages.len() {
                study.turn(page + 1);
            }
        }
    }
}

impl Walk<'_> {
    /// Runs a line of the lesson, and waits for its result.
    fn run(&mut self, line: Line, chosen: Option<usize>) {
        let app = &mut self.instance.app;
        app.lines += 1;
        let number = app.lines;
        let study = app.learn.study.as_mut().expect("a lesson");
        study.runs(number, chosen);
        let reach = Reach::Confined(LineSource::Lesson);
        app.player.push(number, line.clone(), reach);
        self.instance.take(Msg::Tick);
        self.wait_for(&line);
    }

    fn wait_for(&mut self, line: &Line) {
        let deadline = Instant::now() + LIMIT;
        while !self.instance.app.player.is_idle() {
            assert!(
                Instant::now() < deadline,
                "{}: {line} does not end",
                self.id
            );
            // A line that waits for a state asks again after a while: that time passes here too.
            if let Some(moment) = self.instance.app.player.deadline() {
                self.instance.clock.wait_for(moment);
            }
            let waited = self.instance.wait(Duration::from_millis(1));
            waited.expect("no signal");
        }
    }

    fn answer(&mut self, question: &Question) {
        match question.runs() {
            Some(line) => self.run(line.clone(), Some(question.right)),
            None => {
                let study = self.instance.app.learn.study.as_mut();
                study.expect("a lesson").answer(question.right);
            }
        }
    }

    /// Reaches a goal by its solution.
    fn solve(&mut self, task: &Task) {
        if task.goal.needs_another() {
            let study = self.instance.app.learn.study.as_mut();
            drop(study.expect("a lesson").leave());
            return;
        }
        self.instance.take(Msg::Tick);
        let lines = task.solution.iter().filter_map(|line| line.with(None));
        for line in lines.filter_map(|text| parse_line(&text).ok()) {
            let app = &mut self.instance.app;
            app.lines += 1;
            let reach = Reach::Confined(LineSource::Lesson);
            app.player.push(app.lines, line.clone(), reach);
            self.instance.take(Msg::Tick);
            self.wait_for(&line);
        }
        let deadline = Instant::now() + Duration::from_secs(2);
        let number = task.number;
        let is_open = |walk: &Self| {
            let study = walk.instance.app.learn.study.as_ref();
            study
                .and_then(|study| study.task())
                .is_some_and(|own| own.number == number)
        };
        while is_open(self) && Instant::now() < deadline {
            self.instance
                .wait(Duration::from_millis(10))
                .expect("no signal");
        }
        while is_open(self) {
            // The number of a closed descriptor belongs to another test by now: its use is refused.
            let study = self.instance.app.learn.study.as_mut();
            drop(study.expect("a lesson").leave());
        }
    }

    /// Looks at the screens while a prediction is open.
    fn look(&mut self, question: &Question, findings: &mut Findings) {
        let id = self.id;
        let mut fault = |text: String| {
            findings
                .faults
                .push(format!("{id}, line {}: {text}", question.number));
        };
        // Its end: whether text is hidden below is different at each size.
        self.instance.app.learn.scroll = isize::MAX;
        let app = &self.instance.app;
        if app
            .prediction()
            .is_none_or(|own| own.number != question.number)
        {
            // A line before it was refused, as in solve().
            return;
        }
        findings.questions += 1;
        let explained = app.explanation().map(|own| own.why.text.clone());
        let begins = explained.map(|text| text.chars().take(40).collect::<String>());
        let screens = SIZES.map(|size| self.screen(size));
        for (size, screen) in SIZES.iter().zip(&screens) {
            for told in ["wakes on", "This will fail"] {
                if screen.contains(told) {
                    fault(format!("at {size:?}: {told}"));
                }
            }
            if begins
                .as_ref()
                .is_some_and(|begins| !begins.is_empty() && screen.contains(begins))
            {
                fault(format!("at {size:?}: Why is drawn: {begins:?}\n{screen}"));
            }
        }
        for hidden in &question.hides {
            self.alter(question, hidden, &screens, findings);
        }
    }

    /// A hidden fact that is another one must not change any screen.
    fn alter(
        &mut self,
        question: &Question,
        hidden: &Hidden,
        screens: &[String; SIZES.len()],
        findings: &mut Findings,
    ) {
        let (id, number) = (self.id, question.number);
        let word = Fact::ALL.iter().find(|(fact, _)| *fact == hidden.fact);
        let word = word.map_or("", |(_, word)| *word);
        let Some(event) = self.other(hidden) else {
            let fault = format!("{id}, line {number}: there is no {} for {word}", hidden.of);
            return findings.faults.push(fault);
        };
        let before = self.instance.app.world.clone();
        self.instance.app.world.apply(&event);
        for (size, screen) in SIZES.iter().zip(screens) {
            let changed = self.screen(*size);
            if let Some((row, other)) = difference(screen, &changed) {
                let fault = format!(
                    "{id}, line {number}: {word} {} is drawn at {size:?}:\n{row}\n{other}",
                    hidden.of
                );
                findings.faults.push(fault);
            }
        }
        if findings.visible.contains_key(word) {
            self.instance.app.world = before;
            return;
        }
        // Without the prediction it would be seen.
        let study = self.instance.app.learn.study.take();
        let with = SIZES.map(|size| self.screen(size));
        self.instance.app.world = before;
        let without = SIZES.map(|size| self.screen(size));
        self.instance.app.learn.study = study;
        if with != without {
            *findings.visible.entry(word.to_owned()).or_default() += 1;
        }
    }

    /// An observation in which the fact is another one.
    fn other(&self, hidden: &Hidden) -> Option<Event> {
        let app = &self.instance.app;
        let socket = app.world.named(&hidden.of)?;
        let mut seen = Observation {
            memory: socket.memory(),
            ..Observation::default()
        };
        match hidden.fact {
            Fact::Ready => {
                let entries = socket.interest().iter().map(|own| own.seen).collect();
                let ready = !socket.has_ready();
                seen.interest = Some(InterestList { entries, ready });
            }
            Fact::Unread => {
                seen.unread = Some(socket.unread() + 7);
                seen.contents = socket.file.contents().map(|(_, contents)| {
                    Box::new(match contents {
                        Contents::Bytes(bytes) => Contents::Bytes(bytes + 7),
                        Contents::Counter(counter) => Contents::Counter(counter + 7),
                        Contents::Timer(mut timer) => {
                            timer.expirations += 7;
                            Contents::Timer(timer)
                        }
                    })
                });
            }
            Fact::Pending => {
                let queue = socket.accept_queue().unwrap_or(Queue {
                    length: 0,
                    limit: 5,
                });
                let length = queue.length + 1;
                seen.waiting = Some(Queue { length, ..queue });
            }
            Fact::State => {
                let is_closing = socket.tcp() == Some(TcpState::Closing);
                seen.tcp = Some(if is_closing {
                    TcpState::LastAck
                } else {
                    TcpState::Closing
                });
            }
            Fact::Error => seen.error_queued = Some(!socket.error_queued()),
            Fact::Address => {
                seen.local = Some(crate::socket::Address::Inet("127.9.8.7:65".parse().ok()?));
            }
        }
        let descriptor = socket.id();
        Some(Event::new(
            app.now,
            EventKind::Observed { descriptor, seen },
        ))
    }

    fn screen(&mut self, size: (u16, u16)) -> String {
        self.instance.app.size = size.into();
        let buffer = self.instance.draw().expect("it is drawn");
        text_of(&buffer)
    }
}

fn text_of(buffer: &Buffer) -> String {
    let rows = (0..buffer.area.height).map(|row| {
        let cells = (0..buffer.area.width).map(|column| buffer[(column, row)].symbol());
        cells.collect::<String>().trim_end().to_owned() + "\n"
    });
    rows.collect()
}

/// The first row in which two screens differ.
fn difference<'a>(one: &'a str, other: &'a str) -> Option<(&'a str, &'a str)> {
    let mut rows = one.lines().zip(other.lines());
    rows.find(|(one, other)| one != other)
}
