//! The parameters of calls by their types: what each type takes in the notation, and how an argument is visited by
//! those who do not care which call it belongs to.

use std::time::Duration;

use crate::call::argument::{
    AddressArg, Descriptor, IntArg, Message, Millis, OptionArg, PollEntry, Room, Service, Sets,
};
use crate::call::data::Data;
use crate::call::fault::Fault;
use crate::call::lookup::{Hints, HostText, NameRoom, OrderedNumber, ServiceText, TextSize};
use crate::call::mask::Mask;
use crate::call::param::{Param, ParamKind};
use crate::call::process::ProcessArg;
use crate::call::timeout::Timeout;
use crate::call::value::Value;
use crate::socket::constant::{
    CLOCKS, DUP_FLAGS, EPOLL_FLAGS, EVENTFD_FLAGS, Family, KILL_SIGNALS, LOOKUP_FLAGS, NAME_FLAGS,
    PIPE_FLAGS, RESOURCES, SETTIME_FLAGS, TIMERFD_FLAGS, WAIT_FLAGS,
};
use crate::socket::{
    Clock, Domain, DupFlags, EpollEvents, EpollFlags, EpollOp, EventfdFlags, FcntlCommand, How,
    IoctlRequest, KillSignal, MsgFlags, PipeFlags, Protocol, Resource, SettimeFlags, Sig,
    SockFlags, SocketType, TimerfdFlags, WaitFlags,
};

