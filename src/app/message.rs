//! What comes into the playground and what it asks to be done: the two sides of [`update()`](super::update::update).

use std::sync::Arc;

use crossterm::event::{KeyEvent, MouseEvent};

use crate::app::learn::Entry;
use crate::event::{CallId, Event, Request};
use crate::io_models::{Model, Run};
use crate::kernel::listeners::Listener;
use crate::lesson::{Lesson, Progress};
use crate::socket::{Address, SocketType};

/// Something that happened.
#[derive(Debug, Clone)]
pub enum Msg {
    /// A key was pressed.
    Key(KeyEvent),
    /// More keys came at once than anybody presses: most likely they were pasted.
    Burst(Vec<KeyEvent>),
    /// They are over.
    BurstEnd,
    /// The mouse was clicked or its wheel turned.
    Mouse(MouseEvent),
    /// Text was pasted.
    Paste(String),
    /// The terminal has this many columns and rows now.
    Resize(u16, u16),
    /// The engine reported something.
    Engine(Event),
    /// The answer to [`Effect::FindListeners`].
    Listeners(Vec<Listener>),
    /// The answer to [`Effect::LoadCourse`]: the lessons, and what has been done of them.
    Course(Vec<Entry>, Progress),
    /// The answer to [`Effect::OpenLesson`], or why it cannot be read.
    Lesson(Result<Arc<Lesson>, String>),
    /// An I/O model was run for [`Effect::RunModels`], or why it could not be.
    Ran(Model, Result<Run, String>),
    /// The terminal has gone: its window was closed, its connection lost.
    Hangup,
    /// Time has passed: a deadline of [`super::state::App::deadline`] has come.
    Tick,
}

/// Something that is to be done by the worldly half.
#[derive(Debug, Clone)]
pub enum Effect {
    /// Make a call.
    Submit(Box<Request>),
    /// Interrupt a call.
    Cancel(CallId),
    /// Look who listens on this host.
    FindListeners,
    /// Look who outside of the session has the address that a call could not get.
    FindAddressOwner(CallId, Address, SocketType),
    /// Run every I/O model once, one after the other.
    RunModels,
    /// Capture the segments of the playground's connections from now on, where that is allowed.
    Capture,
    /// Read the lessons of the course, and what has been done of them.
    LoadCourse,
    /// Read a lesson of the course.
    OpenLesson(String),
    /// End the session and begin another: no socket, no call, the first descriptor numbers again.
    Anew,
    /// Keep what has been done of the course.
    StoreProgress(Progress),
    /// Stop the process as Ctrl-Z does.
    Suspend,
    /// Draw everything anew.
    Repaint,
    /// Leave.
    Quit,
}
