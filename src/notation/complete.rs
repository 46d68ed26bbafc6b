//! Completion: what could be at the cursor of a line that is being typed, and which parameter is being typed.
//!
//! The text before the cursor is cut with the parser's own tools (`site`), the place is given its parameter
//! (`slot`), the tables and the session say what could be there (`offer`, `result`), and what was typed
//! chooses among that (`rank`). Whether an argument is whole is asked of the parser itself (`fit`), so that
//! completion cannot call something right that the parser refuses. Only one question is not the parser's: where the
//! word under the cursor ends (`token`), and that is answered with the parser's scanner too.

pub(crate) mod cursor;
mod fit;
mod offer;
pub(crate) mod placeholder;
mod rank;
mod result;
mod token;

use std::ops::Range;

use crate::call::argument::Name;
use crate::call::table::{InChild, ParamKind, SIGNATURES, Signature};
use crate::notation::complete::cursor::{Argument, Site};
use crate::notation::complete::fit::Fit;
use crate::notation::complete::placeholder::Slot;
use crate::notation::complete::rank::Item;
use crate::notation::complete::token::Token;

/// What the session offers beside the tables.
#[derive(Debug, Clone, Default)]
pub struct KnownNames {
    /// Sockets: name and a few words about each ("inet stream, listening on 127.0.0.1:8080").
    pub sockets: Vec<(String, String)>,
    /// Addresses that make sense now, best first: "addr(l)", "127.0.0.1:5000", with a few words each.
    pub addresses: Vec<(String, String)>,
    /// The children that were not waited for: name and a few words about each.
    pub children: Vec<(String, String)>,
    /// What step() and inject() are given for the calls that are held, with a few words each.
    pub held: Vec<(String, String)>,
}

/// One thing that could be at the cursor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// What is put in.
    pub text: String,
    /// What it is for, one clause.
    pub meaning: String,
}

