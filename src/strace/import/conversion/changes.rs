//! What a call changes in the descriptor table of its process, and among the processes.

use crate::call::Call;
use crate::call::argument::Descriptor;
use crate::call::outcome::{Outcome, Returned};
use crate::call::parameter::Argument;
use crate::call::table::Gives;
use crate::event::{CallId, DescriptorId, Origin, Timestamp};
use crate::socket::{Address, Domain, EpollOp, Kind, Protocol, SocketType};
use crate::strace::import::annotation::{self, Annotation, Beside, Target};
use crate::strace::import::conversion::Conversion;
use crate::strace::import::conversion::descriptors::{New, noted};
use crate::strace::import::number::integer;
use crate::strace::import::pending::{Pending, Whole};
use crate::strace::import::result::result;
use crate::strace::import::tables::TableKey;
use crate::strace::import::value::{Field, arguments};

/// linux/close_range.h
const CLOSE_RANGE_CLOEXEC: &str = "CLOSE_RANGE_CLOEXEC";
/// SOCK_CLOEXEC, EPOLL_CLOEXEC and the like are O_CLOEXEC.
const CLOEXEC: i32 = libc::O_CLOEXEC;

/// What is new with a call, beside the call itself.
struct Making<'b> {
    call: &'b Call,
    id: CallId,
    on: Option<(DescriptorId, Target)>,
    /// What descriptors of one open file description have in common, of the one that the call is made on.
    file: Option<DescriptorId>,
    /// What strace says of a descriptor that was returned.
    note: &'b str,
    fields: &'b [Field<'b>],
    closes_on_exec: bool,
}

