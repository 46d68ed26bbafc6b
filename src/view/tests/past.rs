//! Looking back: every pane as it was, marked as the past, while the present goes on.

use crate::app::message::Effect;
use crate::app::overlay::Question;
use crate::app::program::TracedProgram;
use crate::explain::tests::gallery::{played, stories};
use crate::history::{NotRecorded, Timeline};
use crate::journal::Entry;
use crate::view::tests::*;
use crate::world::World;

/// A screen whose driver keeps the worlds of the session.
struct Session {
    app: App,
    timeline: Timeline,
}

impl Session {
    /// A listener on which accept() is blocked, after three calls that have ended.
    fn listening(columns: u16, rows: u16) -> Self {
        let mut session = Self {
            app: listening(columns, rows),
            timeline: Timeline::default(),
        };
        session.keep();
        session
    }

    fn keep(&mut self) {
        let happened = std::mem::take(&mut self.app.happened);
        self.timeline.take(happened, self.app.present());
    }

    /// Handles a message as the event loop does. Gives the effects that are not about the past.
    fn send(&mut self, message: Msg, at: u64) -> Vec<Effect> {
        let effects = update(&mut self.app, message, Timestamp(at));
        self.keep();
        let mut others = Vec::new();
        for effect in effects {
            match effect {
                Effect::LookBack(look) => {
                    let world = self.timeline.world_at(look.events, &mut NotRecorded);
                    let world = world.map(Box::new).map_err(|why| why.to_string());
                    others.extend(self.send(Msg::Past(look, world), at));
                }
                other => others.push(other),
            }
        }
        others
    }

    fn press(&mut self, code: KeyCode) -> Vec<Effect> {
        draw_again(&mut self.app);
        self.send(Msg::Key(KeyEvent::from(code)), 0)
    }

    fn screen(&self) -> String {
        screen(&self.app)
    }

    /// The moment that is shown.
    fn moment(&self) -> Option<usize> {
        self.app.past.as_ref().map(|past| past.moment)
    }
}

#[test]
fn a_step_back_shows_every_pane_as_it_was_after_that_call() {
    let mut session = Session::listening(120, 40);
    let present = session.screen();
    assert!(
        present.contains("listening") && !present.contains("past"),
        "{present}"
    );
    session.press(KeyCode::Left);
    session.press(KeyCode::Left);
    assert_eq!(session.moment(), Some(1), "after bind()");
    let past = session.screen();
    for text in [
        "past · State",
        "past · Sockets",
        "past · call 2 of 3",
        "past: call 2 of 3",
    ] {
        assert!(past.contains(text), "{text}: {past}");
    }
    assert!(!past.contains("listening"), "it was not yet: {past}");
    assert!(past.contains("  later listen(l, 5)"), "{past}");
    session.press(KeyCode::Esc);
    assert_eq!(session.screen(), present, "the present has not changed");
}

#[test]
fn steps_go_through_the_calls_and_end_in_the_present() {
    let mut session = Session::listening(80, 24);
    session.press(KeyCode::Char('['));
    let mut seen = vec![session.moment()];
    for _ in 0..3 {
        session.press(KeyCode::Right);
        seen.push(session.moment());
    }
    assert_eq!(seen, [Some(0), Some(1), Some(2), None]);
    for _ in 0..5 {
        session.press(KeyCode::Left);
    }
    assert_eq!(session.moment(), Some(0), "there is none before the first");
    session.press(KeyCode::Char(']'));
    assert_eq!(session.moment(), None);
}

#[test]
fn an_older_line_of_the_log_shows_the_past_and_the_newest_the_present() {
    let mut session = Session::listening(80, 24);
    session.app.focus = Pane::Log;
    session.press(KeyCode::Up);
    assert_eq!(session.moment(), Some(2), "after listen()");
    session.press(KeyCode::Home);
    assert_eq!(session.moment(), Some(0));
    session.press(KeyCode::End);
    assert_eq!(session.moment(), None);
    // While a line is typed the panes show what it is for.
    session.press(KeyCode::Char(':'));
    session.press(KeyCode::PageUp);
    assert_eq!(
        (session.moment(), session.app.log_selection),
        (None, Some(CallId(1)))
    );
}

