//! Searching long lists: a binary search that begins at the newest end, where the result usually is, and parts of a list
//! that is shared with copies of the world.

use std::ops::Range;

use imbl::Vector;

/// The index of the first of so many for which `is_before` does not hold, as `partition_point` gives it.
pub(crate) fn partition_from_end(len: usize, is_before: impl Fn(usize) -> bool) -> usize {
    let (mut low, mut high, mut step) = (len, len, 1);
    // Step back by doubling distances until `is_before` holds.
    while low > 0 {
        low = low.saturating_sub(step);
        if is_before(low) {
            low += 1;
            break;
        }
        high = low;
        step *= 2;
    }
    while low < high {
        let middle = low + (high - low) / 2;
        if is_before(middle) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    low
}

/// The entries of a list at these places, as far as they are there.
pub(crate) fn range<T: Clone>(
    list: &Vector<T>,
    places: Range<usize>,
) -> impl DoubleEndedIterator<Item = &T> {
    places.filter_map(|at| list.get(at))
}

/// Drops so many of the first entries of a list.
pub(crate) fn drop_first<T: Clone>(list: &mut Vector<T>, count: usize) {
    if count > 0 {
        let rest = list.split_off(count.min(list.len()));
        *list = rest;
    }
}

#[cfg(test)]
mod tests {
    use crate::world::log::search::partition_from_end;

    #[test]
    fn it_gives_what_a_partition_point_is() {
        for len in 0..40 {
            for point in 0..=len {
                assert_eq!(partition_from_end(len, |at| at < point), point);
            }
        }
    }
}
