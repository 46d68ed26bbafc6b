//! One direction of a stream as a tape: its bytes in order, and in rows above each other which send() they come from,
//! which receiving call received them, and where they are. It shows that the boundaries of the calls at both ends do
//! not match.

use ratatui::style::Style;
use ratatui::text::{Line, Span};

use crate::theme::Theme;
use crate::view::text::{cut_spans, fit};
use crate::world::queues::{Flow, Piece};

/// The width of the names of the rows.
const NAMES: usize = 16;
/// How many of the newest receiving calls are drawn.
const TAKES: usize = 12;

/// Where a byte can be, and how it is drawn.
pub(crate) const TAKEN: &str = "·";
pub(crate) const WAITING: &str = "█";
pub(crate) const UNDERWAY: &str = "▒";
pub(crate) const UNSENT: &str = "░";

/// Bytes that belong together in a row.
#[derive(Debug, Clone, Copy)]
struct Part {
    /// The first byte, and the one after the last.
    bytes: (u64, u64),
    /// The number of the call.
    number: usize,
    style: Style,
}

/// The part of the stream that is drawn.
#[derive(Debug)]
struct Stretch {
    start: u64,
    cells: usize,
    /// How many bytes a cell represents.
    scale: u64,
}

impl Stretch {
    /// The part from the first byte of the last calls on, as fine as the width allows.
    fn of(flow: &Flow, width: usize) -> Self {
        let skipped = flow.taken.len().saturating_sub(TAKES);
        let before = flow.taken.iter().take(skipped).map(|own| total(own));
        let start = flow.taken_before + before.sum::<u64>();
        let end = flow.given_before + flow.given.iter().map(|given| given.bytes).sum::<u64>();
        let room = width.saturating_sub(NAMES).max(1) as u64;
        let scale = end.saturating_sub(start).div_ceil(room).max(1);
        let cells = end.saturating_sub(start).div_ceil(scale);
        Self {
            start,
            cells: usize::try_from(cells).unwrap_or(0),
            scale,
        }
    }

    /// The first byte of each cell.
    fn offsets(&self) -> impl Iterator<Item = u64> {
        (0..self.cells as u64).map(|cell| self.start + cell * self.scale)
    }

    /// A row of calls: each with its number and a line as long as its bytes.
    fn calls(&self, parts: &[Part]) -> Vec<Span<'static>> {
        let mut drawn: Option<(usize, usize)> = None;
        let cells = self.offsets().map(|at| {
            let Some(part) = part_at(parts, at) else {
                return Span::raw(" ");
            };
            let place = match drawn {
                Some((number, place)) if number == part.number => place + 1,
                _ => 0,
            };
            drawn = Some((part.number, place));
            let digits = part.number.to_string();
            let sign = digits.chars().nth(place).unwrap_or('─');
            Span::styled(sign.to_string(), part.style)
        });
        cells.collect()
    }
}

/// The part in which a byte is.
fn part_at(parts: &[Part], at: u64) -> Option<Part> {
    let part = parts.partition_point(|part| part.bytes.1 <= at);
    parts.get(part).copied().filter(|part| part.bytes.0 <= at)
}

fn total(pieces: &[Piece]) -> u64 {
    pieces.iter().map(|piece| piece.bytes).sum()
}

/// Consecutive parts, by their lengths, after this many earlier calls with this many bytes.
fn parts((first, before): (usize, u64), lengths: impl Iterator<Item = (u64, Style)>) -> Vec<Part> {
    let mut end = before;
    let parts = (first + 1..).zip(lengths).map(|(number, (bytes, style))| {
        let start = end;
        end += bytes;
        Part {
            bytes: (start, end),
            number,
            style,
        }
    });
    parts.filter(|part| part.bytes.0 < part.bytes.1).collect()
}

/// Draws it. Empty while nothing was sent.
pub(crate) fn lines(
    theme: &Theme,
    flow: &Flow,
    color: impl Fn(usize) -> Style,
    width: usize,
) -> Vec<Line<'static>> {
    let stretch = Stretch::of(flow, width);
    if stretch.cells == 0 {
        return Vec::new();
    }
    let given = parts(
        (flow.first_given, flow.given_before),
        (flow.first_given + 1..)
            .map(&color)
            .zip(&flow.given)
            .map(|(style, given)| (given.bytes, style)),
    );
    let taken = parts(
        (flow.first_taken, flow.taken_before),
        flow.taken.iter().map(|own| (total(own), Style::new())),
    );
    let row = |name: &str, cells: Vec<Span<'static>>| {
        let name = Span::styled(fit(name, NAMES), theme.secondary);
        cut_spans(std::iter::once(name).chain(cells).collect(), width)
    };
    let mut lines = Vec::new();
    if stretch.scale == 1 {
        lines.push(row("bytes", text(&stretch, flow, &given)));
    }
    lines.push(row("sending calls", stretch.calls(&given)));
    lines.push(row("receiving calls", stretch.calls(&taken)));
    lines.push(row("where they are", places(&stretch, flow, &given)));
    if stretch.scale > 1 {
        let note = format!("a column is {} B", stretch.scale);
        lines.push(row("", vec![Span::styled(note, theme.secondary)]));
    }
    lines
}

/// The bytes themselves, as a hex dump shows text: unprintable ones as a dot.
fn text(stretch: &Stretch, flow: &Flow, given: &[Part]) -> Vec<Span<'static>> {
    let cells = stretch.offsets().map(|at| {
        let part = part_at(given, at);
        let byte = part.and_then(|part| {
            let within = usize::try_from(at - part.bytes.0).ok()?;
            let given = flow.given.get(part.number - 1 - flow.first_given)?;
            given.head.get(within).copied()
        });
        let style = part.map_or(Style::new(), |part| part.style);
        Span::styled(byte.map_or('…', sign).to_string(), style)
    });
    cells.collect()
}

/// A byte in one column.
pub(crate) fn sign(byte: u8) -> char {
    match byte {
        b' ' => '␣',
        byte if byte.is_ascii_graphic() => char::from(byte),
        _ => '.',
    }
}

/// Where each byte is, in the colour of its send().
fn places(stretch: &Stretch, flow: &Flow, given: &[Part]) -> Vec<Span<'static>> {
    let taken = flow.taken_before + flow.taken.iter().map(|own| total(own)).sum::<u64>();
    let waiting = taken + total(&flow.waiting);
    let underway = waiting + total(&flow.underway);
    let cells = stretch.offsets().map(|at| {
        let sign = match at {
            at if at < taken => TAKEN,
            at if at < waiting => WAITING,
            at if at < underway => UNDERWAY,
            _ => UNSENT,
        };
        let style = part_at(given, at).map_or(Style::new(), |part| part.style);
        Span::styled(sign, style)
    });
    cells.collect()
}
