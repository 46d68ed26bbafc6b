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

/// The form that is open: its line, and the choices of the focused field that are shown.
fn form(journey: &Journey) -> (String, Vec<String>) {
    let form = journey.app.mode.form().expect("a form");
    let field = form.focused().expect("a field");
    let shown = field.shown(&form.filter);
    let texts = shown.iter().map(|at| field.choices[*at].text.clone());
    (form.line(), texts.collect())
}

#[test]
fn the_options_of_a_form_are_filtered_and_enter_runs_the_chosen_one() {
    let mut journey = journey();
    journey.keys("O");
    let (before, all) = form(&journey);
    journey.keys("/linger");
    let (line, shown) = form(&journey);
    assert!(shown.contains(&"SO_LINGER".to_owned()), "{shown:?}");
    assert!(shown.len() < all.len(), "{shown:?}");
    assert!(line.contains(&shown[0]), "{line}: the first that is shown");
    journey.keys("\n");
    for _ in 0..2 * shown.len() {
        journey.send(Msg::Key(KeyEvent::from(KeyCode::Down)));
        let (line, _) = form(&journey);
        let has = |text: &String| line.contains(text.as_str());
        assert!(shown.iter().any(has), "{line}: the arrows stay among them");
    }
    journey.keys("\x1b");
    let (after, shown) = form(&journey);
    assert_eq!((shown, after != before), (all, true), "all again");
    let effects = journey.keys("/so_linger\n\n");
    assert!(
        matches!(effects.as_slice(), [Effect::Submit(request)] if request.call.to_string().contains("SO_LINGER")),
        "{effects:?}"
    );
}

#[test]
fn a_filter_of_a_form_is_that_of_one_field() {
    let mut journey = journey();
    journey.keys("n/unix");
    let (line, shown) = form(&journey);
    assert!(line.contains("AF_UNIX") && shown.len() == 1, "{line}");
    journey.keys("\t");
    assert!(form(&journey).1.len() > 1, "the type is not filtered");
    journey.keys("/9q");
    assert_eq!(form(&journey).1, Vec::<String>::new(), "q is text here");
    assert_eq!(form(&journey).0, line, "what was chosen stays");
    journey.keys("\x1b");
    assert!(
        journey.app.mode.form().is_some(),
        "Esc ends the filter first"
    );
    journey.keys("\x1b");
    assert!(journey.app.mode.form().is_none());
}

#[test]
fn a_slash_is_text_where_a_value_may_have_one() {
    let mut journey = journey();
    journey.keys("b/tmp/x");
    assert!(form(&journey).0.ends_with(", /tmp/x)"), "a path");
    journey.keys("\x1bO");
    journey.keys("SO_X/");
    assert!(form(&journey).0.ends_with(", SO_X/)"), "it is written");
}

#[test]
fn much_text_stays_in_the_filter_of_a_form() {
    for burst in [false, true] {
        let mut journey = journey();
        journey.keys("O/");
        let text = ":quit\nq".to_owned() + &"x".repeat(60_000);
        let keys = text.chars().map(|c| KeyEvent::from(KeyCode::Char(c)));
        let message = match burst {
            true => Msg::Burst(keys.collect()),
            false => Msg::Paste(text),
        };
        assert!(journey.send(message).is_empty());
        let typed = journey.app.mode.form().map(|form| form.filter.typed());
        assert_eq!(typed, Some(":quit"));
        assert!(form(&journey).1.is_empty());
    }
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
fn f1_is_help_for_the_place_and_the_question_mark_the_whole() {
    let page = |journey: &Journey| match journey.app.mode.content() {
        Some(Content::Page(page)) => Some(*page),
        _ => None,
    };
    let mut journey = journey();
    journey.send(Msg::Key(KeyEvent::from(KeyCode::F(1))));
    assert_eq!(page(&journey), Some(Page::HelpFor(Place::Pane(Pane::Log))));
    journey.keys("\x1bv?");
    assert_eq!(page(&journey), Some(Page::HelpFor(Place::Ladder)));
    journey.keys("\x1b\x1b?");
    assert_eq!(page(&journey), Some(Page::Help));
}
