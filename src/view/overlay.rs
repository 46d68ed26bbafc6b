//! What lies over the panes: the one place that draws, scrolls and frames it.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Line;
use ratatui::widgets::{Block, Clear, Widget};

use crate::app::keymap::{self, Action};
use crate::app::overlay::{Content, Overlay, Page, Question};
use crate::app::state::App;
use crate::app::theme::TEXT;
use crate::layout::{Clickable, Extent, Scroll};
use crate::view::sheet::Sheet;
use crate::view::{course, dialog, form, help, models, palette, queues, sequence, sockaddr_view};

/// What was drawn where.
#[derive(Default)]
pub(crate) struct Drawn {
    /// How far it is scrolled, or which row of a list is chosen.
    pub(crate) extent: Extent,
    /// The rows that can be clicked.
    pub(crate) clickable: Vec<Clickable>,
}

/// Draws an overlay.
pub(crate) fn draw(app: &App, overlay: &Overlay, area: Rect, on: &mut Frame<'_>) -> Drawn {
    match &overlay.content {
        Content::Page(page) => draw_page(app, *page, overlay.scroll, area, on),
        Content::Course => course::draw(app, overlay.scroll, area, on),
        Content::Palette(palette) => palette::draw(app, palette, area, on),
        Content::Form(form) => form::draw(app, form, area, on),
        Content::Question(question) => {
            match question {
                Question::Leave => dialog::leave(app, area, on),
                Question::Changed { page } => dialog::changed(app, *page, area, on),
            }
            Drawn::default()
        }
    }
}

/// The text of a page, for so many columns.
fn sheet(app: &App, page: Page, width: usize) -> Sheet {
    match page {
        Page::Help => help::sheet(app, width),
        Page::Models => models::sheet(app, width),
        Page::Ladder => sequence::sheet(app, width),
        Page::Address => sockaddr_view::sheet(app, width),
        Page::Queues => queues::sheet(app, width),
    }
}

/// Draws a page: its head stays, its rows are scrolled.
fn draw_page(app: &App, page: Page, scroll: Scroll, area: Rect, on: &mut Frame<'_>) -> Drawn {
    let sheet = sheet(app, page, usize::from(inside(area).width));
    let notice = app.notice.as_ref().map(|notice| {
        let text = format!(" {} ", notice.text);
        Line::styled(text, app.theme.title)
    });
    let below = notice.unwrap_or_else(|| Line::styled(keys(page), app.theme.secondary));
    let place = frame(app, &sheet.title, below, area, on);
    let head = u16::try_from(sheet.head.len()).unwrap_or(u16::MAX);
    let seen = place.height.saturating_sub(head);
    let extent = Extent::of(scroll, sheet.rows.len(), seen);
    let first = match page.follows_end() {
        true => extent.last - extent.at,
        false => extent.at,
    };
    let lines = sheet.head.into_iter();
    rows(lines.chain(sheet.rows.into_iter().skip(first)), place, on);
    Drawn {
        extent,
        clickable: Vec::new(),
    }
}

/// The keys of a page.
fn keys(page: Page) -> String {
    let key = keymap::key;
    let again = match page {
        Page::Models => format!("{} again  ", key(Action::Show(page))),
        Page::Help | Page::Ladder | Page::Address | Page::Queues => String::new(),
    };
    format!(
        " {again}{}/{} {}/{} scroll  {} types  any other key closes ",
        key(Action::Up),
        key(Action::Down),
        key(Action::PageUp),
        key(Action::PageDown),
        key(Action::Prompt)
    )
}

/// Draws the frame and gives the place inside it, with a blank at each side.
pub(crate) fn frame(
    app: &App,
    title: &str,
    below: Line<'_>,
    area: Rect,
    frame: &mut Frame<'_>,
) -> Rect {
    Clear.render(area, frame.buffer_mut());
    let theme = &app.theme;
    let block = Block::bordered()
        .border_style(theme.focus)
        .title_style(TEXT)
        .title(Line::styled(title.to_owned(), theme.title))
        .title_bottom(below);
    block.render(area, frame.buffer_mut());
    inside(area)
}

/// The place inside the frame.
fn inside(area: Rect) -> Rect {
    let inner = Block::bordered().inner(area);
    Rect {
        x: inner.x + 1,
        width: inner.width.saturating_sub(2),
        ..inner
    }
}

/// Draws rows into a place, as many as fit.
pub(crate) fn rows(
    lines: impl IntoIterator<Item = Line<'static>>,
    place: Rect,
    frame: &mut Frame<'_>,
) {
    for (line, row) in lines.into_iter().zip(place.rows()) {
        line.render(row, frame.buffer_mut());
    }
}
