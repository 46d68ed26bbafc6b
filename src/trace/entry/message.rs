//! The entry of calls that move data: sendto, recvfrom, sendmsg, recvmsg, readv, writev.

use crate::call::Call;
use crate::call::argument::{Descriptor, Message};
use crate::call::control_message::ControlMessage;
use crate::call::value::Credentials;
use crate::socket::MsgFlags;
use crate::strace::variants;
use crate::sys::message::{CONTROL, Control};
use crate::trace::entry::{Entered, Entry, address, unusual};
use crate::trace::memory;
use crate::trace::syscalls::Shape;

/// `struct user_msghdr`.
const HEADER: usize = 56;
/// The most control bytes that are read.
const MOST_CONTROL: usize = 20_480;

/// The header of sendmsg(2) and recvmsg(2).
#[derive(Debug, Clone, Copy)]
pub(crate) struct Header {
    pub(crate) name: u64,
    pub(crate) name_length: u32,
    pub(crate) vectors: u64,
    pub(crate) vector_count: u64,
    pub(crate) control: u64,
    pub(crate) control_length: u64,
    pub(crate) flags: i32,
}

impl Header {
    /// The header at an address.
    pub(crate) fn at(memory: &dyn memory::Memory, pointer: u64) -> Option<Self> {
        let bytes = memory::bytes(memory, pointer, HEADER)?;
        let word = |at: usize| bytes[at..at + 8].try_into().map(u64::from_ne_bytes);
        let half = |at: usize| bytes[at..at + 4].try_into().map(u32::from_ne_bytes);
        Some(Self {
            name: word(0).ok()?,
            name_length: half(8).ok()?,
            vectors: word(16).ok()?,
            vector_count: word(24).ok()?,
            control: word(32).ok()?,
            control_length: word(40).ok()?,
            flags: half(48).ok()?.cast_signed(),
        })
    }
}

