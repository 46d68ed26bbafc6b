//! What only a child of fork() has is observed, although no call of this process or of the child shows it.

use std::io::Write;
use std::net::{TcpStream, UdpSocket};

use sockplay::socket::Address;
use sockplay::sys::tracee;
use sockplay::world::{Handle, Process, World};

use crate::common::engine::{LISTENER, Rig};
use crate::common::skipped;

/// The open descriptor with a name.
fn open<'a>(world: &'a World, name: &str) -> Option<Handle<'a>> {
    let mut all = world.descriptors();
    all.find(|own| own.name().as_str() == name && own.is_open())
}

/// A session with a listener and a child that has it too. `None`: the descriptors of a child may not be copied here.
fn with_child() -> Option<Rig> {
    let mut rig = Rig::with_endpoints();
    rig.play(&LISTENER);
    rig.play(&["p = fork()"]);
    let pid = rig.world.children().next_back().and_then(Process::pid);
    let pid = pid.expect("a child");
    let listener = rig.socket("l").number();
    let copy = tracee::open(pid).and_then(|process| tracee::copy(&process, listener));
    if let Err(errno) = copy {
        skipped(&format!("pidfd_getfd() of a child gives {errno}"));
        return None;
    }
    Some(rig)
}

#[test]
fn data_for_a_socket_that_only_a_child_has_is_seen_without_a_call_of_it() {
    let Some(mut rig) = with_child() else {
        return;
    };
    rig.play(&[
        "c = socket(AF_INET, SOCK_STREAM)",
        "connect(c, addr(l))",
        "s = accept(l) in p",
        "send(c, \"hello\")",
    ]);
    rig.until("5 unread bytes at s", |world| {
        open(world, "s in p").is_some_and(|own| own.unread() == 5)
    });
    rig.play(&["recv(s, 5) in p"]);
    rig.until("nothing unread at s", |world| {
        open(world, "s in p").is_some_and(|own| own.unread() == 0)
    });
}

#[test]
fn what_another_program_sends_to_a_child_is_seen() {
    let Some(mut rig) = with_child() else {
        return;
    };
    let address = rig.socket("l").local().and_then(Address::internet);
    rig.play(&["close(l)"]);
    let mut client = TcpStream::connect(address.expect("bound")).expect("it listens in the child");
    rig.until("a connection in the queue", |world| {
        let queue = open(world, "l in p").and_then(Handle::accept_queue);
        queue.is_some_and(|queue| queue.length == 1)
    });
    rig.play(&["s = accept(l) in p"]);
    client.write_all(b"hi").expect("connected");
    rig.until("2 unread bytes at s", |world| {
        open(world, "s in p").is_some_and(|own| own.unread() == 2)
    });
}

/// The names and the events that hold of what an epoll instance watches.
fn watched(world: &World, name: &str) -> Option<Vec<(String, Option<i32>)>> {
    let epoll = open(world, name).filter(|epoll| epoll.was_seen())?;
    let entries = epoll.interest().iter().map(|own| {
        let target = world.descriptor(own.descriptor?)?;
        Some((target.name().to_string(), own.seen.now.map(|now| now.0)))
    });
    let mut entries = entries.collect::<Option<Vec<_>>>()?;
    entries.sort();
    Some(entries)
}

#[test]
fn an_epoll_instance_that_only_a_child_has_is_seen_as_it_is() {
    let Some(mut rig) = with_child() else {
        return;
    };
    rig.play(&[
        "c = socket(AF_INET, SOCK_STREAM)",
        "connect(c, addr(l))",
        "s = accept(l) in p",
        "e = epoll_create1() in p",
        "epoll_ctl(e, EPOLL_CTL_ADD, s, EPOLLIN) in p",
        "epoll_ctl(e, EPOLL_CTL_ADD, l, EPOLLIN) in p",
    ]);
    let [l, s] = ["l in p", "s in p"].map(str::to_owned);
    let list = |now: [i32; 2]| Some(vec![(l.clone(), Some(now[0])), (s.clone(), Some(now[1]))]);
    assert_eq!(watched(&rig.world, "e in p"), list([0, 0]));
    // Nobody makes a call in the child.
    rig.play(&["send(c, \"hello\")"]);
    rig.until("s is ready", |world| {
        let ready = open(world, "e in p").is_some_and(Handle::has_ready);
        ready && watched(world, "e in p") == list([0, libc::EPOLLIN])
    });
    rig.play(&["close(s) in p"]);
    rig.until("s is not watched any more", |world| {
        watched(world, "e in p") == Some(vec![(l.clone(), Some(0))])
    });
}

