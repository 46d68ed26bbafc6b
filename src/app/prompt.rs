//! The prompt: a line being edited, its history, and completion at the cursor.

use std::collections::VecDeque;

use crossterm::event::{Event, KeyCode, KeyEvent, KeyModifiers};
use tui_input::Input;
use tui_input::backend::crossterm::EventHandler;

use crate::call::table::CallKind;
use crate::notation::complete::{Candidate, Completion, KnownNames, common_prefix, complete};

/// The state of the prompt.
#[derive(Debug, Default)]
pub struct Prompt {
    input: Input,
    history: History,
    /// Which line of the history is shown; `None`: a new one.
    recalled: Option<usize>,
    /// The new line that was left when the history was entered.
    draft: String,
    offer: Option<Offer>,
    /// Whether the line was put back for correction and not edited since.
    proposed: bool,
    /// Which suggestion the line is, until it is edited.
    suggestion: Option<usize>,
    search: Option<Search>,
    /// Lines that were run, until they are taken to be stored.
    to_store: Vec<String>,
}

/// The lines that are remembered.
#[derive(Debug)]
struct History {
    lines: VecDeque<String>,
    most: usize,
}

impl Default for History {
    fn default() -> Self {
        let lines = VecDeque::new();
        Self { lines, most: 1000 }
    }
}

/// The visible part of a long line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct VisibleLine {
    /// The first visible character.
    pub first: usize,
    /// The column of the cursor.
    pub cursor: usize,
}

/// A search of the history, newest line first.
#[derive(Debug)]
pub struct Search {
    /// What is searched for.
    pub text: String,
    /// Whether no older line has it.
    pub has_failed: bool,
    /// The line of the history that was found.
    found: Option<usize>,
    /// The line before the search.
    before: String,
}

impl Search {
    fn begin(line: &str) -> Self {
        Self {
            text: String::new(),
            has_failed: false,
            found: None,
            before: line.to_owned(),
        }
    }
}

/// The candidates that Tab goes through.
#[derive(Debug)]
pub struct Offer {
    /// The candidates.
    pub candidates: Vec<Candidate>,
    /// The one that is inserted at present.
    pub chosen: Option<usize>,
    /// The line and the range in it as they were when Tab was pressed.
    line: String,
    range: std::ops::Range<usize>,
}

impl Prompt {
    /// The line.
    pub fn line(&self) -> &str {
        self.input.value()
    }

    /// The call that the line begins with, as far as it is typed.
    pub fn call_kind(&self) -> Option<CallKind> {
        let line = self
            .line()
            .trim_start()
            .trim_start_matches(':')
            .trim_start();
        let word = line.split(|c: char| !c.is_alphanumeric()).next()?;
        Some(crate::call::table::find(word)?.call_kind)
    }

    /// The cursor, in bytes of the line.
    pub fn cursor(&self) -> usize {
        self.line()
            .char_indices()
            .nth(self.input.cursor())
            .map_or_else(|| self.line().len(), |(at, _)| at)
    }

    /// The visible part of the line in a field of `width` columns.
    pub fn visible(&self, width: usize) -> VisibleLine {
        let first = self.input.visual_scroll(width);
        VisibleLine {
            first,
            cursor: self.input.visual_cursor().saturating_sub(first),
        }
    }

    /// The candidates that are offered after Tab.
    pub fn offer(&self) -> Option<&Offer> {
        self.offer.as_ref()
    }

    /// Replaces the line; the cursor goes to its end.
    pub fn set(&mut self, line: &str) {
        self.proposed = false;
        self.suggestion = None;
        self.input = Input::new(line.to_owned());
        self.offer = None;
    }

    /// Puts a suggestion there for the user to check and run. What was typed goes to the history.
    pub fn put_suggestion(&mut self, index: usize, line: &str) {
        if self.suggestion.is_none() && !self.proposed {
            let typed = self.line().to_owned();
            self.remember(&typed);
        }
        self.recalled = None;
        self.set(line);
        self.suggestion = Some(index);
    }

    /// Which suggestion the line is, if it was not edited.
    pub fn suggestion(&self) -> Option<usize> {
        self.suggestion
    }

    /// Puts a line back for correction; typing starts a new line instead.
    pub fn propose(&mut self, line: &str) {
        self.set(line);
        self.proposed = true;
    }

    /// A key that edits the line.
    pub fn edit(&mut self, key: KeyEvent) {
        self.offer = None;
        self.suggestion = None;
        let types = matches!(key.code, KeyCode::Char(_))
            && key.modifiers.difference(KeyModifiers::SHIFT).is_empty();
        if std::mem::take(&mut self.proposed) && types {
            self.input.reset();
        }
        self.input.handle_event(&Event::Key(key));
    }

