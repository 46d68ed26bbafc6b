//! The inbox of a socket: how its calls are given to its I/O thread.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use crossbeam_channel::{Receiver, Sender, bounded};

use crate::engine::control::Control;
use crate::event::Request;

/// A call that is to be made.
#[derive(Debug)]
pub(crate) struct Job {
    pub(crate) request: Request,
    pub(crate) control: Arc<Control>,
    /// Whether its socket is closed after it: a connection that serve() accepted.
    pub(crate) then_close: bool,
}

/// How to give a job to an I/O thread.
#[derive(Debug, Clone)]
pub(crate) struct IoThread {
    pub(crate) inbox: Sender<Job>,
    /// Whether it is inside a call.
    pub(crate) busy: Arc<AtomicBool>,
}

/// What an I/O thread receives its calls from, and whether one of them is being made.
pub(crate) type Inbox = (Receiver<Job>, Arc<AtomicBool>);

/// Both ends of a new inbox.
pub(crate) fn inbox() -> (IoThread, Inbox) {
    // Only who has set `busy` sends, so there is never a second job, and sending never waits. An unbounded channel would
    // allocate 31 places at once.
    let (sender, receiver) = bounded(1);
    let busy = Arc::new(AtomicBool::new(false));
    let thread = IoThread {
        inbox: sender,
        busy: Arc::clone(&busy),
    };
    (thread, (receiver, busy))
}