#[test]
fn the_present_goes_on_while_the_past_is_shown() {
    let mut session = Session::listening(120, 40);
    session.press(KeyCode::Char('['));
    let shown = session.screen();
    let revision = session.app.present().revision();
    let what = EventKind::Returned {
        call: CallId(4),
        outcome: Outcome::of(Err(Errno(libc::EINTR))),
        state: None,
    };
    session.send(
        Msg::Engine(Event::new(Timestamp(8_000_000_000), what)),
        8_000_000_000,
    );
    assert_eq!(session.app.present().revision(), revision + 1);
    assert_eq!(
        session.app.world.pending().count(),
        0,
        "nothing was pending then"
    );
    let now_four = shown.replace("1 of 3", "1 of 4");
    assert_eq!(
        session.screen(),
        now_four,
        "only how many there are has changed"
    );
    session.press(KeyCode::Esc);
    assert!(session.screen().contains("EINTR"), "{}", session.screen());
}

#[test]
fn keys_that_make_calls_return_to_the_present() {
    for key in ['n', ':', '!', 'i', 'F'] {
        let mut session = Session::listening(80, 24);
        session.press(KeyCode::Char('['));
        assert_eq!(session.moment(), Some(0));
        session.press(KeyCode::Char(key));
        assert_eq!(session.moment(), None, "{key}");
        assert_eq!(session.app.world.log().len(), 4, "{key}");
    }
    let mut session = Session::listening(80, 24);
    session.press(KeyCode::Char('['));
    let effects = session.press(KeyCode::Char('i'));
    assert!(
        effects.is_empty(),
        "nothing is interrupted unseen: {effects:?}"
    );
    let notice = session.app.notice.clone().expect("it is said");
    assert!(notice.text.contains("once more"), "{notice:?}");
    let effects = session.press(KeyCode::Char('i'));
    assert!(
        matches!(effects[..], [Effect::Cancel(CallId(4))]),
        "{effects:?}"
    );
    // Keys that only show something stay there.
    for key in ['t', 'g', 'X', 'v'] {
        let mut session = Session::listening(80, 24);
        session.press(KeyCode::Char('['));
        session.press(KeyCode::Char(key));
        assert_eq!(session.moment(), Some(0), "{key}");
        session.screen();
    }
}

#[test]
fn a_click_on_the_scrubber_shows_that_moment() {
    let mut session = Session::listening(120, 40);
    draw_again(&mut session.app);
    let moments = |app: &App| -> Vec<(Rect, usize)> {
        let all = app.geometry.clickable.iter();
        all.filter_map(|own| match own.target {
            Target::Moment(number) => Some((own.area, number)),
            _ => None,
        })
        .collect()
    };
    let bar = moments(&session.app);
    let numbers: Vec<usize> = bar.iter().map(|(_, number)| *number).collect();
    assert!(numbers.is_sorted() && numbers.first() == Some(&0) && numbers.last() == Some(&2));
    let at = bar[0].0;
    let click = crossterm::event::MouseEvent {
        kind: crossterm::event::MouseEventKind::Down(crossterm::event::MouseButton::Left),
        column: at.x,
        row: at.y,
        modifiers: crossterm::event::KeyModifiers::NONE,
    };
    session.send(Msg::Mouse(click), 0);
    assert_eq!(session.moment(), Some(0));
}

#[test]
fn the_past_is_played_with_bounded_pauses_up_to_the_present() {
    let mut session = Session::listening(80, 24);
    session.press(KeyCode::Char('V'));
    let mut seen = Vec::new();
    while let Some(moment) = session.moment() {
        seen.push(moment);
        let now = session.app.clock;
        let next = session.app.deadline().expect("it goes on by itself");
        let pause = next.since(now).as_millis();
        assert!((500..=2000).contains(&pause), "{pause} ms");
        session.send(Msg::Tick, next.0);
    }
    assert_eq!(seen, [0, 1, 2]);
    // The same key stops it.
    session.press(KeyCode::Char('V'));
    session.press(KeyCode::Char('V'));
    assert_eq!((session.moment(), session.app.deadline()), (Some(0), None));
}

