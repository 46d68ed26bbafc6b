//! Descriptors that are no sockets: opened files, epoll instances; and the permissions of AF_UNIX paths.

use crate::explain::rule::{OF_THE_CALL, Rule, rows};

pub(crate) static ROWS: &[Rule] = rows! {
    // open()
    OPEN Fails(ENOENT) [] {ByErrno} "There is no file {path}." "open(2)";
    OPEN Fails(EACCES) [] {ByErrno} "This user may not read {path}, or not search a directory on the way." "open(2)";
    OPEN Fails(ENOTDIR) [] {ByErrno} "A part of the path {path} that should be a directory is a file." "open(2)";
    OPEN Fails(ENXIO) [] {Unchecked} "{path} is the name of a socket, and open() cannot open those: connect() reaches it." "open(2)";
    OPEN Success [] {ByResult} "{made} is a descriptor like any other, but no socket: read(), poll() and close() work on it; send() and bind() fail with ENOTSOCK." "TLPI 4.3";
    // chmod()
    CHMOD Fails(ENOENT) [] {PathMissing} "There is no file {address}. bind() makes it." "chmod(2)";
    CHMOD Fails(EPERM) [] {ByErrno} "Only the owner of the file, or root, may change its mode." "chmod(2)";
    CHMOD Fails(EACCES) [] {ByErrno} "This user may not search a directory of the path {address}." "chmod(2)";
    CHMOD Fails(EROFS) [] {ByErrno} "{address} is on a file system that is mounted read-only." "chmod(2)";
    CHMOD Fails(ENOTDIR) [] {ByErrno} "A part of the path {address} that should be a directory is a file." "chmod(2)";
    CHMOD Success [] {ByResult} "connect() and sendto() take write permission on {address}, and its mode is {mode} now. A process with CAP_DAC_OVERRIDE, such as root, is not asked." "unix(7)";
    // What a file can and cannot do.
    FILE_CALLS Fails(EINVAL) [Epoll] {ByKind} "{socket} is an epoll instance and has no bytes. epoll_wait() gives its events." "epoll(7)" => [EVENTS];
    WRITING Fails(EBADF) [File, OnOpen] {ByErrno} "{socket} was opened for reading only, and writing gives EBADF then. The descriptor is open." "write(2)";
    READING Fails(EISDIR) [] {ByErrno} "{socket} is a directory, and reading gives no bytes of those." "read(2)";
    READING Empty [File] {ByResult} "End of file: nothing is left to read. A file never makes a call wait for more." "read(2)";
    READING Success [File] {ByResult} "{count} bytes of the file; the next call goes on from there." "read(2)";
    IOCTL Fails(EINVAL, ENOTTY) [Epoll] {ByKind} "{socket} is an epoll instance, and {request} asks about a socket." OF_THE_CALL;
    IOCTL Fails(ENOTTY) [File] {ByKind} "{socket} is an opened file, and {request} asks about a socket." OF_THE_CALL;
    ANY Fails(ENOTSOCK) [Epoll] {ByKind} "{socket} is an epoll instance and no socket. epoll_ctl(), epoll_wait(), poll(), dup(), fcntl() and close() work on it." OF_THE_CALL => [EVENTS];
    FCNTL Success [SetsNonblock, Epoll] {ByKind} "O_NONBLOCK changes nothing for epoll_wait(): whether it waits its timeout alone says." "epoll_wait(2)";
    FCNTL Success [ReadsStatus, NoSocket] {ByResult} "The status flags belong to the open file and every duplicate of it. The access mode is left out here." "fcntl(2)";
    DUP2 Success [SameNumber] {ByArguments} "Both arguments are the number {fd}, so dup2() did nothing: it made no descriptor and closed none." "dup(2)";
    DUP2 Success [Replaces] {Replaced, MadeSame} "The number was that of {replaced}, which was closed first, as close() does. {made} is now a second number for what {socket} is: nothing was copied." "dup(2)";
    DUPLICATING Success [Epoll] {MadeSame} "{made} is a second number for the same epoll instance, with one interest list. It goes with the last close()." "epoll(7)";
    DUPLICATING Success [File] {MadeSame} "{made} is a second number for the same open file: offset and flags are shared, nothing was copied." "dup(2)";
    CLOSE Success [Carried] {OwnCarried, Unchecked} "Only the number {fd} is gone: a message that carries {socket} waits to be received and keeps it open." "unix(7)";
    CLOSE Success [Epoll, Duplicated] {Duplicate} "Only the number {fd} is gone: {duplicate} is the same epoll instance, with the same interest list." "epoll(7)";
    CLOSE Success [Epoll] {OwnClosed} "The epoll instance is gone with its interest list. What it watched stays open." "epoll(7)";
};
