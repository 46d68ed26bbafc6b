//! Lessons by keys alone: steps, predictions, goals by any route, hints, the page again, the course, a class.

use std::fs;

use crate::common::child::PROGRAM;
use crate::common::terminal::{ESC, PROMPT_KEYS, Rig, USUAL};

const LESSON: &str = r#"---
title: Own lesson
goal: Make a listener.
topics: server-calls
minutes: 3
sources: listen(2)
---
Welcome to it.

## First page
Look at this.

```play
l = socket(AF_INET, SOCK_STREAM)   -> fd
bind(l, 127.0.0.1:0)               -> 0
```

```predict
What does it say?
> accept(l)
- blocks     # Only a passive socket can wait.
+ EINVAL     # It is not passive yet.
```

Text after it.

## Second page
```goal
state(x) -> LISTEN      # make a socket passive
accept(x) -> blocks     # wait for a client
```

```hint
A gentle hint.
```

```hint
A plain hint.
```

```solution
listen(l, 5)
accept(l)
```
"#;

/// The program with the lesson of this file.
fn learn(size: (u16, u16), more: &[&str]) -> (Rig, tempfile::TempDir) {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("01-own.md");
    fs::write(&file, LESSON).expect("it can be written");
    let file = file.to_string_lossy().into_owned();
    let mut arguments = vec!["learn", file.as_str()];
    arguments.extend(more);
    let mut rig = Rig::start(size, PROGRAM, &arguments, &[]);
    rig.wait_for("Own lesson 1/3")
        .wait_for("Enter opens the next page");
    (rig, folder)
}

/// Goes on to the prediction.
fn to_prediction(rig: &mut Rig) {
    rig.keys("\r")
        .wait_for("▸ l = socket(AF_INET, SOCK_STREAM)");
    rig.keys("\r").wait_for("✓ l = socket").wait_for("▸ bind");
    rig.keys("\r").wait_for("What does it say?");
}

#[test]
fn a_lesson_is_played_by_keys_and_its_goal_reached_by_another_route() {
    let (mut rig, _file) = learn(USUAL, &[]);
    to_prediction(&mut rig);
    rig.wait_without("Text after it");
    rig.keys("\r").wait_for("predict first");
    rig.keys("1").wait_for("✗ blocks").wait_for("✓ EINVAL");
    rig.wait_for("Only a passive socket can wait")
        .wait_for("What happened: EINVAL")
        .wait_for("Text after it.");
    rig.keys("\r")
        .wait_for("your turn")
        .wait_for("○ make a socket passive");
    rig.keys("\r").wait_for("gives a hint");
    // Another socket than that of the lesson.
    rig.prompt(&["m = socket inet stream", "listen m 1"]);
    rig.wait_for("✓ make a socket passive")
        .wait_for("○ wait for a client");
    rig.line("lisen m").wait_for("did you mean");
    // What arrives together with a line that cannot be run is ignored.
    rig.keys("\x15").wait_without("› lisen m");
    rig.line("accept m").wait_for("✓ the goal is reached");
    rig.wait_for("answer: 0 of 1");
    let kept = rig.folder().join(".local/state/sockplay/course.json");
    let kept = fs::read_to_string(kept).expect("progress is kept");
    assert!(kept.contains("\"3.1\""), "{kept}");
}

#[test]
fn hints_are_shown_one_by_one_and_the_solution_is_put_at_the_prompt_and_not_run() {
    let (mut rig, _file) = learn((80, 24), &[]);
    to_prediction(&mut rig);
    rig.keys("2")
        .wait_for("What happened: EINVAL")
        .keys("\r")
        .wait_for("your turn");
    rig.keys("\x1b[17~")
        .wait_for("A gentle hint.")
        .wait_without("A plain hint.");
    rig.keys("\x1b[17~").wait_for("A plain hint.");
    rig.keys("\x1b[17~").wait_for("no more hints");
    rig.keys("\x1b[18~")
        .wait_for("› listen(l, 5)")
        .wait_for(PROMPT_KEYS);
    rig.wait_without("✓ make a socket passive");
    rig.keys("\r").wait_for("✓ make a socket passive");
    rig.keys("\x1b[18~").wait_for("› accept(l)");
    rig.keys("\r").wait_for("✓ the goal is reached");
}

#[test]
fn a_lesson_goes_on_where_it_was_left_and_a_goal_is_left_out_by_a_key_of_its_own() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("01-own.md");
    fs::write(&file, LESSON).expect("it can be written");
    let file = file.to_string_lossy().into_owned();
    let state = folder.path().join("state").to_string_lossy().into_owned();
    let begin = || {
        let state = [("XDG_STATE_HOME", state.as_str())];
        Rig::start(USUAL, PROGRAM, &["learn", &file], &state)
    };
    let mut rig = begin();
    rig.wait_for("Own lesson 1/3");
    to_prediction(&mut rig);
    rig.keys("2").wait_for("What happened: EINVAL").keys("\r");
    rig.wait_for("Own lesson 3/3");
    rig.keys("q").wait_exit();
    let mut rig = begin();
    rig.wait_for("Own lesson 3/3")
        .wait_for("you are where you left off");
    rig.wait_for_row(&["l ", "inet stream"]);
    rig.keys("\r\r\r\r").wait_for("F8 skips the goal");
    rig.keys("\x1b[19~").wait_for("The lesson is done");
    let kept = folder.path().join("state/sockplay/course.json");
    let kept = fs::read_to_string(kept).expect("progress is kept");
    assert!(
        kept.contains("\"finished\":true") || kept.contains("\"finished\": true"),
        "{kept}"
    );
    assert!(
        !kept.contains("\"own\""),
        "it is not one of the course: {kept}"
    );
}

