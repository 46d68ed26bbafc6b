//! What could be given for a parameter: the tables, and what the session has.

use crate::call::table::{CallKind, On, ParamKind};
use crate::notation::complete::KnownNames;
use crate::notation::complete::placeholder::Slot;
use crate::notation::complete::rank::{Item, Row, rows};
use crate::socket::FcntlCommand;
use crate::socket::constant::{
    DESCRIPTOR_FLAGS, DOMAINS, EPOLL_EVENTS, EPOLL_OPS, FCNTL_COMMANDS, Family, HOWS,
    IOCTL_REQUESTS, MSG_FLAGS, PROTOCOLS, SIGNALS, SOCK_FLAGS, STATUS_FLAGS, TYPES,
};
use crate::socket::control::{CONTROL_MESSAGES, Sent};
use crate::socket::option::{Access, LEVELS, OPTIONS, ValueType};

/// Everything that could be given for a parameter of this kind, best first; `others` are the other bits of its mask.
///
/// `typed` is not matched here: it only says whether anything was typed, and in which brackets.
pub(crate) fn items(
    kind: ParamKind,
    slot: &Slot,
    others: &[&str],
    typed: &str,
    context: &KnownNames,
) -> Vec<Item> {
    match kind {
        ParamKind::Socket => match slot.row.call_kind {
            CallKind::Step | CallKind::Inject => names(&context.held),
            _ => names(&context.sockets),
        },
        ParamKind::Domain => domains(slot.row.call_kind),
        ParamKind::Type => types(others),
        ParamKind::Protocol => constants(&PROTOCOLS),
        ParamKind::Address => addresses(slot.row.call_kind, typed, context),
        ParamKind::MsgFlags => unset(&MSG_FLAGS, others),
        ParamKind::SockFlags => unset(&SOCK_FLAGS, others),
        ParamKind::How => constants(&HOWS),
        ParamKind::Option => options(slot),
        ParamKind::Value => values(slot),
        ParamKind::FcntlCommand => constants(&FCNTL_COMMANDS),
        ParamKind::IoctlRequest => constants(&IOCTL_REQUESTS),
        ParamKind::Constant(family) => constants(family),
        ParamKind::Flags(family) => unset(family, others),
        ParamKind::EpollOp => constants(&EPOLL_OPS),
        ParamKind::EpollEvents => unset(&EPOLL_EVENTS, others),
        ParamKind::Timeout => rows(&WAITS),
        ParamKind::Buffers => data(typed),
        ParamKind::Messages => rows(&MESSAGES),
        ParamKind::Control => controls(),
        ParamKind::PollSet => sets(context, |names| {
            format!("[{}: POLLIN]", names.join(": POLLIN, "))
        }),
        ParamKind::SelectSet => {
            let word = SELECT_WORDS
                .into_iter()
                .find(|word| !others.iter().any(|other| other.starts_with(word)));
            sets(context, |names| {
                format!("{} [{}]", word.unwrap_or("read"), names.join(", "))
            })
        }
        ParamKind::Signals => rows(&SIGNAL_SETS),
        ParamKind::Mask => rows(&MASKS),
        ParamKind::Path => rows(&FILES),
        ParamKind::Host => rows(&HOSTS),
        ParamKind::ServiceName => rows(&PORTS),
        ParamKind::Process => names(&context.children),
        ParamKind::Service => rows(&SERVICES),
        ParamKind::Fault => rows(&FAULTS),
        ParamKind::FcntlValue => match slot.command {
            Some(libc::F_SETFL) => unset(&STATUS_FLAGS, others),
            Some(libc::F_SETFD) => unset(&DESCRIPTOR_FLAGS, others),
            Some(libc::F_SETOWN) => {
                let mut items = rows(&OWNERS);
                items.extend(names(&context.children));
                items
            }
            Some(number) if FcntlCommand(number).is_signal() => constants(&SIGNALS),
            _ => Vec::new(),
        },
        ParamKind::Duration => rows(&DURATIONS),
        ParamKind::Data => data(typed),
        // A number that has been begun cannot be guessed.
        ParamKind::Number if typed.is_empty() => match slot.row.on {
            On::Socket => rows(&BACKLOGS),
            _ => rows(&COUNTS),
        },
        ParamKind::Size | ParamKind::Bytes if typed.is_empty() => rows(&SIZES),
        ParamKind::Mode if typed.is_empty() => rows(&MODES),
        ParamKind::Number
        | ParamKind::Size
        | ParamKind::Bytes
        | ParamKind::Mode
        | ParamKind::Length => Vec::new(),
    }
}

