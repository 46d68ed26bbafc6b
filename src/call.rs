//! A command as a value: the call with its arguments, the names that its descriptors get, and what is expected of it.

pub mod argument;
pub mod data;
pub mod expectation;
pub mod option_bytes;
pub mod outcome;
pub(crate) mod payload;
pub mod table;
pub mod tcp_info;
pub mod timeout;
pub mod value;
use std::time::Duration;

use crate::call::argument::{
    AddressArg, AddressExpr, Descriptor, IntArg, Message, Name, OptionArg, PollEntry, Service, Sets,
};
use crate::call::data::Data;
use crate::call::expectation::Expectation;
use crate::call::table::CallKind;
use crate::call::timeout::Timeout;
use crate::call::value::Value;
use crate::socket::{
    Domain, EpollEvents, EpollFlags, EpollOp, FcntlCommand, How, IoctlRequest, MsgFlags, Protocol,
    Sig, SockFlags, SocketType,
};

/// One line of a script: a command, a comment, both, or nothing.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Line {
    /// What is to be done, if anything.
    pub command: Option<Command>,
    /// The text after `#`, with its blanks.
    pub comment: Option<String>,
}

/// A call, the names for what it makes, and what is expected of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Command {
    /// The names before `=`; empty where none is given.
    pub targets: Vec<Name>,
    /// The call.
    pub call: Call,
    /// What stands after it.
    pub mode: Mode,
}

/// How a command is run and judged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Mode {
    /// It must not fail and not block for long.
    Plain,
    /// `-> result`
    Expect(Expectation),
    /// `-> blocks`: it must still be inside the kernel after a short while; the script goes on.
    Blocks,
    /// `&`: started, nothing said about its result.
    Background,
}

/// A call of the notation with its arguments.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(
    missing_docs,
    reason = "the fields are the parameters of the manual page that each variant names"
)]
pub enum Call {
    /// socket(2)
    Socket {
        domain: Domain,
        socket_type: SocketType,
        flags: SockFlags,
        protocol: Protocol,
    },
    /// socketpair(2)
    Socketpair {
        domain: Domain,
        socket_type: SocketType,
        flags: SockFlags,
        protocol: Protocol,
    },
    /// bind(2)
    Bind {
        socket: Descriptor,
        address: AddressArg,
    },
    /// listen(2)
    Listen { socket: Descriptor, backlog: i32 },
    /// accept(2), accept4(2) with flags
    Accept {
        socket: Descriptor,
        flags: SockFlags,
        length: Option<i32>,
    },
    /// connect(2)
    Connect {
        socket: Descriptor,
        address: AddressArg,
    },
    /// send(2)
    Send {
        socket: Descriptor,
        data: Data,
        flags: MsgFlags,
    },
    /// sendto(2)
    Sendto {
        socket: Descriptor,
        data: Data,
        address: AddressArg,
        flags: MsgFlags,
    },
    /// sendmsg(2)
    Sendmsg {
        socket: Descriptor,
        message: Box<Message>,
    },
    /// write(2)
    Write { socket: Descriptor, data: Data },
    /// recv(2); with `null` the buffer is a null pointer.
    Recv {
        socket: Descriptor,
        count: usize,
        null: bool,
        flags: MsgFlags,
    },
    /// recvfrom(2)
    Recvfrom {
        socket: Descriptor,
        count: usize,
        null: bool,
        flags: MsgFlags,
        length: Option<i32>,
    },
    /// recvmsg(2) into buffers of these sizes; `control` is the room for control messages, where that is said.
    Recvmsg {
        socket: Descriptor,
        counts: Vec<usize>,
        flags: MsgFlags,
        control: Option<i32>,
    },
    /// read(2)
    Read {
        socket: Descriptor,
        count: usize,
        null: bool,
    },
    /// shutdown(2)
    Shutdown { socket: Descriptor, how: How },
    /// close(2)
    Close { socket: Descriptor },
    /// getsockname(2)
    Getsockname {
        socket: Descriptor,
        length: Option<i32>,
    },
    /// getpeername(2)
    Getpeername {
        socket: Descriptor,
        length: Option<i32>,
    },
    /// setsockopt(2)
    Setsockopt {
        socket: Descriptor,
        option: OptionArg,
        value: Value,
        length: Option<i32>,
    },
    /// getsockopt(2)
    Getsockopt {
        socket: Descriptor,
        option: OptionArg,
        length: Option<i32>,
    },
    /// fcntl(2)
    Fcntl {
        socket: Descriptor,
        command: FcntlCommand,
        argument: Option<IntArg>,
    },
    /// ioctl(2)
    Ioctl {
        socket: Descriptor,
        request: IoctlRequest,
        argument: Option<i32>,
    },
    /// dup(2)
    Dup { socket: Descriptor },
    /// poll(2); the timeout is in milliseconds.
    Poll {
        entries: Vec<PollEntry>,
        timeout: i32,
    },
    /// select(2); `nfds` where it is not one more than the highest descriptor.
    Select {
        sets: Box<Sets>,
        timeout: Timeout,
        nfds: Option<i32>,
    },
    /// epoll_create1(2)
    EpollCreate1 { flags: EpollFlags },
    /// epoll_create(2)
    EpollCreate { size: i32 },
    /// epoll_ctl(2)
    EpollCtl {
        socket: Descriptor,
        op: EpollOp,
        target: Descriptor,
        events: EpollEvents,
    },
    /// epoll_wait(2); the timeout is in milliseconds.
    EpollWait {
        socket: Descriptor,
        max: i32,
        timeout: i32,
    },
    /// sigtimedwait(2)
    Sigtimedwait { signals: Vec<Sig>, timeout: Timeout },
    /// open(2) for reading
    Open { path: Vec<u8> },
    /// chmod(2) of an AF_UNIX path
    Chmod { address: AddressArg, mode: u32 },
    /// unlink(2) of an AF_UNIX path
    Unlink { address: AddressArg },
    /// Wait for the call that is pending on a socket.
    Wait { socket: Descriptor },
    /// Interrupt it.
    Cancel { socket: Descriptor },
    /// The kernel's state of the connection.
    State { socket: Descriptor },
    /// The same of the other end, in whatever process it is.
    Peer { socket: Descriptor },
    /// How many connections wait to be accepted.
    Pending { socket: Descriptor },
    /// How many bytes wait to be received.
    Unread { socket: Descriptor },
    /// Send until EAGAIN.
    Fill { socket: Descriptor },
    /// Receive until EAGAIN or end of stream.
    Drain { socket: Descriptor },
    /// Receive and send back until end of stream.
    Echo { socket: Descriptor },
    /// Receive and throw away until end of stream.
    Sink { socket: Descriptor },
    /// Send this many bytes in chunks.
    Source {
        socket: Descriptor,
        bytes: u64,
        chunk: usize,
    },
    /// Accept connections, each with a thread of its own.
    Serve {
        socket: Descriptor,
        service: Service,
    },
    /// Do nothing for a while.
    Sleep { duration: Duration },
}

