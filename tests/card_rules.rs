//! What holds of every card: one short fact, no list, no second card that asks the same, tags of the table.

use std::collections::BTreeSet;

use sockplay::lesson::course::CARDS;
use sockplay::lesson::deck::{Filed, deck};
use sockplay::lesson::tags::{PREDICTION, TAGS};

/// The most words of a question, and of an answer.
const WORDS: usize = 25;
/// From which share of common words two questions ask the same.
const ALIKE: f64 = 0.7;
/// Words that say nothing about what is asked.
const COMMON: &str = "a an the of to is are does do did what which how when why who in on at with for it its has have and or \
                      not by from";

fn all() -> Vec<Filed> {
    deck("/tmp").unwrap_or_else(|(name, errors)| panic!("{}", errors[0].render(name)))
}

/// The cards that something is wrong with.
#[track_caller]
fn none(faults: impl IntoIterator<Item = String>) {
    assert_eq!(faults.into_iter().collect::<Vec<_>>(), [""; 0]);
}

/// A text with each piece of code as one letter: what is in it is no prose.
fn without_code(text: &str) -> String {
    let parts = text.split('`').enumerate();
    let parts = parts.map(|(at, part)| if at % 2 == 0 { part } else { "X" });
    parts.collect()
}

/// Why an answer is a list, if it is one.
fn listed(answer: &str) -> Option<&'static str> {
    let answer = without_code(answer);
    let is_item = |line: &str| {
        let line = line.trim_start();
        line.starts_with("- ")
            || line.starts_with("* ")
            || line.starts_with(|c: char| c.is_ascii_digit()) && line.contains(") ")
    };
    // `one, two and three`: a few words between a comma and the last item.
    let ends_a_list = |rest: &str| {
        let item = rest.split(['.', ':']).next().unwrap_or_default();
        let words: Vec<&str> = item.split_whitespace().collect();
        words
            .iter()
            .take(5)
            .any(|word| ["and", "or"].contains(word))
    };
    match () {
        () if answer.contains(';') => Some("a semicolon"),
        () if answer.lines().any(is_item) => Some("items"),
        () if answer.matches(", ").count() > 1 => Some("commas"),
        () if answer
            .split(", ")
            .skip(1)
            .any(|rest| !rest.starts_with("and ") && ends_a_list(rest)) =>
        {
            Some("one, two and three")
        }
        () => None,
    }
}

/// Whether a question asks for more than one thing.
fn asks_twice(question: &str) -> bool {
    let second = [
        "what", "which", "who", "how", "why", "where", "when", "for how",
    ];
    let counts = ["two", "three", "four", "five", "six"];
    let asks_for_several = counts.iter().any(|count| {
        ["Which", "What are the", "Name", "Name the"]
            .iter()
            .any(|begin| question.contains(&format!("{begin} {count} ")))
    });
    question.matches('?').count() != 1
        || second
            .iter()
            .any(|word| question.contains(&format!(" and {word} ")))
        || asks_for_several
}

/// The words that say what is asked.
fn words(question: &str) -> BTreeSet<String> {
    let common: BTreeSet<&str> = COMMON.split_whitespace().collect();
    let lower = question.to_lowercase();
    let words = lower.split(|c: char| !c.is_alphanumeric() && c != '_');
    let words = words.filter(|word| !word.is_empty() && !common.contains(word));
    words.map(str::to_owned).collect()
}

/// The share of their words that two questions have in common.
fn alike(one: &BTreeSet<String>, two: &BTreeSet<String>) -> f64 {
    one.intersection(two).count() as f64 / one.union(two).count() as f64
}

#[test]
fn no_question_and_no_answer_has_more_than_25_words() {
    let count = |text: &str| text.split_whitespace().count();
    none(all().into_iter().filter_map(|Filed { card, .. }| {
        let counted = (count(&card.question), count(&card.answer));
        (counted.0 > WORDS || counted.1 > WORDS).then(|| format!("{} {counted:?}", card.id))
    }));
}

#[test]
fn every_card_asks_one_thing_and_answers_with_no_list() {
    none(all().into_iter().filter_map(|Filed { card, .. }| {
        let list = listed(&card.answer).map(|why| format!("{}: {why}: {}", card.id, card.answer));
        list.or_else(|| {
            asks_twice(&card.question).then(|| format!("{}: {}", card.id, card.question))
        })
    }));
    // What the rule is about.
    for answer in [
        "POLLERR, POLLHUP and POLLNVAL.",
        "Descriptor, level, name.",
        "It buffers; it waits.",
        "Both:\n- one\n- two",
    ] {
        assert!(listed(answer).is_some(), "{answer}");
    }
    assert_eq!(listed("No, it returns the ten."), None);
    assert_eq!(listed("`recv(s, buf, 0, MSG_PEEK|MSG_TRUNC)`."), None);
    for question in [
        "Which two lists does it keep?",
        "What is it, and how long is it?",
        "A? B?",
    ] {
        assert!(asks_twice(question), "{question}");
    }
}

#[test]
fn no_two_cards_ask_the_same() {
    let cards: Vec<(String, BTreeSet<String>)> = all()
        .into_iter()
        .map(|own| (own.card.id, words(&own.card.question)))
        .collect();
    let ids: BTreeSet<&String> = cards.iter().map(|(id, _)| id).collect();
    assert_eq!(ids.len(), cards.len(), "a name is there twice");
    let pairs = cards.iter().enumerate();
    let pairs = pairs.flat_map(|(at, one)| cards[..at].iter().map(move |two| (one, two)));
    none(pairs.filter_map(|((one, its), (two, others))| {
        let share = alike(its, others);
        (share >= ALIKE).then(|| format!("{one} and {two}: {share:.2}"))
    }));
    let [one, two] = [
        "Does `poll()` report POLLHUP?",
        "Is POLLHUP what poll() does report?",
    ]
    .map(words);
    assert!(alike(&one, &two) >= ALIKE);
}

#[test]
fn every_tag_is_described_and_used() {
    let sorted = TAGS.map(|(name, _)| name);
    assert!(sorted.is_sorted(), "{sorted:?}");
    none(
        TAGS.iter()
            .filter(|(_, about)| about.is_empty())
            .map(|(name, _)| (*name).to_owned()),
    );
    let used: BTreeSet<String> = all().into_iter().flat_map(|own| own.card.tags).collect();
    let known: BTreeSet<String> = TAGS
        .iter()
        .map(|(name, _)| (*name).to_owned())
        .filter(|name| name != PREDICTION)
        .collect();
    assert_eq!(used, known);
    let readme = include_str!("../assets/lessons/README.md");
    none(TAGS.iter().filter_map(|(name, about)| {
        let row = format!("| `{name}` | {about} |");
        (!readme.lines().any(|line| line == row)).then_some(row)
    }));
}

#[test]
fn every_further_card_has_its_lesson() {
    none(CARDS.iter().flat_map(|file| {
        let cards = sockplay::lesson::read::cards(file.text).expect("cards");
        cards
            .into_iter()
            .filter(|card| card.after.is_none())
            .map(|card| card.id)
    }));
}
