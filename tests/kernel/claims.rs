//! The claims of explanations, held against the kernel at the moment at which the explained call has returned.

use std::collections::BTreeSet;
use std::fs;
use std::net::{SocketAddr, TcpStream};
use std::os::unix::fs::FileTypeExt;
use std::path::{Path, PathBuf};

use sockplay::call::outcome::{Outcome, Returned};
use sockplay::call::value::Value;
use sockplay::event::{CallId, DescriptorId, PathFile};
use sockplay::explain::{self, Claim};
use sockplay::socket::option::by_number;
use sockplay::socket::{Address, Errno, Phase, TcpState};

use crate::common::engine::Rig;

const ENOTCONN: Option<Errno> = Some(Errno(libc::ENOTCONN));
const EAGAIN: Option<Errno> = Some(Errno(libc::EAGAIN));
const EPIPE: Option<Errno> = Some(Errno(libc::EPIPE));

/// The states of a connection whose FIN is sent, or queued behind its data.
const FIN_SENT: [TcpState; 5] = [
    TcpState::FinWait1,
    TcpState::FinWait2,
    TcpState::Closing,
    TcpState::TimeWait,
    TcpState::LastAck,
];

impl Rig {
    /// What a call on a descriptor gives: `getsockname` and nothing more, or further arguments.
    #[track_caller]
    fn ask(&mut self, call: &str, on: DescriptorId, more: &str) -> Outcome {
        let name = self.world.descriptor(on).expect("it is known").name();
        let line = format!("{call}({name}{more})");
        self.call(&line)
    }

    fn address(&mut self, call: &str, of: DescriptorId) -> Option<Address> {
        match self.ask(call, of, "").result {
            Ok(Returned::Address(address)) => Some(address),
            _ => None,
        }
    }

    /// The number that a call gives, in whichever form.
    fn number(&mut self, call: &str, on: DescriptorId, more: &str) -> Option<u64> {
        match self.ask(call, on, more).result {
            Ok(Returned::Count(count)) => Some(count),
            Ok(Returned::Value(Value::Int(number))) => u64::try_from(number).ok(),
            Ok(Returned::Zero) => Some(0),
            _ => None,
        }
    }

    fn option(&mut self, on: DescriptorId, option: &str) -> Option<Value> {
        match self.ask("getsockopt", on, &format!(", {option}")).result {
            Ok(Returned::Value(value)) => Some(value),
            _ => None,
        }
    }

    fn state(&mut self, call: &str, of: DescriptorId) -> Option<TcpState> {
        match self.ask(call, of, "").result {
            Ok(Returned::State(state)) => Some(state),
            _ => None,
        }
    }

    /// What /proc says that a descriptor refers to: `socket:[INODE]`.
    fn file(&self, of: DescriptorId) -> Option<PathBuf> {
        let number = self.world.descriptor(of)?.number();
        fs::read_link(format!("/proc/self/fd/{number}")).ok()
    }

    /// The events of a registration, as /proc/PID/fdinfo shows them.
    fn registered(&self, epoll: DescriptorId, what: DescriptorId) -> Option<u32> {
        let number = self.world.descriptor(what)?.number().to_string();
        let mut list = self.interest(epoll)?.into_iter();
        list.find_map(|(fd, events)| (fd == number).then_some(events))
    }

    /// The interest list of an epoll instance.
    fn interest(&self, epoll: DescriptorId) -> Option<Vec<(String, u32)>> {
        let number = self.world.descriptor(epoll)?.number();
        let info = fs::read_to_string(format!("/proc/self/fdinfo/{number}")).ok()?;
        let lines = info.lines().filter(|line| line.starts_with("tfd:"));
        let entry = |line: &str| {
            let words: Vec<&str> = line.split_whitespace().collect();
            let [_, fd, _, events, ..] = words[..] else {
                return None;
            };
            Some((fd.to_owned(), u32::from_str_radix(events, 16).ok()?))
        };
        lines.map(entry).collect()
    }

    /// Whether the kernel agrees with a claim. `None`: it is not asked about claims of this kind here.
    fn confirms(&mut self, claim: &Claim) -> Option<bool> {
        self.agrees_on_files(claim)
            .or_else(|| self.agrees_on_addresses(claim))
            .or_else(|| self.agrees_on_connections(claim))
            .or_else(|| self.agrees_on_queues(claim))
            .or_else(|| self.agrees_on_options(claim))
    }

