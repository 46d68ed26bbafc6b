//! Which results a row speaks of.

use crate::explain::context::Scene;
use crate::world::Progress;

/// A pattern for how a call stands or ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Pattern {
    /// It failed with one of these.
    Fails(&'static [i32]),
    /// It failed.
    AnyErrno,
    /// It succeeded.
    Success,
    /// It was to receive something and received 0 bytes.
    Empty,
    /// It took fewer bytes than it was given.
    Short,
    /// It says that the message was longer than the buffer (MSG_TRUNC).
    Cut,
    /// What it received fills the buffer exactly.
    Filled,
    /// It returned, whatever.
    Returned,
    /// It sleeps in the kernel.
    Blocked,
    /// It was asked for and was not seen asleep.
    Running,
    /// It was never made.
    Refused,
}

impl Pattern {
    /// Whether the result of the scene is one of these.
    pub(crate) fn fits(self, scene: &Scene<'_>) -> bool {
        let progress = &scene.record.progress;
        match self {
            Self::Fails(numbers) => scene
                .errno()
                .is_some_and(|errno| numbers.contains(&errno.0)),
            Self::AnyErrno => scene.errno().is_some(),
            Self::Success => scene.returned().is_some(),
            Self::Empty => {
                scene.verb().receives() && scene.count() == Some(0) && scene.asked() != Some(0)
            }
            Self::Short => scene.verb().sends() && scene.count() < scene.asked() && moved(scene),
            Self::Cut => scene.verb().receives() && scene.count() > scene.asked() && asked(scene),
            Self::Filled => {
                scene.verb().receives() && scene.count() == scene.asked() && asked(scene)
            }
            Self::Returned => matches!(progress, Progress::Returned { .. }),
            Self::Blocked => matches!(progress, Progress::Blocked { .. }),
            Self::Running => matches!(progress, Progress::Running),
            Self::Refused => matches!(progress, Progress::Refused(_)),
        }
    }
}

fn moved(scene: &Scene<'_>) -> bool {
    scene.count().is_some()
}

fn asked(scene: &Scene<'_>) -> bool {
    scene.asked().is_some_and(|asked| asked > 0)
}
