//! `localhost` and a port alone, as addresses of sockets of each domain.

use crate::common::child::play;
use crate::common::host::no_ipv6;
use crate::common::skipped;

#[test]
fn localhost_is_the_loopback_address_of_ipv4_and_is_printed_as_that() {
    let script = "\
l = socket inet stream
bind l 0
listen l 5
c = socket inet stream
connect c localhost:port(l)
getpeername c -> addr(l)
u = socket inet dgram
bind u localhost:0
sendto u \"x\" localhost:port(u)
recvfrom(u, 9) -> 1 \"x\" from addr(u)
bind(900, 80) -> EBADF
";
    let ran = play(script, &[]).exits(0);
    assert!(ran.out.contains("bind(l, 127.0.0.1:0)"), "{ran:#?}");
    assert!(ran.out.contains("connect(c, 127.0.0.1:"), "{ran:#?}");
    assert!(!ran.out.contains("localhost"), "{ran:#?}");
    // What is printed is a script that does the same.
    play(&ran.out.replace("127.0.0.1:0", "localhost:0"), &[]).orderly();
}

#[test]
fn localhost_is_the_loopback_address_of_ipv6_for_its_sockets() {
    if let Some(reason) = no_ipv6() {
        skipped(&reason);
        return;
    }
    let script = "\
l = socket inet6 stream
bind l localhost:0
listen l 5
c = socket inet6 stream
connect c localhost:port(l)
getpeername c -> addr(l)
";
    let ran = play(script, &[]).exits(0);
    assert!(ran.out.contains("bind(l, [::1]:0)"), "{ran:#?}");
    assert!(ran.out.contains("connect(c, [::1]:"), "{ran:#?}");
}

#[test]
fn a_socket_of_another_domain_has_no_localhost() {
    let script =
        "x = socket unix stream\nbind(x, 80) -> refused\nbind(x, 127.0.0.1:80) -> EINVAL\n";
    play(script, &[]).exits(0);
    let ran = play("x = socket unix stream\nbind(x, localhost:80)\n", &[]).exits(1);
    assert!(ran.err.contains("x is neither"), "{ran:#?}");
}
