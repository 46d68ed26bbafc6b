//! Stories of public reports: two sockets at one address, senders without a name, peers that are gone, flags that came
//! from elsewhere.

use crate::explain::tests::gallery::{CONNECTED, PAIR, Tale};

pub(crate) const STORIES: &[Tale] = &[
    ("two datagram sockets at one address", "
        a = socket(AF_INET, SOCK_DGRAM)
        bind(a, 127.0.0.1:9) -> 0
        @ a local 127.0.0.1:9
        b = socket(AF_INET, SOCK_DGRAM)
    ", "
        bind(b, 127.0.0.1:9) -> 0
        @ b local 127.0.0.1:9
        ? a and b share 127.0.0.1:9 now. A datagram that is sent there goes to one of them only: on Linux the one that was bound last, b
        d = socket(AF_INET, SOCK_DGRAM)
        setsockopt(a, SO_REUSEPORT, 1) -> 0
        setsockopt(d, SO_REUSEPORT, 1) -> 0
        bind(d, 127.0.0.1:9) -> 0
        @ d local 127.0.0.1:9
        ? a and d share 127.0.0.1:9 now. The kernel gives a datagram that is sent there to one of them: with SO_REUSEPORT
    "),
    ("no port", "
        u = socket(AF_INET, SOCK_DGRAM)
    ", "
        connect(u, 127.0.0.1:0) -> 0
        ? connect() accepts port 0, but no socket can have it
        setsockopt(u, IP_ADD_MEMBERSHIP, {10.1.1.1, 127.0.0.1}) -> EINVAL
        ? The group in {10.1.1.1, 127.0.0.1} is not a multicast address
        setsockopt(u, IP_ADD_MEMBERSHIP, {239.1.1.1, 127.0.0.1}) -> EINVAL
        ? probably u is bound to another interface
    "),
    ("a datagram socket with a peer", "
        u = socket(AF_INET, SOCK_DGRAM)
        connect(u, 127.0.0.1:9) -> 0
        @ u local 127.0.0.1:10
        @ u peer 127.0.0.1:9
    ", "
        recv(u, 9, MSG_DONTWAIT) -> EAGAIN
        ? u is connected to 127.0.0.1:9: datagrams from any other address or port are dropped
        recv(u, 9) -> blocks
        ? the call sleeps until one comes from 127.0.0.1:9, to which it is connected
    "),
    ("a message without a sender", "
        s = socket(AF_UNIX, SOCK_DGRAM)
        bind(s, unix:/tmp/s) -> 0
    ", "
        recvfrom(s, 9) -> 4 \"ping\"
        ? no address with it: its sender has no name, so it cannot be answered
        recvmsg(s, 9) -> 4 \"ping\"
        ? its sender has no name
        recv(s, 9) -> 4 \"ping\"
        ? One call takes one whole message
        recvfrom(s, 9) -> 4 \"ping\" from unix:/tmp/c
        ? One call takes one whole message
        send(s, \"pong\") -> ENOTCONN
        ? s is not connected, so send() needs an address
    "),
    ("the receiver was started again", "
        d = socket(AF_UNIX, SOCK_DGRAM)
        bind(d, unix:/tmp/log) -> 0
        @ d local unix:/tmp/log
        c = socket(AF_UNIX, SOCK_DGRAM)
        connect(c, unix:/tmp/log) -> 0
        @ c peer unix:/tmp/log
        close(d) -> 0
        unlink(unix:/tmp/log) -> 0
        n = socket(AF_UNIX, SOCK_DGRAM)
        bind(n, unix:/tmp/log) -> 0
        @ n local unix:/tmp/log
    ", "
        send(c, \"x\") -> ECONNREFUSED
        ? d, to which c was connected, is closed, and that ends the association. A new socket with the same name is another one
        send(c, \"x\") -> ENOTCONN
        ? c has no peer any more
    "),
    ("O_NONBLOCK comes through another descriptor", PAIR, "
        d = dup(a)
        fcntl(d, F_SETFL, O_NONBLOCK) -> 0
        recv(a, 1) -> EAGAIN
        ? this call must not wait (O_NONBLOCK, set through d: the flag belongs to the open file description that both share)
        recv(d, 1) -> EAGAIN
        ? this call must not wait (O_NONBLOCK).
    "),
    ("O_NONBLOCK is not inherited", CONNECTED, "
        fcntl(l, F_SETFL, O_NONBLOCK) -> 0
        x = accept(l) -> fd from 127.0.0.1:5001
        ? x is a NEW socket, connected to 127.0.0.1:5001, and it blocks: on Linux it does not inherit O_NONBLOCK from l
        y = accept4(l, SOCK_NONBLOCK) -> fd from 127.0.0.1:5002
        ? y is a NEW socket, connected to 127.0.0.1:5002. l stays a listener
        v = socket(AF_UNIX, SOCK_STREAM|SOCK_NONBLOCK)
        bind(v, unix:/tmp/v) -> 0
        listen(v, 5) -> 0
        z = accept(v) -> fd
        ? z is a NEW socket, connected to the client, and it blocks
    "),
];
