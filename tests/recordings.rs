//! Recordings from outside: what was shown is in them, however the program ended; and they show it again.

mod common;

use std::fs::{self, File};
use std::io::{BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use nix::sys::signal::Signal;
use sockplay::call::argument::Name;
use sockplay::event::{Event, EventKind};
use sockplay::journal::{Damage, Entry, Reader};

use crate::common::child::{Child, PROGRAM, Ran, folder, until};
use crate::common::display::Shown;
use crate::common::files;
use crate::common::namespace;
use crate::common::terminal::{Rig, USUAL};

/// How long nothing is drawn when all that follows from the last call has been observed.
const STILL: Duration = Duration::from_millis(500);
/// How often a program is killed.
const KILLED: usize = 50;

/// `sockplay` with a state directory of its own.
fn sockplay(state: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(PROGRAM);
    command.args(arguments).current_dir(state);
    command.env("HOME", state).env("XDG_STATE_HOME", state);
    command
}

/// The only recording in a state directory.
fn recording(state: &Path) -> PathBuf {
    let directory = state.join("sockplay/sessions");
    let mut all = fs::read_dir(&directory).expect("a directory");
    let only = all.next().expect("a recording").expect("an entry").path();
    assert!(all.next().is_none(), "one recording");
    only
}

/// The events of a recording, and what is wrong with it.
fn read(path: &Path) -> (Vec<Event>, Vec<Damage>) {
    let file = BufReader::new(File::open(path).expect("it is there"));
    let (mut events, mut damages) = (Vec::new(), Vec::new());
    for read in Reader::open(file).expect("a recording") {
        match read.expect("it can be read").entry {
            Ok(Entry::Event(event)) => events.push(event),
            Ok(_) => {}
            Err(damage) => damages.push(damage),
        }
    }
    (events, damages)
}

/// How many calls have returned.
fn returned(events: &[Event]) -> usize {
    let all = events.iter();
    all.filter(|event| matches!(event.what, EventKind::Returned { .. }))
        .count()
}

/// A number that looks random and is the same in each run.
fn scattered(number: usize, most: usize) -> usize {
    number.wrapping_mul(2_654_435_761) % 65_521 % most
}

#[test]
fn a_program_that_is_killed_has_recorded_all_that_it_printed() {
    let lines: String = (0..60)
        .map(|number| format!("send(a, \"{number}\")\nrecv(b, 100)\n"))
        .collect();
    let lines = format!("a, b = socketpair(AF_UNIX, SOCK_STREAM)\n{lines}");
    for number in 0..KILLED {
        let state = folder();
        let mut child = Child::start(&mut sockplay(state.path(), &["repl"]), lines.as_bytes());
        let wanted = 1 + scattered(number, 100);
        let results = ["a, b", "send", "recv"];
        for _ in 0..wanted {
            // One of them is next, after lines that are no results.
            child.until_any(&results);
        }
        child.kill(Signal::SIGKILL);
        let ran = child.end();
        let printed = ran
            .out
            .split_inclusive('\n')
            .filter(|line| line.contains(" -> ") && line.ends_with('\n') && !line.starts_with('#'))
            .count();
        let (events, damages) = read(&recording(state.path()));
        assert!(printed >= wanted, "{ran:#?}");
        assert!(
            returned(&events) >= printed,
            "{} of {printed}: {ran:#?}",
            returned(&events)
        );
        assert!(damages.len() <= 1, "{damages:?}");
        let is_torn = |damage: &Damage| matches!(damage, Damage::Torn { .. });
        assert!(damages.iter().all(is_torn), "{damages:?}");
    }
}

#[test]
fn a_full_disk_ends_neither_the_session_nor_what_was_written() {
    let name = "a_full_disk_ends_neither_the_session_nor_what_was_written";
    // Room for the beginning of a session; the file beside it is removed later.
    let setup = "mount -t tmpfs -o size=4m tmpfs /mnt && head -c 4100000 /dev/zero > /mnt/filler";
    if !namespace::is_inside(name, setup) {
        return;
    }
    let state = Path::new("/mnt");
    let mut command = sockplay(state, &["repl"]);
    let command = command.stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = command.spawn().expect("it starts");
    let mut input = child.stdin.take().expect("a pipe");
    let output = BufReader::new(child.stdout.take().expect("a pipe"));
    let mut output = std::io::BufRead::lines(output).map(|line| line.expect("text"));
    let mut until_line = |part: &str| {
        let found = output.find(|line| line.contains(part));
        found.unwrap_or_else(|| panic!("no line with `{part}`"))
    };
    let mut say = |line: &str| writeln!(input, "{line}").expect("it reads");
    say("a, b = socketpair(AF_UNIX, SOCK_STREAM)");
    until_line("a, b");
    let before = read(&recording(state)).0;
    assert!(returned(&before) >= 1, "the beginning is recorded");
    for _ in 0..400 {
        say("send(a, \"x\") -> 1");
        say("recv(b, 9) -> 1 \"x\"");
    }
    until_line("cannot be written now");
    let (during, damages) = read(&recording(state));
    assert!(
        during.starts_with(&before) && damages.is_empty(),
        "{damages:?}"
    );
    // The calls go on meanwhile.
    fs::remove_file("/mnt/filler").expect("it is there");
    until_line("recorded again; nothing is missing");
    say("getpeername(a)");
    until_line("getpeername");
    drop(input);
    assert!(child.wait().expect("it ends").success());
    let (after, damages) = read(&recording(state));
    assert_eq!(damages, []);
    assert!(after.starts_with(&during), "what was written is as it was");
    assert_eq!(returned(&after), 2 + 800, "nothing is missing");
}

/// An exported program has the names of a recording as they are, and the recording may come from anybody.
#[test]
fn what_is_not_a_name_is_not_read_as_one() {
    let state = folder();
    let lines = b"c = socket(AF_INET, SOCK_STREAM)\np = fork()\nclose(c) in p\nlisten(c, 5)\n";
    Child::start(&mut sockplay(state.path(), &["repl"]), lines)
        .end()
        .exits(0);
    let path = recording(state.path());
    let text = fs::read_to_string(&path).expect("text");
    assert_eq!(read(&path).1.len(), 0);
    let is_name = |json: &str| serde_json::from_str::<Name>(json).is_ok();
    assert!(is_name(r#""c""#) && is_name(r#""c in p""#));
    assert!(!is_name(r#""c in p;""#) && !is_name(r#""c  in p""#));
    for wrong in ["c;evil()", "*/evil()/*", "", "c\\nevil()"] {
        let edited = text.replace("\"c\"", &format!("\"{wrong}\""));
        fs::write(&path, edited).expect("it can be written");
        for format in ["c", "rust", "python"] {
            let path = path.to_str().expect("text");
            let arguments = ["export", "--format", format, path];
            let ran = Child::start(&mut sockplay(state.path(), &arguments), b"").end();
            assert!(!ran.out.contains("evil"), "{ran:#?}");
            assert!(ran.err.contains("is not a name"), "{ran:#?}");
        }
    }
}

#[test]
fn nothing_is_written_where_that_is_said() {
    let state = folder();
    let run = |arguments: &[&str]| {
        let ran = Child::start(
            &mut sockplay(state.path(), arguments),
            b"socket(AF_INET, SOCK_STREAM)\n",
        )
        .end();
        ran.exits(0)
    };
    run(&["repl", "--no-journal"]);
    assert!(!state.path().join("sockplay/sessions").exists());
    let listed = run(&["sessions"]);
    assert!(listed.out.starts_with("No session is recorded yet"));
    run(&["repl"]);
    let listed: Ran = run(&["sessions"]);
    assert_eq!(listed.out.lines().count(), 1, "{listed:#?}");
    assert!(
        listed.out.contains("1 calls") && listed.out.ends_with("repl\n"),
        "{listed:#?}"
    );
    let json = run(&["sessions", "--format", "json"]);
    assert!(json.out.contains("\"calls\":1,"), "{json:#?}");
}

/// The rows of the panes: what is above and below them names the recording, and keys.
fn panes(shown: &Shown) -> String {
    let text = shown.text();
    let rows: Vec<&str> = text.lines().collect();
    let last = rows
        .iter()
        .rposition(|row| row.starts_with('├'))
        .unwrap_or(rows.len());
    rows[1..last].join("\n")
}

/// Scripts that a person could type, whose screens do not change by themselves.
const SHOWN: [&str; 20] = [
    "tests/scripts/broadcast.sock",
    "tests/scripts/buffers.sock",
    "tests/scripts/dup2.sock",
    "tests/scripts/epoll.sock",
    "tests/scripts/eventfd.sock",
    "tests/scripts/example.sock",
    "tests/scripts/fcntl.sock",
    "tests/scripts/lengths.sock",
    "tests/scripts/messages.sock",
    "tests/scripts/mmsg.sock",
    "tests/scripts/msg_flags.sock",
    "tests/scripts/pipe.sock",
    "tests/scripts/poll.sock",
    "tests/scripts/socketpair.sock",
    "tests/scripts/udp.sock",
    "tests/scripts/unix_dgram.sock",
    "tests/scripts/unix_seqpacket.sock",
    "tests/scripts/unix_stream.sock",
    "tests/scripts/unread.sock",
    "tests/scripts/vectors.sock",
];

#[test]
fn a_recording_shows_the_same_panes_as_the_session_did() {
    for script in SHOWN {
        let state = folder();
        let home = state.path().to_str().expect("text");
        let environment = [("HOME", home), ("XDG_STATE_HOME", home), ("DIR", home)];
        let mut live = Rig::start(USUAL, PROGRAM, &[], &environment);
        live.wait_for("Free play").keys("3");
        live.wait_for("n makes a socket").keys(":");
        // Lines without their expectations run whatever the result is, and none waits for the one before it.
        live.paste(files::read(script)).keys("\r");
        live.line("dup(99) # the end");
        // A notice may hide its row in the log.
        live.wait_for("No file is open under the number 99");
        live.panes();
        live.wait_for_row(&["dup(99)", "EBADF"]);
        // The observers report a little later.
        until("nothing is drawn any more", || {
            live.stays_quiet(STILL).then_some(())
        });
        let before = panes(&live.screen());
        live.keys("q");
        live.wait_exit();
        let mut again = Rig::start(USUAL, PROGRAM, &["replay"], &environment);
        again.wait_for("recording of");
        let after = panes(&again.screen());
        assert!(before == after, "{script}\n{before}\n{after}");
        again.keys("n").wait_for("this is a recording");
        again.keys("q").wait_exit();
    }
}
