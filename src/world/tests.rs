//! Tests of the fold: phases follow from calls, names from new descriptors, and no sequence of events panics.

use proptest::prelude::*;

use crate::call::argument::Descriptor;
use crate::call::outcome::{Events, Outcome, Received, Returned};
use crate::event::{
    Event, EventKind, NewDescriptor, Observation, Origin, Request, Source, Thread, Timestamp,
};
use crate::notation::parse_line;
use crate::socket::{
    Domain, Errno, Kind, MsgFlags, Phase, PollEvents, Protocol, SocketType, TcpState,
};
use crate::world::*;

/// Drives a world by hand: each call is requested, made and answered.
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
        self.clock += 1;
        self.world.apply(&Event::new(Timestamp(self.clock), what));
    }

    fn ask(&mut self, line: &str) -> CallId {
        self.calls += 1;
        let command = parse_line(line).expect(line).command.expect("a command");
        let request = resolve(&self.world, CallId(self.calls), &command).expect(line);
        self.happens(EventKind::Asked(Box::new(request)));
        CallId(self.calls)
    }

    fn creates(
        &mut self,
        call: CallId,
        name: Option<&str>,
        socket_type: SocketType,
        origin: Origin,
    ) -> DescriptorId {
        let socket = DescriptorId(self.world.sockets.next());
        self.happens(EventKind::Created(NewDescriptor {
            same_file: None,
            identity: crate::event::Identity::default(),
            descriptor: socket,
            call,
            fd: 3 + i32::try_from(socket.0).expect("few"),
            name: name.and_then(Name::new),
            kind: Kind::of(socket_type),
            domain: Domain::INET,
            socket_type,
            protocol: Protocol(0),
            origin,
        }));
        socket
    }

    fn socket(&mut self, name: &str, socket_type: SocketType) -> DescriptorId {
        let call = self.ask(&format!("{name} = socket(AF_INET, {socket_type})"));
        let socket = self.creates(call, Some(name), socket_type, Origin::Created);
        self.returned(call, Ok(Returned::Descriptor(3)));
        socket
    }

    fn returned(&mut self, call: CallId, result: Result<Returned, Errno>) {
        self.happens(EventKind::Returned {
            call,
            outcome: Outcome::of(result),
            state: None,
        });
    }

    fn done(&mut self, line: &str, result: Result<Returned, Errno>) {
        let call = self.ask(line);
        self.returned(call, result);
    }

    #[track_caller]
    fn phase(&self, name: &str, expected: Phase) {
        let socket = self
            .world
            .named(&Name::new(name).expect("a name"))
            .expect("it exists");
        assert_eq!(socket.phase(), expected, "{name}");
    }
}

fn end_of_file() -> Result<Returned, Errno> {
    Ok(Returned::Data {
        count: 0,
        bytes: [].into(),
        from: None,
    })
}

#[test]
fn unbound_bind_listen_is_listening() {
    let mut story = Story::new();
    story.socket("l", SocketType::STREAM);
    story.phase("l", Phase::Unbound);
    story.done("bind(l, 127.0.0.1:1)", Ok(Returned::Zero));
    story.phase("l", Phase::Bound);
    story.done("listen(l, 5)", Ok(Returned::Zero));
    story.phase("l", Phase::Listening);
    let path: Vec<Phase> = story
        .world
        .descriptor(DescriptorId(0))
        .expect("it is there")
        .path()
        .map(|step| step.phase)
        .collect();
    assert_eq!(path, [Phase::Unbound, Phase::Bound, Phase::Listening]);
}

#[test]
fn connected_listen_stays_connected() {
    let mut story = Story::new();
    story.socket("c", SocketType::STREAM);
    story.done("connect(c, 127.0.0.1:1)", Ok(Returned::Zero));
    story.done("listen(c, 5)", Err(Errno(libc::EINVAL)));
    story.phase("c", Phase::Connected);
}

