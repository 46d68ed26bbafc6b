//! Goals against worlds that follow from plain events.

use crate::call::outcome::{Outcome, Received, Returned};
use crate::event::{
    CallId, DescriptorId, Event, EventKind, NewDescriptor, Observation, Origin, Queue, Request,
    Timestamp,
};
use crate::lesson::goal::*;
use crate::notation::parse_line;
use crate::socket::{Address, Domain, Errno, Kind, MsgFlags, Protocol, SocketType, TcpState};
use crate::world::{World, resolve};

/// A world, and how many events it has had.
#[derive(Default)]
struct Rig {
    world: World,
    calls: u64,
    sockets: u32,
}

impl Rig {
    fn happens(&mut self, what: EventKind) {
        let at = Timestamp(self.calls);
        self.world.apply(&Event::new(at, what));
    }

    fn ask(&mut self, line: &str) -> Request {
        self.calls += 1;
        let command = parse_line(line).expect(line).command.expect(line);
        let request = resolve(&self.world, CallId(self.calls), &command).expect(line);
        self.happens(EventKind::Asked(Box::new(request.clone())));
        request
    }

    fn ends(&mut self, call: CallId, result: Result<Returned, Errno>) {
        let outcome = Outcome::of(result);
        let state = None;
        self.happens(EventKind::Returned {
            call,
            outcome,
            state,
        });
    }

    /// A call with this result.
    fn call(&mut self, line: &str, result: Result<Returned, i32>) {
        let id = self.ask(line).id;
        self.ends(id, result.map_err(Errno));
    }

    /// A TCP socket of this name.
    fn socket(&mut self, name: &str) -> DescriptorId {
        let request = self.ask(&format!("{name} = socket(AF_INET, SOCK_STREAM)"));
        self.sockets += 1;
        let socket = DescriptorId(self.sockets);
        let fd = 2 + i32::try_from(self.sockets).expect("few");
        self.happens(EventKind::Created(NewDescriptor {
            same_file: None,
            identity: crate::event::Identity::default(),
            descriptor: socket,
            call: request.id,
            fd,
            name: request.command.targets.first().cloned(),
            kind: Kind::Stream,
            domain: Domain::INET,
            socket_type: SocketType::STREAM,
            protocol: Protocol(0),
            origin: Origin::Created,
        }));
        self.ends(request.id, Ok(Returned::Descriptor(fd)));
        socket
    }

    fn seen(&mut self, socket: DescriptorId, seen: Observation) {
        self.happens(EventKind::Observed {
            descriptor: socket,
            seen,
        });
    }

    /// Which conditions hold.
    fn held(&self, text: &str, since: &Since) -> Vec<bool> {
        self.checked(text, since).held
    }

    fn checked(&self, text: &str, since: &Since) -> Checked {
        read_goal(text).check(&self.world, since)
    }
}

fn read_goal(text: &str) -> Goal {
    let first = SourceLine {
        number: 1,
        text: "",
    };
    let rows: Vec<SourceLine<'_>> = text
        .lines()
        .map(|text| SourceLine { number: 1, text })
        .collect();
    read(first, &rows).unwrap_or_else(|error| panic!("{}", error.render("x")))
}

fn tcp(state: TcpState) -> Observation {
    Observation {
        tcp: Some(state),
        ..Observation::default()
    }
}

#[test]
fn names_are_variables_and_one_choice_must_fit_all_lines() {
    let mut rig = Rig::default();
    let (a, b) = (rig.socket("a"), rig.socket("b"));
    rig.seen(a, tcp(TcpState::Listen));
    rig.seen(b, tcp(TcpState::Established));
    rig.call("send(b, \"hello\")", Ok(Returned::Count(5)));
    let all = Since::default();
    let both = "state(x) -> LISTEN # l\nstate(y) -> ESTABLISHED # c\nsend(y, *) -> 5 # s";
    assert_eq!(rig.held(both, &all), [true, true, true]);
    let same = "state(x) -> LISTEN # l\nsend(x, *) -> 5 # s";
    let held = rig.held(same, &all);
    assert_eq!(
        held.iter().filter(|held| **held).count(),
        1,
        "not the same socket"
    );
    let distinct = "state(x) -> LISTEN # one\nstate(y) -> LISTEN # two";
    assert_eq!(
        rig.held(distinct, &all),
        [true, false],
        "two variables, two sockets"
    );
}