const DURATIONS: [Row; 2] = [("50ms", "fifty milliseconds"), ("1s", "one second")];

const WAITS: [Row; 3] = [
    ("1000", "milliseconds"),
    ("0", "do not wait"),
    ("-1", "wait forever"),
];

/// The control messages that a program can send: descriptors and credentials by the words of the notation, the others by
/// their names with an example of their data.
fn controls() -> Vec<Item> {
    let others = CONTROL_MESSAGES.iter().filter(|row| {
        let is_sent = matches!(row.sent, Sent::Freely | Sent::Elsewhere);
        is_sent && !row.example.is_empty()
    });
    let others = others.map(|row| {
        let skip = row.name.find('_').map_or(0, |at| at + 1);
        Item::new(format!("{}({})", row.name, row.example), row.meaning).short(skip)
    });
    rows(&CONTROLS).into_iter().chain(others).collect()
}

const CONTROLS: [Row; 2] = [
    ("fds(", "passes descriptors (SCM_RIGHTS), AF_UNIX only"),
    ("creds(", "pid, uid, gid of the sender (SCM_CREDENTIALS)"),
];

const MESSAGES: [Row; 2] = [
    ("[[\"a\"], [\"b\"]]", "two messages"),
    ("[{[\"a\"], addr(", "each with an address of its own"),
];

const SELECT_WORDS: [&str; 3] = ["read", "write", "except"];

const SIGNAL_SETS: [Row; 2] = [
    ("[SIGIO]", "a descriptor with O_ASYNC became ready"),
    ("[SIGURG]", "urgent data arrived"),
];

const MASKS: [Row; 3] = [
    (
        "[]",
        "SIGIO, SIGURG and the other signals of sockets interrupt the call",
    ),
    ("[SIGIO]", "all of them but SIGIO"),
    ("[SIGURG]", "all of them but SIGURG"),
];

const FILES: [Row; 1] = [("\"/dev/null\"", "a device that is always there")];

const HOSTS: [Row; 3] = [
    ("\"localhost\"", "this host, by its name"),
    (
        "\"127.0.0.1\"",
        "an address in numbers: nothing is looked up",
    ),
    (
        "NULL",
        "no host: this one, or with AI_PASSIVE all addresses",
    ),
];

const PORTS: [Row; 3] = [
    ("\"http\"", "a name of /etc/services"),
    ("\"8080\"", "a port number: nothing is looked up"),
    ("NULL", "no service: port 0"),
];

const SERVICES: [Row; 2] = [
    ("echo", "send back what arrives"),
    ("sink", "discard what arrives"),
];

const FAULTS: [Row; 4] = [
    ("EINTR", "it fails as if a signal had interrupted it"),
    (
        "ECONNRESET",
        "it fails as if the peer had reset the connection",
    ),
    ("short", "it is made with half of its length"),
    ("100ms", "it is made that much later"),
];

const OWNERS: [Row; 2] = [("getpid()", "this program"), ("0", "nobody")];

const BACKLOGS: [Row; 2] = [
    ("5", "at most six connections wait to be accepted"),
    ("0", "at most one connection waits to be accepted"),
];

const COUNTS: [Row; 2] = [("10", "ten"), ("1", "one")];

const SIZES: [Row; 2] = [
    ("100", "a buffer of 100 bytes"),
    ("65536", "a buffer that holds any datagram"),
];

const MODES: [Row; 2] = [
    ("0700", "only its owner may connect"),
    ("0777", "everybody may connect"),
];

const BYTES: [Row; 2] = [
    ("bytes(1000)", "that many bytes of a known pattern"),
    ("hex(de ad be ef)", "these bytes"),
];

