//! Random sessions: a few sockets, and calls that a seed chooses.

use std::time::{Duration, Instant};

use sockplay::event::CallId;
use sockplay::world::World;

use super::auditor::Auditor;
use super::network::lose;
use super::peer::Peer;
use super::shot::parts;
use crate::common::engine::{Rig, outcome};

/// How long a call may take before the session goes on without it.
const PATIENCE: Duration = Duration::from_secs(2);

/// Set where the lines of random sessions are to be printed.
const TRANSCRIPT: &str = "AUDIT_TRANSCRIPT";

/// Numbers that follow from a seed: SplitMix64.
struct Numbers(u64);

impl Numbers {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, bound: usize) -> usize {
        usize::try_from(self.next() % bound.max(1) as u64).unwrap_or(0)
    }

    fn one_in(&mut self, many: usize) -> bool {
        self.below(many) == 0
    }

    fn of<'a, T: ?Sized>(&mut self, all: &[&'a T]) -> &'a T {
        all[self.below(all.len())]
    }
}

/// What a session is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Family {
    Tcp,
    Tcp6,
    DualStack,
    UnixStream,
    UnixSeqpacket,
    UnixDatagram,
    Udp,
}

impl Family {
    const ALL: [Self; 10] = [
        Self::Tcp,
        Self::Tcp,
        Self::Tcp,
        Self::Tcp6,
        Self::DualStack,
        Self::UnixStream,
        Self::UnixStream,
        Self::UnixSeqpacket,
        Self::UnixDatagram,
        Self::Udp,
    ];

    fn socket(self) -> &'static str {
        match self {
            Self::Tcp => "AF_INET, SOCK_STREAM",
            Self::Tcp6 | Self::DualStack => "AF_INET6, SOCK_STREAM",
            Self::UnixStream => "AF_UNIX, SOCK_STREAM",
            Self::UnixSeqpacket => "AF_UNIX, SOCK_SEQPACKET",
            Self::UnixDatagram => "AF_UNIX, SOCK_DGRAM",
            Self::Udp => "AF_INET, SOCK_DGRAM",
        }
    }

    fn client(self) -> &'static str {
        match self {
            Self::DualStack => "AF_INET, SOCK_STREAM",
            other => other.socket(),
        }
    }

    fn address(self) -> &'static str {
        match self {
            Self::Tcp | Self::Udp => "127.0.0.1:0",
            Self::Tcp6 => "[::1]:0",
            Self::DualStack => "[::]:0",
            Self::UnixStream | Self::UnixSeqpacket | Self::UnixDatagram => "unix:",
        }
    }

    fn has_messages(self) -> bool {
        matches!(self, Self::UnixDatagram | Self::Udp)
    }

    fn is_tcp(self) -> bool {
        matches!(self, Self::Tcp | Self::Tcp6 | Self::DualStack)
    }
}

/// A session under way.
struct Session<'a> {
    numbers: Numbers,
    family: Family,
    rig: Rig,
    auditor: Auditor<'a>,
    /// The names that were given.
    names: Vec<String>,
    peer: Option<Peer>,
    loses: bool,
    is_losing: bool,
}

/// Plays the session of a seed.
pub(crate) fn play(seed: u64, rig: Rig, auditor: Auditor<'_>, loses: bool) {
    let mut numbers = Numbers(seed);
    let family = Family::ALL[numbers.below(Family::ALL.len())];
    let mut session = Session {
        numbers,
        family,
        rig,
        auditor,
        names: Vec::new(),
        peer: None,
        loses,
        is_losing: false,
    };
    session.auditor.look(&mut session.rig);
    session.begin();
    for _ in 0..12 + session.numbers.below(14) {
        session.act();
    }
    if session.is_losing {
        lose(false);
    }
}

