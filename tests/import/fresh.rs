//! Traces that strace writes now, of a script of ours: with each set of options nothing is unknown, and the calls are there.

use std::fs;
use std::process::Command;

use sockplay::strace::import::import;

use crate::common::child::{Child, PROGRAM, folder};
use crate::common::host::no_strace;
use crate::common::skipped;
use crate::import::events::{every_line_is_counted, notation, world};

const SCRIPT: &str = "l = socket(AF_INET, SOCK_STREAM); bind(l, 127.0.0.1:0); listen(l, 5); \
    c = socket(AF_INET, SOCK_STREAM); connect(c, addr(l)); s = accept(l); \
    send(c, \"hello\"); recv(s, 100); setsockopt(c, SO_LINGER, {1, 0s}); close(c); recv(s, 100) -> ECONNRESET";

/// The options, and whether the lines have times.
const OPTIONS: [(&[&str], bool); 6] = [
    (&["-f"], false),
    (&["-f", "-tt", "-T"], true),
    (&["-f", "-ttt", "-yy", "-v"], true),
    (&["-f", "-r", "-y", "-s", "3"], true),
    (&["-f", "-t", "-x", "-n"], true),
    (&["-f", "-T", "-X", "raw"], false),
];

#[test]
fn what_strace_writes_with_each_set_of_options_is_understood() {
    if let Some(reason) = no_strace() {
        return skipped(&reason);
    }
    for (options, has_times) in OPTIONS {
        let folder = folder();
        let file = folder.path().join("trace");
        let mut command = Command::new("strace");
        command.args(options).arg("-o").arg(&file);
        command.args([PROGRAM, "run", "-c", SCRIPT]);
        let ran = Child::start(&mut command, b"").end().orderly();
        assert_eq!(ran.code, Some(0), "{options:?}: {ran:?}");
        let text = fs::read(&file).expect("a trace");
        let imported = import(&text);
        every_line_is_counted(&imported.report);
        let lines: Vec<&[u8]> = text.split(|byte| *byte == b'\n').collect();
        let unknown = imported.report.first_unknown.iter();
        let unknown: Vec<_> = unknown
            .map(|number| String::from_utf8_lossy(lines[number - 1]))
            .collect();
        assert!(unknown.is_empty(), "{options:?}: {unknown:#?}");
        assert_eq!(imported.report.has_times, has_times, "{options:?}");
        let calls = notation(&world(&imported.events));
        let count = |end: &str| calls.iter().filter(|call| call.contains(end)).count();
        for (part, least) in [
            ("socket(AF_INET, SOCK_STREAM", 2),
            ("listen(", 1),
            (", \"hel", 1),
            ("100) -> 5 \"hel", 1),
            ("SO_LINGER, {1, 0s}) -> 0", 1),
            ("100) -> ECONNRESET", 1),
        ] {
            assert!(count(part) >= least, "{options:?}: {part}\n{calls:#?}");
        }
    }
}
