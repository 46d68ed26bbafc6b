//! The addresses of a program: which of them it must ask the kernel for, and after which call.

use crate::call::argument::{AddressExpr, Descriptor};
use crate::call::outcome::Returned;
use crate::call::{Call, Command};
use crate::export::plan::{Item, Kept, Place, variable};
use crate::export::planner::{Known, Planner, created, process_of, returned};
use crate::socket::Address;
use crate::world::{Handle, Record};

impl<'a> Planner<'a> {
    /// The addresses of a call that the program must ask for.
    pub(super) fn places(&mut self, written: &Call, resolved: &Call) -> Vec<(AddressExpr, Place)> {
        let (mut written, mut resolved) = (written.clone(), resolved.clone());
        let pairs = written
            .addresses_mut()
            .into_iter()
            .zip(resolved.addresses_mut());
        let pairs: Vec<(AddressExpr, AddressExpr)> = pairs
            .map(|(written, resolved)| (written.place.clone(), resolved.place.clone()))
            .collect();
        let mut places = Vec::new();
        for (written, resolved) in pairs {
            let AddressExpr::Literal(address) = &resolved else {
                continue;
            };
            let place = match &written {
                AddressExpr::LocalOf(name) => {
                    let name = variable(name);
                    let own =
                        |known: &Known| known.address == *address && known.kept.descriptor == name;
                    let own = self.asked(own);
                    let same = own.or_else(|| self.asked(|known| known.address == *address));
                    same.or_else(|| self.asked(|known| known.leads_to(address)))
                }
                AddressExpr::PortOf { .. } => self.asked_port(address),
                AddressExpr::Literal(_) => {
                    let chosen = self.asked(|known| known.chosen && known.address == *address);
                    chosen.or_else(|| self.asked_argument(address))
                }
                AddressExpr::Zoned { .. }
                | AddressExpr::Host(_)
                | AddressExpr::Loopback(_)
                | AddressExpr::Named(_)
                | AddressExpr::Unspecified
                | AddressExpr::Null => continue,
            };
            places.push((
                written,
                place.unwrap_or_else(|| Place::Literal(address.clone())),
            ));
        }
        places
    }

    fn asked(&mut self, is: impl Fn(&Known) -> bool) -> Option<Place> {
        let at = self.known.iter().rposition(is)?;
        Some(Place::Of(self.keep(at)))
    }

    fn asked_port(&mut self, address: &Address) -> Option<Place> {
        let host = address.internet()?.ip();
        let same = |known: &Known| known.address.port() == address.port();
        let at = self.known.iter().rposition(same)?;
        Some(Place::PortOf(host, self.keep(at)))
    }

    /// Has the program ask for an address; gives the variable.
    pub(super) fn keep(&mut self, at: usize) -> String {
        let known = &self.known[at];
        let kept = known.kept.clone();
        let item = known.item.and_then(|item| self.plan.items.get_mut(item));
        if let Some(Item::Call(step) | Item::Start { step, .. }) = item
            && !step.keeps.contains(&kept)
        {
            step.keeps.push(kept.clone());
        }
        if !self.plan.addresses.contains(&kept.address) {
            self.plan.addresses.push(kept.address.clone());
        }
        kept.address
    }

    /// Remembers what a call that has been added made and where its socket is now.
    pub(super) fn note(&mut self, record: &'a Record) {
        let is_its = |item: &Item<'_>| {
            item.step()
                .is_some_and(|step| step.record.id() == record.id())
        };
        let Some(item) = self.plan.items.iter().rposition(is_its) else {
            return;
        };
        let targets = self.plan.items[item].step();
        let targets = targets.map_or_else(Vec::new, |step| step.targets.clone());
        let process = process_of(record);
        let table = self.tables.entry(process).or_default();
        for (number, target) in created(record).into_iter().zip(&targets) {
            table.insert(number, target.clone());
        }
        if matches!(record.call(), Call::Fork {})
            && let Some(Returned::Process(pid)) = record.outcome().and_then(returned)
        {
            let copy = self.tables.get(&process).cloned().unwrap_or_default();
            self.tables.insert(Some(*pid), copy);
        }
        let command = &record.request.command;
        let mut found: Vec<(Address, String)> = Vec::new();
        let socket = record.request.call.socket();
        let named = record.call().socket().and_then(|socket| {
            match (socket, record.request.call.socket()) {
                (Descriptor::Named(name), _) => Some(variable(name)),
                (Descriptor::Raw(number), _) => self.tables.get(&process)?.get(number).cloned(),
            }
        });
        if let (Some(local), Some(name), Some(_)) = (record.local(), named, socket) {
            found.push((local.clone(), name));
        }
        let accepts = record.call().call_kind().accepts();
        for (id, target) in record.new_descriptors().iter().zip(&targets) {
            // What else is new has no address yet.
            if !accepts {
                break;
            }
            let handle = self.world.descriptor(*id);
            if let Some(local) = handle.and_then(Handle::local) {
                found.push((local.clone(), target.clone()));
            }
        }
        for (address, descriptor) in found {
            self.learn(record, command, item, (address, descriptor));
        }
        self.learn_of_other(record, item);
    }

    fn learn(
        &mut self,
        record: &Record,
        command: &Command,
        item: usize,
        (address, descriptor): (Address, String),
    ) {
        let is_of = |known: &Known| known.kept.descriptor == descriptor;
        let before = self.known.iter().rfind(|known| is_of(known));
        if address.is_unset() || before.is_some_and(|known| known.address == address) {
            return;
        }
        let mut call = record.request.call.as_ref().clone();
        let given = call
            .addresses_mut()
            .into_iter()
            .any(|arg| matches!(&arg.place, AddressExpr::Literal(own) if *own == address));
        let own = match &command.process {
            Some(process) => format!("{descriptor}_in_{process}"),
            None => descriptor.clone(),
        };
        self.known.push(Known {
            chosen: !given && matches!(address, Address::Inet(_) | Address::Inet6(_)),
            address,
            kept: Kept {
                descriptor,
                address: own,
                is_given: false,
            },
            item: Some(item),
        });
    }
}
