//! A share in something whose files are in the descriptor table of the playground, held by a thread with another table.

use std::ops::Deref;
use std::sync::Arc;

/// A share. If it is the last one, what it shares in is left as it is and not dropped: in the table of this thread the
/// numbers of its files are closed, or are other files. That happens only when the session could not wait for the thread.
#[derive(Debug)]
pub(crate) struct Elsewhere<T>(Option<Arc<T>>);

impl<T> Elsewhere<T> {
    pub(crate) fn new(shared: &Arc<T>) -> Self {
        Self(Some(Arc::clone(shared)))
    }
}

impl<T> Deref for Elsewhere<T> {
    type Target = T;

    fn deref(&self) -> &T {
        self.0.as_ref().expect("it is taken by drop() alone")
    }
}

impl<T> Drop for Elsewhere<T> {
    fn drop(&mut self) {
        if let Some(last) = self.0.take().and_then(Arc::into_inner) {
            std::mem::forget(last);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicBool, Ordering};

    use crate::engine::elsewhere::*;

    struct Noted(Arc<AtomicBool>);

    impl Drop for Noted {
        fn drop(&mut self) {
            self.0.store(true, Ordering::Relaxed);
        }
    }

    #[test]
    fn only_a_share_of_the_playground_drops_what_is_shared() {
        let dropped = Arc::new(AtomicBool::new(false));
        let is_dropped = || dropped.swap(false, Ordering::Relaxed);
        let make = || Arc::new(Noted(Arc::clone(&dropped)));
        let shared = make();
        drop(Elsewhere::new(&shared));
        assert!(!is_dropped(), "the playground has it yet");
        drop(shared);
        assert!(is_dropped());
        let shared = make();
        let elsewhere = Elsewhere::new(&shared);
        drop(shared);
        assert!(elsewhere.0.is_some());
        drop(elsewhere);
        assert!(!is_dropped(), "its files are not in this table");
    }
}
