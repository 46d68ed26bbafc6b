//! What a lesson needs: settings of its network hold for it alone, and where a private network is not allowed that is said
//! before a line is run.

use std::path::Path;
use std::process::{Command, Output, Stdio};

use crate::common::child::{PROGRAM, folder, program, written};
use crate::common::skipped;

/// A lesson with this need, and a line of it.
fn lesson(needs: &str, line: &str) -> String {
    format!(
        "---
title: Own network
goal: See what it needs.
topics: options
minutes: 1
sources: socket(7)
needs: {needs}
---
Look.

```play
{line}
```
"
    )
}

/// The lines that ask for the MTU, and what it is to be.
fn mtu(is: u32) -> String {
    format!(
        "a = socket(AF_INET, SOCK_DGRAM) -> fd
bind(a, 127.0.0.1:0)            -> 0
connect(a, addr(a))             -> 0
getsockopt(a, IP_MTU)           -> {is}"
    )
}

fn check(folder: &Path, files: &[(&str, String)]) -> Output {
    let mut command = program();
    command.arg("check").current_dir(folder);
    for (name, text) in files {
        std::fs::write(folder.join(name), text).expect("it can be written");
        command.arg(format!("./{name}"));
    }
    command.output().expect("it runs")
}

#[test]
fn settings_hold_for_one_lesson_and_are_set_back_for_the_next() {
    let folder = folder();
    let output = check(
        folder.path(),
        &[
            ("a.md", lesson("network, mtu 1400", &mtu(1400))),
            ("b.md", lesson("network", &mtu(65535))),
        ],
    );
    let text = written(&output);
    match text.lines().find(|line| line.contains("# SKIP")) {
        Some(why) => skipped(why),
        None => assert_eq!(text.trim(), "ok 1 - a\nok 2 - b\n1..2"),
    }
}

#[test]
fn a_need_that_is_not_known_is_an_error_with_examples() {
    let folder = folder();
    for needs in ["privilege", "network, net.ipv4.../x 1", "network, mtu 1"] {
        let output = check(folder.path(), &[("a.md", lesson(needs, &mtu(1)))]);
        let text = written(&output);
        assert_eq!(output.status.code(), Some(2), "{text}");
        assert!(text.contains("needs: network, mtu 1500"), "{text}");
    }
}

/// In a user namespace whose root has forbidden further ones.
#[test]
fn where_a_private_network_is_not_allowed_the_lesson_is_skipped_before_its_first_line() {
    let folder = folder();
    let forbid =
        "echo 0 > /proc/sys/user/max_user_namespaces && echo 0 > /proc/sys/user/max_net_namespaces";
    let inside = |then: &str| {
        let mut command = Command::new("unshare");
        command.args(["--user", "--map-root-user", "sh", "-c"]);
        command.arg(format!("{forbid} && {then}"));
        command.args(["sh", PROGRAM]).current_dir(folder.path());
        command.env("HOME", folder.path()).stdin(Stdio::null());
        command.output()
    };
    match inside("true") {
        Ok(output) if output.status.success() => {}
        Ok(output) => return skipped(&written(&output)),
        Err(error) => return skipped(&format!("unshare(1): {error}")),
    }
    let raw = "r = socket(AF_INET, SOCK_RAW, 253) -> EPERM";
    std::fs::write(folder.path().join("a.md"), lesson("CAP_NET_RAW", raw)).expect("a file");
    std::fs::write(folder.path().join("b.md"), lesson("network", &mtu(1))).expect("a file");
    let text = written(&inside("\"$1\" check ./a.md ./b.md").expect("it runs"));
    for (at, needs) in ["CAP_NET_RAW;", "a network namespace of its own,"]
        .iter()
        .enumerate()
    {
        let line = text.lines().nth(at).expect("a line");
        assert!(line.contains("# SKIP it needs "), "{text}");
        assert!(line.contains(needs) && line.contains("(ENOSPC)"), "{text}");
    }
    // Line by line too.
    let text = written(&inside("\"$1\" repl learn ./a.md").expect("it runs"));
    assert!(
        text.contains("cannot be done here: it needs CAP_NET_RAW"),
        "{text}"
    );
    assert!(!text.contains("SOCK_RAW"), "no line is offered: {text}");
}
