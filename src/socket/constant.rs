//! The C constants of the socket calls: one table a family, read by the parser, the printer, completion and help.
//!
//! A constant is a number that may be wrong on purpose (`socket(0, SOCK_STREAM)` is a fine experiment), so each
//! family is a newtype over the number and not an enum. Printing gives the C name where there is one and the number
//! where there is none; it never guesses.

use serde::{Deserialize, Serialize};

use std::fmt;

/// One row of a family: the C name, its number on this system and what it is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Constant {
    /// The name in the C headers.
    pub name: &'static str,
    /// The number that the kernel sees.
    pub value: i32,
    /// One clause for completion and help.
    pub meaning: &'static str,
}

/// A table of constants that belong together, with the prefix that may be left out when typing.
#[derive(Debug, PartialEq, Eq)]
pub struct Family {
    /// What the family is called in messages: "domain", "flag".
    pub what: &'static str,
    /// The usual prefix: `AF_`, `SOCK_`, `MSG_`.
    pub prefix: &'static str,
    /// The manual pages that describe them.
    pub man: &'static str,
    /// The rows, in the order in which they are offered.
    pub rows: &'static [Constant],
}

impl Family {
    /// Looks a name up, with or without the prefix and in any case (`inet` is `AF_INET`).
    pub fn find(&self, text: &str) -> Option<&'static Constant> {
        self.rows.iter().find(|row| {
            row.name.eq_ignore_ascii_case(text)
                || row
                    .name
                    .strip_prefix(self.prefix)
                    .is_some_and(|short| short.eq_ignore_ascii_case(text))
        })
    }

    /// The first name of a number.
    pub fn name_of(&self, value: i32) -> Option<&'static str> {
        self.rows
            .iter()
            .find(|row| row.value == value)
            .map(|row| row.name)
    }

    /// A bit mask as `A|B`.
    pub(crate) fn mask(&'static self, mask: i32) -> String {
        Mask(self, mask).to_string()
    }

    /// Writes a bit mask as `A|B`, unknown bits in hex, and `0` when nothing is set.
    pub(crate) fn write_mask(&self, mask: i32, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if mask == 0 {
            return f.write_str("0");
        }
        let mut rest = mask;
        let mut separator = "";
        for row in self.rows {
            if row.value != 0 && rest & row.value == row.value {
                write!(f, "{separator}{}", row.name)?;
                rest &= !row.value;
                separator = "|";
            }
        }
        if rest != 0 {
            write!(f, "{separator}{rest:#x}")?;
        }
        Ok(())
    }
}

/// A bit mask of a family.
struct Mask(&'static Family, i32);

impl fmt::Display for Mask {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.write_mask(self.1, f)
    }
}

/// The constants that libc gives as another C type than int, or not at all; everything else is libc's.
mod number {
    pub(crate) use libc::*;

    macro_rules! ints {
        ($($name:ident),+ $(,)?) => { $(pub(crate) const $name: i32 = libc::$name as i32;)+ };
    }

    ints!(
        POLLIN,
        POLLPRI,
        POLLOUT,
        POLLRDHUP,
        POLLERR,
        POLLHUP,
        POLLNVAL,
        POLLRDNORM,
        POLLRDBAND,
        POLLWRNORM,
        POLLWRBAND,
        FIONREAD,
        FIONBIO,
        FIOASYNC,
        RLIMIT_NOFILE,
    );
    /// linux/sockios.h
    pub(crate) const SIOCINQ: i32 = FIONREAD;
    pub(crate) const SIOCOUTQ: i32 = TIOCOUTQ as i32;
    pub(crate) const SIOCOUTQNSD: i32 = 0x894B;
    /// asm-generic/sockios.h
    pub(crate) const FIOSETOWN: i32 = 0x8901;
    pub(crate) const FIOGETOWN: i32 = 0x8903;
    pub(crate) const SIOCATMARK: i32 = 0x8905;
    /// signal(7): the first that the C library leaves to programs, which is a function there.
    pub(crate) const SIGRTMIN: i32 = if cfg!(target_env = "musl") { 35 } else { 34 };
    /// asm-generic/fcntl.h
    pub(crate) const F_SETSIG: i32 = 10;
    pub(crate) const F_GETSIG: i32 = 11;
}

