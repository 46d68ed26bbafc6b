//! A script that is open for stepping: its lines as they are in the file, which of them comes next, and what became of
//! those that were run.
//!
//! Pure. A driver sets with [`Stepping::go_to`] how far the script is to be run, takes one line after the other with
//! [`Stepping::begin`] for its player, and hands the reports to [`Stepping::take`].

use crate::call::Line;
use crate::event::CallId;
use crate::script::report::Report;
use crate::script::{ScriptError, parse, texts};

/// A script that is open for stepping.
#[derive(Debug)]
pub struct Stepping {
    /// The name of its file.
    pub origin: String,
    /// Whether its pane is hidden.
    pub hidden: bool,
    /// The selected line, counted from 0; `None` follows the next one.
    pub selected: Option<usize>,
    lines: Vec<SteppedLine>,
    /// How many lines are passed.
    passed: usize,
    /// The last line that is to be run, counted from 0.
    until: Option<usize>,
    /// The line that is being run, and its number among the lines of the session.
    running: Option<(usize, usize)>,
}

/// A line of the file.
#[derive(Debug)]
pub struct SteppedLine {
    /// As it is in the file.
    pub text: String,
    /// What it says.
    pub line: Line,
    /// What became of it; `None`: it has not been run.
    pub result: Option<LineResult>,
}

/// What became of a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineResult {
    /// The call that was made.
    pub call: Option<CallId>,
    /// The text after `->`; empty for a line that was only started.
    pub result: String,
    /// The name of the errno, when the call failed.
    pub errno: Option<String>,
    /// What was expected and what came, if that is not the same.
    pub broken: Option<String>,
    /// Whether it was dropped: nothing more is known of it.
    pub dropped: bool,
}

/// How far a script has been run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tally {
    /// How many lines have been run.
    pub run: usize,
    /// How many it has, without comments and blank lines.
    pub all: usize,
    /// How many of those that were run did not hold.
    pub broken: usize,
}

/// What a report means for the script.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Taken {
    /// It is about a line of another giver.
    NotOwn,
    /// The line goes on: a name in it was looked up.
    GoesOn,
    /// The line is over.
    Over {
        /// Its number in the file.
        number: usize,
        /// What was expected and what came, if that is not the same.
        broken: Option<String>,
    },
}

impl Stepping {
    /// Reads the bytes of a script.
    ///
    /// # Errors
    ///
    /// As [`parse`].
    pub fn open(origin: &str, bytes: &[u8]) -> Result<Self, Vec<ScriptError>> {
        let script = parse(origin, bytes)?;
        let lines = texts(bytes).zip(script.lines);
        let lines = lines.map(|(text, line)| SteppedLine {
            text: String::from_utf8_lossy(text).into_owned(),
            line,
            result: None,
        });
        Ok(Self {
            origin: script.origin,
            hidden: false,
            selected: None,
            lines: lines.collect(),
            passed: 0,
            until: None,
            running: None,
        })
    }

    /// Its lines.
    pub fn lines(&self) -> &[SteppedLine] {
        &self.lines
    }

    /// The line that is run next, counted from 0. Comments and blank lines are passed over.
    pub fn next(&self) -> Option<usize> {
        let rest = self.lines.iter().enumerate().skip(self.passed);
        let mut commands = rest.filter(|(_, own)| own.line.command.is_some());
        commands.next().map(|(at, _)| at)
    }

    /// The line that is being run, counted from 0.
    pub fn running(&self) -> Option<usize> {
        self.running.map(|(at, _)| at)
    }

    /// The number of that line among those of the session.
    pub fn running_number(&self) -> Option<usize> {
        self.running.map(|(_, number)| number)
    }

    /// Whether more lines follow the one that is being run, without being asked for.
    pub fn goes_on(&self) -> bool {
        self.until.is_some_and(|until| until >= self.passed)
    }

    /// The line that the pane is about: the selected one, else the one that is being run or comes next.
    pub fn present(&self) -> usize {
        let last = self.lines.len().saturating_sub(1);
        let present = self.selected.or_else(|| self.running());
        present.or_else(|| self.next()).unwrap_or(last)
    }

