//! The functions, types and constants that a program has beside the calls of the session. They are in files of
//! `assets/export`; a program has those whose names it uses, and those that these use.
//!
//! What uses what is read from the texts themselves, so that no table of it can be wrong.

use std::collections::BTreeSet;

use crate::export::Language;

/// A function, a type, or constants that belong together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Helper {
    /// The names that it defines.
    pub(crate) names: Vec<String>,
    /// Its source.
    pub(crate) text: String,
}

/// What a file defines: each definition begins in the first column, after an empty line.
pub(crate) fn read(source: &str, language: Language) -> Vec<Helper> {
    let mut texts: Vec<String> = Vec::new();
    let mut follows_empty = true;
    for line in source.lines() {
        let begins = follows_empty && line.starts_with(|c: char| !c.is_whitespace());
        if begins || texts.is_empty() {
            texts.push(String::new());
        }
        if let Some(text) = texts.last_mut() {
            text.push_str(line);
            text.push('\n');
        }
        follows_empty = line.is_empty();
    }
    let helper = |text: String| Helper {
        names: names(&text, language),
        text: format!("{}\n", text.trim()),
    };
    let all = texts.into_iter().filter(|text| !text.trim().is_empty());
    all.map(helper).collect()
}

/// The names that a definition defines.
fn names(text: &str, language: Language) -> Vec<String> {
    match language {
        Language::C => {
            let lines = text.lines();
            lines.filter_map(name_in_c).map(str::to_owned).collect()
        }
        Language::Rust => {
            let words = words(text, language);
            let is_keyword = |word: &str| ["fn", "struct", "static", "const"].contains(&word);
            let at = words.iter().position(|word| is_keyword(word));
            let name = at.and_then(|at| words.get(at + 1));
            name.cloned().into_iter().collect()
        }
        Language::Python => {
            let lines = text.lines().filter(|line| !line.starts_with([' ', '#']));
            lines.flat_map(names_of_line).map(str::to_owned).collect()
        }
    }
}

/// The name that a line of C in the first column defines: the last word before parameters, members, a value or the end.
fn name_in_c(line: &str) -> Option<&str> {
    if !line.starts_with(|c: char| c.is_alphabetic()) && !line.starts_with("} ") {
        return None;
    }
    let before = line.split(['(', '[', '=', ';', '{']).next()?;
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    let name = before.trim_end().rsplit(|c| !is_word(c)).next()?;
    (!["", "struct"].contains(&name)).then_some(name)
}

/// The names that a line of Python in the first column defines.
fn names_of_line(line: &str) -> Vec<&str> {
    for keyword in ["def ", "class "] {
        if let Some(rest) = line.strip_prefix(keyword) {
            return rest.split(['(', ':']).take(1).collect();
        }
    }
    match line.split_once(" = ") {
        Some((targets, _)) => targets.split(", ").collect(),
        None => Vec::new(),
    }
}

/// Of the helpers those that a program uses, with those that they use, in their order.
pub(crate) fn used<'a>(all: &'a [Helper], program: &str, language: Language) -> Vec<&'a Helper> {
    let mut words: BTreeSet<String> = words(program, language).into_iter().collect();
    let mut taken = vec![false; all.len()];
    loop {
        let is_new = |(at, helper): &(usize, &Helper)| {
            !taken[*at] && helper.names.iter().any(|name| words.contains(name))
        };
        let Some((at, helper)) = all.iter().enumerate().find(is_new) else {
            break;
        };
        taken[at] = true;
        words.extend(self::words(&helper.text, language));
    }
    let own = all.iter().zip(taken).filter(|(_, taken)| *taken);
    own.map(|(helper, _)| helper).collect()
}

/// Whether a program uses a name.
pub(crate) fn uses(program: &str, language: Language, name: &str) -> bool {
    words(program, language).iter().any(|word| word == name)
}

/// The words of a source without its comments and literals. What follows a `.` or `::` begins with it: it is a name of
/// something else.
pub(crate) fn words(source: &str, language: Language) -> Vec<String> {
    let mut words = Vec::new();
    let mut rest = source;
    let mut before = "";
    while let Some(first) = rest.chars().next() {
        let length = length_of_text(rest, language);
        if length > 0 {
            if language == Language::Python && before == "f" {
                words.extend(words_of_format(&rest[..length]));
            }
            (rest, before) = (&rest[length..], "");
            continue;
        }
        let is_word = |c: char| c.is_alphanumeric() || c == '_';
        let end = match is_word(first) {
            true => rest.find(|c| !is_word(c)).unwrap_or(rest.len()),
            false if rest.starts_with("..") || rest.starts_with("::") => 2,
            false => first.len_utf8(),
        };
        let token = &rest[..end];
        if is_word(first) {
            let mark = match before {
                "." | "::" => before,
                _ => "",
            };
            words.push(format!("{mark}{token}"));
        }
        (rest, before) = (&rest[end..], token);
    }
    words
}

