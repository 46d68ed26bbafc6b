//! A packet socket that sees the TCP segments of the loopback, packet(7).

use std::fs::File;
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd};
use std::time::Duration;

use super::socket::{self, RawAddress};
use super::{Result, check, descriptor, message};
use crate::socket::Errno;

/// What a captured packet is cut to: an IPv6 header, and a TCP header with all its options.
const SNAP: u32 = 40 + 60;
/// The receive buffer, as far as net.core.rmem_max lets it.
const BUFFER: i32 = 4 << 20;
/// PACKET_IGNORE_OUTGOING of linux/if_packet.h, since Linux 4.20.
const PACKET_IGNORE_OUTGOING: i32 = 23;
/// Where `sll_pkttype` stands in `struct sockaddr_ll`.
const PACKET_TYPE: usize = 10;

/// One instruction of the filter: BPF_STMT and BPF_JUMP of linux/filter.h.
const fn instruction(code: u32, jt: u8, jf: u8, k: u32) -> libc::sock_filter {
    libc::sock_filter {
        code: code as u16,
        jt,
        jf,
        k,
    }
}

const LOAD_BYTE: u32 = libc::BPF_LD | libc::BPF_B | libc::BPF_ABS;
const LOAD_PORT: u32 = libc::BPF_LD | libc::BPF_H | libc::BPF_IND;
const INDEX: u32 = libc::BPF_LDX | libc::BPF_W | libc::BPF_IMM;
const INDEX_HEADER: u32 = libc::BPF_LDX | libc::BPF_B | libc::BPF_MSH;
const AND: u32 = libc::BPF_ALU | libc::BPF_AND | libc::BPF_K;
const JUMP: u32 = libc::BPF_JMP | libc::BPF_JA;
const JUMP_EQUAL: u32 = libc::BPF_JMP | libc::BPF_JEQ | libc::BPF_K;
const RETURN: u32 = libc::BPF_RET | libc::BPF_K;
const TCP: u32 = libc::IPPROTO_TCP as u32;

/// Goes on with TCP over IPv4 and IPv6, the length of the IP header in the index register. A cooked packet begins with
/// its IP header.
static ONLY_TCP: [libc::sock_filter; 13] = [
    instruction(LOAD_BYTE, 0, 0, 0),
    instruction(AND, 0, 0, 0xf0),
    instruction(JUMP_EQUAL, 0, 4, 0x40),
    instruction(LOAD_BYTE, 0, 0, 9),
    instruction(JUMP_EQUAL, 0, 7, TCP),
    instruction(INDEX_HEADER, 0, 0, 0),
    instruction(JUMP, 0, 0, 6),
    instruction(JUMP_EQUAL, 0, 4, 0x60),
    instruction(LOAD_BYTE, 0, 0, 6),
    instruction(JUMP_EQUAL, 0, 2, TCP),
    instruction(INDEX, 0, 0, 40),
    instruction(JUMP, 0, 0, 1),
    instruction(RETURN, 0, 0, 0),
];
/// So many ports are looked for; with more of them every segment is let through. What a filter may take of
/// net.core.optmem_max is 20 KiB on older kernels.
pub const MOST_PORTS: usize = 200;

/// The filter that lets segments from and to these ports through.
fn filter(ports: &[u16]) -> Vec<libc::sock_filter> {
    let mut filter = ONLY_TCP.to_vec();
    if ports.len() > MOST_PORTS {
        filter.push(instruction(RETURN, 0, 0, SNAP));
        return filter;
    }
    for offset in [0, 2] {
        filter.push(instruction(LOAD_PORT, 0, 0, offset));
        for port in ports {
            filter.push(instruction(JUMP_EQUAL, 0, 1, u32::from(*port)));
            filter.push(instruction(RETURN, 0, 0, SNAP));
        }
    }
    filter.push(instruction(RETURN, 0, 0, 0));
    filter
}

/// A packet socket. Dropping it closes it.
#[derive(Debug)]
pub struct PacketSocket(File);

