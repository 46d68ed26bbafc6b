//! poll, select and epoll as objects: what they wait for, what they found, and the edge that is not reported again.

use crate::common::terminal::{Rig, sockplay, sockplay_at};

/// The sentence of a registration whose edge was reported though something is left.
const NOT_AGAIN: &str = "6 bytes are left; the edge was reported";

/// A pair `a`, `b` with an edge-triggered registration of `b` in `e`, typed at the prompt.
#[track_caller]
fn edge_triggered(size: (u16, u16)) -> Rig {
    let mut rig = sockplay_at(size);
    rig.prompt(&["a, b = socketpair unix stream", "e = epoll_create1"]);
    rig.line("epoll_ctl e ADD b EPOLLIN|EPOLLET")
        .wait_for_row(&["epoll_ctl(e, EPOLL_CTL_ADD, b", "-> 0"]);
    rig.wait_for("State · e, an epoll instance, not ready");
    rig
}

#[test]
fn what_an_edge_leaves_behind_is_said_in_a_sentence() {
    let mut rig = edge_triggered((120, 40));
    rig.wait_for_row(&["e ", "epoll", "watches b", "not ready"]);
    rig.wait_for_row(&[" b │ EPOLLIN", "0", "no"]);
    rig.line("send a \"0123456789\"")
        .wait_for_row(&["e ", "watches b", " ready"]);
    rig.line("epoll_wait e 10 1000")
        .wait_for_row(&["epoll_wait(e, 10, 1000)", "-> 1 [b: EPOLLIN]"]);
    rig.wait_for("epoll_wait() returned 1: b: EPOLLIN");
    rig.line("recv b 4")
        .wait_for_row(&["recv(b, 4)", "-> 4 \"0123\""]);
    rig.line("epoll_wait e 10 10")
        .wait_for("the timeout of 10 ms has passed,");
    rig.wait_for(NOT_AGAIN).wait_for("until more arrives");
    rig.wait_for_row(&["edge-triggered", "6 B to receive", "1 report"]);
    rig.line("send a \"x\"")
        .wait_for("State · e, an epoll instance, ready");
    rig.wait_without("the edge was reported");
    rig.line("epoll_wait e 10 1000").wait_for_row(&[
        "edge-triggered",
        "7 B to receive",
        "2 reports",
    ]);
    rig.wait_for("7 bytes are left; the edge was reported");
}

#[test]
fn an_edge_that_ends_a_wait_is_reported_once() {
    let mut rig = edge_triggered((80, 24));
    rig.line("epoll_wait e 10 -1")
        .wait_for("epoll_wait() blocked");
    rig.line("send a \"012345\"")
        .wait_for_row(&["epoll_wait(e, 10, -1)", "-> 1 [b: EPOLLIN]"]);
    rig.wait_for(NOT_AGAIN)
        .wait_for("no further report until more");
    rig.wait_for_row(&["EPOLLIN edge-triggered", "not on the ready list"]);
}

#[test]
fn level_and_edge_are_shown_side_by_side() {
    let mut rig = edge_triggered((120, 40));
    rig.line("f = epoll_create1")
        .line("epoll_ctl f ADD b EPOLLIN")
        .line("send a \"0123456789\"");
    rig.wait_for_row(&["f ", "epoll", "watches b", " ready"]);
    rig.line("epoll_wait f 10 0").line("epoll_wait e 10 0");
    rig.line("recv b 4").line("epoll_wait f 10 0");
    rig.wait_for("State · f, an epoll instance, ready");
    rig.wait_for_row(&["in f", "level-triggered", "6 B to receive", "2 reports"]);
    rig.wait_for_row(&["in e", "EPOLLIN", "no: reported"]);
    rig.wait_for_row(&["edge-triggered", "1 report"]);
    rig.panes().click("· e ").wait_for("State · e");
    rig.wait_for_row(&["in e", "edge-triggered", "1 report"]);
    rig.wait_for_row(&["in f", "EPOLLIN", "yes"]);
    rig.wait_for(NOT_AGAIN);
}

