//! Tests of completion: what is offered at each kind of place, and that no line upsets it.

use proptest::prelude::*;

use crate::notation::complete::*;
use crate::notation::parse_line;

/// A session with a listening socket, two ends of a connection and a path.
fn session() -> KnownNames {
    let pairs = |rows: &[(&str, &str)]| {
        let owned = |(a, b): &(&str, &str)| ((*a).to_owned(), (*b).to_owned());
        rows.iter().map(owned).collect()
    };
    KnownNames {
        sockets: pairs(&[
            ("l", "inet stream, listening on 127.0.0.1:5000"),
            ("c", "inet stream, connected"),
            ("acc", "inet stream, connected"),
        ]),
        addresses: pairs(&[
            ("addr(l)", "where l listens"),
            ("127.0.0.1:5000", "the same, written out"),
            ("unix:/tmp/x.sock", "a path"),
        ]),
        children: pairs(&[("p", "process 7")]),
        held: pairs(&[("fd4", "recv(fd4, 100) is held")]),
    }
}

/// Completes a line with `█` for the cursor.
fn at(marked: &str) -> (String, Completion) {
    let (before, after) = marked.split_once('█').expect("a cursor");
    let line = format!("{before}{after}");
    let completion = complete(&line, before.len(), &session());
    (line, completion)
}

fn texts(completion: &Completion) -> Vec<&str> {
    let candidates = completion.candidates.iter();
    candidates
        .map(|candidate| candidate.text.as_str())
        .collect()
}

/// Checks the first candidates; none at all when none is expected.
#[track_caller]
fn offers(marked: &str, first: &[&str]) {
    let (_, completion) = at(marked);
    let texts = texts(&completion);
    let shown = match first {
        [] => texts.as_slice(),
        _ => &texts[..first.len().min(texts.len())],
    };
    assert_eq!(shown, first, "at {marked}, of {texts:?}");
}

/// Checks that these and no others are offered.
#[track_caller]
fn offers_only(marked: &str, all: &[&str]) {
    let (_, completion) = at(marked);
    assert_eq!(texts(&completion), all, "at {marked}");
}

/// Checks the call and the index of the parameter.
#[track_caller]
fn types(marked: &str, expected: Option<(&str, usize)>) {
    let (_, completion) = at(marked);
    let call = completion.call.map(|(row, param)| (row.word, param));
    assert_eq!(call, expected, "at {marked}");
}

/// The line after candidate `index` was put in, with the cursor behind it.
fn accepted(line: &str, completion: &Completion, index: usize) -> (String, usize) {
    let text = &completion.candidates[index].text;
    let mut line = line.to_owned();
    line.replace_range(completion.range.clone(), text);
    (line, completion.range.start + text.len())
}

/// Checks the line after the best candidate was put in.
#[track_caller]
fn becomes(marked: &str, expected: &str) {
    let (line, completion) = at(marked);
    assert!(!completion.candidates.is_empty(), "at {marked}");
    let (line, cursor) = accepted(&line, &completion, 0);
    let shown = format!("{}█{}", &line[..cursor], &line[cursor..]);
    assert_eq!(shown, expected, "from {marked}");
}

#[test]
fn words_of_calls() {
    offers("█", &["socket(", "socketpair(", "bind("]);
    offers_only("con█", &["connect("]);
    offers_only("  CON█", &["connect("]);
    offers_only("send█", &["send(", "sendto(", "sendmsg(", "sendmmsg("]);
    offers_only(
        "s = █",
        &[
            "socket(",
            "accept(",
            "accept4(",
            "recvmsg(",
            "recvmmsg(",
            "fcntl(",
            "dup(",
            "dup2(",
            "dup3(",
            "eventfd(",
            "timerfd_create(",
            "epoll_create1(",
            "epoll_create(",
            "open(",
            "fork()",
            "wait(",
        ],
    );
    offers_only("s = acc█", &["accept(", "accept4("]);
    offers_only(
        "a, b = █",
        &["socketpair(", "recvmsg(", "recvmmsg(", "pipe("],
    );
    offers_only("opt█", &["setsockopt(", "getsockopt("]);
    offers_only("lisen█", &["listen("]);
    offers("xyzzy█", &[]);
    offers("s = list█", &[]);
    offers("close(c) # con█", &[]);
}

