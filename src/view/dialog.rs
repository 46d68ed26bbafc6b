//! Questions: before leaving, and before continuing a lesson that has changed.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::Line;
use ratatui::widgets::Block;

use crate::app::keymap::Action;
use crate::app::state::App;
use crate::app::update::again;
use crate::theme::TEXT;
use crate::view::drawn::Drawn;
use crate::view::key_line::KeyLine;
use crate::view::text::{paragraph, plural};
use crate::world::Handle;

/// Asks whether to leave though calls are pending.
pub(crate) fn leave(app: &App, area: Rect, on: &mut Frame<'_>) -> Drawn {
    let pending = app.world.pending().map(|record| record.call().to_string());
    let shown: Vec<String> = pending.take(4).collect();
    let more = app.world.pending().count().saturating_sub(shown.len());
    let rest = if more > 0 {
        format!(" and {more} more")
    } else {
        String::new()
    };
    let text = match shown.as_slice() {
        [] => "The call that was pending has returned. Leave?".to_owned(),
        shown => format!(
            "Still pending: {}{rest}. Leave and cancel them?",
            shown.join(", ")
        ),
    };
    let keys = keys(app, "yes", "no");
    ask(app, " Leave? ", (&text, &keys), area, on)
}

/// Asks whether to begin the session again.
pub(crate) fn restart(app: &App, area: Rect, on: &mut Frame<'_>) -> Drawn {
    let what = match app.learn.study.is_some() {
        true => "The page of the lesson starts again",
        false => "The log is cleared",
    };
    let text = format!(
        "Restart the session? {}{what}, and descriptor numbers start again.",
        what_ends(app)
    );
    let keys = keys(app, "yes", "no");
    ask(app, " Restart? ", (&text, &keys), area, on)
}

/// What ends with the session: a sentence and a space, or nothing.
fn what_ends(app: &App) -> String {
    let is_open = |own: &Handle<'_>| own.is_open();
    let open = app.world.descriptors().filter(is_open).count();
    let pending = app.world.pending().count();
    let counted = |count: usize, one: &str, verb: &str| {
        (count > 0).then(|| format!("{verb} {}", plural(count as u64, one)))
    };
    let parts = [
        counted(open, "open descriptor", "closes"),
        counted(pending, "pending call", "cancels"),
    ];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    match parts.is_empty() {
        true => String::new(),
        false => format!("This {}. ", parts.join(" and ")),
    }
}

/// Asks whether to run the first so many lines of the log again.
pub(crate) fn again(app: &App, lines: usize, area: Rect, on: &mut Frame<'_>) -> Drawn {
    let (lines, all) = (again::again(app, lines).len(), again::count(app));
    let what = match lines {
        0 => "Start a new session without running a line?".to_owned(),
        1 => "Run the first line again, in a new session?".to_owned(),
        lines => format!("Run the first {lines} of {all} lines again, in a new session?"),
    };
    // Without a line that is run again there are no others.
    let sent = match lines {
        0 => "the lines",
        _ => "the other lines",
    };
    let text = format!(
        "{what} {}What {sent} sent to other programs stays sent.",
        what_ends(app)
    );
    let keys = keys(app, "yes", "no");
    ask(app, " Run again? ", (&text, &keys), area, on)
}

/// Asks whether the calls of a lesson are to be made again though its text has changed.
pub(crate) fn changed(app: &App, page: usize, area: Rect, on: &mut Frame<'_>) -> Drawn {
    let study = app.learn.study.as_ref();
    let done = study.and_then(|study| app.learn.progress.of(&study.lesson.id));
    // Progress that was stored before texts were noted does not say which text it was.
    let (title, what) = match done.is_some_and(|done| !done.texts.is_empty()) {
        true => (
            " The lesson has changed ",
            "The text of this lesson has changed since you read it.",
        ),
        false => (
            " Has the lesson changed? ",
            "It is not known whether this lesson has changed since you read it.",
        ),
    };
    let pages = if page == 1 { "the page" } else { "the pages" };
    let text = format!(
        "{what} To continue at the page where you were, the calls of {pages} before it are made again, as the lesson has them now."
    );
    let keys = keys(app, "make them again", "first page");
    ask(app, title, (&text, &keys), area, on)
}

/// The keys that answer, with what they mean.
fn keys<'a>(app: &'a App, yes: &str, no: &str) -> KeyLine<'a> {
    KeyLine::new(&app.keys)
        .key(Action::Yes, yes)
        .text("  ")
        .key(Action::No, no)
}

/// Draws a question and below it the keys that answer it, in one row.
fn ask(
    app: &App,
    title: &'static str,
    (text, keys): (&str, &KeyLine<'_>),
    area: Rect,
    on: &mut Frame<'_>,
) -> Drawn {
    let width = area.width.saturating_sub(4).min(60);
    let inside = usize::from(width.saturating_sub(4));
    let mut lines = paragraph(text, inside, Style::new());
    let above = lines.len();
    lines.push(Line::raw(keys.written()));
    let height = u16::try_from(lines.len() + 2)
        .unwrap_or(u16::MAX)
        .min(area.height);
    let over = area.centered(
        ratatui::layout::Constraint::Length(width),
        ratatui::layout::Constraint::Length(height),
    );
    let block = Block::bordered()
        .border_style(app.theme.warning)
        .title_style(TEXT)
        .title(title);
    let inner = crate::view::frame::over(block, over, lines, on);
    let row = inner.rows().nth(above);
    Drawn {
        clickable: row.map(|row| keys.at(row)).unwrap_or_default(),
        ..Drawn::default()
    }
}
