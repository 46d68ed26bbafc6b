//! The palette: each call with its group, name, key and summary.

use ratatui::Frame;
use ratatui::layout::{Position, Rect};
use ratatui::text::{Line, Span};
use ratatui::widgets::Block;

use crate::app::keymap::{ACCEPT, LEAVE, NEWER, OLDER};
use crate::app::palette::{Palette, groups};
use crate::app::state::App;
use crate::call::table::CallKind;
use crate::layout::{Extent, Target, clickable};
use crate::theme::TEXT;
use crate::view::drawn::Drawn;
use crate::view::text::{cut_spans, fit, paragraph};

/// The widths of the group, the name and the key.
const COLUMNS: (usize, usize, usize) = (9, 15, 3);
/// The width up to which it takes the whole row, so that no remains of the panes are beside it.
const WHOLE_ROW: u16 = 100;
const WIDTH: u16 = 92;
/// The rows besides the calls: the frame, the typed letters, and the prompt below.
const BESIDES: u16 = 6;

/// Draws it over the panes. It keeps its size while letters narrow it.
pub(crate) fn draw(app: &App, palette: &Palette, area: Rect, on: &mut Frame<'_>) -> Drawn {
    let width = if area.width <= WHOLE_ROW {
        area.width
    } else {
        WIDTH
    };
    let all: usize = groups().iter().map(|group| group.calls.len()).sum();
    let all = u16::try_from(all).unwrap_or(u16::MAX);
    let shown = all.min(area.height.saturating_sub(BESIDES));
    let height = shown + 3;
    let over = Rect {
        x: area.x + (area.width - width) / 2,
        y: area.bottom().saturating_sub(height + 3),
        width,
        height: height.min(area.height),
    };
    let block = Block::bordered()
        .border_style(app.theme.focus)
        .title_style(TEXT)
        .title(Line::styled(" Calls ", app.theme.title))
        .title_bottom(Line::styled(
            format!(
                " type to narrow  {}/{} choose  {} opens its form  {} leaves ",
                app.keys.name(OLDER),
                app.keys.name(NEWER),
                app.keys.name(ACCEPT),
                app.keys.name(LEAVE)
            ),
            app.theme.secondary,
        ));
    let width = usize::from(width.saturating_sub(4));
    let mut lines = vec![Line::from(vec![
        Span::styled("› ", app.theme.accent),
        Span::raw(palette.typed().to_owned()),
    ])];
    let first = first(palette, usize::from(shown));
    lines.extend(rows(app, palette, first, width, usize::from(shown)));
    let hidden = palette.rows().len().saturating_sub(palette.at() + 1);
    let inner = crate::view::frame::over(block, over, lines, on);
    if hidden > usize::from(shown / 2) {
        // In the blank column beside the frame.
        let framed = Rect {
            width: inner.width + 1,
            ..inner
        };
        crate::view::frame::more_below(app, framed, on);
    }
    let typed = u16::try_from(palette.typed().len()).unwrap_or(u16::MAX);
    let column = typed.saturating_add(2).min(inner.width.saturating_sub(1));
    on.set_cursor_position(Position::new(inner.x + column, inner.y));
    let typed = std::iter::once(None);
    let listed = (first..palette.rows().len()).map(|index| Some(Target::Entry(index)));
    Drawn {
        extent: Extent::default(),
        clickable: clickable(inner, typed.chain(listed)),
    }
}

/// The first visible row: the chosen one stays in the middle while there are enough rows on both sides.
fn first(palette: &Palette, shown: usize) -> usize {
    let last = palette.rows().len().saturating_sub(shown);
    palette.at().saturating_sub(shown / 2).min(last)
}

fn rows(
    app: &App,
    palette: &Palette,
    first: usize,
    width: usize,
    shown: usize,
) -> Vec<Line<'static>> {
    let rows = palette.rows();
    if rows.is_empty() {
        let text = "no call is called so: take a letter back";
        return paragraph(text, width, app.theme.bad);
    }
    let at = palette.at();
    let mut lines = Vec::new();
    for (index, listed) in rows.iter().enumerate().skip(first).take(shown) {
        let goes_on = index > first && rows[index - 1].group == listed.group;
        let title = if goes_on { "" } else { listed.group };
        lines.push(row(app, title, listed.call_kind, index == at, width));
    }
    lines
}

fn row(app: &App, title: &str, call_kind: CallKind, chosen: bool, width: usize) -> Line<'static> {
    let theme = &app.theme;
    let (group, word, key) = COLUMNS;
    let style = match chosen {
        true => theme.selection,
        false if crate::app::defaults::is_sensible(app, call_kind) => theme.title,
        false => theme.secondary,
    };
    let letter = app.keys.of(call_kind);
    cut_spans(
        vec![
            Span::styled(if chosen { "▸ " } else { "  " }, theme.accent),
            Span::styled(fit(title, group), theme.title),
            Span::styled(fit(call_kind.word(), word), style),
            Span::styled(format!(" {}", fit(letter, key)), theme.accent),
            Span::styled(call_kind.signature().summary, theme.secondary),
        ],
        width,
    )
}
