//! The drawing with whole boxes, made from the compact one: a border is added above and below each row of boxes, and
//! the lines that pass by are continued.

use crate::socket::TcpState;
use crate::view::figure::{DRAWING, MARKS, SIZE, boxes};

/// A row of the drawing and the marks of its edges.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FigureRow {
    /// Its number in the compact drawing. `None` for a border, and in the small drawing.
    pub(crate) number: Option<usize>,
    pub(crate) drawn: Vec<char>,
    pub(crate) marks: Vec<char>,
    /// The states in it: the columns of each name with a place for a mark before and after it.
    pub(crate) boxes: Vec<(usize, usize, TcpState)>,
    /// Whether CLOSE is here as the end of a connection.
    pub(crate) is_lower: bool,
}

impl FigureRow {
    fn at(&self, column: usize) -> (char, char) {
        let cell = |cells: &[char]| cells.get(column).copied().unwrap_or(' ');
        (cell(&self.drawn), cell(&self.marks))
    }
}

/// The rows as they are drawn in `assets/diagrams/`.
pub(crate) fn compact() -> Vec<FigureRow> {
    let rows = DRAWING.lines().zip(MARKS.lines()).enumerate();
    rows.map(|(number, (drawn, marks))| FigureRow {
        number: Some(number),
        drawn: drawn.chars().collect(),
        marks: marks.chars().collect(),
        boxes: boxes(drawn),
        is_lower: number > usize::from(SIZE.rows) / 2,
    })
    .collect()
}

/// The rows with whole boxes.
pub(crate) fn tall() -> Vec<FigureRow> {
    let compact = compact();
    let empty = FigureRow {
        number: None,
        drawn: Vec::new(),
        marks: Vec::new(),
        boxes: Vec::new(),
        is_lower: false,
    };
    let mut rows = Vec::new();
    for (at, row) in compact.iter().enumerate() {
        let walls = row.boxes.iter().map(|(from, to, _)| (from - 1, *to));
        let walls: Vec<(usize, usize)> = walls.collect();
        if walls.is_empty() {
            rows.push(row.clone());
            continue;
        }
        let above = at.checked_sub(1).map_or(&empty, |above| &compact[above]);
        let below = compact.get(at + 1).unwrap_or(&empty);
        rows.push(rim(&walls, above, row, '┌', '┐'));
        rows.push(row.clone());
        rows.push(rim(&walls, row, below, '└', '┘'));
    }
    rows
}

/// A border between two rows: the top or bottom of each box, and between the boxes the lines that pass through.
fn rim(
    walls: &[(usize, usize)],
    above: &FigureRow,
    below: &FigureRow,
    left: char,
    right: char,
) -> FigureRow {
    let width = above.drawn.len().max(below.drawn.len());
    let width = walls.iter().map(|wall| wall.1 + 1).fold(width, usize::max);
    let cell = |column: usize| {
        let (over, under) = (above.at(column), below.at(column));
        let goes_down = matches!(over.0, '│' | '┐' | '┌' | '┬');
        let goes_up = matches!(under.0, '│' | '┘' | '└' | '▼');
        let mark = if under.1 == ' ' { over.1 } else { under.1 };
        match walls
            .iter()
            .find(|wall| (wall.0..=wall.1).contains(&column))
        {
            Some(wall) if wall.0 == column => (left, ' '),
            Some(wall) if wall.1 == column => (right, ' '),
            Some(_) if left == '└' && goes_up => ('┬', ' '),
            Some(_) if left == '┌' && goes_down => ('┴', ' '),
            Some(_) => ('─', ' '),
            None if goes_down && goes_up => ('│', mark),
            None => (' ', ' '),
        }
    };
    let cells: Vec<(char, char)> = (0..width).map(cell).collect();
    FigureRow {
        number: None,
        drawn: cells.iter().map(|cell| cell.0).collect(),
        marks: cells.iter().map(|cell| cell.1).collect(),
        boxes: Vec::new(),
        is_lower: false,
    }
}

#[cfg(test)]
mod tests {
    use crate::view::figure::tall::*;

    #[test]
    fn boxes_get_rims_and_lines_go_on() {
        let drawn: Vec<String> = tall()
            .iter()
            .map(|row| row.drawn.iter().collect::<String>().trim_end().to_owned())
            .collect();
        assert_eq!(
            drawn.join("\n"),
            "    ┌───── close() ──────▼   ▼── close(), RST, timeout ──┐
┌───┴────┐             ┌───────┐                   ┌─────┴────┐
│ LISTEN │◀─ listen() ─┤ CLOSE ├ connect() / SYN ─▶│ SYN_SENT │
└───┬────┘             └───────┘                   └──┬────┬──┘
    │ SYN / SYN+ACK                                   │    │
    ▼   ▼──────── SYN / SYN+ACK, both at once ────────┘    │
┌──────────┐           ┌─────────────┐                     │
│ SYN_RECV ├─── ACK ──▶│ ESTABLISHED │◀─── SYN+ACK / ACK ──┘
└───┬──────┘           └───┬─────┬───┘
    │ close() / FIN        │     │
    ▼    ▼─ close() / FIN ─┘     └────── FIN / ACK ──────▼
┌───────────┐                                    ┌────────────┐
│ FIN_WAIT1 ├── FIN / ACK ──┐                    │ CLOSE_WAIT │
└───┬───────┘               │                    └──────┬─────┘
    │ ACK                   │             close() / FIN │
    ▼                       ▼                           ▼
┌───────────┐          ┌─────────┐                 ┌──────────┐
│ FIN_WAIT2 │          │ CLOSING │                 │ LAST_ACK │
└───┬───────┘          └────┬────┘                 └────┬─────┘
    │ FIN / ACK             │ ACK                   ACK │
    │                       ▼                           ▼
    │                ┌───────────┐                  ┌───────┐
    └───────────────▶│ TIME_WAIT ├────── 60 s ─────▶│ CLOSE │
                     └───────────┘                  └───────┘"
        );
        assert_eq!(drawn.len(), usize::from(crate::view::figure::TALL));
        let numbers = tall().into_iter().filter_map(|row| row.number);
        assert!(numbers.eq(0..DRAWING.lines().count()), "all rows, in order");
    }
}
