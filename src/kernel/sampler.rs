//! The sampler: one thread that reports when the kernel says something new about a socket.
//!
//! It sleeps in epoll_wait(2) on all open sockets, edge-triggered, so a socket at rest costs nothing. When something
//! happens to one (data, FIN, RST, a connection in its queue, room to send), it probes the socket once and reports what
//! changed. After a report it pauses, so that bulk traffic costs a bounded number of probes a second. Others can ask
//! for a probe too: a connect() that goes to sleep is not an epoll event. Data that is dropped for lack of room causes
//! no event either, so a socket whose buffer is nearly full, or whose queue is full, is probed repeatedly.

use std::collections::HashMap;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, Sender, bounded};
use nix::sys::eventfd::{EfdFlags, EventFd};

use crate::event::{DescriptorId, Observation};
use crate::kernel::interest::FdInfo;
use crate::kernel::observe::{ProbeTarget, observe};
use crate::socket::{Domain, Kind};
use crate::sys::epoll::Epoll;
use crate::sys::start::needed;

/// The least time between two probes of busy sockets.
const REST: Duration = Duration::from_millis(4);
/// The pauses between probes of a socket that has no room; the last one repeats.
const PAUSES: [Duration; 6] = [
    Duration::from_millis(30),
    Duration::from_millis(60),
    Duration::from_millis(120),
    Duration::from_millis(250),
    Duration::from_millis(500),
    Duration::from_secs(1),
];
/// The token of the eventfd that wakes the thread.
const WAKE: u64 = u64::MAX;

/// Takes what was observed; returns false when nobody reads the reports any more.
pub type Report = Box<dyn Fn(DescriptorId, Observation) -> bool + Send>;

/// The watched sockets, shared with the thread.
#[derive(Debug)]
pub struct Sampler {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    epoll: Epoll,
    watched: Mutex<HashMap<DescriptorId, EpollEntry>>,
    /// How many of them are epoll instances; changed under the lock.
    epolls: AtomicUsize,
    wake: EventFd,
    wanted: Mutex<Wanted>,
    /// Notified when the thread is to end or has ended.
    stopping: Condvar,
}

/// Never sent: the channel is closed when what was asked for is done.
#[derive(Debug)]
pub enum Done {}

/// What the thread is woken for.
#[derive(Debug, Default)]
struct Wanted {
    looks: Vec<DescriptorId>,
    /// Those who wait until all sockets are probed; dropped when that is done.
    all: Vec<Sender<Done>>,
    stop: bool,
    /// Whether the thread has ended.
    ended: bool,
}

#[derive(Debug)]
struct EpollEntry {
    target: ProbeTarget,
    last: Observation,
    /// Of an epoll instance.
    info: Option<FdInfo>,
    /// When it is probed without an event, and how often it was since something new was observed.
    again: Option<(Instant, usize)>,
}

impl EpollEntry {
    fn observe(&self, addresses: bool) -> Observation {
        let mut seen = observe(&self.target, addresses);
        seen.interest = self
            .info
            .as_ref()
            .and_then(|info| info.read(self.target.fd));
        seen
    }

    /// Whether only epoll shows that connections wait: the kernel reports nothing else about the queue of AF_UNIX.
    fn is_unix_listener(&self) -> bool {
        self.target.domain == Domain::UNIX && self.last.unread.is_none()
    }

    /// Begins to probe it repeatedly if packets may be dropped.
    fn loses(&mut self, now: Instant) -> bool {
        self.look_again(now, true);
        self.again.is_some()
    }

    /// Schedules another probe while packets may be dropped without an event.
    fn look_again(&mut self, now: Instant, is_news: bool) {
        let step = match self.again {
            Some((_, step)) if !is_news => step + 1,
            _ => 0,
        };
        let pause = PAUSES[step.min(PAUSES.len() - 1)];
        self.again = loses_silently(&self.last).then(|| (now + pause, step));
    }
}

impl Sampler {
    /// Starts the thread. `report` is called from it whenever a socket changed.
    ///
    /// # Errors
    ///
    /// When no descriptor or thread can be had.
    pub fn start(report: Report) -> std::io::Result<Self> {
        let error = |errno: crate::socket::Errno| std::io::Error::from_raw_os_error(errno.0);
        let purpose = "to hear what happens to sockets";
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
        thread::Builder::new()
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
        // An epoll instance of the person's is probed when something happens to a socket: watched in ours it would be
        // nested one level deeper than the person sees. Files cannot be watched.
        if target.kind.is_socket() {
            // Where epoll refuses (its limit is max_user_watches) the socket is still seen after each call.
            let _ = self.shared.epoll.add(target.fd, u64::from(id.0));
        }
        let is_epoll = target.kind == Kind::Epoll;
        self.shared
            .epolls
            .fetch_add(usize::from(is_epoll), Ordering::SeqCst);
        watched.insert(
            id,
            EpollEntry {
                target,
                last: Observation::default(),
                info: is_epoll.then(|| FdInfo::open(target.fd)).flatten(),
                again: None,
            },
        );
    }

