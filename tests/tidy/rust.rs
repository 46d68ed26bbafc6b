//! Just enough of Rust to read its words: tokens without comments and texts, paths, and what is for tests only.

/// A word or a sign of the code.
#[derive(Debug, Clone)]
pub(crate) struct Token {
    /// The word, `::`, or one other sign.
    pub(crate) text: String,
    /// The line that it is in, from 1.
    pub(crate) line: usize,
    /// Whether it is compiled for tests only.
    pub(crate) in_test: bool,
}

/// A path such as `crate::event::Timestamp`, also one written as a part of `use crate::{…}`.
#[derive(Debug, Clone)]
pub(crate) struct Path {
    /// Its words.
    pub(crate) segments: Vec<String>,
    /// The line of its last word.
    pub(crate) line: usize,
    /// Whether it is compiled for tests only.
    pub(crate) in_test: bool,
}

/// A file of code.
#[derive(Debug)]
pub(crate) struct Source {
    /// Its name within the project.
    pub(crate) name: String,
    /// Its code.
    pub(crate) tokens: Vec<Token>,
}

impl Source {
    /// Reads the text of a file.
    pub(crate) fn read(name: &str, text: &str) -> Self {
        let mut tokens = tokens(text);
        mark_tests(&mut tokens);
        Self {
            name: name.to_owned(),
            tokens,
        }
    }

    /// Says that all of it is for tests.
    pub(crate) fn mark_as_test(&mut self) {
        for token in &mut self.tokens {
            token.in_test = true;
        }
    }

    /// The files that this one includes for tests only: `#[cfg(test)] mod tests;`.
    pub(crate) fn files_for_tests(&self) -> Vec<String> {
        let place = self.name.trim_end_matches(".rs");
        self.tokens
            .windows(3)
            .filter(|three| three[0].in_test && three[0].text == "mod" && three[2].text == ";")
            .map(|three| format!("{place}/{}.rs", three[1].text))
            .collect()
    }

    /// Every path of the code; one word alone is a path too.
    pub(crate) fn paths(&self) -> impl Iterator<Item = Path> {
        let mut paths = Vec::new();
        let mut at = 0;
        while at < self.tokens.len() {
            if is_word(&self.tokens[at].text) {
                at = self.path(at, &[], &mut paths);
            } else {
                at += 1;
            }
        }
        paths.into_iter()
    }

    /// Reads a path that begins at a token, and those that branch off in braces. Gives where it ends.
    fn path(&self, from: usize, before: &[String], paths: &mut Vec<Path>) -> usize {
        let text = |at: usize| self.tokens.get(at).map_or("", |token| token.text.as_str());
        let mut segments = before.to_vec();
        let mut at = from;
        loop {
            segments.push(text(at).to_owned());
            if text(at + 1) != "::" {
                break;
            }
            if text(at + 2) == "{" {
                return self.branches(at + 3, &segments, paths);
            }
            if !is_word(text(at + 2)) {
                break;
            }
            at += 2;
        }
        let last = &self.tokens[at];
        paths.push(Path {
            segments,
            line: last.line,
            in_test: last.in_test,
        });
        at + 1
    }

    /// Reads `a, b::c, d::{e, f}}` after the brace that opens it.
    fn branches(&self, from: usize, before: &[String], paths: &mut Vec<Path>) -> usize {
        let mut at = from;
        while let Some(token) = self.tokens.get(at) {
            match token.text.as_str() {
                "}" => return at + 1,
                word if is_word(word) => at = self.path(at, before, paths),
                "*" => {
                    paths.push(Path {
                        segments: before.to_vec(),
                        line: token.line,
                        in_test: token.in_test,
                    });
                    at += 1;
                }
                _ => at += 1,
            }
        }
        at
    }

    /// The module at the top of the crate that a path leads to, by `crate::` or by enough of `super::`.
    pub(crate) fn module_of<'a>(&self, path: &'a Path) -> Option<&'a str> {
        let depth = self.name.split('/').count() - 1;
        let first = path.segments.first()?;
        if first == "crate" {
            return path.segments.get(1).map(String::as_str);
        }
        let supers = path
            .segments
            .iter()
            .take_while(|word| *word == "super")
            .count();
        if supers == depth {
            return path.segments.get(supers).map(String::as_str);
        }
        None
    }
}

fn is_word(text: &str) -> bool {
    text.starts_with(|c: char| c.is_alphabetic() || c == '_')
}

/// Cuts code into words and signs. Comments, texts, characters and numbers are left out.
fn tokens(text: &str) -> Vec<Token> {
    let chars: Vec<char> = text.chars().collect();
    let mut tokens = Vec::new();
    let (mut at, mut line) = (0, 1);
    let put = |text: String, line: usize, tokens: &mut Vec<Token>| {
        tokens.push(Token {
            text,
            line,
            in_test: false,
        });
    };
    while at < chars.len() {
        let from = at;
        let rest = &chars[at..];
        let begins = line;
        match rest {
            ['/', '/', ..] => at += rest.iter().take_while(|c| **c != '\n').count(),
            ['/', '*', ..] => at += block_comment(rest),
            ['"', ..] => at += quoted(rest),
            ['r' | 'b' | 'c', ..] if raw_text(rest).is_some() => at += raw_text(rest).unwrap_or(1),
            ['b' | 'c', '"', ..] => at += 1 + quoted(&rest[1..]),
            ['b', '\'', ..] => at += 1 + character(&rest[1..]).unwrap_or(1),
            // A lifetime is a word after a sign that means nothing here.
            ['\'', ..] => at += character(rest).unwrap_or(1),
            [':', ':', ..] => {
                put("::".to_owned(), begins, &mut tokens);
                at += 2;
            }
            [c, ..] if c.is_alphanumeric() || *c == '_' => {
                let word: String = rest
                    .iter()
                    .take_while(|c| c.is_alphanumeric() || **c == '_')
                    .collect();
                at += word.chars().count();
                put(word, begins, &mut tokens);
            }
            [c, ..] => {
                if !c.is_whitespace() {
                    put(c.to_string(), begins, &mut tokens);
                }
                at += 1;
            }
            [] => break,
        }
        line += chars[from..at].iter().filter(|c| **c == '\n').count();
    }
    tokens
}

