//! What a few lines of a trace say, each a fact that the longer traces do not have.

use std::fs;
use std::process::Command;

use sockplay::journal::Reader;
use sockplay::strace::import::import;
use sockplay::world::Handle;

use crate::common::child::{Child, PROGRAM, folder};
use crate::import::events::world;

/// Two sockets, at 3 and at 4.
const TWO: &str = "7 socket(AF_INET, SOCK_DGRAM, IPPROTO_IP) = 3\n7 socket(AF_INET, SOCK_DGRAM, IPPROTO_IP) = 4\n";

#[test]
fn a_range_of_descriptors_is_closed_with_its_last() {
    let trace = [TWO, "7 close_range(3, 4, 0) = 0\n"].concat();
    let world = world(&import(trace.as_bytes()).events);
    let open = world.descriptors().filter(|own| own.is_open());
    let open: Vec<i32> = open.map(Handle::number).collect();
    assert_eq!(open, [0; 0]);
}

#[test]
fn a_call_with_a_set_is_made_on_the_first_of_it() {
    let poll = "7 poll([{fd=4, events=POLLIN}, {fd=3, events=POLLIN}], 2, 0) = 0 (Timeout)\n";
    let trace = [TWO, poll].concat();
    let world = world(&import(trace.as_bytes()).events);
    let record = world.log().iter().last().expect("a call");
    let on = record.on().and_then(|on| world.descriptor(on));
    assert_eq!(on.expect("a descriptor").number(), 4);
}

#[test]
fn a_recording_begins_when_the_first_line_was_made() {
    let folder = folder();
    let trace = "7 1700000000.500000 socket(AF_INET, SOCK_DGRAM, IPPROTO_IP) = 3\n\
                 7 1700000009.500000 close(3) = 0\n";
    let file = folder.path().join("trace");
    fs::write(&file, trace).expect("a file");
    let recording = folder.path().join("recording.jsonl");
    let mut command = Command::new(PROGRAM);
    command.arg("import").arg(&file).arg("-o").arg(&recording);
    Child::start(&mut command, b"").end().exits(0);
    let bytes = fs::read(&recording).expect("the recording");
    let reader = Reader::open(bytes.as_slice()).expect("a recording");
    assert_eq!(reader.header.began, 1_700_000_000);
}
