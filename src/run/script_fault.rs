//! Why a script is not run.

use std::io;

use crate::run::other_file::OtherFile;
use crate::script::{Script, ScriptError};
use crate::socket::text::escaped;

/// Why a script is not run. Shown, it is what a person reads, each error with its line and a caret.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ScriptFault {
    /// It cannot be read.
    #[error(
        "error: cannot read {}: {error}\n  = check the name and its permissions; `-` is standard input\n",
        escaped(origin)
    )]
    Unreadable {
        /// Where it was to come from.
        origin: String,
        /// Why not.
        error: io::Error,
    },
    /// It is something else.
    #[error("error: cannot run {}: {}\n  = {}\n", escaped(origin), is.why(), is.hint())]
    Other {
        /// Where it comes from.
        origin: String,
        /// What it is.
        is: OtherFile,
    },
    /// It has errors.
    #[error("{}", all(origin, errors))]
    Wrong {
        /// Where it comes from.
        origin: String,
        /// All of them.
        errors: Vec<ScriptError>,
    },
}

/// Checks the whole of a script that was read.
pub(crate) fn parse(origin: &str, bytes: io::Result<Vec<u8>>) -> Result<Script, ScriptFault> {
    let named = || origin.to_owned();
    let bytes = bytes.map_err(|error| ScriptFault::Unreadable {
        origin: named(),
        error,
    })?;
    crate::script::parse(origin, &bytes).map_err(|errors| match OtherFile::of(&bytes) {
        Some(is) => ScriptFault::Other {
            origin: named(),
            is,
        },
        None => ScriptFault::Wrong {
            origin: named(),
            errors,
        },
    })
}

fn all(origin: &str, errors: &[ScriptError]) -> String {
    let shown: Vec<String> = errors.iter().map(|error| error.render(origin)).collect();
    let count = errors.len();
    let noun = if count == 1 { "error" } else { "errors" };
    format!(
        "{}{}: {count} {noun}, nothing was run\n",
        shown.join("\n"),
        escaped(origin)
    )
}
