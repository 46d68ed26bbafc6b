//! The call on the other socket that was under way, and that this call has woken.

use crate::call::Call;
use crate::call::table::Verb;
use crate::event::{SocketId, Stamp};
use crate::explain::context::Scene;
use crate::explain::facts::descriptions::{root, succeeded};
use crate::explain::facts::history::is_on;
use crate::world::{Progress, Record};

impl<'a> Scene<'a> {
    /// The accept() that takes the connection of this connect(), or the receiving call that gets what was sent.
    ///
    /// Calls that wait on one socket are served in their order, so earlier calls of this kind have had theirs.
    pub(crate) fn woken(&self) -> Option<&'a Record> {
        let scene = *self;
        let other = match self.verb() {
            Verb::Connect => self.target(),
            verb if verb.sends() => self.other_end(),
            _ => None,
        }?;
        let source = root(self.world, other.id);
        let waiters = || {
            scene.world.log().iter().filter(move |record| {
                is_on(scene.world, record, source)
                    && waits_for(scene.verb(), record)
                    && begun(record) < begun(scene.record)
            })
        };
        let mut waiting = waiters().filter(|record| !has_ended(record, begun(self.record)));
        let first = waiting.next()?;
        let since = begun(first);
        let wakers = self
            .earlier()
            .filter(|record| self.wakes_like(record) && begun(record) > since)
            .count();
        let served = waiters()
            .filter(|record| !has_ended(record, since) && has_ended(record, begun(self.record)))
            .count();
        std::iter::once(first)
            .chain(waiting)
            .nth(wakers.saturating_sub(served))
    }

    /// How many bytes the woken call has room for.
    pub(crate) fn woken_room(&self) -> Option<u64> {
        Scene::of(self.world, self.woken()?).asked()
    }

    /// The loop that takes what comes to the other end.
    pub(crate) fn looping(&self) -> Option<&'a Record> {
        let other = self.reached()?;
        let source = root(self.world, other);
        self.world.log().iter().find(|record| {
            let takes = match self.verb() {
                Verb::Connect => record.request.call.verb() == Verb::Serve,
                _ => matches!(record.request.call.verb(), Verb::Echo | Verb::Sink),
            };
            takes && is_on(self.world, record, source) && self.is_under_way(record)
        })
    }

    /// The call that waits until something comes to the other end, and takes nothing.
    pub(crate) fn roused(&self) -> Option<&'a Record> {
        let other = self.reached()?;
        let source = root(self.world, other);
        let watches = |socket: SocketId| root(self.world, socket) == source;
        self.world.log().iter().find(|record| {
            self.is_under_way(record)
                && Scene::of(self.world, record)
                    .awaited()
                    .iter()
                    .filter(|member| member.events & i32::from(libc::POLLIN) != 0)
                    .any(|member| member.socket.is_some_and(|socket| watches(socket.id)))
        })
    }

    /// The socket to which this call brings something.
    fn reached(&self) -> Option<SocketId> {
        match self.verb() {
            Verb::Connect => self.target(),
            verb if verb.sends() => self.other_end(),
            _ => None,
        }
        .map(|other| other.id)
    }

    /// Whether a call had begun and not ended when this one was made.
    fn is_under_way(&self, record: &Record) -> bool {
        let moment = begun(self.record);
        record.id() != self.record.id()
            && begun(record) < moment
            && !has_ended(record, moment)
            && (record.is_pending() || succeeded(record))
    }

    /// Whether an earlier call has woken somebody at the same other socket.
    fn wakes_like(&self, record: &Record) -> bool {
        let on_this = || {
            self.socket
                .is_some_and(|own| is_on(self.world, record, root(self.world, own.id)))
        };
        let same = match (self.call(), &record.request.call) {
            (Call::Connect { address, .. }, Call::Connect { address: other, .. }) => {
                address == other
            }
            (_, other) => other.verb().sends() && on_this(),
        };
        same && succeeded(record)
    }
}

fn begun(record: &Record) -> Stamp {
    record.entered.unwrap_or(record.asked)
}

/// Whether a call waits for what a call of this kind brings. A look at the data takes nothing away.
fn waits_for(verb: Verb, record: &Record) -> bool {
    let takes = match &record.request.call {
        Call::Accept { .. } => verb == Verb::Connect,
        Call::Recv { flags, .. } | Call::Recvfrom { flags, .. } | Call::Recvmsg { flags, .. } => {
            verb.sends() && !flags.contains(libc::MSG_PEEK) && !flags.contains(libc::MSG_OOB)
        }
        Call::Read { .. } => verb.sends(),
        _ => false,
    };
    takes && (record.is_pending() || succeeded(record))
}

fn has_ended(record: &Record, until: Stamp) -> bool {
    matches!(record.progress, Progress::Returned { at, .. } if at < until)
}
