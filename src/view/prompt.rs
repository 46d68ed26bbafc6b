//! The prompt with the signature of the call that is being typed, the candidates above it, and the keys below it.

use ratatui::Frame;
use ratatui::layout::{Position, Rect};
use ratatui::style::{Modifier, Style};
use ratatui::symbols::merge::MergeStrategy;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Block, Clear, Widget};
use unicode_width::UnicodeWidthStr;

use crate::app::keymap::{
    ACCEPT, Action, COMPLETE, HELP, INTERRUPT, LEAVE, OLDER, PastAction, SEARCH,
};
use crate::app::overlay::Page;
use crate::app::prompt::{Offer, Search, VisibleLine};
use crate::app::state::{App, Mode};
use crate::call::table::Signature;
use crate::layout::{Areas, Clickable, Target};
use crate::socket::text::escaped;
use crate::theme::TEXT;
use crate::view::script;
use crate::view::text::{cut, cut_spans, fit, paragraph, wrap};
use crate::view::title::key_targets;

/// The least width at which the keys of the bottom line have wider gaps.
const ROOMY: u16 = 112;
/// How many candidates are shown at once.
const SHOWN: usize = 7;

/// Draws it, and returns the keys and the candidates that can be clicked.
pub(crate) fn draw(app: &App, areas: &Areas, frame: &mut Frame<'_>) -> Vec<Clickable> {
    let area = areas.prompt;
    let typing = matches!(app.mode, Mode::Prompt);
    let style = if typing {
        app.theme.focus
    } else {
        app.theme.border
    };
    let hints = match &app.mode {
        Mode::Prompt => prompt_hints(app),
        Mode::Panes if app.past.is_some() => past_hints(app),
        Mode::Panes => pane_hints(app),
        Mode::Program => program_hints(app),
        // An overlay lists its own keys.
        _ => Vec::new(),
    };
    let width = usize::from(area.width.saturating_sub(2));
    let (hints, others) = whole(hints, width);
    let named = hints.iter().map(|hint| (hint.action, hint.width()));
    let below = (area.x + 1, area.bottom().saturating_sub(1));
    let mut clickable = key_targets(app, below, named);
    let block = Block::bordered()
        .merge_borders(MergeStrategy::Exact)
        .border_style(style)
        .title_style(TEXT)
        .title_bottom(line(&hints, width));
    let inner = block.inner(area);
    block.render(area, frame.buffer_mut());
    if let (Some(notice), false) = (&app.notice, typing && app.prompt.offer().is_some()) {
        let style = if notice.is_error {
            app.theme.bad
        } else {
            app.theme.accent
        };
        if !typing && notice.text.width() <= usize::from(inner.width) {
            Line::styled(notice.text.clone(), style).render(inner, frame.buffer_mut());
            return clickable;
        }
        if typing && has_room(app, &notice.text, inner) {
            input(app, inner, frame);
            beside_the_cursor(&notice.text, style, inner, frame);
            return clickable;
        }
        wrapped_notice(areas, &notice.text, style, frame);
    }
    if typing {
        input(app, inner, frame);
    } else {
        match off_screen(app, usize::from(inner.width)) {
            Some(step) => step.render(inner, frame.buffer_mut()),
            None => clickable.extend(closed(app, inner, others, frame)),
        }
    }
    if let Some(offer) = app.prompt.offer().filter(|_| typing) {
        let (lines, targets): (Vec<_>, Vec<_>) =
            candidates(app, offer, inner.width).into_iter().unzip();
        let over = above(area, usize::from(inner.width), lines, frame);
        let rows = over.rows().zip(targets);
        clickable.extend(
            rows.filter_map(|(area, target)| target.map(|target| Clickable { area, target })),
        );
    }
    clickable
}

/// The next step of a lesson or a script that is not on the screen.
fn off_screen(app: &App, width: usize) -> Option<Line<'static>> {
    crate::view::lesson::off_screen(app, width).or_else(|| script::off_screen(app, width))
}

