//! One probe of a socket through its descriptor: TCP_INFO, addresses, bytes that wait.

use crate::call::argument::OptionArg;
use crate::call::option_bytes;
use crate::call::value::{Credentials, Value};
use crate::event::{Cookie, Identity, Memory, Observation, Queue};
use crate::socket::option::Access;
use crate::socket::{Address, Domain, Kind, Protocol, SocketType, TcpState};
use crate::world::socket::is_tcp;

/// What must be known of a socket to ask about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ProbeTarget {
    /// Its descriptor, which must be open.
    pub fd: i32,
    /// Which kind of descriptor it is.
    pub kind: Kind,
    /// Its domain.
    pub domain: Domain,
    /// Its type.
    pub socket_type: SocketType,
    /// Its protocol.
    pub protocol: Protocol,
    /// Whether its details are wanted: then its memory and the credentials of its peer are asked for too.
    pub closely: bool,
}

impl ProbeTarget {
    /// What is to be known of a socket that was created with these arguments.
    pub fn socket(fd: i32, domain: Domain, socket_type: SocketType, protocol: Protocol) -> Self {
        Self {
            fd,
            kind: Kind::of(socket_type),
            domain,
            socket_type,
            protocol,
            closely: false,
        }
    }

    /// What is to be known of a descriptor that is not a socket.
    pub fn other(fd: i32, kind: Kind) -> Self {
        Self {
            fd,
            kind,
            domain: Domain(0),
            socket_type: SocketType(0),
            protocol: Protocol(0),
            closely: false,
        }
    }

    /// What the kernel says of a descriptor that somebody sent us.
    pub fn received(fd: i32) -> Self {
        let ask = |option| {
            let value = crate::sys::socket::getsockopt(fd, libc::SOL_SOCKET, option, 4).ok()?;
            value.bytes.try_into().ok().map(i32::from_ne_bytes)
        };
        match (
            ask(libc::SO_DOMAIN),
            ask(libc::SO_TYPE),
            ask(libc::SO_PROTOCOL),
        ) {
            (Some(domain), Some(socket_type), Some(protocol)) => Self::socket(
                fd,
                Domain(domain),
                SocketType(socket_type),
                Protocol(protocol),
            ),
            _ => Self::other(fd, no_socket(&crate::sys::made::process(), fd)),
        }
    }

    /// Whether it has a TCP state.
    pub fn is_tcp(&self) -> bool {
        is_tcp(self.domain, self.socket_type, self.protocol)
    }
}

/// What a descriptor is that is not a socket, by what /proc calls it. `process`: a number, or `self`.
pub(crate) fn no_socket(process: &str, fd: i32) -> Kind {
    let link = std::fs::read_link(format!("/proc/{process}/fd/{fd}"));
    let link = link.unwrap_or_default();
    match link.as_os_str().as_encoded_bytes() {
        b"anon_inode:[eventpoll]" => Kind::Epoll,
        b"anon_inode:[eventfd]" => Kind::Eventfd,
        b"anon_inode:[timerfd]" => Kind::Timerfd,
        name if name.starts_with(b"pipe:") => end_of_pipe(process, fd),
        _ => Kind::File,
    }
}

/// Which end of a pipe it is, by its access mode.
fn end_of_pipe(process: &str, fd: i32) -> Kind {
    let info = std::fs::read_to_string(format!("/proc/{process}/fdinfo/{fd}"));
    let info = info.unwrap_or_default();
    let flags = crate::kernel::contents::field(&info, "flags");
    let flags = flags.and_then(|flags| i32::from_str_radix(flags, 8).ok());
    match flags.unwrap_or(libc::O_RDONLY) & libc::O_ACCMODE {
        libc::O_WRONLY => Kind::PipeWriter,
        _ => Kind::PipeReader,
    }
}

/// The TCP state alone. `None` for sockets that have none.
pub fn tcp_state(target: &ProbeTarget) -> Option<TcpState> {
    if !target.is_tcp() {
        return None;
    }
    crate::kernel::tcp_info::read(target.fd).ok()?.state
}