    fn agrees_on_files(&self, claim: &Claim) -> Option<bool> {
        Some(match claim {
            Claim::DescriptorClosed(own) | Claim::Closed(own) => self.file(*own).is_none(),
            Claim::NotOpen(number) => !Path::new(&format!("/proc/self/fd/{number}")).exists(),
            Claim::OpenDescriptor(own) => self.file(*own).is_some(),
            Claim::SameFile {
                descriptor,
                original,
            } => self.file(*descriptor).is_some() && self.file(*descriptor) == self.file(*original),
            Claim::PathExists(path) => file_at(path).is_some(),
            Claim::PathMissing(path) => file_at(path).is_none(),
            Claim::PathIs { path, file } => file_at(path) == Some(*file),
            Claim::Registered { epoll, descriptor } => {
                self.registered(*epoll, *descriptor).is_some()
            }
            Claim::RegisteredExclusive { epoll, descriptor } => {
                self.registered(*epoll, *descriptor)? & libc::EPOLLEXCLUSIVE.cast_unsigned() != 0
            }
            Claim::NotRegistered { epoll, descriptor } => {
                self.registered(*epoll, *descriptor).is_none()
            }
            Claim::EdgeReported { epoll, descriptor } => {
                self.registered(*epoll, *descriptor)? & libc::EPOLLET.cast_unsigned() != 0
            }
            Claim::Disarmed { epoll, descriptor } => {
                let asked = libc::EPOLLIN | libc::EPOLLOUT;
                self.registered(*epoll, *descriptor)? & asked.cast_unsigned() == 0
            }
            Claim::InterestListEmpty(epoll) => self.interest(*epoll)?.is_empty(),
            _ => return None,
        })
    }

    fn agrees_on_addresses(&mut self, claim: &Claim) -> Option<bool> {
        let named = |address: &Address| !address.is_unset();
        Some(match claim {
            Claim::NobodyListens(address) => TcpStream::connect(inet(address)?).is_err(),
            Claim::HasAddress { socket, address } => {
                // Of what is closed nobody can be asked.
                self.file(*socket)?;
                self.address("getsockname", *socket).as_ref() == Some(address)
            }
            Claim::Bound(own) => named(&self.address("getsockname", *own)?),
            Claim::Unbound(own) => !named(&self.address("getsockname", *own)?),
            Claim::ConnectedTo { socket, address } => {
                self.address("getpeername", *socket).as_ref() == Some(address)
            }
            Claim::OtherEnd { socket, peer } => {
                let address = self.address("getsockname", *peer).filter(named)?;
                self.address("getpeername", *socket)? == address
            }
            _ => return None,
        })
    }

    fn agrees_on_connections(&mut self, claim: &Claim) -> Option<bool> {
        Some(match claim {
            Claim::Listens(own) => self.listens(*own),
            Claim::DoesNotListen(own) => !self.listens(*own),
            Claim::HasPeer(own) => self.has_peer(*own),
            // Of what is closed nobody can be asked.
            Claim::ConnectionOver(own) if self.file(*own).is_none() => return None,
            Claim::ConnectionGone(own) => self.state("state", *own).is_none(),
            Claim::NoPeer(own) | Claim::ConnectionOver(own) => !self.has_peer(*own),
            Claim::InPhase(own, Phase::Bound) => !self.has_peer(*own) && !self.listens(*own),
            Claim::InPhase(own, Phase::Listening) => self.listens(*own),
            Claim::InPhase(own, Phase::Connected) => self.has_peer(*own),
            Claim::InPhase(own, Phase::Closed) => self.file(*own).is_none(),
            Claim::InState(own, state) => self.state("state", *own) == Some(*state),
            Claim::OtherEndInState(own, state) => self.state("peer", *own) == Some(*state),
            Claim::OtherEndGone(own) => self.ask("peer", *own, "").to_string() == "GONE",
            Claim::Connecting(own) => self.state("state", *own) == Some(TcpState::SynSent),
            Claim::FinSent(own) | Claim::FinFollows(own) => {
                FIN_SENT.contains(&self.connection(*own)?)
            }
            Claim::NoFinSent(own) => !FIN_SENT.contains(&self.connection(*own)?),
            Claim::NoErrorPending(own) => self.option(*own, "SO_ERROR") == Some(Value::Error(None)),
            _ => return None,
        })
    }

