//! A socket in the words of the State pane: its phase and what led to it, what the kernel says, the phases so far.

use ratatui::text::Span;

use crate::app::state::App;
use crate::socket::TcpState;
use crate::view::text::moment;
use crate::world::Handle;

/// The phase and since when.
pub(crate) fn now(app: &App, socket: Handle<'_>) -> Vec<Span<'static>> {
    let since = moment(socket.since());
    vec![
        Span::styled(format!(" {} ", socket.phase()), app.theme.current),
        Span::styled(format!(" since {since}"), app.theme.secondary),
    ]
}

/// What led to the phase.
pub(crate) fn by(app: &App, socket: Handle<'_>) -> Option<Span<'static>> {
    let row = socket.path().last()?.by?;
    Some(Span::styled(
        format!(", by {}", row.cause.label()),
        app.theme.secondary,
    ))
}

/// What the kernel says about a TCP connection. Other sockets have no such states, and what is not a socket has none at
/// all.
pub(crate) fn kernel(app: &App, socket: Handle<'_>) -> Option<Vec<Span<'static>>> {
    let mut spans = vec![Span::styled(" kernel: ", app.theme.secondary)];
    let own = crate::view::other_end::own(app, socket);
    match socket.tcp() {
        Some(tcp) => {
            spans.push(Span::styled(tcp.to_string(), app.theme.observed));
            if let Some(own) = own {
                spans.push(Span::raw(format!(" here, {own} in its table")));
                return Some(spans);
            }
            spans.push(Span::styled(
                format!(", {}", meaning(socket, tcp)),
                app.theme.secondary,
            ));
        }
        None if own.is_some() => {
            spans.extend(own.map(|own| Span::styled(own, app.theme.observed)));
            spans.push(Span::styled(", no descriptor", app.theme.secondary));
        }
        None if socket.is_tcp() => {
            spans.push(Span::styled(
                "unavailable, descriptor closed; ask state()",
                app.theme.secondary,
            ));
        }
        None if socket.is_open() && socket.kind().is_socket() => {
            spans.push(Span::styled(
                "no TCP state; state() says whether it has a peer",
                app.theme.secondary,
            ));
        }
        None => return None,
    }
    Some(spans)
}

/// The meaning of a state of its connection.
pub(crate) fn meaning(socket: Handle<'_>, state: TcpState) -> &'static str {
    if state.has_fin_under_way() && socket.fin_is_queued() {
        "our FIN waits behind data that is not sent yet"
    } else {
        state.meaning()
    }
}

/// The phases so far with the times at which they began.
pub(crate) fn path(socket: Handle<'_>) -> String {
    let steps: Vec<String> = socket
        .path()
        .map(|step| format!("{} {}", moment(step.at), step.phase))
        .collect();
    format!("path: {}", steps.join(" → "))
}