/// How long a comment is that may hold others.
fn block_comment(rest: &[char]) -> usize {
    let (mut at, mut depth) = (0, 0);
    while at < rest.len() {
        match rest[at..] {
            ['/', '*', ..] => (depth, at) = (depth + 1, at + 2),
            ['*', '/', ..] => (depth, at) = (depth - 1, at + 2),
            _ => at += 1,
        }
        if depth == 0 {
            break;
        }
    }
    at
}

/// How long a text in quotes is.
fn quoted(rest: &[char]) -> usize {
    let mut at = 1;
    while at < rest.len() && rest[at] != '"' {
        at += if rest[at] == '\\' { 2 } else { 1 };
    }
    (at + 1).min(rest.len())
}

/// How long a raw text is, if there is one: `r"…"`, `br#"…"#`.
fn raw_text(rest: &[char]) -> Option<usize> {
    let prefix = rest.iter().position(|c| *c == 'r').filter(|at| *at <= 1)?;
    let hashes = rest[prefix + 1..].iter().take_while(|c| **c == '#').count();
    let open = prefix + 1 + hashes;
    if rest.get(open) != Some(&'"') {
        return None;
    }
    let end: Vec<char> = std::iter::once('"')
        .chain(std::iter::repeat_n('#', hashes))
        .collect();
    let inner = &rest[open + 1..];
    let length = inner.windows(end.len()).position(|part| part == end)?;
    Some(open + 1 + length + end.len())
}

/// How long a character in quotes is; `None` for a lifetime.
fn character(rest: &[char]) -> Option<usize> {
    match rest {
        ['\'', '\\', ..] => rest[3..].iter().position(|c| *c == '\'').map(|at| at + 4),
        ['\'', _, '\'', ..] => Some(3),
        _ => None,
    }
}

/// Marks every item after `#[cfg(test)]` or `#[test]`.
fn mark_tests(tokens: &mut [Token]) {
    let mut at = 0;
    while at < tokens.len() {
        let text = |index: usize| tokens.get(index).map_or("", |token| token.text.as_str());
        let words: Vec<&str> = (at..at + 7).map(text).collect();
        let for_tests = words == ["#", "[", "cfg", "(", "test", ")", "]"]
            || words[..4] == ["#", "[", "test", "]"];
        if !for_tests {
            at += 1;
            continue;
        }
        let end = end_of_item(tokens, at);
        for token in &mut tokens[at..end] {
            token.in_test = true;
        }
        at = end;
    }
}

/// Where an item ends: behind its `;`, or behind the brace that closes its first one.
fn end_of_item(tokens: &[Token], from: usize) -> usize {
    let (mut depth, mut at) = (0_usize, from);
    while let Some(token) = tokens.get(at) {
        at += 1;
        match token.text.as_str() {
            "{" | "(" | "[" => depth += 1,
            close @ ("}" | ")" | "]") => {
                depth = depth.saturating_sub(1);
                if depth == 0 && close == "}" {
                    return at;
                }
            }
            ";" if depth == 0 => return at,
            _ => {}
        }
    }
    at
}

#[test]
fn comments_and_texts_are_no_code() {
    let code = "a // b\n/* c /* d */ e */ f \"g \\\" h\" r#\"i\"j\"# 'k' '\\'' 'l b'm' b\"n\" o";
    let words: Vec<String> = tokens(code).into_iter().map(|token| token.text).collect();
    assert_eq!(words, ["a", "f", "l", "o"]);
    assert_eq!(tokens("a\n\"\n\"\nb")[1].line, 4);
}

#[test]
fn paths_branch_in_braces_and_lead_to_modules() {
    let code = "use crate::{a::B, c::{d, E}, f::*};\nfn x() { super::super::g::h(); super::i(); crate::j::K { l } }";
    let source = Source::read("src/m/n.rs", code);
    let modules: Vec<String> = source
        .paths()
        .filter_map(|path| source.module_of(&path).map(str::to_owned))
        .collect();
    assert_eq!(modules, ["a", "c", "c", "f", "g", "j"]);
    let top = Source::read("src/m.rs", "use super::event::Stamp;");
    assert_eq!(
        top.paths()
            .find_map(|path| top.module_of(&path).map(str::to_owned)),
        Some("event".to_owned())
    );
}

#[test]
fn what_is_for_tests_ends_where_it_ends() {
    let code = "a;\n#[cfg(test)]\nmod tests { use b; fn c() {} }\nd;\n#[cfg(test)] mod e; f; #[test] fn g() { h } i";
    let source = Source::read("src/x.rs", code);
    let outside: Vec<&str> = source
        .tokens
        .iter()
        .filter(|token| !token.in_test && is_word(&token.text))
        .map(|token| token.text.as_str())
        .collect();
    assert_eq!(outside, ["a", "d", "f", "i"]);
    assert_eq!(source.files_for_tests(), ["src/x/e.rs"]);
}
