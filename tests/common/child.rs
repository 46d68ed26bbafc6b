//! Starting the built program, reading its output line by line, and waiting for its end with a deadline.

use std::io::{BufRead, BufReader, Read, Write};
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{ChildStdin, Command, ExitStatus, Output, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread;
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill, killpg};
use nix::unistd::Pid;

use super::namespace;

/// How long anything may take before it counts as hanging. Nothing that works comes near it.
const PATIENCE: Duration = Duration::from_secs(60);

/// A run that has ended.
#[derive(Debug)]
pub(crate) struct Ran {
    /// The exit status, if it was not ended by a signal.
    pub(crate) code: Option<i32>,
    /// The signal that ended it.
    pub(crate) signal: Option<i32>,
    /// Standard output.
    pub(crate) out: String,
    /// Standard error.
    pub(crate) err: String,
}

impl Ran {
    /// Checks the exit status, and that nothing panicked on the way.
    #[track_caller]
    pub(crate) fn exits(self, code: i32) -> Self {
        assert_eq!(self.code, Some(code), "{self:#?}");
        self.orderly()
    }

    /// Checks that it ended by itself, with a status that it promises, and without a panic.
    #[track_caller]
    pub(crate) fn orderly(self) -> Self {
        assert!(matches!(self.code, Some(0..=2)), "{self:#?}");
        assert!(!self.err.contains("panicked"), "{self:#?}");
        self
    }
}

/// A run under way.
#[derive(Debug)]
pub(crate) struct Child {
    pid: Pid,
    lines: Receiver<String>,
    errors: Receiver<String>,
    end: Receiver<ExitStatus>,
    heard: String,
    ended: bool,
}

impl Child {
    /// Starts a command and gives it `input` to read.
    #[track_caller]
    pub(crate) fn start(command: &mut Command, input: &[u8]) -> Self {
        let (child, mut stdin) = Self::start_with_input(command);
        let input = input.to_vec();
        // Who does not read all of it has ended, which the status shows.
        thread::spawn(move || stdin.write_all(&input));
        child
    }

    /// Starts a command; its input ends when what is given here is dropped.
    #[track_caller]
    pub(crate) fn start_with_input(command: &mut Command) -> (Self, ChildStdin) {
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program starts");
        let pid = Pid::from_raw(i32::try_from(child.id()).expect("a pid is a C int"));
        let stdin = child.stdin.take().expect("a pipe");
        let stdout = child.stdout.take().expect("a pipe");
        let mut stderr = child.stderr.take().expect("a pipe");
        let (line, lines) = channel();
        thread::spawn(move || {
            let mut stdout = BufReader::new(stdout);
            let mut bytes = Vec::new();
            while stdout.read_until(b'\n', &mut bytes).is_ok_and(|n| n > 0) {
                let text = String::from_utf8_lossy(&bytes).into_owned();
                bytes.clear();
                // Nobody listens: close the pipe, as `head` does.
                if line.send(text).is_err() {
                    return;
                }
            }
        });
        let (complaints, errors) = channel();
        thread::spawn(move || {
            let mut bytes = Vec::new();
            let _ = stderr.read_to_end(&mut bytes);
            let _ = complaints.send(String::from_utf8_lossy(&bytes).into_owned());
        });
        let (over, end) = channel();
        thread::spawn(move || over.send(child.wait().expect("it can be waited for")));
        let child = Self {
            pid,
            lines,
            errors,
            end,
            heard: String::new(),
            ended: false,
        };
        (child, stdin)
    }

    /// Its place in /proc.
    pub(crate) fn proc(&self) -> PathBuf {
        Path::new("/proc").join(self.pid.to_string())
    }

    /// Waits for a line of its output that begins so.
    #[track_caller]
    pub(crate) fn until_line(&mut self, beginning: &str) -> String {
        self.until_any(&[beginning])
    }

    /// Waits for a line of its output that begins so, or for its end.
    #[track_caller]
    pub(crate) fn until_line_or_end(&mut self, beginning: &str) {
        let deadline = Instant::now() + PATIENCE;
        loop {
            match self.lines.recv_timeout(left(deadline)) {
                Ok(line) => {
                    self.heard.push_str(&line);
                    if line.starts_with(beginning) {
                        return;
                    }
                }
                Err(RecvTimeoutError::Disconnected) => return,
                Err(RecvTimeoutError::Timeout) => {
                    panic!("neither {beginning:?} nor its end: {}", self.heard)
                }
            }
        }
    }

