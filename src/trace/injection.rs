//! Faults that are injected into calls of a traced program, and how that is written: `--inject recv=EINTR:3`.

use std::str::FromStr;

use crate::call::fault::{Fault, NOT_FAILED};
use crate::socket::Errno;
use crate::trace::call_name::CallName;
use crate::trace::syscalls::{Row, Shape};

/// A fault for calls of a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Injection {
    /// Which calls.
    pub call: CallName,
    /// What is done to them.
    pub fault: Fault,
    /// The first of them, counted from 1 over all threads.
    pub first: u64,
    /// Every so many-th after the first; 0 is the first alone.
    pub step: u64,
}

impl Injection {
    /// Whether the fault is for the call of this number, counted from 1.
    pub(crate) fn is_for(&self, number: u64) -> bool {
        match number.checked_sub(self.first) {
            None => false,
            Some(0) => true,
            Some(after) => self.step != 0 && after % self.step == 0,
        }
    }
}

/// What is said of text that is not a fault.
const NEEDED: &str = "it needs CALL=FAULT, where the fault is an errno, short, or delay:TIME, and may be followed by :N, :N+ or :N+STEP: recv=EINTR:3, send=short:1, accept=delay:100ms";

/// Whether a call can have a fault.
pub(crate) fn fits(fault: Fault, row: &Row, args: &[u64; 6]) -> bool {
    match fault {
        Fault::Errno(_) => !NOT_FAILED.contains(&row.name),
        Fault::Short => {
            let has_length = matches!(
                row.shape,
                Shape::Sendto | Shape::Recvfrom | Shape::Read | Shape::Write
            );
            has_length && args[2] >= 2
        }
        Fault::Delay(_) => true,
    }
}

impl FromStr for Injection {
    type Err = String;

    /// Reads what `--inject` is given.
    ///
    /// # Errors
    ///
    /// What is wrong, and what is possible.
    fn from_str(text: &str) -> Result<Self, String> {
        let (name, rest) = text.split_once('=').ok_or(NEEDED)?;
        let call = CallName::read(name).ok_or_else(|| {
            format!("no call that is traced has the name `{name}`: it needs a word of the notation or the name of a system call, such as recv or recvfrom")
        })?;
        let (word, rest) = cut(rest);
        let (fault, when) = match (word, rest) {
            ("short", when) => (Fault::Short, when),
            ("delay", None) => return Err("delay needs a time: accept=delay:100ms".to_owned()),
            ("delay", Some(rest)) => {
                let (time, when) = cut(rest);
                (Fault::Delay(crate::cli::time(time)?), when)
            }
            (errno, when) => {
                let errno = Errno::from_name(errno).ok_or(NEEDED)?;
                (Fault::Errno(errno), when)
            }
        };
        fault.check(name)?;
        let (first, step) = match when {
            None => (1, 1),
            Some(when) => numbers(when).ok_or_else(|| {
                format!("`{when}` does not say which calls: it needs N (the Nth), N+ (from the Nth on) or N+STEP (from the Nth on every STEP-th), from 1")
            })?,
        };
        Ok(Self {
            call,
            fault,
            first,
            step,
        })
    }
}

/// What comes before a colon, and what after it.
fn cut(text: &str) -> (&str, Option<&str>) {
    match text.split_once(':') {
        Some((before, after)) => (before, Some(after)),
        None => (text, None),
    }
}

/// `3`, `3+` or `3+2`: the first, and the step.
fn numbers(text: &str) -> Option<(u64, u64)> {
    let number = |text: &str| {
        let is_number = text.bytes().all(|byte| byte.is_ascii_digit());
        let number = text.parse().ok().filter(|_| is_number);
        number.filter(|number| *number > 0)
    };
    match text.split_once('+') {
        None => Some((number(text)?, 0)),
        Some((first, "")) => Some((number(first)?, 1)),
        Some((first, step)) => Some((number(first)?, number(step)?)),
    }
}

#[cfg(test)]
mod tests {
    use crate::trace::injection::*;

    fn chosen(text: &str) -> Vec<u64> {
        let injection: Injection = text.parse().expect(text);
        (1..=7).filter(|number| injection.is_for(*number)).collect()
    }

    #[test]
    fn which_calls_are_chosen() {
        assert_eq!(chosen("recv=EINTR:3"), [3]);
        assert_eq!(chosen("recv=EINTR:5+"), [5, 6, 7]);
        assert_eq!(chosen("recv=EINTR:2+3"), [2, 5]);
        assert_eq!(chosen("recv=EINTR"), [1, 2, 3, 4, 5, 6, 7]);
        assert_eq!(chosen("send=short:1"), [1]);
        assert_eq!(chosen("accept=delay:100ms:2"), [2]);
    }

    #[test]
    fn what_is_wrong_is_said() {
        for (text, expected) in [
            ("recv", "CALL=FAULT"),
            ("", "CALL=FAULT"),
            ("recv=", "CALL=FAULT"),
            ("recv=EFOO", "CALL=FAULT"),
            ("revc=EINTR", "`revc`"),
            ("writev=short", "send, sendto, write"),
            ("sendmsg=short:1", "send, sendto, write"),
            ("exit_group=EINTR", "cannot be made to fail"),
            ("recv=EINTR:0", "`0` does not say which"),
            ("recv=EINTR:+2", "`+2` does not say which"),
            ("recv=EINTR:3+-1", "does not say which"),
            ("recv=EINTR:3:4", "does not say which"),
            ("accept=delay", "needs a time"),
            ("accept=delay:soon", "expected a number"),
        ] {
            let error = text.parse::<Injection>().expect_err(text);
            assert!(error.contains(expected), "{text}: {error}");
        }
    }

    #[test]
    fn one_byte_cannot_be_made_shorter() {
        let send = crate::trace::syscalls::by_number(libc::SYS_sendto).expect("a row");
        assert!(fits(Fault::Short, send, &[0, 0, 2, 0, 0, 0]));
        assert!(!fits(Fault::Short, send, &[0, 0, 1, 0, 0, 0]));
    }
}
