//! The sampler: one thread that reports when the kernel says something new about a socket.
//!
//! It sleeps in epoll_wait(2) on all open sockets, edge-triggered, so a socket at rest costs nothing. When something
//! happens to one (data, FIN, RST, a connection in its queue, room to send), it probes the socket once and reports what
//! changed. After a report it pauses, so that bulk traffic costs a bounded number of probes a second. Others can ask
//! for a probe too: a connect() that goes to sleep is not an epoll event. Data that is dropped for lack of room causes
//! no event either, so a socket whose buffer is nearly full, or whose queue is full, is probed repeatedly.

mod thread;
mod watched;

use std::os::fd::{AsFd, AsRawFd, BorrowedFd};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::Instant;

use crossbeam_channel::{Receiver, bounded};
use nix::sys::eventfd::{EfdFlags, EventFd};

use crate::event::{DescriptorId, Observation};
use crate::kernel::observe::{ProbeTarget, observe};
pub use crate::kernel::sampler::thread::{Done, Report};
use crate::kernel::sampler::thread::{Shared, WAKE, Wanted};
use crate::kernel::sampler::watched::Watched;
use crate::socket::Kind;
use crate::sys::epoll::Epoll;
use crate::sys::start::needed;

/// The watched sockets, shared with the thread.
#[derive(Debug)]
pub struct Sampler {
    shared: Arc<Shared>,
}

impl Sampler {
    /// Starts the thread. `report` is called from it whenever a socket changed.
    ///
    /// # Errors
    ///
    /// When no descriptor or thread can be had.
    pub fn start(report: Report) -> std::io::Result<Self> {
        let error = |errno: crate::socket::Errno| std::io::Error::from_raw_os_error(errno.0);
        let purpose = "to be notified of changes of sockets";
        let epoll = Epoll::new().map_err(error);
        let epoll = epoll.map_err(needed("epoll_create1()", purpose))?;
        let wake = EventFd::from_flags(EfdFlags::EFD_CLOEXEC | EfdFlags::EFD_NONBLOCK);
        let wake = wake.map_err(needed("eventfd()", "to wake threads"))?;
        let added = epoll.add_readable(wake.as_raw_fd(), WAKE).map_err(error);
        added.map_err(needed("epoll_ctl()", purpose))?;
        let shared = Arc::new(Shared {
            epoll,
            watched: Mutex::default(),
            epolls: AtomicUsize::new(0),
            wake,
            wanted: Mutex::default(),
            stopping: Condvar::new(),
        });
        let theirs = Arc::clone(&shared);
        std::thread::Builder::new()
            .name("sampler".to_owned())
            .stack_size(256 << 10)
            .spawn(move || {
                crate::sys::signal::mask_all();
                theirs.run(&report);
                theirs.lock_wanted().ended = true;
                theirs.stopping.notify_all();
            })
            .map_err(needed("a further thread", purpose))?;
        Ok(Self { shared })
    }

    /// Watches a socket from now on.
    pub fn watch(&self, id: DescriptorId, target: ProbeTarget) {
        let mut watched = self.shared.lock();
        if target.kind.is_watched() {
            // Where epoll refuses (its limit is max_user_watches) the socket is still seen after each call.
            let _ = self.shared.epoll.add(target.fd, u64::from(id.0));
        }
        let is_epoll = target.kind == Kind::Epoll;
        self.shared
            .epolls
            .fetch_add(usize::from(is_epoll), Ordering::SeqCst);
        watched.insert(id, Watched::new(target));
    }

    /// Forgets a socket. Call before its descriptor is closed: the number may be another's right after.
    pub fn forget(&self, id: DescriptorId) {
        let mut watched = self.shared.lock();
        if let Some(forgotten) = watched.remove(&id) {
            let was_epoll = usize::from(forgotten.target.kind == Kind::Epoll);
            self.shared.epolls.fetch_sub(was_epoll, Ordering::SeqCst);
            let _ = self.shared.epoll.remove(forgotten.target.fd);
        }
    }

    /// Stops watching a socket while a loop moves data over it: an event forevery piece would slow the loop. Others
    /// may still probe it.
    pub fn let_be(&self, id: DescriptorId) {
        if let Some(watched) = self.shared.lock().get(&id) {
            // Where epoll never took it there is nothing to remove.
            let _ = self.shared.epoll.remove(watched.target.fd);
        }
    }

    /// Watches it again.
    pub fn watch_again(&self, id: DescriptorId) {
        let watched = self.shared.lock();
        // What is not watched was not watched before, as in `watch`.
        if let Some(watched) = watched.get(&id).filter(|it| it.target.kind.is_watched()) {
            let _ = self.shared.epoll.add(watched.target.fd, u64::from(id.0));
        }
    }

    /// Probes a socket and reports what it observed under the lock, so that an older observation is never reported
    /// after a newer one.
    pub fn probe(
        &self,
        id: DescriptorId,
        target: &ProbeTarget,
        addresses: bool,
        report: impl FnOnce(&Observation),
    ) -> Observation {
        let mut watched = self.shared.lock();
        let seen = match watched.get_mut(&id) {
            Some(watched) => {
                let seen = watched.observe(addresses);
                // As in the thread, which has no news to report after this: a new state can come with a new peer.
                if seen.tcp == watched.last.tcp {
                    seen
                } else {
                    watched.observe(true)
                }
            }
            None => observe(target, addresses),
        };
        if let Some(watched) = watched.get_mut(&id) {
            watched.last = Observation {
                local: None,
                peer: None,
                credentials: None,
                hung_up: false,
                ..seen.clone()
            };
        }
        let is_new = watched
            .get_mut(&id)
            .is_some_and(|entry| entry.again.is_none() && entry.loses(Instant::now()));
        report(&seen);
        if is_new {
            // The thread has not set its time by it.
            self.shared.want(|_| {});
        }
        seen
    }

