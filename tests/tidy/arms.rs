//! The arms of `match` expressions: their patterns, and whether a pattern takes everything.

use super::rust::{Source, Token};

/// A `match` expression.
#[derive(Debug)]
pub(crate) struct Match {
    /// The line of the word.
    pub(crate) line: usize,
    /// Whether it is compiled for tests only.
    pub(crate) in_test: bool,
    /// The words and signs of each arm's pattern, and whether a condition follows it.
    pub(crate) arms: Vec<(Vec<String>, bool)>,
}

impl Match {
    /// Whether a pattern names a variant of an enum: `Call::Bind { .. }`.
    pub(crate) fn is_over(&self, name: &str) -> bool {
        self.arms.iter().any(|(pattern, _)| {
            pattern
                .windows(2)
                .any(|pair| pair[0] == name && pair[1] == "::")
        })
    }

    /// Whether an arm takes whatever the others leave.
    pub(crate) fn has_catch_all(&self) -> bool {
        self.arms
            .iter()
            .any(|(pattern, has_guard)| !has_guard && takes_everything(pattern))
    }
}

/// Every `match` of a file.
pub(crate) fn matches(source: &Source) -> Vec<Match> {
    let tokens = &source.tokens;
    let begins = tokens.iter().enumerate();
    begins
        .filter(|(_, token)| token.text == "match")
        .map(|(at, token)| Match {
            line: token.line,
            in_test: token.in_test,
            arms: arms(tokens, block(tokens, at)),
        })
        .collect()
}

fn text(tokens: &[Token], at: usize) -> &str {
    tokens.get(at).map_or("", |token| token.text.as_str())
}

/// Where the block of a `match` begins: the brace outside of any parentheses.
fn block(tokens: &[Token], from: usize) -> usize {
    let mut at = from;
    while at < tokens.len() && text(tokens, at) != "{" {
        at = if matches!(text(tokens, at), "(" | "[") {
            closing(tokens, at) + 1
        } else {
            at + 1
        };
    }
    at
}

/// Where the bracket that is opened at a place is closed.
fn closing(tokens: &[Token], from: usize) -> usize {
    let mut depth = 0_usize;
    for at in from..tokens.len() {
        match text(tokens, at) {
            "{" | "(" | "[" => depth += 1,
            "}" | ")" | "]" => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return at;
        }
    }
    tokens.len()
}

/// Reads the arms of the block that is opened at a place.
fn arms(tokens: &[Token], open: usize) -> Vec<(Vec<String>, bool)> {
    let end = closing(tokens, open);
    let (mut arms, mut at) = (Vec::new(), open + 1);
    while at < end {
        let (mut pattern, mut has_guard) = (Vec::new(), false);
        while at < end && !(text(tokens, at) == "=" && text(tokens, at + 1) == ">") {
            has_guard |= text(tokens, at) == "if";
            let until = match text(tokens, at) {
                "{" | "(" | "[" => closing(tokens, at),
                // An attribute.
                "#" => {
                    at = closing(tokens, at + 1) + 1;
                    continue;
                }
                _ => at,
            };
            if !has_guard {
                pattern.extend((at..=until).map(|at| text(tokens, at).to_owned()));
            }
            at = until + 1;
        }
        if at >= end {
            break;
        }
        arms.push((pattern, has_guard));
        at = after_body(tokens, at + 2, end);
    }
    arms
}

/// Where the next arm begins: behind a block, or behind the comma after an expression.
fn after_body(tokens: &[Token], from: usize, end: usize) -> usize {
    if text(tokens, from) == "{" {
        let at = closing(tokens, from) + 1;
        return if text(tokens, at) == "," { at + 1 } else { at };
    }
    let mut at = from;
    while at < end {
        match text(tokens, at) {
            "," => return at + 1,
            "{" | "(" | "[" => at = closing(tokens, at),
            // The commas between types: `collect::<Result<A, B>>()`.
            "::" if text(tokens, at + 1) == "<" => at = closing_angle(tokens, at + 1),
            _ => {}
        }
        at += 1;
    }
    end
}

