//! Opening regular files and nothing else: a FIFO would make the opener wait forever, a device or a symbolic link may be
//! anything.

use std::fs::{File, FileType, OpenOptions};
use std::io;
use std::os::unix::fs::{FileTypeExt, OpenOptionsExt};
use std::path::Path;

/// Opens a regular file for reading. A symbolic link to one is followed.
///
/// # Errors
///
/// The error of open(2); that it is not a regular file, and what it is instead.
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

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;
    use std::os::unix::net::UnixListener;

    use nix::sys::stat::Mode;
    use nix::unistd::mkfifo;

    use crate::sys::regular::*;

    #[test]
    fn what_is_no_regular_file_is_refused_at_once() {
        let home = tempfile::tempdir().expect("a folder");
        let at = |name: &str| home.path().join(name);
        mkfifo(&at("fifo"), Mode::S_IRWXU).expect("a FIFO");
        let _listener = UnixListener::bind(at("socket")).expect("a socket");
        symlink("fifo", at("link")).expect("a link");
        let null = Path::new("/dev/null").to_owned();
        let all = [
            (at("fifo"), "it is a FIFO", "it is a FIFO"),
            (at("link"), "it is a FIFO", "it is a symbolic link"),
            (at("socket"), "it is a socket", "it is a socket"),
            (at(""), "it is a directory", "it is a directory"),
            (null, "it is a device", "it is a device"),
        ];
        for (path, read, write) in all {
            let refused = open(&path).expect_err("no regular file").to_string();
            assert!(refused.starts_with(read), "{refused}");
            let refused = open_or_create(&path).expect_err("no regular file");
            assert!(refused.to_string().starts_with(write), "{refused}");
        }
        assert!(create_anew(&at("")).is_err());
    }

    #[test]
    fn a_link_is_replaced_and_never_followed() {
        let home = tempfile::tempdir().expect("a folder");
        let (link, victim) = (home.path().join("new"), home.path().join("victim"));
        std::fs::write(&victim, "kept").expect("written");
        symlink(&victim, &link).expect("a link");
        create_anew(&link).expect("a new file");
        assert!(link.symlink_metadata().expect("it is there").is_file());
        assert_eq!(std::fs::read(&victim).expect("it is there"), b"kept");
        assert!(open(&link).is_ok() && open_or_create(&link).is_ok());
        symlink(home.path().join("absent"), home.path().join("dangling")).expect("a link");
        assert!(open_or_create(&home.path().join("dangling")).is_err());
        assert!(!home.path().join("absent").exists());
    }
}
