//! The lines that were typed at prompts, across sessions: read when one begins, and each new one stored at once.
//!
//! A thread with a descriptor table of its own writes them, so that its files take no number of the playground. Each line
//! is added to what the file has by then, under the lock of [`StateFile`]: two instances at once lose nothing.

use std::collections::VecDeque;
use std::time::Duration;

use crossbeam_channel::{Receiver, Sender, bounded, unbounded};
use serde::{Deserialize, Serialize};

use crate::store::{Content, StateFile};

/// The name of the file.
const FILE: &str = "history.json";
/// The longest line that is kept, in bytes: longer ones are data rather than calls.
const LONGEST: usize = 2000;
/// How long the end of a session waits for the last line to be written.
const LIMIT: Duration = Duration::from_millis(500);

/// What the file has.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Typed {
    /// The oldest first.
    lines: VecDeque<String>,
}

impl Content for Typed {
    const VERSION: u32 = 1;
}

impl Typed {
    /// Adds a line, unless it equals the last one; keeps the newest.
    fn add(&mut self, line: String, most: usize) {
        if self.lines.back() != Some(&line) {
            self.lines.push_back(line);
        }
        let over = self.lines.len().saturating_sub(most);
        self.lines.drain(..over);
    }
}

/// Stores lines. What was given is on the disk when it is dropped, unless that takes too long.
#[derive(Debug)]
pub(crate) struct PromptHistory {
    lines: Option<Sender<String>>,
    written: Receiver<()>,
}

impl PromptHistory {
    /// Reads the lines of earlier sessions, the oldest first, and keeps `most` of them. Call it before there are sockets.
    /// Where nothing can be stored the lines of this session are merely not found in the next.
    pub(crate) fn open(most: usize) -> (Self, Vec<String>) {
        let (file, typed, _) = StateFile::<Typed>::open(FILE);
        (Self::store_in(file, most), typed.lines.into())
    }

    fn store_in(file: StateFile<Typed>, most: usize) -> Self {
        let (lines, inbox) = unbounded::<String>();
        let (ends, written) = bounded(0);
        crate::kernel::unshared::spawn("history", move || {
            while let Ok(first) = inbox.recv() {
                // What a person sees is the next prompt; a line that cannot be stored is only missed later.
                let _ = file.update(|typed| {
                    typed.add(first, most);
                    inbox.try_iter().for_each(|line| typed.add(line, most));
                });
            }
            drop(ends);
        });
        Self {
            lines: Some(lines),
            written,
        }
    }

    /// Stores a line.
    pub(crate) fn add(&self, line: &str) {
        let is_kept = !line.trim().is_empty() && line.len() <= LONGEST;
        if let Some(lines) = self.lines.as_ref().filter(|_| is_kept) {
            // The thread may not have been had.
            let _ = lines.send(line.to_owned());
        }
    }
}

impl Drop for PromptHistory {
    fn drop(&mut self) {
        drop(self.lines.take());
        // An error means that it has ended; nothing is ever sent.
        let _ = self.written.recv_timeout(LIMIT);
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use crate::run::prompt_history::*;

    const MOST: usize = 200;

    fn open(folder: &std::path::Path) -> (PromptHistory, Vec<String>) {
        let (file, typed, notice) = StateFile::<Typed>::open_in(folder, FILE);
        assert_eq!(notice, None);
        (PromptHistory::store_in(file, MOST), typed.lines.into())
    }

    #[test]
    fn two_instances_at_once_lose_nothing_and_the_file_is_private() {
        let folder = tempfile::tempdir().expect("a folder");
        let (one, _) = open(folder.path());
        let (two, _) = open(folder.path());
        for number in 0..50 {
            one.add(&format!("one {number}"));
            two.add(&format!("two {number}"));
        }
        drop((one, two));
        let (_, lines) = open(folder.path());
        let of = |own: &str| -> Vec<String> {
            let all = lines.iter().filter(|line| line.starts_with(own));
            all.cloned().collect()
        };
        for own in ["one", "two"] {
            let typed: Vec<String> = (0..50).map(|number| format!("{own} {number}")).collect();
            assert_eq!(of(own), typed, "each in its order");
        }
        let mode = std::fs::metadata(folder.path().join(FILE)).expect("it is there");
        assert_eq!(mode.permissions().mode() & 0o777, 0o600);
    }

    #[test]
    fn it_is_bounded_and_a_line_is_not_repeated() {
        let folder = tempfile::tempdir().expect("a folder");
        let (history, _) = open(folder.path());
        for number in 0..MOST + 10 {
            history.add(&format!("close({number})"));
            history.add(&format!("close({number})"));
        }
        history.add("  ");
        history.add(&"x".repeat(LONGEST + 1));
        drop(history);
        let (_, lines) = open(folder.path());
        assert_eq!(lines.len(), MOST);
        assert_eq!(lines.first().map(String::as_str), Some("close(10)"));
        assert_eq!(lines.last(), Some(&format!("close({})", MOST + 9)));
    }
}
