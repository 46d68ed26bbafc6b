//! One instance of the playground without a terminal: it plays a script, and its screen is drawn into a buffer.

use std::io;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, TryRecvError, never, select};
use crossterm::event::KeyEvent;
use ratatui::buffer::Buffer;

use crate::app::message::{Effect, Msg};
use crate::app::overlay::{Content, Page};
use crate::app::program::TracedProgram;
use crate::app::state::{App, Mode};
use crate::app::update::update;
use crate::call::Call;
use crate::call::argument::Name;
use crate::engine::Engine;
use crate::event::{Event, LineSource, Reach, Timestamp};
use crate::history::{NotRecorded, Timeline};
use crate::kernel::sampler::Done;
use crate::layout::{Pane, PlacedPane};
use crate::lesson::TracedServer;
use crate::run::lesson_store::LessonStore;
use crate::script::Script;
use crate::socket::text::escaped;
use crate::terminal::screenshot::clock::{BEAT, Clock};
use crate::terminal::screenshot::opening::Opening;
use crate::terminal::traced::TracedTerminal;
use crate::theme::Appearance;
use crate::trace::Target;
use crate::world::Progress;

/// How long nothing must happen until a screen counts as settled.
const SETTLED: Duration = Duration::from_millis(150);
/// The same between two lines: longer than an acknowledgement is delayed.
const LINE_SETTLED: Duration = Duration::from_millis(60);
/// How long a script may take.
const LIMIT: Duration = Duration::from_secs(20);

/// One instance of the playground without a terminal.
pub(crate) struct Instance {
    app: App,
    engine: Engine,
    events: Receiver<Event>,
    lesson_store: LessonStore,
    timeline: Timeline,
    clock: Clock,
    signals: Receiver<i32>,
    /// The signal that ends it.
    signal: Option<i32>,
    /// The program that is traced.
    traced: Option<TracedTerminal>,
}

impl Instance {
    /// Starts an engine with nothing on its screen.
    pub(crate) fn start(
        size: (u16, u16),
        appearance: Appearance,
        signals: Receiver<i32>,
    ) -> io::Result<Self> {
        let (mut engine, events) = Engine::start()?;
        engine.watch_endpoints()?;
        let mut app = App::new(size, appearance, "/tmp".to_owned(), std::process::id());
        app.typed_reach = Reach::Confined(LineSource::Screenshot);
        let mut lesson_store = LessonStore::default();
        engine.confine_to(&lesson_store.prepare()?);
        Ok(Self {
            app,
            engine,
            events,
            lesson_store,
            timeline: Timeline::default(),
            clock: Clock::default(),
            signals,
            signal: None,
            traced: None,
        })
    }

    /// The folder that its script may use.
    pub(crate) fn prepare_folder(&mut self) -> io::Result<PathBuf> {
        self.lesson_store.prepare()
    }

    /// The signal that ended it.
    pub(crate) fn signal(&self) -> Option<i32> {
        self.signal
    }

    /// Does all that the picture shows.
    pub(crate) fn stage(&mut self, script: Script, opening: Opening) -> io::Result<()> {
        if let Some(name) = opening.lesson {
            self.open_lesson(name);
        }
        if let Some(server) = opening.traces {
            self.trace(&server)?;
        }
        self.play(script)?;
        self.open_ladder(opening.ladder);
        opening.keys.into_iter().try_for_each(|key| self.press(key))
    }

