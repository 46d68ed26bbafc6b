//! The defaults of forms for calls on several descriptors: sets, interest lists, descriptors in messages.

use crate::app::form::Choice;
use crate::app::state::App;
use crate::socket::constant::IOCTL_REQUESTS;
use crate::socket::control::{CONTROL_MESSAGES, ControlRow, Sent};
use crate::socket::{Domain, IoctlRequest, Kind, Phase};
use crate::world::Handle;

/// Timeouts.
pub(crate) const TIMEOUTS: [(&str, &str); 3] = [
    ("1000", "milliseconds"),
    ("0", "do not wait"),
    ("-1", "forever"),
];

/// Events to register.
pub(crate) const EPOLL: [(&str, &str); 6] = [
    ("EPOLLIN", "level-triggered: as long as there is data"),
    ("EPOLLIN|EPOLLET", "edge-triggered: when data arrives"),
    (
        "EPOLLIN|EPOLLONESHOT",
        "once, until EPOLL_CTL_MOD re-arms it",
    ),
    ("EPOLLIN|EPOLLRDHUP", "data, or the peer's end of file"),
    ("EPOLLOUT", "room to send"),
    (
        "EPOLLIN|EPOLLEXCLUSIVE",
        "one of several instances is woken",
    ),
];

/// The open descriptors that can be waited on, newest first.
fn open(app: &App) -> Vec<Handle<'_>> {
    let sockets = app.world.descriptors().rev();
    sockets
        .filter(|socket| socket.is_open() && socket.kind() != Kind::File)
        .collect()
}

/// Other descriptors, newest first.
pub(crate) fn others(app: &App, on: Option<Handle<'_>>) -> Vec<Choice> {
    let sockets = app.world.descriptors().rev();
    let is_other = |socket: &Handle<'_>| on.is_none_or(|on| on.id() != socket.id());
    let open = sockets.filter(|socket| socket.is_open()).filter(is_other);
    let mut choices: Vec<Choice> = open
        .map(|socket| Choice::new(socket.name().to_string(), "what it refers to is closed"))
        .collect();
    choices.push(Choice::new("100", "a number that is free"));
    choices
}

/// Sets for poll: the usual events of all descriptors together, then of each alone.
pub(crate) fn poll(app: &App) -> Vec<Choice> {
    // poll can watch an epoll instance too, but the set of all descriptors is meant to be those with data.
    let mut open = open(app);
    open.sort_by_key(|socket| socket.kind() == Kind::Epoll);
    let entry = |socket: &Handle<'_>| format!("{}: {}", socket.name(), interest(*socket));
    let sockets = open.iter().filter(|socket| socket.kind().is_socket());
    let mut oldest_first: Vec<String> = sockets.map(entry).collect();
    oldest_first.reverse();
    let mut choices = Vec::new();
    if oldest_first.len() > 1 {
        let all = format!("[{}]", oldest_first.join(", "));
        choices.push(Choice::new(all, "all that are open"));
    }
    choices.extend(open.iter().map(|socket| {
        Choice::new(
            format!("[{}]", entry(socket)),
            format!("{} alone", socket.name()),
        )
    }));
    choices.push(Choice::new("[]", "nothing: it only sleeps"));
    choices
}

fn interest(socket: Handle<'_>) -> &'static str {
    match socket.phase() {
        Phase::Connecting => "POLLOUT",
        Phase::Connected if socket.kind() == Kind::Stream => "POLLIN|POLLRDHUP",
        _ => "POLLIN",
    }
}

/// Sets for select.
pub(crate) fn select(app: &App) -> Vec<Choice> {
    let mut names: Vec<String> = open(app)
        .iter()
        .filter(|socket| socket.kind().is_socket())
        .map(|socket| socket.name().to_string())
        .collect();
    names.reverse();
    let all = names.join(", ");
    let mut choices = vec![
        Choice::new(
            format!("read [{all}], write [], except []"),
            "something to read",
        ),
        Choice::new(
            format!("read [{all}], write [{all}], except [{all}]"),
            "anything",
        ),
    ];
    if let Some(last) = names.last() {
        let read = format!("read [{last}], write [{last}], except []");
        choices.push(Choice::new(read, format!("{last} alone")));
    }
    choices
}

/// The default epoll instance: the selected one, else the newest.
pub(crate) fn instance(app: &App) -> Option<Handle<'_>> {
    let is_open_one = |socket: &Handle<'_>| socket.kind() == Kind::Epoll && socket.is_open();
    let selected = app.selected().filter(is_open_one);
    selected.or_else(|| app.world.descriptors().rev().find(is_open_one))
}

