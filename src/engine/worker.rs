//! I/O threads: one a socket, further ones for calls that are asked for while it is blocked.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use crossbeam_channel::{Receiver, bounded};

use crate::call::argument::{AddressExpr, Descriptor, Name};
use crate::call::outcome::{Outcome, Returned};
use crate::call::table::{CallKind, Role};
use crate::call::{Call, Command, Mode};
use crate::engine::buffers::Buffers;
use crate::engine::new_descriptors::{Made, made};
use crate::engine::refuse::refusal;
use crate::engine::shared::{IoThread, Job, ProbeOptions, Shared};
use crate::event::{
    DescriptorId, Event, EventKind, NewDescriptor, Origin, Reach, Refusal, Request, Thread,
    Timestamp,
};
use crate::kernel::observe::ProbeTarget;
use crate::socket::Address;

/// Small, so that ten thousand sockets are possible; only touched pages count.
const STACK: usize = 128 << 10;

/// Gives a call to its socket's thread, or to a further one when that is inside another call.
///
/// # Errors
///
/// Why no thread could be had.
fn dispatch(shared: &Arc<Shared>, job: Job) -> Result<(), Refusal> {
    let control = Arc::clone(&job.control);
    give(shared, job)?;
    // After the thread was woken, not before: a call that returns at once need not wait for the watcher to wake up.
    if !control.is_done() {
        shared.watch_queue.watch(control);
    }
    Ok(())
}

fn give(shared: &Arc<Shared>, job: Job) -> Result<(), Refusal> {
    let own = job
        .request
        .on
        .and_then(|id| shared.entry(id))
        .and_then(|entry| entry.thread);
    let Some(own) = own else {
        return start_for_one(shared, job, false);
    };
    if own.busy.swap(true, Ordering::SeqCst) {
        return start_for_one(shared, job, true);
    }
    match own.inbox.send(job) {
        Ok(()) => Ok(()),
        // The thread was about to end because its socket was closed just now.
        Err(refused) => start_for_one(shared, refused.into_inner(), false),
    }
}

/// Starts a thread for one call. When the call makes a socket, the thread becomes that socket's own.
fn start_for_one(shared: &Arc<Shared>, job: Job, further: bool) -> Result<(), Refusal> {
    let (control, theirs) = (Arc::clone(&job.control), Arc::clone(shared));
    let started = start(shared, "call", move || {
        if let Some((inbox, busy)) = run(&theirs, job, further) {
            serve(&theirs, &inbox, &busy);
        }
    });
    started.map_err(|error| {
        control.finish();
        shared.controls().remove(&control.call);
        Refusal::NoThread(error.to_string())
    })
}

pub(crate) fn start(
    shared: &Arc<Shared>,
    name: &str,
    body: impl FnOnce() + Send + 'static,
) -> std::io::Result<()> {
    shared.thread_begins();
    let theirs = Arc::clone(shared);
    let started = thread::Builder::new()
        .name(name.to_owned())
        .stack_size(STACK)
        .spawn(move || {
            // Counted out also when it panics.
            let _counted = Counted(theirs);
            crate::sys::signal::mask_others();
            body();
        });
    if started.is_err() {
        shared.thread_ends();
    }
    started.map(drop)
}

/// A thread that was counted in.
struct Counted(Arc<Shared>);

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.thread_ends();
    }
}

/// Makes one call after the other until the socket is closed.
fn serve(shared: &Arc<Shared>, inbox: &Receiver<Job>, busy: &AtomicBool) {
    for job in inbox {
        run_with(shared, job, false, Some(busy));
    }
}

pub(crate) type Inbox = (Receiver<Job>, Arc<AtomicBool>);

fn run(shared: &Arc<Shared>, job: Job, further: bool) -> Option<Inbox> {
    run_with(shared, job, further, None)
}