#[test]
fn connected_shutdown_write_then_end_of_file_is_both_ended() {
    let mut story = Story::new();
    story.socket("c", SocketType::STREAM);
    story.done("connect(c, 127.0.0.1:1)", Ok(Returned::Zero));
    story.done("shutdown(c, SHUT_WR)", Ok(Returned::Zero));
    story.phase("c", Phase::WriteShut);
    story.done("send(c, \"x\")", Err(Errno(libc::EPIPE)));
    story.phase("c", Phase::WriteShut);
    story.done("recv(c, 10)", end_of_file());
    story.phase("c", Phase::Shut);
}

#[test]
fn an_empty_datagram_is_not_end_of_file() {
    let mut story = Story::new();
    story.socket("u", SocketType::DGRAM);
    story.done("connect(u, 127.0.0.1:1)", Ok(Returned::Zero));
    story.done("recv(u, 10)", end_of_file());
    story.phase("u", Phase::Connected);
    story.done("connect(u, AF_UNSPEC)", Ok(Returned::Zero));
    story.phase("u", Phase::Unbound);
}

#[test]
fn connect_to_unspec_keeps_an_address_that_was_bound() {
    let mut story = Story::new();
    let u = story.socket("u", SocketType::DGRAM);
    story.done("bind(u, 127.0.0.1:7)", Ok(Returned::Zero));
    let address = |text| crate::notation::parse::parse_address(text).ok();
    let seen = Observation {
        local: address("127.0.0.1:7"),
        peer: address("127.0.0.1:8"),
        ..Observation::default()
    };
    story.done("connect(u, 127.0.0.1:8)", Ok(Returned::Zero));
    story.happens(EventKind::Observed {
        descriptor: u,
        seen,
    });
    story.done("connect(u, AF_UNSPEC)", Ok(Returned::Zero));
    story.phase("u", Phase::Bound);
}

#[test]
fn a_blocked_connect_is_connecting_until_the_kernel_says_established() {
    let mut story = Story::new();
    let c = story.socket("c", SocketType::STREAM);
    let call = story.ask("connect(c, 127.0.0.1:1)");
    story.happens(EventKind::Blocked { call, wchan: None });
    story.phase("c", Phase::Connecting);
    story.returned(call, Err(Errno(libc::EINTR)));
    story.phase("c", Phase::Connecting);
    let seen = Observation {
        tcp: Some(TcpState::Established),
        ..Observation::default()
    };
    story.happens(EventKind::Observed {
        descriptor: c,
        seen,
    });
    story.phase("c", Phase::Connected);
}

#[test]
fn a_received_socket_has_the_phase_that_observations_imply() {
    let mut story = Story::new();
    let via = story.socket("a", SocketType::STREAM);
    let call = story.ask("p = recvmsg(a, 9)");
    let p = story.creates(call, Some("p"), SocketType::STREAM, Origin::ReceivedOn(via));
    story.phase("p", Phase::Unbound);
    let seen = Observation {
        peer: crate::notation::parse::parse_address("127.0.0.1:8").ok(),
        ..Observation::default()
    };
    story.happens(EventKind::Observed {
        descriptor: p,
        seen,
    });
    story.phase("p", Phase::Connected);
}

#[test]
fn a_duplicate_shares_the_phase_and_outlives_its_original() {
    let mut story = Story::new();
    let c = story.socket("c", SocketType::STREAM);
    let call = story.ask("d = dup(c)");
    story.creates(call, Some("d"), SocketType::STREAM, Origin::DuplicateOf(c));
    story.done("connect(d, 127.0.0.1:1)", Ok(Returned::Zero));
    story.phase("c", Phase::Connected);
    story.happens(EventKind::Closed { descriptor: c });
    story.phase("c", Phase::Closed);
    story.phase("d", Phase::Connected);
    let socket = |story: &Story| story.world.socket_of(c).expect("it is there").released;
    assert_eq!(socket(&story), None, "d has it open");
    let d = story.world.named(&Name::new("d").expect("a name"));
    let d = d.expect("it was created").id();
    story.happens(EventKind::Closed { descriptor: d });
    assert!(socket(&story).is_some(), "no descriptor has it open");
    let released_it = |id| story.world.descriptor(id).map(Handle::released_it);
    assert_eq!(released_it(c), Some(false));
    assert_eq!(released_it(d), Some(true), "an orphan is shown at d alone");
}

