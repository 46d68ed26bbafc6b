//! What has changed in the world since it was printed last: calls that have returned, states, what can be received, and
//! the other ends.

use std::collections::BTreeMap;

use crate::call::{Command, Mode};
use crate::event::{CallId, DescriptorId};
use crate::world::{Handle, Progress, Record, World};

/// What was printed so far.
#[derive(Debug, Default)]
pub(crate) struct Changes {
    sockets: BTreeMap<DescriptorId, Shown>,
    /// The calls that were said to sleep.
    asleep: Vec<CallId>,
}

/// What was said of a socket.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
struct Shown {
    state: Option<String>,
    peer: Option<String>,
    unread: u32,
    waiting: u32,
}

/// One change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Change {
    /// A call that slept has ended.
    Returned(CallId, String),
    /// Something else.
    Other(String),
}

impl Changes {
    /// It was said that a call sleeps.
    pub(crate) fn sleeps(&mut self, call: CallId) {
        self.asleep.push(call);
    }

    /// What has changed, each in one line, and takes note of that.
    pub(crate) fn take(&mut self, world: &World) -> Vec<Change> {
        let mut changes = self.returned(world);
        for socket in world.descriptors() {
            let now = Shown::of(world, socket);
            // Its first state follows from the call that created it, whose line was printed.
            let before = self.sockets.entry(socket.id()).or_insert_with(|| Shown {
                state: now.state.clone(),
                ..Shown::default()
            });
            let said = now.since(before, socket.name().as_str());
            changes.extend(said.into_iter().map(Change::Other));
            *before = Shown {
                state: now.state.or_else(|| before.state.take()),
                peer: now.peer.or_else(|| before.peer.take()),
                ..now
            };
        }
        changes
    }

    fn returned(&mut self, world: &World) -> Vec<Change> {
        let mut changes = Vec::new();
        self.asleep.retain(|call| {
            let Some(record) = world.call(*call) else {
                return false;
            };
            if record.is_pending() {
                return true;
            }
            changes.push(Change::Returned(*call, line(world, record)));
            false
        });
        changes
    }
}

impl Shown {
    fn of(world: &World, socket: Handle<'_>) -> Self {
        // The other end's own line says it where the session has it.
        let is_ours = world.peer(socket).is_some_and(Handle::is_open);
        // Just after close() it is not known yet what the kernel keeps of it.
        let is_known = socket.is_open() || socket.orphan().is_some();
        Self {
            state: world.state_word(socket).filter(|_| is_known),
            peer: world.peer_word(socket).filter(|_| !is_ours),
            unread: socket.unread(),
            waiting: socket.accept_queue().map_or(0, |queue| queue.length),
        }
    }

    /// What is to be said, where it was `before`.
    fn since(&self, before: &Self, name: &str) -> Vec<String> {
        let mut said = Vec::new();
        if let (Some(before), Some(now)) = (&before.state, &self.state)
            && before != now
        {
            said.push(format!("{name}: {before} -> {now}"));
        }
        if let Some(line) = between(before.peer.as_ref(), self.peer.as_ref()) {
            said.push(format!("the other end of {name}: {line}"));
        }
        if self.waiting > before.waiting {
            said.push(match self.waiting {
                1 => format!("{name}: 1 connection waits to be accepted"),
                count => format!("{name}: {count} connections wait to be accepted"),
            });
        }
        if self.unread > before.unread {
            said.push(match self.unread {
                1 => format!("{name}: 1 byte can be received"),
                count => format!("{name}: {count} bytes can be received"),
            });
        }
        said
    }
}

/// `LISTEN -> CLOSE`, where both are known and differ.
fn between(before: Option<&String>, now: Option<&String>) -> Option<String> {
    let now = now?;
    match before {
        Some(before) if before == now => None,
        Some(before) => Some(format!("{before} -> {now}")),
        None => Some(now.clone()),
    }
}

/// A call of the log as a line of the notation, with its result.
pub(crate) fn line(world: &World, record: &Record) -> String {
    let names = record.new_descriptors().iter();
    let targets = names.filter_map(|id| Some(world.descriptor(*id)?.name().base()));
    let call = Command {
        targets: targets.collect(),
        call: record.call().clone(),
        process: record.request.command.process.clone(),
        mode: Mode::Plain,
    };
    let result = match (&record.progress, record.outcome()) {
        (_, Some(outcome)) => outcome.text(&|address| world.address_name(address)),
        (Progress::Refused(_), None) => "refused".to_owned(),
        (_, None) if record.is_blocked() => "blocks".to_owned(),
        (_, None) => return call.to_string(),
    };
    format!("{call} -> {result}")
}