    fn play(&mut self, script: Script) -> io::Result<()> {
        let deadline = Instant::now() + LIMIT;
        for (index, line) in script.lines.into_iter().enumerate() {
            if line.command.is_none() {
                continue;
            }
            self.clock.call();
            let text = line.to_string();
            let reach = Reach::Confined(LineSource::Screenshot);
            self.app.player.push(index + 1, line, reach);
            self.take(Msg::Tick);
            while !self.app.player.is_idle() {
                let comes = self.app.player.deadline();
                let comes = comes.map(|moment| self.clock.wait_for(moment));
                let sleeps_too_long = comes.filter(|_| self.is_sleeping()) > Some(deadline);
                if sleeps_too_long || Instant::now() > deadline {
                    let message = format!(
                        "{}:{}: {}: it does not end within the {} s that a script for a picture may take",
                        escaped(&script.origin),
                        index + 1,
                        escaped(&text),
                        LIMIT.as_secs()
                    );
                    return Err(io::Error::other(message));
                }
                self.wait(Duration::from_millis(1))?;
            }
            self.settle_line(deadline)?;
        }
        if let Some(reason) = self.refused() {
            return Err(io::Error::other(format!("{}: {reason}", script.origin)));
        }
        match self.app.broken.first() {
            None => self.settle(),
            Some(broken) => Err(io::Error::other(format!(
                "{}: {}, and the result differs",
                escaped(&script.origin),
                broken.expected
            ))),
        }
    }

    /// Traces the server of a lesson, and waits until it is held.
    fn trace(&mut self, server: &TracedServer) -> io::Result<()> {
        let deadline = Instant::now() + LIMIT;
        let (program, options) = crate::trace::of_lesson(server)?;
        let drawn = TracedProgram::new("sockplay example-server".to_owned(), Some((80, 24)));
        // Its terminal has the size of the pane, which is there from now on.
        self.app.program = Some(drawn);
        let areas = self.app.areas();
        let inside = areas.pane(Pane::Program).map(PlacedPane::inside);
        let size = inside.map_or((80, 24), |inside| (inside.width, inside.height));
        if let Some(drawn) = &mut self.app.program {
            drawn.resize(size.0, size.1);
        }
        let target = Target::Program(program);
        self.traced = Some(TracedTerminal::start(&self.engine, target, options, size)?);
        while self.app.held().is_none() {
            if Instant::now() > deadline {
                return Err(io::Error::other(
                    "the example server does not reach its first call",
                ));
            }
            self.wait(LINE_SETTLED)?;
        }
        self.settle_line(deadline)
    }

    /// Takes in what a line led to before the next one is played, however slow this host is: it happened at the staged
    /// time of this line, and a state that lasts until the next call is seen.
    fn settle_line(&mut self, deadline: Instant) -> io::Result<()> {
        while Instant::now() < deadline {
            while self.wait(LINE_SETTLED)? && Instant::now() < deadline {}
            let probes = [
                self.engine.probe_sockets(),
                self.engine.probe_all_endpoints(),
            ];
            let mut is_news = false;
            // A probe is done when its channel is closed; what it found was reported before.
            while probes.iter().any(|probe| !is_done(probe)) && Instant::now() < deadline {
                is_news |= self.wait(Duration::from_millis(1))?;
            }
            while self.wait(Duration::ZERO)? {
                is_news = true;
            }
            if !is_news {
                break;
            }
        }
        Ok(())
    }

    /// Whether the present line only waits for time to pass.
    fn is_sleeping(&self) -> bool {
        let current = self.app.player.current();
        current.is_some_and(|command| matches!(command.call, Call::Sleep { .. }))
    }

    /// Why a call was not made.
    fn refused(&self) -> Option<String> {
        let mut log = self.app.world.log().iter();
        log.find_map(|record| match &record.progress {
            Progress::Refused(reason) => Some(reason.to_string()),
            _ => None,
        })
    }

    /// Shows the conversation of a socket, as `v` does.
    fn open_ladder(&mut self, of: Option<Name>) {
        if let Some(socket) = of.and_then(|name| self.app.world.named(&name)) {
            self.app.selection = Some(socket.id());
            self.app.mode = Mode::over(Content::Page(Page::Ladder));
        }
    }

    /// Opens a lesson at its first page.
    fn open_lesson(&mut self, name: String) {
        let lesson = self.lesson_store.lesson(&name);
        self.take(Msg::Lesson(lesson.map_err(|fault| fault.to_string())));
    }

