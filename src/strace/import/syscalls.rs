//! The system calls that are taken over from the output of strace(1): those that a traced program is stopped at.

/// Which of these calls are taken over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Interest {
    /// Each of them.
    Always,
    /// Each of them, for only sockets, epoll instances and the like have them. The first argument is the descriptor.
    Sockets,
    /// Those on a descriptor that is known, the first argument: most of these calls are on files.
    Files,
    /// Those with a known descriptor anywhere among their arguments.
    Any,
}

/// A system call.
#[derive(Debug)]
pub(super) struct Row {
    /// Its name.
    pub(super) name: &'static str,
    /// Which calls of it are taken over.
    pub(super) interest: Interest,
    /// How many of its arguments strace prints before it has returned, at least.
    pub(super) known: usize,
    /// Which of its arguments are descriptors, where the notation has no word for it.
    pub(super) descriptors: &'static [usize],
}

macro_rules! rows {
    ($($interest:ident: $($name:ident $known:literal $([$($descriptor:literal)+])?),+;)+) => {
        &[$($(Row {
            name: stringify!($name),
            interest: Interest::$interest,
            known: $known,
            descriptors: &[$($($descriptor),+)?],
        }),+),+]
    };
}

/// How many arguments are known where all of them are.
const ALL: usize = 99;

/// All of them.
static ROWS: &[Row] = rows! {
    Always: socket 99, socketpair 3, close_range 99, unshare 99, epoll_create 99, epoll_create1 99, pipe 0, pipe2 0,
        eventfd 99, eventfd2 99, timerfd_create 99, restart_syscall 99, fork 99, vfork 99, clone 99, clone3 99,
        execve 99, execveat 99, exit_group 99, kill 99;
    Sockets: bind 99 [0], listen 99 [0], accept 1 [0], accept4 1 [0], connect 99 [0], getsockname 1 [0],
        getpeername 1 [0], sendto 99 [0], recvfrom 1 [0], send 99 [0], recv 1 [0], sendmsg 99 [0], recvmsg 1 [0],
        sendmmsg 1 [0], recvmmsg 1 [0], setsockopt 99 [0], getsockopt 3 [0], shutdown 99 [0], epoll_ctl 99 [0 2],
        epoll_wait 1 [0], epoll_pwait 1 [0], epoll_pwait2 1 [0];
    Files: read 1 [0], write 99 [0], readv 1 [0], writev 99 [0], close 99 [0], dup 99 [0], fcntl 99 [0], ioctl 2 [0],
        timerfd_settime 3 [0];
    Any: sendfile 99 [0 1], splice 99 [0 2], dup2 99 [0 1], dup3 99 [0 1], poll 99, ppoll 99, select 99, pselect6 99;
};

/// The row of a name.
pub(super) fn find(name: &str) -> Option<&'static Row> {
    ROWS.iter().find(|row| row.name == name)
}

impl Row {
    /// Whether all arguments are known when the call is entered.
    pub(super) fn is_known_when_entered(&self) -> bool {
        self.known == ALL
    }
}