#[test]
fn a_bracket_is_put_in_only_where_there_is_none() {
    becomes("con█", "connect(█");
    becomes("conn█(c, addr(l))", "connect█(c, addr(l))");
    becomes("co█nn(c, addr(l))", "connect█(c, addr(l))");
    becomes("conn█ c addr(l)", "connect█ c addr(l)");
    becomes("s = acc█ -> fd", "s = accept(█ -> fd");
}

#[test]
fn sockets() {
    offers_only("connect(█", &["l", "c", "acc"]);
    offers_only("connect █", &["l", "c", "acc"]);
    offers_only("s = accept(a█", &["acc"]);
    offers_only("close(c█", &[")"]);
    offers_only("send(c█", &[", "]);
    offers("send c█", &[]);
    offers_only("close(ac█", &["acc"]);
    offers("close(zz█", &[]);
    offers_only("close(900█", &[")"]);
    offers("close(900█)", &[]);
    becomes("connect(█c, addr(l))", "connect(l█, addr(l))");
}

#[test]
fn a_whole_argument_that_could_grow_is_offered_with_its_end() {
    offers_only("shutdown(c, SHUT_RD█", &["SHUT_RD)", "SHUT_RDWR"]);
    offers_only("socket(AF_INET█", &["AF_INET, ", "AF_INET6"]);
    let (_, completion) = at("shutdown(c, SHUT_RD█");
    assert_eq!(common_prefix(&completion.candidates), "SHUT_RD");
}

#[test]
fn constants_with_and_without_prefix() {
    offers("socket(█", &["AF_INET", "AF_INET6", "AF_UNIX"]);
    offers("socketpair(█", &["AF_UNIX", "AF_INET"]);
    offers_only("socket(ine█", &["AF_INET", "AF_INET6"]);
    offers_only("socket inte█", &["AF_INET"]);
    offers_only("socket(AF_INET, str█", &["SOCK_STREAM"]);
    offers_only("socket(inet, SOCK_STREAM█", &[")", ", "]);
    offers_only("socket(inet, stream, tc█", &["IPPROTO_TCP"]);
    offers_only("shutdown c w█", &["SHUT_WR"]);
    becomes("shutdown(c, w█r)", "shutdown(c, SHUT_WR█)");
}

#[test]
fn masks_offer_what_is_not_set() {
    offers_only("socket(inet, stream|█", &["SOCK_NONBLOCK", "SOCK_CLOEXEC"]);
    offers_only("socket(inet, stream|nonblock|█", &["SOCK_CLOEXEC"]);
    offers_only(
        "socket(inet, █|SOCK_CLOEXEC)",
        &[
            "SOCK_STREAM",
            "SOCK_DGRAM",
            "SOCK_SEQPACKET",
            "SOCK_RAW",
            "SOCK_RDM",
            "SOCK_NONBLOCK",
        ],
    );
    offers("recv(c, 5, █", &["MSG_PEEK", "MSG_DONTWAIT"]);
    offers("recv(c, 5, MSG_PEEK|█", &["MSG_DONTWAIT", "MSG_WAITALL"]);
    offers("recv(c, 5, peek | █", &["MSG_DONTWAIT", "MSG_WAITALL"]);
    offers("recv(c, 5, █|MSG_PEEK)", &["MSG_DONTWAIT", "MSG_WAITALL"]);
    offers_only("recv c 5 peek|tr█", &["MSG_TRUNC"]);
    becomes("recv(c, 5, pe█|MSG_OOB)", "recv(c, 5, MSG_PEEK█|MSG_OOB)");
    offers_only("accept4(l, █", &["SOCK_NONBLOCK", "SOCK_CLOEXEC"]);
    offers_only("recv(c, 5, MSG_PEEK█", &[")"]);
}

