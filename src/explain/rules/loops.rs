//! The loops that people otherwise write by hand, echo, sink, source and serve; and peer, a look at the other end.

use crate::explain::rule::{OF_THE_CALL, Rule, rows};

pub(crate) static ROWS: &[Rule] = rows! {
    ECHO Fails(EPIPE) [] {Peer, Unchecked} "{peer} went away while its data was being sent back: it was closed, or takes no more.{sigpipe}" "send(2)";
    ECHO Success [Interrupted] {ByResult} "cancel() ended the loop; {count} bytes had been received and sent back. {socket} stays open." OF_THE_CALL;
    ECHO Success [] {OwnEndReceived, Peer, Unchecked} "End of stream: {peer} sends no more. {count} bytes had been received and sent back; {socket} stays open." OF_THE_CALL;
    SINK Success [Interrupted] {ByResult} "cancel() ended the loop; {count} bytes had been received and thrown away. {socket} stays open." OF_THE_CALL;
    SINK Success [] {OwnEndReceived, Peer, Unchecked} "End of stream: {peer} sends no more. {count} bytes had been received and thrown away; {socket} stays open." OF_THE_CALL;
    SOURCE Short [] {Unchecked} "cancel() ended the loop after {count} of {asked} bytes. The connection goes on." OF_THE_CALL;
    SOURCE Success [] {Peer, Unchecked} "The kernel has taken all {count} bytes, in several calls of send(). What {peer} has read of them this does not say." OF_THE_CALL;
    SERVE Success [] {OwnListens} "cancel() ended the loop; {count} connections were accepted. Each of them got a thread of its own; {socket} listens on." OF_THE_CALL;
    // peer()
    PEER Fails(ENOTCONN) [] {OwnPhase, OwnNoPeer} "{socket} is {phase}: it has no other end that could be asked about." OF_THE_CALL;
    PEER Success [StateGone, Unix] {OtherEndGone, Unchecked} "The other end of {socket} is closed: nothing of it is left in the kernel." OF_THE_CALL;
    PEER Success [StateGone] {OtherEndGone} "The kernel of this host has no connection at the other end of {socket} any more: it has ended there." OF_THE_CALL;
    PEER Success [StateUnknown] {OwnRemote} "{remote} is no address of this host or network namespace, so this kernel knows nothing of the other end of {socket}. Only what comes back over the network tells." "sock_diag(7)";
    PEER Success [StateTimeWait] {OtherEndState} "The other end ended first and waits in {result}: {state_meaning}." "RFC 9293 3.6";
    PEER Success [StateTcp] {OtherEndState} "The other end of {socket} is in {result}: {state_meaning}." "RFC 9293 3.3.2";
    PEER Success [] {ByResult} "{result} is what the kernel says of the socket at the other end of {socket}, in whatever process it is." OF_THE_CALL;
};
