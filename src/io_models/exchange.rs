//! Making the exchange: the process as each model has it, and the peer that sends.

use std::fmt;
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use crate::call::data::describe;
use crate::call::option_bytes;
use crate::call::timeout::Timeout;
use crate::call::value::Value;
use crate::io_models::{EventKind, Model, Run, Step};
use crate::socket::constant::PollEvents;
use crate::socket::{EpollEvents, Errno};
use crate::sys::Failure;
use crate::sys::monotonic;
use crate::sys::ready::Set;
use crate::sys::socket::{RawAddress, Source, Target};
use crate::sys::uring::Ring;

/// How long the peer waits before it sends.
const PAUSE: Duration = Duration::from_millis(20);
/// A piece of other work.
const PIECE_OF_WORK: Duration = Duration::from_millis(4);
/// The room that the process offers.
const ROOM: usize = 100;
/// The longest that a run may take; the data is lost then.
const PATIENCE: Duration = Duration::from_secs(5);
const DATA: &[u8] = b"hello";

/// One run at a time: the handler of the signal-driven model notes for the whole process that it ran.
static ALONE: Mutex<()> = Mutex::new(());

/// Runs the exchange once, on a thread of its own with a descriptor table of its own.
///
/// # Errors
///
/// Why the model is not available here, as a sentence.
pub fn run(model: Model) -> Result<Run, String> {
    let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    let process = move || {
        // A table of its own once more: its numbers are shown. Where a sandbox forbids it, four are taken for a moment.
        let _ = crate::sys::descriptor::unshare_table(&[]);
        Process::new(model)?.run()
    };
    crate::kernel::unshared::call("model", process)
        .unwrap_or_else(|| Err("the run could not be made".to_owned()))
}

/// Two datagram sockets of this host, and the record of what the process does.
struct Process {
    model: Model,
    socket: i32,
    peer: i32,
    began: Duration,
    steps: Vec<Step>,
}

impl Drop for Process {
    fn drop(&mut self) {
        for fd in [self.socket, self.peer] {
            // Nobody could be informed of an error.
            let _ = crate::sys::socket::close(fd);
        }
    }
}

/// What a run cannot do without.
const NO_SOCKETS: &str = "no datagram sockets on 127.0.0.1";

fn cannot<E: Into<Failure>>(what: &str) -> impl Fn(E) -> String {
    move |failure| match failure.into() {
        Failure::Errno(errno) => format!("{what}: {errno}, {}", errno.text()),
        Failure::Refused(reason) => format!("{what}: {reason}"),
    }
}

impl Process {
    fn new(model: Model) -> Result<Self, String> {
        let error = cannot::<Errno>(NO_SOCKETS);
        let make =
            || crate::sys::socket::socket(libc::AF_INET, libc::SOCK_DGRAM | libc::SOCK_CLOEXEC, 0);
        let process = Self {
            model,
            socket: make().map_err(&error)?,
            peer: make().map_err(&error)?,
            began: monotonic(),
            steps: Vec::new(),
        };
        let local = std::net::SocketAddr::from(([127, 0, 0, 1], 0));
        let local = RawAddress::new(&crate::socket::sockaddr::encode(&local.into()), None);
        crate::sys::socket::bind(process.socket, &local).map_err(&error)?;
        // A datagram may be lost, to a packet filter say; recv() must not wait for it forever.
        let patience = option_bytes::encode(&Value::Duration(PATIENCE)).unwrap_or_default();
        let level = libc::SOL_SOCKET;
        crate::sys::socket::setsockopt(
            process.socket,
            level,
            libc::SO_RCVTIMEO,
            Some(&patience),
            None,
        )
        .map_err(cannot(NO_SOCKETS))?;
        let name = crate::sys::socket::getsockname(process.socket, None);
        let there = RawAddress::new(&name.map_err(cannot(NO_SOCKETS))?.bytes, None);
        crate::sys::socket::connect(process.peer, &there).map_err(&error)?;
        Ok(process)
    }

