//! A lesson that needs a private network: it is opened in one, from the shell and from the map of the course.

use std::fs;
use std::process::Command;

use crate::common::child::PROGRAM;
use crate::common::skipped;
use crate::common::terminal::{Rig, USUAL};

/// A lesson in whose network the MTU is something else.
fn lesson(title: &str, needs: &str, mtu: u32) -> String {
    format!(
        "---
title: {title}
goal: See the MTU.
topics: options
minutes: 1
sources: ip(7)
needs: {needs}
---
```play
a = socket(AF_INET, SOCK_DGRAM) -> fd
bind(a, 127.0.0.1:0)            -> 0
connect(a, addr(a))             -> 0
getsockopt(a, IP_MTU)           -> {mtu}
```
"
    )
}

/// Makes the four calls.
fn through(rig: &mut Rig, mtu: u32) {
    rig.wait_for("private network");
    for call in ["a = socket(", "bind(a", "connect(a", "getsockopt(a"] {
        rig.wait_for(&format!("▸ {call}"));
        rig.keys("\r").wait_for(&format!("✓ {call}"));
    }
    rig.wait_for_row(&["getsockopt(a, IP_MTU)", &format!("-> {mtu}")]);
}

#[test]
fn lessons_are_opened_in_a_network_of_their_own_from_the_map_and_one_from_the_other() {
    let mut probe = Command::new("unshare");
    match probe.args(["--user", "--net", "true"]).status() {
        Ok(status) if status.success() => {}
        other => return skipped(&format!("no network namespace: {other:?}")),
    }
    let folder = tempfile::tempdir().expect("a folder");
    let small = lesson("Small packets", "network, mtu 1400", 1400);
    fs::write(folder.path().join("1-small.md"), small).expect("a file");
    let large = lesson("Large packets", "network", 65535);
    fs::write(folder.path().join("2-large.md"), large).expect("a file");
    let course = folder.path().to_string_lossy().into_owned();
    let mut rig = Rig::start(USUAL, PROGRAM, &["learn", &course], &[]);
    rig.wait_for("Small packets").wait_for("private network");
    rig.keys("\r").wait_for("Lesson · Small packets");
    through(&mut rig, 1400);
    // The next lesson has its own settings.
    rig.keys("\r").wait_for("Lesson · Large packets");
    through(&mut rig, 65535);
    rig.keys("q");
    assert!(rig.wait_exit().success());
    rig.assert_restored();
}
