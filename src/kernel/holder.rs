//! Who has the socket that an address leads to: this session, another instance of this program, or another program.

use std::collections::HashSet;
use std::net::{IpAddr, SocketAddr};
use std::path::Path;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use crate::event::Owner;
use crate::kernel::proc_net::{InetRow, LISTEN, inet_rows, unix_rows};
use crate::script::confinement::{Holder, Table};
use crate::socket::{Address, UnixName};

/// How often the owner of a socket that nobody seems to have is looked for.
const ATTEMPTS: u32 = 5;
/// The pause in between.
const PAUSE: Duration = Duration::from_millis(1);

/// The sockets of a session, by their inodes.
#[derive(Debug, Clone, Default)]
pub struct Sockets {
    /// Those that are known to be of the session, open or not: a closed one may live on, in a message.
    pub known: HashSet<u32>,
    /// Those that this process had before the session, from the program that started it.
    pub before: HashSet<u32>,
}

impl Sockets {
    /// Whether a socket is of the session: known, or one that this process has just made, such as a connection that
    /// accept() gives this moment.
    fn have(&self, inode: u32, of_this_process: &[u64]) -> bool {
        let is_new =
            || of_this_process.contains(&u64::from(inode)) && !self.before.contains(&inode);
        self.known.contains(&inode) || is_new()
    }
}

/// The sockets that this process has now, by their inodes. Opens files.
pub fn of_this_process() -> HashSet<u32> {
    let inodes = crate::kernel::listeners::socket_inodes(Path::new("/proc/self"));
    inodes
        .into_iter()
        .filter_map(|inode| u32::try_from(inode).ok())
        .collect()
}

/// Looks for it. Opens files: not for a socket's own thread.
///
/// Of several sockets all must be known: which of them a packet reaches is the kernel's choice.
pub fn holder(address: &Address, table: Table, own: &Sockets) -> Holder {
    let found = match address {
        Address::Inet(to) => internet((*to).into(), table),
        Address::Inet6(to) => internet((*to).into(), table),
        Address::Unix(name) => match unix(name) {
            Some(found) => found,
            None => return Holder::Other("an owner that could not be determined".to_owned()),
        },
        Address::Other { .. } => HashSet::new(),
    };
    of_inodes(&found, own)
}

/// Who has the sockets of these inodes.
pub fn of_inodes(found: &HashSet<u32>, own: &Sockets) -> Holder {
    if found.is_empty() {
        return Holder::Nobody;
    }
    if found.is_subset(&own.known) {
        return Holder::Session;
    }
    for attempt in 1.. {
        let process = crate::kernel::listeners::socket_inodes(Path::new("/proc/self"));
        let others: Vec<u32> = found
            .iter()
            .copied()
            .filter(|inode| !own.have(*inode, &process))
            .collect();
        if others.is_empty() {
            return Holder::Session;
        }
        let theirs = crate::kernel::listeners::inodes_of_own_instances();
        let stranger = others
            .iter()
            .find(|inode| !theirs.contains(&u64::from(**inode)));
        let Some(stranger) = stranger else {
            break;
        };
        let owners =
            crate::kernel::owner::owners(&HashSet::from([*stranger]), &AtomicBool::new(false));
        match owners.get(stranger) {
            Some(Owner::Process { pid, program }) => {
                return Holder::Other(format!("{program} (pid {pid})"));
            }
            // Between the moment at which accept() makes a socket and the one at which it has a number nobody has it.
            _ if attempt < ATTEMPTS => std::thread::sleep(PAUSE),
            _ => return Holder::Other("another program".to_owned()),
        }
    }
    Holder::Sockplay
}

fn internet(address: SocketAddr, table: Table) -> HashSet<u32> {
    let tables = match table {
        Table::TcpListeners | Table::Tcp => ["tcp", "tcp6"],
        Table::Udp | Table::UdpGroup => ["udp", "udp6"],
        Table::Unix => return HashSet::new(),
    };
    let is_it = |row: &InetRow| {
        let is_there = table == Table::UdpGroup || overlap(row.local.ip(), address.ip());
        let answers = table != Table::TcpListeners || row.state == LISTEN;
        // A connection that nobody has accepted has no inode: its listener has one.
        row.local.port() == address.port() && is_there && answers && row.inode != 0
    };
    let rows = tables.into_iter().flat_map(inet_rows).filter(is_it);
    rows.map(|row| row.inode).collect()
}

fn overlap(one: IpAddr, other: IpAddr) -> bool {
    let (one, other) = (one.to_canonical(), other.to_canonical());
    one == other || one.is_unspecified() || other.is_unspecified()
}

/// The sockets of a name; `None` where the path leads to something that is not a socket, or stat(2) fails.
fn unix(name: &UnixName) -> Option<HashSet<u32>> {
    match name {
        UnixName::Unnamed => Some(HashSet::new()),
        UnixName::Abstract(_) => {
            let rows = unix_rows().into_iter().filter(|row| row.is_called(name));
            Some(rows.map(|row| row.inode).collect())
        }
        UnixName::Path(path) => match crate::kernel::path_owner::at(path, true) {
            crate::kernel::path_owner::AtPath::Nothing => Some(HashSet::new()),
            crate::kernel::path_owner::AtPath::Sockets(found) => Some(found),
            crate::kernel::path_owner::AtPath::File(_) => Some(HashSet::new()),
            crate::kernel::path_owner::AtPath::Unknown => None,
        },
    }
}

#[cfg(test)]
mod tests {
    use std::os::fd::AsRawFd;

    use crate::kernel::holder::*;

    #[test]
    fn a_port_has_a_holder_unless_nobody_listens_and_the_session_is_known() {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = listener.local_addr().expect("its address");
        let inode = crate::sys::asked::inode(listener.as_raw_fd()).expect("it is open");
        let known = HashSet::from([u32::try_from(inode).expect("a small number")]);
        let session = Sockets {
            known: known.clone(),
            before: HashSet::new(),
        };
        let stranger = Sockets {
            known: HashSet::new(),
            before: known,
        };
        let found = |own: &Sockets| holder(&address.into(), Table::TcpListeners, own);
        assert_eq!(found(&session), Holder::Session);
        assert_eq!(
            found(&Sockets::default()),
            Holder::Session,
            "made by this process just now"
        );
        let Holder::Other(program) = found(&stranger) else {
            panic!("this test is not sockplay");
        };
        assert!(
            program.contains(&std::process::id().to_string()),
            "{program}"
        );
        let mapped: SocketAddr = format!("[::ffff:127.0.0.1]:{}", address.port())
            .parse()
            .expect("an address");
        assert!(matches!(
            holder(&mapped.into(), Table::TcpListeners, &stranger),
            Holder::Other(_)
        ));
        drop(listener);
        assert_eq!(found(&stranger), Holder::Nobody);
    }
}
