//! Screens: literal ones where the layout matters, and tests that no world panics the view at any size.

mod endpoints;
mod figure;
mod footer;
mod lesson;
mod past;
mod queues;
pub(crate) mod readable;
mod reading;
mod rebound;
mod sets;
pub(crate) mod sockaddr_view;
mod space;
mod start;
mod welcome;

use crossterm::event::{KeyCode, KeyEvent};
use proptest::prelude::*;
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::layout::Position;

use crate::app::message::Msg;
use crate::app::overlay::{Content, Page};
use crate::app::state::Mode;
use crate::app::update::update;
use crate::call::outcome::{Outcome, Returned};
use crate::event::{CallId, DescriptorId};
use crate::event::{
    Event, EventKind, NewDescriptor, Observation, Origin, Queue, Request, Thread, Timestamp,
};
use crate::layout::Target;
use crate::notation::parse_line;
use crate::socket::{Domain, Errno, Protocol, SocketType, TcpState};
use crate::view::*;

fn app(columns: u16, rows: u16) -> App {
    App::new(
        (columns, rows),
        readable::appearance(),
        "/tmp".to_owned(),
        7,
    )
}

/// Draws the screen and passes to the state where things are, as the event loop does.
pub(crate) fn draw_again(app: &mut App) -> Buffer {
    let backend = TestBackend::new(app.size.columns, app.size.rows);
    let mut terminal = Terminal::new(backend).expect("a terminal");
    let mut geometry = Geometry::default();
    let drawn = terminal.draw(|frame| geometry = view(app, frame));
    drawn.expect("it is drawn");
    readable::check(terminal.backend().buffer());
    app.drawn(geometry);
    terminal.backend().buffer().clone()
}

/// Presses a key at a screen that was drawn.
fn press(app: &mut App, code: KeyCode) {
    draw_again(app);
    update(app, Msg::Key(KeyEvent::from(code)), Timestamp(0));
}

/// Draws the screen and checks that it can be read.
fn drawn(app: &App) -> Buffer {
    let Size { columns, rows } = app.size;
    let mut terminal = Terminal::new(TestBackend::new(columns, rows)).expect("a terminal");
    let drawn = terminal.draw(|frame| {
        view(app, frame);
    });
    drawn.expect("it is drawn");
    let buffer = terminal.backend().buffer().clone();
    readable::check(&buffer);
    buffer
}

pub(crate) fn screen(app: &App) -> String {
    let buffer = drawn(app);
    readable::check_states(&buffer);
    (0..buffer.area.height)
        .map(|row| {
            let cells = (0..buffer.area.width).map(|column| buffer[(column, row)].symbol());
            cells.collect::<String>().trim_end().to_owned() + "\n"
        })
        .collect()
}

fn happens(app: &mut App, at: u64, what: EventKind) {
    update(
        app,
        Msg::Engine(Event::new(Timestamp(at), what)),
        Timestamp(at),
    );
}

fn ask(app: &mut App, at: u64, id: u64, on: Option<DescriptorId>, line: &str) {
    let command = parse_line(line).expect(line).command.expect("a command");
    let request = Request {
        id: CallId(id),
        call: command.call.clone().into(),
        command: command.into(),
        on,
        others: Box::default(),
        reach: crate::event::Reach::Free,
        process: None,
    };
    happens(app, at, EventKind::Asked(Box::new(request)));
    happens(
        app,
        at,
        EventKind::Entered {
            call: CallId(id),
            thread: Thread {
                tid: 77,
                further: false,
            },
            state: None,
        },
    );
}

fn returns(app: &mut App, at: u64, id: u64, result: Result<Returned, Errno>) {
    happens(
        app,
        at,
        EventKind::Returned {
            call: CallId(id),
            outcome: Outcome::of(result),
            state: None,
        },
    );
}

/// A listener on which accept() is blocked, with one connection waiting.
fn listening(columns: u16, rows: u16) -> App {
    const SECOND: u64 = 1_000_000_000;
    let mut app = app(columns, rows);
    ask(
        &mut app,
        SECOND,
        1,
        None,
        "l = socket(AF_INET, SOCK_STREAM)",
    );
    happens(
        &mut app,
        SECOND,
        EventKind::Created(NewDescriptor {
            same_file: None,
            identity: crate::event::Identity::default(),
            descriptor: DescriptorId(1),
            call: CallId(1),
            fd: 3,
            name: crate::call::argument::Name::new("l"),
            kind: crate::socket::Kind::Stream,
            domain: Domain::INET,
            socket_type: SocketType::STREAM,
            protocol: Protocol(0),
            origin: Origin::Created,
        }),
    );
    returns(&mut app, SECOND, 1, Ok(Returned::Descriptor(3)));
    ask(
        &mut app,
        2 * SECOND,
        2,
        Some(DescriptorId(1)),
        "bind(l, 127.0.0.1:8080)",
    );
    returns(&mut app, 2 * SECOND, 2, Ok(Returned::Zero));
    ask(
        &mut app,
        3 * SECOND,
        3,
        Some(DescriptorId(1)),
        "listen(l, 5)",
    );
    returns(&mut app, 3 * SECOND, 3, Ok(Returned::Zero));
    let seen = Observation {
        local: crate::notation::parse::parse_address("127.0.0.1:8080").ok(),
        tcp: Some(TcpState::Listen),
        waiting: Some(Queue {
            length: 1,
            limit: 5,
        }),
        ..Observation::default()
    };
    happens(
        &mut app,
        3 * SECOND,
        EventKind::Observed {
            descriptor: DescriptorId(1),
            seen,
        },
    );
    ask(&mut app, 4 * SECOND, 4, Some(DescriptorId(1)), "accept(l)");
    happens(
        &mut app,
        4 * SECOND,
        EventKind::Blocked {
            call: CallId(4),
            wchan: Some("inet_csk_accept".to_owned()),
        },
    );
    app.now = Timestamp(7 * SECOND + SECOND / 5);
    app
}

