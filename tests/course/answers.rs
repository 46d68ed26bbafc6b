//! Answers to a lesson: each is graded, after each of its lines, within a time limit.

use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};

use crate::common::child::{program, written};
use crate::{FRONT, TASK};

/// Checks a lesson of the test's own with several answers, given by name and text.
fn grade(body: &str, options: &[&str], answers: &[(&str, &str)]) -> (Option<i32>, String) {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |name: &str, text: &str| {
        std::fs::write(folder.path().join(name), text).expect("it can be written");
    };
    write("01-own.md", &format!("{FRONT}{body}"));
    answers.iter().for_each(|(name, text)| write(name, text));
    grade_in(
        folder.path(),
        options,
        answers.iter().map(|(name, _)| *name),
    )
}

/// The same with files that are there.
fn grade_in<'a>(
    folder: &Path,
    options: &[&str],
    answers: impl Iterator<Item = &'a str>,
) -> (Option<i32>, String) {
    let mut command = program();
    command.current_dir(folder).arg("check").args(options);
    command.arg("01-own.md").args(answers).stdin(Stdio::null());
    let output = command.output().expect("it runs");
    (output.status.code(), written(&output))
}

/// Checks that an output is TAP: results in order, remarks, and the plan as its last line.
#[track_caller]
fn assert_tap(text: &str, tests: usize) {
    let lines = text.lines().filter(|line| !line.is_empty());
    let mut lines: Vec<&str> = lines.filter(|line| !line.starts_with('#')).collect();
    assert_eq!(lines.pop(), Some(format!("1..{tests}").as_str()), "{text}");
    assert_eq!(lines.len(), tests, "{text}");
    for (at, line) in lines.iter().enumerate() {
        let rest = line.strip_prefix("not ").unwrap_or(line);
        assert!(rest.starts_with(&format!("ok {} - ", at + 1)), "{text}");
    }
}

const PASSING: &str = "
```goal
state(a) -> CLOSE_WAIT   # get a FIN
state(b) -> FIN_WAIT2    # have the FIN acknowledged
unread(a) -> 5           # do not read yet
peer(b) -> CLOSE_WAIT    # leave the other end open
```

```hint
x
```

```solution
close(900)
```
";

/// A session in which the goal holds between two lines only.
const PASSES: &str = "l = socket(AF_INET, SOCK_STREAM)
bind(l, 127.0.0.1:0)
listen(l, 5)
c = socket(AF_INET, SOCK_STREAM)
connect(c, addr(l))
s = accept(l)
send(c, \"hello\")
shutdown(c, SHUT_WR)
recv(s, 100)
close(s)
close(c)
close(l)
";

#[test]
fn what_holds_between_two_lines_only_is_seen() {
    let (status, text) = grade(PASSING, &[], &[("a.sock", PASSES)]);
    assert_eq!(status, Some(0), "{text}");
    assert_tap(&text, 1);
    let never = PASSES.replace("recv(s, 100)\n", "");
    let never = never.replace("shutdown(c", "recv(s, 100)\nshutdown(c");
    let (status, text) = grade(PASSING, &[], &[("a.sock", &never)]);
    assert_eq!(status, Some(1), "{text}");
    assert!(text.contains("do not read yet"), "{text}");
}

const GOOD: &str =
    "x = socket(AF_INET, SOCK_STREAM)\nbind(x, 127.0.0.1:0)\nlisten(x, 1)\naccept(x) &\n";

#[test]
fn every_answer_that_is_given_is_graded() {
    let answers = [
        ("good.sock", GOOD),
        ("poor.sock", "x = socket(AF_INET, SOCK_STREAM)\n"),
        (
            "wrong.sock",
            "x = socket(AF_INET, SOCK_STREAM)\n  lisen(x)\n",
        ),
        ("better.sock", GOOD),
    ];
    let (status, text) = grade(TASK, &[], &answers);
    assert_eq!(status, Some(1), "{text}");
    assert_tap(&text, 5);
    for line in [
        "ok 1 - good.sock: own: One",
        "not ok 2 - poor.sock: own: One",
        "not ok 3 - wrong.sock: own: One",
        "not ok 4 - wrong.sock: the script",
        "ok 5 - better.sock: own: One",
    ] {
        assert!(text.lines().any(|own| own == line), "{line} in {text}");
    }
    assert!(text.contains("wrong.sock:2:3"), "the place: {text}");
}

#[test]
fn an_answer_that_cannot_be_read_fails_and_the_others_are_graded() {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text);
    write("01-own.md", &format!("{FRONT}{TASK}")).expect("written");
    write("good.sock", GOOD).expect("written");
    let fifo = folder.path().join("fifo.sock");
    nix::unistd::mkfifo(&fifo, nix::sys::stat::Mode::S_IRWXU).expect("a FIFO");
    std::fs::create_dir(folder.path().join("folder.sock")).expect("a folder");
    let answers = ["none.sock", "fifo.sock", "folder.sock", "good.sock"];
    let (status, text) = grade_in(folder.path(), &[], answers.into_iter());
    assert_eq!(status, Some(2), "{text}");
    assert_tap(&text, 7);
    for said in [
        "cannot read none.sock: No such file",
        "cannot read fifo.sock: it is a FIFO, not a regular file",
        "cannot read folder.sock: it is a directory, not a regular file",
        "ok 7 - good.sock: own: One",
    ] {
        assert!(text.contains(said), "{said} in {text}");
    }
}

