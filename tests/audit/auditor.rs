//! The auditor: looks at the kernel after each line, and judges what the program says.

use std::collections::HashSet;
use std::fs;
use std::os::fd::{AsRawFd, OwnedFd};
use std::time::{Duration, Instant};

use sockplay::call::Call;
use sockplay::event::{CallId, DescriptorId, Source};
use sockplay::explain::{self, Claim};
use sockplay::sys::tracee;
use sockplay::world::{Handle, Process, Record, World};

use super::history::{History, Past};
use super::oracle::Oracle;
use super::shot::{Own, Shot};
use super::table::{Finding, Table};
use crate::common::engine::Rig;

/// What became of a claim.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// The other source says the same.
    Confirmed,
    /// No other source tells, for this reason.
    Undecidable(&'static str),
    /// The other source says this.
    Refuted(String),
}

/// Confirmed if it holds, refuted by what the other source says if not.
pub(crate) fn holds(holds: bool, said: impl FnOnce() -> String) -> Verdict {
    if holds {
        Verdict::Confirmed
    } else {
        Verdict::Refuted(said())
    }
}

/// For how long the program may be behind the kernel.
const LAG: Duration = Duration::from_millis(1500);

/// Something that is shown now, and whether it is so. `None`: it is not shown, or there is nothing to compare it with.
pub(crate) type Look<'a, A> = dyn Fn(&mut A, &World) -> Option<(String, Verdict)> + 'a;

/// What is kept of one session while it is audited.
pub(crate) struct Auditor<'a> {
    pub(crate) oracle: &'a mut Oracle,
    pub(crate) table: &'a mut Table,
    pub(crate) source: String,
    pub(crate) history: History,
    pub(crate) before: Shot,
    pub(crate) now: Shot,
    audited: HashSet<CallId>,
    asleep: HashSet<CallId>,
    /// What was shown and refuted.
    false_shown: HashSet<String>,
    lines: u64,
}

impl<'a> Auditor<'a> {
    pub(crate) fn new(oracle: &'a mut Oracle, table: &'a mut Table, source: String) -> Self {
        Self {
            oracle,
            table,
            source,
            history: History::default(),
            before: Shot::default(),
            now: Shot::default(),
            audited: HashSet::new(),
            asleep: HashSet::new(),
            false_shown: HashSet::new(),
            lines: 0,
        }
    }

    /// Looks at the kernel, once the program has nothing more to report of the last line.
    pub(crate) fn look(&mut self, rig: &mut Rig) {
        rig.settle();
        self.before = std::mem::take(&mut self.now);
        self.look_again(&rig.world);
        self.lines += 1;
    }

    fn look_again(&mut self, world: &World) {
        let open: Vec<(DescriptorId, Fd)> = world
            .descriptors()
            .filter(|own| own.is_open())
            .filter_map(|own| Some((own.id(), Place::of(world, own).fd()?)))
            .take(200)
            .collect();
        let numbers: Vec<(DescriptorId, i32)> =
            open.iter().map(|(id, fd)| (*id, fd.number())).collect();
        self.now = self.oracle.shot(&numbers);
        self.history.take(&self.now);
        self.note_peers();
    }

    /// Asks `ss` for the peers of AF_UNIX sockets that have none yet.
    fn note_peers(&mut self) {
        let own = self.now.own.values().filter(|own| own.is_unix());
        let known = |inode: &u64| {
            self.history.peers.contains_key(inode) && self.history.asked.contains(inode)
        };
        let inodes: Vec<u64> = own
            .filter(|own| own.remote().is_some())
            .filter_map(Own::inode)
            .collect();
        if inodes.iter().all(known) {
            return;
        }
        self.ask_for_peers();
        self.history.asked.extend(inodes);
    }

    pub(crate) fn ask_for_peers(&mut self) {
        for words in self.oracle.ss() {
            // `x u_str ESTAB 0 0 * 4711 * 4712 …`, with a name in the place of the first `*`.
            let [family, _, _, _, _, _, inode, _, peer, ..] = &words[..] else {
                continue;
            };
            let both = inode.parse().ok().zip(peer.parse().ok());
            if let Some((inode, peer)) = both.filter(|(_, peer)| family == "x" && *peer != 0) {
                self.history.peers.insert(inode, peer);
            }
        }
    }

    /// Judges what is said of every call that has ended since, or sleeps; and what the panes show.
    pub(crate) fn audit(&mut self, rig: &mut Rig) {
        let ended = |record: &&Record| !record.is_pending() && record.outcome().is_some();
        let new: Vec<CallId> = rig
            .world
            .log()
            .iter()
            .filter(ended)
            .map(Record::id)
            .collect();
        let new: Vec<CallId> = new
            .into_iter()
            .filter(|id| self.audited.insert(*id))
            .collect();
        let newest = rig.world.log().iter().filter(ended).map(Record::id).max();
        for call in new {
            self.audit_call(rig, call, Some(call) == newest);
        }
        let asleep: Vec<CallId> = rig
            .world
            .pending()
            .filter(|record| record.is_blocked())
            .map(Record::id)
            .collect();
        for call in asleep {
            if self.asleep.insert(call) {
                self.audit_call(rig, call, true);
            }
            self.audit_waking(rig, call);
        }
        self.audit_panes(rig);
    }

