//! Loops that people otherwise write by hand: each consists of ordinary, blocking calls on the calling thread.
//!
//! A loop ends at end of stream, at an error, or when it is cancelled; what it had done so far is its result, or is
//! added to the errno. Its progress is counted in the [`Control`](crate::engine::control::Control) and reported by the
//! watcher, at most some times a second, so that counting costs nothing beside the calls.

use crate::call::outcome::Returned;
use crate::engine::execute::{Execution, Result};
use crate::socket::{Errno, Kind};
use crate::sys::socket::{Source, Target};
use crate::sys::{Checked, Failure};

/// The pieces in which `fill` sends.
const PIECE: usize = 4096;
/// The most that `fill` and `drain` move.
const MOST: u64 = 256 << 20;
/// How long a buffer must stay full, or empty, for `fill` and `drain` to end.
const SETTLED_MS: i32 = 50;

/// How a step of a loop ended.
enum Step {
    /// So many bytes.
    Moved(usize),
    /// End of stream, or cancelled.
    Over,
}

/// One recv() into the buffer of a loop.
fn receive(fd: i32, buffer: &mut [u8], flags: i32) -> Checked<usize> {
    Ok(crate::sys::socket::recv(fd, Target::Buffer(buffer), flags)?)
}

/// Whether the kernel would have had the call wait.
fn is_again(failure: &Failure) -> bool {
    *failure == Failure::Errno(Errno(libc::EAGAIN))
}

