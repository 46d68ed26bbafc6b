//! The text of a hint.

use crate::lesson::Prose;
use crate::lesson::prose::Part;
use crate::lesson::source::SourceLine;
use crate::script::ScriptError;

/// Reads the lines of a hint; `first` is the line that opens it.
pub(crate) fn read(first: SourceLine<'_>, rows: &[SourceLine<'_>]) -> Result<Prose, ScriptError> {
    let lines: Vec<&str> = rows.iter().map(|row| row.text).collect();
    let parts =
        crate::lesson::prose::parts(&lines.join("\n")).map_err(|(_, why)| first.fault(why))?;
    let blocks = parts.into_iter().filter_map(|(_, part)| match part {
        Part::Text(block) => Some(block),
        _ => None,
    });
    let hint = Prose(blocks.collect());
    if hint.0.is_empty() {
        return Err(first.fault("the hint is empty"));
    }
    Ok(hint)
}