#[test]
fn an_epoll_instance_that_the_session_has_too_is_shown_with_the_numbers_of_the_session() {
    let Some(mut rig) = with_child() else {
        return;
    };
    rig.play(&[
        "e = epoll_create1()",
        "epoll_ctl(e, EPOLL_CTL_ADD, l, EPOLLIN)",
        "q = fork()",
        "close(l) in q",
        "epoll_ctl(e, EPOLL_CTL_MOD, l, EPOLLIN|EPOLLET)",
        "getsockname(l) in p",
    ]);
    rig.settle();
    let open = Some(vec![("l".to_owned(), Some(0))]);
    assert_eq!(watched(&rig.world, "e"), open, "l is closed in q alone");
}

/// The address of a socket and a client that is not of the session.
fn sender(rig: &Rig, name: &str) -> UdpSocket {
    let to = open(&rig.world, name).and_then(Handle::local);
    let to = to.and_then(Address::internet);
    let sender = UdpSocket::bind("127.0.0.1:0").expect("a port");
    sender.connect(to.expect("bound")).expect("an address");
    sender
}

#[test]
fn what_a_child_had_alone_is_seen_again_when_the_session_had_it_meanwhile() {
    let Some(mut rig) = with_child() else {
        return;
    };
    rig.play(&[
        "u = socket(AF_INET, SOCK_DGRAM)",
        "bind(u, 127.0.0.1:0)",
        "v = socket(AF_INET, SOCK_DGRAM)",
        "bind(v, 127.0.0.1:0)",
        "a, b = socketpair(AF_UNIX, SOCK_DGRAM)",
        "q = fork()",
        "close(u)",
        "close(v)",
    ]);
    let [to_u, to_v] = ["u in q", "v in q"].map(|name| sender(&rig, name));
    let number = open(&rig.world, "u in q").expect("it is open").number();
    let child = rig.world.children().next_back().and_then(Process::pid);
    let process = tracee::open(child.expect("a child")).expect("it is there");
    // Only q has both now.
    let unread = |name: &'static str, bytes| {
        move |world: &World| open(world, name).is_some_and(|own| own.unread() == bytes)
    };
    to_v.send(&[0; 1]).expect("it is sent");
    rig.until("1 byte at v", unread("v in q", 1));
    // The session gets u and sees what comes to it.
    rig.play(&["sendmsg(b, [\"x\"], fds(u)) in q"]);
    rig.gives("recvmsg(a, 1)", "1 \"x\" fds s1");
    to_u.send(&[0; 5]).expect("it is sent");
    rig.until("5 bytes at u", unread("s1", 5));
    // Two rounds of what only q has, at least one of them while the session has u.
    for bytes in 2..4 {
        rig.play(&["recv(v, 9) in q"]);
        to_v.send(&vec![0; bytes]).expect("it is sent");
        let bytes = u32::try_from(bytes).expect("few");
        rig.until("more at v", unread("v in q", bytes));
    }
    // No event shows that it is taken, once the session has looked again after it came.
    let looked = rig.engine.probe_sockets();
    assert!(looked.recv().is_err(), "the channel is closed at the end");
    rig.settle();
    let copy = UdpSocket::from(tracee::copy(&process, number).expect("a copy"));
    assert_eq!(copy.recv(&mut [0; 9]).expect("5 bytes"), 5);
    drop(copy);
    assert!(unread("u in q", 5)(&rig.world), "nobody has seen it taken");
    rig.play(&["dup2(a, s1)"]);
    rig.until("nothing at u", unread("u in q", 0));
}

#[test]
fn what_a_child_closes_is_closed_at_once() {
    let Some(mut rig) = with_child() else {
        return;
    };
    rig.play(&["close(l)"]);
    for _ in 0..50 {
        rig.play(&[
            "c = socket(AF_INET, SOCK_STREAM)",
            "connect(c, addr(l in p))",
            "s = accept(l) in p",
            "close(s) in p",
        ]);
        // The FIN is there when close() has returned, so this does not wait.
        rig.gives("recv(c, 1, MSG_DONTWAIT)", "0");
        rig.play(&["close(c)"]);
    }
}
