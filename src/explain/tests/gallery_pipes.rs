//! Stories of pipes.

use crate::explain::tests::gallery::Tale;

/// A pipe.
const PIPE: &str = "r, w = pipe()\n";

pub(crate) const STORIES: &[Tale] = &[
    ("a pipe from beginning to end", PIPE, "
        write(w, \"hello\") -> 5
        ? write() put 5 bytes into the pipe, for a read() of its other end
        ioctl(r, FIONREAD) -> 5
        ? 5 bytes wait in the pipe. Both of its ends give the same number
        poll([r: POLLIN, w: POLLOUT], 0) -> 2 [r: POLLIN, w: POLLOUT]
        ? r: bytes to read. w: room in the pipe
        read(r, 3) -> 3 \"hel\"
        ? The buffer of 3 bytes is full
        read(r, 9) -> 2 \"lo\"
        ? 2 bytes were in the pipe, fewer than the 9 asked for
        read(r, 0) -> 0
        ? 0 bytes were asked for: read() returns 0 at once
        write(w, bytes(9)) -> 4
        ? Only 4 of 9 bytes were taken
        ! write(w, bytes(5))
        d = dup(w)
        ? d is a second number for the same end of the pipe
        close(d) -> 0
        ? Only the number 5 is closed: w is the same end of the pipe
        close(w) -> 0
        ? When the write end is closed in every process, read() of the other end gives what is left
        poll([r: POLLIN], 0) -> 1 [r: POLLHUP]
        ? r: the write end is closed (POLLHUP)
        read(r, 9) -> 0
        ? End of file: the pipe is empty, and its write end is closed
        ! close(r)
    "),
    ("nobody reads", PIPE, "
        close(r) -> 0
        ? write() to the other end fails with EPIPE and raises SIGPIPE
        poll([w: POLLOUT], 0) -> 1 [w: POLLOUT|POLLERR]
        ? w: the read end is closed: write() fails with EPIPE
        write(w, \"x\") -> EPIPE
        ? The read end of the pipe is closed in every process, so nobody could ever read this
        ! close(w)
    "),
    ("calls that wait at a pipe", PIPE, "
        read(r, 9) -> blocks
        ? The pipe is empty, so the call sleeps until something is written to it
        ! write(w, \"hello\")
        close(r) -> 0
        ? read(r) still sleeps on the pipe: close() does not wake it
    "),
    ("a full pipe", PIPE, "
        write(w, bytes(70000)) -> blocks
        ? The pipe has no room for this, so the call sleeps until a read() of the other end makes room
        ! read(r, 65536)
        poll([w: POLLOUT, r: POLLIN], -1) -> blocks
        ? It waits for: a read() of the other end of w; a write() to the other end of r
    "),
    ("pipes that do not wait", "r, w = pipe(O_NONBLOCK)\n", "
        read(r, 9) -> EAGAIN
        ? The pipe is empty, and r is non-blocking
        ! poll([r: POLLIN], 1000)
        write(w, bytes(4096)) -> EAGAIN
        ? The pipe has no room for this, and w is non-blocking
        ! poll([w: POLLOUT], 1000)
        fcntl(r, F_SETFL, 0) -> 0
        ? The status flags of r are set, without O_NONBLOCK: read() of an empty pipe
        fcntl(r, F_SETFL, O_NONBLOCK) -> 0
        ? O_NONBLOCK is set on r: read() of an empty pipe
        ioctl(w, FIONBIO, 0) -> 0
        ? O_NONBLOCK is cleared on w
        ioctl(w, FIONBIO, 1) -> 0
        ? O_NONBLOCK is set on w
    "),
    ("what a pipe cannot do", PIPE, "
        write(r, \"x\") -> EBADF
        ? r is the read end of a pipe, open for reading only
        read(w, 9) -> EBADF
        ? w is the write end of a pipe, open for writing only
        send(w, \"x\") -> ENOTSOCK
        ? w is a write end of a pipe and not a socket
        ioctl(r, SIOCATMARK) -> ENOTTY
        ? r is a read end of a pipe, and SIOCATMARK does not apply to it
        q, v = pipe(O_NONBLOCK|1) -> EINVAL
        ? pipe() takes the flags O_CLOEXEC, O_NONBLOCK and O_DIRECT
    "),
];