#[test]
fn an_answer_that_does_not_end_is_ended() {
    let began = Instant::now();
    let sleeps = (
        "a.sock",
        "x = socket(AF_INET, SOCK_STREAM)\nsleep(500s)\nlisten(x, 1)\n",
    );
    let (status, text) = grade(TASK, &["--timeout", "200ms"], &[sleeps, ("b.sock", GOOD)]);
    assert!(began.elapsed() < Duration::from_secs(100), "{text}");
    assert_eq!(status, Some(1), "{text}");
    assert_tap(&text, 3);
    let said = "# line 2: sleep(500s): the time limit of 0.2 s was reached, and 1 line after it was not run";
    assert!(text.contains(said), "{text}");
    assert!(text.contains("ok 3 - b.sock: own: One"), "{text}");
}

#[test]
fn a_lesson_that_does_not_end_is_ended() {
    let play = "```play\nsleep(500s) -> 0\nsleep(400s) -> 0\n```\n";
    let (status, text) = grade(play, &["--timeout", "0.1"], &[]);
    assert_eq!(status, Some(1), "{text}");
    assert_tap(&text, 1);
    assert!(
        text.contains("line 12: sleep(500s) -> 0: the time limit of 0.1 s was reached"),
        "{text}"
    );
    let (status, text) = grade(play, &["--timeout", "soon"], &[]);
    assert_eq!(status, Some(2), "{text}");
    assert!(text.contains("a number with a unit"), "{text}");
}

/// A signal ends the check, and a reader of TAP can tell that.
#[test]
fn a_check_that_a_signal_ends_bails_out() {
    use std::io::{BufRead, BufReader, Read};
    let folder = tempfile::tempdir().expect("a folder");
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text);
    write("01-own.md", &format!("{FRONT}{TASK}")).expect("written");
    write("good.sock", GOOD).expect("written");
    write("long.sock", "sleep(500s)\n").expect("written");
    let mut command = program();
    command.current_dir(folder.path()).stdout(Stdio::piped());
    command.args(["check", "01-own.md", "good.sock", "long.sock"]);
    let mut child = command.spawn().expect("it starts");
    let mut out = BufReader::new(child.stdout.take().expect("a pipe"));
    let mut text = String::new();
    out.read_line(&mut text)
        .expect("the first answer is graded");
    let pid = nix::unistd::Pid::from_raw(child.id().cast_signed());
    nix::sys::signal::kill(pid, nix::sys::signal::Signal::SIGTERM).expect("it is there");
    out.read_to_string(&mut text).expect("the rest");
    child.wait().expect("it ends");
    assert!(
        text.ends_with("Bail out! SIGTERM ended the check\n"),
        "{text}"
    );
}

