//! P14: bulk data while its segments are captured, against the same without a capture.

use std::cell::Cell;

use super::bulk::{our_tcp, over_tcp};
use super::rig::Session;
use super::side_by_side::{compare, head, tell};

/// Bytes in one measurement.
const BULK: u64 = 256 << 20;
const GOAL: f64 = 0.9;

pub(crate) fn measure() {
    if let Err(reason) = Session::new().capture() {
        println!("P14 bulk while it is captured: skipped: {reason}");
        return;
    }
    head("without");
    for chunk in [1 << 20, 64 << 10, 4 << 10] {
        bulk(chunk);
    }
}

fn bulk(chunk: usize) {
    let bytes = if chunk < 64 << 10 { BULK / 4 } else { BULK };
    let (missed, rounds) = (Cell::new(0), Cell::new(0));
    let captured = || {
        let mut session = Session::new();
        session.capture().expect("it was possible before");
        let took = over_tcp(&mut session, bytes, chunk);
        missed.set(missed.get() + session.world.captured_traffic().missed);
        rounds.set(rounds.get() + 1);
        took
    };
    let compared = compare(|| our_tcp(bytes, chunk), captured);
    let rate = |took: std::time::Duration| bytes as f64 / f64::from(1 << 30) / took.as_secs_f64();
    let share = 1.0 / compared.ratio;
    tell(
        &format!("P14 bulk while it is captured, chunks of {chunk}"),
        "GiB/s",
        rate(compared.reference),
        rate(compared.ours),
        share,
        ">= 0.9",
        share >= GOAL,
    );
    println!(
        "    {} segments a run were counted only",
        missed.get() / rounds.get()
    );
}
