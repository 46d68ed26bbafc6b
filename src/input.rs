//! The input thread of every mode that reads keys: waits for the terminal in poll(2), lets crossterm read, and can be
//! paused and stopped.
//!
//! It must not read while the terminal is given back, or it would eat what is meant for the shell.

mod answer;
mod bursts;

use std::io;
use std::os::fd::{AsFd, BorrowedFd};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use crossbeam_channel::Sender;
use crossterm::event::{self, Event, KeyEvent, KeyEventKind};
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::sys::eventfd::{EfdFlags, EventFd};
use nix::sys::termios::{SetArg, tcgetattr, tcsetattr};

use crate::input::answer::Answer;
use crate::input::bursts::Bursts;
use crate::theme::Background;

/// How long leaving waits for the thread.
const LEAVING: Duration = Duration::from_millis(50);

/// What the terminal gave.
#[derive(Debug)]
pub(crate) enum Read {
    /// Any event but a key that was let go.
    Event(Event),
    /// More keys at once than anybody presses, and not marked as a paste: most likely they were pasted, at a terminal
    /// that does not mark pastes.
    Burst(Vec<KeyEvent>),
    /// The burst is over: nothing more has come for a while.
    BurstEnd,
    /// The terminal's answer to the query for its background.
    Background(Background),
    /// The terminal has hung_up.
    Hangup,
}

/// After so many milliseconds without input a burst is over, and an answer of the terminal does not go on.
const QUIET: u8 = 50;

/// What the thread is to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Order {
    #[default]
    Read,
    Pause,
    Stop,
}

/// What the thread and its employer share.
#[derive(Debug, Default)]
struct WatchQueue {
    order: Mutex<(Order, bool)>,
    changed: Condvar,
}

/// The thread that reads the terminal.
#[derive(Debug)]
pub(crate) struct Input {
    queue: Arc<WatchQueue>,
    wake: Arc<EventFd>,
    thread: JoinHandle<()>,
}

impl Input {
    /// Starts reading; what is read is sent, as what `convert` makes of it.
    ///
    /// The channel should have no limit: a thread that waits for room in it could not be paused.
    pub(crate) fn start<T: Send + 'static>(
        sender: Sender<T>,
        convert: fn(Read) -> Option<T>,
    ) -> io::Result<Self> {
        // crossterm opens its files at the first question. A terminal that was hung up is reported by the thread.
        if !is_hung_up() {
            event::poll(Duration::ZERO)?;
        }
        let queue = Arc::new(WatchQueue::default());
        let wake = Arc::new(EventFd::from_flags(
            EfdFlags::EFD_CLOEXEC | EfdFlags::EFD_NONBLOCK,
        )?);
        let (reader_queue, their_wake) = (Arc::clone(&queue), Arc::clone(&wake));
        let thread = thread::Builder::new()
            .name("input".to_owned())
            .spawn(move || {
                crate::sys::signal::mask_all();
                let send = |read| convert(read).is_none_or(|made| sender.send(made).is_ok());
                read_all(&reader_queue, &their_wake, &send);
                reader_queue.changed.notify_all();
            })?;
        Ok(Self {
            queue,
            wake,
            thread,
        })
    }

    /// Stops reading and returns when it has stopped.
    pub(crate) fn pause(&self) {
        self.order(Order::Pause);
        let mut order = self.queue.lock();
        while !order.1 && !self.thread.is_finished() {
            order = self.queue.wait(order);
        }
    }

    /// Reads again.
    pub(crate) fn resume(&self) {
        self.order(Order::Read);
    }

    fn order(&self, order: Order) {
        self.queue.lock().0 = order;
        self.queue.changed.notify_all();
        // Fails only when the counter is full: then the thread is woken anyway.
        let _ = self.wake.write(1);
    }
}

impl Drop for Input {
    fn drop(&mut self) {
        self.order(Order::Stop);
        let deadline = Instant::now() + LEAVING;
        let mut order = self.queue.lock();
        // crossterm reads forever from a terminal that has just hung up; the process ends anyway then.
        while !self.thread.is_finished() && Instant::now() < deadline {
            order = self.queue.wait(order);
        }
    }
}

impl WatchQueue {
    fn lock(&self) -> MutexGuard<'_, (Order, bool)> {
        self.order.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn wait<'a>(&self, guard: MutexGuard<'a, (Order, bool)>) -> MutexGuard<'a, (Order, bool)> {
        // A limit, because a thread that has ended notifies nobody.
        self.changed
            .wait_timeout(guard, Duration::from_millis(5))
            .unwrap_or_else(PoisonError::into_inner)
            .0
    }

    /// Waits while reading is paused. Gives false when it is to stop for good.
    fn may_read(&self) -> bool {
        let mut order = self.lock();
        while order.0 == Order::Pause {
            order.1 = true;
            self.changed.notify_all();
            order = self
                .changed
                .wait(order)
                .unwrap_or_else(PoisonError::into_inner);
        }
        order.1 = false;
        order.0 == Order::Read
    }
}