impl Entry<'_> {
    /// A call that moves data.
    pub(crate) fn transfer(&self) -> Option<Entered> {
        let socket = self.fd(0);
        Some(match self.row.shape {
            Shape::Sendto if self.args[4] == 0 && self.int(5) == 0 => Entered::of(Call::Send {
                socket,
                data: self.data(self.args[1], self.size(2))?,
                flags: MsgFlags(self.int(3)),
            }),
            Shape::Sendto => Entered::of(Call::Sendto {
                socket,
                data: self.data(self.args[1], self.size(2))?,
                address: self.address(4, 5)?,
                flags: MsgFlags(self.int(3)),
            }),
            Shape::Recvfrom if self.args[4] == 0 => Entered::of(Call::Recv {
                socket,
                room: self.room(1, 2),
                flags: MsgFlags(self.int(3)),
            }),
            Shape::Recvfrom => {
                let offered = self.length_at(5)?;
                Entered {
                    offered,
                    ..Entered::of(Call::Recvfrom {
                        socket,
                        room: self.room(1, 2),
                        flags: MsgFlags(self.int(3)),
                        length: unusual(offered),
                    })
                }
            }
            // A null pointer with no buffers is no mistake.
            Shape::Readv | Shape::Writev if self.args[1] == 0 => return None,
            Shape::Readv => Entered::of(Call::Readv {
                socket,
                sizes: self.sizes(self.args[1], self.args[2])?,
            }),
            Shape::Writev => Entered::of(Call::Writev {
                socket,
                buffers: self.buffers(self.args[1], self.args[2])?,
            }),
            Shape::Sendmsg => self.sendmsg()?,
            Shape::Recvmsg => self.recvmsg()?,
            _ => return None,
        })
    }

    pub(crate) fn sizes(&self, vectors: u64, count: u64) -> Option<Vec<usize>> {
        let vectors = memory::vectors(self.memory, vectors, count)?;
        Some(vectors.into_iter().map(|(_, size)| size).collect())
    }

    fn buffers(&self, vectors: u64, count: u64) -> Option<Vec<crate::call::data::Data>> {
        let vectors = memory::vectors(self.memory, vectors, count)?;
        let buffers = vectors.into_iter();
        buffers
            .map(|(base, length)| self.data(base, length))
            .collect()
    }

    /// The message of a header, and whether the notation has all of it.
    pub(crate) fn message_at(&self, place: u64) -> Option<(Message, bool)> {
        let header = Header::at(self.memory, place)?;
        let control = self.control_of(&header)?;
        let name = match header.name {
            0 => None,
            pointer => Some(address(
                self.memory,
                pointer,
                header.name_length.cast_signed(),
            )?),
        };
        let mut message = Message {
            data: self.buffers(header.vectors, header.vector_count)?,
            address: name,
            flags: MsgFlags(0),
            fds: Vec::new(),
            credentials: None,
            control: Vec::new(),
        };
        let left_out = crate::sys::message::decode(&control)
            .into_iter()
            .filter(|control| !take(&mut message, control))
            .count();
        Some((message, left_out == 0 && header.flags == 0))
    }

    /// The control buffer of a header.
    fn control_of(&self, header: &Header) -> Option<Vec<u8>> {
        let room = usize::try_from(header.control_length).ok()?;
        match header.control {
            0 => Some(Vec::new()),
            pointer => memory::bytes(self.memory, pointer, room.min(MOST_CONTROL)),
        }
    }

    fn sendmsg(&self) -> Option<Entered> {
        let header = Header::at(self.memory, self.args[1])?;
        let (mut message, is_whole) = self.message_at(self.args[1])?;
        message.flags = MsgFlags(self.int(2));
        let control = self.control_of(&header)?;
        let made = (!is_whole).then(|| {
            let bytes = memory::bytes(
                self.memory,
                header.name,
                usize::try_from(header.name_length).unwrap_or(0).min(128),
            );
            variants::sendmsg(
                self.int(0),
                &message,
                (&bytes.unwrap_or_default(), header.name_length),
                &control,
                self.environment,
            )
        });
        Some(Entered {
            made_as: made,
            ..Entered::of(Call::Sendmsg {
                socket: self.fd(0),
                message: Box::new(message),
            })
        })
    }

    fn recvmsg(&self) -> Option<Entered> {
        let header = Header::at(self.memory, self.args[1])?;
        let room = i32::try_from(header.control_length).unwrap_or(i32::MAX);
        let room = if header.control == 0 { 0 } else { room };
        let call = Call::Recvmsg {
            socket: self.fd(0),
            counts: self.sizes(header.vectors, header.vector_count)?,
            flags: MsgFlags(self.int(2)),
            control: (room != CONTROL).then_some(room),
        };
        let entered = Entered {
            offered: header.name_length,
            ..Entered::of(call)
        };
        Some(match header.name {
            0 => entered.made_as(variants::recvmsg(self.int(0))),
            _ => entered,
        })
    }
}

/// Takes a control message into a message of the notation; gives false where that would send it at another place, or not
/// in one piece.
fn take(message: &mut Message, control: &Control) -> bool {
    let words = control.data.chunks_exact(4);
    let words: Vec<i32> = words
        .filter_map(|word| word.try_into().ok().map(i32::from_ne_bytes))
        .collect();
    match (control.level, control.kind, words.as_slice()) {
        (libc::SOL_SOCKET, libc::SCM_RIGHTS, fds) => {
            let is_first = message.fds.is_empty();
            message.fds.extend(fds.iter().copied().map(Descriptor::Raw));
            is_first && message.credentials.is_none() && message.control.is_empty()
        }
        (libc::SOL_SOCKET, libc::SCM_CREDENTIALS, [pid, uid, gid]) => {
            let credentials = Credentials {
                pid: *pid,
                uid: uid.cast_unsigned(),
                gid: gid.cast_unsigned(),
            };
            message.credentials.replace(credentials).is_none() && message.control.is_empty()
        }
        (level, kind, _) => {
            let control = ControlMessage::of(level, kind, control.data.clone());
            message.control.push(control);
            true
        }
    }
}
