//! Situations made on the real kernel in which one errno, or one bit, has several causes: what is said names the one that
//! is there.

use sockplay::explain;
use sockplay::socket::Errno;
use sockplay::socket::option::{Access, OPTIONS, OptionRow, ValueType};

use crate::common::engine::{CONNECTED, LISTENER, Rig};
use crate::common::skipped;

const EINVAL: Option<Errno> = Some(Errno(libc::EINVAL));

impl Rig {
    /// Makes a call. The explanation of its result.
    #[track_caller]
    pub(crate) fn explained(&mut self, line: &str) -> String {
        let call = self.start(line);
        self.wait(call);
        let record = self.world.call(call).expect("it was made");
        explain::why(&self.world, record).text
    }

    /// Makes a call whose explanation contains this.
    #[track_caller]
    pub(crate) fn is_explained(&mut self, line: &str, text: &str) {
        let why = self.explained(line);
        assert!(why.contains(text), "{line}: {why:?} lacks {text:?}");
    }

    /// The same for a call that sleeps, and is cancelled then.
    #[track_caller]
    fn is_explained_asleep(&mut self, line: &str, text: &str) {
        let call = self.start(line);
        self.blocks(call);
        let record = self.world.call(call).expect("it was made");
        let why = explain::why(&self.world, record).text;
        assert!(why.contains(text), "{line}: {why:?} lacks {text:?}");
        self.engine.cancel(call);
        self.wait(call);
    }
}

/// The socket on which an option of this level can be set.
fn socket_of(level: i32) -> Option<&'static str> {
    match level {
        libc::SOL_SOCKET | libc::IPPROTO_TCP => Some("socket(AF_INET6, SOCK_STREAM)"),
        libc::IPPROTO_IP | libc::IPPROTO_UDP => Some("socket(AF_INET, SOCK_DGRAM)"),
        libc::IPPROTO_IPV6 => Some("socket(AF_INET6, SOCK_DGRAM)"),
        _ => None,
    }
}

/// The errno of a number set for an option on a new socket. `None`: it was taken, or may not be set here.
fn errno_of(rig: &mut Rig, row: &OptionRow, number: i32) -> Option<Errno> {
    let making = socket_of(row.level)?;
    rig.call(&format!("n = {making}"));
    let errno = rig
        .call(&format!("setsockopt(n, {}, {number})", row.name))
        .errno();
    rig.call("close(n)");
    errno
}

#[test]
fn the_kernel_takes_the_numbers_of_the_table_and_no_others() {
    let mut rig = Rig::new();
    for row in OPTIONS.iter().filter(|row| !row.ranges.is_empty()) {
        for (lowest, highest) in row.ranges {
            for number in [*lowest, *highest] {
                let errno = errno_of(&mut rig, row, number);
                assert_ne!(errno, EINVAL, "{} takes {number}", row.name);
            }
            for number in [lowest.checked_sub(1), highest.checked_add(1)] {
                let Some(number) = number.filter(|number| row.takes(*number) == Some(false)) else {
                    continue;
                };
                let errno = errno_of(&mut rig, row, number);
                let is_missing = [libc::ENOPROTOOPT, libc::EOPNOTSUPP, libc::EPERM];
                if errno.is_some_and(|errno| is_missing.contains(&errno.0)) {
                    skipped(&format!("{} cannot be set here", row.name));
                    continue;
                }
                assert_eq!(errno, EINVAL, "{} takes no {number}", row.name);
            }
        }
    }
}

/// The options that take an int and fail with EINVAL for reasons other than a range.
const OTHERWISE: &[&str] = &[
    "IPV6_ADDRFORM",
    "IPV6_CHECKSUM",
    "IPV6_HOPLIMIT",
    "IPV6_ROUTER_ALERT",
    "IP_ROUTER_ALERT",
];

