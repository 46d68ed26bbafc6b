//! What `state` and `peer` say in the scenarios of the TCP states, held against ss(8) of the same moment.

use std::collections::HashMap;
use std::fs;
use std::net::SocketAddr;
use std::path::Path;
use std::process::Command;
use std::time::Instant;

use sockplay::call::table::CallKind;
use sockplay::event::{CallId, DescriptorId};
use sockplay::script::{Report, Verdict};
use sockplay::socket::{Address, TcpState, segment};
use sockplay::world::{World, resolve};

use crate::common::files::scripts;
use crate::common::session::{Session, Step};
use crate::common::{PATIENCE, skipped};

/// A state as the notation has it, and as ss(8) does. A connection that is closed has no line there.
const NAMES: [(&str, Option<&str>); 12] = [
    ("CLOSE", None),
    ("GONE", None),
    ("LISTEN", Some("LISTEN")),
    ("SYN_SENT", Some("SYN-SENT")),
    ("SYN_RECV", Some("SYN-RECV")),
    ("ESTABLISHED", Some("ESTAB")),
    ("FIN_WAIT1", Some("FIN-WAIT-1")),
    ("FIN_WAIT2", Some("FIN-WAIT-2")),
    ("CLOSE_WAIT", Some("CLOSE-WAIT")),
    ("CLOSING", Some("CLOSING")),
    ("LAST_ACK", Some("LAST-ACK")),
    ("TIME_WAIT", Some("TIME-WAIT")),
];

/// A line of `ss -tan`.
#[derive(Debug)]
struct Line {
    state: String,
    local: Option<SocketAddr>,
    peer: Option<SocketAddr>,
}

/// What ss(8) says now. `None` where it is not installed.
fn ss() -> Option<Vec<Line>> {
    let output = Command::new("ss").arg("-tanH").output().ok()?;
    assert!(output.status.success(), "{output:?}");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    Some(text.lines().filter_map(line).collect())
}

/// State, two queues, local address, peer address.
fn line(text: &str) -> Option<Line> {
    let words: Vec<&str> = text.split_whitespace().collect();
    let [state, _, _, local, peer, ..] = words[..] else {
        return None;
    };
    Some(Line {
        state: state.to_owned(),
        local: local.parse().ok(),
        peer: peer.parse().ok(),
    })
}

/// The addresses of a connection, as far as they were ever known.
#[derive(Debug, Clone, Copy, Default)]
struct Endpoints {
    local: Option<SocketAddr>,
    peer: Option<SocketAddr>,
}

/// A scenario that is played.
struct Scenario {
    session: Session,
    /// What was seen of addresses: after close() the kernel's table still has them.
    endpoints: HashMap<DescriptorId, Endpoints>,
    /// Calls of this test's own have numbers of their own.
    asked: u64,
    compared: usize,
}

impl Scenario {
    fn new(path: &Path) -> Self {
        let text = fs::read(path).expect("a script");
        let session = Session::start(&text, None).expect("it is in the notation");
        Self {
            session,
            endpoints: HashMap::new(),
            asked: 1_000_000,
            compared: 0,
        }
    }

    fn world(&self) -> &World {
        &self.session.rig.world
    }

    /// Plays it to its end; gives how many states were compared.
    #[track_caller]
    fn play(mut self, name: &str) -> usize {
        loop {
            match self.session.step() {
                Step::Report(report) => self.judge(&report, name),
                Step::Went => self.remember(),
                Step::Over => return self.compared,
            }
        }
    }

    fn remember(&mut self) {
        let address = |address: Option<&Address>| address.and_then(segment::in_packets);
        for socket in self.session.rig.world.descriptors() {
            let endpoints = self.endpoints.entry(socket.id()).or_default();
            let local = address(socket.local()).filter(|at| at.port() != 0);
            endpoints.local = local.or(endpoints.local);
            endpoints.peer = address(socket.present_peer()).or(endpoints.peer);
        }
    }

    /// A line is done: it must have held, and where it asked for a state, ss(8) must say the same.
    #[track_caller]
    fn judge(&mut self, report: &Report, name: &str) {
        let shown = report.line();
        if let Verdict::Broken(why) = &report.verdict {
            panic!("{name}: {shown}: {why}");
        }
        let call_kind = report.command.call.call_kind();
        let record = report.call.and_then(|call| self.world().call(call));
        let on = record.and_then(sockplay::world::Record::on);
        let (true, Some(on)) = (matches!(call_kind, CallKind::State | CallKind::Peer), on) else {
            return;
        };
        let deadline = Instant::now() + PATIENCE;
        let mut said = report.result.clone();
        while let Some((_, theirs)) = NAMES.iter().find(|(ours, _)| *ours == said) {
            let lines = ss().expect("it was there before");
            if self.agrees(&lines, call_kind, on, *theirs) {
                self.compared += 1;
                return;
            }
            let endpoints = self.endpoints[&on];
            assert!(
                Instant::now() < deadline,
                "{name}: {shown}: sockplay says {said}, and of {endpoints:?} ss says {lines:#?}"
            );
            said = self.ask_again(report);
        }
    }

    /// Whether the lines of ss(8) say the same of a connection as seen from one of its ends.
    fn agrees(
        &self,
        lines: &[Line],
        call_kind: CallKind,
        on: DescriptorId,
        theirs: Option<&str>,
    ) -> bool {
        let endpoints = self.endpoints[&on];
        let (local, peer) = match call_kind {
            CallKind::Peer => (endpoints.peer, endpoints.local),
            _ => (endpoints.local, endpoints.peer),
        };
        let here = |line: &&Line| local.is_some() && line.local == local;
        let listeners = lines
            .iter()
            .filter(|line| here(line) && line.state == "LISTEN")
            .count();
        let is_it = |line: &&Line| {
            here(line) && line.peer.is_some() && (peer.is_none() || line.peer == peer)
        };
        let mut of_it = lines.iter().filter(is_it);
        match theirs {
            Some("LISTEN") => listeners > 0,
            Some(state) => of_it.any(|line| line.state == state),
            // Another socket may listen at the same address, and have connections there.
            None if peer.is_none() => listeners == self.listeners(local),
            None => of_it.next().is_none(),
        }
    }

    /// How many sockets of the scenario listen at an address.
    fn listeners(&self, local: Option<SocketAddr>) -> usize {
        let listens = self
            .world()
            .descriptors()
            .filter(|socket| socket.is_open() && socket.tcp() == Some(TcpState::Listen));
        listens
            .filter(|socket| local.is_some() && self.endpoints[&socket.id()].local == local)
            .count()
    }

    /// What sockplay says now.
    fn ask_again(&mut self, report: &Report) -> String {
        self.asked += 1;
        let call = CallId(self.asked);
        let request = resolve(self.world(), call, &report.command).expect("it was asked before");
        self.session.rig.submit(request);
        let answer = self.session.rig.wait(call).to_string();
        self.remember();
        answer
    }
}

#[test]
fn the_scenarios_agree_with_ss() {
    if ss().is_none() {
        skipped("ss(8) is not installed");
        return;
    }
    // One after the other: descriptors are numbers of the whole process.
    let mut compared = 0;
    for path in scripts("tests/conformance/tcp_states") {
        let name = path.file_stem().unwrap_or_default().to_string_lossy();
        let states = Scenario::new(&path).play(&name);
        println!("{states:3} states of {name}");
        assert!(states > 0, "{name} compares nothing");
        compared += states;
    }
    println!("{compared:3} states in all");
}
