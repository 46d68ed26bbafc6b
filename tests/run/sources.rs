//! Where scripts come from, and the three exit statuses: it held, it did not, it could not be run.

use std::fs;

use super::scripts::{broken_lines, text};
use crate::common::child::{Child, folder, play, sockplay};

#[test]
fn the_output_of_the_example_is_a_script_with_the_same_output() {
    let first = play(&text("example"), &[]).exits(0);
    let second = play(&first.out, &[]).exits(0);
    assert_eq!(first.out, second.out);
    assert_eq!(first.err, "");
}

#[test]
fn a_broken_expectation_is_marked_and_named_and_the_script_goes_on() {
    let script = text("example").replace("-> 2 \"lo\"", "-> 2 \"la\"");
    let ran = play(&script, &[]).exits(1);
    assert_eq!(broken_lines(&ran.out), [11]);
    assert!(
        ran.out
            .contains(r#"-> 2 "lo"    # BROKEN, line 11: expected 2 "la""#),
        "{ran:#?}"
    );
    // What is below it says why.
    assert_eq!(
        ran.err.lines().next(),
        Some("standard input:11: recv(s, 100): expected 2 \"la\", got 2 \"lo\"")
    );
    assert_eq!(ran.out.lines().count(), script.lines().count());
}

#[test]
fn a_line_without_expectation_must_not_fail() {
    let ran = play("close(900)\n", &[]).exits(1);
    assert_eq!(broken_lines(&ran.out), [1]);
    assert!(
        ran.err.contains(":1: close(900): ") && ran.err.contains("EBADF"),
        "{ran:#?}"
    );
}

#[test]
fn what_should_block_and_does_not_is_broken() {
    let ran = play("close(900) -> blocks\n", &[]).exits(1);
    assert!(ran.err.contains("expected that it blocks"), "{ran:#?}");
}

#[test]
fn a_syntax_error_is_reported_with_its_place_and_nothing_is_run() {
    let script = "u = socket(AF_UNIX, SOCK_DGRAM)\nbind(u, unix:u.sock)\n  lisen(u, 5)\n";
    let folder = folder();
    let file = folder.path().join("wrong.sock");
    fs::write(&file, script).expect("it can be written");
    let ran = Child::start(sockplay(folder.path()).arg("wrong.sock"), b"")
        .end()
        .exits(2);
    assert_eq!(
        ran.err,
        "error: unknown call `lisen`\n --> wrong.sock:3:3\n  |\n3 |   lisen(u, 5)\n  |   ^^^^^\n  \
         = did you mean `listen`?\nwrong.sock: 1 error, nothing was run\n"
    );
    assert_eq!(ran.out, "");
    assert!(!folder.path().join("u.sock").exists(), "nothing was bound");
}

#[test]
fn a_caret_is_under_a_place_behind_wide_characters() {
    let ran = play("close(900) # 漢字 ->\nsend(1, \"é漢\", MSG_NOSIGNL)\n", &[]).exits(2);
    let lines: Vec<&str> = ran.err.lines().collect();
    let (code, carets) = (lines[3], lines[4]);
    let before = code.split("MSG_").next().expect("the place");
    // é is one column wide, 漢 two.
    let column = before.chars().count() + 1;
    assert_eq!(carets.find('^'), Some(column), "{}", ran.err);
    assert_eq!(carets.matches('^').count(), "MSG_NOSIGNL".len());
    assert!(ran.err.contains("did you mean `MSG_NOSIGNAL`?"), "{ran:#?}");
}

#[test]
fn a_one_liner_is_cut_at_semicolons_outside_of_quotes() {
    let folder = folder();
    let mut command = sockplay(folder.path());
    let line = r#"a, b = socketpair(unix, stream); send(a, "x;y"); recv(b, 9) -> 3 "x;y""#;
    let ran = Child::start(command.args(["-c", line]), b"").end().exits(0);
    let lines: Vec<&str> = ran.out.lines().collect();
    assert_eq!(lines.len(), 3);
    assert_eq!(
        lines[2],
        r#"recv(b, 9)                               -> 3 "x;y""#
    );
}

#[test]
fn each_file_is_a_session_of_its_own() {
    let folder = folder();
    let write = |name: &str, script: &str| {
        fs::write(folder.path().join(name), script).expect("it can be written");
    };
    write(
        "first.sock",
        "u = socket(AF_UNIX, SOCK_STREAM)\nbind(u, unix:same.sock) -> 0\nlisten(u, 5)\naccept(u) -> blocks\n",
    );
    // The name is free again, the path too, and no call is pending.
    write(
        "second.sock",
        "u = socket(AF_UNIX, SOCK_STREAM)\nbind(u, unix:same.sock) -> 0\nwait(u)\n",
    );
    write("third.sock", "recv(u, 1)\n");
    let run = |files: &[&str]| {
        let mut command = sockplay(folder.path());
        Child::start(command.args(files), b"close(900) -> EBADF\n").end()
    };
    run(&["first.sock", "first.sock", "-", "first.sock"]).exits(0);
    let ran = run(&["first.sock", "second.sock", "-"]).exits(1);
    assert!(
        ran.err
            .starts_with("second.sock:3: wait(u): nothing is pending"),
        "{ran:#?}"
    );
    assert!(
        ran.out.ends_with("-> EBADF\n"),
        "the last file ran too: {ran:#?}"
    );
    // The worst of all is the status; what could be run was.
    let ran = run(&["third.sock", "second.sock", "first.sock"]).exits(2);
    assert!(ran.err.contains("third.sock:1:6") && ran.err.contains("second.sock:3:"));
    assert!(ran.out.contains("accept(u)"), "{ran:#?}");
}

#[test]
fn a_script_may_be_empty_and_its_last_line_may_lack_an_end() {
    assert_eq!(play("", &[]).exits(0).out.trim(), "");
    assert_eq!(play("# a word", &[]).exits(0).out, "# a word\n");
    let ran = play("close(900) -> EBADF", &[]).exits(0);
    assert!(ran.out.ends_with("-> EBADF\n"), "{ran:#?}");
}

#[test]
fn the_example_is_the_one_of_the_notation() {
    let script = text("example");
    assert!(script.starts_with("# a server and a client, step by step\n"));
    assert_eq!(script.lines().count(), 16);
}
