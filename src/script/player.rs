//! The player: takes lines one after the other, says what is to be done, and judges what came of it.
//!
//! Pure: it reads a [`World`] and a moment and gives [`Effect`]s. Call [`Player::step`] after events were folded into
//! the world and when [`Player::deadline`] has come, carry out what it gives, and call it again until it gives nothing.

use std::collections::{HashMap, HashSet, VecDeque};
use std::time::Duration;

use crate::call::argument::{Descriptor, Name};
use crate::call::outcome::{Outcome, Returned};
use crate::call::{Call, Command, Line, Mode};
use crate::event::{CallId, DescriptorId, EventKind, Reach, Refusal, Request, Timestamp};
use crate::script::judge::{Pace, Standard, TIMEOUT, Verdict, refusal};
use crate::script::report::{Done, Report};
use crate::world::resolve::{Unresolved, awaited_socket, resolve, uncollected};
use crate::world::{Progress, Record, World};

/// Longer than any session.
const FOREVER: Duration = Duration::from_secs(365 * 86_400);
/// The pauses between looks at a state that is expected to change; the last one repeats.
const LOOKS: [Duration; 6] = [
    Duration::from_millis(1),
    Duration::from_millis(2),
    Duration::from_millis(5),
    Duration::from_millis(10),
    Duration::from_millis(20),
    Duration::from_millis(50),
];

/// What is to be done.
#[derive(Debug, Clone)]
pub enum Effect {
    /// Give this to the engine, and fold what it gives back before anything else.
    Submit(Box<Request>),
    /// Interrupt a call.
    Cancel(CallId),
    /// Fold this, stamped with the present moment.
    Emit(EventKind),
    /// A line is done.
    Report(Box<Report>),
    /// A line without command: its comment, if any.
    Remark(Option<String>),
}

/// Drives lines over a world.
#[derive(Debug)]
pub struct Player {
    standard: Standard,
    queue: VecDeque<(usize, Line, Reach)>,
    current: Option<Running>,
    next_call: u64,
    collected: HashSet<CallId>,
    /// Calls whose result cancel() gave: wait() gives it again, unless another call has been left behind since.
    told: HashSet<CallId>,
    /// How many of the calls that were left behind on a socket are collected, the oldest first.
    first_uncollected: HashMap<DescriptorId, usize>,
}

/// The line that is being carried out.
#[derive(Debug)]
struct Running {
    number: usize,
    command: Command,
    comment: Option<String>,
    request: Request,
    stage: Stage,
    began: Timestamp,
    deadline: Timestamp,
}

