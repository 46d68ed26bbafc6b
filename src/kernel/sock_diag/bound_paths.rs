//! The AF_UNIX sockets that are bound to a path, each with the file that its bind() created: a dump of sock_diag(7).

use crate::kernel::sock_diag::{Link, NO_COOKIE, UNIX_MESSAGE, attribute, number};

/// Show the name, and the file behind it.
const UDIAG_SHOW_NAME: u32 = 0x1;
const UDIAG_SHOW_VFS: u32 = 0x2;
const UNIX_DIAG_NAME: u16 = 0;
const UNIX_DIAG_VFS: u16 = 1;

/// A socket with a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BoundSocket {
    /// The inode of the socket.
    pub inode: u32,
    /// The inode of its file.
    pub file_inode: u32,
    /// The device of its file, as the kernel keeps it.
    pub device: u32,
    /// Its name, as bind() was given it.
    pub name: Vec<u8>,
}

impl Link {
    /// All sockets of this network namespace that have a file.
    ///
    /// # Errors
    ///
    /// When the kernel does not answer.
    pub fn bound_paths(&self) -> std::io::Result<Vec<BoundSocket>> {
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
    body.extend((UDIAG_SHOW_NAME | UDIAG_SHOW_VFS).to_ne_bytes());
    body.extend(NO_COOKIE);
    body
}

fn read(body: &[u8]) -> Option<BoundSocket> {
    let rest = body.get(UNIX_MESSAGE..)?;
    let file = attribute(rest, UNIX_DIAG_VFS)?;
    let name = attribute(rest, UNIX_DIAG_NAME).unwrap_or_default();
    let end = name.iter().position(|byte| *byte == 0);
    Some(BoundSocket {
        inode: number(body, 4)?,
        file_inode: number(file, 0)?,
        device: number(file, 4)?,
        name: name[..end.unwrap_or(name.len())].to_vec(),
    })
}
