//! A cache of the explanations on the screen, valid until the next event: a frame needs the same one several times.
//!
//! An explanation depends only on the world and the call, so the cache changes nothing but the time that it takes.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use crate::event::CallId;
use crate::explain::{Suggestion, Why};
use crate::world::{Record, World};

/// How many are kept for one revision: more than a screen shows.
const MOST: usize = 64;

/// The explanation of a call, with its suggestions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Explanation {
    /// Why.
    pub why: Why,
    /// Lines that can be run next.
    pub suggestions: Vec<Suggestion>,
}

/// Explanations of one revision of a world.
#[derive(Debug, Default)]
pub struct Explanations(RefCell<Kept>);

#[derive(Debug, Default)]
struct Kept {
    revision: u64,
    by_call: HashMap<CallId, Rc<Explanation>>,
    #[cfg(test)]
    found: usize,
}

impl Explanations {
    /// The explanation of a call of this world, computed at most once for each revision.
    pub fn of(&self, world: &World, record: &Record) -> Rc<Explanation> {
        let mut kept = self.0.borrow_mut();
        if kept.revision != world.revision() || kept.by_call.len() >= MOST {
            kept.revision = world.revision();
            kept.by_call.clear();
        }
        if let Some(known) = kept.by_call.get(&record.id()) {
            return Rc::clone(known);
        }
        let explanation = Rc::new(Explanation {
            why: crate::explain::why(world, record),
            suggestions: crate::explain::suggestions(world, record),
        });
        kept.by_call.insert(record.id(), Rc::clone(&explanation));
        #[cfg(test)]
        {
            kept.found += 1;
        }
        explanation
    }

    /// How many explanations were computed rather than taken from the cache.
    #[cfg(test)]
    pub(crate) fn found(&self) -> usize {
        self.0.borrow().found
    }
}

#[cfg(test)]
mod tests {
    use crate::app::state::App;
    use crate::event::{Event, EventKind, Refusal, Timestamp};
    use crate::notation::parse_line;
    use crate::theme::Appearance;
    use crate::view::view;
    use crate::world::resolve;

    fn happens(app: &mut App, what: EventKind) {
        let at = Timestamp(app.world.revision());
        crate::explain::fold(&mut app.world, &Event::new(at, what));
    }

    fn ask(app: &mut App, line: &str) {
        let id = crate::event::CallId(app.world.log().len() as u64 + 1);
        let command = parse_line(line).expect(line).command.expect(line);
        let request = resolve(&app.world, id, &command).expect(line);
        happens(app, EventKind::Asked(Box::new(request)));
    }

    fn draw(app: &App) {
        let backend = ratatui::backend::TestBackend::new(120, 40);
        let mut terminal = ratatui::Terminal::new(backend).expect("a terminal");
        let drawn = terminal.draw(|frame| {
            view(app, frame);
        });
        drawn.expect("a frame");
    }

    #[test]
    fn a_frame_finds_an_explanation_once_and_again_only_after_something_happened() {
        let mut app = App::new(
            (120, 40),
            Appearance::builtin("plain"),
            "/tmp".to_owned(),
            7,
        );
        ask(&mut app, "s = socket(AF_INET, SOCK_STREAM)");
        for _ in 0..10 {
            draw(&app);
        }
        assert_eq!(app.explanations.found(), 1);
        ask(&mut app, "t = socket(AF_INET, SOCK_STREAM)");
        draw(&app);
        assert_eq!(app.explanations.found(), 2);
    }

    #[test]
    fn what_is_kept_is_what_would_be_found() {
        let mut app = App::new(
            (120, 40),
            Appearance::builtin("plain"),
            "/tmp".to_owned(),
            7,
        );
        ask(&mut app, "s = socket(AF_INET, SOCK_STREAM)");
        let before = app.explanation().expect("a call");
        let reason = Refusal::Dropped;
        let call = app.record().expect("a call").id();
        happens(&mut app, EventKind::Refused { call, reason });
        let after = app.explanation().expect("a call");
        assert_ne!(before.why, after.why);
        let record = app.record().expect("a call");
        assert_eq!(after.why, crate::explain::why(&app.world, record));
        assert_eq!(
            after.suggestions,
            crate::explain::suggestions(&app.world, record)
        );
    }
}
