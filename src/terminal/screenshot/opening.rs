//! What a picture shows besides the end of its script, from the comments above the script's first call.
//!
//! `# lesson: half-close` opens a lesson beside it; `# traces: example-server before accept` traces that server; `# view: ladder c` the conversation of `c`; `# keys: Enter 2 Q` presses
//! keys as a person would, under the names that the help gives them.

use std::io;

use crossterm::event::KeyEvent;

use crate::app::keymap::Chord;
use crate::call::argument::Name;
use crate::lesson::TracedServer;
use crate::script::Script;

/// What is opened before and after the script is played.
#[derive(Debug, Default)]
pub(crate) struct Opening {
    /// A lesson of the course, or a file; before the script.
    pub(crate) lesson: Option<String>,
    /// The server that is traced; before the script.
    pub(crate) traces: Option<TracedServer>,
    /// The socket whose conversation is shown; after the script.
    pub(crate) ladder: Option<Name>,
    /// The keys that are pressed at the end.
    pub(crate) keys: Vec<KeyEvent>,
}

impl Opening {
    /// Reads the comments.
    ///
    /// # Errors
    ///
    /// A name that is that of no key, or a server that cannot be traced.
    pub(crate) fn of(script: &Script) -> io::Result<Self> {
        let mut opening = Self::default();
        let above = script
            .lines
            .iter()
            .take_while(|line| line.command.is_none());
        for comment in above.filter_map(|line| line.comment.as_deref()) {
            match comment.trim().split_once(": ") {
                Some(("lesson", name)) => opening.lesson = Some(name.trim().to_owned()),
                Some(("traces", server)) => {
                    let server = TracedServer::read(server).map_err(io::Error::other)?;
                    opening.traces = Some(server);
                }
                Some(("view", view)) => {
                    opening.ladder = view.strip_prefix("ladder ").and_then(Name::new);
                }
                Some(("keys", names)) => {
                    let keys = names.split_whitespace().map(key);
                    opening.keys = keys.collect::<io::Result<_>>()?;
                }
                _ => {}
            }
        }
        Ok(opening)
    }
}

/// A key by its name.
fn key(name: &str) -> io::Result<KeyEvent> {
    let chord: Chord = name.parse().map_err(io::Error::other)?;
    Ok(chord.event())
}
