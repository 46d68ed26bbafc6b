//! What is wrong before the socket matters: descriptors, pointers, memory.

use crate::explain::rule::{OF_THE_CALL, Rule, rows};

pub(crate) static ROWS: &[Rule] = rows! {
    ANY Fails(EBADF) [UsedAfterClose] {OwnDescriptorClosed, NumberNotOpen} "{socket} is closed and its number {fd} refers to no open file. Worse can happen: once the number is in use again, the same call acts on a different file." "close(2)" => [BY_DUPLICATE, FRESH];
    SETSOCKOPT Fails(EBADF) [OptionOfProgram, IsOpenNow] {OwnOpen} "{socket} is open, so EBADF is about the value: {value} is not a descriptor of a BPF program." "bpf(2)";
    ANY Fails(EBADF) [ByNumber, NumberFree] {NumberNotOpen} "No file is open under the number {fd}. Use one that socket(), socketpair(), accept() or dup() gave." OF_THE_CALL;
    ANY Fails(EBADF) [ByNumber] {Possibilities} "No file was open under the number {fd}, or another descriptor in the arguments is not open." OF_THE_CALL;
    ONTO Fails(EBADF) [OnOpen] {OwnOpen} "{socket} is open, so EBADF is about the other number: it is negative, or not below what the process may have open (RLIMIT_NOFILE)." "dup(2)";
    ANY Fails(EBADF) [OnSocket] {Possibilities} "The descriptor of {socket} was not open when the kernel looked it up: another thread has closed it, or the descriptor that is not open is another one in the arguments." "close(2)";
    ANY Fails(ENOTSOCK) [OnSocket, NoSocket] {ByKind} "{socket} is an open file, but not a socket. read(), write(), poll(), dup(), fcntl() and close() work on files." OF_THE_CALL => [READ_FILE];
    ANY Fails(ENOTSOCK) [OnSocket] {ByErrno} "{socket} is not a socket: its number refers to another kind of file. read(), write(), poll(), dup(), fcntl() and close() work on files." OF_THE_CALL;
    ACCEPTING Fails(EMFILE) [ConnectionWaits] {OwnQueueHolds} "No descriptor is free for the new socket (RLIMIT_NOFILE, ulimit -n), and the connection stays in the queue of {socket}. Close something, then accept() gets it." "accept(2)";
    ACCEPTING Fails(EMFILE) [] {ByErrno} "accept() takes a descriptor before it looks for a connection, and none is free (RLIMIT_NOFILE, ulimit -n). Close something, then call it again." "accept(2)";
    ACCEPTING Fails(ENFILE) [ConnectionWaits] {OwnQueueHolds} "The whole system has as many open files as it may have (fs.file-max), and the connection stays in the queue of {socket}." "accept(2)";
    ANY Fails(EMFILE) [ChildThere] {ByErrno} "{child} has no free descriptor number below its limit (RLIMIT_NOFILE). Close a descriptor of {child}, then try again." "getrlimit(2)";
    ANY Fails(EMFILE) [] {OpenCount} "The process has as many descriptors as RLIMIT_NOFILE allows: {open_count} are of this session, the others are sockplay's own. Close some, or restart sockplay with a higher `ulimit -n`." "getrlimit(2)";
    ANY Fails(ENFILE) [] {ByErrno} "The whole system has as many open files as it may have (fs.file-max). Close some, here or elsewhere." "proc(5)";
    ANY Fails(EFAULT) [NullAddress] {ByArguments} "The address is a null pointer, and the kernel could not read it from there. Give a real address." OF_THE_CALL;
    ANY Fails(EFAULT) [NullData] {ByArguments} "The buffer is a null pointer, and the kernel could not read {asked} bytes from it. Nothing was sent." OF_THE_CALL => [SOME_DATA];
    ANY Fails(EFAULT) [] {ByErrno} "A pointer in this call leads outside the memory of the process. The kernel reports that instead of sending SIGSEGV." OF_THE_CALL;
    SETSOCKOPT Fails(ENOBUFS) [OptionSource] {Possibilities} "{socket} has as many sources for this group as net.ipv4.igmp_max_msf allows (IPv6: net.ipv6.mld_max_msf), 10 or 64 by default, or it has joined as many groups as net.ipv4.igmp_max_memberships allows." "ip(7)";
    SETSOCKOPT Fails(ENOBUFS) [OptionMembership] {Possibilities} "One socket joins no more groups than net.ipv4.igmp_max_memberships allows: 20 (IP_MAX_MEMBERSHIPS) by default. Leave a group first, or join with another socket. If the limit is higher, net.core.optmem_max is reached." "ip(7)";
    SETSOCKOPT Fails(ENOMEM, ENOBUFS) [] {Possibilities} "The kernel could not allocate what {option} needs: the socket has reached net.core.optmem_max, or memory is short." OF_THE_CALL;
    ANY Fails(ENOMEM, ENOBUFS) [] {Possibilities} "The kernel could not allocate what this call needs: a limit such as net.core.optmem_max is reached, or memory is short. In the second case it can be tried again later." OF_THE_CALL;
    ANY Fails(ENOSYS) [] {ByErrno} "This kernel does not have the call, or a sandbox hides it." OF_THE_CALL;
};
