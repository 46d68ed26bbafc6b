//! `sockplay explain`: words of each kind, however they are spelt, and those that are unknown.

mod common;

use std::process::Output;

use crate::common::child::{program, written};

fn explain(words: &[&str]) -> Output {
    let mut command = program();
    let output = command.arg("explain").args(words).output();
    output.expect("it runs")
}

#[track_caller]
fn explained(words: &[&str]) -> String {
    let output = explain(words);
    assert!(output.status.success(), "{}", written(&output));
    assert!(output.stderr.is_empty(), "{}", written(&output));
    String::from_utf8(output.stdout).expect("text")
}

#[test]
fn a_word_of_each_kind_is_explained_with_its_source() {
    for (words, heading, part) in [
        (vec!["EADDRINUSE"], "EADDRINUSE: error 98\n", "bind(2)"),
        (vec!["time-wait"], "TIME_WAIT: a state of TCP\n", "RFC 9293"),
        (
            vec!["linger"],
            "SO_LINGER: an option of SOL_SOCKET\n",
            "socket(7)",
        ),
        (vec!["backlog"], "backlog: a term\n", "listen(2)"),
        (vec!["accept", "queue"], "accept queue: a term\n", "UNP 4.5"),
        (vec!["accept()"], "accept: a system call\n", "accept(2)"),
        (
            vec!["MSG_PEEK"],
            "MSG_PEEK: a constant, flag: 2\n",
            "recv(2)",
        ),
    ] {
        let text = explained(&words);
        assert!(text.starts_with(heading), "{text}");
        let source = text.lines().last().expect("a line");
        assert!(
            source.contains("Source: ") && source.contains(part),
            "{text}"
        );
        assert!(
            text.lines().all(|line| line.chars().count() <= 80),
            "{text}"
        );
    }
}

#[test]
fn an_unknown_word_gets_the_nearest_and_status_2() {
    let output = explain(&["EADDRINSUE"]);
    assert_eq!(output.status.code(), Some(2), "{}", written(&output));
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(text.contains("the nearest: EADDRINUSE"), "{text}");
    assert!(output.stdout.is_empty());
    let output = explain(&["\u{1b}[31mxyzzyxyzzy"]);
    assert_eq!(output.status.code(), Some(2), "{}", written(&output));
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(
        text.contains("lists all") && !text.contains('\u{1b}'),
        "{text}"
    );
}

#[test]
fn without_a_word_all_are_listed() {
    let text = explained(&[]);
    for word in [
        "TCP_NODELAY",
        "CLOSE_WAIT",
        "ENOTCONN",
        "EPOLLET",
        "persist timer",
    ] {
        assert!(text.contains(word), "{word}");
    }
}
