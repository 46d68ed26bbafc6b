//! Claims about the host: routes, settings, capabilities, and the sockets of others.

use std::fs;

use sockplay::event::Route;
use sockplay::explain::Claim;
use sockplay::socket::Address;

use super::super::auditor::{Auditor, Verdict, holds};
use super::super::shot::{parts, plain, state};
use super::addresses::text;

impl Auditor<'_> {
    pub(super) fn judge_host(&mut self, claim: &Claim) -> Option<Verdict> {
        Some(match claim {
            Claim::RouteIs { to, route } => self.route_is(to, route)?,
            Claim::ListenerAt(local) => {
                let wanted = plain(&text(local)?);
                let mut rows = self.now.rows.iter();
                let found = rows.any(|row| {
                    row.state == state::LISTEN && row.is_tcp() && plain(&row.local) == wanted
                });
                holds(found, || "/proc/net/tcp lists no such listener".to_owned())
            }
            Claim::UserAt(local) => {
                let wanted = plain(&text(local)?);
                let listed = self.now.rows.iter().map(|row| plain(&row.local));
                let own = self
                    .now
                    .own
                    .values()
                    .filter_map(|own| own.local().map(plain));
                match listed.chain(own).any(|local| local == wanted) {
                    true => Verdict::Confirmed,
                    false => Verdict::Undecidable("/proc/net does not list bound TCP sockets"),
                }
            }
            Claim::BoundToDevice { local, device } => {
                let (host, port) = parts(&text(local)?);
                let wanted = format!("{host}%{device}:{port}");
                let found = self.oracle.ss().iter().any(|words| words.contains(&wanted));
                holds(found, || format!("ss shows no {wanted}"))
            }
            Claim::SysctlIs { name, value } => {
                let path = format!("/proc/sys/{}", name.replace('.', "/"));
                let found = fs::read_to_string(path).ok()?;
                let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
                holds(words(&found) == words(value), || format!("it is {found:?}"))
            }
            Claim::NoProtocol(name) => {
                let table = fs::read_to_string("/proc/net/protocols").ok()?;
                let listed = table.lines().any(|line| line.starts_with(name.as_str()));
                holds(!listed, || format!("/proc/net/protocols lists {name}"))
            }
            Claim::LacksCapability(number) => {
                let status = fs::read_to_string("/proc/self/status").ok()?;
                let line = status
                    .lines()
                    .find_map(|line| line.strip_prefix("CapEff:"))?;
                let all = u64::from_str_radix(line.trim(), 16).ok()?;
                holds(all & (1 << number) == 0, || format!("CapEff is {all:x}"))
            }
            Claim::QueueLimit { listener, limit } => {
                let wanted = self.last(*listener)?.local()?.to_owned();
                let rows = self.oracle.ss();
                let found = rows.iter().find_map(|words| limit_of(words, &wanted))?;
                holds(found == u64::from(*limit), || {
                    format!("ss shows the limit {found}")
                })
            }
            Claim::HadConnection(own) => {
                let past = self.past(*own)?;
                holds(past.had_peer || past.pair.is_some(), || {
                    "no peer of it was ever seen".to_owned()
                })
            }
            Claim::ConnectionGone(own) => {
                let found = self.connection(*own).map(|row| row.state);
                holds(found.is_none(), || format!("/proc/net/tcp says {found:?}"))
            }
            _ => return None,
        })
    }

    fn route_is(&mut self, to: &Address, route: &Route) -> Option<Verdict> {
        let host = parts(&text(to)?).0;
        let said = self.oracle.route(host.trim_matches(['[', ']']));
        let agrees = match route {
            Route::Local => said.starts_with("local "),
            Route::Broadcast => said.starts_with("broadcast "),
            Route::Multicast => said.starts_with("multicast "),
            Route::Unicast { device, .. } => said.contains(&format!("dev {device} ")),
            Route::None => said.contains("Network is unreachable"),
            Route::Denied(_) | Route::Failed(_) => said.contains("RTNETLINK answers"),
        };
        Some(holds(agrees, || format!("ip route get: {said}")))
    }
}

/// The limit of an accept queue: `t LISTEN 6 5 127.0.0.1:80 …`, `x u_str LISTEN 0 5 @name 4711 …`.
pub(super) fn limit_of(words: &[String], local: &str) -> Option<u64> {
    match words {
        [_, state, _, limit, own, ..] if state == "LISTEN" && own == local => limit.parse().ok(),
        [_, _, state, _, limit, own, ..] if state == "LISTEN" && format!("unix:{own}") == local => {
            limit.parse().ok()
        }
        _ => None,
    }
}