    /// Receives the datagram as the model does while a second thread sends it.
    fn run(mut self) -> Result<Run, String> {
        // What a model needs to be made ready belongs to no run: only waiting and receiving are compared.
        let mut prepared = self.prepare()?;
        let (began, peer) = (monotonic(), self.peer);
        self.began = began;
        let sender = thread::spawn(move || {
            crate::sys::signal::mask_all();
            thread::sleep(PAUSE);
            let sent = monotonic();
            let result = crate::sys::socket::send(peer, Source::Bytes(DATA), 0);
            (sent, monotonic(), result)
        });
        let data = self.receive(&mut prepared);
        let (sent, ready, result) = sender
            .join()
            .map_err(|_| "the peer could not send".to_owned())?;
        result.map_err(cannot("the peer could not send"))?;
        Ok(Run {
            model: self.model,
            steps: std::mem::take(&mut self.steps),
            sent: sent - began,
            ready: ready - began,
            data: data?,
        })
    }

    fn prepare(&self) -> Result<Prepared, String> {
        match self.model {
            Model::Epoll => {
                let error = cannot::<Errno>("no epoll instance");
                let epoll =
                    crate::sys::ready::epoll_create1(libc::EPOLL_CLOEXEC).map_err(&error)?;
                let instance = Prepared::Epoll(epoll);
                crate::sys::ready::epoll_ctl(
                    epoll,
                    libc::EPOLL_CTL_ADD,
                    self.socket,
                    libc::EPOLLIN,
                )
                .map_err(&error)?;
                Ok(instance)
            }
            Model::SignalDriven => {
                crate::sys::signal::signal_this_thread(self.socket)
                    .map_err(cannot("no signal for a socket"))?;
                Ok(Prepared::Nothing)
            }
            Model::NonBlocking => {
                crate::sys::file::fcntl(self.socket, libc::F_SETFL, libc::O_NONBLOCK)
                    .map_err(cannot("no O_NONBLOCK"))?;
                Ok(Prepared::Nothing)
            }
            Model::Asynchronous => Ring::new()
                .map(|ring| Prepared::Ring(Box::new(ring)))
                .map_err(no_ring),
            _ => Ok(Prepared::Nothing),
        }
    }

    fn receive(&mut self, prepared: &mut Prepared) -> Result<Vec<u8>, String> {
        match (self.model, prepared) {
            (Model::NonBlocking, _) => self.ask_again_and_again(),
            (Model::Select, _) => self.wait_in_select(),
            (Model::Poll, _) => self.wait_in_poll(),
            (Model::Epoll, Prepared::Epoll(epoll)) => self.wait_in_epoll(*epoll),
            (Model::SignalDriven, _) => self.work_until_signalled(),
            (Model::Asynchronous, Prepared::Ring(ring)) => self.work_until_complete(ring),
            _ => self.recv(),
        }
    }

    fn now(&self) -> Duration {
        monotonic().saturating_sub(self.began)
    }

    /// Makes a call and writes it down.
    fn call<T, E: fmt::Display>(
        &mut self,
        call: &str,
        make: impl FnOnce() -> Result<T, E>,
        show: impl FnOnce(&T) -> String,
    ) -> Result<T, E> {
        let from = self.now();
        let made = make();
        let to = self.now();
        let result = match &made {
            Ok(value) => show(value),
            Err(failure) => failure.to_string(),
        };
        self.steps.push(Step {
            from,
            to,
            what: EventKind::Call {
                call: call.to_owned(),
                result,
            },
        });
        made
    }

    /// recv(), which copies. Without data it sleeps, or fails with EAGAIN where the socket has O_NONBLOCK.
    fn try_recv(&mut self) -> Result<Vec<u8>, Errno> {
        let socket = self.socket;
        self.call(
            "recv(s, 100)",
            || {
                let mut buffer = vec![0; ROOM];
                let count = crate::sys::socket::recv(socket, Target::Buffer(&mut buffer), 0)?;
                buffer.truncate(count);
                Ok(buffer)
            },
            |data| format!("{} {}", data.len(), describe(data)),
        )
    }

    fn recv(&mut self) -> Result<Vec<u8>, String> {
        self.try_recv().map_err(cannot("nothing was received"))
    }

    /// A piece of other work, written down.
    fn work(&mut self) -> Result<(), String> {
        let from = self.now();
        if from > PATIENCE {
            return Err("the datagram did not arrive".to_owned());
        }
        // A signal ends it early.
        crate::sys::ready::pause(PIECE_OF_WORK);
        let to = self.now();
        match self.steps.last_mut() {
            Some(last) if last.what == EventKind::Work => last.to = to,
            _ => self.steps.push(Step {
                from,
                to,
                what: EventKind::Work,
            }),
        }
        Ok(())
    }

