//! The drawing for panes with few rows, in `assets/diagrams/`: the same states and edges in three rows, without boxes
//! and words.

use crate::socket::TcpState;
use crate::socket::tcp_state::TCP_STATES;
use crate::view::figure::SMALL;
use crate::view::figure::tall::FigureRow;

const DRAWING: &str = include_str!("../../../assets/diagrams/tcp_small.txt");
const MARKS: &str = include_str!("../../../assets/diagrams/tcp_small_edges.txt");

/// Its rows, all of the same width.
pub(crate) fn small() -> Vec<FigureRow> {
    let count = DRAWING.lines().count();
    let rows = DRAWING.lines().zip(MARKS.lines()).enumerate();
    rows.map(|(at, (drawn, marks))| FigureRow {
        number: None,
        drawn: padded(drawn),
        marks: padded(marks),
        boxes: names(drawn),
        is_lower: at + 1 == count,
    })
    .collect()
}

fn padded(row: &str) -> Vec<char> {
    let blanks = std::iter::repeat(' ');
    row.chars()
        .chain(blanks)
        .take(usize::from(SMALL.columns))
        .collect()
}

/// The names of states in a row, each with the column before it and the one after it.
fn names(row: &str) -> Vec<(usize, usize, TcpState)> {
    let mut column = 0;
    let mut found = Vec::new();
    for word in row.split(' ') {
        let wide = word.chars().count();
        let state = TCP_STATES.iter().find(|known| known.2 == word);
        found.extend(state.map(|known| (column - 1, column + wide + 1, known.1)));
        column += wide + 1;
    }
    found
}

#[cfg(test)]
mod tests {
    use crate::event::Timestamp;
    use crate::socket::tcp_figure::EDGES;
    use crate::theme::builtin;
    use crate::view::figure::small::*;
    use crate::view::figure::{Figure, Form, lines};
    use crate::world::StateVisit;

    #[test]
    fn it_has_every_state_once_and_close_twice() {
        for (_, state, name, _) in TCP_STATES {
            let all = DRAWING.lines().flat_map(names);
            let count = all.filter(|found| found.2 == state).count();
            assert_eq!(count, 1 + usize::from(state == TcpState::Close), "{name}");
        }
        assert_eq!(DRAWING.lines().count(), usize::from(SMALL.rows));
        assert_eq!(MARKS.lines().count(), usize::from(SMALL.rows));
        for row in DRAWING.lines() {
            // The last column is that of a mark.
            assert!(row.chars().count() < usize::from(SMALL.columns), "{row}");
        }
    }

    #[test]
    fn edges_are_marked_where_a_line_is_drawn() {
        for row in small() {
            for (drawn, mark) in row.drawn.iter().zip(&row.marks) {
                assert!(*mark == ' ' || "─│└┘▼".contains(*drawn), "{mark}: {drawn}");
                assert!(*mark == ' ' || EDGES.iter().any(|edge| edge.mark == *mark));
            }
        }
    }

    fn drawn(own: &[(TcpState, bool)], peer: TcpState) -> String {
        let visit = |state, seen: bool| StateVisit {
            state,
            at: seen.then_some(Timestamp(1)),
            is_direct: true,
        };
        let own: Vec<StateVisit> = own.iter().map(|own| visit(own.0, own.1)).collect();
        let figure = Figure {
            state_history: &own,
            is_present: true,
            orphan: None,
            peer: &[visit(peer, true)],
        };
        let lines = lines(&builtin("plain").expect("a theme"), &figure, Form::Small).into_iter();
        let lines = lines.map(|line| line.to_string().trim_end().to_owned());
        lines.collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn both_ends_are_marked_and_close_is_the_end_or_the_beginning() {
        let own = [
            (TcpState::Close, true),
            (TcpState::SynSent, false),
            (TcpState::Established, true),
            (TcpState::FinWait1, false),
            (TcpState::FinWait2, true),
        ];
        let expected = [
            "✓CLOSE ┬ LISTEN ─ SYN_RECV ┬✓ESTABLISHED ┬~FIN_WAIT1 ┬●FIN_WAIT2 ┬ TIME_WAIT",
            "       ┗~SYN_SENT ╍╍╍╍╍╍╍╍╍┛             │           └ CLOSING ──┘     ▼",
            "                                         └ CLOSE_WAIT○─ LAST_ACK ─── CLOSE",
        ];
        assert_eq!(drawn(&own, TcpState::CloseWait), expected.join("\n"));
        let own = [(TcpState::LastAck, true), (TcpState::Close, true)];
        let expected = [
            " CLOSE ┬ LISTEN ─ SYN_RECV ┬ ESTABLISHED ┬ FIN_WAIT1 ┬ FIN_WAIT2 ┬ TIME_WAIT○",
            "       └ SYN_SENT ─────────┘             │           └ CLOSING ──┘     ▼",
            "                                         └ CLOSE_WAIT ─✓LAST_ACK ━━━●CLOSE",
        ];
        assert_eq!(drawn(&own, TcpState::TimeWait), expected.join("\n"));
    }
}
