//! What holds again: addresses that the kernel chose are written by whose they are, and what differs each time is left open.

use std::borrow::Borrow;
use std::collections::HashSet;
use std::net::IpAddr;

use crate::call::Call;
use crate::call::argument::{AddressExpr, Name};
use crate::call::outcome::{Outcome, Received, Returned};
use crate::call::received_bytes::ReceivedBytes;
use crate::call::table::CallKind;
use crate::call::value::Value;
use crate::event::Timestamp;
use crate::socket::control::layout::Layout;
use crate::socket::option::by_number;
use crate::socket::{Address, Kind, UnixName};
use crate::world::{Handle, Record, World};

/// What was chosen by the person, and so is the same each time.
pub(super) struct Relative<'a> {
    world: &'a World,
    ports: HashSet<u16>,
    names: HashSet<Address>,
    /// The ports of the sockets, whoever chose them.
    here: HashSet<u16>,
    /// Whether a call has filled buffers.
    fills: bool,
}

impl<'a> Relative<'a> {
    /// From the addresses that were written in these calls.
    pub(super) fn of(world: &'a World, own: &[&Record]) -> Self {
        let here = world.descriptors();
        let mut relative = Self {
            world,
            ports: HashSet::new(),
            names: HashSet::new(),
            here: here.filter_map(|own| own.local()?.port()).collect(),
            fills: own
                .iter()
                .any(|record| record.call().call_kind() == CallKind::Fill),
        };
        for record in own {
            let binds = record.call().call_kind() == CallKind::Bind;
            // Whoever types the port that the kernel chose for another socket has not chosen it.
            let all = written(record.call()).into_iter();
            let chosen = all.filter(|address| {
                binds
                    || address
                        .port()
                        .is_none_or(|port| !relative.here.contains(&port))
            });
            for address in chosen {
                match address.port() {
                    Some(port) => drop(relative.ports.insert(port)),
                    None => drop(relative.names.insert(address.clone())),
                }
            }
        }
        relative
    }

    /// Whether the kernel chose an address, as far as it has a choice.
    fn is_chosen(&self, address: &Address) -> bool {
        match address {
            Address::Inet(_) | Address::Inet6(_) => address
                .port()
                .is_some_and(|port| port != 0 && !self.ports.contains(&port)),
            Address::Unix(UnixName::Abstract(_)) => !self.names.contains(address),
            Address::Unix(_) | Address::Other { .. } => false,
        }
    }

    /// Writes the addresses of a call that the kernel had chosen by whose they are.
    pub(super) fn write(&self, record: &Record, call: &mut Call) {
        for address in call.addresses_mut() {
            let AddressExpr::Literal(literal) = &address.place else {
                continue;
            };
            if let Some(place) = self.place(literal, record.asked) {
                address.place = place;
            }
        }
    }

    fn place(&self, address: &Address, at: Timestamp) -> Option<AddressExpr> {
        if !self.is_chosen(address) {
            return None;
        }
        if let Some(of) = self.owner(address, at) {
            return Some(AddressExpr::LocalOf(of));
        }
        let host = match address {
            Address::Inet(inet) => IpAddr::V4(*inet.ip()),
            Address::Inet6(inet) => IpAddr::V6(*inet.ip()),
            Address::Unix(_) | Address::Other { .. } => return None,
        };
        let has_port = |own: &Handle<'_>| own.local().and_then(Address::port) == address.port();
        let of = self.world.descriptors().find(has_port)?;
        let of = self.known(of, at)?;
        Some(AddressExpr::PortOf { host, of })
    }

    /// The socket that has an address, by a name that is its own at this moment.
    fn owner(&self, address: &Address, at: Timestamp) -> Option<Name> {
        self.known(self.world.socket_at(address)?, at)
    }

    /// The name of a descriptor, if no other has it at this moment.
    fn known(&self, own: Handle<'_>, at: Timestamp) -> Option<Name> {
        let named = self.world.named_at(own.name(), at)?;
        (named.id() == own.id()).then(|| own.name().clone())
    }

    /// The result of a call, as it will be again.
    pub(super) fn result(&self, record: &Record, outcome: &Outcome) -> String {
        let words = outcome.text(&|address| self.name(record, address));
        match &outcome.result {
            Err(_) => without_count(words),
            Ok(Returned::Count(1..)) if self.is_of_buffers(record) => ">0".to_owned(),
            Ok(Returned::Message(received)) => {
                without_senders(&words, std::slice::from_ref(received))
            }
            Ok(Returned::Messages(messages)) => without_senders(&words, messages),
            // The header of the packet is part of the data.
            Ok(Returned::Data { count, .. }) if self.is_raw(record) => format!("{count} ..."),
            Ok(Returned::Value(Value::Credentials(own))) => {
                format!("{{pid *, uid {}, gid {}}}", own.uid, own.gid)
            }
            Ok(Returned::Value(Value::Address(address))) if self.is_chosen(address) => {
                without_choice(address).unwrap_or(words)
            }
            Ok(Returned::Value(_)) if reads_anew(record) => "*".to_owned(),
            // Its state; the times differ.
            Ok(Returned::Value(Value::TcpInfo(_))) => {
                format!("{} ...", words.split(' ').next().unwrap_or("*"))
            }
            Ok(Returned::Names(names)) => self.names(names),
            Ok(_) => words,
        }
    }

