//! Names and addresses: the arguments of getaddrinfo(3), getnameinfo(3) and inet_pton(3), and what getaddrinfo() gives.

use std::fmt;

use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;

use crate::socket::text::Quoted;
use crate::socket::{Address, Domain, LookupFlags, NameFlags, Protocol, SocketType};

/// A text that is passed to the C library, or a null pointer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Text(pub Option<Vec<u8>>);

impl Text {
    /// The most bytes that one may have: more than any name that a host can have.
    pub const MAX: usize = 1024;
}

impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Some(text) => write!(f, "{}", Quoted(text)),
            None => f.write_str("NULL"),
        }
    }
}

/// A host: its name, or its address as text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HostText(pub Text);

/// A service: its name, or its port as text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServiceText(pub Text);

/// `struct addrinfo` as getaddrinfo(3) is given it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Hints {
    /// ai_flags
    pub flags: LookupFlags,
    /// ai_family
    pub family: Domain,
    /// ai_socktype; 0 is any
    pub socket_type: SocketType,
    /// ai_protocol; 0 is any
    pub protocol: Protocol,
}

/// Up to the last field that is not 0: those behind it are left out.
impl fmt::Display for Hints {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let fields = [
            (self.family.0, self.family.to_string()),
            (self.socket_type.0, self.socket_type.to_string()),
            (self.protocol.0, self.protocol.to_string()),
        ];
        write!(f, "{}", self.flags)?;
        let last = fields.iter().rposition(|(number, _)| *number != 0);
        for (_, text) in &fields[..last.map_or(0, |last| last + 1)] {
            write!(f, ", {text}")?;
        }
        Ok(())
    }
}

/// The flags of getnameinfo(3), and how many bytes its two buffers have.
#[skip_serializing_none]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct NameRoom {
    /// NI_ flags.
    pub flags: NameFlags,
    /// How many bytes the name of the host may take with its NUL; `None` is enough for any.
    pub host: Option<u16>,
    /// The same for the name of the service.
    pub service: Option<u16>,
}

impl NameRoom {
    /// Whether there is nothing to be written.
    pub fn is_default(&self) -> bool {
        *self == Self::default()
    }
}

impl fmt::Display for NameRoom {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.flags.0, self.host) {
            // A decimal number behind an address is its length.
            (0, Some(_)) => f.write_str("0x0")?,
            _ => write!(f, "{}", self.flags)?,
        }
        for size in [self.host, self.service].into_iter().flatten() {
            write!(f, ", {size}")?;
        }
        Ok(())
    }
}

/// A number in the byte order of the host, or in that of the network: what htons(3) and the others take.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderedNumber(pub u32);

/// How many bytes inet_ntop(3) may write with the NUL; `None` is enough for any address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct TextSize(pub Option<u16>);

/// What getaddrinfo(3) gives.
#[skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct AddressList {
    /// The entries, in the order of the library.
    pub entries: Vec<ListedAddress>,
    /// The canonical name, where AI_CANONNAME asked for it.
    pub canonical_name: Option<Vec<u8>>,
}

/// One `struct addrinfo` of the list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListedAddress {
    /// ai_addr
    pub address: Address,
    /// ai_socktype
    pub socket_type: SocketType,
    /// ai_protocol
    pub protocol: Protocol,
}

impl AddressList {
    /// The addresses, each once: the library has an entry for each type of socket.
    pub fn addresses(&self) -> Vec<&Address> {
        let mut addresses: Vec<&Address> = Vec::new();
        for entry in &self.entries {
            if !addresses.contains(&&entry.address) {
                addresses.push(&entry.address);
            }
        }
        addresses
    }
}

/// Whether the C library takes a text for an address in numbers, and asks nobody: the forms of inet_pton(3) and of
/// inet_aton(3), such as `127.1`.
pub fn is_numeric(host: &str) -> bool {
    let before_scope = host.split('%').next().unwrap_or(host);
    if before_scope.parse::<std::net::Ipv6Addr>().is_ok() {
        return true;
    }
    let parts: Option<Vec<u64>> = host.split('.').map(c_number).collect();
    let Some((last, first)) = parts.as_deref().and_then(<[u64]>::split_last) else {
        return false;
    };
    // The last part has the bytes that are left.
    first.len() < 4 && first.iter().all(|part| *part < 256) && *last < 1 << (8 * (4 - first.len()))
}

/// A number as C writes it: decimal, octal after 0, hexadecimal after 0x.
fn c_number(text: &str) -> Option<u64> {
    let (digits, radix) = match text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")) {
        Some(hex) => (hex, 16),
        None if text.len() > 1 && text.starts_with('0') => (&text[1..], 8),
        None => (text, 10),
    };
    let has_digit = digits.starts_with(|c: char| c.is_digit(radix));
    u64::from_str_radix(digits, radix)
        .ok()
        .filter(|_| has_digit)
}

#[cfg(test)]
mod tests {
    use crate::call::lookup::*;

    #[test]
    fn numbers_are_what_the_library_takes_for_some() {
        for number in [
            "127.0.0.1",
            "127.1",
            "2130706433",
            "0x7f.1",
            "017700000001",
            "::1",
            "fe80::1%lo",
            "1.2.3",
        ] {
            assert!(is_numeric(number), "{number}");
        }
        for name in [
            "",
            ".",
            "localhost",
            "1.2.3.4.5",
            "256.1.1.1",
            "1.2.3.256",
            "4294967296",
            "0x",
            "a.b",
            "1.",
            "+1.2.3.4",
        ] {
            assert!(!is_numeric(name), "{name}");
        }
    }
}
