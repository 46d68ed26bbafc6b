//! The other end of a connection, as the kernel's table shows it: state, queues, timer, and owner.

use std::time::Duration;

use crate::app::state::App;
use crate::event::{Bytes, End, Other, Owner, Seen, Timer, TimerKind, Timestamp};
use crate::socket::TcpState;
use crate::socket::text::escaped;
use crate::world::orphan::running;
use crate::world::{Handle, StateVisit};

/// All of it in one sentence. `None` for a socket that has no other end.
pub(crate) fn text(app: &App, socket: Handle<'_>) -> Option<String> {
    let (at, endpoints) = socket.endpoints()?;
    if !is_shown(app, socket) {
        return None;
    }
    let text = match &endpoints.other {
        Seen::Unavailable(reason) => format!("unavailable, {reason}"),
        Seen::Observed(other) => of_other(app, socket, other, *at),
        Seen::Inferred(other) => format!("{} (inferred)", of_other(app, socket, other, *at)),
    };
    Some(format!("other end: {text}"))
}

fn is_shown(app: &App, socket: Handle<'_>) -> bool {
    match socket.is_open() {
        true => socket.present_peer().is_some() || socket.tcp() == Some(TcpState::SynSent),
        false => socket.orphan_state(app.now).is_some(),
    }
}

fn of_other(app: &App, socket: Handle<'_>, other: &Other, at: Timestamp) -> String {
    match other {
        Other::Gone => gone(app, socket),
        Other::Waiting => "waits to be accepted, so no program has it yet".to_owned(),
        Other::There { end, owner } => {
            let parts = [
                Some(state(end, socket.is_tcp())),
                queues_of_other(app, end, owner),
                crate::view::zero_window::either(app, socket)
                    .and_then(crate::view::zero_window::marked),
                end.timer
                    .map(|timer| running(timer, at, app.now))
                    .filter(is_worth_showing)
                    .map(|timer| countdown(Timed::of(end), timer)),
                Some(owned(app, end, owner)),
            ];
            let parts: Vec<String> = parts.into_iter().flatten().collect();
            parts.join(" · ")
        }
    }
}

/// A connection that is no longer in the kernel's table. The descriptor of that end may still be open in the session,
/// with unread bytes.
fn gone(app: &App, socket: Handle<'_>) -> String {
    let gone = "gone; the kernel no longer has it";
    let open = app.world.peer(socket).filter(|peer| peer.is_open());
    match open.filter(|peer| peer.unread() > 0) {
        Some(peer) => format!("{gone} · {} B unread · {}", peer.unread(), whose(app, peer)),
        None => gone.to_owned(),
    }
}

/// The queues of the other end. In TIME_WAIT the kernel's table has none; the unread bytes then come from the
/// descriptor, if the session has it open.
fn queues_of_other(app: &App, end: &End, owner: &Seen<Owner>) -> Option<String> {
    if end.state != TcpState::TimeWait {
        return Some(queues(end));
    }
    let Some(Owner::Ours(id)) = owner.value() else {
        return None;
    };
    let unread = app.world.descriptor(*id).map(Handle::unread);
    let unread = unread.filter(|unread| *unread > 0)?;
    Some(format!("{unread} B unread"))
}

/// The state of a TCP connection; AF_UNIX has no states except whether there is a peer.
fn state(end: &End, is_tcp: bool) -> String {
    match end.state {
        state if is_tcp => state.to_string(),
        TcpState::Listen => "listening".to_owned(),
        TcpState::Established => "connected".to_owned(),
        _ => "unconnected".to_owned(),
    }
}

/// The queues: `5 B + FIN unread, 3 B unacked`; empty ones are left out.
pub(crate) fn queues(end: &End) -> String {
    let unread = full(end.receive).map(|length| format!("{length} unread"));
    let Some(send) = end.send else {
        return unread.unwrap_or_else(|| "nothing unread".to_owned());
    };
    let unacked = full(send).map(|length| format!("{length} unacked"));
    let queues: Vec<String> = [unread, unacked].into_iter().flatten().collect();
    match queues.is_empty() {
        true => "queues empty".to_owned(),
        false => queues.join(", "),
    }
}

pub(crate) fn full(bytes: Bytes) -> Option<String> {
    (bytes != Bytes::default()).then(|| length(bytes))
}

/// `5 B`, `5 B + FIN`, `FIN`
fn length(bytes: Bytes) -> String {
    match bytes {
        Bytes {
            count: 0,
            control: Some(control),
        } => control.to_owned(),
        Bytes {
            count,
            control: Some(control),
        } => format!("{count} B + {control}"),
        Bytes { count, .. } => format!("{count} B"),
    }
}

/// Who has a descriptor of a socket that is closed here, in few words.
pub(crate) fn owner_name(app: &App, owner: &Seen<Owner>) -> String {
    match owner.value() {
        Some(Owner::Ours(id)) => app.world.descriptor(*id).map_or_else(
            || "another descriptor".to_owned(),
            |own| own.name().to_string(),
        ),
        Some(Owner::Process { pid, program }) => format!("{} {pid}", escaped(program)),
        Some(Owner::Nobody) | None => "another place".to_owned(),
    }
}

/// Whether a timer is worth showing: not the retransmission timer that every segment starts and that rarely expires,
/// below this time left.
pub(crate) fn is_worth_showing(timer: &Timer) -> bool {
    let is_usual = timer.kind == TimerKind::Retransmit && timer.times == 0 && timer.left < USUAL;
    !timer.left.is_zero() && !is_usual
}

