//! Ending: shutdown, close and dup, which keeps a socket alive.

use crate::explain::rule::{Rule, rows};

pub(crate) static ROWS: &[Rule] = rows! {
    // shutdown()
    SHUTDOWN Fails(ENOTCONN) [Message, HowRead] {OwnNoPeer, OwnReceivingEnded} "{socket} has no peer, hence ENOTCONN. Linux ends its receiving anyway: a call that sleeps there is woken, and a blocking recv() returns 0 once the queue is empty." "shutdown(2)" => [FRESH];
    SHUTDOWN Fails(ENOTCONN) [Message, HowWrite] {OwnNoPeer, OwnSendingEnded} "{socket} has no peer, hence ENOTCONN. Linux ends its sending anyway: it fails with EPIPE from now on, and no connect() undoes that." "shutdown(2)" => [FRESH];
    SHUTDOWN Fails(ENOTCONN) [Message] {OwnNoPeer, OwnSendingEnded, OwnReceivingEnded} "{socket} has no peer, hence ENOTCONN. Linux ends both directions anyway: sending fails with EPIPE, a blocking recv() returns 0, and no connect() undoes that." "shutdown(2)" => [FRESH];
    SHUTDOWN Fails(ENOTCONN) [Tcp, HadPeer, InCloseBefore] {OwnOver} "The connection of {socket} is over: the kernel has it in CLOSE, so there is no direction left to end. close() it." "shutdown(2)" => [CLOSE_IT];
    SHUTDOWN Fails(ENOTCONN) [HadPeer] {OwnOver} "The connection of {socket} is over, so there is no direction left to end. close() it." "shutdown(2)" => [CLOSE_IT];
    SHUTDOWN Fails(ENOTCONN) [] {OwnNoPeer} "{socket} has no connection, hence ENOTCONN. Linux records it anyway: after connect(), SHUT_WR makes send() fail, and SHUT_RD makes recv() return 0 when there is nothing to read." "shutdown(2)" => [FRESH];
    SHUTDOWN Fails(EINVAL) [] {ByArguments} "The direction must be SHUT_RD, SHUT_WR or SHUT_RDWR." "shutdown(2)" => [FINISH];
    SHUTDOWN Success [WasListening, HowWrite] {OwnListens} "{socket} listens and has nothing to send, so ending its sending changes nothing." "shutdown(2)" => [CLOSE_IT];
    SHUTDOWN Success [WasListening, Tcp] {OwnDeaf} "On Linux this takes {socket} out of LISTEN: waiting connections are reset and new ones refused. listen() makes it passive again, on a new port unless bind() chose the old one." "shutdown(2)" => [LISTEN_AGAIN];
    SHUTDOWN Success [WasListening] {OwnReceivingEnded} "{socket} takes no new connections: connect() to it is refused. Those that wait already can still be accepted; after them accept() fails with EINVAL." "unix(7)";
    SHUTDOWN Success [Tcp, SynUnanswered] {OwnGaveUp, OwnInClose} "{socket} was connecting, so there was no direction to end: on Linux shutdown() then abandons the attempt. {socket} is in CLOSE with ECONNRESET pending; it can connect() again." "RFC 9293 3.10.4" => [FRESH, CLOSE_IT];
    SHUTDOWN Success [Unix, NeverConnected] {OwnNoPeer} "{socket} has no connection, but AF_UNIX records the end of the direction: SHUT_WR makes send() fail with EPIPE, and after SHUT_RD any socket that sends to it gets EPIPE." "unix(7)";
    SHUTDOWN Success [Unix, Message, HowRead] {OwnReceivingEnded} "A blocking recv() on {socket} returns 0 once its queue is empty, and any socket that sends to it gets EPIPE." "unix(7)";
    SHUTDOWN Success [Message, HowRead] {OwnReceivingEnded} "A blocking recv() on {socket} returns 0 when its queue is empty. The peer is not notified, and what still arrives can be read." "shutdown(2)";
    SHUTDOWN Success [Message, HowWrite] {OwnSendingEnded} "Sending on {socket} fails with EPIPE from now on. The peer is not notified, since datagrams have no end of file." "shutdown(2)";
    SHUTDOWN Success [Unix, Message] {OwnSendingEnded, OwnReceivingEnded} "Sending on {socket} fails with EPIPE, and a blocking recv() returns 0 once its queue is empty; any socket that sends to it gets EPIPE too." "unix(7)";
    SHUTDOWN Success [Message] {OwnSendingEnded, OwnReceivingEnded} "Sending on {socket} fails with EPIPE, and a blocking recv() returns 0 when its queue is empty. The peer is not notified." "shutdown(2)";
    SHUTDOWN Success [HowRead, Tcp, WasHalfClosed] {OwnFinFollows, OwnReceivingEnded} "Nothing is sent. Both directions of {socket} have ended now: data that still arrives is answered with RST." "RFC 9293 3.6";
    SHUTDOWN Success [HowRead, Tcp] {OwnReceivingEnded} "Nothing is sent: {socket} only returns 0 once its queue is empty. Data that still arrives can be read on Linux, as long as its own sending is open." "TLPI 61.2";
    SHUTDOWN Success [HowRead] {OwnReceivingEnded, Peer} "Receiving on {socket} returns 0 once its queue is empty, and {peer} gets EPIPE when it sends." "unix(7)";
    SHUTDOWN Success [HowWrite, Tcp, EstablishedBefore, WeShutRead] {OwnSendingEnded, OwnReceivingEnded} "A FIN follows the data that {socket} has sent. Its receiving has ended too, so data that still arrives is answered with RST." "RFC 9293 3.6";
    SHUTDOWN Success [HowWrite, Tcp, EstablishedBefore, HalfClosedAfter] {OwnFinFollows, Peer} "Half-close: a FIN follows the data that {socket} has sent, and {peer} reads end of file after it. The other direction stays open." "UNP 6.6";
    SHUTDOWN Success [HowWrite, Tcp, CloseWaitBefore] {OwnEndReceived, OwnSendingEnded} "The peer had sent its FIN already, and that of {socket} follows its data now: both directions end. The descriptor stays open until close()." "RFC 9293 3.6";
    SHUTDOWN Success [HowWrite, Tcp, WasHalfClosed] {OwnFinFollows} "The sending of {socket} had ended before, so no second FIN is sent and nothing changes." "shutdown(2)";
    SHUTDOWN Success [HowWrite, Tcp] {OwnSendingEnded} "The sending of {socket} has ended: a FIN follows what it has sent, unless the connection was over already. The descriptor stays open until close()." "UNP 6.6";
    SHUTDOWN Success [HowWrite, PeerGone] {OwnSendingEnded, PeerClosed} "{peer} is closed, so no socket is left to read end of file. Sending on {socket} fails with EPIPE." "unix(7)";
    SHUTDOWN Success [HowWrite, WasPeerClosed] {OwnEndReceived, OwnSendingEnded} "The peer had ended its direction, and now {socket} has ended the other. The descriptor stays open until close()." "unix(7)";
    SHUTDOWN Success [HowWrite] {OwnSendingEnded, Peer} "Half-close: {peer} reads end of file once it has read everything. The other direction stays as it is." "TLPI 61.2";
    SHUTDOWN Success [Tcp, EstablishedBefore] {OwnFinFollows} "Both directions of {socket} end, whatever other descriptors of it are open: a FIN follows the data already sent, and data that still arrives is answered with RST." "TLPI 61.2";
    SHUTDOWN Success [Tcp, CloseWaitBefore] {OwnEndReceived, OwnSendingEnded} "The peer had sent its FIN already, and that of {socket} follows its data now: both directions have ended. The descriptor stays open until close()." "RFC 9293 3.6";
    SHUTDOWN Success [Tcp] {OwnSendingEnded, OwnReceivingEnded} "Both directions of {socket} have ended, whatever other descriptors of it are open. The descriptor itself stays until close()." "TLPI 61.2";
    SHUTDOWN Success [] {OwnSendingEnded, OwnReceivingEnded} "Both directions of {socket} have ended. The descriptor itself stays until close()." "shutdown(2)";
    // close() of one descriptor of several.
    CLOSE Success [Tcp, EstablishedBefore, Duplicated] {Duplicate, OwnNoFin} "Only the number {fd} is closed: {duplicate} is another descriptor of the same socket, so the connection remains and no FIN is sent." "TLPI 61.2";
    CLOSE Success [Duplicated] {Duplicate} "Only the number {fd} is closed: {duplicate} is another descriptor of the same socket, which remains until the last one is closed." "close(2)";
    CLOSE Success [StillLooping] {Pending} "The number {fd} is free, but {pending} continues: close() does not wake a sleeping call, and the next call of the loop gets EBADF, or acts on a new socket that has the number by then." "close(2)";
    CLOSE Success [StillPending] {Pending} "The number {fd} is free, but {pending} still sleeps on the socket: close() does not wake it, and the kernel keeps the socket until that call ends." "close(2)";
    CLOSE Success [DescriptorInProcess] {Process} "Only the number {fd} is closed: {holding_process} has a descriptor of the same socket, so nothing is sent and the socket remains until the last one is closed." "close(2)";
    CLOSE Success [DescriptorElsewhere] {OwnHeldOutside} "Only the number {fd} is closed: the kernel still has the socket with a descriptor. Another process has one, or a message that was not received yet carries it. `sudo ss -tanp` shows who has it." "close(2)";
    // close() of the last one.
    CLOSE Success [WasListening, UnixNamed, FileThere] {OwnClosed, OwnFile} "{socket} takes no more connections, and clients that still waited in its queue get ECONNRESET. Its file {local} stays until unlink()." "unix(7)" => [REMOVE_OWN_FILE];
    CLOSE Success [WasListening] {OwnClosed} "{socket} takes no more connections, and clients that still waited in its queue get ECONNRESET. Accepted connections are unaffected." "TLPI 56.5.5";
    CLOSE Success [Tcp, SynSentBefore] {OwnClosed} "The attempt to connect is abandoned: {socket} was in SYN_SENT. The number {fd} is free for the next socket." "close(2)";
    CLOSE Success [Tcp, InCloseBefore, ErrorReported] {OwnOver, OwnErrorReported} "The connection had failed with {reported_error} before, so nothing was sent. The number {fd} is free for the next socket." "close(2)";
    CLOSE Success [Tcp, InCloseBefore, EndTimeWait] {OwnInTable} "Both directions had ended, so nothing more was sent. This side ended first, or both at once: the kernel keeps its connection in {own_state} for 60 s." "RFC 9293 3.6";
    CLOSE Success [Tcp, HadPeer, InCloseBefore] {OwnOver} "The connection of {socket} was over already: the kernel had it in CLOSE, so close() sent nothing. The number {fd} is free for the next socket." "close(2)";
    CLOSE Success [Tcp, HadPeer, LingersZero, ResetsAtClose] {OwnLinger, OwnRst} "SO_LINGER {1, 0s} made close() abort the connection: RST instead of FIN, and no TIME_WAIT. What was not acknowledged by then is lost." "socket(7)";
    CLOSE Success [Tcp, HadPeer, DropsUnread, ResetsAtClose] {OwnUnread, OwnRst} "{socket} had {unread_here} unread bytes, so close() sent RST instead of FIN, and the connection is aborted at the other end too. Read until end of file before close()." "RFC 2525 2.17";
    CLOSE Success [Tcp, HadPeer, LingeredInVain] {OwnLinger, OwnFinFollows} "SO_LINGER made close() wait {linger}, and not everything was acknowledged by then. The kernel continues without a descriptor: first the data, then the FIN." "socket(7)";
    CLOSE Success [Tcp, WasClosing] {OwnFinSent} "The FIN of the peer had come and that of {socket} was queued already (CLOSING), so close() added nothing. When it is acknowledged, this side ends in TIME_WAIT." "RFC 9293 3.6";
    CLOSE Success [Tcp, WasHalfClosed, WindowWasClosed] {PeerWindow, OwnFinFollows} "The FIN that shutdown() queued still waits behind data, for which {peer} has no room. The kernel keeps both without a descriptor, for some minutes at most, until {peer} reads." "RFC 9293 3.6";
    CLOSE Success [Tcp, WasHalfClosed, EndThere] {OwnFinFollows} "shutdown() had queued the FIN already, so close() adds nothing. The kernel keeps the connection without a descriptor; for the FIN of the peer it waits net.ipv4.tcp_fin_timeout, usually 60 s." "tcp(7)";
    CLOSE Success [Tcp, WasHalfClosed] {OwnFinSent} "shutdown() had queued the FIN already, so close() adds nothing. For the FIN of the peer the kernel waits net.ipv4.tcp_fin_timeout, usually 60 s." "tcp(7)";
    CLOSE Success [Tcp, CloseWaitBefore, WindowWasClosed] {FinCame, PeerWindow, OwnFinFollows} "{peer} ended first. The FIN of {socket} waits behind data, for which {peer} has no room: the kernel keeps the connection in LAST_ACK, for some minutes at most, until {peer} reads." "RFC 9293 3.6";
    CLOSE Success [Tcp, CloseWaitBefore] {FinCame} "The peer ended first, and the FIN of {socket} follows now. This side is gone once that is acknowledged; the other one, which ended first, goes through TIME_WAIT." "RFC 9293 3.6";
    CLOSE Success [Tcp, LastAckBefore] {OwnOver} "Both directions had ended before, so close() adds nothing. The kernel keeps the connection until its FIN is acknowledged." "RFC 9293 3.6";
    CLOSE Success [Tcp, HadPeer, WindowWasClosed, EndThere] {PeerWindow, OwnInTable, OwnFinFollows} "close() returned at once, but {peer} has no room: the kernel keeps the data and the FIN behind it, in {own_state}, for some minutes at most, until {peer} reads." "RFC 9293 3.6";
    CLOSE Success [Tcp, EstablishedBefore, Lingers, Slept] {OwnLinger} "SO_LINGER makes close() wait until everything is acknowledged, the connection breaks or the time is up. It does not say whether the peer has read the data." "socket(7)";
    CLOSE Success [Tcp, EstablishedBefore, EndThere] {OwnFinFollows} "The kernel keeps the connection without a descriptor: it sends what is left and then a FIN. Once the FIN of the peer has come too, this side ends in TIME_WAIT." "RFC 9293 3.6";
    CLOSE Success [Tcp, EstablishedBefore, EndGone] {OwnGone} "The kernel has no connection of {socket} any more: it was reset, or ended just as close() was called. The number {fd} is free for the next socket." "RFC 9293 3.6";
    CLOSE Success [Tcp, HadPeer] {Possibilities} "close() returned at once. Unless the connection was over, the kernel sends what is left and then a FIN, and the side that ended first is in TIME_WAIT for 60 s afterwards." "RFC 9293 3.6";
    CLOSE Success [Tcp, WasConnecting] {OwnClosed} "The number {fd} is free for the next socket. A connect() that was in progress is abandoned; a connection that had come of it already ends with a FIN." "close(2)";
    CLOSE Success [Unix, HadPeer, ConnectedKind, PeerOpen, UnreadHere] {OwnUnread, Peer} "{socket} had {unread_here} unread bytes, so {peer} gets ECONNRESET once, in place of a clean end of file. Read until end of file before close()." "unix(7)";
    CLOSE Success [UnixNamed, FileThere] {OwnClosed, OwnFile} "The socket is gone, but the file {local} that bind() made stays: the next bind() to it fails until unlink()." "unix(7)" => [REMOVE_OWN_FILE];
    CLOSE Success [Unix, HadPeer, ConnectedKind, PeerGone] {PeerClosed, OwnClosed} "The socket is gone, and so was {peer}: no socket is left at either end." "unix(7)";
    CLOSE Success [Unix, WasReset] {OwnOver} "The connection was over already. The number {fd} is free for the next socket." "close(2)";
    CLOSE Success [Unix, HadPeer, ConnectedKind] {OwnClosed} "The socket is gone. Its peer reads what was sent and then end of file, and gets EPIPE when it sends; if data was left unread here, it gets ECONNRESET first." "unix(7)";
    CLOSE Success [] {ByResult} "The number {fd} is free, and the next socket may get it: the kernel gives out the lowest free one. The old name must not be used any more." "close(2)";
    CLOSE Fails(EIO) [] {ByErrno} "close() reports an error of an earlier operation. The descriptor is closed anyway." "close(2)";
    // dup()
    DUPLICATING Success [] {MadeSame} "{made} is another descriptor of the same socket: state, queues and status flags are shared, nothing was copied. The socket lives until the last descriptor is closed." "dup(2)";
};
