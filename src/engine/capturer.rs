//! The capturer: one thread that reports the segments of the playground's connections, where this process may see them.
//!
//! It sleeps in poll(2). Its socket is opened before people open theirs, and sees nothing until it is asked to: who makes
//! a call that uses a port must be able to change its filter, so it stands in the common table of descriptors.

use std::os::fd::AsRawFd;
use std::sync::Arc;
use std::thread::{self, JoinHandle};

use nix::sys::eventfd::{EfdFlags, EventFd};

use super::shared::Shared;
use crate::event::{Stamp, What};
use crate::kernel::capture::Capture;
use crate::sys::packet::PacketSocket;
use crate::sys::signal;

#[derive(Debug)]
pub(super) struct Capturer {
    stop: Arc<EventFd>,
    socket: Option<Arc<PacketSocket>>,
    thread: Option<JoinHandle<()>>,
}

impl Capturer {
    /// One that has not begun.
    pub(super) fn new() -> std::io::Result<Self> {
        let flags = EfdFlags::EFD_CLOEXEC | EfdFlags::EFD_NONBLOCK;
        let stop = Arc::new(EventFd::from_flags(flags)?);
        Ok(Self {
            stop,
            socket: None,
            thread: None,
        })
    }

    /// Opens the socket where that is allowed. Call it while low numbers are held.
    pub(super) fn prepare(&mut self) {
        self.socket = PacketSocket::open().ok().map(Arc::new);
    }

    /// Begins, unless it has. A thread that found that it may not has ended, and is tried again.
    pub(super) fn start(&mut self, shared: &Arc<Shared>) {
        if self
            .thread
            .as_ref()
            .is_some_and(|thread| !thread.is_finished())
        {
            return;
        }
        let (theirs, stop) = (Arc::clone(shared), Arc::clone(&self.stop));
        let socket = self.socket.clone();
        let started = thread::Builder::new()
            .name("capturer".to_owned())
            .stack_size(256 << 10)
            .spawn(move || {
                signal::mask_all();
                run(&theirs, socket, stop.as_raw_fd());
            });
        match started {
            Ok(thread) => self.thread = Some(thread),
            Err(error) => {
                let reason = format!("no thread could be started to capture: {error}");
                shared.emit(What::Capturing(Err(reason)));
            }
        }
    }

    /// Ends the thread and waits for it.
    pub(super) fn stop(&mut self) {
        let _ = self.stop.write(1);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn run(shared: &Shared, socket: Option<Arc<PacketSocket>>, stop: i32) {
    let mut capture = match Capture::begin(socket, &shared.ports) {
        Ok(capture) => capture,
        Err(reason) => return shared.emit(What::Capturing(Err(reason))),
    };
    shared.emit(What::Capturing(Ok(capture.one_by_one())));
    while capture.wait(stop) {
        while let Some(seen) = capture.take() {
            let ago = u64::try_from(seen.ago.as_nanos()).unwrap_or(u64::MAX);
            let at = Stamp(shared.now().0.saturating_sub(ago));
            let (segment, missed) = (seen.segment, seen.missed);
            shared.emit_at(at, What::Captured { segment, missed });
        }
    }
}
