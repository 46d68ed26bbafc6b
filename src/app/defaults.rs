//! The defaults of forms: arguments that make sense in the present world, so that Enter alone does something useful.

mod addresses;
mod sets;

pub(crate) use crate::app::defaults::addresses::NOBODY;

use crate::app::filter::Filter;
use crate::app::form::{Choice, Field, Form, NAME};
use crate::app::state::App;
use crate::call::argument::Name;
use crate::call::table::{CallKind, Class, Gives, On, Param, ParamKind, Reach, Role, Signature};
use crate::socket::constant::{EPOLL_OPS, FCNTL_COMMANDS, Family, HOWS, TYPES};
use crate::socket::option::{Access, OPTIONS};
use crate::socket::{Domain, Kind};
use crate::world::Handle;

/// The label of the address field, which also offers the listeners of other programs once they are found.
pub(crate) const ADDRESS: &str = "address";

/// The form of a call on the selected socket. `None` if the call needs a socket and there is none.
pub(crate) fn form(app: &App, call_kind: CallKind) -> Option<Form> {
    form_on(app, call_kind, meant(app, call_kind))
}

/// The descriptor that a call is for: the selected one, or an epoll instance for calls that need one.
fn meant(app: &App, call_kind: CallKind) -> Option<Handle<'_>> {
    let is_of_epoll = call_kind.signature().on == On::Epoll;
    let instance = is_of_epoll.then(|| sets::instance(app)).flatten();
    instance.or_else(|| app.selected())
}

/// Whether a call can succeed now.
pub(crate) fn is_sensible(app: &App, call_kind: CallKind) -> bool {
    let on = meant(app, call_kind);
    needs_none(call_kind)
        || on.is_some_and(|socket| crate::explain::inapplicable(socket, call_kind).is_none())
}

/// The calls that are made on no descriptor, or on the descriptors of a set.
fn needs_none(call_kind: CallKind) -> bool {
    match call_kind.signature().on {
        On::Nothing | On::Path => call_kind.signature().class != Class::Player,
        On::Process => true,
        On::Socket | On::File | On::Epoll | On::Timerfd => false,
    }
}

/// The same on a given socket.
pub(crate) fn form_on(app: &App, call_kind: CallKind, socket: Option<Handle<'_>>) -> Option<Form> {
    let needs_one = !needs_none(call_kind);
    if needs_one && socket.is_none() {
        return None;
    }
    let on = socket.filter(|_| needs_one);
    Some(Form {
        call_kind,
        on: on.map(|socket| socket.name().to_string()),
        names: if call_kind == CallKind::Socketpair {
            pair_names(app)
        } else if call_kind == CallKind::Pipe {
            vec![free_name(app, "r"), free_name(app, "w")]
        } else {
            Vec::new()
        },
        fields: fields(app, call_kind, on),
        focus: 0,
        filter: Filter::default(),
        inapplicable: on.and_then(|socket| crate::explain::inapplicable(socket, call_kind)),
    })
}

/// A field for each parameter that the user chooses, and one for the name of what the call creates.
fn fields(app: &App, call_kind: CallKind, on: Option<Handle<'_>>) -> Vec<Field> {
    let row = call_kind.signature();
    let params = row.params.iter().skip(usize::from(on.is_some()));
    let mut fields: Vec<Field> = Vec::new();
    for param in params {
        if let Some((label, choices)) = field(app, row, *param, on)
            && fields.iter().all(|field| field.label != label)
        {
            fields.push(Field {
                takes_path: matches!(param.kind, ParamKind::Address | ParamKind::Path),
                ..Field::new(label, choices)
            });
        }
    }
    let name = match row.gives {
        Gives::Socket | Gives::Connection | Gives::Duplicate => Some(name(app)),
        Gives::Epoll | Gives::Eventfd => Some(named(app, "e")),
        Gives::Timerfd => Some(named(app, "t")),
        Gives::File => Some(named(app, "f")),
        Gives::Process => Some(named(app, "p")),
        _ => None,
    };
    fields.extend(name.map(|choices| Field::new(NAME, choices)));
    fields
}

