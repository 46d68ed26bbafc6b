//! What a word means: calls, options, constants, errors, states of TCP, and terms of the field, each with a definition
//! and where that is written.
//!
//! The names come from the tables of the program. `assets/glossary.toml` adds definitions and the terms.

mod definition;
mod subject;

pub use crate::glossary::subject::Subject;

use std::sync::LazyLock;

use crate::call::table::SIGNATURES;
use crate::glossary::definition::DEFINITIONS;
use crate::socket::constant::{FAMILIES, Family};
use crate::socket::errno::Errno;
use crate::socket::option::{FAMILIES as FAMILIES_OF_OPTIONS, OPTIONS};
use crate::socket::tcp_state::TCP_STATES;

/// Everything that can be explained: calls, options, states, errors, constants, terms.
pub static SUBJECTS: LazyLock<Vec<Subject>> = LazyLock::new(|| {
    let calls = SIGNATURES.iter().map(|row| Subject::Call(row.call_kind));
    let options = OPTIONS.iter().map(Subject::Option);
    let states = TCP_STATES.iter().map(|row| Subject::State(row.1));
    let errors = Errno::all().map(Subject::Errno);
    let families = FAMILIES.into_iter().chain(FAMILIES_OF_OPTIONS);
    let constants = families.flat_map(|family: &'static Family| {
        let rows = family.rows.iter();
        rows.map(move |row| Subject::Constant(family, row))
    });
    let terms = DEFINITIONS.term.iter();
    let terms = terms.map(|(name, definition)| Subject::Term(name, definition));
    calls
        .chain(options)
        .chain(states)
        .chain(errors)
        .chain(constants)
        .chain(terms)
        .collect()
});

/// A word as it is compared: `TIME-WAIT`, `time wait` and `Time_Wait` are one.
pub fn folded(word: &str) -> String {
    let letters = word.trim().chars().map(|letter| match letter {
        '-' | '_' => ' ',
        other => other.to_ascii_lowercase(),
    });
    letters.collect()
}

/// What a word means: what has it as its name, then what has it as another word.
pub fn find(word: &str) -> Vec<&'static Subject> {
    let word = folded(word.trim_end_matches("()"));
    let by_name = SUBJECTS.iter().filter(|own| own.is_named(&word));
    let others = SUBJECTS.iter().filter(|own| !own.is_named(&word));
    let by_other = others.filter(|own| own.other_words().any(|other| folded(other) == word));
    by_name.chain(by_other).collect()
}

/// How many words are proposed for one that is unknown.
const PROPOSED: usize = 5;

/// The names that are most like an unknown word, the most similar first.
pub fn nearest(word: &str) -> Vec<&'static str> {
    let word = folded(word);
    if word.is_empty() {
        return Vec::new();
    }
    let distance = |name: &str| {
        let name = folded(name);
        match name.contains(&word) && word.len() > 1 {
            true => 0,
            false => strsim::damerau_levenshtein(&word, &name),
        }
    };
    let names = SUBJECTS.iter().flat_map(|own| {
        let words = std::iter::once(own.name()).chain(own.other_words());
        words.map(move |word| (distance(word), own.name()))
    });
    let most = 1 + word.chars().count() / 4;
    let mut near: Vec<(usize, &str)> = names.filter(|(distance, _)| *distance <= most).collect();
    near.sort_by_key(|(distance, _)| *distance);
    let mut proposed: Vec<&str> = Vec::new();
    for (_, name) in near {
        if !proposed.contains(&name) {
            proposed.push(name);
        }
    }
    proposed.truncate(PROPOSED);
    proposed
}

#[cfg(test)]
mod tests {
    use crate::glossary::*;

    fn only(word: &str) -> &'static Subject {
        find(word).first().unwrap_or_else(|| panic!("{word}"))
    }

    #[test]
    fn a_word_is_found_however_it_is_spelt() {
        for word in ["TIME_WAIT", "time-wait", "Time Wait", "2MSL"] {
            assert_eq!(only(word).name(), "TIME_WAIT", "{word}");
        }
        for word in ["SO_LINGER", "so_linger", "linger"] {
            assert_eq!(only(word).name(), "SO_LINGER", "{word}");
        }
        assert_eq!(only("EWOULDBLOCK").name(), "EAGAIN");
        assert_eq!(only("ECONNREFUSED").name(), "ECONNREFUSED");
        assert_eq!(only("accept()").name(), "accept");
        assert_eq!(only("Nagle").name(), "Nagle's algorithm");
        assert!(find("").is_empty() && find("frobnicate").is_empty());
    }

    #[test]
    fn a_misspelt_word_gets_the_nearest() {
        assert_eq!(nearest("EADDRINSUE").first(), Some(&"EADDRINUSE"));
        assert_eq!(nearest("linegr").first(), Some(&"SO_LINGER"));
        assert!(nearest("backlok").contains(&"backlog"));
        assert!(nearest("zero").contains(&"zero window"));
        assert!(nearest("qqqqqqqqqqqqqqq").is_empty());
        assert!(nearest("").is_empty());
    }

    #[test]
    fn every_subject_is_explained_with_its_source() {
        for own in SUBJECTS.iter() {
            let name = own.name();
            assert!(find(name).contains(&own), "{name}");
            assert!(!own.brief().is_empty(), "{name}");
            assert!(
                own.text().iter().all(|text| text.ends_with('.')),
                "{name}: {:?}",
                own.text()
            );
            assert!(!own.text().is_empty(), "{name}");
            let source = own.source();
            assert!(!source.is_empty(), "{name}");
        }
    }

    #[test]
    fn every_definition_is_about_something_and_short() {
        let all = DEFINITIONS.all();
        assert!(all.len() > 130, "{}", all.len());
        for (name, definition) in all {
            let used = SUBJECTS
                .iter()
                .any(|own| own.definition() == Some(definition));
            assert!(used, "{name}");
            let sentences = definition.text.matches(". ").count() + 1;
            assert!(
                (1..=4).contains(&sentences),
                "{name}: {sentences} sentences"
            );
            assert!(
                definition.text.ends_with('.') && !definition.source.is_empty(),
                "{name}"
            );
        }
    }

    #[test]
    fn the_errors_that_socket_calls_report_are_defined() {
        for name in [
            "ECONNREFUSED",
            "EADDRINUSE",
            "EAGAIN",
            "EPIPE",
            "EINPROGRESS",
            "EMSGSIZE",
        ] {
            assert!(only(name).definition().is_some(), "{name}");
        }
        for state in TCP_STATES {
            assert!(
                Subject::State(state.1).definition().is_some(),
                "{}",
                state.2
            );
        }
    }
}
