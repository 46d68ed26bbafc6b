//! The frames: neighbours share a line, and that of the focused pane is highlighted.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::symbols::merge::MergeStrategy;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Block, Clear, Widget};
use unicode_width::UnicodeWidthStr;

use crate::app::keymap::Action;
use crate::app::state::{App, Mode};
use crate::app::state_subject::{StateSubject, subject};
use crate::layout::Pane;
use crate::socket::Kind;
use crate::theme::TEXT;
use crate::view::text::{cut, moment};

/// Draws the frame of a pane.
pub(crate) fn pane(app: &App, pane: Pane, area: Rect, frame: &mut Frame<'_>) {
    let focused = match app.mode {
        Mode::Program => pane == Pane::Program,
        Mode::Panes => app.focus == pane,
        Mode::Prompt | Mode::Overlay(_) => false,
    };
    let style = match (focused, &app.past) {
        (true, _) => app.theme.focus,
        (false, Some(_)) => app.theme.warning,
        (false, None) => app.theme.border,
    };
    let mut spans = vec![Span::raw(" ")];
    if focused {
        spans.push(Span::styled("▪ ", app.theme.focus));
    }
    if app.past.is_some() && !matches!(pane, Pane::Lesson | Pane::Script | Pane::Program) {
        spans.push(Span::styled("past · ", app.theme.warning));
    }
    let more = filter(app, pane).or_else(|| subtitle(app, pane, area.width));
    let wide = more.as_ref().map_or(0, |more| more.width() + AROUND);
    if pane == Pane::Lesson && wide > usize::from(area.width) {
        // The title of a lesson takes the place of the word Lesson.
        spans.push(Span::styled(more.unwrap_or_default(), app.theme.title));
    } else {
        spans.push(Span::styled(pane.title(), app.theme.title));
        let more = more.map(|more| format!(" · {more}"));
        spans.extend(more.map(|more| Span::styled(more, app.theme.secondary)));
    }
    if app.zoomed {
        spans.push(Span::styled(
            format!(" · {} shows all panes", app.keys.name(Action::Zoom)),
            app.theme.secondary,
        ));
    }
    spans.push(Span::raw(" "));
    let block = Block::bordered()
        .merge_borders(MergeStrategy::Exact)
        .border_style(style)
        .title_style(TEXT)
        .title(Line::from(spans));
    block.render(area, frame.buffer_mut());
}

/// The columns of what comes before the title of a lesson if there is room.
const LESSON: usize = 9;
/// The columns around the title of a lesson: the number of its page, the corners, the focus mark, the blanks, and the
/// mark of hidden text above.
const AROUND: usize = LESSON + 2 + 2 + 2 + 8;

/// The most columns of the command in the title of its terminal.
const COMMAND: usize = 14;

/// The filter of a pane, and how many of how many rows it shows.
fn filter(app: &App, pane: Pane) -> Option<String> {
    match pane {
        Pane::Log => {
            let shown = app.log_filter.places(app.present())?.len();
            let log = app.present().log();
            let all = log.len() - log.forgotten();
            Some(app.log_filter.filter.title(shown, all))
        }
        Pane::Code => crate::view::code_title::filter(app),
        Pane::Sockets if app.socket_filter.is_on() => {
            let (shown, all) = (app.filtered().len(), app.unfolded().len());
            Some(app.socket_filter.title(shown, all))
        }
        _ => None,
    }
}

