//! The end of a lesson: what to remember, and its sources. Those that have an address are links.

use ratatui::style::{Modifier, Style};
use ratatui::text::Line;
use unicode_width::UnicodeWidthChar;

use crate::lesson::Closing;
use crate::lesson::reference::Reference;
use crate::theme::Theme;
use crate::view::lesson::line::{LessonLine, LineLink};
use crate::view::text::{joined, wrap};

/// What precedes a sentence of the summary.
const ITEM: &str = "• ";
/// What precedes the sources.
const SOURCES: &str = "Sources: ";

/// Its lines.
pub(crate) fn lines(closing: &Closing, width: usize, theme: &Theme) -> Vec<LessonLine> {
    let mut lines: Vec<LessonLine> = Vec::new();
    if !closing.summary.is_empty() {
        lines.push(Line::styled("To remember", theme.title).into());
    }
    for sentence in &closing.summary {
        let mark = (ITEM, Style::new());
        let own = crate::view::prose::hanging(mark, sentence, width, Style::new(), theme);
        lines.extend(own.into_iter().map(LessonLine::from));
    }
    if closing.sources.is_empty() {
        return lines;
    }
    if !lines.is_empty() {
        lines.push(Line::default().into());
    }
    lines.extend(sources(&closing.sources, width, theme));
    lines
}

/// A character, and the source with an address that it belongs to.
type Letter = (char, Option<usize>);

/// The sources one after the other.
fn sources(all: &[Reference], width: usize, theme: &Theme) -> Vec<LessonLine> {
    let letters = letters(all);
    let text: String = letters.iter().map(|(letter, _)| letter).collect();
    let mut rest = letters.as_slice();
    let lines = wrap(&text, width).into_iter().map(|line| {
        let cells: Vec<Letter> = line.chars().filter_map(|c| next(&mut rest, c)).collect();
        let links = cells.chunk_by(|a, b| a.1 == b.1);
        let mut column = 0;
        let links = links.filter_map(|group| {
            let start = column;
            column += group
                .iter()
                .map(|cell| cell.0.width().unwrap_or(0))
                .sum::<usize>();
            let url = all.get(group[0].1?)?.url.clone()?;
            Some(LineLink {
                columns: start..column,
                url,
            })
        });
        let links = links.collect();
        let styled = |(letter, of): &Letter| (*letter, style(*of, theme));
        let styled: Vec<(char, Style)> = cells.iter().map(styled).collect();
        LessonLine {
            line: joined(&styled),
            answer: None,
            links,
        }
    });
    lines.collect()
}

/// The text of the sources, with what belongs to which.
fn letters(all: &[Reference]) -> Vec<Letter> {
    let plain = |text: &str| {
        text.chars()
            .map(|letter| (letter, None))
            .collect::<Vec<_>>()
    };
    let mut letters = plain(SOURCES);
    for (at, source) in all.iter().enumerate() {
        if at > 0 {
            letters.extend(plain("; "));
        }
        let of = source.url.as_ref().map(|_| at);
        letters.extend(source.text.chars().map(|letter| (letter, of)));
    }
    letters
}

/// The next of the letters that is this one: a blank at which the text was broken is passed over.
fn next(rest: &mut &[Letter], letter: char) -> Option<Letter> {
    let at = rest.iter().position(|own| own.0 == letter)?;
    let found = rest[at];
    *rest = &rest[at + 1..];
    Some(found)
}

fn style(of: Option<usize>, theme: &Theme) -> Style {
    match of {
        Some(_) => theme.secondary.add_modifier(Modifier::UNDERLINED),
        None => theme.secondary,
    }
}

#[cfg(test)]
mod tests {
    use crate::lesson::reference::references;
    use crate::theme::builtin;
    use crate::view::lesson::closing::*;

    #[test]
    fn the_summary_is_a_list_and_the_sources_are_links_where_they_have_an_address() {
        let closing = Closing {
            summary: vec!["A `send()` copies.".to_owned()],
            sources: references("send(2); TLPI 61.1; RFC 9293 3.6"),
        };
        let shown = lines(&closing, 30, &builtin("plain").expect("a theme"));
        let text: Vec<String> = shown.iter().map(|own| own.line.to_string()).collect();
        assert_eq!(
            text,
            [
                "To remember",
                "• A send() copies.",
                "",
                "Sources: send(2); The Linux",
                "Programming Interface 61.1;",
                "RFC 9293 3.6",
            ]
        );
        let links = shown.iter().map(|own| own.links.as_slice());
        let links: Vec<(usize, usize, &str)> = links
            .flatten()
            .map(|own| (own.columns.start, own.columns.end, own.url.as_str()))
            .collect();
        assert_eq!(
            links,
            [
                (9, 16, "https://man7.org/linux/man-pages/man2/send.2.html"),
                (0, 12, "https://www.rfc-editor.org/rfc/rfc9293#section-3.6"),
            ]
        );
    }

    #[test]
    fn without_a_summary_there_are_the_sources_alone_at_any_width() {
        let closing = Closing {
            summary: Vec::new(),
            sources: references("RFC 9293 3.6"),
        };
        for width in 0..40 {
            let shown = lines(&closing, width, &builtin("plain").expect("a theme"));
            let linked = shown.iter().flat_map(|own| &own.links);
            let linked: usize = linked.map(|own| own.columns.len()).sum();
            assert!((10..=12).contains(&linked), "{width}: {linked}");
        }
    }
}
