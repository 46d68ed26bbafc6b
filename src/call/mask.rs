//! The signal mask of ppoll(2), pselect(2) and epoll_pwait(2): what is blocked while such a call waits.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::socket::Sig;
use crate::socket::constant::SIGNALS;
use crate::socket::signal::{FATAL, interrupting, signal};

/// The signals that are blocked while the call waits. `None` is a null pointer: the mask of the thread stays.
///
/// A line chooses among the signals that report events of sockets and children. The program's own stay as they are in any case, so that
/// no call takes the signal that is to end the program.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mask(pub Option<Vec<Sig>>);

/// How many signals there are.
const ALL: i32 = 64;
/// More than these are written as those that are missing.
const MANY: usize = 32;
/// The two that the C library keeps for itself.
const OF_LIBRARY: [i32; 2] = [32, 33];

impl Mask {
    /// What the kernel is given, as bits.
    pub fn bits(&self) -> Option<u64> {
        let blocked = self.0.as_ref()?;
        let is_ours = |number: &i32| SIGNALS.rows.iter().any(|row| row.value == *number);
        let is_open = |number: &i32| {
            FATAL.contains(number)
                || OF_LIBRARY.contains(number)
                || [libc::SIGPIPE, interrupting()].contains(number)
                || is_ours(number) && !blocked.contains(&Sig(*number))
        };
        let numbers = (1..=ALL).filter(|number| !is_open(number));
        Some(numbers.fold(0, |bits, number| bits | 1 << (number - 1)))
    }

    /// The mask of a program, from its bits.
    pub fn of_bits(bits: Option<u64>) -> Self {
        let set = |bits: u64| (1..=ALL).filter(move |number| bits >> (number - 1) & 1 != 0);
        Self(bits.map(|bits| set(bits).map(Sig).collect()))
    }
}

impl fmt::Display for Mask {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(blocked) = &self.0 else {
            return f.write_str("NULL");
        };
        if blocked.len() > MANY {
            let missing = (1..=ALL).map(Sig).filter(|one| !blocked.contains(one));
            return write!(f, "~[{}]", names(missing));
        }
        write!(f, "[{}]", names(blocked.iter().copied()))
    }
}

fn names(signals: impl Iterator<Item = Sig>) -> String {
    let name = |sig: Sig| {
        SIGNALS
            .name_of(sig.0)
            .map_or_else(|| signal(sig.0), str::to_owned)
    };
    signals.map(name).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use crate::call::mask::*;

    #[test]
    fn what_is_not_blocked_is_what_a_line_leaves_out() {
        let bits = |signals: &[i32]| {
            let signals = signals.iter().copied().map(Sig).collect();
            Mask(Some(signals)).bits().expect("a mask")
        };
        let bit = |number: i32| 1_u64 << (number - 1);
        assert_eq!(Mask(None).bits(), None);
        assert_eq!(bits(&[]) | bit(libc::SIGIO), bits(&[libc::SIGIO]));
        assert_eq!(bits(&[]) & (bit(libc::SIGURG) | bit(libc::SIGUSR1)), 0);
        assert_eq!(
            bits(&[]) & bit(libc::SIGSEGV),
            0,
            "a fault is never blocked"
        );
        assert_ne!(bits(&[]) & bit(libc::SIGTERM), 0, "the program's own");
    }

    #[test]
    fn a_long_mask_is_written_by_what_is_missing() {
        let all_but_int = !(1_u64 << (libc::SIGINT - 1));
        assert_eq!(Mask::of_bits(Some(all_but_int)).to_string(), "~[SIGINT]");
        assert_eq!(Mask::of_bits(Some(0)).to_string(), "[]");
        assert_eq!(Mask::of_bits(Some(1 << 33)).to_string(), "[SIGRTMIN]");
        assert_eq!(Mask::of_bits(None).to_string(), "NULL");
    }
}
