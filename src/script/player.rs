//! The player: takes lines one after the other, says what is to be done, and judges the results.
//!
//! Pure: it reads a [`World`] and a moment and gives [`Effect`]s. Call [`Player::step`] after events were folded into
//! the world and when [`Player::deadline`] has come, carry out what it gives, and call it again until it gives nothing.

mod collected;
mod effect;
mod named;
mod queued;
mod running;

use std::collections::VecDeque;
use std::time::Duration;

use crate::call::outcome::Outcome;
use crate::call::{Command, Line};
use crate::event::{CallId, EventKind, Reach, Refusal, Request, Timestamp};
use crate::script::judge::{Pace, Standard, TIMEOUT, Verdict, abandoned, refusal, verdict};
use crate::script::player::collected::Collected;
pub use crate::script::player::effect::Effect;
use crate::script::player::named::NamedLine;
use crate::script::player::queued::QueuedLine;
use crate::script::player::running::{End, Running, Stage};
use crate::script::report::{Done, unresolved};
use crate::world::resolve::{needed_lookup, resolve};
use crate::world::{Progress, World};

/// Drives lines over a world.
#[derive(Debug)]
pub struct Player {
    standard: Standard,
    queue: VecDeque<QueuedLine>,
    current: Option<Running>,
    next_call: u64,
    collected: Collected,
    /// The line for which a name is being looked up.
    named: Option<NamedLine>,
    /// Lines that let a call be made which sleeps, each with that call.
    left: Vec<(CallId, CallId)>,
}

impl Player {
    /// A player without lines.
    pub fn new(pace: Pace) -> Self {
        Self {
            standard: Standard {
                pace,
                timeout: TIMEOUT,
            },
            queue: VecDeque::new(),
            current: None,
            next_call: 1,
            collected: Collected::default(),
            named: None,
            left: Vec::new(),
        }
    }

    /// Sets how long a line may take that does not say so itself.
    pub fn set_timeout(&mut self, timeout: Duration) {
        self.standard.timeout = timeout;
    }

    /// Adds a line at the end; who adds it says what it may reach.
    pub fn push(&mut self, number: usize, line: Line, reach: Reach) {
        self.push_at(self.standard.pace, number, line, reach);
    }

    /// The same for a line that is judged at another pace than the others.
    pub fn push_at(&mut self, pace: Pace, number: usize, line: Line, reach: Reach) {
        self.queue.push_back(QueuedLine {
            number,
            line,
            reach,
            pace,
        });
    }

    /// Whether the line of this number is still to be carried out, or to be ended.
    pub fn holds(&self, number: usize) -> bool {
        self.current_number() == Some(number)
            || self.queue.iter().any(|queued| queued.number == number)
    }

    /// Whether nothing is left to do.
    pub fn is_idle(&self) -> bool {
        self.current.is_none() && self.queue.is_empty()
    }

    /// How many lines wait behind the present one.
    pub fn waiting(&self) -> usize {
        self.queue.len()
    }

    /// Forgets the lines that wait, and the present one unless it is a call, which goes on by itself.
    pub fn clear(&mut self) -> Vec<Effect> {
        self.queue.clear();
        self.named = None;
        let dropped = self.current.take().filter(Running::is_word);
        dropped.map_or_else(Vec::new, |running| {
            vec![Effect::Emit(EventKind::Refused {
                call: running.request.id,
                reason: Refusal::Dropped,
            })]
        })
    }

    /// The line that the others wait for.
    pub fn current(&self) -> Option<&Command> {
        self.current.as_ref().map(|running| &running.command)
    }

    /// How long that line may take; `None` where it has no limit.
    pub fn limit(&self) -> Option<Duration> {
        self.current.as_ref()?.limit()
    }

    /// The call of that line, if it is one.
    pub fn current_call(&self) -> Option<CallId> {
        let running = self.current.as_ref().filter(|own| !own.is_word())?;
        Some(running.request.id)
    }

    /// The call that it waits for, if it is a `wait` or a `cancel`.
    pub fn awaited(&self) -> Option<CallId> {
        match self.current.as_ref()?.stage {
            Stage::Awaiting(call) => Some(call),
            _ => None,
        }
    }

    /// The number of that line.
    pub fn current_number(&self) -> Option<usize> {
        self.current.as_ref().map(|running| running.number)
    }

    /// When to call [`Player::step`] again though nothing happened.
    pub fn deadline(&self) -> Option<Timestamp> {
        self.current.as_ref().map(Running::deadline)
    }

    /// What is to be done now.
    pub fn step(&mut self, world: &World, now: Timestamp) -> Vec<Effect> {
        let mut effects = self.ended_since(world);
        if let Some(running) = &mut self.current {
            let end = running.proceed(world, now, &mut self.collected, &mut effects);
            if let Some(end) = end {
                self.end(world, now, end, &mut effects);
            }
        } else if let Some(queued) = self.queue.pop_front() {
            let QueuedLine {
                number,
                line,
                reach,
                pace,
            } = queued;
            match line.command {
                Some(command) => {
                    let line = (number, command, line.comment);
                    self.begin(world, now, line, (reach, pace), &mut effects);
                }
                None => effects.push(Effect::Remark(line.comment)),
            }
        }
        effects
    }

