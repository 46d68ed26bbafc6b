//! After which calls the addresses of a socket are asked for again.

use crate::call::table::CallKind;
use crate::kernel::observe::ProbeTarget;
use crate::socket::Kind;

/// Whether a call can have given the socket an address or a peer.
pub(crate) fn may_change(call_kind: CallKind, target: &ProbeTarget) -> bool {
    match call_kind {
        CallKind::Bind | CallKind::Listen | CallKind::Connect => true,
        // The first datagram makes the kernel choose a port; a connection may have come about meanwhile.
        CallKind::Sendto | CallKind::Sendmsg => target.kind != Kind::Stream,
        CallKind::Getsockopt => target.is_tcp(),
        CallKind::Socket
        | CallKind::Socketpair
        | CallKind::Accept
        | CallKind::Send
        | CallKind::Write
        | CallKind::Recv
        | CallKind::Recvfrom
        | CallKind::Recvmsg
        | CallKind::Read
        | CallKind::Shutdown
        | CallKind::Close
        | CallKind::Getsockname
        | CallKind::Getpeername
        | CallKind::Setsockopt
        | CallKind::Fcntl
        | CallKind::Ioctl
        | CallKind::Dup
        | CallKind::Poll
        | CallKind::Select
        | CallKind::EpollCreate1
        | CallKind::EpollCreate
        | CallKind::EpollCtl
        | CallKind::EpollWait
        | CallKind::Sigtimedwait
        | CallKind::Open
        | CallKind::Chmod
        | CallKind::Unlink
        | CallKind::Wait
        | CallKind::Cancel
        | CallKind::State
        | CallKind::Peer
        | CallKind::Pending
        | CallKind::Unread
        | CallKind::Fill
        | CallKind::Drain
        | CallKind::Echo
        | CallKind::Sink
        | CallKind::Source
        | CallKind::Serve
        | CallKind::Sleep => false,
    }
}
