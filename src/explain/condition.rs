//! What must hold in the world for a row: one named condition a line.

use std::net::{IpAddr, Ipv4Addr};
use std::time::Duration;

use crate::call::Call;
use crate::call::argument::{AddressExpr, Descriptor, IntArg};
use crate::call::data::Data;
use crate::call::outcome::Returned;
use crate::call::outcome::after::HeldBy;
use crate::call::parameter::Argument;
use crate::call::process::ChildChange;
use crate::call::table::{CallKind, Gives};
use crate::call::timeout::Timeout;
use crate::call::value::Value;
use crate::event::{AddressOwner, Denial, PathFile, Route, TimerKind};
use crate::explain::context::{Context, phase_at};
use crate::explain::facts::conflicts::{domain_of, outside_owner_local};
use crate::explain::facts::reachability::{nobody_sends, somebody_then};
use crate::explain::facts::teardown::ENDS_SENDING;
use crate::explain::facts::wait_limit::WaitLimit;
use crate::socket::option::Access;
use crate::socket::{Address, Cause, Domain, FcntlCommand, Kind, Phase, TcpState, UnixName};
use crate::world::Handle;

/// Declares the conditions: `Name "what it means" |context| test;`.
macro_rules! conditions {
    ($($name:ident $meaning:literal |$context:ident| $test:expr;)+) => {
        /// A condition of a row.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub(crate) enum Condition {
            $(#[doc = $meaning] $name),+
        }

        impl Condition {
            /// Whether it holds in a scene.
            pub(crate) fn holds(self, context: &Context<'_>) -> bool {
                match self {
                    $(Self::$name => { let $context = context; $test })+
                }
            }
        }
    };
}

const ENDS_RECEIVING: [Cause; 2] = [Cause::ShutRead, Cause::ShutBoth];
/// The options that join or leave a multicast group.
const MEMBERSHIPS: [&str; 10] = [
    "IP_ADD_MEMBERSHIP",
    "IP_DROP_MEMBERSHIP",
    "IP_ADD_SOURCE_MEMBERSHIP",
    "IP_DROP_SOURCE_MEMBERSHIP",
    "IPV6_ADD_MEMBERSHIP",
    "IPV6_DROP_MEMBERSHIP",
    "MCAST_JOIN_GROUP",
    "MCAST_LEAVE_GROUP",
    "MCAST_JOIN_SOURCE_GROUP",
    "MCAST_LEAVE_SOURCE_GROUP",
];
/// The options about one source of a multicast group.
const OF_SOURCES: [&str; 10] = [
    "IP_ADD_SOURCE_MEMBERSHIP",
    "IP_DROP_SOURCE_MEMBERSHIP",
    "IP_BLOCK_SOURCE",
    "IP_UNBLOCK_SOURCE",
    "IP_MSFILTER",
    "MCAST_JOIN_SOURCE_GROUP",
    "MCAST_LEAVE_SOURCE_GROUP",
    "MCAST_BLOCK_SOURCE",
    "MCAST_UNBLOCK_SOURCE",
    "MCAST_MSFILTER",
];
/// Those of them that join the group.
const JOINS_SOURCE: [&str; 2] = ["IP_ADD_SOURCE_MEMBERSHIP", "MCAST_JOIN_SOURCE_GROUP"];
/// The options about the senders and peers of AF_UNIX.
const OF_UNIX: [i32; 5] = [
    libc::SO_PASSCRED,
    libc::SO_PASSSEC,
    libc::SO_PASSPIDFD,
    libc::SO_PEERGROUPS,
    libc::SO_PEERPIDFD,
];
/// The options of Fast Open.
const FAST_OPEN: [i32; 3] = [
    libc::TCP_FASTOPEN,
    libc::TCP_FASTOPEN_CONNECT,
    libc::TCP_FASTOPEN_NO_COOKIE,
];
/// The options that the kernel takes only between TCP_REPAIR 1 and 0.
const UNDER_REPAIR: [i32; 5] = [
    libc::TCP_REPAIR_QUEUE,
    libc::TCP_QUEUE_SEQ,
    libc::TCP_REPAIR_OPTIONS,
    libc::TCP_REPAIR_WINDOW,
    libc::TCP_TIMESTAMP,
];
/// The options that SO_LOCK_FILTER forbids.
const FILTERS: [i32; 4] = [
    libc::SO_ATTACH_FILTER,
    libc::SO_ATTACH_BPF,
    libc::SO_DETACH_FILTER,
    libc::SO_LOCK_FILTER,
];
/// linux/capability.h
const CAP_NET_BIND_SERVICE: u32 = 10;
const CAP_NET_RAW: u32 = 13;
/// The first port that everybody may bind, unless the setting is another.
const FIRST_FREE_PORT: u16 = 1024;
/// The domains that are explained.
const KNOWN_DOMAINS: [Domain; 3] = [Domain::INET, Domain::INET6, Domain::UNIX];

const FIONREAD: i32 = libc::FIONREAD as i32;
const FIONBIO: i32 = libc::FIONBIO as i32;
const FIOASYNC: i32 = libc::FIOASYNC as i32;
const SIOCOUTQ: i32 = libc::TIOCOUTQ as i32;
/// linux/sockios.h
const SIOCOUTQNSD: i32 = 0x894B;
/// asm-generic/sockios.h
const SIOCATMARK: i32 = 0x8905;
const F_SETSIG: i32 = FcntlCommand::SETSIG.0;
const F_GETSIG: i32 = FcntlCommand::GETSIG.0;

