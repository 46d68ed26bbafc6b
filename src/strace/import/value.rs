//! The arguments of a call as strace(1) prints them, as values: `{sa_family=AF_INET, sin_port=htons(80)}`, `"hello"...`,
//! `[128 => 16]`, `3<TCP:[127.0.0.1:80]>`.

/// How deep structs and arrays may be nested; strace prints a handful of levels.
const DEEPEST: usize = 24;

/// A value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Value<'a> {
    /// A number, names of constants, or anything that has no other form here.
    Word(&'a str),
    /// A text, and whether it is there up to its end.
    Text(Vec<u8>, bool),
    /// A name of AF_UNIX that is no path: `@"name"`.
    Abstract(Vec<u8>),
    /// `[…]`
    List(Vec<Field<'a>>),
    /// `~[…]`: all but these.
    AllBut(Vec<Field<'a>>),
    /// `{…}`
    Struct(Vec<Field<'a>>),
    /// `htons(80)`
    Call(&'a str, Vec<Field<'a>>),
    /// `...`: more, which is not shown.
    More,
}

/// A value with its name, where it has one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Field<'a> {
    /// Empty where it has none.
    pub(super) name: &'a str,
    /// What the call was given.
    pub(super) value: Value<'a>,
    /// What a descriptor refers to, the text between `<` and `>`; empty where strace does not say.
    pub(super) note: &'a str,
    /// What the call made of it, behind `=>`.
    pub(super) after: Option<Value<'a>>,
}

impl<'a> Field<'a> {
    /// The value as it was when the call had returned.
    pub(super) fn present(&self) -> &Value<'a> {
        self.after.as_ref().unwrap_or(&self.value)
    }

    /// The word that it is.
    pub(super) fn word(&self) -> Option<&'a str> {
        word(&self.value)
    }

    /// The elements of an array. `None`: it is none, or not all of it is shown.
    pub(super) fn list(&self) -> Option<&[Self]> {
        match &self.value {
            Value::List(items) if !items.iter().any(|item| item.value == Value::More) => {
                Some(items)
            }
            _ => None,
        }
    }

    /// The members of a struct.
    pub(super) fn members(&self) -> Option<&[Self]> {
        match &self.value {
            Value::Struct(members) => Some(members),
            _ => None,
        }
    }
}

/// The word that a value is.
pub(super) fn word<'a>(value: &Value<'a>) -> Option<&'a str> {
    match value {
        Value::Word(word) => Some(word),
        _ => None,
    }
}

/// A member of a struct by its name.
pub(super) fn member<'a, 'b>(members: &'b [Field<'a>], name: &str) -> Option<&'b Field<'a>> {
    members.iter().find(|field| field.name == name)
}

/// The arguments of a call. `None`: a text or a bracket has no end, or they are nested too deeply.
pub(super) fn arguments(text: &str) -> Option<Vec<Field<'_>>> {
    let mut cursor = Cursor { text, at: 0 };
    cursor.list(None, 0)
}

/// Where the list of arguments ends that begins with a text: the place of its closing parenthesis.
pub(super) fn end_of_arguments(text: &str) -> Option<usize> {
    let mut cursor = Cursor { text, at: 0 };
    cursor.balanced(&|byte| byte == b')')?;
    (cursor.peek() == Some(b')')).then_some(cursor.at)
}

/// The first arguments of a text with the comma and the blank behind them, and the others.
pub(super) fn split(text: &str, count: usize) -> (&str, &str) {
    let mut cursor = Cursor { text, at: 0 };
    for _ in 0..count {
        if cursor.balanced(&|byte| byte == b',').is_none() || !cursor.take(",") {
            return (text, "");
        }
    }
    cursor.take(" ");
    text.split_at_checked(cursor.at).unwrap_or((text, ""))
}

