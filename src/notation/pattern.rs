//! Patterns for calls: a line of the notation in which `*` and `...` match anything and names are
//! variables. Goals are made of them.
//!
//! ```text
//! l = socket(AF_INET, SOCK_STREAM, ...) -> fd
//! send(c, *) or write(c, *) -> >0
//! accept(l, ...) -> blocks
//! s = accept(l) in p -> fd
//! ```

use crate::call::argument::Name;
use crate::call::table::{CallKind, SIGNATURES};
use crate::call::{Call, Mode};
use crate::notation::diagnostic::{SyntaxError, nearest};
use crate::notation::matching::text_matches;
use crate::notation::parse::in_child::process;
use crate::notation::parse::lexer::{Lexeme, open_places};
use crate::notation::parse::{mode, parse_data};

/// A pattern for a call and its result.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pattern {
    /// Names for what the call makes.
    pub targets: Vec<Name>,
    /// The call is one of these.
    pub either: Vec<Shape>,
    /// The child that makes it, `in p`; `None`: any process.
    pub process: Option<Name>,
    /// Its result; [`Mode::Plain`]: it did not fail.
    pub mode: Mode,
}

/// A pattern for a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shape {
    /// The word before the parenthesis, as it is written.
    pub word: String,
    /// A pattern for each argument: any of several texts.
    pub arguments: Vec<Vec<String>>,
    /// Whether further arguments may follow.
    pub is_open: bool,
}

impl Shape {
    /// Which call it is; `None` for a word that is none.
    pub fn call_kind(&self) -> Option<CallKind> {
        crate::call::table::find(&self.word).map(|row| row.call_kind)
    }

    /// Whether a call can be meant that has so many arguments.
    pub fn takes(&self, arguments: usize) -> bool {
        let own = self.arguments.len();
        own == arguments || (self.is_open && own < arguments)
    }
}

/// Reads a pattern. `words` are words that may be in the place of a call besides the calls themselves.
///
/// # Errors
///
/// What is wrong, with the bytes of the text that it concerns.
pub fn parse_pattern(text: &str, words: &[&str]) -> Result<Pattern, SyntaxError> {
    let (code, mode) = mode(Lexeme::trimmed(text, 0))?;
    let (targets, calls) = match code.cut_equals() {
        Some((names, calls)) => (targets(names)?, calls),
        None => (Vec::new(), code),
    };
    let (calls, process) = process(calls);
    let either: Result<Vec<Shape>, SyntaxError> = alternatives(calls)
        .into_iter()
        .map(|call| shape(call, words))
        .collect();
    Ok(Pattern {
        targets,
        either: either?,
        process: process.map(|(name, _)| name),
        mode,
    })
}

fn targets(names: Lexeme<'_>) -> Result<Vec<Name>, SyntaxError> {
    names
        .split_commas()
        .into_iter()
        .map(|name| {
            Name::new(name.text).ok_or_else(|| {
                SyntaxError::new(
                    name.at..name.end(),
                    format!("`{}` is not a name", name.text),
                )
            })
        })
        .collect()
}

/// The parts between ` or `.
fn alternatives(lexeme: Lexeme<'_>) -> Vec<Lexeme<'_>> {
    const OR: &[u8] = b" or ";
    let bytes = lexeme.text.as_bytes();
    let mut parts = Vec::new();
    let mut from = 0;
    for (at, _) in open_places(lexeme.text) {
        if at >= from && bytes[at..].starts_with(OR) {
            parts.push(lexeme.part(from..at));
            from = at + OR.len();
        }
    }
    parts.push(lexeme.part(from..lexeme.text.len()));
    parts
}

fn shape(call: Lexeme<'_>, words: &[&str]) -> Result<Shape, SyntaxError> {
    let form = || {
        SyntaxError::new(call.at..call.end(), "this is not a call")
            .help("a condition reads `call(arguments) -> result`")
    };
    let (word, inner, after) = call.open_paren().ok_or_else(form)?;
    if after.is_none_or(|after| !after.text.is_empty()) {
        return Err(form());
    }
    if crate::call::table::find(word.text).is_none() && !words.contains(&word.text) {
        return Err(unknown(word, words));
    }
    let mut pieces = inner.split_commas();
    if inner.text.is_empty() {
        pieces.clear();
    }
    let is_open = pieces.last().is_some_and(|last| last.text == "...");
    pieces.truncate(pieces.len() - usize::from(is_open));
    let texts = |lexeme: Lexeme<'_>| {
        let all = alternatives(lexeme).into_iter();
        all.map(|one| one.text.to_owned()).collect()
    };
    Ok(Shape {
        word: word.text.to_owned(),
        arguments: pieces.into_iter().map(texts).collect(),
        is_open,
    })
}

