//! The keys that the README and the lessons name are those of the table, and do what is said there.

use sockplay::app::keymap::{Action, Keymap, LessonAction};
use sockplay::app::overlay::Page;
use sockplay::call::table::CallKind;

use crate::common::files;

const README: &str = "README.md";
const TWO_TERMINALS: &str = "assets/lessons/38-two-terminals.md";
const FIRST_LESSON: &str = "assets/lessons/01-what-is-a-socket.md";

const fn lesson(action: LessonAction) -> Action {
    Action::Lesson(action)
}

/// Where a text names a key, `{}` in its place, and what that key must do.
const MENTIONS: &[(&str, &str, Action)] = &[
    (README, "the help, {};", Action::Show(Page::Help)),
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
    (
        README,
        "press `{}` and type, in the notation",
        Action::Prompt,
    ),
    (
        README,
        "By keys the client is `{}` Enter",
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
    (README, "`{}` shuts down", Action::Call(CallKind::Shutdown)),
    (README, "`{}` closes.", Action::Call(CallKind::Close)),
    (README, "`{}` interrupts the call", Action::Interrupt),
    (README, "with `{}`, the phases", Action::Figure),
    (README, "or alone with `{}`, both ends", Action::Zoom),
    (README, "`{}` shows the queues", Action::Show(Page::Queues)),
    (
        README,
        "`{}` turns it into what strace prints",
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
    (README, "`{}` opens a list of all calls", Action::Choose),
    (
        README,
        "`{}` lists every key and call",
        Action::Show(Page::Help),
    ),
    (README, "`{}` goes from pane to pane", Action::NextPane),
    (README, "`{}` shows one alone", Action::Zoom),
    (README, "`{}` types, ", Action::Prompt),
    (README, "`{}` leaves. The mouse", Action::Quit),
    (
        README,
        "`{}` shows the I/O models",
        Action::Show(Page::Models),
    ),
    (
        README,
        "the I/O models, as {} shows them",
        Action::Show(Page::Models),
    ),
    (
        README,
        "or {} in the playground",
        Action::Show(Page::Models),
    ),
    (
        README,
        "the map of the course; {} in",
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
    (
        README,
        "`{}` goes on without the goal",
        lesson(LessonAction::Leave),
    ),
    (
        README,
        "`{}` shows the page before",
        lesson(LessonAction::Back),
    ),
    (README, "`{}` hides the", lesson(LessonAction::Toggle)),
    (
        FIRST_LESSON,
        "{} does the next step",
        lesson(LessonAction::Next),
    ),
    (FIRST_LESSON, "{} gives a hint", lesson(LessonAction::Hint)),
    (
        FIRST_LESSON,
        "{} puts the solution at the prompt",
        lesson(LessonAction::Solution),
    ),
    (
        FIRST_LESSON,
        "{} restarts the page",
        lesson(LessonAction::Anew),
    ),
    (
        FIRST_LESSON,
        "{} hides the lesson",
        lesson(LessonAction::Toggle),
    ),
    (FIRST_LESSON, "`{}` lets you type a line", Action::Prompt),
    (FIRST_LESSON, "Press `{}` and type", Action::Prompt),
    (
        FIRST_LESSON,
        "`{}` shows the queues",
        Action::Show(Page::Queues),
    ),
    (
        "assets/lessons/03-sockaddr.md",
        "a call in the Log and press `{}`",
        Action::Show(Page::Address),
    ),
    (
        "assets/lessons/03-sockaddr.md",
        "Press `{}` with one of the last",
        Action::Show(Page::Address),
    ),
    (
        "assets/lessons/11-byte-stream.md",
        "press `{}`: ten bytes wait",
        Action::Show(Page::Queues),
    ),
    (
        "assets/lessons/14-reset.md",
        "Press `{}` first",
        Action::Show(Page::Queues),
    ),
    (
        "assets/lessons/16-datagrams.md",
        "Press `{}` before the next line",
        Action::Show(Page::Queues),
    ),
    (
        "assets/lessons/17-sendto-recvfrom.md",
        "Press `{}` on the last line",
        Action::Show(Page::Address),
    ),
    (
        "assets/lessons/20-unix-paths.md",
        "Press `{}` on the second line",
        Action::Show(Page::Address),
    ),
    (
        "assets/lessons/21-unix-abstract.md",
        "Press `{}` on the `bind()` line",
        Action::Show(Page::Address),
    ),
    (
        "assets/lessons/24-options.md",
        "Press `{}` to see the whole",
        Action::Trace,
    ),
    (
        "assets/lessons/25-buffers.md",
        "Press `{}` to see the queues",
        Action::Show(Page::Queues),
    ),
    (
        "assets/lessons/27-blocking-model.md",
        "Press `{}`: it shows this model",
        Action::Show(Page::Models),
    ),
    (
        "assets/lessons/32-epoll-et.md",
        "(key `{}`)",
        Action::Show(Page::Queues),
    ),
    (
        "assets/lessons/33-signal-driven.md",
        "Press `{}`: each model",
        Action::Show(Page::Models),
    ),
    (
        TWO_TERMINALS,
        "go on with {} until the heading",
        lesson(LessonAction::Next),
    ),
    (
        TWO_TERMINALS,
        "{} leaves it out there",
        lesson(LessonAction::Leave),
    ),
    (TWO_TERMINALS, "and {} goes on", lesson(LessonAction::Next)),
    (
        TWO_TERMINALS,
        "press `{}`: the form of `connect()`",
        Action::Call(CallKind::Connect),
    ),
];

/// The text of a file with one blank between its words.
fn text(file: &str) -> String {
    let text = files::read(file);
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
        left.extend(named(&text).into_iter().map(|key| format!("{file}: {key}")));
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
