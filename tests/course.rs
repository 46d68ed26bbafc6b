//! The course: every lesson holds on the real kernel, the whole covers what it should, and what is wrong with a lesson or
//! an answer is found.

mod common;

mod course {
    mod answers;
    mod ease;
    mod grading;
    mod needs;
    mod own;
    mod table;
}

use std::collections::BTreeSet;
use std::process::Stdio;
use std::time::{Duration, Instant};

use sockplay::call::table::CallKind;
use sockplay::call::table::SIGNATURES;
use sockplay::lesson::course::{CARDS, File, LESSONS, TOUR};
use sockplay::lesson::topics::TOPICS;
use sockplay::lesson::{Card, Lesson, LessonStep, read};
use sockplay::notation::parse_line;

use crate::common::child::{PROGRAM, program, written};
use crate::common::files;
use crate::common::host::free_address;
use crate::common::skipped;

/// The lessons of the course, read.
fn lessons() -> Vec<Lesson> {
    let read = |file: &File| {
        read::of_course(file, "/tmp").unwrap_or_else(|errors| {
            panic!("{}", errors[0].render(file.name));
        })
    };
    LESSONS.iter().map(read).collect()
}

/// All cards: those of the lessons, and the further ones.
fn cards() -> Vec<Card> {
    let mut cards: Vec<Card> = lessons().into_iter().flat_map(|own| own.cards).collect();
    for file in CARDS {
        let own = read::cards(file.text);
        cards.extend(own.unwrap_or_else(|errors| panic!("{}", errors[0].render(file.name))));
    }
    cards
}

#[test]
fn every_file_of_the_course_is_in_its_table() {
    for (folder, table) in [("lessons", LESSONS), ("cards", CARDS)] {
        let mut files = files::names(&files::path("assets").join(folder));
        files.remove("README.md");
        let named: BTreeSet<String> = table.iter().map(|file| file.name.to_owned()).collect();
        assert_eq!(
            files, named,
            "src/lesson/course.rs names each file of {folder}"
        );
    }
}

/// What a lesson or a card makes calls of.
fn lines() -> Vec<CallKind> {
    let mut calls = Vec::new();
    let command = |line: &sockplay::call::Line| {
        let command = line.command.as_ref()?;
        Some(command.call.call_kind())
    };
    for lesson in lessons() {
        for lesson_step in lesson.pages.iter().flat_map(|page| &page.steps) {
            match lesson_step {
                LessonStep::Prose(_) | LessonStep::Closing(_) => {}
                LessonStep::Play(step) => calls.extend(command(&step.line)),
                LessonStep::Predict(question) => {
                    calls.extend(question.line.as_ref().and_then(command));
                }
                LessonStep::Task(task) => {
                    let solved = task.solution.iter().filter_map(|line| line.with(None));
                    let solved = solved.filter_map(|line| parse_line(&line).ok());
                    calls.extend(solved.filter_map(|line| command(&line)));
                }
            }
        }
    }
    calls
}

#[test]
fn every_topic_and_every_call_is_in_some_lesson() {
    let lessons = lessons();
    assert!(lessons.len() >= 24, "{} lessons", lessons.len());
    let covered: BTreeSet<&str> = lessons.iter().flat_map(|own| own.topics.clone()).collect();
    let missing: Vec<&str> = TOPICS.map(|(name, _)| name).into_iter().collect();
    let missing: Vec<&str> = missing
        .into_iter()
        .filter(|own| !covered.contains(own))
        .collect();
    assert_eq!(missing, [""; 0], "topics without a lesson");
    let made = lines();
    // A lesson waits for what happens, and never for time to pass.
    let calls = SIGNATURES
        .iter()
        .filter(|row| row.call_kind != CallKind::Sleep);
    let calls = calls.filter(|row| !made.contains(&row.call_kind));
    let calls: Vec<&str> = calls.map(|row| row.word).collect();
    assert_eq!(calls, [""; 0], "calls that no lesson makes");
}

#[test]
fn every_lesson_asks_and_has_a_goal_and_hints() {
    for lesson in lessons() {
        assert!(lesson.tasks().count() > 0, "{}: a goal", lesson.id);
        let hinted = lesson.tasks().all(|(_, task)| !task.hints.is_empty());
        assert!(hinted, "{}: a hint for each goal", lesson.id);
        assert!(!lesson.sources.is_empty(), "{}: a source", lesson.id);
    }
}

