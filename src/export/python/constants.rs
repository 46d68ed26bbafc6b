//! The constants of a program in Python: those of the modules by their names there, the others by their numbers.

use crate::export::python::Python;
use crate::socket::constant::{
    DUP_FLAGS, EPOLL_EVENTS, EPOLL_FLAGS, EVENTFD_FLAGS, Family, LOOKUP_FLAGS, MSG_FLAGS,
    NAME_FLAGS, PIPE_FLAGS, POLL_EVENTS, SETTIME_FLAGS, SIGNALS, SOCK_FLAGS, STATUS_FLAGS,
    TIMERFD_FLAGS, TYPES, WAIT_FLAGS,
};

/// What programs import by name from the module socket: Python 3.10 has all of it on Linux.
pub(crate) const SOCKET: [&str; 161] = [
    "AF_INET",
    "AF_INET6",
    "AF_NETLINK",
    "AF_PACKET",
    "AF_UNIX",
    "AF_UNSPEC",
    "AI_ADDRCONFIG",
    "AI_ALL",
    "AI_CANONNAME",
    "AI_NUMERICHOST",
    "AI_NUMERICSERV",
    "AI_PASSIVE",
    "AI_V4MAPPED",
    "EAI_ADDRFAMILY",
    "EAI_AGAIN",
    "EAI_BADFLAGS",
    "EAI_FAIL",
    "EAI_FAMILY",
    "EAI_MEMORY",
    "EAI_NODATA",
    "EAI_NONAME",
    "EAI_OVERFLOW",
    "EAI_SERVICE",
    "EAI_SOCKTYPE",
    "EAI_SYSTEM",
    "IPPROTO_ICMP",
    "IPPROTO_ICMPV6",
    "IPPROTO_IP",
    "IPPROTO_IPV6",
    "IPPROTO_MPTCP",
    "IPPROTO_RAW",
    "IPPROTO_SCTP",
    "IPPROTO_TCP",
    "IPPROTO_UDP",
    "IPPROTO_UDPLITE",
    "IPV6_CHECKSUM",
    "IPV6_DONTFRAG",
    "IPV6_DSTOPTS",
    "IPV6_HOPLIMIT",
    "IPV6_HOPOPTS",
    "IPV6_JOIN_GROUP",
    "IPV6_LEAVE_GROUP",
    "IPV6_MULTICAST_HOPS",
    "IPV6_MULTICAST_IF",
    "IPV6_MULTICAST_LOOP",
    "IPV6_NEXTHOP",
    "IPV6_PATHMTU",
    "IPV6_PKTINFO",
    "IPV6_RECVDSTOPTS",
    "IPV6_RECVHOPLIMIT",
    "IPV6_RECVHOPOPTS",
    "IPV6_RECVPATHMTU",
    "IPV6_RECVPKTINFO",
    "IPV6_RECVRTHDR",
    "IPV6_RECVTCLASS",
    "IPV6_RTHDR",
    "IPV6_RTHDRDSTOPTS",
    "IPV6_TCLASS",
    "IPV6_UNICAST_HOPS",
    "IPV6_V6ONLY",
    "IP_ADD_MEMBERSHIP",
    "IP_DROP_MEMBERSHIP",
    "IP_HDRINCL",
    "IP_MULTICAST_IF",
    "IP_MULTICAST_LOOP",
    "IP_MULTICAST_TTL",
    "IP_OPTIONS",
    "IP_RECVOPTS",
    "IP_RECVTOS",
    "IP_RETOPTS",
    "IP_TOS",
    "IP_TRANSPARENT",
    "IP_TTL",
    "MSG_CMSG_CLOEXEC",
    "MSG_CONFIRM",
    "MSG_CTRUNC",
    "MSG_DONTROUTE",
    "MSG_DONTWAIT",
    "MSG_EOR",
    "MSG_ERRQUEUE",
    "MSG_FASTOPEN",
    "MSG_MORE",
    "MSG_NOSIGNAL",
    "MSG_OOB",
    "MSG_PEEK",
    "MSG_TRUNC",
    "MSG_WAITALL",
    "NI_DGRAM",
    "NI_NAMEREQD",
    "NI_NOFQDN",
    "NI_NUMERICHOST",
    "NI_NUMERICSERV",
    "SCM_CREDENTIALS",
    "SCM_RIGHTS",
    "SHUT_RD",
    "SHUT_RDWR",
    "SHUT_WR",
    "SOCK_CLOEXEC",
    "SOCK_DGRAM",
    "SOCK_NONBLOCK",
    "SOCK_RAW",
    "SOCK_RDM",
    "SOCK_SEQPACKET",
    "SOCK_STREAM",
    "SOL_SOCKET",
    "SO_ACCEPTCONN",
    "SO_BINDTODEVICE",
    "SO_BROADCAST",
    "SO_DEBUG",
    "SO_DOMAIN",
    "SO_DONTROUTE",
    "SO_ERROR",
    "SO_KEEPALIVE",
    "SO_LINGER",
    "SO_MARK",
    "SO_OOBINLINE",
    "SO_PASSCRED",
    "SO_PASSSEC",
    "SO_PEERCRED",
    "SO_PEERSEC",
    "SO_PRIORITY",
    "SO_PROTOCOL",
    "SO_RCVBUF",
    "SO_RCVLOWAT",
    "SO_RCVTIMEO",
    "SO_REUSEADDR",
    "SO_REUSEPORT",
    "SO_SNDBUF",
    "SO_SNDLOWAT",
    "SO_SNDTIMEO",
    "SO_TYPE",
    "TCP_CONGESTION",
    "TCP_CORK",
    "TCP_DEFER_ACCEPT",
    "TCP_FASTOPEN",
    "TCP_INFO",
    "TCP_KEEPCNT",
    "TCP_KEEPIDLE",
    "TCP_KEEPINTVL",
    "TCP_LINGER2",
    "TCP_MAXSEG",
    "TCP_NODELAY",
    "TCP_NOTSENT_LOWAT",
    "TCP_QUICKACK",
    "TCP_SYNCNT",
    "TCP_USER_TIMEOUT",
    "TCP_WINDOW_CLAMP",
    "gaierror",
    "getaddrinfo",
    "getnameinfo",
    "htonl",
    "htons",
    "if_nametoindex",
    "inet_aton",
    "inet_ntoa",
    "inet_ntop",
    "inet_pton",
    "ntohl",
    "ntohs",
    "socket",
    "socketpair",
];