    /// Names, with `*` for the number of a port that the kernel chose.
    fn names(&self, names: &[Vec<u8>]) -> String {
        let is_chosen = |name: &[u8]| {
            let port = std::str::from_utf8(name)
                .ok()
                .and_then(|name| name.parse().ok());
            port.is_some_and(|port| self.here.contains(&port) && !self.ports.contains(&port))
        };
        let texts = names.iter().map(|name| match is_chosen(name) {
            true => "*".to_owned(),
            false => ReceivedBytes::from(name.as_slice()).describe(),
        });
        texts.collect::<Vec<String>>().join(" ")
    }

    /// Whether the kernel decides by the sizes of its buffers how many bytes a call sends, or receives after such a one.
    fn is_of_buffers(&self, record: &Record) -> bool {
        let kind = record.call().call_kind();
        kind == CallKind::Fill || self.fills && matches!(kind, CallKind::Drain | CallKind::Sink)
    }

    fn is_raw(&self, record: &Record) -> bool {
        let on = record.on().and_then(|on| self.world.descriptor(on));
        on.is_some_and(|own| own.kind() == Kind::Raw)
    }

    /// How an address in the result of a call is written; `None`: as it is.
    fn name(&self, record: &Record, address: &Address) -> Option<String> {
        let at = record.returned_at().unwrap_or(record.asked);
        let is_own = record.call().call_kind() == CallKind::Getsockname
            && self.world.socket_at(address).map(Handle::file_id)
                == record
                    .on()
                    .and_then(|on| self.world.descriptor(on))
                    .map(Handle::file_id);
        // getsockname(x) -> addr(x) would say nothing.
        let owner = self.owner(address, at).filter(|_| !is_own);
        match owner {
            Some(of) => Some(format!("addr({of})")),
            None if self.is_chosen(address) => without_choice(address),
            None => None,
        }
    }
}

/// `EPIPE after 4096 bytes`: how many there were before the error depends on the buffers.
fn without_count(words: String) -> String {
    match words.split_once(" after ") {
        Some((error, _)) => format!("{error} ..."),
        None => words,
    }
}

/// The words of received messages with `*` for the numbers of the processes that sent them, and for the times at which they
/// came. What is in quotes is data.
fn without_senders(words: &str, messages: &[impl Borrow<Received>]) -> String {
    let end = words.rfind('"').unwrap_or(0);
    let (data, rest) = words.split_at(end);
    let mut parts = rest.split("{pid ");
    let mut rest = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        rest.push_str("{pid *");
        rest.push_str(part.trim_start_matches(|c: char| c.is_ascii_digit()));
    }
    let control = messages.iter().flat_map(|one| &one.borrow().control);
    for message in control {
        if let Some(row) = message.row()
            && matches!(row.layout, Layout::Time { .. })
        {
            rest = rest.replace(&message.received(), &format!("{}(*)", row.name));
        }
    }
    format!("{data}{rest}")
}

/// Options whose value is another one for each socket, or at each moment, whatever was called before.
const READ_ANEW: [&str; 9] = [
    "SO_COOKIE",
    "SO_NETNS_COOKIE",
    "SO_INCOMING_CPU",
    "SO_INCOMING_NAPI_ID",
    "SO_MEMINFO",
    "TCP_CC_INFO",
    "TCP_QUEUE_SEQ",
    "TCP_SAVED_SYN",
    "TCP_TIMESTAMP",
];

/// Whether a call reads such an option.
fn reads_anew(record: &Record) -> bool {
    let row = record
        .call()
        .option()
        .and_then(|option| by_number(option.level, option.number));
    row.is_some_and(|row| READ_ANEW.contains(&row.name))
}

/// The addresses that are written out in a call.
fn written(call: &Call) -> Vec<&Address> {
    let several = call.messages().into_iter().flatten();
    let several = several.filter_map(|message| message.address.as_ref());
    let all = call.address().into_iter().chain(several);
    all.filter_map(|address| match &address.place {
        AddressExpr::Literal(literal) => Some(literal),
        _ => None,
    })
    .collect()
}

/// An address with `*` for what the kernel chose.
fn without_choice(address: &Address) -> Option<String> {
    match address {
        Address::Inet(inet) => Some(format!("{}:*", inet.ip())),
        Address::Inet6(inet) => Some(format!("[{}]:*", inet.ip())),
        Address::Unix(_) => Some("abstract:*".to_owned()),
        Address::Other { .. } => None,
    }
}
