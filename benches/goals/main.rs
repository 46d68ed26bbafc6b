//! `cargo bench`: measures the goals of speed and memory, and fails when one is missed by more than the run itself varies.
//!
//! Absolute figures move from machine to machine; the ratios to a baseline that is measured in the same run are the point.
//! `goals.rs` is the table of goals, `cargo bench -- --help` says how to run them.

mod bulk;
mod captured;
mod goals;
mod growth;
mod idle;
mod latency;
mod memory;
mod paired;
mod past;
mod processors;
mod programs;
mod prompt;
mod report;
mod rig;
mod sample;
mod statistics;
mod terminal;
mod traced;
mod verdict;

use std::process::ExitCode;

use clap::Parser;

use crate::goals::{GOALS, Goal};
use crate::programs::Program;
use crate::report::Report;

/// Measure the goals of speed and memory.
///
/// Each figure is measured in turns with its baseline, and the baseline with itself: the column A/A says how far from 1
/// the median of equal measurements can lie in this run, by the ratios of the baseline to itself. A figure without a
/// baseline is measured in pairs with itself. A goal counts as missed when the figure misses it by more than A/A.
///
/// Exit status: 0 no goal is missed, 1 one is missed, 2 the arguments cannot be used.
#[derive(Debug, Parser)]
#[command(name = "cargo bench --", max_term_width = 100)]
struct Arguments {
    /// Measure only the goals whose names contain one of these words.
    #[arg(value_name = "NAME")]
    names: Vec<String>,
    /// Print the same, and exit with 0 when a goal is missed.
    #[arg(long)]
    report_only: bool,
    /// Print the goals and measure nothing.
    #[arg(long)]
    list: bool,
    /// What cargo says to every bench.
    #[arg(long, hide = true)]
    bench: bool,
    /// Be a program that is measured, and no bench.
    #[arg(long, hide = true)]
    program: Option<Program>,
}

impl Arguments {
    fn wants(&self, goal: &Goal) -> bool {
        self.names.is_empty() || self.names.iter().any(|name| goal.name.contains(name))
    }
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    if let Some(program) = arguments.program {
        program.run();
        return ExitCode::SUCCESS;
    }
    let unknown = |name: &&String| !GOALS.iter().any(|goal| goal.name.contains(*name));
    if let Some(name) = arguments.names.iter().find(unknown) {
        eprintln!("no goal has {name} in its name; `cargo bench -- --list` prints all");
        return ExitCode::from(2);
    }
    let wanted = GOALS.iter().filter(|goal| arguments.wants(goal));
    if arguments.list {
        wanted.for_each(list);
        return ExitCode::SUCCESS;
    }
    let missed = measure(wanted);
    for name in &missed {
        println!("missed by more than the spread of this run: {name}");
    }
    if missed.is_empty() || arguments.report_only {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

fn list(goal: &Goal) {
    let bound = format!("{} {}", goal.bound, goal.unit);
    println!("{:<27} {bound:<11} {}", goal.name, goal.what);
}

/// Measures goals one after the other, and gives what is missed.
fn measure(goals: impl Iterator<Item = &'static Goal>) -> Vec<String> {
    Report::head();
    let mut missed = Vec::new();
    for goal in goals {
        let mut report = Report::new(goal);
        (goal.measure)(&mut report);
        missed.append(&mut report.missed);
    }
    missed
}
