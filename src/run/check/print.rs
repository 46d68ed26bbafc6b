//! How the results of a check are printed: for people and test runners (TAP, JUnit), for programs (JSON), and for
//! Gradescope.

mod gradescope;
mod json;
mod junit;
mod tap;

use std::io::{self, Write};

use crate::cli::CheckFormat;
use crate::run::Exit;
use crate::run::check::graded::Graded;
use tap::Tap;

/// Prints reports, each as soon as it is there.
pub(crate) struct Printer<W> {
    out: W,
    style: Style,
    exit: Exit,
}

enum Style {
    Tap(Tap),
    /// Its document has totals at its beginning, so it is printed at the end.
    Junit(Vec<Graded>),
    Json,
    Gradescope,
}

impl<W: Write> Printer<W> {
    /// `several`: each test is to name the answer that it belongs to.
    pub(crate) fn new(out: W, format: CheckFormat, several: bool) -> Self {
        let style = match format {
            CheckFormat::Tap => Style::Tap(Tap::new(several)),
            CheckFormat::Junit => Style::Junit(Vec::new()),
            CheckFormat::Json => Style::Json,
            CheckFormat::Gradescope => Style::Gradescope,
        };
        Self {
            out,
            style,
            exit: Exit::Held,
        }
    }

    /// Prints a report.
    pub(crate) fn report(&mut self, report: Graded) -> io::Result<()> {
        self.exit = self.exit.max(report.exit());
        match &mut self.style {
            Style::Tap(tap) => tap.report(&mut self.out, &report)?,
            Style::Junit(all) => all.push(report),
            Style::Json => writeln!(self.out, "{}", json::line(&report)?)?,
            Style::Gradescope => writeln!(self.out, "{}", gradescope::line(&report)?)?,
        }
        self.out.flush()
    }

    /// Prints what comes at the end; gives what the process is to exit with. `signal`: the one that ended the check.
    pub(crate) fn finish(mut self, signal: Option<i32>) -> io::Result<Exit> {
        let exit = signal.map_or(self.exit, Exit::Signal);
        match &self.style {
            Style::Tap(tap) => tap.finish(&mut self.out, exit)?,
            Style::Junit(all) => writeln!(self.out, "{}", junit::document(all)?)?,
            Style::Json | Style::Gradescope => {}
        }
        self.out.flush()?;
        Ok(exit)
    }
}
