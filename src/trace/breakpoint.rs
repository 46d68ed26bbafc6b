//! When a traced thread is held before a call, and how that is written: `--break accept`.

use std::fmt;
use std::str::FromStr;

use crate::socket::tcp_state::TCP_STATES;
use crate::socket::{Errno, TcpState};
use crate::trace::call_name::CallName;

/// Before which calls threads are held. A held thread is stopped just before its call; the other threads go on.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Hold {
    /// None.
    #[default]
    Never,
    /// Each that is shown.
    Each,
    /// Those that one of these is about.
    When(Vec<Break>),
}

/// Something to hold a thread for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Break {
    /// Before each call of this name.
    Call(CallName),
    /// After a call that failed so: the thread is held before its next call that is shown.
    Errno(Errno),
    /// Before each call on this descriptor, or with it in its set, whichever process makes it.
    Descriptor(i32),
    /// Before each call on a socket that the kernel says is in this state, or with one in its set.
    State(TcpState),
}

impl FromStr for Break {
    type Err = String;

    /// Reads what `--break` is given.
    ///
    /// # Errors
    ///
    /// That it is none of the four, with an example of each.
    fn from_str(text: &str) -> Result<Self, String> {
        let errno = || Errno::from_name(text).map(Self::Errno);
        let state = || state(text).map(Self::State);
        let descriptor = || descriptor(text).map(Self::Descriptor);
        let call = CallName::read(text).map(Self::Call);
        call.or_else(errno).or_else(state).or_else(descriptor).ok_or_else(|| {
            "it needs a call (accept), an errno (EAGAIN), a descriptor (fd3), or a TCP state (CLOSE_WAIT)".to_owned()
        })
    }
}

fn state(text: &str) -> Option<TcpState> {
    let row = TCP_STATES.iter().find(|row| row.2 == text)?;
    Some(row.1)
}

/// `fd3`, or `3`.
fn descriptor(text: &str) -> Option<i32> {
    let number = text.strip_prefix("fd").unwrap_or(text);
    let is_number = number.bytes().all(|byte| byte.is_ascii_digit());
    number.parse().ok().filter(|_| is_number)
}

impl fmt::Display for Break {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Call(name) => name.fmt(f),
            Self::Errno(errno) => errno.fmt(f),
            Self::Descriptor(fd) => write!(f, "fd{fd}"),
            Self::State(state) => state.fmt(f),
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::trace::breakpoint::*;

    #[test]
    fn what_to_break_on_is_read_and_printed() {
        for text in [
            "accept",
            "sendto",
            "EAGAIN",
            "fd3",
            "CLOSE_WAIT",
            "CLOSE",
            "close",
        ] {
            let what: Break = text.parse().expect(text);
            assert_eq!(what.to_string(), text);
        }
        assert_eq!("7".parse(), Ok(Break::Descriptor(7)));
        assert_eq!("CLOSE".parse(), Ok(Break::State(TcpState::Close)));
        for wrong in [
            "",
            "acept",
            "fd",
            "-1",
            "+1",
            "fd99999999999",
            "EFOO",
            "close_wait",
        ] {
            let error = wrong.parse::<Break>().expect_err(wrong);
            assert!(error.contains("CLOSE_WAIT"), "{error}");
        }
    }
}
