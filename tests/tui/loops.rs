//! Loops: how far they have come while they run, and how they end.

use crate::common::terminal::sockplay;

#[test]
fn a_loop_shows_its_rate_and_ends_with_i() {
    let mut rig = sockplay();
    rig.prompt(&["a, b = socketpair unix stream", "sink b &"]);
    rig.wait_for_row(&["sink() loops"]);
    rig.line("source a 1000000000000 65536 &")
        .wait_for_row(&["source(a, 1", " calls, ", "B/s"]);
    rig.wait_for_row(&["sink(b)", " calls, ", "B/s"]);
    rig.wait_for_row(&["sink() loops · ", "B/s, ", "B · Esc i ends"]);
    rig.panes().wait_for("▸ a ").wait_for("· i ends");
    rig.keys("i").wait_without("source() loops");
    rig.wait_for_row(&["sink(b)", " calls, waits"]);
    rig.keys("j").wait_for("▸ b ");
    rig.keys("i").wait_without("pending");
    rig.wait_without("sink() loops");
}

#[test]
fn a_server_counts_its_connections() {
    let mut rig = sockplay();
    rig.prompt(&["l = socket inet stream", "bind l 127.0.0.1:0", "listen l 5"]);
    rig.line("serve l echo &").wait_for("serve() loops");
    rig.line("c = socket inet stream")
        .line("connect c addr(l)")
        .wait_for_row(&[" serve(l, echo)", "1 connection"]);
    rig.line("d = socket inet stream")
        .line("connect d addr(l)")
        .wait_for_row(&["serve() loops · ", "2 connections"]);
    rig.line("send c \"hello\"").line("recv c 100");
    rig.wait_for_row(&["recv(c, 100)", "-> 5 \"hello\""]);
    rig.line("cancel l")
        .wait_for_row(&["serve(l, echo)", "-> 2"]);
}
