//! The keys: one table, read by dispatch, the bottom line, the help and the tests.

mod bindings;
mod names;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

pub use crate::app::keymap::bindings::BINDINGS;
pub use crate::app::keymap::names::*;

use crate::app::overlay::Page;
use crate::call::table::CallKind;

/// What a key does while the panes receive the keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// Opens the form of a call.
    Call(CallKind),
    /// Opens the list of all calls.
    Choose,
    /// Puts the cursor into the prompt.
    Prompt,
    /// The next pane.
    NextPane,
    /// The previous pane.
    PreviousPane,
    /// Shows the focused pane alone, or all panes again.
    Zoom,
    /// Switches the log between the notation and the format of strace.
    Trace,
    /// Switches between the figure of the TCP states and the diagram of the phases.
    Figure,
    /// One row up.
    Up,
    /// One row down.
    Down,
    /// Many rows up.
    PageUp,
    /// Many rows down.
    PageDown,
    /// To the first row.
    First,
    /// To the last row; new rows are followed from there.
    Last,
    /// Interrupts the oldest pending call of the selected socket.
    Interrupt,
    /// Closes what is open; does nothing else.
    Close,
    /// Shows a page as an overlay.
    Show(Page),
    /// Puts the next suggestion of the Why pane at the prompt.
    NextSuggestion,
    /// An action of the lesson.
    Lesson(LessonAction),
    /// Redraws everything.
    Repaint,
    /// Suspends the process; `fg` resumes it.
    Suspend,
    /// Leaves the program.
    Quit,
}

/// How many rows PageUp and PageDown move.
pub const PAGE: isize = 10;

/// What a key does for a lesson.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LessonAction {
    /// Does the next step.
    Next,
    /// The previous page; in front of a class, the previous step.
    Back,
    /// Hides the lesson, or shows it again.
    Toggle,
    /// Shows the map of the course.
    Course,
    /// Restarts the page.
    Anew,
    /// Shows a hint.
    Hint,
    /// Puts a line of the solution at the prompt.
    Solution,
    /// Skips the step.
    Leave,
    /// Commits an answer, counted from 0.
    Answer(u8),
}

/// The section of the help that lists a binding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Group {
    /// Making calls.
    Calls,
    /// Moving about.
    View,
    /// A lesson.
    Lesson,
    /// The program itself.
    Program,
}

/// One key.
#[derive(Debug, Clone, Copy)]
pub struct Binding {
    /// The key.
    pub code: KeyCode,
    /// Its modifiers; an upper-case letter includes Shift.
    pub modifiers: KeyModifiers,
    /// How the key is written.
    pub key: &'static str,
    /// What it does.
    pub action: Action,
    /// A word for the bottom line; empty for keys that are only in the help.
    pub label: &'static str,
    /// A clause for the help; for calls the help shows the summary of the call.
    pub help: &'static str,
    /// The section of the help.
    pub group: Group,
}

/// What a key does while the panes receive the keys.
pub fn action(event: &KeyEvent) -> Option<Action> {
    // Terminals report Shift with some of the keys that need it and not with others.
    let modifiers = event.modifiers.difference(KeyModifiers::SHIFT);
    BINDINGS
        .iter()
        .find(|binding| binding.code == event.code && binding.modifiers == modifiers)
        .map(|binding| binding.action)
}

/// How many rows a key scrolls a page; `None` for a key that closes it.
pub fn rows_of(key: &KeyEvent) -> Option<isize> {
    match action(key)? {
        Action::Up => Some(-1),
        Action::Down => Some(1),
        Action::PageUp => Some(-PAGE),
        Action::PageDown => Some(PAGE),
        Action::First => Some(isize::MIN),
        Action::Last => Some(isize::MAX),
        _ => None,
    }
}

/// Whether a key opens the prompt.
pub fn is_prompt_key(key: &KeyEvent) -> bool {
    action(key) == Some(Action::Prompt)
}

/// The name of the first key that the table has for an action. Every sentence on the screen that mentions a key uses
/// this, so that it mentions one that works.
pub fn key(action: Action) -> &'static str {
    let found = BINDINGS.iter().find(|binding| binding.action == action);
    // A test checks that every action has a key.
    found.map_or("", |binding| binding.key)
}

/// The key of a call, if it has one.
pub fn of(call_kind: CallKind) -> Option<&'static Binding> {
    BINDINGS
        .iter()
        .find(|binding| binding.action == Action::Call(call_kind))
}

