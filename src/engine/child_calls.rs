//! The calls of a child: made by the child, on behalf of the thread that made it, which asks the kernel through the child
//! what has changed, and reports that.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::call::Call;
use crate::call::argument::{AddressExpr, Descriptor, Name};
use crate::call::outcome::Outcome;
use crate::call::table::{CallKind, Role};
use crate::engine::bookkeeping::has_failed;
use crate::engine::buffers::Buffers;
use crate::engine::child::Child;
use crate::engine::child_sockets::is_one_of;
use crate::engine::inbox::Job;
use crate::engine::new_descriptors::{Created, created};
use crate::engine::shared::{Entry, Shared};
use crate::event::{
    Abandonment, DescriptorId, Event, EventKind, NewDescriptor, Origin, Refusal, Request, Thread,
    Timestamp,
};
use crate::kernel::observe::ProbeTarget;
use crate::socket::{Kind, TcpState};
use crate::sys::made::InChild;

/// Makes a call of a child and reports it.
pub(crate) fn run(shared: &Arc<Shared>, child: &Child, job: Job, busy: &AtomicBool) {
    let Job {
        request, control, ..
    } = job;
    let call = request.id;
    let in_child = InChild::enter(&child.link);
    let calls = Calls {
        shared,
        child,
        request: &request,
    };
    control.enter_child(&child.link);
    let end = calls.make(&control);
    drop(in_child);
    control.finish();
    shared.controls().remove(&call);
    // Free before it is reported: whoever hears of it may ask for the next call at once.
    busy.store(false, Ordering::SeqCst);
    let what = match end {
        End::Returned(outcome, state) => {
            crate::engine::evidence::report_of_child(shared, &request, &outcome, child);
            EventKind::Returned {
                call,
                outcome,
                state,
            }
        }
        End::Refused(reason) => EventKind::Refused { call, reason },
        End::Abandoned(reason) => EventKind::Abandoned { call, reason },
    };
    let at = shared.now();
    calls.emit(at, what);
    shared.probe_epolls(at);
    shared.child_wake.wake();
}

/// How a call ended.
enum End {
    Returned(Outcome, Option<TcpState>),
    Refused(Refusal),
    Abandoned(Abandonment),
}

/// One call of a child.
struct Calls<'a> {
    shared: &'a Arc<Shared>,
    child: &'a Child,
    request: &'a Request,
}

