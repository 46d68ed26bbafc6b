//! The figure of the book: how a TCP connection goes from state to state, RFC 9293 section 3.3.2, figure 5.
//!
//! As in Linux: LISTEN begets a new socket that begins in SYN_RECV and does not become one itself, and nothing is sent
//! from LISTEN. A reset ends every connection in CLOSE; it has no edge here, as it has none there.

use crate::socket::TcpState::{
    Close, CloseWait, Closing, Established, FinWait1, FinWait2, LastAck, Listen, SynRecv, SynSent,
    TimeWait,
};
use crate::socket::{Cause, TcpState};

/// One edge.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Edge {
    /// The letter of its cells in `assets/diagrams/tcp_edges.txt`.
    pub mark: char,
    /// The state before.
    pub from: TcpState,
    /// The state after.
    pub to: TcpState,
    /// What moves it, and what is sent then.
    pub event: &'static str,
    /// The same as the figure writes it.
    pub label: &'static str,
}

const fn edge(
    mark: char,
    from: TcpState,
    to: TcpState,
    event: &'static str,
    label: &'static str,
) -> Edge {
    Edge {
        mark,
        from,
        to,
        event,
        label,
    }
}

/// All edges, in the order of the drawing.
pub static EDGES: [Edge; 18] = [
    edge('a', Close, Listen, "listen()", "listen()"),
    edge(
        'b',
        Listen,
        Close,
        "close(), or on Linux shutdown()",
        "close()",
    ),
    edge(
        'c',
        Close,
        SynSent,
        "connect(), SYN is sent",
        "connect() / SYN",
    ),
    edge(
        'd',
        SynSent,
        Close,
        "RST comes, timeout, or close()",
        "RST, timeout, close()",
    ),
    edge(
        'e',
        Listen,
        SynRecv,
        "SYN comes, SYN+ACK is sent: a new socket",
        "SYN / SYN+ACK",
    ),
    edge(
        'f',
        SynSent,
        SynRecv,
        "SYN comes, both opened at once",
        "SYN / SYN+ACK",
    ),
    edge('g', SynRecv, Established, "ACK comes", "ACK"),
    edge(
        'h',
        SynSent,
        Established,
        "SYN+ACK comes, ACK is sent",
        "SYN+ACK / ACK",
    ),
    edge(
        'i',
        SynRecv,
        FinWait1,
        "close(), FIN is sent",
        "close() / FIN",
    ),
    edge(
        'j',
        Established,
        FinWait1,
        "close() or shutdown(SHUT_WR), FIN is sent",
        "close() / FIN",
    ),
    edge(
        'k',
        Established,
        CloseWait,
        "FIN comes, ACK is sent",
        "FIN / ACK",
    ),
    edge('l', FinWait1, FinWait2, "ACK of our FIN comes", "ACK"),
    edge(
        'm',
        FinWait1,
        Closing,
        "FIN comes before that ACK, ACK is sent",
        "FIN / ACK",
    ),
    edge(
        'n',
        CloseWait,
        LastAck,
        "close() or shutdown(SHUT_WR), FIN is sent",
        "close() / FIN",
    ),
    edge(
        'o',
        FinWait2,
        TimeWait,
        "FIN comes, ACK is sent",
        "FIN / ACK",
    ),
    edge('p', Closing, TimeWait, "ACK of our FIN comes", "ACK"),
    edge('q', LastAck, Close, "ACK of our FIN comes", "ACK"),
    edge('r', TimeWait, Close, "after 60 s", "60 s"),
];

/// The edge between two states.
pub fn edge_between(from: TcpState, to: TcpState) -> Option<&'static Edge> {
    EDGES.iter().find(|edge| edge.from == from && edge.to == to)
}

/// What moved a socket from one state to the next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reason {
    /// In words, and what is sent then.
    pub event: &'static str,
    /// The same as the figure writes it.
    pub label: &'static str,
}

const fn because(event: &'static str, label: &'static str) -> Reason {
    Reason { event, label }
}

/// What moved a socket along an edge of the figure. Where an edge names several calls, the first of them that was made
/// on the socket decides. `None`: there is no such edge.
pub fn reason(from: TcpState, to: TcpState, causes: &[Cause]) -> Option<Reason> {
    if (from, to) == (FinWait1, TimeWait) {
        // The FIN came with the ACK of ours, or FIN_WAIT2 was too short to be seen.
        return Some(because("FIN comes, ACK is sent", "FIN / ACK"));
    }
    let edge = edge_between(from, to)?;
    let mut decided = causes.iter().filter_map(|cause| match (edge.mark, cause) {
        ('i' | 'j' | 'n', Cause::ShutWrite | Cause::ShutBoth) => {
            Some(because("shutdown(), FIN is sent", "shutdown() / FIN"))
        }
        ('i' | 'j' | 'n', Cause::Close) => Some(because("close(), FIN is sent", "close() / FIN")),
        ('b', Cause::ShutRead | Cause::ShutBoth) => Some(because("shutdown()", "shutdown()")),
        ('b' | 'd', Cause::Close) => Some(because("close()", "close()")),
        ('d', Cause::ConnectFailed) => Some(because("connect() failed", "connect() failed")),
        _ => None,
    });
    let usual = || because(edge.event, edge.label);
    Some(decided.next().unwrap_or_else(usual))
}

