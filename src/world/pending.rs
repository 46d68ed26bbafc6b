//! The calls that have not ended, indexed by descriptor and by the names that they will give.

use std::sync::Arc;

use imbl::{HashMap, OrdMap, OrdSet};

use crate::call::argument::Name;
use crate::event::{CallId, DescriptorId, Request};

/// The calls that were requested and have not ended.
#[derive(Debug, Clone, Default)]
pub(crate) struct Pending {
    /// With the descriptors and names of each.
    calls: OrdMap<CallId, Arc<Concern>>,
    /// Those that are made on a descriptor.
    on: HashMap<DescriptorId, OrdSet<CallId>>,
    /// Those that are made on it, or have it in a set.
    with: HashMap<DescriptorId, OrdSet<CallId>>,
    /// How many of them will give each name.
    promised: HashMap<Name, usize>,
}

#[derive(Debug, Clone, Default)]
struct Concern {
    on: Option<DescriptorId>,
    with: Vec<DescriptorId>,
    names: Vec<Name>,
}

impl Pending {
    /// Adds a call. Does nothing if it was added before.
    pub(crate) fn insert(&mut self, request: &Request) {
        if self.calls.contains_key(&request.id) {
            return;
        }
        let waits = request.call.passes_set();
        let members = request.others.iter().copied().filter(|_| waits);
        let targets = request.command.targets.iter();
        let qualified = targets.map(|name| request.command.qualified(name));
        let concern = Concern {
            on: request.on,
            with: request.on.into_iter().chain(members).collect(),
            names: qualified.collect(),
        };
        if let Some(on) = concern.on {
            self.on.entry(on).or_default().insert(request.id);
        }
        for socket in &concern.with {
            self.with.entry(*socket).or_default().insert(request.id);
        }
        for name in &concern.names {
            *self.promised.entry(name.clone()).or_default() += 1;
        }
        self.calls.insert(request.id, Arc::new(concern));
    }

    /// Removes a call that has ended.
    pub(crate) fn remove(&mut self, call: CallId) {
        let Some(concern) = self.calls.remove(&call) else {
            return;
        };
        if let Some(on) = concern.on {
            remove_from(&mut self.on, on, call);
        }
        for socket in &concern.with {
            remove_from(&mut self.with, *socket, call);
        }
        for name in &concern.names {
            let count = self.promised.get_mut(name);
            if count.is_some_and(|count| {
                *count -= 1;
                *count == 0
            }) {
                self.promised.remove(name);
            }
        }
    }

    /// All of them, oldest first.
    pub(crate) fn all(&self) -> impl Iterator<Item = CallId> {
        self.calls.keys().copied()
    }

    /// Those that are made on a descriptor, oldest first.
    pub(crate) fn on(&self, socket: DescriptorId) -> impl Iterator<Item = CallId> {
        self.on.get(&socket).into_iter().flatten().copied()
    }

    /// Those that are made on a descriptor or have it in a set, oldest first.
    pub(crate) fn with(&self, socket: DescriptorId) -> impl Iterator<Item = CallId> {
        self.with.get(&socket).into_iter().flatten().copied()
    }

    /// Whether one of them will give a name.
    pub(crate) fn promises(&self, name: &Name) -> bool {
        self.promised.contains_key(name)
    }
}

fn remove_from(
    index: &mut HashMap<DescriptorId, OrdSet<CallId>>,
    socket: DescriptorId,
    call: CallId,
) {
    if let Some(calls) = index.get_mut(&socket) {
        calls.remove(&call);
        if calls.is_empty() {
            index.remove(&socket);
        }
    }
}
