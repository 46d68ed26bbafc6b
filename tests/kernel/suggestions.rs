//! The suggestions on the real kernel: the lines that are offered are run in their order, and do lead out.

use std::net::TcpListener;

use sockplay::event::CallId;
use sockplay::explain;
use sockplay::explain::Suggestion;
use sockplay::world::{Record, World};

use crate::common::engine::{CONNECTED, LISTENER, Rig, outcome};
use crate::common::skipped;

impl Rig {
    /// Makes calls one after the other, whatever they give; the result of the last one.
    #[track_caller]
    fn run(&mut self, lines: &[&str]) -> String {
        for line in lines {
            self.call(line);
        }
        self.result()
    }

    /// Starts a call that sleeps in the kernel.
    #[track_caller]
    fn sleeps(&mut self, line: &str) -> CallId {
        let call = self.start(line);
        self.blocks(call);
        call
    }

    fn last(&self) -> &Record {
        self.world.log().last().expect("a call")
    }

    fn result(&self) -> String {
        outcome(&self.world, self.last().id())
            .map(ToString::to_string)
            .unwrap_or_default()
    }

    #[track_caller]
    fn says(&self, text: &str) {
        let why = explain::why(&self.world, self.last()).text;
        assert!(why.contains(text), "{why:?} lacks {text:?}");
    }

    fn suggestions(&self) -> Vec<Suggestion> {
        explain::suggestions(&self.world, self.last())
    }

    fn lines(&self) -> Vec<String> {
        self.suggestions()
            .into_iter()
            .map(|suggestion| suggestion.line)
            .collect()
    }

    /// Runs the suggestion that begins like this, and each line that is then the first to go on with it, to the end.
    /// Gives the lines and the result of the last one.
    #[track_caller]
    fn follow(&mut self, beginning: &str) -> (Vec<String>, String) {
        let offered = self.suggestions();
        let at = offered
            .iter()
            .position(|suggestion| suggestion.line.starts_with(beginning));
        let at = at.unwrap_or_else(|| panic!("{beginning} is not among {offered:?}"));
        let mut line = offered[at].line.clone();
        let mut run = Vec::new();
        loop {
            self.run(&[&line]);
            run.push(line);
            // What goes on with a suggestion is first, and its last line is the call that had failed.
            match self.suggestions().first() {
                Some(next) if run.len() < 6 && goes_on(&self.world) => line = next.line.clone(),
                _ => return (run, self.result()),
            }
        }
    }
}

/// Whether the last call was a step after which others come: it succeeded, and is not the failed call once more.
fn goes_on(world: &World) -> bool {
    let last = world.log().last().expect("a call");
    let failed = |record: &Record| {
        outcome(world, record.id()).is_some_and(|outcome| outcome.errno().is_some())
    };
    let mut before = world.log().iter().rev().skip(1);
    !failed(last) && !before.any(|record| record.call() == last.call() && failed(record))
}

#[test]
fn a_port_of_a_listener_is_freed_by_close_or_replaced_by_another() {
    let mut rig = Rig::with_endpoints();
    rig.run(&LISTENER);
    rig.until("the address of l", |world| {
        world
            .descriptors()
            .any(|l| l.local().is_some_and(|a| a.port() != Some(0)))
    });
    let result = rig.run(&["n = socket(AF_INET, SOCK_STREAM)", "bind(n, addr(l))"]);
    assert_eq!(result, "EADDRINUSE");
    let (run, result) = rig.follow("close(l)");
    assert_eq!((run.len(), result.as_str()), (2, "0"), "{run:?}");
    let result = rig.run(&["m = socket(AF_INET, SOCK_STREAM)", "bind(m, addr(n))"]);
    assert_eq!(result, "EADDRINUSE");
    let (run, result) = rig.follow("bind(m, 127.0.0.1:0)");
    assert_eq!((run.len(), result.as_str()), (1, "0"), "{run:?}");
}

#[test]
fn a_port_that_an_orphan_has_is_got_with_so_reuseaddr() {
    let mut rig = Rig::with_endpoints();
    rig.run(&[LISTENER[0], "setsockopt(l, SO_REUSEADDR, 1)"]);
    rig.run(&LISTENER[1..]);
    rig.run(&CONNECTED);
    rig.run(&["close(l)", "close(s)", "close(c)"]);
    rig.until("the orphan of s", |world| {
        let mut sockets = world.descriptors();
        sockets.any(|s| s.name().as_str() == "s" && s.orphan().is_some())
    });
    let result = rig.run(&["n = socket(AF_INET, SOCK_STREAM)", "bind(n, addr(l))"]);
    assert_eq!(result, "EADDRINUSE");
    let (run, result) = rig.follow("setsockopt(n, SO_REUSEADDR, 1)");
    assert_eq!((run.len(), result.as_str()), (2, "0"), "{run:?}");
}

