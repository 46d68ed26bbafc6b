//! Which results of calls that were left behind have been collected, and which call a `wait` or `cancel` is about.

use std::collections::{HashMap, HashSet};

use crate::call::argument::{Descriptor, Name};
use crate::call::{Call, Command};
use crate::event::{CallId, DescriptorId};
use crate::world::resolve::{Unresolved, awaited_socket, qualified_socket, uncollected};
use crate::world::{Record, World};

/// The calls whose results were collected.
#[derive(Debug, Default)]
pub(crate) struct Collected {
    calls: HashSet<CallId>,
    /// Calls whose result cancel() gave: wait() gives it again, unless another call has been left behind since.
    cancelled: HashSet<CallId>,
    /// How many of the calls that were left behind on a socket are collected, the oldest first.
    first_uncollected: HashMap<DescriptorId, usize>,
}

impl Collected {
    /// The result of this call is not for wait() to give any more.
    pub(crate) fn collect(&mut self, call: CallId) {
        self.calls.insert(call);
    }

    /// cancel() gave the result of this call.
    pub(crate) fn cancelled(&mut self, call: CallId) {
        self.cancelled.insert(call);
    }

    /// The call that a `wait` or `cancel` is about; `None` for other lines.
    pub(crate) fn awaited(
        &mut self,
        world: &World,
        command: &Command,
    ) -> Result<Option<CallId>, Unresolved> {
        let (Call::Wait { socket } | Call::Cancel { socket }) = &command.call else {
            return Ok(None);
        };
        let socket = &qualified_socket(world, command, socket)?;
        let from = self.count_of(world, socket)?;
        let is_collected = |call: CallId| self.calls.contains(&call);
        let is_settled = |call: CallId| is_collected(call) || self.cancelled.contains(&call);
        let call = uncollected(world, socket, is_settled, from)
            .or_else(|_| uncollected(world, socket, is_collected, from))?;
        let record = world.call(call);
        let is_pending = record.is_some_and(Record::is_pending);
        if matches!(command.call, Call::Cancel { .. }) && !is_pending {
            return Err(Unresolved::NothingPending(socket.to_string()));
        }
        if let Some(name) = command.targets.first()
            && is_taken_by_another(world, &command.qualified(name), name, record)
        {
            return Err(Unresolved::NameTaken(name.clone()));
        }
        Ok(Some(call))
    }

    /// How many of the calls that were left behind on a socket are collected, the oldest first.
    fn count_of(&mut self, world: &World, socket: &Descriptor) -> Result<usize, Unresolved> {
        let Some(owner) = awaited_socket(world, socket)? else {
            return Ok(0);
        };
        let first = self.first_uncollected.entry(owner).or_default();
        let left = world.left_behind(owner, *first);
        for (number, _) in left.take_while(|(_, record)| self.calls.contains(&record.id())) {
            *first = number + 1;
        }
        Ok(*first)
    }
}

/// Whether the name that a `wait` gives belongs to something else than what the awaited call created.
fn is_taken_by_another(
    world: &World,
    name: &Name,
    written: &Name,
    awaited: Option<&Record>,
) -> bool {
    let created = awaited.map(Record::new_descriptors).unwrap_or_default();
    let open = world
        .named(name)
        .is_some_and(|socket| socket.is_open() && !created.contains(&socket.id()));
    let promised = world.pending().any(|record| {
        Some(record.id()) != awaited.map(Record::id)
            && record.request.command.targets.contains(written)
            && record.request.command.qualified(written) == *name
    });
    open || promised
}
