//! Both ends of a connection on the real kernel: the other end in whatever process, and what close() leaves behind.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use sockplay::event::{Bytes, End, Other, Owner, Seen, TimerKind};
use sockplay::socket::TcpState;
use sockplay::world::World;
use sockplay::world::sequence::ladder;

use crate::common::child::PROGRAM;
use crate::common::engine::{CLIENT, LISTENER, Rig, named};
use crate::common::host::no_ipv6;
use crate::common::skipped;

impl Rig {
    /// Waits until the other end of a socket is there and as wanted.
    #[track_caller]
    fn other(&mut self, name: &str, holds: impl Fn(&End, &Seen<Owner>) -> bool) {
        self.until(&format!("the other end of {name}"), |world| {
            matches!(other_of(world, name), Some(Other::There { end, owner }) if holds(end, owner))
        });
    }

    /// Waits until a closed socket is an orphan in this state.
    #[track_caller]
    fn orphan(&mut self, name: &str, state: TcpState) {
        self.until(&format!("an orphan in {state}"), |world| {
            let orphan = named(world, name).orphan();
            let last = orphan.and_then(|orphan| orphan.observations.last());
            last.is_some_and(|(_, end)| end.state == state)
        });
    }
}

fn other_of<'a>(world: &'a World, name: &str) -> Option<&'a Other> {
    let endpoints = named(world, name).endpoints();
    endpoints.and_then(|(_, endpoints)| endpoints.other.value())
}

fn bytes(count: u32) -> Bytes {
    let control = None;
    Bytes { count, control }
}

#[test]
fn the_other_end_is_nobodys_until_it_is_accepted_and_then_ours_under_its_name() {
    let mut rig = Rig::with_endpoints();
    rig.play(&LISTENER);
    rig.play(&CLIENT);
    rig.other("c", |end, owner| {
        end.state == TcpState::Established && *owner == Seen::Observed(Owner::Nobody)
    });
    rig.play(&["s = accept(l)", "send(c, \"hello\")"]);
    let s = rig.socket("s").id();
    rig.other("c", |end, owner| {
        end.receive == bytes(5) && *owner == Seen::Observed(Owner::Ours(s))
    });
    rig.play(&["recv(s, 3)"]);
    rig.other("c", |end, _| end.receive == bytes(2));
    rig.play(&["recv(s, 9)", "shutdown(s, SHUT_WR)"]);
    rig.other("c", |end, _| end.state == TcpState::FinWait2);
    rig.other("s", |end, _| {
        end.state == TcpState::CloseWait && end.receive.control == Some("FIN")
    });
}

#[test]
fn an_orphan_goes_from_fin_wait2_to_time_wait_with_its_countdown() {
    let mut rig = Rig::with_endpoints();
    rig.play(&LISTENER);
    rig.play(&CLIENT);
    rig.play(&["s = accept(l)", "close(c)"]);
    rig.orphan("c", TcpState::FinWait2);
    let now = rig.engine.now();
    let timer = rig
        .socket("c")
        .orphan_state(now)
        .and_then(|orphan_state| orphan_state.timer);
    let timer = timer.expect("the kernel counts down");
    assert_eq!(timer.kind, TimerKind::TimeWait);
    assert!(timer.left > Duration::from_secs(1), "{timer:?}");
    rig.other("c", |end, _| end.state == TcpState::CloseWait);
    rig.play(&["close(s)"]);
    rig.orphan("c", TcpState::TimeWait);
    assert!(!rig.socket("c").is_orphan_gone());
    assert!(
        rig.socket("s").orphan().is_none(),
        "the one that closed last leaves nothing"
    );
}