#[test]
fn a_page_begins_anew_in_a_session_of_its_own_and_free_play_is_one_key_away() {
    let (mut rig, _file) = learn(USUAL, &[]);
    to_prediction(&mut rig);
    rig.prompt(&["x = socket unix dgram"]).wait_for("2 sockets");
    rig.panes().keys("\x1b[15~").wait_for("0 sockets  0 calls");
    rig.wait_for("▸ l = socket(AF_INET, SOCK_STREAM)");
    rig.keys("\r")
        .wait_for("✓ l = socket")
        .wait_for_row(&["l", "3", "inet stream"]);
    rig.keys("\x1b[13~")
        .wait_for("free play")
        .wait_without("First page");
    rig.call("l").wait_for("listen(l, 5)");
    rig.keys("\x1b[13~")
        .wait_for("First page")
        .wait_for("▸ bind(l");
    rig.keys("\r").wait_for("The lesson expects something else");
}

#[test]
fn a_class_is_shown_a_step_and_the_step_before_it() {
    let (mut rig, _file) = learn(USUAL, &["--present"]);
    to_prediction(&mut rig);
    rig.wait_for("1 socket  2 calls");
    rig.keys("\x7f").wait_for("▸ bind(l, 127.0.0.1:0)");
    rig.wait_for("1 socket  1 call ");
    rig.keys("\x1b[5~").wait_for("0 sockets  0 calls");
    rig.keys("\x1b[6~").wait_for("1 socket  1 call ");
    rig.keys("\x1b[D").wait_for("0 sockets  0 calls");
    to_class(&mut rig);
}

/// The same steps once more, with something typed in between.
fn to_class(rig: &mut Rig) {
    rig.prompt(&["close 900"]).wait_for("-> EBADF").panes();
    rig.keys("\r")
        .wait_for("✓ l = socket")
        .wait_for("1 socket  2 calls");
}

#[test]
fn the_course_is_a_map_and_a_lesson_of_it_opens_with_enter() {
    for size in [(80, 24), USUAL] {
        let mut rig = Rig::start(size, PROGRAM, &["learn"], &[]);
        rig.wait_for("lessons done")
            .wait_for("▸·  1 What is a socket?");
        rig.keys("j")
            .wait_for("▸·  2 ")
            .keys("k")
            .wait_for("▸·  1 ");
        rig.keys("\r")
            .wait_for("What is a socket? 1/")
            .wait_for("Enter shows more");
        rig.keys("\x1b[14~").wait_for("▸◐  1 What is a socket?");
        rig.keys(ESC).wait_for("What is a socket? 1/");
    }
}

#[test]
fn a_key_of_the_playground_opens_the_course() {
    let mut rig = crate::common::terminal::sockplay();
    rig.wait_for("F4 opens the course").keys("\x1b[14~");
    rig.wait_for("▸·  1 What is a socket?");
    rig.keys(ESC).wait_for("n makes a socket");
}

#[test]
fn a_lesson_that_cannot_be_read_is_said_before_the_screen_is_taken() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("own.md");
    let text = LESSON.replace("-> 0\n", "\n");
    fs::write(&file, text).expect("it can be written");
    let file = file.to_string_lossy().into_owned();
    let mut rig = Rig::start(USUAL, PROGRAM, &["learn", &file], &[]);
    rig.wait_for("the result of the line is missing")
        .wait_for("own.md:15");
    assert_eq!(rig.wait_exit().code(), Some(2));
}

#[test]
fn progress_that_cannot_be_read_is_set_aside_and_that_is_said() {
    let state = tempfile::tempdir().expect("a folder");
    let kept = state.path().join("sockplay");
    fs::create_dir(&kept).expect("a folder");
    fs::write(kept.join("course.json"), "{ half").expect("it can be written");
    let path = state.path().to_string_lossy().into_owned();
    let environment = [("XDG_STATE_HOME", path.as_str())];
    let mut rig = Rig::start(USUAL, PROGRAM, &["learn"], &environment);
    rig.wait_for("could not be read").wait_for("0 of ");
    let files = fs::read_dir(&kept).expect("the folder");
    let names: Vec<String> = files
        .map(|file| {
            file.expect("a file")
                .file_name()
                .to_string_lossy()
                .into_owned()
        })
        .collect();
    let aside = names
        .iter()
        .find(|name| name.starts_with("course.json.damaged"));
    let aside = aside.unwrap_or_else(|| panic!("{names:?}"));
    let text = fs::read_to_string(kept.join(aside)).expect("it is kept");
    assert_eq!(text, "{ half", "nothing of it is lost");
}
