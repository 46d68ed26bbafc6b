//! Sends and receives whose result has several possible causes, each made on the real kernel: what is said names the one
//! that is there.

use std::fs;

use sockplay::explain;

use crate::common::engine::{CONNECTED, LISTENER, Rig};
use crate::common::skipped;

impl Rig {
    /// Makes calls. Each explanation contains the text beside its line.
    #[track_caller]
    fn tells(&mut self, lines: &[(&str, &str)]) {
        for (line, text) in lines {
            let call = self.start(line);
            self.wait(call);
            let record = self.world.call(call).expect("it was made");
            let why = explain::why(&self.world, record).text;
            assert!(why.contains(text), "{line}: {why:?} lacks {text:?}");
        }
    }

    /// A TCP connection between `c` and `s`.
    fn connected() -> Self {
        let mut rig = Self::new();
        rig.play(&LISTENER);
        rig.play(&CONNECTED);
        rig
    }

    /// What is said of a call that slept and was left for others to wake.
    #[track_caller]
    fn said_when_woken(&mut self, sleeps: &str, waker: &str) -> String {
        let call = self.start(sleeps);
        self.blocks(call);
        self.call(waker);
        self.wait(call);
        let record = self.world.call(call).expect("it was made");
        explain::why(&self.world, record).text
    }
}

#[test]
fn what_tcp_holds_back_is_not_called_sent() {
    let mut rig = Rig::connected();
    rig.tells(&[
        ("send(c, \"hello\", MSG_MORE)", "MSG_MORE holds 5 bytes back"),
        ("setsockopt(c, TCP_NODELAY, 1)", "TCP_NODELAY of c is 1 now"),
        ("recv(s, 9)", "5 bytes were there"),
        ("setsockopt(c, TCP_CORK, 1)", "TCP_CORK of c is 1 now"),
        (
            "send(c, \"header\")",
            "TCP_CORK is on, so 6 bytes were not sent yet",
        ),
        ("setsockopt(c, TCP_CORK, 0)", "TCP_CORK of c is 0 now"),
        ("recv(s, 9)", "6 bytes were there"),
        ("fill(c)", "then it gave EAGAIN"),
        (
            "send(c, \"x\", MSG_DONTWAIT)",
            "The send buffer of c is full, and this call must not wait (MSG_DONTWAIT). The peer has no room",
        ),
    ]);
}

#[test]
fn a_closed_window_is_named_where_it_holds_data_back() {
    let mut rig = Rig::new();
    rig.play(&LISTENER);
    rig.play(&["setsockopt(l, SO_RCVBUF, 2304)"]);
    rig.play(&CONNECTED);
    rig.tells(&[("send(c, bytes(60000))", "the peer has no room for them")]);
}

#[test]
fn why_a_datagram_is_too_large_is_told_apart() {
    let mut rig = Rig::new();
    rig.play(&[
        "u = socket(AF_INET, SOCK_DGRAM)",
        "r = socket(AF_INET, SOCK_DGRAM)",
        "bind(r, 127.0.0.1:0)",
        "connect(u, addr(r))",
    ]);
    rig.tells(&[
        (
            "send(u, bytes(65508))",
            "A UDP datagram over IPv4 carries at most 65507 bytes, and 65508 do not fit",
        ),
        (
            "send(u, bytes(60000), MSG_MORE)",
            "MSG_MORE holds the data back",
        ),
        (
            "send(u, bytes(10000))",
            "These 10000 bytes belong to the datagram that MSG_MORE has begun",
        ),
        ("setsockopt(u, UDP_SEGMENT, 10)", "UDP_SEGMENT of u is 10"),
        (
            "send(u, bytes(1400))",
            "UDP_SEGMENT of u is 10, so 1400 bytes would be 140 datagrams",
        ),
        (
            "send(u, bytes(50))",
            "UDP_SEGMENT of u is 10, so the 50 bytes leave as 5 datagrams",
        ),
    ]);
    let many = vec!["\"x\""; 1025].join(", ");
    let too_many = "One call takes at most 1024 buffers (IOV_MAX), and it has 1025";
    rig.tells(&[
        (&format!("sendmsg(u, [{many}])"), too_many),
        (&format!("writev(u, [{many}])"), too_many),
    ]);
}

