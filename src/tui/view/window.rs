//! The closed window in words.

use super::super::app::App;
use crate::world::Socket;

/// Said of a sender that finds the window of its peer closed: `window closed: s must receive first`. `None`: it does
/// not.
pub(super) fn shut_out(app: &App, sender: &Socket) -> Option<String> {
    let is_closed = sender.finds_window_closed();
    is_closed.then(|| closed_by(app.world.other_end(sender)))
}

/// Said of a connection, whichever of its ends is the one that has to receive.
pub(super) fn either(app: &App, socket: &Socket) -> Option<String> {
    let here = || {
        socket
            .keeps_window_closed()
            .then(|| closed_by(Some(socket)))
    };
    shut_out(app, socket).or_else(here)
}

fn closed_by(receiver: Option<&Socket>) -> String {
    let name = receiver.map_or("the peer", |socket| socket.name.as_str());
    format!("window closed: {name} must receive first")
}
