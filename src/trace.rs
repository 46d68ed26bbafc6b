//! Tracing another program: its socket calls become the same events that calls made by hand are.
//!
//! A program that is started gets a seccomp filter that stops it before the calls of a table ([`syscalls`]); all others run
//! at full speed. At each stop the registers and the memory of the thread are read, and the call is put into the words
//! of the notation ([`entry`], [`exit`]). After a call the kernel is asked about the socket through a copy of its
//! descriptor, which is closed at once ([`probe`]).
//!
//! One thread traces ([`tracer`]); another sees which calls sleep ([`sleepers`]). Both have a descriptor table of their own,
//! so that they never take a number of the playground.
//!
//! What is not seen: calls of programs with another instruction set (32-bit programs), and what io_uring does. See
//! ptrace(2), seccomp(2), process_vm_readv(2), pidfd_getfd(2).

pub(crate) mod descriptors;
mod entry;
mod exit;
mod filter;
mod launch;
mod memory;
mod probe;
mod program;
mod sleepers;
mod syscalls;
mod tracer;

use std::io;
use std::sync::Arc;
use std::time::Duration;

use crossbeam_channel::{Receiver, RecvTimeoutError, Sender, bounded, unbounded};

use crate::engine::Engine;
use crate::engine::traced::Reporter;
use crate::event::EndStatus;
use crate::socket::Errno;
use crate::strace::Host;
use crate::sys::start::needed;
use crate::trace::launch::Started;
pub use crate::trace::program::{Options, Program};
use crate::trace::sleepers::Sleepers;
use crate::trace::tracer::{Order, Settings, Tracer};

/// How often a tracer that is to end is woken until it does.
const KICK: Duration = Duration::from_millis(1);

/// How tracing ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    /// The program has ended, and all processes that it started.
    Finished(EndStatus),
    /// The program could not be executed.
    NotExecuted(Errno),
    /// It was left, and goes on, or was killed for it.
    Left,
}

/// A program that is being traced. Dropping it ends the tracing.
#[derive(Debug)]
pub struct Tracing {
    pid: i32,
    thread: i32,
    orders: Sender<Order>,
    ended: Receiver<Ended>,
}

impl Tracing {
    /// Starts a program and traces it; what happens is reported on the channel of the engine.
    ///
    /// # Errors
    ///
    /// When the program is not found, or a thread, a process or the right to trace cannot be had.
    pub fn start(engine: &Engine, program: &Program, options: &Options) -> io::Result<Self> {
        let file = launch::file(program)?;
        let settings = Settings {
            keep: options.payload,
            unfiltered: options.survives,
            explains: options.explains,
            host: crate::kernel::host::read(),
        };
        let (reporter, of_sleepers) = (engine.reporter(), engine.reporter());
        let (orders, inbox) = unbounded();
        let (ready, is_ready) = bounded(1);
        let (gives, ended) = bounded(1);
        let program = program.clone();
        let body = move || {
            crate::sys::signal::mask_others();
            // Where a sandbox forbids it, its files take numbers of the playground for an instant.
            let _ = crate::sys::descriptor::unshare_table(&[reporter.kept()]);
            let started = launch::start(&file, &program, &settings);
            let started = match started {
                Ok(started) => started,
                Err(error) => return drop(ready.send(Err(error))),
            };
            let _ = ready.send(Ok((started.pid, crate::sys::signal::gettid())));
            let how = trace(reporter, of_sleepers, started, inbox, settings);
            let _ = gives.send(how);
        };
        std::thread::Builder::new()
            .name("tracer".to_owned())
            .spawn(body)
            .map_err(needed("a further thread", "to trace a program"))?;
        let started = is_ready.recv().map_err(io::Error::other)?;
        let (pid, thread) = started?;
        Ok(Self {
            pid,
            thread,
            orders,
            ended,
        })
    }

    /// The process that was started.
    pub fn pid(&self) -> i32 {
        self.pid
    }

    /// Where is reported, once, how the tracing ended: after the last event.
    pub fn ended(&self) -> &Receiver<Ended> {
        &self.ended
    }

    /// Ends the tracing: the program is killed, or goes on if it may survive. Waits for that, not longer than so long.
    pub fn leave(&self, limit: Duration) {
        let _ = self.orders.send(Order::Leave);
        let deadline = std::time::Instant::now() + limit;
        while std::time::Instant::now() < deadline {
            // The thread waits for its program; a signal makes it look at its orders.
            if crate::sys::signal::interrupt(self.thread).is_err() {
                return;
            }
            match self.ended.recv_timeout(KICK) {
                Err(RecvTimeoutError::Timeout) => {}
                Ok(_) | Err(RecvTimeoutError::Disconnected) => return,
            }
        }
    }
}

impl Drop for Tracing {
    fn drop(&mut self) {
        self.leave(crate::engine::SHUTDOWN_LIMIT);
    }
}

/// Traces a program that was started, to the end.
fn trace(
    reporter: Reporter,
    of_sleepers: Reporter,
    started: Started,
    inbox: Receiver<Order>,
    settings: Settings,
) -> Ended {
    let sleepers = Arc::new(Sleepers::default());
    // Without that thread nothing is seen asleep.
    let _ = sleepers::start(&sleepers, of_sleepers);
    let mut tracer = Tracer::new(reporter, sleepers, inbox, settings);
    tracer.begin(started.pid);
    match (tracer.run(), started.failed()) {
        (_, Some(errno)) => Ended::NotExecuted(errno),
        (Some(status), None) => Ended::Finished(status),
        (None, None) => Ended::Left,
    }
}

/// What strace(1) prints of a host, for drivers that print so.
pub fn host() -> Host {
    crate::kernel::host::read()
}