conditions! {
    // The kind of socket.
    Unix "the domain is AF_UNIX" |s| s.domain() == Some(Domain::UNIX);
    NotUnix "the domain is not AF_UNIX" |s| s.domain().is_some_and(|domain| domain != Domain::UNIX);
    NotInet "the domain is neither AF_INET nor AF_INET6" |s| s.domain().is_some() && !Self::Inet.holds(s);
    Inet "the domain is AF_INET or AF_INET6" |s| matches!(s.domain(), Some(Domain::INET | Domain::INET6));
    PacketDomain "the domain is AF_PACKET" |s| s.domain() == Some(Domain(libc::AF_PACKET));
    Tcp "it is a TCP socket" |s| s.is_tcp();
    Stream "it is a stream" |s| s.kind() == Some(Kind::Stream);
    Seqpacket "it has records" |s| s.kind() == Some(Kind::Seqpacket);
    Datagram "it has datagrams" |s| s.kind() == Some(Kind::Datagram);
    Raw "it is raw" |s| s.kind() == Some(Kind::Raw);
    RawInet "it is raw and of AF_INET or AF_INET6" |s| Self::Raw.holds(s) && Self::Inet.holds(s);
    HasHeader "what was received begins with a whole IPv4 header" |s| s.packet().is_some();
    NotRaw "it is not raw" |s| s.kind() != Some(Kind::Raw);
    Message "it has messages and no connections" |s| matches!(s.kind(), Some(Kind::Datagram | Kind::Raw));
    KeepsBoundaries "it keeps the boundaries of messages" |s| s.kind().is_some_and(|kind| kind.is_socket() && kind != Kind::Stream);
    Epoll "it is an epoll instance" |s| s.kind() == Some(Kind::Epoll);
    Pipe "it is an end of a pipe" |s| s.kind().is_some_and(Kind::is_pipe);
    PipeReader "it is the end of a pipe that is read" |s| s.kind() == Some(Kind::PipeReader);
    PipeWriter "it is the end of a pipe that is written to" |s| s.kind() == Some(Kind::PipeWriter);
    PipeEndOpen "the other end of the pipe is open in this session" |s| s.pipe_end().is_some();
    IsEventfd "it is an eventfd" |s| s.kind() == Some(Kind::Eventfd);
    IsTimerfd "it is a timerfd" |s| s.kind() == Some(Kind::Timerfd);
    IsNumber "it is an eventfd or a timerfd" |s| s.kind().is_some_and(Kind::is_number);
    NoTimerfd "it is not a timerfd" |s| s.kind().is_some_and(|kind| kind != Kind::Timerfd);
    TooSmall "it moves fewer than 8 bytes" |s| s.asked().is_some_and(|asked| asked < 8);
    GivesMost "it adds the largest number of 64 bits" |s| s.number_written() == Some(u64::MAX);
    Disarms "the timer is set to 0" |s| s.timer_value() == Some(Duration::ZERO);
    Repeats "there is an interval" |s| s.timer_interval().is_some();
    Absolute "TFD_TIMER_ABSTIME" |s| s.timer_flags() & libc::TFD_TIMER_ABSTIME != 0;
    File "it is an opened file" |s| s.kind() == Some(Kind::File);
    NoSocket "it is not a socket" |s| s.kind().is_some_and(|kind| !kind.is_socket());
    NoEpoll "it is not an epoll instance" |s| s.kind().is_some_and(|kind| kind != Kind::Epoll);
    ConnectedKind "its kind has connections" |s| s.kind().is_some_and(Kind::is_connected_kind);
    ProtocolZero "the protocol was left to the kernel" |s| protocol(s) == Some(0);
    PingProtocol "the protocol is that of ping" |s| s.kind() == Some(Kind::Datagram) && matches!(protocol(s), Some(libc::IPPROTO_ICMP | libc::IPPROTO_ICMPV6));
    // The phase before the call.
    WasUnbound "it was unbound" |s| s.phase() == Some(Phase::Unbound);
    WasListening "it listened" |s| s.phase() == Some(Phase::Listening);
    WasConnecting "connect() was under way" |s| s.phase() == Some(Phase::Connecting);
    WasPeerClosed "the peer had ended its direction" |s| s.phase() == Some(Phase::PeerClosed);
    WasReset "the connection had been aborted" |s| s.phase() == Some(Phase::Reset);
    WasOver "the connection had ended" |s| matches!(s.phase(), Some(Phase::Shut | Phase::Reset));
    HadPeer "it had a peer" |s| s.phase().is_some_and(Phase::had_peer);
    NeverConnected "it had no connection" |s| matches!(s.phase(), Some(Phase::Unbound | Phase::Bound | Phase::Failed));
    WasClosing "both FINs were under way" |s| s.was_in(&[TcpState::Closing]);
    WasHalfClosed "our FIN was under way, and that of the peer had not come" |s| s.was_in(&[TcpState::FinWait1, TcpState::FinWait2]);
    HalfClosedAfter "the kernel had it so just after the call" |s| matches!(s.record.tcp_after, Some(TcpState::FinWait1 | TcpState::FinWait2));
    EstablishedBefore "the kernel had it in ESTABLISHED just before" |s| s.was_in(&[TcpState::Established, TcpState::SynRecv]);
    CloseWaitBefore "the kernel had it in CLOSE_WAIT just before" |s| s.was_in(&[TcpState::CloseWait]);
    HandshakeOver "its handshake had been over before" |s| s.was_in(&[TcpState::Established, TcpState::SynRecv, TcpState::CloseWait]);
    LastAckBefore "the kernel had it in LAST_ACK just before" |s| s.was_in(&[TcpState::LastAck]);
    SynSentBefore "the kernel had it in SYN_SENT just before" |s| s.was_in(&[TcpState::SynSent]);
    InCloseBefore "the kernel had it in CLOSE just before" |s| s.was_in(&[TcpState::Close]);
    ResetsAtClose "close() of its state sends a RST, and nothing is left of it" |s| s.resets_at_close();
    EndThere "the kernel has its connection without a descriptor" |s| s.orphan_now().is_some();
    EndTimeWait "the kernel has its connection in TIME_WAIT" |s| s.orphan_now() == Some(TcpState::TimeWait);
    EndGone "the kernel has no connection of it" |s| s.is_own_end_gone();
    FileThere "the file that its bind() made is at the path" |s| s.evidence().and_then(|found| found.file_is_ours) == Some(true);
    WindowWasClosed "data of its own waited for room at the peer" |s| s.record.window_closed;
    SynUnanswered "its SYN was not answered yet" |s| s.awaits_answer();
    GaveUp "shutdown() gave its connect() up" |s| s.gave_up();
    ErrorReported "an earlier call has reported why the connection is over" |s| s.first_report().is_some();
    EstablishedAfter "the kernel had it in ESTABLISHED just after the call" |s| s.record.tcp_after == Some(TcpState::Established);
    SynSentAfter "the kernel had it in SYN_SENT just after the call" |s| s.record.tcp_after == Some(TcpState::SynSent);
    ClosedAfter "the kernel had it in CLOSE just after the call" |s| s.record.tcp_after == Some(TcpState::Close);
    Named "its local address is known" |s| s.local().is_some_and(|local| !local.is_unset());
    Nameless "it has no local address" |s| s.phase() == Some(Phase::Unbound) && !Self::Named.holds(s);
    UnixNamed "its bind() made a file" |s| s.local().is_some_and(|local| local.path().is_some()) && !s.socket.is_some_and(Handle::is_accepted);
    WeShutWrite "we ended our sending" |s| s.has_done(&ENDS_SENDING) || s.noted_end(&crate::explain::facts::half_close::SENDING).is_some();
    WeShutRead "we ended our receiving" |s| s.has_done(&ENDS_RECEIVING) || s.is_receiving_shut() || s.noted_end(&crate::explain::facts::half_close::RECEIVING).is_some();
    EndedWithoutPeer "it had no peer when that was done" |s| s.ended_without_peer();
    ConnectionWaits "a connection waits in its queue" |s| s.socket.and_then(Handle::accept_queue).is_some_and(|queue| queue.length > 0);
    // The descriptor.
    OnSocket "the call is made on a descriptor" |s| s.record.call().socket().is_some();
    IsOpenNow "its descriptor was open when the call ended" |s| s.socket.is_some_and(|own| s.is_open_then(own));
    NumberFree "no descriptor of the session has the number" |s| s.fd().is_some_and(|fd| s.world.descriptors().all(|own| own.number() != fd || !s.is_open_then(own)));
    NumberReused "its name is that of a closed socket" |s| number_reused(s);
    UsedAfterClose "its name is that of a closed socket, and the number is free" |s| s.record.on().is_none() && s.named().is_some();
    ByNumber "it was made on a number" |s| matches!(s.record.call().socket(), Some(Descriptor::Raw(_)));
    Duplicated "another descriptor of the socket is open" |s| s.duplicate().is_some();
    SameNumber "both descriptors are one number" |s| s.call().socket().is_some() && s.call().others().first().copied() == s.call().socket();
    Replaces "it closed the descriptor that had the number" |s| s.replaced().is_some();
    DescriptorInProcess "another process was seen to have a descriptor of it" |s| s.holding_process().is_some();
    DescriptorElsewhere "the kernel still has it with a descriptor that is none of the session" |s| s.is_open_elsewhere();
    StillLooping "a loop that was begun before goes on with it" |s| s.also_pending().is_some_and(|record| record.request.call.call_kind().is_loop());
    StillPending "another call sleeps on it" |s| s.also_pending().is_some();
    // The course of the call.
    Interrupted "a signal was sent to interrupt it" |s| s.record.interrupted;
    ClosedMeanwhile "its descriptor was closed while it slept" |s| s.record.ever_blocked && s.socket.is_some_and(|own| !s.is_open_then(own));
    Slept "it slept in the kernel" |s| s.record.ever_blocked;
    SendTimeout "SO_SNDTIMEO is set" |s| s.has_timeout(libc::SO_SNDTIMEO);
    ReceiveTimeout "SO_RCVTIMEO is set" |s| s.has_timeout(libc::SO_RCVTIMEO);
    // The arguments.
    NullAddress "the address is a null pointer" |s| s.place() == Some(&AddressExpr::Null);
    SignalNone "signal 0" |s| s.sent_signal() == Some(0);
    SignalKill "SIGKILL" |s| s.sent_signal() == Some(libc::SIGKILL);
    SignalStop "SIGSTOP" |s| s.sent_signal() == Some(libc::SIGSTOP);
    ChildHadEnded "the child had ended before" |s| s.child_had_ended();
    ChildThere "the child was not waited for" |s| s.child().is_some_and(|own| !own.is_reaped);
    ChildGone "the child has ended" |s| s.child_change().is_some_and(ChildChange::is_end);
    ChildStopped "the child was stopped" |s| matches!(s.child_change(), Some(ChildChange::Stopped(_)));
    ChildContinued "the child goes on" |s| s.child_change() == Some(ChildChange::Continued);
    EndsProcess "it is exit_group(2)" |s| matches!(s.call(), Call::Syscall { made } if made.name == "exit_group");
    Injected "a fault was injected" |s| s.record.outcome().is_some_and(|outcome| outcome.injected.is_some());
    NullData "the data is a null pointer" |s| s.data().is_some_and(|data| data.iter().any(|data| matches!(data, Data::Null(_))));
    ToUnspec "the address is AF_UNSPEC" |s| s.place() == Some(&AddressExpr::Unspecified);
    ToItself "the address is its own" |s| s.address().is_some() && s.address() == s.local();
    NameCut "the path that it has is the beginning of the one that was passed" |s| s.local().is_some_and(|local| local.path().is_some() && Some(local) != s.address());
    WrongLength "the length beside the address does not fit it" |s| s.has_wrong_length();
    ForeignAddress "the address is of another family" |s| is_foreign(s);
    AddressShort "it is of another family and too short for one of its own" |s| is_foreign(s) && s.short_address().is_some();
    Multicast "the address is that of a group" |s| s.address().and_then(host).is_some_and(|host| host.is_multicast());
    Broadcast "the address is known to be that of all hosts" |s| s.address().and_then(host).is_some_and(is_broadcast);
    PathTooLong "the path does not fit into sun_path" |s| s.address().and_then(Address::path).is_some_and(|path| path.len() > 108);
    UnixAddress "the address is of AF_UNIX" |s| matches!(s.address(), Some(Address::Unix(_)));
    UnixPath "the address is a path" |s| s.address().is_some_and(|address| address.path().is_some());
    UnixAutobind "the address is a bare family, or the length covers no more of it" |s| is_bare_family(s);
    PortZero "the port is 0" |s| s.address().and_then(Address::port) == Some(0);
    LowPort "the port is reserved" |s| s.address().and_then(Address::port).is_some_and(|port| (1..s.unprivileged_from().unwrap_or(FIRST_FREE_PORT)).contains(&port));
    Wildcard "the host is every local one" |s| s.address().is_some_and(Address::is_wildcard);
    BacklogCut "the backlog is above the limit" |s| s.is_backlog_cut();
    LimitKnown "the limit of the queue is known" |s| s.queue_limit().is_some();
    NoSend "it does not send" |s| !s.call_kind().sends();
    OtherDomain "the domain is none of AF_INET, AF_INET6 and AF_UNIX" |s| s.domain().is_some_and(|domain| !KNOWN_DOMAINS.contains(&domain)) && s.kind().is_none_or(Kind::is_socket);
    ResultDecoded "the address that was returned can be decoded" |s| s.decoded_result().is_some();
    AddressDecoded "the address argument can be decoded" |s| s.decoded_address().is_some();
    NetlinkDomain "the domain is AF_NETLINK" |s| s.domain() == Some(Domain(libc::AF_NETLINK));
    ProtocolRaw "the protocol is IPPROTO_RAW" |s| protocol(s) == Some(libc::IPPROTO_RAW);
    ProtocolOutOfRange "no protocol has this number" |s| protocol(s).is_some_and(|number| !(0..=libc::IPPROTO_MPTCP).contains(&number));
    NoSctp "SCTP is asked for, and the kernel does not have it" |s| s.lacks_sctp();
    MptcpOff "net.mptcp.enabled is 0" |s| s.evidence().and_then(|found| found.sysctl("net.mptcp.enabled")) == Some("0");
    PingRangeKnown "net.ipv4.ping_group_range is known" |s| s.ping_range().is_some();
    PortLeftOpen "IP_BIND_ADDRESS_NO_PORT is on, and there is no port" |s| s.is_on(libc::IPPROTO_IP, libc::IP_BIND_ADDRESS_NO_PORT) && s.local().and_then(Address::port).is_none_or(|port| port == 0);
    AskedForNothing "it was to move 0 bytes" |s| s.asked() == Some(0);
    OutOfBand "MSG_OOB" |s| s.flags().contains(libc::MSG_OOB);
    Peek "MSG_PEEK" |s| s.flags().contains(libc::MSG_PEEK);
    WaitAll "MSG_WAITALL" |s| s.flags().contains(libc::MSG_WAITALL);
    Truncate "MSG_TRUNC" |s| s.flags().contains(libc::MSG_TRUNC);
    More "MSG_MORE" |s| s.flags().contains(libc::MSG_MORE);
    HowRead "SHUT_RD" |s| matches!(s.call(), Call::Shutdown { how, .. } if how.0 == libc::SHUT_RD);
    HowWrite "SHUT_WR" |s| matches!(s.call(), Call::Shutdown { how, .. } if how.0 == libc::SHUT_WR);
    LinkLocalBare "it is link-local and names no interface" |s| s.lacks_scope();
    // What the kernel said when the call had returned.
    Here "the destination is this host" |s| s.leads_here();
    NobodyListens "no socket listens there" |s| s.leads_here() && s.port_users().is_some() && s.listener_there().is_none() && s.listener_apart().is_none();
    OtherInSynRecv "the other end is in SYN_RECV" |s| s.other_end_now().is_some_and(|(state, _)| state == TcpState::SynRecv);
    OtherWaits "the other end waits in the accept queue" |s| s.other_end_waits();
    NeededReset "the kernel had it in a state that is left by a RST" |s| s.needed_reset();
    MadeInClose "the kernel has the new socket in CLOSE" |s| s.evidence().and_then(|found| found.made_state) == Some(TcpState::Close);
    FlagsUnknown "flags that accept4() does not know" |s| matches!(s.call(), Call::Accept4 { flags, .. } if flags.0 & !(libc::SOCK_NONBLOCK | libc::SOCK_CLOEXEC) != 0);
    NameNear "a socket of ours has a name that differs in NUL bytes only" |s| s.near_name().is_some();
    NameDeaf "a socket with the name does not listen" |s| s.deaf_name().is_some();
    NameFree "no socket has the name" |s| s.is_name_free();
    NameLonger "the length makes another name of it" |s| s.local().is_some() && s.call().address().is_some_and(|arg| arg.length.is_some()) && s.local() != s.address();
    AtSign "the path begins with @" |s| s.address().and_then(Address::path).is_some_and(|path| path.starts_with(b"@"));
    ListenerThere "a socket listens there" |s| s.listener_there().is_some();
    ListenerApart "the listener takes only what comes over another interface" |s| s.listener_there().is_none() && s.listener_apart().is_some();
    LedAway "SO_BINDTODEVICE leads away from this host" |s| s.is_led_away();
    DeviceRouteless "no route leads there over the interface of SO_BINDTODEVICE" |s| s.lacks_route_over_device();
    RouteLocal "the route leads to this host itself" |s| s.route() == Some(&Route::Local);
    RouteNone "no route leads there" |s| s.route() == Some(&Route::None);
    RouteProhibit "a route of type prohibit leads there" |s| s.route() == Some(&Route::Denied(Denial::Prohibit));
    RouteUnreachable "a route of type unreachable leads there" |s| s.route() == Some(&Route::Denied(Denial::Unreachable));
    RouteBlackhole "a route of type blackhole leads there" |s| s.route() == Some(&Route::Denied(Denial::Blackhole));
    RouteBroadcast "it is the broadcast address of a network" |s| s.route() == Some(&Route::Broadcast);
    RouteAbroad "the address belongs to no interface" |s| s.route().is_some_and(|route| *route != Route::Local);
    BroadcastOff "SO_BROADCAST is off" |s| !s.is_on(libc::SOL_SOCKET, libc::SO_BROADCAST);
    V6OnlyExcludes "IPV6_V6ONLY is on and the address is one of IPv4" |s| s.v6_only_excludes_it();
    RangeOfSocket "IP_LOCAL_PORT_RANGE is set" |s| s.range_of_socket().is_some();
    RangeKnown "the range of ports is known" |s| s.port_range().is_some();
    EveryPortTaken "each port of it has a connection to the destination" |s| s.every_port_is_taken();
    PairThere "a connection to the destination has the local port" |s| s.pair_user().is_some();
    StartKnown "the first unprivileged port is known" |s| s.unprivileged_from().is_some();
    LacksBindService "the process lacks CAP_NET_BIND_SERVICE" |s| s.lacks(CAP_NET_BIND_SERVICE);
    LacksNetRaw "the process lacks CAP_NET_RAW" |s| s.lacks(CAP_NET_RAW);
    ConflictOutside "a socket outside of the session conflicts" |s| s.port_conflict().is_some_and(|user| s.ours(user).is_none());
    ConflictElsewhere "what it has is another address that overlaps" |s| s.port_conflict().is_some_and(|user| Some(&Address::from(user.local)) != s.wanted_address());
    // Who has the address.
    Shared "an open socket of ours that is not connected has the same address" |s| s.sharer().is_some();
    SharedByReusePort "and both have SO_REUSEPORT" |s| s.sharer().is_some_and(|sharer| s.has_reuse(sharer, libc::SO_REUSEPORT)) && s.socket.is_some_and(|own| s.has_reuse(own, libc::SO_REUSEPORT));
    HeldByOurs "an open socket of ours has it" |s| s.address_owner().is_some();
    HolderConnected "it is a connection" |s| s.address_owner().is_some_and(|address_owner| s.phase_of(address_owner).had_peer());
    HeldElsewhere "what it has is another address that overlaps" |s| s.address_owner().is_some_and(|address_owner| address_owner.local() != s.address());
    LeftByOurs "a closed socket of ours left it behind" |s| s.left_behind().is_some();
    LeftCountsDown "its connection is in the kernel until a timer ends" |s| s.left_behind_orphan().and_then(|orphan| orphan.timer).is_some_and(|timer| timer.kind == TimerKind::TimeWait);
    LeftIsOrphan "its connection is still in the kernel" |s| s.left_behind_orphan().is_some();
    HolderListens "it listens" |s| s.address_owner().is_some_and(|address_owner| s.phase_of(address_owner) == Phase::Listening);
    ReuseHere "SO_REUSEADDR is set here" |s| s.reuses();
    ReuseOneSided "one side lacks the option that lets both have the port" |s| s.one_sided().is_some();
    TakesIpv4Too "the address stands for IPv4 too, where the other is" |s| s.takes_ipv4_too();
    Ipv4TakenToo "the other has IPv6 and IPv4" |s| s.ipv4_is_taken_too();
    OutsiderKnown "a program outside of the session has it" |s| matches!(s.record.outside_owner(), Some(AddressOwner::Process { .. }));
    OutsiderHidden "a socket outside of the session has it" |s| matches!(s.record.outside_owner(), Some(AddressOwner::Hidden { .. }));
    OutsiderElsewhere "what that has is another address that overlaps" |s| outside_owner_local(s).is_some_and(|local| Some(local) != s.address());
    OutsiderNobody "no open socket is seen that has it" |s| matches!(s.record.outside_owner(), Some(AddressOwner::Nobody));
    PathNoSocket "what lies at the path is not a socket" |s| s.record.path_file().is_some_and(|file| file != PathFile::Socket);
    WasUnlinked "unlink() removed it" |s| s.was_unlinked();
    TargetKnown "it leads to a socket of ours" |s| s.target().is_some();
    TargetListens "it leads to one that listens" |s| target_is(s, |phase| phase == Phase::Listening);
    TargetDeaf "it leads to an open one that does not listen" |s| Self::ConnectedKind.holds(s) && target_is(s, |phase| phase != Phase::Listening && phase != Phase::Closed);
    TargetClosed "it leads to a closed one" |s| target_is(s, |phase| phase == Phase::Closed);
    TargetOfOtherKind "it leads to one of another type" |s| s.target().is_some_and(|target| Some(target.kind()) != s.kind());
    TargetOfSameKind "it leads to one of the same type" |s| s.target().is_some_and(|target| Some(target.kind()) == s.kind());
    TargetFull "its accept queue is full" |s| s.target().and_then(Handle::accept_queue).is_some_and(|queue| queue.length > queue.limit);
    TargetDefers "it hands out connections when they have data" |s| s.defers(s.target());
    DefersHere "the listener hands out connections when they have data" |s| s.defers(s.socket);
    AcceptsBefore "another accept() sleeps there since before" |s| s.accepts_before().is_some();
    Unaccepted "a listener of ours has not given the connection to anybody" |s| s.its_listener().is_some();
    ItDefers "and hands out connections when they have data" |s| s.defers(s.its_listener());
    Taken "the receiver is connected to another socket" |s| s.connected_elsewhere().is_some();
    ReceiverGone "a closed socket of ours had the address of the peer" |s| s.gone_receiver().is_some();
    TwinKnown "another socket of ours has the same two addresses" |s| s.same_pair_connection().is_some();
    // What a suggestion needs.
    NobodySends "no socket of ours could have sent to it" |s| nobody_sends(s);
    NoPair "it makes one socket" |s| s.call_kind() != CallKind::Socketpair;
    MakesPair "it makes a pair" |s| s.call_kind() == CallKind::Socketpair;
    IsInet "the domain is AF_INET" |s| s.domain() == Some(Domain::INET);
    IsInet6 "the domain is AF_INET6" |s| s.domain() == Some(Domain::INET6);
    NoUnixPath "the address is not a path" |s| !Self::UnixPath.holds(s);
    Loopback "the address is one of the loopback, with a port" |s| s.address().is_some_and(is_loopback);
    RemoteIsLoopback "so is that of the peer" |s| s.remote().is_some_and(is_loopback);
    LeftReusable "what the closed socket left has SO_REUSEADDR" |s| s.left_behind_is_reusable();
    NobodyThere "no socket of ours could be reached" |s| somebody_then(s).is_none();
    IsNonblocking "O_NONBLOCK is set" |s| s.is_nonblocking();
    MadeBlocks "the socket that it made was not asked to be non-blocking" |s| !asks_nonblocking(s) && s.made(0).is_some();
    FromNamed "and the address of its peer came along" |s| matches!(s.returned(), Some(Returned::Accepted { from: Some(from), .. }) if !from.is_unset());
    NotWaiting "the call must not wait" |s| s.is_nonblocking() || s.flags().contains(libc::MSG_DONTWAIT);
    Waiting "the call may wait" |s| !Self::NotWaiting.holds(s);
    Caught "a signal came that its mask let through" |s| s.caught().is_some();
    GotSigpipe "SIGPIPE came" |s| s.record.outcome().is_some_and(|outcome| outcome.sigpipe);
    NoDelete "not EPOLL_CTL_DEL" |s| op(s) != Some(libc::EPOLL_CTL_DEL);
    // The other end.
    WindowClosed "it has no room, and the kernel probes for some" |s| s.socket.is_some_and(Handle::window_is_closed);
    Woken "a call that was waiting there is woken by it" |s| s.woken().is_some();
    WokenHasRoom "and it takes all of it" |s| s.woken_room() >= s.count();
    PeerGone "the peer is ours and closed" |s| s.closed_peer().is_some();
    PeerOpen "the peer is ours and open" |s| s.peer().is_some() && s.closed_peer().is_none();
    ShutReceiving "an earlier shutdown() ended the receiving here" |s| s.shut_receiving();
    PeerShutWrite "the peer is ours and ended its sending" |s| s.peer_has_done(&ENDS_SENDING);
    PeerShutRead "the peer is ours and ended its receiving" |s| s.peer_has_done(&ENDS_RECEIVING);
    PeerEnded "the peer is ours and sends no more" |s| Self::PeerGone.holds(s) || Self::PeerShutWrite.holds(s);
    PeerLeftUnread "it was closed with data of ours unread" |s| s.unread_by_closed_peer().is_some();
    OutsiderLeftUnread "a program outside went with data of ours unread" |s| s.unread_by_outsider().is_some();
    PeerLingeredZero "it was closed with SO_LINGER 0" |s| s.peer_lingered_zero();
    PeerDisconnected "it dissolved the connection" |s| s.peer_disconnected();
    ListenerGone "the listener was closed before it accepted us" |s| s.listener_gone().is_some();
    SentIntoTheVoid "we had sent after the peer was closed" |s| s.sent_after_peer_closed();
    WaitsToBeRead "something waits to be received now" |s| s.socket.is_some_and(|own| own.is_open() && own.unread() > 0);
    NothingToRead "nothing waits to be received now" |s| !Self::WaitsToBeRead.holds(s);
    QueueEmptyNow "no connection waits in its queue now" |s| s.socket.and_then(Handle::accept_queue).is_some_and(|queue| queue.length == 0);
    TakesWhatIsThere "it receives whatever comes" |s| ![libc::MSG_OOB, libc::MSG_ERRQUEUE, libc::MSG_WAITALL].iter().any(|flag| s.flags().contains(*flag)) && s.lowat().is_none();
    PeerNotCorked "TCP_CORK of the peer is off" |s| !s.peer().and_then(Handle::socket).is_some_and(|peer| matches!(peer.option_set(libc::IPPROTO_TCP, libc::TCP_CORK, s.at).map(|set| &set.value), Some(Value::Int(on)) if *on != 0));
    UnreadHere "data of the peer is unread here" |s| s.unread_here().is_some();
    LingersZero "SO_LINGER 0 is set here" |s| s.lingers_zero();
    Lingers "SO_LINGER has close() wait" |s| s.lingers_for().is_some();
    LingeredInVain "and it waited to the end" |s| s.linger_expired();
    DropsUnread "it drops unread data with the connection" |s| s.unread_here().is_some() && !s.was_in(&[TcpState::Close]);
    UserTimeout "TCP_USER_TIMEOUT is set" |s| s.user_timeout().is_some();
    // Options and flags.
    OptionKnown "the option has a row" |s| s.option().is_some();
    OptionReadOnly "it can only be read" |s| s.option().is_some_and(|row| row.access == Access::Get);
    OptionOfOtherLevel "its level is one that a socket of this kind does not have" |s| s.is_of_other_level();
    OptionOfProgram "its value is the descriptor of a BPF program" |s| s.is_option(libc::SOL_SOCKET, &[libc::SO_ATTACH_BPF, libc::SO_ATTACH_REUSEPORT_EBPF]);
    OptionReusePort "it is SO_REUSEPORT" |s| s.is_option(libc::SOL_SOCKET, &[libc::SO_REUSEPORT]);
    OptionZeroCopy "it is SO_ZEROCOPY" |s| s.is_option(libc::SOL_SOCKET, &[libc::SO_ZEROCOPY]);
    OptionOfUnix "it is about senders and peers of AF_UNIX" |s| s.is_option(libc::SOL_SOCKET, &OF_UNIX);
    OptionFastOpen "it is about Fast Open" |s| s.is_option(libc::IPPROTO_TCP, &FAST_OPEN);
    OptionSelfRepair "it is TCP_REPAIR" |s| s.is_option(libc::IPPROTO_TCP, &[libc::TCP_REPAIR]);
    OptionSource "it is about one source of a group" |s| s.option().is_some_and(|row| OF_SOURCES.contains(&row.name));
    OptionJoinsSource "it joins a group for one source" |s| s.option().is_some_and(|row| JOINS_SOURCE.contains(&row.name));
    OptionInterfaceName "it names an interface" |s| s.is_option(libc::SOL_SOCKET, &[libc::SO_BINDTODEVICE]);
    OutOfRange "the kernel takes no such number for it" |s| s.takes_value() == Some(false);
    SetNegative "a number below 0 was set" |s| s.set_and_read().is_some_and(|(set, _)| set < 0);
    AsWasKept "it reads what it read just after it was set" |s| s.setting().is_some_and(|setting| setting.kept.is_some() && setting.kept == s.value());
    QueuesErrors "an option puts errors into the error queue" |s| s.queues_errors().is_some();
    OptionWriteOnly "it can only be set" |s| s.option().is_some_and(|row| row.access == Access::Set);
    OptionV6Only "it is IPV6_V6ONLY" |s| s.is_option(libc::IPPROTO_IPV6, &[libc::IPV6_V6ONLY]);
    OptionCongestion "it is TCP_CONGESTION" |s| s.is_option(libc::IPPROTO_TCP, &[libc::TCP_CONGESTION]);
    OptionMembership "it joins or leaves a group" |s| s.option().is_some_and(|row| MEMBERSHIPS.contains(&row.name));
    GroupIsNone "the group in its value is not a multicast address" |s| s.value().and_then(Value::group).is_some_and(|group| !group.is_multicast());
    OptionPrivileged "setting it takes a capability" |s| s.option().is_some_and(|row| row.privilege.is_some());
    OptionRepair "it is for a connection under repair" |s| s.is_option(libc::IPPROTO_TCP, &UNDER_REPAIR);
    OptionFilter "it is about the filter" |s| s.is_option(libc::SOL_SOCKET, &FILTERS);
    OptionDetaches "it removes the filter" |s| s.is_option(libc::SOL_SOCKET, &[libc::SO_DETACH_FILTER]);
    OptionFilterProgram "its value is a program for a filter" |s| s.is_option(libc::SOL_SOCKET, &[libc::SO_ATTACH_FILTER]) && matches!(s.value(), Some(Value::Program(_)));
    OptionMd5Ext "its value is a key for a prefix or an interface" |s| matches!(s.value(), Some(Value::Md5Key { prefix, index, .. }) if prefix.is_some() || index.is_some());
    OptionMd5Key "its value is a key for a peer" |s| matches!(s.value(), Some(Value::Md5Key { .. }));
    FilterLocked "SO_LOCK_FILTER is set" |s| matches!(s.was_set(libc::SOL_SOCKET, libc::SO_LOCK_FILTER), Some(Value::Int(on)) if *on != 0);
    OptionBuffer "it is a buffer size" |s| s.is_option(libc::SOL_SOCKET, &[libc::SO_RCVBUF, libc::SO_SNDBUF]);
    WasSet "it was set before on this socket" |s| s.set_before().is_some();
    BufferDoubled "it is twice what was set" |s| s.set_and_read().is_some_and(|(set, read)| read == 2 * set);
    BufferRaised "it is more than twice what was set" |s| s.set_and_read().is_some_and(|(set, read)| set >= 0 && read > 2 * set);
    SetBelowZero "a time below 0 was set" |s| sets_below_zero(s);
    OptionTimeout "it is SO_RCVTIMEO or SO_SNDTIMEO" |s| s.is_option(libc::SOL_SOCKET, &[libc::SO_RCVTIMEO, libc::SO_SNDTIMEO]);
    OptionCredentials "it is SO_PEERCRED" |s| s.is_option(libc::SOL_SOCKET, &[libc::SO_PEERCRED]);
    ValueRounded "the value is more than what was set" |s| matches!((s.set_before(), s.value()), (Some(Value::Duration(set)), Some(Value::Duration(read))) if read > set);
    SwitchedOff "its value switches it off" |s| s.value_now().is_some_and(Value::is_off) && s.option().is_some_and(|row| row.off.is_some());
    KeptOtherwise "the kernel kept another value than the one that was set" |s| s.setting().and_then(|setting| setting.kept_otherwise()).is_some();
    OptionReuseAddr "it is SO_REUSEADDR" |s| s.is_option(libc::SOL_SOCKET, &[libc::SO_REUSEADDR]);
    OptionLinger "it is SO_LINGER" |s| s.is_option(libc::SOL_SOCKET, &[libc::SO_LINGER]);
    OptionReceiveTimeout "it is SO_RCVTIMEO" |s| s.is_option(libc::SOL_SOCKET, &[libc::SO_RCVTIMEO]);
    OptionSendTimeout "it is SO_SNDTIMEO" |s| s.is_option(libc::SOL_SOCKET, &[libc::SO_SNDTIMEO]);
    OptionError "it is SO_ERROR" |s| s.is_option(libc::SOL_SOCKET, &[libc::SO_ERROR]);
    OptionTcpInfo "it is TCP_INFO" |s| s.is_option(libc::IPPROTO_TCP, &[libc::TCP_INFO]);
    ValueZeroLinger "the value is {1, 0s}" |s| matches!(s.value(), Some(Value::Linger { on, seconds: 0 }) if *on != 0);
    ValueRefused "the value is ECONNREFUSED" |s| is_error(s, libc::ECONNREFUSED);
    ValueReset "the value is ECONNRESET" |s| is_error(s, libc::ECONNRESET);
    ValueTimedOut "the value is ETIMEDOUT" |s| is_error(s, libc::ETIMEDOUT);
    ValueNoError "the value is not an error" |s| matches!(s.value(), Some(Value::Error(None)));
    SetsNonblock "it sets O_NONBLOCK" |s| sets_status(s).is_some_and(|flags| flags & libc::O_NONBLOCK != 0);
    SetsStatus "it sets the status flags" |s| sets_status(s).is_some();
    ReadsStatus "it reads the status flags" |s| matches!(s.call(), Call::Fcntl { command, .. } if command.0 == libc::F_GETFL);
    // What was returned.
    SenderTold "the address of a sender" |s| matches!(s.returned(), Some(Returned::Data { from: Some(_), .. }));
    SenderNameless "it asks for the address of the sender, and there is none" |s| has_nameless_sender(s);
    WasRefused "a send was refused, and it has not been connected since" |s| s.was_refused();
    HadNoAssociation "it was never connected" |s| s.was_never_connected();
    PeerHasPort "the address of its peer has a port" |s| s.remote().and_then(Address::port).is_some_and(|port| port != 0);
    MessageLonger "the message is known to have been longer than the buffer" |s| s.message() > s.asked();
    MessageFits "the message is known to have had the size of the buffer" |s| s.message().is_some() && s.message() == s.asked();
    Nothing "an address that says nothing" |s| matches!(s.returned(), Some(Returned::Address(address)) if address.is_unset());
    StateGone "no state" |s| matches!(s.returned(), Some(Returned::Word("GONE")));
    StateUnknown "that it is not known" |s| matches!(s.returned(), Some(Returned::Word("UNKNOWN")));
    NotListening "that it has no queue" |s| matches!(s.returned(), Some(Returned::Word("NOT_LISTENING")));
    StateTimeWait "TIME_WAIT" |s| matches!(s.returned(), Some(Returned::State(TcpState::TimeWait)));
    StateSynSent "SYN_SENT" |s| matches!(s.returned(), Some(Returned::State(TcpState::SynSent)));
    StateTcp "a TCP state" |s| matches!(s.returned(), Some(Returned::State(_)));
    CountZero "0" |s| s.count() == Some(0);
    // The lengths and pointers beside the arguments.
    RoomSaid "a length was said" |s| s.room().is_some();
    RoomNegative "it is below 0" |s| s.room().is_some_and(|room| room < 0);
    RoomShort "it is too small for the address" |s| s.cut_address();
    NullBuffer "the buffer to receive into is a null pointer" |s| has_null_buffer(s.call());
    NullValue "the value of the option is a null pointer" |s| matches!(s.call(), Call::Setsockopt { value: Value::Null, .. });
    SeveralBuffers "it has several buffers" |s| s.buffers().is_some_and(|count| count > 1);
    // Descriptors and credentials that travel.
    Passes "descriptors are to go along" |s| s.message_given().is_some_and(|message| !message.fds.is_empty());
    Claims "credentials are to go along" |s| s.message_given().is_some_and(|message| message.credentials.is_some());
    OtherDead "a descriptor beside its own is not open" |s| s.dead().is_some();
    OnOpen "its own descriptor was open" |s| s.record.on().is_some();
    GotDescriptors "descriptors came along" |s| s.received().is_some_and(|message| !message.fds.is_empty());
    GotKnown "and they are known" |s| s.sent_original().is_some();
    GotCredentials "credentials came along" |s| s.received().is_some_and(|message| message.credentials.is_some());
    FlagTruncated "MSG_TRUNC was reported" |s| s.received().is_some_and(|message| message.flags.contains(libc::MSG_TRUNC));
    FlagControlCut "MSG_CTRUNC was reported" |s| s.received().is_some_and(|message| message.flags.contains(libc::MSG_CTRUNC));
    SentFewer "not all of several messages were sent" |s| s.messages_sent() < s.messages_given();
    GotFewer "fewer messages came than it has room for" |s| s.messages_got().is_some_and(|got| Some(got) < s.messages_wanted());
    WaitsForOne "it waits for the first message only" |s| s.flags().contains(libc::MSG_WAITFORONE);
    ReceivesLimited "it has a timeout" |s| matches!(s.call(), Call::Recvmmsg { timeout: Some(limit), .. } if limit.span().is_some());
    LimitNegative "its timeout is negative" |s| matches!(s.call(), Call::Recvmmsg { timeout: Some(Timeout::Negative(_)), .. });
    ControlNotSent "a control message is to go along that the kernel only gives" |s| s.control_not_sent().is_some();
    ControlOdd "a control message is to go along whose data the kernel does not take" |s| s.odd_control().is_some();
    ControlUnknown "a control message without a name is to go along" |s| s.unknown_control().is_some();
    ControlRoutes "a control message chooses the source address or the interface" |s| s.route_control().is_some();
    ControlSource "it chooses the source address" |s| s.chosen_source().is_some();
    ControlInterface "it chooses the interface" |s| s.chosen_interface().is_some();
    ControlSegments "UDP_SEGMENT is among the control messages" |s| s.given_segment().is_some();
    ControlSegmentsMany "that makes more segments than every kernel takes" |s| s.gives_many_segments();
    ControlSegmentsSeveral "that makes several datagrams" |s| s.given_segments() > Some(1);
    ControlHeader "control messages change the header of this datagram" |s| s.header_controls().is_some();
    ControlGiven "control messages are to go along" |s| !s.controls_given().is_empty();
    GotDestination "the address to which it was sent came along" |s| s.told_destination().is_some();
    GotDrops "the number of dropped packets came along" |s| s.told_drops().is_some();
    Carried "a message that was not received carries it" |s| s.is_carried();
    UrgentSent "the peer sent an urgent byte" |s| s.urgent_sent();
    UrgentWaits "the urgent byte before this one is not read" |s| s.urgent_waits();
    LosesDescriptors "descriptors came along and the call takes none" |s| s.lost_descriptors().is_some();
    AllRead "everything that the peer sent is read" |s| s.all_read();
    ConnectFailed "connect() was under way or had failed" |s| matches!(s.phase(), Some(Phase::Connecting | Phase::Failed));
    // Waiting for several descriptors.
    OnlyLooks "the timeout is 0" |s| s.wait_limit() == Some(WaitLimit::None);
    ForEver "there is no timeout" |s| s.wait_limit() == Some(WaitLimit::ForEver);
    NoMembers "nothing is watched" |s| s.awaited().is_empty() && s.registrations().is_empty();
    BelowLowat "one that is waited for has fewer unread bytes than its SO_RCVLOWAT" |s| s.below_lowat().is_some();
    AwaitsUnixReceiver "one that is waited for is to have room at its AF_UNIX receiver" |s| s.unix_receiver().is_some();
    ReportsRoom "room to send is reported" |s| reports(s, libc::POLLOUT);
    ErrorsAreQueued "it has messages, and an option puts errors into its error queue" |s| Self::Message.holds(s) && s.queues_errors().is_some();
    NoticesAreQueued "an option puts something into its error queue" |s| s.queues_notices();
    UrgentInline "SO_OOBINLINE is set" |s| s.is_set(libc::SOL_SOCKET, libc::SO_OOBINLINE);
    LowatHere "SO_RCVLOWAT is set to more than 1" |s| s.lowat().is_some();
    Unconnected "it has no connection, and the kernel shows none" |s| Self::NeverConnected.holds(s) && s.socket.is_some_and(|own| matches!(own.tcp(), None | Some(TcpState::Close | TcpState::Listen)));
    SaysErrors "the call reports errors apart from readiness" |s| s.call_kind().signature().gives == Gives::Ready;
    ReportsDead "a closed descriptor is reported with POLLNVAL" |s| reports(s, libc::POLLNVAL);
    ReportsUnasked "an error or hang-up is reported" |s| reports(s, libc::POLLERR | libc::POLLHUP);
    ReportsClosed "a closed number is reported, since a duplicate is open" |s| s.reported_though_closed().is_some();
    ReportsFull "as many are reported as there was room for" |s| matches!(s.call(), Call::EpollWait { max, .. } | Call::EpollPwait { max, .. } if u64::try_from(*max).ok() == s.count()) && u64::try_from(s.registrations().len()).ok() > s.count();
    ReportsEdge "an edge is reported" |s| s.reports_by(libc::EPOLLET);
    ReportsOnce "what is reported is disarmed by that" |s| s.reports_by(libc::EPOLLONESHOT);
    NotLookedAt "a set still has a descriptor that was not looked at" |s| s.left_in_sets() > s.count();
    InTwoSets "a descriptor was found in two sets" |s| s.count() > u64::try_from(s.reported().len()).ok();
    TimeoutNegative "the timeout is below 0" |s| matches!(s.call().timeout(), Some(Timeout::Negative(_)));
    NfdsNegative "nfds is below 0" |s| matches!(s.call(), Call::Select { nfds: Some(nfds), .. } | Call::Pselect { nfds: Some(nfds), .. } if *nfds < 0);
    Overlooked "what is ready was reported before, as an edge" |s| s.overlooked().is_some();
    OverlookedData "it has unread data" |s| s.overlooked_unread().is_some();
    Disarmed "EPOLLONESHOT has disarmed a registration" |s| s.disarmed().is_some();
    MaxTooSmall "maxevents is not above 0" |s| matches!(s.call(), Call::EpollWait { max, .. } | Call::EpollPwait { max, .. } if *max <= 0);
    // The interest list.
    OpMod "EPOLL_CTL_MOD" |s| op(s) == Some(libc::EPOLL_CTL_MOD);
    OpDelete "EPOLL_CTL_DEL" |s| op(s) == Some(libc::EPOLL_CTL_DEL);
    OpUnknown "no operation has this number" |s| op(s).is_some_and(|op| !(libc::EPOLL_CTL_ADD..=libc::EPOLL_CTL_MOD).contains(&op));
    TargetItself "it is to watch itself" |s| matches!(s.call(), Call::EpollCtl { socket, target, .. } if socket == target);
    TargetEpoll "it is to watch an epoll instance" |s| watched_target(s).is_some_and(|target| target.kind() == Kind::Epoll);
    WatchedBack "it watches the epoll instance of the call" |s| s.watched_back().is_some();
    RegisteredAs "the same file is registered under another number" |s| s.registered_as().is_some();
    Exclusive "EPOLLEXCLUSIVE" |s| asks_for(s, libc::EPOLLEXCLUSIVE);
    WasExclusive "it was added with EPOLLEXCLUSIVE" |s| s.registered().is_some_and(|entry| entry.events.contains(libc::EPOLLEXCLUSIVE));
    WasDisarmed "EPOLLONESHOT had disarmed it" |s| s.registered().is_some_and(|entry| entry.is_disarmed());
    EdgeTriggered "EPOLLET" |s| asks_for(s, libc::EPOLLET);
    OneShot "EPOLLONESHOT" |s| asks_for(s, libc::EPOLLONESHOT);
    // Signals.
    CameAbout "the signal says which descriptor" |s| matches!(s.returned(), Some(Returned::Signal { about: Some(_), .. }));
    CameIo "SIGIO" |s| matches!(s.returned(), Some(Returned::Signal { signal, .. }) if signal.0 == libc::SIGIO);
    CameUrgent "SIGURG" |s| matches!(s.returned(), Some(Returned::Signal { signal, .. }) if signal.0 == libc::SIGURG);
    CameOfChild "SIGCHLD about a child" |s| s.child_of_signal().is_some();
    CameByKill "kill() sent the signal" |s| s.sender().is_some();
    AsksForChildren "SIGCHLD is one of the signals" |s| s.waits_for(libc::SIGCHLD);
    Ownerless "no socket has an owner that gets signals" |s| s.owned().is_none();
    // fcntl() and ioctl().
    MakesDescriptor "it makes a descriptor" |s| matches!(s.call(), Call::Fcntl { command, .. } if command.makes());
    SetsAsync "it sets O_ASYNC" |s| sets_status(s).is_some_and(|flags| flags & libc::O_ASYNC != 0) || ioctl(s) == Some((FIOASYNC, true));
    NoOwnerHere "the socket of the call has no owner that gets signals" |s| s.socket.is_some_and(|own| !s.is_owned(own));
    Corked "TCP_CORK is set" |s| s.is_set(libc::IPPROTO_TCP, libc::TCP_CORK);
    SetsOwner "F_SETOWN" |s| command(s) == Some(libc::F_SETOWN);
    OwnerNobody "to be 0" |s| matches!(s.call(), Call::Fcntl { argument: None | Some(IntArg::Number(0)), .. });
    ReadsOwner "F_GETOWN" |s| command(s) == Some(libc::F_GETOWN);
    SetsSignal "F_SETSIG" |s| command(s) == Some(F_SETSIG);
    ReadsSignal "F_GETSIG" |s| command(s) == Some(F_GETSIG);
    AsksUnread "FIONREAD" |s| asks(s, FIONREAD);
    AsksUnacked "SIOCOUTQ" |s| asks(s, SIOCOUTQ);
    AsksUnsent "SIOCOUTQNSD" |s| asks(s, SIOCOUTQNSD);
    AsksMark "SIOCATMARK" |s| asks(s, SIOCATMARK);
    IoctlNonblock "FIONBIO with another value than 0" |s| ioctl(s) == Some((FIONBIO, true));
    IoctlBlock "FIONBIO with 0" |s| ioctl(s) == Some((FIONBIO, false));
    IoctlSync "FIOASYNC with 0" |s| ioctl(s) == Some((FIOASYNC, false));
    ValueZero "the value is 0" |s| matches!(s.value(), Some(Value::Int(0)));
    // What limits a send, and what became of its data.
    FastOpen "MSG_FASTOPEN" |s| s.flags().contains(libc::MSG_FASTOPEN);
    SynDataAcked "data in its SYN was acknowledged" |s| s.after().and_then(|after| after.syn_data) == Some(true);
    SynDataLate "no data in its SYN was acknowledged" |s| s.after().and_then(|after| after.syn_data) == Some(false);
    SynDeferred "connect() has put its SYN off, and nothing was sent since" |s| s.socket.is_some_and(|own| s.world.defers_syn(own));
    SentDeferredSyn "it sent the SYN that connect() had put off" |s| s.has_sent_deferred_syn();
    NotFastOpen "no MSG_FASTOPEN" |s| !Self::FastOpen.holds(s);
    ManyBuffers "it has more buffers than IOV_MAX" |s| s.buffers().is_some_and(|count| count > 1024);
    AboveUdp "it has more data than a UDP datagram carries" |s| s.asked().is_some_and(|bytes| bytes > s.most_of_udp());
    MoreBefore "earlier data of the same datagram waits" |s| s.has_more_before();
    SegmentsSet "UDP_SEGMENT is set" |s| s.udp_segment().is_some();
    ManySegments "that makes more segments than every kernel takes" |s| s.has_many_segments();
    SeveralSegments "that makes several datagrams" |s| s.udp_segments() > Some(1);
    Unfragmented "an option forbids to fragment its datagrams" |s| s.unfragmented().is_some();
    AboveSendBuffer "it has more data than one message of AF_UNIX" |s| s.asked() > s.most_of_unix() && s.most_of_unix().is_some();
    OwnBufferIsFull "messages that were not received fill its send buffer" |s| s.send_buffer().is_some_and(|(used, limit)| used >= limit);
    HadNoPeer "it had no peer" |s| s.phase().is_some_and(|phase| !phase.had_peer());
    HeldByMore "a partial segment waits for what MSG_MORE announces" |s| s.is_held_by_more();
    HeldByCork "a partial segment waits, as TCP_CORK is on" |s| s.held_by() == Some(HeldBy::Cork);
    HeldByNagle "a partial segment waits for an acknowledgement" |s| s.held_by() == Some(HeldBy::Nagle);
    HeldByWindow "data waits, as the peer has no room for it" |s| s.held_by() == Some(HeldBy::Window);
    HeldBack "data waits" |s| s.unsent().is_some();
    ReceiverFilters "the receiver is ours and connected to another address" |s| s.filtering_receiver().is_some();
    ReceiverOnDevice "the receiver is ours and bound to another interface" |s| s.receiver_on_device().is_some();
    ReceiverShutRead "the receiver is ours and ended its receiving" |s| s.has_receiver_shut();
    PeerShutBoth "the peer is ours and ended both of its directions" |s| Self::PeerShutRead.holds(s) && Self::PeerShutWrite.holds(s);
    PeerInline "the peer is ours and has SO_OOBINLINE" |s| s.is_peer_inline();
    StillReceives "neither end has ended what it receives" |s| !Self::WeShutRead.holds(s) && !Self::PeerEnded.holds(s) && !Self::WasPeerClosed.holds(s);
    Bounded "the loop has moved as much as it moves at most" |s| s.count().is_some_and(|bytes| bytes >= 256 << 20);
    // Where a receive ended, and why.
    LostOfPeer "not all that the peer sent was received" |s| s.lost_of_peer().is_some();
    DataAfterwards "the peer is ours, open, and sent what was not received" |s| s.is_sent_in_vain();
    DropsForeign "a socket of ours sent to it from another address than that of its peer" |s| s.foreign_source().is_some();
    FromErrorQueue "MSG_ERRQUEUE" |s| s.flags().contains(libc::MSG_ERRQUEUE);
    ErrorQueued "its error queue holds a record" |s| s.is_error_queued();
    ErrorDecoded "the record of the error queue came along" |s| s.queued_error().is_some();
    NoUrgentSent "the peer is ours and sent no urgent byte" |s| s.peer().is_some() && !s.urgent_sent();
    UrgentSkipped "receiving went past the urgent byte" |s| s.has_skipped_urgent();
    SkipsUrgent "this call went past the urgent byte" |s| s.skips_urgent();
    Inline "SO_OOBINLINE is set" |s| s.is_set(libc::SOL_SOCKET, libc::SO_OOBINLINE);
    StopsAtMark "the stream is at the urgent mark now" |s| s.stops_at_mark();
    LeftUnread "more waits in the queue" |s| s.left_unread().is_some();
    EndFollows "the end of the stream follows" |s| s.reported_after(libc::POLLRDHUP) && s.left_unread().is_none();
    AllRecords "every record of the peer was received before" |s| s.has_all_records();
    PeerSendsOn "the peer is ours, open, and has not ended its sending" |s| Self::PeerOpen.holds(s) && !Self::PeerShutWrite.holds(s);
    KeepsAlive "SO_KEEPALIVE is on" |s| s.is_set(libc::SOL_SOCKET, libc::SO_KEEPALIVE);
    JoinsDatagrams "UDP_GRO is on" |s| s.is_set(libc::SOL_UDP, libc::UDP_GRO);
    Joined "what came is several datagrams" |s| s.joined().is_some();
    PlainRead "it is read() or readv()" |s| matches!(s.call_kind(), CallKind::Read | CallKind::Readv);
    FinSeen "the kernel has the FIN of the peer" |s| s.is_fin_seen();
    // Messages, and values that are cut.
    NotTaken "the receiver takes messages from everybody" |s| s.connected_elsewhere().is_none();
    Nobody "the credentials name nobody" |s| s.received().and_then(|message| message.credentials).is_some_and(|own| own.pid == 0);
    FromData "no MSG_ERRQUEUE" |s| !Self::FromErrorQueue.holds(s);
    OptionCut "the length is shorter than the value of the option" |s| s.room().and_then(|room| usize::try_from(room).ok()).is_some_and(|room| room < option_length(s));
    // Names and addresses.
    NoHost "getaddrinfo() is given no host" |s| s.lacks_host();
    NoService "getaddrinfo() is given no service" |s| s.lacks_service();
    HostIsNumeric "the host is an address in numbers" |s| s.is_host_numeric();
    HostNumberWanted "AI_NUMERICHOST, and the host is a name" |s| s.has_name_flags(libc::AI_NUMERICHOST) && s.host_text().is_some() && !s.is_host_numeric();
    ServiceNumberWanted "AI_NUMERICSERV, and the service is a name" |s| s.has_name_flags(libc::AI_NUMERICSERV) && s.service_text().is_some_and(|service| service.parse::<u16>().is_err());
    RawWanted "the type in the hints is SOCK_RAW" |s| s.hints().is_some_and(|hints| hints.socket_type.0 == libc::SOCK_RAW);
    Passive "AI_PASSIVE" |s| s.has_name_flags(libc::AI_PASSIVE);
    WantsCanonicalName "AI_CANONNAME" |s| s.has_name_flags(libc::AI_CANONNAME);
    NameAndNumber "NI_NAMEREQD and NI_NUMERICHOST" |s| s.has_name_flags(libc::NI_NAMEREQD | libc::NI_NUMERICHOST);
    NameRequired "NI_NAMEREQD" |s| s.has_name_flags(libc::NI_NAMEREQD);
    BothNumbers "NI_NUMERICHOST and NI_NUMERICSERV" |s| s.has_name_flags(libc::NI_NUMERICHOST | libc::NI_NUMERICSERV);
    NamesFromFile "only files were asked" |s| s.names_from().is_some();
    SeveralTypes "the list has an address for several types" |s| s.listed().is_some_and(|list| list.entries.len() > list.addresses().len());
    SeveralListed "the list has several addresses" |s| s.listed().is_some_and(|list| list.addresses().len() > 1);
    NotConverted "inet_pton() returned 0" |s| s.bytes_value() == Some(0);
    NumberCut "the number has more than 16 bits" |s| s.cut_number().is_some();
    // Loops and those who wait at the other end.
    WatcherReturns "a call that watches the other end returns now" |s| s.returning_watcher().is_some();
    PeerOwned "the peer is ours and has an owner that gets signals" |s| s.peer().is_some_and(|peer| s.is_owned(peer));
    Looped "a loop runs at the other end" |s| s.looping().is_some();
}

