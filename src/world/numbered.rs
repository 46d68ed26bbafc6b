//! Things with numbers that are never used again, of which some are forgotten.

use std::sync::Arc;

use imbl::OrdMap;

/// The things that are kept, by number. What is forgotten takes no memory, and a copy shares what neither changes.
#[derive(Debug, Clone)]
pub(crate) struct Numbered<T> {
    next: u32,
    kept: OrdMap<u32, Arc<T>>,
}

impl<T> Default for Numbered<T> {
    fn default() -> Self {
        Self {
            next: 0,
            kept: OrdMap::new(),
        }
    }
}

impl<T: Clone> Numbered<T> {
    /// The number that the next one gets.
    pub(crate) fn next(&self) -> u32 {
        self.next
    }

    /// Adds one.
    pub(crate) fn add(&mut self, thing: T) {
        self.kept.insert(self.next, Arc::new(thing));
        self.next = self.next.saturating_add(1);
    }

    pub(crate) fn get(&self, number: u32) -> Option<&T> {
        self.kept.get(&number).map(Arc::as_ref)
    }

    pub(crate) fn get_mut(&mut self, number: u32) -> Option<&mut T> {
        self.kept.get_mut(&number).map(Arc::make_mut)
    }

    /// Forgets one, and gives it.
    pub(crate) fn forget(&mut self, number: u32) -> Option<Arc<T>> {
        self.kept.remove(&number)
    }

    /// Those that are kept, in the order of their numbers.
    pub(crate) fn iter(&self) -> impl DoubleEndedIterator<Item = &T> {
        self.kept.values().map(Arc::as_ref)
    }
}