#[test]
fn what_may_not_be_fragmented_must_fit_into_the_mtu() {
    let mut rig = Rig::new();
    rig.play(&["u = socket(AF_INET6, SOCK_DGRAM)"]);
    if rig.call("connect(u, [::1]:9)").errno().is_some() {
        return skipped("there is no ::1");
    }
    rig.tells(&[(
        "send(u, bytes(65528))",
        "A UDP datagram over IPv6 carries at most 65527 bytes",
    )]);
    if rig.call("getsockopt(u, IPV6_MTU)").to_string() != "65536" {
        return skipped("the loopback has another MTU than usual");
    }
    rig.play(&["setsockopt(u, IPV6_MTU_DISCOVER, IPV6_PMTUDISC_DO)"]);
    let fits = "so u does not fragment, and 65500 bytes with their headers do not fit into the MTU of 65536 bytes";
    rig.tells(&[("send(u, bytes(65500))", fits)]);
    rig.play(&["setsockopt(u, UDP_SEGMENT, 65500)"]);
    let cut = "UDP_SEGMENT of u is 65500: a segment of that size and its headers must fit into the path MTU of 65536 bytes";
    rig.tells(&[("send(u, bytes(65500))", cut)]);
}

#[test]
fn why_af_unix_has_no_room_is_told_apart() {
    let mut rig = Rig::new();
    rig.play(&[
        "r = socket(AF_UNIX, SOCK_DGRAM)",
        "bind(r, unix:)",
        "o = socket(AF_UNIX, SOCK_DGRAM)",
        "bind(o, unix:)",
        "u = socket(AF_UNIX, SOCK_DGRAM|SOCK_NONBLOCK)",
        "v = socket(AF_UNIX, SOCK_DGRAM|SOCK_NONBLOCK)",
    ]);
    while rig.call("sendto(u, \"x\", addr(r))").errno().is_none() {}
    rig.tells(&[
        (
            "sendto(u, \"x\", addr(r))",
            "u is not connected, so poll() reports POLLOUT anyway",
        ),
        ("poll([u: POLLOUT], 0)", "room in its own send buffer"),
        ("connect(u, addr(r))", ""),
        ("poll([u: POLLOUT], 0)", "One of them has none"),
        ("send(u, \"x\")", "r has to receive first"),
        ("setsockopt(v, SO_SNDBUF, 4608)", ""),
        (
            "sendto(v, bytes(9185), addr(o))",
            "SO_SNDBUF of v is 9216, so at most 9184 bytes fit, and 9185 do not",
        ),
    ]);
    while rig
        .call("sendto(v, bytes(2000), addr(o))")
        .errno()
        .is_none()
    {}
    rig.tells(&[(
        "sendto(v, \"x\", addr(o))",
        "Messages that were not received yet fill the send buffer of v (SO_SNDBUF)",
    )]);
    rig.play(&["shutdown(o, SHUT_RD)", "w = socket(AF_UNIX, SOCK_DGRAM)"]);
    rig.tells(&[(
        "sendto(w, \"x\", addr(o))",
        "o ended its receiving with shutdown()",
    )]);
}

#[test]
fn a_timeout_is_not_called_non_blocking() {
    let mut rig = Rig::new();
    rig.play(&["a, b = socketpair(AF_UNIX, SOCK_STREAM)"]);
    rig.play(&[
        "setsockopt(a, SO_SNDTIMEO, 1ms)",
        "setsockopt(b, SO_RCVTIMEO, 1ms)",
    ]);
    rig.tells(&[
        (
            "recv(b, 9)",
            "Nothing came before SO_RCVTIMEO ended the wait",
        ),
        ("fill(a)", "then it gave EAGAIN"),
        (
            "send(a, \"x\"*9000)",
            "No room came free before SO_SNDTIMEO ended the wait",
        ),
    ]);
}