#[test]
fn names_are_given_kept_and_refused() {
    let mut story = Story::new();
    let l = story.socket("l", SocketType::STREAM);
    let call = story.ask("accept(l)");
    story.creates(call, None, SocketType::STREAM, Origin::Accepted(l));
    story.phase("s1", Phase::Connected);
    let taken = parse_line("s1 = socket(inet, stream)")
        .expect("it parses")
        .command
        .expect("a command");
    let error = resolve(&story.world, CallId(99), &taken).expect_err("s1 is open");
    assert!(error.to_string().contains("s1 is taken"), "{error}");
    let unknown = parse_line("close(ll)")
        .expect("it parses")
        .command
        .expect("a command");
    let error = resolve(&story.world, CallId(99), &unknown).expect_err("ll is unknown");
    assert!(error.to_string().contains("did you mean l?"), "{error}");
    assert_eq!(story.world.next_name().as_str(), "s2");
}

#[test]
fn a_closed_name_is_still_its_old_number() {
    let mut story = Story::new();
    let c = story.socket("c", SocketType::STREAM);
    story.happens(EventKind::Closed { descriptor: c });
    let command = parse_line("recv(c, 1)")
        .expect("it parses")
        .command
        .expect("a command");
    let request = resolve(&story.world, CallId(99), &command).expect("a real use after close");
    assert_eq!(request.call.to_string(), "recv(3, 1)");
    assert_eq!(request.on, None);
}

#[test]
fn wait_is_about_the_closed_socket_although_its_number_is_given_out_again() {
    let mut story = Story::new();
    let c = story.socket("c", SocketType::STREAM);
    story.happens(EventKind::Closed { descriptor: c });
    let command = parse_line("wait(c)")
        .expect("it parses")
        .command
        .expect("a command");
    let request = resolve(&story.world, CallId(99), &command).expect("a call may go on");
    assert_eq!(request.on, Some(c));
}

#[test]
fn an_address_is_known_once_it_was_seen() {
    let mut story = Story::new();
    let l = story.socket("l", SocketType::STREAM);
    let command = parse_line("connect(l, addr(l))")
        .expect("it parses")
        .command
        .expect("a command");
    let error = resolve(&story.world, CallId(99), &command).expect_err("not bound");
    assert!(error.to_string().contains("no address yet"), "{error}");
    let local = crate::notation::parse::parse_address("127.0.0.1:77").ok();
    story.happens(EventKind::Observed {
        descriptor: l,
        seen: Observation {
            local,
            ..Observation::default()
        },
    });
    let request = resolve(&story.world, CallId(99), &command).expect("it has one now");
    assert_eq!(request.call.to_string(), "connect(3, 127.0.0.1:77)");
    assert_eq!(
        story
            .world
            .address_name(
                &"127.0.0.1:77"
                    .parse::<std::net::SocketAddr>()
                    .expect("it")
                    .into()
            )
            .as_deref(),
        Some("addr(l)")
    );
}

