//! Fitting text into columns: cutting and wrapping; and durations as text.

use std::time::Duration;

use ratatui::style::Style;
use ratatui::text::{Line, Span};
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use crate::event::Timestamp;

/// A text of at most `width` columns; what is cut off is shown by `…`.
pub(crate) fn cut(text: &str, width: usize) -> String {
    if text.width() <= width {
        return text.to_owned();
    }
    let mut out = String::new();
    let mut columns = 1;
    for c in text.chars() {
        columns += c.width().unwrap_or(0);
        if columns > width {
            break;
        }
        out.push(c);
    }
    if width > 0 {
        out.push('…');
    }
    out
}

/// A text of at most `width` columns without its middle: the end of an address is its port, that of a path its name.
pub(crate) fn cut_middle(text: &str, width: usize) -> String {
    if text.width() <= width {
        return text.to_owned();
    }
    let first = width.saturating_sub(1) / 2;
    let mut columns = 0;
    let mut end: Vec<char> = Vec::new();
    for c in text.chars().rev() {
        columns += c.width().unwrap_or(0);
        if columns + first + 1 > width {
            break;
        }
        end.push(c);
    }
    // The part before it ends in the mark of what is left out.
    cut(text, first + 1) + &end.into_iter().rev().collect::<String>()
}

/// A number with what is counted: `1 call`, `2 calls`.
pub(crate) fn plural(count: u64, noun: &str) -> String {
    let end = if count == 1 { "" } else { "s" };
    format!("{count} {noun}{end}")
}

/// A text of exactly `width` columns, cut or filled up with blanks.
pub(crate) fn fit(text: &str, width: usize) -> String {
    let mut out = cut(text, width);
    out.extend(std::iter::repeat_n(' ', width.saturating_sub(out.width())));
    out
}

/// The lines of a text of at most `width` columns each, broken at blanks; a word that is longer is broken anywhere.
pub(crate) fn wrap(text: &str, width: usize) -> Vec<String> {
    let width = width.max(1);
    let mut lines = vec![String::new()];
    for word in text.split(' ') {
        let gap = |line: &str| usize::from(!line.is_empty());
        match lines.last_mut() {
            Some(line) if line.width() + gap(line) + word.width() <= width => {
                line.extend(std::iter::repeat_n(' ', gap(line)));
                line.push_str(word);
            }
            last => {
                // An empty line is filled rather than left empty.
                let is_empty = last.is_some_and(|line| line.is_empty());
                lines.truncate(lines.len() - usize::from(is_empty));
                lines.extend(pieces(word, width));
            }
        }
    }
    lines
}

/// A word in pieces of at most `width` columns.
fn pieces(word: &str, width: usize) -> Vec<String> {
    let mut pieces = Vec::new();
    let mut rest = word;
    while !rest.is_empty() {
        let (piece, after) = rest.split_at(byte_of_column(rest, width));
        pieces.push(piece.to_owned());
        rest = after;
    }
    pieces
}

/// The byte after as many characters as fit into `width` columns, at least one.
fn byte_of_column(text: &str, width: usize) -> usize {
    let mut columns = 0;
    for (at, c) in text.char_indices() {
        columns += c.width().unwrap_or(0);
        if columns > width && at > 0 {
            return at;
        }
    }
    text.len()
}

/// Wrapped text in one style.
pub(crate) fn paragraph(text: &str, width: usize, style: Style) -> Vec<Line<'static>> {
    wrap(text, width)
        .into_iter()
        .map(|line| Line::styled(line, style))
        .collect()
}

/// Characters with their styles as a line: neighbours in one style are one span.
pub(crate) fn joined(cells: &[(char, Style)]) -> Line<'static> {
    let groups = cells.chunk_by(|a, b| a.1 == b.1);
    let spans = groups.map(|group| {
        let text: String = group.iter().map(|cell| cell.0).collect();
        Span::styled(text, group[0].1)
    });
    spans.collect::<Vec<_>>().into()
}

