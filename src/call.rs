//! A command as a value: the call with its arguments, the names that its descriptors get, and what is expected of it.

pub mod argument;
pub mod bpf;
pub mod column;
pub mod control_message;
pub mod data;
pub mod expectation;
pub mod fault;
pub mod lookup;
pub mod mask;
pub mod option_bytes;
pub mod outcome;
pub mod param;
pub mod parameter;
pub(crate) mod payload;
pub mod process;
pub mod received_bytes;
pub(crate) mod rows;
pub mod signal;
pub mod syscall;
pub mod table;
pub mod tcp_info;
pub mod timeout;
pub mod value;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;

use crate::call::argument::{
    AddressArg, AddressExpr, Descriptor, IntArg, Message, Millis, Name, NamedAddress, NamedPort,
    OptionArg, PollEntry, Room, Service, Sets,
};
use crate::call::column::Role;
use crate::call::data::Data;
use crate::call::expectation::Expectation;
use crate::call::fault::Fault;
use crate::call::lookup::{Hints, HostText, NameRoom, OrderedNumber, ServiceText, TextSize};
use crate::call::mask::Mask;
use crate::call::parameter::{Argument, ArgumentMut, LookupArgument, Parameter};
use crate::call::process::ProcessArg;
use crate::call::rows::with_calls;
use crate::call::syscall::Syscall;
use crate::call::table::CallKind;
use crate::call::timeout::Timeout;
use crate::call::value::Value;
use crate::socket::recorded;
use crate::socket::{
    Clock, Domain, DupFlags, EpollEvents, EpollFlags, EpollOp, EventfdFlags, FcntlCommand, How,
    IoctlRequest, KillSignal, MsgFlags, PipeFlags, Protocol, Resource, SettimeFlags, Sig,
    SockFlags, SocketType, TimerfdFlags, WaitFlags,
};

/// One line of a script: a command, a comment, both, or nothing.
#[skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Line {
    /// What is to be done, if anything.
    pub command: Option<Command>,
    /// The text after `#`, with its blanks.
    pub comment: Option<String>,
}

/// A call, the names for what it makes, and what is expected of it.
#[skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Command {
    /// The names before `=`; empty where none is given.
    #[serde(default, skip_serializing_if = "recorded::is_default")]
    pub targets: Vec<Name>,
    /// The call.
    pub call: Call,
    /// The child that makes it; `None`: this process does.
    pub process: Option<Name>,
    /// What follows it.
    pub mode: Mode,
}

impl Command {
    /// A name as the world has it: of the child that makes the call, or of this process.
    pub fn qualified(&self, name: &Name) -> Name {
        match &self.process {
            Some(process) => name.in_process(process),
            None => name.clone(),
        }
    }
}

/// How a command is run and judged.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Mode {
    /// It must not fail and not block for long.
    Plain,
    /// `-> result`
    Expect(Expectation),
    /// `-> blocks`: it must still be inside the kernel after a short while; the script goes on.
    Blocks,
    /// `&`: started, nothing said about its result.
    Background,
}

