//! Which control messages a confined line may send.

use crate::call::control_message::ControlMessage;
use crate::socket::control::Sent;
use crate::socket::control::layout::Layout;

/// The loopback interface, which is the first of every network namespace.
const LO: (u32, &str) = (1, "lo");

/// What is wrong with sending them; `None` when they may be sent.
pub(super) fn send(messages: &[ControlMessage]) -> Option<String> {
    messages.iter().find_map(|message| {
        // Those that have no row here choose routes and options of packets.
        let sent = message.row().map_or(Sent::Elsewhere, |row| row.sent);
        match sent {
            Sent::Elsewhere => Some(format!("{message} may send packets elsewhere")),
            Sent::Never | Sent::Freely | Sent::OverUnix if leaves(message) => Some(format!(
                "{message} names another interface or address than the loopback"
            )),
            Sent::Never | Sent::Freely | Sent::OverUnix => None,
        }
    })
}

/// Whether it names an interface or an address that is not that of the loopback.
fn leaves(message: &ControlMessage) -> bool {
    let index = message.interface_index().unwrap_or(0);
    let name = message.interface.as_deref();
    let is_elsewhere = index != 0 && index != LO.0 || name.is_some_and(|name| name != LO.1);
    let has_foreign_source = match message.row().map(|row| row.layout) {
        Some(Layout::PacketInfo) => match message.data.as_slice() {
            [_, _, _, _, first, a, b, c, ..] => *first != 127 && [*first, *a, *b, *c] != [0; 4],
            _ => true,
        },
        Some(Layout::PacketInfo6) => match message.data.first_chunk::<16>() {
            Some(address) => {
                let address = std::net::Ipv6Addr::from(*address);
                !address.is_loopback() && !address.is_unspecified()
            }
            None => true,
        },
        _ => false,
    };
    is_elsewhere || has_foreign_source
}

#[cfg(test)]
mod tests {
    use crate::call::Call;
    use crate::notation::parse_line;
    use crate::script::confinement::control::send;

    #[track_caller]
    fn is_allowed(message: &str) -> bool {
        let line = format!("sendmsg(u, [\"a\"], {message})");
        let command = parse_line(&line).expect(&line).command.expect(&line);
        let Call::Sendmsg { message, .. } = command.call else {
            panic!("{line}")
        };
        send(&message.control).is_none()
    }

    #[test]
    fn what_leads_packets_off_the_loopback_is_not_sent() {
        for good in [
            "IP_TTL(5)",
            "UDP_SEGMENT(100)",
            "IP_PKTINFO({127.0.0.2, lo})",
            "IP_PKTINFO({0.0.0.0, 1})",
            "IPV6_PKTINFO({::1})",
            "SO_TIMESTAMP(hex(00))",
        ] {
            assert!(is_allowed(good), "{good}");
        }
        for bad in [
            "SO_MARK(1)",
            "cmsg(IPPROTO_IP, 7, hex(00))",
            "cmsg(SOL_SOCKET, 99, hex(00))",
            "IP_PKTINFO({127.0.0.2, eth0})",
            "IP_PKTINFO({127.0.0.2, 2})",
            "IP_PKTINFO({192.0.2.1})",
            "IP_PKTINFO(hex(01))",
            "IPV6_PKTINFO({fe80::1})",
        ] {
            assert!(!is_allowed(bad), "{bad}");
        }
    }
}
