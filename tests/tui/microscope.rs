//! The address microscope on calls that are really made.

use crate::common::terminal::{ESC, sockplay};

#[test]
fn the_bytes_of_the_addresses_passed_and_returned() {
    let mut rig = sockplay();
    rig.prompt(&["l = socket inet stream", "bind l 127.0.0.1:0", "listen l 5"]);
    rig.line("c = socket inet stream").line("connect c addr(l)");
    rig.wait_for_row(&["connect(c, addr(l))", "-> 0"]).panes();
    rig.keys("&")
        .wait_for("connect() passed struct sockaddr_in");
    rig.wait_for("sin_addr = inet_addr(\"127.0.0.1\")");
    rig.wait_for("addrlen = 16 = sizeof(struct sockaddr_in).");
    rig.keys(ESC).wait_without("byte by byte");
    rig.prompt(&["s = accept l"])
        .wait_for_row(&["s = accept(l)", "-> fd"]);
    rig.panes()
        .keys("&")
        .wait_for("accept() gave struct sockaddr_in");
    rig.wait_for("addrlen was 128 before, 16 after");
    rig.keys("x").wait_without("byte by byte");
    rig.prompt(&["u = socket unix dgram", "bind u abstract:probe"]);
    rig.wait_for_row(&["bind(u, abstract:", "-> 0"]).panes();
    rig.keys("&").wait_for("sun_path[0] = '\\0'");
    rig.keys(ESC).wait_without("byte by byte");
    rig.prompt(&["getsockname u"])
        .wait_for_row(&["getsockname(u)", "-> abstract:probe"]);
    rig.panes()
        .keys("&")
        .wait_for("addrlen was 128 before, 8 after");
}
