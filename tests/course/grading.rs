//! Many answers to one lesson: each is judged by what it brings about, and a wrong one is told why.

use std::process::Stdio;

use serde_json::Value;

use crate::FRONT;
use crate::common::child::{program, written};

/// A lesson whose goal has three conditions.
fn lesson() -> String {
    let (send, receive) = RIGHT[0];
    let solution = session(send, receive);
    format!(
        "{FRONT}Send a word through a connection of TCP.

```goal
state(x) -> ESTABLISHED      # connect a TCP socket
send(*, \"hello\") -> 5       # send hello
recv(*, *) -> 5 \"hello\"     # receive hello at the other end
```

```hint
Connect, send, receive.
```

```solution
{solution}
```
"
    )
}

/// A connection with a line that sends and a line that receives.
fn session(send: &str, receive: &str) -> String {
    format!(
        "l = socket(AF_INET, SOCK_STREAM)
bind(l, 127.0.0.1:0)
listen(l, 5)
c = socket(AF_INET, SOCK_STREAM)
connect(c, addr(l))
s = accept(l)
{send}
{receive}"
    )
}

/// Lines that are right, each by another route.
const RIGHT: [(&str, &str); 5] = [
    ("send(c, \"hello\")", "recv(s, 100)"),
    ("write(c, \"hello\")", "read(s, 100)"),
    ("sendmsg(c, [\"hel\", \"lo\"])", "recvmsg(s, 100)"),
    ("writev(c, [\"hello\"])", "readv(s, [100])"),
    ("sendto(c, \"hello\", NULL)", "recvfrom(s, 100)"),
];

/// Answers that are wrong, what is said of them, and their points.
fn wrong() -> Vec<(String, &'static str, u64)> {
    let (send, receive) = RIGHT[0];
    let all = session(send, receive);
    let before = |line: &str| all.split(line).next().unwrap_or_default().to_owned();
    vec![
        (
            all.replace("hello", "helo"),
            "\"text\":\"send(c, \"helo\") -> 4\"",
            1,
        ),
        (
            all.replace("hello", "Hello"),
            "\"text\":\"recv(s, 100) -> 5 \"Hello\"\"",
            1,
        ),
        (session("", receive) + " &", "no such call was made", 1),
        (session(send, ""), "receive hello at the other end", 2),
        (
            session(send, "recv(s, 2)"),
            "\"text\":\"recv(s, 2) -> 2 \"he\"\"",
            2,
        ),
        (
            session("send(s, \"hello\")", "recv(s, 100) &"),
            "receive hello",
            2,
        ),
        (
            before("connect("),
            "at the end l: LISTEN, c: CLOSE; expected ESTABLISHED",
            0,
        ),
        (before("c = "), "l: now LISTEN, expected ESTABLISHED", 0),
        (
            all.replace("connect(c, addr(l))", "connect(c, 127.0.0.1:1)\nclose(l)"),
            "ECONNREFUSED",
            0,
        ),
        (
            "a, b = socketpair(AF_UNIX, SOCK_STREAM)\nsend(a, \"hello\")\nrecv(b, 5)\n".to_owned(),
            "connect a TCP socket",
            2,
        ),
    ]
}

#[test]
fn a_hundred_answers_are_judged_and_the_wrong_ones_are_told_why() {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |name: &str, text: &str| {
        std::fs::write(folder.path().join(name), text).expect("it can be written");
    };
    write("01-own.md", &lesson());
    let right = RIGHT.map(|(send, receive)| session(send, receive));
    let wrong = wrong();
    let names: Vec<String> = (0..100).map(|number| format!("{number:02}.sock")).collect();
    for (number, name) in names.iter().enumerate() {
        // Ninety right ones, and each wrong one.
        match number.checked_sub(90) {
            None => write(name, &right[number % right.len()]),
            Some(number) => write(name, &wrong[number].0),
        }
    }
    let mut command = program();
    command.current_dir(folder.path());
    command
        .args(["check", "--format", "json", "01-own.md"])
        .args(&names);
    let output = command.stdin(Stdio::null()).output().expect("it runs");
    let text = written(&output);
    assert_eq!(output.status.code(), Some(1), "{text}");
    let lines = String::from_utf8(output.stdout).expect("text");
    let reports: Vec<Value> = lines
        .lines()
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .collect();
    assert_eq!(reports.len(), 100, "{text}");
    for (number, report) in reports.iter().enumerate() {
        assert_eq!(
            report["subject"], names[number],
            "in the order of the answers"
        );
        assert_eq!(report["max_score"], 3, "{report}");
        let Some(number) = number.checked_sub(90) else {
            assert_eq!(report["passed"], true, "{report}");
            assert_eq!(report["score"], 3, "{report}");
            continue;
        };
        let (answer, why, points) = &wrong[number];
        assert_eq!(report["passed"], false, "{answer}\n{report}");
        assert_eq!(report["score"], *points, "{answer}\n{report}");
        let said = report.to_string().replace("\\\"", "\"");
        assert!(said.contains(why), "{why} is said of\n{answer}\n{said}");
    }
}

/// Prints the results of a right and of a wrong answer.
fn graded(format: &str) -> String {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |name: &str, text: &str| {
        std::fs::write(folder.path().join(name), text).expect("it can be written");
    };
    write("01-own.md", &lesson());
    write("right.sock", &session(RIGHT[0].0, RIGHT[0].1));
    write("<wrong>.sock", &wrong()[0].0);
    let mut command = program();
    command.current_dir(folder.path());
    command.args([
        "check",
        "--format",
        format,
        "01-own.md",
        "right.sock",
        "<wrong>.sock",
    ]);
    let output = command.stdin(Stdio::null()).output().expect("it runs");
    assert_eq!(output.status.code(), Some(1), "{}", written(&output));
    String::from_utf8(output.stdout).expect("text")
}

#[test]
fn junit_has_a_suite_for_each_answer() {
    let text = graded("junit");
    for part in [
        r#"<testsuites name="sockplay check" tests="2" skipped="0" failures="1" errors="0">"#,
        r#"<testsuite name="right.sock" tests="1""#,
        r#"<testsuite name="&lt;wrong&gt;.sock" tests="1""#,
        r#"<failure message="1 of 3 points">"#,
        "line 7 came nearest: send(c, &quot;helo&quot;) -&gt; 4",
    ] {
        assert!(text.contains(part), "{part} in\n{text}");
    }
}

#[test]
fn gradescope_gets_points_and_reasons() {
    let text = graded("gradescope");
    let results: Vec<Value> = text
        .lines()
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .collect();
    assert_eq!(results[0]["score"], 3);
    assert_eq!(results[1]["score"], 1);
    let test = &results[1]["tests"][0];
    assert_eq!(test["status"], "failed");
    assert_eq!(test["max_score"], 3);
    let said = test["output"].as_str().expect("text");
    assert!(said.contains("receive hello at the other end"), "{said}");
}
