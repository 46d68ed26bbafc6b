//! The zero window in words.

use crate::app::state::App;
use crate::event::Seen;
use crate::world::Handle;

/// Said of a sender whose peer has a zero window: `window closed: s must receive first`. `None`: the window is open.
pub(crate) fn shut_out(app: &App, sender: Handle<'_>) -> Option<Seen<String>> {
    let closed = sender.closed_window()?;
    Some(closed.map(|()| closed_by(app.world.peer(sender))))
}

/// Said of a connection, whichever of its ends has to receive.
pub(crate) fn either(app: &App, socket: Handle<'_>) -> Option<Seen<String>> {
    let here = || {
        let closed = socket.closes_peer_window()?;
        Some(closed.map(|()| closed_by(Some(socket))))
    };
    shut_out(app, socket).or_else(here)
}

/// The text, marked if it is inferred.
pub(crate) fn marked(closed: Seen<String>) -> Option<String> {
    match closed {
        Seen::Observed(text) => Some(text),
        Seen::Inferred(text) => Some(format!("{text} (inferred)")),
        Seen::Unavailable(_) => None,
    }
}

fn closed_by(receiver: Option<Handle<'_>>) -> String {
    let name = receiver.map_or("the peer", |socket| socket.name().as_str());
    format!("window closed: {name} must receive first")
}
