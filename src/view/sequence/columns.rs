//! The columns of the ladder: the calls of both ends, their states, and the arrows between them. A call that is wider
//! than its column goes on in the lines below.

use ratatui::style::Style;
use ratatui::text::{Line, Span};
use unicode_width::UnicodeWidthStr;

use crate::app::state::App;
use crate::event::Timestamp;
use crate::view::marks::INFERRED;
use crate::view::text::{cut, cut_spans, fit, moment, span, wrap};
use crate::world::sequence::{CallCell, Ladder, LadderRow, Sent, Side, StateCell};

/// The columns of the time.
const TIME: usize = 9;
/// The columns of a state: ESTABLISHED, and a gap.
const STATE: usize = 13;
/// The least width at which states have columns of their own; on less they are below the calls.
const WITH_STATES: usize = 100;
/// The least and the greatest width of an arrow. The least has room for `data 65483 FIN`.
const ARROW: (usize, usize) = (19, 30);
/// The indentation of a call that goes on.
const HANGING: usize = 2;
/// The most lines of a call, and of its result.
const MOST: usize = 6;

/// The widths of the columns.
pub(super) struct Columns {
    call: usize,
    state: usize,
    arrow: usize,
}

/// A line of a cell.
type CellLine = (String, Style);

impl Columns {
    /// For a ladder of this width.
    pub(super) fn of(width: usize) -> Self {
        let state = if width < WITH_STATES { 0 } else { STATE };
        let free = width.saturating_sub(TIME + 2 * state);
        let arrow = (free / 5).clamp(ARROW.0, ARROW.1);
        Self {
            call: free.saturating_sub(arrow) / 2,
            state,
            arrow,
        }
    }

