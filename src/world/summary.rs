//! What `state(x)`, `peer(x)` and `pending(x)` would return, according to the events so far.
//!
//! Goals are checked with them after each event, without asking the kernel again.

use crate::event::{Other, Owner};
use crate::socket::{Domain, Phase, SocketType, TcpState};
use crate::world::{Handle, Socket, World};

impl World {
    /// What `state(x)` returns. `None`: not known.
    pub fn state_word(&self, socket: Handle<'_>) -> Option<String> {
        if !socket.is_tcp() {
            return connectedness(socket).map(str::to_owned);
        }
        let in_table = || {
            let (_, endpoints) = socket.endpoints()?;
            Some(endpoints.own.as_ref()?.state)
        };
        match self.tcp_state(socket) {
            // In TIME_WAIT the descriptor says CLOSE; only the kernel's table shows TIME_WAIT.
            Some(TcpState::Close) if socket.is_open() => {
                Some(in_table().unwrap_or(TcpState::Close).to_string())
            }
            Some(state) if socket.socket().is_some_and(Socket::is_open) => Some(state.to_string()),
            _ if socket.is_open() => None,
            _ if socket.state_elsewhere().is_some() => in_table().map(|state| state.to_string()),
            _ => {
                let orphan = socket.orphan().filter(|orphan| orphan.gone.is_none());
                let state = orphan.and_then(|orphan| Some(orphan.observations.last()?.1.state));
                Some(state.map_or_else(|| "GONE".to_owned(), |state| state.to_string()))
            }
        }
    }

    /// What `peer(x)` returns. `None`: not known, or there is no peer.
    pub fn peer_word(&self, socket: Handle<'_>) -> Option<String> {
        if socket.socket_type() == SocketType::DGRAM {
            let word = self.peer(socket).and_then(connectedness);
            return word.map(str::to_owned);
        }
        match socket.endpoints()?.1.other.value()? {
            Other::There { end, .. } if socket.domain() == Domain::UNIX => {
                let word = match end.state {
                    TcpState::Listen => "LISTEN",
                    TcpState::Established => "CONNECTED",
                    _ => "UNCONNECTED",
                };
                Some(word.to_owned())
            }
            Other::There { end, .. } => Some(end.state.to_string()),
            Other::Gone => Some("GONE".to_owned()),
            Other::Waiting => None,
        }
    }

    /// Whether the other end of a connection belongs to another process.
    pub fn is_foreign(&self, socket: Handle<'_>) -> bool {
        let other = socket
            .endpoints()
            .and_then(|(_, endpoints)| endpoints.other.value());
        match other {
            Some(Other::There { owner, .. }) => {
                matches!(owner.value(), Some(Owner::Process { .. }))
            }
            _ => false,
        }
    }
}

/// For a socket that is not TCP: whether it has a peer.
fn connectedness(socket: Handle<'_>) -> Option<&'static str> {
    match socket.phase() {
        _ if !socket.kind().is_socket() => None,
        Phase::Closed => Some("GONE"),
        Phase::Listening => Some("LISTEN"),
        _ if socket.present_peer().is_some() || socket.phase() == Phase::Connected => {
            Some("CONNECTED")
        }
        _ => Some("UNCONNECTED"),
    }
}
