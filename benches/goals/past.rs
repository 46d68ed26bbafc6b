//! Looking back in a long session: how long any jump takes, and how much memory that needs.
//!
//! The events are those of many sockets, folded and not made. They are recorded in a file, as a session is, and what is no
//! longer in memory is read from it.

use std::fs::File;
use std::io::{Seek, SeekFrom, Write};
use std::process::Command;

use sockplay::call::outcome::{Outcome, Returned};
use sockplay::event::Event;
use sockplay::history::{PastEvents, Timeline};
use sockplay::journal::Entry;

use super::growth::Folded;
use super::memory::resident;
use super::paired::limited;
use super::processors::Worked;
use super::programs::{Program, this};
use super::report::Report;
use super::rig::command;

/// Events of the session.
const EVENTS: usize = 1_000_000;
/// Calls that send on each socket.
const SENDS: usize = 30;
/// Jumps in one measurement, to places all over the session.
const JUMPS: usize = 200;
/// Rounds of two measurements.
const ROUNDS: usize = 3;
/// How many events lie between two places of the file that are known.
const BETWEEN: usize = 256;

/// A recording, and where in the file some of its events begin.
struct Recording {
    file: File,
    offsets: Vec<u64>,
    end: u64,
    count: usize,
}

impl Recording {
    fn new() -> Self {
        let file = tempfile::tempfile().expect("a file");
        Self {
            file,
            offsets: Vec::new(),
            end: 0,
            count: 0,
        }
    }

    fn write(&mut self, entries: &[Entry]) {
        let mut lines = String::new();
        for entry in entries {
            if self.count.is_multiple_of(BETWEEN) {
                self.offsets.push(self.end + lines.len() as u64);
            }
            lines += &entry.line();
            self.count += 1;
        }
        self.end += lines.len() as u64;
        self.file.write_all(lines.as_bytes()).expect("room");
    }
}

impl PastEvents for Recording {
    fn read(&mut self, from: usize, count: usize) -> Result<Vec<Event>, String> {
        let said = |error: std::io::Error| error.to_string();
        let offset = self.offsets.get(from / BETWEEN).ok_or("there is none")?;
        self.file.seek(SeekFrom::Start(*offset)).map_err(said)?;
        let lines = std::io::BufRead::lines(std::io::BufReader::new(&self.file));
        let wanted = lines.skip(from % BETWEEN).take(count);
        wanted
            .map(|line| match Entry::of(line.map_err(said)?.as_bytes())? {
                Entry::Event(event) => Ok(event),
                other => Err(format!("{other:?}")),
            })
            .collect()
    }
}

/// A long session, and what `take` does with each part of it.
fn session(mut take: impl FnMut(&mut Folded)) -> Folded {
    let mut folded = Folded::keeping();
    let sent = Outcome::of(Ok(Returned::Count(5)));
    let mut number = 0;
    while (folded.world.revision() as usize) < EVENTS {
        folded.socket(number);
        let socket = sockplay::event::DescriptorId(number);
        let name = folded.world.descriptor(socket).expect("it is there").name();
        let send = command(&format!("send({name}, \"hello\")"));
        for _ in 0..SENDS {
            folded.call(&send, &sent);
            take(&mut folded);
        }
        folded.close(number);
        take(&mut folded);
        number += 1;
    }
    folded
}

/// The slowest of many jumps.
pub(crate) fn jump(report: &mut Report) {
    let mut timeline = Timeline::default();
    let mut recording = Recording::new();
    session(|folded| {
        let happened = std::mem::take(&mut folded.happened);
        recording.write(&happened);
        timeline.take(happened, &folded.world);
    });
    let count = timeline.count();
    let mut place: u64 = 1;
    let measured = limited(
        ROUNDS,
        |milliseconds| format!("{milliseconds:.2} ms"),
        || {
            let jumps = (0..JUMPS).map(|_| {
                // A sequence that goes all over the session, the same each time.
                place = place
                    .wrapping_mul(6_364_136_223_846_793_005)
                    .wrapping_add(1);
                let wanted = (place >> 32) % (count + 1);
                let worked = Worked::since_now();
                let world = timeline.world_at(wanted, &mut recording);
                let took = worked.so_far();
                assert_eq!(world.expect("it is known").revision(), wanted);
                took.as_secs_f64() * 1e3
            });
            jumps.fold(0.0, f64::max)
        },
    );
    report.tell("", &measured);
}

/// By how many megabytes a session grows through what is kept for looking back.
pub(crate) fn memory(report: &mut Report) {
    let grown = |program: Program| {
        let output = Command::new(this()).args(program.arguments()).output();
        let text = String::from_utf8_lossy(&output.expect("it starts").stdout).into_owned();
        text.trim().parse::<f64>().expect("a number")
    };
    let measured = limited(
        ROUNDS,
        |megabytes| format!("{megabytes:.2} MB"),
        || grown(Program::SessionWithPast) - grown(Program::SessionWithoutPast),
    );
    report.tell("", &measured);
}

/// Folds the events and prints by how many megabytes that lets the process grow.
pub(crate) fn print_growth(looks_back: bool) {
    let before = resident();
    let mut timeline = Timeline::default();
    let folded = session(|folded| {
        let happened = std::mem::take(&mut folded.happened);
        if looks_back {
            timeline.take(happened, &folded.world);
        }
    });
    let grown = resident().saturating_sub(before);
    println!("{}", grown as f64 / 1e6);
    drop((folded, timeline));
}
