//! The help for a place: what is shown there, its keys, the words that are on the screen with their meaning, and then the
//! whole help.

use ratatui::style::Style;
use ratatui::text::Line;

use crate::app::page::Place;
use crate::app::palette::Entry;
use crate::app::state::App;
use crate::glossary::Subject;
use crate::layout::Pane;
use crate::socket::option;
use crate::view::explanation;
use crate::view::help::{self, entry, heading, written};
use crate::view::sheet::Sheet;
use crate::view::text::paragraph;

/// A place, what is shown there, and the names of the actions that belong to it.
type Row = (Place, &'static str, &'static [&'static str]);

const LADDER: &str = "The conversation of the selected socket: both ends side by side with their calls and states, and the \
                      segments between them, captured or inferred.";
const QUEUES: &str =
    "What waits in the queues of the selected socket, and which calls sent and took it.";

/// What is shown in each place.
const PLACES: [Row; 23] = [
    (
        Place::Pane(Pane::Sockets),
        "Each socket of this session: its name and descriptor, its kind, its addresses, its state, and below it the calls \
         that are pending. The selected one is shown in State, and the keys of calls act on it.",
        &[
            "up",
            "down",
            "filter",
            "fold",
            "interrupt",
            "palette",
            "queues",
            "ladder",
        ],
    ),
    (
        Place::Pane(Pane::State),
        "The selected socket: where it is among the states that it can have, what the kernel reports of it and of the \
         other end, and the states before. After poll(), select() and epoll calls, the set and what is ready.",
        &["figure", "zoom", "queues", "ladder", "page-up", "page-down"],
    ),
    (
        Place::Pane(Pane::Transitions),
        "The latest state changes of all sockets: from which state to which, the cause, and when. A state with ~ was not observed: the \
         connection passed through it too fast.",
        &["up", "down", "layout"],
    ),
    (
        Place::Pane(Pane::Ladder),
        LADDER,
        &["ladder", "up", "down", "last", "layout"],
    ),
    (
        Place::Pane(Pane::Queues),
        QUEUES,
        &["queues", "up", "down", "layout"],
    ),
    (
        Place::Pane(Pane::Code),
        "The session as a program that makes the same calls, up to the moment that is shown. The lines that the selected \
         line of the log became are marked. What a program cannot do is a comment in it.",
        &[
            "code",
            "next-language",
            "copy.code",
            "up",
            "down",
            "filter",
            "zoom",
        ],
    ),
    (
        Place::Pane(Pane::Program),
        "The terminal of the traced program. Its socket calls are in the log, its sockets in the list, like your own.",
        &[
            "program",
            "trace.hold",
            "trace.step",
            "trace.predict",
            "trace.inject",
            "zoom",
            "layout",
        ],
    ),
    (
        Place::Pane(Pane::Log),
        "Each call with the time at which it began and its result, the newest last. Why is about the selected line.",
        &[
            "up",
            "down",
            "last",
            "filter",
            "log.strace",
            "copy.line",
            "copy.log",
            "code",
            "address",
            "commands",
        ],
    ),
    (
        Place::Pane(Pane::Why),
        "Why the selected call returned its result, where to read more, and numbered lines that can be run next.",
        &["suggestion", "copy.why", "commands", "address", "page-down"],
    ),
    (
        Place::Pane(Pane::Lesson),
        "The page of the lesson. Its steps are real calls in this session.",
        &[
            "lesson.next",
            "lesson.hint",
            "lesson.solution",
            "lesson.skip",
            "lesson.restart",
            "lesson.back",
            "lesson.hide",
        ],
    ),
    (
        Place::Pane(Pane::Script),
        "The script, as it is in its file, with the next line and the results of those that were run. Its lines are real \
         calls in this session, judged as by `sockplay run`.",
        &[
            "script.next",
            "script.run-to-here",
            "script.run-all",
            "script.restart",
            "script.hide",
            "up",
            "down",
        ],
    ),
    (
        Place::Start,
        "The start screen offers a guided first conversation, the course, and free play. Every key of the playground \
         works here as well.",
        &[
            "lesson.next",
            "lesson.answer-1",
            "call.socket",
            "prompt",
            "palette",
            "course",
        ],
    ),
    (
        Place::Models,
        "The same exchange in each I/O model: where the process waited, and what copied the data.",
        &["models", "page-up", "page-down"],
    ),
    (
        Place::Ladder,
        LADDER,
        &["ladder", "page-up", "page-down", "last"],
    ),
    (
        Place::Address,
        "The address that the selected call passed or got back: the C struct field by field, and its bytes.",
        &["address", "page-down"],
    ),
    (Place::Queues, QUEUES, &["queues", "page-down"]),
    (
        Place::Commands,
        "Shell commands that show the same for a program of your own.",
        &["commands", "page-down"],
    ),
    (
        Place::Course,
        "The lessons, and which of them you have done: the goals reached, the predictions right, your calls and those of the \
         shortest known solutions, and the flash cards that are due.",
        &["up", "down", "filter", "course", "cards", "text.accept"],
    ),
    (
        Place::Prompt,
        "A line is typed here: a call in the notation, or a command. Help on a word explains \
         the word.",
        &[
            "text.accept",
            "text.next",
            "text.up",
            "text.search",
            "text.close",
            "suggestion",
        ],
    ),
    (
        Place::Form,
        "The arguments of a call, each in a field, and the line that they make. Help on a word explains the word.",
        &[
            "text.accept",
            "text.next",
            "text.previous",
            "text.up",
            "text.down",
            "filter",
            "text.close",
        ],
    ),
    (
        Place::Palette,
        "Everything that has a name: calls, options, errors, actions, lessons. What is typed narrows the list. Help \
         explains the chosen row.",
        &["text.accept", "text.up", "text.down", "text.close"],
    ),
    (
        Place::Explanation,
        "What a word means, and where to read more. The key that accepts opens the form of a call or an option; any other key goes back.",
        &["up", "down", "page-down", "text.accept"],
    ),
    (
        Place::Question,
        "A question that has to be answered before anything else is done.",
        &["question.yes", "question.no"],
    ),
];

/// The page.
pub(crate) fn sheet(app: &App, place: Place, width: usize) -> Sheet {
    let mut lines = Vec::new();
    if let Some((_, shown, actions)) = PLACES.iter().find(|row| row.0 == place) {
        lines.extend(paragraph(shown, width, Style::new()));
        heading(&mut lines, &app.theme, "Keys here");
        for (row, keys) in app.keys.rows() {
            if actions.contains(&row.name) && !keys.is_empty() {
                entry(&mut lines, &app.theme, &written(keys), &row.words(), width);
            }
        }
    }
    words(app, place, width, &mut lines);
    heading(&mut lines, &app.theme, "The whole help");
    let before = lines.len();
    let mut topics = Vec::new();
    lines.extend(help::lines(app, width, &mut topics));
    topics.iter_mut().for_each(|(_, row)| *row += before);
    Sheet {
        topics,
        ..Sheet::new(&format!(" Help for {} ", name(place)), lines)
    }
}

fn name(place: Place) -> &'static str {
    match place {
        Place::Pane(pane) => pane.title(),
        Place::Start => "the start screen",
        Place::Models => "the I/O models",
        Place::Ladder => "the conversation",
        Place::Address => "the address",
        Place::Queues => "the queues",
        Place::Commands => "the shell commands",
        Place::Course => "the course",
        Place::Prompt => "the prompt",
        Place::Form => "a form",
        Place::Palette => "the palette",
        Place::Explanation => "an explanation",
        Place::Question => "a question",
    }
}

/// What the words mean that are on the screen there.
fn words(app: &App, place: Place, width: usize, lines: &mut Vec<Line<'static>>) {
    let subjects = subjects(app, place);
    if subjects.is_empty() {
        return;
    }
    heading(lines, &app.theme, "Words here");
    for subject in subjects {
        let title = format!("{}, {}", subject.name(), subject.described());
        lines.push(Line::styled(title, app.theme.accent));
        lines.extend(explanation::lines(app, &Entry::Subject(subject), width));
    }
}

/// The state of the selected socket; of the selected call its name, its option and its error.
fn subjects(app: &App, place: Place) -> Vec<Subject> {
    match place {
        Place::Pane(Pane::Sockets | Pane::State | Pane::Ladder | Pane::Queues)
        | Place::Ladder
        | Place::Queues => {
            let socket = app.selected();
            let state = socket.and_then(|socket| app.world.tcp_state(socket));
            state.map(Subject::State).into_iter().collect()
        }
        Place::Pane(Pane::Program) => Vec::new(),
        Place::Pane(Pane::Log | Pane::Why | Pane::Code) | Place::Address | Place::Commands => {
            let Some(record) = app.record() else {
                return Vec::new();
            };
            let call = record.call();
            let set = call.option();
            let set = set.and_then(|own| option::by_number(own.level, own.number));
            let errno = record
                .outcome()
                .and_then(crate::call::outcome::Outcome::errno);
            let errno = errno.filter(|errno| errno.known_name().is_some());
            std::iter::once(Subject::Call(call.call_kind()))
                .chain(set.map(Subject::Option))
                .chain(errno.map(Subject::Errno))
                .collect()
        }
        Place::Pane(Pane::Lesson | Pane::Script | Pane::Transitions)
        | Place::Start
        | Place::Models
        | Place::Course
        | Place::Prompt
        | Place::Form
        | Place::Palette
        | Place::Explanation
        | Place::Question => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use crate::app::keymap::BINDINGS;
    use crate::view::context_help::PLACES;

    #[test]
    fn the_keys_of_a_place_are_in_the_table() {
        for (place, shown, actions) in PLACES {
            assert!(shown.ends_with('.'), "{place:?}");
            for action in actions {
                let mut rows = BINDINGS.iter();
                assert!(rows.any(|row| row.name == *action), "{place:?} {action}");
            }
        }
    }
}
