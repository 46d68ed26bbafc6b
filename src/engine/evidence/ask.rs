//! The answers to a question, from netlink sockets and files.

use std::collections::HashSet;
use std::net::SocketAddr;
use std::sync::atomic::AtomicBool;

use crate::engine::evidence::question::{Ours, Question};
use crate::event::{Evidence, Identity, InTable, Owner, PortUser, Route, Seen, UnixUser};
use crate::kernel::sock_diag::ports::AtPort;
use crate::kernel::sock_diag::{Link, More};
use crate::socket::TcpState;

/// Asks, on a netlink socket that stays open; one that failed is opened again.
#[derive(Debug, Default)]
pub(crate) struct Asks {
    link: Option<Link>,
}

impl Asks {
    /// The answers. What could not be found out is absent.
    pub(crate) fn about(&mut self, question: Question) -> Evidence {
        let mut evidence = question.known.clone();
        if let Some(to) = question.route {
            routes(&question, to, &mut evidence);
        }
        let read = |name: &&'static str| Some((*name, crate::kernel::process::sysctl(name)?));
        evidence.sysctls = question.sysctls.iter().filter_map(read).collect();
        if question.capabilities {
            evidence.capabilities = crate::kernel::process::capabilities(question.process);
        }
        if question.protocols {
            evidence.protocols = crate::kernel::process::protocols();
        }
        if self.in_tables(&question, &mut evidence).is_err() {
            self.link = None;
        }
        if question.owners {
            settle_owners(&mut evidence);
        }
        evidence
    }

    fn link(&mut self) -> std::io::Result<&Link> {
        Ok(match &mut self.link {
            Some(link) => link,
            none => none.insert(Link::open()?),
        })
    }

    fn in_tables(&mut self, question: &Question, evidence: &mut Evidence) -> std::io::Result<()> {
        if let Some((local, peer, own)) = question.ends {
            let link = self.link()?;
            evidence.own_end = end(link, local, peer, Some(own))?;
            // After it: the other end may follow what became of ours.
            evidence.other_end = end(link, peer, local, None)?;
        }
        let is_here = !question.only_local || evidence.route == Some(Route::Local);
        if let Some((port, states)) = question.port.filter(|_| is_here) {
            let found = self.link()?.at_port(question.protocol, port, 0, states)?;
            let users = found.into_iter().map(|at| user(at, &question.ours));
            evidence.port_users = Some(users.collect());
        }
        if let Some(to) = question.pairs {
            let all = crate::kernel::sock_diag::ports::States::ALL;
            let found = self.link()?.at_port(question.protocol, 0, to.port(), all)?;
            let found = found
                .into_iter()
                .filter(|at| at.peer.ip().to_canonical() == to.ip().to_canonical());
            evidence.pairs = found.map(|at| user(at, &question.ours)).collect();
        }
        if let Some(name) = &question.name {
            let found = self.link()?.names()?;
            let alike = found.into_iter().filter(|own| is_alike(&own.name, name));
            let users = alike.map(|own| UnixUser {
                inode: own.inode,
                name: own.name[1..].to_vec(),
                socket_type: own.socket_type,
                listens: own.listens,
                owner: owner(
                    &question.ours,
                    Identity {
                        inode: Some(own.inode),
                        cookie: None,
                    },
                ),
            });
            evidence.names = Some(users.collect());
        }
        Ok(())
    }
}

fn routes(question: &Question, to: SocketAddr, evidence: &mut Evidence) {
    let device = question.device.as_ref();
    let index = device.and_then(|name| nix::net::if_::if_nametoindex(name.as_str()).ok());
    let scope = match to {
        SocketAddr::V6(to) => to.scope_id(),
        SocketAddr::V4(_) => 0,
    };
    let ask = |interface, mark| {
        let to =
            crate::socket::endpoint::canonical(&crate::socket::endpoint::destination(&to.into()))?;
        let to = to.ip();
        let question = crate::kernel::route::Question {
            to,
            interface,
            mark,
        };
        crate::kernel::route::route(question).ok()
    };
    evidence.route = ask(index.unwrap_or(scope), question.mark);
    if index.is_some() || question.mark != 0 {
        evidence.plain_route = ask(scope, 0);
    }
}

/// One end of a connection, seen from `local`. `own` is the socket that it must be.
fn end(
    link: &Link,
    local: SocketAddr,
    peer: SocketAddr,
    own: Option<Identity>,
) -> std::io::Result<Option<InTable>> {
    let found = link.tcp(local, peer, More::default())?;
    let is_it = |identity: Identity| own.is_none_or(|own| own.is_same(&identity) != Some(false));
    let found = found.filter(|found| is_it(found.identity()));
    Ok(Some(found.map_or(InTable::Gone, |found| InTable::There {
        state: found.state,
        has_descriptor: found.inode != 0,
    })))
}

fn user(at: AtPort, ours: &[Ours]) -> PortUser {
    let own = ours
        .iter()
        .find(|own| own.identity.is_same(&at.identity) == Some(true));
    PortUser {
        identity: at.identity,
        local: at.local,
        peer: Some(at.peer).filter(|peer| peer.port() != 0),
        state: at.state,
        v6_only: at.v6_only || own.is_some_and(|own| own.v6_only),
        device: Some(at.interface)
            .filter(|index| *index != 0)
            .map(|index| crate::kernel::route::name(index).unwrap_or_else(|| index.to_string())),
        owner: match own {
            Some(own) => Seen::Observed(Owner::Ours(own.id)),
            None if at.identity.inode == Some(0) => Seen::Observed(Owner::Nobody),
            None => crate::kernel::owner::unknown(Some(at.uid)),
        },
        reuse: own.and_then(|own| own.reuse),
        left: at.left.filter(|_| at.state != TcpState::Listen),
    }
}

fn owner(ours: &[Ours], identity: Identity) -> Seen<Owner> {
    let own = ours
        .iter()
        .find(|own| own.identity.is_same(&identity) == Some(true));
    own.map_or_else(
        || crate::kernel::owner::unknown(None),
        |own| Seen::Observed(Owner::Ours(own.id)),
    )
}

/// Whether two abstract names are the same, but for NUL bytes at their ends.
fn is_alike(one: &[u8], other: &[u8]) -> bool {
    let bare = |name: &[u8]| {
        let end = name.iter().rposition(|byte| *byte != 0);
        name[..end.map_or(0, |end| end + 1)].to_vec()
    };
    one.first() == Some(&0) && bare(one) == bare(other)
}

/// Looks for the programs that have what is not of the session.
fn settle_owners(evidence: &mut Evidence) {
    let users = evidence.port_users.iter_mut().flatten();
    let users = users.chain(evidence.pairs.iter_mut());
    let users = users.map(|user| (user.identity.inode.unwrap_or(0), &mut user.owner));
    let names = evidence.names.iter_mut().flatten();
    let names = names.map(|user| (user.inode, &mut user.owner));
    let is_open = |(inode, owner): &(u32, &mut Seen<Owner>)| *inode != 0 && owner.value().is_none();
    let mut open: Vec<(u32, &mut Seen<Owner>)> = users.chain(names).filter(is_open).collect();
    if open.is_empty() {
        return;
    }
    let wanted: HashSet<u32> = open.iter().map(|(inode, _)| *inode).collect();
    let found = crate::kernel::owner::owners(&wanted, &AtomicBool::new(false));
    for (inode, owner) in &mut open {
        if let Some(known) = found.get(inode) {
            **owner = Seen::Observed(known.clone());
        }
    }
}
