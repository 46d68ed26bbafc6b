//! Running lines of the log again in a new session: those up to a selected one, or all but the last.

use std::collections::HashSet;

use crate::app::keymap::{ANEW, Action};
use crate::app::message::Effect;
use crate::app::overlay::{Content, Question};
use crate::app::state::{App, Mode};
use crate::app::update::lesson::anew;
use crate::call::Line;
use crate::event::{CallId, Reach, Source};
use crate::world::{Progress, Record};

/// The most lines that are run again at once.
const MOST: usize = 1000;

/// Asks whether to run the lines up to the selected one.
pub(crate) fn ask_to_here(app: &mut App) {
    let selected = app.log_selection;
    app.return_to_present();
    let log = app.world.log();
    let lines = match selected.and_then(|call| log.place(call)) {
        Some(place) => place + 1,
        None => log.len(),
    };
    ask(app, lines);
}

/// Asks whether to run all lines but the last one.
pub(crate) fn ask_undo(app: &mut App) {
    app.return_to_present();
    let log = app.world.log();
    let last = (0..log.len()).rfind(|place| log.get(*place).is_some_and(is_line));
    match last {
        Some(place) => ask(app, place),
        None => {
            let nothing = || "no line was run that could be undone".to_owned();
            let why = why_not(app, 0).unwrap_or_else(nothing);
            app.notify(why, false);
        }
    }
}

fn ask(app: &mut App, lines: usize) {
    match why_not(app, lines) {
        Some(why) => app.notify(why, true),
        None => app.mode = Mode::over(Content::Question(Question::Again { lines })),
    }
}

/// Why lines cannot be run again.
fn why_not(app: &App, lines: usize) -> Option<String> {
    if app.learn.study.is_some() {
        let anew = app.keys.name(ANEW);
        return Some(format!(
            "the lines of a lesson belong to its page, and are not run apart from it: {anew} restarts the page"
        ));
    }
    if app.program.is_some() {
        let restart = app.keys.name(Action::Restart);
        return Some(format!(
            "a traced program makes its calls itself: {restart} starts it again from its first call"
        ));
    }
    if app.world.log().forgotten() > 0 {
        return Some("the first lines of the session are not kept any more".to_owned());
    }
    let count = again(app, lines).len();
    (count > MOST).then(|| format!("these are {count} lines, and at most {MOST} are run again"))
}

/// Runs the first so many lines of the log in a new session.
pub(crate) fn run(app: &mut App, lines: usize, effects: &mut Vec<Effect>) {
    let again = again(app, lines);
    let first = app.world.log().range(0, lines);
    let kept: HashSet<CallId> = first.map(Record::id).collect();
    // Its results are what they were; its calls are made again.
    let mut script = app.script.take();
    app.mode = Mode::Panes;
    anew(app, Vec::new(), effects);
    let count = again.len();
    for (line, reach) in again {
        app.lines += 1;
        app.player.push(app.lines, line, reach);
    }
    if let Some(script) = &mut script {
        script.rewind(&|call| kept.contains(&call));
    }
    app.script = script;
    let lines = if count == 1 { "line runs" } else { "lines run" };
    app.notify(format!("{count} {lines} again, in a new session"), false);
}

/// The lines among the first so many calls of the log, each with what it may reach.
pub(crate) fn again(app: &App, lines: usize) -> Vec<(Line, Reach)> {
    let first = app.world.log().range(0, lines);
    let own = first.filter(|record| is_line(record));
    own.map(|record| {
        let line = Line {
            command: Some(record.request.command.as_ref().clone()),
            comment: None,
        };
        (line, record.request.reach)
    })
    .collect()
}

/// How many lines the session has that can be run again.
pub(crate) fn count(app: &App) -> usize {
    app.world.log().iter().filter(|own| is_line(own)).count()
}

/// Whether a call is a line of the session that was made. Those of the connections that serve() accepted are its own.
fn is_line(record: &Record) -> bool {
    let is_own = matches!(record.source, Source::Session | Source::Child { .. });
    let was_made = !matches!(record.progress, Progress::Refused(_));
    is_own && was_made && record.id().is_of_line()
}
