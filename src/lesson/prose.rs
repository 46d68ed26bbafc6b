//! The text of a lesson: paragraphs, items of lists and listings, with words that are code or stressed.

use std::ops::Range;

use pulldown_cmark::{CodeBlockKind, Event, Parser, Tag, TagEnd};

/// Text.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Prose(pub Vec<Block>);

/// A paragraph or the like.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Block {
    /// Running text.
    Paragraph(Vec<Word>),
    /// A point of a list.
    Item(Vec<Word>),
    /// Lines that are shown as they are.
    Listing(Vec<String>),
}

/// A stretch of text in one style.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word {
    /// The text.
    pub text: String,
    /// Its style.
    pub style: WordStyle,
}

/// The style of a stretch of text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WordStyle {
    /// As text does.
    Plain,
    /// As code.
    Code,
    /// Stressed.
    Strong,
    /// The key of an action: the text is the action's name in a configuration file, and the key is shown in its place.
    Key,
}

/// What precedes the name of an action in code that stands for its key: `key:lesson.hint`.
const KEY: &str = "key:";

impl Prose {
    /// The text alone, as cards and machines take it.
    pub fn plain(&self) -> String {
        let text = |words: &[Word]| words.iter().map(|word| word.text.as_str()).collect();
        let blocks: Vec<String> = self
            .0
            .iter()
            .map(|block| match block {
                Block::Paragraph(words) => text(words),
                Block::Item(words) => format!("- {}", text(words)),
                Block::Listing(lines) => lines.join("\n"),
            })
            .collect();
        blocks.join("\n")
    }
}

/// A part of a file: text, a heading or a fenced block.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Part {
    /// A block of text.
    Text(Block),
    /// A heading of a page.
    Heading(String),
    /// A fenced block whose kind means something: its kind, and where its lines are.
    Fence { kind: String, inner: Range<usize> },
}

/// What cannot be read, and where.
pub(crate) type Wrong = (Range<usize>, String);

/// The kinds of fenced blocks that are listings.
const LISTINGS: [&str; 3] = ["c", "text", ""];

/// Cuts Markdown into its parts.
///
/// # Errors
///
/// What is none of the Markdown that lessons are written in.
pub(crate) fn parts(text: &str) -> Result<Vec<(Range<usize>, Part)>, Wrong> {
    let mut parts = Vec::new();
    let mut open: Option<Open> = None;
    for (event, at) in Parser::new(text).into_offset_iter() {
        match &mut open {
            Some(inner) => {
                if let Some(part) = inner.take(event, &at)? {
                    parts.push((inner.at.clone(), part));
                    open = None;
                }
            }
            None => open = Open::new(event, at)?,
        }
    }
    Ok(parts)
}

/// A block that has begun and not ended.
struct Open {
    kind: Kind,
    at: Range<usize>,
    words: Vec<Word>,
    styles: Vec<WordStyle>,
    /// Where the lines of a fenced block are.
    inner: Option<Range<usize>>,
    listing: String,
}

#[derive(PartialEq)]
enum Kind {
    Paragraph,
    Item,
    Heading,
    Fence(String),
}

impl Open {
    /// A block that begins; `None` for the frame of a list.
    fn new(event: Event<'_>, at: Range<usize>) -> Result<Option<Self>, Wrong> {
        let kind = match event {
            Event::Start(Tag::Paragraph) => Kind::Paragraph,
            Event::Start(Tag::Item) => Kind::Item,
            Event::Start(Tag::Heading { level, .. }) if level as usize == 2 => Kind::Heading,
            Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(kind))) => {
                Kind::Fence(kind.trim().to_owned())
            }
            Event::Start(Tag::List(None)) | Event::End(TagEnd::List(_)) => return Ok(None),
            _ => return Err((at, unread(&event))),
        };
        Ok(Some(Self {
            kind,
            at,
            words: Vec::new(),
            styles: vec![WordStyle::Plain],
            inner: None,
            listing: String::new(),
        }))
    }

    /// Takes an event in; gives the part when it is the last one.
    fn take(&mut self, event: Event<'_>, at: &Range<usize>) -> Result<Option<Part>, Wrong> {
        match event {
            Event::Text(text) if matches!(self.kind, Kind::Fence(_)) => {
                let from = self.inner.as_ref().map_or(at.start, |inner| inner.start);
                self.inner = Some(from..at.end);
                self.listing.push_str(&text);
            }
            Event::Text(text) => self.word(&text, self.styles.last().copied()),
            Event::Code(text) => match text.strip_prefix(KEY) {
                Some(action) => self.word(action, Some(WordStyle::Key)),
                None => self.word(&text, Some(WordStyle::Code)),
            },
            Event::SoftBreak | Event::HardBreak => self.word(" ", self.styles.last().copied()),
            Event::Start(Tag::Strong | Tag::Emphasis) => self.styles.push(WordStyle::Strong),
            Event::End(TagEnd::Strong | TagEnd::Emphasis) => drop(self.styles.pop()),
            // An item whose text is a paragraph of its own is an item too.
            Event::Start(Tag::Paragraph) | Event::End(TagEnd::Paragraph)
                if self.kind == Kind::Item => {}
            Event::End(
                TagEnd::Paragraph | TagEnd::Item | TagEnd::Heading(_) | TagEnd::CodeBlock,
            ) => return Ok(Some(self.end())),
            other => return Err((at.clone(), unread(&other))),
        }
        Ok(None)
    }

    fn word(&mut self, text: &str, style: Option<WordStyle>) {
        let style = style.unwrap_or(WordStyle::Plain);
        match self.words.last_mut() {
            Some(last) if last.style == style => last.text.push_str(text),
            _ => self.words.push(Word {
                text: text.to_owned(),
                style,
            }),
        }
    }

    fn end(&mut self) -> Part {
        let words = std::mem::take(&mut self.words);
        match &self.kind {
            Kind::Paragraph => Part::Text(Block::Paragraph(words)),
            Kind::Item => Part::Text(Block::Item(words)),
            Kind::Heading => Part::Heading(words.into_iter().map(|word| word.text).collect()),
            Kind::Fence(kind) if LISTINGS.contains(&kind.as_str()) => {
                let lines = self.listing.lines().map(str::to_owned).collect();
                Part::Text(Block::Listing(lines))
            }
            Kind::Fence(kind) => Part::Fence {
                kind: kind.clone(),
                inner: self.inner.clone().unwrap_or(self.at.end..self.at.end),
            },
        }
    }
}

