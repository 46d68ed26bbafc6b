//! Two instances in two terminals: what one does, the other shows at once.

use crate::common::host::{free_address, no_ipv6};
use crate::common::skipped;
use crate::common::terminal::{Rig, sockplay};

/// What both do once `c` in the second is connected to `s` in the first.
#[track_caller]
fn talk(server: &mut Rig, client: &mut Rig) {
    client.line("send c \"hello\"");
    client.wait_for_row(&["send(c, \"hello\")", "-> 5"]);
    server.wait_for("5 B to receive");
    server.line("recv s 100");
    server.wait_for_row(&["recv(s, 100)", "-> 5 \"hello\""]);
    server.wait_without("B to receive");
    client.line("recv c 100").wait_for("recv() blocked");
    server.line("send s \"back\"");
    client.wait_for_row(&["recv(c, 100)", "-> 4 \"back\""]);
    server.line("close s");
    client
        .line("recv c 100")
        .wait_for_row(&["recv(c, 100)", "-> 0"]);
}

/// A listener on `address` in one terminal, a client in another.
fn connected(domain: &str, kind: &str, address: impl Fn(&Rig) -> String) -> (Rig, Rig) {
    let (mut server, mut client) = (sockplay(), sockplay());
    let address = address(&server);
    let make = format!("l = socket {domain} {kind}");
    server.prompt(&[
        &make,
        &format!("bind l {address}"),
        "listen l 5",
        "s = accept l",
    ]);
    server.wait_for("accept() blocked");
    // The port is the kernel's choice.
    let address = match address.strip_suffix(":0") {
        Some(host) => format!("{host}:{}", port_of_listener(&server)),
        None => address,
    };
    client.prompt(&[
        &format!("c = socket {domain} {kind}"),
        &format!("connect c {address}"),
    ]);
    client.wait_for_row(&["connect(c, ", "-> 0"]);
    server.wait_without("accept() blocked");
    (server, client)
}

#[track_caller]
fn port_of_listener(rig: &Rig) -> u16 {
    let shown = rig.screen();
    let row = shown.row("LISTEN");
    let digits = row.split("]:").nth(1).expect(row);
    let digits = digits.split(' ').next().expect(row);
    digits.parse().expect(row)
}

#[test]
fn tcp_one_by_keys_and_one_at_the_prompt() {
    let (mut keys, mut typed) = (sockplay(), sockplay());
    let address = free_address();
    keys.call("n")
        .wait_for_row(&["s1", "inet stream", "unbound"]);
    keys.keys("b").wait_for("bind on s1");
    keys.keys(address.to_string());
    keys.wait_for(&format!("› bind(s1, {address})")).keys("\r");
    keys.wait_for_row(&[&format!("bind(s1, {address})"), "-> 0"]);
    keys.call("l").wait_for_row(&["s1", "LISTEN"]);
    keys.call("a").wait_for("accept() blocked");

    typed.prompt(&["socket inet stream", &format!("connect s1 {address}")]);
    typed.wait_for_row(&["s1", "127.0.0.1:", "ESTABLISHED"]);
    keys.wait_for_row(&["s2", "127.", "ESTABLISHED"]);
    keys.wait_for("State · s2");
    typed.line("send s1 \"hello\"");
    typed.wait_for_row(&["send(s1, \"hello\")", "-> 5"]);
    keys.wait_for("▮ 5 B to receive");
    keys.call("r")
        .wait_for_row(&["recv(s2, 100)", "-> 5 \"hello\""]);
    keys.call("s")
        .wait_for_row(&["send(s2, \"hello\")", "-> 5"]);
    typed.wait_for("▮ 5 B to receive");

    keys.call("x")
        .wait_for_row(&["s2", "127.", "orphan FIN_WAIT2"]);
    typed.wait_for_row(&["s1", "127.0.0.1:", "CLOSE_WAIT"]);
}

#[test]
fn the_listeners_of_another_instance_are_offered() {
    let (mut server, mut client) = (sockplay(), sockplay());
    // Of a kind that few others have, as there may be more instances on this host.
    let address = format!("abstract:sockplay-test-{}", std::process::id());
    let bind = format!("bind l {address}");
    server.prompt(&["l = socket unix seqpacket", &bind, "listen l 5"]);
    // Choices are listed where there are at least two.
    server
        .line("m = socket unix seqpacket")
        .line("bind m unix:");
    server
        .line("listen m 5")
        .wait_for_row(&["listen(m, 5)", "-> 0"]);
    client.prompt(&["c = socket unix seqpacket"]);
    client.wait_for_row(&["c ", "unix seqpacket", "unbound"]);
    let offered = [&*address, "another sockplay listens there"];
    client.panes().keys("c").wait_for(offered[1]);
    for _ in 0..100 {
        if client.screen().has_row(&offered) {
            return;
        }
        let before = client.screen().rows;
        client.keys("\x1b[B");
        client.wait_until("a further choice", |shown| shown.rows != before);
    }
    panic!("{address} is not offered:\n{}", client.screen().text());
}

#[test]
fn tcp_over_ipv6() {
    if let Some(reason) = no_ipv6() {
        return skipped(&reason);
    }
    let (mut server, mut client) = connected("inet6", "stream", |_| "[::1]:0".to_owned());
    server.wait_for_row(&["s ", "→ [::1]:", "ESTABLISHED"]);
    client.wait_for_row(&["c ", "→ [::1]:", "ESTABLISHED"]);
    talk(&mut server, &mut client);
}

/// A path in the folder of the first instance, which the second one can reach too.
fn path(rig: &Rig) -> String {
    format!("unix:{}/x.sock", rig.folder().display())
}

#[test]
fn unix_streams() {
    let (mut server, mut client) = connected("unix", "stream", path);
    server.wait_for_row(&["s ", "unix:", "connected"]);
    client.wait_for_row(&["c ", "unix:", "connected"]);
    talk(&mut server, &mut client);
}

#[test]
fn unix_records() {
    let (mut server, mut client) = connected("unix", "seqpacket", path);
    server.wait_for_row(&["s ", "unix:", "connected"]);
    client.wait_for_row(&["c ", "unix:", "connected"]);
    talk(&mut server, &mut client);
}

#[test]
fn unix_datagrams() {
    let (mut server, mut client) = (sockplay(), sockplay());
    let here = format!("unix:{}/s.sock", server.folder().display());
    let there = format!("unix:{}/c.sock", server.folder().display());
    server.prompt(&["s = socket unix dgram", &format!("bind s {here}")]);
    server.wait_for_row(&["s ", "unix dgram", "bound"]);
    server.line("recvfrom s 100").wait_for("recvfrom() blocked");
    client.prompt(&["c = socket unix dgram", &format!("bind c {there}")]);
    client.line(&format!("sendto c \"hello\" {here}"));
    client.wait_for_row(&["sendto(c, \"hello\", unix:", "-> 5"]);
    server.wait_for_row(&["recvfrom(s, 100)", "-> 5 \"hello\""]);
    client
        .line(&format!("connect c {here}"))
        .line("send c \"x\"");
    server.wait_for("next datagram: 1 B");
    server.line(&format!("sendto s \"back\" {there}"));
    client.wait_for("next datagram: 4 B");
    client
        .line("recv c 2")
        .wait_for_row(&["recv(c, 2)", "-> 2 \"ba\""]);
    client.wait_without("B to receive");
}
