//! Calls of the C library about names and addresses.
//!
//! getaddrinfo() and getnameinfo() may open files and sockets, and take seconds: they run on a thread with a descriptor
//! table of its own. No signal ends them. When a line is cancelled, its thread stops waiting for the result, and the
//! library goes on without it.

use std::ffi::{CString, NulError};
use std::net::IpAddr;

use crossbeam_channel::{bounded, select};

use crate::call::argument::AddressArg;
use crate::call::lookup::{
    AddressList, Hints, HostText, ListedAddress, NameRoom, OrderedNumber, ServiceText, Text,
    TextSize, is_numeric,
};
use crate::call::outcome::Returned;
use crate::engine::execute::{Execution, Result, raw, refused};
use crate::event::Reach;
use crate::kernel::name_files::NameFiles;
use crate::socket::{Address, Domain, Protocol, SocketType, sockaddr};
use crate::sys::lookup::{Entry, LookupError, RawHints};
use crate::sys::{Checked, Failure};

/// NI_MAXHOST and NI_MAXSERV of netdb.h: enough for any name.
const ROOM: (u16, u16) = (1025, 32);

/// INET6_ADDRSTRLEN: enough for the text of any address.
const ADDRESS_TEXT: u16 = 46;

/// What a look-up gave, and the file that it is from where the library was not left to choose.
type Found<T> = (std::result::Result<T, LookupError>, Option<&'static str>);

impl Execution<'_> {
    pub(crate) fn getaddrinfo(
        &mut self,
        host: &HostText,
        service: &ServiceText,
        hints: Option<Hints>,
    ) -> Result {
        let (host, service) = (c_text(&host.0)?, c_text(&service.0)?);
        let is_confined = self.is_confined();
        let found = self.elsewhere(move || {
            let hints = hints.map(raw_hints);
            match is_confined {
                true => confined_list(host.as_ref(), service.as_ref(), hints),
                false => (list(host.as_ref(), service.as_ref(), hints), None),
            }
        })?;
        let entries = self.found(found)?;
        Ok(Returned::Addresses(Box::new(address_list(entries))))
    }

    pub(crate) fn getnameinfo(&mut self, address: &AddressArg, room: NameRoom) -> Result {
        let address = raw(address)?;
        let Some(bytes) = address.bytes().map(<[u8]>::to_vec) else {
            return Err(refused(
                "the library reads the address without a check, and so many bytes are not there: it was not called",
            ));
        };
        let sizes = (room.host.unwrap_or(ROOM.0), room.service.unwrap_or(ROOM.1));
        let (flags, is_confined) = (room.flags.0, self.is_confined());
        let found = self.elsewhere(move || match is_confined {
            true => confined_names(&bytes, sizes, flags),
            false => (crate::sys::lookup::getnameinfo(&bytes, sizes, flags), None),
        })?;
        let (host, service) = self.found(found)?;
        Ok(Returned::Names(vec![host, service]))
    }

    pub(crate) fn inet_pton(&mut self, family: Domain, source: &HostText) -> Result {
        let Some(text) = c_text(&source.0)? else {
            return Err(refused(
                "the library reads the text, and this one is a null pointer",
            ));
        };
        let (value, bytes) = crate::sys::lookup::text_to_address(family.0, &text)?;
        Ok(Returned::Bytes {
            value: value.into(),
            bytes,
        })
    }

    pub(crate) fn inet_ntop(&mut self, family: Domain, size: TextSize) -> Result {
        let bytes = self.buffers.take_sent().into_iter().next().flatten();
        let bytes = bytes.as_deref().unwrap_or_default();
        let room = size.0.unwrap_or(ADDRESS_TEXT);
        let text = crate::sys::lookup::address_to_text(family.0, bytes, room)?;
        Ok(Returned::Names(vec![text]))
    }

    fn is_confined(&self) -> bool {
        matches!(self.request.reach, Reach::Confined(_))
    }

    /// Does something on a thread with its own descriptor table and waits for it, unless the call is cancelled.
    fn elsewhere<T: Send + 'static>(
        &self,
        look_up: impl FnOnce() -> T + Send + 'static,
    ) -> Checked<T> {
        let cancelled = self.control.cancelled();
        let (gives, given) = bounded(1);
        // Where nobody waits any more, the result is dropped.
        crate::kernel::unshared::spawn("lookup", move || drop(gives.send(look_up())));
        select! {
            recv(given) -> found => found.map_err(|_| refused("no thread could be started for it")),
            recv(cancelled) -> _ => Err(refused(
                "it was abandoned: no signal ends a call of the C library, so it goes on by itself, and its result is dropped",
            )),
        }
    }

    /// The value of a look-up, or the EAI_ error.
    fn found<T>(&mut self, (result, from): Found<T>) -> Checked<T> {
        self.raw.names_from = from;
        result.map_err(|LookupError { error, errno }| {
            self.raw.system_errno = errno;
            Failure::Errno(error)
        })
    }
}