const LINGERS: [Row; 3] = [
    ("{1, 5s}", "close() waits up to 5 s for unsent data"),
    ("{1, 0s}", "close() resets the connection"),
    (
        "{0, 0s}",
        "close() returns at once, the kernel keeps sending",
    ),
];

const TIMEOUTS: [Row; 3] = [
    ("250ms", "a quarter of a second"),
    ("1s", "one second"),
    ("0s", "wait without limit"),
];

const CONGESTION: [Row; 3] = [
    (
        "\"reno\"",
        "the classic algorithm: halves the window on loss",
    ),
    ("\"cubic\"", "the default of Linux"),
    (
        "\"bbr\"",
        "measures the bottleneck; where the kernel has it",
    ),
];

const SWITCH: [Row; 2] = [("1", "on"), ("0", "off")];

const MEMBERSHIP: [Row; 1] = [("{239.1.1.1, 127.0.0.1}", "the group and the interface")];

const INTERFACES: [Row; 1] = [("127.0.0.1", "the interface with this address")];

/// The forms of an address, to be typed on.
const ADDRESSES: [Row; 4] = [
    (
        "127.0.0.1:",
        "IPv4, this host only; then a port, 0 lets the kernel choose",
    ),
    ("*:", "IPv4, all addresses of this host (INADDR_ANY)"),
    ("[::1]:", "IPv6, this host only; then a port"),
    ("[::]:", "IPv6, all addresses of this host (in6addr_any)"),
];

const LOCALHOST: [Row; 1] = [(
    "localhost:",
    "this host by its name: getaddrinfo() looks it up; then a port",
)];

const PATHS: [Row; 1] = [("unix:", "AF_UNIX: then a path such as /tmp/x.sock")];

const LAST_ADDRESSES: [Row; 2] = [
    ("abstract:", "AF_UNIX without a file: then any name"),
    ("NULL", "no address: a null pointer"),
];

fn constants(family: &Family) -> Vec<Item> {
    unset(family, &[])
}

/// The rows of a family whose names are not among the bits that are set.
fn unset(family: &Family, set: &[&str]) -> Vec<Item> {
    let is_set = |value: i32| {
        let mut found = set.iter().filter_map(|bit| family.find(bit));
        found.any(|row| row.value == value)
    };
    family
        .rows
        .iter()
        .filter(|row| !is_set(row.value))
        .map(|row| Item::new(row.name, row.meaning).short(family.prefix.len()))
        .collect()
}

fn names(all: &[(String, String)]) -> Vec<Item> {
    let items = all.iter();
    items.map(|(name, about)| Item::new(name, about)).collect()
}

/// A set of the sockets of the session: the last one, and all of them.
fn sets(context: &KnownNames, write: impl Fn(&[&str]) -> String) -> Vec<Item> {
    let names: Vec<&str> = context
        .sockets
        .iter()
        .map(|(name, _)| name.as_str())
        .collect();
    let last = names
        .last()
        .map(|last| Item::new(write(&[last]), "the last socket"));
    let all = (names.len() > 1).then(|| Item::new(write(&names), "all of them"));
    last.into_iter().chain(all).collect()
}

/// The domains; for socketpair first the one in which it works.
fn domains(call_kind: CallKind) -> Vec<Item> {
    let mut rows: Vec<_> = DOMAINS.rows.iter().collect();
    if call_kind == CallKind::Socketpair {
        rows.sort_by_key(|row| row.name != "AF_UNIX");
    }
    rows.into_iter()
        .map(|row| Item::new(row.name, row.meaning).short(DOMAINS.prefix.len()))
        .collect()
}

/// A type, and beside it the flags that may be joined to it.
fn types(others: &[&str]) -> Vec<Item> {
    let has_type = others.iter().any(|bit| TYPES.find(bit).is_some());
    let mut items = if has_type {
        Vec::new()
    } else {
        constants(&TYPES)
    };
    if !others.is_empty() {
        items.extend(unset(&SOCK_FLAGS, others));
    }
    items
}

