//! What a program can make of a call: a function of the C library with typed arguments, a loop, or a question. The
//! languages know these and not the calls of the notation.

use std::time::Duration;

use crate::call::argument::{
    AddressArg, Descriptor, Message, OptionArg, PollEntry, Room, Service, Sets,
};
use crate::call::data::Data;
use crate::call::lookup::{Hints, NameRoom, Text};
use crate::call::mask::Mask;
use crate::call::process::ProcessArg;
use crate::call::timeout::Timeout;
use crate::call::value::Value;
use crate::socket::{Domain, EpollEvents, Sig};

/// What a call means to a program.
pub(crate) enum Meaning<'a> {
    /// One function.
    Function(Function<'a>),
    /// A loop that is written out as a function of the program.
    Loop(Loop, &'a Descriptor),
    /// A question, which the program asks until it is answered as it was in the session.
    Question(Question, &'a Descriptor),
    /// `fork()`
    Fork,
    /// Waits for a call that another thread makes.
    Wait,
    /// Interrupts it.
    Cancel,
    /// Does nothing for a while.
    Sleep(Duration),
    /// No program can do it, and why.
    None(&'static str),
}

/// A loop of ordinary calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Loop {
    /// Sends until the buffers are full.
    Fill,
    /// Receives until nothing comes.
    Drain,
    /// Sends so many bytes in pieces of so many.
    Source(u64, usize),
    /// Receives until the end.
    Sink,
    /// Receives and sends back.
    Echo,
    /// Accepts, each connection with a thread.
    Serve(Service),
}

/// What a program can ask the kernel about a socket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Question {
    /// The state of the connection.
    State,
    /// That of the other end.
    Peer,
    /// How many connections wait.
    Pending,
    /// How many bytes wait.
    Unread,
}

/// A function of the C library.
pub(crate) struct Function<'a> {
    /// Its name.
    pub(crate) name: &'static str,
    /// Its arguments.
    pub(crate) args: Vec<Arg<'a>>,
    /// What it gives when it succeeds.
    pub(crate) gives: Gives,
}

/// An argument, or several that belong together.
pub(crate) enum Arg<'a> {
    /// A descriptor.
    Fd(&'a Descriptor),
    /// A process.
    Process(ProcessArg),
    /// A constant, or several joined by `|`, and the number.
    Constant(String, i64),
    /// A number.
    Number(i64),
    /// An address: a pointer and a length.
    To(&'a AddressArg),
    /// Room for an address: a pointer and a pointer to a length.
    From(Option<i32>),
    /// Bytes: a pointer and a length.
    Data(&'a Data),
    /// Room for bytes: a pointer and a size.
    Room(Room),
    /// Buffers with data: an array and its length.
    Gather(&'a [Data]),
    /// Empty buffers: an array and its length.
    Scatter(&'a [usize]),
    /// A message to send.
    Message(&'a Message),
    /// Several: an array and its length.
    Messages(&'a [Message]),
    /// A message to be filled: the sizes of its buffers, and of that for control messages.
    Incoming(&'a [usize], Option<i32>),
    /// Several: an array and its length.
    ManyIncoming(&'a [usize], i32),
    /// The value of an option: a pointer and a length.
    Value(OptionArg, &'a Value, Option<i32>),
    /// Room for one: a pointer and a pointer to a length.
    ValueRoom(OptionArg, Option<i32>),
    /// A pointer to an int, and what it is before.
    IntAt(i32),
    /// The set of poll(): an array and its length.
    Entries(&'a [PollEntry]),
    /// The sets of select(): a number and three pointers.
    Sets(&'a Sets, Option<i32>),
    /// `struct timeval *`
    Timeval(Timeout),
    /// `struct timespec *`
    Timespec(Timeout),
    /// `const sigset_t *` of what is blocked meanwhile.
    Mask(&'a Mask),
    /// `const sigset_t *` of these signals.
    Signals(&'a [Sig]),
    /// `struct epoll_event *` of one descriptor.
    Event(EpollEvents, &'a Descriptor),
    /// Room for so many events: a pointer and their number.
    Events(i32),
    /// `struct itimerspec *`: the first expiry, and the interval.
    Timer(Duration, Duration),
    /// A null pointer.
    Null,
    /// A pointer to a `siginfo_t`.
    Info,
    /// A pointer to two descriptors.
    Pair,
    /// The path of an address.
    PathOf(&'a AddressArg),
    /// A path.
    Path(&'a [u8]),
    /// A text, or a null pointer.
    Text(&'a Text),
    /// `struct addrinfo`: what is looked for.
    Hints(Option<Hints>),
    /// Where the list goes.
    List,
    /// Room for two names, each with its size.
    Names(NameRoom),
    /// Where inet_pton() writes.
    Binary(Domain),
    /// Bytes of an address: a pointer alone.
    Bytes(&'a Data),
    /// Room for a text, and its size.
    TextRoom(Option<u16>),
    /// A pointer to a `struct rlimit` with the soft and the hard limit.
    Limit(i32),
    /// A pointer to the status of a child.
    Status,
    /// A 16-bit number, and one of 32 bits.
    Short(u32),
    /// One of 32 bits.
    Long(u32),
}

/// What a function gives when it succeeds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Gives {
    /// 0.
    Zero,
    /// A new descriptor.
    Descriptor,
    /// Two of them.
    Pair,
    /// A new one, and the address of the peer.
    Accepted,
    /// How many bytes were sent.
    Count,
    /// Bytes in the room.
    Data,
    /// The same with an address.
    DataFrom,
    /// Bytes in the buffers.
    Buffers,
    /// A message.
    Message,
    /// Several.
    Messages,
    /// How many messages were sent.
    Sent,
    /// An address.
    Address,
    /// The value of an option.
    Value,
    /// The number that it returned.
    Number,
    /// The int behind the pointer.
    Int,
    /// The set of poll().
    Polled,
    /// The sets of select().
    Selected,
    /// The events of epoll_wait().
    Events,
    /// A signal.
    Signal,
    /// A list of addresses.
    List,
    /// Two names.
    Names,
    /// 1 with the bytes of an address, or 0.
    Binary,
    /// A text, or a null pointer.
    Text,
    /// A number in another byte order.
    Swapped,
    /// How a child has ended.
    Child,
    /// It does not return.
    Nothing,
}

impl Gives {
    /// Whether the number that the function returned is all that a program prints of it.
    pub(crate) fn is_number(self) -> bool {
        match self {
            Self::Zero | Self::Count | Self::Number => true,
            Self::Descriptor
            | Self::Pair
            | Self::Accepted
            | Self::Data
            | Self::DataFrom
            | Self::Buffers
            | Self::Message
            | Self::Messages
            | Self::Sent
            | Self::Address
            | Self::Value
            | Self::Int
            | Self::Polled
            | Self::Selected
            | Self::Events
            | Self::Signal
            | Self::List
            | Self::Names
            | Self::Binary
            | Self::Text
            | Self::Swapped
            | Self::Child
            | Self::Nothing => false,
        }
    }
}
