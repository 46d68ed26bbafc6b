//! Signals that end the program, or inform it of something: waited for on a thread and passed on to the main loop.
//!
//! A main loop that does not take a signal in time is stuck (writing to a terminal or a pipe that nobody reads, say): then
//! the thread itself restores the terminal, removes the path sockets that were bound, and ends or stops the program as
//! the signal would.

use std::io;
use std::thread;
use std::time::Duration;

use crossbeam_channel::{Receiver, Sender, bounded};

use crate::sys::signal::Awaited;
use crate::sys::start::needed;

/// How long the main loop may take to notice a signal.
const PATIENCE: Duration = Duration::from_millis(40);
/// How long our own SIGTSTP may take to come back, at most: it does not where whoever started us had it ignored.
const RETURN: Duration = Duration::from_millis(200);

/// The signals of this program, from now on held back from every thread.
#[derive(Debug)]
pub struct Signals {
    receiver: Receiver<i32>,
}

impl Signals {
    /// Holds back every signal that would end the program, and `others`, and begins to wait for them. Call it before the
    /// first thread starts. Signals that cannot be held back, since a fault raises them, get a handler.
    ///
    /// # Errors
    ///
    /// When no handler or thread can be had.
    pub fn hold(others: &[i32]) -> io::Result<Self> {
        crate::sys::fatal::install().map_err(|errno| io::Error::from_raw_os_error(errno.0))?;
        let awaited = crate::sys::signal::await_signals(others);
        // Without room: what is sent has been received.
        let (sender, receiver) = bounded(0);
        thread::Builder::new()
            .name("signals".to_owned())
            .spawn(move || pass_on(awaited, &sender))
            .map_err(needed("a further thread", "to wait for signals"))?;
        Ok(Self { receiver })
    }

    /// Where they arrive.
    pub fn receiver(&self) -> &Receiver<i32> {
        &self.receiver
    }

    /// Stops every process of our group, as the terminal does at Ctrl-Z; returns when we go on. SIGTSTP must be among the
    /// signals that are held. Gives a signal that arrived just before and that ends the program.
    pub fn stop_group(&self) -> Option<i32> {
        let mut ending = None;
        crate::sys::signal::stop_group();
        while let Ok(number) = self.receiver.recv_timeout(RETURN) {
            match number {
                libc::SIGTSTP => break,
                libc::SIGCONT | libc::SIGWINCH => {}
                _ => ending = Some(number),
            }
        }
        crate::sys::signal::stop();
        ending
    }
}

fn pass_on(awaited: Awaited, sender: &Sender<i32>) {
    while let Some(number) = awaited.next() {
        if sender.send_timeout(number, PATIENCE).is_ok() {
            continue;
        }
        match number {
            libc::SIGTSTP => {
                crate::sys::tty::restore();
                crate::sys::signal::stop();
            }
            libc::SIGCONT | libc::SIGWINCH => send_later(sender.clone(), number),
            _ => {
                crate::sys::fatal::clean_up();
                crate::sys::signal::die_of(number);
                return;
            }
        }
    }
}

/// Passes a signal on when the main loop takes it, and lets others come meanwhile.
fn send_later(sender: Sender<i32>, number: i32) {
    // Without a thread the screen keeps its old size until the next key.
    let _ = thread::Builder::new()
        .name("signal".to_owned())
        .stack_size(64 << 10)
        .spawn(move || sender.send(number));
}
