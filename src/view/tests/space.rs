//! Space on the screen: the borders keep their place, addresses and ports are whole, closed sockets are hidden, and
//! what is shown of an older call says so.

use std::sync::Arc;

use crate::layout::preset::Preset;
use crate::notation::parse::parse_address;
use crate::view::tests::*;

const SIZES: [(u16, u16); 3] = [(80, 24), (120, 40), (200, 60)];
const SERVER: &str = "127.0.0.1:43211";
const CLIENT: &str = "127.0.0.1:57558";

/// A conversation, event by event.
struct Conversation {
    app: App,
    at: u64,
    calls: u64,
    /// The corners and crossings of the frames, as they were last drawn.
    borders: Option<Vec<(u16, u16)>>,
    /// How often they may still move.
    moves: usize,
}

impl Conversation {
    fn new((columns, rows): (u16, u16)) -> Self {
        Self {
            app: app(columns, rows),
            at: 0,
            calls: 0,
            borders: None,
            // Where panes are stacked a list that has become long borrows rows, once.
            moves: usize::from(columns < 112),
        }
    }

    /// Draws the screen, and compares the places of the borders with those before.
    fn drawn(&mut self) {
        draw_again(&mut self.app);
        let areas = &self.app.geometry.areas;
        let corners = areas.panes.iter().flat_map(|placed| {
            let own = placed.framed;
            [(own.x, own.y), (own.right(), own.bottom())]
        });
        let borders: Vec<_> = corners.collect();
        let before = self.borders.replace(borders.clone());
        if before.is_some_and(|before| before != borders) {
            let left = self.moves.checked_sub(1);
            self.moves = left.unwrap_or_else(|| panic!("moved:\n{}", screen(&self.app)));
        }
    }

    fn call(&mut self, on: Option<u32>, line: &str, result: Result<Returned, Errno>) {
        self.calls += 1;
        self.at += 1_000_000_000;
        ask(
            &mut self.app,
            self.at,
            self.calls,
            on.map(DescriptorId),
            line,
        );
        self.drawn();
        returns(&mut self.app, self.at, self.calls, result);
        self.drawn();
    }

    fn creates(&mut self, id: u32, name: &str, origin: Origin) {
        let new = NewDescriptor {
            same_file: None,
            identity: crate::event::Identity::default(),
            descriptor: DescriptorId(id),
            call: CallId(self.calls),
            fd: 2 + i32::try_from(id).expect("few"),
            name: crate::call::argument::Name::new(name),
            kind: crate::socket::Kind::Stream,
            domain: Domain::INET,
            socket_type: SocketType::STREAM,
            protocol: Protocol(0),
            origin,
        };
        happens(&mut self.app, self.at, EventKind::Created(new));
        self.drawn();
    }

    fn sees(&mut self, id: u32, local: &str, peer: &str, tcp: TcpState, unread: u32) {
        let seen = Observation {
            local: parse_address(local).ok(),
            peer: parse_address(peer).ok(),
            tcp: Some(tcp),
            unread: Some(unread),
            ..Observation::default()
        };
        let descriptor = DescriptorId(id);
        happens(
            &mut self.app,
            self.at,
            EventKind::Observed { descriptor, seen },
        );
        self.drawn();
    }

