//! Tests of the engine on the real kernel: calls block, are cancelled, run beside each other, and leave nothing behind.

use std::io::Read;
use std::net::TcpListener;
use std::os::unix::net::UnixStream;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use sockplay::call::argument::Name;
use sockplay::call::outcome::Returned;
use sockplay::event::{CallId, Event, EventKind, Refusal, Source};
use sockplay::kernel::{sock_diag, unshared as apart};
use sockplay::socket::{Address, Errno, SocketType, TcpState};
use sockplay::world::{Handle, Progress, World};

use crate::common::engine::{CLIENT, CONNECTED, LISTENER, Rig, alone, named};
use crate::common::{PATIENCE, skipped};

impl Rig {
    /// Has a call refused, with this in the sentence.
    #[track_caller]
    fn declines(&mut self, line: &str, sentence: &str) {
        let call = self.start(line);
        self.until("a refusal", |world| world.pending().next().is_none());
        match &self.world.call(call).expect("it is known").progress {
            Progress::Refused(reason) => {
                let reason = reason.to_string();
                assert!(reason.contains(sentence), "{line}: {reason}");
            }
            other => panic!("{line}: {other:?}"),
        }
    }

    /// Asks again until the kernel's other half has done its part: segments may be delivered a moment later.
    #[track_caller]
    fn comes_to(&mut self, line: &str, expected: &str) {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let seen = self.call(line).to_string();
            if seen == expected {
                return;
            }
            assert!(
                Instant::now() < deadline,
                "{line} -> {seen}, not {expected}"
            );
        }
    }
}

#[test]
fn a_blocked_accept_sleeps_in_the_kernel_and_is_woken_by_a_connection() {
    let mut rig = Rig::new();
    rig.play(&LISTENER);
    let accept = rig.start("s = accept(l)");
    rig.blocks(accept);
    let record = rig.world.call(accept).expect("it is known").clone();
    let tid = record.thread.expect("a thread made it").tid;
    let wchan = std::fs::read_to_string(format!("/proc/self/task/{tid}/wchan")).unwrap_or_default();
    if wchan.is_empty() || wchan == "0" {
        skipped("this kernel does not show wchan");
    } else {
        assert_eq!(wchan, "inet_csk_accept");
    }
    rig.play(&CLIENT);
    assert!(matches!(
        rig.wait(accept).result,
        Ok(Returned::Accepted { from: Some(_), .. })
    ));
    rig.gives("send(c, \"hello\")", "5");
    rig.gives("recv(s, 3)", "3 \"hel\"");
    rig.gives("recv(s, 100)", "2 \"lo\"");
}

#[test]
fn cancel_gives_eintr_and_leaves_the_listener_listening() {
    let mut rig = Rig::new();
    rig.play(&LISTENER);
    for _ in 0..20 {
        let accept = rig.start("accept(l)");
        rig.engine.cancel(accept);
        assert_eq!(rig.wait(accept).errno(), Some(Errno(libc::EINTR)));
    }
    rig.gives("state(l)", "LISTEN");
    rig.play(&CLIENT);
    let from = rig.socket("c").local().cloned().expect("it has an address");
    rig.gives("s = accept(l)", &format!("fd from {from}"));
}

#[test]
fn a_second_call_on_a_blocked_socket_runs_on_a_further_thread() {
    let mut rig = Rig::new();
    rig.gives("a, b = socketpair(AF_UNIX, SOCK_STREAM)", "fd, fd");
    let recv = rig.start("recv(a, 10)");
    rig.blocks(recv);
    let send = rig.start("send(a, \"out\")");
    assert_eq!(rig.wait(send).to_string(), "3");
    let further = |id| {
        rig.world
            .call(id)
            .and_then(|record| record.thread)
            .map(|thread| thread.further)
    };
    assert_eq!((further(recv), further(send)), (Some(false), Some(true)));
    rig.gives("send(b, \"in\")", "2");
    assert_eq!(rig.wait(recv).to_string(), "2 \"in\"");
}

#[test]
fn the_peers_end_of_file_is_seen_without_a_call() {
    let mut rig = Rig::new();
    rig.play(&LISTENER);
    rig.play(&CONNECTED);
    rig.gives("shutdown(c, SHUT_WR)", "0");
    for (name, state) in [("s", TcpState::CloseWait), ("c", TcpState::FinWait2)] {
        rig.until(&format!("{name} in {state}"), |world| {
            named(world, name).tcp() == Some(state)
        });
    }
    assert_eq!(rig.socket("l").tcp(), Some(TcpState::Listen));
}

