//! Learners' scripts against the goals of lessons: each goal must hold after some line of the script.
//!
//! After each line the kernel is asked about all sockets and the goals are evaluated, before the next line is begun:
//! what holds between two lines only is seen too.

use std::collections::HashMap;
use std::io;
use std::path::Path;
use std::time::Duration;

use crate::call::Mode;
use crate::event::{CallId, LineSource, Timestamp};
use crate::lesson::goal::{Checked, Since};
use crate::lesson::{Lesson, Task};
use crate::run::check::SessionArgs;
use crate::run::check::graded::{End, Graded, Missing, Nearest, Test};
use crate::run::lesson_needs::{self, Settings, Unmet};
use crate::run::read;
use crate::run::script_fault::ScriptFault;
use crate::run::stage::{Confinement, Interrupted, Reported, Stage};
use crate::script::judge::seconds;
use crate::script::{Pace, Player, Script, Verdict};
use crate::socket::TcpState;
use crate::world::World;

/// How long the goals may take to hold after the last line.
const REACHED: Duration = Duration::from_secs(3);
/// How long what a line has sent may take to arrive on this host.
const ARRIVES: Duration = Duration::from_millis(5);
/// How long an acknowledgement may take that moves a connection on: the kernel delays it by at most 200 ms.
const ACKNOWLEDGED: Duration = Duration::from_millis(250);

/// A goal and how far it was reached at best.
struct Goal<'a> {
    name: String,
    task: &'a Task,
    reached: Checked,
}

impl Goal<'_> {
    /// Checks it once more; a goal that was reached stays so.
    fn check(&mut self, world: &World) {
        let count = |checked: &Checked| checked.held.iter().filter(|held| **held).count();
        if self.reached.held.is_empty() || !self.reached.all() {
            let now = self.task.goal.check(world, &Since::default());
            if self.reached.held.is_empty() || count(&now) >= count(&self.reached) {
                self.reached = now;
            }
        }
    }

    /// The test that it is, of which so many conditions hold.
    fn test(&self, score: usize) -> Test {
        Test {
            name: self.name.clone(),
            score,
            max_score: self.task.goal.conditions.len(),
            ..Test::default()
        }
    }

    /// How far it was reached, and what came nearest to the rest.
    fn judged(&self, world: &World, lines: &Lines) -> Test {
        let (goal, reached) = (&self.task.goal, &self.reached);
        let nearest = goal.nearest(world, &Since::default());
        let conditions = goal.conditions.iter().enumerate();
        let missing = conditions.filter(|(at, _)| reached.held.get(*at) != Some(&true));
        let missing: Vec<Missing> = missing
            .map(|(at, condition)| {
                let nearest = nearest[at].and_then(|call| lines.calls.get(&call).cloned());
                let now = reached.now.get(at).cloned().flatten();
                let now = now.or_else(|| goal.instead(world, condition));
                let none = || {
                    nearest
                        .is_none()
                        .then(|| "no such call was made".to_owned())
                };
                Missing {
                    condition: condition.text.clone(),
                    says: condition.says.clone(),
                    now: now.or_else(none),
                    nearest,
                }
            })
            .collect();
        let score = goal.conditions.len() - missing.len();
        Test {
            missing,
            ..self.test(score)
        }
    }

    fn is_reached(&self) -> bool {
        !self.reached.held.is_empty() && self.reached.all()
    }
}

/// A script of a learner, read but not run yet.
pub(crate) struct File {
    origin: String,
    script: Result<Script, ScriptFault>,
}

impl File {
    /// Reads a file; [`crate::lesson::DIR`] in it is replaced by the folder of the session.
    pub(crate) fn read(file: &Path, folder: &Path) -> Self {
        let origin = file.display().to_string();
        let bytes = crate::sys::regular::open(file).and_then(read);
        let bytes = bytes.map(|bytes| crate::run::load::with_folder(bytes, folder));
        let script = crate::run::script_fault::parse(&origin, bytes);
        Self { origin, script }
    }
}

/// Runs a script in a session of its own, and gives which goals it has reached.
///
/// # Errors
///
/// When no session can be started.
pub(crate) fn check(
    lessons: &[Lesson],
    file: &File,
    session: SessionArgs<'_>,
) -> io::Result<Graded> {
    let answer = Answer {
        origin: &file.origin,
        lessons,
    };
    match &file.script {
        Ok(script) => answer.run(script, session),
        Err(ScriptFault::Unreadable { origin, error }) => {
            let why = format!("cannot read {origin}: {error}");
            Ok(answer.not_run(vec![why], End::Unrunnable))
        }
        Err(ScriptFault::Other { origin, is }) => {
            let why = format!("cannot run {origin}: {}", is.why());
            Ok(answer.not_run(vec![why], End::Complete))
        }
        Err(ScriptFault::Wrong { origin, errors }) => {
            let all = errors.iter().map(|error| error.render(origin));
            Ok(answer.not_run(all.collect(), End::Complete))
        }
    }
}