/// Reads until it is to stop, the terminal is hung up, or nobody receives any more.
fn read_all(queue: &WatchQueue, wake: &EventFd, send: &dyn Fn(Read) -> bool) {
    let input = io::stdin();
    let mut pieces = Pieces::default();
    // What was typed before crossterm opened its files has been read with the first question, and poll() does not see it.
    // Where that fails, the loop reports it.
    let _ = forward(&mut pieces, send);
    while queue.may_read() {
        let mut files = [
            PollFd::new(input.as_fd(), PollFlags::POLLIN),
            PollFd::new(wake.as_fd(), PollFlags::POLLIN),
        ];
        let limit = if pieces.go_on() {
            PollTimeout::from(QUIET)
        } else {
            PollTimeout::NONE
        };
        match poll(&mut files, limit) {
            Ok(0) => {
                if pieces.end(send).is_err() {
                    return;
                }
                continue;
            }
            Ok(_) => {}
            Err(_) => continue,
        }
        let ready = |at: usize| files[at].revents().unwrap_or(PollFlags::empty());
        let (terminal, woken) = (ready(0), !ready(1).is_empty());
        if woken {
            let _ = wake.read();
            continue;
        }
        let is_over = match forward(&mut pieces, send) {
            Ok(0) if !hung_up(terminal) => {
                wake_reader(&input);
                false
            }
            Ok(_) => hung_up(terminal),
            Err(_) => true,
        };
        if is_over {
            // SIGHUP may be ignored, as below nohup(1), or not come at all. Nobody may listen any more.
            send(Read::Hangup);
            return;
        }
    }
}

/// Has the terminal say once more that there is input: crossterm waits edge-triggered and reads 1024 bytes for an edge,
/// so the rest of a burst would stay. Setting the attributes that it has wakes all who wait, and changes nothing.
fn wake_reader(terminal: &io::Stdin) {
    if let Ok(attributes) = tcgetattr(terminal) {
        // Where it fails the rest comes with the next key.
        let _ = tcsetattr(terminal, SetArg::TCSANOW, &attributes);
    }
}

/// What the keys of one piece of input may have to do with those of the next.
#[derive(Debug, Default)]
struct Pieces {
    bursts: Bursts,
    answer: Answer,
}

impl Pieces {
    /// Whether it must be known when nothing more comes.
    fn go_on(&self) -> bool {
        self.bursts.goes_on() || self.answer.is_begun()
    }

    /// Nothing more has come for a while.
    fn end(&mut self, send: &dyn Fn(Read) -> bool) -> io::Result<()> {
        let held = self.answer.release();
        forward_keys(held, &mut self.bursts, send)?;
        if self.bursts.goes_on() {
            self.bursts.end();
            heard(send(Read::BurstEnd))?;
        }
        Ok(())
    }

    /// Sends keys that were read in one piece, and the terminal's answer that is among them.
    fn forward(&mut self, keys: Vec<KeyEvent>, send: &dyn Fn(Read) -> bool) -> io::Result<()> {
        let sifted = self.answer.sift(keys);
        if let Some(background) = sifted.background {
            heard(send(Read::Background(background)))?;
        }
        forward_keys(sifted.keys, &mut self.bursts, send)
    }
}

/// What poll(2) says of a terminal that was hung up.
fn hung_up(says: PollFlags) -> bool {
    says.intersects(PollFlags::POLLHUP | PollFlags::POLLERR)
}

/// Whether the terminal was hung up: crossterm would read its end of file forever.
fn is_hung_up() -> bool {
    let input = io::stdin();
    let mut files = [PollFd::new(input.as_fd(), PollFlags::POLLIN)];
    let found = poll(&mut files, PollTimeout::ZERO).unwrap_or(0);
    found > 0 && files[0].revents().is_some_and(hung_up)
}

/// Sends everything that can be read without waiting. Gives how many events that were.
fn forward(pieces: &mut Pieces, send: &dyn Fn(Read) -> bool) -> io::Result<usize> {
    let mut read = 0;
    let mut keys = Vec::new();
    while !is_hung_up() && event::poll(Duration::ZERO)? {
        read += 1;
        match event::read()? {
            Event::Key(key) if key.kind == KeyEventKind::Release => {}
            Event::Key(key) => keys.push(key),
            other => {
                pieces.forward(std::mem::take(&mut keys), send)?;
                heard(send(Read::Event(other)))?;
            }
        }
    }
    pieces.forward(keys, send)?;
    Ok(read)
}

/// Sends keys that were read in one piece, one by one or as a burst.
fn forward_keys(
    keys: Vec<KeyEvent>,
    bursts: &mut Bursts,
    send: &dyn Fn(Read) -> bool,
) -> io::Result<()> {
    if keys.is_empty() {
        return Ok(());
    }
    let more_waits = is_readable(io::stdin().as_fd());
    let went_on = bursts.goes_on();
    if bursts.is_part(&keys, more_waits) {
        return heard(send(Read::Burst(keys)));
    }
    if went_on {
        heard(send(Read::BurstEnd))?;
    }
    keys.into_iter()
        .try_for_each(|key| heard(send(Read::Event(Event::Key(key)))))
}

fn heard(is_heard: bool) -> io::Result<()> {
    if is_heard {
        Ok(())
    } else {
        Err(io::ErrorKind::BrokenPipe.into())
    }
}

/// Whether there is input that was not read yet.
fn is_readable(file: BorrowedFd<'_>) -> bool {
    let mut files = [PollFd::new(file, PollFlags::POLLIN)];
    poll(&mut files, PollTimeout::ZERO).is_ok_and(|count| count > 0)
}
