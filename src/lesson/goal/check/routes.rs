//! Several calls, or a loop, that do what a single call of a goal does.
//!
//! On a stream the division into calls has no meaning: five bytes and five more are ten bytes, received or sent. So
//! neighbouring calls on one socket count as one call whose result is what they moved together, where a goal asks for that
//! number of bytes. `once` in front of a condition asks for a single call.
//!
//! `echo`, `sink`, `drain`, `fill` and `source` make the calls of their loop on the socket, and `serve` accepts. What they
//! received or sent is not kept: they count where a goal does not name the bytes.

use std::collections::BTreeSet;

use crate::call::argument::{Descriptor, Room};
use crate::call::data::Data;
use crate::call::outcome::{Outcome, Returned, Word};
use crate::call::table::{CallKind, Class, Role};
use crate::call::{Call, Mode};
use crate::event::DescriptorId;
use crate::lesson::goal::check::{Candidate, Form, forms};
use crate::lesson::goal::{Condition, Goal, Subject};
use crate::socket::{Kind, MsgFlags};
use crate::world::{OpenFileId, Record, World};

/// The most calls that count as one.
const LONGEST: usize = 64;
/// In the place of bytes that are not known: no data is written like this.
const UNKNOWN: &str = "?";

impl<'a> Candidate<'a> {
    /// Calls that count as one, for each number of bytes that a goal asks for.
    pub(super) fn joined(goal: &Goal, world: &'a World, newest: &[&'a Record]) -> Vec<Self> {
        let wanted = wanted_counts(goal);
        let Some(most) = wanted.last() else {
            return Vec::new();
        };
        let moves: Vec<Move<'a>> = newest
            .iter()
            .filter_map(|record| Move::of(record, world))
            .collect();
        let mut found = Vec::new();
        for (at, last) in moves.iter().enumerate() {
            let like_it = |own: &&Move<'a>| own.file == last.file && own.is_sent == last.is_sent;
            let mut run: Vec<&Move<'a>> = Vec::new();
            let mut total = 0;
            for own in moves[at..].iter().filter(like_it).take(LONGEST) {
                let Some(bytes) = own
                    .bytes
                    .as_deref()
                    .filter(|own| total + own.len() <= *most)
                else {
                    break;
                };
                total += bytes.len();
                run.push(own);
                if run.len() > 1 && wanted.contains(&total) {
                    found.extend(Self::of_run(&run));
                }
            }
        }
        found
    }

    /// Neighbouring calls, the newest first, as one on each of the descriptors that they were made on.
    fn of_run(run: &[&Move<'a>]) -> Vec<Self> {
        let parts = run.iter().rev().filter_map(|own| own.bytes.as_deref());
        let bytes = parts.collect::<Vec<_>>().concat();
        let mut on = BTreeSet::new();
        let new = run.iter().filter(|own| on.insert(own.record.on()));
        new.map(|own| Self::of_move(own, bytes.clone())).collect()
    }

    fn of_move(last: &Move<'a>, bytes: Vec<u8>) -> Self {
        let socket = || last.socket.clone();
        let room = Room::of(bytes.len());
        let (calls, returned) = if last.is_sent {
            let (data, count) = (Data::Text(bytes.clone()), bytes.len());
            let flags = MsgFlags(0);
            let send = Call::Send {
                socket: socket(),
                data: data.clone(),
                flags,
            };
            let write = Call::Write {
                socket: socket(),
                data,
            };
            ([send, write], Returned::Count(count as u64))
        } else {
            let flags = MsgFlags(0);
            let recv = Call::Recv {
                socket: socket(),
                room,
                flags,
            };
            let read = Call::Read {
                socket: socket(),
                room,
            };
            let data = Returned::Data {
                count: bytes.len() as u64,
                bytes: bytes.as_slice().into(),
                from: None,
            };
            ([recv, read], data)
        };
        Self {
            record: last.record,
            forms: calls.iter().map(|call| Form::of(call, call)).collect(),
            result: Some(Outcome::of(Ok(returned)).words()),
            makes: Vec::new(),
        }
    }

    /// What a loop has done so far, as calls that a goal can name.
    pub(super) fn looped(record: &'a Record, world: &'a World) -> Vec<Self> {
        let call = record.call();
        let (row, Some(socket)) = (call.call_kind().signature(), call.socket()) else {
            return Vec::new();
        };
        if row.class != Class::Loop {
            return Vec::new();
        }
        let words = || match record.outcome() {
            Some(outcome) => outcome
                .result
                .is_ok()
                .then(|| outcome.words())?
                .into_iter()
                .next(),
            None => Some(Word::Plain(record.so_far()?.bytes.to_string())),
        };
        let moved = |kinds: [CallKind; 2]| {
            let count = words().filter(|word| *word != Word::Plain("0".to_owned()))?;
            let data = Word::Plain(UNKNOWN.to_owned());
            let received = kinds.contains(&CallKind::Recv);
            Some(Self {
                record,
                forms: kinds.map(|kind| Form::unknown(kind, socket)).into(),
                result: Some(
                    std::iter::once(count)
                        .chain(received.then_some(data))
                        .collect(),
                ),
                makes: Vec::new(),
            })
        };
        let sent = || moved([CallKind::Send, CallKind::Write]);
        let received = || moved([CallKind::Recv, CallKind::Read]);
        match row.role {
            Role::Sends => sent().into_iter().collect(),
            Role::Receives => received().into_iter().collect(),
            Role::Answers => received().into_iter().chain(sent()).collect(),
            Role::Accepts => accepted(record, world, socket),
            Role::Other | Role::Connects | Role::Waits | Role::Closes | Role::Duplicates => {
                Vec::new()
            }
        }
    }
}

