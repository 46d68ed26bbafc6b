//! Capturing: the TCP segments that concern the playground, on every interface, with the kernel's time of each.

mod copies;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crate::kernel::capture::copies::Copies;
use crate::socket::{Errno, Segment};
use crate::sys::packet::{Intake, MOST_PORTS, PacketSocket};

/// The ports that the playground has used, and the socket that sees their segments. Who makes a call marks its port
/// before, so that the first segment is seen too.
#[derive(Debug, Default)]
pub struct Ports(Mutex<Marked>);

#[derive(Debug, Default)]
struct Marked {
    ports: Vec<u16>,
    capture: Option<Arc<PacketSocket>>,
}

impl Ports {
    fn lock(&self) -> MutexGuard<'_, Marked> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// From now on segments from or to this port are ours.
    pub fn mark(&self, port: u16) {
        let mut marked = self.lock();
        // With one port more than a filter can hold, all segments are taken.
        if port == 0 || marked.ports.contains(&port) || marked.ports.len() > MOST_PORTS {
            return;
        }
        marked.ports.push(port);
        if let Some(capture) = &marked.capture {
            // Where the kernel has no room for a longer filter, what is new is not seen.
            let _ = capture.see(&marked.ports);
        }
    }

    /// The same for a connection: one port is enough to find it, and the other is often that of a listener.
    pub fn mark_one_of(&self, one: u16, other: u16) {
        let is_marked = self.lock().ports.contains(&other);
        if !is_marked {
            self.mark(one);
        }
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
    socket: Arc<PacketSocket>,
    intake: Intake,
    copies: Copies,
    skipped: u64,
    /// When the present span began, and how many segments were taken since.
    span: (Duration, u32),
}

/// A segment that was captured.
#[derive(Debug)]
pub struct Seen {
    /// The segment.
    pub segment: Segment,
    /// When the kernel took it, on the clock of [`now`].
    pub at: Duration,
    /// How many segments were not taken so far.
    pub missed: u64,
}

impl Capture {
    /// Begins, on every interface of this network namespace. `socket` was opened before, when no number was in use.
    ///
    /// # Errors
    ///
    /// Why that is not possible, and what would make it so.
    pub fn begin(socket: Option<Arc<PacketSocket>>, ports: &Ports) -> Result<Self, String> {
        let socket = match socket {
            Some(socket) => socket,
            None => Arc::new(PacketSocket::open().map_err(reason)?),
        };
        let mut marked = ports.lock();
        let intake = socket.begin(&marked.ports).map_err(reason)?;
        marked.capture = Some(Arc::clone(&socket));
        Ok(Self {
            socket,
            intake,
            copies: Copies::default(),
            skipped: 0,
            span: (Duration::ZERO, 0),
        })
    }

    /// Sleeps until there is something to take, or the descriptor `stop` is readable; gives false for that.
    pub fn wait(&self, stop: i32) -> bool {
        let readable = i32::from(libc::POLLIN);
        let set = [(self.socket.fd(), readable), (stop, readable)];
        match crate::sys::ready::poll(&set, -1) {
            Ok((_, revents)) => revents.get(1) == Some(&0),
            Err(errno) => errno == Errno(libc::EINTR),
        }
    }

    /// Why packets are taken one by one and a flood of them is lost, where that is so.
    pub fn one_by_one(&self) -> Option<String> {
        match &self.intake {
            Intake::Ring { .. } => None,
            Intake::Calls { reason, .. } => {
                Some(format!("this kernel provides no packet ring: {reason}"))
            }
        }
    }

    /// Takes what has come: the next segment. `None` when there is none.
    pub fn take(&mut self) -> Option<Seen> {
        loop {
            let packet = self.socket.next(&mut self.intake)?;
            let at = packet.at;
            let segment = crate::socket::segment::parse(packet.bytes);
            let Some(segment) = segment.filter(|_| !self.copies.is_one(&packet)) else {
                continue;
            };
            if !self.has_room(&segment, at) {
                self.skipped += 1;
                continue;
            }
            return Some(Seen {
                segment,
                at,
                missed: self.skipped + self.socket.dropped(&mut self.intake),
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
pub fn now() -> Duration {
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
        _ => format!("this kernel captures nothing: {errno}"),
    }
}

#[cfg(test)]
mod tests {
    use crate::kernel::capture::*;

    #[test]
    fn a_port_is_marked_once_and_one_of_a_connection_is_enough() {
        let ports = Ports::default();
        for port in [8080, 8080, 0] {
            ports.mark(port);
        }
        ports.mark_one_of(5000, 8080);
        ports.mark_one_of(5001, 8081);
        assert_eq!(ports.lock().ports, [8080, 5001]);
    }

    #[test]
    fn more_ports_than_a_filter_holds_are_not_kept() {
        let ports = Ports::default();
        (1..=1000).for_each(|port| ports.mark(port));
        assert_eq!(ports.lock().ports.len(), MOST_PORTS + 1);
    }

    #[test]
    fn what_is_missing_is_said() {
        assert!(reason(Errno(libc::EPERM)).contains("setcap cap_net_raw+ep"));
        assert!(reason(Errno(libc::EAFNOSUPPORT)).contains("EAFNOSUPPORT"));
    }
}
