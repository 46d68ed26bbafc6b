//! What a form proposes: arguments that make sense in the present world, so that Enter alone does something useful.

mod addresses;
mod sets;

pub(crate) use crate::app::defaults::addresses::NOBODY;

use crate::app::form::{Choice, Field, Form, NAME};
use crate::app::state::App;
use crate::call::argument::Name;
use crate::call::table::CallKind;
use crate::socket::constant::{EPOLL_OPS, FCNTL_COMMANDS, Family, HOWS, TYPES};
use crate::socket::option::{Access, OPTIONS};
use crate::socket::{Domain, Kind};
use crate::world::Socket;

/// The label of the address field; listeners of other programs are offered in it when they are found.
pub(crate) const ADDRESS: &str = "address";

/// The form of a call on the selected socket. `None` when the call needs a socket and there is none.
pub(crate) fn form(app: &App, call_kind: CallKind) -> Option<Form> {
    form_on(app, call_kind, meant(app, call_kind))
}

/// The descriptor that a call is meant for: the selected one, but for calls that only an epoll instance takes.
fn meant(app: &App, call_kind: CallKind) -> Option<&Socket> {
    let is_of_epoll = matches!(call_kind, CallKind::EpollCtl | CallKind::EpollWait);
    let instance = is_of_epoll.then(|| sets::instance(app)).flatten();
    instance.or_else(|| app.selected())
}

/// Whether a call makes sense now.
pub(crate) fn is_sensible(app: &App, call_kind: CallKind) -> bool {
    let on = meant(app, call_kind);
    needs_none(call_kind)
        || on.is_some_and(|socket| crate::explain::inapplicable(socket, call_kind).is_none())
}

/// The calls that are made on no descriptor, or on those of a set.
fn needs_none(call_kind: CallKind) -> bool {
    matches!(
        call_kind,
        CallKind::Socket
            | CallKind::Socketpair
            | CallKind::Unlink
            | CallKind::Chmod
            | CallKind::Open
            | CallKind::EpollCreate
            | CallKind::EpollCreate1
            | CallKind::Poll
            | CallKind::Select
            | CallKind::Sigtimedwait
    )
}

/// The same on a given socket.
pub(crate) fn form_on(app: &App, call_kind: CallKind, socket: Option<&Socket>) -> Option<Form> {
    let needs_one = !needs_none(call_kind);
    if needs_one && socket.is_none() {
        return None;
    }
    let on = socket.filter(|_| needs_one);
    Some(Form {
        call_kind,
        on: on.map(|socket| socket.name.to_string()),
        names: if call_kind == CallKind::Socketpair {
            pair_names(app)
        } else {
            Vec::new()
        },
        fields: fields(app, call_kind, on),
        focus: 0,
        inapplicable: on.and_then(|socket| crate::explain::inapplicable(socket, call_kind)),
    })
}

