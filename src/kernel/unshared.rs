//! Threads with a descriptor table of their own: what they open never takes a number that a person has just closed, and
//! they have no copy of a person's socket, which would keep it open after close().
//!
//! A table is made by copying, even with CLOSE_RANGE_UNSHARE of close_range(2): Linux copies the first 64 numbers and
//! then closes them, and a close() of another thread in between sends no FIN. So it is made once, by one thread that
//! starts all others: a new thread has the table of the one that started it.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::thread;

use crossbeam_channel::{Sender, bounded, unbounded};

/// A thread that is to be started: its name and what it does.
type Job = (&'static str, Box<dyn FnOnce() + Send>);

/// The thread that starts the others.
#[derive(Debug)]
struct Starter {
    jobs: Sender<Job>,
    /// Whether it has its own table: a sandbox may forbid that.
    is_apart: bool,
}

/// `None`: there was no thread for it.
static STARTER: OnceLock<Option<Starter>> = OnceLock::new();

fn starter() -> Option<&'static Starter> {
    STARTER.get_or_init(begin).as_ref()
}

/// Makes the table, unless it is there. Call it before there are sockets. Gives whether it could be made: where it
/// could not, what is opened takes numbers of the playground for an instant.
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
    // Without a thread it is not done; a caller that waits for it sees the channel closed.
    let _ = thread::Builder::new().name(name.to_owned()).spawn(move || {
        crate::sys::signal::mask_all();
        body();
    });
}

/// Does something on such a thread. Does not wait for it; where no thread can be started, it is not done.
pub fn spawn(name: &'static str, body: impl FnOnce() + Send + 'static) {
    let body: Box<dyn FnOnce() + Send> = Box::new(body);
    match starter() {
        Some(starter) => drop(starter.jobs.send((name, body))),
        None => start(name, body),
    }
}

/// Does something on such a thread and waits for the result. `None` where no thread can be started, or it panicked.
pub fn call<T: Send + 'static>(
    name: &'static str,
    body: impl FnOnce() -> T + Send + 'static,
) -> Option<T> {
    let (gives, given) = bounded(1);
    // Nobody stops waiting.
    spawn(name, move || drop(gives.send(body())));
    given.recv().ok()
}

/// Does something that opens files on such a thread, and waits for the result. Where no thread can be started it is done
/// here, and takes numbers of the playground for an instant. What it gives must have no descriptor: that would be one of
/// the other table.
pub fn apart<T: Send + 'static>(
    name: &'static str,
    body: impl FnOnce() -> T + Send + 'static,
) -> T {
    let here = Arc::new(Mutex::new(Some(body)));
    let take = |body: &Mutex<Option<_>>| body.lock().unwrap_or_else(PoisonError::into_inner).take();
    let theirs = Arc::clone(&here);
    let done = call(name, move || {
        take(&theirs).map(|body| catch_unwind(AssertUnwindSafe(body)))
    });
    match (done.flatten(), take(&here)) {
        (Some(Ok(value)), _) => value,
        (Some(Err(panic)), _) => resume_unwind(panic),
        (None, Some(body)) => body(),
        (None, None) => unreachable!("the thread that took it sends its value or its panic"),
    }
}

#[cfg(test)]
mod tests {
    use crate::kernel::unshared::*;

    #[test]
    fn what_opens_files_gives_its_value_or_its_panic() {
        let name = || thread::current().name().map(str::to_owned);
        assert_eq!(apart("test", name).as_deref(), Some("test"));
        let panic = catch_unwind(|| apart("test", || assert_eq!(1, 2, "on purpose")));
        assert!(panic.is_err());
    }

    #[test]
    fn what_is_done_apart_gives_its_value_and_a_panic_gives_none() {
        assert_eq!(call("test", || 7), Some(7));
        assert_eq!(call("test", || assert_eq!(1, 2, "on purpose")), None);
    }
}
