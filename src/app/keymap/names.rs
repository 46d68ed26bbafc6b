//! How the keys are written that sentences name. The table has the same names, and a test compares them with the keys.

/// The key of [`super::Action::NextSuggestion`], which the Why pane names.
pub const NEXT_SUGGESTION: &str = "!";
/// The key of [`super::Action::Interrupt`], which stands beside each blocked call.
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
/// That which leaves from anywhere.
pub const QUIT_ANYWHERE: &str = "Ctrl-C";
/// The key of the help.
pub const HELP: &str = "F1";
/// Moves up in a list, and to the line before.
pub const UP: &str = "Up";
/// Moves down in a list.
pub const DOWN: &str = "Down";
/// Many rows up.
pub const PAGE_UP: &str = "PageUp";
/// Many rows down.
pub const PAGE_DOWN: &str = "PageDown";
/// The next pane; at the prompt it completes, in a form it goes to the next field.
pub const TAB: &str = "Tab";
/// The next step of a lesson; it runs the line at the prompt and of a form, and takes the chosen row of a list.
pub const ENTER: &str = "Enter";
/// The page before of a lesson; it takes a letter back where text is typed.
pub const BACK: &str = "Backspace";
/// Hides the lesson, or shows it again.
pub const LESSON: &str = "F3";
/// Shows the map of the course.
pub const COURSE: &str = "F4";
/// Begins the page of a lesson anew.
pub const ANEW: &str = "F5";
/// Shows a hint.
pub const HINT: &str = "F6";
/// Puts a line of the solution at the prompt.
pub const SOLUTION: &str = "F7";
/// Goes on without what is to be done.
pub const LEAVE_OUT: &str = "F8";
/// Answers a question with yes.
pub const YES: &str = "y";
/// Answers a question with no.
pub const NO: &str = "n";

/// A shorter name, where a row of keys has little room.
pub fn short(key: &'static str) -> &'static str {
    match key {
        PAGE_UP => "PgUp",
        PAGE_DOWN => "PgDn",
        BACK => "Bksp",
        other => other,
    }
}
