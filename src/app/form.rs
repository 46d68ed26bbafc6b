//! Forms: a call with its arguments filled in sensibly, so that one key and Enter make it.
//!
//! A form is just a way to write a line: it shows the line that it will run, and so teaches the notation.

mod field;

use crossterm::event::{Event, KeyCode, KeyEvent, KeyModifiers};
use tui_input::Input;
use tui_input::backend::crossterm::EventHandler;

pub use crate::app::form::field::{Choice, Field, PAGE};

use crate::app::filter::Filter;
use crate::app::keymap::{Chord, TextAction};
use crate::call::Command;
use crate::call::table::CallKind;
use crate::notation::{SyntaxError, parse_line};

/// An open form.
#[derive(Debug, Clone)]
pub struct Form {
    /// The call.
    pub call_kind: CallKind,
    /// The socket that it is made on.
    pub on: Option<String>,
    /// The names of what it creates, left of `=`.
    pub names: Vec<String>,
    /// Its arguments except the socket.
    pub fields: Vec<Field>,
    /// The focused field.
    pub focus: usize,
    /// Which choices of the focused field are shown.
    pub filter: Filter,
    /// Why the call cannot succeed now; it can be made all the same.
    pub inapplicable: Option<String>,
}

/// What a key did to a form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// It stays open.
    Open,
    /// It is closed and nothing was done.
    Closed,
    /// It is closed and its line is to be run.
    Run,
}

impl Form {
    /// The line that it writes.
    pub fn line(&self) -> String {
        let arguments: Vec<&str> = self
            .on
            .as_deref()
            .into_iter()
            .chain(
                self.fields
                    .iter()
                    .filter(|field| !field.is_name())
                    .map(|field| field.input.value().trim()),
            )
            .filter(|argument| !argument.is_empty())
            .collect();
        let call = format!("{}({})", self.call_kind.word(), arguments.join(", "));
        match self.targets().as_str() {
            "" => call,
            names => format!("{names} = {call}"),
        }
    }

    fn targets(&self) -> String {
        match self.fields.iter().find(|field| field.is_name()) {
            Some(field) => field.input.value().trim().to_owned(),
            None => self.names.join(", "),
        }
    }

    /// The parsed line.
    ///
    /// # Errors
    ///
    /// What is wrong with the content of the fields.
    pub fn command(&self) -> Result<Command, SyntaxError> {
        let line = self.line();
        let command = parse_line(&line)?.command;
        command.ok_or_else(|| SyntaxError::new(0..line.len(), "this field is empty"))
    }

    /// Handles a key, which is `action` where text is typed.
    pub fn key(&mut self, key: KeyEvent, action: Option<TextAction>) -> Outcome {
        let count = self.fields.len().max(1);
        match action {
            Some(TextAction::Close) => return Outcome::Closed,
            Some(TextAction::Accept) => return Outcome::Run,
            Some(TextAction::Next) => self.turn_to((self.focus + 1) % count),
            Some(TextAction::Previous) => self.turn_to((self.focus + count - 1) % count),
            Some(TextAction::Up) => self.go(-1),
            Some(TextAction::Down) => self.go(1),
            Some(TextAction::PageUp | TextAction::PageDown) => {
                if let Some(field) = self.fields.get_mut(self.focus) {
                    field.turn(&self.filter, action == Some(TextAction::PageUp));
                }
            }
            // It has no history.
            Some(TextAction::Search) => {}
            None => self.edit(key),
        }
        Outcome::Open
    }

    /// Moves by this many choices in the focused field.
    pub fn go(&mut self, rows: isize) {
        if let Some(field) = self.fields.get_mut(self.focus) {
            for _ in 0..rows.unsigned_abs().min(field.choices.len()) {
                field.choose(&self.filter, rows < 0);
            }
        }
    }

    /// Puts a choice into the focused field.
    pub fn choose(&mut self, choice: usize) {
        let field = self.fields.get_mut(self.focus);
        if let Some(field) = field.filter(|field| choice < field.choices.len()) {
            field.take(choice);
        }
    }

    /// Puts a text into the first field.
    pub fn fill(&mut self, text: String) {
        if let Some(field) = self.fields.first_mut() {
            field.input = Input::new(text);
            field.touched = true;
        }
    }

    /// Focuses a field. The filter was that of the field before.
    pub fn turn_to(&mut self, field: usize) {
        let focus = field.min(self.fields.len().saturating_sub(1));
        if focus != self.focus {
            self.filter.clear();
        }
        self.focus = focus;
    }

    /// Whether a key, which is that of the filter, begins to filter the choices of the focused field. A slash does so where
    /// no value begins with one, and any other character is text.
    pub fn takes_filter(&self, key: Chord) -> bool {
        let Some(field) = self.focused().filter(|field| field.choices.len() > 1) else {
            return false;
        };
        match key.is_text() {
            true => key == Chord::SLASH && field.can_begin_filter(),
            false => !key.edits(),
        }
    }

    /// The focused field.
    pub fn focused(&self) -> Option<&Field> {
        self.fields.get(self.focus)
    }

