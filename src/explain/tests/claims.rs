//! Claims beside sentences: every rule has claims or says why it has none, and each sentence names the sockets, addresses
//! and quantities of its claims, and no others.

use std::collections::BTreeSet;

use crate::explain::claims::Template;
use crate::explain::condition::Condition;
use crate::explain::context::Context;
use crate::explain::tests::story::Story;
use crate::explain::tests::{gallery, sweep};
use crate::explain::*;
use crate::world::Handle;

impl Rule {
    /// Its claims, the reasons left out.
    fn made_claims(&self) -> impl Iterator<Item = Template> {
        let all = self.claims.iter().copied();
        all.filter(|template| template.reason().is_none())
    }

    /// Whether it has no claims, as what it states of the world is not a fact, or none that was checked.
    fn is_open(&self) -> bool {
        self.claims
            .iter()
            .all(|template| *template == Template::Possibilities)
    }

    /// The placeholders of its text.
    fn placeholders(&self) -> impl Iterator<Item = &'static str> {
        let braces = self.text.split('{').skip(1);
        let names = braces.filter_map(|rest| Some(rest.split_once('}')?.0));
        names.filter(|name| text::placeholder(name).is_some())
    }
}

/// Fails with the lines, if there are any.
#[track_caller]
fn nothing(wrong: BTreeSet<String>) {
    let all: Vec<String> = wrong.into_iter().collect();
    assert!(all.is_empty(), "{} wrong:\n{}", all.len(), all.join("\n"));
}

#[test]
fn a_sentence_names_what_its_claims_are_about() {
    let mut wrong = BTreeSet::new();
    let mut seen = 0;
    let nowhere = Nowhere::new();
    let mut check = |world: &World, record: &Record| {
        let context = Context::of(world, record);
        let Some(rule) = rule_of(&context) else {
            return;
        };
        let own = context.socket.map(Handle::id);
        let text = text::fill(rule.text, &context);
        for template in rule.made_claims() {
            let Some(claim) = template.claim(&context) else {
                if !nowhere.stands_for(rule, template, &context)
                    && !is_said_by_flag(template, &context)
                {
                    wrong.insert(format!("{template:?} is about nothing: {text}"));
                }
                continue;
            };
            seen += 1;
            for word in claim.words(world, own) {
                if !text.contains(&word) {
                    wrong.insert(format!("{claim:?} is not in the sentence ({word}): {text}"));
                }
            }
        }
    };
    gallery::every_record(&mut check);
    sweep::every_record(&mut check);
    nothing(wrong);
    assert!(seen > 1000, "only {seen} claims were made");
}

/// A call that concerns no socket: what stands there in place of a placeholder is what stands for something unknown.
struct Nowhere {
    story: Story,
}

impl Nowhere {
    fn new() -> Self {
        let mut story = Story::new();
        story.tell("sleep(50ms)");
        Self { story }
    }

    fn unknown(&self, name: &str) -> String {
        text::fill(
            &format!("{{{name}}}"),
            &Context::of(&self.story.world, self.story.last()),
        )
    }

    /// Whether the sentence of a call says only that something is unknown in the place of what a claim would be about.
    fn stands_for(&self, rule: &Rule, template: Template, context: &Context<'_>) -> bool {
        const GIVEN: [&str; 4] = ["address", "made", "made_too", "watched"];
        let mut names = rule
            .placeholders()
            .filter(|name| GIVEN.contains(name) || claimed_by(name).contains(&template));
        let is_unknown =
            |name: &str| text::fill(&format!("{{{name}}}"), context) == self.unknown(name);
        context.socket.is_none() || names.any(is_unknown)
    }
}

/// MSG_DONTWAIT says in the call itself that it must not wait.
fn is_said_by_flag(template: Template, context: &Context<'_>) -> bool {
    template == Template::OwnNonblocking && context.flags().contains(libc::MSG_DONTWAIT)
}

#[test]
fn a_rule_has_claims_or_says_why_it_has_none() {
    let mut wrong = BTreeSet::new();
    for rule in rules::all() {
        let reasons = rule.claims.len() - rule.made_claims().count();
        let has_claims = rule.made_claims().next().is_some();
        if rule.claims.is_empty() {
            wrong.insert(format!("neither claim nor reason: {}", rule.text));
        } else if reasons > 1 || has_claims && reasons > 0 {
            wrong.insert(format!("a reason beside something else: {}", rule.text));
        }
    }
    nothing(wrong);
}

#[test]
fn each_condition_about_the_world_is_carried_by_a_claim() {
    let mut wrong = BTreeSet::new();
    for rule in rules::all().filter(|rule| !rule.is_open()) {
        for condition in rule.when {
            let carries = |list: &[Template]| rule.claims.iter().any(|claim| list.contains(claim));
            if !carried_by(*condition).is_none_or(carries) {
                wrong.insert(format!("{condition:?} is in no claim: {}", rule.text));
            }
        }
    }
    nothing(wrong);
}

