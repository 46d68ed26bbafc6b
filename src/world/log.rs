//! The log: the calls of the session in the order in which they were requested, and the calls of each open file
//! description. The oldest are forgotten, in chunks.
//!
//! A session may run for days, so what is kept has a bound. A place in the log counts from the beginning of the session
//! and stays valid: what is forgotten is no longer found, and nothing else moves.

mod calls;
mod interner;
mod ledger;
mod search;

use std::collections::HashSet;
use std::sync::Arc;

use imbl::{HashMap, OrdMap, OrdSet, Vector};

use crate::call::argument::Descriptor;
use crate::event::{CallId, Timestamp};
use crate::world::OpenFileId;
use crate::world::log::calls::{Calls, Entry};
pub(crate) use crate::world::log::calls::{Category, FATAL};
pub(crate) use crate::world::log::interner::Interner;
pub(crate) use crate::world::log::ledger::{Direction, Ledger};
use crate::world::log::search::{drop_first, partition_from_end, range};
use crate::world::record::Record;

/// How many calls are forgotten at once.
const CHUNK: usize = if cfg!(test) { 16 } else { 1024 };
/// The least number of newest calls that are kept.
pub const KEPT: usize = 200_000;

/// How many bytes of data the kept calls may hold, sent and received; beyond that older ones are forgotten.
pub const KEPT_DATA: usize = if cfg!(test) { 64 << 10 } else { 64 << 20 };

/// The place of a call in the log, counted from the beginning of the session.
pub(crate) type Place = u32;

/// The calls of the session.
#[derive(Debug, Clone)]
pub struct Log {
    /// Those that are kept.
    records: Vector<Record>,
    /// Roughly how many bytes of data each chunk holds besides its records, and the sum.
    weights: Vector<usize>,
    weight: usize,
    /// How many calls are forgotten.
    forgotten: usize,
    /// The least number that is kept.
    bound: usize,
    /// Where each run of consecutive ids begins.
    runs: OrdMap<CallId, usize>,
    /// The calls of each open file description, by its first descriptor.
    files: HashMap<OpenFileId, Arc<Calls>>,
    /// The calls that bound or removed a path.
    paths: Vector<Place>,
    /// The calls that connected.
    connects: Vector<Place>,
    /// The epoll instances on which calls waited.
    epolls: OrdSet<OpenFileId>,
    /// Forgotten calls that are still needed: they have not ended, created a descriptor, or set something that is still
    /// in effect.
    held: OrdMap<usize, Arc<Held>>,
    held_ids: HashMap<CallId, usize>,
}

/// A forgotten call that is still needed.
#[derive(Debug, Clone)]
struct Held {
    record: Record,
    /// How many calls there were when it ended. Until those are all forgotten it may be between others.
    until: usize,
}

impl Default for Log {
    fn default() -> Self {
        Self {
            records: Vector::new(),
            weights: Vector::new(),
            weight: 0,
            forgotten: 0,
            bound: KEPT,
            runs: OrdMap::new(),
            files: HashMap::new(),
            paths: Vector::new(),
            connects: Vector::new(),
            epolls: OrdSet::new(),
            held: OrdMap::new(),
            held_ids: HashMap::new(),
        }
    }
}

impl Log {
    /// How many calls were requested, including forgotten ones.
    pub fn len(&self) -> usize {
        self.forgotten + self.records.len()
    }

    /// Whether no call was requested.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How many of the oldest calls are forgotten.
    pub fn forgotten(&self) -> usize {
        self.forgotten
    }

    /// The call at a place, counted from the beginning of the session. `None`: it is forgotten, or was not requested
    /// yet.
    pub fn get(&self, place: usize) -> Option<&Record> {
        #[cfg(test)]
        VISITED.set(VISITED.get() + 1);
        match place.checked_sub(self.forgotten) {
            Some(kept) => self.records.get(kept),
            None => self.held.get(&place).map(|held| &held.record),
        }
    }

    pub(crate) fn get_mut(&mut self, place: usize) -> Option<&mut Record> {
        match place.checked_sub(self.forgotten) {
            Some(kept) => self.records.get_mut(kept),
            None => {
                let held = self.held.get_mut(&place)?;
                Some(&mut Arc::make_mut(held).record)
            }
        }
    }

