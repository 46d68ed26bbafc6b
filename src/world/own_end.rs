//! The state of traced sockets between the calls on them. A traced program's own calls show what a socket is then; what the
//! other end does meanwhile is in the kernel's table of connections alone, since a copy of the descriptor, which could be
//! asked at any time, would keep the socket open.

use crate::event::{DescriptorId, Endpoints, Timestamp};
use crate::socket::phase::Cause;
use crate::socket::{Phase, TcpState};
use crate::world::{Socket, World};

impl World {
    /// Takes in the state that the kernel's table has for a traced socket, where it follows the one that is known: the
    /// table may have been read before the last call.
    pub(super) fn take_own_end(&mut self, at: Timestamp, id: DescriptorId, endpoints: &Endpoints) {
        let is_traced = |own| self.traced_owner(own).is_some();
        if !self.descriptor(id).is_some_and(is_traced) {
            return;
        }
        let Some(socket) = self.socket_of_mut(id) else {
            return;
        };
        let Some((before, state)) = socket.tcp.zip(in_table(socket, endpoints)) else {
            return;
        };
        if !before.precedes(state) {
            return;
        }
        socket.tcp = Some(state);
        socket.tcp_path.push((at, state));
        let cause = match (socket.phase, state) {
            (Phase::Connecting, TcpState::Established) => Some(Cause::Established),
            (Phase::Connecting, TcpState::Close) => Some(Cause::ConnectFailed),
            (_, TcpState::CloseWait) => Some(Cause::EndOfFile),
            _ => None,
        };
        if let Some(cause) = cause {
            self.advance(at, id, cause);
        }
    }
}

/// The state of a descriptor whose connection is this in the table. `None`: the table says nothing of it.
fn in_table(socket: &Socket, endpoints: &Endpoints) -> Option<TcpState> {
    let had_own = |(_, before): &(Timestamp, Endpoints)| before.own.is_some();
    match &endpoints.own {
        // The descriptor is detached from a connection in TIME_WAIT.
        Some(end) if end.state == TcpState::TimeWait => Some(TcpState::Close),
        Some(end) => Some(end.state),
        None => {
            let is_gone = socket.endpoints.as_deref().is_some_and(had_own);
            is_gone.then_some(TcpState::Close)
        }
    }
}
