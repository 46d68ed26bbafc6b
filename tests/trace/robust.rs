//! Programs that fork a lot, end badly, stop, or lose their tracer: what is reported is true, and they are not harmed
//! beyond what was asked.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use nix::sys::signal::Signal;
use nix::unistd::Pid;

use crate::common::child::{Child, PROGRAM, Ran, folder, until};
use crate::common::skipped;
use crate::trace::programs::{Made, Program, built};

/// A program of the folder of programs, compiled.
fn compiled(source: &'static str, folder: &Path) -> Option<String> {
    let program = Program {
        source,
        made: Made::C,
        arguments: &[],
    };
    match built(&program, folder) {
        Ok(line) => line.into_iter().next(),
        Err(reason) => {
            skipped(&reason);
            None
        }
    }
}

/// `sockplay trace` with its lines in a file.
fn tracer(folder: &Path, options: &[&str]) -> (Command, PathBuf) {
    let trace = folder.join("trace");
    let mut command = Command::new(PROGRAM);
    command.args(["trace", "--no-screen", "-o"]).arg(&trace);
    command.args(options).arg("--").current_dir(folder);
    (command, trace)
}

/// Traces a program to its end: how that was, and the lines.
fn traced(folder: &Path, options: &[&str], line: &[&str]) -> (Ran, String) {
    let (mut command, trace) = tracer(folder, options);
    let ran = Child::start(command.args(line), b"").end();
    let text = fs::read_to_string(trace).unwrap_or_default();
    (ran, text)
}

fn count(text: &str, part: &str) -> usize {
    text.lines().filter(|line| line.contains(part)).count()
}

#[test]
fn a_thousand_forks_are_followed() {
    let folder = folder();
    let Some(many) = compiled("many.c", folder.path()) else {
        return;
    };
    let options = ["--format", "strace"];
    let (ran, text) = traced(folder.path(), &options, &[&many, "forks"]);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    assert_eq!(count(&text, "+++ exited with 3 +++"), 1000);
    assert_eq!(count(&text, "] write(3, \"x\", 1"), 1000);
    assert!(text.ends_with("+++ exited with 0 +++\n"));
}

#[test]
fn a_hundred_threads_are_followed() {
    let folder = folder();
    let Some(many) = compiled("many.c", folder.path()) else {
        return;
    };
    let (ran, text) = traced(folder.path(), &["--format", "json"], &[&many, "threads"]);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    let calls: Vec<serde_json::Value> = text
        .lines()
        .map(|line| serde_json::from_str(line).expect("each line is an object"))
        .collect();
    let connects = calls.iter().filter(|call| {
        call["call"]
            .as_str()
            .is_some_and(|text| text.starts_with("connect("))
    });
    let threads: std::collections::BTreeSet<i64> = connects
        .clone()
        .filter_map(|call| call["tid"].as_i64())
        .collect();
    assert_eq!(connects.count(), 100);
    assert_eq!(threads.len(), 100);
}

#[test]
fn it_ends_as_the_program_does() {
    let folder = folder();
    let shell = |script: &str| {
        traced(
            folder.path(),
            &["--format", "strace"],
            &["sh", "-c", script],
        )
    };
    let (ran, text) = shell("exit 7");
    assert_eq!(ran.code, Some(7));
    assert!(text.ends_with("+++ exited with 7 +++\n"), "{text}");
    for (signal, number) in [("TERM", 15), ("KILL", 9)] {
        let (ran, text) = shell(&format!("kill -{signal} $$"));
        // A shell reports that as 128 more.
        assert_eq!(ran.signal, Some(number), "{ran:?}");
        assert!(
            text.ends_with(&format!("+++ killed by SIG{signal} +++\n")),
            "{text}"
        );
    }
}

#[test]
fn a_program_with_the_set_user_id_bit_runs_without_its_privileges() {
    let program = Path::new("/usr/bin/passwd");
    if !program.exists() {
        return skipped("passwd is not installed");
    }
    let folder = folder();
    let (ran, text) = traced(
        folder.path(),
        &["--format", "strace"],
        &["passwd", "--help"],
    );
    assert!(ran.code.is_some(), "{ran:?}");
    assert!(text.contains("execve(\"/usr/bin/passwd\""), "{text}");
    let (ran, _) = traced(
        folder.path(),
        &[],
        &["sh", "-c", "grep NoNewPrivs /proc/$$/status"],
    );
    assert_eq!(ran.out.split_whitespace().next_back(), Some("1"), "{ran:?}");
}

/// The process that a tracer has started, by its name.
fn started(folder: &Path) -> i32 {
    let file = folder.join("pid");
    until("the program writes its number", || {
        let text = fs::read_to_string(&file).ok()?;
        text.strip_suffix('\n')?.parse().ok()
    })
}

