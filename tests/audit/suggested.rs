//! Each suggestion is run in a fresh run of its situation, and keeps what it promises.

use std::collections::BTreeMap;
use std::env;
use std::io::{self, Write};
use std::time::{Duration, Instant};

use sockplay::call::outcome::Outcome;
use sockplay::call::table::CallKind;
use sockplay::event::CallId;
use sockplay::explain::{self, Promise, Suggestion};
use sockplay::world::Record;

use super::matrix::subject;
use super::network::{begin, runs_inside};
use super::play::is_missing;
use super::situations::{Situation, Situations};
use super::sources;
use crate::common::engine::{Rig, outcome};
use crate::common::session::{Session, Step};

/// How long a line of a situation may take.
const LINE: Duration = Duration::from_millis(500);
/// How long a suggestion may take to keep its promise.
const PATIENCE: Duration = Duration::from_secs(2);

/// A script, and which of its calls the suggestions are for.
struct Case {
    name: String,
    script: String,
    situation: Option<Situation>,
}

#[test]
#[ignore = "takes minutes"]
fn every_suggestion_keeps_its_promise() {
    if is_missing() || runs_inside("audit::suggested::every_suggestion_keeps_its_promise") {
        return;
    }
    begin();
    let chosen = env::var("AUDIT").unwrap_or_default();
    let mut kept: BTreeMap<&str, usize> = BTreeMap::new();
    let mut broken = Vec::new();
    for case in cases().iter().filter(|case| case.name.contains(&chosen)) {
        for chain in chains(case) {
            match run(case, &chain) {
                Ok(()) => *kept.entry(word(chain[0].promise)).or_default() += chain.len(),
                Err(said) => broken.push(format!("{}: {said}", case.name)),
            }
        }
    }
    // A table that nobody can read is no reason to fail.
    let _ = writeln!(
        io::stdout().lock(),
        "suggestions that kept their promises: {kept:?}"
    );
    assert!(
        broken.is_empty(),
        "{} broken promises:\n{}",
        broken.len(),
        broken.join("\n")
    );
}

fn word(promise: Promise) -> &'static str {
    match promise {
        Promise::Succeeds => "succeeds",
        Promise::Wakes => "wakes",
        Promise::Tries => "tries",
    }
}

fn cases() -> Vec<Case> {
    let situations = Situations::read().all.into_iter();
    let situations = situations
        .filter(|situation| situation.missing().is_none())
        .map(|situation| Case {
            name: situation.name(),
            script: situation.script.clone(),
            situation: Some(situation),
        });
    let scripts = sources::cases().into_iter().map(|(name, script)| Case {
        name,
        script,
        situation: None,
    });
    situations.chain(scripts).collect()
}

/// Plays a case in a new folder.
fn played(case: &Case) -> (Session, tempfile::TempDir) {
    let folder = tempfile::tempdir().expect("a folder");
    env::set_current_dir(folder.path()).expect("the folder");
    let started = Session::start_on(Rig::with_endpoints(), case.script.as_bytes(), Some(LINE));
    let mut session = started.unwrap_or_else(|errors| panic!("{}", errors[0].render(&case.name)));
    while !matches!(session.step(), Step::Over) {}
    session.rig.settle();
    (session, folder)
}

/// The call that the suggestions are for.
fn chosen<'a>(session: &'a Session, case: &Case) -> Option<&'a Record> {
    match &case.situation {
        Some(situation) => subject(session, situation),
        None => session.rig.world.log().last(),
    }
}

/// The suggestions of a case, each with the lines after it.
fn chains(case: &Case) -> Vec<Vec<Suggestion>> {
    prepare(case);
    let (session, _folder) = played(case);
    let world = &session.rig.world;
    let all = chosen(&session, case).map(|record| explain::suggestions(world, record));
    undo(case);
    let mut chains: Vec<Vec<Suggestion>> = Vec::new();
    for suggestion in all.unwrap_or_default() {
        match chains.last_mut().filter(|_| suggestion.then) {
            Some(chain) => chain.push(suggestion),
            None => chains.push(vec![suggestion]),
        }
    }
    chains
}

fn prepare(case: &Case) {
    if let Some(situation) = &case.situation {
        situation
            .prepare()
            .unwrap_or_else(|error| panic!("{error}"));
    }
}

fn undo(case: &Case) {
    if let Some(situation) = &case.situation {
        situation.undo();
    }
}

/// Runs the lines of a suggestion in a fresh run. Says which promise was broken.
fn run(case: &Case, chain: &[Suggestion]) -> Result<(), String> {
    if env::var_os("AUDIT_TRANSCRIPT").is_some() {
        eprintln!("# {}", case.name);
    }
    prepare(case);
    let (mut session, _folder) = played(case);
    let call = chosen(&session, case).map(Record::id);
    let result = chain.iter().try_for_each(|suggestion| {
        let call = call.ok_or("the call was not made again")?;
        keeps(&mut session.rig, call, suggestion)
    });
    undo(case);
    result
}

fn keeps(rig: &mut Rig, woken: CallId, suggestion: &Suggestion) -> Result<(), String> {
    // Ports and names are those of the first run where the line has them written out.
    let Some(request) = rig.possible(&suggestion.line) else {
        return Ok(());
    };
    if env::var_os("AUDIT_TRANSCRIPT").is_some() {
        eprintln!("{}", suggestion.line);
    }
    let call = request.id;
    let wanted = match (request.call.call_kind(), suggestion.promise) {
        // A word of the player: what is asked for is that the call ends.
        (CallKind::Cancel, _) => {
            rig.engine.cancel(woken);
            woken
        }
        (_, promise) => {
            rig.submit(request);
            match promise {
                Promise::Succeeds => call,
                Promise::Wakes => woken,
                Promise::Tries => return Ok(()),
            }
        }
    };
    let deadline = Instant::now() + PATIENCE;
    while outcome(&rig.world, wanted).is_none() {
        let Ok(event) = rig.events.recv_deadline(deadline) else {
            return Err(format!(
                "`{}` {}: nothing returned",
                suggestion.line, suggestion.words
            ));
        };
        rig.take_in(event);
    }
    let given = outcome(&rig.world, call).and_then(Outcome::errno);
    match (suggestion.promise, given) {
        (Promise::Succeeds, Some(errno)) => Err(format!(
            "`{}` {}: {errno}",
            suggestion.line, suggestion.words
        )),
        _ => Ok(()),
    }
}
