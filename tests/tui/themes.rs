//! Themes and characters on a terminal: the query for the background, the options, NO_COLOR and the theme files.

use std::fs;
use std::os::unix::fs::DirBuilderExt;
use std::path::Path;

use crate::common::child::{PROGRAM, program};
use crate::common::display::Shown;
use crate::common::terminal::{ESC, Rig, USUAL, sockplay};

/// Answers to the query for the background.
const WHITE: &str = "\x1b]11;rgb:ffff/ffff/ffff\x07";
const BLACK: &str = "\x1b]11;rgb:0000/0000/0000\x1b\\";

fn asks(rig: &Rig) -> bool {
    rig.raw_without_query() != rig.raw()
}

fn start(arguments: &[&str], environment: &[(&str, &str)]) -> Rig {
    let mut rig = Rig::start(USUAL, PROGRAM, arguments, environment);
    rig.wait_for("Free play").keys("3").wait_for("Sockets");
    rig
}

/// The foreground of the first character of a text.
fn foreground(shown: &Shown, text: &str) -> vt100::Color {
    let (column, row) = shown.place(text);
    let at = |number: usize| u16::try_from(number - 1).expect("on the screen");
    let cell = shown.screen.cell(at(row), at(column));
    cell.expect("a cell").fgcolor()
}

/// Waits until the title of the focused frame has a colour of the sixteen, or none.
#[track_caller]
fn wait_for_focus(rig: &mut Rig, color: vt100::Color) {
    rig.wait_until(&format!("{color:?}"), |shown| {
        foreground(shown, "▪ Sockets") == color
    });
}

#[test]
fn the_background_that_the_terminal_reports_chooses_the_hues() {
    for (answer, color) in [(WHITE, 4), (BLACK, 6)] {
        let mut rig = sockplay();
        assert!(asks(&rig));
        wait_for_focus(&mut rig, vt100::Color::Default);
        rig.keys(answer);
        wait_for_focus(&mut rig, vt100::Color::Idx(color));
        assert_eq!(rig.keys("q").wait_exit().code(), Some(0));
        rig.assert_restored();
    }
}

#[test]
fn keys_around_the_answer_are_not_lost_and_the_answer_is_no_key() {
    let mut rig = sockplay();
    rig.keys(format!("n{WHITE}\r:"))
        .wait_for_row(&["s1", "unbound"]);
    rig.keys(format!("bind s1{BLACK} 127.0.0.1:0\r"))
        .wait_for_row(&["bind(s1, 127.0.0.1:0)", "-> 0"]);
    // The beginning of an answer alone is keys after a while.
    rig.keys("\x1b]11").wait_until("11 at the prompt", |shown| {
        shown
            .rows
            .iter()
            .any(|row| row.contains("› ") && row.contains("11"))
    });
}

#[test]
fn a_terminal_is_not_asked_where_nothing_depends_on_it() {
    for (arguments, environment) in [
        (&["--theme", "dark"][..], &[][..]),
        (&[], &[("NO_COLOR", "1")]),
        (&[], &[("TERM", "linux")]),
        (&[], &[("TERM", "dumb")]),
    ] {
        let mut rig = start(arguments, environment);
        assert!(!asks(&rig), "{arguments:?} {environment:?}");
        assert_eq!(rig.keys("q").wait_exit().code(), Some(0));
        assert!(!asks(&rig), "{arguments:?} {environment:?}");
    }
}

#[test]
fn a_theme_with_a_background_covers_the_screen() {
    // Whoever names a theme wants its colours.
    for environment in [&[][..], &[("NO_COLOR", "1")]] {
        let rig = start(&["--theme", "solarized-light"], environment);
        let shown = rig.screen();
        let (rows, columns) = shown.screen.size();
        for (row, column) in [
            (0, 0),
            (0, columns.get() - 1),
            (rows.get() / 2, columns.get() / 2),
            (rows.get() - 1, 0),
        ] {
            let cell = shown.screen.cell(row, column).expect("a cell");
            assert_eq!(
                cell.bgcolor(),
                vt100::Color::Rgb(0xfd, 0xf6, 0xe3),
                "{row} {column}"
            );
        }
    }
}