    /// Takes the first choice that the filter shows, unless it shows the one that is taken.
    pub fn filtered(&mut self) {
        if let Some(field) = self.fields.get_mut(self.focus) {
            field.keep_to(&self.filter);
        }
    }

    fn edit(&mut self, key: KeyEvent) {
        let Some(field) = self.fields.get_mut(self.focus) else {
            return;
        };
        // The first letter replaces what was proposed; an arrow or Backspace edits it.
        let types = matches!(key.code, KeyCode::Char(_))
            && key.modifiers.difference(KeyModifiers::SHIFT).is_empty();
        if types && !field.touched {
            field.input.reset();
        }
        field.touched = true;
        field.input.handle_event(&Event::Key(key));
    }

    /// Puts pasted text into the focused field.
    pub fn paste(&mut self, text: &str) {
        if let Some(field) = self.fields.get_mut(self.focus) {
            let line: String = text.chars().filter(|c| !c.is_control()).collect();
            let value = if field.touched {
                format!("{}{line}", field.input.value())
            } else {
                line
            };
            field.input = Input::new(value);
            field.touched = true;
        }
    }

    /// Replaces the choices of a field with others, found after the form was opened; what the user entered stays. A
    /// proposal whose meaning is `poor` is replaced too.
    pub fn offer(&mut self, label: &str, choices: Vec<Choice>, poor: &str) {
        if let Some(field) = self.fields.iter_mut().find(|field| field.label == label) {
            // A proposal that the user has seen stays, unless it was only a stopgap.
            let poor = field
                .choices
                .first()
                .is_none_or(|first| first.meaning == poor);
            if let (false, true, Some(first)) = (field.touched, poor, choices.first()) {
                field.input = Input::new(first.text.clone());
            }
            field.choices = choices;
        }
    }
}

/// The label of the field for the name of a new socket.
pub const NAME: &str = "name";

impl Field {
    fn is_name(&self) -> bool {
        self.label == NAME
    }
}

#[cfg(test)]
mod tests {
    use crate::app::form::*;
    use crate::app::keymap::Keymap;

    fn press(form: &mut Form, code: KeyCode) -> Outcome {
        let key = KeyEvent::from(code);
        form.key(key, Keymap::default().text(&key))
    }

    fn form() -> Form {
        Form {
            call_kind: CallKind::Connect,
            on: Some("c".to_owned()),
            names: Vec::new(),
            fields: vec![Field::new(
                "address",
                vec![
                    Choice::new("addr(l)", "l"),
                    Choice::new("127.0.0.1:5000", "another"),
                ],
            )],
            focus: 0,
            filter: Filter::default(),
            inapplicable: None,
        }
    }

    #[test]
    fn enter_runs_the_line_that_is_shown() {
        let mut form = form();
        assert_eq!(form.line(), "connect(c, addr(l))");
        assert_eq!(press(&mut form, KeyCode::Down), Outcome::Open);
        assert_eq!(form.line(), "connect(c, 127.0.0.1:5000)");
        assert_eq!(press(&mut form, KeyCode::Enter), Outcome::Run);
    }

    #[test]
    fn typing_replaces_the_proposal_and_editing_changes_it() {
        let mut typed = form();
        for letter in "1.2.3.4:5".chars() {
            press(&mut typed, KeyCode::Char(letter));
        }
        assert_eq!(typed.line(), "connect(c, 1.2.3.4:5)");
        let mut edited = form();
        press(&mut edited, KeyCode::Backspace);
        press(&mut edited, KeyCode::Char(')'));
        assert_eq!(edited.line(), "connect(c, addr(l))");
        assert!(edited.command().is_ok());
        press(&mut edited, KeyCode::Backspace);
        assert!(
            edited.command().is_err(),
            "what is wrong is said before it runs"
        );
    }

    #[test]
    fn a_long_list_is_turned_by_the_page_and_stops_at_its_ends() {
        let mut form = form();
        form.fields[0].choices = (0..20)
            .map(|number| Choice::new(number.to_string(), ""))
            .collect();
        let mut moves = |code, line: &str| {
            press(&mut form, code);
            assert_eq!(form.line(), line);
        };
        moves(KeyCode::PageDown, "connect(c, 0)");
        moves(KeyCode::PageDown, "connect(c, 6)");
        moves(KeyCode::Down, "connect(c, 7)");
        moves(KeyCode::PageUp, "connect(c, 1)");
        moves(KeyCode::PageUp, "connect(c, 0)");
        moves(KeyCode::Up, "connect(c, 19)");
        moves(KeyCode::PageDown, "connect(c, 19)");
    }

    #[test]
    fn late_choices_do_not_overwrite_what_was_typed() {
        let mut form = form();
        form.offer("address", vec![Choice::new("addr(m)", "m")], "poor");
        assert_eq!(form.line(), "connect(c, addr(l))", "what was read stays");
        form.offer("address", vec![Choice::new("addr(k)", "k")], "m");
        assert_eq!(
            form.line(),
            "connect(c, addr(k))",
            "a poor proposal gives way"
        );
        press(&mut form, KeyCode::Char('x'));
        form.offer("address", vec![Choice::new("addr(n)", "n")], "k");
        assert_eq!(form.line(), "connect(c, x)");
    }
}
