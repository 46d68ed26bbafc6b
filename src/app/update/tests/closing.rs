//! Esc closes what is open and does nothing else; what was being typed is not lost.

use super::*;
use crate::app::overlay::Place;

/// The line at the prompt, and the one that Up then recalls.
fn at_prompt(journey: &mut Journey) -> (String, String) {
    let line = journey.app.prompt.line().to_owned();
    journey.send(Msg::Key(KeyEvent::from(KeyCode::Up)));
    (line, journey.app.prompt.line().to_owned())
}

#[test]
fn an_unfinished_line_goes_to_the_history_and_the_next_one_is_new() {
    let mut journey = Journey::new();
    journey.keys(":h\x1b:bind x");
    assert_eq!(
        at_prompt(&mut journey),
        ("bind x".to_owned(), "h".to_owned())
    );
}

#[test]
fn a_line_that_failed_does_not_stay_either() {
    let mut journey = Journey::new();
    journey.keys(":h\n");
    assert!(journey.app.notice.is_some() && journey.app.prompt.line() == "h");
    journey.keys("\x1b:");
    assert_eq!(at_prompt(&mut journey), (String::new(), "h".to_owned()));
    let mut journey = Journey::new();
    journey.keys(":close(zz)\n\x1b:");
    assert_eq!(
        at_prompt(&mut journey),
        (String::new(), "close(zz)".to_owned()),
        "one that came back, once"
    );
}

#[test]
fn a_line_of_the_history_is_left_with_the_one_that_was_begun() {
    let mut journey = Journey::new();
    journey.keys(":one\x1b:two\x1b:three");
    journey.send(Msg::Key(KeyEvent::from(KeyCode::Up)));
    journey.send(Msg::Key(KeyEvent::from(KeyCode::Up)));
    assert_eq!(journey.app.prompt.line(), "one");
    journey.keys("\x1b:");
    let up = |journey: &mut Journey| at_prompt(journey).1;
    let lines = [0; 3].map(|_| up(&mut journey));
    assert_eq!(lines, ["three", "two", "one"], "none is there twice");
}

#[test]
fn a_click_into_a_pane_leaves_the_prompt_as_esc_does() {
    let mut journey = Journey::new();
    journey.keys(":half");
    journey.send(Msg::Mouse(crossterm::event::MouseEvent {
        kind: crossterm::event::MouseEventKind::Down(crossterm::event::MouseButton::Left),
        column: 5,
        row: 3,
        modifiers: KeyModifiers::NONE,
    }));
    assert!(matches!(journey.app.mode, Mode::Panes));
    journey.keys(":");
    assert_eq!(at_prompt(&mut journey), (String::new(), "half".to_owned()));
}

#[test]
fn what_was_being_typed_below_an_overlay_is_typed_on() {
    for key in ["\x1b", "q"] {
        let mut journey = Journey::new();
        journey.keys(":half");
        journey.send(Msg::Key(KeyEvent::from(KeyCode::F(1))));
        assert!(matches!(
            journey.app.mode.content(),
            Some(Content::Page(Page::HelpFor(Place::Prompt)))
        ));
        journey.keys(key).clear();
        journey.keys(" a line");
        assert_eq!(journey.app.prompt.line(), "half a line");
    }
}

#[test]
fn in_every_overlay_a_colon_opens_the_prompt() {
    let overlays: [fn(&mut Journey); 6] = [
        |journey| journey.app.mode = Mode::over(Content::Page(Page::Help)),
        |journey| journey.app.mode = Mode::over(Content::Page(Page::Models)),
        |journey| journey.app.mode = Mode::over(Content::Page(Page::Ladder)),
        |journey| journey.app.mode = Mode::over(Content::Page(Page::Address)),
        |journey| journey.app.mode = Mode::over(Content::Page(Page::Queues)),
        |journey| journey.app.mode = Mode::over(Content::Course),
    ];
    for overlay in overlays {
        let mut journey = Journey::new();
        overlay(&mut journey);
        journey.keys(":x");
        let mode = &journey.app.mode;
        assert!(matches!(mode, Mode::Prompt), "{mode:?}");
        assert_eq!(journey.app.prompt.line(), "x");
    }
}

#[test]
fn esc_shows_all_panes_again() {
    let mut journey = Journey::new();
    journey.keys("z");
    assert!(journey.app.zoomed);
    assert!(journey.keys("\x1b").is_empty() && !journey.app.zoomed);
}

#[test]
fn no_row_of_esc_interrupts() {
    let map = crate::app::keymap::Keymap::default();
    let bound = map.panes(&KeyEvent::from(KeyCode::Esc));
    assert_eq!(bound, Some(crate::app::keymap::Action::Close));
}

#[test]
fn a_key_without_a_meaning_says_so_once() {
    let mut journey = Journey::new();
    journey.keys("B");
    let said = |journey: &Journey| {
        journey
            .app
            .notice
            .as_ref()
            .map(|notice| notice.text.clone())
    };
    let text = said(&journey).expect("it is said");
    assert_eq!(text, "B does nothing here: F1 lists the keys");
    journey.keys("B");
    assert_eq!(said(&journey), None, "once is enough");
    journey.keys("Y");
    assert!(said(&journey).is_some(), "of another key it is said too");
}