/// The choices for a parameter; `None` for one that a form leaves out. Parameters with the same label share a field.
fn field(
    app: &App,
    row: &Signature,
    param: Param,
    on: Option<Handle<'_>>,
) -> Option<(&'static str, Vec<Choice>)> {
    let on_socket = |choices: fn(&App, Handle<'_>) -> Vec<Choice>| {
        on.map(|socket| choices(app, socket)).unwrap_or_default()
    };
    Some((
        param.name,
        match param.kind {
            ParamKind::Domain if row.gives == Gives::Pair => {
                vec![Choice::new("AF_UNIX", "the only domain that has pairs")]
            }
            ParamKind::Domain => domains(app),
            ParamKind::Type if row.gives == Gives::Pair => {
                constants(&TYPES, &["SOCK_STREAM", "SOCK_DGRAM", "SOCK_SEQPACKET"])
            }
            ParamKind::Type => types(app),
            ParamKind::Socket if row.on == On::Epoll => sets::targets(app, on),
            ParamKind::Socket => sets::others(app, on),
            ParamKind::Address if row.on == On::Path => addresses::paths(app),
            ParamKind::Address if param.optional => return None,
            ParamKind::Address if row.reach == Reach::LocalAddress => {
                on_socket(addresses::local_addresses)
            }
            ParamKind::Address => on_socket(addresses::peers),
            ParamKind::Number => counts(row),
            ParamKind::Size => sizes(),
            ParamKind::Bytes => {
                let choices = numbers(&[
                    ("1000000, 65536", "a million, 64 KiB at a time"),
                    ("100, 10", "a hundred, ten at a time"),
                ]);
                return Some(("bytes, chunk", choices));
            }
            ParamKind::Mode => numbers(&MODES),
            ParamKind::Data => data(on),
            ParamKind::Buffers => buffers(),
            ParamKind::Messages => numbers(&sets::MESSAGES),
            // Next to an address they would be one field too many.
            ParamKind::MsgFlags if row.takes(ParamKind::Address) => return None,
            ParamKind::MsgFlags if row.role == Role::Sends => flags(&SEND_FLAGS),
            ParamKind::MsgFlags => flags(&RECV_FLAGS),
            ParamKind::How => constants(&HOWS, &["SHUT_WR", "SHUT_RD", "SHUT_RDWR"]),
            ParamKind::Option if row.takes(ParamKind::Value) => {
                return Some(("option, value", settable(on)));
            }
            ParamKind::Option => readable(on),
            ParamKind::FcntlCommand => fcntl_commands(),
            ParamKind::Control => return Some(("with", sets::companions(app, on))),
            ParamKind::IoctlRequest => sets::ioctl_requests(),
            ParamKind::PollSet => sets::poll(app),
            ParamKind::SelectSet => return Some(("sets", sets::select(app))),
            ParamKind::Timeout => numbers(&sets::TIMEOUTS),
            ParamKind::Constant(family) => all(family),
            ParamKind::Flags(family) => optional(family),
            ParamKind::EpollOp => constants(&EPOLL_OPS, sets::ops(app, on)),
            ParamKind::EpollEvents => numbers(&sets::EPOLL),
            ParamKind::Signals => numbers(&[
                ("[SIGIO]", "a descriptor with O_ASYNC became ready"),
                ("[SIGURG]", "urgent data arrived"),
            ]),
            ParamKind::Mask => numbers(&[
                ("", "the signals of sockets stay blocked"),
                ("[]", "each of them interrupts the call"),
                ("[SIGURG]", "each but SIGURG interrupts it"),
            ]),
            ParamKind::Path => numbers(&[("\"/dev/null\"", "a device that is always there")]),
            ParamKind::Host => numbers(&[
                ("\"localhost\"", "this host, by its name"),
                ("\"127.0.0.1\"", "an address in numbers"),
                ("\"::1\"", "an IPv6 address in numbers"),
            ]),
            ParamKind::ServiceName => numbers(&[
                ("\"http\"", "a name of /etc/services"),
                ("\"8080\"", "a port number"),
                ("NULL", "no service: port 0"),
            ]),
            ParamKind::Process => children(app),
            ParamKind::Service => numbers(&[
                ("echo", "send back what arrives"),
                ("sink", "discard what arrives"),
            ]),
            ParamKind::Fault => numbers(&[
                ("EINTR", "it fails with this"),
                ("short", "it is made with half of its length"),
                ("100ms", "it is made that much later"),
            ]),
            ParamKind::Duration if row.on == On::Timerfd && !param.optional => numbers(&[
                ("50ms", "expires once"),
                ("1s", "expires once"),
                ("0s", "disarmed"),
            ]),
            ParamKind::Duration if row.on == On::Timerfd => numbers(&[
                ("", "once"),
                ("50ms", "and then each 50 ms"),
                ("1s", "and then each second"),
            ]),
            // These have a good default, or are part of another choice.
            ParamKind::Protocol
            | ParamKind::SockFlags
            | ParamKind::Length
            | ParamKind::Value
            | ParamKind::FcntlValue
            | ParamKind::Duration => return None,
        },
    ))
}

