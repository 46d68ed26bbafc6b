//! Tests of the parser: both forms, every argument, every message, and that printing is its inverse.

use proptest::prelude::*;

use crate::call::table::InChild;

use crate::notation::parse::*;
use proptest::option;

use crate::call::Call;
use crate::notation::parse::tests::any_call::{a_call, a_name};

mod any_call;

#[track_caller]
fn command_of(text: &str) -> Command {
    match parse_line(text) {
        Ok(line) => line
            .command
            .unwrap_or_else(|| panic!("no command in {text:?}")),
        Err(error) => panic!("{}", error.render("test", 1, text)),
    }
}

#[track_caller]
fn canonical(typed: &str, printed: &str) {
    let command = command_of(typed);
    assert_eq!(command.to_string(), printed);
    assert_eq!(command_of(printed), command, "what is printed is read back");
}

#[track_caller]
fn refused(typed: &str, column: usize, message: &str, help: &str) {
    let error = parse_line(typed).expect_err("it is wrong");
    assert!(error.message.contains(message), "{error:?}");
    assert!(
        error.help.clone().unwrap_or_default().contains(help),
        "{error:?}"
    );
    assert_eq!(
        error.column(typed),
        column,
        "{}",
        error.render("test", 1, typed)
    );
}

#[test]
fn the_sets_of_select_may_be_written_as_in_c() {
    let printed = |line: &str| {
        let line = parse_line(line).expect("it parses");
        line.command.expect("a command").call.to_string()
    };
    assert_eq!(
        printed("select([a, b], NULL, [c], 100)"),
        "select(read [a, b], write [], except [c], 100)"
    );
    assert_eq!(
        printed("select [a] [b] [] -1"),
        "select(read [a], write [b], except [], -1)"
    );
}

#[test]
fn the_example_of_the_notation_is_canonical() {
    for line in [
        "l = socket(AF_INET, SOCK_STREAM)",
        "bind(l, 127.0.0.1:0) -> 0",
        "s = accept4(l, SOCK_CLOEXEC)",
        "accept4(l, 0, 0)",
        "accept4(l, 16)",
        "accept4(l, 0x5, 16)",
        "d = dup3(a, 20, O_CLOEXEC)",
        "d = dup3(a, 20, O_CLOEXEC|0x1)",
        "sockatmark(s)",
        "ppoll([s: POLLIN], -1, [SIGIO, SIGURG])",
        "ppoll([s: POLLIN], -1ms, [])",
        "ppoll([s: POLLIN], -5)",
        "ppoll([s: POLLIN], -1500us)",
        "pselect(read [s], write [], except [], 20, [], 5)",
        "pselect(read [s], write [], except [], 20, 5)",
        "epoll_pwait(e, 10, -5, [SIGIO])",
        "accept(l) -> blocks",
        "connect(c, addr(l)) -> 0",
        "s = wait(l) -> fd from addr(c)",
        "send(c, \"hello\") -> 5",
        "recv(s, 3) -> 3 \"hel\"",
        "listen(c, 5) -> EINVAL",
        "shutdown(c, SHUT_WR) -> 0",
        "state(c) -> FIN_WAIT2 within 5s",
        "recv(s, 100) -> 3 \"abc\" within 10s",
        "unread(s) -> 5 within 1500ms",
        "s = accept(l) -> fd 4 from addr(c)",
        "a, b = socketpair(AF_UNIX, SOCK_STREAM) -> fd 3, fd 4",
        "close(1) -> refused",
        "a, b = socketpair(AF_UNIX, SOCK_SEQPACKET|SOCK_NONBLOCK)",
        "recv(s, 10) &",
    ] {
        canonical(line, line);
    }
}

#[test]
fn how_long_a_call_slept_says_nothing_of_its_result() {
    canonical("accept(l) -> blocks, 3.2 s", "accept(l) -> blocks");
    canonical("accept(l) -> blocks, 811 ms", "accept(l) -> blocks");
    canonical(
        "recv(s, 3) -> 1 \"a\"  after 1.2 s",
        "recv(s, 3) -> 1 \"a\"",
    );
    canonical("recv(s, 3) -> EINTR  after 2 min", "recv(s, 3) -> EINTR");
    canonical(
        "drain(s) -> ECONNRESET after 5 bytes",
        "drain(s) -> ECONNRESET after 5 bytes",
    );
}

