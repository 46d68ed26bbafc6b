//! Calls that never reach the kernel: with them it would read or write beyond what there is, so the program answers them
//! itself, with EINVAL.

use crate::call::Call;
use crate::socket::sockaddr::STORAGE;

/// The longest option value.
const LONGEST_OPTION: i32 = 4096;
/// The most room for control messages.
const CONTROL: i32 = 2048;
/// The most events of one epoll_wait(2).
const EVENTS: i32 = 4096;

/// Whether a call is not made for its lengths.
pub(crate) fn is_answered_here(call: &Call) -> bool {
    let beyond = |length: &Option<i32>, most: i32| length.is_some_and(|length| length > most);
    match call {
        Call::Accept { length, .. }
        | Call::Recvfrom { length, .. }
        | Call::Getsockname { length, .. }
        | Call::Getpeername { length, .. } => beyond(length, STORAGE as i32),
        Call::Setsockopt { value, length, .. } => {
            let bytes = crate::call::option_bytes::encode(value);
            let own = bytes.map_or(0, |bytes| i32::try_from(bytes.len()).unwrap_or(i32::MAX));
            beyond(length, LONGEST_OPTION.max(own))
        }
        Call::Getsockopt { length, .. } => beyond(length, LONGEST_OPTION),
        Call::Recvmsg { control, .. } => {
            control.is_some_and(|control| !(0..=CONTROL).contains(&control))
        }
        Call::EpollWait { max, .. } => *max > EVENTS,
        Call::Open { path } => path.contains(&0),
        Call::Chmod { address, .. } | Call::Unlink { address } => match &address.place {
            crate::call::argument::AddressExpr::Literal(address) => {
                address.path().is_none_or(|path| path.contains(&0))
            }
            _ => true,
        },
        _ => false,
    }
}
