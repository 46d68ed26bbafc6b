//! The calls that concern one open file description, as places in the log.

use std::collections::HashMap;

use imbl::{OrdSet, Vector};

use crate::call::Call;
use crate::call::argument::{AddressExpr, Descriptor};
use crate::world::log::Place;
use crate::world::log::ledger::{Direction, Ledger};
use crate::world::log::search::{drop_first, partition_from_end, range};

/// A category of calls that explanations look for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Category {
    /// accept(2)
    Accept,
    /// connect(2)
    Connect,
    /// shutdown(2)
    Shutdown,
    /// close(2)
    Close,
    /// setsockopt(2)
    Option,
    /// F_SETFL and FIONBIO
    StatusFlags,
    /// F_SETOWN
    SignalOwner,
    /// Changes of the interest list, and the first epoll_wait(2) that reported a member since.
    Epoll,
    /// A call that makes many system calls.
    Loop,
    /// Sends descriptors.
    PassesDescriptors,
    /// Sends a descriptor of this open file description.
    PassesThis,
    /// Received descriptors, or had no room for them.
    TakesDescriptors,
    /// Sends urgent data.
    Urgent,
    /// Asks for the state of the connection.
    State,
    /// Binds or removes a path.
    Path,
    /// Reported an error that means that the connection is over.
    ConnectionOver,
}

/// The errors after which a connection is over; the kernel reports one of them, once.
pub(crate) const FATAL: [i32; 5] = [
    libc::ECONNRESET,
    libc::ECONNABORTED,
    libc::ETIMEDOUT,
    libc::EHOSTUNREACH,
    libc::EPIPE,
];
/// Among how many of the newest entries a call that was left pending is searched for before it is added.
const RECENT: usize = 8;
/// The request of ioctl(2) as an int, as the notation has it.
const FIONBIO: i32 = libc::FIONBIO as i32;

impl Category {
    /// The category of a call, as far as its arguments show it.
    pub(crate) fn of(call: &Call) -> Option<Self> {
        match call {
            call if call.call_kind().accepts() => Some(Self::Accept),
            Call::Connect { .. } => Some(Self::Connect),
            Call::Shutdown { .. } => Some(Self::Shutdown),
            Call::Close { .. } => Some(Self::Close),
            Call::Setsockopt { .. } => Some(Self::Option),
            Call::Fcntl { command, .. } if command.0 == libc::F_SETFL => Some(Self::StatusFlags),
            Call::Fcntl { command, .. } if command.0 == libc::F_SETOWN => Some(Self::SignalOwner),
            Call::Ioctl { request, .. } if request.0 == FIONBIO => Some(Self::StatusFlags),
            Call::State { .. } => Some(Self::State),
            Call::EpollCtl { .. } => Some(Self::Epoll),
            call if call.passes_descriptors() => Some(Self::PassesDescriptors),
            Call::Bind { address, .. } | Call::Unlink { address } => match &address.place {
                AddressExpr::Literal(literal) => literal.path().map(|_| Self::Path),
                _ => None,
            },
            other => other.call_kind().is_loop().then_some(Self::Loop),
        }
    }

    /// Whether a call sends an urgent byte.
    pub(crate) fn is_urgent(call: &Call) -> bool {
        call.call_kind().sends() && call.msg_flags().contains(libc::MSG_OOB)
    }

    /// How many forgotten calls of the category are kept for each open file description: what they set is still in
    /// effect.
    fn kept(self) -> usize {
        match self {
            Self::Epoll => 4096,
            _ => 64,
        }
    }
}

/// A call of the list.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Entry {
    pub(crate) place: Place,
    /// The newest call before it that was pending when it was requested; its own place if there was none.
    open: Place,
}

impl Entry {
    /// The newest call before it that was pending when it was requested.
    pub(crate) fn open(self) -> Option<Place> {
        (self.open != self.place).then_some(self.open)
    }
}

/// The calls that concern one open file description.
#[derive(Debug, Clone, Default)]
pub(crate) struct Calls {
    /// All of them, oldest first.
    pub(crate) all: Vector<Entry>,
    /// Those that have not ended.
    pub(crate) open: OrdSet<Place>,
    categories: HashMap<Category, Vector<Place>>,
    sent: Ledger,
    received: Ledger,
    arrived: Ledger,
    /// Those that the script left pending.
    left: Vector<Place>,
    left_forgotten: usize,
    /// What an epoll instance has reported since its interest list was changed.
    pub(crate) reported: imbl::HashSet<Descriptor>,
}

impl Calls {
    /// Adds a call that was requested.
    pub(crate) fn ask(&mut self, place: Place, category: Option<Category>) {
        let open = self.open.get_max().copied().unwrap_or(place);
        self.all.push_back(Entry { place, open });
        self.open.insert(place);
        if let Some(category) = category {
            self.categorize(category, place);
        }
    }

