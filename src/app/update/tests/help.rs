//! F1 gives help in every place, and what it was pressed over is there again afterwards.

use super::*;
use crate::app::keymap::Keymap;
use crate::app::overlay::{Overlay, Place, Question};
use crate::app::palette::{Entry as Row, Palette};
use crate::call::table::CallKind;
use crate::glossary::Subject;

fn press(journey: &mut Journey, code: KeyCode) {
    journey.send(Msg::Key(KeyEvent::from(code)));
}

/// The place that the help on the screen is about.
fn place(journey: &Journey) -> Option<Place> {
    match journey.app.mode.content() {
        Some(Content::Page(Page::HelpFor(place))) => Some(*place),
        _ => None,
    }
}

/// What is open, as far as it is told apart here.
fn open(journey: &Journey) -> String {
    match &journey.app.mode {
        Mode::Panes => "panes".to_owned(),
        Mode::Prompt => "prompt".to_owned(),
        Mode::Program => "program".to_owned(),
        Mode::Overlay(overlay) => match &overlay.content {
            Content::Page(page) => format!("{page:?}"),
            Content::Course => "course".to_owned(),
            Content::Palette(_) => "palette".to_owned(),
            Content::Explanation(..) => "explanation".to_owned(),
            Content::Form(_) => "form".to_owned(),
            Content::Question(question) => format!("{question:?}"),
        },
    }
}

#[test]
fn every_overlay_has_help_and_is_there_again_after_it() {
    let word = Row::Subject(Subject::Call(CallKind::Bind));
    let contents = || {
        let pages = Page::ALL.into_iter().filter(|page| page.place().is_some());
        let questions = [
            Question::Leave,
            Question::Restart,
            Question::Changed { page: 1 },
        ];
        pages
            .map(Content::Page)
            .chain(questions.map(Content::Question))
            .chain([Content::Course, Content::Explanation(word.clone(), None)])
    };
    assert!(contents().count() > 8);
    for content in contents() {
        let expected = content.place();
        let mut journey = Journey::new();
        journey.app.mode = Mode::Overlay(Overlay::new(content));
        let before = open(&journey);
        press(&mut journey, KeyCode::F(1));
        assert_eq!(place(&journey), expected, "{before}");
        let shown = crate::view::tests::screen(&journey.app);
        assert!(shown.contains("Help for "), "{shown}");
        press(&mut journey, KeyCode::F(1));
        assert_eq!(place(&journey), expected, "help stays help: {before}");
        press(&mut journey, KeyCode::Esc);
        assert_eq!(open(&journey), before);
    }
}

#[test]
fn every_pane_the_start_screen_and_the_prompt_have_help() {
    let mut journey = Journey::new();
    for pane in Pane::ALL {
        journey.app.mode = Mode::Panes;
        journey.app.at_start = false;
        journey.app.focus = pane;
        press(&mut journey, KeyCode::F(1));
        assert_eq!(place(&journey), Some(Place::Pane(pane)));
        press(&mut journey, KeyCode::Esc);
        assert_eq!(open(&journey), "panes");
    }
    journey.app.at_start = true;
    press(&mut journey, KeyCode::F(1));
    assert_eq!(place(&journey), Some(Place::Start));
    press(&mut journey, KeyCode::Esc);
    journey.keys(":");
    press(&mut journey, KeyCode::F(1));
    assert_eq!(place(&journey), Some(Place::Prompt));
    press(&mut journey, KeyCode::Esc);
    journey.keys(":zz ");
    press(&mut journey, KeyCode::F(1));
    assert_eq!(place(&journey), Some(Place::Prompt), "no word is known");
    press(&mut journey, KeyCode::Esc);
    assert_eq!(journey.app.prompt.line(), "zz ", "it is typed on");
    journey.keys("bind");
    press(&mut journey, KeyCode::F(1));
    assert_eq!(open(&journey), "explanation", "of the word");
}

#[test]
fn a_form_and_the_palette_explain_their_words() {
    let mut journey = Journey::new();
    journey.keys("n");
    assert_eq!(open(&journey), "form");
    press(&mut journey, KeyCode::F(1));
    assert_eq!(open(&journey), "explanation");
    press(&mut journey, KeyCode::F(1));
    assert_eq!(place(&journey), Some(Place::Explanation));
    press(&mut journey, KeyCode::Esc);
    press(&mut journey, KeyCode::Esc);
    assert_eq!(open(&journey), "form");
    let palette = Palette::new(&Keymap::default(), &[], Vec::new());
    journey.app.mode = Mode::over(Content::Palette(Box::new(palette)));
    press(&mut journey, KeyCode::F(1));
    assert_eq!(open(&journey), "explanation");
    press(&mut journey, KeyCode::Esc);
    journey.keys("zzzzzz");
    press(&mut journey, KeyCode::F(1));
    assert_eq!(place(&journey), Some(Place::Palette), "nothing is found");
    press(&mut journey, KeyCode::Esc);
    assert_eq!(open(&journey), "palette");
}

#[test]
fn while_a_filter_is_typed_there_is_help_too() {
    let mut journey = Journey::new();
    journey.app.at_start = false;
    journey.keys("/ab");
    press(&mut journey, KeyCode::F(1));
    assert_eq!(place(&journey), Some(Place::Pane(journey.app.focus)));
}
