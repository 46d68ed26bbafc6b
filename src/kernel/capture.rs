//! Capturing: the TCP segments of the loopback that concern the playground, with the kernel's time of each.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crate::socket::{Errno, Segment, segment};
use crate::sys::packet::PacketSocket;
use crate::sys::ready;

/// The ports that the playground has used, as one bit each. Shared without a lock: who makes a call marks its port
/// before, who captures looks.
#[derive(Debug)]
pub struct Ports(Box<[AtomicU64]>);

impl Default for Ports {
    fn default() -> Self {
        let words = (usize::from(u16::MAX) + 1) / 64;
        Self((0..words).map(|_| AtomicU64::new(0)).collect())
    }
}

impl Ports {
    /// From now on segments from or to this port are ours.
    pub fn mark(&self, port: u16) {
        let (word, bit) = (usize::from(port) / 64, port % 64);
        self.0[word].fetch_or(1 << bit, Ordering::Relaxed);
    }

    fn has(&self, port: u16) -> bool {
        let (word, bit) = (usize::from(port) / 64, port % 64);
        self.0[word].load(Ordering::Relaxed) & 1 << bit != 0
    }
}

/// How many segments that only carry data or acknowledge are taken of each span; a bulk transfer sends a hundred
/// thousand a second, which nobody reads.
const MOST: u32 = 64;
/// That span.
const SPAN: Duration = Duration::from_millis(10);

/// A capture that is under way.
#[derive(Debug)]
pub struct Capture {
    socket: PacketSocket,
    skipped: u64,
    dropped: u32,
    /// When the present span began, and how many segments were taken since.
    span: (Duration, u32),
}

/// A segment that was captured.
#[derive(Debug)]
pub struct Seen {
    /// The segment.
    pub segment: Segment,
    /// How long ago the kernel took it.
    pub ago: Duration,
    /// How many segments were not taken so far.
    pub missed: u64,
}

impl Capture {
    /// Begins, on the loopback of this network namespace.
    ///
    /// # Errors
    ///
    /// Why that is not possible, and what would make it so.
    pub fn open() -> Result<Self, String> {
        let socket = PacketSocket::open().map_err(reason)?;
        Ok(Self {
            socket,
            skipped: 0,
            dropped: 0,
            span: (Duration::ZERO, 0),
        })
    }

    /// Sleeps until there is something to take, or the descriptor `stop` is readable; gives false for that.
    pub fn wait(&self, stop: i32) -> bool {
        let readable = i32::from(libc::POLLIN);
        let set = [(self.socket.fd(), readable), (stop, readable)];
        match ready::poll(&set, -1) {
            Ok((_, revents)) => revents.get(1) == Some(&0),
            Err(errno) => errno == Errno(libc::EINTR),
        }
    }

    /// Takes what has come: the next segment that concerns these ports. `None` when there is none.
    pub fn next(&mut self, ports: &Ports) -> Option<Seen> {
        loop {
            let Some(packet) = self.socket.next().ok()? else {
                continue;
            };
            self.dropped = self.dropped.max(packet.dropped);
            let is_ours = |s: &Segment| ports.has(s.from.port()) || ports.has(s.to.port());
            let Some(segment) = segment::parse(&packet.bytes).filter(is_ours) else {
                continue;
            };
            if !self.has_room(&segment, packet.at) {
                self.skipped += 1;
                continue;
            }
            return Some(Seen {
                segment,
                ago: now().saturating_sub(packet.at),
                missed: self.skipped + u64::from(self.dropped),
            });
        }
    }

    /// Whether a segment may be taken: what begins and ends a connection always is.
    fn has_room(&mut self, segment: &Segment, at: Duration) -> bool {
        let (begun, taken) = &mut self.span;
        if at.saturating_sub(*begun) >= SPAN || at < *begun {
            (*begun, *taken) = (at, 0);
        }
        *taken = taken.saturating_add(1);
        *taken <= MOST || segment.controls()
    }
}

/// The clock of the kernel's timestamps.
fn now() -> Duration {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since.unwrap_or_default()
}

/// Why it is not possible, and what would make it so.
fn reason(errno: Errno) -> String {
    match errno.0 {
        libc::EPERM | libc::EACCES => {
            "capturing needs CAP_NET_RAW: run as root, or `setcap cap_net_raw+ep` the program"
                .to_owned()
        }
        libc::ENODEV => "this network namespace has no loopback to capture".to_owned(),
        _ => format!("this kernel captures nothing: {errno}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_port_is_known_once_it_is_marked() {
        let ports = Ports::default();
        for port in [0, 63, 64, 8080, u16::MAX] {
            assert!(!ports.has(port));
            ports.mark(port);
            assert!(ports.has(port));
        }
        assert!(!ports.has(8081));
    }

    #[test]
    fn what_is_missing_is_said() {
        assert!(reason(Errno(libc::EPERM)).contains("setcap cap_net_raw+ep"));
        assert!(reason(Errno(libc::EAFNOSUPPORT)).contains("EAFNOSUPPORT"));
    }
}