/// The most words of a sentence of a summary.
const MOST_WORDS: usize = 25;

#[test]
fn every_lesson_ends_with_three_short_sentences_and_with_sources_of_a_known_form() {
    let books = [
        "The Linux Programming Interface ",
        "UNIX Network Programming ",
    ];
    for lesson in lessons() {
        let closing = lesson.closing().expect("the end of a lesson");
        assert_eq!(closing.summary.len(), 3, "{}", lesson.id);
        for sentence in &closing.summary {
            let words = sentence.split_whitespace().count();
            assert!(words <= MOST_WORDS, "{}: {words}: {sentence}", lesson.id);
        }
        for source in &closing.sources {
            let is_book = books.iter().any(|book| source.text.starts_with(book));
            assert!(
                is_book || source.url.is_some(),
                "{}: {}",
                lesson.id,
                source.text
            );
        }
    }
}

#[test]
fn the_cards_are_many_and_each_has_its_own_name() {
    let cards = cards();
    assert!(cards.len() >= 60, "{} cards", cards.len());
    let mut names = BTreeSet::new();
    for card in &cards {
        assert!(names.insert(card.id.clone()), "{} is there twice", card.id);
        assert!(
            !card.source.is_empty() && !card.tags.is_empty(),
            "{}",
            card.id
        );
    }
}

/// Each lesson: no goal holds before, each line is as printed, only the right answers are, the solutions reach the goals.
#[test]
fn every_lesson_holds_on_the_real_kernel() {
    /// So many programs check some lessons each at the same time, since they wait more than they calculate.
    const PROGRAMS: usize = 4;
    let all: Vec<File> = LESSONS.iter().copied().chain([TOUR]).collect();
    let groups = all.chunks(all.len().div_ceil(PROGRAMS));
    let start = |group: &[File]| {
        let mut command = program();
        let ids = group.iter().map(|file: &File| file.id);
        command.arg("check").args(ids);
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        (group.len(), command.spawn().expect("it starts"))
    };
    let started: Vec<_> = groups.map(start).collect();
    for (count, child) in started {
        let output = child.wait_with_output().expect("it ends");
        let text = written(&output);
        text.lines()
            .filter(|line| line.contains("# SKIP"))
            .for_each(skipped);
        assert!(output.status.success(), "{text}");
        assert!(text.contains(&format!("1..{count}")), "{text}");
    }
}

/// The end of the program that one lesson traces sends SIGCHLD, which must not end a wait in the next lesson.
#[test]
fn a_signal_of_one_lesson_does_not_reach_the_next_one() {
    let output = program().args(["check", "own-server", "one-loop"]).output();
    let output = output.expect("it runs");
    let text = written(&output);
    text.lines()
        .filter(|line| line.contains("# SKIP"))
        .for_each(skipped);
    assert!(output.status.success(), "{text}");
}

/// Both halves of the lesson of two terminals, each in a process of its own.
#[test]
fn two_programs_reach_the_two_goals_of_the_lesson_of_two_terminals() {
    let lessons = lessons();
    let lesson = lessons.iter().find(|own| own.id == "two-terminals");
    let tasks = lesson.expect("the lesson").tasks();
    let tasks: Vec<_> = tasks.filter(|(_, task)| !task.goal.is_named).collect();
    let [(_, server), (_, client), ..] = tasks.as_slice() else {
        panic!("it has two goals");
    };
    let address = free_address().to_string();
    let script = |task: &sockplay::lesson::Task| {
        let lines = task.solution.iter().map(|line| {
            let line = line.with(Some(&address)).expect("a line");
            line.replace("127.0.0.1:0", &address)
        });
        lines.collect::<Vec<_>>().join("\n")
    };
    let folder = tempfile::tempdir().expect("a folder");
    let start = |name: &str, task: &sockplay::lesson::Task| {
        let file = folder.path().join(name);
        std::fs::write(&file, script(task)).expect("it can be written");
        let mut command = program();
        command.args(["check", "two-terminals"]).arg(file);
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        command.spawn().expect("it starts")
    };
    let server = start("server.sock", server);
    let deadline = Instant::now() + Duration::from_secs(20);
    let listens = || {
        let all = sockplay::kernel::listeners::listeners();
        all.iter()
            .any(|own| own.listens && own.address.to_string() == address)
    };
    while !listens() {
        assert!(Instant::now() < deadline, "the server does not listen");
        std::thread::yield_now();
    }
    let client = start("client.sock", client);
    for (number, child) in [(1, server), (2, client)] {
        let output = child.wait_with_output().expect("it ends");
        let told = written(&output);
        let reached = format!("ok {number} - two-terminals: Terminal {number}");
        assert!(
            told.lines().any(|line| line.starts_with(&reached)),
            "{told}"
        );
    }
}

