//! Sets and loops on the screen, from events made by hand.

use crate::call::argument::Descriptor;
use crate::call::outcome::Events;
use crate::event::{Interest, InterestList};
use crate::socket::{EpollEvents, Kind, PollEvents};
use crate::view::tests::*;

const SECOND: u64 = 1_000_000_000;

/// Creates a descriptor: `a` has the number 3, `b` 4 and so on.
fn creates(app: &mut App, id: u32, name: &str, kind: Kind) {
    happens(
        app,
        0,
        EventKind::Created(NewDescriptor {
            same_file: None,
            identity: crate::event::Identity::default(),
            descriptor: DescriptorId(id),
            call: CallId(0),
            fd: 2 + i32::try_from(id).expect("few"),
            name: crate::call::argument::Name::new(name),
            kind,
            domain: Domain::UNIX,
            socket_type: SocketType::STREAM,
            protocol: Protocol(0),
            origin: Origin::Created,
        }),
    );
}

/// Requests a call whose names are resolved in the world.
fn ask_resolved(app: &mut App, at: u64, id: u64, line: &str) {
    let command = parse_line(line).expect(line).command.expect("a command");
    let request = crate::world::resolve(&app.world, CallId(id), &command).expect(line);
    happens(app, at, EventKind::Asked(Box::new(request)));
    let thread = Thread {
        tid: 77,
        further: false,
    };
    let call = CallId(id);
    happens(
        app,
        at,
        EventKind::Entered {
            call,
            thread,
            state: None,
        },
    );
}

fn blocks(app: &mut App, at: u64, id: u64) {
    let call = CallId(id);
    happens(app, at, EventKind::Blocked { call, wchan: None });
}

fn sees(app: &mut App, socket: u32, seen: Observation) {
    let socket = DescriptorId(socket);
    happens(
        app,
        0,
        EventKind::Observed {
            descriptor: socket,
            seen,
        },
    );
}

fn watches(app: &mut App, epoll: u32, fd: i32, events: i32, ready: bool) {
    let list = InterestList {
        entries: vec![Interest {
            fd,
            events: EpollEvents(events),
            now: Some(EpollEvents(libc::EPOLLIN)),
        }],
        ready,
    };
    sees(
        app,
        epoll,
        Observation {
            interest: Some(list),
            ..Observation::default()
        },
    );
}

/// A pair, a poll on both that sleeps.
fn polling(columns: u16, rows: u16) -> App {
    let mut app = app(columns, rows);
    creates(&mut app, 1, "a", Kind::Stream);
    creates(&mut app, 2, "b", Kind::Stream);
    ask_resolved(
        &mut app,
        SECOND,
        101,
        "poll([a: POLLIN, b: POLLIN|POLLOUT], 10000)",
    );
    blocks(&mut app, SECOND, 101);
    app.now = Timestamp(4 * SECOND);
    app
}

/// An edge-triggered registration of `a` in `e` with 6 bytes left, and a level-triggered one in `f`.
fn overlooked(columns: u16, rows: u16) -> App {
    let mut app = app(columns, rows);
    creates(&mut app, 1, "a", Kind::Stream);
    creates(&mut app, 2, "e", Kind::Epoll);
    creates(&mut app, 3, "f", Kind::Epoll);
    watches(&mut app, 3, 3, libc::EPOLLIN, true);
    watches(&mut app, 2, 3, libc::EPOLLIN | libc::EPOLLET, false);
    let seen = Observation {
        unread: Some(6),
        ..Observation::default()
    };
    sees(&mut app, 1, seen);
    app.selection = Some(DescriptorId(2));
    app
}

