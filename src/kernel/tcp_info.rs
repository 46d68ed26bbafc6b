//! Asking the kernel about a TCP socket, tcp(7).

use crate::call::tcp_info::{ROOM, decode};
use crate::call::value::TcpInfo;
use crate::sys::Checked;

/// `struct tcp_info`. Costs about half a microsecond.
///
/// # Errors
///
/// The errno of getsockopt(2): EOPNOTSUPP or ENOPROTOOPT when it is not TCP.
pub fn read(fd: i32) -> Checked<TcpInfo> {
    crate::sys::socket::getsockopt(fd, libc::IPPROTO_TCP, libc::TCP_INFO, ROOM as i32)
        .map(|info| decode(&info.bytes))
}
