//! What lies over the panes has the keyboard and the mouse to itself: nothing reaches what lies behind it.

use crossterm::event::{MouseButton, MouseEvent, MouseEventKind};

use super::*;
use crate::app::keymap::Action;
use crate::lesson::Entry;

/// Opens one overlay.
type Opens = Box<dyn Fn(&mut Journey)>;

fn sets(content: impl Fn() -> Content + 'static) -> Opens {
    Box::new(move |journey| journey.app.mode = Mode::over(content()))
}

/// Every overlay, by name.
fn overlays() -> Vec<(String, Opens)> {
    let pages = Page::ALL.map(|page| {
        let opens = sets(move || Content::Page(page));
        (format!("{page:?}"), opens)
    });
    let questions = [Question::Leave, Question::Changed { page: 0 }].map(|question| {
        let opens = sets(move || Content::Question(question));
        (format!("{question:?}"), opens)
    });
    let form: Opens = Box::new(|journey| drop(journey.keys("s")));
    let mut all = vec![
        ("the course".to_owned(), sets(|| Content::Course)),
        (
            "the palette".to_owned(),
            Box::new(|journey| drop(journey.keys(" "))),
        ),
        (
            "an explanation".to_owned(),
            Box::new(|journey| drop(journey.keys(" TIME_WAIT\n"))),
        ),
        ("a form".to_owned(), form),
    ];
    all.extend(pages.into_iter().chain(questions));
    all
}

/// Three sockets, a log that can be scrolled, and a course.
fn journey() -> Journey {
    let mut journey = Journey::new();
    for _ in 0..9 {
        let effects = journey.keys("n\n");
        journey.all_succeed(effects);
    }
    let entry = |number: usize| Entry {
        id: format!("lesson-{number}"),
        title: format!("Lesson {number}"),
        goal: "G.".to_owned(),
        minutes: 9,
        pages: 3,
        tasks: 0,
        solutions: Vec::new(),
        questions: 0,
        needs: None,
    };
    journey.app.learn.course = (0..40).map(entry).collect();
    journey.app.selection = Some(DescriptorId(5));
    journey.app.log_selection = Some(CallId(5));
    journey
}

/// Everything behind an overlay that keys and the mouse could change.
fn behind(app: &App) -> String {
    format!(
        "{:?}",
        (
            (app.focus, app.zoomed, app.selection, app.log_selection),
            (app.traced, app.phases, app.turned_to_socket),
            (app.scroll.state.at(), app.scroll.why.at(), app.learn.scroll),
            (
                app.prompt.line(),
                app.world.log().len(),
                app.typed_ahead.len()
            ),
        )
    )
}

fn event(kind: MouseEventKind, column: u16, row: u16) -> Msg {
    Msg::Mouse(MouseEvent {
        kind,
        column,
        row,
        modifiers: KeyModifiers::NONE,
    })
}

/// Positions all over the screen.
fn positions() -> impl Iterator<Item = (u16, u16)> {
    let rows = (0..24).step_by(6);
    rows.flat_map(|row| [1, 30, 60, 79].map(move |column| (column, row)))
}

#[test]
fn the_wheel_moves_nothing_behind_an_overlay() {
    for (name, opens) in overlays() {
        let mut journey = journey();
        opens(&mut journey);
        let before = behind(&journey.app);
        for (column, row) in positions() {
            let effects = journey.send(event(MouseEventKind::ScrollDown, column, row));
            assert!(effects.is_empty(), "{name}");
        }
        assert_eq!(behind(&journey.app), before, "{name}");
        assert!(journey.app.mode.overlay().is_some(), "{name} stays open");
    }
}

#[test]
fn a_click_reaches_nothing_behind_an_overlay() {
    for (name, opens) in overlays() {
        let mut journey = journey();
        let panes = behind(&journey.app);
        for (column, row) in positions() {
            journey.app.mode = Mode::Panes;
            opens(&mut journey);
            crate::view::tests::draw_again(&mut journey.app);
            // A click on its own rows may do something.
            if journey.app.geometry.target((column, row).into()).is_none() {
                journey.send(event(MouseEventKind::Down(MouseButton::Left), column, row));
            }
            assert_eq!(behind(&journey.app), panes, "{name} at {column}, {row}");
            let mode = &journey.app.mode;
            assert!(
                mode.overlay().is_some(),
                "{name} at {column}, {row}: {mode:?}"
            );
        }
    }
}

