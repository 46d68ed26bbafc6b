//! The conversation of the selected socket as a ladder: calls and states of both ends, and what went between them.

mod columns;

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::Line;

use crate::app::prediction::HIDDEN;
use crate::app::state::App;
use crate::layout::Extent;
use crate::view::sequence::columns::Columns;
use crate::view::sheet::Sheet;
use crate::view::text::{moment, paragraph};
use crate::world::sequence::{Ladder, NoConversation, Source, ladder};

fn title(app: &App) -> String {
    match app.selected() {
        Some(socket) => format!(" The conversation of {} ", socket.name()),
        None => " A conversation ".to_owned(),
    }
}

/// The page.
pub(crate) fn sheet(app: &App, width: usize) -> Sheet {
    if app.covers_selected() {
        let hidden = paragraph(HIDDEN, width, Style::new());
        return Sheet::new(&title(app), hidden);
    }
    let found = match app.selected() {
        Some(socket) => ladder(&app.world, socket.id()),
        None => Err(NoConversation::NothingSelected),
    };
    let (head, rows) = match found {
        Ok(ladder) => {
            let columns = Columns::of(width);
            let mut head = note(app, Some(&ladder), width);
            head.push(columns.head(app, &ladder, ""));
            let rows = columns.lines(app, &ladder.rows);
            (head, rows)
        }
        Err(reason) => {
            let mut head = note(app, None, width);
            head.extend(paragraph(&format!("{reason}."), width, Style::new()));
            (head, Vec::new())
        }
    };
    Sheet {
        head,
        ..Sheet::new(&title(app), rows)
    }
}

/// The pane: the end of the conversation, unless it is scrolled back.
pub(crate) fn draw(app: &App, area: Rect, on: &mut Frame<'_>) -> Extent {
    let width = usize::from(area.width);
    if app.covers_selected() {
        let hidden = paragraph(HIDDEN, width, app.theme.secondary);
        crate::view::frame::rows(hidden, area, on);
        return Extent::default();
    }
    let found = match app.selected() {
        Some(socket) => ladder(&app.world, socket.id()),
        None => Err(NoConversation::NothingSelected),
    };
    let ladder = match found {
        Ok(ladder) => ladder,
        Err(reason) => {
            let text = paragraph(&format!("{reason}."), width, app.theme.secondary);
            crate::view::frame::rows(text, area, on);
            return Extent::default();
        }
    };
    let columns = Columns::of(width);
    let height = area.height.saturating_sub(1);
    let lines = ladder.rows.iter().map(|row| columns.height(row)).sum();
    let extent = Extent::of(app.scroll.ladder, lines, height);
    let first = extent.last - extent.at;
    let head = columns.head(app, &ladder, source(&ladder));
    let rows = columns.visible(app, &ladder.rows, first, height.into());
    crate::view::frame::rows(std::iter::once(head).chain(rows), area, on);
    if extent.at > 0 {
        crate::view::frame::more_below(app, area, on);
    }
    extent
}

/// Where the arrows come from, in a word.
fn source(ladder: &Ladder) -> &'static str {
    match ladder.source {
        Source::Observed => "observed",
        Source::Inferred { .. } => "inferred",
        Source::Calls => "",
    }
}

/// Where the arrows between the columns come from, and how much is missing.
fn note(app: &App, ladder: Option<&Ladder>, width: usize) -> Vec<Line<'static>> {
    let capturing = match &app.world.captured_traffic().capturing {
        Some(Ok(at)) => {
            let one_by_one = app.world.captured_traffic().one_by_one.as_ref();
            let one_by_one = one_by_one.map(|why| format!(" Packet by packet: {why}."));
            let since = format!("Capturing on all interfaces since {}.", moment(*at));
            since + &one_by_one.unwrap_or_default()
        }
        Some(Err(reason)) => format!("Segments are inferred; {reason}."),
        None => "Nothing is captured.".to_owned(),
    };
    let text = match ladder.map(|ladder| &ladder.source) {
        Some(Source::Observed) => format!("Segments are observed. {capturing}"),
        Some(Source::Inferred { reason, counted }) => {
            format!(
                "Segments are inferred, from calls, states and counters; {reason}.{}",
                ladder.map_or_else(String::new, |ladder| in_all(&ladder.titles[0], *counted))
            )
        }
        Some(Source::Calls) => "Between the columns is what the calls have sent.".to_owned(),
        None => capturing,
    };
    let missing = ladder.map_or_else(String::new, missing);
    paragraph(&(text + &missing), width, app.theme.secondary)
}

/// Which segments are not shown.
fn missing(ladder: &Ladder) -> String {
    let older = match ladder.older {
        0 => String::new(),
        1 => " 1 older segment of this one is not kept.".to_owned(),
        older => format!(" {older} older segments of this one are not kept."),
    };
    let missed = match ladder.missed {
        0 => String::new(),
        missed => format!(
            " Of all connections {missed} segment{} only counted: too many came at once.",
            if missed == 1 { " was" } else { "s were" }
        ),
    };
    older + &missed
}

/// How many segments each end has sent, by its own counter: more than are drawn, since acknowledgements are not.
fn in_all(near: &str, counted: [Option<u32>; 2]) -> String {
    let counts = [near, "the other end"].into_iter().zip(counted);
    let counts: Vec<String> = counts
        .filter_map(|(end, count)| Some(format!("{} by {end}", count?)))
        .collect();
    match counts.is_empty() {
        true => String::new(),
        false => format!(
            " Sent in all, acknowledgements too (TCP_INFO): {}.",
            counts.join(", ")
        ),
    }
}

#[cfg(test)]
mod tests {
    use crate::view::sequence::*;

    #[test]
    fn what_is_not_kept_and_what_was_never_taken_are_two_things() {
        let ladder = |older, missed| Ladder {
            titles: [String::new(), String::new()],
            rows: Vec::new(),
            source: Source::Observed,
            older,
            missed,
        };
        assert_eq!(missing(&ladder(0, 0)), "");
        assert_eq!(
            missing(&ladder(2, 0)),
            " 2 older segments of this one are not kept."
        );
        assert_eq!(
            missing(&ladder(0, 7)),
            " Of all connections 7 segments were only counted: too many came at once."
        );
    }
}