/// A loop that moved 5 MB in the last half second.
fn looping(columns: u16, rows: u16) -> App {
    let mut app = app(columns, rows);
    creates(&mut app, 1, "a", Kind::Stream);
    ask_resolved(&mut app, SECOND, 1, "sink(a)");
    let call = CallId(1);
    for (at, calls, bytes) in [(2, 10, 1_000_000), (3, 60, 6_000_000)] {
        happens(
            &mut app,
            at * SECOND / 2 + SECOND,
            EventKind::Progress { call, calls, bytes },
        );
    }
    app
}

/// Presses keys, one for each character; `\n` is Enter.
fn type_keys(app: &mut App, keys: &str) {
    for key in keys.chars() {
        let code = match key {
            '\n' => KeyCode::Enter,
            '\t' => KeyCode::Tab,
            key => KeyCode::Char(key),
        };
        press(app, code);
    }
}

#[track_caller]
fn has_lines(app: &App, lines: &[&str]) {
    let shown = screen(app);
    for line in lines {
        assert!(
            shown.lines().any(|shown| shown.contains(line)),
            "{line}\n is not in\n{shown}"
        );
    }
}

#[test]
fn a_poll_that_waits_is_drawn_as_an_array() {
    has_lines(
        &polling(120, 40),
        &[
            "State · the array of poll()",
            "│ poll() waits since 1.000, until 11.000 at most",
            "│            ┌─────┬────────────────┬───────────┐",
            "│            │ fd  │ events         │ revents   │",
            "│            ├─────┼────────────────┼───────────┤",
            "│ fdarray[0] │ 3 a │ POLLIN         │ ◌ awaited │",
            "│        [1] │ 4 b │ POLLIN|POLLOUT │ ◌ awaited │",
            "│            └─────┴────────────────┴───────────┘",
            "│      poll() until 11.000 at most · i interrupts",
        ],
    );
}

#[test]
fn what_a_poll_found_stays_until_the_next_call() {
    let mut app = polling(80, 24);
    ask_resolved(&mut app, 5 * SECOND, 102, "send(a, \"x\")");
    let events = Events::Poll(PollEvents(libc::POLLIN.into()));
    let ready = vec![(Descriptor::Raw(4), events)];
    returns(&mut app, 5 * SECOND, 101, Ok(Returned::Ready(ready)));
    returns(&mut app, 5 * SECOND, 102, Ok(Returned::Count(1)));
    has_lines(
        &app,
        &[
            "│ poll() returned 1: the number of descriptors with events ",
            "│ fdarray[0]  3 a      events POLLIN              revents 0 ",
            "│ fdarray[1]  4 b      events POLLIN|POLLOUT      revents ● POLLIN ",
        ],
    );
    ask_resolved(&mut app, 6 * SECOND, 103, "recv(b, 1)");
    has_lines(&app, &["State · b, a stream socket"]);
}

#[test]
fn who_turns_to_a_socket_sees_it() {
    let mut app = polling(120, 40);
    let up = Msg::Key(KeyEvent::from(KeyCode::Up));
    update(&mut app, up, Timestamp(0));
    has_lines(&app, &["State · a, a stream socket"]);
    type_keys(&mut app, ":poll([b: POLLIN], 0)\n");
    has_lines(&app, &["State · the array of poll()", "◌ awaited"]);
}

#[test]
fn what_is_overlooked_is_said_and_compared() {
    has_lines(
        &overlooked(120, 40),
        &[
            "State · e, an epoll instance, not ready",
            "│ ┌──────┬─────────────────┬────────────────┬──────────────┐",
            "│ │ fd   │ interest list   │ holds now      │ ready list   │",
            "│ │      │ observed        │ observed       │ inferred     │",
            "│ │ 3 a  │ EPOLLIN         │ EPOLLIN        │ no: reported │",
            "│ │ in e │ edge-triggered  │ 6 B to receive │ no report    │",
            "│ │ in f │ EPOLLIN         │ EPOLLIN        │ yes          │",
            "│ │      │ level-triggered │ 6 B to receive │ no report    │",
            "│ a: 6 bytes are left; the edge was reported; no further report ",
            "│ until more arrives",
        ],
    );
    has_lines(
        &overlooked(80, 24),
        &[
            "│ 3 a    EPOLLIN edge-triggered · now EPOLLIN · not on the ready list ",
            "│ a: 6 bytes are left; the edge was reported; no further report until more ",
            "│ arrives ",
            "│   in f EPOLLIN level-triggered · now EPOLLIN · on the ready list ",
        ],
    );
}

