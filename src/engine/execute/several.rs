//! Several messages in one call: sendmmsg(2) and recvmmsg(2).

use crate::call::argument::Message;
use crate::call::outcome::{Received, Returned};
use crate::call::timeout::Timeout;
use crate::engine::execute::beside::{control_of, interface_name, take_control};
use crate::engine::execute::transfer::{is_somebody, source};
use crate::engine::execute::{Execution, Result, raw};
use crate::socket::MsgFlags;
use crate::sys::messages::{Incoming, Outgoing};

impl Execution<'_> {
    pub(crate) fn sendmmsg(&mut self, fd: i32, messages: &[Message], flags: MsgFlags) -> Result {
        let buffers = self.buffers.take_sent();
        let mut rest = buffers.as_slice();
        let mut outgoing = Vec::with_capacity(messages.len());
        for message in messages {
            let (own, others) = rest.split_at(message.data.len().min(rest.len()));
            rest = others;
            let sources = own.iter().zip(&message.data);
            outgoing.push(Outgoing {
                sources: sources
                    .map(|(bytes, data)| source(bytes.as_deref(), data))
                    .collect(),
                to: message.address.as_ref().map(raw).transpose()?,
                control: control_of(message)?,
            });
        }
        let sent = crate::sys::messages::sendmmsg(fd, &outgoing, flags.0)?;
        self.raw.returned = i64::try_from(sent.len()).unwrap_or(i64::MAX);
        Ok(Returned::Sent(sent))
    }

    pub(crate) fn recvmmsg(
        &mut self,
        fd: i32,
        vlen: i32,
        sizes: &[usize],
        timeout: Option<Timeout>,
        flags: MsgFlags,
    ) -> Result {
        let mut buffers = self.buffers.take_room();
        let timeout = timeout.unwrap_or(Timeout::Forever);
        let (messages, left) = crate::sys::messages::recvmmsg(
            fd,
            vlen,
            (&mut buffers, sizes.len()),
            flags.0,
            timeout,
        )?;
        self.raw.returned = i64::try_from(messages.len()).unwrap_or(i64::MAX);
        self.raw.left = left;
        let is_tcp = self.target().is_some_and(|target| target.is_tcp());
        let discarded = flags.contains(libc::MSG_TRUNC) && is_tcp;
        let each = messages.iter().enumerate().map(|(index, message)| {
            let first = index * sizes.len();
            let mut bytes = buffers[first..first + sizes.len()].concat();
            bytes.truncate(if discarded { 0 } else { message.length });
            received(message, bytes)
        });
        let received = each.collect();
        self.raw.messages = messages.into_iter().map(|message| message.raw).collect();
        Ok(Returned::Messages(received))
    }
}

/// One message that was received.
fn received(message: &Incoming, bytes: Vec<u8>) -> Received {
    let mut received = Received {
        count: message.length as u64,
        bytes: bytes.into(),
        sizes: Vec::new(),
        from: crate::socket::sockaddr::decode(&message.raw.address.bytes).filter(is_somebody),
        // The kernel hands MSG_CMSG_CLOEXEC back; it says nothing of the message.
        flags: MsgFlags(message.raw.flags & !libc::MSG_CMSG_CLOEXEC),
        fds: Vec::new(),
        credentials: None,
        control: Vec::new(),
    };
    for control in crate::sys::message::decode(&message.raw.control.bytes) {
        take_control(&mut received, control, &interface_name);
    }
    received
}