#[test]
fn a_blocked_accept_at_80_by_24() {
    let shown = screen(&listening(80, 24));
    for line in [
        " sockplay  1 socket  4 calls  ◌ 1 pending                       F1 help  q quit",
        "│▸ l  3 inet stream 127.0.0.1:8080                                       LISTEN│",
        "│      waiting ▮▯▯▯▯▯ 1 of 6                                                   │",
        "│      accept() blocked since 4.000 · wakes on a connection · i interrupts     │",
        "├ State · l, a stream socket ──────────────────────────────────────────────────┤",
        "│  CLOSE ┬●LISTEN ─ SYN_RECV ┬ ESTABLISHED ┬ FIN_WAIT1 ┬ FIN_WAIT2 ┬ TIME_WAIT │",
        "│  listening  since 3.000 · kernel: LISTEN, waiting for connections            ▼",
        "│  4.000 accept(l)                              -> blocks                      │",
    ] {
        assert!(
            shown.lines().any(|shown| shown == line),
            "{line}\n is not in\n{shown}"
        );
    }
}

#[test]
fn the_keys_name_that_which_interrupts_while_there_is_a_call() {
    for size in [(60, 24), (80, 24), (112, 40), (120, 40)] {
        let bar = |app: &App| screen(app).lines().last().unwrap_or_default().to_owned();
        let mut app = listening(size.0, size.1);
        let shown = screen(&app);
        assert!(bar(&app).contains("i interrupt"), "{shown}");
        let is_named = |row: &str| row.contains("· i interrupts");
        assert!(shown.lines().any(is_named), "{shown}");
        returns(&mut app, 9, 4, Err(Errno(libc::EINTR)));
        assert!(!bar(&app).contains("interrupt"), "{}", screen(&app));
    }
}

#[test]
fn the_keys_of_the_panes_are_not_named_where_they_do_nothing() {
    let mut app = listening(80, 24);
    for key in ['n', ' ', 'q'] {
        app.mode = Mode::Panes;
        update(
            &mut app,
            Msg::Key(KeyEvent::from(KeyCode::Char(key))),
            Timestamp(0),
        );
        let bar = screen(&app).lines().last().unwrap_or_default().to_owned();
        assert!(!bar.contains(" bind ") && !bar.contains(" type"), "{bar}");
    }
}

#[test]
fn the_diagram_is_drawn_where_it_fits() {
    let mut app = listening(120, 40);
    let states = "│●LISTEN │◀─ listen() ─┤ CLOSE ├ connect() / SYN ─▶│ SYN_SENT │";
    let phases = "│●listening ││ sending shut ││ reading shut ││ peer sent EOF │";
    let shown = screen(&app);
    assert!(shown.contains(states) && !shown.contains(phases), "{shown}");
    update(
        &mut app,
        Msg::Key(KeyEvent::from(KeyCode::Char('g'))),
        Timestamp(0),
    );
    let shown = screen(&app);
    assert!(shown.contains(phases) && !shown.contains(states), "{shown}");
    let shown = screen(&listening(80, 24));
    assert!(!shown.contains(states), "and nowhere else: {shown}");
}

#[test]
fn a_small_terminal_says_so_and_comes_back() {
    let mut app = listening(20, 5);
    assert!(screen(&app).contains("needs 40x10"), "{}", screen(&app));
    update(&mut app, Msg::Resize(80, 24), Timestamp(0));
    assert!(screen(&app).contains("accept() blocked"), "nothing is lost");
}

#[test]
fn zoom_shows_the_focused_pane_alone() {
    let mut app = listening(80, 24);
    update(
        &mut app,
        Msg::Key(KeyEvent::from(KeyCode::Char('z'))),
        Timestamp(0),
    );
    let shown = screen(&app);
    assert!(
        shown.contains("z shows all panes") && !shown.contains("Why"),
        "{shown}"
    );
}

#[test]
fn the_help_is_made_from_the_tables() {
    let mut app = app(100, 160);
    app.mode = Mode::over(Content::Page(Page::Help));
    let shown = screen(&app);
    for (row, keys) in app.keys.rows() {
        let names: Vec<&str> = keys.iter().map(|key| key.name.as_str()).collect();
        let entry = format!("│ {} ", names.join(", "));
        let is_shown = shown.lines().any(|line| line.starts_with(&entry));
        assert!(is_shown, "{}", row.name);
    }
}