impl Execution<'_> {
    /// Where a loop receives.
    pub(crate) fn loop_buffer(&mut self) -> Vec<u8> {
        let buffer = self.buffers.take_room().pop().unwrap_or_default();
        debug_assert!(!buffer.is_empty());
        buffer
    }

    /// Counts one call of the loop.
    fn moved(&self, bytes: usize) {
        if self.control.count(bytes) {
            self.shared.watch_queue.follow(self.control);
        }
    }

    /// Makes one call of the loop: what a signal interrupts is made again, or is the end when it was a cancel.
    fn step(&self, mut call: impl FnMut() -> Checked<usize>) -> Checked<Step> {
        loop {
            if self.control.is_cancelled() {
                return Ok(Step::Over);
            }
            match call() {
                Err(Failure::Errno(Errno(libc::EINTR))) => {}
                Ok(count) => {
                    self.moved(count);
                    return Ok(Step::Moved(count));
                }
                Err(failure) => return Err(failure),
            }
        }
    }

    /// Sends pieces until the kernel takes no more and goes on taking none.
    pub(crate) fn fill(&mut self, fd: i32) -> Result {
        let piece = [b'f'; PIECE];
        let mut settled = false;
        while self.done < MOST {
            match self
                .step(|| crate::sys::socket::send(fd, Source::Bytes(&piece), libc::MSG_DONTWAIT))
            {
                Ok(Step::Over) => break,
                Ok(Step::Moved(count)) => {
                    self.done += count as u64;
                    settled = false;
                }
                Err(failure) if is_again(&failure) && settled => break,
                // poll() wants more room than a send: only a send after the pause says that the buffer is full.
                Err(failure) if is_again(&failure) => {
                    settled = !self.becomes(fd, libc::POLLOUT)?;
                }
                Err(failure) => return Err(failure),
            }
        }
        Ok(Returned::Count(self.done))
    }

    /// Receives until nothing more arrives, or the stream ends.
    pub(crate) fn drain(&mut self, fd: i32, buffer: &mut [u8]) -> Result {
        while self.done < MOST {
            let taken = self.step(|| receive(fd, buffer, libc::MSG_DONTWAIT));
            match taken {
                Ok(Step::Over | Step::Moved(0)) => break,
                Ok(Step::Moved(count)) => self.done += count as u64,
                Err(failure) if is_again(&failure) => {
                    if !self.becomes(fd, libc::POLLIN)? {
                        break;
                    }
                }
                Err(failure) => return Err(failure),
            }
        }
        Ok(Returned::Count(self.done))
    }

    /// Whether a descriptor becomes ready while a buffer settles.
    fn becomes(&self, fd: i32, events: i16) -> Checked<bool> {
        match crate::sys::ready::poll(&[(fd, events.into())], SETTLED_MS) {
            Ok((_, found)) => Ok(found.iter().any(|found| found & i32::from(events) != 0)),
            // Looked at again, or cancelled.
            Err(Errno(libc::EINTR)) => Ok(true),
            Err(errno) => Err(errno.into()),
        }
    }

    /// Receives and sends back: a stream until it ends, each datagram to its sender.
    pub(crate) fn echo(&mut self, fd: i32, buffer: &mut [u8]) -> Result {
        if self.has_messages() {
            return self.echo_messages(fd, buffer);
        }
        loop {
            let received = self.step(|| receive(fd, buffer, 0))?;
            let Step::Moved(count @ 1..) = received else {
                return Ok(Returned::Count(self.done));
            };
            self.send_all(fd, &buffer[..count])?;
        }
    }

    /// Sends all of it, in as many calls as the kernel wants. Fewer when it is cancelled.
    fn send_all(&mut self, fd: i32, bytes: &[u8]) -> Checked<()> {
        let mut sent = 0;
        while sent < bytes.len() {
            let rest = Source::Bytes(&bytes[sent..]);
            match self.step(|| crate::sys::socket::send(fd, rest, 0))? {
                Step::Moved(count) => {
                    sent += count;
                    self.done += count as u64;
                }
                Step::Over => break,
            }
        }
        Ok(())
    }

    fn echo_messages(&mut self, fd: i32, buffer: &mut [u8]) -> Result {
        loop {
            let mut from = None;
            let received = self.step(|| {
                let (count, sender) =
                    crate::sys::socket::recvfrom(fd, Target::Buffer(buffer), 0, None)?;
                from = Some(sender);
                Ok(count)
            })?;
            let Step::Moved(count) = received else {
                return Ok(Returned::Count(self.done));
            };
            let from = from.map(|from| from.bytes).unwrap_or_default();
            let bytes = Source::Bytes(&buffer[..count]);
            let sent = if from.len() > size_of::<libc::sa_family_t>() {
                let to = crate::sys::socket::RawAddress::new(&from, None);
                self.step(|| crate::sys::socket::sendto(fd, bytes, 0, &to))?
            } else {
                // Connected, or from somebody without a name, to whom nothing can be sent.
                match self.step(|| crate::sys::socket::send(fd, bytes, 0)) {
                    Err(Failure::Errno(Errno(libc::ENOTCONN | libc::EDESTADDRREQ))) => {
                        Step::Moved(0)
                    }
                    sent => sent?,
                }
            };
            if let Step::Moved(count) = sent {
                self.done += count as u64;
            }
        }
    }

    /// Whether 0 bytes are a message and no end.
    fn has_messages(&self) -> bool {
        self.target()
            .is_some_and(|target| matches!(target.kind, Kind::Datagram | Kind::Raw))
    }

    /// Receives and throws away until the stream ends.
    pub(crate) fn sink(&mut self, fd: i32, buffer: &mut [u8]) -> Result {
        let messages = self.has_messages();
        loop {
            match self.step(|| receive(fd, buffer, 0))? {
                Step::Over => break,
                Step::Moved(0) if !messages => break,
                Step::Moved(count) => self.done += count as u64,
            }
        }
        Ok(Returned::Count(self.done))
    }

    /// Sends so many bytes of the known pattern in chunks.
    pub(crate) fn source(&mut self, fd: i32, bytes: u64, chunk: &[u8]) -> Result {
        while self.done < bytes {
            let left = usize::try_from(bytes - self.done).unwrap_or(usize::MAX);
            let piece = Source::Bytes(&chunk[..chunk.len().min(left)]);
            match self.step(|| crate::sys::socket::send(fd, piece, 0))? {
                Step::Over => break,
                Step::Moved(count) => self.done += count as u64,
            }
        }
        Ok(Returned::Count(self.done))
    }
}
