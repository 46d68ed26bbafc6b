//! Looking back in a long session: how long any jump takes, how much memory that needs, and how long opening it takes.
//!
//! The events are those of many sockets, folded and not made. They are recorded in a file, as a session is, and what is no
//! longer in memory is read from it.

use std::fs::File;
use std::io::{BufRead, BufReader, Seek, SeekFrom, Write};
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use sockplay::call::outcome::{Outcome, Returned};
use sockplay::event::Event;
use sockplay::history::{PastEvents, Timeline};
use sockplay::journal::{Entry, Header, Recorded, VERSION};

use super::growth::Folded;
use super::memory::resident;
use super::paired::{compare_in, limited, millis};
use super::processors::Worked;
use super::programs::{Program, this};
use super::report::Report;
use super::rig::command;
use super::terminal::{Terminal, program};

/// Events of the session.
const EVENTS: usize = 1_000_000;
/// Events of the one that is opened.
const OPENED: usize = 200_000;
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
        let lines = BufReader::new(&self.file).lines();
        let wanted = lines.skip(from % BETWEEN).take(count);
        wanted
            .map(|line| match Entry::of(line.map_err(said)?.as_bytes())? {
                Entry::Event(event) => Ok(event),
                other => Err(format!("{other:?}")),
            })
            .collect()
    }
}

/// A session of so many events, and what `take` does with each part of it.
fn session(events: usize, mut take: impl FnMut(&mut Folded)) -> Folded {
    let mut folded = Folded::keeping();
    let sent = Outcome::of(Ok(Returned::Count(5)));
    let mut number = 0;
    while (folded.world.revision() as usize) < events {
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
    session(EVENTS, |folded| {
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

/// How long it takes until a recording is on the screen.
pub(crate) fn open(report: &mut Report) {
    let file = tempfile::Builder::new().suffix(".jsonl").tempfile();
    let mut file = file.expect("a file");
    let header = Header {
        sockplay_journal: VERSION,
        program: env!("CARGO_PKG_VERSION").to_owned(),
        began: 0,
        pid: std::process::id(),
        what: Recorded::Play,
        kernel: None,
    };
    file.write_all(header.line().as_bytes()).expect("room");
    session(OPENED, |folded| {
        let lines = folded.happened.drain(..).map(|entry| entry.line());
        let lines: String = lines.collect();
        file.write_all(lines.as_bytes()).expect("room");
    });
    let path = file.path().display().to_string();
    let arguments = ["replay".to_owned(), path];
    let shown = || Terminal::start_of(program(), &arguments, "now: call").1;
    let compared = compare_in(ROUNDS, || read_as_values(file.path()), shown);
    report.tell("", &compared.time(millis));
}

/// How long the lines take as JSON alone.
fn read_as_values(path: &Path) -> Duration {
    let began = Instant::now();
    let lines = BufReader::new(File::open(path).expect("it is there")).lines();
    for line in lines {
        let line = line.expect("it can be read");
        let value: serde_json::Value = serde_json::from_str(&line).expect("JSON");
        std::hint::black_box(value);
    }
    began.elapsed()
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
    let folded = session(EVENTS, |folded| {
        let happened = std::mem::take(&mut folded.happened);
        if looks_back {
            timeline.take(happened, &folded.world);
        }
    });
    let grown = resident().saturating_sub(before);
    println!("{}", grown as f64 / 1e6);
    drop((folded, timeline));
}
