//! `--strace`: the system calls of a script as strace prints them, while the script runs.

use std::io::{self, Write};

use crate::event::{Event, EventKind, ProcessEvent, Source};
use crate::socket::text::escaped;
use crate::strace::{Host, Log};
use crate::world::World;

/// Notes what there is to print, since events come where nothing can be written.
pub(crate) struct Tracer {
    log: Log,
    host: Host,
    text: String,
}

impl Tracer {
    pub(crate) fn new() -> Self {
        Self {
            log: Log::default(),
            host: crate::kernel::host::read(),
            text: String::new(),
        }
    }

    /// For a recording that the process with this PID wrote.
    pub(crate) fn of_process(pid: u32) -> Self {
        let mut own = Self::new();
        own.host.pid = pid.cast_signed();
        own
    }

    /// Takes an event in that the world knows of.
    pub(crate) fn see(&mut self, event: &Event, world: &World) {
        let text = match (&event.what, event.source) {
            (EventKind::Process(ProcessEvent::Ended(status)), Source::Child { pid }) => {
                self.log.ended(pid, *status, world, &self.host)
            }
            (what, _) => self.log.text(what, world, &self.host),
        };
        self.text.push_str(&text);
    }

    /// Something else is printed, or nothing comes any more: what still waits is unfinished.
    pub(crate) fn interrupt(&mut self, world: &World) {
        let text = self.log.interrupt(world, &self.host);
        self.text.push_str(&text);
    }

    pub(crate) fn print(&mut self, out: &mut impl Write) -> io::Result<()> {
        if self.text.is_empty() {
            return Ok(());
        }
        // The last line may go on at the next call.
        for line in std::mem::take(&mut self.text).split_inclusive('\n') {
            match line.strip_suffix('\n') {
                Some(line) => writeln!(out, "{}", escaped(line))?,
                None => write!(out, "{}", escaped(line))?,
            }
        }
        out.flush()
    }
}
