//! Eventfds and timerfds: the calls that make and set them, and what the calls for any file do with them.

use crate::explain::rule::{OF_THE_CALL, Rule, rows};

pub(crate) static ROWS: &[Rule] = rows! {
    // eventfd()
    EVENTFD Fails(EINVAL) [] {ByArguments} "eventfd() takes the flags EFD_CLOEXEC, EFD_NONBLOCK and EFD_SEMAPHORE, and no others." "eventfd(2)";
    EVENTFD Success [] {ByResult} "{made} is an eventfd: a counter in the kernel. write({made}, u64(n)) adds n, read({made}, 8) takes it, and poll() reports POLLIN while it is above 0." "eventfd(2)";
    WRITING Fails(EINVAL) [IsEventfd, GivesMost] {ByArguments} "The largest number of 64 bits cannot be added: the counter goes up to one less." "eventfd(2)";
    WRITING Fails(EINVAL) [IsEventfd, TooSmall] {ByArguments} "An eventfd takes a number of 8 bytes, and {asked} were given. write({socket}, u64(1)) adds 1." "eventfd(2)" => [ADD_ONE];
    WRITING Fails(EAGAIN) [IsEventfd] {ByErrno} "The sum would be above the largest value of the counter, and {socket} is non-blocking. A read() makes room." "eventfd(2)" => [READ_NUMBER];
    WRITING Success [IsEventfd] {ByArguments} "{added} was added to the counter of {socket}. While it is above 0, {socket} is ready for read()." "eventfd(2)" => [READ_NUMBER];
    READING Fails(EAGAIN) [IsEventfd] {ByErrno} "The counter of {socket} is 0, and it is non-blocking." "eventfd(2)" => [ADD_ONE, WAIT_TO_RECEIVE];
    READING Success [IsEventfd] {ByResult} "The counter was {taken}, and read() took that and set it to 0. With EFD_SEMAPHORE it takes 1 at a time." "eventfd(2)";
    // timerfd_create() and timerfd_settime()
    TIMERFD_CREATE Fails(EINVAL) [] {Possibilities} "The clock is not one that a timerfd can have, or a flag is neither TFD_CLOEXEC nor TFD_NONBLOCK." "timerfd_create(2)";
    TIMERFD_CREATE Success [] {ByResult} "{made} is a timer that is disarmed. timerfd_settime() arms it; when it expires, poll() reports POLLIN, and read({made}, 8) gives how often it has expired." "timerfd_create(2)" => [ARM_IT];
    TIMERFD_SETTIME Fails(EINVAL) [NoTimerfd] {ByKind} "{socket} is {a_kind}, and timerfd_settime() works on a timerfd. timerfd_create() makes one." "timerfd_create(2)";
    TIMERFD_SETTIME Fails(EINVAL) [] {ByArguments} "timerfd_settime() takes the flags TFD_TIMER_ABSTIME and TFD_TIMER_CANCEL_ON_SET, and no others." "timerfd_create(2)";
    TIMERFD_SETTIME Success [Disarms] {ByArguments} "{socket} is disarmed: a value of 0 stops the timer. Expirations that were not read are forgotten." "timerfd_create(2)";
    TIMERFD_SETTIME Success [Absolute] {ByArguments} "{socket} expires when its clock shows {timer_value}; if that is past, at once." "timerfd_create(2)" => [WAIT_FOR_TIMER];
    TIMERFD_SETTIME Success [Repeats] {ByArguments} "{socket} expires in {timer_value}, and then again each {timer_interval}. read() gives how often it has expired since the last read()." "timerfd_create(2)" => [WAIT_FOR_TIMER];
    TIMERFD_SETTIME Success [] {ByArguments} "{socket} expires once, in {timer_value}. Until then poll() does not report it, and read() waits." "timerfd_create(2)" => [WAIT_FOR_TIMER];
    READING Fails(EAGAIN) [IsTimerfd] {ByErrno} "{socket} has not expired since it was set or read, and it is non-blocking." "timerfd_create(2)" => [WAIT_TO_RECEIVE];
    READING Success [IsTimerfd] {ByResult} "Expirations of {socket} since it was set or read: {taken}. It is ready again when it next expires." "timerfd_create(2)";
    WRITING Fails(EINVAL) [IsTimerfd] {ByKind} "{socket} is a timerfd, and write() does not work on it. timerfd_settime() sets it." "timerfd_create(2)";
    // Both.
    READING Fails(EINVAL) [IsNumber, TooSmall] {ByArguments} "{socket} gives a number of 8 bytes, and the buffer has {asked}." OF_THE_CALL => [READ_NUMBER];
    ANY Fails(ENOTSOCK) [IsNumber] {ByKind} "{socket} is {a_kind} and not a socket. read(), poll(), dup(), fcntl() and close() work on it." OF_THE_CALL => [READ_NUMBER];
    IOCTL Fails(EINVAL, ENOTTY) [IsNumber] {ByKind} "{socket} is {a_kind}, and {request} does not apply to it." OF_THE_CALL;
    IOCTL Success [IoctlNonblock, IsNumber] {ByResult} "O_NONBLOCK is set on {socket}: what would wait returns EAGAIN." "ioctl(2)";
    IOCTL Success [IoctlBlock, IsNumber] {ByResult} "O_NONBLOCK is cleared on {socket}: calls wait until they can do something." "ioctl(2)";
    FCNTL Success [SetsNonblock, IsNumber] {ByResult} "O_NONBLOCK is set on {socket}: what would wait returns EAGAIN." "fcntl(2)";
    FCNTL Success [SetsStatus, IsNumber] {ByResult} "The status flags of {socket} are set, without O_NONBLOCK: calls wait until they can do something." "fcntl(2)";
    DUPLICATING Success [IsNumber] {MadeSame} "{made} is a second number for the same {kind}: what one of them reads, the other cannot read again." "dup(2)";
    CLOSE Success [IsNumber, Duplicated] {Duplicate} "Only the number {fd} is closed: {duplicate} is the same {kind}." "close(2)";
    CLOSE Success [IsNumber, StillPending] {Pending} "The number {fd} is free, but {pending} still sleeps on the {kind}: close() does not wake it." "close(2)";
    CLOSE Success [IsNumber] {ByResult} "The number {fd} is free, and the next open file may get it. The {kind} is gone with the last of its descriptors." "close(2)";
};
