//! What is copied by a key and by a line of the prompt.

use crate::app::copied::{Copied, CopiedText};
use crate::app::update::tests::*;
use crate::world::Record;

/// What the effects put on the clipboard.
fn copied(effects: &[Effect]) -> Option<&CopiedText> {
    effects.iter().find_map(|effect| match effect {
        Effect::Copy(copied) => Some(copied),
        _ => None,
    })
}

fn alt(journey: &mut Journey, letter: char) -> Vec<Effect> {
    let key = KeyEvent::new(KeyCode::Char(letter), KeyModifiers::ALT);
    journey.send(Msg::Key(key))
}

fn journey() -> Journey {
    let mut journey = Journey::new();
    for line in ["u = socket inet dgram", "t = socket unix dgram"] {
        let effects = journey.keys(&format!(":{line}\n"));
        journey.all_succeed(effects);
    }
    journey.keys("\x1b");
    journey
}

#[test]
fn the_selected_line_is_copied() {
    let mut journey = journey();
    let effects = journey.keys("Y");
    let text = &copied(&effects).expect("a text").text;
    assert!(
        text.starts_with("t = socket(AF_UNIX, SOCK_DGRAM) -> "),
        "{text}"
    );
    assert!(!text.ends_with('\n'), "a shell does not run it at once");
    journey.app.log_selection = journey.app.world.log().get(0).map(Record::id);
    let effects = journey.keys(":copy line\n");
    let text = &copied(&effects).expect("a text").text;
    assert!(
        text.starts_with("u = socket(AF_INET, SOCK_DGRAM) -> "),
        "{text}"
    );
}

#[test]
fn the_log_its_explanations_and_its_program_are_copied() {
    let mut journey = journey();
    let effects = alt(&mut journey, 's');
    let log = copied(&effects).expect("the log").clone();
    assert_eq!((log.file, log.text.lines().count()), ("log.sock", 2));
    let effects = alt(&mut journey, 'w');
    let why = copied(&effects).expect("the explanation");
    let explained = journey.app.explanation().expect("it has one");
    assert!(why.text.contains(&explained.why.text), "{}", why.text);
    let effects = alt(&mut journey, 'p');
    let program = copied(&effects).expect("the program");
    assert_eq!(program.file, "program.c");
    assert!(program.text.contains("int main(void)"));
    journey.keys("}");
    let effects = alt(&mut journey, 'p');
    assert_eq!(
        copied(&effects).expect("the same in Rust").file,
        "program.rs"
    );
}

#[test]
fn a_file_that_is_named_gets_the_text() {
    let mut journey = journey();
    let effects = journey.keys(":copy! log a b.sock\n");
    let [
        Effect::Write {
            file,
            text,
            what,
            replaces,
            forced,
            quits,
        },
    ] = effects.as_slice()
    else {
        panic!("{effects:?}");
    };
    assert_eq!(
        (file.as_str(), what.as_str(), *replaces, *quits),
        ("a b.sock", "the log", true, false)
    );
    assert!(text.contains("u = socket(") && forced == "copy! log FILE");
}

#[test]
fn what_cannot_be_copied_is_said() {
    let mut journey = Journey::new();
    for what in Copied::ALL {
        let effects = journey.keys(&format!(":copy {}\n\x1b", what.word()));
        assert!(copied(&effects).is_none());
        journey.keys(&format!(":copy {}\n", what.word()));
        let notice = journey.app.notice.as_ref().expect("a notice");
        assert!(notice.is_error && notice.text.contains("no call has been made"));
        journey.keys("\x1b");
    }
}

#[test]
fn no_character_of_what_is_copied_moves_a_cursor() {
    let mut journey = journey();
    let effects = journey.keys(":sendto(u, \"\\x1b[2J\\n\u{202e}x\", 127.0.0.1:9)\n");
    journey.all_succeed(effects);
    for what in [Copied::Line, Copied::Log, Copied::Why, Copied::Code] {
        let effects = journey.keys(&format!(":copy {}\n", what.word()));
        let text = &copied(&effects).expect("a text").text;
        let harmful = |c: char| c != '\n' && crate::socket::text::does_harm(c);
        assert!(text.contains("x1b") || text.contains("\\033"), "{text}");
        assert!(!text.contains(harmful), "{what:?}: {text:?}");
    }
}
