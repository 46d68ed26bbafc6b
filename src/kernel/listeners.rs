//! Who listens on this host: what a connect() could be tried on. From /proc/net (proc_pid_net(5)).
//!
//! Listeners of other instances of this program come first, so that two terminals find each other.

use std::collections::HashSet;
use std::fs;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use crate::kernel::proc_net::{LISTEN, UNCONNECTED, UnixRow, inet_rows, unix_rows};
use crate::socket::Address;

/// A passive socket on this host.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listener {
    /// Its address.
    pub address: Address,
    /// Its inode, by which its owner is found.
    inode: u32,
    /// Whether another instance of this program has it.
    pub of_another_instance: bool,
    /// The SOCK_ type, by its number.
    pub socket_type: i32,
    /// Whether it is passive; a datagram socket is only bound.
    pub listens: bool,
}

impl Listener {
    /// The address by which to reach it: a socket bound to all addresses of this host is reached by the loopback.
    pub fn reachable(&self) -> Address {
        match &self.address {
            Address::Inet(address) if address.ip().is_unspecified() => {
                SocketAddr::from((Ipv4Addr::LOCALHOST, address.port())).into()
            }
            Address::Inet6(address) if address.ip().is_unspecified() => {
                SocketAddr::from((Ipv6Addr::LOCALHOST, address.port())).into()
            }
            address => address.clone(),
        }
    }
}

/// All listeners that this user may see, those of other instances first. Opens files: not for a socket's own thread.
pub fn listeners() -> Vec<Listener> {
    let mut found = Vec::new();
    for (table, state, socket_type) in [
        ("tcp", LISTEN, libc::SOCK_STREAM),
        ("tcp6", LISTEN, libc::SOCK_STREAM),
        ("udp", UNCONNECTED, libc::SOCK_DGRAM),
        ("udp6", UNCONNECTED, libc::SOCK_DGRAM),
    ] {
        let rows = inet_rows(table).into_iter();
        found.extend(rows.filter(|row| row.state == state).map(|row| Listener {
            address: row.local.into(),
            inode: row.inode,
            of_another_instance: false,
            socket_type,
            listens: state == LISTEN,
        }));
    }
    found.extend(unix_rows().into_iter().filter_map(named));
    let theirs = inodes_of_other_instances();
    for listener in &mut found {
        listener.of_another_instance = theirs.contains(&listener.inode.into());
    }
    // Of datagram sockets there are many that wait for answers only.
    found.retain(|listener| listener.listens || listener.of_another_instance);
    found.sort_by_key(|listener| !listener.of_another_instance);
    found
}

/// A socket of AF_UNIX that can be reached: a passive one, or one for datagrams that has a name.
fn named(row: UnixRow) -> Option<Listener> {
    let is_reachable = row.listens || row.socket_type == libc::SOCK_DGRAM;
    (is_reachable && !row.name.is_empty()).then(|| Listener {
        address: Address::Unix(row.unix_name()),
        inode: row.inode,
        of_another_instance: false,
        socket_type: row.socket_type,
        listens: row.listens,
    })
}

/// The same of the processes of this user alone: another user may call a program as this one is called.
pub(crate) fn inodes_of_own_instances() -> HashSet<u64> {
    let own = nix::unistd::geteuid().as_raw();
    inodes_of(&|process| process.metadata().is_ok_and(|file| file.uid() == own))
}

/// The inodes of the sockets of every other process that runs this program and whose descriptors we may read.
fn inodes_of_other_instances() -> HashSet<u64> {
    inodes_of(&|_| true)
}

fn inodes_of(may_count: &dyn Fn(&Path) -> bool) -> HashSet<u64> {
    let own = std::process::id().to_string();
    let Ok(processes) = fs::read_dir("/proc") else {
        return HashSet::new();
    };
    processes
        .filter_map(Result::ok)
        .filter(|entry| {
            entry
                .file_name()
                .to_str()
                .is_some_and(|name| name != own && is_ours(name))
        })
        .filter(|entry| may_count(&entry.path()))
        .flat_map(|entry| socket_inodes(&entry.path()))
        .collect()
}

fn is_ours(pid: &str) -> bool {
    pid.bytes().all(|byte| byte.is_ascii_digit())
        && fs::read_to_string(format!("/proc/{pid}/comm"))
            .is_ok_and(|name| name.trim_end() == "sockplay")
}

/// The inodes of the sockets that a process has. None where /proc/PID/fd is not readable.
pub(crate) fn socket_inodes(process: &Path) -> Vec<u64> {
    let Ok(entries) = fs::read_dir(process.join("fd")) else {
        return Vec::new();
    };
    entries
        .filter_map(|entry| inode(&fs::read_link(entry.ok()?.path()).ok()?))
        .collect()
}

/// The number in `socket:[12345]`.
pub fn inode(link: &Path) -> Option<u64> {
    link.to_str()?
        .strip_prefix("socket:[")?
        .strip_suffix(']')?
        .parse()
        .ok()
}

#[cfg(test)]
mod tests {
    use std::os::linux::net::SocketAddrExt;
    use std::os::unix::ffi::OsStrExt;
    use std::os::unix::net::{self, UnixListener};

    use crate::kernel::listeners::*;
    use crate::socket::UnixName;

    #[test]
    fn our_own_listener_is_among_those_of_this_host() {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = Address::from(listener.local_addr().expect("an address"));
        assert!(listeners().iter().any(|found| found.address == address));
    }

    #[test]
    fn a_name_that_is_no_text_hides_nobody() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("x.sock");
        let _named = UnixListener::bind(&path).expect("a name");
        let strange = [b"\xff".as_slice(), path.as_os_str().as_bytes()].concat();
        let address = net::SocketAddr::from_abstract_name(&strange).expect("a name");
        let _strange = UnixListener::bind_addr(&address).expect("nobody else has it");
        let found = listeners();
        for name in [
            UnixName::Path(path.as_os_str().as_bytes().to_vec()),
            UnixName::Abstract(strange),
        ] {
            let address = Address::Unix(name);
            assert!(
                found.iter().any(|found| found.address == address),
                "{address}"
            );
        }
    }
}
