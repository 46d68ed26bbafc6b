//! Just after a call that a person asked for, the kernel is asked what decided its result: who has the port, which route
//! leads there, which options and settings are in force. It is reported before the result of the call.
//!
//! What needs no file is read on the thread of the call; the rest on a thread with a descriptor table of its own, which
//! stays.

mod ask;
mod question;

use std::os::fd::AsRawFd;
use std::sync::{Arc, OnceLock};

use crossbeam_channel::{Sender, bounded, unbounded};

use crate::call::Mode;
use crate::call::outcome::Outcome;
use crate::engine::child::Child;
use crate::engine::elsewhere::Elsewhere;
pub(crate) use crate::engine::evidence::question::{Ours, Question, of_traced};
use crate::engine::shared::Shared;
use crate::event::{Event, EventKind, Evidence, Request};
use crate::kernel::observe::ProbeTarget;

/// A question, and where the answer goes.
type Job = (Question, Sender<Evidence>);

/// Asks what is worth asking about a call that has just returned, and reports the answers.
pub(crate) fn report(
    shared: &Shared,
    request: &Request,
    outcome: &Outcome,
    target: Option<&ProbeTarget>,
) {
    let is_explained = shared.explains_all() || !is_as_expected(&request.command.mode, outcome);
    if shared.is_own_call(request.id) || !is_explained {
        return;
    }
    let Some(question) = question::about(shared, request, outcome, target) else {
        return;
    };
    if let Some(evidence) = answers(question) {
        let call = request.id;
        shared.emit(EventKind::Evidence { call, evidence });
    }
}

/// The same of a call of a child, from a copy of its socket; the thread that makes the copy has a table of its own.
pub(crate) fn report_of_child(
    shared: &Arc<Shared>,
    request: &Request,
    outcome: &Outcome,
    child: &Child,
) {
    let is_explained = shared.explains_all() || !is_as_expected(&request.command.mode, outcome);
    let entry = request
        .on
        .and_then(|on| child.descriptors().get(&on).cloned());
    let target = entry.filter(|entry| entry.open).map(|entry| entry.target);
    if !is_explained || target.is_some_and(|target| !target.kind.is_socket()) {
        return;
    }
    let (theirs, pid) = (Elsewhere::new(shared), child.pid());
    let (asked, given) = (request.clone(), outcome.clone());
    let ask = move || {
        let Some(target) = target else {
            return of_traced(&theirs, &asked, &given, None, pid);
        };
        let process = crate::sys::tracee::open(pid).ok()?;
        let copy = crate::sys::tracee::copy(&process, target.fd).ok()?;
        let fd = copy.as_raw_fd();
        let target = ProbeTarget { fd, ..target };
        of_traced(&theirs, &asked, &given, Some(&target), pid)
    };
    if !crate::kernel::unshared::prepare() {
        return;
    }
    let question = crate::kernel::unshared::call("child", ask).flatten();
    if let Some(evidence) = question.and_then(answers) {
        let (at, source, call) = (shared.now(), child.source(), request.id);
        let what = EventKind::Evidence { call, evidence };
        shared.send(Event { at, source, what });
    }
}

/// Whether the line said that this would be the result: then a run of a script does not explain it.
fn is_as_expected(mode: &Mode, outcome: &Outcome) -> bool {
    match mode {
        Mode::Expect(expectation) => expectation.holds(&outcome.words(), &|_| None),
        Mode::Plain | Mode::Blocks | Mode::Background => outcome.errno().is_none(),
    }
}

/// The answers to a question. `None`: there are none.
pub(crate) fn answers(question: Question) -> Option<Box<Evidence>> {
    let evidence = answer(question);
    (!evidence.is_empty()).then(|| Box::new(evidence))
}

/// Where files must be opened in the table of the playground, only what was read already is known.
fn answer(question: Question) -> Evidence {
    let known = question.known.clone();
    if question.opens_nothing() || !crate::kernel::unshared::prepare() {
        return known;
    }
    let (gives, given) = bounded(1);
    match asker().send((question, gives)) {
        Ok(()) => given.recv().unwrap_or(known),
        Err(_) => known,
    }
}

/// The thread that opens files.
fn asker() -> &'static Sender<Job> {
    static ASKER: OnceLock<Sender<Job>> = OnceLock::new();
    ASKER.get_or_init(|| {
        let (jobs, inbox) = unbounded::<Job>();
        crate::kernel::unshared::spawn("evidence", move || {
            let mut asks = ask::Asks::default();
            for (question, gives) in inbox {
                // Whoever asked waits.
                let _ = gives.send(asks.about(question));
            }
        });
        jobs
    })
}
