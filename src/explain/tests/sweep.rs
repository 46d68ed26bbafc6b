//! Every call on every kind of socket in every phase with every result.

use std::collections::BTreeSet;

use crate::call::argument::{Descriptor, Name, Sets};
use crate::call::outcome::{Events, Outcome, Received, Returned};
use crate::call::table::CallKind;
use crate::call::value::{Credentials, Value};
use crate::event::{Refusal, Timestamp};
use crate::explain::pattern::Pattern;
use crate::explain::tests::story::Story;
use crate::socket::{
    EpollEvents, Errno, Kind, MsgFlags, Phase, PollEvents, Sig, StatusFlags, TcpState,
};
use crate::world::{Progress, Record, World};

/// A kind of descriptor: the call that creates it, an address for itself and one for a peer.
type Sort = (&'static str, &'static str, &'static str);

const SORTS: [Sort; 11] = [
    (
        "socket(AF_INET, SOCK_STREAM)",
        "127.0.0.1:7000",
        "127.0.0.1:8000",
    ),
    ("socket(AF_INET6, SOCK_DGRAM)", "[::1]:7000", "[::1]:8000"),
    ("socket(AF_UNIX, SOCK_STREAM)", "unix:/tmp/x", "unix:/tmp/y"),
    ("socket(AF_UNIX, SOCK_DGRAM)", "abstract:x", "abstract:y"),
    (
        "socket(AF_UNIX, SOCK_SEQPACKET)",
        "unix:/tmp/x",
        "unix:/tmp/y",
    ),
    (
        "socket(AF_INET, SOCK_RAW, IPPROTO_ICMP)",
        "127.0.0.1:0",
        "127.0.0.1:0",
    ),
    ("epoll_create1()", "127.0.0.1:7000", "127.0.0.1:8000"),
    ("eventfd(0)", "127.0.0.1:7000", "127.0.0.1:8000"),
    (
        "timerfd_create(CLOCK_MONOTONIC)",
        "127.0.0.1:7000",
        "127.0.0.1:8000",
    ),
    ("pipe()", "127.0.0.1:7000", "127.0.0.1:8000"),
    ("open(\"/dev/null\")", "127.0.0.1:7000", "127.0.0.1:8000"),
];

/// Every call, some with several sets of arguments; `$own` and `$peer` are addresses.
const CALLS: &[&str] = &[
    "n = socket(AF_INET, SOCK_STREAM)",
    "n = socket(AF_INET, SOCK_RAW)",
    "n = socket(AF_UNIX, SOCK_RAW)",
    "n = socket(AF_INET, SOCK_DGRAM, IPPROTO_ICMP)",
    "n = socket(AF_PACKET, SOCK_STREAM)",
    "n = socket(AF_UNIX, SOCK_DGRAM)",
    "n = socket(AF_UNIX, SOCK_STREAM)",
    "n = socket(AF_NETLINK, SOCK_SEQPACKET)",
    "n, m = socketpair(AF_UNIX, SOCK_STREAM)",
    "bind(x, $own)",
    "bind(x, 127.0.0.1:0)",
    "bind(x, *:80)",
    "bind(x, unix:)",
    "bind(x, $own, 5)",
    "bind(x, NULL)",
    "listen(x, 5)",
    "listen(x, 100000)",
    "s = accept(x)",
    "connect(x, $peer)",
    "connect(x, $own)",
    "connect(x, *:8000)",
    "connect(x, AF_UNSPEC)",
    "connect(x, NULL)",
    "send(x, \"hello\")",
    "send(x, \"\")",
    "send(x, NULL*5)",
    "send(x, \"hello\", MSG_OOB)",
    "send(x, \"hello\", MSG_MORE)",
    "sendto(x, \"hello\", $peer)",
    "sendto(x, \"hello\", 127.0.0.1:0)",
    "write(x, \"hello\")",
    "recv(x, 5)",
    "recv(x, 9)",
    "recv(x, 0)",
    "recv(x, 5, MSG_PEEK)",
    "recv(x, 9, MSG_OOB)",
    "recv(x, 9, MSG_WAITALL)",
    "recv(x, 9, MSG_DONTWAIT)",
    "recv(x, 3, MSG_TRUNC)",
    "recv(x, 9, MSG_TRUNC)",
    "recvfrom(x, 9)",
    "read(x, 9)",
    "shutdown(x, SHUT_RD)",
    "shutdown(x, SHUT_WR)",
    "shutdown(x, SHUT_RDWR)",
    "close(x)",
    "close(900)",
    "getsockname(x)",
    "getpeername(x)",
    "setsockopt(x, SO_REUSEADDR, 1)",
    "setsockopt(x, SO_RCVBUF, 4096)",
    "setsockopt(x, SO_LINGER, {1, 0s})",
    "setsockopt(x, SO_LINGER, {1, 5s})",
    "setsockopt(x, SO_RCVTIMEO, 250ms)",
    "setsockopt(x, SO_SNDTIMEO, 250ms)",
    "setsockopt(x, SO_ERROR, 1)",
    "setsockopt(x, TCP_CONGESTION, \"nope\")",
    "setsockopt(x, IPV6_V6ONLY, 1)",
    "setsockopt(x, IP_ADD_MEMBERSHIP, {239.1.1.1, 127.0.0.1})",
    "setsockopt(x, SOL_SOCKET, 999, 1)",
    "setsockopt(x, SO_MARK, 1)",
    "setsockopt(x, TCP_QUEUE_SEQ, 1)",
    "setsockopt(x, SO_LOCK_FILTER, 1)",
    "setsockopt(x, SO_DETACH_FILTER, NULL)",
    "getsockopt(x, SO_ERROR)",
    "getsockopt(x, SO_RCVBUF)",
    "getsockopt(x, SO_TYPE)",
    "getsockopt(x, SO_PEERCRED)",
    "getsockopt(x, TCP_INFO)",
    "getsockopt(x, IP_ADD_MEMBERSHIP)",
    "getsockopt(x, SOL_SOCKET, 999)",
    "fcntl(x, F_GETFL)",
    "fcntl(x, F_SETFL, O_NONBLOCK)",
    "fcntl(x, F_SETFL, 0)",
    "fcntl(x, F_GETFD)",
    "d = dup(x)",
    "d = dup2(x, 900)",
    "unlink(unix:/tmp/x)",
    "wait(x)",
    "cancel(x)",
    "state(x)",
    "pending(x)",
    "unread(x)",
    "fill(x)",
    "drain(x)",
    "sleep(50ms)",
    "accept(x, -1)",
    "accept(x, 4)",
    "getsockname(x, -1)",
    "getsockname(x, 4)",
    "getpeername(x, 4)",
    "recvfrom(x, 9, -1)",
    "recvfrom(x, 9, 4)",
    "recv(x, NULL*9)",
    "recv(x, NULL*9, MSG_PEEK)",
    "read(x, NULL*9)",
    "setsockopt(x, SO_REUSEADDR, 1, 2)",
    "setsockopt(x, SO_REUSEADDR, NULL)",
    "getsockopt(x, SO_TYPE, 2)",
    "getsockopt(x, SO_TYPE, -1)",
    "sendmsg(x, [\"he\", \"llo\"])",
    "sendmsg(x, [\"hello\"], $peer)",
    "sendmsg(x, [\"hello\"], fds(y))",
    "sendmsg(x, [\"hello\"], fds(900))",
    "sendmsg(x, [\"\"], fds(y))",
    "sendmsg(x, [\"hello\"], creds(1, 0, 0))",
    "recvmsg(x, 5)",
    "recvmsg(x, [2, 7])",
    "recvmsg(x, 9, 4)",
    "readv(x, [2, 7])",
    "readv(x, 5)",
    "writev(x, [\"he\", \"llo\"])",
    "writev(x, [])",
    "ioctl(x, FIONREAD)",
    "ioctl(x, SIOCOUTQ)",
    "ioctl(x, SIOCOUTQNSD)",
    "ioctl(x, SIOCATMARK)",
    "ioctl(x, FIOGETOWN)",
    "ioctl(x, FIONBIO, 1)",
    "ioctl(x, FIONBIO, 0)",
    "ioctl(x, FIOASYNC, 1)",
    "ioctl(x, FIOASYNC, 0)",
    "fcntl(x, F_SETFL, O_ASYNC)",
    "fcntl(x, F_SETOWN, getpid())",
    "fcntl(x, F_SETOWN, 0)",
    "fcntl(x, F_GETOWN)",
    "fcntl(x, F_SETSIG, SIGIO)",
    "fcntl(x, F_GETSIG)",
    "d = fcntl(x, F_DUPFD, 100)",
    "poll([x: POLLIN|POLLOUT, y: POLLIN], 1000)",
    "poll([x: POLLIN], 0)",
    "poll([x: 0], -1)",
    "poll([], 10)",
    "select(read [x, y], write [x], except [], 1000)",
    "select(read [x], write [], except [], 0, -1)",
    "select(read [900], write [], except [], 0)",
    "n = epoll_create1()",
    "n = epoll_create(1)",
    "epoll_ctl(x, EPOLL_CTL_ADD, y, EPOLLIN)",
    "epoll_ctl(x, EPOLL_CTL_ADD, y, EPOLLIN|EPOLLET)",
    "epoll_ctl(x, EPOLL_CTL_ADD, y, EPOLLIN|EPOLLONESHOT)",
    "epoll_ctl(x, EPOLL_CTL_ADD, y, EPOLLIN|EPOLLEXCLUSIVE)",
    "epoll_ctl(x, EPOLL_CTL_MOD, y, EPOLLIN|EPOLLEXCLUSIVE)",
    "epoll_ctl(x, EPOLL_CTL_MOD, y, EPOLLIN)",
    "epoll_ctl(x, EPOLL_CTL_DEL, y)",
    "epoll_ctl(x, EPOLL_CTL_ADD, x, EPOLLIN)",
    "epoll_ctl(x, 77, y, EPOLLIN)",
    "epoll_ctl(x, EPOLL_CTL_ADD, 900, EPOLLIN)",
    "epoll_wait(x, 10, 1000)",
    "epoll_wait(x, 0, 0)",
    "sigtimedwait([SIGIO, SIGURG], 1000)",
    "sigtimedwait([SIGIO], -1)",
    "getaddrinfo(\"localhost\", \"http\")",
    "getaddrinfo(NULL, \"80\", AI_PASSIVE, AF_INET, SOCK_STREAM)",
    "getnameinfo(127.0.0.1:80)",
    "inet_pton(AF_INET, \"127.0.0.1\")",
    "inet_ntop(AF_INET, hex(7f 00 00 01))",
    "htons(8080)",
    "htonl(1)",
    "ntohs(1)",
    "ntohl(1)",
    "n, m = pipe()",
    "n = eventfd(0)",
    "n = timerfd_create(CLOCK_MONOTONIC)",
    "timerfd_settime(x, 50ms)",
    "timerfd_settime(x, 50ms, 10ms)",
    "timerfd_settime(x, 0s)",
    "n = open(\"/dev/null\")",
    "chmod(unix:/tmp/x, 0500)",
    "peer(x)",
    "echo(x)",
    "sink(x)",
    "source(x, 5)",
    "serve(x, echo)",
];

/// A call with more buffers than the kernel takes.
fn long_call() -> String {
    format!("sendmsg(x, [{}])", vec!["\"x\""; 1025].join(", "))
}

/// The sort of a kind, for tests of one kind.
pub(crate) fn of_kind(kind: Kind) -> Sort {
    match kind {
        Kind::Stream => SORTS[0],
        Kind::Datagram => SORTS[1],
        Kind::Seqpacket => SORTS[4],
        Kind::Raw => SORTS[5],
        Kind::Epoll
        | Kind::PipeReader
        | Kind::PipeWriter
        | Kind::Eventfd
        | Kind::Timerfd
        | Kind::File => unreachable!("they have no phases to go through"),
    }
}

/// A world with a socket `x` in this phase. `None`: a socket of this kind is never in it.
pub(crate) fn story_of((making, own, peer): Sort, phase: Phase) -> Option<Story> {
    let connected = format!("connect(x, {peer}) -> 0\n");
    let script = match phase {
        Phase::Unbound => String::new(),
        Phase::Bound => format!("bind(x, {own}) -> 0"),
        Phase::Listening => format!("bind(x, {own}) -> 0\nlisten(x, 5) -> 0"),
        Phase::Connecting => format!("connect(x, {peer}) -> EINPROGRESS"),
        Phase::Connected => connected,
        Phase::Failed => format!("connect(x, {peer}) -> ECONNREFUSED"),
        Phase::WriteShut => connected + "shutdown(x, SHUT_WR) -> 0",
        Phase::ReadShut => connected + "shutdown(x, SHUT_RD) -> 0",
        Phase::PeerClosed => connected + "recv(x, 9) -> 0",
        Phase::Shut => connected + "shutdown(x, SHUT_RDWR) -> 0",
        Phase::Reset => connected + "recv(x, 9) -> ECONNRESET",
        // For what is not a socket; the last line handles the others.
        Phase::Open => String::new(),
        Phase::Closed => "close(x) -> 0".to_owned(),
    };
    if making.starts_with("socket") == (phase == Phase::Open) && phase != Phase::Closed {
        return None;
    }
    let mut story = Story::new();
    let names = if making == "pipe()" { "x, z" } else { "x" };
    story.tell(&format!("{names} = {making}"));
    story.tell(&script);
    (story.named("x").phase() == phase).then_some(story)
}

/// What the call may return when it succeeds.
fn successes(call_kind: CallKind) -> Vec<Returned> {
    let counted = |count: u64| Returned::Data {
        count,
        bytes: vec![b'x'; usize::try_from(count).unwrap_or(0)].into(),
        from: None,
    };
    match call_kind {
        CallKind::Socket | CallKind::Dup | CallKind::Dup2 | CallKind::Dup3 => {
            vec![Returned::Descriptor(4)]
        }
        CallKind::Socketpair | CallKind::Pipe => vec![Returned::Pair(4, 5)],
        CallKind::Accept | CallKind::Accept4 => vec![Returned::Accepted { fd: 4, from: None }],
        CallKind::Recv | CallKind::Recvfrom | CallKind::Read => {
            vec![counted(0), counted(2), counted(5)]
        }
        CallKind::Drain
        | CallKind::Pending
        | CallKind::Unread
        | CallKind::Echo
        | CallKind::Sink
        | CallKind::Serve => {
            vec![Returned::Count(0), Returned::Count(5)]
        }
        CallKind::EpollCreate1
        | CallKind::EpollCreate
        | CallKind::Eventfd
        | CallKind::TimerfdCreate
        | CallKind::Open => {
            vec![Returned::Descriptor(4)]
        }
        CallKind::Recvmsg | CallKind::Readv => messages(),
        CallKind::Sendmmsg => vec![Returned::Sent(vec![1]), Returned::Sent(vec![1, 1])],
        CallKind::Recvmmsg => {
            let all = messages().into_iter().filter_map(|one| match one {
                Returned::Message(message) => Some(*message),
                _ => None,
            });
            vec![
                Returned::Messages(all.collect()),
                Returned::Messages(Vec::new()),
            ]
        }
        CallKind::Poll | CallKind::Ppoll => reported(|bits| Events::Poll(PollEvents(bits))),
        CallKind::EpollWait | CallKind::EpollPwait => {
            reported(|bits| Events::Epoll(EpollEvents(bits)))
        }
        CallKind::Select | CallKind::Pselect => selected(),
        CallKind::Sigtimedwait => signals(),
        CallKind::Getaddrinfo => vec![Returned::Addresses(Box::default())],
        CallKind::Getnameinfo | CallKind::InetNtop => vec![Returned::Names(vec![b"x".to_vec()])],
        CallKind::InetPton
        | CallKind::Htons
        | CallKind::Htonl
        | CallKind::Ntohs
        | CallKind::Ntohl => vec![
            Returned::Bytes {
                value: 0,
                bytes: Vec::new(),
            },
            Returned::Bytes {
                value: 1,
                bytes: vec![0; 4],
            },
        ],
        CallKind::Ioctl | CallKind::Sockatmark => vec![
            Returned::Value(Value::Int(0)),
            Returned::Value(Value::Int(5)),
        ],
        call_kind if call_kind.sends() => vec![Returned::Count(2), Returned::Count(5)],
        CallKind::Getsockopt => vec![
            Returned::Value(Value::Int(1)),
            Returned::Value(Value::Error(None)),
            Returned::Value(Value::Error(Some(Errno(libc::ECONNREFUSED)))),
        ],
        CallKind::Fcntl => vec![
            Returned::Status(StatusFlags(libc::O_NONBLOCK)),
            Returned::Value(Value::Int(0)),
        ],
        CallKind::State | CallKind::Peer => vec![
            Returned::State(TcpState::TimeWait),
            Returned::State(TcpState::Established),
            Returned::Word("GONE"),
            Returned::Word("CONNECTED"),
        ],
        _ => vec![Returned::Zero],
    }
}

/// The names of the sweep.
fn named(name: &str) -> Descriptor {
    Descriptor::Named(Name::new(name).expect("a name"))
}

fn messages() -> Vec<Returned> {
    let message = |count: usize, flags: i32, fds: Vec<Descriptor>, pid: Option<i32>| {
        Returned::Message(Box::new(Received {
            count: count as u64,
            bytes: vec![b'x'; count].into(),
            sizes: Vec::new(),
            from: None,
            flags: MsgFlags(flags),
            fds,
            credentials: pid.map(|pid| Credentials {
                pid,
                uid: 0,
                gid: 0,
            }),
            control: Vec::new(),
        }))
    };
    vec![
        message(0, 0, Vec::new(), None),
        message(5, 0, Vec::new(), None),
        message(5, libc::MSG_TRUNC, Vec::new(), None),
        message(2, libc::MSG_CTRUNC, Vec::new(), None),
        message(2, libc::MSG_CTRUNC, vec![named("y")], None),
        message(2, 0, vec![named("y")], None),
        message(2, 0, Vec::new(), Some(1)),
    ]
}

/// Each event alone and with those that come with it, and two descriptors.
fn reported(events: fn(i32) -> Events) -> Vec<Returned> {
    let one = |bits: i16| vec![(named("x"), events(bits.into()))];
    let mut all = vec![Vec::new()];
    all.extend(
        [
            libc::POLLIN,
            libc::POLLOUT,
            libc::POLLPRI,
            libc::POLLERR,
            libc::POLLHUP,
            libc::POLLNVAL,
            libc::POLLRDHUP,
            libc::POLLIN | libc::POLLOUT,
            libc::POLLIN | libc::POLLRDHUP,
            libc::POLLIN | libc::POLLOUT | libc::POLLRDHUP | libc::POLLHUP,
            libc::POLLIN | libc::POLLOUT | libc::POLLERR | libc::POLLHUP,
        ]
        .map(one),
    );
    let both = [named("x"), named("y"), Descriptor::Raw(900)];
    all.push(
        both.map(|socket| (socket, events(libc::POLLIN.into())))
            .to_vec(),
    );
    all.into_iter().map(Returned::Ready).collect()
}

fn selected() -> Vec<Returned> {
    let sets = |count, read: &[&str], write: &[&str]| Returned::Selected {
        count,
        sets: Box::new(Sets {
            read: read.iter().map(|name| named(name)).collect(),
            write: write.iter().map(|name| named(name)).collect(),
            except: Vec::new(),
        }),
    };
    vec![
        sets(0, &[], &[]),
        sets(0, &["x"], &[]),
        sets(1, &["x"], &[]),
        sets(2, &["x"], &["x"]),
    ]
}

fn signals() -> Vec<Returned> {
    let signal = |signal, about| Returned::Signal {
        signal: Sig(signal),
        about,
    };
    vec![
        signal(libc::SIGIO, None),
        signal(libc::SIGURG, None),
        signal(libc::SIGUSR1, None),
        signal(
            libc::SIGIO,
            Some((named("x"), PollEvents(libc::POLLIN.into()))),
        ),
    ]
}

/// Every errno for an unbound socket; elsewhere those that a rule names for the call, and one that none does.
fn errnos(phase: Phase, call_kind: CallKind) -> Vec<i32> {
    if phase == Phase::Unbound {
        return (1..=133).collect();
    }
    let rules = crate::explain::rules::all().filter(|rule| rule.is_about(call_kind));
    let named = rules.filter_map(|rule| match rule.result {
        Pattern::Fails(numbers) => Some(numbers),
        _ => None,
    });
    let numbers: BTreeSet<i32> = named.flatten().copied().chain([libc::EXDEV]).collect();
    numbers.into_iter().collect()
}

fn outcomes(call_kind: CallKind, errnos: &[i32]) -> Vec<Progress> {
    let at = Timestamp(u64::MAX);
    let failed = errnos.iter().map(|number| Err(Errno(*number)));
    let succeeded = successes(call_kind).into_iter().map(Ok);
    let returned = failed.chain(succeeded).map(|result| Progress::Returned {
        at,
        outcome: Outcome::of(result).into(),
    });
    returned
        .chain([
            Progress::Running,
            Progress::Blocked { at, wchan: None },
            Progress::Refused(Box::new(Refusal::WhileMaking("no".to_owned()))),
        ])
        .collect()
}

/// Passes on every record of the sweep with its world.
pub(crate) fn every_record(show: &mut dyn FnMut(&World, &Record)) {
    let long = long_call();
    for sort in SORTS {
        for phase in Phase::ALL {
            let Some(mut story) = story_of(sort, phase) else {
                continue;
            };
            story.tell("y = socket(AF_UNIX, SOCK_STREAM)");
            // It is the same forevery socket, and takes long.
            let is_first = sort == SORTS[1] && phase == Phase::Unbound;
            let once = is_first.then_some(long.as_str());
            for call in CALLS.iter().copied().chain(once) {
                // A separate world: the earlier calls would only make its log longer.
                let mut story = story.clone();
                story.ask(&call.replace("$own", sort.1).replace("$peer", sort.2));
                let mut record = story.last().clone();
                let call_kind = record.call().call_kind();
                for progress in outcomes(call_kind, &errnos(phase, call_kind)) {
                    record.progress = progress;
                    show(&story.world, &record);
                }
            }
        }
    }
}
