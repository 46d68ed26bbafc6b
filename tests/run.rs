//! `sockplay run` from outside: the built program, on the real kernel, over loopback.
//!
//! What is waited for is a line, an end or a fact of /proc, always with a deadline. What a host does not offer is
//! probed for and skipped with the reason.

#[path = "run/child.rs"]
mod child;
#[path = "run/faults.rs"]
mod faults;
#[path = "run/files.rs"]
mod files;
#[path = "run/limits.rs"]
mod limits;
#[path = "run/machines.rs"]
mod machines;
#[path = "run/numbers.rs"]
mod numbers;
#[path = "run/options.rs"]
mod options;
#[path = "run/refused.rs"]
mod refused;
#[path = "run/scripts.rs"]
mod scripts;
#[path = "run/signals.rs"]
mod signals;
#[path = "run/sources.rs"]
mod sources;
#[path = "run/strace.rs"]
mod strace;
