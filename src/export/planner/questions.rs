//! What a program can ask the kernel in place of a question of the session. The session reads the kernel's table of sockets,
//! sock_diag(7), which also has connections without a descriptor; a program asks through a descriptor that it has.

use std::time::Duration;

use crate::call::outcome::Returned;
use crate::export::function::Question;
use crate::export::plan::{Answer, Asked, Fd, variable};
use crate::export::planner::{Planner, returned};
use crate::socket::TcpState;
use crate::world::peer::AddressPair;
use crate::world::{Handle, Record};

/// For how long at least a program waits in place of a question: whatever the session waited for is likely to happen meanwhile.
const LEAST_PAUSE: Duration = Duration::from_millis(50);

/// Why a program cannot ask.
const CLOSED: &str =
    "its descriptor is closed; sockplay reads the kernel's table of sockets, sock_diag(7)";
const NOT_HERE: &str = "no descriptor of the other end is open here; sockplay reads the kernel's table of sockets, sock_diag(7)";
const IN_TABLE: &str = "it cannot be read through a descriptor; sockplay reads the kernel's table of sockets, sock_diag(7)";
/// From which time on the ten seconds for which a program asks may be too few.
const LONG: Duration = Duration::from_secs(5);

/// For how long a program waits in place of a question: as long as the session did.
pub(super) fn pause(record: &Record) -> Duration {
    waited(record).max(LEAST_PAUSE)
}

/// For how long the session waited for the answer, in whole milliseconds.
fn waited(record: &Record) -> Duration {
    let waited = record.returned_at().map(|at| at.since(record.asked));
    let millis = waited.map_or(0, |waited| waited.as_millis());
    Duration::from_millis(u64::try_from(millis).unwrap_or(u64::MAX))
}

impl Planner<'_> {
    /// What a program asks in place of a question about a descriptor.
    ///
    /// # Errors
    ///
    /// Why it cannot ask, as a part of a sentence.
    pub(super) fn question(
        &self,
        record: &Record,
        question: Question,
        of: Fd,
    ) -> Result<Asked, String> {
        let own = record.on().and_then(|on| self.world.descriptor(on));
        let own = own.ok_or("there is no such descriptor")?;
        let (asked, of) = match question {
            Question::State | Question::Pending | Question::Unread => {
                let is_open = is_open_at(own, record);
                (own, is_open.then_some(of).ok_or(CLOSED)?)
            }
            Question::Peer => {
                let other = self.other_end(record, own).ok_or(NOT_HERE)?;
                (other, Fd::Variable(variable(other.name())))
            }
        };
        let answer = match (question, record.outcome().and_then(returned)) {
            (Question::State | Question::Peer, Some(Returned::State(state)))
                // In TIME_WAIT, TCP_INFO of a descriptor gives TCP_CLOSE.
                if *state != TcpState::TimeWait && asked.is_tcp() =>
            {
                Answer::State(*state)
            }
            (Question::Pending, Some(Returned::Count(count))) if asked.is_tcp() => {
                Answer::Pending(*count)
            }
            (Question::Unread, Some(Returned::Count(count))) => Answer::Unread(*count),
            (Question::State | Question::Peer | Question::Pending | Question::Unread, _) => {
                return Err(IN_TABLE.to_owned());
            }
        };
        Ok(Asked {
            of,
            answer,
            after: Some(waited(record)).filter(|waited| *waited > LONG),
        })
    }

    /// A descriptor of the other end that was open at the time of a question.
    fn other_end(&self, record: &Record, own: Handle<'_>) -> Option<Handle<'_>> {
        let addresses = AddressPair {
            local: record.local(),
            remote: record.remote(),
        };
        let peer = self.world.peer_between(own, addresses)?;
        let is_named = |other: &Handle<'_>| {
            let named = self.world.named_at(other.name(), record.asked);
            named.is_some_and(|named| named.id() == other.id())
        };
        self.world.descriptors().find(|other| {
            other.file_id() == peer.file_id()
                && other.table() == own.table()
                && self.is_here(*other)
                && is_open_at(*other, record)
                && is_named(other)
        })
    }
}

/// Whether a descriptor was open when a question was asked.
fn is_open_at(own: Handle<'_>, record: &Record) -> bool {
    let descriptor = own.descriptor;
    descriptor.created <= record.asked && descriptor.closed.is_none_or(|at| at > record.asked)
}
