//! The lines about the pending calls of a socket: since when, what wakes them, and the key that interrupts.

use unicode_width::UnicodeWidthStr;

use crate::app::state::App;
use crate::event::Source;
use crate::view::text::moment;
use crate::world::{Progress, Record};

/// `recv() blocked since 4.012`, `wakes on data`, `i interrupts`: the most important first.
pub(crate) fn pending(app: &App, record: &Record) -> Vec<String> {
    let word = record.call().word();
    let since = moment(record.began());
    let further = if record.thread.is_some_and(|thread| thread.further) {
        " (2nd thread)"
    } else {
        ""
    };
    let interrupts = || match record.source {
        // What is shown of the past cannot be interrupted.
        Source::Session | Source::Child { .. } if !app.is_live() => None,
        Source::Session | Source::Child { .. } => {
            Some(format!("{} interrupts", app.interrupt_keys()))
        }
        Source::Traced { .. } | Source::Recording { .. } => None,
    };
    if record.progress == Progress::Held {
        return vec![format!("{word}() is held before it is made{further}")];
    }
    if record.interrupted {
        return vec![format!("{word}() being interrupted{further}")];
    }
    if record.call().call_kind().is_loop() {
        return looping(app, record, &format!("{word}(){further}"));
    }
    if let Some(until) = record.waits_until() {
        let until = moment(until);
        let text = format!("{word}() until {until} at most{further}");
        return [Some(text), interrupts()].into_iter().flatten().collect();
    }
    if !record.is_blocked() {
        return vec![format!("{word}() running since {since}{further}")];
    }
    let blocked = format!("{word}() blocked since {since}{further}");
    let wakes = app.prediction().is_none().then(|| wakes(app, record));
    let parts = [Some(blocked), wakes, interrupts()];
    parts.into_iter().flatten().collect()
}

/// `recv() blocked`: the same in two words.
pub(crate) fn short(record: &Record) -> String {
    let call_kind = record.call().call_kind();
    let how = match () {
        () if record.progress == Progress::Held => "held",
        () if record.interrupted => "ends",
        () if call_kind.is_loop() => "loops",
        () if record.waits_until().is_some() => "waits",
        () if record.is_blocked() => "blocked",
        () => "running",
    };
    format!("{}() {how}", call_kind.word())
}

/// `wakes on data, FIN or RST`, or who has to do what.
pub(crate) fn wakes(app: &App, record: &Record) -> String {
    let call_kind = record.call().call_kind();
    let sender = record
        .on()
        .filter(|_| call_kind.sends() || call_kind.is_loop());
    let sender = sender.and_then(|id| app.world.descriptor(id));
    // Who has to do what is more important than what is waited for.
    let closed = sender.and_then(|sender| crate::view::zero_window::shut_out(app, sender));
    let closed = closed.and_then(crate::view::zero_window::marked);
    closed.unwrap_or_else(|| format!("wakes on {}", crate::explain::wakes_on(&app.world, record)))
}

/// `echo() loops`, `12.4 MB/s, 5.1 MB`, `i ends`
fn looping(app: &App, record: &Record, call: &str) -> Vec<String> {
    let parts = [
        crate::view::throughput::rate(record, app.now),
        crate::view::throughput::moved(record),
    ];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    let parts = [
        Some(format!("{call} loops")),
        Some(parts.join(", ")).filter(|parts| !parts.is_empty()),
        (record.is_blocked() && app.prediction().is_none()).then(|| wakes(app, record)),
        app.is_live()
            .then(|| format!("{} ends", app.interrupt_keys())),
    ];
    parts.into_iter().flatten().collect()
}

/// The parts in as few rows as they need, each whole. A part that begins with a key comes last if all fit into one row,
/// else it follows the first part if there is room, or is in a later row that has room. It never has a row of its own.
pub(crate) fn packed(mut parts: Vec<String>, key: &str, width: usize) -> Vec<String> {
    let fits = |row: &str, part: &str| row.width() + BETWEEN.width() + part.width() <= width;
    let is_key = |part: &String| {
        let rest = part.strip_prefix(key);
        rest.is_some_and(|rest| rest.starts_with(' '))
    };
    let is_one_row = parts.join(BETWEEN).width() <= width;
    let mut last = parts.pop_if(|last| !is_one_row && is_key(last));
    if let (Some(first), Some(part)) = (parts.first_mut(), &last)
        && fits(first, part)
    {
        first.push_str(BETWEEN);
        first.push_str(part);
        last = None;
    }
    let mut rows: Vec<String> = Vec::new();
    for part in parts {
        match rows.last_mut() {
            Some(row) if fits(row, &part) => {
                row.push_str(BETWEEN);
                row.push_str(&part);
            }
            _ => rows.push(part),
        }
    }
    let place = |part: String| {
        let row = rows.iter_mut().find(|row| fits(row, &part))?;
        row.push_str(BETWEEN);
        row.push_str(&part);
        Some(())
    };
    last.and_then(place);
    rows
}

/// The separator between two parts of a row.
const BETWEEN: &str = " · ";
