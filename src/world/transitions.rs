//! From a call and its result to the [`Cause`] of a transition between phases.

use crate::call::Call;
use crate::call::argument::AddressExpr;
use crate::call::outcome::{Outcome, Returned};
use crate::call::table::Role;
use crate::socket::{Cause, Errno, How, Kind, Phase};
use crate::world::Socket;

/// How the result of a call changes the phase of its socket.
pub(crate) fn of_return(call: &Call, outcome: &Outcome, socket: &Socket) -> Option<Cause> {
    let (kind, phase) = (socket.kind, socket.phase);
    match (&outcome.result, call) {
        (Ok(_), Call::Bind { .. }) => Some(Cause::Bind),
        (Ok(_), Call::Listen { .. }) => Some(Cause::Listen),
        (Ok(_), Call::Connect { address, .. }) if address.place == AddressExpr::Unspecified => {
            Some(Cause::Disconnect)
        }
        (Ok(_), Call::Connect { .. }) => Some(Cause::Connect),
        // An AF_UNIX listener keeps listening.
        (Ok(_), Call::Shutdown { .. }) if phase == Phase::Listening && !socket.is_tcp() => None,
        (Ok(_), Call::Shutdown { how, .. }) => of_shutdown(*how),
        (Ok(Returned::Data { count: 0, .. }), _) => of_empty_read(call, kind),
        (Ok(Returned::Message(_) | Returned::Messages(_)), _)
            if outcome.messages().iter().any(|message| message.count == 0) =>
        {
            of_empty_read(call, kind)
        }
        // Only TCP continues a handshake that nobody waits for.
        (Err(Errno(libc::EINTR)), Call::Connect { .. }) if !socket.is_tcp() => {
            Some(Cause::ConnectFailed)
        }
        (Err(errno), Call::Connect { .. }) => of_failed_connect(*errno),
        (_, call) if opens_fast(call, socket) => of_fast_open(outcome),
        (Err(errno), _) => of_failure(call, *errno, socket),
        _ => None,
    }
}

/// Whether a sending call also connects, MSG_FASTOPEN of tcp(7).
fn opens_fast(call: &Call, socket: &Socket) -> bool {
    let has_none = matches!(socket.phase, Phase::Unbound | Phase::Bound | Phase::Failed);
    let is_asked = call.msg_flags().contains(libc::MSG_FASTOPEN);
    is_asked && has_none && socket.is_tcp() && call.address().is_some()
}

fn of_fast_open(outcome: &Outcome) -> Option<Cause> {
    match &outcome.result {
        Ok(_) => Some(Cause::Connect),
        Err(errno) => of_failed_connect(*errno),
    }
}

fn of_shutdown(how: How) -> Option<Cause> {
    match how.0 {
        libc::SHUT_RD => Some(Cause::ShutRead),
        libc::SHUT_WR => Some(Cause::ShutWrite),
        libc::SHUT_RDWR => Some(Cause::ShutBoth),
        _ => None,
    }
}

/// A receiving call that returned 0 means end of file on a stream, if its buffer was not empty.
///
/// For SOCK_SEQPACKET it may be an empty record, so the kernel is asked ([`crate::event::Observation::hung_up`]).
fn of_empty_read(call: &Call, kind: Kind) -> Option<Cause> {
    let is_asked = call
        .room()
        .is_some_and(|sizes| sizes.iter().any(|size| *size > 0));
    (is_asked && kind == Kind::Stream).then_some(Cause::EndOfFile)
}

/// The errors of connect(2) after which there is no connection. Others leave the socket as it was.
const CONNECT_FAILURES: [i32; 9] = [
    libc::ECONNREFUSED,
    libc::ETIMEDOUT,
    libc::ENETUNREACH,
    libc::EHOSTUNREACH,
    libc::ECONNRESET,
    libc::ECONNABORTED,
    libc::ENOENT,
    libc::EPROTOTYPE,
    libc::EADDRNOTAVAIL,
];

fn of_failed_connect(errno: Errno) -> Option<Cause> {
    match errno.0 {
        libc::EINPROGRESS | libc::EALREADY | libc::EINTR => Some(Cause::ConnectBegun),
        libc::EISCONN => Some(Cause::Established),
        number if CONNECT_FAILURES.contains(&number) => Some(Cause::ConnectFailed),
        _ => None,
    }
}

fn of_failure(call: &Call, errno: Errno, socket: &Socket) -> Option<Cause> {
    let transfers = matches!(
        call.call_kind().role(),
        Role::Sends | Role::Receives | Role::Answers
    );
    match errno.0 {
        libc::ECONNRESET | libc::ECONNABORTED | libc::ETIMEDOUT if transfers => {
            Some(Cause::Aborted)
        }
        // After our own shutdown EPIPE is our doing and says nothing about the connection. On AF_UNIX it ends only the
        // direction to the peer, and data may still arrive from there.
        libc::EPIPE
            if transfers
                && socket.is_tcp()
                && !matches!(socket.phase, Phase::WriteShut | Phase::Shut) =>
        {
            Some(Cause::Aborted)
        }
        _ => None,
    }
}
