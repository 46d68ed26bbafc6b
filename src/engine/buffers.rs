//! The memory of a call whose size the person chose. It is had before the call: where there is not enough, the call is
//! refused and not made.

use std::ops::Deref;

use crate::call::Call;
use crate::call::data::{Data, NoMemory};
use crate::call::parameter::Argument;
use crate::call::table::Role;
use crate::sys::repeated::{Repeated, block_size};

/// The buffer of `echo`, `drain` and `sink`: what a careful program would take.
pub(crate) const LOOP_BUFFER: usize = 256 << 10;

/// How many blocks generated data must have to be mapped instead of copied.
const WORTH_MAPPING: usize = 4;

/// What a call sends.
#[derive(Debug)]
pub(crate) enum Sent {
    Copied(Vec<u8>),
    Mapped(Repeated),
}

impl Sent {
    /// The bytes of an argument; `None` for a null pointer. Long ones that repeat a piece take no more memory than a block.
    fn of(data: &Data) -> Result<Option<Self>, NoMemory> {
        let size = data.piece().and_then(|piece| block_size(piece.len()));
        let size = size.filter(|size| data.len() / WORTH_MAPPING >= *size);
        // Where the kernel cannot map a block twice, the bytes are copied.
        let mapped = size.and_then(|size| Repeated::new(&data.head(size), data.len()));
        match mapped {
            Some(mapped) => Ok(Some(Self::Mapped(mapped))),
            None => Ok(data.bytes()?.map(Self::Copied)),
        }
    }
}

impl Deref for Sent {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        match self {
            Self::Copied(bytes) => bytes,
            Self::Mapped(bytes) => bytes,
        }
    }
}

/// The buffers of one call, in the order of its arguments.
#[derive(Debug, Default)]
pub(crate) struct Buffers {
    sent: Vec<Option<Sent>>,
    room: Vec<Vec<u8>>,
}

impl Buffers {
    /// What a call is going to need.
    pub(crate) fn of(call: &Call) -> Result<Self, NoMemory> {
        let (mut buffers, mut had) = (Self::default(), Ok(()));
        call.visit(&mut |argument| {
            if had.is_ok() {
                had = buffers.for_argument(argument);
            }
        });
        had?;
        // Each message has the buffers of the sizes that are given once.
        if let (Some(most), Some(sizes)) = (call.most_messages(), call.room()) {
            buffers.room.clear();
            for _ in 0..crate::sys::messages::taken(most) {
                sizes.iter().try_for_each(|size| buffers.receives(*size))?;
            }
        }
        // What a loop sends is an argument, or the loop generates it.
        let receives = matches!(call.call_kind().role(), Role::Receives | Role::Answers);
        if call.call_kind().is_loop() && receives {
            buffers.receives(LOOP_BUFFER)?;
        }
        Ok(buffers)
    }

    /// The memory of one argument: that of a sort which a person gives a size. Each sort is named, so that a new one is
    /// not forgotten.
    fn for_argument(&mut self, argument: Argument<'_>) -> Result<(), NoMemory> {
        match argument {
            Argument::Data(data) => self.sends(data),
            Argument::Buffers(buffers) => buffers.iter().try_for_each(|data| self.sends(data)),
            Argument::Message(message) => message.data.iter().try_for_each(|data| self.sends(data)),
            Argument::Messages(messages) => {
                let mut data = messages.iter().flat_map(|message| &message.data);
                data.try_for_each(|data| self.sends(data))
            }
            Argument::Chunk(chunk) => self.sends(&Data::Pattern(chunk)),
            Argument::Room(room) => self.receives(if room.null { 0 } else { room.size }),
            Argument::Sizes(sizes) => sizes.iter().try_for_each(|size| self.receives(*size)),
            // What these need is small, or is allocated where the call is executed.
            Argument::Descriptor(_)
            | Argument::Address(_)
            | Argument::Domain(_)
            | Argument::Type(_)
            | Argument::SockFlags(_)
            | Argument::Protocol(_)
            | Argument::Int(_)
            | Argument::MsgFlags(_)
            | Argument::How(_)
            | Argument::Length(_)
            | Argument::Option(_)
            | Argument::Value(_)
            | Argument::FcntlCommand(_)
            | Argument::FcntlArg(_)
            | Argument::IoctlRequest(_)
            | Argument::Entries(_)
            | Argument::Millis(_)
            | Argument::Sets(_)
            | Argument::Timeout(_)
            | Argument::Limit(_)
            | Argument::Constant(..)
            | Argument::Flags(..)
            | Argument::EpollOp(_)
            | Argument::EpollEvents(_)
            | Argument::Signals(_)
            | Argument::Mask(_)
            | Argument::Path(_)
            | Argument::Mode(_)
            | Argument::Bytes(_)
            | Argument::Service(_)
            | Argument::Process(_)
            | Argument::Fault(_)
            | Argument::Duration(_)
            | Argument::Interval(_)
            | Argument::Lookup(_) => Ok(()),
        }
    }

