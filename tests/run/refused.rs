//! Lengths, flags and values that the kernel takes are passed to it; what sockplay declines is refused with a sentence,
//! and never answered with an errno or a value of its own.

use crate::common::child::play;
use crate::common::skipped;

/// Two connected sockets, one of datagrams, and an epoll instance.
const SOCKETS: &str = "\
a, b = socketpair(AF_UNIX, SOCK_STREAM)
u = socket(AF_INET, SOCK_DGRAM)
bind(u, 127.0.0.1:0)
e = epoll_create1()
";

#[test]
fn lengths_that_the_kernel_takes_are_passed_to_it() {
    let script = SOCKETS.to_owned()
        + "\
getsockname(u, 200) -> 127.0.0.1:*
getsockname(u, 67108864) -> 127.0.0.1:*
getpeername(a, 5000) -> unix:
getsockopt(u, SO_TYPE, 5000) -> SOCK_DGRAM
getsockopt(u, SO_TYPE, 67108864) -> SOCK_DGRAM
setsockopt(u, SO_RCVBUF, 4096, 5000) -> 0
setsockopt(u, SO_RCVBUF, 4096, 67108864) -> 0
epoll_wait(e, 5000, 0) -> 0
epoll_wait(e, 0, 0) -> EINVAL
send(a, \"x\") -> 1
recvmsg(b, 10, 3000) -> 1 \"x\"
send(a, \"x\") -> 1
recvfrom(b, 10, 70000) -> 1 \"x\" ...
getsockname(u, -1) -> EINVAL
";
    let ran = play(&script, &[]).exits(0);
    assert_eq!(ran.err, "");
}

#[test]
fn what_is_declined_is_refused_with_a_sentence_and_no_errno() {
    let pointer = "hex(01 00 00 00 00 00 00 00 41 41 41 41 41 41 41 41)";
    let zeros = "hex(01 00 00 00 00 00 00 00 00 00 00 00 00 00 00 01)";
    let refused = [
        ("send(a, \"x\", MSG_ZEROCOPY)", "MSG_ZEROCOPY"),
        ("send(a, \"x\", 0x4000000)", "MSG_ZEROCOPY"),
        ("send(a, \"x\", MSG_DONTWAIT|0x4000000)", "MSG_ZEROCOPY"),
        ("send(a, \"x\", 0x7fffffff)", "MSG_ZEROCOPY"),
        ("sendto(u, \"x\", addr(u), 0x4000040)", "MSG_ZEROCOPY"),
        ("sendmsg(a, [\"x\"], MSG_ZEROCOPY|MSG_MORE)", "MSG_ZEROCOPY"),
        ("getsockname(u, 67108865)", "67108865"),
        ("accept(a, 2147483647)", "2147483647"),
        ("getsockopt(u, SO_TYPE, 2147483647)", "2147483647"),
        ("setsockopt(u, SO_RCVBUF, 4096, 2147483647)", "2147483647"),
        ("epoll_wait(e, 2147483647, 0)", "2147483647 events"),
        ("recvmsg(b, 10, -1)", "18446744073709551615"),
        ("recvmsg(b, 10, 2147483647)", "2147483647"),
        (
            "select(read [a], write [], except [], 0, 2000)",
            "FD_SETSIZE",
        ),
        (
            &format!("setsockopt(u, SO_ATTACH_FILTER, {pointer})"),
            "addresses in it",
        ),
        (
            &format!("setsockopt(u, SO_ATTACH_REUSEPORT_CBPF, {pointer})"),
            "addresses in it",
        ),
        (
            &format!("setsockopt(u, 283, 4, {zeros})"),
            "addresses in it",
        ),
        ("bind(u, [fe80::1%nosuchif]:0)", "no interface nosuchif"),
    ];
    for (line, word) in refused {
        let ran = play(&format!("{SOCKETS}{line}\n"), &["--json"]);
        let last = ran.out.lines().last().unwrap_or_default();
        assert_eq!(ran.code, Some(1), "{line}: {ran:#?}");
        assert!(
            last.contains("\"errno\":null") && last.contains("\"result\":\"refused\""),
            "{line}: {last}"
        );
        assert!(last.contains(word), "{line}: {last}");
        let ran = play(&format!("{SOCKETS}{line}\n"), &["--strace"]);
        assert_eq!(ran.out.lines().count(), 4, "{line}: {}", ran.out);
    }
}

#[test]
fn a_filter_without_instructions_is_for_the_kernel_to_refuse() {
    let script = SOCKETS.to_owned()
        + "setsockopt(u, SO_ATTACH_FILTER, hex(00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00)) -> EINVAL\n\
           setsockopt(u, SO_ATTACH_FILTER, hex(01 00 00 00)) -> EINVAL\n\
           setsockopt(u, SO_ATTACH_FILTER, NULL, 16) -> EFAULT\n";
    play(&script, &[]).exits(0);
}

#[test]
fn what_the_playground_asks_gives_what_the_kernel_said() {
    let script = SOCKETS.to_owned()
        + "\
pending(u) -> refused
pending(a) -> refused
pending(e) -> ENOTSOCK
pending(900) -> EBADF
peer(u) -> ENOTCONN
d = socket(AF_UNIX, SOCK_DGRAM)
peer(d) -> ENOTCONN
";
    play(&script, &[]).exits(0);
    let netlink = play(
        "n = socket(AF_NETLINK, SOCK_RAW)\nconnect(n, AF_UNSPEC) -> *\npeer(n) -> *\n",
        &[],
    );
    if netlink.out.lines().count() < 3 {
        return skipped("there are no netlink sockets");
    }
    assert!(
        netlink.err.contains("TCP, UDP and AF_UNIX") || netlink.out.contains("ENOTCONN"),
        "{netlink:#?}"
    );
}

#[test]
fn a_call_in_the_background_that_is_refused_says_so() {
    let ran = play(
        "a, b = socketpair(AF_UNIX, SOCK_STREAM)\nsend(a, \"x\", MSG_ZEROCOPY) &\nwait(a) -> refused\n",
        &[],
    )
    .exits(1);
    let line = ran.out.lines().nth(1).unwrap_or_default();
    assert!(line.contains("-> refused    # BROKEN, line 2"), "{ran:#?}");
    assert!(!ran.err.contains(", got"), "{ran:#?}");
}
