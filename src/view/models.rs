//! The I/O models side by side: the lanes of each run, in as many columns as fit.

use ratatui::text::Line;

use crate::app::state::App;
use crate::io_models::Model;
use crate::theme::Theme;
use crate::view::sheet::Sheet;
use crate::view::text::cut;

/// Blanks between two columns.
const GAP: usize = 3;

/// The page.
pub(crate) fn sheet(app: &App, width: usize) -> Sheet {
    let title = " The I/O models: one datagram, received in each ";
    Sheet::new(title, lines(app, width))
}

/// The pages of all models, with as many as fit in each row.
fn lines(app: &App, width: usize) -> Vec<Line<'static>> {
    let columns = ((width + GAP) / (crate::io_models::lanes::NARROWEST + GAP)).max(1);
    let room = (width + GAP) / columns - GAP;
    let mut lines = Vec::new();
    for models in Model::ALL.chunks(columns) {
        let pages: Vec<Vec<Line<'static>>> =
            models.iter().map(|model| page(app, *model, room)).collect();
        let height = pages.iter().map(Vec::len).max().unwrap_or(0);
        lines.extend((0..height).map(|row| beside(&pages, row, room)));
        lines.push(Line::default());
    }
    // Without a blank row at the end.
    lines.pop();
    lines
}

/// One row of several pages.
fn beside(pages: &[Vec<Line<'static>>], row: usize, room: usize) -> Line<'static> {
    let mut whole = Line::default();
    for (index, page) in pages.iter().enumerate() {
        let start = index * (room + GAP);
        whole.push_span(" ".repeat(start.saturating_sub(whole.width())));
        if let Some(line) = page.get(row) {
            let spans = line.spans.iter().cloned();
            whole
                .spans
                .extend(spans.map(|span| span.patch_style(line.style)));
        }
    }
    whole
}

/// The page of one model: its title, its lanes, its numbers; or that it has not run yet.
fn page(app: &App, model: Model, room: usize) -> Vec<Line<'static>> {
    let made = app.models.iter().find(|made| made.model == model);
    let texts = match made {
        Some(made) => {
            let run = made.run.as_ref().map_err(String::as_str);
            crate::io_models::lanes::page(model, run, room)
        }
        None => vec![
            format!("{} ({})", model.title(), model.source()),
            model.lesson().to_owned(),
            "running …".to_owned(),
        ],
    };
    let last = texts.len() - 1;
    texts
        .iter()
        .enumerate()
        .map(|(index, text)| styled(&app.theme, index, last, cut(text, room)))
        .collect()
}

fn styled(theme: &Theme, index: usize, last: usize, text: String) -> Line<'static> {
    match index {
        0 => Line::styled(text, theme.title),
        1 | 2 => Line::styled(text, theme.secondary),
        _ if index == last => Line::styled(text, theme.focus),
        _ => Line::raw(text),
    }
}
