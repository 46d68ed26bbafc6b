//! The command line.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

/// A terminal playground for sockets: one line is one real system call, and everything it does can be watched.
///
/// Without a command the playground starts. Two of them, in two terminals, talk to each other.
#[derive(Debug, Parser)]
#[command(name = "sockplay", version, max_term_width = 100)]
pub struct Cli {
    /// What to do instead of starting the playground.
    #[command(subcommand)]
    pub command: Option<Action>,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Action {
    /// Run scripts without a screen and check their expectations.
    ///
    /// Each line is printed with its result. Exit status: 0 all expectations held, 1 one did not hold, 2 a script could
    /// not be run (unreadable, or a line is not in the notation).
    Run(RunArgs),
}

/// What `sockplay run` is given.
#[derive(Debug, Args)]
pub struct RunArgs {
    /// Scripts, each run in a session of its own; `-` is standard input.
    #[arg(required_unless_present = "line")]
    pub files: Vec<PathBuf>,
    /// Run this instead of a file; `;` separates lines.
    #[arg(short = 'c', value_name = "LINES")]
    pub line: Option<String>,
    /// Print one JSON object for each executed line.
    #[arg(long, conflicts_with = "tap")]
    pub json: bool,
    /// Print the Test Anything Protocol.
    #[arg(long)]
    pub tap: bool,
}

impl RunArgs {
    /// How results are printed.
    pub fn style(&self) -> Style {
        match (self.json, self.tap) {
            (true, _) => Style::Json,
            (_, true) => Style::Tap,
            _ => Style::Notation,
        }
    }
}

/// How results are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// Each line with its result, which is a script again.
    Notation,
    /// One JSON object a line.
    Json,
    /// The Test Anything Protocol.
    Tap,
}
