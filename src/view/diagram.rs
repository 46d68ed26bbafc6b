//! The diagrams of phases: drawings in `assets/diagrams/`, whose boxes are found by the names of the phases.

use ratatui::style::Style;
use ratatui::text::{Line, Span};

use crate::app::state::App;
use crate::layout::Size;
use crate::socket::{Kind, Phase};
use crate::view::marks::{OWN, PEER, SEEN};
use crate::world::Handle;

/// For connections: streams and sequenced packets.
const CONNECTED: &str = include_str!("../../assets/diagrams/connected.txt");
/// For messages: datagrams and packets.
const MESSAGES: &str = include_str!("../../assets/diagrams/messages.txt");

/// The size of a drawing.
pub(crate) const SIZE: Size = Size {
    columns: 64,
    rows: 15,
};

/// The drawing of a kind.
fn drawing(kind: Kind) -> &'static str {
    if kind.is_connected_kind() {
        CONNECTED
    } else {
        MESSAGES
    }
}

/// The diagram of a socket with its current and earlier phases, and the phase of its peer.
pub(crate) fn lines(app: &App, socket: Handle<'_>) -> Vec<Line<'static>> {
    let passed: Vec<Phase> = socket.path().map(|step| step.phase).collect();
    let peer = app.world.peer(socket).map(Handle::phase);
    let mark = |phase: Phase| Mark {
        own: if phase == socket.phase() {
            Some((OWN, app.theme.current))
        } else {
            let was_there = passed.contains(&phase);
            was_there.then_some((SEEN, app.theme.passed))
        },
        peer: (peer == Some(phase)).then_some(app.theme.accent),
    };
    let rows = drawing(socket.kind()).lines();
    rows.map(|row| marked(row, mark, app.theme.secondary))
        .collect()
}

/// The marks of a phase in its box.
struct Mark {
    /// At the left: this socket is or was in it.
    own: Option<(char, Style)>,
    /// At the right: the peer is in it.
    peer: Option<Style>,
}

/// A row of the drawing with the boxes of some phases marked. Each box has a blank on both sides of its label.
fn marked(row: &str, mark: impl Fn(Phase) -> Mark, rest: Style) -> Line<'static> {
    let mut spans = Vec::new();
    let mut text = row;
    while let Some((at, end, phase)) = first_box(text) {
        spans.push(Span::styled(text[..at].to_owned(), rest));
        let Mark { own, peer } = mark(phase);
        let (sign, style) = own.unwrap_or_else(|| (' ', peer.unwrap_or_default()));
        let label = text[at..end].get(1..end - at - 1).unwrap_or_default();
        spans.push(Span::styled(format!("{sign}{label}"), style));
        let sign = if peer.is_some() { PEER } else { ' ' };
        spans.push(Span::styled(sign.to_string(), peer.unwrap_or(style)));
        text = &text[end..];
    }
    spans.push(Span::styled(text.to_owned(), rest));
    Line::from(spans)
}

/// The next box in a row: the bytes between its walls, and its phase.
fn first_box(text: &str) -> Option<(usize, usize, Phase)> {
    box_of(text, |label| {
        let mut all = Phase::ALL.iter();
        all.find(|phase| phase.label() == label).copied()
    })
}

/// The next box in a row with a known label: the bytes between its walls, and the item of that label.
pub(crate) fn box_of<T>(
    text: &str,
    known: impl Fn(&str) -> Option<T>,
) -> Option<(usize, usize, T)> {
    let is_wall = |c: char| matches!(c, '│' | '├' | '┤');
    let walls: Vec<(usize, char)> = text.char_indices().filter(|(_, c)| is_wall(*c)).collect();
    walls.windows(2).find_map(|pair| {
        let (from, to) = (pair[0].0 + pair[0].1.len_utf8(), pair[1].0);
        known(text[from..to].trim()).map(|found| (from, to, found))
    })
}

#[cfg(test)]
mod tests {
    use unicode_width::UnicodeWidthStr;

    use crate::socket::phase::TRANSITIONS;
    use crate::view::diagram::*;

    #[test]
    fn every_phase_of_a_kind_has_one_box_in_its_drawing() {
        for kind in [Kind::Stream, Kind::Seqpacket, Kind::Datagram, Kind::Raw] {
            let mut phases: Vec<Phase> = TRANSITIONS
                .iter()
                .filter(|row| {
                    row.kinds == [kind] || (row.kinds.contains(&kind) && row.kinds.len() < 4)
                })
                .flat_map(|row| [row.from, row.to])
                .collect();
            phases.extend([Phase::Unbound, Phase::Bound, Phase::Closed]);
            for phase in phases {
                let boxes: usize = drawing(kind)
                    .lines()
                    .map(|row| {
                        let (mut text, mut count) = (row, 0);
                        while let Some((_, end, found)) = first_box(text) {
                            count += usize::from(found == phase);
                            text = &text[end..];
                        }
                        count
                    })
                    .sum();
                assert_eq!(boxes, 1, "{phase:?} in the drawing of {kind:?}");
            }
        }
    }

    #[test]
    fn drawings_fit_where_they_are_shown() {
        for drawing in [CONNECTED, MESSAGES] {
            assert!(
                drawing.lines().count() <= usize::from(SIZE.rows),
                "{} rows",
                drawing.lines().count()
            );
            for row in drawing.lines() {
                assert!(
                    row.width() <= usize::from(SIZE.columns),
                    "{} columns: {row}",
                    row.width()
                );
            }
        }
    }
}
