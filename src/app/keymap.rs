//! The keys: one table of actions, each with a name that a config file can bind to other keys. Dispatch, the bottom
//! line, the help, and every sentence that names a key read the effective table, [`Keymap`].

mod bindings;
mod chord;
mod names;

use crossterm::event::KeyEvent;

pub use crate::app::keymap::bindings::BINDINGS;
pub use crate::app::keymap::chord::{Chord, NotAKey};
pub use crate::app::keymap::names::*;

use crate::app::copied::Copied;
use crate::app::page::Page;
use crate::call::table::CallKind;

/// What a key does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// Opens the form of a call.
    Call(CallKind),
    /// Opens the palette.
    Choose,
    /// Puts the cursor into the prompt.
    Prompt,
    /// The next pane.
    NextPane,
    /// The previous pane.
    PreviousPane,
    /// Shows the focused pane alone, or all panes again.
    Zoom,
    /// The next layout preset.
    Layout,
    /// Folds closed sockets away, or shows them again.
    Fold,
    /// Asks whether to begin the session again.
    Restart,
    /// Switches the log between the notation and the format of strace.
    Trace,
    /// Switches between the figure of the TCP states and the diagram of the phases.
    Figure,
    /// Changes to the next theme.
    NextTheme,
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
    /// Filters the focused pane, or the page that is open.
    Filter,
    /// Closes what is open; does nothing else.
    Close,
    /// Shows a page as an overlay.
    Show(Page),
    /// Shows the help for the place that has the keys.
    HelpHere,
    /// Puts the next suggestion of the Why pane at the prompt.
    NextSuggestion,
    /// An action of the lesson.
    Lesson(LessonAction),
    /// Looks back.
    Past(PastAction),
    /// An action of the script that is open.
    Script(ScriptAction),
    /// Gives the keyboard to the traced program, or takes it back.
    Program,
    /// Holds the threads of the traced program before each call, or lets all continue.
    Hold,
    /// Lets a held thread of the traced program make its call.
    Step,
    /// Puts a prediction of the held call at the prompt.
    PredictHeld,
    /// Puts a fault for the held call at the prompt.
    Inject,
    /// Releases the mouse, or captures it again.
    Mouse,
    /// Copies something of the session.
    Copy(Copied),
    /// Shows the session as a program, or the layout that was there before.
    Code,
    /// Shows the program in the next language.
    NextLanguage,
    /// Redraws everything.
    Repaint,
    /// Puts the line at the prompt that saves the session.
    Save,
    /// Suspends the process; `fg` resumes it.
    Suspend,
    /// Leaves the program.
    Quit,
    /// Leaves the program, from any mode.
    QuitAnywhere,
    /// Answers a question with yes.
    Yes,
    /// Answers a question with no.
    No,
    /// An action where text is typed or a row is chosen.
    Text(TextAction),
}

impl Action {
    /// Whether a key does something in the session, which a recording is not.
    pub(crate) fn needs_session(self) -> bool {
        match self {
            Self::Call(_)
            | Self::Restart
            | Self::Interrupt
            | Self::NextSuggestion
            | Self::Lesson(_)
            | Self::Program
            | Self::Hold
            | Self::Step
            | Self::PredictHeld
            | Self::Inject
            | Self::Script(_)
            | Self::Past(PastAction::RunToHere | PastAction::Undo) => true,
            Self::Past(
                PastAction::Back
                | PastAction::Forward
                | PastAction::First
                | PastAction::Present
                | PastAction::Play,
            )
            | Self::Choose
            | Self::Prompt
            | Self::NextPane
            | Self::PreviousPane
            | Self::Zoom
            | Self::Layout
            | Self::Fold
            | Self::Trace
            | Self::Figure
            | Self::NextTheme
            | Self::Up
            | Self::Down
            | Self::PageUp
            | Self::PageDown
            | Self::First
            | Self::Last
            | Self::Filter
            | Self::Close
            | Self::Show(_)
            | Self::HelpHere
            | Self::Mouse
            | Self::Copy(_)
            | Self::Code
            | Self::NextLanguage
            | Self::Repaint
            | Self::Save
            | Self::Suspend
            | Self::Quit
            | Self::QuitAnywhere
            | Self::Yes
            | Self::No
            | Self::Text(_) => false,
        }
    }
}

