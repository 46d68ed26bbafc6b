//! Bulk data while its segments are captured, against the same without a capture.

use std::cell::Cell;

use super::bulk::{bytes_for, our_tcp, over_tcp};
use super::paired::{compare, rate};
use super::report::Report;
use super::rig::Session;

/// The sizes of the chunks.
const CHUNKS: [(usize, &str); 3] = [
    (1 << 20, "chunks of 1 MiB"),
    (64 << 10, "chunks of 64 KiB"),
    (4 << 10, "chunks of 4 KiB"),
];

pub(crate) fn measure(report: &mut Report) {
    if let Err(reason) = Session::new().capture() {
        report.skip("", &reason);
        return;
    }
    for (chunk, case) in CHUNKS {
        bulk(report, chunk, case);
    }
}

fn bulk(report: &mut Report, chunk: usize, case: &str) {
    let bytes = bytes_for(chunk);
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
    report.tell(case, &compared.share(rate(bytes)));
    let counted = missed.get() / rounds.get();
    println!("    {counted} segments a run were counted only");
}
