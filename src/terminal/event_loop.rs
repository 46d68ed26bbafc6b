//! The loop: waits for input, events, signals and deadlines; updates; draws once, and only if something changed.

mod cards;
mod effects;
mod signals;

use std::io;
use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, Sender, after, never, select};

use crate::app::message::{Effect, Msg};
use crate::app::state::App;
use crate::app::update::update;
use crate::engine::{Engine, Signals};
use crate::event::{CallId, Event};
use crate::history::Timeline;
use crate::input::Input;
use crate::run::lesson_needs::Settings;
use crate::run::lesson_store::LessonStore;
use crate::run::prompt_history::PromptHistory;
use crate::run::recorder::Recorder;
use crate::terminal::clipboard::Clipboard;
use crate::terminal::frame_pacer::{FramePacer, News};
use crate::terminal::listener_scan::ListenerScan;
use crate::terminal::screen::Screen;
use crate::terminal::traced::TracedTerminal;
use crate::trace::Ended as TraceEnd;

/// How long a frame waits for the result of a call that a person has just made.
const RESULT: Duration = Duration::from_millis(1);
/// The most events that are taken in before the keyboard is read again.
const BATCH: usize = 2000;
/// How long events of a traced program are left to gather after some were taken in. Waking this thread for each would take
/// the tracer, and with it the program, longer than tracing the call.
const GATHERING: Duration = Duration::from_millis(1);

/// How the playground ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ended {
    /// The person left.
    Left,
    /// This signal ended it.
    Signal(i32),
    /// A lesson was opened that needs a network of its own, which only a new process can enter.
    Again(String),
}

/// Connects the input, the engine and the screen with the state between them.
pub(crate) struct Driver<'a> {
    pub(crate) app: App,
    pub(crate) engine: Engine,
    pub(crate) events: Receiver<Event>,
    pub(crate) signals: &'a Signals,
    pub(crate) lesson_store: LessonStore,
    /// Those of the network of the open lesson.
    pub(crate) settings: Option<Settings>,
    pub(crate) recorder: Recorder,
    pub(crate) history: PromptHistory,
    /// The worlds of the session, for looking back.
    pub(crate) timeline: Timeline,
    pub(crate) screen: Screen,
    pub(crate) clipboard: Clipboard,
    pub(crate) input: Input,
    pub(crate) to_loop: Sender<Msg>,
    pub(crate) pacer: FramePacer,
    pub(crate) listener_scan: ListenerScan,
    /// The traced program.
    pub(crate) traced: Option<TracedTerminal>,
    /// Whether it is the server of a lesson.
    pub(crate) of_lesson: bool,
    /// Until when its events gather.
    pub(crate) gathers_until: Option<Instant>,
    /// The call that was made last since the last frame.
    pub(crate) submitted: Option<CallId>,
    pub(crate) ended: Option<Ended>,
}

/// What woke the loop.
enum Woken {
    Message(Msg),
    Engine(Event),
    /// Events may have gathered.
    Gathered,
    Output(Vec<u8>),
    /// Nobody has the terminal of the program any more.
    OutputEnded,
    Traced(TraceEnd),
    /// No more is reported of the program.
    TracedEnded,
    Signal(i32),
    Time,
}

