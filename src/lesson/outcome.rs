//! What a driver of a lesson does with results: passes them to the [`Study`], and notes them in the [`Progress`].

use crate::call::{Command, Mode};
use crate::lesson::progress::{Done, Resume};
use crate::lesson::study::Committed;
use crate::lesson::{Lesson, Progress, Solving, Study};
use crate::notation::parse_line;
use crate::script::{Report, Verdict};
use crate::world::World;

impl Progress {
    /// Where a lesson is resumed. `None`: it was never opened.
    pub fn resume(&self, lesson: &Lesson) -> Option<Resume> {
        let is_shipped = crate::lesson::course::find(&lesson.id).is_some();
        let done = self.of(&lesson.id)?;
        Some(done.resume(&lesson.fingerprint, is_shipped))
    }

    /// Notes how far a lesson was read.
    pub fn note(&mut self, study: &Study) {
        let (page, is_over) = (study.page, study.is_over());
        let done = self.of_mut(&study.lesson.id);
        done.page = done.page.max(page);
        done.note(&study.lesson.fingerprint, page);
        done.finished |= is_over;
    }

    /// Takes the result of a line, and returns whether the line was one of the lesson's. An answer counts only if the
    /// result is what the lesson says: nobody could predict it in a world that has changed.
    pub fn take(&mut self, study: &mut Study, report: &Report) -> bool {
        let place = study.present().map(|(at, _)| (study.page, at));
        let asked = study.question().map(|question| question.right);
        let broken = match &report.verdict {
            Verdict::Held => None,
            Verdict::Broken(why) => Some(why.clone()),
        };
        let is_broken = broken.is_some();
        let Some(taken) = study.takes(report.number, &report.result, broken) else {
            return false;
        };
        if let (Some(place), Some(right), Some(chosen), false) =
            (place, asked, taken.chosen, is_broken)
        {
            let done = self.of_mut(&study.lesson.id);
            let key = Done::key(place);
            done.predicted.entry(key).or_insert(chosen == right);
        }
        self.note(study);
        true
    }

    /// Commits an answer to the present prediction. An answer to a question that is about no call counts at once.
    pub fn answer(&mut self, study: &mut Study, chosen: usize) -> Option<Committed> {
        let place = study.present().map(|(at, _)| (study.page, at))?;
        let right = study.question()?.right;
        let is_review = study.is_review();
        let committed = study.answer(chosen)?;
        if committed == Committed::Answered {
            if !is_review {
                let done = self.of_mut(&study.lesson.id);
                let key = Done::key(place);
                done.predicted.entry(key).or_insert(chosen == right);
            }
            self.note(study);
        }
        Some(committed)
    }

    /// Checks how far the present goal is reached, and returns whether it has just been reached.
    pub fn look(&mut self, study: &mut Study, world: &World) -> bool {
        let place = study.present().map(|(at, _)| (study.page, at));
        let (peeked, calls) = (study.peeked, study.calls(world));
        if !study.look(world) {
            return false;
        }
        if let Some(place) = place {
            let done = self.of_mut(&study.lesson.id);
            done.reached.insert(Done::key(place));
            match peeked {
                true => done.shown.insert(Done::key(place)),
                false => {
                    done.note_calls(&Done::key(place), calls);
                    done.solved.insert(Done::key(place))
                }
            };
        }
        self.note(study);
        true
    }
}

impl Solving {
    /// The line as a person types it, without waiting for anything. `None`: it needs the address of another sockplay.
    pub fn typed(&self, peer: Option<&str>) -> Option<String> {
        let line = self.with(peer)?;
        let command = parse_line(&line).ok().and_then(|line| line.command);
        let mode = Mode::Plain;
        Some(command.map_or(line, |command| Command { mode, ..command }.to_string()))
    }
}
