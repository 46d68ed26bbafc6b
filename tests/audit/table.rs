//! What the audit found: how many claims of each kind, every refuted one, and the sentences that carry no claim.

use std::collections::BTreeMap;
use std::fmt;
use std::io::{self, Write};

use sockplay::explain;
use sockplay::world::{Record, World};

use super::auditor::Verdict;

/// Where a claim was made.
#[derive(Debug, Clone)]
pub(crate) struct Finding {
    /// The script or the seed.
    pub(crate) source: String,
    /// The number of the line in it.
    pub(crate) number: u64,
    pub(crate) line: String,
    pub(crate) sentence: String,
    pub(crate) claim: String,
}

/// How many claims were confirmed, undecidable and refuted.
#[derive(Debug, Clone, Copy, Default)]
struct Counts([usize; 3]);

impl Counts {
    fn all(self) -> usize {
        self.0.iter().sum()
    }
}

/// A sentence that was shown and carries no claim.
#[derive(Debug, Default)]
struct Silent {
    shown: usize,
    source: &'static str,
    reasons: Vec<&'static str>,
}

/// The findings of all sessions.
#[derive(Debug, Default)]
pub(crate) struct Table {
    kinds: BTreeMap<String, Counts>,
    whys: BTreeMap<(String, &'static str), usize>,
    refuted: Vec<(Finding, String)>,
    silent: BTreeMap<&'static str, Silent>,
    sentences: usize,
    pub(crate) sessions: usize,
}

/// How many may be undecidable, in a hundred.
const MOST_UNDECIDABLE: usize = 10;

impl Table {
    pub(crate) fn note(&mut self, kind: &str, finding: Finding, verdict: Verdict) {
        let counts = &mut self.kinds.entry(kind.to_owned()).or_default().0;
        match verdict {
            Verdict::Confirmed => counts[0] += 1,
            Verdict::Undecidable(why) => {
                counts[1] += 1;
                *self.whys.entry((kind.to_owned(), why)).or_default() += 1;
            }
            Verdict::Refuted(said) => {
                counts[2] += 1;
                self.refuted.push((finding, said));
            }
        }
    }

    /// Notes the sentence of a call, and why it carries no claim if it has none.
    pub(crate) fn note_sentence(&mut self, world: &World, record: &Record, has_claims: bool) {
        self.sentences += 1;
        let Some(basis) = explain::basis(world, record).filter(|_| !has_claims) else {
            return;
        };
        let silent = self.silent.entry(basis.sentence).or_default();
        silent.shown += 1;
        silent.source = basis.source;
        silent.reasons = basis.reasons;
        if silent.reasons.is_empty() {
            silent
                .reasons
                .push("what its claims are about is not a socket of the session");
        }
    }

    pub(crate) fn claims(&self) -> usize {
        self.kinds.values().map(|counts| counts.all()).sum()
    }

    fn sum(&self, which: usize) -> usize {
        self.kinds.values().map(|counts| counts.0[which]).sum()
    }

    /// Shows it also when all is well: print! is captured then.
    pub(crate) fn print(&self) {
        // A table that nobody can read is no reason to fail.
        let _ = write!(io::stdout().lock(), "\n{self}\n");
    }

    /// Fails on a refuted claim, and where too many are undecidable.
    #[track_caller]
    pub(crate) fn check(&self) {
        assert!(
            self.refuted.is_empty(),
            "{} claims were refuted",
            self.refuted.len()
        );
        let (all, undecidable) = (self.claims(), self.sum(1));
        assert!(
            undecidable * 100 <= all * MOST_UNDECIDABLE,
            "{undecidable} of {all} claims are undecidable"
        );
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.write_silent(f)?;
        self.write_undecidable(f)?;
        for (finding, said) in &self.refuted {
            writeln!(
                f,
                "REFUTED {}, line {}: {}",
                finding.source, finding.number, finding.line
            )?;
            writeln!(f, "    said:  {}", finding.sentence)?;
            writeln!(f, "    claim: {}", finding.claim)?;
            writeln!(f, "    but:   {said}")?;
        }
        let mut row = |name: &str, [all, confirmed, undecidable, refuted]: [String; 4]| {
            writeln!(
                f,
                "{name:<28}{all:>8}{confirmed:>11}{undecidable:>13}{refuted:>9}"
            )
        };
        let heads = ["claims", "confirmed", "undecidable", "refuted"];
        row("kind of claim", heads.map(str::to_owned))?;
        for (kind, counts) in &self.kinds {
            let [confirmed, undecidable, refuted] = counts.0;
            let numbers = [counts.all(), confirmed, undecidable, refuted];
            row(kind, numbers.map(|number| number.to_string()))?;
        }
        let sums = [self.claims(), self.sum(0), self.sum(1), self.sum(2)];
        row("all", sums.map(|number| number.to_string()))?;
        let (sessions, sentences) = (self.sessions, self.sentences);
        writeln!(f, "{sessions} sessions, {sentences} explained calls")
    }
}

impl Table {
    fn write_silent(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "Sentences without claim, each with its source and the reason:"
        )?;
        for (sentence, silent) in &self.silent {
            let (shown, source) = (silent.shown, silent.source);
            let reasons = silent.reasons.join("; ");
            writeln!(f, "{shown:>6} {sentence} [{source}] ({reasons})")?;
        }
        writeln!(f)
    }

    fn write_undecidable(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "Undecidable:")?;
        for ((kind, why), count) in &self.whys {
            writeln!(f, "{count:>6} {kind}: {why}")?;
        }
        writeln!(f)
    }
}
