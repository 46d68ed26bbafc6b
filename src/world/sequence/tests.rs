//! Ladders of conversations made by hand, every row as text.

use proptest::prelude::*;

use crate::call::argument::Name;
use crate::call::outcome::{Outcome, Returned};
use crate::event::{CallId, Event, EventKind, NewDescriptor, Observation, Origin, Request, Thread};
use crate::notation::parse::parse_address;
use crate::notation::parse_line;
use crate::socket::{Domain, Errno, Kind, Protocol, SocketType};
use crate::world::resolve;
use crate::world::sequence::*;

/// A world in which every call takes a thousand nanoseconds.
struct Story {
    world: World,
    clock: u64,
    calls: u64,
}

impl Story {
    fn new() -> Self {
        Self {
            world: World::default(),
            clock: 0,
            calls: 0,
        }
    }

    fn happens(&mut self, what: EventKind) {
        let at = Timestamp(self.clock);
        self.world.apply(&Event::new(at, what));
    }

    fn enter(&mut self, line: &str) -> CallId {
        self.calls += 1;
        self.clock += 1000;
        let call = CallId(self.calls);
        let command = parse_line(line).expect(line).command.expect("a command");
        let request: Request = resolve(&self.world, call, &command).expect(line);
        self.happens(EventKind::Asked(Box::new(request)));
        let thread = Thread {
            tid: 7,
            further: false,
        };
        self.happens(EventKind::Entered {
            call,
            thread,
            state: None,
        });
        call
    }

    fn returns(&mut self, call: CallId, result: Result<Returned, Errno>) {
        self.clock += 1000;
        let outcome = Outcome::of(result);
        self.happens(EventKind::Returned {
            call,
            outcome,
            state: None,
        });
    }

    fn done(&mut self, line: &str, result: Result<Returned, Errno>) {
        let call = self.enter(line);
        self.returns(call, result);
    }

    fn creates(
        &mut self,
        call: CallId,
        name: &str,
        origin: Origin,
        socket_type: SocketType,
    ) -> DescriptorId {
        let id = DescriptorId(u32::try_from(self.world.descriptors().count()).expect("few"));
        self.happens(EventKind::Created(NewDescriptor {
            same_file: None,
            identity: crate::event::Identity::default(),
            descriptor: id,
            call,
            fd: 3 + i32::try_from(id.0).expect("few"),
            name: Name::new(name),
            kind: Kind::of(socket_type),
            domain: Domain::INET,
            socket_type,
            protocol: Protocol(0),
            origin,
        }));
        id
    }

    fn socket(&mut self, name: &str, socket_type: SocketType) -> DescriptorId {
        let call = self.enter(&format!("{name} = socket(AF_INET, {socket_type})"));
        let id = self.creates(call, name, Origin::Created, socket_type);
        self.returns(call, Ok(Returned::Descriptor(3)));
        id
    }

    fn seen(
        &mut self,
        socket: DescriptorId,
        local: &str,
        peer: Option<&str>,
        tcp: Option<TcpState>,
    ) {
        let address = |text: &str| parse_address(text).expect(text);
        let seen = Observation {
            local: Some(address(local)),
            peer: peer.map(address),
            tcp,
            ..Observation::default()
        };
        self.happens(EventKind::Observed {
            descriptor: socket,
            seen,
        });
    }

    /// A segment that was captured now.
    fn segment(&mut self, from: &str, to: &str, flags: u8, numbers: (u32, u32, u32)) {
        let (seq, ack, length) = numbers;
        self.clock += 10;
        self.happens(EventKind::Captured {
            segment: Segment {
                from: from.parse().expect(from),
                to: to.parse().expect(to),
                flags: TcpFlags(flags),
                seq,
                ack,
                window: 512,
                length,
            },
            missed: 0,
        });
    }

