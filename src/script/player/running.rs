//! The line that is being carried out: the stages that it goes through, and what ends it.

use std::time::Duration;

use crate::call::outcome::{Outcome, Returned};
use crate::call::{Call, Command, Mode};
use crate::event::{Abandonment, CallId, EventKind, Refusal, Request, Timestamp};
use crate::script::judge::{
    Pace, Standard, TIMEOUT, Verdict, abandoned, as_expected, refusal, verdict,
};
use crate::script::player::collected::Collected;
use crate::script::player::effect::Effect;
use crate::world::resolve::Holding;
use crate::world::{Progress, Record, World};

/// Longer than any session.
const FOREVER: Duration = Duration::from_secs(365 * 86_400);
/// The pauses between probes for a state that is expected to change; the last one repeats.
const PAUSES: [Duration; 6] = [
    Duration::from_millis(1),
    Duration::from_millis(2),
    Duration::from_millis(5),
    Duration::from_millis(10),
    Duration::from_millis(20),
    Duration::from_millis(50),
];

/// The line that is being carried out.
#[derive(Debug)]
pub(crate) struct Running {
    pub(crate) number: usize,
    pub(crate) command: Command,
    pub(crate) comment: Option<String>,
    pub(crate) request: Request,
    pub(crate) stage: Stage,
    pub(crate) began: Timestamp,
    /// What is expected of it where it says nothing else.
    pub(crate) standard: Standard,
    deadline: Timestamp,
    /// Whether another line waits for what it gives: it is never left.
    is_lookup: bool,
}

/// How far the line has come.
#[derive(Debug, Clone)]
pub(crate) enum Stage {
    /// A call was submitted.
    Called,
    /// `wait` or `cancel`: the result of this call is awaited.
    Awaiting(CallId),
    /// `step` or `inject`: such a call is to be held.
    Holding(Holding),
    /// `sleep`
    Sleeping { until: Timestamp },
    /// `state` or `pending` with an expectation: a probe was submitted.
    Probing {
        /// How many probes were made before it.
        before: usize,
        /// The [`World::revision`] when it was submitted: until the world has taken something in, the result in it is that
        /// of the probe before.
        since: u64,
    },
    /// The same between two probes.
    Pausing { before: usize, until: Timestamp },
}

/// What ends a line.
#[derive(Debug)]
pub(crate) enum End {
    /// What the log says of its call.
    Call,
    /// The result of a word of the playground, which its own line of the log gets.
    Word(Outcome),
    /// The call that it let be made sleeps: its own line of the log gets the result later.
    Left(CallId),
    /// It is not carried out.
    Refused(Refusal),
    /// The call that it is about never returned.
    Abandoned(Abandonment),
    /// Its time is over while it waits for this.
    TimeOut(&'static str),
}

impl Running {
    /// Begins a line; `awaited` is the call that a `wait` or `cancel` is about.
    pub(crate) fn begin(
        standard: Standard,
        world: &World,
        now: Timestamp,
        (number, command, comment): (usize, Command, Option<String>),
        (request, awaited): (Request, Option<CallId>),
    ) -> Self {
        let within = match &command.mode {
            Mode::Expect(expectation) => expectation.within,
            _ => None,
        };
        let timeout = within.unwrap_or(standard.timeout);
        let (stage, timeout) = match (&command.call, awaited) {
            (Call::Sleep { duration }, _) => {
                let until = now.after(*duration);
                (Stage::Sleeping { until }, within.unwrap_or(FOREVER))
            }
            (Call::Step { .. } | Call::Inject { .. }, _) => match Holding::of(&request) {
                Some(what) => (Stage::Holding(what), timeout),
                None => (Stage::Called, timeout),
            },
            // A person can end it, and knows what for it waits.
            (Call::Wait { .. }, Some(call)) if standard.pace == Pace::Prompt => {
                (Stage::Awaiting(call), within.unwrap_or(FOREVER))
            }
            (_, Some(call)) => (Stage::Awaiting(call), timeout),
            (call, None)
                if call.call_kind().is_query() && matches!(command.mode, Mode::Expect(_)) =>
            {
                let since = world.revision();
                (Stage::Probing { before: 0, since }, timeout)
            }
            _ => (Stage::Called, timeout),
        };
        Self {
            number,
            command,
            comment,
            request,
            stage,
            began: now,
            standard,
            deadline: now.after(timeout),
            is_lookup: false,
        }
    }