/// The bytes of an option that is an int; of others none are known.
fn option_length(context: &Context<'_>) -> usize {
    let is_int = |value: &Value| matches!(value, Value::Int(_) | Value::Unsigned(_));
    let given = matches!(context.call(), Call::Setsockopt { value, .. } if is_int(value));
    match given || context.value().is_some_and(is_int) {
        true => size_of::<i32>(),
        false => 0,
    }
}

fn is_error(context: &Context<'_>, number: i32) -> bool {
    matches!(context.value(), Some(Value::Error(Some(errno))) if errno.0 == number)
}

fn is_loopback(address: &Address) -> bool {
    let is_near = match address {
        Address::Inet(own) => own.ip().is_loopback() || own.ip().is_unspecified(),
        Address::Inet6(own) => own.ip().is_loopback() || own.ip().is_unspecified(),
        Address::Unix(_) | Address::Other { .. } => false,
    };
    is_near && address.port() != Some(0)
}

fn host(address: &Address) -> Option<IpAddr> {
    match address {
        Address::Inet(own) => Some((*own.ip()).into()),
        Address::Inet6(own) => Some((*own.ip()).into()),
        Address::Unix(_) | Address::Other { .. } => None,
    }
}

/// Of the broadcast addresses of networks only that of the loopback is known without a look at the interfaces.
fn is_broadcast(host: IpAddr) -> bool {
    matches!(host, IpAddr::V4(own) if own.is_broadcast() || own == Ipv4Addr::new(127, 255, 255, 255))
}