#[test]
fn a_key_changes_the_theme() {
    let mut rig = start(&["--theme", "terminal-dark"], &[]);
    rig.keys("C").wait_for("theme terminal-light, 3 of 9");
    wait_for_focus(&mut rig, vt100::Color::Idx(4));
    rig.keys("C").wait_for("theme dark, 4 of 9");
    wait_for_focus(&mut rig, vt100::Color::Rgb(0x6c, 0xc3, 0xd5));
    // An answer that comes later changes nothing.
    rig.keys(WHITE).keys("n").wait_for("Enter runs it");
    rig.keys(ESC).wait_without("Enter runs it");
    wait_for_focus(&mut rig, vt100::Color::Rgb(0x6c, 0xc3, 0xd5));
}

#[test]
fn the_palette_switches_to_a_theme_at_once() {
    let home = tempfile::tempdir().expect("a folder");
    let configuration = home.path().to_str().expect("a path");
    write_theme(
        home.path(),
        "mine.toml",
        "about = \"magenta for me\"\nfocus = \"magenta\"\n",
    );
    let environment = [("XDG_CONFIG_HOME", configuration)];
    let mut rig = start(&["--theme", "terminal-dark"], &environment);
    rig.keys(" theme: dark")
        .wait_for_row(&["theme", "dark", "light text on a dark background"]);
    rig.keys("\r").wait_for("theme dark, 4 of 10");
    wait_for_focus(&mut rig, vt100::Color::Rgb(0x6c, 0xc3, 0xd5));
    rig.keys(" theme: mine")
        .wait_for_row(&["theme", "mine", "magenta for me"]);
    rig.keys("\r").wait_for("theme mine, 10 of 10");
    wait_for_focus(&mut rig, vt100::Color::Idx(5));
}

#[test]
fn the_palette_leads_back_to_the_theme_that_suits_the_terminal() {
    let mut rig = start(&["--theme", "dark"], &[]);
    assert!(!asks(&rig));
    rig.keys(" theme auto\r")
        .wait_for("theme auto: it suits the terminal's background");
    assert!(asks(&rig));
    rig.keys(WHITE);
    wait_for_focus(&mut rig, vt100::Color::Idx(4));
}

fn is_ascii(shown: &Shown) -> bool {
    shown.rows.iter().all(|row| row.is_ascii())
}

#[test]
fn the_console_and_other_encodings_get_ascii() {
    for (arguments, environment, ascii) in [
        (&[][..], &[("TERM", "linux")][..], true),
        (&[], &[("LANG", "C")], true),
        (
            &[],
            &[("LANG", "de_DE.UTF-8"), ("LC_CTYPE", "de_DE.ISO-8859-1")],
            true,
        ),
        (&[], &[("LANG", "C"), ("LC_ALL", "en_GB.UTF-8")], false),
        (&["--ascii"], &[], true),
        (&[], &[], false),
    ] {
        let mut rig = start(arguments, environment);
        assert_eq!(
            is_ascii(&rig.screen()),
            ascii,
            "{arguments:?} {environment:?}"
        );
        if ascii {
            rig.prompt(&["l = socket inet stream", "bind l 127.0.0.1:0", "listen l 5"]);
            rig.line("send l \"grüße\"").wait_for("EPIPE");
            rig.line("accept l &").wait_for("accept() blocked").panes();
            for key in ["v", "Q", "\x1bOP"] {
                rig.keys(key).wait_without("* Sockets");
                let shown = rig.screen();
                assert!(is_ascii(&shown), "{}", shown.text());
                rig.keys(ESC).wait_for("* Sockets");
            }
            let shown = rig.screen();
            assert!(shown.has("gr\\xc3\\xbc"), "{}", shown.text());
        }
    }
}