fn subtitle(app: &App, pane: Pane, width: u16) -> Option<String> {
    // An older call is shown by Log and Why, while what the sockets are is shown as it is now.
    let is_older = app.log_selection.is_some();
    let is_past = is_older && app.past.is_none();
    match pane {
        Pane::State => match subject(app) {
            StateSubject::Poll(_) => Some("the array of poll()".to_owned()),
            StateSubject::Select(_) => Some("the sets of select()".to_owned()),
            StateSubject::Epoll(socket) | StateSubject::Socket(socket) => {
                let kind = socket.kind();
                let has_vowel = kind.word().starts_with(['a', 'e', 'i', 'o', 'u']);
                let article = if has_vowel { "an" } else { "a" };
                let ready = match (kind, socket.is_open(), socket.has_ready()) {
                    _ if app.prediction().is_some() || !socket.was_seen() => "",
                    (Kind::Epoll, true, true) => ", ready",
                    (Kind::Epoll, true, false) => ", not ready",
                    _ => "",
                };
                let old = crate::view::as_of::when(app, socket).filter(|_| socket.was_seen());
                let old = old.map_or_else(String::new, |when| format!(", {when}"));
                Some(format!(
                    "{}, {article} {}{ready}{old}{}",
                    socket.name(),
                    kind.word(),
                    if is_past { ", now" } else { "" }
                ))
            }
            StateSubject::Nothing => None,
        },
        Pane::Why if app.prediction().is_some() => None,
        Pane::Why => app.record().map(|record| {
            let call = record.call().word();
            // The key is shown next to the lines that it uses.
            let explanation = app.explanations.of(&app.world, record);
            let at = match is_older {
                true => format!(" of {}", moment(record.began())),
                false => String::new(),
            };
            // In the past and in a recording there is no prompt for them.
            if explanation.suggestions.is_empty() || !app.is_live() {
                format!("{call}(){at}")
            } else {
                let key = app.keys.name(Action::NextSuggestion);
                format!("{call}(){at} · {key} puts a line at the prompt")
            }
        }),
        Pane::Log => {
            let traced = app.traced.then(|| "as strace prints it".to_owned());
            let last = app.keys.name(Action::Last);
            let older = is_past.then(|| format!("an older line, {last} shows the newest"));
            let parts: Vec<String> = traced.into_iter().chain(older).collect();
            (!parts.is_empty()).then(|| parts.join(", "))
        }
        Pane::Transitions => Some("all sockets".to_owned()),
        Pane::Ladder | Pane::Queues => {
            let now = if is_past { ", now" } else { "" };
            app.selected().map(|own| format!("{}{now}", own.name()))
        }
        Pane::Code => crate::view::code_title::subtitle(app),
        Pane::Program => {
            let program = app.program.as_ref()?;
            let key = app.keys.name(Action::Program);
            let command = cut(program.name(), COMMAND);
            Some(match (program.ended, &app.mode) {
                (Some(status), _) => format!("{command} {status}"),
                (None, Mode::Program) => {
                    format!("{command} has the keyboard · {key} back")
                }
                (None, _) => format!("{command} · {key} gives it the keyboard"),
            })
        }
        Pane::Lesson => {
            let study = app.learn.study.as_ref()?;
            let pages = study.lesson.pages.len();
            let title = cut(
                &study.lesson.title,
                usize::from(width).saturating_sub(AROUND),
            );
            Some(format!("{title} {}/{pages}", study.page + 1))
        }
        Pane::Script => crate::view::script::title(app, width),
        Pane::Sockets => is_past.then(|| "now".to_owned()),
    }
}

/// Marks a pane whose text continues below, in the last column of its frame.
pub(crate) fn more_below(app: &App, inner: Rect, frame: &mut Frame<'_>) {
    if inner.height > 0 {
        frame.buffer_mut().set_string(
            inner.right(),
            inner.bottom() - 1,
            "▼",
            TEXT.patch(app.theme.accent),
        );
    }
}

/// Marks a pane whose text starts further up, in the last column of its frame.
pub(crate) fn more_above(app: &App, inner: Rect, frame: &mut Frame<'_>) {
    if inner.height > 0 {
        frame
            .buffer_mut()
            .set_string(inner.right(), inner.y, "▲", TEXT.patch(app.theme.accent));
    }
}

/// Draws a box with lines over the panes, and returns the area of the lines.
pub(crate) fn over(
    block: Block<'_>,
    area: Rect,
    lines: Vec<Line<'_>>,
    frame: &mut Frame<'_>,
) -> Rect {
    Clear.render(area, frame.buffer_mut());
    let inner = block.inner(area);
    block.render(area, frame.buffer_mut());
    let inner = Rect {
        x: inner.x + 1,
        width: inner.width.saturating_sub(2),
        ..inner
    };
    for (line, row) in lines.into_iter().zip(inner.rows()) {
        line.render(row, frame.buffer_mut());
    }
    inner
}

/// Draws a frame over everything, and returns the area inside it, less a blank column at each side.
pub(crate) fn over_all(
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

/// The area inside the frame.
pub(crate) fn inside(area: Rect) -> Rect {
    let inner = Block::bordered().inner(area);
    Rect {
        x: inner.x + 1,
        width: inner.width.saturating_sub(2),
        ..inner
    }
}

/// Draws rows into an area, as many as fit.
pub(crate) fn rows(
    lines: impl IntoIterator<Item = Line<'static>>,
    place: Rect,
    frame: &mut Frame<'_>,
) {
    for (line, row) in lines.into_iter().zip(place.rows()) {
        line.render(row, frame.buffer_mut());
    }
}
