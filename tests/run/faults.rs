//! What can go wrong before and during a run: each is answered by a sentence and a status, never by a panic.

use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::process::Command;

use sockplay::socket::text::does_harm;

use crate::common::child::{Child, PROGRAM, folder, play, sockplay};
use crate::common::host::is_root;
use crate::common::skipped;

/// Every byte that can do something to a terminal, the newline excepted.
#[track_caller]
fn is_harmless(text: &str) {
    let harmful = text.chars().find(|c| does_harm(*c) && *c != '\n');
    assert_eq!(harmful, None, "{text:?}");
}

#[test]
fn an_unknown_name_is_reported_before_anything_runs() {
    let script = "srv = socket(AF_UNIX, SOCK_STREAM)\nbind(srv, unix:x.sock)\nlisten(svr, 5)\n";
    let ran = play(script, &[]).exits(2);
    assert_eq!(ran.out, "", "nothing was run");
    assert!(ran.err.contains("standard input:3:8"), "{ran:#?}");
    assert!(ran.err.contains("did you mean srv?"), "{ran:#?}");
    let ran = play("connect(c, addr(l))\n", &[]).exits(2);
    assert!(
        ran.err.contains("no line before this one makes c"),
        "{ran:#?}"
    );
    // Names that the playground gives by itself are known only while it runs.
    let ran = play("send(s7, \"x\")\n", &[]).exits(1);
    assert!(ran.err.contains("no socket is called s7"), "{ran:#?}");
}

#[test]
fn a_name_that_is_taken_is_refused_and_free_again_after_close() {
    let ran = play(
        "u = socket(AF_INET, SOCK_DGRAM)\nu = socket(AF_INET, SOCK_DGRAM)\nclose(u)\nu = socket(AF_INET, SOCK_DGRAM)\nclose(u)\n",
        &[],
    )
    .exits(1);
    assert_eq!(super::scripts::broken_lines(&ran.out), [2]);
    assert!(ran.err.contains("the name u is taken"), "{ran:#?}");
}

#[test]
fn a_path_has_room_for_108_bytes() {
    let path = |length: usize| "p".repeat(length);
    let script = format!(
        "a = socket(AF_UNIX, SOCK_STREAM)\nbind(a, unix:{}) -> EINVAL\nbind(a, unix:{}) -> EINVAL\nbind(a, unix:{}) -> 0\n\
         b = socket(AF_UNIX, SOCK_STREAM)\nbind(b, unix:{}) -> 0\nconnect(b, unix:{}) -> EINVAL\n",
        path(109),
        path(4000),
        path(108),
        path(107),
        path(200),
    );
    let folder = folder();
    let mut command = sockplay(folder.path());
    Child::start(command.arg("-"), script.as_bytes())
        .end()
        .exits(0);
    let left = fs::read_dir(folder.path()).expect("it is there").count();
    assert_eq!(left, 0, "also the longest path is removed");
}

#[test]
fn a_file_that_bind_did_not_make_is_never_removed() {
    let folder = folder();
    fs::write(folder.path().join("mine.txt"), "mine").expect("it can be written");
    // With these lengths the kernel is given no name at all, and of the name `mi`.
    let script = "a = socket(AF_UNIX, SOCK_STREAM)\nbind(a, unix:mine.txt, 2) -> 0\n\
                  b = socket(AF_UNIX, SOCK_STREAM)\nbind(b, unix:mine.txt, 4) -> 0\n";
    let mut command = sockplay(folder.path());
    Child::start(command.arg("-"), script.as_bytes())
        .end()
        .exits(0);
    assert!(folder.path().join("mine.txt").exists(), "it is not ours");
    assert!(
        !folder.path().join("mi").exists(),
        "what bind() made is removed"
    );
}

#[test]
fn a_raw_socket_needs_a_privilege() {
    let command = |user: Option<u32>| {
        let mut command = Command::new(PROGRAM);
        let line = "socket(AF_INET, SOCK_RAW, IPPROTO_ICMP)";
        // The folder of a test would be closed to another user.
        command.args(["run", "-c", line]).current_dir("/");
        if let Some(user) = user {
            command.uid(user).gid(user);
        }
        command
    };
    let user = is_root().then_some(65534);
    if let Err(error) = command(user).output() {
        return skipped(&format!("no other user can run the program: {error}"));
    }
    let ran = Child::start(&mut command(user), b"").end();
    if ran.code == Some(0) {
        return skipped("this user may make raw sockets");
    }
    let ran = ran.exits(1);
    assert!(ran.out.contains("-> EPERM"), "{ran:#?}");
}

