//! The session that is exported: that of a recording, which is only read, or that of a script, which is run and recorded
//! first.

use std::io;
use std::path::PathBuf;
use std::time::Duration;

use tempfile::TempDir;

use crate::cli::{ExportArgs, ExportFormat};
use crate::engine::Signals;
use crate::event::EventKind;
use crate::journal::Recorded;
use crate::run::complain;
use crate::run::recorder::{Destination, Recorder};
use crate::run::source::{self, Source};
use crate::run::stage::{Interrupted, Reported, Stage};
use crate::script::{Pace, Script, Verdict};
use crate::store::recording::opened::Opened;

/// How long may be waited until it is known whether segments can be captured.
const CAPTURING: Duration = Duration::from_millis(500);
/// For how long segments are captured after the last line: those that answer it, and delayed acknowledgements.
const AFTERWARDS: Duration = Duration::from_millis(200);

/// A session in a file.
pub(crate) struct SessionFile {
    /// The recording.
    pub(crate) opened: Opened,
    /// Which of its sessions, from 0.
    pub(crate) part: usize,
    /// Whether an expectation of the script did not hold.
    pub(crate) broken: bool,
    /// The folder of the recording of a script, which is removed with it.
    _folder: Option<TempDir>,
}

/// What became of the file that was named.
pub(crate) enum Outcome {
    /// It has this session.
    Session(Box<SessionFile>),
    /// It cannot be read or run, and why.
    Unreadable(String),
    /// This signal ended the script.
    Interrupted(i32),
}

/// Opens a recording, or runs a script.
///
/// # Errors
///
/// When no session can be started.
pub(crate) fn open(args: &ExportArgs) -> io::Result<Outcome> {
    let outcome = match source::open(&args.file) {
        Ok(Source::Recording(opened)) => session(opened, false, None),
        Ok(Source::Script(script)) => run(&script, args.timeout)?,
        Err(reason) => Outcome::Unreadable(reason),
    };
    // A capture file without segments is not written, and the reason is given there.
    if let Outcome::Session(session) = &outcome
        && args.format != ExportFormat::Pcapng
        && !session.has_calls()
    {
        source::complain_of_no_calls(&args.file);
    }
    Ok(outcome)
}

impl SessionFile {
    /// Whether a call was made, or may have been: no more is read than is needed to know.
    fn has_calls(&self) -> bool {
        let mut events = self.opened.events(self.part);
        events.any(|event| match event {
            Ok(event) => matches!(event.what, EventKind::Asked(_)),
            // Whoever reads the session gives the reason.
            Err(_) => true,
        })
    }
}

/// The last session of a recording.
fn session(opened: Opened, broken: bool, folder: Option<TempDir>) -> Outcome {
    Outcome::Session(Box::new(SessionFile {
        part: opened.last(),
        opened,
        broken,
        _folder: folder,
    }))
}

/// Runs a script and records it: with what explains each result, and with its segments where they can be captured.
fn run(script: &Script, timeout: Duration) -> io::Result<Outcome> {
    let folder = tempfile::tempdir()?;
    let file: PathBuf = folder.path().join("session.jsonl");
    let what = Recorded::Script(script.origin.clone());
    let (recorder, _) = Recorder::begin(what, &Destination::In(file.clone()))?;
    let signals = Signals::hold(&[])?;
    let mut stage = Stage::start(Pace::Script, None, &signals)?;
    stage.recorder = recorder;
    stage.engine.watch_endpoints()?;
    stage.engine.capture();
    stage.player.set_timeout(timeout);
    for (index, line) in script.lines.iter().enumerate() {
        stage.push(index + 1, line.clone());
    }
    let played = play(&mut stage, &script.origin);
    stage.record();
    drop(std::mem::take(&mut stage.recorder));
    if let Some(notice) = stage.notice.take() {
        complain(&notice);
    }
    stage.engine.leave();
    Ok(match played {
        Ok(broken) => match Opened::open(&file) {
            Ok(opened) => session(opened, broken, Some(folder)),
            Err(error) => {
                Outcome::Unreadable(format!("error: the session was not recorded: {error}"))
            }
        },
        Err(Interrupted(signal)) => Outcome::Interrupted(signal),
    })
}

/// Plays all lines. Gives whether an expectation did not hold.
fn play(stage: &mut Stage<'_>, origin: &str) -> Result<bool, Interrupted> {
    stage.until(CAPTURING, &mut |world| {
        world.captured_traffic().capturing.is_some()
    })?;
    let mut broken = false;
    loop {
        if let Some(all) = stage.step() {
            for reported in all {
                broken |= take(stage, &reported, origin)?;
            }
            continue;
        }
        if stage.player.is_idle() {
            break;
        }
        stage.wait(None, &mut |_, _| {})?;
    }
    stage.until(AFTERWARDS, &mut |_| false)?;
    Ok(broken)
}

/// Completes what explains a line. Gives whether it did not do what the script expects, and says so.
fn take(stage: &mut Stage<'_>, reported: &Reported, origin: &str) -> Result<bool, Interrupted> {
    let Reported::Report(report) = reported else {
        return Ok(false);
    };
    if let Some(call) = report.call {
        stage.complete(call)?;
    }
    if matches!(report.verdict, Verdict::Held) {
        return Ok(false);
    }
    complain(&format!("{origin}:{}: {}", report.number, report.line()));
    Ok(true)
}
