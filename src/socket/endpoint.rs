//! How addresses relate: whether two are the same, whether two sockets can be bound to both, and whether what is sent
//! to one arrives at the other. Every part of the program that compares addresses asks here.
//!
//! The rules are those of ip(7), ipv6(7) and unix(7); `tests/kernel/endpoint.rs` runs each of them on the kernel:
//!
//! - An IPv4-mapped IPv6 address (`::ffff:127.0.0.1`) is the IPv4 address.
//! - `0.0.0.0` means every IPv4 address. `::` means every IPv6 address and, unless IPV6_V6ONLY is set, for
//!   every IPv4 address too.
//! - As a destination `0.0.0.0` means 127.0.0.1, and `::` means `::1`.
//! - The scope ID counts for link-local addresses only; the flow label never counts.
//! - AF_UNIX names are compared byte by byte: `abstract:x` and `abstract:"x\0"` differ. That two paths may lead to one
//!   file is not known here.
//! - Port 0 and the unnamed AF_UNIX address mean nothing yet. They equal nothing, not even each other.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV4, SocketAddrV6};

use crate::socket::Address;

/// An address that a socket is bound to, with the option that decides what it means.
#[derive(Debug, Clone, Copy)]
pub struct Bound<'a> {
    /// The local address.
    pub address: &'a Address,
    /// IPV6_V6ONLY as the socket has it. Of no meaning to other domains.
    pub v6_only: bool,
}

/// How exactly a bound address names a destination. The kernel hands what arrives to the greatest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Specificity {
    /// It is bound to `::` and receives IPv4 too.
    DualStackWildcard,
    /// It is bound to the wildcard address of the family.
    Wildcard,
    /// It is bound to the destination itself.
    Exact,
}

/// Two addresses of a connection in an order of their own, so that both ends have the same key.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct PairKey(SocketAddr, SocketAddr);

/// A host as the kernel compares it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Host {
    V4(Ipv4Addr),
    V6 { ip: Ipv6Addr, scope: u32 },
}

/// Whether two addresses are the same endpoint.
pub fn equal(one: &Address, other: &Address) -> bool {
    if one.is_unset() || other.is_unset() {
        return false;
    }
    match (inet(one), inet(other)) {
        (Some(one), Some(other)) => one == other,
        (None, None) => one == other,
        (Some(_), None) | (None, Some(_)) => false,
    }
}

/// Whether the kernel refuses the second of two bind(2) calls with EADDRINUSE, for sockets of one protocol that do not
/// set SO_REUSEADDR or SO_REUSEPORT.
pub fn overlaps(one: Bound<'_>, other: Bound<'_>) -> bool {
    if equal(one.address, other.address) {
        return true;
    }
    match (inet(one.address), inet(other.address)) {
        (Some((a, port)), Some((b, other_port))) => {
            port == other_port && port != 0 && (one.covers(a, b) || other.covers(b, a))
        }
        _ => false,
    }
}

/// Whether what is sent to an address arrives at a socket that is bound to another, and how exactly that one names it.
/// The filter of connect(2), SO_BINDTODEVICE, group membership and firewalls are not known here.
pub fn reaches(to: &Address, at: Bound<'_>) -> Option<Specificity> {
    let to = &destination(to);
    if equal(to, at.address) {
        return Some(Specificity::Exact);
    }
    let ((to, port), (own, own_port)) = (inet(to)?, inet(at.address)?);
    if port != own_port || port == 0 || !at.covers(own, to) {
        return None;
    }
    Some(match (own, to) {
        (Host::V6 { .. }, Host::V4(_)) => Specificity::DualStackWildcard,
        _ => Specificity::Wildcard,
    })
}

