//! The figure of the TCP states, RFC 9293 figure 5: a drawing in `assets/diagrams/`. The boxes are found by the names
//! of the states, and the cells of each edge in a second drawing of the same shape.

mod small;
mod tall;

use ratatui::style::Style;
use ratatui::text::Line;

use crate::layout::Size;
use crate::socket::TcpState;
use crate::socket::tcp_figure::{EDGES, edge_between, has_connection};
use crate::socket::tcp_state::TCP_STATES;
use crate::theme::Theme;
use crate::view::diagram::box_of;
use crate::view::figure::small::small;
use crate::view::figure::tall::{FigureRow, compact, tall};
use crate::view::marks::{INFERRED, ORPHAN, OWN, PEER, SEEN};
use crate::view::text::joined;
use crate::world::StateVisit;

const DRAWING: &str = include_str!("../../assets/diagrams/tcp.txt");
const MARKS: &str = include_str!("../../assets/diagrams/tcp_edges.txt");

/// Its size.
pub(crate) const SIZE: Size = Size {
    columns: 63,
    rows: 14,
};
/// Its height with whole boxes.
pub(crate) const TALL: u16 = 24;
/// The size of the form in few rows.
pub(crate) const SMALL: Size = Size {
    columns: 77,
    rows: 3,
};

/// The forms of the figure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// The states without boxes, without the words on the edges.
    Small,
    /// Boxes without rims.
    Compact,
    /// Whole boxes.
    Tall,
}

/// The note in a free corner of the drawing if something is inferred.
const LEGEND: &str = "~ inferred: too fast to see";
const LEGEND_ROW: usize = 5;
const LEGEND_COLUMN: usize = 36;

/// The row of the note about an orphan, in another corner.
const ORPHAN_ROW: usize = 12;
const ORPHAN_COLUMN: usize = 30;

/// A character of the drawing with its style.
type Cell = (char, Style);

/// What is marked in the figure.
#[derive(Debug)]
pub(crate) struct Figure<'a> {
    /// The states of this socket, the current one last.
    pub(crate) state_history: &'a [StateVisit],
    /// Whether the kernel still reports the last of them.
    pub(crate) is_present: bool,
    /// Its countdown, if it is an orphan.
    pub(crate) orphan: Option<String>,
    /// The states of the peer, the current one last.
    pub(crate) peer: &'a [StateVisit],
}

