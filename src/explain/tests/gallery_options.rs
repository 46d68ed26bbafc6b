//! Stories of options, readiness and waits in which the errno or the bit alone does not say the cause.

use crate::explain::tests::gallery::{CONNECTED, PAIR, Tale};

pub(crate) const STORIES: &[Tale] = &[
    ("options of another kind of socket", PAIR, "
        setsockopt(a, SO_REUSEPORT, 1) -> EOPNOTSUPP
        ? SO_REUSEPORT is for AF_INET and AF_INET6 only: a (AF_UNIX) has no port to share
        setsockopt(a, SO_ZEROCOPY, 1) -> EOPNOTSUPP
        ? a (AF_UNIX, stream socket) cannot send without copying
        getsockopt(a, TCP_INFO) -> fails EOPNOTSUPP
        ? a (AF_UNIX, stream socket) has no options of the level IPPROTO_TCP.
        getsockopt(a, SO_PEERSEC) -> fails ENOPROTOOPT
        ? This kernel does not support SO_PEERSEC (SOL_SOCKET) on a (AF_UNIX, stream socket): it belongs to another kind of socket, is newer
        setsockopt(a, SO_TXTIME, hex(00)) -> EOPNOTSUPP
        ? a (AF_UNIX, stream socket) does not support SO_TXTIME (SOL_SOCKET): it is for another kind of socket, or
        setsockopt(a, 40, 1, 1) -> EOPNOTSUPP
        ? a (AF_UNIX, stream socket) does not support this option, or no options of the level 40 at all
        u = socket(AF_INET, SOCK_DGRAM)
        setsockopt(u, TCP_INFO, hex(00)) -> ENOPROTOOPT
        ? u (AF_INET, datagram socket) has no options of the level IPPROTO_TCP.
        !! getsockopt(u, TCP_INFO)
        setsockopt(u, SO_PASSCRED, 1) -> EOPNOTSUPP
        ? SO_PASSCRED is for AF_UNIX only, and u is of AF_INET
        setsockopt(u, SO_TYPE, 1) -> ENOPROTOOPT
        ? SO_TYPE can only be read
        ! getsockopt(u, SO_TYPE)
    "),
    ("numbers out of range", CONNECTED, "
        setsockopt(c, IP_TTL, 300) -> EINVAL
        ? IP_TTL takes -1 or 1 to 255 hops, and 300 is outside of that range.
        setsockopt(c, TCP_KEEPCNT, 0) -> EINVAL
        ? TCP_KEEPCNT takes 1 to 127, and 0 is outside of that range.
        setsockopt(c, TCP_USER_TIMEOUT, -1) -> EINVAL
        ? TCP_USER_TIMEOUT takes 0 or more milliseconds, and -1 is outside
        setsockopt(c, TCP_FASTOPEN, 5) -> EINVAL
        ? TCP_FASTOPEN must be set before the connection is begun; c is connected.
        setsockopt(c, TCP_FASTOPEN_CONNECT, 1) -> EOPNOTSUPP
        ? Fast Open is switched off for clients on this host
        setsockopt(c, TCP_CONGESTION, \"x\") -> EINVAL
        ? The kernel rejects \"x\" for TCP_CONGESTION. Probably it is out of range
        setsockopt(c, SOL_SOCKET, 999, 1) -> EINVAL
        ? The kernel rejects this value.
        getsockopt(c, SO_PEERNAME) -> fails EINVAL
        ? The kernel cannot give this option now
    "),
    ("IPV6_V6ONLY comes too late", "", "
        s = socket(AF_INET6, SOCK_STREAM)
        bind(s, [::1]:80) -> 0
        @ s local [::1]:80
        setsockopt(s, IPV6_V6ONLY, 1) -> EINVAL
        ? s has the address [::1]:80 already
        r = socket(AF_INET6, SOCK_RAW, IPPROTO_ICMPV6)
        setsockopt(r, IPV6_V6ONLY, 1) -> EINVAL
        ? a raw socket always has a number in the place of the port
        setsockopt(r, SO_REUSEADDR, 1) -> 0
        ? SO_REUSEADDR changes nothing for r: a raw socket has no port
        setsockopt(r, SO_LINGER, {1, 5s}) -> 0
        ? r keeps the value, but SO_LINGER has no effect here: a raw socket has no connection
    "),
    ("groups and their interfaces", "u = socket(AF_INET, SOCK_DGRAM)", "
        setsockopt(u, IP_ADD_MEMBERSHIP, {239.5.5.21, 127.0.0.1}) -> ENOBUFS
        ? One socket joins no more groups than net.ipv4.igmp_max_memberships allows: 20 (IP_MAX_MEMBERSHIPS) by default
        setsockopt(u, IP_ADD_SOURCE_MEMBERSHIP, {239.5.5.1, 127.0.0.1, 127.0.0.2}) -> ENOBUFS
        ? net.ipv4.igmp_max_msf
        setsockopt(u, SO_ATTACH_FILTER, hex(00)) -> ENOMEM
        ? The kernel could not allocate what SO_ATTACH_FILTER needs
        setsockopt(u, IP_ADD_SOURCE_MEMBERSHIP, {239.5.5.1, 127.0.0.1, 127.0.0.2}) -> EADDRNOTAVAIL
        ? u receives this source of the group on this interface already
        setsockopt(u, IP_BLOCK_SOURCE, {239.5.5.1, 127.0.0.1, 127.0.0.2}) -> EADDRNOTAVAIL
        ? IP_BLOCK_SOURCE changes nothing
        setsockopt(u, IP_DROP_MEMBERSHIP, {239.5.5.1, 127.0.0.1}) -> EADDRNOTAVAIL
        ? u has not joined this group on this interface, so it cannot leave it
        setsockopt(u, IP_BLOCK_SOURCE, {239.5.5.1, 127.0.0.1, 127.0.0.2}) -> EINVAL
        ? The group of {239.5.5.1, 127.0.0.1, 127.0.0.2} was not joined
        setsockopt(u, IP_ADD_MEMBERSHIP, {10.0.0.1, 127.0.0.1}) -> EINVAL
        ? is not a multicast address
        setsockopt(u, IP_ADD_MEMBERSHIP, {239.5.5.1, 0.0.0.0}) -> ENODEV
        ? For 0.0.0.0 or index 0 the kernel takes the interface of the route to the group
        setsockopt(u, IP_MULTICAST_IF, 10.1.2.3) -> EADDRNOTAVAIL
        ? IP_MULTICAST_IF needs an interface or an address of this host, and 10.1.2.3 is none
        setsockopt(u, SO_BINDTODEVICE, \"no0\") -> ENODEV
        ? No interface of this network namespace is called \"no0\"
        setsockopt(u, 0, 999, 1) -> ENODEV
        ? No interface of this host fits the value
        getsockopt(u, IP_MTU) -> fails ENOTCONN
        ? IP_MTU needs a peer, and u has none. connect() gives it one
        setsockopt(u, SO_ATTACH_BPF, 99) -> EBADF
        ? u is open, so EBADF is about the value: 99 is not a descriptor of a BPF program
        setsockopt(u, SO_SNDTIMEO, 1s) -> 0
        setsockopt(u, IPV6_ADDRFORM, AF_INET) -> EISCONN
        ? IPV6_ADDRFORM can only be set before u is connected
        setsockopt(u, IPV6_ADDRFORM, AF_INET) -> ENOTCONN
        ? IPV6_ADDRFORM can only be set while u is connected
    "),
    ("programs and keys", CONNECTED, "
        setsockopt(c, SO_DETACH_FILTER, 0) -> ENOENT
        ? c has no filter that could be removed.
        setsockopt(c, SO_ATTACH_FILTER, [{0x30, 0, 0, 0x8}]) -> EINVAL
        ? The kernel checks a program before it attaches it, and rejects this one
        setsockopt(c, TCP_MD5SIG, {::1, \"key\"}) -> EINVAL
        ? probably the address is of another family than c (AF_INET), or the key is longer than 80 bytes
        setsockopt(c, TCP_MD5SIG_EXT, {127.0.0.0/33, \"key\"}) -> EINVAL
        ? probably the prefix is longer than an address
        setsockopt(c, TCP_MD5SIG, {127.0.0.1, \"\"}) -> ENOENT
        ? c has no key for this address that could be removed
    "),
    ("what is set of a connection", CONNECTED, "
        setsockopt(l, TCP_REPAIR, 1) -> EPERM
        ? a listening socket cannot be repaired at all: l listens
        setsockopt(c, SO_REUSEADDR, 1) -> 0
        ? c has 127.0.0.1:5000 already, so its own bind() is over
        d = socket(AF_INET, SOCK_STREAM)
        connect(d, 127.0.0.1:9) -> ECONNREFUSED
        setsockopt(d, SO_REUSEADDR, 1) -> 0
        ? bind() checks SO_REUSEADDR: it lets a socket have a port
        q = socket(AF_UNIX, SOCK_SEQPACKET|SOCK_NONBLOCK)
        bind(q, unix:@q) -> 0
        listen(q, 1) -> 0
        shutdown(q, SHUT_RD) -> 0
        accept(q) -> EAGAIN
        ? shutdown() has ended the receiving of q: no connection waits
        getsockopt(c, IP_MTU) -> fails ENOTCONN
        ? the kernel has neither for c now
        a, b = socketpair(AF_UNIX, SOCK_STREAM)
        setsockopt(a, SO_SNDTIMEO, 1s) -> 0
        ? A sending call or connect() on a that sleeps longer returns EAGAIN
        fcntl(c, F_SETFL, O_NONBLOCK) -> EINVAL
        ? One of these flags cannot be set on c
        f = open(\"/etc/hostname\")
        fcntl(f, F_SETFL, O_NONBLOCK) -> 0
        ? O_NONBLOCK is set on f. It changes nothing for a regular file
        fcntl(f, F_SETFL, 0) -> 0
        ? The status flags of f are set, without O_NONBLOCK
        ioctl(f, FIONBIO, 1) -> 0
        ? O_NONBLOCK is set on f
        ioctl(f, FIONBIO, 0) -> 0
        ? O_NONBLOCK is cleared on f
        fcntl(c, F_SETSIG, 0) -> 0
        ? c causes plain SIGIO again
    "),
    ("the error queue", "u = socket(AF_INET, SOCK_DGRAM)", "
        setsockopt(u, IP_RECVERR, 1) -> 0
        poll([u: POLLIN], 100) -> 1 [u: POLLERR]
        ? u: the error queue holds an error: recvmsg() with MSG_ERRQUEUE takes it, and POLLERR lasts until then
        ! recvmsg(u, 100, MSG_ERRQUEUE)
        getsockopt(u, SO_ERROR) -> none
        ? No error is pending on u. IP_RECVERR puts errors into the error queue as well
        v = socket(AF_INET, SOCK_DGRAM)
        poll([v: POLLIN], 100) -> 1 [v: POLLERR]
        ? v: an error is pending: the next call that sends or receives reports it
        ! getsockopt(v, SO_ERROR)
    "),
    ("readiness with an error", CONNECTED, "
        setsockopt(s, SO_ZEROCOPY, 1) -> 0
        poll([s: POLLIN], 0) -> 1 [s: POLLERR]
        ? s: the error queue holds something for recvmsg() with MSG_ERRQUEUE, or an error is pending
        poll([c: POLLIN], 0) -> 1 [c: POLLIN|POLLERR|POLLHUP]
        ? c: the connection was aborted; recv() first gives what is left to read, then the error
        poll([c: POLLIN], 0) -> 1 [c: POLLERR]
        ? c: an error is pending; SO_ERROR reports it, and so does recv() after what is left to read
        a, b = socketpair(AF_UNIX, SOCK_STREAM)
        poll([a: POLLIN], 0) -> 1 [a: POLLIN|POLLERR|POLLHUP]
        ? a: the peer was closed with data unread
        setsockopt(c, SO_OOBINLINE, 1) -> 0
        poll([c: POLLPRI], 0) -> 1 [c: POLLPRI]
        ? c: an urgent byte, in the stream (SO_OOBINLINE)
        ! recv(c, 1)
    "),
    ("the address of connect() is reached", "", "
        c = socket(AF_INET, SOCK_STREAM|SOCK_NONBLOCK)
        connect(c, 127.0.0.1:9) -> EINPROGRESS
        select(read [], write [c], except [], 0) -> 1 read [] write [c] except []
        ? c: connect() has ended, SO_ERROR says how
        poll([c: POLLOUT], 0) -> 1 [c: POLLOUT]
        ? c: connect() has succeeded
    "),
    ("a low-water mark that is not reached", CONNECTED, "
        setsockopt(s, SO_RCVLOWAT, 100) -> 0
        poll([s: POLLIN], -1) -> blocks
        ? It waits for: 100 bytes from c (SO_RCVLOWAT of s), its shutdown() or close()
        @ signal
        send(c, \"hello\") -> 5
        poll([s: POLLIN], 0) -> 0
        ? s has 5 unread bytes, fewer than its SO_RCVLOWAT of 100
        ! recv(s, 100, MSG_DONTWAIT)
        poll([s: POLLIN], -1) -> blocks
        ? s has 5 unread bytes, fewer than its SO_RCVLOWAT of 100, so poll() sleeps
        @ signal
        recv(s, 200) -> blocks
        ? s has 5 unread bytes, fewer than its SO_RCVLOWAT of 100. The call sleeps
        @ signal
        ioctl(s, FIONREAD) -> 5
        ? A receive returns at once if they reach its SO_RCVLOWAT of 100
    "),
    ("an AF_UNIX receiver is in the way of POLLOUT", "
        r = socket(AF_UNIX, SOCK_DGRAM)
        bind(r, abstract:r) -> 0
        u = socket(AF_UNIX, SOCK_DGRAM)
    ", "
        poll([u: POLLOUT], 0) -> 1 [u: POLLOUT]
        ? u: room in its own send buffer; the queue of a receiver may still be full: poll() sees only that of a peer
        connect(u, addr(r)) -> 0
        @ u peer abstract:r
        poll([u: POLLOUT], 0) -> 0
        ? u is connected to r, so POLLOUT means room in the queue of r as well as in its own send buffer
        ! recv(r, 100)
        poll([u: POLLOUT], -1) -> blocks
        ? room in the queue of r and in the send buffer of u, which recv() of r makes
        @ signal
        close(r) -> 0
        poll([u: POLLOUT], 0) -> 1 [u: POLLOUT]
        ? u: send() fails at once with ECONNREFUSED
        a, b = socketpair(AF_UNIX, SOCK_STREAM)
        poll([a: POLLOUT], -1) -> blocks
        ? recv() of b, until three quarters of the send buffer of a are free
    "),
    ("datagrams that wait", "
        u = socket(AF_INET, SOCK_DGRAM)
        bind(u, 127.0.0.1:9) -> 0
    ", "
        poll([u: POLLOUT], -1) -> blocks
        ? It waits for: room in the send buffer of u
        @ signal
        shutdown(u, SHUT_RD) -> ENOTCONN
        poll([u: POLLIN], 0) -> 1 [u: POLLIN|POLLRDHUP]
        ? u: receiving was ended here by shutdown(), a message to receive, or nothing more
    "),
    ("raw sockets have packets", "r = socket(AF_INET, SOCK_RAW, IPPROTO_ICMP)", "
        poll([r: POLLIN], -1) -> blocks
        ? It waits for: a packet for r
        @ signal
        poll([r: POLLIN], 0) -> 1 [r: POLLIN]
        ? r: a packet to receive
        recv(r, 100) -> blocks
        ? No packet waits for r, so the call sleeps until one of its protocol comes
        @ signal
        ioctl(r, FIONREAD) -> 0
        ? No packet waits for r, or the next one is empty
        ioctl(r, FIONREAD) -> 84
        ? The next packet for r has 84 bytes
        getsockname(r) -> 0.0.0.0:1
        ? A raw socket has no port: the number in its place is its protocol
        recv(r, 100) -> 28 \"E\\0\\0\\x1c\\0\\0@\\0@\\x01\\0\\0\\x7f\\0\\0\\x01\\x7f\\0\\0\\x01\\x08\\0\\xf7\\xff\\0\\0\\0\\0\"
        ? 28 bytes of one packet. The first 20 are its IPv4 header (127.0.0.1 to 127.0.0.1, TTL 64); behind it comes ICMP type 8 code 0, an echo request.
        recv(r, 9) -> 9 \"E\\0\\0\\x1c\\0\\0@\\0@\"
        ? 9 bytes of one packet, which begins with its IPv4 header
        recv(r, 9, MSG_TRUNC) -> 28 \"E\\0\\0\\x1c\\0\\0@\\0@\"
        ? The packet has 28 bytes and the buffer only 9
        recv(r, 9) -> 0
        ? A packet without data came, or receiving was ended here
        recv(r, 9, MSG_DONTWAIT) -> EAGAIN
        ? No packet waits for r, and this call must not wait (MSG_DONTWAIT)
        connect(r, 127.0.0.1:0) -> 0
        ? r receives packets from there only. Raw sockets have no ports
        getpeername(r) -> ENOTCONN
        ? getpeername() takes port 0 for no peer
        connect(r, AF_UNSPEC) -> 0
        ? receives the packets of its protocol from every host again
        peer(r) -> ENOTCONN
        ? its packets go to a host and not to a socket
        listen(r, 5) -> EOPNOTSUPP
        ? It receives the packets of its protocol as they come
        accept(r) -> EOPNOTSUPP
        ? packets need no connection
        q = socket(AF_INET6, SOCK_RAW, IPPROTO_ICMPV6)
        recv(q, 100) -> 8 \"abcdefgh\"
        ? On AF_INET6 it comes without its IPv6 header
    "),
    ("other domains are not explained", "
        n = socket(AF_NETLINK, SOCK_RAW)
    ", "
        bind(n, family:16:00:00:00:00:00:00:01:00:00:00) -> 0
        ? n was bound to an address of AF_NETLINK: port ID 0, groups 0x1. The rules of this domain are not explained here: see netlink(7).
        send(n, \"x\") -> 1
        ? see netlink(7)
        recv(n, 20) -> ENOBUFS
        ? The kernel could not allocate
        recv(n, 20) -> ECONNREFUSED
        ? In general ECONNREFUSED means
        v = socket(40, SOCK_STREAM)
        listen(v, 1) -> EINVAL
        ? is not explained here: see vsock(7).
        close(v) -> 0
        ? see vsock(7)
        p = socket(AF_PACKET, SOCK_RAW)
        poll([p: POLLIN], 0) -> 1 [p: POLLIN]
        ? p: a message to receive
        w = socket(30, SOCK_STREAM)
        connect(w, family:30:00) -> EINVAL
        ? see its manual page
    "),
    ("epoll instances in a circle", "
        e = epoll_create1()
        f = epoll_create1()
    ", "
        epoll_ctl(e, EPOLL_CTL_ADD, f, EPOLLIN) -> 0
        epoll_ctl(f, EPOLL_CTL_ADD, e, EPOLLIN) -> ELOOP
        ? e watches f already, and epoll instances must not watch each other
        epoll_ctl(e, EPOLL_CTL_DEL, f) -> 0
        epoll_ctl(f, EPOLL_CTL_ADD, e, EPOLLIN) -> ELOOP
        ? also through others, nor nest more than five deep
        epoll_wait(f, 10, -1) -> blocks
        close(f) -> 0
        ? epoll_wait(f) still sleeps on the epoll instance
    "),
    ("limits of a wait", CONNECTED, "
        setsockopt(c, SO_KEEPALIVE, 1) -> 0
        recv(c, 9) -> blocks
        ? SO_KEEPALIVE ends it when its probes are not answered.
        recv(s, 9, MSG_WAITALL) -> blocks
        ? MSG_WAITALL waits until all 9 bytes are there
        ! send(c, bytes(9))
        d = socket(AF_INET, SOCK_STREAM)
        setsockopt(d, TCP_SYNCNT, 1) -> 0
        setsockopt(d, TCP_USER_TIMEOUT, 3000) -> 0
        connect(d, 10.0.0.77:1) -> blocks
        ? TCP_SYNCNT sets the number of repetitions to 1. TCP_USER_TIMEOUT ends it after 3000 ms.
    "),
    ("loops that sleep", CONNECTED, "
        sink(c) -> blocks
        ? sink(c) waits for data. A send() of s wakes it
        echo(s) -> blocks
        @ s probes 9
        ? echo(s) sleeps in send(): the receive window of c is closed
    "),
    ("a deferring listener serves", "
        l = socket(AF_INET, SOCK_STREAM)
        bind(l, 127.0.0.1:8080) -> 0
        setsockopt(l, TCP_DEFER_ACCEPT, 5) -> 0 reads 7
        listen(l, 5) -> 0
    ", "
        serve(l, echo) -> blocks
        ? With TCP_DEFER_ACCEPT a connect() to 127.0.0.1:8080 wakes it only with its first data
    "),
    ("what is not sent yet", CONNECTED, "
        setsockopt(c, TCP_CORK, 1) -> 0
        send(c, \"hello\") -> 5
        ioctl(c, SIOCOUTQNSD) -> 5
        ? 5 bytes of c have not been sent yet. TCP_CORK is set
        ! setsockopt(c, TCP_CORK, 0)
        @ c probes 5
        ioctl(c, SIOCOUTQNSD) -> 5
        ? 5 bytes of c have not been sent yet: the receive window of s is closed
        ioctl(s, SIOCOUTQNSD) -> 5
        ? Nagle's algorithm, TCP_CORK or MSG_MORE holds them back
        @ state CLOSE
        ioctl(c, SIOCOUTQ) -> 5
        ? 5 bytes of c were not acknowledged and never will be
        n = socket(AF_INET, SOCK_STREAM)
        ioctl(n, SIOCOUTQ) -> 0
        ? n has no connection, so nothing waits to be acknowledged
        ioctl(n, FIOASYNC, 1) -> 0
        ? n asks for SIGIO when it becomes ready, but it has no owner yet
        ! fcntl(n, F_SETOWN, getpid())
    "),
    ("a queue that nobody accepts from", CONNECTED, "
        fcntl(l, F_SETFL, O_NONBLOCK) -> 0
        pending(l) -> 0
        ? which is non-blocking, so accept() would return EAGAIN
        @ l waiting 1 5
        accept(l) -> ENFILE
        ? The whole system has as many open files as it may have (fs.file-max), and the connection stays in the queue of l
        send(3, \"x\") -> EBADF
        ? No file was open under the number 3, or another descriptor in the arguments is not open
    "),
];
