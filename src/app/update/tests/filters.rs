//! Filters of the log and the sockets, and the help for a place.

use crate::app::overlay::{Content, Page};
use crate::app::page::Place;
use crate::app::update::tests::*;

/// Six sockets, and one that listens.
fn journey() -> Journey {
    let mut journey = Journey::new();
    for _ in 0..6 {
        let effects = journey.keys("n\n");
        journey.all_succeed(effects);
    }
    let effects = journey.keys("l\n");
    journey.all_succeed(effects);
    journey.app.focus = Pane::Log;
    journey
}

fn shown(journey: &Journey) -> Option<usize> {
    let places = journey.app.log_filter.places(&journey.app.world);
    places.map(|places| places.len())
}

#[test]
fn the_log_is_filtered_while_words_are_typed_and_until_esc() {
    let mut journey = journey();
    assert_eq!(shown(&journey), None);
    journey.keys("/q");
    assert_eq!(shown(&journey), Some(0), "q is text here");
    journey.send(Msg::Key(KeyEvent::from(KeyCode::Backspace)));
    journey.keys("LISTEN");
    assert_eq!(shown(&journey), Some(1));
    let effects = journey.keys("\nl\n");
    journey.all_succeed(effects);
    assert_eq!(shown(&journey), Some(2), "a new line is looked at too");
    journey.keys("\x1b");
    assert_eq!(shown(&journey), None);
    journey.keys("/listen\x1b");
    assert_eq!(shown(&journey), None, "Esc clears it while it is typed too");
}

#[test]
fn arrows_go_through_the_lines_that_are_shown() {
    let mut journey = journey();
    journey.keys("/s2\n");
    let places = journey.app.log_filter.places(&journey.app.world);
    let place = places.expect("a filter")[0];
    journey.keys("k");
    let record = journey.app.record().expect("a call").id();
    assert_eq!(journey.app.world.log().place(record), Some(place));
}

#[test]
fn a_call_is_looked_at_again_when_it_has_ended() {
    let mut journey = journey();
    journey.keys("/-> 0\n");
    let effects = journey.keys("l\n");
    let before = shown(&journey);
    journey.all_succeed(effects);
    assert_eq!(shown(&journey), before.map(|count| count + 1));
}

#[test]
fn sockets_are_filtered_and_the_arrows_stay_among_them() {
    let mut journey = journey();
    journey.app.focus = Pane::Sockets;
    journey.keys("/s3\n");
    assert_eq!(journey.app.filtered().len(), 1);
    journey.keys("jjj");
    let name = journey.app.selected().map(|own| own.name().to_string());
    assert_eq!(name.as_deref(), Some("s3"));
    journey.keys("\x1b");
    assert_eq!(journey.app.filtered().len(), 6);
}

#[test]
fn much_text_stays_in_the_filter_and_makes_no_call() {
    for burst in [false, true] {
        let mut journey = journey();
        journey.keys("/");
        let text = ":quit\nq".to_owned() + &"x".repeat(60_000);
        let message = match burst {
            true => Msg::Burst(
                text.chars()
                    .map(|c| KeyEvent::from(KeyCode::Char(c)))
                    .collect(),
            ),
            false => Msg::Paste(text),
        };
        assert!(journey.send(message).is_empty());
        assert!(journey.app.log_filter.filter.typed().chars().count() <= 60);
        assert_eq!(journey.app.world.log().len(), 7);
    }
}

#[test]
fn the_question_mark_is_help_for_the_place_and_f1_the_whole() {
    let page = |journey: &Journey| match journey.app.mode.content() {
        Some(Content::Page(page)) => Some(*page),
        _ => None,
    };
    let mut journey = journey();
    journey.keys("?");
    assert_eq!(page(&journey), Some(Page::HelpFor(Place::Pane(Pane::Log))));
    journey.keys("\x1bv?");
    assert_eq!(page(&journey), Some(Page::HelpFor(Place::Ladder)));
    journey.keys("\x1b");
    journey.send(Msg::Key(KeyEvent::from(KeyCode::F(1))));
    assert_eq!(page(&journey), Some(Page::Help));
}
