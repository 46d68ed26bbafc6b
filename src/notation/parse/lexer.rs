//! Cutting a line where quotes and brackets leave it open: comment, arrow, arguments, statements.

use std::ops::Range;

use crate::notation::parse::SyntaxError;

/// A part of the line that remembers where it is.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Lexeme<'a> {
    /// The text, without blanks around it.
    pub(crate) text: &'a str,
    /// The byte of the line at which it begins.
    pub(crate) at: usize,
}

impl<'a> Lexeme<'a> {
    /// A piece of `text`, which is at `at`, without the blanks around it.
    pub(crate) fn trimmed(text: &'a str, at: usize) -> Self {
        let inner = text.trim_start();
        Self {
            text: inner.trim_end(),
            at: at + text.len() - inner.len(),
        }
    }

    /// One past its last byte.
    pub(crate) fn end(&self) -> usize {
        self.at + self.text.len()
    }

    /// Its bytes in the line.
    pub(crate) fn span(&self) -> Range<usize> {
        self.at..self.end()
    }

    /// The part between two offsets of its text.
    pub(crate) fn part(&self, range: Range<usize>) -> Self {
        Self::trimmed(&self.text[range.clone()], self.at + range.start)
    }

    /// What is before and after the first `->`.
    pub(crate) fn cut_arrow(&self) -> Option<(Self, Self)> {
        let at = open_places(self.text)
            .find(|(at, _)| self.text.as_bytes()[*at..].starts_with(b"->"))?
            .0;
        Some((self.part(0..at), self.part(at + 2..self.text.len())))
    }

    /// What is before and after the first `=`, when nothing but words and commas is before it.
    pub(crate) fn cut_equals(&self) -> Option<(Self, Self)> {
        let at = self.text.find('=')?;
        let names = self.part(0..at);
        let is_word = |lexeme: &Self| lexeme.text.chars().all(|c| c.is_alphanumeric() || c == '_');
        names
            .split_commas()
            .iter()
            .all(is_word)
            .then(|| (names, self.part(at + 1..self.text.len())))
    }

    /// The parts between commas, empty ones too.
    pub(crate) fn split_commas(&self) -> Vec<Self> {
        self.split(|byte| byte == b',')
    }

    /// The word before `(`, what is inside, and what is after the `)` that belongs to it (`None`: it is missing).
    ///
    /// `None` when the piece is not of that form: no `(`, or a blank before it.
    pub(crate) fn open_paren(&self) -> Option<(Self, Self, Option<Self>)> {
        let open = self.text.find('(')?;
        let word = self.text[..open].trim_end();
        if !word.chars().all(|c| c.is_alphanumeric() || c == '_') {
            return None;
        }
        let inner = &self.text[open + 1..];
        let close = open_places(inner)
            .find(|(_, byte)| *byte == b')')
            .map(|(at, _)| open + 1 + at);
        let inner = self.part(open + 1..close.unwrap_or(self.text.len()));
        let after = close.map(|close| self.part(close + 1..self.text.len()));
        Some((self.part(0..open), inner, after))
    }

    pub(crate) fn split(&self, separates: impl Fn(u8) -> bool) -> Vec<Self> {
        let mut parts = Vec::new();
        let mut from = 0;
        for (at, byte) in open_places(self.text) {
            if separates(byte) {
                parts.push(self.part(from..at));
                from = at + 1;
            }
        }
        parts.push(self.part(from..self.text.len()));
        parts
    }
}

/// The code before `#` and the text after it.
pub fn comment(line: &str) -> (&str, Option<&str>) {
    match outside_quotes(line).find(|(_, byte)| *byte == b'#') {
        Some((at, _)) => (&line[..at], Some(&line[at + 1..])),
        None => (line, None),
    }
}

/// The parts of a one-liner between `;` or newlines, for `sockplay run -c 'line; line'`. A comment ends with its line.
pub fn statements(text: &str) -> Vec<&str> {
    text.lines().flat_map(line_statements).collect()
}

fn line_statements(line: &str) -> Vec<&str> {
    let code = comment(line).0.len();
    let mut parts = Vec::new();
    let mut from = 0;
    for (at, byte) in outside_quotes(&line[..code]) {
        if byte == b';' {
            parts.push(&line[from..at]);
            from = at + 1;
        }
    }
    parts.push(&line[from..]);
    parts
}

