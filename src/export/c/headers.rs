//! The headers of what a program in C uses, and the constants that they may lack.

/// The headers with the words that need them, in the order in which they are included.
const HEADERS: [(&str, &[&str]); 35] = [
    (
        "arpa/inet.h",
        &["htons", "htonl", "ntohs", "ntohl", "inet_pton", "inet_ntop"],
    ),
    ("errno.h", &["errno"]),
    ("fcntl.h", &["fcntl", "open", "O_"]),
    ("limits.h", &["INT_MIN"]),
    ("linux/filter.h", &["sock_filter"]),
    (
        "linux/sockios.h",
        &[
            "SIOCOUTQ",
            "SIOCINQ",
            "SIOCOUTQNSD",
            "SIOCATMARK",
            "FIOGETOWN",
            "FIOSETOWN",
        ],
    ),
    ("net/if.h", &["if_nametoindex"]),
    ("netdb.h", &["addrinfo", "getnameinfo", "gai_strerror"]),
    (
        "netinet/in.h",
        &[
            "sockaddr_in",
            "sockaddr_in6",
            "IPPROTO_",
            "ip_mreq",
            "in_addr",
            "IP_",
            "IPV6_",
            "MCAST_",
        ],
    ),
    ("netinet/tcp.h", &["TCP_", "tcp_info"]),
    ("netinet/udp.h", &["UDP_"]),
    ("poll.h", &["pollfd", "ppoll"]),
    ("pthread.h", &["pthread_t", "pthread_sigmask"]),
    ("signal.h", &["sigaction", "sigset_t", "kill", "SIGKILL"]),
    ("stdatomic.h", &["atomic_int"]),
    ("stddef.h", &["offsetof"]),
    ("stdint.h", &["uint64_t", "uint32_t", "uint16_t"]),
    (
        "stdio.h",
        &["printf", "perror", "fprintf", "fputs", "getchar"],
    ),
    ("stdlib.h", &["exit", "EXIT_FAILURE"]),
    ("string.h", &["memcpy", "memset", "strrchr", "strerror"]),
    (
        "sys/epoll.h",
        &["epoll_event", "epoll_create", "epoll_create1"],
    ),
    ("sys/eventfd.h", &["eventfd"]),
    ("sys/ioctl.h", &["ioctl", "FIONREAD"]),
    ("sys/mman.h", &["mmap"]),
    ("sys/prctl.h", &["prctl"]),
    ("sys/resource.h", &["setrlimit"]),
    ("sys/select.h", &["fd_set"]),
    (
        "sys/socket.h",
        &[
            "socket",
            "socketpair",
            "sockaddr",
            "sockaddr_storage",
            "socklen_t",
            "sockatmark",
            "recv",
            "recvmmsg",
            "send",
            "sendmmsg",
            "shutdown",
            "listen",
            "getsockopt",
            "setsockopt",
            "mmsghdr",
            "msghdr",
            "AF_",
            "MSG_",
            "SO_",
            "SOL_",
        ],
    ),
    ("sys/stat.h", &["chmod"]),
    ("sys/time.h", &["timeval"]),
    ("sys/timerfd.h", &["timerfd_create", "timerfd_settime"]),
    ("sys/uio.h", &["iovec"]),
    ("sys/un.h", &["sockaddr_un"]),
    ("sys/wait.h", &["waitpid", "WIFEXITED", "waitid"]),
    (
        "time.h",
        &["nanosleep", "timespec", "CLOCK_MONOTONIC", "CLOCK_REALTIME"],
    ),
];

/// Constants that headers of widely used systems do not have yet, with their numbers.
const MISSING: [(&str, i32); 9] = [
    ("ICMPV6_FILTER", 1),
    ("ICMP_FILTER", 1),
    ("IPV6_FLOWINFO", 11),
    ("IPV6_FLOWINFO_SEND", 33),
    ("IPV6_FLOWLABEL_MGR", 32),
    ("IP_LOCAL_PORT_RANGE", 51),
    ("SO_DEVMEM_DONTNEED", 80),
    ("SO_PASSPIDFD", 76),
    ("SO_PEERPIDFD", 77),
];

/// The identifiers of a program.
pub(crate) fn words(body: &str) -> impl Iterator<Item = &str> {
    body.split(|c: char| !c.is_ascii_alphanumeric() && c != '_')
}

/// The headers that a program needs. A word that ends in `_` is the beginning of many.
pub(crate) fn headers(body: &str) -> Vec<&'static str> {
    let words: std::collections::BTreeSet<&str> = words(body).collect();
    let has = |word: &str| match word.ends_with('_') {
        true => words
            .range(word..)
            .next()
            .is_some_and(|next| next.starts_with(word)),
        false => words.contains(word),
    };
    let needed = HEADERS
        .iter()
        .filter(|(_, all)| all.iter().any(|word| has(word)));
    let mut headers: Vec<&str> = needed.map(|(header, _)| *header).collect();
    const OF_UNISTD: [&str; 15] = [
        "read", "write", "close", "fork", "dup", "_exit", "pause", "pipe2", "unlink", "getpid",
        "pid_t", "dup2", "dup3", "gettid", "getppid",
    ];
    if OF_UNISTD.into_iter().any(has) {
        headers.push("unistd.h");
    }
    headers
}

/// Headers that declare what is said here only with `_GNU_SOURCE`. Whoever includes any other defines it.
const WITHOUT_GNU: [&str; 21] = [
    "arpa/inet.h",
    "errno.h",
    "limits.h",
    "net/if.h",
    "netdb.h",
    "netinet/in.h",
    "netinet/tcp.h",
    "poll.h",
    "stddef.h",
    "stdint.h",
    "stdio.h",
    "stdlib.h",
    "string.h",
    "sys/epoll.h",
    "sys/select.h",
    "sys/socket.h",
    "sys/time.h",
    "sys/timerfd.h",
    "sys/uio.h",
    "sys/un.h",
    "unistd.h",
];
const OF_GNU: [&str; 17] = [
    "POLLMSG",
    "POLLRDHUP",
    "POLLREMOVE",
    "SCM_CREDENTIALS",
    "accept4",
    "dup3",
    "gettid",
    "in6_pktinfo",
    "mmsghdr",
    "pipe2",
    "ppoll",
    "preadv2",
    "pwritev2",
    "recvmmsg",
    "sendmmsg",
    "strerrorname_np",
    "ucred",
];

/// Whether a program uses what the headers declare only with `_GNU_SOURCE`.
pub(crate) fn needs_gnu(body: &str) -> bool {
    words(body).any(|word| OF_GNU.contains(&word))
        || headers(body)
            .iter()
            .any(|header| !WITHOUT_GNU.contains(header))
}

/// The constants of a program that a header may lack.
pub(crate) fn missing(body: &str) -> Vec<(&'static str, i32)> {
    let has = |name: &str| words(body).any(|word| word == name);
    MISSING.into_iter().filter(|(name, _)| has(name)).collect()
}