impl Form {
    /// A call on a socket with bytes that are not known.
    fn unknown(call_kind: CallKind, socket: &Descriptor) -> Self {
        let written = vec![socket.to_string(), UNKNOWN.to_owned()];
        Self {
            call_kind,
            resolved: written.clone(),
            written,
        }
    }
}

/// The connections that serve() has accepted, each as an accept().
fn accepted<'a>(record: &'a Record, world: &World, socket: &Descriptor) -> Vec<Candidate<'a>> {
    let call = Call::Accept {
        socket: socket.clone(),
        length: None,
    };
    let connections = record.new_descriptors().iter();
    let accepts = connections.filter_map(|id| {
        let accepted = world.descriptor(*id)?;
        let from = accepted.remote().cloned();
        let fd = accepted.number();
        Some(Candidate {
            record,
            forms: vec![Form::of(&call, &call)],
            result: Some(Outcome::of(Ok(Returned::Accepted { fd, from })).words()),
            makes: vec![*id],
        })
    });
    accepts.collect()
}

/// How many bytes a goal asks for, where several calls may move them.
fn wanted_counts(goal: &Goal) -> BTreeSet<usize> {
    let moves = |condition: &&Condition| {
        let shapes = condition.pattern.either.iter();
        let mut roles = shapes.filter_map(|shape| Some(shape.call_kind()?.role()));
        condition.subject == Subject::Calls
            && !condition.is_once
            && roles.any(|role| matches!(role, Role::Sends | Role::Receives))
    };
    let counts = goal
        .conditions
        .iter()
        .filter(moves)
        .filter_map(|condition| {
            let Mode::Expect(expected) = &condition.pattern.mode else {
                return None;
            };
            expected.words.first()?.parse().ok()
        });
    counts.filter(|count| *count > 1).collect()
}

/// A call on a stream that moved bytes.
struct Move<'a> {
    record: &'a Record,
    socket: Descriptor,
    file: OpenFileId,
    is_sent: bool,
    /// What it moved; `None`: it cannot be a part of a longer one.
    bytes: Option<Vec<u8>>,
}

impl<'a> Move<'a> {
    /// `None`: it is no such call, or it moved nothing and did not end the stream, as with EAGAIN.
    fn of(record: &'a Record, world: &World) -> Option<Self> {
        let call = record.call();
        let (socket, role) = (call.socket()?, call.call_kind().role());
        let id: DescriptorId = record.on()?;
        let is_stream = world.descriptor(id)?.kind() == Kind::Stream;
        let is_sent = match role {
            Role::Sends => true,
            Role::Receives => false,
            _ => return None,
        };
        let outcome = record
            .outcome()
            .filter(|own| is_stream && own.result.is_ok())?;
        let bytes = match is_sent {
            true => sent(record.call(), outcome),
            false => received(record.call(), outcome),
        };
        Some(Self {
            record,
            socket: socket.clone(),
            file: world.file_of(id)?,
            is_sent,
            bytes,
        })
    }
}

/// What a call has sent, if it is a plain one.
fn sent(call: &Call, outcome: &Outcome) -> Option<Vec<u8>> {
    let mut plain = forms::of(call).into_iter();
    let data = plain.find_map(|form| match form {
        Call::Write { data, .. } => Some(data),
        _ => None,
    })?;
    let Returned::Count(count) = outcome.result.as_ref().ok()? else {
        return None;
    };
    let bytes = data.bytes().ok().flatten()?;
    bytes
        .get(..usize::try_from(*count).ok()?)
        .map(<[u8]>::to_vec)
}

/// What a call has received, if it is a plain one and the bytes are still known.
fn received(call: &Call, outcome: &Outcome) -> Option<Vec<u8>> {
    let mut plain = forms::of(call).into_iter();
    plain.find(|form| form.call_kind() == CallKind::Read)?;
    match forms::result(CallKind::Read, outcome.words()).get(1)? {
        Word::Data(bytes) if bytes.len() == bytes.head().len() => Some(bytes.head().to_vec()),
        _ => None,
    }
}
