//! ioctl: how many bytes wait, where the urgent byte stands; and what fcntl says of signals and numbers.

use crate::explain::rule::{OF_THE_CALL, Rule, rows};

pub(crate) static ROWS: &[Rule] = rows! {
    // ioctl() asks.
    IOCTL Fails(EINVAL) [WasListening] {OwnListens} "{socket} listens: it has no bytes to count. Ask the sockets that accept() gives." "tcp(7)";
    IOCTL Fails(EINVAL) [] {OwnPhase} "The kernel does not take {request} for {socket} in this state ({phase})." OF_THE_CALL;
    IOCTL Fails(ENOTTY) [] {ByKind} "A {kind} of {domain} knows no {request}. The name of the error is from terminals, for which ioctl() was made." OF_THE_CALL;
    IOCTL Success [AsksUnread, Datagram, ValueZero] {Possibilities} "No message waits for {socket}, or the next one is empty: FIONREAD cannot tell these apart, poll() can." "udp(7)";
    IOCTL Success [AsksUnread, Datagram] {OwnNextMessage} "The next message for {socket} has {value} bytes. Others may wait behind it: FIONREAD counts only the next one." "udp(7)";
    IOCTL Success [AsksUnread, File] {ByResult} "{value} bytes of the file are left between the position of {socket} and the end. Reading a file never waits for more." "TLPI 4.4";
    IOCTL Success [AsksUnread, Unix, ValueZero] {OwnNothingUnread, Unchecked} "Nothing waits to be read from {socket}. Whether more will come this does not say." "unix(7)";
    IOCTL Success [AsksUnread, Unix] {OwnUnreadValue} "{value} bytes wait in the receive queue of {socket}: a receiving call does not have to sleep." "unix(7)";
    IOCTL Success [AsksUnread, ValueZero] {Unchecked} "Nothing waits to be read from {socket}. Whether more will come this does not say." "tcp(7)";
    IOCTL Success [AsksUnread] {OwnUnreadValue} "{value} bytes wait in the receive queue of {socket}: a receiving call does not have to sleep." "tcp(7)";
    IOCTL Success [AsksUnacked, Tcp, ValueZero] {OwnSendQueueEmpty, Peer, Unchecked} "{peer} has acknowledged everything that {socket} sent. That its program has read it this does not say." "tcp(7)";
    IOCTL Success [AsksUnacked, Tcp] {OwnSendQueue, Peer, Unchecked} "The kernel of {peer} has not yet acknowledged {value} bytes that {socket} was given to send." "tcp(7)";
    IOCTL Success [AsksUnacked, Unix, ValueZero] {OwnSendQueueEmpty} "Nothing that {socket} sent waits for its reader any more." "unix(7)";
    IOCTL Success [AsksUnacked, Unix] {OwnSendQueue, Peer} "{value} is the memory of what {socket} sent and {peer} has not read, the kernel's bookkeeping included." "unix(7)";
    IOCTL Success [AsksUnacked] {OwnSendQueue} "{value} bytes in memory for what {socket} sent and has not left this host yet, the kernel's bookkeeping included." "udp(7)";
    IOCTL Success [AsksUnsent, ValueZero] {OwnNothingUnsent, Unchecked} "Everything that {socket} was given has been sent at least once." "tcp(7)";
    IOCTL Success [AsksUnsent] {OwnUnsent, Peer, Unchecked} "Of {socket} {value} bytes were never sent so far: the window of {peer} or the network has no room." "tcp(7)";
    IOCTL Success [AsksMark, ValueZero] {Possibilities} "{socket} is not at the mark: no urgent byte is known, or bytes before it are still to be read." "TLPI 61.13.1";
    IOCTL Success [AsksMark] {ByResult} "{socket} is at the mark: everything before the urgent byte has been read." "TLPI 61.13.1";
    IOCTL Success [SetsAsync, Ownerless] {OwnNoOwner} "{socket} asks for SIGIO when it becomes ready, but it has no owner yet: fcntl({socket}, F_SETOWN, getpid()) says who gets it." "TLPI 63.3";
    IOCTL Success [SetsAsync] {Unchecked} "The owner of {socket} gets SIGIO whenever it becomes ready: when something new comes, not while it lasts." "TLPI 63.3";
    IOCTL Success [IoctlSync] {ByResult} "{socket} asks for SIGIO no more." "socket(7)";
    IOCTL Success [IoctlNonblock] {OwnNonblockingNow} "{socket} is non-blocking now, as after fcntl(F_SETFL, O_NONBLOCK): calls that would wait return EAGAIN. Every duplicate shares that." "ioctl(2)";
    IOCTL Success [IoctlBlock] {OwnBlockingNow} "{socket} is blocking now: calls wait until they can do something." "ioctl(2)";
    IOCTL Success [ValueZero] {OwnNoOwner} "Nobody gets the signals of {socket}: fcntl({socket}, F_SETOWN, getpid()) says who does." "socket(7)";
    IOCTL Success [] {ByResult} "{value} gets the signals of {socket}. It is a process; a negative number would be a group." "socket(7)";
    // fcntl()
    FCNTL Fails(EINVAL) [MakesDescriptor] {ByArguments} "The number from which to look must be 0 or more, and below what a process may have open (RLIMIT_NOFILE)." "fcntl(2)";
    FCNTL Fails(EINVAL) [SetsSignal] {ByArguments} "No signal has that number." "fcntl(2)";
    FCNTL Fails(ESRCH) [SetsOwner] {ByErrno} "No process, and for a negative number no group, is called that." "fcntl(2)";
    FCNTL Success [MakesDescriptor] {MadeSame} "{made} is a second number for what {socket} is, the lowest free one from the argument on; dup() takes the lowest of all. Nothing was copied." "fcntl(2)";
    FCNTL Success [SetsOwner, OwnerNobody] {OwnNoOwner} "Nobody gets signals of {socket} any more." "fcntl(2)";
    FCNTL Success [SetsOwner] {ByResult} "The owner gets SIGURG when an urgent byte comes to {socket}, and SIGIO when it becomes ready, if O_ASYNC is set too." "fcntl(2)";
    FCNTL Success [ReadsOwner, ValueZero] {OwnNoOwner} "Nobody gets SIGIO and SIGURG of {socket}: F_SETOWN says who does." "fcntl(2)";
    FCNTL Success [ReadsOwner] {ByResult} "{result} gets SIGIO and SIGURG of {socket}. It is a process; a negative number would be a group." "fcntl(2)";
    FCNTL Success [SetsSignal] {ByResult} "This signal comes in the place of SIGIO, and it says which descriptor is meant and what happened (si_fd, si_band). 0 brings plain SIGIO back." "fcntl(2)";
    FCNTL Success [ReadsSignal] {ByResult} "The signal that comes when {socket} becomes ready; 0 is plain SIGIO, which does not say which descriptor is meant." "fcntl(2)";
    FCNTL Success [SetsAsync, Ownerless] {OwnNoOwner} "{socket} asks for SIGIO when it becomes ready, but it has no owner yet: fcntl({socket}, F_SETOWN, getpid()) says who gets it." "TLPI 63.3";
    FCNTL Success [SetsAsync] {Unchecked} "The owner of {socket} gets SIGIO whenever it becomes ready: when something new comes, not while it lasts." "TLPI 63.3";
};