    /// Whether the user began the line by hand: then all characters are text.
    pub fn is_touched(&self) -> bool {
        !self.line().trim().is_empty() && self.suggestion.is_none() && !self.proposed
    }

    /// Inserts text at the cursor.
    pub fn insert(&mut self, text: &str) {
        self.end_search();
        let at = self.cursor();
        let line = format!("{}{text}{}", &self.line()[..at], &self.line()[at..]);
        let cursor = line[..at + text.len()].chars().count();
        self.input = Input::new(line).with_cursor(cursor);
        self.offer = None;
        self.suggestion = None;
    }

    /// Leaves an unfinished line: what was typed goes to the history, and the prompt is empty.
    pub fn leave(&mut self) {
        self.end_search();
        let recalled = self
            .recalled
            .and_then(|index| self.history.lines.get(index));
        let is_typed = self.suggestion.is_none()
            && !self.proposed
            && recalled.is_none_or(|recalled| recalled != self.line());
        let draft = recalled.is_some().then(|| std::mem::take(&mut self.draft));
        let line = self.line().to_owned();
        for text in draft.into_iter().chain(is_typed.then_some(line)) {
            self.remember(&text);
        }
        self.recalled = None;
        self.set("");
    }

    /// Takes the line, to be run, and adds it to the history.
    pub fn take(&mut self) -> String {
        let line = self.input.value_and_reset();
        self.suggestion = None;
        self.ran(&line);
        line
    }

    /// Adds a line that was run to the history, here and for the next session.
    pub fn ran(&mut self, line: &str) {
        self.remember(line);
        self.to_store.push(line.to_owned());
    }

    /// Takes the lines that were run since the last time, to be stored.
    pub fn take_to_store(&mut self) -> Vec<String> {
        std::mem::take(&mut self.to_store)
    }

    /// Begins with the lines of earlier sessions, the oldest first.
    pub fn load(&mut self, lines: Vec<String>) {
        self.history.lines.extend(lines);
        self.remember_at_most(self.history.most);
    }

    /// The search of the history that is going on.
    pub fn search(&self) -> Option<&Search> {
        self.search.as_ref()
    }

    /// Begins to search the history; during a search, goes to the next older line that has the text.
    pub fn search_older(&mut self) {
        match self.search.take() {
            None => {
                self.offer = None;
                self.search = Some(Search::begin(self.line()));
            }
            Some(search) => {
                let below = search.found.unwrap_or(self.history.lines.len());
                self.find(search, below);
            }
        }
    }

    /// Adds a letter to what is searched for.
    pub fn search_for(&mut self, letter: char) {
        self.change_search(|text| text.push(letter));
    }

    /// Removes the last letter of what is searched for.
    pub fn search_for_less(&mut self) {
        self.change_search(|text| {
            text.pop();
        });
    }

    fn change_search(&mut self, change: impl FnOnce(&mut String)) {
        if let Some(mut search) = self.search.take() {
            change(&mut search.text);
            // The line that was found may have the longer text too.
            let below = search
                .found
                .map_or(self.history.lines.len(), |found| found + 1);
            self.find(search, below);
        }
    }

    /// Shows the newest line with the text that is older than `below`.
    fn find(&mut self, mut search: Search, below: usize) {
        let has_text = |at: &usize| self.history.lines[*at].contains(&search.text);
        let found = (0..below).rev().find(has_text);
        let found = found.filter(|_| !search.text.is_empty());
        search.has_failed = found.is_none() && !search.text.is_empty();
        if let Some(at) = found {
            search.found = Some(at);
            let line = self.history.lines[at].clone();
            self.set(&line);
        }
        self.search = Some(search);
    }

    /// Ends the search; the line that was found stays.
    pub fn end_search(&mut self) {
        if let Some(search) = self.search.take() {
            self.recalled = search.found;
            if search.found.is_some() {
                self.draft = search.before;
            }
        }
    }

    /// Ends the search; the line is as it was before.
    pub fn abandon_search(&mut self) {
        if let Some(search) = self.search.take() {
            self.set(&search.before);
        }
    }

    /// Adds a line to the history, unless it equals the last one.
    pub fn remember(&mut self, line: &str) {
        self.recalled = None;
        self.offer = None;
        if line.trim().is_empty() || self.history.lines.back().is_some_and(|last| last == line) {
            return;
        }
        self.history.lines.push_back(line.to_owned());
        self.remember_at_most(self.history.most);
    }

    /// Changes how many lines the history keeps; the oldest are forgotten.
    pub fn remember_at_most(&mut self, most: usize) {
        self.history.most = most;
        let over = self.history.lines.len().saturating_sub(most);
        self.history.lines.drain(..over);
    }

    /// Closes the list of candidates. Returns whether there was one.
    pub fn close_offer(&mut self) -> bool {
        self.offer.take().is_some()
    }