/// An argument of a call, by what it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "each variant is the type that it holds")]
pub enum Argument<'a> {
    Descriptor(&'a Descriptor),
    Address(&'a AddressArg),
    Domain(Domain),
    Type(SocketType),
    SockFlags(SockFlags),
    Protocol(Protocol),
    Int(i32),
    Data(&'a Data),
    Buffers(&'a [Data]),
    Message(&'a Message),
    Messages(&'a [Message]),
    MsgFlags(MsgFlags),
    Room(Room),
    Sizes(&'a [usize]),
    How(How),
    Length(Option<i32>),
    Option(OptionArg),
    Value(&'a Value),
    FcntlCommand(FcntlCommand),
    FcntlArg(Option<&'a IntArg>),
    IoctlRequest(IoctlRequest),
    Entries(&'a [PollEntry]),
    Millis(Millis),
    Sets(&'a Sets),
    Timeout(Timeout),
    /// A timeout that may be left out.
    Limit(Option<Timeout>),
    Constant(&'static Family, i32),
    Flags(&'static Family, i32),
    EpollOp(EpollOp),
    EpollEvents(EpollEvents),
    Signals(&'a [Sig]),
    Mask(&'a Mask),
    Path(&'a [u8]),
    Mode(u32),
    Bytes(u64),
    Chunk(usize),
    Service(Service),
    Fault(Fault),
    Duration(Duration),
    Interval(Option<Duration>),
    Process(&'a ProcessArg),
    /// An argument of a call of the C library.
    Lookup(LookupArgument<'a>),
}

/// An argument of a call of the C library that looks up or converts names and addresses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "each variant is the type that it holds")]
pub enum LookupArgument<'a> {
    Host(&'a HostText),
    Service(&'a ServiceText),
    Hints(Option<Hints>),
    Room(NameRoom),
    Number(OrderedNumber),
    Size(TextSize),
}

/// An argument that can be replaced: names by numbers, flags and data by others.
#[derive(Debug)]
#[expect(missing_docs, reason = "each variant is the type that it holds")]
pub enum ArgumentMut<'a> {
    Descriptor(&'a mut Descriptor),
    Address(&'a mut AddressArg),
    Data(&'a mut Data),
    Buffers(&'a mut Vec<Data>),
    Message(&'a mut Message),
    Messages(&'a mut [Message]),
    MsgFlags(&'a mut MsgFlags),
    Entries(&'a mut [PollEntry]),
    Sets(&'a mut Sets),
    Process(&'a mut ProcessArg),
    FcntlArg(&'a mut Option<IntArg>),
    /// One that nobody replaces.
    Fixed,
}

/// A type that an argument of a call can have.
pub(crate) trait Parameter {
    /// What it takes in the notation. Most types are one parameter, whose name the table of calls gives.
    const PARAMS: &'static [Param];

    /// The argument.
    fn argument(&self) -> Argument<'_>;

    /// The argument, to be replaced.
    fn argument_mut(&mut self) -> ArgumentMut<'_> {
        ArgumentMut::Fixed
    }
}

/// A parameter of a name that is its type's own.
const fn named(name: &'static str, kind: ParamKind, optional: bool) -> Param {
    Param {
        name,
        kind,
        optional,
    }
}

/// One parameter with the name that the table gives.
const fn need(kind: ParamKind) -> Param {
    named("", kind, false)
}

/// The same, which may be left out.
const fn may(kind: ParamKind) -> Param {
    named("", kind, true)
}

/// Writes the implementation for a type: its parameters, and the variant that shows it.
macro_rules! parameters {
    ($($type:ty: [$($param:expr),*] |$own:ident| $shown:expr $(, mut $replaced:ident)?;)+) => {
        $(impl Parameter for $type {
            const PARAMS: &'static [Param] = &[$($param),*];

            fn argument(&self) -> Argument<'_> {
                let $own = self;
                $shown
            }

            $(fn argument_mut(&mut self) -> ArgumentMut<'_> {
                ArgumentMut::$replaced(self)
            })?
        })+
    };
}

use ParamKind as K;

parameters! {
    Descriptor: [need(K::Socket)] |own| Argument::Descriptor(own), mut Descriptor;
    AddressArg: [need(K::Address)] |own| Argument::Address(own), mut Address;
    Domain: [need(K::Domain)] |own| Argument::Domain(*own);
    SocketType: [need(K::Type)] |own| Argument::Type(*own);
    SockFlags: [may(K::SockFlags)] |own| Argument::SockFlags(*own);
    Protocol: [may(K::Protocol)] |own| Argument::Protocol(*own);
    i32: [need(K::Number)] |own| Argument::Int(*own);
    Data: [need(K::Data)] |own| Argument::Data(own), mut Data;
    Vec<Data>: [need(K::Buffers)] |own| Argument::Buffers(own), mut Buffers;
    Box<Message>: [
        named("buffers", K::Buffers, false), named("address", K::Address, true), named("flags", K::MsgFlags, true),
        named("fds", K::Control, true), named("creds", K::Control, true),
        named("control", K::Control, true)
    ] |own| Argument::Message(own), mut Message;
    Vec<Message>: [need(K::Messages)] |own| Argument::Messages(own), mut Messages;
    MsgFlags: [may(K::MsgFlags)] |own| Argument::MsgFlags(*own), mut MsgFlags;
    Room: [need(K::Size)] |own| Argument::Room(*own);
    Vec<usize>: [need(K::Size)] |own| Argument::Sizes(own);
    How: [need(K::How)] |own| Argument::How(*own);
    Option<i32>: [may(K::Length)] |own| Argument::Length(*own);
    OptionArg: [need(K::Option)] |own| Argument::Option(*own);
    Value: [need(K::Value)] |own| Argument::Value(own);
    FcntlCommand: [need(K::FcntlCommand)] |own| Argument::FcntlCommand(*own);
    Option<IntArg>: [may(K::FcntlValue)] |own| Argument::FcntlArg(own.as_ref()), mut FcntlArg;
    IoctlRequest: [need(K::IoctlRequest)] |own| Argument::IoctlRequest(*own);
    Vec<PollEntry>: [need(K::PollSet)] |own| Argument::Entries(own), mut Entries;
    Millis: [need(K::Timeout)] |own| Argument::Millis(*own);
    Box<Sets>: [
        named("read", K::SelectSet, false), named("write", K::SelectSet, false), named("except", K::SelectSet, false)
    ] |own| Argument::Sets(own), mut Sets;
    Timeout: [need(K::Timeout)] |own| Argument::Timeout(*own);
    Option<Timeout>: [may(K::Timeout)] |own| Argument::Limit(*own);
    EpollFlags: [may(K::Flags(&EPOLL_FLAGS))] |own| Argument::Flags(&EPOLL_FLAGS, own.0);
    DupFlags: [may(K::Flags(&DUP_FLAGS))] |own| Argument::Flags(&DUP_FLAGS, own.0);
    Clock: [need(K::Constant(&CLOCKS))] |own| Argument::Constant(&CLOCKS, own.0);
    EventfdFlags: [may(K::Flags(&EVENTFD_FLAGS))] |own| Argument::Flags(&EVENTFD_FLAGS, own.0);
    SettimeFlags: [may(K::Flags(&SETTIME_FLAGS))] |own| Argument::Flags(&SETTIME_FLAGS, own.0);
    TimerfdFlags: [may(K::Flags(&TIMERFD_FLAGS))] |own| Argument::Flags(&TIMERFD_FLAGS, own.0);
    PipeFlags: [may(K::Flags(&PIPE_FLAGS))] |own| Argument::Flags(&PIPE_FLAGS, own.0);
    EpollOp: [need(K::EpollOp)] |own| Argument::EpollOp(*own);
    EpollEvents: [may(K::EpollEvents)] |own| Argument::EpollEvents(*own);
    Vec<Sig>: [need(K::Signals)] |own| Argument::Signals(own);
    Mask: [may(K::Mask)] |own| Argument::Mask(own);
    Vec<u8>: [need(K::Path)] |own| Argument::Path(own);
    u32: [need(K::Mode)] |own| Argument::Mode(*own);
    u64: [need(K::Bytes)] |own| Argument::Bytes(*own);
    usize: [may(K::Bytes)] |own| Argument::Chunk(*own);
    Service: [need(K::Service)] |own| Argument::Service(*own);
    Fault: [need(K::Fault)] |own| Argument::Fault(*own);
    Option<Duration>: [may(K::Duration)] |own| Argument::Interval(*own);
    ProcessArg: [need(K::Process)] |own| Argument::Process(own), mut Process;
    KillSignal: [need(K::Constant(&KILL_SIGNALS))] |own| Argument::Constant(&KILL_SIGNALS, own.0);
    Resource: [need(K::Constant(&RESOURCES))] |own| Argument::Constant(&RESOURCES, own.0);
    WaitFlags: [may(K::Flags(&WAIT_FLAGS))] |own| Argument::Flags(&WAIT_FLAGS, own.0);
    Duration: [need(K::Duration)] |own| Argument::Duration(*own);
    HostText: [need(K::Host)] |own| Argument::Lookup(LookupArgument::Host(own));
    ServiceText: [need(K::ServiceName)] |own| Argument::Lookup(LookupArgument::Service(own));
    Option<Hints>: [
        named("flags", K::Flags(&LOOKUP_FLAGS), true), named("family", K::Domain, true),
        named("socktype", K::Type, true), named("protocol", K::Protocol, true)
    ] |own| Argument::Lookup(LookupArgument::Hints(*own));
    NameRoom: [
        named("flags", K::Flags(&NAME_FLAGS), true), named("hostlen", K::Size, true), named("servlen", K::Size, true)
    ] |own| Argument::Lookup(LookupArgument::Room(*own));
    OrderedNumber: [need(K::Number)] |own| Argument::Lookup(LookupArgument::Number(*own));
    TextSize: [may(K::Size)] |own| Argument::Lookup(LookupArgument::Size(*own));
}
