//! A step of a page: a call with its result, the explanation, and the screen as text and as a picture.

use std::fmt::Write;

use ratatui::buffer::Buffer;

use crate::app::state::App;
use crate::call::outcome::Outcome;
use crate::call::{Call, Command, Mode};
use crate::event::CallId;
use crate::explain::Why;
use crate::layout::{Pane, PlacedPane};
use crate::script::report::with_names;
use crate::terminal::characters::plain_in;
use crate::terminal::export::moments::Moment;
use crate::terminal::export::page::escape::html;
use crate::terminal::export::page::{ladder, seconds};
use crate::world::{Progress, Record, World};

/// How many sockets are listed.
const SOCKETS: usize = 60;
/// How long a call is shown, in characters.
const LONGEST: usize = 1000;

/// A step.
pub(super) struct Step {
    /// The call, for the list of all steps.
    pub(super) call: String,
    /// The step before its picture.
    pub(super) before: String,
    /// And after it.
    pub(super) after: String,
}

/// The step of a call.
pub(super) fn step(
    app: &App,
    screen: &Buffer,
    moment: &Moment,
    record: &Record,
    number: usize,
) -> Step {
    let call = call(&app.world, record);
    let mut before = format!(
        "<section class=\"step\" id=\"step-{number}\" aria-labelledby=\"title-{number}\">\n\
         <h2 id=\"title-{number}\"><span class=\"number\">{number}</span> <code>{}</code></h2>\n",
        html(&call)
    );
    before.push_str(&outcome(&app.world, record));
    for ended in moment.ended.iter().filter(|ended| **ended != record.id()) {
        before.push_str(&also(&app.world, *ended));
    }
    Step {
        call,
        before,
        after: after(app, screen),
    }
}

/// The screen as text.
fn after(app: &App, screen: &Buffer) -> String {
    let mut out = "<div class=\"screen-only\">\n<h3>Sockets</h3>\n".to_owned();
    out.push_str(&sockets(app));
    let state = app.geometry.areas.pane(Pane::State).map(PlacedPane::inside);
    let state = state.map(|area| plain_in(screen, area));
    if let (Some(state), Some(socket)) = (state, app.selected()) {
        let name = html(&socket.name().to_string());
        // Writing to a String cannot fail.
        let _ = write!(
            out,
            "<h3>State of <code>{name}</code></h3>\n<pre>\n{}</pre>\n",
            html(&state)
        );
    }
    out.push_str("</div>\n<h3>Conversation</h3>\n");
    out.push_str(&ladder::table(app));
    out.push_str("</section>\n");
    out
}

/// The call with the names that its sockets got.
fn call(world: &World, record: &Record) -> String {
    let command = Command {
        mode: Mode::Plain,
        ..record.request.command.as_ref().clone()
    };
    shortened(&with_names(world, &command, Some(record)).to_string())
}

fn shortened(text: &str) -> String {
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

/// What became of a call, and why.
fn outcome(world: &World, record: &Record) -> String {
    let Why { text, source, .. } = crate::explain::why(world, record);
    let source = match source {
        "" => String::new(),
        source => format!(" <cite>{}</cite>", html(source)),
    };
    format!(
        "<p class=\"result\">{}</p>\n<p class=\"why\">{}{source}</p>\n",
        result(world, record),
        html(&text)
    )
}

fn result(world: &World, record: &Record) -> String {
    match &record.progress {
        Progress::Returned { at, outcome } => {
            let result = shortened(&named(world, record, outcome));
            let result = html(&result);
            format!("<code>-&gt; {result}</code> at {} s", seconds(*at))
        }
        Progress::Running => "It has not returned yet.".to_owned(),
        Progress::Held => "It is held just before the call.".to_owned(),
        Progress::Blocked { at, .. } => {
            format!(
                "It blocks: seen asleep in the kernel at {} s.",
                seconds(*at)
            )
        }
        Progress::Refused(reason) => format!("It was not made: {}.", html(&reason.to_string())),
        Progress::Abandoned { reason, .. } => {
            format!("It did not return: {}.", html(&reason.to_string()))
        }
    }
}

/// A result with the names of its addresses.
fn named(world: &World, record: &Record, outcome: &Outcome) -> String {
    // getsockname(x) -> addr(x) would say nothing.
    let has_names = !matches!(record.call(), Call::Getsockname { .. });
    outcome.text(&|address| world.address_name(address).filter(|_| has_names))
}

/// An earlier call that ended in this step.
fn also(world: &World, ended: CallId) -> String {
    let Some(record) = world.call(ended) else {
        return String::new();
    };
    let call = html(&call(world, record));
    let outcome = outcome(world, record);
    format!("<h3>An earlier call has ended: <code>{call}</code></h3>\n{outcome}")
}

fn sockets(app: &App) -> String {
    let listed = app.listed();
    if listed.is_empty() {
        return "<p>There is none.</p>\n".to_owned();
    }
    let columns = ["Name", "Number", "Kind", "Own address", "Peer", "State"];
    let head: String = columns
        .iter()
        .map(|column| format!("<th scope=\"col\">{column}</th>"))
        .collect();
    let mut out =
        format!("<div class=\"scroll\"><table>\n<thead><tr>{head}</tr></thead>\n<tbody>\n");
    for socket in listed.iter().take(SOCKETS) {
        let address = |address: Option<&crate::socket::Address>| {
            address.map(ToString::to_string).unwrap_or_default()
        };
        let state = match socket.is_open() {
            true => app.world.state_word(*socket).unwrap_or_default(),
            false => "closed".to_owned(),
        };
        let cells = [
            socket.name().to_string(),
            socket.number().to_string(),
            format!("{} {}", socket.domain().short(), socket.kind().word()),
            address(socket.local()),
            address(socket.remote()),
            state,
        ];
        let cells = cells.map(|cell| format!("<td>{}</td>", html(&cell)));
        let _ = writeln!(out, "<tr>{}</tr>", cells.concat());
    }
    out.push_str("</tbody></table></div>\n");
    if let Some(more @ 1..) = listed.len().checked_sub(SOCKETS) {
        let _ = writeln!(out, "<p>{more} more are not listed.</p>");
    }
    out
}
