//! A script that is open for stepping, by keys alone: the next line, up to here, all; what does not hold, what waits, and
//! files that cannot be opened.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::process::Command;

use crate::common::child::{PROGRAM, folder};
use crate::common::files;
use crate::common::scripts::{cannot_run, file, text};
use crate::common::skipped;
use crate::common::terminal::{PROMPT_KEYS, Rig, USUAL};

const F3: &str = "\x1bOR";
const F5: &str = "\x1b[15~";
const F6: &str = "\x1b[17~";
const F7: &str = "\x1b[18~";

const SCRIPT: &str = "# A server and a client.\n\
    l = socket(AF_INET, SOCK_STREAM)\n\
    bind(l, 127.0.0.1:0) -> 0\n\
    listen(l, 5) -> 0\n\
    accept(l) -> blocks\n\
    \n\
    c = socket(AF_INET, SOCK_STREAM)\n\
    connect(c, addr(l)) -> 0\n\
    s = wait(l) -> fd from addr(c)\n\
    send(c, \"hello\") -> 5\n\
    recv(s, 3) -> 3 \"help\"\n\
    recv(s, 100) -> 2 \"lo\"\n\
    listen(c, 5) -> EINVAL\n\
    state(c) -> ESTABLISHED\n";

/// The program with a script, and the file.
#[track_caller]
fn open(size: (u16, u16), script: &str) -> (Rig, tempfile::TempDir, PathBuf) {
    let folder = folder();
    let path = folder.path().join("own.sock");
    fs::write(&path, script).expect("it can be written");
    let rig = Rig::start(size, PROGRAM, &[&path.to_string_lossy()], &[]);
    (rig, folder, path)
}

/// What the program says of a file that it cannot open; it ends with status 2.
#[track_caller]
fn refused(argument: &str) -> String {
    let mut rig = Rig::start(USUAL, PROGRAM, &[argument], &[]);
    assert_eq!(rig.wait_exit().code(), Some(2));
    rig.assert_restored();
    rig.screen().text()
}

#[test]
fn lines_are_run_one_by_one_and_up_to_the_selected_one() {
    for size in [(80, 24), USUAL, (200, 60)] {
        let (mut rig, _folder, path) = open(size, SCRIPT);
        rig.wait_for("Script · own.sock 0/12")
            .wait_for("2 ▸ l = socket(AF_INET, SOCK_STREAM)");
        assert!(rig.screen().has("0 calls"), "nothing is run by itself");
        // What is open does not need the file any more.
        fs::remove_file(path).expect("it is there");
        rig.keys("\r")
            .wait_for_row(&["2 ✓ l = socket(AF_INET, SOCK_STREAM)", "ok"])
            .wait_for("3 ▸ bind(l, 127.0.0.1:0)");
        // accept() is three lines further down.
        rig.keys("jj").keys(F6);
        rig.wait_for_row(&["5 ◌ accept(l)", "blocks"])
            .wait_for("7 ▸ c = socket")
            .wait_for("own.sock 4/12")
            .wait_for_row(&["listen(l, 5)", "-> 0"]);
        rig.keys(F5)
            .wait_for("own.sock 0/12")
            .wait_for("2 ▸ l = socket(AF_INET, SOCK_STREAM)")
            .wait_for("0 calls");
    }
}

#[test]
fn a_run_of_all_lines_stops_at_what_does_not_hold_and_goes_on_when_told() {
    let (mut rig, _folder, _) = open(USUAL, SCRIPT);
    rig.wait_for("Script · own.sock 0/12").keys(F7);
    rig.wait_for("expected 3 \"help\", got 3 \"hel\"")
        .wait_for("11 ✗ recv(s, 3)")
        .wait_for("line 11 did not hold")
        .wait_for("12 ▸ recv(s, 100)")
        .wait_for("own.sock 9/12 · 1 broken");
    rig.keys(F7)
        .wait_for("✗ run to the end: 1 of 12 lines did not hold")
        .wait_for_row(&["13 ✓ listen(c, 5)", "EINVAL"]);
    rig.keys(F7).wait_for("F5 begins it again");
    // The session goes on, and so does what is typed in it.
    rig.prompt(&["peer c"])
        .wait_for_row(&["peer(c)", "-> ESTABLISHED"]);
    rig.panes();
    rig.keys(F5).wait_for("own.sock 0/12").keys(F7);
    rig.wait_for("own.sock 9/12 · 1 broken");
}