const FRONT: &str = "---\ntitle: T\ngoal: G.\ntopics: backlog\nminutes: 5\nsources: listen(2)\n---\nIntro.\n\n## One\n";

/// Checks a lesson of the test's own.
fn check(body: &str, answer: Option<&str>) -> (Option<i32>, String) {
    let folder = tempfile::tempdir().expect("a folder");
    let lesson = folder.path().join("01-own.md");
    std::fs::write(&lesson, format!("{FRONT}{body}")).expect("it can be written");
    let mut command = program();
    command.arg("check").arg(&lesson);
    if let Some(answer) = answer {
        let script = folder.path().join("answer.sock");
        std::fs::write(&script, answer).expect("it can be written");
        command.arg(script);
    }
    let output = command.output().expect("it runs");
    (output.status.code(), written(&output))
}

const TASK: &str = "
```goal
l = socket(AF_INET, SOCK_STREAM, ...) -> fd   # make a stream socket
state(l) -> LISTEN                            # make it passive
accept(l, ...) -> blocks                      # wait in accept()
```

```hint
x
```

```solution
l = socket(AF_INET, SOCK_STREAM)
listen(l, 5)
accept(l)
```
";

#[test]
fn a_lesson_that_promises_something_else_than_the_kernel_does_fails() {
    assert_eq!(check(TASK, None).0, Some(0), "{}", check(TASK, None).1);
    let play = "```play\nl = socket(AF_INET, SOCK_STREAM) -> fd\nlisten(l, 5) -> EINVAL\n```\n";
    let wrong_right = "```predict\nQ?\n> close(900)\n+ 0  # x\n- EBADF  # y\n```\n";
    let two_right = "```predict\nQ?\n> close(900)\n+ EBADF  # x\n- *  # y\n```\n";
    let unreached = TASK.replace("accept(l)\n```", "```");
    let card =
        "Text.\n\n```card\nid: c\ntags: close\nsource: s\nQ: q\nA: a\nRUN:\nclose(900) -> 0\n```\n";
    for (body, told) in [
        (
            play,
            "line 13: listen(l, 5) -> EINVAL: expected EINVAL, got 0",
        ),
        (wrong_right, "expected 0, got EBADF"),
        (two_right, "the wrong answer * is right too"),
        (&unreached, "wait in accept()"),
        (card, "card c: "),
    ] {
        let (status, output) = check(body, None);
        assert_eq!(status, Some(1), "{output}");
        assert!(output.contains(told), "{told} in {output}");
    }
}

#[test]
fn an_answer_is_judged_by_what_it_brings_about() {
    let good =
        "x = socket(AF_INET, SOCK_STREAM)\nbind(x, 127.0.0.1:0)\nlisten(x, 1)\naccept(x) &\n";
    let (status, output) = check(TASK, Some(good));
    assert_eq!(
        (status, output.contains("ok 1 - own: One")),
        (Some(0), true),
        "{output}"
    );
    let (status, output) = check(TASK, Some("x = socket(AF_INET, SOCK_STREAM)\n"));
    assert_eq!(status, Some(1), "{output}");
    assert!(
        output.contains("not ok 1") && output.contains("make it passive"),
        "{output}"
    );
    assert!(
        !output.contains("make a stream socket"),
        "only what is missing: {output}"
    );
    let poor = "listen(900, 1)\nx = socket(AF_INET, SOCK_STREAM)\nlisten(x, 1)\naccept(x)\n";
    let (status, output) = check(TASK, Some(poor));
    assert_eq!(
        status,
        Some(0),
        "lines that failed or slept cost nothing: {output}"
    );
    let promised = format!("listen(900, 1) -> 0\n{good}");
    let (status, output) = check(TASK, Some(&promised));
    assert_eq!(status, Some(1), "but a promise does: {output}");
    let (status, output) = check(TASK, Some("lisen(x)\n"));
    assert_eq!(status, Some(1), "{output}");
    assert!(output.contains("did you mean"), "{output}");
    assert!(output.contains("answer.sock:1:1"), "{output}");
}