/// What a key does at the prompt, in a form and in a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TextAction {
    /// Runs the line, or takes the chosen row.
    Accept,
    /// Leaves.
    Close,
    /// Completes, or the next field.
    Next,
    /// The previous completion or field.
    Previous,
    /// The previous line or choice.
    Up,
    /// The next line or choice.
    Down,
    /// Many choices up.
    PageUp,
    /// Many choices down.
    PageDown,
    /// Searches the history of the prompt.
    Search,
}

/// What a key does for looking back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PastAction {
    /// After the call before.
    Back,
    /// After the next call.
    Forward,
    /// After the first call.
    First,
    /// The present.
    Present,
    /// Shows one moment after the other.
    Play,
    /// Asks whether to run the lines up to the selected one in a new session.
    RunToHere,
    /// Asks whether to run all lines but the last in a new session.
    Undo,
}

/// What a key does for a script that is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ScriptAction {
    /// Runs the next line.
    Next,
    /// Runs the lines up to the selected one.
    ToHere,
    /// Runs all lines that are left.
    All,
    /// Begins again, in a new session.
    Again,
    /// Hides the script, or shows it again.
    Toggle,
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
    /// Asks the flash cards that are due.
    Cards,
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
    /// Looking back.
    Past,
    /// A lesson.
    Lesson,
    /// A script.
    Script,
    /// The prompt, forms and lists.
    Text,
    /// The program itself.
    Program,
}

impl Group {
    /// The sections in the order of the help, each with its title.
    pub const SECTIONS: [(Self, &'static str); 7] = [
        (Self::Calls, "Calls on the selected socket"),
        (Self::View, "Viewing and typing"),
        (Self::Past, "Looking back"),
        (Self::Lesson, "A lesson"),
        (Self::Script, "A script that is open"),
        (Self::Text, "At the prompt, in forms and lists"),
        (Self::Program, "The program"),
    ];
}

/// What has to receive the keys for a binding to apply. A key may do different things in different contexts, but only
/// one in each.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Context {
    /// Every mode.
    Anywhere,
    /// The panes, and pages that are only read.
    Panes,
    /// The panes while a script is open; what its keys do for a lesson they do not do then.
    Script,
    /// The prompt, a form or a list.
    Text,
    /// A question.
    Question,
}

/// An action with its keys.
#[derive(Debug, Clone, Copy)]
pub struct Binding {
    /// The name of the action in a config file; it stays the same in later versions.
    pub name: &'static str,
    /// Its keys, unless a config file gives it others. The first is the one that sentences mention.
    pub keys: &'static [&'static str],
    /// What it does.
    pub action: Action,
    /// What receives the keys.
    pub context: Context,
    /// A word for the bottom line; empty for actions that are only in the help.
    pub label: &'static str,
    /// A clause for the help; for calls the help shows the summary of the call.
    pub help: &'static str,
    /// The section of the help.
    pub group: Group,
}

impl Binding {
    /// What it does, in words.
    pub fn words(&self) -> String {
        match self.action {
            Action::Call(call_kind) => {
                let row = call_kind.signature();
                format!("{row}: {}", row.summary)
            }
            _ => self.help.to_owned(),
        }
    }

    /// Whether a key of both would do two things: it can have a meaning of its own in each context. While a script is open no
    /// lesson is.
    pub fn meets(&self, other: &Self) -> bool {
        let has = |context| [self.context, other.context].contains(&context);
        let is_of_lesson = [self.group, other.group].contains(&Group::Lesson);
        self.context == other.context
            || has(Context::Anywhere)
            || (has(Context::Panes) && has(Context::Script) && !is_of_lesson)
    }

