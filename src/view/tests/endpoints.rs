//! The other end and orphans as they are drawn.

use std::time::Duration;

use crate::call::value::TcpInfo;
use crate::event::{Bytes, End, Endpoints, Other, Owner, Seen, SocketDetails, Timer, TimerKind};
use crate::view::tests::*;

const SECOND: u64 = 1_000_000_000;

fn end(state: TcpState, unread: u32, timer: Option<Timer>) -> End {
    End {
        identity: crate::event::Identity::default(),
        state,
        receive: Bytes {
            count: unread,
            control: None,
        },
        send: Some(Bytes::default()),
        timer,
        details: None,
    }
}

fn reports(app: &mut App, at: u64, own: Option<End>, other: Seen<Other>) {
    let endpoints = Box::new(Endpoints {
        elsewhere: None,
        own,
        other,
        half_open: None,
    });
    let socket = DescriptorId(1);
    happens(
        app,
        at,
        EventKind::Endpoints {
            descriptor: socket,
            endpoints,
        },
    );
    app.now = Timestamp(at);
}

/// A connected socket with this other end.
fn connected(size: (u16, u16), other: Seen<Other>) -> App {
    let mut app = app(size.0, size.1);
    let line = "c = socket(AF_INET, SOCK_STREAM)";
    ask(&mut app, SECOND, 1, None, line);
    let new = NewDescriptor {
        same_file: None,
        identity: crate::event::Identity::default(),
        descriptor: DescriptorId(1),
        call: CallId(1),
        fd: 3,
        name: crate::call::argument::Name::new("c"),
        kind: crate::socket::Kind::Stream,
        domain: Domain::INET,
        socket_type: SocketType::STREAM,
        protocol: Protocol(0),
        origin: Origin::Created,
    };
    happens(&mut app, SECOND, EventKind::Created(new));
    returns(&mut app, SECOND, 1, Ok(Returned::Descriptor(3)));
    let line = "connect(c, 127.0.0.1:80)";
    ask(&mut app, SECOND, 2, Some(DescriptorId(1)), line);
    let address = |text| crate::notation::parse::parse_address(text).ok();
    let seen = Observation {
        local: address("127.0.0.1:5000"),
        peer: address("127.0.0.1:80"),
        tcp: Some(TcpState::Established),
        ..Observation::default()
    };
    let socket = DescriptorId(1);
    happens(
        &mut app,
        SECOND,
        EventKind::Observed {
            descriptor: socket,
            seen,
        },
    );
    returns(&mut app, SECOND, 2, Ok(Returned::Zero));
    let own = Some(end(TcpState::Established, 0, None));
    reports(&mut app, SECOND, own, other);
    app
}

fn there(owner: Seen<Owner>) -> Seen<Other> {
    let end = end(TcpState::Established, 5, None);
    Seen::Observed(Other::There { end, owner })
}

#[test]
fn the_other_end_has_a_line() {
    let python = || {
        there(Seen::Observed(Owner::Process {
            pid: 4711,
            program: "python3".to_owned(),
        }))
    };
    for size in [(80, 24), (120, 40)] {
        let shown = screen(&connected(size, python()));
        let line = "other end: ESTABLISHED · 5 B unread · python3, pid 4711";
        assert!(shown.contains(line), "{shown}");
    }
    let hostile = there(Seen::Observed(Owner::Process {
        pid: 4711,
        program: "\x1b[2Jx".to_owned(),
    }));
    let shown = screen(&connected((80, 24), hostile));
    assert!(
        !shown.contains('\x1b') && shown.contains(", pid 4711"),
        "{shown}"
    );
}

#[test]
fn what_cannot_be_had_is_unavailable_with_the_reason() {
    let owner = crate::kernel::owner::unknown(Some(u32::MAX - 1));
    let shown = screen(&connected((80, 30), there(owner)));
    for part in ["unavailable: owned by uid 4294967294,", "is not readable"] {
        assert!(shown.contains(part), "{part:?} is not in\n{shown}");
    }
    let gone = screen(&connected((80, 24), Seen::Inferred(Other::Gone)));
    let line = "other end: gone; the kernel no longer has it (inferred)";
    assert!(gone.contains(line), "{gone}");
}

/// An end that has data for the other one, and probes its window.
fn probing() -> End {
    let timer = Timer {
        kind: TimerKind::Probe,
        left: Duration::from_millis(800),
        times: 1,
    };
    let send = Some(Bytes {
        count: 40,
        control: None,
    });
    End {
        identity: crate::event::Identity::default(),
        send,
        ..end(TcpState::Established, 0, Some(timer))
    }
}

