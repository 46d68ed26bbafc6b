//! What the kernel says about the next call of a story.

use std::net::SocketAddr;
use std::time::Duration;

use crate::call::Call;
use crate::event::{
    Denial, Identity, InTable, OptionNow, Owner, PortUser, Reuse, Route, Seen, UnixUser,
};
use crate::explain::tests::story::Story;
use crate::notation::parse_line;
use crate::socket::TcpState;
use crate::socket::tcp_state::TCP_STATES;

impl Story {
    /// Whether the words are one of these, and then notes it:
    ///
    /// - `route local`, `plain route local`; `none`, `broadcast`, `prohibit`, `unreachable`, `blackhole`, an interface
    /// - `users none`, `user ADDRESS STATE WHO [device eth0] [reuse]`, `pair ADDRESS to ADDRESS WHO`; WHO is a name, or
    ///   `nginx` with `program`, or `nobody`
    /// - `sysctl NAME VALUE`, `reads OPTION VALUE`, `capabilities none`, `protocols TCP UDP`
    /// - `own end STATE held`, `own end STATE alone`, `own end gone`, and `other end` in the same way
    /// - `made STATE` of the connection that accept() returns
    /// - `file ours`: what lies at the path was created by bind() in this session
    /// - `names none`, `name BYTES LISTENING WHO`
    pub(crate) fn is_evidence(&mut self, words: &[&str]) -> bool {
        match words {
            ["route", to] => self.evidence.route = Some(route(to)),
            ["plain", "route", to] => self.evidence.plain_route = Some(route(to)),
            ["users", "none"] => self.evidence.port_users = Some(Vec::new()),
            ["user", local, state, who, rest @ ..] => {
                let user = self.user(local, state, who, rest);
                self.evidence.port_users.get_or_insert_default().push(user);
            }
            ["pair", local, "to", peer, who] => {
                let mut user = self.user(local, "ESTABLISHED", who, &[]);
                user.peer = Some(at(peer));
                self.evidence.pairs.push(user);
            }
            ["sysctl", name, value @ ..] => {
                const KNOWN: [&str; 6] = [
                    "net.ipv4.ip_local_port_range",
                    "net.ipv4.ip_unprivileged_port_start",
                    "net.core.somaxconn",
                    "net.ipv4.ping_group_range",
                    "net.mptcp.enabled",
                    "net.ipv4.ip_nonlocal_bind",
                ];
                let known = KNOWN.into_iter().find(|known| known == name);
                let name = known.expect("a setting");
                self.evidence.sysctls.push((name, value.join(" ")));
            }
            ["reads", option, value @ ..] => {
                let now = option_now(option, &value.join(" "));
                self.evidence.options.push(now);
            }
            ["capabilities", "none"] => self.evidence.capabilities = Some(0),
            ["protocols", names @ ..] => {
                self.evidence.protocols = names.iter().map(|name| (*name).to_owned()).collect();
            }
            ["own", "end", end @ ..] => self.evidence.own_end = Some(in_table(end)),
            ["other", "end", end @ ..] => self.evidence.other_end = Some(in_table(end)),
            ["made", state] => self.evidence.made_state = Some(tcp_state(state)),
            ["file", "ours"] => self.evidence.file_is_ours = Some(true),
            ["names", "none"] => self.evidence.names = Some(Vec::new()),
            ["name", name, listens, who] => {
                let user = UnixUser {
                    inode: 99,
                    name: name.replace("\\0", "\0").into_bytes(),
                    socket_type: libc::SOCK_STREAM,
                    listens: *listens == "listening",
                    owner: self.owner(who),
                };
                self.evidence.names.get_or_insert_default().push(user);
            }
            _ => return false,
        }
        true
    }

    fn owner(&self, who: &str) -> Seen<Owner> {
        match who {
            "program" => Seen::Observed(Owner::Process {
                pid: 812,
                program: "nginx".to_owned(),
            }),
            "nobody" => Seen::Observed(Owner::Nobody),
            "hidden" => Seen::Unavailable("owned by uid 7".to_owned()),
            name => Seen::Observed(Owner::Ours(self.named(name).id())),
        }
    }

    fn user(&self, local: &str, state: &str, who: &str, rest: &[&str]) -> PortUser {
        let owner = self.owner(who);
        let identity = match &owner {
            Seen::Observed(Owner::Ours(id)) => self.world.descriptor(*id).expect("it").identity(),
            Seen::Observed(_) | Seen::Inferred(_) | Seen::Unavailable(_) => Identity::default(),
        };
        let device = rest.iter().position(|word| *word == "device");
        let has = |word| rest.contains(&word);
        let reuse = Reuse {
            address: has("reuse"),
            port: has("reuseport"),
        };
        let is_ours = matches!(owner, Seen::Observed(Owner::Ours(_)));
        PortUser {
            identity,
            local: at(local),
            peer: None,
            state: tcp_state(state),
            v6_only: has("v6only"),
            device: device.map(|place| rest[place + 1].to_owned()),
            owner,
            reuse: is_ours.then_some(reuse),
            left: has("counting").then(|| Duration::from_secs(59)),
        }
    }
}

fn at(text: &str) -> SocketAddr {
    text.parse().expect("an address")
}

fn tcp_state(name: &str) -> TcpState {
    let row = TCP_STATES.iter().find(|row| row.2 == name);
    row.expect("a state").1
}

fn in_table(words: &[&str]) -> InTable {
    match words {
        ["gone"] => InTable::Gone,
        [state, held] => InTable::There {
            state: tcp_state(state),
            has_descriptor: *held == "held",
        },
        _ => panic!("no end: {words:?}"),
    }
}

fn route(word: &str) -> Route {
    match word {
        "local" => Route::Local,
        "none" => Route::None,
        "broadcast" => Route::Broadcast,
        "prohibit" => Route::Denied(Denial::Prohibit),
        "unreachable" => Route::Denied(Denial::Unreachable),
        "blackhole" => Route::Denied(Denial::Blackhole),
        device => Route::Unicast {
            device: device.to_owned(),
            gateway: None,
        },
    }
}

fn option_now(name: &str, value: &str) -> OptionNow {
    let line = format!("setsockopt(x, {name}, {value})");
    let command = parse_line(&line).expect(&line).command.expect("a call");
    match command.call {
        Call::Setsockopt { option, value, .. } => OptionNow {
            level: option.level,
            number: option.number,
            value,
        },
        other => panic!("{other:?}"),
    }
}
