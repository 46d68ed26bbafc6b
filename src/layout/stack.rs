//! Stacks of panes, and how they share the rows.

use ratatui::layout::Rect;

use crate::layout::preset::Preset;
use crate::layout::{Pane, PlacedPane};

/// The columns of a pane with the figure of the TCP states, which does not touch the frame.
pub(crate) const FIGURE_COLUMNS: u16 = 67;

/// The least columns of a usual stack: in fewer, texts have more rows and the transitions are cut anyway.
const USUAL_COLUMNS: u16 = 50;

/// A pane in a stack: the rows of text that it has at least, and its share of those that are left.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Part {
    pub(crate) pane: Pane,
    pub(crate) least: u16,
    pub(crate) share: u16,
}

pub(crate) const fn part(pane: Pane, least: u16, share: u16) -> Part {
    Part { pane, least, share }
}

/// Rows for the parts: what each has at least and its share of the rest; if there is too little, a share of that.
pub(crate) fn split(rows: u16, parts: &[Part]) -> Vec<u16> {
    let least: u16 = parts.iter().map(|part| part.least).sum();
    let rest = rows.checked_sub(least);
    let weight = |part: &Part| match rest {
        Some(_) => part.share,
        None => part.least,
    };
    let all: u32 = parts.iter().map(|part| u32::from(weight(part))).sum();
    let shared = u32::from(rest.unwrap_or(rows));
    let (mut sum, mut given) = (0, 0);
    let heights = parts.iter().map(|part| {
        sum += u32::from(weight(part));
        let until = shared * sum / all.max(1);
        let height = u16::try_from(until - given).unwrap_or(0);
        given = until;
        height + rest.map_or(0, |_| part.least)
    });
    heights.collect()
}

/// The rows of text of a stack of this many panes, which share the lines of their frames.
pub(crate) fn text_rows(area: Rect, panes: usize) -> u16 {
    let frames = u16::try_from(panes + 1).unwrap_or(u16::MAX);
    area.height.saturating_sub(frames)
}

/// Panes with their rows of text, one below the other; one without a row is left out. Each is drawn after the one
/// above it, so that a shared line has the title of the lower one.
pub(crate) fn pile(area: Rect, panes: impl Iterator<Item = (Pane, u16)>) -> Vec<PlacedPane> {
    let mut y = area.y;
    let placed = panes.filter(|(_, height)| *height > 0);
    let placed = placed.map(|(pane, height)| {
        let framed = Rect {
            y,
            height: height + 2,
            ..area
        };
        y += height + 1;
        PlacedPane::new(pane, framed)
    });
    placed.collect()
}

pub(crate) fn stack(area: Rect, parts: &[Part]) -> Vec<PlacedPane> {
    let heights = split(text_rows(area, parts.len()), parts);
    let panes = parts.iter().map(|part| part.pane);
    pile(area, panes.zip(heights))
}

/// What each pane keeps in a stack with few rows while another one is focused.
const KEPT: [(Pane, u16); 5] = [
    (Pane::Sockets, 2),
    (Pane::State, 4),
    (Pane::Transitions, 1),
    (Pane::Log, 2),
    (Pane::Why, 2),
];

/// The stack in which the focused pane has borrowed what the others can spare.
pub(crate) fn borrowed(body: Rect, preset: Preset, focus: Pane) -> Option<[Part; 5]> {
    let rows = text_rows(body, KEPT.len());
    let is_few = (15..31).contains(&rows) && preset == Preset::All;
    let borrows = focus != Pane::Sockets && KEPT.iter().any(|kept| kept.0 == focus);
    (is_few && borrows).then(|| KEPT.map(|(pane, kept)| part(pane, kept, u16::from(pane == focus))))
}

