//! The capture file.

use std::process::Command;

use sockplay::socket::segment::parse;

use crate::common::child::{folder, program};
use crate::common::skipped;
use crate::page::packets::read;

/// A conversation of one connection with five bytes.
const CONVERSATION: &str = "assets/screenshots/first-conversation.sock";

/// The capture file of a script, written to `path`; none where this process may not capture.
fn captured(path: &std::path::Path) -> Option<Vec<u8>> {
    let mut command = program();
    command.args(["export", "--format", "pcapng", CONVERSATION, "-o"]);
    let output = command.arg(path).output().expect("it runs");
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    if said.contains("it could not be captured") {
        skipped(&said);
        return None;
    }
    assert!(output.status.success(), "{said}");
    Some(std::fs::read(path).expect("it was written"))
}

#[test]
fn each_packet_has_its_headers_and_the_calls_during_which_it_was_sent() {
    let folder = folder();
    let Some(bytes) = captured(&folder.path().join("a.pcapng")) else {
        return;
    };
    let file = read(&bytes);
    assert_eq!((file.link, file.resolution), (101, 9));
    assert!(
        file.comment.contains("no data is in this file"),
        "{}",
        file.comment
    );
    let segments: Vec<_> = file
        .packets
        .iter()
        .map(|packet| {
            let segment = parse(&packet.bytes).expect("a segment");
            let headers = packet.bytes.len();
            assert_eq!(packet.length, headers + segment.length as usize);
            assert_eq!(headers, 40, "the headers alone are there");
            (segment.to_string(), packet.comment.clone())
        })
        .collect();
    let of = |wanted: &str| segments.iter().find(|(text, _)| text == wanted);
    for (segment, call) in [
        ("SYN", "connect(c, addr(l))"),
        ("SYN+ACK", "connect(c, addr(l))"),
        ("data 5", "send(c, \"hello\")"),
        ("FIN", "close(c)"),
    ] {
        let (_, comment) = of(segment).unwrap_or_else(|| panic!("{segment}: {segments:?}"));
        assert_eq!(comment, &format!("during {call}"), "{segments:?}");
    }
    let times: Vec<u64> = file.packets.iter().map(|packet| packet.at).collect();
    assert!(times.is_sorted(), "{times:?}");
}

#[test]
fn other_programs_read_it() {
    let folder = folder();
    let path = folder.path().join("a.pcapng");
    if captured(&path).is_none() {
        return;
    }
    for (reader, arguments) in [
        ("tshark", ["-n", "-V", "-r"]),
        ("tcpdump", ["-n", "-v", "-r"]),
    ] {
        let output = match Command::new(reader).args(arguments).arg(&path).output() {
            Ok(output) => output,
            Err(error) => {
                skipped(&format!("{reader}: {error}"));
                continue;
            }
        };
        let (shown, said) = (&output.stdout, &output.stderr);
        let shown = String::from_utf8_lossy(shown);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(said));
        assert!(shown.contains("127.0.0.1"), "{shown}");
    }
}

#[test]
fn nothing_captured_is_an_error_that_says_how() {
    let folder = folder();
    let (recording, out) = (
        folder.path().join("a.jsonl"),
        folder.path().join("a.pcapng"),
    );
    let recorded = program()
        .args(["run", CONVERSATION, "--record"])
        .arg(&recording)
        .output();
    assert!(recorded.expect("it runs").status.success());
    let output = program()
        .args(["export", "--format", "pcapng"])
        .arg(&recording)
        .arg("-o")
        .arg(&out)
        .output()
        .expect("it runs");
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(said.contains("`v` begins it"), "{said}");
    assert!(!out.exists(), "nothing is written");
}
