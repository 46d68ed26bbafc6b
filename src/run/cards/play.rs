//! Running the lines of a card on the real kernel, in a session of their own.

use std::io;
use std::path::Path;
use std::time::Duration;

use crate::engine::Signals;
use crate::event::LineSource;
use crate::lesson::Card;
use crate::run::cards::row::{StyledRow, Tone};
use crate::run::stage::{Confinement, Interrupted, Stage};
use crate::script::Pace;

/// How long a line may take.
const LINE: Duration = Duration::from_secs(5);

/// Runs a card's lines. Gives each with its actual result; the first that did not come out as the card says is the
/// last to be run.
pub(crate) fn play(
    card: &Card,
    folder: &Path,
    signals: &Signals,
) -> io::Result<Result<Vec<StyledRow>, Interrupted>> {
    let confinement = Confinement {
        source: LineSource::Card,
        folder,
    };
    let mut stage = Stage::start(Pace::Prompt, Some(confinement), signals)?;
    let played = lines(card, &mut stage);
    stage.engine.shutdown();
    Ok(played)
}

fn lines(card: &Card, stage: &mut Stage<'_>) -> Result<Vec<StyledRow>, Interrupted> {
    let mut rows = Vec::new();
    for step in &card.run {
        let Some(report) = stage.play(step.number, step.line.clone(), LINE)? else {
            let text = format!("{}    # no result after 5 s", step.line);
            rows.extend(StyledRow::of(Tone::Bad, &text));
            break;
        };
        let held = report.verdict.held();
        let tone = if held { Tone::Plain } else { Tone::Bad };
        rows.extend(StyledRow::of(tone, &format!("    {}", report.line())));
        if !held {
            break;
        }
    }
    Ok(rows)
}
