//! The closed window: an end that may not send, since the other one has no room for more. RFC 9293 section 3.8.6.

use super::Socket;
use crate::event::{End, Other, TimerKind};
use crate::socket::TcpState;

impl Socket {
    /// Whether data of its own waits until the peer receives some of what it has, as the kernel's table showed it last.
    pub fn finds_window_closed(&self) -> bool {
        let own = self.ends.as_ref().and_then(|(_, ends)| ends.own.as_ref());
        own.is_some_and(probes)
    }

    /// Whether its FIN is queued and has not been sent: it waits behind data, tcp_info counts it as a byte not sent.
    pub fn holds_fin_back(&self) -> bool {
        let told = self.inside().and_then(|inside| inside.tcp.value());
        told.is_some_and(|tcp| {
            tcp.not_sent > 0 && tcp.state.is_some_and(TcpState::has_fin_under_way)
        })
    }

    /// Whether data of the peer waits until this end receives some of what it has.
    pub fn keeps_window_closed(&self) -> bool {
        let other = self.ends.as_ref();
        match other.and_then(|(_, ends)| ends.other.value()) {
            Some(Other::There { end, .. }) => probes(end),
            _ => false,
        }
    }
}

/// The kernel asks again and again whether there is room only while data waits, nothing is under way, and the window
/// is too small for it: RFC 9293 section 3.8.6.1.
fn probes(end: &End) -> bool {
    let is_probing = end
        .timer
        .is_some_and(|timer| timer.kind == TimerKind::Probe);
    is_probing && end.send.is_some_and(|send| send.count > 0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::{Bytes, Timer};
    use std::time::Duration;

    fn end(kind: Option<TimerKind>, unacked: u32) -> End {
        End {
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
            inside: None,
        }
    }

    #[test]
    fn a_window_is_closed_while_data_waits_and_the_kernel_probes() {
        assert!(probes(&end(Some(TimerKind::Probe), 1)));
        assert!(!probes(&end(Some(TimerKind::Probe), 0)));
        assert!(!probes(&end(Some(TimerKind::Retransmit), 1)));
        assert!(!probes(&end(None, 1)));
    }
}
