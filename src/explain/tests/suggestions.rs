//! The suggestions: every line of the table is valid notation, every line that is offered can be run, and stories in
//! which they help.

use std::collections::HashSet;

use crate::call::argument::Descriptor;
use crate::call::table::CallKind;
use crate::event::CallId;
use crate::explain::context::Context;
use crate::explain::suggestions;
use crate::explain::suggestions::suggestion_rules;
use crate::explain::suggestions::table::ALL;
use crate::explain::tests::gallery::{CONNECTED, PAIR};
use crate::explain::tests::story::Story;
use crate::notation::parse_line;
use crate::world::{Progress, Record, World, resolve};

/// Values for the placeholders of the table.
const SAMPLES: &[(&str, &str)] = &[
    ("free_pair", "s8, s9"),
    ("free_port", "127.0.0.1:0"),
    ("own_wildcard", "*:80"),
    ("own", "127.0.0.1:0"),
    ("address", "unix:/tmp/x"),
    ("local", "unix:/tmp/x"),
    ("remote", "127.0.0.1:80"),
    ("somebody", "addr(l)"),
    ("at_remote", "127.0.0.1:80"),
    ("domain", "AF_INET"),
    ("address_domain", "AF_INET6"),
    ("type", "SOCK_STREAM"),
    ("target_type", "SOCK_DGRAM"),
    ("making", "socket(AF_INET, SOCK_STREAM)"),
    ("client_making", "socket(AF_INET, SOCK_STREAM)"),
    ("reuse", "SO_REUSEADDR"),
    ("option", "SO_RCVBUF"),
    ("asked", "5"),
    ("fitting_segment", "1472"),
    ("waking", "\"hello\""),
    ("data", "\"hello\""),
    ("sender", "127.0.0.1:80"),
    ("answering_control", "IP_PKTINFO({127.0.0.2})"),
    ("events", "EPOLLIN"),
    ("overlooked_events", "EPOLLIN|EPOLLET"),
    ("disarmed_events", "EPOLLIN|EPOLLONESHOT"),
];

/// The placeholders that are a whole line.
const WHOLE: [&str; 10] = [
    "retry",
    "right_length",
    "without_flags",
    "without_signal",
    "fitting",
    "send_rest",
    "by_duplicate",
    "ready_line",
    "message_to_it",
    "unblocking_line",
];

#[test]
fn every_line_of_the_table_is_notation() {
    for (name, suggestion) in ALL {
        for step in suggestion.steps {
            let mut line = step.line.to_owned();
            for argument in suggestions::arguments::SUGGESTION_ARGS {
                let sample = SAMPLES.iter().find(|(of, _)| *of == argument.name);
                let sample = match sample {
                    Some((_, sample)) => sample,
                    None if WHOLE.contains(&argument.name) => "close(x)",
                    None => "x",
                };
                line = line.replace(&format!("{{{}}}", argument.name), sample);
            }
            assert!(parse_line(&line).is_ok(), "{name}: {line}");
            let words = crate::explain::text::PLACEHOLDERS
                .iter()
                .fold(step.words.to_owned(), |words, placeholder| {
                    words.replace(&format!("{{{}}}", placeholder.name), "")
                });
            assert!(!words.contains('{'), "{name}: {}", step.words);
            assert!(step.words.len() <= 30, "{name}: {}", step.words);
        }
    }
}

#[test]
fn every_argument_and_every_suggestion_is_used() {
    for argument in suggestions::arguments::SUGGESTION_ARGS {
        let braced = format!("{{{}}}", argument.name);
        let mut steps = ALL.iter().flat_map(|(_, suggestion)| suggestion.steps);
        assert!(steps.any(|step| step.line.contains(&braced)), "{braced}");
    }
    for (name, suggestion) in ALL {
        let mut named = crate::explain::rules::all().flat_map(|rule| rule.suggestion_rules);
        assert!(named.any(|own| std::ptr::eq(*own, *suggestion)), "{name}");
    }
}

