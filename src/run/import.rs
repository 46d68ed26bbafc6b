//! `sockplay import`: the output of strace(1) as a recording, or as text.

use std::fs::File;
use std::io::{self, BufWriter, Read, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::time::SystemTime;

use crate::cli::{ImportArgs, TraceFormat};
use crate::event::Event;
use crate::journal::{Header, Recorded, VERSION, event_line};
use crate::run::complain;
use crate::run::trace::Printer;
use crate::store::recording::opened::Opened;
use crate::strace::Host;
use crate::strace::import::{Imported, MOST_BYTES, Report, import as converted};
use crate::world::World;

/// Reads the output of strace and makes of it what was asked for: text, a recording, or, where neither was, a recording
/// for the screen.
///
/// # Errors
///
/// When the file cannot be read, or is no output of strace, or the result cannot be written.
pub fn import(args: &ImportArgs) -> io::Result<Option<Opened>> {
    let name = args.trace.display().to_string();
    let (bytes, is_cut) = read(&args.trace)
        .map_err(|error| io::Error::other(format!("cannot read {name}: {error}")))?;
    let Imported { events, report } = converted(&bytes);
    if report.calls + report.others + report.processes == 0 {
        let text = format!("{name} has no line that strace prints: is it its output?");
        return Err(io::Error::other(text));
    }
    let sentences = sentences(&report, is_cut);
    let header = header(&name, &report);
    match (&args.output, args.format) {
        (Some(file), _) => record(file, &header, &events)?,
        (None, Some(format)) => print(&events, format)?,
        (None, None) => {
            let mut opened = shown(&header, &events)?;
            opened.remark = (!sentences.is_empty()).then(|| sentences.join("; "));
            return Ok(Some(opened));
        }
    }
    for sentence in sentences {
        complain(&format!("{name}: {sentence}"));
    }
    Ok(None)
}

/// A recording that has no name when it is open.
fn shown(header: &Header, events: &[Event]) -> io::Result<Opened> {
    let file = std::env::temp_dir().join(format!("sockplay-import-{}", std::process::id()));
    record(&file, header, events)?;
    let opened = Opened::open(&file);
    std::fs::remove_file(&file)?;
    opened.map_err(|error| io::Error::other(error.to_string()))
}

/// The bytes of the file, and whether there are more than are read.
fn read(file: &Path) -> io::Result<(Vec<u8>, bool)> {
    let mut bytes = Vec::new();
    let source: Box<dyn Read> = match file.to_str() {
        Some("-") => Box::new(io::stdin().lock()),
        _ => Box::new(File::open(file)?),
    };
    source.take(MOST_BYTES + 1).read_to_end(&mut bytes)?;
    let is_cut = bytes.len() as u64 > MOST_BYTES;
    if is_cut {
        bytes.pop();
    }
    Ok((bytes, is_cut))
}

fn header(name: &str, report: &Report) -> Header {
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    let now = now.map_or(0, |now| now.as_secs());
    Header {
        sockplay_journal: VERSION,
        program: env!("CARGO_PKG_VERSION").to_owned(),
        began: report.began.unwrap_or(now),
        pid: std::process::id(),
        what: Recorded::Strace(name.to_owned()),
        kernel: None,
    }
}

/// Writes a recording into a file that does not exist yet.
fn record(file: &Path, header: &Header, events: &[Event]) -> io::Result<()> {
    let write = || {
        let mut options = File::options();
        let file = options
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(file)?;
        let mut out = BufWriter::new(file);
        out.write_all(header.line().as_bytes())?;
        let mut line = Vec::new();
        for event in events {
            line.clear();
            event_line(event, &mut line);
            out.write_all(&line)?;
        }
        out.flush()
    };
    write().map_err(|error: io::Error| {
        io::Error::other(format!("cannot write {}: {error}", file.display()))
    })
}

fn print(events: &[Event], format: TraceFormat) -> io::Result<()> {
    let mut out = BufWriter::new(io::stdout().lock());
    let mut printer = Printer::new(format, false, Host::default());
    let mut world = World::default();
    for event in events {
        printer.take(event, &mut world, &mut out)?;
    }
    printer.finish(&world, &mut out)?;
    out.flush()
}

/// What is to be said of what was read.
fn sentences(report: &Report, is_cut: bool) -> Vec<String> {
    let mut all = Vec::new();
    if report.unknown > 0 {
        let numbers: Vec<String> = report.first_unknown.iter().map(usize::to_string).collect();
        let more = match report.unknown > numbers.len() {
            true => ", ...",
            false => "",
        };
        let (lines, are) = match report.unknown {
            1 => ("line", "is"),
            _ => ("lines", "are"),
        };
        all.push(format!(
            "{} {lines} of {} {are} not understood: {}{more}",
            report.unknown,
            report.lines,
            numbers.join(", ")
        ));
    }
    if let Some(line) = report.cut_at {
        all.push(format!(
            "it is longer than what is read: line {line} and those after it are left out"
        ));
    } else if is_cut {
        all.push(format!(
            "it is longer than what is read: only the first {MOST_BYTES} bytes were"
        ));
    }
    if !report.has_times {
        all.push(
            "its lines have no times, so none are shown (strace -tt, -ttt or -r prints them)"
                .to_owned(),
        );
    }
    all
}
