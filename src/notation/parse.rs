//! Reading a line: targets, the call, and what is expected of it.
//!
//! [`parse_line`] takes the canonical form `bind(l, 127.0.0.1:0) -> 0` and the loose one `bind l 127.0.0.1:0`.
//! A line is first cut at the places that quotes and brackets leave open (`cut`), then each argument is read
//! by what its parameter takes (`args`, `address`, `literal`).

pub(crate) mod address;
pub(crate) mod args;
mod calls;
mod control;
mod control_message;
pub(crate) mod in_child;
pub(crate) mod lexer;
pub(crate) mod literal;
mod message;
mod sets;
mod value;

use std::time::Duration;

pub use crate::notation::parse::lexer::{comment, statements};
pub use crate::notation::parse::literal::{parse_address, parse_data, parse_duration};

use crate::call::argument::Name;
use crate::call::expectation::Expectation;
use crate::call::table::{CallKind, SIGNATURES, Signature};
use crate::call::{Call, Command, Line, Mode};
use crate::notation::diagnostic::{SyntaxError, nearest};
use crate::notation::parse::in_child::process;
use crate::notation::parse::lexer::Lexeme;
use crate::socket::constant::SOCK_FLAGS;

/// The longest line that is read, in bytes.
pub const MAX_LINE: usize = 64 << 10;

/// Reads one line.
///
/// # Errors
///
/// What is wrong, with the bytes of the line that it concerns and, where one is likely, a suggestion.
pub fn parse_line(line: &str) -> Result<Line, SyntaxError> {
    if line.len() > MAX_LINE {
        let message = format!("the line has {} bytes, the limit is {MAX_LINE}", line.len());
        return Err(SyntaxError::new(MAX_LINE..line.len(), message)
            .help("write long data as \"x\"*1000 or bytes(65536)"));
    }
    if let Some(at) = line.find('\0') {
        return Err(SyntaxError::new(at..at + 1, "the line contains a NUL byte")
            .help("is this a binary file? in data a NUL is written \\0"));
    }
    let (code, comment) = comment(line);
    let code = Lexeme::trimmed(code, 0);
    let command = if code.text.is_empty() {
        None
    } else {
        Some(command(code)?)
    };
    Ok(Line {
        command,
        comment: comment.map(str::to_owned),
    })
}

/// Reads what is before the comment.
fn command(code: Lexeme<'_>) -> Result<Command, SyntaxError> {
    let (rest, mode) = mode(code)?;
    let (targets, call) = targets(rest)?;
    let (call, process) = process(call);
    let row =
        |word: Lexeme<'_>| crate::call::table::find(word.text).ok_or_else(|| unknown_call(word));
    let (row, arguments) = match call.open_paren() {
        Some((word, inner, after)) => {
            let row = row(word)?;
            let Some(after) = after else {
                // A quote or bracket left open is the likelier cause, and says more.
                lexer::arguments(inner)?;
                lexer::check_brackets(inner)?;
                return Err(SyntaxError::new(call.end()..call.end(), "`)` is missing")
                    .help(format!("the form is {row}")));
            };
            if !after.text.is_empty() {
                return Err(SyntaxError::new(
                    after.span(),
                    format!("`{}` does not belong here", after.text),
                )
                .help("the expected result comes after `->`"));
            }
            (row, lexer::arguments(inner)?)
        }
        None => {
            let mut words = lexer::words(call)?;
            if words.is_empty() {
                return Err(SyntaxError::new(call.span(), "a call is missing")
                    .help("for example: l = socket(AF_INET, SOCK_STREAM)"));
            }
            (row(words.remove(0))?, words)
        }
    };
    let row = with_flags(row, &arguments);
    check_targets(&targets, row, call)?;
    let text = call;
    let mut call = calls::call(row, arguments, call.end())?;
    check_makes_descriptor(&targets, &call, text)?;
    let process = in_child::resolve(&mut call, process, text)?;
    Ok(Command {
        targets: targets.into_iter().map(|(name, _)| name).collect(),
        call,
        process,
        mode,
    })
}

/// accept(2) has no flags: with flags it is accept4(2).
fn with_flags(row: &'static Signature, arguments: &[Lexeme<'_>]) -> &'static Signature {
    let is_flag = |text: &str| {
        text.split('|')
            .any(|part| SOCK_FLAGS.find(part.trim()).is_some())
    };
    match arguments.get(1) {
        Some(second) if row.call_kind == CallKind::Accept && is_flag(second.text) => {
            CallKind::Accept4.signature()
        }
        _ => row,
    }
}

fn unknown_call(word: Lexeme<'_>) -> SyntaxError {
    if word.text.is_empty() {
        return SyntaxError::new(word.span(), "the name of a call is missing");
    }
    let error = SyntaxError::new(word.span(), format!("unknown call `{}`", word.text));
    match nearest(word.text, SIGNATURES.iter().map(|row| row.word)) {
        Some(likely) => error.help(format!("did you mean `{likely}`?")),
        None => error.help("the calls are: ".to_owned() + &all_words()),
    }
}

fn all_words() -> String {
    let words: Vec<&str> = SIGNATURES.iter().map(|row| row.word).collect();
    words.join(" ")
}

