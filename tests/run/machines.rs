//! Output for machines: JSON lines and the Test Anything Protocol.

use std::collections::BTreeSet;

use serde_json::Value;

use super::scripts::text;
use crate::common::child::play;

/// The objects that a script prints.
#[track_caller]
pub(crate) fn json(script: &str) -> Vec<Value> {
    let ran = play(script, &["--json"]).orderly();
    ran.out
        .lines()
        .map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{line}: {error}")))
        .collect()
}

/// A field of an object as text; empty where it is null.
#[track_caller]
fn word<'a>(object: &'a Value, field: &str) -> &'a str {
    let value = object
        .get(field)
        .unwrap_or_else(|| panic!("{field} is missing in {object}"));
    if value.is_null() {
        return "";
    }
    value
        .as_str()
        .unwrap_or_else(|| panic!("{field} is not text in {object}"))
}

#[test]
fn a_conversation_as_json() {
    let objects = json(&text("example"));
    // line, call, result, errno, the states before and after
    let expected = [
        (2, "socket(AF_INET, SOCK_STREAM)", "fd", "", "", "CLOSE"),
        (3, "bind(l, 127.0.0.1:0)", "0", "", "CLOSE", "CLOSE"),
        (4, "listen(l, 5)", "0", "", "CLOSE", "LISTEN"),
        (5, "accept(l)", "blocks", "", "LISTEN", ""),
        (6, "socket(AF_INET, SOCK_STREAM)", "fd", "", "", "CLOSE"),
        (7, "connect(c, addr(l))", "0", "", "CLOSE", "ESTABLISHED"),
        (8, "wait(l)", "fd from addr(c)", "", "", ""),
        (
            9,
            "send(c, \"hello\")",
            "5",
            "",
            "ESTABLISHED",
            "ESTABLISHED",
        ),
        (
            10,
            "recv(s, 3)",
            "3 \"hel\"",
            "",
            "ESTABLISHED",
            "ESTABLISHED",
        ),
        (
            11,
            "recv(s, 100)",
            "2 \"lo\"",
            "",
            "ESTABLISHED",
            "ESTABLISHED",
        ),
        (
            12,
            "listen(c, 5)",
            "EINVAL",
            "EINVAL",
            "ESTABLISHED",
            "ESTABLISHED",
        ),
    ];
    for (object, (line, call, result, errno, before, after)) in objects.iter().zip(expected) {
        assert_eq!(object["line"], line, "{object}");
        assert_eq!(word(object, "call"), call);
        assert_eq!(word(object, "result"), result, "{object}");
        assert_eq!(word(object, "errno"), errno, "{object}");
        assert_eq!(word(object, "state_before"), before, "{object}");
        assert_eq!(word(object, "state_after"), after, "{object}");
        assert_eq!(object["held"], true, "{object}");
    }
    let shutdown = &objects[11];
    assert_eq!(word(shutdown, "state_before"), "ESTABLISHED");
    // Whether the peer has acknowledged the FIN by then is its own affair.
    assert!(
        ["FIN_WAIT1", "FIN_WAIT2"].contains(&word(shutdown, "state_after")),
        "{shutdown}"
    );
    let names: Vec<&Value> = objects.iter().map(|object| &object["names"]).collect();
    assert_eq!(names[0], &serde_json::json!(["l"]));
    assert_eq!(names[6], &serde_json::json!(["s"]));
    assert_eq!(objects.len(), 15);
    assert_eq!(word(&objects[13], "result"), "FIN_WAIT2");
    assert_eq!(word(&objects[14], "result"), "CLOSE_WAIT");
}

