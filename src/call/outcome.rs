//! What a call gave: the value it returned or its errno, as it is written after `->`.

pub mod after;
mod words;

use std::fmt;

use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;

use crate::call::argument::{Descriptor, Sets};
use crate::call::control_message::ControlMessage;
use crate::call::fault::Fault;
use crate::call::lookup::AddressList;
use crate::call::outcome::after::After;
pub use crate::call::outcome::words::Word;
use crate::call::process::ChildChange;
use crate::call::received_bytes::ReceivedBytes;
use crate::call::signal::SignalInfo;
use crate::call::syscall::Printed;
use crate::call::value::{Credentials, Value};
use crate::socket::constant::{DescriptorFlags, StatusFlags};
use crate::socket::recorded;
use crate::socket::{Address, EpollEvents, Errno, MsgFlags, PollEvents, Sig, TcpState};

/// How a call ended.
#[skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outcome {
    /// What it returned, or errno.
    pub result: Result<Returned, Errno>,
    /// Whether it raised SIGPIPE.
    #[serde(default, skip_serializing_if = "recorded::is_default")]
    pub sigpipe: bool,
    /// What a call that consists of many had done before the one that failed. `None` where none failed, or the first.
    pub partial: Option<Partial>,
    /// The fault that was injected into the call of a traced program: the result is not, or not only, the kernel's.
    pub injected: Option<Fault>,
    /// What the kernel wrote, byte for byte. `None` for what is not a single system call.
    pub raw: Option<Box<Raw>>,
}

/// What a loop had done before one of its calls failed: `ECONNRESET after 5 bytes`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Partial {
    /// How many; never 0.
    pub count: u64,
    /// Of what, for one and for several.
    #[serde(deserialize_with = "recorded::two_texts")]
    pub unit: [&'static str; 2],
}

impl Partial {
    /// So many bytes.
    pub const BYTES: [&'static str; 2] = ["byte", "bytes"];
    /// So many connections.
    pub const CONNECTIONS: [&'static str; 2] = ["connection", "connections"];
}

/// What a system call returned and wrote, as the kernel gave it: for renderings that show every byte, such as strace's.
#[skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Raw {
    /// The return value; -1 with an errno.
    pub returned: i64,
    /// The socket address that was written.
    pub address: Option<Written>,
    /// The option value, or the int behind an ioctl argument.
    pub value: Option<Written>,
    /// The control messages of recvmsg(2).
    pub control: Option<Written>,
    /// `msg_flags` of recvmsg(2).
    #[serde(default, skip_serializing_if = "recorded::is_default")]
    pub msg_flags: i32,
    /// What strace(1) prints of it, for a call of a traced program that is not printed by its arguments.
    pub printed: Option<Box<Printed>>,
    /// What was left of the timeout of select(2), pselect(2) and ppoll(2), in nanoseconds.
    pub left: Option<u64>,
    /// The addresses, control messages and flags of recvmmsg(2), message by message.
    #[serde(default, skip_serializing_if = "recorded::is_default")]
    pub messages: Vec<RawMessage>,
    /// The signals whose handlers interrupted a call that has a signal mask.
    #[serde(default, skip_serializing_if = "recorded::is_default")]
    pub caught: Vec<Caught>,
    /// Why the signal came that sigtimedwait(2) took, and who sent it.
    #[serde(default, skip_serializing_if = "recorded::is_default")]
    pub info: SignalInfo,
    /// errno, where getaddrinfo(3) or getnameinfo(3) returned EAI_SYSTEM.
    pub system_errno: Option<Errno>,
    /// Where a call of the C library got names from: it was not left to ask whom it is configured to ask.
    #[serde(default, deserialize_with = "recorded::some_text")]
    pub names_from: Option<recorded::OwnText>,
    /// What an option reads just after setsockopt(2): asked by another call, which is not part of this one.
    pub read_back: Option<Value>,
    /// What was found just after a call that sends or receives, by other calls too. `None`: nothing was asked.
    pub after: Option<Box<After>>,
}

/// What recvmmsg(2) wrote for one message beside its data.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct RawMessage {
    /// The address of the sender.
    pub address: Written,
    /// The control messages.
    pub control: Written,
    /// `msg_flags`
    pub flags: i32,
}

/// A signal whose handler interrupted a call.
#[skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Caught {
    /// Which.
    pub signal: Sig,
    /// The descriptor that it speaks of, and what happened there.
    pub about: Option<(Descriptor, PollEvents)>,
    /// Why it came, and who sent it.
    pub info: SignalInfo,
}

/// Bytes behind a value-result length.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Written {
    /// The buffer, as far as the kernel wrote it.
    #[serde(with = "recorded::bytes")]
    pub bytes: Vec<u8>,
    /// The length that the call was given.
    pub offered: u32,
    /// The length that it gave back; more than `offered` where it was cut.
    pub length: u32,
}