    /// Whether it may have no key: every call is in the palette too, and only that of socket(2) is named in
    /// sentences.
    pub fn may_have_no_key(&self) -> bool {
        matches!(self.action, Action::Call(call_kind) if call_kind != CallKind::Socket)
    }
}

/// A key of the effective table, and how it is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bound {
    /// The key.
    pub chord: Chord,
    /// How it is written.
    pub name: String,
}

impl From<Chord> for Bound {
    fn from(chord: Chord) -> Self {
        let name = chord.to_string();
        Self { chord, name }
    }
}

/// The effective table of keys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Keymap {
    /// The keys of each row of [`BINDINGS`].
    keys: Vec<Vec<Bound>>,
}

impl Default for Keymap {
    fn default() -> Self {
        let chords = |binding: &Binding| {
            let keys = binding.keys.iter();
            // A test checks that all of them are keys.
            keys.filter_map(|key| Some(key.parse::<Chord>().ok()?.into()))
                .collect()
        };
        Self {
            keys: BINDINGS.iter().map(chords).collect(),
        }
    }
}

impl Keymap {
    /// Gives the action of a row of [`BINDINGS`] these keys instead of those that it has.
    pub fn bind(&mut self, row: usize, chords: &[Chord]) {
        if let Some(keys) = self.keys.get_mut(row) {
            *keys = chords.iter().copied().map(Bound::from).collect();
        }
    }

    /// Each action with its keys.
    pub fn rows(&self) -> impl Iterator<Item = (&'static Binding, &[Bound])> {
        BINDINGS.iter().zip(self.keys.iter().map(Vec::as_slice))
    }

    fn action(&self, context: Context, event: &KeyEvent) -> Option<Action> {
        let pressed = Chord::of(event);
        let mut rows = self.rows().filter(|(row, _)| row.context == context);
        let (found, _) = rows.find(|(_, keys)| keys.iter().any(|key| key.chord == pressed))?;
        Some(found.action)
    }

    /// What a key does in every mode.
    pub fn anywhere(&self, event: &KeyEvent) -> Option<Action> {
        self.action(Context::Anywhere, event)
    }

    /// What a key does while the panes receive the keys.
    pub fn panes(&self, event: &KeyEvent) -> Option<Action> {
        self.action(Context::Panes, event)
    }

    /// What a key does for the script that is open.
    pub fn script(&self, event: &KeyEvent) -> Option<Action> {
        self.action(Context::Script, event)
    }

    /// What a key does where text is typed or a row is chosen.
    pub fn text(&self, event: &KeyEvent) -> Option<TextAction> {
        match self.action(Context::Text, event) {
            Some(Action::Text(action)) => Some(action),
            _ => None,
        }
    }

    /// What a key answers to a question: yes or no.
    pub fn answer(&self, event: &KeyEvent) -> Option<bool> {
        let action = self.action(Context::Question, event)?;
        Some(action == Action::Yes)
    }

