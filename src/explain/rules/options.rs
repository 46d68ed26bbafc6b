//! Options and flags: setsockopt, getsockopt and fcntl.

use crate::explain::rule::{OF_THE_CALL, Rule, rows};

pub(crate) static ROWS: &[Rule] = rows! {
    // What cannot be set or read.
    SETSOCKOPT Fails(ENOPROTOOPT) [OptionReadOnly] "{option} can only be read: {meaning}." OF_THE_CALL => [READ_OPTION];
    GETSOCKOPT Fails(ENOPROTOOPT) [OptionWriteOnly] "{option} can only be set: {meaning}." OF_THE_CALL;
    OPTIONS Fails(ENOPROTOOPT) [OptionKnown] "{option} ({option_level}) does not exist for a socket like {socket} ({domain}, {kind})." OF_THE_CALL;
    OPTIONS Fails(ENOPROTOOPT) [] "No option has this number at this level. Level and number go together." OF_THE_CALL;
    OPTIONS Fails(EOPNOTSUPP) [] "{socket} ({domain}, {kind}) has no options of the level {option_level}. Every socket has those of SOL_SOCKET." OF_THE_CALL;
    OPTIONS Fails(EPERM, EINVAL) [OptionRepair] "{option} is for a socket under repair: set TCP_REPAIR first, which takes CAP_NET_ADMIN." "capabilities(7)";
    SETSOCKOPT Fails(EINVAL) [OptionV6Only] "IPV6_V6ONLY decides what bind() takes, so it must be set before bind(); {socket} is {phase}." "ipv6(7)";
    SETSOCKOPT Fails(EINVAL) [OptionKnown] "The kernel does not take {value} for {option}: the size or the range is wrong, or the state of {socket} is." OF_THE_CALL;
    OPTIONS Fails(EINVAL) [] "The value has the wrong size for this option. Most take an int of four bytes." OF_THE_CALL;
    SETSOCKOPT Fails(EDOM) [] "The microseconds of a timeout must be less than a million. Put whole seconds into tv_sec." "socket(7)";
    SETSOCKOPT Fails(EPERM) [OptionFilter, FilterLocked] "SO_LOCK_FILTER is set on {socket}: its filter stays as it is, and so does the lock." "socket(7)";
    OPTIONS Fails(EPERM, EACCES) [OptionPrivileged] "{option} takes {privilege}. This process lacks the capability. Run as root; in a namespace of your own (unshare -rn) some options pass, others do not." "capabilities(7)";
    OPTIONS Fails(EPERM, EACCES) [OptionKnown] "{option} takes no capability ({manual}), so something else forbids it, such as a security module or a sandbox." "capabilities(7)";
    SETSOCKOPT Fails(ENOENT) [OptionCongestion] "The kernel knows no congestion control {value}. net.ipv4.tcp_available_congestion_control lists those it has." "tcp(7)" => [READ_OPTION];
    SETSOCKOPT Fails(EADDRINUSE) [OptionMembership] "{socket} is a member of this group on this interface already." "ip(7)";
    SETSOCKOPT Fails(EADDRNOTAVAIL) [OptionMembership] "{socket} is no member of this group on this interface, so it cannot leave it." "ip(7)";
    SETSOCKOPT Fails(ENODEV) [] "No interface of this host has the address that was given. Use one of its own, such as 127.0.0.1." "ip(7)";
    SETSOCKOPT Fails(EPROTO) [OptionMembership] "Multicast is for datagrams; {socket} is a {kind}." "ip(7)";
    SETSOCKOPT Fails(EISCONN, ENOTCONN) [] "The kernel takes {option} only in another phase; {socket} is {phase}." OF_THE_CALL;
    OPTIONS Fails(ENOTCONN) [] "{socket} is {phase}, and this option asks about a connection." OF_THE_CALL;
    // Set.
    SETSOCKOPT Success [OptionBuffer, BufferDoubled] "{option} of {socket} is {now} now: {was_set} was set, and the kernel doubled it for its own bookkeeping." "socket(7)" => [READ_BACK];
    SETSOCKOPT Success [OptionBuffer, BufferRaised] "{option} of {socket} is {now} now: {was_set} was set, and the kernel raised it to the least size of this buffer." "socket(7)" => [READ_BACK];
    SETSOCKOPT Success [OptionBuffer, KeptOtherwise] "{option} of {socket} is {now} now: {was_set} was set, and the kernel capped it at {buffer_limit}, which it then doubled for its own bookkeeping." "socket(7)" => [READ_BACK];
    SETSOCKOPT Success [OptionBuffer] "The kernel doubles the value of {option} for its own bookkeeping, within net.core limits. getsockopt() gives the doubled one back." "socket(7)" => [READ_BACK];
    SETSOCKOPT Success [OptionReuseAddr, Unix] "{option} means nothing for AF_UNIX: the file of an old socket is in the way of bind() until unlink().{differs_from_set}" "unix(7)";
    SETSOCKOPT Success [SwitchedOff] "{option} of {socket} is {now} now: {meaning}.{differs_from_set}" OF_THE_CALL;
    SETSOCKOPT Success [OptionReuseAddr, Datagram] "{option} lets {socket} share its port with other datagram sockets that have set it too. bind() looks at it, so set it before.{differs_from_set}" "socket(7)";
    SETSOCKOPT Success [OptionReuseAddr, WasUnbound] "{option} is set in time: bind() looks at it. It lets {socket} have a port that old connections hold in TIME_WAIT, if their sockets had it too.{differs_from_set}" "TLPI 61.10";
    SETSOCKOPT Success [OptionReuseAddr] "{option} changes what bind() allows, and {socket} is {phase} already. Set it before bind().{differs_from_set}" "TLPI 61.10";
    SETSOCKOPT Success [Tcp, OptionLinger, ValueZeroLinger] "close() of {socket} will abort the connection: RST instead of FIN, unsent data is lost, no TIME_WAIT.{differs_from_set}" "socket(7)";
    SETSOCKOPT Success [Tcp, OptionLinger] "close() of {socket} will wait for unsent data, at most that long.{differs_from_set}" "socket(7)";
    SETSOCKOPT Success [OptionLinger] "{socket} keeps the value, but it has no TCP connection whose close() would wait or abort: nothing changes.{differs_from_set}" "socket(7)";
    SETSOCKOPT Success [OptionReceiveTimeout] "A receiving call or accept() on {socket} that sleeps longer returns EAGAIN.{differs_from_set}" "socket(7)";
    SETSOCKOPT Success [OptionSendTimeout] "A sending call on {socket} that sleeps longer returns EAGAIN, a connect() EINPROGRESS.{differs_from_set}" "socket(7)";
    SETSOCKOPT Success [OptionMembership] "{option} on {socket}: {meaning}. The kernel tells the network with IGMP, or with MLD for IPv6." "ip(7)";
    SETSOCKOPT Success [OptionKnown] "{option} of {socket} is {now} now: {meaning}.{differs_from_set}" OF_THE_CALL;
    SETSOCKOPT Success [] "The kernel took the value; the option has no name here." OF_THE_CALL;
    // Read.
    GETSOCKOPT Success [OptionBuffer, BufferDoubled] "{was_set} was set for {socket}, and the kernel doubled it for its own bookkeeping." "socket(7)";
    GETSOCKOPT Success [OptionBuffer, BufferRaised] "{was_set} was set for {socket}, and the kernel raised it: {value} is the least size of this buffer." "socket(7)";
    GETSOCKOPT Success [OptionBuffer, WasSet] "{was_set} was set for {socket}, and the kernel capped it at {buffer_limit}, which it then doubled for its own bookkeeping." "socket(7)";
    GETSOCKOPT Success [OptionBuffer, Accepted] "Nobody set {option} on {socket}: it has that of its listener, or the kernel's default." "socket(7)";
    GETSOCKOPT Success [OptionBuffer, Tcp] "Nobody set {option} on {socket}: it is the kernel's default, which grows by itself while data flows." "tcp(7)";
    GETSOCKOPT Success [OptionBuffer] "Nobody set {option} on {socket}: it is the kernel's default." "socket(7)";
    GETSOCKOPT Success [OptionError, ValueNoError, WasConnecting] "No error is pending on {socket}. After a connect() that did not wait, 0 means success only once the socket is writable." "socket(7)" => [WRITABLE];
    GETSOCKOPT Success [OptionError, ValueNoError] "No error is pending on {socket}: nothing failed since a call last reported one." "socket(7)";
    GETSOCKOPT Success [OptionError, ValueReset, GaveUp] "{value} was pending on {socket} since shutdown() gave its connect() up: no RST came. Reading it cleared it." "RFC 9293 3.10.4";
    GETSOCKOPT Success [OptionError, ValueTimedOut, UserTimeout] "{value} was pending on {socket}: data was not taken for longer than its TCP_USER_TIMEOUT of {user_timeout} ms. Reading it cleared it." "tcp(7)";
    GETSOCKOPT Success [OptionError] "{value} was pending on {socket}: a connect() that did not wait, a reset or an ICMP error left it for the next call. Reading it cleared it." "socket(7)";
    GETSOCKOPT Success [OptionCredentials, Inet] "Only AF_UNIX sockets have credentials of a peer. For {socket} ({domain}) the kernel gives pid 0 and uid -1, which is nobody." "unix(7)";
    GETSOCKOPT Success [OptionTimeout, ValueRounded] "{was_set} was set, and the kernel counts in ticks of its clock: it rounded up to {value}." "socket(7)";
    GETSOCKOPT Success [OptionTcpInfo] "The kernel's own view of {socket}, which may differ from what our calls imply." "tcp(7)";
    GETSOCKOPT Success [OptionKnown] "{option} of {socket} is {value}: {meaning}.{differs_from_set}" OF_THE_CALL;
    GETSOCKOPT Success [] "The kernel gave the value; the option has no name here." OF_THE_CALL;
    // fcntl()
    FCNTL Fails(EINVAL) [] "fcntl() does not know this command, or it does not apply to sockets." "fcntl(2)";
    FCNTL Fails(EPERM, EACCES) [] "The kernel does not let this flag be changed on this file." "fcntl(2)";
    FCNTL Success [SetsNonblock] "{socket} is non-blocking now: calls that would wait return EAGAIN, connect() EINPROGRESS. Every dup() of it shares that." "fcntl(2)";
    FCNTL Success [SetsStatus] "{socket} is blocking now: calls wait until they can do something." "fcntl(2)";
    FCNTL Success [ReadsStatus] "The status flags belong to the socket and every dup() of it; O_NONBLOCK stands there if calls do not wait. The access mode O_RDWR, the same for every socket, is left out." "fcntl(2)";
    FCNTL Success [] "The descriptor flags belong to this number alone. FD_CLOEXEC closes it when the process executes another program." "fcntl(2)";
};
