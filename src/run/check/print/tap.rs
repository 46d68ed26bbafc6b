//! Results as the Test Anything Protocol.

use std::io::{self, Write};

use nix::sys::signal::Signal;

use crate::run::Exit;
use crate::run::check::graded::{Graded, Test};
use crate::socket::text::escaped;

/// The state of the output.
pub(crate) struct Tap {
    /// Whether each test names its answer.
    several: bool,
    /// How many tests were printed.
    count: usize,
}

impl Tap {
    pub(crate) fn new(several: bool) -> Self {
        Self { several, count: 0 }
    }

    pub(crate) fn report(&mut self, out: &mut impl Write, report: &Graded) -> io::Result<()> {
        for test in &report.tests {
            self.test(out, report, test)?;
        }
        remarks(out, report.remarks.iter())
    }

    fn test(&mut self, out: &mut impl Write, report: &Graded, test: &Test) -> io::Result<()> {
        self.count += 1;
        let ok = if test.is_passed() { "ok" } else { "not ok" };
        let answer = self.several.then(|| format!("{}: ", report.subject));
        let name = answer.unwrap_or_default() + &test.name;
        // TAP ends a description at `#`.
        let name = escaped(&name).replace('#', "\\#");
        let skipped = test.skipped.as_ref();
        let skipped = skipped.map(|why| format!(" # SKIP {}", escaped(why)));
        let skipped = skipped.unwrap_or_default();
        writeln!(out, "{ok} {} - {name}{skipped}", self.count)?;
        remarks(out, test.reasons().iter())
    }

    pub(crate) fn finish(&self, out: &mut impl Write, exit: Exit) -> io::Result<()> {
        match exit {
            Exit::Signal(signal) => {
                let name = Signal::try_from(signal).map_or("a signal", Signal::as_str);
                writeln!(out, "Bail out! {name} ended the check")
            }
            Exit::Held | Exit::Broken | Exit::Unrunnable => writeln!(out, "1..{}", self.count),
        }
    }
}

fn remarks<'a>(out: &mut impl Write, said: impl Iterator<Item = &'a String>) -> io::Result<()> {
    for line in said.flat_map(|text| text.lines()) {
        writeln!(out, "# {}", escaped(line))?;
    }
    Ok(())
}