fn fields(app: &App, call_kind: CallKind, on: Option<&Socket>) -> Vec<Field> {
    let field = |label, choices| vec![Field::new(label, choices)];
    match call_kind {
        CallKind::Socket => {
            vec![
                Field::new("domain", domains(app)),
                Field::new("type", types(app)),
                Field::new(NAME, name(app)),
            ]
        }
        CallKind::Socketpair => {
            vec![
                Field::new(
                    "domain",
                    vec![Choice::new("AF_UNIX", "the only domain that has pairs")],
                ),
                Field::new(
                    "type",
                    constants(&TYPES, &["SOCK_STREAM", "SOCK_DGRAM", "SOCK_SEQPACKET"]),
                ),
            ]
        }
        CallKind::Bind => field(
            ADDRESS,
            on.map(|socket| addresses::local_addresses(app, socket))
                .unwrap_or_default(),
        ),
        CallKind::Listen => field(
            "backlog",
            numbers(&[
                ("5", "connections may wait"),
                ("0", "one may wait"),
                ("4096", "many may wait"),
            ]),
        ),
        CallKind::Accept | CallKind::Dup => field(NAME, name(app)),
        CallKind::Connect => field(
            ADDRESS,
            on.map(|socket| addresses::peers(app, socket))
                .unwrap_or_default(),
        ),
        CallKind::Send => vec![
            Field::new("data", data()),
            Field::new("flags", flags(&SEND_FLAGS)),
        ],
        CallKind::Write => field("data", data()),
        CallKind::Sendto => {
            vec![
                Field::new("data", data()),
                Field::new(
                    ADDRESS,
                    on.map(|socket| addresses::peers(app, socket))
                        .unwrap_or_default(),
                ),
            ]
        }
        CallKind::Recv | CallKind::Recvfrom => {
            vec![
                Field::new("size", sizes()),
                Field::new("flags", flags(&RECV_FLAGS)),
            ]
        }
        CallKind::Read => field("size", sizes()),
        CallKind::Shutdown => field(
            "how",
            constants(&HOWS, &["SHUT_WR", "SHUT_RD", "SHUT_RDWR"]),
        ),
        CallKind::Setsockopt => field("option, value", settable(on)),
        CallKind::Getsockopt => field("option", readable(on)),
        CallKind::Fcntl => field("command", fcntl_commands()),
        CallKind::Unlink => field("path", addresses::paths(app)),
        CallKind::Chmod => vec![
            Field::new("path", addresses::paths(app)),
            Field::new("mode", numbers(&MODES)),
        ],
        CallKind::Sendmsg => vec![
            Field::new("buffers", buffers()),
            Field::new("with", sets::companions(app, on)),
        ],
        CallKind::Recvmsg => vec![
            Field::new("size", sizes()),
            Field::new("flags", flags(&RECV_FLAGS)),
        ],
        CallKind::Ioctl => field("request", sets::ioctl_requests()),
        CallKind::Poll => vec![
            Field::new("fds", sets::poll(app)),
            Field::new("timeout", numbers(&sets::TIMEOUTS)),
        ],
        CallKind::Select => vec![
            Field::new("sets", sets::select(app)),
            Field::new("timeout", numbers(&sets::TIMEOUTS)),
        ],
        CallKind::EpollCreate1 => vec![
            Field::new(
                "flags",
                numbers(&[("", "none"), ("EPOLL_CLOEXEC", "closed by execve(2)")]),
            ),
            Field::new(NAME, named(app, "e")),
        ],
        CallKind::EpollCreate => vec![
            Field::new("size", numbers(&[("1", "any number above 0")])),
            Field::new(NAME, named(app, "e")),
        ],
        CallKind::EpollCtl => vec![
            Field::new("op", constants(&EPOLL_OPS, sets::ops(app, on))),
            Field::new("socket", sets::targets(app, on)),
            Field::new("events", numbers(&sets::EPOLL)),
        ],
        CallKind::EpollWait => vec![
            Field::new(
                "maxevents",
                numbers(&[("10", "events at most"), ("1", "event at most")]),
            ),
            Field::new("timeout", numbers(&sets::TIMEOUTS)),
        ],
        CallKind::Sigtimedwait => vec![
            Field::new(
                "signals",
                numbers(&[
                    ("[SIGIO]", "a descriptor with O_ASYNC became ready"),
                    ("[SIGURG]", "urgent data arrived"),
                ]),
            ),
            Field::new("timeout", numbers(&sets::TIMEOUTS)),
        ],
        CallKind::Open => vec![
            Field::new(
                "path",
                numbers(&[("\"/dev/null\"", "a device that is always there")]),
            ),
            Field::new(NAME, named(app, "f")),
        ],
        CallKind::Source => field(
            "bytes, chunk",
            numbers(&[
                ("1000000, 65536", "a million, 64 KiB at a time"),
                ("100, 10", "a hundred, ten at a time"),
            ]),
        ),
        CallKind::Serve => field(
            "service",
            numbers(&[
                ("echo", "send back what comes"),
                ("sink", "throw away what comes"),
            ]),
        ),
        CallKind::Close
        | CallKind::Getsockname
        | CallKind::Getpeername
        | CallKind::Wait
        | CallKind::Cancel
        | CallKind::State
        | CallKind::Peer
        | CallKind::Pending
        | CallKind::Unread
        | CallKind::Fill
        | CallKind::Drain
        | CallKind::Echo
        | CallKind::Sink
        | CallKind::Sleep => Vec::new(),
    }
}

fn name(app: &App) -> Vec<Choice> {
    vec![Choice::new(
        app.world.next_name().to_string(),
        "its name in this session",
    )]
}

/// A name for what is no socket: the letter, with a number where it is taken.
fn named(app: &App, letter: &str) -> Vec<Choice> {
    let is_free = |text: &String| {
        Name::new(text)
            .is_some_and(|name| app.world.named(&name).is_none() && !app.world.is_taken(&name))
    };
    let numbered = (2..).map(|number| format!("{letter}{number}"));
    let free = std::iter::once(letter.to_owned())
        .chain(numbered)
        .find(is_free);
    let text = free.unwrap_or_default();
    vec![Choice::new(text, "its name in this session")]
}

fn pair_names(app: &App) -> Vec<String> {
    let first = app.world.next_name().to_string();
    let number: u32 = first.trim_start_matches('s').parse().unwrap_or(1);
    vec![first, format!("s{}", number + 1)]
}

/// The rows of a family with these names, in this order.
fn constants(family: &'static Family, names: &[&str]) -> Vec<Choice> {
    names
        .iter()
        .filter_map(|name| family.find(name))
        .map(|row| Choice::new(row.name, row.meaning))
        .collect()
}

fn numbers(rows: &[(&str, &str)]) -> Vec<Choice> {
    rows.iter()
        .map(|(number, meaning)| Choice::new(*number, *meaning))
        .collect()
}

/// The domains, that of the last socket first.
fn domains(app: &App) -> Vec<Choice> {
    let last = app.last_made().map(|socket| socket.domain.to_string());
    last_first(
        constants(
            &crate::socket::constant::DOMAINS,
            &["AF_INET", "AF_INET6", "AF_UNIX"],
        ),
        last,
    )
}

