//! From a resolved call to the system call: one arm a call.

use std::net::SocketAddr;
use std::os::fd::RawFd;

use super::shared::Shared;
use crate::event::Request;
use crate::kernel::observe::{self, Subject};
use crate::kernel::{listeners, option_bytes, sock_diag, tcp_info};
use crate::notation::{AddressArg, Call, Data, Descriptor, Outcome, Place, Returned};
use crate::socket::constant::{DescriptorFlags, StatusFlags};
use crate::socket::{
    Address, Domain, Errno, MsgFlags, Protocol, SockFlags, SocketType, TcpState, sockaddr,
};
use crate::sys::socket::{self as sys, RawAddress, Source};

/// The pieces in which `fill` sends and `drain` receives.
const PIECE: usize = 4096;
/// The most that `fill` and `drain` move.
const MOST: u64 = 256 << 20;
/// How long a buffer must stay full, or empty, for `fill` and `drain` to end.
const SETTLED_MS: i32 = 50;

/// What a call gave.
type Result = std::result::Result<Returned, Errno>;

/// How a new socket is related to the one that the call was made on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kin {
    None,
    Pair,
    Accepted,
    Duplicate,
}

/// A socket that a call made.
#[derive(Debug, Clone, Copy)]
pub(super) struct Made {
    pub(super) subject: Subject,
    pub(super) origin: Kin,
}

/// Makes the call. Blocks as long as the call blocks.
pub(super) fn execute(shared: &Shared, request: &Request) -> Result {
    let fd = match request.call.socket() {
        Some(Descriptor::Raw(fd)) => *fd,
        _ => -1,
    };
    match &request.call {
        Call::Socket {
            domain,
            socket_type,
            flags,
            protocol,
        } => sys::socket(domain.0, socket_type.0 | flags.0, protocol.0).map(Returned::Descriptor),
        Call::Socketpair {
            domain,
            socket_type,
            flags,
            protocol,
        } => sys::socketpair(domain.0, socket_type.0 | flags.0, protocol.0)
            .map(|(a, b)| Returned::Pair(a, b)),
        Call::Bind { address, .. } => zero(sys::bind(fd, &raw(address)?)),
        Call::Listen { backlog, .. } => zero(sys::listen(fd, *backlog)),
        Call::Accept { flags, .. } => {
            sys::accept(fd, flags.0).map(|(fd, from)| Returned::Accepted {
                fd,
                from: sockaddr::decode(&from),
            })
        }
        Call::Connect { address, .. } => zero(sys::connect(fd, &raw(address)?)),
        Call::Send { data, flags, .. } => with(data, |source| sys::send(fd, source, flags.0)),
        Call::Sendto {
            data,
            address,
            flags,
            ..
        } => {
            let to = raw(address)?;
            with(data, |source| sys::sendto(fd, source, flags.0, &to))
        }
        Call::Write { data, .. } => with(data, |source| sys::write(fd, source)),
        Call::Recv { count, flags, .. } => {
            let taken = receive(*count, |buffer| {
                Ok((sys::recv(fd, buffer, flags.0)?, Vec::new()))
            });
            shown(taken, shared, request, *flags)
        }
        Call::Recvfrom { count, flags, .. } => {
            let taken = receive(*count, |buffer| sys::recvfrom(fd, buffer, flags.0));
            shown(taken, shared, request, *flags)
        }
        Call::Read { count, .. } => {
            receive(*count, |buffer| Ok((sys::read(fd, buffer)?, Vec::new())))
        }
        Call::Shutdown { how, .. } => zero(sys::shutdown(fd, *how)),
        Call::Close { .. } => zero(sys::close(fd)),
        Call::Getsockname { .. } => address(sys::getsockname(fd)),
        Call::Getpeername { .. } => address(sys::getpeername(fd)),
        Call::Setsockopt { option, value, .. } => {
            let bytes = option_bytes::encode(value).ok_or(Errno(libc::EINVAL))?;
            zero(sys::setsockopt(fd, option.level, option.number, &bytes))
        }
        Call::Getsockopt { option, .. } => {
            let bytes =
                sys::getsockopt(fd, option.level, option.number, option_bytes::room(*option))?;
            Ok(Returned::Value(option_bytes::decode(*option, &bytes)))
        }
        Call::Fcntl {
            command, argument, ..
        } => fcntl(fd, command.0, argument.unwrap_or(0)),
        Call::Dup { .. } => sys::dup(fd).map(Returned::Descriptor),
        Call::Unlink { address } => unlink(address),
        Call::State { .. } => state(shared, request, fd),
        Call::Pending { .. } => pending(fd),
        Call::Fill { .. } => fill(fd),
        Call::Drain { .. } => drain(fd),
        // Words that the player carries out by itself.
        Call::Wait { .. } | Call::Cancel { .. } | Call::Sleep { .. } => Ok(Returned::Zero),
    }
}

