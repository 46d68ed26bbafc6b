//! How to see it yourself: the shell commands that show, of any program, what sockplay shows of a call.
//!
//! A table: the calls, the result, what must hold, the command and what to look for in its output. Every row that fits
//! counts, in the order of the table. `PID` and `./program` are for the reader to replace.

use crate::explain::condition::Condition;
use crate::explain::context::Context;
use crate::explain::pattern::Pattern;
use crate::explain::rule::{
    ACCEPT, ANY, BIND, CLOSE, CONNECT, CallSet, EPOLL_CTL, EPOLL_WAIT, LISTEN, RECEIVING, SENDING,
    SHUTDOWN, SYSTEM_CALLS,
};
use crate::socket::Address;
use crate::world::{Record, World};

/// A command and what it shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShellCommand {
    /// The command line, for a POSIX shell.
    pub line: String,
    /// What to look for in its output.
    pub shows: &'static str,
}

/// A row of the table.
struct Row {
    calls: CallSet,
    result: Pattern,
    when: &'static [Condition],
    line: &'static str,
    shows: &'static str,
}

macro_rules! commands {
    ($($calls:ident $result:ident $(($($errno:ident),+))? [$($when:ident),*] $line:literal $shows:literal;)+) => {
        static ROWS: &[Row] = &[$(Row {
            calls: $calls,
            result: Pattern::$result $((&[$(libc::$errno),+]))?,
            when: &[$(Condition::$when),*],
            line: $line,
            shows: $shows,
        }),+];
    };
}

