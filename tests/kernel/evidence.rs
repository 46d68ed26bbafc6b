//! Situations made on the real kernel, each with the cause that its explanation must name: the result alone would not
//! tell it.

use std::net::{TcpListener, UdpSocket};

use crate::common::engine::{CLIENT, LISTENER, Rig};
use crate::common::skipped;

impl Rig {
    /// Makes a call that must give a result, and be explained so.
    #[track_caller]
    fn explains(&mut self, line: &str, result: &str, text: &str) {
        self.gives(line, result);
        self.why_is(line, text);
    }

    /// The explanation of the newest call must contain a text.
    #[track_caller]
    fn why_is(&self, line: &str, text: &str) {
        let record = self.world.log().last().expect("a call");
        let why = sockplay::explain::why(&self.world, record).text;
        assert!(why.contains(text), "{line}: {why:?} lacks {text:?}");
    }
}

#[test]
fn after_connect_the_text_follows_what_the_other_end_is() {
    let mut rig = Rig::new();
    rig.play(&LISTENER);
    rig.play(&CLIENT);
    rig.why_is(
        CLIENT[1],
        "Until accept(l) the connection waits in the queue",
    );
    // A program outside of the session listens: nothing is known of its queue, but that the handshake is complete.
    let outside = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = outside.local_addr().expect("its address");
    rig.play(&["d = socket(AF_INET, SOCK_STREAM)"]);
    let connect = format!("connect(d, {address})");
    rig.explains(
        &connect,
        "0",
        "The handshake is complete and d is ESTABLISHED",
    );
    rig.play(&[
        "m = socket(AF_INET, SOCK_STREAM)",
        "bind(m, 127.0.0.1:0)",
        "setsockopt(m, TCP_DEFER_ACCEPT, 8)",
        "listen(m, 5)",
        "e = socket(AF_INET, SOCK_STREAM)",
        "connect(e, addr(m))",
    ]);
    rig.why_is(
        "connect",
        "m has TCP_DEFER_ACCEPT: the other end stays in SYN_RECV",
    );
}

#[test]
fn a_client_that_was_reset_in_the_queue_is_given_out_in_close() {
    let mut rig = Rig::new();
    rig.play(&LISTENER);
    rig.play(&CLIENT);
    rig.play(&["setsockopt(c, SO_LINGER, {1, 0s})"]);
    rig.explains(
        "close(c)",
        "0",
        "SO_LINGER {1, 0s} made close() abort the connection",
    );
    rig.play(&["s = accept(l)"]);
    rig.why_is(
        "accept",
        "s is a NEW socket, but its connection is over already",
    );
    rig.explains("close(s)", "0", "was over already");
}

#[test]
fn close_is_explained_by_the_state_of_the_connection() {
    let mut rig = Rig::new();
    rig.play(&LISTENER);
    rig.play(&CLIENT);
    rig.play(&["s = accept(l)", "send(s, \"abc\")"]);
    rig.until("the data is there", |world| {
        world.descriptors().any(|own| own.unread() == 3)
    });
    rig.explains(
        "close(c)",
        "0",
        "c had 3 unread bytes, so close() sent RST instead of FIN",
    );
    rig.play(&[
        "d = socket(AF_INET, SOCK_STREAM)",
        "connect(d, addr(l))",
        "t = accept(l)",
    ]);
    rig.explains(
        "close(t)",
        "0",
        "The kernel keeps the connection without a descriptor",
    );
    rig.explains(
        "close(d)",
        "0",
        "The peer ended first, and the FIN of d follows now",
    );
}

#[test]
fn who_has_a_port_is_decided_by_the_rule_of_the_kernel() {
    let outside = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = outside.local_addr().expect("its address");
    let own = format!("(pid {}) has {address}", std::process::id());
    let mut rig = Rig::new();
    // One of ours has the port too, at another address: that is not in the way.
    rig.play(&[
        "a = socket(AF_INET, SOCK_STREAM)",
        &format!("bind(a, 127.0.0.2:{})", address.port()),
        "b = socket(AF_INET, SOCK_STREAM)",
    ]);
    rig.explains(&format!("bind(b, {address})"), "EADDRINUSE", &own);
    let datagrams = UdpSocket::bind("127.0.0.1:0").expect("a port");
    let address = datagrams.local_addr().expect("its address");
    rig.play(&["u = socket(AF_INET, SOCK_DGRAM)"]);
    rig.explains(
        &format!("bind(u, *:{})", address.port()),
        "EADDRINUSE",
        &format!("has {address}, which overlaps"),
    );
    rig.play(&["x = socket(AF_INET, SOCK_STREAM)"]);
    rig.explains(
        "bind(x, 192.0.2.7:80)",
        "EADDRNOTAVAIL",
        "No interface of this network namespace has the address of 192.0.2.7:80",
    );
    rig.play(&["setsockopt(x, IP_FREEBIND, 1)", "bind(x, 192.0.2.7:0)"]);
}