impl Driver<'_> {
    /// Goes on until the person leaves or a signal ends the program.
    pub(crate) fn run(&mut self, messages: &Receiver<Msg>) -> io::Result<Ended> {
        self.draw()?;
        loop {
            let news = match self.wait(messages) {
                Woken::Message(message) => self.take_messages(message, messages)?,
                Woken::Engine(event) => {
                    self.take_events(event)?;
                    News::Event
                }
                Woken::Gathered => self.take_gathered()?,
                Woken::Output(bytes) => {
                    self.take(Msg::Output(bytes))?;
                    News::Event
                }
                Woken::OutputEnded => {
                    if let Some(traced) = &mut self.traced {
                        traced.forget_output();
                    }
                    News::Nothing
                }
                Woken::Traced(how) => {
                    self.trace_ended(how)?;
                    News::Event
                }
                Woken::TracedEnded => {
                    if let Some(traced) = &mut self.traced {
                        traced.forget_end();
                    }
                    News::Nothing
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
            if let Some(ended) = self.ended.take() {
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
            self.engine.probe_endpoints(selected);
        }
        if news == News::Input && self.app.held().is_some() {
            self.carry_out(Effect::LookAtHeld)?;
        }
        Ok(news)
    }

    fn take_message(&mut self, message: Msg) -> io::Result<News> {
        let is_seen = match message {
            Msg::Listeners(_) => {
                self.listener_scan.ended();
                self.app.needs_listeners()
            }
            _ => true,
        };
        self.take(message)?;
        Ok(if is_seen { News::Input } else { News::Nothing })
    }

    /// Takes in what has gathered. Without any, the next event is waited for.
    fn take_gathered(&mut self) -> io::Result<News> {
        self.gathers_until = None;
        let Ok(first) = self.events.try_recv() else {
            return Ok(News::Nothing);
        };
        self.take_events(first)?;
        Ok(News::Event)
    }

    fn take_events(&mut self, first: Event) -> io::Result<()> {
        self.take(Msg::Engine(first))?;
        for _ in 0..BATCH {
            let Ok(event) = self.events.try_recv() else {
                break;
            };
            self.take(Msg::Engine(event))?;
        }
        if self.traced.is_some() {
            self.gathers_until = Some(Instant::now() + GATHERING);
        }
        Ok(())
    }

    /// Waits a moment for the result of the call that a person has just made, to draw both in one frame.
    fn take_result(&mut self) -> io::Result<()> {
        let until = Instant::now() + RESULT;
        while let Some(call) = self.submitted {
            let record = self.app.present().call(call);
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
        let traced = self.traced.as_ref();
        let output = traced.map_or_else(never, |traced| traced.output().clone());
        let traced = traced.map_or_else(never, |traced| traced.ended().clone());
        let (events, gathered) = match self.gathers_until {
            Some(until) => (never(), after(until.saturating_duration_since(now))),
            None => (self.events.clone(), never()),
        };
        select! {
            recv(messages) -> message => message.map_or(Woken::Time, Woken::Message),
            recv(gathered) -> _ => Woken::Gathered,
            recv(events) -> event => event.map_or(Woken::Time, Woken::Engine),
            recv(output) -> bytes => bytes.map_or(Woken::OutputEnded, Woken::Output),
            recv(traced) -> how => how.map_or(Woken::TracedEnded, Woken::Traced),
            recv(self.signals.receiver()) -> signal => signal.map_or(Woken::Time, Woken::Signal),
            recv(timer) -> _ => Woken::Time,
        }
    }

    /// Draws what is so. Nothing is seen before it is recorded.
    fn draw(&mut self) -> io::Result<()> {
        self.record();
        self.app.set_now(self.engine.now());
        self.fit_program();
        self.screen.draw(&mut self.app)?;
        self.pacer.drawn(Instant::now());
        Ok(())
    }

    /// Keeps what an update has taken in, for the recording and for looking back.
    fn keep_what_happened(&mut self) {
        let happened = std::mem::take(&mut self.app.happened);
        for entry in &happened {
            self.recorder.add(entry);
        }
        self.timeline.take(happened, self.app.present());
    }

    /// Writes what has happened since the last frame.
    pub(crate) fn record(&mut self) {
        let study = self.app.learn.study.as_ref();
        let lesson = study.map(|study| (study.lesson.id.as_str(), study.page));
        self.recorder.lesson(lesson);
        if let Some(text) = self.recorder.flush() {
            self.app.notify(text, true);
        }
    }

    /// The tracing has ended: what was reported before is taken in first.
    fn trace_ended(&mut self, how: TraceEnd) -> io::Result<()> {
        while let Ok(event) = self.events.try_recv() {
            self.take(Msg::Engine(event))?;
        }
        if let Some(traced) = &self.traced {
            let rest: Vec<Vec<u8>> = traced.output().try_iter().collect();
            for bytes in rest {
                self.take(Msg::Output(bytes))?;
            }
        }
        let ended = match how {
            TraceEnd::Finished(status) => Ok(status),
            TraceEnd::NotExecuted(errno) => Err(format!(
                "the program could not be executed: {}",
                errno.text()
            )),
            TraceEnd::Left => Err("the program is not traced any more".to_owned()),
        };
        self.take(Msg::TraceEnded(ended))
    }

    fn take(&mut self, message: Msg) -> io::Result<()> {
        let effects = update(&mut self.app, message, self.engine.now());
        self.keep_what_happened();
        for effect in effects {
            self.carry_out(effect)?;
        }
        for line in self.app.prompt.take_to_store() {
            self.history.add(&line);
        }
        Ok(())
    }
}