commands! {
    // Addresses.
    BIND Fails(EADDRINUSE) [Tcp] "ss -tanp 'sport = :{port}'" "every TCP socket with this local port, TIME-WAIT included; -p names its process";
    BIND Fails(EADDRINUSE) [Inet, Datagram] "ss -uanp 'sport = :{port}'" "every UDP socket with this local port; -p names its process";
    BIND Fails(EADDRINUSE) [UnixPath] "ls -l '{path}'" "a file has the path; the first letter of a socket is s";
    BIND Fails(EADDRINUSE) [Unix] "ss -xap" "every AF_UNIX socket with its name and its process";
    BIND Fails(EADDRNOTAVAIL) [Inet] "ip -brief address" "the addresses of this host: bind() takes only these";
    BIND Fails(EACCES) [Inet] "sysctl net.ipv4.ip_unprivileged_port_start" "the first port that needs no privilege";
    BIND Success [Tcp] "ss -tanp 'sport = :{local_port}'" "nothing: before listen() or connect() no table of ss shows a TCP socket";
    BIND Success [Inet, Datagram] "ss -uanp 'sport = :{local_port}'" "UNCONN with the local address: it can receive";
    LISTEN Success [Tcp] "ss -ltnp 'sport = :{local_port}'" "LISTEN; Recv-Q is the number of connections not accepted yet, Send-Q the backlog";
    LISTEN Success [Unix] "ss -xlp" "LISTEN; Recv-Q is the number of connections not accepted yet, Send-Q the backlog";
    ACCEPT Blocked [Tcp] "ss -ltn 'sport = :{local_port}'" "Recv-Q 0: no connection waits in the queue";
    ACCEPT Fails(EAGAIN) [Tcp] "ss -ltn 'sport = :{local_port}'" "Recv-Q 0: no connection waits in the queue";
    // Connections.
    CONNECT Fails(ECONNREFUSED) [Tcp] "ss -ltnp 'sport = :{port}'" "what listens on the port on this host; no line: nothing";
    CONNECT Fails(ECONNREFUSED) [Tcp] "tcpdump -ni any 'tcp port {port}'" "while it is tried again: the SYN [S] and the answer, RST [R.] or nothing";
    CONNECT Fails(ECONNREFUSED) [Unix] "ss -xlp" "the AF_UNIX sockets that listen, with their names";
    CONNECT Fails(ENOENT, ECONNREFUSED) [UnixPath] "ls -l '{path}'" "whether the file exists, and whether it is a socket (s)";
    CONNECT Fails(ENETUNREACH, EHOSTUNREACH, EACCES, EPERM, EINVAL) [Inet] "ip route get '{host}'" "the route that the kernel would take, or the same error";
    CONNECT Fails(EHOSTUNREACH) [Inet] "ip neigh show '{host}'" "FAILED: no hardware address was found for the host";
    CONNECT Fails(EADDRNOTAVAIL) [Inet] "sysctl net.ipv4.ip_local_port_range" "the ports that the kernel chooses from";
    CONNECT Fails(EADDRNOTAVAIL) [Tcp] "ss -tan 'dst {host} and dport = :{port}'" "the connections there, each with a local port; TIME-WAIT holds its port too";
    CONNECT Blocked [Tcp] "ss -tno state syn-sent 'dport = :{port}'" "SYN-SENT; timer:(on,…) says when the SYN is repeated";
    CONNECT Fails(EINPROGRESS, ETIMEDOUT) [Tcp] "tcpdump -ni any 'tcp port {port}'" "the SYNs [S] and whether anything answers";
    CONNECT Blocked [Tcp, TargetFull] "nstat -asz TcpExtListenOverflows TcpExtListenDrops" "each dropped SYN of a full accept queue is counted";
    CONNECT Blocked [Tcp, TargetFull] "ss -ltn 'sport = :{port}'" "Recv-Q above Send-Q: the accept queue is full";
    CONNECT Success [Tcp] "ss -tanp 'sport = :{local_port}'" "the state, both addresses and the process";
    CONNECT Success [Tcp, Unaccepted] "ss -ltn 'sport = :{remote_port}'" "Recv-Q: connections that are established and not accepted yet";
    CONNECT Success [Inet, Datagram] "ss -uanp 'sport = :{local_port}'" "ESTAB with the peer: nothing was sent for it";
    // Sending.
    SENDING Fails(EAGAIN) [Tcp] "ss -tmoi 'sport = :{local_port}'" "Send-Q: not acknowledged; notsent: not sent yet; timer:(persist,…): the window is closed";
    SENDING Blocked [Tcp] "ss -tmoi 'sport = :{local_port}'" "Send-Q: not acknowledged; notsent: not sent yet; timer:(persist,…): the window is closed";
    SENDING Success [Tcp] "ss -tmoi 'sport = :{local_port}'" "Send-Q: bytes not acknowledged yet, 0 when all have arrived; notsent: bytes not sent yet";
    SENDING Success [Tcp] "ss -tn 'sport = :{remote_port} and dport = :{local_port}'" "Recv-Q of the other end, on this host: received and not read yet";
    SENDING Blocked [Tcp] "ss -tn 'sport = :{remote_port} and dport = :{local_port}'" "Recv-Q of the other end, on this host: received and not read yet";
    SENDING Blocked [Unix] "ss -xap" "Recv-Q of the other end: what it has not read";
    SENDING Fails(ECONNRESET, EPIPE) [Tcp] "tcpdump -ni any 'tcp port {remote_port} and tcp[tcpflags] & (tcp-rst|tcp-fin) != 0'" "while it is tried again: who sends FIN or RST first";
    SENDING Fails(ECONNREFUSED) [Inet, Datagram] "tcpdump -ni any 'icmp or icmp6'" "while it is tried again: the ICMP port unreachable that answers the datagram";
    SENDING Success [Inet, Datagram] "ss -uanm" "Recv-Q of the receiver; d of skmem: datagrams that it dropped, since its buffer was full";
    SENDING Success [Inet, Datagram] "nstat -asz UdpNoPorts UdpRcvbufErrors" "datagrams to a port that no socket has; datagrams dropped for lack of room";
    SENDING Fails(ENETUNREACH, EHOSTUNREACH, EACCES, EPERM, EINVAL) [Inet] "ip route get '{host}'" "the route that the kernel would take, or the same error";
    SENDING Fails(EMSGSIZE) [Inet, Datagram] "ip -brief link" "then `ip link show DEV`: the MTU of the interface";
    // Receiving.
    RECEIVING Blocked [Tcp] "ss -tn 'sport = :{local_port}'" "Recv-Q 0: nothing to receive";
    RECEIVING Fails(EAGAIN) [Tcp] "ss -tn 'sport = :{local_port}'" "Recv-Q 0: nothing to receive";
    RECEIVING Blocked [Inet, Datagram] "ss -uan 'sport = :{local_port}'" "Recv-Q 0: no datagram waits";
    RECEIVING Empty [Tcp] "ss -tan 'sport = :{local_port}'" "CLOSE-WAIT: the FIN of the other end came, and this end is not closed";
    RECEIVING Fails(ECONNRESET) [Tcp] "tcpdump -ni any 'tcp port {remote_port} and tcp[tcpflags] & tcp-rst != 0'" "while it is tried again: who sends the RST";
    RECEIVING Fails(ECONNREFUSED) [Inet, Datagram] "tcpdump -ni any 'icmp or icmp6'" "while it is tried again: the ICMP port unreachable that answers the datagram";
    // The end.
    CLOSE Success [Tcp, HadPeer] "ss -tano 'sport = :{local_port}'" "what close() leaves: FIN-WAIT-1, FIN-WAIT-2 or TIME-WAIT with its timer; no line after a RST";
    SHUTDOWN Success [Tcp] "ss -tan 'sport = :{local_port}'" "FIN-WAIT-1, FIN-WAIT-2 or LAST-ACK after a FIN was sent";
    ANY Success [Unix, Stream] "ss -xap" "both ends of each AF_UNIX connection, with the queues and the processes";
    // Descriptors and sets.
    ANY Fails(EBADF) [] "ls -l /proc/PID/fd" "the open descriptors of the program";
    ANY Fails(EMFILE) [] "grep 'open files' /proc/PID/limits" "how many descriptors it may have; ls /proc/PID/fd | wc -l counts them";
    EPOLL_CTL Returned [] "cat /proc/PID/fdinfo/{fd}" "the interest list: tfd is the descriptor, events the mask in hexadecimal";
    EPOLL_WAIT Returned [] "cat /proc/PID/fdinfo/{fd}" "the interest list: tfd is the descriptor, events the mask in hexadecimal";
    EPOLL_WAIT Blocked [] "cat /proc/PID/fdinfo/{fd}" "the interest list: tfd is the descriptor, events the mask in hexadecimal";
    // Any program, any call.
    SYSTEM_CALLS Blocked [] "strace -f -p PID" "the call that sleeps, unfinished; cat /proc/PID/wchan names the kernel function";
    SYSTEM_CALLS Returned [] "strace -f -e trace={syscall} ./program" "each such call of the program, its arguments and its result";
}

