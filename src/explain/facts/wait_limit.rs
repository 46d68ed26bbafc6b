//! How long a call waits for others at most: the timeouts of poll, select, epoll_wait and sigtimedwait.

use std::time::Duration;

use crate::call::Call;
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

impl WaitLimit {
    fn of_milliseconds(timeout: i32) -> Self {
        match u64::try_from(timeout) {
            Ok(0) => Self::None,
            Ok(span) => Self::Span(Duration::from_millis(span)),
            Err(_) => Self::ForEver,
        }
    }
}

impl Context<'_> {
    /// How long the call may wait.
    pub(crate) fn wait_limit(&self) -> Option<WaitLimit> {
        match self.call() {
            Call::Poll { timeout, .. } | Call::EpollWait { timeout, .. } => {
                Some(WaitLimit::of_milliseconds(*timeout))
            }
            Call::Select { timeout, .. } | Call::Sigtimedwait { timeout, .. } => {
                Some(match timeout.0 {
                    None => WaitLimit::ForEver,
                    Some(Duration::ZERO) => WaitLimit::None,
                    Some(span) => WaitLimit::Span(span),
                })
            }
            _ => None,
        }
    }
}
