//! Starts the playground: takes the terminal, starts the engine and the input, and gives everything back at the end.

use std::io::{self, IsTerminal};
use std::os::unix::process::CommandExt;
use std::process::Command;
use std::time::Instant;

use crossbeam_channel::unbounded;
use crossterm::event;

use crate::app::message::Msg;
use crate::app::state::App;
use crate::cli::{AppearanceArgs, LearnArgs};
use crate::config::Config;
use crate::engine::{Engine, Signals};
use crate::history::Timeline;
use crate::input::{Input, Read};
use crate::journal::Recorded;
use crate::run::lesson_store::LessonStore;
use crate::run::prompt_history::PromptHistory;
use crate::run::recorder::{Destination, Recorder};
use crate::script::Stepping;
use crate::store::recording::opened::Opened;
use crate::sys::start::needed;
use crate::terminal::appearance;
use crate::terminal::clipboard::Clipboard;
use crate::terminal::configuration;
use crate::terminal::event_loop::{Driver, Ended};
use crate::terminal::frame_pacer::FramePacer;
use crate::terminal::listener_scan::ListenerScan;
use crate::terminal::output::size;
use crate::terminal::screen::Screen;
use crate::trace::{Options, Target};

/// What the playground begins with.
#[derive(Debug)]
pub enum Opening<'a> {
    /// The start screen.
    Play,
    /// A script for stepping.
    Script(Stepping),
    /// The course.
    Learn(&'a LearnArgs),
    /// A program that is traced.
    Trace(Target, Options),
    /// A recording, and the number of its session from 0: no call is made.
    Replay(Opened, usize),
}

/// Starts the playground and stays in it until the person leaves.
///
/// # Errors
///
/// When there is no terminal, or it cannot be used.
pub fn start(
    opening: Opening<'_>,
    record: Option<Destination>,
    looks: &AppearanceArgs,
) -> io::Result<Ended> {
    let is_play = matches!(opening, Opening::Play);
    let (learn, trace, replay, script) = match opening {
        Opening::Play => (None, None, None, None),
        Opening::Script(script) => (None, None, None, Some(script)),
        Opening::Learn(learn) => (Some(learn), None, None, None),
        Opening::Trace(target, options) => (None, Some((target, options)), None, None),
        Opening::Replay(opened, part) => (None, None, Some((opened, part)), None),
    };
    // Before the screen is taken: what is wrong with it is read in the terminal.
    let config = configuration::load()?;
    let mut lesson_store = LessonStore::default();
    // As is what is wrong with a teacher's lesson or course.
    let mut lesson = learn.and_then(|learn| learn.lesson.as_deref());
    if let Some(name) = lesson
        && crate::run::own_course::choose(name)?
    {
        lesson = learn.and_then(|learn| learn.open.as_deref());
    }
    if let Some(name) = lesson {
        let lesson = lesson_store.first_lesson(name).map_err(io::Error::other)?;
        crate::run::lesson_needs::provide(&lesson);
    }
    let (appearance, faults) = appearance::of(looks, &config)?;
    let history_limit = config.history;
    let clipboard_setting = config.clipboard;
    let kept = Destination::configured(config.recordings());
    if !io::stdin().is_terminal() || !io::stdout().is_terminal() {
        return Err(io::Error::other(
            "the playground needs a terminal for its input and output; scripts run without one: sockplay run FILE",
        ));
    }
    if learn.is_some() {
        lesson_store.prepare()?;
    }
    let signals = Signals::hold(&[libc::SIGWINCH, libc::SIGCONT, libc::SIGTSTP])?;
    let low = crate::sys::descriptor::hold_low_numbers();
    let mut app = App::new(
        size().map_err(needed(
            "ioctl(TIOCGWINSZ)",
            "to know the size of the terminal",
        ))?,
        appearance,
        temporary(),
        std::process::id(),
    );
    configure(&mut app, config);
    app.at_start = is_play;
    if let Some(first) = faults.first() {
        app.notify(first, true);
    }
    let mut screen =
        Screen::take().map_err(needed("tcsetattr() or write()", "to take the terminal"))?;
    if app.at_start {
        // Whoever starts the program reads while the rest of it starts.
        screen.draw(&mut app)?;
    }
    let clipboard = Clipboard::new(clipboard_setting);
    // The engine looks at every descriptor that is open.
    drop(low);
    let (history, before) = PromptHistory::open(history_limit);
    app.prompt.load(before);
    let what = recorded(learn, trace.as_ref(), script.as_ref());
    app.open_script(script);
    let record = record.unwrap_or(kept);
    let (recorder, timeline, unrecorded) = match replay {
        Some((opened, part)) => crate::terminal::replay::load(&mut app, opened, part)?,
        None => {
            let (recorder, notice) = Recorder::begin(what, &record)?;
            (recorder, Timeline::default(), notice)
        }
    };
    let (mut engine, events) = Engine::start()?;
    let low = crate::sys::descriptor::hold_low_numbers();
    // Without it the screen merely shows less.
    let _ = engine.watch_endpoints();
    engine.prepare_capture();
    let recorded_pid = app
        .replayed
        .as_ref()
        .map(|own| own.header.pid.cast_signed());
    app.host = crate::kernel::host::read();
    app.host.pid = recorded_pid.unwrap_or(app.host.pid);
    app.missing = crate::kernel::facilities::missing();
    app.private_network = crate::sys::namespace::is_own() == Some(true);
    if let Some(text) = unrecorded {
        app.notify(text, true);
    }
    if let Some(first) = app.missing.first().filter(|_| faults.is_empty()).cloned() {
        app.notify(first, false);
    }
    let (to_loop, messages) = unbounded();
    screen.capture_mouse(app.captures_mouse)?;
    if app.appearance().follows_background() && appearance::answers_queries() {
        screen.ask_background()?;
    }
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
        lesson_store,
        settings: None,
        recorder,
        history,
        timeline,
        screen,
        clipboard,
        input,
        to_loop,
        pacer: FramePacer::new(Instant::now()),
        listener_scan: ListenerScan::default(),
        traced: None,
        of_lesson: false,
        gathers_until: None,
        submitted: None,
        ended: None,
    };
    let ended = driver
        .begin(learn, lesson)
        .and_then(|()| match trace {
            Some((target, options)) => driver.trace(target, options),
            None => Ok(()),
        })
        .and_then(|()| driver.run(&messages))
        .or_else(left_if_hung_up);
    driver.record();
    let Driver {
        engine,
        events,
        screen,
        input,
        history,
        traced,
        ..
    } = driver;
    // It is killed, or goes on without us.
    drop(traced);
    // In this order: nothing reads the terminal any more when it is given back.
    drop(input);
    drop(screen);
    drop(history);
    drop(events);
    // The process ends now.
    engine.leave();
    ended
}

