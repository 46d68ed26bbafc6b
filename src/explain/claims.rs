//! From a rule to its claims: each rule names [`Template`]s, and each becomes a [`Claim`] about the sockets and quantities
//! of one call. A rule that states no cause names the reason in their place.

use crate::call::argument::{Descriptor, OptionArg};
use crate::call::option_bytes;
use crate::call::outcome::Returned;
use crate::call::value::Value;
use crate::event::{AddressOwner, DescriptorId, Owner, PathFile};
use crate::explain::context::Context;
use crate::explain::facts::address_reuse::OneSided;
use crate::explain::facts::conflicts::outside_owner_local;
use crate::explain::facts::epoll::Registration;
use crate::explain::facts::history::last_setting;
use crate::explain::facts::options::Setting;
use crate::socket::{Address, TcpState};
use crate::world::claim::Claim;
use crate::world::{Handle, Record};

macro_rules! templates {
    (
        claims { $($name:ident |$context:ident| $claim:expr;)+ }
        reasons { $($reason:ident $meaning:literal;)+ }
    ) => {
        /// A claim about a call, before it is known which; or why a rule has none.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(crate) enum Template { $($name,)+ $(#[doc = $meaning] $reason),+ }

        impl Template {
            /// The claim about this call. `None`: the world does not have what it would be about.
            pub(crate) fn claim(self, context: &Context<'_>) -> Option<Claim> {
                match self {
                    $(Self::$name => { let $context = context; $claim })+
                    $(Self::$reason => None),+
                }
            }

            /// What is said of a rule in the place of a claim; `None`: this is one.
            pub(crate) fn reason(self) -> Option<&'static str> {
                match self {
                    $(Self::$name => None,)+
                    $(Self::$reason => Some($meaning)),+
                }
            }
        }
    };
}