/// The types, that of the last socket first.
fn types(app: &App) -> Vec<Choice> {
    let last = app.last_made().map(|socket| socket.socket_type.to_string());
    let mut types = constants(&TYPES, &["SOCK_STREAM", "SOCK_DGRAM", "SOCK_SEQPACKET"]);
    // A raw socket is of a protocol; 0 would only be refused.
    types.push(Choice::new(
        "SOCK_RAW, IPPROTO_ICMP",
        "ICMP packets, needs CAP_NET_RAW",
    ));
    last_first(types, last)
}

fn last_first(mut choices: Vec<Choice>, last: Option<String>) -> Vec<Choice> {
    if let Some(at) = last.and_then(|last| choices.iter().position(|choice| choice.text == last)) {
        choices[..=at].rotate_right(1);
    }
    choices
}

fn sizes() -> Vec<Choice> {
    numbers(&[
        ("100", "bytes at most"),
        ("3", "bytes: less than was sent"),
        ("65536", "bytes"),
    ])
}

/// The flags that are worth a try when sending, and when receiving.
const SEND_FLAGS: [&str; 3] = ["MSG_DONTWAIT", "MSG_NOSIGNAL", "MSG_OOB"];
const RECV_FLAGS: [&str; 4] = ["MSG_PEEK", "MSG_DONTWAIT", "MSG_WAITALL", "MSG_TRUNC"];

/// Who may connect to a path.
const MODES: [(&str, &str); 3] = [
    ("0777", "everybody may connect"),
    ("0700", "only its owner"),
    (
        "0500",
        "nobody but root: connecting needs the right to write",
    ),
];

fn buffers() -> Vec<Choice> {
    vec![
        Choice::new("[\"he\", \"llo\"]", "two buffers, sent as one"),
        Choice::new("[\"x\"]", "one buffer"),
    ]
}

/// No flags, then some.
fn flags(names: &[&str]) -> Vec<Choice> {
    let none = Choice::new("", "none");
    let some = constants(&crate::socket::constant::MSG_FLAGS, names);
    std::iter::once(none).chain(some).collect()
}

fn data() -> Vec<Choice> {
    vec![
        Choice::new("\"hello\"", "five bytes"),
        Choice::new("\"hello\\n\"", "with a newline"),
        Choice::new("bytes(1000)", "a thousand bytes: abc…"),
    ]
}

/// Options that can be set on a socket, each with a value to begin with.
fn settable(on: Option<&Socket>) -> Vec<Choice> {
    OPTIONS
        .iter()
        .filter(|row| {
            row.access != Access::Get && on.is_none_or(|socket| concerns(socket, row.level))
        })
        .map(|row| Choice::new(format!("{}, {}", row.name, row.example()), row.about()))
        .collect()
}

fn readable(on: Option<&Socket>) -> Vec<Choice> {
    let mut rows: Vec<Choice> = OPTIONS
        .iter()
        .filter(|row| {
            row.access != Access::Set && on.is_none_or(|socket| concerns(socket, row.level))
        })
        .map(|row| Choice::new(row.name, row.about()))
        .collect();
    // What is asked for most.
    if let Some(at) = rows.iter().position(|choice| choice.text == "SO_ERROR") {
        rows[..=at].rotate_right(1);
    }
    rows
}

/// Whether options of a level exist for a socket.
fn concerns(socket: &Socket, level: i32) -> bool {
    let is_unix = socket.domain == Domain::UNIX;
    match level {
        libc::IPPROTO_TCP => socket.is_tcp(),
        libc::IPPROTO_IP => socket.domain == Domain::INET,
        libc::IPPROTO_IPV6 => socket.domain == Domain::INET6,
        libc::IPPROTO_UDP => !is_unix && socket.kind() == Kind::Datagram,
        libc::SOL_RAW => socket.domain == Domain::INET && socket.kind() == Kind::Raw,
        libc::IPPROTO_ICMPV6 => socket.domain == Domain::INET6 && socket.kind() == Kind::Raw,
        _ => true,
    }
}

fn fcntl_commands() -> Vec<Choice> {
    let mut rows = vec![
        Choice::new(
            "F_SETFL, O_NONBLOCK",
            "calls return EAGAIN instead of waiting",
        ),
        Choice::new("F_SETFL, 0", "calls wait again"),
    ];
    rows.extend(constants(&FCNTL_COMMANDS, &["F_GETFL", "F_GETFD"]));
    rows.extend([
        Choice::new(
            "F_SETFL, O_ASYNC|O_NONBLOCK",
            "a signal tells when it is ready",
        ),
        Choice::new(
            "F_SETOWN, getpid()",
            "that signal comes to us, and SIGURG too",
        ),
        Choice::new(
            "F_SETSIG, SIGIO",
            "the signal says which descriptor and what happened",
        ),
    ]);
    rows
}