#[test]
fn addresses() {
    offers(
        "connect(c, █",
        &[
            "addr(l)",
            "127.0.0.1:5000",
            "unix:/tmp/x.sock",
            "127.0.0.1:",
            "*:",
            "[::1]:",
        ],
    );
    offers("connect c ad█", &["addr(l)"]);
    offers_only("connect(c, addr(█", &["addr(l)", "addr(c)", "addr(acc)"]);
    offers_only("connect(c, 127.0.0.1:█", &["127.0.0.1:5000"]);
    offers("connect(c, [::1]:█", &[]);
    offers("bind(c, unix:█", &["unix:)", "unix:/tmp/x.sock"]);
    offers_only("connect(c, addr(a█", &["addr(acc)"]);
    offers_only("connect(c, 127.0.0.1:port(a█", &["127.0.0.1:port(acc)"]);
    becomes("connect(c, addr(█))", "connect(c, addr(l)█)");
    becomes("connect c l█", "connect c addr(l)█");
    offers_only("connect(c, loc█", &["localhost:"]);
    offers_only("connect(c, localhost:80█", &[")"]);
    offers_only("connect(c, 8080█", &[")"]);
    offers_only("connect(c, uns█", &["AF_UNSPEC"]);
    offers_only("connect(c, abs█", &["abstract:"]);
    offers_only("connect(c, addr(l)█", &[")"]);
    offers_only("connect(c, 127.0.0.1:5001█", &[")"]);
    offers("connect c 127.0.0.1:5001█", &[]);
    offers_only(
        "unlink(█",
        &["addr(l)", "unix:/tmp/x.sock", "unix:", "addr("],
    );
    offers("sendto(c, \"x\", MSG_█", &["MSG_PEEK"]);
    offers("sendto(c, \"x\", MSG_DONTWAIT, █", &["addr(l)"]);
}

#[test]
fn options_that_the_call_can_reach() {
    offers("setsockopt(c, █", &["SO_REUSEADDR", "SO_REUSEPORT"]);
    offers_only("setsockopt(c, reuse█", &["SO_REUSEADDR", "SO_REUSEPORT"]);
    offers_only("getsockopt c nodel█", &["TCP_NODELAY"]);
    offers_only("setsockopt(c, SO_ERR█", &[]);
    offers_only("getsockopt(c, SO_ERR█", &["SO_ERROR"]);
    offers_only(
        "setsockopt(c, add_mem█",
        &["IP_ADD_MEMBERSHIP", "IPV6_ADD_MEMBERSHIP"],
    );
    offers_only("getsockopt(c, IP_ADD_MEM█", &[]);
    offers("getsockopt(c, IPPROTO_TCP, █", &["TCP_NODELAY"]);
    offers_only("setsockopt(c, SOL█", &["SOL_SOCKET", "SOL_RAW"]);
    offers_only("getsockopt(c, SO_ERROR█", &[")"]);
    offers_only("setsockopt(c, SO_LINGER█", &[", "]);
}

#[test]
fn values_by_the_type_of_the_option() {
    offers_only("setsockopt(c, SO_REUSEADDR, █", &["1", "0"]);
    offers_only("setsockopt(c, SO_REUSEADDR, 1█", &[")"]);
    offers("setsockopt(c, linger, █", &["{1, 5s}", "{1, 0s}"]);
    offers_only("setsockopt(c, linger, {1, █", &["{1, 5s}", "{1, 0s}"]);
    becomes(
        "setsockopt(c, linger, {0█ , 0s})",
        "setsockopt(c, linger, {0, 0s}█)",
    );
    offers("setsockopt c SOL_SOCKET rcvtimeo █", &["250ms", "1s"]);
    offers(
        "setsockopt(c, congestion, █",
        &["\"reno\"", "\"cubic\"", "\"bbr\""],
    );
    offers_only("setsockopt(c, congestion, \"cu█", &["\"cubic\""]);
    offers_only("setsockopt(c, congestion, cu█", &["\"cubic\""]);
    offers(
        "setsockopt(c, IP_ADD_MEMBERSHIP, █",
        &["{239.1.1.1, 127.0.0.1}"],
    );
    offers(
        "setsockopt(c, IP_MTU_DISCOVER, █",
        &["IP_PMTUDISC_WANT", "IP_PMTUDISC_DO"],
    );
    offers_only(
        "setsockopt(c, IP_MTU_DISCOVER, pro█",
        &["IP_PMTUDISC_PROBE"],
    );
    offers("setsockopt(c, SO_BINDTODEVICE, █", &["\"lo\""]);
    offers("setsockopt(c, SO_RCVBUF, █", &[]);
    offers("setsockopt(c, 9999, 9, █", &[]);
}

