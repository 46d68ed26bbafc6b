//! Stories of how connections end, and of what travels with the bytes of a stream.

use crate::explain::tests::gallery::{CONNECTED, PAIR, Tale};
use crate::explain::tests::story::Story;
use crate::socket::Phase;

pub(crate) const STORIES: &[Tale] = &[
    ("what was unread is what was seen in the queue", CONNECTED, "
        fill(c) -> 2440476
        @ s unread 2232
        close(s) -> 0
        ? close() returned at once. Unless the connection was over, the kernel sends what is left
        recv(c, 9) -> ECONNRESET
        ? s was closed with 2232 bytes from c unread
    "),
    ("unread data of a peer outside", "", "
        c = socket(AF_INET, SOCK_STREAM)
        connect(c, 127.0.0.1:700) -> 0
        @ c unread 7
        close(c) -> 0
        ? close() returned at once. Unless the connection was over, the kernel sends what is left
    "),
    ("linger comes before what was unread", CONNECTED, "
        send(c, \"hello\") -> 5
        setsockopt(s, SO_LINGER, {1, 0s}) -> 0
        close(s) -> 0
        recv(c, 9) -> ECONNRESET
        ? s had SO_LINGER {1, 0s}, so its close() sent RST
    "),
    ("SO_ERROR took the error", CONNECTED, "
        setsockopt(s, SO_LINGER, {1, 0s}) -> 0
        close(s) -> 0
        getsockopt(c, SO_ERROR) -> ECONNRESET
        recv(c, 9) -> 0
        ? The connection had failed before: getsockopt(c, SO_ERROR) reported ECONNRESET. An error is reported once, and from then on
        send(c, \"x\") -> EPIPE
        ? The connection broke with ECONNRESET before: getsockopt(c, SO_ERROR) reported it. From then on sending gives EPIPE.
        close(c) -> 0
        ? close() returned at once. Unless the connection was over, the kernel sends what is left
    "),
    ("the error that was told has its name", CONNECTED, "
        close(s) -> 0
        send(c, \"x\") -> 1
        send(c, \"x\") -> EPIPE
        recv(c, 9) -> 0
        ? The connection had failed before: send(c) reported EPIPE. An error is reported once, and from then on receiving returns 0.
        recv(c, 9) -> 0
        ? The connection had failed before: send(c) reported EPIPE. An error is reported once, and from then on receiving returns 0.
    "),
    ("a timeout of the user", CONNECTED, "
        setsockopt(c, TCP_USER_TIMEOUT, 1500) -> 0
        fill(c) -> 2440476
        recv(c, 9) -> ETIMEDOUT
        ? TCP_USER_TIMEOUT of c is 1500 ms
        recv(c, 9) -> 0
        ? The connection had failed before: recv(c) reported ETIMEDOUT. An error is reported once, and from then on receiving returns 0.
        setsockopt(s, TCP_USER_TIMEOUT, 2000) -> 0
        getsockopt(s, SO_ERROR) -> ETIMEDOUT
        ? TCP_USER_TIMEOUT of s is 2000 ms
    "),
    ("a peer that stays silent", CONNECTED, "
        recv(c, 9) -> ETIMEDOUT
        ? The other end no longer acknowledged anything, neither data nor keepalive probes, until the kernel gave up. Make a new socket.
    "),
    ("a listener that is closed while accept() sleeps accepts once more", "
        l = socket(AF_INET, SOCK_STREAM)
        bind(l, 127.0.0.1:9) -> 0
        listen(l, 5) -> 0
    ", "
        accept(l) -> blocks
        @ l gone
        @ returns fd from 127.0.0.1:40
        ? so it accepted this connection and no further one
    "),
    ("our own SHUT_RD wakes a call before it is told itself", CONNECTED, "
        recv(c, 9) -> runs
        shutdown(c, SHUT_RD) -> runs
        @ earlier returns 0
        @ returns 0
        ? Nothing is sent: c only returns 0 once its queue is empty. Data that still arrives can be
        recv(c, 9) -> 0
        ? c ended its receiving with shutdown()
        @ state FIN_WAIT2
        shutdown(c, SHUT_WR) -> 0
        ? The sending of c has ended: a FIN follows what it has sent, unless the connection was
    "),
    ("the kernel says whether the connection is over", CONNECTED, "
        recv(c, 9) -> 0
        @ state FIN_WAIT1
        shutdown(c, SHUT_WR) -> 0
        ? The sending of c has ended: a FIN follows what it has sent, unless the connection was
    "),
    ("the peer had ended, and the kernel agrees", CONNECTED, "
        recv(c, 9) -> 0
        @ state LAST_ACK
        shutdown(c, SHUT_WR) -> 0
        ? The sending of c has ended: a FIN follows what it has sent, unless the connection was
    "),
    ("a shutdown() in SYN_SENT", "", "
        d = socket(AF_INET, SOCK_STREAM|SOCK_NONBLOCK)
        connect(d, 127.0.0.1:9) -> EINPROGRESS
        shutdown(d, SHUT_WR) -> 0
        ? d was connecting, so there was no direction to end
        getsockopt(d, SO_ERROR) -> ECONNRESET
        ? ECONNRESET was pending on d since shutdown() gave its connect() up
        e = socket(AF_INET, SOCK_STREAM|SOCK_NONBLOCK)
        connect(e, 127.0.0.1:9) -> EINPROGRESS
        @ before SYN_SENT
        shutdown(e, SHUT_RD) -> 0
        recv(e, 9) -> ECONNRESET
        ? shutdown() abandoned the connect() of e
        f = socket(AF_INET, SOCK_STREAM)
        connect(f, 127.0.0.1:9) -> runs
        @ before SYN_SENT
        shutdown(f, SHUT_WR) -> runs
        @ earlier returns ECONNRESET
        @ returns 0
        ? f was connecting, so there was no direction to end
    "),
    ("a shutdown() after the handshake that nobody has asked about", "", "
        d = socket(AF_INET, SOCK_STREAM|SOCK_NONBLOCK)
        connect(d, 127.0.0.1:9) -> EINPROGRESS
        @ before ESTABLISHED
        shutdown(d, SHUT_WR) -> 0
        ? The sending of d has ended: a FIN follows what it has sent, unless the connection was
        recv(d, 9) -> ECONNRESET
        ? A RST came
    "),
    ("SO_LINGER that ran out", CONNECTED, "
        setsockopt(c, SO_LINGER, {1, 2s}) -> 0
        send(c, bytes(9000)) -> 9000
        close(c) -> blocks
        @ passes 2
        @ returns 0
        ? SO_LINGER made close() wait 2 s, and not everything was acknowledged by then. The kernel
    "),
    ("SO_LINGER that did not", CONNECTED, "
        setsockopt(c, SO_LINGER, {1, 2s}) -> 0
        close(c) -> 0
        ? close() returned at once. Unless the connection was over, the kernel sends what is left
    "),
    ("close() promises TIME_WAIT only after the FIN of the peer", CONNECTED, "
        close(c) -> 0
        ? close() returned at once. Unless the connection was over, the kernel sends what is left
    "),
    ("close() with a closed window", CONNECTED, "
        @ c probes 9000
        close(c) -> 0
        ? close() returned at once. Unless the connection was over, the kernel sends what is left
    "),
    ("close() in CLOSE_WAIT with a closed window", CONNECTED, "
        shutdown(s, SHUT_WR) -> 0
        @ c probes 9000
        @ before CLOSE_WAIT
        close(c) -> 0
        ? s ended first. The FIN of c waits behind data, for which s has no room: the kernel keeps
    "),
    ("close() in FIN_WAIT1 with a closed window", CONNECTED, "
        shutdown(c, SHUT_WR) -> 0
        @ c probes 9000
        @ before FIN_WAIT1
        close(c) -> 0
        ? The FIN that shutdown() queued still waits behind data, for which s has no room
    "),
    ("close() in CLOSING", CONNECTED, "
        shutdown(c, SHUT_WR) -> 0
        @ before CLOSING
        close(c) -> 0
        ? The FIN of the peer had come and that of c was queued already (CLOSING), so close() added
    "),
    ("close() after SHUT_RDWR in FIN_WAIT2", CONNECTED, "
        shutdown(c, SHUT_RDWR) -> 0
        @ before FIN_WAIT2
        close(c) -> 0
        ? shutdown() had queued the FIN already, so close() adds nothing. For the FIN of the peer
    "),
    ("end of file after our own SHUT_WR", "", "
        c = socket(AF_INET, SOCK_STREAM)
        connect(c, 127.0.0.1:700) -> 0
        shutdown(c, SHUT_WR) -> 0
        recv(c, 9) -> 0
        ? c ended its own direction before, so both have ended
        ! close(c)
    "),
    ("EPIPE of a stranger that has closed", "", "
        c = socket(AF_INET, SOCK_STREAM)
        connect(c, 127.0.0.1:700) -> 0
        send(c, \"x\") -> 1
        send(c, \"x\") -> EPIPE
        ? The connection has ended: after its FIN the other end sent a RST, as it was closed, shut down in both directions, or aborted.
    "),
    ("EPIPE after a send that came before the close()", CONNECTED, "
        send(c, \"x\") -> 1
        close(s) -> 0
        send(c, \"x\") -> EPIPE
        ? s had ended its direction and was then closed with RST, as after data that it did not read, or with SO_LINGER and 0 seconds. c
    "),
    ("AF_UNIX tells of SHUT_RD", PAIR, "
        shutdown(b, SHUT_RD) -> 0
        send(a, \"x\") -> EPIPE
        ? b ended its receiving with shutdown(), so nothing can be sent to it.
        ! recv(a, 100)
        recv(b, 9) -> 0
        ? a gets EPIPE when it sends
        recv(a, 9) -> 2 \"hi\"
        ? 2 bytes were there
        close(a) -> 0
        ? The socket is gone. Its peer reads what was sent and then end of file, and gets EPIPE
    "),
    ("SHUT_RD of AF_UNIX datagrams", "", "
        a, b = socketpair(AF_UNIX, SOCK_DGRAM)
        shutdown(b, SHUT_RD) -> 0
        ? any socket that sends to it gets EPIPE.
        send(a, \"x\") -> EPIPE
        ? b ended its receiving with shutdown()
        shutdown(a, SHUT_RDWR) -> 0
        ? any socket that sends to it gets EPIPE too
    "),
    ("a client that was never accepted", "", "
        l = socket(AF_UNIX, SOCK_STREAM)
        bind(l, unix:/tmp/l) -> 0
        listen(l, 5) -> 0
        c = socket(AF_UNIX, SOCK_STREAM)
        connect(c, unix:/tmp/l) -> 0
        @ c local unix:
        @ c peer unix:/tmp/l
        @ l gone
        recv(c, 1) -> ECONNRESET
        ? l was closed while this connection still waited for accept(), and AF_UNIX reports that once. What c had sent is lost.
    "),
    ("a program outside left data of an AF_UNIX stream unread", "", "
        c = socket(AF_UNIX, SOCK_STREAM)
        connect(c, unix:/tmp/l) -> 0
        send(c, \"hello\") -> 5
        @ c outside python3 5
        @ c vanishes
        recv(c, 9) -> ECONNRESET
        ? python3 (pid 812) had 5 bytes from c unread when last seen. It was closed before it had read everything; AF_UNIX reports that
    "),
    ("who left an AF_UNIX stream is not known", "", "
        c = socket(AF_UNIX, SOCK_STREAM)
        connect(c, unix:/tmp/l) -> 0
        recv(c, 9) -> ECONNRESET
        ? The other end was closed before it had read everything from c, or the connection was never accepted. What was unread is lost.
    "),
    ("there is one place for an urgent byte", CONNECTED, "
        send(c, \"one\", MSG_OOB) -> 3
        ? The last byte is urgent data
        send(c, \"two\", MSG_OOB) -> 3
        ? s has not read the one before, and only one byte can be urgent: the older one is ordinary data now, or lost
        recv(s, 1, MSG_OOB) -> 1 \"o\"
        send(c, \"six\", MSG_OOB) -> 3
        ? The last byte is urgent data
        a, b = socketpair(AF_UNIX, SOCK_STREAM)
        send(a, \"one\", MSG_OOB) -> 3
        send(a, \"two\", MSG_OOB) -> 3
        ? the older one is ordinary data now.
    "),
    ("descriptors that recv() throws away", PAIR, "
        e, f = socketpair(AF_UNIX, SOCK_STREAM)
        send(a, \"abc\") -> 3
        sendmsg(a, [\"hello\"], fds(e)) -> 5
        recv(b, 3) -> 3
        ? The buffer of 3 bytes is full
        recv(b, 1, MSG_PEEK) -> 1
        ? MSG_PEEK showed the data
        recv(b, 2) -> 2
        ? Descriptors came with this, and they are lost: e. Only recvmsg() receives them; for recv() the kernel
        recv(b, 9) -> 3
        ? 3 bytes were there
        d, g = socketpair(AF_UNIX, SOCK_DGRAM)
        send(d, \"one\") -> 3
        sendmsg(d, [\"two\"], fds(e, f)) -> 3
        read(g, 9) -> 3
        ? One call takes one whole message
        read(g, 9) -> 3
        ? they are lost: e, f. Only recvmsg() receives them; for read() the kernel
    "),
];

#[test]
fn a_call_that_our_own_shutdown_woke_does_not_blame_the_peer() {
    let mut story = Story::new();
    story.tell(CONNECTED);
    story.tell("recv(c, 9) -> runs");
    let line = story.last().id();
    story.tell("shutdown(c, SHUT_RD) -> runs\n@ earlier returns 0\n@ returns 0");
    let told = |story: &Story, line| {
        let record = story.world.call(line).expect("it is in the log");
        crate::explain::why(&story.world, record).text
    };
    let text = told(&story, line);
    assert!(
        text.starts_with("c ended its receiving with shutdown()"),
        "{text}"
    );
    assert_eq!(story.named("c").phase(), Phase::ReadShut);
    story.tell("d = socket(AF_INET, SOCK_STREAM)\nconnect(d, 127.0.0.1:9) -> runs");
    let line = story.last().id();
    story.tell("@ before SYN_SENT\nshutdown(d, SHUT_RD) -> runs");
    story.tell("@ earlier returns ECONNRESET\n@ returns 0");
    let text = told(&story, line);
    assert!(
        text.starts_with("shutdown() abandoned this connect()"),
        "{text}"
    );
}

#[test]
fn a_direction_that_the_peer_ended_is_no_reset_on_af_unix() {
    let mut story = Story::new();
    story.tell(PAIR);
    story.tell("shutdown(b, SHUT_RD) -> 0\nsend(a, \"x\") -> EPIPE");
    assert_eq!(story.named("a").phase(), Phase::Connected);
}
