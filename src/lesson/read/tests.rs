//! Lessons that can be read, and what is said of those that cannot.

use crate::lesson::read::*;

const FRONT: &str =
    "---\ntitle: T\ngoal: G.\ntopics: backlog\nminutes: 5\nsources: listen(2); TLPI 56.5\n---\n";

fn read(body: &str) -> Result<Lesson, Vec<ScriptError>> {
    lesson("x", &format!("{FRONT}{body}"), "/tmp/d")
}

/// The line and the message of the first error.
fn fault(text: &str) -> (usize, String) {
    let errors = lesson("x", text, "/tmp/d").expect_err("it is wrong");
    (errors[0].number, errors[0].error.message.clone())
}

const WHOLE: &str = "Intro.

## One
Text with `code`.

```play
l = socket(AF_INET, SOCK_STREAM)   -> fd
bind(l, unix:$DIR/a)               -> EINVAL
```

```predict
What comes?
> listen(l, 5)
- EINVAL   # no
+ 0        # yes
```

```goal
state(a) -> LISTEN   # make it passive
```

```hint
Use `listen()`.
```

```solution
listen(l, 5)
```

```summary
One.
`two()`.

Three.
```

```card
id: c
tags: listen, backlog
source: listen(2)
Q: What?
A: This,
and that.
RUN:
close(900)  -> EBADF
```
";

#[test]
fn a_lesson_is_read_into_pages_and_beats() {
    let lesson = read(WHOLE).expect("it can be read");
    assert_eq!((lesson.title.as_str(), lesson.minutes), ("T", 5));
    assert_eq!(lesson.sources, ["listen(2)", "TLPI 56.5"]);
    let titles: Vec<&str> = lesson.pages.iter().map(|p| p.title.as_str()).collect();
    assert_eq!(titles, ["T", "One"]);
    let [
        LessonStep::Prose(_),
        LessonStep::Play(first),
        LessonStep::Play(second),
        LessonStep::Predict(question),
        LessonStep::Task(task),
        LessonStep::Closing(closing),
    ] = lesson.pages[1].steps.as_slice()
    else {
        panic!("{:?}", lesson.pages[1].steps)
    };
    assert_eq!(first.number, 14, "the number of the line in the file");
    let second = second.line.to_string();
    assert!(second.contains("/tmp/d/a"), "the folder is in it: {second}");
    assert_eq!(question.right, 1);
    assert_eq!(question.answers[0].says, "no");
    assert_eq!((task.hints.len(), task.solution.len()), (1, 1));
    assert_eq!(task.goal.conditions[0].says, "make it passive");
    assert_eq!(closing.summary, ["One.", "`two()`.", "Three."]);
    assert_eq!(closing.sources.len(), 2);
    assert_eq!(lesson.closing(), Some(closing));
    let card = &lesson.cards[0];
    assert_eq!(
        (card.answer.as_str(), card.run.len()),
        ("This,\nand that.", 1)
    );
}

#[test]
fn what_is_wrong_is_said_with_its_line() {
    let with = |body: &str| format!("{FRONT}{body}");
    let cases = [
        (String::new(), 1, "a lesson begins with its front matter"),
        (
            "---\ntitle: T\n".to_owned(),
            1,
            "the front matter has no end",
        ),
        (
            "---\ntitel: T\n---\nx\n".to_owned(),
            2,
            "this is not a field",
        ),
        (
            "---\ntitle: T\n---\nx\n".to_owned(),
            1,
            "`minutes:` is missing",
        ),
        (
            with("x\n\n```play\nlisen(1, 2) -> 0\n```\n"),
            11,
            "unknown call",
        ),
        (
            with("x\n\n```play\nclose(1)\n```\n"),
            11,
            "the result of the line is missing",
        ),
        (
            with("x\n\n```paly\nx\n```\n"),
            10,
            "`paly` is not a kind of block",
        ),
        (
            with("x\n\n```hint\nx\n```\n"),
            10,
            "the hint belongs to no goal",
        ),
        (
            with("x\n\n```goal\nstate(a) -> X # y\n```\n"),
            10,
            "the goal has no solution",
        ),
        (
            with("x\n\n```goal\nstate(a) -> X\n```\n"),
            11,
            "the condition has no description",
        ),
        (
            with("x\n\n```goal\nstate(a)  # x\n```\n"),
            11,
            "what it must be is missing",
        ),
        (
            with("x\n\n```predict\nQ?\n> close(1)\n+ 0 # x\n```\n"),
            10,
            "a question needs",
        ),
        (
            with("x\n\n```predict\nQ?\n> close(1)\n+ 0\n- 1 # x\n```\n"),
            13,
            "why this answer",
        ),
        (with("x\n\n```card\nid: x\n```\n"), 10, "the card has no"),
        (
            with("x\n\n```summary\nOne.\nTwo\nThree.\n```\n"),
            12,
            "this is not a sentence",
        ),
        (
            with("x\n\n```summary\nOne.\nTwo.\n```\n"),
            10,
            "a summary has three lines, and this one has 2",
        ),
        (
            with(&"x\n\n```summary\nA.\nB.\nC.\n```\n".repeat(2)),
            17,
            "the lesson has a summary already",
        ),
        (with("# x\n"), 8, "a heading"),
    ];
    for (text, line, message) in cases {
        let (number, found) = fault(&text);
        assert!(
            number == line && found.contains(message.trim_start_matches("unknown call")),
            "line {number}: {found}, expected line {line}: {message}\n{text}"
        );
    }
}

