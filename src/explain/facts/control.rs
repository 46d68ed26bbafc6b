//! What control messages do to a datagram that is sent, and what they say of one that was received: cmsg(3), ip(7), ipv6(7),
//! udp(7); and how many messages a call moved, sendmmsg(2) and recvmmsg(2).

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use crate::call::Call;
use crate::call::argument::Message;
use crate::call::control_message::{ControlMessage, length};
use crate::call::outcome::Returned;
use crate::explain::context::Context;
use crate::socket::control::Sent;
use crate::socket::control::layout::Layout;

/// The most segments of one send with UDP_SEGMENT before Linux 6.9: 128 since then.
const SEGMENTS: u64 = 64;

impl<'a> Context<'a> {
    /// How many messages sendmmsg(2) sent.
    pub(crate) fn messages_sent(&self) -> Option<usize> {
        match self.returned()? {
            Returned::Sent(lengths) => Some(lengths.len()),
            _ => None,
        }
    }

    /// How many messages it was given.
    pub(crate) fn messages_given(&self) -> Option<usize> {
        self.record.request.call.messages().map(<[Message]>::len)
    }

    /// How many messages recvmmsg(2) received.
    pub(crate) fn messages_got(&self) -> Option<usize> {
        match self.returned()? {
            Returned::Messages(messages) => Some(messages.len()),
            _ => None,
        }
    }

    /// How many messages it may receive.
    pub(crate) fn messages_wanted(&self) -> Option<usize> {
        let Call::Recvmmsg { vlen, .. } = self.call() else {
            return None;
        };
        usize::try_from(*vlen).ok()
    }

