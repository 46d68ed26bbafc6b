//! Addresses in Python: as the socket module has them, or as their bytes where it has none such.

use crate::call::argument::{AddressArg, AddressExpr};
use crate::export::plan::{Place, Step};
use crate::export::python::{Python, address};
use crate::export::text::byte_string;
use crate::socket::sockaddr::{encode, unspecified};
use crate::socket::{Address, Errno, UnixName};

/// Bytes as a literal: a text where they are one.
pub(crate) fn text(bytes: &[u8]) -> String {
    let literal = byte_string(bytes);
    match bytes.iter().all(|byte| matches!(byte, b' '..=b'~')) {
        true => literal.trim_start_matches('b').to_owned(),
        false => literal,
    }
}

impl Python<'_> {
    /// An address that is passed to a function of the C library: its bytes and their length.
    pub(crate) fn to(&mut self, step: &Step<'_>, arg: &AddressArg) -> String {
        let place = step.place(&arg.place);
        if place == Place::Null {
            return format!("None, {}", arg.length.unwrap_or(0));
        }
        let bytes = self.raw(&place);
        self.line(format!("to = {bytes}"));
        match arg.length {
            Some(length) => format!("to, {length}"),
            None => "to, len(to)".to_owned(),
        }
    }

    /// The bytes of an address, as an expression.
    pub(crate) fn raw(&self, place: &Place) -> String {
        match (place, self.address(place)) {
            (
                Place::Literal(Address::Inet(_) | Address::Inet6(_))
                | Place::Of(_)
                | Place::PortOf(..),
                Some(own),
            ) => format!("raw({own})"),
            (Place::Literal(address) | Place::Zoned(address, _), _) => {
                byte_string(&encode(address))
            }
            (Place::Of(_) | Place::PortOf(..) | Place::Unspecified | Place::Null, _) => {
                byte_string(&unspecified())
            }
        }
    }

    /// An address that the program asked for.
    pub(crate) fn known(&self, key: &str) -> String {
        match self.draft.plan.has_child_calls() {
            true => format!("known(\"{key}\")"),
            false => address(key),
        }
    }

    /// Keeps an address under its name.
    pub(crate) fn keep(&mut self, key: &str, value: &str) {
        match self.draft.plan.has_child_calls() {
            true => self.line(format!("remember(\"{key}\", {value})")),
            false => self.line(format!("{} = {value}", address(key))),
        }
    }

    /// An address as the socket module takes it. `None`: it takes none such.
    pub(crate) fn address(&self, place: &Place) -> Option<String> {
        Some(match place {
            Place::Literal(Address::Inet(at)) => format!("(\"{}\", {})", at.ip(), at.port()),
            Place::Literal(Address::Inet6(at)) if at.flowinfo() == 0 && at.scope_id() == 0 => {
                format!("(\"{}\", {})", at.ip(), at.port())
            }
            Place::Literal(Address::Inet6(at)) => format!(
                "(\"{}\", {}, {}, {})",
                at.ip(),
                at.port(),
                at.flowinfo(),
                at.scope_id()
            ),
            Place::Literal(Address::Unix(UnixName::Path(path))) if path.len() < 108 => text(path),
            Place::Literal(Address::Unix(UnixName::Abstract(own))) if own.len() < 107 => {
                byte_string(&[b"\0", &own[..]].concat())
            }
            Place::Zoned(Address::Inet6(at), zone) => format!(
                "(\"{}\", {}, 0, if_nametoindex({}))",
                at.ip(),
                at.port(),
                text(zone.as_bytes())
            ),
            Place::Of(key) => self.known(key),
            Place::PortOf(ip, key) => format!("(\"{ip}\", {}[1])", self.known(key)),
            Place::Literal(_) | Place::Zoned(..) | Place::Unspecified | Place::Null => return None,
        })
    }

    /// The address of an argument as the socket module takes it.
    pub(crate) fn address_of(&self, step: &Step<'_>, arg: &AddressArg) -> Option<String> {
        // An address of another family than that of the socket would not reach the kernel.
        let is_other = matches!(step.error(), Some(Errno(libc::EINVAL | libc::EAFNOSUPPORT)))
            && !matches!(arg.place, AddressExpr::Literal(_));
        if arg.length.is_some() || is_other || step.is_of_other_family {
            return None;
        }
        self.address(&step.place(&arg.place))
    }
}
