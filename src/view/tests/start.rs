//! The start screen: what it says at each size, and when it gives way to the panes.

use crate::view::tests::*;

fn at_start(columns: u16, rows: u16) -> App {
    let mut app = app(columns, rows);
    app.at_start = true;
    app
}

#[test]
fn it_shows_a_server_and_a_client_and_three_choices() {
    let shown = screen(&at_start(80, 24));
    for row in [
        "│ sockplay is a playground for sockets. Each key or line makes one real system │",
        "│ accept()  ◀────── the handshake ────────  connect()                          │",
        "│   1 A first conversation: server and client, step by step                    │",
        "│   2 The course: lessons with exercises                                       │",
        "│   3 Free play: n makes a socket, : types a call, F1 is the help              │",
    ] {
        assert!(shown.contains(row), "{row}\n{shown}");
    }
    assert!(!shown.contains("Log"), "no pane is shown:\n{shown}");
}

#[test]
fn every_choice_is_whole_at_every_size() {
    for (columns, rows) in [(40, 10), (40, 24), (60, 16), (80, 24), (120, 40), (200, 60)] {
        let shown = screen(&at_start(columns, rows));
        for choice in ["1 A first conversation", "2 The course", "3 Free play"] {
            assert!(
                shown.contains(choice),
                "{choice} at {columns}x{rows}:\n{shown}"
            );
        }
        assert!(shown.contains("real system"), "{columns}x{rows}:\n{shown}");
    }
}

#[test]
fn a_key_about_the_panes_or_a_call_shows_the_panes() {
    let mut app = at_start(80, 24);
    press(&mut app, KeyCode::Char('n'));
    press(&mut app, KeyCode::Esc);
    assert!(
        app.shows_start(),
        "a form that was closed again changes nothing"
    );
    press(&mut app, KeyCode::Tab);
    assert!(screen(&app).contains("Log"));
    let mut called = at_start(80, 24);
    ask(&mut called, 1, 1, None, "l = socket(AF_INET, SOCK_STREAM)");
    assert!(screen(&called).contains("Log"));
}