#[test]
fn old_lines_keep_the_beginning_of_what_was_received() {
    const LARGE: usize = 1 << 20;
    let mut story = Story::new();
    let message = |fds| {
        Ok(Returned::Message(Box::new(Received {
            count: LARGE as u64,
            bytes: vec![0; LARGE].into(),
            sizes: Vec::new(),
            from: None,
            flags: MsgFlags(0),
            fds,
            credentials: None,
            control: Vec::new(),
        })))
    };
    let socket = story.ask("s = socket(AF_UNIX, SOCK_STREAM)");
    story.creates(socket, Some("s"), SocketType::STREAM, Origin::Created);
    // With a descriptor the outcome is kept twice: with its number and with its name.
    let received = story.ask("recvmsg(s, 1)");
    story.happens(EventKind::Returned {
        call: received,
        outcome: Outcome::of(message(vec![Descriptor::Raw(3)])),
        state: None,
    });
    let kept = |world: &World| -> Vec<usize> {
        let record = world.call(received).expect("it is known");
        assert!(
            record
                .rare
                .as_ref()
                .is_some_and(|rare| rare.numbers.is_some())
        );
        let outcomes = [record.outcome(), record.given()].into_iter().flatten();
        let length = |outcome: &Outcome| match &outcome.result {
            Ok(Returned::Message(message)) => message.bytes.head().len(),
            other => panic!("{other:?}"),
        };
        outcomes.map(length).collect()
    };
    assert_eq!(kept(&story.world), [LARGE, LARGE], "it may yet be judged");
    for _ in 0..20 {
        story.ask("listen(s, 5)");
    }
    assert!(kept(&story.world).iter().all(|kept| *kept < LARGE / 100));
}

#[test]
fn old_lines_keep_all_that_went_into_several_buffers() {
    let mut story = Story::new();
    let socket = story.ask("s = socket(AF_UNIX, SOCK_STREAM)");
    story.creates(socket, Some("s"), SocketType::STREAM, Origin::Created);
    let call = story.ask("readv(s, [5000, 2])");
    let received = Received {
        count: 5002,
        bytes: vec![b'x'; 5002].into(),
        sizes: vec![5000, 2],
        from: None,
        flags: MsgFlags(0),
        fds: Vec::new(),
        credentials: None,
        control: Vec::new(),
    };
    story.happens(EventKind::Returned {
        call,
        outcome: Outcome::of(Ok(Returned::Message(Box::new(received)))),
        state: None,
    });
    let shown = |world: &World| {
        let outcome = world.call(call).and_then(Record::outcome);
        outcome.map(ToString::to_string)
    };
    let whole = shown(&story.world).expect("an outcome");
    assert!(whole.ends_with(", \"xx\"]"), "{whole}");
    for _ in 0..20 {
        story.ask("listen(s, 5)");
    }
    assert_eq!(shown(&story.world), Some(whole));
}

fn any_event() -> impl Strategy<Value = EventKind> {
    let call = || (0..4u64).prop_map(CallId);
    let socket = || (0..4u32).prop_map(DescriptorId);
    let line = prop::sample::select(vec![
        "x = socket(inet, stream)",
        "bind(3, 127.0.0.1:1)",
        "listen(3, 1)",
        "connect(3, 127.0.0.1:1)",
        "recv(3, 9)",
        "shutdown(3, SHUT_WR)",
        "d = dup(3)",
        "connect(3, AF_UNSPEC)",
    ]);
    let result = prop_oneof![
        Just(Ok(Returned::Zero)),
        Just(Ok(Returned::Count(5))),
        Just(end_of_file()),
        (1..133i32).prop_map(|n| Err(Errno(n))),
    ];
    let origin = prop_oneof![
        Just(Origin::Created),
        socket().prop_map(Origin::Accepted),
        socket().prop_map(Origin::DuplicateOf),
    ];
    prop_oneof![
        (call(), socket(), line).prop_map(|(id, on, line)| {
            let command = parse_line(line).expect(line).command.expect("a command");
            EventKind::Asked(Box::new(Request {
                id,
                call: command.call.clone().into(),
                command: command.into(),
                on: Some(on),
                others: Box::default(),
                reach: crate::event::Reach::Free,
                process: None,
            }))
        }),
        call().prop_map(|call| EventKind::Entered {
            call,
            thread: Thread {
                tid: 1,
                further: false
            },
            state: None
        }),
        call().prop_map(|call| EventKind::Blocked { call, wchan: None }),
        (call(), result).prop_map(|(call, result)| EventKind::Returned {
            call,
            outcome: Outcome::of(result),
            state: None
        }),
        (socket(), call(), origin, 0..6i32).prop_map(|(socket, call, origin, fd)| {
            EventKind::Created(NewDescriptor {
                same_file: None,
                identity: crate::event::Identity::default(),
                descriptor: socket,
                call,
                fd,
                name: Name::new("n"),
                kind: Kind::of(SocketType(fd)),
                domain: Domain::INET,
                socket_type: SocketType(fd),
                protocol: Protocol(0),
                origin,
            })
        }),
        (socket(), 1..12u8).prop_map(|(socket, state)| EventKind::Observed {
            descriptor: socket,
            seen: Observation {
                tcp: TcpState::from_number(state),
                hung_up: state == 8,
                ..Observation::default()
            },
        }),
        socket().prop_map(|socket| EventKind::Renamed {
            descriptor: socket,
            name: Name::automatic(1)
        }),
        socket().prop_map(|socket| EventKind::Closed { descriptor: socket }),
    ]
}

