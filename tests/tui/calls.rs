//! Calls by keys alone: what they return, what blocks, and the states that change meanwhile.

use crate::common::terminal::{ESC, Rig, USUAL, sockplay};

/// A listener, by five keys and Enter each time.
#[track_caller]
fn listener() -> Rig {
    let mut rig = sockplay();
    rig.call("n")
        .wait_for_row(&["s1", "inet stream", "unbound"]);
    rig.call("b")
        .wait_for_row(&["bind(s1, 127.0.0.1:0)", "-> 0"]);
    rig.call("l").wait_for_row(&["s1", "127.0.0.1:", "LISTEN"]);
    rig.wait_for("waiting ▯▯▯▯▯▯ 0 of 6");
    rig.call("a").wait_for("accept() blocked");
    rig.wait_for("◌ 1 pending");
    rig
}

#[test]
fn a_connection_is_opened_used_and_closed_with_keys() {
    let mut rig = listener();
    rig.call("n")
        .wait_for_row(&["s3", "inet stream", "unbound"]);
    rig.call("c")
        .wait_for_row(&["connect(s3, addr(s1))", "-> 0"]);
    rig.wait_for_row(&["s2", "127.0.0.1:", "ESTABLISHED"]);
    rig.wait_for_row(&["s3", "127.0.0.1:", "ESTABLISHED"]);
    rig.wait_for_row(&["s2 = accept(s1)", "from 127.0.0.1:"]);
    rig.wait_without("pending");

    rig.call("s").wait_for_row(&["send(s3, \"hello\")", "-> 5"]);
    rig.wait_for("▮ 5 B to receive");
    rig.keys("j").wait_for("State · s2");
    rig.call("r")
        .wait_for_row(&["recv(s2, 100)", "-> 5 \"hello\""]);
    rig.wait_without("B to receive");

    rig.call("h")
        .wait_for_row(&["shutdown(s2, SHUT_WR)", "-> 0"]);
    rig.wait_for_row(&["s2", "127.0.0.1:", "FIN_WAIT2"]);
    rig.wait_for_row(&["s3", "127.0.0.1:", "CLOSE_WAIT"]);
    rig.call("x")
        .wait_for_row(&["s2", "127.0.0.1:", "orphan FIN_WAIT2"]);
    rig.keys("k").wait_for("State · s3");
    rig.call("x").wait_for_row(&["s3", "127.0.0.1:", "closed"]);
    rig.wait_for_row(&["s2", "127.0.0.1:", "orphan TIME_WAIT"]);
    rig.wait_for("1 socket  ");
}

#[test]
fn states_change_when_the_other_end_does_something() {
    let mut rig = listener();
    rig.call("n")
        .wait_for_row(&["s3", "inet stream", "unbound"]);
    rig.call("c")
        .wait_for_row(&["s3", "127.0.0.1:", "ESTABLISHED"]);
    rig.call("r").wait_for("recv() blocked");
    rig.prompt(&["send s2 \"news\""]);
    rig.wait_for_row(&["recv(s3, 100)", "-> 4 \"news\""]);
    rig.wait_without("recv() blocked");
    rig.line("setsockopt s2 SO_LINGER {1, 0s}").line("close s2");
    rig.wait_for_row(&["s2", "127.0.0.1:", "closed"]);
    rig.line("recv s3 10")
        .wait_for_row(&["recv(s3, 10)", "-> ECONNRESET"]);
    rig.wait_for_row(&["s3", "127.0.0.1:", "reset"]);
}

#[test]
fn i_interrupts_a_blocked_accept_and_the_listener_stays() {
    let mut rig = listener();
    rig.wait_for("i interrupts");
    rig.keys(ESC).wait_for("i interrupts a call");
    assert!(rig.screen().has("accept() blocked"), "Esc only closes");
    rig.keys("i").wait_for_row(&["accept(s1)", "-> EINTR"]);
    rig.wait_without("pending");
    rig.wait_for_row(&["s1", "127.0.0.1:", "LISTEN"]);
    rig.call("a").wait_for("accept() blocked");
    rig.prompt(&["c = socket inet stream", "connect c addr(s1)"]);
    rig.wait_for_row(&["accept(s1)", "from 127.0.0.1:"]);
}

#[test]
fn an_inapplicable_call_says_why_and_can_be_made() {
    let mut rig = sockplay();
    rig.keys("l")
        .wait_for("there is no socket for listen(): n makes one");
    rig.call("n")
        .wait_for_row(&["s1", "inet stream", "unbound"]);
    rig.keys("s")
        .wait_for("This will fail: s1 is not connected");
    rig.keys("\r")
        .wait_for_row(&["send(s1, \"hello\")", "-> EPIPE+SIGPIPE"]);
}

/// The screen after the first frame that shows a text.
fn first_frame_with(raw: &[u8], text: &str) -> Option<String> {
    const END: &[u8] = b"\x1b[?2026l";
    let (rows, columns) = (size(USUAL.1), size(USUAL.0));
    let mut screen = vt100::Parser::new(rows, columns, 0);
    let mut rest = raw;
    while let Some(at) = rest.windows(END.len()).position(|bytes| bytes == END) {
        let (frame, after) = rest.split_at(at + END.len());
        screen.process(frame);
        let shown = screen.screen().contents();
        if shown.contains(text) {
            return Some(shown);
        }
        rest = after;
    }
    None
}

fn size(number: u16) -> std::num::NonZero<u16> {
    std::num::NonZero::new(number).expect("some")
}

#[test]
fn a_result_is_drawn_in_the_frame_that_shows_its_call() {
    // The frame waits a moment for the result; a busy machine may need longer, so not every one must have it.
    for _ in 0..5 {
        let mut rig = sockplay();
        rig.prompt(&["a, b = socketpair unix dgram"])
            .wait_for_row(&["socketpair(", "-> fd 3"]);
        for count in 101..108 {
            rig.line(&format!("send a \"q\"*{count}"));
            rig.wait_for_row(&["send(a, ", &format!("-> {count}")]);
            let call = format!("send(a, \"q\"*{count})");
            let shown = first_frame_with(&rig.raw(), &call).expect("it was shown");
            let row = shown.lines().find(|line| line.contains(&call));
            if row.is_some_and(|row| row.contains(&format!("-> {count}"))) {
                return;
            }
        }
    }
    panic!("no result was in the first frame of its call");
}
