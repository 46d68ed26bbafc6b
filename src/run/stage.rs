//! An engine, the world that follows from its events, and the player that drives it, without a screen.
//!
//! A caller gives lines to the player and then calls [`Stage::step`] and [`Stage::wait`] in turn; `step` returns what
//! is to be reported.

use std::io;
use std::path::Path;
use std::time::Duration;

use crossbeam_channel::{Receiver, after, never, select};

use crate::call::Line;
use crate::engine::{Engine, Signals};
use crate::event::{CallId, Event, LineSource, Reach, Timestamp};
use crate::kernel::sampler::Done;
use crate::lesson::TracedServer;
use crate::run::recorder::Recorder;
use crate::script::{Effect, Pace, Player, Report};
use crate::trace::Tracing;
use crate::world::{Progress, Record, World};

/// How long may be waited for what completes an explanation.
const COMPLETE: Duration = Duration::from_millis(500);
/// How long a program may take to come to its first call that is held.
const HELD: Duration = Duration::from_secs(10);

/// What a session without a screen is made of.
pub(crate) struct Stage<'a> {
    pub(crate) engine: Engine,
    events: Receiver<Event>,
    pub(crate) world: World,
    pub(crate) player: Player,
    signals: &'a Signals,
    reach: Reach,
    /// The server of a lesson.
    traced: Option<Tracing>,
    pub(crate) recorder: Recorder,
    /// What the person should know about the recording.
    pub(crate) notice: Option<String>,
}

/// Where the lines of a session come from that may reach only what belongs to it, and the folder for its files.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Confinement<'a> {
    pub(crate) source: LineSource,
    pub(crate) folder: &'a Path,
}

/// Something to report.
pub(crate) enum Reported {
    /// A line is done.
    Report(Box<Report>),
    /// A line had no command; its comment.
    Remark(Option<String>),
}

/// Why a session ended before its time: by this signal.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Interrupted(pub(crate) i32);

impl<'a> Stage<'a> {
    pub(crate) fn start(
        pace: Pace,
        confinement: Option<Confinement<'_>>,
        signals: &'a Signals,
    ) -> io::Result<Self> {
        let (engine, events) = Engine::start()?;
        if let Some(confinement) = &confinement {
            engine.confine_to(confinement.folder);
        }
        Ok(Self {
            engine,
            events,
            world: World::default(),
            player: Player::new(pace),
            signals,
            reach: confinement.map_or(Reach::Free, |own| Reach::Confined(own.source)),
            traced: None,
            recorder: Recorder::default(),
            notice: None,
        })
    }

    /// Traces the server of a lesson from now on, and waits until it is held; none where the lesson has none.
    ///
    /// # Errors
    ///
    /// Why it cannot be traced.
    pub(crate) fn trace(&mut self, server: Option<&TracedServer>) -> io::Result<()> {
        self.traced = None;
        let Some(server) = server else { return Ok(()) };
        let (program, options) = crate::trace::of_lesson(server)?;
        // What it writes is on no screen here.
        let nowhere = std::fs::OpenOptions::new()
            .read(true)
            .write(true)
            .open("/dev/null")?;
        let nowhere = crate::sys::descriptor::above(nowhere)
            .map_err(|errno| io::Error::from_raw_os_error(errno.0))?;
        let tracing = Tracing::start_in(&self.engine, &program, &options, Some(nowhere.into()))?;
        self.traced = Some(tracing);
        let is_held = |record: &Record| record.progress == Progress::Held;
        match self.until(HELD, &mut |world| world.pending().any(is_held)) {
            Ok(true) => Ok(()),
            // The signal is still to be seen: it ends the session.
            Ok(false) | Err(Interrupted(_)) => Err(io::Error::other(
                "the example server does not reach its first call",
            )),
        }
    }

    /// Adds a line at the end of what is to be run; it may reach what the lines of this session may.
    pub(crate) fn push(&mut self, number: usize, line: Line) {
        self.player.push(number, line, self.reach);
    }