#[test]
fn times_go_on_and_a_call_that_blocks_takes_time() {
    let objects = json(
        "a, b = socketpair(AF_UNIX, SOCK_STREAM)\nrecv(a, 1) -> blocks\nsleep(30ms)\nsend(b, \"x\")\nwait(a)\n",
    );
    let number = |object: &Value, field: &str| {
        object[field]
            .as_u64()
            .unwrap_or_else(|| panic!("{field} of {object} is a number"))
    };
    let starts: Vec<u64> = objects
        .iter()
        .map(|object| number(object, "start_us"))
        .collect();
    assert!(starts.is_sorted(), "{starts:?}");
    assert!(
        starts[3] - starts[2] >= 30_000,
        "the sleep lies between: {starts:?}"
    );
    assert!(
        number(&objects[2], "duration_us") >= 30_000,
        "{}",
        objects[2]
    );
    assert!(number(&objects[1], "duration_us") > 0, "{}", objects[1]);
}

#[test]
fn every_object_has_the_same_fields() {
    let script = "u = socket(AF_INET, SOCK_DGRAM)\nclose(900)\nclose(u) -> 1\nwait(900)\nsleep(1ms)\nsleep(0ms) &\n";
    let objects = json(script);
    assert_eq!(objects.len(), 6);
    let fields = |object: &Value| -> BTreeSet<String> {
        object
            .as_object()
            .expect("an object")
            .keys()
            .cloned()
            .collect()
    };
    for name in [
        "line",
        "call",
        "result",
        "errno",
        "start_us",
        "duration_us",
        "state_before",
        "state_after",
    ] {
        assert!(fields(&objects[0]).contains(name), "{name}");
    }
    for object in &objects {
        assert_eq!(fields(object), fields(&objects[0]));
    }
    assert_eq!(objects[1]["held"], false);
    assert_eq!(objects[1]["errno"], "EBADF");
    assert_eq!(objects[2]["held"], false);
    assert_eq!(objects[2]["expected"], "1");
    assert_eq!(objects[2]["broken"], "expected 1");
    assert_eq!(objects[2]["errno"], Value::Null, "it did not fail");
}

#[test]
fn tap_counts_its_lines_and_says_which_failed() {
    let script = "# a comment\nu = socket(AF_INET, SOCK_DGRAM)\nclose(900)\n\nsend(u, \"a # b\") -> EDESTADDRREQ  # why\nclose(u) -> 0\n";
    let ran = play(script, &["--tap"]).exits(1);
    assert_eq!(
        ran.out,
        "ok 1 - line 2: u = socket(AF_INET, SOCK_DGRAM) -> fd\n\
         not ok 2 - line 3: close(900) -> EBADF\n\
         ok 3 - line 5: send(u, \"a \\# b\") -> EDESTADDRREQ\n\
         ok 4 - line 6: close(u) -> 0\n\
         1..4\n"
    );
    assert!(ran.err.contains("standard input:3: close(900)"), "{ran:#?}");
}

#[test]
fn two_outputs_at_once_are_refused() {
    let ran = play("", &["--tap", "--json"]).exits(2);
    assert!(ran.err.contains("cannot be used with"), "{ran:#?}");
}

#[test]
fn each_format_has_a_flag_that_means_the_same() {
    // What differs between two runs is left out: times, and the addresses of pointers.
    let script = "close(900) -> EBADF\nx = socket(AF_INET, SOCK_STREAM) -> fd\n";
    for format in ["json", "tap", "strace"] {
        let ran = |arguments: &[&str]| {
            let out = play(script, arguments).exits(0).out;
            let letters = out.chars().filter(|c| !c.is_ascii_digit());
            letters.collect::<String>()
        };
        let named = ran(&["--format", format]);
        assert_eq!(named, ran(&[&format!("--{format}")]), "{format}");
        assert_ne!(named, ran(&["--format", "notation"]), "{format}");
    }
}

#[test]
fn strace_and_explanations_exclude_each_other_however_they_are_asked_for() {
    for format in [&["--strace"][..], &["--format", "strace"]] {
        let ran = play("close(900) -> EBADF", &[format, &["--why"]].concat()).exits(2);
        assert!(ran.err.contains("--why"), "{ran:#?}");
    }
}