    /// The titles of the columns, and above the times where the arrows come from.
    pub(super) fn head(&self, app: &App, ladder: &Ladder, source: &str) -> Line<'static> {
        let [near, far] = &ladder.titles;
        let cells = [
            (source, TIME),
            (near, self.call),
            ("", self.state),
            ("", self.arrow),
            ("", self.state),
            (far, self.call),
        ];
        let style = app.theme.title;
        let spans = cells
            .into_iter()
            .map(|(text, width)| Span::styled(cell(text, width), style));
        Line::from(spans.collect::<Vec<_>>())
    }

    /// The lines of all rows.
    pub(super) fn lines(&self, app: &App, rows: &[LadderRow]) -> Vec<Line<'static>> {
        let mut cause = Timestamp(0);
        let lines = rows.iter().flat_map(|row| {
            cause = if row.begins { row.at } else { cause };
            self.row(app, row, cause)
        });
        lines.collect()
    }

    /// So many lines of these rows, from a line on; rows that are not visible are not formatted.
    pub(super) fn visible(
        &self,
        app: &App,
        rows: &[LadderRow],
        first: usize,
        count: usize,
    ) -> Vec<Line<'static>> {
        let (mut above, mut cause) = (0, Timestamp(0));
        let mut lines = Vec::new();
        for row in rows {
            cause = if row.begins { row.at } else { cause };
            let height = self.height(row);
            if above + height > first {
                let hidden = first.saturating_sub(above);
                lines.extend(self.row(app, row, cause).into_iter().skip(hidden));
            }
            above += height;
            if above >= first + count {
                break;
            }
        }
        lines.truncate(count);
        lines
    }

    /// How many lines a row has.
    pub(super) fn height(&self, row: &LadderRow) -> usize {
        let heights = [Side::Near, Side::Far].map(|side| {
            let call = row.calls[side as usize].as_ref();
            let call = call.map_or(0, |call| call_lines(call, self.room()).len());
            let has_state = self.state == 0 && row.states[side as usize].is_some();
            call + usize::from(has_state)
        });
        heights[0].max(heights[1]).max(1)
    }

    /// The columns of the text of a call; a gap follows.
    fn room(&self) -> usize {
        self.call.saturating_sub(1)
    }

    /// The lines of a row; it belongs to a cause at this time.
    fn row(&self, app: &App, row: &LadderRow, cause: Timestamp) -> Vec<Line<'static>> {
        let time = Span::styled(cell(&time(row, cause), TIME), app.theme.secondary);
        let [near, far] = [Side::Near, Side::Far].map(|side| self.cell(app, row, side));
        let first = vec![
            time,
            self.part(near.first()),
            self.state(app, row, Side::Near),
            self.arrow(app, row.sent.as_ref()),
            self.state(app, row, Side::Far),
            self.part(far.first()),
        ];
        let between = 2 * self.state + self.arrow;
        let more = (1..near.len().max(far.len())).map(|at| {
            vec![
                Span::raw(" ".repeat(TIME)),
                self.part(near.get(at)),
                Span::raw(" ".repeat(between)),
                self.part(far.get(at)),
            ]
        });
        let width = TIME + 2 * self.call + between;
        let lines = std::iter::once(first).chain(more);
        lines.map(|spans| cut_spans(spans, width)).collect()
    }

    /// The call of an end, and its state where that has no column: a state precedes a result that is alone.
    fn cell(&self, app: &App, row: &LadderRow, side: Side) -> Vec<CellLine> {
        let call = row.calls[side as usize].as_ref();
        let is_result = call.is_some_and(|call| call.call.is_empty());
        let lines = call.map_or_else(Vec::new, |call| call_lines(call, self.room()));
        let mut lines: Vec<CellLine> = lines.into_iter().map(|line| (line, Style::new())).collect();
        let state = row.states[side as usize].as_ref();
        if let Some(state) = state.filter(|_| self.state == 0) {
            let at = if is_result { 0 } else { lines.len() };
            lines.insert(at, state_text(app, state));
        }
        lines
    }

    fn part(&self, line: Option<&CellLine>) -> Span<'static> {
        let (text, style) = line.map_or(("", Style::new()), |(text, style)| (text, *style));
        Span::styled(cell(text, self.call), style)
    }

    fn state(&self, app: &App, row: &LadderRow, side: Side) -> Span<'static> {
        let state = row.states[side as usize].as_ref();
        let (text, style) = state.map_or_else(Default::default, |state| state_text(app, state));
        Span::styled(cell(&text, self.state), style)
    }

    /// `── SYN ──▶`, broken if it is inferred. A label that is too long is cut, and the arrow keeps its head.
    fn arrow(&self, app: &App, sent: Option<&Sent>) -> Span<'static> {
        let Some(sent) = sent else {
            return Span::raw(" ".repeat(self.arrow));
        };
        let (line, style) = if sent.inferred {
            ("╌", app.theme.inferred)
        } else {
            ("─", app.theme.accent)
        };
        // The arrowhead and a blank at the end take two columns, the blanks around the label two more.
        let label = cut(&sent.text, self.arrow.saturating_sub(4));
        let room = self.arrow.saturating_sub(4 + label.width());
        let (before, after) = (line.repeat(room / 2), line.repeat(room - room / 2));
        let arrow = match sent.by {
            Side::Near => format!("{before} {label} {after}▶"),
            Side::Far => format!("◀{before} {label} {after}"),
        };
        Span::styled(cell(&arrow, self.arrow), style)
    }
}

/// A state, marked if the kernel was not seen to have it.
fn state_text(app: &App, cell: &StateCell) -> CellLine {
    match cell.seen {
        true => (cell.state.to_string(), app.theme.observed),
        false => (format!("{INFERRED}{}", cell.state), app.theme.inferred),
    }
}

/// A call and its result: in one line if they fit, else the result is after the last line of the call or below it.
fn call_lines(cell: &CallCell, width: usize) -> Vec<String> {
    let result = cell.result.as_ref().map(|result| format!("-> {result}"));
    let Some(result) = result else {
        return hanging(&cell.call, width);
    };
    if cell.call.is_empty() {
        return hanging(&result, width);
    }
    let mut lines = hanging(&cell.call, width);
    match lines.last_mut() {
        Some(last) if last.width() + 1 + result.width() <= width => {
            last.push(' ');
            last.push_str(&result);
        }
        _ => {
            let below = hanging(&result, width.saturating_sub(HANGING));
            lines.extend(below.into_iter().map(indented));
        }
    }
    lines
}