    /// Gives the lines that were left the results of their calls, which have ended by now.
    fn ended_since(&mut self, world: &World) -> Vec<Effect> {
        let mut effects = Vec::new();
        self.left.retain(|(own, call)| {
            let own = *own;
            let what = match world.call(*call).map(|record| &record.progress) {
                Some(Progress::Returned { outcome, .. }) => EventKind::Returned {
                    call: own,
                    outcome: Outcome::clone(outcome),
                    state: None,
                },
                Some(Progress::Abandoned { reason, .. }) => EventKind::Abandoned {
                    call: own,
                    reason: *reason,
                },
                Some(
                    Progress::Running
                    | Progress::Held
                    | Progress::Blocked { .. }
                    | Progress::Refused(_),
                ) => return true,
                None => return false,
            };
            effects.push(Effect::Emit(what));
            false
        });
        effects
    }

    fn begin(
        &mut self,
        world: &World,
        now: Timestamp,
        (number, command, comment): (usize, Command, Option<String>),
        (reach, pace): (Reach, Pace),
        effects: &mut Vec<Effect>,
    ) {
        let standard = Standard {
            pace,
            ..self.standard
        };
        let lookup = match needed_lookup(world, &command) {
            Ok(lookup) => lookup,
            Err(reason) => {
                let report = unresolved(number, command, comment, now, &reason);
                effects.push(Effect::Report(Box::new(report)));
                return;
            }
        };
        let is_lookup = lookup.is_some();
        let (command, comment) = match lookup {
            Some(lookup) => {
                self.named = Some(NamedLine {
                    number,
                    command,
                    comment,
                    reach,
                    pace,
                });
                (lookup, None)
            }
            None => (command, comment),
        };
        let id = CallId(self.next_call);
        let prepared = resolve(world, id, &command).and_then(|request| {
            let awaited = self.collected.awaited(world, &command)?;
            Ok((Request { reach, ..request }, awaited))
        });
        let prepared = match prepared {
            Ok(prepared) => prepared,
            Err(reason) => {
                let report = unresolved(number, command, comment, now, &reason);
                effects.push(Effect::Report(Box::new(report)));
                return;
            }
        };
        self.next_call += 1;
        // As it was resolved: an address that depends on the socket is written out.
        let line = (number, Command::clone(&prepared.0.command), comment);
        let running = match is_lookup {
            true => Running::begin_lookup(standard, world, now, line, prepared),
            false => Running::begin(standard, world, now, line, prepared),
        };
        running.first_effects(effects);
        self.current = Some(running);
    }

    /// Ends the present line and reports it.
    fn end(&mut self, world: &World, now: Timestamp, end: End, effects: &mut Vec<Effect>) {
        let Some(running) = self.current.take() else {
            return;
        };
        let call = running.request.id;
        let standard = running.standard;
        let named = self.named.take();
        let refused = matches!(end, End::Refused(_));
        let never = matches!(end, End::Abandoned(_));
        let (outcome, verdict) = match end {
            End::Call => running.judge(world),
            End::Word(outcome) => {
                effects.push(Effect::Emit(EventKind::Returned {
                    call,
                    outcome: outcome.clone(),
                    state: None,
                }));
                let verdict = verdict(standard, world, &running.command, Some(&outcome));
                (Some(outcome), verdict)
            }
            End::Left(of) => {
                effects.push(Effect::Emit(EventKind::Blocked { call, wchan: None }));
                self.left.push((call, of));
                (None, Verdict::Held)
            }
            End::Abandoned(reason) => {
                effects.push(Effect::Emit(EventKind::Abandoned { call, reason }));
                (None, abandoned(&running.command, reason))
            }
            End::Refused(reason) => {
                let verdict = refusal(&running.command.mode, &reason.to_string());
                effects.push(Effect::Emit(EventKind::Refused { call, reason }));
                (None, verdict)
            }
            End::TimeOut(what) => {
                let reason = Refusal::StillPending {
                    what,
                    after: now.since(running.began),
                };
                let verdict = Verdict::Broken(reason.to_string());
                effects.push(Effect::Emit(EventKind::Refused { call, reason }));
                (None, verdict)
            }
        };
        // Whether there is such a name is for the line to say that needs its address.
        let verdict = match named {
            Some(_) => Verdict::Held,
            None => verdict,
        };
        let listed = named.map(|named| named.with_address(outcome.as_ref()));
        let done = Done {
            number: running.number,
            command: running.command,
            comment: running.comment,
            call,
            waited: matches!(running.stage, Stage::Awaiting(_)),
            refused,
            never,
            began: running.began,
        };
        let report = done.report(world, now, outcome, verdict, standard.pace);
        effects.push(Effect::Report(Box::new(report)));
        match listed {
            Some(Ok(line)) => self.queue.push_front(line),
            Some(Err(refused)) => {
                let (line, reason) = *refused;
                let NamedLine {
                    number,
                    command,
                    comment,
                    ..
                } = line;
                let report = unresolved(number, command, comment, now, &reason);
                effects.push(Effect::Report(Box::new(report)));
            }
            None => {}
        }
    }
}