#[test]
fn lines_are_run_again_in_a_new_session_after_a_yes() {
    for (keys, expected) in [("U", 3), ("[=", 1), ("[\u{f001}=", 2)] {
        let mut session = Session::listening(80, 24);
        for key in keys.chars() {
            let code = if key == '\u{f001}' {
                KeyCode::Right
            } else {
                KeyCode::Char(key)
            };
            session.press(code);
        }
        let asked = session.app.mode.content();
        let question = Question::Again { lines: expected };
        assert!(
            matches!(asked, Some(Content::Question(asked)) if *asked == question),
            "{keys}"
        );
        session.screen();
        let effects = session.press(KeyCode::Char('y'));
        assert!(matches!(effects[0], Effect::Anew));
        let made = effects.iter().find_map(|effect| match effect {
            Effect::Submit(request) => Some(request.command.to_string()),
            _ => None,
        });
        assert_eq!(made.as_deref(), Some("l = socket(AF_INET, SOCK_STREAM)"));
        assert_eq!(session.app.player.waiting(), expected - 1);
        assert_eq!(session.timeline.count(), session.app.world.revision());
    }
}

#[test]
fn what_cannot_be_run_again_says_why() {
    let said = |session: &Session| session.app.notice.as_ref().map(|own| own.text.clone());
    let mut session = Session::listening(80, 24);
    session.app.program = Some(TracedProgram::new("server".to_owned(), None));
    for key in ['U', '='] {
        session.press(KeyCode::Char('['));
        session.press(KeyCode::Char(key));
        let text = said(&session).expect("it is said");
        assert!(text.contains("traced program makes its calls"), "{text}");
        assert!(session.app.mode.content().is_none(), "nothing is asked");
    }
    let mut session = Session {
        app: app(80, 24),
        timeline: Timeline::default(),
    };
    session.press(KeyCode::Char('U'));
    assert!(said(&session).is_some_and(|text| text.contains("no line was run")));
}

/// A world on screens that show every pane.
fn screens(world: &World, at: u64) -> String {
    let mut app = app(200, 60);
    app.world = world.clone();
    app.now = Timestamp(at);
    app.selection = app
        .world
        .descriptors()
        .next_back()
        .map(crate::world::Handle::id);
    let mut text = String::new();
    for preset in crate::layout::preset::Preset::ALL {
        app.preset = preset;
        text += &screen(&app);
    }
    text
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn the_past_looks_as_it_looked_when_it_was_the_present(
        number in 0..stories().count(),
        places in proptest::collection::vec(any::<prop::sample::Index>(), 4),
        parts in proptest::collection::vec(1..40usize, 1..9),
    ) {
        let (_, begin, rest) = stories().nth(number).expect("it is one of them");
        let events = played(begin, rest).events;
        let wanted: Vec<usize> = places.iter().map(|at| at.index(events.len() + 1)).collect();
        let mut live = World::default();
        let mut timeline = Timeline::default();
        let mut seen = std::collections::BTreeMap::new();
        let mut parts = parts.into_iter().cycle();
        let mut left: Vec<Event> = Vec::new();
        let mut part = 1;
        for count in 0..=events.len() {
            if wanted.contains(&count) {
                seen.insert(count, screens(&live, count as u64));
            }
            let Some(event) = events.get(count) else { break };
            crate::explain::fold(&mut live, event);
            left.push(event.clone());
            if left.len() >= part || count + 1 == events.len() {
                timeline.take(left.drain(..).map(Entry::Event), &live);
                part = parts.next().unwrap_or(1);
            }
        }
        for (count, screen) in seen {
            let past = timeline.world_at(count as u64, &mut NotRecorded).expect("it is kept");
            prop_assert_eq!(past.revision(), count as u64);
            prop_assert_eq!(screens(&past, count as u64), screen, "after {} events", count);
        }
    }
}
