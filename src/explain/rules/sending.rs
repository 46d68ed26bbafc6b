//! Sending: send, sendto, write and fill.

use crate::explain::rule::{OF_THE_CALL, Rule, rows};

pub(crate) static ROWS: &[Rule] = rows! {
    // Nobody to send to.
    SENDING Fails(EPIPE) [WeShutWrite, EndedWithoutPeer] {OwnSendingEnded} "shutdown() of {socket} gave ENOTCONN, since it had no peer, and ended its sending all the same. connect() does not take that back: make a new socket.{sigpipe}" "shutdown(2)" => [FRESH, WITHOUT_SIGNAL];
    SENDING Fails(EPIPE) [WeShutWrite] {OwnSendingEnded, Peer, Unchecked} "{socket} ended its own sending direction with shutdown(), so it cannot send any more; {peer} may still send.{sigpipe}" "shutdown(2)" => [RECEIVE_STILL, CLOSE_IT, WITHOUT_SIGNAL];
    SENDING Fails(EPIPE) [WasListening] {OwnListens} "{socket} listens: it has no peer to send to. Send on a socket that accept() gave.{sigpipe}" "send(2)" => [TAKE_ONE, WITHOUT_SIGNAL];
    SENDING Fails(EPIPE) [NeverConnected] {OwnPhase, OwnNoPeer, Unchecked} "{socket} is {phase} and has no connection to send on. Call connect() first.{sigpipe}" "tcp(7)" => [CONNECT_FIRST, LISTENER_FIRST, WITHOUT_SIGNAL];
    SENDING Fails(EPIPE) [Tcp, SentIntoTheVoid] {PeerClosed, PeerRst, Unchecked} "{peer} is closed: its kernel answered the send before this one with RST, and from then on sending fails.{sigpipe}" "UNP 5.13" => [CLOSE_IT, WITHOUT_SIGNAL, FRESH_TO_REMOTE];
    SENDING Fails(EPIPE) [Tcp, Told] {OwnTold} "The connection broke with {told} before: {teller} was told so. From then on sending gives EPIPE.{sigpipe}" "send(2)" => [CLOSE_IT, WITHOUT_SIGNAL, FRESH_TO_REMOTE];
    SENDING Fails(EPIPE) [Tcp, PeerGone] {PeerClosed, PeerRst, Unchecked} "{peer} is closed, and its kernel answered data of {socket} with RST: from then on sending fails.{sigpipe}" "UNP 5.13" => [CLOSE_IT, WITHOUT_SIGNAL, FRESH_TO_REMOTE];
    SENDING Fails(EPIPE) [Tcp] {FinCame, Unchecked} "The other end had sent its FIN, and then it answered data of {socket} with RST: it is closed, so sending fails.{sigpipe}" "UNP 5.13" => [CLOSE_IT, WITHOUT_SIGNAL, FRESH_TO_REMOTE];
    SENDING Fails(EPIPE) [PeerGone] {PeerClosed} "{peer} is closed, so nobody can receive any more.{sigpipe}" "send(2)" => [CLOSE_IT, WITHOUT_SIGNAL, FRESH_TO_REMOTE];
    SENDING Fails(EPIPE) [PeerShutRead] {PeerReceivingEnded} "{peer} ended its receiving with shutdown(), so nothing can be sent to it.{sigpipe}" "unix(7)" => [RECEIVE_STILL, CLOSE_IT, WITHOUT_SIGNAL];
    SENDING Fails(EPIPE) [] {Possibilities} "The other end of {socket} takes no more data: it was closed, or it ended its receiving with shutdown().{sigpipe}" "send(2)" => [CLOSE_IT, WITHOUT_SIGNAL, FRESH_TO_REMOTE];
    SENDING Fails(EDESTADDRREQ) [] {OwnNoPeer} "{socket} has no peer, and {call_kind}() does not say where to send. Use sendto(), or connect() first." "send(2)" => [SEND_TO, CONNECT_FIRST, RECEIVER_FIRST];
    SENDING Fails(ENOTCONN) [WasListening] {OwnListens} "{socket} listens: it has no peer to send to. Send on a socket that accept() gave." "send(2)" => [TAKE_ONE];
    SENDING Fails(ENOTCONN) [Datagram] {Possibilities} "{socket} has no peer, or its peer is gone. Use sendto(), or connect() first." "unix(7)" => [SEND_TO, CONNECT_FIRST, RECEIVER_FIRST];
    SENDING Fails(ENOTCONN) [HadPeer] {OwnOver} "The connection of {socket} is over, so there is nobody to send to. Make a new socket." "send(2)" => [CLOSE_IT, FRESH_TO_REMOTE];
    SENDING Fails(ENOTCONN) [] {OwnPhase, OwnNoPeer} "{socket} is {phase} and has no connection to send on. Call connect() first." "send(2)" => [CONNECT_FIRST, LISTENER_FIRST];
    ADDRESSED Fails(EISCONN) [] {OwnHasPeer} "{socket} is connected, so it has one peer, and an address is not allowed beside it. Use send()." "unix(7)" => [PLAIN_SEND];
    SENDING Fails(EOPNOTSUPP) [OutOfBand] {Unchecked} "{socket} has no urgent data (MSG_OOB): TCP has it, datagrams have not. Leave the flag out." "send(2)" => [WITHOUT_FLAGS];
    ADDRESSED Fails(EOPNOTSUPP) [Stream] {OwnNoPeer} "{socket} is a stream and is not connected: an address in sendto() is for datagrams. Call connect(), then send()." "unix(7)" => [CONNECT_FIRST];
    SENDING Fails(ECONNREFUSED) [Datagram, Inet, ReceiverGone] {ReceiverClosed, ReceiverHadAddress, Unchecked} "{gone_receiver}, which had {remote}, is closed, so an ICMP port unreachable answered an earlier datagram. This call only reports it and sent nothing; the next one sends again." "UNP 8.9" => [RECEIVER_THERE, ONCE_MORE];
    SENDING Fails(ECONNREFUSED) [Datagram, Inet] {Unreachable, Unchecked} "No socket had the port of {remote} when an earlier datagram came there, and an ICMP port unreachable said so. This call only reports it and sent nothing; the next one sends again." "UNP 8.9" => [RECEIVER_THERE, ONCE_MORE];
    SENDING Fails(ECONNREFUSED) [Unix, PeerGone] {PeerClosed, Unchecked} "{peer}, the receiver, is closed: its name leads to nobody, even where its file is left. Somebody has to bind() it again, and {socket} to connect() or sendto() there." "unix(7)" => [RECEIVER_FIRST];
    SENDING Fails(ECONNREFUSED) [] {Unchecked} "The peer of {socket} is gone: nobody receives under that name. The receiver has to bind() again, and this side to connect() or sendto() again." OF_THE_CALL;
    ADDRESSED Fails(EINVAL) [PortZero] {ByArguments} "Port 0 is no destination: it only asks bind() for a free port. Use the port of the receiver." "udp(7)" => [SEND_TO];
    // No room.
    SENDING Fails(EMSGSIZE) [Inet, Datagram] {Unchecked} "A UDP datagram over IPv4 carries at most 65507 bytes, and {asked} do not fit. Split the data, or use a stream." "udp(7)" => [FITTING];
    SENDING Fails(EMSGSIZE) [] {Unchecked} "A message is sent whole or not at all, and {asked} bytes do not fit into the send buffer. Split it, or raise SO_SNDBUF." "send(2)" => [FITTING];
    SENDING Fails(EAGAIN) [WasConnecting] {OwnConnecting, Unchecked} "{socket} is still connecting and may not wait for it. Try again when it is writable." "send(2)" => [WRITABLE];
    SENDING Fails(EAGAIN) [SendTimeout, Slept] {OwnSendTimeout, Peer} "No room came free before SO_SNDTIMEO ended the wait. {peer} has to read first." "socket(7)" => [PEER_READS];
    SENDING Fails(EAGAIN) [Datagram, Unix] {PeerQueueFull, OwnNonblocking, Peer, Unchecked} "{peer} has not read enough: its queue is full (see net.unix.max_dgram_qlen), and this call may not wait ({nonblocking_cause})." "unix(7)" => [PEER_READS];
    SENDING Fails(EAGAIN) [] {OwnBufferFull, OwnNonblocking, Peer, Unchecked} "There is no room to send, and this call may not wait ({nonblocking_cause}). {peer} has to read first; poll() says POLLOUT when there is room." "send(2)" => [PEER_READS, WAIT_TO_SEND];
    // Success that says less than it seems to.
    SENDING Short [] {ByResult} "There was room for {count} of {asked} bytes, so the call took only those. Send the rest in further calls: a write to a stream may always be short." "TLPI 61.1" => [REST_WHEN_ROOM, REST];
    FILL Success [] {Peer, Unchecked} "Sending went on until EAGAIN: {count} bytes fill the buffers between {socket} and {peer}. Nothing more gets in before {peer} reads." "the notation" => [PEER_READS_ALL];
    SENDING Success [Tcp, PeerGone] {PeerClosed, Unchecked} "{peer} is closed, yet this succeeds: sending only puts bytes into the send buffer. The kernel of {peer} answers with RST, and the next send gives EPIPE." "UNP 5.13" => [NOW_EPIPE, CLOSE_IT];
    SENDING Success [Tcp, WasPeerClosed] {FinCame} "{socket} may send though its peer has ended the other direction. If the peer has closed entirely, a RST comes back and the next send fails." "RFC 9293 3.6" => [CLOSE_IT];
    SENDING Success [AskedForNothing, Message] {ByResult} "An empty message was sent: the receiver gets 0 bytes, and that is not end of file." "udp(7)";
    SENDING Success [AskedForNothing, Seqpacket] {Unchecked} "An empty record was sent: the receiver gets 0 bytes, which it cannot tell from end of file." "unix(7)";
    SENDING Success [AskedForNothing] {ByResult} "0 bytes on a stream are nothing: nothing was sent, and the peer sees nothing." "send(2)";
    SENDING Success [Tcp, OutOfBand, UrgentWaits] {PeerUrgent} "The last byte is urgent now. {peer} has not read the one before, and there is only one place: the older is plain data of the stream, or lost if it was next to be read." "tcp(7)";
    SENDING Success [OutOfBand, UrgentWaits] {PeerUrgent} "The last byte is urgent now. {peer} has not read the one before, and there is only one place: the older is plain data of the stream now." "unix(7)";
    SENDING Success [OutOfBand, PeerOwned] {PeerHasOwner} "The last byte is urgent. {peer} has an owner (F_SETOWN), which gets SIGURG at once; recv(MSG_OOB) reads the byte." "TLPI 61.13.1";
    SENDING Success [OutOfBand] {Peer} "The last byte is urgent data. It goes out with the stream, and {peer} reads it with MSG_OOB." "TLPI 61.13.1";
    SENDING Success [More, Inet, Datagram] {ByResult} "MSG_MORE holds the data back: what the next send adds without it goes out in the same datagram." "udp(7)";
    SENDING Success [More, Tcp] {ByResult} "MSG_MORE holds a partial segment back, up to 200 ms, so that the next send can share it." "send(2)";
    SENDING Success [Looped] {Looping, Peer, Unchecked} "{looping} is at work at {peer} and takes the {count} bytes out of the queue as they come." OF_THE_CALL;
    SENDING Success [Stream, Woken, WokenHasRoom] {Woken, Peer, Unchecked} "{woken}, which was waiting, gets the {count} bytes at once: nothing of it stays in the receive queue of {peer}." "TLPI 61.1";
    SENDING Success [Stream, Woken] {Woken, Peer, Unchecked} "{woken}, which was waiting, gets the first {woken_room} bytes of {count} at once. The rest is in the receive queue of {peer}." "TLPI 61.1";
    SENDING Success [Stream, WatcherReturns] {Watcher, Peer, Unchecked} "{returning_watcher}, which was waiting, returns: {count} bytes have come for {peer}." "TLPI 63.1";
    SENDTO Success [Tcp] {OwnRemote, Unchecked} "TCP ignores the address: {socket} is connected to {remote}, and the bytes go there." "send(2)";
    ADDRESSED Success [WasUnbound, Inet, Datagram, Named] {OwnHasLocal} "{socket} had no address, so the kernel chose a port first: it is {local} now, and answers can come there." "udp(7)";
    ADDRESSED Success [WasUnbound, Inet, Datagram] {OwnBound} "{socket} had no address, so the kernel chose a free port for it first. Answers can come there." "udp(7)";
    SENDING Success [Woken] {Woken, Unchecked} "{woken}, which was waiting, gets the message of {count} bytes: one call takes one whole message." "TLPI 56.6.1";
    SENDING Success [WatcherReturns] {Watcher, Peer} "{returning_watcher}, which was waiting, returns: a message of {count} bytes has come for {peer}." "TLPI 63.1";
    SENDING Success [SeveralBuffers, Stream] {ByResult} "{buffers} buffers were gathered and sent as {count} bytes in one call. The receiver sees no boundaries between them." OF_THE_CALL;
    SENDING Success [SeveralBuffers] {ByResult} "{buffers} buffers were gathered into one message of {count} bytes. The receiver sees no boundaries between them." OF_THE_CALL;
    ADDRESSED Success [Unix, Message] {Peer} "The whole message is in the receive queue of {peer} already: on AF_UNIX nothing gets lost on the way." "unix(7)";
    ADDRESSED Success [TargetKnown] {Target, Unchecked} "The kernel took one datagram of {count} bytes for {target}. The count says nothing of its arrival: UDP gets no answer." "udp(7)";
    ADDRESSED Success [Message] {ByResult} "The kernel took one datagram of {count} bytes. Whether anybody receives it, UDP does not tell: it succeeds with nobody there." "udp(7)";
    SENDING Success [Unix, Message] {Peer} "The whole message is in the receive queue of {peer} already: on AF_UNIX nothing gets lost on the way." "unix(7)";
    SENDING Success [Unix, Seqpacket] {Peer} "One record of {count} bytes went to {peer}: one receiving call gets it, and nothing but it." "unix(7)";
    SENDING Success [Message] {OwnRemote} "The kernel took one message of {count} bytes for {remote}. The count says nothing of its arrival." "udp(7)";
    SENDING Success [Unix] {PeerHas} "{count} bytes are in the receive queue of {peer}. A stream has no boundaries: one send() is not one recv()." "unix(7)";
    SENDING Success [] {ByResult} "{count} bytes were copied to the send buffer of {socket}. The kernel sends them when TCP allows it; that they have arrived, the result does not say. A stream has no boundaries: one send() is not one recv()." "TLPI 61.1";
};
