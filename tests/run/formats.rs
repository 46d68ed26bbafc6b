//! The formats of what commands print: each says the same as the others.

use std::fs;

use serde_json::Value;

use crate::common::child::{folder, program};

/// What a command prints.
#[track_caller]
fn printed(arguments: &[&str]) -> String {
    let home = folder();
    let mut command = program();
    command.current_dir(home.path()).args(arguments);
    command.env("XDG_CONFIG_HOME", home.path());
    fs::write(
        home.path().join("a.sock"),
        "l = socket(AF_INET, SOCK_STREAM)\nclose(900) -> EBADF\n",
    )
    .expect("written");
    let output = command.output().expect("it runs");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{arguments:?}: {said}");
    String::from_utf8(output.stdout).expect("text")
}

/// The JSON objects, one in each line.
#[track_caller]
fn objects(text: &str) -> Vec<Value> {
    let lines = text.lines();
    lines
        .map(|line| serde_json::from_str(line).expect(line))
        .collect()
}

#[test]
fn a_run_of_a_model_is_an_object_with_its_steps() {
    let text = printed(&["models", "blocking", "poll", "--format", "json"]);
    let found = objects(&text);
    let names: Vec<_> = found.iter().map(|own| &own["model"]).collect();
    assert_eq!(names, ["blocking", "poll"], "{text}");
    for own in &found {
        let steps = own["steps"].as_array().expect("steps");
        let calls = steps.iter().filter(|step| step["what"] == "call").count();
        assert_eq!(own["calls"], calls, "{text}");
        let last = steps.last().expect("a step");
        assert_eq!(last["result"], "5 \"hello\"", "{text}");
        assert_eq!(own["received_bytes"], 5);
        let at = |place: &Value| place.as_u64().expect("a time");
        assert!(at(&last["from_ns"]) < at(&last["to_ns"]), "{text}");
        assert!(
            at(&own["peer_sends_ns"]) < at(&own["peer_sent_ns"]),
            "{text}"
        );
    }
    assert!(printed(&["models", "poll", "--format", "text"]).starts_with("multiplexed I/O: poll"));
}

#[test]
fn an_explanation_says_the_same_in_each_format() {
    let arguments = |format| printed(&["explain", "--format", format, "linger"]);
    let (text, json, markdown) = (arguments("text"), arguments("json"), arguments("markdown"));
    assert_eq!(text, printed(&["explain", "linger"]), "the default");
    let found = objects(&json);
    let own = &found[0];
    assert_eq!(own["name"], "SO_LINGER");
    let described = own["described"].as_str().expect("words");
    assert!(
        text.starts_with(&format!("SO_LINGER: {described}\n")),
        "{text}"
    );
    assert!(markdown.starts_with("## SO\\_LINGER\n\n"), "{markdown}");
    let words = |text: &str| {
        text.replace('\\', "")
            .split_whitespace()
            .collect::<Vec<_>>()
            .join(" ")
    };
    let paragraphs = own["text"].as_array().expect("paragraphs").iter();
    let source = [&own["source"]];
    for said in paragraphs.chain(source) {
        let said = words(said.as_str().expect("text"));
        assert!(words(&text).contains(&said), "{said}: {text}");
        assert!(words(&markdown).contains(&said), "{said}: {markdown}");
    }
}

#[test]
fn all_words_are_printed_in_each_format() {
    let listed = printed(&["explain"]).lines().count();
    let found = objects(&printed(&["explain", "--format", "json"]));
    assert_eq!(found.len(), listed);
    let markdown = printed(&["explain", "--format", "markdown"]);
    let headings = markdown.lines().filter(|line| line.starts_with("## "));
    assert_eq!(headings.count(), listed);
}

#[test]
fn a_screen_is_drawn_in_each_format() {
    let drawn = |format| {
        printed(&[
            "screenshot",
            "--size",
            "80x24",
            "--format",
            format,
            "a.sock",
        ])
    };
    let text = drawn("text");
    assert_eq!(text.lines().count(), 24, "{text}");
    assert!(
        text.lines().all(|line| line.chars().count() <= 80),
        "{text}"
    );
    assert!(
        text.contains("close(900)") && text.contains("EBADF"),
        "{text}"
    );
    let ansi = drawn("ansi");
    let mut terminal = vt100::Parser::new(
        24.try_into().expect("rows"),
        80.try_into().expect("columns"),
        0,
    );
    terminal.process(ansi.trim_end().replace('\n', "\r\n").as_bytes());
    // What differs from run to run is digits.
    let same = |text: &str| text.replace(|c: char| c.is_ascii_digit(), "0");
    assert_eq!(
        same(terminal.screen().contents().trim_end()),
        same(text.trim_end())
    );
    assert!(ansi.contains("\u{1b}[0;"), "{ansi}");
    let svg = drawn("svg");
    assert!(svg.starts_with("<svg ") && svg.contains("EBADF"), "{svg}");
    let arguments = ["screenshot", "--size", "80x24", "a.sock"];
    assert_eq!(same(&printed(&arguments)), same(&svg), "the default");
}

#[test]
fn several_screens_are_below_each_other_with_their_titles() {
    let text = printed(&[
        "screenshot",
        "--size",
        "80x24",
        "--format",
        "text",
        "a.sock",
        "a.sock",
    ]);
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines.len(), 2 * 25 + 1, "{text}");
    assert_eq!(lines[0], "terminal 1: sockplay");
    assert_eq!(lines[26], "terminal 2: sockplay");
}

#[test]
fn the_configuration_is_an_object_with_the_values_of_the_file() {
    let file = printed(&["config", "--default"]);
    let json = printed(&["config", "--default", "--format", "json"]);
    let found: Value = serde_json::from_str(&json).expect(&json);
    assert_eq!(found["theme"], "auto");
    assert_eq!(found["history"], 1000);
    assert_eq!(found["keys"]["call"]["bind"], "b");
    assert_eq!(found["keys"]["up"], serde_json::json!(["Up", "k"]));
    assert_eq!(printed(&["config", "--default", "--format", "toml"]), file);
}