/// Declares a family: its newtype, its table and how it prints.
macro_rules! family {
    ($(#[$doc:meta])* $type:ident, $table:ident, $what:literal, $prefix:literal, $man:literal, $style:ident,
     [$(($name:ident, $meaning:literal)),+ $(,)?]) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
        pub struct $type(pub i32);

        #[doc = concat!("The rows of [`", stringify!($type), "`].")]
        pub static $table: Family = Family {
            what: $what,
            prefix: $prefix,
            man: $man,
            rows: &[$(Constant { name: stringify!($name), value: number::$name, meaning: $meaning }),+],
        };

        impl fmt::Display for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                family!(@$style self, $table, f)
            }
        }
    };
    (@name $self:ident, $table:ident, $f:ident) => {
        match $table.name_of($self.0) {
            Some(name) => $f.write_str(name),
            None => write!($f, "{}", $self.0),
        }
    };
    (@mask $self:ident, $table:ident, $f:ident) => { $table.write_mask($self.0, $f) };
}

family!(
    /// A communication domain (address family), the first argument of socket(2). See address_families(7).
    Domain, DOMAINS, "domain", "AF_", "address_families(7)", name, [
        (AF_INET, "IPv4: addresses are 127.0.0.1:8080"),
        (AF_INET6, "IPv6: addresses are [::1]:8080"),
        (AF_UNIX, "the same host: addresses are paths or abstract names"),
        (AF_LOCAL, "the POSIX name of AF_UNIX"),
        (AF_UNSPEC, "no domain: connect() to it removes the peer of a datagram socket"),
        (AF_NETLINK, "messages with the kernel itself"),
        (AF_PACKET, "whole frames, below IP"),
    ]
);

impl Domain {
    /// IPv4, see ip(7).
    pub const INET: Self = Self(libc::AF_INET);
    /// IPv6, see ipv6(7).
    pub const INET6: Self = Self(libc::AF_INET6);
    /// Sockets of one host, see unix(7).
    pub const UNIX: Self = Self(libc::AF_UNIX);

    /// The short name for tables on screen: `inet`, `unix`.
    pub fn short(self) -> String {
        short_name(&DOMAINS, self.0)
    }
}

family!(
    /// A socket type, the second argument of socket(2).
    SocketType, TYPES, "type", "SOCK_", "socket(2)", name, [
        (SOCK_STREAM, "a reliable byte stream in both directions, connected"),
        (SOCK_DGRAM, "single messages, not connected, not reliable"),
        (SOCK_SEQPACKET, "a connected stream of records with kept boundaries"),
        (SOCK_RAW, "packets of a protocol, needs CAP_NET_RAW"),
        (SOCK_RDM, "reliable datagrams, not ordered"),
    ]
);

impl SocketType {
    /// A byte stream.
    pub const STREAM: Self = Self(libc::SOCK_STREAM);
    /// Datagrams.
    pub const DGRAM: Self = Self(libc::SOCK_DGRAM);
    /// Records over a connection.
    pub const SEQPACKET: Self = Self(libc::SOCK_SEQPACKET);
    /// Packets of a protocol.
    pub const RAW: Self = Self(libc::SOCK_RAW);

    /// The short name for tables on screen: `stream`, `dgram`.
    pub fn short(self) -> String {
        short_name(&TYPES, self.0)
    }
}

family!(
    /// A protocol, the third argument of socket(2); 0 lets the kernel choose. See protocols(5).
    Protocol, PROTOCOLS, "protocol", "IPPROTO_", "protocols(5); ip(7)", name, [
        (IPPROTO_IP, "0: the default protocol for the domain and type"),
        (IPPROTO_TCP, "the stream protocol of IP"),
        (IPPROTO_UDP, "the datagram protocol of IP"),
        (IPPROTO_ICMP, "control messages of IPv4, with SOCK_RAW or SOCK_DGRAM (ping)"),
        (IPPROTO_ICMPV6, "control messages of IPv6"),
        (IPPROTO_RAW, "whole IP packets, with a header that the program writes"),
        (IPPROTO_UDPLITE, "UDP with partial checksums"),
        (IPPROTO_SCTP, "streams of records, several per association"),
        (IPPROTO_MPTCP, "TCP over several paths"),
    ]
);

family!(
    /// Flags that socket(2), socketpair(2) and accept4(2) take beside the type.
    SockFlags, SOCK_FLAGS, "flag", "SOCK_", "socket(2)", mask, [
        (SOCK_NONBLOCK, "calls return EAGAIN instead of waiting"),
        (SOCK_CLOEXEC, "the descriptor is closed by execve(2)"),
    ]
);

