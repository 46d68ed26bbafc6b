//! A session as two programs, the server's side and the client's, which work together when they are started one after the
//! other.
//!
//! `sides` says which of them makes which call, `order` what makes them wait for each other. `plan` then makes a program of
//! each, with what a side lacks: the ports of the other one are its arguments.

pub(crate) mod groups;
pub(crate) mod order;
pub(crate) mod sides;

use crate::event::CallId;
use crate::export::Side;
use crate::export::plan::Plan;
use crate::export::split::order::Order;
use crate::export::split::sides::Sides;

/// What each program says of its comments.
pub(crate) const EACH_CALL: &str =
    "The comment before each call is its line in the session, with its result.";
/// What is said where the client can be started.
pub(crate) const READY: &str = "The client can be started now: its arguments are the ports.";
/// What is said at the end of a program that the other one still needs.
pub(crate) const HOLD: &str = "The session had these sockets open while the other side went on: a process that ends closes them.";

/// What a program is, as its first sentence.
pub(crate) fn introduction(plan: &Plan<'_>) -> &'static str {
    match plan.side {
        None => "The calls of a session of sockplay, as a program.",
        Some(Side::Server) => "The server's side of a session of sockplay, as a program.",
        Some(Side::Client) => "The client's side of a session of sockplay, as a program.",
    }
}

/// What a program is given, behind its name.
pub(crate) fn usage_line(plan: &Plan<'_>) -> String {
    let each = plan.arguments.iter().map(|argument| {
        let name = argument.address.to_uppercase();
        match argument.port {
            Some(_) => format!(" [PORT_OF_{name}]"),
            None => format!(" PORT_OF_{name}"),
        }
    });
    each.collect()
}

/// How a program is started, as lines of its first comment.
pub(crate) fn usage(plan: &Plan<'_>) -> Vec<String> {
    let Some(side) = plan.side else {
        return Vec::new();
    };
    let how = match side {
        Side::Server => {
            "Start it first; it says when the client can be started, and with which ports."
        }
        Side::Client => {
            "Start the server's program first; it prints the ports that are the arguments here."
        }
    };
    let how = match (side, plan.arguments.is_empty()) {
        (Side::Client, true) => "Start the server's program first.",
        _ => how,
    };
    let mut lines = vec![how.to_owned()];
    if !plan.arguments.is_empty() {
        lines.push(format!("Arguments:{}", usage_line(plan)));
    }
    lines.push(String::new());
    lines
}

/// One side of a session.
#[derive(Debug)]
pub(crate) struct Part<'a> {
    /// Which.
    pub(crate) side: Side,
    /// Who makes which call.
    pub(crate) sides: &'a Sides,
    /// What orders the two.
    pub(crate) order: &'a Order,
}

impl Part<'_> {
    /// Whether it makes a call.
    pub(crate) fn has(&self, call: CallId) -> bool {
        self.sides.side(call).is_none_or(|side| side == self.side)
    }

    /// What the other side is called.
    pub(crate) fn other(&self) -> &'static str {
        match self.side {
            Side::Server => "client's",
            Side::Client => "server's",
        }
    }
}
