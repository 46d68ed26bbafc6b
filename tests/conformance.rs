//! Facts about sockets, each with its source, said in the notation and held against this kernel.
//!
//! `tests/conformance` has a script for each topic, made of cases that begin with `# case:`; each case is a session of
//! its own. `tests/conformance/tcp_states` has a scenario in each file, with the states of both ends after each call.
//!
//! `CONFORMANCE=reset cargo test --test conformance` plays only those whose name or topic contains that text.

#[path = "conformance/canonical.rs"]
mod canonical;
#[path = "conformance/case.rs"]
mod case;
#[path = "run/child.rs"]
#[expect(dead_code, reason = "other tests need more of it")]
mod child;
#[path = "conformance/list.rs"]
mod list;
#[path = "conformance/needs.rs"]
mod needs;
#[path = "conformance/nobody.rs"]
mod nobody;
#[path = "conformance/play.rs"]
mod play;
#[path = "conformance/table.rs"]
mod table;
