//! I/O threads: one a socket, further ones for calls that are asked for while it is blocked. Each makes its calls and
//! reports them.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crossbeam_channel::Receiver;

use crate::call::Call;
use crate::call::argument::Descriptor;
use crate::call::outcome::Outcome;
use crate::engine::bookkeeping::Bookkeeping;
use crate::engine::buffers::Buffers;
use crate::engine::inbox::{Inbox, Job};
use crate::engine::new_descriptors::{Created, created};
use crate::engine::own_call::own_request;
use crate::engine::refuse::refusal;
use crate::engine::register::register;
use crate::engine::shared::Shared;
use crate::event::{DescriptorId, Event, EventKind, Refusal, Request, Thread, Timestamp};
use crate::kernel::observe::ProbeTarget;

/// Has a call made. `report` gets what happens before a thread has it: that it was asked for, before any other event of
/// the call, and that it is refused where no thread can be had.
pub(crate) fn submit(
    shared: &Arc<Shared>,
    request: Request,
    then_close: bool,
    report: &mut dyn FnMut(Event),
) {
    let call = request.id;
    let source = request.source();
    let from = |event: Event| Event { source, ..event };
    report(from(
        shared.event(EventKind::Asked(Box::new(request.clone()))),
    ));
    let control = shared.control(&request);
    let job = Job {
        request,
        control,
        then_close,
    };
    if let Err(reason) = dispatch(shared, job) {
        report(from(shared.event(EventKind::Refused { call, reason })));
    }
}

/// Has a call made that nobody typed: all of it is reported on the channel.
pub(crate) fn submit_own(shared: &Arc<Shared>, request: Request, then_close: bool) {
    submit(shared, request, then_close, &mut |event| shared.send(event));
}

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
    if let Some(pid) = job.request.process {
        return give_to_child(shared, pid, job);
    }
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

/// Gives a call to the thread that makes the calls of a child.
fn give_to_child(shared: &Shared, pid: i32, job: Job) -> Result<(), Refusal> {
    let child = shared.children().get(&pid).cloned();
    let child = child.filter(|child| !child.link.has_ended());
    let (control, name) = (
        Arc::clone(&job.control),
        job.request.command.process.clone(),
    );
    let name = name.map_or_else(|| pid.to_string(), |name| name.to_string());
    let given = match child {
        None => Err(Refusal::ChildEnded(name)),
        Some(child) if child.thread.busy.swap(true, Ordering::SeqCst) => {
            Err(Refusal::ChildIsBusy(name))
        }
        Some(child) => {
            let sent = child.thread.inbox.send(job);
            sent.map_err(|_| Refusal::ChildEnded(name))
        }
    };
    given.inspect_err(|_| {
        control.finish();
        shared.controls().remove(&control.call);
    })
}

/// Starts a thread for one call. When the call makes a socket, the thread becomes that socket's own.
fn start_for_one(shared: &Arc<Shared>, job: Job, further: bool) -> Result<(), Refusal> {
    let (control, theirs) = (Arc::clone(&job.control), Arc::clone(shared));
    let started = shared.io_threads.start("call", move || {
        if let Some((inbox, busy)) = run(&theirs, job, further, None) {
            serve(&theirs, &inbox, &busy);
        }
    });
    started.map_err(|error| {
        control.finish();
        shared.controls().remove(&control.call);
        Refusal::NoThread(error.to_string())
    })
}

/// Starts the thread of a socket. Without one its calls run on threads of their own, one each.
pub(crate) fn serve_elsewhere(
    shared: &Arc<Shared>,
    id: DescriptorId,
    target: ProbeTarget,
    (inbox, busy): Inbox,
) {
    let theirs = Arc::clone(shared);
    let name = format!("fd{}", target.fd);
    let started = shared.io_threads.start(&name, move || {
        serve(&theirs, &inbox, &busy);
    });
    if started.is_err()
        && let Some(entry) = shared.sockets().get_mut(&id)
    {
        entry.thread = None;
    }
}

/// Makes one call after the other until the socket is closed.
fn serve(shared: &Arc<Shared>, inbox: &Receiver<Job>, busy: &AtomicBool) {
    for job in inbox {
        match job.request.process {
            Some(pid) => run_in_child(shared, pid, job, busy),
            None => drop(run(shared, job, false, Some(busy))),
        }
    }
}