/// The field `socket` of a call, by shared or by mutable reference as the receiver is.
macro_rules! socket_of {
    ($call:expr) => {
        match $call {
            Call::Bind { socket, .. }
            | Call::Listen { socket, .. }
            | Call::Accept { socket, .. }
            | Call::Connect { socket, .. }
            | Call::Send { socket, .. }
            | Call::Sendto { socket, .. }
            | Call::Sendmsg { socket, .. }
            | Call::Write { socket, .. }
            | Call::Recv { socket, .. }
            | Call::Recvfrom { socket, .. }
            | Call::Recvmsg { socket, .. }
            | Call::Read { socket, .. }
            | Call::Shutdown { socket, .. }
            | Call::Close { socket }
            | Call::Getsockname { socket, .. }
            | Call::Getpeername { socket, .. }
            | Call::Setsockopt { socket, .. }
            | Call::Getsockopt { socket, .. }
            | Call::Fcntl { socket, .. }
            | Call::Ioctl { socket, .. }
            | Call::EpollCtl { socket, .. }
            | Call::EpollWait { socket, .. }
            | Call::Dup { socket }
            | Call::Wait { socket }
            | Call::Cancel { socket }
            | Call::State { socket }
            | Call::Peer { socket }
            | Call::Pending { socket }
            | Call::Unread { socket }
            | Call::Fill { socket }
            | Call::Drain { socket }
            | Call::Echo { socket }
            | Call::Sink { socket }
            | Call::Source { socket, .. }
            | Call::Serve { socket, .. } => Some(socket),
            Call::Socket { .. }
            | Call::Socketpair { .. }
            | Call::Poll { .. }
            | Call::Select { .. }
            | Call::EpollCreate1 { .. }
            | Call::EpollCreate { .. }
            | Call::Sigtimedwait { .. }
            | Call::Open { .. }
            | Call::Chmod { .. }
            | Call::Unlink { .. }
            | Call::Sleep { .. } => None,
        }
    };
}

/// The field `address` of a call, likewise.
macro_rules! address_of {
    ($call:expr, $option:ident) => {
        match $call {
            Call::Sendmsg { message, .. } => message.address.$option(),
            Call::Bind { address, .. }
            | Call::Connect { address, .. }
            | Call::Sendto { address, .. }
            | Call::Chmod { address, .. }
            | Call::Unlink { address } => Some(address),
            _ => None,
        }
    };
}

