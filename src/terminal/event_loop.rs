//! The loop: waits for input, events, signals and deadlines; updates; draws once, and only if something changed.

use std::io::{self, IsTerminal};
use std::thread;
use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, Sender, after, never, select, unbounded};
use crossterm::terminal::size;

use crate::app::message::{Effect, Msg};
use crate::app::state::{App, Mode};
use crate::app::theme::Theme;
use crate::app::update::update;
use crate::cli::LearnArgs;
use crate::engine::{Engine, Signals};
use crate::event::{Event, EventKind};
use crate::io_models::Model;
use crate::terminal::input::Input;
use crate::terminal::lesson_store::LessonStore;
use crate::terminal::screen::Screen;

/// The least time between two drawings that no key asked for.
const FRAME: Duration = Duration::from_millis(16);
/// The most events that are taken in before the keyboard is looked at again.
const BATCH: usize = 2000;

/// How the playground ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    /// The person left.
    Left,
    /// This signal came.
    Signal(i32),
}

/// Starts the playground and stays in it until the person leaves.
///
/// # Errors
///
/// When there is no terminal, or it cannot be used.
pub fn start(learn: Option<&LearnArgs>) -> io::Result<Ended> {
    // Before the screen is taken: what is wrong with a teacher's lesson is read in the terminal.
    if let Some(name) = learn.and_then(|learn| learn.lesson.as_deref()) {
        LessonStore::default()
            .lesson(name)
            .map_err(io::Error::other)?;
    }
    if !io::stdin().is_terminal() || !io::stdout().is_terminal() {
        return Err(io::Error::other(
            "the playground needs a terminal for its input and output; scripts run without one: sockplay run FILE",
        ));
    }
    let signals = Signals::hold(&[libc::SIGWINCH, libc::SIGCONT, libc::SIGTSTP])?;
    let (mut engine, events) = Engine::start()?;
    // Without it the screen merely tells less.
    let _ = engine.watch_ends();
    let low = crate::sys::descriptor::hold_low_numbers();
    engine.prepare_capture();
    let (to_loop, messages) = unbounded();
    let mut app = App::new(
        size()?,
        Theme::choose(no_color()),
        temporary(),
        std::process::id(),
    );
    app.host = crate::kernel::host::look();
    let screen = Screen::take()?;
    let input = Input::start(to_loop.clone())?;
    drop(low);
    let mut driver = Driver {
        app,
        engine,
        events,
        signals: &signals,
        school: LessonStore::default(),
        screen,
        input,
        to_loop,
        drawn: Instant::now(),
        ended: None,
    };
    let ended = driver
        .begin(learn)
        .and_then(|()| driver.run(&messages))
        .or_else(left_if_gone);
    let Driver {
        engine,
        events,
        screen,
        input,
        ..
    } = driver;
    // In this order: nothing reads the terminal any more when it is given back.
    drop(input);
    drop(screen);
    drop(events);
    // The process ends now.
    engine.leave();
    ended
}

/// A terminal that has gone is no failure: drawing may notice it before SIGHUP comes. Nobody could read of it either.
fn left_if_gone(error: io::Error) -> io::Result<Ended> {
    match error.raw_os_error() {
        Some(libc::EIO) => Ok(Ended::Left),
        _ => Err(error),
    }
}

/// Whether colours are unwanted, no-color.org.
fn no_color() -> bool {
    std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty())
}

/// The folder for path sockets.
fn temporary() -> String {
    let folder = std::env::temp_dir();
    folder
        .to_str()
        .unwrap_or("/tmp")
        .trim_end_matches('/')
        .to_owned()
}

struct Driver<'a> {
    app: App,
    engine: Engine,
    events: Receiver<Event>,
    signals: &'a Signals,
    school: LessonStore,
    screen: Screen,
    input: Input,
    to_loop: Sender<Msg>,
    drawn: Instant,
    ended: Option<Ended>,
}

/// What woke the loop.
enum Woken {
    Message(Msg),
    Engine(Event),
    Signal(i32),
    Time,
}

