//! What has happened to a call when it was handed to the engine.

use crate::event::Event;

/// The first events of a call, in their order: it was asked for, and perhaps refused at once. Fold them before any event
/// of the channel.
#[derive(Debug, Default)]
#[must_use = "the world does not know of the call until these events are folded"]
pub struct Submitted([Option<Event>; 2]);

impl Submitted {
    pub(crate) fn push(&mut self, event: Event) {
        let free = self.0.iter_mut().find(|place| place.is_none());
        debug_assert!(free.is_some(), "a call is asked for and refused once");
        if let Some(place) = free {
            *place = Some(event);
        }
    }
}

impl IntoIterator for Submitted {
    type Item = Event;
    type IntoIter = std::iter::Flatten<std::array::IntoIter<Option<Event>, 2>>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter().flatten()
    }
}