    fn sends(&mut self, data: &Data) -> Result<(), NoMemory> {
        self.sent.push(Sent::of(data)?);
        Ok(())
    }

    fn receives(&mut self, size: usize) -> Result<(), NoMemory> {
        let room = crate::sys::memory::zeroed(size).ok_or(NoMemory(size))?;
        self.room.push(room);
        Ok(())
    }

    /// What is sent; `None` for a null pointer.
    pub(crate) fn take_sent(&mut self) -> Vec<Option<Sent>> {
        std::mem::take(&mut self.sent)
    }

    /// Where data is received.
    pub(crate) fn take_room(&mut self) -> Vec<Vec<u8>> {
        std::mem::take(&mut self.room)
    }
}

#[cfg(test)]
mod tests {
    use crate::engine::buffers::*;
    use crate::notation::parse_line;

    /// The sizes of what a call needs, to send and to receive.
    #[track_caller]
    fn sizes(line: &str) -> (Vec<Option<usize>>, Vec<usize>) {
        let call = parse_line(line).expect(line).command.expect(line).call;
        let mut buffers = Buffers::of(&call).expect("it is little");
        let sent = buffers.take_sent().into_iter();
        let room = buffers.take_room().into_iter();
        (
            sent.map(|bytes| bytes.map(|bytes| bytes.len())).collect(),
            room.map(|room| room.len()).collect(),
        )
    }

    #[test]
    fn each_call_gets_buffers_of_the_sizes_in_its_arguments() {
        assert_eq!(sizes("send(s, \"x\"*1000)"), (vec![Some(1000)], vec![]));
        assert_eq!(sizes("write(s, bytes(70))"), (vec![Some(70)], vec![]));
        assert_eq!(sizes("send(s, NULL*9)"), (vec![None], vec![]));
        assert_eq!(
            sizes("sendmsg(s, [\"a\", NULL*2])"),
            (vec![Some(1), None], vec![])
        );
        assert_eq!(sizes("source(s, 100, 30)"), (vec![Some(30)], vec![]));
        assert_eq!(sizes("recv(s, 5)"), (vec![], vec![5]));
        assert_eq!(sizes("recvmsg(s, [3, 4])"), (vec![], vec![3, 4]));
        assert_eq!(sizes("drain(s)"), (vec![], vec![LOOP_BUFFER]));
        assert_eq!(sizes("listen(s, 5)"), (vec![], vec![]));
    }

    #[test]
    fn more_than_there_is_is_refused_with_its_size() {
        let call = Call::Recvmsg {
            socket: crate::call::argument::Descriptor::Raw(3),
            counts: vec![1, usize::MAX],
            flags: crate::socket::MsgFlags(0),
            control: None,
        };
        let error = Buffers::of(&call).expect_err("nobody has so much");
        assert_eq!(
            error.to_string(),
            format!("not enough memory for {} bytes", usize::MAX)
        );
    }
}
