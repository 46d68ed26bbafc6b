//! Stories about sending and receiving whose result has several possible causes: what the kernel says just after the call
//! decides, or what other calls did before.

use crate::explain::tests::gallery::{CONNECTED, PAIR, Tale};
use crate::explain::tests::story::Story;

/// Two UDP sockets: `u` is connected to `r`.
const UDP: &str = "
    r = socket(AF_INET, SOCK_DGRAM)
    bind(r, 127.0.0.1:700) -> 0
    u = socket(AF_INET, SOCK_DGRAM)
    connect(u, addr(r)) -> 0
    @ u local 127.0.0.1:5000
    @ u peer 127.0.0.1:700
";

pub(crate) const STORIES: &[Tale] = &[
    ("what TCP holds back is not called sent", CONNECTED, "
        @ after unsent=5/0/1000 window=60000
        send(c, \"hello\", MSG_MORE) -> 5
        ? MSG_MORE holds 5 bytes back
        ! send(c, \"x\")
        ! setsockopt(c, TCP_NODELAY, 1)
        setsockopt(c, TCP_CORK, 1) -> 0
        @ after unsent=6/0/1000 cork window=60000
        send(c, \"header\") -> 6
        ? TCP_CORK is on, so 6 bytes were not sent yet
        ! setsockopt(c, TCP_CORK, 0)
        @ after unsent=2/5/1000 window=60000
        send(c, \"hi\") -> 2
        ? 2 bytes were not sent yet: TCP_NODELAY is off, and Nagle's algorithm
        ! setsockopt(c, TCP_NODELAY, 1)
        @ after unsent=4000/900/1000 window=1000
        send(c, bytes(5000)) -> 5000
        ? 4000 bytes there were not sent yet: the peer has no room
        ! drain(s)
        @ after unsent=4000/900/1000 window=60000
        send(c, bytes(5000)) -> 5000
        ? 4000 bytes there were not sent yet: congestion control
    "),
    ("why a datagram is too large", UDP, "
        send(u, bytes(65508)) -> EMSGSIZE
        ? A UDP datagram over IPv4 carries at most 65507 bytes, and 65508 do not fit
        ! send(u, bytes(65507))
        @ after mtu=1500 discover=2
        send(u, bytes(2000)) -> EMSGSIZE
        ? IP_MTU_DISCOVER is IP_PMTUDISC_DO, so u does not fragment, and 2000 bytes with their headers do not fit into the MTU of 1500 bytes
        ! send(u, bytes(1472))
        setsockopt(u, UDP_SEGMENT, 3000) -> 0
        send(u, bytes(15000)) -> 15000
        ? UDP_SEGMENT of u is 3000, so the 15000 bytes leave as 5 datagrams
        @ after mtu=1400 segment=3000
        send(u, bytes(15000)) -> EMSGSIZE
        ? UDP_SEGMENT of u is 3000: a segment of that size and its headers must fit into the path MTU of 1400 bytes
        ! setsockopt(u, UDP_SEGMENT, 1372)
        ! setsockopt(u, UDP_SEGMENT, 0)
        setsockopt(u, UDP_SEGMENT, 10) -> 0
        send(u, bytes(1400)) -> EINVAL
        ? UDP_SEGMENT of u is 10, so 1400 bytes would be 140 datagrams
        send(u, bytes(20)) -> EINVAL
        ? UDP_SEGMENT is set: EINVAL means
        setsockopt(u, UDP_SEGMENT, 0) -> 0
        send(u, bytes(60000), MSG_MORE) -> 60000
        send(u, bytes(10000)) -> EMSGSIZE
        ? These 10000 bytes belong to the datagram that MSG_MORE has begun
        v = socket(AF_INET6, SOCK_DGRAM)
        sendto(v, bytes(65528), [::1]:700) -> EMSGSIZE
        ? A UDP datagram over IPv6 carries at most 65527 bytes, and 65528 do not fit
        @ after nofrag
        sendto(v, bytes(2000), [::1]:700) -> EMSGSIZE
        ? IPV6_DONTFRAG is 1, so v does not fragment
        sendto(v, bytes(2000), [::1]:700) -> EMSGSIZE
        ? The packet is too large
        a, b = socketpair(AF_UNIX, SOCK_DGRAM)
        @ after buffer=0/5000
        send(a, bytes(4969)) -> EMSGSIZE
        ? SO_SNDBUF of a is 5000, so at most 4968 bytes fit, and 4969 do not
        ! send(a, bytes(4968))
    "),
    ("why there is no room to send", PAIR, "
        fcntl(a, F_SETFL, O_NONBLOCK) -> 0
        @ after nonblocking=1 buffer=800/800
        send(a, \"x\") -> EAGAIN
        ? What was sent and not received fills the send buffer of a, and this call must not wait (O_NONBLOCK)
        ! drain(b)
        send(a, bytes(99)) -> 40
        ? There was room for 40 of 99 bytes, and the call must not wait (O_NONBLOCK)
        fcntl(a, F_SETFL, 0) -> 0
        setsockopt(a, SO_SNDTIMEO, 1ms) -> 0
        @ after nonblocking=0
        send(a, \"x\") -> EAGAIN
        ? No room came free before SO_SNDTIMEO ended the wait: the receiver has to take messages first
        fill(a) -> runs
        @ signal
        @ returns 99
        ? cancel() ended it: send() had taken 99 bytes by then
        drain(b) -> runs
        @ signal
        @ returns 9
        ? cancel() ended it: 9 bytes had been received by then
        fill(a) -> 268435456
        ? send() took 268435456 bytes, and fill() sends no more than that
        drain(b) -> 268435456
        ? 268435456 bytes were received, and drain() takes no more than that
    "),
    ("a datagram of AF_UNIX finds no room", "
        r = socket(AF_UNIX, SOCK_DGRAM)
        bind(r, abstract:r) -> 0
        s = socket(AF_UNIX, SOCK_DGRAM)
    ", "
        @ after nonblocking=1 buffer=100/9000
        sendto(s, \"x\", addr(r), MSG_DONTWAIT) -> EAGAIN
        ? The queue of r is full (net.unix.max_dgram_qlen), and this call must not wait (MSG_DONTWAIT). s is not connected
        ! connect(s, addr(r))
        @ after nonblocking=0 buffer=9000/9000
        sendto(s, \"x\", addr(r), MSG_DONTWAIT) -> EAGAIN
        ? Messages that were not received yet fill the send buffer of s (SO_SNDBUF)
        connect(s, addr(r)) -> 0
        @ s peer abstract:r
        send(s, \"x\", MSG_DONTWAIT) -> EAGAIN
        ? The queue of r is full (net.unix.max_dgram_qlen), and this call must not wait (MSG_DONTWAIT). r has to receive first
        shutdown(r, SHUT_RD) -> 0
        send(s, \"x\") -> EPIPE
        ? r ended its receiving with shutdown(), so nothing can be sent to it
    "),
    ("TCP has no room, or is not connected yet", CONNECTED, "
        @ after nonblocking=1 unsent=9000/900/1000 window=0
        send(c, \"x\", MSG_DONTWAIT) -> EAGAIN
        ? The send buffer of c is full, and this call must not wait (MSG_DONTWAIT). The peer has no room
        send(c, \"x\", MSG_DONTWAIT) -> EAGAIN
        ? There is no room in the send buffer of c
        t = socket(AF_INET, SOCK_STREAM|SOCK_NONBLOCK)
        connect(t, 127.0.0.1:9) -> EINPROGRESS
        send(t, \"x\") -> EAGAIN
        ? t is still connecting, and this call must not wait (O_NONBLOCK)
        setsockopt(t, SO_SNDTIMEO, 5ms) -> 0
        setsockopt(t, SO_RCVTIMEO, 5ms) -> 0
        fcntl(t, F_SETFL, 0) -> 0
        send(t, \"x\") -> EAGAIN
        ? t is still connecting: the handshake was not complete when SO_SNDTIMEO ended the wait
        recv(t, 9) -> EAGAIN
        ? t is still connecting: nothing came before SO_RCVTIMEO ended the wait
    "),
    ("data with the SYN", "", "
        c = socket(AF_INET, SOCK_STREAM)
        send(c, \"x\", MSG_FASTOPEN) -> EINVAL
        ? MSG_FASTOPEN connects c and sends data with the SYN, so it needs an address
        sendto(c, \"x\", 127.0.0.1:9, MSG_FASTOPEN) -> EOPNOTSUPP
        ? MSG_FASTOPEN sends data with the SYN, and net.ipv4.tcp_fastopen
        sendto(c, \"x\", 127.0.0.1:9, MSG_FASTOPEN) -> EINPROGRESS
        ? The SYN is sent, and the call must not wait for the answer
        sendto(c, \"x\", 127.0.0.1:9, MSG_FASTOPEN) -> EALREADY
        ? A connect() with data in the SYN is in progress on c already
        sendto(c, \"x\", 127.0.0.1:9, MSG_FASTOPEN) -> 1
        ? MSG_FASTOPEN: this call connected c and passed 1 byte to TCP
        d = socket(AF_INET, SOCK_STREAM)
        @ state ESTABLISHED
        @ after syndata=0
        sendto(d, \"x\", 127.0.0.1:9, MSG_FASTOPEN) -> 1
        ? MSG_FASTOPEN: d is ESTABLISHED now, and the 1 byte followed the handshake
        e = socket(AF_INET, SOCK_STREAM)
        @ state ESTABLISHED
        @ after syndata=1
        sendto(e, \"x\", 127.0.0.1:9, MSG_FASTOPEN) -> 1
        ? Its SYN carried data, and the SYN+ACK acknowledged that
        f = socket(AF_INET, SOCK_STREAM)
        setsockopt(f, TCP_FASTOPEN_CONNECT, 1) -> 0
        @ reads TCP_FASTOPEN_CONNECT 1
        @ state SYN_SENT
        connect(f, 127.0.0.1:9) -> 0
        ? Nothing was sent yet: TCP_FASTOPEN_CONNECT of f is on
        state(f) -> SYN_SENT
        ? SYN_SENT, but no SYN was sent
        ioctl(f, SIOCOUTQ) -> 0
        ? f has sent nothing yet
        @ before SYN_SENT
        send(f, \"x\") -> 1
        ? This call sent the SYN of f
        state(f) -> SYN_SENT
        ? SYN_SENT: SYN is sent
    "),
    ("who receives is decided by more than the port", "
        s = socket(AF_INET, SOCK_DGRAM)
        bind(s, *:700) -> 0
        c = socket(AF_INET, SOCK_DGRAM)
        bind(c, 127.0.0.1:5000) -> 0
        connect(c, 127.0.0.2:700) -> 0
        @ c peer 127.0.0.2:700
    ", "
        sendto(s, \"pong\", addr(c)) -> 4
        ? The kernel took one datagram of 4 bytes from 127.0.0.1:700. c has the port, but is connected to 127.0.0.2:700
        recv(c, 9, MSG_DONTWAIT) -> EAGAIN
        ? It is connected to 127.0.0.2:700: datagrams from 127.0.0.1:700 were dropped
        ! connect(c, AF_UNSPEC)
        connect(s, addr(c)) -> 0
        @ s local 127.0.0.1:700
        @ s peer 127.0.0.1:5000
        send(s, \"pong\") -> ECONNREFUSED
        ? c has the port, but is connected to 127.0.0.2:700 and takes datagrams from there only. This call sent nothing
        recv(s, 9) -> ECONNREFUSED
        ? An ICMP port unreachable answered a datagram of s: c has the port, but is connected to 127.0.0.2:700
        u = socket(AF_INET, SOCK_DGRAM)
        setsockopt(u, SO_BINDTODEVICE, \"eth0\") -> 0
        bind(u, *:800) -> 0
        v = socket(AF_INET, SOCK_DGRAM)
        connect(v, 127.0.0.1:800) -> 0
        @ v local 127.0.0.1:5001
        @ v peer 127.0.0.1:800
        send(v, \"x\") -> 1
        ? u has the port, but only for eth0 (SO_BINDTODEVICE), and this one comes over another interface
        send(v, \"x\") -> ECONNREFUSED
        ? u has the port, but only for eth0 (SO_BINDTODEVICE), and it came over another interface. This call sent nothing
        recv(v, 9) -> ECONNREFUSED
        ? u has the port, but only for eth0 (SO_BINDTODEVICE)
        sendto(v, \"x\", 239.1.1.1:800) -> 1
        ? The kernel took one datagram of 1 byte for a group
    "),
    ("a waiting receive may have too little room", UDP, "
        recv(r, 3) -> blocks
        send(u, \"hello\") -> 5
        ? recv(r), which was waiting, gets the first 3 bytes of this message of 5
    "),
    ("a send does not wake who waits for more", CONNECTED, "
        setsockopt(s, SO_RCVLOWAT, 10) -> 0
        recv(s, 100) -> blocks
        send(c, \"hello\") -> 5
        ? 5 bytes were copied to the send buffer of c
    "),
    ("the error queue outlives the error", "
        u = socket(AF_INET, SOCK_DGRAM)
        bind(u, 127.0.0.1:600) -> 0
        setsockopt(u, IP_RECVERR, 1) -> 0
    ", "
        sendto(u, \"x\", 127.0.0.1:9) -> 1
        @ u errors
        recv(u, 9) -> ECONNREFUSED
        ? IP_RECVERR reports that without a connection too. The record waits in the error queue
        ! recvmsg(u, 100, MSG_ERRQUEUE)
        @ after nonblocking=0 events=POLLERR
        recv(u, 9, MSG_DONTWAIT) -> EAGAIN
        ? No data waits for u, and this call must not wait (MSG_DONTWAIT). Its error queue holds a record
        ! recvmsg(u, 100, MSG_ERRQUEUE)
        setsockopt(u, SO_RCVTIMEO, 5ms) -> 0
        recv(u, 9) -> EAGAIN
        ? No data came for u in time. Its error queue holds a record
        recvmsg(u, 100, MSG_ERRQUEUE) -> 1 with IP_RECVERR({ECONNREFUSED})
        ? The error queue held this record, and no data came: {ECONNREFUSED, none}
        recvmsg(u, 100, MSG_ERRQUEUE) -> 0 with IP_RECVERR({ECONNREFUSED})
        ? The error queue held a record, and no data came: {ECONNREFUSED, none}. The address
        recv(u, 100, MSG_ERRQUEUE) -> 1 \"x\"
        ? This comes from the error queue and is not received data
        recv(u, 100, MSG_ERRQUEUE) -> 0
        ? The error queue held a record without data
        recv(u, 100, MSG_ERRQUEUE) -> EAGAIN
        ? The error queue of u is empty. MSG_ERRQUEUE never waits
    "),
    ("the urgent byte stops a receive and is passed over by the next", CONNECTED, "
        send(c, \"GET\") -> 3
        send(c, \" \", MSG_OOB) -> 1
        send(c, \"/ HTTP\") -> 6
        @ after unread=6 mark
        recv(s, 100) -> 3 \"GET\"
        ? 3 of 100 bytes: a receive stops before the urgent byte, and that is next
        ! recv(s, 1, MSG_OOB)
        recv(s, 100) -> 6 \"/ HTTP\"
        ? 6 bytes were there. The urgent byte before them was skipped
        recv(s, 1, MSG_OOB) -> EINVAL
        ? Receiving went past the urgent byte, which discards it
        setsockopt(s, SO_OOBINLINE, 1) -> 0
        recv(s, 1, MSG_OOB) -> EINVAL
        ? SO_OOBINLINE is set on s, so urgent bytes come with the stream
        send(c, \"!\", MSG_OOB) -> 1
        ? s has SO_OOBINLINE, so it comes with the stream
        recv(s, NULL*1, MSG_OOB) -> EFAULT
        ? The urgent byte was taken by then: it is lost
        a, b = socketpair(AF_UNIX, SOCK_STREAM)
        send(a, \"\", MSG_OOB) -> EOPNOTSUPP
        ? MSG_OOB marks the last byte as urgent, and there is none
    "),
    ("why MSG_WAITALL got less", CONNECTED, "
        recv(s, 9, MSG_WAITALL|MSG_DONTWAIT) -> 4
        ? 4 of 9 bytes were there, and the call must not wait (MSG_DONTWAIT): MSG_WAITALL has no effect then
        @ after nonblocking=0 unread=0 events=POLLIN|POLLRDHUP
        recv(s, 9, MSG_WAITALL) -> 4
        ? the stream has ended after these 4
        setsockopt(s, SO_RCVTIMEO, 5ms) -> 0
        recv(s, 9, MSG_WAITALL) -> 4
        ? 4 came before SO_RCVTIMEO, or something else, ended the wait
        recv(s, 9, MSG_WAITALL) -> blocks
        @ signal
        @ returns 4
        ? 4
    "),
    ("data with descriptors is not joined with what follows", PAIR, "
        n = socket(AF_INET, SOCK_STREAM)
        sendmsg(a, [\"bbbb\"], fds(n)) -> 4
        send(a, \"cccc\") -> 4
        @ after unread=4
        p = recvmsg(b, 100) -> 4 fds 1
        ? p is n under a new number: the same open file. A receive ends at data that came with descriptors, so 4 bytes still wait
        ! recvmsg(b, 100)
        @ after unread=4
        recvmsg(b, 100) -> 4 fds 1
        ? new numbers for open files of the sender. A receive ends at data that came with descriptors, so 4 bytes still wait
        @ after unread=4
        recv(b, 100) -> 2
        ? 2 bytes came, and 4 more wait
        recvmsg(b, 100) -> 4 creds nobody
        ? These credentials name no process (pid 0)
        sendmsg(a, [\"\"], creds(1, 0, 0)) -> 0
        ? A stream carries credentials only with data
    "),
    ("what close() of the peer threw away", CONNECTED, "
        send(c, \"spam\") -> 4
        send(s, bytes(600)) -> 600
        recv(c, 100) -> 100
        @ s unread 4
        close(s) -> 0
        recv(c, 900) -> ECONNRESET
        ? s was closed with 4 bytes from c unread, so its kernel sent RST and discarded what was not delivered: of 600 bytes that it had sent, 100 were received
    "),
    ("SO_LINGER 0 throws away what was not delivered", CONNECTED, "
        setsockopt(s, SO_LINGER, {1, 0s}) -> 0
        send(s, bytes(600)) -> 600
        close(s) -> 0
        recv(c, 900) -> ECONNRESET
        ? discarded what was not delivered: of 600 bytes that it had sent, 0 were received
    "),
    ("both directions of the peer have ended", CONNECTED, "
        shutdown(s, SHUT_RDWR) -> 0
        recv(c, 9) -> 0
        ? End of file: s ended both directions with shutdown(), and everything it sent is read
        recv(c, 9, MSG_OOB) -> EINVAL
        ? No urgent byte waits: s has sent none
        send(c, \"x\") -> 1
        ? s has ended both of its directions with shutdown(), yet this succeeds
        send(c, \"x\") -> EPIPE
        ? s ended both of its directions with shutdown(), so its kernel answered data with RST
    "),
    ("data after both directions were ended here", CONNECTED, "
        shutdown(c, SHUT_RDWR) -> 0
        send(s, \"late\") -> 4
        recv(c, 9) -> ECONNRESET
        ? s sent data after that, so the kernel of c, and not s, aborted the connection with RST
    "),
    ("a FIN that the kernel has", "
        c = socket(AF_INET, SOCK_STREAM)
        connect(c, 127.0.0.1:8080) -> 0
    ", "
        @ state CLOSE_WAIT
        recv(c, 9) -> 0
        ? End of file: the FIN of the peer came, and everything it sent is read
    "),
    ("records end when all were received", "
        e, f = socketpair(AF_UNIX, SOCK_SEQPACKET)
    ", "
        send(f, \"\") -> 0
        recv(e, 9) -> 0
        ? An empty record came: f is open
        shutdown(f, SHUT_WR) -> 0
        recv(e, 9) -> 0
        ? End of file: f has ended its direction, and every record is read
    "),
    ("buffers without room", UDP, "
        read(r, 0) -> 0
        ? read() returns 0 at once and does not look at the socket
        recv(r, 0, MSG_PEEK) -> 0
        ? MSG_PEEK leaves the queue as it is
        @ r unread 5
        recv(r, 0) -> 0
        ? the call took a message of 5 bytes from the queue anyway
        recv(r, 3, MSG_PEEK|MSG_TRUNC) -> 5
        ? The message has 5 bytes and the buffer 3. MSG_PEEK leaves all of it in the queue
        recvmsg(r, 3, MSG_PEEK) -> 3 flags MSG_TRUNC
        ? the message is longer than the 3 bytes of room. MSG_PEEK leaves all of it
        recvfrom(r, 9, MSG_PEEK, -1) -> EINVAL
        ? The kernel looks at it after it has copied the data, which MSG_PEEK leaves in the queue
        setsockopt(r, IP_TTL, 300, 4) -> EINVAL
        ? The length 4 does not go with IP_TTL, or the value is one that it does not take
    "),
    ("UDP_GRO joins datagrams", UDP, "
        setsockopt(r, UDP_GRO, 1) -> 0
        recv(r, 100) -> 9
        ? UDP_GRO is on, so they may be several datagrams
        recvmsg(r, 100) -> 9 with UDP_GRO(5)
        ? these 9 bytes are several datagrams of 5 bytes each
        recvmsg(r, 9) -> 9 with UDP_GRO(5)
        ? these 9 bytes are several datagrams of 5 bytes each
    "),
    ("loops end for a reason", PAIR, "
        echo(b) -> blocks
        close(a) -> 0
        @ earlier returns 9
        e, f = socketpair(AF_UNIX, SOCK_STREAM)
        close(e) -> 0
        echo(f) -> 9
        ? End of stream: e sends no more. 9 bytes had been received and sent back
        sink(f) -> 9
        ? End of stream: e sends no more. 9 bytes had been received and discarded
        echo(f) -> EPIPE
        ? e was closed, so what had come could not be sent back
    "),
];

#[test]
fn a_receive_of_datagrams_that_shutdown_woke_got_no_datagram() {
    let mut story = Story::new();
    story
        .tell("u = socket(AF_INET, SOCK_DGRAM)\nbind(u, 127.0.0.1:600) -> 0\nrecv(u, 9) -> blocks");
    let woken = story.last().id();
    story.tell("shutdown(u, SHUT_RDWR) -> ENOTCONN\n@ earlier returns 0");
    let record = story.world.call(woken).expect("it is in the log");
    let why = crate::explain::why(&story.world, record);
    let ended =
        "shutdown() of u returned ENOTCONN, since it had no peer, and ended its receiving anyway";
    assert!(why.text.starts_with(ended), "{}", why.text);
}