/// The figure with its marks.
pub(crate) fn lines(theme: &Theme, figure: &Figure<'_>, form: Form) -> Vec<Line<'static>> {
    let rows = match form {
        Form::Small => small(),
        Form::Compact => compact(),
        Form::Tall => tall(),
    };
    rows.iter().map(|row| line(theme, figure, row)).collect()
}

fn line(theme: &Theme, figure: &Figure<'_>, row: &FigureRow) -> Line<'static> {
    let marks = row.marks.iter().chain(std::iter::repeat(&' '));
    let mut cells: Vec<Cell> = row
        .drawn
        .iter()
        .zip(marks)
        .map(|(drawn, mark)| edge_cell(theme, figure, *drawn, *mark))
        .collect();
    for (from, to, state) in &row.boxes {
        mark_box(theme, figure, row.is_lower, *state, &mut cells[*from..*to]);
    }
    let Some(number) = row.number else {
        return joined(&cells);
    };
    let is_inferred = figure.state_history.iter().any(|visit| visit.at.is_none());
    if number == LEGEND_ROW && is_inferred {
        cells.resize(LEGEND_COLUMN, (' ', theme.secondary));
        cells.extend(LEGEND.chars().map(|c| (c, theme.inferred)));
    }
    if let Some(countdown) = figure.orphan.as_ref().filter(|_| number == ORPHAN_ROW) {
        let text = format!("{ORPHAN} orphan {countdown}");
        for (cell, c) in cells.iter_mut().skip(ORPHAN_COLUMN).zip(text.chars()) {
            *cell = (c, theme.current);
        }
    }
    joined(&cells)
}

/// The boxes of a row: the columns between their walls, and their states.
fn boxes(row: &str) -> Vec<(usize, usize, TcpState)> {
    let known = |label: &str| {
        let mut all = TCP_STATES.iter();
        all.find(|known| known.2 == label).map(|known| known.1)
    };
    let column = |byte: usize| row[..byte].chars().count();
    let (mut found, mut start) = (Vec::new(), 0);
    while let Some((from, to, state)) = box_of(&row[start..], known) {
        found.push((column(start + from), column(start + to), state));
        start += to;
    }
    found
}

/// A cell of an edge: heavy if the edge was taken, broken if that is inferred.
fn edge_cell(theme: &Theme, figure: &Figure<'_>, drawn: char, mark: char) -> Cell {
    let taken = EDGES
        .iter()
        .find(|edge| edge.mark == mark)
        .and_then(|edge| {
            let mut pairs = figure.state_history.windows(2);
            pairs.find(|pair| {
                (pair[0].state, pair[1].state) == (edge.from, edge.to) && pair[1].is_direct
            })
        });
    match taken {
        None => (drawn, theme.secondary),
        Some(pair) if pair.iter().all(|visit| visit.at.is_some()) => {
            (bold(drawn, false), theme.passed)
        }
        Some(_) => (bold(drawn, true), theme.passed),
    }
}

/// A line that was taken.
fn bold(drawn: char, broken: bool) -> char {
    match drawn {
        '─' if broken => '╍',
        '│' if broken => '╏',
        '─' => '━',
        '│' => '┃',
        '┌' => '┏',
        '┐' => '┓',
        '└' => '┗',
        '┘' => '┛',
        other => other,
    }
}

/// Marks a state: at the left for this socket, at the right for its peer.
fn mark_box(
    theme: &Theme,
    figure: &Figure<'_>,
    is_lower: bool,
    state: TcpState,
    cells: &mut [Cell],
) {
    let stands = |state_history: &[StateVisit]| {
        let last = state_history.last();
        last.is_some_and(|last| {
            last.state == state && is_box_of(state_history, state_history.len() - 1, is_lower)
        })
    };
    let visits = || {
        let all = figure.state_history.iter().enumerate();
        all.filter(|(at, visit)| {
            visit.state == state && is_box_of(figure.state_history, *at, is_lower)
        })
    };
    let token = if figure.orphan.is_some() { ORPHAN } else { OWN };
    let (mark, style) = if figure.is_present && stands(figure.state_history) {
        (token, theme.current)
    } else if visits().any(|(_, visit)| visit.at.is_some()) {
        (SEEN, theme.passed)
    } else if visits().next().is_some() {
        (INFERRED, theme.inferred)
    } else {
        (' ', Style::new())
    };
    let is_peer = stands(figure.peer);
    for cell in &mut *cells {
        cell.1 = if is_peer && mark != token {
            theme.accent.patch(style)
        } else {
            style
        };
    }
    if let [first, .., last] = cells {
        first.0 = mark;
        if is_peer {
            last.0 = PEER;
        }
    }
}

/// CLOSE is drawn twice: above as the beginning, below as the end of a connection.
fn is_box_of(state_history: &[StateVisit], at: usize, is_lower: bool) -> bool {
    let before = at.checked_sub(1).map(|before| state_history[before].state);
    let is_end = before.is_some_and(|state| has_connection(state) || state == TcpState::TimeWait);
    state_history[at].state != TcpState::Close || is_end == is_lower
}

/// The states in a row with arrows: those that were too short to be seen are marked.
pub(crate) fn step(visits: &[StateVisit], at: usize) -> &'static str {
    let before = at.checked_sub(1).map(|before| visits[before].state);
    match before {
        None => "",
        Some(before)
            if edge_between(before, visits[at].state).is_some() && visits[at].is_direct =>
        {
            " → "
        }
        // A reset, or a path that is not known.
        Some(_) => " ⇢ ",
    }
}

#[cfg(test)]
mod tests {
    use unicode_width::UnicodeWidthStr;

    use crate::event::Timestamp;
    use crate::theme::builtin;
    use crate::view::figure::*;

    fn drawn(state_history: &[(TcpState, bool)], peer: &[(TcpState, bool)]) -> Vec<String> {
        drawn_with(state_history, peer, None)
    }

    fn drawn_with(
        state_history: &[(TcpState, bool)],
        peer: &[(TcpState, bool)],
        orphan: Option<&str>,
    ) -> Vec<String> {
        let visits = |states: &[(TcpState, bool)]| -> Vec<StateVisit> {
            let visit = |(state, seen): &(TcpState, bool)| StateVisit {
                state: *state,
                at: seen.then_some(Timestamp(1)),
                is_direct: true,
            };
            states.iter().map(visit).collect()
        };
        let figure = Figure {
            state_history: &visits(state_history),
            is_present: true,
            orphan: orphan.map(str::to_owned),
            peer: &visits(peer),
        };
        let lines = lines(&builtin("plain").expect("a theme"), &figure, Form::Compact);
        lines.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn every_state_has_a_box_and_close_has_two() {
        for (_, state, name, _) in TCP_STATES {
            let all = DRAWING.lines().flat_map(boxes);
            let count = all.filter(|found| found.2 == state).count();
            assert_eq!(count, 1 + usize::from(state == TcpState::Close), "{name}");
        }
    }

    #[test]
    fn every_edge_is_marked_where_a_line_is_drawn() {
        let cells = |text: &'static str| text.lines().map(|row| row.chars().collect::<Vec<_>>());
        let mut found = String::new();
        for (row, marks) in cells(DRAWING).zip(cells(MARKS)) {
            for (column, mark) in marks.iter().enumerate().filter(|(_, mark)| **mark != ' ') {
                assert_ne!(
                    row[column],
                    ' ',
                    "{mark} in {}",
                    row.iter().collect::<String>()
                );
                found.push(*mark);
            }
        }
        for edge in EDGES {
            assert!(found.contains(edge.mark), "{} to {}", edge.from, edge.to);
        }
        assert!(
            found
                .chars()
                .all(|mark| EDGES.iter().any(|edge| edge.mark == mark))
        );
        assert_eq!(DRAWING.lines().count(), MARKS.lines().count());
    }

    #[test]
    fn it_fits_where_it_is_shown() {
        let legend = DRAWING.lines().nth(LEGEND_ROW).expect("a row");
        assert!(legend.width() < LEGEND_COLUMN);
        assert!(LEGEND_COLUMN + LEGEND.width() <= usize::from(SIZE.columns));
        assert_eq!(DRAWING.lines().count(), usize::from(SIZE.rows));
        assert!(
            DRAWING
                .lines()
                .all(|row| row.width() <= usize::from(SIZE.columns))
        );
    }

    #[test]
    fn the_active_close_with_its_peer() {
        let shown = drawn(
            &[
                (TcpState::Close, true),
                (TcpState::SynSent, false),
                (TcpState::Established, true),
                (TcpState::FinWait1, false),
                (TcpState::FinWait2, true),
            ],
            &[(TcpState::CloseWait, true)],
        );
        assert_eq!(
            shown.join("\n"),
            "    ┌───── close() ──────▼   ▼── close(), RST, timeout ──┐
│ LISTEN │◀─ listen() ─┤✓CLOSE ├ connect() / SYN ╍▶│~SYN_SENT │
    │ SYN / SYN+ACK                                   │    ╏
    ▼   ▼──────── SYN / SYN+ACK, both at once ────────┘    ╏
│ SYN_RECV ├─── ACK ──▶│✓ESTABLISHED │◀╍╍╍ SYN+ACK / ACK ╍╍┛
    │ close() / FIN        ╏     │  ~ inferred: too fast to see
    ▼    ▼╍ close() / FIN ╍┛     └────── FIN / ACK ──────▼
│~FIN_WAIT1 ├── FIN / ACK ──┐                    │ CLOSE_WAIT○│
    ╏ ACK                   │             close() / FIN │
    ▼                       ▼                           ▼
│●FIN_WAIT2 │          │ CLOSING │                 │ LAST_ACK │
    │ FIN / ACK             │ ACK                   ACK │
    │                       ▼                           ▼
    └───────────────▶│ TIME_WAIT ├────── 60 s ─────▶│ CLOSE │"
        );
    }

    #[test]
    fn an_orphan_has_a_token_of_its_own_and_its_countdown_in_a_free_corner() {
        let corner: String = DRAWING
            .lines()
            .nth(ORPHAN_ROW)
            .expect("a row")
            .chars()
            .skip(ORPHAN_COLUMN)
            .collect();
        let longest = "◌ orphan window probe 99 s";
        assert!(corner.len() - corner.trim_start().len() >= longest.width());
        let shown = drawn_with(
            &[(TcpState::FinWait2, true), (TcpState::TimeWait, true)],
            &[],
            Some("ends in 58 s"),
        );
        assert_eq!(
            shown[10..].join("\n"),
            "│✓FIN_WAIT2 │          │ CLOSING │                 │ LAST_ACK │
    ┃ FIN / ACK             │ ACK                   ACK │
    ┃                       ▼ ◌ orphan ends in 58 s     ▼
    ┗━━━━━━━━━━━━━━━▶│◌TIME_WAIT ├────── 60 s ─────▶│ CLOSE │"
        );
    }

    #[test]
    fn the_end_of_a_connection_is_the_lower_box() {
        let shown = drawn(&[(TcpState::LastAck, false), (TcpState::Close, true)], &[]);
        assert!(shown[1].contains("┤ CLOSE ├"), "{}", shown[1]);
        assert!(shown[13].ends_with("│●CLOSE │"), "{}", shown[13]);
        let shown = drawn(&[(TcpState::Listen, true), (TcpState::Close, true)], &[]);
        assert!(shown[1].contains("┤●CLOSE ├"), "{}", shown[1]);
    }
}
