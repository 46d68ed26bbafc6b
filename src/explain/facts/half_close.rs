//! Half-closes that no phase shows. shutdown() of a socket without a peer fails with ENOTCONN, but Linux marks the
//! direction as shut down all the same; on a datagram socket a later connect() does not undo it.

use crate::call::Call;
use crate::call::argument::AddressExpr;
use crate::explain::context::Context;
use crate::explain::facts::descriptions::{open_file_description, succeeded};
use crate::socket::{Domain, Errno, Phase};
use crate::world::Record;
use crate::world::log::Category;

/// The `how` arguments that end sending.
pub(crate) const SENDING: [i32; 2] = [libc::SHUT_WR, libc::SHUT_RDWR];
/// The `how` arguments that end receiving.
pub(crate) const RECEIVING: [i32; 2] = [libc::SHUT_RD, libc::SHUT_RDWR];

impl<'a> Context<'a> {
    /// The earlier shutdown() that ended one of these directions without a connection.
    pub(crate) fn noted_end(&self, hows: &[i32]) -> Option<&'a Record> {
        let context = *self;
        let own = open_file_description(self.world, self.socket?.id());
        if !matches!(self.domain(), Some(Domain::INET | Domain::INET6)) {
            return None;
        }
        let log = self.world.log();
        // Also one that began later, while the call slept.
        let is_before =
            |record: &&Record| record.id() != context.record.id() && record.asked < context.at;
        let mut connects = log.in_category(own, Category::Connect).filter(is_before);
        let anew = connects.rfind(|record| context.is_tcp() && begins_anew(record));
        let anew = anew.and_then(|record| log.place(record.id()));
        log.in_category(own, Category::Shutdown)
            .filter(is_before)
            .rev()
            .take_while(|record| log.place(record.id()) > anew)
            .find(|record| ends(record, hows) && context.is_noted(record))
    }

    /// Whether the socket had no peer when the direction that this call needs was shut down.
    pub(crate) fn ended_without_peer(&self) -> bool {
        let hows = if self.call_kind().sends() {
            SENDING
        } else {
            RECEIVING
        };
        self.noted_end(&hows).is_some_and(has_no_peer)
    }

    /// What succeeded on a TCP connection is a phase, and ends with the connection.
    fn is_noted(&self, record: &Record) -> bool {
        if self.is_tcp() {
            let before = record.phase_before;
            return has_no_peer(record) && !before.is_some_and(Phase::had_peer);
        }
        has_no_peer(record) || succeeded(record)
    }
}

fn ends(record: &Record, hows: &[i32]) -> bool {
    matches!(&*record.request.call, Call::Shutdown { how, .. } if hows.contains(&how.0))
}

fn has_no_peer(record: &Record) -> bool {
    let errno = record
        .outcome()
        .and_then(crate::call::outcome::Outcome::errno);
    errno == Some(Errno(libc::ENOTCONN))
}

/// connect(AF_UNSPEC), which resets a TCP socket to the state of a new one.
fn begins_anew(record: &Record) -> bool {
    let place = record.request.call.address().map(|arg| &arg.place);
    let is_connect = matches!(*record.request.call, Call::Connect { .. });
    is_connect && place == Some(&AddressExpr::Unspecified) && succeeded(record)
}
