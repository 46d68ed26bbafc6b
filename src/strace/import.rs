//! The output of strace(1) as events: what a tracer would have reported of the same program, as far as strace shows it.
//!
//! Each line is read by `line`, the lines of each thread are put together by `threads`, and `conversion` folds them:
//! a call is read as a call of the notation by `entry` and its result by `exit`; what the notation has no form for, or
//! strace does not show in full, stays a call as it is printed. Nothing is added: no state of the kernel, no queue, no
//! time that is not there. How strace printed a call is kept with it.
//!
//! The text is untrusted. Lines of any content are counted and passed over; what is read has a bound in bytes, lines and
//! events.

mod address;
mod annotation;
mod arguments;
mod control;
mod conversion;
mod entry;
mod exit;
mod line;
mod number;
mod pending;
mod result;
mod syscalls;
mod tables;
mod threads;
mod time;
mod value;

use std::borrow::Cow;

use crate::event::Event;
use crate::strace::import::conversion::{Conversion, Made};
use crate::strace::import::line::{Line, Read, What};
use crate::strace::import::threads::{Threads, UNKNOWN};

/// The most bytes that are read.
pub const MOST_BYTES: u64 = 256 << 20;
/// The longest line that is read.
const LONGEST: usize = 1 << 20;
/// The most lines that are read.
const MOST_LINES: usize = 1_000_000;
/// How many lines that are not understood are named.
const NAMED: usize = 5;

/// What was made of the output of strace.
#[derive(Debug, Clone)]
pub struct Imported {
    /// The events.
    pub events: Vec<Event>,
    /// What was read.
    pub report: Report,
}

/// What was read.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Report {
    /// How many lines there are.
    pub lines: usize,
    /// How many of them say that a call was made or has returned which is in the events.
    pub calls: usize,
    /// How many say something of a process: a signal, its end.
    pub processes: usize,
    /// How many are of calls that are not about sockets, readiness, descriptors or processes, and are not taken over.
    pub others: usize,
    /// How many are none of a call: notices of strace, stack traces, dumps of data, empty ones.
    pub beside: usize,
    /// How many are not understood.
    pub unknown: usize,
    /// The numbers of the first of them, from 1.
    pub first_unknown: Vec<usize>,
    /// The first line that was not read any more, since there are too many.
    pub cut_at: Option<usize>,
    /// Whether the lines have times.
    pub has_times: bool,
    /// Whether it is known which process it is.
    pub has_pid: bool,
    /// When it began, in seconds since 1970, where the lines say that.
    pub began: Option<u64>,
}

impl Report {
    fn unknown(&mut self, number: usize) {
        self.unknown += 1;
        if self.first_unknown.len() < NAMED {
            self.first_unknown.push(number);
            self.first_unknown.sort_unstable();
        }
    }
}

/// Whether calls of a name are taken over.
#[cfg(test)]
pub(crate) fn takes(name: &str) -> bool {
    syscalls::find(name).is_some()
}

/// Makes events of the output of strace(1).
pub fn import(bytes: &[u8]) -> Imported {
    let text = String::from_utf8_lossy(bytes);
    let mut report = Report::default();
    let lines = joined(&text, &mut report);
    let (lines, attached) = read(&lines, &mut report);
    let threads = Threads::of(lines, attached);
    report.has_pid = threads.root != UNKNOWN;
    let mut conversion = Conversion::of(threads);
    let mut index = 0;
    while let Some(step) = conversion.step(index) {
        if conversion.is_full() {
            report.cut_at = Some(step.number);
            break;
        }
        let is_call = matches!(
            step.what,
            What::Call(..) | What::Entered(..) | What::Resumed(..) | What::Left(..)
        );
        match conversion.take(index, &step) {
            Made::Unknown => report.unknown(step.number),
            Made::Events if is_call => report.calls += 1,
            Made::Nothing if is_call => report.others += 1,
            Made::Events | Made::Nothing => report.processes += 1,
        }
        index += 1;
    }
    report.has_times = conversion.clock.has_times;
    report.began = conversion.clock.began;
    Imported {
        events: conversion.events,
        report,
    }
}

/// The lines with their numbers. Where strace writes to the terminal, what it says of a new process may stand in the middle
/// of a line, which goes on in the next one.
fn joined<'a>(text: &'a str, report: &mut Report) -> Vec<(usize, Cow<'a, str>)> {
    let mut all = Vec::new();
    let mut begun: Option<&str> = None;
    for (number, text) in (1..).zip(text.lines()) {
        report.lines = number;
        if all.len() >= MOST_LINES {
            report.cut_at.get_or_insert(number);
            continue;
        }
        let rest = begun.take();
        match (rest, line::before_notice(text)) {
            // The notice is no line of its own.
            (None, Some(before)) => {
                begun = Some(before);
                report.beside += 1;
            }
            (Some(before), _) => all.push((number, Cow::from(format!("{before}{text}")))),
            (None, None) => all.push((number, Cow::from(text))),
        }
    }
    all
}

/// The lines that say something, and the process that strace was attached to, if it said so before all of them.
fn read<'a>(
    lines: &'a [(usize, Cow<'a, str>)],
    report: &mut Report,
) -> (Vec<(usize, Line<'a>)>, Option<i32>) {
    let (mut all, mut attached) = (Vec::new(), None);
    for (number, text) in lines {
        let read = match text.len() > LONGEST {
            true => Read::Unknown,
            false => line::read(text),
        };
        match read {
            Read::Line(line) => all.push((*number, line)),
            Read::Notice(pid) => {
                report.beside += 1;
                attached = attached.or_else(|| pid.filter(|_| all.is_empty()));
            }
            Read::Beside => report.beside += 1,
            Read::Unknown => report.unknown(*number),
        }
    }
    (all, attached)
}
