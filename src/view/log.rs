//! The Log pane: every call with its result, newest at the bottom. Only visible rows are formatted.

use std::time::Duration;

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::Widget;
use unicode_width::UnicodeWidthStr;

use crate::app::state::App;
use crate::call::outcome::Returned;
use crate::call::table::CallKind;
use crate::call::{Command, Mode};
use crate::event::{CallId, Origin, Source};
use crate::layout::{Clickable, Pane, Target, clickable};
use crate::view::sockets::WakeLines;
use crate::view::text::{cut, cut_spans, moment, span};
use crate::world::{Progress, Record};

/// A call that slept at least this long is shown with the time.
const LONG: Duration = Duration::from_secs(1);
/// The width of the time.
const TIME: usize = 8;
/// The width of ` -> `.
const ARROW: usize = 4;
/// The least width of a call.
const LEAST_CALL: usize = 16;

/// Draws it.
pub(crate) fn draw(app: &App, area: Rect, frame: &mut Frame<'_>) -> Vec<Clickable> {
    let width = usize::from(area.width);
    if app.present().log().is_empty() {
        crate::view::welcome::draw(app, Pane::Log, area, frame);
        return Vec::new();
    }
    let scrubber = crate::view::scrubber::row(app, area);
    let area = Rect {
        height: area.height - u16::from(scrubber.is_some()),
        ..area
    };
    let rows = rows(app, area);
    let targets = rows.iter().map(|row| Some(Target::Call(row.record.id())));
    let mut clickable = clickable(area, targets);
    let wake_lines = WakeLines::new(app);
    for (LogRow { record, why }, row) in rows.into_iter().zip(area.rows()) {
        let line = match why {
            Some(why) => below(app, &why, width),
            None if is_later(app, record) => later(app, record, width),
            None if app.traced => crate::view::strace_row::line(app, record, width),
            None => line(app, record, &wake_lines, width),
        };
        let is_call = line.spans.first().is_none_or(|lead| lead.content != BELOW);
        line.render(row, frame.buffer_mut());
        if Some(record.id()) == app.log_selection && is_call {
            frame.buffer_mut().set_style(row, app.theme.selection);
        }
    }
    let moments = scrubber.map(|row| crate::view::scrubber::draw(app, row, frame));
    clickable.extend(moments.into_iter().flatten());
    clickable
}

/// What stands in place of the time before a call that was requested after the moment on the screen.
const LATER: &str = "  later ";

/// Whether a call was requested after the moment on the screen.
fn is_later(app: &App, record: &Record) -> bool {
    app.past.is_some() && app.world.call(record.id()).is_none()
}

/// A call that was requested after the moment on the screen; what a script expects of it is not its result.
fn later(app: &App, record: &Record, width: usize) -> Line<'static> {
    let call = process(app, record) + &written(app, record);
    let spans = vec![Span::raw(LATER), Span::raw(call)];
    cut_spans(spans, width).style(app.theme.secondary)
}

/// A row: a call, or the reason below it.
struct LogRow<'a> {
    record: &'a Record,
    why: Option<String>,
}

/// The visible calls, and below the one that Why is about the first sentence of Why.
fn rows(app: &App, area: Rect) -> Vec<LogRow<'_>> {
    let excerpt = said(app).filter(|_| area.height > 1);
    let visible = visible(
        app,
        usize::from(area.height) - usize::from(excerpt.is_some()),
    );
    let mut rows = Vec::new();
    for record in visible {
        // What is known of it at the moment on the screen.
        let record = app.world.call(record.id()).unwrap_or(record);
        rows.push(LogRow { record, why: None });
        let own = excerpt.as_ref().filter(|(call, _)| *call == record.id());
        rows.extend(own.map(|(_, why)| LogRow {
            record,
            why: Some(why.clone()),
        }));
    }
    rows
}

/// The indentation of the reason below a call.
const BELOW: &str = "        ↳ ";

