//! The commands of the prompt that are not calls, as vi has them: `:q`, `:help`, `:w`.

use crate::app::copied::Copied;
use crate::app::keymap::BINDINGS;
use crate::call::argument::Name;
use crate::call::table::SIGNATURES;
use crate::notation::complete::Candidate;
use crate::notation::diagnostic::nearest;

/// A command of the prompt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PromptCommand {
    /// Leaves.
    Quit {
        /// Without a question, whatever is pending.
        forced: bool,
    },
    /// Asks whether to begin the session again.
    Restart,
    /// Shows the help, at a topic of [`topics`].
    Help(Option<String>),
    /// Writes the log as a script.
    Write {
        /// The file.
        file: String,
        /// The descriptor that alone it is about.
        only: Option<Name>,
        /// Whether a file that exists is replaced.
        replaces: bool,
        /// Whether to leave when it is written.
        quits: bool,
    },
    /// Copies something to the clipboard, or writes it into a file.
    Copy {
        /// What.
        what: Copied,
        /// The file, and whether one that exists is replaced.
        file: Option<(String, bool)>,
    },
    /// Copies the log as one line for a shell, or writes that into a file.
    Shell {
        /// The file, and whether one that exists is replaced.
        file: Option<(String, bool)>,
    },
}

/// A word of the prompt that is not a call.
struct Word {
    word: &'static str,
    /// The shorter form of it.
    short: &'static str,
    meaning: &'static str,
}

const WORDS: [Word; 7] = [
    Word {
        word: "quit",
        short: "q",
        meaning: "leaves; quit! does not ask when calls are pending",
    },
    Word {
        word: "help",
        short: "help",
        meaning: "shows the help; help TOPIC at a call or an action",
    },
    Word {
        word: "write",
        short: "w",
        meaning: "w FILE writes the log as a script; w FILE only c: what it has about c, with the calls that this needs; w! FILE replaces a file",
    },
    Word {
        word: "copy",
        short: "copy",
        meaning: "copy line, copy call, copy log, copy why, copy code: to the clipboard; copy log FILE: into a file; copy! replaces one",
    },
    Word {
        word: "shell",
        short: "shell",
        meaning: "copies a short log as one line for a shell: sockplay run -c '...'; shell FILE: into a file; shell! replaces one",
    },
    Word {
        word: "restart",
        short: "restart",
        meaning: "ends all calls and closes all sockets; asks first",
    },
    Word {
        word: "wq",
        short: "wq",
        meaning: "wq FILE writes the log as a script and leaves",
    },
];

/// Reads a line of the prompt as a command; `None`: it is none.
pub fn parse(line: &str) -> Option<Result<PromptCommand, String>> {
    let line = line.trim();
    let (word, rest) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
    let rest = rest.trim();
    // `q = socket(inet, stream)` makes a socket of that name.
    if rest.starts_with('=') {
        return None;
    }
    let (bare, forced) = match word.strip_suffix('!') {
        Some(bare) => (bare, true),
        None => (word, false),
    };
    match (bare, rest) {
        ("q" | "quit", "") => Some(Ok(PromptCommand::Quit { forced })),
        ("restart", "") if !forced => Some(Ok(PromptCommand::Restart)),
        ("copy", rest) => Some(copy(rest, forced)),
        ("shell", file) => Some(shell(file, forced)),
        ("help", topic) if !forced => Some(help(topic)),
        // write(2) is a call, and has its parenthesis or its socket.
        ("w" | "wq", file) => Some(write(word, file, forced, bare == "wq")),
        _ => None,
    }
}

fn help(topic: &str) -> Result<PromptCommand, String> {
    if topic.is_empty() {
        return Ok(PromptCommand::Help(None));
    }
    let wanted = topic.trim_end_matches("()");
    if topics().any(|known| known == wanted) {
        return Ok(PromptCommand::Help(Some(wanted.to_owned())));
    }
    Err(match nearest(wanted, topics()) {
        Some(meant) => format!("the help has no topic {topic}: did you mean {meant}?"),
        None => format!(
            "the help has no topic {topic}: topics are calls and actions, such as connect and quit"
        ),
    })
}

