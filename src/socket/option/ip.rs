//! The options of IPPROTO_IP: ip(7).

use crate::socket::option::ValueType::{
    Bool, Group, GroupSource, InAddr, Int, Membership, Named, NetworkInt, PortRange, Raw,
    SourceFilter, SourceMembership,
};
use crate::socket::option::{ADMIN, ADMIN_OR_RAW, Access, FREE, Names, OptionRow, raw};

rows! {
    IPPROTO_IP "ip(7)" {
        IP_TTL: Int, Both, "1.0", FREE, "hops that an outgoing packet may take", kept "-1 means net.ipv4.ip_default_ttl", takes [-1, -1] [1, 255];
        IP_TOS: Int, Both, "1.0", FREE, "type of service of outgoing packets", kept "for TCP the kernel sets the two lowest bits (ECN) itself";
        IP_MTU_DISCOVER: Named(Names::MtuDiscovery), Both, "2.2", FREE, "path MTU discovery: whether packets may be fragmented";
        IP_MTU: Int, Get, "2.2", FREE, "the path MTU that is known; only once connected";
        IP_RECVTTL: Bool, Both, "2.2", FREE, "each message carries the TTL with which it came", off "messages do not carry their TTL";
        IP_RECVTOS: Bool, Both, "2.2", FREE, "each message carries the type of service with which it came", off "messages do not carry their type of service";
        IP_PKTINFO: Bool, Both, "2.2", FREE, "each message carries the interface and address it came to", off "messages do not carry the interface and address they came to";
        IP_RECVERR: Bool, Both, "2.2", FREE, "errors of the network are queued for recvmsg() with MSG_ERRQUEUE", off "no error of the network is queued for MSG_ERRQUEUE";
        IP_HDRINCL: Bool, Both, "2.0", FREE, "raw sockets: we write the IP header ourselves", off "raw sockets: the kernel writes the IP header";
        IP_MULTICAST_TTL: Int, Both, "1.2", FREE, "hops for multicast; 1 keeps it on the link", kept "-1 means 1", takes [-1, 255];
        IP_MULTICAST_LOOP: Bool, Both, "1.2", FREE, "our own multicast comes back to this host", off "our own multicast does not come back to this host";
        IP_MULTICAST_IF: InAddr, Both, "1.2", FREE, "the interface (by its address) that sends multicast", off "the routing table chooses the interface for multicast";
        IP_MULTICAST_ALL: Bool, Both, "2.6.31", FREE, "receive from groups that other sockets of this host have joined", off "receive only from groups that this socket has joined", takes [0, 1];
        IP_ADD_MEMBERSHIP: Membership, Set, "1.2", FREE, "join a multicast group: {group, interface}";
        IP_DROP_MEMBERSHIP: Membership, Set, "1.2", FREE, "leave a multicast group";
        IP_ADD_SOURCE_MEMBERSHIP: SourceMembership, Set, "2.4.22", FREE, "join a group for one source: {group, interface, source}";
        IP_DROP_SOURCE_MEMBERSHIP: SourceMembership, Set, "2.4.22", FREE, "leave it for this source";
        IP_BLOCK_SOURCE: SourceMembership, Set, "2.4.22", FREE, "receive nothing from this source in a group that was joined";
        IP_UNBLOCK_SOURCE: SourceMembership, Set, "2.4.22", FREE, "receive from this source again";
        IP_MSFILTER: SourceFilter, Set, "2.4.22", FREE, "all sources of a group at once, to be included or excluded";
        IP_BIND_ADDRESS_NO_PORT: Bool, Both, "4.2", FREE, "bind() to port 0 leaves the choice of a port to connect()", off "bind() to port 0 chooses a port at once";
        IP_LOCAL_PORT_RANGE = 51: PortRange, Both, "6.3", FREE, "the ports that the kernel chooses from: {lowest, highest}", off "the kernel chooses ports from net.ipv4.ip_local_port_range";
        IP_FREEBIND: Bool, Both, "2.4", FREE, "bind() to an address that no interface has yet", off "bind() needs an address of this host";
        IP_TRANSPARENT: Bool, Both, "2.6.24", ADMIN_OR_RAW, "bind() to foreign addresses, as a transparent proxy does", off "bind() needs an address of this host";
        IP_OPTIONS: Raw, Both, "2.0", raw("for options that routers act on"), "IP options of outgoing packets, at most 40 bytes", kept "the kernel fills options up to a multiple of 4 bytes";
        IP_RECVOPTS: Bool, Both, "2.2", FREE, "each message carries the IP options with which it came", off "messages do not carry their IP options";
        IP_RETOPTS: Bool, Both, "2.2", FREE, "the same, as received, so that an answer can return them", off "messages do not carry their IP options";
        IP_RECVORIGDSTADDR: Bool, Both, "2.6.29", FREE, "each message carries its original destination address", off "messages do not carry their original destination address";
        IP_PASSSEC: Bool, Both, "2.6.17", FREE, "each message carries the security label of its sender", off "messages do not carry a security label";
        IP_NODEFRAG: Bool, Both, "2.6.36", FREE, "raw sockets: netfilter leaves outgoing fragments as they are", off "raw sockets: netfilter may put fragments together";
        IP_ROUTER_ALERT: Int, Both, "2.2", FREE, "raw sockets: get packets with Router Alert instead of forwarding them", off "raw sockets: packets with Router Alert are forwarded as usual";
    }
    IPPROTO_IP "linux/in.h" {
        IP_MINTTL: Int, Both, "2.6.34", FREE, "packets with a lower TTL are dropped (RFC 5082)", off "packets with any TTL are accepted", takes [0, 255];
        IP_UNICAST_IF: NetworkInt, Both, "3.4", FREE, "the interface (by its index) that sends packets", off "the routing table chooses the interface";
        IP_CHECKSUM: Bool, Both, "4.0", FREE, "UDP: each message carries the checksum of its bytes", off "UDP: messages do not carry the checksum of their bytes";
        IP_RECVFRAGSIZE: Bool, Both, "4.10", FREE, "each message carries the size of its largest fragment", off "messages do not carry the size of their largest fragment";
        IP_RECVERR_RFC4884 = 26: Bool, Both, "5.9", FREE, "queued ICMP errors keep their extensions (RFC 4884)", off "queued ICMP errors lose their extensions", takes [0, 1];
        IP_PKTOPTIONS: Raw, Get, "2.2", FREE, "TCP: the control messages of the last segment";
        IP_IPSEC_POLICY: Raw, Set, "2.6.0", ADMIN, "an IPsec policy for this socket, in PF_KEY format";
        IP_XFRM_POLICY: Raw, Set, "2.6.0", ADMIN, "an IPsec policy for this socket, struct xfrm_userpolicy_info";
        MCAST_JOIN_GROUP: Group, Set, "2.4.22", FREE, "join a group of either IP version: {group, interface index}";
        MCAST_LEAVE_GROUP: Group, Set, "2.4.22", FREE, "leave it";
        MCAST_JOIN_SOURCE_GROUP: GroupSource, Set, "2.4.22", FREE, "join it for one source: {group, index, source}";
        MCAST_LEAVE_SOURCE_GROUP: GroupSource, Set, "2.4.22", FREE, "leave it for this source";
        MCAST_BLOCK_SOURCE: GroupSource, Set, "2.4.22", FREE, "receive nothing from this source in a group that was joined";
        MCAST_UNBLOCK_SOURCE: GroupSource, Set, "2.4.22", FREE, "receive from this source again";
        MCAST_MSFILTER: Raw, Set, "2.4.22", FREE, "all sources of a group at once, struct group_filter";
    }
}
