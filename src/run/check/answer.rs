//! Learners' scripts against the goals of lessons: each goal must hold after some line of the script.
//!
//! After each line the kernel is asked about all sockets and the goals are evaluated, before the next line is begun:
//! what holds between two lines only is seen too.

use std::io::{self, Write};
use std::path::Path;
use std::time::Duration;

use crate::call::Mode;
use crate::event::{LineSource, Timestamp};
use crate::lesson::goal::{Checked, Since};
use crate::lesson::{Lesson, Task};
use crate::run::check::whole::missing;
use crate::run::check::{SessionArgs, Tap};
use crate::run::script_fault::ScriptFault;
use crate::run::stage::{Confinement, Interrupted, Reported, Stage};
use crate::run::{Exit, read};
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

/// Runs each script in a session of its own and prints which goals it has reached.
pub(crate) fn check<W: Write>(
    lessons: &[Lesson],
    files: &[File],
    session: SessionArgs<'_>,
    tap: &mut Tap<W>,
) -> io::Result<Exit> {
    let mut exit = Exit::Held;
    for file in files {
        // Said only where there are several: one answer needs no name.
        let answer = Answer {
            prefix: if files.len() > 1 {
                format!("{}: ", file.origin)
            } else {
                String::new()
            },
            lessons,
        };
        exit = exit.max(match &file.script {
            Ok(script) => answer.run(script, session, tap)?,
            Err(ScriptFault::Unreadable { origin, error }) => {
                let why = format!("cannot read {origin}: {error}");
                answer.not_run(&[why], tap)?;
                Exit::Unrunnable
            }
            Err(ScriptFault::Wrong { origin, errors }) => {
                let all = errors.iter().map(|error| error.render(origin));
                answer.not_run(&all.collect::<Vec<String>>(), tap)?;
                Exit::Broken
            }
        });
        if matches!(exit, Exit::Signal(_)) {
            break;
        }
    }
    Ok(exit.max(tap.exit()))
}

/// A script that is graded.
struct Answer<'a> {
    /// The prefix of the name of each test.
    prefix: String,
    lessons: &'a [Lesson],
}

impl Answer<'_> {
    fn goals(&self) -> Vec<Goal<'_>> {
        self.lessons.iter().flat_map(goals).collect()
    }

    /// The test that the script itself is.
    fn own_name(&self) -> String {
        format!("{}the script", self.prefix)
    }

    fn goal_name(&self, goal: &Goal<'_>) -> String {
        format!("{}{}", self.prefix, goal.name)
    }

    /// Prints that nothing was run, and why.
    fn not_run<W: Write>(&self, why: &[String], tap: &mut Tap<W>) -> io::Result<()> {
        for goal in self.goals() {
            let said = ["no line of the script was run".to_owned()];
            tap.result(&self.goal_name(&goal), &said)?;
        }
        tap.result(&self.own_name(), why)
    }

    /// Runs the script and prints which goals it has reached.
    fn run<W: Write>(
        &self,
        script: &Script,
        session: SessionArgs<'_>,
        tap: &mut Tap<W>,
    ) -> io::Result<Exit> {
        let mut goals = self.goals();
        let confinement = Confinement {
            source: LineSource::Answer,
            folder: session.folder,
        };
        let mut stage = Stage::start(Pace::Script, Some(confinement), session.signals)?;
        stage.engine.watch_endpoints()?;
        let server = self.lessons.iter().find_map(|own| own.traces.as_ref());
        if let Err(error) = stage.trace(server) {
            stage.engine.shutdown();
            self.not_run(&[error.to_string()], tap)?;
            return Ok(Exit::Unrunnable);
        }
        let played = play(&mut stage, script, session.limit, &mut goals);
        stage.engine.shutdown();
        let Faults {
            promised,
            other,
            refused,
        } = match played {
            Ok(faults) => faults,
            Err(Interrupted(signal)) => return Ok(Exit::Signal(signal)),
        };
        for goal in &goals {
            tap.result(
                &self.goal_name(goal),
                &missing(&goal.task.goal, &goal.reached),
            )?;
        }
        if !promised.is_empty() {
            tap.result(&self.own_name(), &promised)?;
        }
        tap.remarks(&refused)?;
        // A line that failed has cost nothing where the goals are reached all the same.
        if !goals.iter().all(Goal::is_reached) {
            tap.remarks(&other)?;
        }
        Ok(tap.exit())
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
    lesson.tasks().map(|(page, task)| Goal {
        name: format!("{}: {}", lesson.id, lesson.pages[page].title),
        task,
        reached: Checked::default(),
    })
}

/// Runs the lines; gives what went wrong with them.
fn play(
    stage: &mut Stage<'_>,
    script: &Script,
    limit: Duration,
    goals: &mut [Goal<'_>],
) -> Result<Faults, Interrupted> {
    for (index, line) in script.lines.iter().enumerate() {
        stage.push(index + 1, line.clone());
    }
    // What the evaluation takes is not the script's fault; but it does not take forever either.
    let last = stage.engine.now().after(2 * limit);
    let mut deadline = stage.engine.now().after(limit);
    let mut faults = Faults::default();
    loop {
        goals.iter_mut().for_each(|goal| goal.check(&stage.world));
        match stage.step() {
            Some(all) => {
                let is_report = |own: &Reported| matches!(own, Reported::Report(_));
                let is_line_over = all.iter().any(is_report);
                all.into_iter().for_each(|reported| faults.take(reported));
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
            faults.promised.push(overdue(&stage.player, limit));
            return Ok(faults);
        }
    }
    let left = deadline.since(stage.engine.now());
    stage.until(REACHED.min(left), &mut |world| {
        goals.iter_mut().for_each(|goal| goal.check(world));
        goals.iter().all(Goal::is_reached)
    })?;
    Ok(faults)
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
