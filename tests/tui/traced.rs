//! The log as strace prints it.

use crate::common::terminal::sockplay;

#[test]
fn t_turns_the_log_into_system_calls_and_back() {
    let mut rig = sockplay();
    rig.prompt(&["a, b = socketpair unix stream"]);
    rig.wait_for_row(&["a, b = socketpair(AF_UNIX, SOCK_STREAM)", "fd 3, fd 4"]);
    rig.panes().keys("t").wait_for("as strace prints it");
    rig.wait_for_row(&["socketpair(AF_UNIX, SOCK_STREAM, 0, [3, 4]) = 0"]);
    rig.prompt(&["recv a 9"]);
    rig.wait_for_row(&["recvfrom(3,  <unfinished ...>"]);
    rig.line("send b \"x\"")
        .wait_for_row(&["sendto(4, \"x\", 1, 0, NULL, 0) = 1"]);
    rig.wait_for_row(&["recvfrom(3, \"x\", 9, 0, NULL, NULL) = 1"]);
    rig.panes().keys("t");
    rig.wait_for_row(&["recv(a, 9)", "-> 1 \"x\""]);
    rig.wait_without("as strace prints it");
}
