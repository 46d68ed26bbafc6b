//! A lesson as a whole: its goals do not hold before, every line comes out as printed, of each prediction only the
//! right answer is what happens, the solutions reach the goals, and the cards hold.

use std::io;
use std::time::Duration;

use crate::call::{Line, Mode};
use crate::event::{LineSource, Timestamp};
use crate::lesson::goal::{Checked, Since};
use crate::lesson::{Goal, Lesson, LessonStep, Question, Step, Task};
use crate::notation::parse_line;
use crate::run::check::SessionArgs;
use crate::run::check::graded::{End, Graded, Test};
use crate::run::stage::{Confinement, Interrupted, Stage};
use crate::script::judge::seconds;
use crate::script::{Pace, Report, Verdict};
use crate::socket::text::escaped;
use crate::world::{Record, World};

/// How long a line may take.
const LINE: Duration = Duration::from_secs(20);
/// How long a person takes from one line to the next, at least.
const MOMENT: Duration = Duration::from_millis(300);
/// How long a state may be shown that has passed.
const FORGOTTEN: Duration = Duration::from_millis(1500);
/// How long a goal may take to hold after its solution.
const REACHED: Duration = Duration::from_secs(5);

/// Checks a lesson.
///
/// # Errors
///
/// When no session can be started.
pub(crate) fn check(lesson: &Lesson, session: SessionArgs<'_>) -> io::Result<Graded> {
    let _settings = match crate::run::lesson_needs::begin(lesson) {
        Ok(settings) => settings,
        Err(unmet) => return Ok(report(lesson, Judged::Skipped(unmet.reason().to_owned()))),
    };
    let confinement = Confinement {
        source: LineSource::Lesson,
        folder: session.folder,
    };
    let mut stage = Stage::start(Pace::Prompt, Some(confinement), session.signals)?;
    // Goals ask about both ends.
    stage.engine.watch_endpoints()?;
    if let Err(error) = stage.trace(lesson.traces.as_ref()) {
        stage.engine.shutdown();
        return Ok(report(lesson, Judged::Skipped(error.to_string())));
    }
    let mut checker = Checker {
        limit: Limit::starting(&stage, session.limit),
        stage,
        faults: Vec::new(),
    };
    let done = checker.lesson(lesson);
    let Checker {
        mut stage,
        mut faults,
        ..
    } = checker;
    stage.engine.shutdown();
    if let Err(Interrupted(signal)) = done {
        return Ok(report(lesson, Judged::Ended(signal)));
    }
    if let Err(Interrupted(signal)) = cards(lesson, session, &mut faults)? {
        return Ok(report(lesson, Judged::Ended(signal)));
    }
    Ok(report(lesson, Judged::Tried(faults)))
}

/// What became of a lesson.
enum Judged {
    /// It was run, with these faults.
    Tried(Vec<String>),
    /// It was not run, and why.
    Skipped(String),
    /// A signal ended it.
    Ended(i32),
}

fn report(lesson: &Lesson, judged: Judged) -> Graded {
    let test = Test {
        name: lesson.id.clone(),
        max_score: 1,
        ..Test::default()
    };
    let (tests, end) = match judged {
        Judged::Ended(signal) => (Vec::new(), End::Signal(signal)),
        Judged::Skipped(why) => {
            let test = Test {
                skipped: Some(why),
                max_score: 0,
                ..test
            };
            (vec![test], End::Complete)
        }
        Judged::Tried(faults) => {
            let score = usize::from(faults.is_empty());
            let test = Test {
                score,
                faults,
                ..test
            };
            (vec![test], End::Complete)
        }
    };
    Graded {
        subject: lesson.id.clone(),
        tests,
        remarks: Vec::new(),
        end,
        is_isolated: false,
        seconds: 0.0,
    }
}

/// Runs the lines of each card in a session of its own.
fn cards(
    lesson: &Lesson,
    session: SessionArgs<'_>,
    faults: &mut Vec<String>,
) -> io::Result<Result<(), Interrupted>> {
    for card in lesson.cards.iter().filter(|card| !card.run.is_empty()) {
        let confinement = Confinement {
            source: LineSource::Card,
            folder: session.folder,
        };
        let stage = Stage::start(Pace::Prompt, Some(confinement), session.signals)?;
        let mut checker = Checker {
            limit: Limit::starting(&stage, session.limit),
            stage,
            faults: Vec::new(),
        };
        for step in &card.run {
            if checker.is_overdue(step.number) {
                break;
            }
            if let Err(interrupted) = checker.step(step) {
                return Ok(Err(interrupted));
            }
        }
        checker.stage.engine.shutdown();
        let of_card = checker
            .faults
            .iter()
            .map(|fault| format!("card {}: {fault}", card.id));
        faults.extend(of_card);
    }
    Ok(Ok(()))
}

/// How long a session may take.
#[derive(Debug, Clone, Copy)]
struct Limit {
    whole: Duration,
    until: Timestamp,
}

impl Limit {
    fn starting(stage: &Stage<'_>, whole: Duration) -> Self {
        let until = stage.engine.now().after(whole);
        Self { whole, until }
    }

    /// What is said when it is over.
    fn sentence(self) -> String {
        let limit = seconds(self.whole);
        format!("the time limit of {limit} was reached; --timeout sets it")
    }
}

struct Checker<'a> {
    stage: Stage<'a>,
    limit: Limit,
    faults: Vec<String>,
}