#[test]
fn calls_count_from_when_the_goal_was_shown_and_so_does_what_ends_later() {
    let mut rig = Rig::default();
    rig.socket("a");
    let pending = rig.ask("recv(a, 9)").id;
    rig.call("send(a, \"x\")", Err(libc::ENOTCONN));
    let since = Since::now(&read_goal("connect(c, *) -> 0 # x"), &rig.world);
    let goal = "send(a, *) -> ENOTCONN # send";
    assert_eq!(rig.held(goal, &since), [false], "that was before");
    assert_eq!(rig.held(goal, &Since::default()), [true]);
    rig.call("write(a, \"x\")", Err(libc::ENOTCONN));
    assert_eq!(
        rig.held("send(a, *) or write(a, *) -> ENOTCONN # s", &since),
        [true]
    );
    rig.ends(pending, Err(Errno(libc::ENOTCONN)));
    assert_eq!(rig.held("recv(a, ...) -> ENOTCONN # r", &since), [true]);
}

#[test]
fn a_call_is_compared_by_its_arguments_and_its_result() {
    let mut rig = Rig::default();
    rig.socket("a");
    rig.call("listen(a, 5)", Ok(Returned::Zero));
    rig.call("shutdown(a, SHUT_RD)", Err(libc::ENOTCONN));
    let all = Since::default();
    for (goal, holds) in [
        ("listen(x, 5) # x", true),
        ("listen(x, >4) -> 0 # x", true),
        ("listen(x, 6) # x", false),
        ("listen(*, *) -> EINVAL # x", false),
        ("shutdown(x, SHUT_WR or SHUT_RD) -> ENOTCONN # x", true),
        ("shutdown(x, *) # it did not succeed", false),
        ("l = socket(AF_INET, SOCK_STREAM, ...) -> fd # x", true),
        ("l = socket(AF_INET6, ...) -> fd # x", false),
        (
            "a, b = socket(AF_INET, ...) -> fd # it makes but one",
            false,
        ),
    ] {
        assert_eq!(rig.held(goal, &all), [holds], "{goal}");
    }
}

#[test]
fn what_the_kernel_says_now_is_looked_at_and_nothing_that_was() {
    let mut rig = Rig::default();
    let a = rig.socket("a");
    let all = Since::default();
    let goal = "state(x) -> LISTEN # s\npending(x) -> 2 # p";
    rig.seen(
        a,
        Observation {
            waiting: Some(Queue {
                length: 2,
                limit: 5,
            }),
            ..tcp(TcpState::Listen)
        },
    );
    assert_eq!(rig.held(goal, &all), [true, true]);
    rig.seen(a, tcp(TcpState::Close));
    assert_eq!(rig.held("state(x) -> LISTEN # s", &all), [false]);
    assert_eq!(rig.held("unread(x) -> 0 # u", &all), [true]);
    assert_eq!(rig.held("foreign(x) # f", &all), [false]);
    assert_eq!(
        rig.held("peer(x) -> ESTABLISHED # f", &all),
        [false],
        "not known"
    );
}

#[test]
fn a_long_log_and_many_variables_end_all_the_same() {
    let mut rig = Rig::default();
    for index in 0..30 {
        rig.socket(&format!("a{index}"));
    }
    for index in 0..200 {
        rig.call(&format!("listen(a{}, 5)", index % 30), Ok(Returned::Zero));
    }
    let lines: Vec<String> = (0..8)
        .map(|index| format!("listen(v{index}, *) -> EINVAL # x"))
        .collect();
    let held = rig.held(&lines.join("\n"), &Since::default());
    assert_eq!(held, [false; 8]);
    let lines: Vec<String> = (0..8)
        .map(|index| format!("listen(v{index}, *) # x"))
        .collect();
    assert_eq!(rig.held(&lines.join("\n"), &Since::default()), [true; 8]);
}

