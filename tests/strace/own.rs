//! What the program asks the kernel by itself: the short list of calls that need not be printed.

use std::collections::HashSet;

use super::lines::Call;

/// The first descriptor number of the program's own files, and how many it has at most.
const OWN: std::ops::Range<i32> = 60..100;

/// What a signal that kill() sent does to a child, and what its parent gets of that.
fn is_of_kill(text: &str) -> bool {
    let is_sent = text.contains("si_code=SI_USER") && !text.starts_with("--- SIGPIPE ");
    is_sent || text.starts_with("--- SIGCHLD ") || text.starts_with("--- stopped by ")
}

/// The beginnings of the loops' own calls, after the descriptor: `fill`, `drain` and `sink`, `echo` and `source`,
/// `serve`.
const LOOPS: [&str; 4] = ["sendto(", "recvfrom(", "accept(", "poll("];

/// What one thread has open for itself.
#[derive(Debug)]
pub(crate) struct Own {
    loops: bool,
    descriptors: HashSet<i32>,
    /// The descriptor and the option of the last setsockopt(2), which is read back.
    set: Option<String>,
}

impl Own {
    pub(crate) fn new(loops: bool) -> Self {
        Self {
            loops,
            descriptors: HashSet::new(),
            set: None,
        }
    }

    /// Takes note of a call that was printed. One that reads what was just set is like that which reads it back, and
    /// either may be taken for the other.
    pub(crate) fn saw(&mut self, call: &Call) {
        if !call.text.starts_with("getsockopt(") {
            // One number, which has a name for each direction.
            self.set = option(&call.text, "setsockopt(")
                .map(|set| set.replace("SO_ATTACH_FILTER", "SO_GET_FILTER"));
        }
    }

    /// Whether a call is one of the program's own.
    pub(crate) fn is_own(&mut self, call: &Call) -> bool {
        let text = call.text.as_str();
        let Some((name, arguments)) = text.split_once('(') else {
            // The signal that interrupts a call, and the one that comes with EPIPE in a loop.
            return text.starts_with("--- SIGRT_6 ")
                || is_of_kill(text)
                || (self.loops && text.starts_with("--- SIGPIPE "));
        };
        let fd = arguments
            .split([',', ')'])
            .next()
            .and_then(|fd| fd.parse().ok());
        if self.opens(name, arguments) {
            self.descriptors.extend(result(text));
            return true;
        }
        if fd.is_some_and(|fd| self.descriptors.contains(&fd)) {
            match name {
                // A higher number for it, so that the low one is free again.
                "fcntl" => self.descriptors.extend(result(text)),
                "close" => self.descriptors.retain(|own| Some(*own) != fd),
                _ => {}
            }
            return true;
        }
        let reads_back = self.set.is_some() && option(text, "getsockopt(") == self.set;
        fd.is_some_and(|fd| OWN.contains(&fd) && !text.contains("EBADF"))
            || reads_back
            || is_probe(name, arguments)
            || (self.loops && LOOPS.iter().any(|begun| text.starts_with(begun)))
            // On a file about the system, when the process ended before its open was printed. No line is about standard
            // input or output.
            || (fd.is_some_and(|fd| fd < 3) && text.ends_with("<unfinished ...>) = ?"))
            // The process has ended while the thread was on its way into a call.
            || name == "???"
            // A call of a child is interrupted by a signal to the child.
            || (name == "kill" && arguments.contains("SIGRT_6"))
            // The program itself has ended.
            || name == "exit_group"
            // The thread that takes the signals that end the program.
            || text.starts_with("rt_sigtimedwait([HUP INT QUIT ")
    }

    /// Files about the system, the kernel's table of sockets, and a socket to ask for an interface.
    fn opens(&self, name: &str, arguments: &str) -> bool {
        let folders = ["\"/proc/", "\"/sys/"];
        match name {
            "openat" => folders.iter().any(|place| arguments.contains(place)),
            "socket" => {
                arguments.contains("NETLINK_SOCK_DIAG")
                    || arguments.starts_with("AF_UNIX, SOCK_DGRAM|SOCK_CLOEXEC, 0)")
            }
            // To copy a descriptor of a child.
            "pidfd_open" | "pidfd_getfd" => true,
            _ => false,
        }
    }
}

