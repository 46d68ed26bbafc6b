//! A session as a program: the same calls in C, Rust or Python, or as a handout in Markdown.
//!
//! The world has the calls of a session with what came of each. `planner` makes of them what a program does, a `plan`:
//! which calls it makes itself, which in a thread or in a child, and which addresses it asks the kernel for, since a port
//! that the kernel chose is another one the next time. `split` says which calls are the server's and which the client's,
//! where they become two programs. `lower` says what each call is in a program: a `function`, a loop or a question. `held` says whether a
//! program has a descriptor as a value or as a number, and why. `writer` writes the plan
//! down in the words of a language; what a language cannot do is a comment in the program, and is reported:
//! [`Program::gaps`]. `helpers` finds what a program uses of the functions in `assets/export`.
//!
//! Payloads, names and paths come from outside. `text` makes literals and comments of them.

mod c;
mod draft;
mod function;
mod held;
mod helpers;
mod lower;
mod markdown;
mod plan;
mod planner;
mod python;
mod rust;
mod source_map;
mod split;
mod text;
mod writer;

use std::ops::Range;

use crate::event::CallId;
use crate::export::plan::Plan;
use crate::export::split::Part;
use crate::export::split::order::Order;
use crate::export::split::sides::Sides;
use crate::socket::TcpState;
use crate::world::{Record, World};

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

/// A side of a session that has both ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Side {
    /// The side that is reached by its address: the listener and the connections that it accepted.
    Server,
    /// The side that reaches it.
    Client,
}

/// The program that makes the calls of a session.
pub fn program(world: &World, language: Language) -> Program {
    written(&Plan::of(world), language)
}

/// Two programs that make the calls of a session when they are started one after the other: the server's side and the
/// client's. What no byte between the two orders is among the gaps of a program.
///
/// # Errors
///
/// Why the session cannot be in two programs, as a sentence: it has no two sides, or a call uses sockets of both.
pub fn programs(world: &World, language: Language) -> Result<[Program; 2], String> {
    let sides = Sides::of(world)?;
    let order = Order::of(world, &sides);
    let one = |side| {
        let part = Part {
            side,
            sides: &sides,
            order: &order,
        };
        written(&Plan::of_part(world, Some(&part)), language)
    };
    Ok([one(Side::Server), one(Side::Client)])
}

fn written(plan: &Plan<'_>, language: Language) -> Program {
    let mut program = match language {
        Language::C => c::program(plan),
        Language::Rust => rust::program(plan),
        Language::Python => python::program(plan),
    };
    program.gaps.extend(plan.gaps.iter().cloned());
    program
}

/// A call with what came of it, in the notation: `bind(s, 127.0.0.1:80) -> EACCES`.
pub fn line(record: &Record) -> String {
    plan::line_of(record)
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
