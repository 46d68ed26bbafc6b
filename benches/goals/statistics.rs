//! The median of figures, and how far medians of the same thing lie apart by chance.

/// The value in the middle; of none it is no number.
pub(crate) fn median(values: &[f64]) -> f64 {
    let sorted = sorted(values);
    sorted.get(sorted.len() / 2).copied().unwrap_or(f64::NAN)
}

/// How far from 1 the median of such ratios can lie, where they are ratios of the same to the same.
///
/// The true median lies between the two values that are so many places from the middle of the sorted ones, 98 to 99 times
/// in 100 (two and a half standard deviations of the number of values on one side of it), whatever the distribution is.
/// What is given is the distance of the farther of the two. Where the first of two measurements is always slower than the
/// second, both lie on one side of 1, and that counts too.
pub(crate) fn spread(ratios: &[f64]) -> f64 {
    let sorted = sorted(ratios);
    let (Some(last), count) = (sorted.len().checked_sub(1), sorted.len() as f64) else {
        return f64::NAN;
    };
    let places = (count / 2.0 - 1.25 * count.sqrt()).max(0.0) as usize;
    let (low, high) = (sorted[places], sorted[last - places]);
    (1.0 - low).max(high - 1.0)
}

fn sorted(values: &[f64]) -> Vec<f64> {
    let mut values = values.to_vec();
    values.sort_by(f64::total_cmp);
    values
}
