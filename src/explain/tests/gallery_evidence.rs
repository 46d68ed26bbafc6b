//! Stories in which the kernel said just after the call what decided it: the route, the users of the port, settings.

use crate::explain::tests::gallery::{CONNECTED, Tale};

pub(crate) const STORIES: &[Tale] = &[
    ("a refused connection is blamed on what the tables show", CONNECTED, "
        d = socket(AF_INET, SOCK_STREAM)
        @ route local
        @ user 127.0.0.1:8080 LISTEN l
        connect(d, 127.0.0.1:8080) -> ECONNREFUSED
        ? l listens on 127.0.0.1:8080, so probably a firewall rule rejected
        ! connect(d, 127.0.0.1:8080)
        @ route local
        @ user 0.0.0.0:9 LISTEN program device eth0
        connect(d, 127.0.0.1:9) -> ECONNREFUSED
        ? nginx (pid 812) listens on that port, but SO_BINDTODEVICE lets it receive over eth0 only
        @ route local
        @ users none
        connect(d, 127.0.0.1:9) -> ECONNREFUSED
        ? Nobody listens on 127.0.0.1:9 of this host
        @ route eth0
        connect(d, 10.9.0.2:8080) -> ECONNREFUSED
        ? The connection to 10.9.0.2:8080 was refused: most likely nobody listens there
        @ route local
        @ user 127.0.0.1:7 CLOSE program
        connect(d, 127.0.0.1:7) -> ECONNREFUSED
        ? Nobody listens on 127.0.0.1:7
        @ route local
        @ user 127.0.0.1:8080 LISTEN l
        connect(d, 127.0.0.1:8080) -> ETIMEDOUT
        ? No SYN was answered in time, though l listens on 127.0.0.1:8080: probably a firewall
        @ route local
        connect(d, 127.0.0.1:8080) -> EHOSTUNREACH
        ? 127.0.0.1:8080 is on this host itself, so no router and no neighbour was involved
        n = socket(AF_INET, SOCK_STREAM|SOCK_NONBLOCK)
        @ route local
        @ user 127.0.0.1:8080 LISTEN l
        @ state SYN_SENT
        connect(n, 127.0.0.1:8080) -> EINPROGRESS
        ? its SYN is unanswered though l listens on 127.0.0.1:8080: a firewall rule may drop it
        getsockopt(n, SO_ERROR) -> ECONNREFUSED
        ? the connect() that did not wait was refused, as nobody listens there or a firewall
        u = socket(AF_INET, SOCK_DGRAM)
        connect(u, 127.0.0.1:9) -> 0
        send(u, \"x\") -> EPERM
        ? or another security policy forbids sending to
    "),
    ("the route decides", "
        d = socket(AF_INET, SOCK_STREAM)
        u = socket(AF_INET, SOCK_DGRAM)
    ", "
        @ route none
        connect(d, 10.1.1.1:80) -> ENETUNREACH
        ? This host has no route to 10.1.1.1:80
        connect(d, 10.1.1.1:80) -> ENETUNREACH
        ? this host has no route to it, or a router or firewall
        @ route broadcast
        connect(d, 10.1.1.255:80) -> ENETUNREACH
        ? 10.1.1.255:80 is the broadcast address of a network that this host is on
        @ route unreachable
        connect(d, 10.1.1.1:80) -> EHOSTUNREACH
        ? A route of type unreachable covers 10.1.1.1:80
        connect(d, 10.1.1.1:80) -> EHOSTUNREACH
        ? the host did not answer ARP or neighbour discovery
        @ route prohibit
        sendto(u, \"x\", 10.1.1.1:80) -> EACCES
        ? A route of type prohibit covers 10.1.1.1:80
        !! setsockopt(u, SO_BROADCAST, 1)
        sendto(u, \"x\", 10.1.1.1:80) -> EACCES
        ? Sending to 10.1.1.1:80 is not allowed: a route of type prohibit
        @ route broadcast
        sendto(u, \"x\", 10.1.1.255:80) -> EACCES
        ? 10.1.1.255:80 is the broadcast address of a network, and SO_BROADCAST of u is off
        ! setsockopt(u, SO_BROADCAST, 1)
        @ route blackhole
        connect(u, 10.1.1.1:80) -> EINVAL
        ? A route of type blackhole covers 10.1.1.1:80
        connect(u, 10.1.1.1:80) -> EPERM
        ? A rule of the local firewall
    "),
    ("a socket that is bound to an interface sends over that one", CONNECTED, "
        d = socket(AF_INET, SOCK_STREAM|SOCK_NONBLOCK)
        setsockopt(d, SO_BINDTODEVICE, \"eth0\") -> 0
        @ route eth0
        @ plain route local
        @ state SYN_SENT
        connect(d, addr(l)) -> EINPROGRESS
        ? d is bound to eth0 (SO_BINDTODEVICE): its SYN leaves over that interface
        ! setsockopt(d, SO_BINDTODEVICE, \"\")
        @ route none
        @ plain route eth1
        connect(d, 10.1.1.1:80) -> ENETUNREACH
        ? no route to 10.1.1.1:80 leads over that interface
        @ route eth0
        @ plain route local
        connect(d, addr(l)) -> ETIMEDOUT
        ? its SYNs left over that interface
    "),
    ("IPV6_V6ONLY excludes IPv4", "", "
        d = socket(AF_INET6, SOCK_DGRAM)
        setsockopt(d, IPV6_V6ONLY, 1) -> 0
        connect(d, [::ffff:127.0.0.1]:9) -> ENETUNREACH
        ? IPV6_V6ONLY of d is on, so it cannot reach [::ffff:127.0.0.1]:9
        ! setsockopt(d, IPV6_V6ONLY, 0)
        connect(d, 127.0.0.1:9) -> EAFNOSUPPORT
        ? IPV6_V6ONLY of d is on, so it cannot reach 127.0.0.1:9
    "),
    ("the ports that may be chosen", CONNECTED, "
        d = socket(AF_INET, SOCK_STREAM)
        @ reads IP_LOCAL_PORT_RANGE {5000, 5000}
        @ pair 127.0.0.1:5000 to 127.0.0.1:8080 c
        connect(d, addr(l)) -> EADDRNOTAVAIL
        ? IP_LOCAL_PORT_RANGE lets d choose from 5000 to 5000, and each of these ports has a connection
        ? c has 127.0.0.1:5000
        @ sysctl net.ipv4.ip_local_port_range 5000 5001
        @ pair 127.0.0.1:5000 to 127.0.0.1:8080 c
        connect(d, addr(l)) -> EADDRNOTAVAIL
        ? No local address and port can be used for 127.0.0.1:8080
        @ sysctl net.ipv4.ip_local_port_range 5000 5001
        connect(d, addr(l)) -> EAGAIN
        ? The kernel found no free local port in net.ipv4.ip_local_port_range, 5000 to 5001
        bind(d, 127.0.0.1:5000) -> 0
        @ pair 127.0.0.1:5000 to 127.0.0.1:8080 program
        connect(d, addr(l)) -> EADDRNOTAVAIL
        ? nginx (pid 812) already has the connection from 127.0.0.1:5000 to 127.0.0.1:8080
        @ pair 127.0.0.1:5000 to 127.0.0.1:8080 c
        connect(d, addr(l)) -> EADDRNOTAVAIL
        ? c already has the connection from 127.0.0.1:5000 to 127.0.0.1:8080
    "),
    ("who may have the port", CONNECTED, "
        n = socket(AF_INET, SOCK_STREAM)
        @ user 0.0.0.0:8080 LISTEN program
        bind(n, 127.0.0.1:8080) -> EADDRINUSE
        ? nginx (pid 812) has *:8080, which overlaps 127.0.0.1:8080
        @ user 127.0.0.1:8080 LISTEN hidden
        bind(n, 127.0.0.1:8080) -> EADDRINUSE
        ? A socket outside this session has 127.0.0.1:8080. Choose port 0 for a free one, or close
        @ user 127.0.0.1:8080 LISTEN l
        bind(n, 127.0.0.1:8080) -> EADDRINUSE
        ? 127.0.0.1:8080 is taken: l has had it
        bind(n, 127.0.0.1:8081) -> 0
        @ user 127.0.0.1:8081 LISTEN program
        listen(n, 5) -> EADDRINUSE
        ? nginx (pid 812) has 127.0.0.1:8081, and two sockets listen on one port only if both have SO_REUSEPORT
        listen(n, 5) -> EADDRINUSE
        ? Another socket has this port in a way that excludes a listener
    "),
    ("which addresses and ports can be bound", "", "
        n = socket(AF_INET, SOCK_STREAM)
        @ sysctl net.ipv4.ip_unprivileged_port_start 2000
        @ capabilities none
        bind(n, 127.0.0.1:1500) -> EACCES
        ? Ports below 2000 (net.ipv4.ip_unprivileged_port_start) need CAP_NET_BIND_SERVICE, which this process lacks
        @ route eth0
        bind(n, 203.0.113.5:80) -> EADDRNOTAVAIL
        ? No interface of this network namespace has the address of 203.0.113.5:80
        ! setsockopt(n, IP_FREEBIND, 1)
        ! bind(n, *:80)
        bind(n, 203.0.113.5:80) -> EADDRNOTAVAIL
        ? 203.0.113.5:80 cannot be used as a local address
        @ reads IP_LOCAL_PORT_RANGE {5000, 5000}
        bind(n, 127.0.0.1:0) -> EADDRINUSE
        ? bind() was to choose a port from IP_LOCAL_PORT_RANGE of n, 5000 to 5000
        ! setsockopt(n, IP_BIND_ADDRESS_NO_PORT, 1)
        @ sysctl net.ipv4.ip_local_port_range 5000 5001
        bind(n, 127.0.0.1:0) -> EADDRINUSE
        ? bind() was to choose a port from net.ipv4.ip_local_port_range, 5000 to 5001
        @ reads IP_BIND_ADDRESS_NO_PORT 1
        bind(n, 127.0.0.1:0) -> 0
        @ n local 127.0.0.1:0
        ? IP_BIND_ADDRESS_NO_PORT is on, so bind() only recorded the address of n
        setsockopt(n, IP_BIND_ADDRESS_NO_PORT, 1) -> 0
        getsockname(n) -> 127.0.0.1:0
        ? n has no port yet
        r = socket(AF_INET, SOCK_RAW, IPPROTO_ICMP)
        bind(r, 127.0.0.1:0) -> 0
        @ r local 127.0.0.1:1
        ? r receives only packets that are sent to this address now
        z = socket(AF_INET, SOCK_DGRAM)
        bind(z, AF_UNSPEC) -> 0
        @ z local 0.0.0.0:700
        ? counts as the wildcard address of AF_INET here: z is *:700 now
        g = socket(AF_INET, SOCK_DGRAM)
        bind(g, 239.1.2.3:700) -> 0
        ? g is 239.1.2.3:700 now. Messages to that group come only after
        y = socket(AF_INET6, SOCK_STREAM)
        bind(y, [fe80::1]:80) -> EINVAL
        ? write [fe80::1%eth0]:80, with one that
        x = socket(AF_INET, SOCK_STREAM)
        bind(x, 127.0.0.1:80) -> EINVAL
        ? x has an address already, and a socket is bound only once; or
    "),
    ("which sockets a kernel makes", "", "
        @ protocols TCP UDP
        socket(AF_INET, SOCK_SEQPACKET, IPPROTO_SCTP) -> ESOCKTNOSUPPORT
        ? This kernel has no SCTP
        socket(AF_INET, SOCK_SEQPACKET) -> ESOCKTNOSUPPORT
        ? This kernel has no protocol for sockets of type SOCK_SEQPACKET in AF_INET
        socket(AF_UNIX, SOCK_RDM) -> ESOCKTNOSUPPORT
        ? AF_UNIX has no sockets of type SOCK_RDM, but SOCK_STREAM
        socket(AF_PACKET, SOCK_STREAM) -> ESOCKTNOSUPPORT
        ? AF_PACKET has sockets of the types SOCK_RAW and SOCK_DGRAM only
        socket(AF_NETLINK, SOCK_STREAM) -> ESOCKTNOSUPPORT
        ? AF_NETLINK has sockets of the types SOCK_RAW and SOCK_DGRAM only
        ! s1 = socket(AF_NETLINK, SOCK_RAW)
        socket(40, SOCK_RDM) -> ESOCKTNOSUPPORT
        ? 40 has no sockets of type SOCK_RDM in this kernel
        socket(AF_INET6, SOCK_RAW) -> EPROTONOSUPPORT
        ? A raw socket has no default protocol
        ! s1 = socket(AF_INET6, SOCK_RAW, IPPROTO_ICMPV6)
        socket(40, SOCK_RAW) -> EPROTONOSUPPORT
        ? This kernel has no default protocol for 40
        @ sysctl net.mptcp.enabled 0
        socket(AF_INET, SOCK_STREAM, IPPROTO_MPTCP) -> ENOPROTOOPT
        ? net.mptcp.enabled is 0
        @ capabilities none
        socket(AF_INET, SOCK_RAW, IPPROTO_ICMP) -> EPERM
        ? so it needs CAP_NET_RAW, which this process lacks
        @ capabilities none
        socket(AF_PACKET, SOCK_RAW) -> EPERM
        ? AF_PACKET can read every frame of this network namespace
        socket(AF_PACKET, SOCK_RAW) -> EPERM
        ? AF_PACKET needs CAP_NET_RAW
        @ sysctl net.ipv4.ping_group_range 1 0
        socket(AF_INET, SOCK_DGRAM, IPPROTO_ICMP) -> EACCES
        ? The range is \"1 0\", and this process is in none of them
        socket(AF_INET, SOCK_DGRAM, IPPROTO_ICMP) -> EACCES
        ? probably this process is in none of them
        socket(AF_INET, SOCK_STREAM, 300) -> EINVAL
        ? 300 is out of the range of protocol numbers
        socket(AF_INET, SOCK_STREAM, IPPROTO_SCTP) -> EPROTONOSUPPORT
        ? This kernel has no IPPROTO_SCTP for AF_INET with SOCK_STREAM
        n = socket(AF_NETLINK, SOCK_RAW) -> fd
        ? n is a new socket of AF_NETLINK. sockplay makes the calls
        send(n, \"x\") -> 1
        ? What it does in the domain AF_NETLINK is not explained here
        r = socket(AF_INET, SOCK_RAW, IPPROTO_RAW) -> fd
        ? r is a raw socket of IPPROTO_RAW, which only sends
    "),
    ("what a connect() that did not wait has come to", CONNECTED, "
        d = socket(AF_INET, SOCK_STREAM|SOCK_NONBLOCK)
        @ state SYN_SENT
        connect(d, 10.1.1.1:80) -> EINPROGRESS
        ? d has sent its SYN, and the handshake continues
        @ d local 127.0.0.1:6000
        bind(d, 127.0.0.1:81) -> EINVAL
        ? d is connecting and has the local address 127.0.0.1:6000 already
        @ state CLOSE
        connect(c, addr(l)) -> EISCONN
        ? c had a connection, which is over: the kernel has it in CLOSE
        @ state CLOSE
        getpeername(c) -> ENOTCONN
        ? The connection of c is over: the kernel has it in CLOSE
        u = socket(AF_INET, SOCK_DGRAM)
        sendto(u, \"x\", 255.255.255.255:9) -> EACCES
        ? 255.255.255.255:9 is a broadcast address, and SO_BROADCAST of u is off
        m = socket(AF_INET, SOCK_STREAM, IPPROTO_MPTCP) -> fd
        ? m is a new socket without an address or a peer
        x = socket(AF_UNIX, SOCK_STREAM)
        getsockname(x) -> unix:
        ? x has no name. Only bind() gives one
        bind(x, abstract:x) -> 0
        @ sysctl net.core.somaxconn 4096
        listen(x, 5) -> 0
        ? x is passive now: connect() to it succeeds before accept()
    "),
    ("close() is explained by the state of the kernel", CONNECTED, "
        @ before ESTABLISHED
        @ own end FIN_WAIT2 alone
        close(c) -> 0
        ? The kernel keeps the connection without a descriptor: it sends what is left
        d = socket(AF_INET, SOCK_STREAM)
        connect(d, addr(l)) -> 0
        @ before CLOSE_WAIT
        close(d) -> 0
        ? The peer ended first, and the FIN of d follows now
        e = socket(AF_INET, SOCK_STREAM)
        connect(e, addr(l)) -> 0
        @ before CLOSE
        @ own end TIME_WAIT alone
        close(e) -> 0
        ? the kernel keeps its connection in TIME_WAIT for 60 s
        f = socket(AF_INET, SOCK_STREAM)
        connect(f, addr(l)) -> 0
        @ before CLOSE
        @ own end gone
        close(f) -> 0
        ? The connection of f was over already: the kernel had it in CLOSE
        g = socket(AF_INET, SOCK_STREAM)
        connect(g, addr(l)) -> 0
        @ before ESTABLISHED
        @ own end gone
        close(g) -> 0
        ? The kernel has no connection of g any more
        h = socket(AF_INET, SOCK_STREAM)
        connect(h, addr(l)) -> 0
        @ before ESTABLISHED
        @ own end ESTABLISHED held
        close(h) -> 0
        ? the kernel still has the socket with a descriptor
        i = socket(AF_INET, SOCK_STREAM|SOCK_NONBLOCK)
        connect(i, addr(l)) -> EINPROGRESS
        @ before SYN_SENT
        close(i) -> 0
        ? The attempt to connect is abandoned: i was in SYN_SENT
        j = socket(AF_INET, SOCK_STREAM|SOCK_NONBLOCK)
        connect(j, addr(l)) -> EINPROGRESS
        close(j) -> 0
        ? A connect() that was in progress is abandoned
        k = socket(AF_INET, SOCK_STREAM)
        connect(k, addr(l)) -> 0
        @ before LAST_ACK
        close(k) -> 0
        ? The kernel keeps the connection until its FIN is acknowledged
        m = socket(AF_INET, SOCK_STREAM)
        connect(m, addr(l)) -> 0
        @ before FIN_WAIT2
        @ own end FIN_WAIT2 alone
        close(m) -> 0
        ? so close() adds nothing. The kernel keeps the connection without a descriptor
        n = socket(AF_INET, SOCK_STREAM)
        connect(n, addr(l)) -> 0
        recv(n, 9) -> ECONNRESET
        @ before CLOSE
        close(n) -> 0
        ? The connection had failed with ECONNRESET before, so nothing was sent
        o = socket(AF_INET, SOCK_STREAM)
        connect(o, addr(l)) -> 0
        setsockopt(o, SO_LINGER, {1, 0s}) -> 0
        @ before ESTABLISHED
        @ own end gone
        close(o) -> 0
        ? SO_LINGER {1, 0s} made close() abort the connection
        p = socket(AF_INET, SOCK_STREAM)
        connect(p, addr(l)) -> 0
        setsockopt(p, SO_LINGER, {1, 5s}) -> 0
        @ before ESTABLISHED
        close(p) -> blocks
        @ returns 0
        ? SO_LINGER makes close() wait until everything is acknowledged
    "),
    ("close() of a duplicate ends nothing", CONNECTED, "
        d = dup(c)
        @ before ESTABLISHED
        close(c) -> 0
        ? d is another descriptor of the same socket, so the connection remains and no FIN
    "),
    ("close() with what is unread or has no room", CONNECTED, "
        send(s, \"abc\") -> 3
        @ c unread 3
        @ before ESTABLISHED
        @ own end gone
        close(c) -> 0
        ? c had 3 unread bytes, so close() sent RST instead of FIN
    "),
    ("close() with a closed window leaves the data to the kernel", CONNECTED, "
        @ c probes 70000
        @ before ESTABLISHED
        @ own end FIN_WAIT1 alone
        close(c) -> 0
        ? s has no room: the kernel keeps the data and the FIN behind it, in FIN_WAIT1
    "),
    ("the file of a socket is named where it is there", "", "
        l = socket(AF_UNIX, SOCK_STREAM)
        bind(l, unix:/tmp/l) -> 0
        listen(l, 5) -> 0
        @ file ours
        close(l) -> 0
        ? Its file unix:/tmp/l stays until unlink()
        ! unlink(unix:/tmp/l)
        m = socket(AF_UNIX, SOCK_DGRAM)
        bind(m, unix:/tmp/m) -> 0
        @ file ours
        close(m) -> 0
        ? the file unix:/tmp/m that bind() made stays
        n = socket(AF_UNIX, SOCK_DGRAM)
        bind(n, unix:/tmp/n) -> 0
        close(n) -> 0
        !! unlink(unix:/tmp/n)
    "),
    ("shutdown() is explained by the state of the kernel", CONNECTED, "
        @ before ESTABLISHED
        @ state FIN_WAIT2
        shutdown(c, SHUT_WR) -> 0
        ? Half-close: a FIN follows the data that c has sent, and s reads end of file
        @ before FIN_WAIT2
        shutdown(c, SHUT_WR) -> 0
        ? The sending of c had ended before, so no second FIN
        @ before FIN_WAIT2
        shutdown(c, SHUT_RD) -> 0
        ? Both directions of c have ended now: data that still arrives is answered with RST
        @ before CLOSE_WAIT
        shutdown(s, SHUT_WR) -> 0
        ? The peer had sent its FIN already, and that of s follows
        @ before CLOSE
        shutdown(s, SHUT_WR) -> ENOTCONN
        ? The connection of s is over: the kernel has it in CLOSE
        d = socket(AF_INET, SOCK_STREAM)
        connect(d, addr(l)) -> 0
        @ before ESTABLISHED
        shutdown(d, SHUT_RD) -> 0
        ? as long as its own sending is open
        @ before ESTABLISHED
        shutdown(d, SHUT_WR) -> 0
        ? A FIN follows the data that d has sent. Its receiving has ended too
        e = socket(AF_INET, SOCK_STREAM)
        connect(e, addr(l)) -> 0
        @ before ESTABLISHED
        shutdown(e, SHUT_RDWR) -> 0
        ? Both directions of e end, whatever other descriptors
        f = socket(AF_INET, SOCK_STREAM)
        connect(f, addr(l)) -> 0
        @ before CLOSE_WAIT
        shutdown(f, SHUT_RDWR) -> 0
        ? both directions have ended. The descriptor stays open
    "),
    ("shutdown() of AF_UNIX with a closed peer", "
        a, b = socketpair(AF_UNIX, SOCK_STREAM)
    ", "
        close(b) -> 0
        shutdown(a, SHUT_WR) -> 0
        ? b is closed, so no socket is left to read end of file
    "),
    ("after connect() the text follows what both ends are", CONNECTED, "
        d = socket(AF_INET, SOCK_STREAM)
        @ route local
        @ user 127.0.0.1:8080 LISTEN l
        @ other end ESTABLISHED alone
        connect(d, addr(l)) -> 0
        ? The handshake is complete: the kernel did it for l, without any accept()
        ! s1 = accept(l)
        e = socket(AF_INET, SOCK_STREAM)
        @ route local
        @ user 127.0.0.1:8080 LISTEN l
        @ other end SYN_RECV alone
        @ state ESTABLISHED
        connect(e, addr(l)) -> 0
        ? e has its SYN+ACK and is connected, but the other end is in SYN_RECV
        !! s1 = accept(l)
        f = socket(AF_INET, SOCK_STREAM)
        @ state CLOSE
        connect(f, addr(l)) -> 0
        ? connect() succeeded, but the connection is over again: the kernel has f in CLOSE
        g = socket(AF_INET, SOCK_STREAM)
        @ state SYN_SENT
        @ reads TCP_FASTOPEN_CONNECT 1
        connect(g, addr(l)) -> 0
        ? Nothing was sent yet: TCP_FASTOPEN_CONNECT of g is on
        h = socket(AF_INET, SOCK_STREAM)
        @ route eth0
        @ state ESTABLISHED
        connect(h, 10.1.1.1:8080) -> 0
        ? The handshake is complete and h is ESTABLISHED: the kernel at 10.1.1.1:8080 answered
        i = socket(AF_INET, SOCK_STREAM)
        setsockopt(l, TCP_DEFER_ACCEPT, 5) -> 0
        @ route local
        @ user 127.0.0.1:8080 LISTEN l
        @ other end SYN_RECV alone
        connect(i, addr(l)) -> 0
        ? i is connected, but l has TCP_DEFER_ACCEPT: the other end stays in SYN_RECV
        ! send(i, \"hello\")
        @ made CLOSE
        p = accept(l) -> fd from 127.0.0.1:5001
        ? p is a NEW socket, but its connection is over already
        accept4(l, SOCK_NONBLOCK|77) -> EINVAL
        ? accept4() takes no flags other than SOCK_NONBLOCK and SOCK_CLOEXEC
        k = socket(AF_INET, SOCK_STREAM)
        bind(k, 127.0.0.1:8081) -> 0
        listen(k, 5) -> 0
        m = socket(AF_INET, SOCK_STREAM|SOCK_NONBLOCK)
        listen(m, 5) -> 0
        accept(m) -> EAGAIN
        ? No connection waits in the queue of m, and accept() must not wait (O_NONBLOCK)
        accept(k) -> EAGAIN
        ? and SO_RCVTIMEO ended the wait, or the socket is non-blocking
    "),
    ("AF_UNSPEC is explained by the state of the kernel", CONNECTED, "
        @ before ESTABLISHED
        connect(c, AF_UNSPEC) -> 0
        ? AF_UNSPEC aborted the connection of c: a RST was sent
        @ before CLOSE
        connect(s, AF_UNSPEC) -> 0
        ? The connection of s had ended already, so nothing was sent
        d = socket(AF_INET, SOCK_STREAM|SOCK_NONBLOCK)
        connect(d, addr(l)) -> EINPROGRESS
        connect(d, AF_UNSPEC) -> 0
        ? AF_UNSPEC abandons the connect() of d that was in progress
        u = socket(AF_INET, SOCK_DGRAM)
        connect(u, *:9) -> 0
        @ u peer 127.0.0.1:9
        ? As a destination the wildcard address means this host itself: the peer of u is 127.0.0.1:9
    "),
    ("a connect() that reports an earlier one", "
        l = socket(AF_INET, SOCK_STREAM)
        bind(l, 127.0.0.1:9) -> 0
        listen(l, 5) -> 0
        d = socket(AF_INET, SOCK_STREAM|SOCK_NONBLOCK)
        @ state ESTABLISHED
        connect(d, addr(l)) -> EINPROGRESS
        @ d local 127.0.0.1:40
        @ d peer 127.0.0.1:9
    ", "
        @ before ESTABLISHED
        connect(d, 127.0.0.1:1) -> 0
        ? An earlier connect() has completed, and this call reports it: d is connected to 127.0.0.1:9.
    "),
    ("the length beside an address ends a path", "
        u = socket(AF_UNIX, SOCK_STREAM)
    ", "
        bind(u, unix:/tmp/abcdef, 9) -> 0
        @ u local unix:/tmp/ab
        ? A length was passed with the address, 9, and the kernel reads the path up to there: u is unix:/tmp/ab.
    "),
    ("an abstract name is all of its bytes", "
        l = socket(AF_UNIX, SOCK_STREAM)
    ", "
        bind(l, abstract:foo, 8) -> 0
        @ l local abstract:\"foo\\0\\0\"
        ? The length 8 that was passed with the address is part of an abstract name: l is abstract:\"foo
        listen(l, 5) -> 0
        c = socket(AF_UNIX, SOCK_STREAM)
        @ name foo\\0\\0 listening l
        connect(c, abstract:foo) -> ECONNREFUSED
        ? No socket that listens has exactly the name abstract:foo: l is abstract:\"foo
        @ name foo bound program
        connect(c, abstract:foo) -> ECONNREFUSED
        ? nginx (pid 812) has the abstract name abstract:foo, but does not listen
        @ names none
        connect(c, abstract:foo) -> ECONNREFUSED
        ? No open socket has the abstract name abstract:foo
        o = socket(AF_UNIX, SOCK_STREAM)
        bind(o, abstract:o) -> 0
        p = socket(AF_UNIX, SOCK_STREAM)
        bind(p, abstract:o) -> EADDRINUSE
        ? abstract:o is the name of o (bound), and no file belongs to it
        bind(p, unix:@abc) -> 0
        ? here a name that begins with @ is a path
        q = socket(AF_UNIX, SOCK_STREAM)
        bind(q, abstract:q) -> 0
        close(q) -> 0
        @ names none
        connect(c, abstract:q) -> ECONNREFUSED
        ? q had the abstract name abstract:q and is closed
        t = socket(AF_UNIX, SOCK_STREAM)
        bind(t, unix:/tmp/t) -> 0
        close(t) -> 0
        v = socket(AF_UNIX, SOCK_STREAM)
        @ file ours
        bind(v, unix:/tmp/t) -> EADDRINUSE
        ? t is closed, but the file that its bind() made is still there
        ! unlink(unix:/tmp/t)
        @ file ours
        connect(c, unix:/tmp/t) -> ECONNREFUSED
        ? t is closed and only the file unix:/tmp/t of its bind() is left
        ! unlink(unix:/tmp/t)
        connect(c, unix:/tmp/t) -> ECONNREFUSED
        @ outsider nginx
        ? nginx (pid 812), outside of this session, has unix:/tmp/t and accepts nothing
        @ outsider hidden
        ? An open socket outside of this session has unix:/tmp/t and accepts nothing
        bind(v, unix:/tmp/t) -> EADDRINUSE
        ? unix:/tmp/t exists in the file system
        !! unlink(unix:/tmp/t)
    "),
    ("domains that are not explained", "
        n = socket(AF_NETLINK, SOCK_RAW) -> fd
        v = socket(40, SOCK_STREAM) -> fd
    ", "
        bind(n, family:16:00:00:00:00:00:00:01:00:00:00) -> 0
        ? n was bound to an address of AF_NETLINK: port ID 0, groups 0x1
        getsockname(n) -> family:16:00:00:07:00:00:00:01:00:00:00
        ? An address of AF_NETLINK: port ID 7, groups 0x1
        connect(n, family:16:00:00:00:00:00:00:00:00:00:00) -> 0
        ? n was connected to an address of AF_NETLINK: port ID 0
        bind(v, family:40:00:00:90:1f:00:00:01:00:00:00:00:00:00:00) -> EADDRNOTAVAIL
        ? What it means in the domain
        shutdown(v, SHUT_RD) -> 0
        ? The call succeeded. What it does in the domain
    "),
];