#[test]
fn lines_that_are_typed_come_between_those_of_the_script() {
    let script =
        "l = socket(AF_INET, SOCK_STREAM)\nbind(l, 127.0.0.1:0) -> 0\nlisten(l, 5) -> EADDRINUSE\n";
    let (mut rig, _folder, _) = open(USUAL, script);
    rig.wait_for("own.sock 0/3").keys(":").wait_for(PROMPT_KEYS);
    // Enter at the empty prompt is the next line.
    rig.keys("\r").wait_for("own.sock 1/3");
    rig.line("getsockname l")
        .wait_for_row(&["getsockname(l)", "-> 0.0.0.0:0"]);
    rig.keys("\r").wait_for("own.sock 2/3");
    rig.line("o = socket inet stream");
    rig.line("bind o addr(l)")
        .wait_for_row(&["bind(o, addr(l))", "-> EADDRINUSE"]);
    rig.keys("\r")
        .wait_for("line 3 did not hold: expected EADDRINUSE, got 0")
        .wait_for("✗ run to the end: 1 of 3 lines did not hold");
}

#[test]
fn a_line_that_waits_is_marked_stops_the_run_and_can_be_interrupted() {
    let script = "a, b = socketpair(AF_UNIX, SOCK_STREAM)\nrecv(b, 9)\nrecv(b, 9) -> 1 \"x\" within 9s\nclose(a)\n";
    let (mut rig, _folder, _) = open(USUAL, script);
    rig.wait_for("own.sock 0/4").keys(F7);
    rig.wait_for("2 ◌ recv(b, 9)")
        .wait_for("◌ line 2 waits at most 2 s · i interrupts");
    rig.wait_for("line 2 did not hold")
        .wait_for("expected that it does not block")
        .wait_for("2 ✗ recv(b, 9)")
        .wait_for("3 ▸ recv(b, 9)");
    // The call itself goes on.
    rig.prompt(&["send a \"hello\""])
        .wait_for("recv(b, 9) has ended -> 5 \"hello\"");
    rig.panes().keys(F7);
    rig.wait_for("◌ line 3 waits at most 9 s").keys("ji");
    rig.wait_for("expected 1 \"x\" within 9s, got EINTR")
        .wait_for("4 ▸ close(a)");
    rig.keys(F5).wait_for("own.sock 0/4").keys("\r\r");
    rig.wait_for("◌ line 2 waits");
    // Leaving asks first, as always.
    rig.keys("\x03").wait_for("Leave").keys("\x03");
    assert_eq!(rig.wait_exit().code(), Some(0));
    rig.assert_restored();
}