#[test]
fn the_end_of_records_is_observed_by_the_probe_after_the_call_and_only_once() {
    let mut rig = Rig::new();
    rig.gives("a, b = socketpair(AF_UNIX, SOCK_SEQPACKET)", "fd, fd");
    rig.gives("close(b)", "0");
    let a = rig.socket("a").id();
    let call = rig.start("recv(a, 9)");
    let mut observations = Vec::new();
    let deadline = Instant::now() + PATIENCE;
    loop {
        let event = rig.events.recv_deadline(deadline).expect("it returns");
        match event.what {
            EventKind::Observed {
                descriptor: socket,
                seen,
            } if socket == a => {
                observations.push((event.at, seen.hung_up));
            }
            EventKind::Returned { call: of, .. } if of == call => {
                observations.retain(|(at, _)| *at == event.at);
                break;
            }
            _ => {}
        }
    }
    let ended: Vec<bool> = observations
        .into_iter()
        .map(|(_, hung_up)| hung_up)
        .collect();
    assert_eq!(ended, [true]);
}

#[test]
fn after_close_the_connection_is_found_by_its_addresses() {
    let mut rig = Rig::new();
    rig.play(&LISTENER);
    rig.play(&CONNECTED);
    rig.gives("close(c)", "0");
    rig.gives("recv(s, 1)", "0");
    rig.gives("close(s)", "0");
    rig.comes_to("state(c)", "TIME_WAIT");
    rig.comes_to("state(s)", "GONE");
}

#[test]
fn descriptors_of_the_program_itself_are_refused() {
    let mut rig = Rig::new();
    let call = rig.start("close(1)");
    rig.until("a refusal", |world| world.pending().next().is_none());
    let record = rig.world.call(call).expect("it is known");
    assert!(
        matches!(&record.progress, Progress::Refused(reason) if matches!(**reason, Refusal::OwnDescriptor { fd: 1, .. }))
    );
    rig.gives("close(900)", "EBADF");
    rig.gives("close(-1)", "EBADF");
}

#[test]
fn a_closed_name_really_is_used_after_close() {
    let mut rig = Rig::new();
    rig.gives("c = socket(AF_INET, SOCK_STREAM)", "fd");
    rig.gives("close(c)", "0");
    rig.gives("close(c)", "EBADF");
}

#[test]
fn a_thread_with_a_table_of_its_own_keeps_no_socket_open_after_close() {
    let _alone = alone();
    apart::prepare();
    let is_over = AtomicBool::new(false);
    let asking = || {
        while !is_over.load(Ordering::SeqCst) {
            // Which one is asked for is all the same.
            let found = sock_diag::unix_state(u32::MAX);
            assert_eq!(found.expect("netlink"), None);
        }
    };
    let left_open = thread::scope(|scope| {
        scope.spawn(asking);
        let rounds = (0..20_000).filter(|_| {
            let (mut a, b) = UnixStream::pair().expect("a pair");
            a.set_nonblocking(true).expect("a flag");
            drop(b);
            // Nothing to read, and not the end: somebody has b yet.
            a.read(&mut [0]).is_err()
        });
        let left_open = rounds.count();
        is_over.store(true, Ordering::SeqCst);
        left_open
    });
    assert_eq!(left_open, 0);
}

#[test]
fn sigpipe_is_reported_only_where_it_was_raised() {
    let mut rig = Rig::new();
    rig.gives("a, b = socketpair(AF_UNIX, SOCK_STREAM)", "fd, fd");
    rig.gives("close(b)", "0");
    rig.gives("send(a, \"x\")", "EPIPE+SIGPIPE");
    rig.gives("send(a, \"x\", MSG_NOSIGNAL)", "EPIPE");
}

#[test]
fn pending_counts_connections_of_both_domains() {
    let mut rig = Rig::new();
    rig.play(&LISTENER);
    rig.play(&CLIENT);
    rig.comes_to("pending(l)", "1");
    rig.declines("pending(c)", "c does not listen");
    rig.gives("u = socket(AF_UNIX, SOCK_SEQPACKET)", "fd");
    rig.gives("bind(u, unix:)", "0");
    rig.gives("listen(u, 5)", "0");
    rig.gives("v = socket(AF_UNIX, SOCK_SEQPACKET)", "fd");
    rig.gives("connect(v, addr(u))", "0");
    rig.comes_to("pending(u)", "1");
}

/// A connection whose close() would wait half a minute for the peer, the listener that it gives, to take what was sent.
fn lingering(rig: &mut Rig) -> TcpListener {
    let peer = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = peer.local_addr().expect("its address");
    for line in [
        "c = socket(AF_INET, SOCK_STREAM)",
        &format!("connect(c, {address})"),
        "setsockopt(c, SO_LINGER, {1, 30s})",
        "d = dup(c)",
        "fill(c)",
    ] {
        let outcome = rig.call(line);
        assert!(outcome.errno().is_none(), "{line} -> {outcome}");
    }
    peer
}

