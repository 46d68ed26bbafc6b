//! `sockplay trace --no-screen`: the calls of a program line by line, while it runs.

use std::io::{self, Write};
use std::time::Duration;

use crossbeam_channel::{after, never, select};
use serde::Serialize;

use crate::cli::{TraceArgs, TraceFormat};
use crate::engine::{Engine, Signals};
use crate::event::{CallId, EndStatus, Event, EventKind, Origin, ProcessEvent, Source};
use crate::journal::Recorded;
use crate::run::complain;
use crate::run::print::with_source;
use crate::run::recorder::{Destination, Recorder};
use crate::socket::signal::signal as signal_name;
use crate::socket::text::{escaped, escaped_json, escaped_lines};
use crate::strace::{Host, Log};
use crate::trace::{Break, Ended, Hold, Injection, Options, Program, Target, Tracing};
use crate::world::record::Progress;
use crate::world::{Record, World};

/// How long events are left to gather after some were printed. Waking this thread for each would take the tracer, and with
/// it the program, longer than tracing the call.
const GATHERING: Duration = Duration::from_millis(1);
/// How long a program that is to be left may take.
const LEAVE: Duration = Duration::from_secs(2);

/// How a traced program ended, as far as the exit status shows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TraceExit {
    /// As the program.
    Program(EndStatus),
    /// It could not be executed.
    NotExecuted,
    /// A program that was attached to was left, as it was asked for.
    Left,
    /// A signal ended the tracer.
    Signal(i32),
}

/// Traces a program and prints its calls.
///
/// # Errors
///
/// When the program cannot be started, or the output cannot be written.
pub fn trace(args: &TraceArgs) -> io::Result<TraceExit> {
    if args.why && args.format == TraceFormat::Strace {
        let text = "--why adds explanations, and the format strace cannot have any: leave out one of the two";
        return Err(io::Error::other(text));
    }
    let (target, options) = traced(args)?;
    let signals = Signals::hold(&[])?;
    let record = Destination::in_file(args.record.as_ref());
    let (mut recorder, _) = Recorder::begin(Recorded::Trace(target.words()), &record)?;
    let (mut engine, events) = Engine::start()?;
    if args.why {
        engine.watch_endpoints()?;
    }
    let mut out: Box<dyn Write> = match &args.output {
        Some(file) => Box::new(io::BufWriter::new(std::fs::File::create(file)?)),
        None => Box::new(io::BufWriter::new(io::stderr())),
    };
    let tracing = match &target {
        Target::Running(pid) => Tracing::attach(&engine, *pid, &options)?,
        Target::Program(program) => {
            Tracing::start_in(&engine, program, &options, program.terminal()?)?
        }
    };
    let mut printer = Printer::new(args.format, args.why, crate::trace::host());
    let mut world = World::default();
    let (mut left_by, mut limit) = (None, never());
    let ended = loop {
        select! {
            recv(events) -> event => {
                let first = event.ok();
                for event in first.into_iter().chain(events.try_iter()) {
                    recorder.event(&event);
                    printer.take(&event, &mut world, &mut out)?;
                }
                write(&mut recorder);
                out.flush()?;
                std::thread::sleep(GATHERING);
            }
            recv(tracing.ended()) -> ended => break ended.unwrap_or(Ended::Left),
            recv(signals.receiver()) -> signal => match signal {
                // The terminal sends these to the program too, which decides what they mean.
                Ok(libc::SIGINT | libc::SIGQUIT) if args.pid.is_none() => {}
                Ok(signal) => {
                    left_by = Some(signal);
                    limit = after(LEAVE);
                    tracing.end();
                }
                Err(_) => {}
            },
            recv(limit) -> _ => break Ended::Left,
        }
    };
    for event in events.try_iter() {
        recorder.event(&event);
        printer.take(&event, &mut world, &mut out)?;
    }
    write(&mut recorder);
    printer.finish(&world, &mut out)?;
    out.flush()?;
    engine.leave();
    Ok(match (ended, left_by) {
        (Ended::Left, Some(libc::SIGINT)) => TraceExit::Left,
        (_, Some(signal)) => TraceExit::Signal(signal),
        (Ended::Finished(status), None) => TraceExit::Program(status),
        (Ended::NotExecuted(errno), None) => {
            let file = program(args).program;
            let file = file.to_string_lossy();
            complain(&format!("sockplay: cannot run {file}: {}", errno.text()));
            TraceExit::NotExecuted
        }
        (Ended::Left, None) => TraceExit::Left,
    })
}

