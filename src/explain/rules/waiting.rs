//! Calls that have not returned, that were never made, and those that a signal interrupted.

use crate::explain::rule::{NO_SOURCE, OF_THE_CALL, Rule, rows};

pub(crate) static ROWS: &[Rule] = rows! {
    ANY Refused [] {UnderWay} "Not run: {reason}" NO_SOURCE;
    // Asleep.
    ANY Blocked [Interrupted] {UnderWay} "A signal is on its way to {call}. It returns EINTR, or what it has done so far." "signal(7)";
    EPOLL_WAIT Blocked [Overlooked] {Overlooked} "{overlooked} is ready, but its edge was reported before, so {call_kind}() sleeps until something new comes{limit}: {wakers}." "epoll(7)" => [READ_THE_OVERLOOKED, REARM_EDGE, INTERRUPT];
    EPOLL_WAIT Blocked [Disarmed] {Disarmed} "{disarmed} was reported once, and EPOLLONESHOT has disarmed it: it does not wake this call before EPOLL_CTL_MOD. The call sleeps{limit} and waits for: {wakers}." "epoll_ctl(2)" => [REARM_ONCE, INTERRUPT];
    EPOLL_WAIT Blocked [NoMembers] {ListEmpty} "The interest list of {socket} is empty, so {call_kind}() sleeps{limit}, until EPOLL_CTL_ADD adds a descriptor and that becomes ready, or a signal comes." "epoll(7)" => [INTERRUPT];
    MULTIPLEX Blocked [NoMembers] {UnderWay} "No descriptor was given, so {call_kind}() only sleeps{limit}." OF_THE_CALL => [INTERRUPT];
    MULTIPLEX Blocked [BelowLowat] {BelowLowatUnread, BelowLowatOption} "{below_lowat} has {below_lowat_unread} unread bytes, fewer than its SO_RCVLOWAT of {below_lowat_least}, so {call_kind}() sleeps{limit}. It waits for: {wakers}." "socket(7)" => [READ_BELOW_LOWAT, INTERRUPT];
    MULTIPLEX Blocked [] {UnderWay} "None of the requested events has occurred, so {call_kind}() sleeps{limit}. It waits for: {wakers}." OF_THE_CALL => [UNBLOCK, CLIENT_UNBLOCKS, INTERRUPT];
    SIGTIMEDWAIT Blocked [AsksForChildren] {UnderWay} "The call sleeps until one of the signals comes{limit}. SIGCHLD comes when a child ends, is stopped or goes on." "sigtimedwait(2)";
    SIGTIMEDWAIT Blocked [Ownerless] {NobodyOwns} "No socket of this session has an owner (F_SETOWN), so as things are the kernel sends no signal for one. The call sleeps{limit}; another process may send a signal too." "TLPI 63.3";
    SIGTIMEDWAIT Blocked [] {UnderWay} "The call sleeps until one of the signals comes{limit}. SIGIO comes when a socket with owner and O_ASYNC becomes ready, SIGURG with an urgent byte." "TLPI 63.3";
    SERVE Blocked [DefersHere] {OwnDefers, OwnHasLocal} "serve() sleeps in accept(). With TCP_DEFER_ACCEPT a connect() to {local} wakes it only with its first data, or after its timeout; cancel({socket}) ends it." "tcp(7)" => [DATA_OF_CLIENT, CLIENT_WITH_DATA, INTERRUPT];
    SERVE Blocked [] {OwnHasLocal} "serve() sleeps in accept(). A connect() to {local} wakes it, and cancel({socket}) ends it." OF_THE_CALL => [CLIENT_COMES, INTERRUPT];
    ECHO Blocked [Tcp, WindowClosed] {PeerWindow} "{call} sleeps in send(): the receive window of {peer} is closed, so nothing can be sent back until {peer} receives." OF_THE_CALL => [PEER_READS_ALL, INTERRUPT];
    ECHO Blocked [ConnectedKind] {Possibilities} "{call} waits for data from {peer}, or for room to send back what came. End of stream or an error ends the loop, and so does cancel({socket})." OF_THE_CALL => [PEER_WAKES, INTERRUPT];
    SINK Blocked [ConnectedKind] {Peer} "{call} waits for data. A send() of {peer} wakes it; end of stream, an error or cancel({socket}) ends the loop." OF_THE_CALL => [PEER_WAKES, INTERRUPT];
    TAKING Blocked [] {ByResult} "{call} waits for the next message. Messages have no end of stream: an error or cancel({socket}) ends the loop." OF_THE_CALL => [INTERRUPT];
    ACCEPT Blocked [AcceptsBefore] {Before} "Another accept() has waited on {socket} longer: that one gets the next connection, this one the connection after it.{until}" "accept(2)" => [CLIENT_COMES, INTERRUPT];
    ACCEPT Blocked [DefersHere] {OwnDefers, OwnHasLocal} "{socket} has TCP_DEFER_ACCEPT: a client comes into its queue only with its first data, or after its timeout. A connect() to {local} and a send() there wake {call_kind}().{until}" "tcp(7)" => [DATA_OF_CLIENT, CLIENT_WITH_DATA, INTERRUPT];
    ACCEPT Blocked [] {OwnQueueEmpty, OwnHasLocal} "The accept queue of {socket} is empty, so {call_kind}() sleeps until a connection arrives. A connect() to {local} wakes it.{until}" "accept(2)" => [CLIENT_COMES, INTERRUPT];
    CONNECT Blocked [Unix] {TargetFull} "The accept queue of {target} is full, and on AF_UNIX connect() sleeps until an accept() makes room.{until}" "unix(7)" => [MAKE_ROOM_FOR_IT, INTERRUPT];
    CONNECT Blocked [Tcp, TargetFull] {TargetFull} "The accept queue of {target} is full, so its kernel drops the SYN of {socket}. An accept({target}) makes room, and a repeated SYN gets in.{until}" "listen(2)" => [MAKE_ROOM_FOR_IT, INTERRUPT];
    CONNECT Blocked [Tcp] {OwnConnecting} "{socket} is in SYN_SENT: the kernel repeats its SYN to {address} until SYN+ACK, RST or an ICMP error comes back, by default for about two minutes.{until}" "tcp(7)" => [INTERRUPT];
    WRITING Blocked [IsEventfd] {UnderWay} "The sum would be above the largest value of the counter, so the call sleeps until a read() takes what is there." "eventfd(2)" => [INTERRUPT];
    WRITING Blocked [PipeWriter] {UnderWay} "The pipe has no room for this, so the call sleeps until a read() of the other end makes room, or the read end is closed in every process." "pipe(7)" => [PIPE_IS_READ, INTERRUPT];
    SENDING Blocked [Tcp, WasConnecting] {OwnConnecting} "{socket} is still connecting, so the call sleeps until the handshake has ended." "tcp(7)";
    SENDING Blocked [Tcp, WindowClosed] {PeerWindow} "The receive window of {peer} is closed, since it has not received enough: nothing more may be sent. The call sleeps, and the kernel of {socket} probes the window until {peer} receives.{until}" "RFC 9293 3.8.6.1" => [PEER_READS_ALL, INTERRUPT];
    SENDING Blocked [Tcp] {OwnBufferFull} "The send buffer of {socket} is full: it keeps what the other end has not acknowledged yet, and what its window has no room for. The call sleeps until a third of the buffer is free.{until}" "RFC 9293 3.8.6" => [PEER_READS_ALL, INTERRUPT];
    SENDING Blocked [Unix, Datagram] {Possibilities} "There is no room for the message: the queue of the receiver is full (net.unix.max_dgram_qlen), or what {socket} sent and was not received yet fills its send buffer. Receiving it wakes the call.{until}" "unix(7)" => [PEER_READS_ALL, INTERRUPT];
    SENDING Blocked [Unix] {OwnBufferFull, Peer} "The send buffer of {socket} is full of what {peer} has not received, so the call sleeps. It wakes when {peer} has received so much that three quarters of the buffer are free.{until}" "unix(7)" => [PEER_READS_ALL, INTERRUPT];
    SENDING Blocked [] {OwnBufferFull} "The send buffer of {socket} is full, so the call sleeps until the kernel has sent some of it.{until}" "send(2)";
    READING Blocked [IsEventfd] {UnderWay} "The counter of {socket} is 0, so the call sleeps until a write() adds something." "eventfd(2)" => [COUNTER_IS_ADDED, INTERRUPT];
    READING Blocked [IsTimerfd] {UnderWay} "{socket} has not expired since it was set or read, so the call sleeps until it does. A timer that is disarmed does not expire." "timerfd_create(2)" => [INTERRUPT];
    READING Blocked [PipeReader] {UnderWay} "The pipe is empty, so the call sleeps until something is written to it, or its write end is closed in every process." "pipe(7)" => [PIPE_IS_WRITTEN, INTERRUPT];
    RECEIVING Blocked [Message, Nameless, NotRaw] {OwnUnbound} "{socket} has no address yet, so no socket can send to it. bind() on another thread gives it one; then a message can wake this call.{until}" "recv(2)" => [BIND_FIRST, INTERRUPT];
    RECVMMSG Blocked [Message, ReceivesLimited] {OwnNothingUnread} "No message waits for {socket}, so the call sleeps. It looks at its timeout only after a message: if none comes it sleeps on, however short the timeout is.{until}" "recvmmsg(2)" => [MESSAGE_COMES];
    RECEIVING Blocked [RawInet] {OwnNothingUnread} "No packet waits for {socket}, so the call sleeps until one of its protocol comes.{until}" "raw(7)" => [INTERRUPT];
    RECEIVING Blocked [Inet, Datagram, HadPeer, PeerHasPort] {OwnNothingUnread, OwnRemote} "No message waits for {socket}, so the call sleeps until one comes from {remote}, to which it is connected: datagrams from any other address or port are dropped.{until}" "udp(7)" => [MESSAGE_COMES, SENDER_COMES, INTERRUPT];
    RECEIVING Blocked [Message] {OwnNothingUnread} "No message waits for {socket}, so the call sleeps until one comes.{until}" "recv(2)" => [MESSAGE_COMES, SENDER_COMES, INTERRUPT];
    RECEIVING Blocked [WasConnecting] {OwnConnecting} "{socket} is still connecting, so the call sleeps until there is a connection and something to read." "tcp(7)";
    RECEIVING Blocked [WaitAll, Stream] {ByResult} "MSG_WAITALL waits until all {asked} bytes are there. Only end of file, an error, the urgent mark, a message with descriptors (AF_UNIX), a timeout or a signal ends the call earlier.{until}" "recv(2)" => [PEER_FILLS, INTERRUPT];
    RECEIVING Blocked [Tcp, LowatHere, UnreadHere] {OwnUnread, OwnLowat} "{socket} has {unread_here} unread bytes, fewer than its SO_RCVLOWAT of {lowat}. The call sleeps until that many are there, or end of file or an error comes.{until}" "socket(7)" => [INTERRUPT];
    RECEIVING Blocked [Unaccepted, ItDefers] {ListenerDefers, OwnNeverAccepted} "{its_listener} has TCP_DEFER_ACCEPT: without data of {socket} the connection comes into no queue, so no program has the other end and can send. The call sleeps.{until}" "tcp(7)" => [DEFERRED_DATA, INTERRUPT];
    RECEIVING Blocked [Unaccepted] {Possibilities} "No accept() of this session has returned the other end of {socket}, so nothing here can send to it. Probably the connection waits in the queue of {its_listener}. The call sleeps.{until}" OF_THE_CALL => [TAKE_AND_SEND, INTERRUPT];
    RECEIVING Blocked [] {OwnNothingUnread, OwnNoEnd} "{socket} has nothing to read and no end of file has come, so the call sleeps. Data, end of file or an error wakes it.{until}" OF_THE_CALL => [PEER_WAKES, INTERRUPT];
    CLOSE Blocked [Lingers] {OwnLinger} "SO_LINGER makes close() wait until the kernel of the peer has acknowledged all data and the FIN, at most {linger}." "socket(7)" => [PEER_READS_ALL, INTERRUPT];
    STEPS Blocked [] {UnderWay} "The held call was made, and sleeps in the kernel." "ptrace(2)";
    WAIT Blocked [] {UnderWay} "wait() waits for the call that is pending on {socket}." NO_SOURCE;
    ANY Blocked [] {UnderWay} "{call} sleeps in the kernel. It waits for: {wakes}." OF_THE_CALL => [INTERRUPT];
    // Neither asleep nor back.
    WAIT Running [] {UnderWay} "wait() waits for the call that is pending on {socket}." NO_SOURCE;
    STEPS Running [] {UnderWay} "{call_kind}() waits until a call of the traced program is held, lets the program make it, and waits for its result." "ptrace(2)";
    CANCEL Running [] {UnderWay} "cancel() sends a signal to the thread of {socket}, again and again, until the pending call has returned." "signal(7)";
    SLEEP Running [] {UnderWay} "The script sleeps; no socket is involved." NO_SOURCE;
    LOOPS Running [] {UnderWay} "{call} continues in a thread of its own, {so_far} bytes so far. cancel({socket}) ends it." OF_THE_CALL => [INTERRUPT];
    MAY_SLEEP Running [] {UnderWay} "{call} was asked for and has not returned. It was not seen asleep in the kernel so far." OF_THE_CALL;
    ANY Running [] {UnderWay} "The call has not returned yet." OF_THE_CALL;
    // A closed name whose number is in use.
    ANY Returned [NumberReused] {NamedClosed} "The name {written} belongs to a closed socket, and its number {fd} is {socket} now: the call was made on {socket}. Never use a descriptor after close()." "close(2)";
    // Interrupted by a signal.
    MASKING Fails(EINTR) [Caught] {ByResult} "{caught} interrupted {call_kind}(), since its mask does not block it. Mask and wait are one step: it does not matter whether the signal came before the call or during it." "signal(7)" => [ONCE_MORE];
    MULTIPLEX Fails(EINTR) [] {ByErrno} "A signal came while {call_kind}() slept. The kernel never restarts it, not even with SA_RESTART: call it again, with the time that is left." "signal(7)" => [ONCE_MORE];
    CONNECT Fails(EINTR) [Tcp] {OwnConnecting} "A signal interrupted connect(), but not the handshake: {socket} continues to connect in the kernel. getsockopt({socket}, SO_ERROR) or a second connect() reports how it ended." "connect(2)" => [WRITABLE];
    ANY Fails(EINTR) [Interrupted] {ByErrno} "cancel() sent a signal before {call_kind}() had done anything, so it returned EINTR. Nothing is lost and the call can be made again." "signal(7)" => [ONCE_MORE];
    ANY Fails(EINTR) [] {Possibilities} "A signal interrupted {call_kind}() before it had done anything: a handler ran, or the process was stopped and continued. Programs make the call again." "signal(7)" => [ONCE_MORE];
    SENDING Short [Interrupted] {ByResult} "A signal came after {count} of {asked} bytes had been taken, so the call returned that count and not EINTR. The rest is still to be sent." "send(2)" => [REST];
};
