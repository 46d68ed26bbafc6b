//! A lesson is confined, what the learner types is not, and a text that has changed is not run without a key.

use std::fs;
use std::net::TcpListener;
use std::path::Path;

use crate::common::child::PROGRAM;
use crate::common::terminal::{Rig, USUAL};

const FRONT: &str = "---\ntitle: Own lesson\ngoal: Learn.\ntopics: server-calls\nminutes: 3\nsources: listen(2)\n---\nWelcome.\n\n";

fn learn(file: &Path, state: &Path) -> Rig {
    let (file, state) = (file.to_string_lossy(), state.to_string_lossy());
    let state = [("XDG_STATE_HOME", &*state)];
    Rig::start(USUAL, PROGRAM, &["learn", &file], &state)
}

#[test]
fn a_lesson_reaches_nothing_outside_and_the_learner_does() {
    let folder = tempfile::tempdir().expect("a folder");
    let server = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = server.local_addr().expect("its address");
    let file = folder.path().join("01-own.md");
    let text = format!(
        "{FRONT}## Out\n\n```play\nc = socket(AF_INET, SOCK_STREAM) -> fd\nconnect(c, {address}) -> 0\n```\n\n```goal\nstate(x) -> LISTEN  # listen\n```\n\n```hint\nx\n```\n\n```solution\nconnect(c, {address})\n```\n"
    );
    fs::write(&file, text).expect("it can be written");
    let mut rig = learn(&file, &folder.path().join("state"));
    rig.wait_for("Own lesson 1/2")
        .keys("\r")
        .wait_for("▸ c = socket");
    rig.keys("\r").wait_for("▸ connect(c").keys("\r");
    // The number of this process is in the sentence, and its length decides where lines are broken.
    rig.wait_for("✗ not made").wait_for("Not run: ");
    server.set_nonblocking(true).expect("its flags");
    assert!(server.accept().is_err(), "nobody came");
    // A line of the solution is the lesson's still, until it is changed.
    rig.keys("\x1b[19~").wait_for("your turn").keys("\x1b[18~");
    rig.wait_for("› connect(c").keys("\r");
    rig.wait_until("the second line is refused as well", |shown| {
        shown.count("✗ not made") == 2
    });
    assert!(server.accept().is_err(), "nobody came");
    rig.line(&format!("connect c {address}")).wait_for("-> 0");
    server.accept().expect("the learner came");
}

#[test]
fn a_lesson_that_has_changed_is_not_replayed_before_the_learner_confirms() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("01-own.md");
    let state = folder.path().join("state");
    let write = |call: &str| {
        let page = format!(
            "## First\n\n```play\n{call} -> fd\n```\n\n## Second\n\n```play\nclose(900) -> EBADF\n```\n\nMore text.\n"
        );
        fs::write(&file, format!("{FRONT}{page}")).expect("it can be written");
    };
    write("l = socket(AF_INET, SOCK_STREAM)");
    let mut rig = learn(&file, &state);
    rig.wait_for("Own lesson 1/3")
        .keys("\r")
        .wait_for("▸ l = socket");
    rig.keys("\r")
        .wait_for("✓ l = socket")
        .keys("\r")
        .wait_for("Own lesson 3/3");
    rig.keys("q").wait_exit();

    write("m = socket(AF_UNIX, SOCK_DGRAM)");
    let mut rig = learn(&file, &state);
    rig.wait_for("The lesson has changed")
        .wait_for_row(&["y make them again", "n first page"])
        .wait_for("0 sockets  0 calls");
    rig.keys("\r")
        .wait_for("The lesson has changed")
        .wait_for("0 calls");
    rig.keys("\x03").wait_exit();
    // Leaving was not an answer: it is asked again.
    let mut rig = learn(&file, &state);
    rig.wait_for("The lesson has changed").keys("y");
    rig.wait_for("Own lesson 3/3")
        .wait_for_row(&["m ", "unix dgram"]);
    rig.keys("q").wait_exit();
    let mut rig = learn(&file, &state);
    rig.wait_for("you are where you left off")
        .wait_for_row(&["m ", "unix dgram"]);
    rig.keys("q").wait_exit();

    write("n = socket(AF_UNIX, SOCK_STREAM)");
    let mut rig = learn(&file, &state);
    rig.wait_for("The lesson has changed").keys("n");
    rig.wait_for("Own lesson 1/3")
        .wait_without("The lesson has changed");
    rig.wait_for("0 sockets  0 calls").keys("q").wait_exit();
    // Only what was read of this text counts now, and that is its first page.
    let mut rig = learn(&file, &state);
    rig.wait_for("Own lesson 1/3")
        .wait_for("0 sockets  0 calls");
}
