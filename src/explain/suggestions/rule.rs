//! Suggestions as data: what the user can do next, as lines of the notation with placeholders.

use crate::explain::condition::Condition;

/// A suggestion: lines to be run one after the other.
#[derive(Debug)]
pub(crate) struct SuggestionRule {
    /// What must hold in the context, all of it.
    pub(crate) when: &'static [Condition],
    /// The lines, in this order.
    pub(crate) steps: &'static [Step],
}

/// One line of a suggestion.
#[derive(Debug)]
pub(crate) struct Step {
    /// The line, with `{suggestion_args}` of [`super::arguments`].
    pub(crate) line: &'static str,
    /// A few words on what it is good for, with `{placeholders}` of the texts.
    pub(crate) words: &'static str,
    /// What it promises.
    pub(crate) promise: Promise,
}

/// What a suggested line promises. A test runs each in its situation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Promise {
    /// It succeeds.
    Succeeds,
    /// It wakes the call that sleeps.
    Wakes,
    /// Nothing: its result is what is to be seen, or it depends on more than the session shows.
    Tries,
}

/// What a line promises: that it succeeds, where nothing else is said.
macro_rules! promise {
    () => {
        $crate::explain::suggestions::rule::Promise::Succeeds
    };
    ($promise:ident) => {
        $crate::explain::suggestions::rule::Promise::$promise
    };
}
pub(crate) use promise;

/// Builds the table: `NAME [Condition, …] "line" "words", "next line" "words" Promise;`.
macro_rules! suggestion_rules {
    ($($name:ident [$($when:ident),*] $($line:literal $words:literal $($promise:ident)?),+;)+) => {
        $(pub(crate) static $name: $crate::explain::suggestions::rule::SuggestionRule = $crate::explain::suggestions::rule::SuggestionRule {
            when: &[$($crate::explain::condition::Condition::$when),*],
            steps: &[$($crate::explain::suggestions::rule::Step {
                line: $line,
                words: $words,
                promise: $crate::explain::suggestions::rule::promise!($($promise)?),
            }),+],
        };)+
        /// All of them, each with its name.
        #[cfg(test)]
        pub(crate) static ALL: &[(&str, &$crate::explain::suggestions::rule::SuggestionRule)] = &[$((stringify!($name), &$name)),+];
    };
}
pub(crate) use suggestion_rules;
