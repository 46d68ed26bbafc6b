//! `sockplay trace` against other sources. Programs in several languages are traced by it and, in a second run, by
//! strace(1): each thread must have made the same calls with the same results. Their TCP states are those of ss(8).
//! Programs that end badly, stop, fork a lot or lose their tracer show that nobody is harmed.

mod common;
#[path = "sandbox/filter.rs"]
#[expect(dead_code, reason = "the rules of Docker alone are needed here")]
mod filter;
#[path = "strace/lines.rs"]
#[expect(dead_code, reason = "whole lines are compared here")]
mod lines;
mod trace {
    mod agreement;
    mod normal;
    mod options;
    mod place;
    mod programs;
    mod robust;
    mod states;
    mod why;
}
