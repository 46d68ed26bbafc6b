//! The table of situations: every errno of the ERRORS sections, with the scripts that give it, or why there is none.

use std::process::Command;

use super::network::is_private;
use crate::common::files;
use crate::common::host::is_root;

/// The table.
const TABLE: &str = "tests/audit/situations.txt";

/// A script that gives an errno for one cause.
#[derive(Debug, Clone)]
pub(crate) struct Situation {
    pub(crate) call: String,
    pub(crate) errno: String,
    pub(crate) cause: String,
    pub(crate) script: String,
    needs: Vec<String>,
    before: Vec<String>,
    after: Vec<String>,
}

/// What the table has.
#[derive(Debug, Default)]
pub(crate) struct Situations {
    /// The errnos of each manual page.
    pub(crate) pages: Vec<(String, String)>,
    pub(crate) all: Vec<Situation>,
    /// What no situation is made for, and why.
    pub(crate) impossible: Vec<(String, String, String)>,
}

impl Situations {
    pub(crate) fn read() -> Self {
        let mut table = Self::default();
        for line in files::read(TABLE).lines() {
            if let Some(page) = line.strip_prefix("page ") {
                let (call, errnos) = page.split_once(": ").expect("a page");
                let each = errnos.split_whitespace();
                table
                    .pages
                    .extend(each.map(|errno| (call.to_owned(), errno.to_owned())));
            } else if let Some(head) = line.strip_prefix("== ") {
                let (call, errno, cause) = head_of(head);
                table.all.push(Situation {
                    call,
                    errno,
                    cause,
                    script: String::new(),
                    needs: Vec::new(),
                    before: Vec::new(),
                    after: Vec::new(),
                });
            } else if let Some(head) = line.strip_prefix("-- ") {
                table.impossible.push(head_of(head));
            } else if let Some(situation) = table.all.last_mut() {
                situation.add(line);
            }
        }
        table
    }
}

fn head_of(head: &str) -> (String, String, String) {
    let (both, text) = head.split_once(": ").expect("a cause");
    let (call, errno) = both.split_once(' ').expect("a call and an errno");
    (call.to_owned(), errno.to_owned(), text.to_owned())
}

impl Situation {
    fn add(&mut self, line: &str) {
        if let Some(needs) = line.strip_prefix("needs: ") {
            self.needs.push(needs.to_owned());
        } else if let Some(command) = line.strip_prefix("$$ ") {
            self.after.push(command.to_owned());
        } else if let Some(command) = line.strip_prefix("$ ") {
            self.before.push(command.to_owned());
        } else {
            self.script.push_str(line);
            self.script.push('\n');
        }
    }

    pub(crate) fn name(&self) -> String {
        format!("{} {}: {}", self.call, self.errno, self.cause)
    }

    /// Its cause without the case of it that follows a semicolon.
    pub(crate) fn kind(&self) -> &str {
        let kind = self.cause.split_once("; ");
        kind.map_or(self.cause.as_str(), |(kind, _)| kind)
    }

    /// Why it cannot be made here.
    pub(crate) fn missing(&self) -> Option<String> {
        for need in &self.needs {
            match need.as_str() {
                "private" if !is_private() => return Some("no network namespace".to_owned()),
                "nonroot" if is_root() => return Some("root may do it".to_owned()),
                "private" | "nonroot" => {}
                other => panic!("`{other}` is not a need that is known"),
            }
        }
        None
    }

    /// Prepares the network namespace. Says what failed.
    pub(crate) fn prepare(&self) -> Result<(), String> {
        self.before.iter().try_for_each(|command| run(command))
    }

    /// Puts it in order again.
    pub(crate) fn undo(&self) {
        for command in &self.after {
            run(command).unwrap_or_else(|error| panic!("{error}"));
        }
    }
}

fn run(command: &str) -> Result<(), String> {
    let words: Vec<&str> = command.split_whitespace().collect();
    let output = Command::new(words[0]).args(&words[1..]).output();
    match output {
        Ok(output) if output.status.success() => Ok(()),
        Ok(output) => Err(format!(
            "{command}: {}",
            String::from_utf8_lossy(&output.stderr)
        )),
        Err(error) => Err(format!("{command}: {error}")),
    }
}
