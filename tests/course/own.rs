//! A teacher's own course: three lessons outside of the tree, with a topic and cards of its own.

use std::path::Path;
use std::process::{Output, Stdio};

use crate::common::child::{program, written};

const COURSE: &str = r#"title = "Week one"
cards = ["extra.md"]

[topics]
letters = "what letters are"

[tags]
own = "what is asked in this course alone"

[[chapter]]
title = "Begin"
after = "You can begin."
lessons = ["01-first.md", "02-second.md"]

[[chapter]]
title = "End"
after = "You can end."
lessons = ["03-third.md"]
"#;

const CARDS: &str = "---
title: Own cards
---
```card
id: own-card
tags: own, letters, streams
source: the teacher
Q: What is asked?
A: This.
```
";

/// Runs sockplay beside the directory of a course, with a state directory of its own.
fn sockplay(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = program();
    command.current_dir(folder).args(arguments);
    command.env("HOME", folder).env_remove("XDG_STATE_HOME");
    command.stdin(Stdio::null()).output().expect("it runs")
}

/// The template of a lesson.
fn template() -> String {
    let folder = tempfile::tempdir().expect("a folder");
    let output = sockplay(folder.path(), &["new", "lesson"]);
    assert!(output.status.success(), "{}", written(&output));
    String::from_utf8(output.stdout).expect("text")
}

/// A course, in which a text of the second lesson is replaced by another.
fn course(replaced: &str, by: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let week = folder.path().join("week");
    std::fs::create_dir(&week).expect("it can be made");
    let write = |name: &str, text: &str| {
        std::fs::write(week.join(name), text).expect("it can be written");
    };
    write("course.toml", COURSE);
    write("extra.md", CARDS);
    let lesson = template().replace("topics: byte-stream", "topics: letters");
    assert!(lesson.contains(replaced), "{replaced}");
    for (name, card) in [
        ("01-first.md", "one"),
        ("02-second.md", "two"),
        ("03-third.md", "three"),
    ] {
        let lesson = lesson.replace("id: short-receive", &format!("id: {card}"));
        let lesson = match name {
            "02-second.md" => lesson.replace(replaced, by),
            _ => lesson,
        };
        write(name, &lesson);
    }
    folder
}

#[test]
fn a_course_of_ones_own_is_checked_listed_and_asked() {
    let folder = course("title", "title");
    let output = sockplay(folder.path(), &["check", "./week"]);
    let text = written(&output);
    assert_eq!(output.status.code(), Some(0), "{text}");
    for line in ["ok 1 - first", "ok 2 - second", "ok 3 - third", "1..3"] {
        assert!(text.lines().any(|own| own == line), "{line} in {text}");
    }
    let output = sockplay(folder.path(), &["repl", "learn", "./week"]);
    let text = written(&output);
    assert_eq!(text.matches("The title of the lesson").count(), 3, "{text}");
    let arguments = ["cards", "--course", "./week", "--format", "text"];
    let text = written(&sockplay(folder.path(), &arguments));
    for card in ["one", "two", "three", "own-card"] {
        assert!(text.contains(card), "{card} in {text}");
    }
    assert!(!text.contains("eof-is-zero"), "only its own: {text}");
}

#[test]
fn a_directory_without_a_course_file_is_its_lessons_by_name() {
    let folder = course("topics: letters", "topics: byte-stream");
    let week = folder.path().join("week");
    for file in ["course.toml", "extra.md", "01-first.md", "03-third.md"] {
        std::fs::remove_file(week.join(file)).expect("it is there");
    }
    let output = sockplay(folder.path(), &["check", "./week"]);
    let text = written(&output);
    assert_eq!(output.status.code(), Some(0), "{text}");
    assert!(text.contains("ok 1 - second"), "{text}");
    std::fs::remove_file(week.join("02-second.md")).expect("it is there");
    let text = written(&sockplay(folder.path(), &["check", "./week"]));
    assert!(text.contains("has no lesson"), "{text}");
}

#[test]
fn what_is_wrong_with_a_course_is_said_with_its_place() {
    for (replaced, by, why) in [
        ("topics: letters", "topics: leters", "did you mean letters?"),
        ("tags: recv", "tags: recvv", "did you mean recv?"),
        (
            "tags: recv",
            "tags: recv\nafter: frist",
            "did you mean first?",
        ),
        ("> recv(b, 2)", "> recv(b 2)", "02-second.md:23"),
        (
            "unread(x) -> 0",
            "state(x) -> ESTABLISHD",
            "did you mean ESTABLISHED?",
        ),
        (
            "recv(x, *) -> 3 \"llo\"",
            "recv(x, *) -> EAGIAN",
            "did you mean EAGAIN?",
        ),
        (
            "unread(x) -> 0",
            "setsockopt(x, SO_REUSADDR, 1) -> 0",
            "did you mean SO_REUSEADDR?",
        ),
    ] {
        let folder = course(replaced, by);
        let output = sockplay(folder.path(), &["learn", "./week"]);
        let text = written(&output);
        assert_eq!(output.status.code(), Some(2), "{by}: {text}");
        assert!(text.contains(why), "{why} of {by} in {text}");
    }
}

#[test]
fn two_cards_with_one_name_are_an_error() {
    let folder = course("title", "title");
    let second = folder.path().join("week/02-second.md");
    let text = std::fs::read_to_string(&second).expect("it is there");
    std::fs::write(&second, text.replace("id: two", "id: one")).expect("it can be written");
    let output = sockplay(folder.path(), &["cards", "--course", "./week"]);
    let text = written(&output);
    assert_eq!(output.status.code(), Some(2), "{text}");
    assert!(
        text.contains("02-second.md: the card one is in 01-first.md too"),
        "{text}"
    );
}

#[test]
fn an_argument_with_a_slash_or_an_extension_is_a_path() {
    let folder = course("title", "title");
    let text = written(&sockplay(folder.path(), &["check", "week"]));
    assert!(
        text.contains("no lesson of the course is called so"),
        "{text}"
    );
    let text = written(&sockplay(folder.path(), &["check", "half-clos"]));
    assert!(
        text.contains("did you mean the lesson half-close?"),
        "{text}"
    );
    let text = written(&sockplay(folder.path(), &["check", "half-close.md"]));
    assert!(text.contains("No such file"), "{text}");
}

#[test]
fn a_template_overwrites_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("own.md");
    std::fs::write(&path, "mine").expect("it can be written");
    let output = sockplay(folder.path(), &["new", "lesson", "own.md"]);
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(std::fs::read_to_string(&path).expect("it is there"), "mine");
}
