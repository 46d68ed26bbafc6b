//! The screen and moving on it: sizes, colours, help, focus, zoom and the mouse.

use sockplay::app::keymap::BINDINGS;

use crate::common::child::PROGRAM;
use crate::common::display::Shown;
use crate::common::terminal::{ESC, Rig, USUAL, sockplay_at};

const PAGE_DOWN: &str = "\x1b[6~";
const HOME: &str = "\x1b[H";
const END: &str = "\x1b[F";

/// A listener, and a connection with bytes in it.
#[track_caller]
fn with_sockets(size: (u16, u16)) -> Rig {
    let mut rig = sockplay_at(size);
    rig.prompt(&["l = socket inet stream", "bind l 127.0.0.1:0", "listen l 5"]);
    rig.line("c = socket inet stream")
        .line("connect c addr(l)")
        .line("s = accept l");
    rig.line("send c \"hello\"").wait_for("▮ 5 B");
    rig.wait_for_row(&["send(c, \"hello\")", "-> 5"])
        .panes()
        .wait_for("press : to type a line");
    rig.wait_for("other end: ESTABLISHED · 5 B unread · s, ours");
    rig
}

/// The rows of a screen without what follows a clock: the times in the State pane are of any length.
fn timeless(shown: &Shown) -> Vec<String> {
    let mut in_state = false;
    let mut rows = Vec::new();
    for row in &shown.rows {
        if row.starts_with('├') {
            in_state = row.contains("State ·");
        }
        if row.starts_with('├') || !in_state {
            rows.push(row.clone());
        }
    }
    rows
}

/// Whether the frames reach into all corners of a screen of this size.
fn is_framed(shown: &Shown, (columns, rows): (u16, u16)) -> bool {
    let (columns, rows) = (usize::from(columns), usize::from(rows));
    let corners = |row: &str, left, right| {
        row.chars().count() == columns && row.starts_with(left) && row.ends_with(right)
    };
    shown.rows.len() == rows
        && corners(&shown.rows[1], '┌', '┐')
        && corners(&shown.rows[rows - 1], '└', '┘')
        && shown.rows[2..rows - 1]
            .iter()
            .all(|row| row.chars().count() == columns)
}

#[test]
fn a_terminal_that_is_too_small_says_so_and_loses_nothing() {
    let mut rig = with_sockets((80, 24));
    let before = timeless(&rig.screen());
    rig.resize((20, 5)).wait_for("needs 40x10");
    rig.wait_for("this is 20x5");
    assert!(!rig.screen().has("Sockets"), "{}", rig.screen().text());
    rig.resize((80, 24))
        .wait_until("the same as before", |shown| timeless(shown) == before);
}

#[test]
fn every_size_is_filled() {
    let mut rig = with_sockets((80, 24));
    let before = timeless(&rig.screen());
    for size in [
        (200, 60),
        (40, 10),
        (111, 50),
        (112, 24),
        (41, 60),
        (200, 10),
        (80, 24),
    ] {
        rig.resize(size);
        rig.wait_until(&format!("{size:?} filled"), |shown| {
            is_framed(shown, size) && shown.has("▪ Sockets")
        });
    }
    rig.wait_until("the same as before", |shown| timeless(shown) == before);
}

#[test]
fn a_large_screen_shows_everything_at_once() {
    let mut rig = with_sockets((200, 60));
    let shown = rig.screen();
    assert!(is_framed(&shown, (200, 60)), "{}", shown.text());
    for text in [
        "▪ Sockets",
        "State · c",
        "Log",
        "Why · send()",
        "●ESTABLISHED○",
    ] {
        assert!(shown.has(text), "{text}:\n{}", shown.text());
    }
    assert_eq!(rig.keys("q").wait_exit().code(), Some(0));
    rig.assert_restored();
}

/// The parameters of every SGR sequence that sets a colour.
fn colours(raw: &[u8]) -> Vec<String> {
    let text = String::from_utf8_lossy(raw);
    let sequences = text.split("\x1b[").skip(1).filter_map(|rest| {
        let end = rest.find(|c: char| !c.is_ascii_digit() && c != ';' && c != ':')?;
        rest[end..].starts_with('m').then(|| rest[..end].to_owned())
    });
    let is_colour = |number: &str| {
        matches!(
            number.parse(),
            Ok(30..=38 | 40..=48 | 58 | 90..=97 | 100..=107)
        )
    };
    sequences
        .filter(|sgr| sgr.split([';', ':']).any(is_colour))
        .collect()
}