/// What a successful call returned.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Returned {
    /// `0`
    Zero,
    /// A new descriptor.
    Descriptor(i32),
    /// Two of them.
    Pair(i32, i32),
    /// A new descriptor and the address of the peer.
    Accepted {
        /// The descriptor.
        fd: i32,
        /// `None` when the kernel gave no address.
        from: Option<Address>,
    },
    /// How many bytes, or how many connections.
    Count(u64),
    /// Received data.
    Data {
        /// What the call returned; more than there are bytes with MSG_TRUNC.
        count: u64,
        /// The bytes in the buffer.
        bytes: ReceivedBytes,
        /// From whom, where the call asks for that.
        from: Option<Address>,
    },
    /// What recvmsg(2), or another call with several buffers, received.
    Message(Box<Received>),
    /// How many messages sendmmsg(2) sent: the bytes of each.
    Sent(Vec<u64>),
    /// What recvmmsg(2) received: each message by itself.
    Messages(Vec<Received>),
    /// The descriptors that poll(2) or epoll_wait(2) reports, with their events.
    Ready(Vec<(Descriptor, Events)>),
    /// What select(2) left in its sets, and how many bits that are.
    Selected {
        /// The return value.
        count: u64,
        /// The sets afterwards.
        sets: Box<Sets>,
    },
    /// A signal that was waited for.
    Signal {
        /// Which.
        signal: Sig,
        /// The descriptor that it speaks of, and what happened there.
        about: Option<(Descriptor, PollEvents)>,
    },
    /// An address.
    Address(Address),
    /// What getaddrinfo(3) gives.
    Addresses(Box<AddressList>),
    /// What getnameinfo(3) and inet_ntop(3) write: one text, or two.
    Names(Vec<Vec<u8>>),
    /// A number with bytes: what inet_pton(3) returns and writes, or a number as it is in memory, htons(3).
    Bytes {
        /// The number.
        value: i64,
        /// The bytes.
        #[serde(with = "recorded::bytes")]
        bytes: Vec<u8>,
    },
    /// The value of an option.
    Value(Value),
    /// Status flags.
    Status(StatusFlags),
    /// Descriptor flags.
    Flags(DescriptorFlags),
    /// The state of a TCP connection.
    State(TcpState),
    /// The state of another socket.
    #[serde(deserialize_with = "recorded::text")]
    Word(recorded::OwnText),
    /// The number of a new process.
    Process(i32),
    /// How a child has changed. `None`: it has not, and waitpid(2) did not wait (WNOHANG).
    Child(Option<ChildChange>),
}

/// What recvmsg(2), or another call with several buffers, received.
#[skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Received {
    /// What the call returned; more than there are bytes with MSG_TRUNC.
    pub count: u64,
    /// The bytes in the buffers.
    pub bytes: ReceivedBytes,
    /// The sizes of the buffers, where the bytes are shown buffer by buffer. Such bytes are never cut.
    pub sizes: Vec<usize>,
    /// From whom.
    pub from: Option<Address>,
    /// `msg_flags`
    pub flags: MsgFlags,
    /// The descriptors that were received with it, SCM_RIGHTS.
    pub fds: Vec<Descriptor>,
    /// Who sent it, SCM_CREDENTIALS.
    pub credentials: Option<Credentials>,
    /// Other control messages.
    pub control: Vec<ControlMessage>,
}

/// Events of one descriptor, in the words of the call that reports them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Events {
    /// `POLLIN`
    Poll(PollEvents),
    /// `EPOLLIN`
    Epoll(EpollEvents),
}

impl fmt::Display for Events {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Poll(events) => write!(f, "{events}"),
            Self::Epoll(events) => write!(f, "{events}"),
        }
    }
}

impl Outcome {
    /// An outcome without signal.
    pub fn of(result: Result<Returned, Errno>) -> Self {
        Self {
            result,
            sigpipe: false,
            partial: None,
            injected: None,
            raw: None,
        }
    }

    /// The errno, if the call failed.
    pub fn errno(&self) -> Option<Errno> {
        self.result.as_ref().err().copied()
    }

    /// The signals that came with the errno: SIGPIPE, or those that a signal mask let through.
    pub fn signals(&self) -> Vec<Sig> {
        let caught = self.raw.iter().flat_map(|raw| raw.caught.iter());
        let caught = caught.map(|caught| caught.signal);
        let pipe = self.sigpipe.then_some(Sig(libc::SIGPIPE));
        pipe.into_iter().chain(caught).collect()
    }

    /// The received bytes.
    pub(crate) fn data(&self) -> Option<&ReceivedBytes> {
        match self.result.as_ref().ok()? {
            Returned::Data { bytes, .. } => Some(bytes),
            Returned::Message(message) => Some(&message.bytes),
            _ => None,
        }
    }

    /// The same, to be replaced.
    pub(crate) fn data_mut(&mut self) -> Option<&mut ReceivedBytes> {
        match self.result.as_mut().ok()? {
            Returned::Data { bytes, .. } => Some(bytes),
            Returned::Message(message) => Some(&mut message.bytes),
            _ => None,
        }
    }

    /// What was received, message by message; empty for what gives none.
    pub(crate) fn messages(&self) -> &[Received] {
        match &self.result {
            Ok(Returned::Message(message)) => std::slice::from_ref(message),
            Ok(Returned::Messages(messages)) => messages,
            Ok(_) | Err(_) => &[],
        }
    }

    /// How many bytes or connections a call counted: what it returned, or what it had done before the error.
    pub fn counted(&self) -> Option<u64> {
        match &self.result {
            Ok(Returned::Count(count)) => Some(*count),
            Ok(Returned::Sent(lengths)) => Some(lengths.iter().sum()),
            Ok(_) => None,
            Err(_) => self.partial.map(|partial| partial.count),
        }
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text(&|_| None))
    }
}