impl Session<'_> {
    /// Makes the first sockets.
    fn begin(&mut self) {
        if self.family.has_messages() {
            for name in ["u", "v"] {
                self.makes(name, self.family.socket());
                if !self.numbers.one_in(4) {
                    self.line(&format!("bind({name}, {})", self.family.address()));
                }
            }
            if self.numbers.one_in(2) {
                self.line("connect(u, addr(v))");
            }
            return;
        }
        self.makes("l", self.family.socket());
        if self.numbers.one_in(4) {
            self.sets_option("l");
        }
        self.line(&format!("bind(l, {})", self.family.address()));
        let backlog = self.numbers.below(4);
        self.line(&format!("listen(l, {backlog})"));
        for _ in 0..1 + self.numbers.below(2) {
            self.connects();
        }
    }

    fn makes(&mut self, name: &str, kind: &str) {
        let flags = if self.numbers.one_in(4) {
            "|SOCK_NONBLOCK"
        } else {
            ""
        };
        self.line(&format!("{name} = socket({kind}{flags})"));
        self.names.push(name.to_owned());
    }

    fn fresh(&self, letter: char) -> String {
        format!("{letter}{}", self.names.len())
    }

    fn any(&mut self) -> String {
        let at = self.numbers.below(self.names.len());
        self.names[at].clone()
    }

    fn connects(&mut self) {
        let name = self.fresh('c');
        self.makes(&name, self.family.client());
        if self.numbers.one_in(4) {
            self.sets_option(&name);
        }
        let to = match self.family {
            Family::DualStack => "127.0.0.1:port(l)",
            _ => "addr(l)",
        };
        self.line(&format!("connect({name}, {to})"));
        if !self.numbers.one_in(4) {
            self.accepts();
        }
    }

    fn accepts(&mut self) {
        let name = self.fresh('s');
        self.line(&format!("{name} = accept(l)"));
        self.names.push(name);
    }

    fn act(&mut self) {
        let name = self.any();
        match self.numbers.below(30) {
            0..=4 => self.sends(&name),
            5..=8 => self.receives(&name),
            9 => {
                let loops = self.numbers.of(&["fill", "drain"]);
                self.line(&format!("{loops}({name})"));
            }
            10 | 11 => {
                let how = self.numbers.of(&["SHUT_RD", "SHUT_WR", "SHUT_RDWR"]);
                self.line(&format!("shutdown({name}, {how})"));
            }
            12 | 13 => self.line(&format!("close({name})")),
            14 => {
                let other = self.fresh('d');
                self.line(&format!("{other} = dup({name})"));
                self.names.push(other);
            }
            15 => self.passes(&name),
            16..=18 => self.sets_option(&name),
            19 => {
                let flags = self.numbers.of(&["O_NONBLOCK", "0"]);
                self.line(&format!("fcntl({name}, F_SETFL, {flags})"));
            }
            20 => self.connects_somehow(&name),
            21 | 22 => self.polls(&name),
            23 => self.registers(&name),
            24 | 25 => self.asks(&name),
            26 if self.loses => self.loses_packets(),
            27 if self.family.is_tcp() => self.has_peer_act(),
            28 if !self.family.has_messages() => self.accepts(),
            _ => self.asks(&name),
        }
    }

    fn sends(&mut self, name: &str) {
        let data = self
            .numbers
            .of(&["\"x\"", "\"hello\"", "bytes(3000)", "bytes(200000)", "\"\""]);
        let flags = self.numbers.of(&[
            "",
            ", MSG_DONTWAIT",
            ", MSG_MORE",
            ", MSG_NOSIGNAL",
            ", MSG_OOB",
        ]);
        if self.family.has_messages() && self.numbers.one_in(2) {
            let to = self.any();
            self.line(&format!("sendto({name}, {data}, addr({to}){flags})"));
        } else {
            self.line(&format!("send({name}, {data}{flags})"));
        }
    }

    fn receives(&mut self, name: &str) {
        let room = self.numbers.of(&["1", "4", "100", "4000", "300000"]);
        let flags = self.numbers.of(&[
            "",
            ", MSG_DONTWAIT",
            ", MSG_DONTWAIT",
            ", MSG_PEEK|MSG_DONTWAIT",
            ", MSG_WAITALL",
            ", MSG_TRUNC|MSG_DONTWAIT",
            ", MSG_OOB",
        ]);
        self.line(&format!("recv({name}, {room}{flags})"));
    }

    fn sets_option(&mut self, name: &str) {
        let option = self.numbers.of(&[
            "SO_RCVBUF, 4096",
            "SO_SNDBUF, 4096",
            "SO_LINGER, {1, 0s}",
            "SO_LINGER, {1, 1s}",
            "TCP_NODELAY, 1",
            "TCP_CORK, 1",
            "TCP_CORK, 0",
            "SO_REUSEADDR, 1",
            "SO_REUSEPORT, 1",
            "SO_RCVTIMEO, 50ms",
            "SO_SNDTIMEO, 50ms",
            "SO_RCVLOWAT, 10",
            "SO_KEEPALIVE, 1",
            "SO_OOBINLINE, 1",
            "SO_BROADCAST, 1",
            "TCP_USER_TIMEOUT, 300",
            "TCP_DEFER_ACCEPT, 1",
            "IPV6_V6ONLY, 1",
        ]);
        self.line(&format!("setsockopt({name}, {option})"));
    }

    /// Sends a descriptor to the session itself, over a pair made for it.
    fn passes(&mut self, name: &str) {
        let (one, other) = (self.fresh('p'), self.fresh('q'));
        self.line(&format!(
            "{one}, {other} = socketpair(AF_UNIX, SOCK_STREAM)"
        ));
        self.line(&format!("sendmsg({one}, [\"fd\"], fds({name}))"));
        if self.numbers.one_in(2) {
            self.line(&format!("close({name})"));
        }
        let received = self.fresh('r');
        self.line(&format!("{received} = recvmsg({other}, 100, MSG_DONTWAIT)"));
        self.names.push(received);
    }

    fn connects_somehow(&mut self, name: &str) {
        let to = self.any();
        match self.numbers.below(4) {
            0 => self.line(&format!("connect({name}, AF_UNSPEC)")),
            1 => self.line(&format!("connect({name}, addr({to}))")),
            2 => self.line(&format!("bind({name}, addr({to}))")),
            _ if self.family.has_messages() => self.line(&format!("connect({name}, addr({to}))")),
            _ => self.connects(),
        }
    }

    fn polls(&mut self, name: &str) {
        let other = self.any();
        let events = self
            .numbers
            .of(&["POLLIN", "POLLIN|POLLOUT", "POLLIN|POLLRDHUP", "POLLPRI"]);
        let line = match self.numbers.below(2) {
            0 => format!("poll([{name}: {events}, {other}: POLLIN], 0)"),
            _ => format!("select(read [{name}], write [{other}], except [], 0)"),
        };
        self.line(&line);
    }

    fn registers(&mut self, name: &str) {
        if !self.names.iter().any(|name| name == "e") {
            self.line("e = epoll_create1()");
            self.names.push("e".to_owned());
        }
        let events = self.numbers.of(&[
            "EPOLLIN",
            "EPOLLIN|EPOLLET",
            "EPOLLIN|EPOLLONESHOT",
            "EPOLLOUT",
        ]);
        let what = self
            .numbers
            .of(&["EPOLL_CTL_ADD", "EPOLL_CTL_ADD", "EPOLL_CTL_MOD"]);
        self.line(&format!("epoll_ctl(e, {what}, {name}, {events})"));
        self.line("epoll_wait(e, 8, 0)");
        self.line("epoll_wait(e, 8, 0)");
    }

    fn asks(&mut self, name: &str) {
        let line = self.numbers.of(&[
            "getsockname(X)",
            "getpeername(X)",
            "ioctl(X, FIONREAD)",
            "ioctl(X, SIOCOUTQ)",
            "ioctl(X, SIOCOUTQNSD)",
            "state(X)",
            "peer(X)",
            "pending(X)",
            "unread(X)",
            "getsockopt(X, SO_ERROR)",
            "getsockopt(X, SO_RCVBUF)",
            "getsockopt(X, TCP_INFO)",
            "fcntl(X, F_GETFL)",
            "listen(X, 2)",
        ]);
        self.line(&line.replace('X', name));
    }

    fn loses_packets(&mut self) {
        self.set_loss(!self.is_losing);
        if self.is_losing {
            let name = self.any();
            self.sends(&name);
            let goes_on = self.numbers.one_in(2);
            self.set_loss(goes_on);
        }
    }

    fn set_loss(&mut self, all: bool) {
        if all != self.is_losing {
            lose(all);
            self.is_losing = all;
            self.write_down(if all {
                "# packets are lost"
            } else {
                "# none is lost"
            });
        }
    }

    fn write_down(&self, line: &str) {
        if std::env::var_os(TRANSCRIPT).is_some() {
            eprintln!("{line}");
        }
    }

    /// Has the second process do something: it connects to the listener first.
    fn has_peer_act(&mut self) {
        let Some(peer) = &mut self.peer else {
            let listener = self
                .rig
                .world
                .descriptors()
                .find(|own| own.name().as_str() == "l");
            let address = listener.and_then(|l| self.auditor.last(l.id())?.local().map(parts));
            let Some((host, port)) = address else {
                return;
            };
            let host = host.trim_matches(['[', ']']).to_owned();
            let mut peer = Peer::start();
            peer.does(&format!("connect {host} {port}"));
            self.peer = Some(peer);
            self.accepts();
            return;
        };
        let what = self
            .numbers
            .of(&["send 5", "send 3000", "recv 100", "shutdown", "close"]);
        let said = peer.does(what);
        self.write_down(&format!("# the second process: {what}: {said}"));
        self.auditor.look(&mut self.rig);
        self.auditor.audit(&mut self.rig);
    }

    /// Makes a call, goes on when it has returned or sleeps, and audits.
    fn line(&mut self, line: &str) {
        let Some(request) = self.rig.possible(line) else {
            return;
        };
        let call = request.id;
        self.rig.submit(request);
        let deadline = Instant::now() + PATIENCE;
        while !rests(&self.rig.world, call) {
            let Ok(event) = self.rig.events.recv_deadline(deadline) else {
                break;
            };
            self.rig.take_in(event);
        }
        let given = outcome(&self.rig.world, call).map(ToString::to_string);
        self.write_down(&format!(
            "{line} -> {}",
            given.as_deref().unwrap_or("blocks")
        ));
        self.auditor.look(&mut self.rig);
        self.auditor.audit(&mut self.rig);
    }
}

/// Whether a call has returned, was not made, or sleeps.
fn rests(world: &World, call: CallId) -> bool {
    let record = world.call(call);
    outcome(world, call).is_some()
        || record.is_none_or(|record| record.is_blocked() || !record.is_pending())
}