#[test]
fn an_unmet_condition_shows_the_state_of_the_one_socket_that_it_can_mean() {
    let mut rig = Rig::default();
    let (a, b) = (rig.socket("a"), rig.socket("b"));
    rig.seen(a, tcp(TcpState::Listen));
    rig.seen(b, tcp(TcpState::Established));
    let now = |rig: &Rig, goal: &str| rig.checked(goal, &Since::default()).now;
    let text_of = |text: &str| Some(text.to_owned());
    let both = "state(x) -> LISTEN # l\nstate(y) -> CLOSE_WAIT # c";
    assert_eq!(
        now(&rig, both),
        [None, text_of("b: now ESTABLISHED, expected CLOSE_WAIT")]
    );
    assert_eq!(
        now(&rig, "unread(x) -> 7 # u"),
        [text_of("b: now 0, expected 7")],
        "of a listener the kernel does not say it"
    );
    let c = rig.socket("c");
    rig.seen(c, tcp(TcpState::Established));
    assert_eq!(
        now(&rig, "unread(x) -> 7 # u"),
        [None],
        "either can be meant"
    );
    rig.seen(
        b,
        Observation {
            unread: Some(8),
            ..tcp(TcpState::Established)
        },
    );
    assert_eq!(
        now(&rig, "unread(x) -> 7 # u"),
        [text_of("b: now 8, expected 7")]
    );
    assert_eq!(
        now(&rig, "send(x, *) -> 5 # s"),
        [None],
        "a call is made or not"
    );
}

#[test]
fn a_long_form_of_a_call_reaches_what_its_short_form_does() {
    let received = |from: Option<&str>| {
        Ok(Returned::Data {
            count: 4,
            bytes: b"abcd".as_slice().into(),
            from: from.map(|text| crate::notation::parse::parse_address(text).expect("it")),
        })
    };
    let scattered = || {
        Ok(Returned::Message(Box::new(Received {
            count: 4,
            bytes: b"abcd".as_slice().into(),
            sizes: vec![3, 1],
            from: None,
            flags: MsgFlags(0),
            fds: Vec::new(),
            credentials: None,
            control: Vec::new(),
        })))
    };
    let holds = |line: &str, result: Result<Returned, i32>, goal: &str| {
        let mut rig = Rig::default();
        rig.socket("s");
        rig.call(line, result);
        rig.held(&format!("{goal} # x"), &Since::default()) == [true]
    };
    let from = || received(Some("127.0.0.1:7"));
    let sent = || Ok(Returned::Count(3));
    for goal in ["recv(x, *) -> 4 \"abcd\"", "read(x, 4) -> 4 \"abcd\""] {
        assert!(holds("read(s, 4)", received(None), goal), "{goal}");
        assert!(holds("recv(s, 4)", received(None), goal), "{goal}");
        assert!(holds("recvfrom(s, 4)", from(), goal), "{goal}");
        assert!(holds("readv(s, [3, 1])", scattered(), goal), "{goal}");
    }
    assert!(holds(
        "readv(s, [3, 1])",
        scattered(),
        "readv(x, *) -> 4 [\"abc\", \"d\"]"
    ));
    assert!(!holds("read(s, 4)", received(None), "readv(x, *) -> 4 *"));
    let with_sender = "recvfrom(x, *) -> 4 * from 127.0.0.1:*";
    assert!(holds("recvfrom(s, 4)", from(), with_sender));
    assert!(!holds("recv(s, 4)", received(None), with_sender));
    assert!(!holds(
        "recv(s, 4, MSG_PEEK)",
        received(None),
        "read(x, *) -> >0 *"
    ));
    for goal in ["send(x, \"abc\") -> 3", "write(x, \"abc\") -> 3"] {
        for line in [
            "send(s, \"abc\")",
            "write(s, \"abc\")",
            "sendmsg(s, [\"a\", \"bc\"])",
            "writev(s, [\"a\", \"bc\"])",
            "sendto(s, \"abc\", NULL)",
        ] {
            assert!(holds(line, sent(), goal), "{line} for {goal}");
        }
    }
    let addressed = "sendto(x, *, 127.0.0.1:7) -> 3";
    assert!(holds(
        "sendmsg(s, [\"abc\"], 127.0.0.1:7)",
        sent(),
        addressed
    ));
    assert!(!holds("send(s, \"abc\")", sent(), addressed));
    assert!(!holds("send(s, \"abc\")", sent(), "sendmsg(x, *) -> 3"));
}

