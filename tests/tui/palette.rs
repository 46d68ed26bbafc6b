//! The palette, and the forms of calls on several descriptors.

use crate::common::terminal::{ESC, sockplay, sockplay_at};

const PALETTE_KEYS: &str = "Enter runs or opens";

#[test]
fn letters_narrow_the_palette_and_enter_opens_the_form() {
    let mut rig = sockplay_at((80, 24));
    rig.keys(" ").wait_for(PALETTE_KEYS);
    rig.wait_for_row(&["▸ call", "socket", "creates a socket", "n"]);
    rig.wheel("▸ call", true)
        .wait_for_row(&["▸ ", "socketpair"]);
    rig.keys("pair").wait_for_row(&["▸ call", "socketpair"]);
    rig.wait_without("recvfrom").keys("\r");
    rig.wait_for("› s1, s2 = socketpair(AF_UNIX, SOCK_STREAM)");
    rig.keys("\r")
        .wait_for_row(&["s2", "unix stream", "connected"]);
    rig.keys(" zzz").wait_for("nothing matches these words");
    rig.keys("\r").wait_for(PALETTE_KEYS);
    rig.keys(ESC).wait_without(PALETTE_KEYS);
}

#[test]
fn the_palette_runs_explains_and_leads_to_the_form_of_an_option() {
    let mut rig = sockplay();
    rig.call("n").wait_for_row(&["s1", "inet stream"]);
    // Ctrl-P, also from the prompt.
    rig.keys(":")
        .keys("\x10sequence diagram")
        .wait_for_row(&["▸ action", "ladder", "v"]);
    rig.keys("\r").wait_for("The conversation of s1");
    rig.keys(ESC).wait_without("The conversation of s1");
    rig.keys(" connection refused").wait_for_row(&[
        "▸ error",
        "ECONNREFUSED",
        "Connection refused",
    ]);
    rig.keys("\r").wait_for("The destination rejected it");
    rig.wait_for("Source: connect(2)");
    rig.keys(ESC).wait_for(PALETTE_KEYS).keys(ESC);
    rig.wait_without(PALETTE_KEYS)
        .keys(" nodelay\r")
        .wait_for("Enter opens its form");
    rig.keys("\r").wait_for("› setsockopt(s1, TCP_NODELAY, 1)");
    rig.keys("\x1bOP").wait_for("goes back to the form");
    rig.keys(ESC).wait_without("goes back to the form");
    rig.keys("\r")
        .wait_for_row(&["setsockopt(s1, TCP_NODELAY, 1)", "-> 0"]);
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
    rig.keys(" select").wait_for_row(&["▸ call", "select"]);
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
        .wait_for("This will fail: f is an opened file, not a socket");
    rig.keys("\r").wait_for_row(&["bind(f", "-> ENOTSOCK"]);
}