    /// Begins the look-up of a name for a line. A person can end it.
    pub(crate) fn begin_lookup(
        standard: Standard,
        world: &World,
        now: Timestamp,
        line: (usize, Command, Option<String>),
        prepared: (Request, Option<CallId>),
    ) -> Self {
        let running = Self::begin(standard, world, now, line, prepared);
        let deadline = match standard.pace {
            Pace::Prompt => now.after(FOREVER),
            Pace::Script => running.deadline,
        };
        Self {
            deadline,
            is_lookup: true,
            ..running
        }
    }

    /// What is to be done at its beginning.
    pub(crate) fn first_effects(&self, effects: &mut Vec<Effect>) {
        let request = Box::new(self.request.clone());
        effects.push(match self.is_word() {
            true => Effect::Emit(EventKind::Asked(request)),
            false => Effect::Submit(request),
        });
        if let (Call::Cancel { .. }, Stage::Awaiting(call)) = (&self.command.call, &self.stage) {
            effects.push(Effect::Cancel(*call));
        }
    }

    /// Whether the player carries the line out by itself: no call is made.
    pub(crate) fn is_word(&self) -> bool {
        match self.stage {
            Stage::Sleeping { .. } | Stage::Awaiting(_) | Stage::Holding(_) => true,
            Stage::Called | Stage::Probing { .. } | Stage::Pausing { .. } => false,
        }
    }

    /// How long it may take; `None` where it has no limit.
    pub(crate) fn limit(&self) -> Option<Duration> {
        let limit = self.deadline.since(self.began);
        (limit < FOREVER).then_some(limit)
    }

    /// When to go on though nothing happened.
    pub(crate) fn deadline(&self) -> Timestamp {
        match self.stage {
            Stage::Pausing { until, .. } | Stage::Sleeping { until } => until.min(self.deadline),
            Stage::Probing { .. } => self.deadline.after(TIMEOUT),
            Stage::Called | Stage::Awaiting(_) | Stage::Holding(_) => self.deadline,
        }
    }

    /// Goes on as far as it can. Gives what ends the line, when it is over.
    pub(crate) fn proceed(
        &mut self,
        world: &World,
        now: Timestamp,
        collected: &mut Collected,
        effects: &mut Vec<Effect>,
    ) -> Option<End> {
        match self.stage.clone() {
            Stage::Sleeping { until } if now >= until && until <= self.deadline => {
                Some(End::Word(Outcome::of(Ok(Returned::Zero))))
            }
            Stage::Sleeping { .. } => (now >= self.deadline).then_some(End::TimeOut("the pause")),
            Stage::Awaiting(call) => self.await_call(world, now, call, collected, effects),
            Stage::Holding(what) => self.release(world, now, &what, effects),
            Stage::Called => self.await_return(world, now, collected),
            Stage::Probing { since, .. } if world.revision() == since => None,
            Stage::Probing { before, .. } => self.judge_probe(world, now, before),
            Stage::Pausing { before, until } => {
                if now >= until.min(self.deadline) {
                    let since = world.revision();
                    self.stage = Stage::Probing { before, since };
                    effects.push(Effect::Submit(Box::new(self.request.clone())));
                }
                None
            }
        }
    }

    /// A probe has come back: it may show what is expected, or another follows after a pause.
    fn judge_probe(&mut self, world: &World, now: Timestamp, before: usize) -> Option<End> {
        let is_overdue = now >= self.deadline;
        let over = match world.call(self.request.id).map(|record| &record.progress) {
            Some(Progress::Returned { outcome, .. }) => {
                is_overdue || as_expected(world, &self.command.mode, outcome)
            }
            Some(Progress::Refused(_)) => true,
            _ if now >= self.deadline.after(TIMEOUT) => true,
            // It has not come back yet; a probe takes microseconds.
            _ => return None,
        };
        if over {
            return Some(End::Call);
        }
        let pause = PAUSES[before.min(PAUSES.len() - 1)];
        self.stage = Stage::Pausing {
            before: before + 1,
            until: now.after(pause),
        };
        None
    }

    /// `step` and `inject`: lets the call be made that is held.
    fn release(
        &mut self,
        world: &World,
        now: Timestamp,
        what: &Holding,
        effects: &mut Vec<Effect>,
    ) -> Option<End> {
        let Some(held) = what.find(world) else {
            let named = self.command.call.socket();
            return (now >= self.deadline).then(|| {
                End::Refused(Refusal::NothingHeld {
                    on: named.map(ToString::to_string).unwrap_or_default(),
                    after: now.since(self.began),
                })
            });
        };
        let fault = match self.command.call {
            Call::Inject { fault, .. } => Some(fault),
            _ => None,
        };
        let impossible = fault.and_then(|fault| held.call().can_have(fault).err());
        if let Some(why) = impossible {
            return Some(End::Refused(Refusal::Impossible(why)));
        }
        effects.push(Effect::Release(held.id(), fault));
        self.stage = Stage::Awaiting(held.id());
        None
    }

