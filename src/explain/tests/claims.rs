//! Claims beside sentences: each sentence names the sockets, addresses and quantities of its claims, and a rule that
//! speaks of a cause of some kinds has a claim.

use std::collections::BTreeSet;

use crate::explain::context::Context;
use crate::explain::tests::{gallery, sweep};
use crate::explain::*;
use crate::world::Handle;

/// Words of a sentence that state what the kernel did: a rule that has one carries a claim.
const CAUSES: [&str; 4] = ["sends RST", "with RST", "Nobody listens", "unread bytes"];

/// The sentences with such a word that state no cause of this call, by how they begin, each with its reason.
const NO_CAUSE: [(&str, &str); 3] = [
    (
        "{stranger} had",
        "the claim is about a program outside, of which only the last look is known",
    ),
    (
        "The other end had sent its FIN",
        "the other end is no socket of the session",
    ),
    (
        "{peer} had SO_LINGER",
        "it says what close() does, and has the claim that it was done",
    ),
];

/// What a sentence says in place of a socket or an address that is not of the session: there is no claim about that.
const NOT_NAMED: [&str; 3] = ["the listener", "the peer", "that address"];

#[test]
fn a_sentence_names_what_its_claims_are_about() {
    let mut wrong = BTreeSet::new();
    let mut seen = 0;
    let mut check = |world: &World, record: &Record| {
        let context = Context::of(world, record);
        let Some(rule) = rule_of(&context) else {
            return;
        };
        let own = context.socket.map(Handle::id);
        let text = text::fill(rule.text, &context);
        for template in rule.claims {
            let Some(claim) = template.claim(&context) else {
                if NOT_NAMED.iter().any(|words| text.contains(words)) {
                    continue;
                }
                wrong.insert(format!("{template:?} is about nothing: {text}"));
                continue;
            };
            seen += 1;
            for word in claim.words(world, own) {
                if !text.contains(&word) {
                    wrong.insert(format!("{claim:?} is not in the sentence ({word}): {text}"));
                }
            }
        }
    };
    gallery::every_record(&mut check);
    sweep::every_record(&mut check);
    let all: Vec<String> = wrong.into_iter().collect();
    assert!(all.is_empty(), "{}", all.join("\n"));
    assert!(seen > 100, "only {seen} claims were made");
}

#[test]
fn a_rule_that_states_a_cause_carries_its_claim() {
    let states_cause = |rule: &&Rule| CAUSES.iter().any(|cause| rule.text.contains(cause));
    let is_excepted = |rule: &Rule| {
        NO_CAUSE
            .iter()
            .any(|(begin, _)| rule.text.starts_with(begin))
    };
    let without: Vec<&str> = rules::all()
        .filter(states_cause)
        .filter(|rule| rule.claims.is_empty() && !is_excepted(rule))
        .map(|rule| rule.text)
        .collect();
    assert!(
        without.is_empty(),
        "without a claim:\n{}",
        without.join("\n")
    );
}