/// A descriptor number is looked up only in the table of its own process.
#[test]
fn two_processes_have_the_same_number_for_different_sockets() {
    const OURS: Source = Source::Session;
    const THEIRS: Source = Source::Traced { pid: 77, tid: 78 };
    let mut story = Story::new();
    let mut happens = |source, what| {
        story.clock += 1;
        story.world.apply(&Event {
            at: Timestamp(story.clock),
            source,
            what,
        });
    };
    let asked = |call: u64, line: &str| {
        let command = parse_line(line).expect(line).command.expect("a command");
        let request = Request {
            id: CallId(call),
            call: command.call.clone().into(),
            command: command.into(),
            on: None,
            others: Box::default(),
            reach: crate::event::Reach::Free,
            process: None,
        };
        EventKind::Asked(Box::new(request))
    };
    let created = |socket: u32, call: u64, name: &str| {
        EventKind::Created(NewDescriptor {
            same_file: None,
            identity: crate::event::Identity::default(),
            descriptor: DescriptorId(socket),
            call: CallId(call),
            fd: 3,
            name: Name::new(name),
            kind: Kind::Stream,
            domain: Domain::INET,
            socket_type: SocketType::STREAM,
            protocol: Protocol(0),
            origin: Origin::Created,
        })
    };
    let readable = || Returned::Ready(vec![(Descriptor::Raw(3), Events::Poll(PollEvents(1)))]);
    let returned = |call: u64| EventKind::Returned {
        call: CallId(call),
        outcome: Outcome::of(Ok(readable())),
        state: None,
    };
    happens(THEIRS, created(1, 100, "theirs"));
    happens(OURS, created(2, 1, "ours"));
    // A result with a number that the line does not have gets the name of what the caller has there.
    happens(THEIRS, asked(101, "poll([9: POLLIN], 0)"));
    happens(OURS, asked(2, "poll([9: POLLIN], 0)"));
    happens(THEIRS, returned(101));
    happens(OURS, returned(2));
    let world = &story.world;
    let processes: Vec<Source> = world.processes().iter().map(|own| own.source).collect();
    assert_eq!(processes, [OURS, THEIRS.process()]);
    let id = |socket: Option<Handle<'_>>| socket.map(Handle::id);
    let another_thread = Source::Traced { pid: 77, tid: 99 };
    let table = world.table_of(another_thread).expect("it is one process");
    assert_eq!(id(world.with_number(table, 3)), Some(DescriptorId(1)));
    assert_eq!(id(world.with_fd(3)), Some(DescriptorId(2)));
    assert_eq!(world.table_of(Source::Traced { pid: 3, tid: 3 }), None);
    let result = |call| {
        world
            .call(CallId(call))
            .and_then(Record::outcome)
            .map(ToString::to_string)
    };
    assert_eq!(result(101).as_deref(), Some("1 [theirs: POLLIN]"));
    assert_eq!(result(2).as_deref(), Some("1 [ours: POLLIN]"));
    assert_eq!(
        world.call(CallId(101)).map(|record| record.source),
        Some(THEIRS)
    );
    let line = parse_line("close(3)")
        .expect("a line")
        .command
        .expect("a command");
    let request = resolve(world, CallId(3), &line).expect("it is open");
    assert_eq!(
        request.on,
        Some(DescriptorId(2)),
        "a line speaks of the session's own"
    );
    story.clock += 1;
    story.world.apply(&Event {
        at: Timestamp(story.clock),
        source: THEIRS,
        what: EventKind::Closed {
            descriptor: DescriptorId(1),
        },
    });
    assert_eq!(
        id(story.world.with_fd(3)),
        Some(DescriptorId(2)),
        "only theirs is closed"
    );
    assert_eq!(id(story.world.with_number(table, 3)), None);
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_sequence_of_events_panics(events in proptest::collection::vec(any_event(), 0..60)) {
        let mut world = World::default();
        world.set_log_bound(1);
        let other = parse_line("unread(s)").expect("a line").command.expect("a call");
        for (at, what) in events.into_iter().enumerate() {
            // Another call each time, so that the log forgets some of those that the events refer to.
            let request = Request {
                id: CallId(1000 + at as u64),
                call: other.call.clone().into(),
                command: other.clone().into(),
                on: Some(DescriptorId(at as u32 % 4)),
                others: Box::default(),
                reach: crate::event::Reach::Free,
                process: None,
            };
            world.apply(&Event::new(Timestamp(at as u64), EventKind::Asked(Box::new(request))));
            world.apply(&Event::new(Timestamp(at as u64), what));
            for socket in world.descriptors() {
                prop_assert_eq!(socket.path().last().map(|step| step.phase), Some(socket.phase()));
                prop_assert!(world.named(socket.name()).is_some() || !socket.is_open());
            }
            world.next_name();
        }
    }
}