struct Cursor<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Cursor<'a> {
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn take(&mut self, text: &str) -> bool {
        let is_next = self.rest().starts_with(text);
        self.at += if is_next { text.len() } else { 0 };
        is_next
    }

    /// Passes over blanks and comments; gives whether there was any.
    fn blanks(&mut self) -> bool {
        let before = self.at;
        loop {
            let rest = self.rest();
            self.at += rest.len() - rest.trim_start_matches([' ', '\t']).len();
            let comment = self.rest().strip_prefix("/*");
            match comment.and_then(|comment| comment.find("*/")) {
                Some(length) => self.at += length + 4,
                None => return self.at > before,
            }
        }
    }

    /// Values up to the bracket that ends them, or up to the end.
    fn list(&mut self, end: Option<u8>, depth: usize) -> Option<Vec<Field<'a>>> {
        let mut fields = Vec::new();
        if depth > DEEPEST {
            return None;
        }
        loop {
            self.blanks();
            match self.peek() {
                None => return end.is_none().then_some(fields),
                found if found == end => {
                    self.at += 1;
                    return Some(fields);
                }
                Some(_) => {}
            }
            fields.push(self.element(end, depth)?);
        }
    }

    /// One of them, with the comma behind it.
    fn element(&mut self, end: Option<u8>, depth: usize) -> Option<Field<'a>> {
        let start = self.at;
        let field = self.field(depth);
        let is_apart = self.blanks();
        // The sets of select(2) and signals have blanks between them.
        let ends = match self.peek() {
            None | Some(b',') => true,
            found => found == end || is_apart && end == Some(b']') && !self.is_operator(),
        };
        let field = match field {
            Some(field) if ends => field,
            Some(_) | None => {
                self.at = start;
                Field {
                    name: "",
                    value: Value::Word(self.raw(end)?),
                    note: "",
                    after: None,
                }
            }
        };
        self.take(",");
        Some(field)
    }

    fn is_operator(&self) -> bool {
        let operators = b"|&=<>*+";
        self.peek().is_some_and(|byte| operators.contains(&byte))
    }

    /// What has no form of its own, up to the comma or the bracket that ends it.
    fn raw(&mut self, end: Option<u8>) -> Option<&'a str> {
        let start = self.at;
        self.balanced(&|byte| byte == b',' || Some(byte) == end)?;
        let text = self.text.get(start..self.at)?.trim();
        (!text.is_empty()).then_some(text)
    }

    fn field(&mut self, depth: usize) -> Option<Field<'a>> {
        let rest = self.rest();
        let is_part = |c: char| c.is_ascii_alphanumeric() || c == '_';
        let length = rest.find(|c| !is_part(c)).unwrap_or(rest.len());
        let behind = rest.get(length..).unwrap_or_default();
        let is_name = length > 0
            && behind.starts_with('=')
            && !behind.starts_with("==")
            && !behind.starts_with("=>");
        let name = match is_name {
            true => rest.get(..length)?,
            false => "",
        };
        self.at += if is_name { length + 1 } else { 0 };
        let value = self.value(depth)?;
        let note = match (&value, self.peek()) {
            (Value::Word(_), Some(b'<')) if !self.rest().starts_with("<<") => self.note()?,
            _ => "",
        };
        let before = self.at;
        self.blanks();
        let after = match self.take("=>") {
            true => {
                self.blanks();
                Some(self.value(depth)?)
            }
            false => {
                self.at = before;
                None
            }
        };
        Some(Field {
            name,
            value,
            note,
            after,
        })
    }

    fn value(&mut self, depth: usize) -> Option<Value<'a>> {
        if self.take("...") {
            return Some(Value::More);
        }
        match self.peek()? {
            b'"' => {
                let bytes = self.string()?;
                Some(Value::Text(bytes, !self.take("...")))
            }
            b'@' if self.take("@") => {
                let bytes = self.string()?;
                self.take("...");
                Some(Value::Abstract(bytes))
            }
            b'[' if self.take("[") => Some(Value::List(self.list(Some(b']'), depth + 1)?)),
            b'~' if self.take("~[") => Some(Value::AllBut(self.list(Some(b']'), depth + 1)?)),
            b'{' if self.take("{") => Some(Value::Struct(self.list(Some(b'}'), depth + 1)?)),
            _ => self.word(depth),
        }
    }

    fn word(&mut self, depth: usize) -> Option<Value<'a>> {
        let rest = self.rest();
        let ends = |c: char| {
            matches!(
                c,
                ',' | '(' | ')' | '[' | ']' | '{' | '}' | ' ' | '<' | '=' | '"'
            )
        };
        let length = rest.find(ends).unwrap_or(rest.len());
        let word = rest.get(..length).filter(|word| !word.is_empty())?;
        self.at += length;
        match self.take("(") {
            true => Some(Value::Call(word, self.list(Some(b')'), depth + 1)?)),
            false => Some(Value::Word(word)),
        }
    }

    /// What stands between `<` and `>`: other such pairs may be in it, and arrows.
    fn note(&mut self) -> Option<&'a str> {
        let start = self.at + 1;
        let mut depth = 0_usize;
        while let Some(byte) = self.peek() {
            match byte {
                b'"' => {
                    self.string()?;
                    continue;
                }
                b'-' if self.rest().starts_with("->") => self.at += 1,
                b'<' => depth += 1,
                b'>' if depth == 1 => {
                    self.at += 1;
                    return self.text.get(start..self.at - 1);
                }
                b'>' => depth = depth.saturating_sub(1),
                _ => {}
            }
            self.at += 1;
        }
        None
    }

    /// Goes on to a byte outside of all brackets, texts and notes, or to the end. `None`: one of them has no end.
    fn balanced(&mut self, is_end: &dyn Fn(u8) -> bool) -> Option<()> {
        let mut depth = 0_usize;
        while let Some(byte) = self.peek() {
            if depth == 0 && is_end(byte) {
                return Some(());
            }
            match byte {
                b'"' => {
                    self.string()?;
                    continue;
                }
                b'<' if self.begins_note() => {
                    self.note()?;
                    continue;
                }
                b'(' | b'[' | b'{' => depth += 1,
                b')' | b']' | b'}' => depth = depth.checked_sub(1)?,
                _ => {}
            }
            self.at += 1;
        }
        (depth == 0).then_some(())
    }

    /// Whether what a descriptor refers to follows: `3<…>`, `AT_FDCWD<…>`.
    fn begins_note(&self) -> bool {
        let before = self.text.as_bytes().get(..self.at).unwrap_or_default();
        let follows_descriptor =
            before.last().is_some_and(u8::is_ascii_digit) || before.ends_with(b"AT_FDCWD");
        follows_descriptor && !self.rest().starts_with("<<")
    }

    /// The bytes of a text, which begins here.
    fn string(&mut self) -> Option<Vec<u8>> {
        if !self.take("\"") {
            return None;
        }
        let mut bytes = Vec::new();
        loop {
            let byte = self.peek()?;
            self.at += 1;
            match byte {
                b'"' => return Some(bytes),
                b'\\' => bytes.push(self.escape()?),
                byte => bytes.push(byte),
            }
        }
    }

    /// The byte behind a backslash.
    fn escape(&mut self) -> Option<u8> {
        let byte = self.peek()?;
        self.at += 1;
        Some(match byte {
            b'n' => b'\n',
            b'r' => b'\r',
            b't' => b'\t',
            b'v' => 0x0b,
            b'f' => 0x0c,
            b'a' => 0x07,
            b'b' => 0x08,
            b'e' => 0x1b,
            b'x' => self.digits(0, 16, 2)?,
            b'0'..=b'7' => self.digits(byte - b'0', 8, 2)?,
            other => other,
        })
    }

    /// At most so many further digits of a number.
    fn digits(&mut self, first: u8, base: u8, most: usize) -> Option<u8> {
        let mut number = u32::from(first);
        for _ in 0..most {
            let digit = self
                .peek()
                .and_then(|byte| char::from(byte).to_digit(base.into()));
            let Some(digit) = digit else { break };
            number = number * u32::from(base) + digit;
            self.at += 1;
        }
        u8::try_from(number).ok()
    }
}

