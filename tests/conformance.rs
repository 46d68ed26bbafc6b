//! Facts about sockets, each with its source, said in the notation and held against this kernel.
//!
//! `tests/conformance` has a script for each topic, made of cases that begin with `# case:`; each case is a session of
//! its own. `tests/conformance/tcp_states` has a scenario in each file, with the states of both ends after each call.
//!
//! `CONFORMANCE=reset cargo test --test conformance` plays only those whose name or topic contains that text.

mod common;

mod conformance {
    mod canonical;
    mod case;
    mod list;
    mod needs;
    mod nobody;
    mod play;
    mod table;
}