/// Useful numbers for a call.
fn counts(row: &Signature) -> Vec<Choice> {
    match (row.on, row.gives) {
        (On::Epoll, _) => numbers(&[("10", "events at most"), ("1", "event at most")]),
        (_, Gives::Epoll) => numbers(&[("1", "any number above 0")]),
        (_, Gives::Eventfd) => numbers(&[("0", "nothing to read yet"), ("3", "read() gives 3")]),
        _ => numbers(&[
            ("5", "connections may wait"),
            ("0", "one may wait"),
            ("4096", "many may wait"),
        ]),
    }
}

fn name(app: &App) -> Vec<Choice> {
    vec![Choice::new(
        app.world.next_name().to_string(),
        "its name in this session",
    )]
}

/// A name for what is not a socket: the letter, with a number if it is in use.
fn named(app: &App, letter: &str) -> Vec<Choice> {
    vec![Choice::new(
        free_name(app, letter),
        "its name in this session",
    )]
}

/// The children that were not waited for, the newest first.
fn children(app: &App) -> Vec<Choice> {
    let all = app.world.children().rev().filter(|own| !own.is_reaped);
    let choice = |own: &crate::world::Process| {
        Some(Choice::new(own.name.as_ref()?.as_str(), own.described()))
    };
    all.filter_map(choice).collect()
}

