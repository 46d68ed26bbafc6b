//! The text of the panes while there is nothing to show: what this is, and how to begin.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::Line;
use ratatui::widgets::Widget;

use crate::app::keymap::{ACCEPT, Action, COURSE, HELP, NEW_SOCKET};
use crate::app::state::App;
use crate::call::table::CallKind;
use crate::layout::{Pane, PlacedPane};
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
        Pane::Sockets if is_first => vec![
            long(app),
            middle(app),
            short(app),
            plain([what(), more(app)]),
        ],
        Pane::Sockets => vec![plain([format!(
            "No socket yet: `{}` makes a socket, `{}` types a call.",
            app.keys.name(NEW_SOCKET),
            app.keys.name(Action::Prompt)
        )])],
        Pane::State if is_first => {
            let map = app.keys.name(COURSE);
            let course = format!("`{map}` opens the course (from the shell: `sockplay learn`).");
            let other = "Start `sockplay` in a second terminal: the two can connect to each other.";
            let other = other.to_owned();
            let calls = plain([calls(app), course.clone(), other.clone()]);
            if !has_room_for_calls(app) {
                return vec![calls, plain([course])];
            }
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
        Pane::Transitions => vec![plain([
            "Each change of a state is listed here, with its cause.".to_owned(),
        ])],
        Pane::Log => vec![plain([
            "Each call is listed here with its result.".to_owned()
        ])],
        Pane::Why => vec![plain(["Each result is explained here.".to_owned()])],
        Pane::Ladder | Pane::Queues | Pane::Code | Pane::Program | Pane::Lesson | Pane::Script => {
            Vec::new()
        }
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
fn more(app: &App) -> String {
    format!(
        "`{}` types a call, such as `l = socket inet stream`. `{}` lists all keys.",
        app.keys.name(Action::Prompt),
        app.keys.name(HELP)
    )
}

/// The keys of a call with what it does. A call without a key is typed.
fn item(app: &App, call_kind: CallKind, does: &str) -> Paragraph {
    ("  ", format!("`{}` {does}", key(app, call_kind)))
}

fn long(app: &App) -> Vec<Paragraph> {
    let text = |text: &str| ("", text.to_owned());
    let accept = app.keys.name(ACCEPT);
    vec![
        ("", what()),
        text(""),
        text(&format!("A server, with {accept} after each key:")),
        item(app, CallKind::Socket, "makes a socket"),
        item(app, CallKind::Bind, "binds it to an address"),
        item(app, CallKind::Listen, "listens"),
        item(
            app,
            CallKind::Accept,
            "accepts: blocks until a client comes",
        ),
        text("Then a client:"),
        item(app, CallKind::Socket, "makes a socket"),
        item(app, CallKind::Connect, "connects it to the server"),
        item(app, CallKind::Send, "sends"),
        text(""),
        ("", more(app)),
    ]
}

fn middle(app: &App) -> Vec<Paragraph> {
    plain([what(), calls(app), more(app)])
}

/// The calls of a server and of a client.
fn calls(app: &App) -> String {
    let [socket, bind, listen, accept, connect, send] = keys(app);
    format!(
        "Server: `{socket}` makes a socket, `{bind}` binds it, `{listen}` listens, `{accept}` accepts. Client: \
         `{socket}` makes a socket, `{connect}` connects, `{send}` sends. {} runs each.",
        app.keys.name(ACCEPT)
    )
}

/// Whether Sockets has room for the calls; else they are in State.
fn has_room_for_calls(app: &App) -> bool {
    let areas = app.areas();
    let sockets = areas.pane(Pane::Sockets).map(PlacedPane::inside);
    sockets.is_some_and(|area| {
        [middle(app), short(app)].iter().any(|form| {
            wrapped(app, form, usize::from(area.width)).len() <= usize::from(area.height)
        })
    })
}

fn short(app: &App) -> Vec<Paragraph> {
    let [socket, bind, listen, accept, connect, send] = keys(app);
    let runs = app.keys.name(ACCEPT);
    let (map, help) = (app.keys.name(COURSE), app.keys.name(HELP));
    let types = app.keys.name(Action::Prompt);
    plain([
        "Each key makes one real system call.".to_owned(),
        format!("Server: `{socket}` makes a socket, `{bind}` `{listen}` `{accept}`."),
        format!("Client: `{socket}` `{connect}` `{send}`. {runs} runs each."),
        format!("`{types}` types, `{map}` course, `{help}` all keys."),
        "A second sockplay can connect.".to_owned(),
    ])
}

fn keys(app: &App) -> [String; 6] {
    [
        CallKind::Socket,
        CallKind::Bind,
        CallKind::Listen,
        CallKind::Accept,
        CallKind::Connect,
        CallKind::Send,
    ]
    .map(|call_kind| key(app, call_kind))
}

/// The key of a call; for one without a key what is typed at the prompt.
fn key(app: &App, call_kind: CallKind) -> String {
    match app.keys.of(call_kind) {
        "" => format!("{}{}", app.keys.name(Action::Prompt), call_kind.word()),
        key => key.to_owned(),
    }
}
