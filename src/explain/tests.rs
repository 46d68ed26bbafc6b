//! Tests of the explanations: the tables as tables, every result of every call, and stories with conflicts.

use std::collections::HashSet;

use crate::call::table::SIGNATURES;
use crate::explain::context::Context;
use crate::explain::rule::Rule;
use crate::explain::*;
use crate::socket::phase::Cause;
use crate::socket::{Kind, Phase};

mod claims;
pub(crate) mod gallery;
mod gallery_causes;
mod gallery_control;
mod gallery_counters;
mod gallery_evidence;
mod gallery_names;
mod gallery_options;
mod gallery_pipes;
mod gallery_processes;
mod gallery_reports;
mod gallery_sets;
mod gallery_teardown;
mod gallery_traced;
mod gallery_transfers;
mod general;
mod long_log;
mod sockaddr_view;
pub(crate) mod story;
mod story_evidence;
mod suggestions;
mod sweep;

use crate::explain::tests::story::Story;

/// Whether a text still has a `{placeholder}`.
fn has_placeholder(text: &str) -> bool {
    text.split('{').skip(1).any(|rest| {
        rest.split_once('}').is_some_and(|(name, _)| {
            !name.is_empty() && name.chars().all(|c| c.is_ascii_lowercase() || c == '_')
        })
    })
}

#[test]
fn every_text_is_whole_sentences_with_known_placeholders() {
    for rule in rules::all() {
        let known = text::PLACEHOLDERS
            .iter()
            .fold(rule.text.to_owned(), |text, placeholder| {
                text.replace(&format!("{{{}}}", placeholder.name), "")
            });
        assert!(
            !has_placeholder(&known),
            "unknown placeholder: {}",
            rule.text
        );
        let ends = [
            ".",
            ".{sigpipe}",
            ".{until}",
            ".{differs_from_set}",
            ": {reason}",
        ]
        .iter()
        .any(|end| rule.text.ends_with(end));
        assert!(ends, "no full stop: {}", rule.text);
        assert!(
            rule.text.len() <= 220,
            "too long ({}): {}",
            rule.text.len(),
            rule.text
        );
        assert!(!rule.text.contains("  "), "{}", rule.text);
    }
}

#[test]
fn every_placeholder_is_used() {
    for placeholder in text::PLACEHOLDERS {
        let braced = format!("{{{}}}", placeholder.name);
        assert!(
            rules::all().any(|rule| rule.text.contains(&braced)),
            "{braced}"
        );
    }
}

/// Whether `early` fits every context that `late` fits.
fn shadows(early: &Rule, late: &Rule) -> bool {
    let calls = late.calls.iter().all(|call_kind| early.is_about(call_kind));
    let result = match (early.result, late.result) {
        (pattern::Pattern::Fails(wide), pattern::Pattern::Fails(narrow)) => {
            narrow.iter().all(|number| wide.contains(number))
        }
        (wide, narrow) => wide == narrow,
    };
    calls && result && early.when.iter().all(|when| late.when.contains(when))
}

#[test]
fn no_rule_is_hidden_by_an_earlier_one() {
    let all: Vec<&Rule> = rules::all().collect();
    for (index, late) in all.iter().enumerate() {
        for early in &all[..index] {
            assert!(
                !shadows(early, late),
                "{:?} hides {:?}",
                early.text,
                late.text
            );
        }
    }
}

/// Whether an explanation can be displayed.
#[track_caller]
fn is_presentable(why: &Why, call: &str) {
    let text = &why.text;
    assert!(text.ends_with('.'), "{call}: {text}");
    assert!(!has_placeholder(text), "{call}: {text}");
    assert_ne!(why.source, rule::NO_SOURCE, "{call}: {text}");
    assert!(text.chars().count() <= 250, "{call}: {text}");
    assert_ne!(text, rule::NOTHING_FITS, "{call}");
}

#[test]
fn every_result_of_every_call_is_explained_and_every_rule_explains_something() {
    let mut calls = HashSet::new();
    let mut reached = HashSet::new();
    let mut said = HashSet::new();
    let mut note = |world: &World, record: &Record| {
        let why = why(world, record);
        is_presentable(&why, &record.call().to_string());
        is_without_segments(world, record, &why.text);
        calls.insert(record.call().call_kind());
        let context = Context::of(world, record);
        reached.extend(rule_of(&context).map(|rule| rule.text));
        let tables = [
            (context.reported(), facts::readiness::MEANINGS),
            (context.awaited(), facts::readiness::WAKERS),
        ];
        for (members, table) in tables {
            for member in members {
                said.extend(context.clauses(&member, table).iter().map(|row| row.words));
            }
        }
    };
    gallery::every_record(&mut note);
    gallery_traced::every_record(&mut note);
    sweep::every_record(&mut note);
    // And the one for all calls without a word.
    assert_eq!(
        calls.len(),
        SIGNATURES.len() + 1,
        "every call is in the sweep"
    );
    let missed: Vec<&str> = rules::all()
        .map(|rule| rule.text)
        .filter(|text| !reached.contains(text))
        .collect();
    assert!(missed.is_empty(), "never reached:\n{}", missed.join("\n"));
    let unsaid: Vec<&str> = facts::readiness::MEANINGS
        .iter()
        .chain(facts::readiness::WAKERS)
        .map(|row| row.words)
        .filter(|words| !words.is_empty() && !said.contains(words))
        .collect();
    assert!(unsaid.is_empty(), "never said:\n{}", unsaid.join("\n"));
}

