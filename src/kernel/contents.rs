//! What the kernel keeps in an open file that is neither a socket nor an epoll instance.

use crate::event::Contents;
use crate::socket::Kind;

/// Asks for it. `None`: nothing is kept there, or the kernel does not say.
pub(crate) fn contents(fd: i32, kind: Kind) -> Option<Contents> {
    match kind {
        Kind::PipeReader | Kind::PipeWriter => {
            let bytes = crate::sys::file::unread(fd).ok()?;
            Some(Contents::Bytes(bytes))
        }
        Kind::Stream | Kind::Seqpacket | Kind::Datagram | Kind::Raw | Kind::Epoll | Kind::File => {
            None
        }
    }
}
