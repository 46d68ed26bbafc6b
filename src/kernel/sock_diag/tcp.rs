//! One TCP connection in a reply: `struct inet_diag_msg` and its attributes, sock_diag(7).

use std::time::Duration;

use crate::call::value::TcpInfo;
use crate::event::{
    Bytes, Cookie, End, Identity, Memory, Seen, Shut, SocketDetails, Timer, TimerKind,
};
use crate::kernel::sock_diag::{attribute, cookie, number};
use crate::socket::TcpState;
use crate::socket::text::escaped;

/// `struct inet_diag_msg`: family, state, timer and its count; the ids; then five numbers.
const MESSAGE: usize = 72;
const COOKIE: usize = 44;
const EXPIRES: usize = 52;
const RECEIVE: usize = 56;
const SEND: usize = 60;
const UID: usize = 64;
const INODE: usize = 68;
const INET_DIAG_INFO: u16 = 2;
const INET_DIAG_CONG: u16 = 4;
const INET_DIAG_SKMEMINFO: u16 = 7;
const INET_DIAG_SHUTDOWN: u16 = 8;

/// What is asked besides.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct More {
    /// The whole `struct tcp_info`.
    pub info: bool,
    /// The memory, as SO_MEMINFO gives it.
    pub memory: bool,
    /// The name of the congestion control.
    pub congestion: bool,
}

impl More {
    /// Everything.
    pub const ALL: Self = Self {
        info: true,
        memory: true,
        congestion: true,
    };

    /// `idiag_ext`: bit n - 1 asks for attribute n.
    pub(crate) fn bits(self) -> u8 {
        let bit = |wanted: bool, attribute: u16| u8::from(wanted) << (attribute - 1);
        bit(self.info, INET_DIAG_INFO)
            | bit(self.memory, INET_DIAG_SKMEMINFO)
            | bit(self.congestion, INET_DIAG_CONG)
    }
}

/// A TCP connection in the kernel's table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Connection {
    /// Its state.
    pub state: TcpState,
    /// The timer that runs.
    pub timer: Option<Timer>,
    /// The receive queue; a FIN counts as a byte.
    pub receive: u32,
    /// The send queue; a SYN and a FIN count as a byte.
    pub send: u32,
    /// Whose it is.
    pub uid: u32,
    /// Its inode; 0 for a connection that belongs to no descriptor, not yet or not any more.
    pub inode: u32,
    /// Its cookie, which it keeps into TIME_WAIT.
    pub cookie: Option<Cookie>,
    /// The whole `struct tcp_info`, where it was asked for.
    pub info: Option<TcpInfo>,
    /// The memory in the order of `SK_MEMINFO_` of linux/sock_diag.h, where it was asked for.
    pub memory: Option<[u32; 9]>,
    /// The name of the congestion control, where it was asked for.
    pub congestion: Option<String>,
    /// Which directions have ended. `None`: it is not a full socket, in SYN_RECV or TIME_WAIT.
    pub shut: Option<Shut>,
}

impl Connection {
    /// Reads the body of a reply.
    pub(crate) fn read(body: &[u8]) -> Option<Self> {
        let rest = body.get(MESSAGE..).unwrap_or_default();
        Some(Self {
            state: TcpState::from_number(*body.get(1)?)?,
            timer: timer(body),
            receive: number(body, RECEIVE)?,
            send: number(body, SEND)?,
            uid: number(body, UID)?,
            inode: number(body, INODE)?,
            cookie: cookie(body, COOKIE),
            info: attribute(rest, INET_DIAG_INFO).map(crate::call::tcp_info::decode),
            memory: attribute(rest, INET_DIAG_SKMEMINFO).and_then(memory),
            congestion: attribute(rest, INET_DIAG_CONG).map(word),
            shut: attribute(rest, INET_DIAG_SHUTDOWN)
                .and_then(|mask| mask.first())
                .map(|mask| Shut(*mask)),
        })
    }

    /// The same with data distinguished from the SYN and the FIN.
    pub fn end(&self) -> End {
        End {
            identity: self.identity(),
            state: self.state,
            receive: bytes(self.receive, &RECEIVED, self.state),
            send: Some(bytes(self.queued(), &SENT, self.state)),
            timer: self.timer,
            details: self.shut.map(|shut| Box::new(self.details(shut))),
        }
    }

    /// The send queue. Before its SYN is sent (TCP_FASTOPEN_CONNECT) nothing is in it: the kernel subtracts 0 from the first
    /// sequence number then.
    fn queued(&self) -> u32 {
        let sent = self.info.map_or(0, |info| info.segs_out);
        match self.state == TcpState::SynSent && sent == 0 {
            true => 0,
            false => self.send,
        }
    }

