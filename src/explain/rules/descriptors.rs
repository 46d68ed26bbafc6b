//! What is wrong before the socket matters: descriptors, pointers, memory.

use crate::explain::rule::{OF_THE_CALL, Rule, rows};

pub(crate) static ROWS: &[Rule] = rows! {
    ANY Fails(EBADF) [UsedAfterClose] {OwnDescriptorClosed, NumberNotOpen} "{socket} is closed and its number {fd} stands for no open file. Worse can happen: once the number is given out again, the same call reaches a stranger's socket." "close(2)" => [BY_DUPLICATE, FRESH];
    ANY Fails(EBADF) [ByNumber] {NumberNotOpen, Unchecked} "No file is open under the number {fd}. Use one that socket(), socketpair(), accept() or dup() gave." OF_THE_CALL;
    ANY Fails(EBADF) [OnSocket] {Unchecked} "The descriptor of {socket} was not open when the kernel looked it up. A close() on another thread can do that." "close(2)";
    ANY Fails(ENOTSOCK) [OnSocket] {Unchecked} "{socket} is an open file, but not a socket. Only read(), write(), close(), dup() and fcntl() work on it." OF_THE_CALL => [READ_FILE];
    ACCEPTING Fails(EMFILE, ENFILE) [ConnectionWaits] {OwnQueueHolds} "No descriptor is free for the new socket (RLIMIT_NOFILE, ulimit -n), and the connection stays in the queue of {socket}. Close something, then accept() gets it." "accept(2)";
    ACCEPTING Fails(EMFILE, ENFILE) [] {ByErrno} "accept() takes a descriptor before it looks for a connection, and none is free (RLIMIT_NOFILE, ulimit -n). Close something, then call it again." "accept(2)";
    ANY Fails(EMFILE) [] {OpenCount} "The process has as many descriptors as RLIMIT_NOFILE allows: {open_count} are of this session, the others of the playground itself. Close some, or start it after a higher `ulimit -n`." "getrlimit(2)";
    ANY Fails(ENFILE) [] {ByErrno} "The whole system has as many open files as it may have (fs.file-max). Close some, here or elsewhere." "proc(5)";
    ANY Fails(EFAULT) [NullAddress] {ByArguments} "The address is a null pointer, and the kernel could not read it from there. Give a real address." OF_THE_CALL;
    ANY Fails(EFAULT) [NullData] {ByArguments} "The buffer is a null pointer, and the kernel could not read {asked} bytes from it. Nothing was sent." OF_THE_CALL => [SOME_DATA];
    ANY Fails(EFAULT) [] {ByErrno} "A pointer in this call leads outside the memory of the process. The kernel says so instead of sending SIGSEGV." OF_THE_CALL;
    ANY Fails(ENOMEM, ENOBUFS) [] {Unchecked} "The kernel has no memory for it now. Waiting and trying again is all that a program can do." OF_THE_CALL;
    ANY Fails(ENOSYS) [] {ByErrno} "This kernel does not have the call, or a sandbox hides it." OF_THE_CALL;
};
