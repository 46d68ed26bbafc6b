//! The options of SOL_SOCKET: socket(7), and unix(7) for those of AF_UNIX.

use crate::socket::option::ValueType::{
    Address, Bool, Credentials, Descriptor, Error, Fields, Int, Linger, Long, Named, Numbers,
    Pointers, Program, Text, Timeval, Unsigned,
};
use crate::socket::option::{
    ADMIN, ADMIN_OR_RAW, Access, FREE, Names, OptionRow, Privilege, admin, needs, raw,
};

/// `SK_MEMINFO_` of linux/sock_diag.h, in their order.
const MEMORY: &[&str] = &[
    "rmem_alloc",
    "rcvbuf",
    "wmem_alloc",
    "sndbuf",
    "fwd_alloc",
    "wmem_queued",
    "optmem",
    "backlog",
    "drops",
];

/// `struct sock_txtime`.
const TXTIME: &[&str] = &["clockid", "flags"];

const BPF: Option<Privilege> = needs("CAP_BPF", "to load the program first");

rows! {
    SOL_SOCKET "socket(7)" {
        SO_REUSEADDR: Bool, Both, "1.0", FREE, "bind() to a port that old connections still hold in TIME_WAIT", off "bind() fails while the port is held, even by an old connection";
        SO_REUSEPORT: Bool, Both, "3.9", FREE, "several sockets of one user share a port; the kernel distributes what arrives", off "the port is for this socket alone";
        SO_KEEPALIVE: Bool, Both, "1.0", FREE, "probe an idle connection to find a dead peer", off "an idle connection is not probed: a dead peer stays unnoticed";
        SO_BROADCAST: Bool, Both, "1.0", FREE, "allow sending to a broadcast address", off "sending to a broadcast address fails with EACCES";
        SO_OOBINLINE: Bool, Both, "1.0", FREE, "urgent data stays in the normal stream", off "an urgent byte is kept out of the stream, for MSG_OOB";
        SO_DONTROUTE: Bool, Both, "1.0", FREE, "send only to hosts that are directly connected", off "packets follow the routing table, through gateways too";
        SO_LINGER: Linger, Both, "1.0", FREE, "close() waits for unsent data; {1, 0s} makes it reset the connection", off "close() returns at once, and the kernel keeps sending what is unsent", kept "the kernel keeps l_onoff as 0 or 1, and l_linger only with l_onoff set";
        SO_RCVBUF: Int, Both, "1.0", FREE, "bytes of receive buffer; reads back doubled, the kernel adds its overhead", kept "the kernel doubles it for its own overhead, between a least size and a limit of net.core";
        SO_SNDBUF: Int, Both, "1.0", FREE, "bytes of send buffer; reads back doubled, the kernel adds its overhead", kept "the kernel doubles it for its own overhead, between a least size and a limit of net.core";
        SO_RCVLOWAT: Int, Both, "2.4", FREE, "bytes that must be there before a receiving call returns", kept "the kernel takes 0 as 1, and anything negative as the largest number";
        SO_SNDLOWAT: Int, Get, "2.4", FREE, "always 1 on Linux";
        SO_RCVTIMEO: Timeval, Both, "2.4", FREE, "a blocked receive or accept returns EAGAIN after this time", off "a blocked receive or accept waits forever", kept "the kernel counts in ticks of its clock and rounds up";
        SO_SNDTIMEO: Timeval, Both, "2.4", FREE, "a blocked send returns EAGAIN, a connect EINPROGRESS, after this time", off "a blocked send waits forever, a connect until it gives up", kept "the kernel counts in ticks of its clock and rounds up";
        SO_PRIORITY: Int, Both, "1.0", admin("for a value outside 0 to 6"), "priority of outgoing packets in the queueing discipline";
        SO_TIMESTAMP: Bool, Both, "2.2", FREE, "each message carries the time at which it arrived", off "messages carry no time of arrival";
        SO_TIMESTAMPNS: Bool, Both, "2.6.22", FREE, "the same time in nanoseconds; excludes SO_TIMESTAMP", off "messages carry no time of arrival";
        SO_ERROR: Error, Get, "1.0", FREE, "the pending error; reading clears it";
        SO_TYPE: Named(Names::Type), Get, "1.0", FREE, "the type given to socket()";
        SO_DOMAIN: Named(Names::Domain), Get, "2.6.32", FREE, "the domain given to socket()";
        SO_PROTOCOL: Named(Names::Protocol), Get, "2.6.32", FREE, "the protocol, also where socket() was given 0";
        SO_ACCEPTCONN: Bool, Get, "2.4", FREE, "whether listen() made it passive";
        SO_BINDTODEVICE: Text, Both, "2.0.30", raw("to change it; before Linux 5.7 to set it at all"), "only packets of this interface, by its name; \"\" ends that", off "packets of every interface";
        SO_RCVBUFFORCE: Int, Set, "2.6.14", ADMIN, "SO_RCVBUF beyond net.core.rmem_max";
        SO_SNDBUFFORCE: Int, Set, "2.6.14", ADMIN, "SO_SNDBUF beyond net.core.wmem_max";
        SO_MARK: Unsigned, Both, "2.6.25", ADMIN_OR_RAW, "outgoing packets carry this mark for routing and netfilter", off "outgoing packets carry no mark";
        SO_DEBUG: Bool, Both, "1.0", admin("to switch it on"), "protocols may record what they do; hardly any does", off "protocols record nothing";
        SO_PEEK_OFF: Int, Both, "3.4", FREE, "the offset at which MSG_PEEK reads, which then moves on; -1: always at the front", kept "anything negative means -1";
        SO_RXQ_OVFL: Bool, Both, "2.6.33", FREE, "each message carries how many were dropped here so far", off "messages do not say how many were dropped";
        SO_SELECT_ERR_QUEUE: Bool, Both, "3.10", FREE, "poll() also reports POLLPRI while the error queue has something", off "poll() reports only POLLERR while the error queue has something";
        SO_BUSY_POLL: Int, Both, "3.11", admin("to raise it, on some kernels"), "microseconds that a receive spins on the adapter before it sleeps", off "a receive sleeps without spinning on the adapter first", takes [0, i32::MAX];
        SO_INCOMING_CPU: Int, Both, "3.19", FREE, "the CPU that its packets are handled on (to be set since Linux 4.4)";
        SO_INCOMING_NAPI_ID: Unsigned, Get, "4.12", FREE, "the receive queue of the adapter through which its last packet came";
        SO_ATTACH_FILTER: Program, Both, "2.2", admin("for TCP, on some kernels"), "a classic BPF program decides which packets are received", off "no classic BPF program is attached";
        SO_ATTACH_BPF: Int, Set, "3.19", BPF, "the descriptor of an eBPF program that decides which packets are received";
        SO_DETACH_FILTER: Int, Set, "2.2", FREE, "removes the filter, of either kind; the value does not matter";
        SO_LOCK_FILTER: Bool, Both, "3.9", FREE, "the filter stays as it is; this cannot be undone", off "the filter may be changed";
        SO_ATTACH_REUSEPORT_CBPF: Program, Set, "4.5", FREE, "a classic BPF program chooses among the sockets of SO_REUSEPORT";
        SO_ATTACH_REUSEPORT_EBPF: Int, Set, "4.5", BPF, "the descriptor of an eBPF program that chooses among them";
        SO_BSDCOMPAT: Bool, Both, "2.0", FREE, "does nothing any more; it once chose BSD's handling of ICMP errors", off "does nothing any more";
    }
    SOL_SOCKET "unix(7)" {
        SO_PASSCRED: Bool, Both, "2.2", FREE, "AF_UNIX: each message carries pid, uid and gid of its sender", off "AF_UNIX: messages carry no credentials unless they were sent along";
        SO_PEERCRED: Credentials, Get, "2.2", FREE, "AF_UNIX: who was at the other end when it connected";
        SO_PASSSEC: Bool, Both, "2.6.18", FREE, "AF_UNIX: each message carries the security label of its sender", off "AF_UNIX: messages carry no security label";
        SO_PEERSEC: Text, Get, "2.6.2", FREE, "the security label of the peer, where a security module gives one";
    }
    SOL_SOCKET "net/core/sock.c" {
        SO_NO_CHECK: Bool, Both, "1.0", FREE, "UDP over IPv4 is sent without a checksum", off "UDP over IPv4 is sent with a checksum";
        SO_PEERNAME: Address, Get, "2.2", FREE, "the address of the peer, as getpeername() has it";
        SO_WIFI_STATUS: Bool, Both, "3.3", FREE, "each message sent by radio says whether it was acknowledged", off "nothing is reported about what was sent by radio";
        SO_NOFCS: Bool, Both, "3.4", FREE, "AF_PACKET: the last four bytes of a frame are its checksum", off "AF_PACKET: the adapter adds the checksum of a frame";
        SO_MAX_PACING_RATE: Long, Both, "3.13", FREE, "bytes per second at most; 18446744073709551615: no limit";
        SO_BPF_EXTENSIONS: Int, Get, "3.14", FREE, "which extensions of classic BPF this kernel has";
        SO_CNX_ADVICE: Int, Set, "4.6", FREE, "1: the path seems bad, choose another route";
        SO_MEMINFO: Fields(MEMORY), Get, "4.12", FREE, "the memory of the socket; the last field counts lost messages";
        SO_COOKIE: Long, Get, "4.12", FREE, "a number that no other socket of this kernel has";
        SO_PEERGROUPS: Numbers, Get, "4.13", FREE, "AF_UNIX: the supplementary groups of the peer";
        SO_BINDTOIFINDEX: Int, Both, "5.1", raw("to change it; before Linux 5.7 to set it at all"), "SO_BINDTODEVICE by the index of the interface; 0 ends that", off "packets of every interface";
        SO_DETACH_REUSEPORT_BPF: Int, Set, "5.3", FREE, "removes the program of SO_ATTACH_REUSEPORT_CBPF or _EBPF";
        SO_PREFER_BUSY_POLL: Bool, Both, "5.11", admin("to switch it on"), "polling the adapter takes precedence over its interrupts", off "the adapter's interrupts are used as usual";
        SO_BUSY_POLL_BUDGET: Int, Set, "5.11", admin("to raise it"), "the most packets that one poll takes", takes [0, 65535];
        SO_NETNS_COOKIE: Long, Get, "5.14", FREE, "the number of the network namespace";
        SO_BUF_LOCK: Int, Both, "5.15", FREE, "1: the send buffer keeps its size, 2: the receive buffer, 3: both", off "the kernel adapts the sizes of both buffers", takes [0, 3];
        SO_RESERVE_MEM: Int, Both, "5.16", FREE, "bytes that are kept for the socket alone, in a memory cgroup", off "no memory is kept for the socket alone", kept "the kernel rounds it up to whole pages", takes [0, i32::MAX];
        SO_TXREHASH: Int, Both, "5.18", FREE, "1: TCP tries another path when it has to send again", off "TCP keeps its path when it has to send again", takes [-1, 1];
        SO_RCVMARK: Bool, Both, "5.19", FREE, "each message carries the mark of its packet", off "messages do not carry the mark of their packet";
        SO_PASSPIDFD: Bool, Both, "6.5", FREE, "AF_UNIX: each message carries a pidfd of its sender", off "AF_UNIX: messages carry no pidfd";
        SO_PEERPIDFD: Descriptor, Get, "6.5", FREE, "AF_UNIX: a pidfd of the peer, which is a new descriptor";
        SO_DEVMEM_DONTNEED: Pointers, Set, "6.12", FREE, "returns device memory that held received data";
    }
    SOL_SOCKET "networking/timestamping" {
        SO_TIMESTAMPING: Named(Names::Timestamping), Both, "2.6.30", FREE, "which timestamps of a packet are taken, and by whom", off "no timestamps are taken";
    }
    SOL_SOCKET "networking/msg_zerocopy" {
        SO_ZEROCOPY: Bool, Both, "4.14", FREE, "allow MSG_ZEROCOPY: the kernel sends from our own pages", off "MSG_ZEROCOPY is ignored: the kernel copies what it sends", takes [0, 1];
    }
    SOL_SOCKET "tc-etf(8)" {
        SO_TXTIME: Fields(TXTIME), Both, "4.19", admin("for a clock other than CLOCK_MONOTONIC"), "messages may say when they are to be sent";
    }
}
