//! Waiting for several descriptors: poll, select, epoll; and for a signal that tells of one.

use crate::explain::rule::{OF_THE_CALL, Rule, rows};

pub(crate) static ROWS: &[Rule] = rows! {
    // poll() and select() fail.
    SELECT Fails(EBADF) [OtherDead] {DeadNotOpen} "{dead} is not open, and one closed descriptor in any set makes the whole call fail. poll() would go on and report POLLNVAL for it alone." "select(2)";
    SELECT Fails(EBADF) [] {ByErrno} "A descriptor in one of the sets is not open, so the whole call fails and the sets say nothing. poll() would report POLLNVAL for it alone." "select(2)";
    SELECT Fails(EINVAL) [NfdsNegative] {ByArguments} "nfds must not be negative: it is the highest descriptor of all sets plus 1." "select(2)";
    SELECT Fails(EINVAL) [] {ByArguments} "The timeout is not valid." "select(2)";
    POLL Fails(EINVAL) [] {ByArguments} "poll() takes no more entries than a process may have open descriptors (RLIMIT_NOFILE)." "poll(2)";
    // epoll_create() and epoll_ctl()
    EPOLL_CREATE Fails(EINVAL) [] {ByArguments} "epoll_create1() takes no flag but EPOLL_CLOEXEC, and the size of epoll_create() must be above 0, though it means nothing any more." OF_THE_CALL;
    EPOLL_CREATE Success [] {ByResult} "{made} is an epoll instance: the kernel keeps the list of what is watched, so that a wait need not hand it over. epoll_ctl() fills it." "TLPI 63.4.1";
    EPOLL_CTL Fails(EBADF) [OnOpen, OtherDead] {DeadNotOpen} "{dead} is not open, and epoll_ctl() takes open descriptors only, also to remove one. What is closed leaves the list by itself, unless a duplicate of it is open." "epoll(7)";
    EPOLL_CTL Fails(EEXIST) [] {Watched} "{watched} is in the interest list of {socket} already. EPOLL_CTL_MOD changes what is reported of it." "epoll_ctl(2)" => [CHANGE_EVENTS];
    EPOLL_CTL Fails(ENOENT) [RegisteredAs] {WatchedAs, NotWatched} "The list of {socket} has the same file as {registered_as}, but not as {watched}: number and file together make a registration. Only {registered_as} can be changed or removed." "epoll(7)";
    EPOLL_CTL Fails(ENOENT) [] {NotWatched} "{watched} is not in the interest list of {socket}: it was never added, or it was removed. EPOLL_CTL_ADD puts it there." "epoll_ctl(2)" => [ADD_IT];
    EPOLL_CTL Fails(EPERM) [] {ByKind} "{watched} is {watched_kind} that cannot be watched: epoll takes what can be waited for, and a file on disk is always ready. poll() takes it." "epoll_ctl(2)";
    EPOLL_CTL Fails(ELOOP) [] {Unchecked} "{watched} watches {socket} already, itself or through others. Epoll instances must not watch each other in a circle, nor nest too deep." "epoll_ctl(2)";
    EPOLL_CTL Fails(ENOSPC) [] {ByErrno} "This user watches as many descriptors as fs.epoll.max_user_watches allows." "epoll(7)";
    EPOLL_CTL Fails(EINVAL) [NoEpoll] {ByKind} "{socket} is {a_kind}, and epoll_ctl() works on an epoll instance. epoll_create1() makes one." "epoll_ctl(2)" => [INSTANCE];
    EPOLL_CTL Fails(EINVAL) [TargetItself] {ByArguments} "An epoll instance cannot watch itself." "epoll_ctl(2)";
    EPOLL_CTL Fails(EINVAL) [OpUnknown] {ByArguments} "The operation must be EPOLL_CTL_ADD, EPOLL_CTL_MOD or EPOLL_CTL_DEL." "epoll_ctl(2)";
    EPOLL_CTL Fails(EINVAL) [OpMod, Exclusive] {ByArguments} "EPOLLEXCLUSIVE can only be said with EPOLL_CTL_ADD." "epoll_ctl(2)";
    EPOLL_CTL Fails(EINVAL) [OpMod, WasExclusive] {WatchedExclusive} "{watched} was added with EPOLLEXCLUSIVE, and such a registration cannot be changed. Remove it and add it anew." "epoll_ctl(2)" => [REMOVE_AND_ADD];
    EPOLL_CTL Fails(EINVAL) [Exclusive, TargetEpoll] {ByKind} "{watched} is an epoll instance itself, and those cannot be watched with EPOLLEXCLUSIVE." "epoll_ctl(2)";
    EPOLL_CTL Fails(EINVAL) [Exclusive] {ByArguments} "Beside EPOLLEXCLUSIVE only EPOLLIN, EPOLLOUT, EPOLLERR, EPOLLHUP, EPOLLET and EPOLLWAKEUP may stand." "epoll_ctl(2)";
    EPOLL_CTL Success [OpDelete] {NotWatched} "{watched} is watched no more. Do this before close() where duplicates of it stay open; otherwise close() does it." "epoll(7)";
    EPOLL_CTL Success [OpMod, WasDisarmed] {Watched} "{watched} had been disarmed by EPOLLONESHOT and is armed again: the kernel looks at it anew, and what is ready now is reported." "epoll_ctl(2)";
    EPOLL_CTL Success [OpMod] {Watched} "{watched} is looked at anew: what is ready now is reported, even an edge that was reported before." "epoll(7)";
    EPOLL_CTL Success [Exclusive] {Watched} "When {watched} becomes ready, not all of the epoll instances that watch it are woken, but at least one: no thundering herd." "epoll_ctl(2)";
    EPOLL_CTL Success [OneShot] {Watched} "{watched} is reported once and is then disarmed; EPOLL_CTL_MOD arms it again. So only one of several threads gets an event." "epoll_ctl(2)";
    EPOLL_CTL Success [EdgeTriggered] {Watched} "Edge-triggered: {watched} is reported once for each new event, and not while it lasts. Make it non-blocking and read until EAGAIN." "epoll(7)";
    EPOLL_CTL Success [] {Watched} "{socket} watches {watched} now, level-triggered: it is reported for as long as it is ready. Errors and hang-ups are reported unasked." "epoll(7)";
    // epoll_wait() fails.
    EPOLL_WAIT Fails(EINVAL) [NoEpoll] {ByKind} "{socket} is {a_kind}, and epoll_wait() works on an epoll instance. epoll_create1() makes one." "epoll_wait(2)" => [INSTANCE];
    EPOLL_WAIT Fails(EINVAL) [MaxTooSmall] {ByArguments} "maxevents is the room for events and must be above 0." "epoll_wait(2)";
    EPOLL_WAIT Fails(EINVAL) [] {Unchecked} "maxevents is too large: the playground has room for 4096 events." "epoll_wait(2)";
    // Nothing was reported.
    EPOLL_WAIT Success [CountZero, Overlooked, OverlookedData] {OverlookedUnread, Overlooked} "{overlooked} has {overlooked_unread} unread bytes, but its edge was reported before and nothing new came. Read until EAGAIN, or arm it again with EPOLL_CTL_MOD." "epoll(7)" => [READ_THE_OVERLOOKED, REARM_EDGE];
    EPOLL_WAIT Success [CountZero, Overlooked] {Overlooked} "{overlooked} is ready, but its edge was reported before and nothing new came. Go on until EAGAIN, or arm it again with EPOLL_CTL_MOD." "epoll(7)" => [REARM_EDGE];
    EPOLL_WAIT Success [CountZero, Disarmed] {Disarmed} "{disarmed} was reported once, and EPOLLONESHOT has disarmed it: whatever happens to it is not reported before EPOLL_CTL_MOD." "epoll_ctl(2)" => [REARM_ONCE];
    EPOLL_WAIT Success [CountZero, NoMembers] {ListEmpty} "The interest list of {socket} is empty, so nothing can be reported. epoll_ctl() with EPOLL_CTL_ADD fills it." "epoll(7)";
    SELECT Success [NotLookedAt] {ByResult} "The sets keep descriptors that are not counted: select() looks only at numbers below nfds and below the size of the process's table. The others stay as they were." "select(2)";
    MULTIPLEX Success [CountZero, NoMembers] {ByArguments} "No descriptor was given, so {call_kind}() only let the time of its timeout pass." OF_THE_CALL;
    MULTIPLEX Success [CountZero, OnlyLooks] {Unchecked} "Nothing is ready now, and with a timeout of 0 {call_kind}() looks and does not wait." OF_THE_CALL;
    SELECT Success [CountZero] {ByResult} "0 means timeout and is no error: nothing became ready in {span}. All sets are empty now, so fill them again before the next call." "select(2)";
    MULTIPLEX Success [CountZero] {Unchecked} "0 means timeout and is no error: nothing became ready in {span}." OF_THE_CALL;
    // Something was.
    POLL Success [ReportsDead] {ByResult} "{findings}. poll() succeeds all the same; select() would fail with EBADF." "poll(2)";
    POLL Success [ReportsUnasked] {ByResult} "{findings}. Errors and hang-ups are reported without being asked for." "poll(2)" => [READY_ONE];
    POLL Success [] {Unchecked} "{findings}. A call that uses this does not block." "poll(2)" => [READY_ONE];
    SELECT Success [InTwoSets] {ByResult} "{findings}. {count} counts bits, so a descriptor in two sets counts twice. The sets are overwritten: fill them again." "select(2)";
    SELECT Success [] {ByResult} "{findings}. select() has overwritten the sets: fill them again before the next call." "select(2)" => [READY_ONE];
    EPOLL_WAIT Success [ReportsClosed] {ClosedMember} "{closed_member} is closed and still reported: the registration is of the open file, which a duplicate keeps open. Use EPOLL_CTL_DEL before close()." "epoll(7)";
    EPOLL_WAIT Success [ReportsOnce] {ReportedOnce} "{findings}. EPOLLONESHOT: not reported again before EPOLL_CTL_MOD." "epoll_ctl(2)";
    EPOLL_WAIT Success [ReportsEdge] {ReportedEdge} "{findings}. Edge-triggered: not reported again before something new comes, so go on until EAGAIN." "epoll(7)" => [READY_ONE];
    EPOLL_WAIT Success [ReportsFull] {ByResult} "{findings}. There was room for no more; what else is ready has its turn in the next call." "epoll_wait(2)";
    EPOLL_WAIT Success [] {ByResult} "{findings}. Level-triggered: reported by every call for as long as it lasts." "epoll(7)" => [READY_ONE];
    // Signals.
    SIGTIMEDWAIT Fails(EAGAIN) [Ownerless] {NobodyOwns} "No signal came in {span}, and none is sent: no socket of this session has an owner (F_SETOWN). SIGIO takes O_ASYNC besides, SIGURG an urgent byte." "TLPI 63.3";
    SIGTIMEDWAIT Fails(EAGAIN) [OnlyLooks] {ByResult} "None of the signals is pending, and with a timeout of 0 the call looks and does not wait." "sigtimedwait(2)";
    SIGTIMEDWAIT Fails(EAGAIN) [] {ByResult} "EAGAIN means timeout here: none of the signals came in {span}." "sigtimedwait(2)";
    SIGTIMEDWAIT Fails(EINVAL) [] {ByArguments} "The timeout is not valid." "sigtimedwait(2)";
    SIGTIMEDWAIT Success [CameAbout] {ByResult} "{findings}. The signal says which descriptor and which events (si_fd, si_band) since F_SETSIG asked for that." "fcntl(2)";
    SIGTIMEDWAIT Success [CameIo] {Unchecked} "A descriptor with O_ASYNC became ready, or several: SIGIO says neither which nor how many. F_SETSIG makes it say which." "TLPI 63.3";
    SIGTIMEDWAIT Success [CameUrgent] {ByResult} "An urgent byte came to a socket with an owner (F_SETOWN). recv(MSG_OOB) reads it." "TLPI 61.13.1";
    SIGTIMEDWAIT Success [] {Possibilities} "{result} came: F_SETSIG chose it for a socket, or another process sent it." "sigtimedwait(2)";
};
