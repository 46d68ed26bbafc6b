//! The descriptors that a call made, as its outcome tells.

use std::os::fd::RawFd;

use crate::call::Call;
use crate::call::argument::Descriptor;
use crate::call::outcome::{Outcome, Returned};
use crate::event::{Origin, SocketId};
use crate::kernel::observe::ProbeTarget;
use crate::socket::{Kind, SockFlags, SocketType};

/// A descriptor that a call made.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Made {
    pub(crate) target: ProbeTarget,
    pub(crate) origin: Origin,
}

/// What a call made on the socket `on`, of which `target` is known.
pub(crate) fn made(
    call: &Call,
    outcome: &Outcome,
    on: Option<SocketId>,
    target: Option<&ProbeTarget>,
) -> Vec<Made> {
    let Ok(returned) = &outcome.result else {
        return Vec::new();
    };
    match (call, returned) {
        (
            Call::Socket {
                domain,
                socket_type,
                protocol,
                ..
            },
            Returned::Descriptor(fd),
        ) => vec![Made {
            target: ProbeTarget::socket(*fd, *domain, plain(*socket_type), *protocol),
            origin: Origin::Made,
        }],
        (
            Call::Socketpair {
                domain,
                socket_type,
                protocol,
                ..
            },
            Returned::Pair(a, b),
        ) => [*a, *b]
            .map(|fd| Made {
                target: ProbeTarget::socket(fd, *domain, plain(*socket_type), *protocol),
                origin: Origin::Paired,
            })
            .to_vec(),
        (Call::EpollCreate1 { .. } | Call::EpollCreate { .. }, Returned::Descriptor(fd)) => {
            no_socket(*fd, Kind::Epoll)
        }
        (Call::Open { .. }, Returned::Descriptor(fd)) => no_socket(*fd, Kind::File),
        (Call::Accept { .. }, Returned::Accepted { fd, .. }) => {
            inherit(*fd, target, on.map(Origin::Accepted))
        }
        (Call::Dup { .. } | Call::Fcntl { .. }, Returned::Descriptor(fd)) => {
            inherit(*fd, target, on.map(Origin::DuplicateOf))
        }
        (Call::Recvmsg { .. }, Returned::Message(message)) => {
            let origin = on.map_or(Origin::Made, Origin::ReceivedOn);
            let fds = message.fds.iter().filter_map(|fd| match fd {
                Descriptor::Raw(fd) => Some(*fd),
                Descriptor::Named(_) => None,
            });
            fds.map(|fd| Made {
                target: ProbeTarget::received(fd),
                origin,
            })
            .collect()
        }
        _ => Vec::new(),
    }
}

fn no_socket(fd: RawFd, kind: Kind) -> Vec<Made> {
    vec![Made {
        target: ProbeTarget::other(fd, kind),
        origin: Origin::Made,
    }]
}

/// A type without the flags that a raw number may have carried.
fn plain(socket_type: SocketType) -> SocketType {
    SocketType(socket_type.0 & !(SockFlags(libc::SOCK_NONBLOCK | libc::SOCK_CLOEXEC).0))
}

/// What is of the same sort as the descriptor that it came from; of a stranger the kernel is asked.
fn inherit(fd: RawFd, target: Option<&ProbeTarget>, origin: Option<Origin>) -> Vec<Made> {
    let target = match target {
        Some(target) => ProbeTarget { fd, ..*target },
        None => ProbeTarget::received(fd),
    };
    vec![Made {
        target,
        origin: origin.unwrap_or(Origin::Made),
    }]
}
