//! The shape of the ways out: what a person can do next, as lines of the notation with gaps that this world fills.

use crate::explain::condition::When;

/// A way out: lines to be run one after the other.
#[derive(Debug)]
pub(crate) struct Exit {
    /// What must hold in the scene, all of it.
    pub(crate) when: &'static [When],
    /// The lines, in this order.
    pub(crate) steps: &'static [Step],
}

/// One line of a way out.
#[derive(Debug)]
pub(crate) struct Step {
    /// The line, with `{gaps}` of [`super::gap`].
    pub(crate) line: &'static str,
    /// A few words on what it is good for, with `{placeholders}` of [`super::slot`].
    pub(crate) words: &'static str,
}

/// Writes the table: `NAME [Condition, …] "line" "words", "next line" "words";`.
macro_rules! exits {
    ($($name:ident [$($when:ident),*] $($line:literal $words:literal),+;)+) => {
        $(pub(crate) static $name: $crate::explain::suggestions::rule::Exit = $crate::explain::suggestions::rule::Exit {
            when: &[$($crate::explain::condition::When::$when),*],
            steps: &[$($crate::explain::suggestions::rule::Step { line: $line, words: $words }),+],
        };)+
        /// All of them, each with its name.
        #[cfg(test)]
        pub(crate) static ALL: &[(&str, &$crate::explain::suggestions::rule::Exit)] = &[$((stringify!($name), &$name)),+];
    };
}
pub(crate) use exits;
