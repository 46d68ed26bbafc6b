//! The queues of the selected socket: the bytes of a connection by the send() that they come from, the slots of a
//! listener, the datagrams in a receive queue. Each is marked as observed or inferred.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use crate::app::prediction::HIDDEN;
use crate::app::state::App;
use crate::event::{End, Queue, Seen};
use crate::layout::Extent;
use crate::socket::{Domain, Kind, Phase};
use crate::theme::Theme;
use crate::view::sheet::Sheet;
use crate::view::tape::{TAKEN, UNDERWAY, UNSENT, WAITING};
use crate::view::text::{cut_spans, paragraph};
use crate::world::Handle;
use crate::world::queues::{Flow, Piece, ReceivedDatagram};

/// How many of the newest receiving calls are listed.
const TOLD: usize = 6;
/// The most slots that are drawn.
const DRAWN: usize = 64;

/// The page.
pub(crate) fn sheet(app: &App, width: usize) -> Sheet {
    Sheet::new(" Queues ", lines(app, width))
}

/// The pane.
pub(crate) fn draw(app: &App, area: Rect, on: &mut Frame<'_>) -> Extent {
    let lines = lines(app, usize::from(area.width));
    let extent = Extent::of(app.scroll.queues, lines.len(), area.height);
    crate::view::frame::rows(lines.into_iter().skip(extent.at), area, on);
    if extent.at < extent.last {
        crate::view::frame::more_below(app, area, on);
    }
    extent
}

fn lines(app: &App, width: usize) -> Vec<Line<'static>> {
    let theme = &app.theme;
    let Some(socket) = app.selected() else {
        return paragraph("No socket is selected.", width, theme.secondary);
    };
    if app.covers(socket) {
        return paragraph(HIDDEN, width, theme.secondary);
    }
    let outdated = crate::view::as_of::both_ends(app, socket, width).into_iter();
    outdated.chain(queued(app, socket, width)).collect()
}

