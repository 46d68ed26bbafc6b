//! Connections come into being: connect and accept.

use crate::explain::rule::{OF_THE_CALL, Rule, rows};

pub(crate) static ROWS: &[Rule] = rows! {
    // connect() fails.
    CONNECT Fails(ECONNREFUSED) [Tcp, PortZero] {ByArguments} "Port 0 is no port: bind() takes it for \"choose one\", so nobody can ever listen there. Give the port that the server has." "ip(7)" => [OTHER_LISTENER];
    CONNECT Fails(ENETUNREACH) [Tcp, Multicast] {ByArguments} "{address} is a group of receivers. TCP connects two ends, so it refuses multicast with ENETUNREACH, whatever the routes say. Datagrams go there." "RFC 1122 4.2.3.10" => [OTHER_LISTENER];
    CONNECT Fails(ENETUNREACH) [Tcp, Broadcast] {ByArguments} "{address} means all hosts of a network. TCP connects two ends, so it refuses broadcast with ENETUNREACH, whatever the routes say. Datagrams go there." "RFC 1122 4.2.3.10" => [OTHER_LISTENER];
    CONNECT Fails(ENETUNREACH) [Tcp, Inet] {Unchecked} "No route leads to {address}, or it is the broadcast address of a network, which TCP refuses. Look with `ip route` and `ip address`." "ip(7)" => [OTHER_LISTENER];
    CONNECT Fails(ECONNREFUSED) [Tcp, TargetDeaf] {TargetDeaf, TargetPhase, TargetHasLocal, Unchecked} "{target} is {target_phase} at {target_local} but does not listen, so the kernel answers the SYN with RST. Call listen({target}, 5) first." "connect(2)" => [LISTEN_THERE];
    CONNECT Fails(ECONNREFUSED) [Tcp, TargetClosed] {TargetClosed, TargetHasLocal, Unchecked} "{target} had {target_local} but is closed, so the kernel answers the SYN with RST. Start a listener there first." "connect(2)" => [SERVER_THERE, OTHER_LISTENER];
    CONNECT Fails(ECONNREFUSED) [Tcp] {NobodyAtAddress, Unchecked} "Nobody listens on {address}, so its kernel answers the SYN with RST. Start the server first, or check address and port." "connect(2)" => [SERVER_THERE, OTHER_LISTENER];
    CONNECT Fails(ETIMEDOUT) [Tcp, TargetFull] {TargetFull} "The accept queue of {target} stayed full, so every SYN of {socket} was dropped. Call accept({target}) to make room." "tcp(7)" => [MAKE_ROOM];
    CONNECT Fails(ETIMEDOUT) [Tcp] {Unchecked} "No answer came to any SYN: the host is down, or a firewall drops packets without a word. Try another address, or look with tcpdump." "tcp(7)" => [OTHER_LISTENER];
    CONNECT Fails(EINPROGRESS) [Tcp, SendTimeout, Slept] {OwnSendTimeout, OwnConnecting} "SO_SNDTIMEO ended the wait and not the handshake, which goes on in the kernel. getsockopt({socket}, SO_ERROR) tells later how it ended." "socket(7)" => [WRITABLE];
    CONNECT Fails(EINPROGRESS) [Tcp, EstablishedAfter] {OwnEstablished} "connect() did not wait, and yet {socket} is ESTABLISHED already: on the loopback the handshake is over before the call returns. SO_ERROR tells that all went well." "connect(2)" => [WRITABLE];
    CONNECT Fails(EINPROGRESS) [Tcp, ClosedAfter] {OwnInClose} "connect() did not wait, and yet the attempt has failed already: the kernel has {socket} in CLOSE again. SO_ERROR tells why." "connect(2)" => [ERROR_OF_IT];
    CONNECT Fails(EINPROGRESS) [Tcp, TargetFull] {TargetFull, Unchecked} "connect() did not wait, and the accept queue of {target} is full: its kernel drops the SYN of {socket}. An accept({target}) makes room, and a repeated SYN gets in." "listen(2)" => [MAKE_ROOM_FOR_IT, WRITABLE];
    CONNECT Fails(EINPROGRESS) [Tcp] {Unchecked} "{socket} is non-blocking: the SYN is on its way and connect() did not wait. Once the socket is writable, SO_ERROR tells the result." "connect(2)" => [WRITABLE];
    CONNECT Fails(EALREADY) [Tcp, TargetFull] {TargetFull, OwnConnecting, Unchecked} "An earlier connect() on {socket} is still under way: the accept queue of {target} is full, so its kernel drops the SYN. An accept({target}) makes room, and a repeated SYN gets in." "listen(2)" => [MAKE_ROOM_FOR_IT, WRITABLE];
    CONNECT Fails(EALREADY) [] {OwnConnecting} "An earlier connect() on {socket} is still under way. Wait until the socket is writable, then read SO_ERROR." "connect(2)" => [WRITABLE];
    CONNECT Fails(EISCONN) [WasListening] {OwnListens} "{socket} listens, and a passive socket cannot connect. Make a new socket for that." "TLPI 56.5" => [FRESH_CONNECT];
    CONNECT Fails(EISCONN) [Tcp, WasConnecting] {OwnRemote} "The handshake that was under way has ended well: {socket} is connected to {remote}." "connect(2)" => [SEND_STILL];
    CONNECT Fails(EISCONN) [WasOver] {OwnOver} "{socket} has had its connection ({phase}), and a stream socket connects once. Make a new socket." "connect(2)" => [FRESH_CONNECT];
    CONNECT Fails(EISCONN) [] {OwnRemote} "{socket} is connected to {remote} already, and a stream socket connects once. Make a new socket for another connection." "connect(2)" => [FRESH_CONNECT, DISSOLVE];
    CONNECT Fails(EAGAIN) [Unix, SendTimeout, Slept] {TargetFull, OwnSendTimeout} "The queue of {target} stayed full until SO_SNDTIMEO ended the wait. Call accept() there to make room." "unix(7)" => [MAKE_ROOM];
    CONNECT Fails(EAGAIN) [Unix] {TargetFull, Unchecked} "The queue of {target} is full, and {socket} is non-blocking: AF_UNIX says EAGAIN where TCP says EINPROGRESS. Call accept() there and try again." "unix(7)" => [MAKE_ROOM];
    CONNECT Fails(EAGAIN) [] {ByErrno} "No local port is free for this connection (net.ipv4.ip_local_port_range). Close some connections and try again." "connect(2)";
    CONNECT Fails(EADDRNOTAVAIL) [Tcp, Named, TwinKnown] {TwinHasPair} "{same_pair_connection} has the connection between {local} and {address}, and two cannot have the same pair of addresses. Use another local port." "tcp(7)" => [FRESH_CONNECT];
    CONNECT Fails(EADDRNOTAVAIL) [Tcp, Named] {OwnHasLocal, Unchecked} "A connection between {local} and {address} exists already, perhaps in TIME_WAIT; two cannot have the same pair of addresses. Use another local port." "tcp(7)" => [FRESH_CONNECT];
    CONNECT Fails(EADDRNOTAVAIL, EADDRINUSE) [] {Possibilities} "The kernel found no local port for this destination, or the address cannot be used as a destination." "connect(2)";
    REACHING Fails(EACCES) [Inet, Datagram] {OwnBroadcastOff, Unchecked} "{address} is a broadcast address, and sending to all must be allowed first. Call setsockopt({socket}, SO_BROADCAST, 1)." "socket(7)" => [ALLOW_BROADCAST];
    CONNECT Fails(EPERM) [Unix, Taken] {Elsewhere} "{connected_elsewhere} is connected to {connected_elsewhere_to}, and such a datagram socket takes messages from its peer only. connect({connected_elsewhere}, AF_UNSPEC) opens it for all." "unix(7)" => [RELEASE];
    SENDING Fails(EPERM) [Unix, Taken] {Elsewhere} "{connected_elsewhere} is connected to {connected_elsewhere_to}, and such a datagram socket takes messages from its peer only. Nothing was sent; connect({connected_elsewhere}, AF_UNSPEC) opens it for all." "unix(7)" => [RELEASE];
    REACHING Fails(EPERM) [Unix, Datagram] {AddressTaken} "The socket at {address} is connected to another one than {socket}, and then it takes messages from its peer only." "unix(7)";
    REACHING Fails(EPERM, EACCES) [] {Possibilities} "A rule of the local firewall, or a missing permission, forbids reaching {address}." OF_THE_CALL;
    CONNECT Fails(EINVAL) [Unix, WasListening] {OwnListens} "{socket} listens, and a passive socket cannot connect. Make a new socket for that." "unix(7)" => [FRESH_CONNECT];
    CONNECT Fails(EINVAL) [Unix, ToUnspec] {ByKind} "AF_UNSPEC dissolves only associations of datagram sockets here. A connected AF_UNIX stream ends with close()." "connect(2)" => [CLOSE_IT];
    CONNECT Fails(ECONNRESET) [Tcp, GaveUp] {OwnGaveUp} "shutdown() gave this connect() up before the SYN was answered: no RST came. Make a new socket to try again." "RFC 9293 3.10.4" => [FRESH_CONNECT];
    CONNECT Fails(ECONNRESET) [Tcp] {Possibilities} "The connection was torn down while it was being made: by a RST of the other side, or by shutdown({socket}, SHUT_RDWR) on this one." "RFC 9293 3.5.3" => [FRESH_CONNECT];
    CONNECT Fails(ECONNABORTED) [] {Unchecked} "An earlier attempt to connect {socket} had failed, and this call only reports it. Make a new socket to try again." "connect(2)" => [FRESH_CONNECT];
    // connect() succeeds.
    CONNECT Success [ToUnspec, Message] {OwnNoPeer, Unchecked} "AF_UNSPEC dissolved the association: {socket} has no peer now and receives from everybody again." "connect(2)";
    CONNECT Success [Tcp, ToUnspec, WasReset] {OwnNoPeer} "The connection was over. AF_UNSPEC makes the kernel forget it, so {socket} can be used again like a new one." "connect(2)";
    CONNECT Success [Tcp, ToUnspec, HadPeer] {OwnRst, Peer, Unchecked} "AF_UNSPEC aborted the connection: {peer} gets a RST, and {socket} can be used again like a new one." "connect(2)";
    CONNECT Success [ToUnspec, WasListening] {OwnDeaf} "AF_UNSPEC takes {socket} out of LISTEN: new connections are refused. listen() makes it passive again." "connect(2)" => [LISTEN_AGAIN];
    CONNECT Success [ToUnspec] {OwnNoPeer, Unchecked} "AF_UNSPEC puts {socket} back to where it has no peer; it had none." "connect(2)";
    CONNECT Success [Message, HadPeer] {OwnPeerAddress} "{socket} has a new peer now, {address}. Nothing was sent: a datagram socket may change its peer at any time." "TLPI 56.6.2";
    CONNECT Success [Message] {OwnPeerAddress} "Nothing was sent: the kernel only notes {address} as the peer. send() now goes there, and {socket} receives from there only." "TLPI 56.6.2";
    CONNECT Success [Tcp, ToItself] {OwnItself} "{socket} is connected to itself: its SYN came back to its own port, a simultaneous open. What it sends it can read." "RFC 9293 3.5";
    CONNECT Success [Tcp, WasConnecting] {OwnRemote} "The handshake that an earlier connect() began is complete: {socket} is connected to {remote}." "connect(2)";
    CONNECT Success [TargetListens, Tcp, TargetDefers] {OwnEstablished, TargetListens, TargetDefers, Unchecked} "{socket} is ESTABLISHED, but {target} has TCP_DEFER_ACCEPT: the other end stays in SYN_RECV, outside of the queue, until data of {socket} comes or the time is over." "tcp(7)" => [DEFERRED_DATA];
    CONNECT Success [Looped] {Looping, Unchecked} "{socket} is connected, and {looping} at the other end takes the connection at once and serves it." OF_THE_CALL;
    CONNECT Success [WatcherReturns] {TargetHolds, Watcher} "{socket} is connected and waits in the queue of {target}. {returning_watcher}, which watched it, returns: a connection can be accepted." OF_THE_CALL;
    CONNECT Success [Unix, Woken] {Woken} "{socket} is connected, and {woken}, which was waiting, takes the connection at once. Data can be sent." "unix(7)";
    CONNECT Success [Unix] {TargetHolds, Unchecked} "{socket} is connected and waits in the queue of {target}. connect() succeeds before accept() is called, and data can be sent at once." "unix(7)" => [TAKE_IT];
    CONNECT Success [Wildcard] {OwnHasPeer} "As a destination the wildcard address means this host itself, so {socket} is connected over loopback." "ip(7)";
    CONNECT Success [TargetListens, Woken] {TargetListens, Woken, Unchecked} "The handshake is complete: the kernel did it for {target}. {woken}, which was waiting, takes the connection at once." "TLPI 56.5.3";
    CONNECT Success [TargetListens] {TargetListens, TargetHolds, Unchecked} "The handshake is complete: the kernel did it for {target}, without any accept(). Until accept({target}) the connection waits in the queue." "TLPI 56.5.3" => [TAKE_IT];
    CONNECT Success [] {OwnPeerAddress, Unchecked} "The handshake is complete: the kernel at {address} answered, whether its program has called accept() or not." "connect(2)";
    // accept()
    ACCEPTING Fails(EINVAL) [WasListening, Slept] {Unchecked} "{socket} was shut down while accept() slept, so it listens no more. listen() makes it passive again." "accept(2)" => [LISTEN_HERE];
    ACCEPTING Fails(EINVAL) [WasListening] {Possibilities} "{socket} no longer listens for the kernel, or the flags are not SOCK_NONBLOCK and SOCK_CLOEXEC." "accept(2)" => [LISTEN_HERE];
    ACCEPTING Fails(EINVAL) [] {OwnPhase, OwnDeaf} "{socket} is {phase}, and only a listening socket has a queue to accept from. Call accept() on one that listens." "accept(2)" => [LISTEN_HERE];
    ACCEPTING Fails(EOPNOTSUPP) [Message] {ByKind} "{socket} is a {kind}: messages need no connection, so there is none to accept. Use recvfrom()." "accept(2)" => [RECEIVE_FROM];
    ACCEPTING Fails(EAGAIN) [ReceiveTimeout, Slept] {OwnReceiveTimeout, OwnQueueEmpty} "No connection came before SO_RCVTIMEO ended the wait." "socket(7)" => [CLIENT_FIRST];
    ACCEPTING Fails(EAGAIN) [] {OwnQueueEmpty, Unchecked} "{socket} is non-blocking and its queue is empty. Try again when poll() says POLLIN." "accept(2)" => [CLIENT_FIRST, WAIT_TO_RECEIVE];
    ACCEPTING Fails(ECONNABORTED) [] {ByErrno} "A connection was aborted before accept() could hand it out. Call accept() again for the next one." "UNP 5.11" => [ONCE_MORE];
    ACCEPTING Fails(EPERM) [] {ByErrno} "A rule of the local firewall forbids the connection." "accept(2)";
    ACCEPTING Fails(ENETDOWN, EPROTO, ENOPROTOOPT, EHOSTDOWN, ENONET, EHOSTUNREACH, EOPNOTSUPP, ENETUNREACH) [] {ByErrno} "Linux reports an error of the new connection here ({strerror}). {socket} is well: call accept() again." "accept(2)" => [ONCE_MORE];
    ACCEPT Success [Unix] {OwnListens} "{made} is a NEW socket, the other end of a client that had called connect(). {socket} stays as it was and can accept the next one." "accept(2)";
    ACCEPT Success [] {OwnListens, MadeFrom} "{made} is a NEW socket, connected to {from}. {socket} stays a listener and can accept the next one." "TLPI 56.5.2";
};