#[test]
fn an_orphan_without_so_reuseaddr_offers_another_port_only() {
    let mut rig = Rig::with_endpoints();
    rig.run(&LISTENER);
    rig.run(&CONNECTED);
    rig.run(&["close(l)", "close(s)", "close(c)"]);
    let result = rig.run(&["n = socket(AF_INET, SOCK_STREAM)", "bind(n, addr(l))"]);
    assert_eq!(result, "EADDRINUSE");
    assert_eq!(rig.lines(), ["bind(n, 127.0.0.1:0)"]);
    let result = rig.run(&["setsockopt(n, SO_REUSEADDR, 1)", "bind(n, addr(l))"]);
    assert_eq!(result, "EADDRINUSE", "the old socket did not have it");
}

#[test]
fn a_port_that_a_connection_holds_is_got_with_so_reuseaddr_on_both() {
    let mut rig = Rig::with_endpoints();
    rig.run(&LISTENER);
    rig.run(&CONNECTED);
    let result = rig.run(&[
        "close(l)",
        "n = socket(AF_INET, SOCK_STREAM)",
        "bind(n, addr(l))",
    ]);
    assert_eq!(result, "EADDRINUSE");
    let (run, result) = rig.follow("setsockopt(s, SO_REUSEADDR, 1)");
    assert_eq!((run.len(), result.as_str()), (3, "0"), "{run:?}");
}

#[test]
fn connect_without_a_listener_leads_to_a_server() {
    let free = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = free.local_addr().expect("its address");
    drop(free);
    let mut rig = Rig::with_endpoints();
    let connect = format!("connect(c, {address})");
    let result = rig.run(&["c = socket(AF_INET, SOCK_STREAM)", &connect]);
    assert_eq!(result, "ECONNREFUSED");
    let (run, result) = rig.follow("s1 = socket(AF_INET, SOCK_STREAM)");
    assert_eq!((run.len(), result.as_str()), (4, "0"), "{run:?}");
    assert_eq!(run[3], connect);
}

#[test]
fn a_path_that_is_stale_is_removed() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("u.sock");
    let mut rig = Rig::with_endpoints();
    let bind = |name: &str| format!("bind({name}, unix:{})", path.display());
    rig.run(&["u = socket(AF_UNIX, SOCK_STREAM)", &bind("u"), "close(u)"]);
    let result = rig.run(&["v = socket(AF_UNIX, SOCK_STREAM)", &bind("v")]);
    assert_eq!(result, "EADDRINUSE");
    let (run, result) = rig.follow("unlink(");
    assert_eq!((run.len(), result.as_str()), (2, "0"), "{run:?}");
    // And one that is connected to.
    let connect = format!("connect(c, unix:{})", path.display());
    rig.run(&["close(v)", "c = socket(AF_UNIX, SOCK_STREAM)", &connect]);
    assert_eq!(rig.result(), "ECONNREFUSED");
    let (run, result) = rig.follow("unlink(");
    assert_eq!((run.len(), result.as_str()), (5, "0"), "{run:?}");
}

#[test]
fn a_file_that_this_session_did_not_make_is_not_offered_to_be_removed() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("u.sock");
    // Its server may also run in another network namespace, which this one cannot see.
    drop(std::os::unix::net::UnixListener::bind(&path).expect("a name"));
    let mut rig = Rig::with_endpoints();
    for call in ["bind", "connect"] {
        let line = format!("{call}(u, unix:{})", path.display());
        rig.run(&["u = socket(AF_UNIX, SOCK_STREAM)", &line]);
        let last = rig.last();
        let (address, kind) = explain::owned_outside(&rig.world, last).expect("a question");
        rig.engine.find_holder(last.id(), address, kind);
        rig.until("who has it", |world| {
            let last = world.log().last().expect("a call");
            last.outside_owner().is_some()
        });
        rig.says("`lsns -t net`");
        let lines = rig.lines();
        assert!(
            !lines.iter().any(|line| line.starts_with("unlink(")),
            "{lines:?}"
        );
        rig.run(&["close(u)"]);
    }
    assert!(path.exists());
}

#[test]
fn a_socket_that_is_connected_connects_elsewhere() {
    let mut rig = Rig::with_endpoints();
    rig.run(&LISTENER);
    rig.run(&[
        "m = socket(AF_INET, SOCK_STREAM)",
        "bind(m, 127.0.0.1:0)",
        "listen(m, 5)",
    ]);
    rig.run(&[
        "c = socket(AF_INET, SOCK_STREAM)",
        "connect(c, addr(l))",
        "connect(c, addr(m))",
    ]);
    assert_eq!(rig.result(), "EISCONN");
    let (run, result) = rig.follow("connect(c, AF_UNSPEC)");
    assert_eq!((run.len(), result.as_str()), (2, "0"), "{run:?}");
    rig.run(&["listen(c, 5)"]);
    assert_eq!(rig.result(), "EINVAL");
    let (run, result) = rig.follow("s1 = socket");
    assert_eq!((run.len(), result.as_str()), (2, "0"), "{run:?}");
}