/// Looks at a socket. With `addresses`, its own and its peer's too.
pub fn observe(target: &ProbeTarget, addresses: bool) -> Observation {
    if !target.kind.is_socket() {
        return Observation {
            contents: crate::kernel::contents::contents(target.fd, target.kind).map(Box::new),
            ..Observation::default()
        };
    }
    let info = if target.is_tcp() {
        crate::kernel::tcp_info::read(target.fd).ok()
    } else {
        None
    };
    let tcp = info.and_then(|info| info.state);
    let waiting = info
        .filter(|_| tcp == Some(TcpState::Listen))
        .map(|info| Queue {
            length: info.unacked,
            limit: info.sacked,
        });
    let peer = addresses.then(|| peer(target.fd)).flatten();
    // For a TCP connection, the kernel's table has the memory with everything else.
    let asks_memory = target.closely && (!target.is_tcp() || tcp == Some(TcpState::Listen));
    Observation {
        local: if addresses { local(target.fd) } else { None },
        credentials: peer
            .as_ref()
            .filter(|_| target.closely && target.domain == Domain::UNIX)
            .and_then(|_| credentials(target.fd)),
        peer,
        tcp,
        waiting,
        unread: crate::sys::file::unread(target.fd).ok(),
        memory: asks_memory.then(|| memory(target.fd)).flatten(),
        error_queued: has_error_queue(target).then(|| is_error_queued(target)),
        hung_up: false,
        interest: None,
        contents: None,
    }
}

/// Whether sockets of this kind have an error queue that can be filled here.
fn has_error_queue(target: &ProbeTarget) -> bool {
    matches!(target.domain, Domain::INET | Domain::INET6)
}

/// Whether the error queue holds a record. POLLERR alone may also stand for the error that SO_ERROR reports; where errors
/// are queued, the record and that error come together, and reading the record clears the error.
fn is_error_queued(target: &ProbeTarget) -> bool {
    let reported = crate::sys::ready::poll(&[(target.fd, 0)], 0);
    let is_error = reported.is_ok_and(|(_, found)| found[0] & i32::from(libc::POLLERR) != 0);
    is_error && queues_errors(target)
}

/// Whether an option puts errors, or the times of what was sent, into the error queue. TCP queues no errors.
fn queues_errors(target: &ProbeTarget) -> bool {
    let is_on = |level, option| {
        let read = crate::sys::socket::getsockopt(target.fd, level, option, 4);
        read.is_ok_and(|value| value.bytes.iter().any(|byte| *byte != 0))
    };
    let of_errors = || {
        is_on(libc::IPPROTO_IP, libc::IP_RECVERR)
            || target.domain == Domain::INET6 && is_on(libc::IPPROTO_IPV6, libc::IPV6_RECVERR)
    };
    (!target.is_tcp() && of_errors()) || is_on(libc::SOL_SOCKET, libc::SO_TIMESTAMPING)
}

/// SO_MEMINFO, socket(7).
pub fn memory(fd: i32) -> Option<Memory> {
    words(fd, libc::SO_MEMINFO).map(Memory::of)
}

/// The value of an option that is an array of numbers.
fn words<const N: usize>(fd: i32, option: i32) -> Option<[u32; N]> {
    let room = size_of::<[u32; N]>() as i32;
    let value = crate::sys::socket::getsockopt(fd, libc::SOL_SOCKET, option, room).ok()?;
    let mut words = [0; N];
    for (word, bytes) in words.iter_mut().zip(value.bytes.chunks_exact(4)) {
        *word = u32::from_ne_bytes(bytes.try_into().ok()?);
    }
    Some(words)
}

/// SO_PEERCRED, unix(7): who had the other end when the connection was made.
fn credentials(fd: i32) -> Option<Credentials> {
    let [pid, uid, gid] = words(fd, libc::SO_PEERCRED)?;
    let pid = pid.cast_signed();
    // Of a socket that connect() only gave a peer the kernel keeps none.
    (pid > 0).then_some(Credentials { pid, uid, gid })
}

/// Whether the peer of a connection of records has ended its direction and nothing is left to read.
///
/// Needed because an empty record is received as 0 too.
pub fn hung_up(target: &ProbeTarget) -> bool {
    target.kind == Kind::Seqpacket
        && crate::sys::ready::poll(&[(target.fd, libc::POLLRDHUP.into())], 0)
            .is_ok_and(|(_, found)| found[0] & i32::from(libc::POLLRDHUP) != 0)
        && crate::sys::file::unread(target.fd) == Ok(0)
}