/// The address that a destination means: `0.0.0.0` is 127.0.0.1 there, and `::` is `::1`. A socket that is itself bound
/// to an IPv4-mapped address takes `::` for 127.0.0.1; such a socket says so by passing an IPv4 address.
pub fn destination(to: &Address) -> Address {
    match (inet(to), to) {
        (Some((Host::V4(ip), port)), Address::Inet(_)) if ip.is_unspecified() => {
            SocketAddr::from((Ipv4Addr::LOCALHOST, port)).into()
        }
        (Some((Host::V4(ip), port)), Address::Inet6(_)) if ip.is_unspecified() => {
            SocketAddr::from((Ipv4Addr::LOCALHOST.to_ipv6_mapped(), port)).into()
        }
        (Some((Host::V6 { ip, .. }, port)), _) if ip.is_unspecified() => {
            SocketAddr::from((Ipv6Addr::LOCALHOST, port)).into()
        }
        _ => to.clone(),
    }
}

/// The key under which both ends of a connection are found. `None` where an address is not an internet address, or not set.
pub fn pair_key(local: &Address, remote: &Address) -> Option<PairKey> {
    let set = |address: &Address| canonical(address).filter(|address| address.port() != 0);
    let (one, other) = (set(local)?, set(remote)?);
    Some(if one <= other {
        PairKey(one, other)
    } else {
        PairKey(other, one)
    })
}

/// What a local address is found by: equal ones have the same key.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum LocalKey {
    /// An address of IPv4 or IPv6.
    Inet(SocketAddr),
    /// Any other.
    Other(Address),
}

/// The key of a local address. `None` where it is not set.
pub fn local_key(address: &Address) -> Option<LocalKey> {
    if address.is_unset() {
        return None;
    }
    let inet = canonical(address).map(LocalKey::Inet);
    Some(inet.unwrap_or_else(|| LocalKey::Other(address.clone())))
}

/// An internet address in the form in which equal ones are equal: IPv4-mapped addresses become IPv4 addresses, and what
/// does not count is 0. `None` for other families.
pub fn canonical(address: &Address) -> Option<SocketAddr> {
    let (host, port) = inet(address)?;
    Some(match host {
        Host::V4(ip) => SocketAddrV4::new(ip, port).into(),
        Host::V6 { ip, scope } => SocketAddrV6::new(ip, port, 0, scope).into(),
    })
}

impl Bound<'_> {
    /// Whether the host `own` of this address means `other` too.
    fn covers(self, own: Host, other: Host) -> bool {
        match (own, other) {
            (Host::V4(own), Host::V4(_)) => own.is_unspecified(),
            (Host::V6 { ip, .. }, Host::V6 { .. }) => ip.is_unspecified(),
            (Host::V6 { ip, .. }, Host::V4(_)) => ip.is_unspecified() && !self.v6_only,
            (Host::V4(_), Host::V6 { .. }) => false,
        }
    }
}

fn inet(address: &Address) -> Option<(Host, u16)> {
    match address {
        Address::Inet(a) => Some((Host::V4(*a.ip()), a.port())),
        Address::Inet6(a) => {
            let host = match a.ip().to_canonical() {
                IpAddr::V4(ip) => Host::V4(ip),
                IpAddr::V6(ip) => Host::V6 {
                    ip,
                    scope: if needs_scope(ip) { a.scope_id() } else { 0 },
                },
            };
            Some((host, a.port()))
        }
        Address::Unix(_) | Address::Other { .. } => None,
    }
}

/// Whether an address is unique on one link only, so that the scope ID is a part of it (RFC 4007, section 6): link-local
/// addresses, and multicast addresses of interface-local and link-local scope.
fn needs_scope(ip: Ipv6Addr) -> bool {
    let multicast_scope = ip.is_multicast().then(|| ip.segments()[0] & 0xf);
    ip.is_unicast_link_local() || multicast_scope.is_some_and(|scope| matches!(scope, 1 | 2))
}

#[cfg(test)]
mod tests {
    use crate::socket::UnixName;
    use crate::socket::endpoint::*;
    use proptest::prelude::*;

    fn address(text: &str) -> Address {
        text.parse::<SocketAddr>().expect(text).into()
    }

