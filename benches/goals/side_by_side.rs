//! Measuring two ways of doing the same, one after the other, again and again: the machine's moods hit both.
//!
//! What is told is the median of the ratios of the pairs; absolute figures are the medians of each side.

use std::time::Duration;

/// How often a pair is measured.
const ROUNDS: usize = 25;

/// One measured pair.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Compared {
    /// The median of the reference.
    pub(crate) reference: Duration,
    /// The median of ours.
    pub(crate) ours: Duration,
    /// The median of ours divided by the reference, pair by pair.
    pub(crate) ratio: f64,
}

/// Measures both in turns, the order changing from round to round; the first round only warms up.
pub(crate) fn compare(
    reference: impl FnMut() -> Duration,
    ours: impl FnMut() -> Duration,
) -> Compared {
    compare_in(ROUNDS, reference, ours)
}

/// The same with so many rounds.
pub(crate) fn compare_in(
    rounds: usize,
    mut reference: impl FnMut() -> Duration,
    mut ours: impl FnMut() -> Duration,
) -> Compared {
    let mut pairs = Vec::new();
    for round in 0..=rounds {
        let pair = if round % 2 == 0 {
            let first = reference();
            (first, ours())
        } else {
            let second = ours();
            (reference(), second)
        };
        if round > 0 {
            pairs.push(pair);
        }
    }
    let ratios = pairs
        .iter()
        .map(|(reference, ours)| ours.as_secs_f64() / reference.as_secs_f64());
    Compared {
        reference: Duration::from_secs_f64(median(pairs.iter().map(|pair| pair.0.as_secs_f64()))),
        ours: Duration::from_secs_f64(median(pairs.iter().map(|pair| pair.1.as_secs_f64()))),
        ratio: median(ratios),
    }
}

fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

/// Prints a row: what was measured, both sides, the ratio and its goal.
pub(crate) fn tell(
    what: &str,
    unit: &str,
    reference: f64,
    ours: f64,
    ratio: f64,
    goal: &str,
    met: bool,
) {
    let verdict = match goal {
        // Only told.
        "" => "",
        _ if met => "met",
        _ => "MISSED",
    };
    println!(
        "{what:<42} {reference:>11.2} {ours:>11.2} {unit:<7} {ratio:>6.3}  {goal:<8} {verdict}"
    );
}

/// Measures the same twice and prints that as a row: what the ratio differs from 1 is noise.
pub(crate) fn noise(
    what: &str,
    rounds: usize,
    unit: &str,
    scale: impl Fn(Duration) -> f64,
    mut run: impl FnMut() -> Duration,
) {
    let run = std::cell::RefCell::new(&mut run);
    let compared = compare_in(rounds, || run.borrow_mut()(), || run.borrow_mut()());
    println!(
        "{:<42} {:>11.2} {:>11.2} {unit:<7} {:>6.3}",
        format!("   A/A of {what}"),
        scale(compared.reference),
        scale(compared.ours),
        compared.ratio
    );
}

/// Prints the head of the table.
pub(crate) fn head(reference: &str) {
    println!(
        "{:<42} {reference:>11} {:>11} {:<7} {:>6}  {:<8}",
        "", "sockplay", "", "ratio", "goal"
    );
}
