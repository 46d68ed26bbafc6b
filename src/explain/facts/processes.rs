//! Children of this process: which one a call is about, and what it did to it.

use crate::call::Call;
use crate::call::outcome::Returned;
use crate::call::process::{ChildChange, ProcessArg};
use crate::call::signal::SignalInfo;
use crate::call::table::CallKind;
use crate::event::{EndStatus, Source, Timestamp};
use crate::explain::context::Context;
use crate::socket::Sig;
use crate::world::Process;

/// `si_code` of kill(2).
const SI_USER: i32 = 0;

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

    /// Whether sigtimedwait() waits for this signal.
    pub(crate) fn waits_for(&self, signal: i32) -> bool {
        matches!(self.call(), Call::Sigtimedwait { signals, .. } if signals.contains(&Sig(signal)))
    }

    /// The signal that sigtimedwait() took, and what the kernel says of it.
    fn taken_signal(&self) -> Option<(Sig, SignalInfo)> {
        match self.returned()? {
            Returned::Signal { signal, .. } => {
                Some((*signal, self.record.outcome()?.raw.as_ref()?.info))
            }
            _ => None,
        }
    }

    /// The process that sent that signal by kill().
    pub(crate) fn sender(&self) -> Option<String> {
        let (_, info) = self.taken_signal()?;
        (self.call_kind() == CallKind::Sigtimedwait && info.code == SI_USER && info.pid != 0)
            .then(|| format!("process {}", info.pid))
    }

    /// How a child has changed of which SIGCHLD says it.
    fn changed_by_signal(&self) -> Option<(i32, ChildChange)> {
        let (signal, info) = self.taken_signal()?;
        let change = match info.code {
            libc::CLD_EXITED => ChildChange::Exited(info.status),
            libc::CLD_KILLED | libc::CLD_DUMPED => ChildChange::Killed {
                signal: info.status,
                core: info.code == libc::CLD_DUMPED,
            },
            libc::CLD_STOPPED => ChildChange::Stopped(info.status),
            libc::CLD_CONTINUED => ChildChange::Continued,
            _ => return None,
        };
        (signal.0 == libc::SIGCHLD).then_some((info.pid, change))
    }

    /// That child, by its name or its number.
    pub(crate) fn child_of_signal(&self) -> Option<String> {
        let (pid, _) = self.changed_by_signal()?;
        let mut all = self.world.children().rev();
        let known = all.find(|own| own.pid() == Some(pid));
        let name = known.and_then(|own| own.name.as_ref());
        Some(name.map_or_else(|| format!("process {pid}"), ToString::to_string))
    }

    /// What has become of it: `exited with status 0`.
    pub(crate) fn change_by_signal(&self) -> Option<String> {
        let (_, change) = self.changed_by_signal()?;
        Some(match (EndStatus::of(change), change) {
            (Some(status), _) => status.to_string(),
            (None, ChildChange::Stopped(signal)) => {
                format!("was stopped by {}", crate::socket::signal::signal(signal))
            }
            (None, _) => "goes on".to_owned(),
        })
    }

    /// Whether the child had ended before the call.
    pub(crate) fn child_had_ended(&self) -> bool {
        let ended: Option<Timestamp> = self.child().and_then(|own| Some(own.ended?.0));
        ended.is_some_and(|at| at < self.record.asked)
    }
}
