//! The zero window: an end that may not send, because the other one has no buffer space left. RFC 9293 section 3.8.6.

use crate::event::{End, Seen, Timer, TimerKind};
use crate::socket::TcpState;
use crate::world::Socket;

impl Socket {
    /// Whether its data waits until the peer reads, as the kernel's table showed it last.
    pub fn window_is_closed(&self) -> bool {
        self.closed_window().is_some()
    }

    /// Whether its FIN is queued behind data and not sent yet; tcp_info counts it as an unsent byte.
    pub fn fin_is_queued(&self) -> bool {
        let tcp_info = self.details().and_then(|details| details.tcp.value());
        tcp_info.is_some_and(|tcp| {
            tcp.not_sent > 0 && tcp.state.is_some_and(TcpState::has_fin_under_way)
        })
    }

    /// Whether its data waits until the peer reads, and how that is known: the kernel reported the window, or it
    /// follows from the timer alone.
    pub fn closed_window(&self) -> Option<Seen<()>> {
        let (_, endpoints) = self.endpoints.as_deref()?;
        endpoints.own.as_ref().and_then(closed)
    }

    /// Whether data of the peer waits until this end reads, and how that is known.
    pub fn closes_peer_window(&self) -> Option<Seen<()>> {
        let (_, endpoints) = self.endpoints.as_deref()?;
        endpoints.other_end().and_then(closed)
    }
}

impl End {
    /// Whether data is held back until more of it is there, though the window of the peer has room: the timer of probes
    /// runs, and sends it when it expires.
    pub fn holds_back(&self) -> bool {
        let waits = self.send.is_some_and(|send| send.count > 0);
        let is_probe = |timer: Timer| timer.kind == TimerKind::Probe;
        let tcp = self
            .details
            .as_deref()
            .and_then(|details| details.tcp.value());
        let is_known = tcp.is_some_and(|tcp| tcp.snd_wnd.is_some() && tcp.not_sent > 0);
        waits && is_known && self.timer.is_some_and(is_probe) && closed(self).is_none()
    }
}

/// An end that is blocked by a zero window: its kernel probes the window (RFC 9293 section 3.8.6.1), and what it has to
/// send next does not fit into it.
///
/// Linux runs the same timer while nothing is in flight and data is held back until more is sent, with MSG_MORE and
/// TCP_CORK: so the timer alone proves little.
fn closed(end: &End) -> Option<Seen<()>> {
    let timer = end.timer?;
    let waits = end.send.is_some_and(|send| send.count > 0);
    if timer.kind != TimerKind::Probe || !waits {
        return None;
    }
    let tcp = end
        .details
        .as_deref()
        .and_then(|details| details.tcp.value());
    let Some((tcp, window)) = tcp.and_then(|tcp| Some((tcp, tcp.snd_wnd?))) else {
        return Some(Seen::Inferred(()));
    };
    let next = tcp.not_sent.min(tcp.mss);
    (window < next).then_some(Seen::Observed(()))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use crate::event::{Bytes, SocketDetails};
    use crate::socket::TcpState;
    use crate::world::zero_window::*;

    fn end(kind: Option<TimerKind>, unacked: u32) -> End {
        End {
            identity: crate::event::Identity::default(),
            state: TcpState::Established,
            receive: Bytes::default(),
            send: Some(Bytes {
                count: unacked,
                control: None,
            }),
            timer: kind.map(|kind| Timer {
                kind,
                left: Duration::from_millis(200),
                times: 0,
            }),
            details: None,
        }
    }

    /// An end that probes the window, with so many unsent bytes and this window of the peer.
    fn probing(not_sent: u32, window: Option<u32>) -> End {
        let mut tcp = crate::call::tcp_info::decode(&[]);
        (tcp.not_sent, tcp.mss, tcp.snd_wnd) = (not_sent, 1448, window);
        let details = SocketDetails {
            inode: 7,
            shut: Seen::Unavailable(String::new()),
            memory: Seen::Unavailable(String::new()),
            tcp: Seen::Observed(tcp),
            congestion: Seen::Unavailable(String::new()),
            queue: None,
        };
        End {
            identity: crate::event::Identity::default(),
            details: Some(Box::new(details)),
            ..end(Some(TimerKind::Probe), not_sent)
        }
    }

    #[test]
    fn a_window_is_closed_when_what_comes_next_does_not_fit() {
        let observed = Some(Seen::Observed(()));
        assert_eq!(closed(&probing(20_000, Some(0))), observed);
        assert_eq!(closed(&probing(20_000, Some(1447))), observed);
        assert_eq!(closed(&probing(3, Some(2))), observed);
        assert_eq!(closed(&probing(3, Some(65_483))), None, "MSG_MORE");
        assert_eq!(closed(&probing(20_000, Some(1448))), None);
        assert_eq!(closed(&probing(0, Some(0))), None);
        assert!(probing(3, Some(65_483)).holds_back());
        assert!(!probing(20_000, Some(0)).holds_back());
        assert!(!probing(3, None).holds_back());
        assert!(!end(Some(TimerKind::Retransmit), 3).holds_back());
    }

    #[test]
    fn where_the_kernel_does_not_report_the_window_its_timer_decides() {
        let inferred = Some(Seen::Inferred(()));
        assert_eq!(closed(&probing(3, None)), inferred);
        assert_eq!(closed(&end(Some(TimerKind::Probe), 1)), inferred);
        assert_eq!(closed(&end(Some(TimerKind::Probe), 0)), None);
        assert_eq!(closed(&end(Some(TimerKind::Retransmit), 1)), None);
        assert_eq!(closed(&end(None, 1)), None);
    }
}
