//! What explanations need to know about a call, computed once when it has ended.

pub(crate) mod address_reuse;
pub(crate) mod ancillary;
pub(crate) mod conflicts;
pub(crate) mod control;
pub(crate) mod counters;
pub(crate) mod descriptions;
pub(crate) mod epoll;
pub(crate) mod evidence;
pub(crate) mod half_close;
pub(crate) mod history;
pub(crate) mod lookup;
pub(crate) mod options;
pub(crate) mod packet;
pub(crate) mod pipes;
pub(crate) mod processes;
pub(crate) mod reachability;
pub(crate) mod readiness;
pub(crate) mod receiving;
pub(crate) mod sending;
pub(crate) mod teardown;
pub(crate) mod third_parties;
pub(crate) mod thresholds;
pub(crate) mod wait_limit;
pub(crate) mod wakeups;
