//! Cards in Anki's text format.

use crate::lesson::Card;
use crate::lesson::deck::Filed;
use crate::lesson::reference::Reference;

/// The header of Anki's text format: what its importer is to do (Anki Manual, "Text Files").
const HEADER: &str = "#separator:tab
#html:true
#notetype:Basic
#columns:GUID\tDeck\tFront\tBack\tTags
#guid column:1
#deck column:2
#tags column:5
";

/// The deck that holds ours.
const DECK: &str = "sockplay";

/// The cards for Anki's importer, one a line. The GUID stays with the card: a second import updates it in place.
pub fn anki<'a>(cards: impl IntoIterator<Item = &'a Filed>) -> String {
    let mut text = HEADER.to_owned();
    for Filed { topic, card, .. } in cards {
        let (question, answer) = (html(&card.question), html(&card.answer));
        let lines: Vec<String> = lines(card).map(|line| escaped(&line)).collect();
        let shown = if lines.is_empty() {
            String::new()
        } else {
            format!("<pre>{}</pre>", lines.join("<br>"))
        };
        let source = crate::lesson::reference::joined(&card.source, link);
        let tags: Vec<String> = tags(card).collect();
        let tags = tags.join(" ");
        text.push_str(&format!(
            "{DECK}-{}\t{DECK}::{topic}\t{question}\t{answer}{shown}<br><br><small>{source}</small>\t{tags}\n",
            card.id
        ));
    }
    text
}

/// The lines that show the answer.
pub(crate) fn lines(card: &Card) -> impl Iterator<Item = String> {
    card.run.iter().map(|step| step.line.to_string())
}

/// Tags as Anki and Obsidian have them: without blanks inside.
pub(crate) fn tags(card: &Card) -> impl Iterator<Item = String> {
    let tags = card.tags.iter();
    tags.map(|tag| tag.split_whitespace().collect::<Vec<_>>().join("-"))
}

/// A text of a card as HTML on one line: what is between backticks is code.
fn html(text: &str) -> String {
    let parts: Vec<&str> = text.split('`').collect();
    // The last backtick has no partner when there is an even number of parts.
    let whole = parts.len() - usize::from(parts.len().is_multiple_of(2));
    let mut out = String::new();
    for (at, part) in parts.iter().enumerate() {
        let part = escaped(part);
        match (at < whole, at % 2) {
            (true, 0) => out.push_str(&part),
            (true, _) => out.push_str(&format!("<code>{part}</code>")),
            (false, _) => out.push_str(&format!("`{part}")),
        }
    }
    out
}

/// A source as HTML.
fn link(source: Reference) -> String {
    let text = escaped(&source.text);
    match source.url {
        Some(url) => format!("<a href=\"{}\">{text}</a>", escaped(&url)),
        None => text,
    }
}

/// Escapes what has a meaning in HTML or in the file.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\n' => out.push_str("<br>"),
            '\t' | '\r' => out.push(' '),
            _ => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use crate::lesson::export::*;

    fn filed(question: &str, answer: &str) -> Filed {
        Filed {
            topic: "backlog",
            lesson: None,
            card: Card {
                id: "own".to_owned(),
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
    fn a_card_for_anki_is_one_line_of_html() {
        let text = anki(&[filed("What is `a < b`?\n\"x\"", "A\tstray ` mark & more")]);
        assert_eq!(
            text.strip_prefix(HEADER),
            Some(
                "sockplay-own\tsockplay::backlog\tWhat is <code>a &lt; b</code>?<br>&quot;x&quot;\t\
                 A stray ` mark &amp; more<br><br><small>\
                 <a href=\"https://man7.org/linux/man-pages/man2/listen.2.html\">listen(2)</a></small>\ta two-words\n"
            )
        );
    }

    #[test]
    fn the_guid_stays_where_the_card_changes() {
        let guid = |card: Filed| {
            let text = anki(&[card]);
            let line = text.lines().last().map(str::to_owned).unwrap_or_default();
            line.split('\t').next().map(str::to_owned)
        };
        let own = Some("sockplay-own".to_owned());
        assert_eq!(guid(filed("Q?", "A")), own);
        let mut other = filed("Another question?", "Another answer");
        other.topic = "epoll";
        other.card.tags = vec!["b".to_owned()];
        assert_eq!(guid(other), own);
    }
}