#[test]
fn what_a_peer_sends_is_shown_escaped() {
    let mut app = listening(80, 24);
    ask(&mut app, 5, 9, Some(DescriptorId(1)), "recv(l, 100)");
    let bytes: &[u8] = b"\x1b]0;title\x07\x1b[2J";
    returns(
        &mut app,
        6,
        9,
        Ok(Returned::Data {
            count: bytes.len() as u64,
            bytes: bytes.into(),
            from: None,
        }),
    );
    let shown = screen(&app);
    assert!(shown.contains(r#""\x1b]0;title"#), "{shown}");
    assert!(
        !shown.contains('\x1b') && !shown.contains('\x07'),
        "no control byte reaches the terminal"
    );
}

#[test]
fn a_row_knows_its_socket_and_its_call() {
    let mut app = listening(80, 24);
    draw_again(&mut app);
    let at = |pane, row| {
        let area = app.geometry.areas.pane(pane).expect("it is shown").framed;
        let at = Position::new(area.x + 4, area.y + row);
        app.geometry.target(at)
    };
    assert_eq!(at(Pane::Sockets, 1), Some(Target::Socket(DescriptorId(1))));
    assert_eq!(
        at(Pane::Sockets, 3),
        Some(Target::Socket(DescriptorId(1))),
        "what is said below it belongs to it"
    );
    assert_eq!(at(Pane::Sockets, 0), None, "the frame is nobody's");
    assert_eq!(at(Pane::Log, 3), Some(Target::Call(CallId(4))));
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn no_size_and_no_keys_panic_the_view(
        columns in 1..220u16,
        rows in 1..70u16,
        keys in proptest::collection::vec(prop::sample::select(vec![
            'n', 'b', 'l', 'a', 'c', 's', 'o', 'N', 'z', 'v', 'j', 'k', ':', 'x', '1', '(', ' ', '\n', '\t', '\x1b', '?', 'q',
            '&', 'Q', 'g',
        ]), 0..30),
    ) {
        let mut app = listening(columns, rows);
        drawn(&app);
        for key in keys {
            let code = match key {
                '\n' => KeyCode::Enter,
                '\t' => KeyCode::Tab,
                '\x1b' => KeyCode::Esc,
                key => KeyCode::Char(key),
            };
            update(&mut app, Msg::Key(KeyEvent::from(code)), Timestamp(0));
            // The palette chooses themes too; only in this one does a cell tell its role.
            app.change_theme(|appearance| appearance.change_to("distinct"));
            drawn(&app);
        }
    }
}

#[test]
fn the_palette_chooses_a_theme() {
    let mut app = listening(40, 10);
    for key in " :l\n".chars() {
        let code = match key {
            '\n' => KeyCode::Enter,
            key => KeyCode::Char(key),
        };
        update(&mut app, Msg::Key(KeyEvent::from(code)), Timestamp(0));
    }
    assert_eq!(app.appearance().name(), "light");
    app.change_theme(|appearance| appearance.change_to("distinct"));
    drawn(&app);
}

/// An 80×24 terminal after some keys.
fn after_keys(keys: impl IntoIterator<Item = KeyCode>) -> String {
    let mut app = listening(80, 24);
    for key in keys {
        update(&mut app, Msg::Key(KeyEvent::from(key)), Timestamp(u64::MAX));
    }
    screen(&app)
}

#[test]
fn a_long_list_of_options_scrolls_and_shows_all_of_the_chosen_one() {
    let down = std::iter::repeat_n(KeyCode::PageDown, 3);
    let shown = after_keys([KeyCode::Char('o')].into_iter().chain(down));
    for part in [
        "● SO_MARK, 1",
        "more, PageDown shows them",
        "since Linux 2.6.25; needs",
    ] {
        assert!(shown.contains(part), "no {part:?} in\n{shown}");
    }
}

#[test]
fn a_chosen_candidate_shows_what_its_line_had_to_cut() {
    let typed = ":setsockopt(l, SO_BIND".chars().map(KeyCode::Char);
    let tabs = std::iter::repeat_n(KeyCode::Tab, 2);
    let shown = after_keys(typed.chain(tabs));
    assert!(shown.contains("▸ SO_BINDTODEVICE"), "{shown}");
    assert!(shown.contains("needs CAP_NET_RAW to change it"), "{shown}");
}

#[test]
fn no_text_reaches_the_terminal_that_it_would_obey() {
    let mut app = listening(80, 24);
    app.notify(
        "a\u{202e}b\u{2066}c\u{1b}[31m\u{9b}d \u{e9}\u{301}".to_owned(),
        true,
    );
    let shown = screen(&app);
    assert!(shown.contains("abc") && shown.contains("\u{e9}"), "{shown}");
    let obeyed: Vec<char> = shown
        .chars()
        .filter(|c| *c != '\n' && does_harm(*c))
        .collect();
    assert!(obeyed.is_empty(), "{obeyed:?}");
}