/// Writes what was traced so far.
fn write(recorder: &mut Recorder) {
    if let Some(notice) = recorder.flush() {
        complain(&format!("sockplay: {notice}"));
    }
}

/// What is to be traced, and how.
///
/// # Errors
///
/// When an option is wrong, or is one of the screen and there is none.
pub fn traced(args: &TraceArgs) -> io::Result<(Target, Options)> {
    let target = match args.pid {
        Some(pid) => Target::Running(pid),
        None => Target::Program(program(args)),
    };
    Ok((target, options(args)?))
}

/// The program that is to be started.
fn program(args: &TraceArgs) -> Program {
    let mut words = args.program.iter().cloned();
    Program {
        program: words.next().unwrap_or_default(),
        file: None,
        terminal: args.tty.clone(),
        arguments: words.collect(),
    }
}

/// How the program is traced.
///
/// # Errors
///
/// When an option is wrong, or is one of the screen.
fn options(args: &TraceArgs) -> io::Result<Options> {
    if !args.breaks.is_empty() && args.no_screen {
        let text = "--break holds threads until you let them continue, which needs the screen: leave out --no-screen";
        return Err(io::Error::other(text));
    }
    let breaks = args.breaks.iter().map(|text| {
        let what = text.parse::<Break>();
        what.map_err(|error| io::Error::other(format!("--break {text}: {error}")))
    });
    let breaks: Vec<Break> = breaks.collect::<io::Result<_>>()?;
    let inject = args.inject.iter().map(|text| {
        let injection = text.parse::<Injection>();
        injection.map_err(|error| io::Error::other(format!("--inject {text}: {error}")))
    });
    Ok(Options {
        payload: args.payload,
        survives: args.survives,
        // The screen explains each result.
        explains: args.why || !args.no_screen,
        hold: match breaks.is_empty() {
            true => Hold::Never,
            false => Hold::When(breaks),
        },
        inject: inject.collect::<io::Result<_>>()?,
    })
}

/// Prints events as they come.
pub(crate) struct Printer {
    format: TraceFormat,
    why: bool,
    host: Host,
    log: Log,
    /// The first thread that was seen.
    first: Option<i32>,
    /// Whether there was another one: then each line says which.
    has_several: bool,
}

/// A call for machines.
#[derive(Debug, Serialize)]
struct JsonCall<'a> {
    pid: i32,
    tid: i32,
    call: String,
    syscall: Option<&'a str>,
    result: Option<String>,
    errno: Option<String>,
    injected: bool,
    start_us: u64,
    duration_us: u128,
    /// Of the socket that the call made, else of the one that it was made on.
    state: Option<String>,
    /// Why it never returned.
    #[serde(skip_serializing_if = "Option::is_none")]
    abandoned: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    why: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    source: Option<&'static str>,
}

/// Something that happened to a process, for machines.
#[derive(Debug, Serialize)]
struct JsonProcess {
    pid: i32,
    tid: i32,
    process: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    command: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    parent: Option<i32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    signal: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<i32>,
}

impl Printer {
    pub(crate) fn new(format: TraceFormat, why: bool, host: Host) -> Self {
        Self {
            format,
            why,
            host,
            log: Log::default(),
            first: None,
            has_several: false,
        }
    }

    /// Takes an event in and prints what it adds.
    pub(crate) fn take(
        &mut self,
        event: &Event,
        world: &mut World,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        match self.why {
            true => crate::explain::fold(world, event),
            false => world.apply(event),
        }
        if let Source::Traced { tid, .. } = event.source {
            self.has_several |= *self.first.get_or_insert(tid) != tid;
        }
        match (&event.what, self.format) {
            (EventKind::Process(what), format) => {
                self.process(event.source, what, format, world, out)
            }
            (_, TraceFormat::Strace) => {
                let text = self.log.text(&event.what, world, &self.host);
                out.write_all(escaped_lines(&text).as_bytes())
            }
            (
                EventKind::Returned { call, .. }
                | EventKind::Abandoned { call, .. }
                | EventKind::Blocked { call, .. },
                format,
            ) => match world.call(*call).filter(|_| has_news(world, *call)) {
                Some(record) => self.call(record, world, format, out),
                None => Ok(()),
            },
            _ => Ok(()),
        }
    }