#[test]
fn each_socket_and_quantity_of_a_sentence_belongs_to_a_claim() {
    let mut wrong = BTreeSet::new();
    for rule in rules::all().filter(|rule| !rule.is_open()) {
        for name in rule.placeholders() {
            let claimed = claimed_by(name);
            let has_one = || rule.claims.iter().any(|claim| claimed.contains(claim));
            if !claimed.is_empty() && !has_one() {
                wrong.insert(format!("{{{name}}} is in no claim: {}", rule.text));
            }
        }
    }
    nothing(wrong);
}

#[test]
fn each_placeholder_is_of_the_call_or_of_a_claim() {
    for placeholder in text::PLACEHOLDERS {
        let name = placeholder.name;
        let is_of_call = OF_CALL.contains(&name);
        let is_claimed = !claimed_by(name).is_empty();
        assert!(is_of_call != is_claimed, "{name}");
    }
    let known = |name: &str| text::placeholder(name).is_some();
    assert!(OF_CALL.iter().all(|name| known(name)));
    assert!(CLAIMED.iter().all(|(name, _)| known(name)));
}

/// The templates of which a sentence with the placeholder has one; none where the call itself gives what it stands for.
fn claimed_by(name: &str) -> &'static [Template] {
    let row = CLAIMED.iter().find(|(claimed, _)| *claimed == name);
    row.map_or(&[], |(_, templates)| templates)
}

/// The placeholders that the call gives: its arguments, its result, and what the table says of them. `findings`, `wakers`
/// and `wakes` are sentences of other tables.
const OF_CALL: &[&str] = &[
    "a_kind",
    "added",
    "address",
    "address_least",
    "address_length",
    "asked",
    "asked_family",
    "backlog",
    "buffer_default",
    "buffer_limit",
    "buffers",
    "bytes_value",
    "call",
    "call_kind",
    "caught",
    "child",
    "child_changed",
    "child_end",
    "child_of_signal",
    "sender",
    "count",
    "cut_number",
    "dead",
    "decoded_address",
    "decoded_result",
    "differs_from_set",
    "domain",
    "domain_page",
    "done",
    "entries",
    "errno",
    "fd",
    "findings",
    "got",
    "header_fields",
    "header_length",
    "header_payload",
    "hidden",
    "host_text",
    "kind",
    "length",
    "limit",
    "listed",
    "listener_of_it",
    "made",
    "made_too",
    "manual",
    "meaning",
    "mode",
    "most_of_udp",
    "names_from",
    "network",
    "now",
    "option",
    "option_level",
    "option_since",
    "ordered_number",
    "passed",
    "path",
    "answering_control",
    "chosen_interface",
    "control_not_sent",
    "given_segment",
    "given_segments",
    "header_controls",
    "messages_given",
    "messages_got",
    "messages_sent",
    "messages_wanted",
    "odd_control",
    "route_control",
    "taken_control",
    "told_destination",
    "told_drops",
    "told_interface",
    "unknown_control",
    "path_length",
    "port",
    "privilege",
    "protocol",
    "queued_error",
    "range",
    "reason",
    "reported_edge",
    "reported_once",
    "request",
    "result",
    "room",
    "scoped",
    "service_text",
    "sigpipe",
    "so_far",
    "sockaddr",
    "socket",
    "span",
    "state_meaning",
    "strerror",
    "system_errno",
    "taken",
    "tcp_memory",
    "timer_interval",
    "timer_value",
    "type",
    "until",
    "value",
    "wakers",
    "wakes",
    "watched",
    "watched_kind",
    "written",
];

