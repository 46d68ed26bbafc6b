//! The AF_UNIX sockets that have a name, byte for byte: a dump of sock_diag(7). /proc/net/unix shows NUL bytes as `@`.

use crate::kernel::sock_diag::{Link, NO_COOKIE, UNIX_MESSAGE, attribute, number};

/// Show the name.
const UDIAG_SHOW_NAME: u32 = 0x1;
const UNIX_DIAG_NAME: u16 = 0;
/// TCP_LISTEN of linux/tcp_states.h, which AF_UNIX uses too.
const LISTEN: u8 = 10;

/// A socket with a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedSocket {
    /// Its inode; 0 while it waits in an accept queue.
    pub inode: u32,
    /// Its name; that of an abstract one begins with a NUL byte.
    pub name: Vec<u8>,
    /// Its SOCK_ type.
    pub socket_type: i32,
    /// Whether it listens.
    pub listens: bool,
}

impl Link {
    /// All sockets of this network namespace that have a name.
    ///
    /// # Errors
    ///
    /// When the kernel does not answer.
    pub fn names(&self) -> std::io::Result<Vec<NamedSocket>> {
        let mut found = Vec::new();
        self.dump(&request(), &mut |body| found.extend(read(body)))?;
        Ok(found)
    }
}

/// `struct unix_diag_req` for all.
fn request() -> Vec<u8> {
    let mut body = vec![libc::AF_UNIX as u8, 0, 0, 0];
    body.extend(u32::MAX.to_ne_bytes());
    body.extend(0_u32.to_ne_bytes());
    body.extend(UDIAG_SHOW_NAME.to_ne_bytes());
    body.extend(NO_COOKIE);
    body
}

fn read(body: &[u8]) -> Option<NamedSocket> {
    let name = attribute(body.get(UNIX_MESSAGE..)?, UNIX_DIAG_NAME)?;
    Some(NamedSocket {
        inode: number(body, 4)?,
        name: name.to_vec(),
        socket_type: i32::from(*body.get(1)?),
        listens: *body.get(2)? == LISTEN,
    })
}

#[cfg(test)]
mod tests {
    use std::os::linux::net::SocketAddrExt;
    use std::os::unix::net::{SocketAddr, UnixListener};

    use crate::kernel::sock_diag::names::*;

    #[test]
    fn a_name_is_given_byte_for_byte() {
        let name = [
            format!("sockplay-{}", std::process::id()).as_bytes(),
            b"\0\0",
        ]
        .concat();
        let address = SocketAddr::from_abstract_name(&name).expect("a name");
        let _listener = UnixListener::bind_addr(&address).expect("it is free");
        let link = Link::open().expect("netlink");
        let all = link.names().expect("an answer");
        let whole = [&b"\0"[..], &name].concat();
        let found = all.iter().find(|own| own.name == whole);
        let found = found.expect("it is bound");
        assert!(found.listens && found.socket_type == libc::SOCK_STREAM);
        assert_ne!(found.inode, 0);
    }
}
