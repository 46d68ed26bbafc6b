//! How long a call waits for others at most: the timeouts of poll, select, epoll_wait and sigtimedwait.

use std::time::Duration;

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
    /// How long the call may wait.
    pub(crate) fn wait_limit(&self) -> Option<WaitLimit> {
        Some(match self.call().timeout()?.0 {
            None => WaitLimit::ForEver,
            Some(Duration::ZERO) => WaitLimit::None,
            Some(span) => WaitLimit::Span(span),
        })
    }
}
