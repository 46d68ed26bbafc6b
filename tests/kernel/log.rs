//! A log is a script: what each line of many sessions printed as its result, read as an expectation, holds for what the
//! call returned.

use std::time::Duration;

use sockplay::call::argument::Name;
use sockplay::call::outcome::Outcome;
use sockplay::call::{Command, Mode};
use sockplay::notation::parse_line;
use sockplay::script::Report;

use crate::common::files;
use crate::common::session::{Session, Step};

/// How long a line may take: whether it held is not what is tested here.
const TIMEOUT: Duration = Duration::from_millis(100);

/// A session, and how many of its lines were compared.
struct Played {
    session: Session,
    compared: usize,
}

impl Played {
    /// `None` for a text that is no script by itself.
    fn start(text: &str) -> Option<Self> {
        let session = Session::start(text.as_bytes(), Some(TIMEOUT)).ok()?;
        Some(Self {
            session,
            compared: 0,
        })
    }

    #[track_caller]
    fn play(mut self, name: &str) -> usize {
        loop {
            match self.session.step() {
                Step::Report(report) => self.compare(&report, name),
                Step::Went => {}
                Step::Over => return self.compared,
            }
        }
    }

    #[track_caller]
    fn compare(&mut self, report: &Report, name: &str) {
        let line = report.line();
        let command = command(&line, name);
        let record = report
            .call
            .and_then(|call| self.session.rig.world.call(call));
        let outcome = record.and_then(|record| record.outcome());
        match (report.result.as_str(), outcome) {
            ("", _) => assert_eq!(command.mode, Mode::Background, "{name}: {line}"),
            ("blocks", _) => assert_eq!(command.mode, Mode::Blocks, "{name}: {line}"),
            // A call of a child that ended in it.
            ("?", None) => {
                let is_unknown =
                    matches!(&command.mode, Mode::Expect(expected) if expected.words == ["?"]);
                assert!(is_unknown, "{name}: {line}");
            }
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
                    let child = report.command.process.as_ref();
                    let child = child.map_or_else(String::new, |child| format!(" in {child}"));
                    let numbered = format!("{call}{child} -> {}{after}", outcome.numbered());
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
        let local = |name: &Name| self.session.rig.world.named(name)?.local().cloned();
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

/// The sessions of a folder's scripts, with their names.
fn sessions(folder: &str) -> Vec<(String, String)> {
    let mut sessions = Vec::new();
    for path in files::scripts(folder) {
        let text = files::text(&path);
        // A signal that nobody waits for would end this process.
        if text.contains("F_SETOWN") {
            continue;
        }
        for (at, script) in (1..).zip(files::sessions(&text)) {
            sessions.push((format!("{}, session {at}", path.display()), script));
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
            compared += Played::start(&text).map_or(0, |session| session.play(&name));
        }
    }
    assert!(compared > 2000, "only {compared} lines were compared");
}