impl Calls<'_> {
    fn emit(&self, at: Timestamp, what: EventKind) {
        let source = self.child.source();
        self.shared.send(Event { at, source, what });
    }

    fn target(&self) -> Option<ProbeTarget> {
        let entry = self.child.descriptors().get(&self.request.on?).cloned();
        Some(entry.filter(|entry| entry.open)?.target)
    }

    /// Makes it, unless it is refused, and takes in what it has changed.
    fn make(&self, control: &Arc<crate::engine::control::Control>) -> End {
        let target = self.target();
        let is_ours = |fd: i32| self.child.with_number(fd).is_some();
        let reason =
            crate::engine::refuse::refusal(self.shared, self.request, target.is_some(), &is_ours);
        if let Some(reason) = reason {
            return self.lost().unwrap_or(End::Refused(reason));
        }
        let buffers = match Buffers::of(&self.request.call) {
            Ok(buffers) => buffers,
            Err(reason) => return End::Refused(Refusal::NoMemory(reason)),
        };
        let (tid, further) = (self.child.pid(), false);
        let state = target.as_ref().and_then(crate::kernel::observe::tcp_state);
        let what = EventKind::Entered {
            call: self.request.id,
            thread: Thread { tid, further },
            state,
        };
        self.emit(self.shared.now(), what);
        self.before(target.as_ref());
        crate::sys::signal::take_sigpipe();
        let closing = self.closing();
        if let Some(descriptor) = closing {
            self.child.seen().closes(descriptor, true);
        }
        let executed = crate::engine::execute::execute(
            self.shared,
            self.request,
            control,
            buffers,
            Some(self.child),
        );
        if let Some(descriptor) = closing {
            self.child.seen().closes(descriptor, false);
        }
        if let Some(lost) = self.lost() {
            return lost;
        }
        let executed = match executed {
            Ok(executed) => executed,
            Err(reason) => return End::Refused(reason),
        };
        let outcome = Outcome {
            sigpipe: crate::sys::signal::take_sigpipe(),
            ..executed
        };
        let at = self.shared.now();
        let state = self.after(&outcome, target.as_ref(), at);
        // It may have been killed while it was asked: what it was asked is not known then.
        self.child.link.take_lost();
        End::Returned(outcome, state)
    }

    /// What has become of a call that did not return, or was not made.
    fn lost(&self) -> Option<End> {
        let link = &self.child.link;
        if link.take_too_long() {
            return Some(End::Refused(Refusal::WhileMaking(format!(
                "the arguments of one call in a child may have {} bytes in all: the call was not made",
                crate::sys::child::ROOM
            ))));
        }
        if !link.take_lost() {
            return None;
        }
        Some(match self.child.end_status() {
            Some(status) => End::Abandoned(Abandonment::Ended(status)),
            None => End::Abandoned(Abandonment::ThreadEnded),
        })
    }

    /// What must be asked before a call: what close(2) throws away, and where connect(2) goes.
    fn before(&self, target: Option<&ProbeTarget>) {
        let (Some(descriptor), Some(target)) = (self.request.on, target) else {
            return;
        };
        let call = &*self.request.call;
        if call.call_kind() == CallKind::Close {
            let seen = crate::kernel::observe::observe(target, false);
            self.emit(self.shared.now(), EventKind::Observed { descriptor, seen });
        }
        if let Call::Connect { address, .. } = call
            && let AddressExpr::Literal(to) = &address.place
        {
            if let Some(port) = to.port() {
                self.shared.ports.mark(port);
            }
            self.shared.endpoints.connects(descriptor, Some(to));
        }
    }

    /// What a call has changed: descriptors that are closed or new, and the state of its socket.
    fn after(
        &self,
        outcome: &Outcome,
        target: Option<&ProbeTarget>,
        at: Timestamp,
    ) -> Option<TcpState> {
        let call = &*self.request.call;
        let kind = call.call_kind();
        if kind.role() == Role::Duplicates && outcome.result.is_ok() {
            self.close_replaced(call, at);
        }
        // dup2() of a number onto itself makes nothing.
        let is_new = |created: &Created| call.socket() != Some(&Descriptor::Raw(created.target.fd));
        let all = created(call, outcome, self.request.on, target);
        for (index, created) in all.into_iter().filter(is_new).enumerate() {
            let name = self.request.command.targets.get(index).cloned();
            self.open(&created, name, at);
        }
        let descriptor = self.request.on?;
        if kind == CallKind::Close {
            if outcome.errno().is_none_or(|errno| errno.0 != libc::EBADF) {
                self.close(descriptor, at);
            }
            return None;
        }
        if kind == CallKind::Connect && has_failed(outcome) {
            self.shared.endpoints.connects(descriptor, None);
        }
        let target = target?;
        let addresses = crate::engine::addresses::may_change(call, target);
        self.observe(descriptor, target, addresses, at)
    }

    fn observe(
        &self,
        descriptor: DescriptorId,
        target: &ProbeTarget,
        addresses: bool,
        at: Timestamp,
    ) -> Option<TcpState> {
        // Held until it is reported, so that nothing older is reported after it.
        let mut last = self.child.seen();
        let mut seen = crate::kernel::observe::observe(target, addresses);
        let own = (self.child.pid(), target.fd);
        if target.kind == Kind::Epoll && !is_one_of(&self.shared.epolls(), own) {
            seen.interest = crate::kernel::interest::read_in_process(target.fd);
        }
        last.note(descriptor, &seen);
        self.shared.mark(&seen);
        if let Some(entry) = self.child.descriptors().get_mut(&descriptor) {
            entry.note_addresses(&seen);
        }
        self.shared.endpoints.happened(descriptor, Some(&seen));
        let state = seen.tcp;
        self.emit(at, EventKind::Observed { descriptor, seen });
        state
    }

    fn close(&self, descriptor: DescriptorId, at: Timestamp) {
        if let Some(entry) = self.child.descriptors().get_mut(&descriptor) {
            entry.open = false;
        }
        self.shared.endpoints.closed(descriptor);
        self.emit(at, EventKind::Closed { descriptor });
    }

    /// The descriptor that the call closes.
    fn closing(&self) -> Option<DescriptorId> {
        let call = &*self.request.call;
        if call.call_kind() == CallKind::Close {
            return self.request.on;
        }
        let duplicates = call.call_kind().role() == Role::Duplicates;
        duplicates.then(|| self.replaced(call)).flatten()
    }

    /// What the number refers to that dup2() gives to another one.
    fn replaced(&self, call: &Call) -> Option<DescriptorId> {
        let to = call.others().into_iter().next();
        match to {
            Some(Descriptor::Raw(number)) if call.socket() != to => self.child.with_number(*number),
            _ => None,
        }
    }

    /// After dup2(): what the number referred to is closed.
    fn close_replaced(&self, call: &Call, at: Timestamp) {
        if let Some(replaced) = self.replaced(call) {
            self.close(replaced, at);
        }
    }

    fn open(&self, created: &Created, name: Option<Name>, at: Timestamp) {
        let Created { target, origin } = *created;
        if let Origin::Accepted(_) = origin {
            self.shared.note_accepted(target.fd);
        }
        let identity = crate::kernel::observe::identity(&target);
        let descriptor = self.shared.new_descriptor();
        self.child
            .descriptors()
            .insert(descriptor, Entry::of_child(target, identity));
        self.emit(
            at,
            EventKind::Created(NewDescriptor {
                descriptor,
                call: self.request.id,
                fd: target.fd,
                name,
                kind: target.kind,
                domain: target.domain,
                socket_type: target.socket_type,
                protocol: target.protocol,
                origin,
                identity,
                same_file: None,
            }),
        );
        self.shared.endpoints.adopt(descriptor, &target, identity);
        self.observe(descriptor, &target, true, at);
    }
}
