//! What is traced, and how.

use std::ffi::OsString;
use std::io::{self, IsTerminal};
use std::os::fd::OwnedFd;
use std::os::unix::fs::OpenOptionsExt;
use std::path::PathBuf;

use crate::lesson::TracedServer;
use crate::socket::text::escaped;
use crate::sys::start::needed;
use crate::trace::breakpoint::{Break, Hold};
use crate::trace::call_name::CallName;
use crate::trace::injection::Injection;

/// How many bytes of each payload are kept where nothing else is said.
pub(crate) const PAYLOAD: usize = 1024;

/// A program that is to be traced.
#[derive(Debug, Clone)]
pub struct Program {
    /// Its file, or a name that is looked for in PATH; the program gets it as its name.
    pub program: OsString,
    /// Its file where that is another one.
    pub file: Option<PathBuf>,
    /// The device of its terminal where that is another one than here: its standard input, output and error.
    pub terminal: Option<PathBuf>,
    /// Its arguments.
    pub arguments: Vec<OsString>,
}

/// How a program is traced.
#[derive(Debug, Clone)]
pub struct Options {
    /// How many bytes of each payload are kept.
    pub payload: usize,
    /// Whether it goes on when the tracer ends. Then every system call stops, which takes about 10 µs each: a filter
    /// without a tracer makes calls fail.
    pub survives: bool,
    /// Whether the kernel is asked what explains a result.
    pub explains: bool,
    /// Before which calls threads are held, to begin with.
    pub hold: Hold,
    /// The faults that are injected into its calls.
    pub inject: Vec<Injection>,
}

impl Program {
    /// Opens its terminal, if it has another one than this process.
    ///
    /// # Errors
    ///
    /// That it cannot be opened, or is no terminal.
    pub(crate) fn terminal(&self) -> io::Result<Option<OwnedFd>> {
        let Some(device) = &self.terminal else {
            return Ok(None);
        };
        let failed = |kind, why: &str| {
            let device = escaped(&device.to_string_lossy()).to_string();
            let hint = "`tty` in a terminal prints the name of its device";
            io::Error::new(
                kind,
                format!("cannot use {device} as a terminal: {why}; {hint}"),
            )
        };
        let mut options = std::fs::OpenOptions::new();
        // It must not become that of sockplay.
        let options = options.read(true).write(true).custom_flags(libc::O_NOCTTY);
        let opened = options.open(device);
        let opened = opened.map_err(|error| failed(error.kind(), &error.to_string()))?;
        if !opened.is_terminal() {
            return Err(failed(io::ErrorKind::InvalidInput, "it is none"));
        }
        let above = crate::sys::descriptor::above(opened);
        let above = above.map_err(|errno| io::Error::from_raw_os_error(errno.0))?;
        Ok(Some(above.into()))
    }
}

/// The server that a lesson traces, and how.
///
/// # Errors
///
/// When the file of sockplay itself is not found.
pub fn of_lesson(traced: &TracedServer) -> io::Result<(Program, Options)> {
    let own = std::env::current_exe().map_err(needed(
        "readlink(/proc/self/exe)",
        "to start the example server",
    ))?;
    let program = Program {
        program: "sockplay".into(),
        file: Some(own),
        terminal: None,
        arguments: vec!["example-server".into()],
    };
    let before = traced.held_before.iter();
    let before = before.filter_map(|word| Some(Break::Call(CallName::read(word)?)));
    let options = Options {
        payload: PAYLOAD,
        survives: false,
        explains: true,
        hold: Hold::When(before.collect()),
        inject: Vec::new(),
    };
    Ok((program, options))
}

/// What is traced.
#[derive(Debug, Clone)]
pub enum Target {
    /// A program that is started.
    Program(Program),
    /// A process that runs already, by its number.
    Running(i32),
}

impl Target {
    /// The program with its arguments, or the option that names the process.
    pub fn words(&self) -> Vec<String> {
        match self {
            Self::Program(program) => {
                let words = [&program.program].into_iter().chain(&program.arguments);
                words
                    .map(|word| word.to_string_lossy().into_owned())
                    .collect()
            }
            Self::Running(pid) => vec!["--pid".to_owned(), pid.to_string()],
        }
    }
}
