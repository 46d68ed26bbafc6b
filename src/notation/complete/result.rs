//! What could follow `->`: how a call may end, and the words that join such patterns.

use crate::call::table::{Gives, Signature};
use crate::notation::complete::rank::{Item, Row, rows};
use crate::notation::complete::token::end_of;
use crate::notation::complete::{Completion, KnownNames};
use crate::notation::parse::lexer::Lexeme;
use crate::socket::Errno;
use crate::socket::tcp_state::TCP_STATES;

/// Linux numbers its errors from 1 to this one.
const LAST_ERRNO: i32 = 133;

/// Completes the last of the words behind the arrow.
pub(crate) fn complete(
    line: &str,
    cursor: usize,
    row: Option<&'static Signature>,
    words: &[Lexeme<'_>],
    context: &KnownNames,
) -> Completion {
    let call = row.map(|row| (row, row.params.len()));
    let Some((current, before)) = words.split_last() else {
        return Completion::nothing(cursor, call);
    };
    let typed = &line[current.at..cursor];
    let items = match before.last().map(|word| word.text) {
        None => outcomes(row, typed, true),
        Some("or") => outcomes(row, typed, false),
        Some("from") => addresses(context),
        Some("within") => rows(&[("5s", "how long it may take")]),
        Some(_) => joints(row, before),
    };
    let mut candidates = crate::notation::complete::rank::find(&items, typed);
    if candidates.len() == 1 && candidates[0].text == typed {
        candidates.clear();
    }
    Completion {
        range: current.at..end_of(line, current.at, cursor, |_| false),
        candidates,
        call,
    }
}

/// How the call may end. Errors are offered once something is typed: there are too many to choose from.
fn outcomes(row: Option<&'static Signature>, typed: &str, is_first: bool) -> Vec<Item> {
    let mut items = rows(successes(row.map(|row| row.gives)));
    if row.is_some_and(|row| row.gives == Gives::State) {
        let states = TCP_STATES.iter();
        items.extend(states.map(|(_, _, name, meaning)| Item::new(*name, *meaning)));
    }
    if is_first && row.is_none_or(|row| row.call_kind.can_be_left() || row.call_kind.collects()) {
        items.push(Item::new(
            "blocks",
            "it is still in the kernel after a while",
        ));
    }
    if !typed.is_empty() {
        items.extend(errnos(row));
    }
    if is_first && !typed.is_empty() {
        items.push(Item::new("refused", "sockplay declines to make the call").short(1));
    }
    items.push(Item::new("*", "any result, errors too"));
    items
}

fn errnos(row: Option<&'static Signature>) -> impl Iterator<Item = Item> {
    let sends = row.is_some_and(|row| row.call_kind.sends());
    let signal = sends.then(|| Item::new("EPIPE+SIGPIPE", "Broken pipe, and the signal for it"));
    (1..=LAST_ERRNO)
        .map(Errno)
        .map(|errno| (errno.name(), errno.text()))
        // Two numbers in between have no name.
        .filter(|(name, _)| name.starts_with('E'))
        .map(|(name, text)| Item::new(name, text).short(1))
        .chain(signal.map(|item| item.short(1)))
}

/// The results of a call that succeeds.
fn successes(gives: Option<Gives>) -> &'static [Row] {
    let Some(gives) = gives else {
        return &[("0", "it worked"), ("fd", "a descriptor")];
    };
    match gives {
        Gives::Zero => &[("0", "it worked")],
        Gives::Another => &[
            ("0", "it worked"),
            ("fd", "a descriptor"),
            (">0 ...", "bytes were moved, or something is ready"),
        ],
        Gives::Number => &[("0", "it worked")],
        Gives::Socket
        | Gives::Duplicate
        | Gives::File
        | Gives::Epoll
        | Gives::Eventfd
        | Gives::Timerfd => &[("fd", "a descriptor")],
        Gives::Pair | Gives::Pipe => &[("fd, fd", "two descriptors")],
        Gives::Connection => &[
            ("fd", "a connection"),
            ("fd from *", "the same, with the address of the peer"),
        ],
        Gives::Received => &[("0", "end of stream"), (">0 ...", "some data")],
        Gives::Sent => &[(">0", "bytes were taken")],
        Gives::Ready => &[
            ("0", "nothing was ready before the timeout"),
            ("1 ...", "one descriptor is ready"),
        ],
        Gives::Selected => &[
            ("1 ...", "one is ready"),
            ("0 ...", "the timeout came first"),
        ],
        Gives::Signal => &[("SIGIO ...", "this signal")],
        Gives::Answer => &[("0", "nothing, or it worked"), (">0", "that many")],
        Gives::Moved => &[(">0", "that many bytes"), ("0", "no bytes")],
        Gives::Connections => &[(">0", "that many connections"), ("0", "no connection")],
        Gives::Waiting => &[
            ("0", "no connection waits"),
            (">0", "some connection waits"),
        ],
        Gives::Unread => &[
            ("0", "nothing waits, or an empty datagram is next"),
            (">0", "some data waits"),
        ],
        Gives::Address => &[("127.0.0.1:*", "any port")],
        Gives::Addresses => &[
            ("[127.0.0.1:80]", "this address alone"),
            ("[127.0.0.1:80, ...]", "this address first"),
            ("EAI_NONAME", "there is no such name"),
        ],
        Gives::Names => &[("\"localhost\" ...", "this name"), ("*", "anything")],
        Gives::Bytes => &[
            ("1 ...", "it is an address"),
            ("0", "it is no address"),
            ("* hex(1f 90)", "these bytes in memory"),
        ],
        Gives::Value => &[("0", "off, or no error"), ("1", "on"), (">0", "a number")],
        Gives::Control => &[("0", "it worked, or no flags"), ("O_NONBLOCK", "this flag")],
        Gives::Process => &[("pid", "a process")],
        Gives::ChildChange => &[
            ("exited 0", "it has ended by itself"),
            ("killed SIGKILL", "a signal has ended it"),
            ("0", "WNOHANG: it has not ended"),
        ],
        Gives::Nothing => &[("?", "it does not return")],
        Gives::State => &[
            ("GONE", "the kernel no longer knows it"),
            ("UNKNOWN", "of a peer: it is on another host"),
        ],
    }
}

fn addresses(context: &KnownNames) -> Vec<Item> {
    let own = context.addresses.iter();
    let mut items: Vec<Item> = own.map(|(text, about)| Item::new(text, about)).collect();
    items.push(Item::new("127.0.0.1:*", "any port"));
    items.push(Item::new("*", "anywhere"));
    items
}

/// The words that may follow one pattern.
fn joints(row: Option<&'static Signature>, before: &[Lexeme<'_>]) -> Vec<Item> {
    let has = |word: &str| before.iter().any(|lexeme| lexeme.text == word);
    let mut items = Vec::new();
    if row.is_some_and(|row| row.result.contains("from")) && !has("from") {
        items.push(Item::new("from", "the address of the peer follows"));
    }
    items.push(Item::new("or", "either this or what follows"));
    if !has("blocks") && !has("within") {
        items.push(Item::new(
            "within",
            "how long it may take, where 2 s are not enough",
        ));
    }
    items.push(Item::new("...", "the rest does not matter"));
    items
}
