//! The traced program and its terminal: a pseudoterminal that a thread reads and another one writes, so that neither
//! ever keeps the keyboard waiting.

use std::fs::File;
use std::io::{self, Read, Write};
use std::os::fd::OwnedFd;
use std::thread;

use crossbeam_channel::{Receiver, Sender, bounded, never, unbounded};

use crate::app::message::Effect;
use crate::engine::Engine;
use crate::sys::pty;
use crate::sys::start::needed;
use crate::trace::{Ended, Hold, Options, Target, Tracing};

/// How much of the output is read at once.
const PIECE: usize = 16 << 10;
/// How many pieces may wait to be drawn; then the program waits.
const PIECES: usize = 4;

/// A program that is being traced.
pub(crate) struct TracedTerminal {
    pub(crate) target: Target,
    pub(crate) options: Options,
    tracing: Tracing,
    /// `None`: the program runs in another terminal.
    terminal: Option<Terminal>,
    output: Receiver<Vec<u8>>,
    ended: Receiver<Ended>,
}

/// The terminal of a program that was started.
struct Terminal {
    master: File,
    typed: Sender<Vec<u8>>,
}

impl TracedTerminal {
    /// Traces a program: one that is started in a terminal of this size, or one that runs.
    ///
    /// # Errors
    ///
    /// When the program is not found or cannot be attached to, or what is needed cannot be had.
    pub(crate) fn start(
        engine: &Engine,
        target: Target,
        options: Options,
        size: (u16, u16),
    ) -> io::Result<Self> {
        let (tracing, terminal, output) = match &target {
            Target::Program(program) if program.terminal.is_some() => {
                let low = crate::sys::descriptor::hold_low_numbers();
                let terminal = program.terminal()?;
                drop(low);
                let tracing = Tracing::start_in(engine, program, &options, terminal)?;
                (tracing, None, never())
            }
            Target::Program(program) => {
                let (terminal, slave, output) = Terminal::open(size)?;
                let tracing = Tracing::start_in(engine, program, &options, Some(slave))?;
                (tracing, Some(terminal), output)
            }
            Target::Running(pid) => (Tracing::attach(engine, *pid, &options)?, None, never()),
        };
        let ended = tracing.ended().clone();
        Ok(Self {
            target,
            options,
            tracing,
            terminal,
            output,
            ended,
        })
    }

    /// What the program writes.
    pub(crate) fn output(&self) -> &Receiver<Vec<u8>> {
        &self.output
    }

    /// Where is reported how it ended.
    pub(crate) fn ended(&self) -> &Receiver<Ended> {
        &self.ended
    }

    /// Stops waiting for output: a channel whose sender is gone wakes whoever waits for it, again and again.
    pub(crate) fn forget_output(&mut self) {
        self.output = never();
    }

    /// Stops waiting for the report of the end, for the same reason.
    pub(crate) fn forget_end(&mut self) {
        self.ended = never();
    }

    /// Does what an effect asks of it; other effects are none of its.
    pub(crate) fn carry_out(&self, effect: Effect) {
        match effect {
            Effect::Hold(true) => self.tracing.hold(Hold::Each),
            Effect::Hold(false) => {
                // What --break names holds as before.
                self.tracing.hold(self.options.hold.clone());
                self.tracing.go_on_all();
            }
            Effect::GoOn(call) => self.tracing.go_on(call),
            Effect::Inject(call, fault) => self.tracing.inject(call, fault),
            Effect::LookAtHeld => self.tracing.look(),
            Effect::Type(bytes) => {
                if let Some(terminal) = &self.terminal {
                    // Fails when it has ended.
                    let _ = terminal.typed.send(bytes);
                }
            }
            _ => {}
        }
    }

    /// Its terminal has another size.
    pub(crate) fn resize(&self, columns: u16, rows: u16) {
        if let Some(terminal) = &self.terminal {
            // Fails for a terminal that is gone.
            let _ = pty::resize(&terminal.master, columns.max(1), rows.max(1));
        }
    }
}

impl Terminal {
    /// Opens one of this size: it, the end of the program, and what the program writes.
    fn open((columns, rows): (u16, u16)) -> io::Result<(Self, OwnedFd, Receiver<Vec<u8>>)> {
        let error = |errno: crate::socket::Errno| io::Error::from_raw_os_error(errno.0);
        let low = crate::sys::descriptor::hold_low_numbers();
        let opened = pty::open(columns.max(1), rows.max(1)).map_err(error);
        let pty = opened.map_err(needed("openpty()", "for the terminal of the program"))?;
        let (typed, to_write) = unbounded();
        let (gives, output) = bounded(PIECES);
        let [reads, writes] = [pty.master.try_clone()?, pty.master.try_clone()?];
        drop(low);
        start("pty-output", move || read(reads, &gives))?;
        start("pty-input", move || write(writes, &to_write))?;
        let master = pty.master;
        Ok((Self { master, typed }, pty.slave, output))
    }
}

fn start(name: &str, body: impl FnOnce() + Send + 'static) -> io::Result<()> {
    let body = move || {
        crate::sys::signal::mask_all();
        body();
    };
    thread::Builder::new()
        .name(name.to_owned())
        .spawn(body)
        .map(drop)
        .map_err(needed(
            "a further thread",
            "for the terminal of the program",
        ))
}

/// Passes on what the program writes, until nobody has its terminal any more.
fn read(mut master: File, gives: &Sender<Vec<u8>>) {
    let mut piece = vec![0; PIECE];
    loop {
        match master.read(&mut piece) {
            Ok(count @ 1..) if gives.send(piece[..count].to_vec()).is_ok() => {}
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Ok(_) | Err(_) => return,
        }
    }
}

/// Writes what is typed; waits where the program does not read.
fn write(mut master: File, typed: &Receiver<Vec<u8>>) {
    for bytes in typed {
        if master.write_all(&bytes).is_err() {
            return;
        }
    }
}