#[derive(Debug, Clone, Copy)]
enum Stage {
    /// A call was submitted.
    Called,
    /// `wait` or `cancel`: the result of this call is awaited.
    Awaiting(CallId),
    /// `sleep`
    Sleeping { until: Timestamp },
    /// `state` or `pending` with an expectation: a look was submitted.
    Looking {
        /// How many looks came before it.
        looks: usize,
        /// The [`World::revision`] when it was submitted: until the world has taken something in, the result in it is that
        /// of the look before.
        since: u64,
    },
    /// The same between two looks.
    Pausing { looks: usize, until: Timestamp },
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
            collected: HashSet::new(),
            told: HashSet::new(),
            first_uncollected: HashMap::new(),
        }
    }

    /// Sets how long a line may take that does not say so itself.
    pub fn set_timeout(&mut self, timeout: Duration) {
        self.standard.timeout = timeout;
    }

    /// Adds a line at the end; who adds it says what it may reach.
    pub fn push(&mut self, number: usize, line: Line, reach: Reach) {
        self.queue.push_back((number, line, reach));
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
        let Some(running) = self.current.take() else {
            return Vec::new();
        };
        match running.stage {
            Stage::Sleeping { .. } | Stage::Awaiting(_) => {
                vec![Effect::Emit(EventKind::Refused {
                    call: running.request.id,
                    reason: Refusal::Dropped,
                })]
            }
            Stage::Called | Stage::Looking { .. } | Stage::Pausing { .. } => Vec::new(),
        }
    }

    /// The line that the others wait for.
    pub fn current(&self) -> Option<&Command> {
        self.current.as_ref().map(|running| &running.command)
    }

    /// The number of that line.
    pub fn current_number(&self) -> Option<usize> {
        self.current.as_ref().map(|running| running.number)
    }

    /// When to call [`Player::step`] again though nothing happened.
    pub fn deadline(&self) -> Option<Timestamp> {
        let running = self.current.as_ref()?;
        Some(match running.stage {
            Stage::Pausing { until, .. } => until.min(running.deadline),
            Stage::Looking { .. } => running.deadline.after(TIMEOUT),
            Stage::Sleeping { until } => until.min(running.deadline),
            _ => running.deadline,
        })
    }

    /// What is to be done now.
    pub fn step(&mut self, world: &World, now: Timestamp) -> Vec<Effect> {
        let mut effects = Vec::new();
        if self.current.is_some() {
            self.proceed(world, now, &mut effects);
        } else if let Some((number, line, reach)) = self.queue.pop_front() {
            match line.command {
                Some(command) => {
                    let line = (command, line.comment, reach);
                    self.begin(world, now, number, line, &mut effects);
                }
                None => effects.push(Effect::Remark(line.comment)),
            }
        }
        effects
    }

    fn begin(
        &mut self,
        world: &World,
        now: Timestamp,
        number: usize,
        (command, comment, reach): (Command, Option<String>, Reach),
        effects: &mut Vec<Effect>,
    ) {
        let id = CallId(self.next_call);
        let prepared = resolve(world, id, &command).and_then(|request| {
            let awaited = self.awaited(world, &command)?;
            Ok((Request { reach, ..request }, awaited))
        });
        let (request, awaited) = match prepared {
            Ok(prepared) => prepared,
            Err(reason) => {
                effects.push(Effect::Report(Box::new(crate::script::report::unresolved(
                    number, command, comment, now, &reason,
                ))));
                return;
            }
        };
        self.next_call += 1;
        let within = match &command.mode {
            Mode::Expect(expectation) => expectation.within,
            _ => None,
        };
        let timeout = within.unwrap_or(self.standard.timeout);
        let (stage, timeout) = match (&command.call, awaited) {
            (Call::Sleep { duration }, _) => {
                let until = now.after(*duration);
                (Stage::Sleeping { until }, within.unwrap_or(FOREVER))
            }
            // A person can end it, and knows what for it waits.
            (Call::Wait { .. }, Some(call)) if self.standard.pace == Pace::Prompt => {
                (Stage::Awaiting(call), within.unwrap_or(FOREVER))
            }
            (_, Some(call)) => (Stage::Awaiting(call), timeout),
            (call, None)
                if call.call_kind().is_query() && matches!(command.mode, Mode::Expect(_)) =>
            {
                let since = world.revision();
                (Stage::Looking { looks: 0, since }, timeout)
            }
            _ => (Stage::Called, timeout),
        };
        match stage {
            Stage::Sleeping { .. } | Stage::Awaiting(_) => {
                effects.push(Effect::Emit(EventKind::Asked(Box::new(request.clone()))));
            }
            _ => effects.push(Effect::Submit(Box::new(request.clone()))),
        }
        if let (Call::Cancel { .. }, Stage::Awaiting(call)) = (&command.call, stage) {
            effects.push(Effect::Cancel(call));
        }
        let deadline = now.after(timeout);
        self.current = Some(Running {
            number,
            command,
            comment,
            request,
            stage,
            began: now,
            deadline,
        });
    }

    /// The call that a `wait` or `cancel` is about.
    fn awaited(&mut self, world: &World, command: &Command) -> Result<Option<CallId>, Unresolved> {
        let (Call::Wait { socket } | Call::Cancel { socket }) = &command.call else {
            return Ok(None);
        };
        let from = self.collected_of(world, socket)?;
        let is_collected = |call: CallId| self.collected.contains(&call);
        let is_settled = |call: CallId| is_collected(call) || self.told.contains(&call);
        let call = uncollected(world, socket, is_settled, from)
            .or_else(|_| uncollected(world, socket, is_collected, from))?;
        let record = world.call(call);
        let is_pending = record.is_some_and(Record::is_pending);
        if matches!(command.call, Call::Cancel { .. }) && !is_pending {
            return Err(Unresolved::NothingPending(socket.to_string()));
        }
        if let Some(name) = command.targets.first()
            && is_taken_by_another(world, name, record)
        {
            return Err(Unresolved::NameTaken(name.clone()));
        }
        Ok(Some(call))
    }

    /// How many of the calls that were left behind on a socket are collected, the oldest first.
    fn collected_of(&mut self, world: &World, socket: &Descriptor) -> Result<usize, Unresolved> {
        let Some(owner) = awaited_socket(world, socket)? else {
            return Ok(0);
        };
        let first = self.first_uncollected.entry(owner).or_default();
        let left = world.left_behind(owner, *first);
        for (number, _) in left.take_while(|(_, record)| self.collected.contains(&record.id())) {
            *first = number + 1;
        }
        Ok(*first)
    }

    fn proceed(&mut self, world: &World, now: Timestamp, effects: &mut Vec<Effect>) {
        let Some(running) = &mut self.current else {
            return;
        };
        match running.stage {
            Stage::Sleeping { until } if now >= until && until <= running.deadline => {
                let outcome = Outcome::of(Ok(Returned::Zero));
                self.end_word(world, now, outcome, effects);
            }
            Stage::Sleeping { .. } => {
                if now >= running.deadline {
                    self.give_up(world, now, "the pause", effects);
                }
            }
            Stage::Awaiting(call) => self.await_call(world, now, call, effects),
            Stage::Called => self.await_return(world, now, effects),
            Stage::Looking { since, .. } if world.revision() == since => {}
            Stage::Looking { looks, .. } => self.look_again(world, now, looks, effects),
            Stage::Pausing { looks, until } => {
                if now >= until.min(running.deadline) {
                    let since = world.revision();
                    running.stage = Stage::Looking { looks, since };
                    effects.push(Effect::Submit(Box::new(running.request.clone())));
                }
            }
        }
    }

    /// A look has come back: it may show what is expected, or another follows after a pause.
    fn look_again(
        &mut self,
        world: &World,
        now: Timestamp,
        looks: usize,
        effects: &mut Vec<Effect>,
    ) {
        let Some(running) = &mut self.current else {
            return;
        };
        let is_overdue = now >= running.deadline;
        let over = match world
            .call(running.request.id)
            .map(|record| &record.progress)
        {
            Some(Progress::Returned { outcome, .. }) => {
                is_overdue
                    || crate::script::judge::as_expected(world, &running.command.mode, outcome)
            }
            Some(Progress::Refused(_)) => true,
            _ if now >= running.deadline.after(TIMEOUT) => true,
            // It has not come back yet; a look takes microseconds.
            _ => return,
        };
        if over {
            self.end(world, now, effects);
        } else {
            let pause = LOOKS[looks.min(LOOKS.len() - 1)];
            running.stage = Stage::Pausing {
                looks: looks + 1,
                until: now.after(pause),
            };
        }
    }

    /// `wait` and `cancel`: the awaited call may have returned, or been awaited for too long.
    fn await_call(
        &mut self,
        world: &World,
        now: Timestamp,
        call: CallId,
        effects: &mut Vec<Effect>,
    ) {
        let Some(running) = &self.current else { return };
        let Some(record) = world.call(call) else {
            return;
        };
        match (&record.progress, now >= running.deadline) {
            (Progress::Returned { outcome, .. }, _) => {
                // After a cancel the result may still be asked for, by a wait.
                if matches!(running.command.call, Call::Wait { .. }) {
                    self.collected.insert(call);
                } else {
                    self.told.insert(call);
                }
                if let (Some(name), Some(socket)) =
                    (running.command.targets.first(), record.born().first())
                {
                    effects.push(Effect::Emit(EventKind::Renamed {
                        descriptor: *socket,
                        name: name.clone(),
                    }));
                }
                self.end_word(world, now, Outcome::clone(outcome), effects);
            }
            (Progress::Refused(reason), _) => {
                let call = running.request.id;
                effects.push(Effect::Emit(EventKind::Refused {
                    call,
                    reason: (**reason).clone(),
                }));
                self.end(world, now, effects);
            }
            (Progress::Blocked { .. }, _) if running.command.mode == Mode::Blocks => {
                self.end(world, now, effects);
            }
            (_, true) => self.give_up(world, now, "the call", effects),
            _ => {}
        }
    }

    /// Ends a line whose time is over while it waits for something.
    fn give_up(
        &mut self,
        world: &World,
        now: Timestamp,
        what: &'static str,
        effects: &mut Vec<Effect>,
    ) {
        let Some(running) = &self.current else { return };
        let reason = Refusal::StillPending {
            what,
            after: now.since(running.began),
        };
        let (call, verdict) = (running.request.id, Verdict::Broken(reason.to_string()));
        effects.push(Effect::Emit(EventKind::Refused { call, reason }));
        self.report(world, now, None, verdict, effects);
    }

    fn await_return(&mut self, world: &World, now: Timestamp, effects: &mut Vec<Effect>) {
        let Some(running) = &self.current else { return };
        let Some(record) = world.call(running.request.id) else {
            return;
        };
        let may_be_left = match running.command.mode {
            Mode::Blocks | Mode::Background => true,
            Mode::Plain => self.standard.pace == Pace::Prompt,
            Mode::Expect(_) => false,
        };
        let over = match record.progress {
            Progress::Returned { .. } => {
                // What `&` starts is for wait() to collect, however soon it returned.
                let is_left = record.ever_blocked || running.command.mode == Mode::Blocks;
                if is_left && running.command.mode != Mode::Background {
                    self.collected.insert(running.request.id);
                }
                true
            }
            Progress::Refused(_) => true,
            Progress::Blocked { .. } if may_be_left => true,
            _ => now >= running.deadline,
        };
        if over {
            self.end(world, now, effects);
        }
    }

    /// Ends a word of the playground: its own line of the log gets the result.
    fn end_word(
        &mut self,
        world: &World,
        now: Timestamp,
        outcome: Outcome,
        effects: &mut Vec<Effect>,
    ) {
        let Some(running) = &self.current else { return };
        let call = running.request.id;
        effects.push(Effect::Emit(EventKind::Returned {
            call,
            outcome: outcome.clone(),
            state: None,
        }));
        let verdict =
            crate::script::judge::verdict(self.standard, world, &running.command, Some(&outcome));
        self.report(world, now, Some(outcome), verdict, effects);
    }

    /// Ends a line whose call is in the log.
    fn end(&mut self, world: &World, now: Timestamp, effects: &mut Vec<Effect>) {
        let Some(running) = &self.current else { return };
        let record = world.call(running.request.id);
        let outcome = record.and_then(Record::outcome).cloned();
        let verdict = match record.map(|record| &record.progress) {
            Some(Progress::Refused(reason)) => refusal(&running.command.mode, &reason.to_string()),
            Some(progress)
                if running.command.mode == Mode::Blocks && is_blocked(world, running, progress) =>
            {
                Verdict::Held
            }
            _ => crate::script::judge::verdict(
                self.standard,
                world,
                &running.command,
                outcome.as_ref(),
            ),
        };
        self.report(world, now, outcome, verdict, effects);
    }

    fn report(
        &mut self,
        world: &World,
        now: Timestamp,
        outcome: Option<Outcome>,
        verdict: Verdict,
        effects: &mut Vec<Effect>,
    ) {
        let Some(running) = self.current.take() else {
            return;
        };
        let done = Done {
            number: running.number,
            command: running.command,
            comment: running.comment,
            call: running.request.id,
            waited: matches!(running.stage, Stage::Awaiting(_)),
            began: running.began,
        };
        let report = done.report(world, now, outcome, verdict, self.standard.pace);
        effects.push(Effect::Report(Box::new(report)));
    }
}

/// Whether the call of a line, or the call that it waits for, sleeps in the kernel.
fn is_blocked(world: &World, running: &Running, progress: &Progress) -> bool {
    match running.stage {
        Stage::Awaiting(call) => world.call(call).is_some_and(Record::is_blocked),
        _ => matches!(progress, Progress::Blocked { .. }),
    }
}

/// Whether the name that a `wait` gives belongs to something else than what the awaited call made.
fn is_taken_by_another(world: &World, name: &Name, awaited: Option<&Record>) -> bool {
    let born = awaited.map(Record::born).unwrap_or_default();
    let open = world
        .named(name)
        .is_some_and(|socket| socket.is_open() && !born.contains(&socket.id));
    let promised = world.pending().any(|record| {
        Some(record.id()) != awaited.map(Record::id)
            && record.request.command.targets.contains(name)
    });
    open || promised
}
