//! The shape of the ways out: what a person can do next, as lines of the notation with gaps that this world fills.

use super::condition::When;

/// A way out: lines to be run one after the other.
#[derive(Debug)]
pub(super) struct Exit {
    /// What must hold in the scene, all of it.
    pub(super) when: &'static [When],
    /// The lines, in this order.
    pub(super) steps: &'static [Step],
}

/// One line of a way out.
#[derive(Debug)]
pub(super) struct Step {
    /// The line, with `{gaps}` of [`super::gap`].
    pub(super) line: &'static str,
    /// A few words on what it is good for, with `{placeholders}` of [`super::slot`].
    pub(super) words: &'static str,
}

/// Writes the table: `NAME [Condition, …] "line" "words", "next line" "words";`.
macro_rules! exits {
    ($($name:ident [$($when:ident),*] $($line:literal $words:literal),+;)+) => {
        $(pub(super) static $name: $crate::explain::exit::Exit = $crate::explain::exit::Exit {
            when: &[$($crate::explain::condition::When::$when),*],
            steps: &[$($crate::explain::exit::Step { line: $line, words: $words }),+],
        };)+
        /// All of them, each with its name.
        #[cfg(test)]
        pub(super) static ALL: &[(&str, &$crate::explain::exit::Exit)] = &[$((stringify!($name), &$name)),+];
    };
}
pub(super) use exits;
