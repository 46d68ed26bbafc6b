//! What is traced, and how.

use std::ffi::OsString;
use std::io;
use std::path::PathBuf;

use crate::lesson::TracedServer;
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
