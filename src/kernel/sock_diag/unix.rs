//! One AF_UNIX socket in a reply: `struct unix_diag_msg` and its attributes, sock_diag(7).

use crate::event::{Bytes, Cookie, End, Identity, Memory, Queue, Seen, Shut, SocketDetails};
use crate::kernel::sock_diag::{
    UDIAG_SHOW_PEER, UDIAG_SHOW_RQLEN, UNIX_DIAG_PEER, UNIX_DIAG_RQLEN,
};
use crate::kernel::sock_diag::{UNIX_MESSAGE, attribute, cookie, number};
use crate::socket::TcpState;

const UDIAG_SHOW_ICONS: u32 = 0x8;
const UDIAG_SHOW_MEMINFO: u32 = 0x20;
const UDIAG_SHOW_UID: u32 = 0x40;
const UNIX_DIAG_ICONS: u16 = 3;
const UNIX_DIAG_MEMINFO: u16 = 5;
const UNIX_DIAG_SHUTDOWN: u16 = 6;
const UNIX_DIAG_UID: u16 = 7;
/// What is asked; the answer always contains which directions were shut down.
pub(crate) const SHOW: u32 =
    UDIAG_SHOW_PEER | UDIAG_SHOW_RQLEN | UDIAG_SHOW_ICONS | UDIAG_SHOW_MEMINFO | UDIAG_SHOW_UID;
/// Why there is none of what only TCP has.
const NOT_TCP: &str = "only TCP has it";

/// An AF_UNIX socket in the kernel's table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnixSocket {
    /// Listen, Established or Close.
    pub state: TcpState,
    /// Its inode.
    pub inode: u32,
    /// Its cookie.
    pub cookie: Option<Cookie>,
    /// The inode of its peer; 0 for one that waits to be accepted, or is closed.
    pub peer: Option<u32>,
    /// What waits: bytes to receive, of datagrams the next one; of a listener, connections.
    pub receive: u32,
    /// The memory of what was sent and not received; of a listener, its backlog.
    pub send: u32,
    /// The clients whose connections wait at a listener, by their inodes.
    pub pending: Vec<u32>,
    /// Which directions have ended.
    pub shut: Shut,
    /// The memory in the order of `SK_MEMINFO_` of linux/sock_diag.h.
    pub memory: Option<[u32; 9]>,
    /// Whose it is, on kernels since 5.3.
    pub uid: Option<u32>,
}

impl UnixSocket {
    /// Reads the body of a reply.
    pub(crate) fn read(body: &[u8]) -> Option<Self> {
        let rest = body.get(UNIX_MESSAGE..)?;
        let queue = attribute(rest, UNIX_DIAG_RQLEN).unwrap_or_default();
        let pending = attribute(rest, UNIX_DIAG_ICONS).unwrap_or_default();
        let shutdown = attribute(rest, UNIX_DIAG_SHUTDOWN).and_then(<[u8]>::first);
        Some(Self {
            state: TcpState::from_number(*body.get(2)?)?,
            inode: number(body, 4)?,
            cookie: cookie(body, 8),
            peer: attribute(rest, UNIX_DIAG_PEER).and_then(|value| number(value, 0)),
            receive: number(queue, 0).unwrap_or(0),
            send: number(queue, 4).unwrap_or(0),
            pending: (0..pending.len() / 4)
                .filter_map(|at| number(pending, at * 4))
                .collect(),
            shut: Shut(shutdown.copied().unwrap_or(0)),
            memory: attribute(rest, UNIX_DIAG_MEMINFO)
                .and_then(crate::kernel::sock_diag::tcp::memory),
            uid: attribute(rest, UNIX_DIAG_UID).and_then(|value| number(value, 0)),
        })
    }

    /// What is to be said of it as the end of a connection.
    pub fn end(&self) -> End {
        let listens = self.state == TcpState::Listen;
        End {
            identity: self.identity(),
            state: self.state,
            receive: Bytes {
                count: if listens { 0 } else { self.receive },
                control: None,
            },
            send: None,
            timer: None,
            details: Some(Box::new(self.details(listens))),
        }
    }

    /// Which socket it is.
    pub fn identity(&self) -> Identity {
        Identity {
            inode: Some(self.inode),
            cookie: self.cookie,
        }
    }

    fn details(&self, listens: bool) -> SocketDetails {
        SocketDetails {
            inode: self.inode,
            shut: Seen::Observed(self.shut),
            memory: crate::kernel::sock_diag::tcp::given(self.memory.map(Memory::of)),
            tcp: Seen::Unavailable(NOT_TCP.to_owned()),
            congestion: Seen::Unavailable(NOT_TCP.to_owned()),
            queue: listens.then_some(Queue {
                length: self.receive,
                limit: self.send,
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;
    use std::os::fd::AsRawFd;
    use std::os::unix::net::UnixStream;

    use crate::kernel::sock_diag::Link;
    use crate::kernel::sock_diag::unix::*;

    fn inode(socket: &UnixStream) -> u32 {
        let inode = crate::sys::asked::inode(socket.as_raw_fd()).expect("it is open");
        u32::try_from(inode).expect("a small number")
    }

    #[test]
    fn the_peer_of_a_pair_is_found_by_its_inode() {
        let (mut a, b) = UnixStream::pair().expect("a pair");
        a.write_all(b"hello").expect("it is sent");
        let link = Link::open().expect("netlink");
        let find = |inode| link.unix(inode).expect("an answer");
        let own = find(inode(&a)).expect("it is there");
        assert_eq!(own.peer, Some(inode(&b)));
        let other = find(inode(&b)).expect("it is there");
        assert_eq!((other.inode, other.receive), (inode(&b), 5));
        assert_eq!(other.state, TcpState::Established);
        assert!(other.shut == Shut(0));
        drop(b);
        let own = find(inode(&a)).expect("it is there");
        assert!(
            own.shut == Shut::BOTH && own.peer.is_none_or(|peer| peer == 0),
            "{own:?}"
        );
        assert_eq!(find(0), None, "not the whole table");
    }

    #[test]
    fn a_reply_that_is_cut_off_is_no_socket() {
        assert_eq!(UnixSocket::read(&[1, 1, 1]), None);
    }
}
