//! The words that can be typed besides calls.

/// What a line asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Wish {
    /// Nothing was typed.
    Nothing,
    /// A number: of an answer, a suggestion, a lesson.
    Number(usize),
    /// A word and what follows it.
    Word(Word, String),
    /// A call, or what should be one.
    Call(String),
}

/// The words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Word {
    Help,
    Why,
    Sockets,
    History,
    Lessons,
    Next,
    Hint,
    Solution,
    Skip,
    Again,
    Back,
    Page,
    Quit,
}

/// A row of the table of words.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Row {
    pub(crate) word: Word,
    /// As it is typed.
    pub(crate) name: &'static str,
    /// What it does.
    pub(crate) help: &'static str,
    /// Whether it belongs to a lesson.
    pub(crate) of_lesson: bool,
}

const fn row(word: Word, name: &'static str, help: &'static str) -> Row {
    Row {
        word,
        name,
        help,
        of_lesson: false,
    }
}

const fn lesson(word: Word, name: &'static str, help: &'static str) -> Row {
    Row {
        of_lesson: true,
        ..row(word, name, help)
    }
}

/// All words, in the order of the help.
pub(crate) const WORDS: [Row; 13] = [
    row(
        Word::Help,
        "help",
        "list the words and calls; help CALL explains one",
    ),
    row(
        Word::Why,
        "why",
        "explain the last result; why N that of call N in the history",
    ),
    row(
        Word::Sockets,
        "sockets",
        "list the sockets with their states",
    ),
    row(
        Word::History,
        "history",
        "list the calls of this session with their results",
    ),
    row(
        Word::Lessons,
        "lessons",
        "list the lessons of the course; a number opens one",
    ),
    lesson(
        Word::Next,
        "next",
        "do the next step of the lesson; an empty line does the same",
    ),
    lesson(Word::Page, "page", "print the page again"),
    lesson(
        Word::Hint,
        "hint",
        "a hint for the goal; each further hint says more",
    ),
    lesson(
        Word::Solution,
        "solution",
        "the next line of the solution; an empty line runs it",
    ),
    lesson(Word::Skip, "skip", "skip the current step"),
    lesson(
        Word::Again,
        "again",
        "start the page over, without your sockets",
    ),
    lesson(Word::Back, "back", "print the previous page"),
    row(Word::Quit, "quit", "leave; Ctrl-D does the same"),
];

/// The words that begin so, where something was typed and no blank follows.
pub(crate) fn beginning(typed: &str) -> impl ExactSizeIterator<Item = Row> + use<> {
    let is_word = !typed.is_empty() && typed.chars().all(|c| c.is_ascii_alphabetic());
    let rows: Vec<Row> = WORDS
        .into_iter()
        .filter(|row| is_word && row.name.starts_with(typed))
        .collect();
    rows.into_iter()
}

/// What is typed here for an action of the screen, as lessons name it: `lesson.hint`.
pub(crate) fn of_action(action: &str) -> String {
    match action.strip_prefix("lesson.").unwrap_or(action) {
        "next" => "Enter".to_owned(),
        "restart" => "again".to_owned(),
        word if WORDS.iter().any(|row| row.name == word) => word.to_owned(),
        _ => format!("the key of {action} (on the screen only)"),
    }
}

/// The word that was meant, where one letter is wrong.
pub(crate) fn meant(typed: &str) -> Option<&'static str> {
    let first = typed.split_whitespace().next()?;
    let is_near = |row: &&Row| strsim::damerau_levenshtein(first, row.name) <= 1;
    WORDS.iter().find(is_near).map(|row| row.name)
}

/// Reads a line.
pub(crate) fn read(line: &str) -> Wish {
    let line = line.trim();
    if line.is_empty() {
        return Wish::Nothing;
    }
    if let Ok(number) = line.parse() {
        return Wish::Number(number);
    }
    let (first, rest) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
    // A socket may have the name of a word.
    let is_name = rest.trim_start().starts_with(['=', ',']);
    match WORDS.iter().find(|row| row.name == first && !is_name) {
        Some(row) => Wish::Word(row.word, rest.trim().to_owned()),
        None => Wish::Call(line.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use crate::call::table::SIGNATURES;
    use crate::run::repl::words::*;

    #[test]
    fn no_word_hides_a_call() {
        for row in WORDS {
            assert!(
                SIGNATURES.iter().all(|own| own.word != row.name),
                "{}",
                row.name
            );
        }
    }

    #[test]
    fn actions_that_lessons_name_have_words() {
        let words = ["lesson.next", "lesson.hint", "lesson.restart", "quit"].map(of_action);
        assert_eq!(words, ["Enter", "hint", "again", "quit"]);
        assert_eq!(
            of_action("queues"),
            "the key of queues (on the screen only)"
        );
    }

    #[test]
    fn a_line_is_a_word_a_number_or_a_call() {
        assert_eq!(read(" why 3 "), Wish::Word(Word::Why, "3".to_owned()));
        assert_eq!(read("12"), Wish::Number(12));
        assert_eq!(read("close(3)"), Wish::Call("close(3)".to_owned()));
        assert_eq!(
            read("back = dup(3)"),
            Wish::Call("back = dup(3)".to_owned())
        );
        assert_eq!(read("  "), Wish::Nothing);
        assert_eq!(
            beginning("h").map(|row| row.name).collect::<Vec<_>>(),
            ["help", "history", "hint"]
        );
        assert_eq!(beginning("").len(), 0);
    }
}
