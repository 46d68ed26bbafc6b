//! Where a session to be exported comes from: a recording, or a script that is run for it.

use std::fs::File;
use std::io::{self, IsTerminal, Read, Seek, SeekFrom, Write};
use std::path::Path;

use crate::journal::is_recording;
use crate::run::complain;
use crate::run::other_file::ENOUGH;
use crate::run::script_fault::{ScriptFault, parse};
use crate::script::Script;
use crate::socket::text::escaped;
use crate::store::recording::opened::{Contents, Opened};

/// The largest recording that is read from a pipe, in bytes.
const MOST_PIPED: u64 = 1 << 30;

/// What was in a file.
pub(crate) enum Source {
    /// A recording.
    Recording(Opened),
    /// A script. Nothing is run yet.
    Script(Script),
}

/// Opens a file; `-` is the standard input.
///
/// # Errors
///
/// Why it can be read neither as a recording nor as a script, in words for a person.
pub(crate) fn open(path: &Path) -> Result<Source, String> {
    let origin = origin(path);
    let unreadable = |error| {
        let origin = origin.clone();
        ScriptFault::Unreadable { origin, error }.to_string()
    };
    let mut input = input(path).map_err(unreadable)?;
    let mut begin = Vec::new();
    let beginning = (&mut input).take(ENOUGH as u64).read_to_end(&mut begin);
    beginning.map_err(unreadable)?;
    if !is_recording(&begin) {
        let bytes = crate::run::read(begin.chain(input));
        let script = parse(&origin, bytes).map_err(|fault| fault.to_string())?;
        return Ok(Source::Script(script));
    }
    let named = |error: &dyn std::fmt::Display| {
        let name = escaped(&origin);
        format!("error: cannot read {name}: {error}")
    };
    let file = seekable(input, &begin).map_err(|error| named(&error))?;
    let opened = Opened::of(file, Path::new(&origin)).map_err(|error| named(&error))?;
    Ok(Source::Recording(opened))
}

/// Says what is wrong with the lines of a recording.
pub(crate) fn complain_of(found: &Contents) {
    for damage in &found.damages {
        complain(&damage.to_string());
    }
    if let Some(more) = found.more_damaged(found.damages.len()) {
        complain(&more);
    }
}

/// Says that a session has no calls: its output is written nevertheless.
pub(crate) fn complain_of_no_calls(path: &Path) {
    let origin = origin(path);
    complain(&format!("{origin} has no calls, so the output has none"));
}

/// Where a session comes from, in words.
pub(crate) fn origin(path: &Path) -> String {
    match is_input(path) {
        true => "standard input".to_owned(),
        false => path.display().to_string(),
    }
}

fn is_input(path: &Path) -> bool {
    path.to_str() == Some("-")
}

/// Opens a file to be read from its beginning; `-` is the standard input.
///
/// # Errors
///
/// When it cannot be opened.
pub(crate) fn input(path: &Path) -> io::Result<File> {
    if !is_input(path) {
        return File::open(path);
    }
    if io::stdin().is_terminal() {
        // Said, because a program that waits without a word seems to hang.
        complain("reading a script from the terminal; Ctrl-D ends it");
    }
    let input = std::os::fd::AsFd::as_fd(&io::stdin()).try_clone_to_owned()?;
    Ok(File::from(input))
}

/// The file itself if any part of it can be read again, else a copy in an unnamed file. `begin` has been read from it.
fn seekable(mut input: File, begin: &[u8]) -> io::Result<File> {
    if input.metadata()?.is_file() && input.stream_position()? == begin.len() as u64 {
        return Ok(input);
    }
    let mut copy = tempfile::tempfile()?;
    copy_most(begin.chain(input), &mut copy, MOST_PIPED)?;
    copy.seek(SeekFrom::Start(0))?;
    Ok(copy)
}

/// Copies all of a source, which has at most so many bytes.
fn copy_most(from: impl Read, to: &mut impl Write, most: u64) -> io::Result<()> {
    if io::copy(&mut from.take(most + 1), to)? > most {
        let text = "it has more than 1 GiB; export it from a file";
        return Err(io::Error::other(text));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_larger_than_the_most_that_is_copied_is_refused() {
        let mut copy = Vec::new();
        copy_most(&b"12345"[..], &mut copy, 5).expect("it fits");
        assert_eq!(copy, b"12345");
        let error = copy_most(&b"123456"[..], &mut Vec::new(), 5).expect_err("too large");
        assert!(error.to_string().contains("more than 1 GiB"), "{error}");
    }
}