#[test]
fn the_loose_form_means_the_same() {
    canonical("l = socket inet stream", "l = socket(AF_INET, SOCK_STREAM)");
    canonical("bind l 127.0.0.1:0", "bind(l, 127.0.0.1:0)");
    canonical("listen l 5 -> 0", "listen(l, 5) -> 0");
    canonical(
        "send c \"a b\" nosignal|dontwait",
        "send(c, \"a b\", MSG_DONTWAIT|MSG_NOSIGNAL)",
    );
    canonical("shutdown c wr", "shutdown(c, SHUT_WR)");
    canonical("setsockopt l reuseaddr 1", "setsockopt(l, SO_REUSEADDR, 1)");
    canonical(
        "setsockopt l SOL_SOCKET, SO_REUSEADDR, on",
        "setsockopt(l, SO_REUSEADDR, 1)",
    );
    canonical(
        "socket unix stream nonblock|cloexec",
        "socket(AF_UNIX, SOCK_STREAM|SOCK_NONBLOCK|SOCK_CLOEXEC)",
    );
    canonical("fcntl c setfl nonblock", "fcntl(c, F_SETFL, O_NONBLOCK)");
    canonical("  close   c  # done", "close(c)");
    canonical("bind u /tmp/a.sock", "bind(u, unix:/tmp/a.sock)");
}

#[test]
fn addresses_in_every_form() {
    for (typed, printed) in [
        ("*:80", "*:80"),
        ("0.0.0.0:80", "*:80"),
        ("[::1]:80", "[::1]:80"),
        ("[::]:0", "[::]:0"),
        ("[fe80::1%lo]:1", "[fe80::1%lo]:1"),
        ("[fe80::1%2]:1", "[fe80::1%2]:1"),
        ("unix:/tmp/x.sock", "unix:/tmp/x.sock"),
        ("unix:\"a b\"", "unix:\"a b\""),
        ("\"./a b\"", "unix:\"./a b\""),
        ("abstract:name", "abstract:name"),
        ("abstract:\"a\\0b\"", "abstract:\"a\\0b\""),
        ("unix:", "unix:"),
        ("AF_UNSPEC", "AF_UNSPEC"),
        ("addr(l)", "addr(l)"),
        ("127.0.0.1:port(l)", "127.0.0.1:port(l)"),
        ("[::1]:port(l)", "[::1]:port(l)"),
        ("NULL", "NULL"),
        ("127.0.0.1:80, 7", "127.0.0.1:80, 7"),
        ("family:47", "family:47"),
    ] {
        canonical(
            &format!("connect(c, {typed})"),
            &format!("connect(c, {printed})"),
        );
    }
}

#[test]
fn flags_and_address_in_either_order() {
    canonical(
        "sendto(u, \"x\", MSG_DONTWAIT, 127.0.0.1:9)",
        "sendto(u, \"x\", 127.0.0.1:9, MSG_DONTWAIT)",
    );
    canonical(
        "sendto(u, \"x\", addr(v), 3, peek)",
        "sendto(u, \"x\", addr(v), 3, MSG_PEEK)",
    );
}

#[test]
fn a_mask_without_names_is_no_address_length() {
    canonical(
        "sendto(x, \"a\", 0x800000, 127.0.0.1:80)",
        "sendto(x, \"a\", 127.0.0.1:80, 0x800000)",
    );
}

#[test]
fn a_path_may_have_an_equals_sign() {
    canonical("bind u unix:/tmp/a=b", "bind(u, unix:\"/tmp/a=b\")");
}