    /// Adds a line that may reach what is said.
    pub(crate) fn push_within(&mut self, number: usize, line: Line, reach: Reach) {
        self.player.push(number, line, reach);
    }

    /// Ends the session and begins another on the same clock: without sockets or calls, and with the first descriptor
    /// numbers again.
    pub(crate) fn restart(&mut self) -> io::Result<()> {
        self.traced = None;
        let watches_endpoints = self.engine.watches_endpoints();
        let (engine, events) = self.engine.start_next()?;
        // The old one is ended first, so that its descriptors are free; its reports are nobody's any more.
        let mut old = std::mem::replace(&mut self.engine, engine);
        drop(std::mem::replace(&mut self.events, events));
        old.shutdown();
        self.world = World::default();
        self.player = Player::new(Pace::Prompt);
        self.recorder.anew();
        if watches_endpoints {
            self.engine.watch_endpoints()?;
        }
        Ok(())
    }

    /// Takes an event in.
    fn take_in(&mut self, event: &Event) {
        crate::explain::fold(&mut self.world, event);
        self.recorder.event(event);
    }

    /// Takes an event in and all that are there after it, and shows each to `see`.
    fn take_in_all(&mut self, first: Option<Event>, see: &mut dyn FnMut(&Event, &World)) {
        let mut next = first.or_else(|| self.events.try_recv().ok());
        while let Some(event) = next {
            self.take_in(&event);
            see(&event, &self.world);
            next = self.events.try_recv().ok();
        }
        self.record();
    }

    /// Writes what has happened.
    pub(crate) fn record(&mut self) {
        if let Some(notice) = self.recorder.flush() {
            self.notice = Some(notice);
        }
    }

    /// Waits for what a person says, an event, the player's deadline or a signal, and takes all events in that are there.
    /// Gives what the person said.
    pub(crate) fn wait_for<T>(&mut self, said: &Receiver<T>) -> Result<Option<T>, Interrupted> {
        let deadline = self.player.deadline().map(|at| at.since(self.engine.now()));
        let timer = deadline.map_or_else(never, after);
        select! {
            recv(self.events) -> event => {
                let first = event.ok();
                self.take_in_all(first, &mut |_, _| {});
                Ok(None)
            }
            recv(said) -> said => Ok(said.ok()),
            recv(timer) -> _ => Ok(None),
            recv(self.signals.receiver()) -> signal => match signal {
                // A terminal of another size ends nothing.
                Ok(libc::SIGWINCH) | Err(_) => Ok(None),
                Ok(signal) => Err(Interrupted(signal)),
            },
        }
    }

    /// Does what is to be done now. `None`: nothing is.
    pub(crate) fn step(&mut self) -> Option<Vec<Reported>> {
        let effects = self.player.step(&self.world, self.engine.now());
        if effects.is_empty() {
            return None;
        }
        Some(
            effects
                .into_iter()
                .filter_map(|effect| self.carry_out(effect))
                .collect(),
        )
    }

    fn carry_out(&mut self, effect: Effect) -> Option<Reported> {
        match effect {
            Effect::Submit(request) => {
                for event in self.engine.submit(*request) {
                    self.take_in(&event);
                }
                self.record();
            }
            Effect::Cancel(call) => self.engine.cancel(call),
            Effect::Release(call, fault) => {
                if let Some(tracing) = &self.traced {
                    match fault {
                        Some(fault) => tracing.inject(call, fault),
                        None => tracing.go_on(call),
                    }
                }
            }
            Effect::Emit(what) => {
                let event = self.engine.event(what);
                self.take_in(&event);
                self.record();
            }
            Effect::Report(report) => return Some(Reported::Report(report)),
            Effect::Remark(comment) => return Some(Reported::Remark(comment)),
        }
        None
    }

