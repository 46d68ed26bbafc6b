//! What an open prediction hides: the facts on the screen that would give its answer away.

use crate::call::Command;
use crate::call::argument::{Descriptor, Name};
use crate::call::table::Role;
use crate::lesson::source::SourceLine;
use crate::script::ScriptError;

/// What begins the line that names them.
pub(crate) const MARK: &str = "hides:";

/// A fact about a socket that is not drawn while the prediction is open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hidden {
    /// Which fact.
    pub fact: Fact,
    /// Of which socket.
    pub of: Name,
}

/// The kinds of facts that can be hidden.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fact {
    /// Whether an epoll instance has something to report, and what.
    Ready,
    /// What waits to be received, or what a pipe, a counter or a timer contains.
    Unread,
    /// The connections that wait to be accepted.
    Pending,
    /// The state.
    State,
    /// The records in the error queue.
    Error,
    /// The addresses.
    Address,
}

impl Fact {
    /// All with their words.
    pub const ALL: [(Self, &str); 6] = [
        (Self::Ready, "ready"),
        (Self::Unread, "unread"),
        (Self::Pending, "pending"),
        (Self::State, "state"),
        (Self::Error, "error"),
        (Self::Address, "address"),
    ];
}

/// Reads `hides: unread s, state c`.
pub(crate) fn read(row: SourceLine<'_>) -> Result<Vec<Hidden>, ScriptError> {
    let text = row.text.trim_start().trim_start_matches(MARK);
    let each = text.split(',').map(|one| {
        let words: Vec<&str> = one.split_whitespace().collect();
        let fact = |word: &str| Fact::ALL.into_iter().find(|(_, own)| *own == word);
        let read = match words.as_slice() {
            [word, name] => fact(word).zip(Name::new(name)),
            _ => None,
        };
        read.map(|((fact, _), of)| Hidden { fact, of })
            .ok_or_else(|| {
                let all = Fact::ALL.map(|(_, word)| word).join(", ");
                row.fault_with(
                    format!("`{}` names no fact of a socket", one.trim()),
                    format!("hides: unread s, state c; the facts are {all}"),
                )
            })
    });
    each.collect()
}

/// What a question about a call hides without being told to: what waits to be received by the call.
pub(crate) fn implied(command: &Command) -> Option<Hidden> {
    let receives = command.call.call_kind().role() == Role::Receives;
    match command.call.socket().filter(|_| receives)? {
        Descriptor::Named(name) => Some(Hidden {
            fact: Fact::Unread,
            of: name.clone(),
        }),
        Descriptor::Raw(_) => None,
    }
}
