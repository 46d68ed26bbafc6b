//! When `cargo bench` counts a goal as missed, and what it takes for the spread of a run.

#[path = "../benches/goals/statistics.rs"]
mod statistics;
#[path = "../benches/goals/verdict.rs"]
mod verdict;

use crate::statistics::{median, spread};
use crate::verdict::Bound::{AtLeast, AtMost};
use crate::verdict::Verdict::{Met, Missed, WithinSpread};
use crate::verdict::judge;

#[test]
fn a_goal_is_met_up_to_its_bound() {
    assert_eq!(judge(AtMost(1.5), 1.25, 0.0), Met);
    assert_eq!(judge(AtMost(1.5), 1.5, 0.0), Met);
    assert_eq!(judge(AtLeast(0.5), 0.75, 0.0), Met);
    assert_eq!(judge(AtLeast(0.5), 0.5, 0.0), Met);
}

#[test]
fn a_goal_is_missed_by_more_than_the_spread() {
    assert_eq!(judge(AtMost(1.5), 1.75, 0.25), WithinSpread);
    assert_eq!(judge(AtMost(1.5), 1.75, 0.125), Missed);
    assert_eq!(judge(AtMost(1.5), 1.75, 0.0), Missed);
    assert_eq!(judge(AtLeast(0.75), 0.5, 0.25), WithinSpread);
    assert_eq!(judge(AtLeast(0.75), 0.5, 0.125), Missed);
}

#[test]
fn a_goal_of_none_at_all_is_missed_by_any() {
    assert_eq!(judge(AtMost(0.0), 0.0, 0.0), Met);
    assert_eq!(judge(AtMost(0.0), 0.1, 0.0), Missed);
}

#[test]
fn what_was_not_measured_is_missed() {
    assert_eq!(judge(AtMost(1.5), f64::NAN, 0.1), Missed);
    assert_eq!(judge(AtLeast(0.5), f64::NAN, 0.1), Missed);
    assert_eq!(judge(AtMost(1.5), 1.75, f64::NAN), Missed);
    assert!(median(&[]).is_nan());
    assert!(spread(&[]).is_nan());
}

#[test]
fn the_median_ignores_a_few_extremes() {
    assert!((median(&[9.0, 1.0, 100.0, 2.0, 3.0]) - 3.0).abs() < 1e-9);
}

/// Twenty-five ratios, of which all but a few at either end are 1.
fn ratios(low: &[f64], high: &[f64]) -> Vec<f64> {
    let mut ratios = [low, high].concat();
    ratios.resize(25, 1.0);
    ratios
}

#[test]
fn the_spread_is_where_the_median_can_lie() {
    assert!(spread(&ratios(&[], &[])).abs() < 1e-9);
    // Six measurements of twenty-five that go wrong do not excuse all others; a seventh does.
    assert!(spread(&ratios(&[0.5; 6], &[3.0; 6])).abs() < 1e-9);
    assert!((spread(&ratios(&[], &[3.0; 7])) - 2.0).abs() < 1e-9);
    assert!((spread(&ratios(&[0.5; 7], &[1.25; 7])) - 0.5).abs() < 1e-9);
}

#[test]
fn the_spread_of_few_is_that_of_the_extremes() {
    assert!((spread(&[1.0, 0.75, 1.5]) - 0.5).abs() < 1e-9);
    // Always slower than the first: none lies below 1.
    assert!((spread(&[1.25, 1.5, 1.5]) - 0.5).abs() < 1e-9);
}

#[test]
fn more_measurements_make_the_spread_narrower() {
    let even = |count: usize| -> Vec<f64> {
        (0..count)
            .map(|index| 1.0 + 0.5 * (index as f64 / count as f64 - 0.5))
            .collect()
    };
    assert!(spread(&even(100)) < 0.6 * spread(&even(25)));
}

#[test]
fn rows_say_what_is_asked_for_and_what_came_of_it() {
    assert_eq!(AtMost(1.05).to_string(), "<= 1.05");
    assert_eq!(AtLeast(0.97).to_string(), ">= 0.97");
    assert_eq!(Met.to_string(), "met");
    assert_eq!(Missed.to_string(), "MISSED");
    assert_eq!(
        WithinSpread.to_string(),
        "missed within the spread of this run"
    );
}
