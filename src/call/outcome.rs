//! What a call gave: the value it returned or its errno, as it stands after `->`.

use std::fmt;

use crate::call::argument::{Descriptor, Sets};
use crate::call::received_bytes::ReceivedBytes;
use crate::call::value::{Credentials, Value};
use crate::socket::constant::{DescriptorFlags, StatusFlags};
use crate::socket::{Address, EpollEvents, Errno, MsgFlags, PollEvents, Sig, TcpState};

/// How a call ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// What it returned, or errno.
    pub result: Result<Returned, Errno>,
    /// Whether SIGPIPE came with it.
    pub sigpipe: bool,
    /// What a call that is made of many had done before the one that failed. `None` where none failed, or the first.
    pub partial: Option<Partial>,
    /// What the kernel wrote, byte for byte. `None` for what is no single system call.
    pub raw: Option<Box<Raw>>,
}

/// What a loop had done before one of its calls failed: `ECONNRESET after 5 bytes`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Partial {
    /// How many; never 0.
    pub count: u64,
    /// Of what, for one and for several.
    pub unit: [&'static str; 2],
}

impl Partial {
    /// So many bytes.
    pub const BYTES: [&'static str; 2] = ["byte", "bytes"];
    /// So many connections.
    pub const CONNECTIONS: [&'static str; 2] = ["connection", "connections"];

    /// `after 5 bytes`
    fn words(self) -> [Word; 3] {
        let unit = self.unit[usize::from(self.count != 1)];
        ["after", &self.count.to_string(), unit].map(|word| Word::Plain(word.to_owned()))
    }
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
    /// What an option reads just after setsockopt(2): asked by another call, which is no part of this one.
    pub read_back: Option<Value>,
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
        bytes: ReceivedBytes,
        /// From whom, where the call asks for that.
        from: Option<Address>,
    },
    /// What recvmsg(2), or another call with several buffers, received.
    Message(Box<Received>),
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

/// What recvmsg(2), or another call with several buffers, received.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Received {
    /// What the call returned; more than there are bytes with MSG_TRUNC.
    pub count: u64,
    /// What stands in the buffers.
    pub bytes: ReceivedBytes,
    /// The sizes of the buffers, where the bytes are shown buffer by buffer. Such bytes are never cut.
    pub sizes: Vec<usize>,
    /// From whom.
    pub from: Option<Address>,
    /// `msg_flags`
    pub flags: MsgFlags,
    /// The descriptors that came along, SCM_RIGHTS.
    pub fds: Vec<Descriptor>,
    /// Who sent it, SCM_CREDENTIALS.
    pub credentials: Option<Credentials>,
    /// Other control messages: a name and its value.
    pub others: Vec<(String, String)>,
}

/// Events of one descriptor, in the words of the call that reports them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
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

/// One word of a result, as an expectation is compared with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Word {
    /// Compared as text.
    Plain(String),
    /// A number that has a name: compared as the one or as the other.
    Named {
        /// Its name.
        text: String,
        /// The number.
        number: i64,
    },
    /// A descriptor: compared as `fd`, which is any, or as `fd 3`, which is that one.
    Descriptor {
        /// `fd`, or `fd,` where another follows.
        text: &'static str,
        /// Its number.
        number: i32,
    },
    /// Compared as bytes.
    Data(ReceivedBytes),
    /// Compared as bytes, buffer by buffer.
    Buffers(Vec<ReceivedBytes>),
    /// Compared as an address.
    Address(Address),
    /// Compared as a set: names, each with its events where it has some.
    Set(Vec<(String, Option<String>)>),
}

impl Word {
    fn descriptor(number: i32) -> Self {
        Self::Descriptor { text: "fd", number }
    }

    /// The text of a set: `[s: POLLIN, c: POLLOUT]`.
    fn set_text(entries: &[(String, Option<String>)]) -> String {
        let texts: Vec<String> = entries
            .iter()
            .map(|(name, events)| match events {
                Some(events) => format!("{name}: {events}"),
                None => name.clone(),
            })
            .collect();
        format!("[{}]", texts.join(", "))
    }
}

impl Outcome {
    /// An outcome without signal.
    pub fn of(result: Result<Returned, Errno>) -> Self {
        Self {
            result,
            sigpipe: false,
            partial: None,
            raw: None,
        }
    }