#[test]
fn a_key_does_behind_an_overlay_nothing_of_what_it_does_there() {
    // These answer a question and make the call of a form; those with Ctrl work everywhere.
    let answers = [KeyCode::Enter, KeyCode::Esc, KeyCode::Char('n')];
    let map = crate::app::keymap::Keymap::default();
    let keys = map.rows().flat_map(|(_, keys)| keys).filter(|key| {
        let event = key.chord.event();
        event.modifiers == KeyModifiers::NONE && !answers.contains(&event.code)
    });
    let keys: Vec<_> = keys.collect();
    for (name, opens) in overlays() {
        let mut journey = journey();
        let panes = behind(&journey.app);
        for bound in &keys {
            journey.app.mode = Mode::Panes;
            opens(&mut journey);
            let key = Msg::Key(bound.chord.event());
            update(&mut journey.app, key, Timestamp(0));
            assert_eq!(behind(&journey.app), panes, "{name}: {}", bound.name);
            let is_form = journey.app.mode.form().is_some();
            assert!(!is_form || name == "a form", "{name}: {}", bound.name);
        }
    }
}

#[test]
fn a_page_is_scrolled_by_keys_and_wheel_and_no_further_than_its_end() {
    for page in [Page::Help, Page::Models] {
        let mut journey = journey();
        journey.app.mode = Mode::over(Content::Page(page));
        let at = |journey: &Journey| journey.app.mode.overlay().map(|open| open.scroll.at());
        journey.send(event(MouseEventKind::ScrollDown, 3, 3));
        assert_eq!(at(&journey), Some(3), "{page:?}");
        journey.send(Msg::Key(KeyEvent::from(KeyCode::End)));
        let end = at(&journey);
        for _ in 0..5 {
            journey.send(event(MouseEventKind::ScrollDown, 3, 3));
        }
        assert_eq!(at(&journey), end, "{page:?}");
        journey.send(Msg::Key(KeyEvent::from(KeyCode::Up)));
        assert_eq!(at(&journey), end.map(|end| end - 1), "{page:?}");
    }
}

#[test]
fn keys_that_come_before_a_page_is_drawn_scroll_it_too() {
    let mut app = App::new(
        (80, 24),
        crate::view::tests::readable::appearance(),
        "/tmp".to_owned(),
        7,
    );
    for code in [KeyCode::F(1), KeyCode::PageDown, KeyCode::Down] {
        update(&mut app, Msg::Key(KeyEvent::from(code)), Timestamp(1));
    }
    crate::view::tests::draw_again(&mut app);
    let at = app.mode.overlay().map(|open| open.scroll.at());
    assert_eq!(at, Some(11));
}

/// The position of a text on the screen that was drawn last.
fn place(journey: &mut Journey, wanted: Target) -> (u16, u16) {
    crate::view::tests::draw_again(&mut journey.app);
    let mut rows = journey.app.geometry.clickable.iter();
    let found = rows.find(|row| row.target == wanted).expect("it is drawn");
    (found.area.x + 1, found.area.y)
}

fn click(journey: &mut Journey, target: Target) -> Vec<Effect> {
    let (column, row) = place(journey, target);
    journey.send(event(MouseEventKind::Down(MouseButton::Left), column, row))
}

#[test]
fn a_click_chooses_and_a_second_one_is_enter() {
    let mut journey = journey();
    journey.app.show_course();
    assert!(click(&mut journey, Target::Entry(4)).is_empty());
    let effects = click(&mut journey, Target::Entry(4));
    assert!(matches!(effects.as_slice(), [Effect::OpenLesson(id)] if id == "lesson-4"));

    journey.keys("\x1b ");
    click(&mut journey, Target::Entry(10));
    click(&mut journey, Target::Entry(10));
    let form = journey.app.mode.form().expect("its form");
    assert_eq!(form.call_kind, CallKind::Listen);

    journey.keys("\x1bn");
    click(&mut journey, Target::Field(1));
    let form = journey.app.mode.form().expect("a form");
    assert_eq!(form.focus, 1);
    click(&mut journey, Target::Entry(1));
    let line = journey.app.mode.form().expect("a form").line();
    assert!(line.contains("SOCK_DGRAM"), "{line}");
    assert_eq!(click(&mut journey, Target::Line).len(), 1, "it is run");
}

#[test]
fn a_digit_copies_the_command_with_that_number() {
    let mut journey = Journey::new();
    let effects = journey.keys(":l = socket inet stream\nclose 900\n");
    journey.all_succeed(effects);
    journey.keys("\x1b");
    journey.keys("y");
    let commands = journey.app.shell_commands();
    assert!(!commands.is_empty());
    let effects = journey.keys("1");
    let copied = effects.iter().find_map(|effect| match effect {
        Effect::Copy(copied) => Some(&copied.text),
        _ => None,
    });
    assert_eq!(copied, Some(&commands[0].line));
    assert!(journey.app.mode.overlay().is_some(), "it stays open");
    let effects = journey.keys("9");
    assert!(
        !effects
            .iter()
            .any(|effect| matches!(effect, Effect::Copy(_)))
    );
    assert!(
        journey.app.mode.overlay().is_none(),
        "no command has this number"
    );
}

