//! One io_uring, io_uring(7): a receive that is handed in and completes by itself.

use io_uring::{IoUring, opcode, types};

use crate::socket::Errno;
use crate::sys::{Checked, Failure, Result};

/// The rings, and the buffer that the kernel may write to.
pub struct Ring {
    ring: IoUring,
    /// No `Box`: moving one says that nobody else has a pointer into it, and the kernel has.
    buffer: Option<Vec<u8>>,
}

impl std::fmt::Debug for Ring {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let pending = self.buffer.is_some();
        f.debug_struct("Ring").field("pending", &pending).finish()
    }
}

fn errno(error: &std::io::Error) -> Errno {
    Errno(error.raw_os_error().unwrap_or(0))
}

impl Ring {
    /// io_uring_setup(2), and mmap(2) of the rings.
    ///
    /// # Errors
    ///
    /// ENOSYS where the kernel has none, EPERM where it is switched off (`kernel.io_uring_disabled`) or a sandbox
    /// forbids it.
    pub fn new() -> Result<Self> {
        const ENTRIES: u32 = 2;
        let ring = IoUring::new(ENTRIES).map_err(|error| errno(&error))?;
        Ok(Self { ring, buffer: None })
    }

    /// Hands a receive in: one entry of the submission queue, one io_uring_enter(2). Gives how many were taken.
    ///
    /// # Errors
    ///
    /// The errno of the call, or that one is pending, for which there is one buffer.
    pub fn submit_recv(&mut self, fd: i32, room: u32) -> Checked<usize> {
        let is_full = || Failure::Refused("a receive is pending already".to_owned());
        if self.buffer.is_some() {
            return Err(is_full());
        }
        let mut buffer = vec![0; room as usize];
        let entry = opcode::Recv::new(types::Fd(fd), buffer.as_mut_ptr(), room).build();
        self.buffer = Some(buffer);
        // SAFETY: the buffer stays where it is until its completion was taken; Drop leaks it when it never was.
        let pushed = unsafe { self.ring.submission().push(&entry) };
        pushed.map_err(|_| is_full())?;
        Ok(self.ring.submit().map_err(|error| errno(&error))?)
    }

    /// Looks into the completion queue, which is shared memory: no system call. Gives what was received.
    pub fn completion(&mut self) -> Option<Result<Vec<u8>>> {
        let entry = self.ring.completion().next()?;
        let mut buffer = self.buffer.take().unwrap_or_default();
        Some(match usize::try_from(entry.result()) {
            Ok(count) => {
                buffer.truncate(count);
                Ok(buffer)
            }
            Err(_) => Err(Errno(-entry.result())),
        })
    }
}

impl Drop for Ring {
    fn drop(&mut self) {
        // The kernel may still write to it.
        if let Some(buffer) = self.buffer.take() {
            std::mem::forget(buffer);
        }
    }
}