#[test]
fn a_script_is_hidden_and_a_recording_of_it_shows_its_calls() {
    let (mut rig, _folder, _) = open(USUAL, SCRIPT);
    rig.wait_for("own.sock 0/12")
        .keys("\r\r")
        .wait_for("own.sock 2/12");
    rig.keys(F3).wait_without("own.sock 2/12").keys("\r");
    rig.wait_for("the script is hidden: F3 brings it back");
    rig.keys(F3).wait_for("own.sock 2/12");
    // One line back: the rest is run again.
    rig.keys("U")
        .wait_for("Run again?")
        .keys("y")
        .wait_for("own.sock 1/12");
    rig.wait_for("3 ▸ bind(l, 127.0.0.1:0)");
    // A line that is still being run would have to be left.
    rig.wait_for_row(&["l ", "inet stream", "unbound"]);
    let home = rig.folder().to_string_lossy().into_owned();
    rig.keys("q");
    assert_eq!(rig.wait_exit().code(), Some(0));
    let home = [("HOME", home.as_str())];
    let mut listed = Rig::start(USUAL, PROGRAM, &["sessions"], &home);
    listed.wait_for("playground ");
    let mut replayed = Rig::start(USUAL, PROGRAM, &["replay"], &home);
    replayed.wait_for_row(&["l = socket(AF_INET, SOCK_STREAM)"]);
    assert!(!replayed.screen().has("Script"), "it is only looked at");
    // Keys that make calls are not offered, and the prompt takes commands alone.
    replayed
        .wait_for_row(&["a recording: Left looks back, : opens the prompt; w FILE saves the log"]);
    assert!(!replayed.screen().has("n new"), "no call is made");
    replayed
        .prompt(&["close(3)"])
        .wait_for("this is a recording, so no call is made");
    replayed
        .line("w kept.sock")
        .wait_for("the log was written to kept.sock");
    replayed.panes().keys("q");
}

#[test]
fn in_the_past_the_result_that_a_script_expects_is_not_shown_as_a_result() {
    let (mut rig, _folder, _) = open((200, 60), SCRIPT);
    rig.wait_for("own.sock 0/12").keys(F7);
    rig.wait_for_row(&["✗", "recv(s, 3)"]).keys("\x1b[D\x1b[D");
    rig.wait_for_row(&["later recv(s, 3)"]);
    assert!(!rig.screen().has_row(&["later recv(s, 3) ->"]));
}

#[test]
fn children_of_a_script_make_their_calls() {
    let script = "a, b = socketpair(AF_UNIX, SOCK_STREAM)\np = fork()\nsend(a, \"x\") in p -> 1\nrecv(b, 9) -> 1 \"x\"\n_exit(3) in p\nwaitpid(p) -> exited 3\n";
    let (mut rig, _folder, _) = open(USUAL, script);
    rig.wait_for("own.sock 0/6").keys(F7);
    rig.wait_for("✓ run to the end: all 6 lines held");
}

#[test]
fn a_large_script_with_long_lines_and_control_characters_is_shown_at_any_size() {
    let mut script = "# \x1b]0;pwned\x07 \u{202e}\n".to_owned();
    script += &format!("# {}\n", "x".repeat(60_000));
    script += &"# One of many.\n".repeat(5000);
    script += "a, b = socketpair(AF_UNIX, SOCK_STREAM)\n";
    script += &format!("close(a) # {}\n", "word ".repeat(12_000));
    let (mut rig, _folder, _) = open(USUAL, &script);
    rig.wait_for("5003 ▸ a, b = socketpair");
    rig.keys("\x1b[H").wait_for(r"1▪  # \u{1b}]0;pwned\u{7}");
    rig.resize((20, 5)).wait_for("needs 40x10");
    rig.resize((40, 10)).wait_for(r"1▪  # \u{1b}");
    rig.resize((80, 24)).wait_for("own.sock 0/2").keys(F7);
    rig.wait_for("✓ run to the end: all 2 lines held");
    assert!(!rig.screen().text().contains('\u{202e}'));
    assert_eq!(rig.abuses(), Vec::<String>::new());
}

#[test]
fn files_that_cannot_be_opened_are_refused_with_what_to_do() {
    let folder = folder();
    let at = |name: &str| folder.path().join(name).to_string_lossy().into_owned();
    let shown = refused(&at("absent.sock"));
    assert!(shown.contains("No such file"), "{shown}");
    assert!(shown.contains("check the name"), "{shown}");
    let shown = refused(&at(""));
    assert!(shown.contains("it is a directory"), "{shown}");
    assert!(shown.contains("`sockplay learn DIR`"), "{shown}");
    let large = fs::File::create(at("large.sock")).expect("a file");
    large.set_len((16 << 20) + 1).expect("a large one");
    let shown = refused(&at("large.sock"));
    assert!(shown.contains("more than 16777216 bytes"), "{shown}");
    fs::write(at("wrong.sock"), "l = socket inet stream\nlisen(l, 5)\n").expect("a file");
    let shown = refused(&at("wrong.sock"));
    for text in [
        "wrong.sock:2:1",
        "^^^^^",
        "did you mean `listen`?",
        "nothing was run",
    ] {
        assert!(shown.contains(text), "{text}: {shown}");
    }
    let shown = refused("lern");
    assert!(
        shown.contains("did you mean the command `learn`?"),
        "{shown}"
    );
}

