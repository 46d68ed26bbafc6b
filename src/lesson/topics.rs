//! What the course is about: the topics of the notes. Every one has a lesson.

/// Name, and what it is in words.
pub const TOPICS: [(&str, &str); 40] = [
    ("what-is-a-socket", "what a socket is"),
    ("domains", "communication domains"),
    ("sockaddr", "addresses, byte by byte"),
    ("types", "socket types"),
    ("server-calls", "the calls of a server"),
    ("client-calls", "the calls of a client"),
    ("active-passive", "active and passive sockets"),
    ("backlog", "the backlog and the accept queue"),
    ("accept-blocks", "accept() that waits"),
    ("connect-fails", "connect() that fails"),
    ("byte-stream", "streams without boundaries"),
    ("half-close", "end of file and half-close"),
    ("time-wait", "TIME_WAIT and SO_REUSEADDR"),
    ("reset", "reset, EPIPE, SIGPIPE"),
    ("tcp-states", "the states of TCP"),
    ("datagrams", "datagrams"),
    ("sendto-recvfrom", "sendto() and recvfrom()"),
    ("connected-datagrams", "connected datagram sockets"),
    ("truncation", "truncation"),
    ("unix-paths", "UNIX domain paths"),
    ("unix-abstract", "abstract and unnamed UNIX sockets"),
    ("seqpacket", "SOCK_SEQPACKET"),
    ("raw", "SOCK_RAW"),
    ("options", "socket options"),
    ("buffers", "buffers and the window"),
    ("timeouts", "timeouts"),
    ("blocking-model", "the blocking model"),
    ("nonblocking", "non-blocking calls"),
    ("poll", "poll()"),
    ("select", "select()"),
    ("epoll-lt", "epoll, level-triggered"),
    ("epoll-et", "epoll, edge-triggered"),
    ("signal-driven", "signal-driven and asynchronous I/O"),
    ("concurrent-server", "servers for many clients"),
    ("descriptors", "descriptors and what they refer to"),
    ("messages", "messages with ancillary data"),
    ("urgent-data", "urgent data"),
    ("two-terminals", "two programs that talk"),
    ("own-server", "tracing a server program"),
    ("names", "names and addresses"),
];

/// The name of a topic as the table has it.
pub fn find(name: &str) -> Option<&'static str> {
    let row = TOPICS.iter().find(|(own, _)| *own == name)?;
    Some(row.0)
}
