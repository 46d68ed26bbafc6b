//! What the kernel says of a socket just after a call that sent, received or ended a direction, so that its result can be explained.

use crate::call::Call;
use crate::call::outcome::after::{After, Path, Unsent};
use crate::call::outcome::{Outcome, Returned};
use crate::call::table::{CallKind, Role};
use crate::kernel::observe::ProbeTarget;
use crate::socket::{Domain, Errno, Kind};

/// linux/sockios.h
const SIOCOUTQNSD: i32 = 0x894B;
/// asm-generic/sockios.h
pub(crate) const SIOCATMARK: i32 = 0x8905;
/// linux/udp.h
const UDP_SEGMENT: i32 = 103;

/// The errors of which one cannot tell from the call alone what caused them.
const ASKED_ABOUT: [i32; 5] = [
    libc::EAGAIN,
    libc::EMSGSIZE,
    libc::EINVAL,
    libc::ENOBUFS,
    libc::EPIPE,
];

/// Asks about the socket of a call that has just returned. `None`: its result raises no question.
pub fn ask(target: &ProbeTarget, call: &Call, outcome: &Outcome) -> Option<Box<After>> {
    if !target.kind.is_socket() {
        return None;
    }
    let errno = outcome.errno();
    let is_asked = |errno: Errno| ASKED_ABOUT.contains(&errno.0);
    if call.call_kind() == CallKind::Shutdown {
        // A FIN counts as a byte: where one is unsent, it waits behind data.
        let unsent = target.is_tcp().then(|| unsent(target.fd)).flatten();
        return unsent.map(|unsent| {
            Box::new(After {
                unsent: Some(unsent),
                ..After::default()
            })
        });
    }
    let after = match call.call_kind().role() {
        Role::Sends if errno.is_some_and(is_asked) => after_failed_send(target),
        Role::Sends if errno.is_none() && target.is_tcp() => after_tcp_send(target.fd, call)?,
        Role::Receives if errno.is_some_and(is_asked) || is_short(call, outcome) => {
            after_receive(target)
        }
        Role::Sends
        | Role::Receives
        | Role::Answers
        | Role::Accepts
        | Role::Connects
        | Role::Waits
        | Role::Duplicates
        | Role::Closes
        | Role::Other => return None,
    };
    Some(Box::new(after))
}

/// Whether fewer bytes were received than there was room for.
fn is_short(call: &Call, outcome: &Outcome) -> bool {
    let room: usize = call.room().map_or(0, |sizes| sizes.iter().sum());
    let count = match &outcome.result {
        Ok(Returned::Data { count, .. }) => *count,
        Ok(Returned::Message(message)) => message.count,
        // Each message has the whole room: where there were fewer than asked for, one may ask why.
        Ok(Returned::Messages(messages)) => {
            let most = call.most_messages();
            return most.is_some_and(|most| usize::try_from(most) != Ok(messages.len()));
        }
        _ => return false,
    };
    count < room as u64
}

/// `None`: everything was sent, and nothing is to be asked.
fn after_tcp_send(fd: i32, call: &Call) -> Option<After> {
    let opens = call.msg_flags().contains(libc::MSG_FASTOPEN);
    let info = || crate::kernel::tcp_info::read(fd).ok();
    let after = After {
        unsent: unsent(fd),
        syn_data: opens.then(info).flatten().map(|info| info.syn_data),
        ..After::default()
    };
    (after != After::default()).then_some(after)
}

fn after_failed_send(target: &ProbeTarget) -> After {
    let fd = target.fd;
    let is_inet = matches!(target.domain, Domain::INET | Domain::INET6);
    After {
        nonblocking: nonblocking(fd),
        events: events(fd),
        send_buffer: crate::kernel::observe::memory(fd)
            .map(|memory| (memory.send.used, memory.send.limit)),
        unsent: target.is_tcp().then(|| unsent(fd)).flatten(),
        path: (is_inet && target.kind != Kind::Stream).then(|| path(target)),
        ..After::default()
    }
}

fn after_receive(target: &ProbeTarget) -> After {
    let fd = target.fd;
    let mark = || crate::sys::file::ioctl(fd, SIOCATMARK, 0).ok();
    After {
        nonblocking: nonblocking(fd),
        events: events(fd),
        unread: crate::sys::file::unread(fd).ok(),
        at_mark: (target.kind == Kind::Stream)
            .then(mark)
            .flatten()
            .map(|at| at != 0),
        ..After::default()
    }
}

fn nonblocking(fd: i32) -> Option<bool> {
    let flags = crate::sys::file::fcntl(fd, libc::F_GETFL, 0).ok()?;
    Some(flags & libc::O_NONBLOCK != 0)
}

fn events(fd: i32) -> Option<i32> {
    const ASKED: i16 = libc::POLLIN | libc::POLLOUT | libc::POLLPRI | libc::POLLRDHUP;
    let (_, found) = crate::sys::ready::poll(&[(fd, ASKED.into())], 0).ok()?;
    found.first().copied()
}

/// What TCP has not sent yet. `None`: it has sent everything.
fn unsent(fd: i32) -> Option<Unsent> {
    let asked = |request| crate::sys::file::ioctl(fd, request, 0).ok();
    let number = |request| asked(request).and_then(|bytes| u32::try_from(bytes).ok());
    let bytes = number(SIOCOUTQNSD).filter(|bytes| *bytes > 0)?;
    let queued = number(libc::TIOCOUTQ as i32).unwrap_or(bytes);
    let info = crate::kernel::tcp_info::read(fd).ok()?;
    let is_on = |option| int(fd, libc::IPPROTO_TCP, option).is_some_and(|on| on != 0);
    Some(Unsent {
        bytes,
        in_flight: queued.saturating_sub(bytes),
        window: info.snd_wnd,
        segment: info.mss,
        cork: is_on(libc::TCP_CORK),
        no_delay: is_on(libc::TCP_NODELAY),
    })
}

fn path(target: &ProbeTarget) -> Path {
    let fd = target.fd;
    let (level, mtu, discover) = match target.domain {
        Domain::INET6 => (libc::IPPROTO_IPV6, libc::IPV6_MTU, libc::IPV6_MTU_DISCOVER),
        _ => (libc::IPPROTO_IP, libc::IP_MTU, libc::IP_MTU_DISCOVER),
    };
    let is_ipv6 = target.domain == Domain::INET6;
    let no_fragments = is_ipv6 && int(fd, level, libc::IPV6_DONTFRAG).is_some_and(|on| on != 0);
    let unsigned = |level, option| int(fd, level, option).and_then(|read| u32::try_from(read).ok());
    Path {
        mtu: unsigned(level, mtu),
        discover: int(fd, level, discover).unwrap_or_default(),
        no_fragments,
        segment: unsigned(libc::SOL_UDP, UDP_SEGMENT).unwrap_or_default(),
    }
}

/// An option that is an int.
fn int(fd: i32, level: i32, option: i32) -> Option<i32> {
    let read = crate::sys::socket::getsockopt(fd, level, option, 4).ok()?;
    read.bytes.try_into().ok().map(i32::from_ne_bytes)
}