impl Driver<'_> {
    fn run(&mut self, messages: &Receiver<Msg>) -> io::Result<Ended> {
        self.draw()?;
        let mut wants_drawing = false;
        loop {
            let urgent = match self.wait(messages, wants_drawing) {
                Woken::Message(message) => {
                    self.take(message)?;
                    while let Ok(message) = messages.try_recv() {
                        self.take(message)?;
                    }
                    // Whoever touches a key wants to see what is so now.
                    if let Some(selected) = self.app.selection {
                        self.engine.look_at_ends(selected);
                    }
                    true
                }
                Woken::Engine(event) => {
                    self.take(Msg::Engine(event))?;
                    for _ in 0..BATCH {
                        let Ok(event) = self.events.try_recv() else {
                            break;
                        };
                        self.take(Msg::Engine(event))?;
                    }
                    false
                }
                Woken::Signal(signal) => {
                    self.signal(signal)?;
                    true
                }
                Woken::Time => {
                    self.take(Msg::Tick)?;
                    false
                }
            };
            if let Some(ended) = self.ended {
                return Ok(ended);
            }
            if urgent || self.drawn.elapsed() >= FRAME {
                self.draw()?;
                wants_drawing = false;
            } else {
                wants_drawing = true;
            }
        }
    }

    fn wait(&self, messages: &Receiver<Msg>, wants_drawing: bool) -> Woken {
        let next_frame = wants_drawing.then(|| FRAME.saturating_sub(self.drawn.elapsed()));
        let deadline = self.app.deadline().map(|at| at.since(self.engine.now()));
        let timer = [next_frame, deadline]
            .into_iter()
            .flatten()
            .min()
            .map_or_else(never, after);
        // The keyboard first: a flood of events must not delay it.
        if let Ok(message) = messages.try_recv() {
            return Woken::Message(message);
        }
        select! {
            recv(messages) -> message => message.map_or(Woken::Time, Woken::Message),
            recv(self.events) -> event => event.map_or(Woken::Time, Woken::Engine),
            recv(self.signals.receiver()) -> signal => signal.map_or(Woken::Time, Woken::Signal),
            recv(timer) -> _ => Woken::Time,
        }
    }

    /// Opens the course or a lesson, where that was asked for.
    fn begin(&mut self, learn: Option<&LearnArgs>) -> io::Result<()> {
        let Some(learn) = learn else {
            return Ok(());
        };
        self.app.learn.presenting = learn.present;
        self.carry_out(Effect::LoadCourse)?;
        match &learn.lesson {
            Some(name) => self.carry_out(Effect::OpenLesson(name.clone())),
            None => {
                self.app.mode = Mode::Course(self.app.learn.next());
                Ok(())
            }
        }
    }

    /// Ends the session and begins another, whose descriptors have the first numbers again.
    fn anew(&mut self) -> io::Result<()> {
        let (engine, events) = self.engine.start_next()?;
        // The old one is ended first, so that its descriptors are free; its reports are nobody's any more.
        let mut old = std::mem::replace(&mut self.engine, engine);
        drop(std::mem::replace(&mut self.events, events));
        old.shutdown();
        let _ = self.engine.watch_ends();
        let low = crate::sys::descriptor::hold_low_numbers();
        self.engine.prepare_capture();
        drop(low);
        Ok(())
    }

    fn load_course(&mut self) -> io::Result<()> {
        let (course, progress, notice) = self.school.course();
        self.take(Msg::Course(course, progress))?;
        self.notice(notice);
        Ok(())
    }

    fn open_lesson(&mut self, name: &str) -> io::Result<()> {
        let lesson = match self.school.prepare() {
            Ok(()) => self.school.lesson(name),
            Err(error) => Err(format!(
                "no folder can be made for its path sockets: {error}"
            )),
        };
        self.take(Msg::Lesson(lesson))
    }

    fn notice(&mut self, notice: Option<String>) {
        if let Some(text) = notice {
            self.app.tell(text, true);
        }
    }

    fn draw(&mut self) -> io::Result<()> {
        self.app.now = self.engine.now();
        self.screen.draw(&self.app)?;
        self.drawn = Instant::now();
        Ok(())
    }

    fn take(&mut self, message: Msg) -> io::Result<()> {
        for effect in update(&mut self.app, message, self.engine.now()) {
            self.carry_out(effect)?;
        }
        Ok(())
    }

    fn carry_out(&mut self, effect: Effect) -> io::Result<()> {
        match effect {
            Effect::Submit(request) => {
                let call = request.id;
                if let Err(reason) = self.engine.submit(*request) {
                    let what = EventKind::Refused { call, reason };
                    self.take(Msg::Engine(Event {
                        at: self.engine.now(),
                        what,
                    }))?;
                }
            }
            Effect::Cancel(call) => self.engine.cancel(call),
            Effect::FindListeners => self.find_listeners(),
            Effect::FindAddressOwner(call, address, kind) => {
                self.engine.find_holder(call, address, kind);
            }
            Effect::Capture => self.engine.capture(),
            Effect::RunModels => self.run_models(),
            Effect::LoadCourse => self.load_course()?,
            Effect::OpenLesson(name) => self.open_lesson(&name)?,
            Effect::Anew => self.anew()?,
            Effect::Keep(progress) => {
                let notice = self.school.keep(&progress);
                self.notice(notice);
            }
            Effect::Suspend => self.suspend()?,
            Effect::Repaint => self.screen.repaint(self.app.size)?,
            Effect::Quit => self.ended = Some(Ended::Left),
        }
        Ok(())
    }

    /// Looks who listens on this host, on a thread of its own: it opens many files.
    fn find_listeners(&self) {
        let to_loop = self.to_loop.clone();
        let look = move || {
            // The loop may have ended meanwhile.
            let _ = to_loop.send(Msg::Listeners(crate::kernel::listeners::listeners()));
        };
        // Without a thread the form merely proposes less.
        crate::kernel::unshared::spawn("listeners", look);
    }

    /// Runs the I/O models on a thread of its own; each is told as soon as it was made.
    fn run_models(&self) {
        let to_loop = self.to_loop.clone();
        let run = move || {
            crate::sys::signal::mask_all();
            for model in Model::ALL {
                if to_loop
                    .send(Msg::Ran(model, crate::io_models::run(model)))
                    .is_err()
                {
                    // The loop has ended.
                    return;
                }
            }
        };
        // Without a thread the view goes on saying that they are being run.
        let _ = thread::Builder::new().name("models".to_owned()).spawn(run);
    }

    fn signal(&mut self, signal: i32) -> io::Result<()> {
        match signal {
            libc::SIGWINCH => self.resized(),
            libc::SIGTSTP => self.stopped(crate::sys::signal::stop),
            libc::SIGCONT => {
                crate::terminal::screen::take_again()?;
                self.resized()
            }
            _ => {
                self.ended = Some(Ended::Signal(signal));
                Ok(())
            }
        }
    }

    fn resized(&mut self) -> io::Result<()> {
        let (columns, rows) = size()?;
        self.take(Msg::Resize(columns, rows))
    }

    /// Stops the process group, as Ctrl-Z does outside of raw mode; returns when it goes on.
    ///
    /// In an orphaned group the kernel ignores the stop, and the program just goes on.
    fn suspend(&mut self) -> io::Result<()> {
        let signals = self.signals;
        let mut ending = None;
        self.stopped(|| ending = signals.stop_group())?;
        if let Some(signal) = ending {
            self.ended = Some(Ended::Signal(signal));
        }
        Ok(())
    }

    /// Gives the terminal back while the process is stopped, and takes it again afterwards.
    fn stopped(&mut self, stop: impl FnOnce()) -> io::Result<()> {
        self.input.pause();
        crate::terminal::screen::give_back();
        stop();
        crate::terminal::screen::take()?;
        self.input.resume();
        self.resized()
    }
}
