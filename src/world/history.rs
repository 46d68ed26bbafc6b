//! A bounded history of something: the oldest entries are forgotten.

use std::ops::{Deref, Range};
use std::sync::Arc;

/// The least number of entries that are kept.
const KEPT: usize = 1024;

/// The newest entries of a history. It dereferences to them, oldest first. Copies share them until one is changed.
#[derive(Debug, Clone)]
pub struct History<T> {
    kept: Arc<Vec<T>>,
    forgotten: usize,
}

impl<T> Default for History<T> {
    fn default() -> Self {
        Self {
            kept: Arc::default(),
            forgotten: 0,
        }
    }
}

impl<T> Deref for History<T> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        &self.kept
    }
}

impl<T: Clone> History<T> {
    /// Adds an entry, and forgets the oldest ones once there are twice as many as must be kept.
    pub(crate) fn push(&mut self, entry: T) {
        if self.kept.len() >= 2 * KEPT {
            let old = self.kept.len() - KEPT;
            Arc::make_mut(&mut self.kept).drain(..old);
            self.forgotten += old;
        }
        Arc::make_mut(&mut self.kept).push(entry);
    }

    /// How many entries there have been, forgotten ones too.
    pub(crate) fn count(&self) -> usize {
        self.forgotten + self.kept.len()
    }

    /// The entries with these numbers, counted from the beginning, as far as they are kept.
    pub(crate) fn numbered(&self, numbers: &Range<usize>) -> &[T] {
        let end = numbers.end.saturating_sub(self.forgotten);
        let end = end.min(self.kept.len());
        let start = numbers.start.saturating_sub(self.forgotten).min(end);
        &self.kept[start..end]
    }

    /// Changes every entry that is kept.
    pub(crate) fn iter_mut(&mut self) -> impl Iterator<Item = &mut T> {
        Arc::make_mut(&mut self.kept).iter_mut()
    }
}

#[cfg(test)]
mod tests {
    use crate::world::history::*;

    #[test]
    fn the_oldest_entries_are_forgotten_and_the_numbers_stay() {
        let mut history = History::default();
        for entry in 0..5 * KEPT {
            history.push(entry);
        }
        assert_eq!(history.count(), 5 * KEPT);
        assert!((KEPT..=2 * KEPT).contains(&history.len()));
        assert_eq!(history.last(), Some(&(5 * KEPT - 1)));
        let newest = history.numbered(&(5 * KEPT - 2..usize::MAX));
        assert_eq!(newest, [5 * KEPT - 2, 5 * KEPT - 1]);
        assert!(history.numbered(&(0..2)).is_empty(), "they are forgotten");
    }
}