/// Wrapped text in several styles. Blanks at its beginning are before each of its lines.
pub(crate) fn wrap_spans(spans: &[Span<'_>], width: usize) -> Vec<Line<'static>> {
    let text: String = spans.iter().map(|span| span.content.as_ref()).collect();
    let styled = |span: &Span<'_>| {
        let style = span.style;
        let chars: Vec<char> = span.content.chars().collect();
        chars.into_iter().map(move |c| (c, style))
    };
    let mut cells = spans.iter().flat_map(styled);
    let indent = text.len() - text.trim_start_matches(' ').len();
    let lead: Vec<_> = cells.by_ref().take(indent).collect();
    let lines = wrap(&text[indent..], width.saturating_sub(indent));
    let lines = lines.into_iter().enumerate().map(|(at, line)| {
        let mut own = match at {
            0 => lead.clone(),
            _ => vec![(' ', Style::new()); indent],
        };
        // The blanks at which it was broken are in no line.
        own.extend(line.chars().filter_map(|c| cells.find(|cell| cell.0 == c)));
        joined(&own)
    });
    lines.collect()
}

/// Spans of at most `width` columns together; what is cut off is shown by `…`.
pub(crate) fn cut_spans(spans: Vec<Span<'static>>, width: usize) -> Line<'static> {
    let mut left = width;
    let mut kept = Vec::new();
    for span in spans {
        let wide = span.content.width();
        if wide <= left {
            left -= wide;
            kept.push(span);
        } else {
            kept.push(Span::styled(cut(&span.content, left), span.style));
            break;
        }
    }
    Line::from(kept)
}

/// A duration as text: `250 µs`, `3.2 s`, `4 min`.
pub(crate) fn span(duration: Duration) -> String {
    let seconds = duration.as_secs_f64();
    match seconds {
        s if s < 1e-3 => format!("{} µs", duration.as_micros()),
        s if s < 1.0 => format!("{} ms", duration.as_millis()),
        s if s < 100.0 => format!("{s:.1} s"),
        s => format!("{} min", (s / 60.0).round()),
    }
}

/// A moment as the log shows it, in seconds of the session: `3.200`. Unlike an age it stays right without a redraw.
pub(crate) fn moment(at: Timestamp) -> String {
    format!("{}.{:03}", at.0 / 1_000_000_000, at.0 / 1_000_000 % 1000)
}

#[cfg(test)]
mod tests {
    use crate::view::text::*;

    #[test]
    fn text_is_cut_by_columns() {
        assert_eq!(cut("hello", 5), "hello");
        assert_eq!(cut("hello!", 5), "hell…");
        assert_eq!(cut("日本語", 5), "日本…");
        assert_eq!(cut("hello", 0), "");
        assert_eq!(fit("ab", 4), "ab  ");
        assert_eq!(cut_middle("[fe80::1%eth0]:40000", 13), "[fe80:…:40000");
        assert_eq!(cut_middle("hello", 5), "hello");
        assert_eq!(cut_middle("hello", 1), "…");
    }

    #[test]
    fn text_is_wrapped_at_blanks_and_long_words_anywhere() {
        assert_eq!(wrap("the quick brown fox", 9), ["the quick", "brown fox"]);
        assert_eq!(wrap("abcdefgh ij", 3), ["abc", "def", "gh", "ij"]);
        assert_eq!(wrap("", 5), [""]);
        assert_eq!(wrap("ab", 0), ["a", "b"]);
    }

    #[test]
    fn wrapped_text_keeps_its_styles() {
        let bold = Style::new().bold();
        let spans = [Span::styled("the quick", bold), Span::raw(" brown fox")];
        let lines = wrap_spans(&spans, 7);
        let shown: Vec<String> = lines.iter().map(ToString::to_string).collect();
        assert_eq!(shown, ["the", "quick", "brown", "fox"]);
        let styles = lines.iter().map(|line| line.spans[0].style == bold);
        assert_eq!(styles.collect::<Vec<_>>(), [true, true, false, false]);
        let indented = wrap_spans(&[Span::styled(" the fox", bold)], 5);
        let shown: Vec<String> = indented.iter().map(ToString::to_string).collect();
        assert_eq!(shown, [" the", " fox"]);
        let whole = wrap_spans(&spans, 30);
        assert_eq!(whole.len(), 1);
        assert_eq!(whole[0].spans.len(), 2);
    }

    #[test]
    fn spans_of_time_are_read_easily() {
        assert_eq!(span(Duration::from_micros(250)), "250 µs");
        assert_eq!(span(Duration::from_millis(3210)), "3.2 s");
        assert_eq!(span(Duration::from_secs(240)), "4 min");
    }
}