#[test]
fn who_takes_a_datagram_is_decided_by_its_peer_and_its_interface() {
    let mut rig = Rig::new();
    rig.play(&[
        "s = socket(AF_INET, SOCK_DGRAM)",
        "bind(s, *:0)",
        "c = socket(AF_INET, SOCK_DGRAM)",
        "bind(c, 127.0.0.1:0)",
        "connect(c, 127.0.0.2:port(s))",
    ]);
    rig.tells(&[(
        "sendto(s, \"pong\", addr(c))",
        "it takes datagrams from there only, so this one is dropped",
    )]);
    rig.tells(&[("recv(c, 9, MSG_DONTWAIT)", "datagrams from 127.0.0.1:")]);
    rig.play(&["connect(s, addr(c))", "send(s, \"pong\")"]);
    rig.tells(&[(
        "send(s, \"pong\")",
        "c has the port, but is connected to 127.0.0.2:",
    )]);
    let names = fs::read_dir("/sys/class/net").expect("the interfaces");
    let names = names.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    let Some(other) = names.into_iter().find(|name| name != "lo") else {
        return skipped("there is no interface but the loopback");
    };
    rig.play(&["u = socket(AF_INET, SOCK_DGRAM)"]);
    let bound = rig.call(&format!("setsockopt(u, SO_BINDTODEVICE, \"{other}\")"));
    if bound.errno().is_some() {
        return skipped("SO_BINDTODEVICE is not allowed here");
    }
    rig.play(&["bind(u, *:0)", "v = socket(AF_INET, SOCK_DGRAM)"]);
    rig.play(&["connect(v, 127.0.0.1:port(u))"]);
    let dropped = format!("u has the port, but only for {other} (SO_BINDTODEVICE)");
    rig.tells(&[("send(v, \"x\")", &dropped), ("send(v, \"x\")", &dropped)]);
}

#[test]
fn the_error_queue_is_named_until_it_is_read() {
    let mut rig = Rig::new();
    rig.play(&[
        "u = socket(AF_INET, SOCK_DGRAM)",
        "bind(u, 127.0.0.1:0)",
        "r = socket(AF_INET, SOCK_DGRAM)",
        "bind(r, 127.0.0.1:0)",
        "setsockopt(u, IP_RECVERR, 1)",
    ]);
    // A port that was free just now.
    let port = rig.call("getsockname(r)").to_string();
    rig.play(&["close(r)", &format!("sendto(u, \"PING\", {port})")]);
    rig.tells(&[
        (
            "recv(u, 9)",
            "The record waits in the error queue, and poll() reports POLLERR until it is read",
        ),
        (
            "recv(u, 9, MSG_DONTWAIT)",
            "Its error queue holds a record: poll() reports POLLERR until recvmsg() takes it with MSG_ERRQUEUE",
        ),
        ("getsockopt(u, SO_ERROR)", "No error is pending on u"),
        (
            "recvmsg(u, 100, MSG_ERRQUEUE)",
            "The error queue held this record, and no data came: {ECONNREFUSED, ICMP, type 3, code 3, from 127.0.0.1}",
        ),
        (
            "recvmsg(u, 100, MSG_ERRQUEUE)",
            "The error queue of u is empty. MSG_ERRQUEUE never waits",
        ),
        ("recv(u, 9, MSG_DONTWAIT)", "No message waits for u"),
    ]);
    assert!(!rig.socket("u").error_queued());
}

#[test]
fn a_receive_that_shutdown_woke_got_no_datagram() {
    let mut rig = Rig::new();
    rig.play(&["u = socket(AF_INET, SOCK_DGRAM)", "bind(u, 127.0.0.1:0)"]);
    let why = rig.said_when_woken("recv(u, 9)", "shutdown(u, SHUT_RDWR)");
    assert!(!why.contains("An empty datagram"), "{why}");
    assert!(why.contains("ended"), "{why}");
}

