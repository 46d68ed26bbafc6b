//! Tracing another program: its socket calls become the same events that calls made by hand are.
//!
//! A program that is started gets a seccomp filter that stops it before the calls of a table (`syscalls`); all others run
//! at full speed. At each stop the registers and the memory of the thread are read, and the call is put into the words
//! of the notation (`entry`, `exit`). After a call the kernel is asked about the socket through a copy of its
//! descriptor, which is closed at once (`probe`).
//!
//! A program that runs already is attached to instead (`attach`): there is no filter then, and each of its calls stops.
//! The tracer takes orders meanwhile (`orders`): threads are held before their calls (`breakpoint`), and calls
//! get faults (`injection`).
//!
//! One thread traces (`tracer`); another sees which calls sleep (`sleepers`). Both have a descriptor table of their own,
//! so that they never take a number of the playground.
//!
//! What is not seen: calls of programs with another instruction set (32-bit programs), of threads that gave themselves a
//! descriptor table of their own (unshare(2)), calls that the filter of a container fails, and what io_uring does. See
//! ptrace(2), seccomp(2), process_vm_readv(2), pidfd_getfd(2).

mod attach;
mod breakpoint;
mod call_name;
mod delays;
pub(crate) mod descriptors;
mod entry;
mod exit;
mod filter;
mod injection;
mod launch;
mod memory;
mod orders;
mod probe;
mod program;
mod sleepers;
mod status;
mod syscalls;
mod tables;
mod tracer;

use std::io;
use std::os::fd::{AsRawFd, OwnedFd};
use std::sync::Arc;
use std::time::Duration;

use crossbeam_channel::{Receiver, bounded};

pub use crate::call::fault::Fault;
use crate::engine::Engine;
use crate::engine::traced::Reporter;
use crate::event::{CallId, EndStatus};
use crate::socket::Errno;
use crate::strace::Host;
use crate::sys::start::needed;
pub use crate::trace::breakpoint::{Break, Hold};
pub use crate::trace::call_name::CallName;
pub use crate::trace::injection::Injection;
use crate::trace::launch::Started;
use crate::trace::orders::{Inbox, Order, Orders, orders};
pub use crate::trace::program::{Options, Program, Target, of_lesson};
use crate::trace::sleepers::Sleepers;
use crate::trace::tracer::{Settings, Tracer};

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

/// What tracing begins with.
#[derive(Debug)]
enum Begun {
    /// A program that was started, and is about to be executed.
    Started(Started),
    /// A process that runs, and its threads.
    Attached { pid: i32, threads: Vec<i32> },
}

impl Begun {
    fn pid(&self) -> i32 {
        match self {
            Self::Started(started) => started.pid,
            Self::Attached { pid, .. } => *pid,
        }
    }
}

impl Settings {
    fn of(options: &Options, unfiltered: bool) -> Self {
        Self {
            keep: options.payload,
            unfiltered,
            explains: options.explains,
            hold: options.hold.clone(),
            inject: options.inject.clone(),
            host: crate::kernel::host::read(),
        }
    }
}

/// A program that is being traced. Dropping it ends the tracing.
#[derive(Debug)]
pub struct Tracing {
    pid: i32,
    orders: Orders,
    ended: Receiver<Ended>,
}

impl Tracing {
    /// Starts a program and traces it; what happens is reported on the channel of the engine.
    ///
    /// # Errors
    ///
    /// When the program is not found, or a thread, a process or the right to trace cannot be had.
    pub fn start(engine: &Engine, program: &Program, options: &Options) -> io::Result<Self> {
        Self::start_in(engine, program, options, None)
    }

    /// The same in a terminal of its own, the slave of a pseudoterminal, which becomes its standard input, output and
    /// error.
    ///
    /// # Errors
    ///
    /// As [`Tracing::start`].
    pub fn start_in(
        engine: &Engine,
        program: &Program,
        options: &Options,
        terminal: Option<OwnedFd>,
    ) -> io::Result<Self> {
        let file = launch::file(program)?;
        let program = program.clone();
        let slave = terminal.as_ref().map(AsRawFd::as_raw_fd);
        let begin = move |settings: &Settings| {
            let started = launch::start(&file, &program, settings, slave)?;
            Ok(Begun::Started(started))
        };
        Self::begin(
            engine,
            Settings::of(options, options.survives),
            terminal,
            begin,
        )
    }

    /// Attaches to a program that runs, and traces it: all of its threads, and what they start from now on. Each system
    /// call of it stops, as the filter of a program that is started is not there; what [`Options::survives`] says has no
    /// meaning, as it goes on when it is left.
    ///
    /// # Errors
    ///
    /// Why it cannot be attached to, with the remedy; or when a thread cannot be had.
    pub fn attach(engine: &Engine, pid: i32, options: &Options) -> io::Result<Self> {
        let begin = move |_: &Settings| {
            let threads = attach::attach(pid)?;
            Ok(Begun::Attached { pid, threads })
        };
        Self::begin(engine, Settings::of(options, true), None, begin)
    }

