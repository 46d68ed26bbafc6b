//! How a connection ended: the error that was reported, and what our own shutdown(), SO_LINGER and TCP_USER_TIMEOUT
//! did.

use std::time::Duration;

use crate::call::Call;
use crate::call::outcome::Returned;
use crate::call::value::Value;
use crate::explain::context::{Context, went_through};
use crate::explain::facts::descriptions::{open_file_description, succeeded};
use crate::explain::facts::history::linger;
use crate::socket::{Cause, Errno, Phase, TcpState};
use crate::world::log::{Category, FATAL};
use crate::world::{Progress, Record};

/// The causes that end sending.
pub(crate) const ENDS_SENDING: [Cause; 2] = [Cause::ShutWrite, Cause::ShutBoth];
impl<'a> Context<'a> {
    /// The earlier call that first reported why the connection of this socket is over, and the error that it reported.
    pub(crate) fn first_report(&self) -> Option<(&'a Record, Errno)> {
        let (world, log) = (self.world, self.world.log());
        let own = open_file_description(world, self.socket?.id());
        let is_before = |record: &&Record| {
            record.id() != self.record.id() && record.returned_at().is_some_and(|at| at <= self.at)
        };
        let mut connects = log.in_category(own, Category::Connect).filter(is_before);
        let made = connects.rfind(|record| succeeded(record));
        let made = made.and_then(|record| log.place(record.id()));
        let mut reports = log
            .in_category_after(own, Category::ConnectionOver, made)
            .filter(is_before);
        reports.find_map(|record| Some((record, Context::of(world, record).fatal_error()?)))
    }

    /// The error with which this call reports that its connection is over.
    fn fatal_error(&self) -> Option<Errno> {
        let call_kind = self.call_kind();
        let errno = if let (Call::Getsockopt { .. }, Some(Returned::Value(Value::Error(errno)))) =
            (self.call(), self.returned())
        {
            (*errno)?
        } else if call_kind.sends() || call_kind.receives() || call_kind.is_loop() {
            self.errno()?
        } else {
            return None;
        };
        let is_own_doing = || !self.is_tcp() || self.has_done(&ENDS_SENDING);
        let is_fatal = FATAL.contains(&errno.0) && (errno.0 != libc::EPIPE || !is_own_doing());
        is_fatal.then_some(errno)
    }

    /// Whether the socket had sent a SYN that was not answered yet when shutdown() was called.
    pub(crate) fn awaits_answer(&self) -> bool {
        match self.record.tcp_before {
            Some(state) => state == TcpState::SynSent,
            None => self.phase() == Some(Phase::Connecting),
        }
    }

    /// Whether a shutdown(), this call or an earlier one, aborted the connect() in progress on this socket.
    pub(crate) fn gave_up(&self) -> bool {
        let Some(own) = self
            .socket
            .map(|socket| open_file_description(self.world, socket.id()))
        else {
            return false;
        };
        let log = self.world.log();
        let mut connects = log.in_category(own, Category::Connect);
        let begun = connects.rfind(|record| record.asked <= self.record.asked);
        let Some(begun) = begun.map(|record| record.asked) else {
            return false;
        };
        let mut ended = log
            .in_category(own, Category::Shutdown)
            .rev()
            .skip_while(|record| record.asked >= self.at)
            .take_while(|record| begun < record.asked);
        ended.any(|record| !has_failed(record) && Context::of(self.world, record).awaits_answer())
    }

    /// Whether a shutdown() that had returned before ended the receiving of this socket; also of a listener, which has
    /// no direction to end.
    pub(crate) fn shut_receiving(&self) -> bool {
        let Some(socket) = self.socket else {
            return false;
        };
        let own = open_file_description(self.world, socket.id());
        let mut made = self.world.log().in_category(own, Category::Shutdown);
        made.any(|record| {
            matches!(*record.request.call, Call::Shutdown { how, .. } if how.0 != libc::SHUT_WR)
                && succeeded(record)
                && record
                    .returned_at()
                    .is_some_and(|at| at <= self.record.asked)
        })
    }

    /// Whether a shutdown() that was requested before the call ended shut down receiving; its return may be reported
    /// later.
    pub(crate) fn is_receiving_shut(&self) -> bool {
        let Some(own) = self
            .socket
            .map(|socket| open_file_description(self.world, socket.id()))
        else {
            return false;
        };
        self.world.log().in_category(own, Category::Shutdown).any(|record| {
            let ends =
                matches!(*record.request.call, Call::Shutdown { how, .. } if how.0 != libc::SHUT_WR);
            let is_late = match record.progress {
                Progress::Returned { at, .. } => at >= self.at && ends_anyway(record),
                _ => record.is_pending(),
            };
            ends && is_late && record.asked < self.at
        })
    }

    /// For how many seconds close() of this socket may wait.
    pub(crate) fn lingers_for(&self) -> Option<u64> {
        linger(self.world, self.socket?.id(), self.at).filter(|seconds| *seconds > 0)
    }

    /// Whether close() waited for all of that time.
    pub(crate) fn linger_expired(&self) -> bool {
        let took = self.record.duration(self.at);
        self.lingers_for()
            .is_some_and(|seconds| took >= Duration::from_secs(seconds))
    }

    /// TCP_USER_TIMEOUT in milliseconds, if it is set.
    pub(crate) fn user_timeout(&self) -> Option<i32> {
        match self.was_set(libc::IPPROTO_TCP, libc::TCP_USER_TIMEOUT)? {
            Value::Int(span) if *span > 0 => Some(*span),
            _ => None,
        }
    }

    /// Whether the kernel had the connection in one of these states just before the call.
    pub(crate) fn was_in(&self, states: &[TcpState]) -> bool {
        self.record
            .tcp_before
            .is_some_and(|state| states.contains(&state))
    }

    /// Whether the kernel had the connection in a state in which the FIN of the peer had come, around the call.
    pub(crate) fn is_fin_seen(&self) -> bool {
        const SEEN: [TcpState; 4] = [
            TcpState::CloseWait,
            TcpState::LastAck,
            TcpState::Closing,
            TcpState::TimeWait,
        ];
        let both = [self.record.tcp_before, self.record.tcp_after];
        both.into_iter()
            .flatten()
            .any(|state| SEEN.contains(&state))
    }

    /// Whether our peer shut down one of its directions.
    pub(crate) fn peer_has_done(&self, causes: &[Cause]) -> bool {
        self.peer()
            .is_some_and(|peer| went_through(peer, causes, self.at))
    }
}

/// Whether a shutdown() ended its direction: on Linux also where it failed with ENOTCONN.
fn ends_anyway(record: &Record) -> bool {
    let errno = record
        .outcome()
        .and_then(crate::call::outcome::Outcome::errno);
    errno.is_none_or(|errno| errno.0 == libc::ENOTCONN)
}

fn has_failed(record: &Record) -> bool {
    matches!(record.progress, Progress::Refused(_))
        || record.outcome().is_some() && !succeeded(record)
}
