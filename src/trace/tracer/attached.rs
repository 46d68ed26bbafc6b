//! Processes that ran before they were traced, and those that go on when they are left: the calls that their threads are
//! inside when that happens are made once more.

use crate::event::{EventKind, ProcessEvent, Source};
use crate::socket::Errno;
use crate::sys::{ptrace, registers};
use crate::trace::status::Status;
use crate::trace::tracer::processes::command;
use crate::trace::tracer::{Numbers, Process, Thread, Tracer};

/// What a call returns that an interruption ended, and that the kernel does not make again: epoll_wait(2), and calls on
/// a socket with a timeout.
const INTERRUPTED: i64 = -(libc::EINTR as i64);

impl Tracer {
    /// Takes in a process that runs and whose threads were attached to. They are stopped for a moment; one that is inside
    /// a call enters it again, and that is reported.
    pub(crate) fn begin_attached(&mut self, pid: i32, threads: &[i32]) {
        self.root = pid;
        let table = self.tables.add();
        let process = Process {
            table,
            threads: threads.len(),
            exits: false,
            began: true,
        };
        self.processes.insert(pid, process);
        for tid in threads {
            self.threads.insert(*tid, Thread::new(pid));
        }
        let what = ProcessEvent::Started {
            parent: None,
            shares_table: false,
            command: command(pid),
        };
        let source = Source::Traced { pid, tid: pid };
        self.emit(source, EventKind::Process(what));
        self.find_descriptors(pid, |_| true);
        for tid in threads {
            if let Some(thread) = self.threads.get_mut(tid) {
                thread.attached = crate::trace::attach::inside(*tid);
            }
            // It fails for one that has ended, which is reported next.
            let _ = ptrace::interrupt(*tid);
        }
    }

    /// A thread is about to make a system call. Gives which: where it goes on with the call that it was inside when it
    /// was attached to, that one.
    pub(super) fn begun(&mut self, tid: i32, numbers: Numbers) -> Numbers {
        let Some(thread) = self.threads.get_mut(&tid) else {
            return numbers;
        };
        let attached = thread.attached.take();
        let is_restarted = numbers.0 == libc::SYS_restart_syscall;
        let numbers = attached.filter(|_| is_restarted).unwrap_or(numbers);
        thread.inside = Some(numbers);
        numbers
    }

    /// A thread was stopped when it was attached to: a call that this ended, and that the kernel would not make again, is
    /// made again.
    pub(super) fn make_again(&self, tid: i32) {
        let attached = self.threads.get(&tid).and_then(|own| own.attached);
        if let Some(call) = attached {
            again(tid, call);
        }
    }

    /// A call has returned while the thread is being left. Gives whether that is only since it was stopped for that: then
    /// the call is made again, and has not returned.
    pub(super) fn is_left_inside(&mut self, tid: i32, value: i64) -> bool {
        let leaving = self.leaving && self.settings.unfiltered;
        let Some(thread) = self.threads.get_mut(&tid) else {
            return false;
        };
        let inside = thread.inside.take();
        let is_injected = thread
            .call
            .as_ref()
            .is_some_and(|own| own.injected.is_some());
        if !leaving || is_injected {
            return false;
        }
        let errno = Errno(i32::try_from(-value).unwrap_or(0));
        errno.is_restart() || inside.is_some_and(|call| again(tid, call))
    }
}

/// Has a stopped thread make its last call again, if that was interrupted, and not by a signal of the program.
fn again(tid: i32, (number, args): Numbers) -> bool {
    let is_signalled = Status::of(tid).is_ok_and(|own| own.deliverable() != 0);
    !is_signalled && registers::call_again(tid, number, args[0], INTERRUPTED).unwrap_or(false)
}