/// Whether a process is there and no zombie.
fn is_alive(pid: i32) -> bool {
    fs::read_to_string(format!("/proc/{pid}/stat"))
        .is_ok_and(|stat| !stat.contains(") Z") && !stat.contains(") X"))
}

#[test]
fn a_tracer_that_is_killed_takes_its_program_with_it() {
    let folder = folder();
    let (mut command, _) = tracer(folder.path(), &[]);
    command.args(["sh", "-c", "echo $$ > pid; exec sleep 1000"]);
    let tracer = Child::start(&mut command, b"");
    let pid = started(folder.path());
    tracer.kill(Signal::SIGKILL);
    until("the program ends too", || (!is_alive(pid)).then_some(()));
    drop(tracer.end());
}

#[test]
fn a_program_that_survives_its_tracer_goes_on_and_its_calls_work() {
    let folder = folder();
    let Some(many) = compiled("many.c", folder.path()) else {
        return;
    };
    for signal in [Signal::SIGKILL, Signal::SIGTERM] {
        let _ = fs::remove_file(folder.path().join("pid"));
        let _ = fs::remove_file(folder.path().join("done"));
        let (mut command, _) = tracer(folder.path(), &["--survives"]);
        // Its input ends when this test says so.
        let _ = nix::unistd::mkfifo(&folder.path().join("go"), nix::sys::stat::Mode::S_IRWXU);
        let script = format!("echo $$ > pid; read line < go; {many} threads && echo fine > done");
        command.args(["sh", "-c", &script]);
        let tracer = Child::start(&mut command, b"");
        let pid = started(folder.path());
        tracer.kill(signal);
        until("it is not traced any more", || {
            let status = fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
            status.contains("TracerPid:\t0").then_some(())
        });
        fs::write(folder.path().join("go"), "go\n").expect("the program reads it");
        until("the program ends well", || {
            let text = fs::read_to_string(folder.path().join("done")).ok()?;
            (text == "fine\n").then_some(())
        });
        drop(tracer.end());
    }
}

#[test]
fn a_program_may_close_its_standard_descriptors() {
    let folder = folder();
    let (ran, text) = traced(
        folder.path(),
        &["--format", "strace"],
        &["sh", "-c", "exec 0<&- 1>&- 2>&-; exit 5"],
    );
    assert_eq!(ran.code, Some(5), "{ran:?}");
    assert!(text.ends_with("+++ exited with 5 +++\n"), "{text}");
}

#[test]
fn a_program_that_is_stopped_stands_still_until_it_is_continued() {
    let folder = folder();
    let (mut command, trace) = tracer(folder.path(), &["--format", "strace"]);
    let _ = nix::unistd::mkfifo(&folder.path().join("go"), nix::sys::stat::Mode::S_IRWXU);
    command.args(["sh", "-c", "echo $$ > pid; read line < go; exit 6"]);
    let tracer = Child::start(&mut command, b"");
    let pid = started(folder.path());
    let send = |signal| nix::sys::signal::kill(Pid::from_raw(pid), signal).expect("it is there");
    send(Signal::SIGSTOP);
    until("it is stopped", || {
        let text = fs::read_to_string(&trace).ok()?;
        text.contains("--- stopped by SIGSTOP ---").then_some(())
    });
    send(Signal::SIGCONT);
    until("it is continued", || {
        let text = fs::read_to_string(&trace).ok()?;
        text.contains("--- SIGCONT {").then_some(())
    });
    fs::write(folder.path().join("go"), "go\n").expect("the program reads it");
    let ran = tracer.end();
    assert_eq!(ran.code, Some(6), "{ran:?}");
}

#[test]
fn descriptors_that_were_inherited_reach_the_program() {
    let folder = folder();
    let script = format!(
        "exec 5</dev/null; exec {PROGRAM} trace --no-screen -o trace -- sh -c 'cat <&5 && echo fine'"
    );
    let mut command = Command::new("sh");
    command.args(["-c", &script]).current_dir(folder.path());
    let ran = Child::start(&mut command, b"").end();
    assert_eq!((ran.code, ran.out.as_str()), (Some(0), "fine\n"), "{ran:?}");
}

#[test]
fn a_program_that_cannot_be_run_is_said_with_the_reason() {
    let folder = folder();
    fs::write(folder.path().join("text"), "no program\n").expect("a file");
    for (program, code, reason) in [
        ("no-such-program", 2, "no directory of PATH"),
        ("./no-such-program", 127, "no such file or directory"),
        ("./", 2, "it is a directory"),
        ("/", 2, "it is a directory"),
        ("./text", 127, "ermission denied"),
    ] {
        let (ran, text) = traced(folder.path(), &[], &[program]);
        assert_eq!(ran.code, Some(code), "{program}: {ran:?}");
        let said = ran.err.to_lowercase();
        assert!(said.contains(&reason.to_lowercase()), "{program}: {ran:?}");
        assert!(!ran.err.contains("panicked"), "{ran:?}");
        assert!(!text.contains("+++"), "{text}");
    }
}

