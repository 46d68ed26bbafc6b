//! A control message as an argument of sendmsg(2) and as a part of what recvmsg(2) gives: `IP_TTL(5)`,
//! `IP_PKTINFO({127.0.0.2, lo})`, and for what the table does not have `cmsg(SOL_SOCKET, 99, hex(00))`.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::call::data::Data;
use crate::socket::control::layout::Layout;
use crate::socket::control::{ControlRow, by_number};
use crate::socket::recorded;

/// One control message. Descriptors and credentials have places of their own beside these.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ControlMessage {
    /// `cmsg_level`
    pub level: i32,
    /// `cmsg_type`
    pub kind: i32,
    /// Its data in the byte order of this host, without the number of an interface that is named.
    #[serde(with = "recorded::bytes")]
    pub data: Vec<u8>,
    /// The name of the interface, where its data has one and the name is known.
    pub interface: Option<String>,
}

impl ControlMessage {
    /// One with these bytes.
    pub fn of(level: i32, kind: i32, data: Vec<u8>) -> Self {
        Self {
            level,
            kind,
            data,
            interface: None,
        }
    }

    /// The row of the table; `None`: it has no name here.
    pub fn row(&self) -> Option<&'static ControlRow> {
        by_number(self.level, self.kind)
    }

    /// The number of the interface in its data, if it has such a place.
    pub fn interface_index(&self) -> Option<u32> {
        let at = self.row()?.layout.interface_at()?;
        crate::socket::control::layout::number(&self.data, at)
    }

    /// Its data with this number in the place of the interface.
    pub fn with_index(&self, index: u32) -> Vec<u8> {
        let mut data = self.data.clone();
        let at = self.row().and_then(|row| row.layout.interface_at());
        let place = at.and_then(|at| data.get_mut(at..at + 4));
        if let Some(place) = place {
            place.copy_from_slice(&index.to_ne_bytes());
        }
        data
    }

    /// Its data as it was received: in the form of the notation where it has one, else its bytes.
    pub fn value(&self) -> String {
        let interface = self.interface.as_deref();
        let text = self
            .row()
            .and_then(|row| row.layout.text(&self.data, interface));
        text.unwrap_or_else(|| Data::Hex(self.data.clone()).to_string())
    }

    /// As it was received, which is how it is sent where that has the same length.
    pub fn received(&self) -> String {
        self.written(self.value())
    }

    fn written(&self, value: String) -> String {
        let level = || {
            let name = crate::socket::option::level_name(self.level);
            name.map_or_else(|| self.level.to_string(), str::to_owned)
        };
        match self.row() {
            Some(row) => format!("{}({value})", row.name),
            None => format!("cmsg({}, {}, {value})", level(), self.kind),
        }
    }

    /// Whether its data has the length that the notation gives what is written without `hex()`.
    fn has_own_length(&self) -> bool {
        let length = self.row().and_then(|row| length(row.layout));
        length == Some(self.data.len())
    }
}

/// How many bytes the notation makes of a value that is not written as bytes. `None`: it is always written so.
pub fn length(layout: Layout) -> Option<usize> {
    match layout {
        Layout::Int => Some(4),
        Layout::Unsigned(size) => Some(size),
        // Which times are wanted: a mask.
        Layout::Time { stamps, .. } => (stamps > 1).then_some(4),
        Layout::PacketInfo => Some(crate::socket::control::layout::PACKET_INFO),
        Layout::PacketInfo6 => Some(crate::socket::control::layout::PACKET_INFO6),
        Layout::Descriptors | Layout::Credentials | Layout::Error | Layout::Address => None,
    }
}

/// As it is sent.
impl fmt::Display for ControlMessage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let value = match self.has_own_length() {
            true => self.value(),
            false => Data::Hex(self.data.clone()).to_string(),
        };
        f.write_str(&self.written(value))
    }
}

#[cfg(test)]
mod tests {
    use crate::call::control_message::*;

    #[test]
    fn what_is_received_in_another_length_is_a_number_and_what_is_sent_its_bytes() {
        let of = |data: &[u8]| ControlMessage::of(libc::IPPROTO_IP, libc::IP_TOS, data.to_vec());
        assert_eq!(of(&[16]).received(), "IP_TOS(16)");
        assert_eq!(of(&[16]).to_string(), "IP_TOS(hex(10))");
        assert_eq!(of(&16_i32.to_ne_bytes()).to_string(), "IP_TOS(16)");
        let unknown = ControlMessage::of(libc::SOL_SOCKET, 99, vec![1, 2]);
        assert_eq!(unknown.received(), "cmsg(SOL_SOCKET, 99, hex(01 02))");
        assert_eq!(unknown.interface_index(), None);
        assert_eq!(unknown.with_index(7), [1, 2]);
    }
}
