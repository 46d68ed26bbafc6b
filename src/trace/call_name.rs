//! The name of a call, as options that are about traced calls take it.

use std::fmt;

use crate::call::Call;
use crate::call::table::SIGNATURES;
use crate::trace::syscalls::{ROWS, Row};

/// A call: the word of the notation, or the name of the system call. `accept` is accept(2) and accept4(2), `recv` the
/// recvfrom(2) that takes no address, and `recvfrom` each of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CallName(&'static str);

impl CallName {
    /// Reads one. `None`: no call that is traced has this name.
    pub fn read(text: &str) -> Option<Self> {
        let names = ROWS.iter().map(|row| row.name).chain(words());
        names.into_iter().find(|name| *name == text).map(Self)
    }

    /// Whether a call has this name.
    pub(crate) fn is_of(self, row: &Row, call: &Call) -> bool {
        row.name == self.0 || call.call_kind().word() == self.0
    }
}

/// The words of the notation that a traced call can have.
fn words() -> impl Iterator<Item = &'static str> {
    let is_traced = |syscall: &str| ROWS.iter().any(|row| row.name == syscall);
    SIGNATURES
        .iter()
        .filter(move |row| is_traced(row.syscall))
        .map(|row| row.word)
}

impl fmt::Display for CallName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

#[cfg(test)]
mod tests {
    use crate::trace::call_name::*;

    #[test]
    fn words_and_system_calls_are_names_and_nothing_else_is() {
        for name in [
            "accept",
            "accept4",
            "recv",
            "recvfrom",
            "epoll_wait",
            "exit_group",
        ] {
            assert_eq!(CallName::read(name).map(|name| name.0), Some(name));
        }
        for other in ["", "sleep", "serve", "Accept", "open", "syscall"] {
            assert_eq!(CallName::read(other), None, "{other}");
        }
    }
}
