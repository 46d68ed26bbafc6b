//! The functions that a program in C has beside those of the session, from `assets/export/c`, and the headers of what it uses.

use std::fmt::Write;

use crate::export::c::{C, Helper};

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

/// The constants of a program that a header may lack.
pub(crate) fn missing(body: &str) -> Vec<(&'static str, i32)> {
    let has = |name: &str| words(body).any(|word| word == name);
    MISSING.into_iter().filter(|(name, _)| has(name)).collect()
}

/// Which functions need which others.
const NEEDS: [(Helper, &[Helper]); 20] = [
    (Helper::Ask, &[Helper::Known, Helper::Fatal]),
    (Helper::SetAddress, &[Helper::Known]),
    (Helper::Accepted, &[Helper::Pause]),
    (
        Helper::Serve,
        &[Helper::Loops, Helper::Echo, Helper::Sink, Helper::Fatal],
    ),
    (Helper::EchoMessages, &[Helper::Loops]),
    (Helper::Echo, &[Helper::Loops]),
    (Helper::Sink, &[Helper::Loops]),
    (Helper::Source, &[Helper::Loops, Helper::Repeat]),
    (Helper::Fill, &[Helper::Loops]),
    (Helper::Drain, &[Helper::Loops]),
    (
        Helper::Loops,
        &[Helper::Started, Helper::Interrupt, Helper::Fatal],
    ),
    (
        Helper::Child,
        &[Helper::Pause, Helper::Fatal, Helper::Interrupt],
    ),
    (Helper::Started, &[Helper::Fatal, Helper::Interrupt]),
    (Helper::AwaitState, &[Helper::Pause, Helper::Fatal]),
    (Helper::AwaitPending, &[Helper::Pause, Helper::Fatal]),
    (Helper::AwaitUnread, &[Helper::Pause, Helper::Fatal]),
    (Helper::PortOf, &[Helper::Known]),
    (Helper::Sigpipe, &[Helper::Fatal]),
    (Helper::Signals, &[Helper::Fatal]),
    (Helper::Interrupt, &[Helper::Fatal]),
];

impl C<'_> {
    /// Adds the functions that those which are used need.
    pub(crate) fn add_needs(&mut self) {
        // A few rounds: until nothing is added any more.
        for _ in 0..NEEDS.len() {
            for (helper, needs) in NEEDS {
                if self.used.contains(&helper) {
                    self.used.extend(needs);
                }
            }
        }
    }

    /// The functions that are used, each after those that it uses.
    pub(crate) fn helper_texts(&mut self) -> String {
        self.add_needs();
        let mut text = String::new();
        for helper in ORDER {
            if self.used.contains(&helper) {
                text.push_str(&self.helper(helper));
                text.push('\n');
            }
        }
        text
    }

    fn helper(&self, helper: Helper) -> String {
        match helper {
            Helper::Fatal => FATAL.to_owned(),
            Helper::ExpectError => EXPECT_ERROR.to_owned(),
            Helper::ExpectLookupError => EXPECT_LOOKUP_ERROR.to_owned(),
            Helper::PrintResult => PRINT_RESULT.to_owned(),
            Helper::Sigpipe => SIGPIPE.to_owned(),
            Helper::PrintBytes => PRINT_BYTES.to_owned(),
            Helper::PrintAddress => PRINT_ADDRESS.to_owned(),
            Helper::PortOf => PORT_OF.to_owned(),
            Helper::Ask => ASK_ADDRESS.to_owned(),
            Helper::SetAddress => SET_ADDRESS.to_owned(),
            Helper::Hold => AWAIT_END_OF_INPUT.to_owned(),
            Helper::Accepted => AWAIT_ACCEPTED.to_owned(),
            Helper::Known => self.known_text(),
            Helper::Repeat => REPEAT.to_owned(),
            Helper::EndWithParent => END_WITH_PARENT.to_owned(),
            Helper::Child => self.child_text(),
            Helper::Started => self.started_text(),
            Helper::Signals => signals_text(),
            Helper::Interrupt => INTERRUPT.to_owned(),
            Helper::AwaitState => AWAIT_STATE.to_owned(),
            Helper::AwaitPending => AWAIT_PENDING.to_owned(),
            Helper::AwaitUnread => AWAIT_UNREAD.to_owned(),
            Helper::Loops => LOOPS.to_owned(),
            Helper::Fill => FILL.to_owned(),
            Helper::Drain => DRAIN.to_owned(),
            Helper::Source => SOURCE.to_owned(),
            Helper::Sink => SINK.to_owned(),
            Helper::Echo => ECHO.to_owned(),
            Helper::EchoMessages => ECHO_MESSAGES.to_owned(),
            Helper::Serve => SERVE.to_owned(),
            Helper::Pause => PAUSE.to_owned(),
            Helper::OthersBlocked => PRINT_CHANGE.to_owned(),
        }
    }

    /// The addresses that the program asks for.
    fn known_text(&self) -> String {
        let mut text = KNOWN.to_owned();
        if !self.plan.has_child_calls() {
            for name in &self.plan.addresses {
                let name = crate::export::c::address(name);
                // Writing to a String cannot fail.
                let _ = writeln!(text, "static struct known {name};");
            }
        }
        text
    }

    fn started_text(&self) -> String {
        let count = self.plan.started.len().max(1);
        let threads = STARTED.replace("COUNT", &count.to_string());
        match self.plan.has_threads() {
            true => format!("{threads}{THREADS}"),
            false => threads,
        }
    }

    fn child_text(&self) -> String {
        let mut addresses = String::new();
        if self.used.contains(&Helper::Known) {
            for name in &self.plan.addresses {
                let name = crate::export::c::address(name);
                let _ = writeln!(addresses, "    struct known {name};");
            }
        }
        let count = self.plan.children.len().max(1).to_string();
        CHILD
            .replace("COUNT", &count)
            .replace("    ADDRESSES\n", &addresses)
    }
}

