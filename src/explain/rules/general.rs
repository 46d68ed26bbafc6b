//! Errors of the network that any call can report, and last the rows that fit everything.

use crate::explain::rule::{OF_THE_CALL, Rule, rows};

pub(crate) static ROWS: &[Rule] = rows! {
    ANY Fails(ENETUNREACH) [] {Unchecked} "No route leads there from this host. Check the address, and the table of `ip route`." "ip(7)";
    ANY Fails(EHOSTUNREACH) [] {Unchecked} "A router, or the last network, reported that the host cannot be reached. It may be down." "ip(7)";
    ANY Fails(EHOSTDOWN) [] {Unchecked} "The host does not answer at the lowest level: its hardware address could not be found." "ip(7)";
    ANY Fails(ENETDOWN) [] {ByErrno} "The network interface is down." "netdevice(7)";
    ANY Fails(ETIMEDOUT) [] {ByErrno} "The other end did not answer until the kernel gave up." "tcp(7)";
    ANY Fails(ECONNRESET) [] {Unchecked} "The connection was aborted by the other end." "RFC 9293 3.5.3";
    ANY Fails(EAGAIN) [] {ByErrno} "The call would have had to wait, and it may not. Try again later." OF_THE_CALL;
    ANY Fails(ENOTCONN) [] {OwnPhase, OwnNoPeer} "{socket} is {phase} and has no connection." OF_THE_CALL;
    ANY Fails(EPERM, EACCES) [] {Possibilities} "This process may not do that: a permission or a capability is missing, or a firewall forbids it." "capabilities(7)";
    WORDS AnyErrno [] {ByErrno} "In general {errno} means: {strerror}. Nothing in this session tells more." OF_THE_CALL;
    ANY AnyErrno [] {ByErrno} "In general {errno} means: {strerror}. Nothing in this session tells more; the manual page says when {call_kind}() gives it." OF_THE_CALL;
};
