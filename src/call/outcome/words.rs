//! A result as the words that an expectation is compared with, and as text.

use serde::{Deserialize, Serialize};

use crate::call::argument::{Descriptor, Sets};
use crate::call::control_message::ControlMessage;
use crate::call::data::Data;
use crate::call::lookup::AddressList;
use crate::call::outcome::{Events, Outcome, Partial, Received, Returned};
use crate::call::received_bytes::ReceivedBytes;
use crate::call::value::Value;
use crate::socket::{Address, Sig};

/// One word of a result, as an expectation is compared with it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
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
    /// A descriptor: compared as `fd`, which is any, or as `fd 3`, which is that one. A process ID likewise, `pid`.
    Descriptor {
        /// `fd`, or `fd,` where another follows; or `pid`.
        text: &'static str,
        /// Its number.
        number: i32,
    },
    /// Compared as bytes.
    Data(ReceivedBytes),
    /// Compared as bytes, buffer by buffer.
    Buffers(Vec<ReceivedBytes>),
    /// Compared as bytes, and written in hexadecimal.
    Bytes(Vec<u8>),
    /// Compared as an address.
    Address(Address),
    /// Compared as addresses, in this order.
    Addresses(Vec<Address>),
    /// Compared as addresses, message by message; one that came without an address is `NULL`.
    Senders(Vec<Option<Address>>),
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

/// SIGPIPE is none of those that report events.
fn name(signal: Sig) -> String {
    match signal.0 {
        libc::SIGPIPE => "SIGPIPE".to_owned(),
        _ => signal.to_string(),
    }
}

impl Outcome {
    /// The words after `->`.
    pub fn words(&self) -> Vec<Word> {
        let errno = match &self.result {
            Err(errno) => {
                let signals = self.signals().into_iter();
                let names = signals.map(|signal| format!("+{}", name(signal)));
                Word::Plain(errno.to_string() + &names.collect::<String>())
            }
            Ok(returned) => return returned.words(),
        };
        let partial = self.partial.map(Partial::words).into_iter().flatten();
        let behind = self.raw.as_ref().and_then(|raw| raw.system_errno);
        let behind = behind.map(|errno| ["errno".to_owned(), errno.to_string()].map(Word::Plain));
        let behind = behind.into_iter().flatten();
        [errno].into_iter().chain(partial).chain(behind).collect()
    }

    /// The text as the log shows it: with the numbers of the descriptors that the call created.
    pub fn numbered(&self) -> String {
        self.numbered_with(&|_| None)
    }

