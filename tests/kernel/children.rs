//! What only a child of fork() has is observed, although no call of this process or of the child shows it.

use std::io::Write;
use std::net::TcpStream;

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