/// htons(3) and ntohs(3). As in C a number that is too large for a `uint16_t` is passed without its upper bits.
pub(super) fn short(number: OrderedNumber, ordered: fn(u16) -> u16) -> Returned {
    let number = ordered((number.0 & 0xffff) as u16);
    Returned::Bytes {
        value: number.into(),
        bytes: number.to_ne_bytes().to_vec(),
    }
}

/// htonl(3) and ntohl(3)
pub(super) fn long(number: OrderedNumber, ordered: fn(u32) -> u32) -> Returned {
    let number = ordered(number.0);
    Returned::Bytes {
        value: number.into(),
        bytes: number.to_ne_bytes().to_vec(),
    }
}

fn c_text(text: &Text) -> Checked<Option<CString>> {
    let text = text.0.clone().map(CString::new).transpose();
    text.map_err(|_: NulError| refused("a NUL would end the text"))
}

fn raw_hints(hints: Hints) -> RawHints {
    let Hints {
        flags,
        family,
        socket_type,
        protocol,
    } = hints;
    [flags.0, family.0, socket_type.0, protocol.0]
}

fn list(
    host: Option<&CString>,
    service: Option<&CString>,
    hints: Option<RawHints>,
) -> std::result::Result<Vec<Entry>, LookupError> {
    let [host, service] = [host, service].map(|text| text.map(CString::as_c_str));
    crate::sys::lookup::getaddrinfo(host, service, hints)
}

fn address_list(entries: Vec<Entry>) -> AddressList {
    let canonical_name = entries
        .iter()
        .find_map(|entry| entry.canonical_name.clone());
    let entries = entries.into_iter().filter_map(|entry| {
        Some(ListedAddress {
            address: sockaddr::decode(&entry.address)?,
            socket_type: SocketType(entry.socket_type),
            protocol: Protocol(entry.protocol),
        })
    });
    AddressList {
        entries: entries.collect(),
        canonical_name,
    }
}

