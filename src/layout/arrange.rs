//! How the panes share the screen.
//!
//! The borders follow from the size of the screen, the preset, whether a lesson is open, and the focus where only one
//! pane has room below a lesson. They do not follow from the content: they keep their place while calls are made and
//! while a lesson goes on. Each pane has the rows that a usual conversation needs, and what is left is shared.
//!
//! Rows are lent in two cases:
//!
//! - Where panes are stacked in few rows, the focused one borrows what the others can spare. Sockets, which has the focus
//!   at first, does not.
//! - There, with many sockets and blocked calls in the list, Sockets takes some from the others ([`is_crowded`]). It takes
//!   them for the fourth socket or blocked call, and gives them back when only two are left, so that making and closing
//!   one socket in turn, or a call that blocks and returns, does not move the borders back and forth. In a lesson it does
//!   not.

use ratatui::layout::Rect;

use crate::layout::preset::Preset;
use crate::layout::stack::{
    FIGURE_COLUMNS, Part, borrowed, part, pile, split, stack, stacked, text_rows,
};
use crate::layout::{Pane, PlacedPane, Size};

/// The least width for two columns of panes.
const TWO_COLUMNS: u16 = 112;
/// The least width for a third column and the ladder.
const WIDE: u16 = 160;
/// The least height for two rows of panes with the whole figure of the TCP states.
const TWO_ROWS: u16 = 31;
/// The least height for three rows of panes with that figure and its text.
const TALL: u16 = 54;
/// The rows of the figure and of the text about a connection.
const FIGURE_AND_TEXT: u16 = 29;
/// The rows of that figure with the text below it.
const FIGURE: u16 = 20;
/// The least columns of its neighbour.
const NEIGHBOUR: u16 = 33;
/// The columns of a pane with the whole addresses of an IPv4 connection.
const ADDRESSES: u16 = 54;

/// The least width for the lesson beside the panes; on narrower screens it is above some of them.
const BESIDE: u16 = 100;
/// The least and the greatest width of a lesson beside the panes. The least still has room for its keys in one row.
const LESSON_WIDTH: (u16, u16) = (46, 72);
/// The least height for four panes with a lesson among them, and for those with fewer rows.
const FOUR_WITH_LESSON: u16 = 20;
const FEWER_WITH_LESSON: u16 = 16;
/// The least height for a lesson with a share of the rows.
const SHARED_WITH_LESSON: u16 = 28;

/// From how many sockets and blocked calls on Sockets borrows rows, and how few end that.
const MANY: usize = 4;
const FEW: usize = 2;
/// With so many rows it does not borrow any.
const ENOUGH_SOCKETS: u16 = 5;

/// What the places of the panes depend on, besides the size of the screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Arrangement {
    /// The preset.
    pub preset: Preset,
    /// Whether Sockets borrows rows, where panes are stacked in few rows.
    pub is_crowded: bool,
    /// Whether a lesson is shown, or a script in its place.
    pub lesson: Option<Lesson>,
    /// Whether a program is traced, whose terminal is a pane.
    pub program: bool,
    /// The focused pane.
    pub focus: Pane,
}

/// How a lesson is shown, or what is shown in its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lesson {
    /// To a learner.
    Read,
    /// In front of a class, with more room.
    Presented,
    /// Not a lesson but a script, whose lines are longer than those of prose.
    Script,
}

impl Lesson {
    /// Its share of the columns or rows, in percent.
    fn share(self) -> u16 {
        match self {
            Self::Read => 37,
            Self::Presented => 50,
            Self::Script => 42,
        }
    }

    /// Its pane.
    fn pane(self) -> Pane {
        match self {
            Self::Read | Self::Presented => Pane::Lesson,
            Self::Script => Pane::Script,
        }
    }
}

/// Whether Sockets borrows rows now, if it did before.
pub fn is_crowded(before: bool, listed: usize) -> bool {
    match before {
        true => listed > FEW,
        false => listed >= MANY,
    }
}

/// The panes that Tab goes through on a screen of this size.
pub fn reachable(size: Size, body: Rect, arrangement: &Arrangement) -> Vec<Pane> {
    let one_by_one = size.has_one_pane() || is_above(body, arrangement);
    let placed = match one_by_one {
        true => {
            let mut placed = vec![
                Pane::Sockets,
                Pane::State,
                Pane::Transitions,
                Pane::Log,
                Pane::Why,
            ];
            placed.extend((arrangement.preset == Preset::Code).then_some(Pane::Code));
            placed.extend(arrangement.program.then_some(Pane::Program));
            placed
        }
        false => panes(body, arrangement)
            .into_iter()
            .map(|placed| placed.pane)
            .collect(),
    };
    let is_reached = |pane: &Pane| match pane {
        Pane::Lesson | Pane::Script => arrangement.lesson.map(Lesson::pane) == Some(*pane),
        pane => placed.contains(pane),
    };
    Pane::ALL.into_iter().filter(is_reached).collect()
}

