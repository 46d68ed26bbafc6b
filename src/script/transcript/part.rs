//! The part of a log that is about one descriptor: its calls, and those on others that they depend on.
//!
//! A call depends on what was called before on the same descriptors, on their other ends, on the listeners that they come
//! from, and on those whose addresses or ports it has. What happened on these afterwards is left out.

use std::collections::HashMap;

use crate::call::argument::Name;
use crate::event::{DescriptorId, Origin, Timestamp};
use crate::socket::Address;
use crate::world::{Handle, Record, World};

/// What calls are about.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Subject {
    Descriptor(DescriptorId),
    Child(Name),
}

/// The calls that are needed for all of those on a descriptor, in their order.
pub(super) fn needed<'a>(
    world: &World,
    own: &[&'a Record],
    descriptor: DescriptorId,
) -> Vec<&'a Record> {
    let subjects: Vec<Vec<Subject>> = own.iter().map(|record| subjects(world, record)).collect();
    // Until when the calls on each are needed.
    let mut until = HashMap::from([(Subject::Descriptor(descriptor), Timestamp(u64::MAX))]);
    let mut is_needed = vec![false; own.len()];
    loop {
        let mut changed = false;
        for (index, record) in own.iter().enumerate().rev() {
            let concerns = |subject: &Subject| {
                until
                    .get(subject)
                    .is_some_and(|until| record.asked <= *until)
            };
            if !subjects[index].iter().any(concerns) {
                continue;
            }
            is_needed[index] = true;
            // What happened while it slept may have ended it.
            let end = record.returned_at().unwrap_or(Timestamp(u64::MAX));
            let linked = subjects[index]
                .iter()
                .flat_map(|subject| linked(world, subject));
            for subject in linked.chain(subjects[index].iter().cloned()) {
                let known = until.entry(subject).or_insert_with(|| {
                    changed = true;
                    end
                });
                changed |= *known < end;
                *known = (*known).max(end);
            }
        }
        if !changed {
            break;
        }
    }
    let all = own.iter().zip(is_needed);
    all.filter_map(|(record, is_needed)| is_needed.then_some(*record))
        .collect()
}

/// What a call is about: descriptors that it has, makes, or names by their addresses, and children.
fn subjects(world: &World, record: &Record) -> Vec<Subject> {
    let command = &record.request.command;
    let mut found: Vec<Subject> = record
        .on()
        .into_iter()
        .chain(record.request.others.iter().copied())
        .chain(record.new_descriptors().iter().copied())
        .map(Subject::Descriptor)
        .collect();
    for name in command.call.names() {
        let named = world.named_at(&command.qualified(name), record.asked);
        found.push(match named {
            Some(own) => Subject::Descriptor(own.id()),
            None => Subject::Child(name.clone()),
        });
    }
    let made = world.child_made_by(record.id());
    let made = made.and_then(|child| child.name.clone());
    found.extend(
        made.into_iter()
            .chain(command.process.clone())
            .map(Subject::Child),
    );
    let mut at = |address: &Address| {
        // An accepted socket has the address of its listener, and nothing reaches it by that.
        let others = world.descriptors().filter(|own| !own.is_accepted());
        let there = others.filter(|own| {
            own.local().is_some_and(|local| {
                local == address || local.port().is_some() && local.port() == address.port()
            })
        });
        found.extend(there.map(|own| Subject::Descriptor(own.id())));
    };
    let mut resolved = record.request.call.as_ref().clone();
    for address in resolved.addresses_mut() {
        if let crate::call::argument::AddressExpr::Literal(address) = &address.place
            && !address.is_unset()
        {
            at(address);
        }
    }
    let sources = std::cell::RefCell::new(Vec::new());
    if let Some(outcome) = record.outcome() {
        let _ = outcome.text(&|address| {
            sources.borrow_mut().push(address.clone());
            None
        });
    }
    sources.into_inner().iter().for_each(at);
    found
}

/// What the calls on something depend on: its other end, the listener that it comes from, what it is a copy of.
fn linked(world: &World, subject: &Subject) -> Vec<Subject> {
    let Subject::Descriptor(id) = subject else {
        return Vec::new();
    };
    let Some(own) = world.descriptor(*id) else {
        return Vec::new();
    };
    let origin = match own.origin() {
        Origin::Accepted(of)
        | Origin::DuplicateOf(of)
        | Origin::ReceivedOn(of)
        | Origin::Inherited(of) => Some(of),
        Origin::Created | Origin::Paired | Origin::Found => None,
    };
    let same = world
        .descriptors()
        .filter(|other| other.file_id() == own.file_id());
    origin
        .into_iter()
        .chain(world.peer(own).map(Handle::id))
        .chain(same.map(Handle::id))
        .map(Subject::Descriptor)
        .collect()
}
