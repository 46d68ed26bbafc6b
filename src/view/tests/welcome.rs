//! The first screen: it says what this is and how to begin, at every size, and disappears when there is something to
//! show.

use crate::view::tests::*;

/// What must be said at every size.
const ALWAYS: [&str; 4] = ["real system call", "n makes a socket", "F4", "F1"];

/// What the screen shows, each pane in one line.
fn prose(app: &App) -> String {
    let shown = screen(app);
    let rows: Vec<Vec<char>> = shown.lines().map(|row| row.chars().collect()).collect();
    let panes = app.areas().panes.into_iter().map(|placed| {
        let area = placed.inside();
        let rows = &rows[usize::from(area.y)..usize::from(area.bottom())];
        let cells = |row: &Vec<char>| -> String {
            let cells = row.iter().skip(area.x.into()).take(area.width.into());
            cells.collect()
        };
        let text = rows.iter().map(cells).collect::<Vec<_>>().join(" ");
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    });
    panes.collect::<Vec<_>>().join("\n")
}

#[test]
fn it_says_what_this_is_and_how_to_begin() {
    for size in [(40, 10), (40, 24), (80, 24), (120, 40), (200, 60)] {
        let shown = prose(&app(size.0, size.1));
        for text in ALWAYS {
            assert!(shown.contains(text), "{text} at {size:?}:\n{shown}");
        }
    }
    for size in [(80, 24), (120, 40), (200, 60)] {
        let text = prose(&app(size.0, size.1));
        for part in [
            "sockplay is a playground for sockets: each key or line makes one real system call",
            "erver",
            "lient",
            "b binds it",
            "l listens",
            "a accepts",
            "c connects",
            "s sends",
            "F4 opens the course (from the shell: sockplay learn)",
            "Start sockplay in a second terminal: the two can connect to each other",
            ": types a call",
            "F1 lists all keys",
        ] {
            assert!(text.contains(part), "{part} at {size:?}:\n{text}");
        }
    }
}

#[test]
fn the_smallest_screen_has_all_of_its_short_form() {
    let shown = screen(&app(40, 10));
    for row in [
        "│Each key makes one real system call.",
        "│Server: n makes a socket, b l a.",
        "│Client: n c s. Enter runs each.",
        "│: types, F4 course, F1 all keys.",
        "│A second sockplay can connect.",
    ] {
        assert!(
            shown.lines().any(|own| own.starts_with(row)),
            "{row}\n{shown}"
        );
    }
}

#[test]
fn it_goes_when_there_is_something_to_show() {
    for size in [(40, 10), (80, 24), (120, 40)] {
        let shown = prose(&listening(size.0, size.1));
        for text in [
            "playground for sockets",
            "n makes a socket",
            "second terminal",
        ] {
            assert!(!shown.contains(text), "{shown}");
        }
    }
    let mut app = app(80, 24);
    ask(&mut app, 1, 1, None, "l = socket(AF_INET, SOCK_STREAM)");
    returns(&mut app, 2, 1, Err(Errno(libc::EMFILE)));
    let text = prose(&app);
    assert!(text.contains("No socket yet: n makes a socket"), "{text}");
    assert!(!text.contains("playground for sockets"), "{text}");
}

#[test]
fn it_is_not_modal() {
    let mut app = app(80, 24);
    for (key, is_open) in [('n', true), ('?', true)] {
        app.mode = Mode::Panes;
        update(
            &mut app,
            Msg::Key(KeyEvent::from(KeyCode::Char(key))),
            Timestamp(0),
        );
        assert_eq!(!matches!(app.mode, Mode::Panes), is_open, "{key}");
    }
}
