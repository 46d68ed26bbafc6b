//! The notes about a socket, its queues and its pending calls: in lines below it, or in few words in its row.

use unicode_width::UnicodeWidthStr;

use crate::app::state::App;
use crate::call::table::CallKind;
use crate::event::Queue;
use crate::lesson::hides::Fact;
use crate::socket::Phase;
use crate::view::sockets::pending::short;
use crate::world::Handle;

/// Where the notes are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Notes {
    /// In lines of their own.
    Below,
    /// The queues in the row of the socket, as few rows are left.
    QueuesBeside,
    /// The pending calls there too.
    Beside,
}

/// The notes in the row of a socket, each after a blank.
#[derive(Debug, Default)]
pub(crate) struct Beside {
    /// `▮ 5 B`, `▮ 1 of 6`; empty if there is nothing in the queues, or no room.
    pub(crate) queue: String,
    /// `recv() blocked`; empty if no call is pending, or there is no room.
    pub(crate) calls: String,
}

impl Beside {
    /// All of them, without a limit.
    pub(crate) fn all(app: &App, socket: Handle<'_>, notes: Notes) -> Self {
        let note = |text: Option<String>| text.map_or_else(String::new, |text| format!(" {text}"));
        Self {
            queue: note(queue(app, socket).filter(|_| notes != Notes::Below)),
            calls: note(calls(app, socket).filter(|_| notes == Notes::Beside)),
        }
    }

    /// Those that fit into so many columns.
    pub(crate) fn fitting(app: &App, socket: Handle<'_>, notes: Notes, room: usize) -> Self {
        let mut beside = Self::all(app, socket, notes);
        if beside.queue.width() > room {
            beside.queue.clear();
        }
        if beside.width() > room {
            beside.calls.clear();
        }
        beside
    }

    /// Their columns.
    pub(crate) fn width(&self) -> usize {
        self.queue.width() + self.calls.width()
    }
}

fn queue(app: &App, socket: Handle<'_>) -> Option<String> {
    let queue = shown_queue(app, socket).filter(|queue| queue.length > 0);
    let waiting = |queue: Queue| format!("▮ {} of {}", queue.length, queue.limit.saturating_add(1));
    let is_shown = socket.is_open() && !app.hides(socket, Fact::Unread);
    let unread = Some(socket.unread()).filter(|unread| *unread > 0 && is_shown);
    let unread = unread.map(|unread| format!("▮ {unread} B"));
    queue.map(waiting).or(unread)
}

fn calls(app: &App, socket: Handle<'_>) -> Option<String> {
    let pending: Vec<String> = app.world.pending_with(socket.id()).map(short).collect();
    (!pending.is_empty()).then(|| pending.join(", "))
}

/// The accept queue of a listener, unless it is outdated at once.
pub(crate) fn shown_queue(app: &App, socket: Handle<'_>) -> Option<Queue> {
    let has_queue = socket.phase() == Phase::Listening
        && !is_served(app, socket)
        && !app.hides(socket, Fact::Pending);
    socket.accept_queue().filter(|_| has_queue)
}

/// Whether a loop accepts from it: then an observation of its queue is outdated at once.
fn is_served(app: &App, socket: Handle<'_>) -> bool {
    let mut pending = app.world.pending_on(socket.id());
    pending.any(|record| record.call().call_kind() == CallKind::Serve)
}
