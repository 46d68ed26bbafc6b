//! The figure of the TCP states: both ends of a real connection, and what was too fast to be seen.

use crate::common::terminal::sockplay;

#[test]
fn the_figure_shows_both_ends_and_what_was_too_fast_to_be_seen() {
    let mut rig = sockplay();
    rig.prompt(&["l = socket inet stream", "bind l 127.0.0.1:0", "listen l 5"]);
    rig.wait_for("│●LISTEN │");
    rig.line("c = socket inet stream").line("connect c addr(l)");
    rig.wait_for("│●ESTABLISHED○│").wait_for("│~SYN_SENT │");
    rig.wait_for("its peer waits for accept(l)");
    rig.line("s = accept l").wait_for("│●ESTABLISHED○│");
    rig.line("shutdown c wr").wait_for("│●FIN_WAIT2 │");
    rig.wait_for("CLOSE_WAIT○│").wait_for("○ s CLOSE_WAIT");
    rig.panes().keys("g").wait_for("│●sending shut │");
    rig.wait_without("●FIN_WAIT2 │");
    rig.keys("g").wait_for("│●FIN_WAIT2 │");
    rig.click("· s ")
        .wait_for("calls imply: connected ≠ kernel");
    rig.prompt(&["recv s 9"])
        .wait_for("calls imply: peer sent EOF");
    rig.line("close s").line("close c").line("state c");
    rig.wait_for_row(&["state(c)", "TIME_WAIT"]).panes();
    // The order of Sockets is its last one then.
    rig.wait_for("orphan TIME_WAIT");
    rig.click("· c ");
    rig.wait_for("│◌TIME_WAIT ├");
}
