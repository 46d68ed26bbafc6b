//! Reading what was printed, and what is said of mistakes.

use crate::app::keymap::{Action, INTERRUPT};
use crate::call::table::CallKind;
use crate::config::*;
use crate::layout::preset::Preset;

/// What is wrong with a text.
fn faults(text: &str) -> Vec<String> {
    let faults = read(text).expect_err(text);
    faults.iter().map(ToString::to_string).collect()
}

#[test]
fn what_is_printed_is_read_again() {
    let mut config = Config {
        theme: "my \"own\" \\ one".to_owned(),
        glyphs: Glyphs::Ascii,
        mouse: false,
        clipboard: Clipboard::File,
        history: 0,
        layout: Some(Preset::Ladder),
        ..Config::default()
    };
    for (row, binding) in crate::app::keymap::BINDINGS.iter().enumerate() {
        if binding.name == "help" {
            config
                .keys
                .bind(row, &["\\", "\""].map(|key| key.parse().expect("a key")));
        }
        if binding.name == "call.dup" {
            config.keys.bind(row, &[]);
        }
    }
    for config in [Config::default(), config] {
        let text = printed(&config);
        let mut again = read(&text).unwrap_or_else(|faults| panic!("{faults:?}\n{text}"));
        assert!(again.line_of("theme").is_some());
        again.lines.clear();
        assert_eq!(again, config);
        assert!(text.lines().all(|line| line.len() <= 130), "{text}");
    }
}

#[test]
fn an_empty_file_is_the_default() {
    assert_eq!(read(""), Ok(Config::default()));
    assert_eq!(read("# nothing\n\n[keys]\n"), Ok(Config::default()));
}

#[test]
fn an_action_gets_the_keys_that_the_file_says() {
    let text = "mouse = false\n[keys]\ninterrupt = \"Ctrl-X\"\ncall.dup = []\n\"call.bind\" = [\"B\", \"Alt-b\"]\n";
    let config = read(text).expect("it is right");
    assert!(!config.mouse && config.line_of("mouse") == Some(1));
    assert_eq!(config.line_of("theme"), None);
    assert_eq!(config.keys.name(INTERRUPT), "Ctrl-X");
    assert_eq!(config.keys.of(CallKind::Dup), "");
    assert_eq!(config.keys.of(CallKind::Bind), "B");
    assert_eq!(config.keys.name(Action::Quit), "q", "as before");
}

#[test]
fn keys_can_be_exchanged() {
    let config = read("[keys]\nup = \"Down\"\ndown = \"Up\"\n").expect("it is right");
    assert_eq!(config.keys.name(Action::Up), "Down");
}

#[test]
fn a_mistake_is_said_with_its_place_and_what_is_right() {
    for (text, said) in [
        (
            "thme = 1",
            "1:1: there is no setting `thme`: did you mean `theme`?",
        ),
        (
            "\n\ncolours = 1",
            "3:1: there is no setting `colours`: the settings are theme, glyphs, mouse, clipboard, history, journal, journal_days, journal_megabytes, layout, keys",
        ),
        (
            "mouse = \"on\"",
            "1:9: mouse: it needs true or false, but this is the text \"on\"",
        ),
        (
            "history = -1",
            "1:11: history: it needs a number from 0 to 100000, but this is the number -1",
        ),
        (
            "glyphs = \"asci\"",
            "1:10: glyphs: it needs one of \"auto\", \"unicode\", \"ascii\", but this is the text \"asci\": did you mean \"ascii\"?",
        ),
        (
            "theme = \"\"",
            "1:9: theme: it needs the name of a theme, but this is empty",
        ),
        ("keys = 1", "1:8: keys is a table: [keys]"),
        (
            "[keys]\ncall.bnd = \"b\"",
            "2:6: there is no action `call.bnd`: did you mean `call.bind`?",
        ),
        (
            "[keys]\nx.y.z = 1",
            "2:1: there is no action `x`: `sockplay config --default` lists all of them",
        ),
        (
            "[keys]\nB = \"call.bind\"",
            "2:1: the action comes first: call.bind = \"B\"",
        ),
        (
            "[keys]\nquit = \"Entr\"",
            "2:8: `Entr` is not a key: did you mean `Enter`?",
        ),
        (
            "[keys]\nquit = \"Hyper-Q\"",
            "2:8: `Hyper-Q` is not a key: a key is a character, Ctrl- or Alt- with one, or a name such as Enter, F5, PageUp",
        ),
        (
            "[keys]\nquit = [\"Q\", 3]",
            "2:14: `quit` needs a key or a list of keys, such as \"b\" or [\"Up\", \"k\"], but this is the number 3",
        ),
        (
            "[keys]\nquit = []",
            "2:8: `quit` needs a key, because the screen mentions it",
        ),
        (
            "[keys]\ntext.close = \"k\"",
            "2:14: `k` cannot be the key of `text.close`, which applies where text is typed, too: it is a character there",
        ),
        (
            "[keys]\nquit-anywhere = \"Left\"",
            "2:17: `Left` cannot be the key of `quit-anywhere`, which applies where text is typed, too: it edits the line there",
        ),
        (
            "[keys]\ncall.bind = \"j\"",
            "2:6: `j` cannot be the key of `call.bind`, because it is the key of `down`: give `down` another key, or use one that is free",
        ),
        (
            "[keys]\nquit = \"7\"\nhelp = \"7\"",
            "3:1: `7` cannot be the key of `help`, because it is the key of `quit`: give `quit` another key, or use one that is free",
        ),
    ] {
        assert_eq!(faults(text), [said], "{text}");
    }
}

#[test]
fn what_is_not_toml_is_said_with_its_place() {
    let said = faults("mouse = true\ntheme = \"dark\nglyphs = 1\n");
    assert!(
        said[0].starts_with("2:") && said[0].contains("this is not TOML"),
        "{said:?}"
    );
}

#[test]
fn all_mistakes_are_said_at_once() {
    let said = faults("[keys]\nquit = \"Entr\"\n[other]\nmouse = 1\n");
    assert_eq!(said.len(), 2, "{said:?}");
    assert!(
        said[0].starts_with("2:8:") && said[1].starts_with("3:2:"),
        "{said:?}"
    );
}
