//! Much input at once: nothing stalls, and nothing that was pasted is taken as a key, a call or a grade.

use std::time::{Duration, Instant};

use crate::common::PATIENCE;
use crate::common::child::{PROGRAM, folder};
use crate::common::terminal::{ESC, PROMPT_KEYS, Rig, USUAL, sockplay};

/// More than a terminal, its buffers and a channel hold.
const MUCH: usize = 60_000;
/// A text of a lesson, of cards or of a log: it has letters that are keys, digits that are grades, and ends of lines.
const TEXT: &str = "1 again\r3\rq n\rb\rl\ra y: recv() -> 0, i 4\r\n";

fn text() -> String {
    TEXT.repeat(MUCH / TEXT.len())
}

/// The same as a terminal sends it that marks a paste, and as one that does not.
fn both() -> [Vec<u8>; 2] {
    let marked = format!("\x1b[200~{}\x1b[201~", text());
    [marked.into_bytes(), text().into_bytes()]
}

const IGNORED: &str = "what was pasted is ignored";

#[test]
fn outside_the_prompt_it_is_ignored() {
    for burst in both() {
        let mut rig = sockplay();
        rig.keys(burst).wait_for(IGNORED);
        rig.keys("?").wait_for("any other key closes");
        rig.keys("q").wait_for("▪ Sockets");
        assert!(
            rig.screen().has("0 sockets  0 calls"),
            "{}",
            rig.screen().text()
        );
        assert_eq!(rig.keys("q").wait_exit().code(), Some(0));
    }
}

#[test]
fn the_start_screen_stays_as_it_is() {
    for burst in both() {
        let mut rig = Rig::start(USUAL, PROGRAM, &[], &[]);
        rig.wait_for("Free play").keys(burst).wait_for(IGNORED);
        rig.wait_for("Free play").keys("3").wait_for("▪ Sockets");
        assert_no_calls(&rig);
    }
}

/// The keys that open each overlay that takes no text, and what it then says.
const OVERLAYS: [(&str, &str); 7] = [
    ("\x1bOP", "any other key closes"),
    ("\x1bOQ", "any other key closes"),
    ("v", "any other key closes"),
    ("&", "any other key closes"),
    ("Q", "any other key closes"),
    ("y", "any other key closes"),
    ("\x1bOS", "lessons done"),
];

#[test]
fn in_an_overlay_it_is_ignored() {
    let mut rig = sockplay();
    for (opens, says) in OVERLAYS {
        for burst in both() {
            rig.keys(opens).wait_for(says);
            rig.keys(burst).wait_for(IGNORED);
            rig.keys("q").wait_for("▪ Sockets");
            assert_no_calls(&rig);
        }
    }
}

/// Presses Esc until the screen has a text no more. One that comes at once after a burst belongs to it.
#[track_caller]
fn leave(rig: &mut Rig, text: &str) {
    let deadline = Instant::now() + PATIENCE;
    while rig.screen().has(text) {
        assert!(Instant::now() < deadline, "{}", rig.screen().text());
        rig.keys(ESC);
        // A key that comes sooner is one with Alt.
        while !rig.stays_quiet(Duration::from_millis(100)) {}
    }
}

#[track_caller]
fn assert_no_calls(rig: &Rig) {
    let shown = rig.screen();
    assert!(shown.has("0 sockets  0 calls"), "{}", shown.text());
}

#[test]
fn no_question_is_answered_by_it() {
    for burst in both() {
        let mut rig = sockplay();
        rig.prompt(&["a, b = socketpair unix stream", "recv a 1"])
            .wait_for_row(&["recv(a, 1)", "blocks"]);
        rig.panes().keys("q").wait_for("Leave and cancel them?");
        rig.keys(burst).wait_for(IGNORED);
        rig.wait_for("Leave and cancel them?");
        assert!(rig.screen().has("1 pending"), "{}", rig.screen().text());
        assert_eq!(rig.keys("y").wait_exit().code(), Some(0));
    }
}

#[test]
fn a_form_and_the_list_of_calls_do_nothing_with_it_until_enter() {
    for (opens, says) in [("n", "Enter runs it"), (" ", "runs or opens")] {
        for burst in both() {
            let mut rig = sockplay();
            rig.keys(opens).wait_for(says);
            leave(rig.keys(burst), says);
            assert_no_calls(&rig);
            rig.call("n").wait_for("1 socket  1 call ");
        }
    }
}

#[test]
fn a_search_of_the_history_runs_nothing_by_it() {
    const SEARCH: &str = "history search: n";
    for burst in both() {
        let mut rig = sockplay();
        rig.prompt(&["n = socket inet stream"])
            .wait_for("1 socket  1 call ");
        rig.keys("\x12n").wait_for(SEARCH);
        rig.keys(burst).wait_for(IGNORED).wait_for(SEARCH);
        rig.keys(ESC).wait_without(SEARCH);
        assert!(
            rig.screen().has("1 socket  1 call "),
            "{}",
            rig.screen().text()
        );
    }
}

