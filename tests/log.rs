//! A log is a script: what each line of many sessions printed as its result, read as an expectation, holds for what the
//! call returned.

use std::fs;
use std::path::Path;
use std::time::Duration;

use crossbeam_channel::{Receiver, after, never, select};

use sockplay::call::argument::Name;
use sockplay::call::outcome::Outcome;
use sockplay::call::{Command, Mode};
use sockplay::engine::Engine;
use sockplay::event::{Event, EventKind, Reach};
use sockplay::notation::parse_line;
use sockplay::script::{Effect, Pace, Player, Report};
use sockplay::world::World;

/// How long a line may take: whether it held is not what is tested here.
const TIMEOUT: Duration = Duration::from_millis(100);

/// A session, and how many of its lines were compared.
struct Session {
    engine: Engine,
    events: Receiver<Event>,
    world: World,
    player: Player,
    compared: usize,
}

impl Session {
    /// `None` for a text that is no script by itself.
    fn start(text: &str) -> Option<Self> {
        let script = sockplay::script::parse("it", text.as_bytes()).ok()?;
        let (engine, events) = Engine::start().expect("an engine");
        let mut player = Player::new(Pace::Script);
        player.set_timeout(TIMEOUT);
        for (number, line) in (1..).zip(script.lines) {
            player.push(number, line, Reach::Free);
        }
        Some(Self {
            engine,
            events,
            world: World::default(),
            player,
            compared: 0,
        })
    }

    #[track_caller]
    fn play(mut self, name: &str) -> usize {
        loop {
            let effects = self.player.step(&self.world, self.engine.now());
            if effects.is_empty() && self.player.is_idle() {
                return self.compared;
            }
            if effects.is_empty() {
                self.wait();
            }
            for effect in effects {
                self.carry_out(effect, name);
            }
        }
    }

    #[track_caller]
    fn carry_out(&mut self, effect: Effect, name: &str) {
        match effect {
            Effect::Submit(request) => {
                for event in self.engine.submit(*request) {
                    self.world.apply(&event);
                }
            }
            Effect::Cancel(call) => self.engine.cancel(call),
            Effect::Emit(what) => self.fold(what),
            Effect::Report(report) => self.compare(&report, name),
            Effect::Remark(_) => {}
        }
    }

    fn fold(&mut self, what: EventKind) {
        let at = self.engine.now();
        self.world.apply(&Event::new(at, what));
    }

    fn wait(&mut self) {
        let deadline = self.player.deadline().map(|at| at.since(self.engine.now()));
        let timer = deadline.map_or_else(never, after);
        select! {
            recv(self.events) -> event => self.world.apply(&event.expect("the engine goes on")),
            recv(timer) -> _ => {}
        }
    }

    #[track_caller]
    fn compare(&mut self, report: &Report, name: &str) {
        let line = report.line();
        let command = command(&line, name);
        let record = report.call.and_then(|call| self.world.call(call));
        let outcome = record.and_then(|record| record.outcome());
        match (report.result.as_str(), outcome) {
            ("", _) => assert_eq!(command.mode, Mode::Background, "{name}: {line}"),
            ("blocks", _) => assert_eq!(command.mode, Mode::Blocks, "{name}: {line}"),
            ("refused", None) => {
                let is_refusal =
                    |mode| matches!(mode, Mode::Expect(expected) if expected.is_refusal());
                assert!(is_refusal(command.mode), "{name}: {line}");
            }
            (_, Some(outcome)) => {
                self.holds(command, outcome, &line, name);
                // The log of the screen has the numbers of descriptors, and how long the call slept.
                for after in ["", "  after 3.2 s"] {
                    let call = report.command.call.to_string();
                    let numbered = format!("{call} -> {}{after}", outcome.numbered());
                    let command = self::command(&numbered, name);
                    self.holds(command, outcome, &numbered, name);
                }
            }
            (result, None) => panic!("{name}: {line}: {result} of a call that did not return"),
        }
        self.compared += 1;
    }

    #[track_caller]
    fn holds(&self, command: Command, outcome: &Outcome, line: &str, name: &str) {
        let Mode::Expect(expected) = command.mode else {
            panic!("{name}: {line} has no expectation");
        };
        let local = |name: &Name| self.world.named(name)?.local.clone();
        let words = outcome.words();
        assert!(
            expected.holds(&words, &local),
            "{name}: {line}: does not hold for {words:?}"
        );
    }
}

/// What a printed line reads as.
#[track_caller]
fn command(line: &str, name: &str) -> Command {
    let read = parse_line(line).unwrap_or_else(|error| panic!("{name}: {line}: {error:?}"));
    read.command.expect("it has a call")
}

/// The texts of a folder's scripts, each cut into the sessions that it is.
fn sessions(folder: &str) -> Vec<(String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let mut sessions = Vec::new();
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.extension().is_none_or(|end| end != "sock") {
            continue;
        }
        let text = fs::read_to_string(&path).expect("a script");
        // A signal that nobody waits for would end this process.
        if text.contains("F_SETOWN") {
            continue;
        }
        for (at, part) in text.split("# case:").enumerate() {
            let name = format!("{}, case {at}", path.display());
            // The rest of the line is the name of the case.
            let script = if at == 0 {
                part.to_owned()
            } else {
                format!("#{part}")
            };
            sessions.push((name, script));
        }
    }
    sessions
}

#[test]
fn what_the_log_shows_holds_when_it_is_run_again() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut compared = 0;
    for place in ["tests/scripts", "tests/conformance"] {
        for (name, text) in sessions(place) {
            // Paths of AF_UNIX are the folder's own.
            let text = text.replace("/tmp/", &format!("{}/", folder.path().display()));
            compared += Session::start(&text).map_or(0, |session| session.play(&name));
        }
    }
    assert!(compared > 2000, "only {compared} lines were compared");
}
