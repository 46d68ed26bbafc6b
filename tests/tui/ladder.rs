//! The ladder: what a conversation sends is shown, observed where this process may capture and inferred otherwise.

use crate::common::host::free_address;
use crate::common::terminal::{Rig, sockplay};

/// Opens the ladder and says where its segments come from.
#[track_caller]
fn open(rig: &mut Rig) -> &'static str {
    rig.keys("v")
        .wait_until("the source of the segments", |shown| {
            shown.has("Segments are ")
        });
    let is_observed = rig.screen().has("Segments are observed");
    if is_observed { "observed" } else { "inferred" }
}

/// Begins to capture, where that is allowed, and closes the view again.
#[track_caller]
fn capture(rig: &mut Rig) {
    rig.keys("v").wait_until("an answer", |shown| {
        shown.has("Capturing on all interfaces since") || shown.has("Segments are inferred;")
    });
    rig.keys("v").wait_for("n makes a socket");
}

/// Connects, sends and closes.
#[track_caller]
fn converse(rig: &mut Rig, domain: &str, any_port: &str) {
    rig.prompt(&[
        &format!("l = socket {domain} stream"),
        &format!("bind l {any_port}"),
        "listen l 5",
    ]);
    rig.line(&format!("c = socket {domain} stream"))
        .line("connect c addr(l)")
        .line("s = accept l")
        .line("send c \"hello\"")
        .line("recv s 100")
        .line("close c")
        .wait_for_row(&["close(c)", "-> 0"]);
    rig.panes();
}

/// The whole of a conversation over IPv4 or IPv6.
#[track_caller]
fn assert_is_shown(domain: &str, any_port: &str) {
    let mut rig = sockplay();
    capture(&mut rig);
    converse(&mut rig, domain, any_port);
    let source = open(&mut rig);
    println!("the segments are {source}");
    for parts in [
        ["connect(c, addr(l))", " SYN ", "▶"],
        ["◀", " SYN+ACK ", "ESTABLISHED"],
        ["send(c, \"hello\")", " data 5 ", "▶"],
        ["close(c)", " FIN ", "CLOSE_WAIT"],
        ["FIN_WAIT2", "◀", " ACK "],
    ] {
        rig.wait_for_row(&parts);
    }
}

#[test]
fn a_conversation_is_shown_from_its_syn_to_its_fin() {
    assert_is_shown("inet", "127.0.0.1:0");
}

#[test]
fn over_ipv6_too() {
    assert_is_shown("inet6", "[::1]:0");
}

#[test]
fn a_capture_ends_when_the_person_leaves() {
    let mut rig = sockplay();
    capture(&mut rig);
    assert_eq!(rig.keys("q").wait_exit().code(), Some(0));
    rig.assert_restored();
}

#[test]
fn a_peer_of_another_program_has_states_and_no_calls() {
    let listener = std::net::TcpListener::bind(free_address()).expect("a listener");
    let address = listener.local_addr().expect("its address");
    let mut rig = sockplay();
    capture(&mut rig);
    rig.prompt(&["c = socket inet stream", &format!("connect c {address}")]);
    rig.wait_for_row(&["connect(c, ", "-> 0"]);
    let (peer, _) = listener.accept().expect("the connection");
    drop(peer);
    rig.line("recv c 100")
        .wait_for_row(&["recv(c, 100)", "-> 0"]);
    rig.panes();
    println!("the segments are {}", open(&mut rig));
    rig.wait_for_row(&["connect(c, ", " SYN ", "▶"]);
    rig.wait_for_row(&["CLOSE_WAIT", "◀", " FIN "]);
    assert!(
        rig.screen().has(&address.to_string()),
        "{}",
        rig.screen().text()
    );
}

#[test]
fn what_was_connected_before_the_view_was_opened_is_inferred_and_then_observed() {
    let mut rig = sockplay();
    converse(&mut rig, "inet", "127.0.0.1:0");
    assert_eq!(open(&mut rig), "inferred");
    rig.wait_for_row(&["connect(c, addr(l))", " SYN "]);
    rig.keys("v").wait_without("Segments are");
    rig.prompt(&["d = socket inet stream", "connect d addr(l)"]);
    rig.wait_for_row(&["connect(d, addr(l))", "-> 0"]).panes();
    println!("the segments are {}", open(&mut rig));
    rig.wait_for_row(&["connect(d, addr(l))", " SYN "]);
    rig.wait_for("in the queue of l");
}

#[test]
fn a_flood_drowns_nothing() {
    let mut rig = sockplay();
    capture(&mut rig);
    rig.prompt(&["l = socket inet stream", "bind l 127.0.0.1:0", "listen l 5"]);
    rig.line("c = socket inet stream")
        .line("connect c addr(l)")
        .line("s = accept l")
        .line("sink s &")
        .line("source c 200000000")
        .wait_for_row(&["source(c, ", "-> 200000000"]);
    rig.panes();
    let source = open(&mut rig);
    if source == "observed" {
        // Older ones are let go, or too many arrived at once: which of the two depends on the machine.
        rig.wait_for(" segments ");
    }
    rig.wait_for_row(&["data "]);
    rig.keys("\x1b[H").wait_for_row(&["connect(c, addr(l))"]);
}

#[test]
fn messages_are_shown_as_the_calls_sent_them() {
    let mut rig = sockplay();
    rig.prompt(&[
        "a, b = socketpair unix dgram",
        "send a \"hey\"",
        "recv b 10",
    ]);
    rig.wait_for_row(&["recv(b, 10)", "-> 3 \"hey\""]).panes();
    rig.keys("v")
        .wait_for("Between the columns is what the calls have sent");
    rig.wait_for_row(&["send(a, \"hey\")", " 3 B ", "▶"]);
    rig.wait_for_row(&["recv(b, 10)"]);
}
