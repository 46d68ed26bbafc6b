//! Stories of several descriptors: sets, epoll instances, messages with descriptors, loops, signals.

use crate::explain::tests::gallery::{CONNECTED, PAIR, Tale};

pub(crate) const STORIES: &[Tale] = &[
    ("poll tells what each event means", CONNECTED, "
        poll([l: POLLIN], 100) -> 0
        ? 0 means that the time ran out, which is not an error: none of the requested events occurred within 100ms
        poll([s: POLLIN, c: POLLOUT], 0) -> 1 [c: POLLOUT]
        ? c: room to send. A call that uses this does not block now, except a send()
        send(c, \"hello\") -> 5
        poll([s: POLLIN], 0) -> 1 [s: POLLIN]
        ? s: 5 bytes to read.
        recv(s, 9) -> 5 \"hello\"
        poll([s: POLLIN], 0) -> 0
        ? None of the requested events has occurred, and with a timeout of 0 poll() does not wait
        shutdown(c, SHUT_WR) -> 0
        poll([s: POLLIN|POLLRDHUP], 0) -> 1 [s: POLLIN|POLLRDHUP]
        ? s: the peer sends no more, end of file.
        shutdown(s, SHUT_WR) -> 0
        poll([s: POLLIN, c: 0], 0) -> 2 [s: POLLIN|POLLHUP, c: POLLHUP]
        ? s: both directions have ended, end of file. c: both directions have ended. Errors and hang-ups are reported without
        close(c) -> 0
        poll([s: POLLIN, c: POLLIN], 0) -> 2 [s: POLLIN|POLLHUP, c: POLLNVAL]
        ? c: no file is open under this number (POLLNVAL). poll() succeeds anyway
        select(read [s, c], write [], except [], 0) -> EBADF
        ? c is not open, and one closed descriptor in any set
        n = socket(AF_INET, SOCK_STREAM)
        poll([l: POLLIN, n: POLLIN], 0) -> 2 [l: POLLIN, n: POLLOUT|POLLHUP]
        ? l: a connection for accept(). n: no connection (POLLHUP)
    "),
    ("poll waits for calls of others", CONNECTED, "
        poll([s: POLLIN, l: POLLIN], 1000) -> blocks
        ? poll() sleeps, at most 1s. It waits for: send(), shutdown() or close() of c; a connect() to 127.0.0.1:8080
        send(c, \"hi\") -> 2
        ? poll(), which was waiting until s has something to read, returns: 2 bytes have come.
        @ signal
        poll([s: POLLIN|POLLOUT], -1) -> blocks
        ? poll() sleeps. It waits for: send(), shutdown() or close() of c; recv() of c, until a third of the send buffer of s is free
        @ returns EINTR
        ? not even with SA_RESTART
        poll([l: POLLIN], -1) -> blocks
        d = socket(AF_INET, SOCK_STREAM)
        @ route local
        @ user 127.0.0.1:8080 LISTEN l
        @ other end ESTABLISHED alone
        connect(d, addr(l)) -> 0
        ? poll(), which watched it, returns: a connection can be accepted
        u = socket(AF_INET, SOCK_DGRAM)
        bind(u, 127.0.0.1:9) -> 0
        v = socket(AF_INET, SOCK_DGRAM)
        bind(v, 127.0.0.1:10) -> 0
        poll([u: POLLIN], -1) -> blocks
        ? It waits for: a message to u
        sendto(v, \"hi\", addr(u)) -> 2
        ? poll(), which was waiting until u has something to read, returns: a message of 2 bytes has come.
        poll([s: POLLIN], -1) -> blocks
        close(s) -> 0
        ? still sleeps on the socket: close() does not wake it
    "),
    ("a connect that nobody waited for", "", "
        c = socket(AF_INET, SOCK_STREAM|SOCK_NONBLOCK)
        connect(c, 127.0.0.1:9) -> EINPROGRESS
        poll([c: POLLOUT], 100) -> blocks
        ? It waits for: the end of connect() of c
        @ returns 1 [c: POLLIN|POLLOUT|POLLERR|POLLHUP]
        ? c: connect() failed, SO_ERROR says why
        d = socket(AF_INET, SOCK_STREAM|SOCK_NONBLOCK)
        connect(d, 127.0.0.1:80) -> EINPROGRESS
        poll([d: POLLOUT], 100) -> 1 [d: POLLOUT]
        ? d: connect() has succeeded
        poll([d: POLLPRI], -1) -> blocks
        ? It waits for: an urgent byte for d
    "),
    ("ends of a pair", PAIR, "
        close(b) -> 0
        poll([a: POLLIN|POLLOUT|POLLRDHUP], 0) -> 1 [a: POLLIN|POLLOUT|POLLRDHUP|POLLHUP]
        ? a: b is closed, end of file
        poll([a: POLLRDHUP], 0) -> 1 [a: POLLRDHUP]
        ? a: b is closed.
        select(read [a], write [a], except [], 0) -> 2 read [a] write [a] except []
        ? a: end of file, send() fails at once with EPIPE. 2 counts bits
        e, f = socketpair(AF_UNIX, SOCK_STREAM)
        shutdown(e, SHUT_RDWR) -> 0
        poll([e: POLLRDHUP], 0) -> 1 [e: POLLRDHUP]
        ? receiving was ended here by shutdown()
        poll([e: POLLOUT], 0) -> 1 [e: POLLOUT]
        ? send() fails at once with EPIPE
        poll([e: POLLIN, f: POLLRDHUP, f: POLLPRI, e: POLLPRI], 0) -> blocks
        ? It waits for: send(), shutdown() or close() of f; shutdown() or close() of e; an urgent byte (MSG_OOB) from e; an urgent byte
    "),
    ("select overwrites its sets", CONNECTED, "
        send(c, \"hello\") -> 5
        select(read [s, c], write [], except [], 0) -> 1 read [s] write [] except []
        ? s: 5 bytes to read. select() has overwritten the sets
        recv(s, 9) -> 5 \"hello\"
        select(read [s], write [], except [], 250ms) -> 0 read [] write [] except []
        ? none of the requested events occurred within 250ms. All sets are empty now
        select(read [s], write [], except [], 0, 0) -> 0 read [s] write [] except []
        ? The sets keep descriptors that are not counted
        select(read [s], write [], except [], 0, -1) -> EINVAL
        ? nfds must not be negative
        send(c, \"ab!\", MSG_OOB) -> 3
        select(read [], write [], except [s], 0) -> 1 read [] write [] except [s]
        ? s: an urgent byte for recv(MSG_OOB)
    "),
    ("an edge is reported once", PAIR, "
        e = epoll_create1()
        ? e is an epoll instance
        epoll_wait(e, 10, 0) -> 0
        ? The interest list of e is empty
        epoll_ctl(e, EPOLL_CTL_ADD, a, EPOLLIN|EPOLLET) -> 0
        ? Edge-triggered: a is reported when something new comes
        epoll_ctl(e, EPOLL_CTL_ADD, a, EPOLLIN) -> EEXIST
        ? a is in the interest list of e already
        send(b, \"sixsix\") -> 6
        epoll_wait(e, 10, 0) -> 1 [a: EPOLLIN]
        ? a: 6 bytes to read. Edge-triggered: a is not reported again
        epoll_wait(e, 10, 0) -> 0
        ? a has 6 unread bytes, but its edge was reported before
        epoll_wait(e, 10, -1) -> blocks
        ? a is ready, but its edge was reported before, so epoll_wait() sleeps until something new comes: send(), shutdown() or close() of b
        @ returns EINTR
        epoll_ctl(e, EPOLL_CTL_MOD, a, EPOLLIN|EPOLLET) -> 0
        ? a is checked again
        epoll_wait(e, 10, 0) -> 1 [a: EPOLLIN]
        recv(a, 9) -> 6 \"sixsix\"
        epoll_wait(e, 10, 0) -> 0
        ? None of the requested events has occurred
        l = socket(AF_UNIX, SOCK_STREAM)
        bind(l, abstract:l) -> 0
        listen(l, 5) -> 0
        epoll_ctl(e, EPOLL_CTL_DEL, a) -> 0
        ? a is no longer watched
        epoll_ctl(e, EPOLL_CTL_DEL, a) -> ENOENT
        ? a is not in the interest list of e
        epoll_ctl(e, EPOLL_CTL_ADD, l, EPOLLIN|EPOLLET) -> 0
        epoll_wait(e, 10, 0) -> 1 [l: EPOLLIN]
        @ e watches l EPOLLIN|EPOLLET now EPOLLIN
        epoll_wait(e, 10, 0) -> 0
        ? l is ready, but its edge was reported before
        close(e) -> 0
        ? The epoll instance is gone with its interest list
    "),
    ("a level lasts", PAIR, "
        e = epoll_create1()
        epoll_ctl(e, EPOLL_CTL_ADD, a, EPOLLIN) -> 0
        ? e watches a now, level-triggered
        epoll_wait(e, 10, -1) -> blocks
        ? None of the requested events has occurred, so epoll_wait() sleeps. It waits for: send(), shutdown() or close() of b
        send(b, \"hello\") -> 5
        ? epoll_wait(e), which was waiting until a has something to read, returns: 5 bytes have come.
        @ signal
        epoll_wait(e, 10, 0) -> 1 [a: EPOLLIN]
        ? a: 5 bytes to read. Level-triggered
        epoll_ctl(e, EPOLL_CTL_ADD, b, EPOLLOUT) -> 0
        epoll_wait(e, 1, 0) -> 1 [a: EPOLLIN]
        ? There was room for no more
        f = dup(e)
        ? f is a second number for the same epoll instance
        close(f) -> 0
        ? e is the same epoll instance
    "),
    ("once and no more", PAIR, "
        e = epoll_create1()
        epoll_ctl(e, EPOLL_CTL_ADD, a, EPOLLIN|EPOLLONESHOT) -> 0
        ? a is reported once and is then disarmed
        send(b, \"hello\") -> 5
        epoll_wait(e, 10, 0) -> 1 [a: EPOLLIN]
        ? EPOLLONESHOT has disarmed a
        epoll_wait(e, 10, 0) -> 0
        ? a was reported once, and EPOLLONESHOT has disarmed it
        epoll_wait(e, 10, 100) -> blocks
        ? it does not wake this call before EPOLL_CTL_MOD
        @ returns 0
        epoll_ctl(e, EPOLL_CTL_MOD, a, EPOLLIN|EPOLLONESHOT) -> 0
        ? a had been disarmed by EPOLLONESHOT and is armed again
        epoll_ctl(e, EPOLL_CTL_ADD, b, EPOLLIN|EPOLLEXCLUSIVE) -> 0
        ? no thundering herd
        epoll_ctl(e, EPOLL_CTL_MOD, b, EPOLLOUT) -> EINVAL
        ? b was added with EPOLLEXCLUSIVE
    "),
    ("a registration outlives its number", PAIR, "
        e = epoll_create1()
        epoll_ctl(e, EPOLL_CTL_ADD, a, EPOLLIN) -> 0
        d = dup(a)
        epoll_ctl(e, EPOLL_CTL_DEL, d) -> ENOENT
        ? The list of e has the same file as a, but not as d
        close(a) -> 0
        send(b, \"hello\") -> 5
        @ e watches 3 EPOLLIN now EPOLLIN
        epoll_wait(e, 10, 0) -> 1 [3: EPOLLIN]
        ? a is closed and still reported
        epoll_ctl(e, EPOLL_CTL_DEL, a) -> EBADF
        ? a is not open, and epoll_ctl() accepts only open
        close(d) -> 0
        epoll_wait(e, 10, 0) -> 0
        ? The interest list of e is empty
    "),
    ("what cannot be watched", PAIR, "
        e = epoll_create1()
        epoll_ctl(e, EPOLL_CTL_ADD, e, EPOLLIN) -> EINVAL
        ? An epoll instance cannot watch itself
        f = epoll_create(1)
        epoll_ctl(e, EPOLL_CTL_ADD, f, EPOLLIN) -> 0
        epoll_ctl(f, EPOLL_CTL_ADD, e, EPOLLIN) -> ELOOP
        ? e watches f already
        epoll_ctl(f, EPOLL_CTL_ADD, e, EPOLLIN|EPOLLEXCLUSIVE) -> EINVAL
        ? e is an epoll instance itself
        poll([e: POLLIN], 0) -> 1 [e: POLLIN]
        ? e: its own epoll_wait() has events
        n = open(\"/etc/hostname\")
        ? n is a descriptor like any other, but not a socket
        ioctl(n, FIONREAD) -> 3
        ? 3 bytes can be read from n: of a regular file
        epoll_ctl(e, EPOLL_CTL_ADD, n, EPOLLIN) -> EPERM
        ? n is an opened file that epoll cannot watch
        epoll_ctl(e, EPOLL_CTL_ADD, 900, EPOLLIN) -> EBADF
        ? 900 is not open, and epoll_ctl() accepts only open
        epoll_ctl(a, EPOLL_CTL_ADD, b, EPOLLIN) -> EINVAL
        ? a is a stream socket, and epoll_ctl() works on an epoll instance
        epoll_wait(n, 1, 0) -> EINVAL
        ? n is an opened file, and epoll_wait() works on
        epoll_wait(e, 0, 0) -> EINVAL
        ? must be above 0
        bind(e, 127.0.0.1:0) -> ENOTSOCK
        ? e is an epoll instance and not a socket
        send(n, \"x\") -> ENOTSOCK
        ? n is an open file, but not a socket
        read(e, 1) -> EINVAL
        ? e is an epoll instance and has no bytes
        write(n, \"x\") -> EBADF
        ? n was opened for reading only
        read(n, 9) -> 3 \"vm\"
        ? 3 bytes of n; the next read()
        read(n, 9) -> 0
        ? End of file: nothing is left to read
    "),
    ("descriptors travel", PAIR, "
        n = open(\"/dev/null\")
        sendmsg(a, [\"he\", \"llo\"]) -> 5
        ? 2 buffers were gathered and sent as 5 bytes
        recvmsg(b, [3, 5]) -> 5 \"hello\"
        ? 5 bytes came. The 2 buffers are filled in order: the second one is used when the first is full.
        sendmsg(a, [\"x\"], fds(n, a)) -> 1
        ? n, a is sent with the 1 byte. recvmsg() at the other end gives it a new number for the same open file, which stays open even if
        p, q = recvmsg(b, 5) -> 1 \"x\" fds 2
        ? p, q came with it. p is n under a new number
        sendmsg(a, [\"x\"], fds(900)) -> EBADF
        ? 900 is to be passed and is not open
        sendmsg(a, [\"\"], fds(n)) -> 0
        ? A stream carries descriptors only with data
        sendmsg(a, [\"x\"], fds(n)) -> 1
        recvmsg(b, 5, 0) -> 1 \"x\" flags MSG_CTRUNC
        ? MSG_CTRUNC: there was too little room
        sendmsg(a, [\"x\"], creds(1, 0, 0)) -> EPERM
        ? The kernel checks credentials: the pid of another process needs CAP_SYS_ADMIN, another user CAP_SETUID, another group CAP_SETGID.
        recvmsg(b, 5) -> 1 \"x\" creds
        ? The credentials say who sent this. The kernel has checked them, though a sender with the capabilities may name others; they come
        close(a) -> 0
        ? Only the number 3 is closed: q is another descriptor of the same socket, which remains
    "),
    ("a socket lives in a message", PAIR, "
        x, y = socketpair(AF_UNIX, SOCK_STREAM)
        send(a, \"one\") -> 3
        recv(b, 9) -> 3 \"one\"
        sendmsg(a, [\"k\"], fds(x)) -> 1
        close(x) -> 0
        ? Only the number 5 is gone: a message that carries x waits
        send(y, \"z\") -> 1
        poll([y: POLLIN], 0) -> 0
        z = recvmsg(b, 9) -> 1 \"k\" fds 1
        ? z came with it. z is x under a new number
        send(y, \"more\") -> 4
        ? 4 bytes went directly into the receive queue of z. A stream has no boundaries: one send() is not one recv().
        poll([z: POLLIN], 0) -> 1 [z: POLLIN]
        ? z: 5 bytes to read
        @ z unread 5
        close(z) -> 0
        ? z had 5 unread bytes, so y gets ECONNRESET
        recv(y, 9) -> ECONNRESET
    "),
    ("a dropped descriptor is closed", PAIR, "
        x, y = socketpair(AF_UNIX, SOCK_STREAM)
        sendmsg(a, [\"k\"], fds(x)) -> 1
        close(x) -> 0
        recv(b, 9) -> 1 \"k\"
        recv(y, 9) -> 0
        ? End of file: x is closed
        sendmsg(a, [\"k\"], fds(y)) -> 1
        recv(b, 9) -> 1 \"k\"
        z = recvmsg(b, 9) -> 1 \"k\" fds 1
        ? z came with it: new numbers for open files of the sender
    "),
    ("a process that received a descriptor keeps the socket", CONNECTED, "
        close(c) -> 0
        @ c held python3
        ? Only the number 4 is closed: python3 (pid 812) has a descriptor of the same socket, so
    "),
    ("a call that sleeps keeps the socket after close()", CONNECTED, "
        recv(s, 10) -> blocks
        close(s) -> 0
        ? recv(s) still sleeps on the socket
        send(c, \"x\") -> 1
        ? recv(s), which was waiting at s, gets the 1 byte at once.
    "),
    ("a process keeps an AF_UNIX socket, and one that is not seen another", PAIR, "
        close(a) -> 0
        @ a held python3
        ? Only the number 3 is closed: python3 (pid 812) has a descriptor of the same socket, so
        close(b) -> 0
        @ b held hidden
        ? Only the number 4 is closed: the kernel still has the socket with a descriptor. Another
    "),
    ("flags come back", "", "
        a, b = socketpair(AF_UNIX, SOCK_DGRAM)
        send(a, \"hello\") -> 5
        recvmsg(b, 2) -> 2 \"he\" flags MSG_TRUNC
        ? MSG_TRUNC came back: the message was longer than the 2 bytes
        send(a, \"he\") -> 2
        recvmsg(b, 2) -> 2 \"he\"
        ? nothing was cut off
        send(a, \"hello\") -> 5
        ioctl(b, FIONREAD) -> 5
        ? The next message for b has 5 bytes. Others may wait
        recvmsg(b, 2, MSG_TRUNC) -> 5 \"he\" flags MSG_TRUNC
        ? The message had 5 bytes and the buffer 2
        recv(b, NULL*5) -> EFAULT
        ? It had taken the message from the queue by then: it is lost
        u = socket(AF_INET, SOCK_DGRAM)
        connect(u, 127.0.0.1:9) -> 0
        sendmsg(u, [\"x\"], fds(a)) -> 1
        ? Only AF_UNIX can pass descriptors
        recvmsg(u, 5) -> blocks
        ? No message waits for u
    "),
    ("lengths on purpose", CONNECTED, "
        x = accept(l, -1) -> EINVAL
        ? The address length -1 is negative. If a connection waited, the kernel has taken it before it looked at the length, and closed it
        y = accept(l, 4) -> fd from 127.0.0.1:5001
        ? y is the new socket. Its peer's address has more than 4 bytes
        getsockname(c, 4) -> 127.0.0.1:5000
        ? The address has more than 4 bytes and was truncated
        getsockname(c, 200) -> 127.0.0.1:5000
        ? This is the local address of c
        setsockopt(c, SO_REUSEADDR, 1, 2) -> EINVAL
        ? The length 2 is shorter than the value that SO_REUSEADDR has. Leave the length out.
        setsockopt(c, SO_REUSEADDR, NULL) -> EFAULT
        ? SO_REUSEADDR is unchanged
        getsockopt(c, SO_TYPE, 2) -> 1
        ? Only 2 bytes of SO_TYPE were asked for: a short buffer truncates the value without an error. The length that comes back says how many
        recv(s, NULL*5) -> EFAULT
        ? The buffer is a null pointer, and the kernel could not write there. What waits stays in the queue of s.
    "),
    ("signal masks", CONNECTED, "
        e = epoll_create1()
        epoll_ctl(e, EPOLL_CTL_ADD, s, EPOLLIN) -> 0
        poll([s: POLLIN], 100) -> 0
        ppoll([s: POLLIN], 100, []) -> EINTR+SIGIO
        ? SIGIO interrupted ppoll(), since its mask does not block it
        pselect(read [s], write [], except [], 100, []) -> EINTR+SIGURG
        ? SIGURG interrupted pselect(), since its mask does not block it
        epoll_pwait(e, 10, 100, []) -> EINTR+SIGIO
        ? SIGIO interrupted epoll_pwait(), since its mask does not block it
        ppoll([s: POLLIN], -5, []) -> EINVAL
        ? The timeout is negative, and ppoll() rejects that
        select(read [s], write [], except [], -1s) -> EINVAL
        ? The timeout is negative, and select() rejects that
        sigtimedwait([SIGIO], -1ms) -> EINVAL
        ? The timeout is negative, and sigtimedwait() rejects that
        ppoll([s: POLLIN], 100, [SIGIO]) -> 0
        ? 0 means that the time ran out
        ppoll([s: POLLIN], 100, []) -> EINTR
        ? A signal came while ppoll() slept
    "),
    ("urgent data and signals", CONNECTED, "
        sigtimedwait([SIGIO, SIGURG], 100) -> EAGAIN
        ? No signal came within 100ms. No socket of this session has an owner
        sigtimedwait([SIGIO], -1) -> blocks
        ? another process may send a signal too
        @ returns EINTR
        ioctl(s, FIOASYNC, 1) -> 0
        ? s asks for SIGIO when it becomes ready, but it has no owner yet
        fcntl(s, F_SETOWN, getpid()) -> 0
        ? The owner gets SIGURG when an urgent byte comes to s
        fcntl(s, F_GETOWN) -> getpid()
        ? getpid() gets SIGIO and SIGURG of s
        sigtimedwait([SIGIO], 0) -> EAGAIN
        ? None of the signals is pending
        fcntl(s, F_SETFL, O_ASYNC) -> 0
        ? The owner of s gets SIGIO
        ioctl(s, FIOASYNC, 1) -> 0
        ? The owner of s gets SIGIO
        sigtimedwait([SIGIO], 100) -> EAGAIN
        ? EAGAIN means timeout here
        sigtimedwait([SIGIO], 100) -> blocks
        ? SIGIO comes when a socket with owner and O_ASYNC becomes ready
        send(c, \"x\") -> 1
        @ signal
        sigtimedwait([SIGIO], 100) -> SIGIO
        ? It does not say which
        fcntl(s, F_SETSIG, SIGIO) -> 0
        ? says which descriptor became ready and for what
        send(c, \"x\") -> 1
        sigtimedwait([SIGIO], 100) -> SIGIO [s: POLLIN|POLLRDNORM]
        ? s: 2 bytes to read. The signal says which descriptor
        send(c, \"!\", MSG_OOB) -> 1
        ? The last byte is urgent. The owner of s (F_SETOWN) gets SIGURG as soon as it is announced there, and recv(MSG_OOB) reads it once
        sigtimedwait([SIGURG], 100) -> SIGURG
        ? SIGURG came: an urgent byte is announced
        ioctl(s, SIOCATMARK) -> 0
        ? s is not at the mark
        recv(s, 9) -> 2 \"xx\"
        ioctl(s, SIOCATMARK) -> 1
        ? s is at the mark
        sockatmark(s) -> 1
        ? s is at the mark
        x = epoll_create1()
        sockatmark(x) -> ENOTTY
        ? x is an epoll instance, which has no SIOCATMARK
        ioctl(s, FIONREAD) -> 1
        ? 1 byte waits in the receive queue of s
        ioctl(c, SIOCOUTQ) -> 5
        ? 5 bytes of c are not yet acknowledged by the kernel at the other end
        ioctl(c, SIOCOUTQ) -> 0
        ? Nothing of c waits to be acknowledged
        ioctl(l, FIONREAD) -> EINVAL
        ? l listens: it has no bytes to count
        ioctl(s, FIONBIO, 1) -> 0
        recv(s, 9) -> EAGAIN
        ? this call must not wait (O_NONBLOCK)
        d = fcntl(s, F_DUPFD, 100) -> fd
        ? d is a second number for the open file of s
        close(d) -> 0
        ? s is another descriptor of the same socket
    "),
    ("a loop outlives its number", PAIR, "
        ioctl(a, FIONREAD) -> 0
        ? No byte waits to be read from a
        send(b, \"x\") -> 1
        ioctl(a, FIONREAD) -> 1
        ? 1 byte waits in the receive queue of a
        source(a, 1000) -> blocks
        close(a) -> 0
        ? source(a) continues: close() does not wake
    "),
    ("both ends of a pair are closed", PAIR, "
        close(b) -> 0
        ? The socket is gone. Its peer reads what was sent and then end of file, and gets EPIPE
        close(a) -> 0
        ? and so was b: no socket is left
        e, f = socketpair(AF_UNIX, SOCK_STREAM)
        recv(e, 9) -> ECONNRESET
        close(e) -> 0
        ? The connection was over already
    "),
    ("loops move bytes", CONNECTED, "
        echo(s) -> blocks
        ? echo(s) waits for data from c, or for room
        send(c, \"hello\") -> 5
        ? echo(s) runs at s and receives the 5 bytes as soon as it gets to them.
        @ signal
        recv(c, 5) -> 5 \"hello\"
        close(c) -> 0
    "),
    ("a loop is cancelled", CONNECTED, "
        echo(s) -> blocks
        @ signal
        @ returns 5
        ? cancel() ended the loop; 5 bytes had been sent back. What it had received and not sent back by then is lost. s stays open.
        sink(s) -> blocks
        @ signal
        @ returns 1
        ? 1 byte had been received and discarded
        echo(s) -> 5
        ? recv() gave 0, which ends the loop: end of stream, or an empty record. 5 bytes had been sent back; s stays open.
        source(c, 100) -> 60
        ? The loop was ended after 60 of 100 bytes. c stays open.
        source(c, 100) -> 100
        ? The kernel has taken all 100 bytes
        serve(l, echo) -> blocks
        ? serve() sleeps in accept(). A connect() to 127.0.0.1:8080 wakes it
        d = socket(AF_INET, SOCK_STREAM)
        connect(d, addr(l)) -> 0
        ? d is connected, and serve(l) at the other end accepts the connection and serves it.
    "),
    ("what was echoed is not unread", CONNECTED, "
        send(c, \"hello\") -> 5
        echo(s) -> 5
        close(s) -> 0
        ? close() returned at once. Unless the connection was over, the kernel sends what is left
    "),
    ("a served connection is aborted", CONNECTED, "
        echo(s) -> ECONNRESET
        close(s) -> 0
        ? close() returned at once. Unless the connection was over, the kernel sends what is left
    "),
    ("connections are served", CONNECTED, "
        serve(l, sink) -> 1
        ? cancel() ended the loop; 1 connection was accepted
        peer(c) -> ESTABLISHED
        ? The other end of c is in ESTABLISHED
        peer(c) -> TIME_WAIT
        ? The other end ended first, or both at once, and waits in TIME_WAIT: closed on both sides, kept 60 s for stray segments.
        peer(c) -> GONE
        ? This kernel has no connection at the other end of c in this network namespace: it has ended there.
        peer(c) -> UNKNOWN
        ? knows nothing of the other end of c
        peer(l) -> ENOTCONN
        ? l is listening: it has no other end
        a, b = socketpair(AF_UNIX, SOCK_STREAM)
        peer(a) -> CONNECTED
        ? CONNECTED is what the kernel says of the socket at the other end of a
        close(b) -> 0
        peer(a) -> GONE
        ? No descriptor of the other end of a exists: it is closed, or the connection still waits to be accepted.
    "),
    ("files and their modes", "", "
        n = open(\"/tmp/none\") -> ENOENT
        ? /tmp/none does not exist
        n = open(\"/tmp/x.sock\") -> ENXIO
        ? /tmp/x.sock is probably the name of a socket
        chmod(unix:/tmp/x.sock, 0500) -> 0
        ? its mode is 0500 now
        chmod(unix:/tmp/x.sock, 0500) -> EPERM
        ? Only the owner of a file
        c = socket(AF_UNIX, SOCK_STREAM)
        connect(c, unix:/tmp/x.sock) -> EACCES
        ? Reaching a path requires write permission
    "),
];