#[test]
fn a_script_that_may_not_be_read_is_refused_with_what_to_do() {
    let folder = folder();
    let path = folder.path().join("secret.sock");
    fs::write(&path, SCRIPT).expect("a file");
    fs::set_permissions(&path, Permissions::from_mode(0o000)).expect("it is ours");
    fs::set_permissions(folder.path(), Permissions::from_mode(0o755)).expect("it is ours");
    let path = path.to_string_lossy();
    // Root reads every file, but not without its capabilities.
    let confined = [
        "--bounding-set=-dac_override,-dac_read_search",
        PROGRAM,
        &path,
    ];
    let reads = fs::read(&*path).is_ok();
    let (program, arguments) = match reads {
        true => ("setpriv", &confined[..]),
        false => (PROGRAM, &confined[2..]),
    };
    let mut probe = Command::new("setpriv");
    let probe = probe.arg(confined[0]).args(["cat", &path]).output();
    let is_denied = probe.is_ok_and(|probe| probe.stderr.ends_with(b"Permission denied\n"));
    if reads && !is_denied {
        return skipped("setpriv(1) cannot take away the right to read every file");
    }
    let mut rig = Rig::start(USUAL, program, arguments, &[]);
    assert_eq!(rig.wait_exit().code(), Some(2));
    rig.assert_restored();
    let shown = rig.screen().text();
    assert!(shown.contains("Permission denied"), "{shown}");
    assert!(
        shown.contains("check the permissions of the file"),
        "{shown}"
    );
}

/// Runs a script of the project by "run all", and compares with what `sockplay run` finds: that every line holds.
#[track_caller]
fn holds(name: &str) {
    if let Some(reason) = cannot_run(name) {
        return skipped(&reason);
    }
    let is_command = |line: &&str| !line.trim().is_empty() && !line.trim().starts_with('#');
    let count = text(name).lines().filter(is_command).count();
    let path = files::path(&file(name)).to_string_lossy().into_owned();
    let mut rig = Rig::start((200, 60), PROGRAM, &[&path], &[]);
    rig.wait_for(&format!("{name}.sock 0/{count}")).keys(F7);
    rig.wait_until("the end", |shown| {
        shown.has("run to the end") || shown.has("did not hold")
    });
    rig.wait_for(&format!("✓ run to the end: all {count} lines held"));
}

macro_rules! scripts {
    ($($name:ident)+) => {
        $(#[test]
        fn $name() {
            holds(stringify!($name));
        })+

        #[test]
        fn every_script_of_the_folder_is_opened() {
            let run = [$(stringify!($name)),+].map(|name| format!("{name}.sock"));
            let run = std::collections::BTreeSet::from(run);
            assert_eq!(run, files::names(&files::path("tests/scripts")));
        }
    };
}

mod all {
    use super::*;

    scripts! {
        broadcast
        buffers
        dup2
        epoll
        errors
        eventfd
        example
        fcntl
        lengths
        loops
        loose
        messages
        mmsg
        msg_flags
        multicast
        names
        no_descriptor_left
        options
        pending
        pipe
        poll
        preforking_server
        processes
        results
        signal_masks
        signals
        sigpipe
        socketpair
        statements
        states
        struct_options
        tcp4
        tcp6
        tcp_states
        timerfd
        udp
        udp_gso
        udp_source
        unix_dgram
        unix_seqpacket
        unix_stream
        unread
        vectors
    }
}