    fn agrees_on_queues(&mut self, claim: &Claim) -> Option<bool> {
        const FOR_MORE: &str = ", \"x\", MSG_DONTWAIT|MSG_NOSIGNAL";
        Some(match claim {
            Claim::SendBufferFull(own) => self.ask("send", *own, FOR_MORE).errno() == EAGAIN,
            Claim::SendingEnded(own) => self.ask("send", *own, FOR_MORE).errno() == EPIPE,
            Claim::EndReceived(own) => self.looks(*own) == Some(0),
            Claim::NoEndReceived(own) => self.looks(*own) != Some(0),
            Claim::NothingUnread(own) => self.number("unread", *own, "") == Some(0),
            Claim::Unread { socket, bytes } | Claim::NextMessage { socket, bytes } => {
                self.number("unread", *socket, "") == Some(*bytes)
            }
            Claim::SendQueueEmpty(own) => self.number("ioctl", *own, ", SIOCOUTQ") == Some(0),
            Claim::SendQueueHolds { socket, bytes } => {
                self.number("ioctl", *socket, ", SIOCOUTQ") == Some(*bytes)
            }
            Claim::NothingUnsent(own) => self.number("ioctl", *own, ", SIOCOUTQNSD") == Some(0),
            Claim::Unsent { socket, bytes } => {
                self.number("ioctl", *socket, ", SIOCOUTQNSD") == Some(*bytes)
            }
            Claim::AtMark(own) => self.number("ioctl", *own, ", SIOCATMARK") == Some(1),
            Claim::UrgentSkipped(own) => self.takes_no_urgent(*own),
            Claim::ErrorQueued(own) => self.reports_an_error(*own),
            Claim::ConnectionWaits(listener) => self.number("pending", *listener, "") > Some(0),
            Claim::ConnectionsWait { listener, count } => {
                self.number("pending", *listener, "") == Some(*count)
            }
            Claim::AcceptQueueEmpty(listener) => self.number("pending", *listener, "") == Some(0),
            _ => return None,
        })
    }

    fn agrees_on_options(&mut self, claim: &Claim) -> Option<bool> {
        Some(match claim {
            Claim::SysctlIs { name, value } => {
                let path = format!("/proc/sys/{}", name.replace('.', "/"));
                fs::read_to_string(path).ok()?.trim_end() == value
            }
            Claim::NoProtocol(name) => {
                let table = fs::read_to_string("/proc/net/protocols").ok()?;
                !table.lines().any(|line| line.starts_with(name.as_str()))
            }
            Claim::LacksCapability(number) => {
                let status = fs::read_to_string("/proc/thread-self/status").ok()?;
                let line = status.lines().find_map(|line| line.strip_prefix("CapEff:"));
                let effective = u64::from_str_radix(line?.trim(), 16).ok()?;
                effective & (1 << number) == 0
            }
            Claim::OptionIs {
                socket,
                level,
                number,
                value,
            } => {
                self.option(*socket, by_number(*level, *number)?.name)
                    .as_ref()
                    == Some(value)
            }
            Claim::Nonblocking(own) => self.is_nonblocking(*own),
            Claim::Blocking(own) => !self.is_nonblocking(*own),
            Claim::HasOwner(own) => self.number("fcntl", *own, ", F_GETOWN") != Some(0),
            Claim::NoOwner(own) => self.number("fcntl", *own, ", F_GETOWN") == Some(0),
            _ => return None,
        })
    }

    /// The state of a connection; CLOSE does not tell what came before it.
    fn connection(&mut self, own: DescriptorId) -> Option<TcpState> {
        let state = self.state("state", own);
        state.filter(|state| *state != TcpState::Close)
    }

    fn listens(&mut self, own: DescriptorId) -> bool {
        self.option(own, "SO_ACCEPTCONN") == Some(Value::Int(1))
    }

    fn has_peer(&mut self, own: DescriptorId) -> bool {
        self.ask("getpeername", own, "").errno() != ENOTCONN
    }

    /// How many bytes a look at the receive queue gives.
    fn looks(&mut self, on: DescriptorId) -> Option<u64> {
        match self.ask("recv", on, ", 1, MSG_PEEK|MSG_DONTWAIT").result {
            Ok(Returned::Data { count, .. }) => Some(count),
            _ => None,
        }
    }

