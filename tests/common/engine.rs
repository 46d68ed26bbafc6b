//! An engine on the real kernel, with the world that follows from its events.

use std::io;
use std::process::{Command, Output, Stdio};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crossbeam_channel::Receiver;

use sockplay::call::argument::Name;
use sockplay::call::outcome::Outcome;
use sockplay::engine::Engine;
use sockplay::event::{CallId, Event, Request};
use sockplay::notation::parse_line;
use sockplay::world::{Handle, Record, World, resolve};

use super::PATIENCE;

/// A TCP listener on the loopback.
pub(crate) const LISTENER: [&str; 3] = [
    "l = socket(AF_INET, SOCK_STREAM)",
    "bind(l, 127.0.0.1:0)",
    "listen(l, 5)",
];

/// A client of it, not yet accepted.
pub(crate) const CLIENT: [&str; 2] = ["c = socket(AF_INET, SOCK_STREAM)", "connect(c, addr(l))"];

/// A client of it, accepted.
pub(crate) const CONNECTED: [&str; 3] = [CLIENT[0], CLIENT[1], "s = accept(l)"];

/// For how long nothing must happen until the program is said to be quiet.
const QUIET: Duration = Duration::from_millis(2);

/// How often that is waited for.
const QUIET_TRIES: u32 = 20;

/// One engine at a time, as descriptors are numbers of the whole process: a test that uses a number after close() must
/// not meet the sockets of another.
static ALONE: Mutex<()> = Mutex::new(());

/// Waits until no engine of another test is there.
pub(crate) fn alone() -> MutexGuard<'static, ()> {
    ALONE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Runs a program to its end, and gives what it printed. It is started while no engine of another test is there: until it
/// has called exec() it holds a copy of each descriptor, and keeps open what that test closes.
pub(crate) fn output_of(command: &mut Command) -> io::Result<Output> {
    let command = command.stdout(Stdio::piped()).stderr(Stdio::piped());
    let child = {
        let _alone = alone();
        command.spawn()?
    };
    child.wait_with_output()
}

/// An engine with the world that follows from its events.
pub(crate) struct Rig {
    pub(crate) engine: Engine,
    pub(crate) events: Receiver<Event>,
    pub(crate) world: World,
    /// Every event that was taken in, in that order.
    pub(crate) taken: Vec<Event>,
    calls: u64,
    // Last, so that it is released when all else is dropped.
    pub(crate) alone: MutexGuard<'static, ()>,
}

impl Rig {
    pub(crate) fn new() -> Self {
        let alone = alone();
        let (engine, events) = Engine::start().expect("an engine");
        Self {
            alone,
            engine,
            events,
            world: World::default(),
            taken: Vec::new(),
            calls: 0,
        }
    }

    /// One that probes both ends of each connection.
    pub(crate) fn with_endpoints() -> Self {
        let mut rig = Self::new();
        rig.engine.watch_endpoints().expect("a thread");
        rig
    }

    /// What a line asks for in this world, as a new call.
    #[track_caller]
    pub(crate) fn request(&mut self, line: &str) -> Request {
        self.calls += 1;
        let command = parse_line(line).expect(line).command.expect("a command");
        resolve(&self.world, CallId(self.calls), &command).expect(line)
    }

    /// The same for a line that this world need not have the names of.
    /// Goes on after the calls of a player.
    pub(crate) fn possible(&mut self, line: &str) -> Option<Request> {
        let newest = self.world.log().iter().map(|record| record.id().0).max();
        self.calls = self.calls.max(newest.unwrap_or(0)) + 1;
        let command = parse_line(line).ok()?.command?;
        resolve(&self.world, CallId(self.calls), &command).ok()
    }

    /// Hands a call to the engine.
    pub(crate) fn submit(&mut self, request: Request) {
        for event in self.engine.submit(request) {
            self.take_in(event);
        }
    }

    /// Starts a call and does not wait for it.
    #[track_caller]
    pub(crate) fn start(&mut self, line: &str) -> CallId {
        let request = self.request(line);
        let call = request.id;
        self.submit(request);
        call
    }

    pub(crate) fn take_in(&mut self, event: Event) {
        sockplay::explain::fold(&mut self.world, &event);
        self.taken.push(event);
    }

    /// Takes in what the program reports until it is quiet.
    pub(crate) fn settle(&mut self) {
        for _ in 0..QUIET_TRIES {
            let Ok(event) = self.events.recv_timeout(QUIET) else {
                return;
            };
            self.take_in(event);
            while let Ok(event) = self.events.try_recv() {
                self.take_in(event);
            }
        }
    }

    /// Takes events in until something holds.
    #[track_caller]
    pub(crate) fn until(&mut self, what: &str, holds: impl Fn(&World) -> bool) {
        self.until_it(what, |rig| holds(&rig.world));
    }

    /// The same where more than the world is asked.
    #[track_caller]
    pub(crate) fn until_it(&mut self, what: &str, holds: impl Fn(&Self) -> bool) {
        let deadline = Instant::now() + PATIENCE;
        while !holds(self) {
            let Ok(event) = self.events.recv_deadline(deadline) else {
                let sockets: Vec<Handle<'_>> = self.world.descriptors().collect();
                let last = self.world.log().last();
                panic!("{what} did not happen; the last call is {last:#?}, there are {sockets:#?}");
            };
            self.take_in(event);
        }
    }

    /// Waits until a call has returned.
    #[track_caller]
    pub(crate) fn wait(&mut self, call: CallId) -> Outcome {
        self.until("a return", |world| outcome(world, call).is_some());
        outcome(&self.world, call).expect("it returned").clone()
    }

    /// Makes a call and waits for what it returns.
    #[track_caller]
    pub(crate) fn call(&mut self, line: &str) -> Outcome {
        let call = self.start(line);
        self.until(line, |world| outcome(world, call).is_some());
        self.wait(call)
    }

    /// Makes a call that must return this.
    #[track_caller]
    pub(crate) fn gives(&mut self, line: &str, expected: &str) {
        assert_eq!(self.call(line).to_string(), expected, "{line}");
    }

    /// Makes calls one after the other, each of which must succeed.
    #[track_caller]
    pub(crate) fn play(&mut self, lines: &[&str]) {
        for line in lines {
            assert_eq!(self.call(line).errno(), None, "{line}");
        }
    }

    /// Waits until a call sleeps in the kernel.
    #[track_caller]
    pub(crate) fn blocks(&mut self, call: CallId) {
        self.until("blocking", |world| {
            world.call(call).is_some_and(Record::is_blocked)
        });
    }

    /// A socket by its name.
    #[track_caller]
    pub(crate) fn socket(&self, name: &str) -> Handle<'_> {
        named(&self.world, name)
    }
}

/// A socket by its name.
#[track_caller]
pub(crate) fn named<'a>(world: &'a World, name: &str) -> Handle<'a> {
    let name = Name::new(name).expect("a name");
    world.named(&name).expect("it exists")
}

/// What a call returned.
pub(crate) fn outcome(world: &World, call: CallId) -> Option<&Outcome> {
    world.call(call)?.outcome()
}
