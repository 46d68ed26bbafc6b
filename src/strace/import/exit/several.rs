//! What calls with headers and several buffers received or sent.

use crate::call::argument::Descriptor;
use crate::call::control_message::ControlMessage;
use crate::call::outcome::{Raw, RawMessage, Received, Returned, Written};
use crate::call::received_bytes::ReceivedBytes;
use crate::call::value::Credentials;
use crate::socket::{Address, MsgFlags, UnixName};
use crate::strace::import::arguments::{lengths, timespec, written};
use crate::strace::import::control;
use crate::strace::import::exit::Exit;
use crate::strace::import::exit::buffers::{received, scattered};
use crate::strace::import::number::{constant_of, integer};
use crate::strace::import::value::{Field, arguments, member};
use crate::strace::names::MSG_FLAGS;

impl Exit<'_, '_> {
    /// The message of so many bytes that was received into the buffers of a header.
    pub(super) fn message(
        &self,
        header: &[Field<'_>],
        count: u64,
        flags: MsgFlags,
        raw: &mut Raw,
    ) -> Option<Received> {
        let is_thrown_away = self.is_tcp && flags.contains(libc::MSG_TRUNC);
        let bytes = match is_thrown_away {
            true => ReceivedBytes::from(Vec::new()),
            false => scattered(member(header, "msg_iov")?, count)?,
        };
        let mut received = received(count, bytes);
        raw.msg_flags = constant_of(member(header, "msg_flags")?, &[&MSG_FLAGS])?;
        received.flags = message_flags(raw.msg_flags);
        let name = member(header, "msg_name")?;
        if name.word() != Some("NULL") {
            let from = written(name, lengths(member(header, "msg_namelen")?)?)?;
            received.from = crate::socket::sockaddr::decode(&from.bytes).filter(is_somebody);
            raw.address = Some(from);
        }
        let controls = control::messages(header)?;
        let (offered, length) = lengths(member(header, "msg_controllen")?)?;
        raw.control = Some(Written {
            bytes: control_bytes(&controls),
            offered,
            length,
        });
        for control in controls {
            take(&mut received, control);
        }
        Some(received)
    }

    /// The messages of recvmmsg(2), each with its length.
    pub(super) fn received_messages(&self, flags: MsgFlags, raw: &mut Raw) -> Option<Returned> {
        let mut all = Vec::new();
        for entry in self.arguments.get(1)?.list()? {
            let members = entry.members()?;
            // Those that were not received have no length.
            let Some(length) = member(members, "msg_len") else {
                continue;
            };
            let count = self.moved(integer(length.word()?)?)?;
            let header = member(members, "msg_hdr")?.members()?;
            let mut own = Raw::default();
            all.push(self.message(header, count, flags, &mut own)?);
            raw.messages.push(RawMessage {
                address: own.address.unwrap_or_default(),
                control: own.control.unwrap_or_default(),
                flags: own.msg_flags,
            });
        }
        let most = usize::try_from(self.result.number?).ok()?;
        all.truncate(most);
        raw.messages.truncate(most);
        raw.left = self.left();
        Some(Returned::Messages(all))
    }

    /// How many bytes of each message were sent.
    pub(super) fn sent_messages(&self, number: i64) -> Option<Returned> {
        let most = usize::try_from(number).ok()?;
        let sent = self.arguments.get(1)?.list()?.iter().take(most);
        let lengths = sent.map(|entry| {
            let length = member(entry.members()?, "msg_len")?;
            self.moved(integer(length.word()?)?)
        });
        lengths.collect::<Option<_>>().map(Returned::Sent)
    }

    /// What was left of the timeout, in nanoseconds: `left {tv_sec=1, tv_nsec=0}`.
    pub(super) fn left(&self) -> Option<u64> {
        let (_, text) = self.result.words.rsplit_once("left ")?;
        let fields = arguments(text)?;
        let left = timespec(&fields.first()?.value)?;
        Some(u64::try_from(left.as_nanos()).unwrap_or(u64::MAX))
    }
}

/// The buffer in which control messages were written, each beginning at a multiple of eight.
fn control_bytes(messages: &[ControlMessage]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for message in messages {
        bytes.extend((16 + message.data.len() as u64).to_ne_bytes());
        bytes.extend(message.level.to_ne_bytes());
        bytes.extend(message.kind.to_ne_bytes());
        bytes.extend(&message.data);
        bytes.resize(bytes.len().next_multiple_of(8), 0);
    }
    bytes
}

/// Takes one control message that was received.
fn take(received: &mut Received, control: ControlMessage) {
    let words = control.data.chunks_exact(4);
    let mut words = words.filter_map(|word| word.try_into().ok().map(i32::from_ne_bytes));
    match (control.level, control.kind) {
        (libc::SOL_SOCKET, libc::SCM_RIGHTS) => received.fds.extend(words.map(Descriptor::Raw)),
        (libc::SOL_SOCKET, libc::SCM_CREDENTIALS) => {
            if let (Some(pid), Some(uid), Some(gid)) = (words.next(), words.next(), words.next()) {
                received.credentials = Some(Credentials {
                    pid,
                    uid: uid.cast_unsigned(),
                    gid: gid.cast_unsigned(),
                });
            }
        }
        _ => received.control.push(control),
    }
}

/// Whether a socket has a name at all.
fn is_somebody(address: &Address) -> bool {
    !matches!(address, Address::Unix(UnixName::Unnamed))
}

/// The flags of a message without the one that the kernel hands back, which says nothing of it.
fn message_flags(flags: i32) -> MsgFlags {
    MsgFlags(flags & !libc::MSG_CMSG_CLOEXEC)
}
