//! The session as a program, for the Code pane: in which language, how far it is scrolled, and the program itself, which
//! is written anew only after something happened.
//!
//! A program is written as a whole, since each call may change what comes before it. Of a long session that takes a
//! while, so it is then written at most a few times a second, and of a very long one not at all.

use std::cell::RefCell;
use std::ops::Range;
use std::rc::Rc;
use std::time::Duration;

use crate::app::filter::Filter;
use crate::event::{CallId, Timestamp};
use crate::export::{Language, Program, program};
use crate::layout::LessonExtent;
use crate::layout::preset::Preset;
use crate::world::World;

/// The most calls of a session whose program is shown.
pub const MOST: usize = 20_000;
/// How many calls are written often enough that nobody waits for them.
pub(crate) const FEW: usize = 200;
/// For each call, how long the program stays as it is.
const FOR_EACH: Duration = Duration::from_micros(50);

/// For how long a program of this many calls stays as it is: much longer than it takes to write it.
fn pause(calls: usize) -> Duration {
    match u32::try_from(calls) {
        Ok(calls) if calls as usize > FEW => FOR_EACH * calls,
        _ => Duration::ZERO,
    }
}

/// The program of the session as it is shown.
#[derive(Debug)]
pub struct Code {
    /// Its language.
    pub language: Language,
    /// Which of its lines are shown.
    pub filter: Filter,
    /// The layout that was there before its own.
    pub before: Preset,
    /// By how many rows it is scrolled from the lines of this call.
    scrolled: Option<(CallId, isize)>,
    kept: RefCell<Option<Kept>>,
}

impl Default for Code {
    fn default() -> Self {
        Self {
            language: Language::C,
            filter: Filter::default(),
            before: Preset::default(),
            scrolled: None,
            kept: RefCell::default(),
        }
    }
}

/// A program that was written.
#[derive(Debug)]
struct Kept {
    revision: u64,
    in_past: bool,
    language: Language,
    /// When it was written.
    at: Timestamp,
    listing: Rc<Listing>,
}

/// A program and its lines.
#[derive(Debug)]
pub struct Listing {
    /// The program.
    pub program: Program,
    /// Where each line begins, and the end.
    starts: Vec<usize>,
}

impl Listing {
    fn new(program: Program) -> Self {
        let ends = program.text.match_indices('\n').map(|(at, _)| at + 1);
        let starts = std::iter::once(0).chain(ends).collect();
        Self { program, starts }
    }

    /// How many lines it has.
    pub fn len(&self) -> usize {
        self.starts.len() - 1
    }

    /// Whether it has none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// A line, counted from 0, without its end; empty where there is none.
    pub fn line(&self, at: usize) -> &str {
        let ends = self.starts.get(at).zip(self.starts.get(at + 1));
        let line = ends.and_then(|(first, end)| self.program.text.get(*first..*end));
        line.unwrap_or_default().trim_end_matches('\n')
    }

    /// The lines in which a call is made: the most of those that stand for it. Others only start it or take its result.
    pub fn made(&self, call: CallId) -> Option<Range<usize>> {
        let ranges = self.program.lines_of(call);
        // Of equal ones the first.
        ranges.fold(None, |most: Option<Range<usize>>, own| match most {
            Some(most) if most.len() >= own.len() => Some(most),
            _ => Some(own),
        })
    }
}

impl Code {
    /// The program of a world, unless it is too long.
    ///
    /// # Errors
    ///
    /// That it is, as a sentence.
    pub fn fits(&self, world: &World) -> Result<Program, String> {
        match too_many(world) {
            Some(why) => Err(why),
            None => Ok(program(world, self.language)),
        }
    }

    /// The program of the world that is shown now.
    pub(crate) fn listing(&self, world: &World, now: Timestamp, in_past: bool) -> Rc<Listing> {
        let mut kept = self.kept.borrow_mut();
        if let Some(own) = &*kept
            && (own.in_past, own.language) == (in_past, self.language)
        {
            let is_same = own.revision == world.revision();
            let is_older = own.revision < world.revision() && !in_past;
            if is_same || (is_older && now < own.until()) {
                return Rc::clone(&own.listing);
            }
        }
        let listing = Rc::new(Listing::new(program(world, self.language)));
        *kept = Some(Kept {
            revision: world.revision(),
            in_past,
            language: self.language,
            at: now,
            listing: Rc::clone(&listing),
        });
        listing
    }

    /// When a program that is older than its world is to be written anew.
    pub(crate) fn due(&self, world: &World) -> Option<Timestamp> {
        let kept = self.kept.borrow();
        let own = kept
            .as_ref()
            .filter(|own| own.revision < world.revision())?;
        too_many(world).is_none().then(|| own.until())
    }

    /// By how many rows it is scrolled from the lines of a call.
    pub fn offset(&self, call: Option<CallId>) -> isize {
        let scrolled = self.scrolled.filter(|(own, _)| Some(*own) == call);
        scrolled.map_or(0, |(_, rows)| rows)
    }

    /// Scrolls it further.
    pub(crate) fn scroll(&mut self, call: Option<CallId>, rows: isize, extent: &LessonExtent) {
        let offset = self.offset(call);
        self.scrolled = call.map(|call| (call, extent.scrolled(offset, rows)));
    }

    /// Shows the selected call again.
    pub(crate) fn follow(&mut self) {
        self.scrolled = None;
    }

    /// The next language; the first follows the last.
    pub(crate) fn next_language(&mut self) {
        self.language = next(self.language);
    }
}

impl Kept {
    /// Until when it is shown though something happened.
    fn until(&self) -> Timestamp {
        self.at.after(pause(self.listing.program.spans.len()))
    }
}

/// The language after one.
pub fn next(language: Language) -> Language {
    match language {
        Language::C => Language::Rust,
        Language::Rust => Language::Python,
        Language::Python => Language::C,
    }
}

/// The name of a language.
pub fn name(language: Language) -> &'static str {
    match language {
        Language::C => "C",
        Language::Rust => "Rust",
        Language::Python => "Python",
    }
}

/// Why the program of a world is not shown.
pub fn too_many(world: &World) -> Option<String> {
    let log = world.log();
    let calls = log.len() - log.forgotten();
    (calls > MOST).then(|| {
        format!(
            "{calls} calls are more than the {MOST} whose program is shown: `w FILE` writes the log, and `sockplay export FILE` writes the program"
        )
    })
}
