//! Each of the eleven TCP states held still, and its token on the figure: of a socket, and of an orphan.

use crate::common::terminal::{Rig, USUAL, sockplay_at};

/// A listener that takes little, so that much that was sent has to wait.
const SMALL: &[&str] = &[
    "l = socket inet stream",
    "setsockopt l SO_RCVBUF 2304",
    "bind l 127.0.0.1:0",
    "listen l 5",
];
const LISTENER: &[&str] = &["l = socket inet stream", "bind l 127.0.0.1:0", "listen l 0"];
const CONNECTED: &[&str] = &["c = socket inet stream", "connect c addr(l)"];
const ACCEPTED: &[&str] = &["s = accept l"];
/// The FIN of c waits behind these.
const MUCH: &[&str] = &["send c bytes(20000)"];

/// Plays lines and selects a socket.
#[track_caller]
fn played(parts: &[&[&str]], select: &str) -> Rig {
    let mut rig = sockplay_at(USUAL);
    let lines = parts.concat();
    rig.prompt(&lines);
    let calls = lines.len();
    let calls = format!(" {calls} call{}", if calls == 1 { " " } else { "s " });
    rig.wait_for(&calls).panes();
    // What is closed goes down in the list: only then is it where it stays.
    if lines.iter().any(|line| *line == format!("close {select}")) {
        rig.wait_for("orphan ");
    }
    let [chosen, other] = ["▸", "·"].map(|mark| format!("{mark} {select} "));
    rig.wait_until("it in the list", |shown| {
        shown.has(&chosen) || shown.has(&other)
    });
    if !rig.screen().has(&chosen) {
        rig.click(&other);
    }
    rig
}

/// Plays lines and sees the token of a socket in the box of its state.
#[track_caller]
fn shows(parts: &[&[&str]], select: &str, token: &str) {
    played(parts, select).wait_for(token);
}

#[test]
fn listen() {
    shows(&[LISTENER], "l", "│●LISTEN │");
}

#[test]
fn close() {
    shows(&[&["c = socket inet stream"]], "c", "┤●CLOSE ├");
}

#[test]
fn syn_sent() {
    let second: &[&str] = &["d = socket inet stream", "connect d addr(l)"];
    shows(&[LISTENER, CONNECTED, second], "d", "│●SYN_SENT │");
}

#[test]
fn syn_recv_has_no_descriptor_and_is_seen_from_the_other_end() {
    let deferring: &[&str] = &[
        "l = socket inet stream",
        "setsockopt l TCP_DEFER_ACCEPT 10",
        "bind l 127.0.0.1:0",
        "listen l 5",
    ];
    let mut rig = played(&[deferring, CONNECTED], "c");
    rig.wait_for("│●ESTABLISHED │").wait_for("│ SYN_RECV○├");
}

#[test]
fn established() {
    let mut rig = played(&[LISTENER, CONNECTED, ACCEPTED], "s");
    rig.wait_for("│●ESTABLISHED○│");
}

#[test]
fn fin_wait1() {
    let parts = [SMALL, CONNECTED, ACCEPTED, MUCH, &["shutdown c wr"]];
    shows(&parts, "c", "│●FIN_WAIT1 ├");
}

#[test]
fn fin_wait2_and_close_wait() {
    let parts = [LISTENER, CONNECTED, ACCEPTED, &["shutdown c wr"]];
    let mut rig = played(&parts, "c");
    rig.wait_for("│●FIN_WAIT2 │").wait_for("│ CLOSE_WAIT○│");
    rig.click("· s ").wait_for("│●CLOSE_WAIT │");
    rig.wait_for("│ FIN_WAIT2○│");
}

#[test]
fn closing() {
    let ends: &[&str] = &["shutdown c wr", "shutdown s wr"];
    let parts = [SMALL, CONNECTED, ACCEPTED, MUCH, ends];
    shows(&parts, "c", "│●CLOSING │");
}

#[test]
fn last_ack() {
    let ends: &[&str] = &["shutdown s wr", "shutdown c wr"];
    let parts = [SMALL, CONNECTED, ACCEPTED, MUCH, ends];
    shows(&parts, "c", "│●LAST_ACK │");
}

#[test]
fn time_wait() {
    let ends: &[&str] = &["close c", "close s"];
    let mut rig = played(&[LISTENER, CONNECTED, ACCEPTED, ends], "c");
    rig.wait_for("│◌TIME_WAIT ├").wait_for("◌ orphan ends in ");
    rig.wait_for("◌ c TIME_WAIT, ends in ");
}

#[test]
fn an_orphan_in_fin_wait1() {
    let parts = [SMALL, CONNECTED, ACCEPTED, MUCH, &["close c"]];
    let mut rig = played(&parts, "c");
    rig.wait_for("│◌FIN_WAIT1 ├").wait_for("◌ orphan ");
    rig.wait_for("other end: ESTABLISHED");
}

#[test]
fn an_orphan_in_fin_wait2() {
    let mut rig = played(&[LISTENER, CONNECTED, ACCEPTED, &["close c"]], "c");
    rig.wait_for("│◌FIN_WAIT2 │")
        .wait_for("◌ orphan dropped in ");
}

#[test]
fn an_orphan_in_closing() {
    let ends: &[&str] = &["close c", "shutdown s wr"];
    let parts = [SMALL, CONNECTED, ACCEPTED, MUCH, ends];
    let mut rig = played(&parts, "c");
    rig.wait_for("│◌CLOSING │").wait_for("◌ orphan ");
}

#[test]
fn an_orphan_in_last_ack() {
    let ends: &[&str] = &["shutdown s wr", "close c"];
    let parts = [SMALL, CONNECTED, ACCEPTED, MUCH, ends];
    let mut rig = played(&parts, "c");
    rig.wait_for("│◌LAST_ACK │").wait_for("◌ orphan ");
}