/// Writes a theme file below a folder that is `XDG_CONFIG_HOME`.
fn write_theme(configuration: &Path, name: &str, text: &str) {
    let folder = configuration.join("sockplay/themes");
    let mut builder = fs::DirBuilder::new();
    builder
        .recursive(true)
        .mode(0o700)
        .create(&folder)
        .expect("a folder");
    fs::write(folder.join(name), text).expect("a file");
}

#[test]
fn a_theme_of_the_user_is_used_by_its_name() {
    let home = tempfile::tempdir().expect("a folder");
    let configuration = home.path().to_str().expect("a path");
    write_theme(
        home.path(),
        "mine.toml",
        "base = \"terminal\"\nfocus = \"magenta\"\n",
    );
    let environment = [("XDG_CONFIG_HOME", configuration)];
    let mut rig = start(&["--theme", "mine"], &environment);
    wait_for_focus(&mut rig, vt100::Color::Idx(5));
    write_theme(home.path(), "broken.toml", "focsu = \"magenta\"\n");
    let mut rig = Rig::start(USUAL, PROGRAM, &[], &environment);
    rig.wait_for("broken.toml:1: unknown key `focsu`; did you mean `focus`?");
}

#[test]
fn a_theme_that_cannot_be_used_is_refused_before_the_screen_is_taken() {
    let home = tempfile::tempdir().expect("a folder");
    write_theme(
        home.path(),
        "mine.toml",
        "good = \"green\"\nbad = \"rde\"\n",
    );
    for (name, said) in [
        ("drak", "no theme is called `drak`; did you mean `dark`?"),
        (
            "mine",
            "themes/mine.toml:2: unknown colour or attribute `rde`; did you mean `red`?",
        ),
        ("../mine", "no theme is called `../mine`"),
        ("\u{1b}[31m", "no theme is called `\\u{1b}[31m`"),
    ] {
        for command in [&[][..], &["learn"]] {
            let output = program()
                .args(command)
                .args(["--theme", name])
                .env("XDG_CONFIG_HOME", home.path())
                .output()
                .expect("it runs");
            assert_eq!(output.status.code(), Some(2), "{name}");
            let error = String::from_utf8_lossy(&output.stderr);
            assert!(error.contains(said), "{name}: {error}");
        }
    }
}

#[test]
fn the_configuration_sets_the_theme_and_the_command_line_overrides_it() {
    let home = tempfile::tempdir().expect("a folder");
    let configuration = home.path().to_str().expect("a path");
    let environment = [("XDG_CONFIG_HOME", configuration)];
    write_theme(home.path(), "mine.toml", "focus = \"magenta\"\n");
    let file = home.path().join("sockplay/config.toml");
    fs::write(&file, "theme = \"mine\"\nglyphs = \"unicode\"\n").expect("a file");
    let [theme, console] = [environment[0], ("TERM", "linux")];
    let mut rig = start(&[], &[theme, console]);
    wait_for_focus(&mut rig, vt100::Color::Idx(5));
    let mut rig = start(&["--theme", "auto"], &environment);
    wait_for_focus(&mut rig, vt100::Color::Default);
    assert!(asks(&rig));
    let rig = start(&["--ascii"], &environment);
    assert!(is_ascii(&rig.screen()));
    fs::write(&file, "glyphs = \"ascii\"\n").expect("a file");
    assert!(is_ascii(&start(&[], &environment).screen()));
    fs::write(&file, "\ntheme = \"drak\"\n").expect("a file");
    let output = program().env("XDG_CONFIG_HOME", home.path()).output();
    let output = output.expect("it runs");
    let error = String::from_utf8_lossy(&output.stderr);
    let said = "config.toml:2: no theme is called `drak`; did you mean `dark`?";
    assert!(error.contains(said), "{error}");
    assert_eq!(output.status.code(), Some(2));
}
