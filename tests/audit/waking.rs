//! What is said to wake a sleeping call, held against /proc and the options of its socket.

use std::fs;

use sockplay::call::Call;
use sockplay::event::{CallId, Timestamp};
use sockplay::explain;
use sockplay::world::{Record, World};

use super::auditor::{Auditor, Place, Verdict, holds, is_loop};
use crate::common::engine::Rig;

impl Auditor<'_> {
    /// Judges what a sleeping call is said to wait for.
    pub(crate) fn audit_waking(&mut self, rig: &mut Rig, call: CallId) {
        self.audit_shown(rig, "wakes on: it sleeps", &|_, world| {
            let record = asleep(world, call)?;
            let words = explain::wakes_on(world, record);
            Some((words.to_owned(), sleeps(record)?))
        });
        for (kind, number, name) in [
            ("wakes on: SO_RCVTIMEO", libc::SO_RCVTIMEO, "SO_RCVTIMEO"),
            ("wakes on: SO_SNDTIMEO", libc::SO_SNDTIMEO, "SO_SNDTIMEO"),
        ] {
            self.audit_shown(rig, kind, &|auditor, world| {
                let record = asleep(world, call)?;
                let words = explain::wakes_on(world, record);
                let verdict = auditor.has_timeout(world, record, number, words.contains(name))?;
                Some((words.to_owned(), verdict))
            });
        }
    }

    /// A timeout that is set wakes the call, and one that is not set does not.
    fn has_timeout(
        &mut self,
        world: &World,
        record: &Record,
        number: i32,
        is_named: bool,
    ) -> Option<Verdict> {
        let kind = record.call().call_kind();
        let concerns = match number {
            libc::SO_SNDTIMEO => kind.sends(),
            _ => kind.receives(),
        };
        let place = Place::of_id(world, record.on()?).filter(|_| concerns)?;
        let fd = place.fd()?;
        let bytes = self.oracle.option(fd.number(), libc::SOL_SOCKET, number)?;
        let is_set = bytes.iter().any(|byte| *byte != 0);
        // The call sleeps by what was set when it began.
        let set = |at| world.option_set(record.on()?, libc::SOL_SOCKET, number, at);
        let (before, now) = (set(record.asked), set(Timestamp(u64::MAX)));
        if before.map(|set| &set.value) != now.map(|set| &set.value) {
            return None;
        }
        Some(holds(is_set == is_named, || {
            format!("the timeout is {bytes:02x?}")
        }))
    }
}

fn asleep(world: &World, call: CallId) -> Option<&Record> {
    // A loop sleeps only now and then.
    let is_loop = |record: &&Record| {
        let call = record.call();
        is_loop(call) || matches!(call, Call::Fill { .. } | Call::Drain { .. })
    };
    world
        .call(call)
        .filter(|record| record.is_blocked() && !is_loop(record))
}

/// Whether the thread of a call is inside a system call: /proc/self/task/TID/syscall.
fn sleeps(record: &Record) -> Option<Verdict> {
    let tid = record.thread?.tid;
    // A thread of a child is in another folder than those of this process; /proc/TID finds both.
    let said = fs::read_to_string(format!("/proc/{tid}/syscall")).ok()?;
    Some(holds(!said.starts_with("running"), || {
        format!("the thread is {said}")
    }))
}
