//! The course line by line: the list of lessons, opening one, its steps, answers, hints and solutions.

use std::io;

use crate::event::{LineSource, Reach};
use crate::lesson::progress::Resume;
use crate::lesson::study::{Committed, Next, Skipped};
use crate::lesson::{Lesson, Needs, Question, Study};
use crate::run::lesson_needs::{self, Unmet};
use crate::run::repl::lesson::{Reading, text};
use crate::run::repl::words::Word;
use crate::run::repl::{Changes, Repl};
use crate::script::Report;
use crate::socket::Address;

const LESSON: Reach = Reach::Confined(LineSource::Lesson);

impl Repl<'_> {
    /// Prints the lessons with their numbers.
    pub(crate) fn list_lessons(&mut self) -> io::Result<()> {
        self.load_course()?;
        let next = crate::lesson::entry::next(&self.course, &self.progress);
        let reviews = crate::run::cards::reviews(&self.progress);
        for (at, entry) in self.course.iter().enumerate() {
            let mark = if entry.is_done(&self.progress) {
                ", done"
            } else if at == next {
                ", next"
            } else {
                ""
            };
            let needs = match &entry.needs {
                Some(Needs::RawSockets) => ", needs a privilege",
                Some(Needs::Network(_)) => ", in a private network",
                None => "",
            };
            let calls = entry.calls(&self.progress);
            let calls = calls.map(|(own, least)| format!(", your calls {own}, shortest {least}"));
            let due = Some(reviews.of_lesson(&entry.id)).filter(|due| *due > 0);
            let due = due.map(|due| format!(", cards due {due}"));
            let line = format!(
                "{}: {} ({}, {} min{needs}{mark}{}{})",
                at + 1,
                entry.title,
                entry.id,
                entry.minutes,
                calls.unwrap_or_default(),
                due.unwrap_or_default()
            );
            self.console.print(&line)?;
        }
        let (due, new) = (reviews.due(), reviews.new);
        if due + new > 0 {
            self.console.print(&format!(
                "[Flash cards: {due} due, {new} new. `sockplay repl cards` asks them.]"
            ))?;
        }
        self.lists_lessons = true;
        self.console.print("[The number of a lesson opens it.]")
    }

    fn load_course(&mut self) -> io::Result<()> {
        if !self.course.is_empty() {
            return Ok(());
        }
        let (course, progress, notice) = self.lesson_store.course();
        self.course = course;
        self.progress.merge(&progress);
        notice.map_or(Ok(()), |notice| self.note(&notice))
    }

    pub(crate) fn open_numbered(&mut self, number: usize) -> io::Result<()> {
        let index = number.checked_sub(1);
        match index.and_then(|index| self.course.get(index)) {
            Some(entry) => {
                let id = entry.id.clone();
                self.open_lesson(&id)
            }
            None => self.note(&format!("there are {} lessons", self.course.len())),
        }
    }

    /// Opens a lesson where it was left, in a session that has what its page needs.
    pub(crate) fn open_lesson(&mut self, name: &str) -> io::Result<()> {
        self.load_course()?;
        self.lists_lessons = false;
        let folder = self.lesson_store.prepare()?;
        self.stage.engine.confine_to(&folder);
        let lesson = match self.lesson_store.lesson(name) {
            Ok(lesson) => lesson,
            Err(fault) => return self.console.print_text(&fault.to_string()),
        };
        // What the lesson before has set is set back first.
        self.settings = None;
        match lesson_needs::begin(&lesson) {
            Ok(settings) => self.settings = Some(settings),
            Err(unmet) => return self.cannot_open(&lesson, &unmet),
        }
        if let Some(why) = lesson_needs::alone(&lesson) {
            self.note(&format!("this lesson cannot be done here: {why}"))?;
        }
        let resume = self.progress.resume(&lesson);
        self.console.print(&format!("= {} =", lesson.title))?;
        self.console.print_text(&lesson.goal)?;
        let mut study = Study::new(lesson);
        let mut lines = Vec::new();
        match resume {
            Some(Resume::Page(page)) => {
                let done = self
                    .progress
                    .of(&study.lesson.id)
                    .cloned()
                    .unwrap_or_default();
                lines = study.resume(page, &done);
                self.note(
                    "you are where you left off: the calls of the earlier pages are made again",
                )?;
            }
            Some(Resume::Changed(_)) => {
                self.note(
                    "the text of this lesson has changed since you read it: it begins again",
                )?;
            }
            Some(Resume::Beginning) | None => {}
        }
        self.reading = Some(Reading::new(study));
        self.restart(lines)
    }

    /// Says what a lesson lacks, before anything of it is run.
    fn cannot_open(&mut self, lesson: &Lesson, unmet: &Unmet) -> io::Result<()> {
        let advice = match unmet {
            Unmet::Nowhere(_) => String::new(),
            Unmet::Here(_) => format!(
                ". Leave, and start it from the shell, which makes a private network where that is allowed: \
                 `sockplay repl learn {}`",
                lesson.id
            ),
        };
        self.note(&format!(
            "the lesson {} cannot be done here: {}{advice}",
            lesson.id,
            unmet.reason()
        ))
    }

    /// Ends the session and begins another in which these lines are run first.
    fn restart(&mut self, lines: Vec<crate::call::Line>) -> io::Result<()> {
        self.stage.restart()?;
        let server = self.reading.as_ref();
        let server = server.and_then(|own| own.study.lesson.traces.clone());
        if let Err(error) = self.stage.trace(server.as_ref()) {
            self.note(&format!("this lesson cannot be done here: {error}"))?;
        }
        self.changes = Changes::default();
        self.suggestions.clear();
        self.explained = None;
        self.offered = None;
        for line in lines {
            self.push(line, LESSON);
        }
        self.keep()?;
        self.print_lesson()
    }

    /// Prints what is new of the lesson, once nothing of it is being run.
    pub(crate) fn print_lesson(&mut self) -> io::Result<()> {
        if !self.stage.player.is_idle() {
            return Ok(());
        }
        let Some(reading) = &mut self.reading else {
            return Ok(());
        };
        let lines = reading.news();
        lines
            .iter()
            .try_for_each(|line| self.console.print_text(line))
    }

    /// The next step.
    pub(crate) fn go_on(&mut self) -> io::Result<()> {
        let Some(reading) = &mut self.reading else {
            return Ok(());
        };
        match reading.study.go_on() {
            Next::Run(line) => self.run_step(*line, None),
            Next::Turned => {
                self.keep()?;
                self.print_lesson()
            }
            Next::Busy => self.note("the previous line is still running"),
            Next::Answer => self.note("predict first: the number of an answer picks it"),
            Next::Unreached => self.note("the goal is not reached yet; `skip` skips it"),
            Next::Astray => self.note("the result is not what the lesson says, so it does not count: `again` restarts the page, `skip` continues"),
            Next::Over => self.open_following(),
        }
    }

    fn open_following(&mut self) -> io::Result<()> {
        let open = self
            .reading
            .as_ref()
            .map(|reading| reading.study.lesson.id.clone());
        let next = open.and_then(|id| crate::lesson::entry::following(&self.course, &id));
        match next.map(|entry| entry.id.clone()) {
            Some(id) => self.open_lesson(&id),
            None => self.list_lessons(),
        }
    }

    fn run_step(&mut self, line: crate::call::Line, chosen: Option<usize>) -> io::Result<()> {
        let number = self.push(line, LESSON);
        if let Some(reading) = &mut self.reading {
            reading.study.runs(number, chosen);
        }
        Ok(())
    }

    /// The prediction that is open.
    pub(crate) fn question(&self) -> Option<Question> {
        let study = self.reading.as_ref().map(|reading| &reading.study)?;
        study.question().cloned()
    }

    /// Whether a number is an answer now.
    pub(crate) fn is_asked(&self) -> bool {
        let study = self.reading.as_ref().map(|reading| &reading.study);
        study.is_some_and(|study| study.question().is_some() && !study.is_busy())
    }

    /// Commits an answer and makes the call.
    pub(crate) fn answer(&mut self, number: usize) -> io::Result<()> {
        let Some(reading) = &mut self.reading else {
            return Ok(());
        };
        let question = reading.study.question().cloned();
        let index = number.checked_sub(1);
        let committed = index.and_then(|index| self.progress.answer(&mut reading.study, index));
        match (committed, index) {
            (Some(Committed::Run(line)), Some(index)) => self.run_step(*line, Some(index)),
            (Some(Committed::Answered), _) => {
                self.taken(question.as_ref(), None)?;
                self.print_lesson()
            }
            _ => self.note(&format!("{number} is not the number of an answer")),
        }
    }

    /// Passes a result to the lesson. Gives whether the line was one of its own.
    pub(crate) fn take_result(&mut self, report: &Report) -> bool {
        let Some(reading) = &mut self.reading else {
            return false;
        };
        self.progress.take(&mut reading.study, report)
    }

    /// Says what the result of a line of the lesson means for it, and stores the progress.
    pub(crate) fn taken(
        &mut self,
        question: Option<&Question>,
        broken: Option<&str>,
    ) -> io::Result<()> {
        let said = self
            .reading
            .as_ref()
            .map(|reading| reading.taken(question, broken));
        for line in said.unwrap_or_default() {
            self.console.print_text(&line)?;
        }
        self.store()
    }

    /// Checks the goal, and says what has changed of that.
    pub(crate) fn look_at_goals(&mut self) -> io::Result<()> {
        let Some(reading) = &mut self.reading else {
            return Ok(());
        };
        let (is_reached, lines) = reading.look(&mut self.progress, &self.stage.world);
        for line in lines {
            self.console.print_text(&line)?;
        }
        if is_reached {
            self.offered = None;
            self.store()?;
            self.print_lesson()?;
        }
        Ok(())
    }

    /// A word that belongs to a lesson.
    pub(crate) fn lesson_word(&mut self, word: Word) -> io::Result<()> {
        if self.reading.is_none() {
            return self.note("no lesson is open; `lessons` lists them");
        }
        match word {
            Word::Hint => self.hint(),
            Word::Solution => self.solution(),
            Word::Skip => self.skip(),
            Word::Again => self.again(),
            Word::Back => self.turn_back(),
            Word::Page => self.page(),
            _ => self.go_on(),
        }
    }

    fn hint(&mut self) -> io::Result<()> {
        let Some(study) = self.reading.as_mut().map(|reading| &mut reading.study) else {
            return Ok(());
        };
        let hint = study
            .task()
            .and_then(|task| task.hints.get(study.hints).cloned());
        match (hint, study.task().is_some()) {
            (Some(hint), _) => {
                study.hints += 1;
                text(&hint)
                    .iter()
                    .try_for_each(|line| self.console.print_text(line))
            }
            (None, true) => {
                self.note("there are no more hints; `solution` shows a line of the solution")
            }
            (None, false) => self.note("only goals have hints; Enter continues"),
        }
    }

    fn solution(&mut self) -> io::Result<()> {
        let listeners =
            crate::kernel::unshared::call("listeners", crate::kernel::listeners::listeners);
        let peer = listeners.unwrap_or_default().into_iter().find(|own| {
            own.of_another_instance && own.listens && matches!(own.address, Address::Inet(_))
        });
        let peer = peer.map(|own| own.reachable().to_string());
        let Some(study) = self.reading.as_mut().map(|reading| &mut reading.study) else {
            return Ok(());
        };
        let Some(solving) = study.solution(&self.stage.world) else {
            return self.note("only goals have solutions; Enter continues");
        };
        match solving.typed(peer.as_deref()) {
            Some(line) => {
                study.peeked = true;
                self.console
                    .print(&format!("solution: {line}   [Enter runs it]"))?;
                self.offered = Some(line);
                Ok(())
            }
            None => {
                study.solving -= 1;
                self.note(
                    "no other sockplay listens yet: do the server's part there first, then `solution` again",
                )
            }
        }
    }

    fn skip(&mut self) -> io::Result<()> {
        let Some(reading) = &mut self.reading else {
            return Ok(());
        };
        match reading.study.leave() {
            Skipped::Nothing => self.note("there is nothing to skip; Enter continues"),
            Skipped::Left => {
                self.keep()?;
                self.print_lesson()
            }
            Skipped::Solved(lines) => {
                for line in lines {
                    self.push(line, LESSON);
                }
                self.note("the lesson makes these calls, as later steps need them: the goal counts as seen")
            }
        }
    }

    fn again(&mut self) -> io::Result<()> {
        let Some(reading) = &mut self.reading else {
            return Ok(());
        };
        let lines = reading.study.page_anew();
        reading.anew();
        self.note("the page starts over, in a session of its own")?;
        self.restart(lines)
    }

    fn turn_back(&mut self) -> io::Result<()> {
        if let Some(reading) = &mut self.reading {
            let before = reading.study.page.saturating_sub(1);
            reading.study.turn(before);
        }
        self.page()
    }

    fn page(&mut self) -> io::Result<()> {
        if let Some(reading) = &mut self.reading {
            reading.anew();
        }
        self.print_lesson()
    }

    /// Notes how far the lesson was read, and stores it.
    fn keep(&mut self) -> io::Result<()> {
        if let Some(reading) = &self.reading {
            self.progress.note(&reading.study);
        }
        self.store()
    }

    fn store(&mut self) -> io::Result<()> {
        match self.lesson_store.keep(&self.progress) {
            Some(notice) => self.note(&notice),
            None => Ok(()),
        }
    }
}
