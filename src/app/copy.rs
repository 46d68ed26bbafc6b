//! The text of what is copied: of what the screen shows, be it the past.

use crate::app::copied::{Copied, CopiedText};
use crate::app::state::App;
use crate::explain::Suggestion;
use crate::export::{Language, line};
use crate::script::transcript::transcript;
use crate::socket::text::escaped_lines;
use crate::world::Record;

/// The text of what is to be copied.
///
/// # Errors
///
/// Why there is none, as a sentence.
pub fn text(app: &App, what: Copied) -> Result<CopiedText, String> {
    if app.prediction().is_some() {
        return Err("nothing can be copied until you have answered the prediction".to_owned());
    }
    if app.world.log().is_empty() {
        return Err("there is nothing to copy: no call has been made yet".to_owned());
    }
    let record = || {
        let record = app.record();
        record.ok_or_else(|| "no line is selected: nothing was copied".to_owned())
    };
    let (file, text) = match what {
        Copied::Line => ("line.txt", line(record()?)),
        Copied::Call => ("call.txt", call(app, record()?)?),
        Copied::Log => ("log.sock", transcript(&app.world)),
        Copied::Why => ("why.txt", why(app, record()?)),
        Copied::Code => (
            program_file(app.code.language),
            app.code.fits(&app.world)?.text,
        ),
    };
    let text = escaped_lines(&text);
    Ok(CopiedText { file, text })
}

fn program_file(language: Language) -> &'static str {
    match language {
        Language::C => "program.c",
        Language::Rust => "program.rs",
        Language::Python => "program.py",
    }
}

/// The system call of a line, as strace prints it.
fn call(app: &App, record: &Record) -> Result<String, String> {
    let traced = app.host.trace(&app.world, record);
    traced.map(|traced| traced.line()).ok_or_else(|| {
        let word = record.call().word();
        format!("{word}() is not one system call: `copy line` copies its line")
    })
}

/// The line of a call, why it returned that, and what can be run next.
fn why(app: &App, record: &Record) -> String {
    let explanation = app.explanations.of(&app.world, record);
    let mut parts = vec![line(record), explanation.why.text.clone()];
    let next = |suggestion: &Suggestion| format!("- {}  {}", suggestion.line, suggestion.words);
    let next: Vec<String> = explanation.suggestions.iter().map(next).collect();
    parts.push(next.join("\n"));
    parts.push(explanation.why.source.to_owned());
    parts.retain(|part| !part.is_empty());
    parts.join("\n\n") + "\n"
}
