//! Claims about who has an address, and which address a socket has.

use sockplay::event::DescriptorId;
use sockplay::explain::Claim;
use sockplay::socket::{Address, UnixName};
use sockplay::world::Record;

use super::super::auditor::{Auditor, Verdict, holds};
use super::super::shot::{Own, Row, parts, plain, state};
use super::files::has;

impl Auditor<'_> {
    pub(super) fn judge_addresses(&mut self, record: &Record, claim: &Claim) -> Option<Verdict> {
        Some(match claim {
            Claim::NobodyListens(address) => {
                let there = self.listeners(address);
                holds(there.is_empty(), || format!("/proc/net lists {there:?}"))
            }
            Claim::NobodyHasAddress(address) => {
                let there = self.owners(record, address);
                holds(there.is_empty(), || format!("the inodes {there:?} have it"))
            }
            Claim::OutsideHasAddress(address) => self.outside_has(record, address),
            Claim::ProcessHasAddress { pid, address } => {
                let there = self.owners(record, address);
                match there.is_empty() {
                    true => Verdict::Undecidable("/proc/net does not list bound TCP sockets"),
                    false => holds(has(*pid, &there), || {
                        format!("process {pid} has none of {there:?}")
                    }),
                }
            }
            Claim::HasAddress { socket, address } => self.has_address(*socket, address)?,
            Claim::Bound(own) => self.is_bound(*own, true)?,
            Claim::Unbound(own) => self.is_bound(*own, false)?,
            Claim::ConnectedTo { socket, address } => self.is_connected_to(*socket, address)?,
            Claim::HasConnection {
                socket,
                local,
                remote,
            } => {
                let there = self.past(*socket)?.pair.clone()?;
                let wanted = (text(local)?, text(remote)?);
                holds(
                    (plain(&there.0), plain(&there.1)) == (plain(&wanted.0), plain(&wanted.1)),
                    || format!("its row of /proc/net/tcp has {there:?}"),
                )
            }
            Claim::OtherEnd { socket, peer } => self.is_other_end(*socket, *peer)?,
            _ => return None,
        })
    }

    /// The rows of /proc/net of the sockets that are bound to an address or to a wildcard above it.
    fn at<'b>(&'b self, address: &Address) -> impl Iterator<Item = &'b Row> + use<'b> {
        let wanted = text(address).map(|text| parts(&text));
        self.now.rows.iter().filter(move |row| {
            wanted.as_ref().is_some_and(|(host, port)| {
                let (own, own_port) = parts(&row.local);
                let wild = own == "0.0.0.0" && !host.starts_with('[') || own == "[::]";
                own_port == *port && (own == *host || wild)
            })
        })
    }

    /// Who listens at an address.
    fn listeners(&self, address: &Address) -> Vec<u64> {
        if let Some(path) = text(address).filter(|text| text.starts_with("unix:")) {
            let rows = self.now.locals.iter();
            return rows
                .filter(|row| row.path == path && row.listens())
                .map(|row| row.inode)
                .collect();
        }
        // A socket with IPV6_V6ONLY receives nothing that comes over IPv4.
        let is_v4 = matches!(address, Address::Inet(_));
        let is_deaf = |inode: u64| {
            let owns = self.now.own.values();
            let mut owns = owns.filter(|own| own.inode() == Some(inode));
            is_v4 && owns.any(|own| own.text("v6only") == Some("1"))
        };
        let rows = self
            .at(address)
            .filter(|row| row.is_tcp() && row.state == state::LISTEN);
        let inodes = rows.map(|row| row.inode);
        inodes.filter(|inode| !is_deaf(*inode)).collect()
    }

    /// The inodes of the sockets of the type of the call that have an address.
    fn owners(&self, record: &Record, address: &Address) -> Vec<u64> {
        if let Some(path) = text(address).filter(|text| text.starts_with("unix:")) {
            let rows = self.now.locals.iter();
            return rows
                .filter(|row| row.path == path)
                .map(|row| row.inode)
                .collect();
        }
        let own = record.on().and_then(|on| self.last(on));
        let is_stream = own.is_some_and(|own| own.is_type(libc::SOCK_STREAM));
        let is_alike = |row: &&Row| is_stream == row.is_tcp();
        self.at(address)
            .filter(is_alike)
            .map(|row| row.inode)
            .collect()
    }

    fn outside_has(&self, record: &Record, address: &Address) -> Verdict {
        let ours: Vec<u64> = self.now.own.values().filter_map(Own::inode).collect();
        let there = self.owners(record, address);
        match there.iter().any(|inode| !ours.contains(inode)) {
            true => Verdict::Confirmed,
            false => Verdict::Undecidable("/proc/net does not list bound TCP sockets"),
        }
    }

    fn has_address(&self, socket: DescriptorId, address: &Address) -> Option<Verdict> {
        let wanted = text(address)?;
        let own = self.last(socket)?.local()?;
        if own == wanted {
            return Some(Verdict::Confirmed);
        }
        let pair = self.past(socket).and_then(|past| past.pair.as_ref());
        let had = pair.is_some_and(|(local, _)| *local == wanted);
        Some(holds(had, || format!("getsockname(2) gives {own}")))
    }

    fn is_bound(&self, own: DescriptorId, wanted: bool) -> Option<Verdict> {
        let local = self.last(own)?.local()?;
        let is_bound = local != "unix:" && !local.ends_with(":0");
        Some(holds(is_bound == wanted, || {
            format!("getsockname(2) gives {local}")
        }))
    }

    fn is_connected_to(&self, socket: DescriptorId, address: &Address) -> Option<Verdict> {
        let wanted = text(address)?;
        let remote = self.last(socket)?.text("remote")?;
        if remote == wanted {
            return Some(Verdict::Confirmed);
        }
        // getpeername(2) fails for port 0, which raw sockets have; /proc/net/raw has the address.
        let row = self
            .last(socket)
            .and_then(Own::inode)
            .and_then(|inode| self.now.row(inode));
        if row.is_some_and(|row| !row.is_tcp() && row.remote == wanted) {
            return Some(Verdict::Confirmed);
        }
        // In TIME_WAIT and after a reset the socket has left its connection.
        let pair = self.past(socket).and_then(|past| past.pair.as_ref());
        let had = pair.is_some_and(|(_, remote)| *remote == wanted);
        Some(holds(had, || format!("getpeername(2) gives {remote}")))
    }

    fn is_other_end(&mut self, socket: DescriptorId, peer: DescriptorId) -> Option<Verdict> {
        let (one, other) = (self.last(socket)?.clone(), self.last(peer)?.clone());
        if one.is_unix() {
            return self.is_unix_peer(&one, &other);
        }
        if one.is_tcp() {
            let one = self.past(socket)?.pair.clone();
            let other = self.past(peer)?.pair.clone();
            let (Some(one), Some(other)) = (one, other) else {
                return Some(Verdict::Undecidable(
                    "/proc/net/tcp never listed the connection",
                ));
            };
            let fits = plain(&one.0) == plain(&other.1) && plain(&one.1) == plain(&other.0);
            return Some(holds(fits, || format!("they have {one:?} and {other:?}")));
        }
        let (remote, local) = (one.remote(), other.local()?);
        let Some(remote) = remote else {
            return Some(Verdict::Undecidable(
                "an unconnected socket has no other end",
            ));
        };
        let ((host, port), (own, own_port)) = (parts(remote), parts(local));
        let fits = port == own_port && (host == own || own == "0.0.0.0" || own == "[::]");
        Some(holds(fits, || {
            format!("it is connected to {remote}, the other has {local}")
        }))
    }

    fn is_unix_peer(&mut self, one: &Own, other: &Own) -> Option<Verdict> {
        let (inode, peer) = (one.inode()?, other.inode()?);
        if self.history.peers.get(&inode) != Some(&peer) {
            self.ask_for_peers();
        }
        if let Some(there) = self.history.peers.get(&inode) {
            return Some(holds(*there == peer, || {
                format!("ss shows the peer {there}, it is {peer}")
            }));
        }
        // A datagram socket without peer sends to whom it names.
        Some(Verdict::Undecidable("ss never showed the peer"))
    }
}

/// An address as the control program writes it.
pub(crate) fn text(address: &Address) -> Option<String> {
    Some(match address {
        Address::Inet(address) => address.to_string(),
        Address::Inet6(address) => format!("[{}]:{}", address.ip(), address.port()),
        Address::Unix(UnixName::Unnamed) => "unix:".to_owned(),
        Address::Unix(UnixName::Path(path)) => format!("unix:{}", latin(path)),
        Address::Unix(UnixName::Abstract(name)) => {
            format!("unix:@{}", latin(name).replace('\0', "@"))
        }
        Address::Other { .. } => return None,
    })
}

fn latin(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| char::from(*byte)).collect()
}
