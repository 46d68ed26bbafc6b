//! The names of keys that sentences mention. The table of keys uses them too, and a test compares them with the keys.

/// The key of [`super::Action::NextSuggestion`], which the Why pane names.
pub const NEXT_SUGGESTION: &str = "!";
/// The key of [`super::Action::Interrupt`], which is shown beside each blocked call.
pub const INTERRUPT: &str = "i";
/// The key of [`super::Action::Close`], which closes the prompt too.
pub const CLOSE: &str = "Esc";
/// The key of [`super::Action::Prompt`].
pub const PROMPT: &str = ":";
/// The key of [`super::Action::Choose`], which the bottom line always has.
pub const CHOOSE: &str = "Space";
/// The key of socket(2).
pub const NEW_SOCKET: &str = "n";
/// The key of [`super::Action::Zoom`].
pub const ZOOM: &str = "z";
/// The key of [`super::Action::Quit`].
pub const QUIT: &str = "q";
/// The key that leaves from anywhere.
pub const QUIT_ANYWHERE: &str = "Ctrl-C";
/// The key of the help.
pub const HELP: &str = "F1";
/// Moves up in a list, and to the previous line.
pub const UP: &str = "Up";
/// Moves down in a list, and to the next line.
pub const DOWN: &str = "Down";
/// Many rows up.
pub const PAGE_UP: &str = "PageUp";
/// Many rows down.
pub const PAGE_DOWN: &str = "PageDown";
/// The next pane; at the prompt it completes, in a form it goes to the next field.
pub const TAB: &str = "Tab";
/// The next step of a lesson; it also runs the line of the prompt or a form, and takes the chosen row of a list.
pub const ENTER: &str = "Enter";
/// The previous page of a lesson; where text is typed it deletes a letter.
pub const BACK: &str = "Backspace";
/// Hides the lesson, or shows it again.
pub const LESSON: &str = "F3";
/// Shows the map of the course.
pub const COURSE: &str = "F4";
/// Restarts the page of a lesson.
pub const ANEW: &str = "F5";
/// Shows a hint.
pub const HINT: &str = "F6";
/// Puts a line of the solution at the prompt.
pub const SOLUTION: &str = "F7";
/// Skips the step of a lesson.
pub const LEAVE_OUT: &str = "F8";
/// Answers a question with yes.
pub const YES: &str = "y";
/// Answers a question with no.
pub const NO: &str = "n";

/// A shorter name, for a row of keys with little room.
pub fn short(key: &'static str) -> &'static str {
    match key {
        PAGE_UP => "PgUp",
        PAGE_DOWN => "PgDn",
        BACK => "Bksp",
        other => other,
    }
}