#[test]
fn no_color_is_obeyed() {
    let program = PROGRAM;
    for (environment, coloured) in [(&[][..], true), (&[("NO_COLOR", "1")][..], false)] {
        let mut rig = Rig::start(USUAL, program, &[], environment);
        rig.wait_for("n makes a socket")
            .call("n")
            .wait_for_row(&["s1", "unbound"]);
        rig.call("l").wait_for_row(&["s1", "LISTEN"]);
        rig.call("a").wait_for("accept() blocked");
        rig.keys("s").wait_for("This will fail");
        rig.keys(ESC).wait_without("This will fail");
        rig.prompt(&["send s1 \"x\"", "nonsense("])
            .wait_for("unknown call");
        rig.keys("\x15send(s1, \"x\", \t").wait_for("MSG_PEEK");
        rig.keys("\x1bOP").wait_for("Source: send(2)");
        rig.keys(ESC).wait_without("Source: send(2)");
        rig.keys("\x15")
            .panes()
            .keys("q")
            .wait_for("Still pending")
            .keys("y")
            .wait_exit();
        let colours = colours(&rig.raw());
        // Bright red and bright magenta: what can be seen on dark and on light palettes.
        let is_readable =
            |own: &String| ["38;5;9", "38;5;13"].iter().any(|hue| own.starts_with(hue));
        assert!(colours.iter().all(is_readable), "{colours:?}");
        assert_eq!(
            !colours.is_empty(),
            coloured,
            "{environment:?}: {colours:?}"
        );
    }
}

#[test]
fn the_help_can_be_scrolled_and_has_every_key() {
    let mut rig = sockplay_at((80, 24));
    rig.keys("\x1bOP").wait_for("any other key closes");
    let first = rig.screen().rows;
    rig.keys(END)
        .wait_until("its end", |shown| shown.rows != first);
    let last = rig.screen().rows;
    rig.keys(HOME)
        .wait_until("its beginning", |shown| shown.rows == first);
    let mut read = first.clone();
    let mut page = first;
    while page != last {
        rig.keys(PAGE_DOWN)
            .wait_until("another page", |shown| shown.rows != page);
        page = rig.screen().rows;
        read.extend(page.iter().cloned());
    }
    for binding in BINDINGS {
        let entry = format!("│ {:<10} ", binding.keys.join(", "));
        assert!(
            read.iter().any(|row| row.starts_with(&entry)),
            "{}",
            binding.name
        );
    }
    rig.keys("\x1b[<64;5;5M")
        .wait_until("the wheel scrolls it", |shown| shown.rows != page);
    rig.keys("q").wait_without("any other key closes");
    rig.keys("?").wait_for("any other key closes");
    rig.keys(ESC).wait_for("▪ Sockets");
}

#[test]
fn tab_goes_round_the_panes_and_z_shows_one_alone() {
    let mut rig = with_sockets((80, 24));
    for pane in ["State", "Log", "Why", "Transitions", "Sockets", "State"] {
        rig.keys("\t").wait_for(&format!("▪ {pane}"));
        assert_eq!(rig.screen().count("▪"), 1, "{}", rig.screen().text());
    }
    rig.keys("\x1b[Z").wait_for("▪ Sockets");
    rig.keys("\t\t").wait_for("▪ Log");
    let before = timeless(&rig.screen());
    rig.keys("z").wait_for("▪ Log · z shows all panes");
    let shown = rig.screen();
    assert!(
        !shown.has("Sockets") && !shown.has("Why"),
        "{}",
        shown.text()
    );
    assert!(
        shown.has("l = socket(AF_INET, SOCK_STREAM)"),
        "{}",
        shown.text()
    );
    rig.keys("z")
        .wait_until("all panes", |shown| timeless(shown) == before);
}

