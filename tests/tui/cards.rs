//! Flash cards on a terminal: by single keys, at any size, and the terminal given back however it ends.

use std::os::unix::process::ExitStatusExt;

use nix::sys::signal::Signal;
use sockplay::lesson::deck::{Filed, deck};

use crate::common::child::PROGRAM;
use crate::common::terminal::{Rig, USUAL};

const QUESTION_KEYS: &str = "Enter answer   q leave";
const GRADES: &str = "1 again 1 min   2 hard 5 min   3 good 10 min   4 easy 15 days";

#[track_caller]
fn cards(size: (u16, u16), arguments: &[&str], environment: &[(&str, &str)]) -> Rig {
    // Whatever lessons are done.
    let all = [&["cards", "--all"], arguments].concat();
    let mut rig = Rig::start(size, PROGRAM, &all, environment);
    rig.wait_for(QUESTION_KEYS);
    rig
}

/// A card of the course that can be run, and is the first of those with its first tag.
fn runnable() -> Filed {
    let deck = deck("/tmp").expect("the course can be read");
    let is_first = |own: &&Filed| {
        let tag = &own.card.tags[0];
        let first = deck.iter().find(|other| other.card.tags.contains(tag));
        first.is_some_and(|first| first.card.id == own.card.id)
    };
    let mut runnable = deck.iter().filter(|own| !own.card.run.is_empty());
    runnable.find(is_first).expect("there is one").clone()
}

#[test]
fn a_card_is_asked_run_and_graded_by_single_keys() {
    let card = runnable().card;
    let mut rig = cards((80, 24), &["--tag", &card.tags[0]], &[]);
    rig.wait_for("1 of ");
    assert!(
        !rig.screen().has(&card.source),
        "not before it is asked for"
    );
    rig.keys("3r").keys("\r").wait_for(GRADES);
    rig.wait_for(&card.source).wait_for("r run it   q leave");
    rig.keys("r").wait_for_row(&[" -> "]);
    rig.keys("3").wait_for(QUESTION_KEYS);
    rig.keys("q");
    assert!(rig.wait_exit().success());
    assert!(rig.screen().has("1 card answered: 1 good."));
    rig.assert_restored();
    let kept = rig.folder().join(".local/state/sockplay/cards.json");
    let kept = std::fs::read_to_string(kept).expect("it is kept");
    assert!(kept.contains(&card.id), "{kept}");
}

#[test]
fn a_small_terminal_scrolls_and_a_resized_one_is_drawn_anew() {
    let card = runnable().card;
    let mut rig = cards((40, 10), &["--tag", &card.tags[0]], &[]);
    rig.wait_for("1 of ");
    rig.keys("\r").wait_for("r run it   q leave");
    rig.keys("r").wait_for_row(&[" -> "]).wait_without("1 of ");
    rig.keys("k".repeat(60)).wait_for("1 of ");
    rig.resize(USUAL).wait_for(GRADES).wait_for(&card.source);
    assert_eq!(rig.abuses(), [""; 0]);
}

#[test]
fn no_colour_where_none_is_wanted() {
    // What is wrong is red: that nothing can be stored, for one.
    let nowhere = ("XDG_STATE_HOME", "/dev/null/nowhere");
    for (environment, coloured) in [
        (&[nowhere][..], true),
        (&[nowhere, ("NO_COLOR", "1")][..], false),
    ] {
        let mut rig = cards(USUAL, &[], environment);
        rig.wait_for("Nothing is saved: cannot make");
        let raw = String::from_utf8_lossy(&rig.raw()).into_owned();
        assert_eq!(raw.contains("\x1b[38;"), coloured, "{raw:?}");
        rig.keys("q").wait_exit();
    }
}

#[test]
fn a_signal_and_control_c_give_the_terminal_back() {
    let mut rig = cards(USUAL, &[], &[]);
    rig.signal(Signal::SIGTERM);
    assert_eq!(rig.wait_exit().signal(), Some(Signal::SIGTERM as i32));
    rig.assert_restored();
    let mut rig = cards(USUAL, &[], &[]);
    rig.keys("\x03");
    assert!(rig.wait_exit().success());
    rig.assert_restored();
}

#[test]
fn a_terminal_that_hangs_up_ends_it() {
    let mut rig = cards(USUAL, &[], &[]);
    rig.hang_up();
    let status = rig.wait_exit();
    assert_ne!(status.code(), Some(101), "without a panic");
}

#[test]
fn the_map_has_a_key_that_asks_the_cards_and_is_there_again_after_them() {
    let mut rig = Rig::start((80, 24), PROGRAM, &["learn"], &[]);
    rig.wait_for("lessons done");
    // No lesson is done, so that no card is asked.
    rig.keys("K").wait_for("No card was answered");
    rig.wait_for("lessons done").keys("\x1b");
    rig.wait_for("n makes a socket");
    let lesson = "what-is-a-socket";
    let read = sockplay::lesson::course::find(lesson).expect("a lesson");
    let read = sockplay::lesson::read::lesson(read.id, read.text, "/tmp").expect("a lesson");
    let solved: Vec<String> = (0..read.tasks().count())
        .map(|at| format!("1.{at}"))
        .collect();
    let progress = serde_json::json!({
        "version": 1,
        "content": { "lessons": { lesson: { "finished": true, "solved": solved } } },
    });
    let state = rig.folder().join(".local/state/sockplay");
    std::fs::write(state.join("course.json"), progress.to_string()).expect("it is written");
    rig.keys("K")
        .wait_for(QUESTION_KEYS)
        .keys("\r")
        .wait_for("1 again 1 min");
    rig.keys("4").wait_for(QUESTION_KEYS).keys("q");
    rig.wait_for("n makes a socket");
    assert!(!rig.screen().has("No card was answered"));
    rig.keys("q");
    assert!(rig.wait_exit().success());
    rig.assert_restored();
    let kept = std::fs::read_to_string(state.join("cards.json")).expect("it is kept");
    assert!(kept.contains("socket-send-own-data"), "{kept}");
}