/// The addresses of a connection over IPv4, the second in its IPv6 form.
#[test]
fn two_ends_find_each_other_by_their_addresses() {
    let mut story = Story::new();
    let c = story.socket("c", SocketType::STREAM);
    let s = story.socket("s", SocketType::STREAM);
    story.done("connect(c, 127.0.0.1:80)", Ok(Returned::Zero));
    story.done("connect(s, [::ffff:127.0.0.1]:90)", Ok(Returned::Zero));
    let address = |text: &str| crate::notation::parse::parse_address(text).ok();
    for (socket, local, peer) in [
        (c, "127.0.0.1:90", "127.0.0.1:80"),
        (s, "[::ffff:127.0.0.1]:80", "[::ffff:127.0.0.1]:90"),
    ] {
        let seen = Observation {
            local: address(local),
            peer: address(peer),
            ..Observation::default()
        };
        story.happens(EventKind::Observed {
            descriptor: socket,
            seen,
        });
    }
    let peer = |id| {
        let socket = story.world.descriptor(id).expect("it is there");
        story.world.peer(socket).map(Handle::id)
    };
    assert_eq!((peer(c), peer(s)), (Some(s), Some(c)));
}

#[test]
fn what_was_too_fast_to_be_seen_is_inferred() {
    let mut story = Story::new();
    let c = story.socket("c", SocketType::STREAM);
    let see = |story: &mut Story, state| {
        let seen = Observation {
            tcp: Some(state),
            ..Observation::default()
        };
        story.happens(EventKind::Observed {
            descriptor: c,
            seen,
        });
    };
    see(&mut story, TcpState::Close);
    story.done("connect(c, 127.0.0.1:80)", Ok(Returned::Zero));
    see(&mut story, TcpState::Established);
    story.done("shutdown(c, SHUT_WR)", Ok(Returned::Zero));
    see(&mut story, TcpState::FinWait2);
    see(&mut story, TcpState::Close);
    let state_history = |story: &Story| {
        let socket = story.world.descriptor(c).expect("it is there");
        let visits = story.world.state_history(socket).into_iter();
        visits
            .map(|visit| (visit.state, visit.at.is_some()))
            .collect::<Vec<_>>()
    };
    let sure = [
        (TcpState::Close, true),
        (TcpState::SynSent, false),
        (TcpState::Established, true),
        (TcpState::FinWait1, false),
        (TcpState::FinWait2, true),
    ];
    let end = (TcpState::Close, true);
    assert_eq!(
        state_history(&story),
        [&sure[..], &[end]].concat(),
        "a reset?"
    );
    story.done("recv(c, 9)", end_of_file());
    let time_wait = (TcpState::TimeWait, false);
    assert_eq!(
        state_history(&story),
        [&sure[..], &[time_wait, end]].concat()
    );
}