#[test]
fn a_port_range_that_is_used_up_is_named_with_who_uses_it() {
    let free = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = free.local_addr().expect("its address").port();
    drop(free);
    let mut rig = Rig::new();
    rig.play(&LISTENER);
    rig.play(&[
        "a = socket(AF_INET, SOCK_STREAM)",
        "b = socket(AF_INET, SOCK_STREAM)",
    ]);
    let range = format!("IP_LOCAL_PORT_RANGE, {{{port}, {port}}}");
    if rig
        .call(&format!("setsockopt(a, {range})"))
        .errno()
        .is_some()
    {
        return skipped("this kernel has no IP_LOCAL_PORT_RANGE");
    }
    rig.play(&[&format!("setsockopt(b, {range})"), "connect(a, addr(l))"]);
    rig.explains(
        "connect(b, addr(l))",
        "EADDRNOTAVAIL",
        &format!("already: a has 127.0.0.1:{port}"),
    );
    rig.explains(
        "bind(b, 127.0.0.1:0)",
        "EADDRINUSE",
        "IP_LOCAL_PORT_RANGE of b",
    );
}

#[test]
fn an_abstract_name_with_the_length_of_the_whole_struct_is_another_name() {
    let name = format!("abstract:sockplay{}", std::process::id());
    let mut rig = Rig::new();
    rig.play(&[
        "l = socket(AF_UNIX, SOCK_STREAM)",
        &format!("bind(l, {name}, 110)"),
    ]);
    rig.why_is(
        "bind",
        "The length 110 that was passed with the address is part of",
    );
    rig.play(&["listen(l, 5)", "c = socket(AF_UNIX, SOCK_STREAM)"]);
    rig.explains(
        &format!("connect(c, {name})"),
        "ECONNREFUSED",
        "No socket that listens has exactly the name",
    );
    rig.explains(
        &format!("connect(c, {name}x)"),
        "ECONNREFUSED",
        "No open socket has the",
    );
    rig.play(&[&format!("connect(c, {name}, 110)")]);
}

#[test]
fn an_argument_at_fault_is_named() {
    let mut rig = Rig::new();
    rig.play(&["a = socket(AF_INET, SOCK_STREAM)"]);
    if rig
        .call("b = socket(AF_INET6, SOCK_STREAM)")
        .errno()
        .is_none()
    {
        rig.explains(
            "bind(b, [fe80::1]:8080)",
            "EINVAL",
            "write [fe80::1%eth0]:80",
        );
    }
    rig.explains("bind(a, 127.0.0.1:0, 8)", "EINVAL", "The length 8");
    rig.play(&["bind(a, 127.0.0.1:0, 16)"]);
    rig.explains(
        "bind(a, 127.0.0.1:0, 16)",
        "EINVAL",
        "a is bound to 127.0.0.1:",
    );
    rig.explains(
        "socket(AF_INET, SOCK_STREAM, 300)",
        "EINVAL",
        "300 is out of the range of protocol numbers",
    );
    rig.explains(
        "socket(AF_UNIX, SOCK_RDM)",
        "ESOCKTNOSUPPORT",
        "AF_UNIX has no sockets of type",
    );
}

#[test]
fn an_mptcp_listener_gives_plain_tcp_to_a_client_without_it() {
    let mut rig = Rig::new();
    let made = rig.call("l = socket(AF_INET, SOCK_STREAM, IPPROTO_MPTCP)");
    if let Some(errno) = made.errno() {
        return skipped(&format!("no MPTCP: {errno}"));
    }
    rig.play(&["bind(l, 127.0.0.1:0)", "listen(l, 5)"]);
    rig.play(&CLIENT);
    rig.play(&["s = accept(l)"]);
    rig.gives("state(s)", "ESTABLISHED");
    rig.play(&[
        "m = socket(AF_INET, SOCK_STREAM, IPPROTO_MPTCP)",
        "connect(m, addr(l))",
        "t = accept(l)",
    ]);
    rig.gives("state(l)", "LISTEN");
    rig.gives("state(m)", "ESTABLISHED");
    rig.gives("peer(m)", "ESTABLISHED");
    rig.play(&["shutdown(m, SHUT_WR)"]);
    rig.gives("recv(t, 9)", "0");
    rig.gives("state(t)", "CLOSE_WAIT");
    rig.gives("peer(t)", "FIN_WAIT2");
}

#[test]
fn fast_open_connects_in_the_world_too() {
    let mut rig = Rig::new();
    rig.play(&LISTENER);
    rig.play(&["c = socket(AF_INET, SOCK_STREAM|SOCK_NONBLOCK)"]);
    let opened = rig
        .call("sendto(c, \"GET\", addr(l), MSG_FASTOPEN)")
        .to_string();
    if opened != "EINPROGRESS" {
        return skipped(&format!("the kernel says {opened}"));
    }
    rig.gives("poll([c: POLLOUT], 1000)", "1 [c: POLLOUT]");
    rig.play(&["s = accept(l)"]);
    rig.why_is("accept", "s is a NEW socket, connected to c");
    rig.gives("send(c, \"GET\")", "3");
}
