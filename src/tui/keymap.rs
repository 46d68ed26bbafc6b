//! The keys: one table, read by dispatch, the bottom line, the help and the tests.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use crate::notation::Verb;

/// What a key does while the panes have the keyboard.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// Opens the form of a call.
    Call(Verb),
    /// Opens the list of all calls.
    Choose,
    /// Puts the cursor into the prompt.
    Prompt,
    /// The next pane.
    NextPane,
    /// The one before.
    PreviousPane,
    /// The focused pane alone, or all of them again.
    Zoom,
    /// The log in the notation, or as strace prints it.
    Trace,
    /// The figure of the TCP states, or the diagram of the phases.
    Figure,
    /// One row up.
    Up,
    /// One row down.
    Down,
    /// Many rows up.
    PageUp,
    /// Many rows down.
    PageDown,
    /// To the first row.
    First,
    /// To the last row, where new ones are followed.
    Last,
    /// Interrupts the oldest pending call of the selected socket.
    Cancel,
    /// Shows the help.
    Help,
    /// Shows the address of the selected call, byte by byte.
    Address,
    /// Shows the queues of the selected socket.
    Queues,
    /// Runs the I/O models and shows them side by side.
    Models,
    /// Shows the conversation of the selected socket as a ladder.
    Ladder,
    /// Puts a way out of the Why pane at the prompt, each time the next one.
    WayOut,
    /// Something of the lesson.
    Lesson(LessonAction),
    /// Draws everything anew.
    Repaint,
    /// Stops the process, to be continued by `fg`.
    Suspend,
    /// Leaves.
    Quit,
}

/// What a key does for a lesson.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LessonAction {
    /// Does the next step.
    Next,
    /// The page before; to a class, the step before.
    Back,
    /// Hides the lesson, or shows it again.
    Toggle,
    /// Shows the map of the course.
    Course,
    /// Begins the page anew.
    Anew,
    /// Shows a hint.
    Hint,
    /// Puts a line of the solution at the prompt.
    Solution,
    /// Commits an answer, counted from 0.
    Answer(u8),
}

/// Where a binding stands in the help.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Group {
    /// Making calls.
    Calls,
    /// Moving about.
    View,
    /// A lesson.
    Lesson,
    /// The program itself.
    Program,
}

/// One key.
#[derive(Debug, Clone, Copy)]
pub struct Binding {
    /// The key.
    pub code: KeyCode,
    /// With which modifiers; Shift is part of an upper-case letter.
    pub modifiers: KeyModifiers,
    /// How the key is written.
    pub key: &'static str,
    /// What it does.
    pub action: Action,
    /// A word for the bottom line; empty for keys that are only in the help.
    pub label: &'static str,
    /// A clause for the help; for calls the summary of the call stands there.
    pub help: &'static str,
    /// Where it stands in the help.
    pub group: Group,
}

/// The key of [`Action::WayOut`], which the Why pane names.
pub const WAY_OUT: &str = "!";

/// The key of [`Action::Choose`], which the bottom line always has.
pub const CHOOSE: &str = "Space";

const fn key(
    code: KeyCode,
    key: &'static str,
    action: Action,
    label: &'static str,
    help: &'static str,
    group: Group,
) -> Binding {
    Binding {
        code,
        modifiers: KeyModifiers::NONE,
        key,
        action,
        label,
        help,
        group,
    }
}

const fn call(letter: char, key: &'static str, verb: Verb, label: &'static str) -> Binding {
    Binding {
        code: KeyCode::Char(letter),
        modifiers: KeyModifiers::NONE,
        key,
        action: Action::Call(verb),
        label,
        help: "",
        group: Group::Calls,
    }
}

const fn lesson(
    code: KeyCode,
    key: &'static str,
    action: LessonAction,
    label: &'static str,
    help: &'static str,
) -> Binding {
    Binding {
        code,
        modifiers: KeyModifiers::NONE,
        key,
        action: Action::Lesson(action),
        label,
        help,
        group: Group::Lesson,
    }
}

const fn control(
    letter: char,
    key: &'static str,
    action: Action,
    help: &'static str,
    group: Group,
) -> Binding {
    Binding {
        code: KeyCode::Char(letter),
        modifiers: KeyModifiers::CONTROL,
        key,
        action,
        label: "",
        help,
        group,
    }
}