    /// The control messages that the call was given, descriptors and credentials left out.
    pub(crate) fn controls_given(&self) -> &'a [ControlMessage] {
        self.message_given().map_or(&[], |message| &message.control)
    }

    /// The first of them that the kernel only gives.
    pub(crate) fn control_not_sent(&self) -> Option<&'a ControlMessage> {
        self.controls_given().iter().find(|message| {
            let row = message.row();
            row.is_some_and(|row| row.sent == Sent::Never)
        })
    }

    /// The first of them whose data is not what the kernel takes.
    pub(crate) fn odd_control(&self) -> Option<&'a ControlMessage> {
        self.controls_given().iter().find(|message| {
            let row = message.row().filter(|row| row.sent != Sent::Never);
            let usual = row.and_then(|row| length(row.layout));
            let has_other_length = usual.is_some_and(|usual| usual != message.data.len());
            // Of these two the kernel takes a byte as well.
            let is_byte = message.data.len() == 1 && message.level == libc::IPPROTO_IP;
            let number = int(message);
            let is_outside = row.and_then(|row| row.takes).is_some_and(|(least, most)| {
                number.is_some_and(|number| !(least..=most).contains(&number))
            });
            has_other_length && !is_byte || is_outside
        })
    }

    /// The first of them of which the table does not say whether the kernel takes it.
    pub(crate) fn unknown_control(&self) -> Option<&'a ControlMessage> {
        let mut given = self.controls_given().iter();
        given.find(|message| message.row().is_none())
    }

    /// What the kernel takes of the control message that it did not take: the length, and the range of a number.
    pub(crate) fn taken_control(&self) -> Option<String> {
        let row = self.odd_control()?.row()?;
        let bytes = length(row.layout)?;
        Some(match row.takes {
            Some((least, most)) => format!("an int of {least} to {most}"),
            None => format!("{bytes} bytes of data"),
        })
    }

    /// The control message that chooses the source address or the interface of the datagram.
    pub(crate) fn route_control(&self) -> Option<&'a ControlMessage> {
        let mut given = self.controls_given().iter();
        given.find(|message| {
            let layout = message.row().map(|row| row.layout);
            matches!(layout, Some(Layout::PacketInfo | Layout::PacketInfo6))
        })
    }

    /// The source address that it chooses; `None`: it leaves that to the kernel.
    pub(crate) fn chosen_source(&self) -> Option<IpAddr> {
        let message = self.route_control()?;
        let ip: IpAddr = match message.row()?.layout {
            Layout::PacketInfo => Ipv4Addr::from(*message.data.get(4..)?.first_chunk()?).into(),
            Layout::PacketInfo6 => Ipv6Addr::from(*message.data.first_chunk()?).into(),
            Layout::Descriptors
            | Layout::Credentials
            | Layout::Int
            | Layout::Unsigned(_)
            | Layout::Time { .. }
            | Layout::Error
            | Layout::Address => return None,
        };
        Some(ip).filter(|ip| !ip.is_unspecified())
    }

    /// The interface that it chooses.
    pub(crate) fn chosen_interface(&self) -> Option<String> {
        let message = self.route_control()?;
        let index = message.interface_index().filter(|index| *index != 0);
        let index = index.map(|index| index.to_string());
        message.interface.clone().or(index)
    }

    /// UDP_SEGMENT among the control messages, if it is not 0.
    pub(crate) fn given_segment(&self) -> Option<u64> {
        let of = (libc::SOL_UDP, libc::UDP_SEGMENT);
        let mut given = self.controls_given().iter();
        let segment = given.find(|message| (message.level, message.kind) == of)?;
        let size = u16::from_ne_bytes(segment.data.as_slice().try_into().ok()?);
        Some(u64::from(size)).filter(|size| *size > 0)
    }

    /// How many datagrams it makes of the data.
    pub(crate) fn given_segments(&self) -> Option<u64> {
        Some(self.asked()?.div_ceil(self.given_segment()?))
    }

    /// Whether those are more than every kernel makes in one call.
    pub(crate) fn gives_many_segments(&self) -> bool {
        self.given_segments().is_some_and(|count| count > SEGMENTS)
    }

    /// The control messages that change fields of the header of this datagram alone, as they were given.
    pub(crate) fn header_controls(&self) -> Option<String> {
        let fields = self.controls_given().iter().filter(|message| {
            let row = message.row();
            row.is_some_and(|row| row.takes.is_some())
        });
        let texts: Vec<String> = fields.map(ToString::to_string).collect();
        (!texts.is_empty()).then(|| texts.join(" and "))
    }

    /// The control messages of a datagram that was received; none of the error queue, which are about one that was sent.
    fn controls_received(&self) -> &'a [ControlMessage] {
        let control = self.received().map_or(&[][..], |message| &message.control);
        let is_record = |message: &ControlMessage| {
            let row = message.row();
            row.is_some_and(|row| row.layout == Layout::Error)
        };
        if control.iter().any(is_record) {
            return &[];
        }
        control
    }

    /// To which address the datagram that was received was sent, and over which interface it came, if control messages
    /// say so.
    pub(crate) fn told_destination(&self) -> Option<(IpAddr, String)> {
        self.controls_received().iter().find_map(|message| {
            let data = message.data.as_slice();
            let ip: IpAddr = match message.row()?.layout {
                Layout::PacketInfo => Ipv4Addr::from(*data.get(8..)?.first_chunk()?).into(),
                Layout::PacketInfo6 => Ipv6Addr::from(*data.first_chunk()?).into(),
                Layout::Descriptors
                | Layout::Credentials
                | Layout::Int
                | Layout::Unsigned(_)
                | Layout::Time { .. }
                | Layout::Error
                | Layout::Address => return None,
            };
            let index = message.interface_index()?;
            let number = || format!("interface {index}");
            Some((ip, message.interface.clone().unwrap_or_else(number)))
        })
    }

    /// The control message with which an answer leaves from the address that was asked: the local one, which is another
    /// where the datagram was sent to a group.
    pub(crate) fn answering_control(&self) -> Option<String> {
        let mut control = self.controls_received().iter();
        control.find_map(|message| match message.row()?.layout {
            Layout::PacketInfo => {
                let own = Ipv4Addr::from(*message.data.get(4..)?.first_chunk()?);
                Some(format!("IP_PKTINFO({{{own}}})"))
            }
            Layout::PacketInfo6 => {
                let own = Ipv6Addr::from(*message.data.first_chunk()?);
                (!own.is_multicast()).then(|| format!("IPV6_PKTINFO({{{own}}})"))
            }
            Layout::Descriptors
            | Layout::Credentials
            | Layout::Int
            | Layout::Unsigned(_)
            | Layout::Time { .. }
            | Layout::Error
            | Layout::Address => None,
        })
    }

    /// How many packets the receive queue has dropped, as SO_RXQ_OVFL says.
    pub(crate) fn told_drops(&self) -> Option<u32> {
        let of = (libc::SOL_SOCKET, libc::SO_RXQ_OVFL);
        let mut control = self.controls_received().iter();
        let told = control.find(|message| (message.level, message.kind) == of)?;
        told.value().parse().ok().filter(|count| *count > 0)
    }
}

/// The number in a control message: an int, or a byte.
fn int(message: &ControlMessage) -> Option<i32> {
    match message.data.as_slice() {
        [byte] => Some((*byte).into()),
        [a, b, c, d] => Some(i32::from_ne_bytes([*a, *b, *c, *d])),
        _ => None,
    }
}