fn copy(rest: &str, replaces: bool) -> Result<PromptCommand, String> {
    let (word, file) = rest.split_once(char::is_whitespace).unwrap_or((rest, ""));
    let file = Some(file.trim()).filter(|file| !file.is_empty());
    let words = || Copied::ALL.into_iter().map(Copied::word);
    let Some(what) = Copied::ALL.into_iter().find(|own| own.word() == word) else {
        let all = words().collect::<Vec<_>>().join(", ");
        let meant = nearest(word, words()).map(|meant| format!(": did you mean copy {meant}?"));
        let meant = meant.unwrap_or_default();
        return Err(format!("copy needs what to copy, one of {all}{meant}"));
    };
    match (file, replaces) {
        (None, true) => Err(format!("copy! needs the name of a file: copy! {word} FILE")),
        (file, _) => Ok(PromptCommand::Copy {
            what,
            file: file.map(|file| (file.to_owned(), replaces)),
        }),
    }
}

fn shell(file: &str, replaces: bool) -> Result<PromptCommand, String> {
    let file = Some(file).filter(|file| !file.is_empty());
    match (file, replaces) {
        (None, true) => Err("shell! needs the name of a file: shell! FILE".to_owned()),
        (file, _) => Ok(PromptCommand::Shell {
            file: file.map(|file| (file.to_owned(), replaces)),
        }),
    }
}

/// Stands between a file and the descriptor that alone it is about.
const ONLY: &str = " only ";

fn write(word: &str, file: &str, replaces: bool, quits: bool) -> Result<PromptCommand, String> {
    let named = file.rsplit_once(ONLY).and_then(|(file, name)| {
        let name = name.trim();
        let name = Name::new(name).or_else(|| Name::of_child(name))?;
        Some((file.trim(), name))
    });
    let (file, only) = match named {
        Some((file, name)) => (file, Some(name)),
        None => (file, None),
    };
    if file.is_empty() {
        return Err(format!("{word} needs the name of a file: {word} FILE"));
    }
    let file = file.to_owned();
    Ok(PromptCommand::Write {
        file,
        only,
        replaces,
        quits,
    })
}

/// What the help has an entry for: the calls, and the actions by their names in a configuration file.
pub fn topics() -> impl Iterator<Item = &'static str> {
    let actions = BINDINGS.iter().map(|row| row.name);
    SIGNATURES.iter().map(|row| row.word).chain(actions)
}

/// The words of the commands, each with what it does.
pub fn words() -> impl Iterator<Item = (&'static str, &'static str)> {
    WORDS.iter().map(|own| (own.short, own.meaning))
}

/// The command that an unknown word may mean.
pub fn meant(word: &str) -> Option<&'static str> {
    let words = WORDS.iter().filter(|own| own.word != "write");
    nearest(word, words.map(|own| own.word))
}

/// The commands, or topics of the help, that what was typed may become; and from where in the line they are put in.
pub fn candidates(typed: &str) -> (usize, Vec<Candidate>) {
    if let Some(topic) = typed.strip_prefix("help ") {
        let fits = topics().filter(|own| own.starts_with(topic));
        let candidates = fits.map(|own| Candidate {
            text: own.to_owned(),
            meaning: "a topic of the help".to_owned(),
        });
        return ("help ".len(), candidates.collect());
    }
    if let Some(word) = typed.strip_prefix("copy ") {
        let fits = Copied::ALL.into_iter();
        let fits = fits.filter(|own| own.word().starts_with(word));
        let candidates = fits.map(|own| Candidate {
            text: own.word().to_owned(),
            meaning: own.meaning().to_owned(),
        });
        return ("copy ".len(), candidates.collect());
    }
    let is_word = !typed.is_empty() && typed.chars().all(char::is_alphabetic);
    let fits = WORDS
        .iter()
        .filter(|own| is_word && own.word.starts_with(typed));
    let candidates = fits.map(|own| Candidate {
        // write(2) is a call of that name.
        text: if own.word == "write" {
            own.short
        } else {
            own.word
        }
        .to_owned(),
        meaning: own.meaning.to_owned(),
    });
    (0, candidates.collect())
}

#[cfg(test)]
mod tests {
    use crate::app::commands::*;