/// The placeholders of other sockets and of quantities, and what makes a claim of each.
const CLAIMED: &[(&str, &[Template])] = {
    use Template::*;
    &[
        ("duplicate", &[Duplicate]),
        ("replaced", &[Replaced]),
        ("holding_process", &[Process]),
        ("original", &[MadeOriginal]),
        ("lost", &[Lost]),
        ("open_count", &[OpenCount]),
        ("pending", &[Pending]),
        ("woken", &[Woken]),
        ("woken_room", &[Woken]),
        ("looping", &[Looping]),
        ("returning_watcher", &[Watcher]),
        ("phase", &[OwnPhase, OwnOver]),
        ("local", &[OwnFile, OwnHasLocal, TwinHasPair]),
        ("remote", &[OwnRemote]),
        ("unread_here", &[OwnUnread]),
        ("message", &[OwnMessageTaken]),
        ("reporting_call", &[OwnErrorReported]),
        ("reported_error", &[OwnErrorReported]),
        ("linger", &[OwnLinger]),
        ("user_timeout", &[OwnUserTimeout]),
        ("nonblocking_cause", &[OwnNonblocking]),
        ("was_set", &[OwnOptionSet]),
        ("queues_by", &[OwnQueuesErrors]),
        ("lowat", &[OwnLowat]),
        ("from", &[MadeFrom]),
        (
            "peer",
            &[
                Peer,
                PeerClosed,
                PeerDisconnected,
                PeerHasOwner,
                PeerLeftUnread,
                PeerInline,
                PeerLinger,
                PeerLost,
                PeerQueueFull,
                PeerReceivingEnded,
                PeerRst,
                PeerSendingEnded,
                PeerUrgent,
                PeerWindow,
                ReceiverReceivingEnded,
            ],
        ),
        ("unread", &[PeerLeftUnread]),
        ("outsider", &[OutsiderUnread]),
        ("outsider_unread", &[OutsiderUnread]),
        ("listener", &[ListenerClosed]),
        ("its_listener", &[ListenerDefers]),
        (
            "target",
            &[
                TargetClosed,
                TargetDeaf,
                TargetDefers,
                TargetFull,
                TargetHasAddress,
                TargetHasLocal,
                TargetHolds,
                TargetKind,
                TargetListens,
                TargetPhase,
            ],
        ),
        ("target_phase", &[TargetPhase]),
        ("target_local", &[TargetHasLocal]),
        ("target_kind", &[TargetKind]),
        ("connected_elsewhere", &[Elsewhere]),
        ("connected_elsewhere_to", &[Elsewhere]),
        ("gone_receiver", &[ReceiverClosed]),
        ("sharer", &[SharerHasAddress]),
        ("segment", &[OwnSegments]),
        ("segments", &[OwnSegments]),
        ("path_mtu", &[OwnSegments, OwnUnfragmented]),
        ("unfragmented", &[OwnUnfragmented]),
        ("send_buffer", &[OwnSendBuffer]),
        ("most_of_unix", &[OwnSendBuffer]),
        ("unsent", &[OwnUnsentNow]),
        ("source", &[FilteringReceiver]),
        ("foreign_source", &[OwnRemote]),
        ("filtering_receiver", &[FilteringReceiver]),
        ("filtering_peer", &[FilteringReceiver]),
        ("receiver_on_device", &[ReceiverDevice]),
        ("receiving_device", &[ReceiverDevice]),
        ("peer_sent", &[PeerLost]),
        ("peer_delivered", &[PeerLost]),
        ("left_unread", &[OwnLeftUnread]),
        ("joined", &[OwnJoins]),
        ("same_pair_connection", &[TwinHasPair]),
        ("listener_there", &[ListenerThere]),
        ("listener_local", &[ListenerThere]),
        ("listener_apart", &[ListenerApart]),
        ("apart_device", &[ListenerApart]),
        ("device", &[OwnDevice]),
        ("queue_limit", &[OwnLimit]),
        ("admits", &[OwnLimit]),
        ("ping_range", &[PingRange]),
        ("own_state", &[OwnInTable]),
        ("near_name", &[NearName]),
        ("near_local", &[NearName]),
        ("deaf_owner", &[NameDeaf]),
        ("port_range", &[PortRange, OwnPortRange]),
        ("range_setting", &[PortRange]),
        ("unprivileged_from", &[UnprivilegedStart]),
        ("pair_user", &[PairHas]),
        ("pair_local", &[PairHas]),
        ("conflict", &[ConflictAt]),
        ("conflict_local", &[ConflictAt]),
        (
            "address_owner",
            &[
                OwnerHasAddress,
                OwnerHasLocal,
                OwnerHadConnection,
                OwnerListens,
                OwnerPhase,
                OwnerV6OnlyOff,
            ],
        ),
        ("owned_for", &[OwnerHasAddress, OwnerHasLocal]),
        ("owner_phase", &[OwnerPhase]),
        ("owner_local", &[OwnerHasLocal]),
        ("reuse", &[ReuseHas]),
        ("has_reuse", &[ReuseHas]),
        ("lacks_reuse", &[ReuseLacks]),
        ("outside_owner", &[OutsiderHasAddress, OutsiderHasLocal]),
        ("outside_owner_local", &[OutsiderHasLocal, SomebodyHasLocal]),
        ("path_file", &[PathKind]),
        (
            "left_behind",
            &[LeftClosed, LeftHasAddress, LeftInState, LeftTimer],
        ),
        ("orphan", &[LeftInState]),
        ("orphan_left", &[LeftTimer]),
        ("below_lowat", &[BelowLowatUnread, BelowLowatOption]),
        ("below_lowat_unread", &[BelowLowatUnread]),
        ("below_lowat_least", &[BelowLowatOption]),
        ("unix_sender", &[UnixReceiver]),
        ("unix_receiver", &[UnixReceiver]),
        ("registered_as", &[WatchedAs]),
        ("overlooked", &[Overlooked, OverlookedUnread]),
        ("overlooked_unread", &[OverlookedUnread]),
        ("disarmed", &[Disarmed]),
        ("closed_member", &[ClosedMember]),
    ]
};

