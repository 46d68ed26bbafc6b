//! The socket behind an AF_UNIX path: found by the device and the inode of the file, since names in the kernel's table
//! are as they were typed, relative ones too, and a file may have been renamed or replaced.

use std::collections::HashSet;
use std::ffi::OsStr;
use std::fs::{FileType, Metadata};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{FileTypeExt, MetadataExt};
use std::path::Path;

use crate::event::PathFile;
use crate::kernel::sock_diag::Link;

/// What lies at a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AtPath {
    /// Nothing.
    Nothing,
    /// A file that is not a socket.
    File(PathFile),
    /// The file of a socket, and the inodes of the open sockets of this network namespace that are bound to it.
    Sockets(HashSet<u32>),
    /// It could not be found out.
    Unknown,
}

/// Looks at a path, lstat(2); with `follow` where a symbolic link leads to. Opens a netlink socket: not for a socket's own
/// thread.
pub fn at(path: &[u8], follow: bool) -> AtPath {
    match file_at(path, follow) {
        Ok(Some(file)) if file.file_type().is_socket() => {
            bound_to(path, &file).map_or(AtPath::Unknown, AtPath::Sockets)
        }
        Ok(Some(file)) => AtPath::File(kind(file.file_type())),
        Ok(None) => AtPath::Nothing,
        Err(_) => AtPath::Unknown,
    }
}

/// What lies at a path, lstat(2), or stat(2) where links are followed. Opens nothing.
pub fn kind_at(path: &[u8], follow: bool) -> Option<PathFile> {
    let file = file_at(path, follow).ok()??;
    Some(kind(file.file_type()))
}

fn file_at(path: &[u8], follow: bool) -> std::io::Result<Option<Metadata>> {
    let path = Path::new(OsStr::from_bytes(path));
    let found = if follow {
        path.metadata()
    } else {
        path.symlink_metadata()
    };
    match found {
        Ok(file) => Ok(Some(file)),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

fn kind(file: FileType) -> PathFile {
    if file.is_socket() {
        PathFile::Socket
    } else if file.is_file() {
        PathFile::Regular
    } else if file.is_dir() {
        PathFile::Directory
    } else if file.is_symlink() {
        PathFile::Link
    } else {
        PathFile::Special
    }
}

/// The sockets that are bound to a file. The kernel gives 32 bits of the inode, and its own number of the device: on file
/// systems with subvolumes (btrfs, overlayfs) stat(2) gives another one, and then the name decides.
fn bound_to(path: &[u8], file: &Metadata) -> Option<HashSet<u32>> {
    let bound = Link::open().and_then(|link| link.bound_paths()).ok()?;
    let inode = file.ino() as u32;
    let device = kernel_device(file.dev());
    let is_it = |own: &&crate::kernel::sock_diag::BoundSocket| {
        own.inode != 0 && own.file_inode == inode && (own.device == device || own.name == path)
    };
    // A connection that nobody has accepted has no inode: its listener has one.
    Some(bound.iter().filter(is_it).map(|own| own.inode).collect())
}

/// A device number as the kernel keeps it: 12 bits of the major, 20 of the minor number.
fn kernel_device(device: u64) -> u32 {
    (libc::major(device) << 20) | libc::minor(device)
}

#[cfg(test)]
mod tests {
    use std::os::fd::AsRawFd;
    use std::os::unix::net::UnixListener;

    use crate::kernel::path_owner::*;

    #[test]
    fn a_socket_is_found_by_its_file_whatever_it_is_called() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("a.sock");
        let listener = UnixListener::bind(&path).expect("a name");
        let inode = crate::sys::asked::inode(listener.as_raw_fd()).expect("it is open");
        let own = AtPath::Sockets(HashSet::from([u32::try_from(inode).expect("small")]));
        let bytes = |path: &Path| path.as_os_str().as_bytes().to_vec();
        assert_eq!(at(&bytes(&path), false), own);
        let renamed = folder.path().join("b.sock");
        std::fs::rename(&path, &renamed).expect("it is renamed");
        assert_eq!(at(&bytes(&renamed), false), own, "not by its name");
        let other = UnixListener::bind(&path).expect("the name is free");
        drop(other);
        let stale = AtPath::Sockets(HashSet::new());
        assert_eq!(
            at(&bytes(&path), false),
            stale,
            "another file of the old name"
        );
        std::fs::write(folder.path().join("notes"), "x").expect("it is written");
        let file = at(&bytes(&folder.path().join("notes")), false);
        assert_eq!(file, AtPath::File(PathFile::Regular));
        assert_eq!(
            at(&bytes(&folder.path().join("none")), false),
            AtPath::Nothing
        );
        assert_eq!(
            at(&bytes(folder.path()), false),
            AtPath::File(PathFile::Directory)
        );
    }
}