#[test]
fn a_goal_of_the_course_is_reached_by_other_calls_that_do_the_same() {
    let routes = [
        (
            "byte-stream",
            "p, q = socketpair(AF_UNIX, SOCK_STREAM)\nsendmsg(p, [\"a\", \"bc\"])\nwrite(p, \"def\")\n\
             send(p, \"ghi\", MSG_NOSIGNAL)\nrecvfrom(q, 4)\nrecvmsg(q, [2, 100])\nsendmsg(q, [\"ok\"])\nunread(p) -> 2\n",
        ),
        (
            "types",
            "m, n = socketpair(AF_UNIX, SOCK_DGRAM)\nsendmsg(m, [\"abc\", \"def\"])\nsend(m, \"xy\", MSG_DONTWAIT)\n\
             recvmsg(n, 3)\nrecvfrom(n, 100)\n",
        ),
        (
            "datagrams",
            "x = socket(AF_INET, SOCK_DGRAM)\nbind(x, *:0)\nv = socket(AF_INET, SOCK_DGRAM)\n\
             connect(v, 127.0.0.1:port(x))\nsend(v, \"one\")\nwrite(v, \"two\")\nrecvmsg(x, 100)\nunread(x) -> 3\n",
        ),
        (
            "concurrent-server",
            "x = socket(AF_INET, SOCK_STREAM)\nbind(x, 127.0.0.1:0)\nlisten(x, 5)\n\
             y = socket(AF_INET, SOCK_STREAM)\nconnect(y, addr(x))\ns = accept(x)\n\
             z = socket(AF_INET, SOCK_STREAM)\nconnect(z, addr(x))\nt = accept(x)\n\
             send(z, \"2\")\necho(t) &\nrecv(z, 9)\nwrite(y, \"1\")\necho(s) &\nrecvfrom(y, 9)\npending(x) -> 0\n",
        ),
    ];
    let folder = tempfile::tempdir().expect("a folder");
    for (lesson, answer) in routes {
        let file = folder.path().join("answer.sock");
        std::fs::write(&file, answer).expect("it can be written");
        let output = program().arg("check").arg(lesson).arg(&file).output();
        let output = output.expect("it runs");
        assert!(output.status.success(), "{lesson}: {}", written(&output));
    }
}

/// What the course once said and is not so, with what is.
const NOT_SO: [(&str, &str); 17] = [
    ("`POLLOUT`: a send would not block", "a large one does"),
    ("`POLLIN`: a receive would not block", "select(2), BUGS"),
    ("*write*: a send would not block", "a large one does"),
    ("only `AF_UNIX` can", "AF_TIPC can too: socketpair(2)"),
    ("no protocol has the number 0", "0 is HOPOPT"),
    ("`ping` and `traceroute` are made with it", "icmp(7)"),
    ("took and sent the datagram", "send(2), ENOBUFS"),
    ("says that the datagram left", "send(2), ENOBUFS"),
    ("No timer ends", "keepalive does, tcp(7)"),
    ("only connect() of AF_UNIX says", "connect(2), EAGAIN"),
    ("So the host is up", "a firewall may answer"),
    ("before you trust an answer", "addresses can be forged"),
    ("picks one socket", "accepted sockets share it"),
    ("only what is needed is read", "the kernel copies all"),
    ("p[n++].events = POLLIN;\n    }\n}", "the array has an end"),
    ("press Enter until the heading", "at a goal F8 goes on"),
    (
        "although nobody there had called",
        "a program that leaves does",
    ),
];

#[test]
fn what_is_not_so_is_not_said() {
    for file in LESSONS.iter().chain(CARDS) {
        for (said, but) in NOT_SO {
            assert!(!file.text.contains(said), "{}: {said}: {but}", file.name);
        }
        // open(2) calls it the open file description; the open file is a matter of the descriptor.
        let rest = file.text.replace("open file description", "");
        let others = rest.replace("open files", "").replace("no open file", "");
        assert!(!others.contains("open file"), "{}: open file", file.name);
    }
}

