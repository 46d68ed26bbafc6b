//! Every call on every kind of socket in every phase with every result.

use super::story::Story;
use crate::event::Stamp;
use crate::explain::pattern::Pattern;
use crate::explain::rows;
use crate::notation::{Outcome, Returned, Value, Verb};
use crate::socket::{Errno, Kind, Phase, StatusFlags, TcpState};
use crate::world::{Progress, Record, World};

/// A kind of socket: its arguments for socket(), an address of its own and one of a peer.
type Sort = (&'static str, &'static str, &'static str);

const SORTS: [Sort; 6] = [
    ("AF_INET, SOCK_STREAM", "127.0.0.1:7000", "127.0.0.1:8000"),
    ("AF_INET6, SOCK_DGRAM", "[::1]:7000", "[::1]:8000"),
    ("AF_UNIX, SOCK_STREAM", "unix:/tmp/x", "unix:/tmp/y"),
    ("AF_UNIX, SOCK_DGRAM", "abstract:x", "abstract:y"),
    ("AF_UNIX, SOCK_SEQPACKET", "unix:/tmp/x", "unix:/tmp/y"),
    (
        "AF_INET, SOCK_RAW, IPPROTO_ICMP",
        "127.0.0.1:0",
        "127.0.0.1:0",
    ),
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
    "unlink(unix:/tmp/x)",
    "wait(x)",
    "cancel(x)",
    "state(x)",
    "pending(x)",
    "fill(x)",
    "drain(x)",
    "sleep(50ms)",
];

/// The sort of a kind, for tests of one kind.
pub(super) fn of_kind(kind: Kind) -> Sort {
    match kind {
        Kind::Stream => SORTS[0],
        Kind::Datagram => SORTS[1],
        Kind::Seqpacket => SORTS[4],
        Kind::Raw => SORTS[5],
        Kind::Epoll | Kind::File => unreachable!("they have no phases to go through"),
    }
}

/// A world with a socket `x` in this phase. `None`: a socket of this sort is never in it.
pub(super) fn story_of((sort, own, peer): Sort, phase: Phase) -> Option<Story> {
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
        // Of what is no socket.
        Phase::Open => return None,
        Phase::Closed => "close(x) -> 0".to_owned(),
    };
    let mut story = Story::new();
    story.tell(&format!("x = socket({sort})"));
    story.tell(&script);
    (story.named("x").phase == phase).then_some(story)
}

/// What the call may return when it succeeds.
fn successes(verb: Verb) -> Vec<Returned> {
    let counted = |count: u64| Returned::Data {
        count,
        bytes: vec![b'x'; usize::try_from(count).unwrap_or(0)].into(),
        from: None,
    };
    match verb {
        Verb::Socket | Verb::Dup => vec![Returned::Descriptor(4)],
        Verb::Socketpair => vec![Returned::Pair(4, 5)],
        Verb::Accept => vec![Returned::Accepted { fd: 4, from: None }],
        Verb::Recv | Verb::Recvfrom | Verb::Read => vec![counted(0), counted(2), counted(5)],
        Verb::Drain | Verb::Pending => vec![Returned::Count(0), Returned::Count(5)],
        verb if verb.sends() => vec![Returned::Count(2), Returned::Count(5)],
        Verb::Getsockopt => vec![
            Returned::Value(Value::Int(1)),
            Returned::Value(Value::Error(None)),
            Returned::Value(Value::Error(Some(Errno(libc::ECONNREFUSED)))),
        ],
        Verb::Fcntl => vec![Returned::Status(StatusFlags(libc::O_NONBLOCK))],
        Verb::State => vec![
            Returned::State(TcpState::TimeWait),
            Returned::State(TcpState::Established),
            Returned::Word("GONE"),
            Returned::Word("CONNECTED"),
        ],
        _ => vec![Returned::Zero],
    }
}

/// Every errno for an unbound socket; elsewhere those that a row names, and one that none does.
fn errnos(phase: Phase) -> Vec<i32> {
    let named = |number: &i32| {
        *number == libc::EXDEV
            || rows::all()
                .any(|row| matches!(row.result, Pattern::Fails(some) if some.contains(number)))
    };
    (1..=133)
        .filter(|number| phase == Phase::Unbound || named(number))
        .collect()
}

fn outcomes(verb: Verb, errnos: &[i32]) -> Vec<Progress> {
    let at = Stamp(u64::MAX);
    let failed = errnos.iter().map(|number| Err(Errno(*number)));
    let succeeded = successes(verb).into_iter().map(Ok);
    let returned = failed.chain(succeeded).map(|result| Progress::Returned {
        at,
        outcome: Outcome::of(result),
    });
    returned
        .chain([
            Progress::Running,
            Progress::Blocked { at, wchan: None },
            Progress::Refused("no".to_owned()),
        ])
        .collect()
}

/// Shows every record of the sweep with its world.
pub(super) fn every_record(show: &mut dyn FnMut(&World, &Record)) {
    for sort in SORTS {
        for phase in Phase::ALL {
            let Some(mut story) = story_of(sort, phase) else {
                continue;
            };
            let errnos = errnos(phase);
            for call in CALLS {
                story.ask(&call.replace("$own", sort.1).replace("$peer", sort.2));
                let mut record = story.last().clone();
                for progress in outcomes(record.call().verb(), &errnos) {
                    record.progress = progress;
                    show(&story.world, &record);
                }
                story.abandon();
            }
        }
    }
}