impl Conversion<'_> {
    /// Takes in what a call has changed.
    pub(super) fn changed(
        &mut self,
        at: Timestamp,
        tid: i32,
        pending: &Pending,
        outcome: &Outcome,
        whole: &Whole<'_>,
    ) {
        let Some(table) = self.table_of(tid) else {
            return;
        };
        let call = &pending.meant.call;
        let has_succeeded = outcome.result.is_ok();
        // The number is free, whatever close(2) said, unless it said that there was nothing to close.
        let is_closed = outcome.errno().is_none_or(|errno| errno.0 != libc::EBADF);
        if let (Call::Close { socket }, true) = (call, is_closed) {
            self.close_number(at, tid, table, socket);
        }
        if !has_succeeded || outcome.injected.is_some_and(|_| outcome.errno().is_some()) {
            return;
        }
        if let Some(to) = call.replaces()
            && call.socket() != Some(to)
        {
            self.close_number(at, tid, table, to);
        }
        if let Call::EpollCtl { op, target, .. } = call {
            self.watches(table, pending, *op, target);
        }
        let Some(fields) = arguments(&whole.arguments) else {
            return;
        };
        if let Call::Syscall { made } = call {
            self.changed_processes(at, tid, table, (made.name, &fields), outcome);
        }
        self.note_flag(table, call);
        self.create(at, tid, table, pending, outcome, (whole, &fields));
        self.learn_addresses(at, tid, pending, outcome);
    }

    fn close_number(&mut self, at: Timestamp, tid: i32, table: TableKey, socket: &Descriptor) {
        if let Descriptor::Raw(fd) = socket {
            self.close(at, tid, table, *fd);
        }
    }

    fn watches(&mut self, table: TableKey, pending: &Pending, op: EpollOp, target: &Descriptor) {
        let file = pending
            .meant
            .on
            .and_then(|fd| Some(self.tables.get(table, fd)?.file));
        if let (Some(epoll), Descriptor::Raw(fd)) = (file, target) {
            let data = pending.meant.data.filter(|_| op.0 != libc::EPOLL_CTL_DEL);
            self.tables.watch(epoll, *fd, data);
        }
    }

    /// Notes whether execve(2) closes a descriptor, fcntl(2).
    fn note_flag(&mut self, table: TableKey, call: &Call) {
        if let Call::Fcntl {
            socket: Descriptor::Raw(fd),
            command,
            argument: Some(crate::call::argument::IntArg::Number(flags)),
        } = call
            && command.0 == libc::F_SETFD
            && let Some(own) = self.tables.get_mut(table, *fd)
        {
            own.closes_on_exec = flags & libc::FD_CLOEXEC != 0;
        }
    }

    /// The same of calls that the notation has no word for.
    fn changed_processes(
        &mut self,
        at: Timestamp,
        tid: i32,
        table: TableKey,
        (name, fields): (&str, &[Field<'_>]),
        outcome: &Outcome,
    ) {
        match name {
            "unshare" => self.unshared(tid, fields),
            "close_range" => {
                let number = |index: usize| integer(fields.get(index)?.word()?);
                let keeps = fields
                    .get(2)
                    .and_then(Field::word)
                    .is_some_and(|flags| flags.contains(CLOSE_RANGE_CLOEXEC));
                if let (Some(first), Some(last), false) = (number(0), number(1), keeps) {
                    self.close_all(at, tid, table, |fd, _| (first..=last).contains(&fd.into()));
                }
            }
            "execve" | "execveat" => self.executed(at, tid, table, fields),
            "clone" | "clone3" | "fork" | "vfork" => {
                if let Ok(Returned::Count(child)) = outcome.result
                    && let Ok(child) = i32::try_from(child)
                    && self.threads.is_to_begin(child)
                {
                    self.begins(at, child);
                }
            }
            _ => {}
        }
    }

    /// Takes in the descriptors that a call has made.
    fn create(
        &mut self,
        at: Timestamp,
        tid: i32,
        table: TableKey,
        pending: &Pending,
        outcome: &Outcome,
        (whole, fields): (&Whole<'_>, &[Field<'_>]),
    ) {
        let returned = whole.returned.and_then(|returned| result(returned.result));
        let on = pending.meant.on;
        let making = Making {
            call: &pending.meant.call,
            id: pending.id,
            on: pending.on,
            file: on.and_then(|fd| Some(self.tables.get(table, fd)?.file)),
            note: returned.map_or("", |returned| returned.note),
            fields,
            closes_on_exec: closes_on_exec(&pending.meant.call),
        };
        for new in making.descriptors(outcome) {
            // dup2() to the number itself makes none.
            if pending.meant.call.socket() != Some(&Descriptor::Raw(new.fd)) {
                self.adopt(at, tid, table, new);
            }
        }
    }
}

