//! The system calls that a traced program is stopped at: those about sockets, readiness and descriptors, and those that
//! make and end processes.

/// How the arguments of a system call are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shape {
    Socket,
    Socketpair,
    Bind,
    Listen,
    Accept,
    Accept4,
    Connect,
    Getsockname,
    Getpeername,
    Sendto,
    Recvfrom,
    Sendmsg,
    Recvmsg,
    Sendmmsg,
    Recvmmsg,
    Setsockopt,
    Getsockopt,
    Shutdown,
    Read,
    Write,
    Readv,
    Writev,
    Close,
    Dup,
    Dup2,
    Dup3,
    Fcntl,
    Ioctl,
    Poll,
    Ppoll,
    Select,
    Pselect6,
    EpollCreate,
    EpollCreate1,
    EpollCtl,
    EpollWait,
    EpollPwait,
    EpollPwait2,
    Pipe,
    Pipe2,
    Eventfd,
    TimerfdCreate,
    TimerfdSettime,
    /// sendfile(2)
    Sendfile,
    /// clone(2)
    Clone,
    /// clone3(2)
    Clone3,
    /// The notation has no word for it.
    Other,
    /// It goes on with a call that a signal interrupted.
    Restart,
}

/// What an argument is, where the call is printed by its kinds alone: the notation does not have it, or a pointer leads
/// nowhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A descriptor. The call is of interest where one of them is.
    Descriptor,
    /// A number.
    Int,
    /// Bits.
    Bits,
    /// A pointer.
    Pointer,
    /// A number without sign.
    Unsigned,
    /// A size.
    Size,
    /// MSG_ flags.
    MsgFlags,
    /// The flags of accept4(2).
    SockFlags,
    /// The flags of close_range(2).
    RangeFlags,
    /// The flags of splice(2).
    SpliceFlags,
    /// The flags of timerfd_settime(2).
    TimerFlags,
    /// The operation of epoll_ctl(2).
    EpollOp,
    /// The command of fcntl(2) with its argument.
    Control,
    /// The request of ioctl(2) with its argument.
    Request,
    /// The level of an option that is set, with its number.
    Sets,
    /// The level of an option that is read, with its number.
    Gets,
    /// The number of an option, which the level has shown.
    Shown,
    /// A signal.
    Signal,
    /// A path.
    Path,
    /// The array of arguments of execve(2).
    Arguments,
    /// Its environment.
    Variables,
}

/// Which of these calls are of interest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Interest {
    /// Each of them.
    Always,
    /// Each of them, for only what is watched has them. The first argument is the descriptor.
    Sockets,
    /// Those on a descriptor that is watched, the first argument: most of these calls are on files.
    Files,
    /// Those with a watched descriptor anywhere among their arguments.
    Any,
}

/// A system call.
#[derive(Debug)]
pub(crate) struct Row {
    /// Its number on this architecture.
    pub(crate) number: i64,
    /// Its name.
    pub(crate) name: &'static str,
    /// What its arguments are.
    pub(crate) kinds: &'static [Kind],
    /// How its arguments are read.
    pub(crate) shape: Shape,
    /// When it is of interest.
    pub(crate) interest: Interest,
}