#[test]
fn ending_a_session_does_not_linger_and_frees_the_numbers() {
    let mut rig = Rig::new();
    let _peer = lingering(&mut rig);
    let fds: Vec<i32> = rig.world.descriptors().map(Handle::number).collect();
    let began = Instant::now();
    rig.engine.shutdown();
    let took = began.elapsed();
    assert!(took < Duration::from_secs(2), "it took {took:?}");
    for fd in fds {
        assert!(!sockplay::sys::asked::is_open(fd), "{fd} is free");
    }
}

#[test]
fn a_call_is_asked_for_before_all_else_and_refused_once_the_session_has_ended() {
    let mut rig = Rig::new();
    let request = rig.request("s = socket(AF_INET, SOCK_STREAM)");
    let first: Vec<Event> = rig.engine.submit(request.clone()).into_iter().collect();
    let [event] = first.as_slice() else {
        panic!("{first:?}");
    };
    assert_eq!(event.what, EventKind::Asked(Box::new(request)));
    assert_eq!(event.source, Source::Session);
    sockplay::explain::fold(&mut rig.world, event);
    let name = Name::new("s").expect("a name");
    assert!(rig.world.is_taken(&name), "the name is promised at once");
    rig.wait(CallId(1));
    rig.engine.shutdown();
    rig.start("close(s)");
    let record = rig.world.call(CallId(2)).expect("it is in the log");
    assert_eq!(
        record.progress,
        Progress::Refused(Box::new(Refusal::SessionEnded))
    );
    assert_eq!(rig.world.pending().count(), 0);
}

#[test]
fn leaving_waits_neither_for_a_full_channel_nor_for_blocked_calls() {
    let mut rig = Rig::new();
    let _peer = lingering(&mut rig);
    rig.call("a, b = socketpair(AF_UNIX, SOCK_DGRAM)");
    for _ in 0..50 {
        rig.start("recv(a, 1)");
    }
    // Nobody reads the events from here on.
    let deadline = Instant::now() + PATIENCE;
    while !rig.events.is_full() {
        assert!(Instant::now() < deadline, "the channel fills");
        rig.start("getsockname(b)");
    }
    let Rig { engine, events, .. } = rig;
    let began = Instant::now();
    engine.leave();
    let took = began.elapsed();
    assert!(took < Duration::from_secs(2), "it took {took:?}");
    drop(events);
}

#[test]
fn shutdown_with_blocked_calls_is_quick_and_leaves_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("x.sock");
    let stays = folder.path().join("y.sock");
    let mut rig = Rig::new();
    rig.gives("u = socket(AF_UNIX, SOCK_STREAM)", "fd");
    rig.gives(&format!("bind(u, unix:{})", path.display()), "0");
    rig.gives("v = socket(AF_UNIX, SOCK_STREAM)", "fd");
    rig.gives(&format!("bind(v, unix:{})", stays.display()), "0");
    std::fs::remove_file(&stays).expect("it was bound");
    std::fs::write(&stays, "another's").expect("it can be written");
    rig.gives("listen(u, 5)", "0");
    let accept = rig.start("accept(u)");
    rig.blocks(accept);
    let fd = rig.socket("u").number();
    let Rig {
        mut engine,
        events,
        alone: _alone,
        ..
    } = rig;
    drop(events);
    let began = Instant::now();
    engine.shutdown();
    assert!(
        began.elapsed() < Duration::from_secs(1),
        "{:?}",
        began.elapsed()
    );
    assert!(!path.exists(), "the path that we bound is removed");
    assert!(stays.exists(), "a file that is another's now is not");
    assert!(fd > 0);
}

#[test]
fn fill_and_drain_move_the_same_bytes() {
    let mut rig = Rig::new();
    rig.gives("a, b = socketpair(AF_UNIX, SOCK_STREAM)", "fd, fd");
    let filled = rig.call("fill(a)").to_string();
    assert!(
        filled.parse::<u64>().is_ok_and(|bytes| bytes > 0),
        "{filled}"
    );
    rig.gives("send(a, \"x\", MSG_DONTWAIT)", "EAGAIN");
    rig.gives("drain(b)", &filled);
}

#[test]
fn a_blocked_connect_is_seen_in_syn_sent() {
    let mut rig = Rig::new();
    rig.gives("l = socket(AF_INET, SOCK_STREAM)", "fd");
    rig.gives("bind(l, 127.0.0.1:0)", "0");
    // Room for one that is never accepted.
    rig.gives("listen(l, 0)", "0");
    rig.play(&CLIENT);
    rig.gives("d = socket(AF_INET, SOCK_STREAM)", "fd");
    let connect = rig.start("connect(d, addr(l))");
    rig.blocks(connect);
    rig.until("SYN_SENT", |world| {
        let d = named(world, "d");
        d.tcp() == Some(TcpState::SynSent) && d.local().is_some()
    });
    rig.engine.cancel(connect);
    assert_eq!(rig.wait(connect).errno(), Some(Errno(libc::EINTR)));
}

