//! Options and flags: setsockopt, getsockopt and fcntl.

use crate::explain::rule::{OF_THE_CALL, Rule, rows};

pub(crate) static ROWS: &[Rule] = rows! {
    // What cannot be set or read.
    SETSOCKOPT Fails(ENOPROTOOPT) [OptionReadOnly] {Unchecked} "{option} can only be read: {meaning}." OF_THE_CALL => [READ_OPTION];
    GETSOCKOPT Fails(ENOPROTOOPT) [OptionWriteOnly] {ByArguments} "{option} can only be set: {meaning}." OF_THE_CALL;
    OPTIONS Fails(ENOPROTOOPT) [OptionKnown] {ByKind} "{option} ({option_level}) does not exist for a socket like {socket} ({domain}, {kind})." OF_THE_CALL;
    OPTIONS Fails(ENOPROTOOPT) [] {ByArguments} "No option has this number at this level. Level and number go together." OF_THE_CALL;
    OPTIONS Fails(EOPNOTSUPP) [] {Unchecked} "{socket} ({domain}, {kind}) has no options of the level {option_level}. Every socket has those of SOL_SOCKET." OF_THE_CALL;
    OPTIONS Fails(EPERM, EINVAL) [OptionRepair] {Unchecked} "{option} is for a socket under repair: set TCP_REPAIR first, which takes CAP_NET_ADMIN." "capabilities(7)";
    SETSOCKOPT Fails(EINVAL) [OptionV6Only] {OwnPhase, Unchecked} "IPV6_V6ONLY decides what bind() takes, so it must be set before bind(); {socket} is {phase}." "ipv6(7)";
    SETSOCKOPT Fails(EINVAL) [OptionKnown] {Possibilities} "The kernel does not take {value} for {option}: the size or the range is wrong, or the state of {socket} is." OF_THE_CALL;
    OPTIONS Fails(EINVAL) [] {Unchecked} "The value has the wrong size for this option. Most take an int of four bytes." OF_THE_CALL;
    SETSOCKOPT Fails(EDOM) [] {ByArguments} "The microseconds of a timeout must be less than a million. Put whole seconds into tv_sec." "socket(7)";
    SETSOCKOPT Fails(EPERM) [OptionFilter, FilterLocked] {OwnFilterLocked} "SO_LOCK_FILTER is set on {socket}: its filter stays as it is, and so does the lock." "socket(7)";
    OPTIONS Fails(EPERM, EACCES) [OptionPrivileged] {Unchecked} "{option} takes {privilege}. This process lacks the capability. Run as root; in a namespace of your own (unshare -rn) some options pass, others do not." "capabilities(7)";
    OPTIONS Fails(EPERM, EACCES) [OptionKnown] {Possibilities} "{option} takes no capability ({manual}), so something else forbids it, such as a security module or a sandbox." "capabilities(7)";
    SETSOCKOPT Fails(ENOENT) [OptionCongestion] {ByErrno} "The kernel knows no congestion control {value}. net.ipv4.tcp_available_congestion_control lists those it has." "tcp(7)" => [READ_OPTION];
    SETSOCKOPT Fails(EADDRINUSE) [OptionMembership] {ByErrno} "{socket} is a member of this group on this interface already." "ip(7)";
    SETSOCKOPT Fails(EADDRNOTAVAIL) [OptionMembership] {Unchecked} "{socket} is no member of this group on this interface, so it cannot leave it." "ip(7)";
    SETSOCKOPT Fails(ENODEV) [] {Unchecked} "No interface of this host has the address that was given. Use one of its own, such as 127.0.0.1." "ip(7)";
    SETSOCKOPT Fails(EPROTO) [OptionMembership] {ByKind} "Multicast is for datagrams; {socket} is a {kind}." "ip(7)";
    SETSOCKOPT Fails(EISCONN, ENOTCONN) [] {OwnPhase} "The kernel takes {option} only in another phase; {socket} is {phase}." OF_THE_CALL;
    OPTIONS Fails(ENOTCONN) [] {OwnPhase, OwnNoPeer} "{socket} is {phase}, and this option asks about a connection." OF_THE_CALL;
    // Set.
    SETSOCKOPT Success [OptionBuffer, BufferDoubled] {OwnOptionSet} "{option} of {socket} is {now} now: {was_set} was set, and the kernel doubled it for its own bookkeeping." "socket(7)" => [READ_BACK];
    SETSOCKOPT Success [OptionBuffer, BufferRaised] {OwnOptionSet} "{option} of {socket} is {now} now: {was_set} was set, and the kernel raised it to the least size of this buffer." "socket(7)" => [READ_BACK];
    SETSOCKOPT Success [OptionBuffer, KeptOtherwise] {OwnOptionSet} "{option} of {socket} is {now} now: {was_set} was set, and the kernel capped it at {buffer_limit}, which it then doubled for its own bookkeeping." "socket(7)" => [READ_BACK];
    SETSOCKOPT Success [OptionBuffer] {ByResult} "The kernel doubles the value of {option} for its own bookkeeping, within net.core limits. getsockopt() gives the doubled one back." "socket(7)" => [READ_BACK];
    SETSOCKOPT Success [OptionReuseAddr, Unix] {ByKind} "{option} means nothing for AF_UNIX: the file of an old socket is in the way of bind() until unlink().{differs_from_set}" "unix(7)";
    SETSOCKOPT Success [SwitchedOff] {ByResult} "{option} of {socket} is {now} now: {meaning}.{differs_from_set}" OF_THE_CALL;
    SETSOCKOPT Success [OptionReuseAddr, Datagram] {ByResult} "{option} lets {socket} share its port with other datagram sockets that have set it too. bind() looks at it, so set it before.{differs_from_set}" "socket(7)";
    SETSOCKOPT Success [OptionReuseAddr, WasUnbound] {OwnUnbound} "{option} is set in time: bind() looks at it. It lets {socket} have a port that old connections hold in TIME_WAIT, if their sockets had it too.{differs_from_set}" "TLPI 61.10";
    SETSOCKOPT Success [OptionReuseAddr] {OwnPhase} "{option} changes what bind() allows, and {socket} is {phase} already. Set it before bind().{differs_from_set}" "TLPI 61.10";
    SETSOCKOPT Success [Tcp, OptionLinger, ValueZeroLinger] {ByResult} "close() of {socket} will abort the connection: RST instead of FIN, unsent data is lost, no TIME_WAIT.{differs_from_set}" "socket(7)";
    SETSOCKOPT Success [Tcp, OptionLinger] {ByResult} "close() of {socket} will wait for unsent data, at most that long.{differs_from_set}" "socket(7)";
    SETSOCKOPT Success [OptionLinger] {ByKind} "{socket} keeps the value, but it has no TCP connection whose close() would wait or abort: nothing changes.{differs_from_set}" "socket(7)";
    SETSOCKOPT Success [OptionReceiveTimeout] {ByResult} "A receiving call or accept() on {socket} that sleeps longer returns EAGAIN.{differs_from_set}" "socket(7)";
    SETSOCKOPT Success [OptionSendTimeout] {ByResult} "A sending call on {socket} that sleeps longer returns EAGAIN, a connect() EINPROGRESS.{differs_from_set}" "socket(7)";
    SETSOCKOPT Success [OptionMembership] {ByResult} "{option} on {socket}: {meaning}. The kernel tells the network with IGMP, or with MLD for IPv6." "ip(7)";
    SETSOCKOPT Success [OptionKnown] {ByResult} "{option} of {socket} is {now} now: {meaning}.{differs_from_set}" OF_THE_CALL;
    SETSOCKOPT Success [] {ByResult} "The kernel took the value; the option has no name here." OF_THE_CALL;
    // Read.
    GETSOCKOPT Success [OptionBuffer, BufferDoubled] {OwnOptionSet} "{was_set} was set for {socket}, and the kernel doubled it for its own bookkeeping." "socket(7)";
    GETSOCKOPT Success [OptionBuffer, BufferRaised] {OwnOptionSet, Unchecked} "{was_set} was set for {socket}, and the kernel raised it: {value} is the least size of this buffer." "socket(7)";
    GETSOCKOPT Success [OptionBuffer, WasSet] {OwnOptionSet, Unchecked} "{was_set} was set for {socket}, and the kernel capped it at {buffer_limit}, which it then doubled for its own bookkeeping." "socket(7)";
    GETSOCKOPT Success [OptionBuffer, Accepted] {Unchecked} "Nobody set {option} on {socket}: it has that of its listener, or the kernel's default." "socket(7)";
    GETSOCKOPT Success [OptionBuffer, Tcp] {Unchecked} "Nobody set {option} on {socket}: it is the kernel's default, which grows by itself while data flows." "tcp(7)";
    GETSOCKOPT Success [OptionBuffer] {Unchecked} "Nobody set {option} on {socket}: it is the kernel's default." "socket(7)";
    GETSOCKOPT Success [OptionError, ValueNoError, WasConnecting] {OwnNoError} "No error is pending on {socket}. After a connect() that did not wait, 0 means success only once the socket is writable." "socket(7)" => [WRITABLE];
    GETSOCKOPT Success [OptionError, ValueNoError] {OwnNoError} "No error is pending on {socket}: nothing failed since a call last reported one." "socket(7)";
    GETSOCKOPT Success [OptionError, ValueReset, GaveUp] {OwnGaveUp} "{value} was pending on {socket} since shutdown() gave its connect() up: no RST came. Reading it cleared it." "RFC 9293 3.10.4";
    GETSOCKOPT Success [OptionError, ValueTimedOut, UserTimeout] {OwnUserTimeout, Unchecked} "{value} was pending on {socket}: data was not taken for longer than its TCP_USER_TIMEOUT of {user_timeout} ms. Reading it cleared it." "tcp(7)";
    GETSOCKOPT Success [OptionError] {Possibilities} "{value} was pending on {socket}: a connect() that did not wait, a reset or an ICMP error left it for the next call. Reading it cleared it." "socket(7)";
    GETSOCKOPT Success [OptionCredentials, Inet] {ByKind} "Only AF_UNIX sockets have credentials of a peer. For {socket} ({domain}) the kernel gives pid 0 and uid -1, which is nobody." "unix(7)";
    GETSOCKOPT Success [OptionTimeout, ValueRounded] {OwnOptionSet} "{was_set} was set, and the kernel counts in ticks of its clock: it rounded up to {value}." "socket(7)";
    GETSOCKOPT Success [OptionTcpInfo] {ByResult} "The kernel's own view of {socket}, which may differ from what our calls imply." "tcp(7)";
    GETSOCKOPT Success [OptionKnown] {ByResult} "{option} of {socket} is {value}: {meaning}.{differs_from_set}" OF_THE_CALL;
    GETSOCKOPT Success [] {ByResult} "The kernel gave the value; the option has no name here." OF_THE_CALL;
    // fcntl()
    FCNTL Fails(EINVAL) [] {Unchecked} "fcntl() does not know this command, or it does not apply to sockets." "fcntl(2)";
    FCNTL Fails(EPERM, EACCES) [] {ByErrno} "The kernel does not let this flag be changed on this file." "fcntl(2)";
    FCNTL Success [SetsNonblock] {OwnNonblockingNow} "{socket} is non-blocking now: calls that would wait return EAGAIN, connect() EINPROGRESS. Every dup() of it shares that." "fcntl(2)";
    FCNTL Success [SetsStatus] {OwnBlockingNow} "{socket} is blocking now: calls wait until they can do something." "fcntl(2)";
    FCNTL Success [ReadsStatus] {ByResult} "The status flags belong to the socket and every dup() of it; O_NONBLOCK stands there if calls do not wait. The access mode O_RDWR, the same for every socket, is left out." "fcntl(2)";
    FCNTL Success [] {ByResult} "The descriptor flags belong to this number alone. FD_CLOEXEC closes it when the process executes another program." "fcntl(2)";
};
