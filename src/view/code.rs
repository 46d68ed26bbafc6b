//! The Code pane: the session as a program. The lines that the selected call became are marked, and the pane shows them.

use std::ops::Range;

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::Widget;

use crate::app::code::{Listing, too_many};
use crate::app::prediction::HIDDEN;
use crate::app::state::App;
use crate::layout::LessonExtent;
use crate::view::code_title::fitting;
use crate::view::text::{cut, paragraph};
use crate::world::Record;

/// Stands before a line that the selected call became.
const MARK: &str = "▌";

/// Draws it.
pub(crate) fn draw(app: &App, area: Rect, on: &mut Frame<'_>) -> LessonExtent {
    let width = usize::from(area.width);
    let said = match app.prediction() {
        Some(_) => Some(HIDDEN.to_owned()),
        None => too_many(&app.world),
    };
    let (None, Some(listing)) = (&said, app.listing()) else {
        let said = paragraph(&said.unwrap_or_default(), width, app.theme.secondary);
        crate::view::frame::rows(said, area, on);
        return LessonExtent::default();
    };
    let call = app.record().map(Record::id);
    let marked: Vec<Range<usize>> =
        call.map_or_else(Vec::new, |call| listing.program.lines_of(call).collect());
    let rows = Rows::of(app, &listing);
    let height = usize::from(area.height);
    let extent = LessonExtent {
        natural: natural(app, &listing, &rows, height),
        end: rows.len(&listing).saturating_sub(height),
        rows: height,
        place: None,
    };
    let offset = app.code.offset(call);
    let first = extent.natural.saturating_add_signed(offset).min(extent.end);
    let digits = listing.len().to_string().len();
    for (index, row) in area.rows().enumerate() {
        let Some(at) = rows.place(first + index, &listing) else {
            break;
        };
        let is_marked = marked.iter().any(|own| own.contains(&at));
        line(app, listing.line(at), (at, digits), is_marked, width).render(row, on.buffer_mut());
    }
    if first > 0 {
        crate::view::frame::more_above(app, area, on);
    }
    if first < extent.end {
        crate::view::frame::more_below(app, area, on);
    }
    extent
}

/// The lines that are shown: all, or those that the filter shows.
enum Rows {
    All,
    Fitting(Vec<usize>),
}

impl Rows {
    fn of(app: &App, listing: &Listing) -> Self {
        match app.code.filter.is_on() {
            true => Self::Fitting(fitting(app, listing)),
            false => Self::All,
        }
    }

    fn len(&self, listing: &Listing) -> usize {
        match self {
            Self::All => listing.len(),
            Self::Fitting(places) => places.len(),
        }
    }

    /// The line of a row.
    fn place(&self, row: usize, listing: &Listing) -> Option<usize> {
        match self {
            Self::All => (row < listing.len()).then_some(row),
            Self::Fitting(places) => places.get(row).copied(),
        }
    }

    /// The row of a line, or of the next one that is shown.
    fn row(&self, place: usize) -> usize {
        match self {
            Self::All => place,
            Self::Fitting(places) => places.partition_point(|own| *own < place),
        }
    }
}

/// The first row unless it was scrolled: the lines in which the selected call is made are shown, with what is before
/// them. What has no lines is after the last that has.
fn natural(app: &App, listing: &Listing, rows: &Rows, height: usize) -> usize {
    let made = app.record().and_then(|record| listing.made(record.id()));
    let last = || listing.program.spans.last().map(|span| span.lines.clone());
    let Some(made) = made.or_else(last) else {
        return 0;
    };
    let (first, end) = (rows.row(made.start), rows.row(made.end));
    let before = height.saturating_sub(end - first).min(height / 3);
    let most = rows.len(listing).saturating_sub(height);
    first.saturating_sub(before).min(most)
}

/// `  12▌ if (bind(l_fd, ...) == -1)`
fn line(
    app: &App,
    text: &str,
    (at, digits): (usize, usize),
    is_marked: bool,
    width: usize,
) -> Line<'static> {
    let (mark, number) = match is_marked {
        true => (MARK, app.theme.accent),
        false => (" ", app.theme.secondary),
    };
    let begins = text.trim_start();
    let is_comment = ["/*", " *", "//", "# "]
        .iter()
        .any(|own| begins.starts_with(own));
    let style = match is_comment {
        true => app.theme.secondary,
        false => Style::new(),
    };
    let text = cut(text, width.saturating_sub(digits + 2));
    Line::from(vec![
        Span::styled(format!("{:>digits$}{mark} ", at + 1), number),
        Span::styled(text, style),
    ])
}
