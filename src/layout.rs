//! Where things are on the screen: how the panes share it, how far a text is scrolled, and where the last frame has
//! drawn what. It is independent of the content; [`crate::view`] fills it in, [`crate::app`] reads it.

pub mod arrange;
pub mod preset;
mod stack;

use crossterm::event::KeyEvent;
use ratatui::layout::{Position, Rect};

use crate::event::{CallId, DescriptorId};
use crate::layout::arrange::Arrangement;
use crate::lesson::study::TextPlace;

/// The smallest screen that is drawn.
pub const SMALLEST: Size = Size {
    columns: 40,
    rows: 10,
};
/// The least height at which each pane has a row of text; below it only the focused pane is shown.
const ALL_PANES: u16 = 12;

/// The size of the screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Size {
    /// Columns.
    pub columns: u16,
    /// Rows.
    pub rows: u16,
}

impl From<(u16, u16)> for Size {
    fn from((columns, rows): (u16, u16)) -> Self {
        Self { columns, rows }
    }
}

impl Size {
    /// Whether a screen of this size is too small to be drawn.
    pub fn is_too_small(self) -> bool {
        self.columns < SMALLEST.columns || self.rows < SMALLEST.rows
    }

    /// Whether there is room for only one pane.
    pub fn has_one_pane(self) -> bool {
        self.rows < ALL_PANES
    }
}

/// The panes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pane {
    /// The sockets of this session.
    Sockets,
    /// The diagram of the selected socket.
    State,
    /// The last transitions between states, of all sockets.
    Transitions,
    /// The calls.
    Log,
    /// Why the selected call ended as it did.
    Why,
    /// The conversation of the selected socket.
    Ladder,
    /// The queues of the selected socket.
    Queues,
    /// The session as a program.
    Code,
    /// The terminal of the traced program, while there is one.
    Program,
    /// The lesson, while one is open.
    Lesson,
    /// The script that is open for stepping.
    Script,
}

impl Pane {
    /// In the order of Tab.
    pub const ALL: [Self; 11] = [
        Self::Sockets,
        Self::State,
        Self::Log,
        Self::Why,
        Self::Transitions,
        Self::Ladder,
        Self::Queues,
        Self::Code,
        Self::Program,
        Self::Lesson,
        Self::Script,
    ];

    /// Its title.
    pub fn title(self) -> &'static str {
        match self {
            Self::Sockets => "Sockets",
            Self::State => "State",
            Self::Transitions => "Transitions",
            Self::Log => "Log",
            Self::Why => "Why",
            Self::Ladder => "Ladder",
            Self::Queues => "Queues",
            Self::Code => "Code",
            Self::Program => "Program",
            Self::Lesson => "Lesson",
            Self::Script => "Script",
        }
    }

    /// The next or the previous one of these panes, which are in the order of [`Pane::ALL`].
    #[must_use]
    pub fn neighbour(self, backwards: bool, panes: &[Self]) -> Self {
        let Some(count) = panes.len().checked_sub(1) else {
            return self;
        };
        match panes.iter().position(|pane| *pane == self) {
            Some(at) => panes[(at + if backwards { count } else { 1 }) % panes.len()],
            None => panes[0],
        }
    }

    /// The area inside its frame. Running text is a column away from the frame; rows of a table begin with a mark.
    pub fn inside(self, framed: Rect) -> Rect {
        let indent = u16::from(matches!(
            self,
            Self::State | Self::Why | Self::Ladder | Self::Queues | Self::Lesson | Self::Script
        ));
        Rect::new(
            framed.x + 1 + indent,
            framed.y + 1,
            framed.width.saturating_sub(2 + indent),
            framed.height.saturating_sub(2),
        )
    }
}

/// A pane and its area.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PlacedPane {
    /// The pane.
    pub pane: Pane,
    /// Its area, with the frame.
    pub framed: Rect,
}

impl PlacedPane {
    /// A pane with an area.
    pub fn new(pane: Pane, framed: Rect) -> Self {
        Self { pane, framed }
    }

    /// The area inside its frame.
    pub fn inside(&self) -> Rect {
        self.pane.inside(self.framed)
    }
}

