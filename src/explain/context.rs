//! The result of a call, with everything around it that an explanation may mention.

use crate::call::Call;
use crate::call::argument::{AddressExpr, Descriptor, Message, Name};
use crate::call::data::Data;
use crate::call::outcome::after::After;
use crate::call::outcome::{Received, Returned};
use crate::call::parameter::Argument;
use crate::call::table::CallKind;
use crate::call::value::Value;
use crate::event::{DescriptorId, Origin, Timestamp};
use crate::socket::option::OptionRow;
use crate::socket::{Address, Cause, Domain, Errno, Kind, MsgFlags, Phase};
use crate::world::socket::is_tcp;
use crate::world::{Handle, Progress, Record, World};

/// A call of the log in its world.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Context<'a> {
    /// The world, which may be later than the call.
    pub(crate) world: &'a World,
    /// The call.
    pub(crate) record: &'a Record,
    /// The descriptor it was made on, or the closed one that has its name.
    pub(crate) socket: Option<Handle<'a>>,
    /// When it ended; the greatest time if it has not ended.
    pub(crate) at: Timestamp,
    /// Whether `socket` is not that of the call itself but a member of its set.
    is_about_another: bool,
}

impl<'a> Context<'a> {
    /// The context of a call.
    pub(crate) fn of(world: &'a World, record: &'a Record) -> Self {
        let at = match record.progress {
            Progress::Returned { at, .. } | Progress::Abandoned { at, .. } => at,
            Progress::Refused(_) => record.asked,
            Progress::Running | Progress::Held | Progress::Blocked { .. } => Timestamp(u64::MAX),
        };
        let mut context = Self {
            world,
            record,
            socket: record.on().and_then(|id| world.descriptor(id)),
            at,
            is_about_another: false,
        };
        context.socket = context.socket.or_else(|| context.named());
        context
    }

    /// The same call, seen from another descriptor that it concerns.
    pub(crate) fn about(&self, socket: Option<Handle<'a>>) -> Self {
        Self {
            socket,
            is_about_another: true,
            ..*self
        }
    }

