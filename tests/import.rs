//! `sockplay import`: the output of strace(1) becomes the events that a tracer would have reported.

mod common;
mod import {
    mod command;
    pub(crate) mod events;
    mod fresh;
    mod lines;
    mod mutated;
    mod round_trip;
    mod screen;
    mod traces;
}
