//! A line with a name in its address: getaddrinfo() is made before it, as a line of its own, and the first address of its
//! list takes the place of the name. A line of sendmmsg() may have several names, which are looked up one after the other.

use crate::call::argument::AddressExpr;
use crate::call::outcome::{Outcome, Returned};
use crate::call::{Command, Line};
use crate::event::Reach;
use crate::script::judge::Pace;
use crate::script::player::queued::QueuedLine;
use crate::world::Unresolved;

/// The line that waits for the address.
#[derive(Debug)]
pub(crate) struct NamedLine {
    pub(crate) number: usize,
    pub(crate) command: Command,
    pub(crate) comment: Option<String>,
    pub(crate) reach: Reach,
    pub(crate) pace: Pace,
}

impl NamedLine {
    /// The line with the first address that was found, wherever that name is; `None` where getaddrinfo() gave nothing.
    ///
    /// # Errors
    ///
    /// The line, and why it cannot be carried out.
    pub(crate) fn with_address(
        mut self,
        outcome: Option<&Outcome>,
    ) -> Result<QueuedLine, Box<(Self, Unresolved)>> {
        let found = match outcome.map(|outcome| &outcome.result) {
            Some(Ok(Returned::Addresses(list))) => list.entries.first(),
            _ => None,
        };
        let names = self.command.call.to_look_up();
        let Some(name) = names.first().map(|name| Box::new((*name).clone())) else {
            return Ok(self.line());
        };
        let Some(entry) = found else {
            let gave = outcome.map_or_else(|| "nothing".to_owned(), Outcome::to_string);
            return Err(Box::new((self, Unresolved::NoSuchHost(name, gave))));
        };
        let name = AddressExpr::Named(name);
        for address in self.command.call.addresses_mut() {
            if address.place == name {
                address.place = AddressExpr::Literal(entry.address.clone());
            }
        }
        Ok(self.line())
    }

    fn line(self) -> QueuedLine {
        QueuedLine {
            number: self.number,
            line: Line {
                command: Some(self.command),
                comment: self.comment,
            },
            reach: self.reach,
            pace: self.pace,
        }
    }
}
