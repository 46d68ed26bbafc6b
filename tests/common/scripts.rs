//! What the scripts of `tests/scripts` need of the host.

use std::net::{Ipv4Addr, UdpSocket};

use super::child::play;
use super::files;
use super::host::no_ipv6;

/// The name of a script's file.
pub(crate) fn file(name: &str) -> String {
    format!("tests/scripts/{name}.sock")
}

/// The text of a script.
#[track_caller]
pub(crate) fn text(name: &str) -> String {
    files::read(&file(name))
}

/// Why scripts that send to a multicast group cannot run here.
fn no_multicast() -> Option<String> {
    let loopback = Ipv4Addr::LOCALHOST;
    let group = Ipv4Addr::new(239, 255, 7, 1);
    let joined = UdpSocket::bind((loopback, 0))
        .and_then(|socket| socket.join_multicast_v4(&group, &loopback));
    let refused = joined.err()?;
    Some(format!("no multicast on this host's loopback: {refused}"))
}

/// Why scripts that sign segments cannot run here.
fn no_keys() -> Option<String> {
    let line =
        "x = socket(AF_INET, SOCK_STREAM)\nsetsockopt(x, TCP_MD5SIG, {127.0.0.1, \"key\"})\n";
    let ran = play(line, &[]);
    let none = ran.out.contains("ENOPROTOOPT");
    none.then(|| "this kernel has no TCP_MD5SIG (CONFIG_TCP_MD5SIG)".to_owned())
}

/// Why a script cannot run here.
#[track_caller]
pub(crate) fn cannot_run(name: &str) -> Option<String> {
    let text_of = text(name);
    let without = [
        ("AF_INET6", no_ipv6 as fn() -> Option<String>),
        ("IP_ADD_MEMBERSHIP", no_multicast),
        ("MCAST_JOIN_GROUP", no_multicast),
        ("TCP_MD5SIG", no_keys),
    ];
    let needed = without.iter().filter(|(word, _)| text_of.contains(word));
    needed.filter_map(|(_, reason)| reason()).next()
}