    /// Whether no urgent byte can be read.
    fn takes_no_urgent(&mut self, on: DescriptorId) -> bool {
        let look = ", 1, MSG_OOB|MSG_PEEK|MSG_DONTWAIT";
        self.ask("recv", on, look).errno() == Some(Errno(libc::EINVAL))
    }

    /// Whether poll() reports POLLERR, and SO_ERROR is 0 then: the error queue is what is left.
    fn reports_an_error(&mut self, on: DescriptorId) -> bool {
        self.option(on, "SO_ERROR");
        let name = self.world.descriptor(on).expect("it is known").name();
        let line = format!("poll([{name}: 0], 0)");
        self.call(&line).to_string().contains("POLLERR")
    }

    fn is_nonblocking(&mut self, on: DescriptorId) -> bool {
        let flags = self.ask("fcntl", on, ", F_GETFL").to_string();
        flags.contains("O_NONBLOCK")
    }

    /// Makes a call and holds the claims of its explanation against the kernel. The kinds that it confirmed.
    #[track_caller]
    fn checks(&mut self, line: &str) -> Vec<String> {
        let call = self.start(line);
        self.wait(call);
        self.compare(call)
    }

    /// The same for a call that sleeps in the kernel, and is cancelled then.
    #[track_caller]
    fn checks_asleep(&mut self, line: &str) -> Vec<String> {
        let call = self.start(line);
        self.blocks(call);
        let confirmed = self.compare(call);
        self.engine.cancel(call);
        self.wait(call);
        confirmed
    }

    #[track_caller]
    pub(crate) fn compare(&mut self, call: CallId) -> Vec<String> {
        let record = self.world.call(call).expect("it was made");
        let why = explain::why(&self.world, record);
        let mut confirmed = Vec::new();
        for claim in &why.claims {
            match self.confirms(claim) {
                Some(true) => confirmed.push(kind(claim)),
                Some(false) => panic!("{claim:?} does not hold: {}", why.text),
                None => {}
            }
        }
        confirmed
    }

    /// The same for calls one after the other; all kinds that the kernel confirmed.
    #[track_caller]
    fn checks_all(&mut self, lines: &[&str]) -> BTreeSet<String> {
        lines.iter().flat_map(|line| self.checks(line)).collect()
    }
}

/// The name of the kind of a claim.
fn kind(claim: &Claim) -> String {
    let shown = format!("{claim:?}");
    let ends = |c: char| !c.is_alphanumeric();
    shown.split(ends).next().unwrap_or_default().to_owned()
}

fn inet(address: &Address) -> Option<SocketAddr> {
    match address {
        Address::Inet(address) => Some((*address).into()),
        Address::Inet6(address) => Some((*address).into()),
        Address::Unix(_) | Address::Other { .. } => None,
    }
}

fn file_at(path: &Address) -> Option<PathFile> {
    let path = String::from_utf8_lossy(path.path()?).into_owned();
    let file = fs::symlink_metadata(path).ok()?.file_type();
    Some(if file.is_socket() {
        PathFile::Socket
    } else if file.is_dir() {
        PathFile::Directory
    } else if file.is_symlink() {
        PathFile::Link
    } else if file.is_file() {
        PathFile::Regular
    } else {
        PathFile::Special
    })
}

#[track_caller]
fn confirmed(kinds: &BTreeSet<String>, wanted: &[&str]) {
    let missing: Vec<&&str> = wanted
        .iter()
        .filter(|kind| !kinds.contains(**kind))
        .collect();
    assert!(missing.is_empty(), "{missing:?} is not among {kinds:?}");
}

