//! Who has a name. AF_UNIX names that are bound again: a connection stays with the socket that had the name when it was made, whether the
//! kernel's table is asked or not.

use sockplay::socket::Domain;
use sockplay::world::Handle;
use sockplay::world::sequence::ladder;

use crate::common::engine::Rig;
use crate::common::namespace::is_inside;

impl Rig {
    fn peer_of(&self, name: &str) -> Option<String> {
        let own = self.socket(name);
        assert_eq!(own.domain(), Domain::UNIX, "{name}");
        self.world
            .peer(own)
            .map(|peer: Handle<'_>| peer.name().to_string())
    }

    /// A socket of a type with a path, which another may have had before.
    fn binds(&mut self, name: &str, socket_type: &str, path: &str) {
        self.call(&format!("unlink({path})"));
        self.play(&[
            &format!("{name} = socket(AF_UNIX, {socket_type})"),
            &format!("bind({name}, {path})"),
        ]);
    }
}

fn both(test: impl Fn(&mut Rig, &str)) {
    for start in [Rig::with_endpoints as fn() -> Rig, Rig::new] {
        let mut rig = start();
        let folder = tempfile::tempdir().expect("a folder");
        test(&mut rig, &format!("unix:{}/n", folder.path().display()));
    }
}

#[test]
fn a_client_of_the_server_before_has_no_peer_in_the_one_after() {
    both(|rig, path| {
        rig.binds("l", "SOCK_STREAM", path);
        rig.play(&["listen(l, 5)", "c = socket(AF_UNIX, SOCK_STREAM)"]);
        rig.play(&[&format!("connect(c, {path})"), "close(l)"]);
        rig.binds("m", "SOCK_STREAM", path);
        rig.play(&["listen(m, 5)", "d = socket(AF_UNIX, SOCK_STREAM)"]);
        rig.play(&[&format!("connect(d, {path})")]);
        rig.settle();
        let queue = rig.world.queue_of_peer(rig.socket("c"));
        assert!(queue.is_none(), "c never was in the queue of m");
        let titles = ladder(&rig.world, rig.socket("c").id()).map(|ladder| ladder.titles);
        assert!(titles.is_ok_and(|titles| !titles[1].contains("queue of m")));
        rig.play(&["s = accept(m)"]);
        rig.settle();
        assert_eq!(rig.peer_of("c"), None);
        assert_eq!(rig.peer_of("d").as_deref(), Some("s"));
        assert_eq!(rig.peer_of("s").as_deref(), Some("d"));
        rig.gives("peer(c)", "GONE");
    });
}

#[test]
fn a_connected_datagram_socket_does_not_send_to_the_server_after() {
    both(|rig, path| {
        rig.binds("r", "SOCK_DGRAM", path);
        rig.play(&[
            "u = socket(AF_UNIX, SOCK_DGRAM)",
            &format!("connect(u, {path})"),
            "close(r)",
        ]);
        rig.binds("q", "SOCK_DGRAM", path);
        rig.settle();
        assert_eq!(
            rig.peer_of("u").as_deref(),
            Some("r"),
            "closed, and still its peer"
        );
        rig.gives("send(u, \"x\")", "ECONNREFUSED");
        rig.play(&[&format!("connect(u, {path})")]);
        rig.settle();
        assert_eq!(rig.peer_of("u").as_deref(), Some("q"));
        rig.gives("send(u, \"x\")", "1");
    });
}

#[test]
fn a_socket_that_is_ipv6_only_by_default_has_no_ipv4_peer() {
    let name = "kernel::names::a_socket_that_is_ipv6_only_by_default_has_no_ipv4_peer";
    if !is_inside(name, "sysctl -qw net.ipv6.bindv6only=1") {
        return;
    }
    let mut rig = Rig::new();
    rig.play(&[
        "u = socket(AF_INET6, SOCK_DGRAM)",
        "bind(u, [::]:7000)",
        "v = socket(AF_INET, SOCK_DGRAM)",
        "connect(v, 127.0.0.1:7000)",
    ]);
    rig.settle();
    let is_v6_only = |name: &str| {
        let own = rig.socket(name).socket().expect("a socket");
        own.is_v6_only()
    };
    assert!(is_v6_only("u"));
    assert!(rig.world.peer(rig.socket("v")).is_none(), "u takes no IPv4");
}
