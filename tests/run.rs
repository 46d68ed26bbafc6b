//! `sockplay run` from outside: the built program, on the real kernel, over loopback.
//!
//! What is waited for is a line, an end or a fact of /proc, always with a deadline. What a host does not offer is
//! probed for and skipped with the reason.

mod common;

mod run {
    mod configuration;
    mod explained;
    mod faults;
    mod files;
    mod formats;
    mod limits;
    mod localhost;
    mod machines;
    mod numbers;
    mod options;
    mod refused;
    mod scripts;
    mod signals;
    mod sources;
    mod strace;
}
