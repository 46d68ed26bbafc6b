//! Faults that are injected into calls of a traced program.

use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::process::{Command, Output};
use std::time::Duration;

use sockplay::call::outcome::Outcome;
use sockplay::event::EndStatus;
use sockplay::trace::{Ended, Fault, Hold, Options};

use super::traced::{Compiled, Traced, compiled, options, word};

/// Prints what each call returns to it, and whether the length argument of the first is what it was.
const TALK: &str = r#"
int main(void) {
  int p[2];
  char b[8];
  socketpair(AF_UNIX, SOCK_STREAM, 0, p);
  long length = 6, sent;
#ifdef __x86_64__
  register long r10 __asm__("r10") = 0, r8 __asm__("r8") = 0, r9 __asm__("r9") = 0;
  __asm__ volatile("syscall" : "=a"(sent), "+d"(length)
    : "0"(44L), "D"((long)p[0]), "S"("abcdef"), "r"(r10), "r"(r8), "r"(r9) : "rcx", "r11", "memory");
#else
  sent = send(p[0], "abcdef", 6, 0);
#endif
  printf("sent %ld of %ld\n", sent, length);
  for (int i = 0; i < 2; i++) {
    errno = 0;
    int n = recv(p[1], b, 8, MSG_DONTWAIT);
    printf("recv %d %s\n", n, strerrorname_np(errno));
  }
  for (int i = 0; i < 2; i++) {
    errno = 0;
    int n = close(p[1]);
    printf("close %d %s\n", n, strerrorname_np(errno));
  }
  return 0;
}
"#;

