//! What a call gave: the value it returned or its errno, as it stands after `->`.

use std::fmt;
use std::sync::Arc;

use super::data::describe;
use super::value::Value;
use crate::socket::constant::{DescriptorFlags, StatusFlags};
use crate::socket::{Address, Errno, TcpState};

/// How a call ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// What it returned, or errno.
    pub result: Result<Returned, Errno>,
    /// Whether SIGPIPE came with it.
    pub sigpipe: bool,
    /// What the kernel wrote, byte for byte. `None` for what is no single system call.
    pub raw: Option<Box<Raw>>,
}

/// What a system call returned and wrote, as the kernel gave it: for renderings that show every byte, such as strace's.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
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
    pub msg_flags: i32,
    /// What was left of the timeout of select(2), in nanoseconds.
    pub left: Option<u64>,
}

/// Bytes behind a value-result length.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Written {
    /// The buffer, as far as the kernel wrote it.
    pub bytes: Vec<u8>,
    /// The length that the call was given.
    pub offered: u32,
    /// The length that it gave back; more than `offered` where it was cut.
    pub length: u32,
}

/// What a successful call returned.
#[derive(Debug, Clone, PartialEq, Eq)]
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
        /// What stands in the buffer.
        bytes: Arc<[u8]>,
        /// From whom, where the call asks for that.
        from: Option<Address>,
    },
    /// An address.
    Address(Address),
    /// The value of an option.
    Value(Value),
    /// Status flags.
    Status(StatusFlags),
    /// Descriptor flags.
    Flags(DescriptorFlags),
    /// The state of a TCP connection.
    State(TcpState),
    /// The state of another socket.
    Word(&'static str),
}

/// One word of a result, as an expectation is compared with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Word {
    /// Compared as text.
    Plain(String),
    /// Compared as bytes.
    Data(Arc<[u8]>),
    /// Compared as an address.
    Address(Address),
}

impl Outcome {
    /// An outcome without signal.
    pub fn of(result: Result<Returned, Errno>) -> Self {
        Self {
            result,
            sigpipe: false,
            raw: None,
        }
    }

    /// The errno, if the call failed.
    pub fn errno(&self) -> Option<Errno> {
        self.result.as_ref().err().copied()
    }

    /// The words that stand after `->`.
    pub fn words(&self) -> Vec<Word> {
        match &self.result {
            Err(errno) if self.sigpipe => vec![Word::Plain(format!("{errno}+SIGPIPE"))],
            Err(errno) => vec![Word::Plain(errno.to_string())],
            Ok(returned) => returned.words(),
        }
    }

    /// The text after `->`; `naming` may give an address the name of a socket that has it.
    pub fn text(&self, naming: &dyn Fn(&Address) -> Option<String>) -> String {
        let words: Vec<String> = self
            .words()
            .iter()
            .map(|word| match word {
                Word::Plain(text) => text.clone(),
                Word::Data(bytes) => describe(bytes),
                Word::Address(address) => naming(address).unwrap_or_else(|| address.to_string()),
            })
            .collect();
        words.join(" ")
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text(&|_| None))
    }
}

impl Returned {
    fn words(&self) -> Vec<Word> {
        let plain = |text: String| vec![Word::Plain(text)];
        match self {
            Self::Zero => plain("0".to_owned()),
            Self::Descriptor(_) => plain("fd".to_owned()),
            Self::Pair(..) => vec![Word::Plain("fd,".to_owned()), Word::Plain("fd".to_owned())],
            Self::Accepted { from, .. } => {
                with_from(vec![Word::Plain("fd".to_owned())], from.as_ref())
            }
            Self::Count(count) => plain(count.to_string()),
            Self::Data { count, bytes, from } => {
                let mut words = vec![Word::Plain(count.to_string())];
                if !bytes.is_empty() {
                    words.push(Word::Data(Arc::clone(bytes)));
                }
                with_from(words, from.as_ref())
            }
            Self::Address(address) => vec![Word::Address(address.clone())],
            Self::Value(Value::TcpInfo(info)) => info
                .to_string()
                .split(' ')
                .map(|word| Word::Plain(word.to_owned()))
                .collect(),
            Self::Value(Value::Text(bytes)) => vec![Word::Data(bytes.as_slice().into())],
            Self::Value(value) => plain(value.to_string()),
            Self::Status(flags) => plain(flags.to_string()),
            Self::Flags(flags) => plain(flags.to_string()),
            Self::State(state) => plain(state.to_string()),
            Self::Word(word) => plain((*word).to_owned()),
        }
    }
}

fn with_from(mut words: Vec<Word>, from: Option<&Address>) -> Vec<Word> {
    if let Some(address) = from {
        words.push(Word::Plain("from".to_owned()));
        words.push(Word::Address(address.clone()));
    }
    words
}
