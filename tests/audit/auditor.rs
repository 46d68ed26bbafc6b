//! The auditor: looks at the kernel after each line, and judges what the program says.

use std::collections::HashSet;
use std::fs;
use std::time::{Duration, Instant};

use sockplay::call::Call;
use sockplay::event::{CallId, DescriptorId};
use sockplay::explain::{self, Claim};
use sockplay::world::{Handle, Record, World};

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
        let open: Vec<(DescriptorId, i32)> = world
            .descriptors()
            .filter(|own| own.is_open() && is_there(own.number()))
            .map(|own| (own.id(), own.number()))
            .take(200)
            .collect();
        self.now = self.oracle.shot(&open);
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

/// What /proc says that a number refers to.
pub(crate) fn link(number: i32) -> Option<String> {
    let link = fs::read_link(format!("/proc/self/fd/{number}")).ok()?;
    Some(link.display().to_string())
}

/// Whether a loop moves data all the time, so that no moment is like the one before.
pub(crate) fn is_loop(call: &Call) -> bool {
    matches!(
        call,
        Call::Echo { .. } | Call::Sink { .. } | Call::Source { .. } | Call::Serve { .. }
    )
}

/// The number of a descriptor.
pub(crate) fn number_of(world: &World, id: DescriptorId) -> Option<i32> {
    world.descriptor(id).map(Handle::number)
}
