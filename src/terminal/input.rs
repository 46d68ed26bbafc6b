//! The input thread: waits for the terminal in poll(2), lets crossterm read, and can be paused and stopped.
//!
//! It must not read while the terminal is given back, or it would eat what is meant for the shell.

use std::io;
use std::os::fd::AsFd;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use crossbeam_channel::Sender;
use crossterm::event::{self, Event, KeyEventKind};
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::sys::eventfd::{EfdFlags, EventFd};
use nix::sys::termios::{SetArg, tcgetattr, tcsetattr};

use crate::app::message::Msg;

/// How long leaving waits for the thread.
const LEAVING: Duration = Duration::from_millis(50);

/// What the thread is told to do.
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
    /// Starts reading; what is read is sent as messages.
    pub(crate) fn start(messages: Sender<Msg>) -> io::Result<Self> {
        // crossterm opens its files at the first question.
        event::poll(Duration::ZERO)?;
        let queue = Arc::new(WatchQueue::default());
        let wake = Arc::new(EventFd::from_flags(
            EfdFlags::EFD_CLOEXEC | EfdFlags::EFD_NONBLOCK,
        )?);
        let (reader_queue, their_wake) = (Arc::clone(&queue), Arc::clone(&wake));
        let thread = thread::Builder::new()
            .name("input".to_owned())
            .spawn(move || {
                crate::sys::signal::mask_all();
                read_all(&reader_queue, &their_wake, &messages);
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
        // crossterm reads for ever from a terminal that has just gone; the process ends anyway then.
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

fn read_all(queue: &WatchQueue, wake: &EventFd, messages: &Sender<Msg>) {
    let input = io::stdin();
    while queue.may_read() {
        let mut files = [
            PollFd::new(input.as_fd(), PollFlags::POLLIN),
            PollFd::new(wake.as_fd(), PollFlags::POLLIN),
        ];
        if poll(&mut files, PollTimeout::NONE).is_err() {
            continue;
        }
        let ready = |at: usize| files[at].revents().unwrap_or(PollFlags::empty());
        let (terminal, woken) = (ready(0), !ready(1).is_empty());
        if woken {
            let _ = wake.read();
            continue;
        }
        // A terminal that has gone can be read too, as end of file: that is looked for first.
        let gone = terminal.intersects(PollFlags::POLLHUP | PollFlags::POLLERR);
        match forward(messages) {
            Ok(sent) if !gone => {
                if sent == 0 {
                    wake_reader(&input);
                }
            }
            _ => {
                // SIGHUP may be ignored, as below nohup(1). The loop may have ended already.
                let _ = messages.send(Msg::Hangup);
                return;
            }
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

/// Sends everything that can be read without waiting. Gives how many events that were.
fn forward(messages: &Sender<Msg>) -> io::Result<usize> {
    let mut read = 0;
    while event::poll(Duration::ZERO)? {
        let event = event::read()?;
        read += 1;
        let message = match event {
            Event::Key(key) if key.kind != KeyEventKind::Release => Msg::Key(key),
            Event::Mouse(event) => Msg::Mouse(event),
            Event::Paste(text) => Msg::Paste(text),
            Event::Resize(columns, rows) => Msg::Resize(columns, rows),
            Event::Key(_) | Event::FocusGained | Event::FocusLost => continue,
        };
        messages.send(message).map_err(io::Error::other)?;
    }
    Ok(read)
}
