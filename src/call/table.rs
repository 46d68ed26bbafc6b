//! The calls of the notation as a table: word, parameters, result, what it does, and the manual page.
//!
//! Read by the parser (messages, "did you mean"), completion, the prompt's signature line, the help and the tests.

use std::fmt;

/// What kind of text a parameter takes; completion offers what fits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ParamKind {
    /// A socket by name, or a raw number.
    Socket,
    /// `AF_INET`
    Domain,
    /// `SOCK_STREAM|SOCK_NONBLOCK`
    Type,
    /// `IPPROTO_TCP`
    Protocol,
    /// `127.0.0.1:8080`
    Address,
    /// A number.
    Number,
    /// The length beside a pointer, which is the right one where none is said.
    Length,
    /// `"hello"`
    Data,
    /// `MSG_PEEK|MSG_DONTWAIT`
    MsgFlags,
    /// `SOCK_NONBLOCK|SOCK_CLOEXEC`
    SockFlags,
    /// `SHUT_WR`
    How,
    /// `SO_REUSEADDR`
    Option,
    /// The value of the option before it.
    Value,
    /// `F_GETFL`
    FcntlCommand,
    /// `O_NONBLOCK`
    FcntlValue,
    /// `50ms`
    Duration,
    /// `["a", "b"]`
    Buffers,
    /// `fds(x, y)` or `creds(1, 0, 0)`
    Control,
    /// `FIONREAD`
    IoctlRequest,
    /// `[s: POLLIN, c: POLLIN|POLLOUT]`
    PollSet,
    /// `read [a, b]`
    SelectSet,
    /// Milliseconds, a duration, or -1.
    Timeout,
    /// `EPOLL_CLOEXEC`
    EpollFlags,
    /// `EPOLL_CTL_ADD`
    EpollOp,
    /// `EPOLLIN|EPOLLET`
    EpollEvents,
    /// `[SIGIO, SIGURG]`
    Signals,
    /// `"/dev/null"`
    Path,
    /// `echo` or `sink`
    Service,
}

/// One parameter of a call.
#[derive(Debug, Clone, Copy)]
pub struct Param {
    /// Its name in the manual page.
    pub name: &'static str,
    /// What it takes.
    pub kind: ParamKind,
    /// Whether it may be left out.
    pub optional: bool,
}

/// One row of the table of calls.
#[derive(Debug)]
pub struct Signature {
    /// The call.
    pub call_kind: CallKind,
    /// The word that names it.
    pub word: &'static str,
    /// Its parameters in order.
    pub params: &'static [Param],
    /// What stands after `->` when it succeeds.
    pub result: &'static str,
    /// How many descriptors it makes, and so how many names may stand before `=`; recvmsg makes up to so many.
    pub makes: usize,
    /// One line of what it does.
    pub summary: &'static str,
    /// The manual page; empty for words that are no system call.
    pub man: &'static str,
    /// A line that shows it.
    pub example: &'static str,
}

const fn need(name: &'static str, kind: ParamKind) -> Param {
    Param {
        name,
        kind,
        optional: false,
    }
}

const fn may(name: &'static str, kind: ParamKind) -> Param {
    Param {
        name,
        kind,
        optional: true,
    }
}

macro_rules! calls {
    ($($call_kind:ident $word:literal [$($param:expr),*] $result:literal $makes:literal $summary:literal $man:literal $example:literal;)+) => {
        /// Which call it is.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum CallKind {
            $(#[doc = $summary] $call_kind),+
        }

        /// All calls, in the order in which help shows them.
        pub static SIGNATURES: &[Signature] = &[$(Signature {
            call_kind: CallKind::$call_kind, word: $word, params: &[$($param),*], result: $result, makes: $makes,
            summary: $summary, man: $man, example: $example,
        }),+];
    };
}

use ParamKind as K;