/// How long the comment or the literal is with which a text begins; 0: it begins with neither.
fn length_of_text(text: &str, language: Language) -> usize {
    let to = |end: Option<usize>| end.unwrap_or(text.len());
    let line = || to(text.find('\n'));
    let quoted = |quote: char| {
        let mut escaped = false;
        let ends = |(_, c): &(usize, char)| {
            let ends = *c == quote && !escaped;
            escaped = *c == '\\' && !escaped;
            ends
        };
        let found = text.char_indices().skip(1).find(ends);
        to(found.map(|(at, _)| at + quote.len_utf8()))
    };
    let first = text.chars().next();
    match (language, first) {
        (Language::C | Language::Rust, Some('/')) if text.starts_with("//") => line(),
        (Language::C, Some('/')) if text.starts_with("/*") => {
            to(text[2..].find("*/").map(|at| at + 4))
        }
        (Language::Python, Some('#')) => line(),
        (Language::Python, Some('"')) if text.starts_with("\"\"\"") => {
            to(text[3..].find("\"\"\"").map(|at| at + 6))
        }
        (_, Some('"')) => quoted('"'),
        // A lifetime of Rust begins as a character does.
        (Language::Rust, Some('\'')) => {
            let mut after = text.chars().skip(1);
            let is_character = after.next() == Some('\\') || after.next() == Some('\'');
            if is_character { quoted('\'') } else { 0 }
        }
        (Language::C | Language::Python, Some('\'')) => quoted('\''),
        _ => 0,
    }
}

/// The words between the braces of a format string of Python.
fn words_of_format(text: &str) -> Vec<String> {
    let parts = text.split('{').skip(1);
    let parts = parts.filter_map(|part| part.split_once('}'));
    parts
        .flat_map(|(inner, _)| words(inner, Language::Python))
        .collect()
}

#[cfg(test)]
mod tests {
    use crate::export::helpers::*;

    const RUST: &str = "/// A first one calls second() only in this comment.\nfn first() {\n    third();\n\n    \
                        libc::second(\"second\");\n}\n\nfn second() {}\n\nstatic THIRD: u8 = 0;\n\nfn third() -> u8 {\n    THIRD\n}\n";

    fn taken(source: &str, program: &str, language: Language) -> Vec<String> {
        let all = read(source, language);
        let used = used(&all, program, language).into_iter();
        used.flat_map(|helper| helper.names.clone()).collect()
    }

    #[test]
    fn a_program_has_what_it_uses_and_what_that_uses() {
        let rust = |program| taken(RUST, program, Language::Rust);
        assert_eq!(rust("fn main() { first(); }"), ["first", "THIRD", "third"]);
        assert_eq!(rust("fn main() { x.first(); second() }"), ["second"]);
        assert_eq!(
            rust("// first()\n\"first()\"; b'\"'; second::<'a>()"),
            ["second"]
        );
        let none: [&str; 0] = [];
        assert_eq!(rust("libc::first()"), none);
    }

    #[test]
    fn functions_structures_and_variables_of_c_have_their_names() {
        let source = "/* Members are no names. */\nstruct known {\n    int length;\n};\n\nstatic struct {\n    int over;\n} \
                      started[3];\n\nstatic struct known a;\nstatic struct known b;\n\nstatic _Thread_local int own = -1;\n\n\
                      static void *serve(void *(*f)(void *), int x)\n{\n    own = 1;\nfailed:\n    return 0;\n}\n";
        let names = read(source, Language::C).into_iter().map(|own| own.names);
        let names: Vec<Vec<String>> = names.collect();
        assert_eq!(
            names,
            [
                vec!["known"],
                vec!["started"],
                vec!["a", "b"],
                vec!["own"],
                vec!["serve"]
            ]
        );
        let c = |program| taken(source, program, Language::C);
        assert_eq!(c("serve(b)"), ["known", "a", "b", "own", "serve"]);
        assert_eq!(c("x.serve(\"a\")"), [""; 0]);
    }

    #[test]
    fn a_format_string_of_python_uses_what_is_in_its_braces() {
        let source = "import x\n\none, two = 1, 2\n\n\ndef three():\n    \"\"\"Not one.\"\"\"\n\n    return 3\n";
        let python = |program| taken(source, program, Language::Python);
        assert_eq!(python("print(f\"one {three()}\")  # two"), ["three"]);
        assert_eq!(python("print('three', two)"), ["one", "two"]);
    }
}