#[test]
fn no_bytes_of_a_file_make_it_panic() {
    let whole = format!("{FRONT}{WHOLE}");
    for (at, _) in whole.char_indices() {
        let _ = lesson("x", &whole[..at], "/tmp/d");
        let _ = lesson("x", &whole[at..], "/tmp/d");
    }
}

#[test]
fn what_a_terminal_would_obey_is_escaped_everywhere() {
    let hostile = |text: &str| format!("{text}\u{1b}[2J\u{9b}\u{202e}");
    let text = format!("{FRONT}{WHOLE}").replace("title: T", &hostile("title: T"));
    let text = text.replace("goal: G.", &hostile("goal: G."));
    let text = text.replace("# yes", &hostile("# yes"));
    let text = text.replace("Intro.", &hostile("Intro."));
    let text = text.replace("# make it passive", &hostile("# make it passive"));
    let text = text.replace("Use `listen()`.", &hostile("Use `listen()`."));
    let read = lesson("x", &text, "/tmp/d").expect("it can be read");
    assert_eq!(read.title, "T\\u{1b}[2J\\u{9b}\\u{202e}");
    // Debug doubles the backslash of what was escaped. The title is the first page's too.
    let shown = format!("{read:?}");
    assert_eq!(shown.matches("\\\\u{202e}").count(), 7, "{shown}");
    let all = [&read.title, &read.goal];
    assert!(
        !all.iter()
            .any(|text| text.contains(crate::socket::text::does_harm))
    );
}

#[test]
fn the_mark_of_an_editor_before_a_lesson_is_not_part_of_it() {
    let text = format!("{FRONT}{WHOLE}");
    let marked = format!("\u{feff}{text}");
    let (plain, marked) = (lesson("x", &text, "/"), lesson("x", &marked, "/"));
    let (plain, marked) = (plain.expect("a lesson"), marked.expect("a lesson"));
    assert_eq!(marked.pages.len(), plain.pages.len());
    assert_eq!(marked.fingerprint, plain.fingerprint);
}

#[test]
fn what_a_lesson_traces_is_read_and_what_cannot_be_traced_is_said() {
    let before = FRONT.strip_suffix("---\n").expect("the rule after it");
    let front = |value: &str| format!("{before}traces: {value}\n---\n");
    let lesson = lesson(
        "x",
        &format!("{}x\n", front("example-server before accept, recv")),
        "/",
    );
    let traces = lesson.expect("a lesson").traces.expect("a server");
    assert_eq!(traces.held_before, ["accept", "recv"]);
    for (value, message) in [
        ("cat before accept", "only this can be traced"),
        ("example-server before state", "state is not a system call"),
        ("example-server before ", "only this can be traced"),
    ] {
        let (number, found) = fault(&format!("{}x\n", front(value)));
        assert!(number == 7 && found.contains(message), "{number}: {found}");
    }
}

#[test]
fn only_a_lesson_that_comes_with_the_program_must_have_a_summary() {
    let text = format!("{FRONT}x\n");
    let own = lesson("x", &text, "/").expect("a teacher's own may have none");
    let errors = summarized(own, &text).expect_err("ours has one");
    assert!(
        errors[0].error.message.contains("no summary"),
        "{:?}",
        errors[0].error
    );
    let whole = format!("{FRONT}{WHOLE}");
    let own = lesson("x", &whole, "/").expect("a lesson");
    assert!(summarized(own, &whole).is_ok());
}
