//! Reads a socket option and its value.

use crate::call::argument::OptionArg;
use crate::call::value::Value;
use crate::notation::diagnostic::nearest;
use crate::notation::parse::SyntaxError;
use crate::notation::parse::args::Args;
use crate::notation::parse::calls::Read;
use crate::notation::parse::lexer::Lexeme;
use crate::socket::option::OPTIONS;

/// `SO_REUSEADDR`, or a level and an option.
impl Read for OptionArg {
    fn read(args: &mut Args<'_>, _: &str) -> Result<Self, SyntaxError> {
        let option = option(args)?;
        args.read.option = Some(option);
        Ok(option)
    }
}

fn option(args: &mut Args<'_>) -> Result<OptionArg, SyntaxError> {
    let lexeme = args.required("an option")?;
    if let Some(row) = crate::socket::option::find(lexeme.text) {
        return Ok(OptionArg {
            level: row.level,
            number: row.number,
        });
    }
    let level = crate::socket::option::find_level(lexeme.text)
        .or_else(|| crate::notation::parse::literal::int(lexeme.text).ok());
    let Some(level) = level else {
        return Err(unknown_option(lexeme));
    };
    let lexeme = args.required("an option after the level")?;
    let number = match crate::socket::option::find(lexeme.text) {
        Some(row) => row.number,
        None => {
            crate::notation::parse::literal::int(lexeme.text).map_err(|_| unknown_option(lexeme))?
        }
    };
    Ok(OptionArg { level, number })
}

fn unknown_option(lexeme: Lexeme<'_>) -> SyntaxError {
    let error = SyntaxError::new(lexeme.span(), format!("`{}` is not an option", lexeme.text));
    let full = |prefix: &str| format!("{prefix}{}", lexeme.text);
    let typed = [
        lexeme.text.to_owned(),
        full("SO_"),
        full("TCP_"),
        full("IP_"),
        full("IPV6_"),
    ];
    let likely = typed
        .iter()
        .find_map(|text| nearest(text, OPTIONS.iter().map(|row| row.name)));
    match likely {
        Some(name) => error.help(format!("did you mean `{name}`?")),
        None => error.help("a level and a number work too: SOL_SOCKET, 2"),
    }
}

/// A value of the type that the option before it has.
impl Read for Value {
    fn read(args: &mut Args<'_>, _: &str) -> Result<Self, SyntaxError> {
        let lexeme = args.required("a value")?;
        let unknown = OptionArg {
            level: -1,
            number: -1,
        };
        let option = args.read.option.unwrap_or(unknown);
        crate::notation::parse::value::value(lexeme, option)
    }
}
