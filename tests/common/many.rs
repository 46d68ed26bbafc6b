//! Many sessions, a few at once, and what became of them.

use std::sync::Mutex;
use std::thread;

use crate::common::host::on_one_processor;
use crate::common::skipped;

/// How many sessions are played at once: most of them sleep most of the time.
const AT_ONCE: usize = 4;

/// What became of a session.
pub(crate) enum End {
    Held,
    /// It cannot be played here.
    Skipped(String),
    Broken(String),
}

/// Plays each, and checks that none is broken and that few are skipped. Each has its name with it.
#[track_caller]
pub(crate) fn all_hold<T: Send>(all: Vec<(String, T)>, end: impl Fn(&T) -> End + Sync) {
    let count = all.len();
    let queue = Mutex::new(all.into_iter());
    let next = || queue.lock().expect("nobody panics over it").next();
    let work = || -> Vec<(String, End)> {
        on_one_processor();
        std::iter::from_fn(next)
            .map(|(name, session)| (name, end(&session)))
            .collect()
    };
    let ends: Vec<(String, End)> = thread::scope(|scope| {
        let workers: Vec<_> = (0..AT_ONCE).map(|_| scope.spawn(work)).collect();
        let join = |worker: thread::ScopedJoinHandle<'_, _>| worker.join().expect("it ends");
        workers.into_iter().flat_map(join).collect()
    });
    let (mut broken, mut left_out) = (Vec::new(), 0);
    for (name, end) in ends {
        match end {
            End::Held => {}
            End::Skipped(reason) => {
                left_out += 1;
                skipped(&format!("{name}: {reason}"));
            }
            End::Broken(said) => broken.push(format!("== {name}\n{said}")),
        }
    }
    assert!(
        broken.is_empty(),
        "{} of {count}\n{}",
        broken.len(),
        broken.join("\n")
    );
    assert!(
        left_out * 4 <= count,
        "{left_out} of {count} were not played"
    );
}