/// All keys, in the order of the help and the bottom line.
pub static BINDINGS: &[Binding] = &[
    call('n', "n", Verb::Socket, "new"),
    call('b', "b", Verb::Bind, "bind"),
    call('l', "l", Verb::Listen, "listen"),
    call('a', "a", Verb::Accept, "accept"),
    call('c', "c", Verb::Connect, "connect"),
    call('s', "s", Verb::Send, "send"),
    call('r', "r", Verb::Recv, "recv"),
    call('h', "h", Verb::Shutdown, "shutdown"),
    call('x', "x", Verb::Close, "close"),
    call('o', "o", Verb::Setsockopt, "options"),
    call('N', "N", Verb::Socketpair, ""),
    call('S', "S", Verb::Sendto, ""),
    call('R', "R", Verb::Recvfrom, ""),
    call('w', "w", Verb::Write, ""),
    call('e', "e", Verb::Read, ""),
    call('O', "O", Verb::Getsockopt, ""),
    call('m', "m", Verb::Getsockname, ""),
    call('M', "M", Verb::Getpeername, ""),
    call('f', "f", Verb::Fcntl, ""),
    call('d', "d", Verb::Dup, ""),
    call('u', "u", Verb::Unlink, ""),
    call('p', "p", Verb::Pending, ""),
    call('T', "T", Verb::State, ""),
    call('P', "P", Verb::Poll, ""),
    call('E', "E", Verb::EpollCreate1, ""),
    call('A', "A", Verb::EpollCtl, ""),
    call('W', "W", Verb::EpollWait, ""),
    call('i', "i", Verb::Ioctl, ""),
    call('F', "F", Verb::Fill, ""),
    call('D', "D", Verb::Drain, ""),
    key(
        KeyCode::Char(' '),
        CHOOSE,
        Action::Choose,
        "calls",
        "all calls in a list: type a part of the name, Enter opens the form",
        Group::Calls,
    ),
    key(
        KeyCode::Esc,
        "Esc",
        Action::Cancel,
        "cancel",
        "interrupts the pending call of the selected socket: EINTR, or what it had done",
        Group::Calls,
    ),
    key(
        KeyCode::Char(':'),
        ":",
        Action::Prompt,
        "type",
        "the prompt: write a line of the notation, Enter runs it",
        Group::View,
    ),
    key(
        KeyCode::Tab,
        "Tab",
        Action::NextPane,
        "pane",
        "the next pane",
        Group::View,
    ),
    key(
        KeyCode::BackTab,
        "Shift-Tab",
        Action::PreviousPane,
        "",
        "the pane before",
        Group::View,
    ),
    key(
        KeyCode::Char('z'),
        "z",
        Action::Zoom,
        "zoom",
        "the focused pane alone, and back",
        Group::View,
    ),
    key(
        KeyCode::Char('t'),
        "t",
        Action::Trace,
        "",
        "the log as strace prints the system calls, and back",
        Group::View,
    ),
    key(
        KeyCode::Char('v'),
        "v",
        Action::Ladder,
        "ladder",
        "the conversation of the selected socket: calls, segments and states of both ends",
        Group::View,
    ),
    key(
        KeyCode::Char('g'),
        "g",
        Action::Figure,
        "",
        "of a TCP socket the phases that its calls imply, and back to the states of the kernel",
        Group::View,
    ),
    key(
        KeyCode::Char('&'),
        "&",
        Action::Address,
        "",
        "the address of the selected call, as the C struct, byte by byte",
        Group::View,
    ),
    key(
        KeyCode::Char('!'),
        WAY_OUT,
        Action::WayOut,
        "",
        "the next of the numbered lines of Why goes to the prompt, where Enter runs it; also at an empty prompt",
        Group::View,
    ),
    key(
        KeyCode::Char('Q'),
        "Q",
        Action::Queues,
        "",
        "the queues of the selected socket: which bytes wait where, and which send() they come from",
        Group::View,
    ),
    key(
        KeyCode::Up,
        "Up",
        Action::Up,
        "",
        "one row up: a socket, a line of the log, a line of text",
        Group::View,
    ),
    key(
        KeyCode::Char('k'),
        "k",
        Action::Up,
        "",
        "the same",
        Group::View,
    ),
    key(
        KeyCode::Down,
        "Down",
        Action::Down,
        "",
        "one row down",
        Group::View,
    ),
    key(
        KeyCode::Char('j'),
        "j",
        Action::Down,
        "",
        "the same",
        Group::View,
    ),
    key(
        KeyCode::PageUp,
        "PageUp",
        Action::PageUp,
        "",
        "ten rows up",
        Group::View,
    ),
    key(
        KeyCode::PageDown,
        "PageDown",
        Action::PageDown,
        "",
        "ten rows down",
        Group::View,
    ),
    key(
        KeyCode::Home,
        "Home",
        Action::First,
        "",
        "the first row",
        Group::View,
    ),
    key(
        KeyCode::End,
        "End",
        Action::Last,
        "",
        "the last row; the log then follows new lines",
        Group::View,
    ),
    key(
        KeyCode::F(1),
        "F1",
        Action::Help,
        "help",
        "this help",
        Group::Program,
    ),
    key(
        KeyCode::Char('?'),
        "?",
        Action::Help,
        "",
        "the same",
        Group::Program,
    ),
    key(
        KeyCode::F(2),
        "F2",
        Action::Models,
        "models",
        "the I/O models side by side, each a real run",
        Group::View,
    ),
    lesson(
        KeyCode::F(3),
        "F3",
        LessonAction::Toggle,
        "",
        "hides the lesson, which stays where it is, and shows it again",
    ),
    lesson(
        KeyCode::F(4),
        "F4",
        LessonAction::Course,
        "course",
        "the map of the course: the lessons, and what you have done of them",
    ),
    lesson(
        KeyCode::Enter,
        "Enter",
        LessonAction::Next,
        "",
        "the next step of the lesson; at the prompt too, while nothing is typed",
    ),
    lesson(
        KeyCode::Char('1'),
        "1",
        LessonAction::Answer(0),
        "",
        "commits the first answer of a prediction",
    ),
    lesson(
        KeyCode::Char('2'),
        "2",
        LessonAction::Answer(1),
        "",
        "the second",
    ),
    lesson(
        KeyCode::Char('3'),
        "3",
        LessonAction::Answer(2),
        "",
        "the third",
    ),
    lesson(
        KeyCode::Char('4'),
        "4",
        LessonAction::Answer(3),
        "",
        "the fourth",
    ),
    lesson(
        KeyCode::F(6),
        "F6",
        LessonAction::Hint,
        "",
        "a hint for the goal, each time a plainer one",
    ),
    lesson(
        KeyCode::F(7),
        "F7",
        LessonAction::Solution,
        "",
        "puts the next line of the solution at the prompt; Enter runs it",
    ),
    lesson(
        KeyCode::F(5),
        "F5",
        LessonAction::Anew,
        "",
        "begins the page anew, in a session without your sockets",
    ),
    lesson(
        KeyCode::Backspace,
        "Backspace",
        LessonAction::Back,
        "",
        "the page before; with --present the step before, really undone",
    ),
    control(
        'l',
        "Ctrl-L",
        Action::Repaint,
        "draws the screen anew",
        Group::Program,
    ),
    control(
        'z',
        "Ctrl-Z",
        Action::Suspend,
        "stops the program; `fg` brings it back, the sockets stay",
        Group::Program,
    ),
    key(
        KeyCode::Char('q'),
        "q",
        Action::Quit,
        "quit",
        "leaves; asks when calls are pending",
        Group::Program,
    ),
    control(
        'c',
        "Ctrl-C",
        Action::Quit,
        "the same, from anywhere",
        Group::Program,
    ),
];

