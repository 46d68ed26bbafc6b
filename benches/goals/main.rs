//! The goals of speed, each as a ratio against a reference that is measured in the same run: `cargo bench`.
//!
//! `cargo bench -- P5` measures one goal. Absolute figures move from machine to machine; the ratios are the point.

mod bulk;
mod captured;
mod growth;
mod idle;
mod latency;
mod prompt;
mod rig;
mod sample;
mod side_by_side;
mod terminal;

fn main() {
    let wanted: Vec<String> = std::env::args()
        .skip(1)
        .filter(|argument| !argument.starts_with('-'))
        .collect();
    let is_wanted = |goal: &str| wanted.is_empty() || wanted.iter().any(|word| word == goal);
    if is_wanted("P1") {
        latency::frames();
        growth::lines();
    }
    if is_wanted("P2") {
        latency::start();
    }
    if is_wanted("P3") {
        idle::measure();
    }
    if is_wanted("P5") {
        prompt::measure();
        latency::result();
    }
    if is_wanted("P6") {
        bulk::measure();
    }
    if is_wanted("P7") {
        growth::sockets();
    }
    if is_wanted("P9") {
        growth::memory();
    }
    if is_wanted("P10") {
        latency::run();
    }
    if is_wanted("P11") {
        latency::leaving();
    }
    if is_wanted("P13") {
        sample::measure();
    }
    if is_wanted("P14") {
        captured::measure();
    }
}
