//! The kernel's decision where it sends what is meant for an address: RTM_GETROUTE of rtnetlink(7), as `ip route get`.

use std::io::Read;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::time::Duration;

use socket2::{Domain, Protocol, Socket, Type};

use crate::event::{Denial, Route};
use crate::socket::Errno;

const NETLINK_ROUTE: i32 = 0;
const RTM_NEWROUTE: u16 = 24;
const RTM_GETROUTE: u16 = 26;
const NLM_F_REQUEST: u16 = 1;
const NLMSG_ERROR: u16 = 2;
/// `struct nlmsghdr`, `struct rtmsg`
const HEADER: usize = 16;
const MESSAGE: usize = 12;
/// Where `struct rtmsg` has the type of the route.
const KIND: usize = 7;
const RTA_DST: u16 = 1;
const RTA_OIF: u16 = 4;
const RTA_GATEWAY: u16 = 5;
const RTA_CACHEINFO: u16 = 12;
const RTA_MARK: u16 = 16;
/// Where `struct rta_cacheinfo` has the error of a route that discards.
const ERROR: usize = 12;
/// How long the kernel may take.
const PATIENCE: Duration = Duration::from_secs(1);

/// What is asked: a destination, and what of the socket decides too.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Question {
    /// The destination.
    pub to: IpAddr,
    /// The interface that the socket is bound to, or the scope of the address. 0: none.
    pub interface: u32,
    /// SO_MARK.
    pub mark: u32,
}

/// Asks. Opens a netlink socket: not for a socket's own thread.
///
/// # Errors
///
/// When the netlink socket cannot be used.
pub fn route(question: Question) -> std::io::Result<Route> {
    let link = Socket::new(
        Domain::from(libc::AF_NETLINK),
        Type::RAW,
        Some(Protocol::from(NETLINK_ROUTE)),
    )?;
    link.set_read_timeout(Some(PATIENCE))?;
    link.send(&request(question))?;
    let mut reply = vec![0; 4096];
    let count = (&link).read(&mut reply)?;
    reply.truncate(count);
    read(&reply).ok_or_else(|| std::io::Error::other("the answer is too short"))
}

fn request(question: Question) -> Vec<u8> {
    let (family, address): (i32, Vec<u8>) = match question.to {
        IpAddr::V4(ip) => (libc::AF_INET, ip.octets().to_vec()),
        IpAddr::V6(ip) => (libc::AF_INET6, ip.octets().to_vec()),
    };
    let bits = u8::try_from(address.len() * 8).unwrap_or(u8::MAX);
    let mut body = vec![0; MESSAGE];
    // An address family fits into a byte.
    body[0] = family as u8;
    body[1] = bits;
    put(&mut body, RTA_DST, &address);
    if question.interface != 0 {
        put(&mut body, RTA_OIF, &question.interface.to_ne_bytes());
    }
    if question.mark != 0 {
        put(&mut body, RTA_MARK, &question.mark.to_ne_bytes());
    }
    let length = u32::try_from(HEADER + body.len()).unwrap_or_default();
    let mut message = length.to_ne_bytes().to_vec();
    message.extend(RTM_GETROUTE.to_ne_bytes());
    message.extend(NLM_F_REQUEST.to_ne_bytes());
    message.extend([0; 8]);
    message.extend(body);
    message
}

/// Appends `struct rtattr` with its value.
fn put(body: &mut Vec<u8>, kind: u16, value: &[u8]) {
    let length = u16::try_from(4 + value.len()).unwrap_or_default();
    body.extend(length.to_ne_bytes());
    body.extend(kind.to_ne_bytes());
    body.extend(value);
    body.resize(body.len().next_multiple_of(4), 0);
}

fn read(reply: &[u8]) -> Option<Route> {
    let kind = u16::from_ne_bytes(reply.get(4..6)?.try_into().ok()?);
    let body = reply.get(HEADER..)?;
    match kind {
        NLMSG_ERROR => Some(failed(-i32::from_ne_bytes(body.get(..4)?.try_into().ok()?))),
        RTM_NEWROUTE => found(body),
        _ => None,
    }
}

