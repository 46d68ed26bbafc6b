//! The calls of a session line by line, as `strace -f` prints them while they happen.
//!
//! Words that are no system call print nothing: not `wait`, `state` or `sleep`, and not `fill` or `serve`, which make
//! many calls in a loop of their own. Nor does the signal by which `cancel` interrupts a call: it is the playground's.

use super::limit::has_time_limit;
use super::{Scene, Traced, trace};
use crate::event::{CallId, What};
use crate::world::{Record, World};

/// The column of `=` where the call is not longer.
const RESULTS: usize = 40;

/// What strace sees of this process.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Host {
    /// Its number.
    pub pid: i32,
    /// Whose it is.
    pub uid: u32,
    /// The network interfaces of this machine by number.
    pub interfaces: Vec<(u32, String)>,
}

impl Host {
    /// What there is to be seen beside a call of this world.
    fn scene(&self, world: &World, record: &Record) -> Scene<'_> {
        Scene {
            pid: self.pid,
            interfaces: &self.interfaces,
            timed: has_time_limit(world, record),
        }
    }

    /// A call as strace prints it, with its outcome once there is one.
    pub fn trace(&self, world: &World, record: &Record) -> Option<Traced> {
        let scene = self.scene(world, record);
        trace(&record.request.call, record.given(), scene)
    }

    /// The signal that comes with EPIPE.
    pub fn sigpipe(&self) -> String {
        let Self { pid, uid, .. } = self;
        format!("--- SIGPIPE {{si_signo=SIGPIPE, si_code=SI_USER, si_pid={pid}, si_uid={uid}}} ---")
    }
}

/// Prints what happens on several threads: a call that is not over when another line comes is broken in two.
#[derive(Debug, Default)]
pub struct Log {
    /// The call whose beginning is the present line.
    open: Option<CallId>,
}

impl Log {
    /// The lines that an event adds. The world knows of the event already.
    pub fn lines(&mut self, what: &What, world: &World, host: &Host) -> Vec<String> {
        match what {
            What::Entered { call, .. } => self.enter(*call, world, host),
            What::Blocked { call, .. } if self.open == Some(*call) => self.interrupt(world, host),
            What::Returned { call, .. } => self.leave(*call, world, host),
            _ => Vec::new(),
        }
    }

    /// The line that is left when nothing comes any more.
    pub fn end(&mut self, world: &World, host: &Host) -> Vec<String> {
        self.interrupt(world, host)
    }

    fn enter(&mut self, call: CallId, world: &World, host: &Host) -> Vec<String> {
        let is_traced = world
            .call(call)
            .is_some_and(|record| host.trace(world, record).is_some());
        if !is_traced {
            return Vec::new();
        }
        let lines = self.interrupt(world, host);
        self.open = Some(call);
        lines
    }

    /// Ends the present line where its call is not over.
    fn interrupt(&mut self, world: &World, host: &Host) -> Vec<String> {
        let open = self.open.take().and_then(|call| world.call(call));
        let line = open.and_then(|record| {
            let scene = host.scene(world, record);
            let begun = trace(&record.request.call, None, scene)?;
            Some(format!("{}{}", prefix(record), begun.unfinished()))
        });
        line.into_iter().collect()
    }

    fn leave(&mut self, call: CallId, world: &World, host: &Host) -> Vec<String> {
        let Some(record) = world.call(call) else {
            return Vec::new();
        };
        let Some(traced) = host.trace(world, record) else {
            self.open = self.open.filter(|open| *open != call);
            return Vec::new();
        };
        let resumed = self.open != Some(call);
        let mut lines = if resumed {
            self.interrupt(world, host)
        } else {
            self.open = None;
            Vec::new()
        };
        let head = format!("{}{}", prefix(record), traced.head(resumed));
        let result = traced.left.map(|left| left.result).unwrap_or_default();
        lines.push(format!("{head:<width$} = {result}", width = RESULTS - 1));
        if record.outcome().is_some_and(|outcome| outcome.sigpipe) {
            lines.push(format!("{}{}", prefix(record), host.sigpipe()));
        }
        lines
    }
}

fn prefix(record: &Record) -> String {
    let tid = record.thread.map_or(0, |thread| thread.tid);
    format!("[pid {tid:>5}] ")
}
