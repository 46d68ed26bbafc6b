//! The table of calls: what is known of each call without making it.
//!
//! The rows are in `call/rows.rs`. Read by the parser (messages, "did you mean"), completion, forms, the prompt's
//! signature line, the help, explanations, the engine and the tests.

use std::fmt;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::call::argument::{
    AddressArg, Descriptor, IntArg, Message, Millis, OptionArg, PollEntry, Room, Service, Sets,
};
pub use crate::call::column::{
    Addresses, Class, Gives, Group, InChild, Interrupted, LengthOf, On, Reach, Role,
};
use crate::call::data::Data;
use crate::call::fault::Fault;
use crate::call::lookup::{Hints, HostText, NameRoom, OrderedNumber, ServiceText, TextSize};
use crate::call::mask::Mask;
pub use crate::call::param::{Param, ParamKind};
use crate::call::parameter::Parameter;
use crate::call::process::ProcessArg;
use crate::call::rows::with_calls;
use crate::call::timeout::Timeout;
use crate::call::value::Value;
use crate::socket::{
    Clock, Domain, DupFlags, EpollEvents, EpollFlags, EpollOp, EventfdFlags, FcntlCommand, How,
    IoctlRequest, KillSignal, MsgFlags, PipeFlags, Protocol, Resource, SettimeFlags, Sig,
    SockFlags, SocketType, TimerfdFlags, WaitFlags,
};

/// One row of the table of calls.
#[derive(Debug)]
pub struct Signature {
    /// The call.
    pub call_kind: CallKind,
    /// The word that names it.
    pub word: &'static str,
    /// Its parameters in order.
    pub params: &'static [Param],
    /// What follows `->` when it succeeds.
    pub result: &'static str,
    /// One line of what it does.
    pub summary: &'static str,
    /// The system call that the C library makes of it, as strace(1) names it; empty for words that are not one.
    pub syscall: &'static str,
    /// Who carries it out.
    pub class: Class,
    /// What it is for.
    pub role: Role,
    /// What its first argument is.
    pub on: On,
    /// Under which heading it is listed.
    pub group: Group,
    /// What it returns.
    pub gives: Gives,
    /// What it may reach.
    pub reach: Reach,
    /// How many descriptors it makes, and so how many names may precede `=`; recvmsg makes up to so many.
    pub makes: usize,
    /// Whether it can have changed addresses.
    pub addresses: Addresses,
    /// What a length that may be said is about.
    pub length_of: LengthOf,
    /// What an interruption looks like to strace.
    pub interrupted: Interrupted,
    /// Whether a child can make it.
    pub in_child: InChild,
    /// The manual page; empty for words that are not system calls.
    pub man: &'static str,
    /// A line that shows it.
    pub example: &'static str,
}

/// What a row need not say.
const DEFAULTS: Signature = Signature {
    call_kind: CallKind::Sleep,
    word: "",
    params: &[],
    result: "",
    summary: "",
    syscall: "",
    class: Class::System,
    role: Role::Other,
    on: On::Nothing,
    group: Group::Prompt,
    gives: Gives::Zero,
    reach: Reach::Nothing,
    makes: 0,
    addresses: Addresses::Kept,
    length_of: LengthOf::Nothing,
    interrupted: Interrupted::Restarts,
    in_child: InChild::Refused(
        "sockplay makes it in its own process only: leave `in` and the name out",
    ),
    man: "",
    example: "",
};

/// What is known of a system call that the notation does not have. It is not in the table: nobody can write it.
static NO_WORD: Signature = Signature {
    call_kind: CallKind::Syscall,
    word: "syscall",
    gives: Gives::Number,
    result: "number",
    summary: "a system call that the notation does not have",
    man: "syscalls(2)",
    ..DEFAULTS
};

/// The parameters of one argument: the name of its row, and those of its type. An empty name hides them.
type Named = (&'static str, &'static [Param]);

/// How many parameters arguments are.
const fn count(arguments: &[Named]) -> usize {
    let (mut count, mut at) = (0, 0);
    while at < arguments.len() {
        if !arguments[at].0.is_empty() {
            count += arguments[at].1.len();
        }
        at += 1;
    }
    count
}

/// The parameters of arguments, one after the other. Where the type gives a parameter no name, it has that of the row.
const fn join<const N: usize>(arguments: &[Named]) -> [Param; N] {
    let none = Param {
        name: "",
        kind: ParamKind::Number,
        optional: false,
    };
    let mut all = [none; N];
    let (mut to, mut at) = (0, 0);
    while at < arguments.len() {
        let (name, params) = arguments[at];
        let mut index = 0;
        while index < params.len() && !name.is_empty() {
            let param = params[index];
            let name = if param.name.is_empty() {
                name
            } else {
                param.name
            };
            all[to] = Param { name, ..param };
            to += 1;
            index += 1;
        }
        at += 1;
    }
    all
}

/// The name of a parameter: the one that is said, else that of the field.
macro_rules! name_of {
    ($field:ident $name:literal) => {
        $name
    };
    ($field:ident) => {
        stringify!($field)
    };
}
pub(crate) use name_of;