/// What is in its queues.
fn queued(app: &App, socket: Handle<'_>, width: usize) -> Vec<Line<'static>> {
    let theme = &app.theme;
    match (socket.kind(), socket.phase()) {
        (_, Phase::Listening) => listener(app, socket, width),

        (Kind::Stream | Kind::Seqpacket, Phase::Unbound | Phase::Bound | Phase::Failed) => {
            let text = format!(
                "{} has no peer, so nothing is queued for it or by it.",
                socket.name()
            );
            paragraph(&text, width, theme.secondary)
        }
        (Kind::Datagram, Phase::Unbound) if socket.unread() == 0 => {
            let text = format!(
                "{} has no address, so nobody can send to it.",
                socket.name()
            );
            paragraph(&text, width, theme.secondary)
        }
        (Kind::Datagram | Kind::Seqpacket, _) => messages(app, socket, width),
        (Kind::Stream, _) => stream(app, socket, width),
        (Kind::Raw, _) => paragraph(&packets(socket), width, Style::new()),
        _ => paragraph("There is no queue to draw for it.", width, theme.secondary),
    }
}

/// What waits at a raw socket: the kernel shows the length of the next packet only.
fn packets(socket: Handle<'_>) -> String {
    let name = socket.name();
    match socket.unread() {
        0 => format!("No packet with data waits for {name} (observed)."),
        unread => format!(
            "{WAITING} in the receive queue of {name} (observed): the next packet has {unread} B. Others may wait behind it."
        ),
    }
}

/// The accept queue as slots.
fn listener(app: &App, socket: Handle<'_>, width: usize) -> Vec<Line<'static>> {
    let theme = &app.theme;
    let name = socket.name();
    let Some(Queue { length, limit }) = socket.accept_queue() else {
        let text = format!(
            "The kernel does not report the accept queue of {name}: pending({name}) asks for it."
        );
        return paragraph(&text, width, theme.secondary);
    };
    let places = limit.saturating_add(1);
    let title = format!("The accept queue of {name}: {length} of {places} (observed)");
    let mut lines = paragraph(&title, width, theme.title);
    let known = app.world.unaccepted(socket);
    let (mut row, mut spans) = (0, Vec::new());
    for slot in 0..(places as usize).min(DRAWN) {
        let who = known.get(slot).map_or("?", |own| own.name().as_str());
        let (text, style) = if slot < length as usize {
            (format!("▮{who} "), color(theme, slot + 1))
        } else {
            ("▯ ".to_owned(), theme.secondary)
        };
        let wide = text.chars().count();
        if row + wide > width {
            lines.push(Line::from(std::mem::take(&mut spans)));
            row = 0;
        }
        row += wide;
        spans.push(Span::styled(text, style));
    }
    lines.push(Line::from(spans));
    let rule = format!(
        "A backlog of {limit} lets {places} connection{} wait: Linux queues one more than the backlog.",
        if places == 1 { "" } else { "s" }
    );
    lines.extend(paragraph(&rule, width, theme.secondary));
    if !known.is_empty() {
        let text = "Which clients wait is inferred from the addresses, in the order of connect().";
        lines.extend(paragraph(text, width, theme.secondary));
    }
    if length >= places {
        let text = format!("It is full{}.", what_follows(socket));
        lines.extend(paragraph(&text, width, theme.bad));
    }
    lines.extend(handshakes(app, socket, limit, width));
    lines
}

/// What happens to a connect() to a listener whose queue is full.
fn what_follows(socket: Handle<'_>) -> &'static str {
    if socket.is_tcp() {
        ": a SYN that comes now is dropped silently, and its connect() sends it again until it gives up (ETIMEDOUT)"
    } else if socket.domain() == Domain::UNIX {
        ": a connect() that comes now sleeps until accept() makes room, and one that must not block gives EAGAIN, unix(7)"
    } else {
        ""
    }
}

/// The SYN queue: clients that have sent a SYN and whose handshake is not complete, and the SYNs that were dropped.
fn handshakes(app: &App, socket: Handle<'_>, limit: u32, width: usize) -> Vec<Line<'static>> {
    let theme = &app.theme;
    let name = socket.name();
    let mut lines = vec![Line::default()];
    match socket.half_open() {
        // AF_UNIX has no handshake.
        None => return Vec::new(),
        Some(Seen::Unavailable(why)) => {
            let text = format!("The SYN queue of {name}: not known, {why}.");
            lines.extend(paragraph(&text, width, theme.secondary));
        }
        Some(seen) => {
            let clients = seen.value().map(Vec::as_slice).unwrap_or_default();
            let count = clients.len();
            let end = if count == 1 { "" } else { "s" };
            let title =
                format!("The SYN queue of {name}: {count} handshake{end} in progress (observed)");
            lines.extend(paragraph(&title, width, theme.title));
            let who = clients.iter().take(DRAWN);
            lines.extend(who.map(|client| Line::raw(format!("◌ {client}"))));
            let rule = format!(
                "Here a connection is in SYN_RECV and has no socket yet. Linux limits it by the backlog too, {limit}: listen(2), and \
                 by tcp_max_syn_backlog where SYN cookies are off: tcp(7)."
            );
            lines.extend(paragraph(&rule, width, theme.secondary));
        }
    }
    if let Some(drops) = socket
        .memory()
        .and_then(|memory| crate::view::socket_details::dropped(&memory))
    {
        let text = format!(
            "{drops} at this socket so far (SO_MEMINFO, observed): SYNs and last ACKs without room, ACKs that TCP_DEFER_ACCEPT ignores, bad segments; the kernel keeps one count for all."
        );
        lines.extend(paragraph(&text, width, theme.bad));
    }
    lines
}

/// Both directions of a connection.
fn stream(app: &App, socket: Handle<'_>, width: usize) -> Vec<Line<'static>> {
    let theme = &app.theme;
    let Some(peer) = app.world.peer(socket) else {
        return to_stranger(app, socket, width);
    };
    let mut lines = Vec::new();
    // A socket that is connected to itself has one direction.
    let back = Some((peer, socket)).filter(|_| peer.file_id() != socket.file_id());
    for (from, to) in [(socket, peer)].into_iter().chain(back) {
        if !lines.is_empty() {
            lines.push(Line::default());
        }
        let title = format!("{} → {}", from.name(), to.name());
        lines.extend(paragraph(&title, width, theme.title));
        if !to.is_open() {
            let text = format!("{} is closed: what it had not received is gone.", to.name());
            lines.extend(paragraph(&text, width, theme.secondary));
            continue;
        }
        match app.world.flow(from, to) {
            Some(flow) => {
                let names = [from.name().as_str(), to.name().as_str()];
                lines.extend(direction(
                    theme,
                    names,
                    &flow,
                    [false, holds_back(from)],
                    width,
                ));
            }
            None => lines.extend(paragraph(
                "A loop or another process moves bytes here, and its individual calls are not known.",
                width,
                theme.secondary,
            )),
        }
        lines.extend(closed(
            theme,
            crate::view::zero_window::shut_out(app, from),
            width,
        ));
    }
    lines
}

/// Both directions of a connection whose other end is not one of our sockets: in another program, or not accepted yet.
fn to_stranger(app: &App, socket: Handle<'_>, width: usize) -> Vec<Line<'static>> {
    let theme = &app.theme;
    let name = socket.name().as_str();
    let mut lines = Vec::new();
    let listener = app.world.queue_of_peer(socket);
    let there = match listener {
        Some(listener) => format!("its other end in the queue of {}", listener.name()),
        None => "its other end".to_owned(),
    };
    if let Some(flow) = app.world.flow_to_stranger(socket) {
        lines.extend(paragraph(&format!("{name} → {there}"), width, theme.title));
        lines.extend(direction(
            theme,
            [name, &there],
            &flow,
            [true, holds_back(socket)],
            width,
        ));
        lines.extend(closed(
            theme,
            crate::view::zero_window::either(app, socket),
            width,
        ));
        lines.push(Line::default());
    }
    lines.extend(paragraph(&format!("{there} → {name}"), width, theme.title));
    let whence = match listener {
        Some(listener) => format!("Nobody can have sent before accept({}).", listener.name()),
        None => "Only the other program knows which send() they come from.".to_owned(),
    };
    let text = format!(
        "{WAITING} in the receive queue of {name} (observed): {} B. {whence}",
        socket.unread()
    );
    lines.extend(paragraph(&text, width, Style::new()));
    lines
}

/// Why nothing moves from the send queue to the receive queue.
fn closed(theme: &Theme, text: Option<Seen<String>>, width: usize) -> Vec<Line<'static>> {
    let text = text.and_then(|text| match text {
        Seen::Observed(text) => Some(format!("{text} (observed: the kernel probes the window)")),
        Seen::Inferred(text) => Some(format!(
            "{text} (inferred: the kernel probes, and the window is not reported)"
        )),
        Seen::Unavailable(_) => None,
    });
    text.map_or_else(Vec::new, |text| paragraph(&text, width, theme.warning))
}

/// Whether the kernel holds data of a socket back though its peer has room for it.
fn holds_back(socket: Handle<'_>) -> bool {
    let own = socket
        .endpoints()
        .and_then(|(_, endpoints)| endpoints.own.as_ref());
    own.is_some_and(End::holds_back)
}

/// The tape of one direction, and below it each place in words. Of what another program received only the sum is known.
fn direction(
    theme: &Theme,
    [from, to]: [&str; 2],
    flow: &Flow,
    [is_sum, is_held_back]: [bool; 2],
    width: usize,
) -> Vec<Line<'static>> {
    let mut lines = crate::view::tape::lines(theme, flow, |send| color(theme, send), width);
    if flow.given.is_empty() && flow.given_before == 0 && flow.foreign == 0 {
        let text = format!("{from} has sent nothing.");
        return paragraph(&text, width, theme.secondary);
    }
    if let Some(given) = flow.given.last().filter(|_| flow.is_sending) {
        let text = format!(
            "sending call {} of {from} has not returned: {} B so far in the kernel (inferred)",
            flow.first_given + flow.given.len(),
            given.bytes
        );
        lines.extend(paragraph(&text, width, theme.warning));
    }
    let first = flow.taken.len().saturating_sub(TOLD);
    for (at, taken) in flow.taken.iter().enumerate().skip(first) {
        let call = match is_sum {
            true if flow.taken_before > 0 => format!(
                "taken there so far {} B of the sends before +",
                flow.taken_before
            ),
            true => "taken there so far".to_owned(),
            false => format!("receiving call {} of {to} took", flow.first_taken + at + 1),
        };
        let text = format!("{TAKEN} {call} {}", listed(taken));
        lines.extend(paragraph(&text, width, theme.secondary));
    }
    let underway = match (&flow.unsent, flow.underway.is_empty()) {
        (Some(_), true) => None,
        (Some(_), false) => Some(format!(
            "{UNDERWAY} sent by {from}, not seen at {to} yet (inferred)"
        )),
        (None, _) => Some(format!(
            "{UNDERWAY} in the send queue of {from} or in transit (inferred)"
        )),
    };
    let unsent = flow.unsent.as_ref().map(|unsent| {
        let why = match is_held_back {
            true => ", held back until more is there (TCP_CORK, MSG_MORE, Nagle)",
            false => ", not sent yet",
        };
        let title = format!("{UNSENT} in the send queue of {from}{why} (observed)");
        (title, unsent)
    });
    let places = [
        Some((
            format!("{WAITING} in the receive queue of {to} (observed)"),
            &flow.waiting,
        )),
        underway.map(|title| (title, &flow.underway)),
        unsent,
    ];
    for (title, pieces) in places.into_iter().flatten() {
        lines.extend(paragraph(
            &format!("{title}: {}", listed(pieces)),
            width,
            Style::new(),
        ));
    }
    if flow.foreign > 0 {
        let text = format!("and {} B that no call here has sent", flow.foreign);
        lines.extend(paragraph(&text, width, theme.secondary));
    }
    lines
}

/// `3 of send 1 + 2 of send 2`
fn listed(pieces: &[Piece]) -> String {
    if pieces.is_empty() {
        return "0 B".to_owned();
    }
    let (passed, read): (Vec<&Piece>, Vec<&Piece>) =
        pieces.iter().partition(|piece| piece.is_passed_over);
    let parts: Vec<String> = read
        .iter()
        .map(|piece| format!("{} B of send {}", piece.bytes, piece.send))
        .collect();
    let past = passed
        .iter()
        .map(|piece| format!(", past the urgent byte of send {}", piece.send));
    parts.join(" + ") + &past.collect::<String>()
}

/// Messages in the receive queue, each in a box of its own.
fn messages(app: &App, socket: Handle<'_>, width: usize) -> Vec<Line<'static>> {
    let theme = &app.theme;
    let waiting = app.world.datagrams(socket);
    let title = format!("Messages to {}, each whole (inferred)", socket.name());
    let mut lines = received_datagrams(app, socket, width);
    lines.extend(paragraph(&title, width, theme.title));
    lines.extend(crate::view::boxes::lines(
        &waiting,
        |send| color(theme, send),
        width,
    ));
    let next = match (socket.unread(), waiting.first()) {
        (0, None) => "None waits.".to_owned(),
        (0, Some(_)) => {
            "The kernel says that none with data waits: they were lost, or had 0 bytes.".to_owned()
        }
        (unread, Some(first)) if u64::from(unread) == first.bytes => {
            format!(
                "The next one has {unread} B (observed): one receiving call takes it, and only it."
            )
        }
        (unread, _) => {
            format!(
                "The next one has {unread} B (observed): others have sent to it, or some were lost."
            )
        }
    };
    lines.extend(paragraph(&next, width, Style::new()));
    if socket.error_queued() {
        let record = "The error queue holds a record (observed). recvmsg() takes it with MSG_ERRQUEUE; until then poll() reports POLLERR.";
        lines.extend(paragraph(record, width, theme.warning));
    }
    let drops = socket
        .memory()
        .and_then(|memory| crate::view::socket_details::dropped(&memory));
    if let Some(drops) = drops {
        let text =
            format!("{drops} at this socket so far, for lack of room (SO_MEMINFO, observed).");
        lines.extend(paragraph(&text, width, theme.bad));
    }
    lines
}

/// The messages that were received last; for one that was longer than the buffer, what was cut off.
fn received_datagrams(app: &App, socket: Handle<'_>, width: usize) -> Vec<Line<'static>> {
    let theme = &app.theme;
    let (first, newest) = app.world.received_datagrams(socket, TOLD);
    let mut lines = Vec::new();
    for (at, ReceivedDatagram { got, had }) in (first..).zip(&newest) {
        let mut spans = vec![
            Span::styled(
                format!("receiving call {} of {} took ", at + 1, socket.name()),
                theme.secondary,
            ),
            Span::styled(format!("▐{got} B▌"), theme.good),
        ];
        if had > got {
            let cut = format!(
                "✂┄{} B┄┐ lost: the buffer had room for {got} of {had}",
                had - got
            );
            spans.push(Span::styled(cut, theme.bad));
        }
        lines.push(cut_spans(spans, width));
    }
    if !lines.is_empty() {
        lines.push(Line::default());
    }
    lines
}

/// The colour of a send(); its number distinguishes it too.
fn color(theme: &Theme, send: usize) -> Style {
    let all = [theme.good, theme.accent, theme.warning, theme.bad];
    all[send.saturating_sub(1) % all.len()]
}