#[test]
fn a_lesson_that_cannot_be_read_is_said_with_its_line() {
    let (status, output) = check("```play\nclose(1)\n```\n", None);
    assert_eq!(status, Some(2), "{output}");
    assert!(
        output.contains("01-own.md:12:1") && output.contains("result"),
        "{output}"
    );
    let output = program()
        .args(["check", "no-such-lesson"])
        .output()
        .expect("it runs");
    assert_eq!(output.status.code(), Some(2));
    assert!(
        written(&output).contains("shows the lessons by name and number"),
        "{}",
        written(&output)
    );
}

#[test]
fn a_lesson_is_known_by_its_name_by_its_number_and_nearly() {
    let told = |name: &str| {
        let output = program().args(["check", name]).output().expect("it runs");
        (output.status.code(), written(&output))
    };
    for name in ["sockaddr", "SockAddr", "3"] {
        let (status, output) = told(name);
        assert_eq!(status, Some(0), "{output}");
        assert!(output.contains("ok 1 - sockaddr"), "{output}");
    }
    let (status, output) = told("sockadr");
    assert_eq!(status, Some(2), "{output}");
    assert!(
        output.contains("did you mean the lesson sockaddr?"),
        "{output}"
    );
}

#[test]
fn what_a_lesson_is_called_cannot_harm_the_terminal() {
    let body = TASK.trim_start();
    let (_, output) = check(
        &format!("Text.\n\n## \x1b]0;x\x07\n\n{body}"),
        Some("close(900)\n"),
    );
    assert!(
        output.contains("not ok") && !output.contains('\x1b'),
        "{output:?}"
    );
}

/// The program that the lesson shows is the one that is traced: in C it makes the same calls, as far as there is a compiler.
#[test]
fn the_source_of_the_example_server_is_what_it_does() {
    let source = files::path("assets/programs/example-server.c");
    let text = std::fs::read_to_string(&source).expect("the source");
    let printed = program().args(["example-server", "--source"]).output();
    let printed = printed.expect("it runs");
    assert_eq!(String::from_utf8_lossy(&printed.stdout), text);
    let lesson = LESSONS.iter().find(|own| own.id == "own-server");
    let lesson = lesson.expect("the lesson").text;
    let shown = lesson
        .split("```c\n")
        .nth(1)
        .and_then(|rest| rest.split("```").next());
    assert!(
        text.contains(shown.expect("a block of C")),
        "the lesson shows a part of it"
    );

    let folder = tempfile::tempdir().expect("a folder");
    let built = folder.path().join("example-server");
    let cc = std::process::Command::new("cc")
        .arg("-Wall")
        .arg("-o")
        .arg(&built)
        .arg(&source)
        .output();
    let Ok(cc) = cc else {
        return skipped("there is no cc");
    };
    assert!(cc.status.success() && cc.stderr.is_empty(), "{cc:?}");
    let built = built.to_string_lossy().into_owned();
    let own = PROGRAM.to_owned();
    let [in_c, ours] = [vec![built.as_str()], vec![own.as_str(), "example-server"]].map(|server| {
        let lines = folder.path().join("lines");
        let mut command = program();
        command.args(["trace", "--no-screen", "--inject", "accept=EINTR:1", "-o"]);
        let traced = command.arg(&lines).args(server).output().expect("it runs");
        let lines = std::fs::read_to_string(lines).unwrap_or_default();
        (traced.status.code(), lines, written(&traced))
    });
    if in_c.2.contains("cannot trace") {
        return skipped(&in_c.2);
    }
    let calls = |text: &str| {
        let lines = text
            .lines()
            .filter(|line| line.contains(" -> ") && !line.starts_with("execve"));
        let call = |line: &str| {
            line.split("127.0.0.1:")
                .next()
                .unwrap_or_default()
                .to_owned()
        };
        lines.map(call).collect::<Vec<_>>()
    };
    assert_eq!(calls(&in_c.1), calls(&ours.1), "{}\n{}", in_c.1, ours.1);
    assert!(calls(&ours.1).len() >= 5, "{}", ours.1);
    assert_eq!((in_c.0, ours.0), (Some(1), Some(1)));
    assert!(
        ours.2.contains("accept: Interrupted system call"),
        "{}",
        ours.2
    );
}