/// The areas of the screen.
#[derive(Debug, Clone, Default)]
pub struct Areas {
    /// The first row.
    pub title: Rect,
    /// What is between the title and the prompt, with the frames.
    pub body: Rect,
    /// The visible panes. Neighbours share a line of their frames.
    pub panes: Vec<PlacedPane>,
    /// The prompt, with its frame; the keys are in the lower line of the frame.
    pub prompt: Rect,
}

impl Areas {
    /// The rows of the title and of the prompt, and the panes that `arrange` puts between them.
    pub fn of(area: Rect, arrange: impl FnOnce(Rect) -> Vec<PlacedPane>) -> Self {
        let title = Rect {
            height: 1.min(area.height),
            ..area
        };
        let prompt_height = 3.min(area.height.saturating_sub(1));
        let prompt = Rect {
            y: area.bottom() - prompt_height,
            height: prompt_height,
            ..area
        };
        // Frames share a line: the body reaches into the first row of the prompt.
        let body = Rect {
            y: title.bottom(),
            height: prompt.y.saturating_sub(title.bottom()) + 1,
            ..area
        };
        Self {
            title,
            panes: arrange(body),
            body,
            prompt,
        }
    }

    /// The areas of a screen: the panes, or the focused one alone.
    pub fn arranged(screen: Rect, arrangement: &Arrangement, is_alone: bool) -> Self {
        Self::of(screen, |body| {
            if is_alone || Size::from((screen.width, screen.height)).has_one_pane() {
                vec![PlacedPane::new(arrangement.focus, body)]
            } else {
                arrange::panes(body, arrangement)
            }
        })
    }

    /// The area of a pane, if it is visible.
    pub fn pane(&self, pane: Pane) -> Option<&PlacedPane> {
        self.panes.iter().find(|placed| placed.pane == pane)
    }

    /// The pane under a position. The title in a line that two share is that of the lower or right one, which comes later.
    pub fn pane_at(&self, at: Position) -> Option<Pane> {
        let mut panes = self.panes.iter();
        let found = panes.rfind(|placed| placed.framed.contains(at));
        found.map(|placed| placed.pane)
    }
}

/// A row: the first visible one of a text, or the chosen one of a list.
///
/// How many rows there are is known when they have been drawn. Until then it may be after the last one;
/// [`Scroll::drawn`] corrects that.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Scroll {
    at: usize,
    last: Option<usize>,
}

impl Scroll {
    /// At a row.
    pub fn to(at: usize) -> Self {
        Self { at, last: None }
    }

    /// The row.
    pub fn at(&self) -> usize {
        self.at
    }

    /// Moves by this many rows, but not beyond the last one.
    pub fn by(&mut self, rows: isize) {
        let last = self.last.unwrap_or(usize::MAX);
        self.at = self.at.saturating_add_signed(rows).min(last);
    }

    /// Chooses a row. Returns whether it was already chosen.
    pub fn choose(&mut self, row: usize) -> bool {
        let was_chosen = self.at == row;
        self.at = row;
        was_chosen
    }

    /// Takes over what was drawn.
    pub fn drawn(&mut self, extent: Extent) {
        *self = Self {
            at: extent.at.min(extent.last),
            last: Some(extent.last),
        };
    }
}

/// How far the text panes are scrolled.
#[derive(Debug, Default, Clone, Copy)]
pub struct PaneScrolls {
    /// State.
    pub state: Scroll,
    /// Why.
    pub why: Scroll,
    /// The transitions, from the newest.
    pub transitions: Scroll,
    /// The ladder, from its end.
    pub ladder: Scroll,
    /// The queues.
    pub queues: Scroll,
}

/// How far a text was scrolled when it was drawn, and the furthest that it can be scrolled.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Extent {
    /// The first visible row, or the chosen one.
    pub at: usize,
    /// The greatest possible value of that.
    pub last: usize,
}

impl Extent {
    /// For a text of this many rows in an area of this height.
    pub fn of(scroll: Scroll, rows: usize, seen: u16) -> Self {
        let last = rows.saturating_sub(usize::from(seen));
        Self {
            at: scroll.at.min(last),
            last,
        }
    }