macro_rules! define_call {
    ($(
        #[doc = $summary:literal]
        $kind:ident $word:literal ($($field:ident: $type:ty $(as $param:literal)?),*) -> $result:literal
        traced $syscall:literal $(by $hook:ident)?
        { $($columns:tt)* }
    )+) => {
        /// A call of the notation with its arguments.
        #[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
        #[expect(missing_docs, reason = "the fields are the parameters of the manual page of the call")]
        pub enum Call {
            $(#[doc = $summary] $kind { $($field: $type),* },)+
            /// one of a traced program that the notation has no word for
            Syscall { made: Box<Syscall> },
        }

        impl Call {
            /// Which call it is.
            pub fn call_kind(&self) -> CallKind {
                match self {
                    $(Self::$kind { .. } => CallKind::$kind,)+
                    Self::Syscall { .. } => CallKind::Syscall,
                }
            }

            /// Shows each argument in the order of the notation.
            pub fn visit<'a>(&'a self, visit: &mut dyn FnMut(Argument<'a>)) {
                match self {
                    $(Self::$kind { $($field),* } => { $(visit($field.argument());)* })+
                    Self::Syscall { .. } => {}
                }
            }

            /// The same, to be replaced.
            pub(crate) fn visit_mut<'a>(&'a mut self, visit: &mut dyn FnMut(ArgumentMut<'a>)) {
                match self {
                    $(Self::$kind { $($field),* } => { $(visit($field.argument_mut());)* })+
                    Self::Syscall { .. } => {}
                }
            }
        }
    };
}

with_calls!(define_call);

impl Call {
    /// The word that names it; of a system call that the notation does not have, its name.
    pub fn word(&self) -> &'static str {
        if let Self::Syscall { made } = self {
            return made.name;
        }
        self.call_kind().word()
    }

    /// The first of the arguments of which a function makes something.
    fn find<'a, T>(&'a self, select: impl Fn(Argument<'a>) -> Option<T>) -> Option<T> {
        let mut found = None;
        self.visit(&mut |argument| {
            if found.is_none() {
                found = select(argument);
            }
        });
        found
    }

    /// The socket that the call is made on, its first argument. `None` for those that make one, or need none.
    pub fn socket(&self) -> Option<&Descriptor> {
        // All descriptors of a set are equal: none of them is the one that the call is made on.
        self.find(|argument| match argument {
            Argument::Descriptor(socket) => Some(socket),
            _ => None,
        })
    }

    /// The same, to be replaced by a number when names are resolved.
    pub fn socket_mut(&mut self) -> Option<&mut Descriptor> {
        let mut found = None;
        self.visit_mut(&mut |argument| {
            if let ArgumentMut::Descriptor(socket) = argument {
                found.get_or_insert(socket);
            }
        });
        found
    }

    /// MSG_ flags; none for the calls that take none.
    pub fn msg_flags(&self) -> MsgFlags {
        let flags = self.find(|argument| match argument {
            Argument::MsgFlags(flags) => Some(flags),
            Argument::Message(message) => Some(message.flags),
            _ => None,
        });
        flags.unwrap_or(MsgFlags(0))
    }

    /// Whether a receiving call leaves what it took where it was, MSG_PEEK of recv(2).
    pub fn peeks(&self) -> bool {
        self.call_kind().receives() && self.msg_flags().contains(libc::MSG_PEEK)
    }

    /// Whether what the call makes is non-blocking from the beginning: SOCK_NONBLOCK of socket(2), socketpair(2) and
    /// accept4(2), O_NONBLOCK of pipe2(2), EFD_NONBLOCK of eventfd(2), TFD_NONBLOCK of timerfd_create(2).
    pub fn makes_nonblocking(&self) -> bool {
        const _: () = assert!(
            libc::SOCK_NONBLOCK == libc::O_NONBLOCK
                && libc::EFD_NONBLOCK == libc::O_NONBLOCK
                && libc::TFD_NONBLOCK == libc::O_NONBLOCK
        );
        let flags = self.find(|argument| match argument {
            Argument::SockFlags(flags) => Some(flags.0),
            Argument::Flags(_, flags) => Some(flags),
            _ => None,
        });
        flags.is_some_and(|flags| flags & libc::O_NONBLOCK != 0)
    }

    /// The number that a call makes a second descriptor, closing what it referred to: dup2(2), dup3(2).
    pub fn replaces(&self) -> Option<&Descriptor> {
        let is_copy = self.call_kind().role() == Role::Duplicates;
        self.others().first().copied().filter(|_| is_copy)
    }

    /// The address argument, if the call has one.
    pub fn address(&self) -> Option<&AddressArg> {
        self.find(|argument| match argument {
            Argument::Address(address) => Some(address),
            Argument::Message(message) => message.address.as_ref(),
            _ => None,
        })
    }

    /// The same, to be replaced by its literal when names are resolved.
    pub fn address_mut(&mut self) -> Option<&mut AddressArg> {
        let mut found = None;
        self.visit_mut(&mut |argument| match argument {
            ArgumentMut::Address(address) => found = Some(address),
            ArgumentMut::Message(message) => found = message.address.as_mut(),
            _ => {}
        });
        found
    }

    /// The names in its addresses that have to be looked up: sendmmsg(2) has an address for each message.
    pub fn to_look_up(&self) -> Vec<&NamedAddress> {
        let mut addresses = Vec::new();
        self.visit(&mut |argument| match argument {
            Argument::Address(address) => addresses.push(address),
            Argument::Message(message) => addresses.extend(message.address.as_ref()),
            Argument::Messages(messages) => {
                let own = messages.iter();
                addresses.extend(own.filter_map(|message| message.address.as_ref()));
            }
            _ => {}
        });
        let names = addresses
            .into_iter()
            .filter_map(|address| match &address.place {
                AddressExpr::Named(named) => Some(&**named),
                _ => None,
            });
        names.collect()
    }

    /// The address arguments of all messages, to be replaced by their literals when names are resolved.
    pub fn addresses_mut(&mut self) -> Vec<&mut AddressArg> {
        let mut found = Vec::new();
        self.visit_mut(&mut |argument| match argument {
            ArgumentMut::Address(address) => found.push(address),
            ArgumentMut::Message(message) => found.extend(message.address.as_mut()),
            ArgumentMut::Messages(messages) => {
                let addresses = messages.iter_mut();
                found.extend(addresses.filter_map(|message| message.address.as_mut()));
            }
            _ => {}
        });
        found
    }

    /// The descriptors that the call has beside [`Call::socket`]: those of a set, the target of epoll_ctl, those that
    /// are sent.
    pub fn others(&self) -> Vec<&Descriptor> {
        let (mut others, mut is_first) = (Vec::new(), true);
        self.visit(&mut |argument| match argument {
            Argument::Descriptor(_) if std::mem::take(&mut is_first) => {}
            Argument::Descriptor(socket) => others.push(socket),
            Argument::Message(message) => others.extend(&message.fds),
            Argument::Messages(messages) => {
                others.extend(messages.iter().flat_map(|message| &message.fds));
            }
            Argument::Entries(entries) => others.extend(entries.iter().map(|entry| &entry.socket)),
            Argument::Sets(sets) => {
                others.extend(sets.named().into_iter().flat_map(|(_, set)| set));
            }
            _ => {}
        });
        others
    }

    /// The same in the same order, to be replaced by numbers when names are resolved.
    pub fn others_mut(&mut self) -> Vec<&mut Descriptor> {
        let (mut others, mut is_first) = (Vec::new(), true);
        self.visit_mut(&mut |argument| match argument {
            ArgumentMut::Descriptor(_) if std::mem::take(&mut is_first) => {}
            ArgumentMut::Descriptor(socket) => others.push(socket),
            ArgumentMut::Message(message) => others.extend(&mut message.fds),
            ArgumentMut::Messages(messages) => {
                others.extend(messages.iter_mut().flat_map(|message| &mut message.fds));
            }
            ArgumentMut::Entries(entries) => {
                others.extend(entries.iter_mut().map(|entry| &mut entry.socket));
            }
            ArgumentMut::Sets(Sets {
                read,
                write,
                except,
            }) => {
                others.extend(read.iter_mut().chain(write).chain(except));
            }
            _ => {}
        });
        others
    }

    /// Whether the call is given the descriptors that it waits for: poll(2), select(2) and their variants.
    pub fn passes_set(&self) -> bool {
        self.entries().is_some() || self.sets().is_some()
    }

    /// The array of poll(2) and ppoll(2).
    pub fn entries(&self) -> Option<&[PollEntry]> {
        self.find(|argument| match argument {
            Argument::Entries(entries) => Some(entries),
            _ => None,
        })
    }

    /// The sets of select(2) and pselect(2).
    pub fn sets(&self) -> Option<&Sets> {
        self.find(|argument| match argument {
            Argument::Sets(sets) => Some(sets),
            _ => None,
        })
    }

    /// What a call is to send, buffer by buffer.
    pub fn data(&self) -> Option<&[Data]> {
        self.find(|argument| match argument {
            Argument::Data(data) => Some(std::slice::from_ref(data)),
            Argument::Buffers(buffers) => Some(buffers),
            Argument::Message(message) => Some(&message.data),
            _ => None,
        })
    }

    /// The messages that sendmmsg(2) is given.
    pub fn messages(&self) -> Option<&[Message]> {
        self.find(|argument| match argument {
            Argument::Messages(messages) => Some(messages),
            _ => None,
        })
    }

    /// Whether descriptors go with what it sends.
    pub fn passes_descriptors(&self) -> bool {
        let several = self.messages().unwrap_or_default().iter();
        let mut all = several.chain(self.message());
        all.any(|message| !message.fds.is_empty())
    }

    /// How many messages it receives at most: recvmmsg(2).
    pub fn most_messages(&self) -> Option<i32> {
        if let Self::Recvmmsg { vlen, .. } = self {
            Some(*vlen)
        } else {
            None
        }
    }

    /// The calls of sendmsg(2) that send the same messages one by one. Empty: it is not sendmmsg(2).
    pub fn one_by_one(&self) -> Vec<Self> {
        let (Some(messages), Some(socket)) = (self.messages(), self.socket()) else {
            return Vec::new();
        };
        let flags = self.msg_flags();
        let each = messages.iter().map(|message| Self::Sendmsg {
            socket: socket.clone(),
            message: Box::new(Message {
                flags,
                ..message.clone()
            }),
        });
        each.collect()
    }

    /// The message that sendmsg(2) is given.
    pub fn message(&self) -> Option<&Message> {
        self.find(|argument| match argument {
            Argument::Message(message) => Some(message),
            _ => None,
        })
    }

    /// The sizes of the buffers of a receiving call.
    pub fn room(&self) -> Option<Vec<usize>> {
        self.find(|argument| match argument {
            Argument::Room(room) => Some(vec![room.size]),
            Argument::Sizes(sizes) => Some(sizes.to_vec()),
            _ => None,
        })
    }

    /// The length that belongs to a pointer, where it is given.
    pub fn length(&self) -> Option<i32> {
        self.find(|argument| match argument {
            Argument::Length(length) => length,
            _ => None,
        })
    }

    /// The option that is set or read.
    pub fn option(&self) -> Option<OptionArg> {
        self.find(|argument| match argument {
            Argument::Option(option) => Some(option),
            _ => None,
        })
    }

    /// The domain of the sockets that it makes, or of the address that it converts.
    pub fn domain(&self) -> Option<Domain> {
        self.find(|argument| match argument {
            Argument::Domain(domain) => Some(domain),
            _ => None,
        })
    }

    /// What a function selects of the arguments about names and addresses.
    pub(crate) fn lookup<'a, T>(
        &'a self,
        select: impl Fn(LookupArgument<'a>) -> Option<T>,
    ) -> Option<T> {
        self.find(|argument| match argument {
            Argument::Lookup(argument) => select(argument),
            _ => None,
        })
    }

    /// The file that it opens.
    pub fn path(&self) -> Option<&[u8]> {
        self.find(|argument| match argument {
            Argument::Path(path) => Some(path),
            _ => None,
        })
    }

    /// How long the call may wait, where it says so.
    pub fn timeout(&self) -> Option<Timeout> {
        self.find(|argument| match argument {
            Argument::Timeout(timeout) => Some(timeout),
            Argument::Millis(Millis(millis)) => {
                let millis = u64::try_from(millis).ok();
                Some(Timeout::from(millis.map(Duration::from_millis)))
            }
            _ => None,
        })
    }

    /// Whether the call can be made with a fault, where a traced program makes it.
    ///
    /// # Errors
    ///
    /// Why not.
    pub fn can_have(&self, fault: Fault) -> Result<(), String> {
        let word = self.word();
        fault.check(word)?;
        let sent = || Some(self.data()?.first()?.len());
        let room = || self.room()?.first().copied();
        let length = sent().or_else(room);
        if fault == Fault::Short && length.is_some_and(|length| length < 2) {
            return Err(format!(
                "{word} cannot be made shorter: half of its length is 0"
            ));
        }
        Ok(())
    }

    /// The process that it is about.
    pub fn process(&self) -> Option<&ProcessArg> {
        self.find(|argument| match argument {
            Argument::Process(process) => Some(process),
            _ => None,
        })
    }

    /// Every name that the call uses, so that a script can be checked before it runs.
    pub fn names(&self) -> impl Iterator<Item = &Name> {
        let descriptors = self.socket().into_iter().chain(self.others());
        let sockets = descriptors.filter_map(|descriptor| match descriptor {
            Descriptor::Named(name) => Some(name),
            Descriptor::Raw(_) => None,
        });
        let several = self.messages().into_iter().flatten();
        let several = several.filter_map(|message| message.address.as_ref());
        let addresses = self.address().into_iter().chain(several);
        let addresses = addresses.filter_map(|arg| match &arg.place {
            AddressExpr::LocalOf(name) | AddressExpr::PortOf { of: name, .. } => Some(name),
            AddressExpr::Named(named) => match &named.port {
                NamedPort::Of(name) => Some(name),
                NamedPort::Number(_) | NamedPort::Service(_) => None,
            },
            _ => None,
        });
        let process = match self.process() {
            Some(ProcessArg::Named(name)) => Some(name),
            Some(ProcessArg::Number(_)) | None => None,
        };
        sockets.chain(addresses).chain(process)
    }
}
