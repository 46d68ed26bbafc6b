//! The start screen: what it offers, and that it is in nobody's way.

use crate::common::child::PROGRAM;
use crate::common::terminal::{Rig, USUAL, sockplay};

#[track_caller]
fn start(size: (u16, u16)) -> Rig {
    let mut rig = Rig::start(size, PROGRAM, &[], &[]);
    rig.wait_for("1 A first conversation");
    rig
}

#[test]
fn every_key_of_the_playground_acts_at_once() {
    let mut rig = start(USUAL);
    rig.call("n")
        .wait_for_row(&["s1", "inet stream", "unbound"]);
    rig.wait_for("Why");
}

#[test]
fn the_first_conversation_needs_enter_and_one_answer_and_ends_in_free_play() {
    for size in [(80, 24), USUAL] {
        let mut rig = start(size);
        rig.keys("1").wait_for("Enter opens the next page");
        let mut presses = 0;
        while rig.screen().has("A first conversation") {
            presses += 1;
            assert!(presses < 60, "{}", rig.screen().text());
            let before = rig.screen().text();
            let asks = rig.screen().has("Predict: ");
            let key = if asks { "3" } else { "\r" };
            rig.keys(key).wait_until("something new", |shown| {
                shown.text() != before && !shown.has("is being run")
            });
        }
        rig.call("n").wait_for("unbound");
    }
}

#[test]
fn another_sockplay_that_listens_is_offered() {
    let mut server = sockplay();
    server.call("n").wait_for("unbound");
    server
        .call("b")
        .wait_for_row(&["bind(s1, 127.0.0.1:0)", "-> 0"]);
    server.call("l").wait_for_row(&["listen(s1, 5)", "-> 0"]);
    let mut client = start(USUAL);
    // It may be that of another test.
    client.wait_for("4 Connect to another sockplay: it listens at");
    client.keys("4").wait_for_row(&["connect(c, ", "-> "]);
}
