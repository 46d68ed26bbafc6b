//! Who listens on this host: what a connect() could be tried on. From /proc/net (proc_pid_net(5)).
//!
//! Listeners of other instances of this program come first, so that two terminals find each other.

use std::collections::HashSet;
use std::fs;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::Path;

use crate::socket::{Address, UnixName};

/// A passive socket on this host.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listener {
    /// Its address.
    pub address: Address,
    /// Its inode, by which its owner is found.
    inode: u64,
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

/// The state number of LISTEN in /proc/net/tcp, and of an unconnected socket in /proc/net/udp.
const LISTEN: &str = "0A";
const UNCONNECTED: &str = "07";
/// `SO_ACCEPTCON` in the flags of /proc/net/unix.
const ACCEPTS: u32 = 1 << 16;

/// All listeners that this user may see, those of other instances first. Opens files: not for a socket's own thread.
pub fn listeners() -> Vec<Listener> {
    let mut found = Vec::new();
    for (table, state, socket_type) in [
        ("tcp", LISTEN, libc::SOCK_STREAM),
        ("tcp6", LISTEN, libc::SOCK_STREAM),
        ("udp", UNCONNECTED, libc::SOCK_DGRAM),
        ("udp6", UNCONNECTED, libc::SOCK_DGRAM),
    ] {
        let text = fs::read_to_string(format!("/proc/net/{table}")).unwrap_or_default();
        let rows = text.lines().skip(1);
        found.extend(rows.filter_map(|row| inet_row(row, state, socket_type)));
    }
    let text = fs::read_to_string("/proc/net/unix").unwrap_or_default();
    found.extend(text.lines().skip(1).filter_map(unix_row));
    let theirs = inodes_of_other_instances();
    for listener in &mut found {
        listener.of_another_instance = theirs.contains(&listener.inode);
    }
    // Of datagram sockets there are many that wait for answers only.
    found.retain(|listener| listener.listens || listener.of_another_instance);
    found.sort_by_key(|listener| !listener.of_another_instance);
    found
}

/// `sl local_address rem_address st tx:rx tr:when retrnsmt uid timeout inode …`
fn inet_row(row: &str, state: &str, socket_type: i32) -> Option<Listener> {
    let fields: Vec<&str> = row.split_ascii_whitespace().collect();
    if fields.get(3) != Some(&state) {
        return None;
    }
    let address = hex_address(fields.get(1)?)?;
    let inode = fields.get(9)?.parse().ok()?;
    let listens = state == LISTEN;
    Some(Listener {
        address: address.into(),
        inode,
        of_another_instance: false,
        socket_type,
        listens,
    })
}

/// `0100007F:1388`: words in host byte order, the port in hexadecimal.
pub(super) fn hex_address(text: &str) -> Option<SocketAddr> {
    let (ip, port) = text.split_once(':')?;
    let port = u16::from_str_radix(port, 16).ok()?;
    let word = |at: usize| {
        u32::from_str_radix(ip.get(at..at + 8)?, 16)
            .ok()
            .map(u32::to_ne_bytes)
    };
    let ip = match ip.len() {
        8 => IpAddr::V4(Ipv4Addr::from(word(0)?)),
        32 => {
            let mut bytes = [0; 16];
            for (index, chunk) in bytes.chunks_mut(4).enumerate() {
                chunk.copy_from_slice(&word(index * 8)?);
            }
            IpAddr::V6(Ipv6Addr::from(bytes))
        }
        _ => return None,
    };
    Some(SocketAddr::new(ip, port))
}

/// `Num RefCount Protocol Flags Type St Inode Path`
fn unix_row(row: &str) -> Option<Listener> {
    let mut rest = row;
    let mut field = || {
        let text = rest.trim_start();
        let (field, after) = text.split_once(' ')?;
        rest = after;
        Some(field)
    };
    let flags = u32::from_str_radix(
        field()
            .and_then(|_| field())
            .and_then(|_| field())
            .and_then(|_| field())?,
        16,
    )
    .ok()?;
    let socket_type = i32::from_str_radix(field()?, 16).ok()?;
    let inode = field().and_then(|_| field())?.parse().ok()?;
    let listens = flags & ACCEPTS != 0;
    // A datagram socket that has a name can be sent to.
    if !listens && (socket_type != libc::SOCK_DGRAM || rest.is_empty()) {
        return None;
    }
    // The name is the rest of the line, blanks included.
    let name = match rest.strip_prefix('@') {
        Some(name) => UnixName::Abstract(name.as_bytes().to_vec()),
        None => UnixName::Path(rest.as_bytes().to_vec()),
    };
    Some(Listener {
        address: Address::Unix(name),
        inode,
        of_another_instance: false,
        socket_type,
        listens,
    })
}

/// The inodes of the sockets of every other process that runs this program and that we may look into.
fn inodes_of_other_instances() -> HashSet<u64> {
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
        .flat_map(|entry| socket_inodes(&entry.path()))
        .collect()
}

fn is_ours(pid: &str) -> bool {
    pid.bytes().all(|byte| byte.is_ascii_digit())
        && fs::read_to_string(format!("/proc/{pid}/comm"))
            .is_ok_and(|name| name.trim_end() == "sockplay")
}

/// The inodes of the sockets that a process has. None where /proc/PID/fd is not readable.
pub(super) fn socket_inodes(process: &Path) -> Vec<u64> {
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
    use super::*;

    #[test]
    fn rows_of_proc_net_are_read() {
        let row = "   0: 0100007F:1388 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 4711 1 0";
        let listener = inet_row(row, LISTEN, libc::SOCK_STREAM).expect("it listens");
        assert_eq!(listener.address.to_string(), "127.0.0.1:5000");
        assert_eq!(listener.inode, 4711);
        assert_eq!(
            inet_row(&row.replace(" 0A ", " 01 "), LISTEN, libc::SOCK_STREAM),
            None,
            "not a listener"
        );
        let row = "ffff: 00000002 00000000 00010000 0001 01 12345 /tmp/x.sock";
        assert_eq!(
            unix_row(row).expect("it listens").address.to_string(),
            "unix:/tmp/x.sock"
        );
        assert_eq!(unix_row("nonsense"), None);
        assert_eq!(
            hex_address("00000000000000000000000001000000:0050")
                .map(|a| a.to_string())
                .as_deref(),
            Some("[::1]:80")
        );
    }

    #[test]
    fn our_own_listener_is_among_those_of_this_host() {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = Address::from(listener.local_addr().expect("an address"));
        assert!(listeners().iter().any(|found| found.address == address));
    }
}
