//! One round of probes: both ends in the kernel's table, then the owners that are not known yet.

use std::collections::{HashMap, HashSet};
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::engine::endpoints::tracked::{Ours, TrackedSocket};
use crate::event::{DescriptorId, Endpoints, Identity, Other, Owner, Seen, Shut};
use crate::kernel::sock_diag::{Connection, Link, More};
use crate::socket::{Kind, TcpState};

/// Asks the kernel, on one netlink socket that stays open; one that failed is opened again at the next probe.
#[derive(Debug)]
pub(crate) struct Prober {
    link: Option<Link>,
    open: fn() -> std::io::Result<Link>,
}

/// What was found of one socket, and what was known of it when the probe began.
#[derive(Debug)]
pub(crate) struct Found {
    pub(crate) id: DescriptorId,
    pub(crate) endpoints: Endpoints,
    pub(crate) of: TrackedSocket,
}

/// The other end: which socket it is, and its user.
type OtherEnd = Option<(Identity, Option<u32>)>;

impl Prober {
    pub(crate) fn new() -> Self {
        Self {
            link: Link::open().ok(),
            open: Link::open,
        }
    }

    /// Probes some sockets, until it is to stop. Gives what was found, and whether it went through /proc for owners.
    pub(crate) fn probe(
        &mut self,
        due: &[(DescriptorId, TrackedSocket)],
        ours: &Ours,
        stop: &AtomicBool,
    ) -> (Vec<Found>, bool) {
        let mut found = Vec::new();
        let mut identities = Vec::new();
        for (id, known) in due {
            if stop.load(Ordering::SeqCst) {
                break;
            }
            let Some((endpoints, identity)) = self.both(known) else {
                continue;
            };
            identities.push(identity);
            let (id, of) = (*id, known.clone());
            found.push(Found { id, endpoints, of });
        }
        let went_through = settle_owners(&mut found, &identities, ours, stop);
        (found, went_through)
    }

    /// `None` when the kernel did not answer: what it said before remains the newest.
    fn both(&mut self, known: &TrackedSocket) -> Option<(Endpoints, OtherEnd)> {
        match self.asked(known) {
            Ok(both) => Some(both),
            Err(error) => {
                self.link = None;
                let reason = format!("sock_diag(7): {error}");
                let is_first = known.last.is_none();
                is_first.then(|| (nothing(&reason), None))
            }
        }
    }

    fn asked(&mut self, known: &TrackedSocket) -> std::io::Result<(Endpoints, OtherEnd)> {
        let link = match &mut self.link {
            Some(link) => link,
            none => none.insert((self.open)()?),
        };
        match (known.local, known.other()) {
            _ if known.is_unix => unix(link, known),
            (Some(local), _) if known.is_tcp_listener() => listener(link, local),
            (Some(local), Some(peer)) => tcp(link, known, local, peer),
            _ => Ok((nothing(NO_PEER), None)),
        }
    }
}

fn nothing(reason: &str) -> Endpoints {
    Endpoints {
        own: None,
        other: Seen::Unavailable(reason.to_owned()),
        half_open: None,
        elsewhere: None,
    }
}

/// What is said of a connection that has ended, where its addresses are in use again.
const ADDRESSES_REUSED: &str = "its connection is gone, and another one has its addresses";

/// What is said of a socket that has no connection.
const NO_PEER: &str = "it has no peer";

/// Who waits at a listener for the end of its handshake.
fn listener(link: &Link, local: SocketAddr) -> std::io::Result<(Endpoints, OtherEnd)> {
    let mut endpoints = nothing(NO_PEER);
    endpoints.half_open = Some(Seen::Observed(link.half_open(local)?));
    Ok((endpoints, None))
}

/// Both ends of a TCP connection: the second is the first with its addresses swapped.
fn tcp(
    link: &Link,
    known: &TrackedSocket,
    local: SocketAddr,
    peer: SocketAddr,
) -> std::io::Result<(Endpoints, OtherEnd)> {
    let own = link.tcp(local, peer, More::ALL)?;
    let is_other = own
        .as_ref()
        .is_some_and(|own| !known.is_the_same(&own.identity()));
    if is_other {
        // A later connection has the addresses: what the table says of either end is about that one.
        return Ok((nothing(ADDRESSES_REUSED), None));
    }
    let other = link.tcp(peer, local, More::ALL)?;
    let identity = other
        .as_ref()
        .map(|other| (other.identity(), Some(other.uid)));
    let endpoints = Endpoints {
        own: own.as_ref().map(Connection::end),
        other: other.map_or_else(
            || missing(known, own.as_ref().map(|own| own.state)),
            |other| there(other.end()),
        ),
        half_open: None,
        elsewhere: own
            .as_ref()
            .and_then(|own| elsewhere(known, &own.identity())),
    };
    Ok((endpoints, identity))
}

/// Who has a descriptor of a socket that the session has closed: found out later. `None`: nobody has.
fn elsewhere(known: &TrackedSocket, own: &Identity) -> Option<Seen<Owner>> {
    let has_one = !known.is_open && own.has_descriptor() == Some(true);
    has_one.then_some(Seen::Observed(Owner::Nobody))
}

/// The other end, whose owner is found out later.
fn there(end: crate::event::End) -> Seen<Other> {
    let owner = Seen::Observed(Owner::Nobody);
    Seen::Observed(Other::There { end, owner })
}

/// What it means that the kernel has no other end of a TCP connection.
fn missing(known: &TrackedSocket, own: Option<TcpState>) -> Seen<Other> {
    if own == Some(TcpState::SynSent) {
        let reason = "the SYN has not been answered yet, and a kernel keeps nothing of a SYN that it dropped";
        return Seen::Unavailable(reason.to_owned());
    }
    let before = known
        .last
        .as_ref()
        .and_then(|(_, endpoints)| endpoints.other.value());
    match before {
        Some(_) => Seen::Inferred(Other::Gone),
        None => Seen::Unavailable(
            "not in this host's table: gone, on another host, or in another network namespace"
                .to_owned(),
        ),
    }
}