#[test]
fn an_option_without_a_range_takes_every_number() {
    let mut rig = Rig::new();
    let mut wrong = Vec::new();
    for row in OPTIONS {
        let is_number = matches!(row.value, ValueType::Int | ValueType::Bool);
        let is_free = row.access == Access::Both && row.privilege.is_none();
        let has_range = !row.ranges.is_empty();
        if !is_number || !is_free || has_range || OTHERWISE.contains(&row.name) {
            continue;
        }
        for number in [-5, 0, 1, i32::MAX] {
            if errno_of(&mut rig, row, number) == EINVAL {
                wrong.push(format!("{} takes no {number}", row.name));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn what_an_option_reads_now_is_what_is_explained() {
    let mut rig = Rig::new();
    rig.play(&LISTENER);
    rig.play(&CONNECTED);
    rig.is_explained(
        "setsockopt(c, TCP_NODELAY, 0)",
        "TCP_NODELAY of c is 0 now: small segments wait",
    );
    rig.is_explained(
        "setsockopt(c, TCP_NODELAY, 7)",
        "is 1 now: send small segments at once",
    );
    rig.is_explained("getsockopt(c, TCP_NODELAY)", "7 was set and it reads 1");
    rig.is_explained(
        "setsockopt(l, TCP_DEFER_ACCEPT, 8)",
        "8 was set and it reads 15",
    );
    rig.is_explained("setsockopt(c, IP_TTL, -1)", "-1 was set and it reads 64");
    rig.is_explained(
        "setsockopt(c, IP_TTL, 0)",
        "IP_TTL takes -1 or 1 to 255 hops, and 0 is outside",
    );
    rig.is_explained(
        "setsockopt(c, SO_RCVBUF, -1)",
        "took -1 as an unsigned number",
    );
    rig.is_explained(
        "getsockopt(c, SO_RCVBUF)",
        "The kernel took it as an unsigned number",
    );
    rig.is_explained(
        "setsockopt(c, SO_RCVBUF, 100)",
        "raised it to the least size",
    );
    rig.is_explained(
        "setsockopt(c, SO_SNDBUF, 5000)",
        "is 10000 now: 5000 was set, and the kernel doubled it",
    );
}

#[test]
fn an_option_that_the_socket_does_not_have_is_named() {
    let mut rig = Rig::new();
    rig.play(&[
        "a, b = socketpair(AF_UNIX, SOCK_STREAM)",
        "u = socket(AF_INET, SOCK_DGRAM)",
    ]);
    rig.play(&[
        "t = socket(AF_INET, SOCK_STREAM)",
        "r = socket(AF_INET6, SOCK_STREAM)",
    ]);
    rig.is_explained(
        "getsockopt(a, TCP_INFO)",
        "has no options of the level IPPROTO_TCP",
    );
    rig.is_explained(
        "setsockopt(u, TCP_INFO, hex(00 00 00 00))",
        "has no options of the level IPPROTO_TCP",
    );
    rig.is_explained(
        "setsockopt(t, IPV6_V6ONLY, 1)",
        "has no options of the level IPPROTO_IPV6",
    );
    rig.is_explained(
        "setsockopt(a, SO_ZEROCOPY, 1)",
        "cannot send without copying",
    );
    if rig.call("setsockopt(a, SO_REUSEPORT, 1)").errno() == Some(Errno(libc::EOPNOTSUPP)) {
        rig.is_explained("setsockopt(a, SO_REUSEPORT, 1)", "has no port to share");
    } else {
        skipped("this kernel takes SO_REUSEPORT on AF_UNIX");
    }
    rig.is_explained("setsockopt(t, SO_TYPE, 1)", "SO_TYPE can only be read");
    rig.is_explained(
        "setsockopt(t, SO_BINDTODEVICE, \"no-such-if\")",
        "No interface of this network namespace is called",
    );
    rig.is_explained(
        "setsockopt(t, SO_ATTACH_BPF, 99)",
        "t is open, so EBADF is about the value: 99",
    );
    rig.is_explained("bind(r, [::1]:0)", "r");
    rig.is_explained("setsockopt(r, IPV6_V6ONLY, 1)", "already");
    rig.is_explained(
        "getsockopt(u, IP_MTU)",
        "IP_MTU needs a peer, and u has none",
    );
    rig.is_explained(
        "getsockopt(a, SO_PEERNAME)",
        "The kernel cannot give this option now",
    );
}

#[test]
fn memberships_fail_for_the_reason_that_is_said() {
    let mut rig = Rig::new();
    rig.play(&[
        "u = socket(AF_INET, SOCK_DGRAM)",
        "t = socket(AF_INET, SOCK_STREAM)",
    ]);
    let join =
        |last: u32| format!("setsockopt(u, IP_ADD_MEMBERSHIP, {{239.5.5.{last}, 127.0.0.1}})");
    rig.is_explained(
        "setsockopt(u, IP_DROP_MEMBERSHIP, {239.5.5.1, 127.0.0.1})",
        "u has not joined this group",
    );
    rig.is_explained(
        "setsockopt(u, IP_ADD_MEMBERSHIP, {239.5.5.1, 10.99.99.99})",
        "No interface fits",
    );
    rig.is_explained(
        "setsockopt(u, IP_ADD_MEMBERSHIP, {10.5.5.1, 127.0.0.1})",
        "not a multicast address",
    );
    rig.is_explained(
        "setsockopt(t, IP_ADD_MEMBERSHIP, {239.5.5.1, 127.0.0.1})",
        "Multicast is for datagrams",
    );
    rig.is_explained(
        "setsockopt(u, IP_MULTICAST_IF, 10.99.99.99)",
        "and 10.99.99.99 is none",
    );
    rig.is_explained(&join(1), "IP_ADD_MEMBERSHIP on u");
    rig.is_explained(
        &join(1),
        "u is a member of this group on this interface already",
    );
    let source = "{239.6.6.1, 127.0.0.1, 127.0.0.2}";
    rig.is_explained(
        &format!("setsockopt(u, IP_BLOCK_SOURCE, {source})"),
        "was not joined",
    );
    rig.is_explained(
        &format!("setsockopt(u, IP_ADD_SOURCE_MEMBERSHIP, {source})"),
        "on u",
    );
    rig.is_explained(
        &format!("setsockopt(u, IP_ADD_SOURCE_MEMBERSHIP, {source})"),
        "receives this source",
    );
    let most = std::fs::read_to_string("/proc/sys/net/ipv4/igmp_max_memberships");
    if most.is_ok_and(|most| most.trim() == "20") {
        (2..20).for_each(|last| drop(rig.call(&join(last))));
        rig.is_explained(&join(30), "net.ipv4.igmp_max_memberships allows: 20");
    } else {
        skipped("net.ipv4.igmp_max_memberships is not 20");
    }
}

#[test]
fn pollerr_of_an_error_queue_lasts_until_the_queue_is_read() {
    let mut rig = Rig::new();
    rig.play(&["u = socket(AF_INET, SOCK_DGRAM)", "bind(u, 127.0.0.1:0)"]);
    rig.play(&["f = socket(AF_INET, SOCK_DGRAM)", "bind(f, 127.0.0.1:0)"]);
    rig.play(&[
        "setsockopt(u, IP_RECVERR, 1)",
        "connect(u, addr(f))",
        "close(f)",
        "send(u, \"x\")",
    ]);
    rig.is_explained(
        "poll([u: POLLIN], 1000)",
        "MSG_ERRQUEUE takes it, and POLLERR lasts until then",
    );
    rig.call("recv(u, 9, MSG_DONTWAIT)");
    rig.is_explained("poll([u: POLLIN], 0)", "MSG_ERRQUEUE takes it");
    rig.is_explained(
        "getsockopt(u, SO_ERROR)",
        "IP_RECVERR puts errors into the error queue as well",
    );
    rig.call("recvmsg(u, 9, MSG_ERRQUEUE)");
    assert_eq!(rig.call("poll([u: POLLIN], 0)").to_string(), "0");
}

#[test]
fn a_reset_leaves_what_came_before_to_be_read() {
    let mut rig = Rig::new();
    rig.play(&LISTENER);
    rig.play(&CONNECTED);
    rig.play(&["send(s, \"left\")", "send(c, \"unread\")", "close(s)"]);
    rig.is_explained(
        "poll([c: POLLIN], 1000)",
        "recv() first gives what is left to read, then the error",
    );
    assert_eq!(rig.call("recv(c, 9)").to_string(), "4 \"left\"");
    assert_eq!(
        rig.call("recv(c, 9)").errno(),
        Some(Errno(libc::ECONNRESET))
    );
}

#[test]
fn what_is_there_and_does_not_suffice_is_named() {
    let mut rig = Rig::new();
    rig.play(&LISTENER);
    rig.play(&CONNECTED);
    rig.play(&["setsockopt(s, SO_RCVLOWAT, 100)", "send(c, \"hello\")"]);
    rig.is_explained(
        "poll([s: POLLIN], 0)",
        "s has 5 unread bytes, fewer than its SO_RCVLOWAT of 100",
    );
    rig.is_explained_asleep(
        "poll([s: POLLIN], -1)",
        "s has 5 unread bytes, fewer than its SO_RCVLOWAT",
    );
    rig.is_explained_asleep(
        "recv(s, 200)",
        "s has 5 unread bytes, fewer than its SO_RCVLOWAT of 100",
    );
    rig.play(&["r = socket(AF_UNIX, SOCK_DGRAM)", "bind(r, unix:)"]);
    rig.play(&["u = socket(AF_UNIX, SOCK_DGRAM|SOCK_NONBLOCK)"]);
    while rig.call("sendto(u, \"x\", addr(r))").errno().is_none() {}
    rig.is_explained(
        "poll([u: POLLOUT], 0)",
        "the queue of a receiver may still be full",
    );
    rig.play(&["connect(u, addr(r))"]);
    rig.is_explained(
        "poll([u: POLLOUT], 0)",
        "u is connected to r, so POLLOUT means room in the queue of r",
    );
    rig.call("recv(r, 9)");
    rig.is_explained("poll([u: POLLOUT], 1000)", "u: room to send");
}

#[test]
fn a_send_on_af_unix_wakes_when_three_quarters_of_its_buffer_are_free() {
    let mut rig = Rig::new();
    rig.play(&[
        "a, b = socketpair(AF_UNIX, SOCK_STREAM)",
        "setsockopt(a, SO_SNDBUF, 100000)",
    ]);
    rig.play(&["fill(a)"]);
    let call = rig.start("send(a, \"x\"*1000)");
    rig.blocks(call);
    let record = rig.world.call(call).expect("it was made");
    let why = explain::why(&rig.world, record).text;
    assert!(
        why.contains("until") || why.contains("three quarters of the buffer are free"),
        "{why}"
    );
    // As long as more than a quarter is used, the call sleeps.
    let is_asleep = |rig: &Rig| {
        rig.world
            .call(call)
            .is_some_and(|record| record.outcome().is_none())
    };
    loop {
        let used = used_of(&mut rig);
        rig.call("recv(b, 2000)");
        if !is_asleep(&rig) || used * 4 <= 200_000 {
            break;
        }
    }
    rig.wait(call);
    assert!(
        used_of(&mut rig) * 4 <= 200_000 + 4 * 4000,
        "{}",
        used_of(&mut rig)
    );
}

/// The memory of what a socket has sent and nobody has received.
fn used_of(rig: &mut Rig) -> i64 {
    let used = rig.call("ioctl(a, SIOCOUTQ)").to_string();
    used.parse().expect("a number")
}

#[test]
fn a_raw_socket_receives_packets_and_has_no_ports() {
    let mut rig = Rig::new();
    if rig
        .call("r = socket(AF_INET, SOCK_RAW, IPPROTO_ICMP)")
        .errno()
        .is_some()
    {
        skipped("this process has no CAP_NET_RAW");
        return;
    }
    rig.gives("sendto(r, hex(08 00 f7 ff 00 00 00 00), 127.0.0.1:0)", "8");
    rig.gives("sendto(r, hex(08 00 f7 ff 00 00 00 00), 127.0.0.1)", "8");
    rig.call("drain(r)");
    rig.play(&["sendto(r, hex(08 00 f7 ff 00 00 00 00), 127.0.0.1)"]);
    let request = "The first 20 are its IPv4 header (127.0.0.1 to 127.0.0.1, TTL 64); behind it comes ICMP type 8 code 0, an echo request";
    rig.is_explained("recv(r, 100)", request);
    rig.is_explained("recv(r, 100)", "ICMP type 0 code 0, an echo reply");
    rig.is_explained("getsockname(r)", "the number in its place is its protocol");
    rig.is_explained("connect(r, 127.0.0.1:0)", "Raw sockets have no ports");
    rig.is_explained("getpeername(r)", "getpeername() takes port 0 for no peer");
    rig.is_explained("recv(r, 100, MSG_DONTWAIT)", "No packet waits for r");
}
