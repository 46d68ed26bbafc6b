//! The engine: makes the calls, each on a thread of its socket, and reports what happened.
//!
//! Who owns what, what each waits on, how each ends:
//!
//! - One **I/O thread** a socket (`worker`). It waits for its next call on a channel, makes it, truly blocking, and
//!   reports. It ends when its socket is closed. A call that is asked for while it is inside another one runs on a
//!   further thread, which ends with that call.
//! - One **watcher** (`watcher`). It watches calls that do not return at once until they are seen asleep in the
//!   kernel, and interrupts calls that are to be cancelled. With nothing to watch it waits for its timer
//!   (`deadline_timer`).
//! - One **sampler** ([`crate::kernel::sampler`]) that waits in epoll for something to happen to a socket.
//! - From the first fork() on, one thread that asks for what only children have (`child_sockets`).
//! - One **capturer** (`capturer`), from when it is first asked for and where it is allowed: it waits in poll for a
//!   segment on some interface, or for the end.
//! - Where a screen asks for it ([`Engine::watch_endpoints`]), one thread (`endpoints`) that probes both ends of a connection
//!   after something happened to it.
//! - What opens files or asks netlink now and then does so on a thread with a descriptor table of its
//!   own ([`crate::kernel::unshared`]), which ends with it.
//!
//! All of them send on one bounded channel; a full channel slows them, not the reader. [`Engine::shutdown`] cancels
//! what is pending, closes the descriptors, removes the path sockets that were bound, and waits no longer than
//! [`SHUTDOWN_LIMIT`]. [`Engine::leave`] is for the end of the process: it removes the path sockets and leaves the rest to
//! the kernel.

pub(crate) mod accepted;
pub(crate) mod addresses;
pub(crate) mod bookkeeping;
mod bound;
mod buffers;
mod capturer;
mod child;
mod child_calls;
mod child_sockets;
mod child_wake;
mod children;
mod closer;
mod confine;
mod control;
pub(crate) mod deadline_timer;
mod elsewhere;
pub(crate) mod endpoints;
mod entry;
mod evidence;
pub(crate) mod execute;
mod inbox;
mod io_threads;
pub(crate) mod join_deadline;
mod last_seen;
pub(crate) mod new_descriptors;
mod own_call;
mod paths;
mod refuse;
mod register;
mod reports;
mod shared;
mod signals;
mod submitted;
pub(crate) mod traced;
pub(crate) mod watch_queue;
mod watcher;
mod worker;

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, bounded};

use crate::call::table::CallKind;
use crate::call::timeout::Timeout;
use crate::engine::capturer::Capturer;
use crate::engine::control::Control;
use crate::engine::elsewhere::Elsewhere;
use crate::engine::endpoints::{EndpointQueue, EndpointWatcher};
use crate::engine::reports::Reports;
use crate::engine::shared::Shared;
pub use crate::engine::signals::Signals;
pub use crate::engine::submitted::Submitted;
use crate::engine::traced::Reporter;
use crate::engine::watch_queue::WatchQueue;
use crate::engine::watcher::Watcher;
use crate::event::{CallId, DescriptorId, Event, EventKind, Refusal, Request, Timestamp};
use crate::kernel::address_owner::address_owner;
use crate::kernel::sampler::{Done, Sampler};
use crate::socket::{Address, SocketType};
use crate::sys::start::needed;

/// How many events may wait for the reader: several times what a flood of connections reports while a frame is drawn.
/// Not more, since the channel writes to each place when it is made, and the first use of a page takes as long as a call.
const CHANNEL: usize = 1024;

/// The longest time that leaving takes.
pub const SHUTDOWN_LIMIT: Duration = Duration::from_millis(90);

/// How long leaving waits for a bind() that has just been called.
const BIND_LIMIT: Duration = Duration::from_millis(20);

/// Makes calls and reports events. Not `Clone`: one session, one engine.
#[derive(Debug)]
pub struct Engine {
    shared: Arc<Shared>,
    watcher: Watcher,
    capturer: Capturer,
    endpoints: Option<EndpointWatcher>,
    reports: Reports,
    is_down: bool,
}

impl Engine {
    /// An engine with no sockets, and the channel on which it reports.
    ///
    /// Call it before other threads of the program exist: it installs signal handlers.
    ///
    /// # Errors
    ///
    /// When a thread or descriptor cannot be had.
    pub fn start() -> std::io::Result<(Self, Receiver<Event>)> {
        Self::start_from(Instant::now())
    }

    /// An engine for a session after this one: its clock goes on.
    ///
    /// # Errors
    ///
    /// As [`Engine::start`].
    pub fn start_next(&self) -> std::io::Result<(Self, Receiver<Event>)> {
        let next = Self::start_from(self.shared.clock())?;
        if let Some(folder) = self.shared.folder() {
            next.0.confine_to(&folder);
        }
        Ok(next)
    }

