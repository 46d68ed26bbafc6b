//! A session as a program: the same calls in C, Rust or Python, or as a handout in Markdown.
//!
//! The world has the calls of a session with what came of each. `plan` makes of them what a program does: which calls
//! it makes itself, which in a thread or in a child, and which addresses it asks the kernel for, since a port that the
//! kernel chose is another one the next time. `lower` says what each call is in a program. Each language writes that
//! down; what a language cannot do is a comment in the program, and is reported: [`Program::gaps`].
//!
//! Payloads, names and paths come from outside. `text` makes literals and comments of them.

mod c;
mod lower;
mod markdown;
mod plan;
mod python;
mod rust;
mod source_map;
mod text;

use std::ops::Range;

use crate::event::CallId;
use crate::socket::TcpState;
use crate::world::World;

/// A language of programs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    /// C, with the C library of Linux.
    C,
    /// Rust, with the standard library and the crates socket2 and libc.
    Rust,
    /// Python, with its standard library.
    Python,
}

/// A program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Program {
    /// Its source.
    pub text: String,
    /// What it cannot do, a sentence each.
    pub gaps: Vec<String>,
    /// Which of its lines the calls became, in the order of the lines.
    pub spans: Vec<Span>,
}

/// Lines of a program that stand for a call of the session: that make it, start it, or take its result.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Span {
    /// The call.
    pub call: CallId,
    /// The lines, counted from 0.
    pub lines: Range<usize>,
}

impl Program {
    /// The lines that stand for a call, in order. None: it is not in the program, for example one that serve() made.
    pub fn lines_of(&self, call: CallId) -> impl Iterator<Item = Range<usize>> {
        let own = self.spans.iter().filter(move |span| span.call == call);
        own.map(|span| span.lines.clone())
    }
}

/// The program that makes the calls of a session.
pub fn program(world: &World, language: Language) -> Program {
    let plan = plan::Plan::of(world);
    match language {
        Language::C => c::program(&plan),
        Language::Rust => rust::program(&plan),
        Language::Python => python::program(&plan),
    }
}

/// A handout of a session: each line with its result and its explanation, in Markdown.
pub fn handout(world: &World) -> String {
    markdown::document(world)
}

/// The number of a state of TCP, as TCP_INFO has it: linux/tcp.h.
fn state_number(state: TcpState) -> u8 {
    match state {
        TcpState::Established => 1,
        TcpState::SynSent => 2,
        TcpState::SynRecv => 3,
        TcpState::FinWait1 => 4,
        TcpState::FinWait2 => 5,
        TcpState::TimeWait => 6,
        TcpState::Close => 7,
        TcpState::CloseWait => 8,
        TcpState::LastAck => 9,
        TcpState::Listen => 10,
        TcpState::Closing => 11,
    }
}