#[test]
fn an_orphan_whose_data_nobody_reads_stays_in_fin_wait1_and_probes_the_window() {
    let mut rig = Rig::with_endpoints();
    rig.play(&["l = socket(AF_INET, SOCK_STREAM)"]);
    rig.play(&["setsockopt(l, SO_RCVBUF, 2304)", "bind(l, 127.0.0.1:0)"]);
    rig.play(&["listen(l, 5)"]);
    rig.play(&CLIENT);
    rig.play(&["s = accept(l)", "send(c, \"x\"*20000)", "close(c)"]);
    rig.orphan("c", TcpState::FinWait1);
    rig.until("the timer of the probe", |world| {
        let orphan = named(world, "c").orphan();
        let last = orphan.and_then(|orphan| orphan.observations.last());
        let timer = last.and_then(|(_, end)| end.timer);
        timer.is_some_and(|timer| timer.kind == TimerKind::Probe)
    });
    let (_, end) = rig
        .socket("c")
        .orphan()
        .and_then(|orphan| orphan.observations.last().cloned())
        .expect("it is one");
    let send = end.send.expect("TCP counts its bytes");
    assert_eq!(
        send.control,
        Some("FIN"),
        "it waits behind the data: {send:?}"
    );
}

/// The timer of an end's own, and for how much its peer has room.
fn probed(world: &World, name: &str) -> Option<(TimerKind, u32)> {
    let (_, endpoints) = named(world, name).endpoints()?;
    let own = endpoints.own.as_ref()?;
    let tcp = own.details.as_deref()?.tcp.value()?;
    Some((own.timer?.kind, tcp.snd_wnd?))
}

#[test]
fn data_that_waits_for_more_is_probed_for_and_finds_no_closed_window() {
    let mut rig = Rig::with_endpoints();
    rig.play(&LISTENER);
    rig.play(&CLIENT);
    rig.play(&["s = accept(l)", "send(c, \"abc\", MSG_MORE)"]);
    rig.until(
        "the timer of the probe",
        |world| matches!(probed(world, "c"), Some((TimerKind::Probe, room)) if room > 3),
    );
    assert!(!rig.socket("c").window_is_closed());
}

#[test]
fn a_window_that_the_peer_has_closed_is_observed() {
    let mut rig = Rig::with_endpoints();
    rig.play(&["l = socket(AF_INET, SOCK_STREAM)"]);
    rig.play(&["setsockopt(l, SO_RCVBUF, 2304)", "bind(l, 127.0.0.1:0)"]);
    rig.play(&["listen(l, 5)"]);
    rig.play(&CLIENT);
    rig.play(&["s = accept(l)", "send(c, \"x\"*20000)"]);
    rig.until("a closed window", |world| {
        named(world, "c").closed_window() == Some(Seen::Observed(()))
    });
    assert!(matches!(
        probed(&rig.world, "c"),
        Some((TimerKind::Probe, _))
    ));
    rig.until("the same at the other end", |world| {
        named(world, "s").closes_peer_window() == Some(Seen::Observed(()))
    });
}

#[test]
fn a_descriptor_that_is_open_says_close_while_the_table_says_time_wait() {
    let mut rig = Rig::with_endpoints();
    rig.play(&LISTENER);
    rig.play(&CLIENT);
    rig.play(&["s = accept(l)", "shutdown(c, SHUT_WR)", "close(s)"]);
    rig.until("TIME_WAIT", |world| {
        let c = named(world, "c");
        let endpoints = c.endpoints();
        let own = endpoints.and_then(|(_, endpoints)| endpoints.own.as_ref());
        c.tcp() == Some(TcpState::Close) && own.is_some_and(|own| own.state == TcpState::TimeWait)
    });
    let route = |rig: &Rig| {
        let state_history = rig.world.state_history(rig.socket("c"));
        state_history
            .iter()
            .map(|visit| visit.state)
            .collect::<Vec<_>>()
    };
    assert_eq!(
        rig.world.tcp_state(rig.socket("c")),
        Some(TcpState::TimeWait),
        "the table is right"
    );
    let whole = route(&rig);
    assert_eq!(whole.last(), Some(&TcpState::TimeWait));
    assert!(!whole[1..].contains(&TcpState::Close), "{whole:?}");
    rig.play(&["close(c)"]);
    rig.orphan("c", TcpState::TimeWait);
    assert_eq!(
        route(&rig),
        whole,
        "still the same, now without a descriptor"
    );
}

