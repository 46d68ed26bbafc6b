//! Traces of nc, of `python3 -m http.server` and of curl on the loopback, as strace 6.1 wrote them with several options.
//!
//! `nc-server`: -f -tt -T -yy -o; `nc-client`: -ttt, to the standard error; `http-server`: -f -s 200 -T, to the standard
//! error, where the server prints a line too; `curl`: -r -yy.

use sockplay::event::Abandonment;
use sockplay::journal::Entry;
use sockplay::socket::{Domain, Kind, SocketType};
use sockplay::strace::import::{Imported, import};
use sockplay::world::record::Progress;
use sockplay::world::{Handle, World};

use crate::common::files::read;
use crate::import::events::{every_line_is_counted, notation, printed, traced, world};

/// Calls that only sockets and the like have: each of them is taken over.
const OF_SOCKETS: [&str; 16] = [
    "socket(",
    "socketpair(",
    "bind(",
    "listen(",
    "accept4(",
    "connect(",
    "getsockname(",
    "getpeername(",
    "sendto(",
    "recvfrom(",
    "setsockopt(",
    "getsockopt(",
    "shutdown(",
    "poll(",
    "pselect6(",
    "execve(",
];

fn trace(name: &str) -> (String, Imported) {
    let text = read(&format!("tests/import/{name}.strace"));
    let imported = import(text.as_bytes());
    every_line_is_counted(&imported.report);
    (text, imported)
}

/// Each imported call has the text that strace printed of it, and no call on a socket is missing.
#[track_caller]
fn is_whole(text: &str, imported: &Imported) -> World {
    let world = world(&imported.events);
    let printed = printed(&world);
    let first = *printed.keys().next().expect("a thread");
    let traced = traced(text, first);
    for (thread, calls) in &printed {
        let mut lines = traced[thread].iter();
        for call in calls {
            assert!(
                lines.any(|line| line == call),
                "{thread}: {call}\n{traced:#?}"
            );
        }
    }
    let all: Vec<&String> = printed.values().flatten().collect();
    for line in traced.values().flatten() {
        let is_of_sockets = OF_SOCKETS.iter().any(|name| line.starts_with(name));
        assert!(!is_of_sockets || all.contains(&line), "{line} is missing");
    }
    world
}

/// That these lines follow each other among the calls.
#[track_caller]
fn has(world: &World, lines: &[&str]) {
    let calls = notation(world);
    let found = calls.windows(lines.len()).any(|part| part == lines);
    assert!(found, "{lines:#?}\nnot in {calls:#?}");
}

/// The sockets: their numbers, domains and addresses.
fn sockets(world: &World) -> Vec<(i32, Domain, String, String)> {
    let text = |address: Option<&sockplay::socket::Address>| {
        address.map_or_else(String::new, ToString::to_string)
    };
    world
        .descriptors()
        .filter_map(|own| {
            let socket = own.socket()?;
            let (local, remote) = (text(socket.local.as_ref()), text(socket.remote.as_ref()));
            Some((own.number(), socket.domain, local, remote))
        })
        .collect()
}

#[test]
fn a_server_of_nc_with_threads_times_and_addresses() {
    let (text, imported) = trace("nc-server");
    assert_eq!(imported.report.unknown, 0, "{:?}", imported.report);
    assert!(imported.report.has_times && imported.report.has_pid);
    let world = is_whole(&text, &imported);
    has(
        &world,
        &[
            "socket(AF_INET, SOCK_STREAM, IPPROTO_TCP) -> fd 3",
            "setsockopt(fd3, SO_REUSEADDR, 1) -> 0",
            "setsockopt(fd3, SO_REUSEPORT, 1) -> 0",
            "bind(fd3, 127.0.0.1:41871) -> 0",
            "listen(fd3, 1) -> 0",
            "accept4(fd3, SOCK_NONBLOCK) -> fd 4 from 127.0.0.1:40656",
        ],
    );
    has(
        &world,
        &[
            "read(fd4, 16384) -> 6 \"hello\\n\"",
            "shutdown(fd4, SHUT_WR) -> 0",
        ],
    );
    let local = || "127.0.0.1:41871".to_owned();
    assert_eq!(
        sockets(&world),
        [
            (3, Domain::INET, local(), String::new()),
            (4, Domain::INET, local(), "127.0.0.1:40656".to_owned()),
        ]
    );
    assert!(world.descriptors().all(|own| !own.is_open()));
    let accept = world
        .log()
        .iter()
        .find(|record| record.call().word() == "accept4");
    let accept = accept.expect("it was made");
    assert!(
        accept.duration(accept.began()).as_micros() > 0,
        "-T says how long it took"
    );
}

