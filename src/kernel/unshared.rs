//! Threads with a descriptor table apart from that of the playground: what they open can never have a number that a
//! person has just closed, and they have no copy of a person's socket, which would keep it open after close().
//!
//! A table is made by copying, close_range(2) CLOSE_RANGE_UNSHARE too: Linux copies the first 64 numbers and then closes
//! them, and a close() of another thread in between sends no FIN. So it is made once, by one thread that starts all
//! others: a new thread has the table of the one that started it.

use std::sync::OnceLock;
use std::thread;

use crossbeam_channel::{Sender, bounded, unbounded};

/// A thread that is to be started: its name and what it does.
type Job = (&'static str, Box<dyn FnOnce() + Send>);

/// The thread that starts the others.
#[derive(Debug)]
struct Starter {
    jobs: Sender<Job>,
    /// Whether its table is apart: a sandbox may forbid it.
    is_apart: bool,
}

/// `None`: there was no thread for it.
static STARTER: OnceLock<Option<Starter>> = OnceLock::new();

fn starter() -> Option<&'static Starter> {
    STARTER.get_or_init(begin).as_ref()
}

/// Makes the table, unless it is there. Call it before there are sockets. Gives whether it could be made: where it could
/// not, what is opened takes numbers of the playground for an instant.
pub fn prepare() -> bool {
    starter().is_some_and(|starter| starter.is_apart)
}

fn begin() -> Option<Starter> {
    let (jobs, inbox) = unbounded::<Job>();
    let (ready, is_ready) = bounded(1);
    let body = move || {
        crate::sys::signal::mask_all();
        let _ = ready.send(crate::sys::descriptor::unshare_table(&[]).is_ok());
        for (name, body) in inbox {
            start(name, body);
        }
    };
    let started = thread::Builder::new()
        .name("starter".to_owned())
        .stack_size(64 << 10)
        .spawn(body);
    started.ok()?;
    // A table that is copied later would have copies of sockets.
    let is_apart = is_ready.recv().ok()?;
    Some(Starter { jobs, is_apart })
}

fn start(name: &str, body: Box<dyn FnOnce() + Send>) {
    // Without a thread it is not done, and whoever waits for it hears that.
    let _ = thread::Builder::new().name(name.to_owned()).spawn(move || {
        crate::sys::signal::mask_all();
        body();
    });
}

/// Does something on a thread apart. Does not wait for it; where there is no thread, it is not done.
pub fn spawn(name: &'static str, body: impl FnOnce() + Send + 'static) {
    let body: Box<dyn FnOnce() + Send> = Box::new(body);
    match starter() {
        Some(starter) => drop(starter.jobs.send((name, body))),
        None => start(name, body),
    }
}

/// Does something on a thread apart and waits for what it gives. `None` where there is no thread, or it panicked.
pub fn call<T: Send + 'static>(
    name: &'static str,
    body: impl FnOnce() -> T + Send + 'static,
) -> Option<T> {
    let (gives, given) = bounded(1);
    // Nobody stops waiting.
    spawn(name, move || drop(gives.send(body())));
    given.recv().ok()
}

#[cfg(test)]
mod tests {
    use crate::kernel::unshared::*;

    #[test]
    fn what_is_done_apart_gives_its_value_and_a_panic_gives_none() {
        assert_eq!(call("test", || 7), Some(7));
        assert_eq!(call("test", || assert_eq!(1, 2, "on purpose")), None);
    }
}
