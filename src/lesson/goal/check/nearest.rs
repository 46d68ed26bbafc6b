//! Which call came nearest to a condition that does not hold: one of the same name with most of the wanted arguments, or
//! the newest one on the socket that is meant.

use crate::event::CallId;
use crate::lesson::goal::check::{Choice, Search, Since, now, variable};
use crate::lesson::goal::{Condition, Goal, Subject};
use crate::notation::pattern::Shape;
use crate::world::{Record, World};

impl Goal {
    /// For each condition the call that came nearest. `None`: none is like what is wanted.
    pub(crate) fn nearest(&self, world: &World, since: &Since) -> Vec<Option<CallId>> {
        let search = self.search(world, since);
        let conditions = self.conditions.iter();
        let all = conditions.map(|condition| match condition.subject {
            Subject::Calls => search.like(condition),
            Subject::State
            | Subject::Peer
            | Subject::Pending
            | Subject::Unread
            | Subject::Foreign => newest_on(condition, world, &search.chosen),
        });
        all.collect()
    }
}

impl Search<'_> {
    /// The call of one of the wanted names that is most like what is wanted; of several the newest.
    fn like(&self, condition: &Condition) -> Option<CallId> {
        let mut best: Option<(usize, CallId)> = None;
        for candidate in &self.calls {
            let shapes = condition.pattern.either.iter();
            let pairs =
                shapes.flat_map(|shape| candidate.forms.iter().map(move |form| (shape, form)));
            let likeness = pairs
                .filter(|(shape, form)| shape.call_kind() == Some(form.call_kind))
                .map(|(shape, form)| {
                    let as_wanted = self.has_wanted_result(
                        &condition.pattern.mode,
                        form.call_kind,
                        candidate,
                        &self.chosen,
                    );
                    self.arguments_as_wanted(shape, form, candidate.record) * 2
                        + usize::from(as_wanted)
                })
                .max();
            if let Some(likeness) = likeness
                && best.is_none_or(|(most, _)| likeness > most)
            {
                best = Some((likeness, candidate.record.id()));
            }
        }
        best.map(|(_, call)| call)
    }

    fn arguments_as_wanted(&self, shape: &Shape, form: &super::Form, record: &Record) -> usize {
        let arguments = shape.arguments.iter().enumerate();
        let as_wanted = arguments.filter(|(at, patterns)| {
            let Some(given) = form.written.get(*at) else {
                return false;
            };
            let argument = super::Argument {
                written: given,
                resolved: form.resolved.get(*at).map_or("", String::as_str),
                socket: self.meant(record, *at, given),
                process: None,
            };
            let mut patterns = patterns.iter();
            patterns.any(|pattern| self.argument(pattern, &argument, &self.chosen).is_some())
        });
        as_wanted.count()
    }
}

/// The newest call that was made on the socket which is meant, or that made it.
fn newest_on(condition: &Condition, world: &World, chosen: &Choice) -> Option<CallId> {
    let first = condition.pattern.either[0].arguments.first()?;
    let name = variable(first.first()?)?;
    let socket = match chosen.get(&name) {
        Some(socket) => *socket,
        None => now::only(condition, world, chosen)?.id(),
    };
    let newest = world.log().newest(super::CALLS);
    let mut of_socket = newest.map(|(_, record)| record).filter(|record| {
        let is_query = record.call().call_kind().is_query();
        let is_on_it = record.on() == Some(socket) || record.new_descriptors().contains(&socket);
        is_on_it && !is_query
    });
    of_socket.next().map(Record::id)
}