/// AF_UNIX is never explained with segments.
#[track_caller]
fn is_without_segments(world: &World, record: &Record, text: &str) {
    let context = Context::of(world, record);
    let of_tcp = context.address().is_some()
        || matches!(context.call_kind(), CallKind::State | CallKind::Peer);
    if context.domain() != Some(crate::socket::Domain::UNIX) || of_tcp {
        return;
    }
    let of_segments = ["SYN", "FIN", "RST", "handshake", "segment", "TIME_WAIT"];
    let mentioned = text
        .split(|c: char| !c.is_alphanumeric() && c != '_')
        .any(|word| of_segments.contains(&word));
    assert!(!mentioned, "{}: {text}", record.call());
}

/// Whether a source is one that can be looked up: a manual page, a section of a book or of an RFC.
fn can_be_looked_up(source: &str) -> bool {
    let is_section = |text: &str| {
        let mut parts = text.split('.');
        parts.all(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit()))
    };
    let is_page = |name: &str| {
        name.bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"_.".contains(&byte))
    };
    match source.split_once(['(', ' ']) {
        Some(("TLPI" | "UNP", section)) => is_section(section),
        Some(("RFC", rest)) => rest
            .split_once(' ')
            .is_some_and(|(number, section)| is_section(number) && is_section(section)),
        Some((name, section)) if source.ends_with(')') => {
            is_page(name) && section.len() == 2 && section.starts_with(|c: char| c.is_ascii_digit())
        }
        _ => source == "the notation",
    }
}

#[test]
fn every_rule_has_a_source() {
    for rule in rules::all() {
        let sources: Vec<&str> = match rule.source {
            rule::NO_SOURCE => {
                let result = rule.result;
                let never_made = result == pattern::Pattern::Refused;
                let of_a_word = rule
                    .calls
                    .iter()
                    .all(|call_kind| !call_kind.is_system_call());
                assert!(never_made || of_a_word, "{}", rule.text);
                continue;
            }
            rule::OF_THE_CALL => rule.calls.iter().map(manual).collect(),
            source => vec![source],
        };
        for source in sources {
            assert!(can_be_looked_up(source), "{source:?}: {}", rule.text);
        }
    }
}

#[test]
fn where_nothing_is_to_be_read_no_source_is_named() {
    let mut story = Story::new();
    story.tell("c = socket(AF_INET, SOCK_STREAM)\nrecv(c, 1) -> refused no such thing");
    assert_eq!(story.why().source, "");
    story.tell("recv(c, 1) -> runs");
    assert_eq!(story.why().source, "recv(2)");
}

#[test]
fn an_errno_that_nothing_explains_is_said_to_be_general() {
    let mut story = Story::new();
    story.tell("c = socket(AF_INET, SOCK_STREAM)\nsend(c, \"x\") -> EXDEV");
    story.expect("In general EXDEV means: ");
    assert_eq!(story.why().source, "send(2)");
}

#[test]
fn what_wakes_a_call_fits_into_its_line() {
    let mut story = Story::new();
    story.tell("l = socket(AF_INET, SOCK_STREAM)\nlisten(l, 1) -> 0\naccept(l) -> blocks");
    assert_eq!(wakes_on(&story.world, story.last()), "a connection");
    for row in wakes_on::WAKES {
        assert!(row.on.len() <= 40, "{}", row.on);
    }
}

#[test]
fn a_call_that_cannot_succeed_says_so_in_a_line() {
    for text in inapplicable::texts() {
        assert!(
            text.replace("{}", "it").len() <= inapplicable::ROOM,
            "{text}"
        );
    }
    let mut story = Story::new();
    story.tell("c = socket(AF_INET, SOCK_STREAM)\nconnect(c, 127.0.0.1:1) -> 0");
    let reason = inapplicable(story.named("c"), CallKind::Listen);
    assert_eq!(
        reason.as_deref(),
        Some("c is connected: only a fresh or bound socket can listen")
    );
    assert_eq!(inapplicable(story.named("c"), CallKind::Send), None);
    story.tell("a_name_of_many_letters = socket(AF_INET, SOCK_DGRAM)");
    let reason = inapplicable(story.named("a_name_of_many_letters"), CallKind::Listen);
    assert_eq!(
        reason.as_deref(),
        Some("a_name_of_many_letters has no connections to listen for")
    );
    story.tell("u = socket(AF_UNIX, SOCK_STREAM)");
    assert!(
        inapplicable(story.named("u"), CallKind::Listen).is_some(),
        "no name yet"
    );
}

