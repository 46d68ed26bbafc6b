//! Making sockets and giving them addresses: socket, socketpair, bind, listen, getsockname, getpeername.

use crate::explain::rule::{OF_THE_CALL, Rule, rows};

pub(crate) static ROWS: &[Rule] = rows! {
    // socket() and socketpair()
    MAKING Fails(EAFNOSUPPORT) [] {ByErrno} "The kernel knows no domain {domain}. Use AF_INET, AF_INET6 or AF_UNIX." OF_THE_CALL => [STREAM_OF_INET, PAIR_OF_UNIX];
    MAKING Fails(ESOCKTNOSUPPORT) [] {Unchecked} "{domain} has no sockets of type {type}. SOCK_STREAM and SOCK_DGRAM exist everywhere, SOCK_SEQPACKET in AF_UNIX." OF_THE_CALL => [STREAM_OF_DOMAIN, PAIR_OF_UNIX];
    MAKING Fails(EPROTONOSUPPORT) [Raw, ProtocolZero] {ByArguments} "A raw socket has no usual protocol that 0 could stand for. Name one, such as IPPROTO_ICMP." "raw(7)" => [RAW_ICMP];
    MAKING Fails(EPROTONOSUPPORT) [] {ByArguments} "{protocol} does not go with {domain} and {type}. Leave the protocol out: 0 takes the usual one." OF_THE_CALL => [DEFAULT_PROTOCOL];
    MAKING Fails(EPROTOTYPE) [] {ByArguments} "The type {type} does not fit the protocol {protocol}. Leave the protocol out: 0 takes the usual one." OF_THE_CALL => [DEFAULT_PROTOCOL];
    MAKING Fails(EPERM, EACCES) [Raw] {ByErrno} "A raw socket reads and forges packets of the whole host, so it takes CAP_NET_RAW. Run as root, set it on the program (setcap cap_net_raw+ep), or use a namespace of your own: unshare -rn." "capabilities(7)";
    MAKING Fails(EPERM, EACCES) [PacketDomain] {ByErrno} "AF_PACKET sees every frame of the host, so it takes CAP_NET_RAW. Run as root, set it on the program (setcap cap_net_raw+ep), or use a namespace of your own: unshare -rn." "packet(7)";
    MAKING Fails(EPERM, EACCES) [PingProtocol] {ByErrno} "A ping socket is open only to the groups in net.ipv4.ping_group_range, and this process is in none of them." "icmp(7)";
    MAKING Fails(EPERM, EACCES) [] {Possibilities} "This process may not make such a socket. A raw socket takes CAP_NET_RAW, and a sandbox can forbid others." OF_THE_CALL;
    MAKING Fails(EINVAL) [] {Unchecked} "{type} is no socket type, or a flag beside it is unknown. Only SOCK_NONBLOCK and SOCK_CLOEXEC may stand there." OF_THE_CALL => [STREAM_OF_DOMAIN, PAIR_OF_UNIX];
    SOCKETPAIR Fails(EOPNOTSUPP) [] {ByArguments} "{domain} cannot make pairs; on Linux AF_UNIX does. For two connected TCP sockets use listen(), connect() and accept()." "socketpair(2)" => [PAIR_OF_UNIX];
    SOCKETPAIR Success [] {MadePair} "{made} and {made_too} are connected to each other. They have no names, so nobody else can reach them; what is sent on one is read on the other." "socketpair(2)";
    SOCKET Success [Tcp] {ByResult} "{made} is an endpoint in this kernel only: no address, no peer, and nothing was sent. The TCP connection comes with connect() or with listen() and accept()." "TLPI 56.2";
    SOCKET Success [Unix, Raw] {ByResult} "AF_UNIX has no raw sockets: on Linux SOCK_RAW makes a SOCK_DGRAM socket there, and {made} is one." "unix(7)";
    SOCKET Success [Raw] {Unchecked} "{made} is a raw socket: it gets a copy of every packet of its protocol that comes to this host." "raw(7)";
    SOCKET Success [Message] {Unchecked} "{made} sends and receives single messages, whole or not at all, and needs no connection for it. It has no address yet." "TLPI 56.6";
    SOCKET Success [Unix] {ByResult} "{made} reaches sockets of this host only, by path or abstract name. It has no name and no peer yet." "unix(7)";
    SOCKET Success [] {ByResult} "{made} is a new socket without address and peer. Nothing was sent." "socket(2)";
    // The address argument of bind(), connect() and sendto().
    NAMING Fails(EINVAL) [NullAddress] {ByArguments} "The address is a null pointer, so {call_kind}() has none to work with. Give a real address." OF_THE_CALL => [OTHER_LISTENER, SEND_TO, PLAIN_SEND];
    NAMING Fails(EINVAL) [WrongLength] {Unchecked} "The length {length} that was passed beside the address does not fit it. Pass the size of the struct, such as sizeof(struct sockaddr_in)." OF_THE_CALL => [RIGHT_LENGTH];
    NAMING Fails(EINVAL) [AddressShort] {Unchecked} "{address} has {address_length} bytes, and a struct {sockaddr} has at least {address_least}: the kernel looks at the length first, so this is EINVAL. A longer one of that family gives EAFNOSUPPORT." OF_THE_CALL => [OF_THAT_FAMILY, OTHER_LISTENER, SEND_TO];
    NAMING Fails(EAFNOSUPPORT, EINVAL) [ForeignAddress] {Unchecked} "{socket} was made for {domain}, and {address} belongs to another family. Use an address of the socket's own domain." OF_THE_CALL => [OF_THAT_FAMILY, OTHER_LISTENER, SEND_TO];
    NAMING Fails(EAFNOSUPPORT) [] {ByKind} "The address is of another family than {socket}, which was made for {domain}." OF_THE_CALL => [OTHER_LISTENER, SEND_TO];
    // bind()
    BIND Fails(EADDRINUSE) [HeldByOurs, ReuseOneSided] {OwnerPhase, OwnerHasLocal, ReuseHas, ReuseLacks} "{address_owner} ({holder_phase}) has {holder_local}. The port can be shared only if both sockets have {reuse}: {has_reuse} has it, {lacks_reuse} lacks it." "socket(7)" => [REUSE_OTHER, FREE_PORT, LET_GO];
    BIND Fails(EADDRINUSE) [Tcp, HeldByOurs, HolderListens, ReuseHere] {OwnerListens, OwnerHasLocal, OwnReuse} "{address_owner} listens on {holder_local}, and no port is shared with a listener by SO_REUSEADDR, even if both have it. Choose another port, or close({address_owner})." "TLPI 61.10" => [FREE_PORT, LET_GO];
    BIND Fails(EADDRINUSE) [HeldByOurs, TakesIpv4Too] {OwnV6OnlyOff, OwnerPhase, OwnerHasLocal, Unchecked} "[::] is IPv4 too as long as IPV6_V6ONLY is off, and {address_owner} ({holder_phase}) has {holder_local} there. Set IPV6_V6ONLY before bind(), or choose another port." "ipv6(7)" => [V6_ONLY, FREE_PORT, LET_GO];
    BIND Fails(EADDRINUSE) [HeldByOurs, Ipv4TakenToo] {OwnerV6OnlyOff, OwnerPhase, OwnerHasLocal, Unchecked} "{address_owner} ({holder_phase}) has {holder_local} with IPV6_V6ONLY off, so the IPv4 port is taken too. Choose another port, or close({address_owner}): the option comes before bind()." "ipv6(7)" => [FREE_PORT, LET_GO];
    BIND Fails(EADDRINUSE) [HeldByOurs, HeldElsewhere] {OwnerPhase, OwnerHasLocal} "{address_owner} ({holder_phase}) has had {holder_local} for {owned_for}, which overlaps {address}: a wildcard address is every local one. Choose another port, or close({address_owner})." "ip(7)" => [FREE_PORT, LET_GO];
    BIND Fails(EADDRINUSE) [Tcp, HeldByOurs, HolderConnected] {OwnerHasPeer, OwnerHasAddress, Unchecked} "The connection of {address_owner} holds {address}; it outlives the listener that accepted it. bind() passes if both {address_owner} and {socket} have SO_REUSEADDR." "TLPI 61.10" => [FREE_PORT, REUSE_BOTH];
    BIND Fails(EADDRINUSE) [HeldByOurs] {OwnerPhase, OwnerHasAddress} "{address} is taken: {address_owner} has had it for {owned_for} and is {holder_phase}. Choose another port (0 takes a free one), or close({address_owner})." "bind(2)" => [FREE_PORT, LET_GO];
    BIND Fails(EADDRINUSE) [Tcp, LeftByOurs, ReuseOneSided, ReuseHere] {OwnReuse, ReuseLacks, LeftClosed, LeftInState, Unchecked} "{socket} has SO_REUSEADDR, but {left_behind} was closed without it, and its connection still holds {address} ({orphan}): both need it. Servers set it before their first bind()." "TLPI 61.10" => [FREE_PORT];
    BIND Fails(EADDRINUSE) [Tcp, LeftByOurs, ReuseOneSided] {ReuseHas, ReuseLacks, LeftClosed, LeftInState, Unchecked} "{left_behind} is closed, but its connection still holds {address} ({orphan}). It had SO_REUSEADDR, {socket} lacks it: bind() passes if both have it." "TLPI 61.10" => [REUSE_LEFT, FREE_PORT];
    BIND Fails(EADDRINUSE) [Tcp, LeftByOurs, LeftCountsDown] {LeftClosed, LeftHasAddress, LeftInState, LeftTimer} "{left_behind} is closed, but the kernel keeps its connection in {orphan} for {orphan_left} more, which holds {address}. bind() passes if both the old and the new socket have SO_REUSEADDR." "RFC 9293 3.6.1" => [REUSE_LEFT, FREE_PORT];
    BIND Fails(EADDRINUSE) [Tcp, LeftByOurs, LeftIsOrphan] {LeftClosed, LeftHasAddress, LeftInState, Unchecked} "{left_behind} is closed, but its connection is still in {orphan} and holds {address}: the peer has not answered its FIN yet. The kernel goes on alone, and bind() fails until then." "RFC 9293 3.6" => [FREE_PORT];
    BIND Fails(EADDRINUSE) [Tcp, LeftByOurs] {LeftClosed} "{left_behind} is closed, but its connection may hold {address} in TIME_WAIT for 60 s. bind() passes if both the old and the new socket have SO_REUSEADDR." "TLPI 61.10" => [REUSE_LEFT, FREE_PORT];
    BIND Fails(EADDRINUSE) [PortZero] {Unchecked} "The kernel was to choose a port, and every one of net.ipv4.ip_local_port_range is in use." "ip(7)";
    BIND Fails(EADDRINUSE) [OutsiderKnown, OutsiderElsewhere] {OutsiderHasLocal, Unchecked} "{outside_owner}, outside of this session, has {outside_owner_local}, which overlaps {address}. Choose port 0 for a free one, or end that program." "proc_pid_fd(5)" => [FREE_PORT];
    BIND Fails(EADDRINUSE) [OutsiderKnown] {OutsiderHasAddress} "{outside_owner}, outside of this session, has {address}. Choose port 0 for a free one, or end that program." "proc_pid_fd(5)" => [FREE_PORT];
    BIND Fails(EADDRINUSE) [OutsiderHidden] {SomebodyHasLocal} "Another program has {outside_owner_local}. Which one is not to be seen: {hidden}. Choose port 0 for a free one." "proc_pid_fd(5)" => [FREE_PORT];
    BIND Fails(EADDRINUSE) [Tcp] {Possibilities} "A socket outside this session has {address}, or a connection of it is in TIME_WAIT. Choose port 0 for a free one; `ss -tulnp` shows who it is." "bind(2)" => [FREE_PORT];
    BIND Fails(EADDRINUSE) [] {Unchecked} "A socket outside this session has {address}. Choose port 0 for a free one; `ss -tulnp` shows who it is." "bind(2)" => [FREE_PORT];
    BIND Fails(EACCES) [LowPort] {Unchecked} "Ports below 1024 are reserved: {address} takes CAP_NET_BIND_SERVICE. Choose a port from 1024 on, run as root, or set it on the program (setcap cap_net_bind_service+ep)." "ip(7)" => [FREE_PORT];
    BIND Fails(EADDRNOTAVAIL) [] {Unchecked} "{address} is no address of this host, and bind() takes local ones only. 127.0.0.1 or *:PORT always work." "ip(7)" => [LOOPBACK];
    BIND Fails(EINVAL) [WasConnecting] {OwnConnecting, Unchecked} "{socket} is connecting, so the kernel has chosen its address already. bind() comes before connect()." "bind(2)" => [FRESH_BIND];
    BIND Fails(EINVAL) [HadPeer] {OwnPhase} "{socket} is {phase}, so it has a local address already. bind() comes before connect(), on a fresh socket." "bind(2)" => [FRESH_BIND];
    BIND Fails(EINVAL) [Named] {OwnHasLocal} "{socket} has the address {local} already, and a socket is bound only once. For another address make another socket." "bind(2)" => [FRESH_BIND];
    BIND Success [PortZero, Named] {OwnHasLocal, Unchecked} "Port 0 asks the kernel for a free port: {socket} is {local} now." "ip(7)";
    BIND Success [PortZero] {ByResult} "Port 0 asks the kernel for a free port. getsockname({socket}) tells which it is." "ip(7)";
    BIND Success [Wildcard] {Unchecked} "{socket} has port {port} on every address of this host, also on those that other hosts can reach." "ip(7)";
    BIND Success [Tcp] {OwnHasAddress, OwnDeaf} "{socket} is {address} now. It does not listen yet: until listen() a connect() to it is refused." "TLPI 56.3";
    BIND Success [Message] {OwnHasAddress} "{socket} is {address} now and receives what is sent there." "TLPI 56.6";
    BIND Success [] {OwnHasAddress} "{socket} is {address} now." "bind(2)";
    // listen()
    LISTEN Fails(EOPNOTSUPP) [Message] {ByKind} "{socket} is a {kind}: it has no connections, so there is nothing to listen for. After bind() it simply receives." "listen(2)" => [RECEIVE_FROM];
    LISTEN Fails(EOPNOTSUPP) [] {ByKind} "Sockets of this type have no connections to accept." "listen(2)";
    LISTEN Fails(EINVAL) [HadPeer] {OwnPhase} "{socket} is {phase}: listen() makes a socket passive, and only one that is not connected can become so. Use a fresh socket." "TLPI 56.5.1" => [FRESH_LISTEN, FRESH_LISTEN_UNIX];
    LISTEN Fails(EINVAL) [WasConnecting] {OwnConnecting} "{socket} is connecting, which makes it an active socket. Use a fresh one to listen." "TLPI 56.5.1" => [FRESH_LISTEN, FRESH_LISTEN_UNIX];
    LISTEN Fails(EINVAL) [Unix] {Unchecked} "{socket} has no name, and on AF_UNIX the kernel does not choose one for a listener. bind() it to a path first." "unix(7)" => [NAME_FIRST];
    LISTEN Fails(EINVAL) [] {ByErrno} "{socket} cannot become passive in its state. Only a fresh or bound socket can." "listen(2)";
    LISTEN Fails(EADDRINUSE) [HeldByOurs] {OwnerListens, OwnerHasLocal} "{address_owner} has listened on {holder_local} for {owned_for}. SO_REUSEADDR lets two sockets bind one port, but only one listen there; SO_REUSEPORT lets both." "listen(2)" => [LET_GO, FRESH_LISTEN];
    LISTEN Fails(EADDRINUSE) [] {Unchecked} "Another socket listens on this port already, or {socket} was unbound and no port is free." "listen(2)" => [FRESH_LISTEN];
    LISTEN Success [WasListening] {OwnListens, Unchecked} "{socket} went on listening; only the length of its queue changed, to {backlog}." "listen(2)";
    LISTEN Success [WasUnbound, Inet, Named] {OwnListens, OwnHasLocal} "{socket} had no port, so the kernel chose one: it listens on {local}, on every address of this host." "tcp(7)";
    LISTEN Success [WasUnbound, Inet] {OwnListens} "{socket} had no port, so the kernel chose one. getsockname({socket}) tells where it listens." "tcp(7)";
    LISTEN Success [BacklogHuge] {OwnListens} "{socket} is passive now. A backlog of {backlog} is cut to net.core.somaxconn, which is 4096 unless it was changed." "listen(2)";
    LISTEN Success [Tcp] {OwnListens} "{socket} is passive now: the kernel completes handshakes by itself and queues them for accept(). A backlog of {backlog} admits one more, {admits}." "listen(2)";
    LISTEN Success [] {OwnListens} "{socket} is passive now: connect() to it succeeds at once and waits in its queue for accept(). A backlog of {backlog} admits one more, {admits}." "listen(2)";
    // Asking for addresses.
    GETSOCKNAME Success [Nothing] {OwnUnbound} "{socket} has no address of its own yet. bind() gives it one, or the kernel when a call needs one." "getsockname(2)" => [ANY_OWN];
    GETSOCKNAME Success [] {ByResult} "This is the local address of {socket}: what bind() gave it, or what the kernel chose." "getsockname(2)";
    GETPEERNAME Fails(ENOTCONN) [HadPeer] {OwnOver, Unchecked} "The connection of {socket} is over ({phase}), so the kernel no longer knows a peer." "getpeername(2)";
    GETPEERNAME Fails(ENOTCONN) [WasListening] {OwnListens, OwnNoPeer} "{socket} listens and has no peer itself. The sockets that accept() gives have one." "getpeername(2)";
    GETPEERNAME Fails(ENOTCONN) [] {OwnPhase, OwnNoPeer} "{socket} is {phase}: it has no peer that could have an address." "getpeername(2)" => [OTHER_LISTENER];
    GETPEERNAME Success [Nothing] {Unchecked} "The peer of {socket} has no name: an AF_UNIX client that was never bound." "unix(7)";
    GETPEERNAME Success [] {OwnHasPeer} "This is the address of the other end, to which {socket} is connected." "getpeername(2)";
};