macro_rules! rows {
    ($($(#[$meta:meta])? $name:ident($($kind:ident),*) $number:ident $shape:ident, $interest:ident;)+) => {
        &[$($(#[$meta])? Row {
            number: libc::$number,
            name: stringify!($name),
            kinds: &[$(Kind::$kind),*],
            shape: Shape::$shape,
            interest: Interest::$interest,
        }),+]
    };
}

/// All of them. To trace a further call, add its row here, and its arguments to [`Entry`](crate::trace::entry::Entry)
/// where the notation has it.
pub(crate) static ROWS: &[Row] = rows! {
    socket(Int, Int, Int, Pointer) SYS_socket Socket, Always;
    socketpair(Int, Int, Int, Pointer) SYS_socketpair Socketpair, Always;
    bind(Descriptor, Pointer, Int) SYS_bind Bind, Sockets;
    listen(Descriptor, Int) SYS_listen Listen, Sockets;
    accept(Descriptor, Pointer, Pointer) SYS_accept Accept, Sockets;
    accept4(Descriptor, Pointer, Pointer, SockFlags) SYS_accept4 Accept4, Sockets;
    connect(Descriptor, Pointer, Int) SYS_connect Connect, Sockets;
    getsockname(Descriptor, Pointer, Pointer) SYS_getsockname Getsockname, Sockets;
    getpeername(Descriptor, Pointer, Pointer) SYS_getpeername Getpeername, Sockets;
    sendto(Descriptor, Pointer, Size, MsgFlags, Pointer, Int) SYS_sendto Sendto, Sockets;
    recvfrom(Descriptor, Pointer, Size, MsgFlags, Pointer, Pointer) SYS_recvfrom Recvfrom, Sockets;
    sendmsg(Descriptor, Pointer, MsgFlags) SYS_sendmsg Sendmsg, Sockets;
    recvmsg(Descriptor, Pointer, MsgFlags) SYS_recvmsg Recvmsg, Sockets;
    sendmmsg(Descriptor, Pointer, Int, MsgFlags) SYS_sendmmsg Sendmmsg, Sockets;
    recvmmsg(Descriptor, Pointer, Int, MsgFlags, Pointer) SYS_recvmmsg Recvmmsg, Sockets;
    setsockopt(Descriptor, Sets, Shown, Pointer, Int) SYS_setsockopt Setsockopt, Sockets;
    getsockopt(Descriptor, Gets, Shown, Pointer, Pointer) SYS_getsockopt Getsockopt, Sockets;
    shutdown(Descriptor, Int) SYS_shutdown Shutdown, Sockets;
    read(Descriptor, Pointer, Size) SYS_read Read, Files;
    write(Descriptor, Pointer, Size) SYS_write Write, Files;
    readv(Descriptor, Pointer, Int) SYS_readv Readv, Files;
    writev(Descriptor, Pointer, Int) SYS_writev Writev, Files;
    sendfile(Descriptor, Descriptor, Pointer, Size) SYS_sendfile Sendfile, Any;
    splice(Descriptor, Pointer, Descriptor, Pointer, Size, SpliceFlags) SYS_splice Other, Any;
    close(Descriptor) SYS_close Close, Files;
    close_range(Unsigned, Unsigned, RangeFlags) SYS_close_range Other, Always;
    unshare(Bits) SYS_unshare Other, Always;
    dup(Descriptor) SYS_dup Dup, Files;
    #[cfg(target_arch = "x86_64")]
    dup2(Descriptor, Descriptor) SYS_dup2 Dup2, Any;
    dup3(Descriptor, Descriptor) SYS_dup3 Dup3, Any;
    fcntl(Descriptor, Control) SYS_fcntl Fcntl, Files;
    ioctl(Descriptor, Request) SYS_ioctl Ioctl, Files;
    #[cfg(target_arch = "x86_64")]
    poll(Pointer, Unsigned, Int) SYS_poll Poll, Any;
    ppoll(Pointer, Unsigned, Pointer, Pointer, Size) SYS_ppoll Ppoll, Any;
    #[cfg(target_arch = "x86_64")]
    select(Int, Pointer, Pointer, Pointer, Pointer) SYS_select Select, Any;
    pselect6(Int, Pointer, Pointer, Pointer, Pointer, Pointer) SYS_pselect6 Pselect6, Any;
    #[cfg(target_arch = "x86_64")]
    epoll_create(Int) SYS_epoll_create EpollCreate, Always;
    epoll_create1(Int) SYS_epoll_create1 EpollCreate1, Always;
    epoll_ctl(Descriptor, EpollOp, Descriptor, Pointer) SYS_epoll_ctl EpollCtl, Sockets;
    #[cfg(target_arch = "x86_64")]
    epoll_wait(Descriptor, Pointer, Int, Int) SYS_epoll_wait EpollWait, Sockets;
    epoll_pwait(Descriptor, Pointer, Int, Pointer, Pointer, Size) SYS_epoll_pwait EpollPwait, Sockets;
    epoll_pwait2(Descriptor, Pointer, Int, Pointer, Pointer, Size) SYS_epoll_pwait2 EpollPwait2, Sockets;
    #[cfg(target_arch = "x86_64")]
    pipe(Pointer) SYS_pipe Pipe, Always;
    pipe2(Pointer, Bits) SYS_pipe2 Pipe2, Always;
    eventfd2(Unsigned, Bits) SYS_eventfd2 Eventfd, Always;
    timerfd_create(Int, Bits) SYS_timerfd_create TimerfdCreate, Always;
    timerfd_settime(Descriptor, TimerFlags, Pointer, Pointer) SYS_timerfd_settime TimerfdSettime, Files;
    restart_syscall() SYS_restart_syscall Restart, Always;
    #[cfg(target_arch = "x86_64")]
    fork() SYS_fork Other, Always;
    #[cfg(target_arch = "x86_64")]
    vfork() SYS_vfork Other, Always;
    clone(Pointer, Size) SYS_clone Clone, Always;
    clone3(Pointer, Size) SYS_clone3 Clone3, Always;
    execve(Path, Arguments, Variables) SYS_execve Other, Always;
    execveat(Int, Path, Arguments, Variables, Bits) SYS_execveat Other, Always;
    exit_group(Int) SYS_exit_group Other, Always;
    kill(Int, Signal) SYS_kill Other, Always;
};

/// The call with a number.
pub(crate) fn by_number(number: i64) -> Option<&'static Row> {
    ROWS.iter().find(|row| row.number == number)
}

#[cfg(test)]
mod tests {
    use crate::trace::syscalls::*;

    #[test]
    fn each_of_them_is_taken_over_from_the_output_of_strace() {
        for row in ROWS {
            assert!(crate::strace::import::takes(row.name), "{}", row.name);
        }
    }

    #[test]
    fn no_number_is_there_twice() {
        for (index, row) in ROWS.iter().enumerate() {
            let first = ROWS.iter().position(|other| other.number == row.number);
            assert_eq!(first, Some(index), "{}", row.name);
        }
    }
}