#[test]
fn nothing_to_read_and_no_room_to_send() {
    let mut rig = Rig::with_endpoints();
    rig.run(&[
        "a, b = socketpair(AF_UNIX, SOCK_STREAM)",
        "recv(a, 9, MSG_DONTWAIT)",
    ]);
    assert_eq!(rig.result(), "EAGAIN");
    let (run, result) = rig.follow("send(b, ");
    assert_eq!((run.len(), result.as_str()), (2, "5 \"hello\""), "{run:?}");
    rig.run(&["fill(a)", "send(a, bytes(9), MSG_DONTWAIT)"]);
    assert_eq!(rig.result(), "EAGAIN");
    let (run, result) = rig.follow("drain(b)");
    assert_eq!((run.len(), result.as_str()), (2, "9"), "{run:?}");
}

#[test]
fn a_short_write_is_followed_by_the_rest() {
    let mut rig = Rig::with_endpoints();
    rig.run(&LISTENER);
    rig.run(&CONNECTED);
    rig.run(&["fcntl(c, F_SETFL, O_NONBLOCK)", "send(c, \"x\"*60000000)"]);
    let taken: usize = rig.result().parse().expect("a count");
    assert!(taken < 60_000_000, "it is short");
    rig.says("There was room for");
    let left = format!("send(c, \"x\"*{})", 60_000_000 - taken);
    assert!(
        rig.lines().contains(&"poll([c: POLLOUT], 1000)".to_owned()),
        "{:?}",
        rig.lines()
    );
    assert!(rig.lines().contains(&left), "{:?}", rig.lines());
}

#[test]
fn a_handshake_that_did_not_wait_is_established_already() {
    let mut rig = Rig::with_endpoints();
    rig.run(&LISTENER);
    let result = rig.run(&[
        "c = socket(AF_INET, SOCK_STREAM|SOCK_NONBLOCK)",
        "connect(c, addr(l))",
    ]);
    assert_eq!(result, "EINPROGRESS");
    rig.says("connect() did not wait, and yet c is ESTABLISHED already");
    let (run, result) = rig.follow("poll([c: POLLOUT], 0)");
    assert_eq!((run.len(), result.as_str()), (2, "0"), "{run:?}");
}

#[test]
fn a_handshake_that_did_not_wait_was_refused_already() {
    let free = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = free.local_addr().expect("its address");
    drop(free);
    let mut rig = Rig::with_endpoints();
    let connect = format!("connect(c, {address})");
    let result = rig.run(&["c = socket(AF_INET, SOCK_STREAM|SOCK_NONBLOCK)", &connect]);
    if result != "EINPROGRESS" {
        return skipped(&format!("the kernel says {result} at once"));
    }
    rig.says("the attempt is over: the kernel has c in CLOSE again");
    rig.run(&["getsockopt(c, SO_ERROR)"]);
    assert_eq!(rig.result(), "ECONNREFUSED");
}

#[test]
fn datagrams_find_where_to_go() {
    let mut rig = Rig::with_endpoints();
    rig.run(&["u = socket(AF_INET, SOCK_DGRAM)", "send(u, \"hi\")"]);
    assert_eq!(rig.result(), "EDESTADDRREQ");
    let (run, result) = rig.follow("s1 = socket(AF_INET, SOCK_DGRAM)");
    assert_eq!((run.len(), result.as_str()), (3, "2"), "{run:?}");
    rig.run(&["sendto(u, bytes(70000), addr(s1))"]);
    assert_eq!(rig.result(), "EMSGSIZE");
    let (run, result) = rig.follow("sendto(u, bytes(65507), addr(s1))");
    assert_eq!((run.len(), result.as_str()), (1, "65507"), "{run:?}");
    rig.run(&["sendto(u, \"hi\", 127.255.255.255:9)"]);
    if rig.result() == "EACCES" {
        let (run, result) = rig.follow("setsockopt(u, SO_BROADCAST, 1)");
        assert_eq!((run.len(), result.as_str()), (2, "2"), "{run:?}");
    } else {
        skipped(&format!("broadcasting gives {}", rig.result()));
    }
}

#[test]
fn sending_to_a_closed_peer_succeeds_once() {
    let mut rig = Rig::with_endpoints();
    rig.run(&LISTENER);
    rig.run(&CONNECTED);
    rig.run(&["close(s)", "send(c, \"one\")"]);
    assert_eq!(rig.result(), "3");
    rig.says("s is closed, yet this succeeds");
    let (_, result) = rig.follow("send(c, \"one\")");
    assert_eq!(result, "EPIPE+SIGPIPE");
    rig.says("its kernel answered what c sent after that with RST");
    let (_, result) = rig.follow("send(c, \"one\", MSG_NOSIGNAL)");
    assert_eq!(result, "EPIPE");
}