    /// Whether it may be left while the call that it let be made sleeps.
    fn may_leave(&self) -> bool {
        let steps = matches!(self.command.call, Call::Step { .. } | Call::Inject { .. });
        steps
            && match self.command.mode {
                Mode::Blocks | Mode::Background => true,
                Mode::Plain => self.standard.pace == Pace::Prompt,
                Mode::Expect(_) => false,
            }
    }

    /// `wait` and `cancel`: the awaited call may have returned, or been awaited for too long.
    fn await_call(
        &self,
        world: &World,
        now: Timestamp,
        call: CallId,
        collected: &mut Collected,
        effects: &mut Vec<Effect>,
    ) -> Option<End> {
        let record = world.call(call)?;
        match (&record.progress, now >= self.deadline) {
            (Progress::Returned { outcome, .. }, _) => {
                // After a cancel the result may still be asked for, by a wait.
                match self.command.call {
                    Call::Cancel { .. } => collected.cancelled(call),
                    _ => collected.collect(call),
                }
                if let (Some(name), Some(socket)) = (
                    self.command.targets.first(),
                    record.new_descriptors().first(),
                ) {
                    effects.push(Effect::Emit(EventKind::Renamed {
                        descriptor: *socket,
                        name: name.clone(),
                    }));
                }
                Some(End::Word(Outcome::clone(outcome)))
            }
            (Progress::Refused(reason), _) => {
                effects.push(Effect::Emit(EventKind::Refused {
                    call: self.request.id,
                    reason: (**reason).clone(),
                }));
                Some(End::Call)
            }
            (Progress::Abandoned { reason, .. }, _) => Some(End::Abandoned(*reason)),
            (Progress::Blocked { .. }, _) if self.may_leave() => Some(End::Left(call)),
            (Progress::Blocked { .. }, _) if self.command.mode == Mode::Blocks => Some(End::Call),
            (_, true) => Some(End::TimeOut("the call")),
            _ => None,
        }
    }

    fn await_return(
        &self,
        world: &World,
        now: Timestamp,
        collected: &mut Collected,
    ) -> Option<End> {
        let record = world.call(self.request.id)?;
        let may_be_left = match self.command.mode {
            Mode::Blocks | Mode::Background => true,
            Mode::Plain => self.standard.pace == Pace::Prompt && !self.is_lookup,
            Mode::Expect(_) => false,
        };
        let over = match record.progress {
            Progress::Returned { .. } => {
                // What `&` starts is for wait() to collect, however soon it returned.
                let is_left = record.ever_blocked || self.command.mode == Mode::Blocks;
                if is_left && self.command.mode != Mode::Background {
                    collected.collect(self.request.id);
                }
                true
            }
            Progress::Refused(_) | Progress::Abandoned { .. } => true,
            Progress::Blocked { .. } if may_be_left => true,
            _ => now >= self.deadline,
        };
        over.then_some(End::Call)
    }

    /// The outcome that the log has of its call, and whether it is as expected.
    pub(crate) fn judge(&self, world: &World) -> (Option<Outcome>, Verdict) {
        let record = world.call(self.request.id);
        let outcome = record.and_then(Record::outcome).cloned();
        let verdict = match record.map(|record| &record.progress) {
            Some(Progress::Refused(reason)) => refusal(&self.command.mode, &reason.to_string()),
            Some(Progress::Abandoned { reason, .. }) => abandoned(&self.command, *reason),
            Some(progress)
                if self.command.mode == Mode::Blocks && self.is_blocked(world, progress) =>
            {
                Verdict::Held
            }
            _ => verdict(self.standard, world, &self.command, outcome.as_ref()),
        };
        (outcome, verdict)
    }

    /// Whether its call, or the call that it waits for, sleeps in the kernel.
    fn is_blocked(&self, world: &World, progress: &Progress) -> bool {
        match self.stage {
            Stage::Awaiting(call) => world.call(call).is_some_and(Record::is_blocked),
            _ => matches!(progress, Progress::Blocked { .. }),
        }
    }
}
