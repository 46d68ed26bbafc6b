//! The palette: what was typed, and each entry that matches with its kind, name, description and key.

use ratatui::Frame;
use ratatui::layout::{Position, Rect};
use ratatui::text::{Line, Span};
use ratatui::widgets::Block;
use unicode_width::UnicodeWidthStr;

use crate::app::keymap::{ACCEPT, HELP, LEAVE, NEWER, OLDER};
use crate::app::palette::{Entry, Item, Palette};
use crate::app::state::App;
use crate::glossary::Subject;
use crate::layout::{Extent, Target, clickable};
use crate::theme::TEXT;
use crate::view::drawn::Drawn;
use crate::view::key_line::KeyLine;
use crate::view::text::{cut_spans, fit, paragraph};

/// The width of the kind.
const KIND: usize = 9;
/// The width of the name: a third of the row, within these bounds.
const NAME: (usize, usize) = (16, 30);
/// The width of the key.
const KEY: usize = 10;
/// The width up to which it takes the whole row, so that no remains of the panes are beside it.
const WHOLE_ROW: u16 = 100;
const WIDTH: u16 = 112;
/// The rows besides the entries: the frame, what was typed, and the prompt below.
const BESIDES: u16 = 6;
/// The most entries that are visible.
const MOST: u16 = 24;

/// The area of a box over the panes, just above the prompt: as wide as the palette, with this many rows inside.
pub(crate) fn place(area: Rect, rows: u16) -> Rect {
    let width = if area.width <= WHOLE_ROW {
        area.width
    } else {
        WIDTH.min(area.width)
    };
    let height = (rows + 2).min(area.height.saturating_sub(3));
    Rect {
        x: area.x + (area.width - width) / 2,
        y: area.bottom().saturating_sub(height + 3),
        width,
        height,
    }
}

/// Draws it over the panes. It keeps its size while words narrow it.
pub(crate) fn draw(app: &App, palette: &Palette, area: Rect, on: &mut Frame<'_>) -> Drawn {
    let shown = MOST.min(area.height.saturating_sub(BESIDES));
    let over = place(area, shown + 1);
    let count = format!(" {} of {} ", palette.matches(), palette.len());
    let keys = keys(app);
    let block = Block::bordered()
        .border_style(app.theme.focus)
        .title_style(TEXT)
        .title(Line::styled(" Find ", app.theme.title))
        .title(Line::styled(count, app.theme.secondary).right_aligned())
        .title_bottom(keys.line(app.theme.secondary));
    let width = usize::from(over.width.saturating_sub(4));
    let mut lines = vec![typed(app, palette)];
    let first = first(palette, usize::from(shown));
    lines.extend(rows(app, palette, first, width, usize::from(shown)));
    let inner = crate::view::frame::over(block, over, lines, on);
    let list = Rect {
        y: inner.y + 1,
        // In the blank column beside the frame.
        width: inner.width + 1,
        height: inner.height.saturating_sub(1),
        ..inner
    };
    if first > 0 {
        crate::view::frame::more_above(app, list, on);
    }
    if first + usize::from(shown) < palette.matches() {
        crate::view::frame::more_below(app, list, on);
    }
    let column = u16::try_from(palette.typed().width() + 2).unwrap_or(u16::MAX);
    let column = column.min(inner.width.saturating_sub(1));
    on.set_cursor_position(Position::new(inner.x + column, inner.y));
    let targets = (first..palette.matches()).map(|index| Some(Target::Entry(index)));
    Drawn {
        extent: Extent::default(),
        clickable: [clickable(list, targets), keys.below(over)].concat(),
    }
}

/// What the keys do.
fn keys(app: &App) -> KeyLine<'_> {
    KeyLine::new(&app.keys)
        .text(" ")
        .pair((OLDER, NEWER), "choose")
        .text("  ")
        .key(ACCEPT, "runs or opens")
        .text("  ")
        .key(HELP, "explains")
        .text("  ")
        .key(LEAVE, "leaves")
        .text(" ")
}

/// What was typed, or what can be.
fn typed(app: &App, palette: &Palette) -> Line<'static> {
    let hint = "part of a name: a call, an option, an error, a term, a lesson, a theme, a key";
    let typed = match palette.typed() {
        "" => Span::styled(hint, app.theme.secondary),
        typed => Span::raw(typed.to_owned()),
    };
    Line::from(vec![Span::styled("› ", app.theme.accent), typed])
}

/// The first visible row: the chosen one stays in the middle while there are enough rows on both sides.
fn first(palette: &Palette, shown: usize) -> usize {
    let last = palette.matches().saturating_sub(shown);
    palette.at().saturating_sub(shown / 2).min(last)
}

fn rows(
    app: &App,
    palette: &Palette,
    first: usize,
    width: usize,
    shown: usize,
) -> Vec<Line<'static>> {
    if palette.matches() == 0 {
        let text = "nothing matches these words: delete a letter";
        return paragraph(text, width, app.theme.bad);
    }
    let rows = palette.rows().enumerate().skip(first).take(shown);
    rows.map(|(index, item)| row(app, item, index == palette.at(), width))
        .collect()
}

fn row(app: &App, item: &Item, chosen: bool, width: usize) -> Line<'static> {
    let theme = &app.theme;
    let style = match (chosen, &item.entry) {
        (true, _) => theme.selection,
        (false, Entry::Subject(Subject::Call(call_kind)))
            if !crate::app::defaults::is_sensible(app, *call_kind) =>
        {
            theme.secondary
        }
        (false, _) => theme.title,
    };
    let key = if width > 60 { KEY } else { 0 };
    let name = (width / 4).clamp(NAME.0, NAME.1);
    let about = width.saturating_sub(2 + KIND + name + 1 + key + 1);
    let spans = vec![
        Span::styled(if chosen { "▸ " } else { "  " }, theme.accent),
        Span::styled(fit(item.kind, KIND), theme.secondary),
        Span::styled(fit(&item.name, name), style),
        Span::styled(format!(" {}", fit(&item.about, about)), theme.secondary),
        Span::styled(format!(" {}", fit(&item.key, key)), theme.accent),
    ];
    cut_spans(spans, width)
}
