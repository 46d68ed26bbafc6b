//! The vocabulary of sockets, as tables and plain values.
//!
//! Nothing here makes a system call. Constants carry their C names, addresses are the bytes that the kernel is
//! given, options know their level and type, and [`phase`] says what a call does to a socket.

pub mod address;
pub mod constant;
pub mod control;
pub mod divergence;
pub mod endpoint;
pub mod errno;
pub mod kind;
pub mod layout;
pub mod option;
pub mod phase;
pub mod recorded;
pub mod segment;
pub mod signal;
pub mod sockaddr;
pub mod tcp_figure;
pub mod tcp_state;
pub mod text;

pub use crate::socket::address::{Address, UnixName};
pub use crate::socket::constant::{
    Clock, Constant, Domain, DupFlags, EpollEvents, EpollFlags, EpollOp, EventfdFlags,
    FcntlCommand, How, IoctlRequest, KillSignal, LookupFlags, MsgFlags, NameFlags, PipeFlags,
    PollEvents, Protocol, Resource, SettimeFlags, Sig, SockFlags, SocketType, StatusFlags,
    TimerfdFlags, WaitFlags,
};
pub use crate::socket::errno::Errno;
pub use crate::socket::kind::Kind;
pub use crate::socket::option::{OptionRow, ValueType};
pub use crate::socket::phase::{Cause, Phase};
pub use crate::socket::segment::{Segment, TcpFlags};
pub use crate::socket::tcp_state::TcpState;
