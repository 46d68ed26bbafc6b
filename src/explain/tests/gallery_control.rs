//! Stories of control messages: what they do to a datagram, and what they say of one.

use crate::explain::tests::gallery::{PAIR, Tale};

/// A server at every address, and a client that is connected to one of them.
const ASKED: &str = "
    srv = socket(AF_INET, SOCK_DGRAM)
    bind(srv, *:600) -> 0
    @ srv local *:600
    c = socket(AF_INET, SOCK_DGRAM)
    bind(c, 127.0.0.1:700) -> 0
    @ c local 127.0.0.1:700
    connect(c, 127.0.0.2:600) -> 0
    @ c peer 127.0.0.2:600
    n = socket(AF_INET, SOCK_DGRAM)
    bind(n, 127.0.0.1:800) -> 0
    @ n local 127.0.0.1:800
";

pub(crate) const STORIES: &[Tale] = &[
    ("an answer from the address that was asked", ASKED, "
        recvmsg(srv, 100) -> 4 \"ping\" from 127.0.0.1:700 with IP_PKTINFO({127.0.0.2,1,127.0.0.2})
        ? These 4 bytes were sent to 127.0.0.2 and came over interface 1. An answer has to leave from that address: IP_PKTINFO({127.0.0.2}) in sendmsg()
        ! sendmsg(srv, [\"hello\"], 127.0.0.1:700, IP_PKTINFO({127.0.0.2}))
        sendmsg(srv, [\"pong\"], 127.0.0.1:700, IP_PKTINFO({127.0.0.3})) -> 4
        ? from 127.0.0.3:600, as IP_PKTINFO({127.0.0.3}) says. c has the port, but is connected to 127.0.0.2:600
        sendmsg(srv, [\"pong\"], 127.0.0.1:700, IP_PKTINFO({127.0.0.2})) -> 4
        ? IP_PKTINFO({127.0.0.2}) chooses the source address of this datagram alone
        sendmsg(srv, [\"pong\"], 127.0.0.1:700, IP_PKTINFO({127.0.0.2, 99})) -> ENODEV
        ? No interface is 99, which IP_PKTINFO({127.0.0.2, 99}) names
        sendmsg(srv, [\"pong\"], 127.0.0.1:700, IP_PKTINFO({192.0.2.1})) -> ENETUNREACH
        ? Probably its address is none of this host
        recvmsg(srv, 100) -> 4 \"ping\" with SO_RXQ_OVFL(3)
        ? SO_RXQ_OVFL: 3 packets were dropped at srv before this one was queued
    "),
    ("control messages that the kernel does not take", ASKED, "
        sendmsg(srv, [\"a\"], addr(n), UDP_GRO(hex(00))) -> EINVAL
        ? The kernel gives UDP_GRO(hex(00)) to who receives
        sendmsg(srv, [\"a\"], addr(n), IP_TTL(0)) -> EINVAL
        ? sendmsg() does not take IP_TTL(0): such a control message has an int of 1 to 255
        sendmsg(srv, [\"a\"], addr(n), UDP_SEGMENT(hex(00))) -> EINVAL
        ? such a control message has 2 bytes of data
        sendmsg(srv, [\"a\"], addr(n), cmsg(SOL_SOCKET, 99, hex(00))) -> EINVAL
        ? Probably srv does not know cmsg(SOL_SOCKET, 99, hex(00))
        sendmsg(srv, [\"a\"], addr(n), SO_MARK(1)) -> EPERM
        ? A control message needs a privilege, as SO_MARK
        sendmsg(srv, [\"a\"], addr(n), IP_TTL(1)) -> ENOBUFS
        ? more than net.core.optmem_max lets them be
        sendmsg(srv, [\"a\"], addr(n), IP_TTL(1), IP_TOS(hex(10))) -> 1
        ? For this datagram alone: IP_TTL(1) and IP_TOS(hex(10))
    "),
    ("segments of one call", ASKED, "
        sendmsg(srv, [bytes(4500)], addr(n), UDP_SEGMENT(1000)) -> 4500
        ? UDP_SEGMENT(1000) makes 5 datagrams of these 4500 bytes, for this call alone
        sendmsg(srv, [bytes(4500)], addr(n), UDP_SEGMENT(10)) -> EINVAL
        ? UDP_SEGMENT(10) would make 450 datagrams of these 4500 bytes
        sendmsg(srv, [bytes(4500)], addr(n), UDP_SEGMENT(1000)) -> EINVAL
        ? UDP_SEGMENT(1000) goes along: EINVAL means
        sendmsg(srv, [bytes(4500)], addr(n), UDP_SEGMENT(3000)) -> EMSGSIZE
        ? a segment with its headers must fit into the path MTU
        sendmsg(srv, [bytes(500)], addr(n), UDP_SEGMENT(1000)) -> 500
        ? The kernel took one datagram of 500 bytes
    "),
    ("several messages in one call", ASKED, "
        sendmmsg(c, [[\"a\"], [\"bc\"]]) -> 2
        ? One call sent 2 messages, 3 bytes in all, each as sendmsg() would
        sendmmsg(c, [[\"a\"], [\"bc\"], [\"d\"]]) -> 2
        ? 2 of 3 messages were sent. Then one could not be: sendmmsg() does not report its error
        recvmmsg(srv, 2, 100) -> 2
        ? One call received 2 messages, 2 bytes in all
        recvmmsg(srv, 5, 100) -> 2
        ? 2 of at most 5 messages came, until no more could be received at once
        recvmmsg(srv, 5, 100, 50) -> 2
        ? 2 of at most 5 messages came before the timeout, which recvmmsg() only looks at after each message
        recvmmsg(srv, 5, 100, MSG_WAITFORONE) -> 2
        ? MSG_WAITFORONE: the call waits for the first message only, and then takes what is there: 2 of at most 5
        recvmmsg(srv, 5, 100, -5) -> EINVAL
        ? The timeout is negative
        recvmmsg(srv, 5, 100, 50) -> blocks
        ? It looks at its timeout only after a message
    "),
    ("a control message of another family", PAIR, "
        sendmsg(a, [\"x\"], IP_TTL(5)) -> 1
        ? 1 byte went directly into the receive queue of b
    "),
];