/// What a binding does, in words.
pub fn help(binding: &Binding) -> String {
    match binding.action {
        Action::Call(call_kind) => {
            let row = call_kind.signature();
            format!("{row}: {}", row.summary)
        }
        _ => binding.help.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use crate::app::keymap::*;
    use crate::call::table::SIGNATURES;
    use crate::call::table::{CallKind, Group as CallGroup};

    #[test]
    fn no_key_is_bound_twice() {
        for (index, a) in BINDINGS.iter().enumerate() {
            for b in &BINDINGS[index + 1..] {
                assert!(
                    (a.code, a.modifiers) != (b.code, b.modifiers),
                    "{} is bound twice",
                    a.key
                );
            }
        }
    }

    /// How a key is written.
    fn name(code: KeyCode, modifiers: KeyModifiers) -> String {
        match code {
            KeyCode::Char(' ') => "Space".to_owned(),
            KeyCode::Char(letter) if modifiers == KeyModifiers::CONTROL => {
                format!("Ctrl-{}", letter.to_ascii_uppercase())
            }
            KeyCode::BackTab => "Shift-Tab".to_owned(),
            KeyCode::Esc => "Esc".to_owned(),
            KeyCode::PageUp => "PageUp".to_owned(),
            KeyCode::PageDown => "PageDown".to_owned(),
            KeyCode::Char(letter) => letter.to_string(),
            KeyCode::F(number) => format!("F{number}"),
            other => format!("{other:?}"),
        }
    }

    #[test]
    fn a_key_is_written_as_what_it_is() {
        for binding in BINDINGS {
            let written = name(binding.code, binding.modifiers);
            assert_eq!(written, binding.key, "{:?}", binding.action);
        }
    }

    #[test]
    fn a_name_in_a_sentence_is_that_of_the_key_which_does_so() {
        let lesson = Action::Lesson;
        for (written, action) in [
            (NEXT_SUGGESTION, Action::NextSuggestion),
            (INTERRUPT, Action::Interrupt),
            (CLOSE, Action::Close),
            (PROMPT, Action::Prompt),
            (CHOOSE, Action::Choose),
            (NEW_SOCKET, Action::Call(CallKind::Socket)),
            (ZOOM, Action::Zoom),
            (QUIT, Action::Quit),
            (HELP, Action::Show(Page::Help)),
            (UP, Action::Up),
            (DOWN, Action::Down),
            (PAGE_UP, Action::PageUp),
            (PAGE_DOWN, Action::PageDown),
            (TAB, Action::NextPane),
            (ENTER, lesson(LessonAction::Next)),
            (BACK, lesson(LessonAction::Back)),
            (LESSON, lesson(LessonAction::Toggle)),
            (COURSE, lesson(LessonAction::Course)),
            (ANEW, lesson(LessonAction::Anew)),
            (HINT, lesson(LessonAction::Hint)),
            (SOLUTION, lesson(LessonAction::Solution)),
            (LEAVE_OUT, lesson(LessonAction::Leave)),
        ] {
            assert_eq!(key(action), written, "{action:?}");
        }
    }

    #[test]
    fn every_binding_is_explained_and_dispatched() {
        for binding in BINDINGS {
            assert!(!help(binding).is_empty(), "{}", binding.key);
            let event = KeyEvent::new(binding.code, binding.modifiers);
            assert_eq!(action(&event), Some(binding.action), "{}", binding.key);
        }
    }

    #[test]
    fn every_call_has_a_key_but_those_that_only_a_script_needs() {
        let is_listed = |call_kind: CallKind| call_kind.signature().group != CallGroup::Prompt;
        let without: Vec<&str> = SIGNATURES
            .iter()
            .filter(|row| of(row.call_kind).is_none() && !is_listed(row.call_kind))
            .map(|row| row.word)
            .collect();
        assert_eq!(without, ["wait", "cancel", "sleep"]);
        let choose = KeyEvent::from(KeyCode::Char(' '));
        assert_eq!(action(&choose), Some(Action::Choose), "the list has a key");
    }

    #[test]
    fn what_has_a_key_of_its_own_is_in_the_list_too() {
        for binding in BINDINGS {
            if let Action::Call(call_kind) = binding.action {
                let listed = call_kind.signature().group != CallGroup::Prompt;
                assert!(listed, "{}", call_kind.word());
            }
        }
    }
}