    /// The errno, if the call failed.
    pub fn errno(&self) -> Option<Errno> {
        self.result.as_ref().err().copied()
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

    /// How many bytes or connections a call counted: what it returned, or what it had done before the error.
    pub fn counted(&self) -> Option<u64> {
        match &self.result {
            Ok(Returned::Count(count)) => Some(*count),
            Ok(_) => None,
            Err(_) => self.partial.map(|partial| partial.count),
        }
    }

    /// The words that stand after `->`.
    pub fn words(&self) -> Vec<Word> {
        let errno = match &self.result {
            Err(errno) if self.sigpipe => Word::Plain(format!("{errno}+SIGPIPE")),
            Err(errno) => Word::Plain(errno.to_string()),
            Ok(returned) => return returned.words(),
        };
        let partial = self.partial.map(Partial::words).into_iter().flatten();
        [errno].into_iter().chain(partial).collect()
    }

    /// The text as the log shows it: with the numbers of the descriptors that the call made.
    pub fn numbered(&self) -> String {
        self.numbered_with(&|_| None)
    }

    /// The same; `naming` may give an address the name of a socket that has it.
    pub fn numbered_with(&self, naming: &dyn Fn(&Address) -> Option<String>) -> String {
        let words = self.words().into_iter().map(|word| match word {
            Word::Descriptor { text, number } => {
                Word::Plain(text.replacen("fd", &format!("fd {number}"), 1))
            }
            other => other,
        });
        text_of(&words.collect::<Vec<Word>>(), naming)
    }

    /// The text after `->`; `naming` may give an address the name of a socket that has it.
    pub fn text(&self, naming: &dyn Fn(&Address) -> Option<String>) -> String {
        text_of(&self.words(), naming)
    }
}

fn text_of(words: &[Word], naming: &dyn Fn(&Address) -> Option<String>) -> String {
    let texts = words.iter().map(|word| match word {
        Word::Plain(text) | Word::Named { text, .. } => text.clone(),
        Word::Descriptor { text, .. } => (*text).to_owned(),
        Word::Data(bytes) => bytes.describe(),
        Word::Buffers(buffers) => {
            let texts: Vec<String> = buffers.iter().map(ReceivedBytes::describe).collect();
            format!("[{}]", texts.join(", "))
        }
        Word::Address(address) => naming(address).unwrap_or_else(|| address.to_string()),
        Word::Set(entries) => Word::set_text(entries),
    });
    texts.collect::<Vec<String>>().join(" ")
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
            Self::Descriptor(fd) => vec![Word::descriptor(*fd)],
            Self::Pair(first, second) => vec![
                Word::Descriptor {
                    text: "fd,",
                    number: *first,
                },
                Word::descriptor(*second),
            ],
            Self::Accepted { fd, from } => with_from(vec![Word::descriptor(*fd)], from.as_ref()),
            Self::Count(count) => plain(count.to_string()),
            Self::Data { count, bytes, from } => {
                let mut words = vec![Word::Plain(count.to_string())];
                if !bytes.is_empty() {
                    words.push(Word::Data(bytes.clone()));
                }
                with_from(words, from.as_ref())
            }
            Self::Message(received) => received.words(),
            Self::Ready(ready) => ready_words(ready),
            Self::Selected { count, sets } => selected_words(*count, sets),
            Self::Signal { signal, about } => {
                let about = about.iter().map(|(socket, events)| {
                    Word::Set(vec![(socket.to_string(), Some(events.to_string()))])
                });
                [Word::Plain(signal.to_string())]
                    .into_iter()
                    .chain(about)
                    .collect()
            }
            Self::Address(address) => vec![Word::Address(address.clone())],
            Self::Value(Value::TcpInfo(info)) => info
                .to_string()
                .split(' ')
                .map(|word| Word::Plain(word.to_owned()))
                .collect(),
            Self::Value(Value::Text(bytes)) => vec![Word::Data(bytes.as_slice().into())],
            Self::Value(Value::Named(named)) => vec![Word::Named {
                text: named.to_string(),
                number: named.number.into(),
            }],
            Self::Value(Value::Mask(mask)) => vec![Word::Named {
                text: Value::Mask(*mask).to_string(),
                number: (*mask).into(),
            }],
            Self::Value(value) => plain(value.to_string()),
            Self::Status(flags) => plain(flags.to_string()),
            Self::Flags(flags) => plain(flags.to_string()),
            Self::State(state) => plain(state.to_string()),
            Self::Word(word) => plain((*word).to_owned()),
        }
    }
}

impl Received {
    /// The bytes of each buffer: one is filled before the next begins.
    fn buffers(&self) -> Vec<ReceivedBytes> {
        let mut rest = self.bytes.head();
        let buffers = self.sizes.iter().map(|size| {
            let (own, others) = rest.split_at(rest.len().min(*size));
            rest = others;
            ReceivedBytes::from(own)
        });
        buffers.collect()
    }

    fn words(&self) -> Vec<Word> {
        let plain = |text: &str| Word::Plain(text.to_owned());
        let mut words = vec![Word::Plain(self.count.to_string())];
        if !self.bytes.is_empty() && self.sizes.is_empty() {
            words.push(Word::Data(self.bytes.clone()));
        } else if !self.bytes.is_empty() {
            words.push(Word::Buffers(self.buffers()));
        }
        let mut words = with_from(words, self.from.as_ref());
        if self.flags.0 != 0 {
            words.extend([plain("flags"), Word::Plain(self.flags.to_string())]);
        }
        if let Some((last, before)) = self.fds.split_last() {
            words.push(plain("fds"));
            words.extend(before.iter().map(|fd| Word::Plain(format!("{fd},"))));
            words.push(Word::Plain(last.to_string()));
        }
        if let Some(credentials) = self.credentials {
            words.extend([plain("creds"), Word::Plain(credentials.to_string())]);
        }
        for (name, value) in &self.others {
            words.extend([plain(name), plain(value)]);
        }
        words
    }
}

fn ready_words(ready: &[(Descriptor, Events)]) -> Vec<Word> {
    let mut words = vec![Word::Plain(ready.len().to_string())];
    if !ready.is_empty() {
        let entry = |(socket, events): &(Descriptor, Events)| {
            (socket.to_string(), Some(events.to_string()))
        };
        words.push(Word::Set(ready.iter().map(entry).collect()));
    }
    words
}

fn selected_words(count: u64, sets: &Sets) -> Vec<Word> {
    let mut words = vec![Word::Plain(count.to_string())];
    for (word, set) in sets.named() {
        words.push(Word::Plain(word.to_owned()));
        let names = set.iter().map(|socket| (socket.to_string(), None));
        words.push(Word::Set(names.collect()));
    }
    words
}

fn with_from(mut words: Vec<Word>, from: Option<&Address>) -> Vec<Word> {
    if let Some(address) = from {
        words.push(Word::Plain("from".to_owned()));
        words.push(Word::Address(address.clone()));
    }
    words
}