templates! {
    claims {
    // Where the socket of the call is.
    OwnPhase |s| Some(Claim::InPhase(s.socket?.id(), s.phase()?));
    OwnListens |s| Some(Claim::Listens(s.socket?.id()));
    OwnDeaf |s| Some(Claim::DoesNotListen(s.socket?.id()));
    OwnConnecting |s| Some(Claim::Connecting(s.socket?.id()));
    OwnEstablished |s| Some(Claim::InState(s.socket?.id(), TcpState::Established));
    OwnInClose |s| Some(Claim::InState(s.socket?.id(), TcpState::Close));
    OwnHasPeer |s| Some(Claim::HasPeer(s.socket?.id()));
    OwnNoPeer |s| Some(Claim::NoPeer(s.socket?.id()));
    OwnItself |s| Some(Claim::OtherEnd { socket: s.socket?.id(), peer: s.socket?.id() });
    OwnOver |s| Some(Claim::ConnectionOver(s.socket?.id()));
    OwnGaveUp |s| Some(Claim::AttemptGivenUp(s.socket?.id()));
    OwnNeverAccepted |s| Some(Claim::NeverAccepted(s.socket?.id()));
    OwnErrorReported |s| Some(Claim::ErrorReported { socket: s.socket?.id(), errno: s.first_report()?.1 });
    OwnNoError |s| Some(Claim::NoErrorPending(s.socket?.id()));
    // Its addresses.
    OwnUnbound |s| Some(Claim::Unbound(s.socket?.id()));
    OwnBound |s| Some(Claim::Bound(s.socket?.id()));
    OwnHasAddress |s| has_address(s.socket?, s.address());
    OwnHasLocal |s| has_address(s.socket?, s.local());
    OwnPeerAddress |s| Some(Claim::ConnectedTo { socket: s.socket?.id(), address: s.address()?.clone() });
    OwnRemote |s| Some(Claim::ConnectedTo { socket: s.socket?.id(), address: s.remote()?.clone() });
    // The ends of its directions.
    OwnFinSent |s| Some(Claim::FinSent(s.socket?.id()));
    OwnFinFollows |s| Some(Claim::FinFollows(s.socket?.id()));
    OwnNoFin |s| Some(Claim::NoFinSent(s.socket?.id()));
    OwnRst |s| Some(Claim::RstSent(s.socket?.id()));
    OwnSendingEnded |s| Some(Claim::SendingEnded(s.socket?.id()));
    OwnReceivingEnded |s| Some(Claim::ReceivingEnded(s.socket?.id()));
    OwnEndReceived |s| Some(Claim::EndReceived(s.socket?.id()));
    OwnNoEnd |s| Some(Claim::NoEndReceived(s.socket?.id()));
    FinCame |s| Some(Claim::FinReceived(s.socket?.id()));
    // Its queues.
    OwnUnread |s| Some(Claim::Unread { socket: s.socket?.id(), bytes: s.unread_here()? });
    OwnUnreadCount |s| Some(Claim::Unread { socket: s.socket?.id(), bytes: s.count()? });
    OwnUnreadValue |s| Some(Claim::Unread { socket: s.socket?.id(), bytes: number(s)? });
    OwnNothingUnread |s| Some(Claim::NothingUnread(s.socket?.id()));
    OwnNextMessage |s| Some(Claim::NextMessage { socket: s.socket?.id(), bytes: s.count().or_else(|| number(s))? });
    OwnMessageTaken |s| Some(Claim::MessageTaken { socket: s.socket?.id(), bytes: s.message()? });
    OwnBufferFull |s| Some(Claim::SendBufferFull(s.socket?.id()));
    OwnSendQueueEmpty |s| Some(Claim::SendQueueEmpty(s.socket?.id()));
    OwnSendQueue |s| Some(Claim::SendQueueHolds { socket: s.socket?.id(), bytes: number(s)? });
    OwnNothingUnsent |s| Some(Claim::NothingUnsent(s.socket?.id()));
    OwnUnsent |s| Some(Claim::Unsent { socket: s.socket?.id(), bytes: number(s)? });
    OwnQueueEmpty |s| Some(Claim::AcceptQueueEmpty(s.socket?.id()));
    OwnQueueHolds |s| Some(Claim::ConnectionWaits(s.socket?.id()));
    OwnQueueLength |s| Some(Claim::ConnectionsWait { listener: s.socket?.id(), count: s.count()? });
    // Its options and flags.
    OwnReuse |s| option(s.socket?, libc::SOL_SOCKET, libc::SO_REUSEADDR, Value::Int(1));
    OwnPassCredentials |s| option(s.socket?, libc::SOL_SOCKET, libc::SO_PASSCRED, Value::Int(1));
    OwnFilterLocked |s| option(s.socket?, libc::SOL_SOCKET, libc::SO_LOCK_FILTER, Value::Int(1));
    OwnBroadcastOff |s| option(s.socket?, libc::SOL_SOCKET, libc::SO_BROADCAST, Value::Int(0));
    OwnV6OnlyOff |s| option(s.socket?, libc::IPPROTO_IPV6, libc::IPV6_V6ONLY, Value::Int(0));
    OwnLinger |s| linger(s, s.socket?);
    OwnSendTimeout |s| timeout(s, libc::SO_SNDTIMEO);
    OwnReceiveTimeout |s| timeout(s, libc::SO_RCVTIMEO);
    OwnUserTimeout |s| option(s.socket?, libc::IPPROTO_TCP, libc::TCP_USER_TIMEOUT, Value::Int(s.user_timeout()?));
    OwnDefers |s| defers(s, s.socket?);
    OwnOptionSet |s| {
        let (own, option) = (s.socket?.id(), s.option()?);
        let (level, number) = (option.level, option.number);
        Some(Claim::OptionSet { socket: own, level, number, value: s.setting()?.set.clone() })
    };
    OwnQueuesErrors |s| {
        let (row, value) = s.queues_errors()?;
        option(s.socket?, row.level, row.number, value.clone())
    };
    OwnLowat |s| {
        let least = i32::try_from(s.lowat()?).ok()?;
        option(s.socket?, libc::SOL_SOCKET, libc::SO_RCVLOWAT, Value::Int(least))
    };
    OwnUnsentNow |s| Some(Claim::Unsent { socket: s.socket?.id(), bytes: s.unsent()?.bytes.into() });
    OwnNagle |s| option(s.socket?, libc::IPPROTO_TCP, libc::TCP_NODELAY, Value::Int(0));
    OwnSegments |s| option(s.socket?, libc::SOL_UDP, libc::UDP_SEGMENT, Value::Int(i32::try_from(s.udp_segment()?).ok()?));
    OwnUnfragmented |s| {
        let (level, number, value) = s.unfragmented()?;
        option(s.socket?, level, number, read_as(level, number, value))
    };
    OwnSendBuffer |s| {
        let (_, limit) = s.send_buffer()?;
        option(s.socket?, libc::SOL_SOCKET, libc::SO_SNDBUF, Value::Int(i32::try_from(limit).ok()?))
    };
    FilteringReceiver |s| {
        let receiver = s.filtering_receiver()?;
        Some(Claim::ConnectedTo { socket: receiver.id(), address: receiver.present_peer()?.clone() })
    };
    ReceiverDevice |s| {
        let name = Value::Text(s.receiving_device()?.into_bytes());
        option(s.receiver_on_device()?, libc::SOL_SOCKET, libc::SO_BINDTODEVICE, name)
    };
    ReceiverReceivingEnded |s| Some(Claim::ReceivingEnded(s.other_end()?.id()));
    PeerInline |s| option(s.peer()?, libc::SOL_SOCKET, libc::SO_OOBINLINE, Value::Int(1));
    OwnErrorQueued |s| Some(Claim::ErrorQueued(s.socket?.id()));
    OwnSynDataAcked |s| Some(Claim::SynDataAcked(s.socket?.id()));
    OwnUrgentSkipped |s| Some(Claim::UrgentSkipped(s.socket?.id()));
    OwnAtMark |s| Some(Claim::AtMark(s.socket?.id()));
    OwnLeftUnread |s| Some(Claim::Unread { socket: s.socket?.id(), bytes: s.left_unread()? });
    OwnInline |s| option(s.socket?, libc::SOL_SOCKET, libc::SO_OOBINLINE, Value::Int(1));
    OwnJoins |s| option(s.socket?, libc::SOL_UDP, libc::UDP_GRO, Value::Int(1));
    PeerLost |s| {
        let (sent, received) = s.lost_of_peer()?;
        Some(Claim::Lost { socket: s.closed_peer()?.id(), sent, received })
    };
    OwnNonblocking |s| Some(Claim::Nonblocking(s.socket.filter(|_| s.is_nonblocking())?.id()));
    OwnNonblockingNow |s| Some(Claim::Nonblocking(s.socket?.id()));
    MadeBlocks |s| Some(Claim::Blocking(s.made(0)?.id()));
    OwnBlockingNow |s| Some(Claim::Blocking(s.socket?.id()));
    OwnCorked |s| option(s.socket?, libc::IPPROTO_TCP, libc::TCP_CORK, Value::Int(1));
    OwnHasOwner |s| Some(Claim::HasOwner(s.socket?.id()));
    OwnNoOwner |s| Some(Claim::NoOwner(s.socket?.id()));
    NobodyOwns |s| Some(Claim::NobodyOwns).filter(|_| s.owned().is_none());
    // Its descriptors.
    OwnClosed |s| Some(Claim::Closed(s.socket?.id()));
    OwnOpen |s| Some(Claim::OpenDescriptor(s.socket?.id()));
    OwnDescriptorClosed |s| Some(Claim::DescriptorClosed(s.socket?.id()));
    NamedClosed |s| Some(Claim::DescriptorClosed(s.named()?.id()));
    NumberNotOpen |s| Some(Claim::NotOpen(s.fd()?));
    DeadNotOpen |s| dead(s);
    OpenCount |s| {
        let open = s.world.descriptors().filter(|other| s.is_open_then(*other));
        Some(Claim::DescriptorsOpen(u64::try_from(open.count()).ok()?))
    };
    Replaced |s| Some(Claim::DescriptorClosed(s.replaced()?.id()));
    Duplicate |s| Some(Claim::OpenDescriptor(s.duplicate()?.id()));
    MadeSame |s| Some(Claim::SameFile { descriptor: s.made(0)?.id(), original: s.socket?.id() });
    MadeOriginal |s| Some(Claim::SameFile { descriptor: s.made(0)?.id(), original: s.sent_original()?.id() });
    MadePair |s| Some(Claim::OtherEnd { socket: s.made(0)?.id(), peer: s.made(1)?.id() });
    MadeFrom |s| made_from(s);
    OwnHeldOutside |s| Some(Claim::HeldOutside(s.socket?.id()));
    OwnCarried |s| Some(Claim::Carried(s.socket?.id()));
    Lost |s| Some(Claim::PassedAndLost(*s.lost_descriptors()?.request.others.first()?));
    Process |s| match s.socket?.elsewhere()?.value()? {
        Owner::Process { pid, .. } => Some(Claim::InProcess { socket: s.socket?.id(), pid: *pid }),
        Owner::Ours(_) | Owner::Nobody => None,
    };
    // The calls that are under way.
    Pending |s| inside(s.also_pending()?);
    Before |s| inside(s.accepts_before()?);
    Woken |s| inside(s.woken()?);
    Looping |s| inside(s.looping()?);
    Watcher |s| inside(s.returning_watcher()?);
    // Of the other end.
    Peer |s| Some(Claim::OtherEnd { socket: s.socket?.id(), peer: s.open_one(s.other_end()?).id() });
    PeerRst |s| Some(Claim::RstSent(s.peer()?.id()));
    PeerClosed |s| Some(Claim::Closed(s.closed_peer()?.id()));
    PeerLeftUnread |s| Some(Claim::Unread { socket: s.closed_peer()?.id(), bytes: s.unread_by_closed_peer()? });
    PeerWindow |s| Some(Claim::WindowClosed(s.peer()?.id()));
    PeerSendingEnded |s| Some(Claim::SendingEnded(s.peer()?.id()));
    PeerReceivingEnded |s| Some(Claim::ReceivingEnded(s.peer()?.id()));
    PeerDisconnected |s| Some(Claim::Disconnected(s.peer()?.id()));
    PeerLinger |s| linger(s, s.peer()?);
    PeerQueueFull |s| Some(Claim::ReceiveQueueFull(s.other_end()?.id()));
    PeerHasOwner |s| Some(Claim::HasOwner(s.peer()?.id()));
    PeerUrgent |s| Some(Claim::UrgentUnread(s.peer()?.id()));
    OtherEndState |s| match s.returned()? {
        Returned::State(state) => Some(Claim::OtherEndInState(s.socket?.id(), *state)),
        _ => None,
    };
    OtherEndGone |s| Some(Claim::OtherEndGone(s.socket?.id()));
    OutsiderUnread |s| left_by_outsider(s);
    // Of what an address leads to.
    NobodyAtAddress |s| Some(Claim::NobodyListens(s.address()?.clone()));
    NobodyHasAddress |s| Some(Claim::NobodyHasAddress(s.address()?.clone()));
    TargetListens |s| Some(Claim::Listens(s.target()?.id()));
    TargetDeaf |s| Some(Claim::DoesNotListen(s.target()?.id()));
    TargetPhase |s| Some(Claim::InPhase(s.target()?.id(), s.phase_of(s.target()?)));
    TargetHasAddress |s| has_address(s.target()?, s.address());
    TargetHasLocal |s| has_address(s.target()?, s.target()?.local());
    TargetKind |s| Some(Claim::IsOfKind(s.target()?.id(), s.target()?.kind()));
    TargetClosed |s| Some(Claim::Closed(s.target()?.id()));
    TargetFull |s| Some(Claim::AcceptQueueFull(s.target()?.id()));
    TargetHolds |s| Some(Claim::ConnectionWaits(s.target()?.id()));
    TargetDefers |s| defers(s, s.target()?);
    ListenerDefers |s| defers(s, s.its_listener()?);
    ListenerClosed |s| Some(Claim::Closed(s.listener_gone()?.id()));
    ReceiverClosed |s| Some(Claim::Closed(s.gone_receiver()?.id()));
    Elsewhere |s| connected_elsewhere(s);
    TwinHasPair |s| Some(Claim::HasConnection {
        socket: s.same_pair_connection()?.id(),
        local: s.local()?.clone(),
        remote: s.address()?.clone(),
    });
    // Of what the kernel said when the call had returned.
    OwnRoute |s| Some(Claim::RouteIs { to: s.address()?.clone(), route: s.route()?.clone() });
    OwnDevice |s| option(s.socket?, libc::SOL_SOCKET, libc::SO_BINDTODEVICE, s.reads(libc::SOL_SOCKET, libc::SO_BINDTODEVICE)?.clone());
    OwnV6Only |s| option(s.socket?, libc::IPPROTO_IPV6, libc::IPV6_V6ONLY, Value::Int(1));
    OwnPortRange |s| option(s.socket?, libc::IPPROTO_IP, IP_LOCAL_PORT_RANGE, s.reads(libc::IPPROTO_IP, IP_LOCAL_PORT_RANGE)?.clone());
    PortRange |s| match s.range_of_socket() {
        Some(_) => option(s.socket?, libc::IPPROTO_IP, IP_LOCAL_PORT_RANGE, s.reads(libc::IPPROTO_IP, IP_LOCAL_PORT_RANGE)?.clone()),
        None => sysctl(s, "net.ipv4.ip_local_port_range"),
    };
    NoSctp |s| Some(Claim::NoProtocol("SCTP".to_owned())).filter(|_| s.lacks_sctp());
    MptcpOff |s| sysctl(s, "net.mptcp.enabled");
    PingRange |s| sysctl(s, "net.ipv4.ping_group_range");
    OwnLimit |s| Some(Claim::QueueLimit { listener: s.socket?.id(), limit: s.queue_limit()? });
    OwnNoPort |s| option(s.socket?, libc::IPPROTO_IP, libc::IP_BIND_ADDRESS_NO_PORT, Value::Int(1));
    OwnHadConnection |s| Some(Claim::HadConnection(s.socket?.id()));
    OwnInTable |s| Some(Claim::InState(s.socket?.id(), s.orphan_now()?));
    OwnGone |s| Some(Claim::ConnectionGone(s.socket?.id())).filter(|_| s.is_own_end_gone());
    OtherEndNow |s| Some(Claim::OtherEndInState(s.socket?.id(), s.other_end_now()?.0));
    OwnFastOpenConnect |s| option(s.socket?, libc::IPPROTO_TCP, libc::TCP_FASTOPEN_CONNECT, Value::Int(1));
    MadeInClose |s| Some(Claim::InState(s.made(0)?.id(), TcpState::Close));
    NearName |s| has_address(s.near_name()?, s.near_name()?.local());
    NameDeaf |s| Some(Claim::NobodyAccepts(s.address()?.clone())).filter(|_| s.deaf_name().is_some());
    UnprivilegedStart |s| sysctl(s, "net.ipv4.ip_unprivileged_port_start");
    LacksBindService |s| Some(Claim::LacksCapability(CAP_NET_BIND_SERVICE)).filter(|_| s.lacks(CAP_NET_BIND_SERVICE));
    LacksNetRaw |s| Some(Claim::LacksCapability(CAP_NET_RAW)).filter(|_| s.lacks(CAP_NET_RAW));
    ListenerThere |s| Some(Claim::ListenerAt(s.listener_there()?.local.into()));
    ListenerApart |s| {
        let user = s.listener_apart()?;
        Some(Claim::BoundToDevice { local: user.local.into(), device: user.device.clone()? })
    };
    PairHas |s| {
        let user = s.pair_user()?;
        Some(Claim::UserAt(user.local.into()))
    };
    ConflictAt |s| Some(Claim::UserAt(s.port_conflict()?.local.into()));
    // Of what has an address.
    SharerHasAddress |s| has_address(s.sharer()?, s.address());
    OwnerPhase |s| Some(Claim::InPhase(s.address_owner()?.id(), s.phase_of(s.address_owner()?)));
    OwnerListens |s| Some(Claim::Listens(s.address_owner()?.id()));
    OwnerHadConnection |s| Some(Claim::HadConnection(s.address_owner()?.id()));
    OwnerHasAddress |s| has_address(s.address_owner()?, s.address());
    OwnerHasLocal |s| has_address(s.address_owner()?, s.address_owner()?.local());
    OwnerV6OnlyOff |s| option(s.address_owner()?, libc::IPPROTO_IPV6, libc::IPV6_V6ONLY, Value::Int(0));
    ReuseHas |s| s.one_sided().and_then(|one| reuse(one, one.has, 1));
    ReuseLacks |s| s.one_sided().and_then(|one| reuse(one, one.lacks, 0));
    LeftClosed |s| Some(Claim::Closed(s.left_behind()?.id()));
    LeftHasAddress |s| has_address(s.left_behind()?, s.address());
    LeftInState |s| Some(Claim::InState(s.left_behind()?.id(), s.left_behind_orphan()?.state));
    LeftTimer |s| {
        let left = s.left_behind_orphan()?.timer?.left.as_millis();
        let seconds = u64::try_from(left.div_ceil(1000)).ok()?;
        Some(Claim::TimerEnds { socket: s.left_behind()?.id(), seconds })
    };
    OutsiderHasAddress |s| process_has(s, s.address());
    OutsiderHasLocal |s| process_has(s, outside_owner_local(s));
    SomebodyHasAddress |s| Some(Claim::OutsideHasAddress(s.address()?.clone()));
    SomebodyHasLocal |s| Some(Claim::OutsideHasAddress(outside_owner_local(s)?.clone()));
    OwnFile |s| Some(Claim::PathExists(s.local().filter(|local| local.path().is_some())?.clone()));
    PathExists |s| Some(Claim::PathExists(s.address()?.clone()));
    PathMissing |s| Some(Claim::PathMissing(s.address()?.clone()));
    PathKind |s| Some(Claim::PathIs { path: s.address()?.clone(), file: s.record.path_file()? });
    PathIsDirectory |s| Some(Claim::PathIs { path: s.address()?.clone(), file: PathFile::Directory });
    // Of what a call found out by itself.
    StateOfIt |s| match s.returned()? {
        Returned::State(state) => Some(Claim::InState(s.socket?.id(), *state)),
        _ => None,
    };
    // Of a registration.
    Watched |s| Some(Claim::Registered { epoll: s.socket?.id(), descriptor: watched(s)? });
    WatchedBack |s| Some(Claim::Registered { epoll: s.watched_back()?.id(), descriptor: s.socket?.id() });
    BelowLowatUnread |s| {
        let below = s.below_lowat()?;
        Some(Claim::Unread { socket: below.socket.id(), bytes: below.unread })
    };
    BelowLowatOption |s| {
        let below = s.below_lowat()?;
        let least = i32::try_from(below.least).ok()?;
        option(below.socket, libc::SOL_SOCKET, libc::SO_RCVLOWAT, Value::Int(least))
    };
    UnixReceiver |s| {
        let (sender, receiver) = s.unix_receiver()?;
        Some(Claim::OtherEnd { socket: sender.id(), peer: receiver.id() })
    };
    WatchedExclusive |s| Some(Claim::RegisteredExclusive { epoll: s.socket?.id(), descriptor: watched(s)? });
    NotWatched |s| Some(Claim::NotRegistered { epoll: s.socket?.id(), descriptor: watched(s)? });
    WatchedAs |s| Some(Claim::Registered { epoll: s.socket?.id(), descriptor: s.registered_as()?.id() });
    ClosedMember |s| Some(Claim::DescriptorClosed(s.reported_though_closed()?.id()));
    Overlooked |s| Some(Claim::EdgeReported { epoll: s.socket?.id(), descriptor: s.overlooked()?.socket?.id() });
    OverlookedUnread |s| {
        Some(Claim::Unread { socket: s.overlooked()?.socket?.id(), bytes: s.overlooked_unread()? })
    };
    Disarmed |s| Some(Claim::Disarmed { epoll: s.socket?.id(), descriptor: s.disarmed()?.socket?.id() });
    ReportedEdge |s| Some(Claim::EdgeReported { epoll: s.socket?.id(), descriptor: reported(s, libc::EPOLLET)? });
    ReportedOnce |s| Some(Claim::Disarmed { epoll: s.socket?.id(), descriptor: reported(s, libc::EPOLLONESHOT)? });
    ListEmpty |s| Some(Claim::InterestListEmpty(s.socket?.id()));
    }
    reasons {
    ByArguments "the arguments are wrong in themselves, or it says what they mean";
    ByKind "the domain or the type decides, which a descriptor has forever";
    ByErrno "the errno of this call says it by itself, whatever the sockets are";
    ByResult "it says what the result is, or what follows from it by definition";
    UnderWay "the call is under way or was never made, and that it sleeps says the rest";
    Possibilities "it names what may be the cause and states nothing of it as a fact";
    }
}