#[test]
fn values_in_every_form() {
    for (typed, printed) in [
        ("SO_LINGER, {1, 5s}", "SO_LINGER, {1, 5s}"),
        ("SO_LINGER, {1,0}", "SO_LINGER, {1, 0s}"),
        ("SO_RCVTIMEO, 250ms", "SO_RCVTIMEO, 250ms"),
        ("TCP_CONGESTION, reno", "TCP_CONGESTION, \"reno\""),
        (
            "IP_ADD_MEMBERSHIP, {239.1.1.1, 127.0.0.1}",
            "IP_ADD_MEMBERSHIP, {239.1.1.1, 127.0.0.1}",
        ),
        (
            "IP_ADD_MEMBERSHIP, {239.1.1.1,127.0.0.1,1}",
            "IP_ADD_MEMBERSHIP, {239.1.1.1, 127.0.0.1, 1}",
        ),
        (
            "IP_BLOCK_SOURCE, {239.1.1.1, 127.0.0.1, 10.0.0.1}",
            "IP_BLOCK_SOURCE, {239.1.1.1, 127.0.0.1, 10.0.0.1}",
        ),
        (
            "IP_MSFILTER, {239.1.1.1, 127.0.0.1, include, [10.0.0.1, 10.0.0.2]}",
            "IP_MSFILTER, {239.1.1.1, 127.0.0.1, MCAST_INCLUDE, [10.0.0.1, 10.0.0.2]}",
        ),
        (
            "IP_MSFILTER, {239.1.1.1, 127.0.0.1, MCAST_EXCLUDE, []}",
            "IP_MSFILTER, {239.1.1.1, 127.0.0.1, MCAST_EXCLUDE, []}",
        ),
        (
            "MCAST_JOIN_GROUP, {ff02::1, 1}",
            "MCAST_JOIN_GROUP, {ff02::1, 1}",
        ),
        (
            "MCAST_JOIN_SOURCE_GROUP, {239.1.1.1, 1, 10.0.0.1}",
            "MCAST_JOIN_SOURCE_GROUP, {239.1.1.1, 1, 10.0.0.1}",
        ),
        (
            "IPV6_ADD_MEMBERSHIP, {ff02::1, 1}",
            "IPV6_ADD_MEMBERSHIP, {ff02::1, 1}",
        ),
        (
            "IP_MULTICAST_IF, {0.0.0.0, 127.0.0.1}",
            "IP_MULTICAST_IF, {0.0.0.0, 127.0.0.1}",
        ),
        ("SO_RCVTIMEO, {0, 2000000}", "SO_RCVTIMEO, {0, 2000000}"),
        ("SO_RCVTIMEO, {-1, -5}", "SO_RCVTIMEO, {-1, -5}"),
        ("SO_RCVTIMEO, {1, 250000}", "SO_RCVTIMEO, 1250ms"),
        ("SO_SNDBUFFORCE, 0xffffff00", "SO_SNDBUFFORCE, -256"),
        ("SO_MARK, 0xffffff00", "SO_MARK, 4294967040"),
        ("ICMP_FILTER, 257", "ICMP_FILTER, 0x101"),
        (
            "SO_MAX_PACING_RATE, 18446744073709551615",
            "SO_MAX_PACING_RATE, 18446744073709551615",
        ),
        ("SO_MAX_PACING_RATE, -1", "SO_MAX_PACING_RATE, -1"),
        ("IP_MTU_DISCOVER, do", "IP_MTU_DISCOVER, IP_PMTUDISC_DO"),
        ("IP_MTU_DISCOVER, 2", "IP_MTU_DISCOVER, IP_PMTUDISC_DO"),
        ("IP_MTU_DISCOVER, 77", "IP_MTU_DISCOVER, 77"),
        (
            "SO_TIMESTAMPING, software|rx_software|0x80000000",
            "SO_TIMESTAMPING, SOF_TIMESTAMPING_RX_SOFTWARE|SOF_TIMESTAMPING_SOFTWARE|0x80000000",
        ),
        ("SO_TXTIME, {11, 1}", "SO_TXTIME, {clockid 11, flags 1}"),
        (
            "IP_LOCAL_PORT_RANGE, {40000, 40010}",
            "IP_LOCAL_PORT_RANGE, {40000, 40010}",
        ),
        ("IP_UNICAST_IF, 1", "IP_UNICAST_IF, 1"),
        ("SO_BINDTODEVICE, lo", "SO_BINDTODEVICE, \"lo\""),
        ("TCP_MD5SIG, hex(02 00)", "TCP_MD5SIG, hex(02 00)"),
        ("TCP_MD5SIG, {::1,\"a, b\"}", "TCP_MD5SIG, {::1, \"a, b\"}"),
        (
            "TCP_MD5SIG_EXT, {10.0.0.0/8,\"a\",1}",
            "TCP_MD5SIG_EXT, {10.0.0.0/8, \"a\", 1}",
        ),
        (
            "SO_ATTACH_FILTER, [{ 0x28, 0, 0, 0x0000000c }, {6,0,0,-1}]",
            "SO_ATTACH_FILTER, [{0x28, 0, 0, 0xc}, {0x6, 0, 0, 0xffffffff}]",
        ),
        ("ATTACH_FILTER, []", "SO_ATTACH_FILTER, []"),
        ("SO_KEEPALIVE, NULL", "SO_KEEPALIVE, NULL"),
        ("SO_RCVTIMEO, NULL", "SO_RCVTIMEO, NULL"),
        ("99, 1, ::1", "99, 1, ::1"),
        ("99, 1, [4, 24]", "99, 1, [4, 24]"),
        ("99, 1, {1, 5s}", "99, 1, {1, 5s}"),
        ("500, SO_OOBINLINE, 1", "500, 10, 1"),
        ("IPPROTO_IP, -1, 1", "IPPROTO_IP, -1, 1"),
        ("SO_RCVBUF, 0x1000", "SO_RCVBUF, 4096"),
        ("SO_RCVBUF, hex(01 02)", "SO_RCVBUF, hex(01 02)"),
    ] {
        canonical(
            &format!("setsockopt(c, {typed})"),
            &format!("setsockopt(c, {printed})"),
        );
    }
}

