//! The addresses of a socket in the list: whole, beside its name or below it.

use unicode_width::UnicodeWidthStr;

use crate::socket::{Address, Domain, Kind};
use crate::world::Handle;

/// The addresses of a socket as they are written everywhere on the screen: `local` and `→ peer`.
pub(crate) struct Addresses {
    local: Option<String>,
    peer: Option<String>,
}

/// Those of a socket.
pub(crate) fn addresses(socket: Handle<'_>) -> Addresses {
    if socket.kind() == Kind::Raw && socket.domain() != Domain::UNIX {
        let local = Some(of_raw(socket));
        return Addresses { local, peer: None };
    }
    let local = socket.local().filter(|address| !address.is_unset());
    let peer = socket.present_peer();
    Addresses {
        local: local.map(Address::to_string),
        peer: peer.map(|peer| format!("→ {peer}")),
    }
}

impl Addresses {
    /// Both in a row.
    pub(crate) fn whole(&self) -> String {
        let parts = [&self.local, &self.peer].into_iter().flatten();
        parts.cloned().collect::<Vec<_>>().join(" ")
    }

    /// What fits into the row of the socket, each address whole.
    pub(crate) fn beside(&self, room: usize) -> String {
        let local = self.local.clone().filter(|local| local.width() <= room);
        match self.whole() {
            whole if whole.width() <= room => whole,
            _ => local.unwrap_or_default(),
        }
    }

    /// What does not.
    pub(crate) fn below(&self, room: usize) -> Vec<String> {
        let beside = self.beside(room);
        let parts = [&self.local, &self.peer].into_iter().flatten();
        let is_left = |part: &&String| !beside.contains(part.as_str());
        parts.filter(is_left).cloned().collect()
    }
}

/// `IPPROTO_ICMP 127.0.0.1 → 127.0.0.2`: a raw socket has a protocol and no ports.
fn of_raw(socket: Handle<'_>) -> String {
    let host = |address: &Address| match address {
        Address::Inet(own) if own.ip().is_unspecified() => None,
        Address::Inet6(own) if own.ip().is_unspecified() => None,
        Address::Inet(own) => Some(own.ip().to_string()),
        Address::Inet6(own) => Some(own.ip().to_string()),
        Address::Unix(_) | Address::Other { .. } => Some(address.to_string()),
    };
    let local = socket.local().and_then(host);
    let peer = socket.present_peer().and_then(host);
    let peer = peer.map(|peer| format!("→ {peer}"));
    let parts = [Some(socket.protocol().to_string()), local, peer];
    parts.into_iter().flatten().collect::<Vec<_>>().join(" ")
}
