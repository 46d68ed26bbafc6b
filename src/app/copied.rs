//! What can be copied of a session.

use crate::socket::text::escaped_lines;

/// What is copied.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Copied {
    /// The selected line of the log, with its result.
    Line,
    /// The system call that it made.
    Call,
    /// The log as a script.
    Log,
    /// The explanation of the selected line.
    Why,
    /// The session as a program.
    Code,
}

impl Copied {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Line, Self::Call, Self::Log, Self::Why, Self::Code];

    /// Its word after `copy`.
    pub fn word(self) -> &'static str {
        match self {
            Self::Line => "line",
            Self::Call => "call",
            Self::Log => "log",
            Self::Why => "why",
            Self::Code => "code",
        }
    }

    /// What it is, as the help of the prompt says it.
    pub fn meaning(self) -> &'static str {
        match self {
            Self::Line => "the selected line of the log with its result",
            Self::Call => "the system call that it made, as strace prints it",
            Self::Log => "the log as a script",
            Self::Why => "the explanation of the selected line",
            Self::Code => "the session as a program, in the language of the Code pane",
        }
    }

    /// What it is in a sentence about what was done.
    pub fn noun(self) -> &'static str {
        match self {
            Self::Line => "the line",
            Self::Call => "the call",
            Self::Log => "the log",
            Self::Why => "the explanation",
            Self::Code => "the program",
        }
    }
}

/// A text that is copied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CopiedText {
    /// The name of the file that it is written to where there is no clipboard.
    pub file: &'static str,
    /// The text. No character of it moves a cursor or reorders a line.
    pub text: String,
}

impl CopiedText {
    /// The text as a file has it: its last line has an end.
    pub fn as_file(&self) -> String {
        let end = if self.text.ends_with('\n') { "" } else { "\n" };
        format!("{}{end}", self.text)
    }
}

/// A command for a shell. Without a line end: what is pasted into a shell is not run at once.
pub fn for_shell(text: &str) -> CopiedText {
    CopiedText {
        file: "command.sh",
        text: escaped_lines(text),
    }
}
