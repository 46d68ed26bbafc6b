//! The list of all calls, and the forms of calls on several descriptors.

use crate::common::terminal::{ESC, sockplay, sockplay_at};

const CHOOSER_KEYS: &str = "Enter opens its form";

#[test]
fn letters_narrow_the_list_and_enter_opens_the_form() {
    let mut rig = sockplay_at((80, 24));
    rig.keys(" ").wait_for(CHOOSER_KEYS);
    rig.wait_for_row(&["▸ make", "socket", "n", "makes a socket"]);
    rig.wheel("▸ make", true)
        .wait_for_row(&["▸ ", "socketpair"]);
    rig.keys("pair").wait_for_row(&["▸ make", "socketpair"]);
    rig.wait_without("recvfrom").keys("\r");
    rig.wait_for("› s1, s2 = socketpair(AF_UNIX, SOCK_STREAM)");
    rig.keys("\r")
        .wait_for_row(&["s2", "unix stream", "connected"]);
    rig.keys(" zzz").wait_for("no call is called so");
    rig.keys("\r").wait_for(CHOOSER_KEYS);
    rig.keys(ESC).wait_without(CHOOSER_KEYS);
}

#[test]
fn keys_alone_make_an_epoll_instance_watch_and_wait() {
    let mut rig = sockplay();
    rig.keys("N").wait_for("socketpair");
    rig.keys("\r").wait_for_row(&["s2", "unix stream"]);
    rig.call("E")
        .wait_for_row(&["e ", "epoll", "watches nothing"]);
    rig.keys("A")
        .wait_for("epoll_ctl(e, EPOLL_CTL_ADD, s2, EPOLLIN)");
    rig.keys("\r")
        .wait_for_row(&["e ", "watches s2", "not ready"]);
    rig.call("W")
        .wait_for_row(&["epoll_wait(e, 10, 1000)", "-> 0"]);
    rig.keys("P").wait_for("poll([s1: ");
    rig.keys("\r").wait_for("State · the array of poll()");
    rig.keys(" sel").wait_for_row(&["▸ wait", "select"]);
    rig.keys("\r")
        .wait_for("select(read [s1, s2], write [], except []");
    rig.keys("\r").wait_for("State · the sets of select()");
}

#[test]
fn a_file_is_no_socket() {
    let mut rig = sockplay();
    rig.keys(" open\r").wait_for("› f = open(\"/dev/null\")");
    rig.keys("\r")
        .wait_for_row(&["f ", "file", "/dev/null", "open"]);
    rig.wait_for("State · f, an opened file");
    rig.keys("b")
        .wait_for("It will fail: f is an opened file, no socket");
    rig.keys("\r").wait_for_row(&["bind(f", "-> ENOTSOCK"]);
}
