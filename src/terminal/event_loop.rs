//! The loop: waits for input, events, signals and deadlines; updates; draws once, and only if something changed.

use std::io::{self, IsTerminal};
use std::thread;
use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, Sender, after, never, select, unbounded};
use crossterm::event;
use crossterm::terminal::size;

use crate::app::message::{Effect, Msg};
use crate::app::state::App;
use crate::app::theme::Theme;
use crate::app::update::update;
use crate::cli::LearnArgs;
use crate::engine::{Engine, Signals};
use crate::event::{CallId, Event};
use crate::input::{Input, Read};
use crate::io_models::Model;
use crate::sys::start::needed;
use crate::terminal::frame_pacer::{FramePacer, News};
use crate::terminal::lesson_store::LessonStore;
use crate::terminal::listener_scan::{Answer, ListenerScan};
use crate::terminal::screen::Screen;

/// How long a frame waits for the result of a call that a person has just made.
const RESULT: Duration = Duration::from_millis(1);
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
    let mut school = LessonStore::default();
    // Before the screen is taken: what is wrong with a teacher's lesson is read in the terminal.
    if let Some(name) = learn.and_then(|learn| learn.lesson.as_deref()) {
        school.lesson(name).map_err(io::Error::other)?;
    }
    if !io::stdin().is_terminal() || !io::stdout().is_terminal() {
        return Err(io::Error::other(
            "the playground needs a terminal for its input and output; scripts run without one: sockplay run FILE",
        ));
    }
    if learn.is_some() {
        school.prepare()?;
    }
    let signals = Signals::hold(&[libc::SIGWINCH, libc::SIGCONT, libc::SIGTSTP])?;
    let (mut engine, events) = Engine::start()?;
    // Without it the screen merely tells less.
    let _ = engine.watch_ends();
    let low = crate::sys::descriptor::hold_low_numbers();
    engine.prepare_capture();
    let (to_loop, messages) = unbounded();
    let mut app = App::new(
        size().map_err(needed(
            "ioctl(TIOCGWINSZ)",
            "to know the size of the terminal",
        ))?,
        Theme::choose(no_color()),
        temporary(),
        std::process::id(),
    );
    app.host = crate::kernel::host::look();
    let screen =
        Screen::take().map_err(needed("tcsetattr() or write()", "to take the terminal"))?;
    let input = Input::start(to_loop.clone(), message).map_err(needed(
        "poll(), eventfd() or a thread",
        "to read the terminal",
    ))?;
    drop(low);
    let mut driver = Driver {
        app,
        engine,
        events,
        signals: &signals,
        school,
        screen,
        input,
        to_loop,
        pacer: FramePacer::new(Instant::now()),
        listener_scan: ListenerScan::default(),
        submitted: None,
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

/// What the playground takes of the input.
fn message(read: Read) -> Option<Msg> {
    match read {
        Read::Burst(keys) => Some(Msg::Burst(keys)),
        Read::BurstEnd => Some(Msg::BurstEnd),
        Read::Hangup => Some(Msg::Hangup),
        Read::Event(event::Event::Key(key)) => Some(Msg::Key(key)),
        Read::Event(event::Event::Mouse(event)) => Some(Msg::Mouse(event)),
        Read::Event(event::Event::Paste(text)) => Some(Msg::Paste(text)),
        Read::Event(event::Event::Resize(columns, rows)) => Some(Msg::Resize(columns, rows)),
        Read::Event(event::Event::FocusGained | event::Event::FocusLost) => None,
    }
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
    pacer: FramePacer,
    listener_scan: ListenerScan,
    /// The call that was made last since the last frame.
    submitted: Option<CallId>,
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
        loop {
            let news = match self.wait(messages) {
                Woken::Message(message) => self.take_messages(message, messages)?,
                Woken::Engine(event) => {
                    self.take_events(event)?;
                    News::Event
                }
                Woken::Signal(signal) => {
                    self.signal(signal)?;
                    News::Input
                }
                Woken::Time => {
                    self.take(Msg::Tick)?;
                    News::Event
                }
            };
            if let Some(ended) = self.ended {
                return Ok(ended);
            }
            if news == News::Input {
                self.take_result()?;
            }
            self.find_listeners();
            if self.pacer.draws_at_once(news, Instant::now()) {
                self.draw()?;
            }
        }
    }

    /// Takes in what was typed, and all that was typed after it.
    fn take_messages(&mut self, first: Msg, messages: &Receiver<Msg>) -> io::Result<News> {
        let mut news = self.take_message(first)?;
        while let Ok(message) = messages.try_recv() {
            if self.take_message(message)? == News::Input {
                news = News::Input;
            }
        }
        // Whoever touches a key wants to see what is so now.
        if let Some(selected) = self.app.selection.filter(|_| news == News::Input) {
            self.engine.look_at_ends(selected);
        }
        Ok(news)
    }

    fn take_message(&mut self, message: Msg) -> io::Result<News> {
        let is_seen = match message {
            Msg::Listeners(_) => {
                self.listener_scan.ended();
                self.app.offers_addresses()
            }
            _ => true,
        };
        self.take(message)?;
        Ok(if is_seen { News::Input } else { News::Nothing })
    }

    fn take_events(&mut self, first: Event) -> io::Result<()> {
        self.take(Msg::Engine(first))?;
        for _ in 0..BATCH {
            let Ok(event) = self.events.try_recv() else {
                break;
            };
            self.take(Msg::Engine(event))?;
        }
        Ok(())
    }

    /// Waits a moment for the result of the call that a person has just made, to draw both in one frame.
    fn take_result(&mut self) -> io::Result<()> {
        let until = Instant::now() + RESULT;
        while let Some(call) = self.submitted {
            let record = self.app.world.call(call);
            if record.is_none_or(|record| record.outcome().is_some()) {
                break;
            }
            // A call that blocks, or a busy machine: the result is drawn when it comes.
            let Ok(event) = self.events.recv_deadline(until) else {
                break;
            };
            self.take(Msg::Engine(event))?;
        }
        self.submitted = None;
        Ok(())
    }

    fn wait(&self, messages: &Receiver<Msg>) -> Woken {
        let now = Instant::now();
        let scan = self.listener_scan.due_in(self.app.needs_listeners(), now);
        let deadline = self.app.deadline().map(|at| at.since(self.engine.now()));
        let timer = [self.pacer.next_frame(now), scan, deadline]
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
                self.app.show_course();
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
            Ok(folder) => {
                self.engine.confine_to(&folder);
                self.school.lesson(name).map_err(|fault| fault.to_string())
            }
            Err(error) => Err(error.to_string()),
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
        self.screen.draw(&mut self.app)?;
        self.pacer.drawn(Instant::now());
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
                self.submitted = Some(request.id);
                for event in self.engine.submit(*request) {
                    self.take(Msg::Engine(event))?;
                }
            }
            Effect::Cancel(call) => self.engine.cancel(call),
            Effect::FindListeners => self.listener_scan.want(),
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
            Effect::Repaint => self
                .screen
                .repaint((self.app.size.columns, self.app.size.rows))?,
            Effect::Quit => self.ended = Some(Ended::Left),
        }
        Ok(())
    }

    /// Looks who listens on this host where that is due, on a thread of its own: it opens many files.
    fn find_listeners(&mut self) {
        let is_needed = self.app.needs_listeners();
        if !self.listener_scan.begins(is_needed, Instant::now()) {
            return;
        }
        // Without a thread the form merely proposes less.
        let answer = Answer::to(self.to_loop.clone());
        crate::kernel::unshared::spawn("listeners", move || answer.find());
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
