//! A script that is played on an engine, step by step, so that a test can check in between.

use std::collections::VecDeque;
use std::time::Duration;

use crossbeam_channel::{after, never, select};

use sockplay::event::Reach;
use sockplay::script::{self, Effect, Pace, Player, Report, ScriptError};

use super::engine::Rig;

/// A script and the engine that it is played on.
pub(crate) struct Session {
    pub(crate) rig: Rig,
    player: Player,
    effects: VecDeque<Effect>,
}

/// What a step has brought.
pub(crate) enum Step {
    /// A line is done.
    Report(Box<Report>),
    /// Something was taken in, or time has passed.
    Went,
    /// The script is over.
    Over,
}

impl Session {
    /// # Errors
    ///
    /// What is wrong with the script.
    pub(crate) fn start(text: &[u8], timeout: Option<Duration>) -> Result<Self, Vec<ScriptError>> {
        Self::start_on(Rig::new(), text, timeout)
    }

    /// The same on an engine that was started.
    ///
    /// # Errors
    ///
    /// What is wrong with the script.
    pub(crate) fn start_on(
        rig: Rig,
        text: &[u8],
        timeout: Option<Duration>,
    ) -> Result<Self, Vec<ScriptError>> {
        let script = script::parse("it", text)?;
        let mut player = Player::new(Pace::Script);
        if let Some(timeout) = timeout {
            player.set_timeout(timeout);
        }
        for (number, line) in (1..).zip(script.lines) {
            player.push(number, line, Reach::Free);
        }
        Ok(Self {
            rig,
            player,
            effects: VecDeque::new(),
        })
    }

    /// Does the next thing that is to be done, or waits for it.
    pub(crate) fn step(&mut self) -> Step {
        if self.effects.is_empty() {
            let now = self.rig.engine.now();
            self.effects.extend(self.player.step(&self.rig.world, now));
        }
        match self.effects.pop_front() {
            Some(Effect::Submit(request)) => self.rig.submit(*request),
            Some(Effect::Cancel(call)) => self.rig.engine.cancel(call),
            Some(Effect::Emit(what)) => {
                let event = self.rig.engine.event(what);
                self.rig.take_in(event);
            }
            Some(Effect::Report(report)) => return Step::Report(report),
            // It traces nothing.
            Some(Effect::Remark(_) | Effect::Release(..)) => {}
            None if self.player.is_idle() => return Step::Over,
            None => self.wait(),
        }
        Step::Went
    }

    fn wait(&mut self) {
        let now = self.rig.engine.now();
        let deadline = self.player.deadline().map(|at| at.since(now));
        let timer = deadline.map_or_else(never, after);
        select! {
            recv(self.rig.events) -> event => {
                self.rig.take_in(event.expect("the engine goes on"));
            }
            recv(timer) -> _ => {}
        }
    }
}