    /// The same; `naming` may give an address the name of a socket that has it.
    pub fn numbered_with(&self, naming: &dyn Fn(&Address) -> Option<String>) -> String {
        let words = self.words().into_iter().map(|word| match word {
            Word::Descriptor { text, number } => {
                let (word, comma) = match text.strip_suffix(',') {
                    Some(word) => (word, ","),
                    None => (text, ""),
                };
                Word::Plain(format!("{word} {number}{comma}"))
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

impl Partial {
    /// `after 5 bytes`
    fn words(self) -> [Word; 3] {
        let unit = self.unit[usize::from(self.count != 1)];
        ["after", &self.count.to_string(), unit].map(|word| Word::Plain(word.to_owned()))
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
        Word::Bytes(bytes) => Data::Hex(bytes.clone()).to_string(),
        // Which addresses a name has is the answer: no name of a socket is in their place.
        Word::Addresses(addresses) => {
            let texts: Vec<String> = addresses.iter().map(Address::to_string).collect();
            format!("[{}]", texts.join(", "))
        }
        Word::Address(address) => named(address, naming),
        Word::Senders(addresses) => {
            let texts = addresses.iter().map(|address| match address {
                Some(address) => named(address, naming),
                None => "NULL".to_owned(),
            });
            format!("[{}]", texts.collect::<Vec<String>>().join(", "))
        }
        Word::Set(entries) => Word::set_text(entries),
    });
    texts.collect::<Vec<String>>().join(" ")
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
            Self::Sent(lengths) => plain(lengths.len().to_string()),
            Self::Messages(messages) => several(messages),
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
            Self::Addresses(list) => listed_words(list),
            Self::Names(names) => {
                let names = names.iter().map(|name| name.as_slice().into());
                names.map(Word::Data).collect()
            }
            Self::Bytes { value, bytes } => {
                let bytes = (!bytes.is_empty()).then(|| Word::Bytes(bytes.clone()));
                [Word::Plain(value.to_string())]
                    .into_iter()
                    .chain(bytes)
                    .collect()
            }
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
            Self::Process(pid) => vec![Word::Descriptor {
                text: "pid",
                number: *pid,
            }],
            Self::Child(None) => plain("0".to_owned()),
            Self::Child(Some(change)) => {
                let text = change.to_string();
                text.split(' ')
                    .map(|word| Word::Plain(word.to_owned()))
                    .collect()
            }
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
        words.extend(
            self.control
                .iter()
                .map(|message| plain(&message.received())),
        );
        words
    }
}

/// `[127.0.0.1:80] canonname "localhost"`
fn listed_words(list: &AddressList) -> Vec<Word> {
    let addresses = list.addresses().into_iter().cloned().collect();
    let mut words = vec![Word::Addresses(addresses)];
    if let Some(name) = &list.canonical_name {
        words.push(Word::Plain("canonname".to_owned()));
        words.push(Word::Data(name.as_slice().into()));
    }
    words
}

fn named(address: &Address, naming: &dyn Fn(&Address) -> Option<String>) -> String {
    naming(address).unwrap_or_else(|| address.to_string())
}

/// `2 ["a", "b"] from ADDRESS`: what is the same of all messages is said once, else in brackets, message by message.
fn several(messages: &[Received]) -> Vec<Word> {
    let plain = |text: &str| Word::Plain(text.to_owned());
    let mut words = vec![Word::Plain(messages.len().to_string())];
    let Some(first) = messages.first() else {
        return words;
    };
    let bytes = messages.iter().map(|message| message.bytes.clone());
    words.push(Word::Buffers(bytes.collect()));
    let froms: Vec<Option<Address>> = messages.iter().map(|one| one.from.clone()).collect();
    if froms.iter().all(|from| *from == first.from) {
        words = with_from(words, first.from.as_ref());
    } else {
        words.extend([plain("from"), Word::Senders(froms)]);
    }
    if messages.iter().any(|message| message.flags.0 != 0) {
        let flags = messages.iter().map(|message| message.flags.to_string());
        words.extend([plain("flags"), Word::Plain(same_or_list(flags.collect()))]);
    }
    let fds: Vec<&Descriptor> = messages.iter().flat_map(|message| &message.fds).collect();
    if let Some((last, before)) = fds.split_last() {
        words.push(plain("fds"));
        words.extend(before.iter().map(|fd| Word::Plain(format!("{fd},"))));
        words.push(Word::Plain(last.to_string()));
    }
    if messages.iter().any(|message| message.credentials.is_some()) {
        let who = messages.iter().map(|message| {
            let who = message.credentials.map(|who| who.to_string());
            who.unwrap_or_else(|| "NULL".to_owned())
        });
        words.extend([plain("creds"), Word::Plain(same_or_list(who.collect()))]);
    }
    if messages
        .iter()
        .all(|message| message.control == first.control)
    {
        words.extend(
            first
                .control
                .iter()
                .map(|message| plain(&message.received())),
        );
    } else {
        let control = messages.iter().map(|message| {
            let texts = message.control.iter().map(ControlMessage::received);
            format!("{{{}}}", texts.collect::<Vec<String>>().join(", "))
        });
        words.extend([
            plain("control"),
            Word::Plain(same_or_list(control.collect())),
        ]);
    }
    words
}

/// One text where all are the same, else `[a, b]`.
fn same_or_list(mut texts: Vec<String>) -> String {
    match texts.iter().all(|text| *text == texts[0]) {
        true => texts.swap_remove(0),
        false => format!("[{}]", texts.join(", ")),
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
