//! The numbers of the names that sockplay gives by itself, and which of them are free.

use imbl::OrdSet;

/// Which numbers of automatic names are free: the lowest is given first.
///
/// Every change takes as long as a search in a tree, however many names there are.
#[derive(Debug, Clone)]
pub(crate) struct AutomaticNames {
    /// Every number below this one is used or in `free`. A number from this one on is used only where a person chose the
    /// name.
    from: u32,
    /// The free ones below.
    free: OrdSet<u32>,
}

impl Default for AutomaticNames {
    fn default() -> Self {
        Self {
            from: 1,
            free: OrdSet::new(),
        }
    }
}

impl AutomaticNames {
    /// The numbers that may be free, lowest first.
    pub(crate) fn numbers(&self) -> impl Iterator<Item = u32> {
        self.free.iter().copied().chain(self.from..)
    }

    /// Notes that a number is used. `is_used` says whether a number is used.
    pub(crate) fn take(&mut self, number: u32, is_used: impl Fn(u32) -> bool) {
        self.free.remove(&number);
        while is_used(self.from) {
            self.from += 1;
        }
    }

    /// Notes that a number is not used any more.
    pub(crate) fn give_back(&mut self, number: u32) {
        if (1..self.from).contains(&number) {
            self.free.insert(number);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use crate::world::automatic_names::AutomaticNames;

    proptest! {
        #[test]
        fn the_lowest_number_that_is_not_used_is_given_first(
            changes in proptest::collection::vec((any::<bool>(), 1..12_u32), 0..60)
        ) {
            let (mut names, mut used) = (AutomaticNames::default(), BTreeSet::new());
            for (is_taken, number) in changes {
                if is_taken {
                    used.insert(number);
                    names.take(number, |own| used.contains(&own));
                } else if used.remove(&number) {
                    names.give_back(number);
                }
                let expected = (1..).find(|own| !used.contains(own));
                let found = names.numbers().find(|own| !used.contains(own));
                prop_assert_eq!(found, expected);
                let wrong = names.free.iter().find(|own| used.contains(own));
                prop_assert_eq!(wrong, None);
            }
        }
    }
}
