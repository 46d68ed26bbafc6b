//! Ending: shutdown, close and dup, which keeps a socket alive.

use crate::explain::rule::{Rule, rows};

pub(crate) static ROWS: &[Rule] = rows! {
    // shutdown()
    SHUTDOWN Fails(ENOTCONN) [Message, HowRead] {OwnNoPeer, OwnReceivingEnded} "{socket} has no peer, hence ENOTCONN. Linux ends its receiving all the same: a call that sleeps there is woken, and once the queue is empty receiving gives 0." "shutdown(2)" => [FRESH];
    SHUTDOWN Fails(ENOTCONN) [Message, HowWrite] {OwnNoPeer, OwnSendingEnded} "{socket} has no peer, hence ENOTCONN. Linux ends its sending all the same: it gives EPIPE from now on, and no connect() takes that back." "shutdown(2)" => [FRESH];
    SHUTDOWN Fails(ENOTCONN) [Message] {OwnNoPeer, OwnSendingEnded, OwnReceivingEnded} "{socket} has no peer, hence ENOTCONN. Linux ends both directions all the same: sending gives EPIPE and receiving 0 from now on, and no connect() takes that back." "shutdown(2)" => [FRESH];
    SHUTDOWN Fails(ENOTCONN) [HadPeer] {OwnOver} "The connection of {socket} is over ({phase}), so there is no direction left to end. close() is what remains." "shutdown(2)" => [CLOSE_IT];
    SHUTDOWN Fails(ENOTCONN) [] {OwnPhase, OwnNoPeer} "{socket} is {phase} and has no connection, hence ENOTCONN. Linux notes the end all the same: even after connect() that direction stays closed." "shutdown(2)" => [FRESH];
    SHUTDOWN Fails(EINVAL) [] {ByArguments} "The direction must be SHUT_RD, SHUT_WR or SHUT_RDWR." "shutdown(2)" => [FINISH];
    SHUTDOWN Success [WasListening, HowWrite] {OwnListens} "{socket} listens and has nothing to send, so ending its sending changes nothing." "shutdown(2)" => [CLOSE_IT];
    SHUTDOWN Success [WasListening, Tcp] {OwnDeaf} "On Linux this takes {socket} out of LISTEN: waiting connections are reset and new ones refused. listen() makes it passive again." "shutdown(2)" => [LISTEN_AGAIN];
    SHUTDOWN Success [WasListening] {OwnReceivingEnded, Unchecked} "{socket} accepts no more connections: accept() fails with EINVAL from now on." "unix(7)";
    SHUTDOWN Success [Tcp, SynUnanswered] {OwnGaveUp, OwnInClose} "{socket} was connecting, so there was no direction to end: on Linux shutdown() then gives the attempt up. {socket} is in CLOSE, and its next call is told ECONNRESET." "RFC 9293 3.10.4" => [FRESH, CLOSE_IT];
    SHUTDOWN Success [Unix, NeverConnected] {OwnNoPeer} "{socket} has no connection, but AF_UNIX notes the end of a direction even so." "unix(7)";
    SHUTDOWN Success [Unix, Message, HowRead] {OwnReceivingEnded} "Receiving on {socket} returns 0 once its queue is empty, and whoever sends to it gets EPIPE." "unix(7)";
    SHUTDOWN Success [Message, HowRead] {OwnReceivingEnded} "Receiving on {socket} returns 0 once its queue is empty. The peer is not told." "shutdown(2)";
    SHUTDOWN Success [Message, HowWrite] {OwnSendingEnded} "Sending on {socket} gives EPIPE from now on. The peer is not told, since datagrams have no end of file." "shutdown(2)";
    SHUTDOWN Success [Unix, Message] {OwnSendingEnded, OwnReceivingEnded} "Sending on {socket} gives EPIPE and receiving returns 0 from now on; whoever sends to it gets EPIPE too." "unix(7)";
    SHUTDOWN Success [Message] {OwnSendingEnded, OwnReceivingEnded} "Sending on {socket} gives EPIPE and receiving returns 0 from now on. The peer is not told." "shutdown(2)";
    SHUTDOWN Success [HowRead, Tcp] {OwnReceivingEnded, Peer, Unchecked} "Nothing is sent to {peer}: {socket} only returns 0 once its queue is empty. Data that still comes can be read on Linux." "TLPI 61.2";
    SHUTDOWN Success [HowRead] {OwnReceivingEnded, Peer} "Receiving on {socket} returns 0 once its queue is empty, and {peer} gets EPIPE when it sends." "unix(7)";
    SHUTDOWN Success [HowWrite, Tcp, HalfClosedAfter] {OwnFinFollows, Peer, Unchecked} "Half-close: a FIN follows the data that {socket} has sent, and {peer} reads end of file after it. {peer} may still send to {socket}." "UNP 6.6";
    SHUTDOWN Success [HowWrite, WasPeerClosed] {OwnEndReceived, OwnSendingEnded, Unchecked} "The peer had ended its direction, and now {socket} has ended the other. The connection is over; the descriptor stays open until close()." "RFC 9293 3.6";
    SHUTDOWN Success [HowWrite, Tcp] {OwnFinFollows, Peer, Unchecked} "Half-close: a FIN follows the data that {socket} has sent, and {peer} reads end of file after it. {peer} may still send to {socket}." "UNP 6.6";
    SHUTDOWN Success [HowWrite] {OwnSendingEnded, Peer, Unchecked} "Half-close: {peer} reads end of file once it has read everything. {peer} may still send to {socket}." "TLPI 61.2";
    SHUTDOWN Success [Tcp] {OwnFinFollows, Unchecked} "Both directions end and a FIN goes out, even if other descriptors of the socket are open. The descriptor itself stays until close()." "TLPI 61.2";
    SHUTDOWN Success [] {OwnSendingEnded, OwnReceivingEnded} "Both directions of {socket} have ended. The descriptor itself stays until close()." "shutdown(2)";
    // close()
    CLOSE Success [Tcp, HadPeer, Duplicated] {Duplicate, OwnNoFin, Unchecked} "Only the number {fd} is gone: {duplicate} is another descriptor of the same socket, so the connection lives on and no FIN is sent." "TLPI 61.2";
    CLOSE Success [Duplicated] {Duplicate} "Only the number {fd} is gone: {duplicate} is another descriptor of the same socket, which lives on until the last one is closed." "close(2)";
    CLOSE Success [StillLooping] {Pending} "The number {fd} is free, but {pending} goes on with it: close() wakes no call that sleeps, and the next call of the loop gets EBADF, or a new socket that has the number by then." "close(2)";
    CLOSE Success [StillPending] {Pending} "The number {fd} is free, but {pending} still sleeps on the socket: close() wakes nobody, and the kernel keeps the socket until that call ends." "close(2)";
    CLOSE Success [DescriptorInProcess, Tcp, HadPeer] {Process, OwnNoFin, Unchecked} "Only the number {fd} is gone: {holding_process} has a descriptor of the same socket. The connection goes on, and no FIN is sent until the last descriptor is closed." "close(2)";
    CLOSE Success [DescriptorInProcess] {Process} "Only the number {fd} is gone: {holding_process} has a descriptor of the same socket, which lives on until the last one is closed." "close(2)";
    CLOSE Success [DescriptorElsewhere] {OwnHeldOutside} "Only the number {fd} is gone: the kernel still has the socket with a descriptor. A process that cannot be looked into has one, or a message that nobody has received carries it. sudo ss -tanp shows who has it." "close(2)";
    CLOSE Success [WasListening, UnixNamed] {OwnClosed, OwnFile, Unchecked} "{socket} takes no more connections, and the clients that nobody accepted get ECONNRESET. Its file {local} stays until unlink()." "unix(7)" => [REMOVE_OWN_FILE];
    CLOSE Success [WasListening] {OwnClosed} "{socket} takes no more connections, and the clients that nobody accepted get ECONNRESET. Connections that accept() gave go on." "TLPI 56.5.5";
    CLOSE Success [Tcp, WasReset] {OwnOver, OwnTold} "The connection broke with {told} before, so nothing was sent. The number {fd} is free for the next socket." "close(2)";
    CLOSE Success [Tcp, Told] {OwnOver, OwnTold} "The connection broke with {told} before, so nothing was sent. The number {fd} is free for the next socket." "close(2)";
    CLOSE Success [Tcp, HadPeer, LingersZero] {OwnLinger, OwnRst, Peer, Unchecked} "SO_LINGER {1, 0s} makes close() abort: RST instead of FIN, and no TIME_WAIT. {peer} gets ECONNRESET." "socket(7)";
    CLOSE Success [Tcp, HadPeer, DropsUnread] {OwnUnread, OwnRst, Peer} "{socket} had {unread_here} unread bytes, so close() sends RST instead of FIN, and {peer} gets ECONNRESET. Read until end of file before close()." "RFC 2525 2.17";
    CLOSE Success [Tcp, HadPeer, LingeredInVain] {OwnLinger, OwnFinFollows, Peer} "SO_LINGER made close() wait {linger}, and by then {peer} had not taken everything. The kernel goes on without a descriptor; the FIN comes behind the data." "socket(7)";
    CLOSE Success [Tcp, WasClosing] {PeerFinSent, OwnFinFollows} "The FIN of {peer} has come and that of {socket} is queued already (CLOSING), so close() adds nothing. When it is acknowledged, this side ends in TIME_WAIT." "RFC 9293 3.6";
    CLOSE Success [Tcp, WasHalfClosed, WindowWasClosed] {PeerWindow, OwnFinFollows, Unchecked} "The FIN that shutdown() queued still waits behind data, for which {peer} has no room. The kernel keeps both without a descriptor until {peer} reads." "RFC 9293 3.6";
    CLOSE Success [Tcp, WasHalfClosed] {OwnFinSent, Peer} "The FIN was sent by shutdown() already. If that of {peer} is still missing, the kernel waits for it without a descriptor, up to 60 s." "tcp(7)";
    CLOSE Success [Tcp, WasShut] {OwnOver} "Both directions had ended, so nothing more was sent. The side that ended first stays in TIME_WAIT for 60 s." "RFC 9293 3.6";
    CLOSE Success [Tcp, FinCame, WindowWasClosed] {PeerFinSent, PeerWindow, OwnFinFollows, Unchecked} "{peer} ended first. The FIN of {socket} waits behind data, for which {peer} has no room: the connection is in LAST_ACK until {peer} reads." "RFC 9293 3.6";
    CLOSE Success [Tcp, HadPeer, Lingers] {OwnLinger, Peer, Unchecked} "SO_LINGER made close() wait until the kernel of {peer} had acknowledged the data and the FIN. Whether {peer} has read them, it does not tell." "socket(7)";
    CLOSE Success [Tcp, WasPeerClosed] {FinCame, OwnFinFollows, Unchecked} "The FIN of {socket} follows that of the peer, which ended first. The peer stays in TIME_WAIT, this side is gone once its FIN is acknowledged." "RFC 9293 3.6";
    CLOSE Success [Tcp, WasWriteShut] {OwnFinSent, Peer} "The FIN was sent by shutdown() already. If that of {peer} is still missing, the kernel waits for it without a descriptor, up to 60 s." "tcp(7)";
    CLOSE Success [Tcp, HadPeer, FinCame] {PeerFinSent, OwnFinFollows, Unchecked} "{peer} had ended its direction, and the FIN of {socket} follows now. {peer} ended first and stays in TIME_WAIT." "RFC 9293 3.6";
    CLOSE Success [Tcp, HadPeer, WindowWasClosed] {PeerWindow, OwnFinFollows, Unchecked} "close() returns at once, but {peer} has no room: the kernel keeps the data and the FIN behind it, in FIN_WAIT1, until {peer} reads." "RFC 9293 3.6";
    CLOSE Success [Tcp, HadPeer] {OwnFinFollows, Peer, Unchecked} "close() returns at once; the kernel sends what is left and then a FIN. Once the FIN of {peer} has come too, this side ends in TIME_WAIT." "RFC 9293 3.6";
    CLOSE Success [WasConnecting] {OwnClosed, Unchecked} "The attempt to connect is given up, and the number {fd} is free for the next socket." "close(2)";
    CLOSE Success [Unix, HadPeer, ConnectedKind, PeerOpen, UnreadHere] {OwnUnread, Peer} "{socket} had {unread_here} unread bytes, so {peer} gets ECONNRESET instead of end of file when it has read everything. Read until end of file before close()." "unix(7)";
    CLOSE Success [UnixNamed] {OwnClosed, OwnFile, Unchecked} "The socket is gone, but the file {local} that bind() made stays: the next bind() to it fails until unlink()." "unix(7)" => [REMOVE_OWN_FILE];
    CLOSE Success [Unix, HadPeer, ConnectedKind, PeerGone] {PeerClosed, OwnClosed} "The socket is gone, and so was {peer}: nobody is left at either end." "unix(7)";
    CLOSE Success [Unix, WasReset] {OwnOver} "The connection was over already. The number {fd} is free for the next socket." "close(2)";
    CLOSE Success [Unix, HadPeer, ConnectedKind] {OwnClosed, Peer} "The socket is gone. {peer} reads end of file once it has read everything, and gets EPIPE when it sends." "unix(7)";
    CLOSE Success [] {ByResult} "The number {fd} is free, and the next socket may get it: the kernel gives out the lowest free one. The old name must not be used any more." "close(2)";
    CLOSE Fails(EIO) [] {ByErrno} "An error of earlier work came up at the end. The descriptor is closed all the same." "close(2)";
    // dup()
    DUPLICATING Success [] {MadeSame} "{made} is a second number for the same socket: state, queue and flags are shared, nothing was copied. The connection ends with the last close()." "dup(2)";
};
