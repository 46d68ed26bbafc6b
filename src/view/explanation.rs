//! What a word means: its definition, other words for it, and where that is written.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::Line;
use ratatui::widgets::Block;

use crate::app::keymap::{ACCEPT, Action, Context, LEAVE};
use crate::app::overlay::{Content, Overlay, leads_to_form};
use crate::app::palette::Entry;
use crate::app::state::App;
use crate::layout::{Extent, Scroll};
use crate::socket::text::escaped;
use crate::theme::TEXT;
use crate::view::drawn::Drawn;
use crate::view::key_line::KeyLine;
use crate::view::palette::place;
use crate::view::text::paragraph;

/// Draws it over the panes.
pub(crate) fn draw(
    app: &App,
    entry: &Entry,
    below: Option<&Overlay>,
    scroll: Scroll,
    area: Rect,
    on: &mut Frame<'_>,
) -> Drawn {
    let width = usize::from(place(area, 1).width.saturating_sub(4));
    let lines = lines(app, entry, width);
    let over = place(area, u16::try_from(lines.len()).unwrap_or(u16::MAX));
    let seen = over.height.saturating_sub(2);
    let extent = Extent::of(scroll, lines.len(), seen);
    let keys = keys(app, entry, below);
    let block = Block::bordered()
        .border_style(app.theme.focus)
        .title_style(TEXT)
        .title(Line::styled(title(entry), app.theme.title))
        .title_bottom(keys.line(app.theme.secondary));
    let hidden = extent.at < extent.last;
    let lines = lines.into_iter().skip(extent.at).collect();
    let inner = crate::view::frame::over(block, over, lines, on);
    let framed = Rect {
        width: inner.width + 1,
        ..inner
    };
    if extent.at > 0 {
        crate::view::frame::more_above(app, framed, on);
    }
    if hidden {
        crate::view::frame::more_below(app, framed, on);
    }
    Drawn {
        extent,
        clickable: keys.below(over),
    }
}

fn title(entry: &Entry) -> String {
    match entry {
        Entry::Subject(subject) => format!(" {}, {} ", subject.name(), subject.described()),
        Entry::Action(binding) => format!(" {}, an action ", binding.name),
        Entry::Lesson(lesson) => format!(" {}, a lesson ", lesson.title),
        Entry::Setting(setting) => format!(" {}, a setting ", setting.name),
        Entry::Theme(theme) => format!(" {}, a theme ", escaped(&theme.name)),
    }
}

/// The text below the title.
pub(crate) fn lines(app: &App, entry: &Entry, width: usize) -> Vec<Line<'static>> {
    let texts = match entry {
        Entry::Subject(subject) => subject.text(),
        Entry::Action(binding) => {
            let keys: Vec<&str> = app.keys.keys_of(binding.action).collect();
            let applies = where_applies(binding.context);
            let keys = match keys.as_slice() {
                [] => "It has no key.".to_owned(),
                keys => format!("Keys: {}, {applies}.", keys.join(", ")),
            };
            vec![format!("It {}.", binding.words()), keys]
        }
        Entry::Lesson(lesson) => vec![
            lesson.goal.to_owned(),
            format!("`sockplay learn {}` opens it from the shell.", lesson.id),
        ],
        Entry::Setting(setting) => vec![
            setting.meaning.to_owned(),
            format!(
                "Set it in the configuration file: {} = VALUE. `sockplay config --path` prints where that is, `sockplay \
                 config` the value in effect.",
                setting.name
            ),
        ],
        Entry::Theme(theme) => vec![
            format!(
                "A theme, the colours of the screen: {}.",
                escaped(&theme.about)
            ),
            format!(
                "{} in the palette switches to it, and `sockplay --theme {}` starts with it.",
                app.keys.name(ACCEPT),
                escaped(&theme.name)
            ),
        ],
    };
    let mut lines: Vec<Line<'static>> = texts
        .iter()
        .flat_map(|text| paragraph(text, width, Style::new()))
        .collect();
    if let Entry::Subject(subject) = entry {
        let also: Vec<&str> = subject.other_words().collect();
        if !also.is_empty() {
            let text = format!("Also: {}", also.join(", "));
            lines.extend(paragraph(&text, width, app.theme.secondary));
        }
        let text = format!("Source: {}", subject.source());
        lines.extend(paragraph(&text, width, app.theme.secondary));
    }
    lines
}

/// Where the keys of an action apply.
fn where_applies(context: Context) -> &'static str {
    match context {
        Context::Anywhere => "everywhere",
        Context::Panes => "while the panes receive the keys",
        Context::Script => "while a script is open and the panes receive the keys",
        Context::Text => "where text is typed or a row is chosen",
        Context::Question => "while a question is open",
    }
}

fn keys<'a>(app: &'a App, entry: &Entry, below: Option<&Overlay>) -> KeyLine<'a> {
    let back = match below.map(|below| &below.content) {
        Some(Content::Palette(_)) => "goes back to the list",
        Some(Content::Form(_)) => "goes back to the form",
        _ => "closes",
    };
    let mut line = KeyLine::new(&app.keys).text(" ");
    if leads_to_form(entry, below) {
        line = line.key(ACCEPT, "opens its form").text("  ");
    }
    line.pair((Action::Up, Action::Down), "scroll")
        .text("  ")
        .key(LEAVE, back)
        .text(" ")
}
