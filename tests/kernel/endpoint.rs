//! The relations between addresses (`socket::endpoint`) against the kernel: every pair of a list is bound and connected
//! for real, on loopback with ports that the kernel chooses.

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::time::Instant;

use socket2::{Domain, SockAddr, Socket, Type};
use sockplay::socket::Address;
use sockplay::socket::endpoint::{Bound, Specificity, overlaps, reaches};

use crate::common::engine::alone;
use crate::common::{PATIENCE, skipped};

/// Every kind of host: exact, wildcard and IPv4-mapped, of both families.
const HOSTS: [&str; 9] = [
    "0.0.0.0",
    "127.0.0.1",
    "127.0.0.2",
    "::",
    "::1",
    "::ffff:127.0.0.1",
    "::ffff:127.0.0.2",
    "::ffff:0.0.0.0",
    "127.255.255.254",
];

/// A host with the option IPV6_V6ONLY.
type End = (IpAddr, bool);

/// Every host; those of IPv6 with the option on and off.
fn ends() -> Vec<End> {
    let hosts = HOSTS.iter().map(|host| host.parse::<IpAddr>().expect(host));
    hosts
        .flat_map(|host| {
            let options: &[bool] = if host.is_ipv6() {
                &[false, true]
            } else {
                &[false]
            };
            options.iter().map(move |only| (host, *only))
        })
        .collect()
}

fn socket((host, v6_only): End, socket_type: Type) -> io::Result<Socket> {
    let domain = match host {
        IpAddr::V4(_) => Domain::IPV4,
        IpAddr::V6(_) => Domain::IPV6,
    };
    let socket = Socket::new(domain, socket_type, None)?;
    if host.is_ipv6() {
        socket.set_only_v6(v6_only)?;
    }
    Ok(socket)
}

fn bind(end: End, port: u16, socket_type: Type) -> io::Result<(Socket, SocketAddr)> {
    let socket = socket(end, socket_type)?;
    socket.bind(&SockAddr::from(SocketAddr::new(end.0, port)))?;
    let local = socket
        .local_addr()?
        .as_socket()
        .expect("an internet address");
    Ok((socket, local))
}

fn has_ipv6() -> bool {
    bind(("::1".parse().expect("::1"), true), 0, Type::STREAM).is_ok()
}

/// How often a pair is tried: another program may have taken the port meanwhile.
const TRIES: usize = 5;

/// Whether the kernel refuses the second of two binds, as the rule says. `None`: one of them cannot be bound at all.
fn agrees(one: End, other: End) -> Option<Result<(), String>> {
    let (_kept, local) = bind(one, 0, Type::STREAM).ok()?;
    let refused = match bind(other, local.port(), Type::STREAM) {
        Ok(_) => false,
        Err(error) if error.kind() == io::ErrorKind::AddrInUse => true,
        Err(_) => return None,
    };
    let wanted: Address = SocketAddr::new(other.0, local.port()).into();
    let local: Address = local.into();
    let own = Bound {
        address: &local,
        v6_only: one.1,
    };
    let theirs = Bound {
        address: &wanted,
        v6_only: other.1,
    };
    let says = overlaps(own, theirs);
    Some(match says == refused {
        true => Ok(()),
        false => Err(format!(
            "{local} (V6ONLY {}) and {wanted} (V6ONLY {}): overlaps() says {says}, the kernel {refused}",
            one.1, other.1
        )),
    })
}

#[test]
fn the_kernel_refuses_exactly_what_overlaps() {
    let _alone = alone();
    if !has_ipv6() {
        skipped("this host has no IPv6");
        return;
    }
    let mut tried = 0;
    for one in ends() {
        for other in ends() {
            let mut answers = (0..TRIES).filter_map(|_| agrees(one, other));
            // A mapped address with IPV6_V6ONLY cannot be bound at all.
            let Some(mut last) = answers.next() else {
                continue;
            };
            while let Err(why) = last {
                last = answers.next().unwrap_or_else(|| panic!("{why}"));
            }
            tried += 1;
        }
    }
    assert!(tried > 100, "only {tried} pairs could be tried");
}

