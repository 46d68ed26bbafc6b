//! Playing scripts and random sessions under audit.

use std::env;
use std::ops::Range;
use std::time::Duration;

use super::auditor::Auditor;
use super::network::{begin, can_lose, runs_inside};
use super::oracle::{self, Oracle};
use super::random;
use super::sources;
use super::table::Table;
use crate::common::engine::Rig;
use crate::common::session::{Session, Step};
use crate::common::skipped;

/// The seeds of the random sessions that `cargo test` plays.
const FEW: Range<u64> = 0..20;
/// How many are played when everything is.
const MANY: u64 = 600;
/// The fewest claims of everything.
const CLAIMS: usize = 20_000;
/// How long a line may take whose result was not awaited otherwise.
const LINE: Duration = Duration::from_millis(500);

#[test]
fn a_few_random_sessions_say_nothing_that_is_false() {
    if is_missing() || runs_inside("audit::play::a_few_random_sessions_say_nothing_that_is_false") {
        return;
    }
    begin();
    let mut table = Table::default();
    play_random(FEW, &mut table);
    table.print();
    table.check();
}

#[test]
#[ignore = "takes minutes"]
fn everything_says_nothing_that_is_false() {
    if is_missing() || runs_inside("audit::play::everything_says_nothing_that_is_false") {
        return;
    }
    begin();
    let mut table = Table::default();
    let chosen = env::var("AUDIT").ok();
    let seeds = env::var("AUDIT_SEED").ok().and_then(|text| range(&text));
    if seeds.is_none() {
        play_scripts(chosen.as_deref(), &mut table);
    }
    if chosen.is_none() {
        play_random(seeds.clone().unwrap_or(0..MANY), &mut table);
    }
    table.print();
    table.check();
    assert!(table.sessions > 0, "no source has {chosen:?} in its name");
    let is_whole = chosen.is_none() && seeds.is_none();
    assert!(
        !is_whole || table.claims() >= CLAIMS,
        "only {} claims",
        table.claims()
    );
}

/// `7`, or `100..120`.
fn range(text: &str) -> Option<Range<u64>> {
    match text.split_once("..") {
        Some((first, end)) => Some(first.parse().ok()?..end.parse().ok()?),
        None => text.parse().ok().map(|seed| seed..seed + 1),
    }
}

/// Whether the control program cannot be run here, which is said.
pub(crate) fn is_missing() -> bool {
    let reason = oracle::missing();
    if let Some(reason) = &reason {
        skipped(&format!("no audit: {reason}"));
    }
    reason.is_some()
}

fn play_scripts(chosen: Option<&str>, table: &mut Table) {
    let mut oracle = Oracle::start();
    for (at, (name, text)) in sources::all().into_iter().enumerate() {
        if chosen.is_some_and(|chosen| !name.contains(chosen)) {
            continue;
        }
        // Path sockets are made in the present folder; only this test is in the process now.
        let folder = tempfile::tempdir().expect("a folder");
        env::set_current_dir(folder.path()).expect("the folder");
        let rig = if at % 2 == 0 {
            Rig::with_endpoints()
        } else {
            Rig::new()
        };
        let auditor = Auditor::new(&mut oracle, table, name);
        play_script(rig, &text, auditor);
        table.sessions += 1;
    }
}

/// Plays a script, and audits after each of its lines. Gives the session as it is at the end.
pub(crate) fn play_script(rig: Rig, text: &str, mut auditor: Auditor<'_>) -> Session {
    let started = Session::start_on(rig, text.as_bytes(), Some(LINE));
    let mut session = started.unwrap_or_else(|errors| {
        panic!("{}: {}", auditor.source, errors[0].render(&auditor.source));
    });
    auditor.look(&mut session.rig);
    loop {
        match session.step() {
            Step::Report(_) => {
                auditor.look(&mut session.rig);
                auditor.audit(&mut session.rig);
            }
            Step::Went => {}
            Step::Over => return session,
        }
    }
}

fn play_random(seeds: impl Iterator<Item = u64>, table: &mut Table) {
    let mut oracle = Oracle::start();
    let loses = can_lose();
    for seed in seeds {
        let folder = tempfile::tempdir().expect("a folder");
        env::set_current_dir(folder.path()).expect("the folder");
        let rig = if seed % 2 == 0 {
            Rig::with_endpoints()
        } else {
            Rig::new()
        };
        let auditor = Auditor::new(&mut oracle, table, format!("seed {seed}"));
        random::play(seed, rig, auditor, loses);
        table.sessions += 1;
    }
}
