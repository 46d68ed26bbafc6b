//! The options of IPPROTO_IPV6: ipv6(7), and RFC 3542 for what it leaves out.

use crate::socket::option::ValueType::{Bool, Int, Interface6, Named, NetworkInt, PathMtu, Raw};
use crate::socket::option::{ADMIN, ADMIN_OR_RAW, Access, FREE, Names, OptionRow, Privilege, raw};

/// Headers that outgoing packets are to have.
const HEADER: Option<Privilege> = raw("to set one");

rows! {
    IPPROTO_IPV6 "ipv6(7)" {
        IPV6_V6ONLY: Bool, Both, "2.4.21", FREE, "do not serve IPv4 clients as ::ffff:a.b.c.d; set before bind()", off "serve IPv4 clients too, as ::ffff:a.b.c.d; set before bind()";
        IPV6_UNICAST_HOPS: Int, Both, "2.2", FREE, "hops that an outgoing packet may take", kept "-1 means the default of the interface", takes [-1, 255];
        IPV6_MULTICAST_HOPS: Int, Both, "2.2", FREE, "hops for multicast", kept "-1 means 1", takes [-1, 255];
        IPV6_MULTICAST_LOOP: Bool, Both, "2.2", FREE, "our own multicast comes back to this host", off "our own multicast does not come back to this host", takes [0, 1];
        IPV6_MULTICAST_IF: Int, Both, "2.2", FREE, "the interface (by its index) that sends multicast", off "the routing table chooses the interface for multicast";
        IPV6_ADD_MEMBERSHIP: Interface6, Set, "2.2", FREE, "join a multicast group: {group, interface index}";
        IPV6_DROP_MEMBERSHIP: Interface6, Set, "2.2", FREE, "leave a multicast group";
        IPV6_RECVPKTINFO: Bool, Both, "2.6.14", FREE, "each message carries the interface and address it came to", off "messages do not carry the interface and address they came to";
        IPV6_MTU: Int, Both, "2.4", FREE, "the path MTU that is known; set: the longest packet in bytes", takes [0, 0] [1280, i32::MAX];
        IPV6_MTU_DISCOVER: Named(Names::MtuDiscovery6), Both, "2.2", FREE, "path MTU discovery: whether packets may be fragmented";
        IPV6_RECVERR: Bool, Both, "2.2", FREE, "errors of the network are queued for recvmsg() with MSG_ERRQUEUE", off "no error of the network is queued for MSG_ERRQUEUE";
        IPV6_ADDRFORM: Named(Names::Domain), Both, "2.2", FREE, "AF_INET: a connection to ::ffff:a.b.c.d becomes an IPv4 socket";
        IPV6_ROUTER_ALERT: Int, Both, "2.2", FREE, "raw sockets: get packets with Router Alert instead of forwarding them";
        IPV6_FLOWINFO: Bool, Both, "2.2", FREE, "each message carries the flow label with which it came", off "messages do not carry their flow label";
        IPV6_RTHDR: Raw, Both, "2.6.14", HEADER, "the routing header of outgoing packets";
        IPV6_HOPOPTS: Raw, Both, "2.6.14", HEADER, "the hop-by-hop options of outgoing packets";
        IPV6_DSTOPTS: Raw, Both, "2.6.14", HEADER, "the destination options of outgoing packets";
        IPV6_AUTHHDR: Bool, Both, "2.2", FREE, "removed: the kernel keeps only its number", off "removed: the kernel keeps only its number";
        IPV6_HOPLIMIT: Int, Both, "2.6.14", FREE, "a control message only; IPV6_RECVHOPLIMIT asks for it";
    }
    IPPROTO_IPV6 "RFC 3542" {
        IPV6_RECVHOPLIMIT: Bool, Both, "2.6.14", FREE, "each message carries the hop limit with which it came", off "messages do not carry their hop limit";
        IPV6_RECVTCLASS: Bool, Both, "2.6.14", FREE, "each message carries the traffic class with which it came", off "messages do not carry their traffic class";
        IPV6_TCLASS: Int, Both, "2.6.14", FREE, "the traffic class of outgoing packets; -1: the default", kept "-1 means 0, and for TCP the kernel sets the two lowest bits (ECN) itself", takes [-1, 255];
        IPV6_RECVRTHDR: Bool, Both, "2.6.14", FREE, "each message carries the routing header with which it came", off "messages do not carry their routing header";
        IPV6_RECVHOPOPTS: Bool, Both, "2.6.14", FREE, "each message carries the hop-by-hop options with which it came", off "messages do not carry their hop-by-hop options";
        IPV6_RECVDSTOPTS: Bool, Both, "2.6.14", FREE, "each message carries the destination options with which it came", off "messages do not carry their destination options";
        IPV6_RTHDRDSTOPTS: Raw, Both, "2.6.14", HEADER, "the destination options before the routing header";
        IPV6_PKTINFO: Interface6, Set, "2.6.14", FREE, "the source address and interface of outgoing packets";
        IPV6_NEXTHOP: Raw, Set, "2.2", FREE, "removed: the kernel keeps only its number";
        IPV6_CHECKSUM: Int, Both, "2.2", FREE, "raw sockets: where the kernel puts the checksum; -1: nowhere";
        IPV6_RECVPATHMTU: Bool, Both, "2.6.35", FREE, "a message reports each change of the path MTU", off "no message reports changes of the path MTU";
        IPV6_PATHMTU: PathMtu, Get, "2.6.35", FREE, "the path MTU that is known, with the peer; only once connected";
        IPV6_DONTFRAG: Bool, Both, "2.6.35", FREE, "datagrams are not fragmented: one that is too long fails with EMSGSIZE", off "datagrams that are too long for the path are fragmented";
        IPV6_JOIN_ANYCAST: Interface6, Set, "2.6.0", ADMIN, "join an anycast group: {address, interface index}";
        IPV6_LEAVE_ANYCAST: Interface6, Set, "2.6.0", FREE, "leave an anycast group";
    }
    IPPROTO_IPV6 "linux/in6.h" {
        IPV6_MULTICAST_ALL: Bool, Both, "4.20", FREE, "receive from groups that other sockets of this host have joined", off "receive only from groups that this socket has joined";
        IPV6_ADDR_PREFERENCES: Named(Names::SourcePreferences), Both, "2.6.26", FREE, "which source address is preferred (RFC 5014)";
        IPV6_MINHOPCOUNT: Int, Both, "2.6.35", FREE, "packets with a lower hop limit are dropped (RFC 5082)", off "packets with any hop limit are accepted", takes [0, 255];
        IPV6_UNICAST_IF: NetworkInt, Both, "3.4", FREE, "the interface (by its index) that sends packets", off "the routing table chooses the interface";
        IPV6_FREEBIND: Bool, Both, "4.19", FREE, "bind() to an address that no interface has yet", off "bind() needs an address of this host";
        IPV6_TRANSPARENT: Bool, Both, "2.6.37", ADMIN_OR_RAW, "bind() to foreign addresses, as a transparent proxy does", off "bind() needs an address of this host";
        IPV6_RECVORIGDSTADDR: Bool, Both, "2.6.37", FREE, "each message carries its original destination address", off "messages do not carry their original destination address";
        IPV6_RECVFRAGSIZE: Bool, Both, "4.10", FREE, "each message carries the size of its largest fragment", off "messages do not carry the size of their largest fragment";
        IPV6_RECVERR_RFC4884 = 31: Bool, Both, "5.9", FREE, "queued ICMP errors keep their extensions (RFC 4884)", off "queued ICMP errors lose their extensions", takes [0, 1];
        IPV6_AUTOFLOWLABEL: Bool, Both, "3.17", FREE, "the kernel chooses flow labels", off "the kernel chooses no flow labels";
        IPV6_FLOWINFO_SEND: Bool, Both, "2.2", FREE, "the flow label of a given address is sent", off "the flow label of a given address is not sent";
        IPV6_FLOWLABEL_MGR: Raw, Set, "2.2", FREE, "acquire or release a flow label: struct in6_flowlabel_req";
        IPV6_HDRINCL: Bool, Both, "4.15", FREE, "raw sockets: we write the IP header ourselves", off "raw sockets: the kernel writes the IP header";
        IPV6_ROUTER_ALERT_ISOLATE: Bool, Both, "5.1", FREE, "IPV6_ROUTER_ALERT of this network namespace only", off "IPV6_ROUTER_ALERT of every network namespace";
        IPV6_IPSEC_POLICY: Raw, Set, "2.6.0", ADMIN, "an IPsec policy for this socket, in PF_KEY format";
        IPV6_XFRM_POLICY: Raw, Set, "2.6.0", ADMIN, "an IPsec policy for this socket, struct xfrm_userpolicy_info";
        IPV6_2292PKTINFO: Bool, Both, "2.2", FREE, "IPV6_RECVPKTINFO as in RFC 2292", off "IPV6_RECVPKTINFO off, as in RFC 2292";
        IPV6_2292HOPLIMIT: Bool, Both, "2.2", FREE, "IPV6_RECVHOPLIMIT as in RFC 2292", off "IPV6_RECVHOPLIMIT off, as in RFC 2292";
        IPV6_2292HOPOPTS: Bool, Both, "2.2", FREE, "IPV6_RECVHOPOPTS as in RFC 2292", off "IPV6_RECVHOPOPTS off, as in RFC 2292";
        IPV6_2292DSTOPTS: Bool, Both, "2.2", FREE, "IPV6_RECVDSTOPTS as in RFC 2292", off "IPV6_RECVDSTOPTS off, as in RFC 2292";
        IPV6_2292RTHDR: Bool, Both, "2.2", FREE, "IPV6_RECVRTHDR as in RFC 2292", off "IPV6_RECVRTHDR off, as in RFC 2292";
        IPV6_2292PKTOPTIONS: Raw, Both, "2.2", FREE, "control messages for a whole connection, as in RFC 2292";
    }
}
