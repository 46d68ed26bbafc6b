//! Any call of the table with any arguments, for property tests: the types of the arguments say what they can be.

use std::time::Duration;

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::strategy::Union;

use crate::call::Call;
use crate::call::argument::{
    AddressArg, AddressExpr, Descriptor, IntArg, Message, Millis, Name, NamedAddress, NamedHost,
    NamedPort, OptionArg, PollEntry, Room, Service, Sets,
};
use crate::call::control_message::{ControlMessage, length};
use crate::call::data::Data;
use crate::call::fault::Fault;
use crate::call::lookup::{Hints, HostText, NameRoom, OrderedNumber, ServiceText, Text, TextSize};
use crate::call::mask::Mask;
use crate::call::process::ProcessArg;
use crate::call::rows::with_calls;
use crate::call::timeout::Timeout;
use crate::call::value::{Credentials, Value};
use crate::socket::control::{CONTROL_MESSAGES, by_number};
use crate::socket::option::OPTIONS;
use crate::socket::{
    Address, Clock, Domain, DupFlags, EpollEvents, EpollFlags, EpollOp, Errno, EventfdFlags,
    FcntlCommand, How, IoctlRequest, KillSignal, LookupFlags, MsgFlags, NameFlags, PipeFlags,
    PollEvents, Protocol, Resource, SettimeFlags, Sig, SockFlags, SocketType, TimerfdFlags,
    UnixName, WaitFlags,
};

/// What an argument of a type can be.
trait Any: Sized {
    fn any() -> BoxedStrategy<Self>;
}

macro_rules! any_of {
    ($($type:ty: $strategy:expr;)+) => {
        $(impl Any for $type {
            fn any() -> BoxedStrategy<Self> {
                $strategy.boxed()
            }
        })+
    };
}

any_of! {
    Descriptor: descriptor();
    AddressArg: address();
    Domain: (0..50i32).prop_map(Domain);
    SocketType: (0..2000i32).prop_map(SocketType);
    SockFlags: prop::sample::select(vec![0, libc::SOCK_NONBLOCK, libc::SOCK_CLOEXEC]).prop_map(SockFlags);
    Protocol: (0..300i32).prop_map(Protocol);
    i32: any::<i32>();
    Data: some_data();
    Vec<Data>: vec(some_data(), 0..3);
    Box<Message>: a_message().prop_map(Box::new);
    Vec<Message>: vec(a_message(), 0..3).prop_map(|mut messages| {
        for message in &mut messages {
            message.flags = MsgFlags(0);
        }
        messages
    });
    Option<Timeout>: option::of(Timeout::any());
    MsgFlags: (0..0x8000i32).prop_map(MsgFlags);
    Room: (0..100_000usize, any::<bool>()).prop_map(|(size, null)| Room { size, null });
    Vec<usize>: vec(0..100usize, 1..3);
    How: (-5..5i32).prop_map(How);
    Option<i32>: option::of(-9..99i32);
    OptionArg: (0..OPTIONS.len()).prop_map(|at| OptionArg {
        level: OPTIONS[at].level,
        number: OPTIONS[at].number,
    });
    Value: Just(Value::Null);
    FcntlCommand: prop::sample::select(vec![libc::F_GETFL, libc::F_SETFL, libc::F_SETFD, libc::F_DUPFD])
        .prop_map(FcntlCommand);
    Option<IntArg>: option::of((0..9i32).prop_map(IntArg::Number));
    IoctlRequest: prop::sample::select(vec![libc::FIONREAD, libc::FIONBIO])
        .prop_map(|request| IoctlRequest(i32::try_from(request).expect("a small number")));
    Vec<PollEntry>: vec(an_entry(), 0..3);
    Millis: any::<i32>().prop_map(Millis);
    Box<Sets>: (descriptors(), descriptors(), descriptors())
        .prop_map(|(read, write, except)| Box::new(Sets { read, write, except }));
    Timeout: prop_oneof![
        Just(Timeout::Forever),
        (0..9_000_000u64).prop_map(|micros| Timeout::Span(Duration::from_micros(micros))),
        (1..9_000_000u64).prop_map(|micros| Timeout::Negative(Duration::from_micros(micros))),
    ];
    EpollFlags: any::<i32>().prop_map(EpollFlags);
    DupFlags: any::<i32>().prop_map(DupFlags);
    Clock: any::<i32>().prop_map(Clock);
    KillSignal: any::<i32>().prop_map(KillSignal);
    Resource: any::<i32>().prop_map(Resource);
    WaitFlags: any::<i32>().prop_map(WaitFlags);
    ProcessArg: prop_oneof![
        a_name().prop_map(ProcessArg::Named),
        any::<i32>().prop_map(ProcessArg::Number),
    ];
    EventfdFlags: any::<i32>().prop_map(EventfdFlags);
    SettimeFlags: any::<i32>().prop_map(SettimeFlags);
    TimerfdFlags: any::<i32>().prop_map(TimerfdFlags);
    Option<Duration>: option::of((0..10_000_000u64).prop_map(Duration::from_millis));
    PipeFlags: any::<i32>().prop_map(PipeFlags);
    EpollOp: (-2..5i32).prop_map(EpollOp);
    EpollEvents: any::<i32>().prop_map(EpollEvents);
    Vec<Sig>: vec(prop::sample::select(vec![libc::SIGIO, libc::SIGURG]).prop_map(Sig), 0..3);
    Mask: option::of(<Vec<Sig> as Any>::any()).prop_map(Mask);
    Vec<u8>: vec(1..=255u8, 1..20);
    u32: 0..0o7777u32;
    u64: any::<u32>().prop_map(u64::from);
    usize: 1..1_000_000usize;
    Fault: prop_oneof![
        (1..40i32).prop_map(|number| Fault::Errno(Errno(number))),
        Just(Fault::Short),
        (1..10_000_000u64).prop_map(|millis| Fault::Delay(Duration::from_millis(millis))),
    ];
    Service: prop::sample::select(Service::ALL.to_vec());
    Duration: (0..10_000_000u64).prop_map(Duration::from_millis);
    HostText: a_text().prop_map(HostText);
    ServiceText: a_text().prop_map(ServiceText);
    Option<Hints>: option::of((0..0x500i32, 0..20i32, 0..9i32, 0..300i32)).prop_map(|hints| {
        hints.map(|(flags, family, socket_type, protocol)| Hints {
            flags: LookupFlags(flags),
            family: Domain(family),
            socket_type: SocketType(socket_type),
            protocol: Protocol(protocol),
        })
    });
    NameRoom: (0..99i32, option::of((any::<u16>(), option::of(any::<u16>())))).prop_map(|(flags, room)| NameRoom {
        flags: NameFlags(flags),
        host: room.map(|(host, _)| host),
        service: room.and_then(|(_, service)| service),
    });
    OrderedNumber: any::<u32>().prop_map(OrderedNumber);
    TextSize: option::of(any::<u16>()).prop_map(TextSize);
}

