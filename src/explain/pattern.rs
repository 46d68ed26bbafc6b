//! Which results a rule is about.

use crate::explain::context::Context;
use crate::socket::Errno;
use crate::world::Progress;

/// A pattern for the state or the result of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Pattern {
    /// It failed with one of these.
    Fails(&'static [i32]),
    /// It failed.
    AnyErrno,
    /// It succeeded.
    Success,
    /// It asked for data and received 0 bytes.
    Empty,
    /// It moved fewer bytes than it was asked to.
    Short,
    /// It reports that the message was longer than the buffer (MSG_TRUNC).
    Cut,
    /// What it received fills the buffer exactly.
    Filled,
    /// It returned, with any result.
    Returned,
    /// It sleeps in the kernel.
    Blocked,
    /// It was requested and was not seen asleep.
    Running,
    /// A signal interrupted it, and the kernel may make it again.
    Restarted,
    /// It was never made.
    Refused,
    /// It is held just before it is made.
    Held,
    /// It never returned to the program that made it.
    Abandoned,
}

impl Pattern {
    /// Whether the call of a context matches it.
    pub(crate) fn fits(self, context: &Context<'_>) -> bool {
        let progress = &context.record.progress;
        match self {
            Self::Fails(numbers) => context
                .errno()
                .is_some_and(|errno| numbers.contains(&errno.0)),
            Self::AnyErrno => context.errno().is_some(),
            Self::Success => context.returned().is_some(),
            Self::Empty => {
                context.call_kind().receives()
                    && context.count() == Some(0)
                    && context.asked() != Some(0)
            }
            Self::Short => {
                context.call_kind().sends() && context.count() < context.asked() && moved(context)
            }
            Self::Cut => {
                context.call_kind().receives()
                    && context.count() > context.asked()
                    && asked(context)
            }
            Self::Filled => {
                context.call_kind().receives()
                    && context.count() == context.asked()
                    && asked(context)
            }
            Self::Returned => matches!(progress, Progress::Returned { .. }),
            Self::Blocked => matches!(progress, Progress::Blocked { .. }),
            Self::Running => matches!(progress, Progress::Running),
            Self::Restarted => context.errno().is_some_and(Errno::is_restart),
            Self::Refused => matches!(progress, Progress::Refused(_)),
            Self::Held => matches!(progress, Progress::Held),
            Self::Abandoned => matches!(progress, Progress::Abandoned { .. }),
        }
    }
}

fn moved(context: &Context<'_>) -> bool {
    context.count().is_some()
}

fn asked(context: &Context<'_>) -> bool {
    context.asked().is_some_and(|asked| asked > 0)
}
