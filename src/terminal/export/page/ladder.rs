//! The ladder of a conversation as a table.

use std::fmt::Write;

use crate::app::state::App;
use crate::terminal::export::page::escape::html;
use crate::terminal::export::page::seconds;
use crate::world::sequence::{CallCell, Ladder, LadderRow, Sent, Side, Source, StateCell, ladder};

/// How many rows are shown: the newest.
const MOST: usize = 60;

/// The conversation of the selected socket, or why there is none.
pub(super) fn table(app: &App) -> String {
    let Some(socket) = app.selected() else {
        return "<p>No socket is selected.</p>\n".to_owned();
    };
    let ladder = match ladder(&app.world, socket.id()) {
        Ok(ladder) => ladder,
        Err(reason) => return format!("<p>{}.</p>\n", html(&reason.to_string())),
    };
    let [near, far] = ladder.titles.each_ref().map(|title| html(title));
    let mut out = format!(
        "<div class=\"scroll\"><table><caption>{}</caption>\n<thead><tr><th scope=\"col\">Time</th><th scope=\"col\">{near}</th>\
         <th scope=\"col\">State</th><th scope=\"col\">Between them</th><th scope=\"col\">State</th><th scope=\"col\">{far}</th></tr></thead>\n<tbody>\n",
        html(&caption(&ladder))
    );
    for row in &ladder.rows[ladder.rows.len().saturating_sub(MOST)..] {
        out.push_str(&line(row));
    }
    out.push_str("</tbody></table></div>\n");
    out
}

/// What the rows are, and what is missing.
fn caption(ladder: &Ladder) -> String {
    let source = match &ladder.source {
        Source::Observed => "The segments were captured.".to_owned(),
        Source::Inferred { reason, .. } => {
            format!("Segments are inferred from calls, states and counters; {reason}.")
        }
        Source::Calls => "Between the two ends is what the calls have sent.".to_owned(),
    };
    let states = " A state in parentheses follows from the segments and was not observed.";
    let hidden = match ladder.rows.len().saturating_sub(MOST) {
        0 => String::new(),
        rows => format!(" The first {rows} rows are left out."),
    };
    source + states + &hidden
}

fn line(row: &LadderRow) -> String {
    let [near, far] = row.calls.each_ref().map(|cell| call(cell.as_ref()));
    let [own, other] = row.states.map(|cell| html(&state(cell)));
    let between = row.sent.as_ref().map(sent).unwrap_or_default();
    let at = seconds(row.at);
    let mut out = String::new();
    // Writing to a String cannot fail.
    let _ = writeln!(
        out,
        "<tr><td>{at}</td><td>{near}</td><td>{own}</td><td>{between}</td><td>{other}</td><td>{far}</td></tr>"
    );
    out
}

fn call(cell: Option<&CallCell>) -> String {
    let Some(cell) = cell else {
        return String::new();
    };
    let result = cell.result.as_ref().map(|result| format!("-> {result}"));
    let words = [cell.call.clone(), result.unwrap_or_default()];
    let text = words.join(" ");
    format!("<code>{}</code>", html(text.trim()))
}

fn state(cell: Option<StateCell>) -> String {
    match cell {
        Some(StateCell { state, seen: true }) => state.to_string(),
        Some(StateCell { state, .. }) => format!("({state})"),
        None => String::new(),
    }
}

fn sent(sent: &Sent) -> String {
    let text = html(&sent.text);
    let inferred = if sent.inferred { " (inferred)" } else { "" };
    match sent.by {
        Side::Near => format!("{text}{inferred} →"),
        Side::Far => format!("← {text}{inferred}"),
    }
}
