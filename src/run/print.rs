//! Printing what became of each line: as a script with results, as JSON lines, or as TAP.

use std::io::{self, Write};

use serde::Serialize;

use crate::call::argument::Name;
use crate::call::{Command, Mode};
use crate::cli::Style;
use crate::explain::Why;
use crate::run::complain;
use crate::script::{Report, Verdict};
use crate::socket::text::{escaped, escaped_json};

/// Prints one script.
pub(crate) struct Printer {
    style: Style,
    /// Whether each line is explained, not only those that did not hold.
    explains: bool,
    origin: String,
    lines: usize,
    broken: usize,
}

/// What is said of a result.
pub(crate) struct Explained {
    pub(crate) why: Why,
    /// In what it differs from what was expected.
    pub(crate) difference: Option<String>,
}

/// One executed line for machines.
#[derive(Debug, Serialize)]
struct JsonLine<'a> {
    line: usize,
    call: String,
    names: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    process: Option<&'a str>,
    result: Option<&'a str>,
    errno: Option<&'a str>,
    start_us: u128,
    duration_us: u128,
    state_before: Option<&'a str>,
    state_after: Option<&'a str>,
    held: bool,
    expected: Option<String>,
    broken: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    why: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    source: Option<&'a str>,
}

impl Printer {
    pub(crate) fn new(style: Style, explains: bool, origin: &str) -> Self {
        Self {
            style,
            explains,
            origin: origin.to_owned(),
            lines: 0,
            broken: 0,
        }
    }

    /// How many lines did not hold.
    pub(crate) fn broken(&self) -> usize {
        self.broken
    }

    /// Whether the explanation of a line is going to be printed.
    pub(crate) fn explains(&self, report: &Report) -> bool {
        self.explains || !report.verdict.held()
    }

    /// Prints a line that was carried out; `why` explains its result, and in what that differs from what was expected.
    pub(crate) fn report(
        &mut self,
        report: &Report,
        why: &dyn Fn() -> Option<Explained>,
        out: &mut impl Write,
    ) -> io::Result<()> {
        self.lines += 1;
        let explained = self.explains.then(why).flatten();
        match self.style {
            Style::Notation => writeln!(out, "{}", escaped(&report.line()))?,
            Style::Json => {
                let line = json(report, explained.as_ref().map(|explained| &explained.why))?;
                writeln!(out, "{}", escaped_json(&line))?;
            }
            Style::Tap => self.tap(report, out)?,
            // The calls were printed when they were made.
            Style::Strace => {}
        }
        if let (Some(explained), Style::Notation | Style::Tap) = (explained, self.style) {
            writeln!(out, "#   {}", escaped(&with_source(&explained.why)))?;
        }
        out.flush()?;
        if let Some(complaint) = report.complaint() {
            self.broken += 1;
            self.complain(report, &complaint, why());
        }
        Ok(())
    }

    /// Prints a line without command.
    pub(crate) fn remark(&self, comment: Option<&str>, out: &mut impl Write) -> io::Result<()> {
        if self.style != Style::Notation {
            return Ok(());
        }
        match comment {
            Some(comment) => writeln!(out, "#{}", escaped(comment)),
            None => writeln!(out),
        }
    }

    /// Prints the end of the output.
    pub(crate) fn finish(&self, out: &mut impl Write) -> io::Result<()> {
        if self.style == Style::Tap {
            writeln!(out, "1..{}", self.lines)?;
        }
        out.flush()
    }

    fn tap(&self, report: &Report, out: &mut impl Write) -> io::Result<()> {
        let ok = if report.verdict.held() {
            "ok"
        } else {
            "not ok"
        };
        let command = Command {
            mode: Mode::Plain,
            ..report.command.clone()
        };
        // TAP ends a description at `#`.
        let description = escaped(&format!("{command} -> {}", report.result));
        let description = description.replace('#', "\\#");
        writeln!(
            out,
            "{ok} {} - line {}: {description}",
            self.lines, report.number
        )
    }

    /// Points at a line that did not hold, for a person who sees the terminal and not the output.
    fn complain(&self, report: &Report, complaint: &str, why: Option<Explained>) {
        let command = Command {
            mode: Mode::Plain,
            ..report.command.clone()
        };
        let mut text = format!(
            "{}:{}: {command}: {complaint}",
            escaped(&self.origin),
            report.number
        );
        if let Some(why) = why.filter(|_| report.result != "refused") {
            let difference = why.difference.map(|difference| difference + " ");
            let difference = difference.unwrap_or_default();
            text.push_str(&format!("\n    {difference}{}", with_source(&why.why)));
        }
        complain(&text);
    }
}

/// An explanation with where to read more.
pub(crate) fn with_source(why: &Why) -> String {
    match why.source {
        "" => why.text.clone(),
        source => format!("{} ({source})", why.text),
    }
}

fn json(report: &Report, why: Option<&Why>) -> io::Result<String> {
    let expected = match &report.command.mode {
        Mode::Expect(expectation) => Some(expectation.to_string()),
        Mode::Blocks => Some("blocks".to_owned()),
        Mode::Plain | Mode::Background => None,
    };
    let broken = match &report.verdict {
        Verdict::Broken(why) => Some(why.as_str()),
        Verdict::Held => None,
    };
    let line = JsonLine {
        line: report.number,
        call: report.command.call.to_string(),
        names: report
            .command
            .targets
            .iter()
            .map(ToString::to_string)
            .collect(),
        process: report.command.process.as_ref().map(Name::as_str),
        result: (!report.result.is_empty()).then_some(report.result.as_str()),
        errno: report.errno.as_deref(),
        start_us: u128::from(report.start.0) / 1000,
        duration_us: report.duration.as_micros(),
        state_before: report.state_before.as_deref(),
        state_after: report.state_after.as_deref(),
        held: report.verdict.held(),
        expected,
        broken,
        why: why.map(|why| why.text.as_str()),
        source: why.map(|why| why.source),
    };
    serde_json::to_string(&line).map_err(io::Error::other)
}