    /// How many rows a key scrolls a page; `None` for a key that closes it.
    pub fn rows_of(&self, event: &KeyEvent) -> Option<isize> {
        match self.panes(event)? {
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
    pub fn opens_prompt(&self, event: &KeyEvent) -> bool {
        self.panes(event) == Some(Action::Prompt)
    }

    /// The first key of an action, which every sentence on the screen that mentions one takes from here. Empty for a
    /// call without a key.
    pub fn name(&self, action: Action) -> &str {
        self.bound(action).map_or("", |bound| &bound.name)
    }

    /// The first key of the action that has this name in a configuration file.
    pub fn of_name(&self, name: &str) -> Option<&str> {
        let (_, keys) = self.rows().find(|(row, _)| row.name == name)?;
        Some(&keys.first()?.name)
    }

    /// The first key of an action.
    pub fn bound(&self, action: Action) -> Option<&Bound> {
        let mut rows = self.rows();
        let (_, keys) = rows.find(|(row, _)| row.action == action)?;
        keys.first()
    }

    /// All keys of an action, as they are written.
    pub fn keys_of(&self, action: Action) -> impl Iterator<Item = &str> {
        let rows = self.rows().filter(move |(row, _)| row.action == action);
        rows.flat_map(|(_, keys)| keys.iter().map(|key| key.name.as_str()))
    }

    /// The key of a call; empty if it has none.
    pub fn of(&self, call_kind: CallKind) -> &str {
        self.name(Action::Call(call_kind))
    }
}

#[cfg(test)]
mod tests {
    use crate::app::keymap::*;
    use crate::call::table::SIGNATURES;
    use crate::call::table::{CallKind, Group as CallGroup};

    #[test]
    fn the_table_has_keys_and_no_name_or_key_twice() {
        let map = Keymap::default();
        for (index, (row, keys)) in map.rows().enumerate() {
            let written: Vec<&str> = keys.iter().map(|key| key.name.as_str()).collect();
            assert_eq!(
                written, row.keys,
                "{}: a key is not written as it is read",
                row.name
            );
            assert!(!keys.is_empty(), "{}", row.name);
            for (other, others) in map.rows().take(index) {
                let is_within = |inner: &str, outer: &str| {
                    inner == outer
                        || inner
                            .strip_prefix(outer)
                            .is_some_and(|rest| rest.starts_with('.'))
                };
                let (one, two) = (row.name, other.name);
                assert!(!is_within(one, two) && !is_within(two, one), "{one}, {two}");
                let twice = keys
                    .iter()
                    .find(|key| row.meets(other) && others.contains(key));
                assert_eq!(twice, None, "{one} and {two}");
            }
        }
    }

    #[test]
    fn every_action_is_explained_and_dispatched() {
        let map = Keymap::default();
        for (row, keys) in map.rows() {
            assert!(!row.words().is_empty(), "{}", row.name);
            for key in keys {
                let found = map.action(row.context, &key.chord.event());
                assert_eq!(found, Some(row.action), "{}", row.name);
            }
        }
    }

    #[test]
    fn where_text_is_typed_no_character_is_a_key() {
        for (row, keys) in Keymap::default().rows() {
            let is_text = keys.iter().any(|key| key.chord.is_text());
            let takes_all = matches!(row.context, Context::Anywhere | Context::Text);
            assert!(!(takes_all && is_text), "{}", row.name);
        }
    }

    #[test]
    fn an_action_can_get_other_keys() {
        let mut map = Keymap::default();
        let row = BINDINGS.iter().position(|row| row.name == "quit");
        map.bind(row.expect("a row"), &["F12".parse().expect("a key")]);
        assert_eq!(map.name(Action::Quit), "F12");
        let press = |key: &str| key.parse::<Chord>().expect("a key").event();
        assert_eq!(map.panes(&press("F12")), Some(Action::Quit));
        assert_eq!(map.panes(&press("q")), None);
    }

    #[test]
    fn every_call_has_a_key_but_those_that_only_a_script_needs() {
        let map = Keymap::default();
        let is_listed = |call_kind: CallKind| call_kind.signature().group != CallGroup::Prompt;
        let without: Vec<&str> = SIGNATURES
            .iter()
            .filter(|row| map.of(row.call_kind).is_empty() && !is_listed(row.call_kind))
            .map(|row| row.word)
            .collect();
        assert_eq!(without, ["wait", "cancel", "step", "inject", "sleep"]);
    }

    #[test]
    fn a_call_is_named_as_it_is_and_is_in_the_list_too() {
        for binding in BINDINGS {
            if let Action::Call(call_kind) = binding.action {
                let listed = call_kind.signature().group != CallGroup::Prompt;
                assert!(listed, "{}", call_kind.word());
                assert_eq!(binding.name, format!("call.{}", call_kind.word()));
            }
        }
    }
}
