//! The addresses that forms propose: our own sockets, those of other programs, and examples.

use crate::app::form::Choice;
use crate::app::state::App;
use crate::kernel::listeners::Listener;
use crate::socket::{Address, Domain, Kind, Phase, SocketType};
use crate::world::Handle;

/// Addresses that a socket can be bound to.
pub(crate) fn local_addresses(app: &App, socket: Handle<'_>) -> Vec<Choice> {
    match socket.domain() {
        Domain::INET => vec![
            Choice::new(
                "127.0.0.1:0",
                "a free port of this host, chosen by the kernel",
            ),
            Choice::new("127.0.0.1:5000", "a fixed port, which clients can know"),
            Choice::new("*:5000", "the same on every address of this host"),
        ],
        Domain::INET6 => vec![
            Choice::new("[::1]:0", "a free port of this host, chosen by the kernel"),
            Choice::new("[::1]:5000", "a fixed port, which clients can know"),
            Choice::new(
                "[::]:5000",
                "the same on every address of this host, IPv4 included",
            ),
        ],
        _ => vec![
            Choice::new(
                format!(
                    "unix:{}/sockplay-{}-{}.sock",
                    app.temporary,
                    app.pid,
                    socket.name()
                ),
                "a file",
            ),
            Choice::new(
                format!("abstract:sockplay-{}-{}", app.pid, socket.name()),
                "a name that is not a file",
            ),
            Choice::new("unix:", "an abstract name, chosen by the kernel"),
        ],
    }
}

/// Addresses that a socket can connect or send to: our own sockets, newest first, then those of other programs.
pub(crate) fn peers(app: &App, socket: Handle<'_>) -> Vec<Choice> {
    let mut choices: Vec<Choice> = app
        .world
        .descriptors()
        .rev()
        .filter(|other| is_target(socket, *other))
        .map(|other| Choice::new(format!("addr({})", other.name()), describe(other)))
        .collect();
    let is_ours = |address: &Address| app.world.socket_at(address).is_some_and(Handle::is_open);
    let fallback = fallback(app, socket);
    let others = app
        .listeners
        .iter()
        .filter(|listener| suits(socket, listener) && !is_ours(&listener.address));
    choices.extend(others.map(foreign));
    if let Some(peer) = socket.remote() {
        choices.push(Choice::new(peer.to_string(), "its last peer"));
    }
    // A listener of another program is a choice but is not proposed.
    let known = choices
        .first()
        .is_some_and(|first| first.meaning != STRANGER);
    if !known {
        choices.insert(0, fallback);
    }
    if socket.kind() == Kind::Datagram && socket.phase() == Phase::Connected {
        choices.push(Choice::new("AF_UNSPEC", "removes the peer"));
    }
    choices
}

/// What is proposed if no socket is known: an example address.
fn fallback(app: &App, socket: Handle<'_>) -> Choice {
    let port = if socket.kind() == Kind::Raw { 0 } else { 5000 };
    let address = match socket.domain() {
        Domain::INET => format!("127.0.0.1:{port}"),
        Domain::INET6 => format!("[::1]:{port}"),
        _ => format!("unix:{}/x.sock", app.temporary),
    };
    Choice::new(address, NOBODY)
}

/// Said of an address at which no socket is known.
pub(crate) const NOBODY: &str = "no socket is known there";
const STRANGER: &str = "another program listens there";

/// Whether one of our sockets can be reached from another.
fn is_target(from: Handle<'_>, to: Handle<'_>) -> bool {
    let alike = from.domain() == to.domain()
        && from.socket_type() == to.socket_type()
        && from.id() != to.id()
        && to.is_open();
    let reachable = if from.kind().is_connected_kind() {
        to.phase() == Phase::Listening
    } else {
        matches!(to.phase(), Phase::Bound | Phase::Connected)
    };
    alike && reachable && to.local().is_some_and(|local| !local.is_unset())
}

fn describe(socket: Handle<'_>) -> String {
    let local = socket.local().map(ToString::to_string).unwrap_or_default();
    format!("{}, {} {local}", socket.name(), socket.phase())
}

fn suits(socket: Handle<'_>, listener: &Listener) -> bool {
    let domain = match listener.address {
        Address::Inet(_) => Domain::INET,
        Address::Inet6(_) => Domain::INET6,
        _ => Domain::UNIX,
    };
    // Other programs have many AF_UNIX sockets, whose names are of no use here.
    domain == socket.domain()
        && SocketType(listener.socket_type) == socket.socket_type()
        && (listener.of_another_instance || domain != Domain::UNIX)
}

fn foreign(listener: &Listener) -> Choice {
    let whose = match (listener.of_another_instance, listener.listens) {
        (true, true) => "another sockplay listens there",
        (true, false) => "another sockplay is bound there",
        (false, _) => STRANGER,
    };
    Choice::new(listener.reachable().to_string(), whose)
}

/// The paths that our sockets were bound to.
pub(crate) fn paths(app: &App) -> Vec<Choice> {
    let bound = app.world.descriptors().rev().filter_map(|socket| {
        let local = socket.local().filter(|local| local.path().is_some())?;
        Some(Choice::new(
            local.to_string(),
            format!("the file of {}", socket.name()),
        ))
    });
    let mut paths: Vec<Choice> = bound.collect();
    if paths.is_empty() {
        paths.push(Choice::new(
            format!("unix:{}/x.sock", app.temporary),
            "none of our sockets made a file",
        ));
    }
    paths
}