#[test]
fn data_in_every_form() {
    for data in [
        "\"a\\n\\\"b\\\\\\x1b\"",
        "hex(de ad be ef)",
        "bytes(65536)",
        "\"x\"*1000",
        "NULL*1000",
    ] {
        canonical(&format!("send(c, {data})"), &format!("send(c, {data})"));
    }
    canonical(
        "send(c, \"# not -> a comment\") # one",
        "send(c, \"# not -> a comment\")",
    );
}

#[test]
fn wrong_lines_say_where_and_what_was_meant() {
    refused(
        "lisen(l, 5)",
        1,
        "unknown call `lisen`",
        "did you mean `listen`?",
    );
    refused(
        "socket(AF_INTE, SOCK_STREAM)",
        8,
        "`AF_INTE` is not a domain",
        "did you mean `AF_INET`?",
    );
    refused(
        "socket(inet, streem)",
        14,
        "`streem` is not a type",
        "SOCK_STREAM",
    );
    refused(
        "bind(l)",
        7,
        "bind needs an address",
        "bind(socket, address)",
    );
    refused(
        "bind(l, 127.0.0.1:1, 2, 3)",
        25,
        "too many arguments",
        "bind(socket, address)",
    );
    refused("bind(l, otherhost)", 9, "the port is missing", "");
    refused("bind(l, 127.0.0.1:99999)", 9, "`99999` is not a port", "");
    refused("bind(l, 300.0.0.1:1)", 9, "not an IPv4 address", "");
    refused("bind(l, ::1:80)", 9, "is written in brackets", "");
    refused("send(c, hello!)", 9, "text is written in quotes", "");
    refused("send(c, peek)", 9, "MSG_PEEK is a flag", "");
    refused("send(c, \"hello)", 9, "no closing quote", "");
    refused("send(c, \"a\\qb\")", 9, "not an escape", "");
    refused("recv(s, 999999999999)", 9, "more than the limit", "");
    refused(
        "bind(l, 127.0.0.1:0",
        20,
        "`)` is missing",
        "bind(socket, address)",
    );
    refused("poll([s: in, 100)", 6, "`[` is not closed", "");
    refused("poll([s: foo], 100)", 10, "`foo` is not an event", "known:");
    refused(
        "sigtimedwait([99], 1)",
        15,
        "`99` is not a signal",
        "known:",
    );
    refused(
        "sendmsg(a, [\"x\"], [b])",
        19,
        "does not pass descriptors",
        "fds(x, y)",
    );
    refused("bind(l, , 5)", 9, "an argument is missing", "");
    refused(
        "x = listen(l, 5)",
        1,
        "returns no descriptor",
        "listen(l, 5)",
    );
    refused(
        "a, b = socket(inet, stream)",
        1,
        "returns 1 descriptor(s)",
        "",
    );
    refused(
        "a, a = socketpair(unix, stream)",
        4,
        "the name a is used twice",
        "",
    );
    refused("9x = socket(inet, stream)", 1, "cannot be a name", "");
    refused("close(c) ->", 12, "expected result is missing", "-> blocks");
    refused("close(c) 5", 10, "does not belong here", "->");
    refused(
        "setsockopt(l, SO_REUSADDR, 1)",
        15,
        "not an option",
        "SO_REUSEADDR",
    );
    refused(
        "setsockopt(l, SO_REUSEADDR, {1, 5s})",
        29,
        "not a value of that type",
        "0 or 1",
    );
    refused(
        "setsockopt(u, IP_MTU_DISCOVER, nope)",
        32,
        "not a mode of path MTU discovery",
        "IP_PMTUDISC_WANT",
    );
    refused(
        "setsockopt(u, SO_DEVMEM_DONTNEED, {1, 5s})",
        35,
        "not a value of that type",
        "a struct with pointers in it",
    );
    refused(
        "setsockopt(u, SO_ATTACH_FILTER, {1, 5s})",
        33,
        "not a value of that type",
        "[{code, jt, jf, k}, …] as `tcpdump -dd` prints",
    );
    refused(
        "setsockopt(u, SO_ATTACH_FILTER, [{6, 0, 256, 0}])",
        33,
        "`256` does not fit its field of struct sock_filter",
        "[{0x6, 0, 0, 0xffffffff}]",
    );
    refused(
        "setsockopt(u, SO_ATTACH_FILTER, [6, 0, 0, 0])",
        33,
        "`6` is not an instruction: {code, jt, jf, k}",
        "[{code, jt, jf, k}, …]",
    );
    refused(
        "setsockopt(u, TCP_MD5SIG, {localhost, \"key\"})",
        27,
        "`localhost` is not an IP address",
        "{address of the peer, key}",
    );
    refused(
        "setsockopt(u, MCAST_JOIN_GROUP, {239.1.1.1, 1, 10.0.0.1})",
        33,
        "not a value of that type",
        "{group, interface index}",
    );
    refused(
        "setsockopt(u, SO_TXTIME, {1})",
        26,
        "the fields clockid, flags",
        "{clockid 1, flags 0}",
    );
    refused(
        "setsockopt(u, SO_MAX_PACING_RATE, 18446744073709551616)",
        35,
        "at most eight bytes",
        "a number",
    );
    refused("unlink(127.0.0.1:1)", 8, "is not a path", "unlink(unix:");
    refused("fcntl(c, F_SETFL)", 17, "needs the flags", "");
    refused("listen(l, --5)", 11, "not a number", "");
    refused("listen(l, 0x-5)", 11, "not a number", "");
    refused("listen(l, --9223372036854775808)", 11, "not a number", "");
    refused("fcntl(c, 5, 10)", 10, "is not a command", "F_GETFL");
    refused(
        "accept(l) -> blocks within 3s",
        14,
        "has no `within`",
        "--timeout",
    );
    refused("accept(l) -> fd or blocks", 20, "comes alone", "");
    refused(
        "recv(s, 3) -> 3 within 5s \"abc\"",
        17,
        "come at the end",
        "within 5s",
    );
    refused(
        "recv(s, 3) -> 3 within 5x",
        24,
        "not a duration",
        "within 5s",
    );
    refused("recv(s, 3) -> within 5s", 15, "is missing before", "");
    refused("recv(s, 3) within 5s", 12, "does not belong here", "->");
    refused("close(c)\0", 9, "NUL", "binary");
    refused(
        &format!("send(c, \"{}\")", "x".repeat(MAX_LINE)),
        MAX_LINE + 1,
        "the limit",
        "bytes(",
    );
}

