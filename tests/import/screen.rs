//! The calls of a trace in the panes: the same screen as that of the recording which is made of it.

use std::fs;

use crate::common::child::PROGRAM;
use crate::common::files::path;
use crate::common::terminal::Rig;

const SIZE: (u16, u16) = (120, 34);

fn trace(name: &str) -> String {
    path(&format!("tests/import/{name}.strace"))
        .display()
        .to_string()
}

#[test]
fn a_trace_is_shown_as_the_recording_that_is_made_of_it() {
    let trace = trace("nc-server");
    let mut rig = Rig::start(SIZE, PROGRAM, &["import", &trace], &[]);
    rig.wait_for("nc -l -N 127.0.0.1 41871 exited with status 0")
        .wait_for("close(fd3)");
    let left = fs::read_dir(rig.folder()).expect("TMPDIR").flatten();
    let left = left.map(|file| file.file_name().to_string_lossy().into_owned());
    assert!(left.into_iter().all(|name| !name.contains("import")));
    let screen = rig.screen().text();
    rig.keys("q").wait_exit();
    let folder = crate::common::child::folder();
    let file = folder.path().join("it.journal");
    let file = file.to_str().expect("a path");
    let status = std::process::Command::new(PROGRAM)
        .args(["import", &trace, "-o", file])
        .status();
    assert!(status.expect("it starts").success());
    let mut rig = Rig::start(SIZE, PROGRAM, &["replay", file], &[]);
    rig.wait_for("nc -l -N 127.0.0.1 41871 exited with status 0")
        .wait_until("it is the same screen", |again| {
            // The first row says when each was made.
            let below = |text: &str| text.split_once('\n').map(|(_, below)| below.to_owned());
            below(&again.text()) == below(&screen)
        });
    rig.keys("q").wait_exit();
}

#[test]
fn lines_that_are_not_understood_are_reported_on_the_screen() {
    let trace = trace("http-server");
    let mut rig = Rig::start(SIZE, PROGRAM, &["import", &trace], &[]);
    rig.wait_for("1 line of 155 is not understood: ");
    rig.keys("q").wait_exit();
}
