//! The words of the playground that are no system calls.

use crate::explain::rule::{OF_THE_CALL, Rule, rows};

pub(crate) static ROWS: &[Rule] = rows! {
    WAIT Success [] {ByResult} "This is the result of the call that was pending on {socket}." OF_THE_CALL;
    CANCEL Success [] {ByResult} "The pending call on {socket} had done something before the signal came, so it returned that instead of EINTR." "signal(7)";
    STATE Success [StateGone] {Unchecked} "The kernel's table has no entry for the connection of {socket} any more: it ended and nothing is left to wait for." OF_THE_CALL;
    STATE Success [StateTimeWait] {StateOfIt} "{result}: {state_meaning}. An open descriptor would say CLOSE here; the table says more." "RFC 9293 3.6";
    STATE Success [StateTcp] {StateOfIt} "{result}: {state_meaning}." "RFC 9293 3.3.2";
    STATE Success [] {ByResult} "{result} is what the kernel says of {socket}. Only TCP has the states of the book." OF_THE_CALL;
    PENDING Success [NotListening] {OwnPhase} "{socket} is {phase} and has no queue of connections. Only a listening socket has one." "listen(2)";
    PENDING Success [CountZero] {OwnQueueEmpty} "No finished connection waits in the queue of {socket}, so accept() would sleep." "listen(2)";
    PENDING Success [] {OwnQueueLength} "{count} finished connections wait in the queue of {socket}. accept() takes the oldest." "listen(2)" => [TAKE_ONE];
    UNREAD Success [Message, CountZero] {Possibilities} "No message waits for {socket}, or the next one is empty: the kernel gives 0 for both (FIONREAD), and poll() tells them apart." "udp(7)";
    UNREAD Success [Message] {OwnNextMessage} "FIONREAD gives {count}: the next message for {socket} has so many bytes. Others may wait behind it, it counts only the next one." "udp(7)";
    UNREAD Success [Tcp, CountZero] {Possibilities} "FIONREAD gives 0: no byte waits for {socket}, or the next one is the urgent byte. A FIN is no byte, so at end of file it is 0 too." "tcp(7)";
    UNREAD Success [Tcp] {OwnUnreadCount} "FIONREAD gives {count}: so many bytes wait for {socket} to be received. Where an urgent byte waits, it counts only those before it." "tcp(7)";
    UNREAD Success [CountZero] {OwnNothingUnread} "FIONREAD gives 0: no byte waits for {socket} to be received. At end of file it is 0 too." "ioctl(2)";
    UNREAD Success [] {OwnUnreadCount} "FIONREAD gives {count}: so many bytes wait for {socket} to be received." "ioctl(2)";
    SLEEP Success [] {ByResult} "The script did nothing for this time; no socket took part." OF_THE_CALL;
    WAIT AnyErrno [] {ByResult} "The call that was pending on {socket} ended with {errno}: {strerror}." OF_THE_CALL;
    CANCEL AnyErrno [] {ByResult} "The call that was pending on {socket} ended with {errno}: {strerror}." OF_THE_CALL;
};