#[test]
fn claims_about_connections_and_their_queues_hold() {
    let mut rig = Rig::new();
    let kinds = rig.checks_all(&[
        "l = socket(AF_INET, SOCK_STREAM)",
        "getsockname(l)",
        "bind(l, 127.0.0.1:0)",
        "bind(l, 127.0.0.1:0)",
        "getpeername(l)",
        "accept(l)",
        "listen(l, 5)",
        "listen(l, 4)",
        "getpeername(l)",
        "setsockopt(l, SO_RCVTIMEO, 50ms)",
        "pending(l)",
        "accept(l)",
        "c = socket(AF_INET, SOCK_STREAM)",
        "recv(c, 9)",
        "connect(c, addr(l))",
        "pending(l)",
        "state(c)",
        "s = accept(l)",
        "connect(c, addr(l))",
        "peer(c)",
        "send(c, \"hello\")",
        "unread(s)",
        "ioctl(c, SIOCOUTQNSD)",
        "recv(s, 9)",
        "unread(s)",
        "ioctl(c, SIOCOUTQ)",
        "recv(s, 9, MSG_DONTWAIT)",
        "setsockopt(s, SO_RCVTIMEO, 50ms)",
        "recv(s, 9)",
        "getsockopt(s, SO_ERROR)",
        "shutdown(c, SHUT_WR)",
        "recv(s, 9)",
        "connect(c, AF_UNSPEC)",
        "close(s)",
        "close(l)",
    ]);
    let wanted = [
        "AcceptQueueEmpty",
        "Closed",
        "ConnectedTo",
        "ConnectionWaits",
        "ConnectionsWait",
        "DoesNotListen",
        "EndReceived",
        "HasAddress",
        "InState",
        "Listens",
        "NoErrorPending",
        "NoPeer",
        "NothingUnread",
        "OptionIs",
        "OtherEnd",
        "OtherEndInState",
        "SendQueueEmpty",
        "Unbound",
        "Unread",
    ];
    confirmed(&kinds, &wanted);
}

#[test]
fn claims_about_who_listens_and_who_has_an_address_hold() {
    let mut rig = Rig::new();
    let kinds = rig.checks_all(&[
        "l = socket(AF_INET, SOCK_STREAM)",
        "bind(l, 127.0.0.1:0)",
        "c = socket(AF_INET, SOCK_STREAM)",
        "connect(c, addr(l))",
        "n = socket(AF_INET, SOCK_STREAM)",
        "setsockopt(n, SO_REUSEADDR, 1)",
        "bind(n, addr(l))",
        "u = socket(AF_INET, SOCK_DGRAM)",
        "v = socket(AF_INET, SOCK_DGRAM)",
        "bind(u, 127.0.0.1:0)",
        "connect(v, addr(u))",
        "connect(v, AF_UNSPEC)",
        "sendto(v, \"hello\", addr(u))",
        "unread(u)",
        "connect(c, 127.0.0.1:1)",
    ]);
    let wanted = [
        "DoesNotListen",
        "HasAddress",
        "NextMessage",
        "NoPeer",
        "NobodyListens",
        "OptionIs",
    ];
    confirmed(&kinds, &wanted);
}

#[test]
fn claims_about_descriptors_flags_and_registrations_hold() {
    let mut rig = Rig::new();
    let kinds = rig.checks_all(&[
        "a, b = socketpair(AF_UNIX, SOCK_STREAM)",
        "d = dup(a)",
        "fcntl(a, F_GETOWN)",
        "fcntl(a, F_SETFL, O_NONBLOCK)",
        "recv(d, 9)",
        "fcntl(a, F_SETFL, 0)",
        "e = epoll_create1()",
        "epoll_wait(e, 8, 0)",
        "epoll_ctl(e, EPOLL_CTL_DEL, b)",
        "epoll_ctl(e, EPOLL_CTL_ADD, b, EPOLLOUT|EPOLLONESHOT)",
        "epoll_ctl(e, EPOLL_CTL_ADD, b, EPOLLIN)",
        "epoll_wait(e, 8, 0)",
        "epoll_wait(e, 8, 0)",
        "epoll_ctl(e, EPOLL_CTL_DEL, b)",
        "close(a)",
        "recv(a, 9)",
        "close(900)",
    ]);
    let wanted = [
        "Blocking",
        "DescriptorClosed",
        "Disarmed",
        "InterestListEmpty",
        "NoOwner",
        "Nonblocking",
        "NotOpen",
        "NotRegistered",
        "OpenDescriptor",
        "Registered",
        "SameFile",
    ];
    confirmed(&kinds, &wanted);
}