    /// `c` connected to `s`, and both seen in that state.
    fn connected() -> (Self, DescriptorId) {
        let mut story = Self::new();
        let c = story.socket("c", SocketType::STREAM);
        let l = story.socket("l", SocketType::STREAM);
        story.done("bind(l, 127.0.0.1:80)", Ok(Returned::Zero));
        story.done("listen(l, 5)", Ok(Returned::Zero));
        story.seen(l, SERVER, None, Some(TcpState::Listen));
        story.done(&format!("connect(c, {SERVER})"), Ok(Returned::Zero));
        story.seen(c, CLIENT, Some(SERVER), Some(TcpState::Established));
        let call = story.enter("s = accept(l)");
        let s = story.creates(call, "s", Origin::Accepted(l), SocketType::STREAM);
        story.seen(s, SERVER, Some(CLIENT), Some(TcpState::Established));
        let from = parse_address(CLIENT).ok();
        story.returns(call, Ok(Returned::Accepted { fd: 5, from }));
        (story, c)
    }

    /// Each row of the ladder without blanks: calls, states and what was sent.
    fn rows(&self, id: DescriptorId) -> Vec<String> {
        let ladder = ladder(&self.world, id).expect("a ladder");
        ladder.rows.iter().map(shown).collect()
    }
}

const CLIENT: &str = "127.0.0.1:5000";
const SERVER: &str = "127.0.0.1:80";

/// A row; a state that was not seen, and what is inferred, is in parentheses.
fn shown(row: &LadderRow) -> String {
    let state = |index: usize| {
        row.states[index].map(|cell| match cell.seen {
            true => cell.state.to_string(),
            false => format!("({})", cell.state),
        })
    };
    let sent = row.sent.as_ref().map(|sent| {
        let text = match sent.inferred {
            true => format!("({})", sent.text),
            false => sent.text.clone(),
        };
        match sent.by {
            Side::Near => format!("{text} >"),
            Side::Far => format!("< {text}"),
        }
    });
    let call = |index: usize| {
        let cell = row.calls[index].clone()?;
        let result = cell.result.map(|result| format!("-> {result}"));
        let both = [Some(cell.call).filter(|call| !call.is_empty()), result];
        Some(both.into_iter().flatten().collect::<Vec<_>>().join(" "))
    };
    let cells = [call(0), state(0), sent, state(1), call(1)];
    cells.into_iter().flatten().collect::<Vec<_>>().join(" | ")
}

#[test]
fn without_a_capture_the_segments_are_inferred() {
    let (mut story, c) = Story::connected();
    story.done("send(c, \"hello\")", Ok(Returned::Count(5)));
    story.done("close(c)", Ok(Returned::Zero));
    assert_eq!(
        story.rows(c),
        [
            "connect(c, 127.0.0.1:80) | (SYN_SENT) | (SYN) >",
            "ESTABLISHED | < (SYN+ACK) | (SYN_RECV)",
            "-> 0 | (ACK) > | ESTABLISHED",
            "accept(l) -> fd from 127.0.0.1:5000",
            "send(c, \"hello\") -> 5 | (data 5) >",
            "close(c) | (FIN_WAIT1) | (FIN) > | (CLOSE_WAIT)",
            "-> 0 | (FIN_WAIT2) | < (ACK)",
        ]
    );
    let ladder = ladder(&story.world, c).expect("a ladder");
    assert_eq!(ladder.titles, ["c", "s"]);
    assert_eq!(
        ladder.source,
        Source::Inferred {
            reason: "nothing is captured".to_owned(),
            counted: [None, None],
        }
    );
    let causes = ladder.rows.iter().filter(|row| row.begins).count();
    assert_eq!(causes, 4, "one group for each call");
}

