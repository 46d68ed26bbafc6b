//! Calls that are entered and that return.

use std::sync::Arc;

use crate::call::argument::{AddressExpr, Descriptor};
use crate::call::outcome::{Outcome, Raw, Returned};
use crate::call::syscall::{Printed, Syscall};
use crate::call::table::{CallKind, On};
use crate::call::{Call, Command, Mode};
use crate::event::{
    CallId, DescriptorId, EventKind, Observation, Reach, Request, Thread as OnThread, Timestamp,
};
use crate::strace::import::arguments::Arguments;
use crate::strace::import::conversion::{Conversion, Made};
use crate::strace::import::entry;
use crate::strace::import::entry::wait::event;
use crate::strace::import::exit::Exit;
use crate::strace::import::line::Return;
use crate::strace::import::number::int_of;
use crate::strace::import::pending::{Meant, Pending, Whole};
use crate::strace::import::result::{Result, result};
use crate::strace::import::syscalls::{self, Interest, Row};
use crate::strace::import::tables::TableKey;
use crate::strace::import::value::{Field, arguments, split};

impl<'a> Conversion<'a> {
    /// A call from both halves of its text.
    pub(super) fn whole(
        &self,
        index: usize,
        name: &'a str,
        (entered, rest): (&str, &str),
        returned: Option<Return<'a>>,
    ) -> Whole<'a> {
        let is_in_two = !entered.is_empty() || returned.is_none();
        Whole {
            row: syscalls::find(name),
            name,
            arguments: format!("{entered}{rest}"),
            entered: is_in_two.then_some(entered.len()),
            returned,
            index,
        }
    }

    /// A call is entered.
    pub(super) fn enters(&mut self, at: Timestamp, tid: i32, whole: &Whole<'a>) -> Made {
        self.begins_with(at, tid, whole.name);
        let Some(fields) = arguments(&whole.arguments) else {
            return Made::Unknown;
        };
        let Some(table) = self.table_of(tid) else {
            return Made::Nothing;
        };
        let Some(row) = whole.row else {
            self.find_all(at, tid, &fields);
            return Made::Nothing;
        };
        if !makes_what_it_prints(row) {
            self.find_all(at, tid, &fields);
        }
        let is_apart = self.known.get(&tid).is_some_and(|thread| thread.apart);
        if is_apart && row.name != "exit_group" {
            return Made::Nothing;
        }
        if makes_thread(whole) || !self.may_concern(tid, table, row, &fields) {
            return Made::Nothing;
        }
        let Some(meant) = self.meant(table, row, &fields, whole) else {
            return Made::Unknown;
        };
        if row.interest == Interest::Any && !self.concerns(table, &meant, row, &fields) {
            return Made::Nothing;
        }
        if row.name == "exit_group" {
            self.exits(tid);
        }
        self.begin_call(at, tid, table, meant);
        Made::Events
    }

    /// Whether a call may be of interest, as far as its first argument shows.
    fn may_concern(&self, tid: i32, table: TableKey, row: &Row, fields: &[Field<'_>]) -> bool {
        let first = fields.first().and_then(int_of);
        match row.interest {
            Interest::Files => first.is_some_and(|fd| self.tables.get(table, fd).is_some()),
            Interest::Always if row.name == "restart_syscall" => self
                .known
                .get(&tid)
                .is_some_and(|thread| thread.interrupted),
            Interest::Sockets | Interest::Always | Interest::Any => true,
        }
    }

    /// Whether a known descriptor is among those of a call.
    fn concerns(&self, table: TableKey, meant: &Meant, row: &Row, fields: &[Field<'_>]) -> bool {
        let is_known = |fd: i32| self.tables.get(table, fd).is_some();
        let numbers = row.descriptors.iter();
        let mut numbers = numbers.filter_map(|index| int_of(fields.get(*index)?));
        let mut others = meant.call.others().into_iter().filter_map(number);
        let is_for_sockets = meant.call.call_kind().signature().on == On::Socket;
        is_for_sockets || numbers.any(is_known) || others.any(is_known)
    }

    /// What the text of a call means: in the notation where that has a form for all of it, else as it is printed. `None`:
    /// it is not the text of a call.
    fn meant(
        &self,
        table: TableKey,
        row: &'static Row,
        fields: &[Field<'_>],
        whole: &Whole<'_>,
    ) -> Option<Meant> {
        let returned = match whole.returned {
            Some(returned) => Some(result(returned.result)?),
            None => None,
        };
        let known = entry::call(row.name, fields)
            .and_then(|call| self.known_call(table, row, call, fields, returned.as_ref()));
        let mut meant = match known {
            Some(meant) => meant,
            None => self.other_call(table, row, fields, whole, returned.as_ref())?,
        };
        let (entered, left) = printed(row, whole);
        if let Call::Syscall { made } = &mut meant.call {
            made.entered = entered.into();
        } else {
            meant.made_as = Some(Syscall {
                name: row.name,
                entered: entered.into(),
            });
        }
        if let Some(raw) = meant.outcome.as_mut().and_then(|own| own.raw.as_mut()) {
            let text = returned.map(|returned| returned.text.to_owned());
            raw.printed = Some(Box::new(Printed {
                arguments: left.to_owned(),
                result: text,
            }));
        }
        Some(meant)
    }

    /// A call of the notation, if its outcome can be read too.
    fn known_call(
        &self,
        table: TableKey,
        row: &Row,
        call: Call,
        fields: &[Field<'_>],
        returned: Option<&Result<'_>>,
    ) -> Option<Meant> {
        let on = match call.socket() {
            Some(Descriptor::Raw(fd)) => Some(*fd),
            Some(Descriptor::Named(_)) | None => None,
        };
        let tracked = on.and_then(|fd| self.tables.get(table, fd));
        let file = tracked.map(|own| own.file);
        let watched = |data| self.tables.watched(file?, data);
        let outcome = match returned.filter(|own| own.number.is_some()) {
            None => None,
            Some(returned) => Some(
                Exit {
                    call: &call,
                    arguments: Arguments(fields),
                    result: *returned,
                    is_tcp: tracked.is_some_and(|own| own.target.is_tcp()),
                    watched: &watched,
                }
                .read()?,
            ),
        };
        let data = match row.name {
            "epoll_ctl" => fields.get(3).and_then(event).map(|(_, data)| data),
            _ => None,
        };
        Some(Meant {
            call,
            made_as: None,
            outcome,
            data,
            on,
        })
    }

    /// A call as it is printed.
    fn other_call(
        &self,
        table: TableKey,
        row: &'static Row,
        fields: &[Field<'_>],
        whole: &Whole<'_>,
        returned: Option<&Result<'_>>,
    ) -> Option<Meant> {
        let numbers = row.descriptors.iter();
        let numbers: Vec<i32> = numbers
            .filter_map(|index| int_of(fields.get(*index)?))
            .collect();
        let known = numbers
            .iter()
            .find(|fd| self.tables.get(table, **fd).is_some());
        // Without its first argument it is no call on a descriptor.
        if !row.descriptors.is_empty() && numbers.is_empty() && !whole.arguments.is_empty() {
            return None;
        }
        let outcome = match returned.filter(|own| own.number.is_some()) {
            None => None,
            Some(returned) => {
                let value = returned.number.unwrap_or(-1);
                let result = match returned.errno {
                    Some(errno) => Err(errno),
                    None => Ok(Returned::Count(u64::try_from(value).ok()?)),
                };
                let raw = Raw {
                    returned: value,
                    ..Raw::default()
                };
                Some(Outcome {
                    raw: Some(Box::new(raw)),
                    ..Outcome::of(result)
                })
            }
        };
        Some(Meant {
            call: Call::Syscall {
                made: Box::new(Syscall {
                    name: row.name,
                    entered: Box::default(),
                }),
            },
            made_as: None,
            outcome,
            data: None,
            on: known.or_else(|| numbers.first()).copied(),
        })
    }

    fn begin_call(&mut self, at: Timestamp, tid: i32, table: TableKey, meant: Meant) {
        let on = meant.on.and_then(|fd| self.tables.get(table, fd));
        let on = on.map(|tracked| (tracked.id, tracked.target));
        let id = self.new_call();
        let request = self.request(id, table, on.map(|(id, _)| id), &meant.call);
        self.emit(at, tid, EventKind::Asked(Box::new(request)));
        if let Some(syscall) = meant.made_as.clone().map(Box::new) {
            self.emit(at, tid, EventKind::MadeAs { call: id, syscall });
        }
        let thread = OnThread {
            tid,
            further: false,
        };
        let entered = EventKind::Entered {
            call: id,
            thread,
            state: None,
        };
        self.emit(at, tid, entered);
        if let Some(thread) = self.known.get_mut(&tid) {
            thread.call = Some(Pending {
                id,
                entered: at,
                meant,
                on,
            });
        }
    }

    /// The request for a call: with names for the descriptors that have one.
    fn request(
        &self,
        id: CallId,
        table: TableKey,
        on: Option<DescriptorId>,
        call: &Call,
    ) -> Request {
        let tracked = |socket: &Descriptor| self.tables.get(table, number(socket)?);
        let others: Vec<DescriptorId> = call
            .others()
            .into_iter()
            .filter_map(|socket| Some(tracked(socket)?.id))
            .collect();
        let is_set = call.passes_set();
        let mut written = call.clone();
        let name = |socket: &mut Descriptor| {
            if let Some(own) = tracked(socket) {
                *socket = Descriptor::Named(own.name.clone());
            }
        };
        if let Some(socket) = written.socket_mut() {
            name(socket);
        }
        written.others_mut().into_iter().for_each(name);
        Request {
            id,
            command: Arc::new(Command {
                targets: Vec::new(),
                call: written,
                process: None,
                mode: Mode::Plain,
            }),
            call: Arc::new(call.clone()),
            on: on.or_else(|| others.first().copied().filter(|_| is_set)),
            others: others.into(),
            reach: Reach::Free,
            process: None,
        }
    }

    /// A call returns: `resumed` is when the line says so, where that is another one than that of the call.
    pub(super) fn returns(
        &mut self,
        at: Timestamp,
        tid: i32,
        whole: &Whole<'a>,
        resumed: Option<Timestamp>,
    ) -> Made {
        let took = whole.returned.and_then(|returned| returned.took);
        let pending = self.known.get(&tid).and_then(|thread| thread.call.as_ref());
        let entered = pending.map_or(at, |pending| pending.entered);
        let at = self.clock.returned(entered, took, resumed);
        let has_returned = pending.is_some_and(|pending| pending.meant.outcome.is_some());
        if !has_returned {
            return Made::Nothing;
        }
        let pending = self
            .known
            .get_mut(&tid)
            .and_then(|thread| thread.call.take());
        let Some(pending) = pending else {
            return Made::Nothing;
        };
        let Some(mut outcome) = pending.meant.outcome.clone() else {
            return Made::Nothing;
        };
        let errno = outcome.errno();
        outcome.sigpipe = errno.is_some_and(|errno| errno.0 == libc::EPIPE)
            && self.threads.is_followed_by(whole.index, libc::SIGPIPE);
        if let Some(thread) = self.known.get_mut(&tid) {
            thread.interrupted = errno.is_some_and(crate::socket::Errno::is_restart);
        }
        self.changed(at, tid, &pending, &outcome, whole);
        let call = pending.id;
        let returned = EventKind::Returned {
            call,
            outcome,
            state: None,
        };
        self.emit(at, tid, returned);
        Made::Events
    }

    /// The addresses that a call made known are those of its socket.
    pub(super) fn learn_addresses(
        &mut self,
        at: Timestamp,
        tid: i32,
        pending: &Pending,
        outcome: &Outcome,
    ) {
        let (Some((descriptor, _)), Ok(returned)) = (pending.on, &outcome.result) else {
            return;
        };
        let given = pending.meant.call.address();
        let literal = given.and_then(|given| match &given.place {
            AddressExpr::Literal(address) if !address.is_unset() => Some(address.clone()),
            _ => None,
        });
        let mut seen = Observation::default();
        let kind = pending.meant.call.call_kind();
        match returned {
            _ if kind == CallKind::Bind => seen.local = literal,
            _ if kind == CallKind::Connect => seen.peer = literal,
            Returned::Address(address) if kind == CallKind::Getsockname => {
                seen.local = Some(address.clone());
            }
            Returned::Address(address) => seen.peer = Some(address.clone()),
            _ => return,
        }
        if seen != Observation::default() {
            self.emit(at, tid, EventKind::Observed { descriptor, seen });
        }
    }
}

/// Whether a call prints descriptors that it makes.
fn makes_what_it_prints(row: &Row) -> bool {
    ["socketpair", "pipe", "pipe2", "recvmsg", "recvmmsg"].contains(&row.name)
}

/// Whether a call makes a thread of its own process: such calls are not shown.
fn makes_thread(whole: &Whole<'_>) -> bool {
    whole.name.starts_with("clone") && whole.arguments.contains("CLONE_THREAD")
}

/// The arguments that are printed before a call has returned, and the others.
fn printed<'b>(row: &Row, whole: &'b Whole<'_>) -> (&'b str, &'b str) {
    let text = whole.arguments.as_str();
    match whole.entered {
        _ if row.is_known_when_entered() => (text, ""),
        Some(at) => text.split_at_checked(at).unwrap_or((text, "")),
        None => split(text, row.known),
    }
}

/// The number of a descriptor argument.
pub(super) fn number(socket: &Descriptor) -> Option<i32> {
    match socket {
        Descriptor::Raw(fd) => Some(*fd),
        Descriptor::Named(_) => None,
    }
}