/// The report on an answer that nothing can be said of but why.
pub(crate) fn not_run(lessons: &[Lesson], origin: &str, why: String, end: End) -> Graded {
    Answer { origin, lessons }.not_run(vec![why], end)
}

/// A script that is graded.
struct Answer<'a> {
    /// Its file.
    origin: &'a str,
    lessons: &'a [Lesson],
}

impl<'a> Answer<'a> {
    fn goals(&self) -> Vec<Goal<'a>> {
        self.lessons.iter().flat_map(goals).collect()
    }

    fn report(&self, tests: Vec<Test>, end: End) -> Graded {
        Graded {
            subject: self.origin.to_owned(),
            tests,
            remarks: Vec::new(),
            end,
            is_isolated: false,
            seconds: 0.0,
        }
    }

    /// Nothing was run, and why.
    fn not_run(&self, why: Vec<String>, end: End) -> Graded {
        let goals = self.goals().into_iter();
        let mut tests: Vec<Test> = goals
            .map(|goal| Test {
                faults: vec!["no line of the script was run".to_owned()],
                ..goal.test(0)
            })
            .collect();
        tests.push(the_script(why));
        self.report(tests, end)
    }

    /// Runs the script.
    fn run(&self, script: &Script, session: SessionArgs<'_>) -> io::Result<Graded> {
        let mut goals = self.goals();
        let lessons = self.lessons.iter();
        let begun: Result<Vec<Settings>, Unmet> = lessons.map(lesson_needs::begin).collect();
        let _settings = match begun {
            Ok(settings) => settings,
            Err(unmet) => {
                let why = format!("the lesson cannot be done here: {}", unmet.reason());
                return Ok(self.not_run(vec![why], End::Unrunnable));
            }
        };
        let confinement = Confinement {
            source: LineSource::Answer,
            folder: session.folder,
        };
        let mut stage = Stage::start(Pace::Script, Some(confinement), session.signals)?;
        stage.engine.watch_endpoints()?;
        let server = self.lessons.iter().find_map(|own| own.traces.as_ref());
        if let Err(error) = stage.trace(server) {
            stage.engine.shutdown();
            return Ok(self.not_run(vec![error.to_string()], End::Unrunnable));
        }
        let mut lines = Lines::default();
        let played = play(&mut stage, script, session.limit, &mut goals, &mut lines);
        stage.engine.shutdown();
        if let Err(Interrupted(signal)) = played {
            return Ok(self.report(Vec::new(), End::Signal(signal)));
        }
        let tests = goals.iter().map(|goal| goal.judged(&stage.world, &lines));
        let mut tests: Vec<Test> = tests.collect();
        let Faults {
            promised,
            other,
            refused,
        } = lines.faults;
        if !promised.is_empty() {
            tests.push(the_script(promised));
        }
        let mut report = self.report(tests, End::Complete);
        report.remarks = refused;
        // A line that failed has cost nothing where the goals are reached all the same.
        if !goals.iter().all(Goal::is_reached) {
            report.remarks.extend(other);
        }
        Ok(report)
    }
}

/// The test that the script itself is: what it expects is so.
fn the_script(faults: Vec<String>) -> Test {
    Test {
        name: "the script".to_owned(),
        faults,
        ..Test::default()
    }
}

/// What the lines of a script have done.
#[derive(Debug, Default)]
struct Lines {
    /// The lines that made calls, with their results.
    calls: HashMap<CallId, Nearest>,
    faults: Faults,
}

impl Lines {
    fn take(&mut self, reported: Reported) {
        if let Reported::Report(report) = &reported
            && let Some(call) = report.call
        {
            let text = match report.result.as_str() {
                "" => report.command.call.to_string(),
                result => format!("{} -> {result}", report.command.call),
            };
            let line = report.number;
            self.calls.insert(call, Nearest { line, text });
        }
        self.faults.take(reported);
    }
}

/// What went wrong with the lines of a script.
#[derive(Debug, Default)]
struct Faults {
    /// Where a line expects another result, or takes too long.
    promised: Vec<String>,
    /// Where it merely failed, or slept.
    other: Vec<String>,
    /// Where it was not made at all.
    refused: Vec<String>,
}

impl Faults {
    fn take(&mut self, reported: Reported) {
        let Reported::Report(report) = reported else {
            return;
        };
        let Verdict::Broken(why) = &report.verdict else {
            return;
        };
        let was_refused = report.result == "refused";
        let text = match was_refused {
            true => format!("line {}: {why}", report.number),
            false => format!("line {}: {why}, got {}", report.number, report.result),
        };
        match report.command.mode {
            Mode::Plain | Mode::Background if was_refused && report.call.is_some() => {
                self.refused.push(text);
            }
            Mode::Plain | Mode::Background => self.other.push(text),
            Mode::Expect(_) | Mode::Blocks => self.promised.push(text),
        }
    }
}