/// Both ends of an AF_UNIX connection: the kernel names the inode of the second.
fn unix(link: &Link, known: &TrackedSocket) -> std::io::Result<(Endpoints, OtherEnd)> {
    let own = match known.identity.inode {
        Some(inode) => link.unix(inode)?,
        None => None,
    };
    let own = own.filter(|own| known.is_the_same(&own.identity()));
    let Some(own) = own else {
        return Ok((nothing("its own end is closed"), None));
    };
    let other = match own.peer {
        Some(peer) if peer != 0 => link.unix(peer)?,
        _ => None,
    };
    let waits = own.peer == Some(0) && own.shut != Shut::BOTH && known.kind != Kind::Datagram;
    let identity = other.as_ref().map(|other| (other.identity(), other.uid));
    let endpoints = Endpoints {
        own: Some(own.end()),
        other: match other {
            Some(other) => there(other.end()),
            None if waits => Seen::Observed(Other::Waiting),
            None if !known.has_peer => Seen::Unavailable(NO_PEER.to_owned()),
            None => Seen::Inferred(Other::Gone),
        },
        half_open: None,
        elsewhere: elsewhere(known, &own.identity()),
    };
    Ok((endpoints, identity))
}

/// Fills in who owns the other ends: our own sockets, those that are known, and the rest by one walk through /proc.
fn settle_owners(
    found: &mut [Found],
    identities: &[OtherEnd],
    ours: &Ours,
    stop: &AtomicBool,
) -> bool {
    let is_known = |found: &Found, inode: u32| {
        let owner = found.of.owner.as_ref();
        owner.is_some_and(|(own, _)| *own == inode)
    };
    let other_ends = found
        .iter()
        .zip(identities)
        .filter_map(|(found, identity)| {
            let (identity, _) = (*identity)?;
            let inode = identity.inode.filter(|inode| *inode != 0)?;
            let is_wanted = ours.find(&identity).is_none() && !is_known(found, inode);
            is_wanted.then_some(inode)
        });
    let own_ends = found.iter().filter_map(own_elsewhere);
    let own_ends = own_ends.filter(|own| ours.find(own).is_none());
    let wanted: HashSet<u32> = other_ends
        .chain(own_ends.filter_map(|own| own.inode))
        .collect();
    let owners = if wanted.is_empty() {
        HashMap::new()
    } else {
        crate::kernel::owner::owners(&wanted, stop)
    };
    for (found, identity) in found.iter_mut().zip(identities) {
        if let Some(own) = own_elsewhere(found) {
            let inode = own.inode.unwrap_or(0);
            found.endpoints.elsewhere = Some(match (ours.find(&own), owners.get(&inode)) {
                (Some(id), _) => Seen::Observed(Owner::Ours(id)),
                (None, Some(owner)) => Seen::Observed(owner.clone()),
                (None, None) => crate::kernel::owner::unknown(None),
            });
        }
        let Some((identity, uid)) = *identity else {
            continue;
        };
        let inode = identity.inode.unwrap_or(0);
        let own = ours.find(&identity);
        let settled = match (own, owners.get(&inode)) {
            // In TIME_WAIT the table has no inode, though a descriptor may be open.
            (Some(id), _) => Seen::Observed(Owner::Ours(id)),
            _ if inode == 0 => Seen::Observed(Owner::Nobody),
            (None, Some(owner)) => Seen::Observed(owner.clone()),
            (None, None) if is_known(found, inode) => continue_with(found),
            (None, None) => crate::kernel::owner::unknown(uid),
        };
        if inode != 0 && own.is_none() {
            found.of.owner = Some((inode, settled.clone()));
        }
        if let Seen::Observed(Other::There { owner, .. }) = &mut found.endpoints.other {
            *owner = settled;
        }
    }
    !wanted.is_empty()
}

/// Our own end, where the session has closed it and a descriptor of it is open all the same.
fn own_elsewhere(found: &Found) -> Option<Identity> {
    found.endpoints.elsewhere.as_ref()?;
    Some(found.endpoints.own.as_ref()?.identity)
}

/// The owner that was found before.
fn continue_with(found: &Found) -> Seen<Owner> {
    let owner = found.of.owner.as_ref();
    owner.map_or_else(
        || crate::kernel::owner::unknown(None),
        |(_, owner)| owner.clone(),
    )
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use crate::engine::endpoints::probe::*;
    use crate::kernel::observe::ProbeTarget;
    use crate::socket::{Domain, Protocol, SocketType};

    #[test]
    fn a_failed_probe_takes_nothing_back() {
        let refused = || Err(std::io::Error::from_raw_os_error(libc::EMFILE));
        let mut prober = Prober {
            link: None,
            open: refused,
        };
        let target = ProbeTarget::socket(3, Domain::INET, SocketType::STREAM, Protocol(0));
        let mut known =
            TrackedSocket::of(&target, Identity::default()).expect("TCP has another end");
        let (endpoints, _) = prober.both(&known).expect("the first probe says why");
        assert!(
            matches!(&endpoints.other, Seen::Unavailable(reason) if reason.contains("sock_diag(7)")),
            "{endpoints:?}"
        );
        known.last = Some((Instant::now(), endpoints));
        assert!(
            prober.both(&known).is_none(),
            "the last observation remains"
        );
        prober.open = Link::open;
        assert!(prober.both(&known).is_some(), "it is opened again");
        assert!(prober.link.is_some());
    }
}