    /// For a list of this many rows, one of which is chosen.
    pub fn of_list(scroll: Scroll, rows: usize) -> Self {
        let last = rows.saturating_sub(1);
        Self {
            at: scroll.at.min(last),
            last,
        }
    }
}

/// The target of a click on a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target {
    /// A socket.
    Socket(DescriptorId),
    /// A call.
    Call(CallId),
    /// A moment of the session, by its number.
    Moment(usize),
    /// A suggestion, counted from 0.
    Suggestion(usize),
    /// An answer of a prediction, counted from 0.
    Answer(usize),
    /// A row of the list in an overlay, counted from 0, including rows that are scrolled away.
    Entry(usize),
    /// A line of the script, counted from 0.
    ScriptLine(usize),
    /// A field of a form, counted from 0.
    Field(usize),
    /// A candidate of completion, counted from 0.
    Candidate(usize),
    /// The line of a form, which a click runs.
    Line,
    /// A key that is named with what it does: a click presses it.
    Key(KeyEvent),
}

/// A clickable row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Clickable {
    /// Its area.
    pub area: Rect,
    /// Its target.
    pub target: Target,
}

/// Text that is a link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hyperlink {
    /// Its area, in one row.
    pub area: Rect,
    /// Its address.
    pub url: String,
}

/// Pairs the rows of an area with their targets.
pub fn clickable(place: Rect, targets: impl IntoIterator<Item = Option<Target>>) -> Vec<Clickable> {
    let rows = place.rows().zip(targets);
    rows.filter_map(|(area, target)| target.map(|target| Clickable { area, target }))
        .collect()
}

/// How a text that follows something was scrolled: that of the lesson, or a program.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct LessonExtent {
    /// The first row unless the user scrolled.
    pub natural: usize,
    /// The greatest possible first row.
    pub end: usize,
    /// How many rows are visible.
    pub rows: usize,
    /// How far the lesson had come; none for a program.
    pub place: Option<TextPlace>,
}

impl LessonExtent {
    fn first(&self, offset: isize) -> usize {
        self.natural.saturating_add_signed(offset).min(self.end)
    }

    /// Whether text is hidden below, if it is scrolled by this many rows.
    pub fn goes_on_below(&self, offset: isize) -> bool {
        self.first(offset) < self.end
    }

    /// Whether some of the text is hidden.
    pub fn overflows(&self, offset: isize) -> bool {
        self.first(offset) > 0 || self.goes_on_below(offset)
    }

    /// How many rows PageUp and PageDown scroll; one row stays visible.
    pub fn page(&self) -> isize {
        isize::try_from(self.rows.saturating_sub(1).max(1)).unwrap_or(1)
    }

    /// By how many rows it is scrolled after scrolling further.
    pub fn scrolled(&self, offset: isize, rows: isize) -> isize {
        let next = self.first(offset).saturating_add_signed(rows).min(self.end);
        let signed = |row: usize| isize::try_from(row).unwrap_or(isize::MAX);
        signed(next).saturating_sub(signed(self.natural))
    }
}

/// Where the last frame has drawn what. A click applies to what was visible at that time.
#[derive(Debug, Clone, Default)]
pub struct Geometry {
    /// The areas of the panes and the prompt.
    pub areas: Areas,
    /// The clickable rows; those below an overlay are not.
    pub clickable: Vec<Clickable>,
    /// The links; none while an overlay may cover them.
    pub links: Vec<Hyperlink>,
    /// The scrolling of State.
    pub state: Extent,
    /// The scrolling of Why.
    pub why: Extent,
    /// The scrolling of the transitions, from the newest.
    pub transitions: Extent,
    /// The scrolling of the ladder, from its end.
    pub ladder: Extent,
    /// The scrolling of the queues.
    pub queues: Extent,
    /// The scrolling of the program.
    pub code: LessonExtent,
    /// The scrolling of the lesson, while it is shown.
    pub lesson: Option<LessonExtent>,
    /// The scrolling of the overlay.
    pub overlay: Option<Extent>,
}

impl Geometry {
    /// The target of a click at a position.
    pub fn target(&self, at: Position) -> Option<Target> {
        let mut rows = self.clickable.iter();
        let found = rows.find(|row| row.area.contains(at));
        found.map(|row| row.target)
    }
}