/// `SigIgn` of grep(1), started by a shell that ignores two signals: by itself, and under the tracer.
#[test]
fn signals_that_were_ignored_stay_so() {
    let folder = folder();
    let grep = "grep SigIgn /proc/self/status";
    for ignored in ["HUP", "PIPE", "HUP PIPE USR1", "WINCH"] {
        let script = format!(
            "trap '' {ignored}; {grep}; exec {PROGRAM} trace --no-screen -o /dev/null {grep}"
        );
        let ran = Child::start(
            Command::new("sh")
                .args(["-c", &script])
                .current_dir(folder.path()),
            b"",
        )
        .end();
        // Beyond these the C library has some for itself.
        let usual = |line: &str| {
            let set = line.split_whitespace().nth(1)?;
            Some(u64::from_str_radix(set, 16).ok()? & 0x7fff_ffff)
        };
        let sets: Vec<_> = ran.out.lines().map(usual).collect();
        let [alone, traced] = sets.as_slice() else {
            return skipped(&ran.err);
        };
        assert_eq!(alone, traced, "{ignored}");
    }
}

#[test]
fn an_accepted_socket_has_its_own_state_and_an_abandoned_call_its_reason() {
    let folder = folder();
    let (mut command, trace) = tracer(folder.path(), &["--format", "json"]);
    command.args(["timeout", "-s", "KILL", "60", PROGRAM, "example-server"]);
    command.stdout(Stdio::piped());
    let tracer = Child::start(&mut command, b"");
    let calls = || -> Vec<serde_json::Value> {
        let text = fs::read_to_string(&trace).unwrap_or_default();
        text.lines()
            .filter_map(|line| serde_json::from_str(line).ok())
            .collect()
    };
    let of = |word: &str| {
        let is_it = |call: &serde_json::Value| {
            call["call"]
                .as_str()
                .is_some_and(|text| text.starts_with(word))
        };
        calls().into_iter().rfind(is_it)
    };
    let named = until("the server has a name", || of("getsockname("));
    let name = named["result"].as_str().expect("an address").to_owned();
    let client = std::net::TcpStream::connect(name).expect("it listens");
    let accepted = until("the connection is accepted", || of("accept("));
    assert_eq!(accepted["state"], "ESTABLISHED");
    let pid = accepted["pid"].as_i64().expect("a number");
    let pid = Pid::from_raw(i32::try_from(pid).expect("a process"));
    until("it sleeps in recv()", || {
        let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
        stat.contains(") S ").then_some(())
    });
    nix::sys::signal::kill(pid, Signal::SIGKILL).expect("it is there");
    drop(tracer.end());
    let abandoned = of("recv(").expect("the call that it was inside");
    assert_eq!(abandoned["abandoned"], "the process was killed by SIGKILL");
    drop(client);
}

#[test]
fn a_directory_is_no_program_and_that_is_said() {
    let folder = folder();
    fs::create_dir(folder.path().join("inner")).expect("a directory");
    for (name, expected) in [
        (".", "cannot run .: it is a directory"),
        ("./inner", "cannot run ./inner: it is a directory"),
        ("inner", "./inner is a directory"),
        (
            "nothing",
            "For a program in the current directory, write ./nothing",
        ),
    ] {
        let (ran, _) = traced(folder.path(), &[], &[name]);
        assert_eq!(ran.code, Some(2), "{ran:?}");
        assert!(ran.err.contains(expected), "{ran:?}");
    }
}

#[test]
fn a_program_has_the_signals_blocked_that_it_would_have_without_a_tracer() {
    let blocking = |program: &[&str]| {
        let mut command = Command::new("env");
        command.args(["--block-signal=USR1", "--block-signal=RTMIN+3"]);
        command
            .args(program)
            .args(["grep", "SigBlk", "/proc/self/status"]);
        command.output()
    };
    let bare = match blocking(&[]) {
        Ok(bare) if bare.status.success() => bare.stdout,
        _ => return skipped("env cannot block signals here"),
    };
    let traced = blocking(&[PROGRAM, "trace", "--no-screen", "-o", "/dev/null", "--"]);
    let traced = traced.expect("it starts").stdout;
    assert_eq!(
        String::from_utf8_lossy(&traced),
        String::from_utf8_lossy(&bare)
    );
    assert!(bare.iter().any(|digit| (b'1'..=b'f').contains(digit)));
}
