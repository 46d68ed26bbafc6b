//! The moments of a session: its events in groups, and the state of the screen after each of them.

use std::io;
use std::time::Duration;

use crate::app::replayed::Replayed;
use crate::app::state::App;
use crate::event::{CallId, Event, EventKind, Timestamp};
use crate::run::session_file::SessionFile;
use crate::run::source::complain_of;
use crate::store::recording::kept;
use crate::terminal::appearance;

/// A group of events that was folded into the screen.
#[derive(Debug, Default)]
pub(super) struct Moment {
    /// The call that it begins with. `None`: it goes on with what happened after that.
    pub(super) call: Option<CallId>,
    /// The calls that ended in it.
    pub(super) ended: Vec<CallId>,
    /// When it ended.
    pub(super) at: Timestamp,
}

/// Folds the events of a session, and gives the screen after each group to `see`, which says whether it wants more. A
/// group ends at the next call, and where nothing happens for as long as `pause`. Gives how many calls the session has.
///
/// # Errors
///
/// When the recording cannot be read, or `see` fails.
pub(super) fn replay(
    session: &SessionFile,
    size: (u16, u16),
    theme: &str,
    pause: Option<Duration>,
    see: &mut dyn FnMut(&mut App, &Moment) -> io::Result<bool>,
) -> io::Result<usize> {
    let mut app = screen(session, size, theme)?;
    let mut moment = Moment::default();
    let (mut is_empty, mut is_wanted) = (true, true);
    let mut calls = 0;
    let mut events = session.opened.events(session.part);
    for event in &mut events {
        let event = event.map_err(io::Error::other)?;
        calls += usize::from(matches!(event.what, EventKind::Asked(_)));
        if is_wanted && !is_empty && begins(&event, moment.at, pause) {
            is_wanted = shown(&mut app, &moment, see)?;
            moment = Moment {
                at: moment.at,
                ..Moment::default()
            };
        }
        if is_wanted {
            is_empty = false;
            fold(&mut app, &mut moment, &event);
        }
    }
    if is_wanted && !is_empty {
        shown(&mut app, &moment, see)?;
    }
    complain_of(&events.found);
    Ok(calls)
}

/// The screen before the first event.
fn screen(session: &SessionFile, size: (u16, u16), theme: &str) -> io::Result<App> {
    let appearance = appearance::of_picture(theme, false)?;
    let header = session.opened.header.clone();
    let mut app = App::new(size, appearance, "/tmp".to_owned(), header.pid);
    app.replayed = Some(Replayed {
        began: kept::began(&header),
        header,
        part: session.part,
        parts: session.opened.parts(),
        lesson: None,
    });
    Ok(app)
}

/// Whether a new group begins with an event.
fn begins(event: &Event, before: Timestamp, pause: Option<Duration>) -> bool {
    let is_call = matches!(event.what, EventKind::Asked(_));
    is_call || pause.is_some_and(|pause| event.at.since(before) >= pause)
}

fn fold(app: &mut App, moment: &mut Moment, event: &Event) {
    crate::app::update::take_in(app, event);
    moment.at = moment.at.max(event.at);
    match &event.what {
        EventKind::Asked(request) => moment.call = Some(request.id),
        EventKind::Returned { call, .. }
        | EventKind::Refused { call, .. }
        | EventKind::Abandoned { call, .. } => moment.ended.push(*call),
        _ => {}
    }
}

/// Shows the screen with the socket of the call selected, and the newest call in the log.
fn shown(
    app: &mut App,
    moment: &Moment,
    see: &mut dyn FnMut(&mut App, &Moment) -> io::Result<bool>,
) -> io::Result<bool> {
    app.now = moment.at;
    app.notice = None;
    let record = moment.call.and_then(|call| app.world.call(call));
    let on = record.and_then(|record| {
        record
            .new_descriptors()
            .first()
            .copied()
            .or_else(|| record.on())
    });
    if let Some(on) = on.filter(|on| app.world.descriptor(*on).is_some()) {
        app.selection = Some(on);
    }
    see(app, moment)
}