#[test]
fn a_receive_stops_at_the_urgent_byte_and_passes_it_over() {
    let mut rig = Rig::connected();
    rig.play(&[
        "send(c, \"GET\")",
        "send(c, \" \", MSG_OOB)",
        "send(c, \"/ HTTP\")",
    ]);
    rig.tells(&[
        (
            "recv(s, 100)",
            "3 of 100 bytes: a receive stops before the urgent byte",
        ),
        (
            "recv(s, 100)",
            "6 bytes were there. The urgent byte before them was skipped",
        ),
        (
            "recv(s, 1, MSG_OOB)",
            "Receiving went past the urgent byte, which discards it",
        ),
        ("setsockopt(s, SO_OOBINLINE, 1)", ""),
        ("send(c, \"!\", MSG_OOB)", "s has SO_OOBINLINE"),
        (
            "recv(s, 1, MSG_OOB)",
            "SO_OOBINLINE is set on s, so urgent bytes come with the stream",
        ),
    ]);
}

#[test]
fn why_msg_waitall_got_less_is_told_apart() {
    let mut rig = Rig::connected();
    rig.play(&["send(c, \"abcdef\")"]);
    rig.tells(&[(
        "recv(s, 100, MSG_WAITALL|MSG_DONTWAIT)",
        "the call must not wait (MSG_DONTWAIT): MSG_WAITALL has no effect then",
    )]);
    rig.play(&["send(c, \"abc\")", "setsockopt(s, SO_RCVTIMEO, 20ms)"]);
    rig.tells(&[("recv(s, 100, MSG_WAITALL)", "3 came before SO_RCVTIMEO")]);
    rig.play(&["send(c, \"abc\")", "shutdown(c, SHUT_WR)"]);
    rig.tells(&[(
        "recv(s, 100, MSG_WAITALL)",
        "the stream has ended after these 3",
    )]);
}

#[test]
fn data_with_descriptors_ends_a_receive() {
    let mut rig = Rig::new();
    rig.play(&[
        "a, b = socketpair(AF_UNIX, SOCK_STREAM)",
        "x, y = socketpair(AF_UNIX, SOCK_STREAM)",
        "sendmsg(a, [\"bbbb\"], fds(x))",
        "send(a, \"cccc\")",
    ]);
    rig.tells(&[
        (
            "p = recvmsg(b, 100)",
            "A receive ends at data that came with descriptors, so 4 bytes still wait",
        ),
        ("recvmsg(b, 100)", "4 bytes were there"),
        (
            "sendmsg(a, [\"bbbb\"], fds(x))",
            "x is sent with the 4 bytes",
        ),
        (
            "send(a, \"cccc\")",
            "4 bytes went directly into the receive queue of b",
        ),
        ("recv(b, 100)", "they are lost: x"),
    ]);
}

#[test]
fn what_close_of_the_peer_discarded_is_counted() {
    let mut rig = Rig::new();
    rig.play(&LISTENER);
    rig.play(&[
        "c = socket(AF_INET, SOCK_STREAM)",
        "setsockopt(c, SO_RCVBUF, 20000)",
    ]);
    rig.play(&["connect(c, addr(l))", "s = accept(l)", "send(c, \"spam\")"]);
    rig.play(&[
        "setsockopt(s, SO_SNDBUF, 200000)",
        "send(s, bytes(200000))",
        "close(s)",
    ]);
    while rig.call("recv(c, 200000, MSG_DONTWAIT)").errno().is_none() {}
    let record = rig.world.log().last().expect("a call");
    let why = explain::why(&rig.world, record).text;
    let ends = "s was closed with 4 bytes from c unread, so its kernel sent RST and discarded what was not delivered: of 200000 bytes that it had sent, ";
    assert!(why.starts_with(ends), "{why}");
}

