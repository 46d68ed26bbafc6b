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

/// Words one after the other; the lines after the first are indented as wide as the mark before it.
fn flow(words: &[Word], width: usize, mark: &str, theme: &Theme) -> Vec<Line<'static>> {
    let indent = mark.width();
    let room = width.saturating_sub(indent).max(1);
    let mut lines = vec![Vec::new()];
    let mut used = 0;
    let mut glued = true;
    for word in words {
        let style = style(word.look, theme);
        for (index, piece) in word.text.split(' ').enumerate() {
            let blank = index > 0;
            glued &= !blank;
            if piece.is_empty() {
                continue;
            }
            for (part_at, part) in wrap(&harmless(piece).to_string(), room)
                .into_iter()
                .enumerate()
            {
                let gap = usize::from(!glued && used > 0 && part_at == 0);
                if used + gap + part.width() > room || part_at > 0 {
                    lines.push(Vec::new());
                    used = 0;
                } else if gap > 0 {
                    used += 1;
                    push(&mut lines, " ", style_of_gap(word.look, index, style));
                }
                used += part.width();
                push(&mut lines, &part, style);
            }
            glued = true;
        }
        glued = !word.text.ends_with(' ');
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

/// A blank within a stretch has its look; one before it has none.
fn style_of_gap(look: Look, index: usize, style: Style) -> Style {
    if index > 0 && look == Look::Code {
        style
    } else {
        Style::new()
    }
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
            ["• Call", "  listen(l,", "  5), then", "  wait."]
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
