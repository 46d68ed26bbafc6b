//! Pipes: pipe(), and what the calls for any file do at the two ends of one.

use crate::explain::rule::{OF_THE_CALL, Rule, rows};

pub(crate) static ROWS: &[Rule] = rows! {
    PIPE Fails(EINVAL) [] {ByArguments} "pipe() takes the flags O_CLOEXEC, O_NONBLOCK and O_DIRECT, and no others." "pipe(2)";
    PIPE Success [] {ByResult} "{made} is the read end of a pipe and {made_too} the write end: read({made}, …) gets what write({made_too}, …) gives. A pipe has one direction, no addresses and no message boundaries." "pipe(7)";
    // The wrong end.
    WRITING Fails(EBADF) [PipeReader, OnOpen] {ByKind} "{socket} is the read end of a pipe, open for reading only, and writing gives EBADF then. The descriptor is open." "write(2)";
    READING Fails(EBADF) [PipeWriter, OnOpen] {ByKind} "{socket} is the write end of a pipe, open for writing only, and reading gives EBADF then. The descriptor is open." "read(2)";
    // Writing.
    WRITING Fails(EPIPE) [PipeWriter] {ByErrno} "The read end of the pipe is closed in every process, so nobody could ever read this.{sigpipe}" "pipe(7)" => [CLOSE_IT];
    WRITING Fails(EAGAIN) [PipeWriter] {ByErrno} "The pipe has no room for this, and {socket} is non-blocking. Up to 4096 bytes (PIPE_BUF) are written whole or not at all." "pipe(7)" => [WAIT_TO_SEND];
    WRITING Short [PipeWriter] {ByResult} "Only {count} of {asked} bytes were taken. More than 4096 bytes (PIPE_BUF) may be written in part. The rest is still to be written." "pipe(7)" => [REST_WHEN_ROOM, REST];
    WRITING Success [PipeWriter] {ByResult} "{call_kind}() put {count} bytes into the pipe, for a read() of its other end." "pipe(7)";
    // Reading.
    READING Fails(EAGAIN) [PipeReader] {ByErrno} "The pipe is empty, and {socket} is non-blocking. Its write end is open somewhere: otherwise {call_kind}() would return 0." "pipe(7)" => [WAIT_TO_RECEIVE];
    READING Empty [PipeReader] {ByResult} "End of file: the pipe is empty, and its write end is closed in every process." "pipe(7)" => [CLOSE_IT];
    READING Success [PipeReader, AskedForNothing] {ByArguments} "0 bytes were asked for: read() returns 0 at once. It is not end of file." "read(2)";
    READING Filled [PipeReader] {ByResult} "The buffer of {asked} bytes is full; if there was more, it waits in the pipe for the next read()." "pipe(7)";
    READING Success [PipeReader] {ByResult} "{count} bytes were in the pipe, fewer than the {asked} asked for: read() gives what is there and does not wait for more." "pipe(7)";
    // Calls about either end.
    ANY Fails(ENOTSOCK) [Pipe] {ByKind} "{socket} is {a_kind} and not a socket. read(), write(), poll(), dup(), fcntl() and close() work on it." OF_THE_CALL;
    IOCTL Fails(EINVAL, ENOTTY) [Pipe] {ByKind} "{socket} is {a_kind}, and {request} does not apply to it." OF_THE_CALL;
    IOCTL Success [AsksUnread, Pipe] {ByResult} "{value} bytes wait in the pipe. Both of its ends give the same number." "pipe(7)";
    IOCTL Success [IoctlNonblock, Pipe] {ByResult} "O_NONBLOCK is set on {socket}: read() of an empty pipe and write() to a full one return EAGAIN. The other end has a flag of its own." "pipe(7)";
    IOCTL Success [IoctlBlock, Pipe] {ByResult} "O_NONBLOCK is cleared on {socket}: read() of an empty pipe and write() to a full one wait. The other end has a flag of its own." "pipe(7)";
    FCNTL Success [SetsNonblock, Pipe] {ByResult} "O_NONBLOCK is set on {socket}: read() of an empty pipe and write() to a full one return EAGAIN. The other end has a flag of its own." "pipe(7)";
    FCNTL Success [SetsStatus, Pipe] {ByResult} "The status flags of {socket} are set, without O_NONBLOCK: read() of an empty pipe and write() to a full one wait." "pipe(7)";
    DUPLICATING Success [Pipe] {MadeSame} "{made} is a second number for the same end of the pipe. That end is closed with the last of its descriptors." "pipe(7)";
    CLOSE Success [Pipe, Duplicated] {Duplicate} "Only the number {fd} is closed: {duplicate} is the same end of the pipe, which stays open until the last descriptor is closed." "pipe(7)";
    CLOSE Success [Pipe, StillPending] {Pending} "The number {fd} is free, but {pending} still sleeps on the pipe: close() does not wake it." "close(2)";
    CLOSE Success [PipeReader] {ByResult} "The number {fd} is free. When the read end is closed in every process, write() to the other end fails with EPIPE and raises SIGPIPE." "pipe(7)";
    CLOSE Success [PipeWriter] {ByResult} "The number {fd} is free. When the write end is closed in every process, read() of the other end gives what is left, and then 0." "pipe(7)";
};