    /// Which socket it is.
    pub fn identity(&self) -> Identity {
        Identity {
            inode: Some(self.inode),
            cookie: self.cookie,
        }
    }

    fn details(&self, shut: Shut) -> SocketDetails {
        SocketDetails {
            inode: self.inode,
            shut: Seen::Observed(shut),
            memory: given(self.memory.map(Memory::of)),
            tcp: given(self.info),
            congestion: given(self.congestion.clone()),
            queue: None,
        }
    }
}

pub(crate) fn given<T>(value: Option<T>) -> Seen<T> {
    value.map_or_else(
        || Seen::Unavailable("this kernel does not report it".to_owned()),
        Seen::Observed,
    )
}

/// A name that ends with a NUL.
fn word(bytes: &[u8]) -> String {
    let end = bytes.iter().position(|byte| *byte == 0);
    let bytes = &bytes[..end.unwrap_or(bytes.len())];
    escaped(&String::from_utf8_lossy(bytes))
}

/// In which states the last byte of the receive queue is not data: the peer's FIN has come.
const RECEIVED: [(TcpState, &str); 3] = [
    (TcpState::CloseWait, "FIN"),
    (TcpState::LastAck, "FIN"),
    (TcpState::Closing, "FIN"),
];

/// In which states one byte of the send queue is not data, since it is not acknowledged yet.
const SENT: [(TcpState, &str); 5] = [
    (TcpState::SynSent, "SYN"),
    (TcpState::SynRecv, "SYN"),
    (TcpState::FinWait1, "FIN"),
    (TcpState::LastAck, "FIN"),
    (TcpState::Closing, "FIN"),
];

fn bytes(length: u32, table: &[(TcpState, &'static str)], state: TcpState) -> Bytes {
    let control = table.iter().find(|(own, _)| *own == state);
    let control = control.map(|(_, control)| *control).filter(|_| length > 0);
    Bytes {
        count: length - u32::from(control.is_some()),
        control,
    }
}

fn timer(body: &[u8]) -> Option<Timer> {
    Some(Timer {
        kind: TimerKind::from_number(*body.get(2)?)?,
        left: Duration::from_millis(number(body, EXPIRES)?.into()),
        times: *body.get(3)?,
    })
}

pub(crate) fn memory(value: &[u8]) -> Option<[u32; 9]> {
    let mut words = [0; 9];
    for (at, word) in words.iter_mut().enumerate() {
        *word = number(value, at * 4)?;
    }
    Some(words)
}

#[cfg(test)]
mod tests {
    use std::io::Write;
    use std::net::{TcpListener, TcpStream};

    use crate::kernel::sock_diag::Link;
    use crate::kernel::sock_diag::tcp::*;

    #[test]
    fn a_reply_is_read_field_by_field() {
        let mut body = vec![2, 8, 3, 0];
        body.extend([0; 48]);
        for number in [4500_u32, 6, 0, 1000, 4711] {
            body.extend(number.to_ne_bytes());
        }
        let found = Connection::read(&body).expect("a connection");
        assert_eq!((found.uid, found.inode), (1000, 4711));
        let end = found.end();
        assert_eq!(end.state, TcpState::CloseWait);
        let control = Some("FIN");
        assert_eq!(
            end.receive,
            Bytes { count: 5, control },
            "the FIN is not data"
        );
        assert_eq!(end.send, Some(Bytes::default()));
        let timer = end.timer.expect("a timer");
        assert_eq!(timer.kind, TimerKind::TimeWait);
        assert_eq!(timer.left, Duration::from_millis(4500));
        for short in 0..body.len() {
            assert_eq!(Connection::read(&body[..short]), None, "{short} bytes");
        }
    }

    #[test]
    fn memory_and_the_whole_of_tcp_info_are_given_where_asked_for() {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let there = listener.local_addr().expect("an address");
        let mut client = TcpStream::connect(there).expect("a connection");
        let here = client.local_addr().expect("an address");
        client.write_all(b"hello").expect("it is sent");
        let link = Link::open().expect("netlink");
        let plain = link.tcp(here, there, More::default()).expect("an answer");
        let plain = plain.expect("the connection");
        assert!(plain.info.is_none() && plain.memory.is_none());
        let other = link.tcp(there, here, More::ALL).expect("an answer");
        let other = other.expect("the other end");
        assert_eq!(
            (other.receive, other.inode),
            (5, 0),
            "nobody has accepted it"
        );
        let state = other.info.and_then(|info| info.state);
        assert_eq!(state, Some(TcpState::Established));
        assert!(
            other.memory.is_some_and(|memory| memory[1] > 0),
            "SO_RCVBUF"
        );
        assert_eq!(other.shut, Some(Shut(0)));
        assert!(other.congestion.is_some_and(|name| !name.is_empty()));
    }
}