/// linux/in.h
const IP_LOCAL_PORT_RANGE: i32 = 51;
/// linux/capability.h
const CAP_NET_BIND_SERVICE: u32 = 10;
const CAP_NET_RAW: u32 = 13;

fn sysctl(context: &Context<'_>, name: &'static str) -> Option<Claim> {
    let value = context.evidence()?.sysctl(name)?.to_owned();
    Some(Claim::SysctlIs { name, value })
}

/// The number that the call set or read.
fn number(context: &Context<'_>) -> Option<u64> {
    match context.value()? {
        Value::Int(number) => u64::try_from(*number).ok(),
        _ => None,
    }
}

fn has_address(socket: Handle<'_>, address: Option<&Address>) -> Option<Claim> {
    let address = address.filter(|address| !address.is_unset())?.clone();
    let socket = socket.id();
    Some(Claim::HasAddress { socket, address })
}

fn option(socket: Handle<'_>, level: i32, number: i32, value: Value) -> Option<Claim> {
    Some(Claim::OptionIs {
        socket: socket.id(),
        level,
        number,
        value,
    })
}

/// A number in the form in which an option is read.
fn read_as(level: i32, number: i32, value: i32) -> Value {
    option_bytes::decode(OptionArg { level, number }, &value.to_ne_bytes())
}

