//! Other words by which people look for an action, a call or a setting. The glossary has those of what it defines.

/// The kind, the name, and the other words.
const WORDS: &[(&str, &str, &[&str])] = &[
    (
        "action",
        "palette",
        &["command palette", "search everything", "find"],
    ),
    (
        "action",
        "interrupt",
        &["cancel call", "EINTR", "stop call", "abort"],
    ),
    (
        "action",
        "prompt",
        &["command line", "type a line", "notation"],
    ),
    ("action", "pane.next", &["focus", "switch pane", "window"]),
    ("action", "pane.previous", &["focus back", "switch pane"]),
    ("action", "zoom", &["maximize", "full screen", "fullscreen"]),
    ("action", "close", &["escape", "dismiss"]),
    (
        "action",
        "past.back",
        &["time travel", "previous call", "step back", "history"],
    ),
    (
        "action",
        "past.forward",
        &["time travel", "next call", "step forward"],
    ),
    ("action", "past.first", &["rewind", "beginning"]),
    ("action", "past.present", &["live", "now", "newest"]),
    ("action", "past.play", &["film", "replay", "animation"]),
    (
        "action",
        "past.run-to-here",
        &["branch", "rerun", "repeat lines"],
    ),
    ("action", "past.undo", &["take back", "revert"]),
    (
        "action",
        "log.strace",
        &["strace", "system calls", "syscalls", "trace"],
    ),
    (
        "action",
        "ladder",
        &[
            "sequence diagram",
            "conversation",
            "segments",
            "packets",
            "capture",
        ],
    ),
    (
        "action",
        "figure",
        &["state diagram", "phases", "TCP states"],
    ),
    (
        "action",
        "address",
        &["sockaddr bytes", "struct", "hex dump"],
    ),
    (
        "action",
        "suggestion",
        &["next line", "proposal", "what now"],
    ),
    (
        "action",
        "queues",
        &["bytes", "buffers", "send queue", "receive queue", "Recv-Q"],
    ),
    (
        "action",
        "commands",
        &["shell", "ss", "tcpdump", "copy command"],
    ),
    ("action", "up", &["previous row", "scroll up"]),
    ("action", "down", &["next row", "scroll down"]),
    ("action", "page-up", &["scroll page up"]),
    ("action", "page-down", &["scroll page down"]),
    ("action", "first", &["top", "beginning"]),
    ("action", "last", &["bottom", "follow", "newest"]),
    (
        "action",
        "help",
        &["keys", "manual", "shortcuts", "whole help"],
    ),
    (
        "action",
        "context-help",
        &["help for this pane", "what is this"],
    ),
    (
        "action",
        "models",
        &["I/O models", "blocking select poll epoll", "compare"],
    ),
    ("action", "lesson.hide", &["hide lesson", "free play"]),
    ("action", "course", &["lessons", "learn", "tutorial", "map"]),
    (
        "action",
        "cards",
        &["flash cards", "review", "quiz", "practise", "due"],
    ),
    ("action", "lesson.next", &["next step", "continue"]),
    ("action", "lesson.answer-1", &["answer 1", "predict"]),
    ("action", "lesson.answer-2", &["answer 2"]),
    ("action", "lesson.answer-3", &["answer 3"]),
    ("action", "lesson.answer-4", &["answer 4"]),
    ("action", "lesson.hint", &["hint", "help me"]),
    ("action", "lesson.solution", &["solution", "show answer"]),
    ("action", "lesson.skip", &["skip step", "give up"]),
    ("action", "lesson.restart", &["restart page", "again"]),
    ("action", "lesson.back", &["previous page", "step back"]),
    ("action", "text.accept", &["run line", "enter"]),
    ("action", "text.close", &["leave prompt", "escape form"]),
    ("action", "text.next", &["complete", "next field"]),
    ("action", "text.previous", &["previous field"]),
    ("action", "text.up", &["history", "previous line"]),
    ("action", "text.down", &["history", "next line of history"]),
    (
        "action",
        "text.search",
        &["history search", "reverse search"],
    ),
    ("action", "layout", &["arrange panes", "preset"]),
    ("action", "code", &["program", "source code", "export"]),
    ("action", "next-language", &["Rust", "Python", "C program"]),
    ("action", "copy.line", &["clipboard", "yank", "OSC 52"]),
    ("action", "copy.call", &["clipboard", "copy system call"]),
    ("action", "copy.log", &["clipboard", "copy script"]),
    ("action", "copy.why", &["clipboard", "copy explanation"]),
    ("action", "copy.code", &["clipboard", "copy program"]),
    ("action", "fold", &["hide closed sockets", "closed sockets"]),
    (
        "action",
        "restart",
        &["new session", "start again", "reset session"],
    ),
    (
        "action",
        "filter",
        &["search the log", "grep", "find in log", "filter choices"],
    ),
    (
        "action",
        "theme.next",
        &["colours", "colors", "dark mode", "light mode"],
    ),
    ("action", "text.page-up", &["many choices up"]),
    ("action", "text.page-down", &["many choices down"]),
    ("action", "question.yes", &["yes", "confirm"]),
    ("action", "question.no", &["no", "decline"]),
    (
        "action",
        "trace.hold",
        &["pause the program", "stop before each call"],
    ),
    ("action", "trace.step", &["next call", "continue one call"]),
    (
        "action",
        "trace.predict",
        &["guess", "what will it return", "predict the held call"],
    ),
    (
        "action",
        "trace.inject",
        &["fault", "make a call fail", "delay a call", "short count"],
    ),
    (
        "action",
        "program",
        &["keyboard to the program", "traced program"],
    ),
    (
        "action",
        "mouse",
        &["select text", "copy text", "release mouse"],
    ),
    ("action", "redraw", &["repaint", "refresh", "clear screen"]),
    ("action", "suspend", &["background", "stop", "fg"]),
    (
        "action",
        "save",
        &["write", "export script", "keep", "store"],
    ),
    ("action", "quit", &["exit", "leave", "close program"]),
    ("action", "quit-anywhere", &["exit", "force quit"]),
    ("call", "socket", &["new socket", "create socket"]),
    ("call", "close", &["close socket", "hang up"]),
    ("call", "setsockopt", &["options", "set option"]),
    ("call", "getsockopt", &["read option", "get option"]),
    ("call", "shutdown", &["half-close", "FIN"]),
    ("call", "send", &["transmit"]),
    ("call", "recv", &["receive"]),
    ("call", "connect", &["client"]),
    ("call", "listen", &["server", "passive"]),
    ("call", "getsockname", &["local address", "own address"]),
    ("call", "getpeername", &["peer address", "remote address"]),
    ("call", "dup", &["duplicate"]),
    ("call", "unlink", &["delete socket file"]),
    ("call", "fcntl", &["O_NONBLOCK", "set non-blocking"]),
    ("setting", "theme", &["colours", "colors", "dark", "light"]),
    ("setting", "glyphs", &["ASCII", "Unicode", "characters"]),
    ("setting", "mouse", &["mouse setting", "select text"]),
    ("setting", "history", &["remembered lines", "history size"]),
];

/// The other words for something.
pub(crate) fn of(kind: &str, name: &str) -> &'static [&'static str] {
    let row = WORDS.iter().find(|row| row.0 == kind && row.1 == name);
    row.map_or(&[], |row| row.2)
}

/// What has other words: kind and name.
#[cfg(test)]
pub(crate) fn rows() -> impl Iterator<Item = (&'static str, &'static str)> {
    WORDS.iter().map(|row| (row.0, row.1))
}
