//! Who on this host has an address: /proc/net/{tcp,tcp6,udp,udp6,unix}, and /proc/PID/fd for the program.

use std::collections::HashSet;
use std::net::SocketAddr;
use std::sync::atomic::AtomicBool;

use crate::event::{AddressOwner, Owner, Seen};
use crate::kernel::path_owner::AtPath;
use crate::kernel::proc_net::{InetRow, inet_rows, unix_rows};
use crate::socket::endpoint::{Bound, overlaps};
use crate::socket::{Address, UnixName};

/// A socket that has the address: its inode, what it is bound to, and the user, where the table says so.
type Found = (u32, Address, Option<u32>);

/// Looks for it; `None` where that is not known, and where a socket of the session has it, of which `own` are the inodes: it
/// may have another name there. Opens files: not for a socket's own thread.
pub fn address_owner(
    address: &Address,
    socket_type: i32,
    own: &HashSet<u32>,
) -> Option<AddressOwner> {
    let found = match address {
        Address::Inet(own) => inet((*own).into(), socket_type),
        Address::Inet6(own) => inet((*own).into(), socket_type),
        Address::Unix(name) => unix(name, address)?,
        Address::Other { .. } => Vec::new(),
    };
    let Some((_, first, uid)) = found.first() else {
        return Some(AddressOwner::Nobody);
    };
    let inodes: HashSet<u32> = found.iter().map(|(inode, ..)| *inode).collect();
    if !inodes.is_disjoint(own) {
        return None;
    }
    let owners = crate::kernel::owner::owners(&inodes, &AtomicBool::new(false));
    let known = found
        .iter()
        .find_map(|(inode, local, _)| match owners.get(inode)? {
            Owner::Process { pid, program } => Some((*pid, program.clone(), local.clone())),
            _ => None,
        });
    if let Some((pid, program, local)) = known {
        return Some(AddressOwner::Process {
            pid,
            program,
            local,
        });
    }
    Some(match crate::kernel::owner::unknown(*uid) {
        Seen::Unavailable(reason) => AddressOwner::Hidden {
            reason,
            local: first.clone(),
        },
        Seen::Observed(_) | Seen::Inferred(_) => return None,
    })
}

fn inet(address: SocketAddr, socket_type: i32) -> Vec<Found> {
    let tables = match socket_type {
        libc::SOCK_STREAM => ["tcp", "tcp6"],
        _ => ["udp", "udp6"],
    };
    let wanted = Address::from(address);
    let is_it = |row: &InetRow| {
        // /proc/net does not show IPV6_V6ONLY: one that has it may be named though it is not in the way.
        let any = |address| Bound {
            address,
            v6_only: false,
        };
        row.inode != 0 && overlaps(any(&row.local.into()), any(&wanted))
    };
    let rows = tables.into_iter().flat_map(inet_rows).filter(is_it);
    rows.map(|row| (row.inode, row.local.into(), row.uid))
        .collect()
}

/// The sockets of a name. A path is not a name here but a file, which may have been renamed or replaced.
fn unix(name: &UnixName, address: &Address) -> Option<Vec<Found>> {
    let inodes: Vec<u32> = match name {
        UnixName::Unnamed => Vec::new(),
        UnixName::Abstract(_) => {
            let rows = unix_rows().into_iter().filter(|row| row.is_called(name));
            rows.map(|row| row.inode).collect()
        }
        UnixName::Path(path) => match crate::kernel::path_owner::at(path, true) {
            AtPath::Sockets(found) => found.into_iter().collect(),
            AtPath::Nothing | AtPath::File(_) | AtPath::Unknown => return None,
        },
    };
    let found = inodes
        .into_iter()
        .map(|inode| (inode, address.clone(), None));
    Some(found.collect())
}

#[cfg(test)]
mod tests {
    use crate::kernel::address_owner::*;

    fn of(address: &Address) -> Option<AddressOwner> {
        address_owner(address, libc::SOCK_STREAM, &HashSet::new())
    }

    fn is_this_process(address_owner: &Option<AddressOwner>) -> bool {
        let own = std::process::id().cast_signed();
        matches!(address_owner, Some(AddressOwner::Process { pid, .. }) if *pid == own)
    }

    #[test]
    fn the_holder_of_a_port_is_found_and_nobody_has_a_free_one() {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = listener.local_addr().expect("its address");
        let found = of(&address.into());
        assert!(is_this_process(&found), "{found:?}");
        let wild = SocketAddr::new([0, 0, 0, 0].into(), address.port());
        let found = of(&wild.into());
        assert!(is_this_process(&found), "{found:?}");
        let bound =
            matches!(&found, Some(AddressOwner::Process { local, .. }) if *local == address.into());
        assert!(
            bound,
            "it has what it is bound to, not all of it: {found:?}"
        );
        let elsewhere = SocketAddr::new([127, 99, 98, 97].into(), address.port());
        assert_eq!(of(&elsewhere.into()), Some(AddressOwner::Nobody));
    }

    #[test]
    fn the_holder_of_a_path_is_found_and_a_stale_one_has_none() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("a b.sock");
        let listener = std::os::unix::net::UnixListener::bind(&path).expect("a name");
        let bytes = std::os::unix::ffi::OsStrExt::as_bytes(path.as_os_str()).to_vec();
        let address = Address::Unix(UnixName::Path(bytes));
        let found = of(&address);
        assert!(is_this_process(&found), "{found:?}");
        let renamed = folder.path().join("renamed.sock");
        std::fs::rename(&path, &renamed).expect("it is renamed");
        let other = std::os::unix::net::UnixListener::bind(&path).expect("the name is free");
        drop(other);
        let found = of(&address);
        assert_eq!(found, Some(AddressOwner::Nobody), "its name proves nothing");
        let renamed = std::os::unix::ffi::OsStrExt::as_bytes(renamed.as_os_str()).to_vec();
        let address = Address::Unix(UnixName::Path(renamed));
        let found = of(&address);
        assert!(is_this_process(&found), "{found:?}");
        drop(listener);
        assert_eq!(of(&address), Some(AddressOwner::Nobody));
        let file = folder.path().join("notes");
        std::fs::write(&file, "x").expect("it is written");
        let file = std::os::unix::ffi::OsStrExt::as_bytes(file.as_os_str()).to_vec();
        let address = Address::Unix(UnixName::Path(file));
        assert_eq!(of(&address), None, "no socket");
    }
}
