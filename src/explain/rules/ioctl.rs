//! ioctl: how many bytes wait, where the urgent byte is; and what fcntl says of signals and numbers.

use crate::explain::rule::{OF_THE_CALL, Rule, rows};

pub(crate) static ROWS: &[Rule] = rows! {
    // ioctl() asks.
    IOCTL Fails(EINVAL) [WasListening] {OwnListens} "{socket} listens: it has no bytes to count. Ask the sockets that accept() returns." "tcp(7)";
    ASKING Fails(EINVAL) [] {ByErrno} "The kernel rejects {request} for {socket}: its argument, or the present state of the socket." OF_THE_CALL;
    ASKING Fails(ENOTTY) [OnSocket, NoSocket] {ByKind} "{socket} is {a_kind}, which has no {request}. ENOTTY originally meant \"not a terminal\"." OF_THE_CALL;
    ASKING Fails(ENOTTY) [] {ByKind} "A {kind} of {domain} has no {request}. ENOTTY originally meant \"not a terminal\"." OF_THE_CALL;
    IOCTL Success [AsksUnread, RawInet, ValueZero] {Possibilities} "No packet waits for {socket}, or the next one is empty: FIONREAD gives 0 for both." "raw(7)";
    IOCTL Success [AsksUnread, RawInet] {OwnNextMessage} "The next packet for {socket} has {value} bytes. Others may wait behind it: FIONREAD counts only the next one." "raw(7)";
    IOCTL Success [AsksUnread, Datagram, ValueZero] {Possibilities} "No message waits for {socket}, or the next one is empty: FIONREAD cannot tell these apart, poll() can." "udp(7)";
    IOCTL Success [AsksUnread, Datagram] {OwnNextMessage} "The next message for {socket} has {value} bytes. Others may wait behind it: FIONREAD counts only the next one." "udp(7)";
    IOCTL Success [AsksUnread, File] {ByResult} "{value} bytes can be read from {socket}: of a regular file, those between its offset and the end; of a FIFO, those that wait in it." "TLPI 4.4";
    IOCTL Success [AsksUnread, Unix, ValueZero] {OwnNothingUnread} "No byte waits to be read from {socket}. At end of file it is 0 too." "unix(7)";
    IOCTL Success [AsksUnread, Unix] {OwnUnreadValue} "{value} bytes wait in the receive queue of {socket}: a plain receive returns at once." "unix(7)";
    IOCTL Success [AsksUnread, ValueZero] {Possibilities} "No byte waits to be read from {socket}, or the next one is the urgent byte: FIONREAD counts only what is before it. At end of file it is 0 too." "tcp(7)";
    IOCTL Success [AsksUnread, Tcp, LowatHere] {OwnUnreadValue, OwnLowat} "{value} bytes wait in the receive queue of {socket}. A receive returns at once if they reach its SO_RCVLOWAT of {lowat}." "tcp(7)";
    IOCTL Success [AsksUnread] {OwnUnreadValue} "{value} bytes wait in the receive queue of {socket}: a plain receive returns at once. Where an urgent byte waits, only those before it are counted." "tcp(7)";
    IOCTL Success [AsksUnacked, Tcp, ValueZero, NeverConnected] {OwnSendQueueEmpty, OwnNoPeer} "{socket} has no connection, so nothing waits to be acknowledged." "tcp(7)";
    IOCTL Success [AsksUnacked, Tcp, ValueZero, SynDeferred] {OwnSendQueueEmpty, OwnFastOpenConnect} "{socket} has sent nothing yet: TCP_FASTOPEN_CONNECT is on, and the first send() sends the SYN, with data." "tcp(7)";
    IOCTL Success [AsksUnacked, Tcp, ValueZero] {OwnSendQueueEmpty} "Nothing of {socket} waits to be acknowledged: the kernel at the other end has all that was sent, or the connection is over. This does not say whether the program there has received it." "tcp(7)";
    IOCTL Success [AsksUnacked, Tcp, ClosedAfter] {OwnSendQueue, OwnInClose} "{value} bytes of {socket} were not acknowledged and never will be: the connection is over (CLOSE)." "tcp(7)";
    IOCTL Success [AsksUnacked, Tcp] {OwnSendQueue} "{value} bytes of {socket} are not yet acknowledged by the kernel at the other end: sent or not, and a FIN counts as one." "tcp(7)" => [UNSENT_OF_IT];
    IOCTL Success [AsksUnacked, Unix, ValueZero] {OwnSendQueueEmpty} "Nothing that {socket} sent waits to be received any more." "unix(7)";
    IOCTL Success [AsksUnacked, Unix] {OwnSendQueue} "{value} bytes of memory hold what {socket} sent and was not received yet, the kernel's bookkeeping included." "unix(7)";
    IOCTL Success [AsksUnacked] {OwnSendQueue} "{value} bytes of memory hold what {socket} sent and has not left this host yet, the kernel's bookkeeping included." "udp(7)";
    IOCTL Success [AsksUnsent, ValueZero] {OwnNothingUnsent} "Nothing of {socket} waits to be sent for the first time. What was sent may still be unacknowledged: SIOCOUTQ counts that." "tcp(7)";
    IOCTL Success [AsksUnsent, WindowClosed] {OwnUnsent, PeerWindow} "{value} bytes of {socket} have not been sent yet: the receive window of {peer} is closed." "tcp(7)" => [PEER_READS_ALL];
    IOCTL Success [AsksUnsent, Corked] {OwnUnsent, OwnCorked} "{value} bytes of {socket} have not been sent yet. TCP_CORK is set, which holds back what does not fill a segment, for about 200 ms or until it is cleared." "tcp(7)" => [UNCORK];
    IOCTL Success [AsksUnsent] {OwnUnsent} "{value} bytes of {socket} have not been sent yet. The receive window or the congestion window has no room for them, or Nagle's algorithm, TCP_CORK or MSG_MORE holds them back." "tcp(7)";
    ASKING Success [AsksMark, ValueZero] {Possibilities} "{socket} is not at the mark: no urgent byte is known, or bytes before it are still to be read." "TLPI 61.13.1";
    ASKING Success [AsksMark] {ByResult} "{socket} is at the mark: everything before the urgent byte has been read." "TLPI 61.13.1";
    IOCTL Success [SetsAsync, NoOwnerHere] {OwnNoOwner} "{socket} asks for SIGIO when it becomes ready, but it has no owner yet: fcntl({socket}, F_SETOWN, getpid()) says who gets it." "TLPI 63.3" => [OWN_IT];
    IOCTL Success [SetsAsync] {OwnHasOwner} "The owner of {socket} gets SIGIO when something new happens on it, and not for as long as it stays ready." "TLPI 63.3";
    IOCTL Success [IoctlSync] {ByResult} "{socket} no longer asks for SIGIO." "socket(7)";
    IOCTL Success [IoctlNonblock, NoSocket] {ByKind} "O_NONBLOCK is set on {socket}. It changes nothing for an epoll instance or a regular file; reads of a FIFO or a device do not wait." "ioctl(2)";
    IOCTL Success [IoctlBlock, NoSocket] {ByKind} "O_NONBLOCK is cleared on {socket}. That changes nothing for an epoll instance or a regular file; reads of a FIFO or a device wait." "ioctl(2)";
    IOCTL Success [IoctlNonblock] {OwnNonblockingNow} "{socket} is non-blocking now, as after fcntl(F_SETFL, O_NONBLOCK): calls that would wait return EAGAIN. Every duplicate shares that." "ioctl(2)";
    IOCTL Success [IoctlBlock] {OwnBlockingNow} "{socket} is blocking now: calls wait until they can do something, unless a flag such as MSG_DONTWAIT or a timeout says otherwise." "ioctl(2)";
    IOCTL Success [ValueZero] {OwnNoOwner} "No process gets the signals of {socket}: fcntl({socket}, F_SETOWN, getpid()) names one." "socket(7)";
    IOCTL Success [] {ByResult} "{value} gets the signals of {socket}. It is a process; a negative number would be a group." "socket(7)";
    // fcntl()
    FCNTL Fails(EINVAL) [MakesDescriptor] {ByArguments} "The number from which to look must be 0 or more, and below what a process may have open (RLIMIT_NOFILE)." "fcntl(2)";
    FCNTL Fails(EINVAL) [SetsSignal] {ByArguments} "No signal has that number." "fcntl(2)";
    FCNTL Fails(ESRCH) [SetsOwner] {ByErrno} "No process has that number, or for a negative number no process group." "fcntl(2)";
    FCNTL Success [MakesDescriptor] {MadeSame} "{made} is a second number for the open file of {socket}, the lowest free one from the argument on; dup() takes the lowest of all. Nothing was copied." "fcntl(2)";
    FCNTL Success [SetsOwner, OwnerNobody] {OwnNoOwner} "No process gets the signals of {socket} any more." "fcntl(2)";
    FCNTL Success [SetsOwner, Stream] {ByResult} "The owner gets SIGURG when an urgent byte comes to {socket}, and SIGIO when it becomes ready, if O_ASYNC is set too." "fcntl(2)";
    FCNTL Success [SetsOwner] {ByResult} "The owner gets SIGIO when {socket} becomes ready, if O_ASYNC is set too." "fcntl(2)";
    FCNTL Success [ReadsOwner, ValueZero] {OwnNoOwner} "No process gets SIGIO and SIGURG of {socket}: F_SETOWN names one." "fcntl(2)";
    FCNTL Success [ReadsOwner] {ByResult} "{result} gets SIGIO and SIGURG of {socket}. It is a process; a negative number would be a group." "fcntl(2)";
    FCNTL Success [SetsSignal, OwnerNobody] {ByResult} "{socket} causes plain SIGIO again, which does not say which descriptor became ready." "fcntl(2)";
    FCNTL Success [SetsSignal] {ByResult} "This signal is sent instead of SIGIO, and says which descriptor became ready and for what (si_fd, si_band). 0 restores plain SIGIO." "fcntl(2)";
    FCNTL Success [ReadsSignal] {ByResult} "The signal that is sent when {socket} becomes ready; 0 is plain SIGIO, which does not say which descriptor it was." "fcntl(2)";
    FCNTL Success [SetsAsync, NoOwnerHere] {OwnNoOwner} "{socket} asks for SIGIO when it becomes ready, but it has no owner yet: fcntl({socket}, F_SETOWN, getpid()) says who gets it." "TLPI 63.3" => [OWN_IT];
    FCNTL Success [SetsAsync] {OwnHasOwner} "The owner of {socket} gets SIGIO when something new happens on it, and not for as long as it stays ready." "TLPI 63.3";
};