    fn call(
        &self,
        record: &Record,
        world: &World,
        format: TraceFormat,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        let why = (self.why && !record.is_pending()).then(|| crate::explain::why(world, record));
        if format == TraceFormat::Json {
            if record.is_pending() {
                return Ok(());
            }
            let line = serde_json::to_string(&json(record, world, why.as_ref()))?;
            return writeln!(out, "{}", escaped_json(&line));
        }
        let result = match &record.progress {
            Progress::Returned { outcome, .. } => {
                let injected = if outcome.injected.is_some() {
                    " (injected)"
                } else {
                    ""
                };
                outcome.numbered() + injected
            }
            Progress::Abandoned { reason, .. } => format!("? {reason}"),
            Progress::Running
            | Progress::Held
            | Progress::Blocked { .. }
            | Progress::Refused(_) => "blocks".to_owned(),
        };
        let line = format!(
            "{}{} -> {result}",
            self.prefix(record),
            written(record, world)
        );
        writeln!(out, "{}", escaped(&line))?;
        match why {
            Some(why) => writeln!(out, "#   {}", escaped(&with_source(&why))),
            None => Ok(()),
        }
    }

    fn prefix(&self, record: &Record) -> String {
        let tid = record.thread.map_or(0, |thread| thread.tid);
        match self.has_several {
            true => format!("[pid {tid}] "),
            false => String::new(),
        }
    }

    fn process(
        &mut self,
        source: Source,
        what: &ProcessEvent,
        format: TraceFormat,
        world: &World,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        let Source::Traced { pid, tid } = source else {
            return Ok(());
        };
        match format {
            TraceFormat::Json => {
                let line = serde_json::to_string(&json_process(pid, tid, what))?;
                writeln!(out, "{}", escaped_json(&line))
            }
            TraceFormat::Notation => match process_words(what) {
                Some(words) => writeln!(out, "# process {pid} {}", escaped(&words)),
                None => Ok(()),
            },
            TraceFormat::Strace => {
                let Some(words) = strace_words(what) else {
                    return Ok(());
                };
                let before = self.log.interrupt(world, &self.host);
                let text = format!("{before}[pid {tid:>5}] {words}\n");
                out.write_all(escaped_lines(&text).as_bytes())
            }
        }
    }

    /// Prints the beginning of what is not over.
    pub(crate) fn finish(&mut self, world: &World, out: &mut dyn Write) -> io::Result<()> {
        if self.format == TraceFormat::Strace {
            let text = self.log.interrupt(world, &self.host);
            out.write_all(escaped_lines(&text).as_bytes())?;
        }
        Ok(())
    }
}

/// Whether a call has ended, or was seen asleep just now.
fn has_news(world: &World, call: CallId) -> bool {
    world
        .call(call)
        .is_some_and(|record| !matches!(record.progress, Progress::Running | Progress::Held))
}

/// The call with the names of the descriptors that it made.
fn written(record: &Record, world: &World) -> String {
    let names = record
        .new_descriptors()
        .iter()
        .filter_map(|id| world.descriptor(*id))
        .filter(|own| !matches!(own.origin(), Origin::Inherited(_)))
        .map(|own| own.name().to_string());
    let names: Vec<String> = names.collect();
    let call = record.call();
    match names.is_empty() {
        true => call.to_string(),
        false => format!("{} = {call}", names.join(", ")),
    }
}

fn json<'a>(record: &'a Record, world: &World, why: Option<&crate::explain::Why>) -> JsonCall<'a> {
    let (pid, tid) = match record.source {
        Source::Traced { pid, tid } => (pid, tid),
        Source::Child { pid } => (pid, pid),
        Source::Session | Source::Recording { .. } => (0, 0),
    };
    let outcome = record.outcome();
    let made = record.new_descriptors().first();
    let made = made.and_then(|id| world.descriptor(*id)?.tcp());
    let state = made.or(record.tcp_after);
    let (started, ended) = (record.began(), record.duration(record.began()));
    JsonCall {
        pid,
        tid,
        call: record.call().to_string(),
        syscall: record.made_as().map(|made| made.name),
        result: outcome.map(crate::call::outcome::Outcome::numbered),
        errno: outcome
            .and_then(crate::call::outcome::Outcome::errno)
            .map(crate::socket::Errno::name),
        injected: outcome.is_some_and(|outcome| outcome.injected.is_some()),
        start_us: started.0 / 1000,
        duration_us: ended.as_micros(),
        state: state.map(|state| state.to_string()),
        abandoned: match &record.progress {
            Progress::Abandoned { reason, .. } => Some(reason.to_string()),
            _ => None,
        },
        why: why.map(|why| why.text.clone()),
        source: why.map(|why| why.source),
    }
}

