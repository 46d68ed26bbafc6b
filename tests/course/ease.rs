//! How easy a text is to read: Flesch's formula, over the words of a lesson that are English.
//!
//! `206.835 - 1.015 * words per sentence - 84.6 * syllables per word`. 100 is very easy, 60 is plain English, below 30 is
//! hard. Code is left out, and so are words such as `accept()` or ECONNREFUSED that are the same in every language.

use sockplay::lesson::prose::{Block, Word, WordStyle};
use sockplay::lesson::{Lesson, LessonStep, Prose};

/// What the formula counts.
#[derive(Default)]
pub(crate) struct Ease {
    words: usize,
    sentences: usize,
    syllables: usize,
}

impl Ease {
    /// Of the text, the questions and the answers, the tasks and the summary.
    pub(crate) fn of(lesson: &Lesson) -> Self {
        let mut ease = Self::default();
        for lesson_step in lesson.pages.iter().flat_map(|page| &page.steps) {
            match lesson_step {
                LessonStep::Prose(prose) => ease.prose(prose),
                LessonStep::Play(_) => {}
                LessonStep::Predict(question) => {
                    ease.prose(&question.text);
                    let says = question.answers.iter().map(|answer| &answer.says);
                    says.for_each(|says| ease.text(&without_code(says)));
                }
                LessonStep::Task(task) => {
                    let says = task.goal.conditions.iter().map(|own| &own.says);
                    says.for_each(|says| ease.text(&without_code(says)));
                }
                LessonStep::Closing(closing) => {
                    let summary = closing.summary.iter();
                    summary.for_each(|own| ease.text(&without_code(own)));
                }
            }
        }
        ease
    }

    /// The value of the formula.
    pub(crate) fn score(&self) -> f64 {
        let ratio = |part: usize, whole: usize| part as f64 / whole.max(1) as f64;
        206.835
            - 1.015 * ratio(self.words, self.sentences)
            - 84.6 * ratio(self.syllables, self.words)
    }

    fn prose(&mut self, prose: &Prose) {
        for block in &prose.0 {
            match block {
                Block::Paragraph(words) | Block::Item(words) => self.text(&plain(words)),
                Block::Listing(_) => {}
            }
        }
    }

    /// Adds a text, whose end is the end of a sentence.
    fn text(&mut self, text: &str) {
        let mut has_words = false;
        for piece in text.split_whitespace() {
            if let Some(word) = english(piece) {
                self.words += 1;
                self.syllables += syllables(&word);
                has_words = true;
            }
            let end = piece.trim_end_matches([')', '"', '*']);
            if end.ends_with(['.', '?', '!']) && has_words {
                self.sentences += 1;
                has_words = false;
            }
        }
        self.sentences += usize::from(has_words);
    }
}

/// The words that are not code.
fn plain(words: &[Word]) -> String {
    let shown = words.iter().map(|word| match word.style {
        WordStyle::Plain | WordStyle::Strong => word.text.as_str(),
        WordStyle::Code | WordStyle::Key => "",
    });
    shown.collect()
}

/// A sentence without what is between backticks.
fn without_code(text: &str) -> String {
    text.split('`').step_by(2).collect()
}

/// The word in a piece of text, unless it is the name of a call, a constant, a number or a sign.
fn english(piece: &str) -> Option<String> {
    let word = piece.trim_matches(|c: char| !c.is_alphabetic() && c != ')');
    let word = word.trim_end_matches(|c: char| !c.is_alphabetic());
    let is_call = piece.contains("()");
    let is_constant = word.chars().filter(|c| c.is_uppercase()).count() > 1;
    let is_word = |c: char| c.is_alphabetic() || "'-’".contains(c);
    let is_english = !word.is_empty() && !is_call && !is_constant && word.chars().all(is_word);
    is_english.then(|| word.to_lowercase())
}

/// About so many syllables: the groups of vowels, without an `e` or `ed` at the end that is not heard.
fn syllables(word: &str) -> usize {
    let is_vowel = |c: char| "aeiouy".contains(c);
    let letters: Vec<char> = word.chars().filter(|c| c.is_alphabetic()).collect();
    let groups = letters
        .chunk_by(|a, b| is_vowel(*a) == is_vowel(*b))
        .filter(|group| is_vowel(group[0]))
        .count();
    let ends = |end: &str| word.ends_with(end);
    let is_heard = |ends_with: &[&str]| ends_with.iter().any(|own| ends(own));
    let silent = (ends("e") && !is_heard(&["le", "ee", "ie", "oe", "ye", "ue"]))
        || (ends("ed") && !is_heard(&["ted", "ded", "eed", "ied"]))
        || (ends("es") && !is_heard(&["ses", "ces", "zes", "ges", "xes", "shes", "ches", "ies"]));
    (groups - usize::from(silent && groups > 1)).max(1)
}

#[test]
fn syllables_are_counted_about_as_they_are_heard() {
    for (word, count) in [
        ("the", 1),
        ("socket", 2),
        ("queue", 1),
        ("closed", 1),
        ("waited", 2),
        ("connection", 3),
        ("kernel", 2),
        ("table", 2),
        ("bytes", 1),
        ("addresses", 3),
        ("it's", 1),
    ] {
        assert_eq!(syllables(word), count, "{word}");
    }
}

#[test]
fn code_and_names_do_not_count_and_each_text_ends_a_sentence() {
    let mut ease = Ease::default();
    ease.text(&without_code(
        "The `recv()` returns 0 (the end). EPIPE is not: accept() sleeps",
    ));
    assert_eq!((ease.words, ease.sentences), (7, 2));
    ease.text("Yes.");
    assert_eq!((ease.words, ease.sentences, ease.syllables), (8, 3, 9));
    assert_eq!(english("ECONNREFUSED."), None);
    assert_eq!(english("(half-open)"), Some("half-open".to_owned()));
    let easy = ease.score();
    ease.text("Considerable multiplication necessitates experimentation");
    assert!(ease.score() < easy);
}
