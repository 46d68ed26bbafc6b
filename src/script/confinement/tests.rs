//! The decision, with facts that the tests give.

use std::net::{IpAddr, Ipv4Addr};

use crate::call::argument::{AddressExpr, Descriptor};
use crate::notation::parse_line;
use crate::script::confinement::*;
use crate::socket::UnixName;

/// Descriptor 3 is a stream socket, 4 one for datagrams, 5 a raw socket of UDP, 6 one of ICMP, 7 of AF_UNIX, 8 of netlink.
#[derive(Debug, Default)]
struct GivenFacts {
    peer: Option<Address>,
    is_accepted: bool,
    by_loopback: bool,
}

const TAKEN: u16 = 6379;

impl Facts for GivenFacts {
    fn is_inside(&self, path: &[u8], _: bool) -> bool {
        path.starts_with(b"/own/")
    }

    fn socket(&self, fd: i32) -> Option<SocketFacts> {
        let of = |domain, socket_type, protocol| SocketFacts {
            domain,
            socket_type,
            protocol,
        };
        Some(match fd {
            3 => of(libc::AF_INET, libc::SOCK_STREAM, libc::IPPROTO_TCP),
            4 => of(libc::AF_INET6, libc::SOCK_DGRAM, libc::IPPROTO_UDP),
            5 => of(libc::AF_INET, libc::SOCK_RAW, libc::IPPROTO_UDP),
            6 => of(libc::AF_INET, libc::SOCK_RAW, libc::IPPROTO_ICMP),
            7 => of(libc::AF_UNIX, libc::SOCK_STREAM, 0),
            8 => of(libc::AF_NETLINK, libc::SOCK_RAW, 0),
            9 => of(libc::AF_INET, libc::SOCK_STREAM, 132),
            _ => return None,
        })
    }

    fn is_accepted(&self, _: i32) -> bool {
        self.is_accepted
    }

    fn holder(&self, address: &Address, _: Table) -> Holder {
        let is_taken = match address {
            Address::Unix(UnixName::Abstract(name)) => name.starts_with(b"/tmp/dbus"),
            Address::Unix(_) => false,
            address => address.port() == Some(TAKEN),
        };
        if is_taken {
            Holder::Other("redis-server (pid 7)".to_owned())
        } else {
            Holder::Nobody
        }
    }

    fn peer(&self, _: i32) -> Option<Address> {
        self.peer.clone()
    }

    fn unix_peer(&self, _: i32) -> Option<Holder> {
        None
    }

    fn knows_host(&self, host: &[u8]) -> bool {
        host == b"localhost" || host.starts_with(b"127.")
    }

    fn knows_service(&self, service: &[u8]) -> bool {
        service == b"http" || service == b"80"
    }

    fn has_name(&self, address: &Address) -> bool {
        address.to_string().starts_with("127.0.0.1:")
    }

    fn multicasts_to_loopback(&self, _: i32, _: &Address) -> bool {
        self.by_loopback
    }
}

fn refusal_of(line: &str, facts: &GivenFacts) -> Option<String> {
    let command = parse_line(line).expect(line).command.expect(line);
    let address = command.call.address().and_then(|arg| match &arg.place {
        AddressExpr::Literal(address) => Some(address.clone()),
        _ => None,
    });
    refusal(&command.call, address.as_ref(), LineSource::Answer, facts)
}

#[test]
fn what_lessons_do_is_allowed() {
    for line in [
        "socket(AF_INET, SOCK_STREAM)",
        "socket(99, SOCK_STREAM)",
        "socketpair(AF_UNIX, SOCK_DGRAM)",
        "bind(3, *:0)",
        "bind(7, unix:/own/a.sock)",
        "bind(7, unix:)",
        "bind(7, abstract:hall)",
        "connect(3, 127.0.0.1:9)",
        "connect(3, 0.0.0.0:9)",
        "connect(4, [::1]:9)",
        "connect(4, [::]:9)",
        "connect(4, [::ffff:127.0.0.1]:9)",
        "connect(3, AF_UNSPEC)",
        "connect(7, unix:/own/a.sock)",
        "connect(5, 127.0.0.1:6379)",
        "sendto(4, \"x\", 127.3.2.1:99)",
        "sendto(6, hex(08 00), 127.0.0.1:0)",
        "send(3, \"x\")",
        "send(900, \"x\")",
        "write(900, \"x\")",
        "setsockopt(3, SO_REUSEADDR, 1)",
        "setsockopt(3, SO_BINDTODEVICE, \"lo\")",
        "setsockopt(4, IP_MULTICAST_IF, 127.0.0.1)",
        "setsockopt(4, IP_ADD_MEMBERSHIP, {239.1.1.1, 127.0.0.1})",
        "fcntl(3, F_SETOWN, getpid())",
        "fcntl(3, F_DUPFD, 500)",
        "open(\"/dev/null\")",
        "open(\"/dev/zero\")",
        "unlink(unix:/own/a.sock)",
        "chmod(unix:/own/a.sock, 0700)",
    ] {
        assert_eq!(refusal_of(line, &GivenFacts::default()), None, "{line}");
    }
}