    /// Forgets a socket. Call before its descriptor is closed: the number may be another's right after.
    pub fn forget(&self, id: DescriptorId) {
        let mut watched = self.shared.lock();
        if let Some(gone) = watched.remove(&id) {
            let was_epoll = usize::from(gone.target.kind == Kind::Epoll);
            self.shared.epolls.fetch_sub(was_epoll, Ordering::SeqCst);
            let _ = self.shared.epoll.remove(gone.target.fd);
        }
    }

    /// Stops watching a socket while a loop moves data over it: an event for every piece would slow the loop. Others
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
        // What is not a socket was not watched before, as in `watch`.
        if let Some(watched) = watched.get(&id).filter(|it| it.target.kind.is_socket()) {
            let _ = self.shared.epoll.add(watched.target.fd, u64::from(id.0));
        }
    }

    /// Probes a socket and reports what it observed under the lock, so that an older observation is never reported
    /// after a newer one.
    pub fn look(
        &self,
        id: DescriptorId,
        target: &ProbeTarget,
        addresses: bool,
        tell: impl FnOnce(&Observation),
    ) -> Observation {
        let mut watched = self.shared.lock();
        let seen = match watched.get(&id) {
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
        tell(&seen);
        if is_new {
            // The thread has not set its time by it.
            self.shared.want(|_| {});
        }
        seen
    }

    /// What [`look_soon`](Self::look_soon) writes to: a thread with a descriptor table of its own must keep it.
    pub fn fd(&self) -> BorrowedFd<'_> {
        self.shared.wake.as_fd()
    }

    /// Has the thread probe a socket soon and report what is new. For threads without the playground's descriptors.
    pub fn look_soon(&self, id: DescriptorId) {
        self.shared.want(|wanted| wanted.looks.push(id));
    }

    /// Has the thread probe every socket now and report what is new. The channel is closed when all is reported.
    pub fn look_at_all(&self) -> Receiver<Done> {
        let (wants, is_done) = bounded(0);
        self.shared.want(|wanted| wanted.all.push(wants));
        is_done
    }

    /// Probes every epoll instance and reports those that have changed.
    pub fn look_at_epolls(&self, tell: &mut dyn FnMut(DescriptorId, Observation)) {
        if self.shared.epolls.load(Ordering::SeqCst) == 0 {
            return;
        }
        for watched in self.shared.lock().iter_mut() {
            if let Some(seen) = changed_epoll(watched.1) {
                tell(*watched.0, seen);
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

impl Shared {
    fn lock(&self) -> MutexGuard<'_, HashMap<DescriptorId, EpollEntry>> {
        self.watched.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn lock_wanted(&self) -> MutexGuard<'_, Wanted> {
        self.wanted.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Wakes the thread for something.
    fn want(&self, add: impl FnOnce(&mut Wanted)) {
        add(&mut self.lock_wanted());
        // Fails only when it was woken 2^64 times without reading once.
        let _ = self.wake.write(1);
    }

    /// The sockets to probe, and those who wait until all of them were.
    fn take_looks(&self) -> (Vec<DescriptorId>, Vec<Sender<Done>>) {
        // Before the list is taken: what is added later wakes again.
        let _ = self.wake.read();
        let (looks, all) = {
            let mut wanted = self.lock_wanted();
            (
                std::mem::take(&mut wanted.looks),
                std::mem::take(&mut wanted.all),
            )
        };
        match all.is_empty() {
            true => (looks, all),
            false => (self.lock().keys().copied().collect(), all),
        }
    }

    /// Pauses between two probes of busy sockets. Returns false, at once, when the thread is to end.
    fn rest(&self) -> bool {
        let goes_on = |wanted: &mut Wanted| !wanted.stop;
        let wanted = self.lock_wanted();
        let waited = self.stopping.wait_timeout_while(wanted, REST, goes_on);
        !waited.unwrap_or_else(PoisonError::into_inner).0.stop
    }

    fn run(&self, report: &Report) {
        loop {
            let Ok(tokens) = self.epoll.wait(self.timeout()) else {
                continue;
            };
            if !self.look_at_the_full(report) {
                return;
            }
            for token in tokens {
                if token == WAKE {
                    // Dropping `all` notifies those who wait for all probes.
                    let (looks, _all) = self.take_looks();
                    if !looks.into_iter().all(|id| self.look(id, report)) {
                        return;
                    }
                    continue;
                }
                let Ok(id) = u32::try_from(token).map(DescriptorId) else {
                    continue;
                };
                if !self.look(id, report) {
                    return;
                }
            }
            if !self.rest() {
                return;
            }
        }
    }

    /// In how many milliseconds a socket is to be probed without an event; -1: none is.
    fn timeout(&self) -> i32 {
        let watched = self.lock();
        let next = watched.values().filter_map(|entry| entry.again).min();
        let left = next.map(|(at, _)| at.saturating_duration_since(Instant::now()));
        // Rounded up: before its time there is nothing to be done.
        left.map_or(-1, |left| {
            i32::try_from(left.as_millis() + 1).unwrap_or(i32::MAX)
        })
    }

    /// Probes the sockets whose time has come. Returns false when nobody reads the reports any more.
    fn look_at_the_full(&self, report: &Report) -> bool {
        let now = Instant::now();
        let is_due = |entry: &EpollEntry| entry.again.is_some_and(|(at, _)| at <= now);
        let due: Vec<DescriptorId> = {
            let watched = self.lock();
            let due = watched.iter().filter(|(_, entry)| is_due(entry));
            due.map(|(id, _)| *id).collect()
        };
        due.into_iter().all(|id| self.look(id, report))
    }

    /// Probes a socket and reports what is new. Returns false when nobody reads the reports any more.
    ///
    /// The lock is held until it is reported: the number cannot be reused meanwhile, and no newer observation can be
    /// reported before this one.
    fn look(&self, id: DescriptorId, report: &Report) -> bool {
        let mut watched = self.lock();
        let Some(entry) = watched.get_mut(&id) else {
            return true;
        };
        let seen = entry.observe(false);
        let is_news = seen != entry.last;
        entry.last = seen;
        entry.look_again(Instant::now(), is_news);
        if is_news || entry.is_unix_listener() {
            // A new state can come with a new peer: a connection that was under way.
            if !report(id, observe(&entry.target, true)) {
                return false;
            }
        }
        if self.epolls.load(Ordering::SeqCst) == 0 {
            return true;
        }
        let epolls: Vec<(DescriptorId, Observation)> = watched
            .iter_mut()
            .filter_map(|(id, entry)| Some((*id, changed_epoll(entry)?)))
            .collect();
        epolls.into_iter().all(|(id, seen)| report(id, seen))
    }
}

/// Whether packets that come to a socket may be thrown away: its buffer is nearly full, or no connection finds a place.
fn loses_silently(seen: &Observation) -> bool {
    let is_full = seen.waiting.is_some_and(|queue| queue.length > queue.limit);
    is_full || seen.memory.is_some_and(|memory| memory.is_nearly_full())
}

/// What an epoll instance watches, when that is not what was seen last.
fn changed_epoll(entry: &mut EpollEntry) -> Option<Observation> {
    entry.info.as_ref()?;
    let seen = entry.observe(false);
    if seen == entry.last {
        return None;
    }
    entry.last = seen.clone();
    Some(seen)
}

#[cfg(test)]
mod tests {
    use crossbeam_channel::{bounded, unbounded};

    use crate::kernel::sampler::*;
    use crate::socket::{Protocol, SocketType};

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
    fn a_wait_between_two_looks_ends_when_it_is_told_to_stop() {
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
    fn a_look_that_finds_a_new_state_reads_the_addresses_too() {
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
        // So that it is the look that finds the connection first.
        sampler.stop();
        assert!(sampler.wait_until_ended(Instant::now() + Duration::from_secs(10)));
        socket.connect(&address.into()).expect("a connection");
        let look = || sampler.look(DescriptorId(1), &target, false, |_| {}).peer;
        assert_eq!(look(), Some(address.into()), "it is established now");
        assert_eq!(look(), None, "nothing is new");
    }

    #[test]
    fn a_thread_that_is_stuck_is_not_waited_for() {
        let (tell, told) = unbounded();
        let (hold, held) = bounded::<()>(0);
        let (sampler, _a, b) = watched(Box::new(move |_, _| {
            let _ = tell.send(());
            held.recv().is_ok()
        }));
        std::io::Write::write_all(&mut &b, b"x").expect("it takes a byte");
        told.recv_timeout(Duration::from_secs(10))
            .expect("it reports");
        sampler.stop();
        assert!(!sampler.wait_until_ended(Instant::now() + Duration::from_millis(5)));
        drop(hold);
        assert!(sampler.wait_until_ended(Instant::now() + Duration::from_secs(10)));
    }
}
