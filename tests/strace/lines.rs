//! The lines of strace, and of a program that prints like it, as calls in the order of their threads.

/// A call, put together again where it was broken in two; or a signal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Call {
    /// All of its text, with one blank before `=`.
    pub(crate) text: String,
    /// Whether the line with its end is missing.
    pub(crate) unfinished: bool,
}

/// What each thread did.
#[derive(Debug, Default)]
pub(crate) struct Threads {
    /// By the number of the thread, in the order of their first lines.
    pub(crate) threads: Vec<(String, Vec<Call>)>,
}

/// How a call that has not returned ends.
const UNFINISHED: &str = " <unfinished ...>";

impl Threads {
    /// Reads what the program printed: `[pid    12] close(3) = 0`.
    pub(crate) fn printed(text: &str) -> Self {
        Self::read(text.lines().filter_map(|line| {
            let (pid, rest) = line.strip_prefix("[pid ")?.split_once("] ")?;
            Some((pid.trim_start(), rest))
        }))
    }

    /// Reads what strace wrote into a file: `12    close(3) = 0`.
    pub(crate) fn traced(text: &str) -> Self {
        Self::read(text.lines().filter_map(|line| {
            let (pid, rest) = line.split_once(' ')?;
            Some((pid, rest.trim_start()))
        }))
    }

    fn read<'a>(lines: impl Iterator<Item = (&'a str, &'a str)>) -> Self {
        let mut all = Self::default();
        for (pid, line) in lines.filter(|(_, line)| !line.starts_with("+++")) {
            let calls = all.calls_of(pid);
            let resumed = line
                .strip_prefix("<... ")
                .and_then(|rest| rest.split_once(" resumed>"));
            match (resumed, calls.iter_mut().rfind(|call| call.unfinished)) {
                (Some((_, rest)), Some(call)) => {
                    call.text = straight(&format!("{}{rest}", call.text));
                    call.unfinished = false;
                }
                _ => calls.push(Call {
                    text: straight(line.strip_suffix(UNFINISHED).unwrap_or(line)),
                    unfinished: line.ends_with(UNFINISHED),
                }),
            }
        }
        all
    }

    fn calls_of(&mut self, pid: &str) -> &mut Vec<Call> {
        let known = self.threads.iter().position(|(known, _)| known == pid);
        let index = known.unwrap_or_else(|| {
            self.threads.push((pid.to_owned(), Vec::new()));
            self.threads.len() - 1
        });
        &mut self.threads[index].1
    }

    /// What a thread did.
    pub(crate) fn of(&self, pid: &str) -> &[Call] {
        let found = self.threads.iter().find(|(known, _)| known == pid);
        found.map_or(&[], |(_, calls)| calls)
    }
}

/// A line without the blanks that put `=` into its column.
fn straight(line: &str) -> String {
    match line.rfind(") ") {
        Some(at) if line[at + 2..].trim_start().starts_with("= ") => {
            format!("{}) {}", &line[..at], line[at + 2..].trim_start())
        }
        _ => line.to_owned(),
    }
}

/// Whether a call that was printed is a call of strace's.
pub(crate) fn same(printed: &Call, traced: &Call) -> bool {
    let (mut ours, mut theirs) = (printed.text.as_str(), traced.text.as_str());
    // Every pointer is `0x…` here, and a number there.
    while let Some((before, after)) = ours.split_once("0x…") {
        let Some(rest) = theirs
            .strip_prefix(before)
            .and_then(|rest| rest.strip_prefix("0x"))
        else {
            return false;
        };
        theirs = rest.trim_start_matches(|c: char| c.is_ascii_hexdigit());
        ours = after;
    }
    if printed.unfinished {
        theirs.starts_with(ours)
    } else {
        theirs == ours
    }
}