fn free_name(app: &App, letter: &str) -> String {
    let is_free = |text: &String| {
        Name::new(text)
            .is_some_and(|name| app.world.named(&name).is_none() && !app.world.is_taken(&name))
    };
    let numbered = (2..).map(|number| format!("{letter}{number}"));
    let free = std::iter::once(letter.to_owned())
        .chain(numbered)
        .find(is_free);
    free.unwrap_or_default()
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

/// No flag, or one of a family.
fn optional(family: &'static Family) -> Vec<Choice> {
    let none = Choice::new("", "none");
    std::iter::once(none).chain(all(family)).collect()
}

/// All rows of a family.
fn all(family: &'static Family) -> Vec<Choice> {
    let rows = family.rows.iter();
    rows.map(|row| Choice::new(row.name, row.meaning)).collect()
}

fn numbers(rows: &[(&str, &str)]) -> Vec<Choice> {
    rows.iter()
        .map(|(number, meaning)| Choice::new(*number, *meaning))
        .collect()
}

/// The domains, beginning with that of the last socket.
fn domains(app: &App) -> Vec<Choice> {
    let last = app.last_made().map(|socket| socket.domain().to_string());
    last_first(
        constants(
            &crate::socket::constant::DOMAINS,
            &["AF_INET", "AF_INET6", "AF_UNIX"],
        ),
        last,
    )
}

/// The types, beginning with that of the last socket.
fn types(app: &App) -> Vec<Choice> {
    let last = app
        .last_made()
        .map(|socket| socket.socket_type().to_string());
    let mut types = constants(&TYPES, &["SOCK_STREAM", "SOCK_DGRAM", "SOCK_SEQPACKET"]);
    // A raw socket needs a protocol; 0 would fail.
    types.push(Choice::new(
        "SOCK_RAW, IPPROTO_ICMP",
        "ICMP packets, needs CAP_NET_RAW",
    ));
    types.push(Choice::new(
        "SOCK_RAW, IPPROTO_ICMPV6",
        "ICMPv6 packets (AF_INET6), needs CAP_NET_RAW",
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

/// The flags that are worth trying when sending, and when receiving.
const SEND_FLAGS: [&str; 3] = ["MSG_DONTWAIT", "MSG_NOSIGNAL", "MSG_OOB"];
const RECV_FLAGS: [&str; 4] = ["MSG_PEEK", "MSG_DONTWAIT", "MSG_WAITALL", "MSG_TRUNC"];

/// Who may connect to a path.
const MODES: [(&str, &str); 3] = [
    ("0777", "everybody may connect"),
    ("0700", "only its owner"),
    ("0500", "only root: connecting needs write permission"),
];

fn buffers() -> Vec<Choice> {
    vec![
        Choice::new("[\"he\", \"llo\"]", "two buffers, sent as one"),
        Choice::new("[\"x\"]", "one buffer"),
    ]
}

/// No flags, then one choice for each of some flags.
fn flags(names: &[&str]) -> Vec<Choice> {
    let none = Choice::new("", "none");
    let some = constants(&crate::socket::constant::MSG_FLAGS, names);
    std::iter::once(none).chain(some).collect()
}

fn data(on: Option<Handle<'_>>) -> Vec<Choice> {
    let mut choices: Vec<Choice> = on.and_then(echo_request).into_iter().collect();
    choices.extend([
        Choice::new("\"hello\"", "five bytes"),
        Choice::new("\"hello\\n\"", "with a newline"),
        Choice::new("bytes(1000)", "a thousand bytes: abc…"),
    ]);
    choices
}

/// What a raw socket of ICMP can send first: a packet of its protocol, with identifier and sequence number 0.
fn echo_request(on: Handle<'_>) -> Option<Choice> {
    match on.protocol().0 {
        _ if on.kind() != Kind::Raw => None,
        libc::IPPROTO_ICMP => Some(Choice::new(
            "hex(08 00 f7 ff 00 00 00 00)",
            "an ICMP echo request with its checksum",
        )),
        libc::IPPROTO_ICMPV6 => Some(Choice::new(
            "hex(80 00 00 00 00 00 00 00)",
            "an ICMPv6 echo request; the kernel adds the checksum",
        )),
        _ => None,
    }
}

/// Options that can be set on a socket, each with an example value.
fn settable(on: Option<Handle<'_>>) -> Vec<Choice> {
    OPTIONS
        .iter()
        .filter(|row| {
            row.access != Access::Get && on.is_none_or(|socket| concerns(socket, row.level))
        })
        .map(|row| Choice::new(format!("{}, {}", row.name, row.example()), row.about()))
        .collect()
}

fn readable(on: Option<Handle<'_>>) -> Vec<Choice> {
    let mut rows: Vec<Choice> = OPTIONS
        .iter()
        .filter(|row| {
            row.access != Access::Set && on.is_none_or(|socket| concerns(socket, row.level))
        })
        .map(|row| Choice::new(row.name, row.about()))
        .collect();
    // The options that are used most.
    if let Some(at) = rows.iter().position(|choice| choice.text == "SO_ERROR") {
        rows[..=at].rotate_right(1);
    }
    rows
}

/// Whether a socket has the options of a level.
fn concerns(socket: Handle<'_>, level: i32) -> bool {
    let is_unix = socket.domain() == Domain::UNIX;
    match level {
        libc::IPPROTO_TCP => socket.is_tcp(),
        libc::IPPROTO_IP => socket.domain() == Domain::INET,
        libc::IPPROTO_IPV6 => socket.domain() == Domain::INET6,
        libc::IPPROTO_UDP => !is_unix && socket.kind() == Kind::Datagram,
        libc::SOL_RAW => socket.domain() == Domain::INET && socket.kind() == Kind::Raw,
        libc::IPPROTO_ICMPV6 => socket.domain() == Domain::INET6 && socket.kind() == Kind::Raw,
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
            "a signal says when it is ready",
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