#[test]
fn claims_about_paths_hold() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = format!("unix:{}", folder.path().join("s").display());
    let text = folder.path().join("text");
    fs::write(&text, "text").expect("a file");
    let text = format!("unix:{}", text.display());
    let mut rig = Rig::with_endpoints();
    let mut kinds = BTreeSet::new();
    for line in [
        "x = socket(AF_UNIX, SOCK_STREAM)",
        "y = socket(AF_UNIX, SOCK_STREAM)",
        &format!("connect(x, {path})"),
        &format!("bind(y, {path})"),
        &format!("bind(x, {path})"),
        &format!("bind(x, {text})"),
        &format!("connect(x, {path})"),
        "close(y)",
        &format!("bind(x, {path})"),
        &format!("unlink({path})"),
        &format!("connect(x, {path})"),
    ] {
        kinds.extend(rig.checks(line));
    }
    let wanted = ["DoesNotListen", "HasAddress", "PathExists", "PathMissing"];
    confirmed(&kinds, &wanted);
}

#[test]
fn claims_about_the_ends_of_connections_hold() {
    let mut rig = Rig::new();
    let kinds = rig.checks_all(&[
        "l = socket(AF_INET, SOCK_STREAM)",
        "bind(l, 127.0.0.1:0)",
        "listen(l, 5)",
        "c = socket(AF_INET, SOCK_STREAM)",
        "connect(c, addr(l))",
        "s = accept(l)",
        "t = dup(s)",
        "close(s)",
        "recv(c, 9, MSG_DONTWAIT)",
        "shutdown(c, SHUT_WR)",
        "send(c, \"x\")",
        "recv(t, 9)",
        "close(c)",
        "close(t)",
        "d = socket(AF_INET, SOCK_STREAM)",
        "connect(d, addr(l))",
        "u = accept(l)",
        "close(d)",
        "recv(u, 9)",
        "shutdown(u, SHUT_RDWR)",
        "peer(u)",
        "getpeername(u)",
        "a, b = socketpair(AF_UNIX, SOCK_STREAM)",
        "shutdown(a, SHUT_RDWR)",
        "send(a, \"x\")",
        "recv(b, 9)",
    ]);
    let wanted = [
        "Closed",
        "EndReceived",
        "FinFollows",
        "InState",
        "NoFinSent",
        "OpenDescriptor",
        "SendingEnded",
    ];
    confirmed(&kinds, &wanted);
}

#[test]
fn claims_about_calls_that_sleep_hold() {
    let mut rig = Rig::new();
    rig.play(&["l = socket(AF_INET, SOCK_STREAM)", "bind(l, 127.0.0.1:0)"]);
    rig.play(&["listen(l, 5)"]);
    let mut kinds: BTreeSet<String> = rig.checks_asleep("s = accept(l)").into_iter().collect();
    rig.play(&["c = socket(AF_INET, SOCK_STREAM)", "connect(c, addr(l))"]);
    kinds.extend(rig.checks_asleep("recv(c, 9)"));
    rig.play(&["s = accept(l)"]);
    kinds.extend(rig.checks_asleep("recv(s, 9)"));
    rig.play(&["a, b = socketpair(AF_UNIX, SOCK_STREAM)", "fill(a)"]);
    kinds.extend(rig.checks_asleep("send(a, \"x\"*70000)"));
    let wanted = [
        "AcceptQueueEmpty",
        "HasAddress",
        "NoEndReceived",
        "NothingUnread",
        "SendBufferFull",
    ];
    confirmed(&kinds, &wanted);
}

#[test]
fn the_kernel_denies_what_does_not_hold() {
    let mut rig = Rig::new();
    rig.play(&["l = socket(AF_INET, SOCK_STREAM)", "bind(l, 127.0.0.1:0)"]);
    rig.play(&["listen(l, 5)", "e = epoll_create1()"]);
    let (own, epoll) = (rig.socket("l").id(), rig.socket("e").id());
    let address = rig.address("getsockname", own).expect("it is bound");
    let descriptor = own;
    let reuse = (libc::SOL_SOCKET, libc::SO_REUSEADDR);
    for claim in [
        Claim::DoesNotListen(own),
        Claim::DescriptorClosed(own),
        Claim::Unbound(own),
        Claim::HasPeer(own),
        Claim::ConnectionWaits(own),
        Claim::InState(own, TcpState::Close),
        Claim::Nonblocking(own),
        Claim::HasOwner(own),
        Claim::Registered { epoll, descriptor },
        Claim::OptionIs {
            socket: own,
            level: reuse.0,
            number: reuse.1,
            value: Value::Int(1),
        },
        // This one connects to find out, so that a connection waits from then on.
        Claim::NobodyListens(address),
    ] {
        assert_eq!(rig.confirms(&claim), Some(false), "{claim:?}");
    }
}
