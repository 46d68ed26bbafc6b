//! Observing: what the kernel says of a socket, of a connection without descriptor, of a thread.
//!
//! Reads only; nothing here changes a socket. What the kernel does not say is `None`, never a guess.

pub mod address_owner;
pub mod after;
pub mod capture;
pub(crate) mod contents;
pub mod facilities;
pub mod holder;
pub mod host;
pub mod interest;
pub mod listeners;
pub mod name_files;
pub mod observe;
pub mod owner;
pub mod path_owner;
pub(crate) mod proc_net;
pub mod process;
pub mod route;
pub mod sampler;
pub mod sock_diag;
pub mod tcp_info;
pub mod thread;
pub(crate) mod unread;
pub mod unshared;

pub use crate::call::option_bytes;