    /// Goes to the previous line of the history.
    pub fn older(&mut self) {
        let index = match self.recalled {
            None if self.history.lines.is_empty() => return,
            None => {
                self.draft = self.line().to_owned();
                self.history.lines.len() - 1
            }
            Some(index) => index.saturating_sub(1),
        };
        self.recall(index);
    }

    /// Goes to the next line of the history; after the last one, to the draft.
    pub fn newer(&mut self) {
        match self.recalled {
            None => {}
            Some(index) if index + 1 < self.history.lines.len() => self.recall(index + 1),
            Some(_) => {
                self.recalled = None;
                let draft = std::mem::take(&mut self.draft);
                self.set(&draft);
            }
        }
    }

    fn recall(&mut self, index: usize) {
        if let Some(line) = self.history.lines.get(index).cloned() {
            self.set(&line);
            self.recalled = Some(index);
        }
    }

    /// The candidates at the cursor.
    pub fn completion(&self, context: &KnownNames) -> Completion {
        let mut completion = complete(self.line(), self.cursor(), context);
        let before = &self.line()[..self.cursor()];
        let typed = before.trim_start().trim_start_matches(':');
        let (from, candidates) = crate::app::commands::candidates(typed);
        if !candidates.is_empty() {
            let start = before.len() - typed.len() + from;
            if completion.candidates.is_empty() || from > 0 {
                completion.range = start..self.cursor();
                completion.candidates = candidates;
            } else if completion.range.start == start {
                completion.candidates.extend(candidates);
            }
        }
        completion
    }

    /// Inserts a candidate that is offered, in place of the one before.
    pub fn choose(&mut self, index: usize) {
        let Some(offer) = &mut self.offer else {
            return;
        };
        if let Some(candidate) = offer.candidates.get(index) {
            offer.chosen = Some(index);
            let (line, cursor) = replaced(&offer.line, &offer.range, &candidate.text);
            self.input = Input::new(line).with_cursor(cursor);
        }
    }

    /// Tab: inserts what all candidates have in common, then one candidate after the other.
    pub fn complete(&mut self, context: &KnownNames, backwards: bool) {
        self.suggestion = None;
        if let Some(offer) = &self.offer {
            let count = offer.candidates.len();
            let step = if backwards { count - 1 } else { 1 };
            let next = offer
                .chosen
                .map_or(if backwards { count - 1 } else { 0 }, |at| {
                    (at + step) % count
                });
            return self.choose(next);
        }
        let Completion {
            range, candidates, ..
        } = self.completion(context);
        let typed = self.line()[range.clone()].to_owned();
        let put_in = match candidates.as_slice() {
            [] => return,
            [only] => only.text.clone(),
            several => common_prefix(several).to_owned(),
        };
        let line = self.line().to_owned();
        if candidates.len() == 1 || put_in.len() > typed.len() {
            let (line, cursor) = replaced(&line, &range, &put_in);
            self.input = Input::new(line).with_cursor(cursor);
        }
        if candidates.len() > 1 {
            let completion = self.completion(context);
            let line = self.line().to_owned();
            self.offer = Some(Offer {
                candidates: completion.candidates,
                chosen: None,
                line,
                range: completion.range,
            });
            if self
                .offer
                .as_ref()
                .is_some_and(|offer| offer.candidates.is_empty())
            {
                self.offer = None;
            }
        }
    }
}

/// A line with a range of it replaced, and the cursor after that, in characters.
fn replaced(line: &str, range: &std::ops::Range<usize>, text: &str) -> (String, usize) {
    let line = format!("{}{text}{}", &line[..range.start], &line[range.end..]);
    let cursor = line[..range.start + text.len()].chars().count();
    (line, cursor)
}

#[cfg(test)]
mod tests {
    use crate::app::prompt::*;

    #[test]
    fn the_history_is_walked_and_the_new_line_kept() {
        let mut prompt = Prompt::default();
        for line in ["one", "two", "two"] {
            prompt.set(line);
            prompt.take();
        }
        prompt.set("new");
        prompt.older();
        assert_eq!(prompt.line(), "two");
        prompt.older();
        assert_eq!(
            prompt.line(),
            "one",
            "the same line twice is remembered once"
        );
        prompt.older();
        assert_eq!(prompt.line(), "one");
        prompt.newer();
        prompt.newer();
        assert_eq!(prompt.line(), "new");
    }

    #[test]
    fn commands_of_the_prompt_are_completed_beside_calls() {
        let mut prompt = Prompt::default();
        let context = KnownNames::default();
        prompt.set("qui");
        prompt.complete(&context, false);
        assert_eq!(prompt.line(), "quit");
        prompt.set("help lesson.hin");
        prompt.complete(&context, false);
        assert_eq!(prompt.line(), "help lesson.hint");
        prompt.set("w");
        let offered = prompt.completion(&context).candidates;
        let texts: Vec<&str> = offered.iter().map(|own| own.text.as_str()).collect();
        assert!(
            texts.contains(&"w") && texts.contains(&"write("),
            "{texts:?}"
        );
    }