#[test]
fn a_reset_is_attributed_to_unread_data() {
    let mut rig = Rig::with_endpoints();
    rig.run(&LISTENER);
    rig.run(&CONNECTED);
    rig.run(&["send(c, \"hello\")", "recv(s, 2)", "close(s)", "recv(c, 9)"]);
    assert_eq!(rig.result(), "ECONNRESET");
    rig.says("s was closed with 3 bytes from c unread, and then the kernel sends RST");
    let (run, result) = rig.follow("s1 = socket");
    assert!(run[1].starts_with("connect(s1, 127.0.0.1:"), "{run:?}");
    assert!(
        result.starts_with("fd from"),
        "and accept() takes it: {run:?}"
    );
}

#[test]
fn a_full_queue_is_emptied() {
    let mut rig = Rig::with_endpoints();
    rig.run(&[LISTENER[0], LISTENER[1], "listen(l, 0)"]);
    rig.run(&[
        "c = socket(AF_INET, SOCK_STREAM)",
        "connect(c, addr(l))",
        "d = socket(AF_INET, SOCK_STREAM)",
    ]);
    let call = rig.sleeps("connect(d, addr(l))");
    rig.until("the queue is seen to be full", |world| {
        let mut sockets = world.descriptors();
        sockets.any(|l| {
            l.accept_queue()
                .is_some_and(|queue| queue.length > queue.limit)
        })
    });
    rig.says("The accept queue of l is full, so its kernel drops the SYN of d");
    rig.run(&[
        "e = socket(AF_INET, SOCK_STREAM|SOCK_NONBLOCK)",
        "connect(e, addr(l))",
    ]);
    assert_eq!(rig.result(), "EINPROGRESS");
    rig.says("The accept queue of l is full, so the kernel drops the SYN of e");
    assert!(
        rig.lines().contains(&"s1 = accept(l)".to_owned()),
        "{:?}",
        rig.lines()
    );
    // Otherwise a retransmitted SYN of e may take the place first.
    rig.run(&["close(e)", "s1 = accept(l)"]);
    rig.until("d is connected", |world| outcome(world, call).is_some());
    assert_eq!(
        outcome(&rig.world, call)
            .map(ToString::to_string)
            .as_deref(),
        Some("0")
    );
}

#[test]
fn an_accept_that_sleeps_is_given_a_client() {
    let mut rig = Rig::with_endpoints();
    rig.run(&LISTENER);
    let call = rig.sleeps("accept(l)");
    assert_eq!(
        rig.lines(),
        ["s1 = socket(AF_INET, SOCK_STREAM)", "cancel(l)"]
    );
    let (run, _) = rig.follow("s1 = socket");
    assert_eq!(run.len(), 2, "{run:?}");
    rig.until("accept returns", |world| outcome(world, call).is_some());
}

#[test]
fn a_buffer_size_reads_back_doubled() {
    let mut rig = Rig::with_endpoints();
    rig.run(&[
        "c = socket(AF_INET, SOCK_STREAM)",
        "setsockopt(c, SO_RCVBUF, 8192)",
    ]);
    rig.says("the kernel doubled it");
    let (_, result) = rig.follow("getsockopt(c, SO_RCVBUF)");
    assert_eq!(result, "16384");
    rig.says("8192 was set for c, and the kernel doubled it");
}

#[test]
fn end_of_file_offers_to_end_the_other_direction() {
    let mut rig = Rig::with_endpoints();
    rig.run(&[
        "a, b = socketpair(AF_UNIX, SOCK_STREAM)",
        "shutdown(b, SHUT_WR)",
        "recv(a, 9)",
    ]);
    assert_eq!(rig.result(), "0");
    assert_eq!(
        rig.lines(),
        ["send(a, \"bye\")", "shutdown(a, SHUT_WR)", "close(a)"]
    );
    let (_, result) = rig.follow("shutdown(a, SHUT_WR)");
    assert_eq!(result, "0");
}

#[test]
fn the_program_that_has_a_port_is_named() {
    // This process has it, but not the session: nobody else needs to be started.
    let outside = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = outside.local_addr().expect("its address");
    let mut rig = Rig::with_endpoints();
    let bind = format!("bind(n, {address})");
    assert_eq!(
        rig.run(&["n = socket(AF_INET, SOCK_STREAM)", &bind]),
        "EADDRINUSE"
    );
    rig.says(&format!("(pid {}) has {address}", std::process::id()));
    assert_eq!(explain::owned_outside(&rig.world, rig.last()), None);
    let (_, result) = rig.follow("bind(n, 127.0.0.1:0)");
    assert_eq!(result, "0");
}