#[test]
fn an_orphan_that_the_peer_resets_disappears() {
    let mut rig = Rig::with_endpoints();
    rig.play(&LISTENER);
    rig.play(&CLIENT);
    rig.play(&["s = accept(l)", "close(c)"]);
    rig.orphan("c", TcpState::FinWait2);
    rig.play(&["setsockopt(s, SO_LINGER, {1, 0s})", "close(s)"]);
    rig.until("the end of the orphan", |world| {
        named(world, "c").is_orphan_gone()
    });
}

#[test]
fn a_syn_that_nobody_answers_is_sent_again_and_the_ladder_says_so_without_a_capture() {
    let mut rig = Rig::with_endpoints();
    rig.play(&LISTENER[..2]);
    rig.play(&[
        "listen(l, 0)",
        "c1 = socket(AF_INET, SOCK_STREAM)",
        "connect(c1, addr(l))",
        "c2 = socket(AF_INET, SOCK_STREAM)",
    ]);
    let call = rig.start("connect(c2, addr(l)) &");
    rig.until("a second SYN", |world| {
        named(world, "c2")
            .retransmits()
            .iter()
            .any(|retransmits| retransmits.is_syn && !retransmits.by_other)
    });
    let c2 = rig.socket("c2");
    let (_, endpoints) = c2.endpoints().expect("its own end is in the table");
    let own = endpoints.own.as_ref().expect("it waits for SYN+ACK");
    assert_eq!(own.state, TcpState::SynSent);
    let timer = own.timer.expect("it will be sent once more");
    assert_eq!(timer.kind, TimerKind::Retransmit);
    assert!(
        matches!(&endpoints.other, Seen::Unavailable(reason) if reason.contains("SYN")),
        "{:?}",
        endpoints.other
    );
    let ladder = ladder(&rig.world, c2.id()).expect("it speaks with l");
    assert_eq!(ladder.titles[1], "no answer from l");
    let again = ladder.rows.iter().filter_map(|row| row.sent.as_ref());
    assert!(
        again
            .clone()
            .any(|sent| sent.text.starts_with("SYN again") && sent.inferred),
        "{ladder:#?}"
    );
    // It gets in once there is room, and what was seen of the wait is replaced.
    rig.play(&["s1 = accept(l)"]);
    rig.until("a connection", |world| {
        world
            .call(call)
            .is_some_and(|record| record.outcome().is_some())
    });
    rig.until("both ends", |world| {
        matches!(other_of(world, "c2"), Some(Other::There { end, .. }) if end.state == TcpState::Established)
    });
}

#[test]
fn the_ends_of_a_pair_know_each_other() {
    let mut rig = Rig::with_endpoints();
    rig.play(&[
        "a, b = socketpair(AF_UNIX, SOCK_STREAM)",
        "send(a, \"hello\")",
    ]);
    let b = rig.socket("b").id();
    rig.other("a", |end, owner| {
        end.receive == bytes(5) && *owner == Seen::Observed(Owner::Ours(b))
    });
    rig.play(&["close(b)"]);
    rig.until("the end of b", |world| {
        other_of(world, "a") == Some(&Other::Gone)
    });
}

#[test]
fn a_client_of_an_af_unix_listener_waits_until_it_is_accepted() {
    let mut rig = Rig::with_endpoints();
    rig.play(&[
        "l = socket(AF_UNIX, SOCK_STREAM)",
        "bind(l, unix:)",
        "listen(l, 5)",
    ]);
    rig.play(&["c = socket(AF_UNIX, SOCK_STREAM)", "connect(c, addr(l))"]);
    rig.until("waiting", |world| {
        other_of(world, "c") == Some(&Other::Waiting)
    });
    rig.play(&["s = accept(l)"]);
    let s = rig.socket("s").id();
    rig.other("c", |_, owner| *owner == Seen::Observed(Owner::Ours(s)));
}