    fn begin(
        engine: &Engine,
        settings: Settings,
        terminal: Option<OwnedFd>,
        begin: impl FnOnce(&Settings) -> io::Result<Begun> + Send + 'static,
    ) -> io::Result<Self> {
        let (reporter, of_sleepers) = (engine.reporter(), engine.reporter());
        let (ready, is_ready) = bounded(1);
        let (gives, ended) = bounded(1);
        let slave = terminal.as_ref().map(AsRawFd::as_raw_fd);
        let body = move || {
            crate::sys::signal::mask_others();
            // Where a sandbox forbids it, its files take numbers of the playground for an instant.
            let is_apart =
                crate::sys::descriptor::unshare_table_for_programs(&[reporter.kept()], slave)
                    .is_ok();
            let begun = begin(&settings);
            if let Some(slave) = slave.filter(|_| is_apart) {
                // Its own copy; that of the playground is closed there.
                let _ = crate::sys::socket::close(slave);
            }
            let begun = match begun {
                Ok(begun) => begun,
                Err(error) => return drop(ready.send(Err(error))),
            };
            let (orders, inbox) = orders(crate::sys::signal::gettid());
            let _ = ready.send(Ok((begun.pid(), orders.clone())));
            let how = trace(reporter, of_sleepers, begun, (orders, inbox), settings);
            let _ = gives.send(how);
        };
        std::thread::Builder::new()
            .name("tracer".to_owned())
            .spawn(body)
            .map_err(needed("a further thread", "to trace a program"))?;
        let started = is_ready.recv().map_err(io::Error::other)?;
        // The program has it by now.
        drop(terminal);
        let (pid, orders) = started?;
        Ok(Self { pid, orders, ended })
    }

    /// The process that was started, or attached to.
    pub fn pid(&self) -> i32 {
        self.pid
    }

    /// Where is reported, once, how the tracing ended: after the last event.
    pub fn ended(&self) -> &Receiver<Ended> {
        &self.ended
    }

    /// Sets before which calls threads are held from now on. Threads that are held stay so. Like all orders it is given
    /// within some milliseconds, from any thread.
    pub fn hold(&self, hold: Hold) {
        self.orders.send(Order::Hold(hold));
    }

    /// Lets the thread that is held before this call make it; nothing where none is. Whether it is held again before its
    /// next call is for [`Tracing::hold`] to say.
    pub fn go_on(&self, call: CallId) {
        self.orders.send(Order::GoOn(call));
    }

    /// Lets every thread that is held make its call.
    pub fn go_on_all(&self) {
        self.orders.send(Order::GoOnAll);
    }

    /// Lets the thread that is held before this call make it with a fault; a delay begins now. Nothing where no thread is
    /// held before it, or where the call cannot have that fault ([`crate::call::Call::can_have`]).
    pub fn inject(&self, call: CallId, fault: Fault) {
        self.orders.send(Order::Inject(call, fault));
    }

    /// Has the kernel asked how the sockets of the calls are now that threads are held before: what others do changes them.
    pub fn look(&self) {
        self.orders.send(Order::Look);
    }

    /// Ends the tracing: the program is killed, or goes on if it may survive. [`Tracing::ended`] says when that is done.
    pub fn end(&self) {
        self.orders.send(Order::Leave);
    }

    /// Ends the tracing and waits for that, not longer than so long.
    pub fn leave(&self, limit: Duration) {
        self.end();
        let _ = self.ended.recv_timeout(limit);
    }
}

impl Drop for Tracing {
    fn drop(&mut self) {
        self.leave(crate::engine::SHUTDOWN_LIMIT);
    }
}

/// Traces a program to its end.
fn trace(
    reporter: Reporter,
    of_sleepers: Reporter,
    begun: Begun,
    orders: (Orders, Inbox),
    settings: Settings,
) -> Ended {
    let sleepers = Arc::new(Sleepers::default());
    // Without that thread nothing is seen asleep.
    let _ = sleepers::start(&sleepers, of_sleepers);
    let mut tracer = Tracer::new(reporter, sleepers, orders, settings);
    match &begun {
        Begun::Started(started) => tracer.begin(started.pid),
        Begun::Attached { pid, threads } => tracer.begin_attached(*pid, threads),
    }
    let ended = tracer.run();
    let failed = match &begun {
        Begun::Started(started) => started.failed(),
        Begun::Attached { .. } => None,
    };
    match (ended, failed) {
        (_, Some(errno)) => Ended::NotExecuted(errno),
        (Some(status), None) => Ended::Finished(status),
        (None, None) => Ended::Left,
    }
}

/// What strace(1) prints of a host, for drivers that print so.
pub fn host() -> Host {
    crate::kernel::host::read()
}