/// What opened a connection if it is not known whether both ends did so at once.
pub const OPENED: Reason = because("the handshake is complete", "handshake");

/// What ended a connection where no edge leads: an error that a call has reported since, or what nobody saw.
pub fn ended_without_edge(causes: &[Cause]) -> Reason {
    match causes.contains(&Cause::Aborted) {
        true => because("ended by an error", "error"),
        false => because("reset, or too fast to be seen", "reset or not seen"),
    }
}

/// The edges that lead on from a state.
pub fn edges_from(from: TcpState) -> impl Iterator<Item = &'static Edge> {
    EDGES.iter().filter(move |edge| edge.from == from)
}

/// Whether a connection is there that a reset would end.
pub fn has_connection(state: TcpState) -> bool {
    !matches!(state, Close | Listen | SynSent | TimeWait)
}

/// What the calls say of the end of a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Facts {
    /// Our FIN was sent: shutdown(2) ended our direction.
    pub we_finished: bool,
    /// The peer's FIN has come: a call read end of file, or the peer is of this playground and has called shutdown(2).
    pub peer_finished: bool,
    /// A call reported a reset.
    pub aborted: bool,
    /// The socket is connected to itself: what it sends it receives.
    pub itself: bool,
    /// It left SYN_SENT because a SYN came.
    pub opened_by_syn: bool,
}

/// Which facts a conclusion needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Given {
    /// There is no other path.
    Always,
    /// No other path but a reset, and our FIN having been sent rules that out.
    OurFin,
    /// The same of the peer's FIN.
    PeersFin,
    /// It is connected to itself, so that its FIN comes before the ACK of it, and no other path but a reset.
    Itself,
    /// The same, and our FIN having been sent rules a reset out.
    OwnFinToItself,
}

impl Given {
    fn holds(self, facts: Facts) -> bool {
        match self {
            Self::Always => true,
            Self::OurFin => facts.we_finished && !facts.aborted,
            Self::PeersFin => facts.peer_finished && !facts.aborted,
            Self::Itself => facts.itself,
            Self::OwnFinToItself => facts.itself && facts.we_finished && !facts.aborted,
        }
    }
}

/// The states before ESTABLISHED of a socket that accept(2) gave: the listener's, and the request's.
pub const BEFORE_ACCEPT: &[TcpState] = &[Listen, SynRecv];