/// Whether an epoll instance has a registration of a socket.
fn watches(epoll: Option<Handle<'_>>, socket: Handle<'_>) -> bool {
    epoll.is_some_and(|epoll| {
        let mut interest = epoll.interest().iter();
        epoll.descriptor.table == socket.descriptor.table
            && interest.any(|watched| watched.seen.fd == socket.number())
    })
}

/// The operations on an interest list: adding first, as long as there is something that it does not watch.
pub(crate) fn ops(app: &App, epoll: Option<Handle<'_>>) -> &'static [&'static str] {
    let own = epoll.map(Handle::id);
    let mut others = open(app)
        .into_iter()
        .filter(|socket| Some(socket.id()) != own);
    if others.all(|socket| watches(epoll, socket)) {
        &["EPOLL_CTL_MOD", "EPOLL_CTL_DEL", "EPOLL_CTL_ADD"]
    } else {
        &["EPOLL_CTL_ADD", "EPOLL_CTL_MOD", "EPOLL_CTL_DEL"]
    }
}

/// What an epoll instance can watch: everything but itself, beginning with what it does not watch yet, newest first.
pub(crate) fn targets(app: &App, epoll: Option<Handle<'_>>) -> Vec<Choice> {
    let own = epoll.map(Handle::id);
    let others = open(app).into_iter();
    let mut others: Vec<Handle<'_>> = others.filter(|socket| Some(socket.id()) != own).collect();
    let is_selected = |socket: Handle<'_>| Some(socket.id()) == app.selection;
    // Watching another epoll instance is the least common.
    others.sort_by_key(|socket| {
        let rare = socket.kind() == Kind::Epoll;
        (watches(epoll, *socket), rare, !is_selected(*socket))
    });
    let meaning = |socket: Handle<'_>| {
        let known = if watches(epoll, socket) {
            ", registered"
        } else {
            ""
        };
        format!("{}{known}", socket.kind().word())
    };
    others
        .into_iter()
        .map(|socket| Choice::new(socket.name().to_string(), meaning(socket)))
        .collect()
}

/// Messages of one call.
pub(crate) const MESSAGES: [(&str, &str); 2] = [
    ("[[\"a\"], [\"b\"]]", "two messages"),
    (
        "[[\"he\", \"llo\"], [\"you\"]]",
        "two, the first of two buffers",
    ),
];

/// What can be sent with a message: nothing, over AF_UNIX a descriptor, over IP what goes with its version.
pub(crate) fn companions(app: &App, on: Option<Handle<'_>>) -> Vec<Choice> {
    let mut choices = vec![Choice::new("", "nothing else")];
    if on.is_some_and(|socket| socket.domain() == Domain::UNIX) {
        choices.extend(open(app).into_iter().map(|socket| {
            let text = format!("fds({})", socket.name());
            Choice::new(text, "this descriptor is passed")
        }));
    }
    let level = on.and_then(|socket| match socket.domain() {
        Domain::INET => Some(libc::IPPROTO_IP),
        Domain::INET6 => Some(libc::IPPROTO_IPV6),
        _ => None,
    });
    let is_datagram = on.is_some_and(|socket| socket.kind() == Kind::Datagram);
    let fits = |row: &&ControlRow| {
        let is_of_version = level == Some(row.level);
        let is_of_udp = level.is_some() && row.level == libc::IPPROTO_UDP;
        row.sent == Sent::Freely && is_datagram && (is_of_version || is_of_udp)
    };
    choices.extend(CONTROL_MESSAGES.iter().filter(fits).map(|row| {
        let text = format!("{}({})", row.name, row.example);
        Choice::new(text, row.meaning)
    }));
    choices
}

/// The requests of ioctl, with a value if one is needed.
pub(crate) fn ioctl_requests() -> Vec<Choice> {
    let value = |number| {
        if IoctlRequest(number).sets() {
            ", 1"
        } else {
            ""
        }
    };
    IOCTL_REQUESTS
        .rows
        .iter()
        .map(|row| Choice::new(format!("{}{}", row.name, value(row.value)), row.meaning))
        .collect()
}
