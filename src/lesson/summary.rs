//! The end of a lesson: the sentences to remember, and its sources.

use crate::lesson::reference::Reference;
use crate::lesson::source::SourceLine;
use crate::script::ScriptError;

/// So many sentences are to be remembered.
const SENTENCES: usize = 3;

/// What is shown when everything on the last page is done.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Closing {
    /// What to remember. Text between backticks is code.
    pub summary: Vec<String>,
    /// Where more is said.
    pub sources: Vec<Reference>,
}

/// Reads the lines of a `summary` block; `first` is the line that opens it.
pub(crate) fn read(
    first: SourceLine<'_>,
    rows: &[SourceLine<'_>],
) -> Result<Vec<String>, ScriptError> {
    let rows = rows.iter().filter(|row| !row.text.trim().is_empty());
    let sentences = rows.map(|row| {
        let sentence = row.text.trim();
        if !sentence.ends_with('.') {
            return Err(row.fault_with(
                "this is not a sentence",
                "each line of a summary is one sentence, and ends with a full stop",
            ));
        }
        Ok(sentence.to_owned())
    });
    let sentences: Vec<String> = sentences.collect::<Result<_, _>>()?;
    if sentences.len() == SENTENCES {
        return Ok(sentences);
    }
    Err(first.fault_with(
        format!(
            "a summary has three lines, and this one has {}",
            sentences.len()
        ),
        "the three facts to remember, each in one sentence on a line of its own",
    ))
}
