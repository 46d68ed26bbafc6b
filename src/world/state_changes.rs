//! The last transitions between states, of all sockets: from which state to which, by what, and when.
//!
//! For TCP they are those of the states in the kernel, for other sockets those of the phases that their calls imply.

use std::cmp::Reverse;

use crate::event::{DescriptorId, Timestamp};
use crate::socket::tcp_figure::{OPENED, Reason, ended_without_edge, reason};
use crate::socket::{Cause, Phase, TcpState};
use crate::world::{Handle, Socket, StateVisit, Step, World};

/// One transition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StateChange {
    /// The socket, by the descriptor that shows it.
    pub socket: DescriptorId,
    /// When the new state was first seen. `None`: it was too short to be seen, and is inferred.
    pub at: Option<Timestamp>,
    /// The state before, and whether it is inferred.
    pub from: (State, bool),
    /// The state after, and whether it is inferred.
    pub to: (State, bool),
    /// What moved it.
    pub reason: Reason,
    /// When it was known: that of the next state that was seen.
    known: Timestamp,
}

/// A state of the kernel, or a phase.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// In the kernel.
    Tcp(TcpState),
    /// As the calls imply.
    Phase(Phase),
}

impl std::fmt::Display for State {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Tcp(state) => state.fmt(f),
            Self::Phase(phase) => phase.fmt(f),
        }
    }
}

impl World {
    /// The newest transitions, at most so many, the newest last.
    pub fn state_changes(&self, most: usize) -> Vec<StateChange> {
        // Each of these sockets has at least one transition, so older ones cannot contribute.
        let mut sockets: Vec<&Socket> = self.sockets().filter(|own| has_moved(own)).collect();
        sockets.sort_by_key(|socket| Reverse(last_moved(socket)));
        sockets.truncate(most);
        let handles = sockets
            .into_iter()
            .filter_map(|socket| self.through_descriptor(socket));
        let mut changes: Vec<StateChange> =
            handles.flat_map(|socket| self.changes_of(socket)).collect();
        changes.sort_by_key(|change| change.known);
        changes.drain(..changes.len().saturating_sub(most));
        changes
    }

    fn changes_of(&self, socket: Handle<'_>) -> Vec<StateChange> {
        if socket.is_tcp() {
            return of_tcp(socket, &self.state_history(socket));
        }
        let steps: Vec<Step> = socket.path().collect();
        let pairs = steps.windows(2);
        pairs
            .map(|pair| of_phases(socket, pair[0], pair[1]))
            .collect()
    }
}

/// Whether a socket was in more than one state.
fn has_moved(socket: &Socket) -> bool {
    match socket.is_tcp() {
        true => {
            socket.tcp_path.len() + socket.table_path.len() > 1
                || socket.is_accepted()
                || socket.orphan.is_some()
        }
        false => socket.path.len() > 1 || !socket.is_open(),
    }
}

/// When it was last seen to enter a state.
fn last_moved(socket: &Socket) -> Timestamp {
    let orphan = socket.orphan.iter().flat_map(|own| own.observations.last());
    let seen = [
        socket.tcp_path.last().map(|(at, _)| *at),
        socket.table_path.last().map(|(at, _)| *at),
        socket.path.last().map(|step| step.at),
        socket.released,
    ];
    let seen = seen.into_iter().flatten();
    seen.chain(orphan.map(|(at, _)| *at))
        .max()
        .unwrap_or_default()
}

fn of_tcp(socket: Handle<'_>, visits: &[StateVisit]) -> Vec<StateChange> {
    let steps: Vec<Step> = socket.path().collect();
    let pairs = visits.windows(2).enumerate();
    let changes = pairs.map(|(at, pair)| {
        let [from, to] = [pair[0], pair[1]];
        let known = visits[at + 1..].iter().find_map(|visit| visit.at);
        let known = known.unwrap_or_default();
        let before = visits[..=at].iter().rev().find_map(|visit| visit.at);
        let state = |visit: StateVisit| (State::Tcp(visit.state), visit.at.is_none());
        let causes = causes_between(&steps, before.unwrap_or_default(), known);
        StateChange {
            socket: socket.id(),
            at: to.at,
            from: state(from),
            to: state(to),
            reason: match to.is_direct {
                true => reason(from.state, to.state, &causes)
                    .unwrap_or_else(|| ended_without_edge(&causes)),
                false => OPENED,
            },
            known,
        }
    });
    changes.collect()
}

/// What calls on the socket may have moved it to a state that was seen at `known`, after one that was seen at `before`.
///
/// The kernel is asked before a call reports its result, so a call that moved the socket may end after the new state was
/// seen. After close() only later looks can show a state.
fn causes_between(steps: &[Step], before: Timestamp, known: Timestamp) -> Vec<Cause> {
    let causes = steps.iter().filter_map(|step| match step.phase {
        Phase::Closed => (step.at <= known).then_some(Cause::Close),
        _ => step.by.filter(|_| step.at >= before).map(|by| by.cause),
    });
    causes.collect()
}

fn of_phases(socket: Handle<'_>, from: Step, to: Step) -> StateChange {
    let cause = match (to.phase, to.by) {
        (Phase::Closed, _) => Cause::Close,
        (_, Some(by)) => by.cause,
        (_, None) => Cause::Unnamed,
    };
    StateChange {
        socket: socket.id(),
        at: Some(to.at),
        from: (State::Phase(from.phase), false),
        to: (State::Phase(to.phase), false),
        reason: Reason {
            event: cause.label(),
            label: cause.label(),
        },
        known: to.at,
    }
}

#[cfg(test)]
mod tests;
