//! From a call at the prompt to its result in the world, against a bare thread that makes the same call between two
//! channels.
//!
//! The thread that asks and the one that makes the call are on two processors, where the kernel places them while one is
//! idle. On a single one it takes about twice as long as the bare thread: there the reader is woken for the beginning of
//! the call too, and cannot wake up while the call is made.

use std::thread;
use std::time::{Duration, Instant};

use crossbeam_channel::bounded;
use nix::sys::socket::{getsockopt, sockopt};
use socket2::{Domain, Socket, Type};

use super::paired::{compare_in, micros};
use super::processors::{allowed, place};
use super::report::Report;
use super::rig::{Session, command};

/// Calls in one measurement; what counts is the one in the middle, since now and then another program runs meanwhile.
const CALLS: usize = 200;
/// Rounds of three measurements.
const ROUNDS: usize = 40;
/// Nobody types faster: between two calls all threads have gone to sleep.
const PAUSE: Duration = Duration::from_micros(300);

/// The processors of the thread that asks, of the one that makes the call, and of all others.
#[derive(Debug, Clone, Copy)]
struct Places<'a> {
    asks: usize,
    calls: usize,
    others: &'a [usize],
}

pub(crate) fn measure(report: &mut Report) {
    let others = allowed();
    let [asks, calls, ..] = others[..] else {
        report.skip("", "there is only one processor");
        return;
    };
    let places = Places {
        asks,
        calls,
        others: &others,
    };
    let compared = compare_in(ROUNDS, || bare(places), || ours(places));
    report.tell("", &compared.time(micros));
    place(0, &others);
}

/// How long a call takes for the most part.
fn typical(mut call: impl FnMut()) -> Duration {
    let mut taken: Vec<Duration> = (0..CALLS)
        .map(|_| {
            thread::sleep(PAUSE);
            let began = Instant::now();
            call();
            began.elapsed()
        })
        .collect();
    taken.sort_unstable();
    taken[CALLS / 2]
}

/// A thread, a channel there and a channel back, the same system call.
fn bare(places: Places<'_>) -> Duration {
    let socket = Socket::new(Domain::UNIX, Type::STREAM, None).expect("a socket");
    let (ask, asked) = bounded::<()>(1);
    let (answer, answered) = bounded::<usize>(1);
    let calls = places.calls;
    let thread = thread::spawn(move || {
        place(0, &[calls]);
        for () in asked {
            // The option that our side asks for.
            let value = getsockopt(&socket, sockopt::SndBuf).expect("an option");
            if answer.send(value).is_err() {
                return;
            }
        }
    });
    place(0, &[places.asks]);
    let took = typical(|| {
        ask.send(()).expect("it listens");
        answered.recv().expect("it answers");
    });
    drop(ask);
    thread.join().expect("it ends");
    took
}

fn ours(places: Places<'_>) -> Duration {
    // A thread begins where the one runs that starts it.
    place(0, places.others);
    let mut session = Session::new();
    let socket = session.begin("x = socket(AF_UNIX, SOCK_STREAM)");
    session.wait(socket);
    let made = session.world.call(socket).and_then(|record| record.thread);
    place(made.expect("it was made").tid, &[places.calls]);
    place(0, &[places.asks]);
    let line = command("getsockopt(x, SO_SNDBUF)");
    typical(|| {
        let call = session.start(&line);
        session.wait(call);
    })
}
