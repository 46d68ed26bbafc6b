//! How a program has each of its descriptors: as a value that closes it when it is dropped, or by its number, and why.

use std::collections::{BTreeMap, BTreeSet};

use crate::event::CallId;
use crate::socket::Kind;

/// How a program has a descriptor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Held {
    /// As a value.
    Value {
        /// What it refers to.
        kind: Kind,
        /// Whether a thread has it too.
        shared: bool,
    },
    /// By its number.
    Number(Why),
}

/// Why a program needs the number of a descriptor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Why {
    /// No call of the session made it.
    NeverMade,
    /// A thread has it, and a child, which has no threads.
    ThreadAndChild,
    /// serve() accepted it.
    Served,
    /// It is used after it was closed.
    UsedAfterClose,
    /// dup2() or dup3() closes it, or gives the number.
    Replaced,
    /// close() fails.
    CloseFails,
    /// The session left open what close() returns.
    CloseIsOpen,
    /// It is closed while a call waits on it.
    ClosedDuring,
    /// A thread closes it.
    ClosedByThread,
    /// The name is that of a socket, and of something else.
    SeveralKinds,
}

impl Why {
    /// The reason, as a sentence.
    pub(crate) fn text(self) -> &'static str {
        match self {
            Self::NeverMade => "A number: no call of the session made it.",
            Self::ThreadAndChild => "A number: a thread has it too, and a child.",
            Self::Served => "A number: a thread of serve() has this connection.",
            Self::UsedAfterClose => "A number: the session used it after close().",
            Self::Replaced => "A number: dup2() or dup3() makes it another descriptor.",
            Self::CloseFails => "A number: close() failed in the session.",
            Self::CloseIsOpen => "A number: what close() returns is printed.",
            Self::ClosedDuring => "A number: it is closed while a call waits on it.",
            Self::ClosedByThread => "A number: a thread closes it.",
            Self::SeveralKinds => "A number: the name was given to different kinds of descriptors.",
        }
    }
}

/// How a program has its descriptors.
#[derive(Debug, Default)]
pub(crate) struct Descriptors {
    /// Each variable.
    pub(crate) held: BTreeMap<String, Held>,
    /// What is never used again, with the call that made it.
    pub(crate) unused: BTreeSet<(CallId, String)>,
    /// The values that no call closes, in the order in which they are made.
    pub(crate) open: Vec<String>,
}

impl Descriptors {
    /// How the program has a descriptor.
    pub(crate) fn held(&self, variable: &str) -> Held {
        let held = self.held.get(variable).copied();
        held.unwrap_or(Held::Number(Why::NeverMade))
    }

    /// Whether a variable is not used after the call that made it.
    pub(crate) fn is_unused(&self, made_by: CallId, variable: &str) -> bool {
        self.unused.contains(&(made_by, variable.to_owned()))
    }

    /// The variables that no call makes, and that calls use.
    pub(crate) fn never_made(&self) -> impl Iterator<Item = &str> {
        let is_its = |held: &Held| *held == Held::Number(Why::NeverMade);
        let own = self.held.iter().filter(move |(_, held)| is_its(held));
        own.map(|(variable, _)| variable.as_str())
    }
}
