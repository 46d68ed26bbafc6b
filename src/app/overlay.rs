//! The overlay over the panes: at most one, which receives all keys and mouse events.
//!
//! A page to be read is added in two places: [`Page`], and its text in `view/overlay.rs`, where the compiler asks for
//! it. Its key is a row of the table of keys.

pub use crate::app::page::{Page, Place};

use crate::app::filter::Filter;
use crate::app::form::Form;
use crate::app::palette::{Entry, Palette};
use crate::glossary::Subject;
use crate::layout::Scroll;

/// An overlay, and how far it is scrolled.
#[derive(Debug)]
pub struct Overlay {
    /// Its content.
    pub content: Content,
    /// Which rows of a page or of the course are shown. A form has its own filter, since it is that of a field.
    pub filter: Filter,
    /// The first visible row of a page, or the chosen lesson of the course.
    pub scroll: Scroll,
    /// What the help was opened over, which is there again when it is closed.
    pub below: Option<Box<Self>>,
}

/// The content of an overlay.
#[derive(Debug)]
pub enum Content {
    /// A text that is only read.
    Page(Page),
    /// The map of the course.
    Course,
    /// The palette.
    Palette(Box<Palette>),
    /// What a word means, and the overlay that it was asked in.
    Explanation(Entry, Option<Box<Overlay>>),
    /// The form of a call.
    Form(Box<Form>),
    /// A question that must be answered.
    Question(Question),
}

/// A question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Question {
    /// Whether to leave though calls are pending.
    Leave,
    /// Whether to begin the session again.
    Restart,
    /// Whether to run lines again in a new session.
    Again {
        /// How many of the log.
        lines: usize,
    },
    /// Whether to continue at this page of a lesson whose text has changed.
    Changed {
        /// The page, counted from 0.
        page: usize,
    },
}

impl Content {
    /// The place that the help for it is about; `None` for help.
    pub fn place(&self) -> Option<Place> {
        match self {
            Self::Page(page) => page.place(),
            Self::Course => Some(Place::Course),
            Self::Palette(_) => Some(Place::Palette),
            Self::Explanation(..) => Some(Place::Explanation),
            Self::Form(_) => Some(Place::Form),
            Self::Question(_) => Some(Place::Question),
        }
    }
}

impl Overlay {
    /// An overlay, scrolled to its beginning.
    pub fn new(content: Content) -> Self {
        Self {
            content,
            filter: Filter::default(),
            scroll: Scroll::default(),
            below: None,
        }
    }

    /// Whether it can be filtered: the help and the course.
    pub fn can_be_filtered(&self) -> bool {
        match &self.content {
            Content::Page(page) => page.place().is_none(),
            Content::Course => true,
            Content::Palette(_)
            | Content::Explanation(..)
            | Content::Form(_)
            | Content::Question(_) => false,
        }
    }

    /// The filter of what it shows, if it can be filtered.
    pub fn filter_mut(&mut self) -> Option<&mut Filter> {
        let can_be_filtered = self.can_be_filtered();
        match &mut self.content {
            Content::Form(form) => Some(&mut form.filter),
            _ => can_be_filtered.then_some(&mut self.filter),
        }
    }

    /// Whether it is only read or chosen from: then a key opens the prompt over it.
    pub fn gives_way_to_prompt(&self) -> bool {
        match &self.content {
            Content::Page(_) | Content::Course => true,
            Content::Palette(_)
            | Content::Explanation(..)
            | Content::Form(_)
            | Content::Question(_) => false,
        }
    }

    /// Scrolls a page, or moves the choice in a list, by this many rows down.
    pub fn scroll_by(&mut self, rows: isize) {
        match &mut self.content {
            Content::Page(page) if page.follows_end() => self.scroll.by(rows.saturating_neg()),
            Content::Page(_) | Content::Course | Content::Explanation(..) => self.scroll.by(rows),
            Content::Palette(palette) => palette.go(rows),
            Content::Form(form) => form.go(rows),
            Content::Question(_) => {}
        }
    }

    /// How many rows the wheel moves it: a list moves row by row.
    pub fn wheel_rows(&self, of_text: isize) -> isize {
        match &self.content {
            Content::Page(_) | Content::Explanation(..) => of_text,
            Content::Course | Content::Palette(_) | Content::Form(_) | Content::Question(_) => 1,
        }
    }
}

/// Whether Enter on an explanation opens a form: that of a call, or of an option. Over a form it goes back.
pub(crate) fn leads_to_form(entry: &Entry, below: Option<&Overlay>) -> bool {
    let has_form = matches!(entry, Entry::Subject(Subject::Option(_) | Subject::Call(_)));
    let is_over_form = below.is_some_and(|below| matches!(below.content, Content::Form(_)));
    has_form && !is_over_form
}