/// What the kernel made of an option that was set on a socket: it rounds times up. Of a setting that is forgotten, what was
/// given.
fn kept(context: &Context<'_>, own: DescriptorId, level: i32, number: i32) -> Option<Value> {
    let given = context.world.option_set(own, level, number, context.at)?;
    let setting = last_setting(context.world, own, level, number, context.at).and_then(Setting::of);
    let kept = setting.and_then(|setting| setting.kept);
    Some(kept.unwrap_or(&given.value).clone())
}

/// The timeout of the socket of the call: its own, or that of the listener that it came from.
fn timeout(context: &Context<'_>, number: i32) -> Option<Claim> {
    let own = context.socket?;
    let given = Value::Duration(context.timeout(number)?);
    let inherited = || kept(context, own.options_from()?, libc::SOL_SOCKET, number);
    let value = kept(context, own.id(), libc::SOL_SOCKET, number).or_else(inherited);
    option(own, libc::SOL_SOCKET, number, value.unwrap_or(given))
}

fn linger(context: &Context<'_>, own: Handle<'_>) -> Option<Claim> {
    let (level, number) = (libc::SOL_SOCKET, libc::SO_LINGER);
    option(own, level, number, kept(context, own.id(), level, number)?)
}

fn defers(context: &Context<'_>, listener: Handle<'_>) -> Option<Claim> {
    let (level, number) = (libc::IPPROTO_TCP, libc::TCP_DEFER_ACCEPT);
    let value = kept(context, listener.id(), level, number)?;
    option(listener, level, number, value)
}

