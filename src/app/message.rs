//! What the application receives and what it asks for: the input and the output of [`update()`](super::update::update).

use std::sync::Arc;

use crossterm::event::{KeyEvent, MouseEvent};

use crate::app::copied::CopiedText;
use crate::app::past::Look;
use crate::call::fault::Fault;
use crate::event::{CallId, EndStatus, Event, Request};
use crate::io_models::{Model, Run};
use crate::kernel::listeners::Listener;
use crate::layout::preset::Preset;
use crate::lesson::{Entry, Lesson, Progress, Reviews};
use crate::socket::{Address, SocketType};
use crate::theme::Background;
use crate::world::World;

/// Something that happened.
#[derive(Debug, Clone)]
pub enum Msg {
    /// A key was pressed.
    Key(KeyEvent),
    /// More keys arrived at once than anybody presses: most likely they were pasted.
    Burst(Vec<KeyEvent>),
    /// The burst of keys is over.
    BurstEnd,
    /// The mouse was clicked or its wheel turned.
    Mouse(MouseEvent),
    /// Text was pasted with bracketed paste.
    Paste(String),
    /// The terminal was resized to this many columns and rows.
    Resize(u16, u16),
    /// The engine reported something.
    Engine(Event),
    /// The traced program wrote to its terminal.
    Output(Vec<u8>),
    /// The tracing has ended, and how.
    TraceEnded(Result<EndStatus, String>),
    /// The answer to [`Effect::FindListeners`].
    Listeners(Vec<Listener>),
    /// The answer to [`Effect::LoadCourse`]: the lessons, and the progress made in them.
    Course(Vec<Entry>, Progress),
    /// The answer to [`Effect::CountReviews`].
    Reviews(Reviews),
    /// The answer to [`Effect::OpenLesson`], or why the lesson cannot be read.
    Lesson(Result<Arc<Lesson>, String>),
    /// An I/O model was run for [`Effect::RunModels`], or why that was not possible.
    Ran(Model, Result<Run, String>),
    /// The answer to [`Effect::Write`]: that it was written, or why that was not possible.
    Written(Result<String, String>),
    /// The answer to [`Effect::LookBack`]: the world at that moment, or why it is not known.
    Past(Look, Result<Box<World>, String>),
    /// The terminal has said what its background is.
    Background(Background),
    /// The terminal is gone: its window was closed, or its connection was lost.
    Hangup,
    /// A deadline has passed: [`super::state::App::deadline`].
    Tick,
}

/// Something for the event loop to do.
#[derive(Debug, Clone)]
pub enum Effect {
    /// Make a call.
    Submit(Box<Request>),
    /// Interrupt a call.
    Cancel(CallId),
    /// Hold the threads of the traced program before each call, or only as --break says; then all that are held go on.
    Hold(bool),
    /// Let the thread of the traced program that is held before this call make it.
    GoOn(CallId),
    /// Let it make that call with a fault.
    Inject(CallId, Fault),
    /// Ask the kernel about the sockets of the calls that are held.
    LookAtHeld,
    /// Type into the terminal of the traced program.
    Type(Vec<u8>),
    /// Find out who listens on this host.
    FindListeners,
    /// Find out who outside of the session has the address that a call could not get.
    FindAddressOwner(CallId, Address, SocketType),
    /// Run every I/O model once, one after the other.
    RunModels,
    /// Start capturing the segments of the session's connections, if that is allowed.
    Capture,
    /// Read the lessons of the course, and the progress made in them.
    LoadCourse,
    /// Count the flash cards that are due.
    CountReviews,
    /// Ask the flash cards that are due.
    AskCards,
    /// Read a lesson of the course.
    OpenLesson(String),
    /// End the session and start another: without sockets or calls, and with the first descriptor numbers again.
    Anew,
    /// Find the world at a moment in the past.
    LookBack(Look),
    /// Remember the layout preset.
    StoreLayout(Preset),
    /// Store the progress made in the course.
    StoreProgress(Progress),
    /// Put a text on the clipboard of the terminal, or into a file where that takes none.
    Copy(CopiedText),
    /// Capture the mouse, or release it.
    CaptureMouse(bool),
    /// Ask the terminal for its background.
    AskBackground,
    /// Suspend the process, as Ctrl-Z does.
    Suspend,
    /// Redraw everything.
    Repaint,
    /// Write a text into a file.
    Write {
        /// The file.
        file: String,
        /// The text.
        text: String,
        /// What it is.
        what: String,
        /// Whether a file that exists is replaced.
        replaces: bool,
        /// The command that replaces it.
        forced: String,
        /// Whether to leave when it is written.
        quits: bool,
    },
    /// Leave.
    Quit,
}