/// Makes a call and reports it. Gives the inbox of the socket that it made, when the calling thread is to serve it.
fn run_with(
    shared: &Arc<Shared>,
    job: Job,
    further: bool,
    busy: Option<&AtomicBool>,
) -> Option<Inbox> {
    let Job {
        request,
        control,
        then_close,
    } = job;
    let call = request.id;
    let free = || {
        if let Some(busy) = busy {
            busy.store(false, Ordering::SeqCst);
        }
    };
    let entry = request
        .on
        .and_then(|id| shared.entry(id))
        .filter(|entry| entry.open);
    let refuse = |reason| {
        control.finish();
        shared.controls().remove(&call);
        free();
        shared.emit(EventKind::Refused { call, reason });
    };
    let buffers = match prepare(shared, &request, entry.is_some()) {
        Ok(buffers) => buffers,
        Err(reason) => {
            refuse(reason);
            return None;
        }
    };
    let closes = request.call.call_kind() == CallKind::Close;
    if let Some(id) = request.on.filter(|_| closes) {
        shared.sampler.forget(id);
    }
    let replaces = replaces(shared, &request.call);
    if let Some((id, _)) = replaces {
        shared.sampler.forget(id);
    }
    let target = entry.map(|entry| entry.target);
    let state = target.as_ref().and_then(crate::kernel::observe::tcp_state);
    let tid = crate::sys::signal::gettid();
    control.enter(tid);
    // Told at once and not with the result: whoever waits for that wakes up while the call is made.
    shared.emit(EventKind::Entered {
        call,
        thread: Thread { tid, further },
        state,
    });
    crate::sys::signal::take_sigpipe();
    let moves = request.on.filter(|_| {
        request.call.call_kind().is_loop() && request.call.call_kind() != CallKind::Serve
    });
    if let Some(id) = moves {
        shared.sampler.let_be(id);
    }
    if let Call::Connect { address, .. } = &*request.call
        && let AddressExpr::Literal(address) = &address.place
    {
        set_target(shared, request.on, address);
    }
    let executed = crate::engine::execute::execute(shared, &request, &control, buffers);
    if let Some(id) = moves {
        shared.sampler.watch_again(id);
    }
    let executed = match executed {
        Ok(executed) => executed,
        Err(reason) => {
            if let Some((id, target)) = replaces {
                shared.sampler.watch(id, target);
            }
            refuse(reason);
            return None;
        }
    };
    let at = shared.now();
    let outcome = Outcome {
        sigpipe: crate::sys::signal::take_sigpipe(),
        ..executed
    };
    let was_cancelled = control.is_cancelled();
    control.finish();
    shared.controls().remove(&call);
    if let Some(replaced) = replaces {
        close_replaced(shared, replaced, &outcome, at);
    }
    let inbox = register_created(shared, &request, &outcome, target.as_ref(), at);
    if let Some(id) = request
        .on
        .filter(|_| request.call.call_kind() == CallKind::Connect)
        && has_failed(&outcome)
    {
        shared.ends.connects(id, None);
    }
    let state = match (request.on, closes) {
        (Some(id), true) => {
            close(shared, id, &outcome, at);
            None
        }
        (Some(id), false) => look(shared, id, &request.call, &outcome, at),
        (None, _) => None,
    };
    shared.look_at_epolls(at);
    crate::engine::paths::tell_path_file(shared, &request, &outcome);
    // Free before it is reported: whoever hears of it may ask for the next call at once.
    free();
    shared.emit_at(
        at,
        EventKind::Returned {
            call,
            outcome,
            state,
        },
    );
    if then_close && !was_cancelled {
        close_after(shared, &request);
    }
    inbox
}

/// What a call needs to be made, or why it is not made.
fn prepare(shared: &Shared, request: &Request, is_open: bool) -> Result<Buffers, Refusal> {
    match refusal(shared, request, is_open) {
        Some(reason) => Err(reason),
        None => Buffers::of(&request.call).map_err(Refusal::NoMemory),
    }
}

pub(crate) fn background(call: Call) -> Command {
    Command {
        targets: Vec::new(),
        call,
        mode: Mode::Background,
    }
}

/// A call that nobody typed, on one of our sockets; it may reach what the one may that led to it.
pub(crate) fn own_request(
    shared: &Shared,
    written: Call,
    call: Call,
    (on, reach): (DescriptorId, Reach),
) -> Request {
    Request {
        id: shared.own_call(),
        command: Arc::new(background(written)),
        call: Arc::new(call),
        on: Some(on),
        others: Box::default(),
        reach,
    }
}

/// Has a call made. `report` gets what happens before a thread has it: that it was asked for, before any other event of
/// the call, and that it is refused where no thread can be had.
pub(crate) fn submit(
    shared: &Arc<Shared>,
    request: Request,
    then_close: bool,
    report: &mut dyn FnMut(Event),
) {
    let call = request.id;
    report(shared.event(EventKind::Asked(Box::new(request.clone()))));
    let control = shared.control(&request);
    let job = Job {
        request,
        control,
        then_close,
    };
    if let Err(reason) = dispatch(shared, job) {
        report(shared.event(EventKind::Refused { call, reason }));
    }
}

/// Has a call made that nobody typed: all of it is reported on the channel.
pub(crate) fn submit_own(shared: &Arc<Shared>, request: Request, then_close: bool) {
    submit(shared, request, then_close, &mut |event| shared.send(event));
}

/// Closes the connection that a call of serve() was made on, unless a person has: its number may be another's by now.
fn close_after(shared: &Arc<Shared>, served: &Request) {
    let is_open = |id: &DescriptorId| shared.entry(*id).is_some_and(|entry| entry.open);
    let (Some(on), Some(written), Some(socket)) = (
        served.on.filter(is_open),
        served.command.call.socket(),
        served.call.socket(),
    ) else {
        return;
    };
    let close = |socket: &Descriptor| Call::Close {
        socket: socket.clone(),
    };
    let request = own_request(shared, close(written), close(socket), (on, served.reach));
    submit_own(shared, request, false);
}

