//! One parameter of a call: its name, and what kind of text it takes.

use crate::socket::constant::Family;

/// What kind of text a parameter takes; completion offers what fits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ParamKind {
    /// A socket by name, or a raw number.
    Socket,
    /// `AF_INET`
    Domain,
    /// `SOCK_STREAM|SOCK_NONBLOCK`
    Type,
    /// `IPPROTO_TCP`
    Protocol,
    /// `127.0.0.1:8080`
    Address,
    /// A number.
    Number,
    /// The size of a buffer, or of several.
    Size,
    /// How many bytes a loop moves, in all and at a time.
    Bytes,
    /// `0700`
    Mode,
    /// The length beside a pointer, which is the right one where none is said.
    Length,
    /// `"hello"`
    Data,
    /// `MSG_PEEK|MSG_DONTWAIT`
    MsgFlags,
    /// `SOCK_NONBLOCK|SOCK_CLOEXEC`
    SockFlags,
    /// `SHUT_WR`
    How,
    /// `SO_REUSEADDR`
    Option,
    /// The value of the option before it.
    Value,
    /// `F_GETFL`
    FcntlCommand,
    /// `O_NONBLOCK`
    FcntlValue,
    /// `50ms`
    Duration,
    /// `["a", "b"]`
    Buffers,
    /// `[["a"], {["b"], addr(v)}]`
    Messages,
    /// `fds(x, y)`, `creds(1, 0, 0)` or `IP_TTL(5)`
    Control,
    /// `FIONREAD`
    IoctlRequest,
    /// `[s: POLLIN, c: POLLIN|POLLOUT]`
    PollSet,
    /// `read [a, b]`
    SelectSet,
    /// Milliseconds, a duration, or -1.
    Timeout,
    /// A constant of one family, such as `CLOCK_MONOTONIC`.
    Constant(&'static Family),
    /// Flags of one family that may be left out, such as `EPOLL_CLOEXEC`.
    Flags(&'static Family),
    /// `EPOLL_CTL_ADD`
    EpollOp,
    /// `EPOLLIN|EPOLLET`
    EpollEvents,
    /// `[SIGIO, SIGURG]`
    Signals,
    /// `[SIGIO]`, or none
    Mask,
    /// `"/dev/null"`
    Path,
    /// `"localhost"`, or NULL
    Host,
    /// `"http"`, or NULL
    ServiceName,
    /// `echo` or `sink`
    Service,
    /// A child by name, or a process ID.
    Process,
    /// `EINTR`, `short` or `100ms`
    Fault,
}

/// One parameter of a call.
#[derive(Debug, Clone, Copy)]
pub struct Param {
    /// Its name in the manual page.
    pub name: &'static str,
    /// What it takes.
    pub kind: ParamKind,
    /// Whether it may be left out.
    pub optional: bool,
}
