//! The filter of a pane and of a page, and the help for where one is.

use crate::common::terminal::{ESC, sockplay, sockplay_at};

#[test]
fn the_log_shows_only_what_fits_until_esc() {
    let mut rig = sockplay();
    rig.call("n").wait_for_row(&["s1", "inet stream"]);
    rig.call("n").wait_for_row(&["s2", "inet stream"]);
    rig.call("l").wait_for_row(&["listen(s2, 5)", "-> 0"]);
    rig.keys("\t\t/LIST").wait_for("Log · /LIST_ 1 of 3");
    rig.wait_without("s1 = socket(AF_INET");
    rig.keys("\r").wait_for("Log · /LIST 1 of 3");
    // While it is kept, keys are keys again.
    rig.call("n").wait_for("Log · /LIST 1 of 4");
    rig.keys(ESC).wait_for("s1 = socket(AF_INET");
    rig.wait_without("/LIST");
}

#[test]
fn the_sockets_the_help_and_the_course_are_filtered() {
    let mut rig = sockplay();
    rig.call("n").wait_for_row(&["s1", "inet stream"]);
    rig.call("N").wait_for_row(&["s3", "unix stream"]);
    rig.keys("/unix\r").wait_for("Sockets · /unix 2 of 3");
    rig.wait_without("inet stream")
        .keys(ESC)
        .wait_for("inet stream");
    rig.keys("\x1bOP").wait_for("Calls on the selected socket");
    rig.keys("/ladder")
        .wait_for("/ladder_")
        .wait_without("creates a socket and returns");
    rig.keys(ESC).wait_for("creates a socket and returns");
    rig.keys(ESC).wait_without("creates a socket and returns");
    rig.keys("\x1bOS").wait_for("lessons done");
    let lessons = sockplay::lesson::course::LESSONS.len();
    rig.keys("/orphan\r")
        .wait_for(&format!("Course · /orphan 1 of {lessons}"));
    rig.keys("\r").wait_for("TIME_WAIT holds the port");
}

#[test]
fn help_is_about_where_one_is_and_its_words() {
    let mut rig = sockplay_at((80, 24));
    rig.call("n").wait_for_row(&["s1", "inet stream"]);
    rig.keys("\x1bOP")
        .wait_for("Help for Sockets")
        .wait_for("Keys here");
    rig.wait_for("CLOSE, a state of TCP");
    rig.keys(ESC).wait_without("Help for Sockets");
    rig.call("a").wait_for("EINVAL");
    rig.keys("\t\t\x1bOP").wait_for("Help for Log");
    rig.keys("/accept").wait_for("accept, a system call");
}

#[test]
fn the_choices_of_a_form_are_filtered() {
    for size in [(80, 24), (120, 40)] {
        let mut rig = sockplay_at(size);
        rig.call("n").wait_for_row(&["s1", "inet stream"]);
        rig.keys("O")
            .wait_for("/ filters")
            .wait_for("SO_REUSEADDR")
            .keys("/linger")
            .wait_for("/linger_ ")
            .wait_for("Enter keeps the filter")
            .wait_without("SO_REUSEADDR");
        rig.keys("\r").wait_for("Enter runs it");
        rig.keys("\r")
            .wait_for_row(&["getsockopt(s1, SO_LINGER)", "-> {0, 0s}"]);
    }
}