    /// Waits for an event, the player's deadline, a signal, or at most as long as said; takes all events in that are
    /// there, and shows each to `see` after it was folded.
    pub(crate) fn wait(
        &mut self,
        at_most: Option<Duration>,
        see: &mut dyn FnMut(&Event, &World),
    ) -> Result<(), Interrupted> {
        let deadline = self.player.deadline().map(|at| at.since(self.engine.now()));
        let timer = [deadline, at_most].into_iter().flatten().min();
        let timer = timer.map_or_else(never, after);
        select! {
            recv(self.events) -> event => {
                let first = event.ok();
                self.take_in_all(first, see);
                Ok(())
            }
            recv(timer) -> _ => Ok(()),
            recv(self.signals.receiver()) -> signal => match signal {
                // A terminal of another size ends nothing.
                Ok(libc::SIGWINCH) | Err(_) => Ok(()),
                Ok(signal) => Err(Interrupted(signal)),
            },
        }
    }

    /// Has the kernel asked about every socket, with `ends` about both ends of every connection too, and takes in what
    /// it says. Waits for that, not beyond `deadline`.
    pub(crate) fn probe_all(&mut self, ends: bool, deadline: Timestamp) -> Result<(), Interrupted> {
        let probed = self.engine.probe_sockets();
        self.take_in_until(&probed, deadline)?;
        if ends {
            // After the sockets: a connection is found by their addresses.
            let probed = self.engine.probe_all_endpoints();
            self.take_in_until(&probed, deadline)?;
        }
        Ok(())
    }

    /// Completes what explains a call: the state of all sockets just after it, both ends of each connection where they are
    /// watched, and who else has the address that it could not get. What does not come in time is left out.
    pub(crate) fn complete(&mut self, call: CallId) -> Result<(), Interrupted> {
        let ends = self.engine.watches_endpoints();
        let deadline = self.engine.now().after(COMPLETE);
        self.probe_all(ends, deadline)?;
        let record = self.world.call(call);
        let outside = record.and_then(|record| crate::explain::owned_outside(&self.world, record));
        if let Some((address, socket_type)) = outside {
            self.engine.find_holder(call, address, socket_type);
            self.until(COMPLETE, &mut |world| {
                let record = world.call(call);
                record.is_some_and(|record| record.outside_owner().is_some())
            })?;
        }
        Ok(())
    }

    /// Takes events in until a channel is closed.
    fn take_in_until(
        &mut self,
        done: &Receiver<Done>,
        deadline: Timestamp,
    ) -> Result<(), Interrupted> {
        let timer = after(deadline.since(self.engine.now()));
        loop {
            select! {
                recv(self.events) -> event => event.iter().for_each(|event| self.take_in(event)),
                recv(done) -> _ => break,
                recv(timer) -> _ => break,
                recv(self.signals.receiver()) -> signal => {
                    if let Ok(signal) = signal {
                        return Err(Interrupted(signal));
                    }
                }
            }
        }
        // What was reported before the channel was closed.
        self.take_in_all(None, &mut |_, _| {});
        Ok(())
    }

    /// Runs one line and gives what became of it; `None` when nothing has after so long.
    pub(crate) fn play(
        &mut self,
        number: usize,
        line: Line,
        limit: Duration,
    ) -> Result<Option<Report>, Interrupted> {
        self.push(number, line);
        let until = self.engine.now().after(limit);
        loop {
            while let Some(reported) = self.step() {
                // A name in the line is looked up before it, which is reported too.
                let is_over = self.player.is_idle();
                if let Some(Reported::Report(report)) = reported.into_iter().next_back()
                    && is_over
                {
                    return Ok(Some(*report));
                }
            }
            let left = until.since(self.engine.now());
            if left.is_zero() {
                self.player.clear();
                return Ok(None);
            }
            self.wait(Some(left), &mut |_, _| {})?;
        }
    }

    /// Lets time pass until something is so, or for so long. Gives whether it is.
    pub(crate) fn until(
        &mut self,
        limit: Duration,
        holds: &mut dyn FnMut(&World) -> bool,
    ) -> Result<bool, Interrupted> {
        let until = self.engine.now().after(limit);
        loop {
            if holds(&self.world) {
                return Ok(true);
            }
            let left = until.since(self.engine.now());
            if left.is_zero() {
                return Ok(false);
            }
            self.wait(Some(left), &mut |_, _| {})?;
        }
    }
}
