//! Sending and receiving: one system call each, the loops excepted.

use crate::call::argument::{Message, Room};
use crate::call::data::Data;
use crate::call::outcome::{Received, Returned, Written};
use crate::engine::execute::beside::{control_of, interface_name, take_control};
use crate::engine::execute::{Execution, Result, raw};
use crate::socket::{Address, MsgFlags};
use crate::sys::Checked;
use crate::sys::socket::{Source, Target};

impl Execution<'_> {
    pub(crate) fn recv(&mut self, fd: i32, room: Room, flags: MsgFlags) -> Result {
        let taken = self.receive(room, |target| {
            Ok((crate::sys::socket::recv(fd, target, flags.0)?, None))
        });
        self.shown(taken, flags)
    }

    /// What an eventfd or a timerfd gives is a number.
    pub(crate) fn read(&mut self, fd: i32, room: Room) -> Result {
        let taken = self.receive(room, |target| {
            Ok((crate::sys::socket::read(fd, target)?, None))
        });
        let is_number = self.target().is_some_and(|target| target.kind.is_number());
        match taken {
            Ok(Returned::Data { count, bytes, from }) if is_number => Ok(Returned::Data {
                count,
                bytes: bytes.number(),
                from,
            }),
            taken => taken,
        }
    }

    pub(crate) fn recvfrom(
        &mut self,
        fd: i32,
        room: Room,
        flags: MsgFlags,
        length: Option<i32>,
    ) -> Result {
        let taken = self.receive(room, |target| {
            let (count, from) = crate::sys::socket::recvfrom(fd, target, flags.0, length)?;
            Ok((count, Some(from)))
        });
        self.shown(taken, flags)
    }

    pub(crate) fn with(
        &mut self,
        data: &Data,
        send: impl FnOnce(Source<'_>) -> Checked<usize>,
    ) -> Result {
        let bytes = self.buffers.take_sent().into_iter().next().flatten();
        let source = source(bytes.as_deref(), data);
        let count = send(source)?;
        Ok(self.count(count))
    }

    fn count(&mut self, count: usize) -> Returned {
        self.raw.returned = i64::try_from(count).unwrap_or(i64::MAX);
        Returned::Count(count as u64)
    }

    pub(crate) fn receive(
        &mut self,
        room: Room,
        take: impl FnOnce(Target<'_>) -> Checked<(usize, Option<Written>)>,
    ) -> Result {
        let mut buffer = self.buffers.take_room().pop().unwrap_or_default();
        debug_assert_eq!(buffer.len(), if room.null { 0 } else { room.size });
        let target = if room.null {
            Target::Null(room.size)
        } else {
            Target::Buffer(&mut buffer)
        };
        let (count, from) = take(target)?;
        self.raw.returned = i64::try_from(count).unwrap_or(i64::MAX);
        // With MSG_TRUNC the count is the length of the datagram, which may be more than fitted.
        buffer.truncate(count);
        let address = from
            .as_ref()
            .and_then(|from| crate::socket::sockaddr::decode(&from.bytes));
        self.raw.address = from;
        Ok(Returned::Data {
            count: count as u64,
            bytes: buffer.into(),
            from: address,
        })
    }

    /// What was received, without bytes where there are none: TCP throws away what MSG_TRUNC takes (tcp(7)).
    fn shown(&self, taken: Result, flags: MsgFlags) -> Result {
        let is_tcp = || self.target().is_some_and(|target| target.is_tcp());
        match taken {
            Ok(Returned::Data { count, from, .. })
                if flags.contains(libc::MSG_TRUNC) && is_tcp() =>
            {
                Ok(Returned::Data {
                    count,
                    bytes: Vec::new().into(),
                    from,
                })
            }
            taken => taken,
        }
    }

    pub(crate) fn sendmsg(&mut self, fd: i32, message: &Message) -> Result {
        let to = match &message.address {
            Some(address) => Some(raw(address)?),
            None => None,
        };
        let control = control_of(message)?;
        self.gather(&message.data, |sources| {
            crate::sys::message::sendmsg(fd, sources, to.as_ref(), &control, message.flags.0)
        })
    }

    /// Sends several buffers in one call.
    pub(crate) fn gather(
        &mut self,
        data: &[Data],
        send: impl FnOnce(&[Source<'_>]) -> Checked<usize>,
    ) -> Result {
        let buffers = self.buffers.take_sent();
        debug_assert_eq!(buffers.len(), data.len());
        let sources: Vec<Source<'_>> = buffers
            .iter()
            .zip(data)
            .map(|(bytes, data)| source(bytes.as_deref(), data))
            .collect();
        let count = send(&sources)?;
        Ok(self.count(count))
    }

    /// Receives into several buffers in one call that gives nothing but data.
    pub(crate) fn scatter(
        &mut self,
        sizes: &[usize],
        receive: impl FnOnce(&mut [Vec<u8>]) -> Checked<usize>,
    ) -> Result {
        let mut buffers = self.buffers.take_room();
        debug_assert_eq!(buffers.len(), sizes.len());
        let count = receive(&mut buffers)?;
        self.raw.returned = i64::try_from(count).unwrap_or(i64::MAX);
        let mut bytes = buffers.concat();
        bytes.truncate(count);
        Ok(Returned::Message(Box::new(Received {
            count: count as u64,
            bytes: bytes.into(),
            sizes: sizes.to_vec(),
            from: None,
            flags: MsgFlags(0),
            fds: Vec::new(),
            credentials: None,
            control: Vec::new(),
        })))
    }

    pub(crate) fn recvmsg(
        &mut self,
        fd: i32,
        counts: &[usize],
        flags: MsgFlags,
        control: Option<i32>,
    ) -> Result {
        let room = control.unwrap_or(crate::sys::message::CONTROL);
        let mut buffers = self.buffers.take_room();
        debug_assert_eq!(buffers.len(), counts.len());
        let got = crate::sys::message::recvmsg(fd, &mut buffers, room, flags.0)?;
        self.raw.returned = i64::try_from(got.count).unwrap_or(i64::MAX);
        let mut bytes = buffers.concat();
        bytes.truncate(got.count);
        let discarded =
            flags.contains(libc::MSG_TRUNC) && self.target().is_some_and(|target| target.is_tcp());
        if discarded {
            bytes.clear();
        }
        let mut received = Received {
            count: got.count as u64,
            bytes: bytes.into(),
            // Shown as one message, as recvmsg() reports no boundaries.
            sizes: Vec::new(),
            from: crate::socket::sockaddr::decode(&got.from.bytes).filter(is_somebody),
            // The kernel hands MSG_CMSG_CLOEXEC back; it says nothing of the message.
            flags: MsgFlags(got.flags & !libc::MSG_CMSG_CLOEXEC),
            fds: Vec::new(),
            credentials: None,
            control: Vec::new(),
        };
        for control in crate::sys::message::decode(&got.control.bytes) {
            take_control(&mut received, control, &interface_name);
        }
        self.raw.address = Some(got.from);
        self.raw.control = Some(got.control);
        self.raw.msg_flags = got.flags;
        Ok(Returned::Message(Box::new(received)))
    }
}

/// What a sending call is given.
pub(crate) fn source<'a>(bytes: Option<&'a [u8]>, data: &Data) -> Source<'a> {
    let source = bytes.map_or(Source::Null(data.len()), Source::Bytes);
    debug_assert!(bytes.is_some() || matches!(data, Data::Null(_)));
    source
}

/// Whether an address says who it was: of a connection recvmsg gives none, of an unbound AF_UNIX socket an empty one.
pub(crate) fn is_somebody(address: &Address) -> bool {
    !matches!(address, Address::Unix(crate::socket::UnixName::Unnamed))
}
