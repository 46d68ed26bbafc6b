//! Wakes the thread that asks for what only children have. Without a child there is no such thread.

use std::sync::OnceLock;

use crossbeam_channel::{Receiver, Sender, bounded};

/// Where it is woken.
#[derive(Debug, Default)]
pub(crate) struct ChildWake(OnceLock<Sender<()>>);

impl ChildWake {
    /// Has the thread started that waits at the other end, unless it was.
    pub(crate) fn start(&self, start: impl FnOnce(Receiver<()>)) {
        self.0.get_or_init(|| {
            let (wake, woken) = bounded(1);
            start(woken);
            wake
        });
    }

    /// Something has happened: another round is made.
    pub(crate) fn wake(&self) {
        if let Some(wake) = self.0.get() {
            // Where it is full, a round follows anyway.
            let _ = wake.try_send(());
        }
    }
}
