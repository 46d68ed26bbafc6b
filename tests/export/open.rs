//! Results that a session left open: a program goes on whether such a call fails or not.

use std::io::Write;
use std::os::unix::net::UnixListener;
use std::process::Command;
use std::thread;

use crate::common::child::{Child, folder};
use crate::common::files::text;
use crate::common::skipped;
use crate::{compiled, compiled_by_rustc, export, is_there};

/// In the session there is a server that says hello; when the program runs there is none.
const LINES: &str = "c = socket(AF_UNIX, SOCK_STREAM)\n\
    connect(c, unix:peer) -> 0 or ENOENT\n\
    getpeername(c) -> *\n\
    recv(c, 2) -> *\n\
    readv(c, [1]) -> *\n\
    recvmsg(c, [1]) -> *\n\
    recvfrom(c, 1) -> *\n\
    recv(c, 9) &\n\
    wait(c) -> 0 or EINVAL\n\
    drain(c) -> 0 or EINVAL\n\
    getsockopt(c, SO_TYPE) -> *\n\
    getsockopt(c, SO_PEERCRED) -> *\n\
    ioctl(c, FIONREAD) -> *\n\
    poll([c: POLLIN], 0) -> *\n\
    select(read [], write [c], except [], 0) -> *\n\
    e = epoll_create1(0)\n\
    epoll_wait(e, 1, 0) -> *\n\
    getaddrinfo(\"127.0.0.1\", \"80\") -> *\n\
    getaddrinfo(\"127.0.0.1\", \"no such service\") -> *\n\
    inet_pton(AF_INET, \"127.0.0.1\") -> *\n\
    inet_ntop(AF_INET, hex(7f 00 00 01)) -> *\n\
    recv(c, 5, MSG_OOB) -> EOPNOTSUPP or EINVAL\n\
    listen(c, 1) -> EINVAL or EISCONN\n\
    shutdown(c, SHUT_WR) -> *\n\
    fill(c) -> EPIPE+SIGPIPE or ENOTCONN\n\
    getaddrinfo(\"127.0.0.1\", \"no such service\") -> EAI_SERVICE or EAI_NONAME\n";

/// How the two errors of the last line are expected in each language: what a look-up gives does not depend on the server.
fn lookup_errors(format: &str) -> &'static str {
    match format {
        "c" => "(int[]){EAI_SERVICE, EAI_NONAME, 0}",
        "rust" => "&[-8, -2]",
        _ => "(\"getaddrinfo\", EAI_SERVICE, EAI_NONAME)",
    }
}

/// What the program prints of the calls that fail only there.
const FAILED: [&str; 8] = [
    "connect: No such file or directory",
    "getpeername: Transport endpoint is not connected",
    "recv: Invalid argument",
    "readv: Invalid argument",
    "recvmsg: Invalid argument",
    "recvfrom: Invalid argument",
    "drain: Invalid argument",
    "fill: Transport endpoint is not connected",
];
/// What it prints of a call that fails nowhere.
const SUCCEEDED: &str = "getsockopt: 1";

#[test]
fn a_call_that_may_fail_ends_no_program() {
    for (format, tool) in [("c", "cc"), ("rust", "rustc"), ("python", "python3")] {
        if !is_there(tool) {
            skipped(&format!("there is no {tool}"));
            continue;
        }
        let place = folder();
        let script = place.path().join("session.sock");
        std::fs::write(&script, LINES).expect("a script");
        let source = place.path().join(match format {
            "c" => "program.c",
            "rust" => "program.rs",
            _ => "program.py",
        });
        let peer = place.path().join("peer");
        let server = UnixListener::bind(&peer).expect("a server");
        let served = thread::spawn(move || {
            let (mut client, _) = server.accept().expect("a client");
            client.write_all(b"hello").expect("it reads");
        });
        export(&script, format, &source);
        served.join().expect("it was served");
        std::fs::remove_file(&peer).expect("it is there");
        let mut command = match format {
            "c" => Command::new(compiled(&source)),
            "rust" => match compiled_by_rustc(&source) {
                Some(program) => Command::new(program),
                None => {
                    skipped("the crates of this build are not beside the program");
                    continue;
                }
            },
            _ => {
                let mut command = Command::new("python3");
                command.arg(&source);
                command
            }
        };
        command.current_dir(place.path());
        let ran = Child::start(&mut command, b"").end();
        assert_eq!(ran.code, Some(0), "{format}: {ran:#?}\n{}", text(&source));
        assert!(text(&source).contains(lookup_errors(format)), "{format}");
        for line in FAILED.into_iter().chain([SUCCEEDED]) {
            let is_said = ran.out.lines().any(|printed| printed == line);
            assert!(is_said, "{format}: {line}: {ran:#?}\n{}", text(&source));
        }
    }
}
