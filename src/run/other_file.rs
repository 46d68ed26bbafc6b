//! What a file is that was given as a script and is none.

use crate::journal::is_recording;
use crate::strace::import::import;

/// How much of a file is enough to know it.
pub(crate) const ENOUGH: usize = 4096;

/// What it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum OtherFile {
    /// A recording.
    Recording,
    /// The output of strace(1).
    Strace,
}

impl OtherFile {
    /// What a file is that begins with these bytes and cannot be read as a script. `None`: not known.
    pub(crate) fn of(bytes: &[u8]) -> Option<Self> {
        if is_recording(bytes) {
            return Some(Self::Recording);
        }
        // The last line may be cut off.
        let bytes = &bytes[..bytes.len().min(ENOUGH)];
        let end = bytes.iter().rposition(|byte| *byte == b'\n')?;
        let report = import(&bytes[..end]).report;
        let calls = report.calls + report.others;
        (calls > report.unknown + report.beside).then_some(Self::Strace)
    }

    /// What is wrong with it.
    pub(crate) fn why(self) -> &'static str {
        match self {
            Self::Recording => "it is a recording and not a script",
            Self::Strace => "it is the output of strace and not a script",
        }
    }

    /// What to do next.
    pub(crate) fn hint(self) -> &'static str {
        match self {
            Self::Recording => "`sockplay replay FILE` shows a recording",
            Self::Strace => {
                "`sockplay import FILE` shows it, and `sockplay import FILE --output NEW` makes a recording of it"
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_recording_and_the_output_of_strace_are_told_from_scripts() {
        let recording = br#"{"sockplay_journal":1,"#;
        assert_eq!(OtherFile::of(recording), Some(OtherFile::Recording));
        let strace =
            b"7  socket(AF_INET, SOCK_STREAM, IPPROTO_IP) = 3\n7  brk(NULL) = 0x5590bfdb1000\n";
        assert_eq!(OtherFile::of(strace), Some(OtherFile::Strace));
        let cut_off = &strace[..strace.len() - 9];
        assert_eq!(OtherFile::of(cut_off), Some(OtherFile::Strace));
        for text in ["", "\n", "hello\n", "s = socket(AF_INET)\nlisten(s)\n"] {
            assert_eq!(OtherFile::of(text.as_bytes()), None, "{text:?}");
        }
    }

    #[test]
    fn no_script_is_taken_for_another_file() {
        let scripts = std::fs::read_dir("tests/scripts").expect("a directory");
        let mut count = 0;
        for script in scripts {
            let path = script.expect("an entry").path();
            let bytes = std::fs::read(&path).expect("a script");
            assert_eq!(OtherFile::of(&bytes), None, "{}", path.display());
            count += 1;
        }
        assert!(count > 0, "there are scripts");
    }
}
