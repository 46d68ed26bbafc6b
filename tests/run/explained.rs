//! `run --why`, and what is said of a line that did not hold.

use std::net::TcpListener;

use serde_json::Value;

use crate::common::child::play;

/// A listener and a client of it, accepted.
const CONNECTED: &str = "l = socket(AF_INET, SOCK_STREAM)\nbind(l, 127.0.0.1:0)\nlisten(l, 5)\n\
                         c = socket(AF_INET, SOCK_STREAM)\nconnect(c, addr(l))\ns = accept(l)\n";

#[test]
fn the_explanation_follows_its_line_and_the_output_is_a_script() {
    let script = CONNECTED.to_owned() + "send(c, \"GET\")\nclose(s)\nrecv(c, 9) -> ECONNRESET\n";
    let ran = play(&script, &["--why"]).exits(0);
    let lines: Vec<&str> = ran.out.lines().collect();
    assert_eq!(lines.len(), 18, "{}", ran.out);
    for (index, line) in lines.iter().enumerate() {
        assert_eq!(line.starts_with("#   "), index % 2 == 1, "{}", ran.out);
    }
    assert!(lines[17].contains("unread") && lines[17].contains("RST"));
    let again = play(&ran.out, &["--why"]).exits(0);
    assert_eq!(
        again
            .out
            .lines()
            .filter(|line| !line.starts_with('#'))
            .count(),
        9
    );
    assert!(!play(&script, &[]).exits(0).out.contains('#'));
}

#[test]
fn who_else_has_an_address_is_looked_up_before_a_line_is_explained() {
    let outside = TcpListener::bind("127.0.0.1:0").expect("a listener");
    let address = outside.local_addr().expect("its address");
    let script = format!("m = socket(AF_INET, SOCK_STREAM)\nbind(m, {address}) -> EADDRINUSE\n");
    let ran = play(&script, &["--why"]).exits(0);
    let owner = format!("(pid {})", std::process::id());
    assert!(ran.out.contains(&owner), "{owner}: {}", ran.out);
}

#[test]
fn machines_get_the_explanation_as_members_and_as_diagnostics() {
    let script = "u = socket(AF_INET, SOCK_DGRAM)\nsend(u, \"a\") -> EDESTADDRREQ\n";
    let ran = play(script, &["--why", "--json"]).exits(0);
    for line in ran.out.lines() {
        let object: Value = serde_json::from_str(line).expect("JSON");
        assert!(
            object["why"].as_str().is_some_and(|why| why.ends_with('.')),
            "{line}"
        );
        assert!(object["source"].is_string(), "{line}");
    }
    let tap = play(script, &["--why", "--tap"]).exits(0).out;
    assert_eq!(
        tap.lines().filter(|line| line.starts_with("#   ")).count(),
        2,
        "{tap}"
    );
    let strace = play(script, &["--why", "--strace"]).exits(2);
    assert!(strace.err.contains("cannot be used with"), "{strace:#?}");
}

/// Lines that do not hold, and what is said of each.
const BROKEN: [(&str, &str); 15] = [
    (
        "close(901) -> 0 or EINTR",
        "0 or EINTR was expected, and the call gave EBADF.",
    ),
    (
        "getsockopt(c, SO_TYPE) -> SOCK_RAW or SOCK_DGRAM",
        "SOCK_RAW or SOCK_DGRAM was expected, and the call gave SOCK_STREAM.",
    ),
    (
        "d = socket(AF_INET, SOCK_STREAM) -> fd 900",
        "The descriptor 900 was expected, and it is ",
    ),
    (
        "connect(c, addr(l)) -> 0",
        "The call was expected to succeed. It failed with EISCONN.",
    ),
    (
        "recv(c, 10, MSG_DONTWAIT) -> ECONNRESET",
        "ECONNRESET was expected: recv() gives it when the connection was reset. It gave EAGAIN.",
    ),
    (
        "getsockname(c) -> ENOTSOCK",
        "ENOTSOCK was expected: getsockname() gives it when the descriptor does not refer to a socket. It succeeded.",
    ),
    (
        "getpeername(c) -> EXDEV",
        "EXDEV was expected: it means \"Invalid cross-device link\". It succeeded.",
    ),
    (
        "send(s, \"hello\") -> 4",
        "4 bytes were expected to be taken, and 5 were.",
    ),
    (
        "recv(c, 100) -> 5 \"help!\"",
        "The data differ from byte 4 on: \"p\" was expected there, and \"l\" came.",
    ),
    (
        "poll([c: POLLIN, s: POLLOUT], 0) -> 1 [c: POLLIN]",
        "c was expected to be ready, and it is not.",
    ),
    (
        "poll([c: POLLIN|POLLOUT], 0) -> 1 [c: POLLIN]",
        "POLLIN of c was expected, and it is not reported.",
    ),
    (
        "send(s, \"x\") -> blocks",
        "The call was expected to block. It returned 1.",
    ),
    (
        "state(c) -> CLOSE_WAIT within 1ms",
        "CLOSE_WAIT was expected, and the result is ESTABLISHED.",
    ),
    (
        "getsockopt(c, SO_TYPE) -> SOCK_DGRAM",
        "SOCK_DGRAM was expected, and it is SOCK_STREAM.",
    ),
    (
        "recv(s, 1) -> 0 within 50ms",
        "recv() was expected to return. It still sleeps.",
    ),
];

#[test]
fn a_broken_line_says_in_what_it_differs() {
    let lines: Vec<&str> = BROKEN.iter().map(|(line, _)| *line).collect();
    let ran = play(&(CONNECTED.to_owned() + &lines.join("\n")), &[]).exits(1);
    for (line, said) in BROKEN {
        assert!(
            ran.err.contains(&format!("    {said}")),
            "{line}: {said}\n{}",
            ran.err
        );
    }
    // A line that merely should not fail is explained as it is.
    let ran = play("close(900)\n", &[]).exits(1);
    assert!(!ran.err.contains("It failed with"), "{}", ran.err);
}
