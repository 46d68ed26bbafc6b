//! Tests of the palette: that everything is in it, and is found by the words that people type.

use crate::app::keymap::{BINDINGS, Keymap};
use crate::app::palette::keywords;
use crate::app::palette::*;
use crate::call::table::{CallKind, SIGNATURES};
use crate::glossary::Subject;
use crate::lesson::course::{LESSONS, TOUR};
use crate::socket::Errno;
use crate::socket::constant::FAMILIES;
use crate::socket::option::OPTIONS;
use crate::socket::tcp_state::TCP_STATES;
use crate::theme::Appearance;

const SETTINGS: [Setting; 2] = [
    Setting {
        name: "theme",
        meaning: "The theme: the colours of the screen.",
    },
    Setting {
        name: "glyphs",
        meaning: "The characters that are drawn.",
    },
];

fn palette() -> Palette {
    let themes = Appearance::builtin("dark").listed();
    Palette::new(&Keymap::default(), &SETTINGS, themes)
}

fn press(palette: &mut Palette, code: KeyCode) -> Choice {
    let key = KeyEvent::from(code);
    palette.key(key, Keymap::default().text(&key))
}

fn typed(text: &str) -> Palette {
    let mut palette = palette();
    text.chars().for_each(|letter| {
        press(&mut palette, KeyCode::Char(letter));
    });
    palette
}

/// What is in the first rows.
fn top(palette: &Palette) -> Vec<(&'static str, &str)> {
    let rows = palette.rows().take(4);
    rows.map(|item| (item.kind, item.name.as_str())).collect()
}

/// An entry, and two ways to look for it.
const LIKELY: &[(&str, &str, [&str; 2])] = &[
    ("action", "ladder", ["ladder", "sequence diagram"]),
    ("action", "log.strace", ["strace", "system calls"]),
    ("option", "TCP_NODELAY", ["nodelay", "TCP_NODELAY"]),
    ("option", "TCP_NODELAY", ["no delay", "nagle"]),
    ("action", "quit", ["quit", "exit"]),
    ("action", "queues", ["queues", "bytes"]),
    (
        "error",
        "ECONNREFUSED",
        ["connection refused", "ECONNREFUSED"],
    ),
    ("error", "ECONNRESET", ["reset by peer", "econnreset"]),
    (
        "error",
        "EADDRINUSE",
        ["address already in use", "eaddrinuse"],
    ),
    ("error", "EAGAIN", ["EWOULDBLOCK", "would block"]),
    ("error", "EPIPE", ["broken pipe", "sigpipe"]),
    ("error", "EMFILE", ["too many open files", "emfile"]),
    ("state", "TIME_WAIT", ["time wait", "2msl"]),
    ("state", "CLOSE_WAIT", ["close-wait", "closewait"]),
    ("state", "FIN_WAIT2", ["fin-wait-2", "finwait2"]),
    ("option", "SO_LINGER", ["linger", "so_linger"]),
    ("option", "SO_REUSEADDR", ["reuseaddr", "address reuse"]),
    ("option", "SO_KEEPALIVE", ["keepalive", "keep-alive"]),
    ("option", "SO_RCVBUF", ["rcvbuf", "receive buffer"]),
    ("option", "IPV6_V6ONLY", ["v6only", "dual-stack off"]),
    ("call", "connect", ["connect", "connect()"]),
    ("call", "socket", ["new socket", "socket"]),
    ("call", "epoll_wait", ["epoll_wait", "epwait"]),
    ("call", "setsockopt", ["set option", "setsockopt"]),
    ("call", "getsockname", ["local address", "sockname"]),
    ("call", "shutdown", ["shutdown", "shutd"]),
    ("action", "course", ["lessons", "F4"]),
    ("action", "models", ["models", "I/O models"]),
    ("action", "help", ["keys", "whole help"]),
    ("action", "commands", ["tcpdump", "shell"]),
    ("action", "interrupt", ["interrupt", "cancel call"]),
    ("action", "mouse", ["select text", "mouse"]),
    ("action", "zoom", ["zoom", "full screen"]),
    ("action", "lesson.hint", ["hint", "lesson.hint"]),
    ("action", "prompt", ["prompt", "command line"]),
    ("action", "figure", ["state diagram", "figure"]),
    ("setting", "theme", ["theme", "colours"]),
    ("setting", "glyphs", ["glyphs", "ascii"]),
    (
        "theme",
        "solarized-light",
        ["theme: solarized-light", "solarized light"],
    ),
    ("theme", "dark", ["theme dark", "light text"]),
    ("theme", "high-contrast", ["contrast", "white on black"]),
    (
        "lesson",
        "A first conversation",
        ["first conversation", "first-conversation"],
    ),
    (
        "lesson",
        "TIME_WAIT holds the port",
        ["time_wait holds the port", "time-wait"],
    ),
    ("constant", "MSG_PEEK", ["peek", "msg_peek"]),
    ("constant", "EPOLLET", ["epollet", "edge-triggered"]),
    ("constant", "SHUT_WR", ["shut_wr", "half-close"]),
    ("constant", "SOCK_NONBLOCK", ["sock_nonblock", "nonblock"]),
    ("term", "backlog", ["backlog", "somaxconn"]),
    ("term", "accept queue", ["accept queue", "acceptqueue"]),
    ("term", "half-close", ["half-close", "half closed"]),
    (
        "term",
        "Nagle's algorithm",
        ["nagle", "small-packet problem"],
    ),
    ("term", "delayed ACK", ["delayed ack", "quickack"]),
    ("term", "ephemeral port", ["ephemeral", "port 0"]),
    ("term", "cwnd", ["cwnd", "congestion window"]),
    ("term", "urgent data", ["out-of-band", "urgent"]),
    (
        "term",
        "open file description",
        ["open file description", "file table entry"],
    ),
    ("term", "edge-triggered", ["edge triggered", "edge-trig"]),
    ("term", "zero window", ["zero window", "window full"]),
    ("term", "loopback", ["loopback", "localhost"]),
];