    fn bound(address: &Address) -> Bound<'_> {
        Bound {
            address,
            v6_only: false,
        }
    }

    #[test]
    fn a_mapped_address_is_the_ipv4_address() {
        assert!(equal(
            &address("[::ffff:127.0.0.1]:80"),
            &address("127.0.0.1:80")
        ));
        assert!(!equal(&address("[::1]:80"), &address("127.0.0.1:80")));
        let (local, remote) = (address("127.0.0.1:80"), address("[::ffff:127.0.0.1]:9"));
        assert_eq!(pair_key(&local, &remote), pair_key(&remote, &local));
    }

    #[test]
    fn what_is_not_set_equals_nothing() {
        let unset = address("127.0.0.1:0");
        assert!(!equal(&unset, &unset));
        let unnamed = Address::Unix(UnixName::Unnamed);
        assert!(!equal(&unnamed, &unnamed));
        assert!(!overlaps(bound(&unset), bound(&unset)));
        assert_eq!(reaches(&unset, bound(&unset)), None);
    }

    #[test]
    fn abstract_names_differ_by_every_byte() {
        let name = |bytes: &[u8]| Address::Unix(UnixName::Abstract(bytes.to_vec()));
        assert!(equal(&name(b"x"), &name(b"x")));
        assert!(!equal(&name(b"x"), &name(b"x\0")));
        let path = Address::Unix(UnixName::Path(b"x".to_vec()));
        assert!(!equal(&name(b"x"), &path));
    }

    #[test]
    fn the_scope_counts_for_link_local_addresses_only() {
        let scoped = |ip: &str, scope, flow| {
            Address::Inet6(SocketAddrV6::new(ip.parse().expect(ip), 80, flow, scope))
        };
        assert!(!equal(&scoped("fe80::1", 1, 0), &scoped("fe80::1", 2, 0)));
        assert!(equal(&scoped("fe80::1", 1, 7), &scoped("fe80::1", 1, 8)));
        assert!(equal(&scoped("::1", 1, 0), &scoped("::1", 2, 0)));
    }

    #[test]
    fn the_more_exact_address_receives() {
        let to = address("127.0.0.1:80");
        let mut at = ["[::]:80", "0.0.0.0:80", "127.0.0.1:80"].map(address);
        let specificity: Vec<_> = at.iter().map(|at| reaches(&to, bound(at))).collect();
        assert_eq!(
            specificity,
            [
                Some(Specificity::DualStackWildcard),
                Some(Specificity::Wildcard),
                Some(Specificity::Exact)
            ]
        );
        at.sort_by_key(|at| reaches(&to, bound(at)));
        assert_eq!(at[2], to);
    }

    fn any_address() -> impl Strategy<Value = Address> {
        let hosts = ["0.0.0.0", "127.0.0.1", "127.0.0.2", "::", "::1"];
        let mapped = ["::ffff:127.0.0.1", "::ffff:0.0.0.0"];
        let all: Vec<&str> = hosts.into_iter().chain(mapped).collect();
        let inet = (proptest::sample::select(all), 0_u16..3).prop_map(|(host, port)| {
            SocketAddr::new(host.parse::<IpAddr>().expect(host), port).into()
        });
        let unix = proptest::collection::vec(0_u8..2, 0..3);
        let names = (unix, any::<bool>()).prop_map(|(bytes, is_path)| match is_path {
            _ if bytes.is_empty() => Address::Unix(UnixName::Unnamed),
            true => Address::Unix(UnixName::Path(bytes)),
            false => Address::Unix(UnixName::Abstract(bytes)),
        });
        prop_oneof![inet, names]
    }

    proptest! {
        #[test]
        fn the_relations_are_symmetric_where_they_must_be(
            a in any_address(), b in any_address(), only in any::<(bool, bool)>()
        ) {
            prop_assert_eq!(equal(&a, &b), equal(&b, &a));
            let (a, b) = (
                Bound { address: &a, v6_only: only.0 },
                Bound { address: &b, v6_only: only.1 },
            );
            prop_assert_eq!(overlaps(a, b), overlaps(b, a));
            // What reaches a socket exactly cannot be bound a second time.
            if reaches(a.address, b) == Some(Specificity::Exact) && !a.address.is_wildcard() {
                prop_assert!(equal(a.address, b.address) || destination(a.address) != *a.address);
            }
        }
    }
}