/// The content of the prompt while it is closed.
fn resting(app: &App) -> String {
    if app.replayed.is_some() {
        return format!(
            "a recording: {} looks back, {} opens the prompt; w FILE saves the log",
            app.keys.name(Action::Past(PastAction::Back)),
            app.keys.name(Action::Prompt)
        );
    }
    format!(
        "› press {} to type a line, {} to find anything",
        app.keys.name(Action::Prompt),
        app.keys.name(Action::Choose)
    )
}

/// The row of the prompt while it is closed: how to open it, and at the right keys for which the line below has no room.
fn closed(app: &App, area: Rect, hints: Vec<Hint>, frame: &mut Frame<'_>) -> Vec<Clickable> {
    let text = resting(app);
    let used = text.width();
    Line::styled(text, app.theme.secondary).render(area, frame.buffer_mut());
    if area.width < ROOMY - 2 {
        return Vec::new();
    }
    let (hints, _) = whole(hints, usize::from(area.width).saturating_sub(used + 2));
    let named = hints.iter().map(|hint| (hint.action, hint.width()));
    let wide: usize = named.clone().map(|(_, wide)| wide).sum();
    let from = area
        .right()
        .saturating_sub(u16::try_from(wide).unwrap_or(u16::MAX));
    let targets = key_targets(app, (from, area.y), named);
    let spans = hints.iter().flat_map(|hint| hint.spans.clone());
    Line::from(spans.collect::<Vec<_>>())
        .right_aligned()
        .render(area, frame.buffer_mut());
    targets
}

/// The line that is being typed, its cursor, and the signature at the right where there is room.
fn input(app: &App, area: Rect, frame: &mut Frame<'_>) {
    let area = match app.prompt.search() {
        Some(search) => searched(app, search, area, frame),
        None => area,
    };
    let width = usize::from(area.width).saturating_sub(3);
    let VisibleLine { first, cursor } = app.prompt.visible(width);
    let line: String = app.prompt.line().chars().skip(first).collect();
    let shown = cut(&escaped(&line), width);
    let used = shown.width();
    Line::from(vec![Span::styled("› ", app.theme.accent), Span::raw(shown)])
        .render(area, frame.buffer_mut());
    let line = app.prompt.line();
    let beside = usize::from(area.width).saturating_sub(4);
    if let Some(step) = off_screen(app, beside).filter(|_| line.is_empty()) {
        step.right_aligned().render(area, frame.buffer_mut());
    }
    if let Some((signature, at)) = app.prompt.completion(&app.context()).call {
        let spans = signature_spans(app, signature, at);
        let wide: usize = spans.iter().map(|span| span.content.width()).sum();
        if used + wide + 6 <= usize::from(area.width) {
            Line::from(spans)
                .right_aligned()
                .render(area, frame.buffer_mut());
        }
    }
    let column = u16::try_from(cursor)
        .unwrap_or(u16::MAX)
        .min(area.width.saturating_sub(3));
    frame.set_cursor_position(Position::new(area.x + 2 + column, area.y));
}

/// What is searched for in the history, at the left; gives the rest of the row.
fn searched(app: &App, search: &Search, area: Rect, frame: &mut Frame<'_>) -> Rect {
    let (word, style) = match search.has_failed {
        true => ("no older line has ", app.theme.bad),
        false => ("history search: ", app.theme.secondary),
    };
    let text = cut(&escaped(&search.text), usize::from(area.width) / 2);
    let spans = vec![Span::styled(word, style), Span::raw(text), Span::raw(" ")];
    let line = Line::from(spans);
    let wide = u16::try_from(line.width())
        .unwrap_or(area.width)
        .min(area.width);
    line.render(area, frame.buffer_mut());
    Rect {
        x: area.x + wide,
        width: area.width - wide,
        ..area
    }
}

