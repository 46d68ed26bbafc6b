//! `sockplay sessions`: the recordings in the state directory.

use std::io::{self, Write};
use std::time::{Duration, UNIX_EPOCH};

use serde::Serialize;

use crate::cli::{SessionsArgs, SessionsFormat};
use crate::socket::text::escaped;
use crate::store::recording::kept::{self, Kept, Summary};

/// A recording, for machines.
#[derive(Debug, Serialize)]
struct Listed {
    name: String,
    file: String,
    /// In seconds since 1970.
    began: Option<u64>,
    /// When it was last written, likewise.
    written: u64,
    what: String,
    calls: u64,
    bytes: u64,
    in_use: bool,
    cut_off: bool,
}

/// Lists the recordings, the oldest first.
///
/// # Errors
///
/// When they cannot be read, or the output cannot be written.
pub fn sessions(args: &SessionsArgs, out: &mut dyn Write) -> io::Result<()> {
    let directory = kept::directory();
    let all = directory.map_or_else(|| Ok(Vec::new()), |own| kept::all_in(&own));
    let all = all.map_err(|error| io::Error::other(error.to_string()))?;
    if all.is_empty() && args.format == SessionsFormat::Text {
        return writeln!(
            out,
            "No session is recorded yet: the playground, the course and the repl record each session."
        );
    }
    for kept in all {
        // It may have been removed meanwhile.
        let Ok(summary) = kept.summary() else {
            continue;
        };
        match args.format {
            SessionsFormat::Text => writeln!(out, "{}", line(&kept, &summary))?,
            SessionsFormat::Json => {
                let json = serde_json::to_string(&listed(&kept, &summary))?;
                writeln!(out, "{json}")?;
            }
        }
    }
    Ok(())
}

/// A recording in one line.
fn line(kept: &Kept, summary: &Summary) -> String {
    let began = summary.header.as_ref().map(kept::began);
    let mut notes = Vec::new();
    if summary.is_in_use {
        notes.push("being written");
    } else if summary.is_torn {
        notes.push("the last line is cut off");
    }
    if summary.header.is_none() {
        notes.push("the first line cannot be read");
    }
    format!(
        "{:<26}  {:<19}  {:>7}  {:>5} calls  {:>8}  {}{}",
        kept.name(),
        began.unwrap_or_default(),
        duration(kept, summary),
        summary.calls,
        size(kept.size),
        what(summary),
        notes
            .iter()
            .map(|note| format!("  ({note})"))
            .collect::<String>()
    )
    .trim_end()
    .to_owned()
}

fn what(summary: &Summary) -> String {
    let what = summary.header.as_ref().map(|header| header.what.words());
    escaped(&what.unwrap_or_default())
}

/// From its beginning until it was last written.
fn duration(kept: &Kept, summary: &Summary) -> String {
    let began = summary.header.as_ref().map(|header| header.began);
    let Some(began) = began.and_then(|began| UNIX_EPOCH.checked_add(Duration::from_secs(began)))
    else {
        return String::new();
    };
    let span = kept.written.duration_since(began).unwrap_or_default();
    match span.as_secs() {
        seconds @ ..60 => format!("{seconds} s"),
        seconds @ 60..3600 => format!("{} min", seconds / 60),
        seconds => format!("{} h", seconds / 3600),
    }
}

/// A size in the unit that a person would choose.
fn size(bytes: u64) -> String {
    match bytes {
        ..1000 => format!("{bytes} B"),
        1000..1_000_000 => format!("{} kB", bytes / 1000),
        1_000_000.. => format!("{:.1} MB", bytes as f64 / 1e6),
    }
}

fn listed(kept: &Kept, summary: &Summary) -> Listed {
    let since = kept.written.duration_since(UNIX_EPOCH);
    Listed {
        name: kept.name(),
        file: escaped(&kept.path.display().to_string()),
        began: summary.header.as_ref().map(|header| header.began),
        written: since.map_or(0, |since| since.as_secs()),
        what: what(summary),
        calls: summary.calls,
        bytes: kept.size,
        in_use: summary.is_in_use,
        cut_off: summary.is_torn && !summary.is_in_use,
    }
}