/// The order in which the functions stand.
const ORDER: [Helper; 32] = [
    Helper::Fatal,
    Helper::Pause,
    Helper::ExpectError,
    Helper::ExpectLookupError,
    Helper::PrintResult,
    Helper::Sigpipe,
    Helper::Signals,
    Helper::Interrupt,
    Helper::PrintBytes,
    Helper::PrintAddress,
    Helper::OthersBlocked,
    Helper::Known,
    Helper::Ask,
    Helper::PortOf,
    Helper::SetAddress,
    Helper::Hold,
    Helper::Accepted,
    Helper::Repeat,
    Helper::EndWithParent,
    Helper::Child,
    Helper::Started,
    Helper::AwaitState,
    Helper::AwaitPending,
    Helper::AwaitUnread,
    Helper::Loops,
    Helper::Fill,
    Helper::Drain,
    Helper::Source,
    Helper::Sink,
    Helper::Echo,
    Helper::EchoMessages,
    Helper::Serve,
];

const FATAL: &str = include_str!("../../../assets/export/c/fatal.c");
const PAUSE: &str = include_str!("../../../assets/export/c/pause.c");
const EXPECT_ERROR: &str = include_str!("../../../assets/export/c/expect_error.c");
const EXPECT_LOOKUP_ERROR: &str = include_str!("../../../assets/export/c/expect_lookup_error.c");
const PRINT_RESULT: &str = include_str!("../../../assets/export/c/print_result.c");
const SIGPIPE: &str = include_str!("../../../assets/export/c/sigpipe.c");
const INTERRUPT: &str = include_str!("../../../assets/export/c/interrupt.c");
const PRINT_BYTES: &str = include_str!("../../../assets/export/c/print_bytes.c");
const PRINT_ADDRESS: &str = include_str!("../../../assets/export/c/print_address.c");
const PRINT_CHANGE: &str = include_str!("../../../assets/export/c/print_change.c");
const KNOWN: &str = include_str!("../../../assets/export/c/known.c");
const ASK_ADDRESS: &str = include_str!("../../../assets/export/c/ask_address.c");
const PORT_OF: &str = include_str!("../../../assets/export/c/port_of.c");
const SET_ADDRESS: &str = include_str!("../../../assets/export/c/set_address.c");
const AWAIT_END_OF_INPUT: &str = include_str!("../../../assets/export/c/await_end_of_input.c");
const AWAIT_ACCEPTED: &str = include_str!("../../../assets/export/c/await_accepted.c");
const REPEAT: &str = include_str!("../../../assets/export/c/repeat.c");
const STARTED: &str = include_str!("../../../assets/export/c/started.c");
const THREADS: &str = include_str!("../../../assets/export/c/threads.c");
const END_WITH_PARENT: &str = include_str!("../../../assets/export/c/end_with_parent.c");
const CHILD: &str = include_str!("../../../assets/export/c/child.c");
const AWAIT_STATE: &str = include_str!("../../../assets/export/c/await_state.c");
const AWAIT_PENDING: &str = include_str!("../../../assets/export/c/await_pending.c");
const AWAIT_UNREAD: &str = include_str!("../../../assets/export/c/await_unread.c");
const LOOPS: &str = include_str!("../../../assets/export/c/loops.c");
const FILL: &str = include_str!("../../../assets/export/c/fill.c");
const DRAIN: &str = include_str!("../../../assets/export/c/drain.c");
const SOURCE: &str = include_str!("../../../assets/export/c/source.c");
const SINK: &str = include_str!("../../../assets/export/c/sink.c");
const ECHO: &str = include_str!("../../../assets/export/c/echo.c");
const ECHO_MESSAGES: &str = include_str!("../../../assets/export/c/echo_messages.c");
const SERVE: &str = include_str!("../../../assets/export/c/serve.c");

/// Which signals are held back, and the handlers for those that are let through.
fn signals_text() -> String {
    let mut text = String::from(
        "/* These signals are held back until a call waits for them. */\nstatic void handle(int number)\n{\n    (void)number;\n}\n\n\
         static void hold_signals(void)\n{\n    struct sigaction action = {0};\n    sigset_t signals;\n    \
         sigemptyset(&signals);\n    action.sa_handler = handle;\n",
    );
    for row in crate::socket::constant::SIGNALS.rows {
        let name = row.name;
        let _ = writeln!(
            text,
            "    sigaddset(&signals, {name});\n    if (sigaction({name}, &action, NULL) == -1)\n        fatal(\"sigaction\");"
        );
    }
    text.push_str(
        "    if (sigprocmask(SIG_BLOCK, &signals, NULL) == -1)\n        fatal(\"sigprocmask\");\n}\n",
    );
    text
}