/// Every key that is named in an overlay, with the rows that it is in.
fn named(journey: &mut Journey) -> Vec<(KeyEvent, (u16, u16))> {
    crate::view::tests::draw_again(&mut journey.app);
    let clickable = journey.app.geometry.clickable.iter();
    clickable
        .filter_map(|row| match row.target {
            Target::Key(key) => Some((key, (row.area.x, row.area.y))),
            _ => None,
        })
        .collect()
}

#[test]
fn a_click_on_a_key_that_an_overlay_names_is_that_key() {
    for (name, opens) in overlays() {
        let mut journey = journey();
        opens(&mut journey);
        let keys = named(&mut journey);
        assert!(!keys.is_empty(), "{name} names keys");
        for (key, (column, row)) in keys {
            let mut ends = Vec::new();
            let click = event(MouseEventKind::Down(MouseButton::Left), column, row);
            for message in [click, Msg::Key(key)] {
                let mut journey = self::journey();
                opens(&mut journey);
                crate::view::tests::draw_again(&mut journey.app);
                let effects = journey.send(message);
                crate::view::tests::draw_again(&mut journey.app);
                let open = journey.app.mode.overlay();
                ends.push(format!("{effects:?} {open:?} {}", behind(&journey.app)));
            }
            assert_eq!(ends[0], ends[1], "{name}: {key:?}");
        }
    }
}

#[test]
fn a_question_is_answered_by_clicks() {
    for (answer, leaves) in [(Action::Yes, true), (Action::No, false)] {
        let mut journey = journey();
        journey.app.mode = Mode::over(Content::Question(Question::Leave));
        let key = journey.app.keys.bound(answer).expect("a key").chord.event();
        let effects = click(&mut journey, Target::Key(key));
        assert_eq!(
            matches!(effects.as_slice(), [Effect::Quit]),
            leaves,
            "{effects:?}"
        );
        assert!(leaves || matches!(journey.app.mode, Mode::Panes));
    }
}

#[test]
fn a_click_on_a_command_copies_it() {
    let mut journey = Journey::new();
    let effects = journey.keys(":l = socket inet stream\n\x1b");
    journey.all_succeed(effects);
    journey.keys("y");
    let commands = journey.app.shell_commands();
    let last = commands.len() - 1;
    let wanted = commands[last].line.clone();
    let effects = click(&mut journey, Target::Entry(last));
    assert!(matches!(effects.as_slice(), [Effect::Copy(copied)] if copied.text == wanted));
    assert!(journey.app.mode.overlay().is_some(), "it stays open");
}

#[test]
fn the_wheel_chooses_over_the_choices_of_a_form_and_changes_no_value_elsewhere() {
    let mut journey = journey();
    journey.keys("n");
    let line = |journey: &Journey| journey.app.mode.form().expect("a form").line();
    let before = line(&journey);
    for field in 0..3 {
        let (column, row) = place(&mut journey, Target::Field(field));
        journey.send(event(MouseEventKind::ScrollDown, column, row));
        assert_eq!(line(&journey), before);
    }
    let (column, row) = place(&mut journey, Target::Entry(1));
    journey.send(event(MouseEventKind::ScrollDown, column, row));
    assert_ne!(line(&journey), before);
}

#[test]
fn a_click_on_a_candidate_inserts_it_and_the_next_replaces_it() {
    let mut journey = Journey::new();
    journey.keys(":socket(AF_INET, SOCK_S\t");
    let offered: Vec<String> = {
        let offer = journey.app.prompt.offer().expect("several");
        offer
            .candidates
            .iter()
            .map(|own| own.text.clone())
            .collect()
    };
    for index in [1, 0] {
        assert!(click(&mut journey, Target::Candidate(index)).is_empty());
        let wanted = format!("socket(AF_INET, {}", offered[index]);
        assert_eq!(journey.app.prompt.line(), wanted);
        assert!(matches!(journey.app.mode, Mode::Prompt), "it stays open");
    }
    let (column, row) = place(&mut journey, Target::Candidate(0));
    journey.send(event(MouseEventKind::ScrollDown, column, row));
    let wanted = format!("socket(AF_INET, {}", offered[1]);
    assert_eq!(journey.app.prompt.line(), wanted);
}