#[test]
fn what_was_captured_is_shown_as_it_was() {
    let mut story = Story::new();
    story.happens(EventKind::Capturing(Ok(None)));
    let c = story.socket("c", SocketType::STREAM);
    let call = story.enter(&format!("connect(c, {SERVER})"));
    story.segment(CLIENT, SERVER, 0x02, (100, 0, 0));
    story.segment(SERVER, CLIENT, 0x12, (500, 101, 0));
    story.segment(CLIENT, SERVER, 0x10, (101, 501, 0));
    story.returns(call, Ok(Returned::Zero));
    story.seen(c, CLIENT, Some(SERVER), Some(TcpState::Established));
    let call = story.enter("close(c)");
    story.segment(CLIENT, SERVER, 0x11, (101, 501, 0));
    story.returns(call, Ok(Returned::Zero));
    // It acknowledges the FIN and carries data.
    story.segment(SERVER, CLIENT, 0x18, (501, 102, 3));
    story.segment(SERVER, CLIENT, 0x11, (504, 102, 0));
    assert_eq!(
        story.rows(c),
        [
            "connect(c, 127.0.0.1:80) | (SYN_SENT) | SYN >",
            "ESTABLISHED | < SYN+ACK | (SYN_RECV)",
            "-> 0 | ACK > | (ESTABLISHED)",
            "close(c) -> 0 | (FIN_WAIT1) | FIN > | (CLOSE_WAIT)",
            "(FIN_WAIT2) | < data 3",
            "(TIME_WAIT) | < FIN | (LAST_ACK)",
        ]
    );
    let ladder = ladder(&story.world, c).expect("a ladder");
    assert_eq!(ladder.source, Source::Observed);
    assert_eq!((ladder.older, ladder.missed), (0, 0));
    assert_eq!(ladder.titles[1], SERVER, "nobody of ours");
}

#[test]
fn what_was_let_go_of_one_connection_is_not_what_was_missed_of_all() {
    let (mut story, c) = Story::connected();
    for at in 0..crate::world::captured::KEPT as u32 + 2 {
        story.segment(CLIENT, SERVER, 0x18, (at, 1, 1));
    }
    let segment = Segment {
        from: "127.0.0.1:6000".parse().expect("an address"),
        to: SERVER.parse().expect("an address"),
        flags: TcpFlags::ACK,
        seq: 0,
        ack: 0,
        window: 512,
        length: 0,
    };
    story.happens(EventKind::Captured { segment, missed: 7 });
    let ladder = ladder(&story.world, c).expect("a ladder");
    assert_eq!((ladder.older, ladder.missed), (2, 7));
}

#[test]
fn a_refused_connection_is_syn_and_rst() {
    let mut story = Story::new();
    let c = story.socket("c", SocketType::STREAM);
    let refused = Err(Errno(libc::ECONNREFUSED));
    story.done(&format!("connect(c, {SERVER})"), refused.clone());
    assert_eq!(
        story.rows(c),
        [
            "connect(c, 127.0.0.1:80) | (SYN_SENT) | (SYN) >",
            "-> ECONNREFUSED | (CLOSE) | < (RST) | (CLOSE)",
        ]
    );
    // The port was released, so the connection is found by the time of its SYN.
    story.happens(EventKind::Capturing(Ok(None)));
    let call = story.enter(&format!("connect(c, {SERVER})"));
    story.segment(CLIENT, SERVER, 0x02, (100, 0, 0));
    story.segment(SERVER, CLIENT, 0x14, (0, 101, 0));
    story.returns(call, refused);
    let rows = story.rows(c);
    assert!(rows.iter().any(|row| row.contains("| SYN >")), "{rows:?}");
    assert!(rows.iter().any(|row| row.contains("< RST")), "{rows:?}");
}

#[test]
fn so_linger_aborts_what_is_closed_after_it_was_set_and_through_any_descriptor() {
    let resets = |story: &Story, c| {
        let rows = story.rows(c);
        rows.iter().any(|row| row.contains("(RST) >"))
    };
    let (mut story, c) = Story::connected();
    story.done("close(c)", Ok(Returned::Zero));
    let late = "setsockopt(c, SO_LINGER, {1, 0s})";
    story.done(late, Ok(Returned::Zero));
    assert!(!resets(&story, c), "it was closed by then");
    let (mut story, c) = Story::connected();
    let call = story.enter("d = dup(c)");
    story.creates(call, "d", Origin::DuplicateOf(c), SocketType::STREAM);
    story.returns(call, Ok(Returned::Descriptor(6)));
    let by_other = "setsockopt(d, SO_LINGER, {1, 0s})";
    story.done(by_other, Ok(Returned::Zero));
    let d = DescriptorId(3);
    story.done("close(d)", Ok(Returned::Zero));
    story.happens(EventKind::Closed { descriptor: d });
    story.done("close(c)", Ok(Returned::Zero));
    assert!(resets(&story, c), "{:?}", story.rows(c));
}