fn run(program: &Compiled, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_sockplay"))
        .args(["trace", "--no-screen"])
        .args(arguments)
        .arg("--")
        .arg(program.file())
        .output()
        .expect("the program")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

const FAULTS: [&str; 6] = [
    "--inject",
    "send=short:1",
    "--inject",
    "recv=EINTR:1",
    "--inject",
    "close=EIO:1",
];

#[test]
fn a_program_sees_the_faults_and_each_format_marks_them() {
    let Some(program) = compiled(TALK) else {
        return;
    };
    let seen = "sent 3 of 6\nrecv -1 EINTR\nrecv 3 0\nclose -1 EIO\nclose 0 0\n";
    for (format, expected) in [
        (
            "notation",
            &[
                r#"send(fd3, "abcdef") -> 3 (injected)"#,
                "recv(fd4, 8, MSG_DONTWAIT) -> EINTR (injected)",
                r#"recv(fd4, 8, MSG_DONTWAIT) -> 3 "abc""#,
                "close(fd4) -> EIO (injected)",
                "close(fd4) -> 0",
            ][..],
        ),
        (
            "strace",
            &[
                r#"sendto(3, "abcdef", 6, 0, NULL, 0) = 3 (INJECTED)"#,
                "= -1 EINTR (Interrupted system call) (INJECTED)",
                "close(4) = -1 EIO (Input/output error) (INJECTED)",
            ],
        ),
        (
            "json",
            &[
                r#""call":"send(fd3, \"abcdef\")","syscall":null,"result":"3","errno":null,"injected":true"#,
                r#""errno":"EINTR","injected":true"#,
            ],
        ),
    ] {
        let output = run(&program, &[&FAULTS[..], &["--format", format]].concat());
        assert_eq!(text(&output.stdout), seen, "{format}");
        let lines = text(&output.stderr);
        // strace(1) aligns the results.
        let lines: Vec<String> = lines
            .lines()
            .map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "))
            .collect();
        for line in expected {
            let is_there = lines.iter().any(|own| own.contains(line));
            assert!(is_there, "{line}\n{}", lines.join("\n"));
        }
        let marked = lines.iter().filter(|line| {
            ["(injected)", "(INJECTED)", r#""injected":true"#]
                .iter()
                .any(|mark| line.contains(mark))
        });
        assert_eq!(marked.count(), 3, "{}", lines.join("\n"));
    }
}

#[test]
fn a_delay_is_marked_too_in_strace_with_its_word_for_that() {
    let Some(program) = compiled(TALK) else {
        return;
    };
    for (format, expected) in [
        ("notation", "-> fd 3, fd 4 (injected)"),
        ("strace", "[3, 4]) = 0 (DELAYED)"),
        ("json", r#""injected":true"#),
    ] {
        let delay = ["--inject", "socketpair=delay:1ms", "--format", format];
        let lines = text(&run(&program, &delay).stderr);
        let marked = lines.lines().filter(|line| line.contains(expected));
        assert_eq!(marked.count(), 1, "{lines}");
    }
}

/// A signal without SA_RESTART comes while it receives from its standard input.
const INTERRUPTED: &str = r"
static void nothing(int signal) {}
int main(void) {
  char b[8];
  struct sigaction a = {.sa_handler = nothing};
  sigaction(SIGALRM, &a, 0);
  ualarm(50000, 0);
  return recv(0, b, 8, 0) == -1 && errno == EINTR ? 0 : 1;
}
";

#[test]
fn an_interruption_is_what_the_kernel_returned_also_with_a_limit_that_was_not_seen() {
    let Some(program) = compiled(INTERRUPTED) else {
        return;
    };
    for (limit, expected) in [
        (
            Some(Duration::from_secs(60)),
            "= -1 EINTR (Interrupted system call)",
        ),
        (
            None,
            "= ? ERESTARTSYS (To be restarted if SA_RESTART is set)",
        ),
    ] {
        let (end, other) = UnixStream::pair().expect("a pair");
        end.set_read_timeout(limit).expect("SO_RCVTIMEO");
        let output = Command::new(env!("CARGO_BIN_EXE_sockplay"))
            .args(["trace", "--no-screen", "--format", "strace"])
            .arg(program.file())
            .stdin(OwnedFd::from(end))
            .output()
            .expect("the program");
        drop(other);
        let lines = text(&output.stderr);
        assert!(output.status.success(), "{lines}");
        let line = lines.lines().find(|line| line.contains("recvfrom(0"));
        assert!(line.is_some_and(|line| line.ends_with(expected)), "{lines}");
    }
}

#[test]
fn the_same_where_every_call_stops_and_why_says_so() {
    let Some(program) = compiled(TALK) else {
        return;
    };
    let output = run(&program, &[&FAULTS[..], &["--survives", "--why"]].concat());
    let seen = "sent 3 of 6\nrecv -1 EINTR\nrecv 3 0\nclose -1 EIO\nclose 0 0\n";
    assert_eq!(text(&output.stdout), seen);
    let lines = text(&output.stderr);
    assert_eq!(lines.matches("#   sockplay injected").count(), 3, "{lines}");
}

#[test]
fn wrong_faults_and_breaks_are_said() {
    for (arguments, expected) in [
        (
            ["--inject", "writev=short"],
            "sockplay: --inject writev=short: writev cannot be made with a shorter length",
        ),
        (["--inject", "recv"], "CALL=FAULT"),
        (["--break", "accept"], "needs the screen"),
    ] {
        let output = Command::new(env!("CARGO_BIN_EXE_sockplay"))
            .args(["trace", "--no-screen"])
            .args(arguments)
            .args(["--", "true"])
            .output()
            .expect("the program");
        let lines = text(&output.stderr);
        assert!(lines.contains(expected), "{lines}");
        assert_eq!(output.status.code(), Some(2));
    }
}

#[test]
fn a_delay_holds_and_a_held_call_takes_a_fault() {
    let Some(program) = compiled(TALK) else {
        return;
    };
    let span = Duration::from_millis(60);
    let with = Options {
        inject: vec!["send=delay:60ms".parse().expect("a delay")],
        hold: Hold::When(vec!["recv".parse().expect("a break")]),
        ..options()
    };
    let mut traced = Traced::start(&program, &with);
    let (first, _) = traced.held();
    let (first, _) = match word(traced.world.call(first).expect("the call")).as_str() {
        // The delay was seen.
        "send" => {
            traced.until("end of the delay", |world| {
                world.call(first).is_some_and(|own| !own.is_pending())
            });
            traced.held()
        }
        _ => (first, String::new()),
    };
    let sent = traced.world.log().iter().find(|own| word(own) == "send");
    let sent = sent.expect("the delayed call");
    assert!(sent.began().since(sent.asked) >= span);
    assert!(
        sent.outcome()
            .is_some_and(|outcome| outcome.injected.is_some())
    );
    // A call that cannot have it stays held.
    traced.tracing.inject(sent.id(), Fault::Short);
    traced
        .tracing
        .inject(first, Fault::Errno(sockplay::socket::Errno(libc::ENOMEM)));
    traced.until("injected errno", |world| {
        let outcome = world.call(first).and_then(|own| own.outcome());
        outcome.is_some_and(|own| {
            own.injected.is_some() && own.errno().is_some_and(|own| own.0 == libc::ENOMEM)
        })
    });
    let (second, _) = traced.held();
    traced
        .tracing
        .inject(second, Fault::Delay(Duration::from_millis(1)));
    traced.tracing.hold(Hold::Never);
    assert_eq!(traced.end(), Ended::Finished(EndStatus::Exited(0)));
    let second = traced.world.call(second).expect("the call");
    assert!(
        second
            .outcome()
            .is_some_and(|own: &Outcome| own.injected.is_some() && own.result.is_ok())
    );
}