macro_rules! define_any_call {
    ($(
        #[doc = $summary:literal]
        $kind:ident $word:literal ($($field:ident: $type:ty $(as $param:literal)?),*) -> $result:literal
        traced $syscall:literal $(by $hook:ident)?
        { $($columns:tt)* }
    )+) => {
        /// Each call of the table, as often as every other.
        pub(super) fn a_call() -> impl Strategy<Value = Call> {
            let all = vec![$(
                (Just(()), $(<$type as Any>::any(),)*)
                    .prop_map(|((), $($field,)*)| Call::$kind { $($field),* })
                    .boxed()
            ),+];
            Union::new(all).prop_map(agreeing)
        }
    };
}

with_calls!(define_any_call);

/// A call whose arguments agree: some types allow what a command or an option beside them does not.
fn agreeing(call: Call) -> Call {
    match call {
        Call::Chmod { mode, .. } => Call::Chmod {
            address: a_file(),
            mode,
        },
        Call::Unlink { .. } => Call::Unlink { address: a_file() },
        Call::Fcntl {
            socket,
            command,
            argument,
        } => Call::Fcntl {
            socket,
            command,
            argument: argument.or_else(|| command.takes().then_some(IntArg::Number(1))),
        },
        Call::Ioctl {
            socket,
            request,
            argument,
        } => Call::Ioctl {
            socket,
            request,
            argument: request.sets().then(|| argument.unwrap_or(1)),
        },
        other => other,
    }
}

fn a_file() -> AddressArg {
    Address::Unix(UnixName::Path(b"/tmp/x.sock".to_vec())).into()
}

/// A name of a socket.
pub(super) fn a_name() -> impl Strategy<Value = Name> {
    "[a-z_][A-Za-z0-9_]{0,8}".prop_filter_map("a name", |text| Name::new(&text))
}

fn descriptor() -> impl Strategy<Value = Descriptor> {
    prop_oneof![
        a_name().prop_map(Descriptor::Named),
        any::<i32>().prop_map(Descriptor::Raw)
    ]
}

