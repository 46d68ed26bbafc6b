//! `sockplay screenshot`: scripts are run on real engines and the screens after their last lines drawn as SVG.
//!
//! Each script is an instance of its own, with its own sockets and its own screen. The clock alone is staged.

mod opening;

use std::io::{self, BufRead, BufReader, Read, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, select};
use crossterm::event::KeyEvent;
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::buffer::Buffer;

use crate::terminal::screenshot::opening::Opening;

use crate::app::message::{Effect, Msg};
use crate::app::overlay::{Content, Page};
use crate::app::state::{App, Mode};
use crate::app::theme::COLORS;
use crate::app::update::update;
use crate::call::Call;
use crate::call::argument::Name;
use crate::cli::ScreenshotArgs;
use crate::engine::{Engine, Signals};
use crate::event::{Event, EventKind, LineSource, Reach, Timestamp};
use crate::layout::{Geometry, Size};
use crate::socket::text::escaped;
use crate::sys::start::needed;
use crate::terminal::lesson_store::LessonStore;
use crate::view::view;
use crate::world::Progress;

/// How long nothing must happen until a screen counts as settled.
const SETTLED: Duration = Duration::from_millis(150);
/// How long a script may take.
const LIMIT: Duration = Duration::from_secs(20);
/// The staged time between two calls, and a third of the time that passes after the last one.
const BEAT: u64 = 1_000_000_000;

/// Draws the picture. Each script is run by a process of its own, as by a person in a terminal of its own.
///
/// # Errors
///
/// When a script cannot be read, does not do what it expects or does not come to an end, or the picture cannot be
/// written.
pub fn screenshot(args: &ScreenshotArgs) -> io::Result<()> {
    if args.instance {
        return be_an_instance(&args.scripts[0], args.size);
    }
    let mut instances = args
        .scripts
        .iter()
        .map(|script| Process::start(script, args.size))
        .collect::<io::Result<Vec<_>>>()?;
    let several = instances.len() > 1;
    let mut screens = Vec::new();
    // All of them stay until all are drawn: an instance that ends closes its sockets.
    for (index, instance) in instances.iter_mut().enumerate() {
        let title = if several {
            format!("terminal {}: sockplay", index + 1)
        } else {
            "sockplay".to_owned()
        };
        screens.push((title, instance.screen()?));
    }
    std::fs::write(
        &args.output,
        crate::terminal::svg::picture(&screens, args.size),
    )
    .map_err(|error| {
        let output = escaped(&args.output.display().to_string());
        io::Error::other(format!("cannot write {output}: {error}"))
    })
}

/// An instance in another process.
struct Process {
    child: Child,
    orders: ChildStdin,
    answers: BufReader<ChildStdout>,
}

impl Process {
    /// Starts it and waits until its script is done.
    fn start(script: &Path, (columns, rows): (u16, u16)) -> io::Result<Self> {
        let mut child = Command::new(
            std::env::current_exe()
                .map_err(needed("readlink(/proc/self/exe)", "to find this program"))?,
        )
        .args([
            "screenshot",
            "--instance",
            "--output",
            "-",
            "--size",
            &format!("{columns}x{rows}"),
        ])
        .arg(script)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .map_err(needed(
            "execve() or pipe()",
            "to run each script in a process of its own",
        ))?;
        let (Some(orders), Some(answers)) = (child.stdin.take(), child.stdout.take()) else {
            return Err(io::Error::other("the instance has no pipes"));
        };
        let mut process = Self {
            child,
            orders,
            answers: BufReader::new(answers),
        };
        let mut ready = String::new();
        process.answers.read_line(&mut ready)?;
        if ready.is_empty() {
            process.child.wait()?;
            return Err(io::Error::other(format!(
                "no picture was drawn, because of {}",
                escaped(&script.display().to_string())
            )));
        }
        Ok(process)
    }

