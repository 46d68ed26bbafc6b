//! The help, made from the tables of keys and calls.

use ratatui::style::Style;
use ratatui::text::{Line, Span};

use crate::app::keymap::{ACCEPT, Action, Binding, Bound, Group};
use crate::app::state::App;
use crate::call::table::SIGNATURES;
use crate::theme::Theme;
use crate::view::sheet::Sheet;
use crate::view::text::{fit, paragraph, wrap};

const KEY: usize = 14;

/// How an argument is written.
const ARGUMENTS: [(&str, &str); 12] = [
    (
        "address",
        "127.0.0.1:8080  *:8080  [::1]:8080  8080 (127.0.0.1 or [::1], as the socket is)  \
         localhost:http (getaddrinfo() looks names up, in a line before)  unix:/tmp/x.sock  abstract:name  unix:  addr(x)  AF_UNSPEC",
    ),
    ("data", "\"text\\n\"  hex(de ad)  bytes(1000)  \"x\"*1000"),
    ("flags", "MSG_PEEK|MSG_DONTWAIT, also peek|dontwait"),
    (
        "value",
        "1  0xff  {1, 5s} for SO_LINGER  250ms or {0, 250000} for SO_RCVTIMEO  \"reno\" for TCP_CONGESTION  \
         IP_PMTUDISC_DO for IP_MTU_DISCOVER  {239.1.1.1, 127.0.0.1} for IP_ADD_MEMBERSHIP  hex(01 02)  NULL",
    ),
    (
        "fds",
        "[s: POLLIN, c: POLLIN|POLLOUT] for poll; read [s, c], write [], except [] for select",
    ),
    (
        "events",
        "EPOLLIN|EPOLLET|EPOLLONESHOT for epoll_ctl, also in|et",
    ),
    (
        "timeout",
        "1000 (milliseconds)  2s  0 does not wait  -1 waits forever; -5 is passed as it is",
    ),
    (
        "message",
        "sendmsg(a, [\"he\", \"llo\"], fds(x, y)), also creds(1, 0, 0); p, q = recvmsg(b, [3, 5])",
    ),
    (
        "signals",
        "[SIGIO, SIGURG]; as the mask of ppoll, pselect and epoll_pwait: those that stay blocked, [] for none",
    ),
    (
        "name",
        "l = socket inet stream; without one it is s1, s2, …",
    ),
    (
        "loose",
        "bind l 127.0.0.1:0 means bind(l, 127.0.0.1:0); prefixes such as AF_ may be left out",
    ),
    (
        "expect",
        "recv(s, 10) -> 5 \"hello\" says what result is expected; also *  fd  fd 3  >0  A or B  ... for the rest; \
         within 10s after it says how long it may take",
    ),
];

/// The page.
pub(crate) fn sheet(app: &App, width: usize) -> Sheet {
    let mut topics = Vec::new();
    let rows = lines(app, width, &mut topics);
    Sheet {
        topics,
        ..Sheet::new(" Help ", rows)
    }
}

/// The text, and the rows of what can be looked up in it.
pub(crate) fn lines(
    app: &App,
    width: usize,
    topics: &mut Vec<(&'static str, usize)>,
) -> Vec<Line<'static>> {
    let theme = &app.theme;
    let accept = app.keys.name(ACCEPT);
    let intro = format!(
        "Each key or line makes one real system call. A key opens a form, and {accept} runs its line."
    );
    let mut lines = paragraph(&intro, width, theme.secondary);
    for (group, title) in Group::SECTIONS {
        heading(&mut lines, theme, title);
        let of_group = |(row, keys): &(&Binding, &[Bound])| row.group == group && !keys.is_empty();
        for (row, keys) in app.keys.rows().filter(of_group) {
            topics.push((row.name, lines.len()));
            if let Action::Call(call_kind) = row.action {
                topics.push((call_kind.word(), lines.len()));
            }
            entry(&mut lines, theme, &written(keys), &row.words(), width);
        }
    }
    let keyed = |row: &crate::call::table::Signature| !app.keys.of(row.call_kind).is_empty();
    let listed =
        |row: &&crate::call::table::Signature| row.group != crate::call::table::Group::Prompt;
    heading(
        &mut lines,
        theme,
        &format!(
            "In the palette: {}, a part of the name, {accept}",
            app.keys.name(Action::Choose)
        ),
    );
    for row in SIGNATURES.iter().filter(listed).filter(|row| !keyed(row)) {
        topics.push((row.word, lines.len()));
        entry(
            &mut lines,
            theme,
            row.word,
            &format!("{row}: {}", row.summary),
            width,
        );
    }
    heading(&mut lines, theme, "Only at the prompt");
    for (word, meaning) in crate::app::commands::words() {
        entry(&mut lines, theme, word, meaning, width);
    }
    for row in SIGNATURES.iter().filter(|row| !listed(row)) {
        topics.push((row.word, lines.len()));
        entry(
            &mut lines,
            theme,
            row.word,
            &format!("{row}: {}", row.summary),
            width,
        );
    }
    heading(&mut lines, theme, "Arguments");
    for (name, forms) in ARGUMENTS {
        entry(&mut lines, theme, name, forms, width);
    }
    if !app.missing.is_empty() {
        heading(&mut lines, theme, "What is denied here");
    }
    for sentence in &app.missing {
        lines.extend(paragraph(sentence, width, Style::new()));
    }
    lines
}

/// The keys of an action.
pub(crate) fn written(keys: &[Bound]) -> String {
    let names: Vec<&str> = keys.iter().map(|key| key.name.as_str()).collect();
    names.join(", ")
}

pub(crate) fn heading(lines: &mut Vec<Line<'static>>, theme: &Theme, title: &str) {
    lines.push(Line::default());
    lines.push(Line::styled(title.to_owned(), theme.title));
}

pub(crate) fn entry(
    lines: &mut Vec<Line<'static>>,
    theme: &Theme,
    key: &str,
    text: &str,
    width: usize,
) {
    for (index, part) in wrap(text, width.saturating_sub(KEY))
        .into_iter()
        .enumerate()
    {
        let key = if index == 0 {
            fit(key, KEY)
        } else {
            " ".repeat(KEY)
        };
        lines.push(Line::from(vec![
            Span::styled(key, theme.accent),
            Span::styled(part, Style::new()),
        ]));
    }
}