/// The lines of a text, those after the first one indented.
fn hanging(text: &str, width: usize) -> Vec<String> {
    if text.width() <= width {
        return vec![text.to_owned()];
    }
    let room = width.saturating_sub(HANGING);
    let mut lines = wrap(text, room);
    if lines.len() > MOST {
        lines.truncate(MOST);
        let last = lines.pop().map(|last| cut(&(last + "…"), room));
        lines.extend(last);
    }
    let mut lines = lines.into_iter();
    let first = lines.next();
    first.into_iter().chain(lines.map(indented)).collect()
}

fn indented(line: String) -> String {
    " ".repeat(HANGING) + &line
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
    use crate::socket::{TcpFlags, TcpState};
    use crate::view::sequence::columns::*;
    use crate::view::tests::readable::appearance;

    fn call(call: &str, result: Option<&str>) -> CallCell {
        CallCell {
            call: call.to_owned(),
            result: result.map(str::to_owned),
        }
    }

    #[test]
    fn a_call_that_is_wider_than_its_column_goes_on_below() {
        let short = call("recv(c, 9)", Some("0"));
        assert_eq!(call_lines(&short, 20), ["recv(c, 9) -> 0"]);
        let long = call("recv(c, 100)", Some("8 \"answer\\r\\n\""));
        let expected = ["recv(c, 100)", "  -> 8 \"answer\\r\\n\""];
        assert_eq!(call_lines(&long, 23), expected);
        let expected = ["recv(c, 100)", "  -> 8", "    \"answer\\", "    r\\n\""];
        assert_eq!(call_lines(&long, 12), expected);
        let result = call("", Some("fd from 127.0.0.1:48254"));
        assert_eq!(call_lines(&result, 20), ["-> fd from", "  127.0.0.1:48254"]);
    }

    #[test]
    fn a_call_with_much_data_is_cut_and_its_result_is_not() {
        let data = "a".repeat(4000);
        let lines = call_lines(&call(&format!("send(c, \"{data}\")"), Some("4000")), 24);
        assert_eq!(lines.len(), MOST + 1);
        assert!(lines[MOST - 1].ends_with('…'), "{lines:?}");
        assert_eq!(lines.last().map(String::as_str), Some("  -> 4000"));
        assert!(lines.iter().all(|line| line.width() <= 24), "{lines:?}");
    }

    fn app() -> App {
        App::new((80, 24), appearance(), "/tmp".to_owned(), 7)
    }

    #[test]
    fn an_arrow_keeps_its_head_whatever_is_written_on_it() {
        let columns = Columns::of(76);
        let mut sent = Sent {
            at: Timestamp(0),
            by: Side::Near,
            flags: TcpFlags::ACK,
            acks_fin: false,
            text: "data 65483 FIN".to_owned(),
            inferred: true,
        };
        let near = columns.arrow(&app(), Some(&sent)).content;
        assert_eq!(near, " data 65483 FIN ╌▶ ");
        sent.text = "data 65483 FIN win 0".to_owned();
        let near = columns.arrow(&app(), Some(&sent)).content;
        assert!(near.ends_with("… ▶ "), "{near}");
        sent.by = Side::Far;
        let far = columns.arrow(&app(), Some(&sent)).content;
        assert!(far.starts_with("◀ data 65483"), "{far}");
    }

    #[test]
    fn what_is_visible_is_a_part_of_all_lines() {
        let state = StateCell {
            state: TcpState::Established,
            seen: true,
        };
        let row = |number: u64| LadderRow {
            at: Timestamp(number),
            begins: true,
            calls: [Some(call("connect(c, 127.0.0.1:50000)", Some("0"))), None],
            states: [None, Some(state)],
            sent: None,
        };
        let rows: Vec<LadderRow> = (0..9).map(row).collect();
        let app = app();
        for width in [56, 76, 99, 100, 160] {
            let columns = Columns::of(width);
            let all = columns.lines(&app, &rows);
            let lines: usize = rows.iter().map(|row| columns.height(row)).sum();
            assert_eq!(all.len(), lines);
            assert!(all.iter().all(|line| line.width() <= width));
            for first in 0..lines {
                let seen = columns.visible(&app, &rows, first, 5);
                assert_eq!(seen, all[first..lines.min(first + 5)]);
            }
            let text: Vec<String> = all.iter().map(ToString::to_string).collect();
            assert!(text.join("").contains("ESTABLISHED"), "{width}");
        }
    }
}
