//! A pseudoterminal, pty(7): the terminal of a program whose screen is drawn in a pane.

use std::fs::File;
use std::os::fd::{AsRawFd, OwnedFd};

use nix::pty::{Winsize, openpty};

use crate::socket::Errno;
use crate::sys::{Result, check};

/// Both ends of a pseudoterminal.
#[derive(Debug)]
pub struct Pty {
    /// What the program writes is read here, and what is written here the program reads.
    pub master: File,
    /// The terminal of the program.
    pub slave: OwnedFd,
}

/// Opens a pseudoterminal with so many columns and rows. Both ends are closed on exec.
///
/// # Errors
///
/// The errno of openpty(3): there is none left, or no /dev/ptmx.
pub fn open(columns: u16, rows: u16) -> Result<Pty> {
    let opened = openpty(&winsize(columns, rows), None).map_err(|errno| Errno(errno as i32))?;
    for end in [&opened.master, &opened.slave] {
        // SAFETY: the command takes an int.
        check(unsafe { libc::fcntl(end.as_raw_fd(), libc::F_SETFD, libc::FD_CLOEXEC) })?;
    }
    let master = crate::sys::descriptor::above(File::from(opened.master))?;
    let slave = crate::sys::descriptor::above(File::from(opened.slave))?;
    Ok(Pty {
        master,
        slave: slave.into(),
    })
}

/// Gives a pseudoterminal another size; the program gets SIGWINCH.
///
/// # Errors
///
/// The errno of ioctl(2).
pub fn resize(master: &File, columns: u16, rows: u16) -> Result<()> {
    let size = winsize(columns, rows);
    // SAFETY: the request reads one winsize.
    check(unsafe { libc::ioctl(master.as_raw_fd(), libc::TIOCSWINSZ, &raw const size) }).map(|_| ())
}

fn winsize(columns: u16, rows: u16) -> Winsize {
    Winsize {
        ws_row: rows,
        ws_col: columns,
        ws_xpixel: 0,
        ws_ypixel: 0,
    }
}