fn unknown(word: Lexeme<'_>, words: &[&str]) -> SyntaxError {
    let error = SyntaxError::new(
        word.at..word.end(),
        format!("`{}` is not a call", word.text),
    );
    let all = SIGNATURES.iter().map(|row| row.word);
    match nearest(word.text, all.chain(words.iter().copied())) {
        Some(likely) => error.help(format!("did you mean {likely}?")),
        None => error,
    }
}

/// The arguments of a call as they are printed.
pub fn arguments(call: &Call) -> Vec<String> {
    let text = call.to_string();
    let Some((_, inner, _)) = Lexeme::trimmed(&text, 0).open_paren() else {
        return Vec::new();
    };
    if inner.text.is_empty() {
        return Vec::new();
    }
    let pieces = inner.split_commas().into_iter();
    pieces.map(|lexeme| lexeme.text.to_owned()).collect()
}

/// Whether the text of an argument is what a pattern says: `*` and `>0` as in expectations, data as bytes.
pub fn argument_matches(pattern: &str, argument: &str) -> bool {
    if text_matches(pattern, argument) {
        return true;
    }
    let data = |text: &str| parse_data(text).ok();
    data(pattern).is_some_and(|wanted| data(argument).is_some_and(|given| given.is_same(&wanted)))
}

#[cfg(test)]
mod tests {
    use crate::notation::parse_line;
    use crate::notation::pattern::*;

    fn read(text: &str) -> Pattern {
        parse_pattern(text, &["foreign"]).expect("a pattern")
    }

    #[test]
    fn a_pattern_has_targets_a_call_and_a_result() {
        let pattern = read("l = socket(AF_INET, SOCK_STREAM, ...) -> fd");
        assert_eq!(pattern.targets, [Name::new("l").expect("a name")]);
        let shape = &pattern.either[0];
        assert_eq!(shape.call_kind(), Some(CallKind::Socket));
        assert_eq!(shape.arguments, [["AF_INET"], ["SOCK_STREAM"]]);
        assert!(shape.takes(2) && shape.takes(3) && !shape.takes(1));
        assert_eq!(read("foreign(c)").either[0].call_kind(), None);
        assert_eq!(read("accept(l, ...) -> blocks").mode, Mode::Blocks);
        assert_eq!(read("accept(l, ...) in p -> fd").process, Name::new("p"));
    }

    #[test]
    fn calls_and_arguments_may_be_either_of_several() {
        let pattern = read("send(c, \"a or b\") or write(c, *) -> >0");
        let words: Vec<&str> = pattern.either.iter().map(|s| s.word.as_str()).collect();
        assert_eq!(words, ["send", "write"]);
        let shape = &read("shutdown(c, SHUT_WR or SHUT_RDWR)").either[0];
        assert_eq!(shape.arguments[1], ["SHUT_WR", "SHUT_RDWR"]);
    }

    #[test]
    fn what_is_no_pattern_is_said_with_its_place() {
        let error = parse_pattern("lisen(l, 5) -> 0", &[]).expect_err("no call");
        assert_eq!((error.span.start, error.span.end), (0, 5));
        assert_eq!(error.help.as_deref(), Some("did you mean listen?"));
        for wrong in [
            "",
            "x",
            "listen(l",
            "listen(l) x",
            "1 = socket(*)",
            "f(x) -> ",
        ] {
            assert!(parse_pattern(wrong, &[]).is_err(), "{wrong}");
        }
    }

    #[test]
    fn arguments_are_compared_as_they_are_printed() {
        let line = parse_line("send(c, \"a, b\", MSG_PEEK)").expect("a line");
        let call = line.command.expect("a command").call;
        assert_eq!(arguments(&call), ["c", "\"a, b\"", "MSG_PEEK"]);
        assert!(argument_matches("\"a\"", "hex(61)"), "data as bytes");
        assert!(argument_matches(">4", "5") && !argument_matches(">5", "5"));
        assert!(argument_matches("127.0.0.1:*", "127.0.0.1:80"));
        assert!(!argument_matches("SHUT_WR", "SHUT_RD"));
    }
}
