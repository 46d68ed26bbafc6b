//! An engine with the world that follows from its events, driven as a script drives it.

use crossbeam_channel::Receiver;
use sockplay::call::Command;
use sockplay::call::outcome::Outcome;
use sockplay::engine::Engine;
use sockplay::event::{CallId, Event};
use sockplay::notation::parse_line;
use sockplay::world::{World, resolve};

/// A session.
pub(crate) struct Session {
    engine: Engine,
    events: Receiver<Event>,
    /// What follows from the events.
    pub(crate) world: World,
    calls: u64,
}

impl Session {
    /// A session without sockets.
    pub(crate) fn new() -> Self {
        let (engine, events) = Engine::start().expect("an engine");
        Self {
            engine,
            events,
            world: World::default(),
            calls: 0,
        }
    }

    /// Captures from now on. Gives why that is not possible.
    pub(crate) fn capture(&mut self) -> Result<(), String> {
        self.engine.capture();
        loop {
            if let Some(began) = &self.world.captured_traffic().capturing {
                return began.clone().map(drop);
            }
            let event = self.events.recv().expect("the engine goes on");
            sockplay::explain::fold(&mut self.world, &event);
        }
    }

    /// Starts a call as the prompt does.
    pub(crate) fn start(&mut self, command: &Command) -> CallId {
        self.calls += 1;
        let id = CallId(self.calls);
        let request = resolve(&self.world, id, command).expect("it is in this world");
        for event in self.engine.submit(request) {
            sockplay::explain::fold(&mut self.world, &event);
        }
        id
    }

    /// Folds events until a call has returned.
    pub(crate) fn wait(&mut self, call: CallId) -> Outcome {
        loop {
            if let Some(outcome) = self.world.call(call).and_then(|record| record.outcome()) {
                return outcome.clone();
            }
            let event = self.events.recv().expect("the engine goes on");
            sockplay::explain::fold(&mut self.world, &event);
            while let Ok(event) = self.events.try_recv() {
                sockplay::explain::fold(&mut self.world, &event);
            }
        }
    }

    /// Makes a call and waits for its result.
    pub(crate) fn call(&mut self, line: &str) -> Outcome {
        let call = self.start(&command(line));
        self.wait(call)
    }

    /// Starts a call and does not wait.
    pub(crate) fn begin(&mut self, line: &str) -> CallId {
        self.start(&command(line))
    }

    /// Cancels a call and waits for what it had done.
    pub(crate) fn cancel(&mut self, call: CallId) -> Outcome {
        self.engine.cancel(call);
        self.wait(call)
    }
}

/// A line as a command.
pub(crate) fn command(line: &str) -> Command {
    parse_line(line).expect(line).command.expect("a command")
}