/// getaddrinfo() of what /etc/hosts and /etc/services say of the names: the library gets numbers and asks nobody. The
/// order is that of the file.
fn confined_list(
    host: Option<&CString>,
    service: Option<&CString>,
    hints: Option<RawHints>,
) -> Found<Vec<Entry>> {
    let files = NameFiles::read();
    // What a null pointer means, getaddrinfo(3).
    let [flags, family, socket_type, protocol] =
        hints.unwrap_or([libc::AI_V4MAPPED | libc::AI_ADDRCONFIG, 0, 0, 0]);
    let name = host.and_then(|host| host.to_str().ok());
    let name = name.filter(|name| flags & libc::AI_NUMERICHOST == 0 && !is_numeric(name));
    let mut addresses = name.map_or_else(Vec::new, |name| files.addresses(name));
    let is_of_family = |address: &(IpAddr, &str)| match family {
        libc::AF_INET => address.0.is_ipv4(),
        libc::AF_INET6 => address.0.is_ipv6(),
        _ => true,
    };
    // Where there is none of the family, the library says so of the others.
    if addresses.iter().any(is_of_family) {
        addresses.retain(is_of_family);
    }
    let canonical = addresses.first().map(|(_, name)| name.as_bytes().to_vec());
    let hosts: Vec<Option<CString>> = match addresses.as_slice() {
        [] => vec![host.cloned()],
        some => {
            let numbers = some.iter().map(|(address, _)| address.to_string());
            numbers.map(|number| CString::new(number).ok()).collect()
        }
    };
    let services = confined_services(&files, service, flags, socket_type);
    let mut entries = Vec::new();
    let mut failed = None;
    for host in &hosts {
        for (service, socket_type) in &services {
            let flags = flags
                | if canonical.is_some() {
                    libc::AI_NUMERICHOST
                } else {
                    0
                };
            let hints = [flags, family, *socket_type, protocol];
            match list(host.as_ref(), service.as_ref(), Some(hints)) {
                Ok(more) => entries.extend(more),
                Err(error) => failed = Some(error),
            }
        }
    }
    for entry in &mut entries {
        if let (Some(own), Some(name)) = (&mut entry.canonical_name, &canonical) {
            own.clone_from(name);
        }
    }
    let from = canonical.is_some().then_some("/etc/hosts");
    match failed {
        Some(error) if entries.is_empty() => (Err(error), from),
        _ => (Ok(entries), from),
    }
}

/// The service as a number, once for each type of socket that has it.
fn confined_services(
    files: &NameFiles,
    service: Option<&CString>,
    flags: i32,
    socket_type: i32,
) -> Vec<(Option<CString>, i32)> {
    let as_given = || vec![(service.cloned(), socket_type)];
    let Some(name) = service.and_then(|service| service.to_str().ok()) else {
        return as_given();
    };
    if flags & libc::AI_NUMERICSERV != 0 || name.parse::<u16>().is_ok() {
        return as_given();
    }
    let of_type = |service: &crate::kernel::name_files::Service<'_>| {
        let own = match service.protocol {
            "tcp" => libc::SOCK_STREAM,
            "udp" => libc::SOCK_DGRAM,
            _ => return None,
        };
        let number = CString::new(service.port.to_string()).ok();
        (socket_type == 0 || socket_type == own).then_some((number, own))
    };
    let found: Vec<_> = files.services(name).iter().filter_map(of_type).collect();
    match found.is_empty() {
        true => as_given(),
        false => found,
    }
}

/// getnameinfo() in numbers, and the names that /etc/hosts and /etc/services have for them.
fn confined_names(bytes: &[u8], sizes: (u16, u16), flags: i32) -> Found<(Vec<u8>, Vec<u8>)> {
    let numeric = (flags & !libc::NI_NAMEREQD) | libc::NI_NUMERICHOST | libc::NI_NUMERICSERV;
    let numbers = crate::sys::lookup::getnameinfo(bytes, sizes, numeric);
    let Ok((mut host, mut service)) = numbers else {
        return (numbers, None);
    };
    let files = NameFiles::read();
    let address = sockaddr::decode(bytes);
    let ip = address.as_ref().and_then(Address::internet);
    let ip = ip.map(|address| address.ip());
    let name = ip.and_then(|ip| files.host(ip));
    if let Some(name) = name.filter(|_| flags & libc::NI_NUMERICHOST == 0) {
        host = name.as_bytes().to_vec();
    }
    let protocol = match flags & libc::NI_DGRAM {
        0 => "tcp",
        _ => "udp",
    };
    let port = address.as_ref().and_then(Address::port);
    let name = port.and_then(|port| files.service(port, protocol));
    if let Some(name) = name.filter(|_| flags & libc::NI_NUMERICSERV == 0) {
        service = name.as_bytes().to_vec();
    }
    (Ok((host, service)), Some("/etc/hosts and /etc/services"))
}