#[test]
fn both_directions_of_the_peer_have_ended() {
    let mut rig = Rig::connected();
    rig.play(&["shutdown(s, SHUT_RDWR)"]);
    rig.tells(&[("recv(c, 9)", "s ended both directions with shutdown()")]);
    rig.play(&["send(c, \"x\")"]);
    rig.tells(&[(
        "send(c, \"x\")",
        "s ended both of its directions with shutdown()",
    )]);
    rig.play(&[
        "a, b = socketpair(AF_UNIX, SOCK_STREAM)",
        "shutdown(b, SHUT_RDWR)",
    ]);
    rig.tells(&[
        ("send(b, \"x\")", "b ended its own sending direction"),
        ("recv(a, 9)", "b ended both directions with shutdown()"),
        ("send(a, \"x\")", "b ended its receiving with shutdown()"),
    ]);
}

#[test]
fn an_empty_record_is_told_from_the_end() {
    let mut rig = Rig::new();
    rig.play(&[
        "a, b = socketpair(AF_UNIX, SOCK_SEQPACKET)",
        "send(a, \"\")",
    ]);
    rig.tells(&[("recv(b, 9)", "An empty record came: a is open")]);
    rig.play(&["send(a, \"\")", "send(a, \"x\")", "close(a)"]);
    rig.tells(&[
        ("recv(b, 9)", "An empty record came, or end of file"),
        ("recv(b, 9)", "One call takes one whole record"),
        ("recv(b, 9)", "every record is read"),
    ]);
}

#[test]
fn buffers_without_room_are_told_apart() {
    let mut rig = Rig::new();
    rig.play(&[
        "r = socket(AF_INET, SOCK_DGRAM)",
        "bind(r, 127.0.0.1:0)",
        "u = socket(AF_INET, SOCK_DGRAM)",
        "connect(u, addr(r))",
        "send(u, \"hello\")",
    ]);
    rig.until("its datagram", |world| {
        let mut all = world.descriptors();
        all.any(|own| own.name().as_str() == "r" && own.unread() == 5)
    });
    rig.tells(&[
        ("read(r, 0)", "does not look at the socket"),
        ("recv(r, 0, MSG_PEEK)", "MSG_PEEK leaves the queue as it is"),
        (
            "recv(r, 3, MSG_PEEK|MSG_TRUNC)",
            "MSG_PEEK leaves all of it in the queue",
        ),
        (
            "recvmsg(r, 3, MSG_PEEK)",
            "MSG_PEEK leaves all of it in the queue",
        ),
        (
            "recv(r, 0)",
            "the call took a message of 5 bytes from the queue",
        ),
        ("setsockopt(r, UDP_GRO, 1)", ""),
        ("setsockopt(u, UDP_SEGMENT, 1000)", ""),
        ("send(u, bytes(4500))", "leave as 5 datagrams"),
        (
            "recvmsg(r, 65535)",
            "these 4500 bytes are several datagrams of 1000 bytes each",
        ),
    ]);
}

#[test]
fn fast_open_without_an_address_is_told_apart() {
    let mut rig = Rig::new();
    rig.play(&["c = socket(AF_INET, SOCK_STREAM)"]);
    rig.tells(&[(
        "send(c, \"x\", MSG_FASTOPEN)",
        "so it needs an address: use sendto()",
    )]);
}

impl Rig {
    /// Runs the suggestion that begins like this, with the `more` lines that it goes on with; the last result.
    #[track_caller]
    fn offered(&mut self, beginning: &str, more: usize) -> String {
        let mut beginning = beginning;
        let mut result = String::new();
        for _ in 0..=more {
            let last = self.world.log().last().expect("a call");
            let offered = explain::suggestions(&self.world, last);
            let mut lines = offered.into_iter().map(|suggestion| suggestion.line);
            let line = lines.find(|line| line.starts_with(beginning));
            result = self.call(&line.expect(beginning)).to_string();
            beginning = "";
        }
        result
    }
}