/// A program of another process that connects, says so, and reads at an order.
const FOREIGN: &str = "
import socket, sys
s = socket.create_connection(('127.0.0.1', int(sys.argv[1])))
print('connected', flush=True)
sys.stdin.readline()
s.recv(3)
print('read', flush=True)
sys.stdin.readline()
";

fn python(port: u16) -> Option<Child> {
    let mut command = Command::new("python3");
    command.args(["-c", FOREIGN, &port.to_string()]);
    command.stdin(Stdio::piped()).stdout(Stdio::piped());
    command.spawn().ok()
}

#[test]
fn a_foreign_program_is_named_with_its_number_and_its_queue() {
    let mut rig = Rig::with_endpoints();
    rig.play(&LISTENER);
    let local = rig.socket("l").local().cloned();
    let port = local.and_then(|local| local.port()).expect("a port");
    let Some(mut child) = python(port) else {
        return skipped("python3 is not installed");
    };
    let (Some(mut orders), Some(answers)) = (child.stdin.take(), child.stdout.take()) else {
        panic!("it has pipes");
    };
    let mut answers = BufReader::new(answers);
    let mut line = String::new();
    answers.read_line(&mut line).expect("it connects");
    rig.play(&["s = accept(l)", "send(s, \"hello\")"]);
    // A wrapper that chooses a version may be between us and the program, so its number is not compared.
    rig.other("s", |end, owner| {
        let is_it = |owner: &Owner| matches!(owner, Owner::Process { program, .. } if program.starts_with("python3"));
        end.receive == bytes(5) && owner.value().is_some_and(is_it)
    });
    writeln!(orders).expect("it reads the order");
    answers.read_line(&mut line).expect("it reads");
    let s = rig.socket("s").id();
    rig.engine.probe_endpoints(s);
    rig.other("s", |end, _| end.receive == bytes(2));
    drop(orders);
    child.wait().expect("it ends");
    // It left two bytes unread: RFC 2525 section 2.17.
    rig.until("the reset", |world| {
        other_of(world, "s") == Some(&Other::Gone)
    });
}

/// A process that receives one descriptor on an AF_UNIX listener and keeps it until it is killed.
fn holder(path: &str) -> Child {
    let script = format!(
        "u = socket(AF_UNIX, SOCK_STREAM); connect(u, unix:{path}); k = recvmsg(u, 1); recv(u, 1) -> 0 within 60s"
    );
    Command::new(PROGRAM)
        .args(["run", "-c", &script])
        .stdout(Stdio::null())
        .spawn()
        .expect("it starts")
}

#[test]
fn a_socket_of_another_process_too_survives_close() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("s").display().to_string();
    let mut rig = Rig::with_endpoints();
    rig.play(&LISTENER);
    rig.play(&CLIENT);
    let bind = format!("bind(u, unix:{path})");
    rig.play(&[
        "s = accept(l)",
        "u = socket(AF_UNIX, SOCK_STREAM)",
        &bind,
        "listen(u, 1)",
    ]);
    let mut child = holder(&path);
    rig.play(&["p = accept(u)", "sendmsg(p, [\"k\"], fds(s))", "close(s)"]);
    let pid = child.id().cast_signed();
    rig.until("another process has s", |world| {
        let held = named(world, "s").state_elsewhere();
        matches!(
            held.map(|(state, owner)| (state, owner.value())),
            Some((TcpState::Established, Some(Owner::Process { pid: own, .. }))) if *own == pid
        )
    });
    assert!(rig.socket("s").orphan().is_none(), "it is no orphan");
    rig.other("c", |end, _| end.state == TcpState::Established);
    child.kill().expect("it is killed");
    child.wait().expect("it ends");
    rig.until("the FIN of s", |world| {
        named(world, "c").tcp() == Some(TcpState::CloseWait)
    });
}