/// A server that accepts a client, receives ten bytes and answers.
const ROUTES: &str = "
```goal
s = accept(l, ...) -> fd ...   # accept a client
recv(s, ...) -> 10 *           # receive ten bytes
send(s, *) -> >0               # answer
```

```hint
x
```

```solution
close(900)
```
";

const CLIENT: &str = "l = socket(AF_INET, SOCK_STREAM)
bind(l, 127.0.0.1:0)
listen(l, 5)
c = socket(AF_INET, SOCK_STREAM)
connect(c, addr(l))
send(c, \"0123456789\")
";

#[test]
fn every_route_to_a_goal_is_taken_for_it() {
    let right = [
        ("recv.sock", "s = accept(l)\nrecv(s, 100)\nsend(s, \"a\")\n"),
        (
            "loop.sock",
            "s = accept(l)\nrecv(s, 4)\nread(s, 3)\nrecvmsg(s, [1, 9])\nwrite(s, \"a\")\n",
        ),
        (
            "copy.sock",
            "s = accept4(l, SOCK_CLOEXEC)\nd = dup(s)\nreadv(s, [2, 2])\nrecvfrom(d, 9)\nwritev(s, [\"a\"])\n",
        ),
        (
            "address.sock",
            "s = accept(l)\nrecv(s, 10, MSG_WAITALL)\nsendto(s, \"a\", 127.0.0.1:9)\n",
        ),
        ("drain.sock", "s = accept(l)\ndrain(s)\nfill(s)\n"),
        (
            "child.sock",
            "p = fork()\ns = accept(l) in p\nrecv(s, 5) in p\nrecv(s, 5) in p\nsend(s, \"a\") in p\n",
        ),
        (
            "serve.sock",
            "serve(l, echo) -> blocks\nshutdown(c, SHUT_WR)\nrecv(c, 10, MSG_WAITALL)\nrecv(c, 1) -> 0\nwait(l_1) -> 10 or *\n",
        ),
    ];
    let wrong = [
        ("five.sock", "s = accept(l)\nrecv(s, 5)\nsend(s, \"a\")\n"),
        (
            "peek.sock",
            "s = accept(l)\nrecv(s, 5)\nrecv(s, 5, MSG_PEEK)\nsend(s, \"a\")\n",
        ),
        ("silent.sock", "s = accept(l)\nrecv(s, 5)\nrecv(s, 5)\n"),
        (
            "other.sock",
            "s = accept(l)\nrecv(s, 5)\nrecv(s, 5)\nsend(c, \"a\")\n",
        ),
        (
            "another.sock",
            "m = socket(AF_INET, SOCK_STREAM)\nlisten(m, 5)\nserve(m, echo) -> blocks\n",
        ),
    ];
    let text = |route: &str| format!("{CLIENT}{route}");
    let all: Vec<(&str, String)> = right
        .iter()
        .chain(&wrong)
        .map(|(name, route)| (*name, text(route)))
        .collect();
    let answers: Vec<(&str, &str)> = all
        .iter()
        .map(|(name, text)| (*name, text.as_str()))
        .collect();
    let (status, said) = grade(ROUTES, &[], &answers);
    assert_eq!(status, Some(1), "{said}");
    let mut lines = said.lines();
    let mut is_said = |start: &str| lines.any(|line| line.starts_with(start));
    for (at, (name, _)) in right.iter().enumerate() {
        assert!(
            is_said(&format!("ok {} - {name}", at + 1)),
            "{name}: {said}"
        );
    }
    for (at, (name, _)) in wrong.iter().enumerate() {
        let at = right.len() + at + 1;
        assert!(is_said(&format!("not ok {at} - {name}")), "{name}: {said}");
    }
}
