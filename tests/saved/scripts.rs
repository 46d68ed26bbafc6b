//! The scripts of the project, and what is saved of their sessions.

use std::env;
use std::fs::{self, File};
use std::io::BufReader;
use std::path::{Path, PathBuf};
use std::process;

use sockplay::call::argument::Name;
use sockplay::call::{Call, Line};
use sockplay::event::{Event, EventKind};
use sockplay::journal::{Entry, Reader};
use sockplay::lesson::LessonStep;
use sockplay::script::transcript::{about, transcript};
use sockplay::world::World;

use crate::common::child::{Child, PROGRAM, folder, play_apart};
use crate::common::files;
use crate::common::many::{End, all_hold};
use crate::common::namespace;

/// A session to be saved.
struct Session {
    /// Where it is from.
    name: String,
    script: String,
    /// Whether it is typed line by line; otherwise it is run.
    typed: bool,
}

#[test]
fn what_was_saved_of_a_script_holds_again() {
    let mut all = scripts();
    all.extend(lessons());
    if let Ok(wanted) = env::var("SAVED") {
        all.retain(|session| session.name.contains(&wanted));
    }
    let named = all
        .into_iter()
        .map(|session| (session.name.clone(), session));
    all_hold(named.collect(), end);
}

/// The sessions of every script.
fn scripts() -> Vec<Session> {
    let folders = [
        "tests/scripts",
        "tests/conformance",
        "tests/conformance/tcp_states",
    ];
    let paths = folders.into_iter().flat_map(files::scripts);
    let sessions = paths.flat_map(|path| {
        let sessions = files::sessions(&files::text(&path));
        let numbered = sessions.into_iter().enumerate();
        numbered
            .map(|(number, script)| Session {
                name: name(&path, number, &script),
                script: script.replace("sockplay-", &format!("sockplay-saved-{}-", process::id())),
                typed: false,
            })
            .collect::<Vec<_>>()
    });
    sessions.collect()
}

fn name(path: &Path, number: usize, script: &str) -> String {
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    let case = script
        .strip_prefix("# case: ")
        .and_then(|rest| rest.lines().next());
    let number = number.to_string();
    format!("{stem}: {}", case.unwrap_or(&number))
}

/// Each lesson as a person goes through it: the lines of its pages, and the solutions of its goals.
fn lessons() -> Vec<Session> {
    let lessons = sockplay::lesson::course::current().lessons.iter();
    let lessons = lessons.map(|file| {
        sockplay::lesson::read::of_course(file, ".").unwrap_or_else(|_| panic!("{}", file.id))
    });
    lessons
        .filter(|lesson| lesson.traces.is_none())
        .map(|lesson| Session {
            name: format!("lesson {}", lesson.id),
            script: lesson
                .pages
                .iter()
                .flat_map(|page| &page.steps)
                .flat_map(lines)
                .collect(),
            typed: true,
        })
        .collect()
}

/// The lines of a step, each with its end. What a lesson expects says what may differ.
fn lines(step: &LessonStep) -> Vec<String> {
    let command = |line: &Line| Some(format!("{}\n", line.command.as_ref()?));
    match step {
        LessonStep::Prose(_) | LessonStep::Closing(_) => Vec::new(),
        LessonStep::Play(step) => command(&step.line).into_iter().collect(),
        LessonStep::Predict(question) => question
            .line
            .as_ref()
            .and_then(command)
            .into_iter()
            .collect(),
        LessonStep::Task(task) => {
            let lines = task.solution.iter();
            lines
                .filter_map(|line| Some(line.with(None)? + "\n"))
                .collect()
        }
    }
}