/// The sockets that a call made, by its outcome.
pub(super) fn made(call: &Call, outcome: &Outcome, on: Option<&Subject>) -> Vec<Made> {
    let of = |fd, domain, socket_type, protocol| Subject {
        fd,
        domain,
        socket_type,
        protocol,
    };
    match (call, &outcome.result) {
        (
            Call::Socket {
                domain,
                socket_type,
                protocol,
                ..
            },
            Ok(Returned::Descriptor(fd)),
        ) => {
            vec![Made {
                subject: of(*fd, *domain, plain(*socket_type), *protocol),
                origin: Kin::None,
            }]
        }
        (
            Call::Socketpair {
                domain,
                socket_type,
                protocol,
                ..
            },
            Ok(Returned::Pair(a, b)),
        ) => [*a, *b]
            .map(|fd| Made {
                subject: of(fd, *domain, plain(*socket_type), *protocol),
                origin: Kin::Pair,
            })
            .to_vec(),
        (Call::Accept { .. }, Ok(Returned::Accepted { fd, .. })) => inherit(*fd, on, Kin::Accepted),
        (Call::Dup { .. }, Ok(Returned::Descriptor(fd))) => inherit(*fd, on, Kin::Duplicate),
        _ => Vec::new(),
    }
}

/// A type without the flags that a raw number may have carried.
fn plain(socket_type: SocketType) -> SocketType {
    SocketType(socket_type.0 & !(SockFlags(libc::SOCK_NONBLOCK | libc::SOCK_CLOEXEC).0))
}

fn inherit(fd: RawFd, on: Option<&Subject>, origin: Kin) -> Vec<Made> {
    let unknown = Subject {
        fd,
        domain: Domain(0),
        socket_type: SocketType(0),
        protocol: Protocol(0),
    };
    let subject = on.map_or(unknown, |on| Subject { fd, ..*on });
    vec![Made { subject, origin }]
}

fn zero(result: std::result::Result<(), Errno>) -> Result {
    result.map(|()| Returned::Zero)
}

fn address(result: std::result::Result<Vec<u8>, Errno>) -> Result {
    let bytes = result?;
    // Length 0 is what the kernel gives where there is no name at all.
    let none = Address::Other {
        family: 0,
        data: Vec::new(),
    };
    Ok(Returned::Address(sockaddr::decode(&bytes).unwrap_or(none)))
}

/// The address as the call is given it.
fn raw(arg: &AddressArg) -> std::result::Result<RawAddress, Errno> {
    let bytes = match &arg.place {
        Place::Literal(address) => sockaddr::encode(address),
        Place::Zoned { ip, zone, port } => {
            let scope = sys::interface_index(zone)?;
            sockaddr::encode(&Address::Inet6(std::net::SocketAddrV6::new(
                *ip, *port, 0, scope,
            )))
        }
        Place::Unspecified => sockaddr::unspecified(),
        Place::Null => return Ok(RawAddress::null(arg.length)),
        // Resolved before the engine was asked; a name that is left is a null pointer.
        Place::LocalOf(_) | Place::PortOf { .. } => return Ok(RawAddress::null(arg.length)),
    };
    RawAddress::new(&bytes, arg.length)
}