#[test]
fn what_is_registered_once_is_disarmed_until_it_is_armed_again() {
    let mut rig = sockplay();
    rig.prompt(&["a, b = socketpair unix stream", "e = epoll_create1"]);
    rig.line("epoll_ctl e ADD b EPOLLIN|EPOLLONESHOT")
        .line("send a \"x\"");
    rig.line("epoll_wait e 10 0").wait_for("no: disarmed");
    rig.wait_for("b: reported once and disarmed: EPOLL_CTL_MOD re-arms it");
    rig.line("epoll_ctl e MOD b EPOLLIN|EPOLLONESHOT")
        .wait_for_row(&["level-triggered", "1 report"]);
    rig.wait_without("no: disarmed")
        .wait_for_row(&["│ once", "│"])
        .wait_for_row(&["e ", " ready"]);
}

#[test]
fn the_array_of_a_poll_is_drawn_before_and_after() {
    let mut rig = sockplay();
    rig.prompt(&["a, b = socketpair unix stream", "u = socket inet dgram"]);
    rig.line("poll [b: POLLIN, u: POLLIN|POLLPRI, 900: 0] 0")
        .wait_for("State · the array of poll()");
    rig.wait_for_row(&["fdarray[0] │ ", " b │", "POLLIN", "0"]);
    rig.wait_for_row(&["[1] │ ", " u │", "POLLIN|POLLPRI", "0"]);
    rig.wait_for_row(&["[2] │ 900", "● POLLNVAL"]);
    rig.wait_for("POLLNVAL: reported without being asked for");

    rig.line("poll [b: POLLIN, u: POLLIN] -1").wait_for_row(&[
        "fdarray[0] │ ",
        " b │",
        "◌ awaited",
    ]);
    rig.wait_for("poll() waits since").wait_for("without limit");
    rig.line("send a \"x\"").wait_for_row(&[" b │", "● POLLIN"]);
    rig.wait_for("poll() returned 1: the number of descriptors with events");
    rig.line("poll [u: POLLIN] 10")
        .wait_for("poll() returned 0: the timeout of 10 ms has passed");
}

#[test]
fn a_poll_is_read_on_a_small_screen_too() {
    let mut rig = sockplay_at((80, 24));
    rig.prompt(&["a, b = socketpair unix stream"]);
    rig.line("poll [b: POLLIN, a: POLLOUT] 1000")
        .wait_for("State · the array of poll()");
    rig.wait_for_row(&["fdarray[0]  ", " b  ", "events POLLIN", "revents 0"]);
    rig.wait_for_row(&[
        "fdarray[1]  ",
        " a  ",
        "events POLLOUT",
        "revents ● POLLOUT",
    ]);
    rig.panes()
        .keys("\tz")
        .wait_for_row(&["fdarray[0] │ ", " b │"]);
}

#[test]
fn the_sets_of_a_select_are_shown_before_and_after() {
    let mut rig = sockplay();
    rig.prompt(&[
        "a, b = socketpair unix stream",
        "c, d = socketpair unix stream",
    ])
    .wait_for_row(&["d ", "unix stream", "connected"]);
    rig.line("send a \"x\"");
    rig.line("select read [b, d], write [a], except [], 10s")
        .wait_for("State · the sets of select()");
    rig.wait_for_row(&["│ a │ b │ d │"]);
    rig.wait_for_row(&["read   before", "│ 0 │ 1 │ 1 │"]);
    rig.wait_for_row(&["       after", "│ 0 │ 1 │ 0 │"]);
    rig.wait_for_row(&["write  before", "│ 1 │ 0 │ 0 │"]);
    rig.wait_for_row(&["except NULL", "│ · │ · │ · │"]);
    rig.wait_for("select() returned 2");
    rig.wait_for(" are tested.");
    rig.wait_for("The kernel wrote back the");
    rig.line("select read [d], write [], except [], 60s, 3")
        .wait_for("Beyond it and not tested")
        .wait_for(" d.");
    rig.panes().keys("i").wait_for("select() failed with EINTR");
}

#[test]
fn the_io_models_are_run_and_shown_side_by_side() {
    let mut rig = sockplay();
    rig.keys("\x1bOQ");
    rig.wait_for("blocking I/O (UNP figure 6.1)");
    rig.wait_for_row(&["◀── datagram"]);
    rig.wait_for_row(&["recv(s, 100)", "EAGAIN"]);
    // The page after the first.
    rig.keys("\x1b[6~\x1b[6~\x1b[6~\x1b[6~");
    rig.wait_for("asynchronous I/O: io_uring");
    rig.keys("x").wait_for("Sockets");
    rig.wait_without("asynchronous I/O");
}
