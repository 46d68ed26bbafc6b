//! The last transitions: which of them, in which order, and what is said to have moved them.

use crate::call::argument::Name;
use crate::call::outcome::{Outcome, Returned};
use crate::event::{
    CallId, Event, EventKind, NewDescriptor, Observation, Origin, Thread, Timestamp,
};
use crate::notation::parse_line;
use crate::socket::{Domain, Errno, Kind, Protocol, SocketType};
use crate::world::resolve;
use crate::world::state_changes::*;

/// A world driven by hand, a second for each event.
#[derive(Default)]
struct Story {
    world: World,
    clock: u64,
}

impl Story {
    fn happens(&mut self, what: EventKind) {
        self.clock += 1_000_000_000;
        self.world.apply(&Event::new(Timestamp(self.clock), what));
    }

    fn creates(&mut self, id: u32, name: &str, kind: Kind, origin: Origin) {
        self.happens(EventKind::Created(NewDescriptor {
            same_file: None,
            identity: crate::event::Identity::default(),
            descriptor: DescriptorId(id),
            call: CallId(0),
            fd: 2 + i32::try_from(id).expect("few"),
            name: Name::new(name),
            kind,
            domain: Domain::INET,
            socket_type: match kind {
                Kind::Datagram => SocketType::DGRAM,
                _ => SocketType::STREAM,
            },
            protocol: Protocol(0),
            origin,
        }));
    }

    fn sees(&mut self, id: u32, tcp: TcpState) {
        let seen = Observation {
            tcp: Some(tcp),
            ..Observation::default()
        };
        let descriptor = DescriptorId(id);
        self.happens(EventKind::Observed { descriptor, seen });
    }

    /// A call that the kernel is asked after, before its result is reported.
    fn calls(
        &mut self,
        line: &str,
        seen: Option<(u32, TcpState)>,
        result: Result<Returned, Errno>,
    ) {
        let call = CallId(self.clock);
        let command = parse_line(line).expect(line).command.expect("a command");
        let request = resolve(&self.world, call, &command).expect(line);
        self.happens(EventKind::Asked(Box::new(request)));
        let thread = Thread {
            tid: 1,
            further: false,
        };
        let state = None;
        self.happens(EventKind::Entered {
            call,
            thread,
            state,
        });
        if let Some((id, state)) = seen {
            self.sees(id, state);
        }
        let outcome = Outcome::of(result);
        self.happens(EventKind::Returned {
            call,
            outcome,
            state: None,
        });
    }

    fn told(&self, most: usize) -> Vec<String> {
        let changes = self.world.state_changes(most).into_iter();
        let mark = |(state, inferred): (State, bool)| match inferred {
            true => format!("~{state}"),
            false => state.to_string(),
        };
        let lines = changes.map(|change| {
            let (from, to) = (mark(change.from), mark(change.to));
            let socket = self.world.descriptor(change.socket).expect("a socket");
            let at = change.at.map(|at| at.0 / 1_000_000_000);
            let at = at.map_or_else(|| "-".to_owned(), |at| at.to_string());
            format!(
                "{at} {} {from} → {to}: {}",
                socket.name(),
                change.reason.event
            )
        });
        lines.collect()
    }
}

/// A client that has connected.
fn connected() -> Story {
    let mut story = Story::default();
    story.creates(1, "c", Kind::Stream, Origin::Created);
    story.sees(1, TcpState::Close);
    let seen = Some((1, TcpState::Established));
    story.calls("connect(c, 127.0.0.1:80)", seen, Ok(Returned::Zero));
    story
}

#[test]
fn states_that_were_too_short_have_no_time_and_the_call_is_named() {
    let mut story = connected();
    let seen = Some((1, TcpState::FinWait2));
    story.calls("shutdown(c, SHUT_WR)", seen, Ok(Returned::Zero));
    assert_eq!(
        story.told(10),
        [
            "- c CLOSE → ~SYN_SENT: connect(), SYN is sent",
            "5 c ~SYN_SENT → ESTABLISHED: SYN+ACK comes, ACK is sent",
            "- c ESTABLISHED → ~FIN_WAIT1: shutdown(), FIN is sent",
            "9 c ~FIN_WAIT1 → FIN_WAIT2: ACK of our FIN comes",
        ]
    );
    assert_eq!(story.told(1).len(), 1, "the newest");
    assert!(story.told(1)[0].ends_with("ACK of our FIN comes"));
}

#[test]
fn a_reset_that_no_call_has_reported_is_not_said_to_be_an_error() {
    let mut story = connected();
    story.sees(1, TcpState::Close);
    let reset = "7 c ESTABLISHED → CLOSE: reset, or too fast to be seen";
    assert_eq!(story.told(1), [reset]);
    story.calls("recv(c, 9)", None, Err(Errno(libc::ECONNRESET)));
    assert_eq!(
        story.told(1),
        ["7 c ESTABLISHED → CLOSE: ended by an error"]
    );
}

#[test]
fn a_close_later_does_not_explain_a_state_that_was_seen_before() {
    let mut story = Story::default();
    story.creates(1, "c", Kind::Stream, Origin::Created);
    story.sees(1, TcpState::SynSent);
    story.sees(1, TcpState::Close);
    let descriptor = DescriptorId(1);
    story.happens(EventKind::Closed { descriptor });
    let line = "3 c SYN_SENT → CLOSE: RST comes, timeout, or close()";
    assert_eq!(story.told(9), [line]);
}

#[test]
fn an_accepted_socket_and_a_datagram_socket_are_in_the_order_of_time() {
    let mut story = Story::default();
    story.creates(1, "u", Kind::Datagram, Origin::Created);
    story.creates(2, "s", Kind::Stream, Origin::Accepted(DescriptorId(9)));
    story.sees(2, TcpState::Established);
    story.calls("bind(u, 127.0.0.1:9)", None, Ok(Returned::Zero));
    let descriptor = DescriptorId(1);
    story.happens(EventKind::Closed { descriptor });
    assert_eq!(
        story.told(9),
        [
            "- s ~LISTEN → ~SYN_RECV: SYN comes, SYN+ACK is sent: a new socket",
            "3 s ~SYN_RECV → ESTABLISHED: ACK comes",
            "6 u unbound → bound: bind()",
            "7 u bound → closed: close()",
        ]
    );
}