/// Has a child make a call, unless it was waited for just now.
fn run_in_child(shared: &Arc<Shared>, pid: i32, job: Job, busy: &AtomicBool) {
    let child = shared.children().get(&pid).cloned();
    if let Some(child) = child {
        return crate::engine::child_calls::run(shared, &child, job, busy);
    }
    job.control.finish();
    shared.controls().remove(&job.request.id);
    busy.store(false, Ordering::SeqCst);
    let name = job.request.command.process.as_ref();
    let name = name.map_or_else(|| pid.to_string(), ToString::to_string);
    let (at, source, call) = (shared.now(), job.request.source(), job.request.id);
    let reason = Refusal::ChildEnded(name);
    let what = EventKind::Refused { call, reason };
    shared.send(Event { at, source, what });
}

/// Makes a call and reports it. Gives the inbox of the socket that it created, when the calling thread is to serve it.
fn run(shared: &Arc<Shared>, job: Job, further: bool, busy: Option<&AtomicBool>) -> Option<Inbox> {
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
    let refuse = |reason| {
        control.finish();
        shared.controls().remove(&call);
        free();
        shared.emit(EventKind::Refused { call, reason });
    };
    let entry = request.on.and_then(|id| shared.entry(id));
    let target = entry.filter(|entry| entry.open).map(|entry| entry.target);
    let buffers = match prepare(shared, &request, target.is_some()) {
        Ok(buffers) => buffers,
        Err(reason) => {
            refuse(reason);
            return None;
        }
    };
    let bookkeeping = Bookkeeping::begin(shared, &request);
    let state = target.as_ref().and_then(crate::kernel::observe::tcp_state);
    let tid = crate::sys::signal::gettid();
    control.enter(tid);
    // Reported at once and not with the result: whoever waits for that wakes up while the call is made.
    shared.emit(EventKind::Entered {
        call,
        thread: Thread { tid, further },
        state,
    });
    crate::sys::signal::take_sigpipe();
    bookkeeping.enter();
    let executed = crate::engine::execute::execute(shared, &request, &control, buffers, None);
    bookkeeping.leave();
    let executed = match executed {
        Ok(executed) => executed,
        Err(reason) => {
            bookkeeping.refused();
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
    bookkeeping.close_replaced(&outcome, at);
    let inbox = register_created(shared, &request, &outcome, target.as_ref(), at)
        .or_else(|| crate::engine::children::begin(shared, &request, &outcome, at));
    let state = bookkeeping.returned(&outcome, at);
    shared.probe_epolls(at);
    crate::engine::paths::report_path_file(shared, &request, &outcome);
    crate::engine::evidence::report(shared, &request, &outcome, target.as_ref());
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
    shared.child_wake.wake();
    if then_close && !was_cancelled {
        close_after(shared, &request);
    }
    inbox
}

/// What a call needs to be made, or why it is not made.
fn prepare(shared: &Shared, request: &Request, is_open: bool) -> Result<Buffers, Refusal> {
    match refusal(shared, request, is_open, &|fd| shared.has_fd(fd)) {
        Some(reason) => Err(reason),
        None => Buffers::of(&request.call).map_err(Refusal::NoMemory),
    }
}

/// Reports the descriptors that a call created and gives each a thread; the first one may get the calling thread.
fn register_created(
    shared: &Arc<Shared>,
    request: &Request,
    outcome: &Outcome,
    target: Option<&ProbeTarget>,
    at: Timestamp,
) -> Option<Inbox> {
    let created = created(&request.call, outcome, request.on, target);
    // dup2() of a number onto itself makes nothing.
    let is_new =
        |created: &Created| request.call.socket() != Some(&Descriptor::Raw(created.target.fd));
    let mut own = None;
    for (index, created) in created.into_iter().filter(is_new).enumerate() {
        let name = request.command.targets.get(index).cloned();
        let (id, inbox) = register(shared, request, &created, name, at);
        let keeps_this_thread = index == 0 && request.on.is_none();
        if keeps_this_thread {
            crate::sys::signal::name_thread(&format!("fd{}", created.target.fd));
            own = Some(inbox);
        } else {
            serve_elsewhere(shared, id, created.target, inbox);
        }
    }
    own
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
