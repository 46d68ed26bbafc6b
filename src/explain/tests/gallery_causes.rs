//! Stories in which the errno is misleading or only half the truth: the cause is what another socket lacks, has, or did
//! before.

use crate::explain::tests::gallery::{CONNECTED, Tale};

/// A listener on which accept() returns connections only with their first data.
const DEFERRED: &str = "
    l = socket(AF_INET, SOCK_STREAM)
    bind(l, 127.0.0.1:8080) -> 0
    setsockopt(l, TCP_DEFER_ACCEPT, 5) -> 0
    listen(l, 5) -> 0
";

pub(crate) const STORIES: &[Tale] = &[
    ("shutdown() without a peer fails and ends both directions", "", "
        u = socket(AF_INET, SOCK_DGRAM)
        bind(u, 127.0.0.1:700) -> 0
        shutdown(u, SHUT_RDWR) -> ENOTCONN
        ? u has no peer, hence ENOTCONN. Linux ends both directions anyway: sending fails
        ! s1 = socket(AF_INET, SOCK_DGRAM)
        sendto(u, \"x\", 127.0.0.1:9) -> EPIPE
        ? shutdown() of u returned ENOTCONN, since it had no peer, and ended its sending anyway
        ! s1 = socket(AF_INET, SOCK_DGRAM)
        !! connect(u, 127.0.0.1:9)
        recvfrom(u, 9) -> 0
        ? shutdown() of u returned ENOTCONN, since it had no peer, and ended its receiving anyway
        recvfrom(u, 9) -> 0 \"\" from 127.0.0.1:9
        ? An empty datagram came, and this is its sender
        connect(u, 127.0.0.1:9) -> 0
        @ u peer 127.0.0.1:9
        send(u, \"x\") -> EPIPE
        ? shutdown() of u returned ENOTCONN
        v = socket(AF_INET, SOCK_DGRAM)
        shutdown(v, SHUT_RD) -> ENOTCONN
        ? Linux ends its receiving anyway: a call that sleeps there is woken
        shutdown(v, SHUT_WR) -> ENOTCONN
        ? v has no peer, hence ENOTCONN. Linux ends its sending anyway: it fails with EPIPE
    "),
    ("no connect() takes shutdown() of datagrams back", "", "
        u = socket(AF_INET, SOCK_DGRAM)
        connect(u, 127.0.0.1:9) -> 0
        shutdown(u, SHUT_WR) -> 0
        connect(u, 127.0.0.1:10) -> 0
        send(u, \"x\") -> EPIPE
        ? u ended its own sending direction with shutdown()
    "),
    ("shutdown() before the connection counts for it", CONNECTED, "
        t = socket(AF_INET, SOCK_STREAM)
        shutdown(t, SHUT_WR) -> ENOTCONN
        ? t has no connection, hence ENOTCONN. Linux records it anyway: after connect()
        connect(t, addr(l)) -> 0
        send(t, \"x\") -> EPIPE+SIGPIPE
        ? shutdown() of t returned ENOTCONN
        connect(t, AF_UNSPEC) -> 0
        send(t, \"x\") -> EPIPE+SIGPIPE
        ? t is unbound and has no connection to send on
    "),
    ("a datagram socket of AF_UNIX hears its peer only", "
        p = socket(AF_UNIX, SOCK_DGRAM)
        o = socket(AF_UNIX, SOCK_DGRAM)
        bind(o, abstract:oo) -> 0
        e = socket(AF_UNIX, SOCK_DGRAM)
        bind(e, abstract:ee) -> 0
    ", "
        connect(o, addr(e)) -> 0
        @ o peer abstract:ee
        sendto(p, \"x\", addr(o)) -> EPERM
        ? o is connected to e, and such a datagram socket accepts messages only from its peer. Nothing was sent
        ! connect(o, AF_UNSPEC)
        ! sendto(p, \"x\", addr(o))
        connect(p, addr(o)) -> EPERM
        ? o is connected to e, and such a datagram socket accepts messages only from its peer. connect(o, AF_UNSPEC)
        connect(p, abstract:zz) -> EPERM
        ? The socket at abstract:zz is probably connected to a socket other than p, and then it accepts
        connect(o, AF_UNSPEC) -> 0
        connect(p, addr(o)) -> 0
        @ p peer abstract:oo
        connect(o, addr(e)) -> 0
        @ o peer abstract:ee
        send(p, \"x\") -> EPERM
        ? o is connected to e
        ! connect(o, AF_UNSPEC)
    "),
    ("an orphan without SO_REUSEADDR is in the way of a socket that has it", CONNECTED, "
        close(l) -> 0
        close(s) -> 0
        close(c) -> 0
        @ s orphan time-wait 59
        n = socket(AF_INET, SOCK_STREAM)
        setsockopt(n, SO_REUSEADDR, 1) -> 0
        ? in TIME_WAIT, if their sockets had it too
        bind(n, 127.0.0.1:8080) -> EADDRINUSE
        ? n has SO_REUSEADDR, but s was closed without it, and its connection still has
        ! bind(n, 127.0.0.1:0)
        !! setsockopt(n, SO_REUSEADDR, 1)
    "),
    ("an orphan with SO_REUSEADDR is in the way of a socket that lacks it", "", "
        l = socket(AF_INET, SOCK_STREAM)
        setsockopt(l, SO_REUSEADDR, 1) -> 0
        bind(l, 127.0.0.1:8080) -> 0
        listen(l, 5) -> 0
        s = accept(l) -> fd from 127.0.0.1:5000
        @ s local 127.0.0.1:8080
        @ s peer 127.0.0.1:5000
        close(l) -> 0
        close(s) -> 0
        @ s orphan time-wait 59
        n = socket(AF_INET, SOCK_STREAM)
        bind(n, 127.0.0.1:8080) -> EADDRINUSE
        ? s is closed, but its connection still has 127.0.0.1:8080 (FIN_WAIT2). It had
    "),
    ("who lacks the option that lets two share a port", "", "
        l = socket(AF_INET, SOCK_STREAM)
        bind(l, 127.0.0.1:700) -> 0
        n = socket(AF_INET, SOCK_STREAM)
        setsockopt(n, SO_REUSEADDR, 1) -> 0
        bind(n, 127.0.0.1:700) -> EADDRINUSE
        ? l (bound) has 127.0.0.1:700. The two could share the port if both had SO_REUSEADDR: n has
        ! setsockopt(l, SO_REUSEADDR, 1)
        setsockopt(l, SO_REUSEADDR, 1) -> 0
        ! bind(n, 127.0.0.1:700)
        listen(l, 1) -> 0
        bind(n, 127.0.0.1:700) -> EADDRINUSE
        ? l listens on 127.0.0.1:700, and SO_REUSEADDR does not let another socket bind the address
        u = socket(AF_INET, SOCK_DGRAM)
        bind(u, 127.0.0.1:701) -> 0
        v = socket(AF_INET, SOCK_DGRAM)
        setsockopt(v, SO_REUSEPORT, 1) -> 0
        bind(v, 127.0.0.1:701) -> EADDRINUSE
        ? u (bound) has 127.0.0.1:701. The two could share the port if both had SO_REUSEPORT: v has
        ! setsockopt(u, SO_REUSEPORT, 1)
    "),
    ("[::] is both families", "", "
        a = socket(AF_INET, SOCK_STREAM)
        bind(a, 127.0.0.1:700) -> 0
        b = socket(AF_INET6, SOCK_STREAM)
        bind(b, [::]:700) -> EADDRINUSE
        ? [::] includes IPv4 while IPV6_V6ONLY is off, and a (bound) has 127.0.0.1:700 there
        ! setsockopt(b, IPV6_V6ONLY, 1)
        bind(b, [::]:701) -> 0
        d = socket(AF_INET, SOCK_STREAM)
        bind(d, *:701) -> EADDRINUSE
        ? b (bound) has [::]:701 with IPV6_V6ONLY off, so the IPv4 port is taken too
        e = socket(AF_INET6, SOCK_STREAM)
        setsockopt(e, IPV6_V6ONLY, 1) -> 0
        bind(e, [::]:700) -> EADDRINUSE
        ? A socket outside of this session has [::]:700, or a connection of it is in TIME_WAIT.
    "),
    ("a program outside has less than was asked for", "", "
        x = socket(AF_INET, SOCK_STREAM)
        bind(x, *:7201) -> EADDRINUSE
        @ outsider nc 127.0.0.1:7201
        ? nc (pid 812), outside of this session, has 127.0.0.1:7201, and that probably overlaps
        @ outsider hidden 127.0.0.1:7201
        ? A socket outside of this session has 127.0.0.1:7201. Its owner cannot be seen: owned by
    "),
    ("TCP_DEFER_ACCEPT keeps a client out of the queue", DEFERRED, "
        accept(l) -> blocks
        ? l has TCP_DEFER_ACCEPT: a client comes into its queue only with its first data
        ! s1 = socket(AF_INET, SOCK_STREAM)
        c = socket(AF_INET, SOCK_STREAM)
        connect(c, addr(l)) -> 0
        ? c is connected, but l has TCP_DEFER_ACCEPT: the other end stays in SYN_RECV, outside of the queue
        ! send(c, \"hello\")
        @ c local 127.0.0.1:5000
        @ c peer 127.0.0.1:8080
        poll([l: POLLIN], 1000) -> blocks
        ? It waits for: a connect() to 127.0.0.1:8080 and its first data.
    "),
    ("a deferred client is there already", DEFERRED, "
        c = socket(AF_INET, SOCK_STREAM)
        connect(c, addr(l)) -> 0
        @ c local 127.0.0.1:5000
        @ c peer 127.0.0.1:8080
        accept(l) -> blocks
        ! send(c, \"hello\")
        recv(c, 9) -> blocks
        ? l has TCP_DEFER_ACCEPT: without data of c the connection comes into no queue
        ! send(c, \"hello\")
    "),
    ("what TCP does not connect to", "", "
        x = socket(AF_INET, SOCK_STREAM)
        connect(x, 224.0.0.1:80) -> ENETUNREACH
        ? 224.0.0.1:80 is a multicast address. A TCP connection has two ends, so connect() fails with
        connect(x, 255.255.255.255:80) -> ENETUNREACH
        ? 255.255.255.255:80 is a broadcast address. A TCP connection has two ends, so connect() fails with
        connect(x, 127.255.255.255:80) -> ENETUNREACH
        ? 127.255.255.255:80 is a broadcast address. A TCP connection has two ends, so connect() fails with
        connect(x, 192.0.2.255:80) -> ENETUNREACH
        ? The network of 192.0.2.255:80 cannot be reached: this host has no route to it, or a
        connect(x, 127.0.0.1:0) -> ECONNREFUSED
        ? Nothing can listen on port 0: bind() takes it to mean \"choose one\". Give the port of
        y = socket(AF_INET6, SOCK_STREAM)
        connect(y, [ff02::1]:80) -> ENETUNREACH
        ? [ff02::1]:80 is a multicast address. A TCP connection has two ends, so connect() fails with
    "),
    ("the length of an address comes before its family", "", "
        x = socket(AF_INET, SOCK_STREAM)
        bind(x, unix:/tmp/x) -> EINVAL
        ? unix:/tmp/x takes 9 bytes, less than the 16 of a struct sockaddr_in. The kernel checks
        bind(x, unix:/tmp/a-long-enough-path) -> EAFNOSUPPORT
        ? x was made for AF_INET, and unix:/tmp/a-long-enough-path belongs to another family
        y = socket(AF_INET6, SOCK_STREAM)
        bind(y, 127.0.0.1:80) -> EINVAL
        ? 127.0.0.1:80 takes 16 bytes, less than the 24 of a struct sockaddr_in6. The kernel checks
        w = socket(AF_UNIX, SOCK_STREAM)
        bind(w, 127.0.0.1:80) -> EINVAL
        ? w was made for AF_UNIX, and 127.0.0.1:80 belongs to another family
    "),
    ("an ICMP error tells of a closed receiver", "
        v = socket(AF_INET, SOCK_DGRAM)
        bind(v, 127.0.0.1:700) -> 0
        u = socket(AF_INET, SOCK_DGRAM)
        connect(u, addr(v)) -> 0
        @ u peer 127.0.0.1:700
    ", "
        send(u, \"x\") -> ECONNREFUSED
        ? An ICMP port unreachable answered an earlier datagram to 127.0.0.1:700: no socket there took it, or a firewall rejected it. This
        recv(u, 9) -> ECONNREFUSED
        ? An ICMP port unreachable answered a datagram of u to 127.0.0.1:700: no socket there took it, or a firewall rejected it. The next
        close(v) -> 0
        send(u, \"x\") -> ECONNREFUSED
        ? v, which received at 127.0.0.1:700, is closed, so an ICMP port unreachable answered an earlier datagram. This call only reports
        recv(u, 9) -> ECONNREFUSED
        ? v, which received at 127.0.0.1:700, is closed, so an ICMP port unreachable answered a datagram of u. The next call on a connected
    "),
    ("a receiver of AF_UNIX is closed", "
        r = socket(AF_UNIX, SOCK_DGRAM)
        bind(r, unix:/tmp/r) -> 0
        w = socket(AF_UNIX, SOCK_DGRAM)
        connect(w, addr(r)) -> 0
        @ w peer unix:/tmp/r
    ", "
        close(r) -> 0
        send(w, \"x\") -> ECONNREFUSED
        ? r, to which w was connected, is closed, and that ends the association. A new socket with the same name is another one: connect() again.
        x, y = socketpair(AF_UNIX, SOCK_DGRAM) -> fd, fd
        close(y) -> 0
        send(x, \"x\") -> ECONNREFUSED
        ? y, the receiver, is closed, so nobody receives what x sends there
        q = socket(AF_UNIX, SOCK_DGRAM)
        bind(q, abstract:q) -> 0
        close(q) -> 0
        sendto(w, \"x\", abstract:q) -> ECONNREFUSED
        ? Nobody accepts under the abstract name abstract:q in this network namespace: no socket
    "),
    ("the same two addresses are taken by a live connection", CONNECTED, "
        y = socket(AF_INET, SOCK_STREAM)
        bind(y, 127.0.0.1:5000) -> 0
        @ pair 127.0.0.1:5000 to 127.0.0.1:8080 c
        connect(y, addr(l)) -> EADDRNOTAVAIL
        ? c already has the connection from 127.0.0.1:5000 to 127.0.0.1:8080
    "),
    ("what was reset is not dissolved by a reset", CONNECTED, "
        recv(c, 9) -> ECONNRESET
        connect(c, addr(l)) -> EISCONN
        ? c has had its connection, and a stream socket connects once. Make a new socket.
        ! s1 = socket(AF_INET, SOCK_STREAM)
        !! connect(c, AF_UNSPEC)
        connect(c, AF_UNSPEC) -> 0
        ? The connection of c had ended already, so nothing was sent. AF_UNSPEC removes it
    "),
    ("a call that sleeps says what ends it", CONNECTED, "
        setsockopt(l, SO_RCVTIMEO, 5s) -> 0
        accept(l) -> blocks
        ? A connect() to 127.0.0.1:8080 wakes it. SO_RCVTIMEO ends the wait after 5s.
        accept(l) -> blocks
        ? Another accept() has waited on l longer: that one gets the next connection, this one the connection after it
        setsockopt(c, SO_RCVTIMEO, 250ms) -> 0
        recv(c, 9) -> blocks
        ? an error wakes it. SO_RCVTIMEO ends the wait after 250ms.
        ! send(s, \"hello\")
        setsockopt(s, SO_SNDTIMEO, 2s) -> 0
        send(s, bytes(9)) -> blocks
        ? a third of the buffer is free. SO_SNDTIMEO ends the wait after 2s.
    "),
    ("the timeout of a listener goes over to its connections", "", "
        l = socket(AF_INET, SOCK_STREAM)
        setsockopt(l, SO_RCVTIMEO, 500ms) -> 0
        listen(l, 5) -> 0
        s = accept(l) -> fd from 127.0.0.1:5000
        recv(s, 9) -> blocks
        ? SO_RCVTIMEO ends the wait after 500ms.
    "),
    ("a client that nobody has accepted", "", "
        l = socket(AF_INET, SOCK_STREAM)
        bind(l, 127.0.0.1:8080) -> 0
        listen(l, 5) -> 0
        c = socket(AF_INET, SOCK_STREAM)
        connect(c, addr(l)) -> 0
        @ c local 127.0.0.1:5000
        @ c peer 127.0.0.1:8080
        recv(c, 9) -> blocks
        ? Probably the connection waits in the queue of l
        ! s1 = accept(l)
    "),
    ("who can send a datagram", "
        u = socket(AF_INET, SOCK_DGRAM)
        bind(u, 127.0.0.1:700) -> 0
    ", "
        recvfrom(u, 9) -> blocks
        ! s1 = socket(AF_INET, SOCK_DGRAM)
        ! cancel(u)
        s1 = socket(AF_INET, SOCK_DGRAM)
        ! sendto(s1, \"x\", addr(u))
        recvfrom(u, 9) -> blocks
        ! sendto(s1, \"x\", addr(u))
        v = socket(AF_INET, SOCK_DGRAM)
        bind(v, 127.0.0.1:701) -> 0
        connect(u, addr(v)) -> 0
        @ u peer 127.0.0.1:701
        recv(u, 9) -> blocks
        ! sendto(v, \"x\", addr(u))
        connect(v, addr(u)) -> 0
        @ v peer 127.0.0.1:700
        recv(u, 9) -> blocks
        ! send(v, \"x\")
    "),
    ("an event on what is watched", CONNECTED, "
        e = epoll_create1()
        epoll_ctl(e, EPOLL_CTL_ADD, s, EPOLLIN) -> 0
        epoll_wait(e, 9, -1) -> blocks
        ! send(c, \"x\")
        ! cancel(e)
        poll([l: POLLIN], -1) -> blocks
        ! s1 = socket(AF_INET, SOCK_STREAM)
        n = socket(AF_INET, SOCK_STREAM)
        poll([l: POLLIN], -1) -> blocks
        ! connect(n, addr(l))
        u = socket(AF_INET, SOCK_DGRAM)
        bind(u, 127.0.0.1:700) -> 0
        v = socket(AF_INET, SOCK_DGRAM)
        poll([u: POLLIN], -1) -> blocks
        ! sendto(v, \"x\", addr(u))
        poll([c: POLLOUT], -1) -> blocks
        ! drain(s)
    "),
    ("close() lingers until the peer reads", CONNECTED, "
        setsockopt(c, SO_LINGER, {1, 20s}) -> 0
        close(c) -> blocks
        ! drain(s)
        ! cancel(c)
    "),
    ("a full queue is why connect() is still under way", "", "
        l = socket(AF_INET, SOCK_STREAM)
        bind(l, 127.0.0.1:8080) -> 0
        listen(l, 0) -> 0
        @ l waiting 1 0
        c = socket(AF_INET, SOCK_STREAM|SOCK_NONBLOCK)
        connect(c, addr(l)) -> EINPROGRESS
        @ state SYN_SENT
        connect(c, addr(l)) -> EALREADY
        ? the accept queue of l is full, so the kernel drops the SYN
        ! s1 = accept(l)
    "),
    ("what helps against a missing permission or number", CONNECTED, "
        r = socket(AF_INET, SOCK_RAW, IPPROTO_ICMP) -> EPERM
        ? A raw socket needs CAP_NET_RAW; a security policy (seccomp, SELinux, AppArmor) can forbid
        n = socket(AF_INET, SOCK_STREAM)
        bind(n, 127.0.0.1:80) -> EACCES
        ? Ports below net.ipv4.ip_unprivileged_port_start, usually 1024, need CAP_NET_BIND_SERVICE;
        setsockopt(n, SO_MARK, 1) -> EPERM
        ? Run as root
        m = socket(AF_INET, SOCK_STREAM) -> EMFILE
        ? The process has as many descriptors as RLIMIT_NOFILE allows: 4 are of this session
    "),
];
