//! The session as a program: it follows the log, and looks back with it.

use crate::common::terminal::sockplay_at;

#[test]
fn the_program_follows_the_log() {
    let mut rig = sockplay_at((120, 40));
    rig.keys("{").wait_for("int main(void)");
    rig.prompt(&["l = socket inet stream", "bind l 127.0.0.1:0"]);
    rig.wait_for_row(&["▌", "bind(l_fd, "]).panes();
    rig.keys("}").wait_for_row(&["Code", "Rust"]);
    rig.wait_for_row(&["▌", "bind(l, 127.0.0.1:0) -> 0"]);
    rig.keys("}").wait_for_row(&["Code", "Python"]);
    rig.keys("\x1b[D").wait_for_row(&["past", "Code", "Python"]);
    rig.wait_for_row(&["▌", "l = socket("]);
    rig.wait_without("bind(l, 127.0.0.1:0) -> 0");
    rig.keys("]").wait_for_row(&["▌", "bind("]);
    rig.keys("{").wait_without("Python");
}

#[test]
fn what_is_shown_of_the_past_names_no_key_that_does_nothing() {
    let mut rig = sockplay_at((120, 40));
    rig.prompt(&[
        "a, b = socketpair(AF_UNIX, SOCK_STREAM)",
        "recv b 5",
        "u = socket inet dgram",
        "v = socket inet dgram",
    ]);
    rig.wait_for_row(&["v = socket(", "-> "]).panes();
    rig.wait_for("interrupts");
    rig.keys("\x1b[D").wait_for("past");
    rig.wait_for("recv() blocked").wait_without("interrupts");
    rig.wait_without("puts a line at the prompt");
    rig.keys("]").wait_for("interrupts");
}