family!(
    /// Flags of one send(2) or recv(2).
    MsgFlags, MSG_FLAGS, "flag", "MSG_", "send(2); recv(2)", mask, [
        (MSG_PEEK, "look at the data and leave it in the queue"),
        (MSG_DONTWAIT, "this call does not block: EAGAIN instead"),
        (MSG_WAITALL, "wait until the whole buffer is full"),
        (MSG_OOB, "urgent (out-of-band) data"),
        (MSG_TRUNC, "recv: say how long the datagram really was"),
        (MSG_NOSIGNAL, "no SIGPIPE, only EPIPE"),
        (MSG_MORE, "more data follows: hold this back"),
        (MSG_EOR, "end of record, for SOCK_SEQPACKET"),
        (MSG_DONTROUTE, "only to hosts on a directly connected network"),
        (MSG_CONFIRM, "the neighbour answered: no need to probe it"),
        (MSG_ERRQUEUE, "read the error queue instead of data"),
        (MSG_CTRUNC, "control data was truncated"),
        (MSG_FASTOPEN, "connect and send in one call"),
        (MSG_ZEROCOPY, "send from the program's pages; refused here: sockplay frees them at once"),
        (MSG_CMSG_CLOEXEC, "descriptors that arrive are close-on-exec"),
        (MSG_WAITFORONE, "recvmmsg: wait for the first message only"),
    ]
);

impl MsgFlags {
    /// Whether every bit of `other` is set.
    pub fn contains(self, other: i32) -> bool {
        self.0 & other == other
    }
}

family!(
    /// Which direction shutdown(2) ends.
    How, HOWS, "direction", "SHUT_", "shutdown(2)", name, [
        (SHUT_RD, "no more receiving here; nothing is sent to the peer"),
        (SHUT_WR, "no more sending: the peer reads end of file (half-close)"),
        (SHUT_RDWR, "both"),
    ]
);

family!(
    /// The commands of fcntl(2) that concern a socket.
    FcntlCommand, FCNTL_COMMANDS, "command", "F_", "fcntl(2)", name, [
        (F_GETFL, "the status flags: O_NONBLOCK"),
        (F_SETFL, "set the status flags"),
        (F_GETFD, "the descriptor flags: FD_CLOEXEC"),
        (F_SETFD, "set the descriptor flags"),
        (F_DUPFD, "a second descriptor: the lowest free number not below the argument"),
        (F_DUPFD_CLOEXEC, "the same, close-on-exec"),
        (F_GETOWN, "the process that gets SIGIO and SIGURG"),
        (F_SETOWN, "which process gets SIGIO and SIGURG: getpid(), or 0 for none"),
        (F_GETSIG, "the signal that O_ASYNC sends; 0 is SIGIO"),
        (F_SETSIG, "choose it; the signal then carries the descriptor and the events"),
    ]
);

impl FcntlCommand {
    /// Which signal reports readiness; the libc crate has neither of the two.
    pub const SETSIG: Self = Self(number::F_SETSIG);
    /// Asks which.
    pub const GETSIG: Self = Self(number::F_GETSIG);

    /// Whether it takes an argument.
    pub fn takes(self) -> bool {
        matches!(
            self.0,
            libc::F_SETFL
                | libc::F_SETFD
                | libc::F_DUPFD
                | libc::F_DUPFD_CLOEXEC
                | libc::F_SETOWN
                | number::F_SETSIG
        )
    }

    /// Whether it makes a descriptor.
    pub fn makes(self) -> bool {
        matches!(self.0, libc::F_DUPFD | libc::F_DUPFD_CLOEXEC)
    }

    /// Whether it is F_GETOWN or F_SETOWN, which speak of a process.
    pub fn is_owner(self) -> bool {
        matches!(self.0, libc::F_GETOWN | libc::F_SETOWN)
    }

    /// Whether it is F_GETSIG or F_SETSIG, which speak of a signal.
    pub fn is_signal(self) -> bool {
        matches!(self.0, number::F_GETSIG | number::F_SETSIG)
    }
}

