//! A firewall between two sockets of one session, in a network namespace of its own: what it rejects and drops is never
//! said to be nobody's, and it is named as a possible cause.

use sockplay::explain;

use crate::common::engine::Rig;
use crate::common::namespace::is_inside;

/// One port for each kind of answer, at the listener's side, and two at the sender's.
const RULES: &str = "nft -f - <<'END'
table inet t {
  chain in {
    type filter hook input priority 0
    tcp dport 7001 reject with tcp reset
    tcp dport 7002 drop
    tcp dport 7003 reject
    tcp dport 7004 reject with icmpx type host-unreachable
    tcp dport 7005 reject with icmpx type no-route
    udp dport 7006 reject
  }
  chain out {
    type filter hook output priority 0
    udp dport 7007 drop
  }
}
END
";

impl Rig {
    /// Makes a server that listens on a port, and a client of it.
    fn server_and_client(&mut self, port: u16) -> [String; 2] {
        let [server, client] = [format!("l{port}"), format!("c{port}")];
        self.play(&[
            &format!("{server} = socket(AF_INET, SOCK_STREAM)"),
            &format!("bind({server}, 127.0.0.1:{port})"),
            &format!("listen({server}, 5)"),
            &format!("{client} = socket(AF_INET, SOCK_STREAM)"),
        ]);
        [server, client]
    }

    /// Makes a call that fails, and checks that the firewall is named, and nothing of the kind that nobody is there.
    #[track_caller]
    fn blames_the_firewall(&mut self, line: &str, errno: &str) {
        self.gives(line, errno);
        let record = self.world.log().last().expect("a call");
        let said = explain::why(&self.world, record).text;
        assert!(said.contains("firewall"), "{line}: {said}");
        for word in ["Nobody listens", "did not answer ARP", "has no route"] {
            assert!(!said.contains(word), "{line}: {said}");
        }
    }
}

#[test]
fn a_rejected_connection_is_not_said_to_find_nobody() {
    let name = "kernel::firewall::a_rejected_connection_is_not_said_to_find_nobody";
    if !is_inside(name, RULES) {
        return;
    }
    let mut rig = Rig::with_endpoints();
    for (port, errno) in [
        (7001, "ECONNREFUSED"),
        (7003, "ECONNREFUSED"),
        (7004, "EHOSTUNREACH"),
        (7005, "ENETUNREACH"),
    ] {
        let [_, client] = rig.server_and_client(port);
        rig.blames_the_firewall(&format!("connect({client}, 127.0.0.1:{port})"), errno);
    }
    // A port without a rule and without a listener.
    rig.play(&["n = socket(AF_INET, SOCK_STREAM)"]);
    rig.gives("connect(n, 127.0.0.1:7999)", "ECONNREFUSED");
    let record = rig.world.log().last().expect("a call");
    let said = explain::why(&rig.world, record).text;
    assert!(said.starts_with("Nobody listens"), "{said}");
}

#[test]
fn a_connection_that_does_not_wait_may_be_rejected_too() {
    let name = "kernel::firewall::a_connection_that_does_not_wait_may_be_rejected_too";
    if !is_inside(name, RULES) {
        return;
    }
    let mut rig = Rig::with_endpoints();
    let [_, client] = rig.server_and_client(7001);
    rig.play(&[&format!("fcntl({client}, F_SETFL, O_NONBLOCK)")]);
    rig.gives(&format!("connect({client}, 127.0.0.1:7001)"), "EINPROGRESS");
    rig.blames_the_firewall(&format!("getsockopt({client}, SO_ERROR)"), "ECONNREFUSED");
}

#[test]
fn a_dropped_syn_is_not_said_to_meet_a_host_that_is_down() {
    let name = "kernel::firewall::a_dropped_syn_is_not_said_to_meet_a_host_that_is_down";
    if !is_inside(name, RULES) {
        return;
    }
    let mut rig = Rig::with_endpoints();
    let [_, client] = rig.server_and_client(7002);
    rig.play(&[&format!("fcntl({client}, F_SETFL, O_NONBLOCK)")]);
    rig.blames_the_firewall(&format!("connect({client}, 127.0.0.1:7002)"), "EINPROGRESS");
    rig.play(&[
        "d = socket(AF_INET, SOCK_STREAM)",
        "setsockopt(d, TCP_USER_TIMEOUT, 100)",
    ]);
    rig.blames_the_firewall("connect(d, 127.0.0.1:7002)", "ETIMEDOUT");
}

#[test]
fn a_datagram_that_a_rule_rejects_or_drops_names_it() {
    let name = "kernel::firewall::a_datagram_that_a_rule_rejects_or_drops_names_it";
    if !is_inside(name, RULES) {
        return;
    }
    let mut rig = Rig::with_endpoints();
    rig.play(&[
        "r = socket(AF_INET, SOCK_DGRAM)",
        "bind(r, 127.0.0.1:7006)",
        "u = socket(AF_INET, SOCK_DGRAM)",
        "connect(u, 127.0.0.1:7006)",
        "send(u, \"x\")",
    ]);
    rig.blames_the_firewall("send(u, \"x\")", "ECONNREFUSED");
    rig.play(&["send(u, \"x\")"]);
    rig.blames_the_firewall("recv(u, 9)", "ECONNREFUSED");
    rig.play(&["v = socket(AF_INET, SOCK_DGRAM)"]);
    rig.blames_the_firewall("sendto(v, \"x\", 127.0.0.1:7007)", "EPERM");
    rig.play(&["connect(v, 127.0.0.1:7007)"]);
    rig.blames_the_firewall("send(v, \"x\")", "EPERM");
}