    fn ask_again_and_again(&mut self) -> Result<Vec<u8>, String> {
        loop {
            match self.try_recv() {
                Ok(data) => return Ok(data),
                Err(Errno(libc::EAGAIN)) => self.work()?,
                Err(errno) => return Err(cannot("nothing was received")(errno)),
            }
        }
    }

    fn wait_in_select(&mut self) -> Result<Vec<u8>, String> {
        let (socket, set) = (self.socket, Set::of(&[self.socket]));
        let selected = self.call(
            "select(read [s], …)",
            || crate::sys::ready::select(socket + 1, [set, None, None], Timeout::Span(PATIENCE)),
            |selected| format!("{} read [s]", selected.count),
        );
        selected.map_err(cannot("select"))?;
        self.recv()
    }

    fn wait_in_poll(&mut self) -> Result<Vec<u8>, String> {
        let set = [(self.socket, i32::from(libc::POLLIN))];
        let timeout = i32::try_from(PATIENCE.as_millis()).unwrap_or(i32::MAX);
        let polled = self.call(
            "poll([s: POLLIN], 5000)",
            || crate::sys::ready::poll(&set, timeout),
            |(count, found)| format!("{count} [s: {}]", PollEvents(found[0])),
        );
        polled.map_err(cannot("poll"))?;
        self.recv()
    }

    fn wait_in_epoll(&mut self, epoll: i32) -> Result<Vec<u8>, String> {
        let timeout = i32::try_from(PATIENCE.as_millis()).unwrap_or(i32::MAX);
        let waited = self.call(
            "epoll_wait(e, 10, 5000)",
            || crate::sys::ready::epoll_wait(epoll, 10, timeout),
            |found| {
                let events = found.first().map_or(0, |(_, events)| *events);
                format!("{} [s: {}]", found.len(), EpollEvents(events))
            },
        );
        waited.map_err(cannot("epoll_wait"))?;
        self.recv()
    }

    fn work_until_signalled(&mut self) -> Result<Vec<u8>, String> {
        let signalled = loop {
            self.work()?;
            if let Some(at) = crate::sys::signal::signalled_at() {
                break at.saturating_sub(self.began);
            }
        };
        // The handler interrupted the work.
        if let Some(work) = self.steps.last_mut() {
            work.to = signalled.max(work.from);
        }
        let to = self.now();
        self.steps.push(Step {
            from: signalled,
            to,
            what: EventKind::Handler,
        });
        self.recv()
    }

    fn work_until_complete(&mut self, ring: &mut Ring) -> Result<Vec<u8>, String> {
        let socket = self.socket;
        let submitted = self.call(
            "io_uring_enter(recv(s))",
            || ring.submit_recv(socket, ROOM as u32),
            ToString::to_string,
        );
        submitted.map_err(|failure| match failure {
            Failure::Errno(errno) => no_ring(errno),
            Failure::Refused(reason) => reason,
        })?;
        loop {
            self.work()?;
            let from = self.now();
            if let Some(received) = ring.completion() {
                let data = received.map_err(cannot("the receive failed"))?;
                let to = self.now();
                let shown = format!("{} {}", data.len(), describe(&data));
                self.steps.push(Step {
                    from,
                    to,
                    what: EventKind::Completion(shown),
                });
                return Ok(data);
            }
        }
    }
}

/// What a model needs before the run.
enum Prepared {
    Nothing,
    Epoll(i32),
    Ring(Box<Ring>),
}

impl Drop for Prepared {
    fn drop(&mut self) {
        if let Self::Epoll(epoll) = self {
            // Nobody could be informed of an error.
            let _ = crate::sys::socket::close(*epoll);
        }
    }
}

/// Why there is no io_uring.
fn no_ring(errno: Errno) -> String {
    let why = match errno.0 {
        libc::ENOSYS => "this kernel has no io_uring".to_owned(),
        libc::EPERM => {
            "it is switched off (sysctl kernel.io_uring_disabled) or forbidden by a sandbox"
                .to_owned()
        }
        _ => errno.text(),
    };
    format!("io_uring cannot be used: {errno}, {why}")
}