family!(
    /// A signal that reports an event of a socket or of a child, see signal(7).
    Sig, SIGNALS, "signal", "SIG", "signal(7); fcntl(2)", name, [
        (SIGIO, "a descriptor with O_ASYNC became ready"),
        (SIGURG, "urgent (out-of-band) data arrived"),
        (SIGUSR1, "free for F_SETSIG"),
        (SIGUSR2, "free for F_SETSIG"),
        (SIGRTMIN, "free for F_SETSIG, and queued: none of those sent is lost"),
        (SIGCHLD, "a child has ended, was stopped or goes on"),
    ]
);

family!(
    /// A signal that kill(2) sends, see signal(7).
    KillSignal, KILL_SIGNALS, "signal", "SIG", "kill(2)", name, [
        (SIGKILL, "ends a process, which cannot do anything about it"),
        (SIGTERM, "asks a process to end; one that does nothing about it ends"),
        (SIGINT, "the same as from the terminal"),
        (SIGHUP, "the same as when a terminal is gone"),
        (SIGSTOP, "stops a process until SIGCONT"),
        (SIGCONT, "lets a stopped process go on"),
        (SIGPIPE, "as after a write to a connection that is closed; sockplay catches it"),
        (SIGUSR1, "free for programs; in a child it stays pending for sigtimedwait()"),
        (SIGUSR2, "the same"),
        (SIGIO, "the same as from a descriptor with O_ASYNC"),
        (SIGURG, "the same as for urgent data"),
        (SIGCHLD, "the same as when a child ends; in a child it stays pending for sigtimedwait()"),
        (SIGSEGV, "the same as after an invalid memory access"),
        (SIGABRT, "the same as from abort(3)"),
    ]
);

family!(
    /// What setrlimit(2) limits.
    Resource, RESOURCES, "resource", "RLIMIT_", "getrlimit(2)", name, [
        (RLIMIT_NOFILE, "descriptors: a new one gets a number below it"),
    ]
);

family!(
    /// Options of waitpid(2).
    WaitFlags, WAIT_FLAGS, "option", "W", "waitpid(2)", mask, [
        (WNOHANG, "return 0 instead of waiting"),
        (WUNTRACED, "return also when it has been stopped"),
        (WCONTINUED, "return also when it goes on after that"),
    ]
);

family!(
    /// A request of ioctl(2) about a socket, see tcp(7) and socket(7).
    IoctlRequest, IOCTL_REQUESTS, "request", "", "tcp(7); socket(7)", name, [
        (FIONREAD, "bytes waiting to be received; for datagrams, those of the next one"),
        (SIOCINQ, "the same number, as tcp(7) calls it"),
        (SIOCOUTQ, "bytes sent and not yet acknowledged by the peer"),
        (SIOCOUTQNSD, "bytes in the send queue that have not been sent yet"),
        (SIOCATMARK, "whether the urgent byte is the next one"),
        (FIONBIO, "1: calls return EAGAIN instead of waiting; 0: they wait"),
        (FIOASYNC, "1: SIGIO when the socket becomes ready"),
        (FIOGETOWN, "the process that gets SIGIO and SIGURG"),
    ]
);

impl IoctlRequest {
    /// Whether the urgent byte is the next one: what sockatmark(3) asks.
    pub const AT_MARK: Self = Self(number::SIOCATMARK);

    /// Whether it takes an int and gives 0; the others give an int.
    pub fn sets(self) -> bool {
        matches!(
            self.0,
            number::FIONBIO | number::FIOASYNC | number::FIOSETOWN
        )
    }
}

family!(
    /// What poll(2) is to wait for, and what it found.
    PollEvents, POLL_EVENTS, "event", "POLL", "poll(2)", mask, [
        (POLLIN, "there is data, a connection to accept, or end of file"),
        (POLLPRI, "there is urgent (out-of-band) data"),
        (POLLOUT, "sending would not block"),
        (POLLRDHUP, "the peer ended its sending direction"),
        (POLLERR, "an error is pending; reported without being asked for"),
        (POLLHUP, "both directions have ended; reported without being asked for"),
        (POLLNVAL, "the descriptor is not open; reported without being asked for"),
        (POLLRDNORM, "the same as POLLIN"),
        (POLLRDBAND, "priority data; not used for sockets"),
        (POLLWRNORM, "the same as POLLOUT"),
        (POLLWRBAND, "priority data may be written"),
    ]
);

