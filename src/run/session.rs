//! One session without a screen: events in, effects out, until the script is over.

use std::io::{self, Write};

use crossbeam_channel::{Receiver, after, never, select};

use super::print::Printer;
use super::tracer::Tracer;
use crate::cli::Style;
use crate::engine::{Engine, Signals};
use crate::event::{Event, What};
use crate::explain;
use crate::script::{Effect, Pace, Player, Script};
use crate::world::World;

/// How a script ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    /// After its last line.
    Finished {
        /// Whether an expectation did not hold.
        broken: bool,
    },
    /// Nobody reads the output any more.
    Unheard {
        /// Whether an expectation did not hold until then.
        broken: bool,
    },
    /// By this signal.
    Interrupted(i32),
}

/// An engine with the world that follows from its events and the player that drives it.
pub(super) struct Session<'a> {
    engine: Engine,
    events: Receiver<Event>,
    world: World,
    player: Player,
    tracer: Option<Tracer>,
    signals: &'a Signals,
}

impl<'a> Session<'a> {
    pub(super) fn start(style: Style, signals: &'a Signals) -> io::Result<Self> {
        // Before there are descriptors of a script, whose numbers it could take.
        let tracer = (style == Style::Strace).then(Tracer::new);
        let (engine, events) = Engine::start()?;
        Ok(Self {
            engine,
            events,
            world: World::default(),
            player: Player::new(Pace::Script),
            tracer,
            signals,
        })
    }

    /// Runs a script to its end, or to a signal, and puts everything in order.
    pub(super) fn play(
        mut self,
        script: &Script,
        style: Style,
        out: &mut impl Write,
    ) -> io::Result<End> {
        for (index, line) in script.lines.iter().enumerate() {
            self.player.push(index + 1, line.clone());
        }
        self.signals.guard(self.engine.bound_paths());
        let mut printer = Printer::new(style, &script.origin);
        let mut played = self.drive(&mut printer, out);
        if let Some(tracer) = &mut self.tracer {
            tracer.end(&self.world);
            played = played.and_then(|end| tracer.print(out).map(|()| end));
        }
        self.engine.shutdown();
        let end = match played {
            // Whoever read our output has gone: silence, as for any filter.
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => {
                return Ok(End::Unheard {
                    broken: printer.broken() > 0,
                });
            }
            played => played?,
        };
        if let End::Finished { .. } = end {
            printer.finish(out)?;
        }
        Ok(end)
    }

    fn drive(&mut self, printer: &mut Printer, out: &mut impl Write) -> io::Result<End> {
        loop {
            let effects = self.player.step(&self.world, self.engine.now());
            if !effects.is_empty() {
                for effect in effects {
                    self.carry_out(effect, printer, out)?;
                }
                continue;
            }
            if self.player.is_idle() {
                return Ok(End::Finished {
                    broken: printer.broken() > 0,
                });
            }
            let signal = self.wait();
            if let Some(tracer) = &mut self.tracer {
                tracer.print(out)?;
            }
            if let Some(signal) = signal {
                return Ok(End::Interrupted(signal));
            }
        }
    }

    fn carry_out(
        &mut self,
        effect: Effect,
        printer: &mut Printer,
        out: &mut impl Write,
    ) -> io::Result<()> {
        match effect {
            Effect::Submit(request) => {
                let (call, at) = (request.id, self.engine.now());
                let what = What::Asked(request.clone());
                let submitted = self.engine.submit(*request);
                // Folded while the thread wakes up: its own events are taken in later, by this thread.
                self.world.apply(&Event { at, what });
                if let Err(reason) = submitted {
                    self.fold(What::Refused { call, reason });
                }
            }
            Effect::Cancel(call) => self.engine.cancel(call),
            Effect::Emit(what) => self.fold(what),
            Effect::Report(report) => {
                let why = || Some(explain::why(&self.world, self.world.call(report.call?)?));
                printer.report(&report, &why, out)?;
            }
            Effect::Remark(comment) => printer.remark(comment.as_deref(), out)?,
        }
        Ok(())
    }

    fn fold(&mut self, what: What) {
        self.world.apply(&Event {
            at: self.engine.now(),
            what,
        });
    }

    /// Waits for an event, the player's deadline or a signal, and takes all events in that are there.
    fn wait(&mut self) -> Option<i32> {
        let deadline = self.player.deadline().map(|at| at.since(self.engine.now()));
        let timer = deadline.map_or_else(never, after);
        select! {
            recv(self.events) -> event => {
                if let Ok(event) = event {
                    self.take_in(&event);
                }
                while let Ok(event) = self.events.try_recv() {
                    self.take_in(&event);
                }
                None
            }
            recv(timer) -> _ => None,
            recv(self.signals.receiver()) -> signal => signal.ok(),
        }
    }

    fn take_in(&mut self, event: &Event) {
        self.world.apply(event);
        if let Some(tracer) = &mut self.tracer {
            tracer.see(event, &self.world);
        }
    }
}