/// Takes `-> …` or `&` off the end.
pub(crate) fn mode(code: Lexeme<'_>) -> Result<(Lexeme<'_>, Mode), SyntaxError> {
    if let Some((call, result)) = code.cut_arrow() {
        if result.text.is_empty() {
            return Err(SyntaxError::new(
                code.end()..code.end(),
                "the expected result is missing after `->`",
            )
            .help("for example `-> 0`, `-> ECONNREFUSED`, `-> blocks`"));
        }
        let result = result_alone(result);
        if result.text == "blocks" {
            return Ok((call, Mode::Blocks));
        }
        return Ok((call, Mode::Expect(expectation(result)?)));
    }
    match code.text.strip_suffix('&') {
        Some(call) => Ok((Lexeme::trimmed(call, code.at), Mode::Background)),
        None => Ok((code, Mode::Plain)),
    }
}

/// A result without what the log adds to it: `blocks, 3.2 s` and `0 after 3.2 s` say how long the call has slept or did.
fn result_alone(result: Lexeme<'_>) -> Lexeme<'_> {
    const UNITS: [&str; 4] = ["µs", "ms", "s", "min"];
    let text = result.text;
    let slept = || {
        let (rest, unit) = text.rsplit_once(' ')?;
        let (rest, number) = rest.rsplit_once(' ')?;
        let is_time = UNITS.contains(&unit) && number.parse::<f64>().is_ok();
        let alone = rest.trim_end();
        let alone = match alone.strip_suffix(" after") {
            Some(alone) => Some(alone.trim_end()),
            None => Some("blocks").filter(|_| alone == "blocks,"),
        };
        alone.filter(|alone| is_time && !alone.is_empty())
    };
    let length = slept().map_or(text.len(), str::len);
    result.part(0..length)
}

/// Reads `RESULT [within DURATION]`.
fn expectation(result: Lexeme<'_>) -> Result<Expectation, SyntaxError> {
    let words = lexer::blanks(result)?;
    let (words, within) = match words.as_slice() {
        [head @ .., keyword, span] if keyword.text == "within" => (head, Some(within(*span)?)),
        all => (all, None),
    };
    if let Some(misplaced) = words.iter().find(|word| word.text == "within") {
        return Err(
            SyntaxError::new(misplaced.span(), "`within` and a duration come at the end")
                .help("for example `-> 3 \"abc\" within 5s`"),
        );
    }
    if words.is_empty() {
        return Err(SyntaxError::new(
            result.span(),
            "the expected result is missing before `within`",
        ));
    }
    if let ([blocks], Some(_)) = (words, within)
        && blocks.text == "blocks"
    {
        return Err(
            SyntaxError::new(result.span(), "`blocks` has no `within`").help(
                "it holds as soon as the call sleeps in the kernel: -> blocks; how long that may take is `run --timeout`",
            ),
        );
    }
    if let Some(blocks) = words.iter().find(|word| word.text == "blocks") {
        return Err(
            SyntaxError::new(blocks.span(), "`blocks` comes alone after `->`")
                .help("a call either blocks or has a result: -> blocks"),
        );
    }
    let words = words.iter().map(|word| word.text.to_owned()).collect();
    Ok(Expectation { words, within })
}

fn within(span: Lexeme<'_>) -> Result<Duration, SyntaxError> {
    parse_duration(span.text).ok_or_else(|| {
        SyntaxError::new(span.span(), format!("`{}` is not a duration", span.text))
            .help("for example `within 5s`")
    })
}

type Target<'a> = (Name, Lexeme<'a>);

/// Takes `name, name =` off the front.
fn targets(code: Lexeme<'_>) -> Result<(Vec<Target<'_>>, Lexeme<'_>), SyntaxError> {
    let Some((names, call)) = code.cut_equals() else {
        return Ok((Vec::new(), code));
    };
    let names = names
        .split_commas()
        .into_iter()
        .map(|lexeme| match Name::new(lexeme.text) {
            Some(name) => Ok((name, lexeme)),
            None => Err(SyntaxError::new(
                lexeme.span(),
                format!("`{}` cannot be a name", lexeme.text),
            )
            .help(format!(
                "a name is a letter, then letters, digits or _, at most {} of them",
                Name::MAX
            ))),
        })
        .collect::<Result<_, _>>()?;
    Ok((names, call))
}

/// Checks that the call makes as many descriptors as there are names for.
fn check_targets(
    targets: &[Target<'_>],
    row: &Signature,
    call: Lexeme<'_>,
) -> Result<(), SyntaxError> {
    let (Some(first), Some(last)) = (targets.first(), targets.last()) else {
        return Ok(());
    };
    let span = first.1.at..last.1.end();
    if row.makes == 0 {
        let message = format!("{} returns no descriptor to name", row.word);
        return Err(
            SyntaxError::new(span, message).help(format!("leave the name out: {}", call.text))
        );
    }
    if !row.can_make(targets.len()) {
        let message = format!(
            "{} returns {} descriptor(s), but there are {} names",
            row.word,
            row.makes,
            targets.len()
        );
        return Err(SyntaxError::new(span, message).help(format!("for example {}", row.example)));
    }
    for (index, (name, lexeme)) in targets.iter().enumerate() {
        if targets[..index].iter().any(|(other, _)| other == name) {
            return Err(SyntaxError::new(
                lexeme.span(),
                format!("the name {name} is used twice"),
            ));
        }
    }
    Ok(())
}

/// Of the commands of fcntl only some make a descriptor.
fn check_makes_descriptor(
    targets: &[Target<'_>],
    call: &Call,
    text: Lexeme<'_>,
) -> Result<(), SyntaxError> {
    match (call, targets.first()) {
        (Call::Fcntl { command, .. }, Some((_, name))) if !command.makes() => {
            Err(SyntaxError::new(
                name.span(),
                format!("{command} returns no descriptor to name"),
            )
            .help(format!("leave the name out: {}", text.text)))
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests;
