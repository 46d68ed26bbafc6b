//! A form: the arguments of a call, their choices, and the line that Enter runs.

use ratatui::Frame;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::Block;
use unicode_width::UnicodeWidthStr;

use crate::app::form::{Field, Form, PAGE};
use crate::app::keymap::{ACCEPT, Action, COMPLETE, LEAVE, MORE, NEWER, OLDER};
use crate::app::state::App;
use crate::call::table::ParamKind;
use crate::layout::{Extent, Target, clickable};
use crate::theme::TEXT;
use crate::view::drawn::Drawn;
use crate::view::key_line::KeyLine;
use crate::view::text::{cut, cut_spans, fit, paragraph};

const LABEL: usize = 14;

/// The width up to which a form takes the whole row, so that no remains of the panes are beside it.
const WHOLE_ROW: u16 = 100;
const WIDTH: u16 = 76;

/// Draws it over the panes.
pub(crate) fn draw(app: &App, form: &Form, area: Rect, on: &mut Frame<'_>) -> Drawn {
    let width = if area.width <= WHOLE_ROW {
        area.width
    } else {
        WIDTH
    };
    let inner_width = usize::from(width.saturating_sub(4));
    let room = usize::from(area.height.saturating_sub(5));
    let rows = fitting(app, form, inner_width, room);
    let (lines, targets): (Vec<Line<'static>>, Vec<Option<Target>>) =
        rows.into_iter().map(|row| (row.line, row.target)).unzip();
    let height = u16::try_from(lines.len() + 2).unwrap_or(u16::MAX);
    let over = Rect {
        x: area.x + (area.width - width) / 2,
        // Just above the prompt, so that the panes that it refers to stay visible.
        y: area.bottom().saturating_sub(height + 3),
        width,
        height: height.min(area.height),
    };
    let whose = form
        .on
        .as_deref()
        .map(|name| format!(" on {name}"))
        .unwrap_or_default();
    let keys = keys(app, form);
    let block = Block::bordered()
        .border_style(app.theme.focus)
        .title_style(TEXT)
        .title(Line::styled(
            format!(" {}{whose} ", form.call_kind.word()),
            app.theme.title,
        ))
        .title_bottom(keys.line(app.theme.secondary));
    let inner = crate::view::frame::over(block, over, lines, on);
    set_cursor(form, inner, on);
    Drawn {
        extent: Extent::default(),
        clickable: [clickable(inner, targets), keys.below(over)].concat(),
    }
}

/// A row of the form, and the target of a click on it.
struct FormRow {
    line: Line<'static>,
    target: Option<Target>,
}

impl From<Line<'static>> for FormRow {
    fn from(line: Line<'static>) -> Self {
        Self { line, target: None }
    }
}

/// The lines of the form in the rows that there are: first choices are left out, then what is said about the call.
fn fitting(app: &App, form: &Form, width: usize, room: usize) -> Vec<FormRow> {
    let mut lines = fields(app, form, width);
    let line = Line::from(vec![
        Span::styled("› ", app.theme.accent),
        Span::styled(cut(&form.line(), width.saturating_sub(2)), app.theme.title),
    ]);
    let said = said(app, form, width);
    let left = room.saturating_sub(lines.len() + 1 + said.len());
    if let Some(field) = form
        .fields
        .get(form.focus)
        .filter(|field| field.choices.len() > 1)
    {
        lines.extend(choices(app, form, field, width, left));
    }
    lines.push(FormRow {
        line,
        target: Some(Target::Line),
    });
    lines.extend(said.into_iter().map(FormRow::from));
    lines.truncate(room);
    lines
}

fn fields(app: &App, form: &Form, width: usize) -> Vec<FormRow> {
    let row = |(index, field): (usize, &Field)| FormRow {
        line: row(app, field, index == form.focus, width),
        target: Some(Target::Field(index)),
    };
    form.fields.iter().enumerate().map(row).collect()
}

fn keys<'a>(app: &'a App, form: &Form) -> KeyLine<'a> {
    if form.filter.is_typed {
        return KeyLine::new(&app.keys)
            .text(" ")
            .key(ACCEPT, "keeps the filter")
            .text("  ")
            .pair((OLDER, NEWER), "choose")
            .text("  ")
            .key(LEAVE, "shows all")
            .text(" ");
    }
    let mut line = KeyLine::new(&app.keys)
        .text(" ")
        .key(ACCEPT, "runs it")
        .text("  ");
    if form.fields.len() > 1 {
        line = line.key(COMPLETE, "next").text("  ");
    }
    if !form.fields.is_empty() {
        line = line.pair((OLDER, NEWER), "choose or type").text("  ");
    }
    let filter = app.keys.bound(Action::Filter);
    if filter.is_some_and(|bound| form.takes_filter(bound.chord)) {
        line = line.key(Action::Filter, "filters").text("  ");
    }
    line.key(LEAVE, "leaves").text(" ")
}