    /// From socket() to shutdown(), with a call that blocks.
    fn happens(&mut self) {
        self.drawn();
        let stream = "socket(AF_INET, SOCK_STREAM)";
        self.call(None, &format!("l = {stream}"), Ok(Returned::Descriptor(3)));
        self.creates(1, "l", Origin::Created);
        self.sees(1, "*:0", "", TcpState::Close, 0);
        self.call(Some(1), &format!("bind(l, {SERVER})"), Ok(Returned::Zero));
        self.call(Some(1), "listen(l, 5)", Ok(Returned::Zero));
        self.sees(1, SERVER, "", TcpState::Listen, 0);
        self.call(None, &format!("c = {stream}"), Ok(Returned::Descriptor(4)));
        self.creates(2, "c", Origin::Created);
        self.sees(2, "*:0", "", TcpState::Close, 0);
        self.call(
            Some(2),
            &format!("connect(c, {SERVER})"),
            Ok(Returned::Zero),
        );
        self.sees(2, CLIENT, SERVER, TcpState::Established, 0);
        self.call(Some(1), "s = accept(l)", Ok(Returned::Descriptor(5)));
        self.creates(3, "s", Origin::Accepted(DescriptorId(1)));
        self.sees(3, SERVER, CLIENT, TcpState::Established, 0);
        self.call(Some(2), "send(c, \"hello\")", Ok(Returned::Count(5)));
        self.sees(3, SERVER, CLIENT, TcpState::Established, 5);
        self.call(Some(1), "listen(c, 5)", Err(Errno(libc::EINVAL)));
        self.calls += 1;
        let (at, calls) = (self.at, self.calls);
        ask(
            &mut self.app,
            at,
            calls,
            Some(DescriptorId(2)),
            "recv(c, 9)",
        );
        let call = CallId(calls);
        happens(&mut self.app, at, EventKind::Blocked { call, wchan: None });
        self.drawn();
        self.call(Some(2), "shutdown(c, SHUT_WR)", Ok(Returned::Zero));
        self.sees(2, CLIENT, SERVER, TcpState::FinWait2, 0);
        self.sees(3, SERVER, CLIENT, TcpState::CloseWait, 5);
    }
}

fn conversation(size: (u16, u16)) -> App {
    let mut conversation = Conversation::new(size);
    conversation.happens();
    conversation.app
}

#[test]
fn the_borders_keep_their_place_in_a_conversation() {
    for size in SIZES.into_iter().chain([(60, 16), (100, 30), (160, 45)]) {
        for preset in Preset::ALL {
            let mut conversation = Conversation::new(size);
            conversation.app.preset = preset;
            conversation.happens();
        }
    }
}

#[test]
fn the_borders_keep_their_place_from_the_first_to_the_eighth_socket() {
    for size in SIZES.into_iter().chain([(112, 34), (160, 45)]) {
        let mut conversation = Conversation::new(size);
        conversation.drawn();
        for number in 1..9 {
            let line = format!("c{number} = socket(AF_INET, SOCK_STREAM)");
            conversation.call(None, &line, Ok(Returned::Descriptor(2 + number)));
            let id = number.cast_unsigned();
            conversation.creates(id, &format!("c{number}"), Origin::Created);
            conversation.sees(id, CLIENT, SERVER, TcpState::Established, 5);
        }
        let shown = screen(&conversation.app);
        assert!(size.0 == 80 || shown.contains("│· c1 "), "{shown}");
    }
}

#[test]
fn the_borders_keep_their_place_in_the_lessons() {
    for size in SIZES {
        for file in crate::lesson::course::LESSONS.iter().step_by(8) {
            let text = crate::lesson::read::of_course(file, "/tmp");
            let lesson = Arc::new(text.expect(file.id));
            let mut conversation = Conversation::new(size);
            conversation.moves = 0;
            conversation.app.learn.open(Arc::clone(&lesson));
            let study = |app: &mut App| app.learn.study.take().expect("a lesson");
            for page in 0..lesson.pages.len() {
                let mut open = study(&mut conversation.app);
                open.turn(page);
                conversation.app.learn.study = Some(open);
                conversation.drawn();
                for step in 0..lesson.pages[page].steps.len() {
                    let mut open = study(&mut conversation.app);
                    open.leave();
                    conversation.app.learn.study = Some(open);
                    conversation.app.learn.scroll = step.try_into().expect("few");
                    conversation.drawn();
                }
            }
            conversation.happens();
        }
    }
}

#[test]
fn addresses_and_results_are_whole_at_every_size() {
    for size in SIZES {
        let app = conversation(size);
        let shown = screen(&app);
        let both = format!("{CLIENT} → {SERVER}");
        assert!(shown.contains(&both), "{both}:\n{shown}");
        // The address is spelt out wherever it is: nothing ends in a part of the port.
        for cut in ["127.0.0.1:5…", "127.0.0.1:57…", "127.0.…", " :57558"] {
            assert!(!shown.contains(cut), "{cut}:\n{shown}");
        }
        let transition = "FIN_WAIT2";
        assert!(shown.contains(transition), "{shown}");
    }
}

