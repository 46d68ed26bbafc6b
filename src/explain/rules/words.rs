//! The words of the playground that are not system calls.

use crate::explain::rule::{OF_THE_CALL, Rule, rows};

pub(crate) static ROWS: &[Rule] = rows! {
    WAIT Success [] {ByResult} "This is the result of the call that was pending on {socket}." OF_THE_CALL;
    STEPS Success [] {ByResult} "The held call was made, and this is its result." "ptrace(2)";
    CANCEL Success [] {ByResult} "The pending call on {socket} had ended, or had done something, before the signal came, so it returned that instead of EINTR." "signal(7)";
    STATE Success [StateGone] {ByResult} "The kernel's table has no entry for {socket} any more: a connection that it had has ended, and no timer of it is left." OF_THE_CALL;
    STATE Success [StateTimeWait] {StateOfIt} "{result}: {state_meaning}. On an open descriptor TCP_INFO says CLOSE here; the kernel's table says more." "RFC 9293 3.6";
    STATE Success [StateSynSent, SynDeferred] {StateOfIt, OwnFastOpenConnect} "{result}, but no SYN was sent: TCP_FASTOPEN_CONNECT of {socket} is on, and the first send() sends it, with data." "tcp(7)";
    STATE Success [StateTcp] {StateOfIt} "{result}: {state_meaning}." "RFC 9293 3.3.2";
    STATE Success [] {ByResult} "The kernel reports {result} for {socket}. Only TCP has the states of RFC 9293." OF_THE_CALL;
    PENDING Success [NotListening] {OwnPhase} "{socket} is {phase} and has no queue of connections. Only a listening socket has one." "listen(2)";
    PENDING Success [CountZero, IsNonblocking] {OwnQueueEmpty, OwnNonblocking} "No completed connection waits in the queue of {socket}, which is non-blocking, so accept() would return EAGAIN." "listen(2)";
    PENDING Success [CountZero] {OwnQueueEmpty} "No completed connection waits in the queue of {socket}, so accept() would sleep." "listen(2)";
    PENDING Success [] {OwnQueueLength} "{count} completed connections wait in the queue of {socket}. accept() takes the oldest." "listen(2)" => [TAKE_ONE, TAKE_CLIENT];
    UNREAD Success [Message, CountZero] {Possibilities} "No message waits for {socket}, or the next one is empty: the kernel gives 0 for both (FIONREAD), and poll() tells them apart." "udp(7)";
    UNREAD Success [Message] {OwnNextMessage} "FIONREAD gives {count}: the next message for {socket} has that many bytes. Others may wait behind it; it counts only the next one." "udp(7)";
    UNREAD Success [Tcp, CountZero] {Possibilities} "FIONREAD gives 0: no byte waits for {socket}, or the next one is the urgent byte. A FIN is not a byte, so at end of file it is 0 too." "tcp(7)";
    UNREAD Success [Tcp] {OwnUnreadCount} "FIONREAD gives {count}: that many bytes wait for {socket} to be received. Where an urgent byte waits, it counts only those before it." "tcp(7)";
    UNREAD Success [CountZero] {OwnNothingUnread} "FIONREAD gives 0: no byte waits for {socket} to be received. At end of file it is 0 too." "ioctl(2)";
    UNREAD Success [] {OwnUnreadCount} "FIONREAD gives {count}: that many bytes wait for {socket} to be received." "ioctl(2)";
    SLEEP Success [] {ByResult} "The script did nothing for this time; no socket was involved." OF_THE_CALL;
    WAIT AnyErrno [] {ByResult} "The call that was pending on {socket} failed with {errno}: {strerror}." OF_THE_CALL;
    STEPS AnyErrno [] {ByResult} "The held call was made, and failed with {errno}: {strerror}." "ptrace(2)";
    CANCEL AnyErrno [] {ByResult} "The call that was pending on {socket} failed with {errno}: {strerror}." OF_THE_CALL;
};
