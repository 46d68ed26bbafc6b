//! The address of the selected call: the C struct field by field with its bytes.

use ratatui::style::Style;
use ratatui::text::{Line, Span};

use crate::app::state::App;
use crate::explain::sockaddr_view::{SockaddrBytes, sockaddr_pages, why_none};
use crate::socket::layout::{Field, hex};
use crate::theme::Theme;
use crate::view::sheet::Sheet;
use crate::view::text::{cut_spans, fit, paragraph, wrap};

/// The bytes in a row.
const BYTES: usize = 8;
/// The column of the bytes, after the offset.
const OFFSET: usize = 5;
/// The column of the fields.
const FIELDS: usize = OFFSET + BYTES * 3 + 1;

/// The page.
pub(crate) fn sheet(app: &App, width: usize) -> Sheet {
    Sheet::new(" The address, byte by byte ", lines(app, width))
}

/// The call and its addresses.
fn lines(app: &App, width: usize) -> Vec<Line<'static>> {
    let theme = &app.theme;
    let Some(record) = app.record() else {
        return paragraph("No call has been made yet.", width, theme.secondary);
    };
    let call = match record.outcome() {
        Some(outcome) => format!("{} -> {outcome}", record.call()),
        None => record.call().to_string(),
    };
    let mut lines = paragraph(&call, width, theme.accent);
    let found = sockaddr_pages(record, &app.host.interfaces);
    if found.is_empty() {
        lines.push(Line::default());
        lines.extend(paragraph(&why_none(record), width, Style::new()));
    }
    for one in &found {
        lines.push(Line::default());
        lines.extend(page(theme, one, width));
    }
    lines
}

fn page(theme: &Theme, one: &SockaddrBytes, width: usize) -> Vec<Line<'static>> {
    let mut lines = paragraph(&one.title, width, theme.title);
    for each in &one.fields {
        lines.extend(field(theme, each, width));
    }
    for sentence in &one.length {
        lines.extend(paragraph(sentence, width, theme.good));
    }
    lines
}

/// One field: its bytes at the left, in as many rows as they need; at the right what they mean.
fn field(theme: &Theme, field: &Field, width: usize) -> Vec<Line<'static>> {
    let room = width.saturating_sub(FIELDS).max(1);
    let name = format!("{} {}", field.c_type, field.name);
    let first = format!("{} = {}", name.trim_start(), field.value);
    let mut words: Vec<(String, Style)> = wrap(&first, room)
        .into_iter()
        .map(|text| (text, Style::new()))
        .collect();
    if !field.note.is_empty() {
        let notes = wrap(&field.note, room).into_iter();
        words.extend(notes.map(|text| (text, theme.secondary)));
    }
    let rows: Vec<&[u8]> = field.bytes.chunks(BYTES).collect();
    (0..rows.len().max(words.len()))
        .map(|at| {
            let bytes = rows.get(at).map(|bytes| hex(bytes)).unwrap_or_default();
            let offset = match rows.get(at) {
                Some(_) => format!("{:>3}", field.at + at * BYTES),
                None => String::new(),
            };
            let (text, style) = words.get(at).cloned().unwrap_or_default();
            let spans = vec![
                Span::styled(fit(&offset, OFFSET), theme.secondary),
                Span::styled(fit(&bytes, FIELDS - OFFSET), theme.accent),
                Span::styled(text, style),
            ];
            cut_spans(spans, width)
        })
        .collect()
}
