//! The array of a poll: each descriptor with its requested and returned events.

use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use crate::app::state::App;
use crate::view::grid::{Cell, Grid, GridRow};
use crate::view::set::{course_lines, is_roomy, mask, named};
use crate::view::text::{cut_spans, paragraph};
use crate::world::{Polled, Record};

/// Said of a call that has found events.
const FOUND: &str = "the number of descriptors with events";
/// The events that the kernel reports whether they are requested or not.
const UNASKED: [(i16, &str); 3] = [
    (libc::POLLERR, "POLLERR"),
    (libc::POLLHUP, "POLLHUP"),
    (libc::POLLNVAL, "POLLNVAL"),
];
/// The width of a mask before its prefixes are left out.
const MASK: usize = 18;

/// Everything about the call.
pub(crate) fn lines(app: &App, record: &Record, area: Rect) -> Vec<Line<'static>> {
    let width = usize::from(area.width);
    let polled = record.polled();
    let mut lines = course_lines(app, record, FOUND, width);
    if polled.is_empty() {
        let text = "The array is empty: the call only waits for its timeout.";
        lines.extend(paragraph(text, width, app.theme.secondary));
    } else if is_roomy(area) {
        lines.extend(grid(app, record, &polled).lines(&app.theme, width));
    } else {
        let row = |(index, own)| row(app, record, index, own, width);
        lines.extend(polled.iter().enumerate().map(row));
    }
    lines.extend(remarks(app, &polled, width));
    lines
}

fn grid(app: &App, record: &Record, polled: &[Polled]) -> Grid {
    let rows = polled.iter().enumerate().map(|(index, own)| GridRow {
        label: if index == 0 {
            "fdarray[0] ".to_owned()
        } else {
            format!("{:>11}", format!("[{index}] "))
        },
        cells: vec![
            (named(own.fd, &own.socket), app.theme.accent),
            (mask(&own.events.to_string(), "POLL", MASK), Style::new()),
            revents(app, record, own),
        ],
    });
    Grid {
        head: vec![("", ["fd", "events", "revents"].map(str::to_owned).to_vec())],
        rows: rows.collect(),
    }
}

/// The events that were found, or that are waited for.
fn revents(app: &App, record: &Record, own: &Polled) -> Cell {
    let theme = &app.theme;
    match own.revents {
        _ if own.fd < 0 => ("ignored: negative".to_owned(), theme.secondary),
        None if record.is_pending() => ("◌ awaited".to_owned(), theme.warning),
        None => ("not written".to_owned(), theme.secondary),
        Some(events) if events.0 == 0 => ("0".to_owned(), theme.secondary),
        Some(events) => (
            format!("● {}", mask(&events.to_string(), "POLL", MASK)),
            theme.good,
        ),
    }
}

/// The same in one line.
fn row(app: &App, record: &Record, index: usize, own: &Polled, width: usize) -> Line<'static> {
    let (found, style) = revents(app, record, own);
    cut_spans(
        vec![
            Span::styled(format!("fdarray[{index}]  "), app.theme.secondary),
            Span::styled(
                format!("{:<8}", named(own.fd, &own.socket)),
                app.theme.accent,
            ),
            Span::raw(format!(
                " events {:<18}",
                mask(&own.events.to_string(), "POLL", MASK)
            )),
            Span::styled("  revents ", app.theme.secondary),
            Span::styled(found, style),
        ],
        width,
    )
}

/// Events that were found without being requested.
fn remarks(app: &App, polled: &[Polled], width: usize) -> Vec<Line<'static>> {
    let unasked = |bit: i16| {
        let bit = i32::from(bit);
        polled.iter().any(|own| {
            let found = own.revents.is_some_and(|found| found.0 & bit != 0);
            found && own.events.0 & bit == 0
        })
    };
    let names: Vec<&str> = UNASKED
        .iter()
        .filter(|(bit, _)| unasked(*bit))
        .map(|(_, name)| *name)
        .collect();
    if names.is_empty() {
        return Vec::new();
    }
    let text = format!(
        "{}: reported without being asked for, as always.",
        names.join(", ")
    );
    paragraph(&text, width, app.theme.secondary)
}
