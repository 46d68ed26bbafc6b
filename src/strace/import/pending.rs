//! A call of a trace: its text, what that means, and what it was made on.

use crate::call::Call;
use crate::call::outcome::Outcome;
use crate::call::syscall::Syscall;
use crate::event::{CallId, DescriptorId, Timestamp};
use crate::strace::import::annotation::Target;
use crate::strace::import::line::Return;
use crate::strace::import::syscalls::Row;

/// The text of a call, both halves of it where it is in two lines.
#[derive(Debug, Clone)]
pub(super) struct Whole<'a> {
    /// Its row. `None`: such calls are not taken over.
    pub(super) row: Option<&'static Row>,
    /// Its name.
    pub(super) name: &'a str,
    /// Its arguments.
    pub(super) arguments: String,
    /// Where those end that are printed before it has returned, if it is in two lines.
    pub(super) entered: Option<usize>,
    /// What it returned, if it did.
    pub(super) returned: Option<Return<'a>>,
    /// The line that it is read at.
    pub(super) index: usize,
}

/// What a text means.
#[derive(Debug, Clone)]
pub(super) struct Meant {
    /// The call with numbers in place of names.
    pub(super) call: Call,
    /// How strace printed it, where the call itself does not say that.
    pub(super) made_as: Option<Syscall>,
    /// What it returned. `None`: it did not.
    pub(super) outcome: Option<Outcome>,
    /// The data that epoll_ctl(2) gave a descriptor.
    pub(super) data: Option<u64>,
    /// The descriptor that it is made on.
    pub(super) on: Option<i32>,
}

/// A call that a thread is inside.
#[derive(Debug, Clone)]
pub(super) struct Pending {
    /// The call.
    pub(super) id: CallId,
    /// When it was entered.
    pub(super) entered: Timestamp,
    /// What its text means.
    pub(super) meant: Meant,
    /// The descriptor that it is made on, where that is known.
    pub(super) on: Option<(DescriptorId, Target)>,
}