/// From, to, the states on every path between, and which facts rule out other paths.
type Passage = (TcpState, TcpState, &'static [TcpState], Given);

/// States that are over before anyone can ask: on the loopback a segment is answered inside the call that sends it.
static PASSAGES: [Passage; 18] = [
    (Established, TimeWait, &[FinWait1, Closing], Given::Itself),
    (FinWait1, TimeWait, &[Closing], Given::Itself),
    (
        Established,
        Close,
        &[FinWait1, Closing, TimeWait],
        Given::OwnFinToItself,
    ),
    (FinWait1, Close, &[Closing, TimeWait], Given::OwnFinToItself),
    (Close, Established, &[SynSent], Given::Always),
    (Close, CloseWait, &[SynSent, Established], Given::Always),
    (
        Close,
        FinWait2,
        &[SynSent, Established, FinWait1],
        Given::OurFin,
    ),
    (SynSent, CloseWait, &[Established], Given::Always),
    (SynRecv, CloseWait, &[Established], Given::Always),
    (SynRecv, FinWait2, &[FinWait1], Given::Always),
    (Established, FinWait2, &[FinWait1], Given::Always),
    (Established, Closing, &[FinWait1], Given::Always),
    (Established, TimeWait, &[FinWait1], Given::Always),
    (Established, LastAck, &[CloseWait], Given::Always),
    (CloseWait, Close, &[LastAck], Given::OurFin),
    // The descriptor says CLOSE as soon as TIME_WAIT begins, which the kernel keeps without it.
    (FinWait1, Close, &[TimeWait], Given::PeersFin),
    (FinWait2, Close, &[TimeWait], Given::PeersFin),
    (Closing, Close, &[TimeWait], Given::PeersFin),
];

/// The states that a connection must have passed between two that were seen, as far as the facts are sure.
pub fn passed(from: TcpState, to: TcpState, facts: Facts) -> Vec<TcpState> {
    let mut rows = PASSAGES.iter();
    let row = rows.find(|row| row.0 == from && row.1 == to && row.3.holds(facts));
    let mut between = row.map_or_else(Vec::new, |row| row.2.to_vec());
    if !facts.opened_by_syn {
        return between;
    }
    let opens = |pair: &[TcpState]| pair == [SynSent, Established];
    let path: Vec<TcpState> = [&[from], &between[..], &[to]].concat();
    let at = path.windows(2).position(opens);
    if let Some(at) = at {
        between.insert(at, SynRecv);
    }
    between
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use crate::socket::tcp_figure::*;
    use crate::socket::tcp_state::TCP_STATES;

    /// Whether `to` can be reached from `from` without entering `without`.
    fn can_go(from: TcpState, to: TcpState, without: TcpState) -> bool {
        let mut seen = HashSet::from([from]);
        let mut open = vec![from];
        while let Some(at) = open.pop() {
            // A listening descriptor stays in LISTEN; only what begins there leaves by that edge.
            let own = |edge: &&Edge| from == Listen || edge.from != Listen || edge.to != SynRecv;
            for edge in edges_from(at).filter(own).filter(|edge| edge.to != without) {
                if seen.insert(edge.to) {
                    open.push(edge.to);
                }
            }
        }
        seen.contains(&to)
    }

    #[test]
    fn every_state_is_in_the_figure_and_no_two_edges_are_the_same() {
        for (_, state, ..) in TCP_STATES {
            assert!(edges_from(state).next().is_some(), "{state} leads nowhere");
            assert!(EDGES.iter().any(|edge| edge.to == state), "{state}");
        }
        let marks: HashSet<char> = EDGES.iter().map(|edge| edge.mark).collect();
        let ends: HashSet<_> = EDGES.iter().map(|edge| (edge.from, edge.to)).collect();
        assert_eq!((marks.len(), ends.len()), (EDGES.len(), EDGES.len()));
    }

    #[test]
    fn what_is_concluded_is_a_path_along_the_edges() {
        for (from, to, between, _) in PASSAGES {
            let path: Vec<TcpState> = [&[from], between, &[to]].concat();
            // TIME_WAIT also begins where FIN and its ACK come in one segment, figure 5, note 3.
            let in_one = |pair: &[TcpState]| pair == [FinWait1, TimeWait];
            for pair in path.windows(2) {
                let joined = edge_between(pair[0], pair[1]).is_some() || in_one(pair);
                assert!(joined, "{} to {} in {from} … {to}", pair[0], pair[1]);
            }
        }
    }

    #[test]
    fn what_is_always_concluded_is_on_every_path() {
        for (from, to, between, given) in PASSAGES {
            if given != Given::Always {
                continue;
            }
            for state in between {
                assert!(!can_go(from, to, *state), "{from} to {to} without {state}");
            }
        }
    }

    #[test]
    fn the_end_is_only_concluded_from_facts() {
        let none = Facts::default();
        assert!(passed(CloseWait, Close, none).is_empty(), "maybe a reset");
        let ours = Facts {
            we_finished: true,
            ..none
        };
        assert_eq!(passed(CloseWait, Close, ours), [LastAck]);
        let reset = Facts {
            aborted: true,
            ..ours
        };
        assert!(passed(CloseWait, Close, reset).is_empty());
        let theirs = Facts {
            peer_finished: true,
            ..none
        };
        assert_eq!(passed(FinWait2, Close, theirs), [TimeWait]);
        assert_eq!(passed(Established, FinWait2, none), [FinWait1]);
        assert!(passed(Established, CloseWait, none).is_empty(), "an edge");
    }

    #[test]
    fn a_syn_that_comes_in_syn_sent_leads_through_syn_recv() {
        let facts = Facts {
            opened_by_syn: true,
            ..Facts::default()
        };
        assert_eq!(passed(Close, Established, facts), [SynSent, SynRecv]);
        assert_eq!(passed(SynSent, Established, facts), [SynRecv]);
        assert_eq!(passed(SynSent, CloseWait, facts), [SynRecv, Established]);
        assert!(passed(SynRecv, Established, facts).is_empty());
    }

    #[test]
    fn a_fin_to_itself_leads_through_closing() {
        let facts = Facts {
            itself: true,
            ..Facts::default()
        };
        assert_eq!(passed(Established, TimeWait, facts), [FinWait1, Closing]);
        assert_eq!(passed(FinWait1, TimeWait, facts), [Closing]);
        assert!(
            passed(Established, Close, facts).is_empty(),
            "maybe a reset"
        );
        let finished = Facts {
            we_finished: true,
            ..facts
        };
        let path = [FinWait1, Closing, TimeWait];
        assert_eq!(passed(Established, Close, finished), path);
    }
}
