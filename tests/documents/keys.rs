//! The keys that the README names are those of the table, and do what is said there. Lessons name actions, and their
//! keys are shown.

use sockplay::app::keymap::{Action, BINDINGS, Keymap, LessonAction, ScriptAction};
use sockplay::app::overlay::Page;
use sockplay::call::table::CallKind;

use crate::common::files;

const README: &str = "README.md";

const fn lesson(action: LessonAction) -> Action {
    Action::Lesson(action)
}

/// Where a text names a key, `{}` in its place, and what that key must do.
const MENTIONS: &[(&str, &str, Action)] = &[
    (README, "the help, {};", Action::HelpHere),
    (
        README,
        "| `{}` Enter | `s1 = socket(",
        Action::Call(CallKind::Socket),
    ),
    (
        README,
        "| `{}`, Backspace, `5000`, Enter | `bind(",
        Action::Call(CallKind::Bind),
    ),
    (
        README,
        "| `{}` Enter | `listen(",
        Action::Call(CallKind::Listen),
    ),
    (
        README,
        "| `{}` Enter | `s2 = accept(",
        Action::Call(CallKind::Accept),
    ),
    (README, "press `{}` and type the calls", Action::Prompt),
    (
        README,
        "a function key. `{}` is the whole help",
        Action::Show(Page::Help),
    ),
    (
        README,
        "With keys the client is `{}` Enter",
        Action::Call(CallKind::Socket),
    ),
    (
        README,
        ", `{}` Enter, `s` Enter: the form",
        Action::Call(CallKind::Connect),
    ),
    (
        README,
        "Then `{}` Enter in the first terminal receives",
        Action::Call(CallKind::Recv),
    ),
    (
        README,
        "| `{}` | runs the next line; also at the prompt",
        Action::Script(ScriptAction::Next),
    ),
    (
        README,
        "| `{}` | runs the lines up to the selected one",
        Action::Script(ScriptAction::ToHere),
    ),
    (
        README,
        "| `{}` | runs all lines that are left; it stops",
        Action::Script(ScriptAction::All),
    ),
    (
        README,
        "does not hold, and `{}` or `Enter` goes on",
        Action::Script(ScriptAction::All),
    ),
    (
        README,
        "| `{}` | begins again, in a new session",
        Action::Script(ScriptAction::Again),
    ),
    (
        README,
        "| `{}` | hides the script",
        Action::Script(ScriptAction::Toggle),
    ),
    (README, "`{}` shuts down", Action::Call(CallKind::Shutdown)),
    (README, "`{}` closes.", Action::Call(CallKind::Close)),
    (README, "`{}` interrupts the call", Action::Interrupt),
    (README, "after `{}`, the phases", Action::Figure),
    (
        README,
        "as when `{}` shows State alone, both ends",
        Action::Zoom,
    ),
    (README, "`{}` shows the queues", Action::Show(Page::Queues)),
    (
        README,
        "`{}` switches to the format of strace",
        Action::Trace,
    ),
    (README, "notation: `{}`, or a click", Action::NextSuggestion),
    (
        README,
        "`{}` again takes the next one",
        Action::NextSuggestion,
    ),
    (
        README,
        "**The ladder**, with `{}`:",
        Action::Show(Page::Ladder),
    ),
    (README, "`{}`, or Ctrl-P, opens the palette", Action::Choose),
    (README, "`{}` lists every key and call", Action::HelpHere),
    (
        README,
        "`{}` is the help for where you are",
        Action::HelpHere,
    ),
    (README, "`{}` goes from pane to pane", Action::NextPane),
    (README, "`{}` shows only one", Action::Zoom),
    (README, "one, `{}` types.", Action::Prompt),
    (README, "key and call, `{}` leaves.", Action::Quit),
    (
        README,
        "`{}` shows the [I/O models]",
        Action::Show(Page::Models),
    ),
    (
        README,
        "`{}`, `2` and `3` choose",
        lesson(LessonAction::Answer(0)),
    ),
    (
        README,
        "A first conversation** (`{}`)",
        lesson(LessonAction::Answer(0)),
    ),
    (README, "the palette and {} do the same", Action::HelpHere),
    (README, "`{}` changes the theme", Action::NextTheme),
    (README, "press `{}` to release the mouse", Action::Mouse),
    (README, "`{}` holds each thread before", Action::Hold),
    (README, "`{}` lets a held one make its call", Action::Step),
    (README, "`{}` puts `step(fd4) -> `", Action::PredictHeld),
    (README, "`{}` puts `inject(fd4, `", Action::Inject),
    (
        README,
        "or {} in the playground",
        Action::Show(Page::Models),
    ),
    (
        README,
        "the list of the lessons; {} in",
        lesson(LessonAction::Course),
    ),
    (
        README,
        "`{}` does its next step",
        lesson(LessonAction::Next),
    ),
    (README, "`{}` gives a hint", lesson(LessonAction::Hint)),
    (
        README,
        "`{}` puts the solution at the prompt",
        lesson(LessonAction::Solution),
    ),
    (README, "`{}` restarts the page", lesson(LessonAction::Anew)),
    (README, "`{}` skips the goal", lesson(LessonAction::Leave)),
    (
        README,
        "`{}` shows the previous page",
        lesson(LessonAction::Back),
    ),
    (README, "`{}` hides the", lesson(LessonAction::Toggle)),
];