#[test]
fn numbers_data_durations_and_fcntl() {
    offers("listen(l, █", &["5"]);
    offers_only("listen(l, 5█", &[")"]);
    offers("recv c █", &["100"]);
    offers("send(c, █", &["\"hello\"", "bytes(1000)"]);
    offers_only("send(c, by█", &["bytes(1000)"]);
    offers("send(c, \"hel█", &[]);
    offers("send(c, \"hel█lo\")", &[]);
    offers("send(c, \"a, b) -> █", &[]);
    offers_only("send(c, \"hello\"█", &[")", ", "]);
    offers_only("write(c, \"hello\"█", &[")"]);
    offers_only("sleep(█", &["50ms", "1s"]);
    offers("fcntl(c, █", &["F_GETFL", "F_SETFL"]);
    offers_only("fcntl(c, F_GETFL█", &[")"]);
    offers_only("fcntl(c, F_SETFL█", &[", "]);
    offers_only("fcntl(c, setfl, █", &["O_NONBLOCK", "O_ASYNC"]);
    offers_only("fcntl(c, F_SETFD, █", &["FD_CLOEXEC"]);
}

#[test]
fn results() {
    offers_only("connect(c, addr(l)) -> █", &["0", "blocks", "*"]);
    offers_only("s = accept(l) ->█", &["fd", "fd from *", "blocks", "*"]);
    offers_only("socket inet stream -> █", &["fd", "blocks", "*"]);
    offers(
        "connect c addr(l) -> econn█",
        &["ECONNABORTED", "ECONNRESET", "ECONNREFUSED"],
    );
    offers_only("connect(c, addr(l)) -> EINPR█", &["EINPROGRESS"]);
    offers_only("connect(c, addr(l)) -> ENOENT or again█", &["EAGAIN"]);
    offers_only("state(c) -> FIN█", &["FIN_WAIT1", "FIN_WAIT2"]);
    offers_only("state(c) -> FIN_WAIT2 w█", &["within"]);
    offers_only("recv(s, 100) -> 3 \"abc\" w█", &["within"]);
    offers_only("recv(s, 100) -> 3 \"abc\" within █", &["5s"]);
    offers_only("accept(l) -> blocks w█", &[]);
    offers_only("close(1) -> refu█", &["refused"]);
    offers_only("unre█", &["unread("]);
    offers_only("unread(c) -> █", &["0", ">0", "*"]);
    offers_only("s = accept(l) -> fd f█", &["from"]);
    offers("s = accept(l) -> fd from █", &["addr(l)"]);
    offers_only("send(c, \"x\") -> EPIPE█", &["EPIPE", "EPIPE+SIGPIPE"]);
    offers_only("sleep(1s) -> blo█", &[]);
}

#[test]
fn the_call_and_its_parameter() {
    types("connect█", None);
    types("connect(█", Some(("connect", 0)));
    types("connect █", Some(("connect", 0)));
    types("connect(c, ad█", Some(("connect", 1)));
    types("connect c ad█", Some(("connect", 1)));
    types("s = accept(l,█", Some(("accept", 1)));
    types("connect(c█, addr(l)) -> 0", Some(("connect", 0)));
    types("connect(c, addr(l))█", Some(("connect", 2)));
    types("connect(c, addr(l)) -> █", Some(("connect", 2)));
    types("close(c, █", Some(("close", 1)));
    types("send(c, \"a, b█", Some(("send", 1)));
    types("setsockopt(c, SOL_SOCKET, █", Some(("setsockopt", 1)));
    types(
        "setsockopt(c, SOL_SOCKET, SO_LINGER, {1, █",
        Some(("setsockopt", 2)),
    );
    types("setsockopt(c, 1, 13, █", Some(("setsockopt", 2)));
    types("socket(inet, stream, nonblock, █", Some(("socket", 2)));
    types("sendto(c, \"x\", addr(l), 16, █", Some(("sendto", 3)));
    types("sendto(c, \"x\", MSG_PEEK, █", Some(("sendto", 2)));
    types("sendto(c, \"x\", MSG_PEEK, addr(l), █", Some(("sendto", 4)));
    types("frobnicate(█", None);
    types("Connect(█", None);
}

