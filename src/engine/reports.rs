//! The channel on which an engine reports events, and how waiting senders are released when the engine closes.

use std::sync::{Arc, Mutex, PoisonError};

use crossbeam_channel::{Receiver, Sender, TrySendError, bounded, select};

use crate::event::Event;

/// Sends the events of all threads to their reader.
#[derive(Debug, Clone)]
pub(crate) struct Reports {
    events: Sender<Event>,
    /// Nothing is ever sent here; it is closed when the engine is.
    closing: Receiver<Never>,
    keeper: Arc<Mutex<Option<Sender<Never>>>>,
}

/// A message that cannot be.
#[derive(Debug)]
enum Never {}

impl Reports {
    pub(crate) fn new(events: Sender<Event>) -> Self {
        let (keeper, closing) = bounded(0);
        Self {
            events,
            closing,
            keeper: Arc::new(Mutex::new(Some(keeper))),
        }
    }

    /// Sends an event. Gives false when nobody will read it.
    pub(crate) fn send(&self, event: Event) -> bool {
        let event = match self.events.try_send(event) {
            Ok(()) => return true,
            Err(TrySendError::Disconnected(_)) => return false,
            Err(TrySendError::Full(event)) => event,
        };
        select! {
            send(self.events, event) -> sent => sent.is_ok(),
            recv(self.closing) -> _ => false,
        }
    }

    /// From now on nobody waits to report anything.
    pub(crate) fn close(&self) {
        self.keeper
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
    }
}
