//! What the control program says at one moment, as values.

use std::collections::HashMap;

use sockplay::event::DescriptorId;

/// TCP states by their numbers in /proc/net/tcp.
pub(crate) mod state {
    pub(crate) const ESTABLISHED: u64 = 1;
    pub(crate) const SYN_SENT: u64 = 2;
    pub(crate) const FIN_WAIT1: u64 = 4;
    pub(crate) const FIN_WAIT2: u64 = 5;
    pub(crate) const TIME_WAIT: u64 = 6;
    pub(crate) const CLOSE: u64 = 7;
    pub(crate) const CLOSE_WAIT: u64 = 8;
    pub(crate) const LAST_ACK: u64 = 9;
    pub(crate) const LISTEN: u64 = 10;
    pub(crate) const CLOSING: u64 = 11;
}

/// A row of /proc/net/tcp, udp or raw.
#[derive(Debug, Clone)]
pub(crate) struct Row {
    pub(crate) table: String,
    /// 0: no descriptor refers to it.
    pub(crate) inode: u64,
    pub(crate) state: u64,
    pub(crate) local: String,
    pub(crate) remote: String,
    /// Bytes that are not acknowledged; a SYN and a FIN are counted.
    pub(crate) sent: u64,
    /// Bytes that were not read, with a FIN; of a listener, its accept queue.
    pub(crate) received: u64,
    /// Which timer runs; 0: none.
    pub(crate) timer: u64,
    /// Until it expires, in 1/100 s.
    pub(crate) left: u64,
}

impl Row {
    pub(crate) fn is_tcp(&self) -> bool {
        self.table.starts_with("tcp")
    }
}

/// A row of /proc/net/unix.
#[derive(Debug, Clone)]
pub(crate) struct LocalRow {
    pub(crate) inode: u64,
    pub(crate) flags: u64,
    pub(crate) path: String,
}

impl LocalRow {
    /// Whether it listens: `__SO_ACCEPTCON`.
    pub(crate) fn listens(&self) -> bool {
        self.flags & 0x1_0000 != 0
    }
}

/// What calls on a copy of a descriptor gave, by their names.
#[derive(Debug, Clone, Default)]
pub(crate) struct Own(HashMap<String, String>);

impl Own {
    pub(crate) fn text(&self, key: &str) -> Option<&str> {
        self.0.get(key).map(String::as_str)
    }

    pub(crate) fn number(&self, key: &str) -> Option<u64> {
        self.text(key)?.parse().ok()
    }

    pub(crate) fn inode(&self) -> Option<u64> {
        self.number("inode")
    }

    /// Its own address as it is written; `None`: it is not a socket, or of another domain.
    pub(crate) fn local(&self) -> Option<&str> {
        self.text("local").filter(|text| text.contains(':'))
    }

    /// The address of its peer. `None`: getpeername(2) failed.
    pub(crate) fn remote(&self) -> Option<&str> {
        self.text("remote").filter(|text| text.contains(':'))
    }

    /// What poll(2) said.
    pub(crate) fn has(&self, event: i16) -> Option<bool> {
        let events = self.number("poll")?;
        Some(events & u64::from(event.unsigned_abs()) != 0)
    }

    pub(crate) fn is_family(&self, family: i32) -> bool {
        self.number("family") == u64::try_from(family).ok()
    }

    pub(crate) fn is_unix(&self) -> bool {
        self.is_family(libc::AF_UNIX)
    }

    /// Whether it is a socket of this type.
    pub(crate) fn is_type(&self, kind: i32) -> bool {
        self.number("type") == u64::try_from(kind).ok()
    }

    pub(crate) fn is_tcp(&self) -> bool {
        self.number("protocol") == Some(6)
    }
}

/// What the control program said of all open descriptors and of the whole network namespace.
#[derive(Debug, Clone, Default)]
pub(crate) struct Shot {
    pub(crate) own: HashMap<DescriptorId, Own>,
    pub(crate) rows: Vec<Row>,
    pub(crate) locals: Vec<LocalRow>,
    counts: HashMap<String, u64>,
}

impl Shot {
    /// Reads an answer.
    pub(crate) fn read(lines: &[String]) -> Self {
        let mut shot = Self::default();
        for line in lines {
            let words: Vec<&str> = line.split('\t').collect();
            match words[..] {
                ["own", label, key, value] => shot.note(label, key, value),
                ["inet", ..] => shot.rows.extend(row(&words)),
                ["unix", ..] => shot.locals.extend(local_row(&words)),
                ["count", name, count] => {
                    shot.counts
                        .insert(name.to_owned(), count.parse().unwrap_or(0));
                }
                _ => panic!("the control program said {line:?}"),
            }
        }
        shot
    }

    fn note(&mut self, label: &str, key: &str, value: &str) {
        let label = DescriptorId(label.parse().expect("a label of ours"));
        let own = self.own.entry(label).or_default();
        own.0.insert(key.to_owned(), value.to_owned());
    }

    /// A counter of /proc/net/snmp: `TcpOutRsts`.
    pub(crate) fn count(&self, name: &str) -> u64 {
        self.counts.get(name).copied().unwrap_or(0)
    }

    /// The row of a socket that somebody has a descriptor of.
    pub(crate) fn row(&self, inode: u64) -> Option<&Row> {
        self.rows.iter().find(|row| row.inode == inode)
    }

    /// The TCP connection between two addresses, whoever has it; IPv4-mapped addresses are those of IPv4.
    pub(crate) fn connection(&self, local: &str, remote: &str) -> Option<&Row> {
        let (local, remote) = (plain(local), plain(remote));
        let mut rows = self.rows.iter();
        rows.find(|row| row.is_tcp() && plain(&row.local) == local && plain(&row.remote) == remote)
    }

    pub(crate) fn local_row(&self, inode: u64) -> Option<&LocalRow> {
        self.locals.iter().find(|row| row.inode == inode)
    }

    /// Whether the kernel has a socket in one of its tables.
    pub(crate) fn lists(&self, inode: u64) -> bool {
        self.row(inode).is_some() || self.local_row(inode).is_some()
    }
}

fn row(words: &[&str]) -> Option<Row> {
    let [
        "inet",
        table,
        inode,
        state,
        local,
        remote,
        sent,
        received,
        timer,
        left,
        ..,
    ] = words[..]
    else {
        return None;
    };
    let number = |text: &str| text.parse().ok();
    Some(Row {
        table: table.to_owned(),
        inode: number(inode)?,
        state: number(state)?,
        local: local.to_owned(),
        remote: remote.to_owned(),
        sent: number(sent)?,
        received: number(received)?,
        timer: number(timer)?,
        left: number(left)?,
    })
}

fn local_row(words: &[&str]) -> Option<LocalRow> {
    let ["unix", inode, flags, _, _, path] = words[..] else {
        return None;
    };
    Some(LocalRow {
        inode: inode.parse().ok()?,
        flags: flags.parse().ok()?,
        path: path.to_owned(),
    })
}

/// An address with IPv4 in the place of an IPv4-mapped one.
pub(crate) fn plain(address: &str) -> String {
    match address.strip_prefix("[::ffff:") {
        Some(mapped) => mapped.replacen("]:", ":", 1),
        None => address.to_owned(),
    }
}

/// The host and the port of an address.
pub(crate) fn parts(address: &str) -> (String, String) {
    let plain = plain(address);
    let (host, port) = plain.rsplit_once(':').unwrap_or((&plain, ""));
    (host.to_owned(), port.to_owned())
}
