//! Overlays: the only place that draws, scrolls and frames them.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Line;

use crate::app::keymap::Action;
use crate::app::overlay::{Content, Overlay, Page, Question};
use crate::app::state::App;
use crate::layout::{Extent, Scroll, Target, clickable};
use crate::view::drawn::Drawn;
use crate::view::frame::{inside, over_all, rows};
use crate::view::key_line::KeyLine;
use crate::view::sheet::Sheet;
use crate::view::{
    commands, context_help, course, dialog, explanation, form, help, models, palette, queues,
    sequence, sockaddr_view,
};

/// Draws an overlay.
pub(crate) fn draw(app: &App, overlay: &Overlay, area: Rect, on: &mut Frame<'_>) -> Drawn {
    match &overlay.content {
        Content::Page(page) => draw_page(app, *page, overlay, area, on),
        Content::Course => course::draw(app, overlay.scroll, area, on),
        Content::Palette(palette) => palette::draw(app, palette, area, on),
        Content::Explanation(entry, below) => {
            explanation::draw(app, entry, below.as_deref(), overlay.scroll, area, on)
        }
        Content::Form(form) => form::draw(app, form, area, on),
        Content::Question(question) => match question {
            Question::Leave => dialog::leave(app, area, on),
            Question::Restart => dialog::restart(app, area, on),
            Question::Again { lines } => dialog::again(app, *lines, area, on),
            Question::Changed { page } => dialog::changed(app, *page, area, on),
        },
    }
}

/// The text of a page, for this many columns.
fn sheet(app: &App, page: Page, width: usize) -> Sheet {
    match page {
        Page::Help => help::sheet(app, width),
        Page::HelpFor(place) => context_help::sheet(app, place, width),
        Page::Models => models::sheet(app, width),
        Page::Ladder => sequence::sheet(app, width),
        Page::Address => sockaddr_view::sheet(app, width),
        Page::Queues => queues::sheet(app, width),
        Page::Commands => commands::sheet(app, width),
    }
}

/// Draws a page: its head stays, its rows are scrolled.
fn draw_page(app: &App, page: Page, overlay: &Overlay, area: Rect, on: &mut Frame<'_>) -> Drawn {
    let scroll = overlay.scroll;
    let sheet = sheet(app, page, usize::from(inside(area).width)).filtered(&overlay.filter);
    let notice = app.notice.as_ref().map(|notice| {
        let text = format!(" {} ", notice.text);
        Line::styled(text, app.theme.title)
    });
    let keys = keys(app, page);
    let named = match notice {
        Some(_) => Vec::new(),
        None => keys.below(area),
    };
    let below = notice.unwrap_or_else(|| keys.line(app.theme.secondary));
    let place = over_all(app, &sheet.title, below, area, on);
    let head = u16::try_from(sheet.head.len()).unwrap_or(u16::MAX);
    let seen = place.height.saturating_sub(head);
    let topic = app.help_topic.as_deref().filter(|_| page == Page::Help);
    let scroll = topic
        .and_then(|topic| sheet.topic(topic))
        .map_or(scroll, Scroll::to);
    let extent = Extent::of(scroll, sheet.rows.len(), seen);
    let first = match page.follows_end() {
        true => extent.last - extent.at,
        false => extent.at,
    };
    let lines = sheet.head.into_iter();
    rows(lines.chain(sheet.rows.into_iter().skip(first)), place, on);
    let heads = std::iter::repeat_n(None, usize::from(head));
    let entries = sheet.entries.into_iter().skip(first);
    let targets = heads.chain(entries.map(|entry| entry.map(Target::Entry)));
    Drawn {
        extent,
        clickable: [clickable(place, targets), named].concat(),
    }
}

/// The keys of a page.
fn keys(app: &App, page: Page) -> KeyLine<'_> {
    let line = KeyLine::new(&app.keys).text(" ");
    let line = match page {
        Page::Models => line.key(Action::Show(page), "again").text("  "),
        Page::Commands => line.text("1 to 9 copy  "),
        Page::Help | Page::HelpFor(_) | Page::Ladder | Page::Address | Page::Queues => line,
    };
    line.pair((Action::Up, Action::Down), "")
        .text(" ")
        .pair((Action::PageUp, Action::PageDown), "scroll")
        .text("  ")
        .key(Action::Prompt, "types")
        .text("  ")
        .words("any other key closes", Action::Close)
        .text(" ")
}
