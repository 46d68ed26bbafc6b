//! The loops that people otherwise write by hand, echo, sink, source and serve; and peer, a look at the other end.

use crate::explain::rule::{OF_THE_CALL, Rule, rows};

pub(crate) static ROWS: &[Rule] = rows! {
    ECHO Fails(EPIPE) [WeShutWrite] {OwnSendingEnded} "{socket} ended its own sending direction with shutdown(), so what had come could not be sent back.{sigpipe}" "send(2)";
    ECHO Fails(EPIPE) [PeerGone] {PeerClosed} "{peer} was closed, so what had come could not be sent back.{sigpipe}" "send(2)";
    ECHO Fails(EPIPE) [] {Possibilities} "What had come could not be sent back: the other end was closed or takes no more, or {socket} cannot send any more.{sigpipe}" "send(2)";
    ECHO Success [Interrupted] {ByResult} "cancel() ended the loop; {count} bytes had been sent back. What it had received and not sent back by then is lost. {socket} stays open." OF_THE_CALL;
    ECHO Success [WeShutRead] {OwnReceivingEnded} "{socket} ended its receiving with shutdown(), and that ended the loop: {count} bytes had been sent back. {socket} stays open." OF_THE_CALL;
    ECHO Success [PeerEnded] {OwnEndReceived, Peer} "End of stream: {peer} sends no more. {count} bytes had been received and sent back; {socket} stays open." OF_THE_CALL;
    ECHO Success [] {ByResult} "recv() gave 0, which ends the loop: end of stream, or an empty record. {count} bytes had been sent back; {socket} stays open." OF_THE_CALL;
    SINK Success [Interrupted] {ByResult} "cancel() ended the loop; {count} bytes had been received and discarded. {socket} stays open." OF_THE_CALL;
    SINK Success [WeShutRead] {OwnReceivingEnded} "{socket} ended its receiving with shutdown(), and that ended the loop: {count} bytes had been received and discarded. {socket} stays open." OF_THE_CALL;
    SINK Success [PeerEnded] {OwnEndReceived, Peer} "End of stream: {peer} sends no more. {count} bytes had been received and discarded; {socket} stays open." OF_THE_CALL;
    SINK Success [] {ByResult} "recv() gave 0, which ends the loop: end of stream, or an empty record. {count} bytes had been received and discarded; {socket} stays open." OF_THE_CALL;
    SOURCE Short [] {ByResult} "The loop was ended after {count} of {asked} bytes. {socket} stays open." OF_THE_CALL;
    SOURCE Success [] {ByResult} "The kernel has taken all {count} bytes, in as many calls of send() as it took. This does not say what the other end has read." OF_THE_CALL;
    SERVE Success [] {OwnListens} "cancel() ended the loop; {count} connections were accepted. Each of them got a thread of its own; {socket} is still listening." OF_THE_CALL;
    // peer()
    PEER Fails(ENOTCONN) [RawInet] {ByKind} "A raw socket has no other end that could be asked about: its packets go to a host and not to a socket." "raw(7)";
    PEER Fails(ENOTCONN) [] {OwnPhase, OwnNoPeer} "{socket} is {phase}: it has no other end that could be asked about." OF_THE_CALL;
    PEER Success [StateGone, Unix] {Possibilities} "No descriptor of the other end of {socket} exists: it is closed, or the connection still waits to be accepted." OF_THE_CALL;
    PEER Success [StateGone] {OtherEndGone} "This kernel has no connection at the other end of {socket} in this network namespace: it has ended there." OF_THE_CALL;
    PEER Success [StateUnknown] {OwnRemote} "{remote} is not an address of this host or network namespace, so this kernel knows nothing of the other end of {socket}. Only what comes back over the network can show it." "sock_diag(7)";
    PEER Success [StateTimeWait] {OtherEndState} "The other end ended first, or both at once, and waits in {result}: {state_meaning}." "RFC 9293 3.6";
    PEER Success [StateTcp] {OtherEndState} "The other end of {socket} is in {result}: {state_meaning}." "RFC 9293 3.3.2";
    PEER Success [] {ByResult} "{result} is what the kernel says of the socket at the other end of {socket}, in whatever process it is." OF_THE_CALL;
};
