//! Options of a traced program whose values are structs: they are shown as a line would write them.

use std::path::Path;
use std::process::Stdio;

use crate::common::child::{PROGRAM, folder};
use crate::common::skipped;
use crate::trace::place::Place;
use crate::trace::programs::{Made, Program, built};

const OPTIONS: Program = Program {
    source: "options.c",
    made: Made::C,
    arguments: &[],
};

#[test]
fn filters_keys_and_groups_are_decoded() {
    let folder = folder();
    let line = match built(&OPTIONS, folder.path()) {
        Ok(line) => line,
        Err(reason) => return skipped(&reason),
    };
    let mut command = Place::Here.command(Path::new(PROGRAM), folder.path());
    command.args(["trace", "--no-screen", "--"]).args(line);
    let output = command.stderr(Stdio::piped()).output().expect("it starts");
    let trace = String::from_utf8(output.stderr).expect("text");
    for (option, value) in [
        ("SO_ATTACH_FILTER", "[{0x28, 0, 0, 0}, {0x6, 0, 0, 0x9}]"),
        ("IP_ADD_MEMBERSHIP", "{239.1.1.1, 0.0.0.0, 1}"),
        ("TCP_MD5SIG", "{127.0.0.1, \"secret\"}"),
        ("TCP_MD5SIG_EXT", "{127.0.0.1/8, \"secret\"}"),
    ] {
        let expected = format!(", {option}, {value}) -> ");
        assert!(trace.contains(&expected), "{expected} in {trace}");
    }
}
