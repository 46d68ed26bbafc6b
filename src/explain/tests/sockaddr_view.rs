//! Addresses byte by byte: what was passed and what came back, with their lengths.

use crate::call::outcome::{Outcome, Returned};
use crate::call::outcome::{Raw, Written};
use crate::event::{CallId, Event, EventKind, Request, Timestamp};
use crate::explain::sockaddr_view::{SockaddrBytes, sockaddr_pages, why_none};
use crate::notation::parse_line;
use crate::world::World;

/// A call by itself, with the address that the kernel wrote.
fn world(line: &str, written: Option<Written>) -> World {
    let command = parse_line(line).expect(line).command.expect("a command");
    let call = CallId(1);
    let request = Request {
        id: call,
        call: command.call.clone().into(),
        command: command.into(),
        on: None,
        others: Box::default(),
        reach: crate::event::Reach::Free,
        process: None,
    };
    let outcome = Outcome {
        partial: None,
        raw: Some(Box::new(Raw {
            address: written,
            ..Raw::default()
        })),
        ..Outcome::of(Ok(Returned::Zero))
    };
    let state = None;
    let mut world = World::default();
    for what in [
        EventKind::Asked(Box::new(request)),
        EventKind::Returned {
            call,
            outcome,
            state,
        },
    ] {
        let at = Timestamp(1);
        world.apply(&Event::new(at, what));
    }
    world
}

fn of(line: &str, written: Option<Written>) -> Vec<SockaddrBytes> {
    let world = world(line, written);
    sockaddr_pages(world.log().last().expect("a call"), &[(7, "lo".to_owned())])
}

#[track_caller]
fn passes(line: &str, title: &str, length: &[&str]) {
    let found = of(line, None);
    assert_eq!(found.len(), 1, "{line}");
    assert_eq!(found[0].title, title);
    assert_eq!(found[0].length, length);
}

#[test]
fn the_length_that_is_passed_is_explained_for_every_family() {
    passes(
        "bind(3, 127.0.0.1:80)",
        "bind() passed struct sockaddr_in, ip(7)",
        &["socklen_t addrlen = 16 = sizeof(struct sockaddr_in)."],
    );
    passes(
        "connect(3, [::1]:80)",
        "connect() passed struct sockaddr_in6, ipv6(7)",
        &["socklen_t addrlen = 28 = sizeof(struct sockaddr_in6)."],
    );
    let unix = "bind() passed struct sockaddr_un, unix(7)";
    passes(
        "bind(3, unix:/tmp/x)",
        unix,
        &["socklen_t addrlen = 9 = 2 for the family + 6 + 1 for the NUL."],
    );
    passes(
        "bind(3, abstract:name)",
        unix,
        &["socklen_t addrlen = 7 = 2 for the family + 1 for the NUL in front + 4."],
    );
    passes(
        "bind(3, unix:)",
        unix,
        &["socklen_t addrlen = 2 = sizeof(sa_family_t)."],
    );
    passes(
        "connect(3, AF_UNSPEC)",
        "connect() passed struct sockaddr, sockaddr(3type)",
        &["socklen_t addrlen = 16."],
    );
    passes(
        "bind(3, NULL)",
        "bind() passed a null pointer",
        &["socklen_t addrlen = 0."],
    );
    passes(
        "sendto(3, \"x\", 127.0.0.1:80)",
        "sendto() passed struct sockaddr_in, ip(7)",
        &["socklen_t addrlen = 16 = sizeof(struct sockaddr_in)."],
    );
}

#[test]
fn a_wrong_length_shows_what_the_kernel_reads() {
    let found = of("bind(3, 127.0.0.1:80, 6)", None);
    assert_eq!(
        found[0].length,
        [
            "socklen_t addrlen = 6.",
            "The right one is 16 = sizeof(struct sockaddr_in): the kernel reads only what addrlen says."
        ]
    );
    assert_eq!(found[0].fields[2].value, "2 of 4 bytes");
    let far = of("bind(3, 127.0.0.1:80, -1)", None);
    assert!(far[0].length[0].ends_with("= -1."), "{far:?}");
}

#[test]
fn the_zone_of_an_address_becomes_the_number_of_the_interface() {
    let found = of("connect(3, [fe80::1%lo]:80)", None);
    assert_eq!(found[0].fields[4].value, "7");
}

#[test]
fn what_came_back_has_a_length_before_and_after() {
    let address = crate::notation::parse::parse_address("127.0.0.1:80").expect("an address");
    let bytes = crate::socket::sockaddr::encode(&address);
    let whole = of(
        "getsockname(3)",
        Some(Written {
            bytes: bytes.clone(),
            offered: 128,
            length: 16,
        }),
    );
    assert_eq!(
        whole[0].title,
        "getsockname() gave struct sockaddr_in, ip(7)"
    );
    assert_eq!(
        whole[0].length,
        ["Value-result: addrlen was 128 before, 16 after = sizeof(struct sockaddr_in)."]
    );
    let cut = of(
        "getsockname(3, 4)",
        Some(Written {
            bytes: bytes[..4].to_vec(),
            offered: 4,
            length: 16,
        }),
    );
    assert_eq!(
        cut[0].length,
        [
            "Value-result: addrlen was 4 before, 16 after.",
            "The address has 16 bytes and was truncated: only 4 were written."
        ]
    );
    let none = of(
        "recvfrom(3, 9)",
        Some(Written {
            offered: 128,
            ..Written::default()
        }),
    );
    assert!(
        none[0].length[1].starts_with("Nothing was written"),
        "{none:?}"
    );
}

#[test]
fn a_call_without_an_address_says_so() {
    let world = world("listen(3, 5)", None);
    assert!(sockaddr_pages(world.log().last().expect("a call"), &[]).is_empty());
    assert!(
        why_none(world.log().last().expect("a call"))
            .starts_with("listen() neither takes nor returns")
    );
}

#[test]
fn control_messages_are_shown_field_by_field() {
    let line = "sendmsg(3, [\"a\"], 127.0.0.1:9, creds(1, 2, 3), IP_PKTINFO({127.0.0.2, lo}))";
    let world = world(line, None);
    let record = world.log().iter().next().expect("the call");
    let pages = sockaddr_pages(record, &[(7, "lo".to_owned())]);
    let titles: Vec<&str> = pages.iter().map(|page| page.title.as_str()).collect();
    let expected = [
        "sendmsg() passed struct sockaddr_in, ip(7)",
        "sendmsg() passed SCM_CREDENTIALS, unix(7)",
        "sendmsg() passed IP_PKTINFO, ip(7)",
    ];
    assert_eq!(titles, expected);
    let field = |page: usize, name: &str| {
        let mut fields = pages[page].fields.iter();
        let field = fields.find(|field| field.name == name).expect(name);
        (field.at, field.value.as_str())
    };
    assert_eq!(field(1, "uid"), (20, "2"));
    assert_eq!(field(2, "ipi_ifindex"), (16, "7"));
    assert_eq!(field(2, "ipi_spec_dst"), (20, "inet_addr(\"127.0.0.2\")"));
}
