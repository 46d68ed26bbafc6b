//! What an explanation needs to know, computed once when a call returns.

pub(crate) mod address_reuse;
pub(crate) mod ancillary;
pub(crate) mod conflicts;
pub(crate) mod descriptions;
pub(crate) mod epoll;
pub(crate) mod half_close;
pub(crate) mod history;
pub(crate) mod options;
pub(crate) mod reachability;
pub(crate) mod readiness;
pub(crate) mod teardown;
pub(crate) mod third_parties;
pub(crate) mod wait_limit;
pub(crate) mod wakeups;