#[test]
fn what_holds_on_arrival_counts_only_once_it_has_ceased_to_hold() {
    let mut rig = Rig::default();
    let a = rig.socket("a");
    rig.seen(a, tcp(TcpState::Listen));
    rig.ask("accept(a)");
    let text = "state(x) -> LISTEN # l\naccept(x) -> blocks # a";
    let goal = read_goal(text);
    let mut since = Since::now(&goal, &rig.world);
    assert_eq!(goal.check(&rig.world, &since).held, [false, false]);
    rig.seen(a, tcp(TcpState::Close));
    since.pass(&goal, &rig.world);
    rig.seen(a, tcp(TcpState::Listen));
    assert_eq!(goal.check(&rig.world, &since).held, [true, false]);
    let other = rig.socket("b");
    rig.seen(other, tcp(TcpState::Listen));
    let since = Since::now(&read_goal("state(x) -> CLOSE # x"), &rig.world);
    assert_eq!(goal.check(&rig.world, &since).held, [true, false]);
}

#[test]
fn in_a_task_a_name_is_that_of_the_socket() {
    let mut rig = Rig::default();
    rig.socket("a");
    rig.socket("b");
    let goal = Goal {
        is_named: true,
        ..read_goal("send(a, *) -> 2 # s")
    };
    let since = Since::now(&goal, &rig.world);
    rig.call("send(b, \"hi\")", Ok(Returned::Count(2)));
    assert!(!goal.check(&rig.world, &since).all(), "another socket");
    rig.call("write(a, \"hi\")", Ok(Returned::Count(2)));
    assert!(goal.check(&rig.world, &since).all(), "by another call");
}

#[test]
fn the_port_of_a_socket_may_be_written_as_a_number() {
    let mut rig = Rig::default();
    let listener = rig.socket("l");
    rig.socket("d");
    let local = "127.0.0.1:5000".parse().expect("an address");
    rig.seen(
        listener,
        Observation {
            local: Some(Address::Inet(local)),
            ..Observation::default()
        },
    );
    rig.call("connect(d, [::1]:5000)", Err(libc::EAFNOSUPPORT));
    let all = Since::default();
    for (text, is_named, holds) in [
        ("connect(d, [::1]:port(l)) -> EAFNOSUPPORT # c", true, true),
        ("connect(d, [::1]:port(d)) -> EAFNOSUPPORT # c", true, false),
        (
            "connect(d, 127.0.0.1:port(l)) -> EAFNOSUPPORT # c",
            true,
            false,
        ),
        ("connect(x, [::1]:port(y)) -> EAFNOSUPPORT # c", false, true),
    ] {
        let goal = Goal {
            is_named,
            ..read_goal(text)
        };
        assert_eq!(goal.check(&rig.world, &all).held, [holds], "{text}");
    }
}

#[test]
fn of_a_call_that_is_not_the_wanted_one_it_says_what_was_made() {
    let mut rig = Rig::default();
    rig.socket("a");
    let since = Since::default();
    let goal = Goal {
        is_named: true,
        ..read_goal("send(a, *) -> 5 # s")
    };
    assert_eq!(goal.check(&rig.world, &since).now, [None]);
    rig.call("send(a, \"hi\")", Ok(Returned::Count(2)));
    let now = goal.check(&rig.world, &since).now;
    assert_eq!(now, [Some("made: send(a, \"hi\") -> 2".to_owned())]);
    rig.call("send(a, \"hello\")", Ok(Returned::Count(5)));
    assert_eq!(goal.check(&rig.world, &since).now, [None]);
}