#[test]
fn data_for_a_closed_peer_is_answered_by_rst() {
    let (mut story, c) = Story::connected();
    story.done("close(s)", Ok(Returned::Zero));
    story.done("send(c, \"x\")", Ok(Returned::Count(1)));
    let rows = story.rows(c);
    assert_eq!(
        rows[rows.len() - 4..],
        [
            "(CLOSE_WAIT) | < (FIN) | (FIN_WAIT1) | close(s)",
            "(ACK) > | (FIN_WAIT2) | -> 0",
            "send(c, \"x\") | (data 1) >",
            "-> 1 | (CLOSE) | < (RST) | (CLOSE)",
        ]
    );
}

#[test]
fn what_a_stranger_sent_is_what_was_taken_and_not_what_the_log_keeps_or_was_only_looked_at() {
    let mut story = Story::new();
    let c = story.socket("c", SocketType::STREAM);
    story.done(&format!("connect(c, {SERVER})"), Ok(Returned::Zero));
    story.seen(c, CLIENT, Some(SERVER), Some(TcpState::Established));
    let took = |count: usize| Returned::Data {
        count: count as u64,
        bytes: vec![0; count].into(),
        from: None,
    };
    story.done("recv(c, 3, MSG_PEEK)", Ok(took(3)));
    story.done("recv(c, 20000)", Ok(took(20_000)));
    // By now the log keeps less of its data.
    for _ in 0..20 {
        story.done("getsockname(c)", Err(Errno(libc::EBADF)));
    }
    let ladder = ladder(&story.world, c).expect("a ladder");
    let sent = ladder.rows.iter().filter_map(|row| row.sent.as_ref());
    let data: Vec<&str> = sent
        .filter(|sent| sent.by == Side::Far && sent.flags.contains(TcpFlags::PSH))
        .map(|sent| sent.text.as_str())
        .collect();
    assert_eq!(data, ["data 20000"]);
}

#[test]
fn datagrams_are_what_the_calls_have_sent() {
    let mut story = Story::new();
    let a = story.socket("a", SocketType::DGRAM);
    let b = story.socket("b", SocketType::DGRAM);
    story.done(&format!("bind(b, {SERVER})"), Ok(Returned::Zero));
    story.seen(b, SERVER, None, None);
    story.done(
        &format!("sendto(a, \"hey\", {SERVER})"),
        Ok(Returned::Count(3)),
    );
    for (socket, arrow) in [(a, "3 B >"), (b, "< 3 B")] {
        let ladder = ladder(&story.world, socket).expect("a ladder");
        assert_eq!(ladder.source, Source::Calls);
        let rows = story.rows(socket);
        assert!(rows.iter().any(|row| row.contains(arrow)), "{rows:?}");
    }
}

#[test]
fn a_socket_without_a_peer_says_so() {
    let mut story = Story::new();
    let c = story.socket("c", SocketType::STREAM);
    let reason = ladder(&story.world, c).expect_err("no ladder");
    let c = Name::new("c").expect("a name");
    assert_eq!(reason, NoConversation::NoPeer(c));
    assert!(reason.to_string().contains("c has no peer yet"), "{reason}");
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_segments_panic(
        segments in proptest::collection::vec((any::<bool>(), 0..64u8, any::<(u32, u32, u32)>()), 0..40),
    ) {
        let (mut story, c) = Story::connected();
        for (near, flags, numbers) in segments {
            let (from, to) = if near { (CLIENT, SERVER) } else { (SERVER, CLIENT) };
            story.segment(from, to, flags, numbers);
        }
        story.rows(c);
    }
}
