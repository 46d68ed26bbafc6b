//! The other end on the screen, and what close() leaves behind.

use super::rig::{Rig, free_address, sockplay, sockplay_at};

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
        .wait_for_row(&["s ", "inet stream", "ESTABLISHED"]);
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
fn a_ghost_counts_down_and_is_named_where_it_is_in_the_way() {
    let (mut server, mut client) = (sockplay(), sockplay());
    let address = connected(&mut server, &mut client);
    server
        .line("close s")
        .wait_for_row(&["s ", "inet stream", "ghost FIN_WAIT2"]);
    client.line("close c").wait_for_row(&["close(c)", "-> 0"]);
    server.wait_for_row(&["s ", "ghost TIME_WAIT 5"]);
    let at = |rig: &Rig| rig.screen().row("ghost TIME_WAIT").to_owned();
    let before = at(&server);
    server.wait_until("a further second", |shown| {
        shown.has("ghost TIME_WAIT") && shown.row("ghost TIME_WAIT") != before
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
