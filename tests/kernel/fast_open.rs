//! TCP Fast Open, RFC 7413: the ladder, the queues and what is said where the SYN carries data, where it could not, and
//! where it is put off. Each test has a network namespace of its own, whose server and client allow it.

use sockplay::world::sequence::{StateCell, ladder};

use crate::common::engine::Rig;
use crate::common::namespace::is_inside;

const ALLOWED: &str = "sysctl -qw net.ipv4.tcp_fastopen=3";

const SERVER: [&str; 4] = [
    "l = socket(AF_INET, SOCK_STREAM)",
    "bind(l, 127.0.0.1:0)",
    "setsockopt(l, TCP_FASTOPEN, 5)",
    "listen(l, 5)",
];

impl Rig {
    /// The segments of its ladder, and the states at the left.
    fn conversation(&self, name: &str) -> Vec<String> {
        let ladder = ladder(&self.world, self.socket(name).id()).expect("a conversation");
        let rows = ladder.rows.into_iter().filter_map(|row| {
            let state = row.states[0]
                .map_or_else(String::new, |StateCell { state, .. }| format!(" {state}"));
            Some(format!("{}{state}", row.sent?.text))
        });
        rows.collect()
    }

    /// Makes a first connection, after which the kernel knows the cookie of the server.
    fn learn_the_cookie(&mut self) -> String {
        self.play(&SERVER);
        self.play(&["c = socket(AF_INET, SOCK_STREAM)"]);
        let said = self.explained("sendto(c, \"hello\", addr(l), MSG_FASTOPEN)");
        self.play(&["s = accept(l)"]);
        said
    }
}

#[test]
fn data_follows_the_handshake_until_a_cookie_is_known() {
    let name = "kernel::fast_open::data_follows_the_handshake_until_a_cookie_is_known";
    if !is_inside(name, ALLOWED) {
        return;
    }
    let mut rig = Rig::with_endpoints();
    let said = rig.learn_the_cookie();
    assert!(
        said.contains("the 5 bytes followed the handshake"),
        "{said}"
    );
    let rows = ["SYN SYN_SENT", "SYN+ACK ESTABLISHED", "ACK", "data 5"];
    assert_eq!(rig.conversation("c"), rows);
}

#[test]
fn data_goes_with_the_syn_once_a_cookie_is_known() {
    let name = "kernel::fast_open::data_goes_with_the_syn_once_a_cookie_is_known";
    if !is_inside(name, ALLOWED) {
        return;
    }
    let mut rig = Rig::with_endpoints();
    rig.learn_the_cookie();
    rig.play(&["d = socket(AF_INET, SOCK_STREAM)"]);
    let said = rig.explained("sendto(d, \"hello\", addr(l), MSG_FASTOPEN)");
    assert!(said.contains("Its SYN carried data"), "{said}");
    let rows = ["SYN, data SYN_SENT", "SYN+ACK ESTABLISHED", "ACK"];
    assert_eq!(rig.conversation("d"), rows);
    rig.play(&["t = accept(l)"]);
    rig.gives("recv(t, 9)", "5 \"hello\"");
    assert_eq!(rig.conversation("d"), rows, "accepted, it is the same");
}

#[test]
fn a_syn_that_was_put_off_is_not_said_to_be_sent() {
    let name = "kernel::fast_open::a_syn_that_was_put_off_is_not_said_to_be_sent";
    if !is_inside(name, ALLOWED) {
        return;
    }
    let mut rig = Rig::with_endpoints();
    rig.learn_the_cookie();
    rig.play(&[
        "g = socket(AF_INET, SOCK_STREAM)",
        "setsockopt(g, TCP_FASTOPEN_CONNECT, 1)",
    ]);
    let said = rig.explained("connect(g, addr(l))");
    assert!(said.contains("Nothing was sent yet"), "{said}");
    let said = rig.explained("state(g)");
    assert!(said.starts_with("SYN_SENT, but no SYN was sent"), "{said}");
    let said = rig.explained("ioctl(g, SIOCOUTQ)");
    assert!(said.contains("has sent nothing yet"), "{said}");
    assert!(
        rig.conversation("g").is_empty(),
        "{:?}",
        rig.conversation("g")
    );
    rig.until("the table", |world| {
        let own = crate::common::engine::named(world, "g").endpoints();
        own.is_some_and(|(_, endpoints)| endpoints.own.is_some())
    });
    let (_, endpoints) = rig.socket("g").endpoints().expect("it was seen");
    let queued = endpoints
        .own
        .as_ref()
        .and_then(|end| end.send)
        .expect("the queue");
    assert_eq!(queued.count, 0, "nothing waits to be acknowledged");
    let said = rig.explained("send(g, \"hi\")");
    assert!(said.starts_with("This call sent the SYN of g"), "{said}");
    let rows = ["SYN, data SYN_SENT", "SYN+ACK ESTABLISHED", "ACK"];
    assert_eq!(rig.conversation("g"), rows);
    let said = rig.explained("state(g)");
    assert!(said.starts_with("ESTABLISHED"), "{said}");
}