    /// The claims of one call, each until it is confirmed or the program had its time to catch up.
    fn audit_call(&mut self, rig: &mut Rig, call: CallId, is_last: bool) {
        let deadline = Instant::now() + LAG;
        loop {
            let Some(record) = rig.world.call(call).cloned() else {
                return;
            };
            let why = explain::why(&rig.world, &record);
            let verdicts: Vec<Verdict> = why
                .claims
                .iter()
                .map(|claim| self.judge(&rig.world, &record, claim))
                .collect();
            let is_refuted = verdicts
                .iter()
                .any(|verdict| matches!(verdict, Verdict::Refuted(_)));
            if is_refuted && Instant::now() < deadline && is_last {
                rig.settle();
                self.look_again(&rig.world);
                continue;
            }
            let line = record.request.command.to_string();
            self.table
                .note_sentence(&rig.world, &record, !why.claims.is_empty());
            for (claim, verdict) in why.claims.iter().zip(verdicts) {
                let verdict = match verdict {
                    Verdict::Refuted(_) if !is_last => {
                        Verdict::Undecidable("another call has ended since")
                    }
                    verdict => verdict,
                };
                self.note(
                    &kind(claim),
                    &line,
                    &why.text,
                    &format!("{claim:?}"),
                    verdict,
                );
            }
            return;
        }
    }

    /// Judges something that is shown, until it is confirmed or the program had its time to catch up.
    pub(crate) fn audit_shown(&mut self, rig: &mut Rig, kind: &str, what: &Look<'_, Self>) {
        let deadline = Instant::now() + LAG;
        loop {
            let Some((said, verdict)) = what(self, &rig.world) else {
                return;
            };
            let is_refuted = matches!(verdict, Verdict::Refuted(_));
            // What was refuted before is not waited for again.
            if is_refuted && Instant::now() < deadline && !self.false_shown.contains(&said) {
                rig.settle();
                self.look_again(&rig.world);
                continue;
            }
            if is_refuted {
                self.false_shown.insert(said.clone());
            }
            let last = rig.world.log().last();
            let line = last.map_or_else(String::new, |record| record.request.command.to_string());
            self.note(kind, &line, &said, kind, verdict);
            return;
        }
    }

    fn note(&mut self, kind: &str, line: &str, sentence: &str, claim: &str, verdict: Verdict) {
        let finding = Finding {
            source: self.source.clone(),
            number: self.lines,
            line: line.to_owned(),
            sentence: sentence.to_owned(),
            claim: claim.to_owned(),
        };
        self.table.note(kind, finding, verdict);
    }

    /// A descriptor as it is now, or another one of the same socket that is open.
    pub(crate) fn own(&self, id: DescriptorId) -> Option<&Own> {
        self.now.own.get(&id).or_else(|| {
            let inode = self.history.of(id)?.own.inode()?;
            self.now.own.values().find(|own| own.inode() == Some(inode))
        })
    }

    /// A descriptor as it is now, or was when it was last seen open.
    pub(crate) fn last(&self, id: DescriptorId) -> Option<&Own> {
        self.own(id).or_else(|| Some(&self.history.of(id)?.own))
    }

    pub(crate) fn past(&self, id: DescriptorId) -> Option<&Past> {
        self.history.of(id)
    }
}

/// The name of the kind of a claim.
fn kind(claim: &Claim) -> String {
    let shown = format!("{claim:?}");
    let ends = |c: char| !c.is_alphanumeric();
    shown.split(ends).next().unwrap_or_default().to_owned()
}

/// Whether a number is an open descriptor of this process.
pub(crate) fn is_there(number: i32) -> bool {
    fs::symlink_metadata(format!("/proc/self/fd/{number}")).is_ok()
}

/// Where a descriptor is: its number, and the process that has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Place {
    number: i32,
    /// A child of the session. `None`: this process.
    child: Option<i32>,
}

impl Place {
    /// The place of a descriptor.
    pub(crate) fn of(world: &World, own: Handle<'_>) -> Self {
        let child = world.child_of(own).and_then(Process::pid);
        Self {
            number: own.number(),
            child,
        }
    }

    /// The same of a descriptor that may be closed.
    pub(crate) fn of_id(world: &World, id: DescriptorId) -> Option<Self> {
        Some(Self::of(world, world.descriptor(id)?))
    }

    /// A number in the process that makes a call.
    pub(crate) fn in_process_of(record: &Record, number: i32) -> Self {
        let child = match record.source {
            Source::Child { pid } => Some(pid),
            Source::Session | Source::Traced { .. } | Source::Recording { .. } => None,
        };
        Self { number, child }
    }

    /// The folder of its process in /proc.
    pub(crate) fn folder(self) -> String {
        self.child
            .map_or_else(|| "/proc/self".to_owned(), |pid| format!("/proc/{pid}"))
    }

    /// What /proc says that it refers to.
    pub(crate) fn link(self) -> Option<String> {
        let link = fs::read_link(format!("{}/fd/{}", self.folder(), self.number)).ok()?;
        Some(link.display().to_string())
    }

    /// The number in its process.
    pub(crate) fn number(self) -> i32 {
        self.number
    }

    /// A descriptor of this process for what it refers to: a copy, where a child has it. `None`: it is not open.
    pub(crate) fn fd(self) -> Option<Fd> {
        match self.child {
            None => is_there(self.number).then_some(Fd::Own(self.number)),
            Some(pid) => {
                let process = tracee::open(pid).ok()?;
                tracee::copy(&process, self.number).ok().map(Fd::Copy)
            }
        }
    }
}

/// A descriptor of this process.
pub(crate) enum Fd {
    /// One that the session has.
    Own(i32),
    /// A copy of one that a child has.
    Copy(OwnedFd),
}

impl Fd {
    pub(crate) fn number(&self) -> i32 {
        match self {
            Self::Own(number) => *number,
            Self::Copy(copy) => copy.as_raw_fd(),
        }
    }
}

/// Whether a loop moves data all the time, so that no moment is like the one before.
pub(crate) fn is_loop(call: &Call) -> bool {
    matches!(
        call,
        Call::Echo { .. } | Call::Sink { .. } | Call::Source { .. } | Call::Serve { .. }
    )
}
