//! A moment in the past that the screen shows, and what it shows in the present meanwhile.

use crate::event::{CallId, DescriptorId, Timestamp};
use crate::layout::PaneScrolls;
use crate::world::World;

/// A moment that the screen is to show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Look {
    /// Its number, see [`crate::history::Moments`].
    pub moment: usize,
    /// How many events had happened.
    pub events: u64,
    /// Whether the next moments follow by themselves.
    pub plays: bool,
}

/// A moment in the past, which the screen shows.
#[derive(Debug)]
pub struct Past {
    /// Its number, see [`crate::history::Moments`].
    pub moment: usize,
    /// What is shown in the present.
    pub(crate) present: Standpoint,
    /// When the next moment is to be shown, while the past is played.
    pub(crate) plays: Option<Timestamp>,
}

/// What the panes show: a world, and what is selected in it.
#[derive(Debug)]
pub(crate) struct Standpoint {
    pub(crate) world: World,
    pub(crate) now: Timestamp,
    pub(crate) selection: Option<DescriptorId>,
    pub(crate) log_selection: Option<CallId>,
    pub(crate) turned_to_socket: bool,
    pub(crate) scroll: PaneScrolls,
}

impl Past {
    /// Whether the moments follow each other by themselves.
    pub fn is_played(&self) -> bool {
        self.plays.is_some()
    }
}
