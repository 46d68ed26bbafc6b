//! The subject of the State pane: the set of a call that waits for several descriptors, or the selected descriptor.

use crate::app::state::App;
use crate::call::Call;
use crate::event::{CallId, Source};
use crate::socket::Kind;
use crate::world::{Handle, Progress, Record};

/// The subject.
#[derive(Debug, Clone, Copy)]
pub(crate) enum StateSubject<'a> {
    /// The array of a poll.
    Poll(&'a Record),
    /// The sets of a select.
    Select(&'a Record),
    /// An epoll instance.
    Epoll(Handle<'a>),
    /// A socket, or an opened file.
    Socket(Handle<'a>),
    /// Nothing is selected.
    Nothing,
}

/// How many of the newest calls are searched for one that has just ended.
const RECENT: usize = 32;

/// Whether a call has or changes a set.
pub(crate) fn is_about_set(call: &Call) -> bool {
    waits_for_events(call) || matches!(call, Call::EpollCtl { .. })
}

/// Whether a call waits for the events of a set.
fn waits_for_events(call: &Call) -> bool {
    call.passes_set() || call.call_kind().waits_on_epoll()
}

/// The subject of the State pane. A set comes first, unless the user has selected a socket since.
pub(crate) fn subject(app: &App) -> StateSubject<'_> {
    if !app.turned_to_socket
        && let Some(of_call) = call(app).and_then(|record| of_call(app, record))
    {
        return of_call;
    }
    match app.selected() {
        None => StateSubject::Nothing,
        Some(socket) if socket.kind() == Kind::Epoll => StateSubject::Epoll(socket),
        Some(socket) => StateSubject::Socket(socket),
    }
}

impl App {
    /// The call that the interrupt key cancels: the oldest that is pending on the selected descriptor, else the one
    /// whose set is displayed, else the oldest that is on no descriptor at all.
    pub fn interruptible(&self) -> Option<CallId> {
        let of_selected = self
            .selection
            .and_then(|socket| self.world.pending_with(socket).next());
        // Such as a poll without descriptors, or sigtimedwait.
        let is_on_none = |record: &&Record| record.on().is_none() && record.is_blocked();
        let found = of_selected
            .or_else(|| waiting(self))
            .or_else(|| self.world.pending().find(is_on_none));
        // A call of a traced program is the program's.
        found
            .filter(|record| matches!(record.source, Source::Session | Source::Child { .. }))
            .map(Record::id)
    }
}

/// The call whose set is displayed, while it waits.
fn waiting(app: &App) -> Option<&Record> {
    match subject(app) {
        StateSubject::Poll(record) | StateSubject::Select(record) => {
            Some(record).filter(|record| record.is_pending())
        }
        _ => None,
    }
}

fn of_call<'a>(app: &'a App, record: &'a Record) -> Option<StateSubject<'a>> {
    let call = record.call();
    if call.entries().is_some() {
        return Some(StateSubject::Poll(record));
    }
    if call.sets().is_some() {
        return Some(StateSubject::Select(record));
    }
    let epoll = app.world.descriptor(record.on()?)?;
    (epoll.kind() == Kind::Epoll).then_some(StateSubject::Epoll(epoll))
}

/// The call whose set is displayed: the selected or newest call, or one that is pending or has ended since the newest
/// was requested.
fn call(app: &App) -> Option<&Record> {
    let is_set = |record: &&Record| is_about_set(record.call());
    if app.log_selection.is_some() {
        return app.record().filter(is_set);
    }
    let newest = app.world.log().last()?;
    let waits = |record: &&Record| waits_for_events(record.call());
    let has_just_ended = |record: &&Record| match record.progress {
        Progress::Returned { at, .. } => waits(record) && at >= newest.asked,
        _ => false,
    };
    let recent = || app.world.log().iter().rev().take(RECENT);
    Some(newest)
        .filter(is_set)
        .or_else(|| app.world.pending().filter(waits).last())
        .or_else(|| recent().find(has_just_ended))
}