macro_rules! signatures {
    ($(
        #[doc = $summary:literal]
        $kind:ident $word:literal ($($field:ident: $type:ty $(as $param:literal)?),*) -> $result:literal
        traced $syscall:literal $(by $hook:ident)?
        { $($column:ident: $value:expr),* }
    )+) => {
        /// Which call it is.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
        pub enum CallKind {
            $(#[doc = $summary] $kind,)+
            /// one of a traced program that the notation has no word for
            Syscall,
        }

        /// All calls of the notation, in the order in which help shows them.
        pub static SIGNATURES: &[Signature] = &[$(Signature {
            call_kind: CallKind::$kind,
            word: $word,
            params: {
                const ARGUMENTS: &[Named] =
                    &[$((name_of!($field $($param)?), <$type as Parameter>::PARAMS)),*];
                const PARAMS: [Param; count(ARGUMENTS)] = join(ARGUMENTS);
                &PARAMS
            },
            result: $result,
            summary: $summary.trim_ascii(),
            syscall: $syscall,
            $($column: $value,)*
            ..DEFAULTS
        }),+];
    };
}

with_calls!(signatures);

impl Signature {
    /// Whether so many names may precede `=`.
    pub fn can_make(&self, names: usize) -> bool {
        // Which descriptors come with a message is for its sender to say.
        match self.gives {
            Gives::Received if self.makes > 0 => (1..=self.makes).contains(&names),
            _ => self.makes == names,
        }
    }

    /// Whether it has a parameter of this kind.
    pub fn takes(&self, kind: ParamKind) -> bool {
        self.params.iter().any(|param| param.kind == kind)
    }
}

impl CallKind {
    /// The row of the table.
    pub fn signature(self) -> &'static Signature {
        // The enum and the table come from one macro, in one order; what is beyond it has no word.
        SIGNATURES.get(self as usize).unwrap_or(&NO_WORD)
    }

    /// The word that names it.
    pub fn word(self) -> &'static str {
        self.signature().word
    }

    /// What it is for.
    pub fn role(self) -> Role {
        self.signature().role
    }

    /// Whether it is a system call, and not a word of the playground.
    pub fn is_system_call(self) -> bool {
        self.signature().class == Class::System
    }

    /// Whether it is a function of the C library, and not a system call.
    pub fn is_library_call(self) -> bool {
        self.signature().class == Class::Library
    }

    /// Whether it runs on a socket's thread and may be left pending there.
    pub fn can_be_left(self) -> bool {
        self.is_system_call() || self.is_library_call() || self.is_loop()
    }

    /// Whether it makes many calls until it is done.
    pub fn is_loop(self) -> bool {
        self.signature().class == Class::Loop
    }

    /// Whether it gives the result of another call.
    pub fn collects(self) -> bool {
        self.signature().gives == Gives::Another
    }

    /// Whether it asks the kernel about a socket, which can be repeated until it says what is expected.
    pub fn is_query(self) -> bool {
        self.signature().class == Class::Query
    }

    /// Whether it takes one connection from the queue of a listener.
    pub fn accepts(self) -> bool {
        self.signature().gives == Gives::Connection
    }

    /// Whether the kernel writes an address when it succeeds.
    pub fn gives_address(self) -> bool {
        let row = self.signature();
        matches!(row.gives, Gives::Connection | Gives::Address)
            || matches!(self, Self::Recvfrom | Self::Recvmsg)
    }

    /// Whether it waits for what an epoll instance watches.
    pub fn waits_on_epoll(self) -> bool {
        let row = self.signature();
        row.on == On::Epoll && row.gives == Gives::Ready
    }

    /// Whether it receives data.
    pub fn receives(self) -> bool {
        self.role() == Role::Receives
    }

    /// Whether it sends data.
    pub fn sends(self) -> bool {
        self.role() == Role::Sends
    }
}

/// The row of a word.
pub fn find(word: &str) -> Option<&'static Signature> {
    SIGNATURES.iter().find(|row| row.word == word)
}

impl fmt::Display for Signature {
    /// As a manual page writes it: `connect(socket, address)`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}(", self.word)?;
        for (index, param) in self.params.iter().enumerate() {
            let comma = if index == 0 { "" } else { ", " };
            if param.optional {
                write!(f, "[{comma}{}]", param.name)?;
            } else {
                write!(f, "{comma}{}", param.name)?;
            }
        }
        f.write_str(")")
    }
}

#[cfg(test)]
mod tests {
    use crate::call::table::*;
    use crate::notation::parse_line;

    #[test]
    fn every_row_is_that_of_its_call_and_its_example_parses() {
        for row in SIGNATURES {
            assert_eq!(row.call_kind.word(), row.word);
            let line = parse_line(row.example).expect(row.example);
            let command = line.command.expect("a command");
            assert_eq!(command.call.call_kind(), row.call_kind, "{}", row.example);
            assert_eq!(command.to_string(), row.example, "the example is canonical");
        }
    }

    #[test]
    fn every_length_is_about_something() {
        for row in SIGNATURES {
            let has_length = row.takes(ParamKind::Length);
            let is_said = row.length_of != LengthOf::Nothing;
            assert_eq!(has_length, is_said, "{}", row.word);
        }
    }

    #[test]
    fn signatures_read_like_the_manual() {
        assert_eq!(
            CallKind::Connect.signature().to_string(),
            "connect(socket, address)"
        );
        assert_eq!(
            CallKind::Recv.signature().to_string(),
            "recv(socket, size[, flags])"
        );
    }
}