/// Whether a line can be run where it is offered, checked independently of the code that offers it.
#[track_caller]
fn can_be_run(world: &World, record: &Record, line: &str) {
    let call = record.call();
    let parsed = parse_line(line).unwrap_or_else(|error| panic!("{call}: {line}: {error:?}"));
    let command = parsed.command.expect(line);
    if let Err(error) = resolve(world, CallId(u64::MAX), &command) {
        panic!("{call}: {line}: {error}");
    }
    assert_eq!(command.to_string(), line, "{call}: in canonical form");
    let named = command
        .call
        .socket()
        .into_iter()
        .chain(command.call.others());
    for descriptor in named {
        let Descriptor::Named(name) = descriptor else {
            panic!("{call}: {line} is about a bare number");
        };
        let socket = world.named(name).expect("it resolved");
        assert!(socket.is_open(), "{call}: {line} is about a closed one");
        let call_kind = command.call.call_kind();
        let on_purpose = line.contains("AF_UNSPEC") || line.contains("MSG_NOSIGNAL");
        if command.call.socket() == Some(descriptor) && !on_purpose {
            let reason = crate::explain::inapplicable(socket, call_kind);
            assert_eq!(reason, None, "{call}: {line}");
        }
        let waits = world.pending_with(socket.id()).next().is_some();
        assert!(
            call_kind != CallKind::Cancel || waits,
            "{call}: nothing to cancel"
        );
    }
}

#[test]
fn every_line_that_is_offered_can_be_run_and_every_suggestion_is_offered_somewhere() {
    let mut begun: HashSet<*const ()> = HashSet::new();
    let mut note = |world: &World, record: &Record| {
        let context = Context::of(world, record);
        let rules: Vec<_> = suggestion_rules(&context).collect();
        if rules.is_empty() && !matches!(record.progress, Progress::Returned { .. }) {
            return;
        }
        let offered = suggestions(world, record);
        for suggestion in &offered {
            can_be_run(world, record, &suggestion.line);
            assert!(!suggestion.words.contains('{'), "{}", suggestion.words);
        }
        for suggestion in rules {
            let first = suggestions::arguments::fill(suggestion.steps[0].line, &context);
            if offered
                .iter()
                .any(|suggestion| Some(&suggestion.line) == first.as_ref())
            {
                begun.insert(std::ptr::from_ref(suggestion).cast());
            }
        }
    };
    crate::explain::tests::gallery::every_record(&mut note);
    crate::explain::tests::sweep::every_record(&mut note);
    STORIES.iter().for_each(|story| {
        let mut told = Story::new();
        for line in story.1.lines().chain(story.2.lines()) {
            told.tell(line);
            if let Some(record) = told.world.log().last() {
                note(&told.world, record);
            }
        }
    });
    let never: Vec<&str> = ALL
        .iter()
        .filter(|(_, suggestion)| !begun.contains(&std::ptr::from_ref(*suggestion).cast()))
        .map(|(name, _)| *name)
        .collect();
    assert!(never.is_empty(), "never offered: {never:?}");
}