/// The stacks of the presets, for the most rows first.
pub(crate) fn stacked(body: Rect, preset: Preset, is_crowded: bool) -> &'static [Part] {
    use Pane::{Code, Ladder, Log, Queues, Sockets, State, Transitions, Why};
    const ALL: [&[Part]; 6] = [
        &[
            part(Sockets, 4, 2),
            part(State, 18, 1),
            part(Transitions, 2, 1),
            part(Log, 3, 3),
            part(Why, 4, 2),
        ],
        &[
            part(Sockets, 3, 3),
            part(State, 4, 2),
            part(Transitions, 2, 1),
            part(Log, 3, 3),
            part(Why, 3, 2),
        ],
        &[
            part(Sockets, 5, 3),
            part(State, 3, 3),
            part(Transitions, 1, 0),
            part(Log, 2, 3),
            part(Why, 2, 2),
        ],
        &[
            part(Sockets, 2, 5),
            part(State, 2, 4),
            part(Transitions, 1, 1),
            part(Log, 2, 4),
            part(Why, 2, 3),
        ],
        &[
            part(Sockets, 1, 5),
            part(State, 1, 4),
            part(Transitions, 1, 1),
            part(Log, 1, 4),
            part(Why, 1, 3),
        ],
        &[
            part(Sockets, 1, 5),
            part(State, 1, 4),
            part(Log, 1, 4),
            part(Why, 1, 3),
        ],
    ];
    const CROWDED: [&[Part]; 2] = [
        &[
            part(Sockets, 7, 3),
            part(State, 15, 1),
            part(Transitions, 2, 1),
            part(Log, 4, 3),
            part(Why, 3, 2),
        ],
        &[
            part(Sockets, 4, 4),
            part(State, 4, 1),
            part(Transitions, 2, 1),
            part(Log, 3, 3),
            part(Why, 2, 2),
        ],
    ];
    const LARGE_STATE: [&[Part]; 4] = [
        &[
            part(Sockets, 3, 1),
            part(State, 29, 1),
            part(Transitions, 2, 1),
            part(Log, 3, 2),
        ],
        &[
            part(Sockets, 2, 1),
            part(State, 17, 2),
            part(Transitions, 2, 1),
            part(Log, 2, 2),
        ],
        &[part(Sockets, 1, 1), part(State, 15, 1), part(Log, 1, 1)],
        &[part(State, 2, 3), part(Log, 1, 1)],
    ];
    const LARGE_LOG: [&[Part]; 2] = [
        &[
            part(Sockets, 2, 1),
            part(Transitions, 1, 1),
            part(Log, 4, 5),
            part(Why, 4, 4),
        ],
        &[part(Log, 2, 1), part(Why, 2, 1)],
    ];
    const LARGE_LADDER: [&[Part]; 2] = [
        &[part(Sockets, 2, 1), part(Ladder, 5, 4), part(Queues, 4, 2)],
        &[part(Ladder, 2, 2), part(Queues, 1, 1)],
    ];
    const LARGE_CODE: [&[Part]; 2] = [
        &[part(Sockets, 2, 1), part(Log, 3, 2), part(Code, 7, 5)],
        &[part(Log, 2, 1), part(Code, 3, 3)],
    ];
    let stacks: &[&[Part]] = match preset {
        Preset::All => &ALL,
        Preset::State => &LARGE_STATE,
        Preset::Log => &LARGE_LOG,
        Preset::Ladder => &LARGE_LADDER,
        Preset::Code => &LARGE_CODE,
    };
    let fits = |parts: &&&[Part]| {
        let least: u16 = parts.iter().map(|part| part.least).sum();
        let is_for_figure = parts
            .iter()
            .any(|part| part.pane == State && part.least > 4);
        let is_usual = parts
            .iter()
            .any(|part| part.pane == Transitions && part.least > 1);
        least <= text_rows(body, parts.len())
            && (!is_for_figure || body.width >= FIGURE_COLUMNS)
            && (!is_usual || body.width >= USUAL_COLUMNS)
    };
    let more = CROWDED
        .iter()
        .filter(|_| is_crowded && preset == Preset::All);
    let mut candidates = more.chain(stacks).filter(fits);
    // Where Sockets is crowded the stack of the same height comes first.
    let found = candidates.next();
    found.or_else(|| stacks.last()).copied().unwrap_or_default()
}
