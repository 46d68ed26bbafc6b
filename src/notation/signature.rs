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
    pub verb: Verb,
    /// The word that names it.
    pub word: &'static str,
    /// Its parameters in order.
    pub params: &'static [Param],
    /// What stands after `->` when it succeeds.
    pub result: &'static str,
    /// How many descriptors it makes, and so how many names may stand before `=`.
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
    ($($verb:ident $word:literal [$($param:expr),*] $result:literal $makes:literal $summary:literal $man:literal $example:literal;)+) => {
        /// Which call it is.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Verb {
            $(#[doc = $summary] $verb),+
        }

        /// All calls, in the order in which help shows them.
        pub static SIGNATURES: &[Signature] = &[$(Signature {
            verb: Verb::$verb, word: $word, params: &[$($param),*], result: $result, makes: $makes,
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
    Accept "accept" [need("socket", K::Socket), may("flags", K::SockFlags)]
        "fd from ADDRESS" 1 "takes a connection from the queue, or waits for one" "accept(2)" "s = accept(l)";
    Connect "connect" [need("socket", K::Socket), need("address", K::Address)]
        "0" 0 "connects to a passive socket; for datagrams, notes the peer" "connect(2)" "connect(c, addr(l))";
    Send "send" [need("socket", K::Socket), need("data", K::Data), may("flags", K::MsgFlags)]
        "bytes" 0 "sends data to the peer" "send(2)" "send(c, \"hello\")";
    Sendto "sendto" [need("socket", K::Socket), need("data", K::Data), need("address", K::Address), may("flags", K::MsgFlags)]
        "bytes" 0 "sends a datagram to an address" "sendto(2)" "sendto(u, \"hello\", addr(v))";
    Write "write" [need("socket", K::Socket), need("data", K::Data)]
        "bytes" 0 "sends data as to any file" "write(2)" "write(c, \"hello\")";
    Recv "recv" [need("socket", K::Socket), need("size", K::Number), may("flags", K::MsgFlags)]
        "5 \"hello\"" 0 "receives up to size bytes, or waits for some" "recv(2)" "recv(s, 100)";
    Recvfrom "recvfrom" [need("socket", K::Socket), need("size", K::Number), may("flags", K::MsgFlags)]
        "5 \"hello\" from ADDRESS" 0 "receives and says from whom" "recvfrom(2)" "recvfrom(u, 100)";
    Read "read" [need("socket", K::Socket), need("size", K::Number)]
        "5 \"hello\"" 0 "receives as from any file" "read(2)" "read(s, 100)";
    Shutdown "shutdown" [need("socket", K::Socket), need("how", K::How)]
        "0" 0 "ends one direction or both, the descriptor stays" "shutdown(2)" "shutdown(c, SHUT_WR)";
    Close "close" [need("socket", K::Socket)]
        "0" 0 "gives the descriptor back" "close(2)" "close(c)";
    Getsockname "getsockname" [need("socket", K::Socket)]
        "ADDRESS" 0 "the local address" "getsockname(2)" "getsockname(c)";
    Getpeername "getpeername" [need("socket", K::Socket)]
        "ADDRESS" 0 "the address of the peer" "getpeername(2)" "getpeername(c)";
    Setsockopt "setsockopt" [need("socket", K::Socket), need("option", K::Option), need("value", K::Value)]
        "0" 0 "sets an option" "setsockopt(2)" "setsockopt(l, SO_REUSEADDR, 1)";
    Getsockopt "getsockopt" [need("socket", K::Socket), need("option", K::Option)]
        "VALUE" 0 "reads an option" "getsockopt(2)" "getsockopt(c, SO_ERROR)";
    Fcntl "fcntl" [need("socket", K::Socket), need("command", K::FcntlCommand), may("flags", K::FcntlValue)]
        "flags or 0" 0 "reads or sets flags such as O_NONBLOCK" "fcntl(2)" "fcntl(c, F_SETFL, O_NONBLOCK)";
    Dup "dup" [need("socket", K::Socket)]
        "fd" 1 "makes a second descriptor for the same socket" "dup(2)" "d = dup(c)";
    Unlink "unlink" [need("path", K::Address)]
        "0" 0 "removes the file that bind() made" "unlink(2)" "unlink(unix:/tmp/x.sock)";
    Wait "wait" [need("socket", K::Socket)]
        "that call's result" 1 "waits for the call that is pending on the socket" "" "s = wait(l)";
    Cancel "cancel" [need("socket", K::Socket)]
        "that call's result" 0 "interrupts the pending call: it returns EINTR, or what it had done" "" "cancel(l)";
    State "state" [need("socket", K::Socket)]
        "ESTABLISHED" 0 "what the kernel says of the connection" "" "state(c)";
    Pending "pending" [need("socket", K::Socket)]
        "number" 0 "how many connections wait to be accepted" "" "pending(l)";
    Fill "fill" [need("socket", K::Socket)]
        "bytes" 0 "sends until EAGAIN: the buffers are full" "" "fill(c)";
    Drain "drain" [need("socket", K::Socket)]
        "bytes" 0 "receives until EAGAIN or end of stream" "" "drain(s)";
    Sleep "sleep" [need("duration", K::Duration)]
        "0" 0 "does nothing for a while" "" "sleep(50ms)";
}

impl Verb {
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
        self.is_system_call() || matches!(self, Self::Fill | Self::Drain)
    }

    /// Whether it receives data.
    pub fn receives(self) -> bool {
        matches!(self, Self::Recv | Self::Recvfrom | Self::Read | Self::Drain)
    }

    /// Whether it sends data.
    pub fn sends(self) -> bool {
        matches!(self, Self::Send | Self::Sendto | Self::Write | Self::Fill)
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
    use super::*;
    use crate::notation::parse_line;

    #[test]
    fn every_row_stands_for_its_verb_and_its_example_parses() {
        for row in SIGNATURES {
            assert_eq!(row.verb.word(), row.word);
            let line = parse_line(row.example).expect(row.example);
            let command = line.command.expect("a command");
            assert_eq!(command.call.verb(), row.verb, "{}", row.example);
            assert_eq!(command.to_string(), row.example, "the example is canonical");
        }
    }

    #[test]
    fn signatures_read_like_the_manual() {
        assert_eq!(
            Verb::Connect.signature().to_string(),
            "connect(socket, address)"
        );
        assert_eq!(
            Verb::Recv.signature().to_string(),
            "recv(socket, size[, flags])"
        );
    }
}