calls! {
    Socket "socket" [need("domain", K::Domain), need("type", K::Type), may("protocol", K::Protocol)]
        "fd" 1 "makes a socket and gives a descriptor for it" "socket(2)" "l = socket(AF_INET, SOCK_STREAM)";
    Socketpair "socketpair" [need("domain", K::Domain), need("type", K::Type), may("protocol", K::Protocol)]
        "fd, fd" 2 "makes two sockets that are connected to each other" "socketpair(2)" "a, b = socketpair(AF_UNIX, SOCK_STREAM)";
    Bind "bind" [need("socket", K::Socket), need("address", K::Address)]
        "0" 0 "gives the socket a local address" "bind(2)" "bind(l, 127.0.0.1:8080)";
    Listen "listen" [need("socket", K::Socket), need("backlog", K::Number)]
        "0" 0 "makes the socket passive: it will accept connections" "listen(2)" "listen(l, 5)";
    Accept "accept" [need("socket", K::Socket), may("flags", K::SockFlags), may("addrlen", K::Length)]
        "fd from ADDRESS" 1 "takes a connection from the queue, or waits for one" "accept(2)" "s = accept(l)";
    Connect "connect" [need("socket", K::Socket), need("address", K::Address)]
        "0" 0 "connects to a passive socket; for datagrams, notes the peer" "connect(2)" "connect(c, addr(l))";
    Send "send" [need("socket", K::Socket), need("data", K::Data), may("flags", K::MsgFlags)]
        "bytes" 0 "sends data to the peer" "send(2)" "send(c, \"hello\")";
    Sendto "sendto" [need("socket", K::Socket), need("data", K::Data), need("address", K::Address), may("flags", K::MsgFlags)]
        "bytes" 0 "sends a datagram to an address" "sendto(2)" "sendto(u, \"hello\", addr(v))";
    Sendmsg "sendmsg" [need("socket", K::Socket), need("buffers", K::Buffers), may("address", K::Address), may("flags", K::MsgFlags), may("fds", K::Control), may("creds", K::Control)]
        "bytes" 0 "sends several buffers as one, and descriptors with them" "sendmsg(2)" "sendmsg(a, [\"he\", \"llo\"], fds(x))";
    Write "write" [need("socket", K::Socket), need("data", K::Data)]
        "bytes" 0 "sends data as to any file" "write(2)" "write(c, \"hello\")";
    Recv "recv" [need("socket", K::Socket), need("size", K::Number), may("flags", K::MsgFlags)]
        "5 \"hello\"" 0 "receives up to size bytes, or waits for some" "recv(2)" "recv(s, 100)";
    Recvfrom "recvfrom" [need("socket", K::Socket), need("size", K::Number), may("flags", K::MsgFlags), may("addrlen", K::Length)]
        "5 \"hello\" from ADDRESS" 0 "receives and says from whom" "recvfrom(2)" "recvfrom(u, 100)";
    Recvmsg "recvmsg" [need("socket", K::Socket), need("size", K::Number), may("flags", K::MsgFlags), may("controllen", K::Length)]
        "5 \"hello\" from ADDRESS flags MSG_TRUNC fds p" 8 "receives data, flags, and descriptors that came along" "recvmsg(2)" "p = recvmsg(b, 100)";
    Read "read" [need("socket", K::Socket), need("size", K::Number)]
        "5 \"hello\"" 0 "receives as from any file" "read(2)" "read(s, 100)";
    Shutdown "shutdown" [need("socket", K::Socket), need("how", K::How)]
        "0" 0 "ends one direction or both, the descriptor stays" "shutdown(2)" "shutdown(c, SHUT_WR)";
    Close "close" [need("socket", K::Socket)]
        "0" 0 "gives the descriptor back" "close(2)" "close(c)";
    Getsockname "getsockname" [need("socket", K::Socket), may("addrlen", K::Length)]
        "ADDRESS" 0 "the local address" "getsockname(2)" "getsockname(c)";
    Getpeername "getpeername" [need("socket", K::Socket), may("addrlen", K::Length)]
        "ADDRESS" 0 "the address of the peer" "getpeername(2)" "getpeername(c)";
    Setsockopt "setsockopt" [need("socket", K::Socket), need("option", K::Option), need("value", K::Value), may("optlen", K::Length)]
        "0" 0 "sets an option" "setsockopt(2)" "setsockopt(l, SO_REUSEADDR, 1)";
    Getsockopt "getsockopt" [need("socket", K::Socket), need("option", K::Option), may("optlen", K::Length)]
        "VALUE" 0 "reads an option" "getsockopt(2)" "getsockopt(c, SO_ERROR)";
    Fcntl "fcntl" [need("socket", K::Socket), need("command", K::FcntlCommand), may("flags", K::FcntlValue)]
        "flags or 0" 1 "reads or sets flags such as O_NONBLOCK" "fcntl(2)" "fcntl(c, F_SETFL, O_NONBLOCK)";
    Ioctl "ioctl" [need("socket", K::Socket), need("request", K::IoctlRequest), may("value", K::Number)]
        "number or 0" 0 "asks how many bytes wait, and more" "ioctl(2)" "ioctl(s, FIONREAD)";
    Dup "dup" [need("socket", K::Socket)]
        "fd" 1 "makes a second descriptor for the same socket" "dup(2)" "d = dup(c)";
    Poll "poll" [need("fds", K::PollSet), need("timeout", K::Timeout)]
        "2 [s: POLLIN, c: POLLOUT]" 0 "waits until one of several descriptors is ready" "poll(2)" "poll([s: POLLIN, c: POLLIN|POLLOUT], 1000)";
    Select "select" [need("read", K::SelectSet), need("write", K::SelectSet), need("except", K::SelectSet), need("timeout", K::Timeout), may("nfds", K::Length)]
        "1 read [s] write [] except []" 0 "waits with three sets of descriptors, as bits" "select(2)" "select(read [s], write [], except [], 1000)";
    EpollCreate1 "epoll_create1" [may("flags", K::EpollFlags)]
        "fd" 1 "makes an epoll instance: a set that the kernel keeps" "epoll_create1(2)" "e = epoll_create1()";
    EpollCreate "epoll_create" [need("size", K::Number)]
        "fd" 1 "makes an epoll instance the old way; the size only must be above 0" "epoll_create(2)" "e = epoll_create(1)";
    EpollCtl "epoll_ctl" [need("epoll", K::Socket), need("op", K::EpollOp), need("socket", K::Socket), may("events", K::EpollEvents)]
        "0" 0 "adds a descriptor to the interest list, changes or removes it" "epoll_ctl(2)" "epoll_ctl(e, EPOLL_CTL_ADD, s, EPOLLIN|EPOLLET)";
    EpollWait "epoll_wait" [need("epoll", K::Socket), need("maxevents", K::Number), need("timeout", K::Timeout)]
        "1 [s: EPOLLIN]" 0 "waits until something of the interest list is ready" "epoll_wait(2)" "epoll_wait(e, 10, 1000)";
    Sigtimedwait "sigtimedwait" [need("signals", K::Signals), need("timeout", K::Timeout)]
        "SIGIO" 0 "waits for a signal that tells of a socket" "sigtimedwait(2)" "sigtimedwait([SIGIO, SIGURG], 1000)";
    Open "open" [need("path", K::Path)]
        "fd" 1 "opens a file for reading: a descriptor that is no socket" "open(2)" "n = open(\"/dev/null\")";
    Chmod "chmod" [need("path", K::Address), need("mode", K::Number)]
        "0" 0 "says who may connect to an AF_UNIX path" "chmod(2)" "chmod(unix:/tmp/x.sock, 0500)";
    Unlink "unlink" [need("path", K::Address)]
        "0" 0 "removes the file that bind() made, and no other file" "unlink(2)" "unlink(unix:/tmp/x.sock)";
    Wait "wait" [need("socket", K::Socket)]
        "that call's result" 1 "waits for the call that is pending on the socket" "" "s = wait(l)";
    Cancel "cancel" [need("socket", K::Socket)]
        "that call's result" 0 "interrupts the pending call: it returns EINTR, or what it had done" "" "cancel(l)";
    State "state" [need("socket", K::Socket)]
        "ESTABLISHED" 0 "what the kernel says of the connection" "" "state(c)";
    Peer "peer" [need("socket", K::Socket)]
        "ESTABLISHED" 0 "what the kernel says of the other end" "" "peer(c)";
    Pending "pending" [need("socket", K::Socket)]
        "number" 0 "how many connections wait to be accepted" "" "pending(l)";
    Unread "unread" [need("socket", K::Socket)]
        "number" 0 "how many bytes wait to be received; of datagrams, those of the next one" "" "unread(s)";
    Fill "fill" [need("socket", K::Socket)]
        "bytes" 0 "sends until EAGAIN: the buffers are full" "" "fill(c)";
    Drain "drain" [need("socket", K::Socket)]
        "bytes" 0 "receives until EAGAIN or end of stream" "" "drain(s)";
    Echo "echo" [need("socket", K::Socket)]
        "bytes" 0 "receives and sends back, until end of stream or cancel()" "" "echo(s)";
    Sink "sink" [need("socket", K::Socket)]
        "bytes" 0 "receives and throws away, until end of stream or cancel()" "" "sink(s)";
    Source "source" [need("socket", K::Socket), need("bytes", K::Number), may("chunk", K::Number)]
        "bytes" 0 "sends so many bytes in chunks" "" "source(c, 1000000, 65536)";
    Serve "serve" [need("socket", K::Socket), need("service", K::Service)]
        "connections" 0 "accepts connections until cancel(), each gets a thread" "" "serve(l, echo)";
    Sleep "sleep" [need("duration", K::Duration)]
        "0" 0 "does nothing for a while" "" "sleep(50ms)";
}