/// Whether an AF_UNIX address has no name: none was given, or the length beside it leaves nothing but the family.
fn is_bare_family(context: &Context<'_>) -> bool {
    let length = context.call().address().and_then(|arg| arg.length);
    let covered = length.and_then(|length| usize::try_from(length).ok());
    match context.address() {
        Some(Address::Unix(UnixName::Unnamed)) => true,
        Some(Address::Unix(_)) => covered == Some(size_of::<libc::sa_family_t>()),
        _ => false,
    }
}

fn protocol(context: &Context<'_>) -> Option<i32> {
    if let Call::Socket { protocol, .. } | Call::Socketpair { protocol, .. } = context.call() {
        Some(protocol.0)
    } else {
        None
    }
}

fn sets_status(context: &Context<'_>) -> Option<i32> {
    if let Call::Fcntl {
        command, argument, ..
    } = context.call()
        && command.0 == libc::F_SETFL
    {
        match argument {
            Some(IntArg::Number(flags)) => Some(*flags),
            _ => Some(0),
        }
    } else {
        None
    }
}

fn command(context: &Context<'_>) -> Option<i32> {
    if let Call::Fcntl { command, .. } = context.call() {
        Some(command.0)
    } else {
        None
    }
}

fn asks(context: &Context<'_>, wanted: i32) -> bool {
    matches!(context.call(), Call::Ioctl { request, .. } if request.0 == wanted)
        || wanted == SIOCATMARK && matches!(context.call(), Call::Sockatmark { .. })
}