/// Reports the sockets that a call made and gives each a thread; the first one may get the calling thread.
fn register_created(
    shared: &Arc<Shared>,
    request: &Request,
    outcome: &Outcome,
    target: Option<&ProbeTarget>,
    at: Timestamp,
) -> Option<Inbox> {
    let made = made(&request.call, outcome, request.on, target);
    // dup2() of a number onto itself makes nothing.
    let is_new = |made: &Made| request.call.socket() != Some(&Descriptor::Raw(made.target.fd));
    let mut own = None;
    for (index, made) in made.into_iter().filter(is_new).enumerate() {
        let name = request.command.targets.get(index).cloned();
        let (id, inbox) = register(shared, request, &made, name, at);
        let keeps_this_thread = index == 0 && request.on.is_none();
        if keeps_this_thread {
            crate::sys::signal::name_thread(&format!("fd{}", made.target.fd));
            own = Some(inbox);
        } else {
            serve_elsewhere(shared, id, made.target, inbox);
        }
    }
    own
}

/// Takes a new descriptor in and reports it. Its calls wait in the inbox until somebody serves it.
pub(crate) fn register(
    shared: &Shared,
    request: &Request,
    made: &Made,
    name: Option<Name>,
    at: Timestamp,
) -> (DescriptorId, Inbox) {
    // Only who has set `busy` sends, so there is never a second job, and sending never waits. An unbounded channel would
    // allocate 31 places at once.
    let (sender, inbox) = bounded(1);
    let busy = Arc::new(AtomicBool::new(false));
    let thread = IoThread {
        inbox: sender,
        busy: Arc::clone(&busy),
    };
    let Made { target, origin } = *made;
    if let Origin::Accepted(_) = origin {
        shared.note_accepted(target.fd);
    }
    let (id, identity) = shared.adopt(target, name.clone(), Some(thread));
    let ProbeTarget {
        fd,
        kind,
        domain,
        socket_type,
        protocol,
        ..
    } = target;
    let birth = NewDescriptor {
        descriptor: id,
        call: request.id,
        fd,
        name,
        kind,
        domain,
        socket_type,
        protocol,
        origin,
        identity,
    };
    shared.emit_at(at, EventKind::Created(birth));
    let probe_options = ProbeOptions {
        addresses: true,
        end: false,
    };
    shared.look(id, &target, probe_options, at);
    (id, (inbox, busy))
}

/// Starts the thread of a socket. Without one its calls run on threads of their own, one each.
pub(crate) fn serve_elsewhere(
    shared: &Arc<Shared>,
    id: DescriptorId,
    target: ProbeTarget,
    (inbox, busy): Inbox,
) {
    let theirs = Arc::clone(shared);
    let started = start(shared, &format!("fd{}", target.fd), move || {
        serve(&theirs, &inbox, &busy);
    });
    if started.is_err()
        && let Some(entry) = shared.sockets().get_mut(&id)
    {
        entry.thread = None;
    }
}

/// Before connect(): its SYN is to be captured too, and until it is answered nothing else tells where it went.
fn set_target(shared: &Shared, on: Option<DescriptorId>, address: &Address) {
    if let Some(port) = address.port() {
        shared.ports.mark(port);
    }
    if let Some(id) = on {
        shared.ends.connects(id, Some(address));
    }
}

/// After connect(): whether it has failed for good, so that no connection may come of it any more.
fn has_failed(outcome: &Outcome) -> bool {
    let goes_on = [
        libc::EINPROGRESS,
        libc::EALREADY,
        libc::EINTR,
        libc::EISCONN,
    ];
    outcome
        .errno()
        .is_some_and(|errno| !goes_on.contains(&errno.0))
}

/// After close(): the number is free, whatever the call said, unless it said that there was nothing to close.
fn close(shared: &Shared, id: DescriptorId, outcome: &Outcome, at: Timestamp) {
    if outcome.errno().is_none_or(|errno| errno.0 != libc::EBADF) {
        shared.release(id);
        shared.emit_at(at, EventKind::Closed { descriptor: id });
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

/// After dup2(): what the number stood for is closed, as by close(), unless the call failed.
fn close_replaced(
    shared: &Shared,
    (id, target): (DescriptorId, ProbeTarget),
    outcome: &Outcome,
    at: Timestamp,
) {
    if outcome.result.is_err() {
        shared.sampler.watch(id, target);
        return;
    }
    shared.release(id);
    shared.emit_at(at, EventKind::Closed { descriptor: id });
}

/// Looks at the socket after a call on it and reports what was seen. Gives the TCP state.
fn look(
    shared: &Shared,
    id: DescriptorId,
    call: &Call,
    outcome: &Outcome,
    at: Timestamp,
) -> Option<crate::socket::TcpState> {
    let target = shared.entry(id).filter(|entry| entry.open)?.target;
    let read_nothing = match &outcome.result {
        Ok(Returned::Data { count, .. }) => *count == 0,
        Ok(Returned::Message(message)) => message.count == 0,
        _ => false,
    };
    let probe_options = ProbeOptions {
        addresses: crate::engine::addresses::may_change(call.call_kind(), &target),
        end: read_nothing,
    };
    shared.look(id, &target, probe_options, at).tcp
}