/// What is said about the call: that it will fail, what is wrong with the line, or what it does.
fn said(app: &App, form: &Form, width: usize) -> Vec<Line<'static>> {
    let mut lines = Vec::new();
    let inapplicable = form.inapplicable.as_ref();
    if let Some(reason) = inapplicable.filter(|_| app.prediction().is_none()) {
        let text = format!("This will fail: {reason}. You can run it anyway.");
        lines.extend(paragraph(&text, width, app.theme.warning));
    }
    match form.command() {
        Ok(_) => lines.extend(paragraph(&summary(form), width, app.theme.secondary)),
        Err(error) => {
            let help = error
                .help
                .map(|help| format!(": {help}"))
                .unwrap_or_default();
            lines.extend(paragraph(
                &format!("✗ {}{help}", error.message),
                width,
                app.theme.bad,
            ));
        }
    }
    lines
}

/// What the call does; for an option, its meaning, which the list of choices may have had to cut.
fn summary(form: &Form) -> String {
    let summary = form.call_kind.signature().summary;
    let chosen = form
        .fields
        .first()
        .and_then(|field| field.choices.get(field.chosen()?));
    let is_about_option = form.call_kind.signature().takes(ParamKind::Option);
    match chosen.filter(|_| is_about_option) {
        Some(choice) => format!("{summary}: {}", choice.meaning),
        None => summary.to_owned(),
    }
}

fn row(app: &App, field: &Field, focused: bool, width: usize) -> Line<'static> {
    let mark = if focused { "▸ " } else { "  " };
    let style = if focused {
        app.theme.accent
    } else {
        Style::new()
    };
    cut_spans(
        vec![
            Span::styled(mark, app.theme.accent),
            Span::styled(fit(field.label, LABEL), app.theme.secondary),
            Span::styled(crate::socket::text::escaped(field.input.value()), style),
        ],
        width,
    )
}

/// The choices of the focused field that its filter shows, with the filter above them.
fn choices(app: &App, form: &Form, field: &Field, width: usize, room: usize) -> Vec<FormRow> {
    let fitting = field.shown(&form.filter);
    let mut lines = Vec::new();
    if form.filter.is_on() {
        let title = form.filter.title(fitting.len(), field.choices.len());
        let title = Line::styled(format!("   {title}"), app.theme.accent);
        lines.push(FormRow::from(title));
    }
    let room = room.saturating_sub(lines.len());
    let shown = room.min(PAGE);
    let chosen = field.chosen();
    let at = fitting.iter().position(|index| Some(*index) == chosen);
    let first = at.map_or(0, |at| (at + 1).saturating_sub(shown));
    let visible = || {
        let indexes = fitting.iter().skip(first).take(shown);
        indexes.map(|index| (*index, &field.choices[*index]))
    };
    let longest = visible()
        .map(|(_, choice)| choice.text.width())
        .max()
        .unwrap_or(0)
        .min(width / 2);
    lines.extend(visible().map(|(index, choice)| {
        let chosen = chosen == Some(index);
        let style = if chosen {
            app.theme.selection
        } else {
            Style::new()
        };
        let mark = if chosen { "   ● " } else { "   ○ " };
        let spans = vec![
            Span::styled(mark, app.theme.secondary),
            Span::styled(fit(&choice.text, longest), style),
            Span::styled(format!("  {}", choice.meaning), app.theme.secondary),
        ];
        FormRow {
            line: cut_spans(spans, width),
            target: Some(Target::Entry(index)),
        }
    }));
    let hidden = fitting.len().saturating_sub(first + shown);
    if hidden > 0 && room > shown {
        let more = format!("     … {hidden} more, {} shows them", app.keys.name(MORE));
        let key = app.keys.bound(MORE).map(|bound| bound.chord.event());
        lines.push(FormRow {
            line: Line::styled(more, app.theme.secondary),
            target: key.map(Target::Key),
        });
    }
    lines
}

fn set_cursor(form: &Form, inner: Rect, on: &mut Frame<'_>) {
    // The filter has a cursor of its own.
    let Some(field) = form.focused().filter(|_| !form.filter.is_typed) else {
        return;
    };
    let column = 2 + LABEL + field.input.visual_cursor();
    let column = u16::try_from(column)
        .unwrap_or(u16::MAX)
        .min(inner.width.saturating_sub(1));
    let row = u16::try_from(form.focus).unwrap_or(u16::MAX);
    if row < inner.height {
        on.set_cursor_position(Position::new(inner.x + column, inner.y + row));
    }
}