#[test]
fn a_closed_window_says_who_must_receive_first() {
    let other = || there(Seen::Observed(Owner::Nobody));
    let mut app = connected((200, 60), other());
    (app.focus, app.zoomed) = (Pane::State, true);
    assert!(!screen(&app).contains("window closed"));
    reports(&mut app, 2 * SECOND, Some(probing()), other());
    let shown = screen(&app);
    assert!(
        shown.contains("5 B unread · window closed: the peer must receive first (inferred)"),
        "{shown}"
    );
    let own = end(TcpState::Established, 9, None);
    let owner = Seen::Observed(Owner::Nobody);
    let end = probing();
    let theirs = Seen::Observed(Other::There { end, owner });
    reports(&mut app, 3 * SECOND, Some(own), theirs);
    let shown = screen(&app);
    assert!(
        shown.contains("40 B unacked · window closed: c must receive first (inferred)"),
        "{shown}"
    );
    update(&mut app, Msg::Key(KeyCode::Char('Q').into()), Timestamp(0));
    let shown = screen(&app);
    let line =
        "window closed: c must receive first (inferred: the kernel probes, and the window is";
    assert!(shown.contains(line), "{shown}");
}

#[test]
fn a_fin_that_waits_behind_data_is_not_said_to_be_sent() {
    let other = || there(Seen::Observed(Owner::Nobody));
    let mut app = connected((200, 60), other());
    (app.focus, app.zoomed) = (Pane::State, true);
    let (socket, tcp) = (DescriptorId(1), Some(TcpState::FinWait1));
    let seen = Observation {
        tcp,
        ..Observation::default()
    };
    happens(
        &mut app,
        2 * SECOND,
        EventKind::Observed {
            descriptor: socket,
            seen,
        },
    );
    let finishing = |not_sent| End {
        identity: crate::event::Identity::default(),
        details: Some(Box::new(details(TcpState::FinWait1, not_sent))),
        ..end(TcpState::FinWait1, 0, None)
    };
    reports(&mut app, 2 * SECOND, Some(finishing(0)), other());
    let shown = screen(&app);
    let line = "c FIN_WAIT1: our FIN is not yet acknowledged, the peer may still send";
    assert!(shown.contains(line), "{shown}");
    reports(&mut app, 2 * SECOND, Some(finishing(6769)), other());
    let shown = screen(&app);
    let line = "c FIN_WAIT1: our FIN waits behind data that is not sent yet";
    assert!(shown.contains(line), "{shown}");
}

fn details(state: TcpState, not_sent: u32) -> SocketDetails {
    let unknown = || "not asked for".to_owned();
    SocketDetails {
        inode: 1,
        shut: Seen::Unavailable(unknown()),
        memory: Seen::Unavailable(unknown()),
        tcp: Seen::Observed(TcpInfo {
            state: Some(state),
            not_sent,
            ..TcpInfo::default()
        }),
        congestion: Seen::Unavailable(unknown()),
        queue: None,
    }
}

#[test]
fn an_orphan_counts_down_once_a_second_and_leaves_the_list() {
    let mut app = connected((80, 24), Seen::Inferred(Other::Gone));
    assert_eq!(app.deadline(), None, "nothing counts down");
    let socket = DescriptorId(1);
    happens(
        &mut app,
        2 * SECOND,
        EventKind::Closed { descriptor: socket },
    );
    let timer = Timer {
        kind: TimerKind::TimeWait,
        left: Duration::from_millis(59_400),
        times: 0,
    };
    let own = Some(end(TcpState::TimeWait, 0, Some(timer)));
    reports(&mut app, 2 * SECOND, own, Seen::Inferred(Other::Gone));
    draw_again(&mut app);
    let shown = screen(&app);
    assert!(shown.contains("orphan TIME_WAIT 60 s│"), "{shown}");
    assert!(shown.contains("kernel: TIME_WAIT, ends in 60 s"), "{shown}");
    let next = app.deadline().expect("a second of it");
    assert_eq!(next.since(app.now), Duration::from_millis(400));
    app.now = next;
    assert!(screen(&app).contains("orphan TIME_WAIT 59 s│"));
    app.mode = Mode::over(Content::Page(Page::Help));
    assert_eq!(app.deadline(), None, "nothing of it is visible");
    app.mode = Mode::Panes;
    let further = app.deadline().expect("a second of it");
    assert_eq!(further.since(next), Duration::from_secs(1));
    reports(&mut app, 62 * SECOND, None, Seen::Inferred(Other::Gone));
    assert!(app.listed().is_empty() && app.deadline().is_none());
    assert_eq!(app.selection, None);
    screen(&app);
}