fn closing_angle(tokens: &[Token], from: usize) -> usize {
    let mut depth = 0_usize;
    for at in from..tokens.len() {
        match text(tokens, at) {
            "<" => depth += 1,
            ">" => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return at;
        }
    }
    tokens.len()
}

/// The parts of a pattern between a sign, that in brackets left out.
fn parts<'a>(pattern: &'a [String], sign: &str) -> Vec<&'a [String]> {
    let (mut depth, mut from, mut parts) = (0_usize, 0, Vec::new());
    for (at, word) in pattern.iter().enumerate() {
        match word.as_str() {
            "{" | "(" | "[" => depth += 1,
            "}" | ")" | "]" => depth -= 1,
            word if word == sign && depth == 0 => {
                parts.push(&pattern[from..at]);
                from = at + 1;
            }
            _ => {}
        }
    }
    parts.push(&pattern[from..]);
    parts.retain(|part| !part.is_empty());
    parts
}

/// Whether a pattern matches every value: `_`, a name, `name @ _`, a tuple of such, or one of several that does.
fn takes_everything(pattern: &[String]) -> bool {
    parts(pattern, "|").into_iter().any(|pattern| {
        let skipped = pattern
            .iter()
            .take_while(|word| ["&", "ref", "mut"].contains(&word.as_str()))
            .count();
        let words: Vec<&str> = pattern[skipped..].iter().map(String::as_str).collect();
        match words.as_slice() {
            [".", "."] | ["_"] => true,
            [name] => name.starts_with(char::is_lowercase) && !["true", "false"].contains(name),
            [_, "@", ..] => takes_everything(&pattern[skipped + 2..]),
            ["(", .., ")"] => {
                let inner = &pattern[skipped + 1..pattern.len() - 1];
                parts(inner, ",").into_iter().all(takes_everything)
            }
            _ => false,
        }
    })
}

/// The verdict on a `match` with these arms.
#[cfg(test)]
fn has_catch_all(arms: &str) -> bool {
    let source = Source::read(
        "src/x.rs",
        &format!("fn f() {{ match g(|x| {{ x }}) {{ {arms} }} }}"),
    );
    let found = matches(&source);
    assert!(found[0].is_over("Call"), "{found:?}");
    found[0].has_catch_all()
}

#[test]
fn a_pattern_that_takes_everything_is_found() {
    for arms in [
        "Call::A { .. } => 1, _ => 2",
        "Call::A { .. } => 1, call => 2",
        "Call::A { .. } => { 1 } _ => 2",
        "Call::A { .. } => h::<B, C>(d, e), ref other => 2,",
        "(Call::A { .. }, Ok(b)) => 1, (_, _) => 2",
        "(Call::A { .. }, Ok(b)) => 1, (call, ..) => 2",
        "Call::A(b) => 1, call @ _ => 2",
        "Call::A(b) => match b { Some(c) => c, None => 0 }, #[cfg(x)] _ => 2",
        "Call::A(b) | _ => 1",
        "_ if b => 1, Call::A => 2, &_ => 3",
    ] {
        assert!(has_catch_all(arms), "{arms}");
    }
}

#[test]
fn a_pattern_that_leaves_something_is_not() {
    for arms in [
        "Call::A { .. } | Call::B => 1, Call::C => 2",
        "Call::A { b: _, .. } => 1, Call::C(_) => { match d { _ => 2 } }",
        "Call::A => 1, call if call.is() => 2, Call::B => 3",
        "(Call::A, _) => 1, (Call::B, c) => 2",
        "Call::A => if b { |x, y| x } else { z }, Call::B => h::<D, E>(f, g)",
        "Some(Call::A) => 1, Some(Call::B) => 2, None => 3",
    ] {
        assert!(!has_catch_all(arms), "{arms}");
    }
}
