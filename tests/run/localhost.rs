//! Names in addresses, and a port alone, for sockets of each domain.

use crate::common::child::play;
use crate::common::host::no_ipv6;
use crate::common::skipped;

#[test]
fn a_name_is_looked_up_in_a_line_of_its_own_and_its_address_is_printed() {
    let script = "\
l = socket tcp
bind l 0
listen l
c = socket tcp
connect c localhost:port(l)   # a comment
getpeername c -> addr(l)
u = socket udp
bind u localhost:0
sendto u \"x\" localhost:port(u)
recvfrom(u, 9) -> 1 \"x\" from addr(u)
connect(900, localhost:80) -> EBADF
";
    let ran = play(script, &[]).exits(0);
    let lines: Vec<&str> = ran.out.lines().collect();
    let at = |begins: &str| {
        let found = lines.iter().position(|line| line.starts_with(begins));
        found.unwrap_or_else(|| panic!("{begins}: {ran:#?}"))
    };
    assert!(ran.out.contains("bind(l, 127.0.0.1:0)"), "{ran:#?}");
    let lookup = at("getaddrinfo(\"localhost\", ");
    assert!(
        lines[lookup].contains("AF_INET, SOCK_STREAM) -> [127.0.0.1:"),
        "{ran:#?}"
    );
    assert_eq!(at("connect(c, 127.0.0.1:"), lookup + 1, "{ran:#?}");
    assert!(lines[lookup + 1].ends_with("# a comment"), "{ran:#?}");
    assert!(ran.out.contains("0, AF_INET, SOCK_DGRAM)"), "{ran:#?}");
    assert!(ran.out.contains("connect(900, 127.0.0.1:80)"), "{ran:#?}");
}

#[test]
fn each_name_of_several_messages_is_looked_up_once() {
    let script = "\
r = socket udp
bind r 127.0.0.1:0
q = socket udp
bind q 127.0.0.1:0
u = socket udp
bind u 127.0.0.1:0
sendmmsg(u, [{[\"a\"], localhost:port(r)}, {[\"b\"], 127.0.0.1:no-such-service}]) -> refused
sendmmsg(u, [{[\"a\"], localhost:port(r)}, {[\"b\"], localhost:port(q)}, {[\"c\"], localhost:port(r)}])   # three
recvmmsg(r, 2, 9) -> 2 [\"a\", \"c\"] from addr(u)
recv(q, 9) -> 1 \"b\"
";
    let ran = play(script, &[]).exits(0);
    let lines: Vec<&str> = ran.out.lines().collect();
    let sent = lines.iter().position(|line| line.ends_with("# three"));
    let sent = sent.unwrap_or_else(|| panic!("{ran:#?}"));
    assert!(!lines[sent].contains("localhost"), "{ran:#?}");
    let lookups = |lines: &[&str]| {
        let lookups = lines.iter().filter(|line| line.starts_with("getaddrinfo("));
        lookups.count()
    };
    assert_eq!(lookups(&lines[sent - 2..sent]), 2, "{ran:#?}");
    assert_eq!(lookups(&lines), 4, "{ran:#?}");
}

#[test]
fn a_name_in_a_call_of_a_child_is_looked_up_for_the_socket_of_the_child() {
    let script = "\
p = fork
r = socket(AF_INET, SOCK_DGRAM) in p
bind r 0 in p
u = socket(AF_INET, SOCK_DGRAM) in p
sendmmsg(u, [{[\"a\"], localhost:port(r)}]) in p
recv(r, 9) in p -> 1 \"a\"
";
    let ran = play(script, &[]).exits(0);
    assert!(ran.out.contains(", 0, AF_INET, SOCK_DGRAM)"), "{ran:#?}");
    assert!(ran.out.contains("bind(r, 127.0.0.1:0) in p"), "{ran:#?}");
}

#[test]
fn where_the_address_is_from_is_said_with_the_call() {
    let script = "c = socket tcp\nconnect(c, localhost:1) -> ECONNREFUSED or 0\n";
    let ran = play(script, &["--why"]).exits(0);
    let said = "getaddrinfo() gave 127.0.0.1:1 for localhost. ";
    assert!(ran.out.contains(said), "{ran:#?}");
}

#[test]
fn a_name_that_nobody_knows_is_no_error_of_the_call() {
    // The look-up fails without a question to anybody.
    let script = "\
c = socket tcp
connect(c, localhost:no-such-service) -> refused
getpeername c -> ENOTCONN
";
    let ran = play(script, &[]).exits(0);
    assert!(ran.out.contains("-> EAI_SERVICE\n"), "{ran:#?}");
    let ran = play(
        "c = socket tcp\nconnect(c, localhost:no-such-service)\n",
        &[],
    )
    .exits(1);
    assert!(
        ran.err.contains("getaddrinfo() gave EAI_SERVICE"),
        "{ran:#?}"
    );
}

#[test]
fn a_socket_is_not_taken_for_a_host() {
    let ran = play("l = socket tcp\nc = socket tcp\nconnect(c, l:80)\n", &[]).exits(1);
    assert!(ran.err.contains("addr(l) is its address"), "{ran:#?}");
    assert!(!ran.out.contains("getaddrinfo"), "{ran:#?}");
}

#[test]
fn the_family_of_the_socket_is_asked_for() {
    if let Some(reason) = no_ipv6() {
        skipped(&reason);
        return;
    }
    let script = "\
l = socket tcp6
bind l 0
listen l
c = socket tcp6
connect c [::1]:port(l)
getpeername c -> addr(l)
";
    let ran = play(script, &[]).exits(0);
    assert!(ran.out.contains("bind(l, [::1]:0)"), "{ran:#?}");
    // Whether localhost has an IPv6 address depends on /etc/hosts.
    let ran = play("d = socket tcp6\nconnect(d, localhost:1)\n", &[]);
    assert!(ran.out.contains("0, AF_INET6, SOCK_STREAM)"), "{ran:#?}");
}

#[test]
fn a_socket_of_another_domain_has_no_localhost() {
    let script = "x = socket unix stream\nbind(x, 80) -> refused\nbind(x, localhost:80) -> refused\nbind(x, 127.0.0.1:80) -> EINVAL\n";
    play(script, &[]).exits(0);
    let ran = play("x = socket unix stream\nbind(x, localhost:80)\n", &[]).exits(1);
    assert!(ran.err.contains("x is neither"), "{ran:#?}");
}
