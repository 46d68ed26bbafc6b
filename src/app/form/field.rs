//! A field of a form: one argument, and the values that are offered for it.

use tui_input::Input;

use crate::app::filter::Filter;

/// How many choices are shown at once; PageUp and PageDown skip as many.
pub const PAGE: usize = 6;

/// A possible value of a field, and what it means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// The text of the argument.
    pub text: String,
    /// What it is for.
    pub meaning: String,
}

impl Choice {
    /// A choice.
    pub fn new(text: impl Into<String>, meaning: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            meaning: meaning.into(),
        }
    }
}

/// One argument.
#[derive(Debug, Clone)]
pub struct Field {
    /// Its label.
    pub label: &'static str,
    /// Its content.
    pub input: Input,
    /// Its possible values; may be empty.
    pub choices: Vec<Choice>,
    /// Whether the user changed it.
    pub touched: bool,
    /// Whether a value may be a path, and so begin with a slash.
    pub takes_path: bool,
}

impl Field {
    /// A field that starts with the first of its choices.
    pub fn new(label: &'static str, choices: Vec<Choice>) -> Self {
        let first = choices
            .first()
            .map(|choice| choice.text.clone())
            .unwrap_or_default();
        Self {
            label,
            input: Input::new(first),
            choices,
            touched: false,
            takes_path: false,
        }
    }

    /// The choice that it contains.
    pub fn chosen(&self) -> Option<usize> {
        self.choices
            .iter()
            .position(|choice| choice.text == self.input.value())
    }

    /// The choices that a filter shows, by their places among all.
    pub fn shown(&self, filter: &Filter) -> Vec<usize> {
        let fits = |own: &Choice| filter.fits(&format!("{} {}", own.text, own.meaning));
        let choices = self.choices.iter().enumerate();
        choices
            .filter(|(_, own)| fits(own))
            .map(|(at, _)| at)
            .collect()
    }

    /// Whether a slash begins to filter the choices and is not text: none of its values begins with one, and nothing is
    /// being written.
    pub(crate) fn can_begin_filter(&self) -> bool {
        let is_written = self.chosen().is_none() && !self.input.value().is_empty();
        !self.takes_path && !is_written
    }

    /// Takes the first choice that a filter shows, unless it shows the one that is taken.
    pub(crate) fn keep_to(&mut self, filter: &Filter) {
        let shown = self.shown(filter);
        let is_shown = self.chosen().is_some_and(|at| shown.contains(&at));
        if let (Some(first), false) = (shown.first(), is_shown) {
            self.take(*first);
        }
    }

    /// The next choice that a filter shows, or the one before; the first follows the last.
    pub(crate) fn choose(&mut self, filter: &Filter, backwards: bool) {
        let shown = self.shown(filter);
        let Some(last) = shown.len().checked_sub(1) else {
            return;
        };
        let next = match (self.place(&shown), backwards) {
            (None, false) => 0,
            (None, true) => last,
            (Some(at), false) => (at + 1) % shown.len(),
            (Some(at), true) => (at + last) % shown.len(),
        };
        self.take(shown[next]);
    }

    /// Moves a page through a long list, and stops at its ends.
    pub(crate) fn turn(&mut self, filter: &Filter, backwards: bool) {
        let shown = self.shown(filter);
        let Some(last) = shown.len().checked_sub(1) else {
            return;
        };
        let next = match (self.place(&shown), backwards) {
            (None, false) => 0,
            (None, true) => last,
            (Some(at), false) => (at + PAGE).min(last),
            (Some(at), true) => at.saturating_sub(PAGE),
        };
        self.take(shown[next]);
    }

    /// The place of the choice that it contains among those that are shown.
    fn place(&self, shown: &[usize]) -> Option<usize> {
        let chosen = self.chosen()?;
        shown.iter().position(|at| *at == chosen)
    }

    /// Takes a choice, counted from 0.
    pub(crate) fn take(&mut self, choice: usize) {
        self.input = Input::new(self.choices[choice].text.clone());
        self.touched = true;
    }
}
