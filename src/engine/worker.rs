//! I/O threads: one a socket, further ones for calls that are asked for while it is blocked.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use crossbeam_channel::{Receiver, unbounded};

use super::execute::{self, Made};
use super::shared::{IoThread, Job, Shared};
use crate::event::{Birth, Origin, Request, SocketId, Stamp, Thread, What};
use crate::kernel::observe::{self, Subject};
use crate::notation::{Call, Descriptor, Outcome, Returned, Verb};
use crate::socket::Kind;
use crate::sys::{self, signal};

/// Small, so that ten thousand sockets are possible; only touched pages count.
const STACK: usize = 128 << 10;

/// Gives a call to its socket's thread, or to a further one when that is inside another call.
///
/// # Errors
///
/// Why no thread could be had.
pub(super) fn dispatch(shared: &Arc<Shared>, job: Job) -> Result<(), String> {
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
fn start_for_one(shared: &Arc<Shared>, job: Job, further: bool) -> Result<(), String> {
    let (control, theirs) = (Arc::clone(&job.control), Arc::clone(shared));
    let started = start(shared, "call", move || {
        if let Some((inbox, busy)) = run(&theirs, job, further) {
            serve(&theirs, &inbox, &busy);
        }
    });
    started.map_err(|error| {
        control.finish();
        format!("no thread could be started for it ({error}): close sockets, or raise `ulimit -u`")
    })
}

fn start(
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
            signal::mask_others();
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

type Inbox = (Receiver<Job>, Arc<AtomicBool>);

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
    let Job { request, control } = job;
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
    if let Some(reason) = refusal(shared, &request, entry.is_some()) {
        control.finish();
        free();
        shared.emit(What::Refused { call, reason });
        return None;
    }
    let closes = request.call.verb() == Verb::Close;
    if let Some(id) = request.on.filter(|_| closes) {
        shared.sampler.forget(id);
    }
    let subject = entry.map(|entry| entry.subject);
    let state = subject.as_ref().and_then(observe::tcp_state);
    let tid = signal::gettid();
    control.enter(tid);
    shared.emit(What::Entered {
        call,
        thread: Thread { tid, further },
        state,
    });
    signal::take_sigpipe();
    let result = execute::execute(shared, &request);
    let at = shared.now();
    let outcome = Outcome {
        sigpipe: signal::take_sigpipe(),
        result,
        raw: None,
    };
    control.finish();
    let inbox = bear(shared, &request, &outcome, subject.as_ref(), at);
    let state = match (request.on, closes) {
        (Some(id), true) => {
            close(shared, id, &outcome, at);
            None
        }
        (Some(id), false) => look(shared, id, &request.call, &outcome, at),
        (None, _) => None,
    };
    note_path(shared, &request.call, &outcome);
    // Free before it is reported: whoever hears of it may ask for the next call at once.
    free();
    shared.emit_at(
        at,
        What::Returned {
            call,
            outcome,
            state,
        },
    );
    inbox
}

/// Why a call is not made: it would be made on a descriptor of the program itself.
fn refusal(shared: &Shared, request: &Request, is_open: bool) -> Option<String> {
    let Some(Descriptor::Raw(fd)) = request.call.socket() else {
        return None;
    };
    // A call that waited behind a close() finds its number free, or another's.
    let is_ours = is_open || shared.has_fd(*fd);
    if is_ours || !sys::descriptor::is_open(*fd) {
        return None;
    }
    let what = match fd {
        0 => "its standard input",
        1 => "its standard output",
        2 => "its standard error",
        _ => "one of its own files",
    };
    Some(format!(
        "descriptor {fd} belongs to sockplay itself ({what}): the call was not made. Use a socket's name, or a number that is not open"
    ))
}

/// Reports the sockets that a call made and gives each a thread; the first one may get the calling thread.
fn bear(
    shared: &Arc<Shared>,
    request: &Request,
    outcome: &Outcome,
    subject: Option<&Subject>,
    at: Stamp,
) -> Option<Inbox> {
    let made = execute::made(&request.call, outcome, subject);
    let mut own = None;
    for (index, Made { subject, origin }) in made.into_iter().enumerate() {
        let (sender, inbox) = unbounded();
        let busy = Arc::new(AtomicBool::new(false));
        let thread = IoThread {
            inbox: sender,
            busy: Arc::clone(&busy),
        };
        let origin = origin_of(origin, request.on);
        let keeps_this_thread = index == 0 && request.on.is_none();
        let id = shared.adopt(subject, Some(thread));
        if keeps_this_thread {
            signal::name_thread(&format!("fd{}", subject.fd));
            own = Some((inbox, busy));
        } else {
            serve_elsewhere(shared, id, subject, inbox, busy);
        }
        let name = request.command.targets.get(index).cloned();
        let Subject {
            fd,
            domain,
            socket_type,
            protocol,
        } = subject;
        let birth = Birth {
            socket: id,
            call: request.id,
            fd,
            name,
            domain,
            socket_type,
            protocol,
            origin,
        };
        shared.emit_at(at, What::Born(birth));
        shared.look(id, &subject, true, at);
    }
    own
}

/// Starts the thread of a socket. Without one its calls run on threads of their own, one each.
fn serve_elsewhere(
    shared: &Arc<Shared>,
    id: SocketId,
    subject: Subject,
    inbox: Receiver<Job>,
    busy: Arc<AtomicBool>,
) {
    let theirs = Arc::clone(shared);
    let started = start(shared, &format!("fd{}", subject.fd), move || {
        serve(&theirs, &inbox, &busy);
    });
    if started.is_err()
        && let Some(entry) = shared.sockets().get_mut(&id)
    {
        entry.thread = None;
    }
}

fn origin_of(kind: execute::Kin, on: Option<SocketId>) -> Origin {
    match (kind, on) {
        (execute::Kin::Accepted, Some(listener)) => Origin::Accepted(listener),
        (execute::Kin::Duplicate, Some(of)) => Origin::DuplicateOf(of),
        (execute::Kin::Pair, _) => Origin::Paired,
        _ => Origin::Made,
    }
}

/// After close(): the number is free, whatever the call said, unless it said that there was nothing to close.
fn close(shared: &Shared, id: SocketId, outcome: &Outcome, at: Stamp) {
    if outcome.errno().is_none_or(|errno| errno.0 != libc::EBADF) {
        shared.release(id);
        shared.emit_at(at, What::Gone { socket: id });
    }
}

/// Looks at the socket after a call on it and reports what was seen. Gives the TCP state.
fn look(
    shared: &Shared,
    id: SocketId,
    call: &Call,
    outcome: &Outcome,
    at: Stamp,
) -> Option<crate::socket::TcpState> {
    let subject = shared.entry(id).filter(|entry| entry.open)?.subject;
    let read_nothing = matches!(outcome.result, Ok(Returned::Data { count: 0, .. }));
    let addresses = changes_addresses(call, &subject);
    let mut seen = shared.look(id, &subject, addresses, at);
    if read_nothing
        && Kind::of(subject.socket_type) == Kind::Seqpacket
        && observe::hung_up(&subject)
    {
        seen.hung_up = true;
        shared.emit_at(
            at,
            What::Observed {
                socket: id,
                seen: seen.clone(),
            },
        );
    }
    seen.tcp
}

/// Whether a call can have given the socket an address or a peer.
fn changes_addresses(call: &Call, subject: &Subject) -> bool {
    match call {
        Call::Bind { .. } | Call::Listen { .. } | Call::Connect { .. } => true,
        // The first datagram makes the kernel choose a port; a connection may have come about meanwhile.
        Call::Sendto { .. } => Kind::of(subject.socket_type) != Kind::Stream,
        Call::Getsockopt { .. } => subject.is_tcp(),
        _ => false,
    }
}

/// Remembers the file that bind() made: the one that the kernel names, since a length given beside the address may have
/// made another of it, or none.
fn note_path(shared: &Shared, call: &Call, outcome: &Outcome) {
    if let (Call::Bind { socket, .. }, Ok(_)) = (call, &outcome.result)
        && let Descriptor::Raw(fd) = socket
        && let Some(path) = observe::local(*fd)
            .as_ref()
            .and_then(|address| address.path())
    {
        shared.bound.add(path);
    }
}
