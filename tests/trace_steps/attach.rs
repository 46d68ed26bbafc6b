//! Attaching to programs that run, and leaving them: they go on as if nothing had been.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::os::unix::process::ExitStatusExt;
use std::process::{Child, ChildStdin, Command, Stdio};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use sockplay::engine::Engine;
use sockplay::event::EndStatus;
use sockplay::trace::{Ended, Tracing};
use sockplay::world::World;
use sockplay::world::record::Progress;

use super::common::child::until;
use super::common::skipped;
use super::traced::{Compiled, Traced, compiled, options, state, word};

/// A program that runs, and prints a line when it is ready. It ends with the test.
struct Running {
    child: Child,
    input: ChildStdin,
    output: BufReader<std::process::ChildStdout>,
}

impl Running {
    fn start(command: &mut Command) -> Self {
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("a program");
        Self {
            input: child.stdin.take().expect("its input"),
            output: BufReader::new(child.stdout.take().expect("its output")),
            child,
        }
    }

    fn line(&mut self) -> String {
        let mut line = String::new();
        self.output.read_line(&mut line).expect("a line");
        line.trim().to_owned()
    }

    fn pid(&self) -> i32 {
        self.child.id().cast_signed()
    }

    /// Waits until its first thread sleeps.
    fn sleeps(&self) {
        while state(self.pid()) != Some('S') {
            std::thread::yield_now();
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn attach(pid: i32) -> Traced {
    Traced::with(|engine: &mut Engine| Tracing::attach(engine, pid, &options()).expect("a tracer"))
}

/// Whether the last call with this word is under way.
fn is_inside(world: &World, call: &str) -> bool {
    let last = world.log().iter().rfind(|record| word(record) == call);
    last.is_some_and(sockplay::world::Record::is_pending)
}

fn echo(stream: &mut TcpStream, text: &[u8]) {
    stream.write_all(text).expect("a connection");
    let mut back = vec![0; text.len()];
    stream.read_exact(&mut back).expect("an answer");
    assert_eq!(back, text);
}

const PYTHON: &str = r"
import socket, threading
l = socket.create_server(('127.0.0.1', 0))
print(l.getsockname()[1], flush=True)
def serve(s):
    while d := s.recv(100):
        s.sendall(d)
    s.close()
while True:
    s, _ = l.accept()
    threading.Thread(target=serve, args=(s,), daemon=True).start()
";

#[test]
fn a_python_server_is_attached_to_and_left_with_its_connections() {
    let found = Command::new("python3").arg("--version").output();
    if !found.is_ok_and(|found| found.status.success()) {
        return skipped("there is no python3");
    }
    let mut server = Running::start(Command::new("python3").args(["-c", PYTHON]));
    let port: u16 = server.line().parse().expect("a port");
    let connect = || TcpStream::connect(("127.0.0.1", port)).expect("a connection");
    let mut before = connect();
    echo(&mut before, b"one");
    let mut traced = attach(server.pid());
    traced.until("blocked accept() and recv()", |world| {
        is_inside(world, "accept4") && is_inside(world, "recv")
    });
    // The listener and the connection, as the kernel says.
    let states: Vec<String> = traced
        .world
        .descriptors()
        .filter_map(|own| Some(own.tcp()?.to_string()))
        .collect();
    assert_eq!(states, ["LISTEN", "ESTABLISHED"]);
    echo(&mut before, b"two");
    let mut during = connect();
    echo(&mut during, b"three");
    traced.until("answer", |world| {
        let sent = world.log().iter().filter(|own| word(own) == "send");
        sent.count() == 2
            && world
                .descriptors()
                .filter(|own| own.tcp().is_some())
                .count()
                == 3
    });
    // Each was reported once.
    let accepts = traced
        .world
        .log()
        .iter()
        .filter(|own| word(own) == "accept4");
    assert!(accepts.count() <= 2, "{:#?}", traced.lines());
    traced.tracing.end();
    assert_eq!(traced.end(), Ended::Left);
    assert!(traced.world.log().iter().all(|own| !own.is_pending()));
    let status = std::fs::read_to_string(format!("/proc/{}/status", server.pid()));
    assert!(status.expect("its status").contains("TracerPid:\t0\n"));
    echo(&mut before, b"four");
    echo(&mut during, b"five");
    echo(&mut connect(), b"six");
}

/// Three threads and the first: each sleeps in another call, and says what that returned.
const SLEEPERS: &str = r#"
static int u[2], v[2], w[2];
static void *in_poll(void *_) {
  struct pollfd p = {u[0], POLLIN, 0};
  int n = poll(&p, 1, 600000);
  printf("poll %d %s\n", n, strerrorname_np(n < 0 ? errno : 0));
  return 0;
}
static void *in_epoll(void *_) {
  int e = epoll_create1(0);
  struct epoll_event v = {EPOLLIN};
  epoll_ctl(e, EPOLL_CTL_ADD, u[0], &v);
  int n = epoll_wait(e, &v, 1, 600000);
  printf("epoll_wait %d %s\n", n, strerrorname_np(n < 0 ? errno : 0));
  return 0;
}
static void *in_recv(void *_) {
  char b;
  struct timeval t = {600, 0};
  setsockopt(v[0], SOL_SOCKET, SO_RCVTIMEO, &t, sizeof t);
  int n = recv(v[0], &b, 1, 0);
  printf("recv %d %s\n", n, strerrorname_np(n < 0 ? errno : 0));
  return 0;
}
static void *in_nanosleep(void *_) {
  struct timespec t = {600, 0};
  int n = nanosleep(&t, 0);
  printf("nanosleep %d %s\n", n, strerrorname_np(n < 0 ? errno : 0));
  return 0;
}
static void *in_accept(void *l) {
  int n = accept((long)l, 0, 0);
  printf("accept %d %s\n", n < 0 ? n : 0, strerrorname_np(n < 0 ? errno : 0));
  return 0;
}
static void nothing(int _) {}
int main(void) {
  struct sockaddr_in a;
  pthread_t t[5];
  char b;
  long l = listener(&a);
  setlinebuf(stdout);
  socketpair(AF_UNIX, SOCK_STREAM, 0, u);
  socketpair(AF_UNIX, SOCK_STREAM, 0, v);
  pthread_create(t + 0, 0, in_poll, 0);
  pthread_create(t + 1, 0, in_epoll, 0);
  pthread_create(t + 2, 0, in_recv, 0);
  pthread_create(t + 3, 0, in_accept, (void *)l);
  pthread_create(t + 4, 0, in_nanosleep, 0);
  printf("ready\n");
  read(0, &b, 1);
  printf("woken\n");
  write(u[1], "x", 1);
  write(v[1], "x", 1);
  client(&a);
  for (int i = 0; i < 4; i++) pthread_join(t[i], 0);
  printf("done\n");
  return 0;
}
"#;

fn sleepers(program: &Compiled) -> Running {
    let mut running = Running::start(&mut Command::new(program.file()));
    assert_eq!(running.line(), "ready");
    await_sleep(running.pid());
    running
}

/// Waits until all six threads sleep: also after a tracer has left them, when each goes on with its call. Which call
/// restart_syscall(2) goes on with is not known before the thread sleeps in it.
fn await_sleep(pid: i32) {
    let tasks = format!("/proc/{pid}/task");
    let all_sleep = || {
        let tasks = std::fs::read_dir(&tasks).expect("its threads");
        let tids = tasks.filter_map(|task| task.ok()?.file_name().to_str()?.parse().ok());
        let all: Vec<i32> = tids.collect();
        all.len() == 6 && all.into_iter().all(|tid| state(tid) == Some('S'))
    };
    until("six threads that sleep", || all_sleep().then_some(()));
}

/// Wakes all of them but the one in nanosleep, and has what each has got: success.
fn assert_unharmed(mut running: Running) {
    assert_eq!(
        std::fs::read_dir(format!("/proc/{}/task", running.pid()))
            .expect("its threads")
            .count(),
        6
    );
    running.input.write_all(b"x").expect("its input");
    let mut lines: Vec<String> = std::iter::repeat_with(|| running.line()).take(6).collect();
    lines.sort();
    let expected = [
        "accept 0 0",
        "done",
        "epoll_wait 1 0",
        "poll 1 0",
        "recv 1 0",
        "woken",
    ];
    assert_eq!(lines, expected);
    assert_eq!(running.child.wait().expect("its end").code(), Some(0));
}

const INSIDE: [&str; 4] = ["poll", "epoll_wait", "recv", "accept"];

#[test]
fn threads_that_sleep_are_inside_their_calls_and_are_not_harmed() {
    let Some(program) = compiled(SLEEPERS) else {
        return;
    };
    let running = sleepers(&program);
    for _ in 0..2 {
        await_sleep(running.pid());
        let mut traced = attach(running.pid());
        traced.until("sleeping calls", |world| {
            INSIDE.iter().all(|call| {
                let mut all = world.log().iter().filter(|own| word(own) == *call);
                all.any(|own| matches!(own.progress, Progress::Blocked { .. }))
            })
        });
        assert_eq!(
            traced.world.log().iter().count(),
            4,
            "{:#?}",
            traced.lines()
        );
        traced.tracing.end();
        assert_eq!(traced.end(), Ended::Left);
        let is_left = |progress: &Progress| matches!(progress, Progress::Abandoned { .. });
        assert!(
            traced.world.log().iter().all(|own| is_left(&own.progress)),
            "{:#?}",
            traced.lines()
        );
    }
    assert_unharmed(running);
}

#[test]
fn a_stopped_program_stays_stopped_when_it_is_left() {
    let Some(program) = compiled(SLEEPERS) else {
        return;
    };
    let running = sleepers(&program);
    let pid = Pid::from_raw(running.pid());
    kill(pid, Signal::SIGSTOP).expect("a signal");
    while state(pid.as_raw()) != Some('T') {
        std::thread::yield_now();
    }
    let mut traced = attach(pid.as_raw());
    traced.tracing.end();
    assert_eq!(traced.end(), Ended::Left);
    while state(pid.as_raw()) != Some('T') {
        std::thread::yield_now();
    }
    kill(pid, Signal::SIGCONT).expect("a signal");
    running.sleeps();
    // epoll_wait() and a receive with a timeout end with EINTR after SIGSTOP, with or without a tracer: signal(7).
    kill(pid, Signal::SIGKILL).expect("a signal");
}

#[test]
fn the_end_of_a_program_that_was_attached_to_is_seen() {
    let Some(program) = compiled(SLEEPERS) else {
        return;
    };
    let mut running = sleepers(&program);
    let mut traced = attach(running.pid());
    traced.until("calls under way", |world| {
        INSIDE.iter().all(|call| is_inside(world, call))
    });
    running.input.write_all(b"x").expect("its input");
    assert_eq!(traced.end(), Ended::Finished(EndStatus::Exited(0)));
    let ended = INSIDE.map(|call| {
        let mut all = traced.world.log().iter().filter(|own| word(own) == call);
        all.any(|own| own.outcome().is_some_and(|own| own.result.is_ok()))
    });
    assert_eq!(ended, [true; 4], "{:#?}", traced.lines());
}

#[test]
fn a_signal_ends_the_command_and_not_the_program() {
    let Some(program) = compiled(SLEEPERS) else {
        return;
    };
    for (signal, expected) in [
        (Signal::SIGINT, (Some(0), None)),
        (Signal::SIGTERM, (None, Some(libc::SIGTERM))),
    ] {
        let running = sleepers(&program);
        let mut command = Command::new(env!("CARGO_BIN_EXE_sockplay"))
            .args(["trace", "--no-screen", "--pid", &running.pid().to_string()])
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program");
        let mut lines = BufReader::new(command.stderr.take().expect("its lines")).lines();
        let mut seen = Vec::new();
        while !INSIDE.iter().all(|call| {
            let call = format!("{call}(");
            seen.iter()
                .any(|line: &String| line.contains(&call) && line.ends_with("-> blocks"))
        }) {
            seen.push(lines.next().expect("a line").expect("a line"));
        }
        kill(Pid::from_raw(command.id().cast_signed()), signal).expect("a signal");
        seen.extend(lines.map(|line| line.expect("a line")));
        let status = command.wait().expect("its end");
        assert_eq!((status.code(), status.signal()), expected, "{seen:#?}");
        assert!(
            seen.iter()
                .any(|line| line.ends_with("is not traced any more")),
            "{seen:#?}"
        );
        assert_unharmed(running);
    }
}

#[test]
fn what_cannot_be_attached_to_is_said_with_its_remedy() {
    let Some(program) = compiled(SLEEPERS) else {
        return;
    };
    let running = sleepers(&program);
    let said = |pid: i32| {
        let output = Command::new(env!("CARGO_BIN_EXE_sockplay"))
            .args(["trace", "--no-screen", "-p", &pid.to_string()])
            .output()
            .expect("the program");
        assert_eq!(output.status.code(), Some(2));
        String::from_utf8_lossy(&output.stderr).into_owned()
    };
    assert!(said(i32::MAX).contains("there is no such process"));
    assert!(said(std::process::id().cast_signed()).contains("was started by it"));
    let traced = attach(running.pid());
    let second = said(running.pid());
    assert!(
        second.contains("traces it, and a process has one tracer at a time"),
        "{second}"
    );
    drop(traced);
    assert_unharmed(running);
}
