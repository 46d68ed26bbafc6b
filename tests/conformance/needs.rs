//! What a case needs of its host. A host that does not offer it skips the case, with the reason.

use std::fmt::Display;
use std::net::{SocketAddr, TcpListener, UdpSocket};
use std::{fs, io};

use nix::sys::socket::{setsockopt, sockopt};
use socket2::{Domain, Protocol, Socket, Type};

use super::nobody;

/// The port that the cases of privileged ports bind.
const PRIVILEGED: u16 = 463;

/// Something that not every host, and not every user, has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Need {
    /// The loopback of IPv6.
    Ipv6,
    /// Raw sockets.
    CapNetRaw,
    /// Options beyond the limits of the system.
    CapNetAdmin,
    /// May bind any port.
    Root,
    /// May not bind every port, nor read every file: root plays the case as nobody.
    Nobody,
    /// There are ports that not everybody may bind.
    PrivilegedPorts,
}

impl Need {
    /// As cases call it.
    pub(crate) fn named(name: &str) -> Self {
        match name {
            "ipv6" => Self::Ipv6,
            "cap_net_raw" => Self::CapNetRaw,
            "cap_net_admin" => Self::CapNetAdmin,
            "root" => Self::Root,
            "nobody" => Self::Nobody,
            "privileged-ports" => Self::PrivilegedPorts,
            _ => panic!("`{name}` is not a need that is known"),
        }
    }

    /// Why it is not to be had here. Asked of the system, never of the program that is tested.
    pub(crate) fn missing(self) -> Option<String> {
        match self {
            Self::Ipv6 => refused("IPv6 on the loopback", TcpListener::bind("[::1]:0")),
            Self::CapNetRaw => {
                let socket = Socket::new(Domain::IPV4, Type::RAW, Some(Protocol::UDP));
                refused("raw sockets", socket)
            }
            Self::CapNetAdmin => {
                let socket = UdpSocket::bind("127.0.0.1:0").expect("a socket");
                let forced = setsockopt(&socket, sockopt::SndBufForce, &8192);
                refused("SO_SNDBUFFORCE", forced)
            }
            Self::Root => refused(&format!("port {PRIVILEGED}"), bind_privileged()),
            Self::Nobody => nobody::missing(),
            Self::PrivilegedPorts => {
                let start = fs::read_to_string("/proc/sys/net/ipv4/ip_unprivileged_port_start");
                let start: u16 = start.ok()?.trim().parse().ok()?;
                (start <= PRIVILEGED).then(|| format!("everybody may bind ports from {start} on"))
            }
        }
    }
}

/// Binds the port so that another run may bind it too, as the case does.
fn bind_privileged() -> io::Result<()> {
    let socket = Socket::new(Domain::IPV4, Type::STREAM, None)?;
    socket.set_reuse_address(true)?;
    let address = SocketAddr::from(([127, 0, 0, 1], PRIVILEGED));
    socket.bind(&address.into())
}

fn refused<T, E: Display>(what: &str, asked: Result<T, E>) -> Option<String> {
    asked.err().map(|error| format!("no {what}: {error}"))
}
