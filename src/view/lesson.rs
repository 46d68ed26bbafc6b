//! The pane of the lesson: the page as far as it has been done, the step that is next, and the keys for it.
//!
//! A page begins at its top; after that the pane begins at what is new. Enter scrolls as long as text is hidden below, and
//! the row of keys says so; only then it makes the next step. The goals are below the text however it is scrolled.

pub(crate) mod closing;
mod goals;
mod keys;
pub(crate) mod line;
mod page;
mod step;
pub(crate) mod steps;

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Line;
use ratatui::widgets::Widget;

use crate::app::state::App;
use crate::layout::{Clickable, Hyperlink, LessonExtent, Pane, Target, clickable};
use crate::lesson::Study;
use crate::theme::TEXT;
use crate::view::lesson::line::LessonLine;
use crate::view::lesson::page::Page;
pub(crate) use crate::view::lesson::step::off_screen;

/// Where the pane has drawn what.
pub(crate) struct Drawn {
    /// How far the text is scrolled.
    pub(crate) extent: LessonExtent,
    /// The answers.
    pub(crate) clickable: Vec<Clickable>,
    /// The sources.
    pub(crate) links: Vec<Hyperlink>,
}

/// The parts of the pane.
struct Laid {
    page: Page,
    /// The first visible line of the page.
    first: usize,
    text: Rect,
    /// What is below the text however that is scrolled.
    pinned: Vec<Line<'static>>,
    pin: Rect,
    keys: Rect,
}

impl Laid {
    /// How many lines are hidden below.
    fn below(&self) -> usize {
        let seen = self.first + usize::from(self.text.height);
        self.page.lines.len().saturating_sub(seen)
    }

    fn extent(&self, study: &Study) -> LessonExtent {
        let rows = usize::from(self.text.height);
        LessonExtent {
            natural: self.page.natural(rows),
            end: self.page.lines.len().saturating_sub(rows),
            rows,
            place: Some(study.text_place()),
        }
    }
}

/// Draws it.
pub(crate) fn draw(app: &App, area: Rect, on: &mut Frame<'_>) -> Option<Drawn> {
    let study = app.learn.study.as_ref()?;
    let laid = laid(app, study, area);
    let hints = keys::hints(app, study, &laid, area.width);
    let extent = laid.extent(study);
    let lines = laid.page.lines.into_iter().skip(laid.first);
    let lines: Vec<LessonLine> = lines.collect();
    let targets = lines.iter().map(|line| line.answer.map(Target::Answer));
    let clickable = clickable(laid.text, targets);
    let mut links = Vec::new();
    for (shown, row) in lines.into_iter().zip(laid.text.rows()) {
        links.extend(shown.links.iter().map(|link| link.within(row)));
        shown.line.render(row, on.buffer_mut());
    }
    for (line, row) in laid.pinned.into_iter().zip(laid.pin.rows()) {
        line.render(row, on.buffer_mut());
    }
    hints.render(laid.keys, on.buffer_mut());
    Some(Drawn {
        extent,
        clickable,
        links,
    })
}

/// Shows in the frame where the text continues, and the key that scrolls there. Drawn after the other panes, which
/// share that frame.
pub(crate) fn marks(app: &App, area: Rect, on: &mut Frame<'_>) {
    let Some(study) = &app.learn.study else {
        return;
    };
    let laid = laid(app, study, Pane::Lesson.inside(area));
    let (up, down) = keys::scrolling(app);
    let marks = [
        (laid.first > 0, "▲", up, area.y),
        (laid.below() > 0, "▼", down, area.bottom() - 1),
    ];
    for (_, mark, key, row) in marks.into_iter().filter(|(hidden, ..)| *hidden) {
        let text = format!(" {mark}{key} ");
        let wide = u16::try_from(text.chars().count()).unwrap_or(u16::MAX);
        let left = area.right().saturating_sub(wide + 1);
        on.buffer_mut()
            .set_string(left, row, text, TEXT.patch(app.theme.accent));
    }
}

/// The parts of the pane in the area inside its frame.
fn laid(app: &App, study: &Study, area: Rect) -> Laid {
    let width = text_width(area.width);
    let keys_height = u16::from(area.height > 1);
    let room = area.height - keys_height;
    let mut pinned = goals::pinned(app, study, width, usize::from(room));
    pinned.truncate(usize::from(room));
    let height = usize::from(room) - pinned.len();
    let page = page::page(app, study, width);
    let first = first(app, &page, height);
    let text = Rect {
        height: room - u16::try_from(pinned.len()).unwrap_or(room),
        ..area
    };
    let pin = Rect {
        y: text.bottom(),
        height: room - text.height,
        ..area
    };
    let keys = Rect {
        y: pin.bottom(),
        height: keys_height,
        ..area
    };
    Laid {
        page,
        first,
        text,
        pinned,
        pin,
        keys,
    }
}

/// The columns of the text: one column is left free beside the frame.
fn text_width(width: u16) -> usize {
    usize::from(width).saturating_sub(1).max(1)
}

/// The first visible line.
fn first(app: &App, page: &Page, height: usize) -> usize {
    let end = page.lines.len().saturating_sub(height);
    let scrolled = page.natural(height).saturating_add_signed(app.learn.scroll);
    scrolled.min(end)
}