/// The templates of which a rule with the condition has one. `None`: the call alone decides it, by its arguments, its
/// result, its course, and the type of its descriptor, which never changes.
///
/// NoMembers and ReportsFull are also about an epoll instance; what they choose between is said of the call.
fn carried_by(condition: Condition) -> Option<&'static [Template]> {
    use Template as T;
    let templates: &[Template] = match condition {
        Condition::Unix
        | Condition::NotUnix
        | Condition::NotInet
        | Condition::Inet
        | Condition::PacketDomain
        | Condition::Tcp
        | Condition::Stream
        | Condition::Seqpacket
        | Condition::Datagram
        | Condition::Raw
        | Condition::RawInet
        | Condition::HasHeader
        | Condition::NotRaw
        | Condition::Message
        | Condition::KeepsBoundaries
        | Condition::Epoll
        | Condition::Pipe
        | Condition::PipeReader
        | Condition::PipeWriter
        | Condition::PipeEndOpen
        | Condition::IsEventfd
        | Condition::IsTimerfd
        | Condition::IsNumber
        | Condition::NoTimerfd
        | Condition::TooSmall
        | Condition::GivesMost
        | Condition::NoHost
        | Condition::NoService
        | Condition::HostIsNumeric
        | Condition::HostNumberWanted
        | Condition::ServiceNumberWanted
        | Condition::RawWanted
        | Condition::Passive
        | Condition::WantsCanonicalName
        | Condition::NameAndNumber
        | Condition::NameRequired
        | Condition::BothNumbers
        | Condition::NamesFromFile
        | Condition::SeveralTypes
        | Condition::SeveralListed
        | Condition::NotConverted
        | Condition::NumberCut
        | Condition::Disarms
        | Condition::Repeats
        | Condition::Absolute
        | Condition::File
        | Condition::NoSocket
        | Condition::NoEpoll
        | Condition::ConnectedKind
        | Condition::ProtocolZero
        | Condition::PingProtocol
        | Condition::OnSocket
        | Condition::ByNumber
        | Condition::SameNumber
        | Condition::Interrupted
        | Condition::Slept
        | Condition::NullAddress
        | Condition::SignalNone
        | Condition::SignalKill
        | Condition::SignalStop
        | Condition::ChildHadEnded
        | Condition::ChildThere
        | Condition::ChildGone
        | Condition::ChildStopped
        | Condition::ChildContinued
        | Condition::EndsProcess
        | Condition::Injected
        | Condition::NullData
        | Condition::ToUnspec
        | Condition::WrongLength
        | Condition::ForeignAddress
        | Condition::AddressShort
        | Condition::Multicast
        | Condition::Broadcast
        | Condition::PathTooLong
        | Condition::UnixAddress
        | Condition::UnixPath
        | Condition::UnixAutobind
        | Condition::PortZero
        | Condition::LowPort
        | Condition::LinkLocalBare
        | Condition::FlagsUnknown
        | Condition::NameLonger
        | Condition::NameCut
        | Condition::AtSign
        | Condition::TargetOfSameKind
        | Condition::ConflictElsewhere
        | Condition::Wildcard
        | Condition::NoSend
        | Condition::OtherDomain
        | Condition::NetlinkDomain
        | Condition::ResultDecoded
        | Condition::AddressDecoded
        | Condition::ProtocolRaw
        | Condition::ProtocolOutOfRange
        | Condition::IsInet6
        | Condition::AskedForNothing
        | Condition::OutOfBand
        | Condition::Peek
        | Condition::WaitAll
        | Condition::Truncate
        | Condition::More
        | Condition::HowRead
        | Condition::HowWrite
        | Condition::NoPair
        | Condition::MakesPair
        | Condition::IsInet
        | Condition::NoUnixPath
        | Condition::Loopback
        | Condition::GotSigpipe
        | Condition::Caught
        | Condition::NoDelete
        | Condition::OptionKnown
        | Condition::OptionReadOnly
        | Condition::OptionWriteOnly
        | Condition::OptionOfOtherLevel
        | Condition::OptionOfProgram
        | Condition::OptionReusePort
        | Condition::OptionZeroCopy
        | Condition::OptionOfUnix
        | Condition::OptionFastOpen
        | Condition::OptionSelfRepair
        | Condition::OptionSource
        | Condition::OptionJoinsSource
        | Condition::OptionInterfaceName
        | Condition::OutOfRange
        | Condition::OptionV6Only
        | Condition::OptionCongestion
        | Condition::OptionMembership
        | Condition::OptionPrivileged
        | Condition::OptionRepair
        | Condition::OptionFilter
        | Condition::OptionDetaches
        | Condition::OptionFilterProgram
        | Condition::OptionMd5Ext
        | Condition::OptionMd5Key
        | Condition::OptionBuffer
        | Condition::BufferDoubled
        | Condition::BufferRaised
        | Condition::OptionTimeout
        | Condition::SetBelowZero
        | Condition::OptionCredentials
        | Condition::SwitchedOff
        | Condition::KeptOtherwise
        | Condition::OptionReuseAddr
        | Condition::OptionLinger
        | Condition::OptionReceiveTimeout
        | Condition::OptionSendTimeout
        | Condition::OptionError
        | Condition::OptionTcpInfo
        | Condition::ValueZeroLinger
        | Condition::ValueReset
        | Condition::ValueRefused
        | Condition::WaitsToBeRead
        | Condition::NothingToRead
        | Condition::QueueEmptyNow
        | Condition::TakesWhatIsThere
        | Condition::PeerNotCorked
        | Condition::ValueTimedOut
        | Condition::ValueNoError
        | Condition::SetsNonblock
        | Condition::SetsStatus
        | Condition::ReadsStatus
        | Condition::SenderTold
        | Condition::Nothing
        | Condition::StateGone
        | Condition::StateUnknown
        | Condition::NotListening
        | Condition::StateTimeWait
        | Condition::StateTcp
        | Condition::StateSynSent
        | Condition::CountZero
        | Condition::RoomSaid
        | Condition::RoomNegative
        | Condition::RoomShort
        | Condition::NullBuffer
        | Condition::NullValue
        | Condition::SeveralBuffers
        | Condition::SentFewer
        | Condition::GotFewer
        | Condition::WaitsForOne
        | Condition::ReceivesLimited
        | Condition::LimitNegative
        | Condition::ControlNotSent
        | Condition::ControlOdd
        | Condition::ControlUnknown
        | Condition::ControlRoutes
        | Condition::ControlSource
        | Condition::ControlInterface
        | Condition::ControlSegments
        | Condition::ControlSegmentsMany
        | Condition::ControlSegmentsSeveral
        | Condition::ControlHeader
        | Condition::ControlGiven
        | Condition::GotDestination
        | Condition::GotDrops
        | Condition::Passes
        | Condition::Claims
        | Condition::OnOpen
        | Condition::GotDescriptors
        | Condition::GotCredentials
        | Condition::FlagTruncated
        | Condition::FlagControlCut
        | Condition::OnlyLooks
        | Condition::ForEver
        | Condition::NoMembers
        | Condition::ReportsRoom
        | Condition::SaysErrors
        | Condition::ReportsDead
        | Condition::ReportsUnasked
        | Condition::ReportsFull
        | Condition::NotLookedAt
        | Condition::InTwoSets
        | Condition::NfdsNegative
        | Condition::TimeoutNegative
        | Condition::MaxTooSmall
        | Condition::OpMod
        | Condition::OpDelete
        | Condition::OpUnknown
        | Condition::TargetItself
        | Condition::TargetEpoll
        | Condition::Exclusive
        | Condition::EdgeTriggered
        | Condition::OneShot
        | Condition::CameAbout
        | Condition::CameIo
        | Condition::CameUrgent
        | Condition::CameOfChild
        | Condition::CameByKill
        | Condition::AsksForChildren
        | Condition::MakesDescriptor
        | Condition::SetsAsync
        | Condition::SetsOwner
        | Condition::OwnerNobody
        | Condition::ReadsOwner
        | Condition::SetsSignal
        | Condition::ReadsSignal
        | Condition::AsksUnread
        | Condition::AsksUnacked
        | Condition::AsksUnsent
        | Condition::AsksMark
        | Condition::IoctlNonblock
        | Condition::IoctlBlock
        | Condition::IoctlSync
        | Condition::FastOpen
        | Condition::NotFastOpen
        | Condition::SynDataLate
        | Condition::ManyBuffers
        | Condition::AboveUdp
        | Condition::FromErrorQueue
        | Condition::FromData
        | Condition::ErrorDecoded
        | Condition::PlainRead
        | Condition::Bounded
        | Condition::Nobody
        | Condition::OptionCut
        | Condition::FromNamed
        | Condition::SenderNameless
        | Condition::GroupIsNone
        | Condition::ValueZero => return None,
        Condition::MadeBlocks => &[T::MadeBlocks],
        Condition::HadNoAssociation | Condition::WasRefused => &[T::OwnNoPeer],
        Condition::PeerHasPort => &[T::OwnRemote],
        Condition::Shared | Condition::SharedByReusePort => &[T::SharerHasAddress],
        Condition::SegmentsSet | Condition::ManySegments | Condition::SeveralSegments => {
            &[T::OwnSegments]
        }
        Condition::Unfragmented => &[T::OwnUnfragmented],
        Condition::AboveSendBuffer => &[T::OwnSendBuffer],
        Condition::OwnBufferIsFull => &[T::OwnBufferFull],
        Condition::HadNoPeer => &[T::OwnNoPeer],
        Condition::HeldByCork => &[T::OwnCorked],
        Condition::HeldByNagle => &[T::OwnNagle],
        Condition::HeldByMore | Condition::HeldBack => &[T::OwnUnsentNow],
        Condition::HeldByWindow => &[T::OwnUnsentNow, T::OwnBufferFull],
        Condition::ReceiverFilters => &[T::FilteringReceiver],
        Condition::ReceiverOnDevice => &[T::ReceiverDevice],
        Condition::ReceiverShutRead => &[T::ReceiverReceivingEnded],
        Condition::PeerShutBoth => &[T::PeerReceivingEnded],
        Condition::PeerInline => &[T::PeerInline],
        Condition::LostOfPeer => &[T::PeerLost],
        Condition::ErrorQueued => &[T::OwnErrorQueued],
        Condition::UrgentSkipped | Condition::SkipsUrgent => &[T::OwnUrgentSkipped],
        Condition::Inline => &[T::OwnInline],
        Condition::StopsAtMark => &[T::OwnAtMark],
        Condition::SynDataAcked => &[T::OwnSynDataAcked],
        Condition::SynDeferred | Condition::SentDeferredSyn => &[T::OwnFastOpenConnect],
        Condition::LeftUnread => &[T::OwnLeftUnread],
        Condition::EndFollows => &[T::OwnEndReceived],
        Condition::AllRecords => &[T::OwnNothingUnread],
        Condition::PeerSendsOn | Condition::NoUrgentSent | Condition::DataAfterwards => &[T::Peer],
        Condition::DropsForeign => &[T::OwnRemote],
        Condition::JoinsDatagrams | Condition::Joined => &[T::OwnJoins],
        Condition::FinSeen => &[T::FinCame],
        Condition::ConnectFailed => &[T::OwnNoPeer],
        Condition::RemoteIsLoopback => &[T::OwnRemote],
        Condition::Waiting => &[T::OwnReceiveTimeout, T::OwnSendTimeout],
        Condition::WasUnbound => &[T::OwnBound, T::OwnHasLocal, T::OwnListens, T::OwnUnbound],
        Condition::WasListening => &[
            T::OwnClosed,
            T::OwnDeaf,
            T::OwnListens,
            T::OwnReceivingEnded,
        ],
        Condition::WasConnecting => &[
            T::OwnClosed,
            T::OwnConnecting,
            T::OwnNoError,
            T::OwnNoPeer,
            T::OwnRemote,
        ],
        Condition::WasPeerClosed => &[T::FinCame, T::OwnEndReceived],
        Condition::WasHalfClosed | Condition::HalfClosedAfter => &[T::OwnFinFollows, T::OwnFinSent],
        Condition::WasOver => &[T::OwnOver, T::OwnHadConnection],
        Condition::WasReset => &[T::OwnNoPeer, T::OwnOver],
        Condition::HadPeer => &[
            T::FilteringReceiver,
            T::OwnInline,
            T::OwnClosed,
            T::OwnHadConnection,
            T::OwnInClose,
            T::OwnInTable,
            T::OwnLinger,
            T::OwnRst,
            T::OwnNoFin,
            T::OwnNoPeer,
            T::OwnOver,
            T::OwnPeerAddress,
            T::OwnPhase,
            T::OwnRemote,
            T::OwnUrgentSkipped,
            T::Peer,
            T::PeerClosed,
            T::PeerWindow,
            T::ReceiverDevice,
        ],
        Condition::NeverConnected => &[T::OwnNoPeer],
        Condition::WasClosing => &[T::OwnFinSent],
        Condition::WindowWasClosed | Condition::WindowClosed => &[T::PeerWindow],
        Condition::SynUnanswered | Condition::GaveUp => &[T::OwnGaveUp],
        Condition::ErrorReported => &[T::OwnErrorReported],
        Condition::EstablishedAfter => &[T::OwnEstablished],
        Condition::SynSentAfter => &[T::OwnConnecting],
        Condition::ClosedAfter => &[T::OwnInClose],
        Condition::Named => &[T::OwnHasLocal, T::TwinHasPair],
        Condition::Nameless => &[T::OwnUnbound],
        Condition::UnixNamed => &[T::OwnFile],
        Condition::WeShutWrite => &[T::OwnSendingEnded],
        Condition::WeShutRead => &[T::OwnReceivingEnded],
        Condition::EndedWithoutPeer => &[T::OwnReceivingEnded, T::OwnSendingEnded],
        Condition::ConnectionWaits => &[T::OwnQueueHolds],
        Condition::IsOpenNow => &[T::OwnOpen],
        Condition::NumberFree => &[T::NumberNotOpen],
        Condition::NumberReused => &[T::NamedClosed],
        Condition::UsedAfterClose => &[T::OwnDescriptorClosed],
        Condition::Duplicated => &[T::Duplicate],
        Condition::Replaces => &[T::Replaced],
        Condition::DescriptorInProcess => &[T::Process],
        Condition::DescriptorElsewhere => &[T::OwnHeldOutside],
        Condition::StillLooping | Condition::StillPending => &[T::Pending],
        Condition::SendTimeout => &[T::OwnSendTimeout],
        Condition::ReceiveTimeout => &[T::OwnReceiveTimeout],
        Condition::IsNonblocking | Condition::NotWaiting => &[T::OwnNonblocking],
        Condition::ToItself => &[T::OwnItself],
        Condition::Here => &[
            T::NobodyAtAddress,
            T::OwnPeerAddress,
            T::TargetDeaf,
            T::TargetClosed,
            T::TargetFull,
            T::TargetListens,
        ],
        Condition::NobodyListens => &[T::NobodyAtAddress],
        Condition::ListenerThere => &[T::ListenerThere],
        Condition::ListenerApart => &[T::ListenerApart],
        Condition::LedAway | Condition::DeviceRouteless => &[T::OwnDevice],
        Condition::RouteNone
        | Condition::RouteLocal
        | Condition::RouteProhibit
        | Condition::RouteUnreachable
        | Condition::RouteBlackhole
        | Condition::RouteBroadcast
        | Condition::RouteAbroad => &[T::OwnRoute],
        Condition::BroadcastOff => &[T::OwnBroadcastOff],
        Condition::V6OnlyExcludes => &[T::OwnV6Only],
        Condition::RangeOfSocket => &[T::OwnPortRange, T::PortRange],
        Condition::RangeKnown => &[T::PortRange],
        Condition::EveryPortTaken => &[T::PortRange],
        Condition::PairThere => &[T::PairHas],
        Condition::StartKnown => &[T::UnprivilegedStart],
        Condition::LacksBindService => &[T::LacksBindService],
        Condition::LacksNetRaw => &[T::LacksNetRaw],
        Condition::EstablishedBefore
        | Condition::HandshakeOver
        | Condition::LastAckBefore
        | Condition::InCloseBefore => {
            return None;
        }
        Condition::ShutReceiving => &[T::OwnReceivingEnded],
        Condition::CloseWaitBefore => &[T::FinCame, T::OwnEndReceived],
        Condition::SynSentBefore => &[T::OwnClosed],
        Condition::ResetsAtClose => &[T::OwnRst],
        Condition::EndThere => &[T::OwnFinFollows, T::OwnInTable],
        Condition::EndTimeWait => &[T::OwnInTable],
        Condition::EndGone => &[T::OwnGone],
        Condition::FileThere => &[T::OwnFile, T::PathExists],
        Condition::OtherInSynRecv => &[T::OtherEndNow],
        Condition::OtherWaits => &[T::TargetHolds],
        Condition::NeededReset => &[T::OwnRst],
        Condition::MadeInClose => &[T::MadeInClose],
        Condition::NameNear => &[T::NearName],
        Condition::NameDeaf => &[T::NameDeaf],
        Condition::NameFree => &[T::NobodyHasAddress],
        Condition::BacklogCut | Condition::LimitKnown => &[T::OwnLimit],
        Condition::NoSctp => &[T::NoSctp],
        Condition::MptcpOff => &[T::MptcpOff],
        Condition::PingRangeKnown => &[T::PingRange],
        Condition::PortLeftOpen => &[T::OwnNoPort],
        Condition::ConflictOutside => &[T::ConflictAt, T::OutsiderHasAddress, T::OutsiderHasLocal],
        Condition::HeldByOurs => &[T::OwnerHasAddress, T::OwnerHasLocal],
        Condition::HolderConnected => &[T::OwnerHadConnection],
        Condition::HeldElsewhere => &[T::OwnerHasLocal],
        Condition::HolderListens => &[T::OwnerListens],
        Condition::LeftByOurs => &[T::LeftClosed],
        Condition::LeftCountsDown => &[T::LeftTimer],
        Condition::LeftIsOrphan => &[T::LeftInState],
        Condition::ReuseHere => &[T::OwnReuse],
        Condition::ReuseOneSided => &[T::ReuseLacks],
        Condition::TakesIpv4Too => &[T::OwnV6OnlyOff],
        Condition::Ipv4TakenToo => &[T::OwnerV6OnlyOff],
        Condition::OutsiderKnown => &[T::OutsiderHasAddress, T::OutsiderHasLocal],
        Condition::OutsiderElsewhere => &[T::OutsiderHasLocal],
        Condition::OutsiderHidden => &[T::SomebodyHasAddress, T::SomebodyHasLocal],
        Condition::OutsiderNobody => &[T::NobodyHasAddress],
        Condition::PathNoSocket => &[T::PathKind],
        Condition::WasUnlinked => &[T::PathMissing],
        Condition::ClosedMeanwhile => &[T::OwnDescriptorClosed],
        Condition::TargetKnown => &[T::TargetHasLocal],
        Condition::TargetListens => &[T::TargetListens],
        Condition::TargetDeaf => &[T::TargetDeaf],
        Condition::TargetClosed => &[T::TargetClosed],
        Condition::TargetOfOtherKind => &[T::TargetKind],
        Condition::TargetFull => &[T::TargetFull],
        Condition::TargetDefers => &[T::TargetDefers],
        Condition::DefersHere => &[T::OwnDefers],
        Condition::AcceptsBefore => &[T::Before],
        Condition::Unaccepted => &[T::OwnNeverAccepted],
        Condition::ItDefers => &[T::ListenerDefers],
        Condition::Taken => &[T::Elsewhere],
        Condition::ReceiverGone => &[T::ReceiverClosed],
        Condition::TwinKnown => &[T::TwinHasPair],
        Condition::Woken | Condition::WokenHasRoom => &[T::Woken],
        Condition::PeerGone => &[T::PeerClosed],
        Condition::PeerOpen => &[T::Peer],
        Condition::PeerShutWrite => &[T::PeerSendingEnded],
        Condition::PeerShutRead => &[T::PeerReceivingEnded],
        Condition::PeerEnded => &[T::OwnEndReceived],
        Condition::PeerLeftUnread => &[T::PeerLeftUnread],
        Condition::OutsiderLeftUnread => &[T::OutsiderUnread],
        Condition::PeerLingeredZero => &[T::PeerLinger],
        Condition::PeerDisconnected => &[T::PeerDisconnected],
        Condition::ListenerGone => &[T::ListenerClosed],
        Condition::SentIntoTheVoid => &[T::PeerRst],
        Condition::UnreadHere | Condition::DropsUnread => &[T::OwnUnread],
        Condition::LingersZero | Condition::Lingers | Condition::LingeredInVain => &[T::OwnLinger],
        Condition::UserTimeout => &[T::OwnUserTimeout],
        Condition::FilterLocked => &[T::OwnFilterLocked],
        Condition::WasSet
        | Condition::ValueRounded
        | Condition::SetNegative
        | Condition::AsWasKept => &[T::OwnOptionSet],
        Condition::QueuesErrors => &[T::OwnQueuesErrors],
        Condition::MessageLonger | Condition::MessageFits => &[T::OwnMessageTaken],
        Condition::OtherDead => &[T::DeadNotOpen],
        Condition::GotKnown => &[T::MadeOriginal],
        Condition::Carried => &[T::OwnCarried],
        Condition::UrgentWaits => &[T::PeerUrgent],
        Condition::LosesDescriptors => &[T::Lost],
        Condition::ReportsClosed => &[T::ClosedMember],
        Condition::ReportsEdge => &[T::ReportedEdge],
        Condition::ReportsOnce => &[T::ReportedOnce],
        Condition::Overlooked => &[T::Overlooked],
        Condition::OverlookedData => &[T::OverlookedUnread],
        Condition::Disarmed => &[T::Disarmed],
        Condition::LowatHere => &[T::OwnLowat],
        Condition::BelowLowat => &[T::BelowLowatUnread, T::BelowLowatOption],
        Condition::AwaitsUnixReceiver => &[T::UnixReceiver],
        Condition::WatchedBack => &[T::WatchedBack],
        Condition::RegisteredAs => &[T::WatchedAs],
        Condition::WasExclusive => &[T::WatchedExclusive],
        Condition::WasDisarmed => &[T::Watched],
        Condition::NoOwnerHere => &[T::OwnNoOwner],
        Condition::Corked => &[T::OwnCorked],
        Condition::Ownerless => &[T::NobodyOwns, T::OwnNoOwner],
        Condition::WatcherReturns => &[T::Watcher],
        Condition::PeerOwned => &[T::PeerHasOwner],
        Condition::Looped => &[T::Looping],
        // Of the world, and no rule states it so far: the first to do so needs a template.
        Condition::ErrorsAreQueued
        | Condition::NoticesAreQueued
        | Condition::UrgentInline
        | Condition::Unconnected
        | Condition::NobodySends
        | Condition::LeftReusable
        | Condition::NobodyThere
        | Condition::UrgentSent
        | Condition::AllRead
        | Condition::KeepsAlive
        | Condition::MoreBefore
        | Condition::NotTaken
        | Condition::StillReceives => &[],
    };
    Some(templates)
}