/// Which sends some bytes come from, and how many of each.
fn pieces(of: &[queues::Piece]) -> Vec<(usize, u64)> {
    of.iter().map(|piece| (piece.send, piece.bytes)).collect()
}

#[test]
fn one_send_is_not_one_recv() {
    let mut story = Story::new();
    let c = story.socket("c", SocketType::STREAM);
    let s = story.socket("s", SocketType::STREAM);
    story.done("send(c, \"hello\")", Ok(Returned::Count(5)));
    story.done("send(c, \"world\")", Ok(Returned::Count(5)));
    story.done("send(c, \"!!\")", Ok(Returned::Count(2)));
    let took = |count: u64| {
        Ok(Returned::Data {
            count,
            bytes: [].into(),
            from: None,
        })
    };
    story.done("recv(s, 3)", took(3));
    story.done("recv(s, 9, MSG_PEEK)", took(9));
    story.done("recv(s, 4)", took(4));
    let seen = Observation {
        unread: Some(4),
        ..Observation::default()
    };
    story.happens(EventKind::Observed {
        descriptor: s,
        seen,
    });
    let endpoints = [c, s].map(|id| story.world.descriptor(id).expect("it is there"));
    let flow = story
        .world
        .flow(endpoints[0], endpoints[1])
        .expect("no loops");
    let taken: Vec<_> = flow.taken.iter().map(|taken| pieces(taken)).collect();
    assert_eq!(taken, [vec![(1, 3)], vec![(1, 2), (2, 2)]]);
    assert_eq!(pieces(&flow.waiting), [(2, 3), (3, 1)]);
    assert_eq!(pieces(&flow.underway), [(3, 1)]);
    assert_eq!(flow.foreign, 0);
}

#[test]
fn a_datagram_stays_whole() {
    let mut story = Story::new();
    let r = story.socket("r", SocketType::DGRAM);
    story.socket("u", SocketType::DGRAM);
    let seen = Observation {
        local: crate::notation::parse::parse_address("127.0.0.1:9").ok(),
        ..Observation::default()
    };
    story.happens(EventKind::Observed {
        descriptor: r,
        seen,
    });
    for size in [3, 4, 5] {
        let line = format!("sendto(u, bytes({size}), 127.0.0.1:9)");
        story.done(&line, Ok(Returned::Count(size)));
    }
    story.done("sendto(u, \"x\", 127.0.0.1:8)", Ok(Returned::Count(1)));
    story.done("recv(r, 1)", end_of_file());
    let to = story.world.descriptor(r).expect("it is there");
    let waiting = story.world.datagrams(to);
    let waiting: Vec<_> = waiting.iter().map(|own| (own.send, own.bytes)).collect();
    assert_eq!(waiting, [(2, 4), (3, 5)]);
}