impl Call {
    /// Which call it is.
    pub fn call_kind(&self) -> CallKind {
        match self {
            Self::Socket { .. } => CallKind::Socket,
            Self::Socketpair { .. } => CallKind::Socketpair,
            Self::Bind { .. } => CallKind::Bind,
            Self::Listen { .. } => CallKind::Listen,
            Self::Accept { .. } => CallKind::Accept,
            Self::Connect { .. } => CallKind::Connect,
            Self::Send { .. } => CallKind::Send,
            Self::Sendto { .. } => CallKind::Sendto,
            Self::Sendmsg { .. } => CallKind::Sendmsg,
            Self::Write { .. } => CallKind::Write,
            Self::Recv { .. } => CallKind::Recv,
            Self::Recvfrom { .. } => CallKind::Recvfrom,
            Self::Recvmsg { .. } => CallKind::Recvmsg,
            Self::Read { .. } => CallKind::Read,
            Self::Shutdown { .. } => CallKind::Shutdown,
            Self::Close { .. } => CallKind::Close,
            Self::Getsockname { .. } => CallKind::Getsockname,
            Self::Getpeername { .. } => CallKind::Getpeername,
            Self::Setsockopt { .. } => CallKind::Setsockopt,
            Self::Getsockopt { .. } => CallKind::Getsockopt,
            Self::Fcntl { .. } => CallKind::Fcntl,
            Self::Ioctl { .. } => CallKind::Ioctl,
            Self::Dup { .. } => CallKind::Dup,
            Self::Poll { .. } => CallKind::Poll,
            Self::Select { .. } => CallKind::Select,
            Self::EpollCreate1 { .. } => CallKind::EpollCreate1,
            Self::EpollCreate { .. } => CallKind::EpollCreate,
            Self::EpollCtl { .. } => CallKind::EpollCtl,
            Self::EpollWait { .. } => CallKind::EpollWait,
            Self::Sigtimedwait { .. } => CallKind::Sigtimedwait,
            Self::Open { .. } => CallKind::Open,
            Self::Chmod { .. } => CallKind::Chmod,
            Self::Unlink { .. } => CallKind::Unlink,
            Self::Wait { .. } => CallKind::Wait,
            Self::Cancel { .. } => CallKind::Cancel,
            Self::State { .. } => CallKind::State,
            Self::Peer { .. } => CallKind::Peer,
            Self::Pending { .. } => CallKind::Pending,
            Self::Unread { .. } => CallKind::Unread,
            Self::Fill { .. } => CallKind::Fill,
            Self::Drain { .. } => CallKind::Drain,
            Self::Echo { .. } => CallKind::Echo,
            Self::Sink { .. } => CallKind::Sink,
            Self::Source { .. } => CallKind::Source,
            Self::Serve { .. } => CallKind::Serve,
            Self::Sleep { .. } => CallKind::Sleep,
        }
    }

    /// The socket that the call is made on. `None` for those that make one, or need none.
    pub fn socket(&self) -> Option<&Descriptor> {
        socket_of!(self)
    }

    /// The same, to be replaced by a number when names are resolved.
    pub fn socket_mut(&mut self) -> Option<&mut Descriptor> {
        socket_of!(self)
    }

    /// Whether a receiving call leaves what it took where it was, MSG_PEEK of recv(2).
    pub fn peeks(&self) -> bool {
        match self {
            Self::Recv { flags, .. }
            | Self::Recvfrom { flags, .. }
            | Self::Recvmsg { flags, .. } => flags.contains(libc::MSG_PEEK),
            _ => false,
        }
    }

    /// The address argument, if the call has one.
    pub fn address(&self) -> Option<&AddressArg> {
        address_of!(self, as_ref)
    }

    /// The same, to be replaced by its literal when names are resolved.
    pub fn address_mut(&mut self) -> Option<&mut AddressArg> {
        address_of!(self, as_mut)
    }

    /// The descriptors that the call has beside [`Call::socket`]: those of a set, the target of epoll_ctl, those that
    /// are sent.
    pub fn others(&self) -> Vec<&Descriptor> {
        match self {
            Self::Sendmsg { message, .. } => message.fds.iter().collect(),
            Self::EpollCtl { target, .. } => vec![target],
            Self::Poll { entries, .. } => entries.iter().map(|entry| &entry.socket).collect(),
            Self::Select { sets, .. } => {
                let Sets {
                    read,
                    write,
                    except,
                } = &**sets;
                read.iter().chain(write).chain(except).collect()
            }
            _ => Vec::new(),
        }
    }

    /// The same in the same order, to be replaced by numbers when names are resolved.
    pub fn others_mut(&mut self) -> Vec<&mut Descriptor> {
        match self {
            Self::Sendmsg { message, .. } => message.fds.iter_mut().collect(),
            Self::EpollCtl { target, .. } => vec![target],
            Self::Poll { entries, .. } => {
                entries.iter_mut().map(|entry| &mut entry.socket).collect()
            }
            Self::Select { sets, .. } => {
                let Sets {
                    read,
                    write,
                    except,
                } = &mut **sets;
                read.iter_mut().chain(write).chain(except).collect()
            }
            _ => Vec::new(),
        }
    }

    /// Every name that the call uses, so that a script can be checked before it runs.
    pub fn names(&self) -> impl Iterator<Item = &Name> {
        let descriptors = self.socket().into_iter().chain(self.others());
        let sockets = descriptors.filter_map(|descriptor| match descriptor {
            Descriptor::Named(name) => Some(name),
            Descriptor::Raw(_) => None,
        });
        let address = match self.address().map(|arg| &arg.place) {
            Some(AddressExpr::LocalOf(name) | AddressExpr::PortOf { of: name, .. }) => Some(name),
            _ => None,
        };
        sockets.chain(address)
    }
}
