//! What imported events say, and what the lines of a trace say: both as text.

use std::collections::BTreeMap;

use sockplay::event::Event;
use sockplay::strace::Host;
use sockplay::strace::import::Report;
use sockplay::world::record::Progress;
use sockplay::world::{Record, World};

/// The world that follows from events.
pub(crate) fn world(events: &[Event]) -> World {
    let mut world = World::default();
    for event in events {
        sockplay::explain::fold(&mut world, event);
    }
    world
}

/// The calls in the notation with their results.
pub(crate) fn notation(world: &World) -> Vec<String> {
    let call = |record: &Record| match &record.progress {
        Progress::Returned { outcome, .. } => {
            format!("{} -> {}", record.call(), outcome.numbered())
        }
        _ => format!("{} -> ?", record.call()),
    };
    world.log().iter().map(call).collect()
}

/// The calls as strace prints them, without their results where they have none, by the threads that made them.
pub(crate) fn printed(world: &World) -> BTreeMap<i32, Vec<String>> {
    let mut all: BTreeMap<i32, Vec<String>> = BTreeMap::new();
    for record in world.log().iter() {
        let traced = Host::default()
            .trace(world, record)
            .expect("it is a system call");
        let thread = record.thread.expect("it was entered").tid;
        let line = match &traced.left {
            Some(_) => traced.line(),
            None => format!("{} = ?", traced.head(false)),
        };
        all.entry(thread).or_default().push(line);
    }
    all
}

/// The calls in the lines of strace, read as simply as can be: without numbers of threads, times and durations, and both
/// halves of a call in one text. Lines of one thread only are told apart by the number in front of them; `first` is that
/// of the lines that have none.
pub(crate) fn traced(text: &str, first: i32) -> BTreeMap<i32, Vec<String>> {
    let mut all: BTreeMap<i32, Vec<String>> = BTreeMap::new();
    for line in text.lines() {
        let (thread, rest) = thread(line);
        let calls = all.entry(thread.unwrap_or(first)).or_default();
        let rest = without_duration(without_time(rest));
        if let Some(begun) = rest.strip_suffix(" <unfinished ...>") {
            calls.push(begun.to_owned());
        } else if rest.starts_with("<... ") || rest.starts_with(" => {") {
            let (_, end) = rest.split_once(" resumed>").unwrap_or(("", rest));
            let begun = calls.last_mut().expect("its beginning");
            begun.push_str(end);
        } else if let Some((begun, _)) = rest.split_once("strace: Process ") {
            calls.push(begun.to_owned());
        } else {
            calls.push(rest.to_owned());
        }
    }
    for call in all.values_mut().flatten() {
        // The blanks that put `=` into its column.
        if let Some((head, result)) = call.split_once("  ")
            && result.trim_start().starts_with("= ")
        {
            *call = format!("{head} {}", result.trim_start());
        }
    }
    all
}

fn thread(line: &str) -> (Option<i32>, &str) {
    if let Some(rest) = line.strip_prefix("[pid ") {
        let (pid, rest) = rest.split_once("] ").expect("its end");
        return (pid.trim().parse().ok(), rest);
    }
    let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
    match word.parse() {
        Ok(pid) => (Some(pid), rest.trim_start()),
        Err(_) => (None, line),
    }
}

fn without_time(line: &str) -> &str {
    let line = line.trim_start_matches(' ');
    match line.split_once(' ') {
        Some((word, rest))
            if word.len() > 6
                && word
                    .bytes()
                    .all(|b| b.is_ascii_digit() || b":.".contains(&b)) =>
        {
            rest
        }
        _ if line.starts_with("=> {") => {
            // The end of a line that was broken in two.
            line
        }
        _ => line,
    }
}

fn without_duration(line: &str) -> &str {
    match line.rsplit_once(" <") {
        Some((before, end))
            if end.ends_with('>') && end.starts_with(|c: char| c.is_ascii_digit()) =>
        {
            before
        }
        _ => line,
    }
}

/// Each line is counted once.
#[track_caller]
pub(crate) fn every_line_is_counted(report: &Report) {
    let Report {
        lines,
        calls,
        processes,
        others,
        beside,
        unknown,
        ..
    } = report;
    assert_eq!(
        calls + processes + others + beside + unknown,
        *lines,
        "{report:?}"
    );
}
