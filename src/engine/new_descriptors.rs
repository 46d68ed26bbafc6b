//! The descriptors that a call created, from its outcome.

use std::os::fd::RawFd;

use crate::call::Call;
use crate::call::argument::Descriptor;
use crate::call::outcome::{Outcome, Returned};
use crate::call::parameter::Argument;
use crate::call::table::Gives;
use crate::event::{DescriptorId, Origin};
use crate::kernel::observe::ProbeTarget;
use crate::socket::{Domain, Kind, Protocol, SockFlags, SocketType};

/// A descriptor that a call created.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Created {
    pub(crate) target: ProbeTarget,
    pub(crate) origin: Origin,
}

/// What a call on the socket `on` created, of which `target` is known.
pub(crate) fn created(
    call: &Call,
    outcome: &Outcome,
    on: Option<DescriptorId>,
    target: Option<&ProbeTarget>,
) -> Vec<Created> {
    let Ok(returned) = &outcome.result else {
        return Vec::new();
    };
    match returned {
        Returned::Descriptor(fd) => created_one(call, *fd, on, target),
        Returned::Pair(a, b) => created_pair(call, *a, *b, on, target),
        Returned::Accepted { fd, .. } => {
            let target = target.map(|listener| connection_of(listener, *fd));
            inherit(*fd, target.as_ref(), on.map(Origin::Accepted))
        }
        Returned::Message(_) | Returned::Messages(_) => {
            let origin = on.map_or(Origin::Created, Origin::ReceivedOn);
            let fds = outcome.messages().iter().flat_map(|message| &message.fds);
            let fds = fds.filter_map(|fd| match fd {
                Descriptor::Raw(fd) => Some(*fd),
                Descriptor::Named(_) => None,
            });
            fds.map(|fd| Created {
                target: ProbeTarget::received(fd),
                origin,
            })
            .collect()
        }
        Returned::Zero
        | Returned::Count(_)
        | Returned::Sent(_)
        | Returned::Data { .. }
        | Returned::Ready(_)
        | Returned::Selected { .. }
        | Returned::Signal { .. }
        | Returned::Address(_)
        | Returned::Addresses(_)
        | Returned::Names(_)
        | Returned::Bytes { .. }
        | Returned::Value(_)
        | Returned::Status(_)
        | Returned::Flags(_)
        | Returned::State(_)
        | Returned::Process(_)
        | Returned::Child(_)
        | Returned::Word(_) => Vec::new(),
    }
}

/// What is known of a connection that a listener gave. A client without MPTCP gets a plain TCP socket from an MPTCP
/// listener.
fn connection_of(listener: &ProbeTarget, fd: RawFd) -> ProbeTarget {
    if listener.protocol != Protocol(libc::IPPROTO_MPTCP) {
        return *listener;
    }
    ProbeTarget {
        protocol: ProbeTarget::received(fd).protocol,
        ..*listener
    }
}

/// Two descriptors that a call returned: connected sockets, or the ends of a pipe.
fn created_pair(
    call: &Call,
    a: RawFd,
    b: RawFd,
    on: Option<DescriptorId>,
    target: Option<&ProbeTarget>,
) -> Vec<Created> {
    match call.call_kind().signature().gives {
        Gives::Pipe => [
            no_socket(a, Kind::PipeReader),
            no_socket(b, Kind::PipeWriter),
        ]
        .concat(),
        _ => [a, b]
            .into_iter()
            .flat_map(|fd| created_one(call, fd, on, target))
            .collect(),
    }
}

/// A descriptor that a call returned.
fn created_one(
    call: &Call,
    fd: RawFd,
    on: Option<DescriptorId>,
    target: Option<&ProbeTarget>,
) -> Vec<Created> {
    let socket = |origin| {
        vec![Created {
            target: new_socket(call, fd),
            origin,
        }]
    };
    match call.call_kind().signature().gives {
        Gives::Socket => socket(Origin::Created),
        Gives::Pair => socket(Origin::Paired),
        Gives::Epoll => no_socket(fd, Kind::Epoll),
        Gives::Eventfd => no_socket(fd, Kind::Eventfd),
        Gives::Timerfd => no_socket(fd, Kind::Timerfd),
        Gives::File => no_socket(fd, Kind::File),
        Gives::Duplicate | Gives::Control => inherit(fd, target, on.map(Origin::DuplicateOf)),
        Gives::Zero
        | Gives::Pipe
        | Gives::Connection
        | Gives::Sent
        | Gives::Received
        | Gives::Ready
        | Gives::Selected
        | Gives::Signal
        | Gives::Address
        | Gives::Addresses
        | Gives::Names
        | Gives::Bytes
        | Gives::Value
        | Gives::Answer
        | Gives::Moved
        | Gives::Connections
        | Gives::Waiting
        | Gives::Unread
        | Gives::State
        | Gives::Process
        | Gives::ChildChange
        | Gives::Nothing
        | Gives::Another
        | Gives::Number => Vec::new(),
    }
}

/// A socket of the domain, the type and the protocol that a call names.
fn new_socket(call: &Call, fd: RawFd) -> ProbeTarget {
    let (mut domain, mut socket_type, mut protocol) = (Domain(0), SocketType(0), Protocol(0));
    call.visit(&mut |argument| match argument {
        Argument::Domain(own) => domain = own,
        Argument::Type(own) => socket_type = own,
        Argument::Protocol(own) => protocol = own,
        _ => {}
    });
    ProbeTarget::socket(fd, domain, plain(socket_type), protocol)
}

fn no_socket(fd: RawFd, kind: Kind) -> Vec<Created> {
    vec![Created {
        target: ProbeTarget::other(fd, kind),
        origin: Origin::Created,
    }]
}

/// A type without the flags that a raw number may have carried.
fn plain(socket_type: SocketType) -> SocketType {
    SocketType(socket_type.0 & !(SockFlags(libc::SOCK_NONBLOCK | libc::SOCK_CLOEXEC).0))
}

/// What is of the same sort as the descriptor that it was made from; of a stranger the kernel is asked.
fn inherit(fd: RawFd, target: Option<&ProbeTarget>, origin: Option<Origin>) -> Vec<Created> {
    let target = match target {
        Some(target) => ProbeTarget { fd, ..*target },
        None => ProbeTarget::received(fd),
    };
    vec![Created {
        target,
        origin: origin.unwrap_or(Origin::Created),
    }]
}
