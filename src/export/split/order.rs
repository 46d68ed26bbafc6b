//! What two programs have to wait for so that each call gives what it gave in the session, and where nothing makes them
//! wait.
//!
//! Each side makes its own calls in their order. A call that blocks until something comes from the other side is after
//! what it waited for: that is all that orders the two. Each event has a clock, how far either side had come when it
//! happened. Where a result depends on an order that the clocks do not have, the line says so. `calls` knows what each
//! call changes for the other side, and what its result depends on.

mod calls;

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use crate::event::{CallId, DescriptorId};
use crate::export::Side;
use crate::export::plan::line_of;
use crate::export::split::sides::{Link, Sides};
use crate::socket::Kind;
use crate::world::{Handle, OpenFileId, Record, World};

/// What is not the same in two programs as in the session.
#[derive(Debug, Default)]
pub(crate) struct Order {
    /// What no byte orders, a sentence each, with the call that it is about.
    pub(crate) unordered: BTreeMap<CallId, Vec<String>>,
    /// The sides whose sockets must stay open at their end until the other side has ended.
    pub(crate) waits: BTreeSet<Side>,
}

/// How far each side has come: how many of its events have happened for certain.
type Clock = [usize; 2];

/// What an event changes for the other side.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Effect {
    /// Bytes or a message can be received.
    Data,
    /// The end of the stream can be received.
    End,
    /// What is sent is no longer received.
    Close,
    /// There is room for more to be sent.
    Room,
    /// A connection waits.
    Connect,
    /// Connections are accepted.
    Listen,
}

/// What an event is about: what a socket sends, what a datagram socket receives, or the queue of a listener.
type Place = OpenFileId;

/// An event of a side.
#[derive(Debug, Clone)]
struct Happened {
    call: CallId,
    side: Side,
    /// Its place among those of its side, from 1.
    tick: usize,
    clock: Clock,
}

/// A result that would have been another one after an effect of the other side.
struct Depends {
    by: usize,
    on: Place,
    effects: &'static [Effect],
}

/// Bytes or a message on their way.
struct Chunk {
    bytes: u64,
    sent: usize,
}

struct Fold<'a> {
    world: &'a World,
    sides: &'a Sides,
    now: [Clock; 2],
    events: Vec<Happened>,
    chunks: BTreeMap<Place, VecDeque<Chunk>>,
    latest: BTreeMap<Place, Vec<(Effect, usize)>>,
    depends: Vec<Depends>,
    /// The other end of each connection.
    ends: BTreeMap<OpenFileId, OpenFileId>,
    /// The clients in the queue of each listener.
    queues: BTreeMap<OpenFileId, VecDeque<(OpenFileId, usize)>>,
    /// Where the datagrams of connected sockets arrive.
    peers: BTreeMap<OpenFileId, OpenFileId>,
    nonblocking: BTreeSet<OpenFileId>,
    /// The connections that a call of serve() is about to accept, by its listener.
    serving: BTreeMap<OpenFileId, VecDeque<OpenFileId>>,
    /// Those that it accepted: a thread closes them when the other side has ended.
    served: BTreeSet<OpenFileId>,
    /// How many descriptors each has.
    open: BTreeMap<OpenFileId, usize>,
    /// The calls that sent what has been received whole: nothing changes their results any more.
    received: BTreeSet<CallId>,
    order: Order,
}

impl Order {
    /// What the two programs of a session have to say.
    pub(crate) fn of(world: &World, sides: &Sides) -> Self {
        let mut fold = Fold {
            world,
            sides,
            now: [[0; 2]; 2],
            events: Vec::new(),
            chunks: BTreeMap::new(),
            latest: BTreeMap::new(),
            depends: Vec::new(),
            ends: BTreeMap::new(),
            queues: BTreeMap::new(),
            peers: BTreeMap::new(),
            nonblocking: BTreeSet::new(),
            serving: BTreeMap::new(),
            served: BTreeSet::new(),
            open: BTreeMap::new(),
            received: BTreeSet::new(),
            order: Self::default(),
        };
        // A call begins, and it returns: both are moments, and others can be between them.
        let mut moments = Vec::new();
        for record in world.log().iter() {
            moments.push((record.asked, false, record));
            if let Some(at) = record.returned_at() {
                moments.push((at, true, record));
            }
        }
        moments.sort_by_key(|(at, returns, record)| (*at, *returns, record.id()));
        // The client is started when the server says so.
        let of_server = |record: &&Record| sides.side(record.id()) == Some(Side::Server);
        let ready = moments
            .iter()
            .rposition(|(_, _, record)| record.id() == sides.ready);
        let before = moments.iter().take(ready.map_or(0, |at| at + 1));
        let before = before.filter(|(_, _, record)| of_server(record)).count();
        fold.now[Side::Client as usize][Side::Server as usize] = before;
        for (_, returns, record) in moments {
            match returns {
                false => fold.begins(record),
                true => fold.returns(record),
            }
        }
        fold.finish()
    }
}

