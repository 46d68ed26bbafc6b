//! Calls that have not returned, that were never made, and those that a signal interrupted.

use crate::explain::rule::{NO_SOURCE, OF_THE_CALL, Rule, rows};

pub(crate) static ROWS: &[Rule] = rows! {
    ANY Refused [] {UnderWay} "The kernel was not asked: {reason}" NO_SOURCE;
    // Asleep.
    ANY Blocked [Interrupted] {UnderWay} "A signal is on its way to {call}. It returns EINTR, or what it has done so far." "signal(7)";
    EPOLL_WAIT Blocked [Overlooked] {Overlooked} "{overlooked} is ready, but its edge was reported before, so epoll_wait() sleeps until something new comes{limit}: {wakers}." "epoll(7)" => [READ_THE_OVERLOOKED, REARM_EDGE, INTERRUPT];
    EPOLL_WAIT Blocked [Disarmed] {Disarmed} "{disarmed} was reported once, and EPOLLONESHOT has disarmed it: it will not wake this call. EPOLL_CTL_MOD arms it again." "epoll_ctl(2)" => [REARM_ONCE, INTERRUPT];
    EPOLL_WAIT Blocked [NoMembers] {ListEmpty} "The interest list of {socket} is empty, so nothing but EPOLL_CTL_ADD of a ready descriptor or a signal can wake this call{limit}." "epoll(7)" => [INTERRUPT];
    MULTIPLEX Blocked [NoMembers] {UnderWay} "No descriptor was given, so {call_kind}() only sleeps{limit}." OF_THE_CALL => [INTERRUPT];
    MULTIPLEX Blocked [] {UnderWay} "Nothing is ready, so {call_kind}() sleeps{limit}. It waits for: {wakers}." OF_THE_CALL => [UNBLOCK, CLIENT_UNBLOCKS, INTERRUPT];
    SIGTIMEDWAIT Blocked [Ownerless] {NobodyOwns} "No socket of this session has an owner (F_SETOWN), so the kernel sends no signal for one, and nothing here wakes this call{limit}." "TLPI 63.3";
    SIGTIMEDWAIT Blocked [] {UnderWay} "The call sleeps until one of the signals comes{limit}. SIGIO comes when a socket with owner and O_ASYNC becomes ready, SIGURG with an urgent byte." "TLPI 63.3";
    SERVE Blocked [] {OwnHasLocal} "serve() sleeps in accept(). A connect() to {local} wakes it, and cancel({socket}) ends it." OF_THE_CALL => [CLIENT_COMES, INTERRUPT];
    TAKING Blocked [ConnectedKind] {Peer, Unchecked} "{call} waits for data. A send() of {peer} makes it go on, its shutdown() or close() ends it with end of stream." OF_THE_CALL => [PEER_WAKES, INTERRUPT];
    TAKING Blocked [] {Unchecked} "{call} waits for the next message. Messages have no end of stream, so only cancel({socket}) ends it." OF_THE_CALL => [INTERRUPT];
    ACCEPT Blocked [AcceptsBefore] {Before} "Another accept() waits on {socket} since before: that one gets the next connection, this one the connection after it.{until}" "accept(2)" => [CLIENT_COMES, INTERRUPT];
    ACCEPT Blocked [DefersHere] {OwnDefers, OwnHasLocal} "{socket} has TCP_DEFER_ACCEPT: a client comes into its queue only with its first data, or when the time is over. A connect() to {local} and a send() there wake accept().{until}" "tcp(7)" => [DATA_OF_CLIENT, CLIENT_WITH_DATA, INTERRUPT];
    ACCEPT Blocked [] {OwnQueueEmpty, OwnHasLocal} "The accept queue of {socket} is empty, so accept() sleeps until a connection arrives. A connect() to {local} wakes it.{until}" "accept(2)" => [CLIENT_COMES, INTERRUPT];
    CONNECT Blocked [Unix] {TargetFull} "The queue of {target} is full, and on AF_UNIX connect() sleeps until an accept() makes room.{until}" "unix(7)" => [MAKE_ROOM_FOR_IT, INTERRUPT];
    CONNECT Blocked [Tcp, TargetFull] {TargetFull} "The accept queue of {target} is full, so its kernel drops the SYN of {socket}. An accept({target}) makes room, and a repeated SYN gets in.{until}" "listen(2)" => [MAKE_ROOM_FOR_IT, INTERRUPT];
    CONNECT Blocked [Tcp] {OwnConnecting, Unchecked} "{socket} sent a SYN to {address} and sleeps until SYN+ACK, RST or an ICMP error comes back. Without any answer it gives up after about two minutes.{until}" "tcp(7)" => [INTERRUPT];
    SENDING Blocked [Tcp, WasConnecting] {OwnConnecting} "{socket} is still connecting, so the call sleeps until the handshake has ended." "tcp(7)";
    SENDING Blocked [Tcp, WindowClosed] {PeerWindow} "The receive buffer of {peer} is full, so its window is closed: nothing more may be sent. The call sleeps, and the kernel of {socket} probes the window until {peer} receives.{until}" "RFC 9293 3.8.6.1" => [PEER_READS_ALL, INTERRUPT];
    SENDING Blocked [Tcp] {Peer, Unchecked} "{peer} does not read, so its receive buffer and the send buffer of {socket} are full. The call sleeps until {peer} makes room: that is flow control.{until}" "RFC 9293 3.8.6" => [PEER_READS_ALL, INTERRUPT];
    SENDING Blocked [Unix] {OwnBufferFull, Peer, Unchecked} "{peer} does not read and there is no room left for more, so the call sleeps. A recv() at the other end wakes it.{until}" "unix(7)" => [PEER_READS_ALL, INTERRUPT];
    SENDING Blocked [] {OwnBufferFull} "The send buffer of {socket} is full, so the call sleeps until the kernel has sent some of it.{until}" "send(2)";
    RECEIVING Blocked [Message, Nameless, NotRaw] {OwnUnbound, Unchecked} "{socket} has no address, so nobody can send to it and nothing will wake this call. Give it one by bind() first." "recv(2)" => [BIND_FIRST, INTERRUPT];
    RECEIVING Blocked [Message] {OwnNothingUnread} "No message waits for {socket}, so the call sleeps until one comes.{until}" "recv(2)" => [MESSAGE_COMES, SENDER_COMES, INTERRUPT];
    RECEIVING Blocked [WasConnecting] {OwnConnecting} "{socket} is still connecting, so the call sleeps until there is a connection and something to read." "tcp(7)";
    RECEIVING Blocked [WaitAll] {Unchecked} "MSG_WAITALL waits until all {asked} bytes are there. Only end of file, an error or a signal ends the call before.{until}" "recv(2)" => [PEER_WAKES, INTERRUPT];
    RECEIVING Blocked [Unaccepted, ItDefers] {ListenerDefers, OwnNeverAccepted} "{its_listener} has TCP_DEFER_ACCEPT: without data of {socket} the connection comes into no queue, so nobody has the other end and can send. The call sleeps.{until}" "tcp(7)" => [DEFERRED_DATA, INTERRUPT];
    RECEIVING Blocked [Unaccepted] {ListenerHolds, OwnNeverAccepted, Unchecked} "The connection of {socket} waits in the queue of {its_listener}: without accept({its_listener}) nobody has the other end, so nobody can send. The call sleeps.{until}" OF_THE_CALL => [TAKE_AND_SEND, INTERRUPT];
    RECEIVING Blocked [] {OwnNothingUnread, OwnNoEnd, Peer, Unchecked} "{socket} has nothing to read, and {peer} has not ended its direction, so the call sleeps. Data, end of file or an error wakes it.{until}" OF_THE_CALL => [PEER_WAKES, INTERRUPT];
    CLOSE Blocked [] {Peer, Unchecked} "SO_LINGER makes close() wait until {peer} has acknowledged all data, at most for the time that was set." "socket(7)" => [PEER_READS_ALL, INTERRUPT];
    WAIT Blocked [] {UnderWay} "wait() waits for the call that is pending on {socket}." NO_SOURCE;
    ANY Blocked [] {UnderWay} "{call} sleeps in the kernel and has done nothing yet. It waits for: {wakes}." OF_THE_CALL => [INTERRUPT];
    // Neither asleep nor back.
    WAIT Running [] {UnderWay} "wait() waits for the call that is pending on {socket}." NO_SOURCE;
    CANCEL Running [] {UnderWay} "cancel() sends a signal to the thread of {socket}, again and again, until the pending call has returned." "signal(7)";
    SLEEP Running [] {UnderWay} "The script sleeps; no socket takes part." NO_SOURCE;
    LOOPS Running [] {UnderWay} "{call} goes on by itself in a thread of its own, {so_far} bytes so far. cancel({socket}) ends it." OF_THE_CALL => [INTERRUPT];
    MAY_SLEEP Running [] {UnderWay} "{call} was asked for and has not returned. It was not seen asleep in the kernel so far." OF_THE_CALL;
    ANY Running [] {UnderWay} "The call is being made." OF_THE_CALL;
    // A closed name whose number lives on.
    ANY Returned [NumberReused] {NamedClosed} "The name {written} belongs to a closed socket, and its number {fd} is {socket} now: the call was made on {socket}. Never use a descriptor after close()." "close(2)";
    // Interrupted by a signal.
    MULTIPLEX Fails(EINTR) [] {ByErrno} "A signal came while {call_kind}() slept. It is never made again by itself, not even with SA_RESTART: call it again, with the time that is left." "signal(7)" => [ONCE_MORE];
    CONNECT Fails(EINTR) [Tcp] {OwnConnecting} "A signal interrupted connect(), but not the handshake: {socket} goes on connecting in the kernel. getsockopt({socket}, SO_ERROR) or a second connect() tells how it ended." "connect(2)" => [WRITABLE];
    ANY Fails(EINTR) [Interrupted] {ByErrno} "cancel() sent a signal before {call_kind}() had done anything, so it returned EINTR. Nothing is lost and the call can be made again." "signal(7)" => [ONCE_MORE];
    ANY Fails(EINTR) [] {Unchecked} "A signal handler ran while {call_kind}() slept, and the call had done nothing yet. Programs make the call again." "signal(7)" => [ONCE_MORE];
    SENDING Short [Interrupted] {ByResult} "A signal came after {count} of {asked} bytes had been taken, so the call returned that count and not EINTR. The rest is still to be sent." "send(2)" => [REST];
};
