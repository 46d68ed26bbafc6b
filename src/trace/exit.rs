//! A system call at its exit: what it returned and wrote, as an outcome of the notation.

mod several;

use crate::call::Call;
use crate::call::argument::{Descriptor, Millis, PollEntry, Sets};
use crate::call::bpf;
use crate::call::column::Gives;
use crate::call::option_bytes;
use crate::call::outcome::{Events, Outcome, Raw, Received, Returned, Written};
use crate::call::received_bytes::ReceivedBytes;
use crate::call::syscall::Printed;
use crate::call::table::{CallKind, LengthOf};
use crate::call::value::Value;
use crate::engine::execute::{is_somebody, take_control};
use crate::socket::constant::{DescriptorFlags, FcntlCommand, StatusFlags};
use crate::socket::sockaddr::STORAGE;
use crate::socket::{Address, EpollEvents, Errno, IoctlRequest, MsgFlags, PollEvents, Sig};
use crate::strace::variants;
use crate::trace::entry::message::Header;
use crate::trace::entry::wait::{EVENT, events, members};
use crate::trace::entry::{Entered, Entry, F_GETOWN_EX};
use crate::trace::memory;
use crate::trace::syscalls::Shape;

/// What open(2) calls the access mode and Linux adds by itself; the same for every socket.
const NOT_SHOWN: i32 = libc::O_ACCMODE | crate::sys::file::LARGE_FILE;

/// What is known of the process beside its memory.
pub(crate) struct Known<'a> {
    /// Whether data that is received with MSG_TRUNC is thrown away: the socket is TCP.
    pub(crate) is_tcp: bool,
    /// The descriptor that an epoll instance has with this data. `None`: none has, or several have.
    pub(crate) watched: &'a dyn Fn(u64) -> Option<i32>,
}

/// A call that has returned.
pub(crate) struct Exit<'a> {
    /// What was known when it was entered.
    pub(crate) entry: Entry<'a>,
    pub(crate) entered: &'a Entered,
    /// What it returned: a negative errno where it failed.
    pub(crate) value: i64,
    pub(crate) failed: bool,
    pub(crate) known: Known<'a>,
}

