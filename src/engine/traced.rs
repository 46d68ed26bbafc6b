//! How a tracer reports: on the channel of an engine, with its clock, and with numbers that no call of the session has.

use std::os::fd::BorrowedFd;
use std::sync::Arc;

use crate::call::outcome::Outcome;
use crate::engine::elsewhere::Elsewhere;
use crate::engine::evidence::of_traced;
pub(crate) use crate::engine::evidence::{Ours, Question, answers};
use crate::engine::shared::Shared;
use crate::event::{
    CallId, DescriptorId, Event, EventKind, Identity, Observation, Request, Source, Timestamp,
};
use crate::kernel::observe::ProbeTarget;
use crate::socket::Address;

/// The share that a tracer has in an engine. Its thread has a descriptor table of its own.
#[derive(Debug)]
pub(crate) struct Reporter(Elsewhere<Shared>);

impl Reporter {
    pub(crate) fn new(shared: &Arc<Shared>) -> Self {
        Self(Elsewhere::new(shared))
    }

    /// The present moment on the clock of the events.
    pub(crate) fn now(&self) -> Timestamp {
        self.0.now()
    }

    /// Reports something; waits while the channel is full, and with it the traced program. Gives false when nobody reads
    /// any more.
    pub(crate) fn emit(&self, at: Timestamp, source: Source, what: EventKind) -> bool {
        self.0.pass(Event { at, source, what })
    }

    /// The number of a new call.
    pub(crate) fn new_call(&self) -> CallId {
        self.0.traced_call()
    }

    /// The number of a new descriptor.
    pub(crate) fn new_descriptor(&self) -> DescriptorId {
        self.0.new_descriptor()
    }

    /// Whether both ends of connections are probed, since a screen shows them.
    pub(crate) fn watches_endpoints(&self) -> bool {
        self.0.endpoints.is_on()
    }

    /// Has both ends of a socket probed from now on.
    pub(crate) fn adopt(&self, id: DescriptorId, target: &ProbeTarget, identity: Identity) {
        self.0.endpoints.adopt(id, target, identity);
    }

    /// Has both ends probed, and the segments captured, of a socket to which something has happened.
    pub(crate) fn happened(&self, id: DescriptorId, seen: Option<&Observation>) {
        if let Some(seen) = seen {
            self.0.mark(seen);
        }
        self.0.endpoints.happened(id, seen);
    }

    /// What is worth asking about a call of a traced process that has just returned, from a copy of its socket.
    pub(crate) fn question(
        &self,
        request: &Request,
        outcome: &Outcome,
        target: Option<&ProbeTarget>,
        process: i32,
    ) -> Option<Question> {
        of_traced(&self.0, request, outcome, target, process)
    }

    /// Notes where a connect(2) goes, before it is made; `None`: it has failed.
    pub(crate) fn connects(&self, id: DescriptorId, to: Option<&Address>) {
        if let Some(port) = to.and_then(Address::port) {
            self.0.ports.mark(port);
        }
        self.0.endpoints.connects(id, to);
    }

    /// Notes that a descriptor was closed.
    pub(crate) fn closed(&self, id: DescriptorId) {
        self.0.endpoints.closed(id);
    }

    /// What a thread with a table of its own must keep of this one's.
    pub(crate) fn kept(&self) -> BorrowedFd<'_> {
        self.0.endpoints.timer()
    }
}