#[test]
fn on_a_stream_several_calls_count_as_one_unless_one_is_asked_for() {
    let received = |text: &str| {
        Ok(Returned::Data {
            count: text.len() as u64,
            bytes: text.as_bytes().into(),
            from: None,
        })
    };
    let mut rig = Rig::default();
    rig.socket("s");
    rig.call("send(s, \"hello\")", Ok(Returned::Count(3)));
    rig.call("write(s, \"lo\")", Ok(Returned::Count(2)));
    rig.call("recv(s, 5)", received("abcde"));
    rig.call("recv(s, 5)", Err(libc::EAGAIN));
    rig.call("read(s, 9)", received("fghij"));
    let all = Since::default();
    for (goal, holds) in [
        ("recv(x, *) -> 10 \"abcdefghij\" # r", true),
        ("recv(x, 10, ...) -> 10 * # r", true),
        ("recv(x, ...) -> 5 \"fghij\" # r", true),
        ("recv(x, 10, MSG_WAITALL) -> 10 * # flags", false),
        ("recv(x, ...) -> 10 \"abcdefghiX\" # r", false),
        ("recv(x, ...) -> 9 * # r", false),
        ("once recv(x, ...) -> 10 * # one call", false),
        ("once recv(x, ...) -> 5 * # one call", true),
        ("send(x, \"hello\") -> 5 # s", true),
        ("write(x, *) -> 5 # s", true),
        ("once write(x, *) -> 5 # s", false),
    ] {
        assert_eq!(rig.held(goal, &all), [holds], "{goal}");
    }
    rig.call("recv(s, 1, MSG_PEEK)", received("k"));
    rig.call("recv(s, 2)", received("kl"));
    assert_eq!(
        rig.held("recv(x, *) -> 12 * # r", &all),
        [false],
        "what was only looked at is not received"
    );
}

#[test]
fn what_a_loop_moved_counts_where_the_bytes_are_not_named() {
    let mut rig = Rig::default();
    rig.socket("s");
    rig.call("drain(s)", Ok(Returned::Count(7)));
    let all = Since::default();
    for (goal, holds) in [
        ("recv(x, ...) -> >0 * # r", true),
        ("read(x, *) -> 7 * # r", true),
        ("recv(x, ...) -> 7 \"abcdefg\" # r", false),
        ("recv(x, ...) -> 8 * # r", false),
        ("send(x, *) -> >0 # s", false),
        ("once recv(x, ...) -> >0 * # r", false),
    ] {
        assert_eq!(rig.held(goal, &all), [holds], "{goal}");
    }
    rig.call("source(s, 9, 3)", Ok(Returned::Count(9)));
    rig.call("drain(s)", Ok(Returned::Count(0)));
    assert_eq!(rig.held("send(x, *) -> 9 # s", &all), [true]);
    assert_eq!(rig.held("recv(x, *) -> 0 # r", &all), [false]);
}

#[test]
fn on_a_stream_an_address_sends_to_the_peer() {
    let mut rig = Rig::default();
    rig.socket("s");
    let line = "sendto(s, \"abc\", 127.0.0.1:7)";
    rig.call(line, Ok(Returned::Count(3)));
    let all = Since::default();
    for (goal, holds) in [
        ("send(x, \"abc\") -> 3 # s", true),
        ("write(x, *) -> >0 # s", true),
        ("sendto(x, *, 127.0.0.1:7) -> 3 # s", true),
        ("sendto(x, *, 127.0.0.1:8) -> 3 # s", false),
    ] {
        assert_eq!(rig.held(goal, &all), [holds], "{goal}");
    }
}