#[test]
fn a_port_in_use_is_said_by_the_kernel() {
    let theirs = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = theirs.local_addr().expect("an address").port();
    let script = format!("l = socket(AF_INET, SOCK_STREAM)\nbind(l, 127.0.0.1:{port})\n");
    let ran = play(&script, &[]).exits(1);
    assert!(
        ran.out.contains("-> EADDRINUSE    # BROKEN, line 2"),
        "{ran:#?}"
    );
    let script = script.replace(")\nbind", ")\nsetsockopt(l, SO_REUSEADDR, 1)\nbind");
    let ran = play(&script, &[]).exits(1);
    assert!(
        ran.out.contains("-> EADDRINUSE"),
        "not even with SO_REUSEADDR"
    );
}

#[test]
fn a_script_that_cannot_be_read_is_named_with_the_reason() {
    let folder = folder();
    let run = |file: &str| {
        let mut command = sockplay(folder.path());
        Child::start(command.arg(file), b"").end().exits(2)
    };
    let missing = run("none.sock");
    assert!(
        missing
            .err
            .starts_with("error: cannot read none.sock: No such file or directory"),
        "{missing:#?}"
    );
    let directory = run(".");
    assert!(
        directory
            .err
            .starts_with("error: cannot read .: Is a directory"),
        "{directory:#?}"
    );
    let hostile = run("\x1b]0;title\x07\u{202e}.sock");
    is_harmless(&hostile.err);
    assert!(!hostile.err.contains('\u{202e}'), "{hostile:#?}");
    let mut command = sockplay(folder.path());
    command.arg(OsStr::from_bytes(b"\xff\xfe.sock"));
    Child::start(&mut command, b"").end().exits(2);
    if is_root() {
        return skipped("a file without permissions: root reads it all the same");
    }
    let file = folder.path().join("closed.sock");
    fs::write(&file, "").expect("it can be written");
    fs::set_permissions(&file, fs::Permissions::from_mode(0o000)).expect("it is ours");
    assert!(run("closed.sock").err.contains("Permission denied"));
}

#[test]
fn bytes_that_are_no_script_are_an_error_with_a_place() {
    for (script, place, message) in [
        (
            &b"close(900) -> EBADF\n\0\n"[..],
            ":2:1",
            "the line contains a NUL byte",
        ),
        (
            b"close(900) -> EBADF\nclose(\xff\xfe)\n",
            ":2:7",
            "the line is not UTF-8 text",
        ),
        (
            b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0",
            ":1:8",
            "a NUL byte",
        ),
        (b"close(900)\rclose(901)\n", ":1:", ""),
        (b"\x1bc\x07 x\n", ":1:1", "unknown call"),
    ] {
        let folder = folder();
        let mut command = sockplay(folder.path());
        let ran = Child::start(command.arg("-"), script).end().exits(2);
        assert!(
            ran.err.contains(&format!("standard input{place}")),
            "{ran:#?}"
        );
        assert!(ran.err.contains(message), "{ran:#?}");
        assert_eq!(ran.out, "", "nothing was run");
        is_harmless(&ran.err);
    }
}

#[test]
fn many_errors_are_reported_up_to_a_limit() {
    let ran = play(&"nonsense(1)\n".repeat(10_000), &[]).exits(2);
    let count = ran.err.matches("unknown call").count();
    assert!((2..100).contains(&count), "{count}");
}

#[test]
fn a_line_of_ten_megabytes_is_reported_in_few_words() {
    for byte in [b'x', b'(', b'"', b' ', 0xff] {
        let folder = folder();
        let mut script = vec![byte; 10 << 20];
        script.extend(b"\nclose(900) -> EBADF\n");
        let mut command = sockplay(folder.path());
        let ran = Child::start(command.arg("-"), &script).end().exits(2);
        assert!(ran.err.len() < 2000, "{} bytes", ran.err.len());
        assert!(ran.err.contains("standard input:1:"), "{ran:#?}");
    }
}