#[test]
fn a_client_of_nc_with_times_since_1970() {
    let (text, imported) = trace("nc-client");
    assert_eq!(imported.report.unknown, 0, "{:?}", imported.report);
    let first: u64 = text[..10].parse().expect("seconds");
    assert_eq!(imported.report.began, Some(first));
    let world = is_whole(&text, &imported);
    has(
        &world,
        &[
            "connect(fd3, 127.0.0.1:41871) -> EINPROGRESS",
            "pselect(read [], write [fd3], except [], -1) -> 1 read [] write [fd3] except []",
            "getsockopt(fd3, SO_ERROR) -> 0",
        ],
    );
    has(
        &world,
        &[
            "poll([0: POLLIN, fd3: POLLOUT, fd3: POLLIN, 1: 0], -1) -> 2 [0: POLLHUP, fd3: POLLOUT]",
            "write(fd3, \"hello\\n\") -> 6",
            "shutdown(fd3, SHUT_WR) -> 0",
        ],
    );
    // Where it looks for the name service, twice, and the connection.
    let kinds: Vec<Kind> = world.descriptors().map(Handle::kind).collect();
    assert_eq!(kinds, [Kind::Stream; 3]);
}

#[test]
fn a_web_server_of_python_with_a_thread_and_a_line_of_its_own() {
    let (text, imported) = trace("http-server");
    let of_server = text
        .lines()
        .position(|line| line.starts_with("127.0.0.1 - - "));
    let of_server = of_server.expect("the line of the server") + 1;
    assert_eq!(imported.report.first_unknown, [of_server]);
    assert_eq!(imported.report.unknown, 1);
    assert!(!imported.report.has_times);
    let world = is_whole(&without_line(&text, of_server), &imported);
    has(
        &world,
        &[
            "accept4(fd3, SOCK_CLOEXEC) -> fd 4 from 127.0.0.1:39474",
            "getsockname(fd4) -> 127.0.0.1:41874",
        ],
    );
    has(
        &world,
        &[
            "send(fd4, \"hello\\n\") -> 6",
            "shutdown(fd4, SHUT_WR) -> 0",
            "close(fd4) -> 0",
        ],
    );
    // The thread uses the descriptors of its process.
    assert_eq!(
        world.processes().len(),
        2,
        "the session's own, and the server"
    );
    let taken = sockets(&world).into_iter().find(|(fd, ..)| *fd == 4);
    let last = sockets(&world).pop().expect("the connection");
    assert_eq!(last.2, "127.0.0.1:41874");
    assert_eq!(last.3, "127.0.0.1:39474");
    assert!(taken.is_some());
}

fn without_line(text: &str, number: usize) -> String {
    let lines = (1..).zip(text.lines()).filter(|(own, _)| *own != number);
    lines.map(|(_, line)| format!("{line}\n")).collect()
}

#[test]
fn a_request_of_curl_with_times_between_the_lines() {
    let (text, imported) = trace("curl");
    assert_eq!(imported.report.unknown, 0, "{:?}", imported.report);
    let world = is_whole(&text, &imported);
    let calls = notation(&world);
    let sent = calls.iter().find(|call| call.starts_with("send(fd5"));
    assert!(
        sent.is_some_and(|call| call.starts_with("send(fd5, \"GET / HTTP/1.1")),
        "{calls:#?}"
    );
    let pair: Vec<_> = world
        .descriptors()
        .filter_map(|own| own.socket().filter(|own| own.domain == Domain::UNIX))
        .filter(|socket| socket.identity.inode.is_some())
        .collect();
    assert!(pair.len() >= 2, "-yy says their inodes");
    let connection = world
        .descriptors()
        .find(|own| own.number() == 5)
        .expect("the connection");
    let socket = connection.socket().expect("a socket");
    assert_eq!(socket.socket_type, SocketType::STREAM);
    assert_eq!(
        socket.remote.as_ref().map(ToString::to_string).as_deref(),
        Some("127.0.0.1:41873")
    );
}

#[test]
fn a_recording_of_each_is_read_back() {
    for name in ["nc-server", "nc-client", "http-server", "curl"] {
        let (_, imported) = trace(name);
        for event in imported.events {
            let line = Entry::Event(event.clone()).line();
            assert_eq!(
                Entry::of(line.as_bytes()),
                Ok(Entry::Event(event)),
                "{line}"
            );
        }
    }
}

#[test]
fn a_process_that_strace_left_is_inside_its_call_to_the_end() {
    // strace -f -p of a server that waits, interrupted: to the standard error, and into a file with -yy.
    for text in [
        "strace: Process 12 attached\n09:54:44.5 accept4(3, strace: Process 12 detached\n <detached ...>\n",
        "12 09:54:44.5 accept4(3<TCP:[127.0.0.1:80]>,  <detached ...>\n",
    ] {
        let imported = import(text.as_bytes());
        every_line_is_counted(&imported.report);
        assert_eq!(imported.report.unknown, 0, "{text}");
        let world = world(&imported.events);
        let record = world.log().iter().next().expect("the call");
        assert_eq!(record.call().word(), "accept4");
        let left = Progress::Abandoned {
            at: record.began(),
            reason: Abandonment::Detached,
        };
        assert_eq!(record.progress, left, "{text}");
        assert_eq!(world.processes()[1].pid(), Some(12));
        // Descriptors stay open: the process goes on.
        assert!(
            world
                .descriptors()
                .all(|own| own.is_open() && own.number() == 3)
        );
    }
}