    /// Lets it draw its screen, now that the others have done their part too.
    fn screen(&mut self) -> io::Result<String> {
        writeln!(self.orders, "draw")?;
        let mut length = String::new();
        self.answers.read_line(&mut length)?;
        let length = length.trim().parse().map_err(io::Error::other)?;
        let mut drawn = vec![0; length];
        self.answers.read_exact(&mut drawn)?;
        String::from_utf8(drawn).map_err(io::Error::other)
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // The last order; an instance that has already ended hears nothing, and is waited for all the same.
        let _ = writeln!(self.orders, "end");
        let _ = self.child.wait();
    }
}

/// Is one of the instances. A signal that would end the program ends it after its files are removed.
fn be_an_instance(path: &Path, size: (u16, u16)) -> io::Result<()> {
    // Before the first thread.
    let signals = Signals::hold(&[])?;
    let mut signal = None;
    let shown = show_instance(path, size, &signals, &mut signal);
    if let Some(signal) = signal {
        crate::sys::signal::die_of(signal);
    }
    shown
}

/// Plays a script, says so, waits for the order to draw, and prints the screen. Ends early at a signal.
fn show_instance(
    path: &Path,
    size: (u16, u16),
    signals: &Signals,
    signal: &mut Option<i32>,
) -> io::Result<()> {
    let origin = path.display().to_string();
    let bytes = crate::sys::regular::open(path).and_then(crate::run::read);
    let bytes = bytes
        .map_err(|error| io::Error::other(format!("cannot read {}: {error}", escaped(&origin))))?;
    let mut instance = Instance::start(size, signals.receiver().clone())?;
    let bytes = crate::run::load::with_folder(bytes, &instance.school.prepare()?);
    let script = crate::script::parse(&origin, &bytes).map_err(|errors| {
        let told: Vec<String> = errors.iter().map(|error| error.render(&origin)).collect();
        io::Error::other(told.join("\n"))
    })?;
    let opening = Opening::of(&script)?;
    if let Err(error) = instance.stage(script, opening) {
        *signal = instance.signal;
        return Err(error);
    }
    // A pipe that nobody reads any more: whoever asked for the picture has ended.
    writeln!(io::stdout(), "ready")?;
    io::stdin().lock().read_line(&mut String::new())?;
    instance.settle()?;
    let drawn = crate::terminal::svg::screen(&instance.draw()?);
    write!(io::stdout(), "{}\n{drawn}", drawn.len())?;
    io::stdout().flush()?;
    io::stdin().lock().read_line(&mut String::new()).map(drop)
}

/// One instance of the playground without a terminal.
struct Instance {
    app: App,
    engine: Engine,
    events: Receiver<Event>,
    school: LessonStore,
    clock: Clock,
    signals: Receiver<i32>,
    /// The signal that ends it.
    signal: Option<i32>,
}

/// One call a second: what happens belongs to the last call that was asked for. Only a line that waits for time to pass,
/// as sleep() does, moves it on besides.
#[derive(Default)]
struct Clock {
    now: Timestamp,
    /// For which moment a line waits, and when that comes on the real clock.
    awaited: Option<(Timestamp, Instant)>,
}

impl Clock {
    fn now(&self) -> Timestamp {
        self.now
    }

    /// The next call: on the full second, however often something was looked at before.
    fn call(&mut self) {
        self.now = Timestamp((self.now.0 / BEAT + 1) * BEAT);
        self.awaited = None;
    }

    /// Waits for a moment, and goes on to it when as much time has really passed. Gives when it comes.
    fn wait_for(&mut self, moment: Timestamp) -> Instant {
        let now = Instant::now();
        let comes = match self.awaited {
            Some((awaited, comes)) if awaited == moment => comes,
            _ => now + moment.since(self.now),
        };
        self.awaited = Some((moment, comes));
        if now >= comes {
            self.now = self.now.max(moment);
        }
        comes
    }

    /// A little later for what a call leads to, so that durations are not nothing.
    fn stage(&self, event: &mut Event) {
        let later = if matches!(event.what, EventKind::Returned { .. }) {
            20_000
        } else {
            0
        };
        event.at = Timestamp(self.now().0 + later);
    }
}