#[test]
fn what_leaves_the_session_is_refused_with_what_why_and_what_is_allowed() {
    for (line, what) in [
        ("socket(AF_NETLINK, SOCK_RAW)", "a socket of AF_NETLINK"),
        ("socket(17, SOCK_RAW)", "a socket of"),
        ("socket(40, SOCK_STREAM)", "a socket of"),
        ("bind(7, unix:/etc/x.sock)", "/etc/x.sock is outside"),
        ("connect(3, 10.0.0.1:80)", "not an address of the loopback"),
        (
            "connect(4, [2001:db8::1]:80)",
            "not an address of the loopback",
        ),
        (
            "connect(4, [::ffff:10.0.0.1]:80)",
            "not an address of the loopback",
        ),
        ("connect(3, 0.0.0.1:80)", "not an address of the loopback"),
        ("connect(3, 127.0.0.1:6379)", "redis-server (pid 7) has"),
        ("connect(3, 0.0.0.0:6379)", "redis-server (pid 7) has"),
        (
            "connect(4, [::ffff:127.0.0.1]:6379)",
            "redis-server (pid 7) has",
        ),
        ("connect(7, unix:/run/user/1000/bus)", "is outside"),
        (
            "connect(7, abstract:/tmp/dbus-x)",
            "redis-server (pid 7) has",
        ),
        ("connect(8, 127.0.0.1:9)", "a socket of AF_NETLINK"),
        ("connect(9, 127.0.0.1:9)", "by protocol 132"),
        (
            "sendto(3, \"x\", 10.0.0.1:80, MSG_FASTOPEN)",
            "not an address of the loopback",
        ),
        (
            "sendto(3, \"x\", 127.0.0.1:6379, MSG_FASTOPEN)",
            "redis-server",
        ),
        ("sendto(4, \"x\", 127.0.0.1:6379)", "redis-server"),
        (
            "sendto(4, \"x\", 255.255.255.255:9)",
            "not an address of the loopback",
        ),
        (
            "sendto(4, \"x\", 239.1.1.1:9)",
            "does not send to groups by the loopback",
        ),
        (
            "sendto(4, \"x\", [ff02::1]:9)",
            "does not send to groups by the loopback",
        ),
        ("sendto(5, \"x\", 127.0.0.1:99)", "by protocol 17"),
        ("sendto(4, \"x\", family:0:00:35:08:08:08:08)", "any host"),
        (
            "sendmsg(4, [\"x\"], 10.0.0.1:9)",
            "not an address of the loopback",
        ),
        (
            "sendmsg(7, [\"x\"], unix:/run/x.sock, fds(3))",
            "is outside",
        ),
        ("send(8, hex(00))", "a socket of AF_NETLINK"),
        (
            "setsockopt(3, SO_BINDTODEVICE, \"eth0\")",
            "another interface",
        ),
        ("setsockopt(3, SO_MARK, 1)", "elsewhere"),
        (
            "setsockopt(3, IP_OPTIONS, hex(83 07 04 0a 00 00 01))",
            "elsewhere",
        ),
        ("setsockopt(5, IP_HDRINCL, 1)", "elsewhere"),
        ("setsockopt(4, IPV6_RTHDR, hex(00))", "elsewhere"),
        (
            "setsockopt(3, IPPROTO_IP, 64, hex(00))",
            "may send packets elsewhere",
        ),
        (
            "setsockopt(4, IP_MULTICAST_IF, 10.0.0.2)",
            "another interface",
        ),
        (
            "setsockopt(4, IPPROTO_IP, 32, hex(00 00 00 00 7f 00 00 01 02 00 00 00))",
            "another interface",
        ),
        (
            "setsockopt(4, IP_ADD_MEMBERSHIP, {239.1.1.1, 0.0.0.0})",
            "another interface",
        ),
        ("open(\"/etc/passwd\")", "it would open /etc/passwd"),
        ("open(\"/dev/null/../../etc/passwd\")", "it would open"),
        ("open(\"/own/file\")", "it would open"),
        ("unlink(unix:/home/me/x.sock)", "is outside"),
        ("chmod(unix:/home/me/x.sock, 0777)", "is outside"),
    ] {
        let refusal =
            refusal_of(line, &GivenFacts::default()).unwrap_or_else(|| panic!("{line} is made"));
        assert!(refusal.contains(what), "{line}: {refusal}");
        assert!(
            refusal.contains("was not made: ") && refusal.contains("comes from an answer, "),
            "{refusal}"
        );
        assert!(refusal.contains("which may use only "), "{refusal}");
    }
}