fn with(data: &Data, send: impl FnOnce(Source<'_>) -> std::result::Result<usize, Errno>) -> Result {
    let bytes = data.bytes();
    let source = bytes
        .as_deref()
        .map_or(Source::Null(data.len()), Source::Bytes);
    send(source).map(|count| Returned::Count(count as u64))
}

fn receive(
    room: usize,
    take: impl FnOnce(&mut [u8]) -> std::result::Result<(usize, Vec<u8>), Errno>,
) -> Result {
    let mut buffer = vec![0; room];
    let (count, from) = take(&mut buffer)?;
    // With MSG_TRUNC the count is the length of the datagram, which may be more than fitted.
    buffer.truncate(count);
    Ok(Returned::Data {
        count: count as u64,
        bytes: buffer.into(),
        from: sockaddr::decode(&from),
    })
}

/// What was received, without bytes where there are none: TCP throws away what MSG_TRUNC takes (tcp(7)).
fn shown(taken: Result, shared: &Shared, request: &Request, flags: MsgFlags) -> Result {
    let is_tcp = || {
        request
            .on
            .and_then(|id| shared.entry(id))
            .is_some_and(|entry| entry.subject.is_tcp())
    };
    match taken {
        Ok(Returned::Data { count, from, .. }) if flags.contains(libc::MSG_TRUNC) && is_tcp() => {
            Ok(Returned::Data {
                count,
                bytes: Vec::new().into(),
                from,
            })
        }
        taken => taken,
    }
}

fn fcntl(fd: RawFd, command: i32, argument: i32) -> Result {
    /// What open(2) calls the access mode and Linux adds by itself; the same for every socket.
    const NOT_SHOWN: i32 = libc::O_ACCMODE | 0o100_000;
    let value = sys::fcntl(fd, command, argument)?;
    Ok(match command {
        libc::F_GETFL => Returned::Status(StatusFlags(value & !NOT_SHOWN)),
        libc::F_GETFD => Returned::Flags(DescriptorFlags(value)),
        _ => Returned::Count(u64::try_from(value).unwrap_or(0)),
    })
}

fn unlink(arg: &AddressArg) -> Result {
    match &arg.place {
        Place::Literal(address) => match address.path() {
            Some(path) => zero(sys::unlink(path)),
            None => Err(Errno(libc::EINVAL)),
        },
        _ => Err(Errno(libc::EINVAL)),
    }
}

/// What the kernel says of a connection: through the descriptor while it is open, by its addresses afterwards.
fn state(shared: &Shared, request: &Request, fd: RawFd) -> Result {
    let entry = request.on.and_then(|id| shared.entry(id));
    let Some(entry) = entry else {
        return match tcp_info::read(fd) {
            Ok(info) => Ok(tcp(info.state)),
            Err(errno) if errno.0 == libc::EBADF => Err(errno),
            Err(_) => observe::connectedness(fd).map(Returned::Word),
        };
    };
    if !entry.subject.is_tcp() {
        return if entry.open {
            observe::connectedness(fd).map(Returned::Word)
        } else {
            Ok(Returned::Word("GONE"))
        };
    }
    let through_descriptor = if entry.open {
        tcp_info::read(fd)?.state
    } else {
        None
    };
    match through_descriptor {
        // In TIME_WAIT the descriptor says CLOSE; only the kernel's table knows better.
        None | Some(TcpState::Close) => {
            let in_table = by_addresses(&entry.connection)?;
            Ok(in_table
                .or(through_descriptor)
                .map_or(Returned::Word("GONE"), Returned::State))
        }
        state => Ok(tcp(state)),
    }
}

fn tcp(state: Option<TcpState>) -> Returned {
    state.map_or(Returned::Word("unknown"), Returned::State)
}

fn by_addresses(
    connection: &(Option<Address>, Option<Address>),
) -> std::result::Result<Option<TcpState>, Errno> {
    let plain = |address: &Option<Address>| match address {
        Some(Address::Inet(address)) => Some(SocketAddr::V4(*address)),
        Some(Address::Inet6(address)) => Some(SocketAddr::V6(*address)),
        _ => None,
    };
    let Some(local) = plain(&connection.0) else {
        return Ok(None);
    };
    // Without a peer it can only be a listener: one lives on while a call is inside it.
    let nobody = match local {
        SocketAddr::V4(_) => SocketAddr::from(([0; 4], 0)),
        SocketAddr::V6(_) => SocketAddr::from(([0; 16], 0)),
    };
    let peer = plain(&connection.1).unwrap_or(nobody);
    sock_diag::tcp_state(local, peer)
        .map_err(|error| Errno(error.raw_os_error().unwrap_or(libc::EIO)))
}

/// How many connections wait to be accepted; EINVAL for a socket that does not listen, as accept() says.
fn pending(fd: RawFd) -> Result {
    if let Ok(info) = tcp_info::read(fd) {
        let listens = info.state == Some(TcpState::Listen);
        return if listens {
            Ok(Returned::Count(u64::from(info.unacked)))
        } else {
            Err(Errno(libc::EINVAL))
        };
    }
    if observe::connectedness(fd)? != "LISTEN" {
        return Err(Errno(libc::EINVAL));
    }
    let error = |error: std::io::Error| Errno(error.raw_os_error().unwrap_or(libc::EIO));
    let link = std::fs::read_link(format!("/proc/self/fd/{fd}")).map_err(error)?;
    let inode = listeners::inode(&link).and_then(|inode| u32::try_from(inode).ok());
    let waiting = sock_diag::unix_waiting(inode.ok_or(Errno(libc::EINVAL))?).map_err(error)?;
    Ok(Returned::Count(u64::from(waiting.unwrap_or(0))))
}

/// Sends pieces until the kernel takes no more and goes on taking none.
fn fill(fd: RawFd) -> Result {
    let piece = [b'f'; PIECE];
    let mut sent = 0;
    let mut settled = false;
    while sent < MOST {
        match sys::send(fd, Source::Bytes(&piece), libc::MSG_DONTWAIT) {
            Ok(count) => {
                sent += count as u64;
                settled = false;
            }
            Err(errno) if errno.0 == libc::EAGAIN && settled => break,
            // poll() wants more room than a send: only a send after the pause says that the buffer is full.
            Err(errno) if errno.0 == libc::EAGAIN => settled = !becomes(fd, libc::POLLOUT)?,
            Err(errno) => return Err(errno),
        }
    }
    Ok(Returned::Count(sent))
}

/// Receives until nothing more comes, or the stream ends.
fn drain(fd: RawFd) -> Result {
    let mut piece = vec![0; 64 << 10];
    let mut received = 0;
    while received < MOST {
        match sys::recv(fd, &mut piece, libc::MSG_DONTWAIT) {
            Ok(0) => break,
            Ok(count) => received += count as u64,
            Err(errno) if errno.0 == libc::EAGAIN => {
                if !becomes(fd, libc::POLLIN)? {
                    break;
                }
            }
            Err(errno) => return Err(errno),
        }
    }
    Ok(Returned::Count(received))
}

/// Whether a descriptor becomes ready while a buffer settles.
fn becomes(fd: RawFd, events: i16) -> std::result::Result<bool, Errno> {
    sys::poll(fd, events, SETTLED_MS).map(|ready| ready & events != 0)
}