const STORIES: &[crate::explain::tests::gallery::Tale] = &[
    (
        "a taken address is given up by its holder",
        CONNECTED,
        "
        n = socket(AF_INET, SOCK_STREAM)
        bind(n, 127.0.0.1:8080) -> EADDRINUSE
        ! bind(n, 127.0.0.1:0)
        ! close(l)
        close(l) -> 0
        ! bind(n, 127.0.0.1:8080)
        bind(n, 127.0.0.1:8080) -> EADDRINUSE
        ! setsockopt(s, SO_REUSEADDR, 1)
        ! setsockopt(n, SO_REUSEADDR, 1)
    ",
    ),
    (
        "an orphan that had SO_REUSEADDR is passed with SO_REUSEADDR",
        "
        l = socket(AF_INET, SOCK_STREAM)
        setsockopt(l, SO_REUSEADDR, 1) -> 0
    ",
        "
        bind(l, 127.0.0.1:8080) -> 0
        listen(l, 5) -> 0
        s = accept(l) -> fd from 127.0.0.1:5000
        @ s local 127.0.0.1:8080
        @ s peer 127.0.0.1:5000
        close(l) -> 0
        close(s) -> 0
        @ s orphan time-wait 59
        n = socket(AF_INET, SOCK_STREAM)
        bind(n, 127.0.0.1:8080) -> EADDRINUSE
        ! setsockopt(n, SO_REUSEADDR, 1)
        ! bind(n, 127.0.0.1:8080)
        setsockopt(n, SO_REUSEADDR, 1) -> 0
        ! bind(n, 127.0.0.1:8080)
    ",
    ),
    (
        "a server is made where nobody listened",
        "",
        "
        c = socket(AF_INET, SOCK_STREAM)
        connect(c, 127.0.0.1:9) -> ECONNREFUSED
        ! s1 = socket(AF_INET, SOCK_STREAM)
        s1 = socket(AF_INET, SOCK_STREAM)
        ! bind(s1, 127.0.0.1:9)
        bind(s1, 127.0.0.1:9) -> 0
        ! listen(s1, 5)
        listen(s1, 5) -> 0
        ! connect(c, 127.0.0.1:9)
        d = socket(AF_INET, SOCK_STREAM)
        connect(d, 127.0.0.1:10) -> ECONNREFUSED
        ! connect(d, addr(s1))
    ",
    ),
    (
        "a stale path is removed",
        "",
        "
        t = socket(AF_UNIX, SOCK_STREAM)
        bind(t, unix:/tmp/u) -> 0
        close(t) -> 0
        u = socket(AF_UNIX, SOCK_STREAM)
        @ file ours
        bind(u, unix:/tmp/u) -> EADDRINUSE
        ! unlink(unix:/tmp/u)
        ! bind(u, unix:/tmp/u)
        ! bind(u, unix:)
        unlink(unix:/tmp/u) -> 0
        ! bind(u, unix:/tmp/u)
        bind(u, unix:/tmp/u) -> 0
        close(u) -> 0
        c = socket(AF_UNIX, SOCK_STREAM)
        @ file ours
        connect(c, unix:/tmp/u) -> ECONNREFUSED
        ! unlink(unix:/tmp/u)
        @ outsider nobody
        ! unlink(unix:/tmp/u)
        bind(c, unix:/tmp/other) -> EADDRINUSE
        @ outsider nobody
        !! unlink(unix:/tmp/other)
        connect(c, unix:/tmp/other) -> ECONNREFUSED
        @ outsider nobody
        !! unlink(unix:/tmp/other)
    ",
    ),
    (
        "a short write goes on",
        CONNECTED,
        "
        send(c, \"hello\") -> 2
        ! send(c, \"llo\")
        fcntl(c, F_SETFL, O_NONBLOCK) -> 0
        send(c, bytes(99)) -> 40
        ! poll([c: POLLOUT], 1000)
        ! send(c, bytes(59))
    ",
    ),
    (
        "a handshake under way is waited for",
        "",
        "
        c = socket(AF_INET, SOCK_STREAM|SOCK_NONBLOCK)
        connect(c, 127.0.0.1:9) -> EINPROGRESS
        ! poll([c: POLLOUT], -1)
        ! getsockopt(c, SO_ERROR)
        poll([c: POLLOUT], -1) -> 1 [c: POLLOUT]
        ! getsockopt(c, SO_ERROR)
    ",
    ),
    (
        "what nothing can be done with is not offered",
        CONNECTED,
        "
        n = socket(AF_INET, SOCK_STREAM)
        bind(n, 127.0.0.1:8080) -> EADDRINUSE
        ! bind(n, 127.0.0.1:0)
    ",
    ),
    (
        "end of file is answered",
        PAIR,
        "
        shutdown(b, SHUT_WR) -> 0
        recv(a, 9) -> 0
        ! send(a, \"bye\")
        ! shutdown(a, SHUT_WR)
        ! close(a)
    ",
    ),
    (
        "a receiver for datagrams",
        "",
        "
        u = socket(AF_INET, SOCK_DGRAM)
        send(u, \"x\") -> EDESTADDRREQ
        ! s1 = socket(AF_INET, SOCK_DGRAM)
        s1 = socket(AF_INET, SOCK_DGRAM)
        ! bind(s1, 127.0.0.1:0)
        bind(s1, 127.0.0.1:0) -> 0
        @ s1 local 127.0.0.1:700
        ! sendto(u, \"x\", addr(s1))
        send(u, \"x\") -> EDESTADDRREQ
        ! sendto(u, \"x\", addr(s1))
        ! connect(u, addr(s1))
    ",
    ),
    (
        "what cannot be made",
        "",
        "
        n = socket(AF_NETLINK, SOCK_STREAM) -> EAFNOSUPPORT
        ! n = socket(AF_INET, SOCK_STREAM)
        n, m = socketpair(AF_INET, SOCK_STREAM) -> EOPNOTSUPP
        ! n, m = socketpair(AF_UNIX, SOCK_STREAM)
        n = socket(AF_INET, SOCK_SEQPACKET) -> ESOCKTNOSUPPORT
        ! n = socket(AF_INET, SOCK_STREAM)
        n = socket(AF_INET, SOCK_STREAM, IPPROTO_UDP) -> EPROTONOSUPPORT
        ! n = socket(AF_INET, SOCK_STREAM)
        n = socket(AF_INET, SOCK_RAW) -> EPROTONOSUPPORT
        ! n = socket(AF_INET, SOCK_RAW, IPPROTO_ICMP)
    ",
    ),
    (
        "an address of its own",
        "",
        "
        c = socket(AF_INET6, SOCK_STREAM)
        getsockname(c) -> [::]:0
        ! bind(c, [::1]:0)
    ",
    ),
    (
        "a stale path of a receiver",
        "",
        "
        r = socket(AF_UNIX, SOCK_DGRAM)
        bind(r, unix:/tmp/r) -> 0
        close(r) -> 0
        d = socket(AF_UNIX, SOCK_DGRAM)
        @ file ours
        connect(d, unix:/tmp/r) -> ECONNREFUSED
        ! unlink(unix:/tmp/r)
        unlink(unix:/tmp/r) -> 0
        ! s1 = socket(AF_UNIX, SOCK_DGRAM)
    ",
    ),
    (
        "a connection is dissolved",
        CONNECTED,
        "
        connect(c, 127.0.0.1:9) -> EISCONN
        ! s1 = socket(AF_INET, SOCK_STREAM)
        ! connect(c, AF_UNSPEC)
        connect(c, AF_UNSPEC) -> 0
        ! connect(c, 127.0.0.1:9)
    ",
    ),
    (
        "a receiver where none was",
        "",
        "
        u = socket(AF_INET, SOCK_DGRAM)
        connect(u, 127.0.0.1:9) -> 0
        @ u peer 127.0.0.1:9
        send(u, \"x\") -> ECONNREFUSED
        ! s1 = socket(AF_INET, SOCK_DGRAM)
        s1 = socket(AF_INET, SOCK_DGRAM)
        ! bind(s1, 127.0.0.1:9)
    ",
    ),
    (
        "a signal is kept away",
        CONNECTED,
        "
        shutdown(c, SHUT_WR) -> 0
        write(c, \"x\") -> EPIPE+SIGPIPE
        ! send(c, \"x\", MSG_NOSIGNAL)
        ! send(s, \"hello\")
        ! recv(c, 100)
        ! close(c)
        @ c unread 3
        write(c, \"x\") -> EPIPE+SIGPIPE
        ! recv(c, 100)
    ",
    ),
    (
        "what waits is taken, and otherwise it is made to come",
        CONNECTED,
        "
        @ l waiting 0 5
        send(l, \"x\") -> EPIPE+SIGPIPE
        ! s1 = socket(AF_INET, SOCK_STREAM)
        @ l waiting 1 5
        send(l, \"x\") -> EPIPE+SIGPIPE
        ! s1 = accept(l)
        u = socket(AF_INET, SOCK_DGRAM)
        bind(u, 127.0.0.1:700) -> 0
        @ u local 127.0.0.1:700
        accept(u) -> EOPNOTSUPP
        ! s1 = socket(AF_INET, SOCK_DGRAM)
        @ u unread 3
        accept(u) -> EOPNOTSUPP
        ! recvfrom(u, 100)
    ",
    ),
    (
        "a pipe that is non-blocking from the beginning",
        "",
        "
        r, w = pipe(O_NONBLOCK)
        write(w, bytes(8192)) -> 4096
        ! poll([w: POLLOUT], 1000)
        ! write(w, bytes(4096))
    ",
    ),
    (
        "a message that fits",
        "",
        "
        u = socket(AF_INET, SOCK_DGRAM)
        connect(u, 127.0.0.1:9) -> 0
        send(u, bytes(70000)) -> EMSGSIZE
        ! send(u, bytes(65507))
    ",
    ),
];

#[test]
fn stories_lead_out() {
    for (_, begin, rest) in STORIES {
        let mut story = Story::new();
        story.tell(begin);
        story.tell(rest);
    }
}

#[test]
fn what_leads_on_is_said_in_order() {
    let mut story = Story::new();
    story.tell(CONNECTED);
    story.tell("n = socket(AF_INET, SOCK_STREAM)\nbind(n, 127.0.0.1:8080) -> EADDRINUSE");
    let told: Vec<String> = suggestions(&story.world, story.last())
        .into_iter()
        .map(|suggestion| {
            format!(
                "{}{} ({})",
                if suggestion.then { "then " } else { "" },
                suggestion.line,
                suggestion.words
            )
        })
        .collect();
    assert_eq!(
        told,
        [
            "bind(n, 127.0.0.1:0) (a free port)",
            "close(l) (l releases it)",
            "then bind(n, 127.0.0.1:8080) (try again)",
        ]
    );
}

#[test]
fn an_old_line_offers_only_what_is_still_of_use() {
    let mut story = Story::new();
    story.tell(CONNECTED);
    story.tell("n = socket(AF_INET, SOCK_STREAM)\nbind(n, 127.0.0.1:8080) -> EADDRINUSE");
    let line = story.last().id();
    story.tell("bind(n, 127.0.0.1:0) -> 0");
    let record = story.world.call(line).expect("it is in the log");
    let lines: Vec<String> = suggestions(&story.world, record)
        .into_iter()
        .map(|suggestion| suggestion.line)
        .collect();
    assert_eq!(lines, ["close(l)"], "n has an address by now");
}
