//! Much input at once: nothing stalls, and nothing that was pasted is taken as a key, a call or a grade.

use crate::common::child::PROGRAM;
use crate::common::terminal::{PROMPT_KEYS, Rig, USUAL, sockplay};

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
fn in_an_overlay_it_is_ignored() {
    for burst in both() {
        let mut rig = sockplay();
        rig.keys("\x1bOQ").wait_for("asynchronous");
        rig.keys(burst).wait_for(IGNORED);
        rig.keys("q").wait_for("▪ Sockets");
        assert!(
            rig.screen().has("0 sockets  0 calls"),
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
        .wait_for("are more than the 1000 that a paste may have");
    assert!(rig.screen().has(PROMPT_KEYS));
    assert!(
        rig.screen().has("1 socket  1 call "),
        "{}",
        rig.screen().text()
    );
}

#[test]
fn in_a_lesson_it_takes_no_step() {
    for burst in both() {
        let program = PROGRAM;
        let mut rig = Rig::start(USUAL, program, &["learn"], &[]);
        rig.wait_for("lessons done").keys("\r");
        rig.wait_for("What is a socket? 1/").wait_for("Enter turns");
        rig.keys(burst).wait_for(IGNORED);
        let shown = rig.screen();
        let is_begun = shown.has("What is a socket? 1/") && shown.has("0 sockets  0 calls");
        assert!(is_begun, "{}", shown.text());
        assert_eq!(rig.keys("q").wait_exit().code(), Some(0));
    }
}

#[test]
fn no_card_is_graded_by_it() {
    const QUESTION: &str = "Enter answer   q leave";
    const REMARK: &str = "What was pasted is ignored";
    for burst in both() {
        let mut rig = Rig::start(USUAL, PROGRAM, &["cards"], &[]);
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
