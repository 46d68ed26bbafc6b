//! The formats of what commands print.

use clap::ValueEnum;

/// How the I/O models are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ModelsFormat {
    /// The lanes of each model, drawn.
    Text,
    /// One JSON object for each model: its steps with their times in nanoseconds, or why there are none.
    Json,
}

/// How explanations are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ExplainFormat {
    /// Paragraphs of 80 columns; without a word one line for each word.
    Text,
    /// One JSON object for each word.
    Json,
    /// Markdown, with a heading for each word.
    Markdown,
}

/// How a screen is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum PictureFormat {
    /// A picture for documents.
    Svg,
    /// The characters of the screen, without colours.
    Text,
    /// The characters with the escape sequences of their colours, for a terminal.
    Ansi,
}

impl PictureFormat {
    /// Its word on the command line.
    pub fn word(self) -> &'static str {
        match self {
            Self::Svg => "svg",
            Self::Text => "text",
            Self::Ansi => "ansi",
        }
    }
}

/// How the configuration is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ConfigFormat {
    /// A configuration file that says what each setting means.
    Toml,
    /// A JSON object with the same values.
    Json,
}

/// How the recorded sessions are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum SessionsFormat {
    /// One line for each: its name, when it began, what it is, its calls and its size.
    Text,
    /// One JSON object for each.
    Json,
}

/// What a session is written as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ExportFormat {
    /// A program in C.
    C,
    /// A program in Rust, with the crates socket2 and libc.
    Rust,
    /// A program in Python, with its standard library.
    Python,
    /// A handout in Markdown: each line, its result and its explanation.
    Markdown,
    /// What strace(1) would print, as `run --format strace` does.
    Strace,
    /// A web page with a step for each call, as text and as a picture; it loads nothing, and can be printed.
    Html,
    /// A film of the screen for asciinema and its players, asciicast v2.
    Asciicast,
    /// The captured segments for Wireshark and tcpdump, each with the calls that were in progress.
    Pcapng,
}