fn below(app: &App, why: &str, width: usize) -> Line<'static> {
    let why = why.to_owned();
    let spans = vec![Span::raw(BELOW), Span::styled(why, app.theme.secondary)];
    cut_spans(spans, width)
}

/// The call that Why is about, if it failed.
fn failure(app: &App) -> Option<&Record> {
    let record = app.record()?;
    record.outcome()?.errno().map(|_| record)
}

/// The first sentence of Why for a call that failed, while a lesson leaves no room for that pane.
fn said(app: &App) -> Option<(CallId, String)> {
    let is_beside = app.learn.is_shown() || app.script_is_shown();
    let has_room = is_beside && app.prediction().is_none();
    let record = failure(app).filter(|_| has_room)?;
    let is_shown = app.areas().pane(Pane::Why).is_some();
    (!is_shown).then(|| {
        let explanation = app.explanations.of(&app.world, record);
        (record.id(), first_sentence(&explanation.why.text))
    })
}

/// The first sentence of a text.
fn first_sentence(text: &str) -> String {
    text.split_once(". ")
        .map_or_else(|| text.to_owned(), |(first, _)| format!("{first}."))
}

/// The visible records: the newest ones, or those around the selected one.
fn visible(app: &App, height: usize) -> Vec<&Record> {
    let log = app.present().log();
    if let Some(places) = app.log_filter.places(app.present()) {
        return fitting(app, &places, height);
    }
    let newest = log.len().saturating_sub(height);
    let selected = app.log_selection.and_then(|call| log.place(call));
    let first = selected.map_or(newest, |at| at.saturating_sub(height / 2).min(newest));
    log.range(first, first + height).collect()
}

/// The same among the calls that the filter shows.
fn fitting<'a>(app: &'a App, places: &[usize], height: usize) -> Vec<&'a Record> {
    let log = app.present().log();
    let newest = places.len().saturating_sub(height);
    let selected = app.log_selection.and_then(|call| log.place(call));
    let selected = selected.map(|at| places.partition_point(|place| *place < at));
    let first = selected.map_or(newest, |at| at.saturating_sub(height / 2).min(newest));
    let visible = places.iter().skip(first).take(height);
    visible.filter_map(|place| log.get(*place)).collect()
}

fn line(app: &App, record: &Record, told: &WakeLines<'_>, width: usize) -> Line<'static> {
    let theme = &app.theme;
    let at = record.began();
    let (result, style) = result(app, record);
    let result = cut(&result, width.saturating_sub(TIME + LEAST_CALL + ARROW));
    // The call is cut, never the result: the whole call can be read elsewhere.
    let room = width.saturating_sub(TIME + ARROW + result.width());
    let call = cut(&(process(app, record) + &written(app, record)), room);
    let mut spans = vec![
        Span::styled(format!("{:>7} ", moment(at)), theme.secondary),
        Span::raw(call.clone()),
    ];
    let mut after = after_result(app, record);
    let left = room.saturating_sub(call.width());
    after.extend(wakes(app, record, told).filter(|wakes| wakes.width() <= left));
    // Results are in a column of their own as long as the calls and what follows the results leave room for it.
    let used = TIME + call.width();
    let column = (width * 3 / 5).max(TIME + 20);
    let wanted = result.width() + ARROW + Line::from(after.clone()).width();
    let gap = column
        .saturating_sub(used)
        .min(width.saturating_sub(used + wanted));
    spans.push(Span::raw(" ".repeat(gap)));
    spans.push(Span::styled(" -> ", theme.secondary));
    spans.push(Span::styled(result, style));
    spans.extend(after);
    cut_spans(spans, width)
}

/// What follows the result: how long the call slept, whether it is a system call, and what was expected instead.
fn after_result(app: &App, record: &Record) -> Vec<Span<'static>> {
    let theme = &app.theme;
    let slept = slept(app, record);
    let slept = slept.map(|slept| Span::styled(format!("  after {slept}"), theme.secondary));
    let refused = matches!(record.progress, Progress::Refused(_));
    let mut broken = app.broken.iter();
    let broken = broken.find(|broken| !refused && broken.call == record.id());
    let broken = broken.map(|broken| Span::styled(format!("  ✗ {}", broken.expected), theme.bad));
    let library = record.call().call_kind().is_library_call();
    let library = library.then(|| Span::styled("  C library", theme.secondary));
    slept.into_iter().chain(library).chain(broken).collect()
}

