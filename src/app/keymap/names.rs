//! The actions whose keys sentences mention, each with a short name.

use crate::app::keymap::{Action, LessonAction, ScriptAction, TextAction};
use crate::call::table::CallKind;

/// Interrupts a call, which is shown beside each blocked one.
pub const INTERRUPT: Action = Action::Interrupt;
/// Makes a socket.
pub const NEW_SOCKET: Action = Action::Call(CallKind::Socket);
/// Opens the help for the place that has the keys; the whole help is below it.
pub const HELP: Action = Action::HelpHere;
/// Runs the line of the prompt or a form, and takes the chosen row of a list.
pub const ACCEPT: Action = Action::Text(TextAction::Accept);
/// Leaves the prompt, a form or a list.
pub const LEAVE: Action = Action::Text(TextAction::Close);
/// Completes at the prompt, and goes to the next field of a form.
pub const COMPLETE: Action = Action::Text(TextAction::Next);
/// The previous line at the prompt, or the previous choice.
pub const OLDER: Action = Action::Text(TextAction::Up);
/// The next line at the prompt, or the next choice.
pub const NEWER: Action = Action::Text(TextAction::Down);
/// Searches the history of the prompt.
pub const SEARCH: Action = Action::Text(TextAction::Search);
/// Many choices down.
pub const MORE: Action = Action::Text(TextAction::PageDown);
/// The next step of a lesson.
pub const NEXT: Action = Action::Lesson(LessonAction::Next);
/// The previous page of a lesson.
pub const BACK: Action = Action::Lesson(LessonAction::Back);
/// Hides the lesson, or shows it again.
pub const LESSON: Action = Action::Lesson(LessonAction::Toggle);
/// Shows the map of the course.
pub const COURSE: Action = Action::Lesson(LessonAction::Course);
/// Asks the flash cards that are due.
pub const CARDS: Action = Action::Lesson(LessonAction::Cards);
/// Restarts the page of a lesson.
pub const ANEW: Action = Action::Lesson(LessonAction::Anew);
/// Shows a hint.
pub const HINT: Action = Action::Lesson(LessonAction::Hint);
/// Puts a line of the solution at the prompt.
pub const SOLUTION: Action = Action::Lesson(LessonAction::Solution);
/// Skips the step of a lesson.
pub const LEAVE_OUT: Action = Action::Lesson(LessonAction::Leave);

/// Runs the next line of the script.
pub const SCRIPT_NEXT: Action = Action::Script(ScriptAction::Next);
/// Begins the script again.
pub const SCRIPT_AGAIN: Action = Action::Script(ScriptAction::Again);
/// Hides the script, or shows it again.
pub const SCRIPT: Action = Action::Script(ScriptAction::Toggle);

/// A shorter name, for a row of keys with little room.
pub fn short(key: &str) -> &str {
    match key {
        "PageUp" => "PgUp",
        "PageDown" => "PgDn",
        "Backspace" => "Bksp",
        other => other,
    }
}