/// The descriptor, the level and the option of a call that begins like this.
fn option(text: &str, begins: &str) -> Option<String> {
    let mut arguments = text.strip_prefix(begins)?.splitn(4, ", ");
    let three: Vec<&str> = arguments.by_ref().take(3).collect();
    Some(three.join(", "))
}

/// The number that a call gave.
fn result(text: &str) -> Option<i32> {
    let (_, result) = text.rsplit_once(" = ")?;
    result.parse().ok()
}

/// Whether a call only probes a socket.
fn is_probe(name: &str, arguments: &str) -> bool {
    let asks = |what: &[&str]| what.iter().any(|what| arguments.contains(what));
    // A thread was inside of it when the process ended: nothing was given back, and no later line resumes it.
    let is_cut_off = arguments.contains("<unfinished ...>) = ?");
    match name {
        "getsockname" | "getpeername" => is_cut_off || asks(&["[128"]),
        "getsockopt" => asks(&[
            "SOL_TCP, TCP_INFO,",
            "SOL_SOCKET, SO_ACCEPTCONN,",
            "SOL_SOCKET, SO_DOMAIN,",
            "SOL_SOCKET, SO_COOKIE,",
            "SOL_SOCKET, SO_TYPE,",
            "SOL_SOCKET, SO_PROTOCOL,",
            "SOL_SOCKET, SO_MEMINFO,",
            // What is asked after a call that sent or received.
            "SOL_TCP, TCP_CORK,",
            "SOL_TCP, TCP_NODELAY,",
            "SOL_IP, IP_MTU,",
            "SOL_IP, IP_MTU_DISCOVER,",
            "SOL_IPV6, IPV6_MTU,",
            "SOL_IPV6, IPV6_MTU_DISCOVER,",
            "SOL_IPV6, IPV6_DONTFRAG,",
            "SOL_UDP, UDP_SEGMENT,",
            // How much must wait until poll() reports it.
            "SOL_SOCKET, SO_RCVLOWAT,",
            // What decided that a bind() or a connect() failed.
            "SOL_IP, 0x",
            "SOL_IP, IP_LOCAL_PORT_RANGE,",
            "SOL_IP, IP_BIND_ADDRESS_NO_PORT,",
            "SOL_IP, IP_FREEBIND,",
            "SOL_IP, IP_TRANSPARENT,",
            "SOL_IPV6, IPV6_V6ONLY,",
            "SOL_SOCKET, SO_BINDTODEVICE,",
            "SOL_SOCKET, SO_BROADCAST,",
            "SOL_SOCKET, SO_MARK,",
            "SOL_SOCKET, SO_REUSEADDR,",
            "SOL_SOCKET, SO_REUSEPORT,",
            "SOL_TCP, TCP_FASTOPEN_CONNECT,",
            // Where poll() reports an error.
            "SOL_IP, IP_RECVERR,",
            "SOL_IPV6, IPV6_RECVERR,",
            "SOL_SOCKET, SO_TIMESTAMPING_OLD,",
        ]),
        "ioctl" => asks(&[", FIONREAD", ", SIOCOUTQNSD", ", TIOCOUTQ", ", SIOCATMARK"]),
        // Also the number that is taken before dup2().
        "fcntl" => asks(&[
            ", F_GETFD)",
            ", F_GETFD <unfinished ...>) = ?",
            ", F_GETFL)",
            ", F_GETFL <unfinished ...>) = ?",
            ", F_DUPFD_CLOEXEC, ",
        ]),
        // One descriptor, and not waited for.
        // The last: the process ended while a thread was inside of it, and strace wrote no more of the line.
        "poll" => {
            asks(&["}], 1, 0)", "}], 1, 0 <unfinished ...>) = ?"])
                || arguments.ends_with("}], 1, 0")
        }
        _ => false,
    }
}
