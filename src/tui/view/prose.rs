//! Text of lessons as lines of a width: words that are code or stressed keep their look where a line is broken.

use ratatui::style::{Modifier, Style};
use ratatui::text::{Line, Span};
use unicode_width::UnicodeWidthStr;

use super::super::theme::Theme;
use super::text::{cut, wrap};
use crate::lesson::Prose;
use crate::lesson::prose::{Block, Look, Word};
use crate::socket::text::harmless;

/// The lines of some text, with an empty line between its blocks.
pub(super) fn lines(prose: &Prose, width: usize, theme: &Theme) -> Vec<Line<'static>> {
    let mut lines: Vec<Line<'static>> = Vec::new();
    let mut after_item = false;
    for block in &prose.0 {
        let is_item = matches!(block, Block::Item(_));
        let is_next_item = is_item && after_item;
        if !lines.is_empty() && !is_next_item {
            lines.push(Line::default());
        }
        after_item = is_item;
        match block {
            Block::Paragraph(words) => lines.extend(flow(words, width, "", theme)),
            Block::Item(words) => lines.extend(flow(words, width, "• ", theme)),
            Block::Listing(listing) => lines.extend(
                listing
                    .iter()
                    .map(|line| Line::styled(cut(&harmless(line).to_string(), width), theme.dim)),
            ),
        }
    }
    lines
}

/// Text without a blank in it, in one or more looks: it is broken only where it is wider than a line.
type Cluster = Vec<(String, Style)>;

/// Words one after the other; the lines after the first are indented as wide as the mark before it.
fn flow(words: &[Word], width: usize, mark: &str, theme: &Theme) -> Vec<Line<'static>> {
    let indent = mark.width();
    let room = width.saturating_sub(indent).max(1);
    let mut lines: Vec<Vec<Span<'static>>> = vec![Vec::new()];
    let mut used = 0;
    for cluster in clusters(words, theme) {
        let wide: usize = cluster.iter().map(|(text, _)| text.width()).sum();
        if used > 0 && used + 1 + wide <= room {
            push(&mut lines, " ", Style::new());
            used += 1;
        } else if used > 0 {
            lines.push(Vec::new());
            used = 0;
        }
        for (text, style) in cluster {
            for (at, piece) in wrap(&text, room).into_iter().enumerate() {
                if at > 0 || used + piece.width() > room {
                    lines.push(Vec::new());
                    used = 0;
                }
                used += piece.width();
                push(&mut lines, &piece, style);
            }
        }
    }
    let marked = lines.into_iter().enumerate().map(|(at, spans)| {
        let lead = if at == 0 {
            mark.to_owned()
        } else {
            " ".repeat(indent)
        };
        let mut line = vec![Span::raw(lead)];
        line.extend(spans);
        Line::from(line)
    });
    marked.collect()
}

/// The text cut at its blanks.
fn clusters(words: &[Word], theme: &Theme) -> Vec<Cluster> {
    let mut clusters: Vec<Cluster> = vec![Vec::new()];
    for word in words {
        let style = style(word.look, theme);
        for (at, piece) in word.text.split(' ').enumerate() {
            if at > 0 {
                clusters.push(Vec::new());
            }
            if let Some(last) = clusters.last_mut().filter(|_| !piece.is_empty()) {
                last.push((harmless(piece).to_string(), style));
            }
        }
    }
    clusters.retain(|cluster| !cluster.is_empty());
    clusters
}

fn push(lines: &mut [Vec<Span<'static>>], text: &str, style: Style) {
    if let Some(line) = lines.last_mut() {
        line.push(Span::styled(text.to_owned(), style));
    }
}

fn style(look: Look, theme: &Theme) -> Style {
    match look {
        Look::Plain => Style::new(),
        Look::Code => theme.accent,
        Look::Strong => Style::new().add_modifier(Modifier::BOLD),
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::theme::PLAIN;
    use super::*;

    fn shown(words: &[(&str, Look)], width: usize, mark: &str) -> Vec<String> {
        let words: Vec<Word> = words
            .iter()
            .map(|(text, look)| Word {
                text: (*text).to_owned(),
                look: *look,
            })
            .collect();
        let lines = flow(&words, width, mark, &PLAIN);
        lines.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn words_of_several_looks_are_one_text() {
        let words = [
            ("Call ", Look::Plain),
            ("listen(l, 5)", Look::Code),
            (", then wait.", Look::Plain),
        ];
        assert_eq!(shown(&words, 40, ""), ["Call listen(l, 5), then wait."]);
        assert_eq!(
            shown(&words, 14, "• "),
            ["• Call", "  listen(l,", "  5), then", "  wait."],
            "a comma stays with its word"
        );
    }

    #[test]
    fn a_word_that_is_too_long_is_broken() {
        assert_eq!(
            shown(&[("abcdefgh ij", Look::Plain)], 4, ""),
            ["abcd", "efgh", "ij"]
        );
        assert_eq!(shown(&[("x", Look::Plain)], 0, ""), ["x"]);
    }
}
