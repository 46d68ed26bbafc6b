//! What is different in a program that is one side of a session: ports are arguments, the addresses of the other side come
//! with what is received, and what no byte orders is said.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use crate::call::Call;
use crate::call::outcome::{Outcome, Returned};
use crate::export::Side;
use crate::export::plan::{Argument, Item, Kept, Place, Step, variable};
use crate::export::planner::{Known, Planner, returned};
use crate::export::split::sides;
use crate::socket::Address;
use crate::socket::endpoint::{self, Bound};
use crate::world::{Handle, Record};

impl<'a> Planner<'a> {
    /// The ports of the other side are arguments.
    pub(super) fn begin_part(&mut self) {
        let Some(part) = self.part.filter(|part| part.side == Side::Client) else {
            return;
        };
        for endpoint in &part.sides.endpoints {
            let Some(at) = endpoint.address.internet() else {
                continue;
            };
            let is_chosen = part.sides.is_chosen(&endpoint.address);
            self.plan.arguments.push(Argument {
                address: endpoint.variable.clone(),
                host: reachable(at.ip()),
                port: (!is_chosen).then_some(at.port()),
            });
            self.plan.addresses.push(endpoint.variable.clone());
            self.known.push(Known {
                address: endpoint.address.clone(),
                kept: Kept {
                    descriptor: String::new(),
                    address: endpoint.variable.clone(),
                    is_given: false,
                },
                item: None,
                chosen: true,
            });
        }
    }

    /// The address to which an argument of the server gives the port.
    pub(super) fn take_argument(&mut self, record: &Record, step: &mut Step<'_>) {
        let (Some(part), Call::Bind { address, .. }) = (self.part, &step.call) else {
            return;
        };
        if part.side != Side::Server || record.outcome().and_then(Outcome::errno).is_some() {
            return;
        }
        let file = record.on().and_then(|on| self.world.descriptor(on));
        let file = file.map(Handle::file_id);
        let mut endpoints = part.sides.endpoints.iter();
        let Some(endpoint) = endpoints.find(|endpoint| Some(endpoint.file) == file) else {
            return;
        };
        let given = sides::reached(record);
        let Some(at) = given.first().and_then(Address::internet) else {
            return;
        };
        self.plan.arguments.push(Argument {
            address: endpoint.variable.clone(),
            host: at.ip(),
            port: Some(at.port()),
        });
        if !self.plan.addresses.contains(&endpoint.variable) {
            self.plan.addresses.push(endpoint.variable.clone());
        }
        let place = Place::PortOf(at.ip(), endpoint.variable.clone());
        step.places.retain(|(written, _)| *written != address.place);
        step.places.push((address.place.clone(), place));
    }

    /// An address with a port that is an argument.
    pub(super) fn asked_argument(&mut self, address: &Address) -> Option<Place> {
        let host = address.internet()?.ip();
        let same = |known: &Known| known.item.is_none() && known.address.port() == address.port();
        let at = self.known.iter().rposition(same)?;
        Some(Place::PortOf(host, self.keep(at)))
    }

    /// Why a call cannot be made in this part: what it is made on, or with, is in the other one.
    pub(super) fn is_elsewhere(&self, record: &Record) -> Option<String> {
        let part = self.part?;
        let handle = record.on().and_then(|on| self.world.descriptor(on));
        if handle.is_some_and(|handle| !self.is_here(handle)) {
            return Some(format!("its socket is in the {} program", part.other()));
        }
        let unknown = sides::reached(record).into_iter().find(|address| {
            address.internet().is_some()
                && self.of_other(address).is_some()
                && part.sides.is_chosen(address)
                && !self.known.iter().any(|known| known.leads_to(address))
                && !self
                    .known
                    .iter()
                    .any(|known| known.item.is_none() && known.address.port() == address.port())
        });
        let unknown = unknown?;
        Some(format!(
            "no call of this program was given the address {unknown}, where the kernel chose the port"
        ))
    }

    /// Whether a descriptor is one of this program.
    pub(super) fn is_here(&self, handle: Handle<'_>) -> bool {
        self.part.is_none_or(|part| {
            let side = part.sides.side_of(handle.file_id());
            side.is_none_or(|side| side == part.side)
        })
    }

    /// The socket of the other side that an address reaches.
    fn of_other(&self, address: &Address) -> Option<Handle<'a>> {
        let part = self.part?;
        let reaches = |handle: &Handle<'_>| {
            let local = handle.local().filter(|local| !local.is_unset());
            local.is_some_and(|local| {
                let bound = Bound {
                    address: local,
                    v6_only: false,
                };
                endpoint::reaches(address, bound).is_some()
            })
        };
        let mut all = self.world.descriptors().filter(reaches);
        all.find(|handle| {
            part.sides
                .side_of(handle.file_id())
                .is_some_and(|side| side != part.side)
        })
    }

    /// The address of the other side that a call gave.
    pub(super) fn learn_of_other(&mut self, record: &Record, item: usize) {
        let from = match record.given().and_then(returned) {
            Some(Returned::Accepted { from, .. } | Returned::Data { from, .. }) => from.as_ref(),
            Some(Returned::Message(message)) => message.from.as_ref(),
            Some(Returned::Address(address)) => Some(address),
            _ => None,
        };
        let Some(from) = from.filter(|from| from.internet().is_some()) else {
            return;
        };
        if self.known.iter().any(|known| known.address == *from) {
            return;
        }
        let Some(at) = self.of_other(from) else {
            return;
        };
        self.known.push(Known {
            address: from.clone(),
            kept: Kept {
                descriptor: String::new(),
                address: variable(at.name()),
                is_given: true,
            },
            item: Some(item),
            chosen: true,
        });
    }

    /// What no byte orders, before the call that it is about.
    pub(super) fn say_unordered(&mut self, record: &Record) {
        let Some(part) = self.part else { return };
        for text in part.order.unordered.get(&record.id()).into_iter().flatten() {
            self.plan.items.push(Item::Remark {
                call: record.id(),
                line: text.clone(),
            });
            self.plan.gaps.push(text.clone());
        }
    }

    /// After a call: whether the client can be started.
    pub(super) fn say_ready(&mut self, record: &Record) {
        let Some(part) = self.part else { return };
        if part.side != Side::Server || part.sides.ready != record.id() {
            return;
        }
        let mut ports = Vec::new();
        for endpoint in &part.sides.endpoints {
            let is_its = |known: &Known| known.address == endpoint.address;
            if endpoint.address.internet().is_some()
                && let Some(at) = self.known.iter().rposition(is_its)
            {
                ports.push(self.keep(at));
            }
        }
        self.plan.items.push(Item::Ready(ports));
    }

    pub(super) fn end_part(&mut self) {
        if let Some(part) = self.part
            && part.order.waits.contains(&part.side)
        {
            self.plan.items.push(Item::Hold);
        }
    }
}

/// The address of this host where a socket is bound to all of them.
fn reachable(ip: IpAddr) -> IpAddr {
    match ip {
        IpAddr::V4(v4) if v4.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(v6) if v6.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        ip => ip,
    }
}
