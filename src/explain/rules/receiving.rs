//! Receiving: recv, recvfrom, read and drain; and connections that broke, for both directions.

use crate::explain::rule::{OF_THE_CALL, Rule, rows};

pub(crate) static ROWS: &[Rule] = rows! {
    // The connection broke.
    TRANSFER Fails(ECONNRESET) [Tcp, GaveUp] {OwnGaveUp} "shutdown() gave up the connect() of {socket} that was under way, and ECONNRESET tells that, once: no RST came. Make a new socket." "RFC 9293 3.10.4" => [CLOSE_IT, FRESH_TO_REMOTE];
    TRANSFER Fails(ECONNRESET) [Tcp, PeerLingeredZero] {PeerLinger, PeerRst} "{peer} had SO_LINGER {1, 0s}, so its close() sent RST instead of FIN and threw away what was on the way." "socket(7)" => [CLOSE_IT, FRESH_TO_REMOTE];
    TRANSFER Fails(ECONNRESET) [Unix, PeerLeftUnread] {PeerClosed, PeerLeftUnread, Unchecked} "{peer} was closed with {unread} bytes from {socket} unread, and AF_UNIX tells that once, instead of end of file. Read until end of file before close()." "unix(7)" => [CLOSE_IT, FRESH_TO_REMOTE];
    TRANSFER Fails(ECONNRESET) [Tcp, PeerLeftUnread] {PeerClosed, PeerLeftUnread, PeerRst} "{peer} was closed with {unread} bytes from {socket} unread, and then the kernel sends RST instead of FIN. Read until end of file before close()." "RFC 2525 2.17" => [CLOSE_IT, FRESH_TO_REMOTE];
    TRANSFER Fails(ECONNRESET) [Tcp, OutsiderLeftUnread] {StrangerUnread, Unchecked} "{stranger} had {stranger_unread} bytes from {socket} unread when its end was closed, by close() or because the program ended: then its kernel sends RST instead of FIN." "RFC 2525 2.17" => [CLOSE_IT, FRESH_TO_REMOTE];
    TRANSFER Fails(ECONNRESET) [Unix, PeerDisconnected] {PeerDisconnected} "{peer} called connect(AF_UNSPEC), so {socket} is no longer its peer. AF_UNIX tells that once; datagrams can still be sent to others." "unix(7)";
    TRANSFER Fails(ECONNRESET) [PeerDisconnected] {PeerDisconnected, PeerRst} "{peer} called connect(AF_UNSPEC), which aborts the connection with RST." "connect(2)" => [CLOSE_IT, FRESH_TO_REMOTE];
    TRANSFER Fails(ECONNRESET) [Tcp, ListenerGone] {ListenerClosed, OwnNeverAccepted, Unchecked} "{listener} was closed while this connection still waited for accept(), and such connections are reset. The client learns it only now." "RFC 9293 3.5.3" => [CLOSE_IT, FRESH_TO_REMOTE];
    TRANSFER Fails(ECONNRESET) [Unix, OutsiderLeftUnread] {StrangerUnread} "{stranger} had {stranger_unread} bytes from {socket} unread when its end was closed, and AF_UNIX tells that once, instead of end of file." "unix(7)" => [CLOSE_IT, FRESH_TO_REMOTE];
    TRANSFER Fails(ECONNRESET) [Unix, PeerGone] {PeerClosed, Unchecked} "{peer} was closed with data from {socket} unread, and AF_UNIX tells that once. What was unread is lost." "unix(7)" => [CLOSE_IT, FRESH_TO_REMOTE];
    TRANSFER Fails(ECONNRESET) [Unix, ListenerGone] {ListenerClosed, OwnNeverAccepted, Unchecked} "{listener} was closed while this connection still waited for accept(), and AF_UNIX tells that once. What {socket} had sent is lost." "unix(7)" => [CLOSE_IT, FRESH_TO_REMOTE];
    TRANSFER Fails(ECONNRESET) [Unix] {Unchecked} "The other end was closed with data from {socket} unread, or never accepted the connection. What was unread is lost." "unix(7)" => [CLOSE_IT, FRESH_TO_REMOTE];
    TRANSFER Fails(ECONNRESET) [] {Possibilities} "A RST came: the other end has aborted the connection, or knows nothing of it. The error is told once; make a new socket to go on." "RFC 9293 3.5.3" => [CLOSE_IT, FRESH_TO_REMOTE];
    TRANSFER Fails(ECONNABORTED) [] {Possibilities} "The connection was destroyed on this side, by the kernel or by an administrator (ss -K). Make a new socket." "sock_diag(7)" => [CLOSE_IT, FRESH_TO_REMOTE];
    TRANSFER Fails(ETIMEDOUT) [Tcp, UserTimeout] {OwnUserTimeout, Peer, Unchecked} "TCP_USER_TIMEOUT of {socket} is {user_timeout} ms. For longer than that data was not acknowledged, or {peer} had no room for it: then the kernel gives up, even if {peer} still answers." "tcp(7)" => [CLOSE_IT, FRESH_TO_REMOTE];
    TRANSFER Fails(ETIMEDOUT) [] {Unchecked} "The other end stayed silent: data or keep-alive probes got no acknowledgement until the kernel gave up. Make a new socket." "tcp(7)" => [CLOSE_IT, FRESH_TO_REMOTE];
    RECEIVING Fails(EPIPE) [] {Peer, Unchecked} "The connection broke after {peer} had sent end of file, most likely because {socket} sent to a closed socket. Make a new socket." "tcp(7)" => [CLOSE_IT, FRESH_TO_REMOTE];
    RECEIVING Fails(ECONNREFUSED) [Datagram, ReceiverGone] {ReceiverClosed, ReceiverHadAddress, Unchecked} "{gone_receiver}, which had {remote}, is closed, so an ICMP port unreachable answered a datagram of {socket}. A connected socket is told by its next call." "UNP 8.9" => [RECEIVER_THERE];
    RECEIVING Fails(ECONNREFUSED) [Datagram] {Unreachable, Unchecked} "No socket had the port of {remote} when a datagram of {socket} came there, and an ICMP port unreachable said so. A connected socket is told by its next call." "UNP 8.9" => [RECEIVER_THERE];
    TRANSFER Fails(ECONNREFUSED) [] {ByErrno} "The connect() that was under way on {socket} was refused. The error is told once; getsockopt(SO_ERROR) is the usual way to ask." "connect(2)";
    // Nothing to receive from.
    RECEIVING Fails(ENOTCONN) [WasListening] {OwnListens} "{socket} listens: data arrives at the sockets that accept() gives, never here." "recv(2)" => [TAKE_ONE, CLIENT_COMES];
    RECEIVING Fails(ENOTCONN) [HadPeer] {OwnOver} "The connection of {socket} is over, so there is nothing to receive from. Make a new socket." "recv(2)" => [CLOSE_IT, FRESH_TO_REMOTE];
    RECEIVING Fails(ENOTCONN) [] {OwnPhase, OwnNoPeer} "{socket} is {phase} and has no connection to receive from. Call connect() or accept() first." "recv(2)" => [CONNECT_FIRST, LISTENER_FIRST];
    RECEIVING Fails(EINVAL) [OutOfBand] {Unchecked} "No urgent data waits: none was sent, it was read before, or SO_OOBINLINE puts it into the stream." "tcp(7)" => [WITHOUT_FLAGS];
    RECEIVING Fails(EINVAL) [Unix, WasListening] {OwnListens} "{socket} listens: data arrives at the sockets that accept() gives. AF_UNIX says EINVAL where TCP says ENOTCONN." "unix(7)";
    RECEIVING Fails(EINVAL) [Unix] {OwnPhase, OwnNoPeer} "{socket} is {phase} and has no connection to receive from. AF_UNIX says EINVAL where TCP says ENOTCONN." "unix(7)";
    TRANSFER Fails(EOPNOTSUPP) [] {ByArguments} "This socket cannot do what a flag asks for. Leave the flag out." OF_THE_CALL => [WITHOUT_FLAGS];
    RECEIVING Fails(EAGAIN) [ReceiveTimeout, Slept] {OwnReceiveTimeout} "Nothing came before SO_RCVTIMEO ended the wait. The connection is as it was." "socket(7)" => [PEER_SENDS, WAIT_TO_RECEIVE];
    RECEIVING Fails(EAGAIN) [Tcp, WasConnecting] {OwnConnecting, OwnNonblocking, Unchecked} "{socket} is still connecting, and this call may not wait ({nonblocking_cause}). Try again when the handshake is complete." "recv(2)" => [WRITABLE];
    RECEIVING Fails(EAGAIN) [Message] {OwnNothingUnread, OwnNonblocking, Unchecked} "No message waits for {socket}, and this call may not wait ({nonblocking_cause}). Try again when poll() says POLLIN." "recv(2)" => [WAIT_TO_RECEIVE, MADE_BLOCKING];
    RECEIVING Fails(EAGAIN) [] {OwnNothingUnread, OwnNonblocking, Unchecked} "{socket} has nothing to read now, and this call may not wait ({nonblocking_cause}). It is not end of file: that would be 0." "recv(2)" => [PEER_SENDS, WAIT_TO_RECEIVE, MADE_BLOCKING];
    // Nothing received, with success.
    RECEIVING Empty [Datagram, SenderTold] {ByResult} "An empty datagram came, and this is its sender: 0 bytes are a whole message here." "udp(7)";
    RECEIVING Empty [WeShutRead, EndedWithoutPeer] {OwnReceivingEnded, OwnNothingUnread} "shutdown() of {socket} gave ENOTCONN, since it had no peer, and ended its receiving all the same. Its queue is empty, so 0 is returned instead of waiting." "shutdown(2)" => [FRESH];
    RECEIVING Empty [Unix, WeShutRead] {OwnReceivingEnded, OwnNothingUnread, Peer} "{socket} ended its receiving with shutdown() and its queue is empty, so 0 is returned instead of waiting. {peer} gets EPIPE when it sends." "unix(7)" => [SEND_STILL, CLOSE_IT];
    RECEIVING Empty [WeShutRead] {OwnReceivingEnded, OwnNothingUnread, Peer} "{socket} ended its receiving with shutdown() and its queue is empty, so 0 is returned instead of waiting. {peer} was not told." "shutdown(2)" => [SEND_STILL, CLOSE_IT];
    DRAIN Empty [] {OwnNothingUnread, Peer} "Nothing waited for {socket}, or everything is read and {peer} has ended its direction." "the notation";
    RECEIVING Empty [Datagram] {ByResult} "An empty datagram came: 0 bytes are a whole message here. Without connections there is no end of file." "udp(7)";
    RECEIVING Empty [Told] {OwnTold, Unchecked} "The connection broke with {told} before: {teller} was told so. An error is told once, and from then on receiving returns 0." "recv(2)" => [CLOSE_IT];
    RECEIVING Empty [Seqpacket, PeerEnded] {OwnEndReceived, Peer, Unchecked} "End of file: {peer} has ended its direction, and every record is read." "unix(7)";
    RECEIVING Empty [Seqpacket] {Possibilities} "An empty record came, or end of file: on SOCK_SEQPACKET both read as 0. poll() tells them apart with POLLHUP or POLLRDHUP." "unix(7)" => [EOF_OR_EMPTY];
    RECEIVING Empty [PeerGone] {PeerClosed, OwnEndReceived} "End of file: {peer} is closed and everything it sent is read. {socket} should be closed too." "UNP 5.7" => [CLOSE_IT];
    RECEIVING Empty [WeShutWrite] {OwnEndReceived, OwnSendingEnded, Peer} "End of file: {peer} sends no more, and everything it sent is read. {socket} ended its own direction before, so both are over and close() remains." "shutdown(2)" => [CLOSE_IT];
    RECEIVING Empty [PeerShutWrite] {PeerSendingEnded, OwnEndReceived, Unchecked} "End of file: {peer} ended its sending with shutdown(), and everything it sent is read. {socket} may still send to it." "TLPI 61.2" => [SEND_STILL, FINISH, CLOSE_IT];
    RECEIVING Empty [WasPeerClosed] {OwnEndReceived, Unchecked} "Still end of file: a stream that has ended returns 0 every time. {socket} may still send." "recv(2)" => [FINISH, CLOSE_IT];
    RECEIVING Empty [Tcp] {FinCame, Unchecked} "End of file: the peer sends no more (its FIN came), and everything it sent is read. {socket} may still send." "recv(2)" => [FINISH, CLOSE_IT];
    RECEIVING Empty [] {OwnEndReceived, Unchecked} "End of file: the peer sends no more and everything it sent is read. {socket} may still send." "recv(2)" => [FINISH, CLOSE_IT];
    // Received.
    DRAIN Success [] {OwnNothingUnread, Unchecked} "Receiving went on until nothing was left: {count} bytes. {socket} is empty now." "the notation";
    RECEIVING Success [SeveralBuffers] {ByResult} "{count} bytes were scattered over {buffers} buffers: one is filled before the next begins." OF_THE_CALL;
    RECEIVING Success [AskedForNothing, Message] {Unchecked} "A buffer of 0 bytes took a message all the same: it is gone from the queue, and its data with it." "recv(2)";
    RECEIVING Success [AskedForNothing] {Unchecked} "0 bytes were asked for, so 0 came back; that tells nothing of the peer." "recv(2)";
    RECEIVING Cut [] {Unchecked} "The message had {count} bytes and the buffer {asked}: the rest is thrown away. MSG_TRUNC made the call tell the real length." "recv(2)";
    RECEIVING Success [Peek] {ByResult} "MSG_PEEK showed the data and left it in the queue: the next receiving call gets the same bytes again." "recv(2)";
    RECEIVING Success [OutOfBand] {ByResult} "This is the urgent byte, which overtakes the stream at the reader. The stream itself is not touched." "TLPI 61.13.1";
    RECEIVING Success [Truncate, Tcp] {ByResult} "With MSG_TRUNC TCP throws {count} bytes away instead of copying them; they are gone." "tcp(7)";
    RECEIVING Filled [Message, MessageLonger] {OwnMessageTaken} "The datagram had {message} bytes and the buffer only {asked}: the rest is lost for good. Offer more room, or ask with MSG_TRUNC for the real length." "recv(2)" => [NEXT_LENGTH];
    RECEIVING Filled [Seqpacket, MessageLonger] {OwnMessageTaken, Unchecked} "The record had {message} bytes and the buffer only {asked}: the rest is lost for good. Offer more room, or ask with MSG_TRUNC for the real length." "recv(2)" => [NEXT_LENGTH];
    RECEIVING Filled [KeepsBoundaries, MessageFits] {OwnMessageTaken} "The message fills the buffer exactly: {asked} bytes. Had it been longer, its rest would be lost without a word." "recv(2)";
    RECEIVING Filled [KeepsBoundaries] {ByResult} "The buffer of {asked} bytes is full. The message may have been longer, and then its rest is lost; with MSG_TRUNC the call tells the real length." "recv(2)" => [NEXT_LENGTH];
    RECEIVING Success [Message] {ByResult} "One call takes one whole message of {count} bytes, however large the buffer is." "TLPI 56.6.1";
    RECEIVING Success [Seqpacket] {ByResult} "One call takes one whole record of {count} bytes: SOCK_SEQPACKET keeps the boundaries." "unix(7)";
    RECEIVING Success [Tcp, WeShutRead] {OwnReceivingEnded} "SHUT_RD does not keep TCP data out on Linux: what is in the queue can still be read." "shutdown(2)";
    RECEIVING Filled [] {ByResult} "The buffer of {asked} bytes is full; if more came, it waits for the next call. A stream has no boundaries." "TLPI 61.1" => [READ_ON];
    RECEIVING Success [WaitAll] {Unchecked} "MSG_WAITALL was to fill {asked} bytes, but end of file, an error or a signal came after {count}." "recv(2)";
    RECEIVING Success [] {ByResult} "{count} bytes were there, fewer than the {asked} asked for: receiving gives what has come and does not wait for more. One recv() is not one send()." "TLPI 61.1";
};