#[test]
fn at_the_prompt_none_of_it_is_lost() {
    let line = "# a comment that is long enough, and says nothing of any use\r";
    let lines = line.repeat(MUCH / line.len());
    let last = "u = socket(AF_INET, SOCK_DGRAM)\r";
    let mut rig = sockplay();
    rig.prompt(&[]).keys(lines + last);
    rig.wait_for_row(&["u ", "inet dgram"]);
    // One line without an end stays a line.
    rig.keys("x".repeat(MUCH)).keys("Y").wait_for("xxxY");
    assert!(
        rig.screen().has("1 socket  1 call "),
        "{}",
        rig.screen().text()
    );
    rig.paste("bind(u, 127.0.0.1:0)\n".repeat(MUCH / 20))
        .wait_for("lines were pasted, and 1000 is the limit");
    assert!(rig.screen().has(PROMPT_KEYS));
    assert!(
        rig.screen().has("1 socket  1 call "),
        "{}",
        rig.screen().text()
    );
}

#[test]
fn at_the_prompt_its_first_line_that_is_not_a_call_stays_and_the_rest_is_dropped() {
    let mut rig = sockplay();
    rig.prompt(&[]).keys(text());
    rig.wait_for("are ignored");
    while !rig.stays_quiet(Duration::from_millis(100)) {}
    let shown = rig.screen();
    assert!(
        shown.has("› 1 again") && !shown.has("again3"),
        "{}",
        shown.text()
    );
    assert_no_calls(&rig);
    let marked = format!("\x1b[200~{}\x1b[201~", text());
    rig.keys(marked)
        .wait_for("lines were pasted, and 1000 is the limit");
    assert_no_calls(&rig);
}

#[test]
fn a_filter_takes_some_of_its_text() {
    let of_overlays = [
        ("\x1bOP/", "any other key closes"),
        ("\x1bOS/", "lessons done"),
    ];
    for (opens, says) in [("/", "/1 again")].into_iter().chain(of_overlays) {
        for burst in both() {
            let mut rig = sockplay();
            rig.keys(opens).wait_for("/_");
            rig.keys(burst).wait_for("/1 again");
            leave(&mut rig, "/1 again");
            leave(&mut rig, says);
            assert_no_calls(&rig);
        }
    }
}

#[test]
fn in_a_lesson_it_takes_no_step() {
    for burst in both() {
        let program = PROGRAM;
        let mut rig = Rig::start(USUAL, program, &["learn"], &[]);
        rig.wait_for("lessons done").keys("\r");
        rig.wait_for("What is a socket? 1/").wait_for("Enter opens");
        rig.keys(burst).wait_for(IGNORED);
        let shown = rig.screen();
        let is_begun = shown.has("What is a socket? 1/") && shown.has("0 sockets  0 calls");
        assert!(is_begun, "{}", shown.text());
        assert_eq!(rig.keys("q").wait_exit().code(), Some(0));
    }
}

/// A lesson that begins with a prediction.
const LESSON: &str = "---
title: Own lesson
goal: Make a socket.
topics: server-calls
minutes: 3
sources: socket(2)
---
Welcome to it.

## First page
```predict
What does it say?
> l = socket(AF_INET, SOCK_STREAM)
- EINVAL     # Nothing is wrong with it.
+ fd         # It is made.
```
";

#[test]
fn no_prediction_is_answered_by_it() {
    const OPEN: &str = "What does it say?";
    for burst in both() {
        let folder = folder();
        let file = folder.path().join("01-own.md");
        std::fs::write(&file, LESSON).expect("it can be written");
        let file = file.to_string_lossy().into_owned();
        let mut rig = Rig::start(USUAL, PROGRAM, &["learn", &file], &[]);
        rig.wait_for("Enter opens the next page")
            .keys("\r")
            .wait_for(OPEN);
        rig.keys(&burst).wait_for(IGNORED);
        // The answer is still open, and a key gives it.
        assert_no_calls(&rig);
        rig.keys("2").wait_for("It is made.");
    }
}

#[test]
fn no_card_is_graded_by_it() {
    const QUESTION: &str = "Enter answer   q leave";
    const REMARK: &str = "What was pasted is ignored";
    for burst in both() {
        let mut rig = Rig::start(USUAL, PROGRAM, &["cards", "--all"], &[]);
        rig.wait_for(QUESTION);
        rig.keys(&burst).wait_for(REMARK).wait_for(QUESTION);
        rig.keys("\r")
            .wait_for("1 again 1 min")
            .wait_without(REMARK);
        rig.keys(&burst).wait_for(REMARK).wait_for("1 again 1 min");
        rig.keys("q");
        assert!(rig.wait_exit().success());
        assert!(
            rig.screen().has("No card was answered."),
            "{}",
            rig.screen().text()
        );
        rig.assert_restored();
        let kept = rig.folder().join(".local/state/sockplay/cards.json");
        assert!(!kept.exists(), "nothing was kept");
    }
}
