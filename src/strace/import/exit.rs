//! What a call returned and wrote, as strace(1) prints it, as an outcome of the notation.

mod buffers;
mod several;
mod waited;

use crate::call::Call;
use crate::call::argument::OptionArg;
use crate::call::column::Gives;
use crate::call::fault::Fault;
use crate::call::option_bytes;
use crate::call::outcome::{Outcome, Raw, Received, Returned, Written};
use crate::call::received_bytes::ReceivedBytes;
use crate::call::syscall::Printed;
use crate::call::value::Value as OptionValue;
use crate::socket::constant::{DescriptorFlags, FcntlCommand, StatusFlags};
use crate::socket::{Address, Sig};
use crate::strace::import::arguments::Arguments;
use crate::strace::import::entry::option;
use crate::strace::import::number::{int_of, option_int};
use crate::strace::import::result::Result;
use crate::strace::import::value::{Field, Value};

/// What open(2) calls the access mode; the same for every socket.
const ACCESS_MODE: i32 = libc::O_ACCMODE;
/// O_LARGEFILE, which Linux adds on 64-bit systems and strace prints.
const LARGE_FILE: i32 = 0o100_000;
/// The most bytes that one call moves, MAX_RW_COUNT.
const MOST_MOVED: i64 = 0x7fff_f000;
/// A call that has returned.
#[derive(Clone, Copy)]
pub(super) struct Exit<'a, 'b> {
    /// The call.
    pub(super) call: &'b Call,
    /// Its arguments, as they are printed when it has returned.
    pub(super) arguments: Arguments<'a, 'b>,
    /// What it returned.
    pub(super) result: Result<'a>,
    /// Whether data that is received with MSG_TRUNC is thrown away: the socket is TCP.
    pub(super) is_tcp: bool,
    /// The descriptor that an epoll instance has with this data.
    pub(super) watched: &'b dyn Fn(u64) -> Option<i32>,
}

impl Exit<'_, '_> {
    /// Its outcome. `None`: the text is no result of this call.
    pub(super) fn read(&self) -> Option<Outcome> {
        let number = self.result.number?;
        let mut raw = Raw {
            returned: number,
            printed: Some(Box::new(Printed {
                arguments: String::new(),
                result: Some(self.result.text.to_owned()),
            })),
            ..Raw::default()
        };
        let result = match self.result.errno {
            Some(errno) => {
                self.note_lengths(&mut raw);
                Err(errno)
            }
            None => Ok(self.returned(number, &mut raw)?),
        };
        let mut outcome = Outcome::of(result);
        outcome.injected = match self.result.injected {
            true => Some(self.result.errno.map_or(Fault::Short, Fault::Errno)),
            false => None,
        };
        outcome.raw = Some(Box::new(raw));
        Some(outcome)
    }

    fn returned(&self, number: i64, raw: &mut Raw) -> Option<Returned> {
        let fd = || i32::try_from(number).ok().filter(|fd| *fd >= 0);
        Some(match self.call.call_kind().signature().gives {
            Gives::Zero => Returned::Zero,
            Gives::Socket
            | Gives::Eventfd
            | Gives::Timerfd
            | Gives::Epoll
            | Gives::File
            | Gives::Duplicate => Returned::Descriptor(fd()?),
            Gives::Pair => self.pair(3)?,
            Gives::Pipe => self.pair(0)?,
            Gives::Connection => {
                raw.address = self.address(1, 2);
                let from = sender(raw);
                Returned::Accepted { fd: fd()?, from }
            }
            Gives::Address => {
                raw.address = self.address(1, 2);
                Returned::Address(sender(raw)?)
            }
            Gives::Received => self.received(self.moved(number)?, raw)?,
            Gives::Value => self.option_value(raw)?,
            Gives::Control => self.controlled(number)?,
            Gives::Answer => self.answered(raw)?,
            Gives::Ready => self.ready(raw)?,
            Gives::Selected => self.selected(number, raw)?,
            Gives::Sent => match self.call.messages() {
                Some(_) => self.sent_messages(number)?,
                None => Returned::Count(self.moved(number)?),
            },
            Gives::Signal
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
            | Gives::Number => Returned::Count(u64::try_from(number).ok()?),
        })
    }

    /// How many bytes were moved, if one call can move so many.
    fn moved(&self, number: i64) -> Option<u64> {
        let number = Some(number).filter(|number| *number <= MOST_MOVED);
        u64::try_from(number?).ok()
    }

    /// Two new descriptors.
    fn pair(&self, index: usize) -> Option<Returned> {
        match self.arguments.get(index)?.list()? {
            [a, b] => Some(Returned::Pair(int_of(a)?, int_of(b)?)),
            _ => None,
        }
    }

