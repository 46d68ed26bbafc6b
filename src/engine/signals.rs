//! Signals that end the program, or tell it something: waited for on a thread and passed on to the main loop.
//!
//! A main loop that does not take an ending signal in time is stuck (writing to a pipe that nobody reads, say): then the
//! thread removes the path sockets that were bound and ends the program itself, as the signal would.

use std::io;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use crossbeam_channel::{Receiver, Sender, bounded};

use crate::engine::bound::BoundPaths;
use crate::sys::signal::Awaited;

/// How long the main loop may take to notice a signal.
const PATIENCE: Duration = Duration::from_millis(400);

/// The signals of this program, from now on held back from every thread.
#[derive(Debug)]
pub struct Signals {
    receiver: Receiver<i32>,
    guarded: Arc<Mutex<Vec<BoundPaths>>>,
}

impl Signals {
    /// Holds signals back and begins to wait for them. Call it before the first thread starts.
    ///
    /// # Errors
    ///
    /// When no thread can be had.
    pub fn hold(signals: &[i32]) -> io::Result<Self> {
        let awaited = crate::sys::signal::await_signals(signals);
        // Without room: what is sent has been received.
        let (sender, receiver) = bounded(0);
        let guarded = Arc::default();
        let theirs = Arc::clone(&guarded);
        thread::Builder::new()
            .name("signals".to_owned())
            .spawn(move || pass_on(awaited, &sender, &theirs))?;
        Ok(Self { receiver, guarded })
    }

    /// Where they arrive.
    pub fn receiver(&self) -> &Receiver<i32> {
        &self.receiver
    }

    /// Paths to remove should the main loop be stuck when the end comes.
    pub fn guard(&self, paths: BoundPaths) {
        self.guarded
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(paths);
    }
}

fn pass_on(awaited: Awaited, sender: &Sender<i32>, guarded: &Mutex<Vec<BoundPaths>>) {
    while let Some(number) = awaited.next() {
        let ends = matches!(number, libc::SIGINT | libc::SIGTERM | libc::SIGHUP);
        if sender.send_timeout(number, PATIENCE).is_err() && ends {
            let guarded = guarded.lock().unwrap_or_else(PoisonError::into_inner);
            guarded.iter().for_each(BoundPaths::unlink);
            crate::sys::signal::die_of(number);
            return;
        }
    }
}