    /// Adds a call to a category. Usually this happens in the order of their places.
    pub(crate) fn categorize(&mut self, category: Category, place: Place) {
        let places = self.categories.entry(category).or_default();
        let at = partition_from_end(places.len(), |at| places[at] < place);
        if at == places.len() {
            places.push_back(place);
        } else if places.get(at) != Some(&place) {
            places.insert(at, place);
        }
    }

    /// The places of the calls in a category, oldest first.
    pub(crate) fn in_category(&self, category: Category) -> Option<&Vector<Place>> {
        self.categories.get(&category)
    }

    /// The entry of a place.
    pub(crate) fn entry(&self, place: Place) -> Option<&Entry> {
        let at = partition_from_end(self.all.len(), |at| self.all[at].place < place);
        self.all.get(at).filter(|entry| entry.place == place)
    }

    /// What the calls moved in one direction.
    pub(crate) fn ledger(&self, direction: Direction) -> &Ledger {
        match direction {
            Direction::Sent => &self.sent,
            Direction::Received => &self.received,
            Direction::Arrived => &self.arrived,
        }
    }

    /// The same, for adding to it.
    pub(crate) fn ledger_mut(&mut self, direction: Direction) -> &mut Ledger {
        match direction {
            Direction::Sent => &mut self.sent,
            Direction::Received => &mut self.received,
            Direction::Arrived => &mut self.arrived,
        }
    }

    /// Notes that the script left a call pending.
    pub(crate) fn leave(&mut self, place: Place) {
        if !self
            .left
            .iter()
            .rev()
            .take(RECENT)
            .any(|other| *other == place)
        {
            self.left.push_back(place);
        }
    }

    /// The calls that were left pending, from a given number on.
    pub(crate) fn left_from(&self, from: usize) -> impl Iterator<Item = (usize, Place)> {
        let skipped = from
            .saturating_sub(self.left_forgotten)
            .min(self.left.len());
        let first = self.left_forgotten + skipped;
        let left = range(&self.left, skipped..self.left.len());
        (first..).zip(left.copied())
    }

    /// Forgets the calls before a place, except those that have not ended and the newest of each category.
    pub(crate) fn forget(&mut self, first: Place) {
        let old = self.older(first);
        let kept = range(&self.all, 0..old).filter(|entry| self.open.contains(&entry.place));
        let kept: Vec<Entry> = kept.copied().collect();
        drop_first(&mut self.all, old);
        for entry in kept.into_iter().rev() {
            self.all.push_front(entry);
        }
        for (category, places) in &mut self.categories {
            drop_first(places, superfluous(*category, places, first));
        }
        self.sent.forget(first);
        self.received.forget(first);
        self.arrived.forget(first);
        while self.has_left_before(first) {
            self.left.pop_front();
            self.left_forgotten += 1;
        }
    }

    /// Whether [`Calls::forget`] forgets anything.
    pub(crate) fn forgets(&self, first: Place) -> bool {
        let old = range(&self.all, 0..self.older(first));
        let mut categories = self.categories.iter();
        let mut ledgers = [&self.sent, &self.received, &self.arrived].into_iter();
        old.into_iter()
            .any(|entry| !self.open.contains(&entry.place))
            || categories.any(|(category, places)| superfluous(*category, places, first) > 0)
            || ledgers.any(|ledger| ledger.forgets(first))
            || self.has_left_before(first)
    }

    /// How many calls there are before a place.
    fn older(&self, first: Place) -> usize {
        partition_from_end(self.all.len(), |at| self.all[at].place < first)
    }

    /// Whether the oldest call that was left pending is before a place, and has ended.
    fn has_left_before(&self, first: Place) -> bool {
        let oldest = self.left.front();
        oldest.is_some_and(|place| *place < first && !self.open.contains(place))
    }

    /// Whether nothing of it is kept.
    pub(crate) fn is_empty(&self) -> bool {
        self.all.is_empty()
            && self.categories.values().all(Vector::is_empty)
            && self.sent.count() + self.received.count() + self.arrived.count() == 0
    }

    /// The places before one whose calls are still needed.
    pub(crate) fn needed(&self, first: Place) -> impl Iterator<Item = Place> {
        let needed = self.categories.values().flatten().copied();
        needed
            .chain(self.open.iter().copied())
            .filter(move |place| *place < first)
    }
}

/// How many calls of a category before a place are more than are kept.
fn superfluous(category: Category, places: &Vector<Place>, first: Place) -> usize {
    let old = partition_from_end(places.len(), |at| places[at] < first);
    old.saturating_sub(category.kept())
}
