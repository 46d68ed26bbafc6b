//! With other keys for all actions no screen names one of the usual keys.

use ratatui::style::Color;

use crate::app::keymap::{BINDINGS, Chord, Context, Keymap};
use crate::app::overlay::Question;
use crate::app::palette::Palette;
use crate::call::table::CallKind;
use crate::lesson::Entry;
use crate::view::tests::*;

/// A key for each action that no action has otherwise, and no text.
fn others() -> Keymap {
    let mut keys = Keymap::default();
    for (row, letter) in ('\u{430}'..'\u{4ff}').enumerate().take(BINDINGS.len()) {
        let name = match BINDINGS[row].context {
            Context::Panes | Context::Script | Context::Question => letter.to_string(),
            Context::Anywhere | Context::Text => format!("Alt-{letter}"),
        };
        keys.bind(row, &[name.parse::<Chord>().expect("a key")]);
    }
    keys
}

/// The words of a screen that are names of usual keys: long ones wherever they are, and single characters in the style of
/// keys. A digit numbers rows too, and `l` is a socket.
fn usual(app: &App) -> Vec<String> {
    let words = keys_or_names(app).into_iter();
    words.filter(|word| word != "l").collect()
}

/// The same, with those that may be code or the name of a socket.
fn keys_or_names(app: &App) -> Vec<String> {
    let Size { columns, rows } = app.size;
    let mut terminal = Terminal::new(TestBackend::new(columns, rows)).expect("a terminal");
    terminal
        .draw(|frame| drop(view(app, frame)))
        .expect("it is drawn");
    let buffer = terminal.backend().buffer();
    let mut words = Vec::new();
    for row in 0..rows {
        let (mut word, mut accented) = (String::new(), true);
        for column in 0..=columns {
            let cell = (column < columns).then(|| &buffer[(column, row)]);
            let part = cell.filter(|cell| {
                let symbol = cell.symbol();
                symbol.chars().all(char::is_alphanumeric)
                    || (":!&?-".contains(symbol) && cell.fg == Color::Cyan)
            });
            match part {
                Some(cell) => {
                    word.push_str(cell.symbol());
                    accented &= cell.fg == Color::Cyan;
                }
                None => {
                    let word = std::mem::take(&mut word);
                    let is_short = word.chars().count() == 1;
                    let is_number = word.parse::<u8>().is_ok();
                    let is_usual = BINDINGS.iter().any(|row| row.keys.contains(&word.as_str()));
                    let is_usual = is_usual || ["PgUp", "PgDn", "Bksp"].contains(&word.as_str());
                    if is_usual && !is_number && (accented || !is_short) {
                        words.push(word);
                    }
                    accented = true;
                }
            }
        }
    }
    words
}

#[track_caller]
fn names_no_usual_key(app: &App, what: &str) {
    let words = usual(app);
    assert!(words.is_empty(), "{what}: {words:?} in\n{}", screen(app));
}

/// Every screen without a lesson.
fn screens(size: (u16, u16), keys: &Keymap, check: &dyn Fn(&App, &str)) {
    let mut empty = app(size.0, size.1);
    empty.keys = keys.clone();
    check(&empty, "the first screen");
    let mut app = listening(size.0, size.1);
    app.keys = keys.clone();
    check(&app, "the panes");
    app.zoomed = true;
    app.captures_mouse = false;
    check(&app, "one pane");
    app.mode = Mode::Prompt;
    check(&app, "the prompt");
    app.prompt.set("setsockopt(l, SO_");
    app.prompt.complete(&app.context(), false);
    app.zoomed = false;
    check(&app, "candidates");
    for call_kind in [CallKind::Socket, CallKind::Setsockopt, CallKind::Connect] {
        let form = crate::app::defaults::form(&app, call_kind).expect("a form");
        app.mode = Mode::over(Content::Form(Box::new(form)));
        check(&app, call_kind.word());
    }
    let palette = Palette::new(&app.keys, &[], Vec::new());
    app.mode = Mode::over(Content::Palette(Box::new(palette)));
    check(&app, "the palette");
    let entry = Entry {
        id: "one".to_owned(),
        title: "One".to_owned(),
        goal: "G.".to_owned(),
        minutes: 9,
        pages: 3,
        tasks: 0,
        solutions: Vec::new(),
        questions: 0,
        needs: None,
    };
    app.learn.course = vec![entry];
    let pages = Page::ALL.map(Content::Page).into_iter();
    let questions = [Question::Leave, Question::Changed { page: 1 }];
    let contents = pages.chain(questions.map(Content::Question));
    for content in contents.chain([Content::Course]) {
        let what = format!("{content:?}");
        app.mode = Mode::over(content);
        check(&app, &what);
    }
}

/// The pages of the lesson that says how lessons work, and of an own one.
fn lessons(size: (u16, u16), keys: &Keymap, check: &dyn Fn(&App, &str)) {
    for file in crate::lesson::course::LESSONS {
        let lesson = crate::lesson::read::of_course(file, "/tmp").expect(file.id);
        let pages = lesson.pages.len();
        let mut app = app(size.0, size.1);
        app.keys = keys.clone();
        app.learn.open(std::sync::Arc::new(lesson));
        for page in 0..pages {
            let study = app.learn.study.as_mut().expect("a lesson");
            study.turn(page);
            for scroll in [isize::MIN, isize::MAX] {
                app.learn.scroll = scroll;
                check(&app, file.id);
            }
        }
        app.learn.hidden = true;
        check(&app, "a hidden lesson");
        app.learn.hidden = false;
        app.learn.presenting = true;
        check(&app, "before a class");
    }
}

const SIZES: [(u16, u16); 3] = [(80, 24), (120, 40), (200, 60)];

#[test]
fn no_screen_names_a_key_that_another_has_replaced() {
    let keys = others();
    for size in SIZES {
        screens(size, &keys, &names_no_usual_key);
    }
}

#[test]
fn no_lesson_names_a_key_that_another_has_replaced() {
    // A single character may be code there. That it is none in a sentence is a test of the documents.
    lessons((100, 60), &others(), &|app, what| {
        let mut words = keys_or_names(app);
        let is_english = |word: &str| ["End", "Up", "Down", "Left", "Right"].contains(&word);
        words.retain(|word| word.chars().count() > 1 && !is_english(word));
        assert!(words.is_empty(), "{what}: {words:?} in\n{}", screen(app));
    });
}

#[test]
fn the_usual_keys_are_found_on_the_usual_screens() {
    let found = |app: &App, what: &str| {
        let is_read = ["SO_RCVBUF", "Palette"]
            .iter()
            .any(|own| what.contains(own));
        assert!(is_read || !usual(app).is_empty(), "{what}\n{}", screen(app));
    };
    screens((120, 40), &Keymap::default(), &found);
}