fn is_above(body: Rect, arrangement: &Arrangement) -> bool {
    arrangement.lesson.is_some() && body.width < BESIDE
}

/// The panes between the title and the prompt.
pub fn panes(body: Rect, arrangement: &Arrangement) -> Vec<PlacedPane> {
    if arrangement.program {
        return with_program(body, arrangement);
    }
    match arrangement.lesson {
        Some(lesson) if body.width < BESIDE => above(body, arrangement, lesson),
        Some(lesson) => beside(body, arrangement, lesson),
        None => playground(body, arrangement, arrangement.is_crowded),
    }
}

/// The least rows of Why, with its frame, of which the terminal of a program gets some.
const WHY_WITH_PROGRAM: u16 = 11;
/// The rows that Why keeps then, with its frame.
const WHY_KEEPS: u16 = 6;
/// The rows of that terminal below the other panes, with its frame.
const PROGRAM: u16 = 6;

/// The terminal of a traced program below Why, or where Why is small below all panes.
fn with_program(body: Rect, arrangement: &Arrangement) -> Vec<PlacedPane> {
    let others = Arrangement {
        program: false,
        ..*arrangement
    };
    let mut placed = panes(body, &others);
    let why = placed
        .iter_mut()
        .find(|placed| placed.pane == Pane::Why && placed.framed.height >= WHY_WITH_PROGRAM);
    if let Some(why) = why {
        let all = why.framed;
        why.framed.height = WHY_KEEPS.max(all.height / 2);
        let below = Rect {
            y: why.framed.bottom() - 1,
            height: all.height - why.framed.height + 1,
            ..all
        };
        placed.push(PlacedPane::new(Pane::Program, below));
        return placed;
    }
    if body.height < 2 * PROGRAM {
        return placed;
    }
    let above = Rect {
        height: body.height - PROGRAM + 1,
        ..body
    };
    let below = Rect {
        y: above.bottom() - 1,
        height: PROGRAM,
        ..body
    };
    let mut placed = panes(above, &others);
    placed.push(PlacedPane::new(Pane::Program, below));
    placed
}

/// A lesson beside the panes.
fn beside(body: Rect, arrangement: &Arrangement, lesson: Lesson) -> Vec<PlacedPane> {
    let (least, most) = LESSON_WIDTH;
    let wide = (body.width * lesson.share() / 100).clamp(least, most);
    let placed = Rect {
        x: body.right() - wide,
        width: wide,
        ..body
    };
    let rest = Rect {
        width: body.width - wide + 1,
        ..body
    };
    let has_room = body.width >= WIDE && body.height >= TALL;
    let mut panes = match has_room && arrangement.preset == Preset::All {
        true => three_rows(rest),
        false => playground(rest, arrangement, false),
    };
    panes.push(PlacedPane::new(lesson.pane(), placed));
    panes
}

/// The panes below a lesson, where several have room.
fn below_lesson(body: Rect, preset: Preset) -> Option<Vec<Part>> {
    let is_code = preset == Preset::Code;
    match body.height {
        FOUR_WITH_LESSON.. if is_code => Some(vec![
            part(Pane::Sockets, 1, 1),
            part(Pane::Log, 1, 1),
            part(Pane::Code, 4, 3),
        ]),
        FOUR_WITH_LESSON.. => Some(vec![
            part(Pane::Sockets, 3, 1),
            part(Pane::Transitions, 1, 1),
            part(Pane::Log, 2, 2),
        ]),
        FEWER_WITH_LESSON.. if is_code => Some(vec![part(Pane::Log, 1, 1), part(Pane::Code, 3, 2)]),
        FEWER_WITH_LESSON.. => Some(vec![
            part(Pane::Sockets, 2, 1),
            part(Pane::Transitions, 1, 0),
            part(Pane::Log, 1, 1),
        ]),
        _ => None,
    }
}