    #[test]
    fn what_vi_users_type_is_read() {
        let quit = |forced| Some(Ok(PromptCommand::Quit { forced }));
        let write = |replaces, quits| {
            let file = "a b.sock".to_owned();
            Some(Ok(PromptCommand::Write {
                file,
                only: None,
                replaces,
                quits,
            }))
        };
        let help = |topic: Option<&str>| Some(Ok(PromptCommand::Help(topic.map(str::to_owned))));
        for (line, command) in [
            ("q", quit(false)),
            (" quit ", quit(false)),
            ("q!", quit(true)),
            ("help", help(None)),
            ("help bind", help(Some("bind"))),
            ("help bind()", help(Some("bind"))),
            ("help lesson.hint", help(Some("lesson.hint"))),
            ("w a b.sock", write(false, false)),
            ("w! a b.sock", write(true, false)),
            ("wq a b.sock", write(false, true)),
            ("wq! a b.sock", write(true, true)),
        ] {
            assert_eq!(parse(line), command, "{line}");
        }
        for line in [
            "",
            "q = socket(inet, stream)",
            "w = socket(inet, stream)",
            "quit now",
            "write(w, \"x\")",
            "close q",
            "q, w = socketpair()",
            "help = dup(q)",
        ] {
            assert_eq!(parse(line), None, "{line}");
        }
    }

    #[test]
    fn a_file_may_be_about_one_descriptor() {
        let only = |line: &str| match parse(line) {
            Some(Ok(PromptCommand::Write { file, only, .. })) => {
                (file, only.map(|name| name.to_string()))
            }
            other => panic!("{line}: {other:?}"),
        };
        let read = |file: &str, name: Option<&str>| (file.to_owned(), name.map(str::to_owned));
        assert_eq!(only("w a b.sock only c"), read("a b.sock", Some("c")));
        assert_eq!(only("w! a only c in p"), read("a", Some("c in p")));
        assert_eq!(only("w only"), read("only", None));
        assert_eq!(only("w a only 1"), read("a only 1", None));
    }

    #[test]
    fn what_is_copied_and_whereto_is_read() {
        let read = |line: &str| match parse(line) {
            Some(Ok(PromptCommand::Copy { what, file })) => (what, file),
            other => panic!("{line}: {other:?}"),
        };
        for what in Copied::ALL {
            assert_eq!(read(&format!("copy {}", what.word())), (what, None));
        }
        let file = |replaces| Some(("a b.sock".to_owned(), replaces));
        assert_eq!(read("copy log a b.sock"), (Copied::Log, file(false)));
        assert_eq!(read("copy! log  a b.sock"), (Copied::Log, file(true)));
        let said = |line: &str| parse(line).expect("a command").expect_err(line);
        assert!(said("copy").contains("one of line, call, log, why, code"));
        assert!(said("copy lin").ends_with("did you mean copy line?"));
        assert_eq!(
            said("copy! why"),
            "copy! needs the name of a file: copy! why FILE"
        );
        assert_eq!(parse("copy = socket(inet, stream)"), None);
        let (from, candidates) = candidates("copy l");
        let texts: Vec<&str> = candidates.iter().map(|own| own.text.as_str()).collect();
        assert_eq!((from, texts), (5, vec!["line", "log"]));
    }

    #[test]
    fn a_command_for_a_shell_may_go_into_a_file() {
        let file = |line: &str| match parse(line) {
            Some(Ok(PromptCommand::Shell { file })) => file,
            other => panic!("{line}: {other:?}"),
        };
        assert_eq!(file("shell"), None);
        assert_eq!(file("shell a b"), Some(("a b".to_owned(), false)));
        assert_eq!(file("shell! a"), Some(("a".to_owned(), true)));
        assert_eq!(parse("shell = socket(inet, stream)"), None);
    }

    #[test]
    fn what_is_missing_or_unknown_is_said() {
        let said = |line: &str| parse(line).expect("a command").expect_err(line);
        assert_eq!(said("w"), "w needs the name of a file: w FILE");
        assert_eq!(
            said("shell!"),
            "shell! needs the name of a file: shell! FILE"
        );
        assert_eq!(said("wq!"), "wq! needs the name of a file: wq! FILE");
        assert!(said("help bnd").ends_with("did you mean bind?"));
        assert!(said("help everything").contains("topics are calls and actions"));
    }

    #[test]
    fn they_are_completed() {
        let texts = |typed: &str| -> Vec<String> {
            let (_, candidates) = candidates(typed);
            candidates.into_iter().map(|own| own.text).collect()
        };
        assert_eq!(texts("qu"), ["quit"]);
        assert_eq!(texts("w"), ["w", "wq"]);
        assert_eq!(texts("help lesson.h"), ["lesson.hide", "lesson.hint"]);
        assert!(texts("").is_empty() && texts("bind ").is_empty());
        assert_eq!(meant("qiut"), Some("quit"));
    }
}