/// Which socket a descriptor refers to: SO_COOKIE and the inode. Nothing of what is not a socket.
///
/// The kernel makes a cookie when it is first asked, so a socket is asked as soon as it is there: of one that nobody
/// asked, nothing could be recognised in TIME_WAIT.
pub fn identity(target: &ProbeTarget) -> Identity {
    if !target.kind.is_socket() {
        return Identity::default();
    }
    let inode = crate::sys::asked::inode(target.fd);
    let words = words(target.fd, libc::SO_COOKIE);
    Identity {
        inode: inode.and_then(|inode| u32::try_from(inode).ok()),
        cookie: words.and_then(|[low, high]: [u32; 2]| {
            Cookie::new(u64::from_ne_bytes(concatenated(low, high)))
        }),
    }
}

/// Eight bytes from two numbers of four, as they were in memory.
fn concatenated(first: u32, second: u32) -> [u8; 8] {
    let mut bytes = [0; 8];
    bytes[..4].copy_from_slice(&first.to_ne_bytes());
    bytes[4..].copy_from_slice(&second.to_ne_bytes());
    bytes
}

/// What an option reads that can be set too. `None` for all others: reading some of them changes something, as that of
/// SO_ERROR clears the error.
pub fn option(fd: i32, option: OptionArg) -> Option<Value> {
    let row = crate::socket::option::by_number(option.level, option.number)?;
    if row.access != Access::Both {
        return None;
    }
    let room = i32::try_from(option_bytes::room(option)).ok()?;
    let read = crate::sys::socket::getsockopt(fd, option.level, option.number, room).ok()?;
    Some(option_bytes::decode(option, &read.bytes))
}

/// Whether an option that is a number is not 0. `false` where it cannot be read.
pub fn flag(fd: i32, level: i32, number: i32) -> bool {
    let read = crate::sys::socket::getsockopt(fd, level, number, 4);
    read.is_ok_and(|value| value.bytes.iter().any(|byte| *byte != 0))
}

/// The interface that a socket is bound to, SO_BINDTODEVICE.
pub fn device(fd: i32) -> Option<String> {
    let room = libc::IF_NAMESIZE as i32;
    let option = libc::SO_BINDTODEVICE;
    let read = crate::sys::socket::getsockopt(fd, libc::SOL_SOCKET, option, room).ok()?;
    let name = read.bytes.split(|byte| *byte == 0).next()?;
    let name = String::from_utf8_lossy(name).into_owned();
    (!name.is_empty()).then_some(name)
}

/// SO_MARK; 0 where it is not set.
pub fn mark(fd: i32) -> u32 {
    words(fd, libc::SO_MARK).map_or(0, |[mark]: [u32; 1]| mark)
}

/// SO_RCVLOWAT: how many bytes must wait before poll(2) says so.
pub(crate) fn low_water_mark(fd: i32) -> Option<u32> {
    words::<1>(fd, libc::SO_RCVLOWAT).map(|[least]| least)
}

/// The local address.
pub fn local(fd: i32) -> Option<Address> {
    crate::socket::sockaddr::decode(&crate::sys::socket::getsockname(fd, None).ok()?.bytes)
}

/// The peer's address.
pub fn peer(fd: i32) -> Option<Address> {
    crate::socket::sockaddr::decode(&crate::sys::socket::getpeername(fd, None).ok()?.bytes)
}

/// What can be said of a socket that is not TCP: whether it listens, has a peer, or neither.
///
/// # Errors
///
/// The errno of getsockopt(2): EBADF, ENOTSOCK.
pub fn connectedness(fd: i32) -> crate::sys::Checked<&'static str> {
    let accepts = crate::sys::socket::getsockopt(fd, libc::SOL_SOCKET, libc::SO_ACCEPTCONN, 4)?;
    Ok(if accepts.bytes.iter().any(|byte| *byte != 0) {
        "LISTEN"
    } else if crate::sys::socket::getpeername(fd, None).is_ok() {
        "CONNECTED"
    } else {
        "UNCONNECTED"
    })
}
