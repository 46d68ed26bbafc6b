//! Text of lessons as lines of a width: words that are code or stressed keep their style where a line is broken.

use ratatui::style::{Modifier, Style};
use ratatui::text::{Line, Span};
use unicode_width::UnicodeWidthStr;

use crate::app::keymap::Keymap;
use crate::lesson::Prose;
use crate::lesson::prose::{Block, Word, WordStyle};
use crate::socket::text::escaped;
use crate::theme::Theme;
use crate::view::text::{cut, wrap};

/// A mark before text, and its style.
type Mark<'a> = (&'a str, Style);
/// No mark.
const PLAIN: Mark<'_> = ("", Style::new());
/// That of an item of a list.
const ITEM: Mark<'_> = ("• ", Style::new());

/// The lines of some text, with an empty line between its blocks. Where it names an action the key of that is shown.
pub(crate) fn lines(
    prose: &Prose,
    width: usize,
    keys: &Keymap,
    theme: &Theme,
) -> Vec<Line<'static>> {
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
            Block::Paragraph(words) => {
                let words = with_keys(words, keys);
                lines.extend(flow(&words, width, PLAIN, Style::new(), theme));
            }
            Block::Item(words) => {
                let words = with_keys(words, keys);
                lines.extend(flow(&words, width, ITEM, Style::new(), theme));
            }
            Block::Listing(listing) => {
                lines.extend(listing.iter().map(|line| {
                    Line::styled(cut(&escaped(line).to_string(), width), theme.secondary)
                }));
            }
        }
    }
    lines
}

/// The words, with keys in the place of the names of actions. A name that no action has stays.
fn with_keys(words: &[Word], keys: &Keymap) -> Vec<Word> {
    let shown = |word: &Word| match word.style {
        WordStyle::Key => keys.of_name(&word.text).unwrap_or(&word.text).to_owned(),
        WordStyle::Plain | WordStyle::Code | WordStyle::Strong => word.text.clone(),
    };
    let words = words.iter().map(|word| Word {
        text: shown(word),
        style: word.style,
    });
    words.collect()
}

/// A sentence after a mark, in a style of its own; text between backticks is code.
pub(crate) fn hanging(
    mark: Mark<'_>,
    text: &str,
    width: usize,
    base: Style,
    theme: &Theme,
) -> Vec<Line<'static>> {
    flow(&words(text), width, mark, base, theme)
}

/// The words of a sentence. A backtick without another one is text.
fn words(text: &str) -> Vec<Word> {
    let pieces: Vec<&str> = text.split('`').collect();
    let last = pieces.len() - 1;
    let words = pieces.into_iter().enumerate().map(|(at, piece)| {
        let is_code = at % 2 == 1;
        let is_alone = is_code && at == last;
        Word {
            text: if is_alone {
                format!("`{piece}")
            } else {
                piece.to_owned()
            },
            style: if is_code && !is_alone {
                WordStyle::Code
            } else {
                WordStyle::Plain
            },
        }
    });
    words.collect()
}

/// Text without a blank, in one or more styles: it is broken only if it is wider than a line.
type Cluster = Vec<(String, Style)>;

/// Words one after the other; the lines after the first are indented as wide as the mark before it.
fn flow(
    words: &[Word],
    width: usize,
    (mark, mark_style): Mark<'_>,
    base: Style,
    theme: &Theme,
) -> Vec<Line<'static>> {
    let indent = mark.width();
    let room = width.saturating_sub(indent).max(1);
    let mut lines: Vec<Vec<Span<'static>>> = vec![Vec::new()];
    let mut used = 0;
    for cluster in clusters(words, base, theme) {
        let wide: usize = cluster.iter().map(|(text, _)| text.width()).sum();
        if used > 0 && used + 1 + wide <= room {
            push(&mut lines, " ", base);
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
        let mut line = vec![Span::styled(lead, mark_style)];
        line.extend(spans);
        Line::from(line)
    });
    marked.collect()
}

/// The text cut at its blanks.
fn clusters(words: &[Word], base: Style, theme: &Theme) -> Vec<Cluster> {
    let mut clusters: Vec<Cluster> = vec![Vec::new()];
    for word in words {
        let style = style(word.style, base, theme);
        for (at, piece) in word.text.split(' ').enumerate() {
            if at > 0 {
                clusters.push(Vec::new());
            }
            if let Some(last) = clusters.last_mut().filter(|_| !piece.is_empty()) {
                last.push((escaped(piece).to_string(), style));
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

fn style(word_style: WordStyle, base: Style, theme: &Theme) -> Style {
    match word_style {
        WordStyle::Plain => base,
        WordStyle::Code | WordStyle::Key => theme.accent,
        WordStyle::Strong => base.add_modifier(Modifier::BOLD),
    }
}

#[cfg(test)]
mod tests {
    use crate::theme::builtin;
    use crate::view::prose::*;

    fn plain() -> Theme {
        builtin("plain").expect("a theme")
    }

    fn shown(words: &[(&str, WordStyle)], width: usize, mark: &str) -> Vec<String> {
        let words: Vec<Word> = words
            .iter()
            .map(|(text, style)| Word {
                text: (*text).to_owned(),
                style: *style,
            })
            .collect();
        let lines = flow(&words, width, (mark, Style::new()), Style::new(), &plain());
        lines.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn words_of_several_styles_are_one_text() {
        let words = [
            ("Call ", WordStyle::Plain),
            ("listen(l, 5)", WordStyle::Code),
            (", then wait.", WordStyle::Plain),
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
            shown(&[("abcdefgh ij", WordStyle::Plain)], 4, ""),
            ["abcd", "efgh", "ij"]
        );
        assert_eq!(shown(&[("x", WordStyle::Plain)], 0, ""), ["x"]);
    }

    #[test]
    fn backticks_in_a_sentence_are_code_and_one_alone_is_text() {
        let shown = |text| {
            let secondary = plain().secondary;
            let lines = hanging(("✗ ", plain().bad), text, 40, secondary, &plain());
            lines.iter().map(ToString::to_string).collect::<Vec<_>>()
        };
        assert_eq!(
            shown("That was for `b`, and `b` has it."),
            ["✗ That was for b, and b has it."]
        );
        assert_eq!(shown("a ` is text"), ["✗ a ` is text"]);
        let line = &hanging(
            ("", plain().secondary),
            "`b`",
            9,
            plain().secondary,
            &plain(),
        )[0];
        assert_eq!(line.spans[1].style, plain().accent);
    }
}