    /// Moves the selection. On the line that comes next it follows that again.
    pub fn select_by(&mut self, rows: isize) {
        let last = self.lines.len().saturating_sub(1);
        self.select(self.present().saturating_add_signed(rows).min(last));
    }

    /// Selects a line, counted from 0.
    pub fn select(&mut self, at: usize) {
        let follows = Some(at) == self.running().or_else(|| self.next());
        self.selected = (at < self.lines.len() && !follows).then_some(at);
    }

    /// Lines are to be run up to this one, counted from 0.
    pub fn go_to(&mut self, last: usize) {
        self.until = Some(last);
    }

    /// No more lines are to be run than the present one.
    pub fn stop(&mut self) {
        self.until = None;
    }

    /// The next line that is to be run, which has this number from now on. `None`: none is.
    pub fn begin(&mut self, number: usize) -> Option<Line> {
        if self.running.is_some() {
            return None;
        }
        let until = self.until?;
        let Some(at) = self.next().filter(|at| *at <= until) else {
            self.until = None;
            return None;
        };
        self.passed = at + 1;
        self.running = Some((at, number));
        self.lines.get(at).map(|own| own.line.clone())
    }

    /// Takes the report of a line; `goes_on`: the player has more to do for the line of this number. A line that did not
    /// hold is the last one.
    pub fn take(&mut self, report: &Report, goes_on: bool) -> Taken {
        let Some((at, _)) = self.running.filter(|(_, own)| *own == report.number) else {
            return Taken::NotOwn;
        };
        let broken = report.complaint();
        if let Some(own) = self.lines.get_mut(at) {
            own.result = Some(LineResult {
                call: report.call,
                result: report.result.clone(),
                errno: report.errno.clone(),
                broken: broken.clone(),
                dropped: false,
            });
        }
        if goes_on {
            return Taken::GoesOn;
        }
        self.running = None;
        if broken.is_some() {
            self.until = None;
        }
        if self.selected.is_some_and(|selected| selected <= at) {
            self.selected = None;
        }
        Taken::Over {
            number: at + 1,
            broken,
        }
    }

    /// The line that is being run was dropped: it is not known what becomes of it.
    pub fn drop_line(&mut self) {
        self.until = None;
        let Some((at, _)) = self.running.take() else {
            return;
        };
        if let Some(own) = self.lines.get_mut(at) {
            own.result = Some(LineResult {
                call: None,
                result: String::new(),
                errno: None,
                broken: None,
                dropped: true,
            });
        }
    }

    /// Nothing has been run.
    pub fn begin_again(&mut self) {
        self.undo_from(0);
    }

    /// Only the lines have been run whose calls are kept, and those before the first other one.
    pub fn rewind(&mut self, is_kept: &dyn Fn(CallId) -> bool) {
        let is_undone = |own: &SteppedLine| {
            let call = own.result.as_ref().and_then(|result| result.call);
            call.is_some_and(|call| !is_kept(call))
        };
        let first = self.lines.iter().position(is_undone);
        self.undo_from(first.unwrap_or(self.passed));
        // The calls are made again, as others.
        for result in self.lines.iter_mut().filter_map(|own| own.result.as_mut()) {
            result.call = None;
        }
    }

    fn undo_from(&mut self, first: usize) {
        self.passed = first;
        self.until = None;
        self.running = None;
        self.selected = None;
        for own in self.lines.iter_mut().skip(self.passed) {
            own.result = None;
        }
    }

    /// How far it has been run.
    pub fn tally(&self) -> Tally {
        let commands = self.lines.iter().filter(|own| own.line.command.is_some());
        let results = self.lines.iter().filter_map(|own| own.result.as_ref());
        Tally {
            run: results.clone().count(),
            all: commands.count(),
            broken: results.filter(|result| result.broken.is_some()).count(),
        }
    }
}

#[cfg(test)]
mod tests;