/// The commands that show the same as a call of the log.
pub fn shell_commands(world: &World, record: &Record) -> Vec<ShellCommand> {
    let context = Context::of(world, record);
    let context = match context.collected() {
        Some(collected) => Context::of(world, collected),
        None => context,
    };
    ROWS.iter()
        .filter(|row| row.fits(&context))
        .filter_map(|row| {
            Some(ShellCommand {
                line: filled(row.line, &context)?,
                shows: row.shows,
            })
        })
        .collect()
}

impl Row {
    fn fits(&self, context: &Context<'_>) -> bool {
        self.calls.contains(context.call_kind())
            && self.result.fits(context)
            && self.when.iter().all(|when| when.holds(context))
    }
}

/// A value in a command: its name between braces, and where it comes from.
type Argument = (&'static str, fn(&Context<'_>) -> Option<String>);

const ARGUMENTS: [Argument; 7] = [
    ("port", |s| s.address()?.port().map(|port| port.to_string())),
    ("host", |s| host(s.address()?)),
    ("path", |s| path(s.address()?)),
    ("local_port", |s| port_of(s.local()?)),
    ("remote_port", |s| port_of(s.remote()?)),
    ("fd", |s| s.fd().map(|fd| fd.to_string())),
    ("syscall", |s| syscall(s)),
];

/// A command with its values. `None`: one of them is not known, and the command would show something else.
fn filled(line: &str, context: &Context<'_>) -> Option<String> {
    let mut line = line.to_owned();
    for (name, value) in ARGUMENTS {
        let place = format!("{{{name}}}");
        if line.contains(&place) {
            line = line.replace(&place, &value(context)?);
        }
    }
    Some(line)
}

fn port_of(address: &Address) -> Option<String> {
    address
        .port()
        .filter(|port| *port != 0)
        .map(|port| port.to_string())
}

fn host(address: &Address) -> Option<String> {
    match address {
        Address::Inet(own) => Some(own.ip().to_string()),
        Address::Inet6(own) => Some(own.ip().to_string()),
        Address::Unix(_) | Address::Other { .. } => None,
    }
}

/// The system call by its name in the kernel, as strace knows it: recv() is recvfrom.
fn syscall(context: &Context<'_>) -> Option<String> {
    let name = context.call_kind().signature().syscall;
    (!name.is_empty()).then(|| name.to_owned())
}

/// A path that is safe between single quotes: a shell would read the rest of another one as a command.
fn path(address: &Address) -> Option<String> {
    let path = std::str::from_utf8(address.path()?).ok()?;
    let is_safe = |c: char| !c.is_control() && c != '\'';
    path.chars().all(is_safe).then(|| path.to_owned())
}
