//! The world after any event: the copy before it, with the events since folded in.
//!
//! A copy of the world shares with the others what is equal, so many are kept. The newest events are kept too; older ones
//! are read from where the session is recorded.

use std::collections::VecDeque;

use crate::call::received_bytes::ReceivedBytes;
use crate::event::{Event, EventKind};
use crate::explain::fold;
use crate::history::{COPIES, INTERVAL};
use crate::journal::Entry;
use crate::world::World;

/// How many of the newest events are kept.
const EVENTS: usize = if cfg!(test) { 256 } else { 16_384 };
/// How many bytes of data they may hold, sent and received.
const DATA: usize = 16 << 20;

/// Events of the session that are no longer in memory.
pub trait PastEvents {
    /// `count` events, of which the first has the number `from`, counted from 0.
    ///
    /// # Errors
    ///
    /// Why they cannot be read.
    fn read(&mut self, from: usize, count: usize) -> Result<Vec<Event>, String>;
}

/// A session that nothing records.
#[derive(Debug, Clone, Copy)]
pub struct NotRecorded;

impl PastEvents for NotRecorded {
    fn read(&mut self, _from: usize, _count: usize) -> Result<Vec<Event>, String> {
        Err("the session is not recorded, and only its newest events are in memory".to_owned())
    }
}

/// Why the world at a moment is not known any more.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unreachable {
    /// It is too long ago.
    #[error("that is too long ago: the last {REACH} events can be looked back", REACH = crate::history::REACH)]
    Forgotten,
    /// The events before it are not known.
    #[error("{0}")]
    Unread(String),
}

/// The worlds of a session.
#[derive(Debug, Default)]
pub struct Timeline {
    /// Copies of the world, oldest first. Before the first of them, unless one was dropped, the world was empty.
    copies: VecDeque<World>,
    has_dropped: bool,
    /// The newest events, and how many bytes of data they hold.
    events: VecDeque<Event>,
    weight: usize,
    /// How many events there were.
    count: u64,
}

impl Timeline {
    /// Adds what happened, and the world that follows from all of it.
    pub fn take(&mut self, happened: impl IntoIterator<Item = Entry>, world: &World) {
        for entry in happened {
            match entry {
                Entry::Event(event) => self.add(event),
                Entry::Anew => *self = Self::default(),
                Entry::Lesson { .. } => {}
            }
        }
        while self.events.len() > EVENTS || self.weight > DATA {
            let oldest = self.events.pop_front();
            self.weight -= oldest.as_ref().map_or(0, weight);
        }
        let newest = self.copies.back().map_or(0, World::revision);
        if self.count - newest >= INTERVAL {
            self.copies.push_back(world.clone());
        }
        if self.copies.len() > COPIES {
            self.copies.pop_front();
            self.has_dropped = true;
        }
    }

    fn add(&mut self, event: Event) {
        self.count += 1;
        self.weight += weight(&event);
        self.events.push_back(event);
    }

    /// How many events there were.
    pub fn count(&self) -> u64 {
        self.count
    }

    /// The world after so many events.
    ///
    /// # Errors
    ///
    /// When it is not known any more.
    pub fn world_at(
        &self,
        events: u64,
        recorded: &mut dyn PastEvents,
    ) -> Result<World, Unreachable> {
        let until = events.min(self.count);
        let later = self
            .copies
            .partition_point(|world| world.revision() <= until);
        let mut world = match later.checked_sub(1) {
            Some(at) => self.copies[at].clone(),
            None if self.has_dropped => return Err(Unreachable::Forgotten),
            None => World::default(),
        };
        let kept = self.count - self.events.len() as u64;
        let from = world.revision();
        if from < kept {
            let old = recorded.read(number(from), number(kept.min(until) - from));
            for event in old.map_err(Unreachable::Unread)? {
                fold(&mut world, &event);
            }
        }
        let skipped = number(world.revision().saturating_sub(kept));
        let known = number(until.saturating_sub(kept)).max(skipped);
        for event in self.events.range(skipped..known) {
            fold(&mut world, event);
        }
        match world.revision() == until {
            true => Ok(world),
            false => Err(Unreachable::Unread(
                "the recording of the session has fewer events than the session had".to_owned(),
            )),
        }
    }
}

fn number(events: u64) -> usize {
    usize::try_from(events).unwrap_or(usize::MAX)
}

/// Roughly how many bytes of data an event holds.
fn weight(event: &Event) -> usize {
    match &event.what {
        EventKind::Asked(request) => request.command.call.written_len(),
        EventKind::Returned { outcome, .. } => outcome.data().map_or(0, ReceivedBytes::len),
        _ => 0,
    }
}
