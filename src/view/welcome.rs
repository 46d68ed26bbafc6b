//! The text of the panes while there is nothing to show: what this is, and how to begin.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::Line;
use ratatui::widgets::Widget;

use crate::app::keymap::{Action, ENTER, LessonAction, PROMPT, key, of};
use crate::app::overlay::Page;
use crate::app::state::App;
use crate::call::table::CallKind;
use crate::layout::Pane;
use crate::view::prose::hanging;

/// A paragraph: what precedes its first line, and its text, with keys and code in backticks.
type Paragraph = (&'static str, String);

/// Draws the text of a pane in its longest form that fits.
pub(crate) fn draw(app: &App, pane: Pane, area: Rect, on: &mut Frame<'_>) {
    for (line, row) in lines(app, pane, area).into_iter().zip(area.rows()) {
        line.render(row, on.buffer_mut());
    }
}

/// The text of a pane in its longest form that fits, else in the shortest.
pub(crate) fn lines(app: &App, pane: Pane, area: Rect) -> Vec<Line<'static>> {
    let mut lines = Vec::new();
    for form in forms(app, pane) {
        lines = wrapped(app, &form, usize::from(area.width));
        if lines.len() <= usize::from(area.height) {
            break;
        }
    }
    lines
}

fn wrapped(app: &App, form: &[Paragraph], width: usize) -> Vec<Line<'static>> {
    let lines = form.iter().flat_map(|(mark, text)| match text.as_str() {
        "" => vec![Line::default()],
        text => hanging((mark, Style::new()), text, width, Style::new(), &app.theme),
    });
    lines.collect()
}

/// The text of a pane, the longest form first.
fn forms(app: &App, pane: Pane) -> Vec<Vec<Paragraph>> {
    let is_first = app.world.log().is_empty() && !app.learn.is_shown();
    match pane {
        Pane::Sockets if is_first => vec![long(), middle(), short()],
        Pane::Sockets => vec![plain([format!(
            "No socket yet: `{}` makes a socket, `{PROMPT}` types a call.",
            key(Action::Call(CallKind::Socket))
        )])],
        Pane::State if is_first => {
            let map = key(Action::Lesson(LessonAction::Course));
            let course = format!("`{map}` opens the course (from the shell: `sockplay learn`).");
            let other = "Start `sockplay` in a second terminal: the two can connect to each other.";
            let other = other.to_owned();
            vec![
                plain([
                    course.clone(),
                    String::new(),
                    other.clone(),
                    String::new(),
                    state(),
                ]),
                plain([course.clone(), other, state()]),
                plain([course]),
            ]
        }
        Pane::State => vec![plain([state()])],
        Pane::Log => vec![plain([
            "Each call is listed here with its result.".to_owned()
        ])],
        Pane::Why => vec![plain(["Each result is explained here.".to_owned()])],
        Pane::Lesson => Vec::new(),
    }
}

fn plain<const COUNT: usize>(texts: [String; COUNT]) -> Vec<Paragraph> {
    texts.into_iter().map(|text| ("", text)).collect()
}

fn state() -> String {
    "The selected socket is shown here: its state, what the kernel reports, what can happen next."
        .to_owned()
}

/// What sockplay is.
fn what() -> String {
    "sockplay is a playground for sockets: each key or line makes one real system call, and the screen shows what the \
     kernel does."
        .to_owned()
}

/// The other ways to make calls and to learn about them.
fn more() -> String {
    format!(
        "`{PROMPT}` types a call, such as `l = socket inet stream`. `{}` lists all keys.",
        key(Action::Show(Page::Help))
    )
}

/// The keys of a call with what it does.
fn item(call_kind: CallKind, does: &str) -> Paragraph {
    ("  ", format!("`{}` {does}", key(Action::Call(call_kind))))
}

fn long() -> Vec<Paragraph> {
    let text = |text: &str| ("", text.to_owned());
    vec![
        ("", what()),
        text(""),
        text(&format!("A server, with {ENTER} after each key:")),
        item(CallKind::Socket, "makes a socket"),
        item(CallKind::Bind, "binds it to an address"),
        item(CallKind::Listen, "listens"),
        item(CallKind::Accept, "accepts: blocks until a client comes"),
        text("Then a client:"),
        item(CallKind::Socket, "makes a socket"),
        item(CallKind::Connect, "connects it to the server"),
        item(CallKind::Send, "sends"),
        text(""),
        ("", more()),
    ]
}

fn middle() -> Vec<Paragraph> {
    let [socket, bind, listen, accept, connect, send] = keys();
    let calls = format!(
        "Server: `{socket}` makes a socket, `{bind}` binds it, `{listen}` listens, `{accept}` accepts. Client: \
         `{socket}` makes a socket, `{connect}` connects, `{send}` sends. {ENTER} runs each."
    );
    plain([what(), calls, more()])
}

fn short() -> Vec<Paragraph> {
    let [socket, bind, listen, accept, connect, send] = keys();
    let (map, help) = (
        key(Action::Lesson(LessonAction::Course)),
        key(Action::Show(Page::Help)),
    );
    plain([
        "Each key makes one real system call.".to_owned(),
        format!("Server: `{socket}` makes a socket, `{bind}` `{listen}` `{accept}`."),
        format!("Client: `{socket}` `{connect}` `{send}`. {ENTER} runs each."),
        format!("`{PROMPT}` types, `{map}` course, `{help}` all keys."),
        "A second sockplay can connect.".to_owned(),
    ])
}

fn keys() -> [&'static str; 6] {
    [
        CallKind::Socket,
        CallKind::Bind,
        CallKind::Listen,
        CallKind::Accept,
        CallKind::Connect,
        CallKind::Send,
    ]
    .map(|call_kind| of(call_kind).map_or("", |binding| binding.key))
}
