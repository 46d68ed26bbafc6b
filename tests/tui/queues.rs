//! The queues on real sockets: one send is not one recv, a datagram stays whole, connections wait in slots.

use crate::common::terminal::{ESC, sockplay, sockplay_at};

#[test]
fn the_queues_of_a_connection_of_a_listener_and_of_a_datagram_socket() {
    let mut rig = sockplay();
    rig.prompt(&["l = socket inet stream", "bind l 127.0.0.1:0", "listen l 2"]);
    rig.line("c = socket inet stream").line("connect c addr(l)");
    rig.wait_for("1 of 3").panes().click("· l ");
    rig.wait_for("▸ l ").keys("Q").wait_for("▮c ▯ ▯");
    rig.keys(ESC).wait_for("▪ Sockets");
    rig.prompt(&[
        "s = accept l",
        "send c \"hello\"",
        "send c \"you\"",
        "recv s 6",
    ]);
    rig.wait_for_row(&["recv(s, 6)", "-> 6 \"helloy\""])
        .wait_for("2 B to receive");
    rig.panes().click("· c ").wait_for("▸ c ");
    rig.keys("Q")
        .wait_for("receiving call 1 of s took 5 B of send 1 + 1 B of send 2");
    rig.wait_for("receive queue of s (observed): 2 B of send 2");
    rig.keys(ESC).wait_for("▪ Sockets");
    rig.prompt(&[
        "r = socket inet dgram",
        "bind r 127.0.0.1:0",
        "u = socket inet dgram",
    ]);
    rig.line("sendto u \"abc\" addr(r)")
        .line("sendto u \"defg\" addr(r)");
    rig.wait_for("next datagram: 3 B").panes();
    rig.click("· r ").wait_for("▸ r ");
    rig.keys("Q").wait_for("┌1: 3 B┐ ┌2: 4 B┐");
    rig.wait_for("The next one has 3 B (observed)");
}

#[test]
fn a_closed_window_says_who_must_receive_first_and_no_more_once_it_is_open() {
    const SAID: &str = "window closed: s must receive first";
    let mut rig = sockplay_at((200, 60));
    rig.prompt(&["l = socket inet stream", "setsockopt l SO_RCVBUF 2304"]);
    rig.line("bind l 127.0.0.1:0").line("listen l 5");
    rig.line("c = socket inet stream")
        .line("setsockopt c SO_SNDBUF 4608")
        .line("connect c addr(l)")
        .line("s = accept l")
        .line("send c \"x\"*20000");
    rig.wait_for_row(&["other end: ESTABLISHED", SAID]);
    rig.wait_for("send() blocked since")
        .wait_for_row(&["  window closed", SAID]);
    rig.wait_for("The receive window of");
    rig.panes().keys("Q");
    rig.wait_for_row(&[SAID, "(observed: the kernel probes the window)"]);
    rig.keys(ESC).wait_for("▪ Sockets");
    rig.prompt(&["recv s 20000 MSG_WAITALL"]);
    rig.wait_for_row(&["send(c, ", "-> 20000"])
        .wait_without("window closed");
}

#[test]
fn the_error_queue_is_shown_until_it_is_read() {
    const SAID: &str = "a record in the error queue";
    let mut rig = sockplay();
    // Nobody has the port once r is closed.
    rig.prompt(&["r = socket inet dgram", "bind r 127.0.0.1:0"]);
    rig.line("u = socket inet dgram")
        .line("setsockopt u IP_RECVERR 1")
        .line("connect u addr(r)")
        .line("close r")
        .line("send u \"hello\"");
    rig.wait_for(SAID).panes();
    rig.click("▸ u ")
        .keys("Q")
        .wait_for("The error queue holds a record (observed)");
    rig.keys(ESC).wait_for("▪ Sockets");
    rig.prompt(&["recvmsg u 100 MSG_ERRQUEUE"]);
    rig.wait_without(SAID);
}