impl Making<'_> {
    fn descriptors(&self, outcome: &Outcome) -> Vec<New> {
        let Ok(returned) = &outcome.result else {
            return Vec::new();
        };
        match returned {
            Returned::Descriptor(fd) => self.one(*fd).into_iter().collect(),
            Returned::Pair(a, b) => self.pair(*a, *b),
            Returned::Accepted { fd, from } => self.accepted(*fd, from.as_ref()),
            Returned::Message(_) | Returned::Messages(_) => self.received(outcome),
            _ => Vec::new(),
        }
    }

    fn made(&self, fd: i32, target: Target, origin: Origin, note: &str) -> New {
        let beside = match annotation::read(note) {
            Some(Annotation::Known(_, beside)) => beside,
            Some(Annotation::Socket(inode)) => Beside {
                inode,
                ..Beside::default()
            },
            _ => Beside::default(),
        };
        New {
            fd,
            call: self.id,
            target,
            origin,
            beside,
            file: None,
            closes_on_exec: self.closes_on_exec,
        }
    }

    fn one(&self, fd: i32) -> Option<New> {
        let other = |kind| self.made(fd, Target::other(kind), Origin::Created, self.note);
        Some(match self.call.call_kind().signature().gives {
            Gives::Socket => self.made(fd, socket(self.call), Origin::Created, self.note),
            Gives::Epoll => other(Kind::Epoll),
            Gives::Eventfd => other(Kind::Eventfd),
            Gives::Timerfd => other(Kind::Timerfd),
            Gives::Duplicate | Gives::Control => {
                // Without it the call was made on something that is not of interest.
                let (id, target) = self.on?;
                New {
                    file: self.file,
                    ..self.made(fd, target, Origin::DuplicateOf(id), self.note)
                }
            }
            _ => return None,
        })
    }

    fn pair(&self, a: i32, b: i32) -> Vec<New> {
        let notes = noted(self.fields);
        let note = |fd: i32| {
            let found = notes.iter().find(|(own, _)| *own == fd);
            found.map_or("", |(_, note)| *note)
        };
        let is_pipe = self.call.call_kind().signature().gives == Gives::Pipe;
        let new = |fd, kind| match is_pipe {
            true => self.made(fd, Target::other(kind), Origin::Created, note(fd)),
            false => self.made(fd, socket(self.call), Origin::Paired, note(fd)),
        };
        vec![new(a, Kind::PipeReader), new(b, Kind::PipeWriter)]
    }

    /// A connection is of the sort of its listener; of one that is not known, strace or the address may say it.
    fn accepted(&self, fd: i32, from: Option<&Address>) -> Vec<New> {
        let said = match annotation::read(self.note) {
            Some(Annotation::Known(target, _)) => Some(target),
            _ => None,
        };
        let listener = self.on.map(|(_, target)| target);
        // A client without MPTCP gets a plain TCP socket.
        let listener = listener.filter(|own| own.protocol != Protocol(libc::IPPROTO_MPTCP));
        let by_address = || {
            let domain = match from? {
                Address::Inet(_) => Domain::INET,
                Address::Inet6(_) => Domain::INET6,
                Address::Unix(_) | Address::Other { .. } => return None,
            };
            Some(Target::socket(domain, SocketType::STREAM, Protocol(0)))
        };
        let origin = self
            .on
            .map_or(Origin::Found, |(id, _)| Origin::Accepted(id));
        let target = listener.or(said).or_else(by_address);
        let new = target.map(|target| {
            let mut new = self.made(fd, target, origin, self.note);
            new.beside.peer = new.beside.peer.or_else(|| from.cloned());
            new
        });
        new.into_iter().collect()
    }

    /// Descriptors that came with a message, where strace says what they are.
    fn received(&self, outcome: &Outcome) -> Vec<New> {
        let origin = self
            .on
            .map_or(Origin::Found, |(id, _)| Origin::ReceivedOn(id));
        let notes = noted(self.fields);
        let fds = outcome.messages().iter().flat_map(|message| &message.fds);
        let fds = fds.filter_map(|fd| match fd {
            Descriptor::Raw(fd) => Some(*fd),
            Descriptor::Named(_) => None,
        });
        let new = fds.filter_map(|fd| {
            let (_, note) = notes.iter().find(|(own, _)| *own == fd)?;
            match annotation::read(note)? {
                Annotation::Known(target, _) => Some(self.made(fd, target, origin, note)),
                _ => None,
            }
        });
        new.collect()
    }
}

/// A socket of the domain, the type and the protocol that a call names.
fn socket(call: &Call) -> Target {
    let (mut domain, mut socket_type, mut protocol) = (Domain(0), SocketType(0), Protocol(0));
    call.visit(&mut |argument| match argument {
        Argument::Domain(own) => domain = own,
        Argument::Type(own) => socket_type = own,
        Argument::Protocol(own) => protocol = own,
        _ => {}
    });
    Target::socket(domain, socket_type, protocol)
}

/// Whether a call asks for descriptors that execve(2) closes.
fn closes_on_exec(call: &Call) -> bool {
    let mut found = false;
    call.visit(&mut |argument| {
        found |= match argument {
            Argument::SockFlags(flags) => flags.0 & CLOEXEC != 0,
            Argument::Flags(_, flags) => flags & CLOEXEC != 0,
            Argument::MsgFlags(flags) => flags.contains(libc::MSG_CMSG_CLOEXEC),
            Argument::FcntlCommand(command) => command.0 == libc::F_DUPFD_CLOEXEC,
            _ => false,
        };
    });
    found
}