#[test]
fn what_is_offered_sends_what_was_held_back() {
    let mut rig = Rig::connected();
    for (holds, offered) in [
        (
            "send(c, \"one\", MSG_MORE)",
            "setsockopt(c, TCP_NODELAY, 1)",
        ),
        ("send(c, \"two\", MSG_MORE)", "send(c, \"x\")"),
    ] {
        rig.play(&["setsockopt(c, TCP_NODELAY, 0)", holds]);
        rig.offered(offered, 0);
        assert_eq!(
            rig.call("ioctl(c, SIOCOUTQNSD)").to_string(),
            "0",
            "{holds}"
        );
    }
    rig.play(&["setsockopt(c, TCP_CORK, 1)", "send(c, \"three\")"]);
    rig.offered("setsockopt(c, TCP_CORK, 0)", 0);
    assert_eq!(rig.call("ioctl(c, SIOCOUTQNSD)").to_string(), "0");
}

#[test]
fn what_is_offered_after_a_message_that_is_too_large_fits() {
    let mut rig = Rig::new();
    rig.play(&[
        "r = socket(AF_INET, SOCK_DGRAM)",
        "bind(r, 127.0.0.1:0)",
        "u = socket(AF_INET, SOCK_DGRAM)",
        "connect(u, addr(r))",
        "a, b = socketpair(AF_UNIX, SOCK_DGRAM)",
        "setsockopt(a, SO_SNDBUF, 4608)",
    ]);
    rig.gives("send(u, bytes(70000))", "EMSGSIZE");
    assert_eq!(rig.offered("send(u, ", 0), "65507");
    rig.gives("send(a, bytes(70000))", "EMSGSIZE");
    assert_eq!(rig.offered("send(a, ", 0), "9184");
    rig.play(&["setsockopt(u, UDP_SEGMENT, 10)"]);
    rig.gives("send(u, bytes(1400))", "EINVAL");
    assert_eq!(rig.offered("setsockopt(u, UDP_SEGMENT, 0)", 1), "1400");
}

#[test]
fn what_is_offered_reads_what_waits_apart_from_the_data() {
    let mut rig = Rig::connected();
    rig.play(&[
        "send(c, \"GET\")",
        "send(c, \"!\", MSG_OOB)",
        "send(c, \"x\")",
    ]);
    rig.gives("recv(s, 100)", "3 \"GET\"");
    assert_eq!(rig.offered("recv(s, 1, MSG_OOB)", 0), "1 \"!\"");
    rig.play(&[
        "u = socket(AF_INET, SOCK_DGRAM)",
        "setsockopt(u, IP_RECVERR, 1)",
    ]);
    rig.play(&["sendto(u, \"x\", 127.0.0.1:1)"]);
    rig.gives("recv(u, 9)", "ECONNREFUSED");
    assert!(
        rig.offered("recvmsg(u, 100, MSG_ERRQUEUE)", 0)
            .contains("{ECONNREFUSED, ICMP")
    );
}

#[test]
fn a_reset_by_the_own_kernel_is_not_blamed_on_the_peer() {
    let mut rig = Rig::connected();
    rig.play(&["shutdown(c, SHUT_RDWR)"]);
    rig.tells(&[
        (
            "send(s, \"late\")",
            "c has ended both of its directions with shutdown(), yet this succeeds",
        ),
        (
            "recv(c, 9)",
            "so the kernel of c, and not s, aborted the connection with RST",
        ),
    ]);
}

#[test]
fn a_send_does_not_wake_who_waits_for_more() {
    let mut rig = Rig::connected();
    rig.play(&["setsockopt(s, SO_RCVLOWAT, 10)"]);
    let waits = rig.start("recv(s, 100)");
    rig.blocks(waits);
    rig.tells(&[(
        "send(c, \"hello\")",
        "5 bytes were copied to the send buffer of c",
    )]);
    assert!(rig.world.call(waits).expect("it is there").is_pending());
    rig.play(&["send(c, bytes(10))"]);
    rig.wait(waits);
}
