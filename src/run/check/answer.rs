//! A learner's script against the goals of a lesson: each must hold at some moment of its run.

use std::io::{self, Write};
use std::path::Path;
use std::time::Duration;

use crate::call::Mode;
use crate::engine::Signals;
use crate::lesson::goal::{Checked, Since};
use crate::lesson::{Lesson, Task};
use crate::run::check::Tap;
use crate::run::check::whole::missing;
use crate::run::stage::{Interrupted, Stage, Told};
use crate::run::{Exit, parse, read};
use crate::script::{Pace, Script, Verdict};
use crate::world::World;

/// How long the goals may take to hold after the last line.
const REACHED: Duration = Duration::from_secs(3);

/// A goal and how far it was reached at best.
struct Goal<'a> {
    name: String,
    task: &'a Task,
    reached: Checked,
}

impl Goal<'_> {
    /// Looks at it once more; a goal that was reached stays so.
    fn look(&mut self, world: &World) {
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

/// Runs the script in `file` and prints which goals it has reached.
pub(crate) fn check<W: Write>(
    lessons: &[Lesson],
    file: &Path,
    signals: &Signals,
    tap: &mut Tap<W>,
) -> io::Result<Exit> {
    let origin = file.display().to_string();
    let script = match parse(&origin, std::fs::File::open(file).and_then(read)) {
        Ok(script) => script,
        Err(message) => {
            // A message that cannot be written has nobody who would read it.
            let _ = write!(io::stderr(), "{message}");
            return Ok(Exit::Unrunnable);
        }
    };
    let mut goals: Vec<Goal<'_>> = lessons.iter().flat_map(goals).collect();
    let mut stage = Stage::start(Pace::Script, signals)?;
    stage.engine.watch_ends()?;
    let played = play(&mut stage, &script, &mut goals);
    stage.engine.shutdown();
    let Faults { promised, other } = match played {
        Ok(faults) => faults,
        Err(Interrupted(signal)) => return Ok(Exit::Signal(signal)),
    };
    for goal in &goals {
        tap.result(&goal.name, &missing(&goal.task.goal, &goal.reached))?;
    }
    if !promised.is_empty() {
        tap.result("the script", &promised)?;
    }
    // A line that failed has cost nothing where the goals are reached all the same.
    if !goals.iter().all(Goal::is_reached) {
        tap.remarks(&other)?;
    }
    Ok(tap.exit())
}

/// What went wrong with the lines of a script.
#[derive(Debug, Default)]
struct Faults {
    /// Where a line says itself what should come of it.
    promised: Vec<String>,
    /// Where it merely failed, or slept.
    other: Vec<String>,
}

impl Faults {
    fn take(&mut self, told: Told) {
        let Told::Report(report) = told else {
            return;
        };
        let Verdict::Broken(why) = &report.verdict else {
            return;
        };
        let text = format!("line {}: {why}, got {}", report.number, report.result);
        match report.command.mode {
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
    goals: &mut [Goal<'_>],
) -> Result<Faults, Interrupted> {
    for (index, line) in script.lines.iter().enumerate() {
        stage.player.push(index + 1, line.clone());
    }
    let mut faults = Faults::default();
    loop {
        goals.iter_mut().for_each(|goal| goal.look(&stage.world));
        match stage.step() {
            Some(told) => told.into_iter().for_each(|told| faults.take(told)),
            None if stage.player.is_idle() => break,
            None => stage.wait(None, &mut |_, _| {})?,
        }
    }
    stage.until(REACHED, &mut |world| {
        goals.iter_mut().for_each(|goal| goal.look(world));
        goals.iter().all(Goal::is_reached)
    })?;
    Ok(faults)
}