/// What would wake a blocked call, if the list of sockets has no room for that.
fn wakes(app: &App, record: &Record, told: &WakeLines<'_>) -> Option<Span<'static>> {
    let is_told = app.prediction().is_some() || !record.is_blocked() || told.has(record);
    let wakes = (!is_told).then(|| crate::view::sockets::pending::wakes(app, record));
    wakes.map(|wakes| Span::styled(format!("  {wakes}"), app.theme.secondary))
}

/// How long a call slept that has returned, if that was long: lines below it may have happened meanwhile.
fn slept(app: &App, record: &Record) -> Option<String> {
    let has_returned = matches!(record.progress, Progress::Returned { .. });
    let slept = record.duration(app.now);
    (has_returned && record.ever_blocked && slept >= LONG).then(|| span(slept))
}

/// The process that made a call, where several are traced.
fn process(app: &App, record: &Record) -> String {
    match record.source {
        Source::Traced { pid, .. } if app.world.processes().len() > 2 => format!("[{pid}] "),
        Source::Traced { .. }
        | Source::Child { .. }
        | Source::Session
        | Source::Recording { .. } => String::new(),
    }
}

/// The call with the names that its sockets actually got; a server has too many for its line.
fn written(app: &App, record: &Record) -> String {
    let names = record
        .new_descriptors()
        .iter()
        .filter_map(|id| app.world.descriptor(*id))
        // What fork() copies is not what it returns.
        .filter(|own| !matches!(own.origin(), Origin::Inherited(_)))
        .map(|own| own.name().base());
    let mut targets: Vec<_> = names.collect();
    let process = app.world.child_made_by(record.id());
    targets.extend(process.and_then(|own| own.name.clone()));
    if targets.is_empty() || record.call().call_kind() == CallKind::Serve {
        targets = record.request.command.targets.clone();
    }
    Command {
        targets,
        mode: Mode::Plain,
        ..Command::clone(&record.request.command)
    }
    .to_string()
}

fn result(app: &App, record: &Record) -> (String, Style) {
    let theme = &app.theme;
    match &record.progress {
        Progress::Running | Progress::Blocked { .. } => pending(app, record),
        Progress::Held => ("held".to_owned(), theme.warning),
        Progress::Abandoned { reason, .. } => (format!("? {reason}"), theme.warning),
        Progress::Refused(_) => ("✗ not made".to_owned(), theme.bad),
        Progress::Returned { outcome, .. } => {
            // The number is what the call really returned; a wait() gives it again, and made nothing.
            let text = if record.call().call_kind().collects() {
                outcome.to_string()
            } else {
                outcome.numbered()
            };
            let injected = if outcome.injected.is_some() {
                " (injected)"
            } else {
                ""
            };
            let text = text + injected;
            let style = match &outcome.result {
                Err(_) => theme.bad,
                // A state has one style wherever it is shown.
                Ok(Returned::State(_)) => theme.observed,
                Ok(_) => theme.good,
            };
            (text, style)
        }
    }
}

/// How far a call has come that has not returned: `5.1 MB in 78 calls, 12.4 MB/s`, `blocks`.
fn pending(app: &App, record: &Record) -> (String, Style) {
    let theme = &app.theme;
    match (
        crate::view::throughput::so_far(record),
        crate::view::throughput::rate(record, app.now),
    ) {
        (Some(so_far), Some(rate)) => (format!("{so_far}, {rate}"), theme.accent),
        (Some(so_far), None) => (format!("{so_far}, waits"), theme.warning),
        (None, _) if record.is_blocked() => (
            // The time of the call is that since when it blocks.
            "blocks".to_owned(),
            theme.warning,
        ),
        (None, _) => ("…".to_owned(), theme.secondary),
    }
}