#[test]
fn epoll_instances_are_listed_with_the_sockets() {
    has_lines(
        &overlooked(80, 30),
        &[
            "│▸ e  4 epoll       watches a                                         not ready│",
            "│· f  5 epoll       watches a                                             ready│",
        ],
    );
}

#[test]
fn the_sets_of_a_select_are_drawn_as_bits_and_turned_when_they_are_many() {
    let mut app = app(120, 40);
    let names: Vec<String> = (1..=12).map(|id| format!("s{id}")).collect();
    for (id, name) in (1..).zip(&names) {
        creates(&mut app, id, name, Kind::Stream);
    }
    let sets = "select(read [s1, s2], write [s2], except [], 1000)";
    ask_resolved(&mut app, SECOND, 101, sets);
    has_lines(
        &app,
        &[
            "│               ┌────┬────┐",
            "│ bit           │ 3  │ 4  │",
            "│               │ s1 │ s2 │",
            "│ read   before │ 1  │ 1  │",
            "│        after  │ …  │ …  │",
            "│ write  before │ 0  │ 1  │",
            "│ except NULL   │ ·  │ ·  │",
            "│ nfds 5: the bits 0 to 4 are tested.",
        ],
    );
    let sets = format!(
        "select(read [{}], write [], except [], 1000)",
        names.join(", ")
    );
    ask_resolved(&mut app, SECOND, 102, &sets);
    has_lines(
        &app,
        &[
            "│ │ bit    │ read  │ write │ except │",
            "│ │ 3 s1   │ 1 → … │ 0     │ 0      │",
            "│ │ 14 s12 │ 1 → … │ 0     │ 0      │",
        ],
    );
}

#[test]
fn the_path_of_an_opened_file_is_shown_escaped() {
    let mut app = app(80, 24);
    ask_resolved(&mut app, 0, 0, "f = open(\"/tmp/\\x1b[2J\\x07x\")");
    creates(&mut app, 1, "f", Kind::File);
    let shown = screen(&app);
    assert!(shown.contains("f  3 file /tmp/"), "{shown}");
    assert!(
        !shown.contains('\x1b') && !shown.contains('\x07'),
        "no control byte reaches the terminal"
    );
}

#[test]
fn a_loop_shows_how_fast_it_goes() {
    let app = looping(80, 24);
    has_lines(
        &app,
        &[
            "-> 6.0 MB in 60 calls, 10.0 MB/s│",
            "│      sink() loops · 10.0 MB/s, 6.0 MB · i ends",
        ],
    );
    let mut app = app;
    blocks(&mut app, 4 * SECOND, 1);
    has_lines(&app, &["-> 6.0 MB in 60 calls, waits"]);
    assert!(!screen(&app).contains("MB/s"), "it does not go any more");
}

#[test]
fn the_palette_shows_kind_name_description_and_key_and_chooses_the_best() {
    let mut app = polling(80, 24);
    type_keys(&mut app, " epoll w");
    has_lines(
        &app,
        &[
            "│ › epoll w ",
            "│ ▸ call     epoll_wait          waits until a descriptor in the i… W",
        ],
    );
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn no_size_panics_the_view_of_sets(columns in 1..220u16, rows in 1..70u16, keys in "[ \t zjkP AW:]{0,6}") {
        for make in [polling, overlooked, looping] {
            let mut app = make(columns, rows);
            drawn(&app);
            for key in keys.chars() {
                type_keys(&mut app, &key.to_string());
                drawn(&app);
            }
        }
    }
}