impl Instance {
    fn start(size: (u16, u16), signals: Receiver<i32>) -> io::Result<Self> {
        let (mut engine, events) = Engine::start()?;
        engine.watch_ends()?;
        let mut app = App::new(size, COLORS, "/tmp".to_owned(), std::process::id());
        app.typed_reach = Reach::Confined(LineSource::Screenshot);
        let mut school = LessonStore::default();
        engine.confine_to(&school.prepare()?);
        Ok(Self {
            app,
            engine,
            events,
            school,
            clock: Clock::default(),
            signals,
            signal: None,
        })
    }

    /// Does all that the picture shows.
    fn stage(&mut self, script: crate::script::Script, opening: Opening) -> io::Result<()> {
        if let Some(name) = opening.lesson {
            self.open_lesson(name);
        }
        self.play(script)?;
        self.open_ladder(opening.ladder);
        opening.keys.into_iter().try_for_each(|key| self.press(key))
    }

    fn play(&mut self, script: crate::script::Script) -> io::Result<()> {
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
                        "{}:{}: {}: it does not come to an end within the {} s that a script of a picture may take",
                        escaped(&script.origin),
                        index + 1,
                        escaped(&text),
                        LIMIT.as_secs()
                    );
                    return Err(io::Error::other(message));
                }
                self.wait(Duration::from_millis(1))?;
            }
        }
        if let Some(reason) = self.refused() {
            return Err(io::Error::other(format!("{}: {reason}", script.origin)));
        }
        match self.app.broken.first() {
            None => self.settle(),
            Some(broken) => Err(io::Error::other(format!(
                "{}: {}, and it came out otherwise",
                escaped(&script.origin),
                broken.expected
            ))),
        }
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
            self.app.selection = Some(socket.id);
            self.app.mode = Mode::over(Content::Page(Page::Ladder));
        }
    }

    /// Opens a lesson at its first page.
    fn open_lesson(&mut self, name: String) {
        let lesson = self.school.lesson(&name);
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
    fn settle(&mut self) -> io::Result<()> {
        let deadline = Instant::now() + LIMIT;
        while self.wait(SETTLED)? {
            if Instant::now() > deadline {
                return Err(io::Error::other("the sockets do not come to rest"));
            }
        }
        // Time that has passed since, for what is still pending.
        self.app.now = Timestamp(self.clock.now().0 + 3 * BEAT);
        Ok(())
    }

    /// Takes the next event in. Gives false when none came in time.
    ///
    /// # Errors
    ///
    /// When a signal came.
    fn wait(&mut self, limit: Duration) -> io::Result<bool> {
        let event = select! {
            recv(self.signals) -> signal => {
                self.signal = signal.ok();
                return Err(io::ErrorKind::Interrupted.into());
            }
            recv(self.events) -> event => event.ok(),
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
        for effect in update(&mut self.app, message, self.clock.now()) {
            match effect {
                Effect::Submit(request) => {
                    for mut event in self.engine.submit(*request) {
                        self.clock.stage(&mut event);
                        self.take(Msg::Engine(event));
                    }
                }
                Effect::Cancel(call) => self.engine.cancel(call),
                // There is no terminal and no form.
                Effect::FindListeners
                // A number of a process would make each picture another one.
                | Effect::FindAddressOwner(..)
                // A picture is the same for those who may capture and those who may not.
                | Effect::Capture
                | Effect::RunModels
                // What a picture shows is told by its script, and nothing of it is a person's progress.
                | Effect::LoadCourse
                | Effect::OpenLesson(_)
                | Effect::Anew
                | Effect::Keep(_)
                | Effect::Suspend
                | Effect::Repaint
                | Effect::Quit => {}
            }
        }
    }

    fn draw(&mut self) -> io::Result<Buffer> {
        let Size { columns, rows } = self.app.size;
        let mut terminal =
            Terminal::new(TestBackend::new(columns, rows)).map_err(io::Error::other)?;
        let mut geometry = Geometry::default();
        terminal
            .draw(|frame| geometry = view(&self.app, frame))
            .map_err(io::Error::other)?;
        self.app.drawn(geometry);
        Ok(terminal.backend().buffer().clone())
    }
}
