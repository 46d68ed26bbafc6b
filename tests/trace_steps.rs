//! Steering a traced program: holding its threads before a call, letting them go on, injecting faults, attaching to it
//! and leaving it.

mod common;

#[path = "trace_steps/attach.rs"]
mod attach;
#[path = "trace_steps/hold.rs"]
mod hold;
#[path = "trace_steps/inject.rs"]
mod inject;
#[path = "trace_steps/interest.rs"]
mod interest;
#[path = "trace_steps/states.rs"]
mod states;
#[path = "trace_steps/traced.rs"]
mod traced;