#[test]
fn the_last_transitions_are_shown_with_cause_and_time_at_every_size_and_in_a_lesson() {
    for size in SIZES {
        let mut app = conversation(size);
        for is_lesson in [false, true] {
            if is_lesson {
                open_lesson(&mut app, 11);
            }
            let shown = screen(&app);
            let row = shown
                .lines()
                .find(|row| row.contains("s ESTABLISHED → CLOSE_WAIT") && row.contains(" 9.000 "));
            let row = row.unwrap_or_else(|| panic!("{size:?}, {is_lesson}:\n{shown}"));
            assert!(row.contains("FIN"), "{row}");
        }
    }
}

/// A lesson of the course is opened.
fn open_lesson(app: &mut App, at: usize) {
    let file = &crate::lesson::course::LESSONS[at];
    let text = crate::lesson::read::of_course(file, "/tmp");
    app.learn.open(Arc::new(text.expect(file.id)));
}

#[test]
fn what_wakes_a_blocked_call_is_said_at_every_size_and_in_a_lesson() {
    for size in SIZES {
        for is_lesson in [false, true] {
            let mut conversation = Conversation::new(size);
            conversation.moves = 1;
            if is_lesson {
                open_lesson(&mut conversation.app, 11);
            }
            conversation.happens();
            let shown = screen(&conversation.app);
            assert!(
                shown.contains("wakes on data, FIN or RST"),
                "{is_lesson}:\n{shown}"
            );
            // Once is enough.
            assert_eq!(shown.matches("wakes on").count(), 1, "{shown}");
        }
    }
}

#[test]
fn state_is_whole_in_a_lesson_and_beside_the_log_at_120_by_40() {
    for is_lesson in [false, true] {
        let mut conversation = Conversation::new((120, 40));
        conversation.moves = 1;
        if is_lesson {
            open_lesson(&mut conversation.app, 11);
        }
        conversation.happens();
        let closed = EventKind::Closed {
            descriptor: DescriptorId(3),
        };
        happens(&mut conversation.app, conversation.at, closed);
        conversation.sees(2, CLIENT, SERVER, TcpState::TimeWait, 0);
        for descriptor in [1, 2] {
            conversation.app.selection = Some(DescriptorId(descriptor));
            conversation.drawn();
            let shown = screen(&conversation.app);
            assert_eq!(conversation.app.geometry.state.last, 0, "{shown}");
            for text in ["│ CLOSE_WAIT", "── 60 s ──"] {
                assert!(shown.contains(text), "{text}\n{shown}");
            }
            // No box touches the frame.
            assert!(!shown.contains("││"), "{shown}");
        }
        // Alone it has all of the text.
        conversation.app.focus = Pane::State;
        conversation.app.zoomed = true;
        let shown = screen(&conversation.app);
        assert!(shown.contains("path: 4.000 unbound"), "{shown}");
    }
}

#[test]
fn no_port_is_cut_at_120_by_40() {
    for (server, client) in [
        (SERVER, CLIENT),
        ("[::1]:43211", "[::1]:57558"),
        ("[::ffff:127.0.0.1]:43211", "[::ffff:127.0.0.1]:57558"),
    ] {
        for is_closed in [false, true] {
            let mut conversation = Conversation::new((120, 40));
            for (id, name, origin) in [
                (1, "listener", Origin::Created),
                (2, "client", Origin::Created),
                (3, "served", Origin::Accepted(DescriptorId(1))),
            ] {
                conversation.calls = id.into();
                conversation.creates(id, name, origin);
            }
            let line = format!("connect(client, {server})");
            conversation.call(Some(2), &line, Ok(Returned::Zero));
            conversation.sees(1, server, "", TcpState::Listen, 0);
            conversation.sees(2, client, server, TcpState::Established, 0);
            conversation.sees(3, server, client, TcpState::Established, 100_000);
            if is_closed {
                let descriptor = DescriptorId(3);
                let at = conversation.at;
                happens(&mut conversation.app, at, EventKind::Closed { descriptor });
                conversation.drawn();
            }
            let shown = screen(&conversation.app);
            // Each address is in the list with its port: that of the listener, and two of each connection.
            let sockets = shown.lines().take_while(|row| !row.contains("Transitions"));
            let sockets: String = sockets
                .map(|row| row.chars().take(54).collect::<String>())
                .collect();
            assert!(!sockets.contains('…'), "{shown}");
            for (address, count) in [(server, 3), (client, 2)] {
                assert_eq!(
                    sockets.matches(address).count(),
                    count,
                    "{address}\n{shown}"
                );
            }
        }
    }
}