    fn start_from(clock: Instant) -> std::io::Result<(Self, Receiver<Event>)> {
        let error = |errno: crate::socket::Errno| std::io::Error::from_raw_os_error(errno.0);
        let installed = crate::sys::signal::install().map_err(error);
        installed.map_err(needed("sigaction()", "to interrupt calls"))?;
        // A program that was traced in the last session may have ended after it.
        forget_signals();
        crate::kernel::unshared::prepare();
        // Before numbers are held: each descriptor that is open is looked at.
        let before = crate::kernel::holder::of_this_process();
        let low = crate::sys::descriptor::hold_low_numbers();
        let (events, reader) = bounded(CHANNEL);
        let reports = Reports::new(events);
        let endpoints = Arc::new(EndpointQueue::new()?);
        let sampler = Sampler::start(report_to(reports.clone(), clock, Arc::clone(&endpoints)))?;
        let watch_queue = Arc::new(WatchQueue::new()?);
        let shared = Arc::new(Shared::new(
            reports.clone(),
            clock,
            sampler,
            watch_queue,
            endpoints,
            before,
        ));
        let watcher = Watcher::start(&shared)?;
        let capturer = Capturer::new()?;
        drop(low);
        Ok((
            Self {
                shared,
                watcher,
                capturer,
                endpoints: None,
                reports,
                is_down: false,
            },
            reader,
        ))
    }

    /// How a tracer reports on the channel of this engine.
    pub(crate) fn reporter(&self) -> Reporter {
        Reporter::new(&self.shared)
    }

    /// Probes from now on both ends of each connection, and what close(2) leaves of it; call it before there are
    /// sockets.
    ///
    /// # Errors
    ///
    /// When a thread cannot be had.
    pub fn watch_endpoints(&mut self) -> std::io::Result<()> {
        if self.endpoints.is_some() {
            return Ok(());
        }
        let low = crate::sys::descriptor::hold_low_numbers();
        let reports = self.reports.clone();
        let theirs = Elsewhere::new(&self.shared);
        let report = move |socket: DescriptorId, endpoints| {
            let at = theirs.now();
            let what = EventKind::Endpoints {
                descriptor: socket,
                endpoints: Box::new(endpoints),
            };
            reports.send(Event::new(at, what))
        };
        self.endpoints = Some(EndpointWatcher::start(
            &self.shared.endpoints,
            Box::new(report),
        )?);
        drop(low);
        Ok(())
    }

    /// Whether [`Engine::watch_endpoints`] was called.
    pub fn watches_endpoints(&self) -> bool {
        self.endpoints.is_some()
    }

    /// Probes both ends of a connection again: somebody wants to know.
    pub fn probe_endpoints(&self, socket: DescriptorId) {
        self.shared.endpoints.happened(socket, None);
    }

    /// Has every socket probed now, without waiting for that. What is new is reported; the channel is closed then.
    pub fn probe_sockets(&self) -> Receiver<Done> {
        self.shared.sampler.probe_all()
    }

    /// The same for both ends of every connection, where [`Engine::watch_endpoints`] was called.
    pub fn probe_all_endpoints(&self) -> Receiver<Done> {
        self.shared.endpoints.probe_all()
    }

    /// The folder that confined calls may use, see [`crate::script::confinement`]; until it is said, none.
    pub fn confine_to(&self, folder: &Path) {
        self.shared.confine_to(folder);
    }

    /// The present moment on the clock of the events.
    pub fn now(&self) -> Timestamp {
        self.shared.now()
    }

    /// Makes a call. Returns at once, with what has happened so far; the caller folds that before anything else. The rest
    /// is reported on the channel, to its end: [`EventKind::Returned`] or [`EventKind::Refused`].
    ///
    /// It does not go through the channel, because the caller is its reader: it could be full, and the next line must be
    /// resolved in a world that has this call.
    ///
    /// `wait`, `cancel`, `step`, `inject` and `sleep` are not calls and are not for the engine.
    pub fn submit(&mut self, request: Request) -> Submitted {
        debug_assert!(!matches!(
            request.command.call.call_kind(),
            CallKind::Wait | CallKind::Cancel | CallKind::Step | CallKind::Inject | CallKind::Sleep
        ));
        let mut submitted = Submitted::default();
        if self.is_down {
            let (call, reason) = (request.id, Refusal::SessionEnded);
            submitted.push(self.event(EventKind::Asked(Box::new(request))));
            submitted.push(self.event(EventKind::Refused { call, reason }));
        } else {
            worker::submit(&self.shared, request, false, &mut |event| {
                submitted.push(event);
            });
        }
        submitted
    }

