//! A call as strace(1) prints it: `sendto(4, "hello", 5, MSG_NOSIGNAL, NULL, 0) = 5`.
//!
//! The text here is that of strace 6.1 on x86_64, byte for byte, for the system call that the C library makes of
//! a call of the notation: send(2) is a `sendto`, accept(2) with flags an `accept4`, select(2) a `pselect6`. Only
//! pointers are left out, as `0x…`: their numbers differ from run to run and say nothing.
//!
//! strace prints what it knows when a call is entered and the rest when it returns, which shows where another thread
//! comes between: `accept(3, <unfinished ...>`, then `<... accept resumed>{sa_family=…}, [128 => 16]) = 4`. So a call is
//! rendered in these pieces ([`Traced`]).

mod bytes;
mod call;
mod control;
pub mod import;
mod limit;
mod log;
mod message;
mod names;
mod number;
mod option;
mod pieces;
pub(crate) mod processes;
mod ready;
mod result;
mod shapes;
pub(crate) mod signals;
mod sockaddr;
mod table;
pub(crate) mod variants;

use crate::call::Call;
use crate::call::outcome::Outcome;
use crate::call::syscall::Syscall;
pub use crate::strace::log::{Host, Log};
use crate::strace::pieces::Seen;

/// What strace sees beside a call.
#[derive(Debug, Clone, Copy, Default)]
pub struct Environment<'a> {
    /// This process, for `getpid()`.
    pub pid: i32,
    /// The network interfaces by number: strace names them.
    pub interfaces: &'a [(u32, String)],
    /// Whether the call has a time limit, SO_RCVTIMEO or SO_SNDTIMEO: the kernel would not make it again after a signal.
    pub timed: bool,
    /// Whether what the kernel returned is known, as of a traced program: EINTR is that and nothing else then.
    pub as_returned: bool,
}

impl Environment<'_> {
    fn interface_index(self, name: &str) -> Option<u32> {
        let found = self.interfaces.iter().find(|(_, known)| known == name);
        found.map(|(index, _)| *index)
    }

    /// The name of an interface by its number.
    pub(crate) fn interface_name(self, index: u32) -> Option<String> {
        let found = self.interfaces.iter().find(|(known, _)| *known == index);
        found.map(|(_, name)| name.clone())
    }

    /// A number as the call that gives it, `if_nametoindex("lo")`.
    fn interface(self, index: u32) -> String {
        match self.interfaces.iter().find(|(known, _)| *known == index) {
            Some((_, name)) => format!("if_nametoindex({})", bytes::quoted(name.as_bytes())),
            None => index.to_string(),
        }
    }
}

/// One system call, in the pieces in which strace prints it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Traced {
    /// The name of the system call.
    pub name: &'static str,
    /// The arguments that are known when it is entered, with the comma that may follow them.
    pub entered: String,
    /// The others, and what it returned.
    pub left: Option<Left>,
}

/// What is printed when a call returns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Left {
    /// The rest of the arguments.
    pub arguments: String,
    /// The text after `=`.
    pub result: String,
}

impl Traced {
    /// What is known of it when it is entered: `accept(3, `.
    pub fn begun(&self) -> String {
        format!("{}({}", self.name, self.entered)
    }

    /// The beginning of a call that has not returned, as it is printed when another line comes.
    pub fn unfinished(&self) -> String {
        format!("{} <unfinished ...>", self.begun())
    }

    /// Everything up to the closing parenthesis: on one line, or resumed after other lines.
    pub fn head(&self, resumed: bool) -> String {
        let rest = self.left.as_ref().map_or("", |left| &left.arguments);
        if resumed {
            format!("<... {} resumed>{rest})", self.name)
        } else {
            format!("{}({}{rest})", self.name, self.entered)
        }
    }

    /// The whole call on one line; without its result while it has none.
    pub fn line(&self) -> String {
        match &self.left {
            Some(left) => format!("{} = {}", self.head(false), left.result),
            None => self.unfinished(),
        }
    }
}

/// Renders a call with numbers and addresses in place of names ([`crate::event::Request::call`]), with its outcome once
/// there is one. `None` for what is not a single system call.
pub fn trace(
    call: &Call,
    outcome: Option<&Outcome>,
    environment: Environment<'_>,
) -> Option<Traced> {
    let gave = match outcome {
        None => None,
        Some(outcome) => Some((outcome, outcome.raw.as_deref()?)),
    };
    let (name, pieces) = call::pieces(call, Seen { environment, gave })?;
    let left = gave.map(|(outcome, raw)| Left {
        arguments: pieces.left,
        result: result::result(call, outcome, raw, environment),
    });
    Some(Traced {
        name,
        entered: pieces.entered,
        left,
    })
}

/// Renders a call that is known as it was made, with its outcome once there is one.
pub fn as_made(made: &Syscall, outcome: Option<&Outcome>) -> Traced {
    let left = outcome.map(|outcome| {
        let raw = outcome.raw.as_deref();
        let printed = raw.and_then(|raw| raw.printed.as_deref());
        Left {
            arguments: printed.map_or_else(String::new, |printed| printed.arguments.clone()),
            result: result::as_made(outcome, printed),
        }
    });
    Traced {
        name: made.name,
        entered: made.entered.to_string(),
        left,
    }
}

#[cfg(test)]
mod tests;