/// The arguments of the canonical form, between commas. None may be empty.
pub(crate) fn arguments(inner: Lexeme<'_>) -> Result<Vec<Lexeme<'_>>, SyntaxError> {
    check_closed(inner)?;
    if inner.text.is_empty() {
        return Ok(Vec::new());
    }
    let parts = inner.split_commas();
    match parts.iter().find(|part| part.text.is_empty()) {
        Some(empty) => Err(SyntaxError::new(
            empty.at..empty.at + 1,
            "an argument is missing between the commas",
        )),
        None => Ok(parts),
    }
}

/// The words of the loose form, between blanks or commas.
pub(crate) fn words(code: Lexeme<'_>) -> Result<Vec<Lexeme<'_>>, SyntaxError> {
    check_closed(code)?;
    let mut words = code.split(|byte| byte == b' ' || byte == b'\t' || byte == b',');
    words.retain(|word| !word.text.is_empty());
    Ok(words)
}

/// The words of an expectation, between blanks.
pub(crate) fn blanks(code: Lexeme<'_>) -> Result<Vec<Lexeme<'_>>, SyntaxError> {
    check_closed(code)?;
    let mut words = code.split(|byte| byte == b' ' || byte == b'\t');
    words.retain(|word| !word.text.is_empty());
    Ok(words)
}

/// Says which quote or bracket was left open.
/// Whether an argument begins with a bracket that another kind of bracket closes: `[s: POLLIN, 100)`.
pub(crate) fn check_brackets(lexeme: Lexeme<'_>) -> Result<(), SyntaxError> {
    let mut open = Vec::new();
    for (at, byte) in outside_quotes(lexeme.text) {
        match byte {
            b'(' | b'[' | b'{' => open.push((at, byte)),
            b')' | b']' | b'}' => match (open.pop(), byte) {
                (Some((_, b'(')), b')')
                | (Some((_, b'[')), b']')
                | (Some((_, b'{')), b'}')
                | (None, _) => {}
                (Some((at, byte)), _) => {
                    let at = lexeme.at + at;
                    let message = format!("`{}` is not closed", char::from(byte));
                    return Err(SyntaxError::new(at..at + 1, message));
                }
            },
            _ => {}
        }
    }
    Ok(())
}

pub(crate) fn check_closed(lexeme: Lexeme<'_>) -> Result<(), SyntaxError> {
    let mut scan = Scan::new(lexeme.text);
    scan.by_ref().for_each(drop);
    if let Some(at) = scan.quote {
        return Err(SyntaxError::new(
            lexeme.at + at..lexeme.end(),
            "the text has no closing quote",
        )
        .help("a quote inside a text is written \\\""));
    }
    match scan.brackets.first() {
        Some(at) => {
            let open = &lexeme.text[*at..=*at];
            Err(SyntaxError::new(
                lexeme.at + at..lexeme.at + at + 1,
                format!("`{open}` is not closed"),
            ))
        }
        None => Ok(()),
    }
}

/// The bytes of a text that are outside quotes and outside every bracket.
///
/// A closing bracket that was never opened is such a byte too, which is how the end of a call is found.
pub(crate) fn open_places(text: &str) -> impl Iterator<Item = (usize, u8)> {
    Scan::new(text)
        .filter(|place| place.depth == 0)
        .map(|place| (place.at, place.byte))
}

fn outside_quotes(text: &str) -> impl Iterator<Item = (usize, u8)> {
    Scan::new(text).map(|place| (place.at, place.byte))
}

/// One byte outside quotes.
struct AddressExpr {
    at: usize,
    byte: u8,
    depth: usize,
}

/// Walks over the bytes outside quotes and counts brackets.
struct Scan<'a> {
    bytes: &'a [u8],
    at: usize,
    quote: Option<usize>,
    brackets: Vec<usize>,
}

impl<'a> Scan<'a> {
    fn new(text: &'a str) -> Self {
        Self {
            bytes: text.as_bytes(),
            at: 0,
            quote: None,
            brackets: Vec::new(),
        }
    }

    /// Passes over a text that begins at `at`; remembers it when it does not end.
    fn skip_quote(&mut self) {
        let from = self.at;
        let mut at = from + 1;
        while let Some(byte) = self.bytes.get(at) {
            match byte {
                b'"' => {
                    self.at = at + 1;
                    return;
                }
                b'\\' => at += 2,
                _ => at += 1,
            }
        }
        self.quote = Some(from);
        self.at = self.bytes.len();
    }
}

impl Iterator for Scan<'_> {
    type Item = AddressExpr;

    fn next(&mut self) -> Option<AddressExpr> {
        while self.bytes.get(self.at) == Some(&b'"') {
            self.skip_quote();
        }
        let (at, byte) = (self.at, *self.bytes.get(self.at)?);
        self.at += 1;
        let mut depth = self.brackets.len();
        match byte {
            b'(' | b'[' | b'{' => {
                self.brackets.push(at);
                depth += 1;
            }
            b')' | b']' | b'}' => {
                self.brackets.pop();
            }
            _ => {}
        }
        Some(AddressExpr { at, byte, depth })
    }
}
