//! What calls of the C library about names and addresses were given, and what they gave.

use crate::call::lookup::{AddressList, Hints, Text, is_numeric};
use crate::call::outcome::Returned;
use crate::call::parameter::LookupArgument as L;
use crate::call::table::ParamKind;
use crate::event::CallId;
use crate::explain::context::Context;
use crate::socket::text::escaped;
use crate::socket::{Domain, Errno};

impl Context<'_> {
    /// The host of getaddrinfo(), or the text of inet_pton(). `None`: a null pointer.
    pub(crate) fn host_text(&self) -> Option<String> {
        self.call().lookup(|argument| match argument {
            L::Host(host) => text(&host.0),
            _ => None,
        })
    }

    /// The service of getaddrinfo().
    pub(crate) fn service_text(&self) -> Option<String> {
        self.call().lookup(|argument| match argument {
            L::Service(service) => text(&service.0),
            _ => None,
        })
    }

    /// Whether getaddrinfo() is given no host.
    pub(crate) fn lacks_host(&self) -> bool {
        self.listens_to_hints() && self.host_text().is_none()
    }

    /// Whether getaddrinfo() is given no service.
    pub(crate) fn lacks_service(&self) -> bool {
        self.listens_to_hints() && self.service_text().is_none()
    }

    fn listens_to_hints(&self) -> bool {
        self.call_kind().signature().takes(ParamKind::ServiceName)
    }

    /// The hints of getaddrinfo().
    pub(crate) fn hints(&self) -> Option<Hints> {
        self.call().lookup(|argument| match argument {
            L::Hints(hints) => hints,
            _ => None,
        })
    }

    /// The family that a look-up or a conversion asks for.
    pub(crate) fn asked_family(&self) -> Option<Domain> {
        let family = || self.hints().map(|hints| hints.family);
        self.call().domain().or_else(family)
    }

    /// Whether a look-up has these AI_ or NI_ flags.
    pub(crate) fn has_name_flags(&self, flags: i32) -> bool {
        let own = self.call().lookup(|argument| match argument {
            L::Room(room) => Some(room.flags.0),
            L::Hints(hints) => Some(hints?.flags.0),
            L::Host(_) | L::Service(_) | L::Number(_) | L::Size(_) => None,
        });
        own.unwrap_or(0) & flags == flags
    }

    /// Whether the host is given, and is an address in numbers.
    pub(crate) fn is_host_numeric(&self) -> bool {
        self.host_text().is_some_and(|host| is_numeric(&host))
    }

    /// The list that getaddrinfo() gave.
    pub(crate) fn listed(&self) -> Option<&AddressList> {
        match self.returned()? {
            Returned::Addresses(list) => Some(list),
            _ => None,
        }
    }

    /// The file that names came from, where nobody else was asked.
    pub(crate) fn names_from(&self) -> Option<&'static str> {
        self.record.outcome()?.raw.as_ref()?.names_from
    }

    /// errno behind EAI_SYSTEM.
    pub(crate) fn system_errno(&self) -> Option<Errno> {
        self.record.outcome()?.raw.as_ref()?.system_errno
    }

    /// The number that htons() and the others are given.
    pub(crate) fn ordered_number(&self) -> Option<u32> {
        self.call().lookup(|argument| match argument {
            L::Number(number) => Some(number.0),
            _ => None,
        })
    }

    /// What is left of that number in 16 bits, where it has more.
    pub(crate) fn cut_number(&self) -> Option<u32> {
        let is_short = self.call_kind().word().ends_with('s');
        let number = self.ordered_number();
        let number = number.filter(|number| is_short && *number > 0xffff)?;
        Some(number & 0xffff)
    }

    /// A sentence about the getaddrinfo() just before, if it gave the address of this call first.
    pub(crate) fn looked_up(&self) -> Option<String> {
        let address = self.address()?;
        let before = CallId(self.record.id().0.checked_sub(1)?);
        let before = Context::of(self.world, self.world.call(before)?);
        let addresses = before.listed()?.addresses();
        let host = before
            .host_text()
            .filter(|_| addresses.first() == Some(&address))?;
        let (host, address) = (escaped(&host), crate::explain::text::written(address));
        Some(match addresses.len() {
            1 => format!("getaddrinfo() gave {address} for {host}."),
            several => format!(
                "{address} is the first of {several} addresses that getaddrinfo() gave for {host}."
            ),
        })
    }

    /// The number of a result with bytes.
    pub(crate) fn bytes_value(&self) -> Option<i64> {
        match self.returned()? {
            Returned::Bytes { value, .. } => Some(*value),
            _ => None,
        }
    }
}

fn text(text: &Text) -> Option<String> {
    let bytes = text.0.as_ref()?;
    Some(String::from_utf8_lossy(bytes).into_owned())
}
