//! The figure of the TCP states with both ends, from events made by hand.

use crate::notation::parse::parse_address;
use crate::socket::Kind;
use crate::view::tests::*;

const SECOND: u64 = 1_000_000_000;
const SERVER: &str = "127.0.0.1:8080";
const CLIENT: &str = "127.0.0.1:40000";

/// A TCP socket with its number as id and its descriptor after it.
fn creates(app: &mut App, id: u32, name: &str, origin: Origin) {
    let new = NewDescriptor {
        same_file: None,
        identity: crate::event::Identity::default(),
        descriptor: DescriptorId(id),
        call: CallId(0),
        fd: 2 + i32::try_from(id).expect("few"),
        name: crate::call::argument::Name::new(name),
        kind: Kind::Stream,
        domain: Domain::INET,
        socket_type: SocketType::STREAM,
        protocol: Protocol(0),
        origin,
    };
    happens(app, 0, EventKind::Created(new));
}

fn sees(app: &mut App, at: u64, socket: u32, endpoints: (&str, &str), tcp: TcpState) {
    let seen = Observation {
        local: parse_address(endpoints.0).ok(),
        peer: parse_address(endpoints.1).ok(),
        tcp: Some(tcp),
        ..Observation::default()
    };
    let socket = DescriptorId(socket);
    happens(
        app,
        at,
        EventKind::Observed {
            descriptor: socket,
            seen,
        },
    );
}

fn does(app: &mut App, at: u64, id: u64, on: u32, line: &str) {
    ask(app, at, id, Some(DescriptorId(on)), line);
    returns(app, at, id, Ok(Returned::Zero));
}

/// `c` has shut down sending; its peer `s` has not read that. `c` is selected.
fn half_closed(columns: u16, rows: u16) -> App {
    let mut app = app(columns, rows);
    creates(&mut app, 1, "c", Origin::Created);
    sees(&mut app, SECOND, 1, ("*:0", ""), TcpState::Close);
    does(&mut app, 2 * SECOND, 1, 1, "connect(c, 127.0.0.1:8080)");
    sees(
        &mut app,
        2 * SECOND,
        1,
        (CLIENT, SERVER),
        TcpState::Established,
    );
    creates(&mut app, 2, "s", Origin::Accepted(DescriptorId(9)));
    sees(
        &mut app,
        2 * SECOND,
        2,
        (SERVER, CLIENT),
        TcpState::Established,
    );
    does(&mut app, 5 * SECOND, 2, 1, "shutdown(c, SHUT_WR)");
    sees(
        &mut app,
        5 * SECOND,
        1,
        (CLIENT, SERVER),
        TcpState::FinWait2,
    );
    sees(
        &mut app,
        5 * SECOND,
        2,
        (SERVER, CLIENT),
        TcpState::CloseWait,
    );
    app.selection = Some(DescriptorId(1));
    app.now = Timestamp(6 * SECOND);
    app
}

#[track_caller]
fn has_lines(shown: &str, lines: &[&str]) {
    for line in lines {
        assert!(shown.contains(line), "{line}\n is not in\n{shown}");
    }
}

#[test]
fn the_figure_marks_both_ends_and_the_edges_between() {
    has_lines(
        &screen(&half_closed(120, 40)),
        &[
            "┤✓CLOSE ├ connect() / SYN ╍▶│~SYN_SENT │",
            "│✓ESTABLISHED │◀╍╍╍ SYN+ACK / ACK ╍╍┛",
            "│~FIN_WAIT1 ├── FIN / ACK ──┐                    │ CLOSE_WAIT○│",
            "│●FIN_WAIT2 │",
            "● c FIN_WAIT2: our FIN is acknowledged, the peer may still send",
            "○ s CLOSE_WAIT  since 5.000",
            "calls imply: sending shut, by shutdown(SHUT_WR)",
            "CLOSE 1.0 s → ~SYN_SENT → ESTABLISHED 3.0 s → ~FIN_WAIT1 →",
            "next: FIN comes, ACK is sent ⇒ TIME_WAIT · RST ⇒ CLOSE",
        ],
    );
}

#[test]
fn what_the_calls_imply_and_the_kernel_says_may_differ() {
    let mut app = half_closed(120, 40);
    app.selection = Some(DescriptorId(2));
    has_lines(
        &screen(&app),
        &[
            "│~LISTEN │",
            "│~SYN_RECV ├╍╍╍ ACK ╍╍▶│✓ESTABLISHED │",
            "│●CLOSE_WAIT │",
            "│ FIN_WAIT2○│",
            "calls imply: connected ≠ kernel: the peer's FIN has come, and no",
        ],
    );
}

#[test]
fn in_few_rows_the_figure_is_compact_and_the_states_are_in_a_line() {
    has_lines(
        &screen(&half_closed(80, 24)),
        &[
            "│ ✓CLOSE ┬ LISTEN ─ SYN_RECV ┬✓ESTABLISHED ┬~FIN_WAIT1 ┬●FIN_WAIT2 ┬ TIME_WAIT │",
            "│        ┗~SYN_SENT ╍╍╍╍╍╍╍╍╍┛             │           └ CLOSING ──┘     ▼     │",
            "│                                          └ CLOSE_WAIT○─ LAST_ACK ─── CLOSE   │",
            "│ ○ s CLOSE_WAIT  since 5.000",
        ],
    );
    has_lines(
        &screen(&half_closed(78, 34)),
        &[
            "│  sending shut  since 5.000 · kernel: FIN_WAIT2, our FIN is acknowledged,",
            "│ ○ s CLOSE_WAIT  since 5.000",
            "│ CLOSE 1.0 s → ~SYN_SENT → ESTABLISHED 3.0 s → ~FIN_WAIT1 → ●FIN_WAIT2",
        ],
    );
    let mut app = half_closed(80, 24);
    app.focus = Pane::State;
    app.zoomed = true;
    has_lines(&screen(&app), &["│●FIN_WAIT2 │", "○ s CLOSE_WAIT", "next:"]);
}

#[test]
fn a_closed_descriptor_is_followed_by_state() {
    let mut app = half_closed(120, 40);
    does(&mut app, 7 * SECOND, 3, 1, "close(c)");
    let socket = DescriptorId(1);
    happens(
        &mut app,
        7 * SECOND,
        EventKind::Closed { descriptor: socket },
    );
    app.selection = Some(socket);
    has_lines(
        &screen(&app),
        &[
            "│✓FIN_WAIT2 │",
            "kernel: unavailable, descriptor closed; ask state()",
            "→ ~FIN_WAIT1 →",
            "│ FIN_WAIT2 2.0 s  ",
        ],
    );
    ask(&mut app, 8 * SECOND, 4, Some(socket), "state(c)");
    returns(
        &mut app,
        8 * SECOND,
        4,
        Ok(Returned::State(TcpState::TimeWait)),
    );
    has_lines(
        &screen(&app),
        &["│●TIME_WAIT ├", "● c TIME_WAIT, as state() returned:"],
    );
}

#[test]
fn a_peer_of_another_process_is_only_an_address() {
    let mut app = app(120, 40);
    creates(&mut app, 1, "c", Origin::Created);
    does(&mut app, 2, 1, 1, "connect(c, 127.0.0.1:8080)");
    sees(&mut app, 2, 1, (CLIENT, SERVER), TcpState::Established);
    has_lines(
        &screen(&app),
        &["○ its peer 127.0.0.1:8080 is not a socket of this sockplay"],
    );
}
