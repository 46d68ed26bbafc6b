//! Children of this process: which one a call is about, and what it did to it.

use crate::call::Call;
use crate::call::outcome::Returned;
use crate::call::process::{ChildChange, ProcessArg};
use crate::event::{EndStatus, Source, Timestamp};
use crate::explain::context::Context;
use crate::world::Process;

impl<'a> Context<'a> {
    /// The child that the call made, is about, or is made by.
    pub(crate) fn child(&self) -> Option<&'a Process> {
        let made = || self.world.child_made_by(self.record.id());
        let pid = match (self.call().process(), self.record.source) {
            (Some(ProcessArg::Number(pid)), _) => *pid,
            (_, Source::Child { pid }) => pid,
            _ => return made(),
        };
        let mut all = self.world.children().rev();
        all.find(|own| own.pid() == Some(pid))
    }

    /// Its name.
    pub(crate) fn child_name(&self) -> Option<String> {
        self.child()?.name.as_ref().map(ToString::to_string)
    }

    /// The signal that kill() sends. 0 is none.
    pub(crate) fn sent_signal(&self) -> Option<i32> {
        let Call::Kill { signal, .. } = self.call() else {
            return None;
        };
        Some(signal.0)
    }

    /// How the child has changed that waitpid() has reported.
    pub(crate) fn child_change(&self) -> Option<ChildChange> {
        match self.returned()? {
            Returned::Child(change) => *change,
            _ => None,
        }
    }

    /// In words: `exited with status 0`.
    pub(crate) fn child_end(&self) -> Option<String> {
        EndStatus::of(self.child_change()?).map(|status| status.to_string())
    }

    /// Whether the child had ended before the call.
    pub(crate) fn child_had_ended(&self) -> bool {
        let ended: Option<Timestamp> = self.child().and_then(|own| Some(own.ended?.0));
        ended.is_some_and(|at| at < self.record.asked)
    }
}
