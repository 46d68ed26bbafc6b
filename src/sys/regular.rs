//! Opening regular files and nothing else: a FIFO would make the opener wait for ever, a device or a symbolic link may be
//! anything.

use std::fs::{File, FileType, OpenOptions};
use std::io;
use std::os::unix::fs::{FileTypeExt, OpenOptionsExt};
use std::path::Path;

/// Opens a regular file for reading. A symbolic link to one is followed.
///
/// # Errors
///
/// The error of open(2); that it is no regular file, and what it is instead.
pub fn open(path: &Path) -> io::Result<File> {
    // Asked first, since to open a device can already do something; asked again of what was opened.
    accepted(std::fs::metadata(path)?.file_type())?;
    let mut options = OpenOptions::new();
    // Otherwise open(2) of a FIFO waits for a writer.
    options
        .read(true)
        .custom_flags(libc::O_NONBLOCK | libc::O_NOCTTY);
    checked(options.open(path)?)
}

/// Opens a regular file for appending, and makes it where there is none. No symbolic link is followed.
///
/// # Errors
///
/// As [`open`].
pub fn open_or_create(path: &Path) -> io::Result<File> {
    if let Ok(metadata) = std::fs::symlink_metadata(path) {
        accepted(metadata.file_type())?;
    }
    let mut options = OpenOptions::new();
    let flags = libc::O_NONBLOCK | libc::O_NOCTTY | libc::O_NOFOLLOW;
    options.append(true).create(true).mode(0o600);
    checked(options.custom_flags(flags).open(path)?)
}

/// Makes a new file for writing under a name that is only the caller's to use: what has that name is removed first, and
/// no symbolic link is followed.
///
/// # Errors
///
/// The error of unlink(2) or open(2).
pub fn create_anew(path: &Path) -> io::Result<File> {
    match std::fs::symlink_metadata(path) {
        Ok(metadata) if metadata.is_dir() => accepted(metadata.file_type())?,
        Ok(_) => std::fs::remove_file(path)?,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => return Err(error),
    }
    // With O_EXCL open(2) makes the file or fails, whatever has come there since.
    let mut options = OpenOptions::new();
    options.write(true).create_new(true).mode(0o600).open(path)
}

/// The file, if it is a regular one.
fn checked(file: File) -> io::Result<File> {
    accepted(file.metadata()?.file_type())?;
    Ok(file)
}

/// An error that says what it is, unless that is a regular file.
fn accepted(is: FileType) -> io::Result<()> {
    let kinds = [
        (is.is_dir(), "a directory"),
        (is.is_fifo(), "a FIFO"),
        (is.is_socket(), "a socket"),
        (is.is_char_device() || is.is_block_device(), "a device"),
        (is.is_symlink(), "a symbolic link"),
        (!is.is_file(), "something else"),
    ];
    match kinds.iter().find(|(is, _)| *is) {
        None => Ok(()),
        Some((_, what)) => Err(io::Error::other(format!(
            "it is {what}, not a regular file"
        ))),
    }
}
