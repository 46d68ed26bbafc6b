//! What the pane shows of a script, at any size and whatever is in the file.

use crate::app::keymap::ScriptAction;
use crate::app::state::App;
use crate::layout::Pane;
use crate::script::Stepping;
use crate::view::tests::{draw_again, readable, screen};

const SCRIPT: &str = "# Two sockets that are connected from the beginning, and a comment that is longer than the pane is wide, so that it is broken.\n\na, b = socketpair(AF_UNIX, SOCK_STREAM)\nsend(a, \"two  blanks\")                   -> 11\nrecv(b, 9)                               -> 9 \"two  blank\"\n";

fn opened(columns: u16, rows: u16, text: &str) -> App {
    let appearance = readable::appearance();
    let mut app = App::new((columns, rows), appearance, "/tmp".to_owned(), 7);
    app.script = Some(Stepping::open("a/b/pair.sock", text.as_bytes()).expect("it is right"));
    app.focus = Pane::Script;
    app
}

#[test]
fn the_script_is_beside_the_panes_with_its_next_line_marked() {
    for size in [(80, 24), (120, 40), (200, 60)] {
        let shown = screen(&opened(size.0, size.1, SCRIPT));
        for text in [
            "Script · pair.sock 0/3",
            "1   # Two sockets",
            "3 ▸ a, b = socketpair(AF_UNIX, SOCK_STREAM)",
            "4   send(a, \"two  blanks\")",
            "Enter next",
            "F6 to here",
            "F3 hide",
        ] {
            assert!(shown.contains(text), "{size:?} {text}\n{shown}");
        }
        assert!(!shown.contains("a/b/pair"), "{shown}");
    }
}

#[test]
fn the_keys_that_run_lines_are_offered_while_there_are_any() {
    let shown = screen(&opened(120, 40, "# Nothing to run.\n"));
    assert!(shown.contains("F5 again"), "{shown}");
    for key in ["Enter next", "F6 to here", "F7 all"] {
        assert!(!shown.contains(key), "{key}\n{shown}");
    }
}

#[test]
fn the_selected_line_is_on_the_screen_however_far_down_it_is() {
    let mut text = "# A comment.\n".repeat(5000);
    text.push_str("socket(AF_INET, SOCK_STREAM)\n");
    let mut app = opened(80, 24, &text);
    assert!(screen(&app).contains("5001 ▸ socket(AF_INET, SOCK_STREAM)"));
    let script = app.script.as_mut().expect("it is open");
    script.select_by(isize::MIN);
    assert!(screen(&app).contains("   1▪  # A comment."));
    app.script.as_mut().expect("it is open").select_by(2500);
    assert!(screen(&app).contains("2501▪  # A comment."));
}

#[test]
fn long_lines_and_control_characters_are_shown_at_every_size() {
    let text = format!(
        "#{}\n# \x1b[2J\x07 and \u{202e}\nsend(a1, \"x\") # {}\n",
        "x".repeat(60_000),
        "word ".repeat(12_000)
    );
    let text = text.replace("a1", "s1");
    for size in [(40, 10), (41, 11), (60, 16), (80, 24), (120, 40), (200, 60)] {
        let mut app = opened(size.0, size.1, &text);
        for line in 0..3 {
            app.script.as_mut().expect("it is open").select(line);
            let shown = screen(&app);
            assert!(!shown.contains('\x1b'), "{shown}");
            draw_again(&mut app);
        }
    }
}

#[test]
fn a_hidden_script_leaves_the_screen_to_the_panes() {
    let mut app = opened(80, 24, SCRIPT);
    app.zoomed = true;
    app.focus = Pane::Log;
    assert!(screen(&app).contains("Enter runs line 3"));
    app.zoomed = false;
    let mut effects = Vec::new();
    crate::app::update::script::act(&mut app, ScriptAction::Toggle, &mut effects);
    let shown = screen(&app);
    assert!(!shown.contains("socketpair"), "{shown}");
    assert!(shown.contains("F3 brings it back"), "{shown}");
}