fn json_process(pid: i32, tid: i32, what: &ProcessEvent) -> JsonProcess {
    let mut json = JsonProcess {
        pid,
        tid,
        process: "",
        command: None,
        parent: None,
        signal: None,
        status: None,
    };
    match what {
        ProcessEvent::Started {
            parent, command, ..
        } => {
            json.process = "started";
            json.parent = *parent;
            json.command = Some(command.to_string());
        }
        ProcessEvent::Executed { command } => {
            json.process = "executed";
            json.command = Some(command.to_string());
        }
        ProcessEvent::Signalled { signal, .. } => {
            json.process = "signalled";
            json.signal = Some(signal_name(signal.0));
        }
        ProcessEvent::Stopped(signal) => {
            json.process = "stopped";
            json.signal = Some(signal_name(signal.0));
        }
        ProcessEvent::Ended(EndStatus::Exited(status)) => {
            json.process = "exited";
            json.status = Some(*status);
        }
        ProcessEvent::Ended(EndStatus::Killed { signal, .. }) => {
            json.process = "killed";
            json.signal = Some(signal_name(signal.0));
        }
        ProcessEvent::Detached => json.process = "detached",
        ProcessEvent::Forked { .. } => json.process = "forked",
        ProcessEvent::Zombie => json.process = "zombie",
        ProcessEvent::Reaped => json.process = "reaped",
        ProcessEvent::Observable(Ok(())) => json.process = "observable",
        ProcessEvent::Observable(Err(_)) => json.process = "not observable",
    }
    json
}

/// What is said of a process between the lines of its calls.
fn process_words(what: &ProcessEvent) -> Option<String> {
    Some(match what {
        ProcessEvent::Started {
            parent: Some(parent),
            ..
        } => format!("was made by process {parent}"),
        // The output of strace does not always say what it runs.
        ProcessEvent::Started {
            parent: None,
            command,
            ..
        } if command.is_empty() => return None,
        ProcessEvent::Started {
            parent: None,
            command,
            ..
        } => format!("runs {command}"),
        ProcessEvent::Executed { command } => format!("executes {command}"),
        ProcessEvent::Signalled { signal, .. } => format!("gets {}", signal_name(signal.0)),
        ProcessEvent::Stopped(signal) => format!("was stopped by {}", signal_name(signal.0)),
        ProcessEvent::Ended(status) => status.to_string(),
        ProcessEvent::Detached => "is not traced any more".to_owned(),
        ProcessEvent::Forked { .. } => "was made by fork()".to_owned(),
        ProcessEvent::Zombie => "is a zombie".to_owned(),
        ProcessEvent::Reaped => "was waited for".to_owned(),
        ProcessEvent::Observable(Ok(())) => "is observed between its calls".to_owned(),
        ProcessEvent::Observable(Err(reason)) => {
            format!("is observed during its calls only: {reason}")
        }
    })
}

/// What strace(1) prints of a process.
fn strace_words(what: &ProcessEvent) -> Option<String> {
    match what {
        ProcessEvent::Signalled { signal, info } => {
            let name = signal_name(signal.0);
            Some(format!("--- {name} {{si_signo={name}, {info}}} ---"))
        }
        ProcessEvent::Stopped(signal) => {
            Some(format!("--- stopped by {} ---", signal_name(signal.0)))
        }
        ProcessEvent::Ended(EndStatus::Exited(status)) => {
            Some(format!("+++ exited with {status} +++"))
        }
        ProcessEvent::Ended(EndStatus::Killed { signal, core }) => {
            let core = if *core { " (core dumped)" } else { "" };
            Some(format!("+++ killed by {}{core} +++", signal_name(signal.0)))
        }
        ProcessEvent::Started { .. }
        | ProcessEvent::Forked { .. }
        | ProcessEvent::Observable(_)
        | ProcessEvent::Zombie
        | ProcessEvent::Reaped
        | ProcessEvent::Executed { .. }
        | ProcessEvent::Detached => None,
    }
}