/// The option that lets two sockets share a port, on one of them.
fn reuse(one: OneSided<'_>, socket: Handle<'_>, value: i32) -> Option<Claim> {
    let number = match one.option {
        "SO_REUSEPORT" => libc::SO_REUSEPORT,
        _ => libc::SO_REUSEADDR,
    };
    option(socket, libc::SOL_SOCKET, number, Value::Int(value))
}

fn inside(record: &Record) -> Option<Claim> {
    Some(Claim::CallInside {
        on: record.on(),
        call: record.request.call.call_kind(),
    })
}

/// The descriptor beside that of the call that is not open.
fn dead(context: &Context<'_>) -> Option<Claim> {
    let dead = context.dead()?;
    let (numbers, names) = (context.call().others(), context.record.call().others());
    let mut both = numbers.into_iter().zip(names);
    let (number, name) = both.find(|(_, name)| name.to_string() == dead)?;
    match (name, number) {
        (Descriptor::Named(name), _) => {
            Some(Claim::DescriptorClosed(context.named_at_call(name)?.id()))
        }
        (Descriptor::Raw(fd), _) => Some(Claim::NotOpen(*fd)),
    }
}

/// The client that an accepted socket has at its other end, or its address.
fn made_from(context: &Context<'_>) -> Option<Claim> {
    let Some(Returned::Accepted { from, .. }) = context.returned() else {
        return None;
    };
    let address = from.as_ref().filter(|address| !address.is_unset())?;
    let made = context.made(0)?.id();
    let mut others = context.others();
    let client = others.find(|other| other.local() == Some(address) && !other.is_accepted());
    Some(match client {
        Some(client) => Claim::OtherEnd {
            socket: made,
            peer: client.id(),
        },
        None => Claim::ConnectedTo {
            socket: made,
            address: address.clone(),
        },
    })
}