/// What a key does while the panes have the keyboard.
pub fn action(event: &KeyEvent) -> Option<Action> {
    // Terminals report Shift with some of the keys that need it and not with others.
    let modifiers = event.modifiers.difference(KeyModifiers::SHIFT);
    BINDINGS
        .iter()
        .find(|binding| binding.code == event.code && binding.modifiers == modifiers)
        .map(|binding| binding.action)
}

/// The key of a call that has one.
pub fn of(verb: Verb) -> Option<&'static Binding> {
    BINDINGS
        .iter()
        .find(|binding| binding.action == Action::Call(verb))
}

/// What a binding does, in words.
pub fn help(binding: &Binding) -> String {
    match binding.action {
        Action::Call(verb) => {
            let row = verb.signature();
            format!("{row}: {}", row.summary)
        }
        _ => binding.help.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::notation::signature::SIGNATURES;
    use crate::tui::chooser::GROUPS;

    #[test]
    fn no_key_is_bound_twice() {
        for (index, a) in BINDINGS.iter().enumerate() {
            for b in &BINDINGS[index + 1..] {
                assert!(
                    (a.code, a.modifiers) != (b.code, b.modifiers),
                    "{} is bound twice",
                    a.key
                );
            }
        }
    }

    #[test]
    fn every_binding_is_explained_and_dispatched() {
        for binding in BINDINGS {
            assert!(!help(binding).is_empty(), "{}", binding.key);
            let event = KeyEvent::new(binding.code, binding.modifiers);
            assert_eq!(action(&event), Some(binding.action), "{}", binding.key);
        }
    }

    #[test]
    fn every_call_has_a_key_but_those_that_only_a_script_needs() {
        let is_listed = |verb| GROUPS.iter().any(|group| group.verbs.contains(&verb));
        let without: Vec<&str> = SIGNATURES
            .iter()
            .filter(|row| of(row.verb).is_none() && !is_listed(row.verb))
            .map(|row| row.word)
            .collect();
        assert_eq!(without, ["wait", "cancel", "sleep"]);
        let choose = KeyEvent::from(KeyCode::Char(' '));
        assert_eq!(action(&choose), Some(Action::Choose), "the list has a key");
    }

    #[test]
    fn what_has_a_key_of_its_own_stands_in_the_list_too() {
        for binding in BINDINGS {
            if let Action::Call(verb) = binding.action {
                let listed = GROUPS.iter().any(|group| group.verbs.contains(&verb));
                assert!(listed, "{}", verb.word());
            }
        }
    }
}
