//! The course in the application: the open lesson, the lessons, and the progress.

use std::sync::Arc;

use crate::call::Line;
use crate::layout::LessonExtent;
use crate::lesson::study::TextPlace;
use crate::lesson::{Entry, Lesson, Progress, Reviews, Study};

/// The course and the open lesson.
#[derive(Debug, Default)]
pub struct Learn {
    /// The lessons of the course, in order.
    pub course: Vec<Entry>,
    /// The progress made in them.
    pub progress: Progress,
    /// The flash cards that are due, when they were counted last.
    pub reviews: Reviews,
    /// The lesson that is open.
    pub study: Option<Study>,
    /// Whether its pane is hidden: free play.
    pub hidden: bool,
    /// Whether it is presented to a class: larger, and going back a step undoes it.
    pub presenting: bool,
    /// The line of the solution that was put at the prompt, until a line is run.
    pub offered: Option<Line>,
    /// The server that the open lesson traces.
    pub server: Server,
    /// What the open lesson needs and this process lacks, as a sentence.
    pub lacks: Option<String>,
    /// How far its text has been on the screen to its end.
    pub read: Option<TextPlace>,
    /// How many rows the pane is scrolled down from its automatic position; negative: up.
    pub scroll: isize,
}

/// How far the server of a lesson has come.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Server {
    /// The lesson has none.
    #[default]
    None,
    /// It is not held before its first call yet: lines wait for it.
    Awaited,
    /// It was.
    There,
    /// It cannot be traced, for this reason.
    Failed(String),
}

impl Learn {
    /// Whether the lesson pane is shown.
    pub fn is_shown(&self) -> bool {
        self.study.is_some() && !self.hidden
    }

    /// Notes that the text was drawn to its end, scrolled as it is.
    pub(crate) fn drawn(&mut self, extent: &LessonExtent) {
        if !extent.goes_on_below(self.scroll) {
            self.read = extent.place;
        }
    }

    /// Whether all the text up to the present step has been on the screen.
    pub(crate) fn is_read(&self) -> bool {
        let place = self.study.as_ref().map(Study::text_place);
        place.is_none() || place == self.read
    }

    /// Opens a lesson at its beginning, or at the page where it was left.
    pub fn open(&mut self, lesson: Arc<Lesson>) {
        self.study = Some(Study::new(lesson));
        self.hidden = false;
        self.read = None;
        self.scroll = 0;
    }

    /// The server of the open lesson is started from now on, if it has one.
    pub fn awaits_server(&mut self) {
        let study = self.study.as_ref();
        let traces = study.is_some_and(|study| study.lesson.traces.is_some());
        self.server = match traces {
            true => Server::Awaited,
            false => Server::None,
        };
    }

    /// The server is held, or was not started, for this reason.
    pub fn server_came(&mut self, failed: Option<String>) {
        if self.server == Server::Awaited {
            self.server = failed.map_or(Server::There, Server::Failed);
        }
    }

    /// Why the lesson cannot be done here.
    pub fn obstacle(&self) -> Option<&str> {
        match &self.server {
            Server::Failed(why) => Some(why),
            Server::None | Server::Awaited | Server::There => self.lacks.as_deref(),
        }
    }

    /// The lesson to continue with: the first that is not finished, else the first.
    pub fn next(&self) -> usize {
        crate::lesson::entry::next(&self.course, &self.progress)
    }

    /// The lesson after the open one.
    pub fn following(&self) -> Option<&Entry> {
        let open = self.study.as_ref()?;
        crate::lesson::entry::following(&self.course, &open.lesson.id)
    }
}
