//! The numbers of eventfds and timerfds.

use std::time::Duration;

use crate::call::Call;
use crate::call::outcome::Returned;
use crate::explain::context::Context;

impl Context<'_> {
    /// The number that read() took.
    pub(crate) fn number_read(&self) -> Option<u64> {
        let bytes = match self.returned()? {
            Returned::Data { bytes, .. } => bytes,
            Returned::Message(message) => &message.bytes,
            _ => return None,
        };
        number(bytes.head())
    }

    /// The number that write() was given.
    pub(crate) fn number_written(&self) -> Option<u64> {
        let [data] = self.data()? else { return None };
        number(&data.head(8))
    }

    /// What timerfd_settime() sets the timer to.
    pub(crate) fn timer_value(&self) -> Option<Duration> {
        let Call::TimerfdSettime { value, .. } = self.call() else {
            return None;
        };
        Some(*value)
    }

    /// The interval that it sets, if it is not 0.
    pub(crate) fn timer_interval(&self) -> Option<Duration> {
        let Call::TimerfdSettime { interval, .. } = self.call() else {
            return None;
        };
        interval.filter(|interval| !interval.is_zero())
    }

    /// Its flags.
    pub(crate) fn timer_flags(&self) -> i32 {
        let Call::TimerfdSettime { flags, .. } = self.call() else {
            return 0;
        };
        flags.0
    }
}

/// The first 8 bytes as a number.
fn number(bytes: &[u8]) -> Option<u64> {
    let bytes = bytes.get(..8)?.try_into().ok()?;
    Some(u64::from_ne_bytes(bytes))
}
