//! The processors: which of them a thread runs on, and for how long.
//!
//! Waking a thread on another processor takes twice as long as on the own one, and the
//! kernel decides again for each pair of threads: two sides are compared only when they are placed alike.

use std::time::Duration;

use nix::sched::{CpuSet, sched_getaffinity, sched_setaffinity};
use nix::time::{ClockId, clock_gettime};
use nix::unistd::Pid;

/// The processors that this thread may use.
pub(crate) fn allowed() -> Vec<usize> {
    let set = sched_getaffinity(Pid::from_raw(0)).expect("its processors");
    let all = 0..CpuSet::count();
    all.filter(|processor| set.is_set(*processor) == Ok(true))
        .collect()
}

/// Lets a thread run on these processors alone; 0 is the calling thread.
pub(crate) fn place(tid: i32, processors: &[usize]) {
    let mut set = CpuSet::new();
    for processor in processors {
        set.set(*processor).expect("there is such a processor");
    }
    sched_setaffinity(Pid::from_raw(tid), &set).expect("it may run there");
}

/// What the calling thread has worked since a moment, without the time in which other programs had its processor.
#[derive(Debug)]
pub(crate) struct Worked(Duration);

impl Worked {
    pub(crate) fn since_now() -> Self {
        Self(thread_time())
    }

    pub(crate) fn so_far(&self) -> Duration {
        thread_time().saturating_sub(self.0)
    }
}

fn thread_time() -> Duration {
    let time = clock_gettime(ClockId::CLOCK_THREAD_CPUTIME_ID).expect("each thread has one");
    time.into()
}
