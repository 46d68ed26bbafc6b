//! Where in the line the cursor is: at the word of a call, at an argument, behind the arrow, or nowhere of note.

use crate::call::table::Signature;
use crate::notation::parse::lexer::{Lexeme, comment};

/// The place of the cursor, from the text before it.
pub(crate) enum Site<'a> {
    /// In a comment, or in a line that makes no sense so far.
    Nowhere,
    /// In the word of a call that begins at byte `at`, behind so many `names` and `=`.
    Word {
        /// How many names.
        names: usize,
        /// Where the word begins; the cursor where there is none.
        at: usize,
    },
    /// In an argument.
    Argument(Argument<'a>),
    /// Behind the `)`.
    Behind(&'static Signature),
    /// Behind the `->`.
    Result {
        /// The call before it.
        row: Option<&'static Signature>,
        /// The words behind it; the last one is at the cursor and may be empty.
        words: Vec<Lexeme<'a>>,
    },
}

/// An argument with those before it.
pub(crate) struct Argument<'a> {
    /// The call.
    pub(crate) row: &'static Signature,
    /// The arguments before it.
    pub(crate) given: Vec<Lexeme<'a>>,
    /// What of it is before the cursor.
    pub(crate) current: Lexeme<'a>,
    /// Whether the call has its brackets.
    pub(crate) canonical: bool,
}

/// Finds out where the cursor is that follows `before`.
pub(crate) fn site(before: &str) -> Site<'_> {
    if comment(before).1.is_some() {
        return Site::Nowhere;
    }
    let line = Lexeme {
        text: before,
        at: 0,
    };
    if let Some((command, result)) = line.cut_arrow() {
        return Site::Result {
            row: row_of(command),
            words: words(rest(before, result.at), is_blank),
        };
    }
    let (names, call) = match line.cut_equals() {
        Some((names, call)) => (names.split_commas().len(), call),
        None => (0, Lexeme::trimmed(before, 0)),
    };
    // Cut again with the blanks behind it, which say that a new word begins.
    let call = rest(before, call.at);
    if let Some((word, inner, after)) = call.open_paren() {
        return match (crate::call::table::find(word.text), after) {
            (None, _) => Site::Nowhere,
            (Some(row), Some(_)) => Site::Behind(row),
            (Some(row), None) => argument(row, rest(before, inner.at).split_commas(), true),
        };
    }
    let mut words = words(call, |byte| is_blank(byte) || byte == b',');
    let word = words.remove(0);
    if words.is_empty() {
        return Site::Word { names, at: word.at };
    }
    match crate::call::table::find(word.text) {
        Some(row) => argument(row, words, false),
        None => Site::Nowhere,
    }
}

fn argument<'a>(row: &'static Signature, mut all: Vec<Lexeme<'a>>, canonical: bool) -> Site<'a> {
    match all.pop() {
        Some(current) => Site::Argument(Argument {
            row,
            given: all,
            current,
            canonical,
        }),
        None => Site::Nowhere,
    }
}

/// What is from byte `at` to the cursor, with the blanks around it.
fn rest(before: &str, at: usize) -> Lexeme<'_> {
    Lexeme {
        text: &before[at..],
        at,
    }
}

fn is_blank(byte: u8) -> bool {
    byte == b' ' || byte == b'\t'
}

/// The words of a piece; only the last one, which is at the cursor, may be empty. There is always one.
fn words<'a>(lexeme: Lexeme<'a>, separates: impl Fn(u8) -> bool) -> Vec<Lexeme<'a>> {
    let mut words = lexeme.split(separates);
    let last = words.pop();
    words.retain(|word| !word.text.is_empty());
    words.extend(last);
    words
}

/// The call of a whole command, in either form.
fn row_of(command: Lexeme<'_>) -> Option<&'static Signature> {
    let call = command.cut_equals().map_or(command, |(_, call)| call);
    match call.open_paren() {
        Some((word, ..)) => crate::call::table::find(word.text),
        None => crate::call::table::find(call.text.split_whitespace().next()?),
    }
}
