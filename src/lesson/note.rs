//! Cards in a note of Obsidian: blocks for the plugin Obsidian to Anki, each with a comment that names its card.
//!
//! Where the note is there already, the block of each card is replaced and everything else is left as it is. What plugins
//! have noted in a block stays with its card: the ID of the note in Anki, and the schedule of Spaced Repetition. Without
//! the ID the plugin would add the card to Anki once more.

use std::collections::BTreeMap;
use std::ops::Range;

use crate::lesson::Card;
use crate::lesson::deck::Filed;
use crate::lesson::export::{lines, tags};

const START: &str = "START";
const END: &str = "END";
const BACK: &str = "Back:";
/// How the comments of plugins begin.
const NOTED: [&str; 2] = ["<!--ID:", "<!--SR:"];
/// How the ID begins where the plugin is set not to write comments.
const BARE_ID: &str = "ID:";
/// The comment before a block, which names its card.
const MARK: (&str, &str) = ("<!--sockplay: ", "-->");

/// A note with these cards in it; `note` is what it was before, empty where there was none.
pub fn note<'a>(note: &str, cards: impl IntoIterator<Item = &'a Filed>) -> String {
    let rows: Vec<&str> = note.split_inclusive('\n').collect();
    let mut blocks = blocks(&rows);
    let mut replaced = BTreeMap::new();
    let mut added = Vec::new();
    for Filed { card, .. } in cards {
        match place(&blocks, card).map(|at| blocks.remove(at)) {
            Some(old) => drop(replaced.insert(old.rows.start, (old.rows.end, old.updated(card)))),
            None => added.push(block(card, &[])),
        }
    }
    let mut text = String::new();
    let mut at = 0;
    while at < rows.len() {
        if let Some((end, block)) = replaced.get(&at) {
            text.push_str(block);
            at = *end;
        } else {
            text.push_str(rows[at]);
            at += 1;
        }
    }
    if !text.is_empty() && !text.ends_with('\n') {
        text.push('\n');
    }
    for block in added {
        if !text.is_empty() {
            text.push('\n');
        }
        text.push_str(&block);
    }
    text
}

/// A block of a note.
struct Block {
    /// Its rows, the comment before it included.
    rows: Range<usize>,
    /// The card that the comment names.
    id: Option<String>,
    question: String,
    /// What plugins have noted in it.
    noted: Vec<String>,
}

impl Block {
    /// The block with the card as it is now.
    fn updated(&self, card: &Card) -> String {
        block(card, &self.noted)
    }
}

/// The block that is a card's: the one that names it, else one without a name that asks the same.
fn place(blocks: &[Block], card: &Card) -> Option<usize> {
    let named = |own: &Block| own.id.as_deref() == Some(card.id.as_str());
    let asks = |own: &Block| own.id.is_none() && own.question == plain(&card.question);
    let mut places = blocks.iter();
    let place = places.position(named);
    place.or_else(|| blocks.iter().position(asks))
}

/// The blocks of a note.
fn blocks(rows: &[&str]) -> Vec<Block> {
    let is = |at: usize, mark: &str| rows.get(at).is_some_and(|row| row.trim_end() == mark);
    let mut blocks = Vec::new();
    let mut at = 0;
    while at < rows.len() {
        let end = (at + 1..rows.len()).find(|row| is(*row, END) || is(*row, START));
        let end = end.filter(|end| is(at, START) && is(*end, END));
        if let Some(end) = end {
            let before = at.checked_sub(1).and_then(|before| named(rows[before]));
            let inner = &rows[at + 1..end];
            blocks.push(Block {
                rows: at - usize::from(before.is_some())..end + 1,
                id: before,
                question: question(inner),
                noted: inner.iter().flat_map(|row| noted(row)).collect(),
            });
            at = end;
        }
        at += 1;
    }
    blocks
}

/// The card that a comment names.
fn named(row: &str) -> Option<String> {
    let rest = row.trim().strip_prefix(MARK.0)?;
    Some(rest.strip_suffix(MARK.1)?.trim().to_owned())
}

/// What is between the kind of a block and the answer.
fn question(inner: &[&str]) -> String {
    let rows = inner.iter().skip(1).map(|row| row.trim_end());
    let rows: Vec<&str> = rows.take_while(|row| !row.starts_with(BACK)).collect();
    rows.join("\n")
}

/// What plugins have noted in a row.
fn noted(row: &str) -> Vec<String> {
    let bare = row.strip_prefix(BARE_ID).map(str::trim);
    if bare.is_some_and(|id| !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_digit())) {
        return vec![row.trim_end().to_owned()];
    }
    let comments = NOTED.iter().filter_map(|begin| {
        let rest = &row[row.find(begin)?..];
        Some(rest[..rest.find("-->")? + "-->".len()].to_owned())
    });
    comments.collect()
}

