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
    /// sendfile(2)
    Sendfile,
    /// clone(2)
    Clone,
    /// clone3(2)
    Clone3,
    /// The notation has no word for it.
    Other(&'static [Kind]),
    /// It goes on with a call that a signal interrupted.
    Restart,
}

impl Shape {
    /// What the arguments are, where the call is printed by their kinds alone: the notation does not have it, or a
    /// pointer leads nowhere.
    pub(crate) fn kinds(self) -> &'static [Kind] {
        match self {
            Self::Other(kinds) => kinds,
            Self::Socket | Self::Socketpair => &[Kind::Int, Kind::Int, Kind::Int, Kind::Pointer],
            Self::Bind | Self::Connect => &[Kind::Descriptor, Kind::Pointer, Kind::Int],
            Self::Listen | Self::Shutdown => &[Kind::Descriptor, Kind::Int],
            Self::Accept | Self::Getsockname | Self::Getpeername => {
                &[Kind::Descriptor, Kind::Pointer, Kind::Pointer]
            }
            Self::Accept4 => &[
                Kind::Descriptor,
                Kind::Pointer,
                Kind::Pointer,
                Kind::SockFlags,
            ],
            Self::Sendto => &[
                Kind::Descriptor,
                Kind::Pointer,
                Kind::Size,
                Kind::MsgFlags,
                Kind::Pointer,
                Kind::Int,
            ],
            Self::Recvfrom => &[
                Kind::Descriptor,
                Kind::Pointer,
                Kind::Size,
                Kind::MsgFlags,
                Kind::Pointer,
                Kind::Pointer,
            ],
            Self::Sendmsg | Self::Recvmsg => &[Kind::Descriptor, Kind::Pointer, Kind::MsgFlags],
            Self::Setsockopt => &[
                Kind::Descriptor,
                Kind::Sets,
                Kind::Shown,
                Kind::Pointer,
                Kind::Int,
            ],
            Self::Getsockopt => &[
                Kind::Descriptor,
                Kind::Gets,
                Kind::Shown,
                Kind::Pointer,
                Kind::Pointer,
            ],
            Self::Read | Self::Write => &[Kind::Descriptor, Kind::Pointer, Kind::Size],
            Self::Readv | Self::Writev => &[Kind::Descriptor, Kind::Pointer, Kind::Int],
            Self::Close | Self::Dup => &[Kind::Descriptor],
            Self::Dup2 | Self::Dup3 => &[Kind::Descriptor, Kind::Descriptor],
            Self::Fcntl => &[Kind::Descriptor, Kind::Control],
            Self::Ioctl => &[Kind::Descriptor, Kind::Request],
            Self::Poll => &[Kind::Pointer, Kind::Unsigned, Kind::Int],
            Self::Ppoll => &[
                Kind::Pointer,
                Kind::Unsigned,
                Kind::Pointer,
                Kind::Pointer,
                Kind::Size,
            ],
            Self::Select => &[
                Kind::Int,
                Kind::Pointer,
                Kind::Pointer,
                Kind::Pointer,
                Kind::Pointer,
            ],
            Self::Pselect6 => &[
                Kind::Int,
                Kind::Pointer,
                Kind::Pointer,
                Kind::Pointer,
                Kind::Pointer,
                Kind::Pointer,
            ],
            Self::EpollCreate | Self::EpollCreate1 => &[Kind::Int],
            Self::EpollCtl => &[
                Kind::Descriptor,
                Kind::EpollOp,
                Kind::Descriptor,
                Kind::Pointer,
            ],
            Self::EpollWait => &[Kind::Descriptor, Kind::Pointer, Kind::Int, Kind::Int],
            Self::EpollPwait | Self::EpollPwait2 => &[
                Kind::Descriptor,
                Kind::Pointer,
                Kind::Int,
                Kind::Pointer,
                Kind::Pointer,
                Kind::Size,
            ],
            Self::Sendfile => &[
                Kind::Descriptor,
                Kind::Descriptor,
                Kind::Pointer,
                Kind::Size,
            ],
            Self::Clone | Self::Clone3 => &[Kind::Pointer, Kind::Size],
            Self::Restart => &[],
        }
    }
}

/// What an argument is, of a call that the notation has no word for.
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
    /// Those on a socket or an epoll instance, or with one in their set.
    OnSocket,
}

/// A system call.
#[derive(Debug)]
pub(crate) struct Row {
    /// Its number on this architecture.
    pub(crate) number: i64,
    /// Its name.
    pub(crate) name: &'static str,
    /// How its arguments are read.
    pub(crate) shape: Shape,
    /// When it is of interest.
    pub(crate) interest: Interest,
}