#[test]
fn bytes_of_a_peer_are_shown_and_never_do_anything() {
    let script = r#"u = socket(AF_UNIX, SOCK_DGRAM)
bind(u, unix:"\x1b[2J\xe2\x80\xae.sock") -> 0
v = socket(AF_UNIX, SOCK_DGRAM)
bind(v, abstract:"sockplay-test\x1b]0;\x07\n") -> 0
sendto(v, hex(1b 5d 30 3b 78 07 9b 32 4a 0d 0a 00 e2 80 ae 7f), addr(u)) -> 16
recvfrom(u, 100) -> 16 "what else" from nobody
sendto(v, "\x1b[31m"*100, addr(u)) -> 500
recvfrom(u, 1000) -> 1
getsockname(u) -> 1
getsockname(v) -> 1
sendto(u, "back", unix:"\x1b[2J") -> ENOENT
"#;
    let ran = play(script, &[]).exits(1);
    is_harmless(&ran.out);
    is_harmless(&ran.err);
    let shown = r#"16 "\x1b]0;x\x07\x9b2J\r\n\0\xe2\x80\xae\x7f""#;
    assert!(
        ran.out.contains(shown) && ran.err.contains(shown),
        "{ran:#?}"
    );
    let ran = play(script, &["--tap"]).exits(1);
    is_harmless(&ran.out);
    let ran = play(script, &["--json"]).exits(1);
    is_harmless(&ran.out);
}

/// What a script expects is its author's text, and is shown when it does not come.
#[test]
fn a_failed_expectation_is_shown_and_never_does_anything() {
    let script = "close(900) -> \"\x1b[2J\u{9b}\u{202e}\"  # \x1b]0;x\x07\n\
                  getsockname(900) -> unix:/tmp/\x1b2J\n\
                  recv(900, 10) -> 3 \"\x1b[31m\"\n";
    for style in [&[][..], &["--tap"], &["--json"], &["--strace"]] {
        let ran = play(script, style).exits(1);
        is_harmless(&ran.out);
        is_harmless(&ran.err);
        assert!(ran.err.contains(r"expected "), "{ran:#?}");
        assert!(ran.err.contains(r"\u{1b}[2J\u{9b}\u{202e}"), "{ran:#?}");
    }
}

#[test]
fn descriptors_of_the_program_itself_are_refused() {
    let ran = play("close(0)\nwrite(1, \"x\")\nshutdown(2, SHUT_RDWR)\n", &[]).exits(1);
    assert_eq!(super::scripts::broken_lines(&ran.out), [1, 2, 3]);
    for name in ["standard input", "standard output", "standard error"] {
        assert!(ran.err.contains(&format!("its {name}")), "{ran:#?}");
    }
    let own: String = (60..70)
        .map(|fd| format!("close({fd}) -> EBADF\n"))
        .collect();
    let ran = play(&own, &[]).exits(1);
    assert!(ran.err.contains("one of its own files"), "{ran:#?}");
}

#[test]
fn a_call_that_hangs_breaks_its_line_and_the_run_ends() {
    let ran = play(
        "a, b = socketpair(AF_UNIX, SOCK_STREAM)\nrecv(a, 1)\nsend(b, \"x\")\n",
        &[],
    )
    .exits(1);
    assert!(
        ran.out
            .contains("-> blocks    # BROKEN, line 2: expected that it does not block"),
        "{ran:#?}"
    );
    let ran = play(
        "a, b = socketpair(AF_UNIX, SOCK_STREAM)\nrecv(a, 1) -> 1 \"x\" within 20ms\n",
        &[],
    )
    .exits(1);
    assert!(ran.err.contains("expected 1 \"x\" within 20ms"), "{ran:#?}");
    let ran = play(
        "u = socket(AF_INET, SOCK_DGRAM)\nstate(u) -> CONNECTED within 20ms\n",
        &[],
    )
    .exits(1);
    assert!(ran.err.contains("got UNCONNECTED"), "{ran:#?}");
    let ran = play("u = socket(AF_INET, SOCK_DGRAM)\nwait(u)\ncancel(u)\n", &[]).exits(1);
    assert_eq!(
        ran.err.matches("nothing is pending on u").count(),
        2,
        "{ran:#?}"
    );
}

#[test]
fn a_number_other_than_the_expected_one_is_shown() {
    let ran = play(
        "a = socket(AF_INET, SOCK_DGRAM) -> fd 900\nb, c = socketpair(AF_UNIX, SOCK_STREAM) -> fd 3, fd\n",
        &[],
    )
    .exits(1);
    for line in ran.err.lines().filter(|line| line.contains("expected fd ")) {
        let (_, got) = line.split_once(", got ").expect(line);
        for word in got.split(", ") {
            let number = word.strip_prefix("fd ").expect(line);
            assert!(number.parse::<i32>().is_ok(), "{line}");
        }
    }
    assert_eq!(ran.err.matches(", got fd ").count(), 2, "{}", ran.err);
    assert_eq!(ran.out.matches("-> fd ").count(), 2, "{}", ran.out);
}
