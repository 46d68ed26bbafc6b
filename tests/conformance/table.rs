//! The table of topics at the end of a run.

use std::fmt;
use std::io::{self, Write};

use super::case::Case;
use super::play::End;

/// Topics with their numbers, and what was skipped.
pub(crate) struct Table {
    rows: Vec<Row>,
    skipped: Vec<String>,
}

#[derive(Default)]
struct Row {
    topic: String,
    cases: usize,
    held: usize,
    skipped: usize,
}

impl Table {
    /// The table of cases and their ends.
    pub(crate) fn of(cases: &[Case], ends: &[End]) -> Self {
        let mut rows: Vec<Row> = Vec::new();
        let mut all = Row::called("all");
        let mut skipped = Vec::new();
        for (case, end) in cases.iter().zip(ends) {
            if rows.last().is_none_or(|row| row.topic != case.topic) {
                rows.push(Row::called(&case.topic));
            }
            for row in rows.last_mut().into_iter().chain([&mut all]) {
                row.add(end);
            }
            if let End::Skipped(reason) = end {
                skipped.push(format!("skipped: {}: {reason}", case.id));
            }
        }
        rows.push(all);
        Self { rows, skipped }
    }

    /// Shows it also when all is well: print! is captured then.
    pub(crate) fn print(&self) {
        // A table that nobody can read is no reason to fail.
        let _ = write!(io::stdout().lock(), "\n{self}\n");
    }
}

impl Row {
    fn called(topic: &str) -> Self {
        Self {
            topic: topic.to_owned(),
            ..Self::default()
        }
    }

    fn add(&mut self, end: &End) {
        self.cases += 1;
        match end {
            End::Held => self.held += 1,
            End::Skipped(_) => self.skipped += 1,
            End::Broken(_) => {}
        }
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut line = |topic: &str, [cases, held, skipped]: [&str; 3]| {
            writeln!(f, "{topic:<12}{cases:>7}{held:>7}{skipped:>9}")
        };
        line("topic", ["cases", "held", "skipped"])?;
        for row in &self.rows {
            let numbers = [row.cases, row.held, row.skipped].map(|number| number.to_string());
            line(&row.topic, numbers.each_ref().map(String::as_str))?;
        }
        self.skipped
            .iter()
            .try_for_each(|skipped| writeln!(f, "{skipped}"))
    }
}
