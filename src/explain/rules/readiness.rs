//! Waiting for several descriptors: poll, select, epoll; and for a signal about one.

use crate::explain::rule::{OF_THE_CALL, Rule, rows};

pub(crate) static ROWS: &[Rule] = rows! {
    // poll() and select() fail.
    SELECT Fails(EBADF) [OtherDead] {DeadNotOpen} "{dead} is not open, and one closed descriptor in any set makes the whole call fail. poll() would still check the others and report POLLNVAL for it." "select(2)";
    SELECT Fails(EBADF) [] {ByErrno} "A descriptor in one of the sets is not open, so the whole call fails and the sets say nothing. poll() would report POLLNVAL for it alone." "select(2)";
    SELECT Fails(EINVAL) [NfdsNegative] {ByArguments} "nfds must not be negative: it is the highest descriptor of all sets plus 1." "select(2)";
    TIMESPEC Fails(EINVAL) [TimeoutNegative] {ByArguments} "The timeout is negative, and {call_kind}() rejects that. Only poll() and epoll_wait() take each negative number for no timeout; here it is a null pointer, written -1." OF_THE_CALL;
    SELECT Fails(EINVAL) [] {ByArguments} "The timeout is not valid: it is negative, or its microseconds are not below one million." "select(2)";
    POLL Fails(EINVAL) [] {ByArguments} "{call_kind}() takes no more entries than a process may have open descriptors (RLIMIT_NOFILE)." "poll(2)";
    // epoll_create() and epoll_ctl()
    EPOLL_CREATE Fails(EINVAL) [] {ByArguments} "epoll_create1() takes no flag but EPOLL_CLOEXEC, and the size of epoll_create() must be above 0, though it is ignored." OF_THE_CALL;
    EPOLL_CREATE Success [] {ByResult} "{made} is an epoll instance: the kernel keeps the list of what is watched, so that a wait need not pass it. epoll_ctl() fills it." "TLPI 63.4.1";
    EPOLL_CTL Fails(EBADF) [OnOpen, OtherDead] {DeadNotOpen} "{dead} is not open, and epoll_ctl() accepts only open descriptors, even to remove one. A closed one leaves the list automatically, unless a duplicate of it is open." "epoll(7)";
    EPOLL_CTL Fails(EEXIST) [] {Watched} "{watched} is in the interest list of {socket} already. EPOLL_CTL_MOD changes what is reported of it." "epoll_ctl(2)" => [CHANGE_EVENTS];
    EPOLL_CTL Fails(ENOENT) [RegisteredAs] {WatchedAs, NotWatched} "The list of {socket} has the same file as {registered_as}, but not as {watched}: number and file together make a registration. It can be changed or removed as {registered_as} only, while that is open." "epoll(7)";
    EPOLL_CTL Fails(ENOENT) [] {NotWatched} "{watched} is not in the interest list of {socket}: it was never added, or it was removed. EPOLL_CTL_ADD puts it there." "epoll_ctl(2)" => [ADD_IT];
    EPOLL_CTL Fails(EPERM) [] {ByKind} "{watched} is {watched_kind} that epoll cannot watch: the kernel has nothing to wait for there. Regular files, directories and some devices are always ready; poll() and select() take them." "epoll_ctl(2)";
    EPOLL_CTL Fails(ELOOP) [WatchedBack] {WatchedBack} "{watched} watches {socket} already, and epoll instances must not watch each other in a cycle." "epoll_ctl(2)";
    EPOLL_CTL Fails(ELOOP) [] {ByErrno} "Epoll instances must not watch each other in a cycle, also through others, nor nest more than five deep." "epoll_ctl(2)";
    EPOLL_CTL Fails(ENOSPC) [] {ByErrno} "This user watches as many descriptors as fs.epoll.max_user_watches allows." "epoll(7)";
    EPOLL_CTL Fails(EINVAL) [NoEpoll] {ByKind} "{socket} is {a_kind}, and epoll_ctl() works on an epoll instance. epoll_create1() makes one." "epoll_ctl(2)" => [INSTANCE];
    EPOLL_CTL Fails(EINVAL) [TargetItself] {ByArguments} "An epoll instance cannot watch itself." "epoll_ctl(2)";
    EPOLL_CTL Fails(EINVAL) [OpUnknown] {ByArguments} "The operation must be EPOLL_CTL_ADD, EPOLL_CTL_MOD or EPOLL_CTL_DEL." "epoll_ctl(2)";
    EPOLL_CTL Fails(EINVAL) [OpMod, Exclusive] {ByArguments} "EPOLLEXCLUSIVE can only be given with EPOLL_CTL_ADD." "epoll_ctl(2)";
    EPOLL_CTL Fails(EINVAL) [OpMod, WasExclusive] {WatchedExclusive} "{watched} was added with EPOLLEXCLUSIVE, and such a registration cannot be changed. Remove it and add it again." "epoll_ctl(2)" => [REMOVE_AND_ADD];
    EPOLL_CTL Fails(EINVAL) [Exclusive, TargetEpoll] {ByKind} "{watched} is an epoll instance itself, and those cannot be watched with EPOLLEXCLUSIVE." "epoll_ctl(2)";
    EPOLL_CTL Fails(EINVAL) [Exclusive] {ByArguments} "With EPOLLEXCLUSIVE only EPOLLIN, EPOLLOUT, EPOLLERR, EPOLLHUP, EPOLLET and EPOLLWAKEUP are allowed." "epoll_ctl(2)";
    EPOLL_CTL Success [OpDelete] {NotWatched} "{watched} is no longer watched. Do this before close() where duplicates of it stay open; otherwise close() does it." "epoll(7)";
    EPOLL_CTL Success [OpMod, WasDisarmed] {Watched} "{watched} had been disarmed by EPOLLONESHOT and is armed again: the kernel checks it again, and what is ready now is reported." "epoll_ctl(2)";
    EPOLL_CTL Success [OpMod] {Watched} "{watched} is checked again: what is ready now is reported, even an edge that was reported before." "epoll(7)";
    EPOLL_CTL Success [Exclusive] {Watched} "If several epoll instances watch {watched} with EPOLLEXCLUSIVE, an event wakes at least one of them and not necessarily all: no thundering herd." "epoll_ctl(2)";
    EPOLL_CTL Success [OneShot] {Watched} "{watched} is reported once and is then disarmed; EPOLL_CTL_MOD re-arms it. So only one of several threads gets an event." "epoll_ctl(2)";
    EPOLL_CTL Success [EdgeTriggered] {Watched} "Edge-triggered: {watched} is reported when something new comes, and not for as long as it is ready; several events may share one report. Make it non-blocking and read until EAGAIN." "epoll(7)";
    EPOLL_CTL Success [] {Watched} "{socket} watches {watched} now, level-triggered: it is reported for as long as it is ready. Errors and hang-ups are reported unasked." "epoll(7)";
    // epoll_wait() fails.
    EPOLL_WAIT Fails(EINVAL) [NoEpoll] {ByKind} "{socket} is {a_kind}, and {call_kind}() works on an epoll instance. epoll_create1() makes one." "epoll_wait(2)" => [INSTANCE];
    EPOLL_WAIT Fails(EINVAL) [MaxTooSmall] {ByArguments} "maxevents is the room for events and must be above 0." "epoll_wait(2)";
    EPOLL_WAIT Fails(EINVAL) [] {ByArguments} "maxevents is larger than the kernel takes: INT_MAX divided by the 12 bytes of an event." "epoll_wait(2)";
    // Nothing was reported.
    EPOLL_WAIT Success [CountZero, Overlooked, OverlookedData] {OverlookedUnread, Overlooked} "{overlooked} has {overlooked_unread} unread bytes, but its edge was reported before and nothing new came. Read until EAGAIN, or re-arm it with EPOLL_CTL_MOD." "epoll(7)" => [READ_THE_OVERLOOKED, REARM_EDGE];
    EPOLL_WAIT Success [CountZero, Overlooked] {Overlooked} "{overlooked} is ready, but its edge was reported before and nothing new came. Continue until EAGAIN, or re-arm it with EPOLL_CTL_MOD." "epoll(7)" => [REARM_EDGE];
    EPOLL_WAIT Success [CountZero, Disarmed] {Disarmed} "Nothing that is armed is ready. {disarmed} was reported once, and EPOLLONESHOT has disarmed it: what happens to it is not reported before EPOLL_CTL_MOD." "epoll_ctl(2)" => [REARM_ONCE];
    EPOLL_WAIT Success [CountZero, NoMembers] {ListEmpty} "The interest list of {socket} is empty, so nothing can be reported. epoll_ctl() with EPOLL_CTL_ADD fills it." "epoll(7)";
    SELECT Success [NotLookedAt] {ByResult} "The sets keep descriptors that are not counted: {call_kind}() tests only numbers below nfds and below the size of the process's table. Those that are left were not tested, so do not take them for ready." "select(2)";
    MULTIPLEX Success [CountZero, NoMembers] {ByArguments} "No descriptor was given, so {call_kind}() only waited for its timeout of {span}." OF_THE_CALL;
    MULTIPLEX Success [CountZero, BelowLowat] {BelowLowatUnread, BelowLowatOption} "{below_lowat} has {below_lowat_unread} unread bytes, fewer than its SO_RCVLOWAT of {below_lowat_least}: TCP reports POLLIN only when that many are there, or at end of file." "socket(7)" => [READ_BELOW_LOWAT];
    MULTIPLEX Success [CountZero, AwaitsUnixReceiver] {UnixReceiver} "{unix_sender} is connected to {unix_receiver}, so POLLOUT means room in the queue of {unix_receiver} as well as in its own send buffer. One of them has none; receiving at {unix_receiver} makes room." "unix(7)" => [READ_UNIX_RECEIVER];
    MULTIPLEX Success [CountZero, OnlyLooks] {ByResult} "None of the requested events has occurred, and with a timeout of 0 {call_kind}() does not wait for them." OF_THE_CALL;
    SELECT Success [CountZero] {ByResult} "0 means that the time ran out, which is not an error: none of the requested events occurred within {span}. All sets are empty now, so fill them again before the next call." "select(2)";
    MULTIPLEX Success [CountZero] {ByResult} "0 means that the time ran out, which is not an error: none of the requested events occurred within {span}." OF_THE_CALL;
    // Something was.
    POLL Success [ReportsDead] {ByResult} "{findings}. {call_kind}() succeeds anyway; select() would fail with EBADF." "poll(2)";
    POLL Success [ReportsUnasked] {ByResult} "{findings}. Errors and hang-ups are reported without being asked for." "poll(2)" => [READY_ONE];
    POLL Success [ReportsRoom] {ByResult} "{findings}. A call that uses this does not block now, except a send() that there is no room for." "poll(2)" => [READY_ONE];
    POLL Success [] {ByResult} "{findings}. A call that uses this does not block now, unless it waits for more than is there (MSG_WAITALL)." "poll(2)" => [READY_ONE];
    SELECT Success [InTwoSets] {ByResult} "{findings}. {count} counts bits, so a descriptor in two sets counts twice. The sets are overwritten: fill them again." "select(2)";
    SELECT Success [] {ByResult} "{findings}. {call_kind}() has overwritten the sets: fill them again before the next call." "select(2)" => [READY_ONE];
    EPOLL_WAIT Success [ReportsClosed] {ClosedMember} "{closed_member} is closed and still reported: a registration is of the open file, and something keeps that open: a duplicate, another process, or a call on it. Use EPOLL_CTL_DEL before close()." "epoll(7)";
    EPOLL_WAIT Success [ReportsOnce] {ReportedOnce} "{findings}. EPOLLONESHOT has disarmed {reported_once}: nothing more of it is reported before EPOLL_CTL_MOD." "epoll_ctl(2)";
    EPOLL_WAIT Success [ReportsEdge] {ReportedEdge} "{findings}. Edge-triggered: {reported_edge} is not reported again before something new comes, so continue until EAGAIN." "epoll(7)" => [READY_ONE];
    EPOLL_WAIT Success [ReportsFull] {ByResult} "{findings}. There was room for no more; what else is ready is reported by the next calls." "epoll_wait(2)";
    EPOLL_WAIT Success [] {ByResult} "{findings}. Level-triggered: reported by every call for as long as it holds." "epoll(7)" => [READY_ONE];
    // Signals.
    SIGTIMEDWAIT Fails(EAGAIN) [AsksForChildren, OnlyLooks] {ByResult} "None of the signals is pending, and with a timeout of 0 the call does not wait. SIGCHLD comes when a child ends, is stopped or goes on." "sigtimedwait(2)";
    SIGTIMEDWAIT Fails(EAGAIN) [AsksForChildren] {ByResult} "EAGAIN means timeout here: none of the signals came within {span}. SIGCHLD comes when a child ends, is stopped or goes on." "sigtimedwait(2)";
    SIGTIMEDWAIT Fails(EAGAIN) [Ownerless] {NobodyOwns} "No signal came within {span}. No socket of this session has an owner (F_SETOWN), so the kernel sends none for them. SIGIO needs O_ASYNC besides, SIGURG an urgent byte." "TLPI 63.3";
    SIGTIMEDWAIT Fails(EAGAIN) [OnlyLooks] {ByResult} "None of the signals is pending, and with a timeout of 0 the call does not wait." "sigtimedwait(2)";
    SIGTIMEDWAIT Fails(EAGAIN) [] {ByResult} "EAGAIN means timeout here: none of the signals came within {span}." "sigtimedwait(2)";
    SIGTIMEDWAIT Fails(EINVAL) [] {ByArguments} "The timeout is not valid: it is negative, or its nanoseconds are not below one billion." "sigtimedwait(2)";
    SIGTIMEDWAIT Success [CameAbout] {ByResult} "{findings}. The signal says which descriptor and which events (si_fd, si_band) because F_SETSIG asked for that." "fcntl(2)";
    SIGTIMEDWAIT Success [CameOfChild] {ByResult} "SIGCHLD says that {child_of_signal} {child_changed}. It is not queued: several children that end before it is taken cause one signal. waitpid() takes the status of each." "signal(7)";
    SIGTIMEDWAIT Success [CameByKill] {ByResult} "{result} was sent by {sender} with kill(): the signal carries the number of the sender (si_pid)." "sigaction(2)";
    SIGTIMEDWAIT Success [CameIo] {Possibilities} "SIGIO came: one or several descriptors with O_ASYNC became ready, or a process sent it. It does not say which; with F_SETSIG a signal says which descriptor." "TLPI 63.3";
    SIGTIMEDWAIT Success [CameUrgent] {Possibilities} "SIGURG came: an urgent byte is announced at a socket with an owner (F_SETOWN), or a process sent the signal. recv(MSG_OOB) reads the byte; with SO_OOBINLINE it is in the stream." "TLPI 61.13.1";
    SIGTIMEDWAIT Success [] {Possibilities} "{result} came: F_SETSIG chose it for a socket, or a process sent it." "sigtimedwait(2)";
};