impl Signature {
    /// Whether so many names may stand before `=`.
    pub fn can_make(&self, names: usize) -> bool {
        match self.call_kind {
            CallKind::Recvmsg => (1..=self.makes).contains(&names),
            _ => self.makes == names,
        }
    }
}

impl CallKind {
    /// The row of the table.
    pub fn signature(self) -> &'static Signature {
        // The enum and the table come from one macro, in one order.
        &SIGNATURES[self as usize]
    }

    /// The word that names it.
    pub fn word(self) -> &'static str {
        self.signature().word
    }

    /// Whether it is a system call, and not a word of the playground.
    pub fn is_system_call(self) -> bool {
        !self.signature().man.is_empty()
    }

    /// Whether it runs on a socket's thread and may be left pending there.
    pub fn can_be_left(self) -> bool {
        self.is_system_call() || self.is_loop()
    }

    /// Whether it makes many calls until it is done.
    pub fn is_loop(self) -> bool {
        matches!(
            self,
            Self::Fill | Self::Drain | Self::Echo | Self::Sink | Self::Source | Self::Serve
        )
    }

    /// Whether it asks the kernel about a socket, which can be repeated until it says what is expected.
    pub fn is_query(self) -> bool {
        matches!(
            self,
            Self::State | Self::Peer | Self::Pending | Self::Unread
        )
    }

    /// Whether it receives data.
    pub fn receives(self) -> bool {
        matches!(
            self,
            Self::Recv | Self::Recvfrom | Self::Recvmsg | Self::Read | Self::Drain | Self::Sink
        )
    }

    /// Whether it sends data.
    pub fn sends(self) -> bool {
        matches!(
            self,
            Self::Send | Self::Sendto | Self::Sendmsg | Self::Write | Self::Fill | Self::Source
        )
    }
}