/// The calls on connections that serve() has made by itself, as they are written in the log.
fn calls_of_serve(world: &World, word: &str) -> Vec<String> {
    let calls = world
        .log()
        .iter()
        .map(|record| record.request.command.to_string());
    calls.filter(|line| line.starts_with(word)).collect()
}

#[test]
fn a_served_connection_that_a_person_closed_is_not_closed_again() {
    let mut rig = Rig::new();
    rig.play(&LISTENER);
    let serve = rig.start("serve(l, echo) &");
    rig.play(&CLIENT);
    // Asleep in recv(), which keeps the connection alive and not its number.
    rig.until("the sleep of the echo", |world| {
        let mut log = world.log().iter();
        log.any(|record| record.call().call_kind().word() == "echo" && record.is_blocked())
    });
    rig.gives("close(l_1)", "0");
    rig.gives("x = socket(AF_UNIX, SOCK_STREAM)", "fd");
    assert_eq!(
        rig.socket("x").number(),
        rig.socket("l_1").number(),
        "the number"
    );
    rig.gives("close(c)", "0");
    rig.until("the end of the echo", |world| {
        let mut echoes = world.log().iter().filter(|record| {
            let socket = record.call().socket().map(ToString::to_string);
            socket.as_deref() == Some("l_1") && record.call().call_kind().is_loop()
        });
        echoes.all(|record| record.outcome().is_some())
    });
    rig.engine.cancel(serve);
    rig.wait(serve);
    assert_eq!(calls_of_serve(&rig.world, "close(l_1)"), ["close(l_1)"]);
    rig.gives("getsockopt(x, SO_TYPE)", "SOCK_STREAM");
}

#[test]
fn a_second_serve_does_not_write_the_names_of_the_first() {
    let mut rig = Rig::new();
    rig.play(&LISTENER);
    for (wanted, client) in (1..).zip(["c", "d"]) {
        let serve = rig.start("serve(l, echo) &");
        rig.gives(&format!("{client} = socket(AF_INET, SOCK_STREAM)"), "fd");
        rig.gives(&format!("connect({client}, addr(l))"), "0");
        rig.until("a connection", |world| {
            calls_of_serve(world, "echo").len() == wanted
        });
        rig.engine.cancel(serve);
        assert_eq!(rig.wait(serve).to_string(), "1");
    }
    for record in rig.world.log().iter() {
        if record.call().call_kind().word() != "echo" {
            continue;
        }
        let socket = record.on().and_then(|id| rig.world.descriptor(id));
        let socket = socket.expect("it was created");
        let written = record.call().socket().expect("it is made on one");
        let names = [socket.name().to_string(), socket.number().to_string()];
        assert!(names.contains(&written.to_string()), "{written} {names:?}");
    }
}

#[test]
fn dup2_closes_what_its_number_referred_to_and_makes_a_duplicate() {
    let mut rig = Rig::new();
    rig.call("a, b = socketpair(AF_UNIX, SOCK_STREAM)");
    rig.call("c, d = socketpair(AF_UNIX, SOCK_STREAM)");
    rig.call("e = dup2(a, c)");
    rig.until("c is closed", |world| !named(world, "c").is_open());
    let (a, c, e) = (rig.socket("a"), rig.socket("c"), rig.socket("e"));
    assert!(e.is_open());
    assert_eq!(e.number(), c.number(), "the number is the same");
    assert!(rig.world.is_same_file(e.id(), a.id()), "one open file");
    rig.gives("recv(d, 9)", "0");
    rig.gives("send(e, \"x\")", "1");
    rig.gives("recv(b, 9)", "1 \"x\"");
    // A number onto itself makes nothing and closes nothing.
    let before = rig.world.descriptors().count();
    rig.call("dup2(e, e)");
    rig.gives("send(e, \"y\")", "1");
    assert_eq!(rig.world.descriptors().count(), before);
    // A call that fails closes nothing.
    rig.gives("dup2(900, d)", "EBADF");
    rig.gives("dup2(e, 2000000000)", "EBADF");
    assert!(rig.socket("d").is_open());
    rig.declines("dup2(e, 0)", "sockplay itself");
}

#[test]
fn a_search_for_the_owner_of_an_address_may_outlast_its_session() {
    let address = Address::Inet("127.0.0.1:9".parse().expect("an address"));
    for call in 1..=20 {
        // The search opens files on a thread with another table, where those of the session are not open.
        let rig = Rig::new();
        rig.engine
            .find_holder(CallId(call), address.clone(), SocketType::STREAM);
    }
}
