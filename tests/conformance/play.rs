//! Playing the cases, a few at a time, each in a process and an empty folder of its own.

use std::collections::{HashMap, HashSet};
use std::env;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process;
use std::sync::Mutex;
use std::thread::{self, ScopedJoinHandle};

use super::case::{self, Case};
use super::needs::Need;
use super::nobody;
use super::table::Table;
use crate::common::child::{Child, folder, sockplay_apart};
use crate::common::host::{is_root, on_one_processor};

/// Holds a text that names the cases to be played.
const CHOICE: &str = "CONFORMANCE";

/// What became of a case.
#[derive(Debug)]
pub(crate) enum End {
    /// Every line of it held.
    Held,
    /// This host does not offer what it needs, for this reason.
    Skipped(String),
    /// It did not hold; what the program said.
    Broken(String),
}

#[test]
fn every_case_holds() {
    let chosen = chosen();
    let ends = play_all(&chosen);
    let table = Table::of(&chosen, &ends);
    table.print();
    let broken: Vec<String> = chosen
        .iter()
        .zip(&ends)
        .filter_map(|(case, end)| match end {
            End::Broken(said) => Some(format!("{}: {}\n{said}", case.topic, case.id)),
            _ => None,
        })
        .collect();
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

/// All cases, or those that were asked for.
fn chosen() -> Vec<Case> {
    let mut cases = case::all();
    if let Ok(text) = env::var(CHOICE) {
        cases.retain(|case| case.id.contains(&text) || case.topic.contains(&text));
        assert!(!cases.is_empty(), "no case is called `{text}`");
    }
    cases
}

/// The fewest that are played at once, also on one processor: many of them sleep most of the time.
const AT_ONCE: usize = 4;

/// Plays cases, a few at once.
fn play_all(cases: &[Case]) -> Vec<End> {
    let missing = missing(cases);
    // The scenarios are last and wait for clocks of the kernel: they begin first.
    let queue = Mutex::new(cases.iter().enumerate().rev());
    let next = || queue.lock().expect("nobody panics over it").next();
    let work = || -> Vec<(usize, End)> {
        on_one_processor();
        std::iter::from_fn(next)
            .map(|(index, case)| (index, end(case, &missing)))
            .collect()
    };
    let workers = thread::available_parallelism().map_or(AT_ONCE, usize::from);
    let mut ends = thread::scope(|scope| {
        let workers: Vec<_> = (0..workers.max(AT_ONCE))
            .map(|_| scope.spawn(work))
            .collect();
        let join = |worker: ScopedJoinHandle<'_, _>| worker.join().expect("its cases may panic");
        workers.into_iter().flat_map(join).collect::<Vec<_>>()
    });
    ends.sort_by_key(|(index, _)| *index);
    ends.into_iter().map(|(_, end)| end).collect()
}

/// What is missing here of all that the cases need.
fn missing(cases: &[Case]) -> HashMap<Need, String> {
    let needs: HashSet<Need> = cases.iter().flat_map(|case| case.needs.clone()).collect();
    needs
        .into_iter()
        .filter_map(|need| Some((need, need.missing()?)))
        .collect()
}

fn end(case: &Case, missing: &HashMap<Need, String>) -> End {
    if let Some(reason) = case.needs.iter().find_map(|need| missing.get(need)) {
        return End::Skipped(reason.clone());
    }
    // A case that hangs is one that does not hold; the others are played all the same.
    catch_unwind(AssertUnwindSafe(|| play(case))).unwrap_or_else(|panic| {
        let said = panic.downcast_ref::<String>();
        End::Broken(said.map_or_else(String::new, Clone::clone))
    })
}

/// Abstract names belong to the whole host: two runs at once, of two copies of the project, must not meet.
fn own_names(script: &str) -> String {
    script.replace("sockplay-", &format!("sockplay-{}-", process::id()))
}

/// Plays a case with a deadline.
fn play(case: &Case) -> End {
    let (mut command, _folder) = if case.needs.contains(&Need::Nobody) && is_root() {
        let (mut command, folder) = nobody::program();
        command.arg("run");
        (command, folder)
    } else {
        let folder = folder();
        (sockplay_apart(folder.path()), folder)
    };
    let ran = Child::start(command.arg("-"), own_names(&case.script).as_bytes()).end();
    if ran.code == Some(0) && ran.err.is_empty() {
        return End::Held;
    }
    End::Broken(format!(
        "status {:?}, signal {:?}\n{}\n{}",
        ran.code, ran.signal, ran.out, ran.err
    ))
}
