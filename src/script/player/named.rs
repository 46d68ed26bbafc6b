//! A line with a name in its address: getaddrinfo() is made before it, as a line of its own, and the first address of its
//! list takes the place of the name.

use crate::call::argument::AddressExpr;
use crate::call::outcome::{Outcome, Returned};
use crate::call::{Command, Line};
use crate::event::Reach;
use crate::world::Unresolved;

/// The line that waits for the address.
#[derive(Debug)]
pub(crate) struct NamedLine {
    pub(crate) number: usize,
    pub(crate) command: Command,
    pub(crate) comment: Option<String>,
    pub(crate) reach: Reach,
}

/// A line that can be carried out.
type Numbered = (usize, Line, Reach);

impl NamedLine {
    /// The line with the first address that was found; `None` where getaddrinfo() gave nothing.
    ///
    /// # Errors
    ///
    /// The line, and why it cannot be carried out.
    pub(crate) fn with_address(
        mut self,
        outcome: Option<&Outcome>,
    ) -> Result<Numbered, Box<(Self, Unresolved)>> {
        let found = match outcome.map(|outcome| &outcome.result) {
            Some(Ok(Returned::Addresses(list))) => list.entries.first(),
            _ => None,
        };
        let Some(place) = self.command.call.address_mut().map(|arg| &mut arg.place) else {
            return Ok(self.line());
        };
        if let Some(entry) = found {
            *place = AddressExpr::Literal(entry.address.clone());
            return Ok(self.line());
        }
        let AddressExpr::Named(named) = place else {
            return Ok(self.line());
        };
        let gave = outcome.map_or_else(|| "nothing".to_owned(), Outcome::to_string);
        let reason = Unresolved::NoSuchHost(named.clone(), gave);
        Err(Box::new((self, reason)))
    }

    fn line(self) -> Numbered {
        let line = Line {
            command: Some(self.command),
            comment: self.comment,
        };
        (self.number, line, self.reach)
    }
}
