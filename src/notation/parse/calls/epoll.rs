//! Reads the arguments of epoll_ctl(2).

use crate::notation::parse::SyntaxError;
use crate::notation::parse::args::{Args, constant, mask};
use crate::notation::parse::calls::Read;
use crate::socket::constant::{EPOLL_EVENTS, EPOLL_OPS};
use crate::socket::{EpollEvents, EpollOp};

/// An operation, or a number that is wrong on purpose.
impl Read for EpollOp {
    fn read(args: &mut Args<'_>, _: &str) -> Result<Self, SyntaxError> {
        let operation = Self(constant(args.required("an operation")?, &EPOLL_OPS)?);
        args.read.operation = Some(operation);
        Ok(operation)
    }
}

/// Only what is removed needs no events.
impl Read for EpollEvents {
    fn read(args: &mut Args<'_>, _: &str) -> Result<Self, SyntaxError> {
        if args.left() == 0 && args.read.operation == Some(EpollOp(libc::EPOLL_CTL_DEL)) {
            return Ok(Self(0));
        }
        mask(args.required("the events to wait for")?, &EPOLL_EVENTS).map(Self)
    }
}