/// How a lesson names the key of an action.
const ACTION: &str = "`key:";

#[test]
fn the_actions_whose_keys_the_lessons_name_are_in_the_table() {
    let mut count = 0;
    for file in all().into_iter().filter(|file| file != README) {
        for name in text(&file).split(ACTION).skip(1) {
            let name = name.split('`').next().unwrap_or_default();
            let is_action = BINDINGS.iter().any(|row| row.name == name);
            assert!(is_action, "{file}: {name}");
            count += 1;
        }
    }
    assert!(count > 20, "{count}");
}

/// The text of a file with one blank between its words, without what is generated.
fn text(file: &str) -> String {
    let text = files::read(file);
    let text = text.split("<!-- begin of the").next().unwrap_or_default();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The README, the lessons and the flash cards.
fn all() -> Vec<String> {
    let of_folder = |folder: &'static str| {
        let names = files::names(&files::path(folder)).into_iter();
        names.map(move |name| format!("{folder}/{name}"))
    };
    [README.to_owned()]
        .into_iter()
        .chain(of_folder("assets/lessons"))
        .chain(of_folder("assets/cards"))
        .collect()
}

#[test]
fn a_key_that_a_text_names_does_what_the_text_says() {
    let keys = Keymap::default();
    for (file, mention, action) in MENTIONS {
        let mention = mention.replacen("{}", keys.name(*action), 1);
        assert!(text(file).contains(&mention), "{file}: no {mention:?}");
    }
}

/// Words that name a key: `F5`, and what is in backticks behind "press" or "key".
fn named(text: &str) -> Vec<String> {
    let words: Vec<&str> = text.split(' ').collect();
    let bare = |word: &str| {
        let word = word.trim_matches(|c: char| !(c.is_alphanumeric() || c == '`'));
        word.to_owned()
    };
    let is_function_key = |word: &str| {
        let word = bare(word).replace('`', "");
        let digits = word.strip_prefix('F').unwrap_or_default();
        (1..=2).contains(&digits.len()) && digits.chars().all(|c| c.is_ascii_digit())
    };
    let function_keys = words.iter().filter(|word| is_function_key(word));
    let pressed = words.windows(2).filter(|pair| {
        let verb = bare(pair[0]).to_lowercase();
        ["press", "pressing", "key"].contains(&verb.as_str()) && pair[1].starts_with('`')
    });
    let pressed = pressed.map(|pair| pair[1]);
    let named = function_keys.copied().chain(pressed);
    named.map(str::to_owned).collect()
}

#[test]
fn every_key_that_a_text_names_is_compared() {
    let keys = Keymap::default();
    let mut left = Vec::new();
    for file in all() {
        let mut text = text(&file);
        for (_, mention, action) in MENTIONS.iter().filter(|(own, ..)| *own == file) {
            text = text.replace(&mention.replacen("{}", keys.name(*action), 1), "");
        }
        let is_literal = |key: &String| !key.starts_with(ACTION);
        let literal = named(&text).into_iter().filter(is_literal);
        left.extend(literal.map(|key| format!("{file}: {key}")));
    }
    assert!(
        left.is_empty(),
        "MENTIONS does not have\n{}",
        left.join("\n")
    );
    assert_eq!(
        named("Press `x`, then F5: or (`F12`)."),
        ["F5:", "(`F12`).", "`x`,"]
    );
}