/// A lesson above other panes: as many as have room, or the focused one alone.
fn above(body: Rect, arrangement: &Arrangement, lesson: Lesson) -> Vec<PlacedPane> {
    let focus = arrangement.focus;
    let is_placed = |parts: &Vec<Part>| {
        let mut below = parts.iter().map(|part| part.pane);
        focus == lesson.pane() || below.any(|pane| pane == focus)
    };
    // It needs more of the rows than of the columns.
    let share = lesson.share() + 20;
    let below = below_lesson(body, arrangement.preset).filter(is_placed);
    let below = below.unwrap_or_else(|| match focus {
        Pane::Lesson | Pane::Script | Pane::Sockets => vec![part(Pane::Sockets, 1, 1)],
        focused => vec![part(focused, 2, 1)],
    });
    let rows = text_rows(body, below.len() + 1);
    let needed: u16 = below.iter().map(|part| part.least).sum();
    let pane = lesson.pane();
    // Where there is little room the lesson has all but what must be visible.
    let lesson = match body.height {
        SHARED_WITH_LESSON.. => rows * share / 100,
        _ => rows.saturating_sub(needed),
    };
    let heights = split(rows - lesson, &below);
    let panes = std::iter::once(pane).chain(below.iter().map(|part| part.pane));
    let heights = std::iter::once(lesson).chain(heights);
    pile(body, panes.zip(heights))
}

/// The panes without a lesson.
fn playground(body: Rect, arrangement: &Arrangement, is_crowded: bool) -> Vec<PlacedPane> {
    let Arrangement { preset, focus, .. } = *arrangement;
    if body.width < TWO_COLUMNS || body.height < TWO_ROWS {
        return match borrowed(body, preset, focus) {
            Some(parts) => stack(body, &parts),
            None => stacked_panes(body, preset, is_crowded),
        };
    }
    match preset {
        Preset::All if body.width >= WIDE => wide(body),
        Preset::All => two_columns(body, above_log(body)),
        Preset::State => two_columns(body, FIGURE.max(body.height - 9)),
        Preset::Log => large_log(body),
        Preset::Ladder => large_ladder(body),
        Preset::Code => beside_code(body),
    }
}

/// The panes one below the other. Sockets borrows rows only if it has few.
fn stacked_panes(body: Rect, preset: Preset, is_crowded: bool) -> Vec<PlacedPane> {
    let usual = stack(body, stacked(body, preset, false));
    let sockets = usual.iter().find(|placed| placed.pane == Pane::Sockets);
    let has_few = sockets.is_some_and(|placed| placed.inside().height < ENOUGH_SOCKETS);
    match is_crowded && has_few {
        true => stack(body, stacked(body, preset, true)),
        false => usual,
    }
}

/// Areas beside each other, of these widths; neighbours share a line.
fn columns<const COUNT: usize>(area: Rect, widths: [u16; COUNT]) -> [Rect; COUNT] {
    let mut x = area.x;
    widths.map(|width| {
        let column = Rect { x, width, ..area };
        x += width.saturating_sub(1);
        column
    })
}

/// Areas above each other, of these rows of text; neighbours share a line.
fn bands<const COUNT: usize>(area: Rect, rows: [u16; COUNT]) -> [Rect; COUNT] {
    let mut y = area.y;
    rows.map(|rows| {
        let band = Rect {
            y,
            height: rows + 2,
            ..area
        };
        y += rows + 1;
        band
    })
}

/// The sockets, and below them the transitions.
const SOCKETS: [Part; 2] = [part(Pane::Sockets, 6, 2), part(Pane::Transitions, 3, 1)];

/// The width of the pane with the figure.
fn figure_columns(body: Rect) -> u16 {
    FIGURE_COLUMNS
        .max(body.width / 2)
        .min(body.width - NEIGHBOUR)
}

/// The rows of text above the log: State needs more of them than a usual conversation has calls.
fn above_log(body: Rect) -> u16 {
    let rows = body.height - 3;
    FIGURE.max((rows * 2).div_ceil(3))
}

/// Sockets and State above, with so many rows of text; Log and Why below.
fn two_columns(body: Rect, upper: u16) -> Vec<PlacedPane> {
    // Above, the figure sets the width of the right side; below, calls with their results are longer than reasons.
    let wide = figure_columns(body);
    let narrow = body.width - wide + 1;
    // On a screen that is wide enough for both, one line goes through.
    let log = if wide + 1 >= narrow && wide <= narrow {
        narrow
    } else {
        wide
    };
    let [above, below] = bands(body, [upper, body.height.saturating_sub(3 + upper)]);
    let [left, right] = columns(above, [narrow, wide]);
    let mut panes = stack(left, &SOCKETS);
    panes.push(PlacedPane::new(Pane::State, right));
    panes.extend(log_and_why(below, log));
    panes
}