impl Fold<'_> {
    fn file(&self, descriptor: DescriptorId) -> Option<OpenFileId> {
        Some(self.world.descriptor(descriptor)?.file_id())
    }

    fn kind(&self, record: &Record) -> Kind {
        let on = record.on().and_then(|on| self.world.descriptor(on));
        on.map_or(Kind::Stream, Handle::kind)
    }

    fn is_of_messages(&self, record: &Record) -> bool {
        matches!(self.kind(record), Kind::Datagram | Kind::Raw)
    }

    /// What a call reached by its address.
    fn link(&self, record: &Record) -> Option<Link> {
        let mut all = self.sides.links.iter();
        all.rfind(|link| link.call == record.id()).copied()
    }

    /// A new event.
    fn event(&mut self, record: &Record) -> Option<usize> {
        let side = self.sides.side(record.id())?;
        let own = side as usize;
        self.now[own][own] += 1;
        self.events.push(Happened {
            call: record.id(),
            side,
            tick: self.now[own][own],
            clock: self.now[own],
        });
        Some(self.events.len() - 1)
    }

    /// Whether an event has certainly happened before another one of the other side.
    fn is_known(&self, earlier: usize, later: usize) -> bool {
        let (earlier, later) = (&self.events[earlier], &self.events[later]);
        earlier.side == later.side || later.clock[earlier.side as usize] >= earlier.tick
    }

    /// An event waited for another one.
    fn waited(&mut self, event: usize, for_event: usize) {
        let clock = self.events[for_event].clock;
        let side = self.events[event].side as usize;
        for (own, other) in self.events[event].clock.iter_mut().zip(clock) {
            *own = (*own).max(other);
        }
        self.now[side] = self.events[event].clock;
    }

    /// An event was after another one, and did not wait for it.
    fn needs(&mut self, event: usize, earlier: usize) {
        if !self.is_known(earlier, event) {
            self.say(event, earlier, event);
        }
    }

    fn say(&mut self, about: usize, earlier: usize, later: usize) {
        let line = |event: usize| {
            let call = self.world.call(self.events[event].call);
            call.map_or_else(String::new, line_of)
        };
        let text = format!(
            "nothing that the two programs exchange makes `{}` come before `{}`, as it did in the session",
            line(earlier),
            line(later)
        );
        let all = self.order.unordered.entry(self.events[about].call);
        let all = all.or_default();
        if !all.contains(&text) {
            all.push(text);
        }
    }

    /// An event that changes something for the other side.
    fn effect(&mut self, event: usize, place: Place, effect: Effect) {
        let side = self.events[event].side;
        let all = std::mem::take(&mut self.depends);
        for depends in all {
            let concerned = depends.on == place
                && depends.effects.contains(&effect)
                && self.events[depends.by].side != side;
            if !concerned {
                self.depends.push(depends);
            } else if !self.is_known(depends.by, event) {
                self.say(depends.by, depends.by, event);
            }
        }
        let latest = self.latest.entry(place).or_default();
        latest.retain(|(own, _)| *own != effect);
        latest.push((effect, event));
    }

    fn depends(&mut self, event: usize, place: Place, effects: &'static [Effect]) {
        self.depends.push(Depends {
            by: event,
            on: place,
            effects,
        });
    }

    fn last(&self, place: Place, effects: &[Effect]) -> Option<usize> {
        let all = self.latest.get(&place)?.iter();
        all.filter(|(effect, _)| effects.contains(effect))
            .map(|(_, event)| *event)
            .max()
    }

    /// What a socket receives from.
    fn source(&self, record: &Record, file: OpenFileId) -> Option<Place> {
        match self.is_of_messages(record) {
            true => Some(file),
            false => self.ends.get(&file).copied(),
        }
    }

    fn blocks(&self, record: &Record, file: OpenFileId) -> bool {
        !self.nonblocking.contains(&file) && !record.call().msg_flags().contains(libc::MSG_DONTWAIT)
    }

    /// A process that ends closes its sockets, and the session had them open.
    fn finish(mut self) -> Order {
        for side in [Side::Server, Side::Client] {
            let (own, other) = (side as usize, 1 - side as usize);
            let shared = self.ends.keys().chain(self.queues.keys());
            let mut shared = shared.chain(self.peers.values()).chain(self.chunks.keys());
            let is_open = shared.any(|file| {
                self.sides.side_of(*file) == Some(side)
                    && self.open.get(file).is_none_or(|count| *count > 0)
            });
            if is_open && self.now[own][other] < self.now[other][other] {
                self.order.waits.insert(side);
            }
        }
        self.order
    }
}