/// Addresses of the session, sockets in the brackets of `addr(` and `port(`, and the forms of an address.
fn addresses(call_kind: CallKind, typed: &str, context: &KnownNames) -> Vec<Item> {
    let paths_only = matches!(call_kind, CallKind::Unlink | CallKind::Chmod);
    let is_path = |text: &str| text.starts_with("unix:") || text.contains('/');
    let mut items: Vec<Item> = context
        .addresses
        .iter()
        // Those are taken: the last thing that one wants to bind to.
        .filter(|_| call_kind != CallKind::Bind || !typed.is_empty())
        .filter(|(text, _)| !paths_only || is_path(text) || text.starts_with("addr("))
        .map(|(text, about)| Item::new(text, about).short(short_of(text)))
        .collect();
    if let Some(open) = typed.rfind('(') {
        let head = &typed[..=open];
        if head.ends_with("addr(") || head.ends_with(":port(") {
            let names = context.sockets.iter();
            items.extend(names.map(|(name, about)| Item::new(format!("{head}{name})"), about)));
        }
    }
    if !paths_only {
        items.extend(rows(&ADDRESSES));
        // A single letter is rather the name of a socket.
        if typed.len() != 1 {
            items.extend(rows(&LOCALHOST));
        }
    }
    items.extend(rows(&PATHS));
    if !paths_only {
        items.extend(rows(&LAST_ADDRESSES));
        let meaning = match call_kind {
            CallKind::Connect => "no address: removes the peer of a datagram socket",
            _ => "no address: only the family, which is 0",
        };
        items.push(Item::new("AF_UNSPEC", meaning).short(DOMAINS.prefix.len()));
    }
    if !context.sockets.is_empty() {
        items.push(Item::new(
            "addr(",
            "the last known local address of a socket",
        ));
    }
    items
}

/// `addr(l)` is found by `l` too.
fn short_of(address: &str) -> usize {
    let inner = "addr(";
    if address.starts_with(inner) {
        inner.len()
    } else {
        0
    }
}

/// The options that the call can reach, of the level if one was given, and the levels if none was.
fn options(slot: &Slot) -> Vec<Item> {
    let out_of_reach = match slot.row.call_kind {
        CallKind::Setsockopt => Access::Get,
        _ => Access::Set,
    };
    let mut items: Vec<Item> = OPTIONS
        .iter()
        .filter(|row| row.access != out_of_reach)
        .filter(|row| slot.level.is_none_or(|level| level == row.level))
        .map(|row| Item::new(row.name, row.about()).short(after_underscore(row.name)))
        .collect();
    if slot.level.is_none() {
        let levels = LEVELS.iter();
        items.extend(levels.map(|(name, _)| {
            Item::new(*name, "a level: then one of its options, by name or number")
                .short(after_underscore(name))
        }));
    }
    items
}

fn after_underscore(name: &str) -> usize {
    name.find('_').map_or(0, |at| at + 1)
}

/// Values of the type that the option before has.
fn values(slot: &Slot) -> Vec<Item> {
    let Some(row) = slot.option else {
        return Vec::new();
    };
    match row.value {
        ValueType::Bool => rows(&SWITCH),
        ValueType::Linger => rows(&LINGERS),
        ValueType::Timeval => rows(&TIMEOUTS),
        ValueType::Text if row.name == "TCP_CONGESTION" => rows(&CONGESTION)
            .into_iter()
            .map(|item| item.short(1))
            .collect(),
        ValueType::Membership => rows(&MEMBERSHIP),
        ValueType::InAddr => rows(&INTERFACES),
        ValueType::Named(names) => constants(names.family()),
        // A number is not guessed, and nothing is offered for what can only be read.
        ValueType::Int
        | ValueType::Unsigned
        | ValueType::Long
        | ValueType::NetworkInt
        | ValueType::Error
        | ValueType::Credentials
        | ValueType::TcpInfo
        | ValueType::Descriptor => Vec::new(),
        _ => vec![Item::new(row.example(), "a value of that form")],
    }
}

/// The text of a person is not guessed; what is not text is.
fn data(typed: &str) -> Vec<Item> {
    let mut items = Vec::new();
    if typed.is_empty() {
        items.push(Item::new("\"hello\"", "any text"));
    }
    items.extend(rows(&BYTES));
    items
}
