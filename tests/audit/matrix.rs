//! The matrix: every errno with its causes, and what was said. A sentence that states a cause is said in its own situation
//! and in no other with the same result.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::env;
use std::io::{self, Write};

use sockplay::call::outcome::Outcome;
use sockplay::explain::{self, Basis};
use sockplay::script;
use sockplay::world::{Record, World};

use super::auditor::Auditor;
use super::network::{begin, runs_inside};
use super::oracle::Oracle;
use super::play::{is_missing, play_script};
use super::situations::{Situation, Situations};
use super::table::Table;
use crate::common::engine::Rig;
use crate::common::session::Session;
use crate::common::skipped;

/// What was said in a situation.
struct Said {
    text: String,
    basis: Basis,
}

/// Stands in the place of an errno where the call sleeps.
const SLEEPS: &str = "blocks";

/// The reasons of sentences that state no cause of their own, so that several causes may share them.
const STATES_NO_CAUSE: [&str; 4] = [
    "it names what may be the cause and states nothing of it as a fact",
    "the errno of this call says it by itself, whatever the sockets are",
    "the arguments are wrong in themselves, or it says what they mean",
    "the domain or the type decides, which a descriptor has forever",
];

impl Said {
    fn states_cause(&self) -> bool {
        !self
            .basis
            .reasons
            .iter()
            .any(|reason| STATES_NO_CAUSE.contains(reason))
    }
}

#[test]
fn every_errno_has_a_situation_or_a_reason() {
    let table = Situations::read();
    for (call, errno) in &table.pages {
        let made = table
            .all
            .iter()
            .any(|own| own.call == *call && own.errno == *errno);
        let excused = table
            .impossible
            .iter()
            .any(|own| own.0 == *call && own.1 == *errno);
        assert!(made || excused, "{call} {errno}");
        assert!(!made || !excused, "{call} {errno} is there twice");
    }
    for situation in &table.all {
        if let Err(errors) = script::parse(&situation.name(), situation.script.as_bytes()) {
            panic!("{}", errors[0].render(&situation.name()));
        }
    }
    for (call, errno, _) in &table.impossible {
        assert!(
            table.pages.contains(&(call.clone(), errno.clone())),
            "{call} {errno}"
        );
    }
}

#[test]
#[ignore = "takes half a minute"]
fn every_cause_is_told_from_the_others() {
    if is_missing() || runs_inside("audit::matrix::every_cause_is_told_from_the_others") {
        return;
    }
    begin();
    let situations = Situations::read();
    let mut oracle = Oracle::start();
    let mut table = Table::default();
    let mut said: BTreeMap<String, Said> = BTreeMap::new();
    let mut absent = Vec::new();
    for situation in &situations.all {
        match made(situation, &mut oracle, &mut table) {
            Ok(Some(text)) => drop(said.insert(situation.name(), text)),
            Ok(None) => {}
            Err(reason) => absent.push(format!("{}: {reason}", situation.name())),
        }
    }
    print(&situations, &said);
    assert!(absent.is_empty(), "not made:\n{}", absent.join("\n"));
    let confused = confused(&situations, &said);
    assert!(
        confused.is_empty(),
        "one sentence for several causes:\n{}",
        confused.join("\n")
    );
    table.check();
}

/// Makes a situation under audit, and gives what is said of it. `None`: this host does not offer what it needs.
fn made(
    situation: &Situation,
    oracle: &mut Oracle,
    table: &mut Table,
) -> Result<Option<Said>, String> {
    if let Some(reason) = situation.missing() {
        skipped(&format!("{}: {reason}", situation.name()));
        return Ok(None);
    }
    situation.prepare()?;
    let folder = tempfile::tempdir().expect("a folder");
    env::set_current_dir(folder.path()).expect("the folder");
    let auditor = Auditor::new(oracle, table, situation.name());
    let session = play_script(Rig::with_endpoints(), &situation.script, auditor);
    situation.undo();
    subject(&session, situation)
        .map(|record| said(&session.rig.world, record))
        .map(Some)
        .ok_or_else(|| format!("it gave {}", results(&session.rig.world)))
}

/// The call that a situation is about.
pub(crate) fn subject<'a>(session: &'a Session, situation: &Situation) -> Option<&'a Record> {
    let mut calls = session.rig.world.log().iter();
    calls.rfind(|record| {
        let word = record.call().call_kind().word();
        let is_it = word == situation.call
            || situation.call == "send" && record.call().call_kind().sends()
            || situation.call == "recv" && record.call().call_kind().receives();
        if situation.errno == SLEEPS {
            return is_it && record.is_blocked();
        }
        let errno = record.outcome().and_then(Outcome::errno);
        is_it && errno.is_some_and(|errno| errno.to_string() == situation.errno)
    })
}

fn said(world: &World, record: &Record) -> Said {
    Said {
        text: explain::why(world, record).text,
        basis: explain::basis(world, record).expect("a rule"),
    }
}

fn results(world: &World) -> String {
    let result = |record: &Record| {
        let outcome = record.outcome().map(ToString::to_string);
        format!(
            "{} {}",
            record.call().call_kind().word(),
            outcome.unwrap_or_default()
        )
    };
    world
        .log()
        .iter()
        .map(result)
        .collect::<Vec<_>>()
        .join(", ")
}

/// The sentences of calls that have ended which state a cause and were said of two.
fn confused(situations: &Situations, said: &BTreeMap<String, Said>) -> Vec<String> {
    let mut first: HashMap<(&str, &str, &str), &Situation> = HashMap::new();
    let mut confused = Vec::new();
    let ended = situations.all.iter().filter(|own| own.errno != SLEEPS);
    for situation in ended {
        let Some(said) = said
            .get(&situation.name())
            .filter(|said| said.states_cause())
        else {
            continue;
        };
        let key = (
            situation.call.as_str(),
            situation.errno.as_str(),
            said.basis.sentence,
        );
        let other = first.insert(key, situation);
        if let Some(other) = other.filter(|other| other.kind() != situation.kind()) {
            let (name, sentence) = (situation.name(), said.basis.sentence);
            confused.push(format!("{name}, and {}: {sentence}", other.cause));
        }
    }
    confused
}

fn print(situations: &Situations, said: &BTreeMap<String, Said>) {
    // A table that nobody can read is no reason to fail.
    let mut out = io::stdout().lock();
    let sleeps = situations.all.iter().filter(|own| own.errno == SLEEPS);
    let sleeps: BTreeSet<(String, String)> = sleeps
        .map(|own| (own.call.clone(), own.errno.clone()))
        .collect();
    for (call, errno) in situations.pages.iter().chain(&sleeps) {
        for situation in situations
            .all
            .iter()
            .filter(|own| own.call == *call && own.errno == *errno)
        {
            let text = said
                .get(&situation.name())
                .map_or("(not made here)", |said| said.text.as_str());
            let _ = writeln!(
                out,
                "{call:<11}{errno:<14}{}\n{:<25}{text}",
                situation.cause, ""
            );
        }
        for (_, _, reason) in situations
            .impossible
            .iter()
            .filter(|own| own.0 == *call && own.1 == *errno)
        {
            let _ = writeln!(out, "{call:<11}{errno:<14}not made: {reason}");
        }
    }
}