#[test]
fn everything_is_found_by_likely_words() {
    let mut missed = Vec::new();
    for (kind, name, words) in LIKELY {
        for word in words {
            let palette = typed(word);
            let top = top(&palette);
            if !top.contains(&(kind, name)) {
                missed.push(format!("{kind} {name} by {word}: {top:?}"));
            }
        }
    }
    assert!(missed.is_empty(), "{}", missed.join("\n"));
}

#[test]
fn every_entry_is_found_by_its_name() {
    let all = palette();
    let mut palette = palette();
    let mut missed = Vec::new();
    for item in all.rows() {
        palette.typed.clear();
        palette.paste(&item.name);
        if !top(&palette).contains(&(item.kind, item.name.as_str())) {
            missed.push(format!("{} {}: {:?}", item.kind, item.name, top(&palette)));
        }
    }
    assert!(missed.is_empty(), "{}", missed.join("\n"));
}

#[test]
fn everything_that_has_a_name_is_in_it() {
    let palette = palette();
    let has = |kind: &str, name: &str| {
        let mut rows = palette.rows();
        assert!(
            rows.any(|item| item.kind == kind && item.name == name),
            "{kind} {name}"
        );
    };
    for row in SIGNATURES {
        has("call", row.word);
    }
    for row in OPTIONS {
        has("option", row.name);
    }
    for row in TCP_STATES {
        has("state", row.2);
    }
    for errno in Errno::all() {
        has("error", &errno.name());
    }
    for row in FAMILIES.iter().flat_map(|family| family.rows) {
        has("constant", row.name);
    }
    for row in BINDINGS {
        match row.name.strip_prefix("call.") {
            Some(word) => has("call", word),
            None => has("action", row.name),
        }
    }
    for setting in SETTINGS {
        has("setting", setting.name);
    }
    for file in LESSONS.iter().chain([&TOUR]) {
        let mut rows = palette.rows();
        let is_it = |item: &Item| matches!(item.entry, Entry::Lesson(own) if own.id == file.id);
        let found = rows.find(|item| is_it(item)).expect(file.id);
        assert!(
            !found.name.is_empty() && !found.about.is_empty(),
            "{}",
            file.id
        );
    }
}

#[test]
fn every_action_has_other_words() {
    let palette = palette();
    for (kind, name) in keywords::rows() {
        // The names of all settings are checked where they are.
        let is_there = |item: &Item| item.kind == kind && item.name == name;
        assert!(
            kind == "setting" || palette.rows().any(is_there),
            "{kind} {name}"
        );
    }
    for row in BINDINGS.iter().filter(|row| !row.name.starts_with("call.")) {
        let words = keywords::of("action", row.name);
        assert!(
            !words.is_empty(),
            "{}: give it other words in palette/keywords.rs",
            row.name
        );
    }
}

#[test]
fn rows_show_the_key_in_effect() {
    let mut keys = Keymap::default();
    let row = BINDINGS.iter().position(|row| row.name == "quit");
    keys.bind(row.expect("a row"), &["F12".parse().expect("a key")]);
    let palette = Palette::new(&keys, &[], Vec::new());
    let quit = palette.rows().find(|item| item.name == "quit");
    assert_eq!(quit.expect("an entry").key, "F12");
    let mut palette = palette;
    palette.paste("f12");
    assert_eq!(top(&palette).first(), Some(&("action", "quit")));
}

#[test]
fn letters_narrow_it_and_the_best_is_chosen() {
    let mut palette = typed("poll");
    let Choice::Chosen(Entry::Subject(Subject::Call(CallKind::Poll))) =
        press(&mut palette, KeyCode::Enter)
    else {
        panic!("the word itself comes first: {:?}", top(&palette));
    };
    assert!(palette.matches() > 4 && palette.matches() < palette.len() / 2);
    press(&mut palette, KeyCode::Down);
    assert_eq!(palette.at(), 1);
    press(&mut palette, KeyCode::Char('z'));
    assert_eq!((palette.at(), palette.matches()), (0, 0));
    assert!(matches!(press(&mut palette, KeyCode::Enter), Choice::Open));
    assert!(matches!(press(&mut palette, KeyCode::Esc), Choice::Closed));
}

#[test]
fn it_does_not_leave_its_rows() {
    let mut palette = palette();
    press(&mut palette, KeyCode::Up);
    assert_eq!(palette.at(), 0);
    press(&mut palette, KeyCode::End);
    assert_eq!(palette.at(), palette.len() - 1);
    press(&mut palette, KeyCode::PageDown);
    assert_eq!(palette.at(), palette.len() - 1);
    palette.choose(usize::MAX);
    assert!(palette.chosen().is_some());
}

#[test]
fn much_text_is_cut_and_what_is_cut_is_not_searched_for() {
    let much = "connect ".repeat(8000);
    let mut pasted = palette();
    pasted.paste(&much);
    assert_eq!(pasted.typed().chars().count(), MOST);
    assert_eq!(typed(&much[..MOST]).typed(), pasted.typed());
    // A search would find the entries again.
    pasted.found.clear();
    for letter in much.chars() {
        press(&mut pasted, KeyCode::Char(letter));
    }
    pasted.paste(&much);
    pasted.paste("\u{1b}[31m\nsecond");
    assert_eq!(pasted.typed().chars().count(), MOST);
    assert_eq!(pasted.matches(), 0, "it was searched again");
    press(&mut pasted, KeyCode::Backspace);
    assert!(pasted.matches() > 0, "a change is searched for");
}
