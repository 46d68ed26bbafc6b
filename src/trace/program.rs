//! What is traced, and how.

use std::ffi::OsString;

use crate::trace::breakpoint::Hold;
use crate::trace::injection::Injection;

/// A program that is to be traced.
#[derive(Debug, Clone)]
pub struct Program {
    /// Its file, or a name that is looked for in PATH.
    pub program: OsString,
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

/// What is traced.
#[derive(Debug, Clone)]
pub enum Target {
    /// A program that is started.
    Program(Program),
    /// A process that runs already, by its number.
    Running(i32),
}
