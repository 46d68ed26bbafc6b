//! Goals: below the text while they are being reached, in it afterwards.

use ratatui::style::{Modifier, Style};
use ratatui::text::{Line, Span};

use crate::app::keymap::Action;
use crate::app::state::App;
use crate::lesson::study::StepResult;
use crate::lesson::{Study, Task};
use crate::view::text::{cut_spans, paragraph};

/// A condition, with whether it holds and what holds instead.
struct ConditionLine<'a> {
    says: &'a str,
    held: bool,
    now: Option<&'a str>,
}

fn conditions<'a>(study: &'a Study, task: &'a Task) -> Vec<ConditionLine<'a>> {
    let conditions = task.goal.conditions.iter().enumerate();
    let conditions = conditions.map(|(index, condition)| ConditionLine {
        says: &condition.says,
        held: study.reached.held.get(index).copied().unwrap_or(false),
        now: study.reached.now.get(index).and_then(Option::as_deref),
    });
    conditions.collect()
}

/// `Goals 1 of 3`, and each with what is missing: visible however the text is scrolled. They get two thirds of the rows
/// at most. If that is too little, first those that hold are cut to a line, then all, then those that hold are left
/// out.
pub(crate) fn pinned(app: &App, study: &Study, width: usize, room: usize) -> Vec<Line<'static>> {
    let Some(task) = study.task() else {
        return Vec::new();
    };
    let most = (room * 2 / 3).max(1);
    let goals = conditions(study, task);
    if most == 1 {
        return vec![short(app, study, task, width)];
    }
    let held = goals.iter().filter(|goal| goal.held).count();
    let word = if task.goal.is_named {
        "Now you"
    } else {
        "Goals"
    };
    let title = format!("{word} {held} of {}", goals.len());
    let cut = |is_cut: &dyn Fn(&ConditionLine<'_>) -> bool| -> Vec<Line<'static>> {
        let lines = goals.iter().flat_map(|goal| {
            let lines = entry(app, goal, width);
            if is_cut(goal) {
                vec![first_line(app, goal, width)]
            } else {
                lines
            }
        });
        lines.collect()
    };
    let cuts: [&dyn Fn(&ConditionLine<'_>) -> bool; 3] = [&|_| false, &|goal| goal.held, &|_| true];
    let fitting = cuts
        .iter()
        .map(|is_cut| cut(is_cut))
        .find(|lines| lines.len() < most);
    let lines = fitting.unwrap_or_else(|| {
        let open = goals.iter().filter(|goal| !goal.held);
        let lines = open.map(|goal| first_line(app, goal, width));
        lines.take(most - 1).collect()
    });
    let prompt = app.keys.name(Action::Prompt);
    let how = match task.goal.is_named {
        true => format!(" · {prompt} types a call"),
        false => format!(" · your turn, any way you like: {prompt} types a call"),
    };
    let title = vec![
        Span::styled(title, app.theme.title),
        Span::styled(how, app.theme.secondary),
    ];
    let mut pinned = vec![cut_spans(title, width)];
    pinned.extend(lines);
    pinned
}

/// The first that does not hold, in one row: `○ 1 of 3: make a socket passive`.
pub(crate) fn short(app: &App, study: &Study, task: &Task, width: usize) -> Line<'static> {
    let goals = conditions(study, task);
    let held = goals.iter().filter(|goal| goal.held).count();
    let missing = goals.iter().find(|goal| !goal.held);
    let says = missing.map_or("", |goal| goal.says);
    let spans = vec![
        Span::styled("○ ", app.theme.warning),
        Span::styled(format!("{held} of {}: ", goals.len()), app.theme.secondary),
        Span::raw(says.replace('`', "")),
    ];
    cut_spans(spans, width)
}

fn look(app: &App, held: bool) -> (&'static str, Style, Style) {
    if held {
        ("✓ ", app.theme.good, app.theme.secondary)
    } else {
        let strong = Style::new().add_modifier(Modifier::BOLD);
        ("○ ", app.theme.warning, strong)
    }
}

/// The sentence, and what holds instead after or below it.
fn entry(app: &App, goal: &ConditionLine<'_>, width: usize) -> Vec<Line<'static>> {
    let (mark, style, text) = look(app, goal.held);
    let mut lines = crate::view::prose::hanging((mark, style), goal.says, width, text, &app.theme);
    if let (Some(now), Some(last)) = (goal.now, lines.last_mut()) {
        let now = format!("  {now}");
        if last.width() + now.chars().count() <= width {
            last.push_span(Span::styled(now, app.theme.secondary));
        } else {
            lines.push(cut_spans(
                vec![Span::styled(now, app.theme.secondary)],
                width,
            ));
        }
    }
    lines
}

/// As much of the sentence as fits into a line; what holds instead is never cut.
fn first_line(app: &App, goal: &ConditionLine<'_>, width: usize) -> Line<'static> {
    let (mark, style, text) = look(app, goal.held);
    let now = goal.now.map(|now| format!("  {now}")).unwrap_or_default();
    let spans = vec![
        Span::styled(mark, style),
        Span::styled(goal.says.replace('`', ""), text),
    ];
    let mut line = cut_spans(spans, width.saturating_sub(now.chars().count()));
    line.push_span(Span::styled(now, app.theme.secondary));
    line
}

/// A goal in the text.
pub(crate) struct TaskLines {
    pub(crate) lines: Vec<Line<'static>>,
    /// Where the last hint begins.
    pub(crate) last_hint: Option<usize>,
}

/// The hints that were requested; once the goal is over, what was reached.
pub(crate) fn task(
    app: &App,
    study: &Study,
    task: &Task,
    step_result: Option<&StepResult>,
    width: usize,
) -> TaskLines {
    let mut lines = Vec::new();
    let mut last_hint = None;
    let Some(step_result) = step_result else {
        for (index, hint) in task.hints.iter().take(study.hints).enumerate() {
            last_hint = Some(lines.len());
            let of = format!("Hint {} of {}", index + 1, task.hints.len());
            lines.extend(paragraph(&of, width, app.theme.title));
            lines.extend(crate::view::prose::lines(
                hint, width, &app.keys, &app.theme,
            ));
        }
        return TaskLines { lines, last_hint };
    };
    let is_reached = matches!(step_result, StepResult::Reached);
    for condition in &task.goal.conditions {
        let (mark, style, _) = look(app, is_reached);
        let secondary = app.theme.secondary;
        let says = crate::view::prose::hanging(
            (mark, style),
            &condition.says,
            width,
            secondary,
            &app.theme,
        );
        lines.extend(says);
    }
    let (end, style) = if is_reached {
        ("The goal is reached.", app.theme.good)
    } else {
        ("Left for another time.", app.theme.secondary)
    };
    lines.extend(paragraph(end, width, style));
    TaskLines { lines, last_hint }
}