    /// Presses a key and waits until what follows from it has happened.
    fn press(&mut self, key: KeyEvent) -> io::Result<()> {
        self.draw()?;
        self.clock.call();
        self.take(Msg::Key(key));
        self.settle()
    }

    /// Takes events in until none comes for a while.
    pub(crate) fn settle(&mut self) -> io::Result<()> {
        let deadline = Instant::now() + LIMIT;
        while self.wait(SETTLED)? {
            if Instant::now() > deadline {
                return Err(io::Error::other("the sockets do not settle"));
            }
        }
        // Time that has passed since, for what is still pending.
        self.app.set_now(Timestamp(self.clock.now().0 + 3 * BEAT));
        Ok(())
    }

    /// Takes the next event in. Gives false when none arrived in time.
    ///
    /// # Errors
    ///
    /// When a signal arrived.
    fn wait(&mut self, limit: Duration) -> io::Result<bool> {
        let traced = self.traced.as_ref();
        let output = traced.map_or_else(never, |traced| traced.output().clone());
        let event = select! {
            recv(self.signals) -> signal => {
                self.signal = signal.ok();
                return Err(io::ErrorKind::Interrupted.into());
            }
            recv(self.events) -> event => event.ok(),
            recv(output) -> bytes => {
                let bytes = bytes.unwrap_or_default();
                self.take(Msg::Output(bytes));
                return Ok(true);
            }
            default(limit) => None,
        };
        match event {
            Some(mut event) => {
                self.clock.stage(&mut event);
                self.take(Msg::Engine(event));
                Ok(true)
            }
            None => {
                self.take(Msg::Tick);
                Ok(false)
            }
        }
    }

    fn take(&mut self, message: Msg) {
        let effects = update(&mut self.app, message, self.clock.now());
        let happened = std::mem::take(&mut self.app.happened);
        self.timeline.take(happened, self.app.present());
        for effect in effects {
            match effect {
                Effect::Submit(request) => {
                    for mut event in self.engine.submit(*request) {
                        self.clock.stage(&mut event);
                        self.take(Msg::Engine(event));
                    }
                }
                Effect::Cancel(call) => self.engine.cancel(call),
                Effect::LookBack(look) => {
                    let world = self.timeline.world_at(look.events, &mut NotRecorded);
                    let world = world.map(Box::new).map_err(|why| why.to_string());
                    self.take(Msg::Past(look, world));
                }
                Effect::Hold(_)
                | Effect::GoOn(_)
                | Effect::Inject(..)
                | Effect::LookAtHeld
                | Effect::Type(_) => {
                    if let Some(traced) = &self.traced {
                        traced.carry_out(effect);
                    }
                }
                // There is no terminal and no form.
                Effect::FindListeners
                // A number of a process would make each picture another one.
                | Effect::FindAddressOwner(..)
                // A picture is the same for those who may capture and those who may not.
                | Effect::Capture
                | Effect::RunModels
                // What a picture shows is in its script, and nothing of it is a person's progress.
                | Effect::LoadCourse
                | Effect::CountReviews
                | Effect::AskCards
                | Effect::OpenLesson(_)
                | Effect::Anew
                | Effect::StoreLayout(_)
                | Effect::StoreProgress(_)
                | Effect::CaptureMouse(_)
                | Effect::AskBackground
                | Effect::Suspend
                | Effect::Repaint
                | Effect::Copy(_)
                | Effect::Write { .. }
                | Effect::Quit => {}
            }
        }
    }

    /// Draws its screen as it is now.
    pub(crate) fn draw(&mut self) -> io::Result<Buffer> {
        crate::terminal::drawn::drawn(&mut self.app)
    }
}

fn is_done(probe: &Receiver<Done>) -> bool {
    matches!(probe.try_recv(), Err(TryRecvError::Disconnected))
}

#[cfg(test)]
mod hidden;
