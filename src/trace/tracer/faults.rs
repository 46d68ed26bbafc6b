//! Faults: which calls get one, and what is done at the entry and the exit of such a call.

use crate::call::fault::Fault;
use crate::event::CallId;
use crate::sys::registers;
use crate::trace::injection::{Injection, fits};
use crate::trace::tracer::{Pending, Tracer};

/// The number of the argument that is the length of a buffer.
const LENGTH: usize = 2;

/// Faults that were asked for before the program was started.
#[derive(Debug)]
pub(super) struct Faults {
    /// Each with the number of calls so far that it is about.
    all: Vec<(Injection, u64)>,
}

impl Faults {
    pub(super) fn new(all: &[Injection]) -> Self {
        let all = all.iter().map(|injection| (*injection, 0));
        Self { all: all.collect() }
    }

    /// The fault of a call that is about to be made.
    pub(super) fn next(&mut self, pending: &Pending) -> Option<Fault> {
        let mut chosen = None;
        for (injection, count) in &mut self.all {
            let is_meant = injection.call.is_of(pending.row, &pending.entered.call);
            if !is_meant || !fits(injection.fault, pending.row, &pending.args) {
                continue;
            }
            *count += 1;
            if injection.is_for(*count) {
                chosen = chosen.or(Some(injection.fault));
            }
        }
        chosen
    }
}

impl Tracer {
    /// Lets the thread that is held before a call make it with a fault. Nothing where the call cannot have it.
    pub(super) fn inject(&mut self, call: CallId, fault: Fault) {
        let mut held = self.threads.values_mut().filter(|thread| thread.held);
        let pending = held.find_map(|thread| thread.call.as_mut().filter(|own| own.id == call));
        let Some(pending) = pending.filter(|own| fits(fault, own.row, &own.args)) else {
            return;
        };
        pending.fault = Some(fault);
        self.release(Some(call));
    }

    /// Begins the delay of a held thread, if its call has one.
    pub(super) fn delay(&mut self, tid: i32) -> bool {
        let pending = self.threads.get_mut(&tid);
        let Some(pending) = pending.and_then(|thread| thread.call.as_mut()) else {
            return false;
        };
        let Some(Fault::Delay(span)) = pending.fault else {
            return false;
        };
        pending.fault = None;
        let has_begun = self.delays.begin(pending.id, span);
        if has_begun {
            pending.injected = Some(Fault::Delay(span));
        }
        has_begun
    }

    /// A thread is about to make a call: its fault is put into its registers.
    pub(super) fn begin_fault(&mut self, tid: i32) {
        let leaving = self.leaving;
        let pending = self.threads.get_mut(&tid);
        let Some(pending) = pending.and_then(|thread| thread.call.as_mut()) else {
            return;
        };
        // It fails for a thread that was killed.
        let _ = match pending.fault.take().filter(|_| !leaving) {
            Some(Fault::Errno(errno)) => {
                registers::skip_call(tid).map(|()| pending.injected = Some(Fault::Errno(errno)))
            }
            Some(Fault::Short) => registers::set_argument(tid, LENGTH, pending.args[LENGTH] / 2)
                .map(|()| pending.injected = Some(Fault::Short)),
            Some(Fault::Delay(_)) | None => Ok(()),
        };
    }
}

impl Pending {
    /// A call has returned so: gives what the program is made to see.
    pub(super) fn end_fault(&self, tid: i32, value: i64, failed: bool) -> (i64, bool) {
        match self.injected {
            Some(Fault::Errno(errno)) => {
                let value = -i64::from(errno.0);
                let _ = registers::set_result(tid, value);
                (value, true)
            }
            Some(Fault::Short) => {
                let _ = registers::set_argument(tid, LENGTH, self.args[LENGTH]);
                (value, failed)
            }
            Some(Fault::Delay(_)) | None => (value, failed),
        }
    }

    /// Whether the kernel has made the call.
    pub(super) fn was_made(&self) -> bool {
        !matches!(self.injected, Some(Fault::Errno(_)))
    }
}
