//! What decides how much of a send goes out, and how: sizes that are too large, data that TCP holds back, and receivers
//! that take datagrams from one place only.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use crate::call::outcome::after::{HeldBy, Path, Unsent};
use crate::call::value::Value;
use crate::explain::context::Context;
use crate::explain::facts::descriptions::{open_file_description, succeeded};
use crate::explain::facts::half_close::RECEIVING;
use crate::explain::facts::history::last_set;
use crate::socket::endpoint::equal;
use crate::socket::{Address, Domain, Kind, TcpState};
use crate::world::log::{Category, Direction};
use crate::world::{Handle, Record};

/// The most data of a UDP datagram: 65535 bytes less the headers of IPv4 and UDP.
const MOST_IPV4: u64 = 65_507;
/// The same for IPv6, whose length field does not count its own header.
const MOST_IPV6: u64 = 65_527;
/// What AF_UNIX needs of the send buffer beside the message, `unix_dgram_sendmsg()`.
const OF_THE_KERNEL: u64 = 32;
/// The most segments of one send with UDP_SEGMENT before Linux 6.9: 128 since then.
const SEGMENTS: u64 = 64;
/// The bytes of the headers of IPv4 and UDP, and of IPv6 and UDP.
const HEADERS: [u64; 2] = [28, 48];
/// IP_PMTUDISC_DO, IP_PMTUDISC_PROBE and IP_PMTUDISC_INTERFACE: the kernel does not fragment.
const UNFRAGMENTED: std::ops::RangeInclusive<i32> = 2..=4;

impl<'a> Context<'a> {
    /// What TCP had taken and not sent when the call returned.
    pub(crate) fn unsent(&self) -> Option<Unsent> {
        self.after()?.unsent
    }

    /// Whether the call sent the SYN that an earlier connect() had put off.
    pub(crate) fn has_sent_deferred_syn(&self) -> bool {
        let is_asked = self.record.tcp_before == Some(TcpState::SynSent);
        let on = self.socket.filter(|_| is_asked);
        on.is_some_and(|own| self.world.had_deferred_syn(own, self.record))
    }

    /// Why TCP has not sent it; MSG_MORE is a reason that the call itself gives.
    pub(crate) fn held_by(&self) -> Option<HeldBy> {
        Some(self.unsent()?.held_by())
    }

    /// Whether less than a full segment waits because the call had MSG_MORE.
    pub(crate) fn is_held_by_more(&self) -> bool {
        let is_partial = |unsent: Unsent| unsent.bytes < unsent.segment;
        self.flags().contains(libc::MSG_MORE) && self.unsent().is_some_and(is_partial)
    }

    /// Whether the destination is IPv6, and not an IPv4 address in the form of one.
    fn goes_by_ipv6(&self) -> bool {
        match self.address().or_else(|| self.remote()) {
            Some(Address::Inet6(to)) => to.ip().to_ipv4_mapped().is_none(),
            Some(_) => false,
            None => self.domain() == Some(Domain::INET6),
        }
    }

