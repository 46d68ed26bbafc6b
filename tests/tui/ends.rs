//! The other end on the screen, and what close() leaves behind.

use std::io::Write;
use std::process::{Child, Command, Stdio};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use crate::common::host::free_address;
use crate::common::skipped;
use crate::common::terminal::{Rig, sockplay, sockplay_at};

/// Makes a server in one terminal and its client in another; both are at the prompt afterwards.
fn connected(server: &mut Rig, client: &mut Rig) -> String {
    let address = free_address().to_string();
    let bind = format!("bind l {address}");
    server.prompt(&["l = socket inet stream", &bind, "listen l 5"]);
    server.wait_for_row(&["listen(l, 5)", "-> 0"]);
    client.prompt(&["c = socket inet stream", &format!("connect c {address}")]);
    client.wait_for_row(&["connect(c, ", "-> 0"]);
    server
        .line("s = accept l")
        .wait_for_row(&["s ", "127.", "ESTABLISHED"]);
    address
}

#[test]
fn the_owner_of_the_other_end_is_the_other_instance() {
    for size in [(80, 24), (120, 40)] {
        let (mut server, mut client) = (sockplay_at(size), sockplay_at(size));
        connected(&mut server, &mut client);
        let of = |rig: &Rig| format!("sockplay, pid {}", rig.pid());
        server.wait_for_row(&["other end: ESTABLISHED · queues empty", &of(&client)]);
        server
            .line("send s \"hello\"")
            .wait_for_row(&["other end: ESTABLISHED · 5 B unread", &of(&client)]);
        client.wait_for_row(&["other end: ESTABLISHED · queues empty", &of(&server)]);
        client.line("close c").wait_for_row(&["close(c)", "-> 0"]);
        server.wait_for_row(&["other end: gone"]);
    }
}

#[test]
fn an_orphan_counts_down_and_is_named_where_it_has_the_port() {
    let (mut server, mut client) = (sockplay(), sockplay());
    let address = connected(&mut server, &mut client);
    server
        .line("close s")
        .wait_for_row(&["s ", "127.", "orphan FIN_WAIT2"]);
    client.line("close c").wait_for_row(&["close(c)", "-> 0"]);
    server.wait_for_row(&["s ", "orphan TIME_WAIT 5"]);
    let at = |rig: &Rig| rig.screen().row("orphan TIME_WAIT").to_owned();
    let before = at(&server);
    server.wait_until("a further second", |shown| {
        shown.has("orphan TIME_WAIT") && shown.row("orphan TIME_WAIT") != before
    });
    server.line("close l").line("n = socket inet stream");
    server.line(&format!("bind n {address}"));
    server.wait_for_row(&["bind(n, ", "-> EADDRINUSE"]);
    server.wait_for("s is closed, but the kernel keeps its connection in");
    server.wait_for("TIME_WAIT for 5");
}

#[test]
fn an_af_unix_pair_shows_its_other_end() {
    let mut rig = sockplay_at((80, 24));
    rig.prompt(&["a, b = socketpair unix stream", "send a \"hello\""]);
    rig.wait_for("other end: connected · 5 B unread · b, ours");
    rig.line("close b").wait_for("other end: gone");
}

/// A client of another program, and what it does: it connects and reads a byte only when a line comes on its input.
fn foreign(address: &str, program: &str) -> Option<Child> {
    let (host, port) = address.rsplit_once(':').expect("an address");
    let script = format!(
        "import socket, sys\nc = socket.create_connection(('{host}', {port}))\nsys.stdin.readline()\nc.recv(100)\nsys.stdin.readline()"
    );
    let arguments = match program {
        "nc" => vec![host.to_owned(), port.to_owned()],
        _ => vec!["-c".to_owned(), script],
    };
    let child = Command::new(program)
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn();
    match child {
        Ok(child) => Some(child),
        Err(error) => {
            skipped(&format!("{program} cannot be started: {error}"));
            None
        }
    }
}

/// A server of ours with this program as its client, accepted as s; where the program is there.
fn server_of(program: &str) -> Option<(Rig, Child)> {
    let address = free_address().to_string();
    let mut rig = sockplay();
    let bind = format!("bind l {address}");
    rig.prompt(&["l = socket inet stream", &bind, "listen l 5"]);
    rig.wait_for_row(&["listen(l, 5)", "-> 0"]);
    let child = foreign(&address, program)?;
    rig.line("s = accept l")
        .wait_for_row(&["s ", "127.", "ESTABLISHED"]);
    let who = format!("pid {}", child.id());
    rig.wait_for_row(&["other end: ESTABLISHED", &who]);
    Some((rig, child))
}

#[test]
fn a_foreign_program_that_is_killed_with_data_unread_resets_and_that_is_explained() {
    for program in ["python3", "nc"] {
        let Some((mut rig, mut child)) = server_of(program) else {
            continue;
        };
        let pid = Pid::from_raw(i32::try_from(child.id()).expect("a number"));
        // It cannot read any more, and is not dead yet.
        kill(pid, Signal::SIGSTOP).expect("it is ours");
        rig.line("send s \"unread\"").wait_for("6 B unread");
        kill(pid, Signal::SIGKILL).expect("it is ours");
        child.wait().expect("it ends");
        rig.line("recv s 10")
            .wait_for_row(&["recv(s, 10)", "-> ECONNRESET"]);
        rig.wait_for("had 6 bytes from s unread")
            .wait_for(&format!("{program} (pid {pid})"));
    }
}

#[test]
fn what_a_foreign_program_reads_by_itself_is_seen_without_a_key() {
    let Some((mut rig, mut child)) = server_of("python3") else {
        return;
    };
    rig.line("send s \"hello\"").wait_for("5 B unread");
    let mut input = child.stdin.take().expect("its input");
    input.write_all(b"read\n").expect("it listens");
    rig.wait_for_row(&["other end: ESTABLISHED · queues empty"]);
    child.kill().expect("it is ours");
    child.wait().expect("it ends");
    rig.wait_for("CLOSE_WAIT");
}
