//! What the player asks of its driver.

use crate::call::fault::Fault;
use crate::event::{CallId, EventKind, Request};
use crate::script::report::Report;

/// What is to be done.
#[derive(Debug, Clone)]
pub enum Effect {
    /// Give this to the engine, and fold what it gives back before anything else.
    Submit(Box<Request>),
    /// Interrupt a call.
    Cancel(CallId),
    /// Let a held call of a traced program be made, with this fault.
    Release(CallId, Option<Fault>),
    /// Fold this as an event of the present moment.
    Emit(EventKind),
    /// A line is done.
    Report(Box<Report>),
    /// A line without command: its comment, if any.
    Remark(Option<String>),
}
