//! Errors of the network that any call can report, and last the rows that fit everything.

use crate::explain::rule::{OF_THE_CALL, Rule, rows};

pub(crate) static ROWS: &[Rule] = rows! {
    ANY Fails(ENETUNREACH) [] {Possibilities} "Probably this host has no route to that address, or none for its family; otherwise a router on the way reported it. `ip route get` with the address shows which route this host takes." "ip(7)";
    ANY Fails(EHOSTUNREACH) [] {Possibilities} "The host did not answer ARP or neighbour discovery, a route of this host says unreachable, or a router or firewall reported it by ICMP. `ip route get` and `ip neigh` with the address show which." "ip(7)";
    ANY Fails(EHOSTDOWN) [] {Possibilities} "A router reported by ICMP that it does not know the host. A host whose hardware address is not found gives EHOSTUNREACH on Linux." "icmp(7)";
    ANY Fails(ENETDOWN) [] {ByErrno} "The network interface is down, or it went down since the last call. `ip link` shows its present state." "netdevice(7)";
    ANY Fails(ETIMEDOUT) [] {ByErrno} "The kernel gave up: the other end did not acknowledge in time." "tcp(7)";
    ANY Fails(ECONNRESET) [Unix] {Possibilities} "The connection was reset: normally the other end was closed while data for it was unread, or before it was accepted." "unix(7)";
    ANY Fails(ECONNRESET) [] {Possibilities} "The connection was reset, normally by a RST from the other end." "RFC 9293 3.5.3";
    ANY Fails(EAGAIN) [] {ByErrno} "The call cannot be done now: it would have to wait and must not, or something that it needs is temporarily used up. Try again later." OF_THE_CALL;
    ANY Fails(ENOTCONN) [NeverConnected] {OwnNoPeer} "{socket} has no connection." OF_THE_CALL;
    ANY Fails(ENOTCONN) [] {ByErrno} "{socket} has no connection, or none any more." OF_THE_CALL;
    ANY Fails(EPERM, EACCES) [] {Possibilities} "This process may not do that: a capability or a file permission is missing, or a firewall, a security module or a sandbox forbids it." "capabilities(7)";
    WORDS AnyErrno [] {ByErrno} "In general {errno} means: {strerror}. sockplay has no further explanation." OF_THE_CALL;
    ANY AnyErrno [] {ByErrno} "In general {errno} means: {strerror}. sockplay has no explanation for it here; the manual page says when {call_kind}() gives it." OF_THE_CALL;
};