macro_rules! rows {
    ($($(#[$meta:meta])? $name:ident $number:ident $shape:expr, $interest:ident;)+) => {
        &[$($(#[$meta])? Row {
            number: libc::$number,
            name: stringify!($name),
            shape: $shape,
            interest: Interest::$interest,
        }),+]
    };
}

/// All of them.
pub(crate) static ROWS: &[Row] = rows! {
    socket SYS_socket Shape::Socket, Always;
    socketpair SYS_socketpair Shape::Socketpair, Always;
    bind SYS_bind Shape::Bind, OnSocket;
    listen SYS_listen Shape::Listen, OnSocket;
    accept SYS_accept Shape::Accept, OnSocket;
    accept4 SYS_accept4 Shape::Accept4, OnSocket;
    connect SYS_connect Shape::Connect, OnSocket;
    getsockname SYS_getsockname Shape::Getsockname, OnSocket;
    getpeername SYS_getpeername Shape::Getpeername, OnSocket;
    sendto SYS_sendto Shape::Sendto, OnSocket;
    recvfrom SYS_recvfrom Shape::Recvfrom, OnSocket;
    sendmsg SYS_sendmsg Shape::Sendmsg, OnSocket;
    recvmsg SYS_recvmsg Shape::Recvmsg, OnSocket;
    sendmmsg SYS_sendmmsg Shape::Other(&[Kind::Descriptor, Kind::Pointer, Kind::Int, Kind::MsgFlags]), OnSocket;
    recvmmsg SYS_recvmmsg Shape::Other(&[Kind::Descriptor, Kind::Pointer, Kind::Int, Kind::MsgFlags, Kind::Pointer]), OnSocket;
    setsockopt SYS_setsockopt Shape::Setsockopt, OnSocket;
    getsockopt SYS_getsockopt Shape::Getsockopt, OnSocket;
    shutdown SYS_shutdown Shape::Shutdown, OnSocket;
    read SYS_read Shape::Read, OnSocket;
    write SYS_write Shape::Write, OnSocket;
    readv SYS_readv Shape::Readv, OnSocket;
    writev SYS_writev Shape::Writev, OnSocket;
    sendfile SYS_sendfile Shape::Sendfile, OnSocket;
    splice SYS_splice Shape::Other(&[Kind::Descriptor, Kind::Pointer, Kind::Descriptor, Kind::Pointer, Kind::Size, Kind::SpliceFlags]), OnSocket;
    close SYS_close Shape::Close, OnSocket;
    close_range SYS_close_range Shape::Other(&[Kind::Unsigned, Kind::Unsigned, Kind::RangeFlags]), Always;
    unshare SYS_unshare Shape::Other(&[Kind::Bits]), Always;
    dup SYS_dup Shape::Dup, OnSocket;
    #[cfg(target_arch = "x86_64")]
    dup2 SYS_dup2 Shape::Dup2, OnSocket;
    dup3 SYS_dup3 Shape::Dup3, OnSocket;
    fcntl SYS_fcntl Shape::Fcntl, OnSocket;
    ioctl SYS_ioctl Shape::Ioctl, OnSocket;
    #[cfg(target_arch = "x86_64")]
    poll SYS_poll Shape::Poll, OnSocket;
    ppoll SYS_ppoll Shape::Ppoll, OnSocket;
    #[cfg(target_arch = "x86_64")]
    select SYS_select Shape::Select, OnSocket;
    pselect6 SYS_pselect6 Shape::Pselect6, OnSocket;
    #[cfg(target_arch = "x86_64")]
    epoll_create SYS_epoll_create Shape::EpollCreate, Always;
    epoll_create1 SYS_epoll_create1 Shape::EpollCreate1, Always;
    epoll_ctl SYS_epoll_ctl Shape::EpollCtl, OnSocket;
    #[cfg(target_arch = "x86_64")]
    epoll_wait SYS_epoll_wait Shape::EpollWait, OnSocket;
    epoll_pwait SYS_epoll_pwait Shape::EpollPwait, OnSocket;
    epoll_pwait2 SYS_epoll_pwait2 Shape::EpollPwait2, OnSocket;
    restart_syscall SYS_restart_syscall Shape::Restart, Always;
    #[cfg(target_arch = "x86_64")]
    fork SYS_fork Shape::Other(&[]), Always;
    #[cfg(target_arch = "x86_64")]
    vfork SYS_vfork Shape::Other(&[]), Always;
    clone SYS_clone Shape::Clone, Always;
    clone3 SYS_clone3 Shape::Clone3, Always;
    execve SYS_execve Shape::Other(&[Kind::Path, Kind::Arguments, Kind::Variables]), Always;
    execveat SYS_execveat Shape::Other(&[Kind::Int, Kind::Path, Kind::Arguments, Kind::Variables, Kind::Bits]), Always;
    exit_group SYS_exit_group Shape::Other(&[Kind::Int]), Always;
    kill SYS_kill Shape::Other(&[Kind::Int, Kind::Signal]), Always;
};

/// The call with a number.
pub(crate) fn by_number(number: i64) -> Option<&'static Row> {
    ROWS.iter().find(|row| row.number == number)
}

#[cfg(test)]
mod tests {
    use crate::trace::syscalls::*;

    #[test]
    fn no_number_is_there_twice() {
        for (index, row) in ROWS.iter().enumerate() {
            let first = ROWS.iter().position(|other| other.number == row.number);
            assert_eq!(first, Some(index), "{}", row.name);
        }
    }
}