#[test]
fn the_mouse_selects_focuses_and_scrolls() {
    let mut rig = with_sockets(USUAL);
    rig.wait_for("State · c")
        .click("· l ")
        .wait_for("State · l");
    rig.wait_for("▸ l ");
    rig.click("Why ").wait_for("▪ Why");
    assert!(rig.screen().has("▸ l "), "the selection stays");
    rig.click("listen(l, 5)").wait_for("Why · listen()");
    rig.wait_for("▪ past · Log");
    rig.wheel("listen(l, 5)", false).wait_for("Why · socket()");
    rig.wheel("listen(l, 5)", true).wait_for("Why · socket()");
    rig.wheel("▸ l ", true).wait_for("State · c");
    rig.wheel("▸ c ", false).wait_for("State · l");
    rig.click("press : to type")
        .wait_for("Enter run  Tab complete");
    rig.click("▸ l ").wait_for("▪ Sockets");
}

#[test]
fn a_click_on_a_key_presses_it() {
    let mut rig = crate::common::terminal::sockplay();
    rig.click("n new").wait_for("Enter runs it");
    rig.keys("\r").wait_for("-> fd 3");
    rig.click("F1 help").wait_for("any other key closes");
    rig.keys("x").wait_without("any other key closes");
    rig.keys(":").wait_for("Enter run");
    rig.click("Esc panes").wait_without("Enter run");
    rig.click("q quit");
    assert!(rig.wait_exit().success());
}

#[test]
fn a_restarted_session_has_nothing_and_the_first_numbers_again() {
    let mut rig = with_sockets((80, 24));
    rig.prompt(&["accept l"]).wait_for("accept() blocked");
    rig.line("restart").wait_for("Restart the session?");
    rig.wait_for("cancels 1 pending call");
    rig.keys("n").wait_without("Restart the session?");
    assert!(rig.screen().has("3 sockets"), "{}", rig.screen().text());
    rig.keys("\x1b[20~").wait_for("Restart the session?");
    rig.keys("y").wait_for("0 sockets  0 calls");
    rig.prompt(&["l = socket inet stream"])
        .wait_for_row(&["l = socket(AF_INET, SOCK_STREAM)", "-> fd 3"]);
    rig.line("bind l 127.0.0.1:0").line("listen l 5");
    rig.wait_for_row(&["l ", "LISTEN"]);
    rig.wait_for_row(&["l CLOSE → LISTEN", "listen()"]);
}

#[test]
fn undo_runs_the_lines_again_and_not_the_calls_that_serve_made() {
    let mut rig = crate::common::terminal::sockplay();
    rig.prompt(&["l = socket inet stream", "bind l 127.0.0.1:0", "listen l 5"]);
    rig.line("serve(l, echo)").wait_for("serve() loops");
    rig.line("c = socket inet stream").line("connect c addr(l)");
    rig.line("send c \"abc\"").line("recv c 10");
    rig.wait_for_row(&["recv(c, 10)", "3 \"abc\""]);
    rig.line("close c").wait_for_row(&["close(l_1)"]);
    rig.panes().keys("U").wait_for("Run the first 8 of 9 lines");
    rig.keys("y").wait_for("8 lines run again");
    rig.wait_for_row(&["recv(c, 10)", "3 \"abc\""]);
    assert!(!rig.screen().has("close(c)"), "{}", rig.screen().text());
}

#[test]
fn the_layout_is_remembered_by_the_next_one() {
    let state = tempfile::tempdir().expect("a folder");
    let folder = state.path().to_string_lossy().into_owned();
    let environment = [("XDG_STATE_HOME", folder.as_str())];
    let mut rig = Rig::start((80, 24), PROGRAM, &[], &environment);
    rig.wait_for("n makes a socket");
    let file = state.path().join("sockplay/screen.json");
    assert!(!file.exists(), "nothing was chosen yet");
    rig.keys("LLL").wait_for("layout ladder");
    rig.wait_for("├ Ladder ");
    rig.keys("q").wait_exit();
    let mut rig = Rig::start((80, 24), PROGRAM, &[], &environment);
    rig.wait_for("n makes a socket").keys("\t");
    rig.wait_for("▪ Ladder").wait_for("├ Queues ");
    rig.keys("L").wait_for("├ Code ");
    rig.keys("L").wait_for("├ State ");
}