fn left_by_outsider(context: &Context<'_>) -> Option<Claim> {
    let (unread, owner) = context.socket?.other_before()?;
    match owner.value()? {
        Owner::Process { pid, .. } => Some(Claim::LeftUnreadByProcess {
            socket: context.socket?.id(),
            pid: *pid,
            bytes: unread.count.into(),
        }),
        Owner::Ours(_) | Owner::Nobody => None,
    }
}

/// To whom the receiver is connected that takes messages from its peer only.
fn connected_elsewhere(context: &Context<'_>) -> Option<Claim> {
    let receiver = context.connected_elsewhere()?;
    let socket = receiver.id();
    Some(match context.connected_elsewhere_to() {
        Some(peer) => Claim::OtherEnd {
            socket,
            peer: peer.id(),
        },
        None => Claim::ConnectedTo {
            socket,
            address: receiver.remote()?.clone(),
        },
    })
}

fn process_has(context: &Context<'_>, address: Option<&Address>) -> Option<Claim> {
    match context.record.outside_owner()? {
        AddressOwner::Process { pid, .. } => Some(Claim::ProcessHasAddress {
            pid: *pid,
            address: address?.clone(),
        }),
        AddressOwner::Hidden { .. } | AddressOwner::Nobody => None,
    }
}

/// What epoll_ctl() was given.
fn watched(context: &Context<'_>) -> Option<DescriptorId> {
    let target = *context.record.request.others.first()?;
    context.world.descriptor(target).map(Handle::id)
}

/// The first that epoll_wait() reported by a registration with this flag.
fn reported(context: &Context<'_>, flag: i32) -> Option<DescriptorId> {
    let reported = context.reported();
    let is_reported = |entry: &Registration<'_>| {
        let name = entry.socket.map(|socket| socket.name().as_str());
        let mut members = reported.iter();
        entry.events.contains(flag) && members.any(|member| Some(member.name.as_str()) == name)
    };
    let list = context.registrations();
    list.into_iter().find(is_reported)?.socket.map(Handle::id)
}
