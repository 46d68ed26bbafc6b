//! An explanation for other programs: as JSON, and as Markdown.

use std::io;

use serde::Serialize;

use crate::glossary::Subject;
use crate::socket::text::escaped_json;

/// A word with its explanation.
#[derive(Debug, Serialize)]
struct JsonSubject {
    name: &'static str,
    kind: &'static str,
    described: String,
    also: Vec<&'static str>,
    text: Vec<String>,
    source: String,
}

/// One JSON object.
///
/// # Errors
///
/// None is known: all of it can be written.
pub(super) fn json(subject: Subject) -> io::Result<String> {
    let object = JsonSubject {
        name: subject.name(),
        kind: subject.kind(),
        described: subject.described(),
        also: subject.other_words().collect(),
        text: subject.text(),
        source: subject.source(),
    };
    let line = serde_json::to_string(&object).map_err(io::Error::other)?;
    Ok(escaped_json(&line))
}

/// A heading, what it is, the explanation and the source.
pub(super) fn markdown(subject: Subject) -> String {
    let also: Vec<&str> = subject.other_words().collect();
    let also = match also.as_slice() {
        [] => String::new(),
        words => format!("Also: {}", words.join(", ")),
    };
    let heading = format!("## {}", literal(subject.name()));
    let texts = [subject.described(), also].into_iter();
    let source = format!("Source: {}", subject.source());
    let texts = texts.chain(subject.text()).chain([source]);
    let paragraphs = texts.filter(|text| !text.is_empty());
    let paragraphs = paragraphs.map(|text| format!("\n{}\n", literal(&text)));
    format!("{heading}\n{}", paragraphs.collect::<String>())
}

/// A text in which no character has a meaning in Markdown.
fn literal(text: &str) -> String {
    let mut out = String::new();
    for letter in text.chars() {
        if "\\`*_<>[]#&|~".contains(letter) {
            out.push('\\');
        }
        out.push(letter);
    }
    out
}

#[cfg(test)]
mod tests {
    use pulldown_cmark::{Event, Parser, Tag, TagEnd};

    use crate::glossary::SUBJECTS;
    use crate::run::explain::formats::*;

    #[test]
    fn markdown_says_what_the_text_says() {
        for subject in SUBJECTS.iter() {
            let written = markdown(*subject);
            let mut read = Vec::new();
            for event in Parser::new(&written) {
                match event {
                    Event::Start(Tag::Heading { .. } | Tag::Paragraph) => read.push(String::new()),
                    Event::End(TagEnd::Heading(_) | TagEnd::Paragraph) => {}
                    Event::Text(text) => read.last_mut().expect("a block").push_str(&text),
                    other => panic!("{other:?} in {written}"),
                }
            }
            assert_eq!(read[0], subject.name());
            assert_eq!(read[1], subject.described());
            for text in subject.text() {
                assert!(read.contains(&text), "{text}: {read:?}");
            }
            let last = read.last().expect("the source");
            assert_eq!(*last, format!("Source: {}", subject.source()));
        }
    }
}
