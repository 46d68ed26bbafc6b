//! Copying: what is sent to the clipboard of the terminal, and the file where there is none.

use std::os::unix::fs::PermissionsExt;

use crate::common::child::PROGRAM;
use crate::common::terminal::{Rig, USUAL, sockplay};

/// The bytes of a text in base64.
fn decoded(text: &[u8]) -> Vec<u8> {
    const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let value = |letter: &u8| LETTERS.iter().position(|own| own == letter);
    let bits = text.iter().map_while(value);
    let (mut bytes, mut held, mut count) = (Vec::new(), 0, 0);
    for six in bits {
        held = (held << 6 | six) & 0xffff;
        count += 6;
        if count >= 8 {
            count -= 8;
            bytes.push(u8::try_from(held >> count & 0xff).expect("a byte"));
        }
    }
    bytes
}

/// The texts that were sent to the clipboard, oldest first.
fn clipboard(rig: &Rig) -> Vec<String> {
    const BEGIN: &[u8] = b"\x1b]52;c;";
    let raw = rig.raw();
    let begins = (0..raw.len()).filter(|at| raw[*at..].starts_with(BEGIN));
    let texts = begins.map(|at| {
        let rest = &raw[at + BEGIN.len()..];
        let end = rest.iter().position(|byte| matches!(byte, 0x07 | 0x1b));
        String::from_utf8(decoded(&rest[..end.unwrap_or(rest.len())])).expect("text")
    });
    texts.collect()
}

/// Has something copied, and gives it.
#[track_caller]
fn copied(rig: &mut Rig, keys: &str) -> String {
    let before = clipboard(rig).len();
    rig.keys(keys);
    rig.wait_for("copied to the clipboard by OSC 52");
    let mut all = clipboard(rig);
    assert_eq!(all.len(), before + 1, "{keys:?}");
    // Its notice is gone with the next key.
    rig.keys("g")
        .wait_without("copied to the clipboard")
        .keys("g");
    all.pop().unwrap_or_default()
}

#[test]
fn the_clipboard_gets_what_was_asked_for() {
    let mut rig = sockplay();
    rig.prompt(&[
        "a, b = socketpair(AF_UNIX, SOCK_STREAM)",
        r#"send(a, "\x1b[31m$(id)")"#,
        "close(99)",
    ]);
    rig.wait_for("EBADF").panes();
    assert_eq!(copied(&mut rig, "Y"), "close(99) -> EBADF");
    assert_eq!(
        copied(&mut rig, "\x1bc"),
        "close(99) = -1 EBADF (Bad file descriptor)"
    );
    let why = copied(&mut rig, "\x1bw");
    assert!(why.starts_with("close(99) -> EBADF\n\n"), "{why}");
    let log = copied(&mut rig, "\x1bs");
    let sent = r#"send(a, "\x1b[31m$(id)")"#;
    assert!(log.lines().count() == 3 && log.contains(sent), "{log}");
    let program = copied(&mut rig, "\x1bp");
    assert!(program.contains("int main(void)"), "{program}");
    rig.keys("\x1b[D").wait_for("past");
    let line = copied(&mut rig, "Y");
    assert!(line.starts_with(sent) && line.ends_with("-> 10"), "{line}");
}

#[test]
fn a_file_gets_it_where_there_is_no_clipboard() {
    let mut rig = Rig::start(USUAL, PROGRAM, &[], &[("TERM", "linux")]);
    rig.wait_for("Free play").keys("3").wait_for("Sockets");
    rig.prompt(&["u = socket inet dgram"]);
    rig.wait_for("socket(AF_INET").panes();
    rig.keys("Y").wait_for("written to ");
    let file = rig.folder().join(".local/state/sockplay/copied/line.txt");
    let text = std::fs::read_to_string(&file).expect("the file");
    assert!(
        text.starts_with("u = socket(AF_INET, SOCK_DGRAM) -> ") && text.ends_with('\n'),
        "{text}"
    );
    let mode = file.metadata().expect("it is there").permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    assert!(clipboard(&rig).is_empty());
    rig.prompt(&["copy log own.sock"]);
    rig.wait_for("the log was written to own.sock");
    rig.line("copy log own.sock")
        .wait_for("it is there already, and copy! log FILE");
    rig.line("copy! log own.sock")
        .wait_for("the log was written to own.sock");
    let text = std::fs::read_to_string(rig.folder().join("own.sock"));
    assert!(text.expect("the file").contains("u = socket("));
    rig.line("w part.sock only u")
        .wait_for("what the log has about u was written to part.sock");
    rig.line("shell one.sh")
        .wait_for("the command was written to one.sh");
    let text = std::fs::read_to_string(rig.folder().join("one.sh"));
    let text = text.expect("the file");
    assert!(
        text.starts_with("sockplay run -c 'u = ") && text.ends_with("'\n"),
        "{text}"
    );
}

#[test]
fn the_log_of_a_traced_program_is_copied_as_comments() {
    let mut rig = Rig::start(USUAL, PROGRAM, &["trace", "true"], &[]);
    rig.wait_until("the end, or why it is not traced", |shown| {
        shown.has("exited with status 0") || shown.has("cannot trace")
    });
    if rig.screen().has("cannot trace") {
        eprintln!("skipped: {}", rig.screen().text());
        return;
    }
    let log = copied(&mut rig, ":copy log\r");
    assert!(log.starts_with("# lines with [pid N] are"), "{log}");
    assert!(log.contains("\n# [pid "), "{log}");
    assert!(log.contains("] execve("), "{log}");
    assert!(log.lines().all(|line| line.starts_with("# ")), "{log}");
}