/// Why something is not read.
fn unread(event: &Event<'_>) -> String {
    let what = match event {
        Event::Start(Tag::Heading { .. }) => "a heading that is not `## `",
        Event::Start(Tag::CodeBlock(_)) => "text that is indented like code",
        Event::Start(Tag::List(Some(_))) => "a numbered list",
        Event::Start(Tag::List(None)) => "a list within a list",
        Event::Start(Tag::Link { .. } | Tag::Image { .. }) => "a link or picture",
        Event::Html(_) | Event::InlineHtml(_) | Event::Start(Tag::HtmlBlock) => "HTML",
        Event::Rule => "a line across",
        Event::Start(Tag::BlockQuote(_)) => "a quotation",
        _ => "this",
    };
    format!("{what} is not allowed in a lesson")
}

#[cfg(test)]
mod tests {
    use crate::lesson::prose::*;

    fn read(text: &str) -> Vec<Part> {
        let parts = parts(text).expect("it can be read");
        parts.into_iter().map(|(_, part)| part).collect()
    }

    fn word(text: &str, style: WordStyle) -> Word {
        Word {
            text: text.to_owned(),
            style,
        }
    }

    #[test]
    fn text_is_cut_into_paragraphs_items_listings_and_headings() {
        let parts = read(
            "A `call` is\n**one** line.\n\n- an item\n- two\n\n## Page\n\n```c\nint x;\n```\n",
        );
        let [paragraph, first, _, heading, listing] = parts.as_slice() else {
            panic!("{parts:?}")
        };
        let words = vec![
            word("A ", WordStyle::Plain),
            word("call", WordStyle::Code),
            word(" is ", WordStyle::Plain),
            word("one", WordStyle::Strong),
            word(" line.", WordStyle::Plain),
        ];
        assert_eq!(*paragraph, Part::Text(Block::Paragraph(words)));
        let item = vec![word("an item", WordStyle::Plain)];
        assert_eq!(*first, Part::Text(Block::Item(item)));
        assert_eq!(*heading, Part::Heading("Page".to_owned()));
        let lines = vec!["int x;".to_owned()];
        assert_eq!(*listing, Part::Text(Block::Listing(lines)));
    }

    #[test]
    fn code_can_stand_for_the_key_of_an_action() {
        let parts = read("`key:lesson.hint` `key:quit` `key:help`\n");
        let words = vec![
            word("lesson.hint", WordStyle::Key),
            word(" ", WordStyle::Plain),
            word("quit", WordStyle::Key),
        ];
        let Part::Text(Block::Paragraph(read)) = &parts[0] else {
            panic!("{parts:?}")
        };
        assert_eq!(read[..3], words);
    }

    #[test]
    fn a_block_of_another_kind_is_given_with_the_place_of_its_lines() {
        let text = "```play\nclose(1)\n\nclose(2)\n```\n";
        let parts = read(text);
        let Part::Fence { kind, inner } = &parts[0] else {
            panic!("{parts:?}")
        };
        assert_eq!(kind, "play");
        assert_eq!(&text[inner.clone()], "close(1)\n\nclose(2)\n");
    }

    #[test]
    fn other_markdown_is_refused_with_its_place() {
        for (text, what) in [
            ("# x\n", "a heading"),
            ("x <b>y</b>\n", "HTML"),
            ("1. x\n", "a numbered list"),
            ("[a](b)\n", "a link"),
            ("> x\n", "a quotation"),
        ] {
            let (_, why) = parts(text).expect_err(text);
            assert!(why.starts_with(what), "{text}: {why}");
        }
    }
}
