//! P5: from a call at the prompt to its result in the world, against a bare thread that makes the same call between two
//! channels.

use std::thread;
use std::time::{Duration, Instant};

use super::rig::{Session, command};
use super::side_by_side::{compare, head, tell};
use crossbeam_channel::bounded;
use nix::sys::socket::{getsockopt, sockopt};
use socket2::{Domain, Socket, Type};

/// Calls in one measurement.
const CALLS: u32 = 400;
/// Nobody types faster: between two calls all threads have gone to sleep.
const PAUSE: Duration = Duration::from_micros(300);
const GOAL: f64 = 1.3;

pub(crate) fn measure() {
    let compared = compare(bare, ours);
    let micros = |span: Duration| span.as_secs_f64() * 1e6 / f64::from(CALLS);
    head("bare");
    tell(
        "P5 a call at the prompt",
        "us",
        micros(compared.reference),
        micros(compared.ours),
        compared.ratio,
        "<= 1.3",
        compared.ratio <= GOAL,
    );
}

/// A thread, a channel there and a channel back, the same system call.
fn bare() -> Duration {
    let socket = Socket::new(Domain::UNIX, Type::STREAM, None).expect("a socket");
    let (ask, asked) = bounded::<()>(1);
    let (answer, answered) = bounded::<usize>(1);
    let thread = thread::spawn(move || {
        for () in asked {
            // The option that our side asks for.
            let value = getsockopt(&socket, sockopt::SndBuf).expect("an option");
            if answer.send(value).is_err() {
                return;
            }
        }
    });
    let mut took = Duration::ZERO;
    for _ in 0..CALLS {
        thread::sleep(PAUSE);
        let began = Instant::now();
        ask.send(()).expect("it listens");
        answered.recv().expect("it answers");
        took += began.elapsed();
    }
    drop(ask);
    thread.join().expect("it ends");
    took
}

fn ours() -> Duration {
    let mut session = Session::new();
    session.call("x = socket(AF_UNIX, SOCK_STREAM)");
    let line = command("getsockopt(x, SO_SNDBUF)");
    let mut took = Duration::ZERO;
    for _ in 0..CALLS {
        thread::sleep(PAUSE);
        let began = Instant::now();
        let call = session.start(&line);
        session.wait(call);
        took += began.elapsed();
    }
    took
}
