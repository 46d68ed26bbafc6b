//! The program of what is on the screen: see [`crate::app::code`].

use std::rc::Rc;

use crate::app::code::{Listing, too_many};
use crate::app::state::App;

impl App {
    /// The program of what is shown; `None`: it is too long.
    pub fn listing(&self) -> Option<Rc<Listing>> {
        let in_past = self.past.is_some();
        let is_shown = too_many(&self.world).is_none();
        is_shown.then(|| self.code.listing(&self.world, self.clock, in_past))
    }
}

#[cfg(test)]
mod tests;
