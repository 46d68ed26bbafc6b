//! The search: each typed word must be in the name or another word for an entry, letter by letter but not necessarily
//! without letters between them, or as it is in the description. What fits the name best comes first.

use nucleo_matcher::pattern::{Atom, AtomKind, CaseMatching, Normalization};
use nucleo_matcher::{Config, Matcher, Utf32Str};

use crate::app::palette::entry::Entry;
use crate::app::palette::item::Item;
use crate::glossary::{Subject, folded};

/// What is searched for.
pub(crate) struct Query {
    /// The whole text, folded.
    whole: String,
    words: Vec<Word>,
}

/// A word of it.
struct Word {
    text: String,
    fuzzy: Atom,
}

/// What a letter that fits is worth, as the matcher counts.
const LETTER: u32 = 16;
/// What the whole text is worth where it is the name, another word for it, or the beginning of one of them.
const IS_NAME: u32 = 2000;
const IS_WORD: u32 = 1600;
const BEGINS_NAME: u32 = 600;
const BEGINS_WORD: u32 = 300;
/// The same where the name has it somewhere, without letters between: `pair` is meant for socketpair, and not for
/// past.first.
const IN_NAME: u32 = 150;

impl Query {
    /// Reads what was typed.
    pub(crate) fn new(typed: &str) -> Self {
        let whole = folded(typed);
        let whole = match whole.trim_end_matches("()") {
            "" => whole,
            without => without.to_owned(),
        };
        let words = whole.split_whitespace().map(|text| Word {
            text: text.to_owned(),
            fuzzy: Atom::new(
                text,
                CaseMatching::Respect,
                Normalization::Never,
                AtomKind::Fuzzy,
                false,
            ),
        });
        Self {
            words: words.collect(),
            whole,
        }
    }

    /// The items that match, the best first.
    pub(crate) fn search(&self, items: &[Item]) -> Vec<usize> {
        let mut matcher = Matcher::new(Config::DEFAULT);
        let mut scored: Vec<(u32, usize)> = items
            .iter()
            .enumerate()
            .filter_map(|(index, item)| Some((self.score(item, &mut matcher)?, index)))
            .collect();
        if !self.words.is_empty() {
            scored.sort_by_key(|(score, _)| std::cmp::Reverse(*score));
        }
        scored.into_iter().map(|(_, index)| index).collect()
    }

    /// How well an item fits; `None`: it does not.
    fn score(&self, item: &Item, matcher: &mut Matcher) -> Option<u32> {
        let words = self.words.iter();
        let sum: Option<u32> = words.map(|word| word.score(item, matcher)).sum();
        Some(sum? + self.of_whole(item) + rank(&item.entry))
    }

    /// What it is worth that the whole text is a name, or begins one.
    fn of_whole(&self, item: &Item) -> u32 {
        let whole = self.whole.as_str();
        let any = |test: &dyn Fn(&String) -> bool| item.words.iter().any(test);
        match () {
            () if whole.is_empty() => 0,
            () if item.folded == whole => IS_NAME,
            () if any(&|word| word == whole) => IS_WORD,
            () if item.folded.starts_with(whole) => BEGINS_NAME,
            () if any(&|word| word.starts_with(whole)) => BEGINS_WORD,
            () if item.folded.contains(whole) => IN_NAME,
            () => 0,
        }
    }
}

impl Word {
    fn score(&self, item: &Item, matcher: &mut Matcher) -> Option<u32> {
        let name = self.fuzzy(&item.folded, matcher).map(|score| score * 3);
        let words = item.words.iter();
        let other = words.filter_map(|word| self.fuzzy(word, matcher)).max();
        let other = other.map(|score| score * 2);
        let length = u32::try_from(self.text.len()).unwrap_or(u32::MAX);
        let described = (length > 1 && item.text.contains(&self.text)).then_some(length * LETTER);
        name.max(other).max(described)
    }

    /// How well it fits a text letter by letter; `None` where the letters are too far apart to be meant.
    fn fuzzy(&self, text: &str, matcher: &mut Matcher) -> Option<u32> {
        let mut characters = Vec::new();
        let text = Utf32Str::new(text, &mut characters);
        let score = u32::from(self.fuzzy.score(text, matcher)?);
        let letters = u32::try_from(self.text.chars().count()).unwrap_or(u32::MAX);
        (score >= letters.saturating_mul(LETTER)).then_some(score)
    }
}

/// What is done more often comes first where two fit equally well.
fn rank(entry: &Entry) -> u32 {
    match entry {
        Entry::Subject(Subject::Call(_)) => 120,
        Entry::Action(_) => 90,
        Entry::Subject(Subject::State(_) | Subject::Errno(_) | Subject::Option(_)) => 60,
        Entry::Subject(Subject::Term(..)) => 30,
        Entry::Lesson(_) | Entry::Setting(_) | Entry::Theme(_) => 20,
        Entry::Subject(Subject::Constant(..)) => 10,
    }
}