family!(
    /// What an epoll instance is to report of a descriptor and how, see epoll_ctl(2).
    EpollEvents, EPOLL_EVENTS, "event", "EPOLL", "epoll_ctl(2)", mask, [
        (EPOLLIN, "there is data, a connection to accept, or end of file"),
        (EPOLLPRI, "there is urgent (out-of-band) data"),
        (EPOLLOUT, "sending would not block"),
        (EPOLLRDHUP, "the peer ended its sending direction"),
        (EPOLLERR, "an error is pending; reported without being asked for"),
        (EPOLLHUP, "both directions have ended; reported without being asked for"),
        (EPOLLET, "edge-triggered: reported once when something happens, not while it lasts"),
        (EPOLLONESHOT, "reported once, then not until EPOLL_CTL_MOD re-arms it"),
        (EPOLLEXCLUSIVE, "an event need not wake all epoll instances; only with EPOLL_CTL_ADD"),
        (EPOLLWAKEUP, "the system stays awake while it is handled; needs CAP_BLOCK_SUSPEND"),
        (EPOLLRDNORM, "the same as EPOLLIN"),
        (EPOLLRDBAND, "priority data; not used for sockets"),
        (EPOLLWRNORM, "the same as EPOLLOUT"),
        (EPOLLWRBAND, "priority data may be written"),
    ]
);

impl EpollEvents {
    /// Whether every bit of `other` is set.
    pub fn contains(self, other: i32) -> bool {
        self.0 & other == other
    }
}

family!(
    /// What epoll_ctl(2) does to the interest list.
    EpollOp, EPOLL_OPS, "operation", "EPOLL_CTL_", "epoll_ctl(2)", name, [
        (EPOLL_CTL_ADD, "watch the descriptor from now on"),
        (EPOLL_CTL_MOD, "watch it for other events; this checks again and re-arms it"),
        (EPOLL_CTL_DEL, "stop watching it"),
    ]
);

family!(
    /// Flags of epoll_create1(2).
    EpollFlags, EPOLL_FLAGS, "flag", "EPOLL_", "epoll_create1(2)", mask, [
        (EPOLL_CLOEXEC, "the descriptor is closed by execve(2)"),
    ]
);

family!(
    /// Flags of pipe2(2).
    PipeFlags, PIPE_FLAGS, "flag", "O_", "pipe(2)", mask, [
        (O_NONBLOCK, "reads and writes return EAGAIN instead of waiting"),
        (O_CLOEXEC, "the descriptors are closed by execve(2)"),
        (O_DIRECT, "packets: one read() takes what one write() gave"),
    ]
);

family!(
    /// Flags of eventfd(2).
    EventfdFlags, EVENTFD_FLAGS, "flag", "EFD_", "eventfd(2)", mask, [
        (EFD_NONBLOCK, "reads and writes return EAGAIN instead of waiting"),
        (EFD_CLOEXEC, "the descriptor is closed by execve(2)"),
        (EFD_SEMAPHORE, "read() takes 1 from the counter, and not all of it"),
    ]
);

family!(
    /// The clock of a timer.
    Clock, CLOCKS, "clock", "CLOCK_", "timerfd_create(2)", name, [
        (CLOCK_MONOTONIC, "goes on evenly; not while the host is suspended"),
        (CLOCK_REALTIME, "the time of day, which can be set"),
        (CLOCK_BOOTTIME, "as CLOCK_MONOTONIC, also while the host is suspended"),
    ]
);

family!(
    /// Flags of timerfd_create(2).
    TimerfdFlags, TIMERFD_FLAGS, "flag", "TFD_", "timerfd_create(2)", mask, [
        (TFD_NONBLOCK, "read() returns EAGAIN instead of waiting"),
        (TFD_CLOEXEC, "the descriptor is closed by execve(2)"),
    ]
);

family!(
    /// Flags of timerfd_settime(2).
    SettimeFlags, SETTIME_FLAGS, "flag", "TFD_TIMER_", "timerfd_settime(2)", mask, [
        (TFD_TIMER_ABSTIME, "the value is a time of the clock, and not a span"),
        (TFD_TIMER_CANCEL_ON_SET, "read() fails with ECANCELED when the clock is set"),
    ]
);

family!(
    /// File status flags as `F_GETFL` gives them; the access mode is left out, for sockets it is always O_RDWR.
    StatusFlags, STATUS_FLAGS, "flag", "O_", "fcntl(2); open(2)", mask, [
        (O_NONBLOCK, "calls return EAGAIN instead of waiting"),
        (O_ASYNC, "SIGIO when the socket becomes ready"),
    ]
);