    /// An address that the call wrote. `None`: it was not to be written.
    fn address(&self, index: usize, length: usize) -> Option<Written> {
        let has_address = !self.arguments.is_null(index);
        self.arguments
            .written(index, length)
            .filter(|_| has_address)
    }

    /// The lengths that were offered, which are shown of a call that failed.
    fn note_lengths(&self, raw: &mut Raw) {
        let kind = self.call.call_kind();
        let gives = kind.accepts() || kind.signature().gives == Gives::Address;
        let offered = self.arguments.lengths(2).filter(|_| gives);
        raw.address = offered.map(|(offered, length)| Written {
            bytes: Vec::new(),
            offered,
            length,
        });
    }

    fn received(&self, count: u64, raw: &mut Raw) -> Option<Returned> {
        if let Call::Recvmsg { flags, .. } = self.call {
            let header = self.arguments.get(1)?.members()?;
            let message = self.message(header, count, *flags, raw)?;
            return Some(Returned::Message(Box::new(message)));
        }
        if let Call::Recvmmsg { flags, .. } = self.call {
            return self.received_messages(*flags, raw);
        }
        if let Call::Readv { sizes, .. } = self.call {
            let bytes = buffers::scattered(self.arguments.get(1)?, count)?;
            return Some(Returned::Message(Box::new(Received {
                sizes: sizes.clone(),
                ..buffers::received(count, bytes)
            })));
        }
        if let Call::Recvfrom { .. } = self.call {
            raw.address = self.address(4, 5);
        }
        let room = self.call.room().map_or(0, |room| room.iter().sum());
        let there = usize::try_from(count).ok()?.min(room);
        let is_thrown_away = self.is_tcp && self.call.msg_flags().contains(libc::MSG_TRUNC);
        let bytes = match is_thrown_away {
            true => ReceivedBytes::from(Vec::new()),
            false => shown(self.arguments.get(1)?, there)?,
        };
        Some(Returned::Data {
            count,
            bytes,
            from: sender(raw),
        })
    }

    fn option_value(&self, raw: &mut Raw) -> Option<Returned> {
        let option: OptionArg = option::option(self.arguments)?;
        let (offered, length) = self.arguments.lengths(4)?;
        let field = self.arguments.get(3)?;
        let value = match offered {
            // There is a value, and there was no room for it.
            0 if length > 0 => OptionValue::Raw(Vec::new()),
            _ => {
                let bytes = option::bytes(field)?;
                raw.value = Some(Written {
                    bytes: bytes.clone(),
                    offered,
                    length,
                });
                option_bytes::decode(option, &bytes)
            }
        };
        Some(Returned::Value(value))
    }

    fn controlled(&self, number: i64) -> Option<Returned> {
        let value = i32::try_from(number).ok()?;
        let Call::Fcntl { command, .. } = self.call else {
            return None;
        };
        let FcntlCommand(number) = *command;
        Some(match number {
            libc::F_GETFL => Returned::Status(StatusFlags(value & !(ACCESS_MODE | LARGE_FILE))),
            libc::F_GETFD => Returned::Flags(DescriptorFlags(value)),
            _ if command.makes() => Returned::Descriptor(Some(value).filter(|fd| *fd >= 0)?),
            _ if command.is_signal() && value != 0 => Returned::Signal {
                signal: Sig(value),
                about: None,
            },
            _ => Returned::Value(OptionValue::Int(value)),
        })
    }

    /// What ioctl(2) wrote behind its last argument.
    fn answered(&self, raw: &mut Raw) -> Option<Returned> {
        let value = option_int(&self.arguments.get(2)?.list()?.first()?.value)?;
        raw.value = Some(Written {
            bytes: value.to_ne_bytes().to_vec(),
            ..Written::default()
        });
        let Call::Ioctl { request, .. } = self.call else {
            return None;
        };
        Some(match request.sets() {
            true => Returned::Zero,
            false => Returned::Value(OptionValue::Int(value)),
        })
    }
}

/// Received bytes, as many as are shown of so many.
fn shown(field: &Field<'_>, there: usize) -> Option<ReceivedBytes> {
    match &field.value {
        Value::Text(bytes, _) if bytes.len() == there => Some(ReceivedBytes::from(bytes.clone())),
        Value::Text(bytes, false) if bytes.len() < there => {
            Some(ReceivedBytes::head_of(bytes.clone(), there))
        }
        // Nothing is read of a pointer that leads nowhere.
        Value::Word(_) => Some(ReceivedBytes::head_of(Vec::new(), there)),
        _ => None,
    }
}

/// The address that a call wrote.
fn sender(raw: &Raw) -> Option<Address> {
    let written = raw.address.as_ref()?;
    crate::socket::sockaddr::decode(&written.bytes)
}
