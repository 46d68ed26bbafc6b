//! Stories of eventfds and timerfds.

use crate::explain::tests::gallery::Tale;

/// An eventfd.
const EVENTFD: &str = "e = eventfd(0)\n";
/// A timerfd.
const TIMERFD: &str = "t = timerfd_create(CLOCK_MONOTONIC)\n";

pub(crate) const STORIES: &[Tale] = &[
    (
        "a counter",
        EVENTFD,
        "
        write(e, u64(3)) -> 8
        ? 3 was added to the counter of e
        ! read(e, 8)
        poll([e: POLLIN|POLLOUT], 0) -> 1 [e: POLLIN|POLLOUT]
        ? e: its counter is above 0, 1 can be added to its counter
        read(e, 8) -> 8 u64(3)
        ? and read() took that and set it to 0
        read(e, 4) -> EINVAL
        ? e gives a number of 8 bytes, and the buffer has 4
        write(e, \"x\") -> EINVAL
        ? An eventfd takes a number of 8 bytes, and 1 were given
        write(e, u64(18446744073709551615)) -> EINVAL
        ? The largest number of 64 bits cannot be added
        send(e, \"x\") -> ENOTSOCK
        ? e is an eventfd and not a socket
        ioctl(e, SIOCATMARK) -> ENOTTY
        ? e is an eventfd, and SIOCATMARK does not apply to it
        timerfd_settime(e, 1s) -> EINVAL
        ? e is an eventfd, and timerfd_settime() works on a timerfd
        d = dup(e)
        ? d is a second number for the same eventfd
        close(d) -> 0
        ? e is the same eventfd
        close(e) -> 0
        ? The eventfd is gone with the last of its descriptors
        n = eventfd(0, 0x2) -> EINVAL
        ? eventfd() takes the flags
    ",
    ),
    (
        "a counter that does not wait",
        "e = eventfd(0, EFD_NONBLOCK)\n",
        "
        read(e, 8) -> EAGAIN
        ? The counter of e is 0, and it is non-blocking
        ! write(e, u64(1))
        write(e, u64(5)) -> EAGAIN
        ? The sum would be above the largest value
        fcntl(e, F_SETFL, 0) -> 0
        ? The status flags of e are set, without O_NONBLOCK
        fcntl(e, F_SETFL, O_NONBLOCK) -> 0
        ? O_NONBLOCK is set on e: what would wait returns EAGAIN
        ioctl(e, FIONBIO, 1) -> 0
        ? O_NONBLOCK is set on e
        ioctl(e, FIONBIO, 0) -> 0
        ? O_NONBLOCK is cleared on e
    ",
    ),
    (
        "calls that wait for a counter",
        EVENTFD,
        "
        read(e, 8) -> blocks
        ? The counter of e is 0, so the call sleeps until a write() adds something
        ! write(e, u64(1))
        close(e) -> 0
        ? read(e) still sleeps on the eventfd
    ",
    ),
    (
        "a full counter",
        EVENTFD,
        "
        write(e, u64(5)) -> blocks
        ? so the call sleeps until a read() takes what is there
        poll([e: POLLIN|POLLOUT], -1) -> blocks
        ? It waits for: a write() to e; a read() of e
    ",
    ),
    (
        "a timer",
        TIMERFD,
        "
        timerfd_settime(t, 50ms) -> 0
        ? t expires once, in 50ms
        ! poll([t: POLLIN], -1)
        poll([t: POLLIN], -1) -> blocks
        ? It waits for: the time of t
        read(t, 8) -> blocks
        ? t has not expired since it was set or read, so the call sleeps until it does
    ",
    ),
    (
        "a timer that expires",
        TIMERFD,
        "
        timerfd_settime(t, 50ms, 10ms) -> 0
        ? t expires in 50ms, and then again each 10ms
        poll([t: POLLIN], -1) -> 1 [t: POLLIN]
        ? t: it has expired
        read(t, 8) -> 8 u64(2)
        ? Expirations of t since it was set or read: 2
        read(t, 8) -> EAGAIN
        ? t has not expired since it was set or read, and it is non-blocking
        timerfd_settime(t, 1s, TFD_TIMER_ABSTIME) -> 0
        ? t expires when its clock shows 1s
        timerfd_settime(t, 0s) -> 0
        ? t is disarmed
        timerfd_settime(t, 1s, 0x8) -> EINVAL
        ? timerfd_settime() takes the flags
        write(t, u64(1)) -> EINVAL
        ? t is a timerfd, and write() does not work on it
        n = timerfd_create(-1) -> EINVAL
        ? The clock is not one that a timerfd can have
    ",
    ),
];
