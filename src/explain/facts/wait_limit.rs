//! How long a call waits for others at most: the timeouts of poll, select, epoll_wait and sigtimedwait; and the signals that
//! ended the wait.

use std::time::Duration;

use crate::call::timeout::Timeout;
use crate::explain::context::Context;

/// How long a call waits at most.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum WaitLimit {
    /// It only looks.
    None,
    /// This long.
    Span(Duration),
    /// Without end.
    ForEver,
}

impl Context<'_> {
    /// The signals that came through the mask of the call.
    pub(crate) fn caught(&self) -> Option<String> {
        let caught = &self.record.outcome()?.raw.as_ref()?.caught;
        let names: Vec<String> = caught.iter().map(|one| one.signal.to_string()).collect();
        (!names.is_empty()).then(|| names.join(" and "))
    }

    /// How long the call may wait.
    pub(crate) fn wait_limit(&self) -> Option<WaitLimit> {
        Some(match self.call().timeout()? {
            Timeout::Forever => WaitLimit::ForEver,
            Timeout::Span(Duration::ZERO) | Timeout::Negative(_) => WaitLimit::None,
            Timeout::Span(span) => WaitLimit::Span(span),
        })
    }
}
