//! `--strace`: the system calls of a script as strace prints them, while they are made.

use std::io::{self, Write};

use crate::event::Event;
use crate::socket::text::escaped;
use crate::strace::{Host, Log};
use crate::world::World;

/// Notes what there is to print, since events come where nothing can be written.
pub(crate) struct Tracer {
    log: Log,
    host: Host,
    lines: Vec<String>,
}

impl Tracer {
    pub(crate) fn new() -> Self {
        Self {
            log: Log::default(),
            host: crate::kernel::host::look(),
            lines: Vec::new(),
        }
    }

    /// Takes an event in that the world knows of.
    pub(crate) fn see(&mut self, event: &Event, world: &World) {
        let lines = self.log.lines(&event.what, world, &self.host);
        self.lines.extend(lines);
    }

    /// Nothing comes any more: what still waits remains unfinished.
    pub(crate) fn end(&mut self, world: &World) {
        let lines = self.log.end(world, &self.host);
        self.lines.extend(lines);
    }

    pub(crate) fn print(&mut self, out: &mut impl Write) -> io::Result<()> {
        if self.lines.is_empty() {
            return Ok(());
        }
        for line in self.lines.drain(..) {
            writeln!(out, "{}", escaped(&line))?;
        }
        out.flush()
    }
}
