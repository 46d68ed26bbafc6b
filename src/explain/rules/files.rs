//! Descriptors that are not sockets: opened files, epoll instances; and the permissions of AF_UNIX paths.

use crate::explain::rule::{OF_THE_CALL, Rule, rows};

pub(crate) static ROWS: &[Rule] = rows! {
    // open()
    OPEN Fails(ENOENT) [] {ByErrno} "{path} does not exist: the file, a directory on the way, or what a symbolic link points to." "open(2)";
    OPEN Fails(EACCES) [] {ByErrno} "This user may not read {path}, or not search a directory on the way." "open(2)";
    OPEN Fails(ENOTDIR) [] {ByErrno} "A part of the path {path} that should be a directory is a file." "open(2)";
    OPEN Fails(ENXIO) [] {Possibilities} "{path} is probably the name of a socket, which open() cannot open: connect() reaches it. A device node without a device behind it gives ENXIO too; `ls -l` shows which it is." "open(2)";
    OPEN Success [] {ByResult} "{made} is a descriptor like any other, but not a socket: read(), poll() and close() work on it; send() and bind() fail with ENOTSOCK." "TLPI 4.3";
    // chmod()
    CHMOD Fails(ENOENT) [] {PathMissing} "{address} does not exist. bind() makes it, if its directory exists." "chmod(2)";
    CHMOD Fails(EPERM) [] {ByErrno} "Only the owner of a file, or a process with CAP_FOWNER such as root, may change its mode; nobody may while it is immutable (chattr +i)." "chmod(2)";
    CHMOD Fails(EACCES) [] {ByErrno} "This user may not search a directory of the path {address}." "chmod(2)";
    CHMOD Fails(EROFS) [] {ByErrno} "{address} is on a file system that is mounted read-only." "chmod(2)";
    CHMOD Fails(ENOTDIR) [] {ByErrno} "A part of the path {address} that should be a directory is a file." "chmod(2)";
    CHMOD Success [] {ByResult} "connect() and sendto() need write permission on {address}, and its mode is {mode} now. A process with CAP_DAC_OVERRIDE, such as root, is exempt." "unix(7)";
    // What a file can and cannot do.
    FILE_CALLS Fails(EINVAL) [Epoll] {ByKind} "{socket} is an epoll instance and has no bytes. epoll_wait() returns its events." "epoll(7)" => [EVENTS];
    WRITING Fails(EBADF) [File, OnOpen] {ByErrno} "{socket} was opened for reading only, and writing gives EBADF then. The descriptor is open." "write(2)";
    READING Fails(EISDIR) [] {ByErrno} "{socket} is a directory, and read() does not work on directories." "read(2)";
    READING Empty [File] {ByResult} "End of file: nothing is left to read. A read() of a regular file never waits for more; of a FIFO, 0 means that no process has it open for writing." "read(2)";
    READING Success [File] {ByResult} "{count} bytes of {socket}; the next read() of a regular file continues there." "read(2)";
    IOCTL Fails(EINVAL, ENOTTY) [Epoll] {ByKind} "{socket} is an epoll instance, and {request} does not apply to it." OF_THE_CALL;
    IOCTL Fails(ENOTTY) [File] {ByKind} "{socket} is an opened file of a kind that does not support {request}." OF_THE_CALL;
    ANY Fails(ENOTSOCK) [Epoll] {ByKind} "{socket} is an epoll instance and not a socket. epoll_ctl(), epoll_wait(), poll(), dup(), fcntl() and close() work on it." OF_THE_CALL => [EVENTS];
    FCNTL Success [SetsNonblock, Epoll] {ByKind} "O_NONBLOCK changes nothing for epoll_wait(): its timeout alone says whether it waits." "epoll_wait(2)";
    FCNTL Success [SetsNonblock, File] {ByKind} "O_NONBLOCK is set on {socket}. It changes nothing for a regular file, which never makes a call wait; reads of a FIFO or a device do not wait any more." "fcntl(2)";
    FCNTL Success [SetsStatus, NoSocket] {ByKind} "The status flags of {socket} are set, without O_NONBLOCK. Regular files and epoll instances ignore that flag." "fcntl(2)";
    FCNTL Success [ReadsStatus, NoSocket] {ByResult} "The status flags belong to the open file and every duplicate of it. The access mode is left out here." "fcntl(2)";
    DUP2 Success [SameNumber] {ByArguments} "Both arguments are the number {fd}, so dup2() did nothing: it made no descriptor and closed none." "dup(2)";
    DUP3 Fails(EINVAL) [SameNumber] {ByArguments} "Both arguments are the number {fd}, which dup3() rejects; dup2() does nothing then." "dup(2)";
    DUP3 Fails(EINVAL) [] {ByArguments} "dup3() takes no flag but O_CLOEXEC." "dup(2)";
    ONTO Success [Replaces] {Replaced, MadeSame} "The number was that of {replaced}, which was closed first, as close() does. {made} is now a second number for the open file of {socket}: nothing was copied." "dup(2)";
    DUPLICATING Success [Epoll] {MadeSame} "{made} is a second number for the same epoll instance, with one interest list. It is released with the last close()." "epoll(7)";
    DUPLICATING Success [File] {MadeSame} "{made} is a second number for the same open file: offset and flags are shared, nothing was copied." "dup(2)";
    CLOSE Success [Carried] {OwnCarried} "Only the number {fd} is gone: a message that carries {socket} waits to be received and keeps it open." "unix(7)";
    CLOSE Success [Epoll, Duplicated] {Duplicate} "Only the number {fd} is gone: {duplicate} is the same epoll instance, with the same interest list." "epoll(7)";
    CLOSE Success [Epoll, StillPending] {Pending} "The number {fd} is closed; {pending} still sleeps on the epoll instance, which lives until that call returns." "epoll(7)";
    CLOSE Success [Epoll] {OwnClosed} "The epoll instance is gone with its interest list. What it watched stays open." "epoll(7)";
};
