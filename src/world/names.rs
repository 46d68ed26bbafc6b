//! Numbers back to names: the descriptors in a result, by the names that the user knows.

use std::collections::HashMap;

use crate::call::argument::Descriptor;
use crate::call::outcome::{Outcome, Returned};
use crate::event::CallId;
use crate::world::{TableId, World};

/// The outcome of a call with names in place of the descriptor numbers that the kernel gave.
pub(crate) fn written(world: &World, call: CallId, outcome: &Outcome) -> Outcome {
    let mut outcome = outcome.clone();
    let Ok(returned) = &mut outcome.result else {
        return outcome;
    };
    let names = Names::of(world, call);
    match returned {
        Returned::Ready(ready) => {
            for (socket, _) in ready {
                names.write(socket);
            }
        }
        Returned::Selected { sets, .. } => {
            let sets = [&mut sets.read, &mut sets.write, &mut sets.except];
            for socket in sets.into_iter().flatten() {
                names.write(socket);
            }
        }
        Returned::Message(message) => {
            for socket in &mut message.fds {
                names.write(socket);
            }
        }
        Returned::Messages(messages) => {
            for socket in messages.iter_mut().flat_map(|message| &mut message.fds) {
                names.write(socket);
            }
        }
        Returned::Signal {
            about: Some((socket, _)),
            ..
        } => names.write(socket),
        _ => {}
    }
    outcome
}

/// The names for the numbers in the result of one call.
struct Names<'a> {
    world: &'a World,
    /// The numbers of the process that makes the call.
    table: Option<TableId>,
    /// As the call was written.
    written: HashMap<i32, Descriptor>,
}

impl<'a> Names<'a> {
    fn of(world: &'a World, call: CallId) -> Self {
        let mut written = HashMap::new();
        if let Some(record) = world.call(call) {
            let numbers = record.request.call.others();
            let names = record.request.command.call.others();
            for (number, name) in numbers.into_iter().zip(names) {
                if let Descriptor::Raw(fd) = number {
                    written.entry(*fd).or_insert_with(|| name.clone());
                }
            }
            if record.request.call.call_kind().waits_on_epoll()
                && let Some(epoll) = record.on().and_then(|id| world.descriptor(id)?.epoll())
            {
                for watched in &epoll.interest {
                    let socket = watched.descriptor.and_then(|id| world.descriptor(id));
                    if let Some(socket) = socket {
                        let name = Descriptor::Named(socket.name().base());
                        written.insert(watched.seen.fd, name);
                    }
                }
            }
        }
        let table = world
            .call(call)
            .and_then(|record| world.table_of(record.source));
        Self {
            world,
            table,
            written,
        }
    }

    fn write(&self, socket: &mut Descriptor) {
        let Descriptor::Raw(fd) = socket else { return };
        let open = || {
            let open = self.world.with_number(self.table?, *fd)?;
            Some(Descriptor::Named(open.name().base()))
        };
        if let Some(name) = self.written.get(fd).cloned().or_else(open) {
            *socket = name;
        }
    }
}
