//! The keys of a script that is open for stepping, and the results of its lines.

use crate::app::keymap::{SCRIPT, SCRIPT_AGAIN, SCRIPT_NEXT, ScriptAction};
use crate::app::message::Effect;
use crate::app::state::App;
use crate::app::update::lesson::anew;
use crate::event::CallId;
use crate::script::stepping::{Stepping, Taken};
use crate::script::{Pace, Report};

/// Does what a key does for the script.
pub(crate) fn act(app: &mut App, action: ScriptAction, effects: &mut Vec<Effect>) {
    let Some(script) = &app.script else {
        let text = "no script is open: `sockplay FILE.sock` opens one, and `sockplay run FILE.sock` runs one without a screen";
        return app.notify(text, false);
    };
    let shows = action == ScriptAction::Toggle;
    if script.hidden && !shows {
        let show = app.keys.name(SCRIPT);
        let text = format!("the script is hidden: {show} brings it back");
        return app.notify(text, false);
    }
    match action {
        ScriptAction::Next => next(app),
        ScriptAction::ToHere => to_here(app),
        ScriptAction::All => all(app),
        ScriptAction::Again => again(app, effects),
        ScriptAction::Toggle => toggle(app),
    }
}

/// Runs the next line.
pub(crate) fn next(app: &mut App) {
    if let Some(last) = free(app) {
        go_to(app, last);
    }
}

/// Runs the lines up to the selected one.
fn to_here(app: &mut App) {
    let Some(next) = free(app) else {
        return;
    };
    let selected = app.script.as_ref().map_or(next, Stepping::present);
    if selected < next {
        let text = format!(
            "line {} comes before the next one, which is line {}: {} begins the script again",
            selected + 1,
            next + 1,
            app.keys.name(SCRIPT_AGAIN)
        );
        return app.notify(text, false);
    }
    go_to(app, selected);
}

/// Runs all lines that are left.
fn all(app: &mut App) {
    if free(app).is_some() {
        go_to(app, usize::MAX);
    }
}

/// The next line, if one can be run now; else says why none can.
fn free(app: &mut App) -> Option<usize> {
    let script = app.script.as_ref()?;
    let text = match (script.running(), script.next()) {
        (None, Some(next)) => return Some(next),
        (Some(running), _) => format!(
            "line {} is still being run: {} interrupts it",
            running + 1,
            app.interrupt_keys()
        ),
        (None, None) if script.tally().all == 0 => {
            "the script has no line that could be run".to_owned()
        }
        (None, None) => format!(
            "the script has been run to its end: {} begins it again",
            app.keys.name(SCRIPT_AGAIN)
        ),
    };
    app.notify(text, false);
    None
}

fn go_to(app: &mut App, last: usize) {
    if let Some(script) = &mut app.script {
        script.go_to(last);
    }
    begin(app);
}

/// Gives the player the next line that is to be run. It is judged as `sockplay run` judges it.
fn begin(app: &mut App) {
    let number = app.lines + 1;
    let Some(line) = app.script.as_mut().and_then(|own| own.begin(number)) else {
        return;
    };
    app.lines = number;
    app.player
        .push_at(Pace::Script, number, line, app.typed_reach);
}

/// Handles the report of a line, and returns whether it is one of the script. The next line follows where one is to be
/// run.
pub(crate) fn reported(app: &mut App, report: &Report) -> bool {
    let goes_on = app.player.holds(report.number);
    let Some(script) = &mut app.script else {
        return false;
    };
    match script.take(report, goes_on) {
        Taken::NotOwn => false,
        Taken::GoesOn => true,
        Taken::Over {
            number,
            broken: Some(broken),
        } => {
            let next = app.keys.name(SCRIPT_NEXT);
            let text = format!("line {number} did not hold: {broken}. {next} goes on");
            app.notify(text, true);
            true
        }
        Taken::Over { broken: None, .. } => {
            begin(app);
            true
        }
    }
}

/// The script stops after the line that is being run. Gives whether more would have followed.
pub(crate) fn stop(app: &mut App) -> bool {
    let script = app.script.as_mut().filter(|script| script.goes_on());
    script.is_some_and(|script| {
        script.stop();
        true
    })
}

/// The call that the script waits for.
pub(crate) fn awaited_call(app: &App) -> Option<CallId> {
    let number = app.script.as_ref()?.running_number()?;
    let is_present = app.player.current_number() == Some(number);
    let call = app.player.current_call().filter(|_| is_present)?;
    let record = app.present().call(call)?;
    record.is_pending().then_some(call)
}

/// Begins the script again, in a new session.
fn again(app: &mut App, effects: &mut Vec<Effect>) {
    anew(app, Vec::new(), effects);
    app.notify("the script begins again, in a new session", false);
}

/// Hides the script, or shows it again.
fn toggle(app: &mut App) {
    let Some(script) = &mut app.script else {
        return;
    };
    script.hidden = !script.hidden;
    let is_hidden = script.hidden;
    app.keep_focus_visible();
    if is_hidden {
        let show = app.keys.name(SCRIPT);
        let text = format!("the script stays where it is, {show} brings it back");
        app.notify(text, false);
    }
}