    /// The place of a call.
    pub fn place(&self, call: CallId) -> Option<usize> {
        if let Some(place) = self.held_ids.get(&call) {
            return Some(*place);
        }
        let (first, place) = self.runs.get_prev(&call)?;
        let place = place.checked_add(usize::try_from(call.0 - first.0).ok()?)?;
        let found = self.get(place)?;
        (found.id() == call).then_some(place)
    }

    /// Every call that is kept, oldest first.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &Record> {
        self.range(0, self.len())
    }

    /// The calls at these places, as far as they are kept.
    pub fn range(&self, from: usize, until: usize) -> impl DoubleEndedIterator<Item = &Record> {
        (from.max(self.forgotten)..until.min(self.len())).filter_map(|place| self.get(place))
    }

    /// The newest calls that are kept, the latest first, with their places.
    pub fn newest(&self, most: usize) -> impl Iterator<Item = (usize, &Record)> {
        let places = (self.forgotten..self.len()).rev().take(most);
        places.filter_map(|place| Some((place, self.get(place)?)))
    }

    /// The newest call.
    pub fn last(&self) -> Option<&Record> {
        self.get(self.len().checked_sub(1)?)
    }

    /// The calls that were requested before one, the latest first.
    pub fn before(&self, call: CallId) -> impl Iterator<Item = &Record> {
        self.range(0, self.place(call).unwrap_or(0)).rev()
    }

    /// Sets the least number of calls that are kept. Only whole chunks are forgotten.
    pub fn set_bound(&mut self, calls: usize) {
        self.bound = calls.max(1);
    }

    /// Adds a new call. It is made on the first open file description and concerns the others.
    pub(crate) fn push(&mut self, record: Record, on: Option<OpenFileId>, others: &[OpenFileId]) {
        let place = self.len();
        let Ok(short) = Place::try_from(place) else {
            return;
        };
        let before = place.checked_sub(1).and_then(|before| self.get(before));
        let follows =
            before.is_some_and(|before| before.id().0.checked_add(1) == Some(record.id().0));
        if !follows {
            self.runs.insert(record.id(), place);
        }
        let category = Category::of(&record.request.call);
        match category {
            Some(Category::Path) => self.paths.push_back(short),
            Some(Category::Connect) => self.connects.push_back(short),
            _ => {}
        }
        if let Some(file) = on.filter(|_| record.request.call.call_kind().waits_on_epoll()) {
            self.epolls.insert(file);
        }
        for (at, file) in on.iter().chain(others).enumerate() {
            let is_first = !on.iter().chain(others).take(at).any(|other| other == file);
            if is_first {
                let calls = self.calls_mut(*file);
                calls.ask(short, category.filter(|_| on == Some(*file)));
            }
        }
        if let Some(file) = on.filter(|_| Category::is_urgent(&record.request.call)) {
            self.calls_mut(file).categorize(Category::Urgent, short);
        }
        if category == Some(Category::PassesDescriptors) {
            for file in others {
                self.calls_mut(*file)
                    .categorize(Category::PassesThis, short);
            }
        }
        if self.records.len().is_multiple_of(CHUNK) {
            self.weights.push_back(0);
        }
        self.records.push_back(record);
        let is_too_heavy = |log: &Self| log.weight > KEPT_DATA && log.records.len() > CHUNK;
        while self.records.len() >= self.bound.saturating_add(CHUNK) || is_too_heavy(self) {
            self.forget();
        }
    }

    /// The calls of an open file description, for changing them.
    fn calls_mut(&mut self, file: OpenFileId) -> &mut Calls {
        Arc::make_mut(self.files.entry(file).or_default())
    }

    /// The same, if there are any.
    fn known_calls_mut(&mut self, file: OpenFileId) -> Option<&mut Calls> {
        self.files.get_mut(&file).map(Arc::make_mut)
    }

    /// Notes how many bytes of data a call holds.
    pub(crate) fn weigh(&mut self, place: usize, bytes: usize) {
        let chunk = place.checked_sub(self.forgotten).map(|kept| kept / CHUNK);
        if let Some(weight) = chunk.and_then(|chunk| self.weights.get_mut(chunk)) {
            *weight += bytes;
            self.weight += bytes;
        }
    }

    /// Forgets the oldest chunk.
    fn forget(&mut self) {
        let rest = self.records.split_off(CHUNK.min(self.records.len()));
        let chunk = std::mem::replace(&mut self.records, rest);
        let begin = self.forgotten;
        self.forgotten += chunk.len();
        self.weight -= self.weights.pop_front().unwrap_or(0);
        let first = Place::try_from(self.forgotten).unwrap_or(Place::MAX);
        for places in [&mut self.paths, &mut self.connects] {
            let old = partition_from_end(places.len(), |at| places[at] < first);
            drop_first(places, old);
        }
        let needed = self.forget_of_files(first);
        let is_needed = |place: usize, record: &Record| {
            record.is_pending() || !record.new_descriptors().is_empty() || needed.contains(&place)
        };
        let oldest = self.forgotten;
        let is_over = |(place, held): &(&usize, &Arc<Held>)| {
            held.until < oldest && !is_needed(**place, &held.record)
        };
        let over = self.held.iter().filter(is_over);
        let over: Vec<(usize, CallId)> = over.map(|(at, held)| (*at, held.record.id())).collect();
        for (place, call) in over {
            self.held.remove(&place);
            self.held_ids.remove(&call);
        }
        let until = self.len();
        for (place, record) in (begin..).zip(chunk) {
            if is_needed(place, &record) {
                self.held_ids.insert(record.id(), place);
                self.held.insert(place, Arc::new(Held { record, until }));
            }
        }
        self.trim_runs();
    }

    /// Forgets the calls of open file descriptions before a place, and gives those that are still needed.
    fn forget_of_files(&mut self, first: Place) -> HashSet<usize> {
        let forgets = |(_, calls): &(&OpenFileId, &Arc<Calls>)| calls.forgets(first);
        let changed = self.files.iter().filter(forgets);
        let changed: Vec<OpenFileId> = changed.map(|(file, _)| *file).collect();
        for file in changed {
            let Some(calls) = self.known_calls_mut(file) else {
                continue;
            };
            calls.forget(first);
            if calls.is_empty() {
                self.files.remove(&file);
            }
        }
        let needed = self.files.values().flat_map(|calls| calls.needed(first));
        needed.map(|place| place as usize).collect()
    }

    /// Forgets the runs of ids that lie before everything kept.
    fn trim_runs(&mut self) {
        let Some(oldest) = self.get(self.forgotten).map(Record::id) else {
            return;
        };
        let first = self.runs.get_prev(&oldest).map(|(id, _)| *id);
        let is_over =
            |(id, place): &(&CallId, &usize)| **place < self.forgotten && Some(**id) != first;
        let over = self.runs.iter().filter(is_over);
        let over: Vec<CallId> = over.map(|(id, _)| *id).collect();
        for id in over {
            self.runs.remove(&id);
        }
    }

    /// Forgets which calls concern an open file description.
    pub(crate) fn forget_file(&mut self, file: OpenFileId) {
        self.files.remove(&file);
        self.epolls.remove(&file);
    }

    /// Notes that a call has ended, and how many bytes it moved in which direction.
    pub(crate) fn ended(
        &mut self,
        place: usize,
        on: Option<OpenFileId>,
        others: &[OpenFileId],
        moved: &[(Direction, u64, bool)],
    ) {
        let Ok(short) = Place::try_from(place) else {
            return;
        };
        let now = self.len();
        if let Some(held) = self.held.get_mut(&place) {
            Arc::make_mut(held).until = now;
        }
        for file in on.iter().chain(others) {
            if let Some(calls) = self.known_calls_mut(*file) {
                calls.open.remove(&short);
            }
        }
        if let Some(calls) = on.and_then(|file| self.known_calls_mut(file)) {
            for (direction, bytes, is_many) in moved {
                calls.ledger_mut(*direction).add(short, *bytes, *is_many);
            }
        }
    }

    /// Notes that a call has sent a message to another socket of the session.
    pub(crate) fn arrived(&mut self, place: usize, at: OpenFileId, bytes: u64) {
        if let Ok(place) = Place::try_from(place) {
            let calls = self.calls_mut(at);
            calls
                .ledger_mut(Direction::Arrived)
                .add(place, bytes, false);
        }
    }

    /// Notes that a call that had ended is made again.
    pub(crate) fn reopened(&mut self, place: usize, on: Option<OpenFileId>, others: &[OpenFileId]) {
        let Ok(place) = Place::try_from(place) else {
            return;
        };
        for file in on.iter().chain(others) {
            if let Some(calls) = self.known_calls_mut(*file) {
                calls.open.insert(place);
            }
        }
    }

    /// Notes a change of the interest list of an epoll instance.
    pub(crate) fn registered_anew(&mut self, file: OpenFileId) {
        if let Some(calls) = self.known_calls_mut(file) {
            calls.reported.clear();
        }
    }

    /// Notes an epoll_wait(2) that reported a member for the first time since the list was changed.
    pub(crate) fn reported<'a>(
        &mut self,
        place: usize,
        file: OpenFileId,
        ready: impl Iterator<Item = &'a Descriptor>,
    ) {
        let (Ok(place), Some(calls)) = (Place::try_from(place), self.known_calls_mut(file)) else {
            return;
        };
        let mut is_new = false;
        for descriptor in ready {
            is_new |= calls.reported.insert(descriptor.clone()).is_none();
        }
        if is_new {
            calls.categorize(Category::Epoll, place);
        }
    }

    /// Notes that the script left a call pending.
    pub(crate) fn leave(&mut self, place: usize, files: &[OpenFileId]) {
        for file in files {
            if let (Ok(place), Some(calls)) = (Place::try_from(place), self.known_calls_mut(*file))
            {
                calls.leave(place);
            }
        }
    }

    /// Puts a call into a category.
    pub(crate) fn categorize(&mut self, place: usize, file: OpenFileId, category: Category) {
        if let (Ok(place), Some(calls)) = (Place::try_from(place), self.known_calls_mut(file)) {
            calls.categorize(category, place);
        }
    }

    /// The calls of a category that were made on an open file description, oldest first.
    pub(crate) fn in_category(
        &self,
        file: OpenFileId,
        category: Category,
    ) -> impl DoubleEndedIterator<Item = &Record> {
        let places = self
            .files
            .get(&file)
            .and_then(|calls| calls.in_category(category));
        places
            .into_iter()
            .flatten()
            .filter_map(|place| self.get(*place as usize))
    }

    /// Those that were requested before a call, oldest first.
    pub(crate) fn in_category_before(
        &self,
        file: OpenFileId,
        category: Category,
        call: CallId,
    ) -> impl DoubleEndedIterator<Item = &Record> {
        let until = self.place(call).unwrap_or(0);
        let places = self
            .files
            .get(&file)
            .and_then(|calls| calls.in_category(category));
        let count = places.map_or(0, |places| {
            partition_from_end(places.len(), |at| (places[at] as usize) < until)
        });
        let places = places
            .into_iter()
            .flat_map(move |places| range(places, 0..count));
        places.filter_map(|place| self.get(*place as usize))
    }

    /// Those that were requested after the call at a place, oldest first; all of them without a place.
    pub(crate) fn in_category_after(
        &self,
        file: OpenFileId,
        category: Category,
        after: Option<usize>,
    ) -> impl Iterator<Item = &Record> {
        let places = self
            .files
            .get(&file)
            .and_then(|calls| calls.in_category(category));
        let is_before = |place: &Place| after.is_some_and(|after| *place as usize <= after);
        let skipped = places.map_or(0, |places| {
            partition_from_end(places.len(), |at| is_before(&places[at]))
        });
        let places = places
            .into_iter()
            .flat_map(move |places| range(places, skipped..places.len()));
        places.filter_map(|place| self.get(*place as usize))
    }

    /// The calls before this one that connected, the latest first.
    pub(crate) fn connects_before(&self, call: CallId) -> impl Iterator<Item = &Record> {
        self.listed_before(&self.connects, call)
    }

    fn listed_before<'a>(
        &'a self,
        places: &'a Vector<Place>,
        call: CallId,
    ) -> impl Iterator<Item = &'a Record> {
        let until = self.place(call).unwrap_or(0);
        let count = partition_from_end(places.len(), |at| (places[at] as usize) < until);
        let before = range(places, 0..count).rev();
        before.filter_map(|place| self.get(*place as usize))
    }

    /// The epoll instances on which calls waited.
    pub(crate) fn epolls(&self) -> impl Iterator<Item = OpenFileId> {
        self.epolls.iter().copied()
    }

    /// The calls before this one that bound or removed a path, the latest first.
    pub(crate) fn paths_before(&self, call: CallId) -> impl Iterator<Item = &Record> {
        self.listed_before(&self.paths, call)
    }

    /// The calls that concern an open file description: made on it, or with it in a set or a message.
    pub(crate) fn concerning(&self, file: OpenFileId) -> impl DoubleEndedIterator<Item = &Record> {
        let all = self.files.get(&file).map(|calls| &calls.all);
        all.into_iter()
            .flatten()
            .filter_map(|entry| self.get(entry.place as usize))
    }

    /// Those of them that were requested before a call, the latest first.
    pub(crate) fn concerning_before(
        &self,
        file: OpenFileId,
        call: CallId,
    ) -> impl Iterator<Item = &Record> {
        let until = self.place(call).unwrap_or(0);
        let all = self.files.get(&file).map(|calls| &calls.all);
        let count = all.map_or(0, |all| {
            partition_from_end(all.len(), |at| (all[at].place as usize) < until)
        });
        let all = all
            .into_iter()
            .flat_map(move |all| range(all, 0..count).rev());
        all.filter_map(|entry| self.get(entry.place as usize))
    }

    /// The calls that concern an open file description and had not ended at `from`, or were requested between `from`
    /// and `until`; oldest first.
    pub(crate) fn during(
        &self,
        file: OpenFileId,
        from: Timestamp,
        until: Timestamp,
    ) -> Vec<&Record> {
        let Some(calls) = self.files.get(&file) else {
            return Vec::new();
        };
        let asked = |entry: &Entry| {
            self.get(entry.place as usize)
                .map_or(Timestamp(0), |record| record.asked)
        };
        let first = partition_from_end(calls.all.len(), |at| asked(&calls.all[at]) < from);
        let end = partition_from_end(calls.all.len(), |at| asked(&calls.all[at]) <= until);
        let mut found: Vec<&Record> = Vec::new();
        // What was pending at `from` was pending when the call before it was requested, or is that call.
        let mut next = first
            .checked_sub(1)
            .and_then(|before| calls.all.get(before));
        while let Some(entry) = next {
            found.extend(
                self.get(entry.place as usize)
                    .filter(|record| !record.has_ended_before(from)),
            );
            next = entry.open().and_then(|open| calls.entry(open));
        }
        found.reverse();
        let since = range(&calls.all, first..end.max(first));
        found.extend(since.filter_map(|entry| self.get(entry.place as usize)));
        found
    }

    /// The calls that concern an open file description and have not ended, oldest first.
    pub(crate) fn open(&self, file: OpenFileId) -> impl DoubleEndedIterator<Item = &Record> {
        let open = self.files.get(&file).map(|calls| &calls.open);
        open.into_iter()
            .flatten()
            .filter_map(|place| self.get(*place as usize))
    }

    /// What the calls on an open file description moved in one direction.
    pub(crate) fn ledger(&self, file: OpenFileId, direction: Direction) -> Option<&Ledger> {
        Some(self.files.get(&file)?.ledger(direction))
    }

    /// The calls of a socket that the script left pending, from a given number on; the numbers stay valid.
    pub(crate) fn left(
        &self,
        file: OpenFileId,
        from: usize,
    ) -> impl Iterator<Item = (usize, &Record)> {
        let calls = self.files.get(&file);
        let places = calls
            .into_iter()
            .flat_map(move |calls| calls.left_from(from));
        places.filter_map(|(number, place)| Some((number, self.get(place as usize)?)))
    }
}

#[cfg(test)]
thread_local! {
    /// How many records this thread has read.
    pub(crate) static VISITED: std::cell::Cell<usize> = const { std::cell::Cell::new(0) };
}
