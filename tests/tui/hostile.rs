//! Bytes from a peer or a lesson are data: they are shown, and never obeyed by the terminal.

use std::io::Write;
use std::net::TcpListener;
use std::os::unix::net::UnixDatagram;

use crate::common::child::{PROGRAM, folder};
use crate::common::terminal::{Rig, USUAL, sockplay};

const HOSTILE: &[u8] = b"\x1b]0;pwned\x07\x1b[2J\x1b]52;c;eA==\x07\xe2\x80\xae\xff";
/// The same as it is to be shown.
const SHOWN: &str = r#""\x1b]0;pwned\x07\x1b[2J\x1b]52;c;eA==\x07\xe2\x80\xae\xff""#;

#[track_caller]
fn assert_unharmed(rig: &Rig) {
    assert_eq!(rig.abuses(), [""; 0]);
    let raw = rig.raw_without_query();
    assert!(!raw.contains(&0x07), "a bell");
    assert!(!raw.windows(2).any(|pair| pair == b"\x1b]"), "an OSC");
    assert!(
        !raw.windows(3).any(|bytes| bytes == "\u{202e}".as_bytes()),
        "a turned line"
    );
}

#[test]
fn received_bytes_do_nothing_to_the_terminal() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a listener");
    let address = listener.local_addr().expect("its address");
    let mut rig = sockplay();
    rig.prompt(&["c = socket inet stream", &format!("connect c {address}")]);
    rig.wait_for_row(&["c ", "ESTABLISHED"]);
    let (mut peer, _) = listener.accept().expect("the connection");
    peer.write_all(HOSTILE).expect("written");
    let cleared = |rig: &Rig| {
        rig.raw()
            .windows(4)
            .filter(|bytes| bytes == b"\x1b[2J")
            .count()
    };
    let before = cleared(&rig);
    rig.wait_for(&format!("{} B to receive", HOSTILE.len()))
        .line("recv c 100");
    rig.wait_for(&format!("-> {} \"\\x1b]0;pwned", HOSTILE.len()));
    // The whole of it has room in a wide log.
    rig.panes().keys("\t\tz").wait_for(SHOWN);
    assert_eq!(cleared(&rig), before, "the screen was cleared");
    assert_unharmed(&rig);
}

#[test]
fn addresses_do_nothing_to_the_terminal() {
    let mut rig = sockplay();
    let here = rig.folder().join("here");
    rig.prompt(&[
        "u = socket unix dgram",
        &format!("bind u unix:{}", here.display()),
    ]);
    rig.line("recvfrom u 100").wait_for("recvfrom() blocked");
    let name = "\x1b]0;pwned\x07\u{202e}";
    let peer = UnixDatagram::bind(rig.folder().join(name)).expect("a hostile name");
    peer.send_to(b"x", &here).expect("sent");
    rig.wait_for_row(&["recvfrom(u, 100)", "-> 1 \"x\" from unix:"]);
    rig.panes().keys("\t\tz").wait_for(r"\x1b]0;pwned\x07");
    assert_unharmed(&rig);
}

#[test]
fn a_lesson_does_nothing_to_the_terminal() {
    let evil = "\x1b]0;pwned\x07\u{202e}";
    let lesson = format!(
        "---\ntitle: Own {evil}\ngoal: To learn {evil}.\ntopics: server-calls\nminutes: 3\nsources: socket(2)\n---\n\
         Hello {evil}.\n\n## First {evil}\nText.\n"
    );
    let folder = folder();
    let file = folder.path().join("01-own.md");
    std::fs::write(&file, lesson).expect("it can be written");
    let file = file.to_string_lossy().into_owned();
    let mut rig = Rig::start(USUAL, PROGRAM, &["learn", &file], &[]);
    rig.wait_for(r"Own \u{1b}]0;pwned\u{7}\u{202e}")
        .wait_for("Hello ");
    assert_unharmed(&rig);
}
