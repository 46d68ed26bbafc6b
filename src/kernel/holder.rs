//! Who on this host has an address: /proc/net/{tcp,tcp6,udp,udp6,unix}, and /proc/PID/fd for the program.

use std::collections::HashSet;
use std::net::{IpAddr, SocketAddr};
use std::sync::atomic::AtomicBool;

use super::owner;
use super::proc_net::{InetRow, inet_rows, unix_rows};
use crate::event::{Holder, Owner, Seen};
use crate::socket::{Address, UnixName};

/// A socket that has the address: its inode and the user, where the table says so.
type Found = (u32, Option<u32>);

/// Looks for it. Opens files: not for a socket's own thread.
pub fn holder(address: &Address, socket_type: i32) -> Holder {
    let found = match address {
        Address::Inet(own) => inet((*own).into(), socket_type),
        Address::Inet6(own) => inet((*own).into(), socket_type),
        Address::Unix(name) => unix(name),
        Address::Other { .. } => Vec::new(),
    };
    let Some((_, uid)) = found.first() else {
        return Holder::Nobody;
    };
    let inodes: HashSet<u32> = found.iter().map(|(inode, _)| *inode).collect();
    match owner::owners(&inodes, &AtomicBool::new(false))
        .into_values()
        .next()
    {
        Some(Owner::Process { pid, program }) => Holder::Process { pid, program },
        _ => match owner::unknown(*uid) {
            Seen::Unavailable(reason) => Holder::Hidden(reason),
            Seen::Observed(_) | Seen::Inferred(_) => Holder::Nobody,
        },
    }
}

fn inet(address: SocketAddr, socket_type: i32) -> Vec<Found> {
    let tables = match socket_type {
        libc::SOCK_STREAM => ["tcp", "tcp6"],
        _ => ["udp", "udp6"],
    };
    let is_it = |row: &InetRow| {
        let is_there = row.local.port() == address.port() && overlap(row.local.ip(), address.ip());
        is_there && row.inode != 0
    };
    let rows = tables.into_iter().flat_map(inet_rows).filter(is_it);
    rows.map(|row| (row.inode, row.uid)).collect()
}

fn overlap(one: IpAddr, other: IpAddr) -> bool {
    let (one, other) = (one.to_canonical(), other.to_canonical());
    one == other || one.is_unspecified() || other.is_unspecified()
}

fn unix(name: &UnixName) -> Vec<Found> {
    if *name == UnixName::Unnamed {
        return Vec::new();
    }
    let rows = unix_rows().into_iter().filter(|row| row.is_called(name));
    rows.map(|row| (row.inode, None)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_this_process(holder: &Holder) -> bool {
        let own = std::process::id().cast_signed();
        matches!(holder, Holder::Process { pid, .. } if *pid == own)
    }

    #[test]
    fn the_holder_of_a_port_is_found_and_nobody_has_a_free_one() {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = listener.local_addr().expect("its address");
        let found = holder(&address.into(), libc::SOCK_STREAM);
        assert!(is_this_process(&found), "{found:?}");
        let wild = SocketAddr::new([0, 0, 0, 0].into(), address.port());
        let found = holder(&wild.into(), libc::SOCK_STREAM);
        assert!(is_this_process(&found), "{found:?}");
        let elsewhere = SocketAddr::new([127, 99, 98, 97].into(), address.port());
        assert_eq!(holder(&elsewhere.into(), libc::SOCK_STREAM), Holder::Nobody);
    }

    #[test]
    fn the_holder_of_a_path_is_found_and_a_stale_one_has_none() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("a b.sock");
        let listener = std::os::unix::net::UnixListener::bind(&path).expect("a name");
        let bytes = std::os::unix::ffi::OsStrExt::as_bytes(path.as_os_str()).to_vec();
        let address = Address::Unix(UnixName::Path(bytes));
        let found = holder(&address, libc::SOCK_STREAM);
        assert!(is_this_process(&found), "{found:?}");
        drop(listener);
        assert_eq!(holder(&address, libc::SOCK_STREAM), Holder::Nobody);
    }
}