/// The row of a word.
pub fn find(word: &str) -> Option<&'static Signature> {
    SIGNATURES.iter().find(|row| row.word == word)
}

impl fmt::Display for Signature {
    /// As a manual page writes it: `connect(socket, address)`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}(", self.word)?;
        for (index, param) in self.params.iter().enumerate() {
            let comma = if index == 0 { "" } else { ", " };
            if param.optional {
                write!(f, "[{comma}{}]", param.name)?;
            } else {
                write!(f, "{comma}{}", param.name)?;
            }
        }
        f.write_str(")")
    }
}

#[cfg(test)]
mod tests {
    use crate::call::table::*;
    use crate::notation::parse_line;

    #[test]
    fn every_row_stands_for_its_verb_and_its_example_parses() {
        for row in SIGNATURES {
            assert_eq!(row.call_kind.word(), row.word);
            let line = parse_line(row.example).expect(row.example);
            let command = line.command.expect("a command");
            assert_eq!(command.call.call_kind(), row.call_kind, "{}", row.example);
            assert_eq!(command.to_string(), row.example, "the example is canonical");
        }
    }

    #[test]
    fn signatures_read_like_the_manual() {
        assert_eq!(
            CallKind::Connect.signature().to_string(),
            "connect(socket, address)"
        );
        assert_eq!(
            CallKind::Recv.signature().to_string(),
            "recv(socket, size[, flags])"
        );
    }
}