    /// The protocol that carries the datagram.
    pub(crate) fn network(&self) -> &'static str {
        if self.goes_by_ipv6() { "IPv6" } else { "IPv4" }
    }

    /// The most data that one UDP datagram carries to the destination.
    pub(crate) fn most_of_udp(&self) -> u64 {
        if self.goes_by_ipv6() {
            MOST_IPV6
        } else {
            MOST_IPV4
        }
    }

    fn path(&self) -> Option<Path> {
        self.after()?.path
    }

    /// UDP_SEGMENT of the socket, if it is on.
    pub(crate) fn udp_segment(&self) -> Option<u32> {
        let observed = self.path().map(|path| path.segment);
        let set = || match self.was_set(libc::SOL_UDP, libc::UDP_SEGMENT)? {
            Value::Int(bytes) => u32::try_from(*bytes).ok(),
            _ => None,
        };
        observed.or_else(set).filter(|bytes| *bytes > 0)
    }

    /// Into how many datagrams UDP_SEGMENT cuts the data of the call.
    pub(crate) fn udp_segments(&self) -> Option<u64> {
        Some(self.asked()?.div_ceil(self.udp_segment()?.into()))
    }

    /// Whether UDP_SEGMENT makes more segments than every kernel takes.
    pub(crate) fn has_many_segments(&self) -> bool {
        self.udp_segments().is_some_and(|count| count > SEGMENTS)
    }

    /// The option that forbids the kernel to fragment datagrams of the socket, and its value.
    pub(crate) fn unfragmented(&self) -> Option<(i32, i32, i32)> {
        let path = self.path()?;
        let is_ipv6 = self.domain() == Some(Domain::INET6);
        if UNFRAGMENTED.contains(&path.discover) {
            return Some(match is_ipv6 {
                true => (libc::IPPROTO_IPV6, libc::IPV6_MTU_DISCOVER, path.discover),
                false => (libc::IPPROTO_IP, libc::IP_MTU_DISCOVER, path.discover),
            });
        }
        path.no_fragments
            .then_some((libc::IPPROTO_IPV6, libc::IPV6_DONTFRAG, 1))
    }

    /// The path MTU to the peer in bytes, as the kernel knows it.
    pub(crate) fn path_mtu(&self) -> Option<u32> {
        self.path()?.mtu
    }

    /// The send buffer of the socket: the bytes of memory in use, and its limit.
    pub(crate) fn send_buffer(&self) -> Option<(u32, u32)> {
        self.after()?.send_buffer
    }

    /// The most data of one AF_UNIX message.
    pub(crate) fn most_of_unix(&self) -> Option<u64> {
        let (_, limit) = self.send_buffer()?;
        u64::from(limit).checked_sub(OF_THE_KERNEL)
    }

    /// The most bytes that the call can send as one message.
    pub(crate) fn fitting(&self) -> Option<u64> {
        if self.domain() == Some(Domain::UNIX) {
            return self.most_of_unix();
        }
        let headers = HEADERS[usize::from(self.goes_by_ipv6())];
        let of_path = self.path_mtu().filter(|_| self.unfragmented().is_some());
        let of_path = of_path.map(|mtu| u64::from(mtu).saturating_sub(headers));
        Some(of_path.unwrap_or(u64::MAX).min(self.most_of_udp()))
    }

    /// The size of segments that fits into the path MTU.
    pub(crate) fn fitting_segment(&self) -> Option<u64> {
        let headers = HEADERS[usize::from(self.goes_by_ipv6())];
        u64::from(self.path_mtu()?).checked_sub(headers)
    }

    /// Whether earlier data of the same datagram waits, since it was sent with MSG_MORE.
    pub(crate) fn has_more_before(&self) -> bool {
        let Some(own) = self.socket else {
            return false;
        };
        let sent = self
            .world
            .transfers_back(own.id(), self.record.asked, Direction::Sent);
        let mut before = sent.filter(|record| record.id() != self.record.id());
        let last = before.next();
        let has_more = |record: &Record| record.call().msg_flags().contains(libc::MSG_MORE);
        own.kind() == Kind::Datagram && last.is_some_and(has_more)
    }

    /// Where a datagram of this socket to an address comes from. `None`: the kernel chooses, and it is not known what.
    fn source_to(&self, to: &Address) -> Option<Address> {
        let local = self.local().filter(|local| !local.is_unset())?;
        if let (Some(source), Some(port)) = (self.chosen_source(), local.port()) {
            return Some(std::net::SocketAddr::from((source, port)).into());
        }
        if !local.is_wildcard() {
            return Some(local.clone());
        }
        // Of the addresses that the kernel may choose, only that of the loopback is known without a look at its routes.
        let host: IpAddr = match to {
            Address::Inet(to) if to.ip().is_loopback() => Ipv4Addr::LOCALHOST.into(),
            Address::Inet6(to) if to.ip().is_loopback() => Ipv6Addr::LOCALHOST.into(),
            Address::Inet(_) | Address::Inet6(_) | Address::Unix(_) | Address::Other { .. } => {
                return None;
            }
        };
        let port = local.port()?;
        Some(std::net::SocketAddr::from((host, port)).into())
    }

    /// Where the datagram of this call came from.
    pub(crate) fn source(&self) -> Option<Address> {
        self.source_to(self.address().or_else(|| self.remote())?)
    }

    /// Our open socket that has the port to which this one sends, but is connected to another address, so that the
    /// kernel gives it nothing from here.
    pub(crate) fn filtering_receiver(&self) -> Option<Handle<'a>> {
        let source = self.source()?;
        let mut at_port = self.at_destination()?.into_iter();
        let filters = |other: &Handle<'_>| {
            let peer = other.present_peer().filter(|peer| !peer.is_unset());
            peer.is_some_and(|peer| !equal(peer, &source))
        };
        // Another socket there may take it.
        let first = at_port.next().filter(filters)?;
        at_port.all(|other| filters(&other)).then_some(first)
    }

    /// Our open socket that has the port to which this one sends, but takes only what comes over another interface than
    /// the loopback.
    pub(crate) fn receiver_on_device(&self) -> Option<Handle<'a>> {
        let mut at_port = self.at_destination()?.into_iter();
        let is_bound =
            |other: &Handle<'_>| self.device_of(*other).is_some_and(|name| name != b"lo");
        let first = at_port.next().filter(is_bound)?;
        at_port.all(|other| is_bound(&other)).then_some(first)
    }

    /// The interface to which a socket was bound with SO_BINDTODEVICE.
    fn device_of(&self, socket: Handle<'_>) -> Option<&'a [u8]> {
        let (level, number) = (libc::SOL_SOCKET, libc::SO_BINDTODEVICE);
        match last_set(self.world, socket.id(), level, number, self.at)? {
            Value::Text(name) if !name.is_empty() => Some(name),
            _ => None,
        }
    }

    /// The name of that interface.
    pub(crate) fn receiving_device(&self) -> Option<String> {
        let name = self.device_of(self.receiver_on_device()?)?;
        Some(String::from_utf8_lossy(name).into_owned())
    }

    /// Our open sockets that have the address on the loopback to which a datagram was sent.
    fn at_destination(&self) -> Option<Vec<Handle<'a>>> {
        let to = self.address().or_else(|| self.remote())?;
        let is_near = match to {
            Address::Inet(to) => to.ip().is_loopback(),
            Address::Inet6(to) => to.ip().is_loopback(),
            Address::Unix(_) | Address::Other { .. } => false,
        };
        if !is_near || self.kind() != Some(Kind::Datagram) {
            return None;
        }
        let there = self.others().filter(|other| {
            other.kind() == Kind::Datagram && self.is_open_then(*other) && self.reaches(to, *other)
        });
        Some(there.collect())
    }

    /// Whether the receiver of the message, one of ours, has ended its receiving with shutdown().
    pub(crate) fn has_receiver_shut(&self) -> bool {
        let Some(receiver) = self.other_end() else {
            return false;
        };
        let source = open_file_description(self.world, receiver.id());
        let mut ended = self.world.log().in_category(source, Category::Shutdown);
        ended.any(|record| {
            let is_of_receiving = matches!(&*record.request.call, crate::call::Call::Shutdown { how, .. } if RECEIVING.contains(&how.0));
            is_of_receiving && succeeded(record) && record.returned_at() <= Some(self.at)
        })
    }

    /// Whether the peer, one of ours, has SO_OOBINLINE.
    pub(crate) fn is_peer_inline(&self) -> bool {
        let (level, number) = (libc::SOL_SOCKET, libc::SO_OOBINLINE);
        let inline = self
            .peer()
            .and_then(|peer| last_set(self.world, peer.id(), level, number, self.at));
        matches!(inline, Some(Value::Int(on)) if *on != 0)
    }
}