/// Whether the call sets a time below 0, or reads an option to which one was set before.
fn sets_below_zero(context: &Context<'_>) -> bool {
    let set = if let Call::Setsockopt { value, .. } = context.call() {
        Some(value)
    } else {
        context.set_before()
    };
    matches!(set, Some(Value::Timeval { seconds: ..0, .. }))
}

/// Whether the new socket is to be non-blocking.
fn asks_nonblocking(context: &Context<'_>) -> bool {
    matches!(context.call(), Call::Accept4 { flags, .. } if flags.0 & libc::SOCK_NONBLOCK != 0)
}

/// The request that sets something, and whether to another value than 0.
fn ioctl(context: &Context<'_>) -> Option<(i32, bool)> {
    if let Call::Ioctl {
        request, argument, ..
    } = context.call()
        && request.sets()
    {
        Some((request.0, argument.is_some_and(|on| on != 0)))
    } else {
        None
    }
}

fn op(context: &Context<'_>) -> Option<i32> {
    if let Call::EpollCtl { op, .. } = context.call() {
        Some(op.0)
    } else {
        None
    }
}

fn asks_for(context: &Context<'_>, flag: i32) -> bool {
    matches!(context.call(), Call::EpollCtl { events, .. } if events.contains(flag))
}

/// What epoll_ctl() is to watch.
fn watched_target<'a>(context: &Context<'a>) -> Option<Handle<'a>> {
    let target = context.record.request.others.first()?;
    context
        .world
        .descriptor(*target)
        .filter(|_| op(context).is_some())
}