/// One packet.
#[derive(Debug)]
pub struct Packet {
    /// Its beginning, from the IP header on.
    pub bytes: Vec<u8>,
    /// When the kernel took it, on the clock of the day.
    pub at: Duration,
    /// How many the kernel has let go so far, since the buffer was full.
    pub dropped: u32,
}

impl PacketSocket {
    /// socket(2) with AF_PACKET. Sees nothing yet: its protocol is 0.
    ///
    /// # Errors
    ///
    /// EPERM without CAP_NET_RAW, EAFNOSUPPORT where the kernel has no packet sockets.
    pub fn open() -> Result<Self> {
        let flags = libc::SOCK_DGRAM | libc::SOCK_CLOEXEC | libc::SOCK_NONBLOCK;
        let fd = socket::socket(libc::AF_PACKET, flags, 0)?;
        // SAFETY: the number is new and owned by nobody else.
        let socket = File::from(unsafe { OwnedFd::from_raw_fd(fd) });
        descriptor::above(socket)
            .map(Self)
            .ok_or(Errno(libc::EMFILE))
    }

    /// Sees the segments of these ports from now on: a filter, kernel timestamps, bind(2) to the loopback.
    ///
    /// # Errors
    ///
    /// ENODEV where there is no loopback.
    pub fn begin(&self, ports: &[u16]) -> Result<()> {
        self.see(ports)?;
        let on = 1_i32.to_ne_bytes();
        let set = |level, option, value: &[u8]| {
            socket::setsockopt(self.fd(), level, option, Some(value), None)
        };
        set(libc::SOL_SOCKET, libc::SO_TIMESTAMPNS, &on)?;
        // The rest makes it better where it is to be had: older kernels show each packet twice, which next() knows.
        let _ = set(libc::SOL_SOCKET, libc::SO_RXQ_OVFL, &on);
        let _ = set(libc::SOL_SOCKET, libc::SO_RCVBUF, &BUFFER.to_ne_bytes());
        let _ = set(libc::SOL_PACKET, PACKET_IGNORE_OUTGOING, &on);
        socket::bind(self.fd(), &loopback()?)
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

    /// The next packet, recvmsg(2); does not wait. `None` for one that was seen already, as it left.
    ///
    /// # Errors
    ///
    /// EAGAIN when there is none.
    pub fn next(&self) -> Result<Option<Packet>> {
        const ROOM: usize = 128;
        let mut buffers = [vec![0; SNAP as usize]];
        let received = message::recvmsg(self.fd(), &mut buffers, ROOM, libc::MSG_DONTWAIT)?;
        if received.from.bytes.get(PACKET_TYPE) == Some(&libc::PACKET_OUTGOING) {
            return Ok(None);
        }
        let [mut bytes] = buffers;
        bytes.truncate(received.count);
        let mut packet = Packet {
            bytes,
            at: Duration::ZERO,
            dropped: 0,
        };
        for control in message::decode(&received.control.bytes) {
            match (control.level, control.kind) {
                (libc::SOL_SOCKET, libc::SCM_TIMESTAMPNS) => packet.at = time(&control.data),
                (libc::SOL_SOCKET, libc::SO_RXQ_OVFL) => packet.dropped = number(&control.data),
                _ => {}
            }
        }
        Ok(Some(packet))
    }
}

/// setsockopt(2) SO_ATTACH_FILTER
fn attach(fd: i32, filter: &[libc::sock_filter]) -> Result<()> {
    let program = libc::sock_fprog {
        len: u16::try_from(filter.len()).map_err(|_| Errno(libc::EINVAL))?,
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

/// `struct sockaddr_ll` of the loopback, for every protocol.
fn loopback() -> Result<RawAddress> {
    let index = socket::interface_index("lo")?;
    let mut bytes = (libc::AF_PACKET as u16).to_ne_bytes().to_vec();
    bytes.extend((libc::ETH_P_ALL as u16).to_be_bytes());
    bytes.extend(index.to_ne_bytes());
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