fn address() -> impl Strategy<Value = AddressArg> {
    let bytes = || vec(any::<u8>(), 1..20);
    let place = prop_oneof![
        (any::<[u8; 4]>(), any::<u16>()).prop_map(|(ip, port)| {
            AddressExpr::Literal(std::net::SocketAddr::new(std::net::IpAddr::from(ip), port).into())
        }),
        (any::<[u8; 16]>(), any::<u16>()).prop_map(|(ip, port)| {
            AddressExpr::Literal(std::net::SocketAddr::new(std::net::IpAddr::from(ip), port).into())
        }),
        bytes().prop_map(|b| AddressExpr::Literal(Address::Unix(UnixName::Path(b)))),
        bytes().prop_map(|b| AddressExpr::Literal(Address::Unix(UnixName::Abstract(b)))),
        Just(AddressExpr::Literal(Address::Unix(UnixName::Unnamed))),
        a_name().prop_map(AddressExpr::LocalOf),
        any::<u16>().prop_map(AddressExpr::Loopback),
        a_named_address().prop_map(|named| AddressExpr::Named(Box::new(named))),
        (any::<[u8; 4]>(), a_name()).prop_map(|(ip, of)| AddressExpr::PortOf {
            host: ip.into(),
            of
        }),
        any::<[u8; 4]>().prop_map(|ip| AddressExpr::Host(ip.into())),
        any::<[u8; 16]>().prop_map(|ip| AddressExpr::Host(ip.into())),
        Just(AddressExpr::Unspecified),
        Just(AddressExpr::Null),
    ];
    (place, option::of(any::<i32>())).prop_map(|(place, length)| AddressArg { place, length })
}

fn a_named_address() -> impl Strategy<Value = NamedAddress> {
    let service = || "[a-z][a-z0-9-]{0,8}".prop_map(NamedPort::Service);
    let any_port = prop_oneof![
        any::<u16>().prop_map(NamedPort::Number),
        a_name().prop_map(NamedPort::Of),
        service(),
    ];
    let name = "[a-z][a-z0-9.-]{0,12}".prop_filter("a prefix", |name| {
        !["unix", "abstract", "family"].contains(&name.as_str())
    });
    let number = prop_oneof![
        any::<[u8; 4]>().prop_map(|ip| NamedHost::Number(ip.into())),
        any::<[u8; 16]>().prop_map(|ip| NamedHost::Number(ip.into())),
        Just(NamedHost::Any),
    ];
    prop_oneof![
        (name.prop_map(NamedHost::Name), any_port),
        (number, service()),
    ]
    .prop_map(|(host, port)| NamedAddress { host, port })
}

fn a_text() -> impl Strategy<Value = Text> {
    option::of(vec(1..=255u8, 0..20)).prop_map(Text)
}

fn some_data() -> impl Strategy<Value = Data> {
    let bytes = || vec(any::<u8>(), 0..40);
    prop_oneof![
        bytes().prop_map(Data::Text),
        bytes().prop_map(Data::Hex),
        any::<[u8; 8]>().prop_map(Data::U64),
        (0..100_000usize).prop_map(Data::Pattern),
        (bytes(), 0..1000usize).prop_map(|(b, n)| Data::Repeat(b, n)),
        (0..1000usize).prop_map(Data::Null),
    ]
}

fn descriptors() -> impl Strategy<Value = Vec<Descriptor>> {
    vec(descriptor(), 0..3)
}

fn an_entry() -> impl Strategy<Value = PollEntry> {
    (descriptor(), 0..0x8000i32).prop_map(|(socket, events)| PollEntry {
        socket,
        events: PollEvents(events),
    })
}

/// One of the table or any other, with as much data as is usual or not; descriptors have another form.
fn a_control_message() -> impl Strategy<Value = ControlMessage> {
    let known = (1..CONTROL_MESSAGES.len()).prop_map(|at| {
        let row = &CONTROL_MESSAGES[at];
        (row.level, row.kind)
    });
    let kind = prop_oneof![known, (-1..300i32, 100..300i32)];
    (kind, vec(any::<u8>(), 0..24), any::<bool>(), any::<bool>()).prop_map(
        |((level, kind), mut data, is_usual, is_named)| {
            let layout = by_number(level, kind).map(|row| row.layout);
            if let Some(usual) = layout.filter(|_| is_usual).and_then(length) {
                data.resize(usual, 0);
            }
            let mut message = ControlMessage::of(level, kind, data);
            if is_usual && is_named && message.interface_index().is_some() {
                message.data = message.with_index(0);
                message.interface = Some("lo".to_owned());
            }
            message
        },
    )
}

fn a_message() -> impl Strategy<Value = Message> {
    let credentials = (any::<i32>(), any::<u32>(), any::<u32>());
    (
        vec(some_data(), 0..3),
        option::of(address().prop_filter("a number is its flags", |address| {
            !matches!(address.place, AddressExpr::Loopback(_))
        })),
        0..0x8000i32,
        descriptors(),
        option::of(credentials),
        vec(a_control_message(), 0..3),
    )
        .prop_map(
            |(data, address, flags, fds, credentials, control)| Message {
                data,
                address,
                flags: MsgFlags(flags),
                fds,
                credentials: credentials.map(|(pid, uid, gid)| Credentials { pid, uid, gid }),
                control,
            },
        )
}