#[test]
fn a_socket_that_a_call_is_inside_of_receives_after_close() {
    let mut rig = Rig::new();
    rig.play(&LISTENER);
    rig.play(&CLIENT);
    rig.play(&["s = accept(l)"]);
    let receives = rig.start("recv(s, 10)");
    rig.until("recv() sleeps", |world| {
        world
            .call(receives)
            .is_some_and(sockplay::world::Record::is_blocked)
    });
    rig.play(&["close(s)"]);
    let sends = rig.start("send(c, \"x\")");
    rig.until("the byte is received", |world| {
        [receives, sends]
            .iter()
            .all(|call| world.call(*call).is_some_and(|call| !call.is_pending()))
    });
    let record = rig.world.call(sends).expect("it was made");
    let said = sockplay::explain::why(&rig.world, record).text;
    assert!(
        !said.contains("RST") && !said.contains("is closed"),
        "{said}"
    );
    rig.until("the FIN of s", |world| {
        named(world, "c").tcp() == Some(TcpState::CloseWait)
    });
}

#[test]
fn a_later_connection_with_the_same_addresses_is_another_one() {
    let mut rig = Rig::with_endpoints();
    rig.play(&LISTENER);
    rig.play(&[
        "c = socket(AF_INET, SOCK_STREAM)",
        "setsockopt(c, SO_REUSEADDR, 1)",
        "bind(c, 127.0.0.1:0)",
        "connect(c, addr(l))",
        "s = accept(l)",
        "close(s)",
    ]);
    rig.orphan("s", TcpState::FinWait2);
    rig.play(&["close(c)"]);
    rig.orphan("s", TcpState::TimeWait);
    rig.play(&[
        "d = socket(AF_INET, SOCK_STREAM)",
        "setsockopt(d, SO_REUSEADDR, 1)",
        "bind(d, addr(c))",
        "connect(d, addr(l))",
        "t = accept(l)",
    ]);
    let (s, t) = (rig.socket("s").id(), rig.socket("t").id());
    rig.other("d", |end, owner| {
        end.state == TcpState::Established && *owner == Seen::Observed(Owner::Ours(t))
    });
    assert_eq!(rig.socket("s").local(), rig.socket("t").local());
    assert_eq!(
        rig.socket("s").remote(),
        rig.socket("t").remote(),
        "the addresses are the same"
    );
    let peer = |rig: &Rig, name| {
        rig.world
            .peer(rig.socket(name))
            .map(sockplay::world::Handle::id)
    };
    assert_eq!((peer(&rig, "c"), peer(&rig, "d")), (Some(s), Some(t)));
    rig.until("the first connection has ended", |world| {
        named(world, "s").is_orphan_gone()
    });
    for closed in ["c", "s"] {
        assert_eq!(rig.world.tcp_state(rig.socket(closed)), None, "{closed}");
    }
}

#[test]
fn a_client_of_a_dual_stack_listener_finds_its_peer() {
    let mut rig = Rig::with_endpoints();
    if let Some(reason) = no_ipv6() {
        return skipped(&reason);
    }
    rig.play(&[
        "l = socket(AF_INET6, SOCK_STREAM)",
        "bind(l, [::]:0)",
        "listen(l, 5)",
        "c = socket(AF_INET, SOCK_STREAM)",
        "connect(c, 127.0.0.1:port(l))",
        "s = accept(l)",
        "send(c, \"hello\")",
    ]);
    let (c, s) = (rig.socket("c").id(), rig.socket("s").id());
    rig.other("c", |end, owner| {
        end.receive == bytes(5) && *owner == Seen::Observed(Owner::Ours(s))
    });
    let peer = |name| {
        rig.world
            .peer(rig.socket(name))
            .map(sockplay::world::Handle::id)
    };
    assert_eq!((peer("c"), peer("s")), (Some(s), Some(c)));
}