family!(
    /// Flags of dup3(2).
    DupFlags, DUP_FLAGS, "flag", "O_", "dup3(2)", mask, [
        (O_CLOEXEC, "the descriptor is closed by execve(2)"),
    ]
);

family!(
    /// Descriptor flags as `F_GETFD` gives them.
    DescriptorFlags, DESCRIPTOR_FLAGS, "flag", "FD_", "fcntl(2)", mask, [
        (FD_CLOEXEC, "the descriptor is closed by execve(2)"),
    ]
);

family!(
    /// Flags of getaddrinfo(3).
    LookupFlags, LOOKUP_FLAGS, "flag", "AI_", "getaddrinfo(3)", mask, [
        (AI_PASSIVE, "without a host: the wildcard address, for bind()"),
        (AI_CANONNAME, "also give the canonical name of the host"),
        (AI_NUMERICHOST, "the host must be an address in numbers: nothing is looked up"),
        (AI_NUMERICSERV, "the service must be a port number: nothing is looked up"),
        (AI_ADDRCONFIG, "only addresses of a family of which this host has an address"),
        (AI_V4MAPPED, "with AF_INET6: IPv4 addresses as ::ffff:a.b.c.d where there are no others"),
        (AI_ALL, "with AI_V4MAPPED: both IPv6 and mapped IPv4 addresses"),
    ]
);

family!(
    /// Flags of getnameinfo(3).
    NameFlags, NAME_FLAGS, "flag", "NI_", "getnameinfo(3)", mask, [
        (NI_NUMERICHOST, "the address in numbers: no name is looked up"),
        (NI_NUMERICSERV, "the port as a number: no service is looked up"),
        (NI_NAMEREQD, "an address without a name is an error"),
        (NI_DGRAM, "the service of UDP, where it differs from that of TCP"),
        (NI_NOFQDN, "only the host part of a name of the own domain"),
    ]
);

/// All families, but for those of the values of options.
pub static FAMILIES: [&Family; 26] = [
    &DOMAINS,
    &TYPES,
    &PROTOCOLS,
    &SOCK_FLAGS,
    &MSG_FLAGS,
    &HOWS,
    &FCNTL_COMMANDS,
    &STATUS_FLAGS,
    &DUP_FLAGS,
    &DESCRIPTOR_FLAGS,
    &SIGNALS,
    &KILL_SIGNALS,
    &WAIT_FLAGS,
    &RESOURCES,
    &IOCTL_REQUESTS,
    &POLL_EVENTS,
    &EPOLL_EVENTS,
    &EPOLL_OPS,
    &EPOLL_FLAGS,
    &PIPE_FLAGS,
    &EVENTFD_FLAGS,
    &CLOCKS,
    &TIMERFD_FLAGS,
    &SETTIME_FLAGS,
    &LOOKUP_FLAGS,
    &NAME_FLAGS,
];

fn short_name(family: &Family, value: i32) -> String {
    match family.name_of(value) {
        Some(name) => name
            .strip_prefix(family.prefix)
            .unwrap_or(name)
            .to_ascii_lowercase(),
        None => value.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use crate::socket::constant::*;

    #[test]
    fn every_family_prints_what_it_parses() {
        for family in FAMILIES {
            for row in family.rows {
                assert!(
                    row.name.starts_with(family.prefix),
                    "{} lacks {}",
                    row.name,
                    family.prefix
                );
                assert_eq!(
                    family.find(row.name),
                    Some(row),
                    "{} is found by its name",
                    row.name
                );
                let short = row.name[family.prefix.len()..].to_ascii_lowercase();
                assert_eq!(
                    family.find(&short),
                    Some(row),
                    "{short} is found without its prefix"
                );
                assert!(!row.meaning.is_empty());
            }
        }
    }

    #[test]
    fn masks_show_unknown_bits() {
        assert_eq!(MsgFlags(0).to_string(), "0");
        assert_eq!(
            MsgFlags(libc::MSG_PEEK | libc::MSG_DONTWAIT).to_string(),
            "MSG_PEEK|MSG_DONTWAIT"
        );
        assert_eq!(
            MsgFlags(libc::MSG_PEEK | 0x0080_0000).to_string(),
            "MSG_PEEK|0x800000"
        );
        assert_eq!(Domain(77).to_string(), "77");
    }
}
