//! The start screen, in the place of the panes: what this is, a server and a client, and where to begin.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::Line;
use ratatui::widgets::{Block, Widget};

use crate::app::keymap::{Action, HELP, LessonAction, NEW_SOCKET};
use crate::app::start::StartChoice;
use crate::app::state::App;
use crate::kernel::listeners::Listener;
use crate::layout::{Clickable, Target};
use crate::view::prose::hanging;

/// A server and a client.
const PICTURE: &str = include_str!("../../assets/diagrams/conversation.txt");
/// The widest that running text is.
const WIDEST: u16 = 76;

/// Draws it, and returns what can be clicked.
pub(crate) fn draw(app: &App, area: Rect, frame: &mut Frame<'_>) -> Vec<Clickable> {
    let block = Block::bordered().border_style(app.theme.border);
    let inner = block.inner(area);
    block.render(area, frame.buffer_mut());
    let width = inner.width.saturating_sub(2).min(WIDEST);
    let rows = usize::from(inner.height);
    let shown = forms(app, usize::from(width));
    let Some(shown) = shown
        .iter()
        .find(|form| form.len() <= rows)
        .or_else(|| shown.last())
    else {
        return Vec::new();
    };
    let height = u16::try_from(shown.len().min(rows)).unwrap_or(inner.height);
    let place = Rect {
        x: inner.x + (inner.width - width) / 2,
        y: inner.y + (inner.height - height) / 3,
        width,
        height,
    };
    let mut clickable = Vec::new();
    for (row, area) in shown.iter().zip(place.rows()) {
        (&row.line).render(area, frame.buffer_mut());
        clickable.extend(row.choice.map(|number| Clickable {
            area,
            target: Target::Answer(number),
        }));
    }
    clickable
}

/// A row, and the number of the choice in it.
struct Row {
    line: Line<'static>,
    choice: Option<usize>,
}

/// The text, the longest form first.
fn forms(app: &App, width: usize) -> [Vec<Row>; 4] {
    let blank = || plain(vec![Line::default()]);
    let what = || plain(paragraph(app, &what(), width));
    let titles = choices(app, width, false);
    let choices = || choices(app, width, true);
    let picture = || {
        let wide = PICTURE.lines().map(|line| line.chars().count()).max();
        match wide.is_some_and(|wide| wide <= width) {
            true => plain(PICTURE.lines().map(Line::raw).collect()),
            false => Vec::new(),
        }
    };
    let second = || plain(paragraph(app, SECOND, width));
    let join = |parts: Vec<Vec<Row>>| parts.into_iter().flatten().collect();
    [
        join(vec![
            what(),
            blank(),
            picture(),
            blank(),
            choices(),
            blank(),
            second(),
        ]),
        join(vec![what(), blank(), choices(), second()]),
        join(vec![what(), choices()]),
        join(vec![plain(paragraph(app, SHORT, width)), titles]),
    ]
}

/// What sockplay is.
fn what() -> String {
    "sockplay is a playground for sockets. Each key or line makes one real system call, and the screen shows what the \
     Linux kernel does: the result, the thread that waits, and both ends of the connection."
        .to_owned()
}

/// The same where there is little room.
const SHORT: &str = "Each key makes one real system call.";
const SECOND: &str =
    "Start `sockplay` in a second terminal, and the two can connect to each other.";

fn choices(app: &App, width: usize, in_full: bool) -> Vec<Row> {
    let choices = app.start_choices().into_iter().enumerate();
    let rows = choices.flat_map(|(number, choice)| {
        let action = LessonAction::Answer(u8::try_from(number).unwrap_or(u8::MAX));
        let key = app.keys.name(Action::Lesson(action));
        let (title, detail) = says(app, choice);
        let text = match in_full {
            true => format!("`{key}` {title}: {detail}"),
            false => format!("`{key}` {title}"),
        };
        let lines = hanging(("  ", Style::new()), &text, width, Style::new(), &app.theme);
        lines.into_iter().map(move |line| Row {
            line,
            choice: Some(number),
        })
    });
    rows.collect()
}

/// What a choice is, and what to expect of it.
fn says(app: &App, choice: StartChoice) -> (&'static str, String) {
    match choice {
        StartChoice::Tour => (
            "A first conversation",
            "server and client, step by step".to_owned(),
        ),
        StartChoice::Course => ("The course", "lessons with exercises".to_owned()),
        StartChoice::FreePlay => {
            let [new, prompt, help] =
                [NEW_SOCKET, Action::Prompt, HELP].map(|action| app.keys.name(action));
            let detail =
                format!("`{new}` makes a socket, `{prompt}` types a call, `{help}` is the help");
            ("Free play", detail)
        }
        StartChoice::Connect => {
            let there = app.other_instance().map(Listener::reachable);
            let there = there.map(|address| format!("it listens at {address}"));
            ("Connect to another sockplay", there.unwrap_or_default())
        }
    }
}

fn paragraph(app: &App, text: &str, width: usize) -> Vec<Line<'static>> {
    hanging(("", Style::new()), text, width, Style::new(), &app.theme)
}

fn plain(lines: Vec<Line<'static>>) -> Vec<Row> {
    let rows = lines.into_iter().map(|line| Row { line, choice: None });
    rows.collect()
}