/// The block of a card.
fn block(card: &Card, noted: &[String]) -> String {
    let mut back = plain(&card.answer);
    if !card.run.is_empty() {
        back.push_str("\n```\n");
        lines(card).for_each(|line| back.push_str(&format!("{}\n", plain(&line))));
        back.push_str("```");
    }
    let tags: Vec<String> = tags(card).collect();
    let noted: String = noted.iter().map(|own| format!("{own}\n")).collect();
    format!(
        "{}{}{}\n{START}\nBasic\n{}\n{BACK} {back}\n\n*{}*\nTags: {}\n{noted}{END}\n",
        MARK.0,
        card.id,
        MARK.1,
        plain(&card.question),
        crate::lesson::reference::markdown(&card.source),
        tags.join(" ")
    )
}

/// A text in which no line is a mark of the block: such a line is moved in by a blank.
fn plain(text: &str) -> String {
    let marks = [START, END, "Tags:", "Front:", BACK, BARE_ID];
    let safe = |line: &str| {
        let line = line.replace("<!--", "<! --");
        match marks.iter().any(|mark| line.starts_with(mark)) {
            true => format!(" {line}"),
            false => line,
        }
    };
    text.lines().map(safe).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use crate::lesson::note::*;

    fn filed(id: &str, question: &str, answer: &str) -> Filed {
        Filed {
            topic: "backlog",
            lesson: None,
            card: Card {
                id: id.to_owned(),
                tags: vec!["a".to_owned(), "two words".to_owned()],
                after: None,
                source: "listen(2)".to_owned(),
                question: question.to_owned(),
                answer: answer.to_owned(),
                run: Vec::new(),
            },
        }
    }

    #[test]
    fn a_block_ends_where_it_ends() {
        let text = note("", &[filed("own", "Q?", "One\nEND\nTags: no <!--ID: 3-->")]);
        assert_eq!(
            text,
            "<!--sockplay: own-->\nSTART\nBasic\nQ?\nBack: One\n END\n Tags: no <! --ID: 3-->\n\n\
             *[listen(2)](https://man7.org/linux/man-pages/man2/listen.2.html)*\nTags: a two-words\nEND\n"
        );
    }

    #[test]
    fn what_plugins_have_noted_stays_with_its_card() {
        let cards = [filed("one", "First?", "1"), filed("two", "Second?", "2")];
        let before = note("", &cards);
        let noted = before.replacen("two-words\n", "two-words\n<!--ID: 17-->\n", 1);
        let (first, second) = noted.split_at(noted.rfind("two-words").expect("it is there"));
        let second = second.replacen(
            "two-words",
            "two-words <!--SR:!2026-01-02,3,250-->\nID: 18",
            1,
        );
        let noted =
            format!("# My note\n\nMine.\n{first}{second}<!--SR:!2026-01-03,4,250-->\nMine too.");
        // Another order, another text, another card.
        let cards = [
            filed("three", "Third?", "3"),
            filed("two", "Second, in other words?", "two"),
            filed("one", "First?", "1"),
        ];
        let after = note(&noted, &cards);
        let part = |id: &str| {
            let begin = after
                .find(&format!("<!--sockplay: {id}-->"))
                .expect("it is there");
            let text = &after[begin..];
            &text[..text.find("\nEND\n").expect("it ends")]
        };
        assert!(part("one").ends_with("\n<!--ID: 17-->"), "{after}");
        assert!(part("two").contains("Second, in other words?"), "{after}");
        assert!(
            part("two").ends_with("\nID: 18")
                && part("two").contains("\n<!--SR:!2026-01-02,3,250-->\n"),
            "{after}"
        );
        assert!(!part("three").contains("ID:"), "{after}");
        assert!(
            after.starts_with("# My note\n\nMine.\n<!--sockplay: one-->\nSTART\n"),
            "{after}"
        );
        assert!(
            after.contains("END\n<!--SR:!2026-01-03,4,250-->\nMine too.\n"),
            "{after}"
        );
        for mark in ["\nSTART\n", "\nEND\n"] {
            assert_eq!(after.matches(mark).count(), 3, "{after}");
        }
        assert_eq!(
            note(&after, &cards),
            after,
            "a further export changes nothing"
        );
    }

    #[test]
    fn a_block_without_a_name_is_known_by_its_question() {
        let note_before =
            "START\r\nBasic\r\nFirst?\r\nBack: old\r\nTags: x\r\n<!--ID: 5-->\r\nEND\r\n";
        let after = note(note_before, &[filed("one", "First?", "1")]);
        assert!(
            after.starts_with("<!--sockplay: one-->\nSTART\n"),
            "{after}"
        );
        assert!(after.contains("\n<!--ID: 5-->\nEND\n"), "{after}");
        assert_eq!(after.matches("START").count(), 1, "{after}");
        // Begun and never ended: it is no block.
        let open = "START\nBasic\nFirst?\n";
        assert!(note(open, &[filed("one", "First?", "1")]).starts_with(open));
    }
}