#[test]
fn empty_lines_and_comments_are_lines() {
    assert_eq!(parse_line("").expect("fine"), Line::default());
    assert_eq!(
        parse_line("  # hello").expect("fine").comment.as_deref(),
        Some(" hello")
    );
    assert_eq!(statements("a; b \";\" ; c"), ["a", " b \";\" ", " c"]);
    assert_eq!(
        statements("a # x; y\nb"),
        ["a # x; y", "b"],
        "a comment ends with its line"
    );
}

/// What may follow a call.
fn a_mode() -> impl Strategy<Value = Mode> {
    let result = proptest::sample::select(vec![
        "*",
        "0",
        ">0",
        "fd",
        "fd 3 from *",
        "5 \"hel lo\"",
        "2 [s: POLLIN, c: POLLOUT|POLLHUP]",
        "ENOENT or ENOTDIR",
        "ECONNRESET after 5 bytes",
        "refused",
    ]);
    let within = option::of((0..86_400_000_000_000u64).prop_map(Duration::from_nanos));
    let expectation = (result, within).prop_map(|(result, within)| {
        let read = command_of(&format!("close(0) -> {result}")).mode;
        match read {
            Mode::Expect(expectation) => Mode::Expect(Expectation {
                within,
                ..expectation
            }),
            other => other,
        }
    });
    prop_oneof![
        Just(Mode::Plain),
        Just(Mode::Blocks),
        Just(Mode::Background),
        expectation
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn parsing_what_was_printed_gives_the_same(
        call in a_call(), target in a_name(), process in option::of(a_name()), mode in a_mode(),
    ) {
        let process = match call.call_kind().signature().in_child {
            InChild::Made => process,
            InChild::Only => Some(target.clone()),
            InChild::Refused(_) => None,
        };
        let makes_one = match &call {
            Call::Fcntl { command, .. } => command.makes(),
            call => call.call_kind().signature().makes == 1,
        };
        let targets = if makes_one { vec![target] } else { Vec::new() };
        let command = Command { targets, call, process, mode };
        let printed = command.to_string();
        let parsed = parse_line(&printed).map_err(|e| TestCaseError::fail(e.render("printed", 1, &printed)))?;
        prop_assert_eq!(parsed.command, Some(command));
    }

    #[test]
    fn no_text_panics_the_parser(text in any::<String>()) {
        if let Err(error) = parse_line(&text) {
            error.render("x", 1, &text);
        }
    }

    #[test]
    fn no_damaged_line_panics_the_parser(call in a_call(), cut in 0..200usize, put in any::<char>()) {
        let mut text: Vec<char> = call.to_string().chars().collect();
        let at = cut.min(text.len());
        text.insert(at, put);
        let text: String = text.into_iter().collect();
        if let Err(error) = parse_line(&text) {
            error.render("x", 1, &text);
        }
    }
}

#[test]
fn localhost_and_a_port_alone_are_addresses_of_this_host() {
    canonical("connect c localhost:80", "connect(c, localhost:80)");
    canonical("bind(l, 8080)", "bind(l, 8080)");
    canonical("bind l 0", "bind(l, 0)");
    canonical("bind(l, 8080, 3)", "bind(l, 8080, 3)");
    canonical(
        "connect(c, LocalHost:port(l))",
        "connect(c, localhost:port(l))",
    );
    canonical("sendto u \"x\" 9", "sendto(u, \"x\", 9)");
    let with_flags = "sendto(u, \"x\", 9, MSG_DONTWAIT)";
    canonical("sendto(u, \"x\", 9, dontwait)", with_flags);
    canonical("sendto(u, \"x\", dontwait, 9)", with_flags);
    // Before an address a number is what it was: flags.
    canonical(
        "sendto(u, \"x\", 64, 127.0.0.1:9)",
        "sendto(u, \"x\", 127.0.0.1:9, MSG_DONTWAIT)",
    );
    refused("connect(c, localhost)", 12, "the port is missing", "");
    refused("connect(c, 65536)", 12, "not a port", "");
    canonical(
        "connect c www.example.org:https",
        "connect(c, www.example.org:https)",
    );
    canonical("connect c 127.0.0.1:http", "connect(c, 127.0.0.1:http)");
    canonical("connect c [::1]:http", "connect(c, [::1]:http)");
    canonical("bind l *:http", "bind(l, *:http)");
    refused("connect(c, otherhost)", 12, "the port is missing", "");
    refused("connect(c, 300.1.1.1:80)", 12, "not an IPv4 address", "");
    refused("connect(c, localhost:80x)", 12, "not a port", "");
    refused("connect(c, other_host!:80)", 12, "not an IPv4 address", "");
    refused("unlink(80)", 8, "not a path", "");
}

#[test]
fn what_people_type_is_understood_and_shown_in_the_usual_form() {
    canonical("l = socket tcp", "l = socket(AF_INET, SOCK_STREAM)");
    canonical("socket udp6", "socket(AF_INET6, SOCK_DGRAM)");
    canonical(
        "socket tcp nonblock",
        "socket(AF_INET, SOCK_STREAM|SOCK_NONBLOCK)",
    );
    canonical("listen l", "listen(l, 4096)");
    canonical("send c hello", "send(c, \"hello\")");
    canonical("sendto u hi 127.0.0.1:9", "sendto(u, \"hi\", 127.0.0.1:9)");
    canonical("inet_pton inet 1.2.3.4", "inet_pton(AF_INET, \"1.2.3.4\")");
    let hints = "getaddrinfo(\"localhost\", \"http\", 0, AF_INET, SOCK_STREAM)";
    canonical("getaddrinfo localhost http inet stream", hints);
    canonical("getaddrinfo localhost", "getaddrinfo(\"localhost\", NULL)");
    let passive = "getaddrinfo(NULL, \"80\", AI_PASSIVE)";
    canonical("getaddrinfo NULL 80 passive", passive);
    canonical(
        "getnameinfo(127.0.0.1:80, 0x0, 9, 5)",
        "getnameinfo(127.0.0.1:80, 0x0, 9, 5)",
    );
    refused("socketpair tcp stream", 12, "not a domain", "");
    refused("getaddrinfo(\"a\\0b\")", 13, "a NUL", "");
    refused("htons(-1)", 7, "without a sign", "");
}