/// The constants of the other modules, which are written after the name of their module.
const OTHERS: [(&str, &[&str]); 7] = [
    (
        "fcntl",
        &[
            "FD_CLOEXEC",
            "F_DUPFD",
            "F_DUPFD_CLOEXEC",
            "F_GETFD",
            "F_GETFL",
            "F_GETOWN",
            "F_GETSIG",
            "F_SETFD",
            "F_SETFL",
            "F_SETOWN",
            "F_SETSIG",
        ],
    ),
    (
        "os",
        &[
            "EFD_CLOEXEC",
            "EFD_NONBLOCK",
            "EFD_SEMAPHORE",
            "O_APPEND",
            "O_ASYNC",
            "O_CLOEXEC",
            "O_DIRECT",
            "O_NOCTTY",
            "O_NONBLOCK",
            "O_RDONLY",
            "O_RDWR",
            "O_WRONLY",
            "WCONTINUED",
            "WNOHANG",
            "WUNTRACED",
        ],
    ),
    ("resource", &["RLIMIT_NOFILE"]),
    (
        "select",
        &[
            "EPOLLERR",
            "EPOLLET",
            "EPOLLEXCLUSIVE",
            "EPOLLHUP",
            "EPOLLIN",
            "EPOLLONESHOT",
            "EPOLLOUT",
            "EPOLLPRI",
            "EPOLLRDBAND",
            "EPOLLRDHUP",
            "EPOLLRDNORM",
            "EPOLLWRBAND",
            "EPOLLWRNORM",
            "EPOLL_CLOEXEC",
            "POLLERR",
            "POLLHUP",
            "POLLIN",
            "POLLNVAL",
            "POLLOUT",
            "POLLPRI",
            "POLLRDBAND",
            "POLLRDHUP",
            "POLLRDNORM",
            "POLLWRBAND",
            "POLLWRNORM",
        ],
    ),
    (
        "signal",
        &[
            "SIGABRT", "SIGCHLD", "SIGCONT", "SIGHUP", "SIGINT", "SIGIO", "SIGKILL", "SIGPIPE",
            "SIGSEGV", "SIGSTOP", "SIGTERM", "SIGURG", "SIGUSR1", "SIGUSR2",
        ],
    ),
    ("termios", &["FIOASYNC", "FIONBIO", "FIONREAD", "TIOCOUTQ"]),
    (
        "time",
        &["CLOCK_BOOTTIME", "CLOCK_MONOTONIC", "CLOCK_REALTIME"],
    ),
];

/// The tables of constants that are joined by `|`.
const FAMILIES: [&Family; 16] = [
    &TYPES,
    &SOCK_FLAGS,
    &MSG_FLAGS,
    &EPOLL_EVENTS,
    &EPOLL_FLAGS,
    &POLL_EVENTS,
    &STATUS_FLAGS,
    &EVENTFD_FLAGS,
    &TIMERFD_FLAGS,
    &SETTIME_FLAGS,
    &PIPE_FLAGS,
    &DUP_FLAGS,
    &WAIT_FLAGS,
    &LOOKUP_FLAGS,
    &NAME_FLAGS,
    &SIGNALS,
];

/// A constant as the modules have it. `None`: they do not.
fn of_modules(name: &str) -> Option<String> {
    if SOCKET.contains(&name) {
        return Some(name.to_owned());
    }
    let module = OTHERS.iter().find(|(_, names)| names.contains(&name));
    module.map(|(module, _)| format!("{module}.{name}"))
}

/// The number of a constant.
fn number_of(name: &str) -> Option<i64> {
    let row = |family: &&Family| family.rows.iter().find(|row| row.name == name);
    let row = FAMILIES.iter().find_map(row);
    row.map(|row| i64::from(row.value))
}

impl Python<'_> {
    /// An expression of constants. Those that no module has are defined at the beginning of the program.
    pub(crate) fn constant(&mut self, text: &str, number: i64) -> String {
        if text == "getpid()" {
            return "os.getpid()".to_owned();
        }
        let is_named = |part: &str| part.starts_with(|first: char| first.is_ascii_uppercase());
        let parts: Vec<&str> = text.split('|').collect();
        if !parts.iter().all(|part| is_named(part)) {
            return number.to_string();
        }
        if let [only] = parts.as_slice() {
            return self.named(only, number);
        }
        let numbers: Option<Vec<i64>> = parts.iter().map(|part| number_of(part)).collect();
        if let Some(numbers) = numbers {
            let each = parts.iter().zip(numbers);
            let each: Vec<String> = each.map(|(part, own)| self.named(part, own)).collect();
            return each.join(" | ");
        }
        let each: Option<Vec<String>> = parts.iter().map(|part| of_modules(part)).collect();
        each.map_or_else(|| number.to_string(), |each| each.join(" | "))
    }

    fn named(&mut self, name: &str, number: i64) -> String {
        of_modules(name).unwrap_or_else(|| {
            self.constants.insert(name.to_owned(), number);
            name.to_owned()
        })
    }
}