impl Checker<'_> {
    fn lesson(&mut self, lesson: &Lesson) -> Result<(), Interrupted> {
        for lesson_step in lesson.pages.iter().flat_map(|page| &page.steps) {
            if number(lesson_step).is_some_and(|number| self.is_overdue(number)) {
                break;
            }
            match lesson_step {
                LessonStep::Prose(_) | LessonStep::Closing(_) => {}
                LessonStep::Play(step) => self.step(step)?,
                LessonStep::Predict(question) => self.question(question)?,
                LessonStep::Task(task) => self.task(task)?,
            }
        }
        Ok(())
    }

    /// Whether the time is over; if so, that is noted.
    fn is_overdue(&mut self, number: usize) -> bool {
        let is_overdue = self.stage.engine.now() >= self.limit.until;
        if is_overdue {
            let why = self.limit.sentence();
            self.faults.push(format!("line {number}: not run: {why}"));
        }
        is_overdue
    }

    fn step(&mut self, step: &Step) -> Result<(), Interrupted> {
        self.line(step.number, &step.line).map(|_| ())
    }

    /// Runs a line and notes what is wrong with its result.
    fn line(&mut self, number: usize, line: &Line) -> Result<Option<Report>, Interrupted> {
        let left = self.limit.until.since(self.stage.engine.now());
        let limit = LINE.min(left);
        let report = self.stage.play(number, line.clone(), limit)?;
        if let Some(call) = report.as_ref().and_then(|report| report.call) {
            // A person is slower than a fill() that pauses in between: what only seems to block ends meanwhile.
            let ends = |world: &World| world.call(call).is_none_or(|record| !record.is_pending());
            self.stage.until(MOMENT, &mut { ends })?;
        }
        match &report {
            None => {
                let why = match left <= LINE {
                    true => self.limit.sentence(),
                    false => format!("it has no result after {}", seconds(limit)),
                };
                self.fault(number, line, &why);
            }
            Some(report) => {
                let is_plain = report.command.mode == Mode::Plain;
                match (&report.verdict, &report.errno) {
                    (Verdict::Broken(why), _) => {
                        self.fault(number, line, &format!("{why}, got {}", report.result));
                    }
                    (Verdict::Held, Some(errno)) if is_plain => {
                        self.fault(
                            number,
                            line,
                            &format!("it fails with {errno}, and the line does not say so"),
                        );
                    }
                    (Verdict::Held, _) => {}
                }
            }
        }
        Ok(report)
    }

    fn fault(&mut self, number: usize, line: &Line, why: &str) {
        let fault = format!("line {number}: {line}: {why}");
        self.faults.push(escaped(&fault).to_string());
    }

    /// Of the answers only the right one may be what happens.
    fn question(&mut self, question: &Question) -> Result<(), Interrupted> {
        let Some(line) = question.runs() else {
            return Ok(());
        };
        let report = self.line(question.number, line)?;
        let Some(call) = report.and_then(|report| report.call) else {
            return Ok(());
        };
        let world = &self.stage.world;
        let outcome = world.call(call).and_then(Record::outcome);
        let wrong = question.answers.iter().enumerate();
        let wrong = wrong.filter(|(at, _)| *at != question.right);
        let also: Vec<String> = wrong
            .filter(|(_, answer)| answer.holds(world, outcome))
            .map(|(_, answer)| answer.text.clone())
            .collect();
        for text in also {
            let why = format!("the wrong answer {text} is right too");
            self.fault(question.number, line, &why);
        }
        Ok(())
    }

    fn task(&mut self, task: &Task) -> Result<(), Interrupted> {
        if task.goal.needs_another() {
            // Its other half is another program's: an answer is checked in each of the two.
            return Ok(());
        }
        let mut since = Since::now(&task.goal, &self.stage.world);
        // Enough time for a state of the last line to be replaced: an orphan is probed once a second.
        let mut is_open = |world: &World| {
            let reached = task.goal.check(world, &since);
            !reached.held.contains(&true)
        };
        if !self.stage.until(FORGOTTEN, &mut is_open)? {
            self.faults.push(format!(
                "line {}: a part of the goal holds before anything is done for it",
                task.number
            ));
        }
        for solving in &task.solution {
            let Ok(line) = parse_line(&solving.text) else {
                continue;
            };
            if self.is_overdue(solving.number) {
                return Ok(());
            }
            self.line(solving.number, &line)?;
            since.pass(&task.goal, &self.stage.world);
        }
        let mut reached = Checked::default();
        let holds = self.stage.until(REACHED, &mut |world| {
            reached = task.goal.check(world, &since);
            reached.all()
        })?;
        if !holds {
            let missing = missing(&task.goal, &reached).join("; ");
            let fault = format!(
                "line {}: after the solution the goal does not hold: {missing}",
                task.number
            );
            self.faults.push(fault);
        }
        Ok(())
    }
}

/// The line of the file in which a step begins. `None`: it runs nothing.
fn number(lesson_step: &LessonStep) -> Option<usize> {
    match lesson_step {
        LessonStep::Prose(_) | LessonStep::Closing(_) => None,
        LessonStep::Play(step) => Some(step.number),
        LessonStep::Predict(question) => Some(question.number),
        LessonStep::Task(task) => Some(task.number),
    }
}

/// What is to be done yet, with the condition that says so.
pub(crate) fn missing(goal: &Goal, reached: &Checked) -> Vec<String> {
    let conditions = goal.conditions.iter().zip(&reached.held);
    let missing = conditions.filter(|(_, held)| !**held);
    missing
        .map(|(condition, _)| format!("{} ({})", condition.says, condition.text))
        .collect()
}