/// What could be at the cursor.
#[derive(Debug, Clone, Default)]
pub struct Completion {
    /// The bytes of the line that a candidate replaces.
    pub range: Range<usize>,
    /// Best first; may be empty.
    pub candidates: Vec<Candidate>,
    /// The call that is being typed, once its word is complete, and the index of the parameter at the cursor.
    ///
    /// Behind the last parameter, and so behind `)` and `->` too, the index is the number of parameters.
    pub call: Option<(&'static Signature, usize)>,
}

impl Completion {
    /// Nothing to offer at `cursor`.
    fn nothing(cursor: usize, call: Option<(&'static Signature, usize)>) -> Self {
        Self {
            range: cursor..cursor,
            candidates: Vec::new(),
            call,
        }
    }
}

/// Says what could be at byte `cursor` of a line. A cursor inside a character or behind the end is moved back.
pub fn complete(line: &str, cursor: usize, context: &KnownNames) -> Completion {
    let cursor = (0..=cursor.min(line.len()))
        .rev()
        .find(|at| line.is_char_boundary(*at))
        .unwrap_or(0);
    match cursor::site(&line[..cursor]) {
        Site::Nowhere => Completion::nothing(cursor, None),
        Site::Behind(row) => in_child(line, cursor, row, context),
        Site::Word { names, at } => word(line, at, cursor, names),
        Site::Argument(argument) => argument_at(line, cursor, &argument, context),
        Site::Result { row, words } => result::complete(line, cursor, row, &words, context),
    }
}

/// The longest text that all candidates begin with, for a key that completes as a shell does.
///
/// Candidates are spelled as the notation writes them, so what was typed in another case is corrected by putting
/// this in its place. It may be shorter than what was typed, or empty, when the candidates were found otherwise than
/// by how they begin (`opt` finds `setsockopt(` and `getsockopt(`); then there is nothing to put in.
pub fn common_prefix(candidates: &[Candidate]) -> &str {
    let Some((first, others)) = candidates.split_first() else {
        return "";
    };
    let mut common = first.text.as_str();
    for other in others {
        let differs = common
            .char_indices()
            .zip(other.text.chars())
            .find(|((_, a), b)| a != b)
            .map(|((at, _), _)| at);
        common = &common[..differs.unwrap_or_else(|| common.len().min(other.text.len()))];
    }
    common
}

/// Behind a call: the child that makes it, where there is one.
fn in_child(
    line: &str,
    cursor: usize,
    row: &'static Signature,
    context: &KnownNames,
) -> Completion {
    let call = Some((row, row.params.len()));
    let behind = line[..cursor].rfind(')').map(|at| at + 1);
    let typed = behind.map(|at| (at, &line[at..cursor]));
    let blank = typed.filter(|(_, text)| text.starts_with(char::is_whitespace));
    let can = !matches!(row.in_child, InChild::Refused(_));
    let Some((at, text)) = blank.filter(|_| can) else {
        return Completion::nothing(cursor, call);
    };
    let start = at + text.len() - text.trim_start().len();
    let items = context.children.iter();
    let items: Vec<Item> = items
        .map(|(name, about)| Item::new(format!("in {name}"), about))
        .collect();
    let mut candidates = rank::beginning(&items, &line[start..cursor]);
    candidates.retain(|candidate| candidate.text != line[start..cursor]);
    Completion {
        range: start..cursor,
        candidates,
        call,
    }
}

/// Completes the word of a call; `names` are before `=`, so that only calls that make as many are offered.
fn word(line: &str, at: usize, cursor: usize, names: usize) -> Completion {
    let inner = |c: char| c.is_alphanumeric() || c == '_';
    let end = line[cursor..]
        .find(|c| !inner(c))
        .map_or(line.len(), |len| cursor + len);
    let items: Vec<Item> = SIGNATURES
        .iter()
        .filter(|row| names == 0 || row.can_make(names))
        .map(|row| Item::new(row.word, row.summary))
        .collect();
    let mut candidates = rank::find(&items, &line[at..cursor]);
    if !has_arguments(&line[end..]) {
        for candidate in &mut candidates {
            let row = crate::call::table::find(&candidate.text);
            let has_none = row.is_some_and(|row| row.params.is_empty());
            candidate.text.push_str(if has_none { "()" } else { "(" });
        }
    }
    Completion {
        range: at..end,
        candidates,
        call: None,
    }
}

/// Whether the text behind the word of a call has its arguments, in either form.
fn has_arguments(behind: &str) -> bool {
    let rest = behind.trim_start();
    !(rest.is_empty() || rest.starts_with("->") || rest.starts_with(['#', '&']))
}

/// Completes an argument.
fn argument_at(
    line: &str,
    cursor: usize,
    argument: &Argument<'_>,
    context: &KnownNames,
) -> Completion {
    let row = argument.row;
    let slot = Slot::of(row, &argument.given, argument.current.text);
    let call = Some((row, slot.param));
    let Some(param) = row.params.get(slot.param) else {
        return Completion::nothing(cursor, call);
    };
    let token = Token::at(line, cursor, argument.current, slot.is_mask());
    let typed = &line[token.range.start..cursor];
    let items = offer::items(param.kind, &slot, &token.others, typed, context);
    let exact = rank::has(&items, typed);
    let fit = Fit::of(argument, &slot);
    // The parser takes any name for a socket; here only those that there are.
    let is_name = param.kind == ParamKind::Socket && Name::new(typed.trim_end()).is_some();
    let good = fit.is_good() && (exact || !is_name);
    let candidates = fitting(&items, typed, good);
    let may_end = good && token.ends_at(cursor) && !typed.ends_with(char::is_whitespace);
    let ends = if may_end && argument.canonical && (exact || candidates.is_empty()) {
        fit.ends(argument, &slot, &line[cursor..], context)
    } else {
        Vec::new()
    };
    let (range, candidates) = with_ends(token.range, typed, candidates, ends);
    Completion {
        range,
        candidates,
        call,
    }
}

/// What fits the text of an argument, which is `good` when the call is right so far.
fn fitting(items: &[Item], typed: &str, good: bool) -> Vec<Candidate> {
    let mut found = rank::beginning(items, typed);
    if found.is_empty() && !good {
        return rank::near(items, typed);
    }
    if !good && typed.ends_with(['(', ':']) {
        // A form that has to be typed on: only what it may become is of use now.
        found.retain(|candidate| candidate.text != typed);
    }
    found
}

/// Adds what may follow an argument that is whole: alone, or joined to it where it could still grow longer.
fn with_ends(
    range: Range<usize>,
    typed: &str,
    mut candidates: Vec<Candidate>,
    ends: Vec<Candidate>,
) -> (Range<usize>, Vec<Candidate>) {
    // What is already there is not offered again, unless it is one of several.
    if matches!(candidates.as_slice(), [only] if only.text == typed) {
        candidates.clear();
    }
    if ends.is_empty() {
        return (range, candidates);
    }
    if candidates.is_empty() {
        let cursor = range.start + typed.len();
        return (cursor..cursor, ends);
    }
    let whole = ends.into_iter().map(|end| Candidate {
        text: format!("{typed}{}", end.text),
        ..end
    });
    candidates.splice(0..1, whole);
    (range, candidates)
}

#[cfg(test)]
mod tests;