#[test]
fn a_socket_that_somebody_else_connected_leads_nowhere_either() {
    let redis = Address::from(std::net::SocketAddr::from((Ipv4Addr::LOCALHOST, TAKEN)));
    let abroad = Address::from(std::net::SocketAddr::new(IpAddr::from([10, 0, 0, 1]), 80));
    let bus = Address::Unix(UnixName::Path(b"/run/user/1000/bus".to_vec()));
    for peer in [redis.clone(), abroad.clone()] {
        let facts = GivenFacts {
            peer: Some(peer),
            ..GivenFacts::default()
        };
        for line in [
            "send(3, \"x\")",
            "write(3, \"x\")",
            "sendmsg(3, [\"x\"])",
            "sendto(3, \"x\", 127.0.0.1:9)",
            "sendto(4, \"x\", NULL)",
            "fill(3)",
            "source(3, 10)",
            "echo(3)",
        ] {
            assert!(refusal_of(line, &facts).is_some(), "{line} {facts:?}");
        }
        assert_eq!(
            refusal_of("sendto(4, \"x\", 127.0.0.1:9)", &facts),
            None,
            "datagrams go where they are sent"
        );
    }
    let facts = GivenFacts {
        peer: Some(bus),
        ..GivenFacts::default()
    };
    assert!(refusal_of("send(7, \"x\")", &facts).is_some());
    let accepted = |peer| GivenFacts {
        peer: Some(peer),
        is_accepted: true,
        ..GivenFacts::default()
    };
    assert_eq!(
        refusal_of("send(3, \"x\")", &accepted(redis)),
        None,
        "a client that came by itself"
    );
    assert!(
        refusal_of("send(3, \"x\")", &accepted(abroad)).is_some(),
        "but not from another host"
    );
}

#[test]
fn a_group_may_be_sent_to_by_the_loopback() {
    let facts = GivenFacts {
        by_loopback: true,
        ..GivenFacts::default()
    };
    assert_eq!(refusal_of("sendto(4, \"x\", 239.1.1.1:9)", &facts), None);
    assert!(refusal_of("sendto(4, \"x\", 239.1.1.1:6379)", &facts).is_some());
}

#[test]
fn a_name_that_is_left_is_no_descriptor() {
    let call = Call::Send {
        socket: Descriptor::Named(crate::call::argument::Name::new("a").expect("a name")),
        data: crate::call::data::Data::Text(b"x".to_vec()),
        flags: crate::socket::MsgFlags(0),
    };
    assert_eq!(
        refusal(&call, None, LineSource::Lesson, &GivenFacts::default()),
        None
    );
}

#[test]
fn only_names_that_stand_in_files_are_looked_up() {
    let facts = GivenFacts::default();
    for line in [
        "getaddrinfo(\"localhost\", \"http\")",
        "getaddrinfo(\"127.0.0.1\", \"80\")",
        "getaddrinfo(NULL, \"http\", AI_PASSIVE)",
        "getaddrinfo(\"example.org\", NULL, AI_NUMERICHOST)",
        "getaddrinfo(NULL, \"nonsense\", AI_NUMERICSERV)",
        "getnameinfo(127.0.0.1:80)",
        "getnameinfo(10.1.2.3:80, NI_NUMERICHOST)",
        "getnameinfo(unix:)",
        "inet_pton(AF_INET, \"example.org\")",
        "htons(80)",
    ] {
        assert_eq!(refusal_of(line, &facts), None, "{line}");
    }
    for (line, what) in [
        ("getaddrinfo(\"example.org\")", "look up example.org"),
        (
            "getaddrinfo(\"localhost\", \"nonsense\")",
            "look up nonsense",
        ),
        (
            "getaddrinfo(\"example.org\", \"80\", AI_NUMERICSERV)",
            "look up example.org",
        ),
        ("getnameinfo(10.1.2.3:80)", "the name of 10.1.2.3:80"),
        (
            "getnameinfo(10.1.2.3:80, NI_NUMERICSERV)",
            "the name of 10.1.2.3:80",
        ),
    ] {
        let refused = refusal_of(line, &facts).expect(line);
        assert!(refused.contains(what), "{line}: {refused}");
        assert!(refused.contains("/etc/hosts"), "{line}: {refused}");
    }
}
