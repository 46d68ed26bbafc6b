//! Which options a confined line may set.

use crate::call::argument::OptionArg;
use crate::call::option_bytes;
use crate::call::value::Value;

/// The index of the loopback interface, which is the first of every network namespace.
const LO: i32 = 1;
/// Options that are not in the C library's headers for Rust.
const SO_BINDTOIFINDEX: i32 = 62;
const IPV6_PKTINFO: i32 = 50;

/// What a value has to be for an option that chooses an interface or a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Rule {
    /// It is never set: it leads packets elsewhere.
    Never,
    /// Text: the name of the loopback interface.
    Name,
    /// A number of the host's byte order: the index of the loopback interface.
    Index,
    /// The same in network byte order.
    NetworkIndex,
    /// Exactly four bytes: an address of the loopback.
    Address,
    /// A group, then an address of the loopback.
    Interface,
    /// The same, and perhaps the index of the loopback interface, which the kernel prefers to the address.
    Membership,
    /// Four bytes at this place: the index of the loopback interface.
    IndexAt(usize),
}

/// What is wrong with setting it; `None` when it may be set.
pub(super) fn set(option: OptionArg, value: &Value, length: Option<i32>) -> Option<String> {
    let OptionArg { level, number } = option;
    let row = crate::socket::option::by_number(level, number);
    let name = row.map_or_else(
        || format!("the option {number} of level {level}"),
        |row| row.name.to_owned(),
    );
    // Unknown options of these two levels load packet filters and multicast routes.
    let is_unknown = row.is_none() && [libc::IPPROTO_IP, libc::IPPROTO_IPV6].contains(&level);
    if is_unknown {
        return Some(format!("{name} may send packets elsewhere"));
    }
    let rule = rule(level, number)?;
    let bytes = match value {
        Value::Null => return None,
        value => option_bytes::encode(value)?,
    };
    let is_allowed = length.is_none() && holds(rule, &bytes);
    (!is_allowed).then(|| match rule {
        Rule::Never => format!("{name} sends packets elsewhere"),
        _ => format!("this value of {name} names another interface than the loopback"),
    })
}

fn rule(level: i32, number: i32) -> Option<Rule> {
    Some(match (level, number) {
        (libc::SOL_SOCKET, libc::SO_BINDTODEVICE) => Rule::Name,
        (libc::SOL_SOCKET, SO_BINDTOIFINDEX) => Rule::Index,
        (libc::SOL_SOCKET, libc::SO_MARK)
        | (libc::IPPROTO_TCP, libc::TCP_REPAIR | libc::TCP_ULP)
        | (
            libc::IPPROTO_IP,
            libc::IP_OPTIONS
            | libc::IP_HDRINCL
            | libc::IP_TRANSPARENT
            | libc::IP_IPSEC_POLICY
            | libc::IP_XFRM_POLICY
            | libc::MCAST_MSFILTER,
        )
        | (
            libc::IPPROTO_IPV6,
            libc::IPV6_RTHDR
            | libc::IPV6_RTHDRDSTOPTS
            | libc::IPV6_2292PKTOPTIONS
            | libc::IPV6_2292RTHDR
            | libc::IPV6_NEXTHOP
            | libc::IPV6_HDRINCL
            | libc::IPV6_TRANSPARENT
            | libc::IPV6_IPSEC_POLICY
            | libc::IPV6_XFRM_POLICY
            | libc::IPV6_JOIN_ANYCAST
            | libc::IPV6_LEAVE_ANYCAST
            | libc::MCAST_MSFILTER,
        ) => Rule::Never,
        (libc::IPPROTO_IP, libc::IP_MULTICAST_IF) => Rule::Address,
        (libc::IPPROTO_IP, libc::IP_UNICAST_IF) | (libc::IPPROTO_IPV6, libc::IPV6_UNICAST_IF) => {
            Rule::NetworkIndex
        }
        (libc::IPPROTO_IPV6, libc::IPV6_MULTICAST_IF) => Rule::Index,
        // struct ip_mreq or ip_mreqn.
        (libc::IPPROTO_IP, libc::IP_ADD_MEMBERSHIP | libc::IP_DROP_MEMBERSHIP) => Rule::Membership,
        // struct ip_mreq_source and ip_msfilter.
        (
            libc::IPPROTO_IP,
            libc::IP_ADD_SOURCE_MEMBERSHIP
            | libc::IP_DROP_SOURCE_MEMBERSHIP
            | libc::IP_BLOCK_SOURCE
            | libc::IP_UNBLOCK_SOURCE
            | IP_MSFILTER,
        ) => Rule::Interface,
        // struct ipv6_mreq and in6_pktinfo: an address of 16 bytes, then the index.
        (
            libc::IPPROTO_IPV6,
            libc::IPV6_ADD_MEMBERSHIP | libc::IPV6_DROP_MEMBERSHIP | IPV6_PKTINFO,
        ) => Rule::IndexAt(16),
        // struct group_req: the index first.
        (
            libc::IPPROTO_IP | libc::IPPROTO_IPV6,
            libc::MCAST_JOIN_GROUP
            | libc::MCAST_LEAVE_GROUP
            | libc::MCAST_JOIN_SOURCE_GROUP
            | libc::MCAST_LEAVE_SOURCE_GROUP
            | libc::MCAST_BLOCK_SOURCE
            | libc::MCAST_UNBLOCK_SOURCE,
        ) => Rule::IndexAt(0),
        _ => return None,
    })
}

/// `IP_MSFILTER`
const IP_MSFILTER: i32 = 41;

fn holds(rule: Rule, bytes: &[u8]) -> bool {
    let at = |at: usize| {
        bytes
            .get(at..at + 4)
            .and_then(|four| <[u8; 4]>::try_from(four).ok())
    };
    let is_lo = |four: [u8; 4]| i32::from_ne_bytes(four) == LO;
    match rule {
        Rule::Never => false,
        Rule::Name => bytes.is_empty() || bytes.strip_suffix(b"\0").unwrap_or(bytes) == b"lo",
        Rule::Index => bytes.len() == 4 && at(0).is_some_and(is_lo),
        Rule::NetworkIndex => {
            let is_lo = |four: [u8; 4]| i32::from_be_bytes(four) == LO;
            bytes.len() == 4 && at(0).is_some_and(is_lo)
        }
        Rule::Address => bytes.len() == 4 && bytes[0] == 127,
        Rule::Interface => at(4).is_some_and(|four| four[0] == 127),
        Rule::Membership => {
            let index = at(8).map_or(0, i32::from_ne_bytes);
            holds(Rule::Interface, bytes) && [0, LO].contains(&index)
        }
        Rule::IndexAt(place) => at(place).is_some_and(is_lo),
    }
}
