//! Stories, each with the explanations that it must give.

use crate::explain::tests::story::Story;
use crate::world::{Record, World};

/// A TCP connection between two sockets of ours: `l` is listening, `c` connected to it, `s` was accepted.
pub(crate) const CONNECTED: &str = "
    l = socket(AF_INET, SOCK_STREAM)
    bind(l, 127.0.0.1:8080) -> 0
    listen(l, 5) -> 0
    c = socket(AF_INET, SOCK_STREAM)
    connect(c, addr(l)) -> 0
    @ c local 127.0.0.1:5000
    @ c peer 127.0.0.1:8080
    s = accept(l) -> fd from 127.0.0.1:5000
    @ s local 127.0.0.1:8080
    @ s peer 127.0.0.1:5000
";
pub(crate) const PAIR: &str = "a, b = socketpair(AF_UNIX, SOCK_STREAM)\n";

/// The name of a story, how it begins, and the rest of it.
pub(crate) type Tale = (&'static str, &'static str, &'static str);

const STORIES: &[Tale] = &[
    ("a taken address names its holder", CONNECTED, "
        n = socket(AF_INET, SOCK_STREAM)
        bind(n, 127.0.0.1:8080) -> EADDRINUSE
        ? 127.0.0.1:8080 is taken: l has had it for 1 ms and is listening
        bind(n, *:8080) -> EADDRINUSE
        ? l (listening) has had 127.0.0.1:8080 for 1 ms, which overlaps *:8080
        u = socket(AF_INET, SOCK_DGRAM)
        bind(u, 127.0.0.1:8080) -> EADDRINUSE
        ? A socket outside of this session has 127.0.0.1:8080. Choose
        bind(n, 127.0.0.1:0) -> EADDRINUSE
        ? bind() was to choose a port and found none free in its range:
    "),
    ("a closed connection leaves its address in TIME_WAIT", CONNECTED, "
        close(l) -> 0
        n = socket(AF_INET, SOCK_STREAM)
        bind(n, 127.0.0.1:8080) -> EADDRINUSE
        ? The connection of s has 127.0.0.1:8080. With SO_REUSEADDR on both s and n bind() succeeds,
        close(s) -> 0
        close(c) -> 0
        bind(n, 127.0.0.1:8080) -> EADDRINUSE
        ? s is closed, but its connection may hold 127.0.0.1:8080 in TIME_WAIT
    "),
    ("somebody outside has it", "", "
        n = socket(AF_INET, SOCK_STREAM)
        bind(n, 127.0.0.1:80) -> EADDRINUSE
        ? A socket outside of this session has 127.0.0.1:80, or a connection of it is in TIME_WAIT.
        @ outsider nginx
        ? nginx (pid 812), outside of this session, has 127.0.0.1:80
        ! bind(n, 127.0.0.1:0)
        @ outsider hidden
        ? A socket outside of this session has 127.0.0.1:80. Its owner cannot be seen: owned by uid
        u = socket(AF_UNIX, SOCK_STREAM)
        bind(u, unix:/tmp/u) -> EADDRINUSE
        @ outsider nginx
        ? unix:/tmp/u is the name of a socket of nginx (pid 812)
        @ outsider hidden
        ? Its owner cannot be seen: owned by uid 7.
        @ outsider nobody
        ? unix:/tmp/u exists, and no open socket of this network namespace
        !! unlink(unix:/tmp/u)
        bind(u, unix:/tmp/notes) -> EADDRINUSE
        ? unix:/tmp/notes exists in the file system. Whether
        @ path is regular
        ? unix:/tmp/notes is an ordinary file
        @ outsider nobody
        ? unix:/tmp/notes is an ordinary file
        connect(u, unix:/tmp/notes) -> ECONNREFUSED
        ? unix:/tmp/notes exists, but nobody answers there: the server has ended, does not listen
        @ outsider nobody
        ? its server has ended, or runs in another one
        @ outsider nc
        ? nc (pid 812), outside of this session, has unix:/tmp/notes
        @ path is regular
        ? unix:/tmp/notes is an ordinary file and not a socket
    "),
    ("an orphan is named with its countdown", CONNECTED, "
        close(l) -> 0
        close(c) -> 0
        close(s) -> 0
        @ s orphan retransmit 1
        n = socket(AF_INET, SOCK_STREAM)
        bind(n, 127.0.0.1:8080) -> EADDRINUSE
        ? s is closed, but its connection is still in LAST_ACK and holds 127.0.0.1:8080
        @ s orphan time-wait 59
        bind(n, 127.0.0.1:8080) -> EADDRINUSE
        ? s is closed, but the kernel keeps its connection in FIN_WAIT2 for 59 s more
        @ s vanishes
        bind(n, 127.0.0.1:8080) -> EADDRINUSE
        ? may hold 127.0.0.1:8080
    "),
    ("a path outlives its socket", "", "
        u = socket(AF_UNIX, SOCK_STREAM)
        bind(u, unix:/tmp/u) -> 0
        ? the file unix:/tmp/u was made
        v = socket(AF_UNIX, SOCK_STREAM)
        bind(v, unix:/tmp/u) -> EADDRINUSE
        ? unix:/tmp/u is the name of u (bound)
        connect(v, unix:/tmp/u) -> ECONNREFUSED
        ? u has the name unix:/tmp/u but does not listen: it is bound
        nb = socket(AF_UNIX, SOCK_STREAM|SOCK_NONBLOCK)
        connect(nb, unix:/tmp/u) -> ECONNREFUSED
        ? u has the name unix:/tmp/u but does not listen: it is bound
        d = socket(AF_UNIX, SOCK_DGRAM)
        connect(d, unix:/tmp/u) -> EPROTOTYPE
        ? u is a stream socket, d a datagram socket
        listen(u, 0) -> 0
        connect(v, unix:/tmp/u) -> 0
        ? v is connected: connect() succeeds before accept() is called. The connection waits in the
        close(u) -> 0
        ? u takes no more connections, and clients that still waited in its queue get ECONNRESET.
        w = socket(AF_UNIX, SOCK_STREAM)
        bind(w, unix:/tmp/u) -> EADDRINUSE
        ? unix:/tmp/u exists in the file system. Whether an open socket has it is not known, and
        connect(w, unix:/tmp/u) -> ECONNREFUSED
        ? unix:/tmp/u exists, but nobody answers there: the server has ended, does not listen or no
        unlink(unix:/tmp/u) -> 0
        ? The name unix:/tmp/u is gone
        connect(w, unix:/tmp/u) -> ENOENT
        ? unlink() removed unix:/tmp/u
        bind(w, unix:/tmp/u) -> 0
        connect(v, unix:/tmp/u) -> ENOENT
        ? unix:/tmp/u does not lead to an existing file. The server has to bind() that path first.
        close(w) -> 0
        ? The number 3 is free, and the next socket may get it: the kernel gives out the lowest
    "),
    ("refused by one that is bound and does not listen", "", "
        z = socket(AF_INET, SOCK_STREAM)
        bind(z, *:8080) -> 0
        ? z is *:8080 now: port 8080 of every local address, also of those that other hosts can
        c = socket(AF_INET, SOCK_STREAM)
        connect(c, 127.0.0.1:8080) -> ECONNREFUSED
        ? z is bound at *:8080 but does not listen
        @ route local
        @ users none
        connect(c, 127.0.0.1:9) -> ECONNREFUSED
        ? Nobody listens on 127.0.0.1:9
        close(z) -> 0
        @ route local
        @ users none
        connect(c, 127.0.0.1:8080) -> ECONNREFUSED
        ? z, which had *:8080, is closed, and nobody listens on 127.0.0.1:8080
    "),
    ("our own shutdown", CONNECTED, "
        shutdown(c, SHUT_WR) -> 0
        ? The sending of c has ended: a FIN follows what it has sent, unless the connection was over
        send(c, \"x\") -> EPIPE+SIGPIPE
        ? c ended its own sending direction with shutdown()
        ? SIGPIPE came with it
        recv(s, 9) -> 0
        ? End of file: c ended its sending with shutdown()
        shutdown(s, SHUT_RD) -> 0
        recv(s, 9) -> 0
        send(s, \"x\") -> 1
        ? s may send though its peer has ended
        close(s) -> 0
        ? close() returned at once. Unless the connection was over, the kernel sends what is left
        recv(c, 1) -> 1
        close(c) -> 0
        ? close() returned at once. Unless the connection was over, the kernel sends what is left
    "),
    ("our own SHUT_RD", CONNECTED, "
        shutdown(s, SHUT_RD) -> 0
        ? Nothing is sent: s only returns 0 once its queue is empty. Data that still arrives can be
        recv(s, 9) -> 0
        ? s ended its receiving with shutdown()
        recv(s, 9) -> 4 \"late\"
        ? SHUT_RD does not keep TCP data out
        shutdown(s, SHUT_WR) -> 0
        close(s) -> 0
        ? close() returned at once. Unless the connection was over, the kernel sends what is left
    "),
    ("the peer closed", CONNECTED, "
        close(c) -> 0
        ? close() returned at once. Unless the connection was over, the kernel sends what is left
        recv(s, 9) -> 0
        ? End of file: c is closed
        send(s, \"one\") -> 3
        ? c is closed, yet this succeeds
        send(s, \"two\") -> EPIPE+SIGPIPE
        ? c is closed: its kernel answered what s sent after that with RST, and from then on sending fails. SIGPIPE came with it
    "),
    ("the peer closed and we follow without reading", CONNECTED, "
        close(c) -> 0
        close(s) -> 0
        ? close() returned at once. Unless the connection was over, the kernel sends what is left
    "),
    ("the peer closed with our data unread", CONNECTED, "
        send(c, \"hello\") -> 5
        ? 5 bytes were copied to the send buffer of c
        recv(s, 2) -> 2 \"he\"
        ? The buffer of 2 bytes is full
        @ s unread 3
        close(s) -> 0
        ? close() returned at once. Unless the connection was over, the kernel sends what is left
        recv(c, 9) -> ECONNRESET
        ? s was closed with 3 bytes from c unread
        recv(c, 9) -> 0
        ? The connection had failed before: recv(c) reported ECONNRESET. An error is reported once, and from then on receiving returns 0.
        close(c) -> 0
        ? close() returned at once. Unless the connection was over, the kernel sends what is left
    "),
    ("a look is not a read", CONNECTED, "
        send(c, \"hello\") -> 5
        recv(s, 5, MSG_PEEK) -> 5 \"hello\"
        ? MSG_PEEK showed the data
        @ s unread 5
        close(s) -> 0
        ? close() returned at once. Unless the connection was over, the kernel sends what is left
    "),
    ("a program outside ended with our data unread", "", "
        c = socket(AF_INET, SOCK_STREAM)
        connect(c, 127.0.0.1:700) -> 0
        @ c local 127.0.0.1:5000
        @ c peer 127.0.0.1:700
        send(c, \"hello\") -> 5
        @ c outside python3 5
        @ c vanishes
        recv(c, 9) -> ECONNRESET
        ? python3 (pid 812) had 5 bytes from c unread when last seen. If its end was closed like that, its kernel sent RST instead of FIN.
    "),
    ("linger zero", CONNECTED, "
        setsockopt(c, SO_LINGER, {1, 0s}) -> 0
        ? will abort its connection
        close(c) -> 0
        ? close() returned at once. Unless the connection was over, the kernel sends what is left
        recv(s, 9) -> ECONNRESET
        ? c had SO_LINGER {1, 0s}, so its close() sent RST
    "),
    ("disconnect", CONNECTED, "
        connect(c, AF_UNSPEC) -> 0
        ? The connection of c had ended already, so nothing was sent. AF_UNSPEC removes it
        recv(s, 9) -> ECONNRESET
        ? c called connect(AF_UNSPEC)
    "),
    ("the listener is closed before it accepts", "", "
        l = socket(AF_INET, SOCK_STREAM)
        listen(l, 1) -> 0
        ? l had no port, so the kernel chose one. getsockname(l)
        @ l local 0.0.0.0:700
        c = socket(AF_INET, SOCK_STREAM)
        connect(c, 127.0.0.1:700) -> 0
        ? connect() succeeded: c is connected to 127.0.0.1:700. The kernel at that address
        @ c local 127.0.0.1:5000
        @ c peer 127.0.0.1:700
        @ l gone
        recv(c, 1) -> ECONNRESET
        ? l was closed while this connection still waited for accept()
    "),
    ("end of file is not an empty datagram", PAIR, "
        close(b) -> 0
        ? The socket is gone. Its peer reads what was sent and then end of file, and gets EPIPE
        recv(a, 9) -> 0
        ? End of file: b is closed
        send(a, \"x\") -> EPIPE
        ? b is closed, so nobody can receive any more.
        u = socket(AF_INET, SOCK_DGRAM)
        bind(u, 127.0.0.1:9) -> 0
        recv(u, 9) -> 0
        ? An empty datagram came
        e, f = socketpair(AF_UNIX, SOCK_SEQPACKET)
        send(f, \"\") -> 0
        recv(e, 9) -> 0
        ? An empty record came: f is open
        shutdown(f, SHUT_WR) -> 0
        recv(e, 9) -> 0
        ? End of file: f has ended its direction
    "),
    ("messages are cut", "", "
        u = socket(AF_INET, SOCK_DGRAM)
        recv(u, 3) -> blocks
        ? u has no address yet, so no socket can send to it
        @ signal
        ? A signal is on its way to recv(u)
        @ returns EINTR
        ? cancel() sent a signal before recv() had done anything
        bind(u, 127.0.0.1:9) -> 0
        recv(u, 3, MSG_TRUNC) -> 5 \"hel\"
        ? The message had 5 bytes and the buffer 3
        recv(u, 3) -> 3 \"hel\"
        ? The buffer of 3 bytes is full. The message may have been longer
        @ u unread 5
        recv(u, 3) -> 3 \"hel\"
        ? The datagram had 5 bytes and the buffer only 3: the rest is lost for good
        @ u unread 3
        recv(u, 3) -> 3 \"hel\"
        ? The message fills the buffer exactly
        @ u unread 0
        recv(u, 9) -> 3 \"hel\"
        ? One call takes one whole message of 3 bytes
        v = socket(AF_INET, SOCK_DGRAM)
        sendto(v, \"hi\", addr(u)) -> 2
        ? v had no address, so the kernel chose a free port
        @ v local 127.0.0.1:10
        sendto(v, \"hi\", addr(u)) -> 2
        ? one datagram of 2 bytes for u, which has
        connect(v, addr(u)) -> 0
        ? Nothing was sent
        connect(v, 127.0.0.1:80) -> 0
        ? v has a new peer now, 127.0.0.1:80
        recv(v, 1) -> ECONNREFUSED
        ? An ICMP port unreachable answered a datagram of v to its peer: no socket there took it, or a firewall rejected it. The next call
    "),
    ("a first datagram from an unbound socket tells its port", "", "
        v = socket(AF_INET, SOCK_DGRAM)
        sendto(v, \"hi\", 127.0.0.1:9) -> 2
        @ v local 127.0.0.1:10
        ? it is 127.0.0.1:10 now
    "),
    ("accept waits and is answered", "", "
        l = socket(AF_INET, SOCK_STREAM)
        bind(l, 127.0.0.1:0) -> 0
        ? Port 0 asks the kernel for a free port. getsockname(l)
        @ l local 127.0.0.1:700
        ? l is 127.0.0.1:700 now
        @ sysctl net.core.somaxconn 4096
        listen(l, 5) -> 0
        ? With a limit of 5, the queue holds one more: 6
        accept(l) -> blocks
        ? The accept queue of l is empty, so accept() sleeps until a connection arrives. A connect() to 127.0.0.1:700 wakes it
        @ returns fd from 127.0.0.1:5000
        ? s1 is a NEW socket, connected to 127.0.0.1:5000
        wait(l) -> fd from 127.0.0.1:5000
        @ sysctl net.core.somaxconn 4096
        listen(l, 9) -> 0
        ? l was listening already. The limit of its accept queue is 9 now
        listen(l, 9) -> 0
        ? l was listening already. Only the limit of its accept queue was changed
        m = socket(AF_INET, SOCK_STREAM)
        setsockopt(m, SO_REUSEADDR, 1) -> 0
        ? is set in time
        bind(m, 127.0.0.1:700) -> 0
        listen(m, 1) -> EADDRINUSE
        ? l (listening) has had 127.0.0.1:700 for 1 ms. SO_REUSEADDR lets two sockets bind one
        accept(l) -> blocks
        @ returns EINVAL
        ? l stopped listening while accept() slept: by shutdown(), or by connect() with AF_UNSPEC.
    "),
    ("a listener on a port that the kernel chose", "", "
        l = socket(AF_INET, SOCK_STREAM)
        listen(l, 5) -> 0
        @ l local 0.0.0.0:700
        ? it listens on *:700
        shutdown(l, SHUT_RDWR) -> 0
        ? takes l out of LISTEN
    "),
    ("a full queue", "", "
        l = socket(AF_INET, SOCK_STREAM)
        bind(l, 127.0.0.1:700) -> 0
        listen(l, 0) -> 0
        @ l waiting 1 0
        c = socket(AF_INET, SOCK_STREAM)
        connect(c, addr(l)) -> blocks
        ? The accept queue of l is full, so its kernel drops the SYN of c
        @ returns ETIMEDOUT
        ? No SYN was answered in time. The accept queue of l is full, and then its kernel drops
        d = socket(AF_INET, SOCK_STREAM|SOCK_NONBLOCK)
        @ state SYN_SENT
        connect(d, addr(l)) -> EINPROGRESS
        ? The accept queue of l is full, so the kernel drops the SYN of d
        ! s1 = accept(l)
        u = socket(AF_UNIX, SOCK_STREAM|SOCK_NONBLOCK)
        connect(u, unix:/tmp/l) -> EAGAIN
        ? The queue of the listener is full, and connect() must not wait for room (O_NONBLOCK).
    "),
    ("timeouts", CONNECTED, "
        setsockopt(s, SO_RCVTIMEO, 250ms) -> 0
        setsockopt(c, SO_SNDTIMEO, 250ms) -> 0
        setsockopt(l, SO_RCVTIMEO, 250ms) -> 0
        recv(s, 9) -> blocks
        ? s has nothing to read and no end of file has come
        @ returns EAGAIN
        ? Nothing came before SO_RCVTIMEO ended the wait
        send(c, bytes(99)) -> blocks
        ? The send buffer of c is full
        @ returns EAGAIN
        ? No room came free before SO_SNDTIMEO
        accept(l) -> blocks
        @ returns EAGAIN
        ? No connection came before SO_RCVTIMEO
        d = socket(AF_INET, SOCK_STREAM)
        setsockopt(d, SO_SNDTIMEO, 250ms) -> 0
        connect(d, 10.0.0.77:1) -> blocks
        ? d is in SYN_SENT: the kernel repeats its SYN to 10.0.0.77:1
        @ returns EINPROGRESS
        ? SO_SNDTIMEO ended the wait, but not the handshake
        e = socket(AF_UNIX, SOCK_STREAM)
        setsockopt(e, SO_SNDTIMEO, 250ms) -> 0
        connect(e, unix:/tmp/l) -> blocks
        @ returns EAGAIN
        ? stayed full until SO_SNDTIMEO
    "),
    ("a closed window", CONNECTED, "
        send(c, bytes(99)) -> blocks
        ? The send buffer of c is full
        @ c probes 40
        ? The receive window of s is closed
        ! drain(s)
        @ c probes 0
        ? The send buffer of c is full
    "),
    ("impatience", CONNECTED, "
        recv(s, 9, MSG_DONTWAIT) -> EAGAIN
        ? this call must not wait (MSG_DONTWAIT)
        fcntl(s, F_SETFL, O_NONBLOCK) -> 0
        ? s is non-blocking now
        recv(s, 9) -> EAGAIN
        ? this call must not wait (O_NONBLOCK)
        send(c, bytes(99)) -> 40
        ? The call took 40 of 99 bytes: then a signal, a timeout or an error of the connection ended its wait for room. A further call
        send(c, bytes(99)) -> blocks
        @ signal
        @ returns 40
        ? A signal came after 40 of 99 bytes
    "),
    ("a call that does not wait and is too late", "", "
        d = socket(AF_INET, SOCK_STREAM|SOCK_NONBLOCK)
        @ state ESTABLISHED
        connect(d, 127.0.0.1:9) -> EINPROGRESS
        ? yet d is ESTABLISHED already
        ! poll([d: POLLOUT], 0)
        ! getsockopt(d, SO_ERROR)
        e = socket(AF_INET, SOCK_STREAM|SOCK_NONBLOCK)
        @ state CLOSE
        connect(e, 127.0.0.1:9) -> EINPROGRESS
        ? connect() did not wait, and yet the attempt is over: the kernel has e in CLOSE again.
        ! getsockopt(e, SO_ERROR)
    "),
    ("to itself", "", "
        x = socket(AF_INET, SOCK_STREAM)
        bind(x, 127.0.0.1:700) -> 0
        connect(x, addr(x)) -> 0
        ? x is connected to itself
        connect(x, 127.0.0.1:1) -> EADDRNOTAVAIL
        ? Probably a connection from 127.0.0.1:700 to 127.0.0.1:1 exists already, perhaps in
    "),
    ("a number given to another", "", "
        a, b = socketpair(AF_UNIX, SOCK_STREAM)
        c, d = socketpair(AF_UNIX, SOCK_STREAM)
        e = dup2(a, c)
        ? The number was that of c, which was closed first
        dup2(b, b)
        ? Both arguments are the number 4, so dup2() did nothing
        dup3(b, b) -> EINVAL
        ? Both arguments are the number 4, which dup3() rejects
        dup3(b, 77, 0x800) -> EINVAL
        ? dup3() takes no flag but O_CLOEXEC
        dup3(b, -1) -> EBADF
        ? b is open, so EBADF is about the other number: it is negative
        f = dup2(b, 77)
        ? f is another descriptor of the same socket: state, queues and status flags are shared,
    "),
    ("descriptors", CONNECTED, "
        d = dup(c)
        ? d is another descriptor of the same socket: state, queues and status flags are shared,
        close(c) -> 0
        ? d is another descriptor of the same socket
        recv(c, 1) -> EBADF
        ? c is closed and its number 4
        n = socket(AF_INET, SOCK_STREAM)
        recv(c, 1) -> ENOTCONN
        ? The name c belongs to a closed socket, and its number 4 is n now
        accept(l) -> blocks
        close(l) -> 0
        ? accept(l) still sleeps on the socket
        recv(900, 1) -> EBADF
        ? No file is open under the number 900
        connect(n, 127.0.0.1:1) -> refused no such thing
        ? Not run: no such thing.
    "),
    ("addresses of the wrong shape", "", "
        t = socket(AF_INET, SOCK_STREAM)
        bind(t, [::1]:0) -> EAFNOSUPPORT
        ? t was made for AF_INET, and [::1]:0 belongs to another family
        bind(t, 127.0.0.1:80) -> EACCES
        ? CAP_NET_BIND_SERVICE
        bind(t, 127.0.0.1:81, 3) -> EINVAL
        ? The length 3
        bind(t, 127.0.0.1:8080) -> 0
        bind(t, 127.0.0.1:8081) -> EINVAL
        ? t is bound to 127.0.0.1:8080 already, and a socket is bound only once. For another
        u = socket(AF_UNIX, SOCK_STREAM)
        bind(u, unix:/tmp/ppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppp) -> EINVAL
        ? has room for 108
        connect(u, unix:/tmp/none) -> ENOENT
        ? unix:/tmp/none does not lead to an existing file. The server has to bind() that path
    "),
    ("interrupted handshake", "", "
        c = socket(AF_INET, SOCK_STREAM)
        connect(c, 10.0.0.77:1) -> blocks
        @ signal
        @ returns EINTR
        ? but not the handshake
    "),
    ("an interrupted send of records waits", "", "
        a, b = socketpair(AF_UNIX, SOCK_SEQPACKET)
        send(a, \"x\") -> blocks
        ? The send buffer of a is full of what b has not received
        @ returns 1
        ? One record of 1 byte went to b
    "),
    ("what is kept of the past", CONNECTED, "
        getsockopt(c, SO_ERROR) -> ECONNREFUSED
        ? ECONNREFUSED was pending on c
        getsockname(c) -> 0.0.0.0:0
        ? has no address of its own yet
        getpeername(c) -> unix:
        ? has no name
        getpeername(c) -> 127.0.0.1:8080
        ? the address of the other end
        pending(c) -> NOT_LISTENING
        ? c is connected and has no queue of connections.
        pending(l) -> 2
        ? 2 completed connections wait
    "),
    ("a call that was waiting is woken", "", "
        l = socket(AF_INET, SOCK_STREAM)
        bind(l, 127.0.0.1:8080) -> 0
        listen(l, 5) -> 0
        accept(l) -> blocks
        c = socket(AF_INET, SOCK_STREAM)
        connect(c, addr(l)) -> 0
        ? The handshake is complete: the kernel did it for l. accept(l), which was waiting, accepts
        d = socket(AF_INET, SOCK_STREAM)
        connect(d, addr(l)) -> 0
        ? connect() succeeded: d is connected to 127.0.0.1:8080. The kernel at that address
        a, b = socketpair(AF_UNIX, SOCK_STREAM)
        recv(a, 5) -> blocks
        send(b, \"hello\") -> 5
        ? recv(a), which was waiting at a, gets the 5 bytes at once.
        send(b, \"again\") -> 5
        ? 5 bytes went directly into the receive queue of a. A stream has no boundaries: one send() is not one recv().
        e, f = socketpair(AF_UNIX, SOCK_STREAM)
        read(e, 3) -> blocks
        write(f, \"hello\") -> 5
        ? read(e), which was waiting at e, gets the first 3 of 5 bytes at once. The rest stays queued for the next call.
        u = socket(AF_INET, SOCK_DGRAM)
        bind(u, 127.0.0.1:9) -> 0
        recv(u, 9) -> blocks
        v = socket(AF_INET, SOCK_DGRAM)
        bind(v, 127.0.0.1:10) -> 0
        sendto(v, \"hi\", addr(u)) -> 2
        ? recv(u), which was waiting, gets the message of 2 bytes
        n = socket(AF_UNIX, SOCK_STREAM)
        bind(n, unix:/tmp/n) -> 0
        listen(n, 5) -> 0
        accept(n) -> blocks
        m = socket(AF_UNIX, SOCK_STREAM)
        connect(m, unix:/tmp/n) -> 0
        ? m is connected, and accept(n), which was waiting, accepts the connection. Data can be
    "),
    ("a call that looks or that has ended is not woken", PAIR, "
        recv(a, 5, MSG_PEEK) -> blocks
        send(b, \"hello\") -> 5
        ? 5 bytes went directly into the receive queue of a. A stream has no boundaries: one send() is not one recv().
        e, f = socketpair(AF_UNIX, SOCK_STREAM)
        recv(e, 5) -> blocks
        @ signal
        @ returns EINTR
        send(f, \"hello\") -> 5
        ? 5 bytes went directly into the receive queue of e. A stream has no boundaries: one send() is not one recv().
    "),

    ("the sender tells how long a record was", "", "
        a, b = socketpair(AF_UNIX, SOCK_SEQPACKET)
        send(a, \"one\") -> 3
        send(a, \"three\") -> 5
        recv(b, 3, MSG_PEEK) -> 3 \"one\"
        recv(b, 3) -> 3 \"one\"
        ? The message fills the buffer exactly
        recv(b, 3) -> 3 \"thr\"
        ? The record had 5 bytes and the buffer only 3: the rest is lost for good
        d, e = socketpair(AF_UNIX, SOCK_DGRAM)
        send(d, \"three\") -> 5
        recv(e, 3) -> 3 \"thr\"
        ? The datagram had 5 bytes and the buffer only 3
    "),
    ("a pair is closed with unread data", PAIR, "
        send(b, \"hello\") -> 5
        @ a unread 5
        close(a) -> 0
        ? a had 5 unread bytes, so b gets ECONNRESET once, in place of a clean end of file. Read
        recv(b, 5) -> ECONNRESET
        ? a was closed with 5 bytes from b unread, and AF_UNIX reports that once, instead of end of file. Programs avoid it by reading
        recv(b, 5) -> 0
        ? The connection had failed before: recv(b) reported ECONNRESET. An error is reported once, and from then on receiving returns 0.
    "),
    ("AF_UNIX has no segments", PAIR, "
        setsockopt(a, SO_LINGER, {1, 0s}) -> 0
        ? SO_LINGER has no effect on AF_UNIX
        d = dup(a)
        close(d) -> 0
        ? which remains until the last one is closed
        close(a) -> 0
        recv(b, 5) -> ECONNRESET
        ? a was closed before it had read everything from b. What was unread is lost, and AF_UNIX reports that once.
        u = socket(AF_UNIX, SOCK_STREAM)
        bind(u, unix:/tmp/u) -> 0
        @ sysctl net.core.somaxconn 4
        listen(u, 5) -> 0
        ? A backlog of 5 is above net.core.somaxconn, so the limit of its queue is 4, which admits 5
        e, f = socketpair(AF_UNIX, SOCK_DGRAM)
        connect(f, AF_UNSPEC) -> 0
        recv(e, 5) -> ECONNRESET
        ? f called connect(AF_UNSPEC), which discarded messages of e that were unread. AF_UNIX reports that once; f still takes messages.
    "),
    ("MSG_MORE collects a datagram", "", "
        u = socket(AF_INET, SOCK_DGRAM)
        connect(u, 127.0.0.1:9) -> 0
        send(u, \"x\", MSG_MORE) -> 1
        ? goes out in the same datagram
        setsockopt(u, SO_REUSEADDR, 1) -> 0
        ? lets u share its port
    "),
    ("buffers read back", CONNECTED, "
        getsockopt(c, SO_RCVBUF) -> 131072
        ? SO_RCVBUF of c is 131072 bytes. Where nobody sets it, TCP begins with the default of net.ipv4.tcp_rmem
        setsockopt(c, SO_RCVBUF, 4096) -> 0 reads 8192
        getsockopt(c, SO_RCVBUF) -> 8192
        ? 4096 was set for c, and the kernel doubled it
        setsockopt(c, SO_RCVBUF, 1) -> 0 reads 2304
        getsockopt(c, SO_RCVBUF) -> 2304
        ? 2304 is the least size
        setsockopt(c, SO_SNDBUF, 100000000) -> 0 reads 425984
        getsockopt(c, SO_SNDBUF) -> 425984
        ? the kernel capped it at net.core.wmem_max
        setsockopt(c, SO_SNDBUF, -1) -> 0 reads 425984
        ? the kernel took -1 as an unsigned number, capped it at net.core.wmem_max, and doubled that
        getsockopt(c, SO_SNDBUF) -> 425984
        ? The kernel took it as an unsigned number
        getsockopt(c, SO_SNDBUF) -> 6000
        ? -1 was set for c, and SO_SNDBUF is 6000 now
        setsockopt(c, SO_SNDBUFFORCE, 3000) -> 0
        ? The kernel accepted SO_SNDBUFFORCE on c: SO_SNDBUF beyond net.core.wmem_max. It cannot be read back
        u = socket(AF_INET, SOCK_DGRAM)
        getsockopt(u, SO_SNDBUF) -> 212992
        ? SO_SNDBUF of u is 212992 bytes. Where nobody sets it, that is net.core.wmem_default
    "),
    ("options that take a privilege", CONNECTED, "
        setsockopt(c, SO_MARK, 1) -> EPERM
        ? SO_MARK needs CAP_NET_ADMIN or CAP_NET_RAW. Probably this process lacks it
        setsockopt(c, SO_PRIORITY, 7) -> EPERM
        ? SO_PRIORITY needs CAP_NET_ADMIN for a value outside 0 to 6.
        setsockopt(c, SO_DEBUG, 1) -> EACCES
        ? SO_DEBUG needs CAP_NET_ADMIN to switch it on.
        setsockopt(c, TCP_QUEUE_SEQ, 1) -> EPERM
        ? TCP_QUEUE_SEQ works only under repair
        setsockopt(c, SO_KEEPALIVE, 1) -> EPERM
        ? SO_KEEPALIVE normally needs no capability (socket(7)). Probably a security module
        setsockopt(c, SO_LOCK_FILTER, 1) -> 0
        setsockopt(c, SO_DETACH_FILTER, 0) -> EPERM
        ? SO_LOCK_FILTER is set on c
    "),
    ("options that are switched off", CONNECTED, "
        setsockopt(c, TCP_NODELAY, 0) -> 0 reads 0
        ? TCP_NODELAY of c is 0 now: small segments wait while sent data is unacknowledged (Nagle's algorithm on).
        getsockopt(c, TCP_NODELAY) -> 0
        ? TCP_NODELAY of c is 0: small segments wait
        setsockopt(c, TCP_NODELAY, 1) -> 0 reads 1
        ? is 1 now: send small segments at once (Nagle's algorithm off).
        setsockopt(c, SO_KEEPALIVE, 0) -> 0 reads 0
        ? an idle connection is not probed
        setsockopt(c, SO_REUSEADDR, 0) -> 0
        ? SO_REUSEADDR of c is 0 now: bind() fails while the port is held
        setsockopt(c, SO_LINGER, {0, 5s}) -> 0 reads {0, 0s}
        ? {0, 0s} now: close() returns at once, and the kernel keeps sending what is unsent. {0, 5s} was set and it reads {0, 0s}
        setsockopt(c, SO_RCVTIMEO, 0s) -> 0 reads 0s
        ? waits forever
        setsockopt(c, SO_SNDTIMEO, 0s) -> 0 reads 0s
        ? waits forever
        setsockopt(c, SO_RCVTIMEO, {-1, 0}) -> 0 reads 0s
        ? The kernel takes a negative time for no time at all
        getsockopt(c, SO_RCVTIMEO) -> 0s
        ? {-1, 0} was set for c, which the kernel takes for no time at all
    "),
    ("options that the kernel keeps in its own way", CONNECTED, "
        setsockopt(c, SO_KEEPALIVE, 7) -> 0 reads 1
        ? SO_KEEPALIVE of c is 1 now: probe an idle connection to find a dead peer. 7 was set and it reads 1: the kernel keeps only whether it is 0.
        getsockopt(c, SO_KEEPALIVE) -> 1
        ? SO_KEEPALIVE of c is 1: probe an idle connection to find a dead peer. 7 was set and it reads 1
        setsockopt(l, TCP_DEFER_ACCEPT, 8) -> 0 reads 15
        ? is 15 now: seconds: accept() only once data has come. 8 was set and it reads 15: the kernel counts retransmissions of the SYN+ACK
        getsockopt(l, TCP_DEFER_ACCEPT) -> 15
        ? 8 was set and it reads 15: the kernel counts retransmissions
        setsockopt(c, TCP_QUICKACK, 1) -> 0 reads 1
        getsockopt(c, TCP_QUICKACK) -> 0
        ? 1 was set and it was 1 then: it has changed since.
        setsockopt(c, SO_RCVBUF, 4096) -> 0 reads 8192
        ? SO_RCVBUF of c is 8192 now: 4096 was set, and the kernel doubled it
        setsockopt(c, SO_RCVBUF, 1) -> 0 reads 2304
        ? SO_RCVBUF of c is 2304 now: 1 was set, and the kernel raised it to the least size
        setsockopt(c, SO_SNDBUF, 100000000) -> 0 reads 425984
        ? capped it at net.core.wmem_max
        setsockopt(c, SO_RCVTIMEO, 250ms) -> 0 reads 252ms
        ? or the count of what it has received. 250ms was set and it reads 252ms: the kernel counts in ticks of its clock and rounds up.
        setsockopt(c, TCP_MAXSEG, 1000) -> 0 reads 65483
        ? 1000 was set and it reads 65483: it reads the size in use
        setsockopt(c, IP_TTL, 10) -> 0
        ? IP_TTL of c is 10 now: hops that an outgoing packet may take.
    "),
    ("options that say less than they seem to", CONNECTED, "
        setsockopt(c, SO_RCVTIMEO, 250ms) -> 0
        getsockopt(c, SO_RCVTIMEO) -> 252ms
        ? 250ms was set, and the kernel counts in ticks
        getsockopt(c, SO_RCVTIMEO) -> 250ms
        ? SO_RCVTIMEO of c is 250ms
        getsockopt(c, SO_ERROR) -> none
        ? an error that a call or SO_ERROR has reported is not pending any more
        getsockopt(c, SO_ERROR) -> ECONNRESET
        ? a connect() that did not wait, a reset, a timeout or an ICMP error
        d = socket(AF_INET, SOCK_STREAM|SOCK_NONBLOCK)
        connect(d, 127.0.0.1:9) -> EINPROGRESS
        getsockopt(d, SO_ERROR) -> none
        ? 0 means success only once
        getsockopt(c, SO_PEERCRED) -> 0
        ? Only AF_UNIX sockets have credentials
        connect(d, NULL) -> EINVAL
        ? The address is a null pointer
        fcntl(c, F_GETFL) -> O_NONBLOCK
        ? The access mode O_RDWR
        n = socket(AF_UNIX, SOCK_RAW)
        ? SOCK_RAW makes a SOCK_DGRAM socket there, and n is one
    "),
    ("no descriptor for a connection", CONNECTED, "
        accept(l) -> EMFILE
        ? accept() takes a descriptor before it looks for a connection
        @ l waiting 1 5
        accept(l) -> EMFILE
        ? the connection stays in the queue of l
    "),
    ("calls that are being made", PAIR, "
        recv(a, 5) -> runs
        ? recv(a) was asked for and has not returned. It was not seen asleep
        @ returns EINTR
        close(a) -> runs
        ? The call has not returned yet.
    "),
    ("of many the same is said once", PAIR, "
        d, e = socketpair(AF_UNIX, SOCK_STREAM)
        poll([a: POLLOUT, b: POLLOUT], 0) -> 2 [a: POLLOUT, b: POLLOUT]
        ? a and b: room to send. A call that uses this
        poll([a: POLLOUT, b: POLLOUT, d: POLLOUT, e: POLLOUT], 0) -> 4 [a: POLLOUT, b: POLLOUT, d: POLLOUT, e: POLLOUT]
        ? a, b and 2 more: room to send. A call that uses this
        poll([a: POLLIN, b: POLLIN, d: POLLIN, e: POLLIN], -1) -> blocks
        ? It waits for: send(), shutdown() or close() of b, and the same of 3 more.
    "),
    ("abstract names belong to a type", "", "
        u = socket(AF_UNIX, SOCK_DGRAM)
        bind(u, abstract:n) -> 0
        @ u local abstract:n
        c = socket(AF_UNIX, SOCK_STREAM)
        connect(c, abstract:n) -> ECONNREFUSED
        ? u has the name abstract:n, but is a datagram socket
        v = socket(AF_UNIX, SOCK_DGRAM)
        bind(v, abstract:n) -> EADDRINUSE
        ? and no file belongs to it
    "),
    ("one is not many", CONNECTED, "
        pending(l) -> 1
        ? 1 completed connection waits
        send(c, \"x\") -> 1
        ? 1 byte was copied to the send buffer of c
        @ s unread 1
        close(s) -> 0
        ? close() returned at once. Unless the connection was over, the kernel sends what is left
    "),
];

/// All stories.
pub(crate) fn stories() -> impl Iterator<Item = &'static Tale> {
    STORIES
        .iter()
        .chain(crate::explain::tests::gallery_sets::STORIES)
        .chain(crate::explain::tests::gallery_teardown::STORIES)
        .chain(crate::explain::tests::gallery_causes::STORIES)
        .chain(crate::explain::tests::gallery_control::STORIES)
        .chain(crate::explain::tests::gallery_options::STORIES)
        .chain(crate::explain::tests::gallery_pipes::STORIES)
        .chain(crate::explain::tests::gallery_counters::STORIES)
        .chain(crate::explain::tests::gallery_names::STORIES)
        .chain(crate::explain::tests::gallery_processes::STORIES)
        .chain(crate::explain::tests::gallery_transfers::STORIES)
        .chain(crate::explain::tests::gallery_evidence::STORIES)
        .chain(crate::explain::tests::gallery_reports::STORIES)
}

pub(crate) fn played(begin: &str, rest: &str) -> Story {
    let mut story = Story::new();
    story.tell(begin);
    story.tell(rest);
    story
}

#[test]
fn stories_are_explained_as_they_happen() {
    for (_, begin, rest) in stories() {
        played(begin, rest);
    }
}

#[test]
fn an_old_line_keeps_its_explanation() {
    let mut story = played(CONNECTED, "n = socket(AF_INET, SOCK_STREAM)");
    story.tell("bind(n, 127.0.0.1:8080) -> EADDRINUSE");
    let line = story.last().id();
    story.tell("close(l) -> 0\nclose(s) -> 0");
    let record = story.world.call(line).expect("it is in the log");
    let why = crate::explain::why(&story.world, record);
    assert!(
        why.text.contains("l has had it for 1 ms and is listening"),
        "{}",
        why.text
    );
}

#[test]
fn an_old_line_keeps_the_addresses_of_its_time() {
    let mut story = Story::new();
    story.tell("u = socket(AF_INET, SOCK_DGRAM)\nsendto(u, \"x\", 127.0.0.1:9) -> runs");
    story.tell("@ u local 0.0.0.0:45088\n@ returns 1\n? it is *:45088 now");
    let first = story.last().id();
    story.tell("connect(u, 127.0.0.1:9) -> 0\n@ u local 127.0.0.1:45088\n@ u peer 127.0.0.1:9");
    story.tell("send(u, \"x\") -> 1\n? one message of 1 byte for 127.0.0.1:9");
    let second = story.last().id();
    story.tell("connect(u, 127.0.0.1:10) -> 0\n@ u peer 127.0.0.1:10");
    let explained = |call| {
        let record = story.world.call(call).expect("it is in the log");
        crate::explain::why(&story.world, record).text
    };
    assert!(
        explained(first).contains("it is *:45088 now"),
        "{}",
        explained(first)
    );
    assert!(
        explained(second).contains("for 127.0.0.1:9."),
        "{}",
        explained(second)
    );
}

#[test]
fn a_collected_result_is_explained_by_its_call() {
    let mut story = played(CONNECTED, "recv(s, 9) -> blocks\n@ returns 0");
    story.tell("wait(s) -> its result");
    story.expect("recv(s) ended. End of file: the peer sends no more");
    assert_eq!(story.why().source, "recv(2)");
}

/// Passes on every record of every story, as it is after its line and at the end.
pub(crate) fn every_record(show: &mut dyn FnMut(&World, &Record)) {
    for (_, begin, rest) in stories() {
        let mut story = Story::new();
        for line in begin.lines().chain(rest.lines()) {
            story.tell(line);
            let ended_late = usize::from(line.contains("@ earlier"));
            if let Some(record) = story.world.log().iter().rev().nth(ended_late) {
                show(&story.world, record);
            }
        }
    }
}
