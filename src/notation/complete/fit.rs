//! Whether the arguments up to the cursor are whole, and what may follow them: `)` or a comma.

use crate::call::table::{InChild, Signature};
use crate::notation::complete::cursor::Argument;
use crate::notation::complete::placeholder::Slot;
use crate::notation::complete::{Candidate, KnownNames};
use crate::notation::parse::lexer::Lexeme;
use crate::notation::parse::parse_line;

/// What the parser says of the arguments up to the cursor.
pub(crate) struct Fit {
    /// The call may end here.
    closes: bool,
    /// More arguments may follow.
    goes_on: bool,
}

impl Fit {
    /// Asks the parser, with the arguments of the call's example in place of those that are not typed yet.
    pub(crate) fn of(argument: &Argument<'_>, slot: &Slot) -> Self {
        let mut arguments: Vec<&str> = argument.given.iter().map(|lexeme| lexeme.text).collect();
        arguments.push(argument.current.text);
        let parses = |arguments: &[&str]| {
            let process = match argument.row.in_child {
                InChild::Only => " in p",
                InChild::Made | InChild::Refused(_) => "",
            };
            let line = format!("{}({}){process}", argument.row.word, arguments.join(", "));
            parse_line(&line).is_ok()
        };
        let closes = parses(&arguments);
        arguments.extend(example(argument.row).into_iter().skip(slot.param + 1));
        Self {
            closes,
            goes_on: parses(&arguments),
        }
    }

    /// Whether the arguments up to the cursor are right.
    pub(crate) fn is_good(&self) -> bool {
        self.closes || self.goes_on
    }

    /// What can follow the argument at the cursor, when it is not there already.
    pub(crate) fn ends(
        &self,
        argument: &Argument<'_>,
        slot: &Slot,
        behind: &str,
        context: &KnownNames,
    ) -> Vec<Candidate> {
        if behind.trim_start().starts_with([')', ',']) {
            return Vec::new();
        }
        let end = |text: &str, meaning: String| Candidate {
            text: text.to_owned(),
            meaning,
        };
        let close = self
            .closes
            .then(|| end(")", "the call is complete".to_owned()));
        let all: Vec<Lexeme<'_>> = argument
            .given
            .iter()
            .copied()
            .chain([argument.current])
            .collect();
        let next = Slot::of(argument.row, &all, "");
        let param = argument.row.params.get(next.param);
        let follows = param.filter(|param| {
            let offers = || {
                !crate::notation::complete::offer::items(param.kind, &next, &[], "", context)
                    .is_empty()
            };
            self.goes_on && next.param > slot.param && (!param.optional || offers())
        });
        let comma = follows.map(|param| end(", ", format!("then the {}", param.name)));
        close.into_iter().chain(comma).collect()
    }
}

/// The arguments of the example of a call.
fn example(row: &'static Signature) -> Vec<&'static str> {
    let line = Lexeme::trimmed(row.example, 0);
    let call = line.cut_equals().map_or(line, |(_, call)| call);
    let inner = call.open_paren().map(|(_, inner, _)| inner);
    inner.map_or_else(Vec::new, |inner| {
        let parts = inner.split_commas();
        parts.into_iter().map(|lexeme| lexeme.text).collect()
    })
}