#[cfg(test)]
mod tests {
    use crate::strace::import::value::*;

    fn one(text: &str) -> Field<'_> {
        let mut fields = arguments(text).expect(text);
        assert_eq!(fields.len(), 1, "{text}: {fields:?}");
        fields.remove(0)
    }

    #[test]
    fn texts_have_octal_and_hex_escapes_and_may_be_cut() {
        let text = |bytes: &[u8], is_whole| Value::Text(bytes.to_vec(), is_whole);
        assert_eq!(
            one(r#""a\n\0\08\12\x41\"\\""#).value,
            text(b"a\n\0\x008\nA\"\\", true)
        );
        assert_eq!(one(r#""ab"..."#).value, text(b"ab", false));
        assert_eq!(one(r#"@"x\0y""#).value, Value::Abstract(b"x\0y".to_vec()));
        assert!(arguments(r#""ab"#).is_none(), "it has no end");
    }

    #[test]
    fn structs_arrays_and_calls_are_nested() {
        let address =
            one(r#"{sa_family=AF_INET, sin_port=htons(80), sin_addr=inet_addr("127.0.0.1")}"#);
        let members = address.members().expect("a struct");
        assert_eq!(
            member(members, "sa_family").and_then(Field::word),
            Some("AF_INET")
        );
        let port = &member(members, "sin_port").expect("a port").value;
        assert!(matches!(port, Value::Call("htons", of) if of[0].word() == Some("80")));
        let set = one("[3<TCP:[127.0.0.1:1->127.0.0.1:2]> 4]");
        let set = set.list().expect("an array");
        assert_eq!(
            (set[0].word(), set[0].note),
            (Some("3"), "TCP:[127.0.0.1:1->127.0.0.1:2]")
        );
        assert_eq!(set[1].word(), Some("4"));
        assert!(one("[1, ...]").list().is_none(), "not all of it is shown");
        assert!(matches!(one("~[RTMIN RT_1]").value, Value::AllBut(names) if names.len() == 2));
    }

    #[test]
    fn a_length_has_two_values_where_the_call_changed_it() {
        let length = one("[128 => 16]");
        let inner = &length.list().expect("an array")[0];
        assert_eq!(inner.word(), Some("128"));
        assert_eq!(word(inner.present()), Some("16"));
    }

    #[test]
    fn what_has_no_form_is_a_word() {
        let status = one("[{WIFEXITED(s) && WEXITSTATUS(s) == 0}]");
        let inner = status.list().expect("an array")[0].clone();
        let word = inner.members().expect("a struct")[0].word();
        assert_eq!(word, Some("WIFEXITED(s) && WEXITSTATUS(s) == 0"));
        assert_eq!(one("0x5 /* 39 vars */").word(), Some("0x5"));
    }

    #[test]
    fn the_end_is_found_behind_texts_notes_and_brackets() {
        let whole = r#"4</tmp/a(b>, "x)\"", [f(1)]) = 0"#;
        let end = end_of_arguments(whole).expect("an end");
        assert_eq!(&whole[end..], ") = 0");
        assert_eq!(end_of_arguments("3, [4"), None);
    }

    #[test]
    fn arguments_are_split_after_a_comma_of_their_own() {
        assert_eq!(split("3<a,b>, [1, 2], 4", 1), ("3<a,b>, ", "[1, 2], 4"));
        assert_eq!(split("3<a,b>, [1, 2], 4", 2), ("3<a,b>, [1, 2], ", "4"));
        assert_eq!(split("3", 2), ("3", ""));
        assert_eq!(split("[1, 2], 3", 0), ("", "[1, 2], 3"));
    }

    #[test]
    fn deep_nesting_is_refused() {
        let deep = format!("{}{}", "[".repeat(5000), "]".repeat(5000));
        assert!(arguments(&deep).is_none_or(|fields| fields.len() == 1));
    }
}
