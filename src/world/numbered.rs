//! Things with numbers that are never used again, of which some are forgotten.

use std::collections::BTreeMap;

/// The things that are kept, by number. What is forgotten takes no memory.
#[derive(Debug, Clone)]
pub(crate) struct Numbered<T> {
    next: u32,
    kept: BTreeMap<u32, Box<T>>,
}

impl<T> Default for Numbered<T> {
    fn default() -> Self {
        Self {
            next: 0,
            kept: BTreeMap::new(),
        }
    }
}

impl<T> Numbered<T> {
    /// The number that the next one gets.
    pub(crate) fn next(&self) -> u32 {
        self.next
    }

    /// Adds one.
    pub(crate) fn add(&mut self, thing: T) {
        self.kept.insert(self.next, Box::new(thing));
        self.next = self.next.saturating_add(1);
    }

    pub(crate) fn get(&self, number: u32) -> Option<&T> {
        self.kept.get(&number).map(Box::as_ref)
    }

    pub(crate) fn get_mut(&mut self, number: u32) -> Option<&mut T> {
        self.kept.get_mut(&number).map(Box::as_mut)
    }

    /// Forgets one, and gives it.
    pub(crate) fn forget(&mut self, number: u32) -> Option<T> {
        self.kept.remove(&number).map(|thing| *thing)
    }

    /// Those that are kept, in the order of their numbers.
    pub(crate) fn iter(&self) -> impl DoubleEndedIterator<Item = &T> {
        self.kept.values().map(Box::as_ref)
    }
}
