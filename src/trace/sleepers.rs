//! The calls of traced threads that do not return at once, and the thread that sees which of them sleep in the kernel.
//!
//! While there are calls it looks every few milliseconds; when there was none for so long, it waits for one. A call that was
//! seen asleep is not looked at again.

use std::collections::HashMap;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::engine::traced::Reporter;
use crate::event::{CallId, DescriptorId, EventKind, Source, Timestamp};
use crate::kernel::observe::ProbeTarget;
use crate::kernel::thread::{Sleep, sleep_elsewhere};
use crate::trace::probe::Probes;

/// How long a call must have lasted before it can count as asleep.
const SHORT_WHILE: Duration = Duration::from_millis(10);
/// The pause between two looks.
const PAUSE: Duration = Duration::from_millis(3);

/// A call under way.
#[derive(Debug, Clone)]
pub(crate) struct UnderWay {
    pub(crate) call: CallId,
    pub(crate) pid: i32,
    pub(crate) since: Timestamp,
    /// The socket that it is made on.
    pub(crate) on: Option<(DescriptorId, ProbeTarget)>,
}

#[derive(Debug, Default)]
struct Calls {
    /// By thread; those that were not seen asleep.
    young: HashMap<i32, UnderWay>,
    /// Whether a call was entered since the last look. Then the next one comes soon, and waking the thread for each would
    /// take the tracer too long.
    entered: bool,
    /// Whether the thread waits for work and must be woken.
    waits: bool,
    stop: bool,
}

/// What the tracer and the thread share.
#[derive(Debug, Default)]
pub(crate) struct Sleepers {
    calls: Mutex<Calls>,
    changed: Condvar,
}

impl Sleepers {
    fn lock(&self) -> MutexGuard<'_, Calls> {
        self.calls.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A thread has entered a call.
    pub(crate) fn enter(&self, tid: i32, call: UnderWay) {
        let mut calls = self.lock();
        calls.young.insert(tid, call);
        calls.entered = true;
        if calls.waits {
            self.changed.notify_one();
        }
    }

    /// It has left the call.
    pub(crate) fn leave(&self, tid: i32) {
        self.lock().young.remove(&tid);
    }

    /// Has the thread end.
    pub(crate) fn stop(&self) {
        self.lock().stop = true;
        self.changed.notify_one();
    }

    /// Looks until it is stopped.
    pub(crate) fn watch(&self, reporter: &Reporter) {
        let mut probes = Probes::default();
        while let Some(young) = self.wait(reporter) {
            for (tid, call) in young {
                let Some(wchan) = asleep(call.pid, tid) else {
                    continue;
                };
                if self.is_still(tid, call.call) {
                    report(reporter, &mut probes, tid, &call, wchan);
                }
            }
            probes.forget_all();
        }
    }

    /// Waits for calls that have lasted a while. `None`: it is to end.
    fn wait(&self, reporter: &Reporter) -> Option<Vec<(i32, UnderWay)>> {
        let mut calls = self.lock();
        while calls.young.is_empty() && !calls.entered && !calls.stop {
            calls.waits = true;
            calls = self
                .changed
                .wait(calls)
                .unwrap_or_else(PoisonError::into_inner);
            calls.waits = false;
        }
        if calls.stop {
            return None;
        }
        calls.entered = false;
        let waited = self.changed.wait_timeout(calls, PAUSE);
        let (calls, _) = waited.unwrap_or_else(PoisonError::into_inner);
        if calls.stop {
            return None;
        }
        let now = reporter.now();
        let young = calls.young.iter();
        let young = young.filter(|(_, call)| now.since(call.since) >= SHORT_WHILE);
        Some(young.map(|(tid, call)| (*tid, call.clone())).collect())
    }

    /// Takes a call out that sleeps, unless it has returned meanwhile.
    fn is_still(&self, tid: i32, call: CallId) -> bool {
        let mut calls = self.lock();
        let is_still = calls.young.get(&tid).is_some_and(|own| own.call == call);
        if is_still {
            calls.young.remove(&tid);
        }
        is_still
    }
}

/// The kernel function that a thread sleeps in, where that is shown. `None` outside: it does not sleep.
fn asleep(pid: i32, tid: i32) -> Option<Option<String>> {
    match sleep_elsewhere(pid, tid) {
        Sleep::In(function) => Some(Some(function)),
        Sleep::Somewhere => Some(None),
        Sleep::NotInACall | Sleep::Unknown => None,
    }
}

/// Reports that a call sleeps, and the state of its socket meanwhile: a connect() is in SYN_SENT.
fn report(
    reporter: &Reporter,
    probes: &mut Probes,
    tid: i32,
    call: &UnderWay,
    wchan: Option<String>,
) {
    let (at, pid) = (reporter.now(), call.pid);
    let source = Source::Traced { pid, tid };
    let blocked = EventKind::Blocked {
        call: call.call,
        wchan,
    };
    reporter.emit(at, source, blocked);
    let Some((descriptor, target)) = call.on else {
        return;
    };
    if let Some(seen) = probes.observe(pid, &target, true) {
        reporter.happened(descriptor, Some(&seen));
        reporter.emit(at, source, EventKind::Observed { descriptor, seen });
    }
}

/// Starts the thread.
///
/// # Errors
///
/// When no thread can be had.
pub(crate) fn start(sleepers: &Arc<Sleepers>, reporter: Reporter) -> std::io::Result<()> {
    let theirs = Arc::clone(sleepers);
    let body = move || {
        crate::sys::signal::mask_all();
        theirs.watch(&reporter);
    };
    std::thread::Builder::new()
        .name("sleepers".to_owned())
        .spawn(body)
        .map(drop)
}