fn reports(context: &Context<'_>, events: i16) -> bool {
    let mut reported = context.reported().into_iter();
    reported.any(|member| member.events & i32::from(events) != 0)
}

fn has_null_buffer(call: &Call) -> bool {
    let mut is_null = false;
    call.visit(&mut |argument| {
        is_null |= matches!(argument, Argument::Room(room) if room.null);
    });
    is_null
}

fn is_foreign(context: &Context<'_>) -> bool {
    match (context.address().and_then(domain_of), context.domain()) {
        (Some(family), Some(domain)) => family != domain,
        _ => false,
    }
}

fn target_is(context: &Context<'_>, test: impl Fn(Phase) -> bool) -> bool {
    context
        .target()
        .is_some_and(|target: Handle<'_>| test(context.phase_of(target)))
}

/// Whether a message that was received with a call that gives the address of its sender came without one.
fn has_nameless_sender(context: &Context<'_>) -> bool {
    let no_address = |from: &Option<Address>| from.as_ref().is_none_or(Address::is_unset);
    match context.returned() {
        Some(Returned::Data { from, .. }) => {
            context.call_kind() == CallKind::Recvfrom && no_address(from)
        }
        Some(Returned::Message(message)) => no_address(&message.from),
        _ => false,
    }
}

/// Whether the written name is that of a socket that was closed before, and another one has its number now.
fn number_reused(context: &Context<'_>) -> bool {
    let (Some(named), Some(on)) = (context.named(), context.record.on()) else {
        return false;
    };
    let closed = phase_at(named, context.record.asked) == Some(Phase::Closed);
    named.id() != on && closed
}