impl Exit<'_> {
    /// Its outcome.
    pub(crate) fn read(&self) -> Outcome {
        let mut raw = Raw {
            returned: if self.failed { -1 } else { self.value },
            ..Raw::default()
        };
        let result = match self.failed {
            true => Err(Errno(i32::try_from(-self.value).unwrap_or(0))),
            false => Ok(self.returned(&mut raw)),
        };
        if self.failed {
            self.note_lengths(&mut raw);
        }
        let mut outcome = Outcome::of(result);
        outcome.raw = Some(Box::new(raw));
        let printed = self.printed(&outcome);
        if let Some(raw) = &mut outcome.raw {
            raw.printed = printed.map(Box::new);
        }
        outcome
    }

    fn number(&self) -> i32 {
        i32::try_from(self.value).unwrap_or(-1)
    }

    fn count(&self) -> u64 {
        u64::try_from(self.value).unwrap_or(0)
    }

    /// What it returned. What cannot be read any more, since another thread has taken the memory away, is left out.
    fn returned(&self, raw: &mut Raw) -> Returned {
        match self.entered.call.call_kind().signature().gives {
            Gives::Zero => Returned::Zero,
            Gives::Socket
            | Gives::Eventfd
            | Gives::Timerfd
            | Gives::Epoll
            | Gives::File
            | Gives::Duplicate => Returned::Descriptor(self.number()),
            Gives::Pair => self.pair(3),
            Gives::Pipe => self.pair(0),
            Gives::Connection => {
                raw.address = self.address(1, 2);
                Returned::Accepted {
                    fd: self.number(),
                    from: sender(raw),
                }
            }
            Gives::Address => {
                raw.address = self.address(1, 2);
                let none = Address::Other {
                    family: 0,
                    data: Vec::new(),
                };
                Returned::Address(sender(raw).unwrap_or(none))
            }
            Gives::Received => self.received(raw),
            Gives::Value => self.option_value(raw),
            Gives::Control => self.controlled(),
            Gives::Answer => self.answered(raw),
            Gives::Ready => self.ready(raw),
            Gives::Selected => self.selected(raw),
            Gives::Sent if self.entry.row.shape == Shape::Sendmmsg => self.sent_messages(),
            Gives::Sent
            | Gives::Signal
            | Gives::Moved
            | Gives::Connections
            | Gives::Waiting
            | Gives::Unread
            | Gives::State
            | Gives::Another
            | Gives::Addresses
            | Gives::Names
            | Gives::Bytes
            | Gives::Process
            | Gives::ChildChange
            | Gives::Nothing
            | Gives::Number => Returned::Count(self.count()),
        }
    }

    /// The two descriptors that the call wrote behind a pointer, by the number of that argument.
    fn pair(&self, index: usize) -> Returned {
        let place = self.entry.args[index];
        let [a, b] = [0, 4].map(|at| memory::i32(self.entry.memory, place + at));
        Returned::Pair(a.unwrap_or(-1), b.unwrap_or(-1))
    }

    /// What a receiving call received.
    fn received(&self, raw: &mut Raw) -> Returned {
        let call = &self.entered.call;
        if let Call::Recvmsg { flags, .. } = call {
            return self.message(*flags, raw);
        }
        if let Call::Recvmmsg { flags, .. } = call {
            return self.received_messages(*flags, raw);
        }
        if let Call::Readv { sizes, .. } = call {
            let bytes = self.scattered(self.entry.args[1], self.entry.args[2], self.count());
            return Returned::Message(Box::new(Received {
                count: self.count(),
                bytes,
                sizes: sizes.clone(),
                from: None,
                flags: MsgFlags(0),
                fds: Vec::new(),
                credentials: None,
                control: Vec::new(),
            }));
        }
        if let Call::Recvfrom { .. } = call {
            raw.address = self.address(4, 5);
        }
        self.data(1, 2, call.msg_flags(), sender(raw))
    }

    fn option_value(&self, raw: &mut Raw) -> Returned {
        let written = self.written(3, 4, self.entered.offered);
        let option = self.entry.option();
        let value = match option_bytes::unit(option) {
            // There is a value, and there was no room for it.
            _ if written.offered == 0 && written.length > 0 => Value::Raw(Vec::new()),
            1 => option_bytes::decode(option, &written.bytes),
            unit => {
                let count = written.length.min(written.offered) as usize;
                let length = count.min(bpf::MOST) * unit;
                let bytes = self.entry.memory.read(self.entry.args[3], length);
                option_bytes::decode(option, &bytes.unwrap_or_default())
            }
        };
        raw.value = Some(written);
        Returned::Value(value)
    }

    /// What fcntl(2) returned.
    fn controlled(&self) -> Returned {
        let (value, command) = (self.number(), FcntlCommand(self.entry.args[1] as i32));
        match command.0 {
            libc::F_GETFL => Returned::Status(StatusFlags(value & !NOT_SHOWN)),
            libc::F_GETFD => Returned::Flags(DescriptorFlags(value)),
            _ if command.makes() => Returned::Descriptor(value),
            _ if command.is_signal() && value != 0 => Returned::Signal {
                signal: Sig(value),
                about: None,
            },
            _ => Returned::Value(Value::Int(value)),
        }
    }

    /// What ioctl(2) wrote behind its last argument.
    fn answered(&self, raw: &mut Raw) -> Returned {
        let value = memory::i32(self.entry.memory, self.entry.args[2]).unwrap_or(0);
        raw.value = Some(Written {
            bytes: value.to_ne_bytes().to_vec(),
            ..Written::default()
        });
        match IoctlRequest(self.entry.args[1] as i32).sets() {
            true => Returned::Zero,
            false => Returned::Value(Value::Int(value)),
        }
    }

    /// The ready descriptors of poll(2), ppoll(2), and epoll_wait(2) and its variants.
    fn ready(&self, raw: &mut Raw) -> Returned {
        let Some(entries) = self.entered.call.entries() else {
            return Returned::Ready(self.reported());
        };
        if self.entry.row.shape == Shape::Ppoll {
            let left = self.entry.timespec(2).flatten();
            raw.left = left.map(|left| u64::try_from(left.as_nanos()).unwrap_or(u64::MAX));
        }
        Returned::Ready(self.polled(entries))
    }

    /// The lengths that were offered, which strace(1) prints of a call that failed.
    fn note_lengths(&self, raw: &mut Raw) {
        let kind = self.entered.call.call_kind();
        let takes_one =
            kind.signature().length_of == LengthOf::Address || kind == CallKind::Recvmsg;
        let is_left_out = kind.accepts() && self.entry.args[1] == 0;
        let has_address = takes_one && !is_left_out;
        raw.address = has_address.then(|| Written {
            bytes: Vec::new(),
            offered: self.entered.offered,
            length: self.entered.offered,
        });
    }

    /// An address that the call wrote, by the numbers of its argument and of its length. `None`: it was not to be written.
    fn address(&self, index: usize, length: usize) -> Option<Written> {
        if self.entry.args[index] == 0 {
            return None;
        }
        let most = STORAGE as u32;
        let written = self.written(index, length, self.entered.offered.min(most));
        Some(Written {
            offered: self.entered.offered,
            ..written
        })
    }

    /// What the call wrote behind a pointer, of which the length argument now says how much.
    fn written(&self, index: usize, length: usize, room: u32) -> Written {
        let now = memory::u32(self.entry.memory, self.entry.args[length]).unwrap_or(0);
        let size = usize::try_from(now.min(room)).unwrap_or(0);
        let bytes = self.entry.memory.read(self.entry.args[index], size);
        Written {
            bytes: bytes.unwrap_or_default(),
            offered: room,
            length: now,
        }
    }

    /// What a receiving call wrote into its buffer, by the numbers of the buffer and of its size.
    fn data(&self, index: usize, size: usize, flags: MsgFlags, from: Option<Address>) -> Returned {
        let room = usize::try_from(self.entry.args[size]).unwrap_or(usize::MAX);
        let there = usize::try_from(self.value).unwrap_or(0).min(room);
        let is_thrown_away = self.known.is_tcp && flags.contains(libc::MSG_TRUNC);
        let head = match is_thrown_away {
            true => Some(Vec::new()),
            false => self
                .entry
                .memory
                .read(self.entry.args[index], there.min(self.entry.keep)),
        };
        let there = if is_thrown_away { 0 } else { there };
        Returned::Data {
            count: self.count(),
            bytes: ReceivedBytes::head_of(head.unwrap_or_default(), there),
            from,
        }
    }

    /// What a call wrote into several buffers.
    fn scattered(&self, vectors: u64, count: u64, bytes: u64) -> ReceivedBytes {
        let vectors = memory::vectors(self.entry.memory, vectors, count).unwrap_or_default();
        let room = vectors
            .iter()
            .fold(0_usize, |sum, (_, size)| sum.saturating_add(*size));
        let there = usize::try_from(bytes).unwrap_or(0).min(room);
        let mut head = Vec::new();
        for (base, size) in vectors {
            let wanted = size.min(there.min(self.entry.keep).saturating_sub(head.len()));
            if wanted == 0 {
                break;
            }
            match self.entry.memory.read(base, wanted) {
                Some(bytes) => head.extend(bytes),
                None => break,
            }
        }
        ReceivedBytes::head_of(head, there)
    }

    fn message(&self, flags: MsgFlags, raw: &mut Raw) -> Returned {
        let received = self.message_at(self.entry.args[1], self.count(), flags, raw);
        Returned::Message(Box::new(received))
    }

    /// A message of so many bytes that was received into the buffers of a header.
    pub(crate) fn message_at(
        &self,
        place: u64,
        count: u64,
        flags: MsgFlags,
        raw: &mut Raw,
    ) -> Received {
        let header = Header::at(self.entry.memory, place);
        let is_thrown_away = self.known.is_tcp && flags.contains(libc::MSG_TRUNC);
        let mut received = Received {
            count,
            bytes: ReceivedBytes::from(Vec::new()),
            sizes: Vec::new(),
            from: None,
            flags: MsgFlags(0),
            fds: Vec::new(),
            credentials: None,
            control: Vec::new(),
        };
        let Some(header) = header else {
            return received;
        };
        if !is_thrown_away {
            received.bytes = self.scattered(header.vectors, header.vector_count, count);
        }
        // The kernel hands MSG_CMSG_CLOEXEC back; it says nothing of the message.
        received.flags = MsgFlags(header.flags & !libc::MSG_CMSG_CLOEXEC);
        raw.msg_flags = header.flags;
        if header.name != 0 {
            let room = header
                .name_length
                .min(self.entered.offered)
                .min(STORAGE as u32);
            let bytes = self.entry.memory.read(header.name, room as usize);
            let bytes = bytes.unwrap_or_default();
            received.from = crate::socket::sockaddr::decode(&bytes).filter(is_somebody);
            raw.address = Some(Written {
                bytes,
                offered: self.entered.offered,
                length: header.name_length,
            });
        }
        let length = u32::try_from(header.control_length).unwrap_or(u32::MAX);
        let bytes = match header.control {
            0 => None,
            pointer => self.entry.memory.read(pointer, length as usize),
        };
        let bytes = bytes.unwrap_or_default();
        for control in crate::sys::message::decode(&bytes) {
            take_control(&mut received, control, &|index| {
                self.entry.environment.interface_name(index)
            });
        }
        raw.control = Some(Written {
            bytes,
            offered: length,
            length,
        });
        received
    }

    fn polled(&self, entries: &[PollEntry]) -> Vec<(Descriptor, Events)> {
        let length = 8 * entries.len();
        let all = self.entry.memory.read(self.entry.args[0], length);
        let all = all.unwrap_or_default();
        let found = entries.iter().zip(all.chunks_exact(8));
        let found = found.filter_map(|(entry, bytes)| {
            let revents = i16::from_ne_bytes(bytes[6..8].try_into().ok()?);
            let events = Events::Poll(PollEvents(revents.into()));
            (revents != 0).then(|| (entry.socket.clone(), events))
        });
        found.collect()
    }

    fn selected(&self, raw: &mut Raw) -> Returned {
        let nfds = self.entry.args[0] as i32;
        let set = |index: usize| {
            let members = members(self.entry.memory, self.entry.args[index], nfds);
            members.unwrap_or_default()
        };
        let left = match (self.entry.row.shape, self.entry.args[4]) {
            (_, 0) => None,
            (Shape::Select, pointer) => memory::timeval(self.entry.memory, pointer),
            (_, pointer) => memory::timespec(self.entry.memory, pointer),
        };
        raw.left = left.map(|left| u64::try_from(left.as_nanos()).unwrap_or(u64::MAX));
        Returned::Selected {
            count: self.count(),
            sets: Box::new(Sets {
                read: set(1),
                write: set(2),
                except: set(3),
            }),
        }
    }

    /// The events that epoll_wait(2) wrote.
    fn events(&self) -> Vec<(u32, u64)> {
        let length = usize::try_from(self.value).unwrap_or(0) * EVENT;
        let bytes = self.entry.memory.read(self.entry.args[1], length);
        events(&bytes.unwrap_or_default()).collect()
    }

    fn reported(&self) -> Vec<(Descriptor, Events)> {
        let entry = |(events, data): (u32, u64)| {
            let fd = (self.known.watched)(data).unwrap_or(-1);
            let events = Events::Epoll(EpollEvents(events.cast_signed()));
            (Descriptor::Raw(fd), events)
        };
        self.events().into_iter().map(entry).collect()
    }

    /// What strace(1) prints of it, where that is not what the notation gives.
    fn printed(&self, outcome: &Outcome) -> Option<Printed> {
        let raw = outcome.raw.as_deref()?;
        let (args, environment) = (&self.entry.args, self.entry.environment);
        if let Call::Syscall { .. } = &self.entered.call {
            return self.printed_alone();
        }
        self.entered.made_as.as_ref()?;
        let (call, shape) = (&self.entered.call, self.entry.row.shape);
        if call.call_kind().accepts() {
            let flags = (shape == Shape::Accept4).then_some(args[3] as i32);
            return Some(variants::accepted(outcome, raw, flags, environment));
        }
        if let Call::Pipe { .. } = call {
            let flags = (shape == Shape::Pipe2).then_some(args[1] as i32);
            return Some(variants::piped(outcome, args[0], flags));
        }
        if let Call::TimerfdSettime { .. } = call {
            let before = self.entry.setting(3).filter(|_| !self.failed);
            return Some(variants::timer_set(before.ok_or(args[3])));
        }
        if let Call::Ppoll { .. } = call {
            return Some(variants::polled(outcome, raw));
        }
        if call.sets().is_some() {
            return Some(variants::selected(self.entry.row.name, outcome, raw));
        }
        if let Call::EpollWait { max, timeout, .. } | Call::EpollPwait { max, timeout, .. } = call {
            return Some(self.printed_epoll(*max, *timeout));
        }
        if let (Call::Recvmsg { counts, flags, .. }, 1..) = (call, args[1]) {
            return Some(variants::nameless(
                counts,
                *flags,
                outcome,
                raw,
                environment,
            ));
        }
        if let Call::Recvmmsg {
            vlen,
            timeout,
            flags,
            ..
        } = call
        {
            let sizes = self.message_sizes();
            let given = (sizes.as_slice(), *vlen, *timeout, *flags);
            return Some(variants::received_messages(
                given,
                outcome,
                raw,
                environment,
            ));
        }
        // The others are printed whole when they are entered.
        Some(Printed::default())
    }

    /// The same of epoll_wait(2) and its variants.
    fn printed_epoll(&self, max: i32, Millis(timeout): Millis) -> Printed {
        let (shape, pointer) = (self.entry.row.shape, self.entry.args[1]);
        let events = match self.failed || pointer == 0 {
            true => Err(pointer),
            false => Ok(self.events()),
        };
        let events = events.as_deref().map_err(|pointer| *pointer);
        let mask = || (self.entry.mask(4).flatten(), self.entry.args[5]);
        let mask = (shape != Shape::EpollWait).then(mask);
        let timeout = match shape == Shape::EpollPwait2 {
            true => variants::timeout(self.entry.timespec(3).flatten()),
            false => timeout.to_string(),
        };
        variants::epoll_reported(events, max, &timeout, mask)
    }

    /// The same of a call that the notation has no word for.
    fn printed_alone(&self) -> Option<Printed> {
        let args = &self.entry.args;
        match self.entry.row.shape {
            Shape::Sendfile => {
                let offset = match args[2] {
                    0 => None,
                    pointer => memory::u64(self.entry.memory, pointer).map(u64::cast_signed),
                };
                Some(variants::file_sent(
                    offset.filter(|_| !self.failed),
                    args[3],
                ))
            }
            Shape::Fcntl if args[1] as i32 == F_GETOWN_EX => {
                let number = |at| memory::i32(self.entry.memory, args[2] + at);
                let owner = number(0).zip(number(4));
                Some(variants::owner(owner.filter(|_| !self.failed)))
            }
            _ => None,
        }
    }
}

/// The address that a call wrote.
fn sender(raw: &Raw) -> Option<Address> {
    let written = raw.address.as_ref()?;
    crate::socket::sockaddr::decode(&written.bytes)
}