#[test]
fn connect_succeeds_exactly_where_the_address_reaches() {
    let _alone = alone();
    if !has_ipv6() {
        skipped("this host has no IPv6");
        return;
    }
    let mut tried = 0;
    for at in ends() {
        for to in ends() {
            let Ok((listener, local)) = bind(at, 0, Type::STREAM) else {
                continue;
            };
            listener.listen(1).expect("it listens");
            let to = SocketAddr::new(to.0, local.port());
            let client = socket((to.ip(), false), Type::STREAM).expect("a socket");
            let is_reached = match client.connect(&SockAddr::from(to)) {
                Ok(()) => true,
                Err(error) if error.kind() == io::ErrorKind::ConnectionRefused => false,
                Err(error) => panic!("connect to {to}: {error}"),
            };
            let (to, local) = (&Address::from(to), &Address::from(local));
            let own = Bound {
                address: local,
                v6_only: at.1,
            };
            assert_eq!(
                reaches(to, own).is_some(),
                is_reached,
                "{to} and a listener at {local} (V6ONLY {}): the kernel's answer is on the right",
                at.1
            );
            tried += 1;
        }
    }
    assert!(tried > 100, "only {tried} pairs could be tried");
}

/// Which of the sockets have a datagram; it is taken from them.
fn takers(candidates: &[(Socket, Address)]) -> Vec<bool> {
    let mut room = [std::mem::MaybeUninit::uninit(); 1];
    let receivers = candidates.iter().map(|(receiver, _)| receiver);
    receivers
        .map(|receiver| receiver.recv(&mut room).is_ok())
        .collect()
}

#[test]
fn a_datagram_goes_to_the_socket_that_names_the_destination_most_exactly() {
    let _alone = alone();
    if !has_ipv6() {
        skipped("this host has no IPv6");
        return;
    }
    let to: IpAddr = "127.0.0.1".parse().expect("an address");
    let mut candidates = Vec::new();
    let mut port = 0;
    for host in ["0.0.0.0", "127.0.0.1", "::"] {
        let end: End = (host.parse().expect(host), false);
        let receiver = socket(end, Type::DGRAM).expect("a socket");
        receiver.set_reuse_address(true).expect("SO_REUSEADDR");
        let bound = receiver.bind(&SockAddr::from(SocketAddr::new(end.0, port)));
        if bound.is_err() && port != 0 {
            skipped(&format!("{host} cannot share port {port} here"));
            return;
        }
        port = receiver
            .local_addr()
            .expect("a name")
            .as_socket()
            .expect("a port")
            .port();
        receiver.set_nonblocking(true).expect("non-blocking");
        candidates.push((receiver, Address::from(SocketAddr::new(end.0, port))));
    }
    let destination = SocketAddr::new(to, port);
    // One after the other is closed, so that each is the most exact one once.
    while !candidates.is_empty() {
        let sender = socket((to, false), Type::DGRAM).expect("a socket");
        sender
            .send_to(b"x", &SockAddr::from(destination))
            .expect("it is sent");
        let expected: Option<(Specificity, usize)> = candidates
            .iter()
            .enumerate()
            .filter_map(|(index, (_, address))| {
                let own = Bound {
                    address,
                    v6_only: false,
                };
                Some((reaches(&destination.into(), own)?, index))
            })
            .max();
        let (_, expected) = expected.expect("one receives");
        // The kernel may deliver it only after the call has returned.
        let deadline = Instant::now() + PATIENCE;
        let mut received = takers(&candidates);
        while !received.contains(&true) && Instant::now() < deadline {
            std::thread::yield_now();
            received = takers(&candidates);
        }
        let only = (0..candidates.len())
            .map(|index| index == expected)
            .collect::<Vec<_>>();
        assert_eq!(received, only, "{:?}", candidates[expected].1);
        candidates.remove(expected);
    }
}
