//! The film.

use std::num::NonZero;

use serde_json::Value;

use crate::common::child::{folder, program};

/// Plays a film to its last picture but the restored cursor, on a terminal of its size. Gives what is on it, and the times of
/// the pictures.
fn played(film: &str) -> (String, Vec<f64>) {
    let mut lines = film
        .lines()
        .map(|line| serde_json::from_str(line).expect("JSON"));
    let head: Value = lines.next().expect("a head");
    assert_eq!(head["version"], 2);
    let size = |name: &str| {
        let size = head[name]
            .as_u64()
            .and_then(|size| u16::try_from(size).ok());
        size.and_then(NonZero::new).expect("a size")
    };
    let mut terminal = vt100::Parser::new(size("height"), size("width"), 0);
    let mut times = Vec::new();
    for line in lines {
        let [time, kind, text] = line.as_array().expect("an event").as_slice() else {
            panic!("an event has three parts: {line}");
        };
        assert_eq!(kind, "o");
        times.push(time.as_f64().expect("a time"));
        terminal.process(text.as_str().expect("a text").as_bytes());
    }
    (terminal.screen().contents(), times)
}

#[test]
fn a_player_shows_the_screen_of_each_moment_with_bounded_pauses() {
    let folder = folder();
    let path = folder.path().join("a.cast");
    let output = program()
        .args(["export", "--format", "asciicast", "--size", "100x30"])
        .args(["assets/screenshots/first-conversation.sock", "-o"])
        .arg(&path)
        .output()
        .expect("it runs");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
    let film = std::fs::read_to_string(&path).expect("it was written");
    let (shown, times) = played(&film);
    assert!(shown.contains("close(l)"), "{shown}");
    assert!(shown.contains("recording of"), "{shown}");
    assert!(times.len() > 12, "a picture for each call: {times:?}");
    for pair in times.windows(2) {
        let pause = pair[1] - pair[0];
        assert!((0.999..=4.001).contains(&pause), "{times:?}");
    }
}

#[test]
fn the_title_of_a_film_does_nothing_to_a_terminal() {
    let folder = folder();
    let script = folder
        .path()
        .join("a\u{1b}]0;b\u{7}\u{9b}\u{202e}\u{2028}c.sock");
    std::fs::write(&script, "s = socket(AF_INET, SOCK_STREAM)\n").expect("a script");
    let output = program()
        .args(["export", "--format", "asciicast"])
        .arg(&script)
        .output()
        .expect("it runs");
    assert!(output.status.success());
    let film = String::from_utf8(output.stdout).expect("text");
    let head: Value = serde_json::from_str(film.lines().next().expect("a head")).expect("JSON");
    let title = head["title"].as_str().expect("a title");
    assert!(
        title.ends_with(r"a\u{1b}]0;b\u{7}\u{9b}\u{202e}\u{2028}c.sock"),
        "{title}"
    );
}

#[test]
fn the_film_of_the_readme_is_that_of_its_script() {
    let readme = include_str!("../../README.md");
    let command = "cargo run --release -- export --format asciicast ";
    let commands = readme
        .lines()
        .filter_map(|line| line.trim().strip_prefix(command));
    let [arguments] = commands.collect::<Vec<_>>()[..] else {
        panic!("the README has one command");
    };
    let words: Vec<&str> = arguments.split(' ').collect();
    let ["--size", size, "-o", film, script] = words[..] else {
        panic!("the size, the film and the script: {arguments}");
    };
    let read = |path: &str| std::fs::read_to_string(path).expect(path);
    let (film, script) = (read(film), read(script));
    let (shown, times) = played(&film);
    let calls: Vec<&str> = script
        .lines()
        .filter(|line| !line.starts_with('#'))
        .collect();
    assert!(times.len() > calls.len(), "a picture for each call");
    let call = |line: &str| {
        line.split(" -> ")
            .next()
            .unwrap_or_default()
            .trim()
            .to_owned()
    };
    for line in calls {
        // A picture has only the newest of them in its log.
        let is_in_film =
            shown.contains(&call(line)) || film.contains(&call(line).replace('"', "\\\""));
        assert!(is_in_film, "{line} is not in the film");
    }
    let head: Value = serde_json::from_str(film.lines().next().expect("a head")).expect("JSON");
    assert_eq!(format!("{}x{}", head["width"], head["height"]), size);
}
