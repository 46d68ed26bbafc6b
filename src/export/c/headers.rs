//! The headers of what a program in C uses, and the constants that they may lack.

use std::collections::BTreeSet;

use crate::export::Language;
use crate::export::helpers;

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

/// The words of a program without those of its comments and literals; the name of a member begins with `.`.
pub(crate) fn words(body: &str) -> BTreeSet<String> {
    helpers::words(body, Language::C).into_iter().collect()
}

/// The headers that a program with these words needs. A word that ends in `_` is the beginning of many.
pub(crate) fn headers(words: &BTreeSet<String>) -> Vec<&'static str> {
    let has = |word: &str| match word.ends_with('_') {
        true => words
            .range(word.to_owned()..)
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

/// Headers of which a program can use everything without `_GNU_SOURCE`, except for the names in [`OF_GNU`]. A program that
/// includes any other header defines it.
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
/// What the headers of [`WITHOUT_GNU`] declare only with `_GNU_SOURCE`.
const OF_GNU: [&str; 19] = [
    "EAI_ADDRFAMILY",
    "EAI_NODATA",
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

/// Whether a program with these words uses what the headers declare only with `_GNU_SOURCE`.
pub(crate) fn needs_gnu(words: &BTreeSet<String>) -> bool {
    OF_GNU.iter().any(|name| words.contains(*name))
        || headers(words)
            .iter()
            .any(|header| !WITHOUT_GNU.contains(header))
}

/// The constants of a program with these words that a header may lack.
pub(crate) fn missing(words: &BTreeSet<String>) -> Vec<(&'static str, i32)> {
    let all = MISSING.into_iter();
    all.filter(|(name, _)| words.contains(*name)).collect()
}
