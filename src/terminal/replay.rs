//! A recording on the screen: found, read, and folded into the world that the panes show.

use std::io;
use std::path::{Path, PathBuf};

use crate::app::replayed::Replayed;
use crate::app::state::App;
use crate::cli::ReplayArgs;
use crate::history::Timeline;
use crate::journal::Entry;
use crate::run::recorder::Recorder;
use crate::socket::text::escaped;
use crate::store::recording::kept;
use crate::store::recording::opened::{Contents, Opened};

/// Opens a recording. Gives it and the number of the session in it that is to be shown.
///
/// # Errors
///
/// When there is none, it cannot be read, or it does not have that session.
pub fn open(args: &ReplayArgs) -> io::Result<(Opened, usize)> {
    let path = match &args.recording {
        Some(recording) => located(recording),
        None => newest()?,
    };
    let shown = escaped(&path.display().to_string());
    let opened = Opened::open(&path).map_err(|error| {
        let advice = match path.exists() {
            true => "",
            false => "; `sockplay sessions` lists the recordings",
        };
        io::Error::other(format!("cannot replay {shown}: {error}{advice}"))
    })?;
    let parts = opened.parts();
    let part = match args.part {
        Some(part) => part as usize,
        None => parts,
    };
    if part > parts {
        return Err(io::Error::other(format!(
            "{shown} has {parts} session{}, so there is no session {part}",
            if parts == 1 { "" } else { "s" }
        )));
    }
    Ok((opened, part - 1))
}

/// The file of a recording: a path, or a name in the state directory.
fn located(recording: &Path) -> PathBuf {
    let is_path = recording.extension().is_some() || recording.components().count() > 1;
    match kept::directory().filter(|_| !is_path) {
        Some(directory) => directory.join(recording).with_extension(kept::ENDING),
        None => recording.to_owned(),
    }
}

/// The newest recording that no sockplay is writing.
fn newest() -> io::Result<PathBuf> {
    let directory = kept::directory();
    let all = directory.map_or_else(|| Ok(Vec::new()), |own| kept::all_in(&own));
    let all = all.map_err(|error| io::Error::other(error.to_string()))?;
    let complete = all.into_iter().rfind(|kept| !kept.is_in_use());
    complete.map(|kept| kept.path).ok_or_else(|| {
        io::Error::other("there is no recording yet: the playground makes one of each session")
    })
}

/// Folds a session of a recording into the world of the screen. Gives what reads it later, its worlds for looking back, and
/// what the person should know.
///
/// # Errors
///
/// When it cannot be read.
pub(crate) fn load(
    app: &mut App,
    opened: Opened,
    part: usize,
) -> io::Result<(Recorder, Timeline, Option<String>)> {
    let mut timeline = Timeline::default();
    let mut events = opened.events(part);
    for event in &mut events {
        let event = event.map_err(io::Error::other)?;
        crate::app::update::take_in(app, &event);
        app.now = app.now.max(event.at);
        timeline.take([Entry::Event(event)], &app.world);
    }
    let found = events.found;
    let notice = damaged(&found).or_else(|| opened.remark.clone());
    // What was said of an event then is not news any more.
    app.notice = None;
    app.replayed = Some(Replayed {
        began: kept::began(&opened.header),
        header: opened.header.clone(),
        part,
        parts: opened.parts(),
        lesson: found.lesson.clone(),
    });
    Ok((Recorder::replaying(opened, found), timeline, notice))
}

/// What is said of damaged lines.
fn damaged(found: &Contents) -> Option<String> {
    let first = found.damages.first()?;
    let more = found.more_damaged(1);
    let more = more.map_or_else(String::new, |more| format!(", {more}"));
    Some(format!("{first}{more}; all other lines are shown"))
}
