//! A packet socket that sees the TCP segments of this host, on every interface, packet(7).

mod filter;
mod ring;

use std::fs::File;
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd};
use std::time::Duration;

use crate::socket::Errno;
use crate::sys::socket::RawAddress;
use crate::sys::{Result, check};

pub use crate::sys::packet::filter::MOST_PORTS;
use crate::sys::packet::filter::{SNAP, filter};
pub use crate::sys::packet::ring::Packet;
use crate::sys::packet::ring::Ring;

/// The receive buffer where there is no ring, as far as net.core.rmem_max lets it.
const BUFFER: i32 = 4 << 20;

/// A packet socket. Dropping it closes it.
#[derive(Debug)]
pub struct PacketSocket(File);

/// How its packets are taken.
#[derive(Debug)]
pub enum Intake {
    /// Many at once, from memory that the kernel shares.
    Ring {
        /// That memory.
        ring: Ring,
        /// How many the kernel has let go so far, since it was full.
        dropped: u64,
    },
    /// One by one, recvmsg(2), since there is no ring.
    Calls {
        /// Why there is none.
        reason: Errno,
        /// What the last call received.
        buffer: Vec<u8>,
        /// How many the kernel has let go so far, since the receive buffer was full.
        dropped: u64,
    },
}

impl PacketSocket {
    /// socket(2) with AF_PACKET. Sees nothing yet: its protocol is 0.
    ///
    /// # Errors
    ///
    /// EPERM without CAP_NET_RAW, EAFNOSUPPORT where the kernel has no packet sockets.
    pub fn open() -> Result<Self> {
        let flags = libc::SOCK_DGRAM | libc::SOCK_CLOEXEC | libc::SOCK_NONBLOCK;
        let fd = crate::sys::socket::socket(libc::AF_PACKET, flags, 0)?;
        // SAFETY: the number is new and owned by nobody else.
        let socket = File::from(unsafe { OwnedFd::from_raw_fd(fd) });
        crate::sys::descriptor::above(socket).map(Self)
    }

    /// Sees the segments of these ports from now on: a filter, kernel timestamps, the ring, bind(2) to all interfaces.
    ///
    /// # Errors
    ///
    /// The errno of the calls. That there is no ring is not an error.
    pub fn begin(&self, ports: &[u16]) -> Result<Intake> {
        self.see(ports)?;
        let on = 1_i32.to_ne_bytes();
        let set = |option, value: &[u8]| {
            // SAFETY: all three are ints.
            unsafe { crate::sys::socket::set_own(self.fd(), libc::SOL_SOCKET, option, value) }
        };
        set(libc::SO_TIMESTAMPNS, &on)?;
        let intake = match Ring::new(self.fd()) {
            Ok(ring) => Intake::Ring { ring, dropped: 0 },
            Err(reason) => {
                // Both make it better where they are to be had.
                let _ = set(libc::SO_RXQ_OVFL, &on);
                let _ = set(libc::SO_RCVBUF, &BUFFER.to_ne_bytes());
                Intake::Calls {
                    reason,
                    buffer: Vec::new(),
                    dropped: 0,
                }
            }
        };
        crate::sys::socket::bind(self.fd(), &every_interface())?;
        Ok(intake)
    }

    /// Sees the segments of these ports: setsockopt(2) SO_ATTACH_FILTER, in place of the filter before.
    ///
    /// # Errors
    ///
    /// The errno of the call: ENOMEM where net.core.optmem_max is too low.
    pub fn see(&self, ports: &[u16]) -> Result<()> {
        attach(self.fd(), &filter(ports))
    }

    /// The descriptor, to be waited for.
    pub fn fd(&self) -> i32 {
        self.0.as_raw_fd()
    }

