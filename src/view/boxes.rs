//! Messages as boxes: each keeps its boundaries, whatever is sent before or after it.

use ratatui::style::Style;
use ratatui::text::{Line, Span};
use unicode_width::UnicodeWidthStr;

use crate::view::tape::sign;
use crate::view::text::cut;
use crate::world::queues::QueuedDatagram;

/// The most columns of the content of a box.
const CONTENT: usize = 16;
/// The most rows of boxes that are drawn.
const ROWS: usize = 4;

/// A box: top, middle and bottom, equally wide.
fn drawn(message: &QueuedDatagram) -> [String; 3] {
    let title = format!("{}: {} B", message.send, message.bytes);
    let text: String = message.head.iter().map(|byte| sign(*byte)).collect();
    let is_whole = message.head.len() as u64 == message.bytes;
    let text = match is_whole {
        true => cut(&text, CONTENT),
        // The call generated the data itself, or there is more than was kept.
        false => cut(&format!("{text}…"), CONTENT),
    };
    let inner = title.width().max(text.width());
    [
        format!("┌{title}{}┐", "─".repeat(inner - title.width())),
        format!("│{text}{}│", " ".repeat(inner - text.width())),
        format!("└{}┘", "─".repeat(inner)),
    ]
}

/// Rows of boxes, with as many as fit beside each other, and what is left out.
pub(crate) fn lines(
    messages: &[QueuedDatagram],
    color: impl Fn(usize) -> Style,
    width: usize,
) -> Vec<Line<'static>> {
    let mut lines = Vec::new();
    let mut left = messages;
    for _ in 0..ROWS {
        let (mut row, mut wide) = ([const { Vec::new() }; 3], 0);
        while let Some((message, rest)) = left.split_first() {
            let parts = drawn(message);
            let own = parts[0].width() + 1;
            if wide > 0 && wide + own > width {
                break;
            }
            wide += own;
            for (spans, part) in row.iter_mut().zip(parts) {
                spans.push(Span::styled(part + " ", color(message.send)));
            }
            left = rest;
        }
        if wide > 0 {
            lines.extend(row.map(Line::from));
        }
    }
    if !left.is_empty() {
        lines.push(Line::raw(format!("… and {} more", left.len())));
    }
    lines
}
