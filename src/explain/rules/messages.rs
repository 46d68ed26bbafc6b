//! What only sendmsg and recvmsg do: descriptors and credentials that travel, and flags that come back.

use crate::explain::rule::{Rule, rows};

pub(crate) static ROWS: &[Rule] = rows! {
    // Several messages in one call.
    SENDMMSG Success [SentFewer] {Possibilities} "{messages_sent} of {messages_given} messages were sent. Then one could not be: sendmmsg() does not report its error. Send the rest again, and that call fails with it, or succeeds." "sendmmsg(2)";
    SENDMMSG Success [] {ByResult} "One call sent {messages_sent} messages, {count} bytes in all, each as sendmsg() would. The number says nothing of what arrives." "sendmmsg(2)";
    RECVMMSG Fails(EINVAL) [LimitNegative] {ByArguments} "The timeout is negative, and that is none." "recvmmsg(2)";
    RECVMMSG Success [GotFewer, WaitsForOne] {ByArguments} "MSG_WAITFORONE: the call waits for the first message only, and then takes what is there: {messages_got} of at most {messages_wanted}." "recvmmsg(2)";
    RECVMMSG Success [GotFewer, ReceivesLimited] {Possibilities} "{messages_got} of at most {messages_wanted} messages came before the timeout, which recvmmsg() only looks at after each message, or before no more could be received at once." "recvmmsg(2)";
    RECVMMSG Success [GotFewer] {Possibilities} "{messages_got} of at most {messages_wanted} messages came, until no more could be received at once, or a signal or an error ended the call. An error is reported by the next call." "recvmmsg(2)";
    RECVMMSG Success [] {ByResult} "One call received {messages_got} messages, {count} bytes in all. Each has its own length, sender, flags and control messages, as recvmsg() gives them." "recvmmsg(2)";
    // Control messages that are sent.
    SENDMSG Fails(EINVAL) [Inet, Datagram, ControlNotSent] {ByArguments} "The kernel gives {control_not_sent} to who receives. sendmsg() takes no such control message." "cmsg(3)";
    SENDMSG Fails(EINVAL) [Inet, Datagram, ControlOdd] {ByArguments} "sendmsg() does not take {odd_control}: such a control message has {taken_control}." "cmsg(3)";
    SENDMSG Fails(EINVAL) [ControlUnknown] {Possibilities} "Probably {socket} does not know {unknown_control}, or not with this data: for a control message of its levels that it does not know, sendmsg() fails as a whole." "cmsg(3)";
    SENDMSG Fails(ENODEV) [Inet, ControlInterface] {ByErrno} "No interface is {chosen_interface}, which {route_control} names. `ip link` lists the interfaces with their numbers." "ip(7)";
    SENDMSG Fails(ENETUNREACH, EINVAL, EADDRNOTAVAIL) [Inet, ControlRoutes] {Possibilities} "{route_control} decides how this leaves. Probably its address is none of this host, or no route leads from it, or over its interface, to the receiver." "ip(7)";
    SENDMSG Fails(EINVAL) [Inet, Datagram, ControlSegmentsMany] {ByArguments} "UDP_SEGMENT({given_segment}) would make {given_segments} datagrams of these {asked} bytes. One call makes at most 128, and 64 before Linux 6.9." "udp(7)";
    SENDMSG Fails(EINVAL) [Inet, Datagram, ControlSegments] {Possibilities} "UDP_SEGMENT({given_segment}) goes along: EINVAL means that a segment with its headers is larger than the path MTU (before Linux 6.14), or that SO_NO_CHECK is set too." "udp(7)";
    SENDMSG Fails(EMSGSIZE) [Inet, Datagram, ControlSegments] {Possibilities} "UDP_SEGMENT({given_segment}) goes along: a segment with its headers must fit into the path MTU, and all {asked} bytes into 65507 over IPv4, 65527 over IPv6." "udp(7)";
    SENDMSG Fails(EPERM) [Inet, ControlGiven] {Possibilities} "A control message needs a privilege, as SO_MARK needs CAP_NET_ADMIN or CAP_NET_RAW; or a firewall rule drops what is sent." "socket(7)";
    SENDMSG Fails(ENOBUFS) [ControlGiven] {Possibilities} "The control messages are more than net.core.optmem_max lets them be, or the output queue of the interface was full, or the kernel had no memory." "sendmsg(2)";
    SENDMSG Success [Inet, Datagram, ControlSegments, ControlSegmentsSeveral] {ByArguments} "UDP_SEGMENT({given_segment}) makes {given_segments} datagrams of these {count} bytes, for this call alone. UDP does not report whether they arrive." "udp(7)";
    SENDMSG Success [Inet, Datagram, ControlSource, ReceiverFilters] {FilteringReceiver} "The kernel took one datagram of {count} bytes from {source}, as {route_control} says. {filtering_receiver} has the port, but is connected to {filtering_peer}: it takes datagrams from there only, so this one is dropped." "udp(7)";
    SENDMSG Success [Inet, Datagram, ControlSource] {ByArguments} "{route_control} chooses the source address of this datagram alone, so an answer can leave from the address that was asked. The address of {socket} stays." "ip(7)";
    SENDMSG Success [Inet, Datagram, ControlHeader] {ByArguments} "For this datagram alone: {header_controls}. The options of {socket} stay as they are. UDP does not report whether it arrives." "ip(7)";
    // Any message.
    SENDING Fails(ENOBUFS) [Inet, Message] {Possibilities} "The output queue of the interface was full and dropped the packet, which is reported only with IP_RECVERR; or the kernel had no memory for it." "send(2)" => [ONCE_MORE];
    // sendmsg()
    SENDMSG Fails(EBADF) [OnOpen, Passes, OtherDead] {DeadNotOpen} "{dead} is to be passed and is not open. The whole call fails: nothing was sent." "unix(7)";
    SENDMSG Fails(EINVAL) [Unix, Claims] {ByErrno} "The user or the group of the credentials is not a valid id in this user namespace." "unix(7)";
    SENDMSG Fails(ESRCH) [Unix, Claims] {ByErrno} "No process has the pid of the credentials." "unix(7)";
    SENDMSG Fails(EPERM) [Unix, Claims, NotTaken] {Possibilities} "The kernel checks credentials: the pid of another process needs CAP_SYS_ADMIN, another user CAP_SETUID, another group CAP_SETGID. Give your own." "unix(7)";
    SENDMSG Fails(ETOOMANYREFS) [] {ByErrno} "This user has as many descriptors in transit, sent and not received, as RLIMIT_NOFILE allows." "unix(7)";
    SENDMSG Success [Passes, Unix, Stream, AskedForNothing] {ByArguments} "A stream carries descriptors only with data: there was no byte, so nothing was sent, not even {passed}." "unix(7)";
    SENDMSG Success [Passes, Inet] {ByKind} "Only AF_UNIX can pass descriptors: the {count} bytes went out, and {passed} was ignored." "unix(7)";
    SENDMSG Success [Passes] {ByResult} "{passed} is sent with the {count} bytes. recvmsg() at the other end gives it a new number for the same open file, which stays open even if it is closed here." "TLPI 61.13.3";
    SENDMSG Success [Claims, Unix, Stream, AskedForNothing] {ByArguments} "A stream carries credentials only with data: there was no byte, so nothing was sent." "unix(7)";
    SENDMSG Success [Claims, Unix] {ByResult} "The kernel has accepted the credentials. The receiver sees them if it has set SO_PASSCRED." "TLPI 61.13.4";
    // Not recvmsg().
    RECEIVING Success [LosesDescriptors] {Lost} "Descriptors came with this, and they are lost: {lost}. Only recvmsg() receives them; for {call_kind}() the kernel closed them." "unix(7)";
    // recvmsg()
    RECVMSG Success [FlagControlCut, GotDescriptors] {ByResult} "MSG_CTRUNC: not everything that came with it could be delivered. {got} came; the rest is lost, for lack of room for control messages or of free descriptor numbers." "recvmsg(2)";
    RECVMSG Success [FlagControlCut] {ByResult} "MSG_CTRUNC: there was too little room for the control messages that came with it, and what did not fit is lost. If descriptors were among it, they were closed." "recvmsg(2)";
    RECVMSG Success [GotDescriptors, GotKnown, Stream, LeftUnread] {MadeOriginal, OwnLeftUnread} "{got} came with it. {made} is {original} under a new number: the same open file. A receive ends at data that came with descriptors, so {left_unread} bytes still wait." "unix(7)" => [ONCE_MORE];
    RECVMSG Success [GotDescriptors, GotKnown] {MadeOriginal} "{got} came with it. {made} is {original} under a new number: the same open file, no copy, so flags, queue and connection are shared." "TLPI 61.13.3";
    RECVMSG Success [GotDescriptors, Stream, LeftUnread] {OwnLeftUnread} "{got} came with it: new numbers for open files of the sender. A receive ends at data that came with descriptors, so {left_unread} bytes still wait." "unix(7)" => [ONCE_MORE];
    RECVMSG Success [GotDescriptors] {ByResult} "{got} came with it: new numbers for open files of the sender, no copies. Flags, queue and connection are shared with it." "TLPI 61.13.3";
    RECVMSG Success [GotCredentials, Nobody] {OwnPassCredentials} "These credentials name no process (pid 0): the kernel recorded none when this was sent. It does while the receiver has SO_PASSCRED set, or the sender passes them." "unix(7)";
    RECVMSG Success [GotCredentials] {OwnPassCredentials} "The credentials say who sent this. The kernel has checked them, though a sender with the capabilities may name others; they come because SO_PASSCRED is set." "TLPI 61.13.4";
    RECVMSG Filled [FlagTruncated, Peek] {ByResult} "MSG_TRUNC came back: the message is longer than the {asked} bytes of room. MSG_PEEK leaves all of it in the queue." "recvmsg(2)" => [NEXT_LENGTH];
    RECVMSG Filled [FlagTruncated] {ByResult} "MSG_TRUNC came back: the message was longer than the {asked} bytes of room, and its rest is lost for good. recv() would not have reported it." "recvmsg(2)" => [NEXT_LENGTH];
    RECVMSG Filled [Inet, Datagram, Joined] {OwnJoins} "UDP_GRO has joined datagrams of one sender: these {count} bytes are several datagrams of {joined} bytes each, the last one perhaps shorter." "udp(7)";
    RECVMSG Filled [KeepsBoundaries, FromData] {ByResult} "The message fills the {asked} bytes of room exactly: MSG_TRUNC is not among the flags, so nothing was cut off." "recvmsg(2)";
    RECVMSG Success [Inet, Datagram, GotDrops] {ByResult} "SO_RXQ_OVFL: {told_drops} packets were dropped at {socket} before this one was queued, as its receive queue had no room for them." "socket(7)";
    RECVMSG Success [Inet, Datagram, GotDestination] {ByResult} "These {count} bytes were sent to {told_destination} and came over {told_interface}. An answer has to leave from that address: {answering_control} in sendmsg() does that." "ip(7)" => [ANSWER_FROM];
};