#[test]
fn an_address_that_does_not_fit_beside_the_name_is_below_it_and_keeps_its_end() {
    let mut conversation = Conversation::new((120, 40));
    conversation.creates(1, "c", Origin::Created);
    let (own, peer) = (
        "[2001:db8:1111:2222:3333:4444:5555:6666]:57558",
        "[2001:db8:1111:2222:3333:4444:5555:7777]:43211",
    );
    let line = format!("connect(c, {peer})");
    conversation.call(Some(1), &line, Ok(Returned::Zero));
    conversation.sees(1, own, peer, TcpState::Established, 0);
    let shown = screen(&conversation.app);
    assert!(
        shown.contains("[2001:db8:1111:2222:3333:4444:5555:6666]:57558"),
        "{shown}"
    );
    let row = shown.lines().find(|row| row.contains("→ [2001:db8:"));
    let row = row.unwrap_or_else(|| panic!("{shown}"));
    assert!(row.contains("]:43211") || row.contains(":43211│"), "{row}");
}

#[test]
fn a_first_conversation_is_whole_at_80_by_24_while_a_call_is_blocked() {
    let shown = screen(&conversation((80, 24)));
    for row in [
        format!("│· l  3 inet stream {SERVER} "),
        format!("│▸ c  4 inet stream {CLIENT} → {SERVER} "),
        "│      recv() blocked since 8.000 · wakes on data, FIN or RST · i interrupts ".to_owned(),
        format!("│· s  5 inet stream {SERVER} → {CLIENT} ▮ 5 B "),
    ] {
        assert!(shown.contains(&row), "{row}\n{shown}");
    }
    let sockets = shown.lines().take_while(|row| !row.contains(" State · "));
    assert!(!sockets.into_iter().any(|row| row.ends_with(['▲', '▼'])));
}

#[test]
fn a_cause_that_does_not_fit_in_words_is_shown_as_the_figure_writes_it() {
    let mut conversation = Conversation::new((80, 24));
    conversation.creates(1, "a_long_name_of_a_client", Origin::Created);
    let line = format!("connect(a_long_name_of_a_client, {SERVER})");
    conversation.sees(1, "*:0", "", TcpState::Close, 0);
    conversation.call(Some(1), &line, Ok(Returned::Zero));
    conversation.sees(1, CLIENT, SERVER, TcpState::Established, 0);
    let shown = screen(&conversation.app);
    let row = shown.lines().find(|row| row.contains("→ ESTABLISHED"));
    let row = row.unwrap_or_else(|| panic!("{shown}"));
    assert!(row.contains(" SYN+ACK / ACK"), "{row}");
}

#[test]
fn the_text_below_the_figure_and_the_calls_are_whole_at_120_by_40() {
    let shown = screen(&conversation((120, 40)));
    for text in ["path: 4.000 unbound → 5.000 connected", "1.000 l = socket("] {
        assert!(shown.contains(text), "{text}\n{shown}");
    }
    let mut rows = shown.lines();
    assert!(!rows.any(|row| row.ends_with(['▲', '▼'])), "{shown}");
}