/// Two clients of one listener, and a pair that has nothing to do with them.
const CLIENTS: &str = "u, v = socketpair(AF_UNIX, SOCK_STREAM)
l = socket(AF_INET, SOCK_STREAM)
bind(l, 127.0.0.1:0)
listen(l, 5)
c = socket(AF_INET, SOCK_STREAM)
connect(c, addr(l))
s = accept(l)
send(u, \"aside\")
recv(v, 100)
send(c, \"hello\")
recv(s, 100)
d = socket(AF_INET, SOCK_STREAM)
connect(d, addr(l))
t = accept(l)
getsockopt(c, SO_TYPE)
";

#[test]
fn the_part_about_one_socket_holds_by_itself() {
    let home = folder();
    let session = Session {
        name: "clients".to_owned(),
        script: CLIENTS.to_owned(),
        typed: false,
    };
    let recording = recorded(&session, home.path()).expect("it holds");
    let world = world(&recording);
    let part = |name: &str| {
        let name = Name::new(name).expect("a name");
        let own = world.named(&name).expect("a socket");
        let part = about(&world, own.id());
        play_apart(&part, &[]).exits(0);
        part
    };
    let first = part("c");
    for line in ["s = accept(l)", "recv(s, 100)", "-> SOCK_STREAM"] {
        assert!(first.contains(line), "{line}: {first}");
    }
    assert!(
        !first.contains("aside") && !first.contains("d = "),
        "{first}"
    );
    let pair = part("v");
    assert!(
        pair.contains("aside") && !pair.contains("AF_INET"),
        "{pair}"
    );
}

/// A call that goes on while a later one on its descriptor ends, and the number of a process.
const SEVERAL: &str = "a, b = socketpair(AF_UNIX, SOCK_STREAM)
c, d = socketpair(AF_UNIX, SOCK_STREAM)
poll([a: POLLIN], 1500) &
poll([a: POLLIN, c: POLLIN], -1) -> blocks
send(d, \"hello\")
recv(c, 2)
wait(a) -> 0
setsockopt(b, SO_PASSCRED, 1)
send(a, \"who creds {pid 1\")
recvmsg(b, 100)
";

#[test]
fn of_several_calls_that_were_left_each_has_its_own_result() {
    let home = folder();
    let session = Session {
        name: "several".to_owned(),
        script: SEVERAL.to_owned(),
        typed: true,
    };
    let saved = transcript(&world(&typed(&session, home.path())));
    let results: Vec<&str> = saved
        .lines()
        .filter_map(|line| line.strip_prefix("wait(a)")?.split_once("-> "))
        .map(|(_, result)| result)
        .collect();
    assert_eq!(results, ["0", "1 [c: POLLIN]"], "{saved}");
    assert!(saved.contains("creds {pid *, uid"), "{saved}");
    play_apart(&saved, &[]).exits(0);
}

/// A call that is made on no descriptor and ends when a later line has ended a child.
const WAITPID: &str = "p = fork()
q = fork()
waitpid(p) -> blocks
kill(p, SIGKILL)
kill(q, SIGKILL)
waitpid(q)
";

#[test]
fn a_call_without_a_descriptor_is_not_saved_with_the_result_that_a_later_line_brings() {
    let home = folder();
    let session = Session {
        name: "waitpid".to_owned(),
        script: WAITPID.to_owned(),
        typed: true,
    };
    let saved = transcript(&world(&typed(&session, home.path())));
    let blocked = saved.lines().find(|line| line.starts_with("waitpid(p)"));
    let result = blocked.and_then(|line| line.split_once("-> "));
    assert_eq!(result.map(|(_, result)| result), Some("blocks"), "{saved}");
    play_apart(&saved, &[]).exits(0);
}

/// Sessions whose last line waits, and that ask for what is new each time.
const UNUSUAL: [&str; 3] = [
    "l = socket(AF_INET, SOCK_STREAM)
bind(l, 127.0.0.1:0)
listen(l, 5)
poll([l: POLLIN], -1) -> blocks
wait(l) -> blocks
",
    "l = socket(AF_INET, SOCK_STREAM)
bind(l, 127.0.0.1:0)
listen(l, 5)
c = socket(AF_INET, SOCK_STREAM)
connect(c, addr(l))
getsockopt(c, SO_COOKIE)
getsockopt(c, TCP_TIMESTAMP)
getsockopt(c, TCP_CC_INFO)
getsockopt(c, SO_INCOMING_CPU)
getsockopt(c, SO_PEERNAME)
",
    "l = socket(AF_INET, SOCK_DGRAM)
bind(l, 127.0.0.1:0)
c = socket(AF_INET, SOCK_DGRAM)
connect(c, addr(l))
setsockopt(l, SO_TIMESTAMPNS, 1)
setsockopt(l, SO_TIMESTAMPING, SOF_TIMESTAMPING_RX_SOFTWARE|SOF_TIMESTAMPING_SOFTWARE)
send(c, \"one\")
recvmsg(l, 10)
send(c, \"two\")
send(c, \"SO_TIMESTAMPNS(5.000000001)\")
recvmmsg(l, 2, 100)
a, b = socketpair(AF_UNIX, SOCK_DGRAM)
p = fork()
setsockopt(b, SO_PASSCRED, 1)
send(a, \"{pid 1, uid 1, gid 1}\")
send(a, \"x\") in p
recvmmsg(b, 2, 100)
",
];

#[test]
fn what_is_new_each_time_and_a_wait_without_an_end_are_left_open() {
    for script in UNUSUAL {
        let home = folder();
        let session = Session {
            name: "unusual".to_owned(),
            script: script.to_owned(),
            typed: true,
        };
        let recording = typed(&session, home.path());
        let text = fs::read_to_string(&recording).expect("text");
        // As at the prompt of the playground, which says nothing about a result.
        let lines = text.lines().map(|line| match line.contains("\"Wait\"") {
            true => line.replace("\"Blocks\"", "\"Plain\"") + "\n",
            false => format!("{line}\n"),
        });
        fs::write(&recording, lines.collect::<String>()).expect("it can be written");
        let saved = transcript(&world(&recording));
        for sent in ["SO_TIMESTAMPNS(5.000000001)", "{pid 1, uid 1, gid 1}"] {
            assert_eq!(
                saved.matches(sent).count(),
                2 * script.matches(sent).count()
            );
        }
        assert!(saved.lines().count() >= script.lines().count(), "{saved}");
        play_apart(&saved, &[]).exits(0);
    }
}

/// Plays a session, saves it, and plays what was saved.
fn end(session: &Session) -> End {
    if session.name.ends_with("reuseport") {
        let why = "which of two listeners gets a connection is the choice of the kernel";
        return End::Skipped(why.to_owned());
    }
    let home = folder();
    let recording = match session.typed {
        true => typed(session, home.path()),
        false => match recorded(session, home.path()) {
            Ok(recording) => recording,
            Err(reason) => return End::Skipped(reason),
        },
    };
    let saved = transcript(&world(&recording));
    let second = play_apart(&saved, &[]);
    match second.code {
        Some(0) => End::Held,
        _ => {
            let wrong = second.out.lines().filter(|line| line.contains("BROKEN"));
            let wrong: Vec<&str> = wrong.collect();
            End::Broken(format!(
                "{}\n{}\nsaved:\n{saved}",
                wrong.join("\n"),
                second.err
            ))
        }
    }
}

/// Runs a session. Gives its recording, or why it cannot be run here.
fn recorded(session: &Session, home: &Path) -> Result<PathBuf, String> {
    let recording = home.join("recording.jsonl");
    let ran = play_apart(
        &session.script,
        &["--record", recording.to_str().expect("text")],
    );
    if ran.code == Some(0) {
        return Ok(recording);
    }
    let why = ran.out.lines().chain(ran.err.lines());
    let mut why = why.filter(|line| line.contains("BROKEN") || line.starts_with("error"));
    Err(format!(
        "it does not hold here: {}",
        why.next().unwrap_or_default()
    ))
}

/// A key interrupts a call without a line that says so.
#[test]
fn a_call_that_was_interrupted_is_saved_with_the_line_that_interrupts_it() {
    let home = folder();
    let script = "u = socket(AF_INET, SOCK_DGRAM)\nbind(u, 127.0.0.1:0)\nrecv(u, 9) -> blocks\ncancel(u) -> EINTR\n";
    fs::write(home.path().join("one.sock"), script).expect("it is written");
    let arguments = ["run", "--record", "one.jsonl", "one.sock"];
    let mut command = process::Command::new(PROGRAM);
    command.args(arguments).current_dir(home.path());
    Child::start(&mut command, b"").end().exits(0);
    let events = events(&home.path().join("one.jsonl"));
    let line = events.iter().find_map(|event| match &event.what {
        EventKind::Asked(request) => match &*request.call {
            Call::Cancel { .. } => Some(request.id),
            _ => None,
        },
        _ => None,
    });
    let line = line.expect("a cancel()");
    let mut world = World::default();
    for event in &events {
        let is_of_line = match &event.what {
            EventKind::Asked(request) => request.id == line,
            EventKind::Entered { call, .. } | EventKind::Returned { call, .. } => *call == line,
            _ => false,
        };
        if !is_of_line {
            sockplay::explain::fold(&mut world, event);
        }
    }
    let saved = transcript(&world);
    let mut lines = saved.lines().filter(|line| line.contains("EINTR"));
    let line = lines.next().unwrap_or_default();
    assert!(line.starts_with("cancel(u)"), "{saved}");
    assert_eq!(lines.next(), None, "{saved}");
}

/// Types a session. Gives its recording.
fn typed(session: &Session, home: &Path) -> PathBuf {
    let mut command = namespace::apart(PROGRAM);
    command.arg("repl").current_dir(home);
    command.env("HOME", home).env("XDG_STATE_HOME", home);
    Child::start(&mut command, session.script.as_bytes())
        .end()
        .exits(0);
    let kept = fs::read_dir(home.join("sockplay/sessions"));
    let mut kept = kept
        .expect("a directory")
        .map(|file| file.expect("a file").path());
    kept.next().expect("a recording")
}

/// The world that a recording leads to.
fn world(recording: &Path) -> World {
    let mut world = World::default();
    for event in events(recording) {
        sockplay::explain::fold(&mut world, &event);
    }
    fs::remove_file(recording).expect("it is there");
    world
}

/// The events of a recording.
fn events(recording: &Path) -> Vec<Event> {
    let file = BufReader::new(File::open(recording).expect("it was recorded"));
    let entries = Reader::open(file).expect("a recording");
    let events = entries.filter_map(|read| match read.expect("it can be read").entry {
        Ok(Entry::Event(event)) => Some(event),
        Ok(Entry::Lesson { .. } | Entry::Anew) | Err(_) => None,
    });
    events.collect()
}