    #[test]
    fn the_history_keeps_as_many_lines_as_it_may() {
        let mut prompt = Prompt::default();
        prompt.remember_at_most(2);
        for line in ["one", "two", "three"] {
            prompt.remember(line);
        }
        for _ in 0..3 {
            prompt.older();
        }
        assert_eq!(prompt.line(), "two");
        prompt.remember_at_most(0);
        prompt.remember("four");
        prompt.set("");
        prompt.older();
        assert_eq!(prompt.line(), "");
    }

    #[test]
    fn tab_puts_in_what_is_common_then_one_after_the_other() {
        let mut prompt = Prompt::default();
        let context = KnownNames::default();
        prompt.set("conn");
        prompt.complete(&context, false);
        assert_eq!(prompt.line(), "connect(");
        prompt.set("socket(AF_INET, SOCK_S");
        prompt.complete(&context, false);
        assert!(prompt.offer().is_some(), "several are possible");
        prompt.complete(&context, false);
        assert_eq!(prompt.line(), "socket(AF_INET, SOCK_STREAM");
        prompt.complete(&context, false);
        assert_eq!(prompt.line(), "socket(AF_INET, SOCK_SEQPACKET");
        prompt.complete(&context, true);
        assert_eq!(prompt.line(), "socket(AF_INET, SOCK_STREAM");
    }

    #[test]
    fn a_suggestion_leaves_what_was_typed_in_the_history() {
        let mut prompt = Prompt::default();
        prompt.set("half a li");
        prompt.put_suggestion(0, "close(l)");
        prompt.put_suggestion(1, "close(m)");
        assert_eq!((prompt.line(), prompt.suggestion()), ("close(m)", Some(1)));
        assert_eq!(prompt.cursor(), "close(m)".len());
        prompt.older();
        assert_eq!(prompt.line(), "half a li", "no suggestion is between them");
        prompt.newer();
        assert_eq!((prompt.line(), prompt.suggestion()), ("close(m)", None));
        prompt.put_suggestion(0, "close(l)");
        prompt.edit(KeyEvent::from(KeyCode::Char('!')));
        assert_eq!((prompt.line(), prompt.suggestion()), ("close(l)!", None));
    }

    fn type_search(prompt: &mut Prompt, text: &str) {
        text.chars().for_each(|letter| prompt.search_for(letter));
    }

    #[test]
    fn the_history_is_searched_letter_by_letter_newest_first() {
        let mut prompt = Prompt::default();
        prompt.load(
            ["bind l 1", "listen l 5", "bind m 2"]
                .map(str::to_owned)
                .into(),
        );
        prompt.set("draft");
        prompt.search_older();
        assert_eq!(prompt.line(), "draft", "nothing is searched for yet");
        type_search(&mut prompt, "bi");
        assert_eq!(prompt.line(), "bind m 2");
        prompt.search_older();
        assert_eq!(prompt.line(), "bind l 1");
        prompt.search_older();
        assert_eq!(prompt.line(), "bind l 1", "no older one has it");
        assert!(prompt.search().is_some_and(|search| search.has_failed));
        prompt.abandon_search();
        assert_eq!(prompt.line(), "draft");
        prompt.search_older();
        type_search(&mut prompt, "bind lx");
        assert_eq!(prompt.line(), "bind l 1", "what was found last stays");
        prompt.search_for_less();
        assert!(prompt.search().is_some_and(|search| !search.has_failed));
        prompt.end_search();
        prompt.newer();
        assert_eq!(
            prompt.line(),
            "listen l 5",
            "the history goes on from there"
        );
        prompt.newer();
        prompt.newer();
        assert_eq!(prompt.line(), "draft");
    }

    #[test]
    fn lines_that_were_run_are_stored_and_drafts_are_not() {
        let mut prompt = Prompt::default();
        prompt.load(vec!["old".to_owned()]);
        prompt.set("new");
        prompt.take();
        prompt.set("draft");
        prompt.leave();
        assert_eq!(prompt.take_to_store(), ["new"]);
        assert_eq!(prompt.take_to_store(), [""; 0]);
    }

    #[test]
    fn pasted_text_goes_to_the_cursor() {
        let mut prompt = Prompt::default();
        prompt.set("é)");
        prompt.edit(KeyEvent::from(KeyCode::Left));
        prompt.insert("x(");
        assert_eq!(prompt.line(), "éx()");
        assert_eq!(prompt.cursor(), "éx(".len());
    }
}