fn goals(lesson: &Lesson) -> impl Iterator<Item = Goal<'_>> {
    // The small tasks in its middle build on what the lesson has set up.
    let tasks = lesson.tasks().filter(|(_, task)| !task.goal.is_named);
    tasks.map(|(page, task)| Goal {
        name: format!("{}: {}", lesson.id, lesson.pages[page].title),
        task,
        reached: Checked::default(),
    })
}

/// Runs the lines, and notes what they did.
fn play(
    stage: &mut Stage<'_>,
    script: &Script,
    limit: Duration,
    goals: &mut [Goal<'_>],
    lines: &mut Lines,
) -> Result<(), Interrupted> {
    for (index, line) in script.lines.iter().enumerate() {
        stage.push(index + 1, line.clone());
    }
    // What the evaluation takes is not the script's fault; but it does not take forever either.
    let last = stage.engine.now().after(2 * limit);
    let mut deadline = stage.engine.now().after(limit);
    loop {
        goals.iter_mut().for_each(|goal| goal.check(&stage.world));
        match stage.step() {
            Some(all) => {
                let is_report = |own: &Reported| matches!(own, Reported::Report(_));
                let is_line_over = all.iter().any(is_report);
                all.into_iter().for_each(|reported| lines.take(reported));
                if is_line_over {
                    let began = stage.engine.now();
                    evaluate(stage, last, goals)?;
                    let spent = stage.engine.now().since(began);
                    deadline = deadline.after(spent).min(last);
                }
            }
            None if stage.player.is_idle() => break,
            None => {
                let left = deadline.since(stage.engine.now());
                stage.wait(Some(left), &mut |_, _| {})?;
            }
        }
        if stage.engine.now() >= deadline && !stage.player.is_idle() {
            let overdue = overdue(&stage.player, limit);
            lines.faults.promised.push(overdue);
            return Ok(());
        }
    }
    let left = deadline.since(stage.engine.now());
    stage.until(REACHED.min(left), &mut |world| {
        goals.iter_mut().for_each(|goal| goal.check(world));
        goals.iter().all(Goal::is_reached)
    })?;
    Ok(())
}

/// Evaluates the goals as the kernel says that things are now, between two lines.
///
/// Again after a pause: what a line sends over the loopback has nearly always arrived when it returns, but need not;
/// and once more where a connection waits for an acknowledgement to go on by itself, which a person would see happen.
fn evaluate(
    stage: &mut Stage<'_>,
    deadline: Timestamp,
    goals: &mut [Goal<'_>],
) -> Result<(), Interrupted> {
    let began = stage.engine.now();
    for pause in [Duration::ZERO, ARRIVES, ACKNOWLEDGED] {
        let open = || goals.iter().filter(|goal| !goal.is_reached());
        if !open().any(|goal| goal.task.goal.asks_about_sockets()) {
            break;
        }
        let ends = open().any(|goal| goal.task.goal.asks_about_endpoints());
        let is_last = pause == ACKNOWLEDGED;
        if is_last && !is_passing(&stage.world) {
            break;
        }
        // With many sockets to probe, the pause has passed meanwhile.
        let passed = stage.engine.now().since(began);
        if pause == ARRIVES && passed > 4 * ARRIVES {
            continue;
        }
        let left = deadline.since(stage.engine.now());
        stage.until(pause.min(left), &mut |world| is_last && !is_passing(world))?;
        stage.probe_all(ends, deadline)?;
        goals.iter_mut().for_each(|goal| goal.check(&stage.world));
    }
    Ok(())
}

/// Whether a connection is in a state that the acknowledgement of its FIN or of its SYN+ACK ends.
fn is_passing(world: &World) -> bool {
    let mut open = world.descriptors().filter(|socket| socket.is_open());
    open.any(|socket| {
        let passing = [
            TcpState::FinWait1,
            TcpState::Closing,
            TcpState::LastAck,
            TcpState::SynRecv,
        ];
        world
            .tcp_state(socket)
            .is_some_and(|state| passing.contains(&state))
    })
}

/// What is said when the time is over.
fn overdue(player: &Player, limit: Duration) -> String {
    let line = match (player.current_number(), player.current()) {
        (Some(number), Some(command)) => format!("line {number}: {command}: "),
        _ => String::new(),
    };
    let rest = match player.waiting() {
        0 => String::new(),
        1 => ", and 1 line after it was not run".to_owned(),
        count => format!(", and {count} lines after it were not run"),
    };
    let limit = seconds(limit);
    format!("{line}the time limit of {limit} was reached{rest}; --timeout sets it")
}
