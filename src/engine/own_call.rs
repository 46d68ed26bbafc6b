//! Requests for calls that nobody typed.

use std::sync::Arc;

use crate::call::{Call, Command, Mode};
use crate::engine::shared::Shared;
use crate::event::{DescriptorId, Reach, Request};

pub(crate) fn background(call: Call) -> Command {
    Command {
        targets: Vec::new(),
        call,
        process: None,
        mode: Mode::Background,
    }
}

/// A call that nobody typed, on one of our sockets; it may reach what the one may that led to it.
pub(crate) fn own_request(
    shared: &Shared,
    written: Call,
    call: Call,
    (on, reach): (DescriptorId, Reach),
) -> Request {
    Request {
        id: shared.own_call(),
        command: Arc::new(background(written)),
        call: Arc::new(call),
        on: Some(on),
        others: Box::default(),
        reach,
        process: None,
    }
}
