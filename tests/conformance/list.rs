//! No case is lost, and none has come without saying where it is from.

use std::collections::BTreeSet;

use super::case::{self, Case, SCENARIOS};

/// How many cases there are, scenarios excepted.
const CASES: usize = 609;

#[test]
fn every_case_of_the_list_is_there_once_with_its_source() {
    let (scenarios, cases): (Vec<Case>, Vec<Case>) = case::all()
        .into_iter()
        .partition(|case| case.topic == SCENARIOS);
    let list = case::list();
    assert_eq!(list.len(), CASES);
    let listed: BTreeSet<&str> = list.iter().map(String::as_str).collect();
    let there: BTreeSet<&str> = cases.iter().map(|case| case.id.as_str()).collect();
    assert_eq!(there, listed);
    assert_eq!(cases.len(), CASES, "none is there twice");
    let names: BTreeSet<&str> = scenarios.iter().map(|case| case.id.as_str()).collect();
    assert_eq!(names.len(), scenarios.len(), "none is there twice");
    for case in cases.iter().chain(&scenarios) {
        assert!(!case.source.is_empty(), "{} has no source", case.id);
        let calls = case.script.lines().filter(|line| !line.starts_with('#'));
        assert!(
            calls.into_iter().any(|line| line.contains("->")),
            "{} expects nothing",
            case.id
        );
    }
}