    /// The next packet; does not wait. `None` when there is none.
    pub fn next<'a>(&self, intake: &'a mut Intake) -> Option<Packet<'a>> {
        match intake {
            Intake::Ring { ring, .. } => ring.next(),
            Intake::Calls {
                buffer, dropped, ..
            } => receive(self.fd(), buffer, dropped),
        }
    }

    /// How many packets the kernel has let go so far. PACKET_STATISTICS counts since it was last asked.
    pub fn dropped(&self, intake: &mut Intake) -> u64 {
        match intake {
            Intake::Ring { dropped, .. } => {
                *dropped += u64::from(let_go(self.fd()).unwrap_or(0));
                *dropped
            }
            Intake::Calls { dropped, .. } => *dropped,
        }
    }
}

/// The next packet, recvmsg(2).
fn receive<'a>(fd: i32, buffer: &'a mut Vec<u8>, dropped: &mut u64) -> Option<Packet<'a>> {
    const ROOM: i32 = 128;
    let mut buffers = [vec![0; SNAP as usize]];
    let received = crate::sys::message::recvmsg(fd, &mut buffers, ROOM, libc::MSG_DONTWAIT).ok()?;
    [*buffer] = buffers;
    let at = std::mem::offset_of!(libc::sockaddr_ll, sll_ifindex);
    let index = received.from.bytes.get(at..at + 4);
    let mut packet = Packet {
        bytes: buffer.get(..received.count)?,
        at: Duration::ZERO,
        interface: index.map_or(0, number).cast_signed(),
    };
    for control in crate::sys::message::decode(&received.control.bytes) {
        match (control.level, control.kind) {
            (libc::SOL_SOCKET, libc::SCM_TIMESTAMPNS) => packet.at = time(&control.data),
            (libc::SOL_SOCKET, libc::SO_RXQ_OVFL) => *dropped = number(&control.data).into(),
            _ => {}
        }
    }
    Some(packet)
}

/// `tp_drops` of `struct tpacket_stats_v3`.
fn let_go(fd: i32) -> Option<u32> {
    let room = size_of::<libc::tpacket_stats_v3>() as i32;
    let statistics =
        crate::sys::socket::getsockopt(fd, libc::SOL_PACKET, libc::PACKET_STATISTICS, room).ok()?;
    let at = std::mem::offset_of!(libc::tpacket_stats_v3, tp_drops);
    Some(number(statistics.bytes.get(at..at + 4)?))
}

/// setsockopt(2) SO_ATTACH_FILTER
fn attach(fd: i32, filter: &[libc::sock_filter]) -> Result<()> {
    let program = libc::sock_fprog {
        // The kernel takes 4096 instructions at most.
        len: u16::try_from(filter.len()).unwrap_or(u16::MAX),
        filter: filter.as_ptr().cast_mut(),
    };
    let length = size_of::<libc::sock_fprog>() as libc::socklen_t;
    // SAFETY: the program leads to as many instructions as it says, and the kernel only reads them.
    check(unsafe {
        libc::setsockopt(
            fd,
            libc::SOL_SOCKET,
            libc::SO_ATTACH_FILTER,
            (&raw const program).cast(),
            length,
        )
    })
    .map(drop)
}

/// `struct sockaddr_ll` of no interface, which is each of them, forevery protocol.
fn every_interface() -> RawAddress {
    let mut bytes = (libc::AF_PACKET as u16).to_ne_bytes().to_vec();
    bytes.extend((libc::ETH_P_ALL as u16).to_be_bytes());
    bytes.resize(size_of::<libc::sockaddr_ll>(), 0);
    RawAddress::new(&bytes, None)
}

/// `struct timespec`
fn time(bytes: &[u8]) -> Duration {
    let (seconds, nanoseconds) = bytes.split_at(bytes.len() / 2);
    Duration::new(u64::from(number(seconds)), number(nanoseconds))
}

/// A number of four or eight bytes; a count of seconds in 32 bits lasts until 2106.
fn number(bytes: &[u8]) -> u32 {
    if let Ok(four) = bytes.try_into() {
        return u32::from_ne_bytes(four);
    }
    let eight = bytes.try_into().map_or(0, u64::from_ne_bytes);
    u32::try_from(eight).unwrap_or(0)
}