    /// What [`probe_soon`](Self::probe_soon) writes to: a thread with a descriptor table of its own must keep it.
    pub fn fd(&self) -> BorrowedFd<'_> {
        self.shared.wake.as_fd()
    }

    /// Has the thread probe a socket soon and report what is new. For threads without the playground's descriptors.
    pub fn probe_soon(&self, id: DescriptorId) {
        self.shared.want(|wanted| wanted.probes.push(id));
    }

    /// Has the thread probe every socket now and report what is new. The channel is closed when all is reported.
    pub fn probe_all(&self) -> Receiver<Done> {
        let (wants, is_done) = bounded(0);
        self.shared.want(|wanted| wanted.all.push(wants));
        is_done
    }

    /// Probes every epoll instance and reports those that have changed.
    pub fn probe_epolls(&self, report: &mut dyn FnMut(DescriptorId, Observation)) {
        if self.shared.epolls.load(Ordering::SeqCst) == 0 {
            return;
        }
        for watched in self.shared.lock().iter_mut() {
            if let Some(seen) = watched.1.changed_epoll() {
                report(*watched.0, seen);
            }
        }
    }

    /// Has the thread end, also while it pauses between two probes.
    pub fn stop(&self) {
        self.shared.want(|wanted| wanted.stop = true);
        self.shared.stopping.notify_all();
    }

    /// Waits until the thread has ended, not beyond `deadline`. Gives whether it has.
    pub fn wait_until_ended(&self, deadline: Instant) -> bool {
        let left = deadline.saturating_duration_since(Instant::now());
        let goes_on = |wanted: &mut Wanted| !wanted.ended;
        let wanted = self.shared.lock_wanted();
        let waited = self
            .shared
            .stopping
            .wait_timeout_while(wanted, left, goes_on);
        waited.unwrap_or_else(PoisonError::into_inner).0.ended
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use crossbeam_channel::{bounded, unbounded};

    use crate::kernel::sampler::thread::REST;
    use crate::kernel::sampler::*;
    use crate::socket::{Domain, Protocol, SocketType};

    /// A pair of sockets that a sampler watches, and the end of which something is sent.
    fn watched(
        report: Report,
    ) -> (
        Sampler,
        std::os::unix::net::UnixStream,
        std::os::unix::net::UnixStream,
    ) {
        let sampler = Sampler::start(report).expect("a thread");
        let (a, b) = std::os::unix::net::UnixStream::pair().expect("a pair");
        let target =
            ProbeTarget::socket(a.as_raw_fd(), Domain::UNIX, SocketType::STREAM, Protocol(0));
        sampler.watch(DescriptorId(1), target);
        (sampler, a, b)
    }

    #[test]
    fn a_pause_between_two_probes_ends_at_stop() {
        let (shared, wanted) = {
            let sampler = Sampler::start(Box::new(|_, _| true)).expect("a thread");
            sampler.stop();
            assert!(sampler.wait_until_ended(Instant::now() + Duration::from_secs(10)));
            (Arc::clone(&sampler.shared), sampler)
        };
        // A thread that is to stop does not pause, so `rest` returns false although no time has passed.
        let began = Instant::now();
        let rested = (0..1000).filter(|_| shared.rest()).count();
        assert_eq!(rested, 0);
        assert!(began.elapsed() < REST * 500, "it does not wait");
        drop(wanted);
    }

    #[test]
    fn a_probe_that_finds_a_new_state_reads_the_addresses_too() {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a listener");
        let address = listener.local_addr().expect("its address");
        let socket = socket2::Socket::new(socket2::Domain::IPV4, socket2::Type::STREAM, None)
            .expect("a socket");
        let target = ProbeTarget::socket(
            socket.as_raw_fd(),
            Domain::INET,
            SocketType::STREAM,
            Protocol(0),
        );
        let sampler = Sampler::start(Box::new(|_, _| true)).expect("a thread");
        sampler.watch(DescriptorId(1), target);
        // So that it is the probe that finds the connection first.
        sampler.stop();
        assert!(sampler.wait_until_ended(Instant::now() + Duration::from_secs(10)));
        socket.connect(&address.into()).expect("a connection");
        let probe = || sampler.probe(DescriptorId(1), &target, false, |_| {}).peer;
        assert_eq!(probe(), Some(address.into()), "it is established now");
        assert_eq!(probe(), None, "nothing is new");
    }

    #[test]
    fn a_thread_that_is_stuck_is_not_waited_for() {
        let (reports, reported) = unbounded();
        let (hold, held) = bounded::<()>(0);
        let (sampler, _a, b) = watched(Box::new(move |_, _| {
            let _ = reports.send(());
            held.recv().is_ok()
        }));
        std::io::Write::write_all(&mut &b, b"x").expect("it takes a byte");
        reported
            .recv_timeout(Duration::from_secs(10))
            .expect("it reports");
        sampler.stop();
        assert!(!sampler.wait_until_ended(Instant::now() + Duration::from_millis(5)));
        drop(hold);
        assert!(sampler.wait_until_ended(Instant::now() + Duration::from_secs(10)));
    }
}
