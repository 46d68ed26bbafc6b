//! What the open prediction hides: the reasons of calls, what would wake them, what is ready, and the facts that it names.

use crate::app::state::App;
use crate::app::state_subject::StateSubject;
use crate::lesson::Question;
use crate::lesson::hides::{Fact, Hidden};
use crate::world::Handle;

/// What is shown in the place of what is hidden.
pub(crate) const HIDDEN: &str = "Hidden until you have answered the prediction.";

impl App {
    /// The prediction that is open, while its lesson is shown.
    pub(crate) fn prediction(&self) -> Option<&Question> {
        let study = self
            .learn
            .study
            .as_ref()
            .filter(|_| self.learn.is_shown())?;
        study.question()
    }

    /// Whether a fact about a socket is hidden. That of another descriptor of the same socket is too.
    pub(crate) fn hides(&self, socket: Handle<'_>, fact: Fact) -> bool {
        let hidden = self.prediction().map(|question| question.hides.iter());
        let mut hidden = hidden.into_iter().flatten();
        hidden.any(|own| {
            let named = self.world.named(&own.of);
            own.fact == fact
                && named.is_some_and(|named| named.descriptor.file == socket.descriptor.file)
        })
    }

    /// Whether what is drawn of a socket as a whole would show a hidden fact: one of its own, of its peer, or of the
    /// listener that it has connected to.
    pub(crate) fn covers(&self, socket: Handle<'_>) -> bool {
        if self.prediction().is_none() {
            return false;
        }
        let any = |socket: Handle<'_>| Fact::ALL.iter().any(|(fact, _)| self.hides(socket, *fact));
        let connects_to_hidden = |own: &Hidden| {
            let listener = self.world.named(&own.of).and_then(Handle::local);
            own.fact == Fact::Pending && listener.is_some() && listener == socket.remote()
        };
        let hidden = self.prediction().map(|question| question.hides.iter());
        any(socket)
            || self.world.peer(socket).is_some_and(any)
            || hidden.into_iter().flatten().any(connects_to_hidden)
    }

    /// The same for the selected socket.
    pub(crate) fn covers_selected(&self) -> bool {
        self.selected().is_some_and(|socket| self.covers(socket))
    }

    /// Whether the subject of the State pane is hidden: a set says what is ready.
    pub(crate) fn covers_subject(&self, subject: StateSubject<'_>) -> bool {
        match subject {
            StateSubject::Poll(_) | StateSubject::Select(_) | StateSubject::Epoll(_) => {
                self.prediction().is_some()
            }
            StateSubject::Socket(socket) => self.covers(socket),
            StateSubject::Nothing => false,
        }
    }

    /// Whether a state is hidden, of whatever socket.
    pub(crate) fn covers_states(&self) -> bool {
        let hidden = self.prediction().map(|question| question.hides.iter());
        let mut hidden = hidden.into_iter().flatten();
        hidden.any(|own| own.fact == Fact::State)
    }
}
