//! Running scripts without a screen: `sockplay run`.
//!
//! Each file is a session of its own: an engine, a world, a player over it. Lines are printed with their
//! results as they come, flushed one by one. The exit status is the interface: 0 all held, 1 an expectation did not
//! hold, 2 a script could not be run.

pub(crate) mod cards;
mod check;
mod example_server;
mod explain;
mod export;
mod import;
pub(crate) mod lesson_needs;
pub(crate) mod lesson_store;
pub(crate) mod load;
mod open_script;
mod other_file;
pub(crate) mod own_course;
pub(crate) mod pcapng;
mod print;
pub(crate) mod prompt_history;
pub(crate) mod recorder;
mod repl;
mod script_fault;
mod session;
pub(crate) mod session_file;
mod sessions;
pub(crate) mod source;
mod stage;
pub(crate) mod strace;
mod template;
mod trace;

use std::io::{self, Read, Write};

use crate::cli::{RunArgs, Style};
use crate::engine::Signals;
use crate::journal::Recorded;
pub use crate::run::cards::cards;
pub use crate::run::check::check;
pub use crate::run::example_server::example_server;
pub use crate::run::explain::explain;
pub use crate::run::export::export;
pub use crate::run::import::import;
pub use crate::run::open_script::open_script;
use crate::run::print::Printer;
pub use crate::run::recorder::Destination;
use crate::run::recorder::Recorder;
pub use crate::run::repl::repl;
use crate::run::script_fault::{ScriptFault, parse};
use crate::run::session::{End, Session};
pub use crate::run::sessions::sessions;
pub use crate::run::template::new;
pub use crate::run::trace::{TraceExit, trace, traced};
use crate::script::Script;
use crate::socket::text::escaped_lines;

/// The largest script that is read.
const MAX_SCRIPT: u64 = 16 << 20;

/// What the process should exit with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Exit {
    /// All expectations held.
    Held,
    /// One did not hold.
    Broken,
    /// A script could not be run.
    Unrunnable,
    /// A signal ended it; everything was put in order before.
    Signal(i32),
}

/// Runs every script that was asked for, one after the other.
///
/// # Errors
///
/// When no session can be started at all, or what was asked for contradicts itself.
pub fn run(args: &RunArgs) -> io::Result<Exit> {
    if args.why && args.style() == Style::Strace {
        let text = "--why adds explanations, and the format strace cannot have any: leave out one of the two";
        return Err(io::Error::other(text));
    }
    // Read before signals are held back: reading may take as long as somebody types.
    let scripts: Vec<Result<Script, ScriptFault>> =
        sources(args).iter().map(Source::read).collect();
    let signals = Signals::hold(&[])?;
    if args.why {
        crate::kernel::facilities::missing()
            .iter()
            .for_each(|sentence| complain(sentence));
    }
    let record = Destination::in_file(args.record.as_ref());
    let (mut recorder, _) = Recorder::begin(Recorded::Script(origins(args)), &record)?;
    let mut exit = Exit::Held;
    let mut has_run = false;
    let last = scripts.len().saturating_sub(1);
    for (index, script) in scripts.into_iter().enumerate() {
        let script = match script {
            Ok(script) => script,
            Err(fault) => {
                complain(&fault.to_string());
                exit = exit.max(Exit::Unrunnable);
                continue;
            }
        };
        // Each script is a session of its own in the recording.
        if std::mem::replace(&mut has_run, true) {
            recorder.anew();
        }
        let session = Session::start(args, &signals)?;
        let printer = Printer::new(args.style(), args.why, &script.origin);
        let out = &mut io::stdout().lock();
        let end = session.play(&script, printer, index == last, &mut recorder, out)?;
        let held = |broken| if broken { Exit::Broken } else { Exit::Held };
        match end {
            End::Finished { broken } => exit = exit.max(held(broken)),
            End::Unheard { broken } => return Ok(exit.max(held(broken))),
            End::Interrupted(signal) => return Ok(Exit::Signal(signal)),
        }
    }
    Ok(exit)
}

/// Where the scripts come from, in words.
fn origins(args: &RunArgs) -> String {
    let line = args.line.iter().map(|_| "-c".to_owned());
    let files = args.files.iter().map(|file| file.display().to_string());
    line.chain(files).collect::<Vec<String>>().join(" ")
}

/// Says something on standard error. Whatever it quotes, no terminal obeys it.
pub(crate) fn complain(message: &str) {
    let message = escaped_lines(message.trim_end());
    // A message that cannot be written has nobody who would read it.
    let _ = writeln!(io::stderr(), "{message}");
}

/// Where a script comes from.
enum Source<'a> {
    /// A file; `-` is the standard input.
    File(&'a std::path::Path),
    Line(&'a str),
}

fn sources(args: &RunArgs) -> Vec<Source<'_>> {
    let lines = args.line.iter().map(|line| Source::Line(line));
    let files = args.files.iter().map(|file| Source::File(file));
    lines.chain(files).collect()
}

impl Source<'_> {
    /// Reads and checks the whole script, before any of it runs.
    fn read(&self) -> Result<Script, ScriptFault> {
        match self {
            Self::Line(text) => {
                let statements = crate::notation::statements(text);
                let lines = statements.into_iter().map(str::as_bytes);
                crate::script::parse_lines("-c", lines).map_err(|errors| ScriptFault::Wrong {
                    origin: "-c".to_owned(),
                    errors,
                })
            }
            Self::File(path) => parse(&source::origin(path), source::input(path).and_then(read)),
        }
    }
}

pub(crate) fn read(source: impl Read) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    source.take(MAX_SCRIPT + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > MAX_SCRIPT {
        return Err(io::Error::other(format!(
            "it has more than {MAX_SCRIPT} bytes; is it a script?"
        )));
    }
    Ok(bytes)
}
