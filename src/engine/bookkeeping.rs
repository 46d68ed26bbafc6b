//! What a call changes for those who observe sockets: the sampler, the endpoint watcher, the capturer, and the table of
//! sockets. They must know some of it before the call is made, and the rest when it has returned.

use crate::call::Call;
use crate::call::argument::{AddressExpr, Descriptor};
use crate::call::outcome::{Outcome, Returned};
use crate::call::table::{CallKind, Role};
use crate::engine::shared::{ProbeOptions, Shared};
use crate::event::{DescriptorId, EventKind, Request, Timestamp};
use crate::kernel::observe::ProbeTarget;
use crate::socket::{Address, TcpState};

/// One call, from just before it is made until it has returned.
#[derive(Debug)]
pub(crate) struct Bookkeeping<'a> {
    shared: &'a Shared,
    request: &'a Request,
    /// The descriptor that it closes by giving its number to another one.
    replaces: Option<(DescriptorId, ProbeTarget)>,
    /// The descriptor that it moves data over, in a loop.
    moves: Option<DescriptorId>,
}

impl<'a> Bookkeeping<'a> {
    /// Before the call: the descriptors that it closes are probed once more, since nobody can be asked after it what was
    /// unread. Then the sampler forgets them.
    pub(crate) fn begin(shared: &'a Shared, request: &'a Request) -> Self {
        let call_kind = request.call.call_kind();
        if let Some(id) = request.on.filter(|_| call_kind == CallKind::Close) {
            probe_last(shared, id);
            shared.sampler.forget(id);
        }
        let replaces = replaces(shared, &request.call);
        if let Some((id, _)) = replaces {
            shared.sampler.forget(id);
        }
        let moves_data = call_kind.is_loop() && call_kind != CallKind::Serve;
        Self {
            shared,
            request,
            replaces,
            moves: request.on.filter(|_| moves_data),
        }
    }

    /// Just before the system call, when it has been reported.
    pub(crate) fn enter(&self) {
        if let Some(id) = self.moves {
            self.shared.sampler.let_be(id);
        }
        if let Call::Connect { address, .. } = &*self.request.call
            && let AddressExpr::Literal(address) = &address.place
        {
            self.connects_to(address);
        }
    }

    /// Just after it, whether it was made or not.
    pub(crate) fn leave(&self) {
        if let Some(id) = self.moves {
            self.shared.sampler.watch_again(id);
        }
    }

    /// When the call was not made.
    pub(crate) fn refused(&self) {
        if let Some((id, target)) = self.replaces {
            self.shared.sampler.watch(id, target);
        }
    }

    /// After dup2(): what the number referred to is closed, as by close(), unless the call failed.
    pub(crate) fn close_replaced(&self, outcome: &Outcome, at: Timestamp) {
        let Some((id, target)) = self.replaces else {
            return;
        };
        if outcome.result.is_err() {
            self.shared.sampler.watch(id, target);
        } else {
            self.close(id, at);
        }
    }

    /// After the call, when its new descriptors are registered. Gives the TCP state of the socket.
    pub(crate) fn returned(&self, outcome: &Outcome, at: Timestamp) -> Option<TcpState> {
        let id = self.request.on?;
        let call_kind = self.request.call.call_kind();
        if call_kind == CallKind::Connect && has_failed(outcome) {
            self.shared.endpoints.connects(id, None);
        }
        if call_kind != CallKind::Close {
            return self.probe(id, outcome, at);
        }
        // The number is free, whatever the call said, unless it said that there was nothing to close.
        if outcome.errno().is_none_or(|errno| errno.0 != libc::EBADF) {
            self.close(id, at);
        }
        None
    }

    /// Before connect(): its SYN is to be captured too, and until it is answered nothing else shows where it went.
    fn connects_to(&self, address: &Address) {
        if let Some(port) = address.port() {
            self.shared.ports.mark(port);
        }
        if let Some(id) = self.request.on {
            self.shared.endpoints.connects(id, Some(address));
        }
    }

    fn close(&self, id: DescriptorId, at: Timestamp) {
        self.shared.release(id);
        let closed = EventKind::Closed { descriptor: id };
        self.shared.emit_at(at, closed);
    }

    /// Probes the socket after a call on it and reports what was observed.
    fn probe(&self, id: DescriptorId, outcome: &Outcome, at: Timestamp) -> Option<TcpState> {
        let target = self.shared.entry(id).filter(|entry| entry.open)?.target;
        let read_nothing = match &outcome.result {
            Ok(Returned::Data { count, .. }) => *count == 0,
            Ok(_) => outcome.messages().iter().any(|message| message.count == 0),
            Err(_) => false,
        };
        let probe_options = ProbeOptions {
            addresses: crate::engine::addresses::may_change(&self.request.call, &target),
            end: read_nothing,
        };
        self.shared.probe(id, &target, probe_options, at).tcp
    }
}

/// Probes a socket that is about to be closed.
fn probe_last(shared: &Shared, id: DescriptorId) {
    let entry = shared.entry(id).filter(|entry| entry.open);
    if let Some(target) = entry.map(|entry| entry.target) {
        let probe_options = ProbeOptions {
            addresses: false,
            end: false,
        };
        shared.probe(id, &target, probe_options, shared.now());
    }
}

/// The descriptor that a call closes by giving its number to another one, dup2(2).
fn replaces(shared: &Shared, call: &Call) -> Option<(DescriptorId, ProbeTarget)> {
    if call.call_kind().role() != Role::Duplicates {
        return None;
    }
    let to = call.others().into_iter().next()?;
    let Descriptor::Raw(number) = to else {
        return None;
    };
    if call.socket() == Some(to) {
        return None;
    }
    let sockets = shared.sockets();
    let mut open = sockets.iter().filter(|(_, entry)| entry.open);
    let found = open.find(|(_, entry)| entry.target.fd == *number);
    found.map(|(id, entry)| (*id, entry.target))
}

/// Whether connect() has failed for good, so that no connection may come of it any more.
pub(crate) fn has_failed(outcome: &Outcome) -> bool {
    let goes_on = [
        libc::EINPROGRESS,
        libc::EALREADY,
        libc::EINTR,
        libc::EISCONN,
    ];
    outcome
        .errno()
        .is_some_and(|errno| !errno.is_restart() && !goes_on.contains(&errno.0))
}
