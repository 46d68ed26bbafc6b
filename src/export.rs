//! A session as a program: the same calls in C, Rust or Python, or as a handout in Markdown.
//!
//! The world has the calls of a session with what came of each. [`plan`] makes of them what a program does: which calls
//! it makes itself, which in a thread or in a child, and which addresses it asks the kernel for, since a port that the
//! kernel chose is another one the next time. [`lower`] says what each call is in a program. Each language writes that
//! down; what a language cannot do is a comment in the program, and is reported: [`Program::gaps`].
//!
//! Payloads, names and paths come from outside. [`text`] makes literals and comments of them.

mod c;
mod lower;
mod plan;
mod text;

use crate::world::World;

/// A language of programs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    /// C, with the C library of Linux.
    C,
}

/// A program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Program {
    /// Its source.
    pub text: String,
    /// What it cannot do, a sentence each.
    pub gaps: Vec<String>,
}

/// The program that makes the calls of a session.
pub fn program(world: &World, language: Language) -> Program {
    let plan = plan::Plan::of(world);
    match language {
        Language::C => c::program(&plan),
    }
}
