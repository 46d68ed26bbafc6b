//! The conversation of the selected socket as a ladder: calls and states of both ends, and what went between them.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use crate::app::state::App;
use crate::event::Timestamp;
use crate::layout::Extent;
use crate::view::marks::INFERRED;
use crate::view::sheet::Sheet;
use crate::view::text::{cut, cut_spans, fit, moment, paragraph, span};
use crate::world::sequence::{
    CallCell, Ladder, LadderRow, NoConversation, Sent, Side, Source, StateCell, ladder,
};

/// The columns of the time.
const TIME: usize = 9;
/// The columns of a state: ESTABLISHED, and a gap.
const STATE: usize = 13;
/// The least width with room for states; in a pane there are others that show them, so calls have more room.
const WITH_STATES: usize = 64;
const WITH_STATES_IN_PANE: usize = 90;
/// The least and the greatest width of an arrow.
const ARROW: (usize, usize) = (15, 30);

fn title(app: &App) -> String {
    match app.selected() {
        Some(socket) => format!(" The conversation of {} ", socket.name()),
        None => " A conversation ".to_owned(),
    }
}

/// The page.
pub(crate) fn sheet(app: &App, width: usize) -> Sheet {
    let found = match app.selected() {
        Some(socket) => ladder(&app.world, socket.id()),
        None => Err(NoConversation::NothingSelected),
    };
    let (head, rows) = match found {
        Ok(ladder) => {
            let columns = Columns::of(width, WITH_STATES);
            let mut head = note(app, Some(&ladder), width);
            head.push(columns.head(app, &ladder, ""));
            let rows = columns.rows(app, ladder.rows.iter(), Timestamp(0));
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
    let columns = Columns::of(width, WITH_STATES_IN_PANE);
    let height = area.height.saturating_sub(1);
    let extent = Extent::of(app.scroll.ladder, ladder.rows.len(), height);
    let first = extent.last - extent.at;
    let mut causes = ladder.rows.iter().take(first + 1).rev();
    let cause = causes
        .find(|row| row.begins)
        .map_or(Timestamp(0), |row| row.at);
    let head = columns.head(app, &ladder, source(&ladder));
    let visible = ladder.rows.iter().skip(first).take(height.into());
    let rows = columns.rows(app, visible, cause);
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

/// The widths of the columns.
struct Columns {
    call: usize,
    state: usize,
    arrow: usize,
}

impl Columns {
    /// The states have columns from this width on.
    fn of(width: usize, with_states: usize) -> Self {
        let state = if width < with_states { 0 } else { STATE };
        let free = width.saturating_sub(TIME + 2 * state);
        let arrow = (free / 5).clamp(ARROW.0, ARROW.1);
        Self {
            call: free.saturating_sub(arrow) / 2,
            state,
            arrow,
        }
    }

    /// The rows; the first of them belong to a cause at this time.
    fn rows<'a>(
        &self,
        app: &App,
        rows: impl Iterator<Item = &'a LadderRow>,
        mut cause: Timestamp,
    ) -> Vec<Line<'static>> {
        let lines = rows.map(|row| {
            cause = if row.begins { row.at } else { cause };
            self.row(app, row, cause)
        });
        lines.collect()
    }

    /// The titles of the columns, and above the times where the arrows come from.
    fn head(&self, app: &App, ladder: &Ladder, source: &str) -> Line<'static> {
        let [near, far] = &ladder.titles;
        let cells = [
            (source.to_owned(), TIME),
            (near.clone(), self.call),
            (String::new(), self.state),
            (String::new(), self.arrow),
            (String::new(), self.state),
            (far.clone(), self.call),
        ];
        let style = app.theme.title;
        let spans = cells
            .into_iter()
            .map(|(text, width)| Span::styled(cell(&text, width), style));
        Line::from(spans.collect::<Vec<_>>())
    }

    fn row(&self, app: &App, row: &LadderRow, cause: Timestamp) -> Line<'static> {
        let time = time(row, cause);
        let spans = vec![
            Span::styled(cell(&time, TIME), app.theme.secondary),
            self.call(row, Side::Near),
            self.state(app, row.states[Side::Near as usize].as_ref()),
            self.arrow(app, row.sent.as_ref()),
            self.state(app, row.states[Side::Far as usize].as_ref()),
            self.call(row, Side::Far),
        ];
        cut_spans(spans, TIME + 2 * (self.state + self.call) + self.arrow)
    }

    fn call(&self, row: &LadderRow, side: Side) -> Span<'static> {
        let text = row.calls[side as usize].as_ref();
        let text = text.map(|call| call_text(call, self.call.saturating_sub(1)));
        Span::raw(cell(&text.unwrap_or_default(), self.call))
    }

    /// A state, marked if the kernel was not seen to have it.
    fn state(&self, app: &App, state: Option<&StateCell>) -> Span<'static> {
        let Some(StateCell { state, seen }) = state else {
            return Span::raw(" ".repeat(self.state));
        };
        let (text, style) = if *seen {
            (state.to_string(), app.theme.observed)
        } else {
            (format!("{INFERRED}{state}"), app.theme.inferred)
        };
        Span::styled(cell(&text, self.state), style)
    }

    /// `── SYN ──▶`, broken if it is inferred.
    fn arrow(&self, app: &App, sent: Option<&Sent>) -> Span<'static> {
        let Some(sent) = sent else {
            return Span::raw(" ".repeat(self.arrow));
        };
        let (line, style) = if sent.inferred {
            ("╌", app.theme.inferred)
        } else {
            ("─", app.theme.accent)
        };
        let text = format!(" {} ", sent.text);
        // The arrowhead and a blank at the end take two columns.
        let room = self.arrow.saturating_sub(2 + text.chars().count());
        let (before, after) = (line.repeat(room / 2), line.repeat(room - room / 2));
        let arrow = match sent.by {
            Side::Near => format!("{before}{text}{after}▶"),
            Side::Far => format!("◀{before}{text}{after}"),
        };
        Span::styled(cell(&arrow, self.arrow), style)
    }
}

/// A call and its result; if there is no room for both the call is cut, since the result is more important.
fn call_text(cell: &CallCell, width: usize) -> String {
    let Some(result) = &cell.result else {
        return cell.call.clone();
    };
    let result = format!("-> {result}");
    if cell.call.is_empty() {
        return result;
    }
    let room = width.saturating_sub(result.chars().count() + 1);
    format!("{} {result}", cut(&cell.call, room.max(width / 3)))
}

/// A text with a blank after it, if there is any room.
fn cell(text: &str, width: usize) -> String {
    match width.checked_sub(1) {
        Some(room) => fit(text, room) + " ",
        None => String::new(),
    }
}

/// When it happened: for a cause the seconds since the session began, for what it led to how much later that was. What
/// is inferred has no time of its own.
fn time(row: &LadderRow, cause: Timestamp) -> String {
    if row.begins {
        moment(row.at)
    } else if row.sent.as_ref().is_some_and(|sent| sent.inferred) {
        String::new()
    } else {
        format!("+{}", span(row.at.since(cause)))
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