/// `connect(socket, address)` with the parameter at the cursor marked.
fn signature_spans(app: &App, signature: &'static Signature, at: usize) -> Vec<Span<'static>> {
    let mut spans = vec![Span::styled(
        format!("{}(", signature.word),
        app.theme.secondary,
    )];
    for (index, param) in signature.params.iter().enumerate() {
        let comma = if index == 0 { "" } else { ", " };
        let text = if param.optional {
            format!("[{comma}{}]", param.name)
        } else {
            format!("{comma}{}", param.name)
        };
        let style = if index == at {
            app.theme.title.add_modifier(Modifier::UNDERLINED)
        } else {
            app.theme.secondary
        };
        spans.push(Span::styled(text, style));
    }
    spans.push(Span::styled(")", app.theme.secondary));
    spans
}

/// The columns of the row before the text of a notice: the sign of the prompt, and the cursor.
const BEFORE_NOTICE: u16 = 4;

/// Whether a notice has room in the row of the prompt, as nothing is typed there. Over the pane above it would hide the
/// newest line, which is often the result that the notice is about.
fn has_room(app: &App, text: &str, inner: Rect) -> bool {
    app.prompt.line().is_empty()
        && app.prompt.search().is_none()
        && text.width() + usize::from(BEFORE_NOTICE) <= usize::from(inner.width)
}

/// Draws a notice in the row of the empty prompt.
fn beside_the_cursor(text: &str, style: Style, inner: Rect, frame: &mut Frame<'_>) {
    let area = Rect {
        x: inner.x + BEFORE_NOTICE,
        width: inner.width - BEFORE_NOTICE,
        ..inner
    };
    Clear.render(area, frame.buffer_mut());
    frame.buffer_mut().set_style(area, Style::new());
    Line::styled(text.to_owned(), style).render(area, frame.buffer_mut());
}

/// A notice that does not fit into the row of the prompt: over the last rows of the pane above, inside its frame.
fn wrapped_notice(areas: &Areas, text: &str, style: Style, frame: &mut Frame<'_>) {
    let area = areas.prompt;
    let is_above = |pane: &Rect| pane.bottom() > area.y && pane.x == area.x;
    let pane = areas
        .panes
        .iter()
        .map(|placed| placed.framed)
        .find(is_above);
    let (width, room) = pane.map_or((area.width, area.y), |pane| {
        (pane.width, area.y.saturating_sub(pane.y + 1))
    });
    let width = usize::from(width.saturating_sub(2));
    let mut lines = wrap(text, width);
    let room = usize::from(room).max(1);
    if lines.len() > room {
        let rest = lines.split_off(room - 1).join(" ");
        lines.push(cut(&rest, width));
    }
    let lines = lines.into_iter().map(|line| Line::styled(line, style));
    above(area, width, lines.collect(), frame);
}

/// Draws lines above the prompt, over whatever is there. Gives where.
fn above(area: Rect, width: usize, lines: Vec<Line<'static>>, frame: &mut Frame<'_>) -> Rect {
    let room = area.y.saturating_sub(1);
    let height = u16::try_from(lines.len()).unwrap_or(u16::MAX).min(room);
    let over = Rect {
        x: area.x + 1,
        y: area.y - height,
        width: u16::try_from(width).unwrap_or(area.width),
        height,
    };
    Clear.render(over, frame.buffer_mut());
    frame.buffer_mut().set_style(over, Style::new());
    for (line, row) in lines.into_iter().zip(over.rows()) {
        line.render(row, frame.buffer_mut());
    }
    over
}

/// The rows of the candidates, and what a click on each does.
fn candidates(app: &App, offer: &Offer, width: u16) -> Vec<(Line<'static>, Option<Target>)> {
    let width = usize::from(width);
    let first = offer.chosen.map_or(0, |at| at.saturating_sub(SHOWN - 1));
    let longest = offer
        .candidates
        .iter()
        .skip(first)
        .take(SHOWN)
        .map(|candidate| candidate.text.width())
        .max()
        .unwrap_or(0)
        .min(width / 2);
    let shown = offer
        .candidates
        .iter()
        .enumerate()
        .skip(first)
        .take(SHOWN)
        .map(|(index, candidate)| {
            let chosen = offer.chosen == Some(index);
            let style = if chosen {
                app.theme.selection
            } else {
                app.theme.accent
            };
            let mark = if chosen { "▸ " } else { "  " };
            let spans = vec![
                Span::raw(mark),
                Span::styled(fit(&candidate.text, longest), style),
                Span::styled(format!("  {}", candidate.meaning), app.theme.secondary),
            ];
            (cut_spans(spans, width), Some(Target::Candidate(index)))
        });
    let mut lines: Vec<(Line<'static>, Option<Target>)> = shown.collect();
    let hidden = offer.candidates.len().saturating_sub(first + SHOWN);
    if hidden > 0 {
        let text = format!("  … {hidden} more, {} shows them", app.keys.name(COMPLETE));
        let key = app.keys.bound(COMPLETE);
        let key = key.map(|bound| Target::Key(bound.chord.event()));
        lines.push((Line::styled(text, app.theme.secondary), key));
    }
    let chosen = offer.chosen.and_then(|at| offer.candidates.get(at));
    // The text that the line of the chosen candidate had to cut.
    if let Some(meaning) = chosen.map(|chosen| &chosen.meaning)
        && 4 + longest + meaning.width() > width
    {
        let rest = paragraph(meaning, width, app.theme.secondary);
        let target = offer.chosen.map(Target::Candidate);
        lines.extend(rest.into_iter().map(|line| (line, target)));
    }
    lines
}

/// A key with its label.
struct Hint {
    action: Action,
    spans: [Span<'static>; 3],
}

impl Hint {
    fn width(&self) -> usize {
        self.spans.iter().map(Span::width).sum()
    }

    /// Whether it is shown however little room there is.
    fn is_kept(&self) -> bool {
        [Action::Choose, INTERRUPT].contains(&self.action)
    }
}

/// As many of the keys as fit whole, but always those of the palette and of interrupting a call; and the others.
fn whole(hints: Vec<Hint>, width: usize) -> (Vec<Hint>, Vec<Hint>) {
    let kept: usize = hints
        .iter()
        .filter(|hint| hint.is_kept())
        .map(Hint::width)
        .sum();
    let mut left = width.saturating_sub(1 + kept);
    let mut is_full = false;
    hints.into_iter().partition(|hint| {
        let wide = if hint.is_kept() { 0 } else { hint.width() };
        is_full |= wide > left;
        left -= if is_full { 0 } else { wide };
        hint.is_kept() || !is_full
    })
}

/// The keys as a line.
fn line(hints: &[Hint], width: usize) -> Line<'static> {
    let spans = hints.iter().flat_map(|hint| hint.spans.clone());
    let mut line = Line::from(spans.collect::<Vec<_>>());
    let ends_blank = line
        .spans
        .last()
        .is_none_or(|span| span.content.ends_with(' '));
    if !ends_blank && line.width() < width {
        // So that the last does not touch the frame.
        line.push_span(" ");
    }
    line
}

fn prompt_hints(app: &App) -> Vec<Hint> {
    let keys = [
        (ACCEPT, "run"),
        (COMPLETE, "complete"),
        (OLDER, "history"),
        (SEARCH, "search"),
        (LEAVE, "panes"),
        (HELP, "help"),
    ];
    keys.iter()
        .map(|(action, label)| hint(app, *action, label, true))
        .collect()
}

fn program_hints(app: &App) -> Vec<Hint> {
    vec![hint(app, Action::Program, "takes the keyboard back", true)]
}

/// The keys of looking back.
fn past_hints(app: &App) -> Vec<Hint> {
    let keys = [
        (PastAction::Back, "back"),
        (PastAction::Forward, "forward"),
        (PastAction::First, "first call"),
        (PastAction::Play, "play"),
        (PastAction::RunToHere, "run to here again"),
    ];
    let present = hint(app, Action::Close, "the present", true);
    let makes_calls = |action: Action| action.needs_session();
    let keys = keys.map(|(action, label)| (Action::Past(action), label));
    let keys = keys
        .into_iter()
        .filter(|(action, _)| app.replayed.is_none() || !makes_calls(*action));
    let keys = keys.map(|(action, label)| hint(app, action, label, true));
    keys.chain([present]).collect()
}

/// The keys; the one that interrupts only while a call is pending. Those of calls that cannot succeed now are not
/// highlighted.
fn pane_hints(app: &App) -> Vec<Hint> {
    let (more, first): (Vec<_>, Vec<_>) = app
        .keys
        .rows()
        .partition(|(row, _)| is_for_room(row.action));
    let (held, first): (Vec<_>, Vec<_>) = first
        .into_iter()
        .partition(|(row, _)| is_of_held(row.action));
    let (script, first): (Vec<_>, Vec<_>) = first
        .into_iter()
        .partition(|(row, _)| matches!(row.action, Action::Script(_)));
    let is_recording = app.replayed.is_some();
    let looks_back = [(PastAction::Back, "back"), (PastAction::Play, "play")];
    let looks_back = looks_back.map(|(action, label)| hint(app, Action::Past(action), label, true));
    let others = held
        .into_iter()
        .chain(script)
        .chain(first)
        .chain(more)
        .filter(|(binding, keys)| {
            let is_shown = !keys.is_empty()
                && match binding.action {
                    Action::HelpHere | Action::Quit => false,
                    Action::Interrupt => app.interruptible().is_some(),
                    Action::Script(_) => {
                        let is_useless = script::is_over(app) && script::runs_lines(binding.action);
                        app.script_is_shown() && !is_useless
                    }
                    action if is_of_held(action) => app.held().is_some(),
                    _ => true,
                };
            let is_useless = is_recording && !is_for_recording(binding.action);
            is_shown && !is_useless && !binding.label.is_empty()
        })
        .map(|(binding, _)| {
            let sensible = match binding.action {
                Action::Call(call_kind) => {
                    app.prediction().is_some() || crate::app::defaults::is_sensible(app, call_kind)
                }
                _ => true,
            };
            hint(app, binding.action, binding.label, sensible)
        });
    let looks_back = looks_back.into_iter().filter(|_| is_recording);
    looks_back.chain(others).collect()
}

/// Whether a key does something in a recording, and is not shown for it already.
fn is_for_recording(action: Action) -> bool {
    let is_shown = matches!(action, Action::Past(_));
    !is_shown && !action.needs_session()
}

/// Whether a key is for the call of a traced program that is held.
fn is_of_held(action: Action) -> bool {
    matches!(
        action,
        Action::Hold | Action::Step | Action::PredictHeld | Action::Inject
    )
}

/// Whether a key is listed after the others, where there is room: the overlays and modes that are needed less often.
fn is_for_room(action: Action) -> bool {
    matches!(
        action,
        Action::Filter
            | Action::Show(Page::Queues | Page::Address | Page::Help)
            | Action::Trace
            | Action::Copy(_)
            | Action::Code
            | Action::Figure
            | Action::NextTheme
            | Action::Past(_)
            | Action::Restart
    )
}

fn hint(app: &App, action: Action, label: &'static str, sensible: bool) -> Hint {
    // On a narrow screen more keys are better than wider gaps; the few keys of the prompt always have room.
    let narrow = app.size.columns < ROOMY && !matches!(app.mode, Mode::Prompt);
    let gap = if narrow { "" } else { " " };
    let (key_style, label_style) = match sensible {
        true => (app.theme.accent, Style::new()),
        false => (app.theme.secondary, app.theme.secondary),
    };
    let spans = [
        Span::raw(" "),
        Span::styled(app.keys.name(action).to_owned(), key_style),
        Span::styled(format!(" {label}{gap}"), label_style),
    ];
    Hint { action, spans }
}
