//! What a few lines of a trace say, each a fact that the longer traces do not have.

use std::fs;
use std::process::Command;

use sockplay::journal::Reader;
use sockplay::strace::import::import;
use sockplay::world::{Handle, World};

use crate::common::child::{Child, PROGRAM, folder};
use crate::import::events::{notation, world};

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

/// The world after one more line.
fn after(line: &str) -> World {
    let trace = [TWO, line, "\n"].concat();
    let imported = import(trace.as_bytes());
    assert_eq!(imported.report.unknown, 0, "{line}");
    world(&imported.events)
}

/// The header of a message with these control messages.
fn header(control: &[&str], length: usize) -> String {
    format!(
        "{{msg_name=NULL, msg_namelen=0, msg_iov=[{{iov_base=\"x\", iov_len=1}}], msg_iovlen=1, \
         msg_control=[{}], msg_controllen={length}, msg_flags=0}}",
        control.join(", ")
    )
}

/// An SCM_RIGHTS message of one descriptor.
fn rights(fd: i32) -> String {
    format!("{{cmsg_len=20, cmsg_level=SOL_SOCKET, cmsg_type=SCM_RIGHTS, cmsg_data=[{fd}]}}")
}

#[test]
fn descriptors_in_two_control_messages_are_not_those_of_one() {
    let sent = |control: &[&str], length| {
        let header = header(control, length);
        let world = after(&format!("7 sendmsg(3, {header}, 0) = 1"));
        notation(&world).pop().expect("a call")
    };
    let two = "{cmsg_len=24, cmsg_level=SOL_SOCKET, cmsg_type=SCM_RIGHTS, cmsg_data=[3, 4]}";
    assert_eq!(
        sent(&[two], 24),
        "sendmsg(fd3, [\"x\"], fds(fd3, fd4)) -> 1"
    );
    let split = sent(&[&rights(3), &rights(4)], 48);
    assert!(split.contains("cmsg_data=[3]"), "{split}");
    assert!(split.contains("cmsg_data=[4]"), "{split}");
}

#[test]
fn each_control_message_begins_at_a_multiple_of_eight() {
    let ids = "{cmsg_len=28, cmsg_level=SOL_SOCKET, cmsg_type=SCM_CREDENTIALS, cmsg_data={pid=7, uid=0, gid=0}}";
    let header = header(&[&rights(9), ids], 56);
    let world = after(&format!("7 recvmsg(3, {header}, 0) = 1"));
    let record = world.log().iter().last().expect("a call");
    let raw = record.outcome().and_then(|outcome| outcome.raw.as_deref());
    let control = raw.and_then(|raw| raw.control.as_ref());
    let bytes = &control.expect("a buffer").bytes;
    // `struct cmsghdr`: the length first.
    assert_eq!(bytes[..8], 20_u64.to_ne_bytes());
    assert_eq!(bytes[20..24], [0; 4]);
    assert_eq!(bytes[24..32], 28_u64.to_ne_bytes());
    assert_eq!(bytes.len(), 24 + 32);
}

#[test]
fn a_call_without_a_word_is_made_on_the_first_number_that_is_known() {
    for (line, on) in [
        ("7 splice(9, NULL, 4, NULL, 4096, 0) = 5", 4),
        ("7 splice(4, NULL, 3, NULL, 4096, 0) = 5", 4),
        ("7 sendfile(3, 9, NULL, 4096) = 5", 3),
    ] {
        let world = after(line);
        let record = world.log().iter().last().expect("a call");
        let descriptor = record.on().and_then(|on| world.descriptor(on));
        assert_eq!(descriptor.expect("a socket").number(), on, "{line}");
    }
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
