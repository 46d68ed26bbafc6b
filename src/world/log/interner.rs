//! An interner with a bound: equal values share one copy, as long as it is among the newest.

use std::collections::VecDeque;
use std::sync::Arc;

/// How many different values are remembered.
const REMEMBERED: usize = 64;

/// The newest different values.
#[derive(Debug, Clone)]
pub(crate) struct Interner<T> {
    newest: VecDeque<Arc<T>>,
}

impl<T> Default for Interner<T> {
    fn default() -> Self {
        Self {
            newest: VecDeque::new(),
        }
    }
}

impl<T: PartialEq> Interner<T> {
    /// The copy that is shared with equal values.
    pub(crate) fn shared(&mut self, value: Arc<T>) -> Arc<T> {
        match self.newest.iter().position(|other| **other == *value) {
            Some(at) => {
                let known = self.newest.remove(at).unwrap_or(value);
                self.newest.push_front(Arc::clone(&known));
                known
            }
            None => {
                self.newest.truncate(REMEMBERED - 1);
                self.newest.push_front(Arc::clone(&value));
                value
            }
        }
    }
}