/// What an error of the look-up means: routes of some types are nothing but an error.
fn failed(errno: i32) -> Route {
    match errno {
        libc::ENETUNREACH => Route::None,
        libc::EACCES => Route::Denied(Denial::Prohibit),
        libc::EHOSTUNREACH => Route::Denied(Denial::Unreachable),
        libc::EINVAL => Route::Denied(Denial::Blackhole),
        errno => Route::Failed(Errno(errno)),
    }
}

fn found(body: &[u8]) -> Option<Route> {
    let attributes = body.get(MESSAGE..)?;
    let value = |kind| crate::kernel::sock_diag::attribute(attributes, kind);
    let error = value(RTA_CACHEINFO).and_then(|info| {
        let bytes = info.get(ERROR..ERROR + 4)?;
        Some(i32::from_ne_bytes(bytes.try_into().ok()?))
    });
    if let Some(error) = error.filter(|error| *error != 0) {
        return Some(failed(error.abs()));
    }
    Some(match *body.get(KIND)? {
        libc::RTN_LOCAL | libc::RTN_ANYCAST => Route::Local,
        libc::RTN_BROADCAST => Route::Broadcast,
        libc::RTN_MULTICAST => Route::Multicast,
        libc::RTN_BLACKHOLE => Route::Denied(Denial::Blackhole),
        libc::RTN_UNREACHABLE => Route::Denied(Denial::Unreachable),
        libc::RTN_PROHIBIT => Route::Denied(Denial::Prohibit),
        _ => Route::Unicast {
            device: value(RTA_OIF).and_then(interface).unwrap_or_default(),
            gateway: value(RTA_GATEWAY).and_then(host),
        },
    })
}

fn host(bytes: &[u8]) -> Option<IpAddr> {
    let ipv4 = <[u8; 4]>::try_from(bytes).map(|bytes| Ipv4Addr::from(bytes).into());
    let ipv6 = || <[u8; 16]>::try_from(bytes).map(|bytes| Ipv6Addr::from(bytes).into());
    ipv4.or_else(|_| ipv6()).ok()
}

fn interface(bytes: &[u8]) -> Option<String> {
    let index = u32::from_ne_bytes(bytes.try_into().ok()?);
    name(index)
}

/// The name of an interface. Opens a socket, as if_indextoname(3) does.
pub fn name(index: u32) -> Option<String> {
    let all = nix::net::if_::if_nameindex().ok()?;
    let found = all.iter().find(|interface| interface.index() == index)?;
    Some(found.name().to_string_lossy().into_owned())
}

#[cfg(test)]
mod tests {
    use crate::kernel::route::*;

    fn to(ip: &str) -> Route {
        route(Question {
            to: ip.parse().expect("an address"),
            interface: 0,
            mark: 0,
        })
        .expect("an answer")
    }

    #[test]
    fn the_loopback_leads_to_this_host_and_a_group_does_not() {
        assert_eq!(to("127.0.0.1"), Route::Local);
        assert_eq!(to("127.255.255.255"), Route::Broadcast);
        assert_ne!(to("239.1.2.3"), Route::Local);
    }

    #[test]
    fn an_error_is_the_type_of_the_route() {
        let error = |errno: i32| {
            let mut reply = vec![0; HEADER];
            reply[4..6].copy_from_slice(&NLMSG_ERROR.to_ne_bytes());
            reply.extend((-errno).to_ne_bytes());
            read(&reply)
        };
        let denied = |denial| Some(Route::Denied(denial));
        assert_eq!(error(libc::ENETUNREACH), Some(Route::None));
        assert_eq!(error(libc::EACCES), denied(Denial::Prohibit));
        assert_eq!(error(libc::EHOSTUNREACH), denied(Denial::Unreachable));
        assert_eq!(error(libc::EINVAL), denied(Denial::Blackhole));
        let other = Some(Route::Failed(Errno(libc::ENODEV)));
        assert_eq!(error(libc::ENODEV), other);
        assert_eq!(read(&[]), None);
    }
}