    /// Waits for a line of its output that begins with one of these.
    #[track_caller]
    pub(crate) fn until_any(&mut self, beginnings: &[&str]) -> String {
        let deadline = Instant::now() + PATIENCE;
        loop {
            match self.lines.recv_timeout(left(deadline)) {
                Ok(line) => {
                    self.heard.push_str(&line);
                    if beginnings.iter().any(|own| line.starts_with(own)) {
                        return line;
                    }
                }
                Err(_) => {
                    let errors = self.errors.recv_timeout(Duration::from_secs(1));
                    panic!("no line {beginnings:?}: {} {errors:?}", self.heard);
                }
            }
        }
    }

    /// Sends it a signal.
    #[track_caller]
    pub(crate) fn kill(&self, signal: Signal) {
        kill(self.pid, signal).expect("it is there");
    }

    /// Sends a signal to all processes of its group, which it must lead.
    #[track_caller]
    pub(crate) fn kill_group(&self, signal: Signal) {
        killpg(self.pid, signal).expect("it is there");
    }

    /// Reads no further, as `head` does.
    pub(crate) fn stop_listening(&mut self) {
        let (_, nothing) = channel();
        self.lines = nothing;
    }

    /// Waits for its end.
    #[track_caller]
    pub(crate) fn end(mut self) -> Ran {
        let deadline = Instant::now() + PATIENCE;
        loop {
            match self.lines.recv_timeout(left(deadline)) {
                Ok(line) => self.heard.push_str(&line),
                Err(RecvTimeoutError::Disconnected) => break,
                Err(RecvTimeoutError::Timeout) => panic!("it does not end: {}", self.heard),
            }
        }
        let status = self.end.recv_timeout(left(deadline)).expect("it ends");
        self.ended = true;
        let err = self.errors.recv_timeout(left(deadline));
        Ran {
            code: status.code(),
            signal: status.signal(),
            out: std::mem::take(&mut self.heard),
            err: err.expect("its standard error is closed"),
        }
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        if !self.ended && self.end.try_recv().is_err() {
            let _ = kill(self.pid, Signal::SIGKILL);
        }
    }
}

fn left(deadline: Instant) -> Duration {
    deadline.saturating_duration_since(Instant::now())
}

/// Waits until something holds that no line reports. Checks it again and again, with a deadline.
#[track_caller]
pub(crate) fn until<T>(what: &str, mut find: impl FnMut() -> Option<T>) -> T {
    let deadline = Instant::now() + PATIENCE;
    loop {
        if let Some(found) = find() {
            return found;
        }
        assert!(Instant::now() < deadline, "{what} did not come about");
        thread::yield_now();
    }
}

/// The program.
pub(crate) const PROGRAM: &str = env!("CARGO_BIN_EXE_sockplay");

/// The program, run in the folder of the project.
pub(crate) fn program() -> Command {
    let mut command = Command::new(PROGRAM);
    command.current_dir(env!("CARGO_MANIFEST_DIR"));
    command
}

/// All that a program wrote, standard output first.
pub(crate) fn written(output: &Output) -> String {
    let parts = [&output.stdout, &output.stderr].map(|part| String::from_utf8_lossy(part));
    parts.join("\n")
}

/// `sockplay run` in a folder.
pub(crate) fn sockplay(folder: &Path) -> Command {
    run_in(Command::new(PROGRAM), folder)
}

/// The same in a network namespace of its own, where there can be one.
pub(crate) fn sockplay_apart(folder: &Path) -> Command {
    run_in(namespace::apart(PROGRAM), folder)
}

fn run_in(mut program: Command, folder: &Path) -> Command {
    program.arg("run").current_dir(folder);
    program
}

/// An empty folder of a test.
#[track_caller]
pub(crate) fn folder() -> tempfile::TempDir {
    tempfile::tempdir().expect("a folder")
}

/// Runs a script from standard input, with more arguments, in a folder of its own.
#[track_caller]
pub(crate) fn play(script: &str, arguments: &[&str]) -> Ran {
    played(Command::new(PROGRAM), script, arguments)
}

/// The same in a network namespace of its own, where there can be one.
#[track_caller]
pub(crate) fn play_apart(script: &str, arguments: &[&str]) -> Ran {
    played(namespace::apart(PROGRAM), script, arguments)
}

#[track_caller]
fn played(program: Command, script: &str, arguments: &[&str]) -> Ran {
    let folder = folder();
    let mut command = run_in(program, folder.path());
    command.args(arguments).arg("-");
    Child::start(&mut command, script.as_bytes()).end()
}
