//! The three sets of a select as bits: as they were given, and as the kernel left them.

use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::Line;

use crate::app::state::App;
use crate::call::timeout::Timeout;
use crate::view::grid::{Cell, Grid, GridRow};
use crate::view::set::{course_lines, is_roomy, named};
use crate::view::text::{paragraph, span};
use crate::world::{Record, Selected};

/// Said of a call that has found events.
const FOUND: &str = "the number of bits still set in all three sets";
/// The sets in the order of the call.
const SETS: [&str; 3] = ["read", "write", "except"];

/// Everything about the call.
pub(crate) fn lines(app: &App, record: &Record, area: Rect) -> Vec<Line<'static>> {
    let width = usize::from(area.width);
    let members = record.members();
    let mut lines = course_lines(app, record, FOUND, width);
    if members.is_empty() {
        let text = "All sets are empty: the call only waits for its timeout.";
        lines.extend(paragraph(text, width, app.theme.secondary));
    } else if is_roomy(area) {
        let bits = grid(app, &members);
        let drawn = if bits.fits(width) {
            bits
        } else {
            turned(app, &members)
        };
        lines.extend(drawn.lines(&app.theme, width));
    } else {
        lines.extend(paragraph(&compact(&members), width, Style::new()));
    }
    lines.extend(paragraph(
        &limits(record, &members),
        width,
        app.theme.secondary,
    ));
    lines
}

fn grid(app: &App, members: &[Selected]) -> Grid {
    let numbers = members.iter().map(|own| format!("{}", own.fd));
    let names = members.iter().map(|own| own.socket.to_string());
    let mut rows = Vec::new();
    for (set, word) in SETS.iter().enumerate() {
        if !members.iter().any(|own| own.before[set]) {
            rows.push(GridRow {
                label: format!("{word:<7}NULL   "),
                cells: members
                    .iter()
                    .map(|_| ("·".to_owned(), app.theme.secondary))
                    .collect(),
            });
            continue;
        }
        let before = |own: &Selected| bit(app, own.before[set], app.theme.accent);
        rows.push(GridRow {
            label: format!("{word:<7}before "),
            cells: members.iter().map(before).collect(),
        });
        let after = |own: &Selected| match own.after {
            Some(after) => bit(app, after[set], app.theme.good),
            None => ("…".to_owned(), app.theme.secondary),
        };
        rows.push(GridRow {
            label: format!("{:<7}after  ", ""),
            cells: members.iter().map(after).collect(),
        });
    }
    Grid {
        head: vec![("bit", numbers.collect()), ("", names.collect())],
        rows,
    }
}

/// The same with a descriptor in each row, if there are many.
fn turned(app: &App, members: &[Selected]) -> Grid {
    let cell = |own: &Selected, set: usize| -> Cell {
        let theme = &app.theme;
        match (own.before[set], own.after) {
            (false, _) => ("0".to_owned(), theme.secondary),
            (true, None) => ("1 → …".to_owned(), theme.warning),
            (true, Some(after)) if after[set] => ("1 → 1".to_owned(), theme.good),
            (true, Some(_)) => ("1 → 0".to_owned(), theme.secondary),
        }
    };
    let rows = members.iter().map(|own| {
        let mut cells = vec![(named(own.fd, &own.socket), app.theme.accent)];
        cells.extend((0..SETS.len()).map(|set| cell(own, set)));
        GridRow {
            label: String::new(),
            cells,
        }
    });
    let head = std::iter::once("bit").chain(SETS);
    Grid {
        head: vec![("", head.map(str::to_owned).collect())],
        rows: rows.collect(),
    }
}

fn bit(app: &App, is_set: bool, lit: Style) -> Cell {
    if is_set {
        ("1".to_owned(), lit)
    } else {
        ("0".to_owned(), app.theme.secondary)
    }
}

/// `read [4 s, 5 c] → [5 c] · write NULL`
fn compact(members: &[Selected]) -> String {
    let sets = SETS.iter().enumerate().map(|(set, word)| {
        let list = |is_in: &dyn Fn(&Selected) -> bool| {
            let own = members.iter().filter(|own| is_in(own));
            let names: Vec<String> = own.map(|own| named(own.fd, &own.socket)).collect();
            format!("[{}]", names.join(", "))
        };
        let before = list(&|own| own.before[set]);
        let is_done = members.iter().any(|own| own.after.is_some());
        match before.as_str() {
            "[]" => format!("{word} NULL"),
            _ if is_done => {
                let after = list(&|own| own.after.is_some_and(|after| after[set]));
                format!("{word} {before} → {after}")
            }
            _ => format!("{word} {before}"),
        }
    });
    sets.collect::<Vec<_>>().join(" · ")
}

/// The bits that the kernel checks, and the time that was left.
fn limits(record: &Record, members: &[Selected]) -> String {
    let nfds = record.nfds().unwrap_or(0);
    let mut text = match nfds {
        ..=0 => format!("nfds {nfds}: no bit is tested."),
        1 => "nfds 1: bit 0 is tested.".to_owned(),
        _ => format!("nfds {nfds}: the bits 0 to {} are tested.", nfds - 1),
    };
    let beyond: Vec<String> = members
        .iter()
        .filter(|own| own.fd >= nfds)
        .map(|own| named(own.fd, &own.socket))
        .collect();
    if !beyond.is_empty() {
        text.push_str(&format!(
            " Beyond it and not tested: {}.",
            beyond.join(", ")
        ));
    }
    if let (Some(left), Some(whole)) = (
        record.written_back(),
        record.timeout().and_then(Timeout::span),
    ) {
        text.push_str(&format!(
            " The kernel wrote back the {} left of {}.",
            span(left),
            span(whole)
        ));
    }
    text
}