/// Everything beside a lesson: the ladder and the queues are between the state and the log.
fn three_rows(body: Rect) -> Vec<PlacedPane> {
    let rest = body.height - 4 - FIGURE_AND_TEXT;
    let ladder = rest.div_ceil(2);
    let [above, between, below] = bands(body, [FIGURE_AND_TEXT, ladder, rest - ladder]);
    let wide = figure_columns(body);
    let narrow = body.width - wide + 1;
    let [sockets, state] = columns(above, [narrow, wide]);
    // Calls with their results are longer than what is beside them.
    let long = wide.max(body.width - NEIGHBOUR - NEIGHBOUR / 2);
    let [ladder, queues] = columns(between, [long, body.width - long + 1]);
    let mut panes = stack(sockets, &SOCKETS);
    panes.push(PlacedPane::new(Pane::State, state));
    panes.push(PlacedPane::new(Pane::Ladder, ladder));
    panes.push(PlacedPane::new(Pane::Queues, queues));
    panes.extend(log_and_why(below, long));
    panes
}

fn log_and_why(area: Rect, log: u16) -> [PlacedPane; 2] {
    let [left, right] = columns(area, [log, area.width - log + 1]);
    [
        PlacedPane::new(Pane::Log, left),
        PlacedPane::new(Pane::Why, right),
    ]
}

/// Everything at once: Why and the queues are a third column, and the ladder is beside the log.
fn wide(body: Rect) -> Vec<PlacedPane> {
    let upper = above_log(body);
    let [above, below] = bands(body, [upper, body.height - 3 - upper]);
    let beside = body.width + 2 - FIGURE_COLUMNS;
    let left = ADDRESSES.max(beside / 2);
    let [sockets, state, why] = columns(above, [left, FIGURE_COLUMNS, beside - left]);
    let log = FIGURE_COLUMNS.max(body.width / 3);
    let [log, ladder] = columns(below, [log, body.width + 1 - log]);
    let mut panes = stack(sockets, &SOCKETS);
    panes.push(PlacedPane::new(Pane::State, state));
    panes.extend(stack(
        why,
        &[part(Pane::Why, 4, 1), part(Pane::Queues, 4, 1)],
    ));
    panes.push(PlacedPane::new(Pane::Log, log));
    panes.push(PlacedPane::new(Pane::Ladder, ladder));
    panes
}

/// The rows of the list of sockets where other panes are large.
const FEW_ROWS: u16 = 7;

/// The sockets and the transitions beside each other.
fn in_few_rows(area: Rect) -> [PlacedPane; 2] {
    let wide = figure_columns(area);
    let [left, right] = columns(area, [wide, area.width - wide + 1]);
    [
        PlacedPane::new(Pane::Sockets, left),
        PlacedPane::new(Pane::Transitions, right),
    ]
}

fn large_log(body: Rect) -> Vec<PlacedPane> {
    let [above, below] = bands(body, [FEW_ROWS, body.height - 3 - FEW_ROWS]);
    let mut panes = in_few_rows(above).to_vec();
    panes.extend(log_and_why(below, figure_columns(body)));
    panes
}

/// The rows of the queues and the log below a large ladder.
const BELOW_LADDER: u16 = 10;

fn large_ladder(body: Rect) -> Vec<PlacedPane> {
    let middle = body.height - 4 - FEW_ROWS - BELOW_LADDER;
    let [above, between, below] = bands(body, [FEW_ROWS, middle, BELOW_LADDER]);
    let log = figure_columns(body);
    let [log, queues] = columns(below, [log, body.width - log + 1]);
    let mut panes = in_few_rows(above).to_vec();
    panes.push(PlacedPane::new(Pane::Ladder, between));
    panes.push(PlacedPane::new(Pane::Log, log));
    panes.push(PlacedPane::new(Pane::Queues, queues));
    panes
}

/// What is beside a program.
const BESIDE_CODE: [Part; 3] = [
    part(Pane::Sockets, 4, 1),
    part(Pane::Log, 4, 2),
    part(Pane::Why, 4, 1),
];

/// The program has the right side; the log is beside it.
fn beside_code(body: Rect) -> Vec<PlacedPane> {
    let code = figure_columns(body);
    let [left, right] = columns(body, [body.width - code + 1, code]);
    let mut panes = stack(left, &BESIDE_CODE);
    panes.push(PlacedPane::new(Pane::Code, right));
    panes
}

#[cfg(test)]
mod tests;
