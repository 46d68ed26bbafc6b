//! The areas of the screen while a lesson is open.

use ratatui::layout::Rect;

use crate::app::state::App;
use crate::layout::{Pane, PlacedPane, without_lesson};
use crate::view::lesson::text_width;

/// The least width for the lesson beside the panes; on narrower screens it is above two of them.
const BESIDE: u16 = 100;
/// The least and the greatest width of a lesson beside the panes. The least still has room for its keys in one row.
const WIDTH: (u16, u16) = (46, 72);
/// The least number of rows of text for two panes below a lesson.
const TWO_BELOW: u16 = 12;

/// A lesson and the panes. In front of a class it gets more room.
pub(crate) fn panes(app: &App, body: Rect) -> Vec<PlacedPane> {
    let share = if app.learn.presenting { 50 } else { 37 };
    if body.width < BESIDE {
        return above(app, body, share + 15);
    }
    let (least, most) = WIDTH;
    let wide = (body.width * share / 100).clamp(least, most);
    let lesson = Rect {
        x: body.right() - wide,
        width: wide,
        ..body
    };
    let rest = Rect {
        width: body.width - wide + 1,
        ..body
    };
    let mut panes = without_lesson(rest, body.height);
    panes.push(PlacedPane::new(Pane::Lesson, lesson));
    panes
}

/// A lesson above one pane or two. It has its share of the rows, and those that the panes do not need.
fn above(app: &App, body: Rect, share: u16) -> Vec<PlacedPane> {
    let inner = body.width.saturating_sub(2);
    let two = body.height >= TWO_BELOW + 4
        && matches!(app.focus, Pane::Sockets | Pane::Log | Pane::Lesson);
    let rows = body.height.saturating_sub(3 + u16::from(two));
    let listed = rows_of(crate::view::sockets::height(app, inner));
    let needed = if two {
        listed.clamp(2, 4) + crate::view::log::needed(app)
    } else {
        match app.focus {
            Pane::Sockets | Pane::Lesson => 1,
            Pane::State | Pane::Log | Pane::Why => 2,
        }
    };
    let least = rows * share / 100;
    let most = rows.saturating_sub(needed).max(least);
    let lesson = wanted(app, inner).clamp(least, most);
    let mut below = vec![match app.focus {
        Pane::Lesson => Pane::Sockets,
        focused => focused,
    }];
    let rest = rows - lesson;
    let mut heights = vec![rest];
    if two {
        let sockets = listed.clamp(2, (rest.div_ceil(2)).max(2)).min(rest);
        below = vec![Pane::Sockets, Pane::Log];
        heights = vec![sockets, rest - sockets];
    }
    // Each is drawn after the one above it, so that a shared line has the title of the lower one.
    let panes = std::iter::once(Pane::Lesson).chain(below);
    let heights = std::iter::once(lesson).chain(heights);
    let mut y = body.y;
    let placed = panes.zip(heights).map(|(pane, height)| {
        let area = Rect {
            y,
            height: height + 2,
            ..body
        };
        y += height + 1;
        PlacedPane::new(pane, area)
    });
    placed.collect()
}

/// The rows that the lesson needs to be wholly visible.
fn wanted(app: &App, inner: u16) -> u16 {
    let Some(study) = &app.learn.study else {
        return 0;
    };
    // A column is left free before running text.
    let width = text_width(inner.saturating_sub(1));
    let page = crate::view::lesson::page::page(app, study, width, usize::MAX);
    let pinned = crate::view::lesson::goals::pinned(app, study, width, usize::from(u16::MAX));
    rows_of(page.lines.len() + pinned.len() + 1)
}

fn rows_of(count: usize) -> u16 {
    u16::try_from(count).unwrap_or(u16::MAX)
}
