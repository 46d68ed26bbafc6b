//! The tables under /proc/net, proc_pid_net(5): one line a socket. Bytes, since a name of AF_UNIX may have any.

use std::fs;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::Path;

use crate::socket::UnixName;

/// The tables of the network namespace of this process.
const OWN: &str = "/proc/net";
/// The state number of LISTEN in the tables of TCP, and of an unconnected socket in those of UDP.
pub(crate) const LISTEN: u8 = 0x0A;
pub(crate) const UNCONNECTED: u8 = 0x07;
/// `SO_ACCEPTCON` in the flags of AF_UNIX.
const ACCEPTS: u32 = 1 << 16;

/// A line of /proc/net/{tcp,tcp6,udp,udp6}.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct InetRow {
    /// Its address.
    pub(crate) local: SocketAddr,
    /// The address of its peer; nought where it has none.
    pub(crate) peer: SocketAddr,
    /// The bytes in its receive queue; for a passive socket the connections that wait.
    pub(crate) received: u32,
    /// Its state, by its number.
    pub(crate) state: u8,
    /// Whose it is.
    pub(crate) uid: Option<u32>,
    /// Its inode; 0 for a connection that belongs to no descriptor.
    pub(crate) inode: u32,
}

/// A line of /proc/net/unix.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct UnixRow {
    /// Whether it is passive.
    pub(crate) listens: bool,
    /// The SOCK_ type, by its number.
    pub(crate) socket_type: i32,
    /// Its inode.
    pub(crate) inode: u32,
    /// Its name as it is printed: `@` before an abstract one, and for each NUL. Empty: it has none.
    pub(crate) name: Vec<u8>,
}

impl UnixRow {
    /// The name as it was passed to bind(2).
    pub(crate) fn unix_name(&self) -> UnixName {
        match self.name.strip_prefix(b"@") {
            Some(name) => UnixName::Abstract(name.to_vec()),
            None if self.name.is_empty() => UnixName::Unnamed,
            None => UnixName::Path(self.name.clone()),
        }
    }

    /// Whether this is its name.
    pub(crate) fn is_called(&self, name: &UnixName) -> bool {
        match name {
            UnixName::Path(path) => *path == self.name,
            UnixName::Abstract(name) => {
                let printed = name
                    .iter()
                    .map(|byte| if *byte == 0 { b'@' } else { *byte });
                let own = self.name.strip_prefix(b"@");
                own.is_some_and(|own| own.iter().copied().eq(printed))
            }
            UnixName::Unnamed => self.name.is_empty(),
        }
    }
}

/// The sockets of `tcp`, `tcp6`, `udp` or `udp6`. None where it cannot be read. Opens a file.
pub(crate) fn inet_rows(table: &str) -> Vec<InetRow> {
    inet_rows_in(Path::new(OWN), table)
}

/// The same by the tables in another folder: /proc/PID/net has those of the network namespace of a process.
pub(crate) fn inet_rows_in(folder: &Path, table: &str) -> Vec<InetRow> {
    rows(&folder.join(table), inet_row)
}

/// The sockets of AF_UNIX. Opens a file.
pub(crate) fn unix_rows() -> Vec<UnixRow> {
    unix_rows_in(Path::new(OWN))
}

/// The same by the table in another folder.
pub(crate) fn unix_rows_in(folder: &Path) -> Vec<UnixRow> {
    rows(&folder.join("unix"), unix_row)
}

fn rows<T>(table: &Path, row: impl Fn(&[u8]) -> Option<T>) -> Vec<T> {
    let text = fs::read(table).unwrap_or_default();
    let lines = text.split(|byte| *byte == b'\n').skip(1);
    lines.filter_map(row).collect()
}

/// `sl local_address rem_address st tx:rx tr:when retrnsmt uid timeout inode …`
fn inet_row(line: &[u8]) -> Option<InetRow> {
    let line = str::from_utf8(line).ok()?;
    let fields: Vec<&str> = line.split_ascii_whitespace().collect();
    Some(InetRow {
        local: hex_address(fields.get(1)?)?,
        peer: hex_address(fields.get(2)?)?,
        received: u32::from_str_radix(fields.get(4)?.split_once(':')?.1, 16).ok()?,
        state: u8::from_str_radix(fields.get(3)?, 16).ok()?,
        uid: fields.get(7).and_then(|uid| uid.parse().ok()),
        inode: fields.get(9)?.parse().ok()?,
    })
}

/// `Num RefCount Protocol Flags Type St Inode Path`: the name is the rest of the line, blanks included.
fn unix_row(line: &[u8]) -> Option<UnixRow> {
    let mut rest = line;
    let mut fields = [""; 7];
    for field in &mut fields {
        let text = rest.trim_ascii_start();
        let end = text.iter().position(|byte| *byte == b' ');
        let (head, tail) = text.split_at(end.unwrap_or(text.len()));
        *field = str::from_utf8(head).ok()?;
        rest = tail;
    }
    let flags = u32::from_str_radix(fields[3], 16).ok()?;
    Some(UnixRow {
        listens: flags & ACCEPTS != 0,
        socket_type: i32::from_str_radix(fields[4], 16).ok()?,
        inode: fields[6].parse().ok()?,
        name: rest.strip_prefix(b" ").unwrap_or(rest).to_vec(),
    })
}

/// `0100007F:1388`: words in host byte order, the port in hexadecimal.
fn hex_address(text: &str) -> Option<SocketAddr> {
    let (ip, port) = text.split_once(':')?;
    let port = u16::from_str_radix(port, 16).ok()?;
    let word = |at: usize| {
        let word = u32::from_str_radix(ip.get(at..at + 8)?, 16);
        word.ok().map(u32::to_ne_bytes)
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

#[cfg(test)]
mod tests {
    use crate::kernel::proc_net::*;

    #[test]
    fn a_row_of_tcp_is_read() {
        let line = b"   0: 0100007F:1388 00000000:0000 0A 00000000:00000012 00:00000000 00000000  1000        0 4711 1 0";
        let row = inet_row(line).expect("a row");
        assert_eq!(row.local.to_string(), "127.0.0.1:5000");
        assert_eq!((row.state, row.uid), (LISTEN, Some(1000)));
        assert_eq!((row.inode, row.received), (4711, 0x12));
        assert_eq!(row.peer.to_string(), "0.0.0.0:0");
        assert_eq!(inet_row(b"nonsense \xff"), None);
        let v6 = hex_address("00000000000000000000000001000000:0050");
        assert_eq!(v6.map(|a| a.to_string()).as_deref(), Some("[::1]:80"));
    }

    #[test]
    fn a_name_of_af_unix_is_the_rest_of_the_line_whatever_its_bytes() {
        let head = b"ffff: 00000002 00000000 00010000 0001 01    17";
        let row = |name: &[u8]| unix_row(&[head, name].concat()).expect("a row");
        let path = row(b" /tmp/a b.sock");
        assert_eq!((path.listens, path.socket_type, path.inode), (true, 1, 17));
        assert_eq!(path.unix_name(), UnixName::Path(b"/tmp/a b.sock".to_vec()));
        let strange = row(b" @\xff \x1b@");
        assert_eq!(
            strange.unix_name(),
            UnixName::Abstract(b"\xff \x1b@".to_vec())
        );
        assert!(strange.is_called(&UnixName::Abstract(b"\xff \x1b\0".to_vec())));
        assert_eq!(row(b"").unix_name(), UnixName::Unnamed);
        assert_eq!(unix_row(b"nonsense"), None);
    }
}
