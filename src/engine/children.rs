//! The children of this process, fork(2): how one begins with copies of all descriptors, and how it ends.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Instant;

use crate::call::Call;
use crate::call::outcome::{Outcome, Returned};
use crate::call::process::{ChildChange, ProcessArg};
use crate::call::table::CallKind;
use crate::engine::child::{Child, MOST_CHILDREN};
use crate::engine::inbox::{Inbox, inbox};
use crate::engine::shared::{Entry, Shared};
use crate::event::{
    DescriptorId, EndStatus, Event, EventKind, NewDescriptor, Origin, ProcessEvent, Refusal,
    Request, Timestamp,
};

/// Why a call is not made that makes a process or is about one.
pub(crate) fn refusal(shared: &Shared, call: &Call) -> Option<Refusal> {
    if call.call_kind() == CallKind::Fork {
        let count = shared.children().len();
        return (count >= MOST_CHILDREN).then_some(Refusal::TooManyChildren(count));
    }
    let pid = number(call.process()?)?;
    let is_known = shared.children().contains_key(&pid);
    let why = if is_known {
        return None;
    } else if call.call_kind() == CallKind::Kill {
        "kill() is made for the children of fork() alone, until waitpid() has taken their status: then the number may be that of another process"
    } else if pid <= 0 {
        "it stands for any child, and sockplay has others of its own: name one, waitpid(p)"
    } else if is_child(pid) {
        "it is a process that sockplay itself has started and waits for"
    } else {
        return None;
    };
    Some(Refusal::NotAChild { pid, why })
}

/// The number in a resolved process argument.
pub(crate) fn number(process: &ProcessArg) -> Option<i32> {
    match process {
        ProcessArg::Number(pid) => Some(*pid),
        // Names were resolved before the engine was asked.
        ProcessArg::Named(_) => None,
    }
}

/// Whether a process is a child of this one, proc_pid_stat(5).
fn is_child(pid: i32) -> bool {
    let parent =
        crate::kernel::unshared::call("children", move || crate::kernel::process::parent(pid));
    parent.flatten() == Some(std::process::id().cast_signed())
}

/// Takes in the child that fork() has just made: it is reported with its descriptors, and gets an inbox that the calling
/// thread, which made it, must serve.
pub(crate) fn begin(
    shared: &Arc<Shared>,
    request: &Request,
    outcome: &Outcome,
    at: Timestamp,
) -> Option<Inbox> {
    let Ok(Returned::Process(pid)) = outcome.result else {
        return None;
    };
    let (link, copied) = shared.take_forked(pid)?;
    let source = crate::event::Source::Child { pid };
    let name = request.command.targets.first().cloned();
    crate::sys::signal::name_thread(name.as_ref().map_or("child", |name| name.as_str()));
    let emit = |what| shared.send(Event { at, source, what });
    emit(EventKind::Process(ProcessEvent::Forked {
        call: request.id,
        name,
    }));
    let mut descriptors = HashMap::new();
    for (of, entry) in copied {
        let descriptor = shared.new_descriptor();
        let target = entry.target;
        emit(EventKind::Created(NewDescriptor {
            descriptor,
            call: request.id,
            fd: target.fd,
            name: None,
            kind: target.kind,
            domain: target.domain,
            socket_type: target.socket_type,
            protocol: target.protocol,
            origin: Origin::Inherited(of),
            identity: entry.identity,
            same_file: None,
        }));
        shared.endpoints.adopt(descriptor, &target, entry.identity);
        descriptors.insert(descriptor, entry.copied());
    }
    let (thread, inbox) = inbox();
    let child = Arc::new(Child::new(link, thread, descriptors));
    shared.children().insert(pid, Arc::clone(&child));
    crate::engine::child_sockets::start(shared);
    let theirs = Arc::clone(shared);
    let waits = shared.io_threads.start("waits", move || {
        wait_for_end(&theirs, &child);
    });
    if waits.is_err() {
        // Nobody would notice its end.
        let _ = crate::sys::child::kill(pid, libc::SIGKILL);
    }
    Some(inbox)
}

/// The descriptors that are open at this moment, in the order of their numbers.
pub(crate) fn open_now(shared: &Shared) -> Vec<(DescriptorId, Entry)> {
    let sockets = shared.sockets();
    let open = sockets.iter().filter(|(_, entry)| entry.open);
    let mut open: Vec<(DescriptorId, Entry)> =
        open.map(|(id, entry)| (*id, entry.clone())).collect();
    open.sort_by_key(|(_, entry)| entry.target.fd);
    open
}

/// Waits until a child has ended, and reports it. It stays a zombie.
fn wait_for_end(shared: &Shared, child: &Child) {
    // It fails where waitpid() was faster, which has reported the end.
    if let Ok(change) = crate::sys::child::wait_for_end(child.pid()) {
        has_ended(shared, child, change);
        let pid = child.pid();
        let state =
            crate::kernel::unshared::call("children", move || crate::kernel::process::state(pid));
        if state.flatten() == Some('Z') {
            emit(shared, child, EventKind::Process(ProcessEvent::Zombie));
        }
    }
}

fn emit(shared: &Shared, child: &Child, what: EventKind) {
    shared.send(Event {
        at: shared.now(),
        source: child.source(),
        what,
    });
}

/// A child has ended: all its descriptors are closed.
fn has_ended(shared: &Shared, child: &Child, change: ChildChange) {
    let Some(status) = EndStatus::of(change) else {
        return;
    };
    if !child.note_end(status) {
        return;
    }
    child.link.end();
    let mut closed = Vec::new();
    for (id, entry) in child.descriptors().iter_mut() {
        if std::mem::replace(&mut entry.open, false) {
            closed.push((entry.target.fd, *id));
        }
    }
    closed.sort_unstable();
    for (_, descriptor) in closed {
        shared.endpoints.closed(descriptor);
        emit(shared, child, EventKind::Closed { descriptor });
    }
    emit(
        shared,
        child,
        EventKind::Process(ProcessEvent::Ended(status)),
    );
}

/// waitpid() has given the status of a child.
pub(crate) fn was_waited_for(shared: &Shared, pid: i32, change: ChildChange) {
    if !change.is_end() {
        return;
    }
    let child = shared.children().remove(&pid);
    if let Some(child) = child {
        has_ended(shared, &child, change);
        emit(shared, &child, EventKind::Process(ProcessEvent::Reaped));
    }
}

/// Ends every child and waits for them, not beyond `deadline`.
pub(crate) fn end_all(shared: &Shared, deadline: Instant) {
    let children: Vec<Arc<Child>> = shared.children().drain().map(|(_, child)| child).collect();
    for child in &children {
        let _ = crate::sys::child::kill(child.pid(), libc::SIGKILL);
    }
    for child in &children {
        // Its end wakes whoever waits for a call of it.
        while let Ok(None) = crate::sys::child::waitpid(child.pid(), libc::WNOHANG) {
            if Instant::now() >= deadline {
                break;
            }
            crate::sys::ready::pause(std::time::Duration::from_micros(200));
        }
        child.link.end();
    }
}