    /// The call as the engine made it: numbers and addresses in place of names.
    pub(crate) fn call(&self) -> &'a Call {
        &self.record.request.call
    }

    /// The kind of the call.
    pub(crate) fn call_kind(&self) -> CallKind {
        self.call().call_kind()
    }

    /// The descriptor that had the written name when the call was requested.
    pub(crate) fn named(&self) -> Option<Handle<'a>> {
        let Some(Descriptor::Named(name)) = self.record.call().socket() else {
            return None;
        };
        self.named_at_call(name)
    }

    /// The descriptor that had a name when the call was requested.
    pub(crate) fn named_at_call(&self, name: &Name) -> Option<Handle<'a>> {
        self.world.named_at(name, self.record.asked)
    }

    /// The descriptor number that the call was made on.
    pub(crate) fn fd(&self) -> Option<i32> {
        match self.call().socket()? {
            Descriptor::Raw(fd) => Some(*fd),
            Descriptor::Named(_) => self.socket.map(Handle::number),
        }
    }

    /// Whether a socket was open when the call ended.
    pub(crate) fn is_open_then(&self, socket: Handle<'_>) -> bool {
        phase_at(socket, self.at).is_some_and(|phase| phase != Phase::Closed)
    }

    /// The phase of the socket before the call.
    pub(crate) fn phase(&self) -> Option<Phase> {
        let socket = self.socket;
        if socket.is_some_and(|socket| self.is_stranger(socket)) {
            return None;
        }
        if self.is_about_another {
            return phase_at(socket?, self.record.asked);
        }
        self.record
            .phase_before
            .or_else(|| socket.map(Handle::phase))
    }

    /// Whether the socket was received with a message and not known before, so that no earlier call on it was seen.
    fn is_stranger(&self, own: Handle<'_>) -> bool {
        let is_first = own.socket().is_some_and(|socket| socket.first == own.id());
        let is_received = matches!(own.origin(), Origin::ReceivedOn(_));
        is_first && is_received && phase_at(own, self.record.asked) == Some(Phase::Unbound)
    }

    /// The domain of the socket, or the one passed to socket(2).
    pub(crate) fn domain(&self) -> Option<Domain> {
        if let Call::Socket { domain, .. } | Call::Socketpair { domain, .. } = self.call() {
            Some(*domain)
        } else {
            self.socket.map(Handle::domain)
        }
    }

    /// The kind of the socket, or that of the arguments of socket(2).
    pub(crate) fn kind(&self) -> Option<Kind> {
        if let Call::Socket { socket_type, .. } | Call::Socketpair { socket_type, .. } = self.call()
        {
            Some(Kind::of(*socket_type))
        } else {
            self.socket.map(Handle::kind)
        }
    }

    /// The local address of the socket when the call ended; the present one if that is not known.
    pub(crate) fn local(&self) -> Option<&'a Address> {
        let present = || self.socket?.local();
        let ended = self.record.local().filter(|_| !self.is_about_another);
        ended.or_else(present)
    }

    /// The address of the peer when the call ended; the present one if that is not known.
    pub(crate) fn remote(&self) -> Option<&'a Address> {
        let present = || self.socket?.remote();
        let ended = self.record.remote().filter(|_| !self.is_about_another);
        ended.or_else(present)
    }

    /// Whether the socket is a TCP socket.
    pub(crate) fn is_tcp(&self) -> bool {
        if let Call::Socket {
            domain,
            socket_type,
            protocol,
            ..
        } = self.call()
        {
            is_tcp(*domain, *socket_type, *protocol)
        } else {
            self.socket.is_some_and(Handle::is_tcp)
        }
    }

    /// What it returned.
    pub(crate) fn returned(&self) -> Option<&'a Returned> {
        self.record.outcome()?.result.as_ref().ok()
    }

    /// The errno, if it failed.
    pub(crate) fn errno(&self) -> Option<Errno> {
        self.record.outcome()?.errno()
    }

    /// How many bytes it moved.
    pub(crate) fn count(&self) -> Option<u64> {
        match self.returned()? {
            Returned::Count(count) | Returned::Data { count, .. } => Some(*count),
            Returned::Message(message) => Some(message.count),
            Returned::Sent(lengths) => Some(lengths.iter().sum()),
            Returned::Messages(messages) => Some(messages.iter().map(|one| one.count).sum()),
            Returned::Selected { count, .. } => Some(*count),
            Returned::Ready(ready) => u64::try_from(ready.len()).ok(),
            _ => None,
        }
    }

    /// What the kernel said of the socket just after the call, where it was asked.
    pub(crate) fn after(&self) -> Option<&'a After> {
        let raw = self.record.outcome()?.raw.as_ref();
        raw.filter(|_| !self.is_about_another)?.after.as_deref()
    }

    /// The message that recvmsg() received.
    pub(crate) fn received(&self) -> Option<&'a Received> {
        match self.returned()? {
            Returned::Message(message) => Some(message),
            _ => None,
        }
    }

    /// The message passed to sendmsg().
    pub(crate) fn message_given(&self) -> Option<&'a Message> {
        if let Call::Sendmsg { message, .. } = self.call() {
            Some(message)
        } else {
            None
        }
    }

    /// How many bytes it was asked to move.
    pub(crate) fn asked(&self) -> Option<u64> {
        if let Call::Source { bytes, .. } = self.call() {
            return Some(*bytes);
        }
        let bytes: usize = match self.call().room() {
            Some(sizes) => sizes.iter().sum(),
            None => self.call().data_len()?,
        };
        u64::try_from(bytes).ok()
    }

    /// What it was asked to send, buffer by buffer.
    pub(crate) fn data(&self) -> Option<&'a [Data]> {
        self.call().data()
    }

    /// Whether the length that was passed truncated the address.
    pub(crate) fn cut_address(&self) -> bool {
        let Some(room) = self.room().and_then(|room| u32::try_from(room).ok()) else {
            return false;
        };
        let raw = self
            .record
            .outcome()
            .and_then(|outcome| outcome.raw.as_ref());
        let written = raw.and_then(|raw| raw.address.as_ref());
        let length = written.map(|written| written.length);
        let of_domain = || match self.domain() {
            Some(Domain::INET) => Some(size_of::<libc::sockaddr_in>()),
            Some(Domain::INET6) => Some(size_of::<libc::sockaddr_in6>()),
            _ => None,
        };
        length
            .or_else(|| u32::try_from(of_domain()?).ok())
            .is_some_and(|length| room < length)
    }

    /// How many buffers were passed to a call that takes several.
    pub(crate) fn buffers(&self) -> Option<usize> {
        let mut buffers = None;
        self.call().visit(&mut |argument| match argument {
            Argument::Message(message) => buffers = Some(message.data.len()),
            Argument::Buffers(data) => buffers = Some(data.len()),
            Argument::Sizes(sizes) => buffers = Some(sizes.len()),
            _ => {}
        });
        buffers
    }

    /// The length that was passed with a buffer for an address or an option, if it was given.
    pub(crate) fn room(&self) -> Option<i32> {
        let length_of = self.call_kind().signature().length_of;
        self.call()
            .length()
            .filter(|_| length_of.is_beside_pointer())
    }

    /// The flags of a transfer; none for the calls that take none.
    pub(crate) fn flags(&self) -> MsgFlags {
        self.call().msg_flags()
    }

    /// How the address argument was written.
    pub(crate) fn place(&self) -> Option<&'a AddressExpr> {
        self.call().address().map(|arg| &arg.place)
    }

    /// The address argument.
    pub(crate) fn address(&self) -> Option<&'a Address> {
        match self.place()? {
            AddressExpr::Literal(address) => Some(address),
            _ => None,
        }
    }

    /// The row of the option that the call sets or reads.
    pub(crate) fn option(&self) -> Option<&'static OptionRow> {
        let option = self.call().option()?;
        crate::socket::option::by_number(option.level, option.number)
    }

    /// Whether the call is about this option.
    pub(crate) fn is_option(&self, level: i32, numbers: &[i32]) -> bool {
        self.option()
            .is_some_and(|row| row.level == level && numbers.contains(&row.number))
    }

    /// The value that was set or read.
    pub(crate) fn value(&self) -> Option<&'a Value> {
        if let (Call::Setsockopt { value, .. }, _) | (_, Some(Returned::Value(value))) =
            (self.call(), self.returned())
        {
            Some(value)
        } else {
            None
        }
    }

    /// A descriptor that the call created.
    pub(crate) fn made(&self, index: usize) -> Option<Handle<'a>> {
        self.world
            .descriptor(*self.record.new_descriptors().get(index)?)
    }

    /// Whether one of `causes` happened to the socket before the call ended, in its present connection.
    pub(crate) fn has_done(&self, causes: &[Cause]) -> bool {
        self.socket
            .is_some_and(|socket| went_through(socket, causes, self.at))
    }

    /// The calls that were requested before this one, the latest first.
    pub(crate) fn earlier(&self) -> impl Iterator<Item = &'a Record> {
        self.world.log().before(self.record.id())
    }

    /// The call whose result a word such as `wait` returned.
    pub(crate) fn collected(&self) -> Option<&'a Record> {
        if !self.call_kind().collects() {
            return None;
        }
        let outcome = self.record.outcome()?;
        let on = self.record.on()?;
        let file = self.world.file_of(on)?;
        let mut before = self.world.log().concerning_before(file, self.record.id());
        before.find(|record| {
            record.concerns(on)
                && record.request.call.call_kind().can_be_left()
                && record.outcome() == Some(outcome)
        })
    }

    /// The oldest other call that was pending when this one was requested.
    pub(crate) fn also_pending(&self) -> Option<&'a Record> {
        let on: DescriptorId = self.record.on()?;
        let asked = self.record.asked;
        let pending = self
            .world
            .log()
            .during(self.world.file_of(on)?, asked, asked);
        pending.into_iter().find(|record| {
            record.concerns(on)
                && record.asked < self.record.asked
                && record.request.call.call_kind().can_be_left()
                && match record.progress {
                    Progress::Returned { at, .. } | Progress::Abandoned { at, .. } => {
                        at > self.record.asked
                    }
                    Progress::Running | Progress::Blocked { .. } => true,
                    Progress::Refused(_) | Progress::Held => false,
                }
        })
    }
}

/// The phase that a socket had at a moment. `None`: it did not exist.
pub(crate) fn phase_at(socket: Handle<'_>, at: Timestamp) -> Option<Phase> {
    socket.phase_at(at)
}

/// Whether one of `causes` happened to a socket until `at`, since its connection was made.
pub(crate) fn went_through(socket: Handle<'_>, causes: &[Cause], at: Timestamp) -> bool {
    const BEGINNINGS: [Cause; 2] = [Cause::Connect, Cause::Established];
    socket
        .path()
        .rev()
        .skip_while(|step| step.at > at)
        .filter_map(|step| step.by)
        .take_while(|row| !BEGINNINGS.contains(&row.cause) || causes.contains(&row.cause))
        .any(|row| causes.contains(&row.cause))
}
