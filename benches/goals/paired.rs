//! Measuring two ways of doing the same in turns: whatever else the machine does meanwhile hits both.
//!
//! Each round measures the baseline, ours and the baseline again, in an order that changes from round to round. Ours is
//! compared with the first baseline; the second one tells how far two measurements of the same lie apart (A/A).

use std::time::Duration;

use super::statistics::{median, spread};

/// How often each is measured.
const ROUNDS: usize = 25;
/// The orders of the three, each of which comes as often as the others.
const ORDERS: [[Side; 3]; 6] = [
    [Side::Baseline, Side::Ours, Side::Again],
    [Side::Again, Side::Ours, Side::Baseline],
    [Side::Ours, Side::Baseline, Side::Again],
    [Side::Ours, Side::Again, Side::Baseline],
    [Side::Baseline, Side::Again, Side::Ours],
    [Side::Again, Side::Baseline, Side::Ours],
];

/// What is measured in a round.
#[derive(Debug, Clone, Copy)]
enum Side {
    Baseline,
    Ours,
    /// The baseline once more.
    Again,
}

/// A figure that is compared with a goal.
#[derive(Debug, Clone)]
pub(crate) struct Measured {
    /// Both sides, for people to read; a limit has no baseline.
    pub(crate) baseline: Option<String>,
    pub(crate) ours: String,
    /// What is compared with the goal.
    pub(crate) figure: f64,
    /// How far two measurements of the same lie apart, in the unit of the figure.
    pub(crate) spread: f64,
}

/// What was measured in turns.
#[derive(Debug)]
pub(crate) struct Compared {
    /// The medians.
    baseline: Duration,
    ours: Duration,
    /// Ours by the baseline, round by round.
    ratios: Vec<f64>,
    /// The baseline by the baseline.
    equal: Vec<f64>,
}

impl Compared {
    /// How much longer ours takes. `show` writes a time, or what follows from it.
    pub(crate) fn time(&self, show: impl Fn(Duration) -> String) -> Measured {
        self.measured(&self.ratios, &self.equal, show)
    }

    /// Which share of the baseline's speed ours has.
    pub(crate) fn share(&self, show: impl Fn(Duration) -> String) -> Measured {
        let inverse = |ratios: &[f64]| ratios.iter().map(|ratio| 1.0 / ratio).collect::<Vec<_>>();
        self.measured(&inverse(&self.ratios), &inverse(&self.equal), show)
    }

    fn measured(
        &self,
        ratios: &[f64],
        equal: &[f64],
        show: impl Fn(Duration) -> String,
    ) -> Measured {
        Measured {
            baseline: Some(show(self.baseline)),
            ours: show(self.ours),
            figure: median(ratios),
            spread: spread(equal),
        }
    }
}

/// Measures both in turns; a first round only warms up.
pub(crate) fn compare(
    baseline: impl FnMut() -> Duration,
    ours: impl FnMut() -> Duration,
) -> Compared {
    compare_in(ROUNDS, baseline, ours)
}

/// The same with so many rounds.
pub(crate) fn compare_in(
    rounds: usize,
    mut baseline: impl FnMut() -> Duration,
    mut ours: impl FnMut() -> Duration,
) -> Compared {
    let mut taken: [Vec<f64>; 3] = Default::default();
    for (round, order) in ORDERS.iter().cycle().take(rounds + 1).enumerate() {
        for side in order {
            let took = match side {
                Side::Ours => ours(),
                Side::Baseline | Side::Again => baseline(),
            };
            if round > 0 {
                taken[*side as usize].push(took.as_secs_f64());
            }
        }
    }
    let [first, ours, again] = &taken;
    Compared {
        baseline: Duration::from_secs_f64(median(first)),
        ours: Duration::from_secs_f64(median(ours)),
        ratios: ratios(ours, first),
        equal: ratios(again, first),
    }
}

/// Each of some values by its partner.
fn ratios(values: &[f64], by: &[f64]) -> Vec<f64> {
    values
        .iter()
        .zip(by)
        .map(|(value, by)| value / by)
        .collect()
}

/// A figure with a limit and no baseline: it is measured twice a round, which tells the spread.
pub(crate) fn limited(
    rounds: usize,
    show: impl Fn(f64) -> String,
    mut ours: impl FnMut() -> f64,
) -> Measured {
    let (first, again): (Vec<f64>, Vec<f64>) = (0..rounds).map(|_| (ours(), ours())).unzip();
    let figure = median(&[&first[..], &again[..]].concat());
    Measured {
        baseline: None,
        ours: show(figure),
        figure,
        spread: figure * spread(&ratios(&again, &first)),
    }
}

/// A time in microseconds.
pub(crate) fn micros(span: Duration) -> String {
    format!("{:.2} us", span.as_secs_f64() * 1e6)
}

/// A time in milliseconds.
pub(crate) fn millis(span: Duration) -> String {
    format!("{:.2} ms", span.as_secs_f64() * 1e3)
}

/// So many bytes in a time, as a rate.
pub(crate) fn rate(bytes: u64) -> impl Fn(Duration) -> String {
    move |took| {
        let gibibytes = bytes as f64 / f64::from(1 << 30);
        format!("{:.2} GiB/s", gibibytes / took.as_secs_f64())
    }
}