#[test]
fn the_common_prefix_is_cut_between_characters() {
    let candidates = |texts: &[&str]| -> Vec<Candidate> {
        let one = |text: &&str| Candidate {
            text: (*text).to_owned(),
            meaning: String::new(),
        };
        texts.iter().map(one).collect()
    };
    assert_eq!(common_prefix(&[]), "");
    assert_eq!(
        common_prefix(&candidates(&["send(", "sendto(", "sendmsg("])),
        "send"
    );
    assert_eq!(common_prefix(&candidates(&["sendto(", "send("])), "send");
    assert_eq!(common_prefix(&candidates(&["é", "è"])), "");
    assert_eq!(common_prefix(&candidates(&["ab", "abc"])), "ab");
    assert_eq!(common_prefix(&candidates(&["abc"])), "abc");
}

#[test]
fn taking_the_best_again_and_again_writes_every_call() {
    for row in SIGNATURES {
        let mut line = row.word.to_owned();
        let mut cursor = line.len();
        for _ in 0..12 {
            let completion = complete(&line, cursor, &session());
            if completion.candidates.is_empty() {
                break;
            }
            (line, cursor) = accepted(&line, &completion, 0);
        }
        assert!(line.ends_with(')'), "{line}");
        if row.in_child == InChild::Only {
            line.push_str(" in p");
        }
        assert!(parse_line(&line).is_ok(), "{line}");
    }
}

#[test]
fn every_example_is_known_wherever_the_cursor_is() {
    for row in SIGNATURES {
        let open = row.example.find('(').expect("a bracket");
        for cursor in open + 1..=row.example.len() {
            let completion = complete(row.example, cursor, &session());
            let call = completion.call.map(|(row, _)| row.word);
            assert_eq!(call, Some(row.word), "{} at {cursor}", row.example);
        }
    }
}

/// Lines composed of what lines consist of, mostly wrong.
fn some_line() -> impl Strategy<Value = String> {
    let part = prop_oneof![
        prop::sample::select(vec![
            "socket",
            "bind",
            "connect",
            "sendto",
            "setsockopt",
            "fcntl",
            "accept",
            "state",
            "(",
            ")",
            "[",
            "]",
            "{",
            "}",
            "\"",
            "\\",
            ",",
            " ",
            "|",
            "=",
            "->",
            "&",
            "#",
            "addr(",
            "port(",
            "unix:",
            "SO_LINGER",
            "SOL_SOCKET",
            "MSG_PEEK",
            "AF_INET",
            "stream",
            "l",
            "c",
            "5",
            "-1",
            "é",
            "\u{a0}",
            "\t",
            "127.0.0.1:",
            "or",
            "from",
        ])
        .prop_map(str::to_owned),
        "[ -~]{0,3}",
    ];
    let parts = proptest::collection::vec(part, 0..14).prop_map(|parts| parts.concat());
    prop_oneof![parts, any::<String>()]
}

/// The beginnings of the words of calls, behind names.
fn begun_word() -> impl Strategy<Value = String> {
    (
        prop::sample::select(vec!["", "  ", "s = ", "a, b = "]),
        prop::sample::select(SIGNATURES.iter().map(|row| row.word).collect::<Vec<_>>()),
        0..12usize,
    )
        .prop_map(|(names, word, len)| format!("{names}{}", &word[..len.min(word.len())]))
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_line_and_no_cursor_upset_it(line in some_line(), cursor in 0..80usize) {
        let completion = complete(&line, cursor, &session());
        let range = completion.range.clone();
        prop_assert!(range.start <= range.end && line.get(range.clone()).is_some(), "{range:?}");
        prop_assert!(range.start <= cursor, "{range:?} begins behind the cursor");
        if let Some((row, param)) = completion.call {
            prop_assert!(param <= row.params.len());
        }
        for index in 0..completion.candidates.len() {
            let (line, cursor) = accepted(&line, &completion, index);
            complete(&line, cursor, &session());
        }
    }

    #[test]
    fn an_accepted_word_is_a_known_call(line in begun_word()) {
        let completion = complete(&line, line.len(), &session());
        for index in 0..completion.candidates.len() {
            let (line, cursor) = accepted(&line, &completion, index);
            let call = complete(&line, cursor, &session()).call;
            prop_assert_eq!(call.map(|(_, param)| param), Some(0), "{}", line);
        }
    }
}