/// Replaces this process by a new one that opens a lesson, in a network of its own. Only comes back with the reason why it
/// could not.
pub fn again(
    learn: Option<&LearnArgs>,
    lesson: &str,
    looks: &AppearanceArgs,
    is_unrecorded: bool,
) -> io::Error {
    let own = match std::env::current_exe() {
        Ok(own) => own,
        Err(error) => return error,
    };
    crate::sys::descriptor::close_on_exec();
    let mut command = Command::new(own);
    command.arg("learn");
    command.args(learn.filter(|learn| learn.present).map(|_| "--present"));
    command.args(looks.ascii.then_some("--ascii"));
    command.args(is_unrecorded.then_some("--no-journal"));
    if let Some(theme) = &looks.theme {
        command.args(["--theme", theme]);
    }
    match learn.and_then(|learn| learn.lesson.as_deref()) {
        Some(course) if !crate::lesson::course::current().key.is_empty() => {
            command.args(["--open", lesson, "--", course])
        }
        _ => command.args(["--", lesson]),
    };
    command.exec()
}

/// Has the state follow the configuration.
fn configure(app: &mut App, config: Config) {
    app.preset = config
        .layout
        .unwrap_or_else(crate::terminal::layout_store::remembered);
    app.keys = config.keys;
    app.settings = crate::config::listed();
    app.captures_mouse = config.mouse;
    app.prompt.remember_at_most(config.history);
}

/// What is recorded.
fn recorded(
    learn: Option<&LearnArgs>,
    trace: Option<&(Target, Options)>,
    script: Option<&Stepping>,
) -> Recorded {
    match (learn, trace, script) {
        (_, Some((target, _)), _) => Recorded::Trace(target.words()),
        (_, None, Some(script)) => Recorded::Stepping(script.origin.clone()),
        (Some(_), None, None) => Recorded::Learn,
        (None, None, None) => Recorded::Play,
    }
}

/// What the playground takes of the input.
fn message(read: Read) -> Option<Msg> {
    match read {
        Read::Burst(keys) => Some(Msg::Burst(keys)),
        Read::BurstEnd => Some(Msg::BurstEnd),
        Read::Hangup => Some(Msg::Hangup),
        Read::Background(background) => Some(Msg::Background(background)),
        Read::Event(event::Event::Key(key)) => Some(Msg::Key(key)),
        Read::Event(event::Event::Mouse(event)) => Some(Msg::Mouse(event)),
        Read::Event(event::Event::Paste(text)) => Some(Msg::Paste(text)),
        Read::Event(event::Event::Resize(columns, rows)) => Some(Msg::Resize(columns, rows)),
        Read::Event(event::Event::FocusGained | event::Event::FocusLost) => None,
    }
}

/// A terminal that was hung up is not a failure: drawing may notice it before SIGHUP arrives, and nobody could read an
/// error.
fn left_if_hung_up(error: io::Error) -> io::Result<Ended> {
    match error.raw_os_error() {
        Some(libc::EIO) => Ok(Ended::Left),
        _ => Err(error),
    }
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