/// The first retransmission timer of a segment on the loopback has less time left; that of a SYN begins with 1 s.
const USUAL: Duration = Duration::from_millis(400);

/// What a timer measures.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Timed {
    state: TcpState,
    /// Whether no descriptor refers to the connection.
    is_orphan: bool,
    /// Whether data is held back though the window of the peer has room.
    holds_back: bool,
}

impl Timed {
    /// The end of a connection.
    pub(crate) fn of(end: &End) -> Self {
        Self {
            state: end.state,
            is_orphan: end.identity.inode.is_none_or(|inode| inode == 0),
            holds_back: end.holds_back(),
        }
    }

    fn orphan(state: TcpState) -> Self {
        Self {
            state,
            is_orphan: true,
            holds_back: false,
        }
    }
}

/// `ends in 59 s`, `retransmit 3 in 2 s`
pub(crate) fn countdown(timed: Timed, timer: Timer) -> String {
    let again = match timer.times {
        0 => String::new(),
        times => format!(" {}", u32::from(times) + 1),
    };
    format!("{}{again} in {}", word(timed, timer), seconds(timer))
}

/// What happens when a timer expires. In FIN_WAIT2 the kernel waits for the FIN no longer than tcp_fin_timeout or
/// TCP_LINGER2, tcp(7), and measures that with the timer of TIME_WAIT, or at first with that of keepalive.
fn word(timed: Timed, timer: Timer) -> &'static str {
    match (timed.state, timer.kind) {
        (TcpState::FinWait2, TimerKind::TimeWait) => "kernel drops it",
        (_, TimerKind::TimeWait) => "ends",
        (TcpState::FinWait2, TimerKind::Keepalive) if timed.is_orphan => "FIN_WAIT2 timer",
        (_, TimerKind::Probe) if timed.holds_back => "held back, sent",
        _ => timer.kind.word(),
    }
}

/// Whether the connection ends with a timer.
pub(crate) fn is_lifetime(timer: &Timer) -> bool {
    timer.kind == TimerKind::TimeWait
}

/// `ends 58 s`: the timer of an orphan, in few words.
pub(crate) fn orphan(app: &App, socket: Handle<'_>) -> Option<String> {
    let orphan_state = socket.orphan_state(app.now)?;
    let timer = orphan_state.timer.filter(is_worth_showing);
    let timed = Timed::orphan(orphan_state.state);
    let few = |timer: Timer| match (timer.kind, orphan_state.state) {
        (TimerKind::TimeWait, TcpState::FinWait2) => "dropped in",
        (TimerKind::TimeWait, _) => "ends in",
        _ => word(timed, timer),
    };
    let timer = timer.map(|timer| format!("{} {}", few(timer), seconds(timer)));
    Some(timer.unwrap_or_default())
}

/// The state of the other end in the kernel's table.
pub(crate) fn peer_state(app: &App, socket: Handle<'_>) -> Option<StateVisit> {
    let (at, endpoints) = socket.endpoints().filter(|_| is_shown(app, socket))?;
    match endpoints.other.value()? {
        Other::There { end, .. } => Some(StateVisit {
            state: end.state,
            at: Some(*at),
            is_direct: true,
        }),
        Other::Waiting | Other::Gone => None,
    }
}

/// The whole seconds that are left.
pub(crate) fn seconds(timer: Timer) -> String {
    format!("{} s", timer.left.as_millis().div_ceil(1000))
}

/// What the kernel's table shows of our own end when the descriptor shows less: after close(2), and in TIME_WAIT, in
/// which an open descriptor says CLOSE.
pub(crate) fn own(app: &App, socket: Handle<'_>) -> Option<String> {
    let (at, endpoints) = socket.endpoints()?;
    let (state, timer, timed) = if socket.is_open() {
        let own = endpoints.own.as_ref()?;
        let timer = own.timer.map(|timer| running(timer, *at, app.now));
        let timed = Timed::of(own);
        let shown = socket.hides_time_wait();
        shown.then_some((own.state, timer, timed))?
    } else {
        let orphan_state = socket.orphan_state(app.now)?;
        let timed = Timed::orphan(orphan_state.state);
        (orphan_state.state, orphan_state.timer, timed)
    };
    let timer = timer.filter(is_worth_showing);
    let timer = timer.map(|timer| countdown(timed, timer));
    let timer = timer.map(|timer| format!(", {timer}")).unwrap_or_default();
    Some(format!("{state}{timer}"))
}

/// `s, ours`; `fd4, of process 1234`
fn whose(app: &App, own: Handle<'_>) -> String {
    match app.world.traced_owner(own) {
        Some(pid) => format!("{}, of process {pid}", own.name()),
        None => format!("{}, ours", own.name()),
    }
}

fn owned(app: &App, end: &End, owner: &Seen<Owner>) -> String {
    match owner {
        Seen::Unavailable(reason) => format!("unavailable: {reason}"),
        Seen::Observed(owner) | Seen::Inferred(owner) => match owner {
            Owner::Ours(socket) => {
                let own = app.world.descriptor(*socket);
                own.map_or_else(|| "ours".to_owned(), |own| whose(app, own))
            }
            Owner::Process { pid, .. } if *pid == app.pid.cast_signed() => {
                "this sockplay, by a descriptor of its own".to_owned()
            }
            Owner::Process { pid, program } => format!("{}, pid {pid}", escaped(program)),
            Owner::Nobody if end.state == TcpState::Established => "not accepted yet".to_owned(),
            Owner::Nobody => "no descriptor".to_owned(),
        },
    }
}