#[test]
fn what_is_no_socket_takes_no_calls_of_sockets() {
    let mut story = Story::new();
    story.tell("e = epoll_create1()\nn = open(\"/dev/null\")\nc = socket(AF_INET, SOCK_STREAM)");
    let reason = |name, call_kind| inapplicable(story.named(name), call_kind);
    let says =
        |name, call_kind, text: &str| assert_eq!(reason(name, call_kind).as_deref(), Some(text));
    says("e", CallKind::Bind, "e is an epoll instance, not a socket");
    says(
        "e",
        CallKind::Read,
        "e has no bytes: epoll_wait() returns its events",
    );
    says("n", CallKind::Send, "n is an opened file, not a socket");
    says("n", CallKind::Write, "n was opened for reading only");
    says("n", CallKind::EpollCtl, "n is not an epoll instance");
    says("c", CallKind::EpollWait, "c is not an epoll instance");
    says("c", CallKind::Sendmsg, "c is not connected");
    says("c", CallKind::Serve, "c does not listen: listen() first");
    says("c", CallKind::Echo, "c is not connected");
    says("c", CallKind::Peer, "c has no other end");
    for (name, call_kind) in [
        ("e", CallKind::EpollCtl),
        ("e", CallKind::EpollWait),
        ("e", CallKind::Dup),
        ("n", CallKind::Read),
        ("n", CallKind::Close),
        ("c", CallKind::Ioctl),
    ] {
        assert_eq!(reason(name, call_kind), None, "{call_kind:?} of {name}");
    }
}

#[test]
fn a_call_that_does_not_fail_is_not_warned_of() {
    let mut story = Story::new();
    story.tell("c = socket(AF_INET, SOCK_STREAM)");
    assert!(inapplicable(story.named("c"), CallKind::Sendto).is_some());
    story.tell("connect(c, 127.0.0.1:1) -> 0\nu = socket(AF_INET, SOCK_DGRAM)");
    story.tell("a, b = socketpair(AF_UNIX, SOCK_STREAM)\nn = socket(AF_UNIX, SOCK_STREAM)");
    story.tell("e, f = socketpair(AF_UNIX, SOCK_SEQPACKET)");
    // TCP and AF_UNIX sequenced packets ignore the address.
    assert_eq!(inapplicable(story.named("c"), CallKind::Sendto), None);
    assert_eq!(inapplicable(story.named("e"), CallKind::Sendto), None);
    assert!(inapplicable(story.named("a"), CallKind::Sendto).is_some());
    // They wait.
    assert_eq!(inapplicable(story.named("u"), CallKind::Recv), None);
    assert_eq!(inapplicable(story.named("u"), CallKind::Recvfrom), None);
    // AF_UNIX marks the direction as shut down even so.
    assert_eq!(inapplicable(story.named("n"), CallKind::Shutdown), None);
}

/// Calls that succeed without changing the phase of the socket.
const STAYS: [(CallKind, &[Phase]); 3] = [
    // Bound again by the kernel, or a second time after the connection is gone.
    (CallKind::Bind, &[Phase::Failed, Phase::Reset]),
    // A second listen() changes the backlog; Linux lets one follow a failed connect().
    (CallKind::Listen, &[Phase::Listening, Phase::Failed]),
    // On a connecting socket it aborts the attempt; a second one fails only if the peer has shut down too.
    (CallKind::Shutdown, &[Phase::Connecting, Phase::Shut]),
];

#[test]
fn a_call_makes_sense_where_the_table_of_phases_has_a_row_for_it() {
    let causes: [(CallKind, &[Cause]); 4] = [
        (CallKind::Bind, &[Cause::Bind]),
        (CallKind::Listen, &[Cause::Listen]),
        (CallKind::Connect, &[Cause::Connect]),
        (
            CallKind::Shutdown,
            &[Cause::ShutRead, Cause::ShutWrite, Cause::ShutBoth],
        ),
    ];
    for kind in [Kind::Stream, Kind::Datagram] {
        for phase in Phase::ALL {
            let Some(story) = sweep::story_of(sweep::of_kind(kind), phase) else {
                continue;
            };
            let socket = story.named("x");
            assert_eq!(socket.phase(), phase, "{kind:?}");
            for (call_kind, causes) in causes {
                let moves = causes
                    .iter()
                    .any(|cause| crate::socket::phase::next(kind, phase, *cause).is_some());
                let stays = STAYS
                    .iter()
                    .any(|(stays, phases)| *stays == call_kind && phases.contains(&phase));
                // A datagram socket may change its peer at any time.
                let retry = call_kind == CallKind::Connect
                    && kind == Kind::Datagram
                    && phase != Phase::Closed;
                let reason = inapplicable(socket, call_kind);
                assert_eq!(
                    reason.is_none(),
                    moves || stays || retry,
                    "{call_kind:?} of a {kind:?} that is {phase}: {reason:?}"
                );
            }
            for row in crate::socket::phase::transitions_from(kind, phase)
                .filter(|row| row.cause == Cause::Close)
            {
                assert_eq!(inapplicable(socket, CallKind::Close), None, "{}", row.why);
            }
        }
    }
}