    /// Something that happens now in the session and not in the engine: what the player says of the words
    /// that it carries out by itself.
    pub fn event(&self, what: EventKind) -> Event {
        self.shared.event(what)
    }

    /// Opens what [`Engine::capture`] will need, where this process may capture. Call it while low descriptor numbers are
    /// held, and before sockets are created; without it the capture takes one of them for an instant.
    pub fn prepare_capture(&mut self) {
        self.capturer.prepare();
    }

    /// Asks the kernel only about results that were not expected: those alone are explained.
    pub fn explain_the_unexpected_only(&self) {
        self.shared.explain_the_unexpected_only();
    }

    /// Captures the segments of the playground's connections from now on, where this process may. The result is
    /// reported: [`EventKind::Capturing`], then [`EventKind::Captured`].
    pub fn capture(&mut self) {
        self.capturer.start(&self.shared);
    }

    /// Looks who outside of the session has the address that a call could not get, on a thread of its own: it opens many
    /// files. The result is reported: [`EventKind::AddressOwner`].
    pub fn find_holder(&self, call: CallId, address: Address, socket_type: SocketType) {
        let shared = Elsewhere::new(&self.shared);
        let find = move || {
            let own = shared.own_sockets().known;
            if let Some(address_owner) = address_owner(&address, socket_type.0, &own) {
                shared.emit(EventKind::AddressOwner {
                    call,
                    address_owner,
                });
            }
        };
        // Its files must not take the numbers that a socket could get; then it is merely not known.
        if crate::kernel::unshared::prepare() {
            crate::kernel::unshared::spawn("holder", find);
        }
    }

    /// Interrupts a call: a signal, repeated until the call has returned. Does nothing when it already has.
    pub fn cancel(&mut self, call: CallId) {
        let control = self.shared.controls().get(&call).cloned();
        if let Some(control) = control.filter(|control| !control.is_done()) {
            self.watcher.interrupt(control);
        }
    }

    /// Ends everything: pending calls are cancelled, descriptors closed, bound path sockets removed.
    ///
    /// What has not been reported by now never is. Takes [`SHUTDOWN_LIMIT`] at most.
    pub fn shutdown(&mut self) {
        if std::mem::replace(&mut self.is_down, true) {
            return;
        }
        let deadline = Instant::now() + SHUTDOWN_LIMIT;
        self.shared.close_reports();
        children::end_all(&self.shared, deadline);
        // Again, since a serve() that was just accepting begins the loop of one more connection.
        while Instant::now() < deadline {
            let mut controls: Vec<Arc<Control>> =
                self.shared.controls().values().cloned().collect();
            controls.retain(|control| !control.is_done());
            if controls.is_empty() {
                break;
            }
            for control in &controls {
                self.watcher.interrupt(Arc::clone(control));
            }
            for control in &controls {
                control.wait_until_done(deadline);
            }
        }
        // All are asked to stop before one is waited for. The sampler has ended before a number can be another's.
        self.shared.sampler.stop();
        self.watcher.stop();
        self.capturer.stop();
        self.shared.endpoints.stop();
        self.shared.sampler.wait_until_ended(deadline);
        self.shared.close_all();
        self.shared.io_threads.wait_until_none_is_left(deadline);
        self.watcher.join_until(deadline);
        self.capturer.join_until(deadline);
        if let Some(endpoints) = &mut self.endpoints {
            endpoints.join_until(deadline);
        }
        self.shared.bound.unlink();
        forget_signals();
    }

    /// Ends the session of a process that is about to end: removes the path sockets that were bound, and waits for
    /// nothing else. No descriptor is closed and no thread joined: the kernel does both when the process ends, whatever
    /// they are blocked in, and an exiting process does not linger (SO_LINGER).
    pub fn leave(mut self) {
        self.is_down = true;
        self.shared.close_reports();
        self.shared
            .bound
            .unlink_for_good(Instant::now() + BIND_LIMIT);
    }
}

/// Takes the signals that reported events of a session's sockets and children and that nobody has waited for: the next
/// session must not receive them.
fn forget_signals() {
    let signals = crate::sys::signal::reporting();
    // What is pending is finite, and no socket is left to send more.
    while crate::sys::ready::sigtimedwait(&signals, Timeout::Span(Duration::ZERO)).is_ok() {}
}

impl Drop for Engine {
    fn drop(&mut self) {
        self.shutdown();
    }
}

fn report_to(
    reports: Reports,
    clock: Instant,
    endpoints: Arc<EndpointQueue>,
) -> crate::kernel::sampler::Report {
    Box::new(move |socket: DescriptorId, seen| {
        endpoints.happened(socket, Some(&seen));
        let at = shared::timestamp(clock);
        reports.send(Event::new(
            at,
            EventKind::Observed {
                descriptor: socket,
                seen,
            },
        ))
    })
}