#[test]
fn how_long_a_call_slept_is_not_cut_off() {
    for size in SIZES {
        let mut conversation = Conversation::new(size);
        conversation.creates(1, "c", Origin::Created);
        let descriptor = Some(DescriptorId(1));
        ask(&mut conversation.app, 0, 1, descriptor, "recv(c, 100)");
        let call = CallId(1);
        let blocked = EventKind::Blocked { call, wchan: None };
        happens(&mut conversation.app, 0, blocked);
        let reset = Err(Errno(libc::ECONNRESET));
        returns(&mut conversation.app, 4_300_000_000, 1, reset);
        let shown = screen(&conversation.app);
        assert!(shown.contains("-> ECONNRESET  after 4.3 s"), "{shown}");
    }
}

#[test]
fn the_ladder_and_the_queues_are_panes_from_160_columns_on() {
    for (size, is_shown) in [((120, 40), false), ((160, 45), true), ((200, 60), true)] {
        let shown = screen(&conversation(size));
        assert_eq!(shown.contains(" Ladder · c "), is_shown, "{shown}");
        assert_eq!(shown.contains(" Queues · c "), is_shown, "{shown}");
        if is_shown {
            assert!(shown.contains("SYN+ACK ╌"), "{shown}");
        }
    }
    let mut app = conversation((200, 60));
    app.selection = Some(DescriptorId(3));
    let shown = screen(&app);
    assert!(
        shown.contains(" Ladder · s ") && shown.contains(" Queues · s "),
        "{shown}"
    );
}

#[test]
fn closed_sockets_are_folded_away_and_counted() {
    let mut conversation = Conversation::new((120, 40));
    conversation.happens();
    for id in [1, 3] {
        let descriptor = DescriptorId(id);
        happens(
            &mut conversation.app,
            conversation.at,
            EventKind::Closed { descriptor },
        );
    }
    let mut app = conversation.app;
    let has = |app: &App, text: &str| screen(app).contains(text);
    assert!(has(&app, "│· l ") && has(&app, "│· s "), "{}", screen(&app));
    press(&mut app, KeyCode::Char('X'));
    assert!(
        has(&app, "│▸ c ") && !has(&app, "│· l "),
        "{}",
        screen(&app)
    );
    assert!(
        has(&app, "2 closed, hidden: X shows them"),
        "{}",
        screen(&app)
    );
    // The selected one stays.
    app.selection = Some(DescriptorId(3));
    assert!(
        has(&app, "│▸ s ") && has(&app, "1 closed, hidden"),
        "{}",
        screen(&app)
    );
    press(&mut app, KeyCode::Char('X'));
    assert!(
        has(&app, "│· l ") && !has(&app, "closed, hidden"),
        "{}",
        screen(&app)
    );
}

#[test]
fn what_is_shown_beside_an_older_call_says_that_it_is_of_now() {
    let mut app = conversation((200, 60));
    let now = [
        " Sockets · now ",
        " State · c, a stream socket, now ",
        " Ladder · c, now ",
    ];
    for title in now {
        assert!(!screen(&app).contains(title), "{title}");
    }
    app.log_selection = Some(CallId(2));
    let older = [
        "Log · an older line, End shows the newest ",
        " Why · bind() of 2.000",
    ];
    for title in now.into_iter().chain(older) {
        assert!(screen(&app).contains(title), "{title}\n{}", screen(&app));
    }
}

#[test]
fn the_layout_key_goes_through_the_presets_and_focus_stays_visible() {
    use crate::app::message::Effect;
    let mut app = conversation((200, 60));
    app.focus = Pane::Queues;
    let key = KeyEvent::from(KeyCode::Char('L'));
    let mut stored = Vec::new();
    for _ in Preset::ALL {
        let effects = update(&mut app, Msg::Key(key), Timestamp(0));
        stored.extend(effects.into_iter().filter_map(|effect| match effect {
            Effect::StoreLayout(preset) => Some(preset),
            _ => None,
        }));
        draw_again(&mut app);
        assert!(app.areas().pane(app.focus).is_some(), "{:?}", app.focus);
    }
    assert_eq!(
        stored,
        [
            Preset::State,
            Preset::Log,
            Preset::Ladder,
            Preset::Code,
            Preset::All
        ]
    );
    app.focus = Pane::Ladder;
    update(&mut app, Msg::Resize(80, 24), Timestamp(0));
    assert!(app.areas().pane(app.focus).is_some());
}
