//! Raw sockets of AF_INET and AF_INET6: packets of one protocol, and no ports.

use crate::explain::rule::{Rule, rows};

pub(crate) static ROWS: &[Rule] = rows! {
    // Addresses without ports.
    GETSOCKNAME Success [RawInet] {ByResult} "This is the local address of {socket}. A raw socket has no port: the number in its place is its protocol." "raw(7)";
    GETPEERNAME Fails(ENOTCONN) [RawInet] {Possibilities} "{socket} has no peer, or one with port 0: a raw socket has no ports, and getpeername() takes port 0 for no peer." "raw(7)";
    CONNECT Success [RawInet, ToUnspec] {ByResult} "{socket} has no peer any more and receives the packets of its protocol from every host again." "connect(2)";
    CONNECT Success [RawInet] {ByResult} "Nothing was sent: the kernel only records {address} as the peer. send() now goes there, and {socket} receives packets from there only. Raw sockets have no ports." "raw(7)";
    LISTEN Fails(EOPNOTSUPP) [RawInet] {ByKind} "{socket} is a raw socket: it has no connections, so there is nothing to listen for. It receives the packets of its protocol as they come." "raw(7)" => [RECEIVE_FROM, SENDER_FIRST];
    ACCEPTING Fails(EOPNOTSUPP) [RawInet] {ByKind} "{socket} is a raw socket: packets need no connection, so there is none to accept. Use recvfrom()." "raw(7)" => [RECEIVE_FROM, SENDER_FIRST];
    // Packets.
    RECEIVING Fails(EAGAIN) [RawInet, NotWaiting] {OwnNothingUnread, OwnNonblocking} "No packet waits for {socket}, and this call must not wait ({nonblocking_cause}). Try again when poll() reports POLLIN." "recv(2)" => [WAIT_TO_RECEIVE];
    RECEIVING Empty [RawInet] {Possibilities} "A packet without data came, or receiving was ended here by shutdown()." "raw(7)";
    RECEIVING Cut [RawInet] {ByResult} "The packet has {count} bytes and the buffer only {asked}: the rest is lost. Use a larger buffer." "raw(7)";
    RECEIVING Success [RawInet, HasHeader] {ByResult} "{count} bytes of one packet. The first {header_length} are its IPv4 header ({header_fields}); behind it comes {header_payload}." "raw(7)";
    RECEIVING Success [RawInet, IsInet] {ByResult} "{count} bytes of one packet, which begins with its IPv4 header. What had no room is lost." "raw(7)";
    RECEIVING Success [RawInet] {ByResult} "{count} bytes of one packet. On AF_INET6 it comes without its IPv6 header." "ipv6(7)";
    UNREAD Success [RawInet, CountZero] {Possibilities} "No packet waits for {socket}, or the next one is empty: the kernel gives 0 for both (FIONREAD), and poll() tells them apart." "raw(7)";
    UNREAD Success [RawInet] {OwnNextMessage} "FIONREAD gives {count}: the next packet for {socket} has that many bytes. Others may wait behind it; it counts only the next one." "raw(7)";
};
